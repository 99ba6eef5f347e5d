"""Compare what our reader of units says with systemd-analyze of the same tree, which need not be booted.

usage: analyze.py OURS SECURITY CONFIG

OURS are the blocks of tests/hosts/units.c; SECURITY has a line "UNIT JSON" a service, of systemd-analyze security
--offline --json=short; CONFIG a line "UNIT FILE" for each file that systemd-analyze cat-config prints of it.
Prints each difference, and last how much was compared.
"""

import json
import os
import re
import sys

WIDE = [(0o002, "world-writable"), (0o004, "world-readable"), (0o020, "group-writable"), (0o040, "group-readable")]


def read_ours(path):
    """Blocks by Id; each has a list of values for a key."""
    units, block = {}, {}
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for line in list(lines) + ["\n"]:
            key, equals, value = line.rstrip("\n").partition("=")
            if equals:
                block.setdefault(key, []).append(value)
            elif block:
                units[block.get("Id", [""])[0]] = block
                block = {}
    return units


def read_pairs(path):
    """Lines of two words."""
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        return [line.rstrip("\n").split(" ", 1) for line in lines if " " in line]


def umask_shown(block):
    """What systemd-analyze says of the umask."""
    text = block.get("UMask", [""])[0]
    value = int(text, 8) if re.fullmatch("[0-7]{1,4}", text) else 0o022
    for bit, word in WIDE:
        if not value & bit:
            return word
    return "accessible only by service's own user"


def compare(block, rows):
    """What both say of a service, in one form."""
    rows = {row["json_field"]: row for row in rows}
    own_root = any(block.get(key, [""])[0] for key in ("RootDirectory", "RootImage"))
    yield "PrivateTmp", block["PrivateTmp"][0] == "yes", bool(rows["PrivateTmp"]["set"])
    yield "UMask", umask_shown(block), next(
        (word for word in [word for _, word in WIDE] + ["accessible only by service's own user"]
         if word in rows["UMask"]["description"]), rows["UMask"]["description"])
    yield "RootDirectory", own_root, bool(rows["RootDirectoryOrRootImage"]["set"])
    # "Service runs under a … user identity" or "as root user".
    user = block.get("User", [""])[0]
    name = "UserOrDynamicUser" if "UserOrDynamicUser" in rows else "User"
    if "%" not in user:
        yield "User", bool(user and user not in ("root", "0")) or block["DynamicUser"][0] == "yes", bool(rows[name]["set"])


ours = read_ours(sys.argv[1])
services = files = 0
for unit, text in read_pairs(sys.argv[2]):
    if unit not in ours or ours[unit]["LoadState"][0] != "loaded":
        continue
    services += 1
    for key, our, their in compare(ours[unit], json.loads(text)):
        if our != their:
            print(f"{unit}: {key} is {their!r} for systemd-analyze security, not {our!r}")
listed = {}
for unit, path in read_pairs(sys.argv[3]):
    listed.setdefault(unit, []).append(path)
for unit, paths in listed.items():
    # Nor does it know that an instance is read from its template.
    if unit not in ours or "@" in unit:
        continue
    files += len(paths)
    # It takes a unit for any file of configuration: of drop-ins it knows those in UNIT.d alone.
    own = ours[unit].get("FragmentPath", []) + [
        path for path in ours[unit].get("DropInPaths", []) if os.path.basename(os.path.dirname(path)) == unit + ".d"]
    if [path.replace("/usr/lib/", "/lib/", 1) for path in own] != [path.replace("/usr/lib/", "/lib/", 1) for path in paths]:
        print(f"{unit}: is read from {paths!r} by systemd-analyze cat-config, not from {own!r}")
print(f"# {services} services as security --offline has them, {files} files as cat-config lists them")
sys.exit(services == 0)
