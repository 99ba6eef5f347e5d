/** What a report says of its host: os-release by bytes, the rest from trees. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "host.h"
#include "parse_os_release.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct fixture {
	char top[64];
	struct policy policy;
	struct host host;
	bool open;
};

static void at(const struct fixture *fixture, const char *path, char name[static PATH_MAX]) {
	snprintf(name, PATH_MAX, "%s%s", fixture->top, path);
	for (char *slash = name + strlen(fixture->top) + 1; (slash = strchr(slash, '/')); ++slash) {
		*slash = '\0';
		mkdir(name, 0755);
		*slash = '/';
	}
}

static void bytes(struct fixture *fixture, const char *path, const char *content, size_t size) {
	char name[PATH_MAX];

	at(fixture, path, name);
	FILE *stream = fopen(name, "w");
	assert_non_null(stream);
	assert_int_equal(fwrite(content, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
}

static void file(struct fixture *fixture, const char *path, const char *content) {
	bytes(fixture, path, content, strlen(content));
}

static int set_up(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);

	strcpy(fixture->top, "/tmp/tmpaudit-identity-XXXXXX");
	if (!mkdtemp(fixture->top))
		return -1;
	policy_open(&fixture->policy, "default");
	*state = fixture;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state) {
	struct fixture *fixture = *state;

	if (fixture->open)
		host_close(&fixture->host);
	policy_close(&fixture->policy);
	nftw(fixture->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return 0;
}

static const struct identity *gather(struct fixture *fixture, bool live) {
	if (fixture->open)
		host_close(&fixture->host);
	fixture->open = true;
	assert_int_equal(host_open(&fixture->host, &fixture->policy, fixture->top, live), 0);
	host_gather(&fixture->host, FACT_IDENTITY);
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
	file(*state, "/etc/hostname", "# a comment\n\n  db1.example.org \n");
	file(*state, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
	file(*state, "/usr/lib/os-release",
	     "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nID=debian\nVERSION_ID=\"13\"\n");
	file(*state, "/run/systemd/container", "podman\n");
	file(*state, "/.dockerenv", "");
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
	file(*state, "/etc/os-release", "ID=other\n");
	identity = gather(*state, false);
	assert_string_equal(identity->os_id, "other");
	assert_null(identity->os);
	assert_int_equal(((struct fixture *)*state)->host.nfaults, 0);
}

static void test_machine_id(void **state) {
	static const char *const none[] = { "", "\n", "uninitialized\n", "0123456789abcdef0123456789abcde\n",
		                            "0123456789ABCDEF0123456789abcdef\n" };

	for (size_t i = 0; i < sizeof none / sizeof *none; ++i) {
		file(*state, "/etc/machine-id", none[i]);
		assert_null(gather(*state, false)->machine_id);
	}
}

static void test_live(void **state) {
	const struct identity *identity;
	struct utsname kernel;

	assert_return_code(uname(&kernel), 0);
	file(*state, "/etc/hostname", "another\n");
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

	file(fixture, "/.dockerenv", "");
	assert_string_equal(gather(fixture, true)->container, "docker");
	file(fixture, "/run/.containerenv", "");
	assert_string_equal(gather(fixture, true)->container, "podman");
	bytes(fixture, "/proc/1/environ", environment, sizeof environment);
	assert_string_equal(gather(fixture, true)->container, "lxc");
	file(fixture, "/run/systemd/container", "systemd-nspawn\n");
	assert_string_equal(gather(fixture, true)->container, "systemd-nspawn");
	file(fixture, "/run/systemd/container", "oci\n");
	assert_string_equal(gather(fixture, true)->container, "podman");
	file(fixture, "/run/host/container-manager", "incus\n");
	assert_string_equal(gather(fixture, true)->container, "incus");
	file(fixture, "/proc/vz/veinfo", "");
	assert_string_equal(gather(fixture, true)->container, "openvz");
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

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
