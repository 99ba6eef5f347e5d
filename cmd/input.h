/** The one reader of files that the command line names as what to read: earlier reports. */
#ifndef TMPAUDIT_INPUT_H
#define TMPAUDIT_INPUT_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

/** A file that was read: its bytes, and a NUL behind them. */
struct input {
	const char *bytes;
	size_t size;
};

/**
 * Read the regular file at path, of most bytes at most; "-", or what names a descriptor in /dev, also a pipe to its
 * end. Returns false after having said why not.
 */
bool input_read(struct arena *arena, const char *path, size_t most, struct input *input);

/** The same for a file that decides what falls short: nobody but root and us may be able to have written it. */
bool input_read_trusted(struct arena *arena, const char *path, size_t most, struct input *input);

#endif
