#include "descent.h"

#include "cleanup.h"
#include "host.h"
#include "text.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/sysmacros.h>

/** What cannot be read, as a report can hold it. */
enum { MOST_TROUBLES = 1000 };
/** What is read of one directory and those in it: more than that is no temporary directory any more. */
enum { MOST_ENTRIES = 20000000, MOST_SECONDS = 600 };
/** How often the members of a group are looked for; who asks for more gets the answer that hides nothing. */
enum { LOOKUPS_MOST = 1000 };

static const struct descent_participant *const participants[] = {
	&nested_participant,
	&contents_participant,
	&leftovers_participant,
};

enum { PARTICIPANTS = sizeof participants / sizeof *participants };

/** Who may pass directories. */
struct passer {
	const struct accounts *accounts;
	atomic_uint *lookups;
};

/** Whether the access list names somebody but the owner and root, and lets him pass. */
static bool names_passer(const struct acl_list *list, uid_t owner) {
	for (size_t i = 0; i < list->nentries; ++i) {
		const struct acl_entry_fact *entry = &list->entries[i];
		const bool other =
		        (entry->tag == ACL_ENTRY_USER && entry->id != owner) || entry->tag == ACL_ENTRY_GROUP;

		if (other && entry->id != 0 && (entry->effective & 1))
			return true;
	}
	return false;
}

/** Whether the owning group has somebody in it besides the owner and root. */
static bool group_has_others(const struct passer *passer, gid_t gid, uid_t owner) {
	const struct accounts *accounts = passer->accounts;

	if (gid == 0 || !accounts)
		return false;
	if (atomic_fetch_add(passer->lookups, 1) >= LOOKUPS_MOST)
		return true;
	return group_others(accounts, gid, owner) > 0 || (accounts->foreign && !group_by_gid(accounts, gid));
}

static bool object_passes(const struct passer *passer, const struct object *object) {
	if ((object->mode & S_IXOTH) || names_passer(&object->acl.access, object->uid))
		return true;
	return (object_group_bits(object) & 1) && group_has_others(passer, object->gid, object->uid);
}

/** For the walk: the list of a directory may tell more than its mode. */
static bool passes(const void *owner, const struct walk_entry *entry) {
	struct arena arena = { 0 };
	struct object object = { 0 };
	struct statx status;
	/* What cannot be told hides nothing: whoever cannot pass makes no difference. */
	bool pass = true;

	int error = walk_acl(entry, false, &arena, &status, &object.acl);
	if (!error) {
		object.mode = status.stx_mode;
		object.uid = status.stx_uid;
		object.gid = status.stx_gid;
		pass = object_passes(owner, &object);
	}
	arena_free(&arena);
	return pass;
}

/** Whether something is mounted at path that is not to be asked anything. */
static bool is_foreign_mount(const struct host *host, const char *path) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		for (size_t i = 0; view->aspect == ASPECT_LIVE && i < view->nmounts; ++i)
			if (text_equal(view->mounts[i].target, path) && !mount_type_local(view->mounts[i].type))
				return true;
	return false;
}

/** What could not be read becomes faults of those who asked, silence would be a pass. */
static void report(struct host *host, const struct tempdir *top, unsigned facts, unsigned everything,
                   const struct walk_summary *summary) {
	const struct shortlist *troubles = &summary->troubles;

	for (size_t i = 0; i < troubles->count; ++i) {
		const struct shortlist_item *item = troubles->items[i];
		const char *words = walk_reason_text((enum walk_reason)item->value[0]);
		const int error = (int)item->value[1];
		/* What nobody else can reach matters only to those who look everywhere. */
		const unsigned concerned = item->value[2] ? facts : facts & everything;

		if (concerned && walk_reason_is_budget((enum walk_reason)item->value[0]))
			host_omit(host, item->path, words);
		/* A user's own mount refuses even root. */
		if (error == -EACCES && is_foreign_mount(host, item->path))
			host_omit(host, item->path, "another file system is mounted there");
		else if (concerned && words)
			host_fault(host, concerned, ASPECT_FILE, item->path, "%s: not all of it was examined", words);
		else if (concerned)
			host_fault(host, concerned, ASPECT_FILE, item->path, "cannot be examined: %s",
			           host_error(host, error));
	}
	if (troubles->total > troubles->count)
		host_fault(host, facts, ASPECT_FILE, top->path, "holds %zu more that cannot be examined",
		           troubles->total - troubles->count);
	for (size_t i = 0; i < summary->crossings.count; ++i)
		host_omit(host, summary->crossings.items[i]->path, "another file system is mounted there");
}

/** Open the directory, if it is still the one that was examined.  Returns a descriptor or a negative errno. */
static int pin_top(const struct host *host, const struct tempdir *top) {
	int pinned = tree_pin(&host->tree, top->real);
	struct statx status;

	if (pinned < 0)
		return pinned;
	int error = tree_stat(pinned, &status);
	if (!error && (status.stx_ino != top->object.ino ||
	               makedev(status.stx_dev_major, status.stx_dev_minor) != top->object.dev))
		error = -EAGAIN;
	if (!error)
		return pinned;
	close(pinned);
	return error;
}

static void descend(struct host *host, const struct tempdir *top, void *const owners[PARTICIPANTS],
                    const struct passer *passer) {
	const bool shared = object_passes(passer, &top->object);
	struct walk_consumer consumers[PARTICIPANTS];
	const struct descent_participant *entered[PARTICIPANTS];
	unsigned facts = 0, everything = 0;
	size_t count = 0;

	for (size_t i = 0; i < PARTICIPANTS; ++i) {
		const struct descent_participant *participant = participants[i];

		if (!owners[i] || !participant->enter(owners[i], top, shared))
			continue;
		facts |= participant->fact;
		everything |= participant->everything ? participant->fact : 0;
		entered[count] = participant;
		consumers[count++] = (struct walk_consumer) {
			.needs = participant->needs,
			.levels = DESCENT_LEVELS,
			.local_size = participant->local_size,
			.visit = participant->visit,
			.finish = participant->finish,
			.owner = owners[i],
		};
	}
	if (!count)
		return;
	struct walk_summary summary = { .troubles = { .most = MOST_TROUBLES, .most_bytes = (size_t)1 << 20 },
		                        .crossings = { .most = MOST_TROUBLES, .most_bytes = (size_t)1 << 20 } };
	autoclose pinned = pin_top(host, top);
	int error = host_is_silent(host, top->object.dev) ? -ETIMEDOUT : pinned;
	if (pinned >= 0 && error != -ETIMEDOUT)
		error = walk_run(
		        &(struct walk_top) {
		                .tree = &host->tree,
		                .fd = pinned,
		                .path = top->real,
		                .reachable = top->object.mode & S_IXOTH,
		                .shared = shared,
		                .passes = passes,
		                .passer = passer,
		                .consumers = (1U << count) - 1,
		        },
		        consumers, count,
		        &(struct walk_limits) {
		                .entries = MOST_ENTRIES,
		                .seconds = MOST_SECONDS,
		                .patience = host_patience(host),
		                .threads = host->threads,
		        },
		        &summary);
	if (error == -ETIMEDOUT) {
		host_silent(host, top->object.dev, top->real);
		host_fault(host, facts, ASPECT_FILE, top->path, "is on a file system that does not answer");
	} else if (error < 0)
		host_fault(host, facts, ASPECT_FILE, top->path, "cannot be examined: %s", host_error(host, error));
	report(host, top, facts, everything, &summary);
	for (size_t i = 0; i < count; ++i)
		entered[i]->leave(consumers[i].owner, top);
	shortlist_free(&summary.troubles);
	shortlist_free(&summary.crossings);
}

void descent_gather(struct host *host) {
	atomic_uint lookups = 0;
	const struct passer passer = { .accounts = host->accounts, .lookups = &lookups };
	void *owners[PARTICIPANTS] = { NULL };

	for (size_t i = 0; i < PARTICIPANTS; ++i)
		if (host->due & participants[i]->fact)
			owners[i] = participants[i]->begin(host);
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (dir->real && !dir->unknown && !dir->same_as)
			descend(host, dir, owners, &passer);
	for (size_t i = 0; i < PARTICIPANTS; ++i)
		if (owners[i])
			participants[i]->end(owners[i]);
}
