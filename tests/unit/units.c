/**
 * Which files make up a unit: the names in the search path, aliases, instances and drop-ins.  What is expected here is
 * what systemctl show said of the same files on booted Debian 12 and 13.
 */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fixture.h"
#include "text.h"

#define ETC "/etc/systemd/system/"
#define LIB "/usr/lib/systemd/system/"

static void gather(struct fixture *fixture) {
	host_gather(fixture_host(fixture, false), FACT_UNITS | FACT_IDENTITY);
}

static const struct unit *find(const struct fixture *fixture, const char *name) {
	const struct unit *unit = unit_find(fixture->host.units, name);

	if (!unit)
		fail_msg("there is no %s", name);
	return unit;
}

/** The names of directories, without ".service.d", and of files that are drop-ins of a unit, in order, such as "a-
 * x.conf".
 */
static const char *dropins_of(struct fixture *fixture, const char *name) {
	struct builder text = { .arena = &fixture->arena };

	for (const char *const *path = find(fixture, name)->dropins; *path; ++path) {
		const char *file = strrchr(*path, '/'), *directory = file;

		while (directory[-1] != '/')
			--directory;
		builder_format(&text, "%s%.*s %s", text.length ? ", " : "",
		               (int)((size_t)(file - directory) - strlen(".service.d")), directory, file + 1);
	}
	return builder_string(&text);
}

static const char *value_of(const struct fixture *fixture, const char *name, const char *key) {
	const struct unit_setting *setting = unit_setting(find(fixture, name), "Service", key);

	return setting ? setting->value : "";
}

static void test_dropins_by_prefixes(void **state) {
	static const char *const directories[] = { "a-b-c@i-j", "a-b-c@", "a-b-@i-j", "a-b-@", "a-@i-j",  "a-@",
		                                   "a-b-",      "a-",     "a-b-c@i-", "a-b",   "a",       "@",
		                                   "a-b-c",     "p---s",  "p---",     "p--",   "p-",      "p",
		                                   "-lead-x",   "-lead-", "-lead",    "-",     "service", NULL };
	struct fixture *fixture = *state;

	fixture_file(fixture, ETC "a-b-c@.service", "[Service]\nExecStart=/bin/true\n");
	fixture_file(fixture, ETC "p---s.service", "[Service]\nExecStart=/bin/true\n");
	fixture_file(fixture, ETC "-lead-x.service", "[Service]\nExecStart=/bin/true\n");
	fixture_link(fixture, ETC "multi-user.target.wants/a-b-c@i-j.service", "../a-b-c@.service", 0);
	for (unsigned i = 0; directories[i]; ++i)
		fixture_file(fixture, arena_text(&fixture->arena, ETC "%s.service.d/%02u.conf", directories[i], i),
		             "[Service]\nUser=x\n");
	gather(fixture);
	assert_string_equal(dropins_of(fixture, "p---s.service"),
	                    "p---s 13.conf, p--- 14.conf, p-- 15.conf, p- 16.conf");
	assert_string_equal(dropins_of(fixture, "-lead-x.service"), "-lead-x 18.conf, -lead- 19.conf");
	assert_string_equal(dropins_of(fixture, "a-b-c@i-j.service"),
	                    "a-b-c@i-j 00.conf, a-b-c@ 01.conf, a-b-@i-j 02.conf, a-b-@ 03.conf, a-@i-j 04.conf, "
	                    "a-@ 05.conf, a-b- 06.conf, a- 07.conf");
}

/** Of the same name the nearer directory's counts, in any directory of the search path the earlier one's. */
static void test_dropins_hide(void **state) {
	struct fixture *fixture = *state;

	fixture_file(fixture, LIB "a-b.service", "[Service]\nUMask=1\n");
	fixture_file(fixture, LIB "a-b.service.d/1.conf", "[Service]\nUMask=2\n");
	fixture_file(fixture, ETC "a-.service.d/1.conf", "[Service]\nUMask=3\n");
	fixture_file(fixture, ETC "service.d/1.conf", "[Service]\nUMask=4\n");
	fixture_file(fixture, LIB "a-b.service.d/2.conf", "[Service]\nUser=masked\n");
	fixture_link(fixture, ETC "a-b.service.d/2.conf", "/dev/null", 0);
	fixture_file(fixture, LIB "a-b.service.d/3.conf", "[Service]\nUser=behind a link to nowhere\n");
	fixture_link(fixture, ETC "a-b.service.d/3.conf", "/nowhere", 0);
	fixture_file(fixture, LIB "a-b.service.d/4.conf", "[Service]\nUser=behind a directory\n");
	fixture_file(fixture, ETC "a-b.service.d/4.conf/x", "");
	fixture_file(fixture, LIB "a-b.service.d/5.conf", "[Service]\nUser=behind an empty file\n");
	fixture_file(fixture, ETC "a-b.service.d/5.conf", "");
	fixture_file(fixture, ETC "a-b.service.d/.6.conf", "[Service]\nUser=hidden\n");
	fixture_file(fixture, ETC "a-b.service.d/7.conf~", "[Service]\nUser=backup\n");
	gather(fixture);
	assert_string_equal(value_of(fixture, "a-b.service", "UMask"), "3");
	assert_string_equal(value_of(fixture, "a-b.service", "User"), "");
}

static void test_instances_and_aliases(void **state) {
	struct fixture *fixture = *state;

	fixture_file(fixture, LIB "t@.service", "[Service]\nUMask=1\n");
	fixture_file(fixture, ETC "t@.service.d/a.conf", "[Service]\nType=exec\n");
	fixture_link(fixture, LIB "ta@.service", "t@.service", 0);
	fixture_file(fixture, ETC "ta@.service.d/b.conf", "[Service]\nUser=b\n");
	fixture_link(fixture, ETC "multi-user.target.wants/ta@x.service", LIB "ta@.service", 0);
	fixture_link(fixture, ETC "multi-user.target.wants/t@y.service", LIB "t@.service", 0);
	fixture_file(fixture, ETC "t@own.service", "[Service]\nUMask=2\n");
	fixture_link(fixture, ETC "inst@z.service", LIB "t@.service", 0);
	fixture_link(fixture, ETC "t@link.service", LIB "t@.service", 0);
	fixture_link(fixture, ETC "t@gone.service", "/dev/null", 0);
	gather(fixture);
	assert_string_equal(find(fixture, "ta@x.service")->name, "t@x.service");
	assert_string_equal(value_of(fixture, "t@x.service", "Type"), "exec");
	assert_string_equal(value_of(fixture, "t@x.service", "User"), "b");
	assert_string_equal(*find(fixture, "t@y.service")->aliases, "ta@y.service");
	assert_string_equal(value_of(fixture, "t@own.service", "UMask"), "2");
	assert_string_equal(value_of(fixture, "t@own.service", "Type"), "exec");
	assert_null(*find(fixture, "t@own.service")->aliases);
	assert_string_equal(find(fixture, "inst@z.service")->name, "t@z.service");
	assert_string_equal(value_of(fixture, "t@link.service", "Type"), "exec");
	assert_string_equal(find(fixture, "t@link.service")->path, LIB "t@.service");
	assert_string_equal(find(fixture, "t@gone.service")->masked, ETC "t@gone.service");
}

static void test_names_in_the_search_path(void **state) {
	struct fixture *fixture = *state;

	fixture_file(fixture, LIB "real.service", "[Service]\nUser=real\n");
	fixture_link(fixture, ETC "one.service", LIB "real.service", 0);
	fixture_link(fixture, ETC "two.service", "one.service", 0);
	fixture_file(fixture, ETC "two.service.d/x.conf", "[Service]\nUMask=7\n");
	fixture_file(fixture, LIB "over.service", "[Service]\nUser=usr\n");
	fixture_file(fixture, "/usr/local/lib/systemd/system/over.service", "[Service]\nUser=local\n");
	fixture_file(fixture, LIB "dir.service", "[Service]\nUser=under a directory\n");
	fixture_file(fixture, ETC "dir.service/x", "");
	fixture_file(fixture, "/opt/linked.service", "[Service]\nUser=linked\n");
	fixture_link(fixture, ETC "linked.service", "../../../opt/linked.service", 0);
	fixture_link(fixture, ETC "loop.service", "loop.service", 0);
	fixture_link(fixture, ETC "masked.service", "../../../dev/null", 0);
	fixture_file(fixture, ETC "empty.service", "");
	fixture_link(fixture, "/opt/null", "/dev/null", 0);
	fixture_link(fixture, ETC "far.service", "/opt/null", 0);
	fixture_link(fixture, LIB "vendor.service", "/dev/null", 0);
	fixture_file(fixture, ETC "vendor.service", "[Service]\nUser=etc\n");
	fixture_link(fixture, ETC "other.socket", LIB "real.service", 0);
	gather(fixture);
	assert_string_equal(find(fixture, "two.service")->name, "real.service");
	assert_string_equal(value_of(fixture, "real.service", "UMask"), "7");
	assert_string_equal(value_of(fixture, "over.service", "User"), "local");
	assert_string_equal(value_of(fixture, "dir.service", "User"), "under a directory");
	assert_string_equal(value_of(fixture, "linked.service", "User"), "linked");
	assert_null(unit_find(fixture->host.units, "loop.service"));
	assert_null(unit_find(fixture->host.units, "other.socket"));
	assert_string_equal(find(fixture, "masked.service")->mask, "link to /dev/null");
	assert_string_equal(find(fixture, "empty.service")->mask, "empty file");
	assert_string_equal(find(fixture, "far.service")->mask, "link to /dev/null");
	assert_string_equal(value_of(fixture, "vendor.service", "User"), "etc");
}

/** Links of directories that end in .upholds count since systemd 254, which its library's name says. */
static void test_upholds(void **state) {
	static const struct {
		const char *library;
		unsigned version;
		bool pulled;
	} rows[] = {
		{ NULL, 0, true },
		{ "/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so", 252, false },
		{ "/usr/lib/systemd/libsystemd-shared-257.9-1.so", 257, true },
	};
	struct fixture *fixture = *state;

	fixture_file(fixture, ETC "a.service", "[Service]\nExecStart=/bin/true\n");
	fixture_link(fixture, ETC "multi-user.target.upholds/a.service", "../a.service", 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		if (rows[i].library)
			fixture_file(fixture, rows[i].library, "");
		struct host *host = fixture_host(fixture, false);

		host_gather(host, FACT_UNITS);
		const struct unit *unit = unit_find(host->units, "a.service");
		assert_non_null(unit);
		assert_int_equal(host->units->version, rows[i].version);
		assert_int_equal(*unit->wanted_by != NULL, rows[i].pulled);
	}
}

static void test_switches(void **state) {
	static const char *const words[] = { "disconnected", NULL };
	struct fixture *fixture = *state;

	fixture_file(fixture, ETC "a.service",
	             "[Service]\nA=yes\nA=\nB=yes\nB=maybe\nC=On\nC=F\nD= TRUE "
	             "\nE=disconnected\nF=yes\n[Unit]\nF=no\n[service]\nF=no\n");
	gather(fixture);
	const struct unit *unit = find(fixture, "a.service");
	assert_true(unit_is_on(unit, "Service", "A", NULL));
	assert_true(unit_is_on(unit, "Service", "B", NULL));
	assert_false(unit_is_on(unit, "Service", "C", NULL));
	assert_true(unit_is_on(unit, "Service", "D", NULL));
	assert_false(unit_is_on(unit, "Service", "E", NULL));
	assert_true(unit_is_on(unit, "Service", "E", words));
	assert_true(unit_is_on(unit, "Service", "F", NULL));
	assert_false(unit_is_on(unit, "Service", "G", NULL));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dropins_by_prefixes, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_dropins_hide, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_instances_and_aliases, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_names_in_the_search_path, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_upholds, fixture_begin, fixture_end),
		cmocka_unit_test_setup_teardown(test_switches, fixture_begin, fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
