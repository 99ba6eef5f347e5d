#include "trust.h"

#include "cleanup.h"
#include "host.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** As many links as the kernel follows: path_resolution(7). */
enum { LINKS_MAX = 40 };

/** The most components, those of links' targets included; a hostile tree may have 40 targets of 2000 each. */
enum { STEPS_MAX = 4096 };

/** The most components that are remembered. */
enum { COMPONENTS_MAX = 4096 };

/** What was found at a path whose components are no links, but perhaps the last. */
struct component {
	const char *path;
	/** The next one of the same bucket, from 1; 0: none. */
	unsigned next;
	/** -ENOENT if there is nothing. */
	int error;
	struct object object;
	const struct mount *mount;
	/** Why it is set aside, and nothing below it is looked at; NULL: it is not. */
	const char *unknown;
	/** Why it cannot be told who can change it; NULL: it can. */
	const char *doubt;
	/** Of a directory: who besides root can write to it, in words; NULL if nobody.  Whether only its owner can. */
	const char *writers;
	bool alone;
	/** Of a symbolic link. */
	const char *target;
};

/** A way through the tree, component by component. */
struct way {
	struct host *host;
	uid_t user;
	const char *asked;
	/** The path that was reached, without links, and what is there. */
	char path[PATH_MAX];
	struct component here;
	/** What is still to go, of links' targets and of the path. */
	const char *rest;
	unsigned links;
	struct trust trust;
	size_t nfaults;
	/** The first component of which it cannot be told who can change it, and why; NULL: none. */
	const char *doubtful, *doubt;
	struct trust_end *end;
};

/** Who besides root can write to the directory, in words; NULL if nobody. */
static const char *other_writers(struct host *host, const struct object *object) {
	struct arena *arena = &host->arena;
	const struct accounts *accounts = host->accounts;

	if (object->uid == 0 && !object_others_write(object))
		return NULL;
	const char *shown = object_shown(arena, accounts, object);
	if (object->uid != 0)
		return shown;
	if (object_everybody_writes(object))
		return arena_text(arena, "%s, writable by everybody", shown);
	if (object->gid != 0 && object_group_bits(object) & 2) {
		const struct group *group = accounts ? group_by_gid(accounts, object->gid) : NULL;
		size_t members = accounts ? group_others(accounts, object->gid, 0) : 0;

		return arena_text(arena, "%s, group %s has %zu member%s", shown,
		                  group ? group->name : arena_text(arena, "%u", object->gid), members,
		                  members == 1 ? "" : "s");
	}
	for (size_t i = 0; i < object->acl.access.nentries; ++i) {
		const struct acl_entry_fact *entry = &object->acl.access.entries[i];

		if ((entry->tag == ACL_ENTRY_USER || entry->tag == ACL_ENTRY_GROUP) && entry->id != 0 &&
		    entry->effective & 2)
			return arena_text(arena, "%s, %s", shown, object_entry_shown(arena, accounts, entry));
	}
	return shown;
}

/** Find out of a directory who can write to it, or of a link where it leads. */
static void examine_more(struct host *host, int fd, struct component *component) {
	struct object object = component->object;
	struct arena lists = { 0 };
	int error = 0;

	component->doubt = object_doubt(host, &object);
	if (S_ISLNK(object.mode)) {
		char target[PATH_MAX];

		error = tree_target(fd, target, sizeof target);
		if (error)
			component->unknown = host_error(host, error);
		else
			component->target = arena_copy(&host->arena, target);
	} else if (S_ISDIR(object.mode) && !component->doubt) {
		/* Without w in the group bits no list grants it: they are its mask. */
		if (object.mode & S_IWGRP)
			error = acl_read(fd, false, &lists, &object.acl);
		if (error)
			component->doubt = host_error(host, error);
		else
			component->writers = other_writers(host, &object);
		component->alone = !object_others_write(&object);
		arena_free(&lists);
	}
}

/** Look at a path whose components are no links, but perhaps the last.  *pinned is for the caller to close. */
static struct component look_fresh(struct host *host, const char *path, int *pinned) {
	struct component component = { .path = path };
	int fd = tree_pin_link(&host->tree, path);

	*pinned = fd;
	if (tree_absent(fd)) {
		component.error = fd;
	} else if (fd < 0) {
		component.unknown = host_error(host, fd);
	} else {
		component.unknown = object_examine(host, fd, &component.object, &component.mount);
		if (!component.unknown)
			examine_more(host, fd, &component);
		else if (!text_starts(component.unknown, "privilege"))
			host_omit(host, path, component.unknown);
	}
	return component;
}

/** The same, once a path.  *pinned is negative if it was looked at before. */
static struct component look(struct host *host, const char *path, int *pinned) {
	unsigned *bucket = &host->component_buckets[text_hash(path) % HOST_BUCKETS];

	*pinned = -1;
	for (unsigned i = *bucket; i; i = host->components[i - 1].next)
		if (strcmp(host->components[i - 1].path, path) == 0)
			return host->components[i - 1];
	struct component component = look_fresh(host, path, pinned);
	if (host->ncomponents < COMPONENTS_MAX) {
		component.path = arena_copy(&host->arena, path);
		component.next = *bucket;
		*bucket = (unsigned)host->ncomponents + 1;
		host->components = arena_grow(&host->arena, host->components, host->ncomponents, sizeof component);
		host->components[host->ncomponents++] = component;
	}
	return component;
}

/** Note a component that others can replace.  A path that leads through one twice names it once. */
static void add_fault(struct way *way, const char *component, const struct component *at, const char *why) {
	struct trust_fault *list = (struct trust_fault *)(uintptr_t)way->trust.faults;

	for (size_t i = 0; i < way->nfaults; ++i)
		if (strcmp(list[i].component, component) == 0)
			return;
	list = arena_grow(&way->host->arena, list, way->nfaults, sizeof *list);
	list[way->nfaults++] = (struct trust_fault) {
		.component = arena_copy(&way->host->arena, component),
		.why = why,
		.link = S_ISLNK(at->object.mode),
		.owner = at->object.uid,
		.alone = S_ISLNK(at->object.mode) || at->alone,
	};
	way->trust.faults = list;
}

static void add_doubt(struct way *way, const char *component, const char *why) {
	if (way->doubt)
		return;
	way->doubtful = arena_copy(&way->host->arena, component);
	way->doubt = why;
}

/** End the way: where it ends decides, unless a component above it does. */
static bool end(struct way *way, enum trust_verdict verdict, const char *component, const char *why) {
	struct trust *trust = &way->trust;

	if (way->end && verdict == TRUST_UNKNOWN)
		way->end->unknown = text_starts(why, "privilege") || text_equal(component, way->asked)
		                            ? why
		                            : arena_text(&way->host->arena, "cannot be reached: %s %s", component, why);
	if (way->end && (verdict == TRUST_ABSENT || verdict == TRUST_SQUATTABLE))
		way->end->absent = true;
	*trust = (struct trust) {
		.verdict = verdict,
		.component = arena_copy(&way->host->arena, component),
		.why = why,
		.faults = trust->faults,
		.real = trust->real,
		.owner = way->here.object.uid,
		.alone = way->here.alone,
	};
	if (trust->faults) {
		trust->verdict = TRUST_BAD;
		trust->component = trust->faults->component;
		trust->why = trust->faults->why;
	} else if (way->doubt) {
		trust->verdict = TRUST_UNKNOWN;
		trust->component = way->doubtful;
		trust->why = way->doubt;
	}
	return false;
}

/** Judge the directory that was reached, through which the way goes on to next, which is at path. */
static void judge(struct way *way, const char *path, const struct component *next) {
	struct arena *arena = &way->host->arena;
	const struct component *here = &way->here;
	const uid_t uid = next->object.uid;
	const bool link = S_ISLNK(next->object.mode);

	if (here->doubt)
		add_doubt(way, way->path, here->doubt);
	if (link && next->doubt)
		add_doubt(way, path, next->doubt);
	if (!here->writers)
		return;
	if (here->object.uid != 0 || !(here->object.mode & S_ISVTX))
		add_fault(way, way->path, here, here->writers);
	else if (next->doubt)
		add_doubt(way, path, next->doubt);
	else if (uid != 0 && uid != way->user)
		add_fault(way, path, next,
		          arena_text(arena, "%s, in a directory that is %s",
		                     object_shown(arena, way->host->accounts, &next->object), here->writers));
}

/** Go to the directory at path, which was reached before or is the top of the tree. */
static bool go_to(struct way *way, const char *path) {
	autoclose pinned = -1;

	/* path may be the beginning of what it replaces. */
	memmove(way->path, path, strlen(path) + 1);
	way->here = look(way->host, way->path, &pinned);
	if (way->here.error)
		return end(way, TRUST_UNKNOWN, way->path, "is gone");
	return !way->here.unknown || end(way, TRUST_UNKNOWN, way->path, way->here.unknown);
}

static bool go_up(struct way *way) {
	char *slash = strrchr(way->path, '/');

	slash[slash == way->path] = '\0';
	return go_to(way, way->path);
}

/** Take up a link's target before the rest of the way. */
static bool follow(struct way *way, const char *path, const struct component *link) {
	struct arena *arena = &way->host->arena;

	/* The first link behind which nothing is to go is the path's own end. */
	if (way->end && !way->end->link && way->rest[strspn(way->rest, "/")] == '\0')
		way->end->link = link->target;
	if (++way->links > LINKS_MAX)
		return end(way, TRUST_UNKNOWN, path, host_error(way->host, -ELOOP));
	if (link->object.uid != 0 && !link->doubt)
		add_fault(way, path, link,
		          arena_text(arena, "symbolic link of uid %s",
		                     account_shown(arena, way->host->accounts, link->object.uid)));
	way->rest = arena_text(arena, "%s/%s", link->target, way->rest);
	return link->target[0] != '/' || go_to(way, "/");
}

/** Where the way ends: at the object itself, of which the caller judges what is not told here. */
static void reach(struct way *way, int *pinned, const struct component *last) {
	way->trust.real = arena_copy(&way->host->arena, way->path);
	if (!way->end)
		return;
	/* Another path led here before: it is looked at again, so that all that is said of it is by one descriptor. */
	struct component again = *last;
	if (*pinned < 0)
		again = look_fresh(way->host, way->path, pinned);
	way->end->pinned = again.error ? -1 : *pinned;
	way->end->object = again.object;
	way->end->mount = again.mount;
	way->end->unknown = again.error ? "is gone" : again.unknown ? again.unknown : again.doubt;
	*pinned = -1;
}

/** Take the next component.  Returns whether the way goes on. */
static bool step(struct way *way, const char *name, size_t length) {
	struct arena *arena = &way->host->arena;
	char path[PATH_MAX];
	size_t above = strcmp(way->path, "/") == 0 ? 0 : strlen(way->path);
	bool last = way->rest[strspn(way->rest, "/")] == '\0';
	autoclose pinned = -1;

	if (!S_ISDIR(way->here.object.mode))
		return end(way, TRUST_ABSENT, way->path, "is no directory");
	if (length == 1 && name[0] == '.')
		return true;
	if (length == 2 && name[0] == '.' && name[1] == '.')
		return go_up(way);
	if (above + 1 + length >= sizeof path)
		return end(way, TRUST_UNKNOWN, way->path, "leads on to a name that is too long");
	memcpy(path, way->path, above);
	path[above] = '/';
	memcpy(path + above + 1, name, length);
	path[above + 1 + length] = '\0';

	const struct component next = look(way->host, path, &pinned);
	if (next.error && way->here.writers)
		return end(way, TRUST_SQUATTABLE, path,
		           arena_text(arena, "does not exist, and %s is %s", way->path, way->here.writers));
	if (next.error)
		return end(way, TRUST_ABSENT, path, "does not exist");
	/* What is on another mount at the end is the caller's to judge, if nobody but root could put it there. */
	if (next.unknown && (!last || way->here.writers || !S_ISDIR(next.object.mode)))
		return end(way, TRUST_UNKNOWN, path, next.unknown);
	judge(way, path, &next);
	if (S_ISLNK(next.object.mode))
		return follow(way, path, &next);
	memcpy(way->path, path, above + 1 + length + 1);
	way->here = next;
	if (last)
		reach(way, &pinned, &next);
	return true;
}

struct trust trust_examine_end(struct host *host, const char *path, uid_t user, struct trust_end *last) {
	struct way way = { .host = host, .user = user, .asked = path, .rest = path, .end = last };
	unsigned steps = 0;

	if (last)
		*last = (struct trust_end) { .pinned = -1 };
	bool on = path[0] == '/' ? go_to(&way, "/") : end(&way, TRUST_BAD, path, "is relative");
	while (on) {
		const char *name = way.rest + strspn(way.rest, "/");
		size_t length = strcspn(name, "/");

		way.rest = name + length;
		if (length == 0) {
			int pinned = -1;

			/* A path that is "/", or ends in "." or "..", was reached before its last component. */
			if (!way.trust.real)
				reach(&way, &pinned, &way.here);
			on = end(&way, TRUST_GOOD, NULL, NULL);
		} else if (++steps > STEPS_MAX) {
			on = end(&way, TRUST_UNKNOWN, way.path, "leads through too many components");
		} else {
			on = step(&way, name, length);
		}
	}
	return way.trust;
}

struct trust trust_examine(struct host *host, const char *path, uid_t user) {
	return trust_examine_end(host, path, user, NULL);
}
