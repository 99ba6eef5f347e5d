/** Directories anywhere on the host that others than their owner can write, from one walk over its file systems. */
#ifndef TMPAUDIT_EVERYWHERE_H
#define TMPAUDIT_EVERYWHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct host;

struct everywhere_dir {
	/** NULL ends the list. */
	const char *path;
	mode_t mode;
	uid_t uid;
	/** Whether that is the overflow id, which is nobody in particular here. */
	bool unmapped;
	/** The ACL, if it names others who can write; else NULL. */
	const char *acl;
	/** Whether everybody can search all the directories above. */
	bool reachable;
};

struct everywhere {
	/**
	 * Those that are not sticky, or belong to no system account: the first of them, those of
	 * system accounts before those of users, those in reach before others, then in order of path.
	 */
	const struct everywhere_dir *dirs;
	size_t ndirs;
	/** How many there are in all. */
	size_t total;
	/** How many directories were looked at. */
	uint64_t examined;
};

/** Gather FACT_EVERYWHERE; needs FACT_MOUNTS, FACT_ACCOUNTS. */
void everywhere_gather(struct host *host);

#endif
