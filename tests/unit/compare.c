/** Two reports: what became of each check, and when that counts. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "compare.h"

#include "render.h"

#include <stdio.h>
#include <string.h>

static const struct check check = { .id = "tempdir.mode", .title = "Modes are narrow", .severity = SEVERITY_MEDIUM };
static const struct check other = { .id = "tempdir.owner", .title = "Owner is root", .severity = SEVERITY_HIGH };

/**
 * A report of tempdir.mode, in words: "pass", "n/a", "absent", or findings "f:/tmp", "e:/tmp", "w:/tmp" with blanks
 * between; a last word "+N" says that N more are not listed, "!high" raises the severity.
 */
static void make(struct report *report, const char *words) {
	struct arena *arena = &report->arena;
	char *rest = arena_copy(arena, words), *word;
	struct result *result = arena_alloc(arena, 2 * sizeof *result);

	report->run.fail_on = SEVERITY_LOW;
	report->run.profile = "default";
	report->host.root = "/";
	report->results = result;
	*result = (struct result) { .check = &other, .severity = other.severity, .arena = arena, .passes = 1 };
	report->nresults = 1;
	if (strcmp(words, "absent") != 0) {
		result[1] = (struct result) { .check = &check, .severity = check.severity, .arena = arena };
		++report->nresults;
	}
	++result;
	while ((word = strsep(&rest, " "))) {
		struct finding finding = { .subject = word + 2, .message = "is bad", .aspect = ASPECT_FILE };

		if (strcmp(word, "pass") == 0) {
			result->passes = 1;
		} else if (strcmp(word, "n/a") == 0) {
			result_skip(result, "there is none");
		} else if (*word == '+') {
			result_more(result, (size_t)(word[1] - '0'));
		} else if (*word == '!') {
			result->severity = SEVERITY_HIGH;
		} else if (*word == 'e') {
			result_unknown(result, &finding);
		} else if (word[1] == ':') {
			result_judge(result, false, &finding);
			result->findings[result->nfindings - 1].waiver = *word == 'w' ? "until 2027-01-31" : NULL;
		}
	}
	report->score = score_compute(report->results, report->nresults);
}

struct outcome {
	enum change change;
	int exit, exit_with_baseline;
};

static struct outcome compare(const char *before, const char *after) {
	struct report old = { 0 }, new = { 0 };
	struct comparison comparison;
	struct outcome outcome = { .change = CHANGE_SAME };

	make(&old, before);
	make(&new, after);
	compare_reports(&comparison, &old, &new);
	for (size_t i = 0; i < comparison.nchanges; ++i) {
		const struct result *result =
		        comparison.changes[i].after ? comparison.changes[i].after : comparison.changes[i].before;

		if (result->check == &check)
			outcome.change = comparison.changes[i].change;
		else
			assert_int_equal(comparison.changes[i].change, CHANGE_SAME);
	}
	outcome.exit = compare_exit(&comparison);
	if (outcome.exit)
		assert_false(compare_equal(&comparison));
	compare_with_baseline(&comparison, &new);
	outcome.exit_with_baseline = report_exit(&new);
	compare_free(&comparison);
	report_free(&old);
	report_free(&new);
	return outcome;
}

static void test_changes(void **state) {
	static const struct {
		const char *before, *after;
		enum change change;
		int exit, exit_with_baseline;
	} cases[] = {
		{ "pass", "pass", CHANGE_SAME, 0, 0 },
		{ "pass", "f:/a", CHANGE_NEW, 1, 1 },
		{ "n/a", "f:/a", CHANGE_NEW, 1, 1 },
		{ "absent", "f:/a", CHANGE_NEW, 1, 1 },
		{ "e:/a", "f:/a", CHANGE_NEW, 1, 1 },
		{ "w:/a", "f:/a", CHANGE_WORSE, 1, 1 },
		{ "f:/a", "f:/a", CHANGE_SAME, 0, 0 },
		{ "f:/a", "f:/a f:/b", CHANGE_WORSE, 1, 1 },
		/* As many, but another: it is a failure that nobody knew. */
		{ "f:/a", "f:/b", CHANGE_WORSE, 1, 1 },
		{ "f:/a f:/b", "f:/b", CHANGE_BETTER, 0, 0 },
		{ "f:/b f:/a", "f:/a f:/b", CHANGE_SAME, 0, 0 },
		{ "f:/a f:/a", "f:/a", CHANGE_BETTER, 0, 0 },
		{ "f:/a", "f:/a f:/a", CHANGE_WORSE, 1, 1 },
		{ "f:/a", "f:/a !high", CHANGE_WORSE, 1, 1 },
		{ "f:/a !high", "f:/a", CHANGE_BETTER, 0, 0 },
		/* A waiver for one of two, and its end. */
		{ "f:/a f:/b", "f:/a w:/b", CHANGE_WAIVED, 0, 0 },
		{ "f:/a w:/b", "f:/a f:/b", CHANGE_WORSE, 1, 1 },
		{ "f:/a", "w:/a", CHANGE_WAIVED, 0, 0 },
		{ "pass", "w:/a", CHANGE_WAIVED, 0, 0 },
		{ "w:/a", "w:/a", CHANGE_SAME, 0, 0 },
		{ "w:/a", "w:/a w:/b", CHANGE_WAIVED, 0, 0 },
		{ "w:/a w:/b", "w:/a", CHANGE_BETTER, 0, 0 },
		{ "f:/a", "pass", CHANGE_FIXED, 0, 0 },
		{ "w:/a", "pass", CHANGE_FIXED, 0, 0 },
		{ "f:/a", "n/a", CHANGE_FIXED, 0, 0 },
		/* What cannot be seen is not fixed. */
		{ "f:/a", "e:/a", CHANGE_UNKNOWN, 0, 3 },
		{ "pass", "e:/a", CHANGE_UNKNOWN, 3, 3 },
		{ "n/a", "e:/a", CHANGE_UNKNOWN, 3, 3 },
		{ "w:/a", "e:/a", CHANGE_UNKNOWN, 3, 3 },
		{ "absent", "e:/a", CHANGE_UNKNOWN, 0, 3 },
		{ "e:/a", "e:/a", CHANGE_SAME, 0, 0 },
		{ "e:/a", "e:/a e:/b", CHANGE_UNKNOWN, 0, 3 },
		{ "e:/a e:/b", "e:/a", CHANGE_BETTER, 0, 0 },
		{ "e:/a", "pass", CHANGE_BETTER, 0, 0 },
		{ "f:/a f:/b", "f:/a e:/b", CHANGE_UNKNOWN, 0, 0 },
		{ "f:/a e:/b", "f:/a f:/b", CHANGE_WORSE, 1, 1 },
		/* Only one of them asked. */
		{ "absent", "pass", CHANGE_ADDED, 0, 0 },
		{ "absent", "n/a", CHANGE_ADDED, 0, 0 },
		{ "pass", "absent", CHANGE_REMOVED, 0, 0 },
		{ "f:/a", "absent", CHANGE_REMOVED, 0, 0 },
		{ "absent", "absent", CHANGE_SAME, 0, 0 },
		/* Not all is listed: the same by fingerprint and number. */
		{ "f:/a +5", "f:/a +5", CHANGE_SAME, 0, 0 },
		{ "f:/a +5", "f:/a +6", CHANGE_WORSE, 1, 1 },
		/* As many or more, and not the same: some are new. */
		{ "f:/a +5", "f:/b +5", CHANGE_WORSE, 1, 1 },
		{ "f:/a", "f:/b +5", CHANGE_WORSE, 1, 1 },
		/* Fewer, and others: they may have been among those that were not listed. */
		{ "f:/a +5", "f:/b +3", CHANGE_UNKNOWN, 3, 3 },
		{ "f:/a +5", "f:/b", CHANGE_UNKNOWN, 3, 3 },
		{ "f:/a f:/c +1", "f:/b f:/d", CHANGE_WORSE, 1, 1 },
		{ "f:/a +5", "pass", CHANGE_FIXED, 0, 0 },
		{ "f:/a +3", "f:/a", CHANGE_BETTER, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct outcome outcome = compare(cases[i].before, cases[i].after);

		if (outcome.change != cases[i].change || outcome.exit != cases[i].exit ||
		    outcome.exit_with_baseline != cases[i].exit_with_baseline)
			fail_msg("%s -> %s: %s, %d, %d; wanted %s, %d, %d", cases[i].before, cases[i].after,
			         change_names[outcome.change], outcome.exit, outcome.exit_with_baseline,
			         change_names[cases[i].change], cases[i].exit, cases[i].exit_with_baseline);
	}
}

/** Severity and score decide what counts. */
static void test_what_counts(void **state) {
	struct report old = { 0 }, new = { 0 };
	struct comparison comparison;

	(void)state;
	make(&old, "pass");
	make(&new, "f:/a");
	compare_reports(&comparison, &old, &new);
	assert_int_equal(compare_exit(&comparison), 1);
	comparison.fail_on = SEVERITY_HIGH;
	assert_int_equal(compare_exit(&comparison), 0);
	comparison.fail_on = SEVERITIES;
	assert_int_equal(compare_exit(&comparison), 0);
	comparison.fail_under = 1000;
	assert_int_equal(compare_exit(&comparison), 1);
	comparison.fail_under = 10;
	assert_int_equal(compare_exit(&comparison), 0);
	compare_free(&comparison);
	/* A score that is too low, but was so, is known. */
	compare_reports(&comparison, &new, &new);
	comparison.fail_on = SEVERITIES;
	comparison.fail_under = 1000;
	assert_int_equal(compare_exit(&comparison), 0);
	assert_true(compare_equal(&comparison));
	compare_free(&comparison);
	new.results[1].severity = SEVERITY_INFO;
	compare_reports(&comparison, &old, &new);
	assert_int_equal(compare_exit(&comparison), 0);
	assert_int_equal(comparison.changes[1].change, CHANGE_NEW);
	compare_free(&comparison);
	report_free(&old);
	report_free(&new);
}

static bool differs(const struct comparison *comparison, const char *key) {
	for (size_t i = 0; i < comparison->ndifferences; ++i)
		if (strcmp(comparison->differences[i].key, key) == 0)
			return true;
	return false;
}

/** What may have made the change, besides the host, is said. */
static void test_differences(void **state) {
	static const struct report_policy one[] = { { "/etc/tmpaudit/policy.json", "aa" } },
	                                  two[] = { { "/etc/tmpaudit/policy.json", "bb" } };
	static struct report_omission gone[] = { { "/mnt/a", "network file system" }, { "/mnt/b", "FUSE" } };
	static struct report_override values[][2] = {
		{ { "parameters.umask.maximum", "027", "/etc/p:1" }, { "fail.on", "high", "--fail-on" } },
		{ { "fail.on", "low", "--fail-on" }, { "parameters.umask.maximum", "027", "/etc/q:7" } },
	};
	struct report old = { 0 }, new = { 0 };
	struct comparison comparison;

	(void)state;
	make(&old, "pass");
	make(&new, "pass");
	compare_reports(&comparison, &old, &new);
	assert_int_equal(comparison.ndifferences, 0);
	compare_free(&comparison);
	old.run.overrides = values[0];
	old.run.noverrides = 2;
	new.run.overrides = values[1];
	new.run.noverrides = 2;
	compare_reports(&comparison, &old, &new);
	assert_int_equal(comparison.ndifferences, 1);
	assert_string_equal(comparison.differences[0].key, "policy: fail.on");
	assert_string_equal(comparison.differences[0].before, "high");
	assert_string_equal(comparison.differences[0].after, "low");
	/* A report keeps what it needs of the comparison. */
	compare_with_baseline(&comparison, &new);
	compare_free(&comparison);
	assert_string_equal(new.run.baseline->differences[0].key, "policy: fail.on");
	assert_string_equal(new.run.baseline->differences[0].before, "high");
	compare_reports(&comparison, &old, &new);
	old.run.noverrides = new.run.noverrides = 0;
	compare_free(&comparison);
	old.run.policies = one;
	old.run.npolicies = 1;
	old.host.machine_id = "1";
	old.host.kernel = "6.1";
	old.run.started.tv_sec = 7;
	old.not_examined = gone;
	old.nnot_examined = 1;
	new.run.policies = two;
	new.run.npolicies = 1;
	new.run.profile = "strict";
	new.run.deep = true;
	new.host.machine_id = "2";
	new.host.hostname = "web02";
	new.host.live = true;
	new.host.uid = 1000;
	new.host.root = "/mnt";
	new.version = "0.9.0";
	new.not_examined = gone + 1;
	new.nnot_examined = 1;
	compare_reports(&comparison, &old, &new);
	static const char *const keys[] = { "host.machine_id", "host.hostname", "host.kernel",  "host.root",
		                            "host.live",       "host.uid",      "tool.version", "run.profile",
		                            "run.policy",      "run.deep",      "run.started",  "not_examined" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i)
		if (!differs(&comparison, keys[i]))
			fail_msg("%s is not said to differ", keys[i]);
	assert_int_equal(comparison.ndifferences, 13);
	assert_false(compare_equal(&comparison));
	assert_int_equal(compare_exit(&comparison), 0);
	compare_free(&comparison);
	/* Of a host that has no id nothing follows. */
	new.host.machine_id = NULL;
	compare_reports(&comparison, &old, &new);
	assert_false(differs(&comparison, "host.machine_id"));
	compare_free(&comparison);
	report_free(&old);
	report_free(&new);
}

/** Which findings came and went, and what they were before. */
static void test_findings(void **state) {
	struct report old = { 0 }, new = { 0 };
	struct comparison comparison;

	(void)state;
	make(&old, "f:/a f:/b w:/c f:/d f:/d");
	make(&new, "f:/a f:/c e:/b f:/d f:/e");
	compare_reports(&comparison, &old, &new);
	const struct check_change *change = &comparison.changes[1];
	assert_int_equal(change->stayed, 2);
	assert_int_equal(change->nappeared, 3);
	assert_string_equal(change->appeared[0].finding->subject, "/b");
	assert_int_equal(change->appeared[0].other, STATUS_FAIL);
	assert_string_equal(change->appeared[1].finding->subject, "/c");
	assert_int_equal(change->appeared[1].other, STATUS_WAIVED);
	assert_string_equal(change->appeared[2].finding->subject, "/e");
	assert_int_equal(change->appeared[2].other, STATUSES);
	assert_int_equal(change->ngone, 3);
	assert_string_equal(change->gone[2].finding->subject, "/d");
	assert_int_equal(change->gone[2].other, STATUSES);
	compare_free(&comparison);
	report_free(&old);
	report_free(&new);
}

/** What the text tells, at the usual width. */
static void test_text(void **state) {
	struct report old = { 0 }, new = { 0 };
	struct comparison comparison;

	(void)state;
	make(&old, "f:/a");
	make(&new, "f:/a f:/b");
	new.run.profile = "strict\033[2J";
	new.results[1].findings[1].subject = "/b\n\033[31m";
	compare_reports(&comparison, &old, &new);
	struct builder text = { .arena = &new.arena };
	changes_render(&text, &comparison, renderer_find("text"), (struct render_options) { .columns = 80 });
	const char *shown = builder_string(&text);
	assert_non_null(strstr(shown, "\n0 new, 1 worse, 1 the same\n"));
	assert_non_null(strstr(shown, "run.profile       default -> strict\\x1b[2J; what is expected"));
	assert_non_null(strstr(shown, "\nworse    tempdir.mode                medium, fail -> fail\n"));
	assert_non_null(strstr(shown, "\n         + /b\\x0a\\x1b[31m: is bad\n"));
	assert_null(strstr(shown, "\033"));
	for (const char *line = shown; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 80);
	compare_free(&comparison);
	report_free(&old);
	report_free(&new);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),  cmocka_unit_test(test_what_counts), cmocka_unit_test(test_differences),
		cmocka_unit_test(test_findings), cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
