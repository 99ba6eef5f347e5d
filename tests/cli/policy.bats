# Policies and waivers as users write them.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	stock_tree
	P=$WORK/policy.json
	export P
}

# A policy with these members besides its schema.
policy() {
	printf '{"schema": "tmpaudit.policy/1"%s}' "${1:+, $1}" >"$P"
}

day() {
	date -u -d "$1" +%F
}

# A waiver of mount.tmp-noexec: subject, end.
waive() {
	policy "\"waivers\": [{\"check\": \"mount.tmp-noexec\", \"subject\": \"$1\", \"reason\": \"build host\", \"owner\": \"ops\",
		\"ticket\": \"T-1\", \"expires\": \"$2\"}]"
}

# The policy must be refused with this message behind its name.
refuses() {
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy "$P"
	[ -z "$output" ]
	[ "$stderr" = "tmpaudit: $P:$1" ] || {
		printf 'wanted: tmpaudit: %s:%s\ngot:    %s\n' "$P" "$1" "$stderr"
		return 1
	}
}

listed() {
	"$TMPAUDIT" list --policy "$@"
}

@test "policy: the example of the interface" {
	cat >"$P" <<-END
		{
		  "schema": "tmpaudit.policy/1", "name": "web tier", "extends": "default",
		  "checks": {"mount.tmp-noexec": {"severity": "low"}, "cleanup.*": {"enabled": false, "comment": "scratch hosts"}},
		  "parameters": {"umask.maximum": "027", "cleanup.tmp-max-age": "10d", "tempdir.extra": ["/srv/scratch"]},
		  "waivers": [{"check": "sticky.everywhere", "subject": "/srv/drop", "reason": "upload box", "owner": "ops@example.org",
		               "ticket": "OPS-4711", "expires": "$(day '+60 days')"}],
		  "fail": {"under": 80, "on": "high"}
		}
	END
	dir /srv/scratch 0777
	audit --policy "$P"
	finding sticky.shared /srv/scratch file
	[ "$(report '.checks[] | select(.id == "mount.tmp-noexec").severity')" = low ]
	[ "$(report '[.checks[].family] | index("cleanup")')" = null ]
	[ "$(report '.run.policy[0] | .path, .sha256')" = "$P
$(sha256sum "$P" | cut -d' ' -f1)" ]
	[ "$(report '[.run.overrides[] | "\(.key)=\(.value) \(.source | sub(".*:"; ""))"] | join("; ")')" = \
		'checks.cleanup.*.enabled=false 3; checks.mount.tmp-noexec.severity=low 3; parameters.tempdir.extra=/srv/scratch 4; parameters.umask.maximum=027 4; parameters.cleanup.tmp-max-age=10d 4; fail.under=80.0 7; fail.on=high 7' ]
	run "$TMPAUDIT" --root "$TREE" --policy "$P"
	[[ "$output" == *"profile default, $P (7 values"* ]]
}

@test "policy: errors name line, column and what was meant" {
	policy '"parametres": {}'
	refuses '1:33: no key "parametres"; the nearest is parameters'
	printf '{\n\t"schema": "tmpaudit.policy/1",\n\t"checks": {\n\t\t"mount.tmp-noexc": {}\n\t}\n}\n' >"$P"
	refuses '4:3: no check "mount.tmp-noexc"; the nearest is mount.tmp-noexec'
	printf '{\r\n"schema": "tmpaudit.policy/1",\r\n"name": "äöü€", "deep": "yes"}' >"$P"
	refuses '3:25: this is a string; "deep" wants true or false'
	policy '"checks": {"mounts.*": {}}'
	refuses '1:44: no check "mounts.*"; see tmpaudit list'
	policy '"checks": {"mount.*": {"severity": "hig"}}'
	refuses '1:68: no severity "hig"; the nearest is high'
	policy '"parameters": {"umask.maximun": "027"}'
	refuses '1:48: no parameter "umask.maximun"; the nearest is umask.maximum'
	policy '"parameters": {"umask.maximum": "028"}'
	refuses '1:65: "028" is no umask: octal digits, at most 0777'
	policy '"parameters": {"umask.maximum": 27}'
	refuses '1:65: an octal value is a string, as in "027"'
	policy '"parameters": {"umask.maximum": 027}'
	refuses '1:65: no number begins with 0; octal values are strings, as in "027"'
	policy '"parameters": {"cleanup.tmp-max-age": "10 days"}'
	refuses '1:71: "10 days" is no age: numbers with units s, min, h, d or w, as in "10d"'
	policy '"extends": "stric"'
	refuses '1:44: no profile "stric"; the nearest is strict'
	policy '"deep": true, "deep": false'
	refuses '1:47: the key "deep" stands twice in one object'
	policy '"deep": true, "\u0064eep": false'
	refuses '1:47: the key "deep" stands twice in one object'
	policy '"fail": {"under": 80,}'
	refuses '1:54: a key is missing: it stands in double quotes'
	policy '"fail": {} // none'
	refuses '1:44: JSON has no comments; any object may have a key "comment"'
	printf '{"deep": true}' >"$P"
	refuses '1:1: the key "schema" is missing here'
	printf '{"schema": "tmpaudit.policy/2"}' >"$P"
	refuses '1:12: "tmpaudit.policy/2" is not understood; this is tmpaudit.policy/1'
	: >"$P"
	refuses '1:1: it is empty'
	printf '[]' >"$P"
	refuses '1:1: a policy is an object in {}'
	printf '{"schema": "tmpaudit.policy/1"' >"$P"
	refuses '1:31: it ends too early: it was cut off'
}

@test "policy: errors of waivers" {
	local rest='"reason": "r", "owner": "o", "expires": "2020-01-01"'
	policy "\"waivers\": [{\"subject\": \"*\", $rest}]"
	refuses '1:45: the key "check" is missing here'
	policy "\"waivers\": [{\"check\": \"mount.tmp-noexec\", $rest}]"
	refuses '1:45: the key "subject" is missing here; "*" is any'
	policy "\"waivers\": [{\"check\": \"mount.*\", \"subject\": \"*\", $rest}]"
	refuses '1:55: no check "mount.*"; a waiver names one by its whole id: see tmpaudit list'
	policy "\"waivers\": [{\"check\": \"mount.tmp-noexc\", \"subject\": \"*\", $rest}]"
	refuses '1:55: no check "mount.tmp-noexc"; the nearest is mount.tmp-noexec'
	policy '"waivers": [{"check": "mount.tmp-noexec", "subject": "*", "reason": " ", "owner": "o", "expires": "2020-01-01"}]'
	refuses '1:101: "reason" says nothing'
	policy "\"waivers\": [{\"check\": \"mount.tmp-noexec\", \"subject\": \"*\", $rest},
{\"check\": \"mount.tmp-noexec\", \"subject\": \"*\", $rest}]"
	refuses '2:1: the same check and subject are waived before, in this file'
	waive /tmp 2026-02-29
	run -2 "$TMPAUDIT" --root "$TREE" --policy "$P"
	[[ "$output" == *'"2026-02-29" is no day; one is written YYYY-MM-DD' ]]
	waive /tmp "$(day '+366 days')"
	audit --policy "$P"
	waive /tmp "$(day '+368 days')"
	run -2 "$TMPAUDIT" --root "$TREE" --policy "$P"
	[[ "$output" == *'a waiver ends after at most 366 days; '*' is later' ]]
}

@test "policy: a broken one is refused whatever is asked of it, before anything is written" {
	policy '"deep": 1'
	for arguments in "audit --root $TREE" "probe $TREE" "list" "audit -q -c mount.boot" "audit -f json"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -2 "$TMPAUDIT" $arguments -o "$WORK/out.json" --policy "$P"
		[ ! -e "$WORK/out.json" ]
	done
	run --separate-stderr -2 "$TMPAUDIT" list --policy "$P"
	[ "$stderr" = "tmpaudit: $P:1:41: this is a number; \"deep\" wants true or false" ]
}

@test "policy: comments are allowed anywhere, and are text" {
	policy '"comment": "a", "checks": {"comment": "b", "mount.*": {"comment": "c"}}, "parameters": {"comment": "d"},
		"fail": {"comment": "e"}, "waivers": [{"comment": "f", "check": "mount.boot", "subject": "*", "reason": "r", "owner": "o", "expires": "2020-01-01"}]'
	audit --policy "$P"
	policy '"comment": ["a"]'
	refuses '1:44: this is a list in []; "comment" wants a string'
}

@test "policy: the profile is that of --profile, else what the file extends, else default" {
	policy '"extends": "strict"'
	audit --policy "$P"
	[ "$(report .run.profile,.run.deep | xargs)" = 'strict true' ]
	audit --policy "$P" -p desktop
	[ "$(report .run.profile,.run.deep | xargs)" = 'desktop false' ]
	policy ''
	audit --policy "$P"
	[ "$(report .run.profile)" = default ]
	listed "$P" -p strict | grep -qE '^  strict +chosen +\(--profile\)$'
	policy '"extends": "cis-l2", "parameters": {"umask.maximum": "077"}'
	[ "$(listed "$P" | sed '/^Checks/,$d' | grep -E '^  (cis-l2|umask.maximum|sysctl.suid-dumpable-pipe|umask.services) ' | tr -s ' ')" = " cis-l2 chosen ($P:1)
 umask.maximum 077 ($P:1)
 umask.services 022 (profile default)
 sysctl.suid-dumpable-pipe false (profile cis-l1)" ]
}

@test "policy: what is said of checks does not depend on the order of keys" {
	policy '"checks": {"mount.tmp-noexec": {"enabled": true}, "*": {"enabled": false}, "mount.*": {"severity": "info"}, "mount.tmp-*": {"severity": "high"}}'
	audit --policy "$P"
	[ "$(report '[.checks[] | "\(.id) \(.severity)"] | join(",")')" = 'mount.tmp-noexec high' ]
	policy '"checks": {"mount.tmp-*": {"severity": "high"}, "mount.*": {"severity": "info"}, "*": {"enabled": false}, "mount.tmp-noexec": {"enabled": true}}'
	audit --policy "$P"
	[ "$(report '[.checks[] | "\(.id) \(.severity)"] | join(",")')" = 'mount.tmp-noexec high' ]
}

@test "policy: a check that is left out runs if it is named by its whole id" {
	policy '"checks": {"mount.*": {"enabled": false}}'
	audit --policy "$P" -c mount.tmp-noexec
	[ "$(report '[.checks[].id] | join(",")')" = mount.tmp-noexec ]
	audit --policy "$P" -c 'mount.tmp-no*'
	[ "$(report '.checks | length')" = 0 ]
	policy '"checks": {"mount.tmp-noexec": {"applicable": false}}'
	audit --policy "$P" -c mount.tmp-noexec
	status mount.tmp-noexec not-applicable
}

@test "policy: what falls short: options before files before the profile" {
	# mount.tmp-noexec is medium.
	code() {
		local status=0
		"$TMPAUDIT" --root "$TREE" -c mount.tmp-noexec -q --policy "$P" "$@" >/dev/null || status=$?
		[ "$status" = "$wanted" ] || {
			echo "$(cat "$P") $*: $status, not $wanted"
			return 1
		}
	}
	policy ''
	wanted=1 code
	policy '"fail": {"on": "high"}'
	wanted=0 code
	wanted=1 code --fail-on medium
	# Who asks for a score asks not for each check, unless somebody says so.
	policy '"fail": {"under": 0}'
	wanted=0 code
	policy '"fail": {"under": 50}'
	wanted=1 code
	wanted=0 code --fail-under 0
	policy '"fail": {"under": 0, "on": "medium"}'
	wanted=1 code
	wanted=0 code --fail-on high
	policy '"fail": {"on": "medium"}'
	wanted=1 code --fail-under 0
	wanted=0 code --fail-under 0 --fail-on critical
}

@test "policy: a waiver covers what its glob matches, and is shown" {
	waive '/t?p' "$(day '+60 days')"
	audit --policy "$P" -c mount.tmp-noexec
	status mount.tmp-noexec waived
	[ "$audit_status" = 0 ]
	[ "$(report '.score | .value == 100 and .value_without_waivers == 0')" = true ]
	[ "$(report '.summary.waived')" = 1 ]
	[ "$(report '.checks[0].waiver')" = "until $(day '+60 days'), ops, T-1: build host" ]
	[ "$(report '.waivers[0] | .findings, .expired, .ends_soon, .unused, .source' | xargs)" = "1 false false false $P:1" ]
	run -0 "$TMPAUDIT" --root "$TREE" --policy "$P" -c mount.tmp-noexec
	[[ "$(tr -s ' \n' ' ' <<<"$output")" == *"waived mount.tmp-noexec /tmp: "*"until $(day '+60 days'), ops, T-1: build host"* ]]
	waive '/tm' "$(day '+60 days')"
	audit --policy "$P" -c mount.tmp-noexec
	status mount.tmp-noexec fail
	[ "$(report '.waivers[0].unused')" = true ]
	run -1 "$TMPAUDIT" --root "$TREE" --policy "$P" -c mount.tmp-noexec
	[[ "$(tr -s ' \n' ' ' <<<"$output")" == *"waiver mount.tmp-noexec /tm: matches nothing: remove it ("*", ops, T-1)"* ]]
	# Of a check that did not run nobody can tell.
	audit --policy "$P" -c mount.tmp-nodev
	[ "$(report '.waivers[0].unused')" = false ]
}

@test "policy: a waiver ends with its day in UTC, and then the check fails and says so" {
	waive /tmp "$(day today)"
	audit --policy "$P" -c mount.tmp-noexec
	[ "$(report '.checks[0].status, .waivers[0].ends_soon' | xargs)" = 'waived true' ] || [ "$(report '.waivers[0].expired')" = true ]
	waive /tmp "$(day '14 days')"
	audit --policy "$P" -c mount.tmp-noexec
	[ "$(report '.waivers[0].ends_soon')" = true ]
	waive /tmp "$(day '16 days')"
	audit --policy "$P" -c mount.tmp-noexec
	[ "$(report '.waivers[0].ends_soon')" = false ]
	waive /tmp "$(day yesterday)"
	audit --policy "$P" -c mount.tmp-noexec
	status mount.tmp-noexec fail
	[ "$audit_status" = 1 ]
	[ "$(report '.checks[0].findings[0] | .lapsed_waiver')" = "its waiver ended on $(day yesterday) (ops, T-1: build host)" ]
	[[ "$(report '.checks[0].findings[0].message')" == *"; its waiver ended on $(day yesterday) (ops, T-1: build host)" ]]
	[ "$(report '.waivers[0] | .expired, .findings, .unused' | xargs)" = 'true 1 false' ]
	[ "$(report '.score.value == .score.value_without_waivers')" = true ]
	run -1 "$TMPAUDIT" --root "$TREE" --policy "$P" -c mount.tmp-noexec
	[[ "$(tr -s ' \n' ' ' <<<"$output")" == *"its waiver ended on"*"waiver mount.tmp-noexec /tmp: ended on $(day yesterday): what it covered fails again"* ]]
	# A saved report says the same.
	"$TMPAUDIT" --root "$TREE" --policy "$P" -c mount.tmp-noexec -f json >"$WORK/saved.json" || true
	"$TMPAUDIT" report "$WORK/saved.json" >"$WORK/again" || true
	grep -q 'its waiver ended on' "$WORK/again"
	grep -q '^waiver ' "$WORK/again"
}

@test "policy: one waived and one failing subject fail; an unreadable one is never waived" {
	dir /srv/a 0777
	dir /srv/b 0777
	policy '"parameters": {"tempdir.extra": ["/srv/a", "/srv/b"]}, "waivers": [{"check": "sticky.shared", "subject": "/srv/a",
		"reason": "r", "owner": "o", "expires": "'"$(day '+9 days')"'"}]'
	audit --policy "$P" -c sticky.shared
	status sticky.shared fail
	[ "$(report '.checks[0].findings[] | "\(.subject) \(.status)"' | xargs)" = '/srv/b fail /srv/a waived' ]
	# /etc/passwd that is no file: nobody knows who owns what.
	rm "$TREE/etc/passwd"
	dir /etc/passwd 755
	policy '"waivers": [{"check": "contents.unowned", "subject": "*", "reason": "r", "owner": "o", "expires": "'"$(day '+9 days')"'"}]'
	file /tmp/x y 644 4711
	audit --policy "$P" -c contents.unowned
	status contents.unowned error
	[ "$(report '.waivers[0].unused')" = false ]
	[ "$audit_status" = 3 ]
}

@test "policy: subjects that are not UTF-8 are waived by a glob or by their bytes" {
	local name
	name=$(printf '/tmp/a\377b')
	file "$name" x 666
	file /tmp/other x 666
	for how in '"subject": "/tmp/a?b"' "\"subject_bytes\": \"$(printf %s "$name" | base64)\""; do
		policy '"waivers": [{"check": "contents.writable", '"$how"', "reason": "r", "owner": "o", "expires": "'"$(day '+9 days')"'"}]'
		audit --policy "$P" -c contents.writable
		[ "$(report '.checks[0].findings[] | .status' | xargs)" = 'fail waived' ]
		[ "$(report '.checks[0].findings[1].subject_bytes')" = "$(printf %s "$name" | base64)" ]
	done
}

@test "policy: a waiver needs a reason and an end; an owner and a ticket are shown where it has them" {
	file /tmp/a x 666
	local end
	end=$(day '+9 days')
	policy '"waivers": [{"check": "contents.writable", "subject": "/tmp/*", "reason": "lab", "expires": "'"$end"'"}]'
	audit --policy "$P" -c contents.writable
	status contents.writable waived
	[ "$(report '.waivers[0] | .owner, .ticket' | xargs)" = 'null null' ]
	[ "$(report '.checks[0].waiver')" = "until $end, lab" ]
	for format in json html text; do
		run --separate-stderr -0 "$TMPAUDIT" report -f $format "$REPORT"
		[[ "$output" != *'(null)'* ]]
		[[ "$output" == *"until $end"* ]]
	done
	[[ "$(tr -d ' \\\n' <<<"$output")" == *"($P:1)"* ]]
	run -0 "$TMPAUDIT" list --policy "$P" contents.writable
	[[ "$output" == *"until $end: lab"* ]]
}

@test "policy: files are laid in order, from /usr/lib and /etc and nowhere else" {
	laid() {
		mkdir -p "$WORK/upper" "$WORK/work" "$WORK/upper2" "$WORK/work2"
		mount -t tmpfs tmpfs "$WORK/upper"
		mkdir "$WORK/upper/"{e,w,l,v}
		mount -t overlay -o "lowerdir=/etc,upperdir=$WORK/upper/e,workdir=$WORK/upper/w" overlay /etc
		mount -t overlay -o "lowerdir=/usr/lib,upperdir=$WORK/upper/l,workdir=$WORK/upper/v" overlay /usr/lib
		mkdir -p /usr/lib/tmpaudit/policy.d /etc/tmpaudit/policy.d
		set_umask() {
			printf '{"schema": "tmpaudit.policy/1", "parameters": {"umask.maximum": "%s"}%s}' "$2" "$3" >"$1"
		}
		said() {
			"$TMPAUDIT" list --policy umask.login "$@" | sed -n 's/^  umask.maximum *//p'
		}
		[ "$(said)" = '027   (profile default)' ]
		set_umask /usr/lib/tmpaudit/policy.d/50-vendor.json 007 ', "extends": "strict"'
		[ "$(said)" = '007   (/usr/lib/tmpaudit/policy.d/50-vendor.json:1)' ]
		"$TMPAUDIT" list --policy | grep -q '^  strict '
		set_umask /etc/tmpaudit/policy.json 017 ', "extends": "desktop"'
		[ "$(said)" = '017   (/etc/tmpaudit/policy.json:1)' ]
		"$TMPAUDIT" list --policy | grep -q '^  desktop '
		set_umask /etc/tmpaudit/policy.d/20-b.json 037
		set_umask /etc/tmpaudit/policy.d/10-a.json 067
		echo broken >/etc/tmpaudit/policy.d/30-c.json.dpkg-old
		echo broken >/etc/tmpaudit/policy.d/.30-c.json
		[ "$(said)" = '037   (/etc/tmpaudit/policy.d/20-b.json:1)' ]
		audit -c umask.login
		[ "$(report '[.run.policy[].path] | join(" ")')" = '/usr/lib/tmpaudit/policy.d/50-vendor.json /etc/tmpaudit/policy.json /etc/tmpaudit/policy.d/10-a.json /etc/tmpaudit/policy.d/20-b.json' ]
		# A named file replaces them all.
		set_umask "$P" 077
		[ "$(said "--policy=$P")" = "077   ($P:1)" ]
		# A waiver is renewed by a later file.
		wv() {
			printf '{"schema": "tmpaudit.policy/1", "waivers": [{"check": "mount.tmp-noexec", "subject": "/tmp", "reason": "r", "owner": "o", "expires": "%s"}]}' "$2" >"$1"
		}
		wv /etc/tmpaudit/policy.d/10-a.json 2020-01-01
		wv /etc/tmpaudit/policy.d/20-b.json "$(day '+9 days')"
		audit -c mount.tmp-noexec
		status mount.tmp-noexec waived
		[ "$(report '.waivers | length')" = 1 ]
		# Neither the tree nor the working directory says anything.
		rm -r /etc/tmpaudit /usr/lib/tmpaudit
		mkdir -p "$TREE/etc/tmpaudit"
		echo broken >"$TREE/etc/tmpaudit/policy.json"
		cd "$TREE/etc/tmpaudit"
		audit -c mount.tmp-noexec
		[ "$(report '.run.policy | length')" = 0 ]
		# One that others could have written is not passed over.
		mkdir -p /etc/tmpaudit/policy.d
		set_umask /etc/tmpaudit/policy.d/10-a.json 067
		chmod 666 /etc/tmpaudit/policy.d/10-a.json
		run -2 "$TMPAUDIT" --root "$TREE"
		[[ "$output" == "tmpaudit: /etc/tmpaudit/policy.d/10-a.json: can be written by everybody; "* ]]
		rm -r /etc/tmpaudit
		# What is there and cannot be read is no absence.
		mkdir /etc/tmpaudit
		ln -s /nowhere /etc/tmpaudit/policy.json
		run -2 "$TMPAUDIT" --root "$TREE"
		rm /etc/tmpaudit/policy.json
		mkdir -m 777 /etc/tmpaudit/policy.d
		run -2 "$TMPAUDIT" --root "$TREE"
		[[ "$output" == "tmpaudit: /etc/tmpaudit/policy.d: can be written by everybody; "* ]]
	}
	in_mounts laid
}

@test "policy: what others could have written is refused before it is read" {
	# It is no JSON, which is told of what is read.
	unsafe() {
		run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy "${2:-$P}"
		[[ "$stderr" == "tmpaudit: $1"* ]] || {
			printf 'wanted: %s\ngot:    %s\n' "$1" "$stderr"
			return 1
		}
	}
	echo broken >"$P"
	unsafe "$P:1:1: this is no value"
	chown 1000 "$P"
	unsafe "$P: belongs to uid 1000; a policy and what leads to it belongs to root"
	chown 0 "$P"
	chmod o+w "$P"
	unsafe "$P: can be written by everybody; "
	chmod o-w "$P"
	chgrp 1000 "$P"
	chmod g+w "$P"
	unsafe "$P: can be written by its group; "
	chgrp 0 "$P"
	unsafe "$P:1:1: "
	chmod 644 "$P"
	setfacl -m u:1000:rw "$P"
	unsafe "$P: can be written by the entry user:1000:rw- of its access list; " || unsafe "$P: can be written by the entry user:1000:"
	setfacl -m m::r "$P"
	unsafe "$P:1:1: "
	setfacl -b "$P"
	# Entries of root and its group, or that write nothing, open it to nobody; the owning group of somebody else does.
	setfacl -m u:0:rw,g:0:rw,u:1000:r,g:1000:r "$P"
	unsafe "$P:1:1: "
	setfacl -m g:1000:rw "$P"
	unsafe "$P: can be written by the entry group:1000:rw" || unsafe "$P: can be written by the entry group:"
	setfacl -b -m u:1000:r,g::rw,m::rw "$P"
	unsafe "$P:1:1: "
	chgrp 1000 "$P"
	unsafe "$P: can be written by its group; "
	setfacl -m m::r "$P"
	unsafe "$P:1:1: "
	setfacl -b "$P"
	chmod 644 "$P"
	chgrp 0 "$P"
	mkdir -p "$WORK/a/b"
	cp "$P" "$WORK/a/b/p.json"
	unsafe "$WORK/a/b/p.json:1:1: " "$WORK/a/b/p.json"
	chmod 777 "$WORK/a"
	unsafe "$WORK/a: can be written by everybody; a policy and what leads to it can be written by nobody but root, and so $WORK/a/b/p.json is not read" "$WORK/a/b/p.json"
	# A sticky directory of root's may lie on the way, but not hold the file.
	chmod 1777 "$WORK/a"
	unsafe "$WORK/a/b/p.json:1:1: " "$WORK/a/b/p.json"
	cp "$P" "$WORK/a/p.json"
	unsafe "$WORK/a: can be written by everybody; " "$WORK/a/p.json"
	chown 1000 "$WORK/a"
	unsafe "$WORK/a: belongs to uid 1000; " "$WORK/a/b/p.json"
	# By a link: each step is judged.
	ln -s "$WORK/a/b/p.json" "$WORK/link.json"
	unsafe "$WORK/a: belongs to uid 1000; " "$WORK/link.json"
	chown 0 "$WORK/a"
	unsafe "$WORK/link.json:1:1: " "$WORK/link.json"
	chown -h 1000 "$WORK/link.json"
	unsafe "$WORK/link.json: belongs to uid 1000; " "$WORK/link.json"
	ln -s loop "$WORK/loop"
	unsafe "$WORK/loop: cannot be followed: " "$WORK/loop"
	unsafe "$WORK/a/../policy.json:1:1: " "$WORK/a/../policy.json"
	cd "$WORK/a/b"
	unsafe "$WORK/a/b/p.json:1:1: " p.json
	unsafe "$WORK/a/b/./../b/p.json:1:1: " ./../b/p.json
}

@test "policy: where / belongs to nobody one that is not there is no error, and one that is there is refused" {
	unshare --user --map-root-user true || skip 'no user namespaces here'
	mapped() {
		as_user 1234 unshare --user --map-root-user "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid "$@"
	}
	laid() {
		mount -t tmpfs tmpfs /mnt
		mkdir /mnt/{upper,work}
		mount -t overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work overlay /etc
		rm -rf /etc/tmpaudit
		run --separate-stderr mapped -f json
		[ "$status:$stderr" = 1: ]
		[ "$(jq '.run.policy | length' <<<"$output")" = 0 ]
		# Each of those that are looked for.
		mkdir -p /etc/tmpaudit/policy.d
		run --separate-stderr -2 mapped
		[[ "$stderr" == "tmpaudit: /: belongs to uid 65534; a policy and what leads to it belongs to root, and so /etc/tmpaudit/policy.d is not read" ]]
		rmdir /etc/tmpaudit/policy.d
		run -1 mapped
		printf '{"schema": "tmpaudit.policy/1"}' >/etc/tmpaudit/policy.json
		run --separate-stderr -2 mapped
		[[ "$stderr" == *"and so /etc/tmpaudit/policy.json is not read" ]]
		[ -z "$output" ]
		# So is one that is named, there or not.
		run --separate-stderr -2 mapped --policy "$WORK/none.json"
		rm /etc/tmpaudit/policy.json
		# What only leads nowhere is there.
		ln -s /nowhere /etc/tmpaudit/policy.json
		run -2 mapped
		# To the machine's root they are what they were.
		rm /etc/tmpaudit/policy.json
		run -1 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid
	}
	in_mounts laid
}

@test "policy: a user's own policy is the user's" {
	mkdir "$WORK/home"
	printf '{"schema": "tmpaudit.policy/1"}' >"$WORK/home/p.json"
	chown -R 1234 "$WORK/home"
	run as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid --policy "$WORK/home/p.json"
	[ "$status" = 1 ]
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid --policy "$WORK/home/p.json"
	[[ "$stderr" == "tmpaudit: $WORK/home: belongs to uid 1234; "* ]]
	run --separate-stderr -2 as_user 1235 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid --policy "$WORK/home/p.json"
	[[ "$stderr" == "tmpaudit: $WORK/home: belongs to uid 1234; "*"root or to you"* ]]
	# His own entries open it to nobody else; others' do, and he is told so.
	chmod 644 "$WORK/home/p.json"
	setfacl -m u:1234:rw "$WORK/home/p.json"
	run as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid --policy "$WORK/home/p.json"
	[ "$status" = 1 ]
	setfacl -m u:1235:rw "$WORK/home/p.json"
	run --separate-stderr -2 as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid --policy "$WORK/home/p.json"
	[[ "$stderr" == *"can be written by nobody but root and you" ]]
	setfacl -b "$WORK/home/p.json"
	chmod 600 "$WORK/home/p.json"
	chown 0 "$WORK/home" "$WORK/home/p.json"
	run --separate-stderr -2 as_user 1234 "$TMPAUDIT" --root "$TREE" -c mount.tmp-nosuid --policy "$WORK/home/p.json"
	[[ "$stderr" == "tmpaudit: $WORK/home/p.json: cannot be read: Permission denied" ]]
}

@test "policy: what is no regular file, or larger than 64 MiB, is refused at once" {
	mkfifo "$WORK/fifo"
	run --separate-stderr timeout 20 "$TMPAUDIT" --root "$TREE" --policy "$WORK/fifo"
	[ "$status:$stderr" = "2:tmpaudit: $WORK/fifo: is no regular file; a policy is one" ]
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy "$WORK"
	[ "$stderr" = "tmpaudit: $WORK: is no regular file; a policy is one" ]
	run --separate-stderr timeout 20 "$TMPAUDIT" --root "$TREE" --policy /dev/zero
	[ "$status" = 2 ]
	truncate -s 65M "$P"
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy "$P"
	[ "$stderr" = "tmpaudit: $P: is larger than 64 MiB" ]
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy "$WORK/none.json"
	[ "$stderr" = "tmpaudit: $WORK/none.json: cannot be opened: No such file or directory" ]
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy ''
	[ "$stderr" = 'tmpaudit: --policy: names no file' ]
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy
	[[ "$stderr" == 'tmpaudit: --policy: needs an argument: FILE; '* ]]
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy -q
	[[ "$stderr" == 'tmpaudit: --policy: needs an argument: FILE; '* ]]
}

@test "policy: hostile texts are refused, each with its place" {
	deep=$(printf '%0200000d' 0 | tr 0 '[')
	printf '{"schema": "tmpaudit.policy/1", "name": %s' "$deep" >"$P"
	refuses '1:72: values lie in values, deeper than 32'
	printf '\357\273\277{"schema": "tmpaudit.policy/1"}' >"$P"
	refuses '1:1: it begins with a byte order mark; JSON has none'
	printf '{"schema": "tmpaudit.policy/1", "name": "a\377"}' >"$P"
	refuses '1:43: this is not UTF-8'
	printf '{"schema": "tmpaudit.policy/1", "name": "a\0"}' >"$P"
	refuses '1:43: a NUL byte stands in a string'
	printf '{"schema": "tmpaudit.policy/1"}\0' >"$P"
	refuses '1:32: a NUL byte stands here'
	policy '"name": "a\u0000"'
	refuses '1:43: a NUL stands in a string'
	policy '"name": "\ud800"'
	refuses '1:42: half a surrogate pair is no character'
	policy '"fail": {"under": 1e999}'
	refuses '1:51: a score is a number from 0 to 100'
	policy '"fail": {"under": NaN}'
	refuses '1:51: this is no value; strings stand in double quotes'
	policy "\"fail\": {\"under\": $(printf '%01000d' 1 | tr 0 9)}"
	refuses '1:51: this number is too long'
	policy "\"parameters\": {\"sysctl.protected-regular\": 18446744073709551617}"
	refuses '1:76: "sysctl.protected-regular" wants a whole number from 0 to 2'
	# An error shows nothing of what a stranger wrote as it is.
	policy '"\u001b[2J\u202e\ud83d\ude00": 1'
	run --separate-stderr -2 "$TMPAUDIT" --root "$TREE" --policy "$P"
	[[ "$stderr" == *'no key "\x1b[2J\u{202e}'* ]]
}

@test "policy: many values are read or refused in bounded memory" {
	# A sanitizer's own memory is no measure.
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer takes more'
	/usr/bin/python3 - "$P" <<-'END'
		import sys
		with open(sys.argv[1], "w") as file:
		    file.write('{"schema": "tmpaudit.policy/1", "comment": "' + "x" * (40 << 20) + '"}')
	END
	(ulimit -v 600000 && "$TMPAUDIT" list --policy "$P" mount.boot >/dev/null)
	/usr/bin/python3 - "$P" <<-'END'
		import sys
		with open(sys.argv[1], "w") as file:
		    file.write('{"schema": "tmpaudit.policy/1", "waivers": [' + "[]," * (20 << 20) + '[]]}')
	END
	run --separate-stderr -2 bash -c 'ulimit -v 600000; exec "$TMPAUDIT" list --policy "$P"'
	[[ "$stderr" == *': it holds too many values' ]]
	# Waivers by the thousand, the last one twice.
	/usr/bin/python3 - "$P" <<-'END'
		import json, sys
		waiver = {"check": "mount.tmp-noexec", "reason": "r", "owner": "o", "expires": "2020-01-01"}
		waivers = [dict(waiver, subject=f"/srv/{number}") for number in range(20000)]
		json.dump({"schema": "tmpaudit.policy/1", "waivers": waivers + waivers[-1:]}, open(sys.argv[1], "w"))
	END
	run --separate-stderr -2 timeout 20 "$TMPAUDIT" list --policy "$P"
	[[ "$stderr" == *': the same check and subject are waived before, in this file' ]]
}

@test "policy: a file that is swapped or rewritten meanwhile is read whole or refused" {
	local good=0
	printf '{"schema": "tmpaudit.policy/1", "comment": "%01000000d"}' 0 >"$WORK/good.json"
	printf '{"schema": "tmpaudit.policy/1", "deep": 1, "comment": "%01000000d"}' 0 >"$WORK/bad.json"
	cp "$WORK/good.json" "$P"
	(while [ ! -e "$WORK/stop" ]; do cat "$WORK/bad.json" >"$P"; cat "$WORK/good.json" >"$P"; done) &
	local writer=$!
	for _ in $(seq 60); do
		run --separate-stderr "$TMPAUDIT" list --policy "$P" mount.boot
		case "$status:$stderr" in
		0:) good=$((good + 1)) ;;
		2:*'was changed while it was read'* | 2:*'it is empty' | 2:*'it ends too early'* | 2:*'this string never ends' | 2:*'wants true or false') ;;
		*)
			touch "$WORK/stop"
			echo "$status:$stderr"
			return 1
			;;
		esac
	done
	touch "$WORK/stop"
	wait "$writer"
}

@test "policy: in a container its profile is suggested, and not chosen" {
	contained() {
		mkdir -p "$WORK/upper"
		mount -t tmpfs tmpfs "$WORK/upper"
		mkdir "$WORK/upper/"{u,w}
		mount -t overlay -o "lowerdir=/run,upperdir=$WORK/upper/u,workdir=$WORK/upper/w" overlay /run
		printf 'engine="podman-4"\n' >/run/.containerenv
		audit_host -c tempdir.owner
		[ "$(report .run.profile,.run.suggested_profile | xargs)" = 'default container' ]
		run "$TMPAUDIT" -c tempdir.owner
		[[ "$output" == *'This is a container (podman): -p container judges it as one.'* ]]
		for profile in default container; do
			audit_host -c tempdir.owner -p $profile
			[ "$(report .run.profile,.run.suggested_profile | xargs)" = "$profile null" ]
		done
	}
	in_mounts contained
}

@test "policy: list, explain and audit agree, for every profile and check" {
	local profile
	for profile in default strict cis-l1 cis-l2 container desktop; do
		audit -p $profile
		# Of the checks that run by themselves on an offline tree.
		"$TMPAUDIT" list -p $profile | awk '{print $1, $2}' | grep -v '^attack\.' >"$WORK/listed"
		report '.checks[] | "\(.id) \(.severity)"' >"$WORK/ran"
		# Deep ones are listed where the profile is deep; others are what the report has.
		diff "$WORK/listed" "$WORK/ran"
		"$TMPAUDIT" list --policy -p $profile | sed -n '/^Checks/,$p' |
			awk '$3 == "runs" || $3 == "runs," || ($3 == "not" && $4 == "applicable") {print $1, $2}' >"$WORK/forced"
		diff "$WORK/listed" "$WORK/forced"
		while read -r id severity; do
			says=$("$TMPAUDIT" explain "$id" | awk '/^    Profiles/{on=1} on&&(/^$/||/^    [A-Z]/&&!/Profiles/){exit} on' | tr -s '\n ' ' ' | sed 's/^ *Profiles *//')
			own=$("$TMPAUDIT" explain "$id" | awk '/^    Severity/{print $2}')
			case ", $says," in
			*", $profile ($severity)"* | *", $profile (not applicable)"*) ;;
			*", $profile,"* | *", $profile ,"*) [ "$own" = "$severity" ] ;;
			*) echo "$profile: explain $id: $says" && return 1 ;;
			esac
		done <"$WORK/listed"
	done
}

@test "policy: the reader and the schema agree on generated policies" {
	/usr/bin/python3 "$tests/policy_schema.py" "$TMPAUDIT" "$tests/../share/schema/policy-1.json" "$WORK"
}

@test "policy: a stricter parameter turns no failure into a pass" {
	dir /srv/x 0777
	file /etc/login.defs 'UMASK 022\n'
	file /etc/pam.d/login 'session optional pam_umask.so usergroups\n'
	file /etc/profile 'umask 007\n'
	file /root/.bashrc 'umask 027\n' 644
	file /etc/systemd/system/a.service '[Service]\nUMask=0022\nExecStart=/bin/true\n'
	file /etc/sysctl.d/a.conf 'fs.protected_regular=1\nfs.protected_fifos=1\nfs.suid_dumpable=2\nkernel.core_pattern=core\n'
	file /usr/lib/tmpfiles.d/tmp.conf 'q /tmp 1777 root root 10d\nq /var/tmp 1777 root root 30d\n'
	link /etc/systemd/system/timers.target.wants/systemd-tmpfiles-clean.timer /usr/lib/systemd/system/systemd-tmpfiles-clean.timer
	file /usr/lib/systemd/system/systemd-tmpfiles-clean.timer '[Timer]\n'
	dir /usr/lib/systemd/system 755
	setfacl -d -m o::rx "$TREE/tmp"
	file /tmp/old x 600
	touch -h -d '40 days ago' "$TREE/tmp/old"
	# Each from lax to strict.
	local name value line failed now moved=0
	while read -r name line; do
		failed=
		for value in $line; do
			policy "\"parameters\": {\"$name\": ${value//_/ }}"
			audit --policy "$P" -p default
			now=$(report '[.checks[] | select(.status == "fail" or .status == "error").id] | join(" ")')
			for id in $failed; do
				[[ " $now " == *" $id "* ]] || {
					echo "$name $value: $id does not fail any more"
					return 1
				}
			done
			[ -z "$failed" ] || [ "$failed" = "$now" ] || moved=$((moved + 1))
			failed=$now
		done
	done <<-END
		umask.maximum "000" "002" "022" "027" "077" "777"
		umask.services "000" "022" "027" "077"
		umask.usergroups true false
		sysctl.protected-regular 0 1 2
		sysctl.protected-fifos 0 1 2
		sysctl.suid-dumpable-pipe true false
		sysctl.core-relative true false
		mount.limits-usage 100 50 1
		mount.limits-memory 100 50 1
		cleanup.tmp-max-age "3650d" "60d" "10d" "9d23h" "1s"
		cleanup.var-tmp-max-age "3650d" "30d" "29d" "1s"
		cleanup.volatile true false
		isolation.all-services false true
		isolation.exempt-users ["root","adm"] ["root"] []
		contents.shared-memory ["*"] []
		tempdir.extra [] ["/srv/x"]
	END
	# It is a test of something: many of these steps are where a check begins to fail.
	[ "$moved" -ge 8 ] || {
		echo "only $moved steps changed anything"
		return 1
	}
}
