#!/usr/bin/env bats
# What bash, zsh and fish make of a line and a Tab, with the completion where make install puts it.

load ../helper

setup() {
	new_tree
	for tool in bash zsh fish python3; do
		command -v $tool >/dev/null || {
			echo "needs $tool: share/bootstrap check installs what the tests need"
			return 1
		}
	done
	share=$WORK/usr/share
	make -s -o all -C "$tests/.." BUILD="$BUILD" install DESTDIR="$WORK" PREFIX=/usr >/dev/null
	mkdir -p "$WORK/here/house"
	touch "$WORK/here/report.json" "$WORK/here/hat"
}

# What a shell offers for a line, in order of name.
offers() {
	case $1 in
	fish)
		(cd "$WORK/here" && env PATH="$WORK/usr/bin:$PATH" XDG_DATA_DIRS="$share" HOME="$WORK" XDG_CONFIG_HOME="$WORK" fish -c 'complete -C $argv[1]' "$2") | sed 's/\t.*//'
		;;
	*) "$tests/completion/press.py" -l "$1" "$share" "$2" ;;
	esac | sed 's/\\//g' | LC_ALL=C sort -u
}

# What the line is after a Tab that leaves one way to go.
becomes() {
	"$tests/completion/press.py" "$1" "$share" "$2" | tr '\n' ' ' | sed 's/ $//'
}

# Each shell must offer exactly the words on standard input for a line; the last line of a bash is what it was cut to.
offered() {
	local shell expected

	expected=$(LC_ALL=C sort -u)
	[ -n "$expected" ]
	for shell in bash zsh fish; do
		diff -u <(echo "$expected") <(offers $shell "$1") || {
			echo "$shell: $1"
			return 1
		}
	done
}

commands() {
	"$TMPAUDIT" --help | sed -nE '/^Options/q; s/^  ([a-z]+) .*/\1/p'
}

checks() {
	"$TMPAUDIT" list | awk '{ print $1 }'
}

@test "completion: commands where none was given, also behind options and their arguments" {
	commands | offered 'tmpaudit '
	commands | offered 'tmpaudit -q --format json '
	commands | offered 'tmpaudit -qf json '
	commands | offered 'tmpaudit --fail-under=3 -c sysctl.conflict '
	for shell in bash zsh; do
		[ "$(becomes $shell 'tmpaudit -f json expl')" = '-f json explain' ]
	done
}

@test "completion: the long options of the command, and of no other" {
	local command

	for command in $(commands); do
		"$TMPAUDIT" help "$command" | sed -nE 's/^ +(-[a-zA-Z], )?--([a-z-]+).*/--\2/p' >"$WORK/options"
		# zsh and fish join an argument by =, which is not part of the name.
		for shell in bash zsh fish; do
			diff -u <(LC_ALL=C sort -u "$WORK/options") <(offers $shell "tmpaudit $command --" | sed 's/=$//' | grep ^-- | LC_ALL=C sort -u) || {
				echo "$shell: $command"
				return 1
			}
		done
	done
}

@test "completion: formats, profiles, severities and choices, behind a blank and behind =" {
	local formats

	formats=$("$TMPAUDIT" -f zzzzzzzz 2>&1 | sed 's/.*there are //; s/, /\n/g')
	[ "$(echo "$formats" | wc -l)" -ge 3 ]
	echo "$formats" | offered 'tmpaudit -f '
	echo "$formats" | offered 'tmpaudit report --format '
	printf '%s\n' default strict cis-l1 cis-l2 container desktop | offered 'tmpaudit list -p '
	printf '%s\n' low medium high critical | offered 'tmpaudit --fail-on '
	printf '%s\n' auto always never | offered 'tmpaudit probe --color '
	if commands | grep -qx fix; then
		printf '%s\n' sh ansible files | offered 'tmpaudit fix -f '
		printf '%s\n' none low high | offered 'tmpaudit fix --risk '
	fi
	for shell in bash zsh; do
		[ "$(becomes $shell 'tmpaudit --format=js')" = '--format=json' ]
		[ "$(becomes $shell 'tmpaudit -p cont')" = '-p container' ]
	done
	[ "$(offers fish 'tmpaudit --format=js')" = '--format=json' ]
}

@test "completion: checks by id, family and practice" {
	checks | offered 'tmpaudit explain '
	{
		checks
		checks | sed 's/\..*/.*/'
		printf 'practice:%s\n' creation race permissions directory paths cleanup exposure
	} >"$WORK/globs"
	offered 'tmpaudit -c ' <"$WORK/globs"
	offered 'tmpaudit list ' <"$WORK/globs"
	grep '^sysctl' "$WORK/globs" | offered 'tmpaudit audit --skip sysctl.'
	for shell in bash zsh; do
		[ "$(becomes $shell 'tmpaudit explain sysctl.protected-r')" = 'explain sysctl.protected-regular' ]
		[ "$(becomes $shell 'tmpaudit -c practice:ra')" = '-c practice:race' ]
	done
	[ "$(offers fish 'tmpaudit -c practice:ra')" = practice:race ]
}

@test "completion: files and directories where they belong" {
	for shell in bash zsh; do
		[ "$(becomes $shell 'tmpaudit report rep')" = 'report report.json' ]
		[ "$(becomes $shell 'tmpaudit --root h')" = '--root house/' ]
		[ "$(becomes $shell 'tmpaudit probe h')" = 'probe house/' ]
		[ "$(becomes $shell 'tmpaudit -o rep')" = '-o report.json' ]
		[ "$(becomes $shell 'tmpaudit -o json:rep')" = '-o json:report.json' ]
		[ "$(becomes $shell 'tmpaudit --output=text:rep')" = '--output=text:report.json' ]
	done
	offers fish 'tmpaudit report rep' | grep -qx report.json
	[ "$(offers fish 'tmpaudit --root h')" = house/ ]
	[ "$(offers fish 'tmpaudit probe h')" = house/ ]
	offers fish 'tmpaudit -o rep' | grep -qx report.json
	offers fish 'tmpaudit -o json:rep' | grep -qx json:report.json
}

@test "completion: an option that takes a number, and a command without operands, offer nothing" {
	for shell in bash fish; do
		[ -z "$(offers $shell 'tmpaudit --max-findings ')" ]
		[ -z "$(offers $shell 'tmpaudit audit ')" ]
	done
}

@test "completion: no option behind --" {
	for shell in bash zsh fish; do
		[ -z "$(offers $shell 'tmpaudit explain -- --' | grep -e --)" ]
	done
}
