# What lies in temporary directories, on trees and on the running host.

load ../helper

setup() {
	new_tree
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\npostgres:x:105:105::/var/lib/postgresql:/bin/bash\nDebian-gdm:x:116:116::/var/lib/gdm3:/bin/false\nalice:x:1000:1000::/home/alice:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'
	file /etc/group 'root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nstaff:x:50:bob\npostgres:x:105:\ngdm:x:116:\nalice:x:1000:\nbob:x:1001:\nnogroup:x:65534:\n'
}

# A file of another type: p, c, b with numbers, s for a socket.
special() {
	local path=$1 type=$2 mode=$3 owner=$4
	shift 4

	mkdir -p "$(dirname "$TREE$path")"
	if [ "$type" = s ]; then
		python3 -c 'import os, socket, sys
os.chdir(os.path.dirname(sys.argv[1]))
socket.socket(socket.AF_UNIX).bind(os.path.basename(sys.argv[1]))' "$TREE$path"
	else
		mknod "$TREE$path" "$type" "$@"
	fi
	chown "$owner" "$TREE$path"
	chmod "$mode" "$TREE$path"
}

# In a namespace: an empty /tmp.  What the test has there stays within reach.
fresh_tmp() {
	local name

	mount --bind /tmp /mnt
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	for name in WORK REPORT TMPAUDIT TMPAUDIT_REPORTS; do
		case ${!name} in /tmp/*) printf -v "$name" '/mnt%s' "${!name#/tmp}" ;; esac
	done
}

# A symbolic link of a user.
link_of() {
	link "$2" "$3"
	chown -h "$1:$1" "$TREE$2"
}

@test "contents.squat: pass: what is there is as its programs make it" {
	for name in .X11-unix .ICE-unix .XIM-unix .font-unix; do
		dir /tmp/$name 1777
	done
	file /tmp/.X0-lock '123' 0444
	file /tmp/.X1-lock '124' 0444 1000:1000
	file /tmp/.X1024-lock '125' 0444 116:116
	dir /tmp/tmux-1000 0700 1000:1000
	dir /tmp/tmux-0 0750
	dir /tmp/screens 0755
	dir /tmp/screens/S-alice 0700 1000:1000
	dir /tmp/uscreens 1777
	dir /tmp/uscreens/S-bob 0700 1001:1001
	dir /tmp/ssh-AbCdEfGh 0700 1000:1000
	file /tmp/krb5cc_1000_xyz 'x' 0600 1000:1000
	file /tmp/sshauth.abc 'x' 0600 1000:1000
	dir /tmp/hsperfdata_alice 0755 1000:1000
	dir /tmp/systemd-private-0123456789abcdef0123456789abcdef-x.service-AbCdEf 0700
	dir /tmp/snap-private-tmp 0700
	dir /tmp/user 0711
	dir /tmp/user/1000 0700 1000:1000
	dir /tmp/tmp-inst 0000
	dir /tmp-inst 0000
	dir /var/tmp/tmp-inst 0000
	dir /tmp/mc-alice 0700 1000:1000
	dir /tmp/emacs1000 0700 1000:1000
	dir /tmp/runtime-bob 0700 1001:1001
	file /tmp/screen-exchange 'x' 0644 1000:1000
	file /tmp/emacs-notes 'nothing known' 0644 1001:1001
	dir /tmp/hsperf 0777 1000:1000
	dir /var/tmp/.X11-unix 0755 1000:1000
	audit
	status contents.squat pass
}

@test "contents.squat: fail: another type, owner or mode" {
	dir /tmp/.X11-unix 0777 1001:1001
	dir /tmp/.ICE-unix 0755
	file /tmp/.font-unix 'x'
	link /tmp/.XIM-unix /run/x
	file /tmp/.X0-lock '1' 0444 33:33
	file /tmp/.X1-lock '1' 0666
	dir /tmp/tmux-1000 0700 1001:1001
	dir /tmp/tmux-1001 0755 1001:1001
	file /tmp/ssh-notes 'x' 0600 1000:1000
	dir /tmp/runtime-bob 0755 1001:1001
	link /tmp/screen-exchange /etc/passwd
	dir /tmp/systemd-private-0123456789abcdef0123456789abcdef-x.service-AbCdEf 0777 1001:1001
	dir /tmp/user 0777
	dir /tmp/user/1000 0700 1001:1001
	dir /tmp/screens/S-alice 0700 1001:1001
	dir /tmp-inst 0755
	audit
	finding contents.squat /tmp/.X11-unix file '^directory 0777 uid 1001 \(bob\)$'
	[ "$(report '.checks[] | select(.id == "contents.squat").findings[] | select(.subject == "/tmp/.X11-unix").expected')" = 'directory 1777 uid 0' ]
	for name in .ICE-unix .font-unix .XIM-unix .X0-lock .X1-lock tmux-1000 tmux-1001 ssh-notes runtime-bob screen-exchange user user/1000 \
		screens/S-alice systemd-private-0123456789abcdef0123456789abcdef-x.service-AbCdEf; do
		finding contents.squat /tmp/$name file
	done
	finding contents.squat /tmp-inst file '^directory 0755'
}

# What packages of daemons, of remote desktops and of input methods leave: lib/squat.c names each.
@test "contents.squat: pass and fail: names of packages" {
	dir /var/tmp/vi.recover 1777
	dir /tmp/VMwareDnD 1777
	dir /tmp/.x2go-alice 0755 1000:1000
	dir /tmp/nvim.alice 0700 1000:1000
	dir /var/tmp/audacity-alice 0755 1000:1000
	special /tmp/audacity_script_pipe.to.1000 p 0644 1000:1000
	file /tmp/tkt1000 'x' 0600 1000:1000
	special /tmp/scim-panel-socket:0-alice s 0600 1000:1000
	special /tmp/scim-socket-frontend-alice s 0600 1000:1000
	special /tmp/fcitx-socket-:0 s 0600 1000:1000
	dir /tmp/amanda 0755
	dir /tmp/.iroha_unix 0755
	special /tmp/chrony.ttyS0.sock s 0755 0:0
	file /tmp/zabbix_agentd.pid '1' 0644
	special /tmp/supervisor.sock s 0700 0:0
	audit --all
	status contents.squat pass
	for name in zabbix_agentd.pid supervisor.sock; do
		[ "$(report --arg name "/tmp/$name" '[.checks[] | select(.id == "contents.squat").notes[] | select(.subject == $name)] | length')" = 1 ]
	done
	chmod 0777 "$TREE"/var/tmp/{vi.recover,audacity-alice} "$TREE"/tmp/{.x2go-alice,nvim.alice,scim-socket-frontend-alice,supervisor.sock}
	chmod 0644 "$TREE/tmp/tkt1000"
	chown 1001 "$TREE"/tmp/{VMwareDnD,amanda,.iroha_unix,chrony.ttyS0.sock,zabbix_agentd.pid,audacity_script_pipe.to.1000}
	chown 33 "$TREE"/tmp/{scim-panel-socket:0-alice,fcitx-socket-:0}
	audit --all
	for name in var/tmp/vi.recover var/tmp/audacity-alice tmp/{.x2go-alice,nvim.alice,scim-socket-frontend-alice,supervisor.sock} \
		tmp/{tkt1000,VMwareDnD,amanda,.iroha_unix,chrony.ttyS0.sock,zabbix_agentd.pid,audacity_script_pipe.to.1000} \
		tmp/{scim-panel-socket:0-alice,fcitx-socket-:0}; do
		finding contents.squat /$name file
	done
	[ "$(report '.checks[] | select(.id == "contents.squat").findings[] | select(.subject == "/tmp/.iroha_unix").expected')" = 'directory of canna or root' ]
}

@test "contents.squat: fail: users and processes that nobody knows" {
	dir /tmp/hsperfdata_mallory 0755 1001:1001
	dir /tmp/tmux-4711 0700 1000:1000
	special /tmp/dotnet-diagnostic-99-17-socket s 0600 1000:1000
	special /tmp/clr-debug-pipe-99-17-in p 0600 1000:1000
	audit
	for name in hsperfdata_mallory tmux-4711 dotnet-diagnostic-99-17-socket clr-debug-pipe-99-17-in; do
		finding contents.squat /tmp/$name file
	done
}

@test "contents.squat: pass: a database's own socket, with a word on where it belongs" {
	special /tmp/.s.PGSQL.5432 s 0777 105:105
	audit
	status contents.squat pass
	[ "$(report '.checks[] | select(.id == "contents.squat").notes[0].subject')" = /tmp/.s.PGSQL.5432 ]
	chown 1001 "$TREE/tmp/.s.PGSQL.5432"
	audit
	finding contents.squat /tmp/.s.PGSQL.5432 file '^socket 0777 uid 1001'
}

@test "contents.squat: error: only a name service could know the user" {
	file /etc/nsswitch.conf 'passwd: files ldap\ngroup: files ldap\n'
	dir /tmp/hsperfdata_jdoe 0755 5000:5000
	dir /tmp/mc-jdoe 0700 1001:1001
	audit
	unreadable contents.squat /tmp/hsperfdata_jdoe 'name service'
	finding contents.squat /tmp/mc-jdoe file
	rm -r "$TREE/tmp/mc-jdoe"
	audit
	status contents.squat error
}

@test "contents.squat: fail: on a host that systemd runs, what was made at boot is gone" {
	gone() {
		fresh_tmp
		mount -t tmpfs tmpfs /run
		mkdir -p /run/systemd/system
		mkdir -m 1777 /tmp/.ICE-unix /tmp/.font-unix
		mkdir -p /run/tmpfiles.d
		printf 'D! /tmp/.X11-unix 1777 root root 10d\nD! /tmp/.ICE-unix 1777 root root 10d\n' >/run/tmpfiles.d/x11.conf
		audit_host -c contents.squat
		finding contents.squat /tmp/.X11-unix file '^absent$'
		no_finding contents.squat /tmp/.XIM-unix
		no_finding contents.squat /tmp/.ICE-unix
		# There is nothing to be moved out of the way.
		[ "$(report '.checks[0].remediation.commands | map(split(" ")[0]) | unique == ["systemd-tmpfiles"]')" = true ]
		rm -r /run/systemd
		audit_host -c contents.squat
		status contents.squat pass
	}
	in_mounts gone
}

@test "contents.squat: not-applicable: there is no temporary directory" {
	rm -r "$TREE/tmp" "$TREE/var/tmp"
	audit
	for check in squat links privileged writable sensitive predictable unowned; do
		status contents.$check not-applicable
	done
}

@test "contents.squat: error: a temporary directory that cannot be read" {
	chmod 0751 "$TREE/tmp"
	file /tmp/x '' 0666
	audit_status=0
	as_user 1001 "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || audit_status=$?
	for check in squat links privileged writable sensitive predictable unowned; do
		unreadable contents.$check /tmp 'privilege'
		status contents.$check error
	done
}

@test "contents.links: fail: to protected files of others" {
	dir /etc/cron.d 755
	file /etc/shadow 'x' 0640
	file /var/log/syslog 'x' 0640
	file /root/.bashrc 'x'
	file /home/bob/.profile 'x' 0644 1001:1001
	file /usr/bin/passwd 'x' 4755
	link_of 1001 /tmp/report.log /etc/cron.d/x
	link_of 1001 /tmp/shadow ../etc/shadow
	link_of 1001 /tmp/log /var/log/syslog
	link_of 1000 /tmp/profile /home/bob/.profile
	link_of 1000 /tmp/passwd /usr/bin/passwd
	link_of 1000 /tmp/root /root/.bashrc
	dir /tmp/open 1777
	link_of 1000 /tmp/open/hidden /etc/shadow
	dir /opt/app 0755
	link_of 1000 /tmp/later /opt/app/output
	audit
	finding contents.links /tmp/report.log file '^link of uid 1001 \(bob\) to /etc/cron.d/x \(dangling\)$'
	finding contents.links /tmp/shadow file 'to ../etc/shadow$'
	for name in log profile passwd root open/hidden later; do
		finding contents.links /tmp/$name file
	done
}

@test "contents.links: fail: by way of a link of one's own" {
	file /etc/shadow 'x' 0640
	link_of 1001 /tmp/there /opt/x/../../etc
	link_of 1001 /tmp/way there/shadow
	dir /opt/x 755
	audit
	finding contents.links /tmp/way file
	finding contents.links /tmp/there file
}

@test "contents.links: pass: what is no attack" {
	file /home/alice/.profile 'x' 0644 1000:1000
	chown 1000:1000 "$TREE/home/alice"
	file /usr/share/doc/x 'x'
	dir /tmp/private 0755 1000:1000
	file /etc/hosts 'x'
	link_of 1000 /tmp/own /home/alice/.profile
	link_of 1000 /tmp/own-later /home/alice/later
	link_of 1000 /tmp/null /dev/null
	link_of 1000 /tmp/self /proc/self/fd/0
	link_of 1000 /tmp/doc /usr/share/doc/x
	link_of 1000 /tmp/gone /usr/share/gone
	link_of 1000 /tmp/lock '127.0.1.1:+1234'
	link_of 1000 /tmp/beside own
	link_of 1000 /tmp/within /tmp/private/x
	link_of 1000 /tmp/private/deep /etc/hosts
	link_of 1000 /tmp/loop loop
	link_of 1000 /tmp/long "/etc/$(printf '%300d' 0)"
	link_of 1000 /tmp/nowhere /build/that/was/removed
	link /tmp/roots /etc/hosts
	audit
	status contents.links pass
}

@test "contents.links: fail: hard links to files of root and of services, and set-id ones" {
	file /etc/secret 'x' 0600
	ln "$TREE/etc/secret" "$TREE/tmp/secret"
	file /srv/www 'x' 0644 33:33
	ln "$TREE/srv/www" "$TREE/tmp/www"
	file /srv/su 'x' 4755 1000:1000
	ln "$TREE/srv/su" "$TREE/tmp/su"
	file /srv/user 'x' 0644 1000:1000
	ln "$TREE/srv/user" "$TREE/tmp/user-file"
	dir /tmp/private 0755
	ln "$TREE/etc/secret" "$TREE/tmp/private/secret"
	audit
	finding contents.links /tmp/secret file '3 names'
	finding contents.links /tmp/www file
	finding contents.links /tmp/su file '^4755'
	no_finding contents.links /tmp/user-file
	no_finding contents.links /tmp/private/secret
}

@test "contents.links: error: a link to what may not answer is not followed" {
	[ -c /dev/fuse ] || skip 'no /dev/fuse'
	hung() {
		fresh_tmp
		# The checkout may lie in /root.
		mount -t tmpfs tmpfs /srv
		cp "$BUILD/hostile/hang" "$TMPAUDIT" /srv
		mount -t tmpfs tmpfs /root
		mkdir /root/mounted
		coproc HANG { exec /srv/hang /root/mounted never; }
		trap 'kill -KILL $HANG_PID; wait || true' EXIT
		read -r line <&"${HANG[0]}"
		ln -s /root/mounted/shadow /tmp/x
		ln -s /root/mounted/../x /tmp/y
		chown -h 1000:1000 /tmp/x /tmp/y
		timeout -s KILL 30 /srv/tmpaudit -f json -c contents.links >"$REPORT" || [ $? = 3 ]
		unreadable contents.links /tmp/x 'fuse'
		unreadable contents.links /tmp/y 'fuse'
		status contents.links error
	}
	in_mounts hung
}

@test "contents.privileged: fail: set-id, capabilities, devices" {
	file /var/tmp/.sh 'x' 4755
	file /tmp/a/b/sg 'x' 2755 0:50
	file /tmp/cap 'x' 0644
	setcap cap_net_raw+ep "$TREE/tmp/cap"
	special /tmp/sda b 0600 0:0 8 0
	special /tmp/null c 0666 1000:1000 1 3
	audit
	finding contents.privileged /var/tmp/.sh file '^4755 uid 0'
	finding contents.privileged /tmp/a/b/sg file '^2755 uid 0'
	finding contents.privileged /tmp/cap file 'capabilities'
	finding contents.privileged /tmp/sda file 'block device'
	finding contents.privileged /tmp/null file 'character device'
	[ "$(report '.checks[] | select(.id == "contents.privileged").findings_total')" = 5 ]
}

@test "contents.privileged: pass: what is neither, too deep, or out of reach" {
	dir /tmp/setgid 2755
	file /tmp/lock 'x' 2644
	file /tmp/a/b/c/d 'x' 4755
	file /tmp/build/sh 'x' 4755
	special /tmp/build/whiteout c 0000 0:0 0 0
	chmod 0700 "$TREE/tmp/build"
	audit
	status contents.privileged pass
}

@test "contents.writable: fail: files and FIFOs that others reach" {
	file /tmp/app.log 'x' 0666 33:33
	file /tmp/a/b/deep 'x' 0602 1000:1000
	special /var/tmp/fifo p 0622 1000:1000
	file /tmp/locked/x.lock 'not empty' 0666
	file /tmp/alice.lock '' 0666 1000:1000
	dir /tmp/team 0750 1000:50
	file /tmp/team/shared 'x' 0666 1000:1000
	audit
	finding contents.writable /tmp/app.log file '^0666 uid 33'
	for path in /tmp/a/b/deep /var/tmp/fifo /tmp/locked/x.lock /tmp/alice.lock /tmp/team/shared; do
		finding contents.writable $path file
	done
}

@test "contents.writable: pass: sockets, links, empty locks of root, and what nobody else reaches" {
	special /tmp/socket s 0777 1000:1000
	link_of 1000 /tmp/link /tmp/x
	file /tmp/x.lock '' 0666
	file /tmp/LCK..ttyS0 '' 0666
	dir /tmp/dir 1777
	file /tmp/private/x 'x' 0666 1000:1000
	chown 1000:1000 "$TREE/tmp/private"
	chmod 0700 "$TREE/tmp/private"
	dir /tmp/own-group 0770 1000:1000
	file /tmp/own-group/x 'x' 0666 1000:1000
	file /tmp/group 'x' 0664 1000:50
	audit
	status contents.writable pass
}

@test "contents.sensitive: fail: by name" {
	file /tmp/dump.sql 'x' 0644
	file /tmp/id_rsa_old 'x' 0640 1000:1000
	file /var/tmp/a/.env 'x' 0604 1000:1000
	file /tmp/core.1234 'x' 0644 1000:1000
	file /tmp/aws-credentials.json 'x' 0644 1000:1000
	audit
	finding contents.sensitive /tmp/dump.sql file '^0644 uid 0'
	for path in /tmp/id_rsa_old /var/tmp/a/.env /tmp/core.1234 /tmp/aws-credentials.json; do
		finding contents.sensitive $path file
	done
	[ "$(report '.checks[] | select(.id == "contents.sensitive").findings[0].expected')" = 0600 ]
}

@test "contents.sensitive: fail: deep: by what it begins with, and only what it begins with" {
	file /tmp/a '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n'
	file /tmp/b '\0177ELF\002\001\001\0000\0000\0000\0000\0000\0000\0000\0000\0000\004\0000>\0000'
	file /tmp/c '\005\004\0000'
	file /tmp/d 'PGDMP\001'
	file /tmp/e 'SQLite format 3\0000x'
	file /tmp/cert.pem '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n'
	file /tmp/both.pem '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n'
	file /tmp/text 'see -----BEGIN PRIVATE KEY-----\n'
	file /tmp/closed '-----BEGIN PRIVATE KEY-----\n' 0600
	touch -a -d '2020-01-01' "$TREE/tmp/a"
	audit
	for name in a b c d e; do
		no_finding contents.sensitive /tmp/$name
	done
	finding contents.sensitive /tmp/cert.pem file
	audit --deep
	for name in a b c d e both.pem; do
		finding contents.sensitive /tmp/$name file
	done
	for name in cert.pem text closed; do
		no_finding contents.sensitive /tmp/$name
	done
	# It was not made young, and nothing of it is told.
	[ "$(stat -c %X "$TREE/tmp/a")" = "$(date -d '2020-01-01' +%s)" ]
	! grep -q OPENSSH "$REPORT"
}

@test "contents.sensitive: pass: private, empty, public, unreachable" {
	file /tmp/dump.sql 'x' 0600
	file /tmp/empty.sql '' 0644
	file /tmp/id_rsa.pub 'x' 0644
	dir /tmp/core 0755
	file /tmp/private/dump.sql 'x' 0644
	chmod 0700 "$TREE/tmp/private"
	audit
	status contents.sensitive pass
}

@test "contents.predictable: fail: numbers beside numbers, times, and names that configuration states" {
	file /tmp/backup.4711 'x'
	file /tmp/backup.812 'x' 0644 33:33
	file /var/tmp/report-20261123.txt 'x'
	file /var/tmp/report-2026-11-23_101500 'x'
	file /tmp/stats 'x'
	file /etc/cron.d/stats '# /tmp/none\n* * * * * root /usr/bin/stats >/tmp/stats 2>&1\n'
	file /tmp/fixed.out 'x'
	file /etc/systemd/system/x.service '[Service]\nExecStart=/usr/bin/x -o /tmp/fixed.out\n'
	audit
	finding contents.predictable /tmp/backup.4711 file 'backup.812'
	finding contents.predictable /tmp/backup.812 file 'backup.4711'
	finding contents.predictable /var/tmp/report-20261123.txt file
	finding contents.predictable /var/tmp/report-2026-11-23_101500 file
	finding contents.predictable /tmp/stats file 'stated' /etc/cron.d/stats:2
	finding contents.predictable /tmp/fixed.out file 'stated' /etc/systemd/system/x.service:2
}

@test "contents.predictable: fail: the number of a process that runs" {
	named() {
		fresh_tmp
		echo 4000 >/proc/sys/kernel/ns_last_pid
		sleep 60 &
		touch /tmp/job.$! /tmp/job-$!.log /tmp/job.1 /tmp/job.30000
		chown 1000 /tmp/job-$!.log
		audit_host -c contents.predictable
		kill $!
		finding contents.predictable /tmp/job.$! file '^name \+ PID of sleep$'
		no_finding contents.predictable /tmp/job-$!.log
		no_finding contents.predictable /tmp/job.1
	}
	in_mounts named
}

@test "contents.predictable: pass: random names, versions, users, and what has its own directory" {
	file /tmp/tmp.AbCdEf1234 'x'
	file /tmp/x1a2b3c4.4711 'x'
	file /tmp/x1a2b3c4.4712 'x'
	file /tmp/lib-1.2.3 'x'
	file /tmp/lib-1.2.4 'x'
	file /tmp/log.1 'x'
	file /tmp/log.2 'x'
	file /tmp/alone.4711 'x'
	file /tmp/user.4711 'x' 0644 1000:1000
	file /tmp/user.4712 'x' 0644 1000:1000
	dir /tmp/apt-20261123 0755
	file /tmp/private/b.4711 'x'
	file /tmp/private/b.4712 'x'
	file /tmp/own 'x'
	file /etc/systemd/system/x.service '[Service]\nPrivateTmp=yes\nExecStart=/usr/bin/x -o /tmp/own\n'
	file /tmp/made.AbC 'x'
	file /etc/cron.daily/x '#!/bin/sh\nT=$(mktemp /tmp/made.XXXXXX)\necho >/tmp/made.$USER\n'
	audit
	status contents.predictable pass
}

@test "contents.predictable: error: a cron job that cannot be read" {
	file /etc/cron.d/job '* * * * * root /usr/bin/job\n' 0600
	audit_status=0
	as_user 1001 "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || audit_status=$?
	unreadable contents.predictable /etc/cron.d/job 'privilege'
	status contents.predictable error
	status contents.writable pass
}

@test "contents.unowned: fail: no such user, no such group" {
	file /var/tmp/x 'x' 0644 1007:1000
	dir /tmp/y 0700 1000:1008
	file /tmp/y/hidden 'x' 0644 1009:1009
	link_of 1010 /tmp/z nowhere
	audit
	finding contents.unowned /var/tmp/x file '^uid 1007$'
	finding contents.unowned /tmp/y file '^gid 1008$'
	finding contents.unowned /tmp/z file '^uid 1010, gid 1010$'
	no_finding contents.unowned /tmp/y/hidden
}

@test "contents.unowned: pass: accounts, and ids that users give to their containers" {
	file /tmp/x 'x' 0644 1000:50
	file /etc/subuid 'alice:100000:65536\nbroken\nalice:x:1\n'
	file /etc/subgid 'alice:100000:65536\n'
	file /tmp/container 'x' 0644 100033:165535
	audit
	status contents.unowned pass
	file /tmp/beyond 'x' 0644 165536:100000
	audit
	finding contents.unowned /tmp/beyond file '^uid 165536$'
}

@test "contents.unowned: error: another source may know the owner" {
	file /etc/nsswitch.conf 'passwd: files sss\ngroup: files sss\n'
	file /tmp/x 'x' 0644 5000:1000
	audit
	unreadable contents.unowned /tmp/x 'name service'
	status contents.unowned error
}

@test "contents.writable: fail: all are counted, the worst are kept" {
	(cd "$TREE/tmp" && seq 3000 | sed 's/^/user-/' | xargs touch && chmod 0666 user-* && chown 1000 user-*)
	file /tmp/zz 'x' 0666
	audit
	finding contents.writable /tmp/zz file
	[ "$(report '.checks[] | select(.id == "contents.writable").findings_total')" = 3001 ]
	[ "$(report '.checks[] | select(.id == "contents.writable").findings | length')" = 1000 ]
}

@test "contents.writable: fail: hostile names" {
	printf x >"$TREE/tmp/"$'a\nb\e[31m' && chmod 0666 "$TREE/tmp/"$'a\nb\e[31m'
	printf x >"$TREE/tmp/"$'\xff' && chmod 0666 "$TREE/tmp/"$'\xff'
	printf x >"$TREE/tmp/-rf" && chmod 0666 "$TREE/tmp/-rf"
	printf x >"$TREE/tmp/\$(id)" && chmod 0666 "$TREE/tmp/\$(id)"
	audit
	finding contents.writable $'/tmp/a\nb\e[31m' file
	finding contents.writable /tmp/-rf file
	finding contents.writable '/tmp/$(id)' file
	[ "$(report '.checks[] | select(.id == "contents.writable").findings_total')" = 4 ]
	[ "$(report '.checks[] | select(.id == "contents.writable").remediation.commands[]' | grep -c "^# by hand")" = 2 ]
	! "$TMPAUDIT" --root "$TREE" -c contents.writable --color never | grep -q $'\e'
}

@test "contents.writable: fail: a racer that swaps files and directories for links leads nowhere" {
	file /outside/secret 'x' 0666
	file /outside/d/su 'x' 4777
	file /tmp/always 'x' 0666
	dir /tmp/d 0755
	cat >"$WORK/racer.py" <<-'END'
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		tmp = os.open(sys.argv[1], os.O_RDONLY)
		os.symlink("../outside/d", "swap", dir_fd=tmp)
		os.symlink("../outside/secret", "swap2", dir_fd=tmp)
		os.close(os.open("file", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=tmp))
		print("ready", flush=True)
		while True:
		    libc.renameat2(tmp, b"d", tmp, b"swap", 2)
		    libc.renameat2(tmp, b"file", tmp, b"swap2", 2)
	END
	coproc python3 "$WORK/racer.py" "$TREE/tmp"
	racer=$COPROC_PID
	read -r -u "${COPROC[0]}" _
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		audit -c contents
		finding contents.writable /tmp/always file
		[ "$(report '[.checks[].findings[] | select(.subject | contains("su") or contains("outside"))] | length')" = 0 ]
		[ "$(report '.checks[] | select(.id == "contents.writable").findings_total')" = 1 ]
	done
	kill "$racer"
}
