/** Fuzz targets: each feeds one pure function of bytes, and holds what it gives to what its header promises. */
#ifndef TMPAUDIT_FUZZ_H
#define TMPAUDIT_FUZZ_H

#include "arena.h"
#include "text.h"
#include "tree.h"

struct target {
	/** Also the name of its folder of seeds in tests/fuzz/corpus. */
	const char *name;
	/** bytes have a NUL behind them, as files that were read; all of the arena is freed afterwards. */
	void (*run)(const struct bytes *bytes, struct arena *arena);
};

/** Ended by a zero entry each. */
extern const struct target parser_targets[], text_targets[], report_targets[], tree_targets[];

/** End the run as a crash does, so that the input is kept. */
#define must(condition)                                                                                                \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			must_hold(#condition, __FILE__, __LINE__);                                                     \
	} while (0)

_Noreturn void must_hold(const char *condition, const char *file, int line);

/** Read a string to its end: it must have one.  NULL is none. */
void touch(const char *text);

/** The first byte taken off, to choose among variants; 0 if there is none. */
unsigned char take_byte(struct bytes *bytes);

/** bytes up to a NUL, as a string of the arena. */
const char *as_text(const struct bytes *bytes, struct arena *arena);

#endif
