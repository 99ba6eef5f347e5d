/** Which programs the rules of udev(7) run: a pure function of bytes. */
#ifndef TMPAUDIT_PARSE_UDEV_H
#define TMPAUDIT_PARSE_UDEV_H

#include "arena.h"
#include "tree.h"

#include <stddef.h>

/** The most programs that are taken from a file. */
#define UDEV_LIMIT ((size_t)4096)

struct udev_program {
	/** 0 ends the list. */
	unsigned line;
	/** The command line of RUN{program}, RUN, PROGRAM or IMPORT{program}; substitutions are not expanded. */
	const char *command;
};

/** Returns 0, or -E2BIG if there are more than UDEV_LIMIT; the first ones are kept.  Strings live in the arena. */
int parse_udev(const struct bytes *bytes, struct arena *arena, const struct udev_program **programs);

#endif
