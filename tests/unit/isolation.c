/** Which services share temporary directories: running ones, on a /proc that is written down; and the parsers of it. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "checks.h"
#include "fixture.h"
#include "parse_cgroup.h"
#include "parse_mountinfo.h"
#include "parse_namespace.h"
#include "result.h"
#include "text.h"

static const char host_mounts[] = "20 1 254:1 / / rw - ext4 /dev/vda rw\n21 20 0:5 / /dev rw - devtmpfs x rw\n"
                                  "22 20 0:30 / /tmp rw - tmpfs tmpfs rw\n";
/* As PrivateTmp= makes them. */
static const char private_mounts[] = "40 39 254:1 / / rw - ext4 /dev/vda rw\n41 40 0:30 / /tmp rw - tmpfs tmpfs rw\n"
                                     "42 41 0:30 /systemd-private-x/tmp /tmp rw - tmpfs tmpfs rw\n"
                                     "43 40 254:1 /var/tmp/systemd-private-y/tmp /var/tmp rw - ext4 /dev/vda rw\n";

/** A process of a service; uid is its own. */
static void add_process(struct fixture *fixture, unsigned pid, const char *cgroup, const char *mounts, unsigned uid) {
	struct arena *arena = &fixture->arena;

	fixture_file(fixture, arena_text(arena, "/proc/%u/cgroup", pid), arena_text(arena, "0::%s\n", cgroup));
	fixture_file(fixture, arena_text(arena, "/proc/%u/mountinfo", pid), mounts);
	fixture_file(fixture, arena_text(arena, "/proc/%u/status", pid),
	             arena_text(arena, "Name:\tx\nUid:\t%u\t%u\t%u\t%u\n", uid, uid, uid, uid));
	fixture_file(fixture, arena_text(arena, "/proc/%u/maps", pid), "");
	fixture_link(fixture, arena_text(arena, "/proc/%u/cwd", pid), "/", 0);
	fixture_link(fixture, arena_text(arena, "/proc/%u/fd/0", pid), "/dev/null", 0);
}

/** A host of systemd's with its first process. */
static void make_host(struct fixture *fixture) {
	fixture_link(fixture, "/sbin/init", "/usr/lib/systemd/systemd", 0);
	fixture_file(fixture, "/etc/passwd", "root:x:0:0::/root:/bin/sh\ndb:x:105:105::/:/usr/sbin/nologin\n");
	fixture_file(fixture, "/tmp/mine", "");
	fixture_file(fixture, "/var/tmp/x", "");
	fixture_file(fixture, "/proc/1/mountinfo", host_mounts);
	fixture_file(fixture, "/proc/1/cgroup", "0::/init.scope\n");
	fixture_file(fixture, "/proc/self/mountinfo", host_mounts);
}

/** "name aspect: actual @source" of each failing finding, "name aspect?" of an unknown one. */
static const char *judge(struct fixture *fixture, const char *profile) {
	struct builder shown = { .arena = &fixture->arena };

	policy_close(&fixture->policy);
	policy_open(&fixture->policy, profile);
	fixture_host(fixture, true);
	const struct check *check = isolation_checks;
	struct result result = { .check = check, .arena = &fixture->arena };

	assert_string_equal(check->id, "isolation.services");
	host_gather(&fixture->host, check->facts);
	check->run(check, &fixture->host, &result);
	for (size_t i = 0; i < result.nfindings; ++i) {
		const struct finding *finding = &result.findings[i];

		builder_format(&shown, "%s%s %s", shown.length ? "; " : "", finding->subject,
		               aspect_names[finding->aspect]);
		if (finding->error)
			builder_text(&shown, "?");
		else
			builder_format(&shown, ": %s @%s", finding->actual, finding->source);
	}
	builder_format(&shown, " (%zu)", result.passes);
	return builder_string(&shown);
}

static void test_uses(void **state) {
	struct fixture *fixture = *state;

	make_host(fixture);
	add_process(fixture, 940, "/system.slice/a.service", host_mounts, 0);
	fixture_link(fixture, "/proc/940/fd/12", "/tmp/a.lock", 0);
	/* The lowest process that uses it counts, not the lowest of the service. */
	add_process(fixture, 99, "/system.slice/b.service/worker", host_mounts, 0);
	add_process(fixture, 1000, "/system.slice/b.service", host_mounts, 0);
	assert_int_equal(unlink(fixture_at(fixture, "/proc/1000/cwd")), 0);
	fixture_link(fixture, "/proc/1000/cwd", "/var/tmp", 0);
	add_process(fixture, 50, "/system.slice/c.service", host_mounts, 0);
	fixture_file(fixture, "/proc/50/maps",
	             "7f00-7f01 r--p 0 0:1 9 /usr/lib/x\n7f02-7f03 r--s 0 0:1 9  /tmp/shm seg\n");
	add_process(fixture, 51, "/system.slice/d.service", host_mounts, 0);
	fixture_link(fixture, "/proc/51/fd/1", "socket:[777]", 0);
	fixture_file(fixture, "/proc/net/unix",
	             "Num       RefCount Protocol Flags    Type St Inode Path\n"
	             "0000000000000000: 00000002 00000000 00010000 0001 01 7777 /tmp/other\n"
	             "0000000000000000: 00000002 00000000 00010000 0001 01 777 /tmp/d.sock\n"
	             "0000000000000000: 00000002 00000000 00010000 0001 01 778 @/tmp/abstract\n");
	assert_string_equal(
	        judge(fixture, "default"),
	        "a.service process: /tmp/a.lock open @940; b.service process: /var/tmp is its current "
	        "directory @1000; c.service process: /tmp/shm seg mapped @50; d.service process: /tmp/d.sock "
	        "open @51 (0)");
}

static void test_private(void **state) {
	struct fixture *fixture = *state;

	make_host(fixture);
	add_process(fixture, 940, "/system.slice/a.service", private_mounts, 0);
	fixture_link(fixture, "/proc/940/fd/12", "/tmp/a.lock", 0);
	/* One has a tmpfs on /tmp only. */
	add_process(fixture, 941, "/system.slice/b.service",
	            "40 39 254:1 / / rw - ext4 x rw\n41 40 0:30 / /tmp rw - tmpfs x rw\n42 41 0:77 / /tmp rw - tmpfs x "
	            "rw\n",
	            0);
	fixture_link(fixture, "/proc/941/fd/12", "/tmp/b.lock", 0);
	/* One has a root of its own, which is no mount. */
	add_process(fixture, 942, "/system.slice/c.service", "42 41 0:30 / /proc rw - proc x rw\n", 0);
	fixture_link(fixture, "/proc/942/fd/12", "/tmp/c.lock", 0);
	assert_string_equal(judge(fixture, "default"), " (3)");
	assert_string_equal(judge(fixture, "strict"), "b.service process: shares /var/tmp @941 (2)");
	fixture_link(fixture, "/proc/941/fd/13", "/var/tmp/b", 0);
	assert_string_equal(judge(fixture, "default"), "b.service process: /var/tmp/b open @941 (2)");
}

static void test_sharing_without_use(void **state) {
	struct fixture *fixture = *state;

	make_host(fixture);
	add_process(fixture, 940, "/system.slice/a.service", host_mounts, 0);
	fixture_link(fixture, "/proc/940/fd/12", "/tmpfile", 0);
	fixture_link(fixture, "/proc/940/fd/13", "/run/tmp/x", 0);
	add_process(fixture, 941, "/system.slice/b.service", host_mounts, 0);
	fixture_file(fixture, "/etc/systemd/system/b.service", "[Service]\nType=oneshot\nExecStart=/bin/b\n");
	assert_string_equal(judge(fixture, "default"), " (3)");
	assert_string_equal(judge(fixture, "strict"), "a.service process: shares /tmp and /var/tmp @940 (2)");
}

static void test_owned(void **state) {
	struct fixture *fixture = *state;

	if (geteuid() != 0)
		skip();
	make_host(fixture);
	assert_int_equal(chown(fixture_at(fixture, "/tmp/mine"), 105, 105), 0);
	add_process(fixture, 940, "/system.slice/db.service", host_mounts, 0);
	add_process(fixture, 941, "/system.slice/db.service", host_mounts, 105);
	assert_string_equal(judge(fixture, "default"), "db.service process: /tmp/mine owned by uid 105 (db) @941 (0)");
	/* It is not dedicated if another service has it, too. */
	add_process(fixture, 942, "/system.slice/other.service", host_mounts, 105);
	assert_string_equal(judge(fixture, "default"), " (2)");
}

static void test_exempt(void **state) {
	static const char *const cgroups[] = {
		"/system.slice/ssh.service",
		"/system.slice/cron.service",
		"/system.slice/system-getty.slice/getty@tty1.service",
		"/user.slice/user-1000.slice/session-3.scope",
		"/user.slice/user-1000.slice/user@1000.service/app.slice/own.service",
		"/system.slice/docker.service",
		"/machine.slice/systemd-nspawn@x.service/payload/system.slice/own.service",
		"/system.slice/lightdm.service",
		"/",
	};
	struct fixture *fixture = *state;

	make_host(fixture);
	for (unsigned i = 0; i < sizeof cgroups / sizeof *cgroups; ++i) {
		add_process(fixture, 100 + i, cgroups[i], host_mounts, 0);
		fixture_link(fixture, arena_text(&fixture->arena, "/proc/%u/fd/9", 100 + i), "/tmp/x", 0);
	}
	assert_string_equal(judge(fixture, "strict"), " (0)");
}

static void test_unit_of_a_running_service(void **state) {
	struct fixture *fixture = *state;

	make_host(fixture);
	fixture_file(fixture, "/etc/systemd/system/w@.service", "[Service]\nExecStart=/bin/w --log=/var/tmp/w/%i\n");
	add_process(fixture, 940, "/system.slice/system-w.slice/w@a.service", host_mounts, 0);
	/* Restarted it will be private, now it is not; and the other way round. */
	fixture_file(fixture, "/etc/systemd/system/a.service", "[Service]\nPrivateTmp=yes\nPIDFile=/tmp/a.pid\n");
	add_process(fixture, 941, "/system.slice/a.service", host_mounts, 0);
	fixture_file(fixture, "/etc/systemd/system/b.service", "[Service]\nPIDFile=/tmp/b.pid\n");
	add_process(fixture, 942, "/system.slice/b.service", private_mounts, 0);
	assert_string_equal(judge(fixture, "default"),
	                    "a.service process: /tmp/a.pid in PIDFile= @941; w@a.service process: /var/tmp/w/%i in "
	                    "ExecStart= @940; b.service boot: /tmp/b.pid in PIDFile= @/etc/systemd/system/b.service:2; "
	                    "w@.service boot: /var/tmp/w/%i in ExecStart= @/etc/systemd/system/w@.service:2 (2)");
}

static void test_unreadable(void **state) {
	struct fixture *fixture = *state;

	make_host(fixture);
	add_process(fixture, 940, "/system.slice/a.service", host_mounts, 0);
	assert_int_equal(unlink(fixture_at(fixture, "/proc/940/maps")), 0);
	assert_int_equal(mkdir(fixture_at(fixture, "/proc/940/maps"), 0755), 0);
	assert_string_equal(judge(fixture, "default"), "a.service process? (0)");
	/* What is seen is not hidden by what is not. */
	fixture_link(fixture, "/proc/940/fd/12", "/tmp/a.lock", 0);
	assert_string_equal(judge(fixture, "default"), "a.service process: /tmp/a.lock open @940 (0)");
	/* A process that ended while we looked is none. */
	fixture_file(fixture, "/proc/941/cgroup", "0::/system.slice/b.service\n");
	assert_string_equal(judge(fixture, "default"), "a.service process: /tmp/a.lock open @940 (1)");
	assert_int_equal(unlink(fixture_at(fixture, "/proc/1/mountinfo")), 0);
	judge(fixture, "default");
	assert_int_equal(fixture->host.nfaults, 1);
	assert_string_equal(fixture->host.faults[0].subject, "/proc/1/mountinfo");
}

static void test_places(void **state) {
	static const struct {
		const char *mounts, *tmp;
	} cases[] = {
		{ host_mounts, "0:30 /x" },
		{ private_mounts, "0:30 /systemd-private-x/tmp/x" },
		{ "1 0 8:1 /sub / rw - ext4 x rw\n", "8:1 /sub/tmp/x" },
		/* A mount that a later one on its parent hides. */
		{ "1 0 8:1 / / rw - x x rw\n2 1 8:2 / /tmp rw - x x rw\n3 1 8:3 /r / rw - x x rw\n", "8:3 /r/tmp/x" },
		{ "1 0 8:1 / / rw - x x rw\n2 1 8:2 / /tmpx rw - x x rw\n3 1 8:3 / /tmp/x rw - x x rw\n", "8:3 " },
		{ "1 0 8:1 / / rw - x x rw\n2 1 8:2 /a\\040b /tmp rw - x x rw\n", "8:2 /a b/x" },
		{ "1 1 8:1 / / rw - x x rw\n", "8:1 /tmp/x" },
		{ "1 2 8:1 / / rw\n2 1 8:1 / / rw\n", NULL },
		{ "", NULL },
		{ "x\n1 0 8:1\n1 0 8:1 a b\n\n", NULL },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct bytes bytes = { cases[i].mounts, strlen(cases[i].mounts) };
		struct mountinfo mountinfo;

		assert_int_equal(parse_mountinfo(&bytes, &fixture->arena, &mountinfo), 0);
		const char *found = mountinfo_place(&mountinfo, "/tmp/x", &fixture->arena);
		if (cases[i].tmp)
			assert_string_equal(found, cases[i].tmp);
		else
			assert_null(found);
	}
}

static void test_cgroups(void **state) {
	static const struct {
		const char *text, *service;
	} cases[] = {
		{ "0::/system.slice/x.service\n", "x.service" },
		{ "0::/system.slice/x.service/sub/y.service", "x.service" },
		{ "12:pids:/system.slice/no.service\n1:name=systemd:/system.slice/x.service\n0::/\n", "x.service" },
		{ "2:name=other:/system.slice/no.service\n", NULL },
		{ "0::/init.scope\n", NULL },
		{ "0::/system.slice/.service\n", NULL },
		{ "0::\n0:\n:\n\n", NULL },
		{ "", NULL },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const struct bytes bytes = { cases[i].text, strlen(cases[i].text) };
		const char *found = parse_cgroup_service(&bytes, &fixture->arena);

		if (cases[i].service)
			assert_string_equal(found, cases[i].service);
		else
			assert_null(found);
	}
}

static void test_namespaces(void **state) {
	static const struct {
		const char *text, *why, *method, *options, *exempt;
		bool inverted, shared;
	} cases[] = {
		{ "/tmp /tmp-inst/ level root,adm", NULL, "level", "", "root,adm", false, false },
		{ "\t/tmp\ttmpfs\ttmpfs:mntopts=nosuid,nodev:noinit ~a # x", NULL, "tmpfs", "nosuid,nodev", "a", true,
		  false },
		{ "/tmp /i/ context:shared:create=0700,root,root", NULL, "context", "", "", false, true },
		{ "$HOME $HOME/i/ user:iscript=x", NULL, "user", "", "", false, false },
		{ "/tmp /i/", "lacks an instance prefix or a method", NULL, "", "", false, false },
		{ "/tmp /i/ users", "has an unknown method", NULL, "", "", false, false },
		{ "/tmp /i/ user:mode=1", "has an unknown flag behind its method", "user", "", "", false, false },
		{ "/tmp /i/ user:mntopts=x", "has mount options, which only the method tmpfs takes", "user", "", "",
		  false, false },
		{ "tmp /i/ user", "has a directory that is not absolute", "user", "", "", false, false },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *text = arena_text(&fixture->arena, "\n# x\n  \n%s\r\n", cases[i].text);
		const struct bytes bytes = { text, strlen(text) };
		const struct namespace_line *lines;

		assert_int_equal(parse_namespace(&bytes, &fixture->arena, &lines), 0);
		assert_int_equal(lines[0].line, 4);
		assert_int_equal(lines[1].line, 0);
		if (cases[i].why)
			assert_string_equal(lines[0].why, cases[i].why);
		else
			assert_null(lines[0].why);
		if (cases[i].method)
			assert_string_equal(lines[0].method, cases[i].method);
		assert_string_equal(lines[0].options, cases[i].options);
		assert_string_equal(lines[0].exempt, cases[i].exempt);
		assert_int_equal(lines[0].inverted, cases[i].inverted);
		assert_int_equal(lines[0].shared, cases[i].shared);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_uses, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_private, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_sharing_without_use, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_owned, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_exempt, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_unit_of_a_running_service, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_unreadable, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_places, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_cgroups, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_namespaces, fixture_begin, fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
