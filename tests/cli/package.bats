# The Debian package: it builds, is what its checker wants, and is the same bytes wherever it was built.

load ../helper

build_in() {
	mkdir -p "$1"
	(cd "$tests/.." && tar -c --exclude=./build --exclude=./.git --exclude=node_modules .) | tar -x -C "$1"
	# As a user would, without what make check was told.
	env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS -u BUILD make -C "$1" deb >"$1.log" 2>&1 || {
		tail -n 30 "$1.log"
		return 1
	}
}

setup() {
	new_tree
	command -v dh >/dev/null || skip 'no debhelper: this is no Debian, or share/bootstrap check did not run'
}

@test "package: builds, is clean by lintian, and is the same from another folder" {
	build_in "$WORK/a"
	build_in "$WORK/another/folder"
	(cd "$WORK/a/build/deb" && sha256sum ./*.deb) >"$WORK/sums"
	(cd "$WORK/another/folder/build/deb" && sha256sum -c "$WORK/sums")
	if command -v lintian >/dev/null; then
		lintian --allow-root --pedantic -I --fail-on error,warning,info,pedantic "$WORK"/a/build/deb/*.changes
	fi
	dpkg-deb -x "$WORK"/a/build/deb/tmpaudit_*.deb "$WORK/root"
	"$WORK/root/usr/bin/tmpaudit" --version
	[ -e "$WORK/root/usr/lib/systemd/system/tmpaudit.timer" ]
	[ -e "$WORK/root/usr/share/zsh/vendor-completions/_tmpaudit" ]
	# Nothing is enabled by installing it.
	dpkg-deb -e "$WORK"/a/build/deb/tmpaudit_*.deb "$WORK/control"
	! grep -qs 'systemctl.*enable' "$WORK/control/postinst"
}
