/** subuid(5), subgid(5): ids that users may give to their containers. */
#ifndef TMPAUDIT_PARSE_SUBID_H
#define TMPAUDIT_PARSE_SUBID_H

#include "arena.h"

#include <stddef.h>
#include <stdint.h>

/** Ids from first on. */
struct subid_range {
	uint64_t first, count;
};

/** The ranges of a file, in its order; what is no line of it is left out.  *count is their number. */
const struct subid_range *subid_parse(const char *text, size_t size, struct arena *arena, size_t *count);

#endif
