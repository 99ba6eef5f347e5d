# The line that says what is being read: for a reader at a terminal who has waited a second, and gone when it is done.

load ../helper

# Audit a tree whose directories take their time, with standard error on a pseudo terminal or, with "pipe", on none.  What
# stood there goes to $WORK/err.
slow_audit() {
	stock_tree
	mkdir -p "$TREE"/tmp/{a,b,c,d,e,f}
	# The sanitizer looks for leaks by ptrace, which strace has taken.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	/usr/bin/python3 - "$WORK/err" "$1" strace -f -qq -o /dev/null -e trace=getdents64 -e inject=getdents64:delay_enter=400000 \
		"$TMPAUDIT" --root "$TREE" -c contents "${@:2}" <<-'PYTHON'
		import os, pty, subprocess, sys
		ours, theirs = pty.openpty() if sys.argv[2] == "tty" else os.pipe()
		process = subprocess.Popen(sys.argv[3:], stdout=subprocess.DEVNULL, stderr=theirs, env=dict(os.environ, TERM="xterm"))
		os.close(theirs)
		with open(sys.argv[1], "wb") as stream:
		    try:
		        while part := os.read(ours, 4096):
		            stream.write(part)
		    except OSError:
		        pass
		sys.exit(process.wait() not in (0, 1, 3))
	PYTHON
}

shown() {
	grep -aoc $'\r\e\[K[0-9]* entries  ' <(tr '\r' '\n' <"$WORK/err" | sed $'s/^\e\\[K/\\r\e[K/')
}

@test "progress: on a terminal, after a second, ten times a second at most, and erased" {
	slow_audit tty
	[ "$(shown)" -ge 1 ]
	[ "$(shown)" -le 100 ]
	[ "$(tail -c 4 "$WORK/err")" = $'\r\e[K' ]
	# One line: nothing but what is erased in it.
	[ "$(tr -cd '\n' <"$WORK/err" | wc -c)" = 0 ]
}

@test "progress: none where nobody waits for it" {
	slow_audit pipe
	[ ! -s "$WORK/err" ]
	slow_audit tty --progress never
	[ ! -s "$WORK/err" ]
	run "$TMPAUDIT" --root "$TREE" -c tempdir.owner --progress always
	[[ "$output" != *entries* ]]
}

@test "progress: always, if that is wanted" {
	slow_audit pipe --progress=always
	[ "$(shown)" -ge 1 ]
	[ "$(tail -c 4 "$WORK/err")" = $'\r\e[K' ]
}
