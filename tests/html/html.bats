#!/usr/bin/env bats
# The page, in the Chromium of the system: tests/html/browse.js says what each case looks at.

load ../helper

setup() {
	new_tree
	command -v chromium node >/dev/null && [ -e "$BUILD/html/node_modules/axe-core" ] || {
		echo 'needs chromium, node and what make browse installs: share/bootstrap check has them all'
		return 1
	}
}

# A page of the report, changed by a jq FILTER first.
page() {
	if [ -n "$2" ]; then
		jq "$2" "$REPORT" >"$WORK/changed.json"
		mv "$WORK/changed.json" "$REPORT"
	fi
	show "$REPORT" "$1"
}

# A saved report as a page; the status is the verdict's.
show() {
	local status=0

	"$TMPAUDIT" report "$1" -f html >"$2" || status=$?
	echo "report $1 ended with $status"
	[ $status != 2 ]
	[ -s "$2" ]
}

browse() {
	TMPDIR=$WORK HOME=$WORK node "$tests/html/browse.js" "$@"
}

# Failures of all severities and several practices, and what else a report can have.
faulty() {
	stock_tree
	dir /var/tmp 0777 1000:1000
	dir /srv/scratch 777
	file /etc/fstab 'tmpfs /tmp tmpfs defaults 0 0\n'
	file /etc/sysctl.d/60-local.conf '# ours\nfs.protected_regular = 0\nfs.protected_symlinks = 0\nfs.suid_dumpable = 2\n'
	file /etc/login.defs 'UMASK 000\n'
	file /etc/profile 'umask 000\nexport TMPDIR=/srv/scratch\n'
	mkfifo "$TREE/etc/os-release.fifo"
	ln -sfn loop "$TREE/etc/loop"
	audit
}

# Added to a report: a waived check, one that could not be evaluated, notes, and what was not examined.
# shellcheck disable=SC2016 # the variables are jq's
everything='(first(.checks[] | select(.status == "pass"))) |= (.notes = [{subject: "/tmp/x", message: "is worth knowing"}])
	| first(.checks[] | select(.status == "pass")) |= (.status = "waived" | .waiver = "until 2027-01-31, ops@example.org, OPS-812"
		| .findings = [{subject: "/srv/drop", aspect: "file", status: "waived", message: "is an upload box", expected: "1777", actual: "0777", source: null, waiver: "until 2027-01-31, ops@example.org, OPS-812"}] | .findings_total = 1)
	| first(.checks[] | select(.status == "pass")) |= (.status = "error" | .reason = "/proc cannot be read"
		| .findings = [{subject: "/proc", aspect: "live", status: "error", message: "cannot be read", expected: null, actual: null, source: null, waiver: null}] | .findings_total = 1)
	| .waivers = ([{}, {ends_soon: true}, {expired: true}, {expired: true, findings: 0}, {unused: true, findings: 0}, {unused: true, expired: true, findings: 0, ticket: null}]
		| to_entries | map({check: "mount.var-tmp-noexec", subject: "/srv/drop\(.key)", exact: true, reason: "is an upload box", owner: "ops@example.org", ticket: "OPS-812", expires: "2027-01-3\(.key % 2)",
			source: "/etc/tmpaudit/policy.d/\(.key).json:\(.key + 4)", expired: false, ends_soon: false, findings: 2, unused: false} + .value))
	| .not_examined = [{path: "/mnt/nfs", why: "network file system"}]
	| .run.policy = [{path: "/etc/tmpaudit/policy.json", sha256: ("0123456789abcdef" * 4)}]
	| .run.confinement = {no_new_privs: true, capabilities: ["dac_read_search", "sys_ptrace"], landlock: 4, seccomp: true}'

# Bring the numbers of a report in line with its checks.
# shellcheck disable=SC2016
recount='[.checks[].status] as $all
	| .summary.pass = ($all | map(select(. == "pass")) | length) | .summary.fail = ($all | map(select(. == "fail")) | length)
	| .summary.error = ($all | map(select(. == "error")) | length) | .summary.waived = ($all | map(select(. == "waived")) | length)
	| .summary.not_applicable = ($all | map(select(. == "not-applicable")) | length)
	| .checks as $checks | .summary.fail_by_severity |= with_entries(.key as $severity | .value = ([$checks[] | select(.status == "fail" and .severity == $severity)] | length))
	| .score.practices |= map(.id as $id | [$checks[] | select(.practice == $id).status] as $own
		| .pass = ($own | map(select(. == "pass")) | length) | .fail = ($own | map(select(. == "fail")) | length)
		| .error = ($own | map(select(. == "error")) | length) | .waived = ($own | map(select(. == "waived")) | length)
		| .not_applicable = ($own | map(select(. == "not-applicable")) | length))'

@test "html: it asks for nothing but itself, says nothing on the console, and its policy stops what else is in it" {
	faulty
	page "$WORK/page.html"
	browse quiet "$WORK/page.html" "$REPORT"
}

@test "html: all numbers and findings are those of the report, in text" {
	faulty
	page "$WORK/page.html" "$everything | $recount"
	browse counts "$WORK/page.html" "$REPORT"
}

@test "html: so are those of the running host" {
	audit_host --max-findings 5
	page "$WORK/page.html"
	browse counts "$WORK/page.html" "$REPORT"
}

@test "html: what was audited and what was saved give the same page" {
	faulty
	"$TMPAUDIT" --root "$TREE" -q -o "$WORK/one.html" -o "$WORK/one.json" || [ $? = 1 ]
	show "$WORK/one.json" "$WORK/two.html"
	cmp "$WORK/one.html" "$WORK/two.html"
}

@test "html: the filter works without a mouse" {
	faulty
	page "$WORK/page.html" "$everything | $recount"
	browse filter "$WORK/page.html" "$REPORT"
}

@test "html: the keyboard reaches everything, and is seen to" {
	faulty
	page "$WORK/page.html" "$everything | $recount"
	browse keyboard "$WORK/page.html" "$REPORT"
}

@test "html: axe-core finds nothing, in both schemes and all widths, whatever the verdict" {
	faulty
	page "$WORK/faulty.html" "$everything | $recount"
	"$TMPAUDIT" --root "$TREE" -c sysctl.core-pattern -c tempdir.present -f html >"$WORK/good.html" || [ $? = 1 ] || [ $? = 3 ]
	jq '.checks |= map(select(.status != "pass" and .status != "fail" and .status != "waived")) | .score |= (.value = null | .value_without_waivers = null | .grade = null | .coverage = 0)
		| .run.exit = 3 | .score.practices[].value = null'" | $recount" "$REPORT" >"$WORK/unsure.json"
	show "$WORK/unsure.json" "$WORK/unsure.html"
	grep -q 'No verdict' "$WORK/unsure.html"
	browse axe "$WORK/faulty.html" "$REPORT" "$WORK/good.html" "$WORK/unsure.html"
}

@test "html: nothing is wider than the screen, not even names without end" {
	faulty
	# shellcheck disable=SC2016
	page "$WORK/page.html" "$everything | $recount"' | ("/srv/" + ("x" * 400)) as $long | .host.hostname = $long | .host.root = $long
		| .not_examined[0].path = $long | (.checks[].findings[]) |= (.subject = $long | .actual = $long | .expected = $long | .source = $long | .message = $long)
		| (.checks[].remediation | select(.commands != [])).commands |= [$long] | .run.policy[0].path = $long'
	browse narrow "$WORK/page.html" "$REPORT"
}

@test "html: on paper all is unfolded, dark on white" {
	faulty
	page "$WORK/page.html" "$everything | $recount"
	browse paper "$WORK/page.html" "$REPORT"
}

@test "html: a click takes all commands of a fix" {
	faulty
	page "$WORK/page.html"
	browse copy "$WORK/page.html" "$REPORT"
}

@test "html: whatever a report says is nothing but text" {
	faulty
	# shellcheck disable=SC2016
	change='def free: . == "risk" or . == "aspect" or . == "status" or . == "severity" or . == "practice" or . == "family" or . == "id" or . == "schema" or . == "started"
			or . == "grade" or . == "fingerprint" or . == "sha256" or . == "mount_namespace" or . == "profile"
			or . == "expires";
		def spoil: if type == "object" then with_entries(if (.key | free) then . else .value |= spoil end)
			elif type == "array" then map(spoil) elif type == "string" then $name + (. | length | tostring) else . end;
		(.checks[].remediation.files[].content) |= (gsub("\n"; " "))
		| .host |= spoil | .checks |= map(spoil) | .not_examined |= spoil | .waivers |= spoil'
	jq "$everything | $recount" "$REPORT" >"$WORK/whole.json"
	jq --arg name $'/tmp/</title></style><script>window.owned=1</script><img src=x onerror=window.owned=1>"\' onfocus=window.owned=1 x=\u202e\u001b[2J</code></pre>&lt; two  blanks' \
		"$change" "$WORK/whole.json" >"$WORK/hostile.json"
	jq --arg name harmless "$change" "$WORK/whole.json" >"$WORK/harmless.json"
	show "$WORK/hostile.json" "$WORK/hostile.html"
	show "$WORK/harmless.json" "$WORK/harmless.html"
	browse hostile "$WORK/hostile.html" "$WORK/hostile.json" "$WORK/harmless.html"
}

@test "html: 5,000 findings are less than 2 MB, all of them there" {
	faulty
	# shellcheck disable=SC2016
	jq '(first(.checks[] | select(.status == "fail" and .remediation.commands != []))) |= (
		.findings = [range(10000; 15000) | {subject: "/var/lib/application/shared/\(.)/cache", aspect: "file", status: "fail", message: "is shared without the sticky bit: who may write there removes and renames the files of others",
			expected: "sticky or private", actual: "0777", source: "/etc/tmpfiles.d/application.conf:12", waiver: null}]
		| .findings_total = 5000 | .remediation.commands = [range(10000; 15000) | "find /var/lib/application/shared/\(.)/cache -maxdepth 0 -type d -execdir chmod go-w {} +"])' "$REPORT" >"$WORK/many.json"
	"$TMPAUDIT" report "$WORK/many.json" --all -f html >"$WORK/many.html" || [ $? = 1 ]
	[ "$(grep -o '/var/lib/application/shared/[0-9]*/cache' "$WORK/many.html" | wc -l)" = 10000 ]
	size=$(stat -c %s "$WORK/many.html")
	echo "$size bytes"
	[ "$size" -lt 2000000 ]
	browse counts "$WORK/many.html" "$WORK/many.json"
}
