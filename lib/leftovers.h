/** What has lain in temporary directories for longer than it should, and what lies hidden beneath mounts on them. */
#ifndef TMPAUDIT_LEFTOVERS_H
#define TMPAUDIT_LEFTOVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct host;

/** Old files, FIFOs and links in one temporary directory, to three levels below it. */
struct leftovers {
	/** NULL ends the list. */
	const char *path;
	/** Seconds that files may stay there unused. */
	uint64_t most_age;
	/** Those that were used less recently, and the bytes of the regular ones among them. */
	uint64_t count, bytes;
	/** The oldest of them: its path, and for how long it was not used, in seconds. */
	const char *oldest;
	int64_t age;
	/** Whether it is a regular file with the sticky bit, which no cleaner takes. */
	bool sticky;
	/** Whether the directory is locked with flock(2), so that cleaners skip it. */
	bool locked;
};

/** What lies beneath a mount on a temporary directory. */
struct shadow {
	/** NULL ends the list. */
	const char *path;
	/** Entries, to three levels, and bytes of the regular files among them. */
	uint64_t count, bytes;
	/** Name of one of them. */
	const char *example;
	/** Why it could not be looked at; NULL: it was. */
	const char *unknown;
};

/** Gather FACT_SHADOWS; needs FACT_TEMPDIRS, FACT_MOUNTS. */
void shadows_gather(struct host *host);

#endif
