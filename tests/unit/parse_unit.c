#include "parse_unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct unit_lines lines;
};

static void parse(struct fixture *fixture, const char *text, size_t size) {
	parse_unit(text, size, &fixture->arena, &fixture->lines);
}

/** Parse a literal, NUL bytes in it included. */
#define PARSE(FIXTURE, TEXT) parse(FIXTURE, TEXT, sizeof(TEXT) - 1)

static void is_line(const struct fixture *fixture, size_t index, unsigned line, const char *section, const char *key,
                    const char *value) {
	assert_true(index < fixture->lines.nlines);
	const struct unit_line *at = &fixture->lines.lines[index];

	assert_string_equal(at->section, section);
	assert_string_equal(at->key, key);
	assert_string_equal(at->value, value);
	assert_int_equal(at->line, line);
}

static void are_bad(const struct fixture *fixture, size_t count, unsigned first) {
	assert_int_equal(fixture->lines.nbad, count);
	if (count)
		assert_int_equal(fixture->lines.bad[0].line, first);
}

static void test_sections_and_assignments(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "# comment\n; comment\n\n[Unit]\nDescription = a = b \n  Wants=x\n[Mount]\nOptions=\n");
	assert_int_equal(fixture.lines.nlines, 3);
	is_line(&fixture, 0, 5, "Unit", "Description", "a = b");
	is_line(&fixture, 1, 6, "Unit", "Wants", "x");
	is_line(&fixture, 2, 8, "Mount", "Options", "");
	are_bad(&fixture, 0, 0);
	assert_false(fixture.lines.broken);
	arena_free(&fixture.arena);
}

static void test_continuation_skips_comments(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "[A]\nK=one \\\n# not this\n  ; nor this\n  two\\\nthree\nL=x\n");
	assert_int_equal(fixture.lines.nlines, 2);
	is_line(&fixture, 0, 2, "A", "K", "one    two three");
	is_line(&fixture, 1, 7, "A", "L", "x");
	arena_free(&fixture.arena);
}

static void test_even_backslashes_end_a_line(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "[A]\nK=a\\\\\nL=b\\\\\\\nc\n");
	assert_int_equal(fixture.lines.nlines, 2);
	is_line(&fixture, 0, 2, "A", "K", "a\\\\");
	is_line(&fixture, 1, 3, "A", "L", "b\\\\ c");
	arena_free(&fixture.arena);
}

static void test_continuation_at_the_end(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "[A]\nK=a\\");
	assert_int_equal(fixture.lines.nlines, 1);
	is_line(&fixture, 0, 2, "A", "K", "a");
	arena_free(&fixture.arena);
}

static void test_line_ends(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "[A]\r\nK=a\r\n\r\nL=b\rM=c\0N=d\n\0O=e");
	assert_int_equal(fixture.lines.nlines, 5);
	is_line(&fixture, 0, 2, "A", "K", "a");
	is_line(&fixture, 1, 4, "A", "L", "b");
	is_line(&fixture, 2, 5, "A", "M", "c");
	is_line(&fixture, 3, 6, "A", "N", "d");
	is_line(&fixture, 4, 7, "A", "O", "e");
	arena_free(&fixture.arena);
}

static void test_byte_order_mark(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "\xef\xbb\xbf[A]\nK=a\n");
	is_line(&fixture, 0, 2, "A", "K", "a");
	arena_free(&fixture.arena);
}

static void test_lines_that_are_ignored(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "K=outside\n[A]\nno assignment\n=no key\nL=b\n");
	assert_int_equal(fixture.lines.nlines, 1);
	is_line(&fixture, 0, 5, "A", "L", "b");
	are_bad(&fixture, 3, 1);
	assert_int_equal(fixture.lines.bad[1].line, 3);
	assert_int_equal(fixture.lines.bad[2].line, 4);
	assert_false(fixture.lines.broken);
	arena_free(&fixture.arena);
}

static void test_bad_header_ends_reading(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "[A]\nK=a\n[B\nL=b\n");
	assert_int_equal(fixture.lines.nlines, 1);
	are_bad(&fixture, 1, 3);
	assert_true(fixture.lines.broken);
	arena_free(&fixture.arena);
}

static void test_not_utf8_ends_reading(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	PARSE(&fixture, "[A]\nK=\xff\nL=b\n");
	assert_int_equal(fixture.lines.nlines, 0);
	are_bad(&fixture, 1, 2);
	assert_true(fixture.lines.broken);
	arena_free(&fixture.arena);
}

static void test_long_lines(void **state) {
	struct fixture fixture = { 0 };
	const size_t size = 2 * UNIT_LINE_LIMIT;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text, "[A]\nK=", 6);
	parse(&fixture, text, UNIT_LINE_LIMIT);
	assert_int_equal(fixture.lines.nlines, 1);
	parse(&fixture, text, size);
	assert_int_equal(fixture.lines.nlines, 0);
	assert_true(fixture.lines.broken);
	/* Many short lines that continue are one long one. */
	for (size_t i = 6; i + 1 < size; i += 2)
		memcpy(text + i, "\\\n", 2);
	parse(&fixture, text, size);
	assert_int_equal(fixture.lines.nlines, 1);
	memcpy(text, "[A]\nK=a", 7);
	for (size_t i = 7; i + 3 <= size; i += 3)
		memcpy(text + i, "a\\\n", 3);
	parse(&fixture, text, size);
	assert_int_equal(fixture.lines.nlines, 0);
	assert_true(fixture.lines.broken);
	free(text);
	arena_free(&fixture.arena);
}

static void test_bad_lines_are_bounded(void **state) {
	struct fixture fixture = { 0 };
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof text; i += 2)
		memcpy(text + i, "x\n", 2);
	parse(&fixture, text, sizeof text);
	are_bad(&fixture, UNIT_BAD_LINES, 1);
	arena_free(&fixture.arena);
}

static void test_nothing(void **state) {
	struct fixture fixture = { 0 };

	(void)state;
	parse(&fixture, "", 0);
	assert_int_equal(fixture.lines.nlines, 0);
	are_bad(&fixture, 0, 0);
	arena_free(&fixture.arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections_and_assignments),
		cmocka_unit_test(test_continuation_skips_comments),
		cmocka_unit_test(test_even_backslashes_end_a_line),
		cmocka_unit_test(test_continuation_at_the_end),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_byte_order_mark),
		cmocka_unit_test(test_lines_that_are_ignored),
		cmocka_unit_test(test_bad_header_ends_reading),
		cmocka_unit_test(test_not_utf8_ends_reading),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_bad_lines_are_bounded),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
