# Two audits that must agree, or of which one must not look better than the other.

bats_require_minimum_version 1.5.0
load ../helper

# A tree with something wrong in each family, and something that only root may read.
mixed_tree() {
	stock_tree
	dir /tmp 777
	dir /var/tmp 1777
	dir /var/tmp/open 777
	dir /var/tmp/hidden 700 1000
	dir /var/tmp/hidden/worse 777 1000
	dir /srv/drop 777
	file /etc/passwd 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n'
	dir /home/alice 700 1000:1000
	file /home/alice/.profile 'umask 000\n' 644 1000
	file /root/.bashrc 'umask 000\nexport TMPDIR=/tmp/x\n'
	file /etc/login.defs 'UMASK 022\n'
	file /etc/environment 'PATH=/tmp:/bin\n' 600
	file /etc/sudoers 'Defaults env_keep += TMPDIR, umask=0000\n' 440
	file /etc/crontab 'PATH=/tmp:/bin\n* * * * * root /tmp/run\n' 600
	file /etc/fstab 'tmpfs /tmp tmpfs defaults 0 0\n'
	file /etc/sysctl.d/50-a.conf 'fs.protected_regular=0\n' 600
	file /etc/systemd/system/a.service '[Service]\nExecStart=/bin/a\nUMask=0\nEnvironment=TMPDIR=/tmp/x\n' 600
	file /usr/lib/systemd/systemd ''
	file /tmp/id_rsa '-----BEGIN OPENSSH PRIVATE KEY-----\n' 644 1000
	file /var/tmp/hidden/id_rsa '-----BEGIN OPENSSH PRIVATE KEY-----\n' 644 1000
}

# No check may be better in the report LATTER than in FORMER: pass, or not-applicable, where that says fail or error.
no_better() {
	local former=$1 latter=$2

	jq -n -r --slurpfile a "$former" --slurpfile b "$latter" '
		($a[0].checks | map({(.id): .}) | add) as $was
		| $b[0].checks[] | . as $now | $was[.id] as $before | select($before != null)
		| select(($before.status == "fail" and ($now.status == "pass" or $now.status == "not-applicable"))
			or ($before.status == "error" and $now.status == "pass"))
		| "\(.id): \($before.status) became \($now.status)"' >"$WORK/better"
	[ ! -s "$WORK/better" ] || { cat "$WORK/better"; return 1; }
}

# Nor may the score be higher, but for the caps: a failure that cannot be seen lifts its own.
no_higher() {
	jq -n -e --slurpfile a "$1" --slurpfile b "$2" '
		[$a[0].checks[] | select(.status == "fail" and (.severity == "high" or .severity == "critical")) | .id] as $capping
		| ([$b[0].checks[] | select(.status == "error") | .id] - ([$b[0].checks[] | select(.status == "error") | .id] - $capping)
			| length > 0)
		or ($b[0].score.value <= $a[0].score.value)' >/dev/null || {
		jq -c .score.value "$1" "$2"
		return 1
	}
}

@test "metamorphic: a user never sees a better tree than root" {
	mixed_tree
	chmod 755 "$WORK" "$TREE"
	for options in '' --deep '-p strict'; do
		# shellcheck disable=SC2086 # they are words
		audit $options
		cp "$REPORT" "$WORK/root.json"
		# shellcheck disable=SC2086 # they are words
		as_user 4321 "$TMPAUDIT" --root "$TREE" -f json $options >"$WORK/user.json" || [ $? -ne 2 ]
		no_better "$WORK/root.json" "$WORK/user.json"
		no_higher "$WORK/root.json" "$WORK/user.json"
	done
	# And says what it could not see.
	jq -e '[.checks[] | select(.status == "error") | .reason | select(test("privilege"))] | length > 0' "$WORK/user.json" >/dev/null
}

# In namespaces of its own, where nobody else mounts and starts things between the two.
user_and_root() {
	local options

	mount -t tmpfs -o mode=755 tmpfs /mnt
	cp "$TMPAUDIT" /mnt/tmpaudit
	TMPAUDIT=/mnt/tmpaudit
	WORK=/mnt
	REPORT=/mnt/report.json
	unset TMPAUDIT_REPORTS
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	TMPDIR=/tmp/x sleep 1000 &
	unshare --mount sh -c 'mount -t tmpfs -o mode=777 tmpfs /tmp; exec sleep 1000' &
	sleep 0.3
	for options in '' '--deep --skip sticky.everywhere'; do
		# shellcheck disable=SC2086 # they are words
		audit_host $options --skip 'contents.*' --skip 'cleanup.stale'
		cp $REPORT /mnt/root.json
		# shellcheck disable=SC2086 # they are words
		as_user 4321 /mnt/tmpaudit -f json $options --skip 'contents.*' --skip 'cleanup.stale' >/mnt/user.json || [ $? -ne 2 ]
		no_better /mnt/root.json /mnt/user.json
		no_higher /mnt/root.json /mnt/user.json
	done
	kill %1 %2
}

@test "metamorphic: a user never sees a better host than root" {
	in_mounts user_and_root
}

@test "metamorphic: offline and live agree on what both see" {
	# The same host, as it runs and as a tree: what is said of files and of the next boot is the same.  What a kernel has
	# built in is known of the one that runs; of a tree it is that of its distribution.
	audit_host --skip 'contents.*' --skip 'cleanup.*' --skip 'sticky.*'
	report '.checks[] | .id as $id | .findings[] | select(.status == "fail" and (.aspect == "boot" or .aspect == "file") and .source != "default")
		| "\($id) \(.aspect) \(.subject) \(.message) \(.actual)"' | sort >"$WORK/live"
	audit_with -f json --root / --skip 'contents.*' --skip 'cleanup.*' --skip 'sticky.*'
	report '.checks[] | .id as $id | .findings[] | select(.status == "fail" and (.aspect == "boot" or .aspect == "file") and .source != "default")
		| "\($id) \(.aspect) \(.subject) \(.message) \(.actual)"' | sort >"$WORK/offline"
	[ -s "$WORK/live" ]
	diff "$WORK/live" "$WORK/offline"
}

# What an attacker can add: in the directories that are open to him, as himself.
attack_tree() {
	local names name

	names=(a .a '-rf' $'new\nline' $'\e[2J' $'\xff\xfe' ' ' 'sess_0123' '.X11-unix' '.ICE-unix' 'systemd-private-x' 'tmpaudit-probe'
		"$(printf '%0255d' 0)" core.123 id_rsa krb5cc_0 '.font-unix' aquota.user 'lost+found')
	for dir in "$TREE/tmp" "$TREE/var/tmp"; do
		for name in "${names[@]}"; do
			case $((RANDOM % 6)) in
			0) mkdir -m 1777 "$dir/$name" 2>/dev/null ;;
			1) mkdir -m 700 "$dir/$name" 2>/dev/null ;;
			2) printf x >"$dir/$name" && chmod 666 "$dir/$name" ;;
			3) ln -s -- /etc/shadow "$dir/$name" ;;
			4) mkfifo -m 666 "$dir/$name" ;;
			5) ln -s -- "$name" "$dir/$name" ;;
			esac || true
			chown -h 1000:1000 "$dir/$name" 2>/dev/null || true
		done
	done
}

@test "metamorphic: whatever an attacker adds, no check gets better, and the score no higher" {
	for round in 1 2 3 4 5 6; do
		rm -rf "$TREE"
		mkdir "$TREE"
		case $((round % 2)) in
		0) stock_tree ;;
		1) mixed_tree ;;
		esac
		RANDOM=$round
		audit --deep
		cp "$REPORT" "$WORK/before.json"
		attack_tree
		audit --deep
		no_better "$WORK/before.json" "$REPORT"
		no_higher "$WORK/before.json" "$REPORT"
	done
}

@test "metamorphic: the same tree twice, the same bytes" {
	mixed_tree
	RANDOM=7
	attack_tree
	for i in 1 2 3; do
		audit --deep
		report 'del(.run.started, .run.duration_ms)' >"$WORK/$i"
	done
	cmp "$WORK/1" "$WORK/2"
	cmp "$WORK/2" "$WORK/3"
}

# SEEDS: how many random trees; make check-metamorphic SEEDS=300.
@test "metamorphic: random trees: users see nothing better, attackers make nothing better, twice the same" {
	chmod 755 "$WORK"
	mkdir "$WORK/trees"
	/usr/bin/python3 "$tests/hostile/metamorphic.py" "$TMPAUDIT" "$WORK/trees" 1 "${SEEDS:-8}"
}

# A host whose root is a random tree, and the tree: what is said of files and of the next boot is the same, but that a
# running host must have a /dev/shm, and that what lies beneath a mount is hidden once it is mounted.
host_and_tree() {
	local seed

	for ((seed = 1; seed <= ${SEEDS:-3}; ++seed)); do
		rm -rf "$WORK/tree"
		mkdir "$WORK/tree"
		/usr/bin/python3 "$tests/hostile/metamorphic.py" plant "$WORK/tree" $seed
		rm -f "$WORK/tree/etc/ld.so.preload"
		ldd "$TMPAUDIT" | grep -o '/[^ ]*' | xargs -I{} cp -L --parents {} "$WORK/tree/"
		mkdir "$WORK/tree/.program"
		cp "$TMPAUDIT" "$WORK/tree/.program/"
		# Its root is a mount, as that of a host is.
		mount --bind "$WORK/tree" "$WORK/tree"
		mount -t proc proc "$WORK/tree/proc"
		mount -t sysfs sysfs "$WORK/tree/sys"
		chroot "$WORK/tree" /.program/"$(basename "$TMPAUDIT")" --deep --all -f json >"$WORK/live.json" || [ $? -ne 2 ]
		umount "$WORK/tree/sys" "$WORK/tree/proc"
		"$TMPAUDIT" --root "$WORK/tree" --deep --all -f json >"$WORK/offline.json" || [ $? -ne 2 ]
		umount "$WORK/tree"
		for side in live offline; do
			jq -r '.checks[] | .id as $id | select($id != "cleanup.shadowed") | .findings[]
				| select(.status == "fail" and (.aspect == "boot" or .aspect == "file") and .subject != "/dev/shm")
				| "\($id) \(.aspect) \(.subject) \(.message) \(.actual)"' "$WORK/$side.json" | sort >"$WORK/$side"
		done
		[ "$(wc -l <"$WORK/live")" -gt 10 ]
		echo "seed $seed"
		diff "$WORK/live" "$WORK/offline"
	done
}

@test "metamorphic: offline and live agree on random trees" {
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer needs more than its libraries'
	in_mounts host_and_tree
}

without_openat2() {
	local refuse=$BUILD/hostile/refuse error

	mount -t tmpfs -o mode=755 tmpfs /mnt
	cp "$TMPAUDIT" "$refuse" /mnt/
	TMPAUDIT=/mnt/$(basename "$TMPAUDIT")
	# Both lie where the programs were.
	unset TMPAUDIT_REPORTS
	WORK=/mnt
	REPORT=/mnt/report.json
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	audit_host
	cp $REPORT /mnt/usual.json
	for error in ENOSYS EPERM; do
		/mnt/refuse $error openat2 -- "$TMPAUDIT" -f json >$REPORT || [ $? -ne 2 ]
		no_better /mnt/usual.json $REPORT
		no_higher /mnt/usual.json $REPORT
		# It is not that all of it cannot be read.
		[ "$(report '[.checks[] | select(.status == "pass")] | length')" -gt 5 ]
	done
}

@test "metamorphic: without openat2 the verdicts are the same, or errors" {
	in_mounts without_openat2
}
