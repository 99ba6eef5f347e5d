/** JSON as a parser reads it again, and what never stands in it. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char *written(struct arena *arena, struct json_object *value) {
	struct builder builder = { .arena = arena };

	json_write(&builder, value);
	json_free(value);
	return builder_string(&builder);
}

/** The same text, read by json-c as strictly as it can. */
/** As libjson-c reads it: not strictly, since that is ASCII only in 0.18. */
static struct json_object *parsed(const char *text) {
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value;

	value = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
	json_tokener_free(tokener);
	return value;
}

static void test_values(void **state) {
	static const struct {
		int value;
		unsigned digits;
		const char *text;
	} decimals[] = {
		{ 690, 1, "69.0\n" }, { 881, 1, "88.1\n" }, { 1000, 1, "100.0\n" },
		{ 0, 1, "0.0\n" },    { 97, 2, "0.97\n" },  { 100, 2, "1.00\n" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof decimals / sizeof *decimals; ++i)
		assert_string_equal(written(&arena, json_decimal(decimals[i].value, decimals[i].digits)),
		                    decimals[i].text);
	assert_string_equal(written(&arena, NULL), "null\n");
	assert_string_equal(written(&arena, json_string(NULL)), "null\n");
	assert_string_equal(written(&arena, json_flag(true)), "true\n");
	assert_string_equal(written(&arena, json_integer(INT64_MAX)), "9223372036854775807\n");
	assert_string_equal(written(&arena, json_string("/tmp/a\"b\\c")), "\"/tmp/a\\\"b\\\\c\"\n");
	arena_free(&arena);
}

static void test_order_of_keys(void **state) {
	struct json_object *map = json_map(), *list = json_list();
	struct arena arena = { 0 };

	(void)state;
	json_put(map, "z", json_integer(1));
	json_put(map, "a", list);
	json_put(map, "m", NULL);
	json_append(list, json_string("x"));
	json_append(list, NULL);
	const char *text = written(&arena, map);
	const char *z = strstr(text, "\"z\""), *a = strstr(text, "\"a\""), *m = strstr(text, "\"m\"");
	assert_true(z && a && m && z < a && a < m);
	struct json_object *again = parsed(text);
	assert_int_equal(json_object_array_length(json_object_object_get(again, "a")), 2);
	json_object_put(again);
	arena_free(&arena);
}

static void test_hostile_strings(void **state) {
	static const struct {
		const char *name, *text, *again;
	} cases[] = {
		{ "</script>", "\"\\u003c/script\\u003e\"\n", NULL },
		{ "a&b", "\"a\\u0026b\"\n", NULL },
		{ "\x01\x1b[2J\x7f", "\"\\u0001\\u001b[2J\\u007f\"\n", NULL },
		{ "a\nb\tc\rd", "\"a\\nb\\tc\\rd\"\n", NULL },
		{ "\xc2\x85", "\"\\u0085\"\n", NULL },
		{ "\xe2\x80\xaegpj", "\"\\u202egpj\"\n", NULL },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"\n", NULL },
		{ "\xd8\x9c\xe2\x80\x8b\xef\xbb\xbf", "\"\\u061c\\u200b\\ufeff\"\n", NULL },
		{ "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"\n", NULL },
		{ "gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x98\x80",
		  "\"gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x98\x80\"\n", NULL },
		/* Not UTF-8: a stray byte, a shortened form, a surrogate, a cut character, one that is too long. */
		{ "a\xff", "\"a\xef\xbf\xbd\"\n", "a\xef\xbf\xbd" },
		{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"\n", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe2\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"\n", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\\u003c", "\"\\\\u003c\"\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		const char *text = written(&arena, json_string(cases[i].name));

		assert_string_equal(text, cases[i].text);
		struct json_object *again = parsed(text);
		assert_string_equal(json_object_get_string(again), cases[i].again ? cases[i].again : cases[i].name);
		json_object_put(again);
		arena_free(&arena);
	}
}

static void test_bytes(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_null(json_bytes(""));
	assert_null(json_bytes("/tmp/gr\xc3\xbc\xc3\x9f\033"));
	assert_string_equal(written(&arena, json_bytes("\xff")), "\"/w==\"\n");
	assert_string_equal(written(&arena, json_bytes("/tmp/\xff\xfe")), "\"L3RtcC///g==\"\n");
	arena_free(&arena);
}

/** What is read is what was written, also beyond ASCII and by whatever libjson-c there is. */
static void test_read(void **state) {
	static const char *const texts[] = { "ASCII",        "gr\xc3\xbc\xc3\x9f",       "\xc2\x80",
		                             "\xe6\x97\xa5", "\xef\xbf\xbe\xef\xbf\xbf", "\xf0\x9f\x98\x80" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
		struct arena arena = { 0 };
		const char *text = arena_text(&arena, "{\"%s\": \"%s\"}", texts[i], texts[i]), *why = NULL;
		struct json_object *map = json_read(&arena, text, strlen(text), &why);

		assert_null(why);
		assert_string_equal(json_text_of(json_get(map, texts[i], NULL)), texts[i]);
		json_free(map);
		arena_free(&arena);
	}
}

/** Every character, alone: what is written is JSON, means the character, and holds nothing unsafe. */
static void test_every_character(void **state) {
	(void)state;
	for (uint32_t c = 1; c <= 0xe00ff; ++c) {
		char name[5] = "";
		uint32_t seen;

		/* By the blocks that hold what is unsafe, and a few others: all 1,114,112 would take long. */
		if (c > 0x3000 && (c & 0xff) != 0 && (c & 0xfff00) != 0xfe00 && (c & 0xfff00) != 0xff00 && c < 0xe0000)
			continue;
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		if (c < 0x80) {
			name[0] = (char)c;
		} else if (c < 0x800) {
			name[0] = (char)(0xc0 | c >> 6);
			name[1] = (char)(0x80 | (c & 0x3f));
		} else if (c < 0x10000) {
			name[0] = (char)(0xe0 | c >> 12);
			name[1] = (char)(0x80 | (c >> 6 & 0x3f));
			name[2] = (char)(0x80 | (c & 0x3f));
		} else {
			name[0] = (char)(0xf0 | c >> 18);
			name[1] = (char)(0x80 | (c >> 12 & 0x3f));
			name[2] = (char)(0x80 | (c >> 6 & 0x3f));
			name[3] = (char)(0x80 | (c & 0x3f));
		}
		struct arena arena = { 0 };
		const char *text = written(&arena, json_string(name));
		size_t length = strlen(text);
		for (size_t i = 0, size; i + 1 < length; i += size) {
			size = text_character(text + i, length - i, &seen);
			assert_true(size > 0);
			assert_false(text_is_unsafe(seen) || seen == '<' || seen == '>' || seen == '&');
		}
		struct json_object *again = parsed(text);
		assert_string_equal(json_object_get_string(again), name);
		json_object_put(again);
		arena_free(&arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),          cmocka_unit_test(test_order_of_keys),
		cmocka_unit_test(test_hostile_strings), cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_every_character), cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
