#!/usr/bin/env bats
# The temporary directories themselves: on trees with real owners and lists, live in mount namespaces of their own.

load ../helper

people='root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n'

tree() {
	stock_tree
	file /etc/passwd "$people"
	file /etc/group 'root:x:0:\nstaff:x:50:alice,bob\nempty:x:51:\nalice:x:1000:\n'
}

# Audit the tree without root's privileges.
audit_as() {
	local uid=$1
	shift

	# What one builds in may be closed to others.
	cp "$TMPAUDIT" "$WORK/program"
	printf '#!/bin/sh\nexec setpriv --reuid %s --regid %s --clear-groups --inh-caps=-all -- %s "$@"\n' \
		"$uid" "$uid" "$WORK/program" >"$WORK/as"
	chmod 755 "$WORK/as" "$WORK/program"
	TMPAUDIT=$WORK/as audit "$@"
}

# What an ordinary user cannot look into is never good.
cannot_look() {
	tree
	dir /var/spool 700
	dir /var/spool/samba 1777
	audit_as 1234 -c "$1"
	status "$1" error
	unreadable "$1" "${2:-/var/spool/samba}" '^privilege'
	report --arg id "$1" '.checks[] | select(.id == $id).reason' | grep -q '^privilege'
}

# A mount of a user's that never answers: no server reads what the kernel asks it.
mount_silent() {
	exec 9<>/dev/fuse
	# By mount(2): what util-linux 2.41 does instead asks the mount for its type, and gets no answer.
	LIBMOUNT_FORCE_MOUNT2=always mount -i -t fuse -o fd=9,rootmode=40000,user_id=1000,group_id=1000 silent "$1"
}

# ---- present

@test "tempdir.present: pass: all are directories of their own" {
	tree
	audit -c tempdir.present
	status tempdir.present pass
}

@test "tempdir.present: pass: an offline tree need not have /dev/shm" {
	tree
	rm -rf "$TREE/dev"
	audit -c tempdir.present
	status tempdir.present pass
}

@test "tempdir.present: fail: one is missing" {
	tree
	rmdir "$TREE/var/tmp"
	audit -c tempdir.present
	status tempdir.present fail
	finding tempdir.present /var/tmp file '^missing$'
	no_finding tempdir.present /tmp
	[ "$(report '.checks[0].findings[0].expected')" = 'directory of its own' ]
	[ "$(report '.checks[0].findings[0].source')" = null ]
	report '.checks[0].remediation.commands[]' | grep -qx 'install -d -m 1777 -o root -g root /var/tmp'
}

@test "tempdir.present: fail: it is a file" {
	tree
	rmdir "$TREE/tmp"
	file /tmp ''
	audit -c tempdir.present
	finding tempdir.present /tmp file '^no directory$'
	no_finding tempdir.present /var/tmp
}

@test "tempdir.present: fail: one is a link to the other" {
	tree
	rmdir "$TREE/var/tmp"
	link /var/tmp ../tmp
	audit -c tempdir.present
	finding tempdir.present /var/tmp file '^symbolic link to \.\./tmp$'
	no_finding tempdir.present /tmp
}

@test "tempdir.present: fail: the first is a link to the second" {
	tree
	rmdir "$TREE/tmp"
	link /tmp /var/tmp
	audit -c tempdir.present
	finding tempdir.present /tmp file '^symbolic link to /var/tmp$'
	no_finding tempdir.present /var/tmp
}

@test "tempdir.present: fail: the link is a user's" {
	tree
	rmdir "$TREE/tmp"
	dir /srv/tmp 1777
	link /tmp /srv/tmp
	chown -h 1000 "$TREE/tmp"
	audit -c tempdir.present
	finding tempdir.present /tmp file '^symbolic link of uid 1000 \(alice\)$'
}

@test "tempdir.present: pass: a link of root's to another place" {
	tree
	rmdir "$TREE/tmp"
	dir /srv/tmp 1777
	link /tmp /srv/tmp
	audit -c tempdir.present
	status tempdir.present pass
}

@test "tempdir.present: fail: a link that leads out of the tree leads nowhere" {
	tree
	rmdir "$TREE/tmp"
	mkdir "$WORK/outside"
	link /tmp ../outside
	audit -c tempdir.present
	finding tempdir.present /tmp file '^symbolic link to \.\./outside, which is no directory$'
}

@test "tempdir.present: fail: live, one is bound to the other, and the tmpfs is named" {
	bound() {
		mkdir /run/t
		mount --bind "$WORK" /mnt
		WORK=/mnt REPORT=/mnt/report.json TMPAUDIT_REPORTS=
		cp "$TMPAUDIT" /mnt/program
		TMPAUDIT=/mnt/program
		mount -t tmpfs -o mode=1777 tmpfs /tmp
		mount --bind /tmp /var/tmp
		audit_host -c tempdir.present
		finding tempdir.present /var/tmp file '^the same directory as /tmp$'
		no_finding tempdir.present /tmp
	}
	ready() {
		mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
		bound
	}
	in_mounts ready
}

@test "tempdir.present: error: it cannot be told" {
	tree
	dir /var 700
	audit_as 1234 -c tempdir.present
	status tempdir.present error
	unreadable tempdir.present /var/tmp '^privilege'
	no_finding tempdir.present /tmp
}

@test "tempdir.present: error: a loop of links" {
	tree
	rmdir "$TREE/tmp"
	link /tmp tmp
	audit -c tempdir.present
	unreadable tempdir.present /tmp 'loop of symbolic links'
}

# ---- owner

@test "tempdir.owner: pass: root's, and a user's own" {
	tree
	dir /run/user/1000 700 1000
	dir /tmp/user/1001 700 1001
	dir /var/spool/at 1770 1
	file /etc/passwd "${people}daemon:x:1:1:::\n"
	audit -c tempdir.owner
	status tempdir.owner pass
}

@test "tempdir.owner: fail: a user's" {
	tree
	dir /tmp 1777 1000
	audit -c tempdir.owner
	status tempdir.owner fail
	finding tempdir.owner /tmp file '^uid 1000 \(alice\)$'
	no_finding tempdir.owner /var/tmp
	[ "$(report '.checks[0].findings[0].expected')" = 'uid 0' ]
	[ "$(report .score.grade)" = F ]
}

@test "tempdir.owner: fail: another user's, and nobody's that the tree knows" {
	tree
	dir /run/user/1000 700 4711
	dir /var/spool/at 1770 7
	dir /var/crash 3777 1001
	audit -c tempdir.owner
	finding tempdir.owner /run/user/1000 file '^uid 4711$'
	finding tempdir.owner /var/spool/at file '^uid 7$'
	finding tempdir.owner /var/crash file '^uid 1001 \(bob\)$'
}

@test "tempdir.owner: pass: names of the auditing host are not the tree's" {
	tree
	dir /var/spool/at 1770 1
	audit -c tempdir.owner
	finding tempdir.owner /var/spool/at file '^uid 1$'
}

@test "tempdir.owner: not-applicable: there is none" {
	dir /etc 755
	audit -c tempdir.owner
	status tempdir.owner not-applicable
}

@test "tempdir.owner: error: it cannot be looked at" {
	cannot_look tempdir.owner
}

@test "tempdir.owner: error: an owner that the user namespace does not map" {
	tree
	dir /tmp 1777 1000
	printf '#!/bin/sh\nexec unshare --user --map-root-user -- %s "$@"\n' "$TMPAUDIT" >"$WORK/mapped"
	chmod 755 "$WORK/mapped"
	unshare --user --map-root-user true || skip 'no user namespaces here'
	TMPAUDIT=$WORK/mapped audit -c tempdir.owner
	status tempdir.owner error
	unreadable tempdir.owner /tmp 'does not map'
	no_finding tempdir.owner /var/tmp
}

@test "tempdir.owner: error: live, on a mount that never answers" {
	[ -c /dev/fuse ] || skip 'no /dev/fuse here'
	silent() {
		mount -t tmpfs -o mode=1777 tmpfs /dev/shm
		mount_silent /dev/shm
		timeout 20 "$TMPAUDIT" -f json -c 'tempdir.*' >"$REPORT" || [ $? -ne 124 ]
		unreadable tempdir.owner /dev/shm fuse
		unreadable tempdir.mode /dev/shm fuse
		unreadable tempdir.acl /dev/shm fuse
		no_finding tempdir.ancestors
		no_finding tempdir.present
		report '.not_examined[].path' | grep -qx /dev/shm
		no_finding tempdir.owner /tmp
	}
	in_mounts silent
}

# ---- mode

@test "tempdir.mode: pass: each class has its own" {
	tree
	dir /run/lock 1777
	dir /var/crash 3777
	dir /var/lib/php/sessions 1733
	dir /var/spool/cron/crontabs 1730
	dir /var/spool/cups/tmp 1770
	dir /run/screen 775
	dir /run/user/1000 700 1000
	audit -c tempdir.mode
	status tempdir.mode pass
}

@test "tempdir.mode: pass: the sticky bit is another check's" {
	tree
	dir /tmp 777
	audit -c tempdir.mode
	status tempdir.mode pass
}

@test "tempdir.mode: fail: wider than its class" {
	tree
	dir /var/lib/php/sessions 1777
	dir /var/spool/cron/crontabs 1733
	dir /tmp/user/1000 750 1000
	audit -c tempdir.mode
	status tempdir.mode fail
	finding tempdir.mode /var/lib/php/sessions file '^1777$'
	finding tempdir.mode /var/spool/cron/crontabs file '^1733$'
	finding tempdir.mode /tmp/user/1000 file '^0750$'
	[ "$(report '.checks[0].findings[] | select(.subject == "/var/lib/php/sessions").expected')" = 'at most 1733' ]
	report '.checks[0].remediation.commands[]' | grep -qx 'chmod 01733 /var/lib/php/sessions'
	report '.checks[0].remediation.commands[]' | grep -qx 'chmod 01730 /var/spool/cron/crontabs'
	report '.checks[0].remediation.commands[]' | grep -qx 'chmod 00700 /tmp/user/1000'
	! report '.checks[0].remediation.commands[]' | grep -q ug-s
}

@test "tempdir.mode: fail: set-id bits on a shared directory" {
	tree
	dir /tmp 3777
	dir /var/tmp 5777
	audit -c tempdir.mode
	finding tempdir.mode /tmp file '^3777$'
	finding tempdir.mode /var/tmp file '^5777$'
}

@test "tempdir.mode: fail: a shared directory that is closed to others" {
	tree
	dir /tmp 1770
	dir /var/tmp 1776
	audit -c tempdir.mode
	finding tempdir.mode /tmp file '^1770$'
	finding tempdir.mode /var/tmp file '^1776$'
}

@test "tempdir.mode: fail: the commands repair it" {
	tree
	dir /tmp 3770
	dir /var/crash 3777
	dir /var/spool/cups/tmp 1777
	dir /var/spool/samba 3777
	audit -c tempdir.mode
	finding tempdir.mode /var/spool/samba file '^3777$'
	report '.checks[0].remediation.commands[]' | sed "s# /# $TREE/#" | sh -e
	audit -c tempdir.mode
	status tempdir.mode pass
	[ "$(stat -c %a "$TREE/tmp" "$TREE/var/spool/cups/tmp" "$TREE/var/spool/samba" | tr '\n' ' ')" = '1777 1770 1777 ' ]
}

@test "tempdir.mode: not-applicable: there is none" {
	dir /etc 755
	audit -c tempdir.mode
	status tempdir.mode not-applicable
}

@test "tempdir.mode: error: it cannot be looked at" {
	cannot_look tempdir.mode
}

# ---- ancestors

@test "tempdir.ancestors: pass: root's alone, and a user's own in a sticky one" {
	tree
	dir /var 775
	dir /tmp/user 711
	dir /tmp/user/1000 700 1000
	audit -c tempdir.ancestors
	status tempdir.ancestors pass
}

@test "tempdir.ancestors: fail: a group writes to a parent" {
	tree
	dir /var 775 0:50
	audit -c tempdir.ancestors
	status tempdir.ancestors fail
	finding tempdir.ancestors /var file '^0775 root:staff, group staff has 2 members$'
	[ "$(report '.checks[0].findings[0].expected')" = 'writable by root only' ]
	[ "$(report '.checks[0].findings | length')" = 1 ]
}

@test "tempdir.ancestors: fail: a group without members may get one" {
	tree
	dir /var 775 0:51
	audit -c tempdir.ancestors
	finding tempdir.ancestors /var file 'group empty has 0 members'
}

@test "tempdir.ancestors: fail: every parent that is at fault is named, once" {
	tree
	dir /var/spool 777
	dir /var 755 1000
	dir /var/spool/samba 1777
	dir /var/spool/at 1770
	audit -c tempdir.ancestors
	finding tempdir.ancestors /var file '^0755 alice:root$'
	finding tempdir.ancestors /var/spool file '^0777 root:root, writable by everybody$'
	[ "$(report '.checks[0].findings | length')" = 2 ]
}

@test "tempdir.ancestors: fail: an entry of a list writes to it" {
	tree
	setfacl -m u:1001:rwx "$TREE/var"
	audit -c tempdir.ancestors
	finding tempdir.ancestors /var file 'user:bob:rwx'
}

@test "tempdir.ancestors: pass: the mask takes the entry's right away" {
	tree
	setfacl -m u:1001:rwx,m::r-x "$TREE/var"
	audit -c tempdir.ancestors
	status tempdir.ancestors pass
}

@test "tempdir.ancestors: pass: the group bits are a mask, and the group itself may not write" {
	tree
	chgrp 50 "$TREE/var"
	setfacl -m u:0:rwx,g::r-x,m::rwx "$TREE/var"
	[ "$(stat -c %a "$TREE/var")" = 775 ]
	audit -c tempdir.ancestors
	status tempdir.ancestors pass
}

@test "tempdir.ancestors: fail: a sticky parent does not save what is not the user's" {
	tree
	dir /tmp/user 711 1001
	dir /tmp/user/1000 700 1000
	audit -c tempdir.ancestors
	finding tempdir.ancestors /tmp/user file bob
}

@test "tempdir.ancestors: fail: a link of another's on the way" {
	tree
	mv "$TREE/var" "$TREE/srv"
	link /var srv
	chown -h 1000 "$TREE/var"
	audit -c tempdir.ancestors
	finding tempdir.ancestors /var file '^symbolic link of uid 1000 \(alice\)$'
}

@test "tempdir.ancestors: fail: the commands repair it" {
	tree
	dir /var 777 1000:50
	setfacl -m u:1001:rwx "$TREE/var"
	rmdir "$TREE/tmp"
	dir /srv 1777
	link /tmp srv
	chown -h 1000 "$TREE/tmp"
	audit -c tempdir.ancestors
	finding tempdir.ancestors /var file
	finding tempdir.ancestors /tmp file
	report '.checks[0].remediation.commands[]' | sed -E "s# (/var|/tmp)# $TREE\\1#g" | sh -e
	audit -c tempdir.ancestors
	status tempdir.ancestors pass
	[ "$(stat -c %a "$TREE/srv")" = 1777 ]
}

@test "tempdir.ancestors: not-applicable: there is none" {
	dir /etc 755
	audit -c tempdir.ancestors
	status tempdir.ancestors not-applicable
}

@test "tempdir.ancestors: error: it cannot be looked at" {
	tree
	dir /var 700
	audit_as 1234 -c tempdir.ancestors
	status tempdir.ancestors error
	unreadable tempdir.ancestors /var/tmp '^privilege'
	no_finding tempdir.ancestors /tmp
}

# ---- acl

@test "tempdir.acl: pass: no list, and one that changes nothing" {
	tree
	setfacl -m u:1000:rwx "$TREE/tmp"
	audit -c tempdir.acl
	status tempdir.acl pass
}

@test "tempdir.acl: fail: entries that write where the mode does not show it" {
	tree
	dir /var/spool/cups/tmp 1770
	setfacl -m u:1000:rwx,g:50:rwx "$TREE/var/spool/cups/tmp"
	audit -c tempdir.acl
	status tempdir.acl fail
	finding tempdir.acl /var/spool/cups/tmp file '^user:alice:rwx \(mode shows 1770\)$'
	finding tempdir.acl /var/spool/cups/tmp file '^group:staff:rwx \(mode shows 1770\)$'
	[ "$(report '.checks[0].findings_total')" = 2 ]
	no_finding tempdir.acl /tmp
	report '.checks[0].remediation.commands[]' | grep -qx 'setfacl -b /var/spool/cups/tmp'
}

@test "tempdir.acl: pass: masked entries write nothing" {
	tree
	dir /var/spool/cups/tmp 1770
	setfacl -m u:1000:rwx,m::r-x "$TREE/var/spool/cups/tmp"
	audit -c tempdir.acl
	no_finding tempdir.acl /tmp
	finding tempdir.acl /var/spool/cups/tmp file 'after the mask'
	! report '.checks[0].findings[].actual' | grep -q alice
}

@test "tempdir.acl: fail: one who may not what all may" {
	tree
	setfacl -m u:1000:r-x "$TREE/tmp"
	audit -c tempdir.acl
	finding tempdir.acl /tmp file '^user:alice:r-x'
}

@test "tempdir.acl: fail: a mask that cancels the group of a directory for a group" {
	tree
	dir /var/spool/cups/tmp 1770 0:50
	setfacl -m m::r-x "$TREE/var/spool/cups/tmp"
	audit -c tempdir.acl
	finding tempdir.acl /var/spool/cups/tmp file '^group::rwx, only group::r-x after the mask$'
}

@test "tempdir.acl: not-applicable: the file system stores none" {
	on_ramfs() {
		mount -t ramfs ramfs "$TREE"
		tree
		audit -c 'tempdir.*acl'
		status tempdir.acl not-applicable
		status tempdir.default-acl not-applicable
	}
	in_mounts on_ramfs
}

@test "tempdir.acl: error: it cannot be looked at" {
	cannot_look tempdir.acl
}

# ---- default-acl

@test "tempdir.default-acl: pass: none, and one that is stricter, which is noted" {
	tree
	setfacl -d -m u::rwx,g::---,o::--- "$TREE/tmp"
	audit -c tempdir.default-acl
	status tempdir.default-acl pass
	[ "$(report '.checks[0].notes[].subject')" = /tmp ]
}

@test "tempdir.default-acl: fail: it opens to others" {
	tree
	setfacl -d -m u::rwx,g::r-x,o::rwx "$TREE/tmp"
	audit -c tempdir.default-acl
	status tempdir.default-acl fail
	finding tempdir.default-acl /tmp file '^default:other::rwx$'
	no_finding tempdir.default-acl /var/tmp
	[ "$(report '.checks[0].findings[0].expected')" = 'no default ACL wider than umask 027' ]
	report '.checks[0].remediation.commands[]' | grep -q '^find /tmp .* setfacl -k '
}

@test "tempdir.default-acl: fail: to a named user, by the profile's umask" {
	tree
	setfacl -d -m u:1000:rwx,g::r-x,o::--- "$TREE/var/tmp"
	setfacl -d -m u::rwx,g::r-x,o::--- "$TREE/tmp"
	audit -c tempdir.default-acl
	finding tempdir.default-acl /var/tmp file '^default:user:alice:rwx$'
	no_finding tempdir.default-acl /tmp
	audit -p strict -c tempdir.default-acl
	finding tempdir.default-acl /tmp file '^default:group::r-x$'
}

@test "tempdir.default-acl: fail: of a directory for everybody in a shared one" {
	tree
	dir /tmp/open 1777
	dir /tmp/closed 755
	setfacl -d -m u::rwx,g::r-x,o::r-x "$TREE/tmp/open" "$TREE/tmp/closed"
	audit -c tempdir.default-acl
	finding tempdir.default-acl /tmp/open file '^default:other::r-x$'
	no_finding tempdir.default-acl /tmp/closed
}

@test "tempdir.default-acl: fail: of a directory for everybody below a /tmp that is a link" {
	tree
	rmdir "$TREE/tmp"
	link /tmp private/tmp
	dir /private/tmp/open 1777
	chmod 1777 "$TREE/private/tmp"
	setfacl -d -m o::rx "$TREE/private/tmp/open"
	audit -c tempdir.default-acl
	finding tempdir.default-acl /private/tmp/open file 'default:other::r-x$'
}

@test "tempdir.default-acl: not-applicable: the file system stores none" {
	on_ramfs() {
		mount -t ramfs ramfs "$TREE"
		tree
		audit -c tempdir.default-acl
		status tempdir.default-acl not-applicable
	}
	in_mounts on_ramfs
}

@test "tempdir.default-acl: error: it cannot be looked at" {
	cannot_look tempdir.default-acl
}

# ---- runtime

# /run/user with one user's directory, as logind makes it.
runtime() {
	mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
	mkdir -m 755 /run/user
	mkdir /run/user/1000
	mount -t tmpfs -o "mode=700,uid=1000,gid=1000,${1:-nosuid,nodev}" tmpfs /run/user/1000
}

@test "tempdir.runtime: pass: as logind makes it" {
	good() {
		runtime
		audit_host -c tempdir.runtime
		no_finding tempdir.runtime /run/user
		no_finding tempdir.runtime /run/user/1000
	}
	in_mounts good
}

@test "tempdir.runtime: fail: open, and another's" {
	opened() {
		runtime
		chmod 755 /run/user/1000
		mkdir -m 700 /run/user/1001
		audit_host -c tempdir.runtime
		status tempdir.runtime fail
		finding tempdir.runtime /run/user/1000 file '^0755'
		finding tempdir.runtime /run/user/1001 file '^0700 owned by uid 0'
		no_finding tempdir.runtime /run/user
	}
	in_mounts opened
}

@test "tempdir.runtime: fail: mounted without nosuid" {
	suid() {
		runtime nodev
		audit_host -c tempdir.runtime
		finding tempdir.runtime /run/user/1000 file '^without nosuid$'
	}
	in_mounts suid
}

@test "tempdir.runtime: fail: the parent is not root's alone" {
	parent() {
		runtime
		chmod 777 /run/user
		audit_host -c tempdir.runtime
		finding tempdir.runtime /run/user file '^0777 owned by uid 0'
	}
	in_mounts parent
}

@test "tempdir.runtime: not-applicable: an offline tree does not run" {
	tree
	dir /run/user/1000 755 1000
	audit -c tempdir.runtime
	status tempdir.runtime not-applicable
}

@test "tempdir.runtime: not-applicable: there are no such directories" {
	[ ! -e /tmp/user ] || skip 'this host has /tmp/user'
	none() {
		mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
		audit_host -c tempdir.runtime
		status tempdir.runtime not-applicable
	}
	in_mounts none
}

@test "tempdir.runtime: error: a mount of the user's own that never answers" {
	[ -c /dev/fuse ] || skip 'no /dev/fuse here'
	hung() {
		runtime
		mkdir /run/user/1001
		mount_silent /run/user/1001
		timeout 20 "$TMPAUDIT" -f json -c tempdir.runtime >"$REPORT" || [ $? -ne 124 ]
		unreadable tempdir.runtime /run/user/1001 fuse
		no_finding tempdir.runtime /run/user/1000
	}
	in_mounts hung
}
