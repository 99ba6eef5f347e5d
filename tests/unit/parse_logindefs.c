/** login.defs(5) as pam_umask reads it. */

#include "parse_logindefs.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int end(void **state) {
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct logindefs_setting *parse(const char *text) {
	const struct logindefs_setting *settings;
	struct bytes bytes = { arena_copy(&arena, text), strlen(text) };

	assert_int_equal(parse_logindefs(&bytes, &arena, &settings), 0);
	return settings;
}

/** The value of UMASK in a file, or NULL. */
static const char *umask_of(const char *text) {
	const struct logindefs_setting *setting = logindefs_find(parse(text), "UMASK");

	return setting ? setting->value : NULL;
}

static void test_values(void **state) {
	(void)state;
	assert_string_equal(umask_of("UMASK\t\t022\n"), "022");
	assert_string_equal(umask_of("UMASK 022"), "022");
	assert_string_equal(umask_of("  UMASK   027  # comment\r\n"), "027");
	assert_string_equal(umask_of("UMASK=037"), "037");
	assert_string_equal(umask_of("UMASK = 037"), "037");
	assert_string_equal(umask_of("umask 026"), "026");
	assert_string_equal(umask_of("UMASK"), "");
	assert_string_equal(umask_of("UMASK 027 077"), "027 077");
	assert_null(umask_of("#UMASK 022\n # UMASK 027\n"));
	assert_null(umask_of("UMASKX 022\nXUMASK 027\n"));
	assert_null(umask_of(""));
}

static void test_first_counts(void **state) {
	const struct logindefs_setting *settings = parse("\n# x\nUMASK 027\nUMASK 077\nUID_MIN 500\n");

	(void)state;
	assert_string_equal(logindefs_find(settings, "UMASK")->value, "027");
	assert_int_equal(logindefs_find(settings, "UMASK")->line, 3);
	assert_int_equal(logindefs_find(settings, "UID_MIN")->line, 5);
	assert_null(logindefs_find(settings, "GID_MIN"));
}

static void test_odd_bytes(void **state) {
	static const char text[] = "UMASK\0 022\nX 1\nUMASK 0\00027\n";
	const struct logindefs_setting *settings;
	struct bytes bytes = { text, sizeof text - 1 };

	(void)state;
	assert_int_equal(parse_logindefs(&bytes, &arena, &settings), 0);
	/* A NUL ends its line, as it does for getline(3)'s reader. */
	assert_string_equal(logindefs_find(settings, "UMASK")->value, "");
	assert_int_equal(logindefs_find(settings, "X")->line, 2);
	assert_string_equal(settings[2].value, "0");
}

static void test_limit(void **state) {
	const size_t count = LOGINDEFS_LIMIT + 1;
	char *text = malloc(4 * count);
	const struct logindefs_setting *settings;

	(void)state;
	for (size_t i = 0; i < count; ++i)
		memcpy(text + 4 * i, "A 1\n", 4);
	struct bytes bytes = { text, 4 * count };
	assert_int_equal(parse_logindefs(&bytes, &arena, &settings), -E2BIG);
	assert_non_null(logindefs_find(settings, "A"));
	bytes.size -= 4;
	assert_int_equal(parse_logindefs(&bytes, &arena, &settings), 0);
	free(text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_first_counts),
		cmocka_unit_test(test_odd_bytes),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
