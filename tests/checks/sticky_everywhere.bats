# sticky.everywhere: directories that others can write, anywhere.

load ../helper

everywhere() {
	audit --deep -c sticky.everywhere "$@"
}

setup() {
	new_tree
	stock_tree
}

@test "sticky.everywhere: pass: all that others can write is sticky and root's" {
	dir /srv/upload 1777
	dir /srv/app 2775 root:staff
	everywhere
	status sticky.everywhere pass
}

@test "sticky.everywhere: pass: a system account may own a sticky one" {
	dir /srv/spool 1777 33
	everywhere
	status sticky.everywhere pass
}

@test "sticky.everywhere: fail: world-writable without the sticky bit" {
	dir /srv/upload 777 1001
	everywhere
	status sticky.everywhere fail
	finding sticky.everywhere /srv/upload file '^0777 uid 1001$'
}

@test "sticky.everywhere: fail: sticky, but a user's" {
	dir /srv/upload 1777 1001
	everywhere
	finding sticky.everywhere /srv/upload file '^1777 uid 1001$'
}

@test "sticky.everywhere: fail: UID_MIN says which accounts are the system's" {
	dir /srv/upload 1777 600
	everywhere
	no_finding sticky.everywhere
	file /etc/login.defs 'UID_MIN 500\n'
	everywhere
	finding sticky.everywhere /srv/upload file
}

@test "sticky.everywhere: fail: an ACL names somebody who may write" {
	dir /srv/shared 770
	dir /srv/group 770
	dir /srv/masked 770
	dir /srv/own 770 1001
	dir /srv/reader 770
	dir /srv/sticky 1770
	setfacl -m u:1001:rwx "$TREE/srv/shared"
	setfacl -m g:1001:rwx "$TREE/srv/group"
	setfacl -m u:1001:rwx,m::r-x "$TREE/srv/masked"
	setfacl -m u:1001:rwx "$TREE/srv/own"
	setfacl -m u:1001:r-x "$TREE/srv/reader"
	setfacl -m u:1001:rwx "$TREE/srv/sticky"
	everywhere
	finding sticky.everywhere /srv/shared file '^0770 uid 0 .*user:1001:rwx'
	finding sticky.everywhere /srv/group file 'group:1001:rwx'
	no_finding sticky.everywhere /srv/masked
	no_finding sticky.everywhere /srv/own
	no_finding sticky.everywhere /srv/reader
	no_finding sticky.everywhere /srv/sticky
}

@test "sticky.everywhere: fail: wherever it lies, also where not everybody can enter" {
	dir /root/deep/er/and/deeper 777
	everywhere
	finding sticky.everywhere /root/deep/er/and/deeper file
	[ "$(report '.checks[0].notes[0].subject')" = /root/deep/er/and/deeper ]
}

@test "sticky.everywhere: fail: links are not followed, and other types are none of it" {
	dir /srv/real 777
	link /srv/link real
	link /srv/loop .
	link /outside /tmp
	file /srv/file x 777
	everywhere
	finding sticky.everywhere /srv/real file
	[ "$(report '.checks[0].findings | length')" = 1 ]
}

@test "sticky.everywhere: fail: the top of the tree itself" {
	chmod 777 "$TREE"
	everywhere
	finding sticky.everywhere / file
}

@test "sticky.everywhere: fail: names that are no text, and of 255 bytes" {
	local long
	long=$(printf 'n%.0s' {1..255})
	dir "/srv/$long" 777
	mkdir "$TREE/srv/"$'bad\xff\nname'
	chmod 777 "$TREE/srv/"$'bad\xff\nname'
	everywhere
	finding sticky.everywhere "/srv/$long" file
	[ "$(report '.checks[0].findings[] | select(.subject_bytes) | .subject_bytes' | base64 -d)" = "/srv/"$'bad\xff\nname' ]
}

@test "sticky.everywhere: error: a directory that cannot be read, as a user" {
	dir /srv/closed/sub 755
	chmod 700 "$TREE/srv/closed"
	chmod 755 "$WORK" "$TREE"
	as_user 1001 "$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT" || [ $? = 3 ]
	status sticky.everywhere error
	unreadable sticky.everywhere /srv/closed privilege
}

@test "sticky.everywhere: error, and still fail: what can be seen is judged" {
	dir /srv/closed/sub 755
	chmod 700 "$TREE/srv/closed"
	dir /srv/upload 777
	as_user 1001 "$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT" || [ $? = 1 ]
	status sticky.everywhere fail
	finding sticky.everywhere /srv/upload file
	unreadable sticky.everywhere /srv/closed privilege
}

@test "sticky.everywhere: runs only with --deep, or by its whole name" {
	dir /srv/upload 777
	audit
	[ "$(report '[.checks[] | select(.id == "sticky.everywhere")] | length')" = 0 ]
	audit -c sticky.everywhere
	status sticky.everywhere fail
}

@test "sticky.everywhere: a mount in a foreign tree is left out, and said to be" {
	[ -z "$TMPAUDIT_NO_NAMESPACES" ] || skip "$TMPAUDIT_NO_NAMESPACES"
	dir /mnt 755
	other_mount() {
		mount -t tmpfs none "$TREE/mnt"
		mkdir -m 777 "$TREE/mnt/loose"
		audit --deep -c sticky.everywhere
	}
	in_mounts other_mount
	status sticky.everywhere pass
	[ "$(report '.not_examined[] | select(.path == "/mnt") | .why')" = "another file system" ]
}

# Of the running host everything but our own mounts is hidden: a root file system of our own.
host_with() {
	mount -t tmpfs none "$TREE"
	mkdir -p "$TREE"/{proc,sys,dev,tmp,etc,usr,bin,lib,lib64,srv,data,old,work}
	chmod 755 "$TREE"
	chmod 1777 "$TREE/tmp"
	local path
	for path in usr bin lib lib64; do
		[ -e "/$path" ] && mount --bind "/$path" "$TREE/$path" && mount -o remount,bind,ro "$TREE/$path"
	done
	printf 'root:x:0:0::/root:/bin/sh\n' >"$TREE/etc/passwd"
	install -m 755 "$TMPAUDIT" "$TREE/tmpaudit"
	"$@"
	cd "$TREE"
	pivot_root . old
	mount -t proc proc /proc
	umount -l /old
	mount -t tmpfs none /work
	/tmpaudit --deep -c sticky.everywhere -f json >/work/report || :
	cat /work/report
}

@test "sticky.everywhere: running: each local mount once, none that is not" {
	[ -z "$TMPAUDIT_NO_NAMESPACES" ] || skip "$TMPAUDIT_NO_NAMESPACES"
	several() {
		mkdir -m 777 "$TREE/srv/loose"
		mount -t tmpfs none "$TREE/data"
		mkdir -m 777 "$TREE/data/loose"
		mkdir "$TREE/bind" "$TREE/self" "$TREE/part"
		mount --bind "$TREE/data" "$TREE/bind"
		mkdir "$TREE/data/in"
		mkdir -m 777 "$TREE/data/in/loose"
		mount --bind "$TREE/data/in" "$TREE/part"
		mount -t sysfs none "$TREE/sys" || :
	}
	in_mounts host_with several >"$REPORT"
	status sticky.everywhere fail
	finding sticky.everywhere /srv/loose file
	finding sticky.everywhere /data/loose file
	finding sticky.everywhere /data/in/loose file
	no_finding sticky.everywhere /bind/loose
	no_finding sticky.everywhere /part/loose
	report .not_examined
	[ "$(report '.not_examined[] | select(.path == "/proc") | .why')" = "pseudo file system" ]
}

@test "sticky.everywhere: running: a bind over another mount is walked by its own name" {
	[ -z "$TMPAUDIT_NO_NAMESPACES" ] || skip "$TMPAUDIT_NO_NAMESPACES"
	hidden() {
		mount -t tmpfs none "$TREE/data"
		mkdir "$TREE/data/in" "$TREE/show"
		mkdir -m 777 "$TREE/data/in/loose"
		mount --bind "$TREE/data/in" "$TREE/show"
		mount -t tmpfs none "$TREE/data/in"
	}
	in_mounts host_with hidden >"$REPORT"
	finding sticky.everywhere /show/loose file
	no_finding sticky.everywhere /data/in/loose
}
