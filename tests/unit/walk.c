/** The walker, on trees that are made for it: complete, within its bounds, and never elsewhere. */

#include "walk.h"
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* A consumer that keeps everything. */

struct seen {
	char **paths;
	size_t count, capacity;
};

struct collector {
	struct seen all;
	/** Called for each entry, if there is one. */
	void (*hook)(const struct walk_entry *entry);
	/** An inode that must never be told of. */
	ino_t forbidden;
	/** How many states were finished, and how many of them for nothing. */
	unsigned finished, discarded;
	unsigned unreachable;
};

struct local {
	struct seen seen;
	unsigned unreachable;
};

static void seen_add(struct seen *seen, const char *path) {
	if (seen->count == seen->capacity) {
		seen->capacity = seen->capacity ? 2 * seen->capacity : 64;
		seen->paths = realloc(seen->paths, seen->capacity * sizeof(*seen->paths));
		assert_non_null(seen->paths);
	}
	seen->paths[seen->count++] = strdup(path);
}

static void seen_free(struct seen *seen) {
	for (size_t i = 0; i < seen->count; ++i)
		free(seen->paths[i]);
	free(seen->paths);
	*seen = (struct seen) { 0 };
}

static int compare(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static _Atomic unsigned long escapes;

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	const struct collector *collector = owner;
	struct local *local = state;

	if (collector->forbidden && entry->status->stx_ino == collector->forbidden)
		atomic_fetch_add(&escapes, 1);
	seen_add(&local->seen, walk_path(entry));
	local->unreachable += !entry->reachable;
	if (collector->hook)
		collector->hook(entry);
}

static void finish(void *owner, void *state, bool discard) {
	struct collector *collector = owner;
	struct local *local = state;

	++collector->finished;
	collector->discarded += discard;
	for (size_t i = 0; i < local->seen.count && !discard; ++i)
		seen_add(&collector->all, local->seen.paths[i]);
	collector->unreachable += discard ? 0 : local->unreachable;
	seen_free(&local->seen);
}

static bool collected(const struct collector *collector, const char *path) {
	for (size_t i = 0; i < collector->all.count; ++i)
		if (strcmp(collector->all.paths[i], path) == 0)
			return true;
	return false;
}

/* A directory of our own for each test. */

struct fixture {
	char path[64];
	int fd;
	struct tree tree;
	struct walk_summary summary;
	struct collector collector;
};

static int setup(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);

	/* In memory unless told otherwise: it makes some hundred thousand directories. */
	const char *where = getenv("WALK_TREES");

	snprintf(fixture->path, sizeof fixture->path, "%s/tmpaudit-walk.XXXXXX",
	         where                           ? where
	         : access("/dev/shm", W_OK) == 0 ? "/dev/shm"
	                                         : "/tmp");
	if (!mkdtemp(fixture->path) || chmod(fixture->path, 0755) < 0)
		return -1;
	fixture->fd = open(fixture->path, O_RDONLY | O_DIRECTORY);
	fixture->summary.troubles = (struct shortlist) { .most = 100, .most_bytes = 1 << 20 };
	fixture->summary.crossings = fixture->summary.troubles;
	*state = fixture;
	return tree_open(&fixture->tree, fixture->path, false);
}

static int teardown(void **state) {
	struct fixture *fixture = *state;
	char command[128];

	tree_close(&fixture->tree);
	close(fixture->fd);
	seen_free(&fixture->collector.all);
	shortlist_free(&fixture->summary.troubles);
	shortlist_free(&fixture->summary.crossings);
	snprintf(command, sizeof command, "rm -rf %s", fixture->path);
	int status = system(command);
	free(fixture);
	return status;
}

static int run(struct fixture *fixture, unsigned needs, uint8_t levels, const struct walk_limits *limits,
               const struct walk_mark *marks, size_t nmarks, unsigned consumers) {
	const struct walk_consumer consumer = { .needs = needs,
		                                .levels = levels,
		                                .local_size = sizeof(struct local),
		                                .visit = visit,
		                                .finish = finish,
		                                .owner = &fixture->collector };
	const struct walk_top top = { .tree = &fixture->tree,
		                      .fd = fixture->fd,
		                      .path = "/",
		                      .reachable = true,
		                      .consumers = consumers,
		                      .marks = marks,
		                      .nmarks = nmarks };
	int error = walk_run(&top, &consumer, 1, limits, &fixture->summary);

	if (fixture->collector.all.count)
		qsort(fixture->collector.all.paths, fixture->collector.all.count, sizeof(char *), compare);
	return error;
}

static void run_all(struct fixture *fixture, const struct walk_limits *limits) {
	assert_int_equal(run(fixture, WALK_DIRECTORIES, WALK_ALL, limits, NULL, 0, 1), 0);
}

static void again(struct fixture *fixture) {
	seen_free(&fixture->collector.all);
	shortlist_free(&fixture->summary.troubles);
	shortlist_free(&fixture->summary.crossings);
	fixture->summary.entries = fixture->summary.directories = fixture->summary.threads = 0;
	fixture->summary.troubles.total = fixture->summary.crossings.total = 0;
	fixture->collector.finished = fixture->collector.discarded = fixture->collector.unreachable = 0;
}

static void make_dir(struct fixture *fixture, const char *path) {
	assert_int_equal(mkdirat(fixture->fd, path, 0755), 0);
}

static void make_file(struct fixture *fixture, const char *path) {
	int fd = openat(fixture->fd, path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static ino_t inode_of(struct fixture *fixture, const char *path) {
	struct stat status;

	assert_int_equal(fstatat(fixture->fd, path, &status, AT_SYMLINK_NOFOLLOW), 0);
	return status.st_ino;
}

/** With eight threads from the start, and with one. */
static const struct walk_limits parallel = { .threads = 8, .eager = true }, single = { .threads = 1 };

static void directories_and_nothing_else(void **state) {
	struct fixture *fixture = *state;

	make_dir(fixture, "a");
	make_dir(fixture, "a/b");
	make_file(fixture, "a/file");
	assert_int_equal(symlinkat("a", fixture->fd, "link"), 0);
	assert_int_equal(symlinkat("..", fixture->fd, "a/loop"), 0);
	assert_int_equal(mkfifoat(fixture->fd, "fifo", 0600), 0);
	run_all(fixture, &single);
	assert_int_equal(fixture->collector.all.count, 3);
	assert_string_equal(fixture->collector.all.paths[0], "/");
	assert_string_equal(fixture->collector.all.paths[1], "/a");
	assert_string_equal(fixture->collector.all.paths[2], "/a/b");
	assert_int_equal(fixture->summary.directories, 3);
	assert_int_equal(fixture->summary.troubles.total, 0);
}

static void entries_of_all_types(void **state) {
	struct fixture *fixture = *state;

	make_dir(fixture, "a");
	make_file(fixture, "a/file");
	assert_int_equal(symlinkat("a", fixture->fd, "link"), 0);
	assert_int_equal(mkfifoat(fixture->fd, "a/fifo", 0600), 0);
	assert_int_equal(run(fixture, WALK_ENTRIES, WALK_ALL, NULL, NULL, 0, 1), 0);
	assert_int_equal(fixture->collector.all.count, 5);
	assert_true(collected(&fixture->collector, "/a/fifo"));
	assert_true(collected(&fixture->collector, "/link"));
}

static void levels_end_it(void **state) {
	struct fixture *fixture = *state;

	make_dir(fixture, "a");
	make_dir(fixture, "a/b");
	make_dir(fixture, "a/b/c");
	assert_int_equal(run(fixture, WALK_DIRECTORIES, 2, NULL, NULL, 0, 1), 0);
	assert_int_equal(fixture->collector.all.count, 3);
	assert_true(collected(&fixture->collector, "/a/b"));
}

static void marks_begin_and_skip(void **state) {
	struct fixture *fixture = *state;
	struct stat status;

	make_dir(fixture, "a");
	make_dir(fixture, "a/b");
	make_dir(fixture, "a/b/c");
	make_dir(fixture, "skipped");
	make_dir(fixture, "skipped/in");
	assert_int_equal(fstat(fixture->fd, &status), 0);
	const struct walk_mark marks[] = {
		{ .ino = inode_of(fixture, "a"),
		  .dev_major = major(status.st_dev),
		  .dev_minor = minor(status.st_dev),
		  .consumers = 1 },
		{ .ino = inode_of(fixture, "skipped"),
		  .dev_major = major(status.st_dev),
		  .dev_minor = minor(status.st_dev),
		  .skip = true },
	};

	run(fixture, WALK_DIRECTORIES, WALK_ALL, NULL, marks + 1, 1, 1);
	assert_int_equal(fixture->collector.all.count, 4);
	assert_false(collected(&fixture->collector, "/skipped"));
	again(fixture);
	/* Nobody begins at the top, so nobody gets as far as to the mark. */
	run(fixture, WALK_DIRECTORIES, WALK_ALL, NULL, marks, 1, 0);
	assert_int_equal(fixture->collector.all.count, 0);
	again(fixture);
	/* One level at the top, and again one from the mark on. */
	run(fixture, WALK_DIRECTORIES, 1, NULL, marks, 1, 1);
	assert_int_equal(fixture->collector.all.count, 4);
	assert_true(collected(&fixture->collector, "/a/b"));
	assert_false(collected(&fixture->collector, "/a/b/c"));
}

static void reach_ends_where_others_cannot_search(void **state) {
	struct fixture *fixture = *state;

	make_dir(fixture, "open");
	make_dir(fixture, "open/in");
	make_dir(fixture, "closed");
	make_dir(fixture, "closed/in");
	make_dir(fixture, "closed/in/deeper");
	assert_int_equal(fchmodat(fixture->fd, "closed", 0700, 0), 0);
	run_all(fixture, NULL);
	assert_int_equal(fixture->collector.unreachable, 2);
}

/** A chain of directories, each with siblings that have something in them, deeper than a path can be. */
static void plant_deep(struct fixture *fixture, unsigned depth, const char *name, unsigned siblings) {
	int fd = dup(fixture->fd);

	for (unsigned i = 0; i < depth; ++i) {
		for (unsigned k = 0; k < siblings; ++k) {
			char sibling[32];

			snprintf(sibling, sizeof sibling, "s%u", k);
			assert_int_equal(mkdirat(fd, sibling, 0755), 0);
			int below = openat(fd, sibling, O_RDONLY | O_DIRECTORY);
			assert_int_equal(mkdirat(below, "in", 0755), 0);
			close(below);
		}
		assert_int_equal(mkdirat(fd, name, 0755), 0);
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(fd);
		fd = next;
	}
	close(fd);
}

static void all_of(struct fixture *fixture, size_t count) {
	assert_int_equal(fixture->summary.troubles.total, 0);
	assert_int_equal(fixture->collector.all.count, count);
	for (size_t i = 1; i < count; ++i)
		assert_string_not_equal(fixture->collector.all.paths[i - 1], fixture->collector.all.paths[i]);
}

static void deeper_than_a_path(void **state) {
	struct fixture *fixture = *state;
	const unsigned depth = 1500;

	plant_deep(fixture, depth, "down", 2);
	for (unsigned open = 4; open <= 64; open *= 4) {
		struct walk_limits limits = { .threads = 1, .open = open };

		run_all(fixture, &limits);
		all_of(fixture, 1 + depth * 5);
		again(fixture);
		limits.threads = 4;
		limits.eager = true;
		run_all(fixture, &limits);
		all_of(fixture, 1 + depth * 5);
		again(fixture);
	}
}

static void long_names(void **state) {
	struct fixture *fixture = *state;
	char name[256];

	memset(name, 0xfe, 255);
	name[255] = '\0';
	plant_deep(fixture, 200, name, 1);
	run_all(fixture, &(struct walk_limits) { .threads = 1, .open = 4 });
	all_of(fixture, 1 + 200 * 3);
	assert_int_equal(strlen(fixture->collector.all.paths[600]), 200 * 256);
}

static void few_descriptors(void **state) {
	struct fixture *fixture = *state;
	struct rlimit before, few;

	plant_deep(fixture, 200, "down", 2);
	/* Behind the way down, too: each directory above is needed yet. */
	int fd = dup(fixture->fd);
	for (unsigned i = 0; i < 200; ++i) {
		int next = openat(fd, "down", O_RDONLY | O_DIRECTORY);

		assert_int_equal(mkdirat(fd, "z", 0755), 0);
		assert_int_equal(mkdirat(fd, "z/in", 0755), 0);
		close(fd);
		fd = next;
	}
	close(fd);
	getrlimit(RLIMIT_NOFILE, &before);
	few = before;
	few.rlim_cur = 32;
	/* Most of those that there are, are taken. */
	int taken[8];
	for (size_t i = 0; i < 8; ++i)
		taken[i] = dup(fixture->fd);
	setrlimit(RLIMIT_NOFILE, &few);
	run_all(fixture, &(struct walk_limits) { .threads = 2, .eager = true, .open = 64 });
	setrlimit(RLIMIT_NOFILE, &before);
	for (size_t i = 0; i < 8; ++i)
		if (taken[i] >= 0)
			close(taken[i]);
	all_of(fixture, 1 + 200 * 7);
}

/** More subdirectories than may wait, in one directory, and below each other. */
static void wide(void **state) {
	struct fixture *fixture = *state;
	const unsigned width = 20000;
	char name[64];

	for (unsigned i = 0; i < width; ++i) {
		snprintf(name, sizeof name, "wide%u", i);
		make_dir(fixture, name);
		strcat(name, "/in");
		make_dir(fixture, name);
	}
	run_all(fixture, &single);
	all_of(fixture, 1 + 2 * width);
	again(fixture);
	run_all(fixture, &parallel);
	all_of(fixture, 1 + 2 * width);
	assert_int_equal(fixture->summary.threads, 8);
}

static void wide_at_every_level(void **state) {
	struct fixture *fixture = *state;
	char name[64];
	int fd = dup(fixture->fd);

	/* So much waits on the way down that each level is taken one by one in the end. */
	for (unsigned level = 0; level < 6; ++level) {
		for (unsigned i = 0; i < 2500; ++i) {
			snprintf(name, sizeof name, "sibling%u", i);
			assert_int_equal(mkdirat(fd, name, 0755), 0);
			strcat(name, "/in");
			assert_int_equal(mkdirat(fd, name, 0755), 0);
		}
		assert_int_equal(mkdirat(fd, "down", 0755), 0);
		int next = openat(fd, "down", O_RDONLY | O_DIRECTORY);
		close(fd);
		fd = next;
	}
	close(fd);
	run_all(fixture, &single);
	all_of(fixture, 1 + 6 * 5001);
	again(fixture);
	run_all(fixture, &parallel);
	all_of(fixture, 1 + 6 * 5001);
}

static void budgets_end_it_and_say_so(void **state) {
	struct fixture *fixture = *state;

	plant_deep(fixture, 50, "down", 1);
	run_all(fixture, &(struct walk_limits) { .threads = 1, .depth = 10 });
	assert_true(fixture->summary.troubles.total > 0);
	assert_int_equal(fixture->summary.troubles.items[0]->value[0], WALK_TOO_DEEP);
	assert_non_null(walk_reason_text(WALK_TOO_DEEP));
	assert_true(fixture->collector.all.count < 151);
	again(fixture);
	run_all(fixture, &(struct walk_limits) { .threads = 1, .entries = 20 });
	assert_int_equal(fixture->summary.troubles.total, 1);
	assert_int_equal(fixture->summary.troubles.items[0]->value[0], WALK_MANY_ENTRIES);
	assert_string_equal(fixture->summary.troubles.items[0]->path, "/");
	again(fixture);
	run_all(fixture, &(struct walk_limits) { .threads = 4, .eager = true, .entries = 20 });
	assert_true(fixture->summary.troubles.total > 0);
}

/** Time passes, of which the walk has only one second, and a part of the clock's next one. */
static void take_time(const struct walk_entry *entry) {
	if (strcmp(entry->name, "slow") == 0)
		usleep(2100000);
}

static void time_ends_it_and_says_so(void **state) {
	struct fixture *fixture = *state;

	make_dir(fixture, "slow");
	make_dir(fixture, "slow/in");
	make_dir(fixture, "slow/in/deeper");
	fixture->collector.hook = take_time;
	run_all(fixture, &(struct walk_limits) { .threads = 1, .seconds = 1 });
	assert_int_equal(fixture->summary.troubles.total, 1);
	assert_int_equal(fixture->summary.troubles.items[0]->value[0], WALK_TOO_LONG);
	assert_non_null(walk_reason_text(WALK_TOO_LONG));
	assert_int_equal(fixture->collector.all.count, 2);
}

static struct fixture *hooked;

/** An ancestor is moved while all of its descriptors had to be closed: it cannot be found again. */
static void move_away(const struct walk_entry *entry) {
	if (strcmp(entry->name, "last") == 0)
		assert_int_equal(renameat(hooked->fd, "down", hooked->fd, "moved"), 0);
}

static void moved_ancestor_is_no_silence(void **state) {
	struct fixture *fixture = *state;
	char path[4096] = "";

	plant_deep(fixture, 30, "down", 1);
	for (unsigned i = 0; i < 30; ++i)
		strcat(path, "down/");
	strcat(path, "last");
	make_dir(fixture, path);
	hooked = fixture;
	fixture->collector.hook = move_away;
	/* Down first, or the siblings first: it depends on the file system in which order they come. */
	run_all(fixture, &(struct walk_limits) { .threads = 1, .open = 4 });
	if (fixture->summary.troubles.total) {
		assert_int_equal(fixture->summary.troubles.items[0]->value[0], WALK_MOVED);
	} else {
		all_of(fixture, 2 + 30 * 3);
	}
}

/** Other directories of the same names, private ones, take the place of the ancestors. */
static void take_place(const struct walk_entry *entry) {
	if ((entry->status->stx_mode & 0777) == 0700)
		atomic_fetch_add(&escapes, 1);
	if (strcmp(entry->name, "last") == 0)
		assert_int_equal(renameat2(hooked->fd, "down", hooked->fd, "others", RENAME_EXCHANGE), 0);
}

static void make_levels(const struct fixture *fixture, const char *top, mode_t mode) {
	char path[4096];

	snprintf(path, sizeof path, "%s", top);
	for (unsigned i = 0; i < 30; ++i) {
		/* What stands before the way down, and behind it: one of both is read after what lies below. */
		static const char *const names[] = { "", "/a", "/a/in", "/down", "/z", "/z/in" };

		for (size_t k = 0; k < sizeof names / sizeof *names; ++k) {
			char name[4200];

			snprintf(name, sizeof name, "%s%s", path, names[k]);
			if (mkdirat(fixture->fd, name, mode) < 0)
				assert_int_equal(errno, EEXIST);
		}
		strcat(path, "/down");
	}
	strcat(path, "/last");
	assert_int_equal(mkdirat(fixture->fd, path, mode), 0);
}

static void replaced_ancestor_is_not_taken_for_it(void **state) {
	struct fixture *fixture = *state;
	struct stat status;

	make_levels(fixture, "down", 0755);
	make_levels(fixture, "others", 0700);
	hooked = fixture;
	fixture->collector.hook = take_place;
	atomic_store(&escapes, 0);
	assert_int_equal(fstat(fixture->fd, &status), 0);
	const struct walk_mark others = { .ino = inode_of(fixture, "others"),
		                          .dev_major = major(status.st_dev),
		                          .dev_minor = minor(status.st_dev),
		                          .skip = true };
	run(fixture, WALK_DIRECTORIES, WALK_ALL, &(struct walk_limits) { .threads = 1, .open = 4 }, &others, 1, 1);
	/* The next test counts them, too. */
	const unsigned long told = atomic_exchange(&escapes, 0);
	assert_int_equal(told, 0);
	assert_true(fixture->summary.troubles.total > 0);
	assert_int_equal(fixture->summary.troubles.items[0]->value[0], WALK_MOVED);
}

/** A directory that turns into a link after it was looked at is not entered. */
static void replace(const struct walk_entry *entry) {
	if (strcmp(entry->name, "victim") == 0) {
		assert_int_equal(renameat(hooked->fd, "victim", hooked->fd, "kept"), 0);
		assert_int_equal(symlinkat("/", hooked->fd, "victim"), 0);
	}
}

static void swapped_for_a_link(void **state) {
	struct fixture *fixture = *state;

	make_dir(fixture, "victim");
	make_dir(fixture, "victim/in");
	hooked = fixture;
	fixture->collector.hook = replace;
	run_all(fixture, &single);
	for (size_t i = 0; i < fixture->collector.all.count; ++i)
		assert_true(strlen(fixture->collector.all.paths[i]) < 12);
	assert_false(collected(&fixture->collector, "/victim/etc"));
}

/** Threads that swap directories of the tree for links out of it, throughout. */
struct racer {
	int fd;
	atomic_bool done;
	atomic_ulong swaps;
};

static void *race(void *argument) {
	struct racer *racer = argument;
	unsigned i = 0;

	while (!atomic_load(&racer->done)) {
		char name[32], link[32];

		snprintf(name, sizeof name, "dir%u", i % 16);
		snprintf(link, sizeof link, "link%u", i % 16);
		++i;
		if (renameat2(racer->fd, name, racer->fd, link, RENAME_EXCHANGE) == 0)
			atomic_fetch_add(&racer->swaps, 1);
	}
	return NULL;
}

static void racer_never_leads_outside(void **state) {
	struct fixture *fixture = *state;
	const char *rounds = getenv("WALK_ROUNDS");
	struct racer racer = { 0 };
	pthread_t thread;

	make_dir(fixture, "outside");
	make_dir(fixture, "outside/secret");
	make_dir(fixture, "outside/secret/in");
	make_dir(fixture, "tree");
	for (unsigned i = 0; i < 16; ++i) {
		char name[64];

		snprintf(name, sizeof name, "tree/dir%u", i);
		make_dir(fixture, name);
		strcat(name, "/secret");
		make_dir(fixture, name);
		strcat(name, "/in");
		make_dir(fixture, name);
		snprintf(name, sizeof name, "tree/link%u", i);
		assert_int_equal(symlinkat("../outside", fixture->fd, name), 0);
	}
	int outside = openat(fixture->fd, "outside", O_RDONLY | O_DIRECTORY);
	fixture->collector.forbidden = inode_of(fixture, "outside/secret");
	int inside = openat(fixture->fd, "tree", O_RDONLY | O_DIRECTORY);
	close(fixture->fd);
	close(outside);
	fixture->fd = inside;
	racer.fd = inside;
	assert_int_equal(pthread_create(&thread, NULL, race, &racer), 0);
	for (long i = rounds ? atol(rounds) : 200; i > 0; --i) {
		run_all(fixture, i % 2 ? &single : &parallel);
		for (size_t k = 0; k < fixture->summary.troubles.count; ++k)
			assert_int_equal(fixture->summary.troubles.items[k]->value[1], -EAGAIN);
		again(fixture);
	}
	atomic_store(&racer.done, true);
	pthread_join(thread, NULL);
	assert_true(atomic_load(&racer.swaps) > 0);
	assert_int_equal(atomic_load(&escapes), 0);
}

/** One that makes and removes directories under the reader's hands: what stands throughout is always told of. */
static void *churn(void *argument) {
	struct racer *racer = argument;

	while (!atomic_load(&racer->done)) {
		for (unsigned i = 0; i < 64; ++i) {
			char name[32];

			snprintf(name, sizeof name, "churn%u", i);
			mkdirat(racer->fd, name, 0755);
			snprintf(name, sizeof name, "churn%u", (i + 32) % 64);
			unlinkat(racer->fd, name, AT_REMOVEDIR);
		}
		atomic_fetch_add(&racer->swaps, 1);
	}
	return NULL;
}

static void what_stands_is_always_seen(void **state) {
	struct fixture *fixture = *state;
	struct racer racer = { .fd = fixture->fd };
	pthread_t thread;
	char name[256];

	/* More than is read at once, so that a link count could end the reading. */
	for (unsigned i = 0; i < 1000; ++i) {
		snprintf(name, sizeof name, "stands%0200u", i);
		make_dir(fixture, name);
	}
	assert_int_equal(pthread_create(&thread, NULL, churn, &racer), 0);
	for (unsigned round = 0; round < 200; ++round) {
		size_t standing = 0;

		run_all(fixture, round % 2 ? &single : &parallel);
		for (size_t i = 0; i < fixture->collector.all.count; ++i)
			standing += strncmp(fixture->collector.all.paths[i], "/stands", 7) == 0;
		assert_int_equal(standing, 1000);
		assert_int_equal(fixture->summary.troubles.total, 0);
		again(fixture);
	}
	atomic_store(&racer.done, true);
	pthread_join(thread, NULL);
}

static _Atomic unsigned named;

static void read_acl(const struct walk_entry *entry) {
	struct arena arena = { 0 };
	struct acl_lists lists;
	struct statx status;

	assert_int_equal(walk_acl(entry, true, &arena, &status, &lists), 0);
	assert_int_equal(status.stx_ino, entry->status->stx_ino);
	for (size_t i = 0; i < lists.access.nentries; ++i)
		if (lists.access.entries[i].tag == ACL_ENTRY_USER && (lists.access.entries[i].effective & 2))
			atomic_fetch_add(&named, 1);
	arena_free(&arena);
}

static void acls_on_request(void **state) {
	struct fixture *fixture = *state;
	char command[128];

	make_dir(fixture, "plain");
	make_dir(fixture, "listed");
	snprintf(command, sizeof command, "setfacl -m u:4711:rwx %s/listed", fixture->path);
	if (system(command) != 0)
		skip();
	fixture->collector.hook = read_acl;
	run_all(fixture, NULL);
	assert_int_equal(atomic_load(&named), 1);
}

static void threads_only_where_they_pay(void **state) {
	struct fixture *fixture = *state;

	plant_deep(fixture, 20, "down", 2);
	run_all(fixture, NULL);
	assert_int_equal(fixture->summary.threads, 1);
	assert_int_equal(fixture->collector.finished, 1);
}

static void distrust_reads_everything(void **state) {
	struct fixture *fixture = *state;

	for (unsigned i = 0; i < 10; ++i) {
		char name[32];

		snprintf(name, sizeof name, "d%u", i);
		make_dir(fixture, name);
		strcat(name, "/file");
		make_file(fixture, name);
	}
	run_all(fixture, &single);
	uint64_t trusting = fixture->summary.entries;
	again(fixture);
	run_all(fixture, &(struct walk_limits) { .threads = 1, .distrust = true });
	assert_int_equal(fixture->summary.entries, 20);
	/* On a file system whose counts are believed the ten files were never seen. */
	assert_true(trusting == 10 || trusting == 20);
	assert_int_equal(fixture->summary.directories, 11);
}

/* Calls that are not answered: a pipe that nobody writes to stands for the file system. */

static int unanswered[2];

static void never_answered(const struct walk_entry *entry) {
	char byte;

	if (strcmp(entry->name, "mute") != 0)
		return;
	walk_ask(entry);
	if (read(unanswered[0], &byte, 1) < 0)
		atomic_fetch_add(&escapes, 1);
	walk_answered(entry);
	/* Whoever was set aside never comes here. */
	atomic_fetch_add(&escapes, 1);
}

static void patience_changes_nothing(void **state) {
	struct fixture *fixture = *state;
	struct walk_limits limits[] = { { .threads = 1, .patience = 60000 },
		                        { .threads = 8, .eager = true, .patience = 60000 },
		                        { .distrust = true, .patience = 60000 } };

	make_dir(fixture, "a");
	make_dir(fixture, "a/b");
	make_dir(fixture, "a/b/c");
	make_dir(fixture, "d");
	for (size_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
		again(fixture);
		run_all(fixture, &limits[i]);
		assert_int_equal(fixture->collector.all.count, 5);
		assert_true(collected(&fixture->collector, "/a/b/c"));
		assert_int_equal(fixture->summary.troubles.total, 0);
	}
}

static void mute_is_set_aside(void **state) {
	struct fixture *fixture = *state;
	const struct walk_limits limits[] = { { .threads = 1, .patience = 100 },
		                              { .threads = 4, .eager = true, .patience = 100 } };

	make_dir(fixture, "a");
	make_dir(fixture, "mute");
	fixture->collector.hook = never_answered;
	atomic_store(&escapes, 0);
	assert_int_equal(pipe(unanswered), 0);
	for (size_t i = 0; i < 2; ++i) {
		again(fixture);
		assert_int_equal(run(fixture, WALK_DIRECTORIES, WALK_ALL, &limits[i], NULL, 0, 1), -ETIMEDOUT);
		/* What was known before is not lost, and all states are given back. */
		assert_true(collected(&fixture->collector, "/mute"));
		assert_int_equal(fixture->collector.finished, fixture->summary.threads);
		assert_int_equal(fixture->collector.discarded, 0);
	}
	/* It is answered after all, too late: nothing comes of it. */
	size_t count = fixture->collector.all.count;
	assert_int_equal(write(unanswered[1], "xx", 2), 2);
	int left = 2;
	while (left > 0)
		assert_int_equal(ioctl(unanswered[0], FIONREAD, &left), 0);
	usleep(20000);
	assert_int_equal(atomic_load(&escapes), 0);
	assert_int_equal(fixture->collector.all.count, count);
	/* Its end of the pipe belongs to whoever was set aside. */
	close(unanswered[1]);
}

static void answered_late_goes_on(void **state) {
	struct fixture *fixture = *state;

	/* A call that takes long, but not too long: the walk is whole. */
	make_dir(fixture, "mute");
	make_dir(fixture, "mute/below");
	fixture->collector.hook = never_answered;
	atomic_store(&escapes, 0);
	assert_int_equal(pipe(unanswered), 0);
	const struct walk_consumer consumer = { .needs = WALK_DIRECTORIES,
		                                .levels = WALK_ALL,
		                                .local_size = sizeof(struct local),
		                                .visit = visit,
		                                .finish = finish,
		                                .owner = &fixture->collector };
	const struct walk_top top = { .tree = &fixture->tree, .fd = fixture->fd, .path = "/", .consumers = 1 };
	struct walk *walk;
	assert_int_equal(walk_start(&top, &consumer, 1, &(struct walk_limits) { .patience = 60000 }, &walk), 0);
	assert_false(walk_wait(walk, 20));
	assert_int_equal(write(unanswered[1], "x", 1), 1);
	assert_true(walk_wait(walk, 50000));
	assert_int_equal(walk_end(walk, &fixture->summary), 0);
	assert_int_equal(atomic_load(&escapes), 1);
	assert_true(collected(&fixture->collector, "/mute/below"));
	close(unanswered[0]);
	close(unanswered[1]);
}

static void many_wait_together(void **state) {
	enum { MANY = 16, PATIENCE = 3000 };
	struct fixture *fixture = *state;
	struct walk *walks[MANY];
	struct timespec begin, end;

	make_dir(fixture, "mute");
	fixture->collector.hook = never_answered;
	assert_int_equal(pipe(unanswered), 0);
	const struct walk_consumer consumer = { .needs = WALK_DIRECTORIES,
		                                .levels = WALK_ALL,
		                                .local_size = sizeof(struct local),
		                                .visit = visit,
		                                .finish = finish,
		                                .owner = &fixture->collector };
	const struct walk_top top = { .tree = &fixture->tree, .fd = fixture->fd, .path = "/", .consumers = 1 };
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (size_t i = 0; i < MANY; ++i) {
		assert_int_equal(
		        walk_start(&top, &consumer, 1, &(struct walk_limits) { .patience = PATIENCE }, &walks[i]), 0);
		assert_false(walk_wait(walks[i], 2));
	}
	for (size_t i = 0; i < MANY; ++i)
		assert_int_equal(walk_end(walks[i], &fixture->summary), -ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &end);
	/* One after another they would take 48 seconds, however fast the machine; together six, however slow. */
	assert_true(end.tv_sec - begin.tv_sec < MANY * PATIENCE / 1000 * 3 / 4);
	close(unanswered[1]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
#define WALK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		WALK_TEST(directories_and_nothing_else),
		WALK_TEST(entries_of_all_types),
		WALK_TEST(levels_end_it),
		WALK_TEST(marks_begin_and_skip),
		WALK_TEST(reach_ends_where_others_cannot_search),
		WALK_TEST(deeper_than_a_path),
		WALK_TEST(long_names),
		WALK_TEST(few_descriptors),
		WALK_TEST(wide),
		WALK_TEST(wide_at_every_level),
		WALK_TEST(budgets_end_it_and_say_so),
		WALK_TEST(time_ends_it_and_says_so),
		WALK_TEST(moved_ancestor_is_no_silence),
		WALK_TEST(replaced_ancestor_is_not_taken_for_it),
		WALK_TEST(swapped_for_a_link),
		WALK_TEST(racer_never_leads_outside),
		WALK_TEST(what_stands_is_always_seen),
		WALK_TEST(acls_on_request),
		WALK_TEST(threads_only_where_they_pay),
		WALK_TEST(distrust_reads_everything),
		WALK_TEST(patience_changes_nothing),
		WALK_TEST(mute_is_set_aside),
		WALK_TEST(answered_late_goes_on),
		WALK_TEST(many_wait_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
