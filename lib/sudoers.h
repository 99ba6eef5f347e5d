/** What sudo is told by /etc/sudoers and all that it includes, in the order in which it counts: sudoers(5). */
#ifndef TMPAUDIT_SUDOERS_H
#define TMPAUDIT_SUDOERS_H

#include "arena.h"
#include "parse_sudoers.h"

#include <stdbool.h>

struct host;

struct sudoers_setting {
	/** The default, or the command; its name is NULL at the end of the list. */
	struct sudoers_entry entry;
	/** Where it stands: the file, and file:line. */
	const char *file, *source;
};

struct sudoers {
	/** Whether there is an /etc/sudoers. */
	bool present;
	/** Ended by a zero entry. */
	const struct sudoers_setting *settings;
	/** What users may run: ended by a zero entry. */
	const struct sudoers_setting *commands;
	/** Each file that was read, ended by NULL. */
	const char *const *files;
	/** What could not be read, and why; subject is NULL if all was. */
	const char *unknown_file, *unknown, *unknown_source;
};

/**
 * Whether a setting speaks to those to whom another one speaks, too, and later in the file is later for them: sudo
 * takes what is for all, for users and for hosts in the order of the file, then what is for a target user, then what is
 * for a command.
 */
bool sudoers_governs(const struct sudoers_setting *setting, const struct sudoers_setting *other);

/** Whether a later setting of that name is in force in its place. */
bool sudoers_is_replaced(const struct sudoers_setting *setting);

/** For gatherers: read them.  All lives in the arena. */
void sudoers_read(struct host *host, struct arena *arena, struct sudoers *sudoers);

#endif
