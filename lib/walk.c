#include "walk.h"

#include "cleanup.h"
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/** Bytes of getdents64(2) at once; and where a tree is so wide that what waits must not grow. */
#define BUFFER_SIZE ((size_t)64 << 10)
#define NARROW_SIZE ((size_t)4 << 10)

/** Directories that may wait in a thread's queue before it finishes them rather than read on; before it takes one by
 * one. */
#define QUEUE_MANY 2048
#define QUEUE_FULL 8192

/** What struct walk_thread.call is, besides a number that grows with every call. */
enum {
	/** No call is under way: the thread is somewhere in here. */
	CALL_NONE = 0,
	/** The kernel may not answer: the thread holds no lock, and what it uses is its own. */
	CALL_ASKING = 1,
	/** It was not waited for any longer: when it is answered, it does nothing any more. */
	CALL_ASIDE = 2,
	CALL_STATES = 4,
};

/** Milliseconds between two looks at what threads do; and what is granted to others when one was set aside. */
#define WATCH_MS 25
#define GRACE_MS 200
/** How often a thread is looked at again when its time is over. */
#define LATE_LOOKS 8

/** How far above a directory that is opened again another one is left open, for its siblings to come. */
#define CHECKPOINT 48

#define THREADS_MOST 16
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
static const struct type_fact {
	long magic;
	/** The number of links of a directory is two more than it has subdirectories; 1: not counted. */
	bool counts;
	/** getdents64(2) ends only where the directory or the buffer does: a buffer with room left says that it is all.
	 */
	bool whole;
	/** A position in a directory may mean another name after something was removed. */
	bool drifts;
} type_facts[] = {
	{ EXT4_SUPER_MAGIC, true, true, false },
	{ 0x58465342 /* xfs */, true, true, false },
	{ TMPFS_MAGIC, true, true, true },
};

/** The longest record of getdents64(2): a name of 255 bytes. */
#define RECORD_MOST 280

/** A directory that is to be read, is being read, or has subdirectories that are. */
struct walk_node {
	struct walk_node *parent;
	/** One for its own work, one for each child. */
	atomic_uint references;

	/* These are guarded by walk->lock. */
	/** Its descriptor, or -1. */
	int fd;
	/** Threads that use the descriptor now. */
	unsigned pins;
	/** One while it is being read, one for each child that is not open yet: at 0 the descriptor is closed. */
	unsigned wanting;
	/** In the list of those that are open and not pinned, least recently used first. */
	struct walk_node *before, *after;
	/** It cannot be found again. */
	bool lost;

	/* The rest belongs to whoever reads it; what is above the line of the name never changes. */
	uint64_t ino;
	uint32_t dev_major, dev_minor;
	uint32_t depth;
	/** Subdirectories that it must have, or UINT32_MAX. */
	uint32_t expected;
	/** Those that were seen. */
	uint32_t seen;
	/** When it was changed last, when it was looked at. */
	struct statx_timestamp changed;
	/** Where to read on. */
	off_t offset;
	bool opened, resumed, reachable, shared;
	uint16_t mode;
	/** For each consumer, levels that it wants below here; 0: none. */
	uint8_t left[WALK_CONSUMERS];
	char name[];
};

/** Directories that wait for a thread: it takes the newest itself, others the oldest. */
struct queue {
	pthread_mutex_t lock;
	struct walk_node **nodes;
	size_t head, count, capacity;
	/** The count, to be looked at without the lock. */
	atomic_size_t length;
};

struct walk_thread {
	struct walk *walk;
	pthread_t id;
	unsigned number;
	struct queue queue;
	char *buffer;
	/** Entries of the buffer that are to be looked at. */
	struct dirent64 **candidates;
	/** Children that were found in the buffer. */
	struct walk_node **found;
	size_t nfound, found_capacity;
	void *locals[WALK_CONSUMERS];
	struct shortlist troubles, crossings;
	char *path;
	size_t path_capacity;
	uint64_t entries, directories, opened;
	/** Entries that are not yet in walk->entries. */
	unsigned uncounted;
	/** The call that is under way, or was last: CALL_*. */
	atomic_uint_least64_t call;
	uint64_t calls;
	/** For who waits: the call that was seen last, since when, how often too late; whether the thread was set
	 * aside. */
	uint64_t seen;
	int64_t since;
	unsigned late;
	bool aside;
	/** Of thread 0, when it was last asked whether more threads pay: what it had done, how often it had waited. */
	uint64_t reviewed;
	long waits;
	/** Threads must not share a line of memory that one of them writes. */
	char distance[128];
};

struct walk {
	/* Copies: a thread that was set aside may still look at them when all else is gone. */
	struct walk_top top;
	struct tree tree;
	struct walk_consumer consumers[WALK_CONSUMERS];
	size_t nconsumers;
	struct walk_limits limits;
	const struct type_fact *type;
	/** What the top is: all else is on its mount. */
	struct statx whole;
	/** When it began, by the clock of the files; when it must end, by one that nobody sets. */
	time_t began, deadline;
	/** Whether link counts are believed. */
	bool trusting;

	struct walk_thread threads[THREADS_MOST];
	atomic_uint nthreads;
	unsigned processors;

	/** Directories in all queues, and those that are not finished. */
	atomic_size_t queued, unfinished;
	atomic_uint idle;
	pthread_mutex_t idle_lock;
	pthread_cond_t work;

	/** Guards the descriptors. */
	pthread_mutex_t lock;
	struct walk_node *oldest, *newest;
	unsigned open, open_limit;

	atomic_uint_least64_t entries;
	/** An enum walk_reason above WALK_ERROR that ends it, or STOP_DISTRUST, or STOP_SILENT. */
	atomic_uint stop;
	/** A thread was set aside: what it holds nobody waits for. */
	atomic_bool given_up;

	/** Whether thread 0 is not the caller. */
	bool apart;
	/** The directory itself; why it could not be walked. */
	struct walk_node *node;
	int fd, error;
	/** Guards the number of threads that have neither ended nor been set aside. */
	pthread_mutex_t running_lock;
	pthread_cond_t ended;
	unsigned running;
};

/** The file system's link counts were wrong. */
#define STOP_DISTRUST 1000
/** It does not answer. */
#define STOP_SILENT 1001

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

/* Calls that may not be answered */

/**
 * From here to answered() the thread may be set aside: it holds no lock, and nothing that others wait for, and the
 * state of its consumers is whole.
 */
static void ask(struct walk_thread *thread) {
	thread->calls += CALL_STATES;
	atomic_store_explicit(&thread->call, thread->calls | CALL_ASKING, memory_order_release);
}

static void answered(struct walk_thread *thread) {
	uint64_t call = thread->calls | CALL_ASKING;

	if (atomic_compare_exchange_strong_explicit(&thread->call, &call, thread->calls, memory_order_acq_rel,
	                                            memory_order_relaxed))
		return;
	/* Nobody knows of it any more, and whom it worked for may be gone.  It ends with the process. */
	for (;;)
		pause();
}

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Paths */

/** Length of the path of name in parent, and the path itself if there is a buffer; written from its end. */
static size_t path_put(const struct walk_top *top, const struct walk_node *parent, const char *name, char *end) {
	size_t length = strlen(name), total = length;

	if (end)
		memcpy(end -= length, name, length);
	for (const struct walk_node *node = parent;; node = node->parent) {
		const char *part = node && node->parent ? node->name : top->path;
		/* "/" ends with the slash that others need. */
		bool slash = total > 0 && !(part == top->path && part[0] == '/' && part[1] == '\0');

		length = strlen(part);
		total += slash + length;
		if (end) {
			if (slash)
				*--end = '/';
			memcpy(end -= length, part, length);
		}
		if (!node || !node->parent)
			return total;
	}
}

static const char *path_of(struct walk_thread *thread, const struct walk_node *parent, const char *name) {
	const struct walk_top *top = &thread->walk->top;
	size_t length = path_put(top, parent, name, NULL);

	if (length >= thread->path_capacity) {
		size_t capacity = length < 4096 ? 4096 : 2 * length;
		char *larger = realloc(thread->path, capacity);

		if (!larger)
			return NULL;
		thread->path = larger;
		thread->path_capacity = capacity;
	}
	thread->path[length] = '\0';
	path_put(top, parent, name, thread->path + length);
	return thread->path;
}

const char *walk_path(const struct walk_entry *entry) {
	return path_of(entry->thread, entry->parent, entry->name);
}

static void trouble(struct walk_thread *thread, const struct walk_node *parent, const char *name, bool shared,
                    enum walk_reason reason, int error) {
	const char *path = path_of(thread, parent, name);

	shortlist_add(&thread->troubles,
	              &(struct shortlist_item) { .path = path ? path : "", .value = { (long)reason, error, shared } });
}

static void node_trouble(struct walk_thread *thread, const struct walk_node *node, enum walk_reason reason, int error) {
	trouble(thread, node->parent, node->parent ? node->name : "", node->shared, reason, error);
}

static void crossing(struct walk_thread *thread, const struct walk_node *parent, const char *name) {
	const char *path = path_of(thread, parent, name);

	if (path)
		shortlist_add(&thread->crossings, &(struct shortlist_item) { .path = path });
}

/** A negative errno that only says that there is nothing any more. */
static bool vanished(int error) {
	return error == -ENOENT || error == -ESTALE;
}

static void stop(struct walk *walk, unsigned why) {
	unsigned none = 0;

	atomic_compare_exchange_strong(&walk->stop, &none, why);
}

/* Nodes and their descriptors */

static void node_release(struct walk_node *node) {
	while (node && atomic_fetch_sub_explicit(&node->references, 1, memory_order_acq_rel) == 1) {
		struct walk_node *parent = node->parent;

		free(node);
		node = parent;
	}
}

static void idle_remove(struct walk *walk, struct walk_node *node) {
	*(node->before ? &node->before->after : &walk->oldest) = node->after;
	*(node->after ? &node->after->before : &walk->newest) = node->before;
	node->before = node->after = NULL;
}

static void idle_append(struct walk *walk, struct walk_node *node) {
	node->before = walk->newest;
	node->after = NULL;
	*(walk->newest ? &walk->newest->after : &walk->oldest) = node;
	walk->newest = node;
}

/** With the lock: the descriptor that must be closed to make room, or -1. */
static int evict(struct walk *walk) {
	struct walk_node *node = walk->oldest;

	if (!node)
		return -1;
	int fd = node->fd;
	idle_remove(walk, node);
	node->fd = -1;
	--walk->open;
	return fd;
}

static void close_fd(struct walk_thread *thread, int fd) {
	if (fd < 0)
		return;
	ask(thread);
	close(fd);
	answered(thread);
}

/** With the lock: use the descriptor, if it is open. */
static bool pin_open(struct walk *walk, struct walk_node *node) {
	if (node->fd < 0)
		return false;
	if (node->pins++ == 0)
		idle_remove(walk, node);
	return true;
}

/** With the lock: end a use of the descriptor.  Returns one to close, or -1. */
static int unpin(struct walk *walk, struct walk_node *node) {
	if (--node->pins > 0)
		return -1;
	if (node->wanting > 0) {
		idle_append(walk, node);
		return -1;
	}
	int fd = node->fd;
	node->fd = -1;
	--walk->open;
	return fd;
}

static void node_unpin(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;

	pthread_mutex_lock(&walk->lock);
	int closing = unpin(walk, node);
	pthread_mutex_unlock(&walk->lock);
	close_fd(thread, closing);
}

/** Reserve one descriptor, at the price of another one. */
static void reserve(struct walk_thread *thread) {
	struct walk *walk = thread->walk;
	int closing = -1;

	pthread_mutex_lock(&walk->lock);
	if (walk->open >= walk->open_limit)
		closing = evict(walk);
	++walk->open;
	pthread_mutex_unlock(&walk->lock);
	close_fd(thread, closing);
}

static void unreserve(struct walk *walk) {
	pthread_mutex_lock(&walk->lock);
	--walk->open;
	pthread_mutex_unlock(&walk->lock);
}

/** Open path below a directory; with other descriptors closed if there are too many in this process. */
static int enter(struct walk_thread *thread, int directory, const char *path) {
	struct walk *walk = thread->walk;

	for (;;) {
		ask(thread);
		int fd = tree_open_at(&walk->tree, directory, path);
		answered(thread);

		if (fd != -EMFILE && fd != -ENFILE)
			return fd;
		pthread_mutex_lock(&walk->lock);
		int closing = evict(walk);
		if (closing >= 0)
			walk->open_limit = walk->open + 1 > 4 ? walk->open + 1 : 4;
		pthread_mutex_unlock(&walk->lock);
		if (closing < 0)
			return fd;
		close_fd(thread, closing);
	}
}

static int look_at(struct walk_thread *thread, int fd, struct statx *status) {
	ask(thread);
	int error = tree_stat(fd, status);
	answered(thread);
	return error;
}

static bool is_node(struct walk_thread *thread, int fd, const struct walk_node *node, struct statx *status) {
	return look_at(thread, fd, status) == 0 && status->stx_ino == node->ino &&
	       status->stx_dev_major == node->dev_major && status->stx_dev_minor == node->dev_minor;
}

/** Give a node that was found again its descriptor, and pin it; unless another thread was faster. */
static void node_found(struct walk_thread *thread, struct walk_node *node, int fd) {
	struct walk *walk = thread->walk;
	int closing = -1;

	pthread_mutex_lock(&walk->lock);
	if (node->fd >= 0) {
		--walk->open;
		closing = fd;
		pin_open(walk, node);
	} else {
		node->fd = fd;
		node->pins = 1;
	}
	pthread_mutex_unlock(&walk->lock);
	close_fd(thread, closing);
}

/**
 * Find a closed ancestor again: from the nearest one that is open, by the names that lead to it, as
 * many of them at once as one path can hold, and each stop proven by device and inode.
 */
static int node_reopen(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;
	struct walk_node *from = node, *checkpoint = NULL;
	size_t distance = 0;

	pthread_mutex_lock(&walk->lock);
	while (!pin_open(walk, from)) {
		/* The top is always open. */
		if (from->lost || !from->parent) {
			pthread_mutex_unlock(&walk->lock);
			return -ESTALE;
		}
		from = from->parent;
		if (++distance >= CHECKPOINT && !checkpoint && from->wanting > 0)
			checkpoint = from;
	}
	pthread_mutex_unlock(&walk->lock);
	if (checkpoint == from)
		checkpoint = NULL;

	struct walk_node **chain = calloc(distance + 1, sizeof(*chain));
	char *path = malloc(PATH_MAX);
	int fd = from->fd, error = chain && path ? 0 : -ENOMEM;
	bool held = false;

	if (!error) {
		size_t i = distance;

		for (struct walk_node *at = node; at != from; at = at->parent)
			chain[--i] = at;
	}
	for (size_t next = 0; !error && next < distance;) {
		size_t length = 0;
		struct walk_node *stop_at = NULL;

		while (next < distance && (!stop_at || stop_at != checkpoint)) {
			struct walk_node *step = chain[next];

			if (!step || length + strlen(step->name) + 2 > PATH_MAX)
				break;
			if (length)
				path[length++] = '/';
			const size_t size = strlen(step->name);
			memcpy(path + length, step->name, size + 1);
			length += size;
			stop_at = step;
			++next;
		}
		if (!stop_at) {
			error = -ENAMETOOLONG;
			break;
		}

		struct statx status;
		reserve(thread);
		int opened = enter(thread, fd, path);
		if (opened >= 0 && !is_node(thread, opened, stop_at, &status)) {
			close_fd(thread, opened);
			opened = -ESTALE;
		}
		if (held) {
			close_fd(thread, fd);
			unreserve(walk);
		}
		held = false;
		if (opened < 0) {
			unreserve(walk);
			error = opened;
		} else if (stop_at == checkpoint || stop_at == node) {
			/* Pinned while it is the way; the way to it is no more needed. */
			node_found(thread, stop_at, opened);
			node_unpin(thread, from);
			from = stop_at;
			fd = from->fd;
		} else {
			fd = opened;
			held = true;
		}
	}
	free(chain);
	free(path);
	if (held) {
		close_fd(thread, fd);
		unreserve(walk);
	}
	if (error) {
		node_unpin(thread, from);
		return error;
	}
	return fd;
}

/** Use the descriptor of a node: open it again if it had to be closed.  A negative errno: it is lost. */
static int node_pin(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;

	pthread_mutex_lock(&walk->lock);
	bool open = pin_open(walk, node), lost = node->lost;
	int fd = node->fd;
	pthread_mutex_unlock(&walk->lock);
	if (open)
		return fd;
	if (lost)
		return -ESTALE;
	fd = node_reopen(thread, node);
	if (fd < 0) {
		pthread_mutex_lock(&walk->lock);
		bool known = node->lost;
		node->lost = true;
		pthread_mutex_unlock(&walk->lock);
		/* What waits below it is lost with it: once is enough. */
		if (!known) {
			bool moved = vanished(fd) || fd == -ENOTDIR || fd == -ELOOP || fd == -EXDEV;

			node_trouble(thread, node, moved ? WALK_MOVED : WALK_ERROR, fd);
		}
	}
	return fd;
}

/** A child is open, or never will be. */
static void parent_settled(struct walk_thread *thread, struct walk_node *parent) {
	struct walk *walk = thread->walk;
	int closing = -1;

	pthread_mutex_lock(&walk->lock);
	--parent->wanting;
	if (parent->wanting == 0 && parent->fd >= 0 && parent->pins == 0) {
		idle_remove(walk, parent);
		closing = parent->fd;
		parent->fd = -1;
		--walk->open;
	}
	pthread_mutex_unlock(&walk->lock);
	close_fd(thread, closing);
}

/* Queues */

static bool queue_push(struct queue *queue, struct walk_node **nodes, size_t count) {
	bool room = true;

	pthread_mutex_lock(&queue->lock);
	if (queue->count + count > queue->capacity) {
		size_t capacity = queue->capacity ? queue->capacity : 256;

		while (capacity < queue->count + count)
			capacity *= 2;
		struct walk_node **larger = malloc(capacity * sizeof(*larger));
		if (larger) {
			for (size_t i = 0; i < queue->count; ++i)
				larger[i] = queue->nodes[(queue->head + i) & (queue->capacity - 1)];
			free(queue->nodes);
			queue->nodes = larger;
			queue->head = 0;
			queue->capacity = capacity;
		} else {
			room = false;
		}
	}
	if (room) {
		for (size_t i = 0; i < count; ++i)
			queue->nodes[(queue->head + queue->count++) & (queue->capacity - 1)] = nodes[i];
		atomic_store_explicit(&queue->length, queue->count, memory_order_relaxed);
	}
	pthread_mutex_unlock(&queue->lock);
	return room;
}

static struct walk_node *queue_pop(struct queue *queue) {
	struct walk_node *node = NULL;

	if (atomic_load_explicit(&queue->length, memory_order_relaxed) == 0)
		return NULL;
	pthread_mutex_lock(&queue->lock);
	if (queue->count) {
		node = queue->nodes[(queue->head + --queue->count) & (queue->capacity - 1)];
		atomic_store_explicit(&queue->length, queue->count, memory_order_relaxed);
	}
	pthread_mutex_unlock(&queue->lock);
	return node;
}

/** Take up to half of the oldest, and at most so many. */
static size_t queue_steal(struct queue *queue, struct walk_node **nodes, size_t most) {
	size_t count = 0;

	if (atomic_load_explicit(&queue->length, memory_order_relaxed) == 0)
		return 0;
	pthread_mutex_lock(&queue->lock);
	size_t half = (queue->count + 1) / 2;
	while (count < half && count < most) {
		nodes[count++] = queue->nodes[queue->head];
		queue->head = (queue->head + 1) & (queue->capacity - 1);
		--queue->count;
	}
	atomic_store_explicit(&queue->length, queue->count, memory_order_relaxed);
	pthread_mutex_unlock(&queue->lock);
	return count;
}

/** Put directories where this thread, or an idle one, will take them.  Returns false without memory for it. */
static bool work_add(struct walk_thread *thread, struct walk_node **nodes, size_t count) {
	struct walk *walk = thread->walk;

	atomic_fetch_add(&walk->unfinished, count);
	if (!queue_push(&thread->queue, nodes, count)) {
		atomic_fetch_sub(&walk->unfinished, count);
		return false;
	}
	atomic_fetch_add(&walk->queued, count);
	if (atomic_load(&walk->idle) > 0 && atomic_load_explicit(&thread->queue.length, memory_order_relaxed) > 1) {
		pthread_mutex_lock(&walk->idle_lock);
		pthread_cond_signal(&walk->work);
		pthread_mutex_unlock(&walk->idle_lock);
	}
	return true;
}

static void work_done(struct walk *walk) {
	if (atomic_fetch_sub(&walk->unfinished, 1) == 1) {
		pthread_mutex_lock(&walk->idle_lock);
		pthread_cond_broadcast(&walk->work);
		pthread_mutex_unlock(&walk->idle_lock);
	}
}

/** The next directory for this thread, its own or another's; NULL: all is done. */
static struct walk_node *work_take(struct walk_thread *thread) {
	struct walk *walk = thread->walk;

	for (;;) {
		struct walk_node *stolen[64], *node = queue_pop(&thread->queue);
		unsigned nthreads = atomic_load(&walk->nthreads);

		for (unsigned i = 1; !node && i < nthreads; ++i) {
			struct walk_thread *other = &walk->threads[(thread->number + i) % nthreads];
			size_t count = queue_steal(&other->queue, stolen, sizeof stolen / sizeof *stolen);

			if (count == 0)
				continue;
			node = stolen[0];
			/* The oldest was taken to be worked on first, so it goes on top; the rest keep their order. */
			if (count > 1 && !queue_push(&thread->queue, stolen + 1, count - 1))
				while (count > 1 && !queue_push(&other->queue, stolen + 1, count - 1))
					sched_yield();
		}
		if (node) {
			atomic_fetch_sub(&walk->queued, 1);
			return node;
		}
		if (atomic_load(&walk->unfinished) == 0 || atomic_load(&walk->given_up))
			return NULL;
		pthread_mutex_lock(&walk->idle_lock);
		atomic_fetch_add(&walk->idle, 1);
		while (atomic_load(&walk->queued) == 0 && atomic_load(&walk->unfinished) > 0 &&
		       !atomic_load(&walk->given_up))
			pthread_cond_wait(&walk->work, &walk->idle_lock);
		atomic_fetch_sub(&walk->idle, 1);
		pthread_mutex_unlock(&walk->idle_lock);
	}
}

/* Reading */

static bool is_dot(const char *name) {
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

int walk_mark_compare(const struct walk_mark *one, const struct walk_mark *other) {
	if (one->dev_major != other->dev_major)
		return one->dev_major < other->dev_major ? -1 : 1;
	if (one->dev_minor != other->dev_minor)
		return one->dev_minor < other->dev_minor ? -1 : 1;
	return (one->ino > other->ino) - (one->ino < other->ino);
}

static const struct walk_mark *mark_of(const struct walk *walk, const struct statx *status) {
	const struct walk_mark wanted = { .ino = status->stx_ino,
		                          .dev_major = status->stx_dev_major,
		                          .dev_minor = status->stx_dev_minor };

	for (size_t low = 0, high = walk->top.nmarks; low < high;) {
		const size_t middle = low + (high - low) / 2;
		const int order = walk_mark_compare(&walk->top.marks[middle], &wanted);

		if (order == 0)
			return &walk->top.marks[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/** What the consumers that are interested below a node need. */
static unsigned needs_below(const struct walk *walk, const uint8_t left[WALK_CONSUMERS]) {
	unsigned needs = 0;

	for (size_t i = 0; i < walk->nconsumers; ++i)
		if (left[i])
			needs |= walk->consumers[i].needs;
	return needs;
}

static void tell(struct walk_thread *thread, const uint8_t left[WALK_CONSUMERS], const struct walk_entry *entry) {
	const struct walk *walk = thread->walk;
	bool directory = S_ISDIR(entry->status->stx_mode);

	for (size_t i = 0; i < walk->nconsumers; ++i)
		if (left[i] && (directory || (walk->consumers[i].needs & WALK_ENTRIES)))
			walk->consumers[i].visit(walk->consumers[i].owner, thread->locals[i], entry);
}

static uint32_t expected_below(const struct walk *walk, const struct statx *status, unsigned needs) {
	if (!walk->trusting || (needs & WALK_ENTRIES) || status->stx_nlink < 2)
		return UINT32_MAX;
	return status->stx_nlink - 2;
}

static struct walk_node *node_new(struct walk_node *parent, const char *name, const struct statx *status) {
	size_t size = strlen(name) + 1;
	struct walk_node *node = malloc(sizeof *node + size);

	if (!node)
		return NULL;
	*node = (struct walk_node) {
		.parent = parent,
		.fd = -1,
		.ino = status->stx_ino,
		.dev_major = status->stx_dev_major,
		.dev_minor = status->stx_dev_minor,
		.changed = status->stx_mtime,
		.mode = status->stx_mode,
		.depth = parent ? parent->depth + 1 : 0,
	};
	atomic_init(&node->references, 1);
	memcpy(node->name, name, size);
	return node;
}

/** Whether somebody besides its owner and root may search a directory. */
static bool passes(const struct walk *walk, const struct walk_entry *entry) {
	const struct walk_top *top = &walk->top;

	if (entry->status->stx_mode & S_IXOTH)
		return true;
	/* The group's bits are the mask of a list: without theirs no entry grants it. */
	return (entry->status->stx_mode & S_IXGRP) && top->passes && top->passes(top->passer, entry);
}

/** Note a directory to be read, if anybody wants to know what is in it and there can be something. */
static void descend(struct walk_thread *thread, struct walk_node *parent, const struct walk_entry *entry,
                    const struct walk_mark *mark) {
	const struct statx *status = entry->status;
	const char *name = entry->name;
	struct walk *walk = thread->walk;
	uint8_t left[WALK_CONSUMERS] = { 0 };

	for (size_t i = 0; i < walk->nconsumers; ++i) {
		left[i] = parent->left[i] == WALK_ALL || parent->left[i] == 0 ? parent->left[i]
		                                                              : (uint8_t)(parent->left[i] - 1);
		if (mark && (mark->consumers & 1U << i) && left[i] < walk->consumers[i].levels)
			left[i] = walk->consumers[i].levels;
	}
	unsigned needs = needs_below(walk, left);
	uint32_t expected = expected_below(walk, status, needs);

	if (needs == 0 || expected == 0)
		return;
	if (parent->depth + 1 >= walk->limits.depth) {
		trouble(thread, parent, name, parent->shared, WALK_TOO_DEEP, 0);
		return;
	}
	struct walk_node *node = node_new(parent, name, status);
	if (node && thread->nfound == thread->found_capacity) {
		size_t capacity = thread->found_capacity ? 2 * thread->found_capacity : 256;
		struct walk_node **larger = realloc(thread->found, capacity * sizeof(*larger));

		if (larger) {
			thread->found = larger;
			thread->found_capacity = capacity;
		} else {
			free(node);
			node = NULL;
		}
	}
	if (!node) {
		trouble(thread, parent, name, parent->shared, WALK_ERROR, -ENOMEM);
		return;
	}
	node->expected = expected;
	node->reachable = parent->reachable && (status->stx_mode & S_IXOTH);
	node->shared = parent->shared && passes(walk, entry);
	memcpy(node->left, left, sizeof left);
	atomic_fetch_add_explicit(&parent->references, 1, memory_order_relaxed);
	thread->found[thread->nfound++] = node;
}

/** Look at one entry of a directory that is being read. */
static void look(struct walk_thread *thread, struct walk_node *node, int fd, const struct dirent64 *entry) {
	struct walk *walk = thread->walk;
	struct statx status;
	ask(thread);
	int error = tree_stat_at(fd, entry->d_name, &status);
	answered(thread);
	if (error) {
		if (!vanished(error))
			trouble(thread, node, entry->d_name, node->shared, WALK_ERROR, error);
		return;
	}
	bool directory = S_ISDIR(status.stx_mode);
	if (directory && entry->d_type == DT_UNKNOWN)
		++node->seen;
	if (!tree_same_mount(&walk->whole, &status)) {
		/* What its file system says of it need not be true: nothing is told of it. */
		crossing(thread, node, entry->d_name);
		return;
	}
	const struct walk_mark *mark = directory ? mark_of(walk, &status) : NULL;
	if (mark && mark->skip)
		return;
	thread->directories += directory;
	uint8_t left[WALK_CONSUMERS];
	memcpy(left, node->left, sizeof left);
	for (size_t i = 0; mark && i < walk->nconsumers; ++i)
		left[i] |= (uint8_t)(mark->consumers >> i & 1);
	const struct walk_entry told = {
		.parent = node,
		.name = entry->d_name,
		.status = &status,
		.directory = fd,
		.level = node->depth + 1,
		.parent_mode = node->mode,
		.reachable = node->reachable,
		.shared = node->shared,
		.thread = thread,
	};
	tell(thread, left, &told);
	if (directory)
		descend(thread, node, &told, mark);
}

/** Queue the children that were found, upon the directory itself if there is more in it. */
static bool queue_found(struct walk_thread *thread, struct walk_node *node, bool more) {
	struct walk *walk = thread->walk;
	size_t count = thread->nfound;

	if (count) {
		pthread_mutex_lock(&walk->lock);
		node->wanting += (unsigned)count;
		pthread_mutex_unlock(&walk->lock);
	}
	thread->nfound = 0;
	if (more && !work_add(thread, &node, 1)) {
		node_trouble(thread, node, WALK_ERROR, -ENOMEM);
		more = false;
	}
	if (count && !work_add(thread, thread->found, count)) {
		node_trouble(thread, node, WALK_ERROR, -ENOMEM);
		for (size_t i = 0; i < count; ++i) {
			parent_settled(thread, node);
			node_release(thread->found[i]);
		}
	}
	return more;
}

/** Whether a directory is as it was when it was looked at, so that nothing was made in it or moved into it. */
static bool is_unchanged(struct walk_thread *thread, const struct walk_node *node, int fd, struct statx *status) {
	/* The kernel's clock of files ticks coarsely: a time of just now proves nothing. */
	return is_node(thread, fd, node, status) && node->changed.tv_sec == status->stx_mtime.tv_sec &&
	       node->changed.tv_nsec == status->stx_mtime.tv_nsec && node->changed.tv_sec < thread->walk->began - 1;
}

/**
 * Whether all subdirectories that a directory has were seen, by its link count.  A count that was too
 * low, though nothing changed, ends the trust in the file system; if something did, it says nothing: what was
 * made meanwhile must not stand for what has always been there.
 */
static bool is_all_by_count(struct walk_thread *thread, const struct walk_node *node, int fd) {
	struct statx status;

	if (node->expected == UINT32_MAX || node->resumed || node->seen < node->expected)
		return false;
	if (!is_unchanged(thread, node, fd, &status))
		return false;
	if (node->seen > node->expected)
		stop(thread->walk, STOP_DISTRUST);
	return true;
}

static void count_entries(struct walk_thread *thread) {
	struct walk *walk = thread->walk;
	struct timespec now;

	thread->entries += thread->uncounted;
	pulse_count(walk->tree.pulse, thread->uncounted);
	if (atomic_fetch_add_explicit(&walk->entries, thread->uncounted, memory_order_relaxed) + thread->uncounted >
	    walk->limits.entries)
		stop(walk, WALK_MANY_ENTRIES);
	thread->uncounted = 0;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec >= walk->deadline)
		stop(walk, WALK_TOO_LONG);
}

/**
 * The directory is to be read on from offset.  Where a position may come to mean something else, the
 * time of the last change tells whether it did.
 */
static void mark_place(struct walk_thread *thread, struct walk_node *node, int fd, off_t offset) {
	struct statx status;

	if (!node->resumed && is_node(thread, fd, node, &status))
		node->changed = status.stx_mtime;
	node->offset = offset;
	node->resumed = true;
}

static void check_place(struct walk_thread *thread, struct walk_node *node, int fd) {
	struct walk *walk = thread->walk;
	struct statx status;

	ask(thread);
	int error = lseek(fd, node->offset, SEEK_SET) < 0 ? -errno : 0;
	answered(thread);
	if (error)
		node_trouble(thread, node, WALK_ERROR, error);
	if (!walk->type || !walk->type->drifts)
		return;
	if (is_node(thread, fd, node, &status) &&
	    (status.stx_mtime.tv_sec != node->changed.tv_sec || status.stx_mtime.tv_nsec != node->changed.tv_nsec)) {
		node_trouble(thread, node, WALK_CHANGED, 0);
		node->changed = status.stx_mtime;
	}
}

/** Read a directory, pinned at fd.  Returns true if it was queued again, for the rest of it. */
static bool read_directory(struct walk_thread *thread, struct walk_node *node, int fd) {
	struct walk *walk = thread->walk;
	const bool all = needs_below(walk, node->left) & WALK_ENTRIES;

	for (;;) {
		size_t waiting = atomic_load_explicit(&thread->queue.length, memory_order_relaxed);
		const bool narrow = waiting >= QUEUE_FULL;
		ask(thread);
		ssize_t got = getdents64(fd, thread->buffer, narrow ? NARROW_SIZE : BUFFER_SIZE);
		answered(thread);

		/* A directory that was removed while it is open has no names: ENOENT. */
		if (got < 0 && errno != ENOENT)
			node_trouble(thread, node, WALK_ERROR, -errno);
		if (got <= 0)
			break;
		off_t offset = 0;
		size_t ncandidates = 0;
		for (ssize_t at = 0; at < got;) {
			struct dirent64 *entry = (struct dirent64 *)(void *)(thread->buffer + at);

			at += entry->d_reclen;
			offset = entry->d_off;
			if (is_dot(entry->d_name))
				continue;
			++thread->uncounted;
			node->seen += entry->d_type == DT_DIR;
			if (all || entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN)
				thread->candidates[ncandidates++] = entry;
		}
		bool more = false;
		for (size_t i = 0; i < ncandidates; ++i) {
			look(thread, node, fd, thread->candidates[i]);
			if (narrow && thread->nfound) {
				offset = thread->candidates[i]->d_off;
				more = true;
				break;
			}
		}
		count_entries(thread);
		bool complete = !more && walk->type && walk->type->whole &&
		                (size_t)got + RECORD_MOST <= (narrow ? NARROW_SIZE : BUFFER_SIZE);
		/* It is complete, or its count was too low: see whether that can be. */
		if (complete ? node->seen > node->expected : !more)
			complete |= is_all_by_count(thread, node, fd);
		if (complete || atomic_load_explicit(&walk->stop, memory_order_relaxed))
			break;
		if (more || waiting + thread->nfound > QUEUE_MANY) {
			mark_place(thread, node, fd, offset);
			/* Once it is queued another thread can finish it; process() still unpins it. */
			atomic_fetch_add_explicit(&node->references, 1, memory_order_relaxed);
			if (queue_found(thread, node, true))
				return true;
			atomic_fetch_sub_explicit(&node->references, 1, memory_order_relaxed);
			return false;
		}
		queue_found(thread, node, false);
	}
	queue_found(thread, node, false);
	return false;
}

/** Open a child for the first time, by its name from its parent.  The parent is settled; the child is pinned. */
static int open_child(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;
	struct walk_node *parent = node->parent;
	int directory = node_pin(thread, parent);

	if (directory < 0) {
		parent_settled(thread, parent);
		return directory;
	}
	reserve(thread);
	int fd = enter(thread, directory, node->name);
	if (fd == -ENOTDIR || fd == -ELOOP) {
		/* It was a directory a moment ago.  If it is one again, look into it; else it is no more. */
		struct statx status;
		ask(thread);
		int error = tree_stat_at(directory, node->name, &status);
		answered(thread);
		if (!error && S_ISDIR(status.stx_mode) && tree_same_mount(&walk->whole, &status)) {
			node->ino = status.stx_ino;
			node->dev_major = status.stx_dev_major;
			node->dev_minor = status.stx_dev_minor;
			node->expected = UINT32_MAX;
			fd = enter(thread, directory, node->name);
		}
	}

	pthread_mutex_lock(&walk->lock);
	if (fd >= 0) {
		node->fd = fd;
		node->pins = 1;
		node->wanting = 1;
	} else {
		--walk->open;
	}
	--parent->wanting;
	int closing = unpin(walk, parent);
	pthread_mutex_unlock(&walk->lock);
	close_fd(thread, closing);
	node->opened = fd >= 0;
	thread->opened += fd >= 0;
	if (fd == -EXDEV)
		crossing(thread, parent, node->name);
	else if (fd < 0 && !vanished(fd) && fd != -ENOTDIR && fd != -ELOOP)
		node_trouble(thread, node, WALK_ERROR, fd);
	return fd;
}

/** Work on one directory that was queued. */
static void process(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;
	int fd, closing = -1;

	if (atomic_load_explicit(&walk->stop, memory_order_relaxed)) {
		/* Nothing is read any more; what is open closes with the walk's end. */
		if (!node->opened && node->parent)
			parent_settled(thread, node->parent);
		fd = -ECANCELED;
	} else if (node->opened) {
		fd = node_pin(thread, node);
		if (fd >= 0 && node->resumed)
			check_place(thread, node, fd);
	} else {
		fd = open_child(thread, node);
	}
	if (fd >= 0 && read_directory(thread, node, fd)) {
		node_unpin(thread, node);
		node_release(node);
		return;
	}
	if (node->opened) {
		pthread_mutex_lock(&walk->lock);
		--node->wanting;
		if (fd >= 0) {
			closing = unpin(walk, node);
		} else if (node->wanting == 0 && node->fd >= 0 && node->pins == 0) {
			idle_remove(walk, node);
			closing = node->fd;
			node->fd = -1;
			--walk->open;
		}
		pthread_mutex_unlock(&walk->lock);
		close_fd(thread, closing);
	}
	node_release(node);
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

	for (struct walk_node *node; (node = work_take(thread));) {
		process(thread, node);
		work_done(thread->walk);
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
	bool good = (thread->buffer = malloc(BUFFER_SIZE)) != NULL;
	/* The shortest record has 24 bytes. */
	good &= (thread->candidates = malloc(BUFFER_SIZE / 24 * sizeof(*thread->candidates))) != NULL;
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
	if (wanted > THREADS_MOST)
		wanted = THREADS_MOST;
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
	for (struct walk_node *node; (node = work_take(thread));) {
		process(thread, node);
		work_done(walk);
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

	return count < 1 ? 1 : count > THREADS_MOST ? THREADS_MOST : (unsigned)count;
}

static void type_learn(struct walk_thread *thread, int fd) {
	struct walk *walk = thread->walk;
	struct statfs status;

	walk->type = NULL;
	ask(thread);
	int error = fstatfs(fd, &status);
	answered(thread);
	for (size_t i = 0; !error && i < sizeof type_facts / sizeof *type_facts; ++i)
		if (type_facts[i].magic == status.f_type)
			walk->type = &type_facts[i];
	if (walk->limits.distrust)
		walk->type = NULL;
	walk->trusting = walk->trusting && walk->type && walk->type->counts;
}

/** Begin at the top, and work until there is nothing left to do.  Returns 0, or why the top cannot be walked. */
static int run(struct walk *walk) {
	const struct walk_top *top = &walk->top;
	struct walk_thread *thread = &walk->threads[0];
	struct statx status;
	int fd = enter(thread, top->fd, ".");

	if (fd < 0)
		return fd;
	int error = look_at(thread, fd, &status);
	struct walk_node *node = error ? NULL : node_new(NULL, "", &status);
	if (!node) {
		close_fd(thread, fd);
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
	tell(thread, node->left,
	     &(struct walk_entry) {
	             .name = "",
	             .status = &status,
	             .directory = fd,
	             .reachable = top->reachable,
	             .shared = top->shared,
	             .thread = thread,
	     });
	unsigned needs = needs_below(walk, node->left);
	node->expected = needs ? expected_below(walk, &status, needs) : 0;
	/* One more reference than there are users: it is freed at the end. */
	atomic_fetch_add(&node->references, 1);
	if (node->expected != 0 && !work_add(thread, &node, 1))
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
			stop(walk, STOP_SILENT);
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
	ask(entry->thread);
}

void walk_answered(const struct walk_entry *entry) {
	answered(entry->thread);
}

int walk_pin(const struct walk_entry *entry, struct statx *status) {
	const struct walk *walk = entry->thread->walk;

	ask(entry->thread);
	int pinned = tree_pin_at(entry->directory, entry->parent ? entry->name : ".");
	int error = pinned < 0 ? pinned : tree_stat(pinned, status);
	answered(entry->thread);
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
	ask(entry->thread);
	int pinned = tree_pin_at(entry->directory, entry->parent ? entry->name : ".");
	int error = pinned < 0 ? pinned : tree_stat(pinned, status);
	if (!error && !tree_same_mount(&walk->whole, status))
		error = -EXDEV;
	if (!error)
		error = acl_read(pinned, standard && S_ISDIR(status->stx_mode), arena, lists);
	if (pinned >= 0)
		close(pinned);
	answered(entry->thread);
	return error;
}
