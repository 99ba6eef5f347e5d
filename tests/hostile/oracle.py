"""What the slow and independent answers have in common: random names, access lists by getfacl(1), subjects of a report."""

import base64
import json
import os
import subprocess
import sys


def any_bytes(rng):
    """A name of any bytes but a slash and NUL."""
    return bytes(rng.choice([b for b in range(1, 256) if b != 47]) for _ in range(rng.randrange(1, 40)))


def set_list(path, entries):
    """Give a file the entries of a list, those that stand twice once."""
    subprocess.run([b"setfacl", b"-m", ",".join(dict.fromkeys(entries)).encode(), b"--", path], check=False,
                   stderr=subprocess.DEVNULL)


def access_list(path):
    """[(kind, who or None, effective rights)]"""
    text = subprocess.run([b"getfacl", b"-n", b"-p", b"-e", b"--omit-header", b"--", path], check=True, capture_output=True).stdout
    entries = []
    for line in text.decode("ascii", "replace").splitlines():
        if line.startswith("default:") or line.count(":") < 2:
            continue
        kind, who, rights = line.split("#")[0].strip().split(":")
        entries.append((kind, int(who) if who else None, line.split("#effective:")[1] if "#effective:" in line else rights))
    return entries


def find(top, *conditions):
    """The paths that find(1) lists on one file system."""
    command = [b"find", top, *(condition.encode() for condition in conditions), b"-print0"]
    return subprocess.run(command, check=True, capture_output=True).stdout.split(b"\0")[:-1]


def checks_of(report):
    with open(report, encoding="utf-8") as stream:
        return {check["id"]: check for check in json.load(stream)["checks"]}


def subjects_of(check):
    """The subjects of its findings, as bytes; each must have been judged, and once."""
    subjects = []
    for finding in check["findings"]:
        if finding["status"] != "fail":
            sys.exit("%s: not judged: %r" % (check["id"], finding))
        raw = finding.get("subject_bytes")
        subjects.append(base64.b64decode(raw) if raw else finding["subject"].encode())
    if len(set(subjects)) != len(subjects):
        sys.exit("%s: one subject stands twice" % check["id"])
    return set(subjects)


def same(what, wanted, actual):
    """Say what differs; whether nothing does."""
    for path in sorted(wanted - actual):
        print(what, "missed", path)
    for path in sorted(actual - wanted):
        print(what, "invented", path)
    return wanted == actual


def main(plant, compare):
    if sys.argv[1] == "plant":
        plant(int(sys.argv[2]), os.fsencode(sys.argv[3]))
    elif not compare(os.fsencode(sys.argv[2]), checks_of(sys.argv[3])):
        sys.exit(1)
