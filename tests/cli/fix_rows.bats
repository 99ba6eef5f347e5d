#!/usr/bin/env bats
# Each row's fix against each cause of it: the failure is planted, the fix is printed, run twice, and the row passes.
# What acts on a running host has one in namespaces: nothing of this machine's own is changed.

load ../helper
load fix

# A tree that systemd boots.
systemd_tree() {
	stock_tree
	dir /usr/lib/systemd/system 755
	file /usr/lib/systemd/systemd '' 755
	link /sbin/init ../usr/lib/systemd/systemd
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	file /etc/group 'root:x:0:\nalice:x:1000:\nstaff:x:50:alice\n'
}

# repairs_live CHECK SETUP [OPTION]...: plant by the function, and hold the fix to the running host.
repairs_live() {
	in_mounts repair_live "$@"
}
repair_live() {
	local check=$1

	fence
	"$2"
	shift 2
	audit_host -c "$check" "$@"
	status "$check" fail
	"$TMPAUDIT" fix --risk high -c "$check" "$@" >"$WORK/fix.sh" || [ $? = 1 ]
	shellcheck "$WORK/fix.sh"
	dash "$WORK/fix.sh" >"$WORK/first" 2>&1 || { cat "$WORK/first" "$WORK/fix.sh"; false; }
	[ -s "$WORK/first" ] || [ -n "$QUIET" ] || { cat "$WORK/fix.sh"; false; }
	bash "$WORK/fix.sh" >"$WORK/second" 2>&1 || { cat "$WORK/second"; false; }
	# Debian 13 ships a line of tmpfiles.d twice, and each run says so.
	sed -i '/: Duplicate line for path /d' "$WORK/second"
	[ ! -s "$WORK/second" ] || { cat "$WORK/second"; false; }
	audit_host -c "$check" "$@"
	status "$check" "${THEN:-pass}" || { cat "$WORK/fix.sh" "$WORK/first"; false; }
}

@test "tempdir.runtime: owner, mode and options of users' directories" {
	plant() {
		install -d -m 777 -o 1000 /run/user
		install -d -m 755 -o 0 /run/user/1000
		install -d -m 700 -o 1001 /run/user/1001
		mount -t tmpfs -o mode=700,uid=1001,suid,dev tmpfs /run/user/1001
		install -d -m 700 -o 1002 /run/user/1002
		setfacl -m u:1003:rwx /run/user/1002
		install -d -m 1777 /tmp/user
		install -d -m 770 -o 1001 /tmp/user/1000
	}
	repairs_live tempdir.runtime plant
}

@test "mount.tmp, var-tmp, dev-shm: no mounts of their own, and options that are missing" {
	separate() {
		umount /dev/shm
		mount -t tmpfs -o mode=1777 tmpfs /dev/shm
	}
	for option in nosuid nodev noexec; do
		QUIET=yes repairs_live mount.dev-shm-$option separate
	done
	bare() {
		umount /var/tmp
		mkdir -p /etc/systemd/system
		: >/etc/fstab
	}
	for option in nosuid nodev noexec; do
		QUIET=yes repairs_live mount.var-tmp-$option bare
	done
	QUIET=yes repairs_live mount.var-tmp-separate bare -p strict
	stated() {
		mount -o remount,suid,dev,exec /tmp
		echo 'tmpfs /tmp tmpfs mode=1777,size=1G 0 0' >/etc/fstab
	}
	for option in nosuid nodev noexec; do
		repairs_live mount.tmp-$option stated
	done
	repairs_live mount.nosymfollow stated
}

@test "mount.alias: a bind, a file system below and one with spaces in its name" {
	plant() {
		mkdir -p /srv/other /tmp/sub "/srv/a b"
		mount --bind /tmp /srv/other
		mount -o remount,bind,suid,dev,exec /srv/other
		mount --bind /tmp "/srv/a b"
		mount -o remount,bind,nosuid,dev,exec "/srv/a b"
		mount -t tmpfs -o mode=1777 tmpfs /tmp/sub
		mount -o remount,bind,suid,dev,exec /tmp/sub
		printf '/tmp /srv/other none bind 0 0\n' >/etc/fstab
	}
	repairs_live mount.alias plant
}

@test "mount.limits: too much memory is given back now, and no limit is one from the next boot on" {
	much() {
		mount -o remount,size=90% /tmp
		mount -o remount,size=80% /var/tmp
		printf 'tmpfs /var/tmp tmpfs size=80%% 0 0\n' >/etc/fstab
	}
	QUIET=yes repairs_live mount.limits much
	unlimited() {
		umount /tmp
		mount -t tmpfs -o mode=1777,size=0,nr_inodes=0 tmpfs /tmp
		printf 'tmpfs /tmp tmpfs mode=1777,nr_inodes=0,size=0 0 0\n' >/etc/fstab
	}
	booted() {
		THEN=fail repair_live mount.limits unlimited
		grep -q '# by hand: /tmp: is mounted with size=0, .*restart the host' "$WORK/fix.sh"
		# What the boot mounts.
		umount /tmp
		mount -T /etc/fstab /tmp
		audit_host -c mount.limits
		status mount.limits pass
	}
	in_mounts booted
}

@test "cleanup.shadowed: what lies beneath a mount is set aside, and kept" {
	shadow() {
		umount /var/tmp
		echo secret >'/var/tmp/-rf a'
		mkdir -p /var/tmp/deep/er
		echo more >/var/tmp/deep/er/file
		mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs /var/tmp
	}
	kept() {
		repair_live cleanup.shadowed shadow --deep
		[ "$(cat /var/lib/tmpaudit/beneath.*/files/deep/er/file)" = more ]
		[ "$(cat /var/lib/tmpaudit/beneath.*/files/-rf\ a)" = secret ]
	}
	in_mounts kept
}

@test "cleanup.shadowed: of a tree" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs mode=1777 0 0\n'
	file '/tmp/a b' x
	file /tmp/deep/er/file x
	repairs cleanup.shadowed
	[ -z "$(ls -A "$TREE/tmp")" ]
	[ "$(find "$TREE/var/lib/tmpaudit" -type f | wc -l)" = 2 ]
}

@test "cleanup.stale: what is old is removed once the directory has an age" {
	# The times of a change are set in a file system that is not mounted.
	old() {
		local field name

		umount /var/tmp
		truncate -s 8M /run/test/image
		mke2fs -q -t ext4 -F -I 256 /run/test/image
		mkdir /run/test/mnt
		mount -o loop,noatime /run/test/image /run/test/mnt
		touch /run/test/mnt/old /run/test/mnt/young
		chmod 1777 /run/test/mnt
		umount /run/test/mnt
		for field in atime ctime mtime crtime; do
			printf 'set_inode_field /old %s @%s\n' $field $(($(date +%s) - 900 * 86400))
		done >/run/test/commands
		debugfs -w -f /run/test/commands /run/test/image >/dev/null 2>&1
		mount -o loop,noatime,nosuid,nodev,noexec /run/test/image /var/tmp
		mkdir -p /etc/tmpfiles.d
		echo 'q /var/tmp 1777 root root 30d' >/etc/tmpfiles.d/tmp.conf
	}
	gone() {
		QUIET=yes repair_live cleanup.stale old
		[ ! -e /var/tmp/old ] && [ -e /var/tmp/young ]
	}
	in_mounts gone
}

@test "umask.processes, environment.processes: the service is started again; what is no service's is told" {
	weak() {
		bash -c 'umask 0; exec sleep 60' &
		TMPDIR=/nowhere/at/all sleep 60 &
	}
	told() {
		THEN=fail QUIET=yes repair_live umask.processes weak
		grep -q '# by hand: pid [0-9]* sleep: is 0000; wants meets 022' "$WORK/fix.sh"
		"$TMPAUDIT" fix -c environment.processes --risk high >"$WORK/fix.sh" || [ $? = 1 ]
		grep -q '# by hand: pid [0-9]* sleep: is TMPDIR=/nowhere/at/all' "$WORK/fix.sh"
	}
	in_mounts told
}

@test "environment.commands: jobs and what a unit need not have are stopped, programs are told" {
	systemd_tree
	file /etc/crontab 'SHELL=/bin/sh\n0 1 * * * root /tmp/run\n0 2 * * * root /bin/true\n'
	file /etc/cron.d/stats '0 3 * * * root . /var/tmp/settings; /bin/true\n'
	file /etc/systemd/system/a.service '[Service]\nExecStart=/bin/true\nEnvironmentFile=/tmp/environment\nPIDFile=/var/tmp/pid\n'
	link /etc/systemd/system/multi-user.target.wants/a.service ../a.service
	repairs environment.commands
	[ "$(grep -c '^# tmpaudit took out: ' "$TREE/etc/crontab")" = 1 ]
	grep -qx '0 2 \* \* \* root /bin/true' "$TREE/etc/crontab"
	# No job is stopped unasked.
	file /etc/crontab '0 1 * * * root /tmp/run\n'
	"$TMPAUDIT" fix --root "$TREE" -c environment.commands --risk low >"$WORK/fix.sh" || [ $? = 1 ]
	run_fix
	grep -qx '0 1 \* \* \* root /tmp/run' "$TREE/etc/crontab"
	# What it is only its owner can say.
	file /etc/crontab ''
	file /etc/systemd/system/a.service '[Service]\nExecStart=/srv/any/run\n'
	dir /srv/any 777
	fix -c environment.commands
	grep -q '# by hand: a.service: runs .*/srv/any/run' "$WORK/fix.sh"
}

@test "environment.path, loader: only the bad elements of a list are taken out" {
	systemd_tree
	file /etc/environment 'PATH="/usr/bin:/tmp:/bin:."\nLD_LIBRARY_PATH=:/usr/lib:/tmp/lib:/lib:\n'
	file /etc/crontab 'PATH=/usr/bin::/bin:/var/tmp/x\n'
	file /etc/login.defs 'ENV_PATH PATH=/bin:/tmp\nUMASK 027\n'
	file /etc/profile 'if true; then PATH=.:/bin; else export PATH=$PATH:/tmp; fi\n'
	file /etc/sudoers 'Defaults secure_path="/tmp:/sbin"\n' 440
	file /etc/profile.d/only.sh 'PATH=/tmp\n'
	repairs environment.path environment.loader
	[ "$(cat "$TREE/etc/environment")" = $'PATH="/usr/bin:/bin"\nLD_LIBRARY_PATH=/usr/lib:/lib' ]
	[ "$(cat "$TREE/etc/crontab")" = 'PATH=/usr/bin:/bin' ]
	[ "$(head -n 1 "$TREE/etc/login.defs")" = 'ENV_PATH PATH=/bin' ]
	[ "$(cat "$TREE/etc/sudoers")" = 'Defaults secure_path="/sbin"' ]
	sh -n "$TREE/etc/profile" "$TREE/etc/profile.d/only.sh"
}

@test "isolation.sessions: what is unsound in pam_namespace" {
	systemd_tree
	file /etc/pam.d/login 'session required pam_namespace.so unmnt_remnt ignore_instance_parent_mode\n'
	file /etc/pam.d/sshd 'session required pam_namespace.so\n'
	file /etc/fstab 'tmpfs /tmp tmpfs mode=1777,nosuid,nodev,noexec 0 0\n'
	file /etc/security/namespace.conf '# mine\n/tmp /tmp-inst/ user root,adm\n/var/tmp /var/tmp/tmp-inst/ level alice,bob\n'
	dir /tmp-inst 777 1000
	dir /var/tmp/tmp-inst 755
	repairs isolation.sessions
	grep -qx '# mine' "$TREE/etc/security/namespace.conf"
	grep -qx 'session required pam_namespace.so unmnt_remnt' "$TREE/etc/pam.d/login"
	file /etc/security/namespace.conf '/tmp tmpfs tmpfs ~alice\n/var/tmp /var/tmp/x/ nothing root\n'
	repairs isolation.sessions
}

@test "umask.accounts: the field of an account" {
	systemd_tree
	file /etc/passwd 'root:x:0:0:root,umask=000:/root:/bin/bash\nalice:x:1000:1000:Alice,,,,umask=022:/home/alice:/bin/bash\n'
	dir /home/alice 755 1000:1000
	file /etc/pam.d/login 'session optional pam_umask.so\n'
	repairs umask.accounts
	grep -q '^alice:x:1000:1000:Alice' "$TREE/etc/passwd"
}

@test "umask.services: sudo's defaults whomever they speak to" {
	systemd_tree
	file /etc/sudoers 'Defaults umask=0077\nDefaults umask=0777\nDefaults:alice env_reset, umask = 0002, !lecture\nDefaults@host !umask\nroot ALL=(ALL) ALL\n' 440
	repairs umask.services
	[ "$(head -n 1 "$TREE/etc/sudoers")" = 'Defaults umask=0077' ]
	grep -qx 'Defaults:alice env_reset, umask=0027, !lecture' "$TREE/etc/sudoers"
	grep -qx 'Defaults umask=0027' "$TREE/etc/sudoers"
	[ "$(stat -c %a "$TREE/etc/sudoers")" = 440 ]
}

@test "umask.services: sudo's defaults that go on over several lines" {
	systemd_tree
	file /etc/sudoers '@includedir /etc/sudoers.d\nroot ALL=(ALL) ALL\n' 440
	file /etc/sudoers.d/a 'Defaults env_reset, \\\n  !umask, \\\n\t!lecture\nDefaults:alice umask=0002,\\\n  !lecture\nDefaults:bob \\\numask=0000\\\n, env_reset\n' 440
	repairs umask.services
	[ "$(grep -c umask=0027 "$TREE/etc/sudoers.d/a")" = 3 ]
}

@test "sysctl: what sysctl --system reads last does not contradict what is written" {
	systemd_tree
	file /etc/sysctl.d/10-weak.conf 'fs.protected_regular=0\nfs.protected_symlinks = 0\n'
	file /etc/sysctl.conf '# fs.protected_regular=1\nfs/protected_regular=0\nfs.protected_symlinks=0\nkernel.panic=5\n'
	repairs sysctl.protected-regular sysctl.protected-symlinks
	audit -c sysctl.conflict
	no_finding sysctl.conflict fs.protected_regular
	no_finding sysctl.conflict fs.protected_symlinks
	grep -qx 'kernel.panic=5' "$TREE/etc/sysctl.conf"
}

@test "later files of the administrator do not undo what is written" {
	systemd_tree
	file /etc/sysctl.d/zzz.conf '-fs/protected_regular = 0\nkernel.panic = 5\n'
	file /etc/sysctl.d/zz.conf 'fs.protected_fifos=x\n'
	file /etc/systemd/system/late.service '[Service]\nExecStart=/bin/true /tmp/late\nUMask=0\n'
	file /etc/systemd/system/late.service.d/zzz.conf '[Service]\nPrivateTmp=off\n UMask = 0000\nNice=5\n'
	repairs sysctl.protected-regular sysctl.protected-fifos umask.services isolation.services
	grep -qx 'kernel.panic = 5' "$TREE/etc/sysctl.d/zzz.conf"
	grep -qx 'Nice=5' "$TREE/etc/systemd/system/late.service.d/zzz.conf"
}

@test "mount: a line of fstab that leaves its options out" {
	systemd_tree
	file /etc/fstab 'tmpfs\t/tmp tmpfs \n'
	repairs mount.tmp-noexec mount.tmp-nosuid
	grep -qE '^tmpfs.*/tmp tmpfs +defaults,' "$TREE/etc/fstab"
}

@test "umask.shell: lines that end as those of DOS, or go on" {
	systemd_tree
	file /etc/profile 'umask 002\r\n'
	"$TMPAUDIT" fix --root "$TREE" -f ansible -c umask.shell >"$WORK/fix.yml" || [ $? = 1 ]
	grep -F 'regexp:' "$WORK/fix.yml" | grep -qF '\t\r'
	repairs umask.shell
	file /etc/profile 'umask \\\n 002\n'
	fix -c umask.shell
	grep -q 'by hand: /etc/profile' "$WORK/fix.sh"
}

@test "attacks: what lets them succeed is mended, now and at boot" {
	open() {
		umount /tmp
		mount -t tmpfs -o mode=0777 tmpfs /tmp
		echo 'tmpfs /tmp tmpfs mode=1777 0 0' >/etc/fstab
	}
	for check in attack.replace attack.mount attack.parent; do
		repairs_live $check open --probe -p strict
	done
}

# A tree in which every row fails that can fail offline.
bad_tree() {
	systemd_tree
	dir /usr/lib/systemd/system/timers.target.wants 755
	file /usr/lib/systemd/system/systemd-tmpfiles-clean.timer '[Timer]\nOnBootSec=15min\n'
	file /usr/lib/systemd/system/systemd-tmpfiles-clean.service '[Service]\nExecStart=systemd-tmpfiles --clean\n'
	link /usr/lib/systemd/system/timers.target.wants/systemd-tmpfiles-clean.timer ../systemd-tmpfiles-clean.timer
	file /usr/lib/systemd/system/systemd-logind.service '[Service]\nExecStart=/bin/true\n'
	file /etc/systemd/logind.conf '[Login]\nRemoveIPC=no\n'
	link /etc/systemd/system/systemd-tmpfiles-clean.timer /dev/null
	file /etc/fstab 'tmpfs /dev/shm tmpfs suid,dev,size=0 0 0\n/tmp /var/tmp none bind 0 0\nbroken line\n'
	file /etc/tmpfiles.d/tmp.conf 'd /tmp 0777 alice root -\nx /tmp/*\n'
	file /etc/sysctl.d/50-weak.conf 'fs.protected_symlinks = 0\nfs.protected_hardlinks = 0\nfs.protected_regular = 0\nfs.protected_fifos = 0\nfs.suid_dumpable = 1\nkernel.core_pattern = /tmp/core\n'
	file /etc/login.defs 'UMASK 000\nENV_PATH PATH=/bin:/tmp\n'
	file /etc/pam.d/login 'session optional pam_umask.so\n'
	file /etc/pam.d/sshd 'session required pam_unix.so\n'
	file /etc/profile 'umask 000\n'
	file /root/.bashrc 'umask 000\n'
	dir /home/alice 755 1000:1000
	file /home/alice/.profile 'umask 000\n' 644 1000:1000
	file /etc/sudoers 'Defaults umask=0000\nDefaults env_keep += "TMPDIR"\n' 440
	file /etc/environment 'PATH=/bin:.\nTMPDIR=/nowhere/at/all\nLD_LIBRARY_PATH=/tmp/lib\n'
	file /etc/ld.so.preload '/tmp/lib.so\n'
	file /etc/crontab '0 1 * * * root /tmp/run\n'
	file /etc/systemd/system/weak.service '[Service]\nUMask=0000\nExecStart=/bin/true --socket=/tmp/weak.sock\nEnvironmentFile=/var/tmp/settings\n'
	link /etc/systemd/system/multi-user.target.wants/weak.service ../weak.service
	chown 1000 "$TREE/tmp"
	chmod 6777 "$TREE/tmp"
	dir /var 775 0:50
	setfacl -m u:33:--- "$TREE/var/tmp"
	setfacl -d -m u::rwx,g::rwx,o::rwx "$TREE/tmp"
	dir /var/crash 777
	dir /srv/any 777
	dir /tmp/open 777 1000
	dir /tmp/.X11-unix 777 1000
	file /tmp/report x 666 1000
	file /tmp/id_rsa key 644 1000
	file /var/tmp/orphan x 600 4242
	file /tmp/.sh x 4755
	ln -s /etc/passwd "$TREE/var/tmp/link"
	chown -h 1000 "$TREE/var/tmp/link"
	file /etc/cron.d/log '0 2 * * * root /bin/true >/var/tmp/weak.log\n'
	file /var/tmp/weak.log x 600
	dir /var/spool/cups/tmp 1770 0:50
	file /etc/sysctl.conf 'fs.protected_regular = 2\n'
	# shellcheck disable=SC2016 # C
	printf '#include <stdlib.h>\nint main(void) { char name[] = "/tmp/XXXXXX"; return !mktemp(name); }\n' >"$WORK/racy.c"
	mkdir -p "$TREE/usr/bin"
	cc -w -o "$TREE/usr/bin/racy" "$WORK/racy.c" 2>/dev/null
	chmod 4755 "$TREE/usr/bin/racy"
}

# The ids that fail, one a line.
failing() {
	report '.checks[] | select(.status == "fail").id' | LC_ALL=C sort
}

# What no tree fails: what is asked of running hosts, /dev/shm, which process 1 mounts, and, beside a bad /var/tmp of its
# own, that there is none; and what is old, which cannot be planted.
never='attack[.].*|cleanup[.]stale|code[.](c|shell|python|perl|runtimes)|environment[.]processes|mount[.](alias|dev-shm-separate)|mount[.]var-tmp-separate|tempdir[.](present|runtime)|umask[.]processes'

@test "a tree that fails all: the script is clean, and mends all that commands can" {
	bad_tree
	audit --deep
	"$TMPAUDIT" list | cut -d ' ' -f 1 | grep -vxE "$never" | LC_ALL=C sort | diff - <(failing)
	fix --deep
	shellcheck "$WORK/fix.sh"
	[ "$(grep -c '^# \|^	# by hand' "$WORK/fix.sh")" -gt 100 ]
	run_fix "$WORK/fix.sh" dash >"$WORK/first" 2>&1 || { cat "$WORK/first"; false; }
	state >"$WORK/before"
	run_fix "$WORK/fix.sh" bash >"$WORK/second" 2>&1
	[ ! -s "$WORK/second" ]
	state | diff "$WORK/before" -
	audit --deep
	# Programs are to be mended by those who write them; what costs nothing is done if it is asked for.
	# What lies where the next boot mounts something is told by the next audit.
	diff <(failing) - <<-'END'
		cleanup.shadowed
		code.elf
		isolation.sessions
		mount.nosymfollow
		sysctl.noexec-bypass
	END
	for check in cleanup.shadowed mount.nosymfollow sysctl.noexec-bypass; do
		fix --deep -c $check
		run_fix
		audit --deep -c $check
		status $check pass
	done
}

@test "a tree that fails all: the playbook is one, and clean by ansible-lint" {
	bad_tree
	needs ansible-lint
	for risk in none low high; do
		"$TMPAUDIT" fix --deep --root "$TREE" --risk $risk -f ansible >"$WORK/$risk.yml" || [ $? = 1 ]
		(cd "$WORK" && HOME=$WORK ansible-playbook --syntax-check -i localhost, $risk.yml && HOME=$WORK ansible-lint --offline -q -p --nocolor --profile production $risk.yml)
	done
}

@test "a tree that fails all: the directory holds all that the script does" {
	# Where something is moved to has another name each time.
	settled() {
		find "$1" -name '*.tmpaudit-orig' -delete
		(cd "$1" && find etc root home srv -printf '%p %y %m %U %G %l\n' | sort && find etc root home srv -type f -exec sha256sum {} + | sort &&
			find tmp var -name '.tmpaudit-*' -prune -o -path 'var/lib/tmpaudit/*' -prune -o -path var/backups -prune -o -printf '%p %y %m %U %G\n' | sort)
	}
	bad_tree
	cp -a "$TREE" "$WORK/twin"
	fix --deep
	"$TMPAUDIT" fix --deep --root "$TREE" --risk high -f files -o "$WORK/files" || [ $? = 1 ]
	run_fix
	settled "$TREE" >"$WORK/by-script"
	TREE=$WORK/twin
	cp -a "$WORK/files" "$TREE/root/files"
	by_hand() {
		run_here /dev/null dash
		cd /root/files
		grep -E '^(install|patch|sh) ' README | sed 's/^sh rest.sh/sh rest.sh --here/' >/run/steps
		sh -e /run/steps
	}
	in_mounts by_hand
	rm -r "$TREE/root/files"
	settled "$TREE" >"$WORK/by-files"
	diff "$WORK/by-script" "$WORK/by-files"
}

@test "who exchanges what is repaired while it is gets nothing of root's changed" {
	systemd_tree
	dir /tmp/play 777 1000
	dir /tmp/play/deep 777 1000
	file /tmp/play/f x 666 1000
	file /tmp/play/g x 666 1000
	file /tmp/orphan x 600 4242
	fix --deep
	file /etc/target secret 666
	file /etc/secret secret 640
	dir /etc/held 777
	cat >"$TREE/root/racer.py" <<-'END'
		import os
		# As long as it runs: each name is now a file, now a link to what is root's, now a directory that leads there.
		def attempt(call, *arguments):
		    try:
		        call(*arguments)
		    except OSError:
		        pass
		number = 0
		while True:
		    number += 1
		    for name in "f", "g", "deep":
		        path = "/tmp/play/" + name
		        other = "%s.%d" % (path, number)
		        kind = (number + len(name)) % 4
		        if kind == 0:
		            attempt(os.symlink, "/etc/target" if name != "deep" else "/etc/held", other)
		        elif kind == 1:
		            attempt(os.link, "/etc/target", other)
		        elif kind == 2 and name == "deep":
		            attempt(os.mkdir, other, 0o777)
		        else:
		            attempt(lambda: os.close(os.open(other, os.O_CREAT | os.O_WRONLY, 0o666)))
		        attempt(os.rename, path, path + ".old")
		        attempt(os.rename, other, path)
		        attempt(os.unlink, path + ".old")
		        attempt(os.rmdir, path + ".old")
		    attempt(os.rename, "/tmp/play", "/tmp/moved")
		    attempt(os.symlink, "/etc", "/tmp/play")
		    attempt(os.unlink, "/tmp/play")
		    attempt(os.rename, "/tmp/moved", "/tmp/play")
		    # What root makes for itself here is not ours to enter.
		    for name in os.listdir("/tmp/play") if os.path.isdir("/tmp/play") else ():
		        if name.startswith(".tmpaudit"):
		            attempt(os.rename, "/tmp/play/" + name, "/tmp/play/taken%d" % number)
		            attempt(os.symlink, "/etc", "/tmp/play/" + name)
	END
	raced() {
		local racer turn

		run_here /dev/null dash
		chmod 1777 /tmp
		setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all python3 - </root/racer.py &
		racer=$!
		for turn in $(seq 12); do
			sh /root/fix.sh --here >/dev/null 2>&1 || :
		done
		kill $racer
	}
	cp "$WORK/fix.sh" "$TREE/root/fix.sh"
	in_mounts raced
	[ "$(stat -c %a:%u "$TREE/etc/target")" = 666:0 ]
	[ "$(stat -c %a:%u "$TREE/etc/secret")" = 640:0 ]
	[ "$(stat -c %a:%u "$TREE/etc/held")" = 777:0 ]
	[ "$(stat -c %a:%u "$TREE/etc")" = 755:0 ]
	[ "$(cat "$TREE/etc/target")" = secret ]
}

@test "a file that is edited keeps owner, list and attributes, and none is edited where others exchange it" {
	systemd_tree
	dir /etc/real 755
	file /etc/real/environment 'PATH=/bin:/tmp\nLANG=C' 640 0:50
	setfacl -m u:33:r "$TREE/etc/real/environment"
	setfattr -n user.mark -v mine "$TREE/etc/real/environment"
	setfattr -n security.mark -v mine "$TREE/etc/real/environment" || no_security=1
	link /etc/environment real/environment
	getfacl -n "$TREE/etc/real/environment" >"$WORK/list"
	repairs environment.path
	[ "$(readlink "$TREE/etc/environment")" = real/environment ]
	[ "$(cat "$TREE/etc/real/environment")" = $'PATH=/bin\nLANG=C' ]
	getfacl -n "$TREE/etc/real/environment" | diff "$WORK/list" -
	[ "$(getfattr --absolute-names --only-values -n user.mark "$TREE/etc/real/environment")" = mine ]
	[ -n "$no_security" ] || [ "$(getfattr --absolute-names --only-values -n security.mark "$TREE/etc/real/environment")" = mine ]
	grep -qx 'PATH=/bin:/tmp' "$TREE/var/backups/tmpaudit/etc/real/environment"
	[ -z "$(find "$TREE/etc" -name '.tmpaudit*')" ]
	# The same behind a link into a user's own directory.
	dir /home/alice 755 1000:1000
	file /home/alice/environment 'PATH=/bin:/tmp\n' 644 1000:1000
	link /etc/environment ../home/alice/environment
	fix -c environment.path
	run run_fix
	[[ $output == *'Not done: environment.path'* ]]
	[ "$(cat "$TREE/home/alice/environment")" = PATH=/bin:/tmp ]
	[ "$(ls -A "$TREE/home/alice")" = environment ]
}
