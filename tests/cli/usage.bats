# How the program is called, and what it says to those who call it wrongly.

bats_require_minimum_version 1.5.0
load ../helper

# It must end with 2, print nothing on standard output, and say this one line.
refused() {
	local message=$1
	shift
	run -2 --separate-stderr "$TMPAUDIT" "$@"
	[ "$output" = '' ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "tmpaudit: $message" ] || {
		printf '%s\n' "$stderr"
		return 1
	}
}

@test "usage: --version and --help go to standard output" {
	run -0 --separate-stderr "$TMPAUDIT" --version
	[[ "$output" =~ ^tmpaudit\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "$stderr" = '' ]
	run -0 --separate-stderr "$TMPAUDIT" --help
	[[ "$output" == 'Usage: tmpaudit [COMMAND] [OPTION]...'* ]]
	[ "$stderr" = '' ]
	help=$output
	run -0 "$TMPAUDIT" help
	[ "$output" = "$help" ]
	run -0 "$TMPAUDIT" -h
	[ "$output" = "$help" ]
}

@test "usage: the help names each command and option, in 80 columns" {
	run -0 "$TMPAUDIT" --help
	for word in audit list explain help; do
		[[ "$output" == *$'\n'"  $word "* ]]
	done
	for option in '-f, --format' '-o, --output' '--root' '-c, --check' '--skip' '-p, --profile' '--deep' '--fail-on' '--fail-under' \
		'--all' '--max-findings' '-q, --quiet' '-v, --verbose' '--color' '-h, --help' '--version'; do
		[[ "$output" == *" $option"* ]]
	done
	[ "$(printf '%s\n' "$output" | awk 'length > 80' | wc -l)" = 0 ]
}

@test "usage: each command has a help of its own, with its options only" {
	run -0 "$TMPAUDIT" help list
	[[ "$output" == 'Usage: tmpaudit list '* && "$output" == *--profile* && "$output" != *--root* ]]
	list=$output
	run -0 "$TMPAUDIT" list --help
	[ "$output" = "$list" ]
	run -0 "$TMPAUDIT" --help list
	[ "$output" = "$list" ]
	refused 'lst: no such command; the nearest is list' help lst
	refused 'explain: is one operand too many: help is on one command' help list explain
}

@test "usage: an unknown command names the nearest" {
	refused 'audt: no such command; the nearest is audit' audt
	refused 'wxyz: no such command; see tmpaudit --help' wxyz
	refused '\x1b[2J: no such command; see tmpaudit --help' $'\e[2J'
	refused 'x: audit takes no operand; for an offline tree say --root DIR' audit x
}

@test "usage: an unknown option names the nearest, and abbreviations are refused" {
	refused '--formt: no such option; the nearest is --format' --formt json
	refused '--form: no such option; the nearest is --format' --form json
	refused '--quie: no such option; the nearest is --quiet' list --quie
	refused '--frobnicate: no such option; see tmpaudit --help' --frobnicate x
	refused '-z: no such option; see tmpaudit --help' -z
	refused '-j: "0" is no number of threads: from 1 to 1024' -j 0
	refused '-j: "two" is no number of threads: from 1 to 1024' --threads=two
	refused '--root: is no option of list; see tmpaudit help list' list --root /
	refused '--format: is no option of explain; see tmpaudit help explain' explain -f json mount.boot
}

@test "usage: an unknown check, profile, format, severity or colour names the nearest" {
	refused '--check: no check "sysctl.protected-symlink"; the nearest is sysctl.protected-symlinks' -c sysctl.protected-symlink
	refused '--check: no check "sysctl.protectd-fifos"; the nearest is sysctl.protected-fifos' -c 'mount.*' -c sysctl.protectd-fifos
	refused '--check: no check "practice:rcae"; the nearest is practice:race' -c practice:rcae
	refused '--skip: no check "nothing.*"; see tmpaudit list' --skip 'nothing.*'
	refused '--profile: no profile "strct"; the nearest is strict' -p strct
	refused '--format: no format "jsno"; the nearest is json' -f jsno
	refused '--output: no format "jsno"; the nearest is json' -o "jsno:$WORK/x"
	refused '--fail-on: no severity "hihg"; the nearest is high' --fail-on hihg
	refused '--color: no choice "alway"; the nearest is always' --color alway
	[ ! -e "$WORK/x" ]
}

@test "usage: a tree must be a directory" {
	refused "$WORK/none: cannot be opened: No such file or directory" --root "$WORK/none"
	refused '/etc/passwd: is no directory; --root takes the top directory of a tree' --root /etc/passwd
	refused '--root: names no directory' --root ''
	refused '--baseline: names no file' --baseline ''
	mkfifo "$WORK/fifo"
	refused "$WORK/fifo: is no directory; --root takes the top directory of a tree" --root "$WORK/fifo"
}

@test "list: a line a check, in the order of the report" {
	run -0 --separate-stderr "$TMPAUDIT" list
	[ "$stderr" = '' ]
	[[ "${lines[0]}" =~ ^tempdir\.present\ +medium\ +directory\ +Required ]]
	all=$output
	[ "$(printf '%s\n' "$all" | grep -cE '^[a-z]+\.[a-z-]+ +(critical|high|medium|low|info) +[a-z]+ +[A-Z/]')" = "${#lines[@]}" ]
	stock_tree
	audit -p strict
	for id in $(report '.checks[].id'); do
		grep -qE "^$id " <<<"$all"
	done
}

@test "list: globs, families and practices choose" {
	run -0 "$TMPAUDIT" list 'mount.*-noexec'
	[ ${#lines[@]} = 3 ]
	run -0 "$TMPAUDIT" list sysctl
	[ ${#lines[@]} = "$("$TMPAUDIT" list | grep -c ^sysctl.)" ]
	run -0 "$TMPAUDIT" list practice:race mount.boot
	[[ "$output" == *mount.boot* && "$output" == *sysctl.protected-fifos* && "$output" != *tempdir.mode* ]]
	refused 'list: no check "mount.bot"; the nearest is mount.boot' list mount.bot
}

@test "list: a profile shows what it runs, and how severe it is there" {
	run -0 "$TMPAUDIT" list -p default
	[[ "$output" != *mount.var-tmp-separate* && "$output" == *mount.nosymfollow* ]]
	run -0 "$TMPAUDIT" list -p strict mount.nosymfollow
	[[ "$output" =~ ^mount.nosymfollow\ +low\  ]]
	run -0 "$TMPAUDIT" list -p container mount.tmp-noexec
	[[ "$output" =~ ^mount.tmp-noexec\ +info\  ]]
	# What is named is shown, as it would run.
	run -0 "$TMPAUDIT" list -p default mount.var-tmp-separate
	[ ${#lines[@]} = 1 ]
}

@test "explain: says all there is to know of each check, in 80 columns" {
	for id in $("$TMPAUDIT" list | awk '{ print $1 }'); do
		run -0 --separate-stderr "$TMPAUDIT" explain "$id"
		[ "$stderr" = '' ]
		[[ "$output" == "$id: "* ]]
		for heading in Why 'How it decides' 'How to fix' References; do
			[[ "$output" == *$'\n'"$heading"$'\n    '* ]]
		done
		# Commands and files are to be copied; they alone may be longer.
		printf '%s\n' "$output" | awk '
			/^How to fix/ { copied = 1 }
			/^References/ { copied = 0 }
			length > 80 && !copied { print FILENAME ": " $0; bad = 1 }
			END { exit bad }'
	done
}

@test "explain: takes ids, and globs, and names the nearest" {
	run -0 "$TMPAUDIT" explain mount.boot sysctl.conflict
	[[ "$output" == 'mount.boot: '*$'\nsysctl.conflict: '* ]]
	run -0 "$TMPAUDIT" explain 'mount.tmp-*'
	[ "$(grep -c '^mount\.' <<<"$output")" = 4 ]
	refused 'explain: no check "mount.bot"; the nearest is mount.boot' explain mount.bot
	refused 'explain: needs the id of a check; tmpaudit list shows them' explain
}
