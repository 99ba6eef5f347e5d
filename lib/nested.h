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
	/** Its lists are read where they matter: of what everybody can write, and where the group bits may hide a
	 * writer. */
	struct object object;
	/** Why it could not be examined; NULL if it was. */
	const char *unknown;
};

struct nested {
	/** Those that others can reach, and that everybody or an ACL entry's user or group can write; in order of path.
	 */
	const struct nested_dir *dirs;
	size_t ndirs;
	/** How many directories were looked at. */
	size_t examined;
};

#endif
