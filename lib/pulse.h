/**
 * Signs of life of an audit, for the process that waits for it: shared memory, which costs no call to write and which
 * a process that hangs cannot hold up.  Whoever reads it takes it for foreign.
 */
#ifndef TMPAUDIT_PULSE_H
#define TMPAUDIT_PULSE_H

#include <stdatomic.h>

enum { PULSE_WHAT = 256 };

struct pulse {
	/** Grows as long as something happens. */
	atomic_uint_least64_t beats;
	/** Entries of file systems that were looked at. */
	atomic_uint_least64_t entries;
	/** What is being read, as bytes of the host; ended by a NUL if it is shorter. */
	char what[PULSE_WHAT];
};

/** Memory for one that is shared with processes forked later, or NULL.  It lives as long as the process. */
struct pulse *pulse_open(void);

/** Note that something happened.  No pulse, NULL, is none to note it in. */
void pulse_beat(struct pulse *pulse);

/** Note that so many more entries were looked at. */
void pulse_count(struct pulse *pulse, unsigned long entries);

/** Say what is being read from now on. */
void pulse_say(struct pulse *pulse, const char *what);

#endif
