#include "cleanup.h"
#include "descent.h"
#include "host.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/** Of the oldest so many are kept: some may turn out to be in use. */
enum { MOST_OLDEST = 64 };
/** The most files in use that are looked at. */
enum { MOST_HELD = 10000 };

enum { VALUE_MODE, VALUE_NEWEST };

struct gathering {
	struct host *host;
	/** Seconds that files may stay in the directory that is being read. */
	int64_t most_age;
	uint64_t count, bytes;
	struct shortlist oldest;
	struct leftovers *list;
	size_t nlist;
	/** Paths in temporary directories of files that processes hold open or mapped, sorted; once they were asked
	 * for. */
	const char **held;
	size_t nheld;
	bool asked;
};

struct local {
	uint64_t count, bytes;
	struct shortlist oldest;
};

static void *begin(struct host *host) {
	struct gathering *gathering = arena_alloc(&host->arena, sizeof *gathering);

	gathering->host = host;
	gathering->list = arena_grow(&host->arena, NULL, 0, sizeof *gathering->list);
	return gathering;
}

/** Whether what lies in the directory is to stay until it is taken: jobs of users are no temporary files. */
static bool is_kept(const struct tempdir *top) {
	static const char *const kept[] = { "/var/spool/cron/crontabs", "/var/spool/at", NULL };

	for (const char *const *path = kept; *path; ++path)
		if (text_equal(top->path, *path))
			return true;
	return false;
}

static uint64_t most_age_for(const struct host *host, const struct tempdir *top) {
	return host->policy->parameters[text_equal(top->path, "/var/tmp") ? PARAMETER_VAR_TMP_AGE : PARAMETER_TMP_AGE];
}

static bool enter(void *owner, const struct tempdir *top, bool shared) {
	struct gathering *gathering = owner;

	(void)shared;
	gathering->most_age = (int64_t)most_age_for(gathering->host, top);
	gathering->count = gathering->bytes = 0;
	gathering->oldest = (struct shortlist) { .most = MOST_OLDEST, .most_bytes = (size_t)64 << 10 };
	/* Those of users end with their sessions. */
	return top->class != TEMPDIR_USER && top->class != TEMPDIR_QUEUE && !is_kept(top);
}

/** When a file was used or changed last: the newest of its times, as cleaners see it. */
static int64_t newest_of(const struct statx *status) {
	int64_t newest = status->stx_atime.tv_sec;

	if (status->stx_mtime.tv_sec > newest)
		newest = status->stx_mtime.tv_sec;
	if (status->stx_ctime.tv_sec > newest)
		newest = status->stx_ctime.tv_sec;
	if ((status->stx_mask & STATX_BTIME) && status->stx_btime.tv_sec > newest)
		newest = status->stx_btime.tv_sec;
	return newest;
}

static bool is_leftover(const struct gathering *gathering, const struct statx *status) {
	if (!S_ISREG(status->stx_mode) && !S_ISFIFO(status->stx_mode) && !S_ISLNK(status->stx_mode))
		return false;
	return gathering->host->now.tv_sec - newest_of(status) > gathering->most_age;
}

static uint64_t bytes_of(const struct statx *status) {
	return S_ISREG(status->stx_mode) ? status->stx_size : 0;
}

/** A sum that cannot overflow: a sparse file can be of any size. */
static uint64_t plus(uint64_t a, uint64_t b) {
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	const struct statx *status = entry->status;
	struct local *local = state;

	if (entry->level == 0 || !is_leftover(owner, status))
		return;
	const int64_t newest = newest_of(status);
	const char *path = walk_path(entry);

	++local->count;
	local->bytes = plus(local->bytes, bytes_of(status));
	local->oldest.most = MOST_OLDEST;
	local->oldest.most_bytes = (size_t)64 << 10;
	shortlist_add(&local->oldest,
	              &(struct shortlist_item) {
	                      .rank = newest < 0          ? 0
	                              : newest > UINT_MAX ? UINT_MAX
	                                                  : (unsigned)newest,
	                      .path = path ? path : entry->name,
	                      .value = { [VALUE_MODE] = status->stx_mode, [VALUE_NEWEST] = (long)newest },
	              });
}

static void finish(void *owner, void *state, bool discard) {
	struct gathering *gathering = owner;
	struct local *local = state;

	if (!discard) {
		gathering->count += local->count;
		gathering->bytes = plus(gathering->bytes, local->bytes);
		shortlist_merge(&gathering->oldest, &local->oldest);
	}
	shortlist_free(&local->oldest);
}

/* What is in use */

static void hold(struct gathering *gathering, const char *path) {
	struct host *host = gathering->host;
	bool within = false;

	for (const struct tempdir *dir = host->tempdirs; dir->path && !within; ++dir)
		within = dir->real && text_path_within(path, dir->real);
	if (!within || gathering->nheld == MOST_HELD)
		return;
	gathering->held = arena_grow(&host->arena, gathering->held, gathering->nheld, sizeof *gathering->held);
	gathering->held[gathering->nheld++] = arena_copy(&host->arena, path);
}

/** What a process holds open, by the names of its links, which are not followed. */
static void read_descriptors(struct gathering *gathering, const char *process, struct arena *scratch) {
	const struct tree *tree = &gathering->host->tree;
	char **targets;

	if (tree_links(tree, arena_text(scratch, "%s/fd", process), scratch, &targets) < 0)
		return;
	for (; *targets; ++targets)
		if (**targets == '/')
			hold(gathering, *targets);
}

/**
 * What it has mapped.  A process that waits for a page which never comes may keep us waiting, too: only those of
 * root and of services are asked, whom no user can bring to that.
 */
static void read_maps(struct gathering *gathering, const char *process, struct arena *scratch) {
	const struct host *host = gathering->host;
	autoclose pinned = tree_pin(&host->tree, process);
	struct statx status;
	struct bytes maps;

	if (pinned < 0 || tree_stat(pinned, &status) != 0 ||
	    status.stx_uid >= (host->accounts ? host->accounts->uid_min : 1000))
		return;
	if (tree_load(&gathering->host->tree, arena_text(scratch, "%s/maps", process), scratch, &maps) != 0)
		return;
	for (const char *line = maps.data; *line;) {
		const size_t length = strcspn(line, "\n");
		const char *path = memchr(line, '/', length);

		if (path)
			hold(gathering, arena_bytes(scratch, path, (size_t)(line + length - path)));
		line += length + (line[length] == '\n');
	}
}

static int compare_paths(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/** Find out what is in use; only if there is something that it matters for. */
static void ask(struct gathering *gathering) {
	struct host *host = gathering->host;
	struct arena scratch = { 0 };
	char **names;
	size_t kept = 0;

	if (gathering->asked || !host->tree.live)
		return;
	gathering->asked = true;
	int count = tree_list(&host->tree, "/proc", &scratch, &names);
	for (int i = 0; i < count; ++i) {
		struct arena arena = { 0 };
		const char *process = arena_text(&arena, "/proc/%s", names[i]);

		if (names[i][0] >= '1' && names[i][0] <= '9') {
			read_descriptors(gathering, process, &arena);
			read_maps(gathering, process, &arena);
		}
		arena_free(&arena);
	}
	arena_free(&scratch);
	if (gathering->nheld)
		qsort(gathering->held, gathering->nheld, sizeof *gathering->held, compare_paths);
	for (size_t i = 0; i < gathering->nheld; ++i)
		if (!kept || !text_equal(gathering->held[kept - 1], gathering->held[i]))
			gathering->held[kept++] = gathering->held[i];
	gathering->nheld = kept;
}

static bool is_held(const struct gathering *gathering, const char *path) {
	return gathering->nheld &&
	       bsearch(&path, gathering->held, gathering->nheld, sizeof *gathering->held, compare_paths);
}

/** How many levels a path lies below directory; 0: not below it. */
static unsigned level_below(const char *path, const char *directory) {
	unsigned level = 0;

	if (!text_path_within(path, directory))
		return 0;
	for (const char *at = path + (text_equal(directory, "/") ? 0 : strlen(directory)); (at = strchr(at, '/')); ++at)
		++level;
	return level;
}

/**
 * What lies at a path below the directory now, through no link and on the same mount: who holds it open says nothing of
 * what answers on the way.  Returns 0 or a negative errno.
 */
static int look_below(const struct host *host, const struct tempdir *top, const char *path, struct statx *status) {
	const struct tree *tree = &host->tree;
	char name[NAME_MAX + 1];
	int directory = tree_pin(tree, top->real), error = directory < 0 ? directory : 0;

	for (const char *at = path + (text_equal(top->real, "/") ? 0 : strlen(top->real)) + 1; !error;) {
		const size_t length = strcspn(at, "/");
		const bool last = at[length] == '\0';

		if (length == 0 || length >= sizeof name) {
			error = -ENOENT;
			break;
		}
		memcpy(name, at, length);
		name[length] = '\0';
		if (last) {
			error = tree_stat_at(directory, name, status);
			break;
		}
		int next = tree_open_at(tree, directory, name);
		close(directory);
		directory = next;
		error = next < 0 ? next : 0;
		at += length + 1;
	}
	if (directory >= 0)
		close(directory);
	return error;
}

/** Take off what is in use: it was counted with the others. */
static void take_off_held(struct gathering *gathering, const struct tempdir *top) {
	for (size_t i = 0; i < gathering->nheld; ++i) {
		const unsigned level = level_below(gathering->held[i], top->real);
		struct statx status;

		if (!level || level > DESCENT_LEVELS)
			continue;
		if (look_below(gathering->host, top, gathering->held[i], &status) != 0 ||
		    status.stx_mnt_id != top->object.mount_id || !is_leftover(gathering, &status))
			continue;
		const uint64_t bytes = bytes_of(&status);
		gathering->count -= gathering->count > 0;
		gathering->bytes -= gathering->bytes < bytes ? gathering->bytes : bytes;
	}
}

/* The fact */

/** Whether somebody holds a lock of flock(2) on the directory: proc_locks(5). */
static bool is_locked(struct host *host, const struct tempdir *top) {
	struct arena scratch = { 0 };
	struct bytes locks;
	bool found = false;

	if (host->tree.live && tree_load(&host->tree, "/proc/locks", &scratch, &locks) == 0) {
		const char *mark = arena_text(&scratch, " %02x:%02x:%llu ", major(top->object.dev),
		                              minor(top->object.dev), (unsigned long long)top->object.ino);

		for (const char *line = locks.data; line && *line && !found;) {
			const char *end = strchr(line, '\n'), *lock = strstr(line, " FLOCK "), *at = strstr(line, mark);

			found = lock && at && lock < at && (!end || at < end);
			line = end ? end + 1 : NULL;
		}
	}
	arena_free(&scratch);
	return found;
}

static void leave(void *owner, const struct tempdir *top) {
	struct gathering *gathering = owner;
	struct host *host = gathering->host;
	struct leftovers leftovers = { .path = top->path, .most_age = most_age_for(host, top) };
	const struct shortlist_item *oldest = NULL;

	if (gathering->count) {
		ask(gathering);
		take_off_held(gathering, top);
		shortlist_sort(&gathering->oldest);
		for (size_t i = 0; i < gathering->oldest.count && !oldest; ++i)
			if (!is_held(gathering, gathering->oldest.items[i]->path))
				oldest = gathering->oldest.items[i];
	}
	if (gathering->count) {
		leftovers.count = gathering->count;
		leftovers.bytes = gathering->bytes;
		leftovers.locked = is_locked(host, top);
	}
	if (gathering->count && oldest) {
		leftovers.oldest = arena_copy(&host->arena, oldest->path);
		leftovers.age = host->now.tv_sec - (int64_t)oldest->value[VALUE_NEWEST];
		leftovers.sticky = S_ISREG(oldest->value[VALUE_MODE]) && (oldest->value[VALUE_MODE] & S_ISVTX);
	}
	shortlist_free(&gathering->oldest);
	gathering->list = arena_grow(&host->arena, gathering->list, gathering->nlist, sizeof *gathering->list);
	gathering->list[gathering->nlist++] = leftovers;
}

static void end(void *owner) {
	struct gathering *gathering = owner;

	gathering->host->leftovers = gathering->list;
}

const struct descent_participant leftovers_participant = {
	.fact = FACT_LEFTOVERS,
	.needs = WALK_ENTRIES,
	.local_size = sizeof(struct local),
	.begin = begin,
	.enter = enter,
	.visit = visit,
	.finish = finish,
	.leave = leave,
	.end = end,
	.everything = true,
};
