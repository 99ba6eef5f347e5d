# What fuzzing found, and what it begins with: tests/fuzz/corpus, tried by each build.

load ../helper

@test "seeds: none breaks the target it is a seed of" {
	local target

	"$BUILD/replay" >"$WORK/targets"
	[ "$(wc -l <"$WORK/targets")" -ge 50 ]
	while read -r target; do
		"$BUILD/replay" "$target" "$tests/fuzz/corpus/$target/"* >"$WORK/replayed" || {
			printf '%s: ended with %s at %s\n' "$target" $? "$(tail -n 1 "$WORK/replayed")"
			return 1
		}
		[ "$(wc -l <"$WORK/replayed")" -ge 1 ]
	done <"$WORK/targets"
}
