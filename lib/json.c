#include "json.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * In the place of libc's: before 0.17 libjson-c takes the key of a member by it, and does not look whether there was
 * memory for that.  Whoever else calls it here gives up without, too.
 */
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) libc's name is reserved
char *strdup(const char *text) {
	const size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	if (copy)
		return memcpy(copy, text, size);
	arena_exhausted();
}

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

/** A list, and which of its items comes next; or a member of an object, and those behind it. */
struct frame {
	struct json_object *list;
	size_t next;
	struct lh_entry *entry;
};

/** Take what comes next of the frame.  Returns false if nothing does. */
static bool take_next(struct frame *frame, struct json_object **value) {
	if (frame->list) {
		if (frame->next >= json_object_array_length(frame->list))
			return false;
		*value = json_object_array_get_idx(frame->list, frame->next++);
		return true;
	}
	if (!frame->entry)
		return false;
	*value = (struct json_object *)lh_entry_v(frame->entry);
	frame->entry = frame->entry->next;
	return true;
}

/** Add a string in its quotes: strict UTF-8, with escapes for all that no output may show, and for markup. */
static void write_text(struct builder *out, const char *text, size_t length) {
	static const char shorts[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";

	builder_text(out, "\"");
	for (size_t i = 0, run = 0; i <= length;) {
		uint32_t c = 0;
		const size_t size = i < length ? text_character(text + i, length - i, &c) : 0;
		const char *found = size && c && c < 0x80 ? strchr(shorts, (int)c) : NULL;

		if (size && !found && c != '<' && c != '>' && c != '&' && !text_is_unsafe(c)) {
			i += size;
			continue;
		}
		builder_bytes(out, text + run, i - run);
		if (i == length)
			break;
		if (found)
			builder_format(out, "\\%c", names[found - shorts]);
		else if (size)
			escape(out, c);
		i += size ? size : 1;
		run = i;
	}
	builder_text(out, "\"");
}

static void write_scalar(struct builder *out, struct json_object *value) {
	const char *text;

	switch (json_object_get_type(value)) {
	case json_type_null:
		builder_text(out, "null");
		break;
	case json_type_boolean:
		builder_text(out, json_object_get_boolean(value) ? "true" : "false");
		break;
	case json_type_int:
		builder_format(out, "%lld", (long long)json_object_get_int64(value));
		break;
	case json_type_string:
		write_text(out, json_object_get_string(value), (size_t)json_object_get_string_len(value));
		break;
	default:
		text = json_object_to_json_string(value);
		if (!text)
			arena_exhausted();
		builder_text(out, text);
	}
}

static struct frame frame_of(struct json_object *value) {
	struct frame frame = { 0 };

	if (json_object_is_type(value, json_type_array))
		frame.list = value;
	else
		frame.entry = json_object_get_object(value)->head;
	return frame;
}

/**
 * Add a value as text that lies so deep in others, in the form of libjson-c.  That leaves out, without a word, what it
 * has no memory for.
 */
static void write_value(struct builder *out, struct json_object *value, unsigned depth) {
	struct frame stack[JSON_MOST_DEPTH];
	size_t open = 0;

	for (;;) {
		const enum json_type type = json_object_get_type(value);
		bool first = type == json_type_object || type == json_type_array;

		if (first && open == JSON_MOST_DEPTH)
			arena_exhausted();
		if (first)
			stack[open++] = frame_of(value);
		if (first)
			builder_text(out, type == json_type_array ? "[" : "{");
		else
			write_scalar(out, value);
		const struct lh_entry *entry = NULL;
		while (open) {
			entry = stack[open - 1].entry;
			if (take_next(&stack[open - 1], &value))
				break;
			--open;
			/* One with nothing in it ends on its line. */
			if (!first)
				builder_format(out, "\n%*s", 2 * (int)(depth + open), "");
			builder_text(out, stack[open].list ? "]" : "}");
			first = false;
		}
		if (!open)
			return;
		builder_format(out, "%s\n%*s", first ? "" : ",", 2 * (int)(depth + open), "");
		if (entry) {
			write_text(out, lh_entry_k(entry), strlen(lh_entry_k(entry)));
			builder_text(out, ": ");
		}
	}
}

void json_write(struct builder *builder, struct json_object *value) {
	write_value(builder, value, 0);
	builder_text(builder, "\n");
}

/** Begin a value of what is open. */
static void begin_value(struct json_writer *writer, const char *key) {
	const uint32_t bit = UINT32_C(1) << writer->depth;

	if (writer->depth)
		builder_format(writer->out, "%s\n%*s", writer->begun & bit ? "," : "", 2 * (int)writer->depth, "");
	writer->begun |= bit;
	/* Keys are ours: there is nothing to escape. */
	if (key)
		builder_format(writer->out, "\"%s\": ", key);
}

void json_open(struct json_writer *writer, const char *key, bool is_list) {
	begin_value(writer, key);
	builder_text(writer->out, is_list ? "[" : "{");
	const uint32_t bit = UINT32_C(1) << ++writer->depth;
	writer->begun &= ~bit;
	writer->lists = is_list ? writer->lists | bit : writer->lists & ~bit;
}

void json_close(struct json_writer *writer) {
	const uint32_t bit = UINT32_C(1) << writer->depth--;

	if (writer->begun & bit)
		builder_format(writer->out, "\n%*s", 2 * (int)writer->depth, "");
	builder_text(writer->out, writer->lists & bit ? "]" : "}");
	if (!writer->depth)
		builder_text(writer->out, "\n");
}

void json_add(struct json_writer *writer, const char *key, struct json_object *value) {
	begin_value(writer, key);
	write_value(writer->out, value, writer->depth);
	json_free(value);
}

void json_free(struct json_object *value) {
	json_object_put(value);
}

const char *const json_kind_names[JSON_KINDS] = { "null",     "true or false", "a whole number", "a number",
	                                          "a string", "a list",        "an object" };

/**
 * More values than that are no list of anything that we write, but would take of our memory many times their own size.
 */
static const size_t most_values = 4 << 20;

/** Have libjson-c parse what the scan takes; NULL, and a fault if it is not the value null. */
static struct json_object *parse_scanned(const struct json_scan *scan, const char *bytes, size_t size,
                                         struct json_fault *fault) {
	*fault = (struct json_fault) { scan->fault, scan->fault_at };
	if (scan->fault)
		return NULL;
	struct json_tokener *tokener = json_tokener_new_ex(JSON_MOST_DEPTH + 1);
	if (!tokener)
		arena_exhausted();
	/* Not JSON_TOKENER_STRICT, as the scan is: with it libjson-c 0.18 refuses all strings that are not ASCII. */
	/* The NUL behind it ends a number that ends the text. */
	struct json_object *value = json_tokener_parse_ex(tokener, bytes, (int)size + 1);
	const enum json_tokener_error error = json_tokener_get_error(tokener);
	if (error != json_tokener_success)
		*fault = (struct json_fault) { json_tokener_error_desc(error), json_tokener_get_parse_end(tokener) };
	json_tokener_free(tokener);
	if (fault->what) {
		json_object_put(value);
		value = NULL;
	}
	return value;
}

/** How many members all objects in value have. */
static size_t count_keys(struct json_object *value) {
	/* Deeper ones were refused. */
	struct frame stack[JSON_MOST_DEPTH + 1] = { 0 };
	size_t depth = 0, keys = 0;

	do {
		if (json_object_is_type(value, json_type_object)) {
			keys += (size_t)json_object_object_length(value);
			stack[depth++] = (struct frame) { .entry = json_object_get_object(value)->head };
		} else if (json_object_is_type(value, json_type_array)) {
			stack[depth++] = (struct frame) { .list = value };
		}
		while (depth && !take_next(&stack[depth - 1], &value))
			--depth;
	} while (depth);
	return keys;
}

struct json_object *json_read(struct arena *arena, const char *bytes, size_t size, const char **why) {
	struct json_fault fault;
	size_t line, column;

	*why = NULL;
	if (size > JSON_MOST_BYTES) {
		*why = arena_text(arena, "is larger than %d MiB", JSON_MOST_BYTES >> 20);
		return NULL;
	}
	const struct json_scan scan = parse_json(NULL, bytes, size, most_values);
	struct json_object *value = parse_scanned(&scan, bytes, size, &fault);
	if (fault.what) {
		parse_json_place(bytes, size, fault.at, &line, &column);
		*why = arena_text(arena, "cannot be read at line %zu, column %zu: %s", line, column, fault.what);
		return NULL;
	}
	if (count_keys(value) != scan.nkeys) {
		*why = "names a key twice in one object";
		json_free(value);
		return NULL;
	}
	if (!value)
		*why = "is null";
	return value;
}

enum json_kind json_kind(const struct json_object *value) {
	switch (json_object_get_type(value)) {
	case json_type_boolean:
		return JSON_FLAG;
	case json_type_int:
		return JSON_INTEGER;
	case json_type_double:
		return JSON_DECIMAL;
	case json_type_string:
		return JSON_STRING;
	case json_type_array:
		return JSON_LIST;
	case json_type_object:
		return JSON_MAP;
	default:
		return JSON_NULL;
	}
}

struct json_object *json_get(const struct json_object *map, const char *key, bool *absent) {
	struct json_object *value = NULL;
	const bool found = json_object_object_get_ex(map, key, &value);

	if (absent)
		*absent = !found;
	return value;
}

size_t json_count(const struct json_object *list) {
	return json_object_array_length(list);
}

struct json_object *json_item(const struct json_object *list, size_t index) {
	return json_object_array_get_idx(list, index);
}

const char *json_text_of(const struct json_object *string) {
	/* It is not changed, but for a number in it that is made text: strings are not. */
	return json_object_get_string((struct json_object *)(uintptr_t)string);
}

bool json_flag_of(const struct json_object *flag) {
	return json_object_get_boolean(flag);
}

int64_t json_integer_of(const struct json_object *integer) {
	return json_object_get_int64(integer);
}

double json_number_of(const struct json_object *number) {
	const double value = json_object_get_double(number);

	return isfinite(value) ? value : -1;
}
/* Texts with places */

/** The string that a token in quotes stands for: libjson-c's, or NULL. */
static struct json_object *decode_key(struct arena *scratch, const char *bytes, const struct json_span *span) {
	return json_tokener_parse(arena_bytes(scratch, bytes + span->key_at, span->key_end - span->key_at));
}

/** Say which key of the object is there twice; first is the span of its first member. */
static void find_twin(struct arena *arena, const char *bytes, const struct json_scan *scan, size_t object,
                      struct json_fault *fault) {
	struct arena scratch = { 0 };
	struct json_object *seen = made(json_object_new_object());
	const struct json_span *spans = scan->spans;

	for (size_t i = object + 1; i < spans[object].after && !fault->what; i = spans[i].after) {
		struct json_object *key = decode_key(&scratch, bytes, &spans[i]);
		const char *name = key ? json_object_get_string(key) : "";

		if (json_object_object_get_ex(seen, name, NULL))
			*fault = (struct json_fault) {
				arena_text(arena, "the key \"%s\" stands twice in one object", name), spans[i].key_at
			};
		else
			json_object_object_add(seen, name, NULL);
		json_object_put(key);
	}
	json_object_put(seen);
	arena_free(&scratch);
}

/** Fill a value in but for what lies in it. */
static void take_value(struct arena *arena, struct json_object *object, struct json_value *value) {
	switch (json_object_get_type(object)) {
	case json_type_null:
		value->type = JSON_NOTHING;
		break;
	case json_type_boolean:
		value->type = JSON_BOOLEAN;
		value->flag = json_object_get_boolean(object);
		break;
	case json_type_int:
	case json_type_double:
		value->type = JSON_NUMBER;
		value->number = json_object_get_double(object);
		break;
	case json_type_string:
		value->type = JSON_TEXT;
		value->text =
		        arena_bytes(arena, json_object_get_string(object), (size_t)json_object_get_string_len(object));
		break;
	case json_type_array:
		value->type = JSON_ARRAY;
		value->count = json_object_array_length(object);
		break;
	case json_type_object:
		value->type = JSON_OBJECT;
		value->count = (size_t)json_object_object_length(object);
		break;
	}
}

/** A list or map whose members are being taken. */
struct level {
	struct json_object *object;
	/** The next member of a map. */
	const struct lh_entry *entry;
	struct json_value *value, *last;
	size_t taken;
};

/** What the next member of a level is; sets its key. */
static struct json_object *take_member(struct level *level, const char **key) {
	struct json_object *member;

	*key = NULL;
	if (level->value->type == JSON_ARRAY)
		return json_object_array_get_idx(level->object, level->taken++);
	++level->taken;
	/* libjson-c's own count says that there is one. */
	if (!level->entry)
		return NULL;
	*key = lh_entry_k(level->entry);
	member = (struct json_object *)lh_entry_v(level->entry);
	level->entry = level->entry->next;
	return member;
}

/** Both the scan and libjson-c keep the order of the text: the n-th span is of the n-th value. */
static struct json_value *marry(struct arena *arena, const char *bytes, const struct json_scan *scan,
                                struct json_object *parsed, struct json_fault *fault) {
	struct json_value *values = arena_array(arena, scan->nspans, sizeof *values);
	struct level levels[JSON_MOST_DEPTH];
	size_t depth = 0;

	for (size_t i = 0; i < scan->nspans; ++i) {
		const struct json_span *span = &scan->spans[i];
		struct json_value *value = &values[i];
		struct json_object *object = parsed;

		while (depth && levels[depth - 1].taken == levels[depth - 1].value->count)
			--depth;
		if (depth) {
			struct level *level = &levels[depth - 1];
			const char *key;

			object = take_member(level, &key);
			value->key = arena_copy(arena, key);
			if (level->last)
				level->last->next = value;
			else
				level->value->first = value;
			level->last = value;
		}
		value->at = span->at;
		value->key_at = span->key_at;
		take_value(arena, object, value);
		if (value->type == JSON_OBJECT && value->count != span->count) {
			find_twin(arena, bytes, scan, i, fault);
			return NULL;
		}
		if (value->count)
			levels[depth++] = (struct level) {
				.object = object,
				.entry = value->type == JSON_OBJECT ? json_object_get_object(object)->head : NULL,
				.value = value,
			};
	}
	return values;
}

const struct json_value *json_locate(struct arena *arena, const char *bytes, size_t size, struct json_fault *fault) {
	struct arena scratch = { 0 };
	const struct json_value *value = NULL;
	const struct json_scan scan = parse_json(&scratch, bytes, size, JSON_MOST_PLACES);
	struct json_object *parsed = parse_scanned(&scan, bytes, size, fault);

	if (!fault->what)
		value = marry(arena, bytes, &scan, parsed, fault);
	json_object_put(parsed);
	arena_free(&scratch);
	return value;
}
