/** What a report says of its host: os-release by bytes, the rest from trees. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fixture.h"
#include "parse_os_release.h"

#include <limits.h>
#include <sys/utsname.h>

static const struct identity *gather(struct fixture *fixture, bool live) {
	host_gather(fixture_host(fixture, live), FACT_IDENTITY);
	return fixture->host.identity;
}

static void test_os_release(void **state) {
	static const struct {
		const char *text, *value;
	} cases[] = {
		{ "A=b\n", "b" },
		{ "A=b", "b" },
		{ "A=\"b c\"\n", "b c" },
		{ "A='b \"c\"'\r\n", "b \"c\"" },
		{ "A=\"b \\\"c\\\" \\$d \\e\"\n", "b \"c\" $d \\e" },
		{ "A=b\\ c\n", "b c" },
		{ "A='b'\"c\"d\n", "bcd" },
		{ "A=b # c\n", "b" },
		{ "  A=b\n", "b" },
		{ "#A=b\nA=c\nA=d\n", "d" },
		{ "A=\n", NULL },
		{ "A=b\nA=\"\"\n", NULL },
		{ "AA=b\nA =c\nB=A=d\n", NULL },
		{ "A=\"b\n", "b" },
		{ "A=\\", "\\" },
		{ "", NULL },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *value = os_release_value(&arena, cases[i].text, strlen(cases[i].text), "A");

		if (!value != !cases[i].value || (value && strcmp(value, cases[i].value) != 0))
			fail_msg("%s: %s", cases[i].text, value ? value : "none");
	}
	assert_string_equal(os_release_value(&arena, "\0\nA=b\0c\nB", 10, "A"), "b");
	arena_free(&arena);
}

static void test_offline(void **state) {
	const struct identity *identity = gather(*state, false);

	assert_null(identity->hostname);
	assert_null(identity->machine_id);
	assert_null(identity->os);
	fixture_file(*state, "/etc/hostname", "# a comment\n\n  db1.example.org \n");
	fixture_file(*state, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	fixture_file(*state, "/usr/lib/os-release",
	             "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nID=debian\nVERSION_ID=\"13\"\n");
	fixture_file(*state, "/run/systemd/container", "podman\n");
	fixture_file(*state, "/.dockerenv", "");
	identity = gather(*state, false);
	assert_string_equal(identity->hostname, "db1.example.org");
	assert_string_equal(identity->machine_id, "0123456789abcdef0123456789abcdef");
	assert_string_equal(identity->os, "Debian GNU/Linux 13 (trixie)");
	assert_string_equal(identity->os_id, "debian");
	assert_string_equal(identity->os_version, "13");
	/* What runs says nothing of a tree, nor does what a container left in it. */
	assert_null(identity->kernel);
	assert_null(identity->kernel_version);
	assert_null(identity->arch);
	assert_null(identity->container);
	/* That of /etc stands for the other. */
	fixture_file(*state, "/etc/os-release", "ID=other\n");
	identity = gather(*state, false);
	assert_string_equal(identity->os_id, "other");
	assert_null(identity->os);
	assert_int_equal(((struct fixture *)*state)->host.nfaults, 0);
}

static void test_machine_id(void **state) {
	static const char *const none[] = { "", "\n", "uninitialized\n", "0123456789abcdef0123456789abcde\n",
		                            "0123456789ABCDEF0123456789abcdef\n" };

	for (size_t i = 0; i < sizeof none / sizeof *none; ++i) {
		fixture_file(*state, "/etc/machine-id", none[i]);
		assert_null(gather(*state, false)->machine_id);
	}
}

static void test_live(void **state) {
	const struct identity *identity;
	struct utsname kernel;

	assert_return_code(uname(&kernel), 0);
	fixture_file(*state, "/etc/hostname", "another\n");
	identity = gather(*state, true);
	assert_string_equal(identity->hostname, kernel.nodename);
	assert_string_equal(identity->kernel, kernel.release);
	assert_string_equal(identity->kernel_version, kernel.version);
	assert_string_equal(identity->arch, kernel.machine);
	assert_null(identity->container);
}

static void test_container(void **state) {
	static const char environment[] = "PATH=/bin\0mycontainer=no\0container=lxc\0A=b";
	struct fixture *fixture = *state;

	fixture_file(fixture, "/.dockerenv", "");
	assert_string_equal(gather(fixture, true)->container, "docker");
	fixture_file(fixture, "/run/.containerenv", "");
	assert_string_equal(gather(fixture, true)->container, "podman");
	fixture_bytes(fixture, "/proc/1/environ", environment, sizeof environment);
	assert_string_equal(gather(fixture, true)->container, "lxc");
	fixture_file(fixture, "/run/systemd/container", "systemd-nspawn\n");
	assert_string_equal(gather(fixture, true)->container, "systemd-nspawn");
	fixture_file(fixture, "/run/systemd/container", "oci\n");
	assert_string_equal(gather(fixture, true)->container, "podman");
	fixture_file(fixture, "/run/host/container-manager", "incus\n");
	assert_string_equal(gather(fixture, true)->container, "incus");
	fixture_file(fixture, "/proc/vz/veinfo", "");
	assert_string_equal(gather(fixture, true)->container, "openvz");
}

#define test(function) cmocka_unit_test_setup_teardown(function, fixture_begin, fixture_end)

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_os_release),
		test(test_offline),
		test(test_machine_id),
		test(test_live),
		test(test_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
