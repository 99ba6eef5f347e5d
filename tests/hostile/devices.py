"""Device nodes in the places of all files that an audit looks for, and whether one was opened.

usage: devices.py plant TREE TRACE [DIRECTORIES]    put nodes where the trace shows that something was pinned below TREE
                                                    and no file is; with DIRECTORIES make directories full of them, too
       devices.py opened TRACE                      print each call that opened a node, by its name or pinned before

A trace is strace's -f -y -e trace=open,openat,openat2,dup,dup2,dup3,fcntl,close.  A call that only pins (O_PATH) or that
takes nothing but directories asks no driver.
"""

import os
import re
import stat
import sys

# A character device that gives bytes without end, and a block device that has no driver.
NODES = ((stat.S_IFCHR, os.makedev(1, 5)), (stat.S_IFBLK, os.makedev(240, 7)))
NAMES = ("x", "x.conf", "x.sh", "x.csh", "x.service", "x.socket", "x.timer", "x.mount", "x.automount", "x.rules", "x.json",
         "x@.service", "root", "00-x.list", "core.1", "id_rsa", "x.lock")


def calls(trace):
    """Of each call that opens: the path, the flags, what came of it, and the line."""
    pattern = re.compile(r'(?:open|openat2?)\((?:(AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)",? \{?(?:flags=)?([A-Z_|]+).* = (-?\d+)')
    with open(trace, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            found = pattern.search(line)
            if found:
                at, directory, name, flags, result = found.groups()
                yield (directory if at != "AT_FDCWD" else os.getcwd()), name, flags.split("|"), int(result), line.rstrip("\n")


def plant(tree, trace, directories):
    placed = 0
    for directory, name, flags, _, _ in list(calls(trace)):
        if "O_PATH" not in flags or not directory or os.path.commonpath([tree, directory]) != tree:
            continue
        path = os.path.join(directory, name.lstrip("/")) if directory == tree else os.path.join(directory, name)
        if os.path.lexists(path) or len(os.path.basename(path)) > 200:
            continue
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            nodes = [path]
            if directories:
                os.mkdir(path)
                nodes = [os.path.join(path, node) for node in NAMES]
            for node in nodes:
                kind, device = NODES[placed % 2]
                os.mknod(node, kind | 0o666, device)
                placed += 1
        except (FileExistsError, NotADirectoryError):
            pass
    print(placed)


def is_device(path):
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def opened(trace):
    # What the last call that gave a number gave, whichever process it was: the worker alone opens.
    numbers, bad = {}, 0
    for directory, name, flags, result, line in calls(trace):
        pinned = re.fullmatch(r"/proc/self/fd/(\d+)", name)
        path = numbers.get(int(pinned[1])) if pinned else os.path.join(directory or "/", name)
        if path != "/dev/null" and path and is_device(path) and not {"O_PATH", "O_DIRECTORY"} & set(flags):
            print(line)
            bad += 1
        if result >= 0:
            given = re.search(r" = \d+<(.*?)(?:<(?:char|block) [^>]*>)?>$", line)
            numbers[result] = given[1] if given else None
    return bad


if sys.argv[1] == "plant":
    plant(sys.argv[2], sys.argv[3], len(sys.argv) > 4)
else:
    sys.exit(1 if opened(sys.argv[2]) else 0)
