/**
 * Commands that remove old files: tmpwatch(8), tmpreaper(8), find(1), systemd-tmpfiles(8), in shell scripts and
 * crontab(5) files, and tmpreaper's own configuration.  Pure functions of bytes.
 */
#ifndef TMPAUDIT_PARSE_CLEANER_H
#define TMPAUDIT_PARSE_CLEANER_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most commands that are taken from a file. */
#define CLEANER_LIMIT ((size_t)256)

/** What the lines of a file are. */
enum cleaner_format {
	CLEANER_SCRIPT,
	/** A crontab that names the user of each line, and one of a user's own. */
	CLEANER_CRONTAB,
	CLEANER_USER_CRONTAB,
};

struct cleaner_command {
	/** tmpwatch, tmpreaper, find, systemd-tmpfiles; NULL ends the list. */
	const char *tool;
	/** What it cleans, as written; ended by NULL.  Of systemd-tmpfiles none: what tmpfiles.d(5) says. */
	const char *const *dirs;
	/** How old a file must be, in microseconds, and as written. */
	uint64_t age;
	const char *shown;
	/** Why it leaves files for good, or that this cannot be told; NULL: it does not. */
	const char *idle;
	unsigned line;
};

/**
 * The commands that clean, in their order, ended by a zero entry; strings live in the arena.  A command that
 * asks of files more than their age and type is idle.  Of a crontab only what root runs counts.
 * Returns 0, or -E2BIG if there are more than CLEANER_LIMIT.
 */
int parse_cleaners(const struct bytes *bytes, enum cleaner_format format, struct arena *arena,
                   const struct cleaner_command **commands);

/** A variable that tmpreaper.conf(5), which is a shell script, sets; the last assignment counts. */
struct cleaner_variable {
	/** NULL: it does not set it. */
	const char *value;
	/** Whether value is all of it: no expansion. */
	bool literal;
	unsigned line;
};

/** Look for a variable's last assignment. */
struct cleaner_variable parse_cleaner_variable(const struct bytes *bytes, const char *name, struct arena *arena);

/** Read an age of tmpwatch or tmpreaper: a number and d, h, m or s, or nothing for hours.  Returns false if it is
 * none. */
bool parse_cleaner_age(const char *text, uint64_t *microseconds);

#endif
