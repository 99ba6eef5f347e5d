/**
 * What a start-up script of a shell does to the environment of programs: which variables it sets, and which further
 * files it reads as if they were part of it.  A pure function of bytes over parse_shell.h and shell_value.h.
 *
 * Branches are not evaluated: what any of them does is listed.  Nothing that may set a variable is passed over: what it
 * does is told, or is an entry whose value is SHELL_OPEN, or one of the places that may do anything.
 */
#ifndef TMPAUDIT_PARSE_STARTUP_H
#define TMPAUDIT_PARSE_STARTUP_H

#include "arena.h"
#include "parse_shell.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most assignments, and the most of each other kind of entry, that are taken from a script. */
#define STARTUP_LIMIT ((size_t)4096)

struct startup_assignment {
	/** 0 ends the list. */
	unsigned line;
	/** Of zsh's and csh's array "path" that name. */
	const char *name;
	/** Without quotes; SHELL_OPEN for what is known only when it runs, SHELL_OWN for the user's own.  Elements of a
	 * list are apart by ":". */
	const char *value;
	/** Whether the script hands the variable on to programs, here or elsewhere. */
	bool exported;
};

/** A file that the script reads in its own place. */
struct startup_source {
	/** 0 ends the list. */
	unsigned line;
	/** As an assignment's value: a path, or of a loop a glob. */
	const char *path;
};

/** A place that may set any variable, and why it cannot be told which. */
struct startup_riddle {
	/** 0 ends the list. */
	unsigned line;
	const char *why;
	/** Whether it may run any command, a umask among them. */
	bool commands;
};

struct startup {
	/** In the order of the script, each ended by a zero entry. */
	const struct startup_assignment *assignments;
	const struct startup_source *sources;
	const struct startup_riddle *riddles;
	/** Where reading ended early: see parse_shell(). */
	struct shell_place lost;
};

/** Read a script; strings live in the arena.  Returns 0, or -E2BIG if it has more than STARTUP_LIMIT of something; the
 * first ones are kept. */
int parse_startup(const struct bytes *bytes, enum shell_dialect dialect, struct arena *arena, struct startup *startup);

#endif
