/** What an object in the file system is, and who can write to it: catalogue 1.3. */
#ifndef TMPAUDIT_OBJECT_H
#define TMPAUDIT_OBJECT_H

#include "acl.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct accounts;
struct arena;
struct host;
struct mount;

/** What an object in the file system is: all of it from one descriptor. */
struct object {
	/** Type and permission bits: st_mode. */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	uint64_t nlink, ino, mount_id;
	dev_t dev;
	struct acl_lists acl;
};

/**
 * For gatherers: examine a pinned file.  Returns NULL, or why it is set aside: in words that
 * continue its path, and that begin with "privilege" if root would have got it.
 *
 * On a running host *mount is what it lies on, if that is known; of a type that may not answer, or
 * that invents what it shows, nothing more is asked, and only dev, ino and mount_id are good.
 */
const char *object_examine(struct host *host, int pinned, struct object *object, const struct mount **mount);

/** Why the owner of an object cannot be told, in words that continue its path; NULL: it can. */
const char *object_doubt(const struct host *host, const struct object *object);

/**
 * For gatherers: read the access lists of an object that object_examine() found good.  Returns NULL,
 * or why it cannot be told who may change it: object_doubt(), or lists that could not be read.  Where the group bits of
 * the mode lack w no entry grants it: the mask does not.
 */
const char *object_examine_lists(struct host *host, int pinned, struct object *object);

/** Whether everybody can write to it. */
bool object_everybody_writes(const struct object *object);

/**
 * Whether somebody but root and the owner can write to it: everybody; its group, unless that is gid 0; or
 * whom an entry of its list names, after the mask.
 */
bool object_others_write(const struct object *object);

/** Whether the user may write to it, by what the host's files say of groups: acl(5). */
bool object_user_writes(const struct object *object, const struct accounts *accounts, uid_t uid);

/** What the owning group may do: rwx bits, after the mask.  With a list the group bits of the mode are the mask. */
unsigned object_group_bits(const struct object *object);

/**
 * Its mode and owner as a finding shows them: "0775 root:staff".  Ids without a name stay numbers; accounts may be
 * NULL.
 */
const char *object_shown(struct arena *arena, const struct accounts *accounts, const struct object *object);

/** An entry of a list by name, with what is left of its bits after the mask: "user:www-data:rwx". */
const char *object_entry_shown(struct arena *arena, const struct accounts *accounts,
                               const struct acl_entry_fact *entry);

#endif
