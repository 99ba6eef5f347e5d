/** Trusted paths, on a real tree with real owners and lists: needs root. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "trust.h"
#include "fixture.h"

#include <fcntl.h>
#include <limits.h>

static int set_up(void **state) {
	if (fixture_begin(state) != 0)
		return -1;
	struct fixture *fixture = *state;
	fixture_directory(fixture, "/etc", 0755, 0, 0);
	fixture_file(fixture, "/etc/passwd",
	             "root:x:0:0::/root:/bin/sh\nalice:x:1000:50::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n");
	fixture_file(fixture, "/etc/group", "root:x:0:bob\nstaff:x:50:bob,carol\nempty:x:51:\n");
	fixture_directory(fixture, "/tmp", 01777, 0, 0);
	fixture_directory(fixture, "/tmp/user", 0711, 0, 0);
	fixture_directory(fixture, "/tmp/user/1000", 0700, 1000, 1000);
	fixture_directory(fixture, "/tmp/alice", 0700, 1000, 1000);
	fixture_directory(fixture, "/var", 0755, 0, 0);
	fixture_directory(fixture, "/var/tmp", 01777, 0, 0);
	fixture_directory(fixture, "/var/root-group", 0775, 0, 0);
	fixture_directory(fixture, "/var/root-group/d", 0755, 0, 0);
	fixture_directory(fixture, "/staff", 0775, 0, 50);
	fixture_directory(fixture, "/staff/open", 0777, 0, 0);
	fixture_directory(fixture, "/staff/open/d", 0755, 0, 0);
	fixture_directory(fixture, "/empty", 0775, 0, 51);
	fixture_directory(fixture, "/empty/d", 0755, 0, 0);
	fixture_directory(fixture, "/alice", 0755, 1000, 0);
	fixture_directory(fixture, "/alice/d", 0755, 0, 0);
	host_gather(fixture_host(fixture, false), FACT_ACCOUNTS);
	return 0;
}

/** Examine path, and expect the verdict by that component for that reason; the same when it is asked again. */
static void expect(struct fixture *fixture, const char *path, uid_t user, enum trust_verdict verdict,
                   const char *component, const char *why) {
	for (int i = 0; i < 2; ++i) {
		struct trust trust = trust_examine(&fixture->host, path, user);

		if (trust.verdict != verdict)
			fail_msg("%s: %d for %d: %s %s", path, trust.verdict, verdict, trust.component, trust.why);
		if (!component) {
			assert_null(trust.component);
			assert_null(trust.why);
			assert_null(trust.faults);
			continue;
		}
		assert_string_equal(trust.component, component);
		if (why)
			assert_string_equal(trust.why, why);
		else
			assert_non_null(trust.why);
	}
}

static void test_good(void **state) {
	expect(*state, "/", 0, TRUST_GOOD, NULL, NULL);
	expect(*state, "/tmp", 0, TRUST_GOOD, NULL, NULL);
	expect(*state, "//var//tmp/", 0, TRUST_GOOD, NULL, NULL);
	expect(*state, "/var/../var/./tmp/.", 0, TRUST_GOOD, NULL, NULL);
	expect(*state, "/../../var/tmp/..", 0, TRUST_GOOD, NULL, NULL);
	expect(*state, "/etc/passwd", 0, TRUST_GOOD, NULL, NULL);
	/* The last component is the caller's to judge. */
	expect(*state, "/staff", 0, TRUST_GOOD, NULL, NULL);
	expect(*state, "/alice", 0, TRUST_GOOD, NULL, NULL);
	/* Only gid 0 counts as root. */
	expect(*state, "/var/root-group/d", 0, TRUST_GOOD, NULL, NULL);
}

static void test_writable(void **state) {
	struct fixture *fixture = *state;

	expect(fixture, "/staff/open", 0, TRUST_BAD, "/staff", "0775 root:staff, group staff has 3 members");
	expect(fixture, "/empty/d", 0, TRUST_BAD, "/empty", "0775 root:empty, group empty has 0 members");
	expect(fixture, "/alice/d", 0, TRUST_BAD, "/alice", "0755 alice:root");
	/* Also to its owner: the rule knows directories of root only. */
	expect(fixture, "/alice/d", 1000, TRUST_BAD, "/alice", NULL);

	struct trust trust = trust_examine(&fixture->host, "/staff/open/d", 0);
	assert_string_equal(trust.faults[0].component, "/staff");
	assert_string_equal(trust.faults[1].component, "/staff/open");
	assert_string_equal(trust.faults[1].why, "0777 root:root, writable by everybody");
	assert_false(trust.faults[1].link);
	assert_null(trust.faults[2].component);
	assert_string_equal(trust.real, "/staff/open/d");
}

static void test_sticky(void **state) {
	struct fixture *fixture = *state;

	expect(fixture, "/tmp/user/1000", 1000, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/tmp/user/1000", 0, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/tmp/alice", 1000, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/tmp/alice", 0, TRUST_BAD, "/tmp/alice",
	       "0700 alice:1000, in a directory that is 1777 root:root, writable by everybody");
	expect(fixture, "/tmp/alice", 1001, TRUST_BAD, "/tmp/alice", NULL);
	fixture_directory(fixture, "/bobs", 01777, 1001, 0);
	fixture_directory(fixture, "/bobs/d", 0755, 0, 0);
	expect(fixture, "/bobs/d", 0, TRUST_BAD, "/bobs", "1777 bob:root");
}

static void test_missing(void **state) {
	expect(*state, "/var/none", 0, TRUST_ABSENT, "/var/none", "does not exist");
	expect(*state, "/var/none/more", 0, TRUST_ABSENT, "/var/none", "does not exist");
	expect(*state, "/tmp/none/more", 0, TRUST_SQUATTABLE, "/tmp/none",
	       "does not exist, and /tmp is 1777 root:root, writable by everybody");
	expect(*state, "/empty/none", 0, TRUST_SQUATTABLE, "/empty/none", NULL);
	expect(*state, "/etc/passwd/x", 0, TRUST_ABSENT, "/etc/passwd", "is no directory");
	expect(*state, "tmp", 0, TRUST_BAD, "tmp", "is relative");
	expect(*state, "", 0, TRUST_BAD, "", "is relative");
}

static void test_links(void **state) {
	struct fixture *fixture = *state;
	struct trust trust;

	fixture_link(fixture, "/lock", "/var/tmp", 0);
	fixture_link(fixture, "/up", "../../../var/../var", 0);
	fixture_link(fixture, "/alices", "/var/tmp", 1000);
	fixture_link(fixture, "/tmp/roots", "/var/tmp", 0);
	fixture_link(fixture, "/loop", "loop", 0);
	fixture_link(fixture, "/dangling", "tmp/none", 0);
	fixture_link(fixture, "/dangling2", "var/none", 0);
	fixture_link(fixture, "/through", "/staff/open", 0);
	expect(fixture, "/lock", 0, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/up/tmp", 0, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/tmp/roots", 0, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/alices", 0, TRUST_BAD, "/alices", "symbolic link of uid 1000 (alice)");
	expect(fixture, "/alices", 1000, TRUST_BAD, "/alices", NULL);
	expect(fixture, "/loop", 0, TRUST_UNKNOWN, "/loop", "is a loop of symbolic links");
	expect(fixture, "/dangling", 0, TRUST_SQUATTABLE, "/tmp/none", NULL);
	expect(fixture, "/dangling2", 0, TRUST_ABSENT, "/var/none", NULL);
	expect(fixture, "/through", 0, TRUST_BAD, "/staff", NULL);
	trust = trust_examine(&fixture->host, "/up/tmp", 0);
	assert_string_equal(trust.real, "/var/tmp");
	trust = trust_examine(&fixture->host, "/alices", 0);
	assert_true(trust.faults[0].link);
	assert_string_equal(trust.real, "/var/tmp");
	/* A link is never followed out of the tree. */
	fixture_link(fixture, "/out", "/../../../../usr/bin", 0);
	expect(fixture, "/out", 0, TRUST_ABSENT, "/usr", NULL);
}

static void test_many_links(void **state) {
	struct fixture *fixture = *state;
	char name[32], target[32];

	fixture_link(fixture, "/l40", "/var/tmp", 0);
	for (int i = 39; i >= 0; --i) {
		snprintf(name, sizeof name, "/l%d", i);
		snprintf(target, sizeof target, "/l%d", i + 1);
		fixture_link(fixture, name, target, 0);
	}
	expect(fixture, "/l1", 0, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/l0", 0, TRUST_UNKNOWN, "/l40", "is a loop of symbolic links");
}

static void test_lists(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/named", 0755, 0, 0);
	fixture_directory(fixture, "/named/d", 0755, 0, 0);
	fixture_acl(fixture, "/named", ACL_TYPE_ACCESS, "u::rwx,u:1001:rwx,g::r-x,m::rwx,o::r-x");
	expect(fixture, "/named/d", 0, TRUST_BAD, "/named", "0775 root:root, user:bob:rwx");
	fixture_directory(fixture, "/masked", 0755, 0, 0);
	fixture_directory(fixture, "/masked/d", 0755, 0, 0);
	fixture_acl(fixture, "/masked", ACL_TYPE_ACCESS, "u::rwx,u:1001:rwx,g::rwx,m::r-x,o::r-x");
	expect(fixture, "/masked/d", 0, TRUST_GOOD, NULL, NULL);
	/* The group bits of the mode are the mask: staff itself may not write. */
	fixture_directory(fixture, "/mask-only", 0755, 0, 50);
	fixture_directory(fixture, "/mask-only/d", 0755, 0, 0);
	fixture_acl(fixture, "/mask-only", ACL_TYPE_ACCESS, "u::rwx,u:0:rwx,g::r-x,m::rwx,o::r-x");
	expect(fixture, "/mask-only/d", 0, TRUST_GOOD, NULL, NULL);
	fixture_directory(fixture, "/group", 0755, 0, 0);
	fixture_directory(fixture, "/group/d", 0755, 0, 0);
	fixture_acl(fixture, "/group", ACL_TYPE_ACCESS, "u::rwx,g::r-x,g:51:-wx,m::rwx,o::r-x");
	expect(fixture, "/group/d", 0, TRUST_BAD, "/group", "0775 root:root, group:empty:-wx");
}

static void test_end(void **state) {
	struct fixture *fixture = *state;
	struct trust_end last;

	fixture_link(fixture, "/lock", "/var/tmp", 0);
	/* The second time the end was looked at before, and is pinned again. */
	for (int i = 0; i < 2; ++i) {
		struct trust trust = trust_examine_end(&fixture->host, "/lock", 0, &last);
		struct stat status;

		assert_int_equal(trust.verdict, TRUST_GOOD);
		assert_return_code(fstat(last.pinned, &status), 0);
		assert_int_equal(status.st_ino, last.object.ino);
		assert_int_equal(last.object.mode, S_IFDIR | 01777);
		close(last.pinned);
	}
	trust_examine_end(&fixture->host, "/", 0, &last);
	assert_int_equal(last.object.mode, S_IFDIR | 0755);
	close(last.pinned);
	trust_examine_end(&fixture->host, "/var/none", 0, &last);
	assert_true(last.pinned < 0);
}

static void test_unmapped(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/nobodys", 0755, 65534, 0);
	fixture_directory(fixture, "/nobodys/d", 0755, 0, 0);
	fixture->host.unmapped_ids = true;
	expect(fixture, "/nobodys/d", 0, TRUST_UNKNOWN, "/nobodys",
	       "has an owner that this user namespace does not map");
	expect(fixture, "/var/tmp", 0, TRUST_GOOD, NULL, NULL);
	fixture_directory(fixture, "/nobodys2", 0755, 65534, 0);
	fixture_directory(fixture, "/nobodys2/d", 0755, 0, 0);
	fixture->host.unmapped_ids = false;
	expect(fixture, "/nobodys2/d", 0, TRUST_BAD, "/nobodys2", "0755 65534:root");
}

static void test_long(void **state) {
	struct fixture *fixture = *state;
	char path[PATH_MAX + 64] = "", target[PATH_MAX];

	/* A tree that sends the audit round and round. */
	memset(target, 0, sizeof target);
	for (size_t i = 0; i + 8 < sizeof target; i += 7)
		memcpy(target + i, "var/../", 7);
	fixture_link(fixture, "/round", target, 0);
	for (size_t i = 0; i < 6; ++i)
		strcat(path, "/round");
	strcat(path, "/var/tmp");
	struct trust trust = trust_examine(&fixture->host, path, 0);
	assert_int_equal(trust.verdict, TRUST_UNKNOWN);
	memset(path, 'x', PATH_MAX + 8);
	path[0] = '/';
	assert_int_equal(trust_examine(&fixture->host, path, 0).verdict, TRUST_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_end)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_good),       TEST(test_writable), TEST(test_sticky), TEST(test_missing),  TEST(test_links),
		TEST(test_many_links), TEST(test_lists),    TEST(test_end),    TEST(test_unmapped), TEST(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
