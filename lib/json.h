/**
 * JSON values: made, and written so that no name in them can do harm.  The only
 * user of libjson-c.  Memory that cannot be had ends the program, as in an arena.
 */
#ifndef TMPAUDIT_JSON_H
#define TMPAUDIT_JSON_H

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

void json_free(struct json_object *value);

#endif
