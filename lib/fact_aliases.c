#include "host.h"

#include "cleanup.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** Bytes of mounts of other namespaces that are read, and ways in one of them that are looked at. */
#define ELSEWHERE_BYTES ((size_t)64 << 20)
#define ELSEWHERE_MOST 1000

/** Another mount namespace, seen through a process in it. */
struct guest {
	/** "4242 (nginx)" */
	const char *process;
	/** One view, and the end of the list. */
	struct mount_view views[2];
	/** Its root; or why that cannot be had. */
	struct tree tree;
	int error;
	/** Whether it is made of the host's own root. */
	bool sandbox;
	/** How many aliases there were before it. */
	size_t before;
};

struct finder {
	struct host *host;
	/** The host's own mounts. */
	const struct mount_view *view;
	/** The namespace that is looked at; NULL: the host's. */
	struct guest *guest;
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

/** Walk to the alias in the other namespace: by its root and its mounts. */
static bool walk_guest(struct host *host, struct guest *guest, struct alias *alias) {
	const struct mount_view *const views = host->mount_views;
	const struct tree tree = host->tree;

	if (guest->error) {
		alias->unknown = host_error(host, guest->error);
		return true;
	}
	host->mount_views = guest->views;
	host->tree = guest->tree;
	bool found = walk(host, alias);
	host->mount_views = views;
	host->tree = tree;
	return found;
}

/** Whether the files are shown as the host itself shows them, or where the host has a shared directory. */
static bool is_copy(const struct finder *finder, const struct mount *mount, const char *path) {
	const struct mount_view *view = finder->view;

	if (!finder->guest || !finder->guest->sandbox)
		return false;
	for (const struct tempdir *dir = finder->host->tempdirs; dir->path; ++dir)
		if (dir->class == TEMPDIR_SHARED && dir->real && strcmp(dir->real, path) == 0)
			return true;
	for (size_t i = 0; i < view->nmounts; ++i)
		if (view->mounts[i].dev == mount->dev && !view->mounts[i].outside &&
		    strcmp(view->mounts[i].root, mount->root) == 0 &&
		    strcmp(view->mounts[i].target, mount->target) == 0)
			return true;
	return false;
}

/** A copy in the host's arena: the mounts of other namespaces are forgotten one after another. */
static const struct mount *keep_mount(struct arena *arena, const struct mount *mount) {
	struct mount *kept = arena_alloc(arena, sizeof *kept);

	*kept = *mount;
	kept->root = arena_copy(arena, mount->root);
	kept->target = arena_copy(arena, mount->target);
	kept->type = arena_copy(arena, mount->type);
	kept->device = arena_copy(arena, mount->device);
	kept->options = arena_copy(arena, mount->options);
	kept->super_options = arena_copy(arena, mount->super_options);
	kept->source = arena_copy(arena, mount->source);
	return kept;
}

static void add(struct finder *finder, enum alias_kind kind, const struct mount *mount, const char *path) {
	struct host *host = finder->host;
	struct guest *guest = finder->guest;
	struct alias alias = {
		.dir = finder->dir,
		.kind = kind,
		.mount = mount,
		.path = path,
		.governing = finder->governing,
		.copy = is_copy(finder, mount, path),
	};

	if (guest && finder->count - guest->before == ELSEWHERE_MOST)
		return;
	for (size_t i = guest ? guest->before : 0; i < finder->count; ++i)
		if (finder->aliases[i].mount->id == mount->id && strcmp(finder->aliases[i].path, path) == 0)
			return;
	if (guest ? !walk_guest(host, guest, &alias) : !walk(host, &alias))
		return;
	if (guest) {
		alias.process = arena_copy(&host->arena, guest->process);
		alias.mount = keep_mount(&host->arena, mount);
		alias.path = arena_copy(&host->arena, path);
		if (finder->count - guest->before + 1 == ELSEWHERE_MOST)
			host_fault(host, FACT_ALIASES, ASPECT_LIVE, mount->source,
			           "has more mounts of temporary directories than are looked at");
	}
	finder->aliases = arena_grow(&host->arena, finder->aliases, finder->count, sizeof *finder->aliases);
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

static bool lies_in(const void *directory, const char *layer, size_t length) {
	const size_t own = strlen(directory);

	return length >= own && strncmp(layer, directory, own) == 0 && (length == own || layer[own] == '/');
}

/** Whether one of an overlay's layers lies in the directory. */
static bool is_overlay_of(const struct mount *mount, const char *directory) {
	return mount_any_layer(mount, lies_in, directory);
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
	else if (finder->guest)
		/* What else others mount is their own: only what is the host's leads to its files. */
		return;
	else if (is_overlay_of(mount, real))
		add(finder, ALIAS_OVERLAY, mount, mount->target);
	else if (below)
		add(finder, ALIAS_BELOW, mount, mount->target);
}

/** Look for ways to each shared directory among the mounts of a namespace. */
static void look_among(struct finder *finder, const struct mount_view *view) {
	struct host *host = finder->host;

	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (dir->class != TEMPDIR_SHARED || !dir->real)
			continue;
		finder->dir = dir;
		finder->governing = mount_covering(finder->view, dir->real, dir->object.mount_id);
		if (!finder->governing || finder->governing->outside ||
		    !text_path_within(dir->real, finder->governing->target))
			continue;
		finder->root =
		        join(&host->arena, finder->governing->root, remainder_of(dir->real, finder->governing->target));
		for (size_t i = 0; i < view->nmounts; ++i)
			look_at(finder, &view->mounts[i]);
	}
}

/* Other mount namespaces: catalogue 3.3, mount.alias, deep. */

/** A process, and by what its mount namespace is told from others. */
struct candidate {
	const char *pid;
	/** "mnt:[4026531841]"; NULL: it may not be known. */
	const char *space;
	/** Whether it sees all of the mounts: its root is that of the namespace. */
	bool whole;
};

struct elsewhere {
	struct finder *finder;
	struct arena arena;
	struct candidate *candidates;
	size_t ncandidates;
	/** Namespaces that were looked at, by their names and by one of their mounts each. */
	const char **spaces;
	size_t nspaces;
	int *mounts;
	size_t nmounts;
	/** Bytes that were read; processes whose mounts could not be read, and why not. */
	size_t read, unread;
	const char *why;
	bool full;
};

static bool is_known(const struct elsewhere *elsewhere, const char *space) {
	for (size_t i = 0; space && i < elsewhere->nspaces; ++i)
		if (strcmp(elsewhere->spaces[i], space) == 0)
			return true;
	return false;
}

static void note_space(struct elsewhere *elsewhere, const char *space) {
	if (!space || is_known(elsewhere, space))
		return;
	elsewhere->spaces =
	        arena_grow(&elsewhere->arena, elsewhere->spaces, elsewhere->nspaces, sizeof *elsewhere->spaces);
	elsewhere->spaces[elsewhere->nspaces++] = space;
}

/** The mount namespace of a process; NULL if it is gone, or may not be known. */
static const char *space_of(struct host *host, const char *pid, struct arena *arena) {
	char space[64];

	return tree_link(&host->tree, arena_text(arena, "/proc/%s/ns/mnt", pid), space, sizeof space) == 0
	               ? arena_copy(arena, space)
	               : NULL;
}

/** Whether a mountinfo is of a namespace that was looked at, or of the host's: two of them never share a mount's id. */
static bool is_mount_known(const struct elsewhere *elsewhere, int id) {
	if (mount_covering(elsewhere->finder->view, NULL, (uint64_t)id))
		return true;
	for (size_t i = 0; i < elsewhere->nmounts; ++i)
		if (elsewhere->mounts[i] == id)
			return true;
	return false;
}

static const struct mount *root_of(const struct mount_view *view) {
	const struct mount *root = NULL;

	for (size_t i = 0; i < view->nmounts; ++i)
		if (strcmp(view->mounts[i].target, "/") == 0 && !view->mounts[i].outside && !view->mounts[i].covered)
			root = &view->mounts[i];
	return root;
}

/** "4242 (nginx)" */
static const char *process_shown(struct host *host, const char *pid, struct arena *arena) {
	struct bytes name;

	if (tree_load(&host->tree, arena_text(arena, "/proc/%s/comm", pid), arena, &name) != 0)
		return pid;
	return arena_text(arena, "%s (%.*s)", pid, (int)strcspn(name.data, "\n"), name.data);
}

/** Look at the namespace of a process.  Returns false if the process is gone. */
static bool look_through(struct elsewhere *elsewhere, const char *pid, struct arena *arena) {
	struct finder *finder = elsewhere->finder;
	struct host *host = finder->host;
	const char *source = arena_text(arena, "/proc/%s/mountinfo", pid);
	struct guest guest = { .tree = { .fd = -1 }, .before = finder->count };
	struct bytes bytes;
	int error = tree_load(&host->tree, source, arena, &bytes);

	/* One that is ending has no mounts any more: EINVAL. */
	if (tree_absent(error) || error == -ESRCH || error == -EINVAL)
		return false;
	if (error) {
		if (!elsewhere->unread++)
			elsewhere->why = host_error(host, error);
		return true;
	}
	elsewhere->read += bytes.size;
	elsewhere->full = elsewhere->read > ELSEWHERE_BYTES;
	const int first = (int)strtol(bytes.data, NULL, 10);
	if (!bytes.size || is_mount_known(elsewhere, first))
		return bytes.size;
	elsewhere->mounts =
	        arena_grow(&elsewhere->arena, elsewhere->mounts, elsewhere->nmounts, sizeof *elsewhere->mounts);
	elsewhere->mounts[elsewhere->nmounts++] = first;
	if (!mounts_read(host, FACT_ALIASES, &bytes, source, arena, &guest.views[0]))
		return true;
	const struct mount *ours = root_of(finder->view), *theirs = root_of(&guest.views[0]);
	guest.sandbox = ours && theirs && ours->dev == theirs->dev && strcmp(ours->root, theirs->root) == 0;
	guest.process = process_shown(host, pid, arena);
	guest.error = tree_open_process(&host->tree, pid, &guest.tree);
	if (!tree_absent(guest.error) && guest.error != -ESRCH) {
		finder->guest = &guest;
		look_among(finder, &guest.views[0]);
		finder->guest = NULL;
	}
	tree_close(&guest.tree);
	return !tree_absent(guest.error) && guest.error != -ESRCH;
}

static bool is_pid(const char *name) {
	uint64_t number;

	return text_number(name, 10, INT_MAX, &number) && *name != '0';
}

/** By number, since names sort by digits: the process that is named is the first one. */
static int compare_pids(const void *a, const void *b) {
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	const size_t m = strlen(x), n = strlen(y);

	return m != n ? (m > n) - (m < n) : strcmp(x, y);
}

/** List the processes of other namespaces.  Returns false with a fault if not all of them are seen. */
static bool list_candidates(struct elsewhere *elsewhere) {
	struct host *host = elsewhere->finder->host;
	struct arena *arena = &elsewhere->arena;
	const char *own = space_of(host, host->mount_namespace == MOUNTS_VIA_PID1 ? "1" : "self", arena);
	bool first = false;
	char **names;
	int count = tree_list(&host->tree, "/proc", arena, &names);

	if (count < 0) {
		host_fault(host, FACT_ALIASES, ASPECT_LIVE, "/proc", "%s", host_error(host, count));
		return false;
	}
	note_space(elsewhere, own);
	qsort(names, (size_t)count, sizeof *names, compare_pids);
	for (; *names; ++names) {
		struct candidate candidate = { .pid = *names };
		char root[PATH_MAX];

		if (!is_pid(*names))
			continue;
		first = first || strcmp(*names, "1") == 0;
		candidate.space = space_of(host, *names, arena);
		if (candidate.space && own && strcmp(candidate.space, own) == 0)
			continue;
		candidate.whole =
		        tree_link(&host->tree, arena_text(arena, "/proc/%s/root", *names), root, sizeof root) == 0 &&
		        strcmp(root, "/") == 0;
		elsewhere->candidates =
		        arena_grow(arena, elsewhere->candidates, elsewhere->ncandidates, sizeof *elsewhere->candidates);
		elsewhere->candidates[elsewhere->ncandidates++] = candidate;
	}
	if (!first)
		host_fault(host, FACT_ALIASES, ASPECT_LIVE, "/proc", "%s",
		           host->uid ? "privilege: does not show the processes of others"
		                     : "does not show process 1: not all processes are seen");
	return true;
}

/** Look at the namespaces that are not known yet, through those processes that see all of theirs, or do not. */
static void look_through_all(struct elsewhere *elsewhere, bool whole) {
	for (size_t i = 0; i < elsewhere->ncandidates && !elsewhere->full; ++i) {
		const struct candidate *candidate = &elsewhere->candidates[i];
		struct arena scratch = { 0 };

		if (candidate->whole == whole && !is_known(elsewhere, candidate->space) &&
		    look_through(elsewhere, candidate->pid, &scratch))
			note_space(elsewhere, candidate->space);
		arena_free(&scratch);
	}
}

/** Look among the mounts of other namespaces, through one process of each. */
static void look_elsewhere(struct finder *finder) {
	struct host *host = finder->host;
	struct elsewhere elsewhere = { .finder = finder };
	bool listed = list_candidates(&elsewhere);

	/* Those that see all of a namespace first. */
	if (listed) {
		look_through_all(&elsewhere, true);
		look_through_all(&elsewhere, false);
	}
	if (elsewhere.unread)
		host_fault(host, FACT_ALIASES, ASPECT_LIVE, "/proc", "%s (the mounts of %zu process%s)", elsewhere.why,
		           elsewhere.unread, elsewhere.unread == 1 ? "" : "es");
	if (elsewhere.full)
		host_fault(host, FACT_ALIASES, ASPECT_LIVE, "/proc",
		           "shows more mount namespaces, or larger ones, than are read");
	arena_free(&elsewhere.arena);
}

void aliases_gather(struct host *host) {
	struct finder finder = { .host = host };

	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE)
			finder.view = view;
	if (finder.view)
		look_among(&finder, finder.view);
	if (finder.view && host->deep && host->tree.genuine)
		look_elsewhere(&finder);
	host->aliases = finder.aliases ? finder.aliases : arena_array(&host->arena, 1, sizeof *finder.aliases);
}
