/** Names of temporary files that units, cron jobs and init scripts state as they are. */
#ifndef TMPAUDIT_LITERALS_H
#define TMPAUDIT_LITERALS_H

#include <stddef.h>

struct host;

struct literal {
	/** /tmp/name; and where it is stated: file:line. */
	const char *path, *source;
};

struct literals {
	/** In order of path. */
	const struct literal *literals;
	size_t count;
};

/** Gather FACT_LITERALS; needs FACT_UNITS. */
struct literals literals_gather(struct host *host);

/** The literal of that path, or NULL. */
const struct literal *literal_find(const struct literals *literals, const char *path);

#endif
