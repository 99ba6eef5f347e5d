# Calls that fail, each one in turn: in the audit, and in the whole program.  make check-faults tries each n; here it is
# every EVERY-th.

load ../helper

: "${EVERY:=23}"

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

# The running host without what others do meanwhile in its temporary directories.
of_the_host() {
	local directory

	mount -t tmpfs tmpfs /mnt
	mkdir /mnt/out
	cp "$BUILD/faults" /mnt
	for directory in /tmp /var/tmp /dev/shm; do
		mount -t tmpfs -o mode=1777 tmpfs "$directory"
	done
	/mnt/faults / "$@"
}

@test "faults: the same for the running host" {
	in_mounts of_the_host $((EVERY == 1 ? 5 : 211))
}

@test "faults: of the whole program: its report is whole or not at all, and nobody is left" {
	bad_tree
	mkdir "$WORK/out"
	"$BUILD/faults" "$TREE" "$EVERY" "$WORK/out"
	# Of the few calls that carry the report out each one.
	"$BUILD/faults" "$TREE" 1 "$WORK/out" write sync name mode fork channel wait
	in_mounts of_the_host 1 /mnt/out write sync name mode fork channel
	in_mounts of_the_host $((EVERY == 1 ? 5 : 421)) /mnt/out
}
