# Budgets of a walk: when one is spent, exactly the checks that depend on it cannot say anything good, and the report
# says what was left out, and why.

load ../helper

setup() {
	new_tree
	stock_tree
	# Where no directory lies in it none is read.
	dir /srv/box/in 755
	dir /srv/late/in 755
	preload="$BUILD/hostile/preload/endless.so"
	[ -e "$preload" ] || skip "make $preload"
	# A sanitizer insists on being the first that is loaded.
	export ASAN_OPTIONS=verify_asan_link_order=0:$ASAN_OPTIONS
}

# What the audit says of each check, one a line.
verdicts() {
	report '.checks[] | "\(.id) \(.status)"' | sort
}

# An audit with the rest of the words in its environment differs from one without them in that the checks of $WORK/spent,
# each with what is left out, are errors with the reason $1.
spends() {
	local why=$1 check subject
	shift

	audit --deep --all
	verdicts >"$WORK/before"
	[ "$(report '[.not_examined[] | select(.why | startswith("truncated"))] | length')" = 0 ]
	audit_status=0
	env LD_PRELOAD="$preload" "$@" "$TMPAUDIT" --root "$TREE" --deep --all -f json >"$REPORT" || audit_status=$?
	verdicts >"$WORK/after"
	diff "$WORK/before" "$WORK/after" | sed -n 's/^> //p' >"$WORK/changed" || true
	sed 's/ .*/ error/' "$WORK/spent" | sort | diff - "$WORK/changed"
	while read -r check subject; do
		# It was good before, so that an error takes something away.
		grep -qxE "$check (pass|not-applicable)" "$WORK/before"
		unreadable "$check" "$subject" "$why"
		[ "$(report --arg path "$subject" --arg why "$why" '[.not_examined[] | select(.path == $path and (.why | test($why)))] | length')" = 1 ]
	done <"$WORK/spent"
	[ "$(report .run.complete)" = false ]
}

@test "budgets: a directory without end spends the entries of its file system" {
	echo sticky.everywhere / >"$WORK/spent"
	spends 'more entries than are read' ENDLESS="$(stat -c %i "$TREE/srv/box")"
}

@test "budgets: what was found before is still said" {
	dir /srv/box/loose 777
	audit --deep -c sticky.everywhere
	status sticky.everywhere fail
	LD_PRELOAD="$preload" ENDLESS="$(stat -c %i "$TREE/srv/late")" "$TMPAUDIT" --root "$TREE" --deep -c sticky.everywhere -f json >"$REPORT" || true
	# One of the two came first; neither way it is good.
	status sticky.everywhere fail || status sticky.everywhere error
	unreadable sticky.everywhere / 'more entries than are read'
}

in_the_depth() {
	mount -t tmpfs -o nr_inodes=0 tmpfs "$TREE"
	stock_tree
	/usr/bin/python3 - "$TREE/srv" <<-'PYTHON'
		import os, sys
		os.mkdir(sys.argv[1])
		os.chdir(sys.argv[1])
		for depth in range(65600):
		    os.mkdir("d")
		    os.chdir("d")
		os.mkdir("loose")
		os.chmod("loose", 0o777)
	PYTHON
	audit --deep --all
	verdicts
	status sticky.everywhere error
	# All else has its verdict.
	[ "$(report '[.checks[] | select(.status == "error") | .id] | join(" ")')" = sticky.everywhere ]
	[ "$(report '[.checks[].findings[] | select(.status == "error")] | length')" = 1 ]
	[ "$(report '[.not_examined[] | select(.why | test("deeper than is followed"))] | length')" = 1 ]
	[ "$(report '.not_examined[0].path | length')" -gt 131000 ]
	[ "$(report .run.complete)" = false ]
}

@test "budgets: a tree deeper than is followed" {
	in_mounts in_the_depth
}

# Each look at the clock is a few hours later than the last.
@test "budgets: the time that one file system may take" {
	local check

	echo sticky.everywhere / >"$WORK/spent"
	for check in cleanup.stale contents.{links,predictable,privileged,sensitive,squat,unowned,writable} sticky.nested tempdir.default-acl; do
		echo $check /tmp
	done >>"$WORK/spent"
	echo code.elf /usr/lib >>"$WORK/spent"
	spends 'takes longer than is allowed' HURRY=10000
}
