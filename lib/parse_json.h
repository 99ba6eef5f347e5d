/**
 * Where each value of a JSON text stands: a pure function of bytes.  It holds the text to RFC 8259 to the letter and
 * says where it breaks it; what strings and numbers mean is for a parser that has no positions: see json.h.
 */
#ifndef TMPAUDIT_PARSE_JSON_H
#define TMPAUDIT_PARSE_JSON_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The largest text, for positions are 32 bits wide, and the deepest that values may lie in others. */
enum { JSON_MOST_BYTES = 64 << 20, JSON_MOST_DEPTH = 32 };

/** A value, by the bytes that it is written with. */
struct json_span {
	/** Where it begins and, but for lists and maps, the byte behind its end. */
	uint32_t at, end;
	/** The same of its key, quotes included; both 0 if it has none. */
	uint32_t key_at, key_end;
	/** How many values lie in it, those in them not counted; and the span behind all of them. */
	uint32_t count, after;
};

struct json_scan {
	/** In the order of the text; the first is the whole.  NULL if they were not to be kept. */
	struct json_span *spans;
	/** How many values there are, and how many of them have a key. */
	size_t nspans, nkeys;
	/** What is wrong, for a reader, and at which byte; NULL: nothing is. */
	const char *fault;
	size_t fault_at;
};

/** Scan the text, which may hold most values.  Spans live in the arena; if it is NULL they are only counted. */
struct json_scan parse_json(struct arena *arena, const char *bytes, size_t size, size_t most);

/** Where a byte of a text stands, as editors count: lines, and characters of the line, both from 1. */
void parse_json_place(const char *bytes, size_t size, size_t at, size_t *line, size_t *column);

#endif
