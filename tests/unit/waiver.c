/** Waivers: days, what they cover, and what becomes of them. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "waiver.h"
#include "report.h"

#include <string.h>

enum { DAY = 86400 };

/** 2026-11-25 12:00:00 UTC. */
static const time_t now = 1795608000;

static void test_days(void **state) {
	static const struct {
		const char *text;
		/** The first second behind it; -1: it is none. */
		time_t end;
	} cases[] = {
		{ "1970-01-01", DAY },
		{ "2026-11-25", 1795651200 },
		{ "2028-02-29", 1835481600 },
		{ "9999-12-31", 253402300800 },
		{ "2026-02-29", -1 },
		{ "2100-02-29", -1 },
		{ "2026-00-10", -1 },
		{ "2026-13-01", -1 },
		{ "2026-01-00", -1 },
		{ "2026-01-32", -1 },
		{ "2026-04-31", -1 },
		{ "1969-12-31", -1 },
		{ "2026-1-01", -1 },
		{ "2026-01-1", -1 },
		{ "2026/01/01", -1 },
		{ "2026-01-01 ", -1 },
		{ " 2026-01-01", -1 },
		{ "2026-01-01T00:00", -1 },
		{ "+026-01-01", -1 },
		{ "0000-01-01", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		time_t end;

		if (waiver_day(cases[i].text, &end) != (cases[i].end >= 0))
			fail_msg("%s", cases[i].text);
		if (cases[i].end >= 0)
			assert_int_equal(end, cases[i].end);
	}
}

static void test_far(void **state) {
	const time_t today = now / DAY * DAY;

	(void)state;
	/* The day 366 days ahead is not too far at any hour of today. */
	for (time_t time = today; time < today + DAY; time += DAY - 1) {
		assert_false(waiver_is_far(today + 367 * (time_t)DAY, time));
		assert_true(waiver_is_far(today + 368 * (time_t)DAY, time));
		assert_false(waiver_is_far(DAY, time));
	}
}

static const struct check check = { .id = "mount.tmp-noexec", .severity = SEVERITY_MEDIUM };

/** A report of one check with findings on the subjects, ended by NULL; one that begins with ! could not be judged. */
static void make(struct report *report, const char *const *subjects) {
	struct result *result;

	*report = (struct report) { 0 };
	result = arena_array(&report->arena, 1, sizeof *result);
	*result = (struct result) { .check = &check, .severity = check.severity, .arena = &report->arena };
	report->results = result;
	report->nresults = 1;
	for (; *subjects; ++subjects) {
		const bool error = **subjects == '!';
		const struct finding finding = { .subject = *subjects + error, .message = "is bad" };

		if (error)
			result_unknown(result, &finding);
		else
			result_judge(result, false, &finding);
	}
}

static struct waiver waiver(const char *subject, bool exact, int days) {
	return (struct waiver) { .check = "mount.tmp-noexec",
		                 .subject = subject,
		                 .exact = exact,
		                 .reason = "reason",
		                 .owner = "owner",
		                 .expires = "2026-11-25",
		                 .source = "file:1",
		                 .end = (now / DAY + 1 + days) * DAY };
}

static void test_use(void **state) {
	static const struct {
		const char *subjects[4];
		struct {
			const char *subject;
			bool exact;
			/** From today on: -1 is yesterday. */
			int days;
			size_t findings;
			bool expired, soon, unused;
		} waivers[3];
		enum status status;
	} cases[] = {
		{ { "/a" }, { { "/a", false, 100, 1, false, false, false } }, STATUS_WAIVED },
		{ { "/a" }, { { "/a", false, 0, 1, false, true, false } }, STATUS_WAIVED },
		{ { "/a" }, { { "/a", false, 14, 1, false, true, false } }, STATUS_WAIVED },
		{ { "/a" }, { { "/a", false, 15, 1, false, false, false } }, STATUS_WAIVED },
		{ { "/a" }, { { "/a", false, -1, 1, true, false, false } }, STATUS_FAIL },
		{ { "/a" }, { { "/b", false, 100, 0, false, false, true } }, STATUS_FAIL },
		{ { "/a", "/b" }, { { "/a", false, 100, 1, false, false, false } }, STATUS_FAIL },
		{ { "/a", "/b" }, { { "*", false, 100, 2, false, false, false } }, STATUS_WAIVED },
		{ { "/a*" }, { { "/a*", true, 100, 1, false, false, false } }, STATUS_WAIVED },
		{ { "/ab" }, { { "/a*", true, 100, 0, false, false, true } }, STATUS_FAIL },
		{ { "/a\xff" }, { { "/a?", false, 100, 1, false, false, false } }, STATUS_WAIVED },
		{ { "/a\xff" }, { { "/a\xff", true, 100, 1, false, false, false } }, STATUS_WAIVED },
		/* What could not be judged is no failure to be waived, and hides whether a waiver is of use. */
		{ { "!/a" }, { { "/a", false, 100, 0, false, false, false } }, STATUS_ERROR },
		{ { "/a", "!/b" }, { { "*", false, 100, 1, false, false, false } }, STATUS_ERROR },
		{ { NULL }, { { "*", false, 100, 0, false, false, false } }, STATUS_ERROR },
		/* One in force suffices, whatever has ended. */
		{ { "/a" },
		  { { "/a", false, -1, 1, true, false, false }, { "/?", false, 100, 1, false, false, false } },
		  STATUS_WAIVED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct waiver waivers[3];
		struct report report;
		size_t count = 0;

		make(&report, cases[i].subjects);
		for (; count < 3 && cases[i].waivers[count].subject; ++count)
			waivers[count] = waiver(cases[i].waivers[count].subject, cases[i].waivers[count].exact,
			                        cases[i].waivers[count].days);
		waivers_apply(&report, waivers, count, now);
		assert_int_equal(report.nwaivers, count);
		if (result_status(&report.results[0]) != cases[i].status)
			fail_msg("case %zu: %s", i, status_names[result_status(&report.results[0])]);
		for (size_t w = 0; w < count; ++w) {
			const struct waiver_use *use = &report.waivers[w];

			if (use->findings != cases[i].waivers[w].findings ||
			    use->expired != cases[i].waivers[w].expired || use->ends_soon != cases[i].waivers[w].soon ||
			    use->unused != cases[i].waivers[w].unused)
				fail_msg("case %zu, waiver %zu: %zu %d %d %d", i, w, use->findings, use->expired,
				         use->ends_soon, use->unused);
		}
		report_free(&report);
	}
}

static void test_texts(void **state) {
	const struct waiver of_use = waiver("/a", false, 3), ended = waiver("/b", false, -1);
	struct waiver of_nobody = waiver("/c", false, 3), of_ticket = waiver("/d", false, 3);
	struct report report;

	(void)state;
	of_nobody.owner = of_ticket.owner = NULL;
	of_ticket.ticket = "OPS-1";
	make(&report, (const char *const[]) { "/a", "/b", "/c", "/d", NULL });
	waivers_apply(&report, (const struct waiver[]) { of_use, ended, of_nobody, of_ticket }, 4, now);
	const struct finding *findings = report.results[0].findings;
	assert_string_equal(findings[0].waiver, "until 2026-11-25, owner: reason");
	assert_null(findings[0].lapsed);
	assert_null(findings[1].waiver);
	assert_string_equal(findings[1].lapsed, "its waiver ended on 2026-11-25 (owner: reason)");
	assert_string_equal(findings[1].message, "is bad; its waiver ended on 2026-11-25 (owner: reason)");
	assert_string_equal(findings[2].waiver, "until 2026-11-25, reason");
	assert_string_equal(findings[3].waiver, "until 2026-11-25, OPS-1: reason");
	report_free(&report);
}

/** What is not kept is covered by what covers everything, and by nothing else. */
static void test_more(void **state) {
	static const struct {
		const char *subject;
		int days;
		enum status status;
		size_t findings;
	} cases[] = {
		{ "*", 3, STATUS_WAIVED, 101 },
		{ "**", 3, STATUS_WAIVED, 101 },
		{ "/*", 3, STATUS_FAIL, 1 },
		{ "*", -1, STATUS_FAIL, 101 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct waiver one = waiver(cases[i].subject, false, cases[i].days);
		struct report report;

		make(&report, (const char *const[]) { "/a", NULL });
		result_more(&report.results[0], 100);
		waivers_apply(&report, &one, 1, now);
		assert_int_equal(result_status(&report.results[0]), cases[i].status);
		assert_int_equal(report.waivers[0].findings, cases[i].findings);
		report_free(&report);
	}
}

/** Nobody can say that a waiver is of no use if its check did not run. */
static void test_not_asked(void **state) {
	struct waiver other = waiver("/a", false, 3);
	struct report report;

	(void)state;
	other.check = "mount.tmp-nodev";
	make(&report, (const char *const[]) { "/a", NULL });
	waivers_apply(&report, &other, 1, now);
	assert_false(report.waivers[0].unused);
	assert_int_equal(result_status(&report.results[0]), STATUS_FAIL);
	report_free(&report);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),  cmocka_unit_test(test_far),  cmocka_unit_test(test_use),
		cmocka_unit_test(test_texts), cmocka_unit_test(test_more), cmocka_unit_test(test_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
