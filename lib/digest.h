/** SHA-256 of bytes.  The only user of libmd. */
#ifndef TMPAUDIT_DIGEST_H
#define TMPAUDIT_DIGEST_H

#include "arena.h"

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32 };

void digest_bytes(const void *bytes, size_t length, uint8_t digest[DIGEST_SIZE]);

/** The digest in lower-case hexadecimal, as text of the arena. */
const char *digest_text(struct arena *arena, const void *bytes, size_t length);

#endif
