#!/usr/bin/env bats
# What repairs a host: each part does what it says, by itself and again, whatever lies in the way.

load ../helper
load fix

@test "sysctls are set in one file, and what stands behind it is put out of force" {
	stock_tree
	dir /usr/lib/systemd/systemd-sysctl 755
	file /etc/sysctl.d/50-weak.conf 'fs.protected_symlinks = 0\nfs/protected_hardlinks=0\n-fs.protected_fifos = 0\n'
	file /etc/sysctl.d/99-zzz-last.conf '# mine\nfs.protected_regular = 0\nvm.swappiness = 10'
	file /etc/sysctl.conf 'fs.protected_symlinks=0\nkernel.core_pattern=/tmp/core\n'
	link /etc/sysctl.d/99-sysctl.conf ../sysctl.conf
	file /usr/lib/sysctl.d/zz-vendor.conf 'fs.suid_dumpable = 1\n'
	repairs sysctl.protected-symlinks sysctl.protected-hardlinks sysctl.protected-regular sysctl.protected-fifos \
		sysctl.suid-dumpable sysctl.core-pattern sysctl.conflict
	grep -qx 'vm.swappiness = 10' "$TREE/etc/sysctl.d/99-zzz-last.conf"
	grep -qx 'fs.protected_regular = 0' "$TREE/var/backups/tmpaudit/etc/sysctl.d/99-zzz-last.conf"
	grep -qx 'fs.suid_dumpable = 1' "$TREE/usr/lib/sysctl.d/zz-vendor.conf"
}

@test "fixes of one file compose, whichever are done, in whatever order" {
	stock_tree
	file /etc/fstab 'tmpfs /tmp tmpfs size=1G 0 0 # mine\n/dev/sda5\t/var/tmp\text4\tdefaults\t0 2\n' 640
	repairs mount.tmp-nosuid mount.tmp-nodev mount.tmp-noexec mount.var-tmp-nosuid mount.var-tmp-nodev mount.var-tmp-noexec \
		mount.dev-shm-noexec
	[ "$(stat -c %a "$TREE/etc/fstab")" = 640 ]
	grep -q '^tmpfs /tmp tmpfs size=1G,nosuid,nodev,noexec 0 0 # mine$' "$TREE/etc/fstab"
	# One by one, the last first.
	file /etc/fstab 'tmpfs /tmp tmpfs size=1G,exec 0 0\n'
	for check in mount.tmp-noexec mount.tmp-nodev mount.tmp-nosuid; do
		fix -c $check
		run_fix
	done
	audit
	status mount.tmp-nosuid pass
	status mount.tmp-nodev pass
	status mount.tmp-noexec pass
	grep -q '^tmpfs /tmp tmpfs size=1G,exec,noexec,nodev,nosuid 0 0$' "$TREE/etc/fstab"
}

@test "a unit's options are taken over by the drop-in, and a drop-in behind ours is edited" {
	stock_tree
	dir /usr/lib/systemd/system/local-fs.target.wants 755
	file /usr/lib/systemd/systemd '' 755
	link /sbin/init ../usr/lib/systemd/systemd
	file /usr/lib/systemd/system/tmp.mount '[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=mode=1777,strictatime,nosuid,nodev,size=50%%,nr_inodes=1m\n'
	link /usr/lib/systemd/system/local-fs.target.wants/tmp.mount ../tmp.mount
	repairs mount.tmp-noexec mount.boot mount.tmp-separate sticky.boot
	grep -qxF 'Options=mode=1777,strictatime,nosuid,nodev,size=50%%,nr_inodes=1m,noexec' "$TREE/etc/systemd/system/tmp.mount.d/zz-tmpaudit.conf"
	file /etc/systemd/system/tmp.mount.d/zzz.conf '[Mount]\nOptions=mode=1777,size=1G\n'
	repairs mount.tmp-nosuid mount.tmp-nodev mount.tmp-noexec
	grep -qx 'Options=mode=1777,size=1G,.*' "$TREE/etc/systemd/system/tmp.mount.d/zzz.conf"
}

@test "the policy's values are written" {
	stock_tree
	file /etc/login.defs '# UMASK of old\nUMASK\t\t022\nUID_MIN 1000\n'
	file /etc/pam.d/common-session 'session required pam_unix.so\nsession optional pam_umask.so umask=000\n'
	file /etc/pam.d/sshd '@include common-session\n'
	file /etc/pam.d/login 'session required pam_umask.so usergroups\n@include common-session\n'
	file /etc/profile 'if [ "$(id -u)" = 0 ]; then umask 022; else\n\tumask 002\nfi\n# umask 000\necho umask\n'
	repairs umask.login umask.shell
	grep -qx 'UMASK 027' "$TREE/etc/login.defs"
	grep -qx '# umask 000' "$TREE/etc/profile"
	sh -n "$TREE/etc/profile"
	fix -p strict
	run_fix
	audit -p strict
	status umask.login pass
	status umask.shell pass
	grep -qx 'UMASK 077' "$TREE/etc/login.defs"
}

@test "a user's own file is edited as that user" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	file /root/.bashrc 'umask 000\n'
	dir /home/alice 755 1000:1000
	file /home/alice/.profile 'umask 022\nPATH=$HOME/bin:$PATH\n' 644 1000:1000
	repairs umask.accounts
	grep -qx 'umask 027' "$TREE/home/alice/.profile"
	[ "$(stat -c %u "$TREE/home/alice/.profile")" = 1000 ]
	# By the time of the fix it leads elsewhere.
	file /home/alice/.profile 'umask 022\n' 644 1000:1000
	file /etc/target 'umask 022\n' 600
	fix --deep
	rm "$TREE/home/alice/.profile"
	ln -s ../../etc/target "$TREE/home/alice/.profile"
	run_fix
	grep -qx 'umask 022' "$TREE/etc/target"
}

@test "sudoers, sshd and services get their umask" {
	stock_tree
	dir /usr/lib/systemd/system 755
	file /usr/lib/systemd/systemd '' 755
	link /sbin/init ../usr/lib/systemd/systemd
	file /etc/sudoers 'Defaults umask=0002\n@includedir /etc/sudoers.d\n' 440
	file /etc/ssh/sshd_config 'Subsystem sftp internal-sftp -u 0000\n'
	file /etc/default/thing 'umask 000\n'
	file /etc/systemd/system/wide.service '[Service]\nUMask=0000\nExecStart=/bin/true\n'
	link /etc/systemd/system/multi-user.target.wants/wide.service ../wide.service
	repairs umask.services
	[ "$(stat -c %a "$TREE/etc/sudoers")" = 440 ]
	grep -qx 'Defaults umask=0027' "$TREE/etc/sudoers"
}

@test "directories get owner, mode and sticky bit, and what recreates them" {
	stock_tree
	chown 1000 "$TREE/tmp"
	chmod 0777 "$TREE/tmp"
	dir /var/lib/php/sessions 1777
	dir /var 775 0:50
	file /etc/group 'root:x:0:\nstaff:x:50:alice\n'
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	setfacl -d -m u::rwx,g::rwx,o::rwx "$TREE/var/tmp"
	setfacl -m u:33:rwx "$TREE/var/lib/php/sessions"
	file /etc/tmpfiles.d/bad.conf 'd /tmp 0777 alice root 10d\nq /var/tmp 1777 root root 30d\n'
	file /etc/fstab 'tmpfs /var/tmp tmpfs mode=777,uid=1000,nosuid,nodev,noexec 0 0\n'
	repairs tempdir.owner tempdir.mode tempdir.ancestors tempdir.acl tempdir.default-acl sticky.shared sticky.boot
	[ "$(stat -c %a:%u "$TREE/tmp")" = 1777:0 ]
	grep -q '^d /tmp 1777 root root 10d$' "$TREE/etc/tmpfiles.d/bad.conf"
}

@test "a directory that is missing or a link is made" {
	stock_tree
	rmdir "$TREE/var/tmp"
	ln -s /tmp "$TREE/var/tmp"
	repairs tempdir.present
	[ "$(stat -c %a:%F "$TREE/var/tmp")" = 1777:directory ]
}

@test "what lies in temporary directories is made private or set aside" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	dir /tmp/open 777 1000
	dir /tmp/open/deep 777 1000
	file /tmp/app.log x 666 1000
	mkfifo -m 666 "$TREE/tmp/fifo"
	file '/tmp/a b$(reboot);`x`' x 666
	file /tmp/-rf x 666
	file /tmp/id_rsa key 644
	file /var/tmp/.sh x 4755
	dir /tmp/.X11-unix 777 1000
	ln -s /etc/shadow "$TREE/tmp/report"
	chown -h 1000 "$TREE/tmp/report"
	file /tmp/orphan x 600 4242
	repairs sticky.nested contents.writable contents.sensitive contents.privileged contents.squat contents.links contents.unowned
	[ "$(cat "$TREE/tmp/app.log")" = x ]
	# Nothing is lost.
	[ "$(find "$TREE/var/tmp" -name .sh -perm 4755 | wc -l)" = 1 ]
}

@test "no name of a file can run, in any format" {
	stock_tree
	local name formats=()
	for name in $'new\nline; touch PWNED' $'esc\e[2J' $'bad\xff' 'a'"'"'; touch PWNED; '"'" '$(touch PWNED)' '`touch PWNED`' \
		'{{ lookup("pipe", "touch PWNED") }}' '{% raw %}' '{#' '!unsafe' '&amp' '# x' ' lead' '*' '\back' '"' $'bidi\u202e' '--help' \
		$'tab\there'; do
		touch "$TREE/tmp/$name"
		chmod 666 "$TREE/tmp/$name"
	done
	fix
	shellcheck "$WORK/fix.sh"
	run_fix
	[ -z "$(find "$TREE" "$PWD" -xdev -name PWNED 2>/dev/null)" ]
	! LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f\xff]' "$WORK/fix.sh"
	grep '# by hand' "$WORK/fix.sh"
	[ "$(grep -c '# by hand' "$WORK/fix.sh")" = 5 ]
	audit
	[ "$(report '[.checks[] | select(.id == "contents.writable").findings[]] | length')" = 5 ]
	fix -f ansible
	! LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f\xff]' "$WORK/fix.sh"
	! grep '{{' "$WORK/fix.sh" | grep -v '!unsafe' | grep -v '^ *#'
	python3 -c 'import sys, yaml
yaml.SafeLoader.add_constructor("!unsafe", lambda loader, node: node.value)
yaml.safe_load(open(sys.argv[1]))' "$WORK/fix.sh" || ! python3 -c 'import yaml'
	fix -f files -o "$WORK/files"
	! LC_ALL=C grep -rP '[\x00-\x08\x0b-\x1f\x7f\xff]' "$WORK/files"
}

@test "what becomes something else meanwhile is left alone" {
	stock_tree
	file /etc/target secret 600
	dir /etc/held 700
	file /tmp/a x 666 1000
	file /tmp/b x 666 1000
	dir /tmp/d 777 1000
	dir /tmp/p 777 1000
	dir /tmp/p/q 777 1000
	fix
	rm "$TREE/tmp/a" "$TREE/tmp/b"
	rmdir "$TREE/tmp/d" "$TREE/tmp/p/q" "$TREE/tmp/p"
	ln -s ../etc/target "$TREE/tmp/a"
	ln "$TREE/etc/target" "$TREE/tmp/b" 
	ln -s ../etc/held "$TREE/tmp/d"
	ln -s ../etc "$TREE/tmp/p"
	chmod 666 "$TREE/etc/target"
	chmod 777 "$TREE/etc/held"
	run run_fix
	[ "$status" = 1 ]
	[[ $output == *'Not done:'*contents.writable* ]]
	[ "$(stat -c %a "$TREE/etc/target")" = 666 ]
	[ "$(stat -c %a "$TREE/etc/held")" = 777 ]
	[ "$(stat -c %a "$TREE/etc")" = 755 ]
}

@test "a part that fails does not keep the others from being done" {
	stock_tree
	file /etc/sysctl.d/50-weak.conf 'fs.protected_symlinks = 0\nfs.protected_regular = 0\n'
	file /etc/login.defs 'UMASK 022\n'
	file /etc/pam.d/sshd 'session optional pam_umask.so\n'
	fix
	chattr +i "$TREE/etc/login.defs" 2>/dev/null || skip 'needs a file system with chattr'
	run run_fix
	chattr -i "$TREE/etc/login.defs"
	[ "$status" = 1 ]
	[[ $output == *'Not done: umask.login'* ]]
	audit
	status sysctl.protected-symlinks pass
	status sysctl.protected-regular pass
}

@test "environment, cleaning and services" {
	stock_tree
	dir /usr/lib/systemd/system/timers.target.wants 755
	file /usr/lib/systemd/systemd '' 755
	link /sbin/init ../usr/lib/systemd/systemd
	file /usr/lib/systemd/system/systemd-tmpfiles-clean.timer '[Timer]\nOnBootSec=15min\nOnUnitActiveSec=1d\n'
	file /usr/lib/systemd/system/systemd-tmpfiles-clean.service '[Service]\nExecStart=systemd-tmpfiles --clean\n'
	link /usr/lib/systemd/system/timers.target.wants/systemd-tmpfiles-clean.timer ../systemd-tmpfiles-clean.timer
	file /usr/lib/systemd/system/systemd-logind.service '[Service]\nExecStart=/bin/true\n'
	link /etc/systemd/system/systemd-tmpfiles-clean.timer /dev/null
	file /etc/systemd/logind.conf '[Login]\nRemoveIPC=no\n'
	file /etc/tmpfiles.d/keep.conf 'x /var/tmp/*\nd /var/tmp 1777 root root 400d\n'
	file /etc/environment 'PATH=/usr/bin:.:/bin\nTMPDIR=/nowhere/at/all\nLANG=C\n'
	file /etc/ld.so.preload '/tmp/libx.so\n'
	file /etc/profile.d/tmp.sh 'if true; then\n\texport TMPDIR=/srv/none\nfi\n'
	file /etc/systemd/system/uses.service '[Service]\nExecStart=/bin/true --socket=/tmp/uses.sock\n'
	link /etc/systemd/system/multi-user.target.wants/uses.service ../uses.service
	repairs cleanup.policy environment.path environment.tmpdir environment.loader isolation.services
	grep -qx 'LANG=C' "$TREE/etc/environment"
	sh -n "$TREE/etc/profile.d/tmp.sh"
	# The loader reads most comments: nothing is kept in one.  What is good stays.
	file /etc/ld.so.preload '# ours\n/tmp/a.so:/tmp/b.so\n# /tmp/c.so, old: /tmp/d.so\n'
	repairs environment.loader
	[ -z "$(tr -d ' \n' <"$TREE/etc/ld.so.preload")" ]
	file /etc/ld.so.preload '/usr/lib/ok.so:/tmp/a.so\t/usr/lib/fine.so /tmp/b.so\n'
	run -1 "$TMPAUDIT" fix --root "$TREE" -c environment.loader
	[[ "$output" == *'|/usr/lib/ok.so:/usr/lib/fine.so |'* ]]
	grep -qx 'e /var/tmp 1777 root root 30d' "$TREE/etc/tmpfiles.d/tmpaudit.conf"
}

@test "what contradicts itself in the mounts of a boot" {
	stock_tree
	dir /usr/lib/systemd/system 755
	file /usr/lib/systemd/systemd '' 755
	link /sbin/init ../usr/lib/systemd/systemd
	file /etc/fstab 'tmpfs /tmp tmpfs mode=1777,nosuid,nodev 0 0\ntmpfs /tmp tmpfs size=1G 0 0\n/dev/sdb1 /var/tmp ext4 noauto,nosuid,nodev,noexec 0 0\nbroken line\n'
	link /etc/systemd/system/tmp.mount /dev/null
	repairs mount.boot mount.tmp-separate
	file /etc/fstab 'tmpfs /tmp tmpfs mode=1777,nosuid,nodev,NOEXEC,nosuid=1 0 0\n'
	repairs mount.boot mount.tmp-noexec
}

@test "what may break more is a comment with the reason" {
	stock_tree
	file /etc/sysctl.d/50-weak.conf 'fs.protected_symlinks = 0\nfs.protected_regular = 0\n'
	"$TMPAUDIT" fix --root "$TREE" >"$WORK/fix.sh" || [ $? = 1 ]
	shellcheck "$WORK/fix.sh"
	grep -qx 'part=sysctl.protected-symlinks' "$WORK/fix.sh"
	grep -qx '# part=sysctl.protected-regular' "$WORK/fix.sh"
	grep -q '^# Not done: its risk is low; say --risk low to have it' "$WORK/fix.sh"
	"$TMPAUDIT" fix --root "$TREE" --risk low >"$WORK/fix.sh" || [ $? = 1 ]
	grep -qx 'part=sysctl.protected-regular' "$WORK/fix.sh"
	# Once taken out of the comment it does what it would have done.
	"$TMPAUDIT" fix --root "$TREE" >"$WORK/fix.sh" || [ $? = 1 ]
	sed -i '/^# part=sysctl.protected-regular/,/^# ended/s/^# //' "$WORK/fix.sh"
	run_fix
	audit
	status sysctl.protected-regular pass
	status sysctl.protected-symlinks pass
}

@test "the script of a tree does nothing on a running host" {
	stock_tree
	fix
	run sh "$WORK/fix.sh"
	[ "$status" = 2 ]
	[[ $output == *'run it inside the tree'* ]]
}

@test "files: drop-ins, patches and a guide do what the script does" {
	stock_tree
	file /etc/sysctl.d/50-weak.conf 'fs.protected_symlinks = 0\n'
	file /etc/fstab '# one\n# two\n# three\n# four\ntmpfs /tmp tmpfs size=1G 0 0'
	file /etc/login.defs 'A 1\nUMASK 022\nB 2\n'
	file /etc/pam.d/sshd 'session optional pam_umask.so\n'
	"$TMPAUDIT" fix --root "$TREE" --risk high -f files -o "$WORK/files" || [ $? = 1 ]
	[ "$(stat -c %a "$WORK/files")" = 700 ]
	cp -a "$TREE" "$WORK/twin"
	grep -E '^(install|patch|sh)' "$WORK/files/README" | sed -E "s#^(install .* )/#\\1$TREE/#; s#-d / #-d $TREE #; s#^sh .*#:#" >"$WORK/steps"
	(cd "$WORK/files" && sh -e "$WORK/steps")
	audit
	for check in sysctl.protected-symlinks mount.tmp-noexec umask.login; do status $check pass; done
	[ "$(cat "$TREE/etc/login.defs")" = $'A 1\nUMASK 027\nB 2' ]
	run "$TMPAUDIT" fix --root "$TREE" --risk high -f files -o "$WORK/files"
	[ "$status" = 2 ]
	[[ $output == *'it is there, and not empty' ]]
}

@test "files: an empty directory of ours is filled, and nothing else" {
	stock_tree
	file /etc/sysctl.d/50-weak.conf 'fs.protected_symlinks = 0\n'
	mkdir -m 755 "$WORK/empty" "$WORK/bob" "$WORK/shared" "$WORK/full"
	chown 1001 "$WORK/bob"
	chmod 777 "$WORK/shared"
	touch "$WORK/full/x" "$WORK/file"
	ln -s empty "$WORK/link"
	for bad in bob shared full file link full/; do
		run --separate-stderr "$TMPAUDIT" fix --root "$TREE" -f files -o "$WORK/$bad"
		[ "$status" = 2 ]
		[[ $stderr == *'cannot be written'* ]]
	done
	[ -z "$(find "$WORK/empty" "$WORK/bob" "$WORK/shared" -mindepth 1)" ]
	run "$TMPAUDIT" fix --root "$TREE" -f files -o "$WORK/empty/"
	[ "$status" = 1 ]
	[ -f "$WORK/empty/README" ]
	run "$TMPAUDIT" fix --root "$TREE" -f files -o "$WORK/made/"
	[ "$status" = 1 ]
	[ -f "$WORK/made/README" ]
}

@test "options: formats and outputs of its own" {
	stock_tree
	run "$TMPAUDIT" fix --root "$TREE" -f json
	[ "$status" = 2 ]
	run "$TMPAUDIT" --root "$TREE" -f sh
	[ "$status" = 2 ]
	run "$TMPAUDIT" fix --root "$TREE" -f files
	[ "$status" = 2 ]
	run "$TMPAUDIT" fix --root "$TREE" --risk much
	[ "$status" = 2 ]
	run "$TMPAUDIT" fix --root "$TREE" -o "$WORK/out.sh" -o "$WORK/out.yml"
	[ "$status" = 1 ]
	head -n 1 "$WORK/out.sh" | grep -qx '#!/bin/sh'
	head -n 1 "$WORK/out.yml" | grep -qx -- '---'
	run "$TMPAUDIT" fix --help
	[[ $output == *ansible* ]]
}
