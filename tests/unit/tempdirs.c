/** Which directories are audited, and what is found out about them, on a real tree: needs root. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fixture.h"

static int set_up(void **state) {
	if (fixture_begin(state) != 0)
		return -1;
	fixture_directory(*state, "/etc", 0755, 0, 0);
	return 0;
}

static const struct tempdir *gather(struct fixture *fixture, bool live) {
	host_gather(fixture_host(fixture, live), FACT_TEMPDIRS);
	return fixture->host.tempdirs;
}

/** The entry of exactly this path. */
static const struct tempdir *entry(const struct fixture *fixture, const char *path) {
	for (const struct tempdir *dir = fixture->host.tempdirs; dir && dir->path; ++dir)
		if (strcmp(dir->path, path) == 0)
			return dir;
	return NULL;
}

static size_t count(const struct tempdir *dirs) {
	size_t n = 0;

	while (dirs && dirs[n].path)
		++n;
	return n;
}

static void test_empty(void **state) {
	struct fixture *fixture = *state;
	const struct tempdir *dirs = gather(fixture, false);

	assert_int_equal(count(dirs), 3);
	assert_string_equal(dirs[0].path, "/tmp");
	assert_true(dirs[0].required);
	assert_false(dirs[0].exists);
	assert_null(dirs[0].unknown);
	assert_int_equal(dirs[0].trust.verdict, TRUST_ABSENT);
	assert_string_equal(dirs[1].path, "/var/tmp");
	assert_true(dirs[1].required);
	assert_string_equal(dirs[2].path, "/dev/shm");
	assert_false(dirs[2].required);
	assert_int_equal(count(fixture->host.user_parents), 0);
}

static void test_live_needs_shm(void **state) {
	struct fixture *fixture = *state;

	gather(fixture, true);
	assert_true(entry(fixture, "/dev/shm")->required);
}

static void test_classes(void **state) {
	static const struct {
		const char *path;
		enum tempdir_class class;
		mode_t mode, widest;
		uid_t uid, owner;
	} wanted[] = {
		{ "/tmp", TEMPDIR_SHARED, 01777, 01777, 0, 0 },
		{ "/var/tmp", TEMPDIR_SHARED, 01770, 01777, 1000, 0 },
		{ "/run/lock", TEMPDIR_LOCK, 01777, 01777, 0, 0 },
		{ "/var/lock", TEMPDIR_LOCK, 0755, 01777, 0, 0 },
		{ "/var/crash", TEMPDIR_SPOOL, 03777, 03777, 0, 0 },
		{ "/var/spool/samba", TEMPDIR_SPOOL, 01777, 01777, 0, 0 },
		{ "/var/spool/cups/tmp", TEMPDIR_SPOOL, 01770, 01770, 0, 0 },
		{ "/run/screen", TEMPDIR_SPOOL, 0775, 01777, 0, 0 },
		{ "/var/lib/php/sessions", TEMPDIR_SPOOL, 01733, 01733, 0, 0 },
		{ "/var/spool/cron/crontabs", TEMPDIR_SPOOL, 01730, 01730, 0, 0 },
		{ "/run/user/1000", TEMPDIR_USER, 0700, 0700, 1000, 1000 },
		{ "/tmp/user/1001", TEMPDIR_USER, 0711, 0700, 0, 1001 },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
		fixture_directory(fixture, wanted[i].path, wanted[i].mode, wanted[i].uid, 0);
	fixture_directory(fixture, "/dev/shm", 0755, 0, 0);
	fixture_directory(fixture, "/dev/mqueue", 0755, 0, 0);
	fixture_directory(fixture, "/run/user/named", 0777, 0, 0);
	gather(fixture, false);
	/* All of them and /dev/shm, of which an offline tree's directory is not the host's. */
	assert_int_equal(count(fixture->host.tempdirs), sizeof wanted / sizeof *wanted + 1);
	assert_false(entry(fixture, "/dev/shm")->exists);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
		const struct tempdir *got = entry(fixture, wanted[i].path);

		assert_non_null(got);
		assert_int_equal(got->class, wanted[i].class);
		assert_int_equal(got->object.mode, S_IFDIR | wanted[i].mode);
		assert_int_equal(got->widest, wanted[i].widest);
		assert_int_equal(got->object.uid, wanted[i].uid);
		assert_int_equal(got->owner, wanted[i].owner);
		assert_true(got->exists && got->directory);
		assert_string_equal(got->real, wanted[i].path);
		assert_null(got->link);
		assert_null(got->unknown);
		assert_null(got->same_as);
		assert_int_equal(got->trust.verdict, TRUST_GOOD);
	}
	assert_int_equal(count(fixture->host.user_parents), 2);
	assert_string_equal(fixture->host.user_parents[0].path, "/run/user");
	assert_int_equal(fixture->host.user_parents[1].object.mode, S_IFDIR | 0755);
}

static void test_at_of_daemon(void **state) {
	struct fixture *fixture = *state;
	FILE *passwd = fopen(fixture_at(fixture, "/etc/passwd"), "w");

	fputs("root:x:0:0:::\ndaemon:x:7:7:::\n", passwd);
	fclose(passwd);
	fixture_directory(fixture, "/var/spool/at", 01770, 7, 7);
	gather(fixture, false);
	assert_int_equal(entry(fixture, "/var/spool/at")->owner, 7);
}

static void test_at_of_another(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/var/spool/at", 01770, 7, 7);
	gather(fixture, false);
	assert_int_equal(entry(fixture, "/var/spool/at")->owner, 0);
}

static void test_alias(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/run/lock", 01777, 0, 0);
	fixture_directory(fixture, "/var", 0755, 0, 0);
	fixture_link(fixture, "/var/lock", "/run/lock", 0);
	gather(fixture, false);
	const struct tempdir *lock = entry(fixture, "/run/lock");
	assert_null(entry(fixture, "/var/lock"));
	assert_string_equal(lock->aliases[0], "/var/lock");
	assert_null(lock->aliases[1]);
	assert_ptr_equal(host_tempdir(&fixture->host, "/var/lock"), lock);
	assert_ptr_equal(host_tempdir(&fixture->host, "/run/lock"), lock);
	assert_null(host_tempdir(&fixture->host, "/run/screen"));
}

/** An untrusted other name stays in the list, for its way to be judged. */
static void test_untrusted_alias(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/run/lock", 01777, 0, 0);
	fixture_directory(fixture, "/var", 0755, 0, 0);
	fixture_link(fixture, "/var/lock", "/run/lock", 1000);
	gather(fixture, false);
	assert_string_equal(entry(fixture, "/var/lock")->same_as, "/run/lock");
	assert_int_equal(entry(fixture, "/var/lock")->trust.verdict, TRUST_BAD);
	assert_null(entry(fixture, "/run/lock")->aliases);
}

static void test_one_for_two(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp", 01777, 0, 0);
	fixture_directory(fixture, "/var", 0755, 0, 0);
	fixture_link(fixture, "/var/tmp", "../tmp", 0);
	gather(fixture, false);
	assert_string_equal(entry(fixture, "/var/tmp")->same_as, "/tmp");
	assert_string_equal(entry(fixture, "/var/tmp")->link, "../tmp");
	assert_string_equal(entry(fixture, "/var/tmp")->real, "/tmp");
	assert_null(entry(fixture, "/tmp")->same_as);
	assert_ptr_equal(host_tempdir(&fixture->host, "/var/tmp"), entry(fixture, "/var/tmp"));
}

/** The directory goes by the name that is no link, also if that comes later. */
static void test_one_for_two_reversed(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/var/tmp", 01777, 0, 0);
	fixture_link(fixture, "/tmp", "var/tmp", 0);
	gather(fixture, false);
	assert_string_equal(entry(fixture, "/tmp")->same_as, "/var/tmp");
	assert_null(entry(fixture, "/var/tmp")->same_as);
}

/** What is asked of a shared directory is asked of it wherever it lies. */
static void test_shared_elsewhere(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/run/lock", 01777, 0, 0);
	fixture_link(fixture, "/tmp", "run/lock", 0);
	gather(fixture, false);
	assert_null(entry(fixture, "/run/lock"));
	assert_null(entry(fixture, "/tmp")->same_as);
	assert_string_equal(entry(fixture, "/tmp")->aliases[0], "/run/lock");
	assert_string_equal(entry(fixture, "/tmp")->real, "/run/lock");
}

static void test_not_there(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/var", 0755, 0, 0);
	fixture_link(fixture, "/tmp", "/nowhere", 0);
	fixture_link(fixture, "/var/tmp", "tmp", 0);
	fclose(fopen(fixture_at(fixture, "/var/crash"), "w"));
	gather(fixture, false);
	const struct tempdir *tmp = entry(fixture, "/tmp"), *var = entry(fixture, "/var/tmp");
	assert_true(tmp->exists);
	assert_false(tmp->directory);
	assert_string_equal(tmp->link, "/nowhere");
	assert_null(tmp->real);
	assert_null(tmp->unknown);
	assert_true(var->exists);
	assert_string_equal(var->unknown, "is a loop of symbolic links");
	assert_true(entry(fixture, "/var/crash")->exists);
	assert_false(entry(fixture, "/var/crash")->directory);
}

static void test_named(void **state) {
	static const char *const extra[] = { "/srv/shared", "/srv/alice", "/srv/none", "/tmp", "/scratch/eve", NULL };
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp", 01777, 0, 0);
	fixture_directory(fixture, "/srv/shared", 03777, 1000, 0);
	fixture_directory(fixture, "/srv/alice", 0700, 1000, 1000);
	fixture_directory(fixture, "/scratch", 01777, 0, 0);
	fixture_directory(fixture, "/scratch/eve", 0700, 1001, 1001);
	fixture->policy.lists[PARAMETER_TEMPDIR_EXTRA] = extra;
	gather(fixture, false);
	const struct tempdir *shared = entry(fixture, "/srv/shared"), *alice = entry(fixture, "/srv/alice");
	assert_int_equal(shared->class, TEMPDIR_NAMED);
	assert_string_equal(shared->source, "policy");
	assert_int_equal(shared->owner, 0);
	assert_int_equal(shared->widest, 01777);
	assert_int_equal(alice->owner, 1000);
	assert_int_equal(alice->user, 1000);
	assert_int_equal(alice->widest, 0700);
	/* A private one may lie in a sticky directory. */
	assert_int_equal(entry(fixture, "/scratch/eve")->trust.verdict, TRUST_GOOD);
	assert_false(entry(fixture, "/srv/none")->exists);
	/* It is audited already. */
	assert_null(entry(fixture, "/tmp")->aliases);
	assert_int_equal(count(fixture->host.tempdirs), 7);
	assert_int_equal(entry(fixture, "/tmp")->class, TEMPDIR_SHARED);
}

/** Numbers in a directory that somebody else chose are no users. */
static void test_foreign_parent(void **state) {
	struct fixture *fixture = *state;

	fixture_directory(fixture, "/tmp", 01777, 0, 0);
	fixture_directory(fixture, "/srv/1000", 0755, 0, 0);
	fixture_link(fixture, "/tmp/user", "/srv", 1000);
	gather(fixture, false);
	assert_null(entry(fixture, "/tmp/user/1000"));
	assert_string_equal(fixture->host.user_parents[0].path, "/tmp/user");
	assert_true(fixture->host.user_parents[0].trust.faults[0].link);
}

static void test_many_users(void **state) {
	struct fixture *fixture = *state;
	char path[64];

	for (int i = 0; i < 2100; ++i) {
		snprintf(path, sizeof path, "/tmp/user/%d", 5000 + i);
		fixture_directory(fixture, path, 0700, (uid_t)(5000 + i), 0);
	}
	gather(fixture, false);
	assert_string_equal(fixture->host.user_parents[0].unlisted, "holds more directories than are looked at");
	assert_int_equal(fixture->host.nomissions, 1);
	assert_int_equal(count(fixture->host.tempdirs), 3 + 2048);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_end)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_empty),
		TEST(test_live_needs_shm),
		TEST(test_classes),
		TEST(test_at_of_daemon),
		TEST(test_at_of_another),
		TEST(test_alias),
		TEST(test_untrusted_alias),
		TEST(test_one_for_two),
		TEST(test_one_for_two_reversed),
		TEST(test_shared_elsewhere),
		TEST(test_not_there),
		TEST(test_named),
		TEST(test_foreign_parent),
		TEST(test_many_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
