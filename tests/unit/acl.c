/** Access lists, read of real files: needs root, and a /tmp that stores them. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "acl.h"
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

static void set(const char *path, acl_type_t type, const char *text) {
	acl_t acl = acl_from_text(text);

	assert_non_null(acl);
	assert_return_code(acl_set_file(path, type, acl), errno);
	acl_free(acl);
}

static struct acl_lists read_lists(const char *path, struct arena *arena, bool directory) {
	struct acl_lists lists;
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_int_equal(acl_read(fd, directory, arena, &lists), 0);
	close(fd);
	return lists;
}

static int set_up(void **state) {
	char *top = strdup("/tmp/tmpaudit-acl-XXXXXX");

	*state = top;
	return mkdtemp(top) ? 0 : -1;
}

static int tear_down(void **state) {
	rmdir(*state);
	free(*state);
	return 0;
}

static void test_none(void **state) {
	struct arena arena = { 0 };
	struct acl_lists lists = read_lists(*state, &arena, true);

	assert_true(lists.supported);
	assert_int_equal(lists.access.nentries, 0);
	assert_null(lists.access.text);
	assert_int_equal(lists.standard.nentries, 0);
	arena_free(&arena);
}

static void test_access(void **state) {
	struct arena arena = { 0 };

	set(*state, ACL_TYPE_ACCESS, "u::rwx,u:1000:rwx,g::rw-,g:50:--x,m::r-x,o::---");
	struct acl_lists lists = read_lists(*state, &arena, true);
	const struct acl_entry_fact *entries = lists.access.entries;
	assert_string_equal(lists.access.text, "user::rwx,user:1000:rwx,group::rw-,group:50:--x,mask::r-x,other::---");
	assert_int_equal(lists.access.nentries, 6);
	assert_int_equal(entries[0].tag, ACL_ENTRY_OWNER);
	assert_int_equal(entries[0].effective, 7);
	assert_int_equal(entries[1].tag, ACL_ENTRY_USER);
	assert_int_equal(entries[1].id, 1000);
	assert_int_equal(entries[1].bits, 7);
	assert_int_equal(entries[1].effective, 5);
	assert_int_equal(entries[2].tag, ACL_ENTRY_GROUP_OWNER);
	assert_int_equal(entries[2].bits, 6);
	assert_int_equal(entries[2].effective, 4);
	assert_int_equal(entries[3].tag, ACL_ENTRY_GROUP);
	assert_int_equal(entries[3].id, 50);
	assert_int_equal(entries[3].effective, 1);
	assert_int_equal(entries[4].tag, ACL_ENTRY_MASK);
	assert_int_equal(entries[4].effective, 5);
	assert_int_equal(entries[5].tag, ACL_ENTRY_OTHER);
	assert_int_equal(entries[5].effective, 0);
	assert_int_equal(entries[6].tag, 0);
	assert_int_equal(lists.standard.nentries, 0);
	arena_free(&arena);
}

static void test_default_only(void **state) {
	struct arena arena = { 0 };

	/* Of a default list three entries are a list as well. */
	set(*state, ACL_TYPE_DEFAULT, "u::rwx,g::rwx,o::rwx");
	struct acl_lists lists = read_lists(*state, &arena, true);
	assert_int_equal(lists.access.nentries, 0);
	assert_string_equal(lists.standard.text, "user::rwx,group::rwx,other::rwx");
	/* It is not asked for where there can be none. */
	assert_int_equal(read_lists(*state, &arena, false).standard.nentries, 0);
	arena_free(&arena);
}

static void test_mask_only(void **state) {
	struct arena arena = { 0 };

	set(*state, ACL_TYPE_ACCESS, "u::rwx,g::rwx,m::r--,o::---");
	struct acl_lists lists = read_lists(*state, &arena, true);
	assert_int_equal(lists.access.nentries, 4);
	assert_int_equal(lists.access.entries[1].effective, 4);
	arena_free(&arena);
}

static void test_many(void **state) {
	struct arena arena = { 0 };
	acl_t acl = acl_from_text("u::rwx,g::r-x,m::rwx,o::---");
	acl_entry_t entry;
	acl_permset_t permissions;
	int error = 0;

	for (unsigned id = 1; id <= 400; ++id) {
		acl_create_entry(&acl, &entry);
		acl_set_tag_type(entry, ACL_USER);
		acl_set_qualifier(entry, &id);
		acl_get_permset(entry, &permissions);
		acl_add_perm(permissions, ACL_WRITE);
		acl_set_permset(entry, permissions);
	}
	if (acl_set_file(*state, ACL_TYPE_ACCESS, acl) < 0)
		error = errno;
	acl_free(acl);
	/* Some file systems take no more than a page of it. */
	if (error == ENOSPC || error == E2BIG)
		skip();
	assert_int_equal(error, 0);
	struct acl_lists lists = read_lists(*state, &arena, true);
	assert_int_equal(lists.access.nentries, 404);
	assert_int_equal(lists.access.entries[400].id, 400);
	arena_free(&arena);
}

static void test_unsupported(void **state) {
	struct arena arena = { 0 };
	struct acl_lists lists = read_lists("/proc", &arena, true);

	(void)state;
	assert_false(lists.supported);
	assert_int_equal(lists.access.nentries, 0);
	assert_int_equal(lists.standard.nentries, 0);
	arena_free(&arena);
}

static void test_shown(void **state) {
	static const struct {
		struct acl_entry_fact entry;
		const char *written, *effective;
	} cases[] = {
		{ { ACL_ENTRY_OWNER, 0, 7, 7 }, "user::rwx", "user::rwx" },
		{ { ACL_ENTRY_USER, 1000, 7, 5 }, "user:1000:rwx", "user:1000:r-x" },
		{ { ACL_ENTRY_GROUP_OWNER, 0, 2, 0 }, "group::-w-", "group::---" },
		{ { ACL_ENTRY_GROUP, 0, 1, 1 }, "group:0:--x", "group:0:--x" },
		{ { ACL_ENTRY_MASK, 0, 4, 4 }, "mask::r--", "mask::r--" },
		{ { ACL_ENTRY_OTHER, 0, 0, 0 }, "other::---", "other::---" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		assert_string_equal(acl_entry_shown(&arena, &cases[i].entry), cases[i].written);
		assert_string_equal(object_entry_shown(&arena, NULL, &cases[i].entry), cases[i].effective);
	}
	arena_free(&arena);
}

/** Who can write: the mode, and the entries after the mask. */
static void test_writers(void **state) {
#define LIST(...)                                                                                                      \
	{                                                                                                              \
		.access = {                                                                                            \
			(const struct acl_entry_fact[]) { __VA_ARGS__, { 0 } },                                        \
			sizeof((const struct acl_entry_fact[]) { __VA_ARGS__ }) / sizeof(struct acl_entry_fact),       \
			NULL                                                                                           \
		}                                                                                                      \
	}
	const struct {
		struct object object;
		bool everybody, others;
		unsigned group;
	} cases[] = {
		{ { .mode = 0755 }, false, false, 5 },
		{ { .mode = 01777 }, true, true, 7 },
		{ { .mode = 0775 }, false, false, 7 },
		{ { .mode = 0775, .gid = 50 }, false, true, 7 },
		{ { .mode = 0757, .gid = 50 }, true, true, 5 },
		/* One named user; the group itself may not write. */
		{ { .mode = 0770,
		    .gid = 50,
		    .acl = LIST({ ACL_ENTRY_USER, 1000, 7, 7 }, { ACL_ENTRY_GROUP_OWNER, 0, 0, 0 }) },
		  false,
		  true,
		  0 },
		/* Nobody, for the entry is masked; root, and the group of root, count for nobody. */
		{ { .mode = 0750,
		    .gid = 50,
		    .acl = LIST({ ACL_ENTRY_USER, 1000, 7, 5 }, { ACL_ENTRY_GROUP_OWNER, 0, 7, 5 }) },
		  false,
		  false,
		  5 },
		{ { .mode = 0770,
		    .gid = 50,
		    .acl = LIST({ ACL_ENTRY_USER, 0, 7, 7 }, { ACL_ENTRY_GROUP_OWNER, 0, 5, 5 },
		                { ACL_ENTRY_GROUP, 0, 7, 7 }) },
		  false,
		  false,
		  5 },
		{ { .mode = 0770, .acl = LIST({ ACL_ENTRY_GROUP_OWNER, 0, 7, 7 }, { ACL_ENTRY_GROUP, 100, 2, 2 }) },
		  false,
		  true,
		  7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		if (object_everybody_writes(&cases[i].object) != cases[i].everybody ||
		    object_others_write(&cases[i].object) != cases[i].others ||
		    object_group_bits(&cases[i].object) != cases[i].group)
			fail_msg("case %zu", i);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/** What is told of a list in one line is all that there is to tell. */
static void test_text(void **state) {
	static const char text[] = "user::rwx,user:1000:rw-,group::r-x,group:50:rwx,mask::r-x,other::--x";
	struct arena arena = { 0 };
	const struct acl_list list = acl_of_text(&arena, text);

	(void)state;
	assert_int_equal(list.nentries, 6);
	assert_string_equal(list.text, text);
	assert_int_equal(list.entries[1].tag, ACL_ENTRY_USER);
	assert_int_equal(list.entries[1].id, 1000);
	assert_int_equal(list.entries[1].bits, 6);
	assert_int_equal(list.entries[1].effective, 4);
	assert_int_equal(list.entries[5].effective, 1);
	assert_int_equal(acl_of_text(&arena, "").nentries, 0);
	assert_null(acl_of_text(&arena, "").text);
	assert_int_equal(acl_of_text(&arena, ",,nobody:1:rwx,:").nentries, 0);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		TEST(test_none),
		TEST(test_access),
		TEST(test_default_only),
		TEST(test_mask_only),
		TEST(test_many),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
