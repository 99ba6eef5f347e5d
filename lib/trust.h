/**
 * Paths that nobody but root can lead elsewhere.
 *
 * A path is trusted if every component from "/" is a directory owned by root that only
 * root writes, or that is sticky and owned by root while the next component exists and
 * is owned by root or the path's user; and every symbolic link on the way is root's.
 */
#ifndef TMPAUDIT_TRUST_H
#define TMPAUDIT_TRUST_H

#include "object.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct component;
struct host;

enum trust_verdict {
	/** Nothing was examined. */
	TRUST_NOT_ASKED,
	TRUST_GOOD,
	/** Another user can replace a component, or owns a link on the way. */
	TRUST_BAD,
	/** It does not exist, and others may create it. */
	TRUST_SQUATTABLE,
	/** It does not exist, and nobody but root may create it. */
	TRUST_ABSENT,
	/** It could not be told. */
	TRUST_UNKNOWN,
};

/** A component that is not as it should be. */
struct trust_fault {
	/** Absolute, without links above it: "/var". */
	const char *component;
	/** What is wrong with it: "0775 root:staff, group staff has 3 members". */
	const char *why;
	/** Whether it is a symbolic link. */
	bool link;
	/** Who owns it; and whether nobody but the owner and root can swap what it leads to. */
	uid_t owner;
	bool alone;
};

struct trust {
	enum trust_verdict verdict;
	/** The component that decides, absolute: "/var"; NULL if good. */
	const char *component;
	/** What is wrong with it: "0775 root:staff, group staff has 3 members"; NULL if good. */
	const char *why;
	/** Every component that others can replace, from the top, ended by a zero entry; NULL: none. */
	const struct trust_fault *faults;
	/** Where the path leads, absolute and without links; NULL if it could not be followed to its end. */
	const char *real;
	/** Squattable: who owns the directory in which it can be created, and whether nobody else but root can. */
	uid_t owner;
	bool alone;
};

/**
 * For gatherers: examine the components above the last one of an absolute path, and
 * the links on the way; the last one must exist, but its own owner and mode are the
 * caller's to judge.  user is whose path it is: 0 for root.  Needs FACT_ACCOUNTS and, on
 * a running host, FACT_MOUNTS.  The text lives in the host's arena.  Nothing is asked of a mount that may not
 * answer: what lies there is unknown.
 */
struct trust trust_examine(struct host *host, const char *path, uid_t user);

/** The object at the end of a path. */
struct trust_end {
	/** O_PATH descriptor for the caller to close; negative unless the path was followed to its end. */
	int pinned;
	/** Whether there is nothing there. */
	bool absent;
	/** If the last component of the path is a symbolic link: its target, as written. */
	const char *link;
	/** What it is, by that descriptor; without its lists. */
	struct object object;
	/** What it lies on: see object_examine(). */
	const struct mount *mount;
	/** Why it is not to be judged, or could not be reached; NULL: it is. */
	const char *unknown;
};

/** The same, and give the object at the end of the path. */
struct trust trust_examine_end(struct host *host, const char *path, uid_t user, struct trust_end *last);

#endif
