#include "cleanup.h"
#include "host.h"
#include "text.h"
#include "walk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

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
	struct statx status;
	bool reachable;
	int pinned;
};

static dev_t device_of(const struct place *place) {
	return makedev(place->status.stx_dev_major, place->status.stx_dev_minor);
}

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

/** Whether the path to the mount leads through one that is not to be asked anything. */
static bool lies_beneath_foreign(const struct mount_view *view, const struct mount *mount) {
	for (size_t i = 0; i < view->nmounts; ++i) {
		const struct mount *other = &view->mounts[i];

		if (other != mount && !text_equal(other->target, mount->target) &&
		    text_path_within(mount->target, other->target) && !other->covered && !other->outside &&
		    !mount_type_local(other->type) && !text_equal(refusal(other), "pseudo file system"))
			return true;
	}
	return false;
}

/** Whether what the mount shows is seen where another one, that is walked, shows it already. */
static bool is_shown(struct host *host, const struct mount_view *view, const struct mount *mount,
                     const struct mount *walked) {
	if (mount->dev != walked->dev || !text_path_within(mount->root, walked->root))
		return false;
	const char *rest = mount->root + (text_equal(walked->root, "/") ? 0 : strlen(walked->root));
	const char *path = text_equal(walked->target, "/") ? (*rest ? rest : "/")
	                                                   : arena_text(&host->arena, "%s%s", walked->target,
	                                                                text_equal(rest, "/") ? "" : rest);

	for (size_t i = 0; i < view->nmounts; ++i) {
		const struct mount *other = &view->mounts[i];

		if (other != walked && !other->covered && !other->outside &&
		    !text_equal(other->target, walked->target) && text_path_within(path, other->target) &&
		    text_path_within(other->target, walked->target))
			return false;
	}
	return true;
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

/** The file systems of a running host, each once. */
static struct place *places_live(struct host *host, const struct mount_view *view, size_t *nplaces) {
	struct arena *arena = &host->arena;
	struct place *places = NULL;
	size_t count = 0;

	for (size_t i = 0; i < view->nmounts; ++i) {
		const struct mount *mount = &view->mounts[i];
		const char *why = refusal(mount);
		bool shown = false;

		if (why) {
			host_omit(host, mount->target, why);
			continue;
		}
		for (size_t k = 0; k < count && !shown; ++k)
			shown = is_shown(host, view, mount, places[k].mount);
		if (shown)
			continue;
		if (lies_beneath_foreign(view, mount)) {
			host_omit(host, mount->target, "the way to it leads through a file system that may not answer");
			continue;
		}
		struct place place = { .mount = mount, .path = mount->target };
		place.pinned = tree_pin(&host->tree, mount->target);
		int error = place.pinned < 0 ? place.pinned : tree_stat(place.pinned, &place.status);
		bool hidden = !error && (place.status.stx_mask & STATX_MNT_ID) && mount->id &&
		              place.status.stx_mnt_id != (uint64_t)mount->id;
		if (error && !tree_absent(error))
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, mount->target, "cannot be entered: %s",
			           host_error(host, error));
		else if (hidden || error)
			host_omit(host, mount->target, "hidden by another mount");
		if (!error && !hidden && S_ISDIR(place.status.stx_mode)) {
			place.reachable = is_reachable(host, mount->target);
			places = arena_grow(arena, places, count, sizeof *places);
			places[count++] = place;
		} else if (place.pinned >= 0) {
			close(place.pinned);
		}
	}
	*nplaces = count;
	return places;
}

static struct walk *begin_place(struct host *host, const struct place *places, size_t nplaces, size_t at,
                                struct gathering *gathering) {
	const struct place *place = &places[at];
	struct walk_mark *marks = NULL;
	size_t nmarks = 0;

	/* The top of another walk may lie in this one, by its other name. */
	for (size_t i = 0; i < nplaces; ++i) {
		const struct statx *other = &places[i].status;

		if (i == at || other->stx_dev_major != place->status.stx_dev_major ||
		    other->stx_dev_minor != place->status.stx_dev_minor || other->stx_ino == place->status.stx_ino)
			continue;
		marks = arena_grow(&host->arena, marks, nmarks, sizeof *marks);
		marks[nmarks++] = (struct walk_mark) { .ino = other->stx_ino,
			                               .dev_major = other->stx_dev_major,
			                               .dev_minor = other->stx_dev_minor,
			                               .skip = true };
	}
	const struct walk_top top = { .tree = &host->tree,
		                      .fd = place->pinned,
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
	struct walk *walk;

	pulse_say(host->tree.pulse, place->path);
	int error =
	        walk_start(&top, &consumer, 1,
	                   &(struct walk_limits) { .patience = host_patience(host), .threads = host->threads }, &walk);
	if (error)
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, place->path, "cannot be walked: %s",
		           host_error(host, error));
	return walk;
}

static void end_place(struct host *host, const struct place *place, struct walk *walk, struct walk_summary *summary) {
	int error = walk_end(walk, summary);

	if (error == -ETIMEDOUT) {
		host_silent(host, device_of(place), place->path);
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
	size_t count = 0;

	for (size_t i = 0; i < nplaces; ++i) {
		if (host_is_silent(host, device_of(&places[i]))) {
			host_silent(host, device_of(&places[i]), places[i].path);
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, places[i].path, "does not answer");
			continue;
		}
		struct walk *walk = begin_place(host, places, nplaces, i, gathering);
		const unsigned wait = FIRST_MS / ((unsigned)count + 1);

		if (!walk)
			continue;
		if (walk_wait(walk, wait > LAST_MS ? wait : LAST_MS)) {
			end_place(host, &places[i], walk, summary);
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
}

/** Directories that could not be examined become faults, as many as a report can hold. */
static void report_unread(struct host *host, const struct mount_view *view, struct shortlist *unread) {

	shortlist_sort(unread);
	for (size_t i = 0; i < unread->count; ++i) {
		const struct shortlist_item *item = unread->items[i];
		enum walk_reason reason = (enum walk_reason)item->value[0];
		int error = (int)item->value[1];
		bool foreign = false;

		/* A user's mount that even root may not enter stands among what was left out. */
		for (size_t k = 0; view && k < view->nmounts && error == -EACCES && !foreign; ++k)
			foreign = refusal(&view->mounts[k]) && text_equal(view->mounts[k].target, item->path);
		if (foreign)
			continue;

		if (walk_reason_text(reason))
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, item->path, "%s", walk_reason_text(reason));
		else
			host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, item->path, "cannot be read: %s",
			           host_error(host, error));
	}
	if (unread->total > unread->count)
		host_fault(host, FACT_EVERYWHERE, ASPECT_FILE, host->tree.live ? "/" : host->root,
		           "and %zu more directories that cannot be read", unread->total - unread->count);
}

/** Whether a directory is one of those in which the kernel prepares an overlay's changes, which nobody can enter. */
static bool is_overlay_work(const struct mount_view *view, const char *path) {
	static const char option[] = "workdir=";

	for (size_t i = 0; view && i < view->nmounts; ++i) {
		const struct mount *mount = &view->mounts[i];
		const char *work = text_starts(mount->type, "overlay") && mount->super_options
		                           ? strstr(mount->super_options, option)
		                           : NULL;
		if (!work)
			continue;
		work += sizeof option - 1;
		size_t length = strcspn(work, ",");
		if (length > 1 && strncmp(path, work, length) == 0 && (path[length] == '/' || path[length] == '\0'))
			return true;
	}
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
	struct place *places, whole = { .path = "/", .reachable = true, .pinned = -1 };
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
		whole.pinned = tree_pin(&host->tree, "/");
		if (whole.pinned < 0 || tree_stat(whole.pinned, &whole.status) < 0) {
			nplaces = 0;
			if (whole.pinned >= 0)
				close(whole.pinned);
		}
	}
	walk_places(host, places, nplaces, &gathering, &summary);
	for (size_t i = 0; i < nplaces; ++i)
		close(places[i].pinned);
	everywhere->examined = summary.directories;
	shortlist_merge(&gathering.unread, &summary.troubles);
	report_unread(host, live, &gathering.unread);
	for (size_t i = 0; !live && i < summary.crossings.count; ++i)
		host_omit(host, summary.crossings.items[i]->path, "another file system");

	shortlist_sort(&gathering.found);
	everywhere->total = gathering.found.total;
	struct everywhere_dir *dirs = arena_array(arena, gathering.found.count + 1, sizeof *dirs);
	for (size_t i = 0; i < gathering.found.count; ++i) {
		const struct shortlist_item *item = gathering.found.items[i];

		if (is_overlay_work(live, item->path)) {
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
