/**
 * What lies in temporary directories, to three levels below each, where others can reach it.
 *
 * An attacker chooses how much lies there: of each kind the first are kept, worst first, and all are counted.
 */
#ifndef TMPAUDIT_CONTENTS_H
#define TMPAUDIT_CONTENTS_H

#include "squat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct host;

enum contents_kind {
	/** Names of the table in squat.c that are not what they should be. */
	CONTENTS_SQUAT,
	/** The same that are good, but belong in /run. */
	CONTENTS_SOCKET,
	/** Regular files in a shared parent with further names, of root or a system account or set-id. */
	CONTENTS_HARD_LINK,
	/** Set-user-id files, set-group-id ones that the group may execute, those with capabilities; devices. */
	CONTENTS_PRIVILEGED,
	/** Regular files and FIFOs that everybody may write, but for those that are meant to be. */
	CONTENTS_WRITABLE,
	/** Regular files, not empty, that group or others may read, and whose name or head says that they should not.
	 */
	CONTENTS_SENSITIVE,
	/** Names in a shared parent that root or a system account chose and anybody can guess. */
	CONTENTS_PREDICTABLE,
	/** What belongs to a uid or gid without account. */
	CONTENTS_UNOWNED,
	CONTENTS_KINDS
};

struct contents_entry {
	/** NULL ends a list. */
	const char *path;
	/** Type and permission bits. */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	/** What it is by: words of its kind; "" if there is no more to say. */
	const char *detail;
	/** Of CONTENTS_SQUAT: its row; the uid that it should have, negative: see squat_expected(). */
	const struct squat_row *row;
	long owner;
	/** Of CONTENTS_HARD_LINK: how many names it has. */
	uint64_t nlink;
	/** Of CONTENTS_UNOWNED: whether uid, gid have no account. */
	bool no_user, no_group;
	/** Why it cannot be told whose it is, or whether it is as it should be; NULL: it can. */
	const char *unknown;
};

struct contents_list {
	const struct contents_entry *entries;
	size_t nentries;
	/** How many there are in all. */
	size_t total;
};

/** A symbolic link in a shared parent, of a user, that leads out of it. */
struct contents_link {
	/** NULL ends the list. */
	const char *path;
	uid_t uid;
	/** As written, and absolute without links above its end. */
	const char *target, *where;
	/** Whether it exists; what it is then, itself not followed. */
	bool exists;
	mode_t mode;
	uid_t target_uid;
	/** Whether it would be created in a directory that exists and that the owner of the link cannot write. */
	bool beyond;
	/** Whether the directory that it would lie in exists. */
	bool placed;
	/** Why it could not be followed; NULL: it could. */
	const char *unknown;
};

struct contents {
	/** By enum contents_kind. */
	struct contents_list lists[CONTENTS_KINDS];
	const struct contents_link *links;
	size_t nlinks;
	/** Links that were not followed, and names with numbers that were not compared: there were too many. */
	size_t links_more, numbered_more;
	/** Rows of the table that are of one name, root's and a directory, and that are not there; ended by NULL. */
	const struct squat_row *const *absent;
	/** Whether systemd runs the host. */
	bool systemd;
	/** How many entries were looked at. */
	uint64_t examined;
};

/** Whether path lies in an audited directory. */
bool contents_within(const struct host *host, const char *path);

#endif
