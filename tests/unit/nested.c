/** The descent below the shared directories, on a real tree with real owners and lists: needs root. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "descent.h"
#include "fixture.h"
#include "text.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

static const char *const bob[] = { "bob", NULL };
static const struct account people[] = {
	{ .name = "root", .uid = 0, .gid = 0 },
	{ .name = "alice", .uid = 1000, .gid = 1000 },
	{ .name = "bob", .uid = 1001, .gid = 1001 },
};
static const struct group groups[] = {
	{ .name = "alice", .gid = 1000 },
	{ .name = "staff", .gid = 50, .members = bob },
	{ .name = "empty", .gid = 51 },
};
static const struct accounts accounts = { .accounts = people, .naccounts = 3, .groups = groups, .ngroups = 3 };

static int set_up(void **state) {
	if (fixture_begin(state) != 0)
		return -1;
	fixture_directory(*state, "/tmp", 01777, 0, 0);
	fixture_directory(*state, "/var/tmp", 01777, 0, 0);
	fixture_host(*state, false);
	return 0;
}

static void describe(struct fixture *fixture, struct tempdir *dir, const char *path) {
	struct statx status;
	int pinned = tree_pin(&fixture->host.tree, path);

	assert_return_code(pinned, 0);
	assert_int_equal(tree_stat(pinned, &status), 0);
	*dir = (struct tempdir) {
		.path = path,
		.real = path,
		.class = TEMPDIR_SHARED,
		.exists = true,
		.directory = true,
		.object = {
			.mode = status.stx_mode,
			.ino = status.stx_ino,
			.dev = makedev(status.stx_dev_major, status.stx_dev_minor),
		},
	};
	assert_int_equal(acl_read(pinned, true, &fixture->host.arena, &dir->object.acl), 0);
	close(pinned);
}

/** What a descent needs to know; returns the entry of /tmp. */
static struct tempdir *examine(struct fixture *fixture) {
	struct host *host = &fixture->host;
	struct tempdir *dirs = arena_array(&host->arena, 3, sizeof *dirs);

	describe(fixture, &dirs[0], "/tmp");
	describe(fixture, &dirs[1], "/var/tmp");
	host->tempdirs = dirs;
	host->accounts = &accounts;
	host->due = FACT_NESTED;
	return dirs;
}

/** Descend, and expect these directories, a line each: "/path" or "/path !" for one that could not be examined. */
static const struct nested *expect(struct fixture *fixture, const char *expected) {
	struct builder builder = { .arena = &fixture->host.arena };
	struct host *host = &fixture->host;

	examine(fixture);
	descent_gather(host);
	for (size_t i = 0; i < host->nested->ndirs; ++i)
		builder_format(&builder, "%s%s\n", host->nested->dirs[i].path,
		               host->nested->dirs[i].unknown ? " !" : "");
	assert_null(host->nested->dirs[host->nested->ndirs].path);
	assert_string_equal(builder_string(&builder), expected);
	return host->nested;
}

static void test_nothing(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp/private", 0700, 1000, 1000);
	fixture_directory(fixture, "/tmp/open", 0755, 1000, 1000);
	assert_int_equal(expect(fixture, "")->examined, 2);
	assert_int_equal(fixture->host.nfaults, 0);
}

static void test_depth(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp/1", 0777, 1000, 1000);
	fixture_directory(fixture, "/tmp/1/2", 01777, 0, 0);
	fixture_directory(fixture, "/tmp/1/2/3", 0777, 1000, 1000);
	fixture_directory(fixture, "/tmp/1/2/3/4", 0777, 1000, 1000);
	fixture_directory(fixture, "/var/tmp/.dotnet", 0777, 1001, 1001);
	const struct nested *nested = expect(fixture, "/tmp/1\n/tmp/1/2\n/tmp/1/2/3\n/var/tmp/.dotnet\n");
	assert_string_equal(nested->dirs[0].top, "/tmp");
	assert_int_equal(nested->dirs[0].object.uid, 1000);
	assert_int_equal(nested->dirs[0].object.mode, S_IFDIR | 0777);
	assert_string_equal(nested->dirs[3].top, "/var/tmp");
	assert_int_equal(fixture->host.nfaults, 0);
}

static void test_only_what_others_reach(void **state) {
	struct fixture *fixture = *state;
	static const struct {
		const char *name;
		mode_t mode;
		uid_t uid;
		gid_t gid;
	} parents[] = {
		{ "/tmp/private", 0700, 1000, 1000 },   { "/tmp/readable", 0744, 1000, 1000 },
		{ "/tmp/own-group", 0770, 1000, 1000 }, { "/tmp/empty-group", 0770, 1000, 51 },
		{ "/tmp/root-group", 0770, 1000, 0 },   { "/tmp/search", 0701, 1000, 1000 },
		{ "/tmp/staff", 0710, 1000, 50 },       { "/tmp/unlisted", 0710, 1000, 50 },
		{ "/tmp/listed", 0700, 1000, 1000 },    { "/tmp/masked", 0700, 1000, 1000 },
		{ "/tmp/owner", 0700, 1000, 1000 },
	};

	for (size_t i = 0; i < sizeof parents / sizeof *parents; ++i) {
		char child[64];

		fixture_directory(fixture, parents[i].name, parents[i].mode, parents[i].uid, parents[i].gid);
		snprintf(child, sizeof child, "%s/x", parents[i].name);
		fixture_directory(fixture, child, 0777, 1000, 1000);
	}
	/* The mask lends the mode its group bits; the group itself may pass in neither. */
	fixture_acl(fixture, "/tmp/unlisted", ACL_TYPE_ACCESS, "u::rwx,u:0:rwx,g::---,m::--x,o::---");
	fixture_acl(fixture, "/tmp/listed", ACL_TYPE_ACCESS, "u::rwx,u:1001:--x,g::---,m::--x,o::---");
	fixture_acl(fixture, "/tmp/masked", ACL_TYPE_ACCESS, "u::rwx,u:1001:--x,g::---,m::r--,o::---");
	fixture_acl(fixture, "/tmp/owner", ACL_TYPE_ACCESS, "u::rwx,u:1000:--x,g::---,m::--x,o::---");
	expect(fixture, "/tmp/listed/x\n/tmp/search/x\n/tmp/staff/x\n");
}

static void test_writers_by_list(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp/named", 0700, 1000, 1000);
	fixture_acl(fixture, "/tmp/named", ACL_TYPE_ACCESS, "u::rwx,u:1001:rwx,g::---,m::rwx,o::---");
	fixture_directory(fixture, "/tmp/masked", 0700, 1000, 1000);
	fixture_acl(fixture, "/tmp/masked", ACL_TYPE_ACCESS, "u::rwx,u:1001:rwx,g::---,m::r-x,o::---");
	fixture_directory(fixture, "/tmp/group", 0770, 1000, 50);
	fixture_directory(fixture, "/tmp/open", 0777, 1000, 1000);
	fixture_acl(fixture, "/tmp/open", ACL_TYPE_DEFAULT, "u::rwx,g::rwx,o::rwx");
	const struct nested *nested = expect(fixture, "/tmp/named\n/tmp/open\n");
	assert_int_equal(nested->dirs[0].object.acl.access.nentries, 5);
	assert_int_equal(nested->dirs[1].object.acl.standard.nentries, 3);
}

static void test_not_a_directory(void **state) {
	struct fixture *fixture = *state;

	assert_return_code(symlink("/var", fixture_at(fixture, "/tmp/link")), 0);
	assert_return_code(symlink("/", fixture_at(fixture, "/tmp/out")), 0);
	assert_return_code(mkfifo(fixture_at(fixture, "/tmp/fifo"), 0777), 0);
	assert_return_code(chmod(fixture_at(fixture, "/tmp/fifo"), 0777), 0);
	close(open(fixture_at(fixture, "/tmp/file"), O_CREAT | O_WRONLY | O_EXCL, 0600));
	assert_return_code(chmod(fixture_at(fixture, "/tmp/file"), 0777), 0);
	assert_int_equal(expect(fixture, "")->examined, 0);
}

static void test_closed_top(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp/x", 0777, 1000, 1000);
	assert_return_code(chmod(fixture_at(fixture, "/tmp"), 0700), 0);
	expect(fixture, "");
}

static void test_odd_names(void **state) {
	struct fixture *fixture = *state;
	char name[300] = "/tmp/", expected[400];

	memset(name + 5, 'n', 255);
	fixture_directory(fixture, name, 0777, 1000, 1000);
	fixture_directory(fixture, "/tmp/...", 0777, 1000, 1000);
	fixture_directory(fixture, "/tmp/\n\x80", 0777, 1000, 1000);
	snprintf(expected, sizeof expected, "/tmp/\n\x80\n/tmp/...\n%s\n", name);
	expect(fixture, expected);
}

/** What is not looked at is said, and does not keep the next shared directory from being looked at. */
static void test_budget(void **state) {
	struct fixture *fixture = *state;
	char name[32];

	for (int i = 0; i < 10001; ++i) {
		snprintf(name, sizeof name, "/tmp/%d", i);
		fixture_directory(fixture, name, 0777, 1000, 1000);
	}
	fixture_directory(fixture, "/var/tmp/x", 0777, 1000, 1000);
	examine(fixture);
	descent_gather(&fixture->host);
	assert_int_equal(fixture->host.nested->ndirs, 10001);
	assert_string_equal(fixture->host.nested->dirs[10000].path, "/var/tmp/x");
	assert_int_equal(fixture->host.nfaults, 1);
	assert_string_equal(fixture->host.faults[0].subject, "/tmp");
	assert_int_equal(fixture->host.faults[0].facts, FACT_NESTED);
}

/** A shared directory that is another one than was examined. */
static void test_exchanged_top(void **state) {
	struct fixture *fixture = *state;
	struct host *host = &fixture->host;

	examine(fixture)->object.ino = 1;
	descent_gather(host);
	assert_int_equal(host->nested->ndirs, 0);
	assert_int_equal(host->nfaults, 1);
	assert_string_equal(host->faults[0].subject, "/tmp");
	assert_int_equal(host->faults[0].facts, FACT_NESTED);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_depth, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_only_what_others_reach, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_writers_by_list, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_not_a_directory, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_closed_top, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_odd_names, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_budget, set_up, fixture_end),
		cmocka_unit_test_setup_teardown(test_exchanged_top, set_up, fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
