/**
 * What the worker gives up before it reads what others wrote: new privileges, capabilities, writing to any file, and
 * all system calls that it does not need.  Best effort: what the kernel or a sandbox refuses is left out, and said.
 */
#ifndef TMPAUDIT_CONFINE_H
#define TMPAUDIT_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

/** The descriptors that a confined process may write to; it may not close them, nor those below: worker.h, scout.h. */
enum { CONFINE_PIPE = 3, CONFINE_SCOUT = 4 };

/** What was achieved. */
struct confinement {
	bool no_new_privs;
	/** What is left of them, by their names without "cap_", in order of number, ended by NULL; NULL: not limited.
	 */
	const char *const *capabilities;
	/** The version of Landlock that holds, or 0. */
	unsigned landlock;
	bool seccomp;
};

/** What is kept. */
struct confine_request {
	/** Directories below which files may be read, as descriptors. */
	const int *readable;
	size_t nreadable;
	/** Leave Landlock out. */
	bool without_landlock;
	/** Trees are to be walked, however large and deep: directories may be listed anywhere, files read as ever. */
	bool walks;
};

/**
 * Confine this process, which has no threads yet, and all it will start.  For good.
 *
 * Landlock: no write anywhere, reading below the given directories only; see landlock(7).
 * seccomp: a list of what reading needs; anything else is EPERM, and in the tests' build the end.  See seccomp(2).
 */
void confine(const struct confine_request *request, struct confinement *achieved);

/** Confine the process that asks for others what Landlock would refuse: scout.h.  No Landlock, then, but fewer calls.
 */
void confine_scout(void);

#endif
