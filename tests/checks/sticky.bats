# Restricted deletion, on trees with real modes, owners and access lists, and on real mounts.

load ../helper

people='root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/sh\nalice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n'
groups='root:x:0:\nutmp:x:43:\nstaff:x:50:bob\nalice:x:1000:\nbob:x:1001:\nlp:x:7:\n'

setup() {
	new_tree
	stock_tree
	file /etc/passwd "$people"
	file /etc/group "$groups"
}


# shared

@test "sticky.shared: pass: sticky, or writable by its owner alone" {
	dir /var/spool/cups/tmp 0700
	dir /var/spool/at 0750 0:50
	dir /var/spool/samba 0775
	audit
	status sticky.shared pass
}

@test "sticky.shared: fail: everybody can write and the sticky bit is missing" {
	dir /tmp 0777
	audit
	finding sticky.shared /tmp file '^0777'
	no_finding sticky.shared /var/tmp
	[ "$(report '.checks[] | select(.id == "sticky.shared").findings[0].expected')" = 1777 ]
	[ "$audit_status" = 1 ]
}

@test "sticky.shared: fail: a group with a member can write" {
	dir /var/spool/samba 0775 0:50
	audit
	finding sticky.shared /var/spool/samba file
}

@test "sticky.shared: fail: a group that is a user's primary one can write" {
	dir /var/spool/samba 0775 0:1001
	audit
	finding sticky.shared /var/spool/samba file
}

@test "sticky.shared: pass: a group without members can write, which is noted" {
	dir /run/screen 0775 0:43
	audit
	status sticky.shared pass
	[ "$(report '.checks[] | select(.id == "sticky.shared").notes[].subject')" = /run/screen ]
}

@test "sticky.shared: fail: an entry of the access list gives write permission" {
	dir /var/spool/samba 0700
	setfacl -m u:1001:rwx "$TREE/var/spool/samba"
	audit
	finding sticky.shared /var/spool/samba file 'user:bob:rwx'
}

@test "sticky.shared: pass: the mask takes away what the entry gives" {
	dir /var/spool/samba 0700
	setfacl -m u:1001:rwx,m::r-x "$TREE/var/spool/samba"
	audit
	status sticky.shared pass
}

@test "sticky.shared: pass: the mask shows as group bits, which the group does not have" {
	dir /var/spool/samba 0750 0:50
	setfacl -m u:0:rwx,g::r-x,m::rwx "$TREE/var/spool/samba"
	[ "$(stat -c %a "$TREE/var/spool/samba")" = 770 ]
	audit
	status sticky.shared pass
}

@test "sticky.shared: not-applicable: there is no temporary directory" {
	rm -r "$TREE/tmp" "$TREE/var/tmp"
	audit
	status sticky.shared not-applicable
}

@test "sticky.shared: error: a directory that cannot be looked at" {
	dir /var 0700
	chmod 755 "$TREE"
	cp "$TMPAUDIT" "$WORK/tmpaudit"
	chmod 755 "$WORK/tmpaudit"
	audit_status=0
	as_user 1000 "$WORK/tmpaudit" --root "$TREE" -f json >"$REPORT" || audit_status=$?
	status sticky.shared error
	unreadable sticky.shared /var/tmp '^privilege'
	[ "$(report '.checks[] | select(.id == "sticky.shared").reason')" != null ]
}

# nested

@test "sticky.nested: pass: private, readable and sticky directories of root" {
	dir /tmp/.X11-unix 1777
	dir /tmp/private 0700 1000:1000
	dir /tmp/readable 0755 1000:1000
	dir /tmp/group 0770 1000:1000
	dir /tmp/readable/deep 2775 1000:1000
	audit
	status sticky.nested pass
}

@test "sticky.nested: fail: everybody can write" {
	dir /tmp/.dotnet 0777 1000:1000
	dir /var/tmp/a/b/c 0777 1000:1000
	audit
	finding sticky.nested /tmp/.dotnet file '^0777'
	finding sticky.nested /var/tmp/a/b/c file
	no_finding sticky.nested /var/tmp/a
	no_finding sticky.nested /var/tmp/a/b
}

@test "sticky.nested: pass: deeper than three levels" {
	dir /tmp/a/b/c/d 0777 1000:1000
	audit
	status sticky.nested pass
}

@test "sticky.nested: fail: sticky, but its owner is not root" {
	dir /tmp/mine 1777 1000:1000
	audit
	finding sticky.nested /tmp/mine file '^1777'
}

@test "sticky.nested: fail: an entry of the access list gives write permission" {
	dir /tmp/mine 0700 1000:1000
	setfacl -m u:1001:rwx "$TREE/tmp/mine"
	dir /tmp/masked 0700 1000:1000
	setfacl -m u:1001:rwx,m::r-x "$TREE/tmp/masked"
	dir /tmp/readers 0700 1000:1000
	setfacl -m u:1001:r-x "$TREE/tmp/readers"
	audit
	finding sticky.nested /tmp/mine file 'user:bob:rwx'
	no_finding sticky.nested /tmp/masked
	no_finding sticky.nested /tmp/readers
}

@test "sticky.nested: pass: others cannot reach it" {
	dir /tmp/systemd-private-1/tmp 0777
	chmod 0700 "$TREE/tmp/systemd-private-1"
	dir /tmp/list/x 0777 1000:1000
	chmod 0744 "$TREE/tmp/list"
	dir /tmp/own/x 0777 1000:1000
	chown 1000:1000 "$TREE/tmp/own"
	chmod 0770 "$TREE/tmp/own"
	audit
	status sticky.nested pass
}

@test "sticky.nested: fail: some can reach it, by group or access list" {
	dir /tmp/group/x 0777 1000:1000
	chown 1000:50 "$TREE/tmp/group"
	chmod 0710 "$TREE/tmp/group"
	dir /tmp/listed/x 0777 1000:1000
	chown 1000:1000 "$TREE/tmp/listed"
	chmod 0700 "$TREE/tmp/listed"
	setfacl -m u:1001:--x "$TREE/tmp/listed"
	audit
	finding sticky.nested /tmp/group/x file
	finding sticky.nested /tmp/listed/x file
	no_finding sticky.nested /tmp/listed
}

@test "sticky.nested: pass: links are not followed, and files are none of it" {
	dir /srv/open 0777
	link /tmp/link ../srv
	link /tmp/out /
	file /tmp/file x 0777
	mkfifo -m 0777 "$TREE/tmp/fifo"
	audit
	status sticky.nested pass
}

@test "sticky.nested: not-applicable: there is no shared directory" {
	rm -r "$TREE/tmp" "$TREE/var/tmp"
	audit
	status sticky.nested not-applicable
}

@test "sticky.nested: error: what others can search and we cannot read" {
	dir /tmp/mine/x 0777 1000:1000
	chown 1000:1000 "$TREE/tmp/mine"
	chmod 0711 "$TREE/tmp/mine"
	dir /tmp/open 0773 1000:1000
	audit_status=0
	as_user 1001 "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || audit_status=$?
	status sticky.nested fail
	unreadable sticky.nested /tmp/mine 'privilege'
	finding sticky.nested /tmp/open file '^0773'
	chmod 0755 "$TREE/tmp/open"
	as_user 1001 "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || audit_status=$?
	status sticky.nested error
}

@test "sticky.nested: error: more than is kept, and the other shared directory is still looked at" {
	dir /var/tmp/x 0777 1000:1000
	(umask 0 && cd "$TREE/tmp" && seq 10001 | xargs mkdir)
	audit --max-findings 20000
	unreadable sticky.nested /tmp 'not all of it'
	finding sticky.nested /var/tmp/x file
}

@test "sticky.nested: fail: a racer that swaps directories for links leads nowhere" {
	dir /outside/inner 0777
	dir /outside/inner/deeper 0777
	dir /tmp/always 0777 1000:1000
	for i in 1 2 3 4 5 6 7 8; do
		dir "/tmp/d$i/inner" 0755
	done
	cat >"$WORK/racer.py" <<-'END'
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		os.chdir(sys.argv[1])
		for i in range(1, 9):
		    os.symlink("../outside" if i % 2 else sys.argv[2], "link%d" % i)
		EXCHANGE, CWD = 2, -100
		while True:
		    for i in range(1, 9):
		        libc.renameat2(CWD, b"link%d" % i, CWD, b"d%d" % i, EXCHANGE)
	END
	mkdir -p "$WORK/elsewhere/inner"
	chmod 777 "$WORK/elsewhere/inner"
	/usr/bin/python3 "$WORK/racer.py" "$TREE/tmp" "$WORK/elsewhere" &
	racer=$!
	while [ ! -L "$TREE/tmp/link8" ] && [ ! -L "$TREE/tmp/d8" ]; do sleep 0.1; done
	for _ in $(seq 40); do
		"$TMPAUDIT" --root "$TREE" -f json --check sticky.nested >"$REPORT" || true
		subjects=$(report '.checks[] | select(.id == "sticky.nested").findings[].subject')
		[ "$subjects" = /tmp/always ] || break
	done
	kill "$racer"
	wait "$racer" || true
	[ "$subjects" = /tmp/always ]
}

nested_mount() {
	mount -t tmpfs -o mode=1777 tmpfs /var/tmp
	mkdir -m 0755 /var/tmp/mounted /var/tmp/real /var/tmp/real/x /var/tmp/real/x/y
	mount -t tmpfs -o mode=0777 tmpfs /var/tmp/mounted
	mkdir /var/tmp/mounted/open
	chmod 0777 /var/tmp/mounted/open /var/tmp/real/x/y
	mkdir -m 0700 /var/tmp/private
	mkdir /var/tmp/private/open
	chmod 0777 /var/tmp/private/open
	audit_host --check 'sticky.*'
	finding sticky.nested /var/tmp/real/x/y file
	no_finding sticky.nested /var/tmp/mounted
	no_finding sticky.nested /var/tmp/mounted/open
	no_finding sticky.nested /var/tmp/private/open
	report '.not_examined[].path' | grep -qx /var/tmp/mounted
}

@test "sticky.nested: fail: on a running host, without what is mounted below" {
	in_mounts nested_mount
}

live_shared() {
	mount -t tmpfs -o mode=0777 tmpfs /var/tmp
	audit_host --check 'sticky.*'
	finding sticky.shared /var/tmp file '^0777'
	chmod 1777 /var/tmp
	audit_host --check 'sticky.*'
	no_finding sticky.shared /var/tmp
}

@test "sticky.shared: fail: on a running host, a tmpfs without it" {
	in_mounts live_shared
}

# group-writable

sysctls() {
	file /etc/sysctl.d/50-x.conf "fs.protected_regular = $1\nfs.protected_fifos = $2\n"
}

@test "sticky.group-writable: pass: both values are 2" {
	dir /var/spool/cups/tmp 1770 0:7
	sysctls 2 2
	audit
	status sticky.group-writable pass
}

@test "sticky.group-writable: fail: one value is below 2" {
	dir /var/spool/cups/tmp 1770 0:7
	dir /tmp 1770 0:50
	sysctls 2 1
	audit
	finding sticky.group-writable /var/spool/cups/tmp boot '^2, 1$' /etc/sysctl.d/50-x.conf:2
	finding sticky.group-writable /tmp boot '^2, 1$' /etc/sysctl.d/50-x.conf:2
	no_finding sticky.group-writable /var/tmp
	sysctls 1 2
	audit
	finding sticky.group-writable /tmp boot '^1, 2$' /etc/sysctl.d/50-x.conf:1
}

@test "sticky.group-writable: fail: nothing states the values" {
	dir /var/spool/cups/tmp 1770 0:7
	audit
	finding sticky.group-writable /var/spool/cups/tmp boot '' default
}

@test "sticky.group-writable: fail: by class, whatever the mode, and by access list" {
	dir /var/crash 3777 0:50
	dir /var/spool/cron/crontabs 0755 0:50
	dir /var/tmp 1700
	setfacl -m u:1001:rwx "$TREE/var/tmp"
	sysctls 1 1
	audit
	finding sticky.group-writable /var/crash boot
	finding sticky.group-writable /var/spool/cron/crontabs boot
	finding sticky.group-writable /var/tmp boot
}

@test "sticky.group-writable: not-applicable: only root's group, and what everybody can write" {
	dir /var/spool/samba 1777 0:0
	dir /tmp 1770 0:0
	sysctls 1 1
	audit
	status sticky.group-writable not-applicable
}

@test "sticky.group-writable: error: the settings cannot be read" {
	dir /var/spool/cups/tmp 1770 0:7
	mkdir -p "$TREE/etc/sysctl.d"
	mkfifo "$TREE/etc/sysctl.d/50-x.conf"
	audit
	[ "$(report '.checks[] | select(.id == "sticky.group-writable").status')" != pass ]
	[ "$(report '.checks[] | select(.id == "sticky.group-writable").findings | map(select(.status == "error")) | length')" != 0 ]
}

live_group() {
	mount -t tmpfs -o mode=1770,gid=12345 tmpfs /var/tmp
	audit_host --check sticky.group-writable
	if [ "$(cat /proc/sys/fs/protected_regular /proc/sys/fs/protected_fifos | tr -d '\n')" = 22 ]; then
		no_finding sticky.group-writable /var/tmp live
	else
		finding sticky.group-writable /var/tmp live
	fi
}

@test "sticky.group-writable: fail: on a running host both sides are judged" {
	in_mounts live_group
}

# boot

@test "sticky.boot: pass: good lines, and none" {
	file /usr/lib/tmpfiles.d/tmp.conf 'q /tmp 1777 root root 10d\nq /var/tmp - - - 30d\n'
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,mode=1777 0 0\ntmpfs /var/tmp tmpfs nosuid 0 0\n'
	audit
	status sticky.boot pass
}

@test "sticky.boot: fail: a line takes the sticky bit away" {
	file /usr/lib/tmpfiles.d/tmp.conf '# vendor\n\nd /tmp 0777 root root\nq /var/tmp 1777 root root\n'
	audit
	finding sticky.boot /tmp boot '0777' /usr/lib/tmpfiles.d/tmp.conf:3
	no_finding sticky.boot /var/tmp
}

@test "sticky.boot: fail: a line gives the directory away" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 1777 alice root\nd /var/tmp 1777 :1000 root\n'
	audit
	finding sticky.boot /tmp boot 'alice' /usr/lib/tmpfiles.d/tmp.conf:1
	finding sticky.boot /var/tmp boot '' /usr/lib/tmpfiles.d/tmp.conf:2
}

@test "sticky.boot: fail: wider than the class" {
	dir /var/lib/php/sessions 1733
	file /usr/lib/tmpfiles.d/php.conf 'd /var/lib/php/sessions 1777 root root\n'
	audit
	finding sticky.boot /var/lib/php/sessions boot 1777 /usr/lib/tmpfiles.d/php.conf:1
}

@test "sticky.boot: fail: what a fresh boot creates counts, with : and ~ too" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp :0777 root root\nd /var/tmp ~0777 root root\n'
	audit
	finding sticky.boot /tmp boot
	finding sticky.boot /var/tmp boot
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp :1777 root root\nd /var/tmp ~1777 root root\n'
	audit
	status sticky.boot pass
}

@test "sticky.boot: pass: the earliest file name wins, whatever the directory" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 0777 root root\n'
	file /etc/tmpfiles.d/aaa.conf 'D /tmp 1777 root root\n'
	audit
	status sticky.boot pass
}

@test "sticky.boot: fail: a later file name loses, also in /etc" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 0777 root root\n'
	file /etc/tmpfiles.d/zzz.conf 'd /tmp 1777 root root\n'
	audit
	finding sticky.boot /tmp boot 0777 /usr/lib/tmpfiles.d/tmp.conf:1
}

@test "sticky.boot: pass: an earlier directory hides a whole file, a mask and an empty file too" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 0777 root root\nd /var/tmp 0777 root root\n'
	file /etc/tmpfiles.d/tmp.conf 'd /tmp 1777 root root\n'
	audit
	status sticky.boot pass
	rm "$TREE/etc/tmpfiles.d/tmp.conf"
	link /usr/local/lib/tmpfiles.d/tmp.conf /dev/null
	audit
	status sticky.boot pass
	rm "$TREE/usr/local/lib/tmpfiles.d/tmp.conf"
	file /etc/tmpfiles.d/tmp.conf ''
	audit
	status sticky.boot pass
	rm "$TREE/etc/tmpfiles.d/tmp.conf"
	audit
	finding sticky.boot /tmp boot
	finding sticky.boot /var/tmp boot
}

@test "sticky.boot: pass: a mask is a link to /dev/null, whatever an image has there" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 0777 root root\n'
	file /dev/null 'd /tmp 0777 root root\n'
	link /etc/tmpfiles.d/tmp.conf ../../dev/null
	audit
	status sticky.boot pass
	link /etc/tmpfiles.d/tmp.conf other.conf
	audit
	status sticky.boot pass
	file /etc/tmpfiles.d/other.conf 'd /var/tmp 0777 root root\n'
	audit
	finding sticky.boot /var/tmp boot 0777 /etc/tmpfiles.d/other.conf:1
}

@test "sticky.boot: pass: a directory or FIFO of that name hides it too, which is noted" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 0777 root root\n'
	file /usr/lib/tmpfiles.d/var.conf 'd /var/tmp 0777 root root\n'
	dir /etc/tmpfiles.d/tmp.conf 755
	mkfifo "$TREE/etc/tmpfiles.d/var.conf"
	audit
	status sticky.boot pass
	[ "$(report '.checks[] | select(.id == "sticky.boot").notes | length')" = 2 ]
}

@test "sticky.boot: pass: what lies below /run of an offline tree is gone by then" {
	file /run/tmpfiles.d/tmp.conf 'd /tmp 0777 root root\n'
	audit
	status sticky.boot pass
}

@test "sticky.boot: fail: a line through a link, quoted, escaped, with specifiers" {
	file /usr/lib/tmpfiles.d/tmp.conf '"d" "%T/./" 0777 root root\nd /va\\x72/tmp 0777\n'
	audit
	finding sticky.boot /tmp boot 0777 /usr/lib/tmpfiles.d/tmp.conf:1
	finding sticky.boot /var/tmp boot 0777 /usr/lib/tmpfiles.d/tmp.conf:2
}

@test "sticky.boot: fail: a line that adjusts the directory afterwards" {
	file /usr/lib/tmpfiles.d/tmp.conf 'd /tmp 1777 root root\nz /tm? 0777\nz /tmp/* 0600\n'
	audit
	finding sticky.boot /tmp boot 0777 /usr/lib/tmpfiles.d/tmp.conf:2
}

@test "sticky.boot: fail: a directory that only the boot makes" {
	rm -rf "$TREE/run/lock"
	file /usr/lib/tmpfiles.d/legacy.conf 'd /run/lock 0777 root root\n'
	audit
	finding sticky.boot /run/lock boot 0777 /usr/lib/tmpfiles.d/legacy.conf:1
	file /usr/lib/tmpfiles.d/legacy.conf 'd /run/lock 0755 root root\n'
	audit
	status sticky.boot pass
}

@test "sticky.boot: fail: options of a tmpfs" {
	file /etc/fstab '# c\ntmpfs /tmp tmpfs nosuid,mode=0777 0 0\ntmpfs /var/tmp tmpfs mode=1777,uid=1000 0 0\n'
	audit
	finding sticky.boot /tmp boot 'mode=0?777' /etc/fstab:2
	finding sticky.boot /var/tmp boot 'uid=1000' /etc/fstab:3
}

@test "sticky.boot: not-applicable: there is no temporary directory" {
	rm -r "$TREE/tmp" "$TREE/var/tmp"
	audit
	[ "$(report '.checks[] | select(.id == "sticky.boot").findings | length')" = 0 ]
}

@test "sticky.boot: error: a line for the directory that systemd-tmpfiles refuses" {
	file /etc/tmpfiles.d/tmp.conf 'd /tmp 1777 ghost root\nd /var/tmp 17777\nd /srv/x 17777\nnonsense\n'
	audit
	status sticky.boot error
	unreadable sticky.boot /tmp 'ghost'
	unreadable sticky.boot /var/tmp 'mode'
	[ "$(report '.checks[] | select(.id == "sticky.boot").findings | length')" = 2 ]
	report '.checks[] | select(.id == "sticky.boot").notes[].subject' | grep -qx /etc/tmpfiles.d/tmp.conf:4
}

@test "sticky.boot: error: a file that is too large to be read" {
	mkdir -p "$TREE/etc/tmpfiles.d"
	truncate -s 5M "$TREE/etc/tmpfiles.d/tmp.conf"
	audit
	status sticky.boot error
	unreadable sticky.boot /etc/tmpfiles.d/tmp.conf
}

@test "sticky.boot: pass: of lines for the same path the first counts" {
	stock_tree
	file /etc/tmpfiles.d/a.conf 'e /tmp 1777 root root 1d\ne /tmp 0777 root root 1d\n'
	audit -c sticky.boot
	status sticky.boot pass
	file /etc/tmpfiles.d/a.conf 'e /tmp 0777 root root 1d\ne /tmp 1777 root root 1d\n'
	audit -c sticky.boot
	finding sticky.boot /tmp boot '' /etc/tmpfiles.d/a.conf:1
}

@test "sticky.boot: pass: of very many lines, which take no longer than the audit is waited for" {
	stock_tree
	mkdir -p "$TREE/etc/tmpfiles.d"
	yes 'e /tmp 1777 root root 1d' | head -n 90000 >"$TREE/etc/tmpfiles.d/a.conf"
	audit -c sticky.boot -c cleanup.policy
	status sticky.boot pass
}

@test "sticky.nested: fail: one among more directories than are kept" {
	stock_tree
	(
		cd "$TREE/tmp"
		printf 'a%d\n' {1..10100} | xargs mkdir -m 1777
		mkdir -m 777 z
	)
	audit -c sticky.nested
	status sticky.nested fail
	finding sticky.nested /tmp/z file
	[ "$(report '.not_examined | any(.path == "/tmp" and (.why | test("more directories")))')" = true ]
}
