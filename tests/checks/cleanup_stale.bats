# What stayed in temporary directories, and what mounts hide: on file systems whose times are set.

load ../helper

setup() {
	new_tree
	stock_tree
}

# The time of a change cannot be set from outside: a tree of its own on a file system whose inodes are then edited.
# old_tree FUNCTION...: fill $TREE, make OLD (paths below $TREE, by days) that old, and mount it there.
old_file_system() {
	truncate -s 8M "$WORK/image"
	mke2fs -q -t ext4 -F -I 256 "$WORK/image"
	mount -o loop,noatime "$WORK/image" "$TREE"
	stock_tree
	"$1"
	umount "$TREE"
	while read -r days path; do
		local seconds=$(($(date +%s) - days * 86400)) field
		for field in atime ctime mtime crtime; do
			printf 'set_inode_field %s %s @%s\n' "$path" "$field" "$seconds"
		done
	done <<<"$OLD" >"$WORK/commands"
	debugfs -w -f "$WORK/commands" "$WORK/image" >/dev/null 2>&1
	mount -o loop,ro,noatime "$WORK/image" "$TREE"
	audit "${@:2}"
	umount "$TREE"
}

in_old_file_system() {
	in_mounts old_file_system "$@"
}

fill() {
	dir /tmp/a/b 0755
	file /tmp/dump.sql 'x' 0600
	file /tmp/young 'x'
	file /tmp/a/b/deep '12345'
	file /tmp/a/b/c/too-deep 'x'
	link /tmp/link nowhere
	mkfifo "$TREE/tmp/fifo"
	dir /tmp/private 0700 1000:1000
	file /tmp/private/x 'x'
	file /var/tmp/year 'x'
	file /var/spool/cron/crontabs/root 'x' 0600
	file /dev/shm/x 'x'
}

@test "cleanup.stale: fail: files, FIFOs and links older than the limits" {
	OLD='900 /tmp/dump.sql
1 /tmp/young
31 /tmp/a/b/deep
900 /tmp/a/b/c/too-deep
40 /tmp/link
35 /tmp/fifo
50 /tmp/private/x
61 /var/tmp/year
900 /var/spool/cron/crontabs/root'
	export OLD
	in_old_file_system fill -c cleanup.stale
	finding cleanup.stale /tmp file '^5 entries, 7 B, oldest 2 y \(dump.sql\)$'
	finding cleanup.stale /var/tmp file '^1 entry, 1 B, oldest 61 d \(year\)$'
	[ "$(report '.checks[0].findings[] | select(.subject == "/tmp").expected')" = 'nothing older than 30 d' ]
	[ "$(report '.checks[0].findings[] | select(.subject == "/var/tmp").expected')" = 'nothing older than 60 d' ]
	[ "$(report '.checks[0].findings_total')" = 2 ]
}

@test "cleanup.stale: pass: younger than the limits, though by one time only" {
	OLD='29 /tmp/dump.sql
59 /var/tmp/year
29 /tmp/a/b/deep'
	export OLD
	in_old_file_system fill -c cleanup.stale
	status cleanup.stale pass
}

@test "cleanup.stale: fail: strict profile: older than ten and thirty days" {
	OLD='11 /tmp/dump.sql
31 /var/tmp/year'
	export OLD
	in_old_file_system fill -c cleanup.stale -p strict
	finding cleanup.stale /tmp file '^1 entry'
	finding cleanup.stale /var/tmp file '^1 entry'
}

@test "cleanup.stale: pass: old by atime and mtime, but changed just now" {
	file /tmp/x 'x'
	touch -d '2001-01-01' "$TREE/tmp/x"
	audit -c cleanup.stale
	status cleanup.stale pass
}

exempt() {
	file /tmp/kept/x 'x'
	file /etc/tmpfiles.d/keep.conf 'q /tmp 1777 root root 10d\nx /tmp/kept\n'
}

@test "cleanup.stale: fail: and why no cleaner took it" {
	OLD='100 /tmp/kept/x'
	export OLD
	in_old_file_system exempt -c cleanup.stale
	finding cleanup.stale /tmp file 'kept/x'
	report '.checks[0].findings[0].message' | grep -q '/etc/tmpfiles.d/keep.conf:2 exempts'
}

@test "cleanup.stale: error: what cannot be read may be old" {
	dir /tmp/private 0700
	audit_status=0
	as_user 1001 "$TMPAUDIT" --root "$TREE" -f json -c cleanup.stale -c contents.writable >"$REPORT" || audit_status=$?
	unreadable cleanup.stale /tmp/private 'privilege'
	status cleanup.stale error
	# Nobody else reaches it, so that the others miss nothing.
	status contents.writable pass
}

@test "cleanup.stale: not-applicable: there is no temporary directory" {
	rm -r "$TREE/tmp" "$TREE/var/tmp"
	audit -c cleanup.stale
	status cleanup.stale not-applicable
}

held() {
	truncate -s 8M "$WORK/image"
	mke2fs -q -t ext4 -F -I 256 "$WORK/image"
	mount -o loop,noatime "$WORK/image" /var/tmp
	chmod 1777 /var/tmp
	printf 12345 >/var/tmp/open
	printf 123 >/var/tmp/closed
	umount /var/tmp
	for name in open closed; do
		for field in atime ctime mtime crtime; do
			printf 'set_inode_field %s %s @%s\n' /$name $field $(($(date +%s) - $( [ $name = open ] && echo 900 || echo 800) * 86400))
		done
	done >"$WORK/commands"
	debugfs -w -f "$WORK/commands" "$WORK/image" >/dev/null 2>&1
	mount -o loop,noatime "$WORK/image" /var/tmp
	sleep 60 </var/tmp/open &
	audit_host -c cleanup.stale
	finding cleanup.stale /var/tmp file '^1 entry, 3 B, oldest 2 y \(closed\)$'
	rm /var/tmp/closed
	audit_host -c cleanup.stale
	no_finding cleanup.stale /var/tmp
	kill $!
}

@test "cleanup.stale: fail: but for what a process holds open" {
	in_mounts held
}

shadowed() {
	# A mount of its own stands for the root's file system, which is not to be written.
	mount -t tmpfs tmpfs /var
	mkdir -m 1777 /var/tmp
	printf 12345 >/var/tmp/mysql_dump.sql
	mkdir /var/tmp/dir
	mount -t tmpfs -o mode=1777 tmpfs /var/tmp
	before=$(cat /proc/self/mountinfo)
	audit_host -c cleanup.shadowed
	[ "$before" = "$(cat /proc/self/mountinfo)" ]
	finding cleanup.shadowed /var/tmp file '^2 entries, 5 B, e.g. mysql_dump.sql$'
	mount -t tmpfs -o mode=1777 tmpfs /var/tmp
	audit_host -c cleanup.shadowed
	finding cleanup.shadowed /var/tmp file '^2 entries'
	umount /var/tmp
	umount /var/tmp
	rm -r /var/tmp/*
	mount -t tmpfs -o mode=1777 tmpfs /var/tmp
	audit_host -c cleanup.shadowed
	no_finding cleanup.shadowed /var/tmp
}

@test "cleanup.shadowed: fail: what lay there before a mount covered it" {
	in_mounts shadowed
}

@test "cleanup.shadowed: fail: offline: the boot will mount over it" {
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev 0 0\n'
	file /tmp/left/x 'x'
	file /var/tmp/x 'x'
	audit -c cleanup.shadowed
	finding cleanup.shadowed /tmp file '^2 entries, 1 B, e.g. left/x$'
	no_finding cleanup.shadowed /var/tmp
}

@test "cleanup.shadowed: pass: offline: nothing lies there" {
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev 0 0\n'
	audit -c cleanup.shadowed
	status cleanup.shadowed pass
}

@test "cleanup.shadowed: not-applicable: nothing is mounted there" {
	file /tmp/x 'x'
	audit -c cleanup.shadowed
	status cleanup.shadowed not-applicable
	audit
	[ "$(report 'any(.checks[]; .id == "cleanup.shadowed")')" = false ]
}

unprivileged() {
	mount -t tmpfs tmpfs /var
	mkdir -m 1777 /var/tmp
	mount -t tmpfs -o mode=1777 tmpfs /var/tmp
	audit_status=0
	as_user 1001 "$TMPAUDIT" -f json -c cleanup.shadowed >"$REPORT" || audit_status=$?
	unreadable cleanup.shadowed /var/tmp 'privilege'
	status cleanup.shadowed error
}

@test "cleanup.shadowed: error: without the privilege to look beneath" {
	in_mounts unprivileged
}
