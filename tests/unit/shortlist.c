/** The worst few of very many: which are kept, whatever comes in whatever order. */

#include "shortlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void offer(struct shortlist *list, unsigned rank, const char *path) {
	shortlist_add(list, &(struct shortlist_item) { .rank = rank, .path = path });
}

/** The paths that are kept, in order. */
static void holds(struct shortlist *list, const char *paths) {
	char text[256] = "";

	shortlist_sort(list);
	for (size_t i = 0; i < list->count; ++i)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", list->items[i]->path);
	assert_string_equal(text, paths);
}

static void test_worst_first(void **state) {
	struct shortlist list = { .most = 3, .most_bytes = 1000 };

	(void)state;
	/* Noise before the worst pushes it out as little as noise behind it. */
	for (unsigned i = 0; i < 1000; ++i) {
		char path[32];

		snprintf(path, sizeof path, "/noise%u", i);
		offer(&list, 2, path);
		if (i == 500) {
			offer(&list, 0, "/z");
			offer(&list, 1, "/y");
		}
	}
	holds(&list, "/z /y /noise0");
	assert_int_equal(list.total, 1002);
	shortlist_free(&list);
}

static void test_by_path(void **state) {
	static const char *const paths[] = { "/d", "/a", "/c", "/b", "/e" };
	struct shortlist list = { .most = 3, .most_bytes = 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i)
		offer(&list, 1, paths[i]);
	holds(&list, "/a /b /c");
	shortlist_free(&list);
}

static void test_bytes(void **state) {
	struct shortlist list = { .most = 100, .most_bytes = 10 };

	(void)state;
	offer(&list, 1, "/longer-than-all-there-is");
	assert_int_equal(list.count, 1);
	offer(&list, 0, "/a");
	offer(&list, 0, "/b");
	offer(&list, 0, "/c");
	holds(&list, "/a /b");
	assert_int_equal(list.total, 4);
	assert_true(list.bytes <= 10);
	shortlist_free(&list);
}

static void test_merge(void **state) {
	struct shortlist list = { .most = 2, .most_bytes = 1000 }, other = { .most = 2, .most_bytes = 1000 };

	(void)state;
	offer(&list, 1, "/b");
	for (unsigned i = 0; i < 10; ++i)
		offer(&other, 1, "/c");
	offer(&other, 0, "/d");
	shortlist_merge(&list, &other);
	/* Also those that the other one did not keep. */
	assert_int_equal(list.total, 12);
	holds(&list, "/d /b");
	shortlist_free(&list);
	shortlist_free(&other);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worst_first),
		cmocka_unit_test(test_by_path),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
