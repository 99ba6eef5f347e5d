/** The profiles: what each selects, how severe it is, and what rules are told. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "policy.h"
#include "checks.h"

#include <string.h>

static void open_profile(struct policy *policy, const char *name) {
	assert_true(policy_open(policy, name));
	assert_string_equal(policy->name, name);
}

static void test_names(void **state) {
	static const char *const wanted[] = { "default", "strict", "cis-l1", "cis-l2", "container", "desktop" };
	struct policy policy;

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i) {
		assert_string_equal(policy_profiles[i], wanted[i]);
		open_profile(&policy, wanted[i]);
		policy_close(&policy);
	}
	assert_null(policy_profiles[sizeof wanted / sizeof *wanted]);
	assert_false(policy_open(&policy, "Default"));
	assert_false(policy_open(&policy, ""));
}

/** Section 4 of the catalogue, number by number. */
static void test_parameters(void **state) {
	static const struct {
		const char *profile;
		uint64_t umask, services, usergroups, regular, fifos, pipe, relative, tmp_days, var_tmp_days,
		        volatile_tmp, all;
		bool deep;
		enum severity fail_on;
	} cases[] = {
		{ "default", 027, 022, 0, 1, 1, 1, 1, 30, 60, 1, 0, false, SEVERITY_LOW },
		{ "strict", 077, 027, 0, 2, 2, 0, 0, 10, 30, 0, 1, true, SEVERITY_LOW },
		{ "cis-l1", 027, 022, 0, 1, 1, 0, 1, 30, 60, 1, 0, false, SEVERITY_LOW },
		{ "cis-l2", 027, 022, 0, 1, 1, 0, 1, 30, 60, 1, 0, false, SEVERITY_LOW },
		{ "container", 022, 022, 0, 1, 1, 1, 1, 30, 60, 1, 0, false, SEVERITY_MEDIUM },
		{ "desktop", 022, 022, 1, 1, 1, 1, 1, 30, 60, 1, 0, false, SEVERITY_LOW },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct policy policy;
		const uint64_t *parameters = policy.parameters;

		open_profile(&policy, cases[i].profile);
		assert_int_equal(parameters[PARAMETER_UMASK], cases[i].umask);
		assert_int_equal(parameters[PARAMETER_UMASK_SERVICES], cases[i].services);
		assert_int_equal(parameters[PARAMETER_UMASK_USERGROUPS], cases[i].usergroups);
		assert_int_equal(parameters[PARAMETER_UMASK_ROOT_PROCESSES], 022);
		assert_int_equal(parameters[PARAMETER_UMASK_USER_PROCESSES], 002);
		assert_int_equal(parameters[PARAMETER_PROTECTED_REGULAR], cases[i].regular);
		assert_int_equal(parameters[PARAMETER_PROTECTED_FIFOS], cases[i].fifos);
		assert_int_equal(parameters[PARAMETER_SUID_DUMPABLE_PIPE], cases[i].pipe);
		assert_int_equal(parameters[PARAMETER_CORE_RELATIVE], cases[i].relative);
		assert_int_equal(parameters[PARAMETER_TMP_AGE], cases[i].tmp_days * 86400);
		assert_int_equal(parameters[PARAMETER_VAR_TMP_AGE], cases[i].var_tmp_days * 86400);
		assert_int_equal(parameters[PARAMETER_VOLATILE], cases[i].volatile_tmp);
		assert_int_equal(parameters[PARAMETER_ISOLATE_ALL], cases[i].all);
		assert_int_equal(parameters[PARAMETER_LIMITS_MEMORY], 75);
		assert_int_equal(parameters[PARAMETER_LIMITS_USAGE], 90);
		assert_null(policy.lists[PARAMETER_TEMPDIR_EXTRA][0]);
		assert_int_equal(policy.deep, cases[i].deep);
		assert_int_equal(policy.fail_on, cases[i].fail_on);
		assert_int_equal(policy.fail_under, 0);
		/* Every value is stated, by the profile or one that it extends. */
		for (enum parameter p = 0; p < PARAMETERS; ++p) {
			assert_non_null(policy.origins[p].where);
			assert_memory_equal(policy.origins[p].where, "profile ", 8);
			assert_false(policy.origins[p].overrides);
		}
		policy_close(&policy);
	}
}

static void test_boot(void **state) {
	static const struct check checks[] = { { .id = "umask.shell" },
		                               { .id = "umask.accounts" },
		                               { .id = "sticky.boot" },
		                               { .id = "mount.tmp-nosuid" } };

	(void)state;
	for (const char *const *name = policy_profiles; *name; ++name) {
		struct policy policy;

		open_profile(&policy, *name);
		for (size_t i = 0; i < sizeof checks / sizeof *checks; ++i)
			assert_int_equal(policy_judges_boot(&policy, &checks[i]),
			                 strcmp(*name, "container") != 0 || i < 2);
		policy_close(&policy);
	}
}

static void test_selection(void **state) {
	/* By profile, in the order of policy_profiles: L, M, H, i the severity in force; - not selected; n not
	 * applicable. */
	static const struct {
		const char *id;
		enum severity severity;
		const char *wanted;
	} cases[] = {
		{ "mount.var-tmp-separate", SEVERITY_MEDIUM, "-M-M--" },
		{ "mount.tmp-separate", SEVERITY_MEDIUM, "MMMMiM" },
		{ "mount.tmp-noexec", SEVERITY_MEDIUM, "MMMMiM" },
		{ "mount.tmp-nosuid", SEVERITY_MEDIUM, "MMMMMM" },
		{ "mount.nosymfollow", SEVERITY_INFO, "iL--ii" },
		{ "sysctl.noexec-bypass", SEVERITY_INFO, "iL--ii" },
		{ "sysctl.protected-regular", SEVERITY_HIGH, "HH--iH" },
		{ "sysctl.protected-fifos", SEVERITY_MEDIUM, "MM--iM" },
		{ "sysctl.protected-hardlinks", SEVERITY_MEDIUM, "MMMMiM" },
		{ "sysctl.protected-symlinks", SEVERITY_HIGH, "HH-HiH" },
		{ "sysctl.suid-dumpable", SEVERITY_MEDIUM, "MMMMnM" },
		{ "umask.login", SEVERITY_MEDIUM, "MMMMnM" },
		{ "isolation.services", SEVERITY_LOW, "LM--nL" },
		{ "isolation.sessions", SEVERITY_INFO, "iM--ni" },
		{ "cleanup.policy", SEVERITY_MEDIUM, "MM--nM" },
		{ "tempdir.owner", SEVERITY_HIGH, "HHHHHH" },
		{ "tempdir.runtime", SEVERITY_HIGH, "HHHH-H" },
		{ "sticky.shared", SEVERITY_HIGH, "HHHHHH" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct check check = { .id = cases[i].id, .severity = cases[i].severity };

		for (size_t p = 0; policy_profiles[p]; ++p) {
			struct policy policy;

			open_profile(&policy, policy_profiles[p]);
			char seen = !policy_selects(&policy, &check)   ? '-'
			            : !policy_applies(&policy, &check) ? 'n'
			                                               : "iLMHC"[policy_severity(&policy, &check)];
			if (seen != cases[i].wanted[p])
				fail_msg("%s in %s: %c", cases[i].id, policy.name, seen);
			policy_close(&policy);
		}
	}
}

/** Every glob of a profile is meant for checks there are, or those of families that come later. */
static void test_every_profile_selects(void **state) {
	(void)state;
	for (const char *const *name = policy_profiles; *name; ++name) {
		struct policy policy;
		size_t selected = 0;

		open_profile(&policy, *name);
		for (const struct check *const *family = check_families; *family; ++family)
			for (const struct check *check = *family; check->id; ++check)
				selected += policy_selects(&policy, check);
		assert_true(selected > 0);
		policy_close(&policy);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_every_profile_selects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
