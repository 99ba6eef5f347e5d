#include "cleanup.h"
#include "host.h"
#include "text.h"
#include "walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/**
 * What findings may cost: an attacker makes as many directories as he likes, with paths as long, and a report holds
 * each path several times until it is written.
 */
#define MOST 10000
#define MOST_BYTES ((size_t)1 << 20)
/** Directories that could not be read, and mounts that were not entered: a report holds so many. */
#define MOST_UNREAD 1000

/** What the values of an item of the shortlists are. */
enum { VALUE_MODE, VALUE_UID, VALUE_REACHABLE };

struct gathering {
	struct host *host;
	uid_t uid_min;
	struct shortlist found;
	/** ACLs that could not be read. */
	struct shortlist unread;
};

struct local {
	struct shortlist found, unread;
};

/** Whether the access list lets somebody write who is neither root nor the owner, and whom the mode does not show. */
static bool names_writer(const struct acl_list *list, uid_t owner) {
	for (size_t i = 0; i < list->nentries; ++i) {
		const struct acl_entry_fact *entry = &list->entries[i];

		if (!(entry->effective & 2) || entry->id == 0)
			continue;
		if ((entry->tag == ACL_ENTRY_USER && entry->id != owner) || entry->tag == ACL_ENTRY_GROUP)
			return true;
	}
	return false;
}

/** Whether a directory that others can write would be at fault. */
static bool is_loose(const struct gathering *gathering, const struct statx *status) {
	return !(status->stx_mode & S_ISVTX) || (status->stx_uid != 0 && status->stx_uid >= gathering->uid_min);
}

static void keep(const struct gathering *gathering, struct local *local, const struct walk_entry *entry,
                 const struct statx *status, const char *acl) {
	const char *path = walk_path(entry);
	bool system = status->stx_uid == 0 || status->stx_uid < gathering->uid_min;

	if (!local->found.most) {
		local->found.most = MOST;
		local->found.most_bytes = MOST_BYTES;
	}
	/* A user's own directory is the least of it: many of them must not hide one of the host's. */
	shortlist_add(&local->found, &(struct shortlist_item) {
	                                     .rank = (system ? 0U : 2U) + (entry->reachable ? 0U : 1U),
	                                     .path = path ? path : entry->name,
	                                     .detail = acl,
	                                     .value = { [VALUE_MODE] = status->stx_mode & 07777,
	                                                [VALUE_UID] = status->stx_uid,
	                                                [VALUE_REACHABLE] = entry->reachable },
	                             });
}

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	const struct gathering *gathering = owner;
	struct local *local = state;
	const struct statx *status = entry->status;

	if (!S_ISDIR(status->stx_mode) || !is_loose(gathering, status))
		return;
	if (status->stx_mode & S_IWOTH) {
		keep(gathering, local, entry, status, NULL);
		return;
	}
	/* The group's bits are the mask of an ACL: without theirs no named entry can write. */
	if (!(status->stx_mode & S_IWGRP))
		return;
	struct arena arena = { 0 };
	struct statx again;
	struct acl_lists lists;
	int error = walk_acl(entry, false, &arena, &again, &lists);

	if (error && error != -ENOENT && error != -ESTALE && error != -EXDEV) {
		const char *path = walk_path(entry);

		local->unread.most = MOST_UNREAD;
		local->unread.most_bytes = MOST_BYTES;
		shortlist_add(&local->unread,
		              &(struct shortlist_item) { .path = path ? path : "", .value = { 0, error } });
	} else if (!error && S_ISDIR(again.stx_mode) && is_loose(gathering, &again)) {
		if (again.stx_mode & S_IWOTH)
			keep(gathering, local, entry, &again, NULL);
		else if (names_writer(&lists.access, again.stx_uid))
			keep(gathering, local, entry, &again, lists.access.text);
	}
	arena_free(&arena);
}

static void finish(void *owner, void *state, bool discard) {
	struct gathering *gathering = owner;
	struct local *local = state;

	if (!discard) {
		shortlist_merge(&gathering->found, &local->found);
		shortlist_merge(&gathering->unread, &local->unread);
	}
	shortlist_free(&local->found);
	shortlist_free(&local->unread);
}

/** A file system to be walked. */
struct place {
	const struct mount *mount;
	const char *path;
	uint64_t ino;
	dev_t dev;
	bool reachable;
};

/** Why a mount is not entered, or NULL. */
static const char *refusal(const struct mount *mount) {
	/* /dev is not among them: directories in it are as good as any. */
	static const char *const pseudo[] = { "proc",       "sysfs",     "devpts",     "cgroup",   "cgroup2",
		                              "mqueue",     "hugetlbfs", "securityfs", "debugfs",  "tracefs",
		                              "configfs",   "bpf",       "pstore",     "efivarfs", "binfmt_misc",
		                              "rpc_pipefs", "nsfs",      "selinuxfs",  "smackfs",  "resctrl",
		                              "fusectl",    "nfsd",      "cpuset",     NULL };
	static const char *const stores[] = { "/docker/", "/containers/", "/containerd", "/overlay2/",
		                              "/lxc/",    "/buildkit",    NULL };

	if (text_starts(mount->type, "overlay") && !text_equal(mount->target, "/"))
		for (const char *const *store = stores; *store; ++store)
			if (strstr(mount->target, *store) ||
			    (mount->super_options && strstr(mount->super_options, *store)))
				return "a container's layers";
	for (const char *const *type = pseudo; *type; ++type)
		if (text_equal(mount->type, *type))
			return "pseudo file system";
	if (mount_type_local(mount->type))
		return NULL;
	if (mount_type_network(mount->type))
		return "network file system";
	if (text_starts(mount->type, "overlay "))
		return "overlay over a file system that may not answer";
	if (text_starts(mount->type, "fuse"))
		return "FUSE, served by a process that may not answer";
	if (text_equal(mount->type, "autofs"))
		return "automount point";
	return "not known to be a local file system";
}

/* Tables of mounts: there may be a hundred thousand, so none is looked for among all the others. */

/** The mounts that are seen, and those of them that are not to be asked anything, in order of their targets. */
struct atlas {
	const struct mount **seen, **foreign;
	size_t nseen, nforeign;
};

static int compare_targets(const void *a, const void *b) {
	const struct mount *one = *(const struct mount *const *)a, *other = *(const struct mount *const *)b;

	return strcmp(one->target, other->target);
}

static struct atlas chart(struct arena *arena, const struct mount_view *view) {
	struct atlas atlas = { .seen = arena_array(arena, view->nmounts + 1, sizeof(struct mount *)),
		               .foreign = arena_array(arena, view->nmounts + 1, sizeof(struct mount *)) };

	for (size_t i = 0; i < view->nmounts; ++i) {
		const struct mount *mount = &view->mounts[i];

		if (mount->covered || mount->outside)
			continue;
		atlas.seen[atlas.nseen++] = mount;
		if (!mount_type_local(mount->type) && !text_equal(refusal(mount), "pseudo file system"))
			atlas.foreign[atlas.nforeign++] = mount;
	}
	qsort(atlas.seen, atlas.nseen, sizeof(*atlas.seen), compare_targets);
	qsort(atlas.foreign, atlas.nforeign, sizeof(*atlas.foreign), compare_targets);
	return atlas;
}

/** The length of the directory that the first so many bytes of path lie in; 0: they are "/". */
static size_t parent_length(const char *path, size_t length) {
	if (length <= 1)
		return 0;
	while (length > 1 && path[length - 1] != '/')
		--length;
	return length > 1 ? length - 1 : 1;
}

/** Whether one of the mounts, in order of their targets, is on the first so many bytes of path. */
static bool is_target(const struct mount *const *mounts, size_t count, const char *path, size_t length) {
	size_t low = 0;

	while (low < count) {
		const size_t middle = low + (count - low) / 2;
		int order = strncmp(mounts[middle]->target, path, length);

		if (order == 0 && mounts[middle]->target[length] == '\0')
			return true;
		if (order < 0)
			low = middle + 1;
		else
			count = middle;
	}
	return false;
}

/** Whether one is on a directory above path, or on path itself, and below the first so many bytes of it. */
static bool is_above(const struct mount *const *mounts, size_t count, const char *path, size_t length, size_t least) {
	for (; count && length > least; length = parent_length(path, length))
		if (is_target(mounts, count, path, length))
			return true;
	return false;
}

/** Whether the path to the mount leads through one that is not to be asked anything. */
static bool lies_beneath_foreign(const struct atlas *atlas, const struct mount *mount) {
	const char *target = mount->target;

	return is_above(atlas->foreign, atlas->nforeign, target, parent_length(target, strlen(target)), 0);
}

/** Whether what the mount shows is seen where another one, that is walked, shows it already. */
static bool is_shown(struct arena *scratch, const struct atlas *atlas, const struct mount *mount,
                     const struct mount *walked) {
	if (!text_path_within(mount->root, walked->root))
		return false;
	const bool top = text_equal(walked->target, "/");
	const char *rest = mount->root + (text_equal(walked->root, "/") ? 0 : strlen(walked->root));
	const char *path = top ? (*rest ? rest : "/")
	                       : arena_text(scratch, "%s%s", walked->target, text_equal(rest, "/") ? "" : rest);

	return !is_above(atlas->seen, atlas->nseen, path, strlen(path), strlen(walked->target));
}

/** Whether everybody can search the directories above path; a file system that is asked answers. */
static bool is_reachable(struct host *host, const char *path) {
	char *above = arena_copy(&host->arena, path);

	for (char *slash; (slash = strrchr(above, '/'));) {
		struct statx status;

		*slash = '\0';
		autoclose pinned = tree_pin(&host->tree, *above ? above : "/");
		if (pinned < 0 || tree_stat(pinned, &status) < 0 || !(status.stx_mode & S_IXOTH))
			return false;
	}
	return true;
}

/** A mount that is to be walked, unless another one shows the same. */
struct choice {
	const struct mount *mount;
	/** Where it stands in the table. */
	size_t number;
};

static int compare_choices(const void *a, const void *b) {
	const struct choice *one = a, *other = b;

	if (one->mount->dev != other->mount->dev)
		return one->mount->dev < other->mount->dev ? -1 : 1;
	return (one->number > other->number) - (one->number < other->number);
}

/** The places on one file system, in order of what they show of it. */
struct shown {
	const struct mount **mounts;
	size_t count;
};

/** Where in the list the first stands whose root is not less than the first so many bytes of path. */
static size_t first_shown(const struct shown *shown, const char *path, size_t length) {
	size_t low = 0;

	for (size_t high = shown->count; low < high;) {
		const size_t middle = low + (high - low) / 2;

		if (strncmp(shown->mounts[middle]->root, path, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_shown_by_one(struct arena *scratch, const struct atlas *atlas, const struct shown *shown,
                            const struct mount *mount) {
	const char *root = mount->root;

	for (size_t length = strlen(root); shown->count && length > 0; length = parent_length(root, length))
		for (size_t i = first_shown(shown, root, length); i < shown->count; ++i) {
			const struct mount *walked = shown->mounts[i];

			if (strncmp(walked->root, root, length) != 0 || walked->root[length] != '\0')
				break;
			if (is_shown(scratch, atlas, mount, walked))
				return true;
		}
	return false;
}

static void add_shown(struct shown *shown, const struct mount *mount) {
	size_t at = first_shown(shown, mount->root, strlen(mount->root) + 1);

	memmove(shown->mounts + at + 1, shown->mounts + at, (shown->count - at) * sizeof(*shown->mounts));
	shown->mounts[at] = mount;
	++shown->count;
}

/** Pin a place, if it is still the one that was chosen.  Returns a descriptor or a negative errno. */
static int pin_place(const struct host *host, const struct place *place) {
	struct statx status;
	int pinned = tree_pin(&host->tree, place->path);
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);

	if (!error &&
	    (status.stx_ino != place->ino || place->dev != makedev(status.stx_dev_major, status.stx_dev_minor)))
		error = -ESTALE;
	if (error >= 0)
		return pinned;
	if (pinned >= 0)
		close(pinned);
	return error;
}

/** Look at a mount.  Returns whether it is a place to be walked; says why not. */
static bool visit_mount(struct host *host, const struct mount *mount, struct place *place) {
	autoclose pinned = tree_pin(&host->tree, mount->target);
	struct statx status = { 0 };
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);
	bool hidden =
	        !error && (status.stx_mask & STATX_MNT_ID) && mount->id && status.stx_mnt_id != (uint64_t)mount->id;

	if (error && !tree_absent(error))
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, mount->target, "cannot be entered: %s",
		           host_error(host, error));
	else if (hidden || error)
		host_omit(host, mount->target, "hidden by another mount");
	if (error || hidden || !S_ISDIR(status.stx_mode))
		return false;
	*place = (struct place) { .mount = mount,
		                  .path = mount->target,
		                  .ino = status.stx_ino,
		                  .dev = makedev(status.stx_dev_major, status.stx_dev_minor),
		                  .reachable = is_reachable(host, mount->target) };
	return true;
}

/** In the order of the table of mounts. */
static int compare_places(const void *a, const void *b) {
	const struct place *one = a, *other = b;

	return (one->mount > other->mount) - (one->mount < other->mount);
}

/** The file systems of a running host, each once. */
static struct place *places_live(struct host *host, const struct mount_view *view, size_t *nplaces) {
	struct arena *arena = &host->arena, scratch = { 0 };
	const struct atlas atlas = chart(&scratch, view);
	struct choice *choices = arena_array(&scratch, view->nmounts + 1, sizeof *choices);
	struct shown shown = { .mounts = arena_array(&scratch, view->nmounts + 1, sizeof(struct mount *)) };
	struct place *places = NULL, place;
	size_t count = 0, nchoices = 0;

	for (size_t i = 0; i < view->nmounts; ++i) {
		const char *why = refusal(&view->mounts[i]);

		if (why)
			host_omit(host, view->mounts[i].target, why);
		else
			choices[nchoices++] = (struct choice) { &view->mounts[i], i };
	}
	qsort(choices, nchoices, sizeof *choices, compare_choices);
	for (size_t i = 0; i < nchoices; ++i) {
		const struct mount *mount = choices[i].mount;

		if (i == 0 || mount->dev != choices[i - 1].mount->dev)
			shown.count = 0;
		if (is_shown_by_one(&scratch, &atlas, &shown, mount))
			continue;
		if (lies_beneath_foreign(&atlas, mount)) {
			host_omit(host, mount->target, "the way to it leads through a file system that may not answer");
		} else if (visit_mount(host, mount, &place)) {
			places = arena_grow(arena, places, count, sizeof *places);
			places[count++] = place;
			add_shown(&shown, mount);
		}
	}
	if (count)
		qsort(places, count, sizeof *places, compare_places);
	arena_free(&scratch);
	*nplaces = count;
	return places;
}

static int compare_marks(const void *a, const void *b) {
	return walk_mark_compare(a, b);
}

/** The tops of all walks: one may lie in another, by its other name.  In the order of walk_mark_compare(). */
static struct walk_mark *mark_places(struct arena *arena, const struct place *places, size_t nplaces) {
	struct walk_mark *marks = arena_array(arena, nplaces + 1, sizeof *marks);

	for (size_t i = 0; i < nplaces; ++i)
		marks[i] = (struct walk_mark) { .ino = places[i].ino,
			                        .dev_major = major(places[i].dev),
			                        .dev_minor = minor(places[i].dev),
			                        .skip = true };
	qsort(marks, nplaces, sizeof *marks, compare_marks);
	return marks;
}

/** Of all marks, those on the file system of the place. */
static const struct walk_mark *marks_of(const struct walk_mark *marks, size_t nmarks, const struct place *place,
                                        size_t *count) {
	const struct walk_mark first = { .dev_major = major(place->dev), .dev_minor = minor(place->dev) };
	size_t low = 0;

	for (size_t high = nmarks; low < high;) {
		const size_t middle = low + (high - low) / 2;

		if (walk_mark_compare(&marks[middle], &first) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < nmarks; ++*count)
		if (marks[low + *count].dev_major != first.dev_major ||
		    marks[low + *count].dev_minor != first.dev_minor)
			break;
	return marks + low;
}

static struct walk *begin_place(struct host *host, const struct place *place, const struct walk_mark *marks,
                                size_t nmarks, struct gathering *gathering) {
	autoclose pinned = pin_place(host, place);
	struct walk *walk = NULL;

	if (tree_absent(pinned) || pinned == -ESTALE) {
		host_omit(host, place->path, "was unmounted meanwhile");
		return NULL;
	}
	const struct walk_top top = { .tree = &host->tree,
		                      .fd = pinned,
		                      .path = place->path,
		                      .reachable = place->reachable,
		                      .consumers = 1,
		                      .marks = marks,
		                      .nmarks = nmarks };
	const struct walk_consumer consumer = { .needs = WALK_DIRECTORIES,
		                                .levels = WALK_ALL,
		                                .local_size = sizeof(struct local),
		                                .visit = visit,
		                                .finish = finish,
		                                .owner = gathering };

	pulse_say(host->tree.pulse, place->path);
	int error = pinned;
	if (pinned >= 0)
		error = walk_start(&top, &consumer, 1,
		                   &(struct walk_limits) { .patience = host_patience(host), .threads = host->threads },
		                   &walk);
	if (error < 0)
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, place->path, "cannot be walked: %s",
		           host_error(host, error));
	return walk;
}

static void end_place(struct host *host, const struct place *place, struct walk *walk, struct walk_summary *summary) {
	pulse_say(host->tree.pulse, place->path);
	int error = walk_end(walk, summary);

	if (error == -ETIMEDOUT) {
		host_silent(host, place->dev, place->path);
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, place->path,
		           "stopped answering while it was being walked, and was not examined to its end");
	} else if (error) {
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, place->path, "cannot be walked: %s",
		           host_error(host, error));
	}
}

/**
 * Walk all places, one after another; but while one waits long for an answer the next is begun.  So any number that
 * never answer are waited for together.
 */
static void walk_places(struct host *host, const struct place *places, size_t nplaces, struct gathering *gathering,
                        struct walk_summary *summary) {
	enum { OPEN_MOST = 32, FIRST_MS = 50, LAST_MS = 2 };
	const struct place *waiting[OPEN_MOST];
	struct walk *walks[OPEN_MOST];
	struct arena scratch = { 0 };
	const struct walk_mark *all = mark_places(&scratch, places, nplaces);
	size_t count = 0;

	for (size_t i = 0; i < nplaces; ++i) {
		if (host_is_silent(host, places[i].dev)) {
			host_silent(host, places[i].dev, places[i].path);
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, places[i].path, "does not answer");
			continue;
		}
		size_t nmarks;
		const struct walk_mark *marks = marks_of(all, nplaces, &places[i], &nmarks);
		struct walk *walk = begin_place(host, &places[i], marks, nmarks, gathering);
		const unsigned wait = FIRST_MS / ((unsigned)count + 1);

		if (!walk)
			continue;
		if (walk_wait(walk, wait > LAST_MS ? wait : LAST_MS)) {
			end_place(host, &places[i], walk, summary);
			/* What goes on meanwhile is the first of those that take long. */
			if (count)
				pulse_say(host->tree.pulse, waiting[0]->path);
			continue;
		}
		waiting[count] = &places[i];
		walks[count++] = walk;
		for (size_t k = 0; count == OPEN_MOST && k < OPEN_MOST; ++k)
			end_place(host, waiting[k], walks[k], summary);
		count %= OPEN_MOST;
	}
	for (size_t k = 0; k < count; ++k)
		end_place(host, waiting[k], walks[k], summary);
	arena_free(&scratch);
}

/** Directories that could not be examined become faults, as many as a report can hold. */
static void report_unread(struct host *host, const struct mount_view *view, struct shortlist *unread) {
	struct arena scratch = { 0 };
	const struct atlas atlas = view ? chart(&scratch, view) : (struct atlas) { 0 };

	shortlist_sort(unread);
	for (size_t i = 0; i < unread->count; ++i) {
		const struct shortlist_item *item = unread->items[i];
		enum walk_reason reason = (enum walk_reason)item->value[0];
		int error = (int)item->value[1];

		/* A user's mount that even root may not enter stands among what was left out. */
		if (error == -EACCES && is_target(atlas.foreign, atlas.nforeign, item->path, strlen(item->path)))
			continue;
		if (walk_reason_is_budget(reason))
			host_omit(host, item->path, walk_reason_text(reason));
		if (walk_reason_text(reason))
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, item->path, "%s", walk_reason_text(reason));
		else
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, item->path, "cannot be read: %s",
			           host_error(host, error));
	}
	if (unread->total > unread->count)
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, host->tree.live ? "/" : host->root,
		           "and %zu more directories that cannot be read", unread->total - unread->count);
	arena_free(&scratch);
}

/** The directories in which the kernel prepares an overlay's changes, which nobody can enter; ended by NULL. */
static const char **overlay_works(struct arena *arena, const struct mount_view *view) {
	static const char option[] = "workdir=";
	const char **works = NULL;
	size_t count = 0;

	for (size_t i = 0; view && i < view->nmounts; ++i) {
		const struct mount *mount = &view->mounts[i];
		const char *work = text_starts(mount->type, "overlay") && mount->super_options
		                           ? strstr(mount->super_options, option)
		                           : NULL;
		if (!work)
			continue;
		work += sizeof option - 1;
		works = arena_grow(arena, works, count, sizeof(*works));
		works[count++] = arena_bytes(arena, work, strcspn(work, ","));
	}
	works = arena_grow(arena, works, count, sizeof(*works));
	works[count] = NULL;
	return works;
}

static bool is_overlay_work(const char *const *works, const char *path) {
	for (; *works; ++works)
		if (strlen(*works) > 1 && text_path_within(path, *works))
			return true;
	return false;
}

void everywhere_gather(struct host *host) {
	struct arena *arena = &host->arena;
	const struct mount_view *live = NULL;
	struct everywhere *everywhere = arena_alloc(arena, sizeof *everywhere);
	struct gathering gathering = { .host = host,
		                       .uid_min = host->accounts ? host->accounts->uid_min : 1000,
		                       .found = { .most = MOST, .most_bytes = MOST_BYTES },
		                       .unread = { .most = MOST_UNREAD, .most_bytes = (size_t)1 << 20 } };
	struct walk_summary summary = { .troubles = { .most = MOST_UNREAD, .most_bytes = (size_t)1 << 20 },
		                        .crossings = { .most = MOST_UNREAD, .most_bytes = (size_t)1 << 20 } };
	struct place *places, whole = { .path = "/", .reachable = true };
	size_t nplaces = 1;

	host->everywhere = everywhere;
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE && host->tree.genuine)
			live = view;
	if (live) {
		places = places_live(host, live, &nplaces);
	} else {
		/* A foreign tree, or the copy of a host in a test: what lies on the device of its top. */
		places = &whole;
		autoclose pinned = tree_pin(&host->tree, "/");
		struct statx status;
		nplaces = pinned >= 0 && tree_stat(pinned, &status) == 0;
		if (nplaces) {
			whole.ino = status.stx_ino;
			whole.dev = makedev(status.stx_dev_major, status.stx_dev_minor);
		}
	}
	walk_places(host, places, nplaces, &gathering, &summary);
	everywhere->examined = summary.directories;
	shortlist_merge(&gathering.unread, &summary.troubles);
	report_unread(host, live, &gathering.unread);
	for (size_t i = 0; !live && i < summary.crossings.count; ++i)
		host_omit(host, summary.crossings.items[i]->path, "another file system");

	shortlist_sort(&gathering.found);
	everywhere->total = gathering.found.total;
	struct everywhere_dir *dirs = arena_array(arena, gathering.found.count + 1, sizeof *dirs);
	const char *const *works = overlay_works(arena, live);
	for (size_t i = 0; i < gathering.found.count; ++i) {
		const struct shortlist_item *item = gathering.found.items[i];

		if (is_overlay_work(works, item->path)) {
			--everywhere->total;
			continue;
		}
		/* Twice by one name: it was moved about, or one of two names was read when the other was gone. */
		if (everywhere->ndirs && text_equal(dirs[everywhere->ndirs - 1].path, item->path)) {
			--everywhere->total;
			continue;
		}
		dirs[everywhere->ndirs++] = (struct everywhere_dir) {
			.path = arena_copy(arena, item->path),
			.mode = (mode_t)item->value[VALUE_MODE],
			.uid = (uid_t)item->value[VALUE_UID],
			.unmapped = host->unmapped_ids && item->value[VALUE_UID] == 65534,
			.acl = *item->detail ? arena_copy(arena, item->detail) : NULL,
			.reachable = item->value[VALUE_REACHABLE],
		};
	}
	everywhere->dirs = dirs;
	shortlist_free(&gathering.found);
	shortlist_free(&gathering.unread);
	shortlist_free(&summary.troubles);
	shortlist_free(&summary.crossings);
}
