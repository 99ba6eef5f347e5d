"""A random tree, and what sticky.everywhere must find in it by find(1), stat(2) and getfacl(1).

usage: everywhere.py plant SEED DIR
       everywhere.py compare DIR REPORT
"""

import base64
import json
import os
import random
import subprocess
import sys

UID_MIN = 1000


def name(rng):
    """Any bytes but a slash and NUL, up to 255 of them."""
    kind = rng.randrange(6)
    if kind == 0:
        return bytes(rng.choice([b for b in range(1, 256) if b != 47]) for _ in range(rng.randrange(1, 40)))
    if kind == 1:
        return (b"%d" % rng.randrange(1000)) * 60
    if kind == 2:
        return rng.choice([b"-rf", b"...", b" ", b"\n", b"$(id)", b"*", b".hidden", "\u202e\u2028".encode(), b"\xff"])
    return b"d%d" % rng.randrange(100000)


def plant(seed, top):
    rng = random.Random(seed)
    dirs = [top]
    for _ in range(rng.randrange(50, 250)):
        parent = rng.choice(dirs[-30:] if rng.randrange(2) else dirs)
        path = os.path.join(parent, name(rng)[:255])
        if path.endswith((b"/.", b"/..")) or len(path) > 4000:
            continue
        try:
            kind = rng.randrange(10)
            if kind < 7:
                os.mkdir(path)
                dirs.append(path)
            elif kind == 7:
                os.symlink(rng.choice([b"/", b"..", b"/etc", parent, b"x"]), path)
            elif kind == 8:
                rng.choice([os.mkfifo, lambda p: os.mknod(p, 0o20666, os.makedev(1, 3))])(path)
            else:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        if os.path.islink(path):
            continue
        os.chown(path, rng.choice([0, 0, 33, 999, 1000, 1001, 65534]), rng.choice([0, 50, 1001]))
        os.chmod(path, rng.choice([0o777, 0o1777, 0o775, 0o770, 0o755, 0o700, 0o2770, 0o1770, 0o3777, 0o1773, 0o002, 0]))
        if rng.randrange(3) == 0:
            entries = []
            for _ in range(rng.randrange(1, 4)):
                who = rng.choice(["u", "g"])
                entries.append("%s:%d:%s" % (who, rng.choice([0, 33, 1000, 1001]), rng.choice(["rwx", "r-x", "-w-", "---"])))
            if rng.randrange(3) == 0:
                entries.append("m::" + rng.choice(["rwx", "r-x", "---"]))
            subprocess.run([b"setfacl", b"-m", ",".join(dict.fromkeys(entries)).encode(), b"--", path], check=False,
                           stderr=subprocess.DEVNULL)


def named_writer(path, owner):
    text = subprocess.run([b"getfacl", b"-n", b"-p", b"-e", b"--omit-header", b"--", path], check=True, capture_output=True).stdout
    for line in text.decode("ascii", "replace").splitlines():
        if line.startswith("default:") or line.count(":") < 2:
            continue
        kind, who, rights = line.split("#")[0].strip().split(":")
        effective = line.split("#effective:")[1] if "#effective:" in line else rights
        if kind in ("user", "group") and who and "w" in effective and who != "0" and not (kind == "user" and int(who) == owner):
            return True
    return False


def expected(top):
    found = set()
    out = subprocess.run([b"find", top, b"-xdev", b"-type", b"d", b"-print0"], check=True, capture_output=True).stdout
    for path in out.split(b"\0")[:-1]:
        status = os.lstat(path)
        loose = not status.st_mode & 0o1000 or status.st_uid >= UID_MIN
        if loose and (status.st_mode & 0o002 or named_writer(path, status.st_uid)):
            found.add(path[len(top):] or b"/")
    return found


def compare(top, report):
    with open(report, encoding="utf-8") as stream:
        checks = json.load(stream)["checks"]
    check = next(check for check in checks if check["id"] == "sticky.everywhere")
    actual = set()
    for finding in check["findings"]:
        if finding["status"] != "fail":
            sys.exit("not judged: %r" % finding)
        raw = finding.get("subject_bytes")
        actual.add(base64.b64decode(raw) if raw else finding["subject"].encode())
    if len(actual) != len(check["findings"]):
        sys.exit("one directory stands twice")
    wanted = expected(top)
    for path in sorted(wanted - actual):
        print("missed", path)
    for path in sorted(actual - wanted):
        print("invented", path)
    if wanted != actual:
        sys.exit(1)
    print("%d directories" % len(wanted))


if sys.argv[1] == "plant":
    plant(int(sys.argv[2]), os.fsencode(sys.argv[3]))
else:
    compare(os.fsencode(sys.argv[2]), sys.argv[3])
