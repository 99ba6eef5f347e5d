#include "host.h"

#include "cleanup.h"
#include "text.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

struct finder {
	struct host *host;
	const struct mount_view *view;
	const struct tempdir *dir;
	/** The mount that the directory lies on, and its path inside the file system. */
	const struct mount *governing;
	const char *root;
	struct alias *aliases;
	size_t count;
};

/** Whether somebody but root and the owner may pass the directory. */
static bool others_pass(struct host *host, const struct object *object) {
	if (object->mode & S_IXOTH)
		return true;
	if (object->gid != 0 && object_group_bits(object) & 1 &&
	    group_others(host->accounts, object->gid, object->uid) > 0)
		return true;
	for (size_t i = 0; i < object->acl.access.nentries; ++i) {
		const struct acl_entry_fact *entry = &object->acl.access.entries[i];

		if (!(entry->effective & 1) || entry->id == 0)
			continue;
		if (entry->tag == ACL_ENTRY_GROUP || (entry->tag == ACL_ENTRY_USER && entry->id != object->uid))
			return true;
	}
	return false;
}

/** Whether a user's mount lets others in: fuse(4), "allow_other". */
static bool is_open(const struct mount *mount) {
	return mount_has_option(mount, "allow_other");
}

/**
 * Walk to alias->path, one directory after another.  Returns false if the path leads elsewhere than to the
 * alias's mount: another one hides it.
 */
static bool walk(struct host *host, struct alias *alias) {
	const char *rest = alias->path;
	autoclose here = tree_pin(&host->tree, "/");

	alias->reachable = true;
	for (;;) {
		const struct mount *mount;
		struct object object;

		rest += strspn(rest, "/");
		if (here < 0) {
			if (tree_absent(here))
				return false;
			alias->unknown = host_error(host, here);
			return true;
		}
		const char *unknown = object_examine(host, here, &object, &mount);
		if (!unknown && !(object.mode & S_IXOTH) && object.mode & S_IXGRP)
			unknown = object_examine_lists(host, here, &object);
		if (unknown && !*rest && text_starts(alias->mount->type, "fuse")) {
			/* What such a mount says of its root need not be true; who may enter the kernel decides. */
			if (mount && mount != alias->mount)
				return false;
			alias->reachable = alias->reachable && is_open(alias->mount);
			return true;
		}
		if (unknown) {
			alias->unknown = unknown;
			return true;
		}
		if (S_ISDIR(object.mode) && !others_pass(host, &object))
			alias->reachable = false;
		if (!*rest)
			return object.mount_id == (uint64_t)alias->mount->id;
		char name[NAME_MAX + 1];
		size_t length = strcspn(rest, "/");
		if (length > NAME_MAX || !S_ISDIR(object.mode))
			return false;
		memcpy(name, rest, length);
		name[length] = '\0';
		rest += length;
		int next = tree_pin_at(here, name);
		close(here);
		here = next;
	}
}

static void add(struct finder *finder, enum alias_kind kind, const struct mount *mount, const char *path) {
	struct alias alias = { .dir = finder->dir, .kind = kind, .mount = mount, .path = path };

	for (size_t i = 0; i < finder->count; ++i)
		if (finder->aliases[i].mount == mount && strcmp(finder->aliases[i].path, path) == 0)
			return;
	if (!walk(finder->host, &alias))
		return;
	finder->aliases = arena_grow(&finder->host->arena, finder->aliases, finder->count, sizeof *finder->aliases);
	finder->aliases[finder->count++] = alias;
}

/** What is left of path below directory: "", or "/…". */
static const char *remainder_of(const char *path, const char *directory) {
	return strcmp(directory, "/") == 0 ? (strcmp(path, "/") == 0 ? "" : path) : path + strlen(directory);
}

static const char *join(struct arena *arena, const char *directory, const char *remainder) {
	if (!*remainder)
		return directory;
	return arena_text(arena, "%s%s", strcmp(directory, "/") == 0 ? "" : directory, remainder);
}

/** Whether one of an overlay's layers lies in the directory: lowerdir=, upperdir= as they were given to mount(2). */
static bool is_overlay_of(const struct mount *mount, const char *directory) {
	static const char *const keys[] = { "lowerdir=", "lowerdir+=", "datadir+=", "upperdir=" };

	if (strcmp(mount->type, "overlay") != 0)
		return false;
	for (const char *option = mount->super_options; *option;) {
		const char *end = option + strcspn(option, ",");

		for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i) {
			if (!text_starts(option, keys[i]))
				continue;
			for (const char *layer = option + strlen(keys[i]); layer < end;) {
				size_t length = strcspn(layer, ":,"), own = strlen(directory);

				if (length >= own && strncmp(layer, directory, own) == 0 &&
				    (length == own || layer[own] == '/'))
					return true;
				layer += length;
				layer += layer < end && *layer == ':';
			}
		}
		option = *end ? end + 1 : end;
	}
	return false;
}

static void look_at(struct finder *finder, const struct mount *mount) {
	struct arena *arena = &finder->host->arena;
	const char *real = finder->dir->real;

	if (mount == finder->governing || mount->outside)
		return;
	const bool below = text_path_within(mount->target, real) && strcmp(mount->target, real) != 0;
	if (mount->dev == finder->governing->dev && text_path_within(finder->root, mount->root))
		add(finder, ALIAS_SAME, mount, join(arena, mount->target, remainder_of(finder->root, mount->root)));
	else if (mount->dev == finder->governing->dev && text_path_within(mount->root, finder->root))
		add(finder, ALIAS_SAME, mount, mount->target);
	else if (is_overlay_of(mount, real))
		add(finder, ALIAS_OVERLAY, mount, mount->target);
	else if (below)
		add(finder, ALIAS_BELOW, mount, mount->target);
}

void aliases_gather(struct host *host) {
	struct finder finder = { .host = host };

	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE)
			finder.view = view;
	for (const struct tempdir *dir = host->tempdirs; finder.view && dir && dir->path; ++dir) {
		if (dir->class != TEMPDIR_SHARED || !dir->real)
			continue;
		finder.dir = dir;
		finder.governing = mount_covering(finder.view, dir->real, dir->object.mount_id);
		if (!finder.governing || finder.governing->outside ||
		    !text_path_within(dir->real, finder.governing->target))
			continue;
		finder.root =
		        join(&host->arena, finder.governing->root, remainder_of(dir->real, finder.governing->target));
		for (size_t i = 0; i < finder.view->nmounts; ++i)
			look_at(&finder, &finder.view->mounts[i]);
	}
	host->aliases = finder.aliases ? finder.aliases : arena_array(&host->arena, 1, sizeof *finder.aliases);
}
