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
	/** Modifiers behind the type: !, +, =, -, ~, ^, $, ?. */
	const char *modifiers;
	/** Fields as written, without quotes and escapes; "-" if they say nothing; the argument is raw, or NULL. */
	const char *path, *mode, *user, *group, *age, *argument;
	/** Whether mode states one, and its bits; of `:1777` and `~1777` what a new directory gets. */
	bool states_mode;
	mode_t bits;
	/** Whether user and group state one, and which; (uid_t)-1 if only a foreign name service would know. */
	bool states_owner, states_group;
	uid_t uid;
	gid_t gid;
	/** file:line */
	const char *source;
	/**
	 * Whether it is ignored, since one for the very same path that asks for something else stands before it:
	 * by a run with --boot; and by one without, to which lines with ! are nothing.  Of e, w, x, X, r, R only.
	 */
	bool ignored_at_boot, ignored_later;
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
	/** Which path the line is about; NULL if that cannot be told. */
	const char *path;
};

/** Gather FACT_TMPFILES; needs FACT_ACCOUNTS. */
void tmpfiles_gather(struct host *host);

/** The line that creates or adjusts the directory at path: of several the one that wins.  NULL if there is none. */
const struct tmpfiles_line *tmpfiles_creating(const struct tmpfiles *tmpfiles, const char *path);

/**
 * The next line behind previous (NULL: the first) that adjusts mode or owner of what exists at path: e, m, z, Z.
 * systemd-tmpfiles applies them after all that create, in their order.  NULL: there is no further one.
 */
const struct tmpfiles_line *tmpfiles_adjusting(const struct tmpfiles *tmpfiles, const char *path,
                                               const struct tmpfiles_line *previous);

#endif
