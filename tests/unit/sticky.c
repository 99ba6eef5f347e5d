/** What the checks of restricted deletion make of hosts that are written down. */

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
#include "text.h"

#include <string.h>
#include <sys/stat.h>

static const char *const staff_members[] = { "bob", NULL };
static const struct account people[] = {
	{ .name = "root", .uid = 0, .gid = 0 },
	{ .name = "daemon", .uid = 1, .gid = 1 },
	{ .name = "alice", .uid = 1000, .gid = 1000 },
	{ .name = "bob", .uid = 1001, .gid = 1001 },
};
static const struct group groups[] = {
	{ .name = "root", .gid = 0, .members = staff_members },
	{ .name = "alice", .gid = 1000 },
	{ .name = "staff", .gid = 50, .members = staff_members },
	{ .name = "utmp", .gid = 43 },
};
static const struct accounts accounts = { .accounts = people, .naccounts = 4, .groups = groups, .ngroups = 4 };
static const struct accounts foreign = {
	.accounts = people, .naccounts = 4, .groups = groups, .ngroups = 4, .foreign = true
};
static const struct tmpfiles no_tmpfiles;

static struct arena arena;
static struct result result;

static int end(void **state) {
	(void)state;
	arena_free(&arena);
	return 0;
}

static enum status run(const char *id, const struct host *host) {
	for (const struct check *check = sticky_checks; check->id; ++check)
		if (strcmp(check->id, id) == 0) {
			result = (struct result) { .check = check, .severity = check->severity, .arena = &arena };
			check->run(check, host, &result);
			return result_status(&result);
		}
	fail_msg("no check %s", id);
	return STATUS_ERROR;
}

/** Expect the only finding. */
static void expect(const char *subject, enum aspect aspect, const char *expected, const char *actual,
                   const char *source) {
	assert_int_equal(result.nfindings, 1);
	const struct finding *finding = &result.findings[0];
	assert_string_equal(finding->subject, subject);
	assert_int_equal(finding->aspect, aspect);
	assert_true(text_equal(finding->expected, expected));
	if (strcmp(finding->actual, actual) != 0)
		fail_msg("actual \"%s\", not \"%s\"", finding->actual, actual);
	assert_true(source ? text_equal(finding->source, source) : !finding->source);
	assert_true(strlen(finding->message) > 0);
}

static struct tempdir directory(const char *path, enum tempdir_class class, mode_t widest, mode_t mode, uid_t uid,
                                gid_t gid) {
	return (struct tempdir) {
		.path = path,
		.real = path,
		.class = class,
		.exists = true,
		.directory = true,
		.widest = widest,
		.object = { .mode = S_IFDIR | mode, .uid = uid, .gid = gid },
	};
}

static void set_list(struct object *object, const struct acl_entry_fact *entries, size_t count) {
	object->acl.access = (struct acl_list) { .entries = entries, .nentries = count };
}

/** sticky.shared of one directory. */
static enum status shared(const struct tempdir *dir, const struct accounts *known) {
	const struct tempdir dirs[] = { *dir, { 0 } };

	return run("sticky.shared", &(struct host) { .accounts = known, .tempdirs = dirs });
}

static void test_shared(void **state) {
	static const struct {
		mode_t mode;
		gid_t gid;
		enum status status;
	} cases[] = {
		{ 01777, 0, STATUS_PASS },   { 0777, 0, STATUS_FAIL },   { 0702, 0, STATUS_FAIL },
		{ 0700, 0, STATUS_PASS },    { 0755, 0, STATUS_PASS },   { 0775, 0, STATUS_PASS },
		{ 0775, 50, STATUS_FAIL },   { 01775, 50, STATUS_PASS }, { 0775, 43, STATUS_PASS },
		{ 0775, 1000, STATUS_FAIL }, { 0755, 50, STATUS_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct tempdir dir = directory("/tmp", TEMPDIR_SHARED, 01777, cases[i].mode, 0, cases[i].gid);

		if (shared(&dir, &accounts) != cases[i].status)
			fail_msg("%04o of group %u is %s", cases[i].mode, cases[i].gid,
			         status_names[result_status(&result)]);
	}
}

static void test_shared_finding(void **state) {
	struct tempdir dir = directory("/tmp", TEMPDIR_SHARED, 01777, 0777, 0, 0);

	(void)state;
	assert_int_equal(shared(&dir, &accounts), STATUS_FAIL);
	expect("/tmp", ASPECT_FILE, "1777", "0777", NULL);
	dir = directory("/tmp", TEMPDIR_SHARED, 01777, 0775, 0, 50);
	assert_int_equal(shared(&dir, &accounts), STATUS_FAIL);
	expect("/tmp", ASPECT_FILE, "1777", "0775 root:staff, whose group has 1 more member", NULL);
}

static void test_shared_group_without_members(void **state) {
	struct tempdir dir = directory("/run/screen", TEMPDIR_SPOOL, 01777, 0775, 0, 43);

	(void)state;
	assert_int_equal(shared(&dir, &accounts), STATUS_PASS);
	assert_int_equal(result.nnotes, 1);
	assert_string_equal(result.notes[0].subject, "/run/screen");
	/* The user's own group needs no note. */
	dir = directory("/srv/alice", TEMPDIR_NAMED, 0700, 0770, 1000, 0);
	assert_int_equal(shared(&dir, &accounts), STATUS_PASS);
	assert_int_equal(result.nnotes, 0);
	/* A group that only a name service has may have anybody in it. */
	dir = directory("/run/screen", TEMPDIR_SPOOL, 01777, 0775, 0, 7000);
	assert_int_equal(shared(&dir, &foreign), STATUS_ERROR);
	assert_int_equal(shared(&dir, &accounts), STATUS_PASS);
}

static void test_shared_by_list(void **state) {
	static const struct acl_entry_fact bob[] = { { ACL_ENTRY_USER, 1001, 7, 7 } };
	static const struct acl_entry_fact masked[] = { { ACL_ENTRY_USER, 1001, 7, 5 } };
	static const struct acl_entry_fact owner[] = { { ACL_ENTRY_USER, 1000, 7, 7 }, { ACL_ENTRY_USER, 0, 7, 7 } };
	static const struct acl_entry_fact group[] = { { ACL_ENTRY_GROUP, 43, 7, 7 } };
	static const struct acl_entry_fact root_group[] = { { ACL_ENTRY_GROUP, 0, 7, 7 } };
	/* The group bits are the mask: the group itself may not write. */
	static const struct acl_entry_fact reader[] = { { ACL_ENTRY_GROUP_OWNER, 0, 5, 5 } };
	static const struct {
		const struct acl_entry_fact *entries;
		size_t count;
		enum status status;
	} cases[] = {
		{ bob, 1, STATUS_FAIL },   { masked, 1, STATUS_PASS },     { owner, 2, STATUS_PASS },
		{ group, 1, STATUS_FAIL }, { root_group, 1, STATUS_PASS }, { reader, 1, STATUS_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct tempdir dir = directory("/srv/x", TEMPDIR_NAMED, 0700, 0770, 1000, 1000);

		dir.object.gid = cases[i].entries == reader ? 50 : 0;
		set_list(&dir.object, cases[i].entries, cases[i].count);
		if (shared(&dir, &accounts) != cases[i].status)
			fail_msg("list %zu is %s", i, status_names[result_status(&result)]);
		dir.object.mode |= S_ISVTX;
		assert_int_equal(shared(&dir, &accounts), STATUS_PASS);
	}
	struct tempdir dir = directory("/srv/x", TEMPDIR_NAMED, 0700, 0770, 0, 0);
	set_list(&dir.object, bob, 1);
	assert_int_equal(shared(&dir, &accounts), STATUS_FAIL);
	expect("/srv/x", ASPECT_FILE, "0700", "0770 root:root, user:bob:rwx", NULL);
}

static void test_shared_unknown(void **state) {
	struct tempdir dir = directory("/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0);

	(void)state;
	dir.unknown = "lies on fuse";
	assert_int_equal(shared(&dir, &accounts), STATUS_ERROR);
	dir = (struct tempdir) { .path = "/tmp", .class = TEMPDIR_SHARED, .required = true };
	assert_int_equal(shared(&dir, &accounts), STATUS_NOT_APPLICABLE);
	/* A file of that name is another check's. */
	dir.exists = true;
	assert_int_equal(shared(&dir, &accounts), STATUS_NOT_APPLICABLE);
	/* Nothing gathered is nothing known. */
	assert_int_equal(run("sticky.nested", &(struct host) { .accounts = &accounts }), STATUS_ERROR);
	assert_int_equal(run("sticky.boot", &(struct host) { .accounts = &accounts }), STATUS_ERROR);
}

static enum status nested(const struct nested_dir *dir) {
	const struct tempdir dirs[] = { directory("/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0), { 0 } };
	const struct nested_dir list[] = { *dir, { 0 } };
	const struct nested found = { .dirs = list, .ndirs = dir->path ? 1 : 0 };

	return run("sticky.nested", &(struct host) { .accounts = &accounts, .tempdirs = dirs, .nested = &found });
}

static void test_nested(void **state) {
	static const struct acl_entry_fact bob[] = { { ACL_ENTRY_USER, 1001, 7, 7 } };
	struct nested_dir dir = { .path = "/tmp/x",
		                  .top = "/tmp",
		                  .object = { .mode = S_IFDIR | 0777, .uid = 1000, .gid = 1000 } };

	(void)state;
	assert_int_equal(nested(&(struct nested_dir) { 0 }), STATUS_PASS);
	assert_int_equal(nested(&dir), STATUS_FAIL);
	expect("/tmp/x", ASPECT_FILE, "sticky or private", "0777 uid 1000 (alice)", NULL);
	/* Sticky, but its owner is one of those who share it. */
	dir.object.mode |= S_ISVTX;
	assert_int_equal(nested(&dir), STATUS_FAIL);
	dir.object.uid = 0;
	assert_int_equal(nested(&dir), STATUS_PASS);
	dir.object = (struct object) { .mode = S_IFDIR | 0770, .uid = 1000, .gid = 1000 };
	assert_int_equal(nested(&dir), STATUS_PASS);
	set_list(&dir.object, bob, 1);
	assert_int_equal(nested(&dir), STATUS_FAIL);
	dir.object.mode |= S_ISVTX;
	assert_int_equal(nested(&dir), STATUS_FAIL);
	dir = (struct nested_dir) { .path = "/tmp/x", .top = "/tmp", .unknown = "cannot be examined: keeps changing" };
	assert_int_equal(nested(&dir), STATUS_ERROR);
}

/** sticky.group-writable with these values, live and at boot. */
static enum status group_writable(const struct tempdir *dir, const char *regular, const char *fifos) {
	const struct tempdir dirs[] = { *dir, { 0 } };
	const struct sysctl live[] = {
		{ "fs.protected_fifos", fifos, "/proc/sys/fs/protected_fifos", NULL, false },
		{ "fs.protected_regular", regular, "/proc/sys/fs/protected_regular", NULL, false },
		{ 0 },
	};
	const struct sysctl boot[] = {
		{ "fs.protected_regular", "2", "/etc/sysctl.d/1.conf:1", NULL, false },
		{ "fs.protected_fifos", "2", "/etc/sysctl.d/1.conf:2", NULL, false },
		{ 0 },
	};
	const struct sysctl_view views[] = { { .aspect = ASPECT_LIVE, .sysctls = live },
		                             { .aspect = ASPECT_BOOT, .sysctls = boot },
		                             { 0 } };

	return run("sticky.group-writable",
	           &(struct host) { .accounts = &accounts, .tempdirs = dirs, .sysctl_views = views });
}

static void test_group_writable(void **state) {
	const struct tempdir dir = directory("/var/spool/cups/tmp", TEMPDIR_SPOOL, 01770, 01770, 0, 43);

	(void)state;
	assert_int_equal(group_writable(&dir, "2", "2"), STATUS_PASS);
	assert_int_equal(result.passes, 2);
	assert_int_equal(group_writable(&dir, "2", "1"), STATUS_FAIL);
	assert_int_equal(result.passes, 1);
	expect("/var/spool/cups/tmp", ASPECT_LIVE, "protected_regular 2, protected_fifos 2", "2, 1",
	       "/proc/sys/fs/protected_fifos");
	assert_int_equal(group_writable(&dir, "1", "1"), STATUS_FAIL);
	expect("/var/spool/cups/tmp", ASPECT_LIVE, "protected_regular 2, protected_fifos 2", "1, 1",
	       "/proc/sys/fs/protected_regular");
	assert_int_equal(group_writable(&dir, "x", "2"), STATUS_FAIL);
	assert_int_equal(group_writable(&dir, NULL, "2"), STATUS_FAIL);
}

static void test_group_writable_subjects(void **state) {
	static const struct acl_entry_fact bob[] = { { ACL_ENTRY_USER, 1001, 7, 7 } };
	static const struct {
		enum tempdir_class class;
		mode_t widest, mode;
		uid_t uid;
		gid_t gid;
		bool listed, subject;
	} cases[] = {
		{ TEMPDIR_SPOOL, 01770, 01770, 0, 43, false, true },
		/* By class, whatever the mode is: repairing the mode must not cost. */
		{ TEMPDIR_SPOOL, 01777, 01777, 0, 43, false, true },
		{ TEMPDIR_SPOOL, 01777, 0700, 0, 43, false, true },
		{ TEMPDIR_SPOOL, 01733, 01733, 0, 0, false, false },
		{ TEMPDIR_SPOOL, 0755, 0755, 0, 43, false, false },
		{ TEMPDIR_SHARED, 01777, 01777, 0, 50, false, false },
		{ TEMPDIR_SHARED, 01777, 01770, 0, 50, false, true },
		{ TEMPDIR_SHARED, 01777, 0770, 0, 50, false, true },
		{ TEMPDIR_SHARED, 01777, 01770, 0, 0, false, false },
		{ TEMPDIR_SHARED, 01777, 01770, 0, 0, true, true },
		{ TEMPDIR_SHARED, 01777, 01777, 0, 0, true, false },
		{ TEMPDIR_NAMED, 0700, 0770, 1000, 1000, false, false },
		{ TEMPDIR_NAMED, 0700, 0770, 1000, 50, false, true },
		{ TEMPDIR_NAMED, 0700, 0700, 1000, 1000, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct tempdir dir =
		        directory("/x", cases[i].class, cases[i].widest, cases[i].mode, cases[i].uid, cases[i].gid);

		if (cases[i].listed)
			set_list(&dir.object, bob, 1);
		if (group_writable(&dir, "1", "1") != (cases[i].subject ? STATUS_FAIL : STATUS_NOT_APPLICABLE))
			fail_msg("case %zu is %s", i, status_names[result_status(&result)]);
	}
}

static void test_group_writable_unknown(void **state) {
	const struct tempdir dirs[] = { directory("/var/crash", TEMPDIR_SPOOL, 03777, 01777, 0, 43), { 0 } };
	struct sysctl values[] = {
		{ "fs.protected_regular", NULL, "/proc/sys/fs/protected_regular", "cannot be read: is fake", false },
		{ "fs.protected_fifos", "2", "/proc/sys/fs/protected_fifos", NULL, false },
		{ 0 },
	};
	const struct sysctl_view views[] = { { .aspect = ASPECT_LIVE, .sysctls = values }, { 0 } };
	const struct host host = { .accounts = &accounts, .tempdirs = dirs, .sysctl_views = views };

	(void)state;
	assert_int_equal(run("sticky.group-writable", &host), STATUS_ERROR);
	values[0].unknown = NULL;
	values[0].absent = true;
	assert_int_equal(run("sticky.group-writable", &host), STATUS_NOT_APPLICABLE);
}

/** sticky.boot of a directory with these lines and this mount. */
static enum status boot(const struct tempdir *dir, const struct tmpfiles_line *lines, size_t count,
                        const struct mount *mount) {
	const struct tempdir dirs[] = { *dir, { 0 } };
	const struct tmpfiles tmpfiles = { .lines = lines, .nlines = count };
	const struct mount_view views[] = {
		{ .aspect = ASPECT_BOOT, .source = "/etc/fstab", .mounts = mount, .nmounts = mount ? 1 : 0 }, { 0 }
	};

	return run("sticky.boot", &(struct host) {
	                                  .accounts = &accounts,
	                                  .tempdirs = dirs,
	                                  .tmpfiles = &tmpfiles,
	                                  .mount_views = views,
	                          });
}

static struct tmpfiles_line line_of(char type, const char *path, mode_t bits, uid_t uid, gid_t gid) {
	return (struct tmpfiles_line) {
		.type = type,
		.modifiers = "",
		.path = path,
		.mode = "MODE",
		.user = "USER",
		.group = "GROUP",
		.age = "-",
		.states_mode = true,
		.bits = bits,
		.states_owner = true,
		.uid = uid,
		.states_group = true,
		.gid = gid,
		.source = "/etc/tmpfiles.d/x.conf:1",
	};
}

static void test_boot_line(void **state) {
	static const struct {
		enum tempdir_class class;
		mode_t widest, bits;
		uid_t uid;
		gid_t gid;
		enum status status;
	} cases[] = {
		{ TEMPDIR_SHARED, 01777, 01777, 0, 0, STATUS_PASS },
		{ TEMPDIR_SHARED, 01777, 0777, 0, 0, STATUS_FAIL },
		{ TEMPDIR_SHARED, 01777, 0755, 0, 0, STATUS_FAIL },
		{ TEMPDIR_SHARED, 01777, 0700, 0, 0, STATUS_PASS },
		{ TEMPDIR_SHARED, 01777, 01770, 0, 0, STATUS_PASS },
		{ TEMPDIR_SHARED, 01777, 03777, 0, 0, STATUS_FAIL },
		{ TEMPDIR_SHARED, 01777, 01777, 1000, 0, STATUS_FAIL },
		{ TEMPDIR_SHARED, 01777, 01777, (uid_t)-1, 0, STATUS_FAIL },
		{ TEMPDIR_SHARED, 01777, 01777, 0, 50, STATUS_PASS },
		{ TEMPDIR_LOCK, 01777, 0755, 0, 0, STATUS_PASS },
		{ TEMPDIR_LOCK, 01777, 0777, 0, 0, STATUS_FAIL },
		{ TEMPDIR_LOCK, 01777, 0775, 0, 0, STATUS_PASS },
		{ TEMPDIR_LOCK, 01777, 0775, 0, 50, STATUS_FAIL },
		{ TEMPDIR_SPOOL, 01777, 0775, 0, 43, STATUS_PASS },
		{ TEMPDIR_SPOOL, 01733, 01777, 0, 0, STATUS_FAIL },
		{ TEMPDIR_SPOOL, 01733, 01733, 0, 0, STATUS_PASS },
		{ TEMPDIR_USER, 0700, 01700, 0, 0, STATUS_FAIL },
		{ TEMPDIR_USER, 0700, 0700, 1000, 1000, STATUS_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct tempdir dir = directory("/x", cases[i].class, cases[i].widest, 01777, 0, 0);
		const struct tmpfiles_line line = line_of('d', "/x", cases[i].bits, cases[i].uid, cases[i].gid);

		dir.owner = cases[i].class == TEMPDIR_USER ? 1000 : 0;
		if (boot(&dir, &line, 1, NULL) != cases[i].status)
			fail_msg("case %zu is %s", i, status_names[result_status(&result)]);
	}
	const struct tempdir dir = directory("/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0);
	struct tmpfiles_line line = line_of('q', "/tmp", 0777, 0, 0);
	assert_int_equal(boot(&dir, &line, 1, NULL), STATUS_FAIL);
	expect("/tmp", ASPECT_BOOT, "1777", "q /tmp MODE USER GROUP", "/etc/tmpfiles.d/x.conf:1");
	line.states_mode = line.states_owner = false;
	assert_int_equal(boot(&dir, &line, 1, NULL), STATUS_PASS);
	line = line_of('d', "/tmp/x", 0777, 0, 0);
	assert_int_equal(boot(&dir, &line, 1, NULL), STATUS_PASS);
}

static void test_boot_which_line(void **state) {
	const struct tempdir dir = directory("/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0);
	const struct tmpfiles_line good = line_of('d', "/tmp", 01777, 0, 0), bad = line_of('d', "/tmp", 0777, 0, 0);
	const struct tmpfiles_line glob = line_of('z', "/t?p", 0777, 0, 0), below = line_of('z', "/tmp/*", 0777, 0, 0);
	const struct tmpfiles_line all = line_of('Z', "/", 0755, 0, 0), cleaning = line_of('x', "/tmp", 0777, 0, 0);
	const struct tmpfiles_line e = line_of('e', "/tmp", 0777, 0, 0);

	(void)state;
	/* The first that creates it; those that adjust it act on top. */
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { good, bad }, 2, NULL), STATUS_PASS);
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { bad, good }, 2, NULL), STATUS_FAIL);
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { good, below }, 2, NULL), STATUS_PASS);
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { good, glob }, 2, NULL), STATUS_FAIL);
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { all, good }, 2, NULL), STATUS_FAIL);
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { good, e }, 2, NULL), STATUS_FAIL);
	/* An e line behind another one for the very same path that cleans is ignored. */
	struct tmpfiles_line ignored = e;
	ignored.ignored_at_boot = true;
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { good, ignored }, 2, NULL), STATUS_PASS);
	assert_int_equal(boot(&dir, (const struct tmpfiles_line[]) { cleaning }, 1, NULL), STATUS_PASS);
}

static void test_boot_names(void **state) {
	struct tempdir dir = directory("/var/lock", TEMPDIR_LOCK, 01777, 01777, 0, 0);
	const struct tmpfiles_line link = line_of('d', "/var/lock", 0777, 0, 0);
	const struct tmpfiles_line real = line_of('d', "/run/lock", 0777, 0, 0);

	(void)state;
	dir.real = "/run/lock";
	assert_int_equal(boot(&dir, &link, 1, NULL), STATUS_FAIL);
	dir.link = "/run/lock";
	assert_int_equal(boot(&dir, &link, 1, NULL), STATUS_PASS);
	assert_int_equal(boot(&dir, &real, 1, NULL), STATUS_FAIL);
	expect("/var/lock", ASPECT_BOOT, "1777", "d /run/lock MODE USER GROUP", "/etc/tmpfiles.d/x.conf:1");
	/* What is not there yet is made by the line. */
	dir = (struct tempdir) { .path = "/run/lock", .class = TEMPDIR_LOCK, .widest = 01777 };
	assert_int_equal(boot(&dir, &real, 1, NULL), STATUS_FAIL);
	assert_int_equal(boot(&dir, &link, 1, NULL), STATUS_NOT_APPLICABLE);
}

static void test_boot_mount(void **state) {
	static const struct {
		const char *type, *options, *super_options;
		const char *actual;
	} cases[] = {
		{ "tmpfs", "nosuid,nodev,mode=1777", NULL, NULL },
		{ "tmpfs", "nosuid,mode=01777,size=2G", NULL, NULL },
		{ "tmpfs", "rw,size=2G", NULL, NULL },
		{ "tmpfs", "mode=0777", NULL, "mode=0777" },
		{ "tmpfs", "rw", "rw,mode=777,size=5", "mode=777" },
		{ "tmpfs", "mode=777,mode=1777", NULL, NULL },
		{ "tmpfs", "mode=1777,mode=777", NULL, "mode=777" },
		{ "tmpfs", "mode=1777,uid=1000", NULL, "mode=1777,uid=1000" },
		{ "tmpfs", "uid=0,mode=1777", NULL, NULL },
		{ "tmpfs", "uid=root", NULL, NULL },
		{ "tmpfs", "uid=alice", NULL, "uid=alice" },
		{ "tmpfs", "uid=ghost", NULL, "uid=ghost" },
		{ "tmpfs", "mode=17x7", NULL, "mode=17x7" },
		{ "tmpfs", "mode=", NULL, "mode=" },
		{ "tmpfs", "mode=7777", NULL, "mode=7777" },
		{ "tmpfs", "mode=0755", NULL, "mode=0755" },
		{ "tmpfs", "nomode=0777,xuid=5", NULL, NULL },
		{ "ext4", "mode=0777", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct tempdir dir = directory("/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0);
		const struct mount mount = {
			.target = "/tmp",
			.type = cases[i].type,
			.options = cases[i].options,
			.super_options = cases[i].super_options,
			.source = "/etc/fstab:7",
		};
		const enum status status = boot(&dir, NULL, 0, &mount);

		if (status != (cases[i].actual ? STATUS_FAIL : STATUS_PASS))
			fail_msg("%s is %s", cases[i].options, status_names[status]);
		if (cases[i].actual)
			expect("/tmp", ASPECT_BOOT, strstr(cases[i].actual, "uid=") ? "1777, uid 0" : "1777",
			       cases[i].actual, "/etc/fstab:7");
	}
}

static void test_boot_refused_line(void **state) {
	const struct tempdir dirs[] = { directory("/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0), { 0 } };
	const struct tmpfiles_defect defects[] = {
		{ "/etc/tmpfiles.d/a.conf:1", "has an unknown modifier", "/srv" },
		{ "/etc/tmpfiles.d/a.conf:2", "has no path", NULL },
		{ "/etc/tmpfiles.d/a.conf:3", "has a mode that is none", "/tmp" },
		{ 0 },
	};
	struct tmpfiles tmpfiles = { .defects = defects };
	const struct mount_view views[] = { { 0 } };
	const struct host host = {
		.accounts = &accounts, .tempdirs = dirs, .tmpfiles = &tmpfiles, .mount_views = views
	};

	(void)state;
	assert_int_equal(run("sticky.boot", &host), STATUS_ERROR);
	assert_int_equal(result.nfindings, 1);
	assert_string_equal(result.findings[0].subject, "/tmp");
	assert_string_equal(result.findings[0].source, "/etc/tmpfiles.d/a.conf:3");
	assert_int_equal(result.nnotes, 1);
	assert_string_equal(result.notes[0].subject, "/etc/tmpfiles.d/a.conf:2");
	tmpfiles = no_tmpfiles;
	assert_int_equal(run("sticky.boot", &host), STATUS_PASS);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_shared, end),
		cmocka_unit_test_teardown(test_shared_finding, end),
		cmocka_unit_test_teardown(test_shared_group_without_members, end),
		cmocka_unit_test_teardown(test_shared_by_list, end),
		cmocka_unit_test_teardown(test_shared_unknown, end),
		cmocka_unit_test_teardown(test_nested, end),
		cmocka_unit_test_teardown(test_group_writable, end),
		cmocka_unit_test_teardown(test_group_writable_subjects, end),
		cmocka_unit_test_teardown(test_group_writable_unknown, end),
		cmocka_unit_test_teardown(test_boot_line, end),
		cmocka_unit_test_teardown(test_boot_which_line, end),
		cmocka_unit_test_teardown(test_boot_names, end),
		cmocka_unit_test_teardown(test_boot_mount, end),
		cmocka_unit_test_teardown(test_boot_refused_line, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
