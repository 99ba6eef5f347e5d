"""Audits of a tree in which directories are swapped for links, moved and replaced all the time.

usage: race.py TMPAUDIT DIR RUNS

Makes a tree in DIR and, outside of it, another one full of what an audit must find; races against RUNS audits.  No
finding may be of what lies outside, what has always stood there must be found each time, and each audit must end, as a
verdict, in a minute.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys

EXCHANGE = 2
libc = ctypes.CDLL(None, use_errno=True)


def loose(path):
    os.makedirs(path, exist_ok=True)
    os.chmod(path, 0o777)


def plant(top, outside):
    """What moves lies beside what stays, at several levels; all that lies outside has a name of its own."""
    for place in ("", "/tmp", "/tmp/deep/deeper", "/srv/a/b/c/d/e"):
        here = top + place
        os.makedirs(here, exist_ok=True)
        loose(here + "/stays/always")
        for i in range(6):
            os.makedirs("%s/d%d/in/in" % (here, i), exist_ok=True)
            with open("%s/d%d/in/file" % (here, i), "w", encoding="ascii") as stream:
                stream.write("x")
            target = (outside, outside + "/outsider", "../../.." + outside, "/")[i % 4]
            os.symlink(target, "%s/l%d" % (here, i))
            os.makedirs("%s/away%d" % (here, i), exist_ok=True)
    os.chmod(top + "/tmp", 0o1777)
    # Nothing out there is called as what is moved in here: the racer would bring it in.
    for path in (outside + "/outsider", outside + "/far/outsider", outside + "/outsider/far/outsider"):
        loose(path)
        with open(path + "/outsider.sql", "w", encoding="ascii") as stream:
            stream.write("x")
        os.chmod(path + "/outsider.sql", 0o6777)
        os.chown(path + "/outsider.sql", 4711, 4711)


def race(top, places):
    """Until we are killed."""
    here = [os.open(top + place, os.O_RDONLY) for place in places]
    turn = 0
    while True:
        for fd in here:
            for i in range(6):
                one, other = b"d%d" % i, b"l%d" % i
                if turn % 3 == 1:
                    one, other = b"d%d/in" % i, b"l%d" % ((i + 1) % 6)
                elif turn % 3 == 2:
                    one, other = b"away%d" % i, b"d%d" % i
                if libc.renameat2(fd, one, fd, other, EXCHANGE) and turn == 0:
                    return
        turn += 1


def audit(program, top, number):
    command = [program, "--root", top, "--deep", "--all", "-c", "sticky.everywhere", "-c", "sticky.nested", "-c", "contents",
               "-c", "cleanup.stale", "-j", str(number % 4 + 1), "-f", "json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit("run %d ended with %d: %s" % (number, done.returncode, done.stderr.decode()))
    checks = {check["id"]: check["findings"] for check in json.loads(done.stdout)["checks"]}
    for identity, findings in checks.items():
        for finding in findings:
            if "outsider" in finding["subject"]:
                sys.exit("run %d: %s found what lies outside: %r" % (number, identity, finding))
    found = [finding["subject"] for finding in checks["sticky.everywhere"]]
    for always in ("/stays/always", "/tmp/stays/always", "/tmp/deep/deeper/stays/always", "/srv/a/b/c/d/e/stays/always"):
        if always not in found:
            sys.exit("run %d did not find %s, which has always stood there: %r" % (number, always, checks["sticky.everywhere"]))
    return sum(len(findings) for findings in checks.values())


def main(program, place, runs):
    top, outside = place + "/inside", place + "/outside"
    os.umask(0o022)
    plant(top, outside)
    racers = []
    for places in (("", "/tmp"), ("/tmp/deep/deeper", "/srv/a/b/c/d/e")):
        pid = os.fork()
        if pid == 0:
            try:
                race(top, places)
            finally:
                os._exit(1)
        racers.append(pid)
    try:
        findings = sorted(audit(program, top, number) for number in range(runs))
        for pid in racers:
            if os.waitpid(pid, os.WNOHANG) != (0, 0):
                sys.exit("a racer ended")
        print("%d runs, %d to %d findings" % (runs, findings[0], findings[-1]))
    finally:
        for pid in racers:
            os.kill(pid, signal.SIGKILL)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
