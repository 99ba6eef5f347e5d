"""A random /tmp, and what the family contents must find in it by find(1), stat(2), getfacl(1) and getfattr(1).

usage: contents.py plant SEED DIR       DIR is the top of a tree whose /tmp and accounts are made here
       contents.py compare DIR REPORT

As the catalogue has it, in the plainest words and the slowest way; symbolic links, names that are squatted and names
that can be guessed have tests of their own.
"""

import os
import random
import stat
import subprocess
from fnmatch import fnmatchcase

import oracle

ACCOUNTS = {0: ("root", 0), 33: ("www-data", 33), 1000: ("alice", 1000), 1002: ("carol", 1000), 65534: ("nobody", 65534)}
GROUPS = {0: [], 33: [], 50: [1000], 60: [], 1000: [], 65534: []}
UID_MIN = 1000
LEVELS = 3
SECRETS = ("id_rsa*", "*.pem", "*.key", "*.p12", "*.kdbx", "krb5cc*", ".env", "*.sql", "*.dump", "core*", "shadow*", "*.pgpass",
           "*credential*")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as stream:
        stream.write(text)


def name(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return oracle.any_bytes(rng)
    if kind == 1:
        return rng.choice([b"id_rsa", b"a.pem", b"b.key", b".env", b"core", b"core.x", b"dump.sql", b"mycredentials", b"shadow-"])
    if kind == 2:
        return rng.choice([b"a.lock", b"LCK..x", b"-rf", b"...", b"\n", b"$(id)", b"\xff", b"x" * 255])
    return bytes(rng.choice(b"abcdefgh") for _ in range(rng.randrange(1, 5)))


def plant(seed, tree):
    rng = random.Random(seed)
    names = {uid: account[0] for uid, account in ACCOUNTS.items()}
    write(os.path.join(os.fsdecode(tree), "etc/passwd"),
          "".join("%s:x:%d:%d::/:/bin/sh\n" % (account[0], uid, account[1]) for uid, account in ACCOUNTS.items()))
    write(os.path.join(os.fsdecode(tree), "etc/group"),
          "".join("g%d:x:%d:%s\n" % (gid, gid, ",".join(names[uid] for uid in members)) for gid, members in GROUPS.items()))
    top = os.path.join(tree, b"tmp")
    os.mkdir(top)
    os.chmod(top, 0o1777)
    dirs, files = [top], []
    for _ in range(rng.randrange(100, 300)):
        parent = rng.choice(dirs[-20:] if rng.randrange(2) else dirs)
        path = os.path.join(parent, name(rng)[:255])
        if path.endswith((b"/.", b"/..")) or len(path) > 4000:
            continue
        try:
            kind = rng.randrange(12)
            if kind < 4:
                os.mkdir(path)
                dirs.append(path)
            elif kind == 4:
                os.symlink(rng.choice([b"x", b"..", b"/usr", parent]), path)
                os.lchown(path, rng.choice([0, 33, 999, 1000]), rng.choice([0, 50, 77]))
                continue
            elif kind == 5:
                rng.choice([os.mkfifo, lambda p: os.mknod(p, 0o20666, os.makedev(1, 3)),
                            lambda p: os.mknod(p, 0o60600, os.makedev(7, 200)), lambda p: os.mknod(p, 0o140777)])(path)
            elif kind == 6 and files:
                os.link(rng.choice(files), path)
                continue
            else:
                fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
                os.write(fd, rng.choice([b"", b"x", b"text"]))
                os.close(fd)
                files.append(path)
        except FileExistsError:
            continue
        os.chown(path, rng.choice([0, 0, 33, 999, 1000, 1002, 1003, 65534]), rng.choice([0, 50, 60, 77, 1000]))
        if os.path.isdir(path):
            os.chmod(path, rng.choice([0o777, 0o1777, 0o1777, 0o755, 0o755, 0o750, 0o710, 0o700, 0o711, 0o2770, 0o701, 0]))
        else:
            os.chmod(path, rng.choice([0o666, 0o644, 0o600, 0o640, 0o622, 0o4755, 0o2755, 0o2744, 0o6711, 0o002, 0o1644, 0]))
        if rng.randrange(4) == 0:
            entries = ["%s:%d:%s" % (rng.choice("ug"), rng.choice([0, 33, 50, 1000]), rng.choice(["rwx", "r-x", "-w-", "--x", "---"]))
                       for _ in range(rng.randrange(1, 3))]
            if rng.randrange(3) == 0:
                entries.append("m::" + rng.choice(["rwx", "r--", "---"]))
            oracle.set_list(path, entries)
        if rng.randrange(12) == 0 and path in files:
            subprocess.run([b"setfattr", b"-n", b"security.capability", b"-v", b"0x0100000200040000000000000000000000000000", b"--",
                            path], check=True)


def others_pass(path):
    """Whether somebody besides its owner and root can search a directory."""
    status = os.lstat(path)
    for kind, who, rights in oracle.access_list(path):
        if "x" not in rights:
            continue
        if kind == "other":
            return True
        if kind in ("user", "group") and who:
            if kind == "group" or who != status.st_uid:
                return True
        if kind == "group" and who is None and status.st_gid != 0:
            members = set(GROUPS.get(status.st_gid, [])) | {uid for uid, account in ACCOUNTS.items() if account[1] == status.st_gid}
            if members - {0, status.st_uid}:
                return True
    return False


def has_capability(path):
    return subprocess.run([b"getfattr", b"-h", b"-n", b"security.capability", b"--", path], check=False, capture_output=True).returncode == 0


def expected(tree):
    found = {key: set() for key in ("writable", "privileged", "unowned", "sensitive", "links", "nested")}
    top = os.path.join(tree, b"tmp")
    passed = {top: True}
    for path in oracle.find(top, "-mindepth", "1", "-maxdepth", str(LEVELS), "-xdev"):
        parent, base = os.path.split(path)
        if parent not in passed:
            passed[parent] = passed[os.path.dirname(parent)] and others_pass(parent)
        if not passed[parent]:
            passed[path] = False
            continue
        status, above, subject = os.lstat(path), os.lstat(parent), path[len(tree):]
        mode = status.st_mode
        set_id = mode & 0o4000 or (mode & 0o2000 and mode & 0o010)
        if status.st_uid not in ACCOUNTS or status.st_gid not in GROUPS:
            found["unowned"].add(subject)
        if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
            found["privileged"].add(subject)
        if stat.S_ISDIR(mode) and mode & 0o003 == 0o003 and not mode & 0o1000:
            found["nested"].add(subject)
        lock = status.st_uid == 0 and status.st_size == 0 and (base.endswith(b".lock") or base.startswith(b"LCK.."))
        if (stat.S_ISREG(mode) and not lock or stat.S_ISFIFO(mode)) and mode & 0o002:
            found["writable"].add(subject)
        if not stat.S_ISREG(mode):
            continue
        if set_id or has_capability(path):
            found["privileged"].add(subject)
        if status.st_nlink > 1 and above.st_mode & 0o1002 == 0o1002 and (set_id or status.st_uid < UID_MIN):
            found["links"].add(subject)
        if mode & 0o044 and status.st_size and any(fnmatchcase(base.decode("latin-1"), glob) for glob in SECRETS):
            found["sensitive"].add(subject)
    return found


def compare(tree, checks):
    wanted, good = expected(tree), True
    for key, subjects in wanted.items():
        actual = oracle.subjects_of(checks["sticky.nested" if key == "nested" else "contents." + key])
        # A group or a list makes playgrounds, too: that is for others to prove.
        good = oracle.same(key, subjects, actual & subjects if key == "nested" else actual) and good
    print(" ".join("%s %d" % (key, len(subjects)) for key, subjects in wanted.items()))
    return good


oracle.main(plant, compare)
