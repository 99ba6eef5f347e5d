#include "cleanup.h"
#include "descent.h"
#include "host.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { MOST_ENTRIES = 20000000, MOST_SECONDS = 600 };

/** What lies hidden, while it is being counted. */
struct counting {
	uint64_t count, bytes;
	struct shortlist first;
};

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	struct counting *local = state;
	const char *path = walk_path(entry);

	(void)owner;
	if (entry->level == 0)
		return;
	++local->count;
	if (S_ISREG(entry->status->stx_mode) && local->bytes <= UINT64_MAX - entry->status->stx_size)
		local->bytes += entry->status->stx_size;
	local->first.most = 1;
	local->first.most_bytes = 8192;
	/* A file says more than a directory. */
	shortlist_add(&local->first, &(struct shortlist_item) {
	                                     .rank = S_ISREG(entry->status->stx_mode) ? 0 : 1,
	                                     .path = path ? path : entry->name,
	                             });
}

static void finish(void *owner, void *state, bool discard) {
	struct counting *counting = owner, *local = state;

	if (!discard) {
		counting->count += local->count;
		counting->bytes += local->bytes;
		shortlist_merge(&counting->first, &local->first);
	}
	shortlist_free(&local->first);
}

/** Count what lies in a directory of a tree, on the file system of that device. */
static void count_below(struct host *host, const struct tree *tree, int pinned, dev_t device, struct shadow *shadow) {
	struct counting counting = { .first = { .most = 1, .most_bytes = 8192 } };
	struct walk_summary summary = { .troubles = { .most = 1, .most_bytes = 8192 },
		                        .crossings = { .most = 1, .most_bytes = 8192 } };
	const struct walk_consumer consumer = {
		.needs = WALK_ENTRIES,
		.levels = DESCENT_LEVELS,
		.local_size = sizeof(struct counting),
		.visit = visit,
		.finish = finish,
		.owner = &counting,
	};
	int error = walk_run(
	        &(struct walk_top) {
	                .tree = tree,
	                .fd = pinned,
	                .path = shadow->path,
	                .consumers = 1,
	        },
	        &consumer, 1,
	        &(struct walk_limits) {
	                .entries = MOST_ENTRIES,
	                .seconds = MOST_SECONDS,
	                .patience = host_patience(host),
	                .threads = host->threads,
	        },
	        &summary);

	if (error == -ETIMEDOUT)
		host_silent(host, device, shadow->path);
	if (error < 0) {
		shadow->unknown =
		        arena_text(&host->arena, "what lies beneath cannot be read: %s", host_error(host, error));
	} else if (summary.troubles.count && !counting.count) {
		const struct shortlist_item *trouble = summary.troubles.items[0];
		const char *words = walk_reason_text((enum walk_reason)trouble->value[0]);

		if (walk_reason_is_budget((enum walk_reason)trouble->value[0]))
			host_omit(host, trouble->path, words);
		shadow->unknown = arena_text(&host->arena, "what lies beneath cannot be read: %s",
		                             words ? words : host_error(host, (int)trouble->value[1]));
	}
	shadow->count = counting.count;
	shadow->bytes = counting.bytes;
	if (counting.first.count) {
		const char *path = counting.first.items[0]->path;

		shadow->example =
		        arena_copy(&host->arena, path + (text_equal(shadow->path, "/") ? 1 : strlen(shadow->path) + 1));
	}
	shortlist_free(&counting.first);
	shortlist_free(&summary.troubles);
	shortlist_free(&summary.crossings);
}

/** The path of a directory within the mount that it lies on. */
static const char *path_within(const char *path, const struct mount *mount) {
	return text_equal(mount->target, "/") ? path : path + strlen(mount->target);
}

/** The mount on which a directory would lie without those that are mounted on it; NULL: it has none of its own. */
static const struct mount *find_base(const struct host *host, const struct tempdir *dir) {
	const struct mount *mount = mount_by_id(host->mount_views, dir->object.mount_id);

	if (!mount || !mount_is_own(mount, dir->real))
		return NULL;
	while (mount && text_equal(mount->target, dir->real)) {
		const struct mount *parent = mount_by_id(host->mount_views, (uint64_t)mount->parent);

		mount = parent == mount ? NULL : parent;
	}
	return mount && text_path_within(dir->real, mount->target) ? mount : NULL;
}

/** Look beneath the mounts of a running host, in a copy of the mount below that nobody else sees. */
static void look_beneath(struct host *host, const struct tempdir *dir, const struct mount *base,
                         struct shadow *shadow) {
	struct tree bare;
	struct statx status;
	autoclose pinned = -1;

	if (!mount_type_local(base->type)) {
		shadow->unknown =
		        arena_text(&host->arena, "what lies beneath is on %s, which may not answer", base->type);
		return;
	}
	if (host_is_silent(host, base->dev)) {
		shadow->unknown = "what lies beneath is on a file system that does not answer";
		return;
	}
	pinned = tree_pin(&host->tree, base->target);
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);
	if (!error && status.stx_mnt_id != (uint64_t)base->id)
		error = -EAGAIN;
	if (!error)
		error = tree_open_bare(&host->tree, pinned, &bare);
	if (error) {
		shadow->unknown =
		        arena_text(&host->arena, "what lies beneath cannot be reached: %s", host_error(host, error));
		return;
	}
	autoclose hidden = tree_pin(&bare, path_within(dir->real, base));
	/* Bound to itself, to have options of its own, it hides nothing. */
	if (hidden >= 0 && tree_stat(hidden, &status) == 0 && status.stx_ino == dir->object.ino &&
	    makedev(status.stx_dev_major, status.stx_dev_minor) == dir->object.dev)
		shadow->count = 0;
	else if (hidden >= 0)
		count_below(host, &bare, hidden, base->dev, shadow);
	else
		shadow->unknown =
		        arena_text(&host->arena, "what lies beneath cannot be reached: %s", host_error(host, hidden));
	tree_close(&bare);
}

/** Whether the boot configuration mounts something on the directory. */
static bool is_mounted_at_boot(const struct host *host, const struct tempdir *dir) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		const struct mount *mount = view->aspect == ASPECT_BOOT ? mount_covering(view, dir->real, 0) : NULL;

		/* Bound to itself, to have options of its own, it hides nothing. */
		if (mount && mount_is_own(mount, dir->real))
			return !(mount->device && text_equal(mount->device, dir->real));
	}
	return false;
}

void shadows_gather(struct host *host) {
	struct shadow *shadows = arena_grow(&host->arena, NULL, 0, sizeof *shadows);
	const size_t nfaults = host->nfaults;
	size_t count = 0;

	/* What will be mounted is not known if the configuration is not. */
	for (size_t i = 0; i < nfaults && !host->tree.live; ++i)
		if ((host->faults[i].facts & FACT_MOUNTS) && host->faults[i].aspect == ASPECT_BOOT)
			host_fault(host, FACT_SHADOWS, ASPECT_BOOT, host->faults[i].subject, "%s",
			           host->faults[i].message);

	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		struct shadow shadow = { .path = dir->path };

		if (!dir->real || dir->same_as || dir->class == TEMPDIR_USER)
			continue;
		if (host->tree.live) {
			const struct mount *base = find_base(host, dir);

			if (!base)
				continue;
			look_beneath(host, dir, base, &shadow);
		} else {
			if (!is_mounted_at_boot(host, dir))
				continue;
			const bool silent = host_is_silent(host, dir->object.dev);
			autoclose pinned = silent ? -ETIMEDOUT : tree_pin(&host->tree, dir->real);
			if (pinned >= 0)
				count_below(host, &host->tree, pinned, dir->object.dev, &shadow);
			else
				shadow.unknown = host_error(host, pinned);
		}
		shadows = arena_grow(&host->arena, shadows, count, sizeof *shadows);
		shadows[count++] = shadow;
	}
	host->shadows = shadows;
}
