/**
 * login.defs(5) and files of its form, such as /etc/default/login: names and values, a pure function of bytes.
 *
 * Lines are read as libpam's pam_modutil_search_key() reads them: a "#" starts a comment anywhere, name and
 * value are apart by blanks or "=", names are compared without case, and the first line of a name counts.
 */
#ifndef TMPAUDIT_PARSE_LOGINDEFS_H
#define TMPAUDIT_PARSE_LOGINDEFS_H

#include "arena.h"
#include "tree.h"

/** The most settings that are taken from a file. */
#define LOGINDEFS_LIMIT ((size_t)1 << 14)

struct logindefs_setting {
	/** NULL ends the list. */
	const char *name;
	/** The rest of the line, without blanks around it; empty if there is nothing. */
	const char *value;
	unsigned line;
};

/**
 * The settings of a file in its order, ended by a zero entry; strings live in the arena.
 * Returns 0, or -E2BIG if there are more than LOGINDEFS_LIMIT; the first ones are kept.
 */
int parse_logindefs(const struct bytes *bytes, struct arena *arena, const struct logindefs_setting **settings);

/** The setting of that name that counts, or NULL. */
const struct logindefs_setting *logindefs_find(const struct logindefs_setting *settings, const char *name);

#endif
