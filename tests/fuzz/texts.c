/** A target for each escaping function: what comes out is safe for its reader, and tells the bytes that went in. */

#include "fuzz.h"
#include "json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static void must_be_safe(const char *text) {
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t character;
		size_t length = text_character(text, left, &character);

		must(length > 0 && !text_is_unsafe(character));
		text += length;
		left -= length;
	}
}

static void add_utf8(struct builder *builder, uint32_t character) {
	const unsigned char bytes[] = {
		(unsigned char)(character < 0x800     ? 0xc0 | character >> 6
		                : character < 0x10000 ? 0xe0 | character >> 12
		                                      : 0xf0 | character >> 18),
		(unsigned char)(0x80 | (character >> 12 & 0x3f)),
		(unsigned char)(0x80 | (character >> 6 & 0x3f)),
		(unsigned char)(0x80 | (character & 0x3f)),
	};
	const unsigned char ascii = (unsigned char)character;

	if (character < 0x80) {
		builder_bytes(builder, &ascii, 1);
		return;
	}
	builder_bytes(builder, bytes, 1);
	if (character >= 0x10000)
		builder_bytes(builder, bytes + 1, 1);
	if (character >= 0x800)
		builder_bytes(builder, bytes + 2, 1);
	builder_bytes(builder, bytes + 3, 1);
}

/** What text_terminal() was given, read from what it made. */
static void unescape(struct builder *builder, const char *text) {
	while (*text) {
		const char *end = text + 1;

		if (*text != '\\') {
			builder_bytes(builder, text, 1);
		} else if (text[1] == '\\') {
			builder_bytes(builder, "\\", 1);
			end = text + 2;
		} else if (text[1] == 'x') {
			const char digits[] = { text[2], text[3], '\0' };
			const char byte = (char)strtoul(digits, NULL, 16);

			builder_bytes(builder, &byte, 1);
			end = text + 4;
		} else {
			must(text[1] == 'u' && text[2] == '{');
			char *brace;

			add_utf8(builder, (uint32_t)strtoul(text + 3, &brace, 16));
			must(*brace == '}');
			end = brace + 1;
		}
		text = end;
	}
}

static void fuzz_terminal(const struct bytes *bytes, struct arena *arena) {
	struct builder shown = { .arena = arena }, back = { .arena = arena };

	text_terminal(&shown, bytes->data, bytes->size);
	must_be_safe(builder_string(&shown));
	unescape(&back, builder_string(&shown));
	must(back.length == bytes->size);
	must(bytes->size == 0 || memcmp(back.text, bytes->data, bytes->size) == 0);
}

/** A URI's path is of its alphabet, and tells the bytes. */
static void fuzz_uri(const struct bytes *bytes, struct arena *arena) {
	struct builder uri = { .arena = arena }, back = { .arena = arena };

	text_uri(&uri, bytes->data, bytes->size);
	for (const char *c = builder_string(&uri); *c; ++c) {
		char byte = *c;

		if (*c == '%') {
			const char digits[] = { c[1], c[2], '\0' };
			char *end;

			byte = (char)strtoul(digits, &end, 16);
			must(end == digits + 2);
			c += 2;
		} else {
			must(strchr("-._~/", *c) || (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
			     (*c >= 'A' && *c <= 'Z'));
		}
		builder_bytes(&back, &byte, 1);
	}
	must(back.length == bytes->size);
	must(bytes->size == 0 || memcmp(back.text, bytes->data, bytes->size) == 0);
}

/** A label cannot end before its quote, and tells what a terminal would. */
static void fuzz_label(const struct bytes *bytes, struct arena *arena) {
	struct builder label = { .arena = arena }, back = { .arena = arena }, shown = { .arena = arena };

	text_label(&label, bytes->data, bytes->size);
	text_terminal(&shown, bytes->data, bytes->size);
	must_be_safe(builder_string(&label));
	for (const char *c = builder_string(&label); *c; ++c) {
		must(*c != '"');
		if (*c == '\\')
			must(*++c == '\\' || *c == '"');
		builder_bytes(&back, c, 1);
	}
	must(text_equal(builder_string(&back), builder_string(&shown)));
}

static void fuzz_fold(const struct bytes *bytes, struct arena *arena) {
	struct bytes rest = *bytes;
	size_t columns = 20 + take_byte(&rest), indent = take_byte(&rest) % 12, at = take_byte(&rest) % 12;
	struct builder shown = { .arena = arena }, folded = { .arena = arena };

	text_terminal(&shown, rest.data, rest.size);
	text_fold(&folded, builder_string(&shown), at, indent, columns);
	const char *line = builder_string(&folded);
	must(text_ends(line, "\n"));
	for (size_t start = at; *line; start = 0) {
		const char *end = strchr(line, '\n');

		must(start + text_wide(arena_bytes(arena, line, (size_t)(end - line))) <= columns);
		line = end + 1;
	}
}

static void fuzz_shell_word(const struct bytes *bytes, struct arena *arena) {
	const char *word = as_text(bytes, arena);
	struct builder quoted = { .arena = arena }, back = { .arena = arena };

	if (!text_shell(&quoted, word)) {
		must(quoted.length == 0);
		return;
	}
	must_be_safe(builder_string(&quoted));
	// A shell's own reading of single quotes and of backslashes outside of them.
	bool inside = false;
	for (const char *next = builder_string(&quoted); *next; ++next) {
		if (*next == '\'') {
			inside = !inside;
		} else if (!inside && *next == '\\') {
			++next;
			builder_bytes(&back, next, 1);
		} else {
			must(inside ||
			     strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._:=@%+-,", *next));
			builder_bytes(&back, next, 1);
		}
	}
	must(!inside && text_equal(builder_string(&back), word));
	must(quoted.length > 0);
}

static void fuzz_utf8(const struct bytes *bytes, struct arena *arena) {
	struct builder builder = { .arena = arena };
	bool whole = text_utf8(&builder, bytes->data, bytes->size);
	const char *text = builder_string(&builder);

	for (size_t left = builder.length; left > 0;) {
		uint32_t character;
		size_t length = text_character(text, left, &character);

		must(length > 0 && character <= 0x10ffff && (character < 0xd800 || character > 0xdfff));
		text += length;
		left -= length;
	}
	if (whole)
		must(builder.length == bytes->size &&
		     (bytes->size == 0 || memcmp(builder.text, bytes->data, bytes->size) == 0));
}

static void fuzz_base64(const struct bytes *bytes, struct arena *arena) {
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct builder builder = { .arena = arena };

	text_base64(&builder, bytes->data, bytes->size);
	must(builder.length == (bytes->size + 2) / 3 * 4);
	for (size_t i = 0; i < bytes->size; ++i) {
		// The six bits that begin in this byte's group at its place.
		const char *group = builder.text + i / 3 * 4 + i % 3;
		const unsigned first = (unsigned)(strchr(alphabet, group[0]) - alphabet);
		const unsigned second = (unsigned)(strchr(alphabet, group[1]) - alphabet);
		const unsigned shift = (unsigned)(i % 3) * 2;

		must((unsigned char)((first << (2 + shift)) | (second >> (4 - shift))) ==
		     (unsigned char)bytes->data[i]);
	}
}

static void fuzz_json_string(const struct bytes *bytes, struct arena *arena) {
	const char *text = as_text(bytes, arena);
	struct builder written = { .arena = arena }, clean = { .arena = arena };
	struct json_object *value = json_map();

	text_utf8(&clean, text, strlen(text));
	json_put(value, "key", json_string(text));
	json_put(value, "bytes", json_bytes(text));
	json_write(&written, value);
	json_free(value);
	const char *json = builder_string(&written);
	must(!strpbrk(json, "<>&"));
	char *line = arena_copy(arena, json);
	for (char *newline; (newline = strchr(line, '\n'));)
		*newline = ' ';
	must_be_safe(line);
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *back = json_tokener_parse_ex(tokener, json, (int)written.length), *key;
	must(back && json_object_object_get_ex(back, "key", &key));
	must(text_equal(json_object_get_string(key), builder_string(&clean)));
	json_object_put(back);
	json_tokener_free(tokener);
}

/** What a glob means, the slow way: for the few bytes that it is given. */
static bool matches(const char *glob, const char *name) {
	if (*glob == '\0')
		return *name == '\0';
	if (*glob == '*')
		return matches(glob + 1, name) || (*name && matches(glob, name + 1));
	return *name && (*glob == '?' || *glob == *name) && matches(glob + 1, name + 1);
}

static void fuzz_glob(const struct bytes *bytes, struct arena *arena) {
	const char *glob = as_text(bytes, arena);
	const struct bytes rest = { bytes->data + strlen(glob), bytes->size - strlen(glob) };
	const char *name = rest.size ? as_text(&(struct bytes) { rest.data + 1, rest.size - 1 }, arena) : "";
	bool found = text_glob(glob, name);

	if (!strpbrk(glob, "[\\") && strlen(glob) < 10 && strlen(name) < 16)
		must(found == matches(glob, name));
	must(text_glob("*", name));
}

static void fuzz_words_of_ours(const struct bytes *bytes, struct arena *arena) {
	const char *word = as_text(bytes, arena);
	const char *const names[] = { "--format", "--output", "--policy", NULL };
	uint64_t number;

	touch(text_nearest(word, names));
	if (text_number(word, 10, 1000, &number))
		must(number <= 1000);
	if (text_number(word, 8, 07777, &number))
		must(number <= 07777);
	text_path_within(word, "/tmp");
	text_hash(word);
}

const struct target text_targets[] = {
	{ "terminal", fuzz_terminal },
	{ "fold", fuzz_fold },
	{ "uri", fuzz_uri },
	{ "label", fuzz_label },
	{ "shell-word", fuzz_shell_word },
	{ "utf8", fuzz_utf8 },
	{ "base64", fuzz_base64 },
	{ "json-string", fuzz_json_string },
	{ "glob", fuzz_glob },
	{ "nearest", fuzz_words_of_ours },
	{ 0 },
};
