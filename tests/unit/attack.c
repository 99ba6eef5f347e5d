/** Judging attempts, on hosts written down: what happened, what was set, and where the two contradict. */

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

enum { REFUSED = 13, FORBIDDEN = 1 };

static const struct check *find(const char *id) {
	for (const struct check *check = attack_checks; check->id; ++check)
		if (strcmp(check->id, id) == 0)
			return check;
	fail_msg("no check %s", id);
	return NULL;
}

struct scene {
	const char *id;
	mode_t mode;
	uid_t owner;
	const char *key, *value;
	unsigned long flags;
	struct attack_attempt attempts[4];
	size_t nattempts;
};

/** Judge one directory, /tmp, in the arena. */
static struct result judge(struct arena *arena, const struct scene *scene) {
	const struct check *check = find(scene->id);
	const struct sysctl sysctls[] = { { .key = scene->key, .value = scene->value }, { 0 } };
	const struct sysctl_view views[] = { { .aspect = ASPECT_LIVE, .sysctls = sysctls }, { 0 } };
	const struct mount mounts[] = { { .id = 7,
		                          .target = "/tmp",
		                          .type = "tmpfs",
		                          .options = "",
		                          .super_options = "",
		                          .flags = scene->flags } };
	const struct mount_view mount_views[] = { { .aspect = ASPECT_LIVE, .mounts = mounts, .nmounts = 1 }, { 0 } };
	const struct attack_dir dirs[] = {
		{ .path = "/tmp",
		  .object = { .mode = S_IFDIR | scene->mode, .uid = scene->owner, .mount_id = 7 },
		  .attempts = scene->attempts,
		  .nattempts = scene->nattempts },
		{ 0 }
	};
	const struct host host = {
		.tree = { .live = true }, .attack_dirs = dirs, .sysctl_views = views, .mount_views = mount_views
	};
	struct result result = { .check = check, .severity = check->severity, .arena = arena };

	check->run(check, &host, &result);
	return result;
}

#define ATTEMPT(kind_, way_, outcome_, error_, name_)                                                                  \
	{                                                                                                              \
		{ .kind = (kind_),                                                                                     \
		  .way = (way_),                                                                                       \
		  .outcome = (outcome_),                                                                               \
		  .error = (error_),                                                                                   \
		  .victim = 0,                                                                                         \
		  .attacker = 64001 },                                                                                 \
		        name_                                                                                          \
	}

static bool noted(const struct result *result, const char *words) {
	for (size_t i = 0; i < result->nnotes; ++i)
		if (strstr(result->notes[i].message, words))
			return true;
	return false;
}

static void test_success_fails_with_what_happened(void **state) {
	struct arena arena = { 0 };
	struct result result =
	        judge(&arena, &(const struct scene) {
	                              .id = "attack.symlink",
	                              .mode = 01777,
	                              .key = "fs.protected_symlinks",
	                              .value = "0",
	                              .nattempts = 2,
	                              .attempts = { ATTEMPT(ATTACK_SYMLINK, 0, ATTACK_SUCCEEDED, 0, NULL),
	                                            ATTEMPT(ATTACK_SYMLINK, 2, ATTACK_BLOCKED, REFUSED, "EACCES") } });

	(void)state;
	assert_int_equal(result_status(&result), STATUS_FAIL);
	assert_int_equal(result.nfindings, 1);
	assert_string_equal(result.findings[0].subject, "/tmp");
	assert_string_equal(result.findings[0].expected, "blocked");
	assert_string_equal(result.findings[0].actual, "succeeded: uid 64001 made root truncate vault/t");
	assert_int_equal(result.findings[0].aspect, ASPECT_BEHAVIOUR);
	assert_true(noted(&result, "read: EACCES"));
	arena_free(&arena);
}

static void test_blocked_passes_with_the_errno(void **state) {
	struct arena arena = { 0 };
	struct result result =
	        judge(&arena, &(const struct scene) { .id = "attack.precreate",
	                                              .mode = 01777,
	                                              .key = "fs.protected_regular",
	                                              .value = "1",
	                                              .nattempts = 1,
	                                              .attempts = { ATTEMPT(ATTACK_PRECREATE, 0, ATTACK_BLOCKED,
	                                                                    REFUSED, "EACCES") } });

	(void)state;
	assert_int_equal(result_status(&result), STATUS_PASS);
	assert_true(noted(&result, "blocked: file: EACCES"));
	assert_false(noted(&result, "believed"));
	arena_free(&arena);
}

static void test_nothing_to_attack_passes(void **state) {
	struct arena arena = { 0 };
	struct result result = judge(
	        &arena,
	        &(const struct scene) { .id = "attack.replace",
	                                .mode = 0755,
	                                .nattempts = 1,
	                                .attempts = { ATTEMPT(ATTACK_REPLACE, 0, ATTACK_CLOSED, REFUSED, "EACCES") } });

	(void)state;
	assert_int_equal(result_status(&result), STATUS_PASS);
	assert_true(noted(&result, "not writable by others"));
	arena_free(&arena);
}

static void test_what_could_not_be_tried_is_an_error(void **state) {
	static const enum attack_outcome outcomes[] = { ATTACK_UNKNOWN, ATTACK_BROKEN };

	(void)state;
	for (size_t i = 0; i < 2; ++i) {
		struct arena arena = { 0 };
		struct result result = judge(
		        &arena,
		        &(const struct scene) {
		                .id = "attack.hardlink",
		                .mode = 01777,
		                .nattempts = 2,
		                .attempts = { ATTEMPT(ATTACK_HARDLINK, 0, outcomes[i], FORBIDDEN, "EPERM"),
		                              ATTEMPT(ATTACK_HARDLINK, 0, ATTACK_BLOCKED, FORBIDDEN, "EPERM") } });

		assert_int_equal(result_status(&result), STATUS_ERROR);
		if (outcomes[i] == ATTACK_UNKNOWN)
			assert_true(strstr(result_reason(&result), "privilege") == result_reason(&result));
		arena_free(&arena);
	}
}

static void test_a_success_is_not_hidden_by_an_error(void **state) {
	struct arena arena = { 0 };
	struct result result = judge(
	        &arena,
	        &(const struct scene) { .id = "attack.mount",
	                                .mode = 01777,
	                                .nattempts = 3,
	                                .attempts = { ATTEMPT(ATTACK_MOUNT, 0, ATTACK_SUCCEEDED, 0, NULL),
	                                              ATTEMPT(ATTACK_MOUNT, 2, ATTACK_UNKNOWN, 28, "ENOSPC"),
	                                              ATTEMPT(ATTACK_MOUNT, 3, ATTACK_UNTRIED, FORBIDDEN, "EPERM") } });

	(void)state;
	assert_int_equal(result_status(&result), STATUS_FAIL);
	assert_true(noted(&result, "device was not attempted"));
	arena_free(&arena);
}

static void test_nothing_attempted_is_an_error(void **state) {
	struct arena arena = { 0 };
	struct result result = judge(&arena, &(const struct scene) { .id = "attack.precreate", .mode = 01777 });

	(void)state;
	assert_int_equal(result_status(&result), STATUS_ERROR);
	arena_free(&arena);
}

static void test_no_directory_is_not_applicable(void **state) {
	const struct check *check = find("attack.precreate");
	const struct attack_dir none[] = { { 0 } };
	const struct host host = { .attack_dirs = none };
	struct arena arena = { 0 };
	struct result result = { .check = check, .severity = check->severity, .arena = &arena };

	(void)state;
	check->run(check, &host, &result);
	assert_int_equal(result_status(&result), STATUS_NOT_APPLICABLE);
	arena_free(&arena);
}

static void test_contradictions_are_said(void **state) {
	static const struct {
		const char *key, *value;
		mode_t mode;
		uid_t owner;
		enum attack_outcome outcome;
		bool contradicts;
	} cases[] = {
		{ "fs.protected_symlinks", "1", 01777, 0, ATTACK_SUCCEEDED, true },
		{ "fs.protected_symlinks", "0", 01777, 0, ATTACK_BLOCKED, true },
		{ "fs.protected_symlinks", "1", 01777, 0, ATTACK_BLOCKED, false },
		{ "fs.protected_symlinks", "0", 01777, 0, ATTACK_SUCCEEDED, false },
		/* The setting does not reach there, and so promises nothing. */
		{ "fs.protected_symlinks", "1", 0777, 0, ATTACK_SUCCEEDED, false },
		{ "fs.protected_symlinks", "1", 01777, 1000, ATTACK_SUCCEEDED, false },
		{ "fs.protected_symlinks", "1", 01770, 0, ATTACK_SUCCEEDED, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct arena arena = { 0 };
		struct result result =
		        judge(&arena, &(const struct scene) {
		                              .id = "attack.symlink",
		                              .mode = cases[i].mode,
		                              .owner = cases[i].owner,
		                              .key = cases[i].key,
		                              .value = cases[i].value,
		                              .nattempts = 1,
		                              .attempts = { ATTEMPT(ATTACK_SYMLINK, 0, cases[i].outcome, 0, NULL) } });

		if (noted(&result, "is believed") != cases[i].contradicts)
			fail_msg("case %zu", i);
		arena_free(&arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success_fails_with_what_happened),
		cmocka_unit_test(test_blocked_passes_with_the_errno),
		cmocka_unit_test(test_nothing_to_attack_passes),
		cmocka_unit_test(test_what_could_not_be_tried_is_an_error),
		cmocka_unit_test(test_a_success_is_not_hidden_by_an_error),
		cmocka_unit_test(test_nothing_attempted_is_an_error),
		cmocka_unit_test(test_no_directory_is_not_applicable),
		cmocka_unit_test(test_contradictions_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
