#include "walk_parts.h"

#include <sched.h>
#include <stdlib.h>

static bool queue_push(struct walk_queue *queue, struct walk_node **nodes, size_t count) {
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

static struct walk_node *queue_pop(struct walk_queue *queue) {
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
static size_t queue_steal(struct walk_queue *queue, struct walk_node **nodes, size_t most) {
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

bool walk_work_add(struct walk_thread *thread, struct walk_node **nodes, size_t count) {
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

void walk_work_done(struct walk *walk) {
	if (atomic_fetch_sub(&walk->unfinished, 1) == 1) {
		pthread_mutex_lock(&walk->idle_lock);
		pthread_cond_broadcast(&walk->work);
		pthread_mutex_unlock(&walk->idle_lock);
	}
}

struct walk_node *walk_work_take(struct walk_thread *thread) {
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
