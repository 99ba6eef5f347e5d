/**
 * Memory that lives as long as its host or its report, and is freed in one go.
 *
 * Allocation cannot fail for the caller: running out of memory, or past the
 * ceiling that keeps an attacker's host from eating ours, ends the program with
 * status 2.  This is the only place in lib that ends it.
 */
#ifndef TMPAUDIT_ARENA_H
#define TMPAUDIT_ARENA_H

#include <stdarg.h>
#include <stddef.h>

/** The most that one arena may hold, in bytes. */
#define ARENA_CEILING ((size_t)256 << 20)

struct arena_block;

/** An arena; all zero is an empty one. */
struct arena {
	struct arena_block *blocks;
	size_t total;
};

/** What every allocation does that cannot be had: says so and ends the program.  For those who must not use an arena.
 */
_Noreturn void arena_exhausted(void);

/** Zeroed memory for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/** Zeroed memory for count objects of size bytes. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/**
 * Make room for one more entry at array[count], and for a zero entry behind it.
 *
 * Returns the array, which may have moved.  Call it for each entry that is added:
 *     a = arena_grow(arena, a, n, sizeof *a);
 *     a[n++] = entry;
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/** A copy of length bytes, with a NUL behind them. */
char *arena_bytes(struct arena *arena, const void *bytes, size_t length);

/** A copy of text; NULL stays NULL. */
char *arena_copy(struct arena *arena, const char *text);

/** Formatted text. */
char *arena_text(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vtext(struct arena *arena, const char *format, va_list list) __attribute__((format(printf, 2, 0)));

/** Free all that was allocated; the arena is empty then. */
void arena_free(struct arena *arena);

#endif
