/** Where the values of a JSON text stand, and what is no JSON. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_json.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_spans(void **state) {
	static const char text[] = " {\"a\": [1, {}], \"b\\\"\": \"x\" }\n";
	struct arena arena = { 0 };
	const struct json_scan scan = parse_json(&arena, text, strlen(text), JSON_MOST_PLACES);
	static const struct {
		const char *text, *key;
		uint32_t count, after;
	} wanted[] = {
		{ "{\"a\": [1, {}], \"b\\\"\": \"x\" }", "", 2, 5 },
		{ "[1, {}]", "\"a\"", 2, 4 },
		{ "1", "", 0, 3 },
		{ "{}", "", 0, 4 },
		{ "\"x\"", "\"b\\\"\"", 0, 5 },
	};

	(void)state;
	assert_null(scan.fault);
	assert_int_equal(scan.nspans, 5);
	for (size_t i = 0; i < scan.nspans; ++i) {
		const struct json_span *span = &scan.spans[i];

		assert_int_equal(span->end - span->at, strlen(wanted[i].text));
		assert_memory_equal(text + span->at, wanted[i].text, strlen(wanted[i].text));
		assert_int_equal(span->key_end - span->key_at, strlen(wanted[i].key));
		assert_memory_equal(text + span->key_at, wanted[i].key, strlen(wanted[i].key));
		assert_int_equal(span->count, wanted[i].count);
		assert_int_equal(span->after, wanted[i].after);
	}
	arena_free(&arena);
}

/** What RFC 8259 has, and what it has not: at which byte that is. */
static void test_grammar(void **state) {
	static const struct {
		const char *text;
		/** -1: it is good. */
		int fault_at;
	} cases[] = {
		{ "0", -1 },
		{ "-0", -1 },
		{ "-0.0e-0", -1 },
		{ "1E+9", -1 },
		{ "\"\\u00e9\\ud83d\\ude00\\n\\/\"", -1 },
		{ "[]", -1 },
		{ "{}", -1 },
		{ "[[],{}]", -1 },
		{ "[true]", -1 },
		{ "[null,[false]]", -1 },
		{ "{\"a\":null}", -1 },
		{ "\t\r\n true \n", -1 },
		{ "null", -1 },
		{ "\"\xc3\xa9\xf0\x9f\x98\x80\"", -1 },
		{ "", 0 },
		{ "  ", 2 },
		{ "01", 0 },
		{ "-01", 0 },
		{ "1.", 0 },
		{ ".5", 0 },
		{ "+1", 0 },
		{ "-", 0 },
		{ "1e", 0 },
		{ "1e+", 0 },
		{ "0x10", 1 },
		{ "1 2", 2 },
		{ "True", 0 },
		{ "nul", 0 },
		{ "NaN", 0 },
		{ "Infinity", 0 },
		{ "-Infinity", 0 },
		{ "'a'", 0 },
		{ "\"a", 0 },
		{ "\"a\n\"", 2 },
		{ "\"\t\"", 1 },
		{ "\"\\x\"", 1 },
		{ "\"\\u12\"", 1 },
		{ "\"\\u12g4\"", 1 },
		{ "\"\\u0000\"", 1 },
		{ "\"\\ud800\"", 1 },
		{ "\"\\ud800\\u0041\"", 1 },
		{ "\"\\udc00\"", 1 },
		{ "\"\\", 1 },
		{ "\"\xff\"", 1 },
		{ "\"\xc0\xaf\"", 1 },
		{ "\"\xed\xa0\x80\"", 1 },
		{ "[1,]", 3 },
		{ "[,1]", 1 },
		{ "[1 2]", 3 },
		{ "[1", 2 },
		{ "[", 1 },
		{ "]", 0 },
		{ "[}", 1 },
		{ "{", 1 },
		{ "{\"a\"}", 4 },
		{ "{\"a\":}", 5 },
		{ "{\"a\":1,}", 7 },
		{ "{a:1}", 1 },
		{ "{1:1}", 1 },
		{ "{\"a\":1]", 6 },
		{ "/* */1", 0 },
		{ "1//", 1 },
		{ "\xef\xbb\xbf"
		  "1",
		  0 },
		{ "\xff", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct json_fault fault;
		const struct json_scan scan =
		        parse_json(&arena, cases[i].text, strlen(cases[i].text), JSON_MOST_PLACES);
		const struct json_value *value = json_locate(&arena, cases[i].text, strlen(cases[i].text), &fault);

		if ((cases[i].fault_at < 0) != !scan.fault ||
		    (scan.fault && scan.fault_at != (size_t)cases[i].fault_at))
			fail_msg("%s: %s at %zu", cases[i].text, scan.fault ? scan.fault : "good", scan.fault_at);
		if ((cases[i].fault_at < 0) != !!value)
			fail_msg("%s: libjson-c says otherwise: %s", cases[i].text, fault.what);
		arena_free(&arena);
	}
}

/** Each text that is cut short, or has one byte replaced: never more than its bytes are read, and libjson-c agrees. */
static void test_damage(void **state) {
	static const char text[] =
	        "{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\\\x\"],\"b\":{\"c\":{}},\"\\u0061b\":\"\xc3\xa9\"}";
	static const char bytes[] = "\"\\{}[],:0e-.\n\0\xff"
	                            "u/t";
	size_t good = 0;

	(void)state;
	for (size_t at = 0; at <= sizeof text - 1; ++at) {
		for (size_t b = 0; b < sizeof bytes; ++b) {
			/* On the heap, so that a sanitizer sees what lies behind it. */
			const size_t size = b == sizeof bytes - 1 ? at : sizeof text - 1;
			char *copy = malloc(size + 1);
			struct arena arena = { 0 };
			struct json_fault fault;

			memcpy(copy, text, size);
			copy[size] = '\0';
			if (at < size)
				copy[at] = bytes[b];
			const struct json_value *value = json_locate(&arena, copy, size, &fault);
			assert_true(!value == !!fault.what);
			assert_true(fault.at <= size);
			good += !!value;
			arena_free(&arena);
			free(copy);
		}
	}
	assert_true(good > 50);
}

static void test_values(void **state) {
	static const char text[] = "{\"a\": [1, true, null], \"\\u0062\": \"\\u00e9\", \"c\": {}}";
	struct arena arena = { 0 };
	struct json_fault fault;
	const struct json_value *root = json_locate(&arena, text, strlen(text), &fault);

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->type, JSON_OBJECT);
	assert_int_equal(root->count, 3);
	const struct json_value *a = root->first, *b = a->next, *c = b->next;
	assert_null(c->next);
	assert_string_equal(a->key, "a");
	assert_int_equal(a->key_at, 1);
	assert_int_equal(a->at, 6);
	assert_int_equal(a->type, JSON_ARRAY);
	assert_int_equal(a->count, 3);
	assert_null(a->first->key);
	assert_true(a->first->type == JSON_NUMBER && a->first->number == 1);
	assert_true(a->first->next->type == JSON_BOOLEAN && a->first->next->flag);
	assert_int_equal(a->first->next->next->type, JSON_NOTHING);
	assert_null(a->first->next->next->next);
	assert_string_equal(b->key, "b");
	assert_string_equal(b->text, "\xc3\xa9");
	assert_int_equal(c->type, JSON_OBJECT);
	assert_int_equal(c->count, 0);
	assert_null(c->first);
	arena_free(&arena);
}

static void test_twins(void **state) {
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
		{ "{\"a\":1,\"a\":1}", 7 },
		{ "{\"a\":1,\"\\u0061\":1}", 7 },
		{ "{\"\\u00e9\":1,\"b\":{\"a\":1},\"\xc3\xa9\":1}", 24 },
		{ "[{\"a\":{\"x\":1}},{\"a\":1,\"b\":[{\"x\":1,\"x\":2}]}]", 34 },
		{ "{\"\":1,\"\":1}", 6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct json_fault fault;

		assert_null(json_locate(&arena, cases[i].text, strlen(cases[i].text), &fault));
		assert_non_null(strstr(fault.what, "stands twice"));
		assert_int_equal(fault.at, cases[i].at);
		arena_free(&arena);
	}
}

static void test_bounds(void **state) {
	struct arena arena = { 0 };
	char deep[2 * JSON_MOST_DEPTH + 3] = "";
	char *many = malloc(2 * JSON_MOST_PLACES + 3);
	struct json_fault fault;

	(void)state;
	for (size_t depth = JSON_MOST_DEPTH; depth <= JSON_MOST_DEPTH + 1; ++depth) {
		memset(deep, '[', depth);
		memset(deep + depth, ']', depth);
		assert_int_equal(!json_locate(&arena, deep, 2 * depth, &fault), depth > JSON_MOST_DEPTH);
	}
	for (size_t count = JSON_MOST_PLACES - 1; count <= JSON_MOST_PLACES; ++count) {
		many[0] = '[';
		for (size_t i = 0; i < count; ++i) {
			many[1 + 2 * i] = '1';
			many[2 + 2 * i] = ',';
		}
		many[2 * count] = ']';
		many[2 * count + 1] = '\0';
		assert_int_equal(!json_locate(&arena, many, 2 * count + 1, &fault), count == JSON_MOST_PLACES);
	}
	free(many);
	arena_free(&arena);
}

static void test_places(void **state) {
	static const char text[] = "a\xc3\xa9"
	                           "b\r\n\n\tc";
	static const size_t wanted[][3] = { { 0, 1, 1 }, { 1, 1, 2 }, { 3, 1, 3 }, { 5, 1, 5 },
		                            { 6, 2, 1 }, { 7, 3, 1 }, { 8, 3, 2 }, { 99, 3, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
		size_t line, column;

		parse_json_place(text, strlen(text), wanted[i][0], &line, &column);
		assert_int_equal(line, wanted[i][1]);
		assert_int_equal(column, wanted[i][2]);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),  cmocka_unit_test(test_grammar), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_values), cmocka_unit_test(test_twins),   cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
