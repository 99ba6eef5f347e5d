#include "elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/** A shared object as a linker would make it, of either class and byte order, without section headers. */
struct image {
	unsigned char bytes[1024];
	bool wide, big;
};

enum { AT_DYNAMIC = 256, AT_SYMBOLS = 512, AT_STRINGS = 768, AT_HASH = 900, SIZE = 1024, BASE = 0x10000 };

static void put(struct image *image, size_t at, unsigned width, uint64_t value) {
	for (unsigned i = 0; i < width; ++i)
		image->bytes[at + i] = (unsigned char)(value >> 8 * (image->big ? width - 1 - i : i));
}

/** A word of the class' own width; returns where the next one goes. */
static size_t put_word(struct image *image, size_t at, uint64_t value) {
	put(image, at, image->wide ? 8 : 4, value);
	return at + (image->wide ? 8 : 4);
}

static void put_segment(struct image *image, size_t index, uint32_t type, uint32_t flags, uint64_t offset,
                        uint64_t size) {
	const size_t at = (image->wide ? 64 : 52) + index * (image->wide ? 56 : 32);

	put(image, at, 4, type);
	if (image->wide) {
		put(image, at + 4, 4, flags);
		put(image, at + 8, 8, offset);
		put(image, at + 16, 8, BASE + offset);
		put(image, at + 32, 8, size);
		put(image, at + 40, 8, size);
	} else {
		put(image, at + 4, 4, offset);
		put(image, at + 8, 4, BASE + offset);
		put(image, at + 16, 4, size);
		put(image, at + 20, 4, size);
		put(image, at + 24, 4, flags);
	}
}

static void make(struct image *image, bool wide, bool big, const char *name, unsigned section) {
	static const unsigned tags[] = { 1, 4, 5, 6, 10, 11 };
	const uint64_t values[] = { 1, BASE + AT_HASH, BASE + AT_STRINGS, BASE + AT_SYMBOLS, 100, wide ? 24 : 16 };
	size_t at = AT_DYNAMIC;

	*image = (struct image) { .wide = wide, .big = big };
	memcpy(image->bytes, "\177ELF", 4);
	image->bytes[4] = wide ? 2 : 1;
	image->bytes[5] = big ? 2 : 1;
	image->bytes[6] = 1;
	put(image, 16, 2, 3);
	put(image, 18, 2, wide ? 62 : 20);
	put(image, 20, 4, 1);
	put(image, wide ? 32 : 28, wide ? 8 : 4, wide ? 64 : 52);
	put(image, wide ? 52 : 40, 2, wide ? 64 : 52);
	put(image, wide ? 54 : 42, 2, wide ? 56 : 32);
	put(image, wide ? 56 : 44, 2, 2);
	put_segment(image, 0, 1, 5, 0, SIZE);
	put_segment(image, 1, 2, 6, AT_DYNAMIC, 7 * (wide ? 16 : 8));
	for (size_t i = 0; i < sizeof tags / sizeof *tags; ++i) {
		at = put_word(image, at, tags[i]);
		at = put_word(image, at, values[i]);
	}
	at = AT_SYMBOLS + (wide ? 24 : 16);
	put(image, at, 4, 1);
	image->bytes[at + (wide ? 4 : 12)] = 0x12;
	put(image, at + (wide ? 6 : 14), 2, section);
	strcpy((char *)image->bytes + AT_STRINGS + 1, name);
	put(image, AT_HASH, 4, 1);
	put(image, AT_HASH + 4, 4, 2);
}

static struct elf_facts examine(const void *bytes, size_t size) {
	struct elf_facts facts;
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	elf_examine(fd, &facts);
	close(fd);
	return facts;
}

static void test_imports(void **state) {
	static const char *const names[] = { "mktemp", "tmpnam", "tmpnam_r", "tempnam" };
	struct image image;

	(void)state;
	for (unsigned form = 0; form < 4; ++form) {
		for (unsigned i = 0; i < ELF_NAMES; ++i) {
			make(&image, form & 1, form & 2, names[i], 0);
			const struct elf_facts facts = examine(image.bytes, SIZE);
			assert_true(facts.code);
			assert_null(facts.why);
			assert_int_equal(facts.imports, 1U << i);
		}
		/* Another name, and one that it defines itself. */
		make(&image, form & 1, form & 2, "mkstemp", 0);
		assert_int_equal(examine(image.bytes, SIZE).imports, 0);
		make(&image, form & 1, form & 2, "mktemp64", 0);
		assert_int_equal(examine(image.bytes, SIZE).imports, 0);
		make(&image, form & 1, form & 2, "mktemp", 5);
		assert_int_equal(examine(image.bytes, SIZE).imports, 0);
	}
}

static void test_no_code(void **state) {
	struct image image;

	(void)state;
	/* An object, and symbols for a debugger: their code is elsewhere. */
	make(&image, true, false, "mktemp", 0);
	put(&image, 16, 2, 1);
	assert_false(examine(image.bytes, SIZE).code);
	make(&image, true, false, "mktemp", 0);
	put(&image, 64 + 32, 8, 0);
	assert_false(examine(image.bytes, SIZE).code);
	assert_false(elf_is("#!/bin/sh\nmktemp -u", 18));
}

static void test_static(void **state) {
	struct image image;

	(void)state;
	make(&image, true, false, "mktemp", 0);
	put(&image, 16, 2, 2);
	put(&image, 64 + 56, 4, 4);
	const struct elf_facts facts = examine(image.bytes, SIZE);
	assert_true(facts.is_static);
	assert_string_equal(facts.why, "is static and stripped of its symbols");
}

/** Whatever is broken, it has an end and a reason, or is no matter. */
static void test_broken(void **state) {
	struct image image;
	uint32_t seed = 1;

	(void)state;
	for (unsigned form = 0; form < 4; ++form) {
		for (size_t size = 0; size < SIZE; size += 7) {
			make(&image, form & 1, form & 2, "mktemp", 0);
			examine(image.bytes, size);
		}
		for (unsigned i = 0; i < 4000; ++i) {
			make(&image, form & 1, form & 2, "mktemp", 0);
			for (unsigned flips = 0; flips < 1 + i % 4; ++flips) {
				seed = seed * 1103515245 + 12345;
				image.bytes[(seed >> 8) % AT_STRINGS] ^= (unsigned char)(1U << (seed & 7));
			}
			examine(image.bytes, SIZE);
		}
	}
	make(&image, true, false, "mktemp", 0);
	assert_non_null(examine(image.bytes, 20).why);
	/* Its symbols lie beyond the end of the file. */
	put_word(&image, AT_DYNAMIC + 3 * 16 + 8, BASE + 0x100000);
	assert_non_null(examine(image.bytes, SIZE).why);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_imports),
		cmocka_unit_test(test_no_code),
		cmocka_unit_test(test_static),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
