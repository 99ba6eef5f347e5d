# The audit as users see it: exit status, selection, and what its two reports say.

bats_require_minimum_version 1.5.0
load ../helper

# A tree that meets what these checks ask for.
good='-c tempdir.* -c sticky.*'

text() {
	run --separate-stderr "$TMPAUDIT" --root "$TREE" "$@"
}

@test "exit: 0 if the host meets the policy" {
	stock_tree
	# shellcheck disable=SC2086 # they are options
	run -0 "$TMPAUDIT" --root "$TREE" $good
	[[ "$output" == *'100/100 (A)   no check fails, '* ]]
}

@test "exit: 1 if it falls short, and what counts can be chosen" {
	stock_tree
	dir /tmp 0777
	run -1 "$TMPAUDIT" --root "$TREE"
	run -1 "$TMPAUDIT" --root "$TREE" -c sticky.shared --fail-on critical
	dir /tmp 1777
	dir /var/lib/php/sessions 1777
	run -1 "$TMPAUDIT" --root "$TREE" -c tempdir.mode
	run -1 "$TMPAUDIT" --root "$TREE" -c tempdir.mode --fail-on medium
	run -0 "$TMPAUDIT" --root "$TREE" -c tempdir.mode --fail-on high
	# It does not hide the finding.
	[[ "$output" == *'/var/lib/php/sessions: is 1777'* ]]
}

@test "exit: --fail-under makes the score decide" {
	stock_tree
	dir /var/lib/php/sessions 1777
	audit -c tempdir.mode --fail-under 1
	value=$(report .score.value)
	[ "$audit_status" = 0 ]
	audit -c tempdir.mode --fail-under "$value"
	[ "$audit_status" = 0 ]
	audit -c tempdir.mode --fail-under 100
	[ "$audit_status" = 1 ]
	audit -c tempdir.mode --fail-under 1 --fail-on medium
	[ "$audit_status" = 1 ]
}

@test "exit: 3 if something that counts could not be evaluated, or nothing was" {
	stock_tree
	mkfifo "$TREE/etc/sysctl.conf"
	run -3 "$TMPAUDIT" --root "$TREE" -c sysctl.suid-dumpable
	[[ "$output" == *$'\n''error    sysctl.suid-dumpable '*/etc/sysctl.conf* ]]
	# What fails is not hidden by it.
	run -1 "$TMPAUDIT" --root "$TREE"
	run -0 "$TMPAUDIT" --root "$TREE" -c sysctl.suid-dumpable -c tempdir.owner --fail-on high
	run -3 "$TMPAUDIT" --root "$TREE" -c mount.alias
	[[ "$output" == *$'\n''no score   none of 1 checks could be evaluated: 0 ended in error, 1 do not apply'* ]]
	run -3 "$TMPAUDIT" --root "$TREE" --skip '*'
	[[ "$output" == *$'\n''no score   no check was selected'* ]]
}

@test "exit: 3 for an offline tree if the kernel cannot confine its links" {
	needs strace
	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	stock_tree
	for error in ENOSYS EPERM; do
		run -3 --separate-stderr strace -f -o /dev/null -e trace=openat2 -e inject=openat2:error=$error "$RELEASED" --root "$TREE"
		[ "$output" = '' ]
		# shellcheck disable=SC2154 # set by run
		[[ "$stderr" == "tmpaudit: $TREE: cannot be audited offline: "*openat2* ]]
	done
	run --separate-stderr strace -f -o /dev/null -e trace=openat2 -e inject=openat2:error=ENOSYS "$RELEASED" -c tempdir.owner
	[[ "$output" == *'/100 ('* ]]
}

@test "selection: --check and --skip, by id, family, practice" {
	stock_tree
	audit -c 'tempdir.*' --skip tempdir.acl
	[ "$(report '[.checks[].family] | unique | join(" ")')" = tempdir ]
	[ "$(report 'any(.checks[]; .id == "tempdir.acl")')" = false ]
	audit -c practice:race
	[ "$(report '[.checks[].practice] | unique | join(" ")')" = race ]
	audit --skip mount --skip 'sysctl.*'
	report -e '[.checks[].family] | unique | contains(["sticky", "tempdir"]) and (any(. == "mount" or . == "sysctl") | not)' >/dev/null
	audit
	[ "$(report 'any(.checks[]; .id == "mount.var-tmp-separate")')" = false ]
	audit -c mount.var-tmp-separate
	[ "$(report '.checks | length')" = 1 ]
}

@test "profile: each is named in its report, and has its own severities" {
	stock_tree
	for profile in default strict cis-l1 cis-l2 container desktop; do
		audit -p $profile
		[ "$(report .run.profile)" = $profile ]
	done
	audit -p container -c mount.tmp-noexec
	[ "$(report '.checks[0] | .severity + " " + .status')" = 'info not-applicable' ]
	# A container has sessions, boots and services of its host's; its shells read its own files.
	file /etc/login.defs 'UMASK 002\n'
	file /etc/profile 'umask 022\n'
	file /root/.bashrc 'umask 002\n'
	audit -p container
	for check in umask.login sysctl.suid-dumpable cleanup.policy; do
		status $check not-applicable
	done
	status umask.shell pass
	finding umask.accounts root boot '^002$' /root/.bashrc:1
	[ "$(report '[.checks[].findings[] | select(.aspect == "boot")] | length')" = 1 ]
	audit -p strict
	[ "$(report .run.deep)" = true ]
	[ "$(report 'any(.checks[]; .id == "mount.var-tmp-separate")')" = true ]
}

@test "text: 80 columns but for what is to be copied, or COLUMNS" {
	stock_tree
	dir /tmp/long/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 0777 1000
	wide() {
		printf '%s\n' "$output" | awk -v most="$1" 'length > most && !/^                   / { print; bad = 1 } END { exit bad }'
	}
	text -v
	wide 80
	COLUMNS=50 text -v
	wide 50
	COLUMNS=120 text -v
	wide 120
	run -1 wide 100
	COLUMNS=nonsense text -v
	wide 80
}

@test "text: -q is silent if the policy is met, and only then" {
	stock_tree
	# shellcheck disable=SC2086 # they are options
	run -0 --separate-stderr "$TMPAUDIT" --root "$TREE" $good -q
	[ "$output$stderr" = '' ]
	dir /tmp 0777
	run -1 "$TMPAUDIT" --root "$TREE" -q
	[[ "$output" == *sticky.shared* ]]
	run -3 "$TMPAUDIT" --root "$TREE" -q -c mount.alias
	[[ "$output" == *'no score'* ]]
}

@test "text: -v lists what passes and what does not apply" {
	stock_tree
	text
	[[ "$output" != *$'\n''pass '* && "$output" != *$'\n''n/a '* ]]
	text -v
	[[ "$output" == *$'\n''pass     tempdir.owner '* && "$output" == *$'\n''n/a      mount.alias '* ]]
}

@test "text: --max-findings and --all" {
	stock_tree
	for i in $(seq 60); do dir "/tmp/d$i" 0777 1000; done
	text -c sticky.nested
	[[ "$output" == *'... and 10 more (--all lists them)'* ]]
	text -c sticky.nested --max-findings 3
	[[ "$output" == *'... and 57 more (--all lists them)'* ]]
	text -c sticky.nested --all
	[[ "$output" == */tmp/d9:* && "$output" != *'(--all'* ]]
	audit -c sticky.nested --max-findings 7
	[ "$(report '.checks[0] | "\(.findings | length) \(.findings_total)"')" = '7 60' ]
	audit -c sticky.nested
	[ "$(report '.checks[0].findings | length')" = 60 ]
}

@test "color: as asked for, or as the environment says" {
	stock_tree
	esc=$'\e'
	text
	[[ "$output" != *$esc* ]]
	text --color always
	[[ "$output" == *"$esc[33mmedium$esc[0m   mount.tmp-"* ]]
	CLICOLOR_FORCE=1 text
	[[ "$output" == *$esc* ]]
	CLICOLOR_FORCE=0 text
	[[ "$output" != *$esc* ]]
	CLICOLOR_FORCE=1 NO_COLOR=1 text
	[[ "$output" != *$esc* ]]
	CLICOLOR_FORCE=1 text --color never
	[[ "$output" != *$esc* ]]
	NO_COLOR=1 text --color always
	[[ "$output" == *$esc* ]]
	audit --color always
	[[ "$(cat "$REPORT")" != *$esc* ]]
}

@test "color: on a terminal that knows colours" {
	stock_tree
	on_terminal() {
		env "$1" script -qec "$TMPAUDIT --root $TREE -c mount.tmp-nosuid" /dev/null </dev/null
	}
	run on_terminal TERM=xterm
	[[ "$output" == *$'\e['* ]]
	run on_terminal TERM=dumb
	[[ "$output" != *$'\e['* ]]
}

@test "environment: nothing else of it is read" {
	stock_tree
	audit
	report 'del(.run.started, .run.duration_ms)' >"$WORK/plain"
	TMPDIR=/nonexistent PATH=/nonexistent LC_ALL=tr_TR.UTF-8 LIBMOUNT_FSTAB=/dev/null POSIXLY_CORRECT=1 \
		MALLOC_CHECK_=0 "$TMPAUDIT" -f json --root "$TREE" --all >"$REPORT" || [ $? = 1 ]
	report 'del(.run.started, .run.duration_ms)' >"$WORK/other"
	cmp "$WORK/plain" "$WORK/other"
	# Behind an operand, POSIXLY_CORRECT would end the options.
	POSIXLY_CORRECT=1 run -0 "$TMPAUDIT" list --profile strict mount.boot --help
	[[ "$output" == Usage:* ]]
}

@test "same host, same bytes, but for when and how long" {
	stock_tree
	dir /tmp/a 0777 1000
	for format in json text; do
		"$TMPAUDIT" -f $format --root "$TREE" >"$WORK/1" || [ $? = 1 ]
		"$TMPAUDIT" -f $format --root "$TREE" >"$WORK/2" || [ $? = 1 ]
		sed -E -i '/"(started|duration_ms)":/d; s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5} UTC//' "$WORK/1" "$WORK/2"
		cmp "$WORK/1" "$WORK/2"
	done
	# Other tests run meanwhile: what lies in /tmp and which processes there are changes.
	steady='del(.run.started, .run.duration_ms, .score, .summary)
		| .checks |= map(select(.id | (IN("sticky.nested", "umask.processes", "environment.processes", "cleanup.stale")
			or startswith("contents.")) | not))'
	for i in 1 2; do
		audit_host
		report "$steady" >"$WORK/$i"
	done
	[ "$(jq '.checks | length' "$WORK/1")" -gt 20 ]
	cmp "$WORK/1" "$WORK/2"
}

@test "json: of a live host" {
	audit_host
	[ "$(report '.host.live, .run.mount_namespace' | xargs)" = 'true host' ] || [ "$(report .run.mount_namespace)" = via-pid1 ]
	[ "$(report .host.kernel)" = "$(uname -r)" ]
	[ "$(report .host.uid)" = 0 ]
	[ "$(report '.checks | length')" = "$("$TMPAUDIT" list -p default | wc -l)" ]
}

@test "json: of an offline tree" {
	stock_tree
	audit
	[ "$(report '.host.live, .run.mount_namespace, .host.kernel' | xargs)" = 'false null null' ]
	[ "$(report .host.root)" = "$TREE" ]
	[ "$(report .host.os)" = 'Stock tree' ]
	[ "$(report .run.exit)" = 1 ]
}

@test "json: totals agree with the checks" {
	stock_tree
	dir /tmp/a 0777 1000
	audit
	report -e '
		.summary as $s | [.checks[].status] as $all
		| ([$all[] | select(. == "pass")] | length) == $s.pass
		and ([$all[] | select(. == "fail")] | length) == $s.fail
		and ([$all[] | select(. == "error")] | length) == $s.error
		and ([$all[] | select(. == "not-applicable")] | length) == $s.not_applicable
		and ([.checks[] | select(.status == "fail") | .severity] | length) == ([$s.fail_by_severity[]] | add)
		and ([.score.practices[].fail] | add) == $s.fail' >/dev/null
}

@test "hostile names: a parser reads them, a terminal never sees them" {
	stock_tree
	names=($'\e[2J' $'a\nhigh     tempdir.owner' $'a\rb' $'\xe2\x80\xaegpj' $'\xff\xfe' '<script>' $'\xc2\x9b31m' '$(reboot)' "'; reboot; '" '\x1b')
	for name in "${names[@]}"; do
		mkdir -m 0777 "$TREE/tmp/$name"
		chown 1000 "$TREE/tmp/$name"
	done
	chmod 0777 "$TREE"/tmp/*
	audit -c sticky.nested
	[ "$(report '.checks[0].findings_total')" = "${#names[@]}" ]
	python3 - "$REPORT" "$TREE/tmp" <<-'END'
		import base64, json, os, sys
		report = json.load(open(sys.argv[1], encoding="utf-8"))
		seen = set()
		for finding in report["checks"][0]["findings"]:
		    if "subject_bytes" in finding:
		        subject = base64.b64decode(finding["subject_bytes"])
		        assert subject.decode("utf-8", "replace") == finding["subject"]
		    else:
		        subject = finding["subject"].encode()
		    seen.add(subject)
		wanted = {b"/tmp/" + name for name in os.listdir(os.fsencode(sys.argv[2]))}
		assert seen == wanted, (seen, wanted)
		assert "<" not in open(sys.argv[1], encoding="utf-8").read()
	END
	text -c sticky.nested
	[ "$(printf '%s' "$output" | LC_ALL=C tr -d '\n\40-\176' | wc -c)" = 0 ]
	[[ "$output" != *$'\nhigh     tempdir.owner'* ]]
	[[ "$output" == *'/tmp/\x1b[2J: '* && "$output" == *'/tmp/\xff\xfe: '* && "$output" == *'/tmp/\\x1b: '* ]]
}

@test "start: closed descriptors, blocked and ignored signals of the caller do no harm" {
	stock_tree
	run -1 bash -c "$TMPAUDIT --root $TREE <&-"
	run -1 bash -c "$TMPAUDIT --root $TREE 2>&-"
	run -2 --separate-stderr bash -c "$TMPAUDIT --root $TREE >&-"
	[ "$stderr" = 'tmpaudit: standard output: cannot be written: Bad file descriptor' ]
	run -2 bash -c "$TMPAUDIT --root $TREE 0<&- >&- 2>&-"
	# Nothing is to be written there, so nothing is lost.
	run -1 bash -c "$TMPAUDIT --root $TREE -o $WORK/report.json >&-"
	jq -e . "$WORK/report.json" >/dev/null
	python3 - "$TMPAUDIT" "$TREE" <<-'END'
		import os, signal, subprocess, sys
		def blocked():
		    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
		    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
		done = subprocess.run([sys.argv[1], "--root", sys.argv[2], "-f", "json"], preexec_fn=blocked, capture_output=True)
		assert done.returncode == 1, done
	END
}
