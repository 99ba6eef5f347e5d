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

#include <errno.h>
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
	        "2 B=\1 w|3 C=/z|7 F=a");
	/* What pam_env of Debian 12 and 13 made of them. */
	assert_string_equal(shown(&arena, parse_pam_env,
	                          BYTES("A=/x\nB DEFAULT=/y#c\nC OVERRIDE=${Q}@{HOME} DEFAULT=/z\nD OVERRIDE=@{HOME}/w "
	                                "DEFAULT=/v\nE default=/u\nF\n")),
	                    "1 A=/x|2 B=/y|3 C=/z|3 C=\1\2|4 D=\2/w");
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
	/* Each as glibc 2.36 and 2.41 load it. */
	assert_int_equal(parse_ldpreload(BYTES("# one /a\n"), &arena, &list), 0);
	assert_int_equal(list[0].line, 0);
	assert_int_equal(parse_ldpreload(BYTES("# one /a.so\n# /b.so\n"), &arena, &list), 0);
	assert_string_equal(list[0].path, "#");
	assert_string_equal(list[1].path, "/b.so");
	assert_int_equal(list[1].line, 2);
	assert_int_equal(list[2].line, 0);
	assert_int_equal(parse_ldpreload(BYTES("#a\n#b\n/tmp/ccccccccc.so\n"), &arena, &list), 0);
	assert_string_equal(list[0].path, "/tmp/ccccccccc.so");
	assert_int_equal(list[1].line, 0);
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

/** What a script does: "LINE[x] NAME=VALUE", "LINE .PATH", "LINE ?"; "#" is what is not known, "~" what is the user's.
 */
static const char *startup_shown(struct arena *arena, enum shell_dialect dialect, const struct bytes *bytes) {
	struct builder builder = { .arena = arena };
	struct startup startup;

	assert_int_equal(parse_startup(bytes, dialect, arena, &startup), 0);
	for (const struct startup_assignment *list = startup.assignments; list->line; ++list)
		builder_format(&builder, "%s%u%s %s=%s", builder.length ? "|" : "", list->line,
		               list->exported ? "x" : "", list->name, list->value);
	for (const struct startup_source *list = startup.sources; list->line; ++list)
		builder_format(&builder, "%s%u .%s", builder.length ? "|" : "", list->line, list->path);
	for (const struct startup_riddle *list = startup.riddles; list->line; ++list)
		builder_format(&builder, "%s%u ?", builder.length ? "|" : "", list->line);
	for (size_t i = 0; i < builder.length; ++i)
		builder.text[i] = builder.text[i] == SHELL_OPEN  ? '#'
		                  : builder.text[i] == SHELL_OWN ? '~'
		                                                 : builder.text[i];
	return builder_string(&builder);
}

static void test_startup(void **state) {
	static const struct {
		const char *script, *shown;
	} rows[] = {
		{ "A=1; export A\nB='x y'\nexport C=\"$D:/e\" F\nPATH+=:/z\nG=1 cmd\n",
		  "1x A=1|2 B=x y|3x C=#:/e|4 PATH=~:/z|5x G=1" },
		{ "declare -x H=\"${I:-/j}/k\"\nif L=$(m); then N=o; fi\nP=\"$(Q=r)\"",
		  "1x H=#/k|1x H=/j/k|2 L=#|2 N=o|3 Q=r|3 P=#" },
		{ "\neval A=/b\neval 'export C=/d; E=/f'\neval \"$G\" H=/i\ncommand export J=/k\nbuiltin typeset -x "
		  "L=/m\n",
		  "2 A=/b|3x C=/d|3 E=/f|5x J=/k|6x L=/m|4 ?" },
		/* What the script itself knows of variables. */
		{ "X=/a\nPATH=$PATH:$X/b:${X}\nX=/c\nY=$X", "1 X=/a|2 PATH=~:/a/b:/a|3 X=/c|4 Y=/c" },
		{ "X=/a\nif z; then X=/b; fi\nY=$X", "1 X=/a|2 X=/b|3 Y=/a|3 Y=/b" },
		{ "X=/a\nz && X=/b\nY=$X/", "1 X=/a|2 X=/b|3 Y=/a/|3 Y=/b/" },
		{ "X=/a; f() { X=/b; }; Y=$X", "1 X=/a|1 X=/b|1 Y=/a|1 Y=/b" },
		{ "T=${T:-/a}\nT=${T:+$T/b}\nU=${V-/c}", "1 T=/a|2 T=|2 T=~/b|3 U=#|3 U=/c" },
		{ ": ${T:=/a} \"${U=/b}\"\nexport T", "1x T=/a|1 U=/b" },
		{ "L=/x:$L\nL=$L:/y\nM=${L%:}", "1 L=/x:#|2 L=~:/y|3 M=#" },
		{ "T=$HOME/a U=~/b V=\"$HOME\" W='$HOME' X=\\$Y R=$XDG_RUNTIME_DIR/x Z=~bob/x",
		  "1 T=~/a|1 U=~/b|1 V=~|1 W=$HOME|1 X=$Y|1 R=~/x|1 Z=#/x" },
		{ "T=$'/a\\x2fb\\n\\057\\'c'\nU=$\"/d\" V=$((1+2)) W=`id`", "1 T=/a/b\n/'c|2 U=/d|2 V=#|2 W=#" },
		{ "T=$(mktemp -d) U=$(mktemp -d /srv/X) V=$(mktemp -du) W=`mktemp --directory`",
		  "1 T=~|1 U=~|1 V=#|1 W=~" },
		{ "X=a; X=$X$X; X=$X$X\n", "1 X=a|1 X=~~|1 X=~~" },
		/* Other ways to set one. */
		{ "read -r T U <f\nIFS=: read -p x V\nmapfile -t W\nreadarray A <g\ngetopts ab B\nread -ra C",
		  "1 T=#|1 U=#|2x IFS=:|2 V=#|3 W=#|4 A=#|5 B=#|6 C=#" },
		{ "printf -v T /a\nprintf -v U '%s/b' /c\nprintf -vV %s /d\nprintf x\nprintf -v \"$W\" x",
		  "1 T=/a|2 U=#|3 V=/d|5 ?" },
		{ "env T=/a -u X cmd\nenv -i U=/b W=c cmd V=/d\nexec env A=/e sh\nsudo B=/f x\nenv -S 'C=/g x'",
		  "1x T=/a|2x U=/b|2x W=c|3x A=/e|4x B=/f|5x C=/g x|5 ?" },
		{ "export \"T=/a\" 'U'=/b\nT[0]=/c V=(/d /e)\ndeclare -n r=T; typeset -gx W=/f; declare -f x=y",
		  "1x T=/a|1x U=/b|2 T=#|2 V=#|3x T=#|3x W=/f" },
		{ "export \"$a=$b\"\nexport $(cat f)\nexport -p\nset -a\ndeclare $x", "1 ?|2 ?|5 ?" },
		{ "alias x='T=/a y'\ntrap 'U=/b' EXIT\nbash -lc 'export V=/c'\n$x W=/d\nsh script A=/e\nbash -c "
		  "\"$x=1\"",
		  "1x T=/a|2 U=/b|3x V=/c|4x W=/d" },
		{ "for T in /a /b; do :; done; export T\nselect U in $x; do :; done", "1x T=/a|1x T=/b|2 U=#" },
		{ "path=(/a $path \"/b\"); path+=(/c)", "1 path=/a:~:/b|1 path=~:/c" },
		/* Files. */
		{ ". /a; source \"/b\" x\n[ -r /c ] && . /c\nX=/d; . $X/e\n. ~/f\n. \"$HOME/g\"\nsource -- /h",
		  "3 X=/d|1 ./a|1 ./b|2 ./c|3 ./d/e|4 .~/f|5 .~/g|6 ./h" },
		{ ". $X\n. x\n. ./x\nsource <(y)\n. /dev/stdin\n. /a/$X", "1 ?|2 ?|3 ?|4 ?|5 ?|6 ?" },
		{ "for i in /a/*.sh /b; do\n [ -r $i ] && . $i\ndone", "1 i=#|1 i=/b|2 ./a/*.sh|2 ./b" },
		{ "for i in $(run-parts --list --regex '^[a-z]+\\.sh$' /a); do . \"$i\"; done", "1 i=#|1 ./a/*.sh" },
		{ ". \"${XDG_CONFIG_HOME:-$HOME/.config}/a\"\nd=/b; for i in $(/bin/ls $d/*); do . $i; done",
		  "2 d=/b|2 i=#|1 .~/a|1 .~/.config/a|2 ./b/*" },
		{ "eval \"$(dircolors -b)\"\neval `lesspipe`\neval $(x)", "3 ?" },
		/* Functions: what they are given, and those that nobody calls. */
		{ "add() { PATH=$PATH:$1; }\nadd /a x\nadd /b", "1 PATH=~:/a|1 PATH=~:/b" },
		{ "f() { T=$(x); U=/a; . $y; eval \"$z\"; }\nfunction g { h; }; h() { V=$W; }; g", "1 U=/a|2 V=#" },
		{ "f() ( . $y )\n. $z", "2 ?" },
		{ "X=1 . /a\nif . /b; then :; fi; { . /c; }; ( . /d )", "1x X=1|1 ./a|2 ./b|2 ./c|2 ./d" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
		assert_string_equal(
		        startup_shown(&arena, SHELL_POSIX, &(struct bytes) { rows[i].script, strlen(rows[i].script) }),
		        rows[i].shown);
	assert_string_equal(
	        startup_shown(
	                &arena, SHELL_CSH,
	                BYTES("setenv A /b\nset path = ( $path /c \"/d\" )\nset path=(/e)\nset prompt = (x)\n"
	                      "set d = /f\nsource $d/g\nforeach i (/h/*.csh)\nsource $i\nend\n"
	                      "if ($?X) setenv B `x`\nsetenv C ${HOME}/y:$d:h\nset path=/k\nset a=1 path=(/l)\n")),
	        "1x A=/b|2x PATH=~:/c:/d|3x PATH=/e|7 i=#|10x B=#|11x C=~/y:#|12x PATH=/k|13x PATH=/l|6 ./f/g|8 "
	        "./h/*.csh");
	assert_string_equal(
	        startup_shown(
	                &arena, SHELL_FISH,
	                BYTES("set -gx A /b\nset -x PATH /c $PATH\nset D e\nset -e F\nfish_add_path /g\n"
	                      "source /h\nfor i in /k/*.fish\nsource $i\nend\nexport B=/l\nset -x C (x)\nx | source")),
	        "1x A=/b|2x PATH=/c:~|3 D=e|5x PATH=/g:~|7 i=#|10x B=/l|11x C=#|6 ./h|8 ./k/*.fish|12 ?");
	arena_free(&arena);
}

/** A script that doubles a value with each line ends in what is not known, and in no more memory than that. */
static void test_startup_growth(void **state) {
	struct arena arena = { 0 };
	struct builder script = { .arena = &arena };
	struct startup startup;

	(void)state;
	builder_text(&script, "X=/some/directory\n");
	for (int i = 0; i < 2000; ++i)
		builder_format(&script, "A%d=$%s%s:$X${Y:-/a}${Y:-/b}\n", i, i ? "A" : "X",
		               i ? (const char *)arena_text(&arena, "%d$A%d", i - 1, i - 1) : "");
	const char *text = builder_string(&script);
	assert_int_equal(parse_startup(&(struct bytes) { text, strlen(text) }, SHELL_POSIX, &arena, &startup), 0);
	assert_true(arena.total < ((size_t)128 << 20));
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

/** The variables, with "?" for what nobody can tell. */
static const char *variables_shown(struct arena *arena, const struct command_list *list) {
	struct builder builder = { .arena = arena };

	for (size_t i = 0; i < list->nvariables; ++i) {
		char *value = arena_copy(arena, list->variables[i].value);

		for (char *at = value; *at; ++at)
			if (*at == SHELL_OPEN || *at == SHELL_OWN)
				*at = '?';
		builder_format(&builder, "%s%s=%s@%u", i ? " " : "", list->variables[i].name, value,
		               list->variables[i].line);
	}
	return builder_string(&builder);
}

static void test_variables(void **state) {
	static const struct {
		const char *script, *shown;
	} cases[] = {
		{ "A=1\nB=2 x\nexport A C=\"$A/3\"\n", "B=2@2 A=1@3 C=1/3@3" },
		{ "env -i A=/a B=$b x; sudo -u u C=/c y; z D=/no\nA=5 # no\n", "A=/a@1 B=?@1 C=/c@1" },
		{ "PATH=/a:$PATH\nPATH=$PATH:/b x\n", "PATH=/a:?@1 PATH=?:/b@2" },
		{ "sh -c 'A=/a x'\necho 'B=/b x'\nC+=/c x\nlocal D=/d\n", "A=/a@1 C=?@3" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct command_list list = { .arena = &arena };

		parse_commands(&(struct bytes) { cases[i].script, strlen(cases[i].script) }, &list);
		assert_string_equal(variables_shown(&arena, &list), cases[i].shown);
	}
	const struct exec_line *lines;
	struct command_list list = { .arena = &arena };
	parse_exec("/usr/bin/env A=/a:${A}:$B/c B=$$x C=%i /x D=/no", &arena, &lines);
	parse_command_words(lines->words, &list);
	assert_string_equal(variables_shown(&arena, &list), "A=/a:?:?/c@0 B=$x@0 C=?i@0");
	arena_free(&arena);
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
	        "x/d e x/g/h");
	assert_string_equal(script_shown(&arena, "#!/i -x\n/no\n"), "x/i");
	assert_string_equal(
	        script_shown(&arena,
	                     "#!/bin/sh\nA=/a B=\"/b c\"; $A /no\n\"$B\"; $B; sh $A\nD=/d; $D/e; ${D}/f; A=/no cmd\n"
	                     "export E=/g; $E\nunknown=$(/h); $unknown/no; $unset/no; ${unset:-/i}"),
	        "x/bin/sh x/a x/b c x/b x/a x/d/e x/d/f x/g x/h x/i");
	/* Branches are not followed: each value is one that it may have. */
	assert_string_equal(script_shown(&arena, "A=/a; if x; then A=/b; fi; $A\nread A; $A/no; D=$(mktemp -d); $D/no"),
	                    "x/a x/b");
	assert_string_equal(
	        script_shown(&arena, "find /no -exec /a {} \\; -o -execdir sh -c '/b' \\;; eval /c x; trap '/d' EXIT; "
	                             "awk -f /e /no; sed -e /no -f/f; make --file=/g; cd /h; sh i; . /j"),
	        "x/a x/b x/c x/d x/e x/f x/g x/h/i s/j");
	assert_string_equal(
	        script_shown(&arena, "setpriv --reuid 1 --clear-groups /a; unshare -m /b; systemd-run --unit x -p A=b "
	                             "/c; sudo --user x /d; timeout --signal KILL 5 /e; doas /f; busybox sh /g"),
	        "x/a x/b x/c x/d x/e x/f x/g");
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
		struct startup startup;
		const struct crontab_line *lines;
		const struct ldconf_entry *entries;
		const struct udev_program *programs;
		const struct sudoers_entry *sudoers;
		const struct exec_line *exec;
		struct command_list list = { .arena = &arena };

		assert_int_equal(parse_envfile(&bytes, &arena, &assignments), 0);
		assert_int_equal(parse_envfile_systemd(&bytes, &arena, &assignments), 0);
		assert_int_equal(parse_pam_env(&bytes, &arena, &assignments), 0);
		assert_int_equal(parse_environment(data, &arena, &assignments), 0);
		for (int dialect = SHELL_POSIX; dialect <= SHELL_FISH; ++dialect)
			assert_int_equal(parse_startup(&bytes, (enum shell_dialect)dialect, &arena, &startup), 0);
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
		cmocka_unit_test(test_envfile),        cmocka_unit_test(test_envfile_systemd),
		cmocka_unit_test(test_pam_env),        cmocka_unit_test(test_environment),
		cmocka_unit_test(test_crontab),        cmocka_unit_test(test_ldconf),
		cmocka_unit_test(test_udev),           cmocka_unit_test(test_startup),
		cmocka_unit_test(test_startup_growth), cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_variables),      cmocka_unit_test(test_exec),
		cmocka_unit_test(test_sudoers),        cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
