#!/usr/bin/env bats
# Default permissions.  What PAM and sudo make of a configuration was compared with real sessions of Debian 12 and 13.

load ../helper

defs=/etc/login.defs
session=/etc/pam.d/common-session

# A tree with sshd and cron, as Debian sets them up, and a common-session of these lines.
sessions() {
	stock_tree
	file $session "session [default=1] pam_permit.so\nsession requisite pam_deny.so\nsession required pam_permit.so\n$1"
	file $session-noninteractive "session required pam_unix.so\n$1"
	file /etc/pam.d/sshd '@include common-auth\nsession optional pam_keyinit.so force revoke\n@include common-session\n'
	file /etc/pam.d/cron 'session required pam_loginuid.so\n@include common-session-noninteractive\n'
	file /etc/pam.d/common-auth 'auth required pam_unix.so\n'
}

pam_umask='session optional pam_umask.so'

# login

@test "umask.login: pass: UMASK of login.defs, read by pam_umask" {
	sessions "$pam_umask\n"
	file $defs 'UID_MIN 1000\nUMASK\t\t027\n'
	audit -c umask.login
	status umask.login pass
}

@test "umask.login: pass: what is stricter, and what login.defs leaves open" {
	sessions "session required /lib/security/pam_umask.so umask=077\n"
	file $defs '#UMASK 022\n'
	audit -c umask.login
	status umask.login pass
}

@test "umask.login: pass: /etc/default/login, when login.defs sets none" {
	sessions "-$pam_umask silent\n"
	file $defs 'UID_MIN 1000\n'
	file /etc/default/login 'UMASK=037\n'
	audit -c umask.login
	status umask.login pass
}

@test "umask.login: fail: no pam_umask, so that UMASK has no effect" {
	sessions
	file $defs '# x\nUMASK 027\n'
	audit -c umask.login
	finding umask.login sshd boot '^022 \(no pam_umask in the session stack; UMASK 027 in login.defs is not read\)$' /etc/pam.d/sshd
	finding umask.login cron boot '^022 ' /etc/pam.d/cron
	finding umask.login login.defs boot '^027 \(set, without effect' $defs:2
}

@test "umask.login: fail: pam_umask in another stack, or commented out" {
	sessions "auth optional pam_umask.so umask=077\n#$pam_umask\nsession optional pam_unmask.so\n"
	audit -c umask.login
	finding umask.login sshd boot '^022 \(no pam_umask in the session stack\)$' /etc/pam.d/sshd
}

@test "umask.login: fail: the first UMASK counts" {
	sessions "$pam_umask\n"
	file $defs 'umask=022\nUMASK 027\n'
	audit -c umask.login
	finding umask.login sshd boot '^022 ' $defs:1
	finding umask.login login.defs boot '^022$' $defs:1
}

@test "umask.login: fail: pam_umask's own argument beats login.defs" {
	sessions "$pam_umask umask=002\n"
	file $defs 'UMASK 027\n'
	audit -c umask.login
	finding umask.login sshd boot '^002 ' $session:4
	finding umask.login login.defs boot 'without effect' $defs:1
}

@test "umask.login: fail: the GECOS field beats all" {
	sessions "$pam_umask umask=077\n"
	file /etc/passwd 'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice,,,,umask=002:/home/alice:/bin/sh\n'
	audit -c umask.login
	finding umask.login sshd boot '^002 \(umask=002 in the GECOS field of alice' /etc/passwd:2
}

@test "umask.login: fail: usergroups gives the group bits away, with which the desktop is content" {
	sessions "$pam_umask usergroups\n"
	file $defs 'UMASK 027\n'
	audit -c umask.login
	finding umask.login cron boot '^007 ' $defs:1
	no_finding umask.login login.defs
	audit -c umask.login -p desktop
	status umask.login pass
}

@test "umask.login: fail: Debian 13's pam_umask knows usergroups without being told" {
	sessions "$pam_umask\n"
	file $defs 'UMASK 027\nUSERGROUPS_ENAB no\n'
	file /etc/os-release 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n'
	audit -c umask.login
	finding umask.login sshd boot '^007 ' $defs:1
	file $session "$pam_umask nousergroups\n"
	file $session-noninteractive "$pam_umask nousergroups\n"
	audit -c umask.login
	status umask.login pass
	file $session "$pam_umask\n"
	for release in 'ID=debian\nVERSION_ID="12"' 'ID=debian\nVERSION_ID="12.5"' 'ID=debian\nPRETTY_NAME="Debian"' \
		'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"' ''; do
		file /etc/os-release "$release\n"
		audit -c umask.login
		status umask.login pass
	done
	rm "$TREE/etc/os-release"
	audit -c umask.login
	status umask.login pass
	file /etc/os-release 'ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"\n'
	audit -c umask.login
	finding umask.login sshd boot '^007 ' $defs:1
}

@test "umask.login: fail: what is not octal" {
	sessions "$pam_umask\n"
	file $defs 'UMASK u=rwx,g=rx,o=\n'
	audit -c umask.login
	finding umask.login login.defs boot 'not octal' $defs:1
	finding umask.login sshd boot '^022 .*is not octal' $defs:1
	file $defs 'UMASK 0x27\n'
	audit -c umask.login
	finding umask.login sshd boot '^000 ' $defs:1
}

@test "umask.login: fail: a line that can be passed over counts as the weakest outcome" {
	sessions "session [success=1 default=ignore] pam_succeed_if.so uid >= 1000\n$pam_umask umask=077\n"
	audit -c umask.login
	finding umask.login sshd boot '^022 \(a line before pam_umask can pass over it\)$' $session:5
	sessions "session sufficient pam_x.so\n$pam_umask umask=077\n"
	audit -c umask.login
	finding umask.login sshd boot '^022 '
}

@test "umask.login: pass: jumps that are certain, and substacks that end on their own" {
	stock_tree
	file /etc/pam.d/sshd 'session substack inner\nsession [default=1] pam_x.so\nsession optional pam_umask.so umask=0\n'
	file /etc/pam.d/inner 'session optional pam_umask.so umask=077\nsession sufficient pam_y.so\nsession optional pam_z.so\n'
	audit -c umask.login
	status umask.login pass
	file /etc/pam.d/su 'session include inner\nsession optional pam_umask.so umask=0\n'
	audit -c umask.login
	finding umask.login su boot '^000 ' /etc/pam.d/su:2
	no_finding umask.login sshd
}

@test "umask.login: pass: a service without session lines is what other says, and /usr/lib/pam.d stands in for /etc" {
	stock_tree
	file /etc/pam.d/login 'auth required pam_unix.so\n'
	file /usr/lib/pam.d/other "$pam_umask umask=027\n"
	file /usr/lib/pam.d/systemd-user 'session include login\n'
	audit -c umask.login
	status umask.login pass
	file /etc/pam.d/other 'session optional pam_umask.so umask=022\n'
	audit -c umask.login
	finding umask.login login boot '^022 ' /etc/pam.d/other:1
	finding umask.login systemd-user boot '^022 '
}

@test "umask.login: fail: sudo's own umask beats PAM" {
	sessions "$pam_umask umask=077\n"
	file /etc/pam.d/sudo '@include common-session-noninteractive\n'
	audit -c umask.login
	status umask.login pass
	file /etc/sudoers '# x\nDefaults env_reset\n@includedir /etc/sudoers.d\n' 440
	file /etc/sudoers.d/local 'Defaults umask=0002\n' 440
	file /etc/sudoers.d/no.conf 'Defaults umask=0777\n' 440
	audit -c umask.login
	finding umask.login sudo boot '^022 \(umask=0002 in sudoers beats PAM\)$' /etc/sudoers.d/local:1
	file /etc/sudoers.d/local 'Defaults umask=0002, umask_override\n' 440
	audit -c umask.login
	finding umask.login sudo boot '^002 ' /etc/sudoers.d/local:1
	file /etc/sudoers.d/local 'Defaults umask=0002\nDefaults !umask\n' 440
	audit -c umask.login
	status umask.login pass
	file /etc/sudoers.d/local 'Defaults umask=0077\nDefaults:alice umask=0022\n' 440
	audit -c umask.login
	finding umask.login sudo boot '^022 \(umask=0022 in sudoers for :alice' /etc/sudoers.d/local:2
	# For her, what PAM sets.
	file /etc/sudoers.d/local 'Defaults umask=0077\nDefaults:alice !umask\n' 440
	audit -c umask.login
	status umask.login pass
	file /etc/pam.d/sudo 'session optional pam_umask.so umask=026\n'
	audit -c umask.login
	finding umask.login sudo boot '^026 ' /etc/pam.d/sudo:1
}

@test "umask.login: pass: what opens no session; but sudo goes on without" {
	stock_tree
	file /etc/pam.d/su 'session requisite pam_deny.so\nsession optional pam_umask.so umask=077\n'
	audit -c umask.login
	status umask.login pass
	file /etc/pam.d/sudo 'session include su\n'
	audit -c umask.login
	no_finding umask.login su
	finding umask.login sudo boot '^022 '
}

@test "umask.login: pass: the unit's UMask= is where a service begins" {
	sessions
	file /usr/lib/systemd/system/ssh.service '[Service]\nExecStart=/usr/sbin/sshd -D\nUMask=0027\n'
	file /usr/lib/systemd/system/cron.service '[Service]\nExecStart=/usr/sbin/cron -f\n'
	file /etc/systemd/system/cron.service.d/umask.conf '[Service]\nUMask=0077\n'
	audit -c umask.login
	status umask.login pass
	file /usr/lib/systemd/system/ssh.service '[Service]\nUMask=0005\n'
	file /etc/systemd/system/cron.service.d/umask.conf '[Service]\nUMask=0005\n'
	audit -c umask.login
	# sshd adds 022 to what it was started with.
	no_finding umask.login sshd
	finding umask.login cron boot '^005 \(UMask=0005 of cron.service\)$' /etc/systemd/system/cron.service.d/umask.conf:2
}

@test "umask.login: error: an include that is not there, a loop, a line that PAM does not know" {
	stock_tree
	file /etc/pam.d/sshd '# x\n@include common-session\n'
	file /etc/pam.d/su 'session include su\n'
	file /etc/pam.d/cron 'session optional pam_umask.so umask=077\nsesion optional pam_x.so\n'
	audit -c umask.login
	unreadable umask.login sshd 'common-session, which does not exist'
	unreadable umask.login su 'more deeply'
	unreadable umask.login cron 'no line that libpam'
	[ "$(report '[.checks[0].findings[].source] | sort | join(" ")')" = '/etc/pam.d/cron:2 /etc/pam.d/sshd:2 /etc/pam.d/su:1' ]
	status umask.login error
}

@test "umask.login: error: files that cannot be read" {
	sessions "$pam_umask\n"
	mkfifo "$TREE$defs"
	audit -c umask.login
	unreadable umask.login sshd 'login.defs cannot be read'
	unreadable umask.login login.defs 'no regular file'
	rm "$TREE$defs"
	file /etc/pam.d/sudo "$pam_umask umask=077\n"
	mkfifo "$TREE/etc/sudoers"
	audit -c umask.login
	unreadable umask.login sudo '/etc/sudoers cannot be read'
}

@test "umask.login: error: privilege" {
	sessions "$pam_umask umask=077\n"
	file /etc/pam.d/sudo "$pam_umask umask=077\n"
	file /etc/sudoers '' 440
	chmod 755 "$WORK" "$TREE"
	: >"$REPORT" && chmod 666 "$REPORT"
	as_user 65534 "$TMPAUDIT" --root "$TREE" -f json -c umask.login >"$REPORT" || true
	unreadable umask.login sudo privilege
	status umask.login error
}

@test "umask.login: not-applicable: neither PAM services nor login.defs" {
	stock_tree
	audit -c umask.login
	status umask.login not-applicable
}

# shell

@test "umask.shell: pass: files without umask, or with a strict one" {
	stock_tree
	file /etc/profile 'PATH=/bin\n# umask 022\necho umask 022; umask\n'
	file /etc/profile.d/a.sh 'umask 027\n(umask 077; :)\n'
	file /etc/profile.d/README 'umask 000\n'
	file /etc/profile.d/.hidden.sh 'umask 000\n'
	file /etc/bash.bashrc 'cat <<EOF\numask 000\nEOF\numask go-w\n'
	file /etc/csh.cshrc 'umask 037'
	dir /etc/profile.d/dir.sh 755
	audit -c umask.shell
	status umask.shell pass
}

@test "umask.shell: fail: the weakest of a file, with its line" {
	stock_tree
	file /etc/profile '\n\nif [ "$UID" -gt 199 ]; then\n\tumask 002\nelse\n\tumask 022\nfi\numask 077\n'
	file /etc/profile.d/z.sh 'umask u=rwx,g=rwx,o=rx'
	file /etc/bashrc '(umask 007; touch x)\n'
	file /etc/zsh/zshrc 'umask 026\n'
	file /etc/zshenv 'umask 0\n'
	file /etc/zprofile 'umask g+r\n'
	file /etc/csh.login 'if ($?prompt) umask 022\n'
	file /etc/fish/config.fish 'if status is-login; umask 22; end\n'
	file /etc/skel/.bashrc 'umask 022\n'
	audit -c umask.shell
	finding umask.shell /etc/profile boot '^002$' /etc/profile:4
	finding umask.shell /etc/profile.d/z.sh boot '^u=rwx,g=rwx,o=rx$' /etc/profile.d/z.sh:1
	finding umask.shell /etc/bashrc boot '^007$' /etc/bashrc:1
	finding umask.shell /etc/zsh/zshrc boot '^026$' /etc/zsh/zshrc:1
	finding umask.shell /etc/zshenv boot '^0$' /etc/zshenv:1
	finding umask.shell /etc/csh.login boot '^022$' /etc/csh.login:1
	finding umask.shell /etc/fish/config.fish boot '^22$' /etc/fish/config.fish:1
	finding umask.shell /etc/skel/.bashrc boot '^022$' /etc/skel/.bashrc:1
	[ "$(report '.checks[0].findings | length')" = 9 ]
	audit -c umask.shell -p strict
	finding umask.shell /etc/profile boot '^002$' /etc/profile:4
}

@test "umask.shell: fail: what eval runs, as far as it is known" {
	stock_tree
	file /etc/profile 'eval "umask 027; umask 002"\n'
	file /etc/bashrc 'true && eval umask 022\n'
	file /etc/zshenv 'eval "umask $MASK"\n'
	file /etc/zprofile 'eval "eval \\"umask 0\\""\n'
	file /etc/bash.bashrc 'eval "$(dircolors -b)"\neval "echo umask 0"\necho "eval umask 0"\n'
	audit -c umask.shell
	finding umask.shell /etc/profile boot '^002$' /etc/profile:1
	finding umask.shell /etc/bashrc boot '^022$' /etc/bashrc:1
	unreadable umask.shell /etc/zshenv 'only when it runs'
	unreadable umask.shell /etc/zprofile 'only when it runs'
	no_finding umask.shell /etc/bash.bashrc
}

@test "umask.shell: fail: what a start-up file sources" {
	stock_tree
	file /etc/profile 'D=/opt\n[ -r $D/vars ] && . $D/vars\nfor i in /opt/more/*.sh; do . $i; done\n'
	file /opt/vars 'umask 022\n. /opt/vars\n'
	file /opt/more/a.sh 'umask 0\n'
	file /opt/more/b 'umask 0\n'
	file /etc/csh.login 'source /opt/csh\n'
	file /opt/csh 'if (1) umask 002\n'
	audit -c umask.shell
	finding umask.shell /opt/vars boot '^022$' /opt/vars:1
	finding umask.shell /opt/more/a.sh boot '^0$' /opt/more/a.sh:1
	finding umask.shell /opt/csh boot '^002$' /opt/csh:1
	[ "$(report '.checks[0].findings | length')" = 3 ]
}

@test "umask.shell: error: what it sources, or runs, is known only then" {
	stock_tree
	file /etc/profile '. $FILE\n'
	file /etc/bash.bashrc 'eval "$(cat /etc/x)"\n'
	file /etc/zshenv 'f() { . $FILE; }\nread X\nexport "$X=1"\n'
	audit -c umask.shell
	unreadable umask.shell /etc/profile 'reads a file'
	unreadable umask.shell /etc/bash.bashrc 'runs commands'
	[ "$(report '.checks[0].findings | length')" = 2 ]
}

@test "umask.shell: error: a directory in the place of a file, but for those found by a glob" {
	stock_tree
	dir /etc/profile 755
	dir /etc/profile.d/x.sh 755
	dir /etc/skel/.config 755
	audit -c umask.shell
	unreadable umask.shell /etc/profile 'is a directory'
	[ "$(report '.checks[0].findings | length')" = 1 ]
}

@test "umask.shell: error: an operand that is known only when it runs" {
	stock_tree
	file /etc/profile 'umask 077\numask $MASK\n'
	file /etc/bash.bashrc 'umask $MASK\numask 022\n'
	mkfifo "$TREE/etc/zshenv"
	audit -c umask.shell
	unreadable umask.shell /etc/profile 'MASK'
	unreadable umask.shell /etc/zshenv 'no regular file'
	finding umask.shell /etc/bash.bashrc boot '^022$' /etc/bash.bashrc:2
	rm "$TREE/etc/bash.bashrc"
	audit -c umask.shell
	status umask.shell error
}

@test "umask.shell: not-applicable: no start-up files" {
	stock_tree
	audit -c umask.shell
	status umask.shell not-applicable
}

# accounts

@test "umask.accounts: pass: root's files, and nobody else's by default" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:umask=0:/home/alice:/bin/sh\n'
	file /root/.bashrc '# umask 022\numask 077\n'
	file /home/alice/.bashrc 'umask 000\n' 644 1000
	audit -c umask.accounts
	status umask.accounts pass
}

@test "umask.accounts: fail: the weakest of root's files" {
	stock_tree
	file /root/.profile 'umask 026\n'
	file /root/.bashrc '\n\n\n\n\n\n\numask 022\n'
	file /root/.zshrc 'umask 077\n'
	audit -c umask.accounts
	finding umask.accounts root boot '^022$' /root/.bashrc:8
	[ "$(report '.checks[0].findings | length')" = 1 ]
	rm "$TREE/root/.bashrc" "$TREE/root/.profile"
	file /root/.config/fish/config.fish 'umask 0\n'
	audit -c umask.accounts
	finding umask.accounts root boot '^0$' /root/.config/fish/config.fish:1
}

@test "umask.accounts: fail: what root's files source, in the home and elsewhere" {
	stock_tree
	file /root/.profile '. "$HOME/.vars"\nsource ~/deep/er\n. /opt/vars\n. /root/.named\n'
	file /root/.vars 'umask 021\n. ~/.vars\n'
	file /root/deep/er 'umask 020\n'
	file /opt/vars 'umask 007\n'
	file /root/.named 'umask 0\n'
	# The weakest of them counts.
	for file in '/root/.named 0' '/root/deep/er 020' '/root/.vars 021' '/opt/vars 007'; do
		audit -c umask.accounts
		finding umask.accounts root boot "^${file#* }$" "${file% *}:1"
		sed -i s/umask.*/true/ "$TREE${file% *}"
	done
	file /root/.bashrc '. $X\n'
	audit -c umask.accounts
	has_finding umask.accounts '.status == "error" and .source == "/root/.bashrc:1"'
}

@test "umask.accounts: fail: each account of uid 0, and its GECOS field" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0:,umask=022:/var/toor:/bin/sh\nrun:x:0:0:umask=0:/:/usr/sbin/nologin\n'
	audit -c umask.accounts
	finding umask.accounts toor boot '^022$' /etc/passwd:2
	[ "$(report '.checks[0].findings | length')" = 1 ]
}

@test "umask.accounts: error: files that are not read" {
	stock_tree
	file /root/.bashrc 'umask 077\n'
	ln "$TREE/root/.bashrc" "$TREE/root/second"
	audit -c umask.accounts
	unreadable umask.accounts root '2 links'
	rm "$TREE/root/.bashrc"
	link /root/.bashrc second
	audit -c umask.accounts
	unreadable umask.accounts root 'symbolic link'
	rm "$TREE/root/.bashrc"
	mkfifo "$TREE/root/.bashrc"
	audit -c umask.accounts
	unreadable umask.accounts root 'no regular file'
	rm "$TREE/root/.bashrc"
	file /root/.bashrc 'umask 077\n' 644 1000
	audit -c umask.accounts
	unreadable umask.accounts root 'uid 1000'
	rm "$TREE/root/.bashrc"
	file /root/elsewhere/fish/config.fish 'umask 077\n'
	link /root/.config elsewhere
	audit -c umask.accounts
	unreadable umask.accounts root 'behind a symbolic link'
	rm "$TREE/root/.config"
	as_user 65534 "$TMPAUDIT" --root "$TREE" -f json -c umask.accounts >"$REPORT" || true
	unreadable umask.accounts root privilege
}

@test "umask.accounts: not-applicable: nobody can log in as root" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/usr/sbin/nologin\n'
	audit -c umask.accounts
	status umask.accounts not-applicable
}

# services

units=/etc/systemd/system

@test "umask.services: pass: what is unset, and what meets 022" {
	stock_tree
	file $units/a.service '[Service]\nExecStart=/bin/a\n'
	file $units/b.service '[Service]\nUMask=0077\n'
	file $units/c.socket '[Socket]\nSocketMode=0666\n'
	file $units/d.service '[Service]\nUMask=0000\n'
	link $units/e.service /dev/null
	file $units/e.service.d/x.conf '[Service]\nUMask=0000\n'
	file $units/d.service.d/x.conf '[Service]\nUMask=0022\n'
	file /etc/sudoers 'Defaults umask=0002\nDefaults umask=0027, umask_override\n' 440
	file /etc/ssh/sshd_config 'Subsystem sftp internal-sftp -u 0022\n'
	file /etc/default/x 'UMASK=000\n'
	file /etc/init.d/x '#!/bin/sh\numask 022\n'
	file /etc/init.d/y '#!/usr/bin/perl\numask 0;\n'
	audit -c umask.services
	status umask.services pass
}

@test "umask.services: fail: an empty UMask= takes nothing back" {
	stock_tree
	file /etc/systemd/system/a.service '[Service]\nExecStart=/bin/a\nUMask=0000\nUMask=\n'
	audit -c umask.services
	finding umask.services a.service boot '^UMask=0000$' /etc/systemd/system/a.service:3
}

@test "umask.services: fail: units, in the file that counts" {
	stock_tree
	file $units/backup.service '[Unit]\n[Service]\nExecStart=/bin/backup\n\n\n\n\n\nUMask=0000\n'
	file /usr/lib/systemd/system/a@.service '[Service]\nUMask=0022\n'
	file $units/a@.service.d/10.conf '# x\n[Service]\nUMask=002\n'
	link $units/alias.service backup.service
	# An instance is a subject of its own only if it says something of its own.
	link $units/multi-user.target.wants/a@one.service ../a@.service
	link $units/multi-user.target.wants/a@two.service ../a@.service
	audit -c umask.services
	finding umask.services backup.service boot '^UMask=0000$' $units/backup.service:9
	finding umask.services a@.service boot '^UMask=002$' $units/a@.service.d/10.conf:3
	[ "$(report '.checks[0].findings | length')" = 2 ]
	[ "$(report '.checks[0].findings[1].expected')" = 'at least 0022' ]
	file $units/a@two.service.d/10.conf '[Service]\nUMask=000\n'
	audit -c umask.services
	finding umask.services a@two.service boot '^UMask=000$' $units/a@two.service.d/10.conf:2
	[ "$(report '.checks[0].findings | length')" = 3 ]
}

@test "umask.services: fail: strict asks 027 of units that set one, and of nothing else" {
	stock_tree
	file $units/a.service '[Service]\nUMask=0022\n'
	file $units/b.service '[Service]\n'
	file /etc/sudoers 'Defaults umask=0022\n' 440
	audit -c umask.services -p strict
	finding umask.services a.service boot '^UMask=0022$' $units/a.service:2
	[ "$(report '.checks[0].findings | length')" = 1 ]
}

@test "umask.services: fail: sudoers" {
	local setting

	stock_tree
	for setting in '!umask' 'umask=0777' 'umask=0002' 'umask = 0'; do
		file /etc/sudoers "root ALL=(ALL) ALL\nDefaults $setting\n" 440
		audit -c umask.services
		finding umask.services /etc/sudoers boot '^!?umask' /etc/sudoers:2
	done
	file /etc/sudoers '#includedir sudoers.d\n' 440
	file /etc/sudoers.d/50_x 'Defaults:alice umask=0002, umask_override\n' 440
	file /etc/sudoers.d/60.x 'Defaults umask=0\n' 440
	file /etc/sudoers.d/x~ 'Defaults umask=0\n' 440
	audit -c umask.services
	finding umask.services /etc/sudoers.d/50_x boot '^umask=0002 \(with umask_override' /etc/sudoers.d/50_x:1
	[ "$(report '.checks[0].findings | length')" = 1 ]
}

@test "umask.services: fail: sftp, also where it is included or forced" {
	stock_tree
	file /etc/ssh/sshd_config 'Include /etc/ssh/sshd_config.d/*.conf\nMatch Group sftp\n\tForceCommand "internal-sftp -l INFO -u 0002"\n'
	file /etc/ssh/sshd_config.d/a.conf 'subsystem sftp /usr/lib/openssh/sftp-server -u 0\n'
	file /etc/ssh/sshd_config.d/b 'Subsystem sftp internal-sftp -u 0\n'
	audit -c umask.services
	finding umask.services /etc/ssh/sshd_config boot '^-u 0002$' /etc/ssh/sshd_config:3
	finding umask.services /etc/ssh/sshd_config.d/a.conf boot '^-u 0$' /etc/ssh/sshd_config.d/a.conf:1
	[ "$(report '.checks[0].findings | length')" = 2 ]
}

@test "umask.services: fail: init scripts and their defaults" {
	stock_tree
	file /etc/init.d/x '#!/bin/sh -e\ncase $1 in start)\n\tumask 000 ;;\nesac\n' 755
	file /etc/default/x 'umask 002\n'
	audit -c umask.services
	finding umask.services /etc/init.d/x boot '^000$' /etc/init.d/x:3
	finding umask.services /etc/default/x boot '^002$' /etc/default/x:1
}

@test "umask.services: error: what cannot be told" {
	stock_tree
	file $units/a.service '[Service]\nUMask=u=rwx\n'
	file /etc/sudoers 'Defaults umask=$X\n@include /etc/nothing\n' 440
	file /etc/ssh/sshd_config 'Subsystem sftp internal-sftp -u none\n'
	file /etc/init.d/x 'umask $X\n' 755
	audit -c umask.services
	unreadable umask.services a.service 'not octal'
	unreadable umask.services /etc/sudoers 'not octal'
	unreadable umask.services /etc/sudoers 'does not exist'
	unreadable umask.services /etc/ssh/sshd_config 'not octal'
	unreadable umask.services /etc/init.d/x 'when it runs'
	status umask.services error
	as_user 65534 "$TMPAUDIT" --root "$TREE" -f json -c umask.services >"$REPORT" || true
	unreadable umask.services /etc/sudoers privilege
}

# What systemd 252 and 257 load of a service, by systemd-analyze verify: "yes" or "no|LINES"; a ";" ends a line.
loaded_units() {
	cat <<'END'
yes|ExecStop=/bin/true;RemainAfterExit=yes
no|ExecStart=/bin/true;ExecStart=/bin/false
yes|Type=oneshot;ExecStart=/bin/true;ExecStart=/bin/false
no|Type=oneshot;Restart=always;ExecStart=/bin/true
yes|Type=oneshot;Restart=on-failure;ExecStart=/bin/true
no|Type=dbus;ExecStart=/bin/true
yes|BusName=org.x.Y;ExecStart=/bin/true
no|ExecStart=relative/x
yes|ExecStart=true
no|ExecStart=/bin/true "x
yes|ExecStart=-relative/x;ExecStart=/bin/true
no|ExecStart=/bin/
no|ExecStart=/bin/true;User=a/b
no|ExecStart=/bin/true;Group=a:b
yes|ExecStart=/bin/true;User=-x
no|ExecStart=/bin/true;WorkingDirectory=rel
yes|ExecStart=/bin/true;WorkingDirectory=-rel
yes|ExecStart=/bin/true;WorkingDirectory=~
no|ExecStart=/bin/true;RootDirectory=rel
yes|ExecStart=/bin/true;PIDFile=rel
no|ExecStart=/bin/true;ExecStartPost=rel/x;ExecStartPost=
yes|ExecStart=/bin/true;Type=nonsense
no|ExecStart=/bin/true ; /bin/false
yes|ExecStart=+-!rel/x;ExecStart=/bin/true
no|ExecStart=@/bin/true
no|ExecStart=+!/bin/true
no|ExecStart=/bin/true;DynamicUser=
yes|ExecStart=-!!/bin/true
no|ExecStart=/bin/true;ExecReload=/
no|ExecStart=/bin/true;PAMName=x;KillMode=process
END
}

@test "umask.services: a unit that systemd refuses for what it says is not judged, and told" {
	stock_tree
	mkdir -p "$TREE/etc/systemd/system"
	loaded_units | while IFS='|' read -r loaded lines; do
		printf '[Service]\nUMask=0\n%s\n' "${lines//;/$'\n'}" | sed 's/^ *//' >"$TREE/etc/systemd/system/a.service"
		case $lines in *' ; '*) printf '[Service]\nUMask=0\n%s\n' "$lines" >"$TREE/etc/systemd/system/a.service" ;; esac
		audit -c umask.services
		case $loaded in
		yes) has_finding umask.services '.status == "fail" and .subject == "a.service"' ;;
		no) has_finding umask.services '.status == "error" and (.message | test("refuses a.service"))' &&
			! has_finding umask.services '.status == "fail"' ;;
		esac || {
			printf '%s %s\n' "$loaded" "$lines"
			exit 1
		}
	done
}

@test "umask.services: fail: what a unit says that lacks a command, with a note; error: a line that systemd passes over" {
	stock_tree
	file /etc/systemd/system/a.service '[Service]\nUMask=0\n'
	audit -c umask.services
	finding umask.services a.service boot '^UMask=0$' /etc/systemd/system/a.service:2
	[ "$(report '.checks[0].notes[] | select(.subject == "a.service").message')" ]
	file /etc/systemd/system/a.service '[Service]\nExecStart=/bin/true\nUMask 0\n'
	audit -c umask.services
	has_finding umask.services '.status == "error" and .source == "/etc/systemd/system/a.service:3"'
}

@test "umask.services: not-applicable: nothing that could set one" {
	stock_tree
	audit -c umask.services
	status umask.services not-applicable
}

# processes

# A process of uid $1 with umask $2, and the audit beside it: in a namespace with no other processes than ours.
beside() {
	(
		umask "$2"
		exec setpriv --reuid "$1" --regid "$1" --clear-groups sleep 1000
	) &
	while [ "$(cat /proc/$!/comm)" != sleep ]; do sleep 0.01; done
	audit_host -c umask.processes
	printf '%s\n' $! >"$WORK/pid"
	kill $!
}

@test "umask.processes: pass: root with 022, others with 002" {
	in_mounts beside 0 022
	status umask.processes pass
	in_mounts beside 65534 002
	status umask.processes pass
}

@test "umask.processes: fail: root with 002, others with 000" {
	in_mounts beside 0 002
	finding umask.processes "pid $(cat "$WORK/pid") sleep" process '^0002$' "/proc/$(cat "$WORK/pid")/status"
	[ "$(report '.checks[0].findings[0].expected')" = 'meets 022' ]
	in_mounts beside 65534 000
	finding umask.processes "pid $(cat "$WORK/pid") sleep" process '^0000$' "/proc/$(cat "$WORK/pid")/status"
	[ "$(report '.checks[0].findings[0].expected')" = 'meets 002' ]
}

# A process with umask 000 in a user namespace where it is root, and elsewhere $1.
in_user_namespace() {
	(
		umask 000
		exec setpriv --reuid "$1" --regid "$1" --clear-groups unshare --user --map-root-user sleep 1000
	) &
	while [ "$(cat /proc/$!/comm)" != sleep ]; do sleep 0.01; done
	audit_host -c umask.processes
	kill $!
}

@test "umask.processes: fail: another user namespace is noted, unless the process is the host's root" {
	[ "$(cat /proc/sys/user/max_user_namespaces)" != 0 ] || skip 'needs user namespaces'
	in_mounts in_user_namespace 65534
	no_finding umask.processes
	report '.checks[0].notes[].message' | grep -q 'umask 0000 in a user namespace'
	in_mounts in_user_namespace 0
	status umask.processes fail
}

# The audit itself has umask 000, and so has process 1.
as_first() {
	umask 000
	audit_host -c umask.processes
}

@test "umask.processes: pass: process 1 and the audit itself are left out" {
	umask 000
	in_mounts as_first
	umask 022
	no_finding umask.processes
}

# Only processes of our own are seen.
hidden() {
	mount -t proc -o hidepid=2 proc /proc
	as_user 65534 "$TMPAUDIT" -f json -c umask.processes >"$REPORT" || true
}

@test "umask.processes: error: the processes of others are hidden" {
	: >"$REPORT"
	in_mounts hidden
	unreadable umask.processes /proc privilege
	status umask.processes error
}

@test "umask.processes: not-applicable: an offline tree" {
	stock_tree
	audit -c umask.processes
	status umask.processes not-applicable
}
