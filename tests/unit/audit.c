/** The audit: which checks run, what they see, and that faults reach every check that they concern. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "audit.h"
#include "host.h"

#include <string.h>

static void run_good(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	(void)host;
	result_judge(result, true, &(struct finding) { .subject = "/tmp", .aspect = ASPECT_FILE });
}

static void run_boot(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	(void)host;
	result_judge(result, false,
	             &(struct finding) { .subject = "/tmp", .aspect = ASPECT_BOOT, .message = "is bad" });
}

static void run_silent(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	(void)host;
	(void)result;
}

static const struct check first[] = {
	{ .id = "mount.tmp-nosuid", .practice = PRACTICE_DIRECTORY, .facts = FACT_MOUNTS, .run = run_good },
	{ .id = "mount.var-tmp-separate", .practice = PRACTICE_DIRECTORY, .run = run_good },
	{ .id = "mount.tmp-noexec", .severity = SEVERITY_MEDIUM, .practice = PRACTICE_DIRECTORY, .run = run_boot },
	{ 0 },
};

static const struct check second[] = {
	{ .id = "sysctl.protected-fifos",
	  .severity = SEVERITY_MEDIUM,
	  .practice = PRACTICE_RACE,
	  .facts = FACT_SYSCTLS,
	  .run = run_good },
	{ .id = "umask.processes", .practice = PRACTICE_PERMISSIONS, .live_only = true, .run = run_good },
	{ .id = "sticky.everywhere", .practice = PRACTICE_DIRECTORY, .when = WHEN_DEEP, .run = run_good },
	{ .id = "tempdir.silent", .practice = PRACTICE_DIRECTORY, .run = run_silent },
	{ 0 },
};

static const struct check *const families[] = { first, second, NULL };

static const struct identity identity = { .hostname = "web01" };

/** Audit a host of which everything is known but the faults. */
static void audit(struct report *report, const char *profile, bool live, struct fault *faults, size_t nfaults,
                  const struct selection *selection) {
	struct policy policy;
	struct host host = {
		.tree = { .fd = -1, .live = live },
		.policy = &policy,
		.root = "/",
		.gathered = ~0u,
		.identity = &identity,
		.faults = faults,
		.nfaults = nfaults,
	};

	assert_true(policy_open(&policy, profile));
	audit_run(&host, families, selection, report);
	arena_free(&host.arena);
	policy_close(&policy);
}

/** The ids of the results, each followed by a blank. */
static const char *ids(struct report *report) {
	char *text = arena_alloc(&report->arena, 1000);

	for (size_t i = 0; i < report->nresults; ++i) {
		strcat(text, report->results[i].check->id);
		strcat(text, " ");
	}
	return text;
}

static void selects(const char *profile, const char *check, const char *skip, bool deep, const char *wanted) {
	const char *const checks[] = { check, NULL }, *const skips[] = { skip, NULL };
	const struct selection selection = { .checks = check ? checks : NULL,
		                             .skips = skip ? skips : NULL,
		                             .deep = deep };
	struct report report;

	audit(&report, profile, true, NULL, 0, &selection);
	assert_string_equal(ids(&report), wanted);
	report_free(&report);
}

static void test_selection(void **state) {
	(void)state;
	selects("default", NULL, NULL, false,
	        "mount.tmp-nosuid mount.tmp-noexec sysctl.protected-fifos umask.processes tempdir.silent ");
	selects("default", NULL, NULL, true,
	        "mount.tmp-nosuid mount.tmp-noexec sysctl.protected-fifos umask.processes sticky.everywhere "
	        "tempdir.silent ");
	selects("strict", "mount.*", NULL, false, "mount.tmp-nosuid mount.var-tmp-separate mount.tmp-noexec ");
	selects("default", "mount", NULL, false, "mount.tmp-nosuid mount.tmp-noexec ");
	/* A whole id says what is wanted, whatever the profile or depth. */
	selects("default", "mount.var-tmp-separate", NULL, false, "mount.var-tmp-separate ");
	selects("default", "sticky.everywhere", NULL, false, "sticky.everywhere ");
	selects("default", "sticky.*", NULL, false, "");
	selects("default", "practice:race", NULL, false, "sysctl.protected-fifos ");
	selects("default", "practice:*", "practice:d*", false, "sysctl.protected-fifos umask.processes ");
	selects("default", "mount.tmp-nosuid", "mount.*", false, "");
	selects("default", "moun", NULL, false, "");
}

static void test_unmatched(void **state) {
	(void)state;
	assert_null(audit_unmatched(families, NULL));
	assert_null(audit_unmatched(families, (const char *const[]) { "mount.*", "practice:race", "umask", NULL }));
	assert_string_equal(audit_unmatched(families, (const char *const[]) { "mount.*", "mount.x", NULL }), "mount.x");
	assert_string_equal(audit_unmatched(families, (const char *const[]) { "practice:haste", NULL }),
	                    "practice:haste");
	assert_string_equal(audit_unmatched(families, (const char *const[]) { "", NULL }), "");
}

static const struct result *result_of(const struct report *report, const char *id) {
	for (size_t i = 0; i < report->nresults; ++i)
		if (strcmp(report->results[i].check->id, id) == 0)
			return &report->results[i];
	fail_msg("no %s", id);
	return NULL;
}

static void test_faults(void **state) {
	struct fault faults[] = {
		{ FACT_SYSCTLS | FACT_UNITS, ASPECT_BOOT, "/etc/sysctl.d", "cannot be listed", "/etc/sysctl.d" },
	};
	struct report report;

	(void)state;
	audit(&report, "default", true, faults, 1, &(struct selection) { 0 });
	const struct result *fifos = result_of(&report, "sysctl.protected-fifos");
	/* It judged a subject good all the same, which does not make it pass. */
	assert_int_equal(fifos->passes, 1);
	assert_int_equal(result_status(fifos), STATUS_ERROR);
	assert_string_equal(result_reason(fifos), "cannot be listed");
	assert_string_equal(fifos->findings[0].subject, "/etc/sysctl.d");
	assert_ptr_not_equal(fifos->findings[0].subject, faults[0].subject);
	assert_int_equal(result_status(result_of(&report, "mount.tmp-nosuid")), STATUS_PASS);
	/* A check that says nothing did not find the host good. */
	assert_int_equal(result_status(result_of(&report, "tempdir.silent")), STATUS_ERROR);
	assert_false(report_complete(&report));
	report_free(&report);
}

static void test_live_only(void **state) {
	struct report report;

	(void)state;
	audit(&report, "default", false, NULL, 0, &(struct selection) { 0 });
	assert_int_equal(result_status(result_of(&report, "umask.processes")), STATUS_NOT_APPLICABLE);
	assert_null(report.run.mount_namespace);
	report_free(&report);
	audit(&report, "default", true, NULL, 0, &(struct selection) { 0 });
	assert_int_equal(result_status(result_of(&report, "umask.processes")), STATUS_PASS);
	assert_string_equal(report.run.mount_namespace, "host");
	assert_string_equal(report.host.hostname, "web01");
	assert_ptr_not_equal(report.host.hostname, identity.hostname);
	report_free(&report);
}

static void test_policy_in_force(void **state) {
	struct report report;

	(void)state;
	audit(&report, "container", true, NULL, 0, &(struct selection) { 0 });
	assert_int_equal(result_of(&report, "mount.tmp-noexec")->severity, SEVERITY_INFO);
	assert_int_equal(result_status(result_of(&report, "mount.tmp-noexec")), STATUS_NOT_APPLICABLE);
	assert_int_equal(result_of(&report, "sysctl.protected-fifos")->severity, SEVERITY_INFO);
	assert_int_equal(report.run.fail_on, SEVERITY_MEDIUM);
	assert_string_equal(report.run.profile, "container");
	report_free(&report);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selection), cmocka_unit_test(test_unmatched),       cmocka_unit_test(test_faults),
		cmocka_unit_test(test_live_only), cmocka_unit_test(test_policy_in_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
