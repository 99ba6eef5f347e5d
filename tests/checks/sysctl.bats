#!/usr/bin/env bats
# Kernel settings as the next boot makes them, from trees; what the readers of sysctl.d really
# make of the same trees, where they are installed; and the running host's own.

load ../helper

regular=fs.protected_regular

# A host that runs systemd and sets the four keys as Debian does.
good_tree() {
	stock_tree
	file /usr/lib/systemd/systemd ''
	file /usr/lib/sysctl.d/50-default.conf 'fs.protected_hardlinks = 1\nfs.protected_symlinks = 1\n\nfs.protected_regular = 2\nfs.protected_fifos = 1\n'
}

# KEY=VALUE of the four, for the next boot.
set_at_boot() {
	file /etc/sysctl.d/60-local.conf "# local\n$1 = $2\n"
}

@test "sysctl.protected-symlinks: pass: a file sets it to 1" {
	good_tree
	audit
	status sysctl.protected-symlinks pass
}

@test "sysctl.protected-symlinks: fail: the last file sets it to 0" {
	good_tree
	set_at_boot fs.protected_symlinks 0
	audit
	status sysctl.protected-symlinks fail
	finding sysctl.protected-symlinks fs.protected_symlinks boot '^0$' /etc/sysctl.d/60-local.conf:2
	[ "$(report '.checks[] | select(.id == "sysctl.protected-symlinks").remediation.files[0].path')" = /etc/sysctl.d/99-zz-tmpaudit.conf ]
}

@test "sysctl.protected-symlinks: fail: 2 is refused, so that the compiled-in value stays" {
	good_tree
	set_at_boot fs.protected_symlinks 2
	audit
	finding sysctl.protected-symlinks fs.protected_symlinks boot '^0$' default
}

@test "sysctl.protected-symlinks: pass: Debian's own kernels have 1 compiled in" {
	stock_tree
	file /etc/os-release 'ID=debian\n'
	audit
	status sysctl.protected-symlinks pass
	status sysctl.protected-hardlinks pass
	finding sysctl.protected-regular $regular boot '^0$' default
}

@test "sysctl.protected-symlinks: error: a file that cannot be read" {
	good_tree
	mkfifo "$TREE/etc/fifo"
	link /etc/sysctl.d/99-z.conf ../fifo
	audit
	status sysctl.protected-symlinks error
	unreadable sysctl.protected-symlinks /etc/sysctl.d/99-z.conf 'no regular file'
	for check in protected-hardlinks protected-regular protected-fifos conflict suid-dumpable core-pattern noexec-bypass; do
		unreadable "sysctl.$check" /etc/sysctl.d/99-z.conf
	done
}

@test "sysctl.protected-symlinks: not-applicable: the profile leaves the next boot out" {
	good_tree
	audit -p container
	for check in protected-symlinks protected-hardlinks protected-regular protected-fifos conflict; do
		status "sysctl.$check" not-applicable
	done
}

@test "sysctl.protected-hardlinks: pass: a file sets it to 1" {
	good_tree
	audit
	status sysctl.protected-hardlinks pass
}

@test "sysctl.protected-hardlinks: fail: nothing sets it, and a kernel that is not Debian's has 0" {
	stock_tree
	audit
	finding sysctl.protected-hardlinks fs.protected_hardlinks boot '^0$' default
}

@test "sysctl.protected-hardlinks: error: a loop of links in the place of a directory" {
	good_tree
	link /usr/local/lib/sysctl.d sysctl.d
	audit
	status sysctl.protected-hardlinks error
	unreadable sysctl.protected-hardlinks /usr/local/lib/sysctl.d loop
}

@test "sysctl.protected-regular: pass: 1 by default, 2 in strict" {
	good_tree
	audit
	status sysctl.protected-regular pass
	audit -p strict
	status sysctl.protected-regular pass
	set_at_boot $regular 1
	audit
	status sysctl.protected-regular pass
	audit -p strict
	finding sysctl.protected-regular $regular boot '^1$' /etc/sysctl.d/60-local.conf:2
}

@test "sysctl.protected-regular: fail: the last in byte order of the names wins, whatever the directory" {
	good_tree
	file /usr/lib/sysctl.d/zz.conf '\nfs.protected_regular=0\n'
	set_at_boot $regular 2
	audit
	finding sysctl.protected-regular $regular boot '^0$' /usr/lib/sysctl.d/zz.conf:2
}

@test "sysctl.protected-regular: fail: a name in /etc hides the file that would set it" {
	good_tree
	file /etc/sysctl.d/50-default.conf ''
	audit
	finding sysctl.protected-regular $regular boot '^0$' default
	link /etc/sysctl.d/50-default.conf /dev/null
	audit
	finding sysctl.protected-regular $regular boot '^0$' default
}

@test "sysctl.protected-regular: pass: an explicit key beats every glob, also of a later file" {
	good_tree
	file /etc/sysctl.d/99-z.conf 'fs.protected_* = 0\n'
	audit
	status sysctl.protected-regular pass
}

@test "sysctl.protected-regular: fail: a glob reaches a key that nothing names, unless it is exempt" {
	stock_tree
	file /usr/lib/systemd/systemd ''
	file /etc/sysctl.d/99-z.conf 'fs/protected_* = 1\n-fs.protected_regular\n'
	audit
	finding sysctl.protected-regular $regular boot '^0$' default
	no_finding sysctl.protected-fifos
}

@test "sysctl.protected-regular: fail: without systemd /etc/sysctl.conf is read, and last" {
	good_tree
	rm "$TREE/usr/lib/systemd/systemd"
	file /sbin/init ''
	file /etc/sysctl.d/99-zz.conf 'fs.protected_regular = 2\n'
	file /etc/sysctl.conf 'fs.protected_regular = 0\n'
	audit
	finding sysctl.protected-regular $regular boot '^0$' /etc/sysctl.conf:1
}

@test "sysctl.protected-regular: pass: systemd does not read /etc/sysctl.conf without a link" {
	good_tree
	file /etc/sysctl.conf 'fs.protected_regular = 0\n'
	audit
	status sysctl.protected-regular pass
	link /etc/sysctl.d/99-sysctl.conf ../sysctl.conf
	audit
	finding sysctl.protected-regular $regular boot '^0$' /etc/sysctl.d/99-sysctl.conf:1
}

@test "sysctl.protected-regular: pass: a text behind the value is the kernel's to ignore" {
	good_tree
	set_at_boot $regular '1 # text'
	audit
	status sysctl.protected-regular pass
}

@test "sysctl.protected-regular: fail: with the service masked no file is read" {
	good_tree
	link /etc/systemd/system/systemd-sysctl.service /dev/null
	file /usr/lib/systemd/system/systemd-sysctl.service '[Service]\n'
	audit
	finding sysctl.protected-regular $regular boot '^0$' default
	finding sysctl.conflict $regular boot masked /etc/systemd/system/systemd-sysctl.service
}

@test "sysctl.protected-fifos: pass: Debian's 1 by default" {
	good_tree
	audit
	status sysctl.protected-fifos pass
}

@test "sysctl.protected-fifos: fail: 0, and Debian's 1 in strict" {
	good_tree
	audit -p strict
	finding sysctl.protected-fifos fs.protected_fifos boot '^1$' /usr/lib/sysctl.d/50-default.conf:5
	set_at_boot fs/protected_fifos 0
	audit
	finding sysctl.protected-fifos fs.protected_fifos boot '^0$' /etc/sysctl.d/60-local.conf:2
}

@test "sysctl.conflict: pass: one file sets each" {
	good_tree
	audit
	status sysctl.conflict pass
}

@test "sysctl.conflict: fail: no file sets a key" {
	good_tree
	file /usr/lib/sysctl.d/50-default.conf 'fs.protected_hardlinks = 1\nfs.protected_symlinks = 1\nfs.protected_regular = 2\n'
	audit
	finding sysctl.conflict fs.protected_fifos boot none default
	[ "$(report '.checks[] | select(.id == "sysctl.conflict").findings_total')" = 1 ]
}

@test "sysctl.conflict: fail: systemd-sysctl and sysctl --system end with different values" {
	good_tree
	file /etc/sysctl.conf '# text\n\nfs.protected_regular = 0\n'
	audit
	finding sysctl.conflict $regular boot '^2 for systemd-sysctl, 0 for sysctl --system$' /etc/sysctl.conf:3
	no_finding sysctl.conflict fs.protected_fifos
	# Linked, it is one file of many for systemd, and the last for procps.
	link /etc/sysctl.d/99-sysctl.conf ../sysctl.conf
	audit
	no_finding sysctl.conflict
	file /etc/sysctl.d/99-zz.conf 'fs.protected_regular = 2\n'
	audit
	finding sysctl.conflict $regular boot '^2 for systemd-sysctl, 0 for sysctl --system$' /etc/sysctl.conf:3
}

@test "sysctl.conflict: fail: a line that cannot be parsed, or is out of range, even if a later one is good" {
	good_tree
	for line in "$regular 2" "$regular: 2" "$regular = 1x" "$regular = 3" "$regular =" "-$regular = -1" "fs/protected_regular=0x"; do
		file /usr/lib/sysctl.d/10-bad.conf "\n$line\n"
		audit
		finding sysctl.conflict $regular boot '' /usr/lib/sysctl.d/10-bad.conf:2
		status sysctl.protected-regular pass
	done
}

@test "sysctl.conflict: fail: a package's weaker value waits behind the one in force" {
	good_tree
	file /usr/lib/sysctl.d/10-old.conf 'fs.protected_regular = 1\n'
	audit
	finding sysctl.conflict $regular boot '' /usr/lib/sysctl.d/10-old.conf:1
	set_at_boot $regular 2
	audit
	no_finding sysctl.conflict
}

@test "sysctl.suid-dumpable: pass: nothing sets it" {
	good_tree
	audit
	status sysctl.suid-dumpable pass
}

@test "sysctl.suid-dumpable: pass: 2 with systemd-coredump, but not in strict" {
	good_tree
	file /usr/lib/sysctl.d/50-coredump.conf 'kernel.core_pattern=|/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h %d\nfs.suid_dumpable=2\n'
	file /usr/lib/systemd/systemd-coredump '' 755
	audit
	status sysctl.suid-dumpable pass
	status sysctl.core-pattern pass
	audit -p strict
	finding sysctl.suid-dumpable fs.suid_dumpable boot '^2$' /usr/lib/sysctl.d/50-coredump.conf:2
}

@test "sysctl.suid-dumpable: fail: 1 always, 2 without a pipe or to a program of others" {
	good_tree
	set_at_boot fs.suid_dumpable 1
	audit
	finding sysctl.suid-dumpable fs.suid_dumpable boot '^1$' /etc/sysctl.d/60-local.conf:2
	set_at_boot fs.suid_dumpable 2
	audit
	finding sysctl.suid-dumpable fs.suid_dumpable boot '^2$'
	file /srv/dump '' 755 1000
	set_at_boot fs.suid_dumpable '2\nkernel.core_pattern = |/srv/dump'
	audit
	finding sysctl.suid-dumpable fs.suid_dumpable boot '^2$'
	finding sysctl.core-pattern kernel.core_pattern boot '^\|/srv/dump$' /etc/sysctl.d/60-local.conf:3
}

@test "sysctl.core-pattern: pass: relative by default, in strict only without core dumps" {
	good_tree
	audit
	status sysctl.core-pattern pass
	audit -p strict
	finding sysctl.core-pattern kernel.core_pattern boot '^core$' default
	file /etc/security/limits.d/50-core.conf '* hard core 0\n'
	audit -p strict
	status sysctl.core-pattern pass
	file /etc/security/limits.d/60-dev.conf '@dev hard core unlimited\n'
	audit -p strict
	status sysctl.core-pattern fail
}

@test "sysctl.core-pattern: pass: thrown away, to root's own directory, or to root's program" {
	good_tree
	dir /var/cores 700
	for pattern in '' '|/bin/false' '| /bin/false %p' '/var/cores/core.%p' '/var/cores/%u/core' '|/usr/sbin/dump %p'; do
		set_at_boot kernel.core_pattern "$pattern"
		audit -p strict
		status sysctl.core-pattern pass
	done
}

@test "sysctl.core-pattern: fail: a temporary directory, by any name" {
	good_tree
	link /cores /var/tmp
	dir /var/crash 3777
	dir /var/crash/mine 700
	for pattern in /tmp/core.%e.%p /var/tmp/core /cores/core /var/crash/mine/core; do
		set_at_boot kernel.core_pattern $pattern
		audit
		finding sysctl.core-pattern kernel.core_pattern boot "^$pattern\$" /etc/sysctl.d/60-local.conf:2
	done
}

@test "sysctl.core-pattern: fail: what others can write or swap, and a program without an absolute path" {
	good_tree
	dir /srv/open 777
	dir /home/alice 755 1000
	file /home/alice/dump '' 755
	file /srv/writable '' 777
	for pattern in /srv/open/core /home/alice/core '|/home/alice/dump' '|/srv/open/dump' '|/srv/writable' '|dump' '|usr/sbin/dump %p' '|'; do
		set_at_boot kernel.core_pattern "$pattern"
		audit
		finding sysctl.core-pattern kernel.core_pattern boot
	done
}

@test "sysctl.core-pattern: error: limits that cannot be read, in strict" {
	good_tree
	link /etc/security/limits.conf limits.conf
	audit
	status sysctl.core-pattern pass
	audit -p strict
	unreadable sysctl.core-pattern kernel.core_pattern limits.conf
}

@test "sysctl.noexec-bypass: pass: no user namespaces, and memory that is not executed" {
	good_tree
	set_at_boot user.max_user_namespaces '0\nvm.memfd_noexec = 2'
	audit
	status sysctl.noexec-bypass pass
	set_at_boot kernel.unprivileged_userns_clone '0\nvm.memfd_noexec = 2'
	audit
	status sysctl.noexec-bypass pass
	set_at_boot kernel.apparmor_restrict_unprivileged_userns '1\nvm.memfd_noexec = 2'
	audit
	status sysctl.noexec-bypass pass
}

@test "sysctl.noexec-bypass: fail: both, each a subject of its own" {
	good_tree
	audit
	finding sysctl.noexec-bypass 'user namespaces' boot '' default
	finding sysctl.noexec-bypass vm.memfd_noexec boot '^0$' default
	set_at_boot user.max_user_namespaces '100\nvm.memfd_noexec = 1\nkernel.unprivileged_userns_clone = 1\nkernel.apparmor_restrict_unprivileged_userns = 0'
	audit
	finding sysctl.noexec-bypass 'user namespaces' boot '^user.max_user_namespaces=100$' /etc/sysctl.d/60-local.conf:2
	finding sysctl.noexec-bypass vm.memfd_noexec boot '^1$' /etc/sysctl.d/60-local.conf:3
}

@test "sysctl.protected-regular: error: values that are not the kernel's, but mounted over its own" {
	forged() {
		mkdir -p "$WORK/sys/fs"
		for name in regular fifos symlinks hardlinks; do
			echo 2 >"$WORK/sys/fs/protected_$name"
		done
		mount --bind "$WORK/sys" /proc/sys
		audit_host -c 'sysctl.protected-*'
		for name in regular fifos symlinks hardlinks; do
			unreadable "sysctl.protected-$name" "fs.protected_$name" "not the kernel's own" ||
				unreadable "sysctl.protected-$name" "/proc/sys/fs/protected_$name" "not the kernel's own"
		done
	}
	in_mounts forged
}

@test "this host: the live values are those of /proc/sys" {
	audit_host -p strict
	for key in protected_symlinks:1 protected_hardlinks:1 protected_regular:2 protected_fifos:2; do
		name=${key%:*} least=${key#*:}
		value=$(cat "/proc/sys/fs/$name") || skip "this kernel has no fs.$name"
		check=sysctl.${name/_/-}
		if [ "$value" -ge "$least" ]; then
			no_finding "$check" "fs.$name" live
		else
			finding "$check" "fs.$name" live "^$value\$" "/proc/sys/fs/$name"
		fi
	done
}

# Trees as strings: a line a file, "PATH CONTENT" or "PATH -> TARGET".  The real programs write into plain files,
# which refuse nothing: what is no number counts as not written, so no tree may have a good one before it.
trees=(
	''
	'/etc/sysctl.d/a.conf fs.protected_regular = 1\n'
	'/etc/sysctl.d/a.conf fs/protected_regular=1\r\n'
	'/etc/sysctl.d/a.conf  \t- fs.protected_regular =\t1  \n'
	'/etc/sysctl.d/a.conf # fs.protected_regular=1\n;fs.protected_regular=2\n'
	'/etc/sysctl.d/a.conf fs.protected_regular 1\n'
	'/etc/sysctl.d/a.conf fs.protected_regular=2\rfs.protected_regular=1'
	'/etc/sysctl.d/a.conf fs.protected_regular=2\n-fs.protected_regular\n'
	'/etc/sysctl.d/a.conf -fs.protected_regular\nfs.protected_regular=2\n'
	'/etc/sysctl.d/a.conf /fs/protected_regular=1\n'
	'/etc/sysctl.d/a.conf /fs/protected_regular=2\nfs.protected_*=1\n'
	'/etc/sysctl.d/a.conf -/fs/protected_regular\nfs.protected_*=1\n'
	'/etc/sysctl.d/a.conf fs.protected_regular/=2\nfs//protected_regular=1'
	'/etc/sysctl.d/a.conf fs.protected_*=1\nfs.protected_r*=2\nfs.protected_*=1\n'
	'/etc/sysctl.d/a.conf fs.protected_*=1\nfs.protected_r*=2\nfs.protected_*=0\n'
	'/etc/sysctl.d/a.conf fs.protected_regular.=1\n'
	'/etc/sysctl.d/a.conf fs.{protected_regular,protected_fifos}*=1\n'
	'/etc/sysctl.d/a.conf fs.{protected_regular,protected_fifos}=1\n'
	'/etc/sysctl.d/a.conf *.*=1\n*=2\n'
	'/etc/sysctl.d/a.conf fs.protected_[a-r]egular=1\n'
	'/etc/sysctl.d/a.conf fs.protected_[[:lower:]]egular=1\n'
	'/etc/sysctl.d/z.conf fs.protected_*=1
/etc/sysctl.d/a.conf fs.protected_regular=2'
	'/etc/sysctl.d/z.conf fs.protected_*=1
/etc/sysctl.d/a.conf -fs.protected_regular'
	'/etc/sysctl.d/10.conf fs.protected_regular=2
/usr/lib/sysctl.d/9.conf fs.protected_regular=1'
	'/etc/sysctl.d/a.conf fs.protected_regular=2
/usr/local/lib/sysctl.d/Z.conf fs.protected_regular=1'
	'/etc/sysctl.d/a.conf # nothing
/usr/lib/sysctl.d/a.conf fs.protected_regular=1'
	'/usr/local/lib/sysctl.d/a.conf fs.protected_regular=1
/usr/lib/sysctl.d/a.conf fs.protected_regular=2'
	'/etc/sysctl.d/a.conf -> /dev/null
/usr/lib/sysctl.d/a.conf fs.protected_regular=2'
	'/etc/sysctl.d/a.conf -> nowhere
/usr/lib/sysctl.d/a.conf fs.protected_regular=2'
	'/etc/sysctl.d/a.conf/b fs.protected_regular=1
/usr/lib/sysctl.d/a.conf fs.protected_regular=2'
	'/etc/sysctl.d/a.conf -> ../../usr/lib/other
/usr/lib/other fs.protected_regular=1'
	'/etc/sysctl.d/.a.conf fs.protected_regular=1'
	'/etc/sysctl.d/a.confs fs.protected_regular=1'
	'/etc/sysctl.conf fs.protected_regular=1'
	'/etc/sysctl.conf fs.protected_regular=1
/etc/sysctl.d/99-zz.conf fs.protected_regular=2'
	'/etc/sysctl.conf fs.protected_regular=1
/etc/sysctl.d/99-sysctl.conf -> ../sysctl.conf
/etc/sysctl.d/99-zz.conf fs.protected_regular=2'
	'/etc/sysctl.conf -> sysctl.d/a.conf
/etc/sysctl.d/a.conf fs.protected_regular=1
/etc/sysctl.d/b.conf fs.protected_regular=2'
	'/etc/sysctl.conf fs.protected_*=1
/etc/sysctl.d/b.conf fs.protected_regular=2'
)

plant() {
	local line path content

	rm -rf "$TREE"
	mkdir "$TREE"
	stock_tree
	while read -r line; do
		path=${line%% *} content=${line#* }
		case $content in
		'-> '*) link "$path" "${content#-> }" ;;
		*) [ -z "$path" ] || file "$path" "$content" ;;
		esac
	done <<<"$1"
}

# Let the real program read the tree's files, in a root that holds it, its libraries and plain files for /proc/sys.
really() {
	local program=$1 root=$WORK/root library
	shift

	if ! [ -d "$root" ]; then
		for library in "$program" $(ldd "$program" | grep -oE '/[^ ]+'); do
			mkdir -p "$root${library%/*}"
			cp -L "$library" "$root$library"
		done
		mkdir -p "$root/proc/sys/fs" "$root/dev"
	fi
	rm -rf "$root"/etc "$root"/usr/lib/sysctl.d "$root"/usr/lib/other "$root"/usr/local
	cp -a "$TREE/etc" "$root/etc"
	mkdir -p "$root/usr/lib" "$root/usr/local"
	for library in usr/lib/sysctl.d usr/lib/other usr/local/lib; do
		[ ! -e "$TREE/$library" ] || cp -a "$TREE/$library" "$root/$library"
	done
	for library in symlinks hardlinks regular fifos; do
		echo 0 >"$root/proc/sys/fs/protected_$library"
	done
	chroot "$root" "$program" "$@" >"$WORK/said" 2>&1 || true
	head -n 1 "$root/proc/sys/fs/protected_regular" | grep -x '[0-2]' || echo 0
}

# In strict every value but 2 is a finding.
ours() {
	audit -p strict -c sysctl.protected-regular
	report '.checks[0].findings[0].actual // "2"'
}

@test "systemd-sysctl itself ends with the same values" {
	program=
	for at in /usr/lib/systemd/systemd-sysctl /lib/systemd/systemd-sysctl; do
		[ ! -x $at ] || program=$at
	done
	[ -n "$program" ] || skip 'there is no systemd-sysctl'
	for tree in "${trees[@]}"; do
		plant "$tree"
		file /usr/lib/systemd/systemd ''
		real=$(really $program)
		mine=$(ours)
		[ "$real" = "$mine" ] || {
			printf '%s\nends with %s, we say %s\n' "$tree" "$real" "$mine"
			cat "$WORK/said"
			return 1
		}
	done
}

@test "sysctl --system itself ends with the same values" {
	needs sysctl
	program=$(command -v sysctl)
	for tree in "${trees[@]}"; do
		plant "$tree"
		file /sbin/init ''
		real=$(really "$program" --system)
		mine=$(ours)
		[ "$real" = "$mine" ] || {
			printf '%s\nends with %s, we say %s\n' "$tree" "$real" "$mine"
			cat "$WORK/said"
			return 1
		}
	done
}
