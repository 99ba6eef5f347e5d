/** Lines of /etc/pam.d as libpam reads them: pam.d(5). */

#include "parse_pam.h"

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

static size_t parse(const char *text, const struct pam_line **lines) {
	const size_t size = strlen(text);
	char *data = malloc(size ? size : 1);
	size_t count;

	memcpy(data, text, size);
	assert_int_equal(parse_pam(&(struct bytes) { data, size }, &arena, lines, &count), 0);
	free(data);
	return count;
}

static struct pam_line only(const char *text) {
	const struct pam_line *lines;

	assert_int_equal(parse(text, &lines), 1);
	return lines[0];
}

static void test_fields(void **state) {
	(void)state;
	struct pam_line line = only("\n# comment\n  session\toptional   pam_umask.so umask=027 usergroups # why\r\n\n");

	assert_int_equal(line.line, 3);
	assert_int_equal(line.kind, PAM_MODULE);
	assert_int_equal(line.type, PAM_SESSION);
	assert_false(line.optional);
	assert_string_equal(line.name, "pam_umask.so");
	assert_string_equal(line.arguments[0], "umask=027");
	assert_string_equal(line.arguments[1], "usergroups");
	assert_null(line.arguments[2]);

	line = only("-SESSION Required /lib/security/pam_umask.so");
	assert_true(line.optional);
	assert_int_equal(line.type, PAM_SESSION);
	assert_true(pam_runs(&line, "pam_umask.so"));
	assert_false(pam_runs(&line, "pam_mask.so"));
	assert_null(line.arguments[0]);
	assert_int_equal(only("auth required pam_unix.so").type, PAM_AUTH);
	assert_int_equal(only("account required pam_unix.so").type, PAM_ACCOUNT);
	assert_int_equal(only("password required pam_unix.so").type, PAM_PASSWORD);
}

static void test_brackets(void **state) {
	struct pam_line line = only("session [success=2 ignore=ignore default=die] pam_x.so [a b \\] c] d]e");

	(void)state;
	assert_string_equal(line.arguments[0], "a b ] c");
	assert_string_equal(line.arguments[1], "d]e");
	assert_null(line.arguments[2]);
	assert_int_equal(pam_action(&line, "success")->step, PAM_JUMP);
	assert_int_equal(pam_action(&line, "success")->skip, 2);
	assert_int_equal(pam_action(&line, "ignore")->step, PAM_CONTINUE);
	assert_int_equal(pam_action(&line, "auth_err")->step, PAM_DIE);
	/* Without a default all else is bad; blanks may stand around "=". */
	line = only("session [ success = ok done=3 ] pam_x.so");
	assert_int_equal(pam_action(&line, "success")->step, PAM_CONTINUE);
	assert_int_equal(pam_action(&line, "ignore")->step, PAM_FAIL);
	line = only("session [default=1] pam_permit.so");
	assert_int_equal(pam_action(&line, "success")->step, PAM_JUMP);
	line = only("session [success=done new_authtok_reqd=done default=ignore] pam_x.so");
	assert_int_equal(pam_action(&line, "success")->step, PAM_DONE);
	assert_int_equal(pam_action(&line, "ignore")->step, PAM_CONTINUE);
}

static void test_keywords(void **state) {
	static const struct {
		const char *control;
		enum pam_step success, failure;
	} cases[] = {
		{ "required", PAM_CONTINUE, PAM_FAIL },
		{ "requisite", PAM_CONTINUE, PAM_DIE },
		{ "sufficient", PAM_DONE, PAM_CONTINUE },
		{ "optional", PAM_CONTINUE, PAM_CONTINUE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct pam_line line = only(arena_text(&arena, "session %s pam_x.so", cases[i].control));

		assert_int_equal(pam_action(&line, "success")->step, cases[i].success);
		assert_int_equal(pam_action(&line, "session_err")->step, cases[i].failure);
	}
}

static void test_includes(void **state) {
	struct pam_line line = only("@include common-session");

	(void)state;
	assert_int_equal(line.kind, PAM_INCLUDE);
	assert_int_equal(line.type, PAM_ANY);
	assert_string_equal(line.name, "common-session");
	line = only("session include system-auth");
	assert_int_equal(line.kind, PAM_INCLUDE);
	assert_int_equal(line.type, PAM_SESSION);
	line = only("session substack postlogin");
	assert_int_equal(line.kind, PAM_SUBSTACK);
	assert_string_equal(line.name, "postlogin");
	assert_false(pam_runs(&line, "postlogin"));
}

static void test_continuation(void **state) {
	const struct pam_line *lines;

	(void)state;
	assert_int_equal(parse("session optional \\\n  pam_umask.so\\ \n\tumask=027\nauth required pam_x.so", &lines),
	                 2);
	assert_int_equal(lines[0].line, 1);
	assert_string_equal(lines[0].arguments[0], "umask=027");
	assert_int_equal(lines[1].line, 4);
	/* A comment hides the backslash at its end. */
	assert_int_equal(parse("session optional pam_a.so # x \\\nsession optional pam_b.so", &lines), 2);
	assert_int_equal(parse("\\\n\\\n", &lines), 0);
	assert_int_equal(parse("session optional pam_a.so \\", &lines), 1);
}

static void test_broken(void **state) {
	static const char *const lines[] = { "session",
		                             "session optional",
		                             "session [success= pam_x.so",
		                             "session [success=0] pam_x.so",
		                             "session [=ok] pam_x.so",
		                             "session perhaps pam_x.so",
		                             "sess optional pam_x.so",
		                             "umask=027",
		                             "@include",
		                             "session include" };

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i)
		if (only(lines[i]).kind != PAM_BROKEN)
			fail_msg("%s", lines[i]);
}

static void test_bounds(void **state) {
	static const char text[] = "session optional pam_a.so\0 x\nsession [a=1 b=2] pam_b.so \\\n [x \\";
	const struct pam_line *lines;
	size_t count;

	(void)state;
	for (size_t i = 0; i <= sizeof text; ++i) {
		char *data = malloc(i ? i : 1);

		memcpy(data, text, i < sizeof text ? i : sizeof text - 1);
		assert_int_equal(parse_pam(&(struct bytes) { data, i < sizeof text ? i : sizeof text - 1 }, &arena,
		                           &lines, &count),
		                 0);
		free(data);
	}
	assert_int_equal(count, 2);
	assert_null(lines[0].arguments[0]);
	const size_t limit = PAM_LIMIT + 1;
	char *many = malloc(4 * limit);
	for (size_t i = 0; i < limit; ++i)
		memcpy(many + 4 * i, "a b\n", 4);
	assert_int_equal(parse_pam(&(struct bytes) { many, 4 * limit }, &arena, &lines, &count), -E2BIG);
	assert_int_equal(count, PAM_LIMIT);
	free(many);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),   cmocka_unit_test(test_brackets),     cmocka_unit_test(test_keywords),
		cmocka_unit_test(test_includes), cmocka_unit_test(test_continuation), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
