# Opening a device acts: a tape is wound, a watchdog armed, a terminal made.  None is opened, wherever it stands.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	needs strace
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer makes calls of its own'
	new_tree
	mknod "$WORK/node" c 1 5 || skip 'no device nodes can be made here'
	stock_tree
	file /usr/lib/systemd/systemd ''
}

# Run what is given, which must end by itself with one of the usual statuses: it is kept.
trace() {
	traced_status=0
	timeout -s KILL 60 strace -f -y -s 4096 -e trace=open,openat,openat2 -o "$WORK/trace" "$RELEASED" "$@" \
		>"$WORK/stdout" 2>"$WORK/stderr" </dev/null || traced_status=$?
	[ "$traced_status" -le 3 ]
}

none_opened() {
	/usr/bin/python3 "$tests/hostile/devices.py" opened "$WORK/trace"
}

plant() {
	/usr/bin/python3 "$tests/hostile/devices.py" plant "$TREE" "$WORK/trace" "$@"
}

@test "devices: the judge of these tests sees one that is opened, by name and by what was pinned" {
	mknod "$WORK/block" b 240 7
	strace -f -y -e trace=open,openat,openat2 -o "$WORK/trace" head -c 1 "$WORK/node" >/dev/null
	run -1 none_opened
	# One without a driver, too: the attempt counts.
	strace -f -y -e trace=open,openat,openat2 -o "$WORK/trace" head -c 1 "$WORK/block" 2>/dev/null || true
	run -1 none_opened
	cat >"$WORK/pin.py" <<-'END'
		import os, sys
		fd = os.open(sys.argv[1], os.O_PATH)
		if len(sys.argv) > 2:
		    try:
		        os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_NONBLOCK)
		    except OSError:
		        pass
	END
	for node in node block; do
		strace -f -y -e trace=open,openat,openat2 -o "$WORK/trace" /usr/bin/python3 "$WORK/pin.py" "$WORK/$node" again
		run -1 none_opened
		strace -f -y -e trace=open,openat,openat2 -o "$WORK/trace" /usr/bin/python3 "$WORK/pin.py" "$WORK/$node"
		none_opened
	done
}

@test "devices: in the place of every file that an offline audit looks for" {
	local round usual

	trace --root "$TREE" --deep -j 1 -f json
	usual=$(jq '[.checks[] | select(.status == "pass").id]' "$WORK/stdout")
	# What is there now leads to more that is looked for.
	for round in 1 2 3; do
		plant >"$WORK/placed"
		[ "$round" != 1 ] || [ "$(cat "$WORK/placed")" -gt 100 ]
		trace --root "$TREE" --deep -j 1 -f json
		none_opened
	done
	cp "$WORK/stdout" "$REPORT"
	# Each is an error that names it, and no check that failed or had nothing to judge passes by it.
	for path in /etc/fstab /etc/login.defs /etc/sysctl.conf /etc/environment /etc/sudoers; do
		[ -c "$TREE$path" ] || [ -b "$TREE$path" ]
		[ "$(report --arg path $path '[.checks[].findings[] | select(.status == "error" and (.message | test("no regular file")) and .subject == $path)] | length')" -gt 0 ]
	done
	[ "$(report '[.checks[] | select(.id == "sysctl.protected-symlinks" or .id == "umask.login" or .id == "mount.tmp-nosuid").status] | unique - ["error", "fail"] | length')" = 0 ]
	[ "$usual" != '[]' ]
}

@test "devices: in the place of every file of every directory that an offline audit looks for" {
	local round

	trace --root "$TREE" --deep -j 1
	for round in 1 2; do
		plant directories >"$WORK/placed"
		[ "$round" != 1 ] || [ "$(cat "$WORK/placed")" -gt 1000 ]
		trace --root "$TREE" --deep -j 1 -f json
		none_opened
	done
	cp "$WORK/stdout" "$REPORT"
	# What a directory of settings lists is read: that it could not be is said.
	for path in /etc/sysctl.d/x.conf /etc/systemd/system.control/x.service /etc/profile.d/x.sh /etc/cron.d/x; do
		[ -c "$TREE$path" ] || [ -b "$TREE$path" ]
		[ "$(report --arg path $path '[.checks[].findings[] | select(.status == "error" and .subject == $path)] | length')" -gt 0 ]
	done
}

@test "devices: in temporary directories, and wherever a deep audit walks" {
	local path

	for path in /tmp/tape /tmp/core.1 /tmp/id_rsa /var/tmp/a/b/watchdog /tmp/.X11-unix /srv/deep/er/node /home/alice/.profile; do
		mkdir -p "$(dirname "$TREE$path")"
		mknod -m 666 "$TREE$path" c 1 5
		mknod -m 666 "$TREE$path.block" b 240 7
	done
	link /tmp/link tape
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	for threads in 1 2; do
		trace --root "$TREE" --deep --all -f json -j $threads
		none_opened
	done
	cp "$WORK/stdout" "$REPORT"
	finding contents.privileged /tmp/tape file 'character device'
	finding contents.privileged /var/tmp/a/b/watchdog.block file 'block device'
	no_finding contents.sensitive
}

live_host() {
	mount -t tmpfs -o mode=755 tmpfs /mnt
	mkdir /mnt/{upper,work}
	cp "$RELEASED" /mnt/tmpaudit
	RELEASED=/mnt/tmpaudit
	WORK=/mnt
	REPORT=/mnt/report
	mount -t overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work overlay /etc
	mount -t tmpfs -o mode=1777,dev tmpfs /tmp
	mkdir -p /etc/sysctl.d
	for path in /etc/sysctl.d/zz-x.conf /etc/tmpfiles.d/zz-x.conf /etc/login.defs /tmp/tape /tmp/core.1 /tmp/d/e/f; do
		mkdir -p "$(dirname $path)"
		rm -f $path
		mknod -m 666 $path c 1 5
	done
	trace --all -f json
	none_opened
	cp "$WORK/stdout" "$REPORT"
	unreadable sysctl.protected-symlinks /etc/sysctl.d/zz-x.conf 'no regular file'
	finding contents.privileged /tmp/tape file 'character device'
	trace --deep --skip sticky.everywhere -f json
	none_opened
}

@test "devices: of the running host" {
	in_mounts live_host
}

@test "devices: as what a scan of code is given, or meets" {
	dir /src 755
	mknod -m 777 "$TREE/src/a.sh" c 1 5
	mknod -m 777 "$TREE/src/prog" b 240 7
	file /src/b.sh '#!/bin/sh\necho x >/tmp/b.$$\n' 755
	trace code -f json "$TREE/src"
	none_opened
	[ "$(jq '[.checks[].findings[] | select(.status == "fail")] | length' "$WORK/stdout")" -gt 0 ]
	trace code -f json "$TREE/src/a.sh"
	none_opened
	[ "$traced_status" -ge 2 ]
}

@test "devices: as a policy, a report, a baseline, a tree: refused with 2" {
	local node=$WORK/node

	"$RELEASED" --root "$TREE" -f json >"$WORK/good.json" || true
	refused() {
		trace "$@"
		none_opened
		[ "$traced_status" = 2 ]
		grep -q '^tmpaudit: ' "$WORK/stderr"
	}
	refused --root "$TREE" --policy "$node"
	refused --root "$TREE" --baseline "$node"
	refused --root "$node"
	refused report "$node"
	refused diff "$WORK/good.json" "$node"
	refused diff "$node" "$WORK/good.json"
	refused fleet "$node"
	refused --root "$TREE" -f json -o "$node"
	[ -c "$node" ]
	mkdir "$WORK/reports"
	cp "$WORK/good.json" "$WORK/reports"
	mknod "$WORK/reports/node.json" c 1 5
	trace fleet "$WORK/reports"
	none_opened
}
