/**
 * Other ways to the files of the shared directories of a running host: further mounts of the
 * same file system, overlays over them, and file systems that are mounted below them.  Options such as
 * noexec hold for one mount only: each of these has its own.
 */
#ifndef TMPAUDIT_ALIASES_H
#define TMPAUDIT_ALIASES_H

#include <stdbool.h>
#include <stddef.h>

struct host;
struct mount;
struct tempdir;

enum alias_kind {
	/** Another mount of the same file system shows the directory, or a part of it. */
	ALIAS_SAME = 1,
	/** An overlay takes files from the directory: it does not inherit the options of what it lies on. */
	ALIAS_OVERLAY,
	/** Another file system is mounted below the directory. */
	ALIAS_BELOW,
};

struct alias {
	/** The shared directory; NULL ends the list. */
	const struct tempdir *dir;
	enum alias_kind kind;
	const struct mount *mount;
	/** Where the files are shown. */
	const char *path;
	/** Whether others than root and the owners of the directories above can get there. */
	bool reachable;
	/** Why that cannot be told; NULL if it can. */
	const char *unknown;
};

/** Gather FACT_ALIASES; needs FACT_MOUNTS, FACT_TEMPDIRS, FACT_ACCOUNTS. */
void aliases_gather(struct host *host);

#endif
