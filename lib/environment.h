/** Which paths the environment of programs names, and which ones jobs and services take their programs from. */
#ifndef TMPAUDIT_ENVIRONMENT_H
#define TMPAUDIT_ENVIRONMENT_H

#include "locations.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct host;

enum path_form {
	PATH_ABSOLUTE,
	PATH_RELATIVE,
	PATH_EMPTY,
	/** It is the user's own, or what was set before: nothing is judged here. */
	PATH_OPEN,
	/** It is known only when it is used. */
	PATH_UNKNOWN,
	/** A name that is looked for in safe places only. */
	PATH_SEARCHED,
};

/** A path that a setting names. */
struct setting_path {
	/** As it is written; NULL ends the list. */
	const char *text;
	enum path_form form;
	/** Its place among the elements, from 1. */
	unsigned element;
	/** Of an absolute one. */
	const struct location *location;
};

enum setting_kind {
	/** A directory for temporary files. */
	SETTING_TMPDIR,
	/** Directories in which programs are looked for. */
	SETTING_PATH,
	/** Directories in which libraries and modules are looked for. */
	SETTING_LIBRARIES,
	/** Files that are loaded or read by programs as they start. */
	SETTING_PRELOADS,
	/** Files that programs, scripts or settings are taken from. */
	SETTING_COMMAND,
};

struct setting {
	/** NULL ends the list: the variable, the file, the unit or the process. */
	const char *subject;
	enum setting_kind kind;
	/** The variable; of a command how it takes the path: "runs". */
	const char *name;
	/** file:line */
	const char *source;
	/** Whose it is, and that as a word: "root". */
	uid_t user;
	const char *user_shown;
	/** Ended by a zero entry. */
	const struct setting_path *paths;
	/** Whether sudo takes the variable from its caller, and by what: "env_keep"; NULL: it does not. */
	const char *kept;
	/** Of a command: whether its /tmp, and its /var/tmp, are not the host's. */
	bool own_tmp, own_var_tmp;
	/** Of a command: whether it is enough that the path to it is safe, whoever may write to it. */
	bool only_path;
	/** Of a process: its current directory, and set if the host's view of its paths is not its own. */
	const char *directory;
	bool elsewhere;
	/** Why it cannot be told; NULL: it can.  paths is empty then. */
	const char *unknown;
};

/** A directory that configuration gives as a temporary one, for class named. */
struct named_dir {
	/** Absolute; NULL ends the list. */
	const char *path;
	const char *source;
	uid_t user;
};

struct environment {
	/** In the order of their sources; ended by a zero entry. */
	const struct setting *settings;
	/** Ended by a zero entry. */
	const struct named_dir *named;
};

/** A process that is not judged, or not wholly. */
struct process_note {
	/** "pid 940 collectd"; NULL ends the list. */
	const char *subject;
	const char *why;
};

struct environs {
	/** Of running processes of root; ended by a zero entry. */
	const struct setting *settings;
	/** Ended by a zero entry. */
	const struct process_note *notes;
	/** How many processes were looked at. */
	size_t count;
};

/** Gather FACT_ENVIRONMENT; needs FACT_IDENTITY, FACT_ACCOUNTS, FACT_UNITS, and FACT_MOUNTS of a running host.
 */
void environment_gather(struct host *host);

/** Gather FACT_ENVIRONS; needs FACT_ACCOUNTS, FACT_MOUNTS. */
void environs_gather(struct host *host);

#endif
