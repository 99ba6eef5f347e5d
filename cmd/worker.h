/**
 * The split: the parent owns clock, signals, outputs and terminal and touches no audited file; the worker gathers,
 * judges and renders, and may hang or die without taking along who waits for us.
 *
 * A process that hangs in a file system cannot be killed, and cannot be waited for: so the worker holds none of the
 * caller's descriptors, and nobody waits for it longer than for a sign of life.
 */
#ifndef TMPAUDIT_WORKER_H
#define TMPAUDIT_WORKER_H

#include "arena.h"
#include "pulse.h"

#include <stdbool.h>
#include <stddef.h>

/** What the worker says to its parent. */
struct channel {
	int fd;
	struct pulse *pulse;
};

/** What is to be done. */
struct job {
	/** Runs in the worker; returns the exit status. */
	int (*work)(const struct channel *channel, const void *context);
	const void *context;
	/** After how many milliseconds without a sign of life the worker is given up. */
	unsigned silence_ms;
	/** How long it may take to clean up, in milliseconds, when it is asked to end. */
	unsigned cleaning_ms;
	/** Whether progress is shown on standard error. */
	bool progress;
};

/** One thing that the worker made. */
struct product {
	/** Its number, by which whoever asked knows it. */
	unsigned number;
	/** Behind them stands a NUL. */
	char *bytes;
	size_t size, capacity;
	/** Whether it is whole. */
	bool whole;
};

struct delivery {
	struct arena arena;
	struct product *products;
	size_t nproducts;
	int status;
};

/**
 * Have the job done by a worker.  Returns true with all that it made; false after having said what became of it.
 * A signal that asks us to end is passed on, and then ends us.  The delivery is to be freed either way.
 */
bool worker_run(const struct job *job, struct delivery *delivery);

/** For the job: hand over a part of a product, of which more is to come before any other product. */
void worker_deliver_part(const struct channel *channel, unsigned number, const void *bytes, size_t size);

/** For the job: hand over a product, or what was left of it. */
void worker_deliver(const struct channel *channel, unsigned number, const void *bytes, size_t size);

/** For the job: have the parent say a line, as say() does. */
void worker_say(const struct channel *channel, const char *where, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

void delivery_free(struct delivery *delivery);

#endif
