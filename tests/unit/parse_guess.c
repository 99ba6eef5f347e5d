/** Names that can be guessed. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_guess.h"

#include <string.h>

static void test_random(void **state) {
	static const char *const random[] = { "tmp.AbCdEf1234", "x1a2b3c4.4711", "ssh-XyZaBc", "report-a1b2c3d4.log",
		                              "backup.q7Rt2x" };
	static const char *const fixed[] = { "",         "backup.4711", "Backup4711", "report-20261123",
		                             "abcdef",   "README",      "a1B2",       "x.y.z",
		                             "core4711", "1234567890",  "Systemd2000" };

	(void)state;
	for (size_t i = 0; i < sizeof random / sizeof *random; ++i)
		if (!guess_is_random(random[i]))
			fail_msg("%s is random", random[i]);
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; ++i)
		if (guess_is_random(fixed[i]))
			fail_msg("%s is not random", fixed[i]);
}

static void test_parts(void **state) {
	/* The number, or the time in full, as it stands in the name; NULL: nothing can be guessed. */
	static const struct {
		const char *name, *part;
		bool stamp;
	} cases[] = {
		{ "backup.4711", "4711", false },
		{ "backup4711", "4711", false },
		{ "job-4711.log", "4711", false },
		{ "job-4711.tar.gz", "4711", false },
		{ "a.1-b.2", "2", false },
		{ "x_99999999999", NULL, false },
		{ "lib-1.2.3", NULL, false },
		{ "lib.so.1.2", NULL, false },
		{ "4711", NULL, false },
		{ "4711-job", NULL, false },
		{ "job-4711-done", NULL, false },
		{ "tmp.AbCdEf12.4711", NULL, false },
		{ "", NULL, false },
		{ "plain", NULL, false },
		{ "report-20261123", "20261123", true },
		{ "report-20261123.txt", "20261123", true },
		{ "report-20261123101500", "20261123101500", true },
		{ "report-20261123-1015", "20261123-1015", true },
		{ "report_20261123T101500Z.log", "20261123T101500Z", true },
		{ "report-2026-11-23", "2026-11-23", true },
		{ "report-2026-11-23_10:15:00", "2026-11-23_10:15:00", true },
		{ "report.1795430400", "1795430400", true },
		{ "report.1795430400123", "1795430400123", true },
		{ "report-20261323", "20261323", false },
		{ "report-20261100", "20261100", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct guess guess;
		const bool good = guess_parse(cases[i].name, &guess);

		if (good != (cases[i].part != NULL))
			fail_msg("%s can%s be guessed", cases[i].name, cases[i].part ? "" : "not");
		if (!good)
			continue;
		if (guess.stamp != cases[i].stamp || guess.length != strlen(cases[i].part) ||
		    strncmp(cases[i].name + guess.start, cases[i].part, guess.length) != 0)
			fail_msg("%s: at %zu, %zu long", cases[i].name, guess.start, guess.length);
	}
}

static void test_number(void **state) {
	struct guess guess;

	(void)state;
	assert_true(guess_parse("job.4194304", &guess));
	assert_int_equal(guess.number, 4194304);
	assert_true(guess_parse("job.0042", &guess));
	assert_int_equal(guess.number, 42);
	assert_true(guess_parse("job.9999999999", &guess));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
