/** Programs and scripts that are named, to be read. */
#ifndef TMPAUDIT_CODE_H
#define TMPAUDIT_CODE_H

#include "host.h"
#include "options.h"
#include "worker.h"

/** What is open while they are read. */
struct code_input {
	struct sources_request request;
	struct tree tree;
};

/**
 * Let the host look at the operands: below its root if one is given, else as the caller's own shell sees them.  Returns
 * false after having said which cannot be had.
 */
bool code_request(const struct channel *channel, struct host *host, const struct options *options,
                  struct code_input *input);

/** To be called when they were read. */
void code_done(struct code_input *input);

#endif
