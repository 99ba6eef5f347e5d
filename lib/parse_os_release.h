/** os-release(5): variables as a shell would assign them, without any expansion. */
#ifndef TMPAUDIT_PARSE_OS_RELEASE_H
#define TMPAUDIT_PARSE_OS_RELEASE_H

#include "arena.h"

#include <stddef.h>

/** The value of the last line that assigns name, with its quotes taken off; NULL if there is none, or an empty one. */
const char *os_release_value(struct arena *arena, const char *data, size_t size, const char *name);

#endif
