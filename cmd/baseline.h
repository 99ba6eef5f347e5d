/** --baseline: the earlier report that a report is held against. */
#ifndef TMPAUDIT_BASELINE_H
#define TMPAUDIT_BASELINE_H

#include "input.h"
#include "options.h"
#include "report.h"
#include "worker.h"

/** Read the file of --baseline, if it was given.  Returns false after having said why that cannot be. */
bool baseline_read(struct arena *arena, const struct options *options, struct input *input);

/**
 * In the worker, before there is a report: understand it.  Returns false after having said what is wrong with it.
 * baseline is to be freed either way, and empty if there is none.
 */
bool baseline_open(const struct channel *channel, const struct options *options, const struct input *input,
                   struct report *baseline);

/** Hold the report against the baseline, if there is one. */
void baseline_apply(const struct options *options, const struct report *baseline, struct report *report);

#endif
