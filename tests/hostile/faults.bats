# Calls that fail: in the audit, each one in turn, and in what carries its report out.  make check-faults tries each
# n; here it is every EVERY-th.

load ../helper

: "${EVERY:=11}"

# A tree that fails in all families.
bad_tree() {
	stock_tree
	dir /tmp 777
	dir /var/tmp 1777 1000
	dir /var/tmp/play 777
	dir /srv/loose 777
	file /etc/passwd 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n'
	dir /home/alice 755 1000:1000
	file /home/alice/.profile 'umask 000\n' 644 1000
	file /etc/fstab 'tmpfs /tmp tmpfs defaults 0 0\n/var/tmp /mnt none bind 0 0\n'
	file /etc/sysctl.d/50-a.conf 'fs.protected_regular=0\nfs.protected_symlinks=0\nfs.suid_dumpable=1\n'
	file /etc/login.defs 'UMASK 000\n'
	file /etc/pam.d/login 'session optional pam_umask.so\nsession required pam_env.so\n'
	file /etc/environment 'TMPDIR=/tmp/x\nPATH=/tmp:/bin\n'
	file /etc/profile.d/a.sh 'umask 0\nexport PATH=.:$PATH\n'
	file /etc/sudoers 'Defaults env_keep += TMPDIR, umask=0000\n'
	file /etc/crontab 'PATH=/tmp:/bin\n* * * * * root /tmp/run\n'
	file /etc/ld.so.conf '/tmp/lib\n'
	file /etc/tmpfiles.d/tmp.conf 'd /tmp 0777 root root -\nd /var/tmp 1777 root root -\n'
	file /etc/systemd/system/a.service '[Service]\nExecStart=/bin/a\nUMask=0\nEnvironment=TMPDIR=/tmp/x\n'
	file /usr/lib/systemd/systemd ''
	file /tmp/id_rsa '-----BEGIN OPENSSH PRIVATE KEY-----\n' 644 1000
	file /tmp/report.1234 x 666 1000
	setfacl -m u:1000:rwx "$TREE/var/tmp/play"
}

@test "faults: no call of an offline audit that fails makes a check pass, or a crash, or a leak" {
	bad_tree
	"$BUILD/faults" "$TREE" "$EVERY"
}

@test "faults: the same for the running host" {
	"$BUILD/faults" / $((EVERY == 1 ? 5 : 211))
}

# Whether DIR holds what it must after a run that failed: nothing, or a whole report.
whole_or_nothing() {
	[ -z "$(find "$1" -mindepth 1 ! -name report.json)" ]
	[ ! -e "$1/report.json" ] || jq -e '.checks | length > 0' "$1/report.json" >/dev/null
}

# Fail each call of a program that writes its report into a file; -f: those of its children, too.
try_output() {
	local call=$1 error=$2 before=$3 n status

	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS

	for ((n = 1; n <= 60; ++n)); do
		rm -rf "$WORK/out"
		mkdir "$WORK/out"
		[ -z "$before" ] || echo '{"checks": [1]}' >"$WORK/out/report.json"
		status=0
		strace -f -o "$WORK/trace" -e "inject=$call:error=$error:when=$n" \
			"$RELEASED" --root "$TREE" -c tempdir -o "$WORK/out/report.json" >"$WORK/said" 2>&1 || status=$?
		echo "$call $n: exit $status"
		# The loader was it that failed.
		if [ "$status" = 127 ]; then
			[ -n "$before" ] || [ ! -e "$WORK/out/report.json" ]
			continue
		fi
		[ "$status" -le 3 ]
		whole_or_nothing "$WORK/out"
		# What says that all is written must have written it.
		[ "$status" = 2 ] || [ "$(jq -r '.checks[0].id' "$WORK/out/report.json")" = tempdir.present ]
		grep -q INJECTED "$WORK/trace" || return 0
	done
}

@test "faults: a report is written whole or not at all, whatever call fails" {
	local call

	stock_tree
	for call in write:EIO write:ENOSPC fsync:EIO linkat:ENOSPC renameat:EIO renameat2:EIO fchmod:EPERM openat:EMFILE \
		unlinkat:EIO pipe2:EMFILE clone:EAGAIN clone3:EAGAIN read:EIO poll:ENOMEM ppoll:ENOMEM signalfd4:EMFILE; do
		try_output "${call%:*}" "${call#*:}"
		try_output "${call%:*}" "${call#*:}" before
	done
}
