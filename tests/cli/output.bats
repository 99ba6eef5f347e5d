# Files that are written: whole or not at all, and never where somebody else says.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	stock_tree
	OUT=$WORK/out
	mkdir -m 755 "$OUT"
	export OUT
}

# Audit the tree into -o FILE; the rest are further options.
write() {
	run --separate-stderr "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$@"
}

# It was written, and nothing beside it.
written() {
	[ "$status" = 1 ]
	# shellcheck disable=SC2154 # set by run
	[ "$output$stderr" = '' ]
	jq -e '.run.exit == 1' "$1" >/dev/null
	[ "$(stat -c '%a %h %F' "$1")" = '640 1 regular file' ]
	nothing_else "$(dirname "$1")" "$(basename "$1")"
}

# It was refused with this reason, and nothing was left.
refused() {
	[ "$status" = 2 ]
	[ "$output" = '' ]
	[[ "$stderr" == "tmpaudit: "*": cannot be written: $1" ]] || {
		printf '%s\n' "$stderr"
		return 1
	}
	[ "$(wc -l <<<"$stderr")" = 1 ]
}

nothing_else() {
	[ "$(ls -A "$1")" = "$2" ] || {
		ls -lA "$1"
		return 1
	}
}

@test "a new file" {
	write "$OUT/report.json"
	written "$OUT/report.json"
}

@test "a file of ours is replaced, whatever mode it had" {
	printf 'old' >"$OUT/report.json"
	chmod 666 "$OUT/report.json"
	before=$(stat -c %i "$OUT/report.json")
	exec 7<"$OUT/report.json"
	write "$OUT/report.json"
	written "$OUT/report.json"
	# Whoever reads the old one reads it to its end.
	[ "$(stat -c %i "$OUT/report.json")" != "$before" ]
	[ "$(cat <&7)" = old ]
}

@test "several files, in formats of their own, and standard output as --format says" {
	write "$OUT/report.json" -o "$OUT/report.txt" -o "json:$OUT/other"
	[ "$status" = 1 ]
	[ "$output" = '' ]
	jq -e . "$OUT/report.json" >/dev/null
	jq -e . "$OUT/other" >/dev/null
	[[ "$(cat "$OUT/report.txt")" == 'tmpaudit '* ]]
	write "$OUT/report.json" -f text
	[[ "$output" == 'tmpaudit '* ]]
	write "$OUT/plain" -f json
	jq -e . <<<"$output" >/dev/null
	jq -e . "$OUT/plain" >/dev/null
	write "$OUT/plain"
	[[ "$(cat "$OUT/plain")" == 'tmpaudit '* ]]
	write "$OUT/twice" -o "$OUT/twice"
	[ "$status" = 2 ]
	[ ! -e "$OUT/twice" ]
}

@test "-q does not keep a file from being written" {
	run -0 "$TMPAUDIT" --root "$TREE" -c tempdir.owner -q -o "$OUT/report.json"
	[ "$output" = '' ]
	jq -e '.run.exit == 0' "$OUT/report.json" >/dev/null
}

@test "a relative path is taken from the working directory" {
	cd "$OUT"
	write report.json
	written "$OUT/report.json"
	mkdir sub
	write ./sub/../other.json
	jq -e . "$OUT/other.json" >/dev/null
}

@test "standard output by its names" {
	for name in json:/dev/stdout json:-; do
		write "$name"
		[ "$status" = 1 ]
		jq -e . <<<"$output" >/dev/null
	done
}

@test "one place is not written twice, whatever it is called" {
	local twice

	mkdir "$OUT/sub"
	ln -s sub "$OUT/link"
	cd "$OUT"
	for there in no yes; do
		[ $there = no ] || printf old >report.json
		for twice in 'report.json report.json' "json:report.json html:./report.json" "report.json text:$OUT/report.json" \
			'report.json html:sub/../report.json' 'sub/a html:link/a' '- json:/dev/stdout'; do
			run --separate-stderr "$TMPAUDIT" --root "$TREE" -o "${twice% *}" -o "${twice#* }"
			[ "$status $output" = '2 ' ]
			[[ "$stderr" == "tmpaudit: "*": is to be written twice" ]]
			[ "$(cat report.json 2>/dev/null)" = "$([ $there = no ] || echo old)" ]
		done
	done
	[ -z "$(ls -A sub)" ]
	# Not by a name that is the same in another directory.
	run -1 "$TMPAUDIT" --root "$TREE" -o sub/report.json -o report.json
	cmp sub/report.json report.json
	run --separate-stderr "$TMPAUDIT" --root "$TREE" -f html -o json:-
	[ "$status $output $stderr" = '2  tmpaudit: -: is to be written in two formats' ]
	# Once is enough.
	run --separate-stderr "$TMPAUDIT" --root "$TREE" -f json -o -
	jq -e .run.exit <<<"$output"
}

@test "a link is never followed, and a file with a second name never replaced" {
	printf 'precious' >"$WORK/precious"
	ln -s "$WORK/precious" "$OUT/report.json"
	write "$OUT/report.json"
	refused 'it is a symbolic link: name the file it leads to'
	ln -sf "$OUT/nothing" "$OUT/report.json"
	write "$OUT/report.json"
	refused 'it is a symbolic link: name the file it leads to'
	rm "$OUT/report.json"
	ln "$WORK/precious" "$OUT/report.json"
	write "$OUT/report.json"
	refused 'it is there, and has other names (hard links)'
	[ "$(cat "$WORK/precious")" = precious ]
	nothing_else "$OUT" report.json
}

@test "what is no regular file, or another user's, is left alone" {
	mkfifo "$OUT/fifo"
	write "$OUT/fifo"
	refused 'it is there, and no regular file'
	write /dev/full
	refused 'it is there, and no regular file'
	write /dev/null
	refused 'it is there, and no regular file'
	write "$OUT"
	refused 'it is there, and no regular file'
	write "$OUT/"
	refused 'it names a directory'
	write "$OUT/."
	refused 'it names a directory'
	printf 'his' >"$OUT/his"
	chown 1234 "$OUT/his"
	write "$OUT/his"
	refused 'it is there, and belongs to another user'
	[ "$(cat "$OUT/his")" = his ]
}

@test "a directory that others can write must be sticky" {
	chmod 777 "$OUT"
	write "$OUT/report.json"
	refused 'others can write to a directory of its path, which is not sticky'
	chmod 1777 "$OUT"
	write "$OUT/report.json"
	written "$OUT/report.json"
	chmod 775 "$OUT"
	chgrp 1234 "$OUT"
	write "$OUT/other.json"
	refused 'others can write to a directory of its path, which is not sticky'
	# Root's own group is root.
	chgrp 0 "$OUT"
	write "$OUT/other.json"
	[ "$status" = 1 ]
	# The group bits of a directory with an ACL are its mask.
	setfacl -m u:1234:rwx "$OUT" || skip 'no ACLs here'
	write "$OUT/third.json"
	refused 'others can write to a directory of its path, which is not sticky'
	[ ! -e "$OUT/third.json" ]
}

@test "a directory of somebody else, anywhere on the path, is refused" {
	mkdir -p "$OUT/his/ours"
	chown 1234 "$OUT/his"
	for path in "$OUT/his/report.json" "$OUT/his/ours/report.json"; do
		write "$path"
		refused 'a directory of its path belongs to another user, who could put anything there'
	done
	cd "$OUT/his"
	write report.json
	refused 'a directory of its path belongs to another user, who could put anything there'
	nothing_else "$OUT/his" ours
	nothing_else "$OUT/his/ours" ''
}

@test "a link on the path is followed if it is root's or ours, and not if it is another's" {
	mkdir "$OUT/real"
	ln -s real "$OUT/link"
	ln -s "$OUT/link/." "$OUT/absolute"
	write "$OUT/link/report.json"
	written "$OUT/real/report.json"
	write "$OUT/absolute/../real/report.json"
	written "$OUT/real/report.json"
	ln -s real "$OUT/his"
	chown -h 1234 "$OUT/his"
	write "$OUT/his/report.json"
	refused 'a symbolic link of its path belongs to another user'
	ln -s loop "$OUT/loop"
	write "$OUT/loop/report.json"
	refused 'Too many levels of symbolic links'
	# A link that leads to somebody else's directory is no way around.
	mkdir "$OUT/theirs"
	chown 1234 "$OUT/theirs"
	ln -s theirs "$OUT/ours"
	write "$OUT/ours/report.json"
	refused 'a directory of its path belongs to another user, who could put anything there'
	nothing_else "$OUT/theirs" ''
}

@test "a path that leads nowhere" {
	write "$OUT/none/report.json"
	refused 'No such file or directory'
	printf x >"$OUT/file"
	write "$OUT/file/report.json"
	refused 'a part of its path is no directory'
	write "$OUT/$(printf '%300s' '' | tr ' ' x).json"
	refused 'File name too long'
	write "/proc/report.json"
	[ "$status" = 2 ]
	write "/sys/report.json"
	[ "$status" = 2 ]
}

@test "a full disk leaves nothing, and what was there stays" {
	full() {
		mount -t tmpfs -o size=64k tmpfs "$OUT"
		printf old >"$OUT/report.json"
		head -c 65536 /dev/zero >"$OUT/filler" || :
		for path in "$OUT/report.json" "$OUT/new.json"; do
			write "$path"
			refused 'No space left on device'
		done
		nothing_else "$OUT" $'filler\nreport.json'
		[ "$(cat "$OUT/report.json")" = old ]
	}
	in_mounts full
}

@test "a quota leaves nothing, and what was there stays" {
	needs mkfs.btrfs losetup
	grep -qw btrfs /proc/filesystems && losetup --find >/dev/null 2>&1 || skip 'no btrfs, or no loop device'
	quota() {
		local disk

		truncate -s 120M "$WORK/image"
		mkfs.btrfs -q "$WORK/image"
		disk=$(losetup --find --show "$WORK/image")
		mount -t btrfs "$disk" "$OUT"
		losetup --detach "$disk"
		btrfs subvolume create "$OUT/limited" >/dev/null
		printf old >"$OUT/limited/report.json"
		# What is left of it holds no report.
		head -c 250000 /dev/urandom >"$OUT/limited/filler"
		sync
		btrfs quota enable "$OUT"
		btrfs qgroup limit 256K "$OUT/limited"
		sync
		for path in "$OUT/limited/report.json" "$OUT/limited/new.json"; do
			run -2 --separate-stderr "$TMPAUDIT" --root "$TREE" -o "$path"
			refused 'Disk quota exceeded'
		done
		nothing_else "$OUT/limited" $'filler\nreport.json'
		[ "$(cat "$OUT/limited/report.json")" = old ]
	}
	in_mounts quota
}

@test "where a file cannot be without a name, a sibling serves" {
	# overlayfs has no O_TMPFILE before Linux 6.1, vfat never; strace pretends to be one.
	needs strace
	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	# The call that opens the nameless file is the last openat with that flag; find its number first.
	strace -o "$WORK/trace" -e trace=openat "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/first.json" || [ $? = 1 ]
	number=$(grep '^openat(' "$WORK/trace" | grep -n O_TMPFILE | cut -d: -f1)
	[ -n "$number" ]
	printf old >"$OUT/old.json"
	for name in new old; do
		strace -o "$WORK/trace" -e trace=openat,linkat,renameat,unlinkat -e "inject=openat:error=EOPNOTSUPP:when=$number" \
			"$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/$name.json" || [ $? = 1 ]
		grep -q '"\.tmpaudit-[0-9a-f]\{32\}", .*O_CREAT|O_EXCL|O_NOFOLLOW' "$WORK/trace"
		jq -e . "$OUT/$name.json" >/dev/null
		[ "$(stat -c '%a %h' "$OUT/$name.json")" = '640 1' ]
	done
	nothing_else "$OUT" $'first.json\nnew.json\nold.json'
}

@test "a report lies on the disk before it has its name, and its name after that" {
	needs strace
	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	for name in linkat renameat; do
		strace -y -o "$WORK/trace" -e trace=fsync,linkat,renameat "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/report.json" || [ $? = 1 ]
		sed -nE "s|^fsync\\([0-9]+<$OUT>\\) += 0|directory|p; s|^fsync\\(.*\\) += 0|file|p; s|^($name)\\(.* = 0|\\1|p" "$WORK/trace" >"$WORK/order"
		[ "$(tail -n 2 "$WORK/order" | xargs)" = "$name directory" ]
		[ "$(head -n 1 "$WORK/order")" = file ]
	done
}

@test "what somebody made by the name meanwhile is left alone" {
	needs strace
	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	strace -o "$WORK/trace" -e trace=linkat,renameat -e inject=linkat,renameat:delay_enter=3000000 \
		"$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/report.json" 2>"$WORK/said" &
	for _ in {1..100}; do
		[ ! -s "$WORK/trace" ] || break
		sleep 0.05
	done
	printf his >"$OUT/report.json"
	status=0
	wait $! || status=$?
	[ "$status" = 2 ]
	grep -q 'cannot be written: somebody else made it meanwhile' "$WORK/said"
	[ "$(cat "$OUT/report.json")" = his ]
	nothing_else "$OUT" report.json
}

@test "standard output: full, closed, a pipe that nobody reads" {
	for command in '' -f\ json --help --version 'list' 'explain mount.boot'; do
		args="--root $TREE"
		case $command in list | explain* | --*) args= ;; esac
		# shellcheck disable=SC2086 # they are words
		run -2 --separate-stderr bash -c "$TMPAUDIT $command $args >/dev/full"
		[ "$stderr" = 'tmpaudit: standard output: cannot be written: No space left on device' ]
		run -2 --separate-stderr bash -c "$TMPAUDIT $command $args >&-"
		[ "$stderr" = 'tmpaudit: standard output: cannot be written: Bad file descriptor' ]
		run -2 --separate-stderr bash -c "{ sleep .2; $TMPAUDIT $command $args; } | true; exit \${PIPESTATUS[0]}"
		[ "$stderr" = 'tmpaudit: standard output: cannot be written: Broken pipe' ]
	done
}

@test "standard output: a slow reader that does not let us wait" {
	python3 - "$TMPAUDIT" "$TREE" <<-'END'
		import fcntl, os, subprocess, sys
		r, w = os.pipe()
		fcntl.fcntl(w, fcntl.F_SETPIPE_SZ, 4096)
		os.set_blocking(w, False)
		with subprocess.Popen([sys.argv[1], "--root", sys.argv[2], "-f", "json"], stdout=w) as child:
		    os.close(w)
		    text = b""
		    while piece := os.read(r, 1000):
		        text += piece
		    assert child.wait() == 1
		import json
		json.loads(text)
		assert len(text) > 20000, len(text)
	END
}

@test "a limit on the size of files is an error, not a death" {
	run -2 --separate-stderr bash -c "ulimit -f 1; $TMPAUDIT --root $TREE -f json -o $OUT/report.json"
	[[ "$stderr" == *'cannot be written: File too large' ]]
	nothing_else "$OUT" ''
}

@test "without privilege: into a directory of one's own, not into another's" {
	mkdir "$OUT/own"
	chown 1234:1234 "$OUT/own"
	run as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/own/report.json"
	[ "$status" = 1 ]
	[ "$(stat -c '%a %u %h' "$OUT/own/report.json")" = '640 1234 1' ]
	# Again, over the first; and in a private group's directory.
	chmod 775 "$OUT/own"
	run as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/own/report.json"
	[ "$status" = 1 ]
	nothing_else "$OUT/own" report.json
	run as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid -o "$OUT/report.json"
	[ "$status" = 2 ]
	nothing_else "$OUT" own
}

@test "outputs are looked at before the audit, so that it is not in vain" {
	run -2 --separate-stderr "$TMPAUDIT" --root /nonexistent -o "$OUT/none/report.json"
	[[ "$stderr" == *'/none/report.json: cannot be written: '* ]]
}
