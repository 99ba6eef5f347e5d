/** Arenas: aligned, zeroed, growing, and with an end that is said and not a crash. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_alloc(void **state) {
	struct arena arena = { 0 };
	unsigned char *last = NULL;

	(void)state;
	for (size_t size = 1; size < 70000; size = size * 3 / 2 + 1) {
		unsigned char *memory = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; ++i)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
		assert_ptr_not_equal(memory, last);
		last = memory;
	}
	arena_free(&arena);
	assert_null(arena.blocks);
	assert_int_equal(arena.total, 0);
	/* It can be used again. */
	assert_string_equal(arena_copy(&arena, "again"), "again");
	arena_free(&arena);
}

static void test_large_keeps_small(void **state) {
	struct arena arena = { 0 };

	(void)state;
	arena_alloc(&arena, 16);
	size_t before = arena.total;
	arena_alloc(&arena, 100000);
	size_t with_large = arena.total;
	/* The block that was begun goes on to be filled. */
	arena_alloc(&arena, 16);
	assert_int_equal(arena.total, with_large);
	assert_true(with_large >= before + 100000);
	arena_free(&arena);
}

static void test_grow(void **state) {
	struct arena arena = { 0 };
	uint32_t *list = NULL;

	(void)state;
	for (uint32_t i = 0; i < 5000; ++i) {
		list = arena_grow(&arena, list, i, sizeof *list);
		list[i] = i + 1;
		/* What is behind the last one is a zero entry, at any length. */
		assert_int_equal(list[i + 1], 0);
	}
	for (uint32_t i = 0; i < 5000; ++i)
		assert_int_equal(list[i], i + 1);
	arena_free(&arena);
}

static void test_strings(void **state) {
	struct arena arena = { 0 };
	char expected[1000];

	(void)state;
	assert_null(arena_copy(&arena, NULL));
	assert_string_equal(arena_copy(&arena, ""), "");
	assert_memory_equal(arena_bytes(&arena, "a\0b", 3), "a\0b\0", 4);
	assert_string_equal(arena_bytes(&arena, NULL, 0), "");
	assert_string_equal(arena_text(&arena, "%s-%d", "x", 7), "x-7");
	/* Both sides of the size that is tried first. */
	for (int length = 250; length < 260; ++length) {
		memset(expected, 'y', (size_t)length);
		expected[length] = '\0';
		assert_string_equal(arena_text(&arena, "%s", expected), expected);
	}
	arena_free(&arena);
}

/** The exit status of a child that does it. */
static int status_of(void (*run)(void)) {
	int status;
	pid_t child = fork();

	if (child == 0) {
		close(STDERR_FILENO);
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void past_ceiling(void) {
	struct arena arena = { 0 };

	for (size_t total = 0; total <= ARENA_CEILING; total += (size_t)16 << 20)
		arena_alloc(&arena, (size_t)16 << 20);
}

static void below_ceiling(void) {
	struct arena arena = { 0 };

	arena_alloc(&arena, ARENA_CEILING / 2);
	arena_alloc(&arena, ARENA_CEILING / 2);
	arena_free(&arena);
}

static void one_too_large(void) {
	struct arena arena = { 0 };

	arena_alloc(&arena, SIZE_MAX - 4);
}

static void product_too_large(void) {
	struct arena arena = { 0 };

	/* What is left of it, once it has run over, would be eight bytes. */
	arena_array(&arena, SIZE_MAX / 8 + 2, 8);
}

static void test_ceiling(void **state) {
	(void)state;
	assert_int_equal(status_of(below_ceiling), 0);
	assert_int_equal(status_of(past_ceiling), 2);
	assert_int_equal(status_of(one_too_large), 2);
	assert_int_equal(status_of(product_too_large), 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc),   cmocka_unit_test(test_large_keeps_small), cmocka_unit_test(test_grow),
		cmocka_unit_test(test_strings), cmocka_unit_test(test_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
