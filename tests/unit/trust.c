/** Trusted paths, on a real tree with real owners and lists: needs root. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "trust.h"
#include "host.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char top[64];
	struct policy policy;
	struct host host;
};

static const char *at(const struct fixture *fixture, const char *path) {
	static char name[512];

	snprintf(name, sizeof name, "%s%s", fixture->top, path);
	return name;
}

static void dir(struct fixture *fixture, const char *path, mode_t mode, uid_t uid, gid_t gid) {
	const char *name = at(fixture, path);

	assert_return_code(mkdir(name, 0700), 0);
	assert_return_code(chown(name, uid, gid), 0);
	assert_return_code(chmod(name, mode), 0);
}

static void file(struct fixture *fixture, const char *path, const char *content) {
	FILE *stream = fopen(at(fixture, path), "w");

	assert_non_null(stream);
	fputs(content, stream);
	fclose(stream);
}

static void link_to(struct fixture *fixture, const char *path, const char *target, uid_t uid) {
	const char *name = at(fixture, path);

	assert_return_code(symlink(target, name), 0);
	assert_return_code(lchown(name, uid, uid), 0);
}

static void list(struct fixture *fixture, const char *path, const char *text) {
	acl_t acl = acl_from_text(text);

	assert_non_null(acl);
	assert_return_code(acl_set_file(at(fixture, path), ACL_TYPE_ACCESS, acl), 0);
	acl_free(acl);
}

static int set_up(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);

	strcpy(fixture->top, "/tmp/tmpaudit-trust-XXXXXX");
	if (geteuid() != 0 || !mkdtemp(fixture->top))
		return -1;
	chmod(fixture->top, 0755);
	dir(fixture, "/etc", 0755, 0, 0);
	file(fixture, "/etc/passwd",
	     "root:x:0:0::/root:/bin/sh\nalice:x:1000:50::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n");
	file(fixture, "/etc/group", "root:x:0:bob\nstaff:x:50:bob,carol\nempty:x:51:\n");
	dir(fixture, "/tmp", 01777, 0, 0);
	dir(fixture, "/tmp/user", 0711, 0, 0);
	dir(fixture, "/tmp/user/1000", 0700, 1000, 1000);
	dir(fixture, "/tmp/alice", 0700, 1000, 1000);
	dir(fixture, "/var", 0755, 0, 0);
	dir(fixture, "/var/tmp", 01777, 0, 0);
	dir(fixture, "/var/root-group", 0775, 0, 0);
	dir(fixture, "/var/root-group/d", 0755, 0, 0);
	dir(fixture, "/staff", 0775, 0, 50);
	dir(fixture, "/staff/open", 0777, 0, 0);
	dir(fixture, "/staff/open/d", 0755, 0, 0);
	dir(fixture, "/empty", 0775, 0, 51);
	dir(fixture, "/empty/d", 0755, 0, 0);
	dir(fixture, "/alice", 0755, 1000, 0);
	dir(fixture, "/alice/d", 0755, 0, 0);
	assert_int_equal(policy_open(&fixture->policy, "default"), true);
	assert_int_equal(host_open(&fixture->host, &fixture->policy, fixture->top, false), 0);
	host_gather(&fixture->host, FACT_ACCOUNTS);
	*state = fixture;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state) {
	struct fixture *fixture = *state;

	host_close(&fixture->host);
	policy_close(&fixture->policy);
	nftw(fixture->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fixture);
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
	dir(fixture, "/bobs", 01777, 1001, 0);
	dir(fixture, "/bobs/d", 0755, 0, 0);
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

	link_to(fixture, "/lock", "/var/tmp", 0);
	link_to(fixture, "/up", "../../../var/../var", 0);
	link_to(fixture, "/alices", "/var/tmp", 1000);
	link_to(fixture, "/tmp/roots", "/var/tmp", 0);
	link_to(fixture, "/loop", "loop", 0);
	link_to(fixture, "/dangling", "tmp/none", 0);
	link_to(fixture, "/dangling2", "var/none", 0);
	link_to(fixture, "/through", "/staff/open", 0);
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
	link_to(fixture, "/out", "/../../../../usr/bin", 0);
	expect(fixture, "/out", 0, TRUST_ABSENT, "/usr", NULL);
}

static void test_many_links(void **state) {
	struct fixture *fixture = *state;
	char name[32], target[32];

	link_to(fixture, "/l40", "/var/tmp", 0);
	for (int i = 39; i >= 0; --i) {
		snprintf(name, sizeof name, "/l%d", i);
		snprintf(target, sizeof target, "/l%d", i + 1);
		link_to(fixture, name, target, 0);
	}
	expect(fixture, "/l1", 0, TRUST_GOOD, NULL, NULL);
	expect(fixture, "/l0", 0, TRUST_UNKNOWN, "/l40", "is a loop of symbolic links");
}

static void test_lists(void **state) {
	struct fixture *fixture = *state;

	dir(fixture, "/named", 0755, 0, 0);
	dir(fixture, "/named/d", 0755, 0, 0);
	list(fixture, "/named", "u::rwx,u:1001:rwx,g::r-x,m::rwx,o::r-x");
	expect(fixture, "/named/d", 0, TRUST_BAD, "/named", "0775 root:root, user:bob:rwx");
	dir(fixture, "/masked", 0755, 0, 0);
	dir(fixture, "/masked/d", 0755, 0, 0);
	list(fixture, "/masked", "u::rwx,u:1001:rwx,g::rwx,m::r-x,o::r-x");
	expect(fixture, "/masked/d", 0, TRUST_GOOD, NULL, NULL);
	/* The group bits of the mode are the mask: staff itself may not write. */
	dir(fixture, "/mask-only", 0755, 0, 50);
	dir(fixture, "/mask-only/d", 0755, 0, 0);
	list(fixture, "/mask-only", "u::rwx,u:0:rwx,g::r-x,m::rwx,o::r-x");
	expect(fixture, "/mask-only/d", 0, TRUST_GOOD, NULL, NULL);
	dir(fixture, "/group", 0755, 0, 0);
	dir(fixture, "/group/d", 0755, 0, 0);
	list(fixture, "/group", "u::rwx,g::r-x,g:51:-wx,m::rwx,o::r-x");
	expect(fixture, "/group/d", 0, TRUST_BAD, "/group", "0775 root:root, group:empty:-wx");
}

static void test_end(void **state) {
	struct fixture *fixture = *state;
	struct trust_end last;

	link_to(fixture, "/lock", "/var/tmp", 0);
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

	dir(fixture, "/nobodys", 0755, 65534, 0);
	dir(fixture, "/nobodys/d", 0755, 0, 0);
	fixture->host.unmapped_ids = true;
	expect(fixture, "/nobodys/d", 0, TRUST_UNKNOWN, "/nobodys",
	       "has an owner that this user namespace does not map");
	expect(fixture, "/var/tmp", 0, TRUST_GOOD, NULL, NULL);
	dir(fixture, "/nobodys2", 0755, 65534, 0);
	dir(fixture, "/nobodys2/d", 0755, 0, 0);
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
	link_to(fixture, "/round", target, 0);
	for (size_t i = 0; i < 6; ++i)
		strcat(path, "/round");
	strcat(path, "/var/tmp");
	struct trust trust = trust_examine(&fixture->host, path, 0);
	assert_int_equal(trust.verdict, TRUST_UNKNOWN);
	memset(path, 'x', PATH_MAX + 8);
	path[0] = '/';
	assert_int_equal(trust_examine(&fixture->host, path, 0).verdict, TRUST_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_good),       TEST(test_writable), TEST(test_sticky), TEST(test_missing),  TEST(test_links),
		TEST(test_many_links), TEST(test_lists),    TEST(test_end),    TEST(test_unmapped), TEST(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
