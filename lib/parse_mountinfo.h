/**
 * Where a path leads among the mounts of a process: /proc/PID/mountinfo, proc_pid_mountinfo(5).  A pure function of
 * bytes, for many processes; what is asked of the host's own mounts is in mounts.h.
 */
#ifndef TMPAUDIT_PARSE_MOUNTINFO_H
#define TMPAUDIT_PARSE_MOUNTINFO_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most mounts that are taken from a file. */
#define MOUNTINFO_LIMIT ((size_t)16384)

struct mountinfo_entry {
	int id, parent;
	/** major:minor; the path inside the file system that is shown; where: decoded. */
	const char *dev, *root, *target;
	/** Of the file system; "" if the line does not say. */
	const char *type;
};

struct mountinfo {
	struct mountinfo_entry *entries;
	size_t count;
};

/** The mounts, in their order; strings live in the arena.  Lines that are none are passed over.
 * Returns 0, or -E2BIG if there are more than MOUNTINFO_LIMIT. */
int parse_mountinfo(const struct bytes *bytes, struct arena *arena, struct mountinfo *mountinfo);

/** The mount of that id, or NULL. */
const struct mountinfo_entry *mountinfo_by_id(const struct mountinfo *mountinfo, int id);

/**
 * What a path without links leads to, as text that is the same for the same directory: device and path inside the
 * file system.  Mounts are followed as the kernel does, over each other.  NULL if there is no root mount.
 */
const char *mountinfo_place(const struct mountinfo *mountinfo, const char *path, struct arena *arena);

#endif
