/** The judgements of temporary directories, on hosts written down as literals. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "checks.h"
#include "host.h"
#include "result.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const struct accounts accounts = {
	.accounts = (const struct account[]) { { "root", "", "", "", 0, 0, 1 },
	                                       { "alice", "", "", "", 1000, 1000, 2 },
	                                       { "www-data", "", "", "", 33, 33, 3 } },
	.naccounts = 3,
	.groups = (const struct group[]) { { "staff", 50, (const char *const[]) { "alice", NULL } } },
	.ngroups = 1,
	.uid_min = 1000,
};

/** A good directory to begin with. */
#define PLAIN(name, kind, bits)                                                                                        \
	.path = (name), .class = (kind), .exists = true, .directory = true, .real = (name), .widest = (bits),          \
	.object = { .mode = S_IFDIR | (bits), .acl = { .supported = true } }
#define GOOD(name, kind, bits) PLAIN(name, kind, bits), .trust = { .verdict = TRUST_GOOD }
#define SHARED(name) GOOD(name, TEMPDIR_SHARED, 01777), .required = true

#define ENTRIES(...)                                                                                                   \
	{                                                                                                              \
		(const struct acl_entry_fact[]) { __VA_ARGS__, { 0 } },                                                \
		        sizeof((const struct acl_entry_fact[]) { __VA_ARGS__ }) / sizeof(struct acl_entry_fact), NULL  \
	}

/** Judge directories by a check.  The result is to be freed with arena_free(). */
static struct result judge_all(const char *id, const struct tempdir *dirs, const struct tempdir *parents,
                               const struct nested_dir *nested, const char *profile, struct arena *arena) {
	const struct check *check = tempdir_checks;
	struct policy policy;
	const struct nested below = { .dirs = nested };
	const struct host host = {
		.tree = { .live = true },
		.policy = &policy,
		.accounts = &accounts,
		.tempdirs = dirs,
		.user_parents = parents,
		.nested = &below,
		.mount_views =
		        (const struct mount_view[]) {
		                { .aspect = ASPECT_LIVE,
		                  .mounts =
		                          (const struct mount[]) {
		                                  { .id = 1,
		                                    .target = "/run/user/1000",
		                                    .flags = MS_NOSUID | MS_NODEV },
		                                  { .id = 2, .target = "/run/user/1001", .flags = MS_NOSUID } },
		                  .nmounts = 2 },
		                { 0 } },
	};
	struct result result = { .arena = arena };

	assert_true(policy_open(&policy, profile));
	while (check->id && strcmp(check->id, id) != 0)
		++check;
	assert_non_null(check->id);
	result.check = check;
	check->run(check, &host, &result);
	policy_close(&policy);
	return result;
}

static struct result judge(const char *id, const struct tempdir *dirs, struct arena *arena) {
	return judge_all(id, dirs, NULL, NULL, "default", arena);
}

/** Expect the finding that stands at i. */
static void expect(const struct result *result, size_t i, const char *subject, const char *expected,
                   const char *actual) {
	assert_true(i < result->nfindings);
	const struct finding *finding = &result->findings[i];

	assert_false(finding->error);
	assert_string_equal(finding->subject, subject);
	assert_string_equal(finding->expected, expected);
	assert_string_equal(finding->actual, actual);
	assert_int_equal(finding->aspect, ASPECT_FILE);
	assert_null(finding->source);
}

static void expect_unknown(const struct result *result, size_t i, const char *subject, const char *why) {
	assert_true(i < result->nfindings);
	assert_true(result->findings[i].error);
	assert_string_equal(result->findings[i].subject, subject);
	assert_string_equal(result->findings[i].message, why);
}

/** Expect a status, and nothing else against anything than count findings. */
static void expect_status(const struct result *result, enum status status, size_t count) {
	assert_string_equal(status_names[result_status(result)], status_names[status]);
	assert_int_equal(result->nfindings, count);
}

static void test_present(void **state) {
	const struct tempdir dirs[] = {
		{ SHARED("/tmp") },
		{ .path = "/var/tmp",
		  .required = true,
		  .exists = true,
		  .directory = true,
		  .link = "../tmp",
		  .type = "tmpfs",
		  .same_as = "/tmp",
		  .trust = { .verdict = TRUST_GOOD } },
		{ .path = "/dev/shm", .required = true, .trust = { .verdict = TRUST_ABSENT } },
		{ .path = "/srv/none", .class = TEMPDIR_NAMED },
		{ 0 },
	};
	struct arena arena = { 0 };
	struct result result = judge("tempdir.present", dirs, &arena);

	(void)state;
	expect_status(&result, STATUS_FAIL, 2);
	assert_int_equal(result.passes, 1);
	expect(&result, 0, "/var/tmp", "directory of its own", "symbolic link to ../tmp (tmpfs)");
	expect(&result, 1, "/dev/shm", "directory of its own", "missing");
	arena_free(&arena);
}

static void test_present_more(void **state) {
	const struct trust_fault faults[] = {
		{ .component = "/var", .why = "0775 root:staff" },
		{ .component = "/var/tmp", .why = "symbolic link of uid 1000 (alice)", .link = true },
		{ 0 }
	};
	const struct tempdir dirs[] = {
		{ .path = "/tmp", .required = true, .exists = true, .trust = { .verdict = TRUST_GOOD } },
		{ PLAIN("/var/tmp", TEMPDIR_SHARED, 01777), .required = true, .link = "/srv",
		  .trust = { TRUST_BAD, "/var", "0775 root:staff", faults, "/srv" } },
		{ SHARED("/dev/shm"), .same_as = "/tmp" },
		{ .path = "/a", .required = true, .exists = true, .unknown = "privilege: only root may look" },
		/* Set aside, but there: a mount that is not to be asked is a directory of its own. */
		{ .path = "/b", .required = true, .exists = true, .directory = true, .unknown = "lies on nfs" },
		{ .path = "/c", .required = true, .exists = true, .link = "/nowhere" },
		{ 0 },
	};
	struct arena arena = { 0 };
	struct result result = judge("tempdir.present", dirs, &arena);

	(void)state;
	expect_status(&result, STATUS_FAIL, 5);
	assert_int_equal(result.passes, 1);
	expect(&result, 0, "/tmp", "directory of its own", "no directory");
	expect(&result, 1, "/var/tmp", "directory of its own", "symbolic link of uid 1000 (alice)");
	expect(&result, 2, "/dev/shm", "directory of its own", "the same directory as /tmp");
	expect_unknown(&result, 3, "/a", "privilege: only root may look");
	expect(&result, 4, "/c", "directory of its own", "symbolic link to /nowhere, which is no directory");
	arena_free(&arena);
}

static void test_owner(void **state) {
	struct tempdir dirs[] = {
		{ SHARED("/tmp") },
		{ GOOD("/run/user/1000", TEMPDIR_USER, 0700), .owner = 1000, .user = 1000 },
		{ SHARED("/var/tmp"), .same_as = "/tmp" },
		{ .path = "/dev/shm", .required = true },
		{ .path = "/var/crash", .exists = true },
		{ 0 },
	};
	struct arena arena = { 0 };

	(void)state;
	dirs[1].object.uid = 1000;
	dirs[2].object.uid = 5;
	struct result result = judge("tempdir.owner", dirs, &arena);
	expect_status(&result, STATUS_PASS, 0);
	assert_int_equal(result.passes, 2);

	dirs[0].object.uid = 1000;
	dirs[1].object.uid = 4711;
	result = judge("tempdir.owner", dirs, &arena);
	expect_status(&result, STATUS_FAIL, 2);
	expect(&result, 0, "/tmp", "uid 0", "uid 1000 (alice)");
	expect(&result, 1, "/run/user/1000", "uid 1000", "uid 4711");

	dirs[0].unknown = "lies on nfs4, which may not answer";
	dirs[1].object.uid = 1000;
	result = judge("tempdir.owner", dirs, &arena);
	expect_status(&result, STATUS_ERROR, 1);
	expect_unknown(&result, 0, "/tmp", "lies on nfs4, which may not answer");

	result = judge("tempdir.owner", &dirs[3], &arena);
	expect_status(&result, STATUS_NOT_APPLICABLE, 0);
	arena_free(&arena);
}

static void test_mode(void **state) {
	static const struct {
		enum tempdir_class class;
		mode_t widest, mode;
		const char *expected, *actual;
	} cases[] = {
		{ TEMPDIR_SHARED, 01777, 01777, NULL, NULL },
		/* The sticky bit is sticky.shared's. */
		{ TEMPDIR_SHARED, 01777, 00777, NULL, NULL },
		{ TEMPDIR_SHARED, 01777, 01733, NULL, NULL },
		{ TEMPDIR_SHARED, 01777, 03777, "at most 1777", "3777" },
		{ TEMPDIR_SHARED, 01777, 05777, "at most 1777", "5777" },
		{ TEMPDIR_SHARED, 01777, 01770, "1777", "1770" },
		{ TEMPDIR_SHARED, 01777, 01776, "1777", "1776" },
		{ TEMPDIR_SHARED, 01777, 0700, "1777", "0700" },
		{ TEMPDIR_LOCK, 01777, 0755, NULL, NULL },
		{ TEMPDIR_SPOOL, 01733, 01733, NULL, NULL },
		{ TEMPDIR_SPOOL, 01733, 01777, "at most 1733", "1777" },
		{ TEMPDIR_SPOOL, 03777, 03777, NULL, NULL },
		{ TEMPDIR_SPOOL, 01770, 01771, "at most 1770", "1771" },
		{ TEMPDIR_USER, 0700, 0700, NULL, NULL },
		{ TEMPDIR_USER, 0700, 01700, NULL, NULL },
		{ TEMPDIR_USER, 0700, 0711, "at most 0700", "0711" },
		{ TEMPDIR_NAMED, 01777, 01770, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct tempdir dirs[] = { { GOOD("/x", cases[i].class, cases[i].widest) }, { 0 } };

		dirs[0].object.mode = S_IFDIR | cases[i].mode;
		struct result result = judge("tempdir.mode", dirs, &arena);
		if (result_status(&result) != (cases[i].expected ? STATUS_FAIL : STATUS_PASS))
			fail_msg("%04o of %04o", cases[i].mode, cases[i].widest);
		if (cases[i].expected)
			expect(&result, 0, "/x", cases[i].expected, cases[i].actual);
		arena_free(&arena);
	}
}

static void test_ancestors(void **state) {
	const struct trust_fault var[] = { { .component = "/var", .why = "0775 root:staff, group staff has 3 members" },
		                           { .component = "/var/spool",
		                             .why = "0777 root:root, writable by everybody" },
		                           { 0 } };
	const struct trust_fault link[] = {
		{ .component = "/srv", .why = "symbolic link of uid 1000 (alice)", .link = true }, { 0 }
	};
	const struct tempdir dirs[] = {
		{ SHARED("/tmp") },
		{ PLAIN("/var/tmp", TEMPDIR_SHARED, 01777),
		  .trust = { TRUST_BAD, var->component, var->why, var, NULL } },
		{ PLAIN("/var/spool/at", TEMPDIR_SPOOL, 01770),
		  .trust = { TRUST_BAD, var->component, var->why, var, NULL } },
		/* Another name is another way. */
		{ PLAIN("/srv", TEMPDIR_SHARED, 01777), .same_as = "/tmp",
		  .trust = { TRUST_BAD, "/srv", link->why, link, NULL } },
		{ .path = "/tmp/x", .trust = { TRUST_SQUATTABLE, "/tmp/x", "does not exist, and …", NULL, NULL } },
		{ .path = "/none", .trust = { TRUST_ABSENT, "/none", "does not exist", NULL, NULL } },
		{ .path = "/mnt/a", .trust = { TRUST_UNKNOWN, "/mnt", "lies on nfs", NULL, NULL } },
		{ .path = "/mnt/b", .trust = { TRUST_UNKNOWN, "/mnt", "lies on nfs", NULL, NULL } },
		{ .path = "tmp", .trust = { TRUST_BAD, "tmp", "is relative", NULL, NULL } },
		{ 0 },
	};
	struct arena arena = { 0 };
	struct result result = judge("tempdir.ancestors", dirs, &arena);

	(void)state;
	expect_status(&result, STATUS_FAIL, 6);
	assert_int_equal(result.passes, 1);
	expect(&result, 0, "/var", "writable by root only", "0775 root:staff, group staff has 3 members");
	expect(&result, 1, "/var/spool", "writable by root only", "0777 root:root, writable by everybody");
	expect(&result, 2, "/srv", "symbolic link of root", "symbolic link of uid 1000 (alice)");
	expect(&result, 3, "/tmp/x", "writable by root only", "does not exist, and …");
	expect_unknown(&result, 4, "/mnt", "lies on nfs");
	expect(&result, 5, "tmp", "writable by root only", "is relative");
	arena_free(&arena);

	result = judge("tempdir.ancestors", &dirs[5], &arena);
	assert_int_equal(result_failing(&result), 1);
	arena_free(&arena);
	const struct tempdir good[] = { { SHARED("/tmp") }, { 0 } };
	result = judge("tempdir.ancestors", good, &arena);
	expect_status(&result, STATUS_PASS, 0);
	const struct tempdir none[] = { { .path = "/tmp", .trust = { .verdict = TRUST_ABSENT } }, { 0 } };
	result = judge("tempdir.ancestors", none, &arena);
	expect_status(&result, STATUS_NOT_APPLICABLE, 0);
	arena_free(&arena);
}

static void test_acl(void **state) {
	const struct {
		enum tempdir_class class;
		mode_t widest, mode;
		uid_t uid;
		gid_t gid;
		struct acl_list access;
		const char *expected, *actual;
	} cases[] = {
		{ TEMPDIR_SHARED, 01777, 01777, 0, 0, { 0 }, NULL, NULL },
		/* It writes by ACL what shows as 1770. */
		{ TEMPDIR_NAMED, 01777, 01770, 0, 0,
		  ENTRIES({ ACL_ENTRY_OWNER, 0, 7, 7 }, { ACL_ENTRY_USER, 33, 7, 7 },
		          { ACL_ENTRY_GROUP_OWNER, 0, 7, 7 }, { ACL_ENTRY_MASK, 0, 7, 7 },
		          { ACL_ENTRY_OTHER, 0, 0, 0 }),
		  "no named writers", "user:www-data:rwx (mode shows 1770)" },
		{ TEMPDIR_NAMED, 01777, 01770, 0, 0, ENTRIES({ ACL_ENTRY_GROUP, 50, 6, 6 }), "no named writers",
		  "group:staff:rw- (mode shows 1770)" },
		/* The mask takes it away again. */
		{ TEMPDIR_NAMED, 01777, 01750, 0, 0, ENTRIES({ ACL_ENTRY_USER, 33, 7, 5 }), NULL, NULL },
		/* Everybody may, so the entry gives nothing. */
		{ TEMPDIR_SHARED, 01777, 01777, 0, 0, ENTRIES({ ACL_ENTRY_USER, 33, 7, 7 }), NULL, NULL },
		/* Root, its group, and the owner. */
		{ TEMPDIR_NAMED, 01777, 01770, 0, 0, ENTRIES({ ACL_ENTRY_USER, 0, 7, 7 }), NULL, NULL },
		{ TEMPDIR_NAMED, 01777, 01770, 0, 0, ENTRIES({ ACL_ENTRY_GROUP, 0, 7, 7 }), NULL, NULL },
		{ TEMPDIR_USER, 0700, 0770, 1000, 0, ENTRIES({ ACL_ENTRY_USER, 1000, 7, 7 }), NULL, NULL },
		/* The mode shows that this group writes. */
		{ TEMPDIR_SPOOL, 01770, 01770, 0, 50,
		  ENTRIES({ ACL_ENTRY_GROUP_OWNER, 0, 7, 7 }, { ACL_ENTRY_GROUP, 50, 7, 7 }), NULL, NULL },
		/* Some may not do what everybody may. */
		{ TEMPDIR_SHARED, 01777, 01777, 0, 0, ENTRIES({ ACL_ENTRY_USER, 1000, 5, 5 }), "no named denials",
		  "user:alice:r-x (mode shows 1777)" },
		{ TEMPDIR_SHARED, 01777, 01777, 0, 0, ENTRIES({ ACL_ENTRY_GROUP, 50, 0, 0 }), "no named denials",
		  "group:staff:--- (mode shows 1777)" },
		{ TEMPDIR_SHARED, 01777, 01757, 0, 0, ENTRIES({ ACL_ENTRY_USER, 1000, 7, 5 }), "no named denials",
		  "user:alice:r-x (mode shows 1757)" },
		/* 1733: nobody reads, so nobody is kept from it. */
		{ TEMPDIR_SPOOL, 01733, 01733, 0, 0, ENTRIES({ ACL_ENTRY_USER, 1000, 3, 3 }), NULL, NULL },
		/* A mask that takes the group's right away, in a directory for the group. */
		{ TEMPDIR_SPOOL, 01770, 01750, 0, 50, ENTRIES({ ACL_ENTRY_GROUP_OWNER, 0, 7, 5 }),
		  "mask that leaves the group its rights", "group::rwx, only group::r-x after the mask" },
		{ TEMPDIR_SHARED, 01777, 01757, 0, 0, ENTRIES({ ACL_ENTRY_GROUP_OWNER, 0, 7, 5 }), NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct tempdir dirs[] = { { GOOD("/x", cases[i].class, cases[i].widest) }, { 0 } };

		dirs[0].object = (struct object) { .mode = S_IFDIR | cases[i].mode,
			                           .uid = cases[i].uid,
			                           .gid = cases[i].gid,
			                           .acl = { .supported = true, .access = cases[i].access } };
		struct result result = judge("tempdir.acl", dirs, &arena);
		if (result_status(&result) != (cases[i].expected ? STATUS_FAIL : STATUS_PASS))
			fail_msg("case %zu", i);
		if (cases[i].expected)
			expect(&result, 0, "/x", cases[i].expected, cases[i].actual);
		arena_free(&arena);
	}
}

static void test_acl_counts(void **state) {
	struct tempdir dirs[] = { { GOOD("/x", TEMPDIR_NAMED, 01777) }, { SHARED("/tmp") }, { 0 } };
	struct arena arena = { 0 };

	(void)state;
	dirs[0].object.mode = S_IFDIR | 01770;
	dirs[0].object.acl.access =
	        (struct acl_list)ENTRIES({ ACL_ENTRY_USER, 33, 7, 7 }, { ACL_ENTRY_USER, 1000, 7, 7 });
	struct result result = judge("tempdir.acl", dirs, &arena);
	expect_status(&result, STATUS_FAIL, 2);
	assert_int_equal(result.passes, 1);

	dirs[0].object.acl = dirs[1].object.acl = (struct acl_lists) { 0 };
	result = judge("tempdir.acl", dirs, &arena);
	expect_status(&result, STATUS_NOT_APPLICABLE, 0);
	assert_string_equal(result_reason(&result), "no file system of a temporary directory stores ACLs");
	result = judge("tempdir.default-acl", dirs, &arena);
	expect_status(&result, STATUS_NOT_APPLICABLE, 0);
	arena_free(&arena);
}

static void test_default_acl(void **state) {
	const struct {
		struct acl_list standard;
		const char *profile, *actual;
	} cases[] = {
		{ { 0 }, "default", NULL },
		{ ENTRIES({ ACL_ENTRY_OWNER, 0, 7, 7 }, { ACL_ENTRY_GROUP_OWNER, 0, 0, 0 },
		          { ACL_ENTRY_OTHER, 0, 0, 0 }),
		  "default", NULL },
		{ ENTRIES({ ACL_ENTRY_OWNER, 0, 7, 7 }, { ACL_ENTRY_GROUP_OWNER, 0, 5, 5 },
		          { ACL_ENTRY_OTHER, 0, 0, 0 }),
		  "default", NULL },
		{ ENTRIES({ ACL_ENTRY_OWNER, 0, 7, 7 }, { ACL_ENTRY_GROUP_OWNER, 0, 5, 5 },
		          { ACL_ENTRY_OTHER, 0, 0, 0 }),
		  "strict", "default:group::r-x" },
		{ ENTRIES({ ACL_ENTRY_OTHER, 0, 7, 7 }), "default", "default:other::rwx" },
		{ ENTRIES({ ACL_ENTRY_OTHER, 0, 5, 5 }), "container", NULL },
		{ ENTRIES({ ACL_ENTRY_OTHER, 0, 2, 2 }), "container", "default:other::-w-" },
		{ ENTRIES({ ACL_ENTRY_USER, 33, 7, 7 }, { ACL_ENTRY_GROUP_OWNER, 0, 7, 7 },
		          { ACL_ENTRY_GROUP, 50, 5, 5 }, { ACL_ENTRY_MASK, 0, 7, 7 }),
		  "default", "default:user:www-data:rwx,default:group::rwx" },
		/* Masked, it grants nothing. */
		{ ENTRIES({ ACL_ENTRY_USER, 33, 7, 5 }, { ACL_ENTRY_MASK, 0, 5, 5 }), "default", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct tempdir dirs[] = { { SHARED("/tmp") }, { 0 } };

		dirs[0].object.acl.standard = cases[i].standard;
		struct result result = judge_all("tempdir.default-acl", dirs, NULL, NULL, cases[i].profile, &arena);
		if (result_status(&result) != (cases[i].actual ? STATUS_FAIL : STATUS_PASS))
			fail_msg("case %zu", i);
		assert_int_equal(result.nnotes, !cases[i].actual && cases[i].standard.nentries);
		if (cases[i].actual)
			assert_string_equal(result.findings[0].actual, cases[i].actual);
		if (i == 4)
			expect(&result, 0, "/tmp", "no default ACL wider than umask 027", "default:other::rwx");
		arena_free(&arena);
	}
}

static void test_default_acl_below(void **state) {
	const struct acl_lists lists = { .supported = true, .standard = ENTRIES({ ACL_ENTRY_OTHER, 0, 7, 7 }) };
	const struct nested_dir below[] = {
		{ "/tmp/all", "/tmp", { .mode = S_IFDIR | 01777, .acl = lists }, NULL },
		{ "/tmp/all/deeper", "/tmp", { .mode = S_IFDIR | 0777, .acl = lists }, NULL },
		{ "/tmp/group", "/tmp", { .mode = S_IFDIR | 0770, .acl = lists }, NULL },
		{ "/tmp/gone", "/tmp", { 0 }, "input/output error" },
		{ 0 },
	};
	const struct tempdir dirs[] = { { SHARED("/tmp") }, { 0 } };
	struct arena arena = { 0 };
	struct result result = judge_all("tempdir.default-acl", dirs, NULL, below, "default", &arena);

	(void)state;
	expect_status(&result, STATUS_FAIL, 2);
	expect(&result, 0, "/tmp/all", "no default ACL wider than umask 027", "default:other::rwx");
	expect_unknown(&result, 1, "/tmp/gone", "input/output error");
	arena_free(&arena);
}

static void test_runtime(void **state) {
	struct tempdir parents[] = { { GOOD("/run/user", TEMPDIR_USER, 0755) },
		                     { GOOD("/tmp/user", TEMPDIR_USER, 0711) },
		                     { 0 } };
	struct tempdir dirs[] = {
		{ SHARED("/tmp") },
		{ GOOD("/run/user/1000", TEMPDIR_USER, 0700), .user = 1000 },
		{ GOOD("/run/user/1001", TEMPDIR_USER, 0700), .user = 1001 },
		{ GOOD("/tmp/user/1000", TEMPDIR_USER, 0700), .user = 1000 },
		{ 0 },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 1; i < 4; ++i)
		dirs[i].object.uid = dirs[i].user;
	dirs[1].object.mount_id = dirs[2].object.mount_id = 1;
	struct result result = judge_all("tempdir.runtime", dirs, parents, NULL, "default", &arena);
	expect_status(&result, STATUS_PASS, 0);
	assert_int_equal(result.passes, 5);

	parents[0].object.mode = S_IFDIR | 0775;
	parents[0].object.gid = 50;
	parents[1].object.uid = 1000;
	dirs[1].object.mode = S_IFDIR | 0755;
	dirs[2].object.mount_id = 2;
	dirs[3].object.uid = 33;
	result = judge_all("tempdir.runtime", dirs, parents, NULL, "default", &arena);
	expect_status(&result, STATUS_FAIL, 5);
	expect(&result, 0, "/run/user", "0755 owned by uid 0", "0775 owned by uid 0 (root)");
	expect(&result, 1, "/tmp/user", "0711 owned by uid 0", "0711 owned by uid 1000 (alice)");
	expect(&result, 2, "/run/user/1000", "0700 owned by 1000, nosuid,nodev", "0755 owned by uid 1000 (alice)");
	expect(&result, 3, "/run/user/1001", "0700 owned by 1001, nosuid,nodev", "without nodev");
	expect(&result, 4, "/tmp/user/1000", "0700 owned by 1000", "0700 owned by uid 33 (www-data)");

	/* An unlisted mount says nothing; a full parent is judged, and what was not looked at is said. */
	const struct tempdir lost[] = { { GOOD("/run/user/7", TEMPDIR_USER, 0700), .user = 0 }, { 0 } };
	const struct tempdir full[] = { { GOOD("/run/user", TEMPDIR_USER, 0755), .unlisted = "too many" },
		                        { .path = "/tmp/user", .exists = true, .unknown = "privilege" },
		                        { 0 } };
	result = judge_all("tempdir.runtime", lost, full, NULL, "default", &arena);
	expect_status(&result, STATUS_ERROR, 3);
	assert_int_equal(result.passes, 1);
	expect_unknown(&result, 0, "/run/user", "too many");
	expect_unknown(&result, 1, "/tmp/user", "privilege");
	expect_unknown(&result, 2, "/run/user/7", "lies on a mount that is not listed");

	result = judge_all("tempdir.runtime", dirs + 4, NULL, NULL, "default", &arena);
	expect_status(&result, STATUS_NOT_APPLICABLE, 0);
	arena_free(&arena);
}

/** A user's directory that only a list opens is not private. */
static void test_runtime_acl(void **state) {
	const struct tempdir parents[] = { { GOOD("/tmp/user", TEMPDIR_USER, 0711) }, { 0 } };
	struct tempdir dirs[] = { { GOOD("/tmp/user/1000", TEMPDIR_USER, 0700), .user = 1000 }, { 0 } };
	struct arena arena = { 0 };

	(void)state;
	dirs[0].object.uid = 1000;
	dirs[0].object.mode = S_IFDIR | 0770;
	dirs[0].object.acl.access = (struct acl_list)ENTRIES({ ACL_ENTRY_USER, 33, 7, 7 });
	struct result result = judge_all("tempdir.runtime", dirs, parents, NULL, "default", &arena);
	expect_status(&result, STATUS_FAIL, 1);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_present),
		cmocka_unit_test(test_present_more),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_mode),
		cmocka_unit_test(test_ancestors),
		cmocka_unit_test(test_acl),
		cmocka_unit_test(test_acl_counts),
		cmocka_unit_test(test_default_acl),
		cmocka_unit_test(test_default_acl_below),
		cmocka_unit_test(test_runtime),
		cmocka_unit_test(test_runtime_acl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
