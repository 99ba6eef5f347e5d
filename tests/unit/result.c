/** What a check found: the status that follows, and the order in which findings are listed. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "result.h"

#include <string.h>

static const struct finding file = { .subject = "/tmp", .message = "is bad", .aspect = ASPECT_FILE };
static const struct finding boot = { .subject = "/tmp", .message = "is bad", .aspect = ASPECT_BOOT };

static void test_status_follows(void **state) {
	(void)state;
	/* Each bit is a kind of subject that was judged; the status is that of the strongest. */
	for (unsigned bits = 0; bits < 32; ++bits) {
		struct arena arena = { 0 };
		struct result result = { .arena = &arena };
		enum status wanted = bits & 1    ? STATUS_FAIL
		                     : bits & 2  ? STATUS_ERROR
		                     : bits & 4  ? STATUS_WAIVED
		                     : bits & 8  ? STATUS_PASS
		                     : bits & 16 ? STATUS_NOT_APPLICABLE
		                                 : STATUS_ERROR;

		if (bits & 16)
			result_skip(&result, "there is no %s", "/tmp");
		if (bits & 8)
			result_judge(&result, true, &file);
		if (bits & 4) {
			result_judge(&result, false, &file);
			result.findings[0].waiver = "accepted";
		}
		if (bits & 2)
			result_unknown(&result, &(struct finding) { .subject = "/tmp", .message = "cannot be read" });
		if (bits & 1)
			result_judge(&result, false, &file);
		assert_int_equal(result_status(&result), wanted);
		assert_int_equal(result_failing(&result), bits & 1);
		assert_int_equal(result_unreadable(&result), bits >> 1 & 1);
		assert_int_equal(result_waived(&result), bits >> 2 & 1);
		if (wanted == STATUS_NOT_APPLICABLE)
			assert_string_equal(result_reason(&result), "there is no /tmp");
		else if (wanted == STATUS_ERROR)
			assert_string_equal(result_reason(&result), bits & 2 ? "cannot be read" : "nothing was judged");
		else
			assert_null(result_reason(&result));
		if (wanted == STATUS_WAIVED)
			assert_string_equal(result_waiver(&result), "accepted");
		else
			assert_null(result_waiver(&result));
		arena_free(&arena);
	}
}

/** Nothing in a result points to what a check had on its stack. */
static void test_findings_are_copies(void **state) {
	struct arena arena = { 0 };
	struct result result = { .arena = &arena };
	char subject[] = "/tmp", source[] = "/etc/fstab:3";

	(void)state;
	result_judge(&result, false, &(struct finding) { .subject = subject, .source = source });
	memset(subject, 'x', 4);
	memset(source, 'x', 4);
	assert_string_equal(result.findings[0].subject, "/tmp");
	assert_string_equal(result.findings[0].source, "/etc/fstab:3");
	assert_string_equal(result.findings[0].message, "");
	assert_null(result.findings[0].actual);
	arena_free(&arena);
}

/** A profile without boot does not judge it, not even as unreadable. */
static void test_without_boot(void **state) {
	struct arena arena = { 0 };
	struct result result = { .arena = &arena, .without_boot = true };

	(void)state;
	result_judge(&result, false, &boot);
	result_unknown(&result, &boot);
	result_judge(&result, true, &boot);
	assert_int_equal(result_status(&result), STATUS_NOT_APPLICABLE);
	assert_non_null(result_reason(&result));
	result_judge(&result, false, &file);
	assert_int_equal(result_status(&result), STATUS_FAIL);
	assert_int_equal(result.nfindings, 1);
	arena_free(&arena);
}

static void test_order(void **state) {
	static const struct {
		const char *subject;
		enum aspect aspect;
		enum status status;
	} findings[] = {
		{ "/b", ASPECT_BOOT, STATUS_FAIL },     { "/b", ASPECT_LIVE, STATUS_FAIL },
		{ "/a", ASPECT_FILE, STATUS_WAIVED },   { "/a", ASPECT_FILE, STATUS_ERROR },
		{ "/c", ASPECT_FILE, STATUS_FAIL },     { "/a", ASPECT_FILE, STATUS_FAIL },
		{ "/a\xff", ASPECT_FILE, STATUS_FAIL },
	};
	static const size_t wanted[] = { 5, 6, 1, 0, 4, 3, 2 };
	struct arena arena = { 0 };
	struct result result = { .arena = &arena };

	(void)state;
	for (size_t i = 0; i < sizeof findings / sizeof *findings; ++i) {
		const struct finding finding = { .subject = findings[i].subject, .aspect = findings[i].aspect };

		if (findings[i].status == STATUS_ERROR)
			result_unknown(&result, &finding);
		else
			result_judge(&result, false, &finding);
		if (findings[i].status == STATUS_WAIVED)
			result.findings[i].waiver = "accepted";
	}
	const struct finding *const *sorted = result_sorted(&arena, &result);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
		assert_ptr_equal(sorted[i], &result.findings[wanted[i]]);
	assert_null(sorted[sizeof wanted / sizeof *wanted]);
	arena_free(&arena);
}

static void test_many_findings(void **state) {
	struct arena arena = { 0 };
	struct result result = { .arena = &arena };

	(void)state;
	for (int i = 0; i < 1000; ++i) {
		result_judge(&result, false, &(struct finding) { .subject = result_text(&result, "/tmp/%03d", i) });
		result_note(&result, "/tmp", "holds %d", i);
	}
	assert_int_equal(result.nfindings, 1000);
	assert_int_equal(result.nnotes, 1000);
	assert_string_equal(result.findings[0].subject, "/tmp/000");
	assert_string_equal(result.findings[999].subject, "/tmp/999");
	assert_string_equal(result.notes[999].message, "holds 999");
	arena_free(&arena);
}

/** What is not kept has failed all the same, and no waiver covers it. */
static void test_more(void **state) {
	struct arena arena = { 0 };
	struct result result = { .arena = &arena };

	(void)state;
	result_judge(&result, false, &file);
	result_more(&result, 0);
	assert_int_equal(result_total(&result), 1);
	result_more(&result, 41);
	assert_int_equal(result_total(&result), 42);
	assert_int_equal(result_failing(&result), 42);
	result.findings[0].waiver = "accepted";
	assert_int_equal(result_status(&result), STATUS_FAIL);
	assert_int_equal(result_failing(&result), 41);
	result_unknown(&result, &file);
	assert_int_equal(result_failing(&result), 41);
	assert_int_equal(result_total(&result), 43);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_follows), cmocka_unit_test(test_findings_are_copies),
		cmocka_unit_test(test_without_boot),   cmocka_unit_test(test_order),
		cmocka_unit_test(test_many_findings),  cmocka_unit_test(test_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
