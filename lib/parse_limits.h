/** limits.conf(5), as far as core dumps are concerned. */
#ifndef TMPAUDIT_PARSE_LIMITS_H
#define TMPAUDIT_PARSE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/** What the files that were read so far make of the hard limit on core dumps.  Start with all zero. */
struct core_limits {
	/** Whether the last line for everybody (`*`) makes it 0, and which line of which file that is. */
	bool everybody;
	const char *path;
	unsigned line;
	/** Whether a user, a group or a range of ids is given more, or is exempt. */
	bool exceptions;
};

/** Take up one more file.  path is kept, not copied. */
void core_limits_read(struct core_limits *limits, const char *path, const char *data, size_t size);

#endif
