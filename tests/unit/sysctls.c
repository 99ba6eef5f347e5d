/** Kernel settings, gathered from trees: what is in force now, and which line of which file the next boot goes by. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fixture.h"

#include <limits.h>

static const char regular[] = "fs.protected_regular";

static void systemd(struct fixture *fixture) {
	fixture_file(fixture, "/usr/lib/systemd/systemd", "");
}

static int set_up(void **state) {
	if (fixture_begin(state) != 0)
		return -1;
	fixture_directory(*state, "/tmp", 01777, 0, 0);
	fixture_file(*state, "/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
	fixture_file(*state, "/etc/group", "root:x:0:\n");
	return 0;
}

/** Gather anew, and return the view of the aspect. */
static const struct sysctl_view *gather(struct fixture *fixture, bool live, enum aspect aspect) {
	host_gather(fixture_host(fixture, live), FACT_SYSCTLS);
	for (const struct sysctl_view *view = fixture->host.sysctl_views; view->aspect; ++view)
		if (view->aspect == aspect)
			return view;
	return NULL;
}

static void assert_boot_key(struct fixture *fixture, const char *key, const char *value, const char *source) {
	const struct sysctl *sysctl = sysctl_find(gather(fixture, false, ASPECT_BOOT), key);

	assert_non_null(sysctl);
	assert_string_equal(sysctl->source, source);
	assert_string_equal(sysctl->value, value);
}

#define assert_boot(fixture, value, source) assert_boot_key(fixture, regular, value, source)

/** The defect of the key; all NULL if it has none. */
static struct sysctl_defect defect_of(struct fixture *fixture, const char *key) {
	const struct sysctl_defect *defect = gather(fixture, false, ASPECT_BOOT)->defects;

	while (defect->key && strcmp(defect->key, key) != 0)
		++defect;
	return *defect;
}

static void assert_defect(struct fixture *fixture, const char *actual, const char *source) {
	const struct sysctl_defect defect = defect_of(fixture, regular);

	assert_non_null(defect.key);
	assert_string_equal(defect.actual, actual);
	assert_string_equal(defect.source, source);
}

static void test_nothing_states_it(void **state) {
	assert_boot(*state, "0", "default");
	assert_boot_key(*state, "fs.protected_symlinks", "0", "default");
	assert_boot_key(*state, "kernel.core_pattern", "core", "default");
	assert_null(sysctl_find(gather(*state, false, ASPECT_BOOT), "user.max_user_namespaces")->value);
	assert_null(gather(*state, false, ASPECT_LIVE));
	assert_null(sysctl_find(gather(*state, false, ASPECT_BOOT), "kernel.none"));
	fixture_file(*state, "/usr/lib/os-release", "NAME=x\nID=debian\n");
	assert_boot_key(*state, "fs.protected_symlinks", "1", "default");
	assert_boot_key(*state, "fs.protected_hardlinks", "1", "default");
	assert_boot(*state, "0", "default");
}

static void test_order_of_names(void **state) {
	systemd(*state);
	fixture_file(*state, "/usr/lib/sysctl.d/99-protect-links.conf", "fs.protected_regular = 2\n");
	assert_boot(*state, "2", "/usr/lib/sysctl.d/99-protect-links.conf:1");
	fixture_file(*state, "/etc/sysctl.d/60-local.conf", "\nfs.protected_regular = 0\n");
	assert_boot(*state, "2", "/usr/lib/sysctl.d/99-protect-links.conf:1");
	fixture_file(*state, "/etc/sysctl.d/99-zz.conf", "fs/protected_regular=0\nfs.protected_regular=1 # one\n");
	assert_boot(*state, "1", "/etc/sysctl.d/99-zz.conf:2");
	/* Bytes, not words: capitals stand before small letters, and both behind digits. */
	fixture_file(*state, "/usr/local/lib/sysctl.d/Z.conf", "fs.protected_regular = 0\n");
	assert_boot(*state, "0", "/usr/local/lib/sysctl.d/Z.conf:1");
	fixture_file(*state, "/lib/sysctl.d/a.conf", "fs.protected_regular = 2\n");
	assert_boot(*state, "2", "/lib/sysctl.d/a.conf:1");
	fixture_file(*state, "/etc/sysctl.d/z.conf.bak", "fs.protected_regular = 0\n");
	fixture_file(*state, "/etc/sysctl.d/zconf", "fs.protected_regular = 0\n");
	fixture_file(*state, "/etc/sysctl.d/.z.conf", "fs.protected_regular = 0\n");
	fixture_file(*state, "/run/sysctl.d/z.conf", "fs.protected_regular = 0\n");
	assert_boot(*state, "2", "/lib/sysctl.d/a.conf:1");
}

static void test_names_hide(void **state) {
	struct fixture *fixture = *state;

	systemd(fixture);
	fixture_file(fixture, "/usr/lib/sysctl.d/50-a.conf", "fs.protected_regular = 2\n");
	fixture_file(fixture, "/etc/sysctl.d/50-a.conf", "fs.protected_fifos = 1\n");
	assert_boot(fixture, "0", "default");
	assert_boot_key(fixture, "fs.protected_fifos", "1", "/etc/sysctl.d/50-a.conf:1");
	fixture_file(fixture, "/etc/sysctl.d/50-a.conf", "");
	assert_boot(fixture, "0", "default");
	const char *name = fixture_at(fixture, "/etc/sysctl.d/50-a.conf");
	unlink(name);
	assert_boot(fixture, "2", "/usr/lib/sysctl.d/50-a.conf:1");
	/* A mask, in a tree without /dev; a link to nowhere and a directory hide as well. */
	fixture_link(fixture, "/etc/sysctl.d/50-a.conf", "/dev/null", 0);
	assert_boot(fixture, "0", "default");
	unlink(name);
	fixture_link(fixture, "/etc/sysctl.d/50-a.conf", "nowhere", 0);
	assert_boot(fixture, "0", "default");
	unlink(name);
	fixture_directory(fixture, "/etc/sysctl.d/50-a.conf", 0755, 0, 0);
	assert_boot(fixture, "0", "default");
	assert_int_equal(fixture->host.nfaults, 0);
}

static void test_device_hides(void **state) {
	struct fixture *fixture = *state;

	systemd(fixture);
	fixture_file(fixture, "/usr/lib/sysctl.d/50-a.conf", "fs.protected_regular = 2\n");
	const char *name = fixture_at(fixture, "/dev/null");
	if (mknod(name, S_IFCHR | 0666, (dev_t)0x103) != 0)
		skip();
	fixture_link(fixture, "/etc/sysctl.d/50-a.conf", "../../dev/null", 0);
	assert_boot(fixture, "0", "default");
	assert_int_equal(fixture->host.nfaults, 0);
}

static void test_merged_lib(void **state) {
	systemd(*state);
	fixture_file(*state, "/usr/lib/sysctl.d/a.conf", "fs.protected_regular = 2\n");
	fixture_link(*state, "/lib", "usr/lib", 0);
	assert_boot(*state, "2", "/usr/lib/sysctl.d/a.conf:1");
}

static void test_fifo_is_a_fault(void **state) {
	struct fixture *fixture = *state;

	const char *name = fixture_at(fixture, "/etc/sysctl.d/50-a.conf");
	assert_return_code(mkfifo(name, 0644), 0);
	gather(fixture, false, ASPECT_BOOT);
	assert_int_equal(fixture->host.nfaults, 1);
	assert_int_equal(fixture->host.faults[0].facts, FACT_SYSCTLS);
	assert_string_equal(fixture->host.faults[0].subject, "/etc/sysctl.d/50-a.conf");
}

static void test_globs(void **state) {
	systemd(*state);
	fixture_file(*state, "/etc/sysctl.d/10-a.conf", "fs.protected_regular = 1\n");
	fixture_file(*state, "/etc/sysctl.d/99-z.conf", "fs.protected_* = 0\n");
	/* The key itself wins, although it stands in front. */
	assert_boot(*state, "1", "/etc/sysctl.d/10-a.conf:1");
	assert_boot_key(*state, "fs.protected_fifos", "0", "/etc/sysctl.d/99-z.conf:1");
	fixture_file(*state, "/etc/sysctl.d/10-a.conf", "-fs.protected_regular\n");
	assert_boot(*state, "0", "default");
	fixture_file(*state, "/etc/sysctl.d/10-a.conf", "fs.*_regular = 2\n");
	assert_boot(*state, "0", "/etc/sysctl.d/99-z.conf:1");
	/* The same glob with the same value keeps its place, with another it moves behind the others. */
	fixture_file(*state, "/etc/sysctl.d/99-zz.conf", "fs.*_regular = 2\n");
	assert_boot(*state, "0", "/etc/sysctl.d/99-z.conf:1");
	fixture_file(*state, "/etc/sysctl.d/99-zz.conf", "fs.*_regular = 1\n");
	assert_boot(*state, "1", "/etc/sysctl.d/99-zz.conf:1");
	/* What the kernel refuses of a glob leaves what an earlier one wrote. */
	fixture_file(*state, "/etc/sysctl.d/99-zzz.conf", "fs.prot* = 7\n");
	assert_boot(*state, "1", "/etc/sysctl.d/99-zz.conf:1");
}

static void test_too_many_globs(void **state) {
	struct fixture *fixture = *state;
	char *text = malloc(64 * 1100), *end = text;

	for (int i = 0; i < 1100; ++i)
		end += sprintf(end, "fs.protected_{regular,%d}* = 0\n", i);
	fixture_file(fixture, "/etc/sysctl.d/a.conf", text);
	free(text);
	gather(fixture, false, ASPECT_BOOT);
	assert_true(fixture->host.nfaults > 0);
	assert_string_equal(fixture->host.faults[0].subject, "/etc/sysctl.d/a.conf");
}

static void test_refused_values(void **state) {
	systemd(*state);
	fixture_file(*state, "/etc/sysctl.d/10-a.conf", "fs.protected_regular = 2\n");
	fixture_file(*state, "/etc/sysctl.d/20-b.conf", "fs.protected_regular = 1x\n");
	/* It has displaced the good one, and sets nothing. */
	assert_boot(*state, "0", "default");
	assert_defect(*state, "1x", "/etc/sysctl.d/20-b.conf:1");
	fixture_file(*state, "/etc/sysctl.d/20-b.conf", "fs.protected_regular = 3\n");
	assert_boot(*state, "0", "default");
	assert_defect(*state, "3", "/etc/sysctl.d/20-b.conf:1");
	fixture_file(*state, "/etc/sysctl.d/20-b.conf", "# \nfs.protected_regular 1\n");
	assert_boot(*state, "2", "/etc/sysctl.d/10-a.conf:1");
	assert_defect(*state, "a line without =", "/etc/sysctl.d/20-b.conf:2");
	fixture_file(*state, "/etc/sysctl.d/20-b.conf", "fs.protected_regular = 0x1\n");
	assert_boot(*state, "1", "/etc/sysctl.d/20-b.conf:1");
	assert_null(defect_of(*state, regular).key);
}

static void test_sysctl_conf(void **state) {
	systemd(*state);
	fixture_file(*state, "/etc/sysctl.d/99-zz.conf", "fs.protected_regular = 2\n");
	fixture_file(*state, "/etc/sysctl.conf", "# local\n\nfs.protected_regular = 0\n");
	/* systemd knows it only through a link, procps always and last. */
	assert_boot(*state, "2", "/etc/sysctl.d/99-zz.conf:1");
	assert_defect(*state, "2 for systemd-sysctl, 0 for sysctl --system", "/etc/sysctl.conf:3");
	fixture_link(*state, "/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf", 0);
	assert_boot(*state, "2", "/etc/sysctl.d/99-zz.conf:1");
	assert_defect(*state, "2 for systemd-sysctl, 0 for sysctl --system", "/etc/sysctl.conf:3");
	fixture_link(*state, "/etc/sysctl.d/99-zzz.conf", "/etc/sysctl.conf", 0);
	assert_boot(*state, "0", "/etc/sysctl.d/99-zzz.conf:3");
	assert_null(defect_of(*state, regular).key);
}

static void test_procps(void **state) {
	fixture_file(*state, "/sbin/init", "");
	fixture_file(*state, "/etc/sysctl.d/99-zz.conf", "fs.protected_regular = 2\n");
	assert_boot(*state, "2", "/etc/sysctl.d/99-zz.conf:1");
	fixture_file(*state, "/etc/sysctl.conf", "fs.protected_regular = 1\n");
	assert_boot(*state, "1", "/etc/sysctl.conf:1");
	/* It writes each line in turn: what is refused leaves what stood before it. */
	fixture_file(*state, "/etc/sysctl.conf", "fs.protected_regular = x\n");
	assert_boot(*state, "2", "/etc/sysctl.d/99-zz.conf:1");
	assert_defect(*state, "x", "/etc/sysctl.conf:1");
	/* So does an exemption, which only globs heed; and hidden files are read. */
	fixture_file(*state, "/etc/sysctl.conf", "fs.* = 0\n-fs.protected_regular\n");
	assert_boot(*state, "2", "/etc/sysctl.d/99-zz.conf:1");
	fixture_file(*state, "/etc/sysctl.d/99-zz.conf", "");
	assert_boot(*state, "0", "default");
	fixture_file(*state, "/etc/sysctl.d/.x.conf", "fs.protected_regular = 1\n");
	assert_boot(*state, "1", "/etc/sysctl.d/.x.conf:1");
	/* An odd name is another one for it. */
	fixture_file(*state, "/etc/sysctl.conf", "/fs/protected_* = 2\n");
	assert_boot(*state, "2", "/etc/sysctl.conf:1");
}

static void test_masked_service(void **state) {
	systemd(*state);
	fixture_file(*state, "/usr/lib/systemd/system/systemd-sysctl.service", "[Service]\nType=oneshot\n");
	fixture_file(*state, "/etc/sysctl.d/50-a.conf", "fs.protected_regular = 2\n");
	assert_boot(*state, "2", "/etc/sysctl.d/50-a.conf:1");
	fixture_link(*state, "/etc/systemd/system/systemd-sysctl.service", "/dev/null", 0);
	assert_boot(*state, "0", "default");
	assert_defect(*state, "masked", "/etc/systemd/system/systemd-sysctl.service");
	assert_non_null(defect_of(*state, "fs.protected_symlinks").key);
}

static void test_defects(void **state) {
	systemd(*state);
	assert_defect(*state, "none", "default");
	fixture_file(*state, "/usr/lib/sysctl.d/50-default.conf", "fs.protected_regular = 2\n");
	assert_null(defect_of(*state, regular).key);
	/* Weaker behind it, and nothing of the administrator's in front. */
	fixture_file(*state, "/usr/lib/sysctl.d/10-vendor.conf",
	             "fs.protected_regular = 1\nfs.protected_regular = 2\n");
	assert_defect(*state, "2 in force, 1 behind it", "/usr/lib/sysctl.d/10-vendor.conf:1");
	fixture_file(*state, "/etc/sysctl.d/20-own.conf", "fs.protected_regular = 2\n");
	assert_null(defect_of(*state, regular).key);
	fixture_file(*state, "/etc/sysctl.d/20-own.conf", "fs.protected_fifos = 1\n");
	assert_non_null(defect_of(*state, regular).key);
	fixture_file(*state, "/usr/lib/sysctl.d/10-vendor.conf", "fs.protected_regular = 2\n");
	assert_null(defect_of(*state, regular).key);
	/* Only the four are held to it. */
	assert_null(defect_of(*state, "fs.suid_dumpable").key);
}

static void test_live(void **state) {
	struct fixture *fixture = *state;
	const struct sysctl_view *view = gather(fixture, true, ASPECT_LIVE);

	/* Without /proc nothing is known. */
	assert_non_null(sysctl_find(view, regular)->unknown);
	assert_false(sysctl_lacking(fixture->host.sysctl_views, regular));
	fixture_file(fixture, "/proc/sys/kernel/ostype", "Linux\n");
	/* Nor is it known of a directory that something else lies over. */
	view = gather(fixture, true, ASPECT_LIVE);
	assert_non_null(sysctl_find(view, regular)->unknown);
	assert_true(sysctl_find(view, "user.max_user_namespaces")->absent);
	fixture_file(fixture, "/proc/sys/fs/file-max", "1\n");
	fixture_file(fixture, "/proc/sys/fs/protected_regular", "2\n");
	fixture_file(fixture, "/proc/sys/kernel/core_pattern", "|/bin/false %p\n");
	fixture_file(fixture, "/etc/sysctl.d/a.conf", "fs.protected_regular = 1\n");
	fixture_file(fixture, "/run/sysctl.d/b.conf", "fs.protected_regular = 0\n");
	view = gather(fixture, true, ASPECT_LIVE);
	const struct sysctl *sysctl = sysctl_find(view, regular);
	assert_string_equal(sysctl->value, "2");
	assert_string_equal(sysctl->source, "/proc/sys/fs/protected_regular");
	assert_null(sysctl->unknown);
	assert_int_equal(view->core_kind, CORE_NONE);
	assert_true(sysctl_find(view, "fs.protected_fifos")->absent);
	assert_true(sysctl_lacking(fixture->host.sysctl_views, "fs.protected_fifos"));
	assert_false(sysctl_lacking(fixture->host.sysctl_views, regular));
	/* /run is there while the host runs. */
	sysctl = sysctl_find(gather(fixture, true, ASPECT_BOOT), regular);
	assert_string_equal(sysctl->source, "/run/sysctl.d/b.conf:1");
	long value;
	assert_true(sysctl_value(sysctl, &value));
	assert_int_equal(value, 0);
}

static const struct sysctl_view *core_view(struct fixture *fixture, const char *pattern) {
	char text[256];

	snprintf(text, sizeof text, "kernel.core_pattern = %s\n", pattern);
	fixture_file(fixture, "/etc/sysctl.d/a.conf", text);
	return gather(fixture, false, ASPECT_BOOT);
}

static void test_core_pattern(void **state) {
	struct fixture *fixture = *state;
	const struct sysctl_view *view = core_view(fixture, "/tmp/core.%p");

	assert_string_equal(view->core_inside, "/tmp");
	fixture_directory(fixture, "/open", 0777, 0, 0);
	fixture_directory(fixture, "/cores", 0755, 0, 0);
	fixture_link(fixture, "/link", "/tmp", 0);
	assert_int_equal(core_view(fixture, "/open/core")->core.verdict, TRUST_SQUATTABLE);
	assert_int_equal(core_view(fixture, "/cores/%u/core")->core.verdict, TRUST_ABSENT);
	assert_null(core_view(fixture, "/cores/core")->core_inside);
	assert_int_equal(core_view(fixture, "/link/core")->core.verdict, TRUST_SQUATTABLE);
	view = core_view(fixture, "|/opt/dump %p");
	assert_int_equal(view->core_kind, CORE_PROGRAM);
	assert_int_equal(view->core.verdict, TRUST_ABSENT);
	fixture_file(fixture, "/opt/dump", "");
	assert_int_equal(core_view(fixture, "|/opt/dump")->core.verdict, TRUST_GOOD);
	const char *name = fixture_at(fixture, "/opt/dump");
	chmod(name, 0777);
	assert_int_equal(core_view(fixture, "|/opt/dump")->core.verdict, TRUST_BAD);
	chmod(name, 0755);
	assert_return_code(chown(name, 1000, 0), 0);
	view = core_view(fixture, "|/opt/dump");
	assert_int_equal(view->core.verdict, TRUST_BAD);
	assert_string_equal(view->core.component, "/opt/dump");
	assert_int_equal(core_view(fixture, "")->core_kind, CORE_NONE);
	fixture_file(fixture, "/etc/sysctl.d/b.conf", "kernel.core_uses_pid = 1\n");
	assert_int_equal(core_view(fixture, "")->core_kind, CORE_RELATIVE);
}

static void test_core_limits(void **state) {
	struct fixture *fixture = *state;

	fixture_file(fixture, "/etc/security/limits.conf", "# text\n* hard core 0\n");
	assert_null(core_view(fixture, "core")->core_denied);
	policy_close(&fixture->policy);
	policy_open(&fixture->policy, "strict");
	assert_string_equal(core_view(fixture, "core")->core_denied, "/etc/security/limits.conf:2");
	fixture_file(fixture, "/etc/security/limits.d/10-a.conf", "* hard core unlimited\n");
	assert_null(core_view(fixture, "core")->core_denied);
	fixture_file(fixture, "/etc/security/limits.d/20-b.conf", "* - core 0\n");
	fixture_file(fixture, "/etc/security/limits.d/30-c", "* - core 1\n");
	assert_string_equal(core_view(fixture, "core")->core_denied, "/etc/security/limits.d/20-b.conf:1");
	fixture_file(fixture, "/etc/security/limits.d/30-c.conf", "@dev hard core 1\n");
	assert_null(core_view(fixture, "core")->core_denied);
	fixture_directory(fixture, "/etc/security/limits.d/40.conf", 0755, 0, 0);
	assert_null(core_view(fixture, "core")->core_denied_unknown);
	fixture_link(fixture, "/etc/security/limits.d/50.conf", "50.conf", 0);
	assert_non_null(core_view(fixture, "core")->core_denied_unknown);
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, fixture_end)

int main(void) {
	const struct CMUnitTest tests[] = {
		test(test_nothing_states_it),
		test(test_order_of_names),
		test(test_names_hide),
		test(test_device_hides),
		test(test_merged_lib),
		test(test_fifo_is_a_fault),
		test(test_globs),
		test(test_too_many_globs),
		test(test_refused_values),
		test(test_sysctl_conf),
		test(test_procps),
		test(test_masked_service),
		test(test_defects),
		test(test_live),
		test(test_core_pattern),
		test(test_core_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
