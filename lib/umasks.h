/** Which umask sessions, services and processes have, and who says so. */
#ifndef TMPAUDIT_UMASKS_H
#define TMPAUDIT_UMASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct host;

/** A umask that something sets, or ends up with. */
struct umask_fact {
	/** The service, file, account, unit or process; NULL ends a list. */
	const char *subject;
	mode_t value;
	/** Set if the value could not be told; message says why. */
	bool unknown;
	/** As written or shown: "022", "u=rwx,g=rx,o=". */
	const char *shown;
	/** How it came about, or why it is unknown; NULL if it is plain. */
	const char *message;
	/** file:line */
	const char *source;
	/** Processes: the uid.  Accounts: their uid. */
	uid_t uid;
	/** Set if it is at fault whatever the value: a setting without effect, one that is not octal. */
	bool defect;
};

struct umasks {
	/** Sessions, one a PAM service that exists, and login.defs. */
	const struct umask_fact *logins;
	/** System-wide start-up files, the weakest umask of each; those without one have shown NULL. */
	const struct umask_fact *shells;
	const struct umask_fact *accounts;
	/** Units, sudoers, sshd_config, defaults, init scripts that set one. */
	const struct umask_fact *services;
	/** Running processes; NULL offline. */
	const struct umask_fact *processes;
};

/** Gather FACT_UMASKS; needs FACT_UNITS, FACT_ACCOUNTS. */
void umasks_gather(struct host *host);

#endif
