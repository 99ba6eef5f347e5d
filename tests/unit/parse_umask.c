/** How umasks are written: octal, as strtol(3) takes them, and in the symbols of shells. */

#include "parse_umask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_octal(void **state) {
	static const struct {
		const char *text;
		int value;
	} cases[] = { { "0", 0 },      { "22", 022 },  { "0022", 022 }, { "027", 027 }, { "7777", 0777 },
		      { "10000", -1 }, { "029", -1 },  { "", -1 },      { " 022", -1 }, { "-22", -1 },
		      { "0x12", -1 },  { "022a", -1 }, { "u=rwx", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		mode_t value = 0;
		const bool good = umask_octal(cases[i].text, &value);

		if (good != (cases[i].value >= 0) || (good && value != (mode_t)cases[i].value))
			fail_msg("\"%s\" gave %d, %03o", cases[i].text, good, value);
	}
}

/* What sessions of Debian 12 and 13 had with these in login.defs. */
static void test_leading(void **state) {
	static const struct {
		const char *text;
		int value;
	} cases[] = { { "027", 027 },
		      { "0x27", 0 },
		      { "29", 2 },
		      { "u=rwx,g=rx,o=", -1 },
		      { "", -1 },
		      { "9", -1 },
		      { "  077 x", 077 },
		      { "-1", 0777 },
		      { "1777", 0777 },
		      { "+022", 022 },
		      { "100000000000000000000000022", 022 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		mode_t value = 0;
		const bool good = umask_leading(cases[i].text, &value);

		if (good != (cases[i].value >= 0) || (good && value != (mode_t)cases[i].value))
			fail_msg("\"%s\" gave %d, %03o", cases[i].text, good, value);
	}
}

/* Compared with bash: umask 0124 first, to see what is kept. */
static void test_operand(void **state) {
	static const struct {
		const char *text;
		int after;
	} cases[] = { { "027", 0027 },
		      { "u=rwx,g=rx,o=", 0027 },
		      { "u=rwx,go=", 0077 },
		      { "a=rwx", 0 },
		      { "=rx", 0222 },
		      { "g-w", 0124 },
		      { "o-rwx", 0127 },
		      { "g+w", 0104 },
		      { "o=", 0127 },
		      { "u=rwx,g=rx", 0024 },
		      { "ug+x,o-w", 0026 },
		      { "a=rwx,o-w", 0002 },
		      { "g=u", -1 },
		      { "foo", -1 },
		      { "", -1 },
		      { "u", -1 },
		      { "u=rwx;", -1 },
		      { "9", -1 },
		      { "u=rwx,", -1 },
		      { ",u=r", -1 },
		      { "u=rwxs", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct umask_change change;
		const bool good = umask_operand(cases[i].text, &change);
		const int after = good ? (int)((0124 & change.keep) | change.set) : -1;

		if (after != cases[i].after)
			fail_msg("\"%s\" gave %03o", cases[i].text, (unsigned)after);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_octal),
		cmocka_unit_test(test_leading),
		cmocka_unit_test(test_operand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
