#include "walk_parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/** Bytes of getdents64(2) at once where a tree is so wide that what waits must not grow. */
#define NARROW_SIZE ((size_t)4 << 10)

/** Directories that may wait in a thread's queue before it finishes them rather than read on; before it takes one by
 * one. */
#define QUEUE_MANY 2048
#define QUEUE_FULL 8192

/** The longest record of getdents64(2): a name of 255 bytes. */
#define RECORD_MOST 280

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

unsigned walk_needs_below(const struct walk *walk, const uint8_t left[WALK_CONSUMERS]) {
	unsigned needs = 0;

	for (size_t i = 0; i < walk->nconsumers; ++i)
		if (left[i])
			needs |= walk->consumers[i].needs;
	return needs;
}

void walk_tell(struct walk_thread *thread, const uint8_t left[WALK_CONSUMERS], const struct walk_entry *entry) {
	const struct walk *walk = thread->walk;
	bool directory = S_ISDIR(entry->status->stx_mode);

	for (size_t i = 0; i < walk->nconsumers; ++i)
		if (left[i] && (directory || (walk->consumers[i].needs & WALK_ENTRIES)))
			walk->consumers[i].visit(walk->consumers[i].owner, thread->locals[i], entry);
}

uint32_t walk_expected_below(const struct walk *walk, const struct statx *status, unsigned needs) {
	if (!walk->trusting || (needs & WALK_ENTRIES) || status->stx_nlink < 2)
		return UINT32_MAX;
	return status->stx_nlink - 2;
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
	unsigned needs = walk_needs_below(walk, left);
	uint32_t expected = walk_expected_below(walk, status, needs);

	if (needs == 0 || expected == 0)
		return;
	if (parent->depth + 1 >= walk->limits.depth) {
		walk_trouble(thread, parent, name, parent->shared, WALK_TOO_DEEP, 0);
		return;
	}
	struct walk_node *node = walk_node_new(parent, name, status);
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
		walk_trouble(thread, parent, name, parent->shared, WALK_ERROR, -ENOMEM);
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
	walk_thread_ask(thread);
	int error = tree_stat_at(fd, entry->d_name, &status);
	walk_thread_answered(thread);
	if (error) {
		if (!walk_vanished(error))
			walk_trouble(thread, node, entry->d_name, node->shared, WALK_ERROR, error);
		return;
	}
	bool directory = S_ISDIR(status.stx_mode);
	if (directory && entry->d_type == DT_UNKNOWN)
		++node->seen;
	if (!tree_same_mount(&walk->whole, &status)) {
		/* What its file system says of it need not be true: nothing is told of it. */
		walk_crossing(thread, node, entry->d_name);
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
	walk_tell(thread, left, &told);
	if (directory)
		descend(thread, node, &told, mark);
}

/** Queue the children that were found, upon the directory itself if there is more in it. */
static bool queue_found(struct walk_thread *thread, struct walk_node *node, bool more) {
	size_t count = thread->nfound;

	if (count)
		walk_node_want(thread->walk, node, count);
	thread->nfound = 0;
	if (more && !walk_work_add(thread, &node, 1)) {
		walk_node_trouble(thread, node, WALK_ERROR, -ENOMEM);
		more = false;
	}
	if (count && !walk_work_add(thread, thread->found, count)) {
		walk_node_trouble(thread, node, WALK_ERROR, -ENOMEM);
		for (size_t i = 0; i < count; ++i) {
			walk_node_settle(thread, node, false);
			walk_node_release(thread->found[i]);
		}
	}
	return more;
}

/** Whether a directory is as it was when it was looked at, so that nothing was made in it or moved into it. */
static bool is_unchanged(struct walk_thread *thread, const struct walk_node *node, int fd, struct statx *status) {
	/* The kernel's clock of files ticks coarsely: a time of just now proves nothing. */
	return walk_is_node(thread, fd, node, status) && node->changed.tv_sec == status->stx_mtime.tv_sec &&
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
		walk_stop(thread->walk, STOP_DISTRUST);
	return true;
}

static void count_entries(struct walk_thread *thread) {
	struct walk *walk = thread->walk;
	struct timespec now;

	thread->entries += thread->uncounted;
	pulse_count(walk->tree.pulse, thread->uncounted);
	if (atomic_fetch_add_explicit(&walk->entries, thread->uncounted, memory_order_relaxed) + thread->uncounted >
	    walk->limits.entries)
		walk_stop(walk, WALK_MANY_ENTRIES);
	thread->uncounted = 0;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec >= walk->deadline)
		walk_stop(walk, WALK_TOO_LONG);
}

/**
 * The directory is to be read on from offset.  Where a position may come to mean something else, the
 * time of the last change tells whether it did.
 */
static void mark_place(struct walk_thread *thread, struct walk_node *node, int fd, off_t offset) {
	struct statx status;

	if (!node->resumed && walk_is_node(thread, fd, node, &status))
		node->changed = status.stx_mtime;
	node->offset = offset;
	node->resumed = true;
}

static void check_place(struct walk_thread *thread, struct walk_node *node, int fd) {
	struct walk *walk = thread->walk;
	struct statx status;

	walk_thread_ask(thread);
	int error = lseek(fd, node->offset, SEEK_SET) < 0 ? -errno : 0;
	walk_thread_answered(thread);
	if (error)
		walk_node_trouble(thread, node, WALK_ERROR, error);
	if (!walk->type || !walk->type->drifts)
		return;
	if (walk_is_node(thread, fd, node, &status) &&
	    (status.stx_mtime.tv_sec != node->changed.tv_sec || status.stx_mtime.tv_nsec != node->changed.tv_nsec)) {
		walk_node_trouble(thread, node, WALK_CHANGED, 0);
		node->changed = status.stx_mtime;
	}
}

/** Read a directory, pinned at fd.  Returns true if it was queued again, for the rest of it. */
static bool read_directory(struct walk_thread *thread, struct walk_node *node, int fd) {
	struct walk *walk = thread->walk;
	const bool all = walk_needs_below(walk, node->left) & WALK_ENTRIES;

	for (;;) {
		size_t waiting = atomic_load_explicit(&thread->queue.length, memory_order_relaxed);
		const bool narrow = waiting >= QUEUE_FULL;
		walk_thread_ask(thread);
		ssize_t got = getdents64(fd, thread->buffer, narrow ? NARROW_SIZE : WALK_BUFFER);
		walk_thread_answered(thread);

		/* A directory that was removed while it is open has no names: ENOENT. */
		if (got < 0 && errno != ENOENT)
			walk_node_trouble(thread, node, WALK_ERROR, -errno);
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
		                (size_t)got + RECORD_MOST <= (narrow ? NARROW_SIZE : WALK_BUFFER);
		/* It is complete, or its count was too low: see whether that can be. */
		if (complete ? node->seen > node->expected : !more)
			complete |= is_all_by_count(thread, node, fd);
		if (complete || atomic_load_explicit(&walk->stop, memory_order_relaxed))
			break;
		if (more || waiting + thread->nfound > QUEUE_MANY) {
			mark_place(thread, node, fd, offset);
			/* Once it is queued another thread can finish it; walk_process() still unpins it. */
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

void walk_process(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;
	int fd;

	if (atomic_load_explicit(&walk->stop, memory_order_relaxed)) {
		/* Nothing is read any more; what is open closes with the walk's end. */
		if (!node->opened && node->parent)
			walk_node_settle(thread, node->parent, false);
		fd = -ECANCELED;
	} else if (node->opened) {
		fd = walk_node_pin(thread, node);
		if (fd >= 0 && node->resumed)
			check_place(thread, node, fd);
	} else {
		fd = walk_node_open(thread, node);
	}
	if (fd >= 0 && read_directory(thread, node, fd)) {
		walk_node_unpin(thread, node);
		walk_node_release(node);
		return;
	}
	if (node->opened)
		walk_node_settle(thread, node, fd >= 0);
	walk_node_release(node);
}
