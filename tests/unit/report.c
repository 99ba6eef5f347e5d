/** The report: exit status, fingerprints, and what repairs its findings. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "report.h"
#include "fix.h"
#include "host.h"

#include <string.h>

static const struct check check = { .id = "sysctl.protected-regular" };

/** A report of one check of that severity and status. */
static int exit_of(enum severity severity, enum status status, enum severity fail_on, unsigned fail_under) {
	struct report report = { .run = { .fail_on = fail_on, .fail_under = fail_under } };
	struct result results[2] = {
		{ .check = &check, .severity = severity, .arena = &report.arena },
		/* A check that is good, so that something was evaluated. */
		{ .check = &check, .severity = SEVERITY_MEDIUM, .arena = &report.arena, .passes = 1 },
	};
	struct result *result = &results[0];

	report.results = results;
	report.nresults = 2;
	if (status == STATUS_PASS)
		result->passes = 1;
	else if (status == STATUS_ERROR)
		result_unknown(result, &(struct finding) { .subject = "/tmp", .message = "cannot be read" });
	else if (status == STATUS_NOT_APPLICABLE)
		result_skip(result, "there is none");
	else
		result_judge(result, false, &(struct finding) { .subject = "/tmp", .message = "is bad" });
	if (status == STATUS_WAIVED)
		result->findings[0].waiver = "accepted";
	report.score = score_compute(results, 2);
	int status_of_exit = report_exit(&report);
	report_free(&report);
	return status_of_exit;
}

static void test_exit_status(void **state) {
	static const struct {
		enum severity severity;
		enum status status;
		enum severity fail_on;
		unsigned fail_under;
		int wanted;
	} cases[] = {
		{ SEVERITY_HIGH, STATUS_PASS, SEVERITY_LOW, 0, 0 },
		{ SEVERITY_LOW, STATUS_FAIL, SEVERITY_LOW, 0, 1 },
		{ SEVERITY_CRITICAL, STATUS_FAIL, SEVERITY_LOW, 0, 1 },
		{ SEVERITY_MEDIUM, STATUS_FAIL, SEVERITY_HIGH, 0, 0 },
		{ SEVERITY_HIGH, STATUS_FAIL, SEVERITY_HIGH, 0, 1 },
		{ SEVERITY_INFO, STATUS_FAIL, SEVERITY_LOW, 0, 0 },
		{ SEVERITY_INFO, STATUS_FAIL, SEVERITY_INFO, 0, 0 },
		{ SEVERITY_LOW, STATUS_ERROR, SEVERITY_LOW, 0, 3 },
		{ SEVERITY_MEDIUM, STATUS_ERROR, SEVERITY_HIGH, 0, 0 },
		{ SEVERITY_INFO, STATUS_ERROR, SEVERITY_INFO, 0, 0 },
		{ SEVERITY_CRITICAL, STATUS_WAIVED, SEVERITY_LOW, 0, 0 },
		{ SEVERITY_CRITICAL, STATUS_NOT_APPLICABLE, SEVERITY_LOW, 0, 0 },
		/* The score alone: half of it is lost. */
		{ SEVERITY_MEDIUM, STATUS_FAIL, SEVERITIES, 500, 0 },
		{ SEVERITY_MEDIUM, STATUS_FAIL, SEVERITIES, 501, 1 },
		{ SEVERITY_MEDIUM, STATUS_ERROR, SEVERITIES, 500, 3 },
		{ SEVERITY_MEDIUM, STATUS_ERROR, SEVERITIES, 501, 1 },
		{ SEVERITY_INFO, STATUS_ERROR, SEVERITIES, 500, 0 },
		/* Both: each does. */
		{ SEVERITY_MEDIUM, STATUS_FAIL, SEVERITY_MEDIUM, 100, 1 },
		{ SEVERITY_MEDIUM, STATUS_FAIL, SEVERITY_HIGH, 600, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		assert_int_equal(exit_of(cases[i].severity, cases[i].status, cases[i].fail_on, cases[i].fail_under),
		                 cases[i].wanted);
}

/** Without a single check that was evaluated there is no verdict. */
static void test_exit_without_evidence(void **state) {
	struct report report = { .run = { .fail_on = SEVERITY_LOW } };
	struct result result = { .check = &check, .severity = SEVERITY_INFO, .arena = &report.arena };

	(void)state;
	report.score = score_compute(NULL, 0);
	assert_int_equal(report_exit(&report), 3);
	report.results = &result;
	report.nresults = 1;
	result_skip(&result, "there is none");
	report.score = score_compute(&result, 1);
	assert_int_equal(report_exit(&report), 3);
	/* One of info has no weight and gives no score, but it was evaluated. */
	result.passes = 1;
	report.score = score_compute(&result, 1);
	assert_int_equal(report.score.value, -1);
	assert_int_equal(report_exit(&report), 0);
	report_free(&report);
}

static const char *fingerprint(struct arena *arena, const char *first, enum aspect one, const char *second,
                               enum aspect two) {
	struct result result = { .check = &check, .arena = arena };

	result_judge(&result, false, &(struct finding) { .subject = first, .aspect = one, .actual = first });
	if (second)
		result_judge(&result, false, &(struct finding) { .subject = second, .aspect = two });
	return result_fingerprint(arena, &result);
}

static void test_fingerprint(void **state) {
	struct arena arena = { 0 };
	struct result empty = { .check = &check, .arena = &arena };

	(void)state;
	/* printf 'sysctl.protected-regular\0' | sha256sum, and with 'fs.x\0live\0fs.y\0boot\0' */
	assert_string_equal(result_fingerprint(&arena, &empty),
	                    "6a9555d6fa5db08b223cbb6752f654ab890642fc44e1cbce26751f8764e0a834");
	const char *both = fingerprint(&arena, "fs.x", ASPECT_LIVE, "fs.y", ASPECT_BOOT);
	assert_string_equal(both, "00ee5ed2624800193dbe91976ae41ab4b03949ced8a8e58d6c14d7306e67fff9");
	assert_string_equal(fingerprint(&arena, "fs.y", ASPECT_BOOT, "fs.x", ASPECT_LIVE), both);
	assert_string_not_equal(fingerprint(&arena, "fs.x", ASPECT_BOOT, "fs.y", ASPECT_BOOT), both);
	assert_string_not_equal(fingerprint(&arena, "fs.x", ASPECT_LIVE, NULL, ASPECT_ANY), both);
	arena_free(&arena);
}

static const struct check fixed = {
	.id = "tempdir.mode",
	.remediation = {
		.summary = "Narrow it",
		.steps = STEPS({ ASPECT_LIVE, FIX_RUN, .text = "sysctl -w x=1" },
		               { ASPECT_FILE, FIX_RUN, .text = "chmod 1777 {subject} && ls -d {subject}" },
		               { ASPECT_ANY, FIX_RUN, .text = "echo {subject}" },
		               { ASPECT_BOOT, FIX_LINE, .path = "/etc/sysctl.d/99-zz-tmpaudit.conf", .match = "^x",
		                 .text = "x = 1" }),
	},
};

/** What the audit does when it has judged. */
static void repair(struct result *result) {
	struct policy policy;
	struct host host = { .policy = &policy };

	policy_open(&policy, "default");
	result->nsteps = 0;
	fix_resolve(&host, result);
	policy_close(&policy);
}

static void check_commands(struct result *result, const char *const *wanted) {
	repair(result);
	const char *const *commands = result_commands(result->arena, result);

	for (; *wanted; ++wanted, ++commands) {
		assert_non_null(*commands);
		assert_string_equal(*commands, *wanted);
	}
	assert_null(*commands);
}

static void test_commands(void **state) {
	struct arena arena = { 0 };
	struct result result = { .check = &fixed, .arena = &arena };

	(void)state;
	check_commands(&result, (const char *const[]) { NULL });
	result_judge(&result, false, &(struct finding) { .subject = "b", .aspect = ASPECT_LIVE });
	result_judge(&result, false, &(struct finding) { .subject = "a", .aspect = ASPECT_LIVE });
	result_judge(&result, false, &(struct finding) { .subject = "a", .aspect = ASPECT_FILE });
	result_unknown(&result, &(struct finding) { .subject = "u", .aspect = ASPECT_LIVE });
	result_judge(&result, false, &(struct finding) { .subject = "w", .aspect = ASPECT_FILE });
	result.findings[4].waiver = "accepted";
	/* What is unreadable or waived is not to be repaired; one command serves all or each subject once. */
	check_commands(&result,
	               (const char *const[]) { "sysctl -w x=1", "echo a", "chmod 1777 a && ls -d a", "echo b", NULL });
	assert_null(result_files(&arena, &result)->path);
	result_judge(&result, false, &(struct finding) { .subject = "a", .aspect = ASPECT_BOOT });
	result_judge(&result, false, &(struct finding) { .subject = "b", .aspect = ASPECT_BOOT });
	repair(&result);
	const struct fix_file *files = result_files(&arena, &result);
	assert_string_equal(files[0].path, "/etc/sysctl.d/99-zz-tmpaudit.conf");
	assert_null(files[1].path);
	arena_free(&arena);
}

/** What is wrong in one place does not excuse what could not be seen in another. */
static void test_complete(void **state) {
	struct report report = { 0 };
	struct result result = { .check = &fixed, .arena = &report.arena };

	(void)state;
	report.results = &result;
	report.nresults = 1;
	result_judge(&result, false, &(struct finding) { .subject = "a", .aspect = ASPECT_LIVE });
	report.score = score_compute(report.results, report.nresults);
	assert_true(report_complete(&report));
	result_unknown(&result, &(struct finding) { .subject = "b", .aspect = ASPECT_LIVE });
	report.score = score_compute(report.results, report.nresults);
	assert_int_equal(result_status(&result), STATUS_FAIL);
	assert_false(report_complete(&report));
	arena_free(&report.arena);
}

/** No name of a file can become a command. */
static void test_hostile_names_in_commands(void **state) {
	static const struct {
		const char *subject, *wanted;
	} cases[] = {
		{ "/tmp/a b", "chmod 1777 '/tmp/a b' && ls -d '/tmp/a b'" },
		{ "/tmp/';reboot;'", "chmod 1777 '/tmp/'\\'';reboot;'\\''' && ls -d '/tmp/'\\'';reboot;'\\'''" },
		{ "/tmp/$(reboot)", "chmod 1777 '/tmp/$(reboot)' && ls -d '/tmp/$(reboot)'" },
		{ "/tmp/a\nreboot", "# by hand: /tmp/a\\x0areboot: no command may hold this name" },
		{ "/tmp/\xff", "# by hand: /tmp/\\xff: no command may hold this name" },
		{ "/tmp/\xe2\x80\xaex", "# by hand: /tmp/\\u{202e}x: no command may hold this name" },
		{ "/tmp/{subject}", "chmod 1777 '/tmp/{subject}' && ls -d '/tmp/{subject}'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct result result = { .check = &fixed, .arena = &arena };

		result_judge(&result, false, &(struct finding) { .subject = cases[i].subject, .aspect = ASPECT_FILE });
		repair(&result);
		assert_string_equal(result_commands(&arena, &result)[0], cases[i].wanted);
		arena_free(&arena);
	}
}

static void test_small_questions(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(check_family(&arena, &check), "sysctl");
	assert_string_equal(result_risk(&(struct result) { .check = &(struct check) { 0 } }), "none");
	assert_string_equal(
	        result_risk(&(struct result) { .check = &(struct check) { .remediation = { .breaks = "x" } } }), "low");
	assert_string_equal(result_risk(&(struct result) {
	                            .check = &(struct check) { .remediation = { .breaks = "x", .risky = true } } }),
	                    "high");
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_status),     cmocka_unit_test(test_exit_without_evidence),
		cmocka_unit_test(test_fingerprint),     cmocka_unit_test(test_commands),
		cmocka_unit_test(test_small_questions), cmocka_unit_test(test_hostile_names_in_commands),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
