#include "walk_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/** How far above a directory that is opened again another one is left open, for its siblings to come. */
#define CHECKPOINT 48

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

const char *walk_path_of(struct walk_thread *thread, const struct walk_node *parent, const char *name) {
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
	return walk_path_of(entry->thread, entry->parent, entry->name);
}

void walk_trouble(struct walk_thread *thread, const struct walk_node *parent, const char *name, bool shared,
                  enum walk_reason reason, int error) {
	const char *path = walk_path_of(thread, parent, name);

	shortlist_add(&thread->troubles,
	              &(struct shortlist_item) { .path = path ? path : "", .value = { (long)reason, error, shared } });
}

void walk_node_trouble(struct walk_thread *thread, const struct walk_node *node, enum walk_reason reason, int error) {
	walk_trouble(thread, node->parent, node->parent ? node->name : "", node->shared, reason, error);
}

void walk_crossing(struct walk_thread *thread, const struct walk_node *parent, const char *name) {
	const char *path = walk_path_of(thread, parent, name);

	if (path)
		shortlist_add(&thread->crossings, &(struct shortlist_item) { .path = path });
}

bool walk_vanished(int error) {
	return error == -ENOENT || error == -ESTALE;
}

void walk_stop(struct walk *walk, unsigned why) {
	unsigned none = 0;

	atomic_compare_exchange_strong(&walk->stop, &none, why);
}

/* Nodes and their descriptors */

struct walk_node *walk_node_new(struct walk_node *parent, const char *name, const struct statx *status) {
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

void walk_node_release(struct walk_node *node) {
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

/** With the lock: take the descriptor from a node that does not use it. */
static int take_idle(struct walk *walk, struct walk_node *node) {
	int fd = node->fd;

	idle_remove(walk, node);
	node->fd = -1;
	--walk->open;
	return fd;
}

/** With the lock: the descriptor that must be closed to make room, or -1. */
static int evict(struct walk *walk) {
	return walk->oldest ? take_idle(walk, walk->oldest) : -1;
}

void walk_close(struct walk_thread *thread, int fd) {
	if (fd < 0)
		return;
	walk_thread_ask(thread);
	close(fd);
	walk_thread_answered(thread);
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

void walk_node_unpin(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;

	pthread_mutex_lock(&walk->lock);
	int closing = unpin(walk, node);
	pthread_mutex_unlock(&walk->lock);
	walk_close(thread, closing);
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
	walk_close(thread, closing);
}

static void unreserve(struct walk *walk) {
	pthread_mutex_lock(&walk->lock);
	--walk->open;
	pthread_mutex_unlock(&walk->lock);
}

int walk_enter(struct walk_thread *thread, int directory, const char *path) {
	struct walk *walk = thread->walk;

	for (;;) {
		walk_thread_ask(thread);
		int fd = tree_open_at(&walk->tree, directory, path);
		walk_thread_answered(thread);

		if (fd != -EMFILE && fd != -ENFILE)
			return fd;
		pthread_mutex_lock(&walk->lock);
		int closing = evict(walk);
		if (closing >= 0)
			walk->open_limit = walk->open + 1 > 4 ? walk->open + 1 : 4;
		pthread_mutex_unlock(&walk->lock);
		if (closing < 0)
			return fd;
		walk_close(thread, closing);
	}
}

int walk_look_at(struct walk_thread *thread, int fd, struct statx *status) {
	walk_thread_ask(thread);
	int error = tree_stat(fd, status);
	walk_thread_answered(thread);
	return error;
}

bool walk_is_node(struct walk_thread *thread, int fd, const struct walk_node *node, struct statx *status) {
	return walk_look_at(thread, fd, status) == 0 && status->stx_ino == node->ino &&
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
	walk_close(thread, closing);
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
		int opened = walk_enter(thread, fd, path);
		if (opened >= 0 && !walk_is_node(thread, opened, stop_at, &status)) {
			walk_close(thread, opened);
			opened = -ESTALE;
		}
		if (held) {
			walk_close(thread, fd);
			unreserve(walk);
		}
		held = false;
		if (opened < 0) {
			unreserve(walk);
			error = opened;
		} else if (stop_at == checkpoint || stop_at == node) {
			/* Pinned while it is the way; the way to it is no more needed. */
			node_found(thread, stop_at, opened);
			walk_node_unpin(thread, from);
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
		walk_close(thread, fd);
		unreserve(walk);
	}
	if (error) {
		walk_node_unpin(thread, from);
		return error;
	}
	return fd;
}

int walk_node_pin(struct walk_thread *thread, struct walk_node *node) {
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
			bool moved = walk_vanished(fd) || fd == -ENOTDIR || fd == -ELOOP || fd == -EXDEV;

			walk_node_trouble(thread, node, moved ? WALK_MOVED : WALK_ERROR, fd);
		}
	}
	return fd;
}

/** With the lock: one that waited for the node does so no more.  Returns a descriptor to close, or -1. */
static int unwant(struct walk *walk, struct walk_node *node) {
	--node->wanting;
	return node->wanting > 0 || node->fd < 0 || node->pins > 0 ? -1 : take_idle(walk, node);
}

void walk_node_want(struct walk *walk, struct walk_node *node, size_t count) {
	pthread_mutex_lock(&walk->lock);
	node->wanting += (unsigned)count;
	pthread_mutex_unlock(&walk->lock);
}

void walk_node_settle(struct walk_thread *thread, struct walk_node *node, bool pinned) {
	struct walk *walk = thread->walk;
	int closing;

	pthread_mutex_lock(&walk->lock);
	if (pinned) {
		--node->wanting;
		closing = unpin(walk, node);
	} else {
		closing = unwant(walk, node);
	}
	pthread_mutex_unlock(&walk->lock);
	walk_close(thread, closing);
}

int walk_node_open(struct walk_thread *thread, struct walk_node *node) {
	struct walk *walk = thread->walk;
	struct walk_node *parent = node->parent;
	int directory = walk_node_pin(thread, parent);

	if (directory < 0) {
		walk_node_settle(thread, parent, false);
		return directory;
	}
	reserve(thread);
	int fd = walk_enter(thread, directory, node->name);
	if (fd == -ENOTDIR || fd == -ELOOP) {
		/* It was a directory a moment ago.  If it is one again, look into it; else it is no more. */
		struct statx status;
		walk_thread_ask(thread);
		int error = tree_stat_at(directory, node->name, &status);
		walk_thread_answered(thread);
		if (!error && S_ISDIR(status.stx_mode) && tree_same_mount(&walk->whole, &status)) {
			node->ino = status.stx_ino;
			node->dev_major = status.stx_dev_major;
			node->dev_minor = status.stx_dev_minor;
			node->expected = UINT32_MAX;
			fd = walk_enter(thread, directory, node->name);
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
	walk_close(thread, closing);
	node->opened = fd >= 0;
	thread->opened += fd >= 0;
	if (fd == -EXDEV)
		walk_crossing(thread, parent, node->name);
	else if (fd < 0 && !walk_vanished(fd) && fd != -ENOTDIR && fd != -ELOOP)
		walk_node_trouble(thread, node, WALK_ERROR, fd);
	return fd;
}
