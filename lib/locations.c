#include "locations.h"

#include "cleanup.h"
#include "host.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

/** A location that was examined. */
struct location_entry {
	struct location location;
	/** The next one of the same bucket. */
	struct location_entry *next;
};

/** The first component that is not as good as root's for the user; NULL if there is none. */
static const struct trust_fault *find_fault(const struct trust *trust, uid_t user) {
	for (const struct trust_fault *fault = trust->faults; fault && fault->component; ++fault)
		if (fault->owner != user || !fault->alone)
			return fault;
	return NULL;
}

static void examine(struct host *host, struct location *location) {
	struct trust_end end;
	const struct trust trust = trust_examine_end(host, location->path, location->user, &end);
	const struct trust_fault *fault = find_fault(&trust, location->user);
	autoclose pinned = end.pinned;

	location->real = trust.real;
	location->object = end.object;
	location->exists = pinned >= 0 && trust.real;
	location->squattable = trust.verdict == TRUST_SQUATTABLE && !(trust.alone && trust.owner == location->user);
	if (fault) {
		location->component = fault->component;
		location->why = fault->why;
	} else if (location->squattable) {
		location->component = trust.component;
		location->why = trust.why;
	}
	location->unknown = end.unknown;
	if (!location->unknown && trust.verdict == TRUST_UNKNOWN)
		location->unknown =
		        text_starts(trust.why, "privilege")
		                ? trust.why
		                : arena_text(&host->arena, "cannot be examined: %s %s", trust.component, trust.why);
	/* Without w in the group bits no list grants it: they are its mask. */
	if (!location->unknown && location->exists && (location->object.mode & S_IWGRP))
		location->unknown = object_examine_lists(host, pinned, &location->object);
	if (!location->exists || location->unknown)
		return;
	location->foreign = (location->object.uid != 0 && location->object.uid != location->user) ||
	                    object_others_write(&location->object);
	location->shown = object_shown(&host->arena, host->accounts, &location->object);
}

const struct location *location_examine(struct host *host, const char *path, uid_t user) {
	struct location_entry **bucket = &host->locations[text_hash(path) % HOST_BUCKETS], *entry;

	for (entry = *bucket; entry; entry = entry->next)
		if (entry->location.user == user && strcmp(entry->location.path, path) == 0)
			return &entry->location;
	entry = arena_alloc(&host->arena, sizeof *entry);
	entry->location.path = arena_copy(&host->arena, path);
	entry->location.user = user;
	entry->next = *bucket;
	*bucket = entry;
	examine(host, &entry->location);
	return &entry->location;
}
