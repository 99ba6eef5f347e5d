/**
 * Lines of tmpfiles.d(5), split and refused as systemd-tmpfiles(8) splits and refuses them
 * (tried with systemd 257).  Pure functions of bytes.
 */
#ifndef TMPAUDIT_PARSE_TMPFILES_H
#define TMPAUDIT_PARSE_TMPFILES_H

#include "arena.h"
#include "tmpfiles.h"
#include "tree.h"

#include <stdbool.h>
#include <stdint.h>

/** Where in a file one stands; start with { .bytes = … }. */
struct tmpfiles_reader {
	struct bytes bytes;
	size_t offset;
	unsigned number;
};

/** A line that is neither blank nor a comment. */
struct tmpfiles_entry {
	/** Its fields, without source, uid and gid; as far as they are known if it is refused, path may then be NULL.
	 */
	struct tmpfiles_line line;
	/** Counted from 1. */
	unsigned number;
	/** Why systemd-tmpfiles refuses it; NULL: it does not. */
	const char *why;
};

/** Read the next entry.  Returns false at the end.  Its strings live in the arena. */
bool parse_tmpfiles(struct tmpfiles_reader *reader, struct arena *arena, struct tmpfiles_entry *entry);

/** An age field. */
struct tmpfiles_age {
	/** Microseconds; UINT64_MAX: infinity. */
	uint64_t microseconds;
	/** Whether what lies directly in the directory is spared: `~`. */
	bool spares_first_level;
	/** Which times count, letters of "abcmABCM", capitals for directories; empty: the default. */
	char times[9];
};

/** Read an age.  Returns false if it is none; "-" and "" are none. */
bool parse_tmpfiles_age(const char *text, struct tmpfiles_age *age);

#endif
