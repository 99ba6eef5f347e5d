/** What keeps temporary directories from filling up: tmpfiles.d(5), its timer, other cleaners, logind. */
#ifndef TMPAUDIT_CLEANING_H
#define TMPAUDIT_CLEANING_H

#include "arena.h"

#include <stdbool.h>
#include <stdint.h>

struct host;
struct tmpfiles_line;

/** Something that removes old files from a directory. */
struct cleaner {
	/** /tmp or /var/tmp; NULL ends the list. */
	const char *dir;
	/** systemd-tmpfiles, tmpreaper, tmpwatch, find. */
	const char *name;
	/** How old files become, in microseconds, and as it is written. */
	uint64_t age;
	const char *shown;
	/** file:line */
	const char *source;
	/** Why it leaves files there for good all the same, and where that is stated; NULL: it does not. */
	const char *idle, *idle_source;
};

/** A directory that has to be cleaned. */
struct cleaned_dir {
	/** NULL ends the list. */
	const char *path;
	/** If nothing gives it an age: "none", and why; and where it could. */
	const char *none, *none_source;
	/** Why nothing in it outlives a restart, and where that is stated; NULL: it does. */
	const char *emptied, *emptied_source;
};

struct cleaning {
	/** Whether anything runs that could clean: an init, or cron. */
	bool possible;
	/** Whether systemd is process 1, so that its timer is what cleans. */
	bool timed;
	/** Why the timer does nothing, and where that is stated; NULL: it cleans. */
	const char *timer_fault, *timer_source;
	/** /tmp and /var/tmp. */
	const struct cleaned_dir *dirs;
	const struct cleaner *cleaners;
	/** Whether there is a logind, which removes what a user leaves in /dev/shm; whether it is told not to, and
	 * where. */
	bool logind, keeps_ipc;
	const char *ipc_source;
};

/** Gather FACT_CLEANING; needs FACT_TMPFILES, FACT_UNITS, FACT_MOUNTS, FACT_TEMPDIRS. */
void cleaning_gather(struct host *host);

/**
 * Whether a line exempts all that lies in the directory at path from its age: one whose glob matches a name keeps it
 * from being cleaned by the directory's own, of whatever type that line is.  That a line names the directory itself is
 * taken as it is meant, though systemd-tmpfiles ages on.
 */
bool cleaning_exempts(struct arena *arena, const struct tmpfiles_line *line, const char *path);

/** The unit that cleans. */
#define CLEANING_TIMER "systemd-tmpfiles-clean.timer"

#endif
