# The attacks, attempted in real directories.  What the kernel of this machine refuses by its settings is read from
# them: they are never changed.  tests/hosts boots kernels with each of them.

load ../helper

setting() {
	cat "/proc/sys/fs/$1"
}

# The status that a check must have in a sticky directory of root's that everybody writes.
by_setting() {
	if [ "$(setting "$1")" -gt 0 ]; then echo pass; else echo fail; fi
}

probe() {
	audit_with probe -f json "$@"
}

all_are() {
	local check

	for check in precreate symlink parent replace hardlink directory mount; do
		status attack.$check "$1"
	done
}

# Whether a note of the check matches.
noted() {
	# shellcheck disable=SC2016 # the variables are jq's
	[ "$(report --arg id "$1" --arg words "$2" '[.checks[] | select(.id == $id).notes[].message] | any(test($words))')" = true ] ||
		wrong "$1" "$1 has no note /$2/"
}

left_nothing() {
	[ -z "$(ls -A "$1")" ] || {
		ls -lA "$1"
		return 1
	}
}

on_shared() {
	dir /tmp 1777
	probe "$TREE/tmp"
	status attack.symlink "$(by_setting protected_symlinks)"
	status attack.hardlink "$(by_setting protected_hardlinks)"
	status attack.replace pass
	status attack.parent fail
	if [ "$(setting protected_regular)" -gt 0 ] && [ "$(setting protected_fifos)" -gt 0 ]; then
		status attack.precreate pass
	else
		finding attack.precreate "$TREE/tmp" behaviour 'made .*root write into his'
	fi
	left_nothing "$TREE/tmp"
}

name_taken() {
	dir /tmp 1777
	probe "$TREE/tmp"
	finding attack.directory "$TREE/tmp" behaviour '^succeeded: uid [0-9]+ took the name'
	left_nothing "$TREE/tmp"
}

@test "attack.directory: fail: in a shared directory another user takes the name" {
	in_mounts name_taken
}

@test "attack.parent: fail: in a shared directory no setting stops it, and the others are as their settings say" {
	in_mounts on_shared
}

on_name() {
	dir /tmp 1777
	probe "$TREE/tmp"
	finding attack.directory "$TREE/tmp" behaviour '^succeeded: uid [0-9]+ took the name with a directory'
	finding attack.directory "$TREE/tmp" behaviour 'replaced what .* made in his directory'
}

@test "attack.directory: fail: a name in a shared directory can be taken" {
	in_mounts on_name
}

on_open() {
	dir /tmp 0777
	probe "$TREE/tmp"
	finding attack.precreate "$TREE/tmp" behaviour 'made .*root write into his file'
	finding attack.symlink "$TREE/tmp" behaviour 'made .*root truncate vault/t'
	finding attack.replace "$TREE/tmp" behaviour 'removed a file of .*root'
	finding attack.replace "$TREE/tmp" behaviour 'exchanged his file for one of .*root'
	left_nothing "$TREE/tmp"
}

@test "attack.precreate: fail: without the sticky bit, whatever the settings" {
	in_mounts on_open
}

on_owned() {
	dir /tmp 1777 1000
	probe "$TREE/tmp"
	finding attack.precreate "$TREE/tmp" behaviour '^succeeded: uid 1000 made '
	finding attack.symlink "$TREE/tmp" behaviour 'uid 1000 made .*root create vault/new'
	finding attack.replace "$TREE/tmp" behaviour 'uid 1000 renamed a file of .*root away'
	left_nothing "$TREE/tmp"
}

@test "attack.replace: fail: by the owner of the directory, sticky or not" {
	in_mounts on_owned
}

on_group() {
	dir /spool 1770 root:33
	probe "$TREE/spool"
	finding attack.symlink "$TREE/spool" behaviour 'truncate vault/t'
	status attack.replace pass
	if [ "$(setting protected_regular)" -lt 2 ]; then
		finding attack.precreate "$TREE/spool" behaviour 'made .*root write into his file'
	fi
	left_nothing "$TREE/spool"
}

@test "attack.symlink: fail: in a sticky directory of a group, where no setting protects" {
	in_mounts on_group
}

on_acl() {
	dir /spool 1755
	setfacl -m u:1234:rwx "$TREE/spool" || skip "no ACLs on this file system"
	probe "$TREE/spool"
	finding attack.symlink "$TREE/spool" behaviour 'uid 1234 made .*root truncate vault/t'
	status attack.replace pass
	[ "$(getfacl -cp "$TREE/spool" | grep -c user:1234)" = 1 ]
	left_nothing "$TREE/spool"
}

@test "attack.symlink: fail: by the user that an ACL lets in" {
	in_mounts on_acl
}

on_hardlinks() {
	dir /tmp 1777
	probe "$TREE/tmp"
	if [ "$(setting protected_hardlinks)" = 0 ]; then
		finding attack.hardlink "$TREE/tmp" behaviour 'linked to a 0600 file'
	else
		status attack.hardlink pass
		noted attack.hardlink 'link: EPERM'
	fi
}

@test "attack.hardlink: fail: where the setting is 0, and pass with the errno where it is 1" {
	in_mounts on_hardlinks
}

on_closed() {
	dir /tmp 0755
	probe "$TREE/tmp"
	all_are pass
	noted attack.precreate '^is not writable by others'
	left_nothing "$TREE/tmp"
}

@test "attack.precreate: pass: where only root writes" {
	in_mounts on_closed
}

@test "attack.symlink: pass: where only root writes" {
	in_mounts on_closed
}

@test "attack.parent: pass: where only root writes" {
	in_mounts on_closed
}

@test "attack.replace: pass: where only root writes" {
	in_mounts on_closed
}

@test "attack.hardlink: pass: where only root writes" {
	in_mounts on_closed
}

@test "attack.directory: pass: where only root writes" {
	in_mounts on_closed
}

@test "attack.mount: pass: where only root writes" {
	in_mounts on_closed
}

mounted() {
	dir /tmp 1777
	mount -t tmpfs -o "$1,mode=1777" tmpfs "$TREE/tmp"
	probe "$TREE/tmp"
}

on_hard_mount() {
	mounted nosuid,nodev,noexec
	status attack.mount pass
	noted attack.mount 'program: EACCES'
	left_nothing "$TREE/tmp"
}

@test "attack.mount: pass: on nosuid,nodev,noexec" {
	in_mounts on_hard_mount
}

on_plain_mount() {
	mounted rw
	finding attack.mount "$TREE/tmp" behaviour 'uid [0-9]+ ran his program; uid [0-9]+ ran his script'
	finding attack.mount "$TREE/tmp" behaviour 'set-id program of uid [0-9]+ gave its identity to uid [0-9]+'
	finding attack.mount "$TREE/tmp" behaviour 'device node was read'
}

@test "attack.mount: fail: without options, by program, script, set-id bit and device" {
	in_mounts on_plain_mount
}

on_nosuid_mount() {
	mounted nosuid
	finding attack.mount "$TREE/tmp" behaviour 'ran his program'
	[ "$(report '[.checks[] | select(.id == "attack.mount").findings[].actual] | any(test("set-id"))')" = false ]
}

@test "attack.mount: fail: nosuid alone stops the set-id program only" {
	in_mounts on_nosuid_mount
}

on_nosymfollow() {
	mounted nosymfollow
	status attack.symlink pass
	status attack.parent pass
	noted attack.parent ELOOP
	[ "$(setting protected_symlinks)" != 0 ] || noted attack.symlink 'the attempt is believed'
}

@test "attack.parent: pass: on nosymfollow, and the contradiction with the setting is said" {
	in_mounts on_nosymfollow
}

on_read_only() {
	mounted ro
	all_are pass
}

@test "attack.replace: pass: on a read-only file system there is nothing to attack" {
	in_mounts on_read_only
}

on_full() {
	dir /tmp 1777
	mount -t tmpfs -o size=1m,nr_inodes=4,mode=1777 tmpfs "$TREE/tmp"
	touch "$TREE/tmp/1" "$TREE/tmp/2" "$TREE/tmp/3"
	probe "$TREE/tmp"
	all_are error
	unreadable attack.precreate "$TREE/tmp" ENOSPC
	[ "$audit_status" = 3 ]
	[ "$(ls -A "$TREE/tmp" | wc -l)" = 3 ]
}

@test "attack.mount: error: on a full file system, as all the others" {
	in_mounts on_full
}

unprivileged() {
	dir /tmp 1777
	as_user 1000 "$TMPAUDIT" probe -f json "$TREE/tmp" >"$REPORT" || [ $? != 2 ]
	for check in precreate symlink parent replace hardlink directory; do
		status attack.$check error
		unreadable attack.$check "$TREE/tmp" '^privilege: '
	done
	finding attack.mount "$TREE/tmp" behaviour 'uid 1000 ran his program'
	left_nothing "$TREE/tmp"
}

@test "attack.precreate: error: without root, though execution is still tried" {
	in_mounts unprivileged
}

one_uid() {
	dir /tmp 1777
	unshare --user --map-root-user "$TMPAUDIT" probe -f json "$TREE/tmp" >"$REPORT" || [ $? != 2 ]
	for check in precreate symlink parent replace hardlink directory; do
		status attack.$check error
	done
	left_nothing "$TREE/tmp"
}

@test "attack.symlink: error: in a user namespace with one user" {
	in_mounts one_uid
}

without_mknod() {
	dir /tmp 1777
	setpriv --bounding-set -mknod --inh-caps -mknod "$TMPAUDIT" probe -f json "$TREE/tmp" >"$REPORT" || [ $? != 2 ]
	finding attack.mount "$TREE/tmp" behaviour 'ran his program'
	noted attack.mount 'device was not attempted'
}

@test "attack.mount: fail: without CAP_MKNOD the device is not tried, the rest is" {
	in_mounts without_mknod
}

@test "attack.symlink: not-applicable: to an offline tree: refused with the remedy" {
	stock_tree
	run "$TMPAUDIT" --root "$TREE" --probe
	[ "$status" = 2 ]
	run "$TMPAUDIT" --root "$TREE" -c attack.symlink
	[ "$status" = 2 ]
	[[ "$output" == *--probe* ]]
}

chosen_users() {
	dir /tmp 0777
	probe --attacker 3001 --victim 3002 "$TREE/tmp"
	finding attack.replace "$TREE/tmp" behaviour 'uid 3001 removed a file of uid 3002'
}

@test "attack.replace: fail: between the users that were named" {
	in_mounts chosen_users
}

@test "bad operands of the probe are refused in one line" {
	file /plain x
	for arguments in "--attacker 0 $TREE" "--victim 4294967295 $TREE" "$TREE/nothing" "$TREE/plain"; do
		# shellcheck disable=SC2086 # a list of words
		run "$TMPAUDIT" probe $arguments
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
	done
}

leftovers() {
	local i theirs=.tmpaudit-0123456789abcdef0123456789abcdef ours=.tmpaudit-ffffffffffffffffffffffffffffffff

	dir /tmp 1777
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		"$TMPAUDIT" probe "$TREE/tmp" >/dev/null &
		sleep 0.0$((RANDOM % 9))
		# The process that acts, then the one that waits for it.
		pkill -KILL -P $! || true
		kill -KILL $! || true
		wait || true
	done
	# One whose parent died first is told to end, and cleans up.
	while pgrep -x tmpaudit >/dev/null; do sleep 0.01; done
	# A directory with such a name that is not the probe's is not touched.
	mkdir -p "$TREE/tmp/$theirs/keep"
	chmod 700 "$TREE/tmp/$theirs"
	# One that was left behind in the middle is.
	mkdir -p -m 700 "$TREE/tmp/$ours" "$TREE/tmp/$ours/arena/1"
	install -m 400 /dev/null "$TREE/tmp/$ours/tmpaudit-cage"
	probe "$TREE/tmp"
	[ "$(ls -A "$TREE/tmp")" = "$theirs" ]
	[ -d "$TREE/tmp/$theirs/keep" ]
}

@test "a probe that was killed leaves nothing that the next one does not remove" {
	in_mounts leftovers
}

ended() {
	local signal pid i

	dir /tmp 1777
	for signal in INT TERM HUP; do
		for i in 1 2 3 4 5; do
			env --default-signal "$TMPAUDIT" probe "$TREE/tmp" >"$WORK/out" &
			pid=$!
			sleep 0.0$((RANDOM % 9))
			kill -$signal $pid 2>/dev/null || true
			wait $pid || true
			left_nothing "$TREE/tmp"
		done
	done
}

@test "a probe that is asked to end cleans up first" {
	in_mounts ended
}

renamed() {
	local racer i

	dir /tmp 0777
	# Another user renames whatever appears, as he may where the sticky bit is missing.
	# shellcheck disable=SC2016 # expanded in there
	setpriv --reuid 4000 --regid 4000 --clear-groups bash -c '
		cd "$1" || exit
		n=0
		while :; do
			for name in .tmpaudit-*; do
				[ -e "$name" ] && mv "$name" ".tmpaudit-renamed-$((n += 1))" 2>/dev/null
			done
		done' renamer "$TREE/tmp" &
	racer=$!
	for i in 1 2 3 4 5; do
		"$TMPAUDIT" probe "$TREE/tmp" >/dev/null || [ $? != 2 ]
	done
	kill $racer
	wait || true
	left_nothing "$TREE/tmp"
}

@test "the cage is removed also when it was renamed meanwhile" {
	in_mounts renamed
}

outside() {
	dir /tmp 1777
	file /tmp/theirs content 666 1000
	dir /tmp/theirs.d 777 1000
	stat -c '%n %i %a %u %s %y %z' "$TREE"/tmp/theirs* >"$WORK/before"
	probe "$TREE/tmp"
	stat -c '%n %i %a %u %s %y %z' "$TREE"/tmp/theirs* | diff "$WORK/before" -
	command -v strace >/dev/null || skip "no strace: which names calls act on is not seen"
	strace -f -qq -o "$WORK/calls" -e trace=openat2,openat,mkdirat,unlinkat,renameat,renameat2,linkat,symlinkat,mknodat,fchmodat,fchownat \
		"$TMPAUDIT" probe "$TREE/tmp" >/dev/null || [ $? != 2 ]
	grep -q tmpaudit- "$WORK/calls"
	! grep theirs "$WORK/calls"
}

@test "the probe touches nothing outside its cage" {
	in_mounts outside
}

swapped() {
	local racer theirs=$TREE/tmp/theirs

	dir /tmp 1777 4000
	mkdir -m 700 "$theirs"
	echo content >"$theirs/file"
	# The owner of the directory puts another one of root's in the place of the cage before it is opened.
	# shellcheck disable=SC2016 # expanded in there
	setpriv --reuid 4000 --regid 4000 --clear-groups bash -c '
		cd "$1" || exit
		for ((i = 0; i < 5000; ++i)); do
			for name in .tmpaudit-*; do
				[ -e "$name" ] && mv -T "$name" taken && mv -T theirs "$name" && exit
			done
			sleep 0.001
		done' swapper "$TREE/tmp" &
	racer=$!
	strace -f -qq -o /dev/null -e trace=mkdirat -e inject=mkdirat:delay_exit=500000:when=1 \
		"$TMPAUDIT" probe -f json "$TREE/tmp" >"$REPORT" || [ $? != 2 ]
	wait $racer
	status attack.replace error
	[ "$(cat "$TREE"/tmp/.tmpaudit-*/file)" = content ]
	[ "$(stat -c %a "$TREE"/tmp/.tmpaudit-*)" = 700 ]
}

@test "attack.replace: error: the owner puts a directory of root's in the place of the cage, which is left alone" {
	command -v strace >/dev/null || skip "no strace: it is too fast for him"
	in_mounts swapped
}

untold() {
	dir /tmp 1777
	mount --bind /bin/false "$(realpath /bin/sh)"
	probe "$TREE/tmp"
	unreadable attack.mount "$TREE/tmp" script
}

@test "attack.mount: error: how a program ends does not say that it was refused" {
	in_mounts untold
}

detached() {
	local pid

	dir /tmp 1777
	strace -f -qq -o "$WORK/calls" -e trace=execveat,setsid,close_range "$TMPAUDIT" probe "$TREE/tmp" >/dev/null || [ $? != 2 ]
	for pid in $(awk '/execveat/ { print $1 }' "$WORK/calls"); do
		grep -q "^$pid  *setsid() *= $pid" "$WORK/calls"
		grep -q "^$pid  *close_range(0, " "$WORK/calls"
	done
	grep -q execveat "$WORK/calls"
}

@test "who acts for a user has neither terminal nor output of root's" {
	command -v strace >/dev/null || skip "no strace: what is closed is not seen"
	in_mounts detached
}

owner_without() {
	dir /tmp 1577 4000
	probe "$TREE/tmp"
	finding attack.symlink "$TREE/tmp" behaviour
}

@test "attack.symlink: fail: by others where the owner alone may not write" {
	[ "$(setting protected_symlinks)" -eq 0 ] || skip "fs.protected_symlinks protects there"
	in_mounts owner_without
}
