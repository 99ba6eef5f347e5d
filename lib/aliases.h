/**
 * Other ways to the files of the shared directories of a running host: further mounts of the
 * same file system, overlays over them, and file systems that are mounted below them.  Options such as
 * noexec hold for one mount only: each of these has its own.  If what costs more is to be found out, also mounts
 * of those file systems in other mount namespaces: containers, and services with a view of their own.
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
	/** The mount that the directory itself lies on. */
	const struct mount *governing;
	/** A process in whose mount namespace it is, and sees it at that path: "4242 (nginx)"; NULL: the host's own. */
	const char *process;
	/**
	 * Whether that namespace is made of the host's own root, and the files are shown in it where the host itself
	 * shows them, or where it shows a shared directory: then it is a second way only as far as it protects less.
	 */
	bool copy;
	/** Whether others than root and the owners of the directories above can get there. */
	bool reachable;
	/** Why that cannot be told; NULL if it can. */
	const char *unknown;
};

/** Gather FACT_ALIASES; needs FACT_MOUNTS, FACT_TEMPDIRS, FACT_ACCOUNTS. */
void aliases_gather(struct host *host);

#endif
