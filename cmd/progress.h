/** One line on the terminal that says what is being read: shown late, erased at the end. */
#ifndef TMPAUDIT_PROGRESS_H
#define TMPAUDIT_PROGRESS_H

#include "pulse.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int64_t began_ms;
	/** When it was last shown; whether it stands there now. */
	int64_t shown_ms;
	bool stands;
};

void progress_start(struct progress *progress, int64_t now_ms);

/** Show the line, if a second has passed since the beginning and a tenth of one since the last time. */
void progress_show(struct progress *progress, const struct pulse *pulse, int64_t now_ms);

/** Erase the line, if it stands there. */
void progress_clear(struct progress *progress);

#endif
