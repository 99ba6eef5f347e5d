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

	coproc HANG { exec "$BUILD/hostile/hang" "$1" "$2"; }
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
	hang /etc/sysctl.d init
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
	hang /etc/sysctl.d init
	env --default-signal "$TMPAUDIT" --fs-timeout 60 >"$WORK/out" 2>&1 &
	pid=$!
	sleep 0.5
	kill -TERM $pid
	wait $pid || result=$?
	[ "$result" = 143 ]
	[ ! -s "$WORK/out" ]
}

@test "an audit that hangs still dies of the signal that asks it to" {
	[ -d /etc/sysctl.d ] || skip 'no /etc/sysctl.d to mount over'
	in_mounts asked_to_end
}

@test "an audit whose worker is killed says so and writes nothing" {
	stock_tree
	command -v strace >/dev/null || skip 'no strace'
	# The second process that opens a tree is the worker.
	run -2 --separate-stderr strace -f -o /dev/null -e trace=openat2 -e inject=openat2:signal=KILL:when=20 "$TMPAUDIT" --root "$TREE" -f json
	[ "$output" = '' ]
	[[ "$stderr" == 'tmpaudit: the audit: was ended by signal 9; no report was written' ]]
}
