/** SHA-256: known answers of FIPS 180-4's examples. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "digest.h"

static void test_known(void **state) {
	struct arena arena = { 0 };
	uint8_t digest[DIGEST_SIZE];

	(void)state;
	assert_string_equal(digest_text(&arena, "", 0),
	                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(digest_text(&arena, "abc", 3),
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_bytes("a\0b", 3, digest);
	assert_string_not_equal(digest_text(&arena, "a\0b", 3), digest_text(&arena, "a", 1));
	assert_int_equal(digest[0], 0x59);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_known) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
