/** Readers of what names paths: pure functions of bytes. */
#include "parse_commands.h"
#include "parse_crontab.h"
#include "parse_envfile.h"
#include "parse_ldconf.h"
#include "parse_startup.h"
#include "parse_sudoers.h"
#include "parse_udev.h"
#include "text.h"

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(text) (&(struct bytes) { text, sizeof(text) - 1 })

typedef int parser(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments);

/** Assignments as "line NAME=value" apart by "|". */
static const char *shown(struct arena *arena, parser *parse, const struct bytes *bytes) {
	struct builder builder = { .arena = arena };
	const struct assignment *list;

	assert_int_equal(parse(bytes, arena, &list), 0);
	for (; list->name; ++list)
		builder_format(&builder, "%s%u %s=%s", builder.length ? "|" : "", list->line, list->name, list->value);
	return builder_string(&builder);
}

static void test_envfile(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(
	        shown(&arena, parse_envfile,
	              BYTES("# A=1\n\n export B=\"two words\" # c\r\nC='x'y\nD=plain # e\nbad-name=1\nE=a b ")),
	        "3 B=two words |4 C=xy|5 D=plain|7 E=a b");
	assert_string_equal(shown(&arena, parse_envfile, BYTES("A=1\0B=2\nC=")), "1 A=1|2 C=");
	assert_string_equal(shown(&arena, parse_envfile, BYTES("")), "");
	arena_free(&arena);
}

static void test_envfile_systemd(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(shown(&arena, parse_envfile_systemd,
	                          BYTES("; A=1\n# x \\\nA=2\nB = \"a \\\" b\" c \nC='x\ny'\nD=\\\n/tmp\nno\nE=\\x")),
	                    "4 B=a \" bc|5 C=x\ny|7 D=/tmp|10 E=x");
	arena_free(&arena);
}

static void test_pam_env(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(
	        shown(&arena, parse_pam_env,
	              BYTES("#A DEFAULT=/x\nB\tDEFAULT=/y OVERRIDE=\"${Z} w\"\nC \\\n DEFAULT=/z\nD DEFAULT=\n"
	                    "E x\nF DEFAULT=a\\")),
	        "2 B=${Z} w|3 C=/z|7 F=a");
	/* What pam_env of Debian 12 and 13 made of them. */
	assert_string_equal(shown(&arena, parse_pam_env,
	                          BYTES("A=/x\nB DEFAULT=/y#c\nC OVERRIDE=${Q}@{HOME} DEFAULT=/z\nD OVERRIDE=@{HOME}/w "
	                                "DEFAULT=/v\nE default=/u\nF\n")),
	                    "1 A=/x|2 B=/y|3 C=/z|3 C=${Q}@{HOME}|4 D=@{HOME}/w");
	assert_string_equal(
	        shown(&arena, parse_envfile,
	              BYTES("export A=/x\nexport  B=/y\nexport\tC=/y\nD=/z\\\nw\nE = /v\n\"F=/u\"\n# g\\\nG=/t\n")),
	        "1 A=/x|4 D=/zw|9 G=/t");
	assert_string_equal(shown(&arena, parse_envfile_systemd,
	                          BYTES("A=/x\"1\"\nB=\"/y 1\" 2\nC='/z'\"w\"\nD=/v\\ u\nE=\"/t\" # s\n")),
	                    "1 A=/x\"1\"|2 B=/y 12|3 C=/zw|4 D=/v u|5 E=/t# s");
	arena_free(&arena);
}

static const char *environment_shown(struct arena *arena, const char *value) {
	struct builder builder = { .arena = arena };
	const struct assignment *list;

	parse_environment(value, arena, &list);
	for (; list->name; ++list)
		builder_format(&builder, "%s%s=%s", builder.length ? "|" : "", list->name, list->value);
	return builder_string(&builder);
}

static void test_environment(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(environment_shown(&arena, "A=1 \"B=two words\" 'C=x' D=a\\x20b =e f"),
	                    "A=1|B=two words|C=x|D=a b");
	assert_string_equal(environment_shown(&arena, "A=\\"), "A=\\");
	arena_free(&arena);
}

static const char *crontab_shown(struct arena *arena, enum crontab_form form, const struct bytes *bytes) {
	struct builder builder = { .arena = arena };
	const struct crontab_line *list;

	assert_int_equal(parse_crontab(bytes, form, arena, &list), 0);
	for (; list->line; ++list) {
		builder_format(&builder, "%s%u ", builder.length ? "|" : "", list->line);
		if (list->name)
			builder_format(&builder, "%s=%s", list->name, list->value);
		else
			builder_format(&builder, "%s: %s", list->user ? list->user : "-", list->command);
	}
	return builder_string(&builder);
}

static void test_crontab(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(crontab_shown(&arena, CRONTAB_SYSTEM,
	                                  BYTES("# x\nPATH = \"/a:/b\" \n 'B'=c d\n1 * * * * root A=1 x \\% y % z\n"
	                                        "@daily bob /tmp/x\n1 * * * *\nC=\n")),
	                    "2 PATH=/a:/b|3 B=c d|4 root: A=1 x % y |5 bob: /tmp/x|7 C=");
	assert_string_equal(crontab_shown(&arena, CRONTAB_USER, BYTES("1 2 3 4 5 run it\r\n@reboot x")),
	                    "1 -: run it|2 -: x");
	assert_string_equal(crontab_shown(&arena, CRONTAB_ANACRON, BYTES("1 5 cron.daily run-parts /etc/cron.daily\n")),
	                    "1 -: run-parts /etc/cron.daily");
	arena_free(&arena);
}

static void test_ldconf(void **state) {
	struct arena arena = { 0 };
	const struct ldconf_entry *list;

	(void)state;
	assert_int_equal(
	        parse_ldconf(BYTES("# x\ninclude a/*.conf b\n /usr/lib = libc6 # y\nhwcap 1 x\n/z"), &arena, &list), 0);
	assert_true(list[0].include && list[1].include && !list[2].include);
	assert_string_equal(list[0].path, "a/*.conf");
	assert_string_equal(list[1].path, "b");
	assert_string_equal(list[2].path, "/usr/lib");
	assert_int_equal(list[2].line, 3);
	assert_string_equal(list[3].path, "/z");
	assert_int_equal(list[4].line, 0);
	assert_int_equal(parse_ldpreload(BYTES("/a:/b\t/c#/d\n\n/e"), &arena, &list), 0);
	assert_string_equal(list[2].path, "/c");
	assert_string_equal(list[3].path, "/e");
	assert_int_equal(list[3].line, 3);
	arena_free(&arena);
}

static void test_udev(void **state) {
	struct arena arena = { 0 };
	const struct udev_program *list;

	(void)state;
	assert_int_equal(
	        parse_udev(BYTES("# RUN+=\"/no\"\nA==\"x\", \\\n# in between\n ENV{a,b}=\"y\" RUN+=\"/a \\\"b\\\"\"\n"
	                         "IMPORT{program}=\"c %k\", RUN{builtin}+=\"kmod\"\nRUN=\"/open\nPROGRAM==e\"d\\\\\""),
	                   &arena, &list),
	        0);
	assert_string_equal(list[0].command, "/a \"b\"");
	assert_int_equal(list[0].line, 2);
	assert_string_equal(list[1].command, "c %k");
	assert_int_equal(list[1].line, 5);
	assert_string_equal(list[2].command, "d\\");
	assert_int_equal(list[3].line, 0);
	arena_free(&arena);
}

static const char *startup_shown(struct arena *arena, enum shell_dialect dialect, const struct bytes *bytes) {
	struct builder builder = { .arena = arena };
	const struct startup_assignment *list;
	struct shell_place lost;

	assert_int_equal(parse_startup(bytes, dialect, arena, &list, &lost), 0);
	for (; list->line; ++list)
		builder_format(&builder, "%s%u%s %s=%s", builder.length ? "|" : "", list->line,
		               list->exported ? "x" : "", list->name, list->value);
	return builder_string(&builder);
}

static void test_startup(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(startup_shown(&arena, SHELL_POSIX,
	                                  BYTES("A=1; export A\nB='x y'\nexport C=\"$D:/e\" F\nPATH+=:/z\nG=1 cmd\n"
	                                        "declare -x H=\"${I:-/j}/k\"\nif L=$(m); then N=o; fi\nP=\"$(Q=r)\"")),
	                    "1x A=1|2 B=x y|3x C=\1:/e|4 PATH=\1:/z|5x G=1|6x H=\1/k|7 L=\1|7 N=o|8 Q=r|8 P=\1");
	assert_string_equal(startup_shown(&arena, SHELL_POSIX,
	                                  BYTES("\neval A=/b\neval 'export C=/d; E=/f'\neval \"$G\" H=/i\n"
	                                        "command export J=/k\nbuiltin typeset -x L=/m\neval eval N=/o\n")),
	                    "2 A=/b|3x C=/d|3 E=/f|5x J=/k|6x L=/m");
	assert_string_equal(
	        startup_shown(&arena, SHELL_CSH,
	                      BYTES("setenv A /b\nset path = ( $path /c \"/d\" )\nset path=(/e)\nset prompt = (x)\n")),
	        "1x A=/b|2x PATH=$path:/c:/d|3x PATH=/e");
	assert_string_equal(
	        startup_shown(&arena, SHELL_FISH,
	                      BYTES("set -gx A /b\nset -x PATH /c $PATH\nset D e\nset -e F\nfish_add_path /g\n")),
	        "1x A=/b|2x PATH=/c:\1|3 D=e|5x PATH=/g:\1");
	arena_free(&arena);
}

static const char *files_shown(struct arena *arena, const struct command_list *list) {
	static const char uses[] = "xsr";
	struct builder builder = { .arena = arena };

	for (size_t i = 0; i < list->count; ++i)
		builder_format(&builder, "%s%c%s", i ? " " : "", uses[list->files[i].use], list->files[i].path);
	return builder_string(&builder);
}

static const char *script_shown(struct arena *arena, const char *script) {
	struct command_list list = { .arena = arena };

	parse_commands(&(struct bytes) { script, strlen(script) }, &list);
	return files_shown(arena, &list);
}

static void test_scripts(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(script_shown(&arena, "A=1 /a -x /no >/no 2>&1 | /b; find /no; [ -f /no ] && rm -f /no"),
	                    "x/a x/b");
	assert_string_equal(script_shown(&arena,
	                                 ". /a; source /b\nsh -eu /c\nbash -c '/d; sh -c /no'\npython3 -u /e /no\n"
	                                 "python3 -c 'import x' /no\nperl -e 1 /no"),
	                    "s/a s/b x/c x/d x/e");
	assert_string_equal(script_shown(&arena,
	                                 "nice -n 5 ionice -c 3 /a /no; timeout 5m env A=/no /b; flock /no -c '/c'; "
	                                 "sudo -u x -- /d; su x -c '/e'; exec /f"),
	                    "x/a x/b x/c x/d x/e x/f");
	assert_string_equal(
	        script_shown(&arena, "/a/$x; \"$y\"/b; ~/c; \"/d e\"; /f*; cd /g && ./h\n./no\ncd $z; ./no"),
	        "x/d e x/g/./h");
	assert_string_equal(script_shown(&arena,
	                                 "run-parts --report /a; start-stop-daemon --start --exec /b; java -jar /c; "
	                                 "x --config=/d --conf /e"),
	                    "x/a x/b x/c r/d r/e");
	arena_free(&arena);
}

static const char *exec_shown(struct arena *arena, const char *value) {
	struct builder builder = { .arena = arena };
	const struct exec_line *lines;

	for (parse_exec(value, arena, &lines); lines->words; ++lines) {
		struct command_list list = { .arena = arena };

		parse_command_words(lines->words, &list);
		builder_format(&builder, "%s%s[%s]", lines->privileged ? "+" : "", builder.length ? "" : "",
		               files_shown(arena, &list));
	}
	return builder_string(&builder);
}

static void test_exec(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(exec_shown(&arena, "-+/a b ; /c \\; ; @/d name /no"), "+[x/a][x/c][x/d]");
	assert_string_equal(exec_shown(&arena, "/bin/sh -c \"exec /tmp/x $A %i; /tmp/%i\""), "[x/bin/sh x/tmp/x]");
	assert_string_equal(exec_shown(&arena, "/opt/%i/a"), "[]");
	assert_string_equal(exec_shown(&arena, "/a%%b -c /x.conf -c /no"), "[x/a%b r/x.conf]");
	assert_string_equal(exec_shown(&arena, ""), "");
	assert_string_equal(exec_shown(&arena, ";"), "");
	assert_string_equal(exec_shown(&arena, "@/a"), "[x/a]");
	arena_free(&arena);
}

static void test_sudoers(void **state) {
	struct arena arena = { 0 };
	struct builder builder = { .arena = &arena };
	const struct sudoers_entry *list;

	(void)state;
	assert_int_equal(
	        parse_sudoers(BYTES("root ALL=(ALL:ALL) ALL\nCmnd_Alias A = /a, !/b, sha256:abc /c : B = /d x\\, /no\n"
	                            "User_Alias U = /no\nbob h=(www) NOPASSWD: SETENV: /e y=\\= , /f # /no\n"
	                            "%g ALL = /g : ALL = (root) CWD=/no /h\n"),
	                      &arena, &list),
	        0);
	for (; list->line; ++list)
		if (list->kind == SUDOERS_COMMAND)
			builder_format(&builder, "%u%s%s(%s) ", list->line, list->negated ? "!" : "", list->name,
			               list->scope);
	assert_string_equal(builder_string(&builder), "2/a() 2!/b() 2/c() 2/d() 4/e(www) 4/f(www) 5/g() 5/h(root) ");
	arena_free(&arena);
}

/** Whatever the bytes are, nothing is read behind them, and reading ends. */
static void test_noise(void **state) {
	static const char alphabet[] = "=\"'\\ \n\t#%$();,:{}/a&|<>`!+-@[";
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 3000; ++round) {
		struct arena arena = { 0 };
		char *data = malloc(61);
		size_t size = (size_t)round % 60;

		for (size_t i = 0; i < size; ++i) {
			random = random * 1664525 + 1013904223;
			data[i] = random >> 28 == 0 ? '\0' : alphabet[(random >> 16) % (sizeof alphabet - 1)];
		}
		data[size] = '\0';
		const struct bytes bytes = { data, size };
		const struct assignment *assignments;
		const struct startup_assignment *startup;
		const struct crontab_line *lines;
		const struct ldconf_entry *entries;
		const struct udev_program *programs;
		const struct sudoers_entry *sudoers;
		const struct exec_line *exec;
		struct command_list list = { .arena = &arena };
		struct shell_place lost;

		assert_int_equal(parse_envfile(&bytes, &arena, &assignments), 0);
		assert_int_equal(parse_envfile_systemd(&bytes, &arena, &assignments), 0);
		assert_int_equal(parse_pam_env(&bytes, &arena, &assignments), 0);
		assert_int_equal(parse_environment(data, &arena, &assignments), 0);
		for (int dialect = SHELL_POSIX; dialect <= SHELL_FISH; ++dialect)
			assert_int_equal(parse_startup(&bytes, (enum shell_dialect)dialect, &arena, &startup, &lost),
			                 0);
		for (int form = CRONTAB_USER; form <= CRONTAB_ANACRON; ++form)
			assert_int_equal(parse_crontab(&bytes, (enum crontab_form)form, &arena, &lines), 0);
		assert_int_equal(parse_ldconf(&bytes, &arena, &entries), 0);
		assert_int_equal(parse_ldpreload(&bytes, &arena, &entries), 0);
		assert_int_equal(parse_udev(&bytes, &arena, &programs), 0);
		assert_int_equal(parse_sudoers(&bytes, &arena, &sudoers), 0);
		parse_commands(&bytes, &list);
		for (parse_exec(data, &arena, &exec); exec->words; ++exec)
			parse_command_words(exec->words, &list);
		for (size_t i = 0; i < list.count; ++i)
			assert_int_equal(list.files[i].path[0], '/');
		free(data);
		arena_free(&arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_envfile), cmocka_unit_test(test_envfile_systemd),
		cmocka_unit_test(test_pam_env), cmocka_unit_test(test_environment),
		cmocka_unit_test(test_crontab), cmocka_unit_test(test_ldconf),
		cmocka_unit_test(test_udev),    cmocka_unit_test(test_startup),
		cmocka_unit_test(test_scripts), cmocka_unit_test(test_exec),
		cmocka_unit_test(test_sudoers), cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
