# Programs and scripts that create temporary files insecurely: each language in what must be found, and in what must not.

load ../helper

code() {
	audit_with code -f json "$@"
}

# file PATH LINE...
script() {
	local path=$1
	shift

	mkdir -p "$TREE${path%/*}"
	printf '%s\n' "$@" >"$TREE$path"
}

# Whether a note of the check matches.
noted() {
	# shellcheck disable=SC2016 # the variables are jq's
	[ "$(report --arg id "$1" --arg words "$2" '[.checks[] | select(.id == $id).notes[] | .subject + ": " + .message] | any(test($words))')" = true ] ||
		wrong "$1" "$1 has no note /$2/"
}

@test "code.python: fail: a file is created under a guessable name" {
	script /a.py 'import os' 'open("/tmp/x.%d" % os.getpid(), "w")'
	code "$TREE"
	finding code.python "$TREE/a.py" file 'open\("/tmp/x' "$TREE/a.py:2"
	[ "$audit_status" = 1 ]
}

@test "code.python: pass: tempfile is used" {
	script /a.py 'import tempfile' 'd = tempfile.mkdtemp()' 'open(d + "/a", "w")'
	code "$TREE"
	status code.python pass
	[ "$audit_status" = 0 ]
}

@test "code.python: not-applicable: there is no Python" {
	script /a.txt 'open("/tmp/x", "w")'
	code "$TREE"
	status code.python not-applicable
}

@test "code.python: error: a script cannot be read to its end" {
	truncate -s 65M "$TREE/a.py"
	code "$TREE"
	unreadable code.python "$TREE/a.py" 'larger than 64 MiB'
	[ "$audit_status" = 3 ]
}

@test "code.python: pass: a comment on the line sets a finding aside, and is counted" {
	script /a.py 'open("/tmp/x", "w")  # tmpaudit: ignore' 'open("/tmp/y", "w")  # nosec B108'
	code "$TREE"
	status code.python pass
	noted code.python '2 findings aside'
}

@test "code.python: pass: what is a test is told, and no fault" {
	script /tests/test_a.py 'open("/tmp/x", "w")'
	code "$TREE"
	status code.python pass
	noted code.python 'tests/test_a.py:1: open'
}
