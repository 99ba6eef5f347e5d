# tmpaudit report: a saved report again, in any format, whoever wrote it.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	stock_tree
	dir "/tmp/$(printf 'x\377y')" 1777 1000
	dir /var/tmp 0755
	file /etc/fstab 'tmpfs /tmp tmpfs defaults 0 0\n'
	OUT=$WORK/out
	mkdir -m 755 "$OUT"
	export OUT
}

@test "report: json again is the same bytes, and text that of the audit" {
	run -1 "$TMPAUDIT" --root "$TREE" -o "$OUT/a.json" -o "$OUT/a.txt"
	run -1 "$TMPAUDIT" report "$OUT/a.json" -o "$OUT/b.json" -o "$OUT/b.txt"
	# shellcheck disable=SC2154 # set by run
	[ "$output" = '' ]
	cmp "$OUT/a.json" "$OUT/b.json"
	cmp "$OUT/a.txt" "$OUT/b.txt"
	# Cut once, it is not cut again, nor does it grow.
	run -1 "$TMPAUDIT" --root "$TREE" --max-findings 1 -o "$OUT/a.json"
	run -1 "$TMPAUDIT" report -f json "$OUT/a.json"
	[ "$output" = "$(cat "$OUT/a.json")" ]
}

@test "report: of this host, by everything there is" {
	audit_host --deep
	"$TMPAUDIT" report -f json "$REPORT" >"$OUT/again.json" || true
	cmp "$REPORT" "$OUT/again.json"
}

@test "report: exit status is the audit's, or what the options say" {
	audit -c mount.tmp-nosuid
	[ "$audit_status" = 1 ]
	run -1 "$TMPAUDIT" report -q "$REPORT"
	[ "$output" != '' ]
	run -0 "$TMPAUDIT" report -q "$REPORT" --fail-on critical
	[ "$output" = '' ]
	run -1 "$TMPAUDIT" report "$REPORT" --fail-under 100
	run -0 "$TMPAUDIT" report "$REPORT" --fail-under 0
	audit -c tempdir.owner
	run -0 "$TMPAUDIT" report -q "$REPORT"
	[ "$output" = '' ]
	# Nothing was evaluated.
	audit -c umask.processes
	[ "$audit_status" = 3 ]
	run -3 "$TMPAUDIT" report "$REPORT"
	run -3 "$TMPAUDIT" report "$REPORT" --fail-on critical
}

@test "report: from standard input and from a pipe" {
	audit -c mount.tmp-nosuid
	run -1 bash -c '"$TMPAUDIT" report -f json - <"$REPORT"'
	[ "$output" = "$(cat "$REPORT")" ]
	# shellcheck disable=SC2002 # a pipe is what is tested
	run -1 bash -c 'cat "$REPORT" | "$TMPAUDIT" report -f json /dev/stdin'
	[ "$output" = "$(cat "$REPORT")" ]
	run -1 bash -c '"$TMPAUDIT" report -f json <(cat "$REPORT")'
	[ "$output" = "$(cat "$REPORT")" ]
}

# The report that the filter $1 makes is refused with $2.
refused() {
	audit -c 'mount.tmp-n*'
	jq "$1" "$REPORT" >"$OUT/wrong.json"
	run --separate-stderr "$TMPAUDIT" report "$OUT/wrong.json" -o "$OUT/never.txt"
	[ "$status" = 2 ]
	[ "$output" = '' ]
	[ ! -e "$OUT/never.txt" ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "tmpaudit: $OUT/wrong.json: $2" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "report: what is none is refused in a line" {
	refused '.schema = "tmpaudit.report/2"' \
		'is a report of another version, tmpaudit.report/2; this is tmpaudit 1.0.0, which reads tmpaudit.report/1'
	refused '.schema = "tmpaudit.report/1.5"' \
		'is a report of another version, tmpaudit.report/1.5; this is tmpaudit 1.0.0, which reads tmpaudit.report/1'
	refused 'del(.schema)' 'is no report: its "schema" is not tmpaudit.report/1; tmpaudit -f json writes one'
	refused '.checks[0].findings = "none"' 'is no report: checks[0].findings is a string, not a list'
	refused '.checks[1].severity = "huge"' 'is no report: checks[1].severity is "huge", which there is not'
	refused 'del(.host)' 'is no report: host is missing or null, not an object'
	refused '[.]' 'is no report, but a list'
	printf '\033[31m{' >"$OUT/garbage"
	run --separate-stderr "$TMPAUDIT" report "$OUT/garbage"
	[ "$status:$output" = 2: ]
	[[ "$stderr" == "tmpaudit: $OUT/garbage: cannot be read at line 1, column 1: "* ]]
	head -c 500 "$REPORT" >"$OUT/cut"
	run --separate-stderr "$TMPAUDIT" report "$OUT/cut"
	[[ "$status:$stderr" == "2:tmpaudit: $OUT/cut: cannot be read at line "*", column "*": "@(it ends too early|this string never ends)* ]]
}

@test "report: what cannot be read is said" {
	run --separate-stderr "$TMPAUDIT" report "$OUT/nothing"
	[ "$status:$stderr" = "2:tmpaudit: $OUT/nothing: cannot be read: No such file or directory" ]
	run --separate-stderr "$TMPAUDIT" report "$OUT"
	[ "$status:$stderr" = "2:tmpaudit: $OUT: cannot be read: it is a directory" ]
	mkfifo "$OUT/fifo"
	run --separate-stderr timeout 20 "$TMPAUDIT" report "$OUT/fifo"
	[ "$status:$stderr" = "2:tmpaudit: $OUT/fifo: cannot be read: it is no regular file" ]
	truncate -s 65M "$OUT/large"
	run --separate-stderr "$TMPAUDIT" report "$OUT/large"
	[ "$status:$stderr" = "2:tmpaudit: $OUT/large: cannot be read: it is larger than 64 MiB" ]
	run -2 "$TMPAUDIT" report
	run -2 "$TMPAUDIT" report a b
}

@test "report: keys of a later version are passed over" {
	audit -c 'mount.tmp-n*'
	jq '.host.cloud = {"a": [1]} | .checks[0].mood = "good"' "$REPORT" >"$OUT/later.json"
	run -1 "$TMPAUDIT" report -f json "$OUT/later.json"
	[ "$output" = "$(cat "$REPORT")" ]
}

@test "report: nothing that a stranger wrote reaches the terminal raw" {
	audit -c 'mount.tmp-n*'
	jq --arg evil "$(printf 'a\033[2J\nhigh     tempdir.owner\302\233x\342\200\256')" '
		.tool.version = "1.0.0" + $evil | .host.hostname = $evil | .host.os = $evil | .host.kernel = $evil |
		.run.profile = $evil | .run.suggested_profile = $evil | .host.container = $evil |
		.run.policy = [{"path": $evil, "sha256": $evil}] | .run.overrides = [{"key": $evil, "value": $evil, "source": $evil}] |
		.waivers = [{"check": $evil, "subject": $evil, "exact": false, "reason": $evil, "owner": $evil, "ticket": $evil,
			"expires": "2020-01-01", "source": $evil, "expired": true, "ends_soon": false, "findings": 1, "unused": false}] | .not_examined = [{"path": $evil, "why": $evil}] |
		.checks[] |= (.title = $evil | .reason = $evil | .waiver = $evil | .notes = [{"subject": $evil, "message": $evil}] |
			.remediation = {"summary": $evil, "risk": "high", "breaks": $evil, "commands": [$evil],
				"files": [{"path": $evil, "content": $evil}]} |
			.findings[] |= (.subject = $evil | .message = $evil | .actual = $evil | .expected = $evil | .source = $evil | .lapsed_waiver = $evil)) |
		.checks[0].status = "error" | .checks[1].status = "pass"' "$REPORT" >"$OUT/evil.json"
	run "$TMPAUDIT" report -v "$OUT/evil.json"
	[ "$status" = 1 ]
	[[ "$output" == *'a\x1b[2J\x0ahigh'* ]]
	shown=$output
	LC_ALL=C run -1 grep -P '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' <<<"$shown"
	run -1 grep '^high     tempdir.owner' <<<"$shown"
}

@test "report: one output that cannot be written keeps no other from it" {
	[ -e /dev/full ] || skip 'there is no /dev/full'
	audit -c mount.tmp-nosuid
	run --separate-stderr bash -c '"$TMPAUDIT" report "$REPORT" -o text:/dev/stdout -o "$OUT/after.json" >/dev/full'
	[ "$status:$stderr" = '2:tmpaudit: /dev/stdout: cannot be written: No space left on device' ]
	cmp "$REPORT" "$OUT/after.json"
}
