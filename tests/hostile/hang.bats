# File systems that never answer: what lies on one is not examined, what must be read through one ends the audit in
# time and with a word, and whoever waits for us is not held up.

load ../helper

setup() {
	[ -c /dev/fuse ] || skip 'no /dev/fuse'
	new_tree
}

# Mount a server that never answers; $hangs are to be killed, which makes every call end.
hang() {
	local line

	coproc HANG { exec "${HANG_PROGRAM:-$BUILD/hostile/hang}" "$@"; }
	hangs+=("$HANG_PID")
	read -r line <&"${HANG[0]}" || return 1
	[ "$line" = mounted ]
}

release() {
	kill -KILL "${hangs[@]}" 2>/dev/null || true
	wait || true
}

on_tmp() {
	hangs=()
	trap release EXIT
	# The program and its report must not lie beneath the mount.
	mount -t tmpfs tmpfs /mnt
	cp "$TMPAUDIT" /mnt/tmpaudit
	REPORT=/mnt/report
	hang /tmp "$1"
	timeout -s KILL 30 /mnt/tmpaudit -f json >$REPORT || [ $? = 1 ]
	status tempdir.owner error
	unreadable tempdir.owner /tmp fuse
	[ "$(report '.not_examined | any(.path == "/tmp")')" = true ]
	[ "$(report '[.checks[] | select(.id | startswith("tempdir.")).findings[] | select(.subject == "/tmp" and .status == "fail")] | length')" = 0 ]
}

@test "a /tmp whose server was never there is not examined" {
	in_mounts on_tmp never
}

@test "a /tmp whose server fell silent is not examined" {
	in_mounts on_tmp init
}

on_etc() {
	local result=0 output

	hangs=()
	trap release EXIT
	# Nobody can kill who waits for it.
	hang /etc/sysctl.d read
	# The substitution reads a pipe until everybody has closed it: it must not wait for a worker that hangs.
	output=$(timeout -s KILL 30 "$TMPAUDIT" --fs-timeout 1 2>&1) || result=$?
	printf '%s\n' "$output"
	[ "$result" = 2 ]
	[[ "$output" == 'tmpaudit: the audit: gave no sign of life for 6 s: '*'no report was written' ]]
}

@test "a configuration that never answers ends the audit with exit 2, and nobody hangs" {
	[ -d /etc/sysctl.d ] || skip 'no /etc/sysctl.d to mount over'
	in_mounts on_etc
}

with_file() {
	hangs=()
	trap release EXIT
	hang /etc/sysctl.d init
	timeout -s KILL 30 "$TMPAUDIT" --fs-timeout 1 -o "$WORK/report.json" 2>"$WORK/stderr" && return 1
	[ ! -e "$WORK/report.json" ]
	[ "$(ls -A "$WORK" | grep -c tmpaudit-)" = 0 ]
}

@test "no file is left of a report that could not be made" {
	[ -d /etc/sysctl.d ] || skip 'no /etc/sysctl.d to mount over'
	in_mounts with_file
}

asked_to_end() {
	local pid result=0

	hangs=()
	trap release EXIT
	hang /etc/sysctl.d read
	# Also if whoever started us does not want to hear of it.
	for signals in --default-signal '--default-signal --block-signal'; do
		result=0
		# shellcheck disable=SC2086 # they are words
		env $signals "$TMPAUDIT" --fs-timeout 60 >"$WORK/out" 2>&1 &
		pid=$!
		sleep 0.5
		kill -TERM $pid
		# Who has nothing to clean up has no need to wait for one that hangs.
		for _ in {1..100}; do
			[ "$(cut -d ' ' -f 3 /proc/$pid/stat 2>/dev/null)" != Z ] && [ -e /proc/$pid ] || break
			sleep 0.1
		done
		kill -KILL $pid 2>/dev/null || true
		wait $pid || result=$?
		[ "$result" = 143 ]
		[ ! -s "$WORK/out" ]
	done
}

@test "an audit that hangs still dies of the signal that asks it to" {
	[ -d /etc/sysctl.d ] || skip 'no /etc/sysctl.d to mount over'
	in_mounts asked_to_end
}

orphaned() {
	local pid workers

	hangs=()
	trap release EXIT
	# Whoever waits for a server that was never there can be ended.
	hang /etc/sysctl.d never
	"$TMPAUDIT" --fs-timeout 60 >"$WORK/out" 2>&1 &
	pid=$!
	for _ in {1..50}; do
		workers=$(pgrep -P $pid) && grep -q fuse "/proc/${workers%%$'\n'*}/wchan" && break
		sleep 0.1
	done
	# It, and the scout.
	workers+=" $(pgrep -P "${workers//$'\n'/,}")"
	[ -n "${workers// /}" ]
	kill -KILL $pid
	for _ in {1..50}; do
		ps -o pid=,stat= -p "${workers// /,}" | grep -v Z || return 0
		sleep 0.1
	done
	return 1
}

@test "no worker outlives a parent that is killed" {
	[ -d /etc/sysctl.d ] || skip 'no /etc/sysctl.d to mount over'
	in_mounts orphaned
}

# What a process holds that is the caller's, or a terminal.
held_by() {
	find "/proc/$1/fd" -mindepth 1 -printf '%l\n' | grep -E '^/dev/(pts|tty)|^/work|caller' || true
}

with_terminal() {
	local parent worker scout

	hangs=()
	trap release EXIT
	hang /etc/sysctl.d never
	: >"$WORK/caller"
	script -qec "exec \"$TMPAUDIT\" --fs-timeout 60" /dev/null 8<"$WORK/caller" >/dev/null &
	for _ in {1..50}; do
		parent=$(pgrep -P $!) && worker=$(pgrep -P "$parent") &&
			scout=$(pgrep -P "$worker") && break
		sleep 0.1
	done
	[ -n "$(held_by "$parent")" ]
	[ -z "$(held_by "$worker")" ]
	[ -z "$(held_by "$scout")" ]
	kill -KILL "$parent"
}

@test "who reads what others wrote holds neither the terminal nor what the caller left open" {
	[ -d /etc/sysctl.d ] || skip 'no /etc/sysctl.d to mount over'
	needs script
	in_mounts with_terminal
}

@test "an audit whose worker is killed says so and writes nothing" {
	stock_tree
	needs strace
	# The sanitizer looks for leaks by ptrace, which strace has taken.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	# The second process that opens a tree is the worker.
	run -2 --separate-stderr strace -f -o /dev/null -e trace=openat2 -e inject=openat2:signal=KILL:when=20 "$TMPAUDIT" --root "$TREE" -f json
	[ "$output" = '' ]
	[[ "$stderr" == 'tmpaudit: the audit: was ended by signal 9; no report was written' ]]
}

# $1 disks, each with a file system that was mounted while they answered; now they do not.
mute_disks() {
	local disk n

	hangs=()
	trap release EXIT
	mkdir "$WORK/fuse"
	hang "$WORK/fuse" serve "$WORK/image"
	for ((n = 0; n < $1; ++n)); do
		mkdir "$WORK/disk$n"
		disk=$(losetup --read-only --find --show "$WORK/fuse/image")
		mount -t ext4 -o ro,noload "$disk" "$WORK/disk$n"
		# It goes with its last use.
		losetup --detach "$disk"
	done
	kill -USR1 "${hangs[0]}"
	SECONDS=0
	timeout -s KILL 60 "$TMPAUDIT" -f json --all --fs-timeout 4 --deep -c sticky.everywhere >"$REPORT" 2>"$WORK/stderr" || [ $? = 3 ] || [ $? = 1 ]
	# One after another they would cost four seconds each.
	printf 'took %s s\n' "$SECONDS"
	[ "$SECONDS" -lt 16 ]
}

mute_image() {
	needs losetup mkfs.ext4
	losetup --find >/dev/null 2>&1 || skip 'no loop device'
	mkdir -p "$WORK/src"/{a..z}/{a..z}
	truncate -s 64M "$WORK/image"
	mkfs.ext4 -q -d "$WORK/src" "$WORK/image"
}

@test "a disk that stops answering costs its time once, and its file system is not examined" {
	mute_image
	in_mounts mute_disks 1
	unreadable sticky.everywhere "$WORK/disk0" 'stopped answering'
	[ "$(report --arg path "$WORK/disk0" '.not_examined | any(.path == $path and .why == "does not answer")')" = true ]
	# All else was judged.
	[ "$(report '.checks[0].findings | map(select(.status == "error" and .message == "stopped answering while it was being walked, and was not examined to its end")) | length')" = 1 ]
}

@test "eight disks that stop answering cost no more than one" {
	local n

	mute_image
	in_mounts mute_disks 8
	for n in {0..7}; do
		unreadable sticky.everywhere "$WORK/disk$n" 'answer'
		[ "$(report --arg path "$WORK/disk$n" '.not_examined | any(.path == $path)')" = true ]
	done
}

# Mounts of all kinds that never answer, $@ "kind directory" each; the whole audit, deep.
mute_mounts() {
	local kind directory line

	hangs=()
	trap release EXIT
	mount -t tmpfs tmpfs /mnt
	# What is mounted next may cover the way to them.
	cp "$TMPAUDIT" /mnt/tmpaudit
	cp "$BUILD/hostile/hang" /mnt/hang
	HANG_PROGRAM=/mnt/hang
	cd /mnt
	exec 9>"$REPORT"
	REPORT=/mnt/report
	while read -r kind directory; do
		mkdir -p "$directory"
		hang "$directory" "$kind"
	done
	# An hour for each call: if a single one of them were asked anything that it can leave unanswered, this would be
	# killed.  So the bound of the time-out and five seconds holds for any number of them.
	timeout -s KILL 300 /mnt/tmpaudit --deep --fs-timeout 3600 -f json >$REPORT 9>&- || [ $? = 1 ] || [ $? = 3 ]
	report -c '.not_examined[]'
	cat "$REPORT" >&9
}

# The report must leave each of them out, and say why.
left_out() {
	local path

	for path in "$@"; do
		[ "$(report --arg path "$path" '[.not_examined[] | select(.path == $path)] | length')" = 1 ] || {
			printf 'not said to be left out: %s\n' "$path"
			return 1
		}
	done
}

@test "ten mounts that never answer, of FUSE and autofs, cost a deep audit nothing and are left out" {
	local n kind kinds=(never init direct indirect) mounts=()

	grep -q autofs /proc/filesystems || kinds=(never init)
	for n in {0..9}; do
		mounts+=("$WORK/mute$n")
	done
	in_mounts mute_mounts < <(for n in {0..9}; do echo "${kinds[n % ${#kinds[@]}]} $WORK/mute$n"; done)
	left_out "${mounts[@]}"
}

@test "a temporary directory that is an automount point is not mounted by looking" {
	grep -q autofs /proc/filesystems || skip 'no autofs'
	in_mounts mute_mounts <<<$'direct /var/tmp\nindirect /dev/shm'
	left_out /var/tmp /dev/shm
	unreadable tempdir.owner /var/tmp autofs
	unreadable tempdir.owner /dev/shm autofs
}

@test "temporary directories whose servers are silent, all at once" {
	in_mounts mute_mounts <<<$'never /var/tmp\ninit /dev/shm\ninit /tmp'
	left_out /tmp /var/tmp /dev/shm
	for check in tempdir.owner contents.squat contents.links; do
		status $check error || status $check fail
	done
}

# What overlays are laid over counts.
overlaid() {
	hangs=()
	trap release EXIT
	mkdir "$WORK/fuse" "$WORK/over" "$WORK/again"
	mkdir -p "$WORK/upper" "$WORK/lower"
	hang "$WORK/fuse" serve "$WORK/lower"
	mount -t overlay -o "lowerdir=$WORK/lower:$WORK/fuse" overlay "$WORK/over" 2>"$WORK/stderr" || exit 77
	mount -t overlay -o "lowerdir=$WORK/over:$WORK/lower" overlay "$WORK/again" || exit 77
	kill -USR1 "${hangs[0]}"
	timeout -s KILL 60 "$TMPAUDIT" -f json --fs-timeout 2 --deep -c sticky.everywhere >"$REPORT" || [ $? = 3 ] || [ $? = 1 ]
}

@test "an overlay over a file system that does not answer counts as one" {
	local result=0

	in_mounts overlaid || result=$?
	[ $result != 77 ] || skip "no overlay over FUSE here: $(cat "$WORK/stderr")"
	[ $result = 0 ]
	report -c '.not_examined[]'
	for path in "$WORK/over" "$WORK/again"; do
		[ "$(report --arg path "$path" '.not_examined | any(.path == $path and (.why | startswith("overlay over")))')" = true ]
	done
	no_finding sticky.everywhere "$WORK/over"
}
