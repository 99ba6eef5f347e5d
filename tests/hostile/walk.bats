# The walk of whole trees against those who own them.

load ../helper

everywhere() {
	audit --deep --all -c sticky.everywhere "$@"
}

# TREES: how many random trees; .ci/run and by hand: more.
@test "walk: finds what find and getfacl find, on random trees" {
	local seed
	for ((seed = 1; seed <= ${TREES:-6}; ++seed)); do
		rm -rf "$TREE"
		mkdir "$TREE"
		/usr/bin/python3 "$tests/hostile/everywhere.py" plant $seed "$TREE"
		everywhere
		echo "seed $seed"
		/usr/bin/python3 "$tests/hostile/everywhere.py" compare "$TREE" "$REPORT"
	done
}

@test "walk: deeper than a path can be" {
	/usr/bin/python3 - "$TREE" <<-'PYTHON'
		import os, sys
		os.chdir(sys.argv[1])
		for depth in range(5000):
		    os.mkdir("d")
		    os.mkdir("side")
		    os.mkdir("side/in")
		    os.chdir("d")
		os.mkdir("loose")
		os.chmod("loose", 0o777)
	PYTHON
	(
		ulimit -n 32
		everywhere
	)
	status sticky.everywhere fail
	[ "$(report '.checks[0].findings | length')" = 1 ]
	[ "$(report '.checks[0].findings[0].subject | length')" = 10006 ]
}

@test "walk: memory does not grow with names or directories" {
	"$BUILD/bench/plant" names 50000 "$TREE" 2>/dev/null || skip "make bench-walk builds the trees' planter"
	/usr/bin/time -f %M -o "$WORK/peak" "$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT"
	[ "$(tail -1 "$WORK/peak")" -lt 16384 ]
}

@test "walk: directories that are swapped for links lead nowhere" {
	mkdir "$TREE/in" "$WORK/outside"
	chmod 755 "$WORK/outside"
	mkdir -m 777 "$WORK/outside/loose"
	/usr/bin/python3 - "$TREE/in" "$WORK/outside" "$WORK/stop" <<-'PYTHON' &
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		os.chdir(sys.argv[1])
		for i in range(8):
		    os.makedirs("d%d/loose/in" % i)
		    os.symlink(sys.argv[2], "l%d" % i)
		here = os.open(".", os.O_RDONLY)
		while not os.path.exists(sys.argv[3]):
		    for i in range(8):
		        libc.renameat2(here, b"d%d" % i, here, b"l%d" % i, 2)
	PYTHON
	local racer=$! round
	# In its own time: the trees stand when the last link does.
	while [ ! -L "$TREE/in/l7" ] && [ ! -d "$TREE/in/l7" ]; do sleep 0.1; done
	for ((round = 0; round < ${ROUNDS:-60}; ++round)); do
		"$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT" || [ $? = 3 ] || break
		# Only the directories inside are 0755: a finding is one from outside.
		[ "$(report '[.checks[0].findings[] | select(.status == "fail")] | length')" = 0 ] || break
	done
	touch "$WORK/stop"
	wait $racer
	[ "$round" = "${ROUNDS:-60}" ]
}

@test "walk: the same twice, with any number of threads" {
	/usr/bin/python3 "$tests/hostile/everywhere.py" plant 7 "$TREE"
	everywhere
	report 'del(.run.started, .run.duration_ms)' >"$WORK/first"
	taskset -c 0 "$TMPAUDIT" --root "$TREE" --deep --all -c sticky.everywhere -f json >"$REPORT" || [ $? = 1 ]
	report 'del(.run.started, .run.duration_ms)' >"$WORK/second"
	cmp "$WORK/first" "$WORK/second"
}

# The threads that list directories; the one that waits for them does not.
readers() {
	strace -f -e trace=getdents64 -o "$WORK/trace" "$TMPAUDIT" --root "$TREE" --deep --all -c sticky.everywhere -f json "$@" >"$REPORT" || [ $? = 1 ]
	grep getdents64 "$WORK/trace" | cut -d " " -f 1 | sort -u | wc -l
}

@test "walk: -j says how many threads read, and nothing else" {
	local n

	# The sanitizer looks for leaks by ptrace, which strace has taken.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	"$BUILD/bench/plant" usr 6000 "$TREE" 2>/dev/null || skip "make bench-walk builds the trees' planter"
	[ "$(readers -j 1)" = 1 ]
	report 'del(.run.started, .run.duration_ms)' >"$WORK/first"
	[ "$(jq '.checks[0].findings_total' "$WORK/first")" -ge 1 ]
	for n in 2 3 4 16 1024; do
		# Where one is faster than others come there may be fewer.
		readers="$(readers -j $n)"
		[ "$readers" -gt 1 ]
		[ "$readers" -le $n ]
		report 'del(.run.started, .run.duration_ms)' | cmp - "$WORK/first"
	done
}

@test "walk: leaves access times and everything else alone" {
	dir /srv/a/b 777
	dir /srv/c 777
	touch -a -d 2001-01-01 "$TREE" "$TREE"/srv "$TREE"/srv/{a,a/b,c}
	everywhere
	[ "$(stat -c %X "$TREE" "$TREE"/srv "$TREE"/srv/{a,a/b,c} | sort -u | wc -l)" = 1 ]
	# The sanitizer looks for leaks by ptrace, which strace has taken.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	strace -f -o "$WORK/trace" "$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT" || [ $? = 1 ]
	[ "$(grep -cE ' (mkdir|unlink|rename|ch(mod|own)|utime|.*setxattr|link|symlink|truncate|fsync|execve)(at|at2|at_.*)?\(' "$WORK/trace")" = 1 ]
}
