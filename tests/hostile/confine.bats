# Confinement: the same verdicts with and without it, whatever the kernel or a sandbox refuses; and what was achieved
# is what the report says.

bats_require_minimum_version 1.5.0
load ../helper

# Whether Landlock and seccomp can be had here at all.
confines() {
	audit_host -c tempdir.owner
	report -e '.run.confinement | .landlock > 0 and .seccomp' >/dev/null || skip 'no Landlock, or no seccomp'
}

# What a report says, but for the run, and for what others do on this machine meanwhile.
export verdicts='del(.run, .score, .summary) | del(.checks[] | select(.id | test("^(contents|sticky)[.]|leftovers|stale|quota")))
	| .checks[] |= (del(.fingerprint) | (.findings[].actual | strings) |= sub("^[0-9]+ entries.*"; "entries"))'

# The same report from a kernel that refuses the calls.
same_without() {
	local error=$1 calls=$2
	shift 2

	audit_with -f json "$@"
	report "$verdicts" >"$WORK/with"
	report -c .run.confinement >"$WORK/confinement"
	audit_status=0
	# shellcheck disable=SC2086 # the calls are words
	"${REFUSE:-$BUILD/hostile/refuse}" "$error" $calls -- "$TMPAUDIT" -f json "$@" >"$REPORT" || audit_status=$?
	[ "$(report .run.exit)" = "$audit_status" ]
	report "$verdicts" >"$WORK/without"
	! report -c .run.confinement | cmp -s - "$WORK/confinement" || { echo "nothing was refused by $calls"; return 1; }
	diff -u "$WORK/with" "$WORK/without"
}

@test "what this kernel has is used" {
	local landlock

	[ -e /proc/sys/kernel/seccomp/actions_avail ] || skip 'this kernel has no seccomp'
	# landlock_create_ruleset(2), LANDLOCK_CREATE_RULESET_VERSION
	landlock=$(/usr/bin/python3 -c 'import ctypes; print(max(0, ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)))')
	stock_tree
	for program in "$TMPAUDIT" "$RELEASED"; do
		for target in "--root $TREE" '-c tempdir.owner' '-c mount.alias --deep' '-c attack.* --probe'; do
			# shellcheck disable=SC2086 # they are words
			"$program" -f json $target >"$REPORT" || [ $? -ne 2 ]
			[ "$(report -c '.run.confinement | [.no_new_privs, .landlock, .seccomp]')" = "[true,$landlock,true]" ]
		done
	done
	[ "$(report -c .run.confinement.capabilities)" = '["dac_read_search","fowner","sys_ptrace"]' ] || [ "$landlock" = 0 ]
	chmod 755 "$WORK"
	as_user 1234 "$TMPAUDIT" -f json -c tempdir.owner >"$REPORT" || [ $? -ne 2 ]
	[ "$(report -c .run.confinement)" = "{\"no_new_privs\":true,\"capabilities\":[],\"landlock\":$landlock,\"seccomp\":true}" ]
}

@test "an offline tree is judged alike, confined or not" {
	confines
	stock_tree
	dir /srv/open 777
	file /etc/fstab 'tmpfs /tmp tmpfs nodev 0 0\n'
	for calls in landlock seccomp 'landlock seccomp' prctl capset 'landlock seccomp prctl capset'; do
		same_without ENOSYS "$calls" --root "$TREE" --deep
		same_without EPERM "$calls" --root "$TREE"
	done
}

# Temporary directories that nobody else writes to.
own_directories() {
	local directory

	for directory in /tmp /var/tmp /dev/shm; do
		mount -t tmpfs -o mode=1777,size=16m tmpfs $directory
	done
}

# A host of our own, whose processes nobody else starts and ends: one with variables, one with another root, a service
# of its own mounts, hidden files.
quiet_host() {
	# They lie beneath what is mounted here.
	unset TMPAUDIT_REPORTS
	own_directories
	TMPDIR=/tmp/shared PATH=/tmp/bin:/usr/bin sleep 1000 &
	held=$!
	unshare --mount sh -c 'mount -t tmpfs -o mode=777 tmpfs /var/tmp; exec sleep 1000' 3>/tmp/held &
	held+=" $!"
	(cd /tmp && exec sleep 1000) &
	held+=" $!"
}

# A quiet host; the programs and the work lie where nothing that is mounted next hides them.
quiet_aside() {
	WORK=/mnt/work
	mount -t tmpfs tmpfs /mnt
	# Where both lie may be hidden by what is mounted next.
	cp "$TMPAUDIT" /mnt/tmpaudit
	cp "$BUILD/hostile/refuse" /mnt/refuse
	TMPAUDIT=/mnt/tmpaudit
	REFUSE=/mnt/refuse
	mkdir $WORK
	REPORT=$WORK/report.json
	quiet_host
}

judged_alike() {
	quiet_aside
	sleep 0.2
	for calls in landlock seccomp 'landlock seccomp' 'landlock seccomp prctl capset'; do
		same_without ENOSYS "$calls"
		same_without EPERM "$calls" --deep
	done
	# They were seen.
	has_finding environment.processes '.subject | test("sleep")'
	# Without a scout less may be known, and nothing looks better for it.
	audit_with -f json --deep
	report '.checks[] | select(.status == "fail") | .id' >$WORK/failed
	audit_status=0
	"${REFUSE:-$BUILD/hostile/refuse}" EPERM socketpair -- "$TMPAUDIT" -f json --deep >$REPORT || audit_status=$?
	[ "$(report .run.exit)" = "$audit_status" ]
	while read -r id; do
		status "$id" fail || status "$id" error
	done <$WORK/failed
	# shellcheck disable=SC2086 # they are words
	kill $held
}

@test "a running host is judged alike, confined or not" {
	confines
	in_mounts judged_alike
}

user_judged_alike() {
	mount -t tmpfs -o mode=755 tmpfs /mnt
	cp "$TMPAUDIT" "${REFUSE:-$BUILD/hostile/refuse}" /mnt/
	own_directories
	as_user 1234 /mnt/tmpaudit -f json | jq "$verdicts" >/mnt/with
	as_user 1234 /mnt/refuse ENOSYS landlock seccomp -- /mnt/tmpaudit -f json | jq "$verdicts" >/mnt/without
	diff -u /mnt/with /mnt/without
	[ "$(jq '.checks | length' /mnt/with)" -gt 20 ]
}

@test "a user's audit is the same, confined or not" {
	confines
	in_mounts user_judged_alike
}

@test "what could not be had is said: in the report, and to the reader" {
	confines
	stock_tree
	[ "$(report -c .run.confinement.no_new_privs)" = true ]
	"$TMPAUDIT" --root "$TREE" >"$WORK/text" || true
	run -1 grep 'The audit' "$WORK/text"
	"$TMPAUDIT" --root "$TREE" -v >"$WORK/text" || true
	grep -q '^The audit was confined by no_new_privs, Landlock [0-9]*, seccomp, capabilities' "$WORK/text"
	"${REFUSE:-$BUILD/hostile/refuse}" ENOSYS landlock seccomp -- "$TMPAUDIT" --root "$TREE" >"$WORK/text" || true
	grep -q '^The audit ran without Landlock, seccomp$' "$WORK/text"
	"${REFUSE:-$BUILD/hostile/refuse}" EPERM prctl capset -- "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || true
	[ "$(report -c '.run.confinement | [.no_new_privs, .capabilities]')" = '[false,null]' ]
	"${REFUSE:-$BUILD/hostile/refuse}" ENOSYS landlock -- "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || true
	[ "$(report -c '.run.confinement | [.capabilities, .landlock]')" = '[["dac_read_search","sys_ptrace"],0]' ]
}

@test "the worker is confined before it reads anything of an offline tree" {
	confines
	stock_tree
	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	strace -f -qq -o "$WORK/calls" "$RELEASED" --root "$TREE" -f json >"$REPORT" || true
	# All that the worker opens after it was confined; before, nothing below the tree but its top.
	worker=$(awk '/landlock_restrict_self/ { print $1; exit }' "$WORK/calls")
	awk -v worker="$worker" '$1 == worker' "$WORK/calls" >"$WORK/worker"
	awk '/seccomp\(SECCOMP_SET_MODE_FILTER, 0, \{len/ { exit } { print }' "$WORK/worker" >"$WORK/before"
	[ "$(wc -l <"$WORK/before")" -lt "$(wc -l <"$WORK/worker")" ]
	grep open "$WORK/before" | grep -v "\"$TREE\"" >"$WORK/opened" || true
	run -1 grep -E '"/?(etc|usr|var|tmp)' "$WORK/opened"
	grep -qE 'openat2.*"/?etc' "$WORK/worker"
	grep -q 'capset.*= 0' "$WORK/before"
}

hidden_processes() {
	quiet_aside
	sleep 0.2
	mount -o remount,hidepid=2 /proc
	audit_host --deep
	report "$verdicts" >$WORK/hidden
	mount -o remount,hidepid=0 /proc
	audit_host --deep
	report "$verdicts" >$WORK/shown
	diff -u <(jq .checks $WORK/shown) <(jq .checks $WORK/hidden)
	# shellcheck disable=SC2086 # they are words
	kill $held
}

@test "a /proc that hides processes from whom Landlock confines does not hide them from the audit" {
	in_mounts hidden_processes
}
