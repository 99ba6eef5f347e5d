/** What the dynamic loader is told: ld.so.conf of ldconfig(8), ld.so.preload of ld.so(8).  Pure functions of bytes. */
#ifndef TMPAUDIT_PARSE_LDCONF_H
#define TMPAUDIT_PARSE_LDCONF_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most entries that are taken from a file. */
#define LDCONF_LIMIT ((size_t)4096)

struct ldconf_entry {
	/** 0 ends the list. */
	unsigned line;
	/** Whether path is a glob of files to include, relative to the file's directory. */
	bool include;
	/** A directory; of ld.so.preload an object. */
	const char *path;
};

/**
 * Of comments in ld.so.preload only what glibc itself passes over is passed over: it loads what stands in most of them.
 *
 * Returns 0, or -E2BIG if there are more than LDCONF_LIMIT; the first ones are kept.  Strings live in the arena.
 */
int parse_ldconf(const struct bytes *bytes, struct arena *arena, const struct ldconf_entry **entries);
int parse_ldpreload(const struct bytes *bytes, struct arena *arena, const struct ldconf_entry **entries);

#endif
