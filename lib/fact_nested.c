#include "descent.h"
#include "host.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/** The most directories that are kept of one shared directory, and bytes that their names and lists take. */
#define KEPT_LIMIT ((size_t)10000)
#define BYTE_LIMIT ((size_t)4 << 20)
/** What the kernel shows for an id that the user namespace does not map. */
#define OVERFLOW_ID 65534
/** Between the access list and the default list of an item. */
#define LIST_BREAK "\n"

/** What the values of an item are. */
enum { VALUE_MODE, VALUE_UID, VALUE_GID, VALUE_ERROR };

struct gathering {
	struct host *host;
	const struct tempdir *top;
	struct shortlist found;
	uint64_t examined, examined_here;
	struct nested_dir *dirs;
	size_t ndirs;
};

struct local {
	struct shortlist found;
	uint64_t examined;
};

static void *begin(struct host *host) {
	struct gathering *gathering = arena_alloc(&host->arena, sizeof *gathering);

	gathering->host = host;
	gathering->dirs = arena_grow(&host->arena, NULL, 0, sizeof *gathering->dirs);
	return gathering;
}

static bool enter(void *owner, const struct tempdir *top, bool shared) {
	struct gathering *gathering = owner;

	gathering->top = top;
	gathering->found = (struct shortlist) { .most = KEPT_LIMIT, .most_bytes = BYTE_LIMIT };
	return top->class == TEMPDIR_SHARED && shared;
}

/** Whether the access list names somebody but the owner and root, and lets him write. */
static bool names_writer(const struct acl_list *list, uid_t owner) {
	for (size_t i = 0; i < list->nentries; ++i) {
		const struct acl_entry_fact *entry = &list->entries[i];
		const bool other =
		        (entry->tag == ACL_ENTRY_USER && entry->id != owner) || entry->tag == ACL_ENTRY_GROUP;

		if (other && entry->id != 0 && (entry->effective & 2))
			return true;
	}
	return false;
}

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	struct local *local = state;
	struct arena arena = { 0 };
	struct statx status;
	struct acl_lists lists;

	(void)owner;
	if (!S_ISDIR(entry->status->stx_mode) || entry->level == 0 || !entry->shared)
		return;
	++local->examined;
	/* The group's bits are the mask of a list: without theirs no named entry can write. */
	if (!(entry->status->stx_mode & (S_IWGRP | S_IWOTH)))
		return;
	int error = walk_acl(entry, true, &arena, &status, &lists);
	const bool gone = tree_absent(error) || error == -ESTALE || error == -EXDEV;
	if (gone || (!error && !S_ISDIR(status.stx_mode)))
		return;
	if (error || (status.stx_mode & S_IWOTH) || names_writer(&lists.access, status.stx_uid)) {
		const char *path = walk_path(entry);

		local->found.most = KEPT_LIMIT;
		local->found.most_bytes = BYTE_LIMIT;
		/* Many that are as they should be must not hide one that is not. */
		const bool sticky = !error && (status.stx_mode & S_ISVTX);
		shortlist_add(&local->found,
		              &(struct shortlist_item) {
		                      .rank = !sticky               ? 0
		                              : status.stx_uid != 0 ? 1
		                                                    : 2,
		                      .path = path ? path : entry->name,
		                      .detail = error ? ""
		                                      : arena_text(&arena, "%s" LIST_BREAK "%s",
		                                                   lists.access.text ? lists.access.text : "",
		                                                   lists.standard.text ? lists.standard.text : ""),
		                      .value = { [VALUE_MODE] = error ? 0 : status.stx_mode,
		                                 [VALUE_UID] = error ? 0 : status.stx_uid,
		                                 [VALUE_GID] = error ? 0 : status.stx_gid,
		                                 [VALUE_ERROR] = error },
		              });
	}
	arena_free(&arena);
}

static void finish(void *owner, void *state, bool discard) {
	struct gathering *gathering = owner;
	struct local *local = state;

	if (!discard) {
		shortlist_merge(&gathering->found, &local->found);
		gathering->examined += local->examined;
	}
	shortlist_free(&local->found);
}

static struct nested_dir dir_of(const struct gathering *gathering, const struct shortlist_item *item) {
	struct arena *arena = &gathering->host->arena;
	const size_t access = strcspn(item->detail, LIST_BREAK);
	const int error = (int)item->value[VALUE_ERROR];
	struct nested_dir dir = {
		.path = arena_copy(arena, item->path),
		.top = gathering->top->path,
		.object = {
			.mode = (mode_t)item->value[VALUE_MODE],
			.uid = (uid_t)item->value[VALUE_UID],
			.gid = (gid_t)item->value[VALUE_GID],
		},
	};

	dir.object.acl.supported = !error;
	dir.object.acl.access = acl_of_text(arena, arena_bytes(arena, item->detail, access));
	if (item->detail[access])
		dir.object.acl.standard = acl_of_text(arena, item->detail + access + 1);
	if (error)
		dir.unknown = arena_text(arena, "cannot be examined: %s", host_error(gathering->host, error));
	else if (gathering->host->unmapped_ids && dir.object.uid == OVERFLOW_ID)
		dir.unknown = "has an owner that this user namespace does not map";
	return dir;
}

static void leave(void *owner, const struct tempdir *top) {
	struct gathering *gathering = owner;
	struct shortlist *found = &gathering->found;

	shortlist_sort(found);
	for (size_t i = 0; i < found->count; ++i) {
		gathering->dirs =
		        arena_grow(&gathering->host->arena, gathering->dirs, gathering->ndirs, sizeof *gathering->dirs);
		gathering->dirs[gathering->ndirs++] = dir_of(gathering, found->items[i]);
	}
	if (found->total > found->count) {
		host_omit(gathering->host, top->path, "holds more directories that others can write than are kept");
		host_fault(gathering->host, FACT_NESTED, ASPECT_FILE, top->path,
		           "holds more directories that others can write than are kept: not all of it was examined");
	}
	shortlist_free(found);
}

static int compare_dirs(const void *a, const void *b) {
	const struct nested_dir *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void end(void *owner) {
	struct gathering *gathering = owner;
	struct nested *nested = arena_alloc(&gathering->host->arena, sizeof *nested);

	if (gathering->ndirs)
		qsort(gathering->dirs, gathering->ndirs, sizeof *gathering->dirs, compare_dirs);
	nested->dirs = gathering->dirs;
	/* Twice by one name: it was exchanged for another while the directory was being read. */
	for (size_t i = 0; i < gathering->ndirs; ++i)
		if (i == 0 || !text_equal(gathering->dirs[i].path, gathering->dirs[nested->ndirs - 1].path))
			gathering->dirs[nested->ndirs++] = gathering->dirs[i];
	nested->examined = gathering->examined;
	gathering->host->nested = nested;
}

const struct descent_participant nested_participant = {
	.fact = FACT_NESTED,
	.needs = WALK_DIRECTORIES,
	.local_size = sizeof(struct local),
	.begin = begin,
	.enter = enter,
	.visit = visit,
	.finish = finish,
	.leave = leave,
	.end = end,
};
