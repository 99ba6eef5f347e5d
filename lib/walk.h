/**
 * The walker: one traversal of a file system for all who want to know of it.
 *
 * It follows nothing and stays on the mount that it was given, reads each directory
 * once and no more of it than is needed, and holds what it holds by descriptors and by
 * single names: paths are put together on request.  Its memory grows with the depth of
 * a tree and with nothing else.  The rules of who may be asked what, and why, are in
 * threat-model.md; what it costs in performance.md.
 *
 * The only code with threads: walk.c, walk_nodes.c, walk_work.c.  Functions of a consumer are called by several of
 * them at once, each with a state of its own.
 */
#ifndef TMPAUDIT_WALK_H
#define TMPAUDIT_WALK_H

#include "acl.h"
#include "arena.h"
#include "shortlist.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/** The most consumers of one walk. */
#define WALK_CONSUMERS 8

/** For walk_consumer.levels and walk_mark.consumers: no limit; all. */
#define WALK_ALL UINT8_MAX

struct tree;
struct walk_node;
struct walk_thread;

/** Something that was found, during the call that tells of it. */
struct walk_entry {
	/** The directory that it lies in; NULL for the top itself. */
	const struct walk_node *parent;
	/** Its name there; "" for the top.  Any bytes but a slash. */
	const char *name;
	/** What it is; a consumer may rely on the fields that it asked for. */
	const struct statx *status;
	/** Descriptor of the directory that it lies in, or of the top itself. */
	int directory;
	/** How many levels below the top: 0 for the top itself. */
	unsigned level;
	/** Type and mode of the directory that it lies in; 0 for the top. */
	mode_t parent_mode;
	/** Whether everybody can search all the directories from the top to it. */
	bool reachable;
	/** Whether somebody besides their owners and root can: see walk_top.passes. */
	bool shared;
	/** The thread that found it. */
	struct walk_thread *thread;
};

enum walk_need {
	/** Every directory: type, mode, owner, group, device, inode. */
	WALK_DIRECTORIES = 1 << 0,
	/** Every entry, and all that statx(2) says of it. */
	WALK_ENTRIES = 1 << 1,
};

/** Somebody who wants to know. */
struct walk_consumer {
	/** WALK_* bits. */
	unsigned needs;
	/** How many levels below where it begins: 1 is what lies right there; WALK_ALL: every one. */
	uint8_t levels;
	/** Bytes of zeroed state for each thread. */
	size_t local_size;
	/** Tell it of an entry.  All threads share the owner: it is to be read only. */
	void (*visit)(const void *owner, void *local, const struct walk_entry *entry);
	/**
	 * The file system is done: take what the thread's state holds, and free it.  Called by the thread
	 * that runs the walk, for one state after another.  discard: it was for nothing, all will be told anew.
	 */
	void (*finish)(void *owner, void *local, bool discard);
	void *owner;
};

/** A directory, by device and inode, where something changes on the way. */
struct walk_mark {
	uint64_t ino;
	uint32_t dev_major, dev_minor;
	/** Consumers, by bits, that begin here too. */
	unsigned consumers;
	/** It is walked by another name: neither tell of it nor enter it. */
	bool skip;
};

/** What to walk: one directory, and what lies below it on the same mount. */
struct walk_top {
	const struct tree *tree;
	/** Descriptor, O_PATH will do, on a mount that is known to answer.  Not closed. */
	int fd;
	/** What it is called in paths: absolute, without a slash at its end but for "/". */
	const char *path;
	/** Whether everybody can reach it; whether somebody besides its owner and root can. */
	bool reachable, shared;
	/**
	 * Whether somebody besides its owner and root may search a directory that not everybody may, but a group
	 * or an entry of its list; NULL: nobody.  Called by several threads at once.
	 */
	bool (*passes)(const void *passer, const struct walk_entry *entry);
	const void *passer;
	/** Consumers, by bits, that begin here. */
	unsigned consumers;
	/** In the order of walk_mark_compare().  The top itself may be among them: it is none. */
	const struct walk_mark *marks;
	size_t nmarks;
};

/** The order of marks: by device, then inode. */
int walk_mark_compare(const struct walk_mark *one, const struct walk_mark *other);

/** How far to go.  0: as much as is reasonable. */
struct walk_limits {
	uint64_t entries;
	uint32_t depth;
	/** Seconds on the clock, for one top. */
	unsigned seconds;
	/**
	 * Milliseconds that the file system may leave one call unanswered; then the thread that asks is set aside,
	 * and the walk given up.  0: as many as it likes, and the caller's own thread is the first that asks.
	 */
	unsigned patience;
	/** Directories held open. */
	unsigned open;
	/** Threads; 0: the processors that this process may use. */
	unsigned threads;
	/** Start them without waiting to see whether they pay. */
	bool eager;
	/** Believe no link count. */
	bool distrust;
};

/** Why a directory was not, or not wholly, examined: value[0] of a trouble; value[2]: whether it is shared. */
enum walk_reason {
	/** A negative errno is value[1]. */
	WALK_ERROR,
	/** It was moved or replaced while it was being read. */
	WALK_MOVED,
	/** It changed between two parts of it that were read, on a file system that then loses names. */
	WALK_CHANGED,
	/** The whole top: a budget was spent. */
	WALK_MANY_ENTRIES,
	WALK_TOO_DEEP,
	WALK_TOO_LONG,
};

/** What a walk found out about itself. */
struct walk_summary {
	/** What was not examined; value as above, sorted at the end.  Limits are the caller's to set. */
	struct shortlist troubles;
	/** Where other file systems are mounted: not entered. */
	struct shortlist crossings;
	uint64_t entries, directories;
	/** The most threads that worked at once. */
	unsigned threads;
};

/**
 * Walk below one top.  Adds to the summary.  Whatever goes wrong below the top is a trouble; returns a
 * negative errno if the top itself cannot be walked: -ETIMEDOUT says that its file system left a call unanswered, and
 * that only what was known by then was told.
 */
int walk_run(const struct walk_top *top, const struct walk_consumer *consumers, size_t nconsumers,
             const struct walk_limits *limits, struct walk_summary *summary);

/** A walk that goes on by itself. */
struct walk;

/**
 * Begin a walk, as walk_run() does; what is handed over is copied, but for the owners of the consumers.  Without
 * patience it is all done on return.  Returns 0 or a negative errno; the walk is to be ended.
 */
int walk_start(const struct walk_top *top, const struct walk_consumer *consumers, size_t nconsumers,
               const struct walk_limits *limits, struct walk **started);

/** Wait until it is done, or a call of it has taken so many milliseconds, that meanwhile others could.  Returns whether
 * it is done. */
bool walk_wait(struct walk *walk, unsigned milliseconds);

/** Wait until it is done or given up, and take what it found.  Returns as walk_run() does. */
int walk_end(struct walk *walk, struct walk_summary *summary);

/**
 * For a consumer that asks the file system for more than it was told: to be called before and after.  In between the
 * thread may be set aside for good, and not come back: it must hold no lock, touch nothing of its state or owner,
 * and use only what is its own, such as variables on its stack.  walk_acl() does so itself.
 */
void walk_ask(const struct walk_entry *entry);
void walk_answered(const struct walk_entry *entry);

/** The path of an entry, valid until the next call for this thread; NULL without memory for it. */
const char *walk_path(const struct walk_entry *entry);

/**
 * Look at a directory or file anew through a descriptor, together with its ACL: one object, whatever
 * its name meant before.  Returns 0; -ENOENT if it vanished, -EXDEV if it now is another mount's; another negative
 * errno.  The default list only if standard.  For entries with group bits: others have no ACL that adds anything.
 */
int walk_acl(const struct walk_entry *entry, bool standard, struct arena *arena, struct statx *status,
             struct acl_lists *lists);

/**
 * Pin a file, so that all that is asked of it is asked of one object, and look at it anew.  Returns an O_PATH
 * descriptor for the caller to close; or as walk_acl().
 */
int walk_pin(const struct walk_entry *entry, struct statx *status);

/** Whether a budget was spent: what was not read then is left out, besides being a trouble. */
bool walk_reason_is_budget(enum walk_reason reason);

/** Words for a trouble; NULL: it is an errno, whose words are host_error()'s. */
const char *walk_reason_text(enum walk_reason reason);

#endif
