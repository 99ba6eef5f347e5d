/** The directories that are audited, and who can change what they are: catalogue of directories in fact_tempdirs.c. */
#ifndef TMPAUDIT_TEMPDIRS_H
#define TMPAUDIT_TEMPDIRS_H

#include "mounts.h"
#include "object.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct host;

enum tempdir_class {
	/** Everybody's: /tmp, /var/tmp, /dev/shm. */
	TEMPDIR_SHARED = 1,
	TEMPDIR_LOCK,
	TEMPDIR_QUEUE,
	TEMPDIR_SPOOL,
	/** One user's: /run/user/UID, /tmp/user/UID. */
	TEMPDIR_USER,
	/** What the policy or a configuration names. */
	TEMPDIR_NAMED,
};

struct tempdir {
	/** The name by which it is asked for; NULL ends the list. */
	const char *path;
	enum tempdir_class class;
	/** Where it is named, for TEMPDIR_NAMED: file:line or "policy"; else NULL. */
	const char *source;
	/** Whether a host without it is at fault: /tmp and /var/tmp, and /dev/shm of a running host. */
	bool required;
	/** Whether there is something of that name. */
	bool exists;
	/** Whether it is a directory. */
	bool directory;
	/** If it is a symbolic link: its target, as written. */
	const char *link;
	/** Where it really is: absolute, without links.  NULL unless it is a directory; known also of one set aside. */
	const char *real;
	/** Why it could not be examined; NULL if it was, or if it does not exist. */
	const char *unknown;
	/** Of what holds users' directories: why not all of them stand in the list; NULL: all do. */
	const char *unlisted;
	/** Live, on a type that may not answer or invents its modes: object is not to be judged, unknown says so. */
	struct object object;
	/** What it is on, in words, if that is known: "tmpfs". */
	const char *type;
	/** Live, of shared directories on a type that answers: how full the file system is. */
	struct usage usage;
	/** The owner that it should have, and the widest mode. */
	uid_t owner;
	mode_t widest;
	/** A user's directory may be in use by that user only: whose it is by its name. */
	uid_t user;
	/** Whether the path to it can be swapped by others. */
	struct trust trust;
	/** Other audited names of the same directory, ended by NULL; NULL: none. */
	const char *const *aliases;
	/**
	 * The path of the audited directory that this is another name of; NULL: of none.  Required directories
	 * have an entry each all the same, and so have names by which it is reached in another, untrusted way.
	 * What is asked of a directory, and not of a name, is asked only of the one that this names.
	 */
	const char *same_as;
};

/**
 * Gather FACT_TEMPDIRS; needs FACT_MOUNTS, FACT_ACCOUNTS.
 *
 * In the list are /tmp, /var/tmp and /dev/shm, whether or not they exist, the directories that the policy
 * names, and those of the others that exist.  /dev/shm and /dev/mqueue of an offline tree are no
 * directories of its host, which mounts them afresh: they do not exist.  All else that lies in an offline tree is
 * judged like what lies on a host.
 */
void tempdirs_gather(struct host *host);

#endif
