/**
 * JSON values: made and written so that no name in them can do harm, and read though any byte of them may.
 * The only user of libjson-c.  Memory that cannot be had ends the program, as in an arena.
 */
#ifndef TMPAUDIT_JSON_H
#define TMPAUDIT_JSON_H

#include "parse_json.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>

/** A value, which is libjson-c's.  NULL is the JSON null. */
struct json_object;

/** An object; its keys keep the order in which they are put. */
struct json_object *json_map(void);
struct json_object *json_list(void);

/** A string, with U+FFFD for bytes that are not UTF-8; NULL gives null. */
struct json_object *json_string(const char *text);

/** The exact bytes of text in base64 if json_string() could not hold them; null for UTF-8. */
struct json_object *json_bytes(const char *text);
struct json_object *json_flag(bool value);
struct json_object *json_integer(int64_t value);

/** The number value / 10^digits with exactly so many decimals, 1 to 3; null for a negative value. */
struct json_object *json_decimal(int value, unsigned digits);

/** Put a value, which then belongs to the map.  The key must live as long as the map, and be new to it. */
void json_put(struct json_object *map, const char *key, struct json_object *value);

/** Append a value, which then belongs to the list. */
void json_append(struct json_object *list, struct json_object *value);

/**
 * Add the value as text and a newline.  It may stand in a page and in a terminal: besides C0, `<`, `>`, `&`
 * and what text_is_unsafe() names is written as \uNNNN.
 */
void json_write(struct builder *builder, struct json_object *value);

/** A text that is written as its values come, for what is too large to be held as one: { .out = builder }. */
struct json_writer {
	struct builder *out;
	/** How many maps and lists are open. */
	unsigned depth;
	/** Of each that is open, by its bit: whether it is a list, and whether something stands in it. */
	uint32_t lists, begun;
};

/** Begin a map, or a list if is_list, within what is open: key is its key in a map, else NULL. */
void json_open(struct json_writer *writer, const char *key, bool is_list);

/** End what was begun last; at the end of all follows a newline. */
void json_close(struct json_writer *writer);

/** Add a value to what is open, as json_write() has it, and free it. */
void json_add(struct json_writer *writer, const char *key, struct json_object *value);

void json_free(struct json_object *value);

/**
 * Read a whole text, of at most JSON_MOST_BYTES, as RFC 8259 has it: UTF-8, no key twice in one object, no value deeper
 * than JSON_MOST_DEPTH.  The text may come from anybody; a NUL stands behind it, at bytes[size].  Returns a value,
 * which is to be freed, or NULL and in why, as text of the arena, what is wrong with it: continues the name of the
 * file.
 */
struct json_object *json_read(struct arena *arena, const char *bytes, size_t size, const char **why);

enum json_kind { JSON_NULL, JSON_FLAG, JSON_INTEGER, JSON_DECIMAL, JSON_STRING, JSON_LIST, JSON_MAP, JSON_KINDS };

/** What a value of the kind is called: "a string". */
extern const char *const json_kind_names[JSON_KINDS];

enum json_kind json_kind(const struct json_object *value);

/** The value of the key, or NULL; absent, if it is not NULL, tells a missing key from null. */
struct json_object *json_get(const struct json_object *map, const char *key, bool *absent);

size_t json_count(const struct json_object *list);
struct json_object *json_item(const struct json_object *list, size_t index);

/** A string, which json_read() takes without NUL only; it lives as long as its value. */
const char *json_text_of(const struct json_object *string);

bool json_flag_of(const struct json_object *flag);

/** Of JSON_INTEGER; INT64_MAX or INT64_MIN for what lies beyond. */
int64_t json_integer_of(const struct json_object *integer);

/** Of JSON_INTEGER or JSON_DECIMAL. */
double json_number_of(const struct json_object *number);
/* Texts with places */

enum json_sort { JSON_NOTHING, JSON_BOOLEAN, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

/** A value that was read, and where. */
struct json_value {
	enum json_sort type;
	/** Of a member of an object; else NULL. */
	const char *key;
	/** The bytes at which the value and its key begin. */
	size_t at, key_at;
	/** JSON_TEXT: without NUL in it. */
	const char *text;
	/** JSON_NUMBER: infinite if no double holds it. */
	double number;
	/** JSON_BOOLEAN. */
	bool flag;
	/** JSON_ARRAY, JSON_OBJECT: how many values there are, and the first of them. */
	size_t count;
	const struct json_value *first;
	/** What follows it in its array or object; NULL: nothing. */
	const struct json_value *next;
};

/** What is wrong with a text. */
struct json_fault {
	/** For a reader. */
	const char *what;
	/** At which byte. */
	size_t at;
};

/** The most values of a text whose places are kept. */
#define JSON_MOST_PLACES ((size_t)1 << 18)

/**
 * Read a text as json_read() does, but where each value stands is kept.  Returns the value, which lives in the arena,
 * or NULL and the fault.
 *
 * libjson-c is the parser of both; it keeps no positions and takes the last of equal keys, so parse_json() goes over
 * the same bytes before it.
 */
const struct json_value *json_locate(struct arena *arena, const char *bytes, size_t size, struct json_fault *fault);

#endif
