#include "digest.h"

#include <sha256.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_LENGTH, "the size of SHA-256");

void digest_bytes(const void *bytes, size_t length, uint8_t digest[DIGEST_SIZE]) {
	SHA256_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, bytes, length);
	SHA256Final(digest, &context);
}

const char *digest_text(struct arena *arena, const void *bytes, size_t length) {
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[DIGEST_SIZE];
	char *text = arena_alloc(arena, 2 * DIGEST_SIZE + 1);

	digest_bytes(bytes, length, digest);
	for (size_t i = 0; i < DIGEST_SIZE; ++i) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 15];
	}
	return text;
}
