/** The judgement of kernel settings, on hosts that are written down. */

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

#include <stdio.h>
#include <string.h>

struct fixture {
	struct arena arena;
	struct policy policy;
};

static int set_up(void **state) {
	static struct fixture fixture;

	fixture = (struct fixture) { 0 };
	policy_open(&fixture.policy, "default");
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	struct fixture *fixture = *state;

	arena_free(&fixture->arena);
	policy_close(&fixture->policy);
	return 0;
}

static const struct check *row(const char *id) {
	for (const struct check *check = sysctl_checks; check->id; ++check)
		if (strcmp(check->id, id) == 0)
			return check;
	fail_msg("no %s", id);
	return NULL;
}

/** Judge the views by the row. */
static struct result judge(struct fixture *fixture, const char *id, const struct sysctl_view *views) {
	const struct host host = { .policy = &fixture->policy, .sysctl_views = views };
	const struct check *check = row(id);
	struct result result = { .check = check,
		                 .arena = &fixture->arena,
		                 .without_boot = !policy_judges_boot(&fixture->policy, check) };

	check->run(check, &host, &result);
	return result;
}

/** Judge one key with a value now and one at boot; NULL: no such view. */
static struct result judge_key(struct fixture *fixture, const char *id, const char *key, const char *live,
                               const char *boot) {
	const struct sysctl now[] = { { .key = key, .value = live, .source = "/proc/x" }, { 0 } };
	const struct sysctl next[] = { { .key = key, .value = boot, .source = "/etc/x:1" }, { 0 } };
	struct sysctl_view views[3] = { 0 };
	size_t count = 0;

	if (live)
		views[count++] = (struct sysctl_view) { .aspect = ASPECT_LIVE, .sysctls = now };
	if (boot)
		views[count++] = (struct sysctl_view) { .aspect = ASPECT_BOOT, .sysctls = next };
	return judge(fixture, id, views);
}

static void assert_finding(const struct result *result, size_t i, const char *subject, enum aspect aspect,
                           const char *expected, const char *actual, const char *source) {
	assert_true(i < result->nfindings);
	const struct finding *finding = &result->findings[i];

	assert_false(finding->error);
	assert_string_equal(finding->subject, subject);
	assert_int_equal(finding->aspect, aspect);
	assert_string_equal(finding->expected, expected);
	assert_string_equal(finding->actual, actual);
	assert_string_equal(finding->source, source);
}

static void test_least(void **state) {
	static const struct {
		const char *id, *key, *profile;
		int least;
	} rows[] = {
		{ "sysctl.protected-symlinks", "fs.protected_symlinks", "default", 1 },
		{ "sysctl.protected-hardlinks", "fs.protected_hardlinks", "default", 1 },
		{ "sysctl.protected-regular", "fs.protected_regular", "default", 1 },
		{ "sysctl.protected-fifos", "fs.protected_fifos", "default", 1 },
		{ "sysctl.protected-symlinks", "fs.protected_symlinks", "strict", 1 },
		{ "sysctl.protected-regular", "fs.protected_regular", "strict", 2 },
		{ "sysctl.protected-fifos", "fs.protected_fifos", "strict", 2 },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		policy_close(&fixture->policy);
		policy_open(&fixture->policy, rows[i].profile);
		for (int value = 0; value <= 2; ++value) {
			char text[2] = { (char)('0' + value), '\0' };
			const struct result result = judge_key(fixture, rows[i].id, rows[i].key, text, text);

			assert_int_equal(result_status(&result), value >= rows[i].least ? STATUS_PASS : STATUS_FAIL);
			assert_int_equal(result.nfindings, value >= rows[i].least ? 0 : 2);
		}
	}
	const struct result mixed = judge_key(fixture, "sysctl.protected-regular", "fs.protected_regular", "2", "1");
	assert_int_equal(mixed.passes, 1);
	assert_finding(&mixed, 0, "fs.protected_regular", ASPECT_BOOT, "2", "1", "/etc/x:1");
	policy_close(&fixture->policy);
	policy_open(&fixture->policy, "default");
	const struct result low = judge_key(fixture, "sysctl.protected-regular", "fs.protected_regular", "0", "2");
	assert_finding(&low, 0, "fs.protected_regular", ASPECT_LIVE, ">= 1", "0", "/proc/x");
}

static void test_profile_without_boot(void **state) {
	struct fixture *fixture = *state;

	policy_close(&fixture->policy);
	policy_open(&fixture->policy, "container");
	struct result result = judge_key(fixture, "sysctl.protected-regular", "fs.protected_regular", "1", "0");
	assert_int_equal(result_status(&result), STATUS_PASS);
	result = judge_key(fixture, "sysctl.protected-regular", "fs.protected_regular", NULL, "0");
	assert_int_equal(result_status(&result), STATUS_NOT_APPLICABLE);
}

static void test_kernel_lacks_it(void **state) {
	const struct sysctl now[] = { { .key = "fs.protected_fifos", .absent = true }, { 0 } };
	const struct sysctl next[] = { { .key = "fs.protected_fifos", .value = "0", .source = "default" }, { 0 } };
	const struct sysctl_defect defects[] = { { .key = "fs.protected_fifos" }, { 0 } };
	const struct sysctl_view views[] = {
		{ .aspect = ASPECT_LIVE, .sysctls = now },
		{ .aspect = ASPECT_BOOT, .sysctls = next, .defects = defects },
		{ 0 },
	};
	struct result result = judge(*state, "sysctl.protected-fifos", views);

	assert_int_equal(result_status(&result), STATUS_NOT_APPLICABLE);
	result = judge(*state, "sysctl.conflict", views);
	assert_int_equal(result_status(&result), STATUS_NOT_APPLICABLE);
}

static void test_unknown_is_an_error(void **state) {
	static const char *const rows[][2] = {
		{ "sysctl.protected-symlinks", "fs.protected_symlinks" },
		{ "sysctl.protected-hardlinks", "fs.protected_hardlinks" },
		{ "sysctl.protected-regular", "fs.protected_regular" },
		{ "sysctl.protected-fifos", "fs.protected_fifos" },
		{ "sysctl.suid-dumpable", "fs.suid_dumpable" },
		{ "sysctl.core-pattern", "kernel.core_pattern" },
		{ "sysctl.noexec-bypass", "vm.memfd_noexec" },
		{ "sysctl.noexec-bypass", "user.max_user_namespaces" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		const struct sysctl now[] = {
			{ .key = rows[i][1], .unknown = "privilege: only root may look", .source = "/proc/x" }, { 0 }
		};
		const struct sysctl_view views[] = { { .aspect = ASPECT_LIVE, .sysctls = now }, { 0 } };
		const struct result result = judge(*state, rows[i][0], views);

		assert_int_equal(result_status(&result), STATUS_ERROR);
		assert_string_equal(result_reason(&result), "privilege: only root may look");
	}
	const struct result odd = judge_key(*state, "sysctl.protected-regular", "fs.protected_regular", "yes", "1");
	assert_int_equal(result_status(&odd), STATUS_ERROR);
}

static void test_nothing_gathered_is_an_error(void **state) {
	for (const struct check *check = sysctl_checks; check->id; ++check) {
		const struct result result = judge(*state, check->id, NULL);

		assert_int_equal(result_status(&result), STATUS_ERROR);
	}
}

static void test_conflict(void **state) {
	const struct sysctl next[] = {
		{ .key = "fs.protected_symlinks", .value = "1", .source = "a" },
		{ .key = "fs.protected_hardlinks", .value = "1", .source = "a" },
		{ .key = "fs.protected_regular", .value = "2", .source = "a" },
		{ .key = "fs.protected_fifos", .value = "1", .source = "a" },
		{ 0 },
	};
	const struct sysctl_defect none[] = { { 0 } }, one[] = {
		{ "fs.protected_regular", "depends", "one value", "2 and 0", "/etc/sysctl.conf:3" }, { 0 }
	};
	struct sysctl_view views[] = { { .aspect = ASPECT_BOOT, .sysctls = next, .defects = none }, { 0 } };
	struct result result = judge(*state, "sysctl.conflict", views);

	assert_int_equal(result_status(&result), STATUS_PASS);
	assert_int_equal(result.passes, 4);
	views[0].defects = one;
	result = judge(*state, "sysctl.conflict", views);
	assert_int_equal(result.passes, 3);
	assert_int_equal(result.nfindings, 1);
	assert_finding(&result, 0, "fs.protected_regular", ASPECT_BOOT, "one value", "2 and 0", "/etc/sysctl.conf:3");
	/* The configuration is not what is in force now. */
	views[0].aspect = ASPECT_LIVE;
	result = judge(*state, "sysctl.conflict", views);
	assert_int_equal(result.nfindings + result.passes, 0);
}

static struct result judge_dumpable(struct fixture *fixture, const char *value, const char *pattern,
                                    enum core_kind kind, enum trust_verdict verdict) {
	const struct sysctl now[] = {
		{ .key = "fs.suid_dumpable", .value = value, .source = "s" },
		{ .key = "kernel.core_pattern", .value = pattern, .source = "c" },
		{ 0 },
	};
	const struct sysctl_view views[] = {
		{ .aspect = ASPECT_LIVE, .sysctls = now, .core_kind = kind, .core = { .verdict = verdict } }, { 0 }
	};

	return judge(fixture, "sysctl.suid-dumpable", views);
}

static void test_suid_dumpable(void **state) {
	static const struct {
		const char *value, *pattern;
		enum core_kind kind;
		enum trust_verdict verdict;
		enum status standard, strict;
	} cases[] = {
		{ "0", "core", CORE_RELATIVE, TRUST_NOT_ASKED, STATUS_PASS, STATUS_PASS },
		{ "1", "|/a", CORE_PROGRAM, TRUST_GOOD, STATUS_FAIL, STATUS_FAIL },
		{ "2", "|/a", CORE_PROGRAM, TRUST_GOOD, STATUS_PASS, STATUS_FAIL },
		{ "2", "|/a", CORE_PROGRAM, TRUST_ABSENT, STATUS_PASS, STATUS_FAIL },
		{ "2", "|/bin/false", CORE_NONE, TRUST_NOT_ASKED, STATUS_PASS, STATUS_FAIL },
		{ "2", "|/a", CORE_PROGRAM, TRUST_BAD, STATUS_FAIL, STATUS_FAIL },
		{ "2", "|/a", CORE_PROGRAM, TRUST_SQUATTABLE, STATUS_FAIL, STATUS_FAIL },
		{ "2", "|/a", CORE_PROGRAM, TRUST_UNKNOWN, STATUS_ERROR, STATUS_FAIL },
		{ "2", "|a", CORE_PROGRAM_UNCERTAIN, TRUST_NOT_ASKED, STATUS_FAIL, STATUS_FAIL },
		{ "2", "core", CORE_RELATIVE, TRUST_NOT_ASKED, STATUS_FAIL, STATUS_FAIL },
		{ "2", "/var/core", CORE_FILE, TRUST_GOOD, STATUS_FAIL, STATUS_FAIL },
		{ "2", "/mnt/core", CORE_FILE, TRUST_UNKNOWN, STATUS_FAIL, STATUS_FAIL },
		{ "2", NULL, CORE_NONE, TRUST_NOT_ASKED, STATUS_ERROR, STATUS_FAIL },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		policy_close(&fixture->policy);
		policy_open(&fixture->policy, "default");
		struct result result =
		        judge_dumpable(fixture, cases[i].value, cases[i].pattern, cases[i].kind, cases[i].verdict);
		if (result_status(&result) != cases[i].standard)
			fail_msg("case %zu", i);
		policy_close(&fixture->policy);
		policy_open(&fixture->policy, "strict");
		result = judge_dumpable(fixture, cases[i].value, cases[i].pattern, cases[i].kind, cases[i].verdict);
		if (result_status(&result) != cases[i].strict)
			fail_msg("strict, case %zu", i);
	}
	const struct result result = judge_dumpable(fixture, "1", "core", CORE_RELATIVE, TRUST_NOT_ASKED);
	assert_finding(&result, 0, "fs.suid_dumpable", ASPECT_LIVE, "0", "1", "s");
}

static struct result judge_core(struct fixture *fixture, const struct sysctl_view *like) {
	const struct sysctl next[] = {
		{ .key = "kernel.core_pattern", .value = "pattern", .source = "/etc/sysctl.d/90-core.conf:1" }, { 0 }
	};
	struct sysctl_view views[] = { *like, { 0 } };

	views[0].aspect = ASPECT_BOOT;
	views[0].sysctls = next;
	return judge(fixture, "sysctl.core-pattern", views);
}

static void test_core_pattern(void **state) {
	static const struct {
		struct sysctl_view view;
		enum status standard, strict;
	} cases[] = {
		{ { .core_kind = CORE_NONE }, STATUS_PASS, STATUS_PASS },
		{ { .core_kind = CORE_RELATIVE }, STATUS_PASS, STATUS_FAIL },
		{ { .core_kind = CORE_RELATIVE, .core_denied = "f:1" }, STATUS_PASS, STATUS_PASS },
		{ { .core_kind = CORE_RELATIVE, .core_denied_unknown = "why" }, STATUS_PASS, STATUS_ERROR },
		{ { .core_kind = CORE_PROGRAM_UNCERTAIN }, STATUS_FAIL, STATUS_FAIL },
		{ { .core_kind = CORE_PROGRAM, .core = { .verdict = TRUST_GOOD } }, STATUS_PASS, STATUS_PASS },
		{ { .core_kind = CORE_PROGRAM, .core = { .verdict = TRUST_ABSENT } }, STATUS_PASS, STATUS_PASS },
		{ { .core_kind = CORE_PROGRAM, .core = { .verdict = TRUST_BAD } }, STATUS_FAIL, STATUS_FAIL },
		{ { .core_kind = CORE_PROGRAM, .core = { .verdict = TRUST_SQUATTABLE } }, STATUS_FAIL, STATUS_FAIL },
		{ { .core_kind = CORE_PROGRAM, .core = { .verdict = TRUST_UNKNOWN } }, STATUS_ERROR, STATUS_ERROR },
		{ { .core_kind = CORE_SOCKET, .core = { .verdict = TRUST_BAD } }, STATUS_FAIL, STATUS_FAIL },
		{ { .core_kind = CORE_SOCKET, .core = { .verdict = TRUST_GOOD } }, STATUS_PASS, STATUS_PASS },
		{ { .core_kind = CORE_FILE, .core = { .verdict = TRUST_ABSENT } }, STATUS_PASS, STATUS_PASS },
		{ { .core_kind = CORE_FILE, .core = { .verdict = TRUST_SQUATTABLE } }, STATUS_FAIL, STATUS_FAIL },
		{ { .core_kind = CORE_FILE, .core = { .verdict = TRUST_UNKNOWN } }, STATUS_ERROR, STATUS_ERROR },
		{ { .core_kind = CORE_FILE, .core = { .verdict = TRUST_UNKNOWN }, .core_inside = "/tmp" },
		  STATUS_FAIL,
		  STATUS_FAIL },
		{ { .core_kind = CORE_FILE, .core = { .verdict = TRUST_GOOD }, .core_inside = "/tmp" },
		  STATUS_FAIL,
		  STATUS_FAIL },
	};
	struct fixture *fixture = *state;
	struct result result;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		policy_close(&fixture->policy);
		policy_open(&fixture->policy, "default");
		result = judge_core(fixture, &cases[i].view);
		if (result_status(&result) != cases[i].standard)
			fail_msg("case %zu", i);
		policy_close(&fixture->policy);
		policy_open(&fixture->policy, "strict");
		result = judge_core(fixture, &cases[i].view);
		if (result_status(&result) != cases[i].strict)
			fail_msg("strict, case %zu", i);
	}
	assert_finding(&result, 0, "kernel.core_pattern", ASPECT_BOOT, "pipe handler or root-only directory", "pattern",
	               "/etc/sysctl.d/90-core.conf:1");
	assert_string_equal(result.findings[0].message, "leaves core dumps in /tmp");
}

static struct result judge_bypass(struct fixture *fixture, const char *most, const char *clone, const char *apparmor,
                                  const char *memfd) {
	/* "-": this kernel has no such key. */
	const char *const values[] = { most, clone, apparmor, memfd };
	static const char *const names[] = { "user.max_user_namespaces", "kernel.unprivileged_userns_clone",
		                             "kernel.apparmor_restrict_unprivileged_userns", "vm.memfd_noexec" };
	struct sysctl now[5] = { 0 };

	for (size_t i = 0; i < 4; ++i) {
		const bool absent = strcmp(values[i], "-") == 0;

		now[i] = (struct sysctl) {
			.key = names[i], .value = absent ? NULL : values[i], .source = names[i], .absent = absent
		};
	}
	const struct sysctl_view views[] = { { .aspect = ASPECT_LIVE, .sysctls = now }, { 0 } };
	return judge(fixture, "sysctl.noexec-bypass", views);
}

static void test_noexec_bypass(void **state) {
	struct result result = judge_bypass(*state, "96365", "-", "-", "1");

	assert_int_equal(result.nfindings, 2);
	assert_finding(&result, 0, "user namespaces", ASPECT_LIVE, "restricted", "user.max_user_namespaces=96365",
	               "user.max_user_namespaces");
	assert_finding(&result, 1, "vm.memfd_noexec", ASPECT_LIVE, "2", "1", "vm.memfd_noexec");
	result = judge_bypass(*state, "96365", "1", "0", "2");
	assert_int_equal(result.nfindings, 1);
	result = judge_bypass(*state, "96365", "0", "-", "2");
	assert_int_equal(result_status(&result), STATUS_PASS);
	result = judge_bypass(*state, "96365", "1", "1", "2");
	assert_int_equal(result_status(&result), STATUS_PASS);
	result = judge_bypass(*state, "0", "1", "0", "2");
	assert_int_equal(result_status(&result), STATUS_PASS);
	result = judge_bypass(*state, "-", "-", "-", "-");
	assert_int_equal(result_status(&result), STATUS_PASS);
	assert_int_equal(result.passes, 1);
	result = judge_bypass(*state, "5", "-", "-", "-");
	assert_int_equal(result.nfindings, 1);
}

static void test_bypass_not_set_at_boot(void **state) {
	const struct sysctl next[] = { { .key = "user.max_user_namespaces", .source = "default" }, { 0 } };
	const struct sysctl_view views[] = { { .aspect = ASPECT_BOOT, .sysctls = next }, { 0 } };
	const struct result result = judge(*state, "sysctl.noexec-bypass", views);

	assert_finding(&result, 0, "user namespaces", ASPECT_BOOT, "restricted", "user.max_user_namespaces not set",
	               "default");
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		test(test_least),
		test(test_profile_without_boot),
		test(test_kernel_lacks_it),
		test(test_unknown_is_an_error),
		test(test_nothing_gathered_is_an_error),
		test(test_conflict),
		test(test_suid_dumpable),
		test(test_core_pattern),
		test(test_noexec_bypass),
		test(test_bypass_not_set_at_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
