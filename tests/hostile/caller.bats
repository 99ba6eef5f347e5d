# Whoever starts the audit: his descriptors, limits, signals, variables, and his haste.  None of it decides what is said.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	stock_tree
	dir /tmp/sub 777 1000
	dir /var/tmp 777
	file /etc/fstab 'tmpfs /tmp tmpfs nodev 0 0\n'
	chmod 755 "$WORK"
	OUT=$WORK/out
	mkdir "$OUT"
	"$TMPAUDIT" --root "$TREE" -f json | jq "$lasting" >"$WORK/usual"
	[ "$(jq '.checks | length' "$WORK/usual")" -gt 20 ]
	export OUT
}

export lasting='del(.run.started, .run.duration_ms)'

# The report that stands in FILE must be the usual one.
usual() {
	jq "$lasting" "$1" | diff "$WORK/usual" -
}

@test "caller: any of the standard descriptors is closed, or is a directory, or for reading only" {
	for closed in '' '0<&-' '1>&-' '2>&-' '0<&- 2>&-' '0<&- 1>&-' '0<&- 1>&- 2>&-' "0</ 2</" "1</dev/null" "2</dev/null" '0<&- 1</'; do
		rm -f "$OUT/report.json"
		run -1 bash -c "$TMPAUDIT --root $TREE -o $OUT/report.json $closed"
		usual "$OUT/report.json"
		[ "$(ls -A "$OUT")" = report.json ]
	done
	# The sanitizer cannot look for leaks under ptrace.
	ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS strace -o "$WORK/calls" -e trace=umask,open,openat,openat2 \
		sh -c "exec $TMPAUDIT --root $TREE -o $OUT/report.json <&- >&- 2>&-" || [ $? = 1 ]
	awk '/^umask\(077\)/ { begun = 1 } begun' "$WORK/calls" >"$WORK/opened"
	[ "$(wc -l <"$WORK/opened")" -gt 3 ]
	run -1 grep -E ' = [012]$' "$WORK/opened"
	# None of what is read becomes standard output, or error: what was opened for reading is as it was.
	[ "$(cat "$TREE/etc/fstab")" = 'tmpfs /tmp tmpfs nodev 0 0' ]
}

@test "caller: a thousand descriptors are open" {
	/usr/bin/python3 - "$TMPAUDIT" "$TREE" "$OUT/report.json" <<-'END'
		import os, resource, subprocess, sys
		soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
		resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
		kept = []
		try:
		    while True:
		        kept.append(os.open("/", os.O_RDONLY))
		        os.set_inheritable(kept[-1], True)
		except OSError:
		    pass
		# The loader needs one, and Popen some.
		for fd in kept[-8:]:
		    os.close(fd)
		pid = os.spawnv(os.P_WAIT, sys.argv[1], [sys.argv[1], "--root", sys.argv[2], "-o", sys.argv[3]])
		assert pid == 1, pid
	END
	usual "$OUT/report.json"
}

@test "caller: few descriptors may be open: sixteen for a verdict, thirty-two for a whole one" {
	for most in 12 16 20; do
		run bash -c "ulimit -n $most; $TMPAUDIT --root $TREE -f json"
		[ "$status" -le 3 ]
		# What passes without them passes with them.
		[ "$status" = 2 ] || jq -r '.checks[] | select(.status == "pass") | .id' <<<"$output" | while read -r id; do
			jq -e --arg id "$id" '.checks[] | select(.id == $id).status == "pass"' "$WORK/usual" >/dev/null
		done
	done
	run -1 bash -c "ulimit -n 32; $TMPAUDIT --root $TREE -o $OUT/report.json"
	usual "$OUT/report.json"
}

@test "caller: little memory, little stack, no processes, no files, little time" {
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer takes more'
	for limit in 'ulimit -v 20000' 'ulimit -v 60000' 'ulimit -d 1000' 'ulimit -s 128' 'ulimit -l 0' 'ulimit -f 0' 'ulimit -t 1' \
		'ulimit -i 0' 'ulimit -c 0' 'ulimit -u 1'; do
		rm -f "$OUT/report.json"
		status=0
		# Through a pipe, which no limit on files concerns.
		said=$(bash -c "$limit && exec $TMPAUDIT --root $TREE -o $OUT/report.json" 2>&1) || status=$?
		echo "$limit: $status: $said"
		# 127: the loader had no memory for the libraries.
		case $status in
		1) usual "$OUT/report.json" ;;
		2 | 127) [ -z "$(ls -A "$OUT")" ] && [ -n "$said" ] ;;
		*) return 1 ;;
		esac
	done
	# A user who may start no process gets no audit, and is told why.
	chmod 777 "$OUT"
	run -2 --separate-stderr setpriv --reuid 54321 --regid 54321 --clear-groups --inh-caps=-all -- bash -c "ulimit -u 1; exec $TMPAUDIT --root $TREE"
	# shellcheck disable=SC2154 # set by run
	[[ "$stderr" == 'tmpaudit: the audit: '* ]]
}

@test "caller: variables say nothing of the host, and lead nowhere" {
	mkdir "$WORK/poison"
	printf 'evil' >"$WORK/poison/mountinfo"
	LIBMOUNT_FSTAB=$WORK/poison/fstab LIBMOUNT_MTAB=$WORK/poison/mtab LIBMOUNT_UTAB=$WORK/poison/utab LIBMOUNT_DEBUG=all \
		BLKID_FILE=$WORK/poison/blkid BLKID_CONF=$WORK/poison/conf \
		TMPDIR=$WORK/poison TMP=/ TEMP=/ HOME=/nowhere PATH=/nowhere IFS=x LC_ALL=tr_TR.UTF-8 LANG=C LANGUAGE=tr TZ=:/etc/passwd \
		LOCPATH=$WORK/poison GCONV_PATH=$WORK/poison NLSPATH=$WORK/poison/%N MALLOC_PERTURB_=85 MALLOC_ARENA_MAX=1 \
		MALLOC_CHECK_=3 GLIBC_TUNABLES=glibc.malloc.perturb=85 LD_BIND_NOW=1 LD_WARN=1 POSIXLY_CORRECT=1 \
		LISTEN_FDS=3 NOTIFY_SOCKET=/run/none USER=nobody LOGNAME=nobody TERM=dumb COLUMNS=20 \
		"$TMPAUDIT" --root "$TREE" -o "$OUT/report.json" >"$WORK/said" 2>&1 || [ $? = 1 ]
	usual "$OUT/report.json"
	[ ! -s "$WORK/said" ]
	[ "$(ls -A "$WORK/poison")" = mountinfo ]
	# The sanitizer cannot look for leaks under ptrace.
	TZ=:/etc/shadow ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS strace -f -o "$WORK/calls" -e trace=open,openat "$TMPAUDIT" --root "$TREE" >/dev/null ||
		[ $? = 1 ]
	run -1 grep -F '"/etc/shadow"' "$WORK/calls"
	# No environment at all, and no name of its own.
	env -i "$TMPAUDIT" --root "$TREE" -o "$OUT/report.json" || [ $? = 1 ]
	usual "$OUT/report.json"
	bash -c "exec -a '' $TMPAUDIT --root $TREE -o $OUT/report.json" || [ $? = 1 ]
	usual "$OUT/report.json"
}

@test "caller: no umask of his makes a report that others can write, or nobody can read" {
	for mask in 000 777; do
		rm -f "$OUT/report.json"
		bash -c "umask $mask; $TMPAUDIT --root $TREE -o $OUT/report.json" || [ $? = 1 ]
		[ "$(stat -c %a "$OUT/report.json")" = 640 ]
	done
}

@test "caller: signals that he has us ignore or not hear" {
	/usr/bin/python3 - "$TMPAUDIT" "$TREE" "$OUT/report.json" <<-'END'
		import os, signal, sys
		for number in range(1, signal.NSIG):
		    if number not in (signal.SIGKILL, signal.SIGSTOP):
		        try:
		            signal.signal(number, signal.SIG_IGN)
		        except (OSError, ValueError):
		            pass
		signal.pthread_sigmask(signal.SIG_BLOCK, set(range(1, signal.NSIG)))
		pid = os.posix_spawn(sys.argv[1], [sys.argv[1], "--root", sys.argv[2], "-o", sys.argv[3]], os.environ)
		_, status = os.waitpid(pid, 0) if signal.getsignal(signal.SIGCHLD) != signal.SIG_IGN else (0, 0)
	END
	# Its starter ignores its end: wait for what it makes.
	for _ in $(seq 100); do
		[ ! -e "$OUT/report.json" ] || break
		sleep 0.1
	done
	usual "$OUT/report.json"
}

@test "caller: who does not wait for his children has us wait for ours" {
	/usr/bin/python3 - "$TMPAUDIT" "$TREE/var/tmp" "$OUT/report.json" <<-'END' || [ $? = 1 ]
		import os, signal, sys
		signal.signal(signal.SIGCHLD, signal.SIG_IGN)
		os.execv(sys.argv[1], [sys.argv[1], "probe", "-c", "attack.precreate", "-f", "json", "-o", sys.argv[3], sys.argv[2]])
	END
	jq -e '.checks | length == 1 and all(.[0].findings[]; .status != "error")' "$OUT/report.json"
}

@test "caller: his directory is gone, he has a mebibyte of variables and arguments, and a socket for standard output" {
	mkdir "$WORK/gone"
	run -1 bash -c "cd $WORK/gone && rmdir $WORK/gone && exec $TMPAUDIT --root $TREE -o $OUT/report.json"
	for options in "--root $TREE -o report.json" '--root tree' 'report report.json'; do
		mkdir "$WORK/gone"
		run -2 bash -c "cd $WORK/gone && rmdir $WORK/gone && exec $TMPAUDIT $options"
	done
	usual "$OUT/report.json"
	/usr/bin/python3 - "$TMPAUDIT" "$TREE" "$WORK/report.json" <<-'END'
		import os, socket, subprocess, sys
		variables = {f"V{i}": "x" * 100000 for i in range(10)}
		ours, theirs = socket.socketpair()
		arguments = [f"--check=*{'*' * 1000}" for i in range(1000)]
		child = subprocess.Popen([sys.argv[1], "--root", sys.argv[2], "-f", "json", *arguments], env=variables, stdout=theirs)
		theirs.close()
		text = b""
		while piece := ours.recv(65536):
		    text += piece
		assert child.wait() == 1
		open(sys.argv[3], "wb").write(text)
	END
	usual "$WORK/report.json"
}

@test "caller: nohup means what it says" {
	# The sanitizer cannot look for leaks under ptrace.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	(
		trap '' HUP
		strace -f -qq -o /dev/null -e trace=landlock_restrict_self,prctl -e inject=prctl:delay_enter=20000 \
			"$TMPAUDIT" --root "$TREE" -o "$OUT/report.json" &
		sleep 0.3
		pkill -HUP -P $!
		wait $! || [ $? = 1 ]
	)
	usual "$OUT/report.json"
}

@test "caller: no core is ever dumped of what root read" {
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer makes calls of its own'
	strace -f -qq -e trace=prctl,execve,openat2,clone,clone3,vfork,fork -o "$WORK/calls" "$RELEASED" --root "$TREE" >/dev/null || [ $? = 1 ]
	# Before anything else that could matter.
	sed -E 's/^[0-9]+ +//' "$WORK/calls" | grep -vE '^(execve|prctl\(PR_CAPBSET_READ)' | head -n 1 | grep -q '^prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0'
}

@test "caller: two at once, into the same file and each into its own" {
	for i in 1 2 3 4; do
		"$TMPAUDIT" --root "$TREE" -o "$OUT/report.json" -o "$OUT/$i.json" >"$WORK/said.$i" 2>&1 &
	done
	wait
	for i in 1 2 3 4; do
		[ ! -e "$OUT/$i.json" ] || usual "$OUT/$i.json"
		# Whoever found that somebody else made the file meanwhile says so.
		[ ! -s "$WORK/said.$i" ] || grep -q 'report.json: cannot be written: somebody else made it meanwhile' "$WORK/said.$i"
	done
	usual "$OUT/report.json"
	[ "$(find "$OUT" -name '.*' -type f)" = '' ]
}

@test "caller: a signal at any moment: the report is whole or not there, nothing else is left, and it dies of it" {
	local i status died=0 name numbers=([1]=TERM [2]=INT [3]=HUP)

	for ((i = 0; i < 45; ++i)); do
		name=${numbers[i % 3 + 1]}
		rm -f "$OUT"/* "$OUT"/.tmpaudit-*
		[ $((i % 2)) = 0 ] || cp "$WORK/usual" "$OUT/report.json"
		status=0
		/usr/bin/python3 - "$name" "$((i / 3))" "$TMPAUDIT" --root "$TREE" -o "$OUT/report.json" -o "$OUT/second.json" <<-'END' || status=$?
			import signal, subprocess, sys, time
			for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
			    signal.signal(number, signal.SIG_DFL)
			child = subprocess.Popen(sys.argv[3:])
			time.sleep(int(sys.argv[2]) * 0.0015)
			child.send_signal(getattr(signal, "SIG" + sys.argv[1]))
			end = child.wait()
			sys.exit(end if end >= 0 else 128 - end)
		END
		echo "SIG$name after $((i / 3)) steps: $status"
		case $status in
		1) ;;
		129 | 130 | 143) died=$((died + 1)) ;;
		*) return 1 ;;
		esac
		[ "$(find "$OUT" -mindepth 1 ! -name report.json ! -name second.json)" = '' ]
		for file in "$OUT"/*.json; do
			[ ! -e "$file" ] || usual "$file"
		done
	done
	[ "$died" -gt 0 ]
}

@test "caller: a report goes where nobody else can swap it, even while he tries" {
	# A directory of ours within one of his: whatever he makes of it meanwhile, he is refused.
	mkdir "$OUT/his" "$OUT/his/ours"
	chown 1234 "$OUT/his"
	run -2 "$TMPAUDIT" --root "$TREE" -o "$OUT/his/ours/report.json"
	# A sticky directory, where he waits with links of that name.
	chmod 1777 "$OUT"
	rm -rf "$OUT/his"
	printf 'precious' >"$WORK/precious"
	setpriv --reuid 1234 --regid 1234 --clear-groups --inh-caps=-all -- bash -c 'while :; do ln -s "$1/precious" "$1/out/report.json"; rm -f "$1/out/report.json"; done' racer "$WORK" 2>/dev/null &
	racer=$!
	for _ in $(seq 25); do
		"$TMPAUDIT" --root "$TREE" -o "$OUT/report.json" >/dev/null 2>&1 || [ $? -le 2 ]
		[ -L "$OUT/report.json" ] || [ ! -e "$OUT/report.json" ] || [ "$(stat -c %u "$OUT/report.json")" != 0 ] ||
			{ usual "$OUT/report.json"; rm -f "$OUT/report.json"; }
	done
	kill $racer
	wait $racer 2>/dev/null || true
	[ "$(cat "$WORK/precious")" = precious ]
}

@test "caller: configuration that is a pipe wakes nobody and is no pass" {
	local path

	for path in /etc/fstab /etc/passwd /etc/login.defs /etc/sysctl.conf /etc/environment /etc/os-release; do
		rm -f "$TREE$path"
		mkfifo "$TREE$path"
		sh -c 'echo woken >"$1"; touch "$2/woken"' writer "$TREE$path" "$WORK" &
		writers+=("$!")
	done
	sleep 0.1
	timeout -s KILL 20 "$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || audit_status=$?
	kill "${writers[@]}"
	[ "$audit_status" = 1 ] || [ "$audit_status" = 3 ]
	[ ! -e "$WORK/woken" ]
	report '.checks[] | select(.status == "pass") | .id' >"$WORK/passes"
	while read -r id; do
		jq -e --arg id "$id" '.checks[] | select(.id == $id).status == "pass"' "$WORK/usual" >/dev/null || wrong "$id" "$id passes"
	done <"$WORK/passes"
	for path in /etc/fstab /etc/passwd /etc/login.defs /etc/sysctl.conf /etc/environment /etc/os-release; do
		[ "$(report --arg path $path '[.checks[].findings[] | select(.status == "error" and .subject == $path)] | length')" -gt 0 ]
	done
}

@test "caller: a tree whose configuration is swapped for links to ours meanwhile gives nothing of ours away" {
	printf 'canary-7391\n' >"$WORK/secret"
	mkdir "$WORK/else"
	for name in fstab passwd group environment login.defs os-release sysctl.conf; do
		ln -s "$WORK/secret" "$WORK/else/$name"
	done
	ln -s ../../../../../../../../../.."$WORK/secret" "$WORK/else/profile"
	/usr/bin/python3 - "$TREE/etc" "$WORK/else" <<-'END' &
		import ctypes, sys, time
		libc = ctypes.CDLL(None)
		end = time.time() + 20
		while time.time() < end:
		    # RENAME_EXCHANGE
		    libc.renameat2(-100, sys.argv[1].encode(), -100, sys.argv[2].encode(), 2)
	END
	racer=$!
	for _ in $(seq 15); do
		"$TMPAUDIT" --root "$TREE" -f json >"$REPORT" || [ $? -ne 2 ]
		run -1 grep canary "$REPORT"
	done
	kill $racer
	wait $racer 2>/dev/null || true
}
