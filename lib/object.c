#include "object.h"

#include "host.h"
#include "text.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/** What the kernel shows for an id that the user namespace does not map. */
enum { OVERFLOW_ID = 65534 };

/** Why what lies on the mount may not be asked or judged, or NULL. */
static const char *refuse_mount(struct host *host, uint64_t id, const struct mount **mount) {
	*mount = host->tree.live ? mount_by_id(host->mount_views, id) : NULL;
	if (*mount)
		return mount_type_local((*mount)->type)
		               ? NULL
		               : arena_text(&host->arena, "lies on %s, which may not answer or invents what it shows",
		                            (*mount)->type);
	/* The mounts of a test's tree are not listed in its own /proc. */
	return host->tree.genuine ? "lies on a mount that is not listed" : NULL;
}

const char *object_examine(struct host *host, int pinned, struct object *object, const struct mount **mount) {
	struct statx status;
	int error = tree_stat(pinned, &status);

	*object = (struct object) { 0 };
	*mount = NULL;
	/* A user's FUSE mount without allow_other answers nobody else, root included: fuse(4).  It is no link. */
	if (error == -EACCES && host->uid == 0) {
		object->mode = S_IFDIR;
		object->mount_id = tree_mount_id(pinned);
		const char *refused = refuse_mount(host, object->mount_id, mount);
		return refused ? refused : "denies root, as only a user's own mount does";
	}
	if (error)
		return host_error(host, error);
	*object = (struct object) {
		.mode = status.stx_mode,
		.uid = status.stx_uid,
		.gid = status.stx_gid,
		.nlink = status.stx_nlink,
		.ino = status.stx_ino,
		.mount_id = status.stx_mnt_id,
		.dev = makedev(status.stx_dev_major, status.stx_dev_minor),
	};
	return refuse_mount(host, object->mount_id, mount);
}

const char *object_doubt(const struct host *host, const struct object *object) {
	return host->unmapped_ids && object->uid == OVERFLOW_ID ? "has an owner that this user namespace does not map"
	                                                        : NULL;
}

const char *object_examine_lists(struct host *host, int pinned, struct object *object) {
	const char *doubt = object_doubt(host, object);
	if (doubt)
		return doubt;
	int error = S_ISLNK(object->mode) ? 0 : acl_read(pinned, S_ISDIR(object->mode), &host->arena, &object->acl);

	return error ? host_error(host, error) : NULL;
}

bool object_everybody_writes(const struct object *object) {
	return object->mode & S_IWOTH;
}

unsigned object_group_bits(const struct object *object) {
	for (size_t i = 0; i < object->acl.access.nentries; ++i)
		if (object->acl.access.entries[i].tag == ACL_ENTRY_GROUP_OWNER)
			return object->acl.access.entries[i].effective;
	return object->mode >> 3 & 7;
}

bool object_others_write(const struct object *object) {
	if (object_everybody_writes(object) || (object->gid != 0 && object_group_bits(object) & 2))
		return true;
	for (size_t i = 0; i < object->acl.access.nentries; ++i) {
		const struct acl_entry_fact *entry = &object->acl.access.entries[i];

		if ((entry->tag == ACL_ENTRY_USER || entry->tag == ACL_ENTRY_GROUP) && entry->id != 0 &&
		    entry->effective & 2)
			return true;
	}
	return false;
}

/** Whether the files of the host say that the user is in the group. */
static bool is_member(const struct accounts *accounts, uid_t uid, gid_t gid) {
	const struct account *account = accounts ? account_by_uid(accounts, uid) : NULL;
	const struct group *group = accounts ? group_by_gid(accounts, gid) : NULL;

	if (account && account->gid == gid)
		return true;
	for (const char *const *member = group ? group->members : NULL; account && member && *member; ++member)
		if (text_equal(*member, account->name))
			return true;
	return false;
}

bool object_user_writes(const struct object *object, const struct accounts *accounts, uid_t uid) {
	bool in_group = is_member(accounts, uid, object->gid);

	if (uid == 0 || uid == object->uid)
		return uid == 0 || (object->mode & S_IWUSR);
	for (size_t i = 0; i < object->acl.access.nentries; ++i)
		if (object->acl.access.entries[i].tag == ACL_ENTRY_USER && object->acl.access.entries[i].id == uid)
			return object->acl.access.entries[i].effective & 2;
	if (in_group && (object_group_bits(object) & 2))
		return true;
	for (size_t i = 0; i < object->acl.access.nentries; ++i) {
		const struct acl_entry_fact *entry = &object->acl.access.entries[i];

		if (entry->tag != ACL_ENTRY_GROUP || !is_member(accounts, uid, entry->id))
			continue;
		in_group = true;
		if (entry->effective & 2)
			return true;
	}
	return !in_group && (object->mode & S_IWOTH);
}

static const char *user_name(struct arena *arena, const struct accounts *accounts, uid_t uid) {
	const struct account *account = accounts ? account_by_uid(accounts, uid) : NULL;

	return account ? account->name : arena_text(arena, "%u", uid);
}

static const char *group_name(struct arena *arena, const struct accounts *accounts, gid_t gid) {
	const struct group *group = accounts ? group_by_gid(accounts, gid) : NULL;

	return group ? group->name : arena_text(arena, "%u", gid);
}

const char *object_shown(struct arena *arena, const struct accounts *accounts, const struct object *object) {
	return arena_text(arena, "%04o %s:%s", object->mode & 07777, user_name(arena, accounts, object->uid),
	                  group_name(arena, accounts, object->gid));
}

const char *object_entry_shown(struct arena *arena, const struct accounts *accounts,
                               const struct acl_entry_fact *entry) {
	const char *who = "", *kind = "other";

	switch (entry->tag) {
	case ACL_ENTRY_USER:
		who = user_name(arena, accounts, entry->id);
		kind = "user";
		break;
	case ACL_ENTRY_GROUP:
		who = group_name(arena, accounts, entry->id);
		kind = "group";
		break;
	case ACL_ENTRY_OWNER:
		kind = "user";
		break;
	case ACL_ENTRY_GROUP_OWNER:
		kind = "group";
		break;
	case ACL_ENTRY_MASK:
		kind = "mask";
		break;
	case ACL_ENTRY_OTHER:
		break;
	}
	return arena_text(arena, "%s:%s:%c%c%c", kind, who, entry->effective & 4 ? 'r' : '-',
	                  entry->effective & 2 ? 'w' : '-', entry->effective & 1 ? 'x' : '-');
}
