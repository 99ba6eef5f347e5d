#!/usr/bin/env bats
# Cleaning.  What an age, an exemption or a restart does was tried with systemd-tmpfiles 252 and 257.

load ../helper

vendor=/usr/lib/tmpfiles.d
units=/usr/lib/systemd/system
timer=systemd-tmpfiles-clean.timer

# A tree whose systemd cleans as that of a new Debian 13 does.
cleaned_tree() {
	stock_tree
	file $vendor/tmp.conf '# x\nq /tmp 1777 root root 10d\nq /var/tmp 1777 root root 30d\n'
	file $units/$timer '[Timer]\nOnBootSec=15min\nOnUnitActiveSec=1d\n'
	file $units/systemd-tmpfiles-clean.service '[Service]\nType=oneshot\nExecStart=systemd-tmpfiles --clean\n'
	link $units/timers.target.wants/$timer ../$timer
	link /sbin/init /usr/lib/systemd/systemd
}

# Debian 12: /tmp is emptied by a restart, /var/tmp never.
tree_of_12() {
	cleaned_tree
	file $vendor/tmp.conf 'D /tmp 1777 root root -\n#q /var/tmp 1777 root root 30d\n'
}

# policy

@test "cleanup.policy: pass: ages, and the timer" {
	cleaned_tree
	audit -c cleanup.policy
	status cleanup.policy pass
	audit -p strict -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: pass: the largest ages of the profile" {
	cleaned_tree
	file $vendor/tmp.conf 'd /tmp 1777 root root bmA:30d\nv /var/tmp 1777 root root 8w4d\n'
	audit -c cleanup.policy
	status cleanup.policy pass
	audit -p strict -c cleanup.policy
	finding cleanup.policy /tmp boot '^bmA:30d$' $vendor/tmp.conf:1
	finding cleanup.policy /var/tmp boot '^8w4d$' $vendor/tmp.conf:2
}

@test "cleanup.policy: fail: Debian 12 never cleans /var/tmp" {
	tree_of_12
	audit -c cleanup.policy
	no_finding cleanup.policy /tmp
	finding cleanup.policy /var/tmp boot '^none$' default
	audit -p strict -c cleanup.policy
	finding cleanup.policy /tmp boot '^none; emptied by a restart only' $vendor/tmp.conf:1
}

@test "cleanup.policy: fail: a file of an upgrade hides the vendor's" {
	cleaned_tree
	file /etc/tmpfiles.d/tmp.conf 'D /tmp 1777 root root -\n'
	audit -c cleanup.policy
	no_finding cleanup.policy /tmp
	finding cleanup.policy /var/tmp boot '^none: /etc/tmpfiles.d/tmp.conf hides the vendor file of that name$' /etc/tmpfiles.d/tmp.conf:1
}

@test "cleanup.policy: fail: a mask hides the vendor's file" {
	cleaned_tree
	link /etc/tmpfiles.d/tmp.conf /dev/null
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot 'tmp.conf hides' /etc/tmpfiles.d/tmp.conf
	finding cleanup.policy /var/tmp boot 'tmp.conf hides' /etc/tmpfiles.d/tmp.conf
}

@test "cleanup.policy: fail: too old an age, none, or one that is refused" {
	cleaned_tree
	file $vendor/tmp.conf 'q /tmp 1777 root root 31d\nq /var/tmp 1777 root root infinity\n'
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^31d$' $vendor/tmp.conf:1
	finding cleanup.policy /var/tmp boot '^infinity$' $vendor/tmp.conf:2
	file $vendor/tmp.conf 'd /tmp 1777 root root\nq /var/tmp 1777 root root 3fortnights\n'
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^none$' $vendor/tmp.conf:1
	finding cleanup.policy /var/tmp boot '^none: the line has an age' $vendor/tmp.conf:2
}

@test "cleanup.policy: fail: the earliest file wins, whatever its directory" {
	cleaned_tree
	file /etc/tmpfiles.d/zz.conf 'q /tmp 1777 root root 1d\n'
	file /usr/local/lib/tmpfiles.d/00.conf 'd /var/tmp 1777 root root -\n'
	file $vendor/tmp.conf 'd /tmp 1777 root root 90d\nq /var/tmp 1777 root root 30d\n'
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^90d$' $vendor/tmp.conf:1
	finding cleanup.policy /var/tmp boot '^none$' /usr/local/lib/tmpfiles.d/00.conf:1
}

@test "cleanup.policy: pass: an e line adds an age" {
	tree_of_12
	file /etc/tmpfiles.d/zz.conf 'e /tmp - - - 5d\ne /var/{tmp,lib/x} - - - 20d\n'
	audit -p strict -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: fail: what is for a restart only never ages on a running host" {
	cleaned_tree
	file $vendor/tmp.conf 'd! /tmp 1777 root root 10d\nD! /var/tmp 1777 root root 10d\n'
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^none: d! /tmp 10d acts at boot only$' $vendor/tmp.conf:1
	finding cleanup.policy /var/tmp boot 'acts at boot only' $vendor/tmp.conf:2
}

@test "cleanup.policy: pass: /tmp is emptied at boot by D! or R, unless the profile is strict" {
	local line

	for line in 'D! /tmp 1777 root root 10d' 'd /tmp 1777 root root\nR! /tmp/*' 'R /tmp'; do
		cleaned_tree
		file $vendor/tmp.conf "$line\nq /var/tmp 1777 root root 30d\n"
		audit -c cleanup.policy
		status cleanup.policy pass
		audit -p strict -c cleanup.policy
		finding cleanup.policy /tmp boot '^none'
	done
}

@test "cleanup.policy: fail: r leaves directories, and nobody empties at boot without the service" {
	tree_of_12
	file $vendor/tmp.conf 'd /tmp 1777 root root\nr! /tmp/*\nq /var/tmp - - - 30d\n'
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^none$' $vendor/tmp.conf:1
	tree_of_12
	link /etc/systemd/system/systemd-tmpfiles-setup.service /dev/null
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^none$' $vendor/tmp.conf:1
}

@test "cleanup.policy: fail: ~ spares what lies directly there" {
	cleaned_tree
	file $vendor/tmp.conf 'q /tmp 1777 root root ~10d\nq /var/tmp 1777 root root bm:~10d\n'
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot '^none: ~10d \(systemd-tmpfiles\) ~ spares' $vendor/tmp.conf:1
	finding cleanup.policy /var/tmp boot '^none'
}

@test "cleanup.policy: fail: an exemption of all voids the age" {
	local line

	for line in 'x /tmp' 'x /tmp/*' 'X /tmp/*' 'x /tmp/?*' 'z /tmp/* 0600' 'x /[t]mp/**'; do
		cleaned_tree
		file /etc/tmpfiles.d/keep.conf "# x\n$line\n"
		audit -c cleanup.policy
		finding cleanup.policy /tmp boot '^none: 10d \(systemd-tmpfiles\) . /.* exempts' /etc/tmpfiles.d/keep.conf:2
		no_finding cleanup.policy /var/tmp
	done
}

@test "cleanup.policy: pass: an exemption of some, of another directory, or for a restart only" {
	cleaned_tree
	file /etc/tmpfiles.d/keep.conf 'x /tmp/systemd-private-%b-*\nX /tmp/app*\nx! /tmp/*\nx /tmp/.*\nx /var/tmp/*.keep\nx /var/*/x\n'
	audit -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: pass: /tmp is a tmpfs at boot" {
	cleaned_tree
	file $vendor/tmp.conf 'd /tmp 1777 root root\nq /var/tmp 1777 root root 60d\n'
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev 0 0\n'
	audit -c cleanup.policy
	status cleanup.policy pass
	audit -p strict -c cleanup.policy
	finding cleanup.policy /tmp boot 'emptied by a restart only \(tmpfs\)$' $vendor/tmp.conf:1
}

@test "cleanup.policy: fail: /var/tmp needs an age, be it a tmpfs" {
	cleaned_tree
	file $vendor/tmp.conf 'q /tmp 1777 root root 10d\n'
	file /etc/fstab 'tmpfs /var/tmp tmpfs nosuid,nodev 0 0\n'
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot '^none' default
}

@test "cleanup.policy: fail: the timer is masked, or its service" {
	local path

	for path in /etc/systemd/system/$timer /etc/systemd/system/systemd-tmpfiles-clean.service; do
		cleaned_tree
		link $path /dev/null
		audit -c cleanup.policy
		finding cleanup.policy $timer boot 'masked: link to /dev/null$' $path
		no_finding cleanup.policy /tmp
		rm "$TREE$path"
	done
	file /etc/systemd/system/$timer ''
	audit -c cleanup.policy
	finding cleanup.policy $timer boot 'masked: empty file' /etc/systemd/system/$timer
}

@test "cleanup.policy: fail: nothing pulls the timer in" {
	cleaned_tree
	rm "$TREE$units/timers.target.wants/$timer"
	audit -c cleanup.policy
	finding cleanup.policy $timer boot '^not pulled in$' $units/$timer
	link $units/never.target.wants/$timer ../$timer
	audit -c cleanup.policy
	finding cleanup.policy $timer boot '^not pulled in$'
	link /etc/systemd/system/multi-user.target.wants/$timer $units/$timer
	audit -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: fail: a link to /dev/null hides the vendor's" {
	cleaned_tree
	link /etc/systemd/system/timers.target.wants/$timer /dev/null
	audit -c cleanup.policy
	finding cleanup.policy $timer boot '^not pulled in$'
}

@test "cleanup.policy: fail: a drop-in takes the timer's times, or the service's command" {
	cleaned_tree
	file /etc/systemd/system/$timer.d/never.conf '[Timer]\nOnBootSec=\n'
	audit -c cleanup.policy
	finding cleanup.policy $timer boot 'without a time' /etc/systemd/system/$timer.d/never.conf:2
	file /etc/systemd/system/$timer.d/never.conf '[Timer]\nOnBootSec=\nOnCalendar=daily\n'
	audit -c cleanup.policy
	status cleanup.policy pass
	file /etc/systemd/system/systemd-tmpfiles-clean.service.d/x.conf '[Service]\nExecStart=\nExecStart=true\n'
	audit -c cleanup.policy
	finding cleanup.policy $timer boot 'runs something else' /etc/systemd/system/systemd-tmpfiles-clean.service.d/x.conf:3
}

@test "cleanup.policy: fail: logind keeps what users leave in /dev/shm" {
	cleaned_tree
	file /etc/systemd/logind.conf '[Login]\n#RemoveIPC=no\n'
	audit -c cleanup.policy
	status cleanup.policy pass
	file /etc/systemd/logind.conf '[Login]\nRemoveIPC=Off\n'
	audit -c cleanup.policy
	finding cleanup.policy /dev/shm boot '^RemoveIPC=no$' /etc/systemd/logind.conf:2
	file /usr/lib/systemd/logind.conf.d/50.conf '[Login]\nRemoveIPC=yes\n'
	audit -c cleanup.policy
	status cleanup.policy pass
	file /etc/systemd/logind.conf.d/60.conf '[Other]\nRemoveIPC=yes\n[Login]\nRemoveIPC=0\nRemoveIPC=maybe\n'
	audit -c cleanup.policy
	finding cleanup.policy /dev/shm boot '^RemoveIPC=no$' /etc/systemd/logind.conf.d/60.conf:4
	link /etc/systemd/logind.conf.d/60.conf /dev/null
	audit -c cleanup.policy
	status cleanup.policy pass
}

reaper='SHOWWARNING=false\nRUNFROMCRON=true\n'

@test "cleanup.policy: pass: tmpreaper cleans both, with the timer masked" {
	cleaned_tree
	link /etc/systemd/system/$timer /dev/null
	file /usr/sbin/cron '' 755
	file /usr/sbin/tmpreaper '' 755
	file /etc/tmpreaper.conf "${reaper}TMPREAPER_DIRS='/tmp/. /var/tmp/.'\n"
	audit -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: fail: tmpreaper as it is shipped, or for /tmp alone" {
	tree_of_12
	link /etc/systemd/system/$timer /dev/null
	file /usr/sbin/cron '' 755
	file /usr/sbin/tmpreaper '' 755
	file /etc/tmpreaper.conf "SHOWWARNING=true\nRUNFROMCRON=true\nTMPREAPER_DIRS='/tmp/. /var/tmp/.'\n"
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'does nothing with SHOWWARNING=true$' /etc/tmpreaper.conf:1
	finding cleanup.policy $timer boot
	file /etc/tmpreaper.conf "RUNFROMCRON=false\nTMPREAPER_DIRS='/tmp/. /var/tmp/.'\n"
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'does nothing without RUNFROMCRON=true$' /etc/tmpreaper.conf:1
	file /etc/tmpreaper.conf "$reaper"
	audit -p strict -c cleanup.policy
	no_finding cleanup.policy /tmp
	finding cleanup.policy /var/tmp boot '^none$' default
	finding cleanup.policy $timer boot
}

@test "cleanup.policy: fail: tmpreaper that protects all, is gone, or waits too long" {
	tree_of_12
	file /usr/sbin/cron '' 755
	file /usr/sbin/tmpreaper '' 755
	file /etc/tmpreaper.conf "${reaper}TMPREAPER_DIRS='/tmp /var/tmp'\nTMPREAPER_PROTECT_EXTRA='/x /var/tmp/*'\n"
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'protects /var/tmp/\*'
	file /etc/tmpreaper.conf "${reaper}TMPREAPER_DIRS='/tmp /var/tmp'\n"
	file /etc/cron.daily/tmpreaper '#!/bin/sh\n' 644
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'is a job that cannot be executed$' /etc/cron.daily/tmpreaper
	chmod 755 "$TREE/etc/cron.daily/tmpreaper"
	audit -c cleanup.policy
	status cleanup.policy pass
	file /etc/tmpreaper.conf "${reaper}TMPREAPER_DIRS='/tmp /var/tmp'\nTMPREAPER_TIME=61d\n"
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot '^61d$' /etc/tmpreaper.conf:4
	rm "$TREE/usr/sbin/tmpreaper"
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot '^none$' default
}

@test "cleanup.policy: fail: cleaners of a cron that no boot starts" {
	tree_of_12
	file /usr/sbin/cron '' 755
	file /usr/sbin/tmpreaper '' 755
	file /etc/tmpreaper.conf "${reaper}TMPREAPER_DIRS='/tmp /var/tmp'\n"
	file /usr/lib/systemd/system/cron.service '[Service]\nExecStart=/usr/sbin/cron -f\n'
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'is run by cron, but cron.service is not pulled in$' /usr/lib/systemd/system/cron.service
	link /etc/systemd/system/multi-user.target.wants/cron.service /usr/lib/systemd/system/cron.service
	audit -c cleanup.policy
	status cleanup.policy pass
	link /etc/systemd/system/cron.service /dev/null
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'is run by cron, but cron.service is masked$' /etc/systemd/system/cron.service
	rm "$TREE/etc/tmpreaper.conf"
	file /etc/crontab '17 5 * * * root systemd-tmpfiles --clean\n'
	link /etc/systemd/system/$timer /dev/null
	audit -c cleanup.policy
	finding cleanup.policy $timer boot
	file /usr/lib/systemd/system/anacron.timer '[Timer]\nOnCalendar=hourly\n'
	link /etc/systemd/system/timers.target.wants/anacron.timer /usr/lib/systemd/system/anacron.timer
	audit -c cleanup.policy
	no_finding cleanup.policy $timer
}

@test "cleanup.policy: pass: root's cron runs tmpwatch and find" {
	tree_of_12
	file /usr/sbin/cron '' 755
	file /etc/cron.daily/tmpwatch '#!/bin/sh\nflags=-umc\n/usr/sbin/tmpwatch "$flags" -x /tmp/.X11-unix -X "/tmp/hsperfdata_*" 10d /tmp\n' 755
	file /etc/cron.d/local 'SHELL=/bin/sh\n# x\n7 3 * * * root find /var/tmp -xdev -mindepth 1 -atime +30 -delete\n'
	audit -p strict -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: fail: a job that does not run, is not root's, or removes only some" {
	tree_of_12
	file /usr/sbin/cron '' 755
	file /etc/cron.daily/tmpwatch '#!/bin/sh\ntmpwatch 10d /var/tmp\n' 644
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot '^none$' default
	file /etc/cron.d/local '@daily nobody tmpwatch 240 /var/tmp\n'
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot '^none$' default
	file /etc/cron.d/local '@daily root find /var/tmp -name core -mtime +3 -delete\n'
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'removes only what passes -name$' /etc/cron.d/local:1
	file /etc/cron.d/local '\n@daily root tmpwatch --test 240 /var/tmp\n'
	audit -c cleanup.policy
	finding cleanup.policy /var/tmp boot 'only tests' /etc/cron.d/local:2
}

@test "cleanup.policy: fail: without systemd an age has no effect, unless cron runs it" {
	cleaned_tree
	link /sbin/init /usr/lib/sysvinit/init
	audit -c cleanup.policy
	finding cleanup.policy /tmp boot 'nothing runs systemd-tmpfiles --clean$'
	no_finding cleanup.policy $timer
	file /etc/crontab '17 3 * * * root systemd-tmpfiles --clean\n'
	audit -c cleanup.policy
	status cleanup.policy pass
}

@test "cleanup.policy: not-applicable: no init and no cron" {
	stock_tree
	file $units/apt-daily.timer '[Timer]\nOnCalendar=daily\n'
	file /etc/cron.daily/dpkg '#!/bin/sh\nexit 0\n' 755
	audit -c cleanup.policy
	status cleanup.policy not-applicable
}

@test "cleanup.policy: error: a file of tmpfiles.d, of cron or of logind that cannot be read" {
	cleaned_tree
	head -c 5M /dev/zero | tr '\0' '#' >"$TREE/usr/lib/tmpfiles.d/a.conf"
	audit -c cleanup.policy
	status cleanup.policy error
	unreadable cleanup.policy $vendor/a.conf 'cannot be read'
	rm "$TREE$vendor/a.conf"
	file /usr/sbin/cron '' 755
	dir /etc/crontab 755
	dir /etc/systemd/logind.conf 755
	audit -c cleanup.policy
	unreadable cleanup.policy /etc/crontab 'cannot be read'
	unreadable cleanup.policy /etc/systemd/logind.conf 'cannot be read'
}

@test "cleanup.policy: error: what mounts at boot is unknown, and /tmp may be volatile" {
	cleaned_tree
	file $vendor/tmp.conf 'q /var/tmp 1777 root root 30d\n'
	dir /etc/fstab 755
	audit -c cleanup.policy
	unreadable cleanup.policy /tmp 'may be volatile'
}
