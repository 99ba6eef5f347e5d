"""Hold the reader of policies to share/schema/policy-1.json, both ways, on generated policies; answers in TAP.

usage: policy_schema.py TMPAUDIT SCHEMA DIRECTORY [NUMBER]

Each policy is made by one change to a good one, NUMBER of them by several.  The reader must accept what the schema accepts and refuse
what it refuses; what a schema cannot say is changed on purpose and must be refused though the schema accepts it.
"""

import base64
import copy
import datetime
import json
import pathlib
import random
import re
import subprocess
import sys

import jsonschema

tmpaudit, schema_path, directory, *number = sys.argv[1:]
several = int(number[0]) if number else 100
schema = json.loads(pathlib.Path(schema_path).read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
path = pathlib.Path(directory) / "policy.json"
today = datetime.datetime.now(datetime.timezone.utc).date()
rand = random.Random(7)


def day(days):
    return (today + datetime.timedelta(days=days)).isoformat()


GOOD = {
    "schema": "tmpaudit.policy/1",
    "name": "web tier",
    "comment": "all of it",
    "extends": "strict",
    "deep": False,
    "checks": {
        "comment": "x",
        "mount.tmp-noexec": {"severity": "low", "comment": "y"},
        "cleanup.*": {"enabled": False, "applicable": True, "boot": False},
        "practice:race": {"enabled": True},
        "sticky": {},
    },
    "parameters": {
        "comment": "z",
        "tempdir.extra": ["/srv/scratch", "/srv/a b"],
        "umask.maximum": "027",
        "umask.services": "22",
        "umask.usergroups": True,
        "umask.root-processes": "0022",
        "umask.user-processes": "2",
        "umask.exempt-processes": ["cups*"],
        "sysctl.protected-regular": 2,
        "sysctl.protected-fifos": 0,
        "sysctl.suid-dumpable-pipe": False,
        "sysctl.core-relative": False,
        "mount.limits-memory": 1,
        "mount.limits-usage": 100,
        "cleanup.tmp-max-age": "10d",
        "cleanup.var-tmp-max-age": "1w2d3h4min5s",
        "cleanup.volatile": False,
        "isolation.all-services": True,
        "contents.shared-memory": [],
        "isolation.exempt-users": ["root"],
    },
    "waivers": [
        {"check": "sticky.everywhere", "subject": "/srv/drop", "reason": "upload box", "owner": "ops@example.org",
         "ticket": "OPS-4711", "expires": day(30), "comment": "c"},
        {"check": "sticky.everywhere", "subject": "/srv/*", "reason": "r", "expires": day(366)},
        {"check": "mount.tmp-noexec", "subject_bytes": base64.b64encode(b"/tmp/\xff").decode(), "reason": "r",
         "owner": "o", "expires": "1999-12-31"},
    ],
    "fail": {"under": 80.5, "on": "high", "comment": "d"},
}

# Values of every type, near the edges of what keys take.
VALUES = [
    None, True, False, 0, 1, 2, 3, -1, 1.0, 2.0, 1.5, 80.5, 100, 101, 100.0, -0.0, 1e3, 10**30, 1e300, [], {}, [1],
    [None], [[]], {"a": 1}, {"comment": "x"}, {"comment": 1}, "", " ", "\t\n", "x", "027", "27", "7", "0", "0027",
    "00027", "028", "27 ", "+27", "0o27", "1777", "0777", "10d", "10", "d", "10D", "10 d", "1.5d", "-1d", "1d12h",
    "1w", "5min", "5m", "5s", "1h1h", "9999999999d", "1d" * 16, "1d" * 17, "low", "high", "critical", "info", "hig",
    "LOW", "default", "strict", "desktop", "tmpaudit.policy/1", "tmpaudit.policy/2", "/srv", "/", "srv", "/srv/",
    "//srv", "/srv/../x", "/srv/./x", "/srv/..", "/srv/.x", "/srv/...", "/a\nb", "mount.tmp-noexec", "mount.*",
    ["/srv"], ["/srv", "/srv"], ["/srv", "srv"], ["/srv", 1], ["a", "b"], ["a", "a"], [""], [" "],
    [f"/d{i}" for i in range(1000)], [f"/d{i}" for i in range(1001)], "YQ==", "YQ=", "YQ", "Y===", "YWI=", "YWJj",
    "2026-01-01", "2026-1-1", "2026-01-01 ", "26-01-01", "x" * 5000, "\u00e4\u4e2d\U0001f600", "\u0085", "\u00a0",
]
KEYS = ["comment", "Comment", "name", "severity", "enabled", "waiver", "checks", "umask.maximum", "umask.maximun", "",
        "on", "under", "subject", "\u00e9", "extends ", "deep"]


def places(value, place=()):
    """The places of all values within a value."""
    yield place
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], place + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, place + (index,))


def at(value, place):
    for step in place:
        value = value[step]
    return value


def changed():
    """Policies that differ from the good one in one thing, and what that is."""
    yield "nothing", copy.deepcopy(GOOD)
    for value in VALUES:
        yield f"the whole is {value!r:.60}", value
    for place in places(GOOD):
        if not place:
            continue
        *above, last = place
        for value in rand.sample(VALUES, 6):
            policy = copy.deepcopy(GOOD)
            at(policy, above)[last] = value
            yield f"{place} is {value!r:.60}", policy
        policy = copy.deepcopy(GOOD)
        del at(policy, above)[last]
        yield f"{place} is gone", policy
        if isinstance(at(GOOD, place), dict):
            for key in KEYS:
                policy = copy.deepcopy(GOOD)
                at(policy, place)[key] = rand.choice(VALUES)
                yield f"{place} has the key {key!r}", policy
    for parameter in GOOD["parameters"]:
        for value in rand.sample(VALUES, 40):
            policy = copy.deepcopy(GOOD)
            policy["parameters"][parameter] = value
            yield f"{parameter} is {value!r:.60}", policy
    for number in range(several):
        yield f"several {number}", changed_more()


def changed_more():
    """A policy that differs in two to four things; what differs may lie in what differs."""
    policy = copy.deepcopy(GOOD)
    for _ in range(rand.randint(2, 4)):
        place = rand.choice([place for place in places(policy) if place] or [()])
        if not place:
            break
        *above, last = place
        value = at(policy, place)
        what = rand.random()
        if what < 0.3:
            del at(policy, above)[last]
        elif what < 0.5 and isinstance(value, dict):
            value[rand.choice(KEYS)] = copy.deepcopy(rand.choice(VALUES))
        elif what < 0.7:
            # Something good, but elsewhere.
            at(policy, above)[last] = copy.deepcopy(at(GOOD, rand.choice(list(places(GOOD)))))
        else:
            at(policy, above)[last] = copy.deepcopy(rand.choice(VALUES))
    return policy


# The reader refuses more than a schema can say: what, by what it says.
BEYOND = [
    (r'no check "', "checks are those there are"),
    (r"is no day", "days exist"),
    (r"a waiver ends after at most 366 days", "lie at most 366 days ahead"),
    (r'"[^"]*" is no age from 1s to 3650d', "ages are from 1s to 3650d"),
    (r"a score has one decimal at most", "scores have one decimal"),
    (r"are waived before, in this file", "no two waivers of a file are of the same check and subject"),
    (r"this is no name in base64", "subject_bytes holds no NUL"),
    (r"the key .* stands twice", "no key stands twice in an object"),
]
extra = []
for number, change in enumerate([
        lambda p: p["checks"].update({"no.such": {}}),
        lambda p: p["waivers"][0].update(check="no.such"),
        lambda p: p["waivers"][0].update(expires="2026-02-30"),
        lambda p: p["waivers"][0].update(expires=day(367)),
        lambda p: p["parameters"].update({"cleanup.tmp-max-age": "0s"}),
        lambda p: p["parameters"].update({"cleanup.tmp-max-age": "3651d"}),
        lambda p: p["fail"].update(under=80.55),
        lambda p: p["waivers"].append(p["waivers"][0]),
        lambda p: p["waivers"][2].update(subject_bytes=base64.b64encode(b"a\0b").decode()),
        lambda p: p["waivers"][2].update(subject_bytes="YR=="),
]):
    policy = copy.deepcopy(GOOD)
    change(policy)
    extra.append((f"beyond {number}", policy))


def read(policy):
    path.write_text(json.dumps(policy, ensure_ascii=rand.random() < 0.5), encoding="utf-8")
    run = subprocess.run([tmpaudit, "list", f"--policy={path}"], capture_output=True, text=True, check=False)
    return run.returncode, run.stderr


wrong = []
accepted = refused = beyond = 0
seen = set()
for what, policy in [*changed(), *extra]:
    text = json.dumps(policy)
    if text in seen:
        continue
    seen.add(text)
    good = validator.is_valid(policy)
    status, message = read(policy)
    place = re.fullmatch(rf"tmpaudit: {re.escape(str(path))}:\d+:\d+: .+\n", message)
    if status not in (0, 2) or (status == 2) != bool(place):
        wrong.append(f"{what}: ends with {status} and says {message!r}")
    elif status == 2 and good:
        if any(re.search(pattern, message) for pattern, _ in BEYOND):
            beyond += 1
        else:
            wrong.append(f"{what}: the schema accepts what is refused with {message!r}")
    elif status == 0 and not good:
        wrong.append(f"{what}: the schema refuses what the reader accepts")
    elif what.startswith("beyond"):
        wrong.append(f"{what}: is not refused though the schema accepts it")
    elif good:
        accepted += 1
    else:
        refused += 1
for _, what in BEYOND:
    if what not in schema["description"]:
        wrong.append(f"the schema does not say: {what}")
listed = subprocess.run([tmpaudit, "list", "-p", "default", "--policy"], capture_output=True, text=True, check=True).stdout
parameters = re.findall(r"^  (\S+)", listed.split("\nParameters\n")[1].split("\n\n")[0], re.M)
if set(parameters) | {"comment"} != set(schema["properties"]["parameters"]["properties"]):
    wrong.append(f"the schema has other parameters than {parameters}")
if min(accepted, refused) < 150 or beyond < len(extra):
    wrong.append("there are too few cases of a kind")

print("1..1")
print(f"{'not ok' if wrong else 'ok'} 1 - the reader and the schema agree: "
      f"{accepted} accepted, {refused} refused, {beyond} refused by what no schema can say")
for line in wrong[:40]:
    print(f"# {line}")
sys.exit(bool(wrong))
