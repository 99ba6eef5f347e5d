#!/usr/bin/env bats
# How the temporary directories are mounted: offline on trees, live in mount namespaces of their own.

load ../helper

# A tree whose process 1 is systemd; with the unit that Debian 13 ships, in force.
systemd_tree() {
	stock_tree
	link /lib usr/lib
	link /sbin/init ../lib/systemd/systemd
	dir /usr/lib/systemd/system 755
}

units=/usr/lib/systemd/system
own=/etc/systemd/system
unit='[Unit]\nConditionPathIsSymbolicLink=!/tmp\n[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=mode=1777,strictatime,nosuid,nodev,size=50%%,nr_inodes=1m\n'

debian_13_tree() {
	systemd_tree
	file $units/tmp.mount "$unit"
	link $units/local-fs.target.wants/tmp.mount ../tmp.mount
}

# A tree that mounts a directory with options.
mounting() {
	stock_tree
	file /etc/fstab "# what is mounted\ntmpfs $1 tmpfs $2 0 0\n"
	audit
}

# A check that cannot tell, since what it needs is no regular file.
cannot_tell() {
	stock_tree
	mkfifo "$TREE/etc/fstab"
	audit "$@"
	unreadable "$2" /etc/fstab 'no regular file'
	# Nothing is said of what the file may well mount.
	status "$2" error
}

# Work on beside /tmp, which a test is about to mount something on.
aside() {
	cp "$TMPAUDIT" "$WORK/program"
	mount --bind "$WORK" /mnt
	WORK=/mnt REPORT=/mnt/report.json TMPAUDIT=/mnt/program
	unset TMPAUDIT_REPORTS
}

@test "mount.tmp-separate: pass: a line of fstab mounts it" {
	stock_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid 0 0\n'
	audit -c mount.tmp-separate
	status mount.tmp-separate pass
}

@test "mount.tmp-separate: fail: nothing mounts it" {
	systemd_tree
	audit -c mount.tmp-separate
	status mount.tmp-separate fail
	finding mount.tmp-separate /tmp boot '^directory on /$' default
}

@test "mount.tmp-separate: error: fstab cannot be read" {
	cannot_tell -c mount.tmp-separate
}

@test "mount.tmp-nosuid: pass: the line of fstab has it among others" {
	mounting /tmp rw,nosuid,relatime
	status mount.tmp-nosuid pass
}

@test "mount.tmp-nosuid: fail: the line of fstab has all but that" {
	mounting /tmp nodev,noexec
	status mount.tmp-nosuid fail
	finding mount.tmp-nosuid /tmp boot '^nodev,noexec$' /etc/fstab:2
}

@test "mount.tmp-nosuid: error: fstab cannot be read" {
	cannot_tell -c mount.tmp-nosuid
}

@test "mount.tmp-nodev: pass: the line of fstab has it among others" {
	mounting /tmp rw,nodev,relatime
	status mount.tmp-nodev pass
}

@test "mount.tmp-nodev: fail: the line of fstab has all but that" {
	mounting /tmp nosuid,noexec
	status mount.tmp-nodev fail
	finding mount.tmp-nodev /tmp boot '^nosuid,noexec$' /etc/fstab:2
}

@test "mount.tmp-nodev: error: fstab cannot be read" {
	cannot_tell -c mount.tmp-nodev
}

@test "mount.tmp-noexec: pass: the line of fstab has it among others" {
	mounting /tmp rw,noexec,relatime
	status mount.tmp-noexec pass
}

@test "mount.tmp-noexec: fail: the line of fstab has all but that" {
	mounting /tmp nosuid,nodev
	status mount.tmp-noexec fail
	finding mount.tmp-noexec /tmp boot '^nosuid,nodev$' /etc/fstab:2
}

@test "mount.tmp-noexec: error: fstab cannot be read" {
	cannot_tell -c mount.tmp-noexec
}

@test "mount.var-tmp-separate: pass: a line of fstab mounts it" {
	stock_tree
	file /etc/fstab 'tmpfs /var/tmp tmpfs nosuid 0 0\n'
	audit -c mount.var-tmp-separate
	status mount.var-tmp-separate pass
}

@test "mount.var-tmp-separate: fail: nothing mounts it" {
	systemd_tree
	audit -c mount.var-tmp-separate
	status mount.var-tmp-separate fail
	finding mount.var-tmp-separate /var/tmp boot '^directory on /$' default
}

@test "mount.var-tmp-separate: error: fstab cannot be read" {
	cannot_tell -c mount.var-tmp-separate
}

@test "mount.var-tmp-nosuid: pass: the line of fstab has it among others" {
	mounting /var/tmp rw,nosuid,relatime
	status mount.var-tmp-nosuid pass
}

@test "mount.var-tmp-nosuid: fail: the line of fstab has all but that" {
	mounting /var/tmp nodev,noexec
	status mount.var-tmp-nosuid fail
	finding mount.var-tmp-nosuid /var/tmp boot '^nodev,noexec$' /etc/fstab:2
}

@test "mount.var-tmp-nosuid: error: fstab cannot be read" {
	cannot_tell -c mount.var-tmp-nosuid
}

@test "mount.var-tmp-nodev: pass: the line of fstab has it among others" {
	mounting /var/tmp rw,nodev,relatime
	status mount.var-tmp-nodev pass
}

@test "mount.var-tmp-nodev: fail: the line of fstab has all but that" {
	mounting /var/tmp nosuid,noexec
	status mount.var-tmp-nodev fail
	finding mount.var-tmp-nodev /var/tmp boot '^nosuid,noexec$' /etc/fstab:2
}

@test "mount.var-tmp-nodev: error: fstab cannot be read" {
	cannot_tell -c mount.var-tmp-nodev
}

@test "mount.var-tmp-noexec: pass: the line of fstab has it among others" {
	mounting /var/tmp rw,noexec,relatime
	status mount.var-tmp-noexec pass
}

@test "mount.var-tmp-noexec: fail: the line of fstab has all but that" {
	mounting /var/tmp nosuid,nodev
	status mount.var-tmp-noexec fail
	finding mount.var-tmp-noexec /var/tmp boot '^nosuid,nodev$' /etc/fstab:2
}

@test "mount.var-tmp-noexec: error: fstab cannot be read" {
	cannot_tell -c mount.var-tmp-noexec
}

@test "mount.dev-shm-separate: pass: a line of fstab mounts it" {
	stock_tree
	file /etc/fstab 'tmpfs /dev/shm tmpfs nosuid 0 0\n'
	audit -c mount.dev-shm-separate
	status mount.dev-shm-separate pass
}

@test "mount.dev-shm-separate: pass: process 1 mounts it" {
	systemd_tree
	audit -c mount.dev-shm-separate
	status mount.dev-shm-separate pass
}

@test "mount.dev-shm-separate: fail: it is unmounted" {
	unmounted() {
		while umount /dev/shm 2>/dev/null; do :; done
		audit_host -c mount.dev-shm-separate
		finding mount.dev-shm-separate /dev/shm live '^directory on /dev ' /proc/self/mountinfo
		no_finding mount.dev-shm-separate /dev/shm boot
	}
	in_mounts unmounted
}

@test "mount.dev-shm-separate: error: fstab cannot be read" {
	cannot_tell -c mount.dev-shm-separate
}

@test "mount.dev-shm-nosuid: pass: the line of fstab has it among others" {
	mounting /dev/shm rw,nosuid,relatime
	status mount.dev-shm-nosuid pass
}

@test "mount.dev-shm-nosuid: fail: the line of fstab has all but that" {
	mounting /dev/shm nodev,noexec
	status mount.dev-shm-nosuid fail
	finding mount.dev-shm-nosuid /dev/shm boot '^nodev,noexec$' /etc/fstab:2
}

@test "mount.dev-shm-nosuid: error: fstab cannot be read" {
	cannot_tell -c mount.dev-shm-nosuid
}

@test "mount.dev-shm-nodev: pass: the line of fstab has it among others" {
	mounting /dev/shm rw,nodev,relatime
	status mount.dev-shm-nodev pass
}

@test "mount.dev-shm-nodev: fail: the line of fstab has all but that" {
	mounting /dev/shm nosuid,noexec
	status mount.dev-shm-nodev fail
	finding mount.dev-shm-nodev /dev/shm boot '^nosuid,noexec$' /etc/fstab:2
}

@test "mount.dev-shm-nodev: error: fstab cannot be read" {
	cannot_tell -c mount.dev-shm-nodev
}

@test "mount.dev-shm-noexec: pass: the line of fstab has it among others" {
	mounting /dev/shm rw,noexec,relatime
	status mount.dev-shm-noexec pass
}

@test "mount.dev-shm-noexec: fail: the line of fstab has all but that" {
	mounting /dev/shm nosuid,nodev
	status mount.dev-shm-noexec fail
	finding mount.dev-shm-noexec /dev/shm boot '^nosuid,nodev$' /etc/fstab:2
}

@test "mount.dev-shm-noexec: error: fstab cannot be read" {
	cannot_tell -c mount.dev-shm-noexec
}

@test "mount.tmp-noexec: fail: later options win, and values do not count" {
	for options in noexec,exec exec,defaults NOEXEC noexec=1 user,exec 'x-y=noexec'; do
		mounting /tmp "$options"
		finding mount.tmp-noexec /tmp boot '' /etc/fstab:2
	done
}

@test "mount.tmp-noexec: pass: user implies it, and defaults undoes nothing" {
	for options in exec,user users noexec,defaults exec,noexec; do
		mounting /tmp "$options"
		status mount.tmp-noexec pass
	done
}

@test "mount.dev-shm-nodev: fail: the line of fstab is a remount that keeps nothing" {
	systemd_tree
	file /etc/fstab '#1\n#2\n#3\n#4\n#5\n#6\n#7\n#8\ntmpfs /dev/shm tmpfs dev,noexec 0 0\n'
	audit
	finding mount.dev-shm-nodev /dev/shm boot '^dev,noexec$' /etc/fstab:9
	finding mount.dev-shm-nosuid /dev/shm boot '^dev,noexec$' /etc/fstab:9
	no_finding mount.dev-shm-noexec
}

@test "mount.dev-shm-nosuid: pass: process 1 mounts it with nosuid and nodev" {
	systemd_tree
	audit
	status mount.dev-shm-nosuid pass
	status mount.dev-shm-nodev pass
	finding mount.dev-shm-noexec /dev/shm boot 'nosuid,nodev' default
}

@test "mount.var-tmp-nosuid: fail: the mount of /var lacks it" {
	stock_tree
	file /etc/fstab '/dev/sda1 / ext4 nosuid 0 1\n/dev/sda2 /var ext4 noexec 0 2\n'
	audit
	finding mount.var-tmp-nosuid /var/tmp boot '^noexec$' /etc/fstab:2
	status mount.var-tmp-noexec pass
	status mount.tmp-nosuid pass
}

@test "mount.var-tmp-nosuid: pass: a mount of its own, with escapes and links in its line" {
	stock_tree
	link /scratch var
	file /etc/fstab 'LABEL=a\\\\040b /scratch//tmp/ ext4 nosuid,nodev,noexec\r\n'
	audit -c 'mount.*' -c mount.var-tmp-separate
	status mount.var-tmp-nosuid pass
	status mount.var-tmp-separate pass
	no_finding mount.boot
}

@test "mount.var-tmp-noexec: fail: mount -a mounts /var over it" {
	stock_tree
	file /etc/fstab 'tmpfs /var/tmp tmpfs nosuid,nodev,noexec 0 0\n/dev/sda2 /var ext4 defaults 0 2\n'
	audit
	finding mount.var-tmp-noexec /var/tmp boot '' /etc/fstab:2
	systemd_tree
	audit
	status mount.var-tmp-noexec pass
}

@test "mount.tmp-separate: fail: it would be mounted from a network or without owners" {
	mounting /tmp nosuid
	status mount.tmp-separate pass
	for type in nfs4 cifs 9p vfat exfat ntfs3; do
		file /etc/fstab "x /tmp $type nosuid 0 0\n"
		audit
		finding mount.tmp-separate /tmp boot "of type $type" /etc/fstab:1
	done
}

@test "mount.tmp-separate: pass: the unit of Debian 13 is pulled in" {
	debian_13_tree
	audit
	status mount.tmp-separate pass
	status mount.tmp-nosuid pass
	status mount.tmp-nodev pass
	finding mount.tmp-noexec /tmp boot 'size=50%,nr_inodes' $units/tmp.mount:7
	status mount.limits pass
	status mount.boot pass
}

@test "mount.tmp-separate: fail: nothing pulls the unit in" {
	systemd_tree
	file $units/tmp.mount "$unit"
	audit
	finding mount.tmp-separate /tmp boot '^directory on /' default
	status mount.boot pass
}

@test "mount.tmp-separate: fail: the link that pulls the unit in is masked" {
	debian_13_tree
	link $own/local-fs.target.wants/tmp.mount /dev/null
	audit
	status mount.tmp-separate fail
}

@test "mount.tmp-separate: pass: a service or a target of one's own pulls the unit in" {
	systemd_tree
	file $own/tmp.mount "$unit"
	link $own/jobs.service.requires/tmp.mount ../tmp.mount
	file $own/jobs.service '[Service]\nExecStart=/bin/true\n'
	audit
	status mount.tmp-separate fail
	file $own/site.target '[Unit]\nWants=a.service jobs.service\n'
	link $own/multi-user.target.wants/site.target ../site.target
	audit
	status mount.tmp-separate pass
	status mount.boot pass
}

@test "mount.tmp-separate: fail: the unit is masked by a link or an empty file, also relative and without /dev" {
	for target in /dev/null ../../../dev/null; do
		debian_13_tree
		rm -rf "${TREE:?}/dev"
		link $own/tmp.mount $target
		audit
		status mount.tmp-separate fail
		status mount.boot pass
	done
	rm "$TREE$own/tmp.mount"
	file $own/tmp.mount ''
	audit
	status mount.tmp-separate fail
}

@test "mount.tmp-separate: fail: /tmp is a link, which the unit's condition refuses" {
	debian_13_tree
	rmdir "$TREE/tmp"
	link /tmp var/tmp
	audit
	finding mount.tmp-separate /tmp boot
}

@test "mount.tmp-separate: pass: without systemd units are nothing, fstab is all" {
	debian_13_tree
	link /sbin/init /lib/sysvinit/init
	audit
	status mount.tmp-separate fail
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid 0 0\n'
	audit
	status mount.tmp-separate pass
}

@test "mount.tmp-separate: pass: noauto with an automount" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs noauto,x-systemd.automount 0 0\n'
	audit
	status mount.tmp-separate pass
	status mount.boot pass
	file /etc/fstab ''
	file $units/tmp.mount "$unit"
	file $units/tmp.automount '[Automount]\nWhere=/tmp\n'
	audit
	status mount.tmp-separate fail
	link $own/local-fs.target.wants/tmp.automount $units/tmp.automount
	audit
	status mount.tmp-separate pass
}

@test "mount.tmp-noexec: fail: of two lines systemd takes the first, mount -a the last" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid 0 0\ntmpfs /tmp tmpfs noexec 0 0\n'
	audit
	finding mount.tmp-noexec /tmp boot '^nosuid$' /etc/fstab:1
	status mount.tmp-nosuid pass
	link /sbin/init ../lib/sysvinit/init
	audit
	finding mount.tmp-nosuid /tmp boot '^noexec$' /etc/fstab:2
	status mount.tmp-noexec pass
}

@test "mount.tmp-noexec: pass: fstab takes the place of the vendor's unit" {
	debian_13_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev,noexec,size=1G 0 0\n'
	audit
	status mount.tmp-noexec pass
	status mount.boot pass
}

@test "mount.tmp-noexec: fail: a unit in /etc takes the place of fstab" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0\n'
	file $own/tmp.mount "$unit"
	audit
	finding mount.tmp-noexec /tmp boot '' $own/tmp.mount:7
	finding mount.boot /tmp boot "^replaced by $own/tmp.mount\$" $own/tmp.mount
}

@test "mount.tmp-noexec: pass: a link in /etc to the example of Debian 12" {
	systemd_tree
	file /usr/share/systemd/tmp.mount "$(printf %s "$unit" | sed 's/nodev/nodev,noexec/')"
	link $own/tmp.mount /usr/share/systemd/tmp.mount
	link $own/local-fs.target.wants/tmp.mount $own/tmp.mount
	audit
	status mount.tmp-noexec pass
	status mount.boot pass
}

@test "mount.tmp-noexec: pass: a drop-in repeats all options" {
	debian_13_tree
	file $own/tmp.mount.d/50.conf '[Mount]\nOptions=mode=1777,strictatime,nosuid,nodev,noexec,size=50%%,nr_inodes=1m\n'
	audit
	status mount.tmp-noexec pass
	status mount.boot pass
	status mount.limits pass
}

@test "mount.tmp-nosuid: fail: a drop-in replaces the options, also those of fstab" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev 0 0\n'
	file $own/tmp.mount.d/50.conf '[Mount]\nOptions=noexec\n'
	audit
	finding mount.tmp-nosuid /tmp boot '^noexec$' $own/tmp.mount.d/50.conf:2
	status mount.tmp-noexec pass
	# A drop-in of the same name in /etc hides the vendor's; one that is empty masks it.
	mv "$TREE$own/tmp.mount.d" "$TREE$units/"
	audit
	finding mount.tmp-nosuid /tmp boot '^noexec$' $units/tmp.mount.d/50.conf:2
	link $own/tmp.mount.d/50.conf /dev/null
	audit
	status mount.tmp-nosuid pass
}

@test "mount.tmp-nosuid: pass: a drop-in for all mounts, in several lines" {
	debian_13_tree
	file $own/tmp.mount.d/50.conf '[Mount]\nOptions=\n'
	file $own/mount.d/60.conf '[Mount]\n# all of them\nOptions=nosuid,nodev,\\\\\n; and\nnoexec,size=1G\n'
	audit -c 'mount.tmp*'
	finding mount.tmp-noexec /tmp boot '' $own/mount.d/60.conf:3
	no_finding mount.tmp-nosuid
	no_finding mount.tmp-nodev
}

@test "mount.tmp-noexec: fail: /run/lock is judged while others can write to it" {
	systemd_tree
	dir /run/lock 1777
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0\n'
	audit
	status mount.tmp-noexec pass
	file $units/run-lock.mount '[Mount]\nWhat=tmpfs\nWhere=/run/lock\nType=tmpfs\nOptions=mode=1777,nosuid,nodev\n'
	link $units/local-fs.target.wants/run-lock.mount ../run-lock.mount
	audit
	finding mount.tmp-noexec /run/lock boot '' $units/run-lock.mount:5
	dir /run/lock 755
	audit
	status mount.tmp-noexec pass
}

@test "mount.boot: pass: what is known is no fault" {
	systemd_tree
	file /etc/fstab '# none\n\n\t \n/dev/sda1 / ext4 errors=remount-ro 0 1\nUUID=x none swap sw 0 0\ntmpfs /tmp tmpfs rw,nosuid,nodev,noexec,nofail,strictatime,size=2G,mode=1777,x-systemd.device-timeout=9,usrquota,huge=never 0 0\n/dev/sda3 /var/tmp ext4 nodelalloc,noload,discard,nofail 0 0'
	audit
	status mount.boot pass
}

@test "mount.boot: fail: a mask in /etc disables the line of fstab" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0\n'
	file $own/tmp.mount ''
	audit
	finding mount.boot /tmp boot "^masked by $own/tmp.mount \\(empty file\\)\$" $own/tmp.mount
	status mount.tmp-separate fail
	link $own/tmp.mount /dev/null
	audit
	finding mount.boot /tmp boot "link to /dev/null" $own/tmp.mount
}

@test "mount.boot: fail: two lines for one directory" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs noexec 0 0\n# again\ntmpfs /tmp/ tmpfs noexec 0 0\n'
	audit
	finding mount.boot /tmp boot '/etc/fstab:1' /etc/fstab:3
}

@test "mount.boot: fail: noauto without an automount" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs noexec,noauto 0 0\n'
	audit
	finding mount.boot /tmp boot noauto /etc/fstab:1
	status mount.tmp-separate fail
	link /sbin/init ../lib/sysvinit/init
	audit
	finding mount.boot /tmp boot noauto /etc/fstab:1
}

@test "mount.boot: fail: the line of fstab goes with a unit that no boot starts" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs x-systemd.wanted-by=jobs.service,nosuid 0 0\n'
	audit
	finding mount.boot /tmp boot wanted-by /etc/fstab:1
	status mount.tmp-nosuid fail
	link $own/multi-user.target.wants/jobs.service $units/jobs.service
	audit
	status mount.boot pass
	status mount.tmp-nosuid pass
}

@test "mount.boot: fail: nothing pulls in the administrator's unit" {
	systemd_tree
	file $own/tmp.mount "$unit"
	audit
	finding mount.boot /tmp boot '' $own/tmp.mount
	link $own/local-fs.target.wants/tmp.mount ../tmp.mount
	audit
	status mount.boot pass
}

@test "mount.boot: fail: a drop-in loses options of the unit" {
	debian_13_tree
	file $own/tmp.mount.d/noexec.conf '[Mount]\nOptions=noexec\n'
	audit
	finding mount.boot /tmp boot '^noexec$' $own/tmp.mount.d/noexec.conf:2
	finding mount.tmp-nosuid /tmp boot '^noexec$' $own/tmp.mount.d/noexec.conf:2
}

@test "mount.boot: fail: misspelt and unknown options" {
	for option in noexecs NOEXEC no-exec nosiud noexec=1 nodevs; do
		mounting /tmp "nosuid,$option"
		finding mount.boot /tmp boot "^$option\$" /etc/fstab:2
	done
	mounting /tmp nosuid,fancy
	finding mount.boot /tmp boot '^fancy$' /etc/fstab:2
}

@test "mount.boot: fail: lines of fstab that are none" {
	systemd_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid 0 0\nrubbish\n1 2\n/dev/sda1 / ext4 rw 0 1\n'
	audit
	finding mount.boot /etc/fstab boot '' /etc/fstab:2
	finding mount.boot /etc/fstab boot '' /etc/fstab:3
	status mount.tmp-nosuid pass
}

@test "mount.boot: fail: a first line that looks like another table does not hide the others" {
	systemd_tree
	file /etc/fstab '1 2 3:4 / / rw - a b rw\ntmpfs /tmp tmpfs noexec 0 0\n'
	audit
	status mount.tmp-noexec pass
}

@test "mount.boot: fail: a line of the unit that systemd ignores" {
	debian_13_tree
	file $own/tmp.mount.d/a.conf '[Mount]\nOptions nosuid\n'
	audit
	finding mount.boot /tmp boot '' $own/tmp.mount.d/a.conf:2
}

@test "mount.boot: error: fstab cannot be read" {
	cannot_tell -c mount.boot
}

@test "mount.tmp-noexec: error: its unit is no regular file, which says nothing of other directories" {
	systemd_tree
	dir $own 755
	mkfifo "$TREE$own/tmp.mount"
	audit -c 'mount.*-noexec'
	status mount.tmp-noexec error
	finding mount.var-tmp-noexec /var/tmp boot
}

@test "mount.var-tmp-nosuid: pass: a bind without flags keeps those of what it shows" {
	stock_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0\n/tmp /var/tmp none defaults,bind 0 0\n'
	audit -c 'mount.var-tmp-*'
	for option in nosuid nodev noexec; do
		status mount.var-tmp-$option pass
	done
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev 0 0\n/tmp /var/tmp none rw,bind 0 0\n'
	audit -c 'mount.var-tmp-*'
	status mount.var-tmp-nosuid pass
	finding mount.var-tmp-noexec /var/tmp boot '^rw,bind$' /etc/fstab:2
}

@test "mount.var-tmp-nodev: fail: a bind with flags has only those" {
	stock_tree
	file /etc/fstab 'tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0\n/tmp /var/tmp none bind,nosuid 0 0\n'
	audit -c 'mount.var-tmp-*'
	status mount.var-tmp-nosuid pass
	finding mount.var-tmp-nodev /var/tmp boot '^bind,nosuid$' /etc/fstab:2
}

@test "mount.var-tmp-separate: fail: a bind from a network file system" {
	stock_tree
	file /etc/fstab 'srv:/x /srv nfs rw 0 0\n/srv/tmp /var/tmp none bind 0 0\n'
	audit -p strict -c mount.var-tmp-separate
	finding mount.var-tmp-separate /var/tmp boot '^mount of type nfs$' /etc/fstab:2
}

@test "mount.boot: pass: very many lines, which take no longer than the audit is waited for" {
	stock_tree
	seq -f 'tmpfs /mnt/a/b/%.0f tmpfs nosuid 0 0' 90000 >"$TREE/etc/fstab"
	echo 'tmpfs /tmp tmpfs nosuid 0 0' >>"$TREE/etc/fstab"
	audit -c mount.boot -c mount.tmp-nosuid
	status mount.boot pass
	status mount.tmp-nosuid pass
}

@test "mount.tmp-nosuid: pass: of lines whose mount points are a loop of links, or too long, nothing is made" {
	stock_tree
	link /loop loop
	file /etc/fstab 'tmpfs /loop/x tmpfs rw 0 0\ntmpfs /tmp tmpfs nosuid 0 0\n'
	printf 'tmpfs %s tmpfs rw 0 0\n' "$(printf '/a%.0s' {1..20000})" >>"$TREE/etc/fstab"
	audit -c mount.tmp-nosuid -c mount.var-tmp-nosuid
	status mount.tmp-nosuid pass
	finding mount.var-tmp-nosuid /var/tmp boot '^defaults$' default
}

@test "mount.boot: error: a line longer than any" {
	stock_tree
	{
		printf 'tmpfs /tmp tmpfs noexec 0 0\n'
		head -c 1000000 /dev/zero | tr '\0' x
	} >"$TREE/etc/fstab"
	audit
	unreadable mount.boot /etc/fstab 'line 2'
}

@test "mount.boot: error: a unit is no regular file" {
	debian_13_tree
	rm "$TREE$units/tmp.mount"
	mkfifo "$TREE$units/tmp.mount"
	audit
	unreadable mount.tmp-nosuid $units/tmp.mount 'no regular file'
}

@test "mount.limits: pass: tmpfs has limits of its own" {
	mounting /tmp nosuid
	status mount.limits pass
	mounting /tmp size=50%,nr_inodes=1m
	status mount.limits pass
}

@test "mount.limits: fail: no limit in the configuration" {
	for option in size=0 nr_inodes=0 nr_blocks=0 size=80%; do
		mounting /tmp "$option"
		finding mount.limits /tmp boot "^$option\$" /etc/fstab:2
	done
}

@test "mount.limits: error: fstab cannot be read" {
	cannot_tell -c mount.limits
}

@test "mount.limits: fail: mounted without limits, or nearly full" {
	unlimited() {
		mount -t tmpfs -o size=0 tmpfs /var/tmp
		audit_host -c mount.limits
		finding mount.limits /var/tmp live '^size=0$' statvfs
		mount -t tmpfs -o nr_inodes=0 tmpfs /var/tmp
		audit_host -c mount.limits
		finding mount.limits /var/tmp live '^nr_inodes=0$' statvfs
		mount -t tmpfs -o size=1m tmpfs /var/tmp
		audit_host -c mount.limits
		no_finding mount.limits /var/tmp
		head -c 1000000 /dev/zero >/var/tmp/full
		audit_host -c mount.limits
		finding mount.limits /var/tmp live 'of the space used' statvfs
	}
	in_mounts unlimited
}

@test "mount.nosymfollow: pass: all lines of fstab have it" {
	stock_tree
	file /etc/fstab '/dev/sda1 / ext4 rw,nosymfollow 0 1\ntmpfs /dev/shm tmpfs nosymfollow 0 0\n'
	audit
	status mount.nosymfollow pass
}

@test "mount.nosymfollow: fail: a line of fstab lacks it" {
	mounting /tmp nosuid
	finding mount.nosymfollow /tmp boot '^absent$' /etc/fstab:2
}

@test "mount.nosymfollow: error: fstab cannot be read" {
	cannot_tell -c mount.nosymfollow
}

@test "mount.nosymfollow: fail: live, the mount lacks it" {
	followed() {
		mount -t tmpfs -o nosymfollow tmpfs /var/tmp
		audit_host -c mount.nosymfollow
		no_finding mount.nosymfollow /var/tmp live
		mount -o remount,symfollow /var/tmp
		audit_host -c mount.nosymfollow
		finding mount.nosymfollow /var/tmp live '^absent$' /proc/self/mountinfo
	}
	in_mounts followed
}

@test "mount.tmp-noexec: pass: live, the mount has it" {
	protected() {
		aside
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /tmp
		chmod 1777 /tmp
		audit_host
		for option in separate nosuid nodev noexec; do
			no_finding mount.tmp-$option /tmp live
		done
		mount -o remount,suid /tmp
		audit_host
		finding mount.tmp-nosuid /tmp live nodev,noexec /proc/self/mountinfo
		no_finding mount.tmp-noexec /tmp live
	}
	in_mounts protected
}

@test "mount.var-tmp-noexec: fail: live, of stacked mounts the one on top counts" {
	stacked() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		mount -t tmpfs -o nosuid,nodev tmpfs /var/tmp
		audit_host
		finding mount.var-tmp-noexec /var/tmp live '^rw,nosuid,nodev,relatime$' /proc/self/mountinfo
		no_finding mount.var-tmp-nosuid /var/tmp live
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		audit_host
		no_finding mount.var-tmp-noexec /var/tmp live
	}
	in_mounts stacked
}

@test "mount.var-tmp-nosuid: fail: live, a flag of the file system is none of the mount" {
	bound() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		mkdir /var/tmp/other
		mount --bind /var/tmp /var/tmp
		mount -o remount,bind,suid,dev,exec /var/tmp
		audit_host
		finding mount.var-tmp-nosuid /var/tmp live '^rw,relatime$'
	}
	in_mounts bound
}

@test "mount.var-tmp-separate: pass: live, names with blanks and newlines elsewhere do no harm" {
	odd() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		mkdir -p "$WORK/a b"$'\n'"1 2 3:4 / / rw - x y rw"
		mount -t tmpfs tmpfs "$WORK/a b"$'\n'"1 2 3:4 / / rw - x y rw"
		audit_host -c mount.var-tmp-separate -c mount.alias
		no_finding mount.var-tmp-separate /var/tmp live
		finding mount.alias "$WORK/a b"$'\n'"1 2 3:4 / / rw - x y rw" live
	}
	in_mounts odd
}

@test "mount.alias: not-applicable: an offline tree has no other mounts" {
	stock_tree
	audit
	status mount.alias not-applicable
}

@test "mount.alias: fail: a second mount of the same file system" {
	twice() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		chmod 1777 /var/tmp
		mount --bind /var/tmp /srv
		audit_host
		no_finding mount.alias /srv
		mount -o remount,bind,nosuid,nodev,exec /srv
		audit_host
		finding mount.alias /srv live '^rw,nosuid,nodev,relatime \(bind of the same file system\)$' /proc/self/mountinfo
	}
	in_mounts twice
}

@test "mount.alias: fail: a mount of what lies above, or below" {
	wider() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /srv
		mkdir -m 1777 /srv/tmp /srv/tmp/part
		mount --bind /srv/tmp /var/tmp
		mkdir -p "$WORK/all" "$WORK/part"
		mount --bind /srv "$WORK/all"
		mount -o remount,bind,exec "$WORK/all"
		mount --bind /srv/tmp/part "$WORK/part"
		mount -o remount,bind,exec "$WORK/part"
		audit_host -c mount.alias
		finding mount.alias "$WORK/all/tmp" live
		finding mount.alias "$WORK/part" live
		no_finding mount.alias /srv/tmp
	}
	in_mounts wider
}

@test "mount.alias: pass: nobody else can get there, or another mount hides it" {
	hidden() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		mkdir -m 700 "$WORK/own"
		mkdir "$WORK/own/a" "$WORK/b"
		mount --bind /var/tmp "$WORK/own/a"
		mount -o remount,bind,exec "$WORK/own/a"
		audit_host -c mount.alias
		no_finding mount.alias "$WORK/own/a"
		[ "$(report --arg path "$WORK/own/a" '[.checks[].notes[] | select(.subject == $path)] | length')" = 1 ]
		mount --bind /var/tmp "$WORK/b"
		mount -o remount,bind,exec "$WORK/b"
		audit_host -c mount.alias
		finding mount.alias "$WORK/b" live
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs "$WORK/b"
		audit_host -c mount.alias
		no_finding mount.alias "$WORK/b"
	}
	in_mounts hidden
}

@test "mount.alias: fail: a group may pass the directory above" {
	group() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		mkdir -m 700 "$WORK/own"
		mkdir "$WORK/own/a"
		mount --bind /var/tmp "$WORK/own/a"
		mount -o remount,bind,exec "$WORK/own/a"
		setfacl -m u:nobody:x "$WORK/own"
		audit_host -c mount.alias
		finding mount.alias "$WORK/own/a" live
	}
	in_mounts group
}

@test "mount.alias: fail: another file system below the directory" {
	below() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		chmod 1777 /var/tmp
		mkdir -m 755 /var/tmp/a
		mkdir -m 700 /var/tmp/b
		mount -t tmpfs -o nosuid,nodev tmpfs /var/tmp/a
		mount -t tmpfs -o nosuid,nodev,mode=700 tmpfs /var/tmp/b
		audit_host -c mount.alias
		finding mount.alias /var/tmp/a live 'below' /proc/self/mountinfo
		no_finding mount.alias /var/tmp/b
	}
	in_mounts below
}

@test "mount.alias: fail: an overlay does not inherit the options" {
	overlaid() {
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
		chmod 1777 /var/tmp
		mkdir /var/tmp/lower /var/tmp/upper /var/tmp/work
		mount -t overlay -o lowerdir=/var/tmp/lower,upperdir=/var/tmp/upper,workdir=/var/tmp/work overlay /srv
		audit_host -c mount.alias
		finding mount.alias /srv live overlay /proc/self/mountinfo
	}
	in_mounts overlaid
}

@test "mount.alias: error: the mounts cannot be read" {
	covered() {
		echo '1 1 0:1 / / rw - ext4 x rw' >"$WORK/mountinfo"
		mount --bind "$WORK/mountinfo" /proc/1/mountinfo
		audit_host -c 'mount.*'
		for check in alias tmp-nosuid var-tmp-noexec dev-shm-separate; do
			status mount.$check error
		done
	}
	in_mounts covered
}

@test "mount.tmp-noexec: error: in a mount namespace that is not process 1's, which cannot be entered" {
	private() {
		# The environment of a unit with PrivateTmp=, as somebody who may not look through process 1.
		unshare --mount --propagation private bash -e -c 'eval "$1"; shift; "$@"' private "$(declare -f)" inner
	}
	inner() {
		aside
		mount -t tmpfs -o nosuid,nodev,noexec tmpfs /tmp
		audit_host -c mount.tmp-noexec
		no_finding mount.tmp-noexec /nowhere
		[ "$(report .run.mount_namespace)" = via-pid1 ]
		chmod 755 /mnt/program
		chmod 777 /mnt
		setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all -- /mnt/program -f json -c mount.tmp-noexec >/mnt/report.json || [ $? = 3 ]
		status mount.tmp-noexec error
		[ "$(report .run.mount_namespace)" = unknown ]
		# Nor does any other check pass for it, or end the audit.
		for more in '' --deep; do
			setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all -- /mnt/program -f json $more >/mnt/report.json || [ $? = 1 ]
			for check in environment.processes mount.alias tempdir.mode contents.links; do
				status $check error
			done
		done
	}
	in_mounts private
}

@test "mount.tmp-separate: fail: a unit that systemd refuses to load" {
	stock_tree
	file /etc/systemd/system/tmp.mount '[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=nosuid,nodev,noexec\n'
	link /etc/systemd/system/local-fs.target.wants/tmp.mount ../tmp.mount
	audit -c mount.tmp-separate
	status mount.tmp-separate pass
	file /etc/systemd/system/tmp.mount '[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=nosuid,nodev,noexec\n[Install\n'
	audit -c mount.tmp-separate
	finding mount.tmp-separate /tmp boot
}
