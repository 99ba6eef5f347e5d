/** Names of temporary files in scripts and settings. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_literals.h"

#include <stdio.h>
#include <string.h>

struct found {
	char text[512];
};

static void found(void *context, const char *path, size_t length, size_t line) {
	struct found *all = context;
	const size_t used = strlen(all->text);

	snprintf(all->text + used, sizeof all->text - used, "%zu:%.*s\n", line, (int)length, path);
}

static void expect_bytes(const char *text, size_t size, const char *expected) {
	struct found all = { "" };

	literals_find(text, size, found, &all);
	assert_string_equal(all.text, expected);
}

#define EXPECT(text, expected) expect_bytes(text, sizeof(text) - 1, expected)

static void test_found(void **state) {
	(void)state;
	EXPECT("echo >/tmp/x", "1:/tmp/x\n");
	EXPECT("a\nb /var/tmp/a.b-c_d+e@f\n\"/dev/shm/y\"", "2:/var/tmp/a.b-c_d+e@f\n3:/dev/shm/y\n");
	EXPECT("LOG=/tmp/log;cat '/tmp/log'", "1:/tmp/log\n1:/tmp/log\n");
	EXPECT("cp /tmp/dir/file /", "1:/tmp/dir\n");
	EXPECT("see /tmp/x. Then", "1:/tmp/x\n");
	EXPECT("-o/tmp/x", "");
	EXPECT("\t-o=/tmp/.x\r", "1:/tmp/.x\n");
}

static void test_not_found(void **state) {
	(void)state;
	EXPECT("", "");
	EXPECT("/tmp/", "");
	EXPECT("/tmp/.", "");
	EXPECT("find /tmp -type f", "");
	EXPECT("# /tmp/x\n  ; /tmp/y\n", "");
	EXPECT("/tmp/x$$ /tmp/$USER /tmp/a.%i /tmp/* /tmp/a? /tmp/a{b,c} /tmp/a`date` /tmp/a[1]", "");
	EXPECT("mktemp /tmp/x.XXXXXX", "");
	EXPECT("/srv/tmp/x $ROOT/tmp/x ${ROOT}/tmp/x a/tmp/x /var/tmpfs/x", "");
}

/** Bytes that no script has are no harm. */
static void test_odd_bytes(void **state) {
	(void)state;
	EXPECT("\0/tmp/x\0y\n\xff/tmp/z\n", "1:/tmp/x\n2:/tmp/z\n");
	EXPECT("\n\n\n/tmp/x", "4:/tmp/x\n");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_odd_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
