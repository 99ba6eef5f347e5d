# tmpaudit diff, and --baseline: what became of each check.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	stock_tree
	dir /var/tmp 1777
	OUT=$WORK/out
	mkdir -m 755 "$OUT"
	export OUT
}

# Audit the tree into $OUT/$1.json; the rest are options.
keep() {
	local name=$1
	shift

	audit "$@"
	cp "$REPORT" "$OUT/$name.json"
}

# Compare $OUT/old.json with $OUT/new.json: the exit status must be $1, and the change of the check $2 be $3.
changed() {
	local status=0

	"$TMPAUDIT" diff -f json "$OUT/old.json" "$OUT/new.json" >"$OUT/diff.json" || status=$?
	/usr/bin/python3 -c 'import json, sys, jsonschema
jsonschema.Draft202012Validator(json.load(open("share/schema/diff-1.json"))).validate(json.load(open(sys.argv[1])))' "$OUT/diff.json"
	[ "$status:$(jq .exit "$OUT/diff.json")" = "$1:$1" ] || {
		echo "exit status $status"
		"$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
		return 1
	}
	[ -z "$2" ] || [ "$(jq -r --arg id "$2" '.checks[] | select(.id == $id).change' "$OUT/diff.json")" = "$3" ] || {
		"$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
		return 1
	}
}

# Change $OUT/new.json by a filter.
edit() {
	jq "$1" "$OUT/new.json" >"$OUT/edited" && mv "$OUT/edited" "$OUT/new.json"
}

@test "diff: two equal reports" {
	keep old
	keep new
	run -0 "$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
	[[ "$output" == *$'\n''No difference: '*' checks, with the same verdicts and findings.' ]]
	run -0 "$TMPAUDIT" diff -q "$OUT/old.json" "$OUT/new.json"
	[ "$output" = '' ]
	changed 0
	[ "$(jq -c '[.equal, .differences]' "$OUT/diff.json")" = '[true,[]]' ]
}

@test "diff: a new failure, and its repair" {
	keep old
	dir /var/tmp 0777
	keep new
	changed 1 sticky.shared new
	[ "$(jq -c '.checks[] | select(.id == "sticky.shared") | [.old.status, .new.status, .appeared[0].subject, .appeared_total]' "$OUT/diff.json")" = '["pass","fail","/var/tmp",1]' ]
	run -1 "$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
	[[ "$output" == *$'\nnew      sticky.shared'*$'\n         + /var/tmp: is 0777; wants '* ]]
	mv "$OUT/new.json" "$OUT/x"
	mv "$OUT/old.json" "$OUT/new.json"
	mv "$OUT/x" "$OUT/old.json"
	changed 0 sticky.shared fixed
	run -0 "$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
	[[ "$output" == *$'\nfixed    sticky.shared'*$'\n         - /var/tmp: was 0777'* ]]
}

@test "diff: worse and better" {
	dir /var/tmp 0777
	keep old
	dir /tmp 0777
	keep new
	changed 1 sticky.shared worse
	run -0 "$TMPAUDIT" diff "$OUT/new.json" "$OUT/old.json"
	[[ "$output" == *$'\nbetter   sticky.shared'* ]]
	# Only what counts falls short.
	run -1 "$TMPAUDIT" diff --fail-on critical "$OUT/old.json" "$OUT/new.json"
	keep old -c mount.tmp-nodev
	file /etc/fstab 'tmpfs /tmp tmpfs nodev 0 0\n'
	keep new -c mount.tmp-nodev
	run -1 "$TMPAUDIT" diff "$OUT/new.json" "$OUT/old.json"
	run -0 "$TMPAUDIT" diff --fail-on high "$OUT/new.json" "$OUT/old.json"
}

@test "diff: what cannot be judged any more is not fixed" {
	dir /var/tmp 0777
	keep old
	keep new
	edit '(.checks[] | select(.id == "sticky.shared")) |= (.status = "error" | .reason = "keeps changing" | .findings[].status = "error")'
	changed 0 sticky.shared unknown
	[ "$(jq .summary.fixed "$OUT/diff.json")" = 0 ]
	edit '(.checks[] | select(.id == "tempdir.owner")) |= (.status = "error" | .reason = "keeps changing")'
	changed 3 tempdir.owner unknown
	dir /tmp 0777
	keep new
	edit '(.checks[] | select(.id == "tempdir.owner")) |= (.status = "error" | .reason = "keeps changing")'
	changed 1 tempdir.owner unknown
}

@test "diff: a waiver that came, and one that ended" {
	dir /var/tmp 0777
	keep old
	keep new
	edit '(.checks[] | select(.id == "sticky.shared")) |= (.status = "waived" | .waiver = "until 2027-01-31, ops" |
		.findings[] |= (.status = "waived" | .waiver = "until 2027-01-31, ops"))'
	changed 0 sticky.shared waived
	run -1 "$TMPAUDIT" diff "$OUT/new.json" "$OUT/old.json"
	[[ "$output" == *$'\nworse    sticky.shared'*'waived -> fail'* ]]
}

@test "diff: what differs besides the host is said" {
	keep old
	keep new -p strict -c 'sticky.*'
	edit '.tool.version = "1.1.0" | .host.machine_id = "b" | .run.policy = [{"path": "/etc/p", "sha256": "00"}]'
	jq '.host.machine_id = "a"' "$OUT/old.json" >"$OUT/edited" && mv "$OUT/edited" "$OUT/old.json"
	changed 0 tempdir.owner removed
	[ "$(jq -c '[.differences[].key]' "$OUT/diff.json")" = '["host.machine_id","tool.version","run.profile","run.policy","run.deep"]' ]
	run -0 "$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
	[[ "$output" == *$'\nmind     host.machine_id   a -> b; these are two hosts'* ]]
	[[ "$output" == *$'\n         run.profile       default -> strict; what is expected changed'* ]]
	# What fails and was not asked before is new.
	run -1 "$TMPAUDIT" diff "$OUT/new.json" "$OUT/old.json"
	[[ "$output" == *'not asked -> fail'* ]]
}

@test "diff: reports that do not list all findings" {
	for name in a b c; do
		dir "/var/tmp/$name" 0777
	done
	keep old --max-findings 2 -c 'sticky.*'
	keep new --max-findings 2 -c 'sticky.*'
	changed 0 sticky.nested same
	rmdir "$TREE/var/tmp/b"
	keep new --max-findings 2 -c 'sticky.*'
	changed 3 sticky.nested unknown
	run -3 "$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
	[[ "$output" == *'Not all findings are listed (old: 2 of 3, new: 2 of 2)'* ]]
	dir /var/tmp/d 0777
	dir /var/tmp/e 0777
	keep new --max-findings 2 -c 'sticky.*'
	changed 1 sticky.nested worse
}

@test "diff: names that try to become something else" {
	keep old
	mkdir -m 777 "$TREE/var/tmp/$(printf 'x\377\033[2J\nworse    forged')"
	keep new
	changed 1 sticky.nested new
	[ "$(jq -r '.checks[] | select(.id == "sticky.nested").appeared[0].subject_bytes' "$OUT/diff.json" | base64 -d)" = "$(printf '/var/tmp/x\377\033[2J\nworse    forged')" ]
	run -1 "$TMPAUDIT" diff "$OUT/old.json" "$OUT/new.json"
	[[ "$output" == *'+ /var/tmp/x\xff\x1b[2J\x0aworse    forged: is '* ]]
}

@test "diff: what it cannot read or tell" {
	keep old
	run --separate-stderr "$TMPAUDIT" diff "$OUT/old.json" "$OUT/none.json"
	# shellcheck disable=SC2154 # set by run
	[ "$status:$output:$stderr" = "2::tmpaudit: $OUT/none.json: cannot be read: No such file or directory" ]
	jq '.schema = "tmpaudit.report/2"' "$OUT/old.json" >"$OUT/new.json"
	run --separate-stderr "$TMPAUDIT" diff "$OUT/new.json" "$OUT/old.json"
	[ "$status:$output" = 2: ]
	[[ "$stderr" == "tmpaudit: $OUT/new.json: is a report of another version"* ]]
	run -2 "$TMPAUDIT" diff "$OUT/old.json"
	run -2 "$TMPAUDIT" diff - -
	run -2 "$TMPAUDIT" diff --baseline "$OUT/old.json" "$OUT/old.json" "$OUT/old.json"
	run -0 bash -c '"$TMPAUDIT" diff -q "$OUT/old.json" - <"$OUT/old.json"'
}

@test "baseline: only what is new or worse falls short" {
	dir /var/tmp 0777
	keep old
	[ "$audit_status" = 1 ]
	audit --baseline "$OUT/old.json"
	[ "$audit_status" = 0 ]
	status sticky.shared fail
	[ "$(report '.checks[] | select(.id == "sticky.shared").change')" = same ]
	run -0 "$TMPAUDIT" --root "$TREE" -q --baseline "$OUT/old.json"
	[ "$output" = '' ]
	dir /tmp 0777
	audit --baseline "$OUT/old.json"
	[ "$audit_status" = 1 ]
	[ "$(report '.checks[] | select(.id == "sticky.shared").change')" = worse ]
	run -1 "$TMPAUDIT" --root "$TREE" --baseline "$OUT/old.json"
	[[ "$output" == *$'\nAgainst the baseline of '*' new or worse; '*' known, which do'* ]]
	[[ "$output" == *$'\ncritical sticky.shared              worse\n'* ]]
	# A saved report is held against it as well, and tells later what it was held against.
	keep new
	run -1 "$TMPAUDIT" report --baseline "$OUT/old.json" "$OUT/new.json" -o "$OUT/held.json"
	run -1 "$TMPAUDIT" report -f json "$OUT/held.json"
	[ "$output" = "$(cat "$OUT/held.json")" ]
	run -0 "$TMPAUDIT" report -q --baseline "$OUT/new.json" "$OUT/old.json"
}

@test "baseline: what was judged and cannot be any more is no verdict" {
	audit_with --root "$TREE" -f json -c 'tempdir.*'
	jq '(.checks[] | select(.id == "tempdir.owner")) |= (.status = "error" | .reason = "x")' "$REPORT" >"$OUT/new.json"
	run -3 "$TMPAUDIT" report -q --baseline "$REPORT" "$OUT/new.json"
	run -0 "$TMPAUDIT" report -q --baseline "$OUT/new.json" "$OUT/new.json"
}

@test "baseline: of another policy, it says so" {
	keep old
	run "$TMPAUDIT" --root "$TREE" -p strict --baseline "$OUT/old.json"
	[[ "$output" == *'mind: run.profile default -> strict'* ]]
}

@test "baseline: what others can write, or is none, is refused before anything is audited" {
	keep old
	refused() {
		run --separate-stderr "$TMPAUDIT" --root "$TREE" --baseline "$OUT/old.json" -o "$OUT/never.json"
		[ "$status:$output" = 2: ]
		[ "$stderr" = "tmpaudit: $OUT/old.json: $1" ] || {
			printf '%s\n' "$stderr"
			return 1
		}
		[ ! -e "$OUT/never.json" ]
	}
	chmod 666 "$OUT/old.json"
	refused 'cannot be read: others can write to it'
	chmod 644 "$OUT/old.json"
	chown 1000 "$OUT/old.json"
	refused 'cannot be read: it belongs to another user, who could have written anything there'
	chown 0 "$OUT/old.json"
	chmod 777 "$OUT"
	refused 'cannot be read: others can write to a directory of its path, which is not sticky'
	chmod 755 "$OUT"
	mv "$OUT/old.json" "$OUT/x.json"
	ln -s x.json "$OUT/old.json"
	refused 'cannot be read: it is a symbolic link: name the file it leads to'
	rm "$OUT/old.json"
	refused 'cannot be read: No such file or directory'
	echo '{}' >"$OUT/old.json"
	refused 'is no report: its "schema" is not tmpaudit.report/1; tmpaudit -f json writes one'
}
