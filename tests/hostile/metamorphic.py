"""Audits of random trees that must agree, or of which one must not look better than the other.

usage: metamorphic.py PROGRAM DIRECTORY FIRST COUNT    seeds FIRST to FIRST + COUNT - 1; exit 1 says which do not hold
       metamorphic.py plant TREE SEED                  the tree alone

Of each tree: root and a user who owns nothing, before and after an attacker has added what he can, twice the same.
"""

import json
import os
import random
import shutil
import subprocess
import sys

ATTACKER, STRANGER = 1000, 4321

# What a file may hold: one to three of these, good or bad or broken.  None names a directory that is there as a
# temporary one: whoever cannot read the file does not know of it, and is told that he cannot.
FILES = {
    "/etc/fstab": ["tmpfs /tmp tmpfs defaults 0 0", "tmpfs /tmp tmpfs mode=1777,nosuid,nodev,noexec,size=1g 0 0",
                   "/tmp /var/tmp none bind 0 0", "/dev/sda2 /var/tmp ext4 nosuid,nodev 0 2", "broken", "proc /proc proc hidepid=2 0 0"],
    "/etc/login.defs": ["UMASK 022", "UMASK 000", "UMASK 077", "UMASK", "USERGROUPS_ENAB yes", "UID_MIN 500"],
    "/etc/environment": ["PATH=/usr/bin:/bin", "PATH=/tmp:/bin", "TMPDIR=/tmp/x", "LD_PRELOAD=/tmp/a.so", "TMPDIR=/srv/none"],
    "/etc/profile": ["umask 022", "umask 000", "umask 077", "export TMPDIR=/tmp/$USER", "PATH=.:$PATH", "if true; then umask 002; fi"],
    "/etc/profile.d/a.sh": ["umask 000", "umask 027", "export PATH=/tmp/bin:$PATH", ". /tmp/rc"],
    "/etc/bash.bashrc": ["umask 000", "export TMPDIR=/var/tmp"],
    "/root/.bashrc": ["umask 000", "umask 077", "export TMPDIR=/tmp/root"],
    "/root/.profile": ["umask 000", "PATH=/tmp:$PATH"],
    "/home/alice/.profile": ["umask 000", "umask 077", "TMPDIR=/tmp/alice", "syntax ' error"],
    "/etc/sysctl.conf": ["fs.protected_regular = 0", "fs.protected_symlinks = 1", "fs/protected_fifos=2"],
    "/etc/sysctl.d/50-a.conf": ["fs.protected_regular=0", "fs.protected_regular=2", "fs.protected_hardlinks=0", "fs.suid_dumpable=2"],
    "/etc/sysctl.d/99-b.conf": ["fs.protected_symlinks=0", "fs.protected_symlinks=1", "-fs.protected_fifos=1", "kernel.core_pattern=/tmp/core.%p"],
    "/usr/lib/sysctl.d/10-c.conf": ["fs.protected_hardlinks=1", "fs.protected_regular=1", "fs.protected_fifos=0"],
    "/etc/tmpfiles.d/tmp.conf": ["d /tmp 0777 root root -", "q /tmp 1777 root root 10d", "d /var/tmp 1777 root root 30d", "x /tmp/*", "z /tmp 0755"],
    "/usr/lib/tmpfiles.d/x11.conf": ["D! /tmp/.X11-unix 1777 root root 10d", "r! /tmp/.X[0-9]*-lock"],
    "/etc/systemd/system/a.service": ["[Service]", "ExecStart=/bin/a", "UMask=0", "Environment=TMPDIR=/tmp/x", "PrivateTmp=yes", "User=alice"],
    "/usr/lib/systemd/system/b.service": ["[Service]\nExecStart=/tmp/b\nUMask=0022", "PIDFile=/tmp/b.pid", "PrivateTmp=no"],
    "/etc/systemd/system/a.service.d/x.conf": ["[Service]\nUMask=0077", "[Service]\nUMask=0", "[Service]\nPrivateTmp=true"],
    "/etc/systemd/system/tmp.mount": ["[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs", "Options=nosuid,nodev", "Options=mode=1777,strictatime"],
    "/etc/crontab": ["PATH=/tmp:/bin", "* * * * * root /tmp/run", "17 * * * * root cd / && run-parts /etc/cron.hourly", "*/5 * * * * alice /home/alice/x"],
    "/etc/cron.d/job": ["TMPDIR=/tmp/x", "1 1 * * * root find /tmp -mtime +10 -delete", "bad line"],
    "/etc/cron.daily/clean": ["#!/bin/sh\nfind /var/tmp -atime +30 -exec rm {} \\;", "echo >/tmp/log.$$"],
    "/etc/sudoers": ["Defaults env_keep += TMPDIR", "Defaults umask=0000", "Defaults secure_path=\"/tmp:/bin\"", "Defaults env_reset"],
    "/etc/pam.d/common-session": ["session optional pam_umask.so", "session required pam_namespace.so", "session optional pam_umask.so umask=0000"],
    "/etc/pam.d/login": ["session optional pam_umask.so usergroups", "session required pam_env.so", "@include common-session"],
    "/etc/pam.d/sshd": ["@include common-session", "session required pam_env.so user_readenv=1", "session required pam_limits.so"],
    "/etc/security/namespace.conf": ["/tmp /tmp-inst/ level root,adm", "/var/tmp /var/tmp/tmp-inst/ user root"],
    "/etc/security/limits.conf": ["* hard core 0", "* soft core unlimited"],
    "/etc/security/pam_env.conf": ["TMPDIR DEFAULT=/tmp/@{PAM_USER}", "PATH DEFAULT=/tmp:/bin"],
    "/etc/ld.so.preload": ["/tmp/evil.so", "/usr/lib/good.so"],
    "/etc/ld.so.conf": ["/tmp/lib", "/usr/local/lib", "include /etc/ld.so.conf.d/*.conf"],
    "/etc/ssh/sshd_config": ["PermitUserEnvironment yes", "AcceptEnv TMPDIR", "UsePAM yes"],
}
MODES = [0o644, 0o644, 0o644, 0o600, 0o640, 0o400, 0o000, 0o664, 0o666]
DIRECTORIES = ["/srv/scratch", "/srv/drop", "/opt/x", "/home/alice", "/home/bob", "/var/spool/cron", "/var/crash", "/run/lock",
               "/tmp/sub", "/var/tmp/a", "/var/tmp/a/b", "/tmp/.hidden", "/etc/cron.d", "/etc/profile.d"]
DIRECTORY_MODES = [0o755, 0o755, 0o700, 0o777, 0o1777, 0o775, 0o1770, 0o711, 0o2777]
NAMES = ["a", ".a", "-rf", "new\nline", "\x1b[2J", "\udcff\udcfe", " ", "sess_0123", ".X11-unix", ".ICE-unix", "systemd-private-x",
         "tmpaudit-probe", "0" * 255, "core.123", "id_rsa", "krb5cc_0", ".font-unix", "aquota.user", "lost+found", ".Test-unix",
         "report.1234", "x.sh", "hsperfdata_root", ".s.PGSQL.5432", "screen", "tmux-0", "ssh-XXXX", "evil.so", "run", "lib"]


def plant(chance, tree):
    """A tree that has what every host has, and much besides."""
    for path in ("/dev", "/etc", "/home", "/proc", "/run", "/sys", "/usr/lib/systemd", "/var/lib", "/root"):
        os.makedirs(tree + path)
    for path in ("/tmp", "/var/tmp"):
        os.makedirs(tree + path, exist_ok=True)
    for path in chance.sample(DIRECTORIES, chance.randrange(len(DIRECTORIES))):
        os.makedirs(tree + path, exist_ok=True)
        os.chown(tree + path, chance.choice([0, 0, 0, ATTACKER, 1001]), chance.choice([0, 0, 1000, 50]))
        os.chmod(tree + path, chance.choice(DIRECTORY_MODES))
        if chance.random() < .2:
            subprocess.run(["setfacl", "-m", chance.choice(["u:1000:rwx", "g:50:rwx", "d:u:1000:rwx", "u:1001:r-x"]), tree + path], check=True)
    open(tree + "/usr/lib/systemd/systemd", "w").close()
    with open(tree + "/etc/passwd", "w", encoding="utf-8") as file:
        file.write("root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\nalice:x:1000:1000::/home/alice:/bin/sh\n"
                   "bob:x:1001:1001::/home/bob:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n")
    with open(tree + "/etc/group", "w", encoding="utf-8") as file:
        file.write("root:x:0:\nstaff:x:50:bob\nalice:x:1000:\nbob:x:1001:\n")
    for path in ("/etc/passwd", "/etc/group"):
        if chance.random() < .1:
            os.chmod(tree + path, chance.choice([0o600, 0o640]))
    for path, lines in FILES.items():
        if chance.random() < .5:
            continue
        os.makedirs(os.path.dirname(tree + path), exist_ok=True)
        with open(tree + path, "w", encoding="utf-8") as file:
            file.write("\n".join(chance.sample(lines, chance.randint(1, min(3, len(lines))))) + "\n")
        if chance.random() < .1:
            os.chown(tree + path, ATTACKER, ATTACKER)
        os.chmod(tree + path, chance.choice(MODES))
    for path in ("/tmp", "/var/tmp"):
        os.chmod(tree + path, chance.choice([0o1777, 0o1777, 0o777, 0o755, 0o1770, 0o3777]))
        os.chown(tree + path, chance.choice([0, 0, 0, ATTACKER]), 0)
    add(chance, tree, 3)


def add(chance, tree, most):
    """What an attacker adds in the directories that are open to everybody, as himself."""
    places = [path for path, _, _ in os.walk(tree) if os.lstat(path).st_mode & 2]
    for place in places:
        for name in chance.sample(NAMES, chance.randint(0, most)):
            path = os.path.join(place, name)
            if os.path.lexists(path):
                continue
            kind = chance.randrange(7)
            if kind < 2:
                os.mkdir(path)
            elif kind == 2:
                os.symlink(chance.choice(["/etc/shadow", name, "../../etc", "/tmp"]), path)
            elif kind == 3:
                os.mkfifo(path)
            else:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(chance.choice(["x", "#!/bin/sh\n", "-----BEGIN OPENSSH PRIVATE KEY-----\n", ""]))
            os.chown(path, ATTACKER, ATTACKER, follow_symlinks=False)
            if kind != 2:
                os.chmod(path, chance.choice([0o777, 0o1777, 0o700, 0o666, 0o644, 0o4755]))


def audit(program, tree, options, uid=0):
    """The report of an audit by a user."""
    def become():
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)

    done = subprocess.run([program, "--root", tree, "-f", "json", *options], stdout=subprocess.PIPE, check=False,
                          preexec_fn=become if uid else None)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(f"ended with {done.returncode}")
    report = json.loads(done.stdout)
    for key in ("started", "duration_ms"):
        del report["run"][key]
    return report


def statuses(report):
    return {check["id"]: check["status"] for check in report["checks"]}


def better(former, latter):
    """Checks that look better in the latter report."""
    was, now = statuses(former), statuses(latter)
    return [f"{name}: {was[name]} became {now[name]}" for name in was if name in now and (
        was[name] == "fail" and now[name] in ("pass", "not-applicable") or was[name] == "error" and now[name] == "pass")]


def higher(former, latter):
    """Whether the score is higher, but for the caps: a failure that cannot be seen lifts its own."""
    was, now = statuses(former), statuses(latter)
    capping = {check["id"] for check in former["checks"] if check["status"] == "fail" and check["severity"] in ("high", "critical")}
    if any(now.get(name) == "error" for name in capping):
        return False
    return (latter["score"]["value"] or 0) > (former["score"]["value"] or 0)


def try_seed(program, tree, seed):
    """What does not hold of the tree."""
    chance = random.Random(seed)
    plant(chance, tree)
    options = chance.choice([[], ["--deep"], ["-p", "strict", "--deep"]])
    root, again = audit(program, tree, options), audit(program, tree, options)
    wrong = [] if root == again else ["the same tree twice, and other bytes"]
    user = audit(program, tree, options, STRANGER)
    wrong += [f"to a user {what}" for what in better(root, user)]
    if higher(root, user):
        wrong.append(f"to a user {root['score']['value']} became {user['score']['value']}")
    add(chance, tree, 12)
    attacked = audit(program, tree, options)
    wrong += [f"by an attacker {what}" for what in better(root, attacked)]
    if higher(root, attacked):
        wrong.append(f"by an attacker {root['score']['value']} became {attacked['score']['value']}")
    return wrong


def main():
    os.umask(0o022)
    if sys.argv[1] == "plant":
        plant(random.Random(int(sys.argv[3])), sys.argv[2])
        return 0
    program, directory, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    failed = 0
    for seed in range(first, first + count):
        tree = os.path.join(directory, "tree")
        os.mkdir(tree)
        for what in try_seed(program, tree, seed):
            print(f"seed {seed}: {what}", flush=True)
            failed += 1
        shutil.rmtree(tree)
    return 1 if failed else 0


sys.exit(main())
