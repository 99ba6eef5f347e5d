# The Debian package: it builds, is what its checker wants, and is the same bytes wherever it was built.

load ../helper

# build_in DIRECTORY [COMMAND...]: build it there, under the command.
build_in() {
	local directory=$1

	mkdir -p "$1"
	(cd "$tests/.." && tar -c --exclude=./build --exclude=./.git --exclude=node_modules .) | tar -x -C "$1"
	shift
	# As a user would, without what make check was told.
	env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS -u BUILD -u SAN "$@" make -C "$directory" deb >"$directory.log" 2>&1 || {
		tail -n 30 "$directory.log"
		return 1
	}
}

setup() {
	! nm -D "$RELEASED" | grep -q __asan || skip 'a package has a program of its own, without a sanitizer'
	new_tree
	command -v apt-get >/dev/null || skip 'this is no Debian'
	for tool in dh lintian faketime; do
		command -v $tool >/dev/null || {
			echo "needs $tool: share/bootstrap check installs what the tests need"
			return 1
		}
	done
}

@test "package: builds, is clean by lintian, and is the same from another folder at another time" {
	build_in "$WORK/a"
	# What a builder's surroundings may differ in besides; the files are as new as the time there.
	umask 077
	build_in "$WORK/another/folder" TZ=Pacific/Kiritimati LC_ALL=C HOME=/nonexistent USER=nobody faketime -f '+700d'
	umask 022
	(cd "$WORK/a/build/deb" && sha256sum ./*.deb) >"$WORK/sums"
	(cd "$WORK/another/folder/build/deb" && sha256sum -c "$WORK/sums")
	lintian --allow-root --pedantic -I --fail-on error,warning,info,pedantic "$WORK"/a/build/deb/*.changes
	dpkg-deb -x "$WORK"/a/build/deb/tmpaudit_*.deb "$WORK/root"
	"$WORK/root/usr/bin/tmpaudit" --version
	[ -e "$WORK/root/usr/lib/systemd/system/tmpaudit.timer" ]
	[ -e "$WORK/root/usr/share/zsh/vendor-completions/_tmpaudit" ]
	# Nothing is enabled by installing it.
	dpkg-deb -e "$WORK"/a/build/deb/tmpaudit_*.deb "$WORK/control"
	! grep -qs 'systemctl.*enable' "$WORK/control/postinst"
}
