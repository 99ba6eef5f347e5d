# Ask systemd-analyze of a tree about all services of it, by a shell within the tree, which need not be booted: leaves
# /root/security and /root/config for tests/hosts/analyze.py.  Units are named by /root/services.

: >/root/security
: >/root/config
while IFS= read -r unit; do
	json=$(systemd-analyze security --offline=true --json=short "$unit" 2>/dev/null | tr -d '\n')
	case $json in '['*) printf '%s %s\n' "$unit" "$json" >>/root/security ;; esac
	systemd-analyze --no-pager cat-config "systemd/system/$unit" 2>/dev/null | sed -n "s,^# \(/[^ ]*\)$,$unit \1,p" | while IFS= read -r line; do
		# A file may hold such a comment itself.
		[ ! -f "${line#* }" ] || case $line in */"$unit" | *".d/"*.conf) printf '%s\n' "$line" ;; esac
	done >>/root/config
done </root/services
