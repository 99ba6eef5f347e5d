/** The judgement of what lies in temporary directories, on hosts written down, and of what stayed there. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "audit.h"
#include "checks.h"
#include "host.h"
#include "result.h"

#include <string.h>
#include <sys/stat.h>

static const struct account people[] = {
	{ .name = "root", .uid = 0, .home = "/root" },
	{ .name = "daemon", .uid = 1, .home = "/usr/sbin" },
	{ .name = "alice", .uid = 1000, .home = "/home/alice" },
	{ .name = "bob", .uid = 1001, .home = "/home/bob" },
	{ .name = "odd", .uid = 1002, .home = "/" },
};
static const struct accounts accounts = { .accounts = people, .naccounts = 5, .uid_min = 1000 };
static const struct tempdir dirs[] = {
	{ .path = "/tmp", .real = "/tmp", .class = TEMPDIR_SHARED, .exists = true, .directory = true },
	{ .path = "/var/tmp", .real = "/var/tmp", .class = TEMPDIR_SHARED, .exists = true, .directory = true },
	{ 0 },
};
static const struct squat_row *const none[] = { NULL };

struct judged {
	struct arena arena;
	struct result result;
};

static struct result *judge(struct judged *judged, const struct check *family, const char *id,
                            const struct host *host) {
	*judged = (struct judged) { 0 };
	for (const struct check *check = family; check->id; ++check)
		if (strcmp(check->id, id) == 0)
			judged->result.check = check;
	assert_non_null(judged->result.check);
	judged->result.arena = &judged->arena;
	judged->result.severity = judged->result.check->severity;
	judged->result.check->run(judged->result.check, host, &judged->result);
	return &judged->result;
}

static struct host host_with(const struct contents *contents) {
	return (struct host) { .tempdirs = dirs, .accounts = &accounts, .contents = contents };
}

static void test_links(void **state) {
	static const struct {
		struct contents_link link;
		enum status status;
	} cases[] = {
		/* To what exists: by owner and place. */
		{ { .where = "/etc/shadow", .exists = true, .mode = S_IFREG | 0640 }, STATUS_FAIL },
		{ { .where = "/etc", .exists = true, .mode = S_IFDIR | 0755 }, STATUS_FAIL },
		{ { .where = "/etc/mine", .exists = true, .target_uid = 1000, .mode = S_IFREG }, STATUS_PASS },
		{ { .where = "/etcetera", .exists = true, .mode = S_IFREG }, STATUS_PASS },
		{ { .where = "/var/log/syslog", .exists = true, .mode = S_IFREG }, STATUS_FAIL },
		{ { .where = "/var/spool/cron/x", .exists = true, .mode = S_IFREG }, STATUS_FAIL },
		{ { .where = "/boot/grub", .exists = true, .mode = S_IFDIR }, STATUS_FAIL },
		{ { .where = "/dev/sda", .exists = true, .mode = S_IFBLK }, STATUS_FAIL },
		{ { .where = "/dev/null", .exists = true, .mode = S_IFCHR }, STATUS_PASS },
		{ { .where = "/dev/tty", .exists = true, .mode = S_IFCHR }, STATUS_PASS },
		{ { .where = "/home/bob/.ssh", .exists = true, .target_uid = 1001, .mode = S_IFDIR }, STATUS_FAIL },
		{ { .where = "/home/alice/x", .exists = true, .target_uid = 1001, .mode = S_IFREG }, STATUS_PASS },
		{ { .where = "/usr/sbin/x", .exists = true, .mode = S_IFREG | 0755 }, STATUS_PASS },
		{ { .where = "/usr/bin/su", .exists = true, .mode = S_IFREG | 04755 }, STATUS_FAIL },
		{ { .where = "/opt/sg", .exists = true, .mode = S_IFREG | 02755 }, STATUS_FAIL },
		{ { .where = "/opt/lock", .exists = true, .mode = S_IFREG | 02644 }, STATUS_PASS },
		{ { .where = "/opt/dir", .exists = true, .mode = S_IFDIR | 02755 }, STATUS_PASS },
		{ { .where = "/tmp/su", .exists = true, .mode = S_IFREG | 04755 }, STATUS_PASS },
		{ { .where = "/var/tmp/x", .exists = true, .mode = S_IFREG }, STATUS_PASS },
		/* To what does not: by who could make it. */
		{ { .where = "/etc/cron.d/x", .beyond = true, .placed = true }, STATUS_FAIL },
		{ { .where = "/etc/missing/x" }, STATUS_FAIL },
		{ { .where = "/opt/app/x", .beyond = true, .placed = true }, STATUS_FAIL },
		{ { .where = "/opt/missing/x" }, STATUS_PASS },
		{ { .where = "/opt/mine/x", .placed = true }, STATUS_PASS },
		{ { .where = "/usr/share/x", .beyond = true, .placed = true }, STATUS_PASS },
		{ { .where = "/proc/1/x", .beyond = true, .placed = true }, STATUS_PASS },
		{ { .where = "/tmp/private/x", .beyond = true, .placed = true }, STATUS_PASS },
		/* What cannot be told matters only where it could be an attack. */
		{ { .where = "/etc/x", .unknown = "why" }, STATUS_ERROR },
		{ { .where = "/home/alice/mnt/x", .unknown = "why" }, STATUS_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct contents_link links[2] = { cases[i].link, { 0 } };
		struct contents contents = { .links = links, .nlinks = 1, .absent = none };
		const struct host host = host_with(&contents);
		struct judged judged;

		links[0].path = "/tmp/link";
		links[0].target = links[0].where;
		links[0].uid = 1000;
		const enum status status = result_status(judge(&judged, contents_checks, "contents.links", &host));
		if (status != cases[i].status)
			fail_msg("a link to %s: %s", links[0].where, status_names[status]);
		arena_free(&judged.arena);
	}
}

static void test_links_unread(void **state) {
	const struct contents_link links[] = { { 0 } };
	const struct contents contents = { .links = links, .links_more = 7, .absent = none };
	const struct host host = host_with(&contents);
	struct judged judged;

	(void)state;
	assert_int_equal(result_status(judge(&judged, contents_checks, "contents.links", &host)), STATUS_ERROR);
	arena_free(&judged.arena);
}

/** What is not kept counts, for the score, too; and what a name service might know fails nobody. */
static void test_counts(void **state) {
	const struct contents_entry entries[] = {
		{ .path = "/tmp/a",
		  .mode = S_IFREG | 0666,
		  .uid = 4711,
		  .gid = 4712,
		  .no_user = true,
		  .no_group = true,
		  .detail = "" },
		{ 0 },
	};
	const struct contents_entry unknown[] = {
		{ .path = "/tmp/a", .uid = 4711, .no_user = true, .detail = "", .unknown = "is not known" },
		{ 0 },
	};
	struct contents contents = {
		.absent = none,
		.lists = { [CONTENTS_WRITABLE] = { entries, 1, 500 }, [CONTENTS_UNOWNED] = { entries, 1, 1 } }
	};
	struct host host = host_with(&contents);
	struct judged judged;

	(void)state;
	const struct result *result = judge(&judged, contents_checks, "contents.writable", &host);
	assert_int_equal(result_failing(result), 500);
	assert_int_equal(result->nfindings, 1);
	assert_string_equal(result->findings[0].actual, "0666 uid 4711");
	arena_free(&judged.arena);
	result = judge(&judged, contents_checks, "contents.unowned", &host);
	assert_string_equal(result->findings[0].actual, "uid 4711, gid 4712");
	arena_free(&judged.arena);

	const struct accounts foreign = { .uid_min = 1000, .foreign = true };
	contents.lists[CONTENTS_UNOWNED] = (struct contents_list) { unknown, 1, 500 };
	host.accounts = &foreign;
	result = judge(&judged, contents_checks, "contents.unowned", &host);
	assert_int_equal(result_status(result), STATUS_ERROR);
	assert_int_equal(result_failing(result), 0);
	arena_free(&judged.arena);
}

static void test_absent(void **state) {
	struct squat_match match;
	const struct tmpfiles_line lines[] = {
		{ .type = 'D',
		  .modifiers = "!",
		  .path = "/tmp/.X11-unix",
		  .mode = "1777",
		  .age = "10d",
		  .source = "x:1" },
		{ .type = 'x', .modifiers = "", .path = "/tmp/.ICE-unix", .mode = "-", .age = "-", .source = "x:2" },
		{ 0 },
	};
	const struct tmpfiles tmpfiles = { .lines = lines, .nlines = 2 };
	struct judged judged;

	(void)state;
	assert_true(squat_find("/tmp", ".X11-unix", &match));
	const struct squat_row *x11 = match.row;
	assert_true(squat_find("/tmp", ".ICE-unix", &match));
	const struct squat_row *const absent[] = { x11, match.row, NULL };
	struct contents contents = { .absent = absent, .systemd = true };
	struct host host = host_with(&contents);
	host.tmpfiles = &tmpfiles;
	const struct result *result = judge(&judged, contents_checks, "contents.squat", &host);
	assert_int_equal(result->nfindings, 1);
	assert_string_equal(result->findings[0].subject, "/tmp/.X11-unix");
	assert_string_equal(result->findings[0].actual, "absent");
	arena_free(&judged.arena);
	contents.systemd = false;
	assert_int_equal(result_status(judge(&judged, contents_checks, "contents.squat", &host)), STATUS_PASS);
	arena_free(&judged.arena);
}

/** Nothing that could not be examined passes. */
static void test_unknown_directory(void **state) {
	static const char *const ids[] = { "contents.squat",      "contents.links",
		                           "contents.privileged", "contents.writable",
		                           "contents.sensitive",  "contents.predictable",
		                           "contents.unowned",    NULL };
	const struct tempdir tmp[] = {
		{ .path = "/tmp",
		  .real = "/tmp",
		  .class = TEMPDIR_SHARED,
		  .exists = true,
		  .directory = true,
		  .unknown = "lies on fuse" },
		{ 0 },
	};
	const struct contents contents = { .absent = none };
	struct host host = host_with(&contents);

	(void)state;
	host.tempdirs = tmp;
	for (const char *const *id = ids; *id; ++id) {
		struct judged judged;

		assert_int_equal(result_status(judge(&judged, contents_checks, *id, &host)), STATUS_ERROR);
		arena_free(&judged.arena);
	}
	host.tempdirs = tmp + 1;
	for (const char *const *id = ids; *id; ++id) {
		struct judged judged;

		assert_int_equal(result_status(judge(&judged, contents_checks, *id, &host)), STATUS_NOT_APPLICABLE);
		arena_free(&judged.arena);
	}
}

static void test_stale(void **state) {
	static const struct {
		struct leftovers left;
		const char *actual, *why;
	} cases[] = {
		{ { .most_age = 60 * 86400,
		    .count = 412,
		    .bytes = 3400000000,
		    .oldest = "/tmp/dump.sql",
		    .age = 63072000 },
		  "412 entries, 3.1 GiB, oldest 2 y (dump.sql)",
		  "exempts" },
		{ { .most_age = 30 * 86400, .count = 1, .bytes = 1023, .oldest = "/tmp/a/b", .age = 31 * 86400 + 1 },
		  "1 entry, 1023 B, oldest 31 d (a/b)",
		  "an age" },
		{ { .most_age = 30 * 86400,
		    .count = 2,
		    .bytes = 1024,
		    .oldest = "/tmp/a",
		    .age = 729 * 86400,
		    .sticky = true },
		  "2 entries, 1.0 KiB, oldest 729 d (a)",
		  "sticky" },
		{ { .most_age = 30 * 86400,
		    .count = 2,
		    .bytes = UINT64_MAX,
		    .oldest = "/tmp/a",
		    .age = 86400,
		    .locked = true },
		  "2 entries, 15.9 EiB, oldest 1 d (a)",
		  "locked" },
	};
	const struct tmpfiles_line lines[] = {
		{ .type = 'x', .path = "/tmp/dump*", .age = "-", .source = "/etc/tmpfiles.d/x.conf:1" },
		{ 0 },
	};
	const struct tmpfiles tmpfiles = { .lines = lines, .nlines = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct leftovers left[2] = { cases[i].left, { 0 } };
		const struct host host = { .tempdirs = dirs, .leftovers = left, .tmpfiles = &tmpfiles };
		struct judged judged;

		left[0].path = "/tmp";
		const struct result *result = judge(&judged, cleanup_checks, "cleanup.stale", &host);
		assert_int_equal(result->nfindings, 1);
		assert_string_equal(result->findings[0].actual, cases[i].actual);
		assert_non_null(strstr(result->findings[0].message, cases[i].why));
		arena_free(&judged.arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),  cmocka_unit_test(test_links_unread),      cmocka_unit_test(test_counts),
		cmocka_unit_test(test_absent), cmocka_unit_test(test_unknown_directory), cmocka_unit_test(test_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
