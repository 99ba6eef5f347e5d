/** Accounts and groups: the parsers against glibc's, and who is in a group. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "host.h"
#include "parse_accounts.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bytes text(const char *data) {
	return (struct bytes) { data, strlen(data) };
}

/** Bytes of a literal, NULs and all. */
#define RAW(literal) ((struct bytes) { literal, sizeof(literal) - 1 })

static void test_passwd_as_glibc(void **state) {
	static const struct bytes files[] = {
		RAW("root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice,,,:/home/alice:/bin/sh\n"),
		RAW("alice:x:1000:1000:no newline:/:/bin/sh"),
		RAW("alice:x:1000:1000:crlf:/:/bin/sh\r\nbob:x:1001:1001::/:/bin/sh\r\n"),
		RAW("\n\n# comment:x:1:1:::\n  indented:x:2:2:::\n"),
		RAW("few:x:3:3\nfewer:x:4\nfewest:x\nname\n:x:0:0:nameless:/:\n"),
		RAW("bad:x:1x:1:::\nbad2:x::1:::\nbad3:x:1::::\nneg:x:-1:1:::\nplus:x:+7:1:::\nsp:x: 8:1:::\n"),
		RAW("big:x:4294967295:4294967296:::\nhuge:x:99999999999999999999:1:::\nzero:x:-0:0:::\n"),
		RAW("nul:x:5:5:a\0b:/:/bin/sh\nnext:x:6:6:::\n"),
		RAW("colons:x:7:7:g:h:s:t:u\n"),
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t f = 0; f < sizeof files / sizeof *files; ++f) {
		const struct account *accounts;
		const struct passwd *wanted;
		size_t count, seen = 0;
		bool compat;
		FILE *stream = fmemopen((void *)(uintptr_t)files[f].data, files[f].size, "r");

		assert_int_equal(parse_passwd(&files[f], &arena, &accounts, &count, &compat), 0);
		assert_false(compat);
		while ((wanted = fgetpwent(stream))) {
			assert_true(seen < count);
			assert_string_equal(accounts[seen].name, wanted->pw_name);
			assert_int_equal(accounts[seen].uid, wanted->pw_uid);
			assert_int_equal(accounts[seen].gid, wanted->pw_gid);
			assert_string_equal(accounts[seen].gecos, wanted->pw_gecos ? wanted->pw_gecos : "");
			assert_string_equal(accounts[seen].home, wanted->pw_dir ? wanted->pw_dir : "");
			assert_string_equal(accounts[seen].shell, wanted->pw_shell ? wanted->pw_shell : "");
			++seen;
		}
		assert_int_equal(seen, count);
		fclose(stream);
	}
	arena_free(&arena);
}

static void test_passwd_compat(void **state) {
	struct arena arena = { 0 };
	const struct account *accounts;
	struct bytes bytes = text("root:x:0:0:::\n+@users\n-eve\n+::::::\n");
	size_t count;
	bool compat;

	(void)state;
	assert_int_equal(parse_passwd(&bytes, &arena, &accounts, &count, &compat), 0);
	assert_int_equal(count, 1);
	assert_true(compat);
	bytes = text("-eve\n");
	assert_int_equal(parse_passwd(&bytes, &arena, &accounts, &count, &compat), 0);
	assert_int_equal(count, 0);
	assert_null(accounts);
	assert_false(compat);
	bytes = RAW("");
	assert_int_equal(parse_passwd(&bytes, &arena, &accounts, &count, &compat), 0);
	assert_int_equal(count, 0);
	arena_free(&arena);
}

static void test_passwd_limit(void **state) {
	struct arena arena = { 0 };
	const struct account *accounts;
	const struct group *groups;
	size_t count, size = 8 * (ACCOUNTS_LIMIT + 1);
	char *data = malloc(size + 1);
	bool compat;

	(void)state;
	for (size_t i = 0; i < size; i += 8)
		memcpy(data + i, "a::1:1:\n", 8);
	struct bytes bytes = { data, size };
	assert_int_equal(parse_passwd(&bytes, &arena, &accounts, &count, &compat), -E2BIG);
	assert_int_equal(count, ACCOUNTS_LIMIT);
	assert_int_equal(parse_group(&bytes, &arena, &groups, &count, &compat), -E2BIG);
	bytes.size -= 8;
	assert_int_equal(parse_passwd(&bytes, &arena, &accounts, &count, &compat), 0);
	arena_free(&arena);
	free(data);
}

static void test_group(void **state) {
	struct arena arena = { 0 };
	const struct group *groups;
	struct bytes bytes =
	        text("root:x:0:\nstaff:x:50:alice, bob,,carol\nshort:x:51\nbad:x:y:alice\n+nis\ncr:x:1:a\n");
	size_t count;
	bool compat;

	(void)state;
	assert_int_equal(parse_group(&bytes, &arena, &groups, &count, &compat), 0);
	assert_true(compat);
	assert_int_equal(count, 4);
	assert_string_equal(groups[0].name, "root");
	assert_null(groups[0].members[0]);
	assert_int_equal(groups[1].gid, 50);
	assert_string_equal(groups[1].members[0], "alice");
	assert_string_equal(groups[1].members[1], "bob");
	assert_string_equal(groups[1].members[2], "carol");
	assert_null(groups[1].members[3]);
	assert_string_equal(groups[2].name, "short");
	assert_string_equal(groups[3].name, "cr");
	arena_free(&arena);
}

static void test_uid_min(void **state) {
	static const struct {
		const char *file;
		uid_t expected;
	} cases[] = {
		{ "", 1000 },
		{ "UID_MIN 500\n", 500 },
		{ "# UID_MIN 500\n", 1000 },
		{ "\tUID_MIN\t\t500 # comment\r\n", 500 },
		{ "UID_MIN 500\nUID_MIN 700", 700 },
		{ "UID_MIN 500\nUID_MIN x", 500 },
		{ "SYS_UID_MIN 100\nUID_MINIMUM 3\nUID_MIN\n", 1000 },
		{ "UID_MIN 0x10", 16 },
		{ "UID_MIN 010", 8 },
		{ "UID_MIN 99999999999", 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct bytes bytes = text(cases[i].file);

		assert_int_equal(parse_uid_min(&bytes, 1000), cases[i].expected);
	}
}

static void test_nsswitch(void **state) {
	static const struct {
		const char *file;
		bool expected;
	} cases[] = {
		{ "", false },
		{ "passwd: files\ngroup: files systemd\n", false },
		{ "passwd:         files systemd\nhosts: files dns\nnetgroup: nis\n", false },
		{ "passwd: compat", false },
		{ "passwd: files sss\n", true },
		{ "group: files [SUCCESS=merge] ldap\n", true },
		{ "group: files [SUCCESS=merge] systemd\n", false },
		{ "passwd:files[NOTFOUND=return]winbind", true },
		{ "passwd: files # ldap\n#passwd: ldap\n", false },
		{ " passwd : db files\r\n", true },
		{ "passwd: files\r\n", false },
		{ "initgroups: files sss\n", true },
		{ "passwd: [", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct bytes bytes = text(cases[i].file);

		if (parse_nsswitch_foreign(&bytes) != cases[i].expected)
			fail_msg("%s", cases[i].file);
	}
}

static const struct accounts sample = {
	.accounts = (const struct account[]) { { "root", "", "", "", 0, 0, 1 },
	                                       { "alice", "", "", "", 1000, 1000, 2 },
	                                       { "bob", "", "", "", 1001, 100, 3 },
	                                       { "alice2", "", "", "", 1000, 100, 4 } },
	.naccounts = 4,
	.groups = (const struct group[]) { { "users", 100,
	                                     (const char *const[]) { "alice", "ghost", "bob", "root", NULL } },
	                                   { "more", 100, (const char *const[]) { "ghost", "carol", NULL } },
	                                   { "alice", 1000, (const char *const[]) { NULL } } },
	.ngroups = 3,
};

static void test_group_others(void **state) {
	(void)state;
	/* alice, alice2, bob, ghost, carol; root does not count. */
	assert_int_equal(group_others(&sample, 100, 0), 5);
	/* Both names of uid 1000 are one and the same user. */
	assert_int_equal(group_others(&sample, 100, 1000), 3);
	assert_int_equal(group_others(&sample, 1000, 1000), 0);
	assert_int_equal(group_others(&sample, 1000, 0), 1);
	assert_int_equal(group_others(&sample, 7, 0), 0);
}

static void test_lookup(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(account_by_uid(&sample, 1000)->name, "alice");
	assert_int_equal(account_by_name(&sample, "bob")->uid, 1001);
	assert_null(account_by_name(&sample, "ghost"));
	assert_string_equal(group_by_gid(&sample, 100)->name, "users");
	assert_null(group_by_gid(&sample, 101));
	assert_string_equal(account_shown(&arena, &sample, 1001), "1001 (bob)");
	assert_string_equal(account_shown(&arena, &sample, 5), "5");
	assert_string_equal(group_shown(&arena, &sample, 100), "100 (users)");
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passwd_as_glibc), cmocka_unit_test(test_passwd_compat),
		cmocka_unit_test(test_passwd_limit),    cmocka_unit_test(test_group),
		cmocka_unit_test(test_uid_min),         cmocka_unit_test(test_nsswitch),
		cmocka_unit_test(test_group_others),    cmocka_unit_test(test_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
