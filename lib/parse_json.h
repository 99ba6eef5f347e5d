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

/** The deepest that values may lie in others, and the most that there may be. */
enum { JSON_SCAN_DEPTH = 32, JSON_SCAN_VALUES = 1 << 18 };

/** The largest text; positions are 32 bits wide. */
#define JSON_SCAN_SIZE ((size_t)64 << 20)

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
	/** In the order of the text; the first is the whole. */
	struct json_span *spans;
	size_t nspans;
	/** What is wrong, for a reader, and at which byte; NULL: nothing is. */
	const char *fault;
	size_t fault_at;
};

/** Scan the text.  Spans live in the arena. */
struct json_scan parse_json(struct arena *arena, const char *bytes, size_t size);

/** Where a byte of a text stands, as editors count: lines, and characters of the line, both from 1. */
void parse_json_place(const char *bytes, size_t size, size_t at, size_t *line, size_t *column);

#endif
