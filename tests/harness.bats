# The helper and the runner themselves: what they must not let through.

bats_require_minimum_version 1.5.0
load helper

# A program that writes the report and ends as told.
pretend() {
	cat >"$WORK/tmpaudit" <<-END
		#!/bin/sh
		cat "$WORK/pretended"
		exit $1
	END
	chmod 755 "$WORK/tmpaudit"
	TMPAUDIT=$WORK/tmpaudit
	TMPAUDIT_REPORTS=
	cat >"$WORK/pretended" <<-'END'
		{"run": {"exit": 1}, "checks": [
		{"id": "a.good", "status": "pass", "reason": null, "findings": [], "notes": []},
		{"id": "a.bad", "status": "fail", "reason": null, "notes": [], "findings": [
			{"subject": "/tmp", "aspect": "live", "status": "fail", "message": "m", "expected": "1", "actual": "0775", "source": "f:3"},
			{"subject": "/var/tmp", "aspect": "live", "status": "error", "message": "cannot be read", "expected": null, "actual": null, "source": null}]}]}
	END
}

count() {
	printf '%b' "$1" >"$WORK/x.tap"
	awk -v prefix="$WORK/" -f "$tests/tap.awk" "$WORK/x.tap"
}

@test "helper: builds a tree" {
	dir /a/b 1770 1234:1235
	file /a/c 'x\ny' 600 7
	link /l /a/c
	[ "$(stat -c '%a %u %g' "$TREE/a/b")" = '1770 1234 1235' ]
	[ "$(stat -c '%a %u' "$TREE/a")" = '755 0' ]
	[ "$(stat -c '%a %u' "$TREE/a/c")" = '600 7' ]
	[ "$(cat "$TREE/a/c")" = $'x\ny' ]
	[ "$(readlink "$TREE/l")" = /a/c ]
}

@test "helper: holds a report to what is asked of it" {
	pretend 1
	audit
	status a.good pass
	status a.bad fail
	finding a.bad /tmp live
	finding a.bad /tmp live '^0775$' f:3
	unreadable a.bad /var/tmp 'cannot'
	no_finding a.good
	no_finding a.bad /dev/shm
	no_finding a.bad /tmp boot
}

@test "helper: refuses what the report does not say" {
	pretend 1
	audit
	run -1 status a.good fail
	run -1 status a.absent pass
	run -1 finding a.bad /tmp boot
	run -1 finding a.bad /tmp live 0777
	run -1 finding a.bad /tmp live 0775 f:4
	run -1 finding a.bad /var/tmp live
	run -1 unreadable a.bad /tmp
	run -1 no_finding a.bad
	run -1 no_finding a.bad /tmp
	run -1 no_finding a.absent
}

@test "helper: an audit that ends with no verdict, or with another than it reports, fails" {
	for ended in 0 2 3 99 139; do
		pretend $ended
		run -1 audit
	done
}

@test "helper: in_mounts is process 1 of namespaces of its own" {
	inside() {
		[ $$ = 1 ]
		[ "$(readlink /proc/1/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ]
		[ "$(readlink /proc/self/ns/mnt)" != "$1" ]
		mount -t tmpfs tmpfs "$TREE"
		touch "$TREE/only-inside"
	}
	in_mounts inside "$(readlink /proc/self/ns/mnt)"
	[ ! -e "$TREE/only-inside" ]
	run -1 in_mounts false
}

@test "helper: as_user gives root's privileges up" {
	file /secret x 600
	run -1 as_user 65534 cat "$TREE/secret"
	[ "$(as_user 65534 id -u)" = 65534 ]
}

@test "runner: counts what passed, failed and was skipped" {
	run -0 count '1..2\nok 1 - a\nok 2 - b # skip why\n# exit 0\n'
	[ "${lines[-1]}" = '1 passed, 0 failed, 1 skipped' ]
	run -1 count '1..2\nok 1 - a\nnot ok 2 - b\n# because\n# exit 1\n'
	[ "${lines[-1]}" = '1 passed, 1 failed' ]
	[[ "$output" == *'# because'* ]]
}

@test "runner: a crash, a broken plan and silence are failures" {
	run -1 count '1..2\nok 1 - a\n# exit 139\n'
	[ "${lines[-1]}" = '1 passed, 1 failed' ]
	run -1 count '1..1\nok 1 - a\n# exit 99\n'
	[ "${lines[-1]}" = '1 passed, 1 failed' ]
	run -1 count '1..1\nok 1 - a\n'
	run -1 count '# exit 0\n'
	run -1 count '1..1\nok 1 - a # skip\n# exit 0\n'
}
