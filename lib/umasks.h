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
	/** If it is unknown: the bits that it can have at most. */
	mode_t value;
	/** Sessions: what the value would be if pam_umask's usergroups gave no group bits away; else equal to it. */
	mode_t ungrouped;
	/** Set if the value could not be told; message says why. */
	bool unknown;
	/** As written or shown: "022", "u=rwx,g=rx,o="; NULL: the subject sets none. */
	const char *shown;
	/** How it came about, or why it is unknown; NULL if it is plain. */
	const char *message;
	/** file:line */
	const char *source;
	/** Processes: the effective uid, as it is in our user namespace. */
	uid_t uid;
	/** Set if it is at fault whatever the value: a setting without effect, one that is not octal. */
	bool defect;
	/** Processes: set if it is in another user namespace. */
	bool foreign;
};

/** Lists ended by a zero entry.  Entries of one subject stand together; the weakest of them counts. */
struct umasks {
	/** Sessions, one a PAM service that exists, and login.defs. */
	const struct umask_fact *logins;
	/** System-wide start-up files: each umask command. */
	const struct umask_fact *shells;
	/** Root's accounts: each umask command of their start-up files, and the GECOS field. */
	const struct umask_fact *accounts;
	/** systemd's services, and other units that set one. */
	const struct umask_fact *units;
	/** sudoers, sshd_config, /etc/default, init scripts: those that exist, and each that sets one. */
	const struct umask_fact *services;
	/** Running processes but for process 1, kernel threads and zombies; NULL offline. */
	const struct umask_fact *processes;
};

/** Gather FACT_UMASKS; needs FACT_IDENTITY, FACT_UNITS, FACT_ACCOUNTS. */
void umasks_gather(struct host *host);

#endif
