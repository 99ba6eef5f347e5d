/** Ranges of ids for containers. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_subid.h"

static void test_ranges(void **state) {
	static const char text[] = "alice:100000:65536\n\nbroken\n:1:2\nbob:x:1\nbob:1:\nbob:4294967296:1\n"
	                           "carol:5:6:7\nbob:\0001:1\ndave:165536:65536";
	struct arena arena = { 0 };
	size_t count;
	const struct subid_range *ranges = subid_parse(text, sizeof text - 1, &arena, &count);

	(void)state;
	assert_int_equal(count, 2);
	assert_int_equal(ranges[0].first, 100000);
	assert_int_equal(ranges[0].count, 65536);
	assert_int_equal(ranges[1].first, 165536);
	subid_parse("", 0, &arena, &count);
	assert_int_equal(count, 0);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ranges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
