#!/usr/bin/env bats
# make install, and make uninstall, its inverse.

load ../helper

into() {
	make -s -o all -C "$tests/.." BUILD="$BUILD" DESTDIR="$1" PREFIX="$2" "$3"
}

@test "install: all that a user needs, where others look for it, readable by everybody" {
	into "$WORK/root" /usr install
	local file

	for file in bin/tmpaudit share/man/man1/tmpaudit.1 share/man/man7/tmpaudit-checks.7 share/tmpaudit/schema/report-1.json \
		share/bash-completion/completions/tmpaudit share/zsh/site-functions/_tmpaudit share/fish/vendor_completions.d/tmpaudit.fish \
		lib/systemd/system/tmpaudit.service lib/systemd/system/tmpaudit.timer share/tmpaudit/ansible/tmpaudit.yml \
		share/tmpaudit/ansible/roles/tmpaudit/{README.md,defaults/main.yml,meta/main.yml,tasks/main.yml,files/tmpaudit.timer}; do
		[ -s "$WORK/root/usr/$file" ]
	done
	[ -z "$(find "$WORK/root" -type f ! -path '*/bin/*' ! -perm 644)" ]
	[ "$(stat -c %a "$WORK/root/usr/bin/tmpaudit")" = 755 ]
	[ "$("$WORK/root/usr/bin/tmpaudit" --version)" = "$("$TMPAUDIT" --version)" ]
}

@test "install: the unit starts the program where it is installed" {
	into "$WORK/root" /usr install
	grep -qx 'ExecStart=/usr/bin/tmpaudit .*' "$WORK/root/usr/lib/systemd/system/tmpaudit.service"
	into "$WORK/local" /usr/local install
	grep -qx 'ExecStart=/usr/local/bin/tmpaudit .*' "$WORK/local/usr/local/lib/systemd/system/tmpaudit.service"
	! grep -r '@bindir@' "$WORK/root/usr/lib" "$WORK/local/usr/local/lib"
}

# All that is there, with kinds, modes and inodes.
listed() {
	find "$1" -printf '%P %y %m %i %s\n' | LC_ALL=C sort
}

@test "install: uninstall is its inverse, whatever was there before" {
	local place root prefix

	mkdir -p "$WORK/empty" "$WORK/half/usr/local/bin" "$WORK/half/usr/local/share/man/man1" "$WORK/half/usr/local/share/zsh"
	for place in 'empty /usr' 'empty /usr/local' 'half /usr/local' 'half /opt' 'none/at/all /usr' 'none /a/b/c'; do
		read -r root prefix <<<"$place"
		listed "$WORK" >"$BATS_TEST_TMPDIR/before"
		into "$WORK/$root" "$prefix" install
		[ -x "$WORK/$root$prefix/bin/tmpaudit" ]
		# Twice, as an upgrade does.
		into "$WORK/$root" "$prefix" install
		into "$WORK/$root" "$prefix" uninstall
		listed "$WORK" | diff "$BATS_TEST_TMPDIR/before" - || {
			echo "$place"
			return 1
		}
	done
	# Without DESTDIR.
	into '' "$WORK/opt/tmpaudit" install
	into '' "$WORK/opt/tmpaudit" uninstall
	listed "$WORK" | diff "$BATS_TEST_TMPDIR/before" -
}

@test "install: uninstall touches nothing else, not even in directories of its own, and can be repeated" {
	local file

	for file in bin/tmpaudit-site share/man/man1/other.1 share/tmpaudit/schema/site.json share/tmpaudit/notes lib/systemd/system/other.timer \
		share/zsh/site-functions/_other; do
		mkdir -p "$WORK/root/opt/x y/$(dirname $file)"
		echo "$file" >"$WORK/root/opt/x y/$file"
	done
	find "$WORK/root" -type f -printf '%p %i %s %m\n' | sort >"$WORK/before"
	into "$WORK/root" '/opt/x y' install
	[ -x "$WORK/root/opt/x y/bin/tmpaudit" ]
	into "$WORK/root" '/opt/x y' uninstall
	into "$WORK/root" '/opt/x y' uninstall
	find "$WORK/root" -type f -printf '%p %i %s %m\n' | sort | diff "$WORK/before" -
}

@test "install: without DESTDIR directories of others stay, also empty ones" {
	mkdir -p "$WORK/prefix/share/man/man1" "$WORK/prefix/bin"
	into '' "$WORK/prefix" install
	[ -x "$WORK/prefix/bin/tmpaudit" ]
	into '' "$WORK/prefix" uninstall
	[ -z "$(find "$WORK/prefix" -type f)" ]
	[ ! -e "$WORK/prefix/share/tmpaudit" ]
	[ -d "$WORK/prefix/share/man/man1" ] && [ -d "$WORK/prefix/bin" ]
}
