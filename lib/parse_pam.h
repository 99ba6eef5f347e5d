/**
 * A file of /etc/pam.d: pam.d(5), a pure function of bytes.
 *
 * Lines are put together and cut into words as libpam does it: a backslash at the end joins the next line, a
 * "#" starts a comment anywhere, and a word that begins with "[" ends at the next "]" that no backslash precedes.
 */
#ifndef TMPAUDIT_PARSE_PAM_H
#define TMPAUDIT_PARSE_PAM_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most lines that are taken from a file. */
#define PAM_LIMIT ((size_t)4096)

enum pam_type { PAM_ANY, PAM_AUTH, PAM_ACCOUNT, PAM_PASSWORD, PAM_SESSION };

enum pam_kind {
	/** Runs a module. */
	PAM_MODULE,
	/** Takes in the lines of the same type of another file. */
	PAM_INCLUDE,
	/** The same, but what ends the stack or jumps there does so only within. */
	PAM_SUBSTACK,
	/** No line of a stack: libpam lets what it belongs to fail. */
	PAM_BROKEN,
};

enum pam_step {
	PAM_CONTINUE,
	/** Go on, and fail in the end. */
	PAM_FAIL,
	/** The stack ends, as it stands. */
	PAM_DONE,
	/** The stack ends, and fails. */
	PAM_DIE,
	PAM_JUMP,
};

/** What happens after a module said result. */
struct pam_action {
	/** "success", "ignore", …; "default" for all that are not named; NULL ends the list. */
	const char *result;
	enum pam_step step;
	/** How many modules PAM_JUMP leaves out. */
	unsigned skip;
};

struct pam_line {
	unsigned line;
	enum pam_kind kind;
	/** PAM_ANY for Debian's "@include", which takes in lines of any type. */
	enum pam_type type;
	/** Whether a leading "-" says that the module may be missing. */
	bool optional;
	/** What follows from the module's result; "default" is always there, as the last one.  NULL for includes. */
	const struct pam_action *actions;
	/** The module's name, or the file that is included; "" if the line is broken. */
	const char *name;
	/** The words after it; ended by NULL. */
	const char *const *arguments;
};

/**
 * The lines of a file; strings live in the arena.
 * Returns 0, or -E2BIG if there are more than PAM_LIMIT; the first ones are kept.
 */
int parse_pam(const struct bytes *bytes, struct arena *arena, const struct pam_line **lines, size_t *count);

/** The step after a module said result. */
const struct pam_action *pam_action(const struct pam_line *line, const char *result);

/** Whether the line runs the module, by whatever path: "pam_umask.so". */
bool pam_runs(const struct pam_line *line, const char *module);

#endif
