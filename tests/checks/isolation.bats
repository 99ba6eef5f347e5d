#!/usr/bin/env bats
# Temporary directories of one's own.  What runs is in tests/unit/isolation.c, on a /proc that is written down.

load ../helper

units=/etc/systemd/system

# A tree with a systemd.
unit_tree() {
	stock_tree
	link /sbin/init /usr/lib/systemd/systemd
}

# services

@test "isolation.services: pass: units that name no temporary directory" {
	unit_tree
	file $units/a.service '[Unit]\nRequiresMountsFor=/tmp\n[Service]\nExecStart=/usr/bin/a /tmpfiles /srv/tmp/x ${X}/tmp/y a/tmp https://tmp/\nPIDFile=/run/a.pid\n'
	file $units/b.timer '[Timer]\nOnCalendar=daily\n'
	audit -c isolation.services
	status isolation.services pass
}

@test "isolation.services: fail: a path in /tmp or /var/tmp" {
	unit_tree
	file $units/a.service '[Service]\nExecStart=/usr/bin/a --pid=/tmp/a.pid --x\n'
	file /usr/lib/systemd/system/b.service '[Service]\n# x\nExecStart=/bin/b\nWorkingDirectory=-/var/tmp\n'
	file $units/c@.service '[Service]\nEnvironment="A=1" "TMP=/tmp/c %%i"\n'
	file $units/d.service '[Service]\nExecStart=/bin/d\nStandardOutput=append:/tmp/d.log\n'
	audit -c isolation.services
	finding isolation.services a.service boot '^/tmp/a.pid in ExecStart=$' $units/a.service:2
	finding isolation.services b.service boot '^/var/tmp in WorkingDirectory=$' /usr/lib/systemd/system/b.service:4
	finding isolation.services c@.service boot '^/tmp/c in Environment=$' $units/c@.service:2
	finding isolation.services d.service boot '^/tmp/d.log in StandardOutput=$' $units/d.service:3
}

@test "isolation.services: fail: the socket that starts a service" {
	unit_tree
	file $units/a.service '[Service]\nExecStart=/usr/bin/a\n'
	file $units/a.socket '[Socket]\nListenStream=/tmp/a.sock\n'
	audit -c isolation.services
	finding isolation.services a.service boot '^/tmp/a.sock in ListenStream=$' $units/a.socket:2
}

@test "isolation.services: pass: settings that end the sharing" {
	local setting

	for setting in PrivateTmp=yes PrivateTmp=1 PrivateTmp=disconnected DynamicUser=on TemporaryFileSystem=/tmp:ro \
		'TemporaryFileSystem=/x /tmp/' InaccessiblePaths=-/tmp InaccessiblePaths=/ RootDirectory=/srv/a RootImage=/srv/a.raw; do
		unit_tree
		file $units/a.service "[Service]\nExecStart=/usr/bin/a /tmp/x\n$setting\n"
		audit -c isolation.services
		status isolation.services pass
	done
}

@test "isolation.services: fail: settings that do not, or are taken back" {
	local setting

	for setting in PrivateTmp=no 'PrivateTmp=yes\nPrivateTmp=false' PrivateTmp=maybe privatetmp=yes PrivateDevices=yes \
		'TemporaryFileSystem=/tmp\nTemporaryFileSystem=' TemporaryFileSystem=/var TemporaryFileSystem=/tmp/x \
		InaccessiblePaths=/var/tmp RootDirectory=/ 'RootDirectory=/srv\nRootDirectory=' '[Unit]\nPrivateTmp=yes'; do
		unit_tree
		file $units/a.service "[Service]\nExecStart=/usr/bin/a /tmp/x\n$setting\n"
		audit -c isolation.services
		finding isolation.services a.service boot '^/tmp/x in ExecStart=$' $units/a.service:2
	done
}

@test "isolation.services: pass: an empty or unknown value takes nothing back" {
	local setting

	for setting in 'PrivateTmp=yes\nPrivateTmp=' 'PrivateTmp=yes\nPrivateTmp=bogus' \
		'PrivateTmp=no\nDynamicUser=yes' PrivateTmp=connected; do
		unit_tree
		file $units/a.service "[Service]\nExecStart=/usr/bin/a /tmp/x\n$setting\n"
		audit -c isolation.services
		status isolation.services pass
	done
}

@test "isolation.services: not-applicable: a switch that must be valid is none, and systemd refuses the unit" {
	unit_tree
	file $units/a.service '[Service]\nExecStart=/usr/bin/a /tmp/x\nDynamicUser=yes\nDynamicUser=\n'
	audit -c isolation.services
	status isolation.services not-applicable
}

@test "isolation.services: fail: Debian 12 does not know PrivateTmp=disconnected" {
	unit_tree
	file /etc/os-release 'ID=debian\nVERSION_ID="12"\n'
	file $units/a.service '[Service]\nExecStart=/usr/bin/a /tmp/x\nPrivateTmp=disconnected\n'
	audit -c isolation.services
	finding isolation.services a.service boot '^/tmp/x in ExecStart=$' $units/a.service:2
	file /etc/os-release 'ID=debian\nVERSION_ID="13"\n'
	audit -c isolation.services
	status isolation.services pass
}

@test "isolation.services: pass: a unit that systemd refuses to load" {
	unit_tree
	file $units/a.service '[Service]\nExecStart=/usr/bin/a /tmp/x\n[Service\n'
	file $units/b.service '[Service]\nExecStart=/usr/bin/b\n'
	audit -c isolation.services
	status isolation.services pass
}

@test "isolation.services: fail: drop-ins have the last word" {
	unit_tree
	file /usr/lib/systemd/system/a.service '[Service]\nExecStart=/usr/bin/a\nPrivateTmp=yes\n'
	file $units/a.service.d/x.conf '[Service]\nPrivateTmp=no\nExecStart=\nExecStart=/bin/a /var/tmp/a\n'
	audit -c isolation.services
	finding isolation.services a.service boot '^/var/tmp/a in ExecStart=$' $units/a.service.d/x.conf:4
	file $units/a.service.d/y.conf '[Service]\nExecStart=\nExecStart=/bin/a\n'
	audit -c isolation.services
	status isolation.services pass
}

@test "isolation.services: pass: what opens sessions, runs containers, cleans, or is masked" {
	local name

	unit_tree
	for name in ssh sshd@ cron getty@ user@ docker gdm xorg systemd-tmpfiles-clean atd; do
		file $units/$name.service '[Service]\nExecStart=/bin/x /tmp/x\n'
	done
	file /usr/lib/systemd/system/a.service '[Service]\nExecStart=/bin/x /tmp/x\n'
	link $units/a.service /dev/null
	file $units/b.service '[Service]\nExecStart=/bin/x\n'
	audit -c isolation.services
	status isolation.services pass
}

@test "isolation.services: strict does not ask what PrivateTmp= would keep from starting" {
	unit_tree
	file $units/a.service '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/a\n'
	file $units/b.service '[Unit]\nDefaultDependencies=no\nDefaultDependencies=yes\n[Service]\nExecStart=/bin/b\n'
	file $units/c.service '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/c --to /tmp/c\n'
	for name in a b c; do
		link /etc/systemd/system/multi-user.target.wants/$name.service ../$name.service
	done
	audit -p strict -c isolation.services
	no_finding isolation.services a.service
	finding isolation.services b.service boot '^shares /tmp and /var/tmp$'
	finding isolation.services c.service boot '^/tmp/c in ExecStart=$'
}

@test "isolation.services: fail: strict asks every service that runs on" {
	unit_tree
	file $units/a.service '[Service]\nExecStart=/bin/a\n'
	file $units/b.service '[Service]\nExecStart=/bin/b\nType=oneshot\n'
	file $units/c.service '[Service]\nExecStart=/bin/c\nDynamicUser=yes\n'
	file $units/d.service '[Service]\nExecStart=/bin/d\nTemporaryFileSystem=/tmp\n'
	for name in a b c d; do link $units/multi-user.target.wants/$name.service ../$name.service; done
	file $units/e.service '[Service]\nExecStart=/bin/e\n'
	audit -c isolation.services
	status isolation.services pass
	audit -p strict -c isolation.services
	finding isolation.services a.service boot '^shares /tmp and /var/tmp$' $units/a.service
	finding isolation.services d.service boot '^shares /var/tmp$' $units/d.service
	[ "$(report '[.checks[].findings[].subject] | join(" ")')" = 'a.service d.service' ]
	[ "$(report '.checks[0].severity')" = medium ]
}

@test "isolation.services: not-applicable: no systemd" {
	stock_tree
	link /sbin/init /usr/lib/sysvinit/init
	file $units/a.service '[Service]\nExecStart=/bin/a /tmp/x\n'
	audit -c isolation.services
	status isolation.services not-applicable
}

@test "isolation.services: error: a unit that cannot be read" {
	unit_tree
	mkfifo "$TREE/x"
	link $units/a.service /x
	audit -c isolation.services
	status isolation.services error
	unreadable isolation.services $units/a.service 'cannot be read'
}

# sessions

conf=/etc/security/namespace.conf
sshd=/etc/pam.d/sshd

# A tree with users, login and sshd, whose session stacks end with this line.
session_tree() {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	file $sshd 'auth required pam_unix.so\n@include common-session\n'
	file /etc/pam.d/login 'session required pam_loginuid.so\n@include common-session\n'
	file /etc/pam.d/common-session "session required pam_unix.so\n$1\n"
}

namespace='session required pam_namespace.so'

# Both directories on a file system of their own, as the options have it, and parents of instances.
instances() {
	session_tree "$namespace"
	file /etc/fstab "/dev/vda / ext4 defaults 0 1\n/dev/vdb /tmp ext4 $1 0 0\n/dev/vdc /var/tmp ext4 $1 0 0\n/dev/vdd /inst ext4 ${2:-$1} 0 0\n"
	dir /inst 0 root
	file $conf "# x\n/tmp /inst/tmp- level root,adm\n/var/tmp /inst/var- user root\n"
}

protected=nosuid,nodev,noexec

@test "isolation.sessions: pass: pam_tmpdir in what all logins include" {
	session_tree 'session optional pam_tmpdir.so'
	audit -c isolation.sessions
	status isolation.sessions pass
}

@test "isolation.sessions: pass: pam_tmpdir with a place of root's, or one that it will make" {
	session_tree 'session optional pam_tmpdir.so'
	dir /tmp 1777
	dir /tmp/user 711
	audit -c isolation.sessions
	status isolation.sessions pass
	file /etc/security/tmpdir.conf 'tmpdir=/srv/users\ntmpdir=/tmp/x\n'
	dir /srv 755
	audit -c isolation.sessions
	status isolation.sessions pass
	dir /srv/users 755
	audit -c isolation.sessions
	status isolation.sessions pass
	# It reads the first line only.
	file /etc/security/tmpdir.conf '# ours\ntmpdir=/srv/open\n'
	dir /srv/open 777
	audit -c isolation.sessions
	status isolation.sessions pass
}

@test "isolation.sessions: fail: pam_tmpdir has no place that serves, and sessions go on without" {
	session_tree 'session optional pam_tmpdir.so'
	file /etc/security/tmpdir.conf 'tmpdir=/srv/users'
	dir /srv 755
	bad() {
		audit -c isolation.sessions
		finding isolation.sessions "${2:-/srv/users}" boot "$1" /etc/security/tmpdir.conf:1
		finding isolation.sessions /tmp boot '^shared by sessions of'
		[ "$(report '.checks[0].severity')" = medium ]
		"$TMPAUDIT" fix --root "$TREE" -c isolation.sessions --risk high | grep -F 'tmpdir=/tmp/user'
	}
	for mode in 777 1777 775 700; do
		dir /srv/users $mode
		bad "^/srv/users $(printf '%04d' $mode) root:root$"
	done
	chmod 711 "$TREE/srv/users"
	chown 1000 "$TREE/srv/users"
	bad '^/srv/users 0711 alice:root$'
	rmdir "$TREE/srv/users"
	dir /srv/elsewhere 711
	link /srv/users elsewhere
	bad '^/srv/users is a symbolic link to elsewhere$'
	rm "$TREE/srv/users"
	dir /srv/users 711
	dir /srv 777
	bad '^/srv/users can be replaced: /srv 0777'
	file /etc/security/tmpdir.conf 'tmpdir=srv/users\n'
	bad '^"srv/users" is no absolute path$' pam_tmpdir
}

@test "isolation.sessions: error: where pam_tmpdir makes its directories is not known" {
	session_tree 'session optional pam_tmpdir.so'
	mkdir -p "$TREE/etc/security/tmpdir.conf"
	audit -c isolation.sessions
	unreadable isolation.sessions /etc/security/tmpdir.conf
	status isolation.sessions error
}

@test "isolation.sessions: pass: TMPDIR of environment.d in a place of the user's own" {
	session_tree
	file /usr/lib/environment.d/50.conf 'TMPDIR=/tmp\n'
	file /etc/environment.d/60.conf '# x\nTMPDIR="${XDG_RUNTIME_DIR}/tmp"\n'
	audit -c isolation.sessions
	status isolation.sessions pass
	file /etc/environment.d/70.conf 'TMPDIR=/var/tmp\n'
	audit -c isolation.sessions
	status isolation.sessions fail
}

@test "isolation.sessions: fail: nothing of the kind, which is only worth knowing" {
	session_tree
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^shared by sessions of login$' /etc/pam.d/login
	finding isolation.sessions /var/tmp boot '^shared by' /etc/pam.d/login
	[ "$(report '.checks[0].severity')" = info ]
	[ "$audit_status" = 0 ]
	audit -p strict -c isolation.sessions
	[ "$(report '.checks[0].severity')" = medium ]
	[ "$audit_status" = 1 ]
}

@test "isolation.sessions: fail: sshd goes without" {
	session_tree
	file /etc/pam.d/login 'session optional pam_tmpdir.so\n'
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^shared by sessions of sshd$' $sshd
}

@test "isolation.sessions: pass: instances on a file system with the directory's options" {
	instances $protected
	audit -c isolation.sessions
	status isolation.sessions pass
	instances nosuid,nodev $protected
	audit -c isolation.sessions
	status isolation.sessions pass
}

@test "isolation.sessions: pass: a tmpfs with the directory's options; a parent that root can make" {
	instances $protected
	file $conf "/tmp tmpfs tmpfs:mntopts=$protected,size=1G root\n/var/tmp /inst/sub/var- tmpdir:noinit root,adm\n"
	audit -c isolation.sessions
	status isolation.sessions pass
}

@test "isolation.sessions: fail: an instance permits what the directory does not" {
	instances $protected
	dir /tmp-inst 0
	file $conf '/tmp /tmp-inst/ level root,adm\n/var/tmp tmpfs tmpfs:mntopts=nosuid,nodev root\n'
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^/tmp-inst on / \(ext4 defaults\)$' $conf:1
	finding isolation.sessions /var/tmp boot '^tmpfs nosuid,nodev$' $conf:2
	[ "$(report '.checks[0].findings[] | select(.subject == "/tmp").expected')" = "instance with $protected" ]
	[ "$(report '.checks[0].severity')" = medium ]
	[ "$audit_status" = 1 ]
}

@test "isolation.sessions: fail: the parent of instances is not root's alone" {
	instances $protected
	dir /inst 755
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^/inst 0755 root:root$' $conf:2
	finding isolation.sessions /var/tmp boot '^/inst 0755' $conf:3
	dir /inst 0 1000
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^/inst 0000 ' $conf:2
	instances $protected
	file $conf "/tmp /tmp/inst/x user root\n/var/tmp /inst/v user root\n"
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^/tmp/inst does not exist, and others can make it$' $conf:1
	no_finding isolation.sessions /var/tmp
}

@test "isolation.sessions: fail: instances that others made beforehand are taken" {
	instances $protected
	file /etc/pam.d/common-session "session required pam_unix.so\n$namespace ignore_instance_parent_mode\n"
	audit -c isolation.sessions
	finding isolation.sessions /tmp boot '^ignore_instance_parent_mode$' /etc/pam.d/common-session:2
	file $conf "/tmp tmpfs tmpfs:mntopts=$protected\n/var/tmp tmpfs tmpfs:mntopts=$protected\n"
	audit -c isolation.sessions
	status isolation.sessions pass
}

@test "isolation.sessions: fail: more users than root and adm are left out" {
	local users

	for users in root,alice '~alice' root,adm,daemon; do
		instances $protected
		file $conf "/tmp /inst/tmp- user $users\n/var/tmp /inst/var- user\n"
		audit -c isolation.sessions
		finding isolation.sessions /tmp boot "^(exempt|only for) ${users#\~}\$" $conf:1
		no_finding isolation.sessions /var/tmp
	done
}

@test "isolation.sessions: fail: a method that there is not, in a file of namespace.d" {
	instances $protected
	file /etc/security/namespace.d/x.conf '/dev/shm /inst/shm- users root\n'
	audit -c isolation.sessions
	finding isolation.sessions /dev/shm boot 'unknown method$' /etc/security/namespace.d/x.conf:1
}

@test "isolation.sessions: fail: pam_namespace replaces /tmp only" {
	instances $protected
	file $conf '/tmp /inst/tmp- level root,adm\n#/var/tmp /inst/var- user root\n'
	audit -c isolation.sessions
	no_finding isolation.sessions /tmp
	finding isolation.sessions /var/tmp boot 'no line of namespace.conf' $conf
	[ "$(report '.checks[0].severity')" = info ]
}

@test "isolation.sessions: not-applicable: no PAM, or nobody to log in" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	audit -c isolation.sessions
	status isolation.sessions not-applicable
	session_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/usr/sbin/nologin\n'
	audit -c isolation.sessions
	status isolation.sessions not-applicable
}

@test "isolation.sessions: error: a file of PAM or of pam_namespace that cannot be read" {
	instances $protected
	rm "$TREE$conf"
	dir $conf 755
	file /etc/security/namespace.d/x.conf "/tmp tmpfs tmpfs:mntopts=$protected\n/var/tmp tmpfs tmpfs:mntopts=$protected\n"
	audit -c isolation.sessions
	status isolation.sessions error
	unreadable isolation.sessions $conf 'cannot be read'
	session_tree 'session optional pam_tmpdir.so'
	file $sshd '@include common-session\n@include missing\n'
	audit -c isolation.sessions
	unreadable isolation.sessions sshd 'includes missing'
}
