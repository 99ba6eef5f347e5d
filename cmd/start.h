/** What the process mends and gives up before it does anything else. */
#ifndef TMPAUDIT_START_H
#define TMPAUDIT_START_H

#include <stdbool.h>

/** What the environment says of the reader's terminal: all that is ever read of it. */
struct terminal {
	/** NO_COLOR is set; CLICOLOR_FORCE is; TERM names a terminal that knows colours. */
	bool no_color, force_color, knows_color;
	/** COLUMNS, or 0. */
	unsigned columns;
};

/**
 * Make the process independent of who started it: its environment is emptied, descriptors 0 to 2 are
 * open, signals are as usual, files it makes are private, and no core is dumped.
 */
void start(struct terminal *terminal);

#endif
