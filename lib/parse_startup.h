/** Which variables a start-up script of a shell sets: a pure function of bytes over parse_shell.h. */
#ifndef TMPAUDIT_PARSE_STARTUP_H
#define TMPAUDIT_PARSE_STARTUP_H

#include "arena.h"
#include "parse_shell.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most assignments that are taken from a script. */
#define STARTUP_LIMIT ((size_t)4096)

struct startup_assignment {
	/** 0 ends the list. */
	unsigned line;
	const char *name;
	/** Without quotes; SHELL_OPEN for what is known only when it runs.  Elements of a list are apart by ":". */
	const char *value;
	/** Whether the script hands the variable on to programs, here or elsewhere. */
	bool exported;
};

/**
 * The assignments of a script in its order, ended by a zero entry; branches are not evaluated.  csh's "path" is PATH.
 * Strings live in the arena.  *lost is where reading ended early: see parse_shell().
 * Returns 0, or -E2BIG if there are more than STARTUP_LIMIT; the first ones are kept.
 */
int parse_startup(const struct bytes *bytes, enum shell_dialect dialect, struct arena *arena,
                  const struct startup_assignment **assignments, struct shell_place *lost);

#endif
