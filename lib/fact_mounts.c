#include "host.h"

#include "cleanup.h"
#include "mount_options.h"
#include "mount_table.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

/* What is mounted. */

static int compare_ids(const void *a, const void *b) {
	const struct mount *const *left = a, *const *right = b;

	return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

static const struct mount *find_id(const struct mount *const *by_id, size_t count, int id) {
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_id[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && by_id[low]->id == id ? by_id[low] : NULL;
}

struct live {
	struct host *host;
	struct arena *arena;
	/** The facts that are incomplete without it. */
	unsigned facts;
	struct mount *mounts;
	size_t count;
	const struct mount **by_id;
};

/** Add what a mountinfo lists, or of process 1's what ours does not.  Returns whether it could be read. */
static bool add_mountinfo(struct live *live, const struct bytes *bytes, const char *source, bool outside) {
	struct host *host = live->host;
	struct mount_table table;
	const size_t own = live->count;
	const char *why = mount_table_open(&table, MOUNT_MOUNTINFO, bytes, live->arena);

	if (why)
		host_fault(host, live->facts, ASPECT_LIVE, source, "%s", why);
	for (size_t i = 0; !why && i < table.nbad; ++i)
		host_fault(host, live->facts, ASPECT_LIVE, source, "cannot be understood in line %u", table.bad[i]);
	while (!why && mount_table_next(&table)) {
		if (outside && find_id(live->by_id, own, table.id))
			continue;
		struct mount mount = mount_table_entry(&table);
		mount.flags = mount_protections(mount.options);
		mount.source = source;
		mount.outside = outside;
		live->mounts = arena_grow(live->arena, live->mounts, live->count, sizeof *live->mounts);
		live->mounts[live->count++] = mount;
	}
	mount_table_close(&table);
	return !why;
}

static void sort_ids(struct live *live) {
	live->by_id = arena_array(live->arena, live->count + 1, sizeof *live->by_id);
	for (size_t i = 0; i < live->count; ++i)
		live->by_id[i] = &live->mounts[i];
	if (live->count)
		qsort(live->by_id, live->count, sizeof *live->by_id, compare_ids);
}

/** Tell which mounts lie under another one that has the same target: its child, in the kernel's order. */
static void tell_covered(struct live *live) {
	for (size_t i = 0; i < live->count; ++i) {
		const struct mount *mount = &live->mounts[i];
		const struct mount *below = find_id(live->by_id, live->count, mount->parent);

		if (below && below != mount && strcmp(below->target, mount->target) == 0)
			live->mounts[below - live->mounts].covered = true;
	}
}

/** For a layer: where it lies, and the mount that it is asked for. */
struct search {
	const struct live *live;
	const struct mount **foreign;
	size_t nforeign;
	/** The mount that it lies on, which is not local. */
	const struct mount **found;
};

static bool layer_within(const char *layer, size_t length, const char *target) {
	const size_t own = strcmp(target, "/") == 0 ? 0 : strlen(target);

	return length >= own && strncmp(layer, target, own) == 0 && (length == own || layer[own] == '/');
}

/** Whether a layer lies on a mount that is not local. */
static bool is_layer_foreign(const void *context, const char *layer, size_t length) {
	const struct search *search = context;
	const struct mount *nearest = NULL;

	for (size_t i = 0; i < search->nforeign; ++i)
		if (layer_within(layer, length, search->foreign[i]->target))
			nearest = search->foreign[i];
	for (size_t i = 0; nearest && i < search->live->count; ++i) {
		const struct mount *mount = &search->live->mounts[i];

		if (!mount->outside && !mount->covered && layer_within(layer, length, mount->target) &&
		    strlen(mount->target) >= strlen(nearest->target))
			nearest = mount;
	}
	if (!nearest || mount_type_local(nearest->type))
		return false;
	*search->found = nearest;
	return true;
}

/** An overlay over what may not answer may not answer.  The kernel lays overlays over overlays once. */
static void tell_overlays(struct live *live) {
	struct arena scratch = { 0 };

	for (int pass = 0; pass < 2; ++pass) {
		struct search search = { .live = live };
		const struct mount *found;

		for (size_t i = 0; i < live->count; ++i) {
			if (mount_type_local(live->mounts[i].type) || live->mounts[i].outside)
				continue;
			search.foreign = arena_grow(&scratch, search.foreign, search.nforeign, sizeof(*search.foreign));
			search.foreign[search.nforeign++] = &live->mounts[i];
		}
		search.found = &found;
		for (size_t i = 0; search.nforeign && i < live->count; ++i) {
			struct mount *mount = &live->mounts[i];

			if (mount_type_local(mount->type) && mount_any_layer(mount, is_layer_foreign, &search))
				mount->type = mount_type_over(live->arena, found->type);
		}
	}
	arena_free(&scratch);
}

/** Below a chroot(2) our own list lacks what our root lies on: process 1's has it. */
static void add_root(struct live *live) {
	struct host *host = live->host;
	struct statx status;

	if (!host->tree.genuine || host->mount_namespace != MOUNTS_OF_HOST || !host->first_mountinfo.data)
		return;
	autoclose fd = tree_pin(&host->tree, "/");
	if (fd < 0 || tree_stat(fd, &status) != 0 || find_id(live->by_id, live->count, (int)status.stx_mnt_id))
		return;
	add_mountinfo(live, &host->first_mountinfo, "/proc/1/mountinfo", true);
	sort_ids(live);
}

/** MemTotal of meminfo in bytes, or 0: proc_meminfo(5). */
static uint64_t find_memory(struct host *host) {
	static const char key[] = "MemTotal:";
	struct bytes bytes;

	if (!host_load(host, FACT_MOUNTS, ASPECT_LIVE, "/proc/meminfo", &bytes))
		return 0;
	for (const char *line = bytes.data; *line; line += *line == '\n') {
		if (text_starts(line, key))
			return strtoull(line + strlen(key), NULL, 10) * 1024;
		line += strcspn(line, "\n");
	}
	return 0;
}

/** Gather the live view.  Returns whether there is one. */
static bool gather_live(struct host *host, struct mount_view *view) {
	struct live live = { .host = host, .arena = &host->arena, .facts = FACT_MOUNTS };
	const char *path = host->mount_namespace == MOUNTS_VIA_PID1 ? "/proc/1/mountinfo" : "/proc/self/mountinfo";
	struct bytes bytes = host->mountinfo;

	if (!bytes.data) {
		int error = tree_load(&host->tree, path, &host->arena, &bytes);

		if (error) {
			host_fault(host, FACT_MOUNTS, ASPECT_LIVE, path, "cannot be read: %s", host_error(host, error));
			return false;
		}
	}
	if (!add_mountinfo(&live, &bytes, path, false))
		return false;
	sort_ids(&live);
	add_root(&live);
	tell_covered(&live);
	tell_overlays(&live);
	*view = (struct mount_view) {
		.aspect = ASPECT_LIVE,
		.source = path,
		.mounts = live.mounts,
		.nmounts = live.count,
		.by_id = live.by_id,
		.defects = arena_array(&host->arena, 1, sizeof *view->defects),
	};
	return true;
}

bool mounts_read(struct host *host, unsigned facts, const struct bytes *bytes, const char *source, struct arena *arena,
                 struct mount_view *view) {
	struct live live = { .host = host, .arena = arena, .facts = facts };

	if (!add_mountinfo(&live, bytes, source, false))
		return false;
	sort_ids(&live);
	tell_covered(&live);
	tell_overlays(&live);
	*view = (struct mount_view) {
		.aspect = ASPECT_LIVE,
		.source = source,
		.mounts = live.mounts,
		.nmounts = live.count,
		.by_id = live.by_id,
	};
	return true;
}

void mounts_gather(struct host *host) {
	struct mount_view *views = arena_array(&host->arena, 3, sizeof *views);
	uint64_t memory = host->tree.live ? find_memory(host) : 0;
	size_t count = 0;

	if (host->tree.live && gather_live(host, &views[count]))
		views[count++].memory = memory;
	mounts_gather_boot(host, &views[count]);
	views[count].memory = memory;
	host->mount_views = views;
}

/* What checks and other facts ask. */

const struct mount *mount_covering(const struct mount_view *view, const char *path, uint64_t id) {
	const struct mount *found = NULL;

	if (view->aspect == ASPECT_LIVE && id) {
		if (view->by_id)
			return find_id(view->by_id, view->nmounts, (int)id);
		for (size_t i = 0; i < view->nmounts; ++i)
			if ((uint64_t)view->mounts[i].id == id)
				return &view->mounts[i];
		return NULL;
	}
	for (size_t i = 0; path && i < view->nmounts; ++i)
		if (!view->mounts[i].outside && text_path_within(path, view->mounts[i].target))
			found = &view->mounts[i];
	return found;
}

bool mount_is_own(const struct mount *mount, const char *path) {
	return !mount->outside && strcmp(mount->target, path) == 0;
}

bool mount_has_option(const struct mount *mount, const char *option) {
	const unsigned long flag = mount_option_flag(option);

	if (flag)
		return mount->flags & flag;
	return (mount->options && mount_options_have(mount->options, option)) ||
	       (mount->super_options && mount_options_have(mount->super_options, option));
}

struct mount_limit mount_limit(const struct mount *mount, const char *option) {
	static const char units[] = "kmgtpe";
	const char *options = mount->super_options ? mount->super_options : "";
	const size_t length = strlen(option);
	struct mount_limit limit = { 0 };

	while (*options) {
		size_t word = strcspn(options, ",");

		if (word > length + 1 && strncmp(options, option, length) == 0 && options[length] == '=') {
			char *end;
			uint64_t number = strtoull(options + length + 1, &end, 0);
			const char *unit = *end ? strchr(units, *end | 0x20) : NULL;

			limit = (struct mount_limit) { .stated = true };
			if (*end == '%')
				limit.percent = number;
			else if (__builtin_mul_overflow(number, UINT64_C(1) << (unit ? 10 * (unit - units + 1) : 0),
			                                &limit.value))
				limit.value = UINT64_MAX;
		}
		options += word;
		options += *options == ',';
	}
	return limit;
}

const struct mount *mount_by_id(const struct mount_view *views, uint64_t id) {
	for (const struct mount_view *view = views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE && id)
			return mount_covering(view, NULL, id);
	return NULL;
}

struct usage usage_read(int pinned) {
	struct statvfs status;

	if (fstatvfs(pinned, &status) < 0)
		return (struct usage) { 0 };
	return (struct usage) {
		.known = true,
		.bytes_total = (uint64_t)status.f_blocks * status.f_frsize,
		.bytes_free = (uint64_t)status.f_bavail * status.f_frsize,
		.inodes_total = status.f_files,
		.inodes_free = status.f_favail,
	};
}
