/** What a sudoers(5) file sets, includes, and lets run: a pure function of bytes.  Who may run it is passed over. */
#ifndef TMPAUDIT_PARSE_SUDOERS_H
#define TMPAUDIT_PARSE_SUDOERS_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most entries that are taken from a file. */
#define SUDOERS_LIMIT ((size_t)4096)

enum sudoers_kind {
	SUDOERS_DEFAULT,
	SUDOERS_INCLUDE,
	SUDOERS_INCLUDE_DIR,
	/** A command that somebody may run: its path, without arguments. */
	SUDOERS_COMMAND,
};

struct sudoers_entry {
	/** 0 ends the list. */
	unsigned line;
	enum sudoers_kind kind;
	/**
	 * For whom the default holds, as written: ":alice", "@db1", ">operator", "!/bin/sh"; "" is everybody.  Of a
	 * command: as whom it runs, "" if that is not said.
	 */
	const char *scope;
	/** The default's name, or the path that is included or run. */
	const char *name;
	/** Whether an odd number of "!" stands before it. */
	bool negated;
	/** "=", "+=", "-=", or "" for a name alone. */
	const char *op;
	/** Without quotes. */
	const char *value;
};

/**
 * The entries of a file in its order, ended by a zero entry; strings live in the arena.
 * Returns 0, or -E2BIG if there are more than SUDOERS_LIMIT; the first ones are kept.
 */
int parse_sudoers(const struct bytes *bytes, struct arena *arena, const struct sudoers_entry **entries);

#endif
