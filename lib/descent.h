/**
 * One descent below the temporary directories for all facts about what lies in them: each
 * directory is read once, whoever asks.
 *
 * A fact that comes of it is a participant: it tells what it needs, is told of each entry
 * by several threads at once, and makes up its fact when all is read.
 */
#ifndef TMPAUDIT_DESCENT_H
#define TMPAUDIT_DESCENT_H

#include "tempdirs.h"
#include "walk.h"

struct host;

/** How far below a temporary directory one looks. */
#define DESCENT_LEVELS 3

struct descent_participant {
	/** The FACT_* bit. */
	unsigned fact;
	/** WALK_* bits. */
	unsigned needs;
	/** Bytes of zeroed state for each thread. */
	size_t local_size;
	/** Make the owner of all that follows, in the host's arena. */
	void *(*begin)(struct host *host);
	/** Whether it wants to know what lies in the directory; shared: whether somebody besides root and its owner can
	 * pass it. */
	bool (*enter)(void *owner, const struct tempdir *top, bool shared);
	/** As of struct walk_consumer; level 0 is the directory itself. */
	void (*visit)(const void *owner, void *local, const struct walk_entry *entry);
	void (*finish)(void *owner, void *local, bool discard);
	/** The directory is done; what could not be read is a fault already. */
	void (*leave)(void *owner, const struct tempdir *top);
	/** All are done: set the host's fact. */
	void (*end)(void *owner);
	/** Whether it looks into what others cannot reach, so that what cannot be read there is a fault of it. */
	bool everything;
};

extern const struct descent_participant nested_participant, contents_participant, leftovers_participant;

/** Gather FACT_NESTED, FACT_CONTENTS and FACT_LEFTOVERS, those of them that are due; needs FACT_TEMPDIRS,
 * FACT_ACCOUNTS, FACT_UNITS. */
void descent_gather(struct host *host);

#endif
