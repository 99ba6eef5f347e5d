#include "cleanup.h"
#include "host.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** The most directories of users that are looked at below one parent: others can fill /tmp/user. */
enum { USERS_MAX = 2048 };

/** Every directory that is audited by its name: catalogue 1.4. */
static const struct known {
	const char *path;
	enum tempdir_class class;
	/** The widest mode. */
	mode_t widest;
	/** Whether a host must have it; whether only a running one has it, and then as a mount of that type. */
	bool required, live;
	const char *type;
	/** Who may own it besides root. */
	const char *owner;
} known[] = {
	{ "/tmp", TEMPDIR_SHARED, .widest = 01777, .required = true },
	{ "/var/tmp", TEMPDIR_SHARED, .widest = 01777, .required = true },
	{ "/dev/shm", TEMPDIR_SHARED, .widest = 01777, .required = true, .live = true },
	{ "/run/lock", TEMPDIR_LOCK, .widest = 01777 },
	{ "/var/lock", TEMPDIR_LOCK, .widest = 01777 },
	{ "/dev/mqueue", TEMPDIR_QUEUE, .widest = 01777, .live = true, .type = "mqueue" },
	{ "/var/crash", TEMPDIR_SPOOL, .widest = 03777 },
	{ "/var/spool/samba", TEMPDIR_SPOOL, .widest = 01777 },
	{ "/var/spool/cups/tmp", TEMPDIR_SPOOL, .widest = 01770 },
	{ "/run/screen", TEMPDIR_SPOOL, .widest = 01777 },
	{ "/var/lib/php/sessions", TEMPDIR_SPOOL, .widest = 01733 },
	{ "/var/spool/cron/crontabs", TEMPDIR_SPOOL, .widest = 01730 },
	{ "/var/spool/at", TEMPDIR_SPOOL, .widest = 01770, .owner = "daemon" },
};

/** Below which directories users have their own, and how wide those are. */
static const struct {
	const char *path;
	mode_t widest;
} parents[] = {
	{ "/run/user", 0755 },
	{ "/tmp/user", 0711 },
};

/** The list that grows. */
struct list {
	struct host *host;
	struct tempdir *dirs;
	size_t count;
};

/**
 * Find out what is at dir->path, which is then complete but for what its class wants.
 * *pinned is for the caller to close.
 */
static void examine(struct host *host, struct tempdir *dir, int *pinned) {
	struct trust_end end;

	dir->trust = trust_examine_end(host, dir->path, dir->user, &end);
	*pinned = end.pinned;
	dir->link = end.link;
	dir->exists = end.link || !end.absent;
	dir->object = end.object;
	dir->type = end.mount ? end.mount->type : NULL;
	dir->directory = S_ISDIR(end.object.mode);
	dir->real = dir->directory ? dir->trust.real : NULL;
	if (!end.unknown && dir->directory)
		end.unknown = object_examine_lists(host, end.pinned, &dir->object);
	dir->unknown = end.unknown;
}

/** The directory in the list that dir is another name of, or NULL. */
static struct tempdir *find_same(struct list *list, const struct tempdir *dir) {
	for (size_t i = 0; i < list->count && dir->object.ino; ++i)
		if (list->dirs[i].object.ino == dir->object.ino && list->dirs[i].object.dev == dir->object.dev &&
		    !list->dirs[i].same_as)
			return &list->dirs[i];
	return NULL;
}

static void add_alias(struct host *host, struct tempdir *dir, const char *name) {
	const char **names = (const char **)(uintptr_t)dir->aliases;
	size_t count = 0;

	while (names && names[count])
		++count;
	names = arena_grow(&host->arena, names, count, sizeof *names);
	names[count] = name;
	dir->aliases = names;
}

static void add(struct list *list, struct tempdir *dir) {
	struct tempdir *same = find_same(list, dir);

	/* The policy may name what is audited anyhow. */
	if (same && text_equal(same->path, dir->path))
		return;
	if (same && !dir->required && dir->trust.verdict == TRUST_GOOD) {
		add_alias(list->host, same, dir->path);
		return;
	}
	/* Of two required ones the directory goes by the name that is no link. */
	if (same && same->link && !dir->link && dir->required)
		same->same_as = dir->path;
	else if (same)
		dir->same_as = same->path;
	list->dirs = arena_grow(&list->host->arena, list->dirs, list->count, sizeof *list->dirs);
	list->dirs[list->count++] = *dir;
}

static void gather_known(struct list *list, const struct known *row) {
	struct host *host = list->host;
	struct tempdir dir = {
		.path = row->path,
		.class = row->class,
		.required = row->required && (host->tree.live || !row->live),
		.widest = row->widest,
	};
	autoclose pinned = -1;

	if (host->tree.live || !row->live)
		examine(host, &dir, &pinned);
	if (!dir.exists && !row->required)
		return;
	if (row->type && !text_equal(dir.type, row->type))
		return;
	if (host->tree.live && row->class == TEMPDIR_SHARED && dir.real && !dir.unknown)
		dir.usage = usage_read(pinned);
	const struct account *account = row->owner ? account_by_name(host->accounts, row->owner) : NULL;
	if (account && account->uid == dir.object.uid)
		dir.owner = account->uid;
	add(list, &dir);
}

/**
 * A directory that the policy names, or that configuration gives the user as a temporary one: everybody's, or if it is
 * private that of the one user who owns it.
 */
static void gather_named(struct list *list, const char *path, const char *source, uid_t user) {
	struct host *host = list->host;
	struct tempdir dir = {
		.path = arena_copy(&host->arena, path),
		.class = TEMPDIR_NAMED,
		.source = source,
		.widest = 01777,
	};
	autoclose pinned = -1;

	examine(host, &dir, &pinned);
	if (dir.real && !dir.unknown && !(dir.object.mode & 077)) {
		dir.widest = 0700;
		dir.owner = dir.user = dir.object.uid;
		dir.trust = trust_examine(host, path, dir.user);
	} else if (dir.real && !dir.unknown && dir.object.uid == user) {
		dir.owner = user;
	}
	add(list, &dir);
}

static void gather_user(struct list *list, const char *parent, const char *name) {
	struct host *host = list->host;
	uint64_t uid;
	autoclose pinned = -1;

	if (!text_number(name, 10, UINT32_MAX - 1, &uid))
		return;
	struct tempdir dir = {
		.path = arena_text(&host->arena, "%s/%s", parent, name),
		.class = TEMPDIR_USER,
		.owner = (uid_t)uid,
		.user = (uid_t)uid,
		.widest = 0700,
	};
	examine(host, &dir, &pinned);
	if (dir.exists)
		add(list, &dir);
}

static void gather_users(struct list *list, struct tempdir *parent) {
	struct host *host = list->host;
	autoclose pinned = -1;
	char **names;

	examine(host, parent, &pinned);
	/* Whoever can place the link chooses whose numbers we take for users: the parent itself is at fault then. */
	if (!parent->real || parent->unknown || (parent->link && parent->trust.verdict != TRUST_GOOD))
		return;
	int count = tree_list_pinned(pinned, &host->arena, &names);
	if (count < 0) {
		parent->unlisted = host_error(host, count);
		return;
	}
	for (int i = 0; i < count && i < USERS_MAX; ++i)
		gather_user(list, parent->path, names[i]);
	if (count > USERS_MAX) {
		parent->unlisted = "holds more directories than are looked at";
		host_omit(host, parent->path, parent->unlisted);
	}
}

void tempdirs_gather(struct host *host) {
	struct list list = { .host = host };
	const size_t nparents = sizeof parents / sizeof *parents;
	struct tempdir *holders = arena_array(&host->arena, nparents + 1, sizeof *holders);
	size_t nholders = 0;

	for (size_t i = 0; i < sizeof known / sizeof *known; ++i)
		gather_known(&list, &known[i]);
	for (size_t i = 0; i < nparents; ++i) {
		struct tempdir *parent = &holders[nholders];

		*parent = (struct tempdir) {
			.path = parents[i].path,
			.class = TEMPDIR_USER,
			.widest = parents[i].widest,
		};
		gather_users(&list, parent);
		nholders += parent->exists;
	}
	holders[nholders] = (struct tempdir) { 0 };
	for (const char *const *path = host->policy->lists[PARAMETER_TEMPDIR_EXTRA]; *path; ++path)
		gather_named(&list, *path, "policy", 0);
	/* Whether it is safe to name one that is not there is told by the check that reads these settings. */
	for (const struct named_dir *named = host->environment ? host->environment->named : NULL; named && named->path;
	     ++named)
		gather_named(&list, named->path, named->source, named->user);
	host->tempdirs = list.dirs;
	host->user_parents = holders;
}
