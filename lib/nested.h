/** Directories up to three levels below the shared ones, as far as others can reach them. */
#ifndef TMPAUDIT_NESTED_H
#define TMPAUDIT_NESTED_H

#include "tempdirs.h"

struct host;

struct nested_dir {
	/** NULL ends the list. */
	const char *path;
	/** The shared directory that it lies in. */
	const char *top;
	struct object object;
	/** Why it could not be examined; NULL if it was. */
	const char *unknown;
};

struct nested {
	/** Only those that others can reach and that may be at fault, in order of path. */
	const struct nested_dir *dirs;
	size_t ndirs;
	/** How many directories were looked at. */
	size_t examined;
};

/** Gather FACT_NESTED; needs FACT_TEMPDIRS. */
void nested_gather(struct host *host);

#endif
