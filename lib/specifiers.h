/**
 * systemd's specifiers: "%t" and the like, by systemd.unit(5) and tmpfiles.d(5).  Those that say the same on every
 * host, and those that a unit's name says, are replaced; what depends on the running host stays unknown.
 */
#ifndef TMPAUDIT_SPECIFIERS_H
#define TMPAUDIT_SPECIFIERS_H

#include "arena.h"

#include <stdbool.h>

/** What a specifier's letter stands for in all that the system's manager reads; NULL: it is not one of those. */
const char *specifier_fixed(char letter);

/** Whose specifiers they are. */
struct specifiers {
	/** The unit's name, and its file; NULL: those of no unit. */
	const char *unit, *fragment;
	/** Whether it is a user's manager that reads them, of whom nothing is known. */
	bool user;
};

/**
 * The text with specifiers replaced; "%%" stays, and what cannot be told, so that this may be followed by
 * specifiers_finish().  A string of the arena, or the text itself.
 */
const char *specifiers_replace(struct arena *arena, const struct specifiers *specifiers, const char *text);

/** The text with "%%" made one, with SHELL_OPEN for specifiers that are unknown and SHELL_OWN for a user's places. */
const char *specifiers_finish(struct arena *arena, const struct specifiers *specifiers, const char *text);

/** Both, one after the other. */
const char *specifiers_expand(struct arena *arena, const struct specifiers *specifiers, const char *text);

#endif
