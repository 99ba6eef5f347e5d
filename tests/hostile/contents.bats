# As much in a temporary directory as an attacker likes: all of it is counted, little of it is kept.
# NAMES=500000 for as many as the memory goal names.

load ../helper

# Files by the thousand, each a finding of several checks.
plant() {
	/usr/bin/python3 - "$TREE/tmp" "$1" <<-'PYTHON'
		import os, sys
		os.umask(0)
		os.chdir(sys.argv[1])
		for i in range(int(sys.argv[2])):
		    name = ("core.%d" % i) + ("x" * 200 if i % 2 else "")
		    fd = os.open(name, os.O_CREAT | os.O_WRONLY, 0o666)
		    os.write(fd, b"x")
		    os.close(fd)
		    if i % 3 == 0:
		        os.chown(name, 4711, 4711)
		    if i % 10 == 0:
		        os.symlink("/etc/" + ("x" * 200 + "/") * 5 + "%d" % i, "link%d" % i)
		        os.lchown("link%d" % i, 65534, 65534)
	PYTHON
}

many() {
	local names=${NAMES:-20000} before
	mount -t tmpfs -o size=80%,nr_inodes=0 tmpfs "$TREE"
	stock_tree
	plant "$names"
	before=$(date +%s)
	/usr/bin/time -f %M -o "$WORK/peak" "$TMPAUDIT" --root "$TREE" -c contents -c cleanup.stale -c sticky.nested -f json >"$REPORT" || true
	echo "$names names: $(tail -1 "$WORK/peak") KiB, $(($(date +%s) - before)) s"
	# A sanitizer's own memory is no measure.
	grep -q '__[at]san_init' "$TMPAUDIT" || [ "$(tail -1 "$WORK/peak")" -lt 65536 ]
	for check in writable sensitive; do
		[ "$(report ".checks[] | select(.id == \"contents.$check\").findings_total")" = "$names" ]
		[ "$(report ".checks[] | select(.id == \"contents.$check\").findings | length")" = 1000 ]
	done
	[ "$(report '.checks[] | select(.id == "contents.unowned").findings_total')" = $(((names + 2) / 3)) ]
	# More links than are followed, and more numbers than are compared, are said to be so.
	status contents.links fail
	unreadable contents.links /tmp 'more symbolic links'
}

@test "contents: memory does not grow with what lies in /tmp, and all of it is counted" {
	in_mounts many
}

# Names that a report, a terminal or a shell could stumble over, in every check.
@test "contents: names of any bytes" {
	stock_tree
	/usr/bin/python3 - "$TREE/tmp" <<-'PYTHON'
		import os, sys
		os.umask(0)
		os.chdir(os.fsencode(sys.argv[1]))
		for byte in range(1, 256):
		    if byte == 47:
		        continue
		    name = b"n" + bytes([byte]) + b".sql"
		    fd = os.open(name, os.O_CREAT | os.O_WRONLY, 0o666)
		    os.write(fd, b"x")
		    os.fchown(fd, 4711, 4711)
		    os.close(fd)
		    os.symlink(b"/etc/" + bytes([byte]), b"l" + bytes([byte]))
		    os.lchown(b"l" + bytes([byte]), 1000, 1000)
		for name in (b"a" * 255, b"\xe2\x80\xae" * 80, b"../" [:2] + b"x", b"-", b"--", b"..."):
		    os.mkdir(name)
		    os.chown(name, 4711, 4711)
	PYTHON
	audit -c contents
	for check in writable sensitive; do
		[ "$(report ".checks[] | select(.id == \"contents.$check\").findings_total")" = 254 ]
	done
	[ "$(report '.checks[] | select(.id == "contents.links").findings_total')" = 254 ]
	[ "$(report '.checks[] | select(.id == "contents.unowned").findings_total')" -ge 260 ]
	! "$TMPAUDIT" --root "$TREE" -c contents --all --color never | grep -aqP '[\x00-\x08\x0b-\x1f\x7f]'
}

# FIFOs, sockets and devices are looked at and not opened: their other ends notice nothing.
@test "contents: nobody is woken" {
	stock_tree
	mkfifo -m 644 "$TREE/tmp/core.fifo"
	mkfifo -m 666 "$TREE/tmp/dump.sql"
	timeout 20 bash -c "echo x >'$TREE/tmp/dump.sql'; echo woken >'$WORK/woken'" &
	sleep 0.2
	timeout 20 "$TMPAUDIT" --root "$TREE" --deep -c contents -f json >"$REPORT" || [ $? = 1 ]
	[ ! -e "$WORK/woken" ]
	kill %1
	finding contents.writable /tmp/dump.sql file
	no_finding contents.sensitive
}
