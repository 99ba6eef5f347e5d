/** What is at a path that something names, and who can change that. */
#ifndef TMPAUDIT_LOCATIONS_H
#define TMPAUDIT_LOCATIONS_H

#include "object.h"

#include <stdbool.h>
#include <sys/types.h>

struct host;

/** What is at a path, and who can change that: of each path and user once. */
struct location {
	/** Absolute, as it is asked for. */
	const char *path;
	/** Whose path it is: 0 for root.  What belongs to this user is no fault of it. */
	uid_t user;
	/** Where it leads; NULL if there is nothing. */
	const char *real;
	/** Whether there is something. */
	bool exists;
	/** Good only if it exists. */
	struct object object;
	/** The first component that somebody besides root and the user can swap, and how; NULL: there is none. */
	const char *component, *why;
	/** Whether there is nothing, and somebody besides root and the user may create it. */
	bool squattable;
	/** Whether somebody besides root and the user owns it or can write to it. */
	bool foreign;
	/** Its mode and owner, as a finding shows them. */
	const char *shown;
	/** Why it cannot be told; NULL: it can. */
	const char *unknown;
};

/**
 * For gatherers: examine an absolute path for the user whose path it is, once.  What belongs to this user alone is as
 * good as root's.  Lives as long as the host.  Needs FACT_ACCOUNTS and, on a running host, FACT_MOUNTS.
 */
const struct location *location_examine(struct host *host, const char *path, uid_t user);

#endif
