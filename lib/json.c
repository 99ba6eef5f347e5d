#include "json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static struct json_object *made(struct json_object *object) {
	if (!object)
		arena_exhausted();
	return object;
}

struct json_object *json_map(void) {
	return made(json_object_new_object());
}

struct json_object *json_list(void) {
	return made(json_object_new_array());
}

/** Whether text is UTF-8 all along, as nearly all is. */
static bool is_utf8(const char *text, size_t length) {
	uint32_t c;

	for (size_t i = 0, size; i < length; i += size) {
		size = text_character(text + i, length - i, &c);
		if (size == 0)
			return false;
	}
	return true;
}

struct json_object *json_string(const char *text) {
	struct arena scratch = { 0 };
	struct builder clean = { .arena = &scratch };

	if (!text)
		return NULL;
	size_t length = strlen(text);
	if (length > INT32_MAX / 4)
		arena_exhausted();
	if (!is_utf8(text, length)) {
		text_utf8(&clean, text, length);
		text = builder_string(&clean);
		length = clean.length;
	}
	struct json_object *value = made(json_object_new_string_len(text, (int)length));
	arena_free(&scratch);
	return value;
}

struct json_object *json_bytes(const char *text) {
	struct arena scratch = { 0 };
	struct builder base64 = { .arena = &scratch };
	const size_t length = strlen(text);

	if (is_utf8(text, length))
		return NULL;
	text_base64(&base64, text, length);
	struct json_object *value = json_string(builder_string(&base64));
	arena_free(&scratch);
	return value;
}

struct json_object *json_flag(bool value) {
	return made(json_object_new_boolean(value));
}

struct json_object *json_integer(int64_t value) {
	return made(json_object_new_int64(value));
}

struct json_object *json_decimal(int value, unsigned digits) {
	static const int powers[] = { 1, 10, 100, 1000 };
	char text[32];

	if (value < 0)
		return NULL;
	/* The text is made here: printf's would follow the locale, and json-c's own the version. */
	const int power = powers[digits];
	snprintf(text, sizeof text, "%d.%0*d", value / power, (int)digits, value % power);
	return made(json_object_new_double_s((double)value / power, text));
}

void json_put(struct json_object *map, const char *key, struct json_object *value) {
	if (json_object_object_add_ex(map, key, value, JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY) !=
	    0)
		arena_exhausted();
}

void json_append(struct json_object *list, struct json_object *value) {
	if (json_object_array_add(list, value) != 0)
		arena_exhausted();
}

/** Add one character as JSON escapes it: in UTF-16. */
static void escape(struct builder *builder, uint32_t c) {
	if (c >= 0x10000) {
		builder_format(builder, "\\u%04x", 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	builder_format(builder, "\\u%04x", c);
}

void json_write(struct builder *builder, struct json_object *value) {
	size_t length;
	const char *text = json_object_to_json_string_length(
	        value, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE, &length);

	if (!text)
		arena_exhausted();
	/*
	 * json-c escapes quotes, backslashes and C0, and nothing else.  What is replaced here can stand inside strings
	 * only; newlines stand between values, since those of strings are escaped already.
	 */
	for (size_t i = 0, run = 0; i <= length;) {
		uint32_t c = 0;
		size_t size = i < length ? text_character(text + i, length - i, &c) : 0;
		bool unsafe = c == '<' || c == '>' || c == '&' || (c >= 0x7f && text_is_unsafe(c));

		if (size && !unsafe) {
			i += size;
			continue;
		}
		builder_bytes(builder, text + run, i - run);
		if (i == length)
			break;
		if (size)
			escape(builder, c);
		i += size ? size : 1;
		run = i;
	}
	builder_text(builder, "\n");
}

void json_free(struct json_object *value) {
	json_object_put(value);
}
