# Boot a Debian tree that has a script in /root/turn: it is run in the host once that is up, and the host is ended then.
#
#   boot_tools                       what booting needs, by BOOT
#   boot_begin TREE                  once, before the first boot of the tree
#   boot TREE                        boot it; what the script leaves in /root is seen in TREE/root afterwards
#   boot_end TREE
#
# With BOOT=nspawn, as it is without a word, systemd-nspawn boots in a few seconds; the kernel and its sysctls are
# those of the machine.  With BOOT=qemu the tree's own kernel is booted: that takes minutes, or seconds with ACCEL=kvm.

: "${BOOT:=nspawn}"

boot_tools() {
	case $BOOT in
	nspawn) echo systemd-nspawn nsenter ;;
	qemu) echo qemu-system-x86_64 mke2fs debugfs ;;
	*)
		echo "BOOT is nspawn or qemu, not \"$BOOT\"" >&2
		return 1
		;;
	esac
}

# The packages that make a tree one to boot.
boot_packages() {
	echo systemd-sysv,dbus,libpam-systemd,login
	[ "$BOOT" = nspawn ] || echo linux-image-cloud-amd64,initramfs-tools,udev
}

# In mount namespaces of its own: boot TREE, wait until it is up, run the script, end it.
# The outer /run is not a mount everywhere, and the cgroups may be of the first version: nspawn minds both.
boot_nspawn() {
	local tree=$1 nspawn leader state
	local -i tries turned=2

	mount -t tmpfs -o mode=755 tmpfs /run
	umount -R /sys/fs/cgroup 2>/dev/null
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	systemd-nspawn --quiet --directory="$tree" --register=no --keep-unit --boot --console=pipe \
		--hostname="$(basename "$tree")" </dev/null >"$tree.log" 2>&1 &
	nspawn=$!
	for ((tries = 0; tries < 240; ++tries)); do
		sleep 0.5
		kill -0 $nspawn 2>/dev/null || break
		leader=$(cat "/proc/$nspawn/task/$nspawn/children")
		leader=${leader%% *}
		[ -n "$leader" ] || continue
		state=$(nsenter --target "$leader" --all systemctl is-system-running 2>/dev/null)
		case $state in running | degraded) break ;; esac
	done
	case $state in
	running | degraded)
		# What we were started with is none of the host's.
		(umask 077 && nsenter --target "$leader" --all /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
			/bin/sh /root/turn </dev/null >"$tree/root/turn.log" 2>&1)
		turned=$?
		;;
	*) tail -n 20 "$tree.log" ;;
	esac
	# Power off: systemd(1), SIGRTMIN+4.
	[ -z "$leader" ] || kill -s RTMIN+4 "$leader"
	for ((tries = 0; tries < 40; ++tries)); do
		kill -0 $nspawn 2>/dev/null || break
		sleep 0.25
	done
	kill -KILL $nspawn 2>/dev/null
	return $turned
}

# Boot TREE's image, where a timer runs the script and powers off.
boot_qemu() {
	local tree=$1 turned

	timeout 900 qemu-system-x86_64 -accel "${ACCEL:-tcg}" -m 1024 -smp 2 -nographic -no-reboot -net none \
		-kernel "$tree"/boot/vmlinuz-* -initrd "$tree"/boot/initrd.img-* \
		-append 'root=/dev/vda rw console=ttyS0 quiet' -drive file="$tree.img",if=virtio,format=raw \
		</dev/null >"$tree.log" 2>&1
	# It makes no directory that is there already, and ends then.
	rm -rf "$tree.dump"
	mkdir "$tree.dump"
	debugfs -R "rdump /root $tree.dump" "$tree.img" >/dev/null 2>&1
	cp -a "$tree.dump/root/." "$tree/root/"
	rm -rf "$tree.dump"
	turned=$(cat "$tree/root/turned" 2>/dev/null)
	[ -n "$turned" ] || tail -n 20 "$tree.log"
	return "${turned:-2}"
}
export -f boot_nspawn boot_qemu

boot_begin() {
	local tree=$1

	[ "$BOOT" = qemu ] || return 0
	basename "$tree" >"$tree/etc/hostname"
	cat >"$tree/etc/systemd/system/tmpaudit-test.service" <<-'END'
		[Service]
		Type=oneshot
		UMask=0077
		ExecStart=/bin/sh -c '/bin/sh /root/turn >/root/turn.log 2>&1; echo $? >/root/turned; sync'
		ExecStopPost=/bin/systemctl poweroff --no-block
	END
	# Not as a part of the start: until that is over, services of Type=idle are still systemd's, with its umask 0.
	cat >"$tree/etc/systemd/system/tmpaudit-test.timer" <<-'END'
		[Timer]
		OnActiveSec=10
		AccuracySec=1
	END
	mkdir -p "$tree/etc/systemd/system/timers.target.wants"
	ln -sf ../tmpaudit-test.timer "$tree/etc/systemd/system/timers.target.wants/"
	truncate -s 3G "$tree.img"
	mke2fs -q -t ext4 -d "$tree" "$tree.img"
}

boot() {
	rm -f "$1/root/turned"
	unshare --mount --propagation private bash -c '"$@"' boot "boot_$BOOT" "$1"
}

boot_end() {
	rm -f "$1.img"
}
