# Count TAP files, each with "# exit STATUS" at its end: a line for each file, failures in
# full, at last the sum.  A file counts as one more failure if it crashed or did not do what
# it planned to.  cmocka writes "not ok 1 # SKIP name" for a skipped test.

function flush_test() {
	if (failing)
		printf "%s", text
	failing = 0
	text = ""
}

function finish(problem) {
	flush_test()
	if (ran != planned)
		problem = "ran " ran " of " planned " tests, ended with status " ended
	else if (ended != 0 && !bad)
		problem = "ended with status " ended
	else if (!ran)
		problem = "ran no test"
	if (problem) {
		++bad
		print name ": not ok - " problem
		printf "%s", loose
	}
	printf "%-32s %d passed, %d failed%s\n", name, good, bad, skip ? ", " skip " skipped" : ""
	passed += good
	failed += bad
	skipped += skip
}

FNR == 1 {
	if (NR > 1)
		finish("")
	name = substr(FILENAME, length(prefix) + 1)
	sub(/\.tap$/, "", name)
	good = bad = skip = ran = planned = failing = 0
	ended = "unknown"
	loose = text = ""
}

/^1\.\.[0-9]+/ {
	planned += substr($1, 4)
	next
}

/^# exit [0-9]+$/ {
	ended = $3
	next
}

/^(not )?ok([ \t]|$)/ {
	flush_test()
	++ran
	loose = ""
	if (tolower($0) ~ /# skip/) {
		++skip
		print name ": " $0
	} else if ($1 == "ok") {
		++good
	} else {
		++bad
		failing = 1
		text = name ": " $0 "\n"
	}
	next
}

NF {
	if (failing)
		text = text $0 "\n"
	loose = loose $0 "\n"
}

END {
	if (NR)
		finish("")
	printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
	exit failed || !passed
}
