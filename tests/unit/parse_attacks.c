/** What the probe says is read like anything foreign. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_attacks.h"

#include <string.h>

static bool parse(struct arena *arena, const char *bytes, size_t size, const struct attack_record **records,
                  size_t *count) {
	return parse_attacks(arena, bytes, size, 2, records, count);
}

static void test_records(void **state) {
	static const char bytes[] = "0 0 1 1 0 64002 64001\n1 6 3 5 1 0 1000\n";
	const struct attack_record *records;
	struct arena arena = { 0 };
	size_t count;

	(void)state;
	assert_true(parse(&arena, bytes, sizeof bytes - 1, &records, &count));
	assert_int_equal(count, 2);
	assert_int_equal(records[0].kind, ATTACK_PRECREATE);
	assert_int_equal(records[0].way, 1);
	assert_int_equal(records[0].outcome, ATTACK_SUCCEEDED);
	assert_int_equal(records[0].victim, 64002);
	assert_int_equal(records[1].dir, 1);
	assert_int_equal(records[1].outcome, ATTACK_UNTRIED);
	assert_int_equal(records[1].error, 1);
	assert_int_equal(records[1].attacker, 1000);
	assert_true(parse(&arena, "", 0, &records, &count));
	assert_int_equal(count, 0);
	arena_free(&arena);
}

static void test_refused(void **state) {
	static const struct {
		const char *bytes;
		size_t size;
	} bad[] = {
#define BAD(literal) { literal, sizeof(literal) - 1 }
		BAD("0 0 0 0 0 0 0"),      /* no end */
		BAD("0 0 0 0 0 0\n"),      /* too few */
		BAD("0 0 0 0 0 0 0 0\n"),  /* too many */
		BAD("2 0 0 0 0 0 0\n"),    /* no such directory */
		BAD("0 7 0 0 0 0 0\n"),    /* no such attack */
		BAD("0 0 2 0 0 0 0\n"),    /* no such way */
		BAD("0 0 0 6 0 0 0\n"),    /* no such outcome */
		BAD("0 0 0 0 4096 0 0\n"), /* no errno */
		BAD("0 0 0 0 -1 0 0\n"),   BAD("0 0 0 0 0 4294967296 0\n"),
		BAD("0 0 0 0 0  0 0\n"),   BAD("\n"),
		BAD("0 0 0 0 0 0 0\0\n"),  BAD("\xff\xfe\n"),
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
		const struct attack_record *records;
		size_t count;

		if (parse(&arena, bad[i].bytes, bad[i].size, &records, &count))
			fail_msg("accepted: '%s'", bad[i].bytes);
		assert_int_equal(count, 0);
	}
	arena_free(&arena);
}

static void test_keeps_what_stood_before(void **state) {
	static const char bytes[] = "0 0 0 1 0 0 64001\n0 0 0 9 0 0 0\n";
	const struct attack_record *records;
	struct arena arena = { 0 };
	size_t count;

	(void)state;
	assert_false(parse(&arena, bytes, sizeof bytes - 1, &records, &count));
	assert_int_equal(count, 1);
	arena_free(&arena);
}

static void test_bounded(void **state) {
	struct arena arena = { 0 }, parsed = { 0 };
	char *bytes = arena_alloc(&arena, ATTACK_BYTES_LIMIT + 1);
	const struct attack_record *records;
	size_t count;

	(void)state;
	memset(bytes, '0', ATTACK_BYTES_LIMIT + 1);
	assert_false(parse(&parsed, bytes, ATTACK_BYTES_LIMIT + 1, &records, &count));
	arena_free(&parsed);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_keeps_what_stood_before),
		cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
