/** Temporary directories of one's own: which services share the host's, and what sessions get. */
#ifndef TMPAUDIT_ISOLATION_H
#define TMPAUDIT_ISOLATION_H

#include "check.h"

#include <stdbool.h>

struct host;

/** A service, as it runs or as its unit has it. */
struct sharer {
	/** foo.service; NULL ends the list. */
	const char *name;
	/** ASPECT_PROCESS as it runs, ASPECT_BOOT by its unit. */
	enum aspect aspect;
	/** What it shares with the host, in words: "/tmp and /var/tmp"; NULL: nothing. */
	const char *shares;
	/** How it uses what it shares: "/tmp/x.sock open"; NULL: it is not seen to. */
	const char *use;
	/** A process of it, or file:line. */
	const char *source;
	/** Whether it runs on, or will after the next boot: not one that ends by itself. */
	bool lasting;
	/** Why its use of the directories could not be told, if none was seen; NULL: it could. */
	const char *unknown;
};

struct services {
	const struct sharer *list;
};

/** Gather FACT_SERVICES; needs FACT_IDENTITY, FACT_UNITS, FACT_ACCOUNTS, FACT_TEMPDIRS. */
void services_gather(struct host *host);

/** A directory, as sessions of users find it. */
struct session_dir {
	/** /tmp or /var/tmp; NULL ends the list. */
	const char *path;
	/** Whether each way to log in leads to one of its own, or to a private TMPDIR. */
	bool is_private;
	/** If not: who shares it, and where that is stated. */
	const char *shared, *source;
};

/** Something unsound in a configuration of pam_namespace(8) or pam_tmpdir(8). */
struct session_defect {
	/** NULL ends the list. */
	const char *subject;
	/** Words that continue the subject; what is wanted; what is there; where. */
	const char *message, *expected, *actual, *source;
	/** Whether it could not be told; message says why. */
	bool unknown;
};

struct sessions {
	/** Whether there is PAM, and whether anybody but root can log in. */
	bool pam, users;
	const struct session_dir *dirs;
	const struct session_defect *defects;
};

/** Gather FACT_SESSIONS; needs FACT_ACCOUNTS, FACT_MOUNTS, FACT_TEMPDIRS. */
void sessions_gather(struct host *host);

#endif
