/** Waivers: findings that somebody accepts, for a reason and until a day. */
#ifndef TMPAUDIT_WAIVER_H
#define TMPAUDIT_WAIVER_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct report;

/** How far ahead the end may lie, and from when on it is near, in days. */
enum { WAIVER_MOST_DAYS = 366, WAIVER_NEAR_DAYS = 14 };

struct waiver {
	/** The id of a check. */
	const char *check;
	/** A glob of subjects; or if exact is set, the bytes of one. */
	const char *subject;
	bool exact;
	const char *reason;
	/** Who answers for it, and where it is written down.  NULL: not said. */
	const char *owner, *ticket;
	/** Its last day in UTC, YYYY-MM-DD; and when it has ended: the first second of the next day. */
	const char *expires;
	time_t end;
	/** FILE:LINE. */
	const char *source;
};

/** What became of a waiver in an audit. */
struct waiver_use {
	struct waiver waiver;
	bool expired;
	/** Whether it ends within 14 days. */
	bool ends_soon;
	/** How many findings it covers; of an expired one, would cover. */
	size_t findings;
	/** Whether it covers nothing, though its check ran and could tell. */
	bool unused;
};

/** The day YYYY-MM-DD, as the first second of the next one.  Returns false if it is no day from 1970 on. */
bool waiver_day(const char *text, time_t *end);

/** The owner and ticket of a waiver, as a reader is told of them; empty: there are none. */
const char *waiver_who(struct arena *arena, const struct waiver *waiver);

/** Whether the end lies too far ahead of now. */
bool waiver_is_far(time_t end, time_t now);

/**
 * Apply waivers to the results of the report: findings that failed are waived, or if the waiver has ended, say so; what
 * could not be judged never is.  Fills in report->waivers.
 */
void waivers_apply(struct report *report, const struct waiver *waivers, size_t count, time_t now);

#endif
