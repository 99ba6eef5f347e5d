/** Attempting the attacks: the one thing that acts, in a process of its own. */
#ifndef TMPAUDIT_PROBE_H
#define TMPAUDIT_PROBE_H

#include "host.h"
#include "options.h"
#include "worker.h"

/**
 * Attempt the attacks in the directories that the operands name, or without any in the audited ones that others can
 * write, and hand what came of it to the host.  Facts that the choice needs are gathered.
 *
 * Returns false after having said what is wrong with an operand.  A signal that asks us to end is passed on, and
 * obeyed when the cage is gone.
 */
bool probe_attempt(const struct channel *channel, struct host *host, const struct options *options);

#endif
