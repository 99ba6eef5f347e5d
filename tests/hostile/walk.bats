# The walk of whole trees against those who own them.

load ../helper

# Scripts of ours read one another.
export PYTHONDONTWRITEBYTECODE=1

everywhere() {
	audit --deep --all -c sticky.everywhere "$@"
}

# TREES: how many random trees; make check-trees TREES=300.
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

@test "walk: the contents of temporary directories are what find, getfacl and getfattr find, on random trees" {
	local seed
	for ((seed = 1; seed <= ${TREES:-6}; ++seed)); do
		rm -rf "$TREE"
		mkdir "$TREE"
		/usr/bin/python3 "$tests/hostile/contents.py" plant $seed "$TREE"
		audit --all -c contents -c sticky.nested
		echo "seed $seed"
		/usr/bin/python3 "$tests/hostile/contents.py" compare "$TREE" "$REPORT"
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

@test "walk: paths as long as an attacker likes cost no memory, and all of them are counted" {
	/usr/bin/python3 - "$TREE" <<-'PYTHON'
		import os, sys
		os.umask(0)
		os.chdir(sys.argv[1])
		for depth in range(6000):
		    os.mkdir("x" * 20)
		    os.chdir("x" * 20)
	PYTHON
	/usr/bin/time -f %M -o "$WORK/peak" "$TMPAUDIT" --root "$TREE" --deep --all -c sticky.everywhere -f json >"$REPORT" || true
	[ "$(report '.checks[0].findings_total')" = 6000 ]
	[ "$(report '.checks[0].findings | length')" -ge 50 ]
	# A sanitizer's own memory is no measure.
	grep -q '__[at]san_init' "$TMPAUDIT" || [ "$(tail -1 "$WORK/peak")" -lt 65536 ]
}

@test "walk: memory does not grow with names or directories" {
	"$BUILD/bench/plant" names 50000 "$TREE" 2>/dev/null || skip "make bench-walk builds the trees' planter"
	/usr/bin/time -f %M -o "$WORK/peak" "$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT"
	# A sanitizer's own memory is no measure.
	grep -q '__[at]san_init' "$TMPAUDIT" || [ "$(tail -1 "$WORK/peak")" -lt 16384 ]
}

# RUNS: how many audits; make check-racer RUNS=1000.
@test "walk: directories that are swapped for links lead nowhere, and hide nothing" {
	mkdir "$WORK/race"
	/usr/bin/python3 "$tests/hostile/race.py" "$TMPAUDIT" "$WORK/race" "${RUNS:-40}"
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
	strace -f --seccomp-bpf -e trace=getdents64 -o "$WORK/trace" "$TMPAUDIT" --root "$TREE" --deep --all -c sticky.everywhere -f json "$@" >"$REPORT" || [ $? = 1 ]
	grep getdents64 "$WORK/trace" | cut -d " " -f 1 | sort -u | wc -l
}

@test "walk: -j says how many threads read, and nothing else" {
	local n

	# The sanitizer looks for leaks by ptrace, which strace has taken.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	dir /loose 777
	"$BUILD/bench/plant" leaves 9000 "$TREE" 2>/dev/null || skip "make bench-walk builds the trees' planter"
	[ "$(readers -j 1)" = 1 ]
	report 'del(.run.started, .run.duration_ms)' >"$WORK/first"
	[ "$(jq '.checks[0].findings_total' "$WORK/first")" -ge 1 ]
	for n in 2 4 1024; do
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
	# That sanitizer begins anew where addresses are random.
	grep -q __tsan_init "$TMPAUDIT" || [ "$(grep -cE ' (mkdir|unlink|rename|ch(mod|own)|utime|.*setxattr|link|symlink|truncate|fsync|execve)(at|at2|at_.*)?\(' "$WORK/trace")" = 1 ]
}

# An image with a file system of kind $1, options of mkfs behind it, mounted at $TREE in this namespace.
on_disk() {
	local kind=$1 disk
	shift
	truncate -s 300M "$WORK/image"
	"mkfs.$kind" "$@" "$WORK/image" >/dev/null 2>&1
	disk=$(losetup --find --show "$WORK/image")
	mount -t "$kind" "$disk" "$TREE"
	losetup --detach "$disk"
}

# Above 64,998 subdirectories ext4 counts no links any more: 1 means "not known", and not "none".
too_many_to_count() {
	on_disk ext4 -q -F -b 1024 -N 70000
	mkdir "$TREE/many"
	(
		cd "$TREE/many"
		printf 'd%d\n' {1..65100} | xargs mkdir
		mkdir d7/loose d65099/loose
		chmod 777 d7/loose d65099/loose
	)
	[ "$(stat -c %h "$TREE/many")" = 1 ]
	everywhere
	[ "$(report '[.checks[0].findings[].subject] | join(" ")')" = '/many/d65099/loose /many/d7/loose' ]
}

@test "walk: a directory with more subdirectories than ext4 counts" {
	needs mkfs.ext4 losetup
	losetup --find >/dev/null 2>&1 || skip 'no loop device'
	in_mounts too_many_to_count
}

# Where link counts say nothing they are not believed: the findings are those of find and getfacl.
by_kind() {
	case $1 in
	overlay)
		mount -t tmpfs tmpfs "$WORK"
		mkdir "$WORK/lower" "$WORK/upper" "$WORK/work" "$TREE"
		/usr/bin/python3 "$tests/hostile/everywhere.py" plant 3 "$WORK/lower"
		mount -t overlay -o "lowerdir=$WORK/lower,upperdir=$WORK/upper,workdir=$WORK/work" overlay "$TREE"
		;;
	tmpfs) mount -t tmpfs tmpfs "$TREE" ;;
	xfs) on_disk xfs -q -f ;;
	btrfs) on_disk btrfs -f ;;
	*) on_disk "$1" -q -F ;;
	esac
	/usr/bin/python3 "$tests/hostile/everywhere.py" plant 4 "$TREE"
	everywhere
	/usr/bin/python3 "$tests/hostile/everywhere.py" compare "$TREE" "$REPORT"
}

@test "walk: the same on each file system" {
	local kind measured=0
	for kind in ext2 ext4 xfs btrfs overlay tmpfs; do
		grep -qw "$kind" /proc/filesystems || continue
		case $kind in overlay | tmpfs) ;; *) command -v "mkfs.$kind" >/dev/null && losetup --find >/dev/null 2>&1 || continue ;; esac
		echo "$kind"
		in_mounts by_kind "$kind"
		measured=$((measured + 1))
	done
	[ $measured -ge 1 ]
}

# Mounts by the thousand: $1 of them, each a file system of its own with something to be found, seen again by a bind.
by_the_thousand() {
	local loose

	mount -t tmpfs -o nr_inodes=0 tmpfs /mnt
	mkdir /mnt/tree
	cp "$TMPAUDIT" /mnt/tmpaudit
	/usr/bin/python3 - "$1" <<-'PYTHON'
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		def mount(source, target, kind, flags, options):
		    if libc.mount(source, target, kind, flags, options):
		        sys.exit("%s: %s" % (target, os.strerror(ctypes.get_errno())))
		os.umask(0)
		for i in range(int(sys.argv[1])):
		    place = b"/mnt/tree/m%d" % i
		    os.mkdir(place, 0o755)
		    os.mkdir(place + b"-again", 0o755)
		    os.mkdir(place + b"-proc", 0o755)
		    mount(b"none", place, b"tmpfs", 0, b"size=64k,mode=755")
		    if i % 500 == 0:
		        os.mkdir(place + b"/loose", 0o777)
		    mount(place, place + b"-again", None, 4096, None)
		    mount(b"none", place + b"-proc", b"proc", 0, None)
	PYTHON
	loose=$(printf '%s\n' /mnt/tree/m*/loose | sort)
	(
		ulimit -n 256
		audit_status=0
		/mnt/tmpaudit --deep --max-findings 100000 -c sticky.everywhere -f json >"$REPORT" || audit_status=$?
	)
	# Each once, though each can be seen twice.
	[ "$(report '.checks[0].findings[] | select(.subject | startswith("/mnt/tree")).subject' | sort)" = "$(grep -v again <<<"$loose")" ]
	[ "$(report '[.checks[0].findings[] | select(.status == "error")] | length')" = 0 ]
	[ "$(report '[.not_examined[] | select(.path | startswith("/mnt/tree"))] | length')" = "$1" ]
}

@test "walk: ten thousand mounts, with no more descriptors than others" {
	in_mounts by_the_thousand "${MOUNTS:-3500}"
}
