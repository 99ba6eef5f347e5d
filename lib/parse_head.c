#include "parse_head.h"

#include <string.h>

static bool begins(const void *bytes, size_t size, const void *with, size_t length) {
	return size >= length && memcmp(bytes, with, length) == 0;
}

#define BEGINS(bytes, size, text) begins(bytes, size, text, sizeof(text) - 1)

/** elf(5): e_ident, then e_type, in the byte order that e_ident gives. */
static bool is_core(const unsigned char *bytes, size_t size) {
	enum { DATA = 5, BIG = 2, TYPE = 16, CORE = 4 };

	if (!BEGINS(bytes, size, "\177ELF") || size < TYPE + 2)
		return false;
	return bytes[DATA] == BIG ? bytes[TYPE] == 0 && bytes[TYPE + 1] == CORE
	                          : bytes[TYPE] == CORE && bytes[TYPE + 1] == 0;
}

const char *head_secret(const void *bytes, size_t size) {
	static const char private_key[] = "PRIVATE KEY";

	if (BEGINS(bytes, size, "-----BEGIN ") && memmem(bytes, size, private_key, sizeof private_key - 1))
		return "private key";
	if (is_core(bytes, size))
		return "core dump";
	/* The format's version, 4; of the older ones 1 to 3 nothing is left. */
	if (BEGINS(bytes, size, "\005\004"))
		return "Kerberos credentials";
	if (BEGINS(bytes, size, "PGDMP"))
		return "dump of a PostgreSQL database";
	/* The NUL that ends it belongs to it. */
	if (begins(bytes, size, "SQLite format 3", sizeof "SQLite format 3"))
		return "SQLite database";
	return NULL;
}

bool head_is_certificate(const void *bytes, size_t size) {
	return BEGINS(bytes, size, "-----BEGIN CERTIFICATE-----") ||
	       BEGINS(bytes, size, "-----BEGIN TRUSTED CERTIFICATE-----") ||
	       BEGINS(bytes, size, "-----BEGIN X509 CERTIFICATE-----");
}
