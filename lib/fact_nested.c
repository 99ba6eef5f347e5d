#include "host.h"

#include "cleanup.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/** How far below a shared directory one looks. */
#define DEPTH 3
/** The most entries that are read below one shared directory, directories that are kept, and bytes that those take. */
#define ENTRY_LIMIT ((size_t)1 << 20)
#define KEPT_LIMIT ((size_t)10000)
#define BYTE_LIMIT ((size_t)16 << 20)
/** What the kernel shows for an id that the user namespace does not map. */
#define OVERFLOW_ID 65534
/** How often the groups are searched; who asks for more gets the answer that hides nothing. */
#define GROUP_LIMIT 1000

/** A directory that is being read. */
struct level {
	DIR *stream;
	/** Of walk.path, up to its name. */
	size_t length;
	/** Whether its entries cannot be looked at. */
	bool closed;
};

/** One descent below one shared directory. */
struct walk {
	struct host *host;
	const struct tempdir *top;
	struct statx root;
	/** The levels that are open: the shared directory and what leads from it to where we are. */
	struct level levels[DEPTH];
	size_t nlevels;
	/** Of the entry at hand. */
	char path[PATH_MAX + DEPTH * (NAME_MAX + 1) + 1];
	/** Whether a directory with two links has no directory in it: not so on every file system. */
	bool leaves;
	/** Entries read here; directories and bytes of the arena before it. */
	size_t entries, before, start;
	/** What ran out: NULL while nothing did. */
	const char *spent;
	struct nested_dir *dirs;
	size_t ndirs, examined;
	/** The last answer about a group, and how often it was looked for. */
	gid_t gid;
	uid_t uid;
	bool others;
	unsigned lookups;
};

static struct object object_of(const struct statx *status) {
	return (struct object) {
		.mode = status->stx_mode,
		.uid = status->stx_uid,
		.gid = status->stx_gid,
		.nlink = status->stx_nlink,
		.ino = status->stx_ino,
		.mount_id = status->stx_mnt_id,
		.dev = makedev(status->stx_dev_major, status->stx_dev_minor),
	};
}

static void keep(struct walk *walk, const struct object *object, const char *unknown) {
	struct arena *arena = &walk->host->arena;

	if (walk->ndirs - walk->before >= KEPT_LIMIT || arena->total - walk->start > BYTE_LIMIT) {
		walk->spent = "holds more directories that others can write than are kept";
		return;
	}
	walk->dirs = arena_grow(arena, walk->dirs, walk->ndirs, sizeof *walk->dirs);
	walk->dirs[walk->ndirs++] = (struct nested_dir) {
		.path = arena_copy(arena, walk->path),
		.top = walk->top->path,
		.object = *object,
		.unknown = unknown,
	};
}

static void keep_unknown(struct walk *walk, int error) {
	keep(walk, &(struct object) { 0 },
	     arena_text(&walk->host->arena, "cannot be examined: %s", host_error(walk->host, error)));
}

/** Whether an error says that there is nothing to judge: it vanished, is no directory by now, or was mounted over. */
static bool is_gone(int error) {
	return tree_absent(error) || error == -ESTALE || error == -ELOOP || error == -EXDEV;
}

/** Whether the access list names somebody but the owner and root, and gives him one of the bits. */
static bool has_named(const struct object *object, unsigned bits) {
	for (size_t i = 0; i < object->acl.access.nentries; ++i) {
		const struct acl_entry_fact *entry = &object->acl.access.entries[i];
		const bool other =
		        (entry->tag == ACL_ENTRY_USER && entry->id != object->uid) || entry->tag == ACL_ENTRY_GROUP;

		if (other && entry->id != 0 && (entry->effective & bits))
			return true;
	}
	return false;
}

/** Whether the owning group has somebody in it besides the owner and root. */
static bool group_has_others(struct walk *walk, const struct object *object) {
	const struct accounts *accounts = walk->host->accounts;

	if (object->gid == 0)
		return false;
	if (walk->lookups && walk->gid == object->gid && walk->uid == object->uid)
		return walk->others;
	if (++walk->lookups > GROUP_LIMIT)
		return true;
	walk->gid = object->gid;
	walk->uid = object->uid;
	walk->others = group_others(accounts, object->gid, object->uid) > 0 ||
	               (accounts->foreign && !group_by_gid(accounts, object->gid));
	return walk->others;
}

/** Whether somebody but the owner and root may pass through the directory. */
static bool grants_search(struct walk *walk, const struct object *object) {
	if ((object->mode & S_IXOTH) || has_named(object, 1))
		return true;
	return (object_group_bits(object) & 1) && group_has_others(walk, object);
}

/** Read the lists where they may tell more than the mode.  Returns 0 or a negative errno. */
static int read_lists(struct walk *walk, int fd, struct object *object, bool leads_on) {
	const bool everybody = object->mode & S_IWOTH;
	const bool hidden_writer = !everybody && (object->mode & S_IWGRP);
	const bool hidden_passer = leads_on && !(object->mode & S_IXOTH) && (object->mode & S_IXGRP);

	if (!everybody && !hidden_writer && !hidden_passer)
		return 0;
	return acl_read(fd, everybody || hidden_writer, &walk->host->arena, &object->acl);
}

static void enter(struct walk *walk, int fd, size_t length) {
	DIR *stream = fdopendir(fd);

	if (!stream) {
		close(fd);
		keep_unknown(walk, -ENOMEM);
		return;
	}
	walk->levels[walk->nlevels++] = (struct level) { .stream = stream, .length = length };
}

/** Judge the directory at walk.path by its descriptor, and enter it if it leads on.  A negative fd: it may not be read.
 */
static void examine(struct walk *walk, const char *name, size_t length) {
	struct host *host = walk->host;
	const int parent = dirfd(walk->levels[walk->nlevels - 1].stream);
	struct statx status;
	int fd = tree_open_at(&host->tree, parent, name);
	/* What may not be read can be looked at all the same. */
	const int refused = fd == -EACCES ? fd : 0;

	if (refused)
		fd = tree_pin_at(parent, name);
	int error = fd < 0 ? fd : tree_stat(fd, &status);
	if (error || !S_ISDIR(status.stx_mode) || !tree_same_mount(&status, &walk->root)) {
		if (error && !is_gone(error))
			keep_unknown(walk, error);
		if (fd >= 0)
			close(fd);
		return;
	}
	struct object object = object_of(&status);
	const bool leads_on = walk->nlevels < DEPTH && !(walk->leaves && status.stx_nlink == 2);

	error = read_lists(walk, fd, &object, leads_on);
	if (error)
		keep_unknown(walk, error);
	else if ((object.mode & S_IWOTH) || has_named(&object, 2))
		keep(walk, &object,
		     host->unmapped_ids && object.uid == OVERFLOW_ID
		             ? "has an owner that this user namespace does not map"
		             : NULL);
	const bool passable = leads_on && !error && grants_search(walk, &object);
	if (passable && !refused) {
		enter(walk, fd, length);
		return;
	}
	if (passable)
		keep_unknown(walk, refused);
	close(fd);
}

/** Look at an entry: what its parent tells of most of them is enough. */
static void look(struct walk *walk, const struct dirent *entry) {
	struct level *level = &walk->levels[walk->nlevels - 1];
	const size_t name_length = strlen(entry->d_name), length = level->length + 1 + name_length;
	struct statx status;

	if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
		return;
	if (length >= sizeof walk->path) {
		walk->spent = "holds a path that is longer than can be told";
		return;
	}
	walk->path[level->length] = '/';
	memcpy(walk->path + level->length + 1, entry->d_name, name_length + 1);
	int error = tree_stat_at(dirfd(level->stream), entry->d_name, &status);
	if (error == -EACCES) {
		/* A user's own mount refuses even root; else it is this directory that may not be passed through. */
		autoclose fd = tree_open_at(&walk->host->tree, dirfd(level->stream), entry->d_name);

		if (fd == -EXDEV) {
			host_omit(walk->host, walk->path, "another file system is mounted there");
			return;
		}
		walk->path[level->length] = '\0';
		if (!level->closed)
			keep_unknown(walk, error);
		level->closed = true;
		return;
	}
	if (error) {
		if (!is_gone(error))
			keep_unknown(walk, error);
		return;
	}
	if (!S_ISDIR(status.stx_mode))
		return;
	if (!tree_same_mount(&status, &walk->root)) {
		host_omit(walk->host, walk->path, "another file system is mounted there");
		return;
	}
	++walk->examined;
	const bool leads_on = walk->nlevels < DEPTH && (status.stx_mode & (S_IXGRP | S_IXOTH)) &&
	                      !(walk->leaves && status.stx_nlink == 2);
	if (leads_on || (status.stx_mode & (S_IWGRP | S_IWOTH)))
		examine(walk, entry->d_name, length);
}

/** Read on where we are; leave what is read to its end. */
static void step(struct walk *walk) {
	struct level *level = &walk->levels[walk->nlevels - 1];

	errno = 0;
	const struct dirent *entry = readdir(level->stream);
	if (!entry) {
		const int error = -errno;

		walk->path[level->length] = '\0';
		if (error && !is_gone(error))
			keep_unknown(walk, error);
		closedir(level->stream);
		--walk->nlevels;
		return;
	}
	if (text_equal(entry->d_name, ".") || text_equal(entry->d_name, ".."))
		return;
	if (++walk->entries > ENTRY_LIMIT)
		walk->spent = "holds more entries than are read";
	else
		look(walk, entry);
}

/** Open the shared directory, if it is still the one that was examined.  Returns a descriptor or a negative errno. */
static int open_top(struct walk *walk) {
	const struct tree *tree = &walk->host->tree;
	autoclose pinned = tree_pin(tree, walk->top->real);

	if (pinned < 0)
		return pinned;
	int fd = tree_open_at(tree, pinned, ".");
	if (fd < 0)
		return fd;
	int error = tree_stat(fd, &walk->root);
	const struct object object = object_of(&walk->root);
	if (!error && (object.ino != walk->top->object.ino || object.dev != walk->top->object.dev))
		error = -EAGAIN;
	if (!error)
		return fd;
	close(fd);
	return error;
}

/** On these a directory has a link for each directory in it; an image may lie, the running kernel's own do not. */
static bool counts_links(const struct walk *walk) {
	static const char *const types[] = { "ext2", "ext3", "ext4", "xfs", "tmpfs", NULL };

	for (const char *const *type = types; *type; ++type)
		if (walk->host->tree.live && walk->top->type && text_equal(walk->top->type, *type))
			return true;
	return false;
}

static void descend(struct walk *walk) {
	struct host *host = walk->host;
	const size_t length = strlen(walk->top->real);

	if (!grants_search(walk, &walk->top->object))
		return;
	if (length >= PATH_MAX) {
		host_fault(host, FACT_NESTED, ASPECT_FILE, walk->top->path, "has too long a path");
		return;
	}
	memcpy(walk->path, walk->top->real, length + 1);
	walk->leaves = counts_links(walk);
	walk->entries = 0;
	walk->before = walk->ndirs;
	walk->start = host->arena.total;
	walk->spent = NULL;
	int fd = open_top(walk);
	if (fd < 0) {
		keep_unknown(walk, fd);
		return;
	}
	enter(walk, fd, text_equal(walk->path, "/") ? 0 : length);
	while (walk->nlevels && !walk->spent)
		step(walk);
	while (walk->nlevels)
		closedir(walk->levels[--walk->nlevels].stream);
	/* Silence about the rest would be a pass. */
	if (walk->spent)
		host_fault(host, FACT_NESTED, ASPECT_FILE, walk->top->path, "%s: not all of it was examined",
		           walk->spent);
}

static int compare_dirs(const void *a, const void *b) {
	const struct nested_dir *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void nested_gather(struct host *host) {
	struct nested *nested = arena_alloc(&host->arena, sizeof *nested);
	struct walk *walk = arena_alloc(&host->arena, sizeof *walk);

	*walk = (struct walk) { .host = host };
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (dir->class == TEMPDIR_SHARED && dir->directory && !dir->unknown && !dir->same_as) {
			walk->top = dir;
			descend(walk);
		}
	if (walk->ndirs)
		qsort(walk->dirs, walk->ndirs, sizeof *walk->dirs, compare_dirs);
	nested->dirs = walk->dirs ? walk->dirs : arena_alloc(&host->arena, sizeof *walk->dirs);
	nested->ndirs = walk->ndirs;
	nested->examined = walk->examined;
	host->nested = nested;
}
