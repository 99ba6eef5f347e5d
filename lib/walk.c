#include "walk_parts.h"

#include "cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>

/** Milliseconds between two looks at what threads do; and what is granted to others when one was set aside. */
#define WATCH_MS 25
#define GRACE_MS 200
/** How often a thread is looked at again when its time is over. */
#define LATE_LOOKS 8

/** Threads that wait for a disk cost no processor. */
#define THREADS_WAITING 8
/**
 * Directories looked at and read, after which more than one thread pays; some 5 ms.  Two that have the processors for
 * themselves took .70 to 1.00 of the time of one on trees of 1,000 directories, .55 to .83 on 4,000, .55 to .60 on
 * 16,000, .49 to .64 on 200,000 and 100,000: they meet at a thousand.
 */
#define THREADS_WORK 4096
#define OPEN_MOST 64

static const struct walk_limits reasonable = {
	.entries = 200000000,
	.depth = 65536,
	.seconds = 3600,
	.open = OPEN_MOST,
};

/**
 * What is proven of file systems: the only place that says so.  A type that is not here is read
 * in full, and its directories may be read on from where they were left.
 */
static const struct walk_type types[] = {
	{ EXT4_SUPER_MAGIC, true, true, false },
	{ 0x58465342 /* xfs */, true, true, false },
	{ TMPFS_MAGIC, true, true, true },
};

const char *walk_reason_text(enum walk_reason reason) {
	switch (reason) {
	case WALK_MOVED:
		return "was moved while it was being read";
	case WALK_CHANGED:
		return "changed while it was being read in parts";
	case WALK_MANY_ENTRIES:
		return "truncated: it has more entries than are read of one file system";
	case WALK_TOO_DEEP:
		return "truncated: it is deeper than is followed";
	case WALK_TOO_LONG:
		return "truncated: reading it takes longer than is allowed for one file system";
	default:
		return NULL;
	}
}

bool walk_reason_is_budget(enum walk_reason reason) {
	return reason == WALK_MANY_ENTRIES || reason == WALK_TOO_DEEP || reason == WALK_TOO_LONG;
}

/* Threads */

/** The last that a thread has to do with its walk. */
static void thread_ended(struct walk *walk) {
	pthread_mutex_lock(&walk->running_lock);
	--walk->running;
	pthread_cond_signal(&walk->ended);
	pthread_mutex_unlock(&walk->running_lock);
}

static void *thread_main(void *argument) {
	struct walk_thread *thread = argument;

	for (struct walk_node *node; (node = walk_work_take(thread));) {
		walk_process(thread, node);
		walk_work_done(thread->walk);
	}
	thread_ended(thread->walk);
	return NULL;
}

static bool thread_prepare(struct walk *walk, unsigned number) {
	struct walk_thread *thread = &walk->threads[number];

	*thread = (struct walk_thread) {
		.walk = walk,
		.number = number,
		/* Room for what a report can hold, and not for what an attacker can make. */
		.troubles = { .most = 1000, .most_bytes = (size_t)1 << 20 },
		.crossings = { .most = 1000, .most_bytes = (size_t)1 << 20 },
	};
	pthread_mutex_init(&thread->queue.lock, NULL);
	bool good = (thread->buffer = malloc(WALK_BUFFER)) != NULL;
	/* The shortest record has 24 bytes. */
	good &= (thread->candidates = malloc(WALK_BUFFER / 24 * sizeof(*thread->candidates))) != NULL;
	for (size_t i = 0; i < walk->nconsumers; ++i)
		good &= (thread->locals[i] = calloc(1, walk->consumers[i].local_size + 1)) != NULL;
	return good;
}

static void thread_free(struct walk_thread *thread) {
	for (size_t i = 0; i < WALK_CONSUMERS; ++i)
		free(thread->locals[i]);
	free(thread->buffer);
	free(thread->candidates);
	free(thread->found);
	free(thread->path);
	free(thread->queue.nodes);
	pthread_mutex_destroy(&thread->queue.lock);
	shortlist_free(&thread->troubles);
	shortlist_free(&thread->crossings);
}

/** Start a thread that is counted as running.  Signals are for others. */
static bool thread_start(struct walk_thread *thread, void *(*run)(void *)) {
	struct walk *walk = thread->walk;
	sigset_t all, before;
	pthread_attr_t attributes;

	pthread_mutex_lock(&walk->running_lock);
	++walk->running;
	pthread_mutex_unlock(&walk->running_lock);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)256 << 10);
	bool started = pthread_create(&thread->id, &attributes, run, thread) == 0;
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!started)
		thread_ended(walk);
	return started;
}

/** Have so many threads at work.  Fewer are no fault. */
static void threads_start(struct walk *walk, unsigned wanted) {
	if (wanted > WALK_THREADS_MOST)
		wanted = WALK_THREADS_MOST;
	/* Each may hold a directory, its parent, and one that it looks for. */
	if (wanted > walk->open_limit / 4)
		wanted = walk->open_limit / 4;
	while (atomic_load(&walk->nthreads) < wanted) {
		unsigned number = atomic_load(&walk->nthreads);
		struct walk_thread *thread = &walk->threads[number];

		if (!thread_prepare(walk, number) || !thread_start(thread, thread_main)) {
			thread_free(thread);
			break;
		}
		/* Only now do others look into its queue. */
		atomic_store(&walk->nthreads, number + 1);
	}
}

/**
 * Decide whether more threads pay.  A tree that is read in a few milliseconds is done before they are; on
 * larger ones two take little more than half the time of one.  One that waits for a disk keeps it busy best
 * with more threads than there are processors.
 */
static void threads_review(struct walk *walk) {
	struct walk_thread *thread = &walk->threads[0];
	const uint64_t work = thread->opened + thread->directories - thread->reviewed;
	struct rusage usage;

	if (work < 512 || (walk->limits.threads && atomic_load(&walk->nthreads) >= walk->limits.threads))
		return;
	if (getrusage(RUSAGE_THREAD, &usage) < 0)
		return;
	/* Sixteen inodes lie in a block. */
	const bool waits = (uint64_t)(usage.ru_nvcsw - thread->waits) > work / 16;

	thread->reviewed += work;
	thread->waits = usage.ru_nvcsw;
	if (waits)
		threads_start(walk, walk->limits.threads ? walk->limits.threads : THREADS_WAITING);
	else if (thread->reviewed >= THREADS_WORK)
		threads_start(walk, walk->processors);
}

static void thread_first(struct walk *walk) {
	struct walk_thread *thread = &walk->threads[0];

	if (walk->limits.eager)
		threads_start(walk, walk->processors);
	for (struct walk_node *node; (node = walk_work_take(thread));) {
		walk_process(thread, node);
		walk_work_done(walk);
		if (atomic_load_explicit(&walk->nthreads, memory_order_relaxed) < THREADS_WAITING)
			threads_review(walk);
	}
}

/* A walk */

static unsigned open_limit(unsigned wanted) {
	struct rlimit limit;

	if (wanted == 0 || wanted > OPEN_MOST)
		wanted = OPEN_MOST;
	/* Leave the rest of the program its own. */
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 2 * (rlim_t)wanted)
		wanted = limit.rlim_cur / 2 < wanted ? (unsigned)(limit.rlim_cur / 2) : wanted;
	return wanted < 4 ? 4 : wanted;
}

static unsigned processors(void) {
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

	return count < 1 ? 1 : count > WALK_THREADS_MOST ? WALK_THREADS_MOST : (unsigned)count;
}

static void type_learn(struct walk_thread *thread, int fd) {
	struct walk *walk = thread->walk;
	struct statfs status;

	walk->type = NULL;
	walk_thread_ask(thread);
	int error = fstatfs(fd, &status);
	walk_thread_answered(thread);
	for (size_t i = 0; !error && i < sizeof types / sizeof *types; ++i)
		if (types[i].magic == status.f_type)
			walk->type = &types[i];
	if (walk->limits.distrust)
		walk->type = NULL;
	walk->trusting = walk->trusting && walk->type && walk->type->counts;
}

/** Begin at the top, and work until there is nothing left to do.  Returns 0, or why the top cannot be walked. */
static int run(struct walk *walk) {
	const struct walk_top *top = &walk->top;
	struct walk_thread *thread = &walk->threads[0];
	struct statx status;
	int fd = walk_enter(thread, top->fd, ".");

	if (fd < 0)
		return fd;
	int error = walk_look_at(thread, fd, &status);
	struct walk_node *node = error ? NULL : walk_node_new(NULL, "", &status);
	if (!node) {
		walk_close(thread, fd);
		return error ? error : -ENOMEM;
	}
	type_learn(thread, fd);
	walk->whole = status;
	walk->node = node;
	walk->fd = fd;
	/* The top is never closed: one more use of it than there is. */
	node->fd = fd;
	node->pins = 1;
	node->wanting = 2;
	node->opened = true;
	node->reachable = top->reachable && (status.stx_mode & S_IXOTH);
	node->shared = top->shared;
	walk->open = 1;
	for (size_t i = 0; i < walk->nconsumers; ++i)
		node->left[i] = top->consumers & 1U << i ? walk->consumers[i].levels : 0;
	++thread->directories;
	walk_tell(thread, node->left,
	          &(struct walk_entry) {
	                  .name = "",
	                  .status = &status,
	                  .directory = fd,
	                  .reachable = top->reachable,
	                  .shared = top->shared,
	                  .thread = thread,
	          });
	unsigned needs = walk_needs_below(walk, node->left);
	node->expected = needs ? walk_expected_below(walk, &status, needs) : 0;
	/* One more reference than there are users: it is freed at the end. */
	atomic_fetch_add(&node->references, 1);
	if (node->expected != 0 && !walk_work_add(thread, &node, 1))
		error = -ENOMEM;
	thread_first(walk);
	return error;
}

static void *run_apart(void *argument) {
	struct walk_thread *thread = argument;
	struct walk *walk = thread->walk;

	walk->error = run(walk);
	thread_ended(walk);
	return NULL;
}

/** Begin, or begin anew.  Returns 0 or a negative errno. */
static int launch(struct walk *walk) {
	struct timespec now;

	atomic_store(&walk->nthreads, 1);
	atomic_store(&walk->stop, 0);
	atomic_store(&walk->entries, 0);
	walk->error = 0;
	walk->open_limit = open_limit(walk->limits.open);
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	walk->began = time(NULL);
	walk->deadline = now.tv_sec + (time_t)walk->limits.seconds + 1;
	if (!thread_prepare(walk, 0)) {
		thread_free(&walk->threads[0]);
		return -ENOMEM;
	}
	/* Who may not start threads has none that could be set aside. */
	walk->apart = walk->limits.patience && thread_start(&walk->threads[0], run_apart);
	if (!walk->apart)
		walk->error = run(walk);
	return 0;
}

/** A copy of what the caller may take back while a thread that was set aside still has it. */
static bool copy_top(struct walk *walk, const struct walk_top *top) {
	const size_t size = top->nmarks * sizeof(*top->marks);
	char *path = strdup(top->path);
	struct walk_mark *marks = malloc(size + 1);

	walk->top = *top;
	walk->tree = *top->tree;
	walk->top.tree = &walk->tree;
	walk->top.path = path;
	walk->top.marks = marks;
	walk->top.fd = fcntl(top->fd, F_DUPFD_CLOEXEC, 0);
	if (marks && size)
		memcpy(marks, top->marks, size);
	return path && marks && walk->top.fd >= 0;
}

/** Free all of a walk: no thread is left that could look at it. */
static void walk_free(struct walk *walk) {
	if (walk->top.fd >= 0)
		close(walk->top.fd);
	free((void *)(uintptr_t)walk->top.path);
	free((void *)(uintptr_t)walk->top.marks);
	pthread_cond_destroy(&walk->ended);
	free(walk);
}

int walk_start(const struct walk_top *top, const struct walk_consumer *consumers, size_t nconsumers,
               const struct walk_limits *limits, struct walk **started) {
	struct walk *walk = calloc(1, sizeof *walk);
	pthread_condattr_t monotonic;

	*started = NULL;
	if (!walk)
		return -ENOMEM;
	*walk = (struct walk) {
		.nconsumers = nconsumers,
		.limits = limits ? *limits : reasonable,
		.trusting = true,
		.idle_lock = PTHREAD_MUTEX_INITIALIZER,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.work = PTHREAD_COND_INITIALIZER,
		.running_lock = PTHREAD_MUTEX_INITIALIZER,
	};
	memcpy(walk->consumers, consumers, nconsumers * sizeof *consumers);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&walk->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (!walk->limits.entries)
		walk->limits.entries = reasonable.entries;
	if (!walk->limits.depth)
		walk->limits.depth = reasonable.depth;
	if (!walk->limits.seconds)
		walk->limits.seconds = reasonable.seconds;
	walk->processors = walk->limits.threads ? walk->limits.threads : processors();
	int error = 0;
	if (!copy_top(walk, top))
		error = walk->top.fd < 0 && errno == EMFILE ? -EMFILE : -ENOMEM;
	if (!error)
		error = launch(walk);
	if (error)
		walk_free(walk);
	else
		*started = walk;
	return error;
}

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/**
 * With the lock: how long the longest of the calls that are under way has been so, in milliseconds.  Whoever has
 * waited for an answer for most of them is set aside.
 */
static int64_t watch_calls(struct walk *walk, int64_t most) {
	const int64_t now = now_ms();
	int64_t longest = 0;

	for (unsigned i = 0; i < atomic_load(&walk->nthreads); ++i) {
		struct walk_thread *thread = &walk->threads[i];
		uint64_t call = atomic_load_explicit(&thread->call, memory_order_relaxed);

		if (thread->aside)
			continue;
		if (call != thread->seen) {
			thread->seen = call;
			thread->since = now;
			thread->late = 0;
		}
		if (call % CALL_STATES != CALL_ASKING)
			continue;
		if (now - thread->since > longest)
			longest = now - thread->since;
		/* All of us may have been stopped, or the whole machine: it gets time to go on before it is judged. */
		if (most && now - thread->since >= most && ++thread->late > LATE_LOOKS &&
		    atomic_compare_exchange_strong(&thread->call, &call, call - CALL_ASKING + CALL_ASIDE)) {
			thread->aside = true;
			--walk->running;
			atomic_store(&walk->given_up, true);
		}
	}
	return longest;
}

/**
 * Wait until all threads have ended or were set aside, after most milliseconds; with step, at most until one has been
 * asking for so long.  Returns whether it is done.
 */
static bool watch(struct walk *walk, int64_t most, unsigned step) {
	unsigned portion = step && step < 2 * WATCH_MS ? (step + 1) / 2 : WATCH_MS;

	pthread_mutex_lock(&walk->running_lock);
	while (walk->running) {
		struct timespec until;

		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += (long)portion * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (pthread_cond_timedwait(&walk->ended, &walk->running_lock, &until) == 0)
			continue;
		bool given_up = atomic_load(&walk->given_up);
		int64_t longest = watch_calls(walk, given_up && most > GRACE_MS ? GRACE_MS : most);
		if (!given_up && atomic_load(&walk->given_up)) {
			walk_stop(walk, STOP_SILENT);
			pthread_mutex_lock(&walk->idle_lock);
			pthread_cond_broadcast(&walk->work);
			pthread_mutex_unlock(&walk->idle_lock);
		}
		if (step && longest >= step)
			break;
	}
	bool done = !walk->running;
	pthread_mutex_unlock(&walk->running_lock);
	return done;
}

bool walk_wait(struct walk *walk, unsigned milliseconds) {
	return !walk->apart || watch(walk, 0, milliseconds ? milliseconds : 1);
}

/** Take what the threads found.  again: it was for nothing. */
static void collect(struct walk *walk, struct walk_summary *summary, bool again) {
	const unsigned nthreads = atomic_load(&walk->nthreads);

	for (unsigned i = 0; i < nthreads; ++i) {
		struct walk_thread *thread = &walk->threads[i];

		if (thread->aside)
			pthread_detach(thread->id);
		else if (i > 0 || walk->apart)
			pthread_join(thread->id, NULL);
		/* Also of one that was set aside: it was asking, and looks at none of this again. */
		for (size_t k = 0; k < walk->nconsumers; ++k)
			walk->consumers[k].finish(walk->consumers[k].owner, thread->locals[k], again || walk->error);
		if (!again) {
			shortlist_merge(&summary->troubles, &thread->troubles);
			shortlist_merge(&summary->crossings, &thread->crossings);
			summary->entries += thread->entries;
			summary->directories += thread->directories;
		}
	}
	if (nthreads > summary->threads)
		summary->threads = nthreads;
	/* What the kernel may yet write to, or who was set aside still holds, stays as long as the process. */
	if (atomic_load(&walk->given_up))
		return;
	for (unsigned i = 0; i < nthreads; ++i)
		thread_free(&walk->threads[i]);
	if (walk->node) {
		close(walk->fd);
		free(walk->node);
		walk->node = NULL;
	}
}

int walk_end(struct walk *walk, struct walk_summary *summary) {
	for (;;) {
		watch(walk, walk->apart ? walk->limits.patience : 0, 0);
		const unsigned stopped = atomic_load(&walk->stop);
		const bool given_up = atomic_load(&walk->given_up), again = stopped == STOP_DISTRUST && !given_up;
		int error = given_up ? -ETIMEDOUT : walk->error;

		if (stopped && stopped < STOP_DISTRUST)
			shortlist_add(
			        &walk->threads[0].troubles,
			        &(struct shortlist_item) { .path = walk->top.path, .value = { stopped, 0, true } });
		collect(walk, summary, again);
		walk->trusting = false;
		if (again && !error)
			error = launch(walk);
		else
			shortlist_sort(&summary->troubles);
		if (again && !error)
			continue;
		shortlist_sort(&summary->crossings);
		if (!given_up)
			walk_free(walk);
		return error;
	}
}

int walk_run(const struct walk_top *top, const struct walk_consumer *consumers, size_t nconsumers,
             const struct walk_limits *limits, struct walk_summary *summary) {
	struct walk *walk;
	int error = walk_start(top, consumers, nconsumers, limits, &walk);

	return error ? error : walk_end(walk, summary);
}

void walk_ask(const struct walk_entry *entry) {
	walk_thread_ask(entry->thread);
}

void walk_answered(const struct walk_entry *entry) {
	walk_thread_answered(entry->thread);
}

int walk_pin(const struct walk_entry *entry, struct statx *status) {
	const struct walk *walk = entry->thread->walk;

	walk_thread_ask(entry->thread);
	int pinned = tree_pin_at(entry->directory, entry->parent ? entry->name : ".");
	int error = pinned < 0 ? pinned : tree_stat(pinned, status);
	walk_thread_answered(entry->thread);
	if (!error && !tree_same_mount(&walk->whole, status))
		error = -EXDEV;
	if (!error)
		return pinned;
	if (pinned >= 0)
		close(pinned);
	return error;
}

int walk_acl(const struct walk_entry *entry, bool standard, struct arena *arena, struct statx *status,
             struct acl_lists *lists) {
	const struct walk *walk = entry->thread->walk;

	*lists = (struct acl_lists) { 0 };
	walk_thread_ask(entry->thread);
	int pinned = tree_pin_at(entry->directory, entry->parent ? entry->name : ".");
	int error = pinned < 0 ? pinned : tree_stat(pinned, status);
	if (!error && !tree_same_mount(&walk->whole, status))
		error = -EXDEV;
	if (!error)
		error = acl_read(pinned, standard && S_ISDIR(status->stx_mode), arena, lists);
	if (pinned >= 0)
		close(pinned);
	walk_thread_answered(entry->thread);
	return error;
}
