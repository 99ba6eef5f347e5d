"""A random tree, and what sticky.everywhere must find in it by find(1), stat(2) and getfacl(1).

usage: everywhere.py plant SEED DIR
       everywhere.py compare DIR REPORT
"""

import os
import random

import oracle

UID_MIN = 1000


def name(rng):
    """Any bytes but a slash and NUL, up to 255 of them."""
    kind = rng.randrange(6)
    if kind == 0:
        return oracle.any_bytes(rng)
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
            oracle.set_list(path, entries)


def named_writer(path, owner):
    return any(kind in ("user", "group") and who and "w" in rights and not (kind == "user" and who == owner)
               for kind, who, rights in oracle.access_list(path))


def expected(top):
    found = set()
    for path in oracle.find(top, "-xdev", "-type", "d"):
        status = os.lstat(path)
        loose = not status.st_mode & 0o1000 or status.st_uid >= UID_MIN
        if loose and (status.st_mode & 0o002 or named_writer(path, status.st_uid)):
            found.add(path[len(top):] or b"/")
    return found


def compare(top, checks):
    wanted = expected(top)
    print("%d directories" % len(wanted))
    return oracle.same("sticky.everywhere", wanted, oracle.subjects_of(checks["sticky.everywhere"]))


oracle.main(plant, compare)
