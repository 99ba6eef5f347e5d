/** The lines of sysctl.d as both readers take them, globs, numbers as the kernel takes them; core patterns; limits. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "parse_sysctl.h"
#include "parse_core.h"
#include "parse_limits.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** What a reader makes of some bytes, as text: "line:key=value", "line:key" exempt, "line!key" ignored; "~" is odd. */
static void assert_lines(enum sysctl_reader_kind kind, const char *text, size_t size, const char *expected) {
	char *copy = malloc(size + 1), got[512] = "";
	struct sysctl_line line;

	memcpy(copy, text, size);
	copy[size] = 'x';
	struct sysctl_reader reader = sysctl_reader(kind, copy, size);
	while (sysctl_read(&reader, &line)) {
		size_t length = strlen(got);

		snprintf(got + length, sizeof got - length, "%s%u%s%s%s%s%s", length ? " " : "", line.line,
		         line.ignored ? "!" : ":", line.key, line.odd ? "~" : "", line.value ? "=" : "",
		         line.value ? line.value : "");
	}
	assert_string_equal(got, expected);
	free(copy);
}

#define BOTH(text, expected)                                                                                           \
	do {                                                                                                           \
		assert_lines(SYSCTL_BY_SYSTEMD, text, sizeof text - 1, expected);                                      \
		assert_lines(SYSCTL_BY_PROCPS, text, sizeof text - 1, expected);                                       \
	} while (0)
#define SYSTEMD(text, expected) assert_lines(SYSCTL_BY_SYSTEMD, text, sizeof text - 1, expected)
#define PROCPS(text, expected) assert_lines(SYSCTL_BY_PROCPS, text, sizeof text - 1, expected)

static void test_lines(void **state) {
	(void)state;
	BOTH("", "");
	BOTH("fs.protected_regular = 2\n", "1:fs/protected_regular=2");
	BOTH("fs.protected_regular=2", "1:fs/protected_regular=2");
	BOTH("\n# fs.a=1\n ; fs.a=1\n\t a.b =\t1 # text \n", "4:a/b=1 # text");
	BOTH("-a.b=1\n-a.b\n", "1:a/b=1 2:a/b");
	BOTH("a.b 1\nno line\na.b: 1\n", "1!a/b 2!no 3!a/b");
	BOTH("a.b=\n", "1:a/b=");
	BOTH("a.b=1=2\n", "1:a/b=1=2");
	BOTH("=1\n", "1:=1");
	/* A dash of its own is no line for procps, and an empty exemption for systemd. */
	SYSTEMD("-\n", "1:");
	PROCPS("-\n", "");
	SYSTEMD("--a.b=1\n- a.c=1\n", "1:-a/b=1 2:a/c=1");
	PROCPS("--a.b=1\n", "1:a/b=1");
	PROCPS("- a.c=1\n", "1: a/c=1");
}

static void test_separators(void **state) {
	(void)state;
	/* The first separator decides whether both change places. */
	BOTH("net.ipv4.conf.eth0/1.rp_filter=1\n", "1:net/ipv4/conf/eth0.1/rp_filter=1");
	BOTH("net/ipv4/conf/eth0.1/rp_filter=1\n", "1:net/ipv4/conf/eth0.1/rp_filter=1");
	BOTH("/fs/a=1\nfs//a=1\nfs/./a=1\n", "1:fs/a~=1 2:fs/a~=1 3:fs/a~=1");
	/* procps leaves the slash at the end to the kernel, which then wants a directory. */
	SYSTEMD("fs/a/=1\nfs.a.=1\n", "1:fs/a~=1 2:fs/a~=1");
	PROCPS("fs/a/=1\nfs.a.=1\n", "1:fs/a/=1 2:fs/a/=1");
	BOTH("fs..a=1\n", "1:fs/a~=1");
	BOTH(".fs.a=1\n", "1:fs/a~=1");
	/* systemd refuses what leads up; procps lets the kernel resolve it. */
	SYSTEMD("fs/../fs/a=1\n", "1:fs/../fs/a=1");
	PROCPS("fs/../fs/a=1\nx/y/../a=1\n../a=1\n", "1:fs/a~=1 2:x/a~=1 3:.a~=1");
}

static void test_ends_of_lines(void **state) {
	(void)state;
	SYSTEMD("a.b=1\r\nc.d=2\re.f=3\0g.h=4\n\r\0i.j=5", "1:a/b=1 2:c/d=2 3:e/f=3 4:g/h=4 5:i/j=5");
	SYSTEMD("\n\na.b=1\n\n\rc.d=1", "3:a/b=1 5:c/d=1");
	PROCPS("a.b=1\r\nc.d=2\re.f=3\n", "1:a/b=1 2:c/d=2\re.f=3");
	PROCPS("a.b=1\0c.d=2\ne.f=3", "1:a/b=1 2:e/f=3");
	SYSTEMD("a.b=\v1\f\n", "1:a/b=\v1\f");
	PROCPS("a.b=\v1\f\n", "1:a/b=1");
}

static void test_long_line(void **state) {
	const size_t size = ((size_t)1 << 20) + 64;
	char *text = malloc(size + 1);
	struct sysctl_line line;

	(void)state;
	memset(text, ' ', size);
	memcpy(text, "a.b=1\n#", 7);
	memcpy(text + size - 7, "\nc.d=2\n", 7);
	/* systemd gives up the file there; procps does not. */
	struct sysctl_reader reader = sysctl_reader(SYSCTL_BY_SYSTEMD, text, size);
	assert_true(sysctl_read(&reader, &line));
	assert_false(sysctl_read(&reader, &line));
	memcpy(text, "a.b=1\n#", 7);
	reader = sysctl_reader(SYSCTL_BY_PROCPS, text, size);
	assert_true(sysctl_read(&reader, &line));
	assert_true(sysctl_read(&reader, &line));
	assert_string_equal(line.key, "c/d");
	assert_false(sysctl_read(&reader, &line));
	free(text);
}

static void test_globs(void **state) {
	static const struct {
		const char *glob;
		bool systemd, procps;
	} cases[] = {
		{ "fs/protected_*", true, true },
		{ "fs/*", true, true },
		{ "*/*", true, true },
		/* `*` stays within a directory. */
		{ "*", false, false },
		{ "fs*regular", false, false },
		{ "*/*/*", false, false },
		{ "fs/protected_[rf]*", true, true },
		{ "fs/protected_[!r]*", false, false },
		{ "f?/protected_regula?", true, true },
		{ "fs/protected_{regular,fifos}*", true, false },
		{ "{kernel,fs}/*", true, false },
		{ "fs/protected_{s,{f,{r,x}}}*", true, false },
		{ "fs/{protected_{fifos,r*},x}", true, false },
		{ "fs/protected_{symlinks,hardlinks}*", false, false },
		{ "fs/protected_regular{}*", false, false },
		{ "fs/protected_{regular*", false, false },
		{ "fs/\\{*", false, false },
		{ "fs/protected_\\r*", true, true },
		{ "{,,,,fs}/{,,,*}", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		if (sysctl_glob(SYSCTL_BY_SYSTEMD, cases[i].glob, "fs/protected_regular") != cases[i].systemd ||
		    sysctl_glob(SYSCTL_BY_PROCPS, cases[i].glob, "fs/protected_regular") != cases[i].procps)
			fail_msg("%s", cases[i].glob);
	}
	assert_true(sysctl_is_glob("fs/*"));
	assert_true(sysctl_is_glob("fs/[a"));
	assert_false(sysctl_is_glob("fs/{a,b}"));
}

static void test_braces_are_bounded(void **state) {
	char glob[4096];
	size_t length = 0;

	(void)state;
	for (size_t i = 0; i < 40; ++i)
		length += (size_t)snprintf(glob + length, sizeof glob - length, "{a,b}");
	snprintf(glob + length, sizeof glob - length, "*");
	assert_false(sysctl_glob(SYSCTL_BY_SYSTEMD, glob, "fs/protected_regular"));
	memset(glob, '{', sizeof glob - 1);
	glob[sizeof glob - 1] = '\0';
	assert_false(sysctl_glob(SYSCTL_BY_SYSTEMD, glob, "fs/protected_regular"));
}

/** As a kernel took or refused them: written to kernel.shm_rmid_forced, which takes 0 and 1, in an IPC namespace. */
static void test_numbers(void **state) {
	static const struct {
		const char *value;
		int number;
	} cases[] = {
		{ "1", 1 },           { "0", 0 },
		{ "1 # text", 1 },    { "1\t2", 1 },
		{ "1\n", 1 },         { "0x1", 1 },
		{ "0X1", 1 },         { "0x1 z", 1 },
		{ "01", 1 },          { "00000000000000000001", 1 },
		{ "-0", 0 },          { "\v1", 1 },
		{ "", -1 },           { " ", -1 },
		{ "x", -1 },          { "1x", -1 },
		{ "1,", -1 },         { "1#", -1 },
		{ "1\v", -1 },        { "+1", -1 },
		{ "-1", -1 },         { "2", -1 },
		{ "08", -1 },         { "0x", -1 },
		{ "0xg", -1 },        { "000000000000000000001", -1 },
		{ "4294967297", -1 }, { "18446744073709551617", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		int64_t number = -1;

		if (sysctl_number(cases[i].value, 0, 1, &number) != (cases[i].number >= 0) ||
		    (cases[i].number >= 0 && number != cases[i].number))
			fail_msg("\"%s\": %lld", cases[i].value, (long long)number);
	}
	int64_t number;
	assert_true(sysctl_number("-0x10", -20, 0, &number));
	assert_int_equal(number, -16);
}

static void test_core_patterns(void **state) {
	static const struct {
		const char *pattern;
		enum core_kind kind;
		const char *path;
	} cases[] = {
		{ "", CORE_NONE, "" },
		{ "core", CORE_RELATIVE, "" },
		{ "dumps/core.%p", CORE_RELATIVE, "" },
		{ "@", CORE_RELATIVE, "" },
		{ "@core", CORE_RELATIVE, "" },
		{ "/tmp/core", CORE_FILE, "/tmp/core" },
		{ "/tmp/core.%e.%p", CORE_FILE, "/tmp/core.%" },
		{ "/var/%%a/%u/core", CORE_FILE, "/var/%a/%" },
		{ "/tmp/%", CORE_FILE, "/tmp/%" },
		{ "|/bin/false", CORE_NONE, "/bin/false" },
		{ "| /usr/bin/false %p", CORE_NONE, "/usr/bin/false" },
		{ "|/bin/falsehood", CORE_PROGRAM, "/bin/falsehood" },
		{ "|/lib/systemd/systemd-coredump %P %u", CORE_PROGRAM, "/lib/systemd/systemd-coredump" },
		{ "|bin/dump", CORE_PROGRAM_UNCERTAIN, "" },
		{ "|/opt/%e %p", CORE_PROGRAM_UNCERTAIN, "" },
		{ "|", CORE_PROGRAM_UNCERTAIN, "" },
		{ "|  ", CORE_PROGRAM_UNCERTAIN, "" },
		{ "@/run/dump.socket", CORE_SOCKET, "/run/dump.socket" },
		{ "@@/run/dump.socket", CORE_SOCKET, "/run/dump.socket" },
	};
	char path[CORE_PATTERN_SIZE], many[300];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		if (core_read(cases[i].pattern, path) != cases[i].kind || strcmp(path, cases[i].path) != 0)
			fail_msg("%s: %s", cases[i].pattern, path);
	/* The kernel keeps 127 bytes. */
	memset(many, 'a', sizeof many - 1);
	many[sizeof many - 1] = '\0';
	many[0] = '/';
	assert_int_equal(core_read(many, path), CORE_FILE);
	assert_int_equal(strlen(path), CORE_PATTERN_SIZE - 1);
	memset(many, ' ', sizeof many - 1);
	many[0] = '|';
	assert_int_equal(core_read(many, path), CORE_PROGRAM_UNCERTAIN);
}

static void test_limits(void **state) {
	static const struct {
		const char *text;
		bool everybody, exceptions;
		unsigned line;
	} cases[] = {
		{ "", false, false, 0 },
		{ "* hard core 0\n", true, false, 1 },
		{ "#* hard core 0\n*\thard\tcore 00 # none", true, false, 2 },
		{ "* - core 0\n", true, false, 1 },
		{ "* soft core 0\n", false, false, 0 },
		{ "* hard nofile 0\n", false, false, 0 },
		{ "* hard core 0\n* hard core unlimited\n", false, false, 2 },
		{ "* hard core 10\n* hard core 0\n", true, false, 2 },
		{ "* hard core 0\nalice hard core 100\n", true, true, 1 },
		{ "* hard core 0\n@dev - core unlimited\n", true, true, 1 },
		{ "* hard core 0\nalice soft core 100\nroot hard core 0\n", true, false, 1 },
		{ "* hard core 0\nalice -\n", true, true, 1 },
		{ "* hard core\n", false, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct core_limits limits = { 0 };

		core_limits_read(&limits, "f", cases[i].text, strlen(cases[i].text));
		if (limits.everybody != cases[i].everybody || limits.exceptions != cases[i].exceptions ||
		    limits.line != cases[i].line)
			fail_msg("%s", cases[i].text);
	}
	/* A later file overrides. */
	struct core_limits limits = { 0 };
	core_limits_read(&limits, "a", "* hard core 0\n", 14);
	core_limits_read(&limits, "b", "* hard core 1\n", 14);
	assert_false(limits.everybody);
	core_limits_read(&limits, "c", "\0\n* hard core 0", 15);
	assert_true(limits.everybody);
	assert_string_equal(limits.path, "c");
	assert_int_equal(limits.line, 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),         cmocka_unit_test(test_separators),
		cmocka_unit_test(test_ends_of_lines), cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_globs),         cmocka_unit_test(test_braces_are_bounded),
		cmocka_unit_test(test_numbers),       cmocka_unit_test(test_core_patterns),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
