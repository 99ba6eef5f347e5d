/**
 * What the files of the walker share: its state, and what one part of it does for others.
 *
 * walk.c starts, watches and ends; walk_read.c reads directories; walk_work.c hands them to threads; walk_nodes.c keeps
 * what is open.
 */
#ifndef TMPAUDIT_WALK_PARTS_H
#define TMPAUDIT_WALK_PARTS_H

#include "shortlist.h"
#include "tree.h"
#include "walk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/** Bytes of getdents64(2) at once. */
#define WALK_BUFFER ((size_t)64 << 10)

#define WALK_THREADS_MOST 16

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

/** What is proven of a type of file systems. */
struct walk_type {
	long magic;
	/** The number of links of a directory is two more than it has subdirectories; 1: not counted. */
	bool counts;
	/** getdents64(2) ends only where the directory or the buffer does: a buffer with room left says that it is all.
	 */
	bool whole;
	/** A position in a directory may mean another name after something was removed. */
	bool drifts;
};

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
struct walk_queue {
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
	struct walk_queue queue;
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

/** The file system's link counts were wrong. */
#define STOP_DISTRUST 1000
/** It does not answer. */
#define STOP_SILENT 1001

struct walk {
	/* Copies: a thread that was set aside may still look at them when all else is gone. */
	struct walk_top top;
	struct tree tree;
	struct walk_consumer consumers[WALK_CONSUMERS];
	size_t nconsumers;
	struct walk_limits limits;
	const struct walk_type *type;
	/** What the top is: all else is on its mount. */
	struct statx whole;
	/** When it began, by the clock of the files; when it must end, by one that nobody sets. */
	time_t began, deadline;
	/** Whether link counts are believed. */
	bool trusting;

	struct walk_thread threads[WALK_THREADS_MOST];
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

/* Calls that may not be answered */

/**
 * From here to walk_thread_answered() the thread may be set aside: it holds no lock, and nothing that others wait for,
 * and the state of its consumers is whole.
 */
static inline void walk_thread_ask(struct walk_thread *thread) {
	thread->calls += CALL_STATES;
	atomic_store_explicit(&thread->call, thread->calls | CALL_ASKING, memory_order_release);
}

static inline void walk_thread_answered(struct walk_thread *thread) {
	uint64_t call = thread->calls | CALL_ASKING;

	if (atomic_compare_exchange_strong_explicit(&thread->call, &call, thread->calls, memory_order_acq_rel,
	                                            memory_order_relaxed))
		return;
	/* Nobody knows of it any more, and whom it worked for may be gone.  It ends with the process. */
	for (;;)
		pause();
}

/* walk_nodes.c */

/** The path of a name in a directory; good until the thread asks for another one.  NULL: out of memory. */
const char *walk_path_of(struct walk_thread *thread, const struct walk_node *parent, const char *name);

/** Note what was not examined, and why; error is a negative errno if the reason is WALK_ERROR. */
void walk_trouble(struct walk_thread *thread, const struct walk_node *parent, const char *name, bool shared,
                  enum walk_reason reason, int error);
void walk_node_trouble(struct walk_thread *thread, const struct walk_node *node, enum walk_reason reason, int error);

/** Note what is another mount, and left to others. */
void walk_crossing(struct walk_thread *thread, const struct walk_node *parent, const char *name);

/** Whether a negative errno only says that there is nothing any more. */
bool walk_vanished(int error);

/** End the walk, unless it is ended already: struct walk.stop. */
void walk_stop(struct walk *walk, unsigned why);

/** A node with one reference, its own.  NULL: out of memory. */
struct walk_node *walk_node_new(struct walk_node *parent, const char *name, const struct statx *status);

/** Give up a reference, and with the last one all above that have no other. */
void walk_node_release(struct walk_node *node);

/** Use the descriptor of a node: open it again if it had to be closed.  A negative errno: it is lost. */
int walk_node_pin(struct walk_thread *thread, struct walk_node *node);
void walk_node_unpin(struct walk_thread *thread, struct walk_node *node);

/** So many children of the node wait for it to open them. */
void walk_node_want(struct walk *walk, struct walk_node *node, size_t count);

/**
 * One that waited for the node does so no more: itself, read or not, or a child that never will be opened; pinned: with
 * a use of it.  Closed when nobody waits.
 */
void walk_node_settle(struct walk_thread *thread, struct walk_node *node, bool pinned);

/** Open a child for the first time, by its name from its parent.  The parent is settled; the child is pinned. */
int walk_node_open(struct walk_thread *thread, struct walk_node *node);

/** Open path below a directory; with other descriptors closed if there are too many in this process. */
int walk_enter(struct walk_thread *thread, int directory, const char *path);

/** Calls of the kernel that may not be answered: close(2), if it is a descriptor; statx(2). */
void walk_close(struct walk_thread *thread, int fd);
int walk_look_at(struct walk_thread *thread, int fd, struct statx *status);

/** Whether the descriptor is of that node, by device and inode. */
bool walk_is_node(struct walk_thread *thread, int fd, const struct walk_node *node, struct statx *status);

/* walk_work.c */

/** Put directories where this thread, or an idle one, will take them.  Returns false without memory for it. */
bool walk_work_add(struct walk_thread *thread, struct walk_node **nodes, size_t count);

/** The next directory for this thread, its own or another's; NULL: all is done. */
struct walk_node *walk_work_take(struct walk_thread *thread);

/** One that was taken is done with. */
void walk_work_done(struct walk *walk);

/* walk_read.c */

/** What the consumers that are interested below a node need: their walk_consumer.needs. */
unsigned walk_needs_below(const struct walk *walk, const uint8_t left[WALK_CONSUMERS]);

/** Subdirectories that a directory must have by its link count, for those needs; UINT32_MAX: that is not known. */
uint32_t walk_expected_below(const struct walk *walk, const struct statx *status, unsigned needs);

/** Tell the consumers that are interested of an entry. */
void walk_tell(struct walk_thread *thread, const uint8_t left[WALK_CONSUMERS], const struct walk_entry *entry);

/** Work on one directory that was queued. */
void walk_process(struct walk_thread *thread, struct walk_node *node);

#endif
