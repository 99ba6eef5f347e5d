/** POSIX access control lists: acl(5).  The only user of libacl is acl.c. */
#ifndef TMPAUDIT_ACL_H
#define TMPAUDIT_ACL_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum acl_tag {
	ACL_ENTRY_OWNER = 1,
	ACL_ENTRY_USER,
	ACL_ENTRY_GROUP_OWNER,
	ACL_ENTRY_GROUP,
	ACL_ENTRY_MASK,
	ACL_ENTRY_OTHER
};

struct acl_entry_fact {
	/** 0 ends a list. */
	enum acl_tag tag;
	/** uid or gid of ACL_ENTRY_USER, ACL_ENTRY_GROUP. */
	unsigned id;
	/** rwx bits 4, 2, 1, as written. */
	unsigned bits;
	/** After the mask; the same as bits where the mask does not apply. */
	unsigned effective;
};

/** One list; all zero: there is none beyond the mode. */
struct acl_list {
	const struct acl_entry_fact *entries;
	size_t nentries;
	/** As getfacl(1) would write it in one line: user::rwx,user:1000:rwx,… */
	const char *text;
};

struct acl_lists {
	/** The access list if it has more than the mode has; and the default list. */
	struct acl_list access, standard;
	/** Whether the file system stores such lists. */
	bool supported;
};

/**
 * Read both lists of a pinned file, on a mount that is known to answer.  A default list
 * is asked for if it is a directory.  Returns 0, also where the file system stores none, or
 * a negative errno: -ENOTSUP if /proc, through which they are read, is missing.
 */
int acl_read(int pinned, bool directory, struct arena *arena, struct acl_lists *lists);

/** The list of which text is the text; of another text whatever can be made of it. */
struct acl_list acl_of_text(struct arena *arena, const char *text);

/** An entry as setfacl(1) takes it, with its bits as written: "user:1000:rwx". */
const char *acl_entry_shown(struct arena *arena, const struct acl_entry_fact *entry);

#endif
