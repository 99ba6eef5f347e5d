/** Commands that clean, in scripts and crontabs. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_cleaner.h"
#include "text.h"

#include <string.h>

/** "tool age dir dir!idle@line" of each command. */
static const char *parse(struct arena *arena, enum cleaner_format format, const char *text) {
	const struct bytes bytes = { arena_copy(arena, text), strlen(text) };
	struct builder shown = { .arena = arena };
	const struct cleaner_command *command;

	assert_int_equal(parse_cleaners(&bytes, format, arena, &command), 0);
	for (; command->tool; ++command) {
		builder_format(&shown, "%s%s %llu", shown.length ? "; " : "", command->tool,
		               (unsigned long long)(command->age / 1000000));
		for (const char *const *dir = command->dirs; *dir; ++dir)
			builder_format(&shown, " %s", *dir);
		builder_format(&shown, "%s@%u", command->idle ? "!" : "", command->line);
	}
	return builder_string(&shown);
}

static void test_scripts(void **state) {
	static const struct {
		const char *text, *commands;
	} cases[] = {
		{ "tmpwatch 10d /tmp /var/tmp", "tmpwatch 864000 /tmp /var/tmp@1" },
		{ "\n/usr/sbin/tmpwatch -umc -x /tmp/.X11-unix \\\n -X '/tmp/a*' 240 /tmp", "tmpwatch 864000 /tmp@2" },
		{ "tmpwatch \"$flags\" 10d /tmp", "tmpwatch 864000 /tmp@1" },
		{ "tmpwatch 10d \"$dir\"", "tmpwatch 864000!@1" },
		{ "tmpwatch --test 10d /tmp", "tmpwatch 864000 /tmp!@1" },
		{ "tmpwatch -x /tmp 10d /tmp", "tmpwatch 864000 /tmp!@1" },
		{ "tmpwatch soon /tmp", "" },
		{ "nice -n10 tmpreaper --protect '/tmp/.X*' --delay=256 --mtime-dir 7d /tmp/.",
		  "tmpreaper 604800 /tmp/.@1" },
		{ "tmpreaper --protect='/tmp/*' 7d /tmp", "tmpreaper 604800 /tmp!@1" },
		{ "[ -x /usr/sbin/tmpreaper ] || exit 0; command -v tmpwatch 1d /tmp", "" },
		{ "echo tmpwatch 1d /tmp\n# tmpwatch 1d /tmp\ncat <<X\ntmpwatch 1d /tmp\nX", "" },
		{ "find /tmp /var/tmp -xdev -mindepth 1 -type f -mtime +10 -delete", "find 864000 /tmp /var/tmp@1" },
		{ "find -P /tmp -atime +10 -mmin +60 -exec /bin/rm -f {} +", "find 864000 /tmp@1" },
		{ "find /tmp -mtime -10 -delete", "find 0 /tmp!@1" },
		{ "find /tmp /var/tmp -type f,l -mtime +10 -print0 | xargs -0 rm -f --",
		  "find 864000 /tmp /var/tmp@1" },
		{ "find /tmp -mtime +1 | grep x; ls | xargs rm; find /tmp | xargs ls\nls | xargs rm", "" },
		{ "find /tmp -type d -mtime +1 -delete", "find 86400 /tmp!@1" },
		{ "find /tmp -user alice -mtime +1 -delete", "find 86400 /tmp!@1" },
		{ "find /tmp -mtime +1 -print; find . -mtime +1 -exec grep x {} +; find -mtime +1 -delete", "" },
		{ "if true; then (systemd-tmpfiles --clean); fi", "systemd-tmpfiles 0@1" },
		{ "systemd-tmpfiles --create; systemd-tmpfiles --clean --prefix=/run", "systemd-tmpfiles 0!@1" },
		{ "", "" },
		{ "tmpwatch", "" },
		{ "find", "" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		assert_string_equal(parse(&arena, CLEANER_SCRIPT, cases[i].text), cases[i].commands);
	arena_free(&arena);
}

static void test_crontabs(void **state) {
	static const char text[] =
	        "SHELL=/bin/sh\n# x\n0 3 * * * root tmpwatch 1d /tmp\n@daily alice tmpwatch 1d /tmp\n"
	        "@weekly root find /tmp -mtime +2 -delete\n";
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(parse(&arena, CLEANER_CRONTAB, text), "tmpwatch 86400 /tmp@3; find 172800 /tmp@5");
	assert_string_equal(parse(&arena, CLEANER_USER_CRONTAB, "\n5 4 * * * tmpwatch 1d /tmp # x\n"),
	                    "tmpwatch 86400 /tmp@2");
	arena_free(&arena);
}

static void test_variables(void **state) {
	static const char text[] =
	        "# A=0\nA=1\nexport B='x y'\nA=\"2\" C=$HOME/x\nD=3 command\nA=$(cat A=4)\nA=5 # A=6\n";
	const struct bytes bytes = { text, sizeof text - 1 };
	struct arena arena = { 0 };
	struct cleaner_variable found = parse_cleaner_variable(&bytes, "A", &arena);

	(void)state;
	assert_string_equal(found.value, "5");
	assert_true(found.literal);
	assert_int_equal(found.line, 7);
	assert_string_equal(parse_cleaner_variable(&bytes, "B", &arena).value, "x y");
	assert_false(parse_cleaner_variable(&bytes, "C", &arena).literal);
	assert_null(parse_cleaner_variable(&bytes, "E", &arena).value);
	arena_free(&arena);
}

static void test_ages(void **state) {
	static const struct {
		const char *text;
		uint64_t seconds;
	} good[] = { { "7d", 604800 }, { "24", 86400 }, { "24h", 86400 }, { "5m", 300 }, { "9s", 9 }, { "0", 0 } };
	static const char *const bad[] = {
		"", "d", "7 d", "7dd", "-1d", "1.5d", "7w", "99999999999999999999", "9999999999999999d"
	};
	uint64_t age;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
		assert_true(parse_cleaner_age(good[i].text, &age));
		assert_int_equal(age, good[i].seconds * 1000000);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i)
		assert_false(parse_cleaner_age(bad[i], &age));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_crontabs),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
