/** namespace.conf(5), what pam_namespace(8) puts in the place of directories: a pure function of bytes. */
#ifndef TMPAUDIT_PARSE_NAMESPACE_H
#define TMPAUDIT_PARSE_NAMESPACE_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most lines that are taken from a file. */
#define NAMESPACE_LIMIT ((size_t)1024)

struct namespace_line {
	/** 0 ends the list. */
	unsigned line;
	/** The directory, and what the names of its instances begin with: as written. */
	const char *dir, *prefix;
	/** user, level, context, tmpdir, tmpfs. */
	const char *method;
	/** The options of mntopts=, "" if it has none; whether all users share the instances of a level or context. */
	const char *options;
	bool shared;
	/** Users that get no instance, separated by commas; "" is nobody. */
	const char *exempt;
	/** Whether only those users get one: "~". */
	bool inverted;
	/** Why the module refuses the line, and with it the session; NULL: it does not.  The other fields may be NULL.
	 */
	const char *why;
};

/**
 * The lines of a file in its order, ended by a zero entry; strings live in the arena.
 * Returns 0, or -E2BIG if there are more than NAMESPACE_LIMIT.
 */
int parse_namespace(const struct bytes *bytes, struct arena *arena, const struct namespace_line **lines);

#endif
