/** What came of the attacks that were attempted. */
#ifndef TMPAUDIT_ATTACKS_H
#define TMPAUDIT_ATTACKS_H

#include "attack.h"
#include "tempdirs.h"

#include <stdbool.h>
#include <stddef.h>

struct host;

/** What a verb hands over: it ran attack_run() in a process of its own. */
struct attack_input {
	/** The directories, as absolute paths, in the order of the request. */
	const char *const *dirs;
	size_t ndirs;
	/** All that the process wrote, and whether it ended by itself and well. */
	const char *bytes;
	size_t size;
	bool complete;
};

struct attack_attempt {
	struct attack_record record;
	/** "EACCES", or NULL without error. */
	const char *error;
};

struct attack_dir {
	/** NULL ends the list. */
	const char *path;
	/** Of the directory itself; unknown says why not. */
	struct object object;
	const char *unknown;
	const struct attack_attempt *attempts;
	size_t nattempts;
};

/**
 * Choose two users without account or process, of those that this user namespace maps.  Needs FACT_ACCOUNTS.
 * Returns false, with a fault, if that cannot be told.
 */
bool attacks_users(struct host *host, uid_t *attacker, uid_t *victim);

/** Gather FACT_ATTACKS from host->attack_input; needs FACT_TEMPDIRS. */
void attacks_gather(struct host *host);

#endif
