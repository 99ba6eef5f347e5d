# What fuzzing found, and what it begins with: tests/fuzz/corpus, tried by each build.

load ../helper

@test "seeds: none breaks the target it is a seed of, whole or cut off" {
	local target cut

	"$BUILD/replay" >"$WORK/targets"
	[ "$(wc -l <"$WORK/targets")" -ge 50 ]
	while read -r target; do
		# Whole hosts are not worth what each beginning of one costs.
		[ "$target" = tree ] && cut=() || cut=(--cut)
		"$BUILD/replay" "$target" "${cut[@]}" "$tests/fuzz/corpus/$target/"* >"$WORK/replayed" || {
			printf '%s: ended with %s at %s\n' "$target" $? "$(tail -n 1 "$WORK/replayed")"
			return 1
		}
		[ "$(wc -l <"$WORK/replayed")" -ge 1 ]
	done <"$WORK/targets"
}

@test "seeds: no labelled script breaks its language, cut off anywhere" {
	local language name

	for language in c go java javascript perl php python ruby shell; do
		mkdir "$WORK/$language"
		# Each script a file; long ones in pieces, that also begin where no script does.
		awk -v out="$WORK/$language" '/^@@@ / { ++n; lines = 0; next } ++lines % 20 == 0 { ++n } { sub(/§.*/, ""); print >(out "/" n) }' \
			"$tests/code/$language.corpus"
		name=$("$BUILD/replay" | grep -x "script-$language")
		"$BUILD/replay" "$name" --cut "$WORK/$language"/* >"$WORK/replayed" || {
			printf '%s: ended with %s at %s\n' "$language" $? "$(tail -n 1 "$WORK/replayed")"
			return 1
		}
		[ "$(wc -l <"$WORK/replayed")" -ge 10 ]
	done
}
