/** What tmpfiles.d(5) makes of a path. */
#ifndef TMPAUDIT_TMPFILES_H
#define TMPAUDIT_TMPFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct host;

/** One line that is in force. */
struct tmpfiles_line {
	/** d, D, v, q, Q, e, x, X, r, R, … ; 0 ends a list. */
	char type;
	/** Modifiers behind the type: !, +, =, -, ~, ^, $. */
	const char *modifiers;
	const char *path, *mode, *user, *group, *age, *argument;
	/** file:line */
	const char *source;
};

struct tmpfiles {
	/** All lines of files that no other hides, in the order in which they count. */
	const struct tmpfiles_line *lines;
	size_t nlines;
	/** Lines that systemd-tmpfiles would refuse, and why.  Ended by a zero entry. */
	const struct tmpfiles_defect *defects;
};

struct tmpfiles_defect {
	const char *source, *why;
};

/** Gather FACT_TMPFILES. */
void tmpfiles_gather(struct host *host);

/** The line that creates or adjusts the directory at path: of several the one that wins.  NULL if there is none. */
const struct tmpfiles_line *tmpfiles_creating(const struct tmpfiles *tmpfiles, const char *path);

#endif
