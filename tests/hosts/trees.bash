# Trees of Debian releases made by debootstrap, kept between runs in $TMPAUDIT_TREES.

: "${TMPAUDIT_TREES:=/var/tmp/tmpaudit-trees}"

# Print the kept tree of a release with further packages; make it if there is none.
# It is never used itself: its users copy it.
kept_tree() {
	local release=$1 packages=$2 tree

	tree=$TMPAUDIT_TREES/$release${packages:+-$(printf %s "$packages" | tr -c 'a-z0-9\n' -)}
	if [ ! -e "$tree/etc/debian_version" ]; then
		command -v debootstrap >/dev/null || {
			echo 'needs debootstrap' >&2
			return 1
		}
		(umask 077 && mkdir -p "$TMPAUDIT_TREES")
		rm -rf --one-file-system "$tree.new"
		debootstrap --variant=minbase ${packages:+--include="$packages"} "$release" "$tree.new" >"$tree.log" 2>&1 || {
			tail "$tree.log" >&2
			return 1
		}
		rm -rf "$tree.new"/var/cache/apt/archives/*.deb
		mv "$tree.new" "$tree"
	fi
	printf '%s\n' "$tree"
}

# The files of the checkout, without what was built, into DIRECTORY: what is committed, if git can tell.
copy_checkout() {
	mkdir -p "$1"
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git archive HEAD | tar -x -C "$1"
	else
		tar -c --exclude=./build . | tar -x -C "$1"
	fi
}
