# What an audit asks of the kernel, by strace: nothing that writes, runs, connects or looks somebody up.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	needs strace
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer makes calls of its own'
	new_tree
	stock_tree
	dir /tmp/sub 777 1000
	file /tmp/sub/file x 666 1000
	file /usr/lib/systemd/systemd ''
	file /etc/systemd/system/a.service '[Service]\nExecStart=/bin/a\nUMask=0\n'
	file /etc/fstab 'tmpfs /tmp tmpfs defaults 0 0\n'
}

# All that may be called at all.
export calls='access|arch_prctl|brk|capget|capset|clock_gettime|clock_nanosleep|clone|clone3|close|close_range|dup2|dup3
execve|exit|exit_group|faccessat|faccessat2|fcntl|fstat|fstatfs|futex|get[a-z]*id|getcwd|getdents64|getpid|getrandom
getrusage|getxattr|ioctl|landlock_[a-z_]*|lgetxattr|lseek|madvise|mmap|mprotect|mremap|munmap|nanosleep|newfstatat
open_tree|openat|openat2|pidfd_open|pipe2|poll|ppoll|prctl|pread64|prlimit64|read|readlink|readlinkat|recvmsg
restart_syscall|rseq|rt_sig[a-z]*|sched_[a-z]*|seccomp|sendmsg|set_robust_list|set_tid_address|setfsuid|shutdown|signalfd4
socketpair|statfs|statx|sysinfo|tgkill|umask|uname|wait4|write'

# Say which lines of the trace match none of the given patterns, and fail if there are any.
nothing_but() {
	local what=$1
	shift

	grep -Ev "$(printf '%s|' "$@")^$" >"$WORK/bad" || return 0
	printf '%s:\n' "$what"
	head -n 5 "$WORK/bad"
	return 1
}

# Trace an audit, and hold it to what it may do.
traced() {
	strace -f -y -qq -s 200 -o "$WORK/trace" "$RELEASED" "$@" >/dev/null 2>"$WORK/stderr" || [ $? != 2 ]
	# One line a call, without the number of the process; a call that others interrupted is judged by its beginning.
	sed -E 's/^[0-9]+ +//; /^(\+\+\+|---|<\.\.\.|\) )/d' "$WORK/trace" >"$WORK/calls"
	[ "$(wc -l <"$WORK/calls")" -gt 500 ]
	nothing_but 'a call that no audit needs' "^(${calls//$'\n'/|})\\(" <"$WORK/calls"
	[ "$(grep -c '^execve(' "$WORK/calls")" = 1 ]
	# Files are opened for reading: but /dev/null.
	grep -E '^open(at)?\(' "$WORK/calls" | grep -v '"/dev/null"' |
		nothing_but 'a file is opened for more than reading' '^openat\([^,]+, "[^"]*"(\.\.\.)?, O_RDONLY(\|O_(NOCTTY|NONBLOCK|NOFOLLOW|CLOEXEC|DIRECTORY|PATH|NOATIME|LARGEFILE))*[ ,)]'
	grep '^openat2(' "$WORK/calls" |
		nothing_but 'a file is opened for more than reading' '\{flags=O_RDONLY(\|O_(NOCTTY|NONBLOCK|NOFOLLOW|CLOEXEC|DIRECTORY|PATH|NOATIME|LARGEFILE))*, resolve='
	# Written to are the outputs, and the pipe between our own processes.
	grep '^write(' "$WORK/calls" | nothing_but 'something else is written to' '^write\([12]<' '^write\(3<pipe:'
	grep -E '^(sendmsg|recvmsg|shutdown)\(' "$WORK/calls" |
		nothing_but 'somebody is talked to' '^[a-z]*\([0-9]+<(UNIX(-SEQPACKET|):)?\[|^[a-z]*\([0-9]+<(socket|UNIX)'
	grep '^socketpair(' "$WORK/calls" | nothing_but 'somebody is talked to' '^socketpair\(AF_UNIX, '
	grep '^ioctl(' "$WORK/calls" | nothing_but 'a device is told something' '(TCGETS|TIOCGWINSZ)'
	# A walker gives up the files that are its own.
	grep '^setfsuid(' "$WORK/calls" | nothing_but 'another user is become' '^setfsuid\((4294901758|-1)[ )]'
	grep -E '^clone3?\(' "$WORK/calls" |
		nothing_but 'a process is made' 'CLONE_THREAD' '^clone\(child_stack=NULL, flags=[A-Z_|]*SIGCHLD' '^clone3\(\{flags=0?[A-Z_|]*, .*exit_signal=SIGCHLD'
	# After the loader, and but for what malloc asks the kernel, nothing is opened by a name of its own but the tree, and what was pinned before.
	awk '/^umask\(/ { begun = 1 } begun' "$WORK/calls" | grep -E '^open(at)?\(AT_FDCWD' | nothing_but 'a file of the auditing host' \
		'"/proc/self/fd(info)?/[0-9]+"' '"/dev/null"' '"/proc/sys/vm/overcommit_memory"' '"/"' '"/proc/(self|[0-9]+)/root"' "\"$TREE\""
}

@test "calls: an offline audit, deep" {
	traced --root "$TREE" --deep
	# Nothing is copied, and no other process asked for.
	[ "$(grep -cE '^(open_tree|socketpair|sendmsg)\(' "$WORK/calls")" = 0 ]
}

@test "calls: the running host" {
	traced
}

deep_host() {
	mount -t tmpfs -o mode=755 tmpfs /mnt
	cp "$RELEASED" /mnt/tmpaudit
	RELEASED=/mnt/tmpaudit
	WORK=/mnt
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	traced --deep --skip 'sticky.everywhere'
}

@test "calls: the running host, deep" {
	in_mounts deep_host
}

@test "calls: without privilege" {
	chmod 777 "$WORK"
	as_user 1234 strace -f -y -qq -o "$WORK/trace" "$RELEASED" --root "$TREE" >/dev/null || [ $? != 2 ]
	run -1 grep -E 'connect\(|socket\(|nsswitch|O_WRONLY|O_CREAT' "$WORK/trace"
}

@test "calls: nothing of a tree is changed by an audit, nor its times of access" {
	# Looking for them makes directories young; and one that is young already would stay so.
	find "$TREE" >"$WORK/paths"
	xargs -d '\n' touch -h -a -d 2001-01-01 <"$WORK/paths"
	xargs -d '\n' stat -c '%n %f %u %g %s %x %y %z %h' <"$WORK/paths" >"$WORK/before"
	grep -q '2001-01-01.*etc/fstab\|etc/fstab.*2001-01-01' "$WORK/before"
	audit --deep
	xargs -d '\n' stat -c '%n %f %u %g %s %x %y %z %h' <"$WORK/paths" | diff "$WORK/before" -
}
