/** Lines of tmpfiles.d(5): what systemd-tmpfiles 257 made of the same bytes is what is asked here. */

#include "parse_tmpfiles.h"

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

static struct tmpfiles_reader reader_of(const char *data, size_t size) {
	return (struct tmpfiles_reader) { .bytes = { arena_bytes(&arena, data, size), size } };
}

/** The only line of text. */
static struct tmpfiles_entry only(const char *text) {
	struct tmpfiles_reader reader = reader_of(text, strlen(text));
	struct tmpfiles_entry entry, second;

	assert_true(parse_tmpfiles(&reader, &arena, &entry));
	assert_false(parse_tmpfiles(&reader, &arena, &second));
	return entry;
}

static void test_fields(void **state) {
	(void)state;
	const struct tmpfiles_entry entry = only("  D!+ /tmp ~:1777\troot  adm 10d  some  text  \n");

	assert_null(entry.why);
	assert_int_equal(entry.number, 1);
	assert_int_equal(entry.line.type, 'D');
	assert_string_equal(entry.line.modifiers, "!+");
	assert_string_equal(entry.line.path, "/tmp");
	assert_string_equal(entry.line.mode, "~:1777");
	assert_true(entry.line.states_mode);
	assert_int_equal(entry.line.bits, 01777);
	assert_true(entry.line.states_owner);
	assert_string_equal(entry.line.user, "root");
	assert_true(entry.line.states_group);
	assert_string_equal(entry.line.group, "adm");
	assert_string_equal(entry.line.age, "10d");
	assert_string_equal(entry.line.argument, "some  text");
}

static void test_fields_left_out(void **state) {
	(void)state;
	struct tmpfiles_entry entry = only("q /var/tmp");

	assert_null(entry.why);
	assert_false(entry.line.states_mode || entry.line.states_owner || entry.line.states_group);
	assert_string_equal(entry.line.age, "-");
	assert_null(entry.line.argument);
	entry = only("d /tmp - - - - -");
	assert_null(entry.why);
	assert_false(entry.line.states_mode || entry.line.states_owner || entry.line.states_group);
	assert_null(entry.line.argument);
}

static void test_quotes_and_escapes(void **state) {
	static const struct {
		const char *text, *path;
	} cases[] = {
		{ "\"d\" \"/t/a b\" 0700", "/t/a b" },
		{ "d '/t/a b' 0700", "/t/a b" },
		{ "d /t/q\"uo\"te 0711", "/t/quote" },
		{ "d /t/c\\x41\\tx 0755", "/t/cA\tx" },
		{ "d /t/\\101\\s\\u00e9\\U0001F600 0755", "/t/A \u00e9\U0001F600" },
		{ "d '/t/\\'' 0755", "/t/'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct tmpfiles_entry entry = only(cases[i].text);

		assert_null(entry.why);
		assert_string_equal(entry.line.path, cases[i].path);
	}
}

static void test_paths(void **state) {
	static const struct {
		const char *text, *path;
	} cases[] = {
		{ "d //tmp//./x/", "/tmp/x" },
		{ "d /var/run//x/./y/", "/run/x/y" },
		{ "d /var/run", "/var/run" },
		{ "d %T/x", "/tmp/x" },
		{ "d %V", "/var/tmp" },
		{ "d %t/lock", "/run/lock" },
		{ "d %S/%%x", "/var/lib/%x" },
		{ "d /tmp/%b-*/x", "/tmp/%b-*/x" },
		{ "d /", "/" },
		{ "d /tmp/..", "/tmp/.." },
		{ "d /x%", "/x%" },
		{ "d %C%L%h", "/var/cache/var/log/root" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct tmpfiles_entry entry = only(cases[i].text);

		assert_null(entry.why);
		assert_string_equal(entry.line.path, cases[i].path);
	}
}

static void test_refused(void **state) {
	static const char *const lines[] = {
		";semi",
		"d",
		"d relative",
		"d \"\"",
		"\"\" /tmp",
		"d /t/%x",
		"d /t/bad\\q 0700",
		"d /t/nul\\x00 0700",
		"d /t/nul\\000 0700",
		"d /t/large\\400",
		"d /t/end\\",
		"d /t/unterm\" 0700",
		"d /t/m 0o755",
		"d /t/m +755",
		"d /t/m 17777",
		"d /t/m 1789",
		"d /t/m ~",
		"d /t/m 0700 root root 10dd",
		"d /t/m 0700 root root :5",
		"d /t/m 0700 root root x:5",
		"d /t/m 0700 root root -5",
		"d!! /t/m 0700",
		"d? /t/m 0700",
		"d* /t/m 0700",
		"k /t/m 0700",
		"w /t/m - - - -",
		"c /t/m - - - - 1",
		"c /t/m - - - - x:1",
		"C /t/m - - - - relative",
		"L~ /t/m",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i)
		if (!only(lines[i]).why)
			fail_msg("not refused: %s", lines[i]);
}

static void test_taken(void **state) {
	static const char *const lines[] = {
		"d$ /t/m 0700",
		"d!+-=^$ /t/m 0700",
		"L? /t/m - - - - /x",
		"f~ /t/m - - - - eA==",
		"x /t/systemd-private-%b-*",
		"c /t/m - - - - 1:3",
		"a+ /t/m - - - - u:root:rwx",
		"r! /forcefsck",
		"m /t/m 0700",
		"Z /t/m ~0700",
		"d /t/m 0700 root root \"1 d\"",
		"d /t/m ~~::0700",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; ++i)
		if (only(lines[i]).why)
			fail_msg("refused: %s: %s", lines[i], only(lines[i]).why);
}

static void test_ages(void **state) {
	static const struct {
		const char *text;
		uint64_t microseconds;
		bool spares;
		const char *times;
	} cases[] = {
		{ "0", 0, false, "" },
		{ "10d", 864000000000, false, "" },
		{ "10d12h", 907200000000, false, "" },
		{ "1w", 604800000000, false, "" },
		{ "5", 5000000, false, "" },
		{ "+5", 5000000, false, "" },
		{ ".5", 500000, false, "" },
		{ "1.5h", 5400000000, false, "" },
		{ "1 d 2 m", 86520000000, false, "" },
		{ "infinity", UINT64_MAX, false, "" },
		{ "~1h", 3600000000, true, "" },
		{ "bmA:1h", 3600000000, false, "bmA" },
		{ "~mmm:1M", 2629800000000, true, "m" },
		{ "1month1ms1us", 2629800001001, false, "" },
	};
	static const char *const none[] = {
		"",
		"-",
		"~",
		"d",
		"10dd",
		"1.2.3",
		"1.",
		"-1",
		"1 -1",
		":1h",
		"z:1h",
		"a:",
		"1h x",
		"99999999999999999999",
		"18446744073709551615y",
		"infinityx",
		"1,5h",
	};
	struct tmpfiles_age age;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		if (!parse_tmpfiles_age(cases[i].text, &age))
			fail_msg("no age: %s", cases[i].text);
		assert_true(age.microseconds == cases[i].microseconds);
		assert_int_equal(age.spares_first_level, cases[i].spares);
		assert_string_equal(age.times, cases[i].times);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; ++i)
		if (parse_tmpfiles_age(none[i], &age))
			fail_msg("an age: %s", none[i]);
}

static void test_line_ends(void **state) {
	static const char text[] = "# c\n\n  # c\nd /a\0d /b\rd /c\r\n\r\nd /d\n\r\0d /e\n\n\nd /f";
	static const struct {
		char name;
		unsigned number;
	} expected[] = { { 'a', 4 }, { 'b', 5 }, { 'c', 6 }, { 'd', 8 }, { 'e', 9 }, { 'f', 12 } };
	struct tmpfiles_reader reader = reader_of(text, sizeof text - 1);
	struct tmpfiles_entry entry;

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; ++i) {
		assert_true(parse_tmpfiles(&reader, &arena, &entry));
		assert_null(entry.why);
		assert_int_equal(entry.line.path[1], expected[i].name);
		assert_int_equal(entry.number, expected[i].number);
	}
	assert_false(parse_tmpfiles(&reader, &arena, &entry));
	reader = reader_of("", 0);
	assert_false(parse_tmpfiles(&reader, &arena, &entry));
	reader = reader_of("\n#\n \t \n\0", 8);
	assert_false(parse_tmpfiles(&reader, &arena, &entry));
}

static void test_huge_line(void **state) {
	const size_t length = ((size_t)1 << 20) + 1;
	char *text = arena_alloc(&arena, length + 32);
	struct tmpfiles_entry entry;

	(void)state;
	strcpy(text, "d /a\n");
	memset(text + 5, 'x', length);
	strcpy(text + 5 + length, "\nd /b\n");
	struct tmpfiles_reader reader = reader_of(text, strlen(text));
	assert_true(parse_tmpfiles(&reader, &arena, &entry));
	assert_null(entry.why);
	assert_true(parse_tmpfiles(&reader, &arena, &entry));
	assert_non_null(entry.why);
	assert_int_equal(entry.number, 2);
	/* systemd leaves the file there. */
	assert_false(parse_tmpfiles(&reader, &arena, &entry));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_fields, end),
		cmocka_unit_test_teardown(test_fields_left_out, end),
		cmocka_unit_test_teardown(test_quotes_and_escapes, end),
		cmocka_unit_test_teardown(test_paths, end),
		cmocka_unit_test_teardown(test_refused, end),
		cmocka_unit_test_teardown(test_taken, end),
		cmocka_unit_test_teardown(test_ages, end),
		cmocka_unit_test_teardown(test_line_ends, end),
		cmocka_unit_test_teardown(test_huge_line, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
