# What the tests in tests/**/*.bats are written with: build a tree, audit it, say
# what must be found.  `load ../helper` gives each test an empty directory $TREE of its own.
#
#   dir PATH MODE [OWNER[:GROUP]]           a directory; parents that are missing are root's and 0755
#   file PATH CONTENT [MODE [OWNER]]        a file, printf's escapes in CONTENT are expanded
#   link PATH TARGET                        a symbolic link
#   stock_tree                              what every host has: good temporary directories, /etc, root's account
#   audit [OPTION]...                       audit $TREE offline; the report is kept
#   audit_host [OPTION]...                  the same for the running host
#   status CHECK STATUS                     the check must be there with this status
#   finding CHECK SUBJECT ASPECT [ACTUAL [SOURCE]]    it must have failed this subject; ACTUAL is a regular expression
#   unreadable CHECK SUBJECT [WHY]          it must have been unable to judge it; WHY is a regular expression
#   no_finding CHECK [SUBJECT [ASPECT]]     it must have nothing against it
#   report FILTER                           a jq filter on the report, raw output
#   in_mounts COMMAND...                    COMMAND, also a function, in mount and pid namespaces of its own,
#                                           as their process 1, with a /proc of its own
#   as_user UID COMMAND...                  COMMAND without root's privileges
#   needs COMMAND...                        leave the test out where one of them is missing
#
# A test with a setup of its own calls new_tree first; with a teardown of its own, remove_tree last.

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${BUILD:=$tests/../build}"
: "${TMPAUDIT:=$(cd "$BUILD" && pwd)/check/tmpaudit}"
# The program as it is installed: the one of the tests dies of what confinement refuses, as a call that strace injects
# an error into.
: "${RELEASED:=$(cd "$BUILD" && pwd)/tmpaudit}"
export tests BUILD TMPAUDIT RELEASED

# A finding of a sanitizer must not look like the verdict 1.
export ASAN_OPTIONS=exitcode=99:$ASAN_OPTIONS UBSAN_OPTIONS=exitcode=99:print_stacktrace=1:$UBSAN_OPTIONS
# A worker has no standard error: what is found ends it.
export TSAN_OPTIONS=halt_on_error=1:exitcode=99:$TSAN_OPTIONS
export LC_ALL=C.UTF-8
# Users' have no programs of the system in it, as mkfs.
PATH=$PATH:/usr/sbin:/sbin
umask 022

new_tree() {
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/tmpaudit-test.XXXXXXXXXX")
	TREE=$WORK/tree
	REPORT=$WORK/report.json
	chmod 755 "$WORK"
	mkdir "$TREE"
	export WORK TREE REPORT
}

remove_tree() {
	chattr -R -i "$WORK" 2>/dev/null || true
	rm -rf --one-file-system "$WORK"
}

setup() {
	new_tree
}

teardown() {
	remove_tree
}

dir() {
	mkdir -p "$TREE$1"
	[ -z "$3" ] || chown "$3" "$TREE$1"
	chmod "$2" "$TREE$1"
}

file() {
	mkdir -p "$(dirname "$TREE$1")"
	printf '%b' "$2" >"$TREE$1"
	[ -z "$4" ] || chown "$4" "$TREE$1"
	chmod "${3:-644}" "$TREE$1"
}

link() {
	mkdir -p "$(dirname "$TREE$1")"
	ln -sfn "$2" "$TREE$1"
}

stock_tree() {
	local path

	for path in /dev /etc /home /proc /run /sys /usr/lib /var/lib; do
		dir "$path" 755
	done
	dir /root 700
	dir /tmp 1777
	dir /var/tmp 1777
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'
	file /etc/group 'root:x:0:\nnogroup:x:65534:\n'
	file /etc/os-release 'PRETTY_NAME="Stock tree"\nID=stock\n'
}

# Run the audit, keep the report, and hold it to what holds of every report: it is JSON
# and states the exit status, which is a verdict.  tests/run validates it against the schema.
audit_with() {
	audit_status=0
	"$TMPAUDIT" "$@" >"$REPORT" 2>"$WORK/stderr" || audit_status=$?
	case $audit_status in
	0 | 1 | 3) ;;
	*)
		printf 'tmpaudit %s\nended with %s:\n' "$*" "$audit_status"
		cat "$WORK/stderr"
		return 1
		;;
	esac
	if [ "$(jq -r .run.exit "$REPORT" 2>&1)" != "$audit_status" ]; then
		printf 'tmpaudit %s\nended with %s, which its report does not say:\n' "$*" "$audit_status"
		cat "$WORK/stderr" "$REPORT"
		return 1
	fi
	if [ -n "$TMPAUDIT_REPORTS" ]; then
		cp "$REPORT" "$(mktemp "$TMPAUDIT_REPORTS/XXXXXXXXXXXX.json")"
	fi
}

audit() {
	audit_with --root "$TREE" -f json "$@"
}

audit_host() {
	audit_with -f json "$@"
}

report() {
	jq -r "$@" "$REPORT"
}

# Show what the report says of a check, and fail.
wrong() {
	local check=$1
	shift

	printf '%s\n' "$*"
	if [ "$(report --arg id "$check" 'any(.checks[]; .id == $id)')" = true ]; then
		printf 'the report says of %s:\n' "$check"
		report --arg id "$check" '.checks[] | select(.id == $id) | "  \(.status) \(.reason // "")",
			(.findings[] | "  \(.status) \(.subject) [\(.aspect)] \(.message); expected \(.expected), actual \(.actual), source \(.source)"),
			(.notes[] | "  note \(.subject): \(.message)")'
	else
		printf 'the report has no %s, only: %s\n' "$check" "$(report '[.checks[].id] | join(" ")')"
	fi
	return 1
}

status() {
	[ "$(report --arg id "$1" '.checks[] | select(.id == $id).status')" = "$2" ] ||
		wrong "$1" "$1 is not $2"
}

# Whether the check has a finding for which the jq condition holds.
has_finding() {
	local check=$1 condition=$2
	shift 2

	report --arg id "$check" "$@" -e "[.checks[] | select(.id == \$id).findings[] | select($condition)] | length > 0" >/dev/null
}

finding() {
	# shellcheck disable=SC2016 # the variables are jq's
	has_finding "$1" '.status == "fail" and .subject == $subject and .aspect == $aspect
		and ($actual == "" or ((.actual // "") | test($actual))) and ($source == "" or .source == $source)' \
		--arg subject "$2" --arg aspect "$3" --arg actual "$4" --arg source "$5" ||
		wrong "$1" "$1 does not fail $2 [$3]${4:+, actual /$4/}${5:+, source $5}"
}

unreadable() {
	# shellcheck disable=SC2016 # the variables are jq's
	has_finding "$1" '.status == "error" and .subject == $subject and ($why == "" or (.message | test($why)))' \
		--arg subject "$2" --arg why "$3" ||
		wrong "$1" "$1 is not unable to judge $2${3:+, /$3/}"
}

no_finding() {
	# shellcheck disable=SC2016 # the variables are jq's
	if ! report --arg id "$1" -e 'any(.checks[]; .id == $id)' >/dev/null ||
		has_finding "$1" '($subject == "" or .subject == $subject) and ($aspect == "" or .aspect == $aspect)' \
			--arg subject "$2" --arg aspect "$3"; then
		wrong "$1" "$1 must be there with nothing against ${2:-anything}${3:+ [$3]}"
	fi
}

# Functions are handed over as text; so are the variables that the helper exports.
in_mounts() {
	[ -z "$TMPAUDIT_NO_NAMESPACES" ] || skip "$TMPAUDIT_NO_NAMESPACES"
	# shellcheck disable=SC2016 # expanded in there
	unshare --mount --pid --fork --kill-child --propagation private \
		bash -e -c 'mount -t proc proc /proc; eval "$1"; shift; "$@"' in_mounts "$(declare -f)" "$@"
}

as_user() {
	local uid=$1
	shift

	setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all -- "$@"
}

needs() {
	local command

	for command; do
		command -v "$command" >/dev/null || skip "no $command"
	done
}
