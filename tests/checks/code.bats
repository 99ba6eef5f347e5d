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

@test "code.python: error: a script that would take the square of its length, beside others" {
	script /b.py 'open("/tmp/x", "w")'
	/usr/bin/python3 -c 'print("x = \"/tmp/a\"\n" + "for " * 250000)' >"$TREE/a.py"
	code "$TREE"
	unreadable code.python "$TREE/a.py" 'takes more steps to follow than are taken'
	finding code.python "$TREE/b.py" file 'open\("/tmp/x' "$TREE/b.py:1"
	[ "$audit_status" = 1 ]
}

@test "code.shell: pass: functions within functions, without end" {
	{ echo 'x=/var/tmp/a' && yes 'f() {' | head -n 100000; } >"$TREE/a.sh"
	code "$TREE"
	status code.shell pass
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

@test "code.python: fail: a host's whole tree, by --root" {
	script /usr/bin/a '#!/usr/bin/python3' 'import tempfile' 'open(tempfile.mktemp(), "w")'
	script /etc/cron.daily/job '#!/bin/sh' '/usr/bin/a'
	script /var/lib/dpkg/info/pkg.list /usr/bin/a
	chmod 755 "$TREE/usr/bin/a"
	code --root "$TREE" /
	finding code.python /usr/bin/a file 'tempfile.mktemp' /usr/bin/a:3
	# shellcheck disable=SC2016 # the variables are jq's
	has_finding code.python '.confidence == "high" and (.context | test("run by root: /etc/cron.daily/job; on PATH; package pkg"))'
}

@test "code.python: pass: whoever runs it has a /tmp of its own" {
	script /opt/a '#!/usr/bin/python3' 'open("/tmp/x", "w")'
	script /etc/systemd/system/a.service '[Service]' 'ExecStart=/opt/a' 'PrivateTmp=yes'
	code --root "$TREE" /opt
	status code.python pass
	noted code.python 'a /tmp of its own: unit a.service'
}

@test "code.python: fail: files with the same content are one finding" {
	script /a.py 'open("/tmp/x", "w")'
	cp "$TREE/a.py" "$TREE/b.py"
	cp "$TREE/a.py" "$TREE/c.py"
	code "$TREE"
	[ "$(report '[.checks[].findings[]] | length')" = 1 ]
	# shellcheck disable=SC2016 # the variables are jq's
	has_finding code.python '.context | test("2 more with the same content")'
}

@test "code.shell: fail: a redirection to a guessable name" {
	script /a.sh 't=/tmp/x.$$' 'ps ax > $t'
	code "$TREE/a.sh"
	finding code.shell "$TREE/a.sh" file 'ps ax' "$TREE/a.sh:2"
}

@test "code.shell: pass: mktemp, a private directory, noclobber" {
	script /a.sh 'd=$(mktemp -d)' 'ps ax > $d/ps' 'set -C' 'echo > /tmp/lock'
	code "$TREE"
	status code.shell pass
}

@test "code.shell: not-applicable: there is no shell script" {
	script /a.py 'x = 1'
	code "$TREE"
	status code.shell not-applicable
}

@test "code.shell: error: a script is too large to be read" {
	truncate -s 1G "$TREE/a.sh"
	code "$TREE"
	unreadable code.shell "$TREE/a.sh" 'larger than 64 MiB'
}

@test "code.shell: fail: found by the first line, whatever the encoding and the end of lines" {
	printf '\357\273\277#! /usr/bin/env -S bash -e\r\necho > /tmp/x\r\n' >"$TREE/bom"
	printf 'echo > /tmp/x\n' | iconv -t UTF-16 >"$TREE/wide.sh"
	printf 'echo > /tmp/x\nfoo\0bar\n' >"$TREE/nul.sh"
	code "$TREE"
	finding code.shell "$TREE/bom" file '' "$TREE/bom:2"
	finding code.shell "$TREE/wide.sh" file '' "$TREE/wide.sh:1"
	finding code.shell "$TREE/nul.sh" file '' "$TREE/nul.sh:1"
}

@test "code.shell: pass: a script for a shell with a grammar of its own is named, and no fault" {
	script /a.csh 'set t = /tmp/x.$$' 'date > $t'
	script /b '#!/usr/bin/env fish' 'set t /tmp/x' 'date > $t'
	script /c.fish 'echo nothing'
	script /d.sh 'f=$(mktemp)'
	code "$TREE"
	status code.shell pass
	noted code.shell 'a.csh: was not examined: .* csh,'
	noted code.shell 'b: was not examined: .* fish,'
	[ "$(report '[.checks[] | select(.id == "code.shell").notes[]] | length')" = 2 ]
}

@test "code.shell: fail: what root runs stands first, and then what is on the PATH; each says how sure it is" {
	mkdir -p "$TREE/etc/cron.d"
	script /opt/a.sh 'date > /tmp/my-password'
	script /usr/bin/b '#!/bin/sh' 'date > /tmp/b'
	chmod 755 "$TREE/usr/bin/b"
	script /opt/c.sh 'date > /tmp/c'
	echo '0 0 * * * root /opt/c.sh' >"$TREE/etc/cron.d/c"
	audit_with code -f json --root "$TREE" /
	[ "$(report '[.checks[] | select(.id == "code.shell").findings[].subject] | join(" ")')" = "/opt/c.sh /usr/bin/b /opt/a.sh" ]
	[[ $(report '.checks[] | select(.id == "code.shell").findings[0] | .confidence + ": " + .context') = 'high: run by root: /etc/cron.d/c' ]]
	[[ $(report '.checks[] | select(.id == "code.shell").findings[2].context') = *'may be a secret'* ]]
	run -1 "$TMPAUDIT" code --root "$TREE" /
	[[ ${output//$'\n' / } = *'confidence high'* ]]
}

@test "code.perl: fail: open creates a guessable name" {
	script /a.pl 'open(F, ">/tmp/x.$$");'
	code "$TREE"
	finding code.perl "$TREE/a.pl" file 'open' "$TREE/a.pl:1"
}

@test "code.perl: pass: File::Temp" {
	script /a.pl 'use File::Temp qw(tempfile);' 'my ($fh, $name) = tempfile();' 'open(F, ">$name");'
	code "$TREE"
	status code.perl pass
}

@test "code.perl: not-applicable: there is no Perl" {
	script /a.py 'x = 1'
	code "$TREE"
	status code.perl not-applicable
}

@test "code.perl: error: a script is too large to be read" {
	truncate -s 65M "$TREE/a.pl"
	code "$TREE"
	unreadable code.perl "$TREE/a.pl" 'larger than 64 MiB'
}

# A program that imports tmpnam, or not.
program() {
	printf '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { char b[64]; %s; return 0; }\n' "$2" |
		gcc -w -x c ${3:+$3} -o "$TREE/$1" - 2>/dev/null
}

@test "code.elf: fail: a program imports tmpnam" {
	program a 'tmpnam(b)'
	cp "$TREE/a" "$TREE/b"
	strip "$TREE/b"
	code "$TREE"
	finding code.elf "$TREE/a" file '^tmpnam$' "$TREE/a"
	finding code.elf "$TREE/b" file '^tmpnam$' "$TREE/b"
}

@test "code.elf: fail: a static program has mktemp linked in" {
	program a 'mktemp(b)' -static || skip 'no static C library here'
	code "$TREE"
	finding code.elf "$TREE/a" file '^mktemp$' "$TREE/a"
}

@test "code.elf: pass: mkstemp, and bash" {
	program a 'mkstemp(b)'
	cp /bin/bash "$TREE/bash"
	code "$TREE"
	status code.elf pass
	[ "$audit_status" = 0 ]
}

@test "code.elf: pass: what is malformed is told, and no crash" {
	program a 'mkstemp(b)'
	head -c 300 "$TREE/a" >"$TREE/cut"
	printf '\177ELF' >"$TREE/short"
	printf '\177ELF%0400d' 0 >"$TREE/junk"
	code "$TREE"
	status code.elf pass
	noted code.elf '/(cut|junk): was not examined'
}

@test "code.elf: not-applicable: there is no program" {
	code "$TREE"
	status code.elf not-applicable
}

@test "code.elf: error: a program cannot be read" {
	dir /d 755
	cp /bin/true "$TREE/d/a"
	chmod 711 "$TREE/d/a"
	as_user 1000 "$TMPAUDIT" code -f json "$TREE/d" >"$REPORT" || [ $? = 3 ]
	unreadable code.elf "$TREE/d/a" 'cannot be read'
}

@test "code.elf: error: a file that is named cannot be read, whatever it is" {
	dir /d 755
	echo x >"$TREE/d/a"
	chmod 600 "$TREE/d/a"
	as_user 1000 "$TMPAUDIT" code -f json "$TREE/d/a" >"$REPORT" || [ $? = 3 ]
	unreadable code.elf "$TREE/d/a" 'cannot be read'
	as_user 1000 "$TMPAUDIT" code -f json "$TREE/d" >"$REPORT" || [ $? = 3 ]
	status code.elf not-applicable
}

@test "code.elf: fail: an audit looks at set-id programs on the PATH, and with --deep at all" {
	dir /usr/bin 755
	program usr/bin/a 'tmpnam(b)'
	cp "$TREE/usr/bin/a" "$TREE/usr/bin/b"
	chmod 4755 "$TREE/usr/bin/b"
	audit -c 'code.*'
	finding code.elf /usr/bin/b file '^tmpnam$'
	no_finding code.elf /usr/bin/a
	audit -c 'code.*' --deep
	finding code.elf /usr/bin/a file '^tmpnam$'
	[ "$(report '[.checks[].id] | join(" ")')" = code.elf ]
}

# The locations of a report in SARIF, which must be valid: URI, and what it is relative to.
locations() {
	/usr/bin/python3 - "$1" <<-'END'
		import json, sys
		import jsonschema

		log = json.load(open(sys.argv[1], encoding="utf-8"))
		jsonschema.Draft4Validator(json.load(open("tests/data/sarif-schema-2.1.0.json", encoding="utf-8"))).validate(log)
		run, = log["runs"]
		print(run.get("originalUriBaseIds", {}).get("%SRCROOT%", {}).get("uri"))
		for result in run["results"]:
		    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
		    print(artifact["uri"], artifact.get("uriBaseId"), result["partialFingerprints"]["tmpaudit/v1"])
	END
}

@test "tmpaudit code of a relative PATH: locations are relative to the working directory, and fingerprints to the tree" {
	/usr/bin/python3 -c "import jsonschema" 2>/dev/null || skip "there is no Python module jsonschema here"
	script "/src/a b/c:d.py" 'open("/tmp/x", "w")'
	script /other/e.py 'open("/tmp/x", "w")'
	cp -a "$TREE/src" "$TREE/moved"
	sarif=$BATS_TEST_TMPDIR/a.sarif
	for top in src moved; do
		(cd "$TREE/$top" && "$TMPAUDIT" code . -o "$sarif" -o "$BATS_TEST_TMPDIR/a.json" -o "$BATS_TEST_TMPDIR/a.txt") || [ $? = 1 ]
		locations "$sarif" >"$BATS_TEST_TMPDIR/$top"
		[ "$(sed -n 1p "$BATS_TEST_TMPDIR/$top")" = "file://$TREE/$top/" ]
		[[ $(sed -n 2p "$BATS_TEST_TMPDIR/$top") = 'a%20b/c%3Ad.py %SRCROOT% '* ]]
	done
	# The same finding, wherever the tree is.
	cmp <(sed 1d "$BATS_TEST_TMPDIR/src") <(sed 1d "$BATS_TEST_TMPDIR/moved")
	grep -qF '  a b/c:d.py:1: creates /tmp/x' "$BATS_TEST_TMPDIR/a.txt"
	# The report keeps the whole path, and a later rendering says the same.
	[ "$(jq -r '.run.directory, .checks[].findings[].source' "$BATS_TEST_TMPDIR/a.json")" = "$TREE/moved
$TREE/moved/a b/c:d.py:1" ]
	"$TMPAUDIT" report "$BATS_TEST_TMPDIR/a.json" -f sarif | cmp - "$sarif"
	# What lies elsewhere is whole, and so is all of it where no PATH is relative.
	(cd "$TREE/src" && "$TMPAUDIT" code ../other . -o "$sarif") || [ $? = 1 ]
	[[ $(locations "$sarif") = *"file://$TREE/src/../other/e.py None "* ]]
	(cd "$TREE/src" && "$TMPAUDIT" code "$TREE/src" -o "$sarif" -o "$BATS_TEST_TMPDIR/a.json") || [ $? = 1 ]
	[[ $(locations "$sarif") = "None
file://$TREE/src/a%20b/c%3Ad.py None "* ]]
	[ "$(jq '.run | has("directory")' "$BATS_TEST_TMPDIR/a.json")" = false ]
}

@test "tmpaudit code needs a PATH, and says which is not there" {
	run "$TMPAUDIT" code
	[ "$status" = 2 ]
	run "$TMPAUDIT" code "$TREE/none"
	[ "$status" = 2 ]
	[[ $output = *none*'cannot be read'* ]]
}

@test "hostile scripts end, and are told of" {
	awk 'BEGIN { for (i = 0; i < 200000; ++i) printf "$("; print "" }' >"$TREE/deep.sh"
	awk 'BEGIN { for (i = 0; i < 200000; ++i) printf "(["; print "/tmp/" }' >"$TREE/deep.py"
	awk 'BEGIN { printf "x = \"/tmp/"; for (i = 0; i < 3000000; ++i) printf "a" }' >"$TREE/open.py"
	awk 'BEGIN { for (i = 0; i < 20000; ++i) print "cat <<E" i " > /tmp/x" }' >"$TREE/heredocs.sh"
	awk 'BEGIN { print "a=/tmp/"; for (i = 0; i < 20000; ++i) print "a=$a$a$a"; print "echo > $a" }' >"$TREE/grow.sh"
	awk 'BEGIN { print "a=\"/tmp/\""; for (i = 0; i < 20000; ++i) print "a=a+a+a"; print "open(a,\"w\")" }' >"$TREE/grow.py"
	awk 'BEGIN { for (i = 0; i < 100000; ++i) printf "{ /tmp/x"; print "" }' >"$TREE/deep.pl"
	head -c 2000000 /dev/urandom >"$TREE/noise.sh"
	cp "$TREE/noise.sh" "$TREE/noise.py"
	cp "$TREE/noise.sh" "$TREE/noise.pl"
	timeout 60 "$TMPAUDIT" code -f json "$TREE" >"$REPORT" || [ $? -le 3 ]
	[ "$(report '.checks | length')" = 6 ]
}

@test "what takes more memory to follow than a script may is said, and the others are examined" {
	script /a.sh 'f=$(mktemp -u)' 'date >"$f"'
	{
		printf 'echo /tmp/x '
		head -c 50M /dev/zero | tr '\0' '\n' | sed 's/^/a/' | tr '\n' ' ' | head -c 50M
	} >"$TREE/words.sh"
	code "$TREE"
	unreadable code.shell "$TREE/words.sh" 'not examined to its end'
	finding code.shell "$TREE/a.sh" file mktemp "$TREE/a.sh:1"
	[ "$audit_status" = 1 ]
}

@test "large scripts wait for the others, and are examined" {
	script /b/a.py 'import tempfile' 'tempfile.mktemp()'
	{
		echo 'import tempfile'
		yes 'a = "a long line that says nothing at all"' | head -c 1500000
		printf '\ntempfile.mktemp()\n'
	} >"$TREE/b/large.py"
	cp "$TREE/b/large.py" "$TREE/large.py"
	code "$TREE"
	[ "$(report '[.checks[] | select(.id == "code.python").findings[].subject] | join(" ")')" = "$TREE/b/a.py $TREE/b/large.py" ]
}

@test "the project's own tree is clean" {
	audit_with code -f json "$BATS_TEST_DIRNAME"/../../{cmd,lib,checks,man,share}
	[ "$audit_status" = 0 ] || {
		report '.checks[].findings[] | .source'
		return 1
	}
}

@test "code.c: fail: a file is created under a guessable name" {
	script /a.c 'void f(void) {' '	FILE *f = fopen("/tmp/a.log", "w");' '}'
	code "$TREE"
	finding code.c "$TREE/a.c" file 'fopen\("/tmp/a.log' "$TREE/a.c:2"
}

@test "code.c: pass: mkstemp is used" {
	script /a.c 'int f(void) {' '	char name[] = "/tmp/aXXXXXX";' '	return mkstemp(name);' '}'
	code "$TREE"
	status code.c pass
}

@test "code.runtimes: fail: each of the languages" {
	script /a.php '<?php' "touch('/tmp/a');"
	script /a.rb '' "File.write('/tmp/a', 1)"
	script /A.java 'class A { void f() throws Exception {' 'new FileWriter("/tmp/a");' '} }'
	script /a.go 'package a; import "os"' 'func f() { os.Create("/tmp/a") }'
	script /a.js "const fs = require('fs');" "fs.writeFileSync('/tmp/a', 'x');"
	code "$TREE"
	local name
	for name in a.php a.rb A.java a.go a.js; do
		finding code.runtimes "$TREE/$name" file '/tmp/a' "$TREE/$name:2"
	done
}

@test "code.runtimes: pass: names that are made safely" {
	script /a.php '<?php' "\$n = tempnam('/tmp', 'a'); file_put_contents(\$n, 'x');"
	script /a.rb "require 'tempfile'" "Tempfile.create('x') { |f| f.write 'y' }"
	code "$TREE"
	status code.runtimes pass
}

@test "code.runtimes: not-applicable: there are none" {
	script /a.txt 'touch("/tmp/a")'
	code "$TREE"
	status code.runtimes not-applicable
}

@test "code.runtimes: error: a script cannot be read to its end" {
	truncate -s 65M "$TREE/a.rb"
	code "$TREE"
	unreadable code.runtimes "$TREE/a.rb" 'larger than 64 MiB'
}

@test "code.c: error: a file cannot be read to its end" {
	truncate -s 65M "$TREE/a.c"
	code "$TREE"
	unreadable code.c "$TREE/a.c" 'larger than 64 MiB'
}

@test "code: labelled scripts: what is insecure is found, and hardly anything else" {
	/usr/bin/python3 "$tests/code/measure" "$TMPAUDIT" --alone -v >"$WORK/measured" || {
		cat "$WORK/measured"
		return 1
	}
}

@test "code: variables that are all set from each other are followed to the end of the file" {
	python3 - "$TREE" <<'EOF'
import sys
names = range(24)
with open(sys.argv[1] + "/a.sh", "w") as shell, open(sys.argv[1] + "/a.py", "w") as python:
    python.write("import os\ndef f(x):\n")
    for times in range(3):
        for i in names:
            others = [f"v{j}" for j in names if j != i]
            shell.write(f'if [ "$1" = {i}.{times} ]; then v{i}="' + " ".join("$" + other for other in others) + '"; fi\n')
            python.write(f"    if x == {i}.{times}:\n        v{i} = " + " + ".join(others) + "\n")
    shell.write('echo > "$v1"\necho > /tmp/a.$$\n')
    python.write('    open(v1, "w")\n    open("/tmp/a.%d" % os.getpid(), "w")\n')
EOF
	code "$TREE"
	finding code.shell "$TREE/a.sh" file 'echo > /tmp/a' "$TREE/a.sh:74"
	finding code.python "$TREE/a.py" file 'open.*/tmp/a' "$TREE/a.py:148"
}

@test "code: what runs in an installer, is made from a template, or is called a test is told, and no fault" {
	script /usr/share/x/d-i/finish '#!/bin/sh' 'date > /tmp/x'
	script /usr/share/x/run.sh.in '#!/bin/sh' 'date > /tmp/x.in'
	script /usr/share/x/test.py 'open("/tmp/x", "w")'
	script /usr/share/x/_aix_support.py 'open("/tmp/y", "w")'
	code "$TREE"
	status code.shell pass
	status code.python pass
	noted code.shell 'd-i/finish:2: date'
	noted code.shell 'run.sh.in:2: date'
	noted code.python 'test.py:1: open'
	noted code.python '_aix_support.py:1: open'
}

@test "code: behind a switch that the script leaves off it is less sure, and behind what is never true it is told only" {
	script /a.pl 'my $debug = 0;' 'open(F, ">/tmp/a") if 1;' 'if ($debug) {' ' open(F, ">/tmp/b");' '}'
	script /b.pl 'my $debug = 0;' 'GetOptions("debug" => \$debug);' 'if ($debug) {' ' open(F, ">/tmp/c");' '}'
	script /c.php '<?php' 'if (false) {' ' fopen("/tmp/d", "w");' '}'
	code "$TREE"
	has_finding code.perl '(.source | endswith("/a.pl:2")) and .confidence == "high"'
	has_finding code.perl '(.source | endswith("/a.pl:4")) and .confidence == "medium"'
	has_finding code.perl '(.source | endswith("/b.pl:4")) and .confidence == "high"'
	status code.runtimes pass
	noted code.runtimes 'c.php:3: fopen'
}

@test "code.shell: fail: a name of which one of many beginnings is shared is less sure" {
	script /a.sh 'Dir=/a' 'for x in b c d e f g; do [ $x = "$1" ] && Dir=/$x; done' \
		'[ "$1" = b ] && Dir=/b' '[ "$1" = c ] && Dir=/c' '[ "$1" = d ] && Dir=/d' '[ "$1" = e ] && Dir=/e' \
		'copy() {' ' cp a "$Install/$Dir/a"' '}' 'one() {' ' Install=/tmp/install' '}' 'two() {' ' Install=$(df /boot)' '}'
	code "$TREE"
	has_finding code.shell '(.source | endswith("/a.sh:8")) and .confidence == "medium"'
}

@test "code: a name or a command that may be another one is less sure" {
	script /a.pl 'my $dir = ".";' '$dir = "/tmp/c" if ($c);' 'open(F, ">$dir/x");' '`cat a > "$dir/y"`;'
	script /b.sh 'file=$1' '[ -n "$2" ] || file=/tmp/b.$$' 'eval "date > $file"'
	code "$TREE"
	has_finding code.perl '(.source | endswith("/a.pl:3")) and .confidence == "medium"'
	has_finding code.perl '(.source | endswith("/a.pl:4")) and .confidence == "medium"'
	has_finding code.shell '(.source | endswith("/b.sh:3")) and .confidence == "medium"'
	script /c.pl 'if (!$ENV{HOME}) { $ENV{HOME} = "/tmp"; }' 'open(F, ">$ENV{HOME}/smb.conf");'
	code "$TREE"
	has_finding code.perl '(.source | endswith("/c.pl:2")) and .confidence == "medium"'
}

@test "code.c: fail: a directory that is named by paths.h alone" {
	script /a.c 'void f(void) { FILE *f = fopen(_PATH_TMP "a", "w"); }'
	script /b.c 'void f(void) { FILE *f = fopen(_PATH_VARTMP "b", "w"); }'
	code "$TREE"
	finding code.c "$TREE/a.c" file '' "$TREE/a.c:1"
	finding code.c "$TREE/b.c" file '' "$TREE/b.c:1"
}
