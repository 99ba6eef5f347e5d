/**
 * What attack_run() says, a line for each attempt: seven decimal numbers, separated by blanks, in
 * the order of struct attack_record.  The process that wrote it acted among attackers: it is read
 * like anything foreign.
 */
#ifndef TMPAUDIT_PARSE_ATTACKS_H
#define TMPAUDIT_PARSE_ATTACKS_H

#include "arena.h"
#include "attack.h"

/** The most that is read of it, in bytes. */
#define ATTACK_BYTES_LIMIT ((size_t)1 << 20)

/**
 * Parse size bytes about ndirs directories.  Returns false if anything is not as it must be; records, of the
 * arena, then has what stood before it.
 */
bool parse_attacks(struct arena *arena, const char *bytes, size_t size, size_t ndirs,
                   const struct attack_record **records, size_t *count);

#endif
