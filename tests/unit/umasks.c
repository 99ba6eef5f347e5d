/** How umasks are gathered, where a tree alone cannot show it: processes of every kind, and hostile includes. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fixture.h"
#include "text.h"

/** "subject value" of each entry, "subject ?" of an unknown one. */
static const char *listed(struct fixture *fixture, const struct umask_fact *(*list)(const struct umasks *)) {
	struct builder shown = { .arena = &fixture->arena };

	host_gather(&fixture->host, FACT_UMASKS);
	for (const struct umask_fact *fact = list(fixture->host.umasks); fact->subject; ++fact) {
		builder_format(&shown, "%s%s ", shown.length ? ", " : "", fact->subject);
		if (fact->unknown)
			builder_text(&shown, "?");
		else
			builder_format(&shown, "%03o", fact->value);
	}
	return builder_string(&shown);
}

static const char *gather(struct fixture *fixture, bool live, const struct umask_fact *(*list)(const struct umasks *)) {
	fixture_host(fixture, live);
	return listed(fixture, list);
}

static const struct umask_fact *processes(const struct umasks *umasks) {
	return umasks->processes;
}

static const struct umask_fact *logins(const struct umasks *umasks) {
	return umasks->logins;
}

static void add_process(struct fixture *fixture, unsigned pid, const char *rest) {
	fixture_file(fixture, arena_text(&fixture->arena, "/proc/%u/status", pid),
	             arena_text(&fixture->arena, "Name:\tp%u\n%s", pid, rest));
}

static void test_processes(void **state) {
	struct fixture *fixture = *state;

	add_process(fixture, 1, "Umask:\t0000\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\n");
	/* Threads of the kernel: with Kthread, and told by a flag before there was one. */
	add_process(fixture, 2, "Umask:\t0000\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nKthread:\t1\n");
	add_process(fixture, 3, "Umask:\t0000\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\n");
	fixture_file(fixture, "/proc/3/stat", "3 (a) S) S 2 0 0 0 -1 69238880 0 0");
	/* A name with parentheses does not make one. */
	add_process(fixture, 4, "Umask:\t0007\nState:\tS (sleeping)\nUid:\t0\t1000\t0\t0\n");
	fixture_file(fixture, "/proc/4/stat", "4 (x) S 2 0 0 0 -1 69238880 0 0) S 2 0 0 0 -1 4194560 0 0");
	add_process(fixture, 100, "Umask:\t0022\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\nKthread:\t0\n");
	add_process(fixture, 20, "Umask:\t0002\nState:\tR (running)\nUid:\t1000\t1000\t0\t0\nVmSize:\t1 kB\n");
	/* Zombies, and what is about to be one. */
	add_process(fixture, 21, "State:\tZ (zombie)\nUid:\t0\t0\t0\t0\n");
	add_process(fixture, 22, "State:\tR (running)\nUid:\t0\t0\t0\t0\n");
	fixture_file(fixture, "/proc/self/uid_map", "0 0 4294967295\n");
	fixture_file(fixture, "/proc/version", "");
	assert_string_equal(gather(fixture, true, processes), "pid 4 p4 007, pid 20 p20 002, pid 100 p100 022");
	assert_int_equal(fixture->host.umasks->processes[0].uid, 1000);
	assert_int_equal(fixture->host.umasks->processes[2].uid, 0);
	assert_string_equal(fixture->host.umasks->processes[0].source, "/proc/4/status");
	assert_string_equal(fixture->host.umasks->processes[0].shown, "0007");
}

static void test_unreadable_processes(void **state) {
	struct fixture *fixture = *state;

	/* A kernel that shows no umask; nonsense; process 1 is not seen. */
	add_process(fixture, 5, "State:\tS (sleeping)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\n");
	add_process(fixture, 6, "Umask:\tx\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\n");
	add_process(fixture, 7, "Umask:\t0022\nState:\tS (sleeping)\nVmSize:\t1 kB\n");
	assert_string_equal(gather(fixture, true, processes), "/proc ?, /proc ?");
	assert_non_null(strstr(fixture->host.umasks->processes[0].message, "process 1"));
	assert_non_null(strstr(fixture->host.umasks->processes[1].message, "before 4.7 (3 processes)"));
}

static void add_thread(struct fixture *fixture, unsigned pid, unsigned tid, const char *rest) {
	fixture_file(fixture, arena_text(&fixture->arena, "/proc/%u/task/%u/status", pid, tid),
	             arena_text(&fixture->arena, "Name:\tt%u\n%s", tid, rest));
}

static void test_threads(void **state) {
	static const char same[] = "Umask:\t0022\nState:\tS (x)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\n";
	static const char other[] = "Umask:\t0002\nState:\tS (x)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\n";
	static const char dead[] = "State:\tZ (x)\nUid:\t0\t0\t0\t0\n";
	struct fixture *fixture = *state;

	add_process(fixture, 1, "");
	fixture_file(fixture, "/proc/self/uid_map", "0 0 4294967295\n");
	add_process(fixture, 7, same);
	add_thread(fixture, 7, 7, other);
	add_thread(fixture, 7, 8, same);
	add_thread(fixture, 7, 10, other);
	add_thread(fixture, 7, 9, "Umask:\t0022\nState:\tS (x)\nUid:\t0\t5\t0\t0\nVmSize:\t1 kB\n");
	/* Its first thread has ended, the others have not. */
	add_process(fixture, 20, dead);
	add_thread(fixture, 20, 20, dead);
	add_thread(fixture, 20, 21, same);
	/* Threads of the kernel are not looked at. */
	add_process(fixture, 30, "Umask:\t0000\nState:\tS (x)\nUid:\t0\t0\t0\t0\nKthread:\t1\n");
	add_thread(fixture, 30, 31, other);
	assert_string_equal(gather(fixture, true, processes), "pid 7 p7 022");
	fixture_host(fixture, true)->deep = true;
	assert_string_equal(listed(fixture, processes), "pid 7 p7 022, pid 7 thread 9 t9 022, "
	                                                "pid 7 thread 10 t10 002, pid 20 thread 21 t21 022");
	assert_string_equal(fixture->host.umasks->processes[2].source, "/proc/7/task/10/status");
	assert_int_equal(fixture->host.umasks->processes[1].uid, 5);
}

static void test_namespaces(void **state) {
	struct fixture *fixture = *state;

	add_process(fixture, 1, "");
	fixture_file(fixture, "/proc/self/uid_map", "0 0 4294967295\n");
	add_process(fixture, 5, "Umask:\t0000\nState:\tS (x)\nUid:\t0\t100000\t0\t0\nVmSize:\t1 kB\n");
	fixture_file(fixture, "/proc/5/uid_map", "0 100000 65536\n");
	add_process(fixture, 6, "Umask:\t0000\nState:\tS (x)\nUid:\t0\t1000\t0\t0\nVmSize:\t1 kB\n");
	fixture_file(fixture, "/proc/6/uid_map", "0 0 4294967295\n");
	gather(fixture, true, processes);
	assert_true(fixture->host.umasks->processes[0].foreign);
	assert_false(fixture->host.umasks->processes[1].foreign);
}

static void test_offline(void **state) {
	struct fixture *fixture = *state;

	add_process(fixture, 5, "Umask:\t0000\nState:\tS (x)\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB\n");
	gather(fixture, false, logins);
	assert_null(fixture->host.umasks->processes);
}

/** A file that includes itself twice would be read 2^16 times. */
static void test_exponential_includes(void **state) {
	struct fixture *fixture = *state;

	fixture_file(fixture, "/etc/pam.d/su",
	             "session optional pam_x.so\n@include su\nsession substack su\nsession include su\n");
	fixture_file(fixture, "/etc/pam.d/sudo", "session optional pam_umask.so umask=027\n");
	fixture_file(fixture, "/etc/sudoers", "@include /etc/sudoers\n@include sudoers\n@includedir /etc\n");
	fixture_file(fixture, "/etc/ssh/sshd_config", "Include *\nInclude sshd_config\nInclude /etc/ssh/*\n");
	assert_string_equal(gather(fixture, false, logins), "su ?, sudo ?");
}

static void test_accounts_without_home(void **state) {
	struct fixture *fixture = *state;

	fixture_file(fixture, "/etc/passwd",
	             "root:x:0:0:umask=:/root:\nx:x:0:0::relative:/bin/sh\ny:x:0:0::/none:/bin/sh\n");
	gather(fixture, false, logins);
	const struct umask_fact *accounts = fixture->host.umasks->accounts;
	assert_string_equal(accounts[0].subject, "root");
	assert_int_equal(accounts[0].value, 0);
	assert_string_equal(accounts[0].source, "/etc/passwd:1");
	assert_string_equal(accounts[1].subject, "x");
	assert_null(accounts[1].shown);
	assert_string_equal(accounts[2].subject, "y");
	assert_false(accounts[2].unknown);
	assert_null(accounts[3].subject);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_begin, fixture_end)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_processes),
		TEST(test_unreadable_processes),
		TEST(test_threads),
		TEST(test_namespaces),
		TEST(test_offline),
		TEST(test_exponential_includes),
		TEST(test_accounts_without_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
