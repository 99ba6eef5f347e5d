# What --deep adds to mount.alias: other mount namespaces.

load ../helper

# A process in a mount namespace of its own, in which the function $1 has been run; its pid is in $guest.
guest() {
	local line

	coproc GUEST { exec unshare --mount --propagation private bash -e -c 'eval "$1"; shift; "$@"; echo ready; exec sleep 1000' guest "$(declare -f)" "$@"; }
	guest=$GUEST_PID
	read -r line <&"${GUEST[0]}"
	[ "$line" = ready ]
}

dismiss() {
	kill "$guest"
	wait "$guest" || true
}

# The number of findings of mount.alias.
findings() {
	report '[.checks[] | select(.id == "mount.alias").findings[]] | length'
}

good_host() {
	mount -t tmpfs -o nosuid,nodev,noexec tmpfs /var/tmp
	chmod 1777 /var/tmp
}

bare_bind() {
	mount --bind /var/tmp /srv
	mount -o remount,bind,nosuid,nodev,exec /srv
}

shared_with_guest() {
	good_host
	guest bare_bind
	audit_host -c mount.alias
	no_finding mount.alias /srv
	audit_host --deep -c mount.alias
	finding mount.alias /srv live '^rw,nosuid,nodev,relatime \(bind of the same file system\)$' "/proc/$guest/mountinfo"
	[ "$(report '.checks[0].findings[] | select(.subject == "/srv").expected')" = 'noexec like /var/tmp' ]
	report '.checks[0].findings[] | select(.subject == "/srv").message' | grep -q "process $guest (sleep)"
	dismiss
	audit_host --deep -c mount.alias
	no_finding mount.alias /srv
}

@test "mount.alias: fail: another namespace mounts the host's directory without an option, only with --deep" {
	in_mounts shared_with_guest
}

same_options() {
	mount --bind /var/tmp /srv
}

loosened() {
	mount -o remount,bind,nosuid,nodev,exec /var/tmp
}

copies() {
	good_host
	guest true
	audit_host --deep -c mount.alias
	[ "$(findings)" = 0 ]
	dismiss
	guest same_options
	audit_host --deep -c mount.alias
	[ "$(findings)" = 0 ]
	dismiss
	guest loosened
	audit_host --deep -c mount.alias
	finding mount.alias /var/tmp live exec "/proc/$guest/mountinfo" || finding mount.alias /var/tmp live '^rw,nosuid,nodev' "/proc/$guest/mountinfo"
	[ "$(report '.checks[0].findings[0].expected')" = 'noexec like /var/tmp' ]
	dismiss
}

@test "mount.alias: pass: a copy of the host's mounts, unless it lost an option" {
	in_mounts copies
}

private_tmp() {
	mkdir -p /var/tmp/systemd-private-x/tmp
	mount --bind /var/tmp/systemd-private-x/tmp /var/tmp
}

unprotected() {
	# As a host is without mounts for them: the check of the directory itself says so, once.
	mount -t tmpfs tmpfs /var/tmp
	chmod 1777 /var/tmp
	guest private_tmp
	audit_host --deep -c mount.alias
	[ "$(findings)" = 0 ]
	dismiss
	guest same_options
	audit_host --deep -c mount.alias
	finding mount.alias /srv live '' "/proc/$guest/mountinfo"
	dismiss
}

@test "mount.alias: pass: a service's private directory protects as little as the host's" {
	in_mounts unprotected
}

# A root of its own, as a container has it, with a directory of the host's.
contained() {
	mount -t tmpfs tmpfs /mnt
	mkdir -p /mnt/{proc,old,usr,data,own/data}
	mount --rbind /usr /mnt/usr
	ln -s usr/bin usr/lib usr/lib64 /mnt/
	mount -t proc proc /mnt/proc
	mount --bind /var/tmp "/mnt$1"
	chmod 700 /mnt/own
	cd /mnt
	pivot_root . old
	umount -l /old
}

in_container() {
	mount -t tmpfs tmpfs /var/tmp
	chmod 1777 /var/tmp
	guest contained /data
	audit_host --deep -c mount.alias
	finding mount.alias /data live 'bind of the same file system' "/proc/$guest/mountinfo"
	[ "$(report '.checks[0].findings[] | select(.subject == "/data").expected')" = 'nosuid,nodev,noexec like /var/tmp' ]
	dismiss
	guest contained /own/data
	audit_host --deep -c mount.alias
	no_finding mount.alias /own/data
	[ "$(report '[.checks[].notes[] | select(.subject == "/own/data")] | length')" = 1 ]
	dismiss
}

@test "mount.alias: fail: a container has the host's directory; pass: where only root gets there" {
	in_mounts in_container
}

hidden() {
	bare_bind
	mount -t tmpfs tmpfs /srv
}

hidden_there() {
	good_host
	guest hidden
	audit_host --deep -c mount.alias
	no_finding mount.alias /srv
	dismiss
}

@test "mount.alias: pass: another mount hides it in that namespace" {
	in_mounts hidden_there
}

# Below a chroot(2) a process sees little of its namespace: another one of it is asked.
with_a_jail() {
	bare_bind
	mount -t tmpfs tmpfs /mnt
	mkdir /mnt/usr
	mount --rbind /usr /mnt/usr
	ln -s usr/bin usr/lib usr/lib64 /mnt/
}

chrooted() {
	good_host
	guest with_a_jail
	nsenter --mount="/proc/$guest/ns/mnt" chroot /mnt /bin/sleep 1000 &
	while [ "$(cat /proc/$!/comm)" != sleep ]; do sleep 0.01; done
	audit_host --deep -c mount.alias
	finding mount.alias /srv live '' "/proc/$guest/mountinfo"
	kill $!
	dismiss
}

@test "mount.alias: fail: one namespace is named once" {
	in_mounts chrooted
	[ "$(findings)" = 1 ]
}

unprivileged() {
	good_host
	chmod 755 "$WORK"
	cp "$TMPAUDIT" "$WORK/tmpaudit"
	guest bare_bind
	as_user 65534 "$WORK/tmpaudit" --deep -c mount.alias -f json >"$WORK/result" || [ $? = 3 ]
	cp "$WORK/result" "$REPORT"
	unreadable mount.alias /srv privilege
	status mount.alias error
	mount -t proc -o hidepid=2 proc /proc
	as_user 65534 "$WORK/tmpaudit" --deep -c mount.alias -f json >"$WORK/result" || [ $? = 3 ]
	cp "$WORK/result" "$REPORT"
	status mount.alias error
	dismiss
}

@test "mount.alias: error: privilege: who may not look into other namespaces" {
	in_mounts unprivileged
}

unreadable_mounts() {
	good_host
	guest bare_bind
	echo nonsense >"$WORK/mountinfo"
	mount --bind "$WORK/mountinfo" "/proc/$guest/mountinfo"
	audit_host --deep -c mount.alias
	unreadable mount.alias /proc "mounts of 1 process"
	dismiss
}

@test "mount.alias: error: the mounts of a process cannot be read" {
	in_mounts unreadable_mounts
}
