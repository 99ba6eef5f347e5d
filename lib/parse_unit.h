/**
 * The syntax of systemd's unit files and drop-ins, as its own reader takes it:
 * systemd.syntax(7), and src/shared/conf-parser.c for what the page leaves open.
 */
#ifndef TMPAUDIT_PARSE_UNIT_H
#define TMPAUDIT_PARSE_UNIT_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

/** An assignment. */
struct unit_line {
	/** Without brackets; and what stands on both sides of the first '=', without blanks around.  NULL ends a list.
	 */
	const char *section, *key, *value;
	/** The line on which it begins, from 1. */
	unsigned line;
};

/** A line that systemd does not take. */
struct unit_bad_line {
	unsigned line;
	/** Words of ours; NULL ends a list. */
	const char *why;
};

struct unit_lines {
	struct unit_line *lines;
	size_t nlines;
	/** In order of lines; at most UNIT_BAD_LINES of them. */
	struct unit_bad_line *bad;
	size_t nbad;
	/** Whether reading ended early, at a line after which systemd reads no further. */
	bool broken;
};

/** How many bad lines are kept of a file. */
#define UNIT_BAD_LINES 64

/** The longest line that systemd reads, in bytes. */
#define UNIT_LINE_LIMIT ((size_t)1 << 20)

/**
 * Parse size bytes.  All strings are copies in the arena.
 *
 * A line ends with LF, CR, NUL or a run of different ones of them.  A line that ends
 * with an odd number of backslashes goes on in the next one that is no comment.
 * Values are as written: specifiers are not expanded, quotes not removed.
 */
void parse_unit(const char *data, size_t size, struct arena *arena, struct unit_lines *lines);

#endif
