# What the tests of tmpaudit fix share: print it, run it, and hold it to what it promises.
#
#   fix [OPTION]...          the script for $TREE, with all that it may do, in $WORK/fix.sh
#   run_fix [SCRIPT [SHELL]] run it with the tree's files in the place of the host's
#   fence                    in namespaces: a root of our own, which nothing of the machine's can be reached from
#   state                    what is in the tree
#   repairs CHECK...         print it, run it twice; the second time nothing changes; then the checks pass

# The script for $TREE, with all that it may do.
fix() {
	"$TMPAUDIT" fix --root "$TREE" --risk high "$@" >"$WORK/fix.sh" || [ $? = 1 ] || [ $? = 3 ]
}

# In namespaces: have a root of our own, in memory above the machine's, so that nothing that is planted or repaired is the
# machine's, and nothing of the machine's lies beneath what we mount.
fence() {
	local new=/mnt/new dir

	mount -t tmpfs -o mode=755 tmpfs /mnt
	mkdir /mnt/upper /mnt/work "$new"
	# These are empty, whatever the machine has in them.
	for dir in tmp var/tmp var/backups; do
		mkdir -p "/mnt/upper/$dir"
		chmod 1777 "/mnt/upper/$dir"
		setfattr -n trusted.overlay.opaque -v y "/mnt/upper/$dir"
	done
	mount -t overlay -o "lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work" overlay "$new"
	mount -t tmpfs -o mode=755 tmpfs "$new/run"
	cp "$TMPAUDIT" "$new/run/tmpaudit"
	mkdir "$new/run/tree" "$new/run/test"
	mount --bind "$TREE" "$new/run/tree"
	mount -t tmpfs -o mode=755 tmpfs "$new/dev"
	cp -a /dev/null /dev/zero /dev/urandom /dev/tty /dev/loop* "$new/dev/" 2>/dev/null || :
	ln -s /proc/self/fd "$new/dev/fd"
	mkdir "$new/dev/shm"
	mount -t proc proc "$new/proc"
	cd "$new" || return
	pivot_root . mnt
	umount -l /mnt
	# shellcheck disable=SC2034 # the helper's functions read them
	TMPAUDIT=/run/tmpaudit WORK=/run/test TREE=/run/tree REPORT=/run/test/report.json
	unset TMPAUDIT_REPORTS
	# The one thing that a fix must not be able to reach.
	[ ! -e /proc/sys/fs/protected_regular ] || mount -o ro,bind /proc/sys /proc/sys
	mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs /tmp
	mount -t tmpfs -o mode=1777,nosuid,nodev,noexec tmpfs /var/tmp
	mount -t tmpfs -o mode=1777,nosuid,nodev,noexec,size=1M tmpfs /dev/shm
}

# Run the script with the tree's files in the place of the host's: its programs are the host's.
run_fix() {
	in_mounts run_here "${1:-$WORK/fix.sh}" "${2:-dash}"
}
run_here() {
	local script shell=$2 dir

	script=$(cat "$1")
	fence
	for dir in usr/lib/sysctl.d usr/lib/tmpfiles.d usr/lib/systemd/system usr/share/systemd etc root home srv var tmp; do
		[ ! -d "$TREE/$dir" ] || mount --bind "$TREE/$dir" "/$dir"
	done
	cd /
	printf '%s\n' "$script" | $shell -s -- --here
}

# What is in the tree, with modes, owners, contents and access lists, but for what was kept.
state() {
	(cd "$TREE" && find . -path ./var/backups -prune -o -printf '%p %y %m %U %G %l\n' | sort &&
		find . -path ./var/backups -prune -o -type f -exec sha256sum {} + | sort && getfacl -R . 2>/dev/null)
}

# Repair the tree twice, in dash and in bash; the second time nothing changes; then the checks pass.
repairs() {
	local check
	fix --deep
	shellcheck "$WORK/fix.sh"
	dash -n "$WORK/fix.sh"
	run_fix "$WORK/fix.sh" dash >"$WORK/first" 2>&1 || { cat "$WORK/first" "$WORK/fix.sh"; false; }
	state >"$WORK/before"
	run_fix "$WORK/fix.sh" bash >"$WORK/second" 2>&1 || { cat "$WORK/second"; false; }
	state | diff "$WORK/before" -
	[ ! -s "$WORK/second" ] || { cat "$WORK/second"; false; }
	audit --deep
	for check; do
		status "$check" pass || { cat "$WORK/fix.sh" "$WORK/first"; false; }
	done
}
