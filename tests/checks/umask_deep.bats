# What --deep adds to the family umask: the homes of people, and threads that went their own way.

load ../helper

people() {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\nbob:x:1001:1001:,,,:/home/bob:/bin/zsh\nwww:x:33:33::/home/www:/bin/sh\nrobot:x:1002:1002::/home/robot:/usr/sbin/nologin\n'
	dir /home/alice 700 1000
	dir /home/bob 700 1001
	file /home/alice/.profile '# x\numask 027\n' 644 1000
}

@test "umask.accounts: pass: people's files that meet it, and a home that is not there" {
	people
	file /etc/passwd 'alice:x:1000:1000::/home/alice:/bin/bash\ncarol:x:1003:1003::/home/carol:/bin/sh\n'
	audit --deep -c umask.accounts
	status umask.accounts pass
}

@test "umask.accounts: fail: a user's own file, only with --deep" {
	people
	file /home/alice/.bashrc 'true\numask 002\n' 644 1000
	audit -c umask.accounts
	no_finding umask.accounts
	audit --deep -c umask.accounts
	finding umask.accounts alice boot '^002$' /home/alice/.bashrc:2
	no_finding umask.accounts bob
}

@test "umask.accounts: fail: a file of root's in a user's home, a nested one, and the GECOS field" {
	people
	file /home/alice/.profile 'umask 022\n' 644 0
	file /home/bob/.config/fish/config.fish 'umask u=rwx,g=rwx,o=\n' 644 1001
	audit --deep -c umask.accounts
	finding umask.accounts alice boot '^022$' /home/alice/.profile:1
	finding umask.accounts bob boot 'g=rwx' /home/bob/.config/fish/config.fish:1
	file /etc/passwd 'alice:x:1000:1000:Alice,,,umask=0:/home/alice:/bin/bash\n'
	audit --deep -c umask.accounts
	finding umask.accounts alice boot '^0$' /etc/passwd:1
}

@test "umask.accounts: pass: system accounts and those without a login shell are left out" {
	people
	file /home/www/.profile 'umask 0\n' 644 33
	file /home/robot/.profile 'umask 0\n' 644 1002
	audit --deep -c umask.accounts
	status umask.accounts pass
	file /etc/login.defs 'UID_MIN 30\n'
	audit --deep -c umask.accounts
	finding umask.accounts www boot '^0$' /home/www/.profile:1
	no_finding umask.accounts robot
}

@test "umask.accounts: fail: the profile strict looks into homes by itself" {
	people
	audit -p strict -c umask.accounts
	finding umask.accounts alice boot '^027$' /home/alice/.profile:2
}

@test "umask.accounts: error: links, foreign files, second names, FIFOs" {
	people
	file /home/secret 'umask 0\n' 600 0
	link /home/alice/.bashrc ../secret
	audit --deep -c umask.accounts
	unreadable umask.accounts alice 'has a .bashrc that is a symbolic link'
	status umask.accounts error
	rm "$TREE/home/alice/.bashrc"
	ln "$TREE/home/secret" "$TREE/home/alice/.bashrc"
	audit --deep -c umask.accounts
	unreadable umask.accounts alice 'has 2 links'
	rm "$TREE/home/alice/.bashrc"
	file /home/alice/.bashrc 'umask 0\n' 644 1001
	audit --deep -c umask.accounts
	unreadable umask.accounts alice 'belongs to uid 1001'
	rm "$TREE/home/alice/.bashrc"
	mkfifo "$TREE/home/alice/.bashrc"
	audit --deep -c umask.accounts
	unreadable umask.accounts alice 'no regular file'
	rm "$TREE/home/alice/.bashrc"
	dir /elsewhere/fish 755
	file /elsewhere/fish/config.fish 'umask 0\n'
	link /home/alice/.config ../../elsewhere
	audit --deep -c umask.accounts
	unreadable umask.accounts alice 'behind a symbolic link'
}

@test "umask.accounts: error: a home behind a user's link; pass: behind root's" {
	people
	dir /data 755
	mv "$TREE/home/bob" "$TREE/data/bob"
	file /data/bob/.zshrc 'umask 002\n' 644 1001
	link /home/bob /data/bob
	audit --deep -c umask.accounts
	finding umask.accounts bob boot '^002$' /home/bob/.zshrc:1
	chown -h 1001 "$TREE/home/bob"
	audit --deep -c umask.accounts
	unreadable umask.accounts bob 'behind /home/bob, a link'
	no_finding umask.accounts alice
}

@test "umask.accounts: error: privilege: homes that only root may look into" {
	people
	chmod 755 "$WORK" "$TREE"
	as_user 65534 "$TMPAUDIT" --root "$TREE" -f json --deep -c umask.accounts >"$REPORT" || [ $? = 3 ]
	unreadable umask.accounts alice '^privilege'
	status umask.accounts error
}

# An account whose home lies on a file system that never answers.
away() {
	local result=0 line

	coproc HANG { exec "$BUILD/hostile/hang" /srv init; }
	# shellcheck disable=SC2064
	trap "kill -KILL $HANG_PID" EXIT
	read -r line <&"${HANG[0]}"
	[ "$line" = mounted ]
	cat /etc/passwd >"$WORK/passwd"
	echo 'remote:x:4321:4321::/srv/home/remote:/bin/sh' >>"$WORK/passwd"
	mount --bind "$WORK/passwd" /etc/passwd
	timeout -s KILL 30 "$TMPAUDIT" --deep -c umask.accounts -f json >"$REPORT" || result=$?
	[ $result = 1 ] || [ $result = 3 ]
}

@test "umask.accounts: error: a home that lies on FUSE is not examined" {
	[ -c /dev/fuse ] || skip 'no /dev/fuse'
	[ -x "$BUILD/hostile/hang" ] || skip 'no server of FUSE was built'
	in_mounts away
	unreadable umask.accounts remote 'fuse'
	[ "$(report '.not_examined | any(.path == "/srv")')" = true ]
}

# A process whose second thread has a umask of its own, written down in a program.
threads() {
	cat >"$WORK/threads.py" <<'PY'
import ctypes, os, sys, threading

os.umask(0o022)
started = threading.Barrier(3)

def alone(mask):
    if ctypes.CDLL(None).unshare(0x200) != 0:  # CLONE_FS
        os._exit(1)
    os.umask(mask)
    os.write(1, b"%d\n" % threading.get_native_id())
    started.wait()
    threading.Event().wait()

for mask in (0o000, 0o077):
    threading.Thread(target=alone, args=(mask,), daemon=True).start()
started.wait()
print("ready", flush=True)
threading.Event().wait()
PY
	coproc THREADS { exec python3 "$WORK/threads.py"; }
	local pid=$THREADS_PID line
	: >"$WORK/tids"
	while read -r line <&"${THREADS[0]}" && [ "$line" != ready ]; do
		printf '%s\n' "$line" >>"$WORK/tids"
	done
	printf '%s\n' "$pid" >"$WORK/pid"
	audit_host -c umask.processes
	no_finding umask.processes
	audit_host --deep -c umask.processes
	kill "$pid"
}

@test "umask.processes: fail: a thread with a umask of its own, only with --deep" {
	needs python3
	in_mounts threads
	local pid
	pid=$(cat "$WORK/pid")
	[ "$(report '.checks[0].findings | length')" = 1 ]
	report '.checks[0].findings[0].subject' | grep -qx "pid $pid thread [0-9]* python3"
	[ "$(report '.checks[0].findings[0].actual')" = 0000 ]
	grep -qx "$(report '.checks[0].findings[0].source' | sed "s:^/proc/$pid/task/\([0-9]*\)/status$:\1:")" "$WORK/tids"
}
