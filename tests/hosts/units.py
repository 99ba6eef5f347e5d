"""Compare what our reader of units says with what systemctl show says.

usage: units.py TREE OURS THEIRS     both as blocks of KEY=VALUE lines; TREE is where the files lie

Prints each difference, and the number of units that were compared.
"""

import os
import re
import sys

tree = sys.argv[1]


def read(path):
    """Blocks by Id; each has a list of values for a key."""
    units, block = {}, {}
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for line in list(lines) + ["\n"]:
            key, equals, value = line.rstrip("\n").partition("=")
            if equals:
                block.setdefault(key, []).append(value)
            elif block:
                if "Id" in block:
                    units[block["Id"][0]] = block
                block = {}
    return units


def plain(path):
    """/lib is /usr/lib."""
    return path.replace("/usr/lib/", "/lib/", 1)


def counts(path):
    """systemd lists masks, directories and links to nowhere, too."""
    target = os.path.join(tree, path.lstrip("/"))
    if os.path.islink(target):
        link = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(target)))
        return link != "/dev/null" and os.path.isfile(tree + link)
    return os.path.isfile(target)


def first(block, key):
    return block.get(key, [""])[0]


def command(text):
    """Program and arguments of { path=… ; argv[]=… ; … }."""
    found = re.match(r"\{ path=(.*?) ; argv\[\]=(.*?) ; (?:ignore_errors|flags)=", text)
    return [found.group(1)] + found.group(2).split()[1:] if found else [text]


def scalars(ours, theirs):
    """Pairs of what both say of a key with one value, in one form."""
    for key in "User", "RootDirectory", "PIDFile", "Type", "DynamicUser", "PrivateTmp", "UMask", "WorkingDirectory":
        if key not in ours or key not in theirs or "%" in first(ours, key):
            continue
        our, their = first(ours, key), first(theirs, key)
        if key == "UMask":
            our = f"{int(our, 8):04o}" if re.fullmatch("[0-7]+", our) else our or "0022"
        elif key == "Type":
            our = our or ("simple" if "ExecStart" in ours else "oneshot")
            # A BusName= makes it another.
            their = our if their == "dbus" else their
        elif key == "PIDFile" and our:
            our = os.path.join("/run", our).replace("/var/run/", "/run/")
        elif key == "WorkingDirectory":
            our = "!" + our[1:] if our.startswith("-") else our
            their = our if their == "!" else their
        elif key == "User" and first(theirs, "DynamicUser") == "yes":
            our = our or their
        yield key, our.rstrip("/"), their.rstrip("/")


def compare(ours, theirs):
    state = first(theirs, "LoadState")
    if first(ours, "LoadState") != state:
        yield "LoadState", first(ours, "LoadState"), state
    if state != "loaded":
        return
    yield "FragmentPath", plain(first(ours, "FragmentPath")), plain(first(theirs, "FragmentPath"))
    yield ("DropInPaths", [plain(path) for path in ours.get("DropInPaths", [])],
           [plain(path) for path in first(theirs, "DropInPaths").split() if counts(path)])
    yield "Names", sorted(ours.get("Names", []) + ours["Id"]), sorted(first(theirs, "Names").split())
    yield from scalars(ours, theirs)
    if ours["Id"][0].endswith(".service"):
        for key in "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop":
            our = [text.split() for text in ours.get(key, [])]
            their = [command(text) for text in theirs.get(key, [])]
            if any("%" in word for words in our for word in words):
                continue
            # A name without a slash is looked up.
            for mine, other in zip(our, their):
                if "/" not in mine[0] and os.path.basename(other[0]) == mine[0]:
                    mine[0] = other[0]
            yield key, our, their


ours, theirs = read(sys.argv[2]), read(sys.argv[3])
names = {name: block for block in theirs.values() for name in first(block, "Names").split()}
count = 0
for unit, block in ours.items():
    other = names.get(unit)
    # Templates are none, and what a generator makes is not read.
    if not other or re.search(r"@\.\w+$", unit) or first(other, "SourcePath") or \
            first(other, "FragmentPath").startswith("/run/systemd/generator"):
        continue
    count += 1
    for key, our, their in compare(block, other):
        if our != their:
            print(f"{unit}: {key} is {their!r}, not {our!r}")
print(f"# {count} units compared")
sys.exit(count == 0)
