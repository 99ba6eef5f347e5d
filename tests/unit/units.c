/**
 * Which files make up a unit: the names in the search path, aliases, instances and drop-ins.  What is expected here is
 * what systemctl show said of the same files on booted Debian 12 and 13.
 */

#include "host.h"
#include "text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ETC "/etc/systemd/system/"
#define LIB "/usr/lib/systemd/system/"

struct fixture {
	char top[64];
	struct arena arena;
	struct policy policy;
	struct host host;
};

static int begin(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);

	strcpy(fixture->top, "/tmp/tmpaudit-units.XXXXXX");
	*state = fixture;
	return mkdtemp(fixture->top) && policy_open(&fixture->policy, "default") ? 0 : -1;
}

static int finish(void **state) {
	struct fixture *fixture = *state;
	char *command = arena_text(&fixture->arena, "rm -rf '%s'", fixture->top);

	host_close(&fixture->host);
	policy_close(&fixture->policy);
	const int error = system(command);
	arena_free(&fixture->arena);
	free(fixture);
	return error;
}

/** The name of a file of the tree, whose parents are made. */
static char *place(struct fixture *fixture, const char *path) {
	char *name = arena_text(&fixture->arena, "%s%s", fixture->top, path);

	for (char *slash = strchr(name + strlen(fixture->top) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(name, 0755) < 0)
			assert_int_equal(errno, EEXIST);
		*slash = '/';
	}
	return name;
}

static void put(struct fixture *fixture, const char *path, const char *text) {
	FILE *file = fopen(place(fixture, path), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void point(struct fixture *fixture, const char *path, const char *target) {
	assert_int_equal(symlink(target, place(fixture, path)), 0);
}

static void gather(struct fixture *fixture) {
	assert_int_equal(host_open(&fixture->host, &fixture->policy, fixture->top, false), 0);
	host_gather(&fixture->host, FACT_UNITS | FACT_IDENTITY);
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

	put(fixture, ETC "a-b-c@.service", "[Service]\nExecStart=/bin/true\n");
	put(fixture, ETC "p---s.service", "[Service]\nExecStart=/bin/true\n");
	put(fixture, ETC "-lead-x.service", "[Service]\nExecStart=/bin/true\n");
	point(fixture, ETC "multi-user.target.wants/a-b-c@i-j.service", "../a-b-c@.service");
	for (unsigned i = 0; directories[i]; ++i)
		put(fixture, arena_text(&fixture->arena, ETC "%s.service.d/%02u.conf", directories[i], i),
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

	put(fixture, LIB "a-b.service", "[Service]\nUMask=1\n");
	put(fixture, LIB "a-b.service.d/1.conf", "[Service]\nUMask=2\n");
	put(fixture, ETC "a-.service.d/1.conf", "[Service]\nUMask=3\n");
	put(fixture, ETC "service.d/1.conf", "[Service]\nUMask=4\n");
	put(fixture, LIB "a-b.service.d/2.conf", "[Service]\nUser=masked\n");
	point(fixture, ETC "a-b.service.d/2.conf", "/dev/null");
	put(fixture, LIB "a-b.service.d/3.conf", "[Service]\nUser=behind a link to nowhere\n");
	point(fixture, ETC "a-b.service.d/3.conf", "/nowhere");
	put(fixture, LIB "a-b.service.d/4.conf", "[Service]\nUser=behind a directory\n");
	put(fixture, ETC "a-b.service.d/4.conf/x", "");
	put(fixture, LIB "a-b.service.d/5.conf", "[Service]\nUser=behind an empty file\n");
	put(fixture, ETC "a-b.service.d/5.conf", "");
	put(fixture, ETC "a-b.service.d/.6.conf", "[Service]\nUser=hidden\n");
	put(fixture, ETC "a-b.service.d/7.conf~", "[Service]\nUser=backup\n");
	gather(fixture);
	assert_string_equal(value_of(fixture, "a-b.service", "UMask"), "3");
	assert_string_equal(value_of(fixture, "a-b.service", "User"), "");
}

static void test_instances_and_aliases(void **state) {
	struct fixture *fixture = *state;

	put(fixture, LIB "t@.service", "[Service]\nUMask=1\n");
	put(fixture, ETC "t@.service.d/a.conf", "[Service]\nType=exec\n");
	point(fixture, LIB "ta@.service", "t@.service");
	put(fixture, ETC "ta@.service.d/b.conf", "[Service]\nUser=b\n");
	point(fixture, ETC "multi-user.target.wants/ta@x.service", LIB "ta@.service");
	point(fixture, ETC "multi-user.target.wants/t@y.service", LIB "t@.service");
	put(fixture, ETC "t@own.service", "[Service]\nUMask=2\n");
	point(fixture, ETC "inst@z.service", LIB "t@.service");
	point(fixture, ETC "t@link.service", LIB "t@.service");
	point(fixture, ETC "t@gone.service", "/dev/null");
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

	put(fixture, LIB "real.service", "[Service]\nUser=real\n");
	point(fixture, ETC "one.service", LIB "real.service");
	point(fixture, ETC "two.service", "one.service");
	put(fixture, ETC "two.service.d/x.conf", "[Service]\nUMask=7\n");
	put(fixture, LIB "over.service", "[Service]\nUser=usr\n");
	put(fixture, "/usr/local/lib/systemd/system/over.service", "[Service]\nUser=local\n");
	put(fixture, LIB "dir.service", "[Service]\nUser=under a directory\n");
	put(fixture, ETC "dir.service/x", "");
	put(fixture, "/opt/linked.service", "[Service]\nUser=linked\n");
	point(fixture, ETC "linked.service", "../../../opt/linked.service");
	point(fixture, ETC "loop.service", "loop.service");
	point(fixture, ETC "masked.service", "../../../dev/null");
	put(fixture, ETC "empty.service", "");
	point(fixture, "/opt/null", "/dev/null");
	point(fixture, ETC "far.service", "/opt/null");
	point(fixture, LIB "vendor.service", "/dev/null");
	put(fixture, ETC "vendor.service", "[Service]\nUser=etc\n");
	point(fixture, ETC "other.socket", LIB "real.service");
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

static void test_switches(void **state) {
	static const char *const words[] = { "disconnected", NULL };
	struct fixture *fixture = *state;

	put(fixture, ETC "a.service",
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
		cmocka_unit_test_setup_teardown(test_dropins_by_prefixes, begin, finish),
		cmocka_unit_test_setup_teardown(test_dropins_hide, begin, finish),
		cmocka_unit_test_setup_teardown(test_instances_and_aliases, begin, finish),
		cmocka_unit_test_setup_teardown(test_names_in_the_search_path, begin, finish),
		cmocka_unit_test_setup_teardown(test_switches, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
