/** What the checks of default permissions make of hosts that are written down. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct result result;

static int end(void **state) {
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct umask_fact none[] = { { 0 } };
static const struct umasks nothing = { none, none, none, none, none, none };

static enum status run(const char *id, const char *profile, struct umasks umasks) {
	struct policy policy;
	struct host host = { .policy = &policy, .umasks = &umasks };

	assert_true(policy_open(&policy, profile));
	for (const struct check *check = umask_checks; check->id; ++check)
		if (strcmp(check->id, id) == 0) {
			result = (struct result) { .check = check, .severity = check->severity, .arena = &arena };
			check->run(check, &host, &result);
			policy_close(&policy);
			return result_status(&result);
		}
	fail_msg("no check %s", id);
	return STATUS_ERROR;
}

static void expect(const char *subject, const char *expected, const char *actual, const char *source) {
	assert_int_equal(result.nfindings, 1);
	const struct finding *finding = &result.findings[0];

	assert_string_equal(finding->subject, subject);
	assert_string_equal(finding->expected, expected);
	assert_string_equal(finding->actual, actual);
	assert_string_equal(finding->source, source);
	assert_true(strlen(finding->message) > 0);
}

#define LIST(...) ((const struct umask_fact[]) { __VA_ARGS__, { 0 } })

static struct umask_fact login(mode_t value, mode_t ungrouped) {
	return (struct umask_fact) {
		.subject = "sshd",
		.value = value,
		.ungrouped = ungrouped,
		.shown = "022",
		.message = "no pam_umask in the session stack",
		.source = "/etc/pam.d/sshd",
	};
}

static void test_login(void **state) {
	struct umasks umasks = nothing;

	(void)state;
	assert_int_equal(run("umask.login", "default", umasks), STATUS_NOT_APPLICABLE);
	umasks.logins = LIST(login(022, 022));
	assert_int_equal(run("umask.login", "default", umasks), STATUS_FAIL);
	expect("sshd", "027", "022 (no pam_umask in the session stack)", "/etc/pam.d/sshd");
	assert_int_equal(result.findings[0].aspect, ASPECT_BOOT);
	assert_int_equal(run("umask.login", "desktop", umasks), STATUS_PASS);
	umasks.logins = LIST(login(027, 027));
	assert_int_equal(run("umask.login", "default", umasks), STATUS_PASS);
	assert_int_equal(run("umask.login", "strict", umasks), STATUS_FAIL);
	umasks.logins = LIST(login(037, 037));
	assert_int_equal(run("umask.login", "default", umasks), STATUS_PASS);
	umasks.logins = LIST(login(075, 075));
	assert_int_equal(run("umask.login", "default", umasks), STATUS_FAIL);
}

/* usergroups takes the group bits; a desktop is content if the others are there. */
static void test_usergroups(void **state) {
	struct umasks umasks = nothing;

	(void)state;
	umasks.logins = LIST(login(007, 027));
	assert_int_equal(run("umask.login", "default", umasks), STATUS_FAIL);
	assert_int_equal(run("umask.login", "desktop", umasks), STATUS_PASS);
	umasks.logins = LIST(login(002, 002));
	assert_int_equal(run("umask.login", "desktop", umasks), STATUS_FAIL);
}

static void test_login_defs(void **state) {
	struct umasks umasks = nothing;
	struct umask_fact defs = {
		.subject = "login.defs", .value = 027, .ungrouped = 027, .shown = "027", .source = "/etc/login.defs:9"
	};

	(void)state;
	umasks.logins = LIST(login(027, 027), { .subject = "login.defs" });
	assert_int_equal(run("umask.login", "default", umasks), STATUS_PASS);
	assert_int_equal(result.passes, 2);
	defs.defect = true;
	defs.message = "set, without effect";
	umasks.logins = LIST(defs);
	assert_int_equal(run("umask.login", "default", umasks), STATUS_FAIL);
	expect("login.defs", "027", "027 (set, without effect)", "/etc/login.defs:9");
	defs.defect = false;
	defs.unknown = true;
	defs.message = "is perhaps read by no session";
	umasks.logins = LIST(defs);
	assert_int_equal(run("umask.login", "default", umasks), STATUS_ERROR);
	defs.value = 022;
	umasks.logins = LIST(defs);
	assert_int_equal(run("umask.login", "desktop", umasks), STATUS_ERROR);
	assert_int_equal(run("umask.login", "default", umasks), STATUS_FAIL);
}

static struct umask_fact command(const char *subject, mode_t value, const char *source) {
	return (struct umask_fact) {
		.subject = subject, .value = value, .ungrouped = value, .shown = "shown", .source = source
	};
}

static struct umask_fact unknown(const char *subject, mode_t value) {
	return (struct umask_fact) { .subject = subject,
		                     .value = value,
		                     .ungrouped = value,
		                     .unknown = true,
		                     .shown = "$X",
		                     .message = "is known only when it runs",
		                     .source = "x:1" };
}

static void test_weakest(void **state) {
	struct umasks umasks = nothing;

	(void)state;
	assert_int_equal(run("umask.shell", "default", umasks), STATUS_NOT_APPLICABLE);
	umasks.shells = LIST(command("a", 022, "a:1"), command("a", 002, "a:2"), command("a", 077, "a:3"),
	                     { .subject = "b" }, command("c", 027, "c:1"));
	assert_int_equal(run("umask.shell", "default", umasks), STATUS_FAIL);
	expect("a", "027", "shown", "a:2");
	assert_int_equal(result.passes, 2);
	/* 072 has more bits than 027, but not those that are asked for. */
	umasks.shells = LIST(command("a", 027, "a:1"), command("a", 072, "a:2"));
	assert_int_equal(run("umask.shell", "default", umasks), STATUS_FAIL);
	expect("a", "027", "shown", "a:2");
}

static void test_unknown(void **state) {
	struct umasks umasks = nothing;

	(void)state;
	umasks.shells = LIST(command("a", 077, "a:1"), unknown("a", 0777));
	assert_int_equal(run("umask.shell", "default", umasks), STATUS_ERROR);
	/* What is known to fall short is not hidden by what is unknown. */
	umasks.shells = LIST(unknown("a", 0777), command("a", 022, "a:2"));
	assert_int_equal(run("umask.shell", "default", umasks), STATUS_FAIL);
	expect("a", "027", "shown", "a:2");
	/* Unknown, but at most too weak: "umask g+w". */
	umasks.shells = LIST(unknown("a", 0757));
	assert_int_equal(run("umask.shell", "default", umasks), STATUS_FAIL);
}

static void test_accounts(void **state) {
	struct umasks umasks = nothing;

	(void)state;
	assert_int_equal(run("umask.accounts", "default", umasks), STATUS_NOT_APPLICABLE);
	umasks.accounts = LIST(command("root", 077, "/root/.profile:1"), command("root", 022, "/root/.bashrc:8"));
	assert_int_equal(run("umask.accounts", "default", umasks), STATUS_FAIL);
	expect("root", "027", "shown", "/root/.bashrc:8");
	umasks.accounts = LIST({ .subject = "root" });
	assert_int_equal(run("umask.accounts", "default", umasks), STATUS_PASS);
}

static void test_services(void **state) {
	struct umasks umasks = nothing;
	struct umask_fact sudo = command("/etc/sudoers", 0777, "/etc/sudoers:2");

	(void)state;
	assert_int_equal(run("umask.services", "default", umasks), STATUS_NOT_APPLICABLE);
	umasks.units = LIST({ .subject = "a.service" }, command("b.service", 022, "b:1"));
	assert_int_equal(run("umask.services", "default", umasks), STATUS_PASS);
	assert_int_equal(run("umask.services", "strict", umasks), STATUS_FAIL);
	expect("b.service", "at least 0027", "UMask=shown", "b:1");
	umasks.units = LIST(command("b.service", 0, "b:1"));
	assert_int_equal(run("umask.services", "default", umasks), STATUS_FAIL);
	expect("b.service", "at least 0022", "UMask=shown", "b:1");
	umasks.units = none;
	umasks.services = LIST(command("/etc/init.d/x", 022, "x:1"));
	assert_int_equal(run("umask.services", "strict", umasks), STATUS_PASS);
	sudo.defect = true;
	sudo.message = "sudo leaves it";
	umasks.services = LIST(sudo);
	assert_int_equal(run("umask.services", "default", umasks), STATUS_FAIL);
	expect("/etc/sudoers", "at least 0022", "shown (sudo leaves it)", "/etc/sudoers:2");
	umasks.services = LIST(unknown("/etc/init.d/x", 0777));
	assert_int_equal(run("umask.services", "default", umasks), STATUS_ERROR);
}

static void test_processes(void **state) {
	static const struct {
		uid_t uid;
		mode_t value;
		bool foreign;
		enum status status;
	} cases[] = {
		{ 0, 022, false, STATUS_PASS },    { 0, 002, false, STATUS_FAIL },
		{ 0, 0, true, STATUS_FAIL },       { 1000, 002, false, STATUS_PASS },
		{ 1000, 020, false, STATUS_FAIL }, { 1000, 0, true, STATUS_NOT_APPLICABLE },
		{ 1000, 022, true, STATUS_PASS },
	};
	struct umasks umasks = nothing;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct umask_fact fact = command("pid 812 backupd", cases[i].value, "/proc/812/status");

		fact.uid = cases[i].uid;
		fact.foreign = cases[i].foreign;
		umasks.processes = LIST(fact);
		if (run("umask.processes", "default", umasks) != cases[i].status)
			fail_msg("case %zu", i);
		assert_int_equal(result.nnotes, cases[i].status == STATUS_NOT_APPLICABLE);
		if (cases[i].status == STATUS_FAIL) {
			expect("pid 812 backupd", cases[i].uid ? "meets 002" : "meets 022", "shown",
			       "/proc/812/status");
			assert_int_equal(result.findings[0].aspect, ASPECT_PROCESS);
		}
	}
	umasks.processes = LIST(command("pid 2 a", 022, "x"), unknown("/proc", 0777));
	assert_int_equal(run("umask.processes", "default", umasks), STATUS_ERROR);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_login),    cmocka_unit_test(test_usergroups), cmocka_unit_test(test_login_defs),
		cmocka_unit_test(test_weakest),  cmocka_unit_test(test_unknown),    cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_services), cmocka_unit_test(test_processes),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
