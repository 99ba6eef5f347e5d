/**
 * The scout: a process of its own that asks for the worker what Landlock refuses to whoever it confines: what /proc
 * shows of other processes, and mounts without what is mounted on them.
 *
 * It parses nothing, answers a short list of questions, and cannot be given a path but /proc/PID/NAME.  If it hangs,
 * as a process can that asks for the memory of another one, it is given up, and every later answer is -ETIMEDOUT.
 */
#ifndef TMPAUDIT_SCOUT_H
#define TMPAUDIT_SCOUT_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct scout {
	int fd;
	pid_t pid;
	/** How long it may take for an answer, in milliseconds; -1: as long as it likes. */
	int patience;
	/** It did not answer. */
	bool given_up;
};

/**
 * Start the scout of a process without threads, at the descriptor CONFINE_SCOUT, before confine().
 * Returns 0 or a negative errno; scout.fd is -1 then, and it is not to be asked.
 */
int scout_start(struct scout *scout, int patience);

/** Open /proc/PID/environ, maps or mountinfo for reading.  Returns a descriptor to close, or a negative errno. */
int scout_open(struct scout *scout, const char *path);

/** Pin the directory that /proc/PID/root leads to.  Returns a descriptor to close, or a negative errno. */
int scout_root(struct scout *scout, const char *path);

/** The target of /proc/PID/{cwd,exe,root} or /proc/PID/ns/NAME.  Returns 0 or a negative errno. */
int scout_link(struct scout *scout, const char *path, char *target, size_t size);

/** The targets of the links in /proc/PID/fd, ended by NULL.  Returns their number or a negative errno. */
int scout_links(struct scout *scout, const char *path, struct arena *arena, char ***targets);

/** Copy the mount that a pinned directory is the root of: tree_open_bare().  A descriptor, or a negative errno. */
int scout_bare(struct scout *scout, int pinned);

/** See it off: it ends, if it can. */
void scout_end(struct scout *scout);

#endif
