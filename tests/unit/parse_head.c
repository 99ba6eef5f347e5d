/** What files are by their first bytes. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_head.h"

#include <string.h>

static void test_secrets(void **state) {
	static const struct {
		const char *bytes;
		size_t size;
		const char *secret;
	} cases[] = {
#define CASE(bytes, secret) { bytes, sizeof(bytes) - 1, secret }
		CASE("-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "private key"),
		CASE("-----BEGIN PGP PRIVATE KEY BLOCK-----", "private key"),
		CASE("-----BEGIN PRIVATE KE", NULL),
		CASE("-----BEGIN CERTIFICATE-----", NULL),
		CASE("-----BEGIN PUBLIC KEY-----", NULL),
		CASE(" -----BEGIN PRIVATE KEY-----", NULL),
		CASE("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0\76\0", "core dump"),
		CASE("\177ELF\2\2\1\0\0\0\0\0\0\0\0\0\0\4\0\76", "core dump"),
		CASE("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\76\0", NULL),
		CASE("\177ELF\2\2\1\0\0\0\0\0\0\0\0\0\4\0\0\76", NULL),
		CASE("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\4", NULL),
		CASE("\5\4", "Kerberos credentials"),
		CASE("\5", NULL),
		CASE("\5\1\0", NULL),
		CASE("PGDMP\1", "dump of a PostgreSQL database"),
		CASE("SQLite format 3\0x", "SQLite database"),
		CASE("SQLite format 3", NULL),
		CASE("", NULL),
		CASE("\0\0\0\0", NULL),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *secret = head_secret(cases[i].bytes, cases[i].size);

		if (!secret != !cases[i].secret || (secret && strcmp(secret, cases[i].secret) != 0))
			fail_msg("case %zu: %s", i, secret ? secret : "nothing");
	}
}

static void test_certificates(void **state) {
	static const char text[] = "-----BEGIN CERTIFICATE-----\n";

	(void)state;
	assert_true(head_is_certificate(text, sizeof text - 1));
	assert_false(head_is_certificate(text, 20));
	assert_false(head_is_certificate("-----BEGIN PRIVATE KEY-----", 27));
	assert_false(head_is_certificate("", 0));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_certificates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
