/** umask commands in scripts: found where a shell would run them, and nowhere else. */

#include "parse_shell.h"

#include "text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int end(void **state) {
	(void)state;
	arena_free(&arena);
	return 0;
}

/** The umasks of a script as "line:operand line:?operand", where "?" stands for an unknown one. */
static const char *found(enum shell_dialect dialect, const char *text) {
	struct builder shown = { .arena = &arena };
	const size_t size = strlen(text);
	/* Without a NUL behind it, so that a sanitizer sees what is read too far. */
	char *data = malloc(size ? size : 1);
	const struct shell_umask *umasks;

	memcpy(data, text, size);
	assert_int_equal(parse_shell_umasks(&(struct bytes) { data, size }, dialect, &arena, &umasks), 0);
	free(data);
	for (; umasks->line; ++umasks)
		builder_format(&shown, "%s%u:%s%s", shown.length ? " " : "", umasks->line, umasks->unknown ? "?" : "",
		               umasks->operand);
	return builder_string(&shown);
}

struct example {
	const char *text, *umasks;
};

static void compare(enum shell_dialect dialect, const struct example *cases, size_t count) {
	for (size_t i = 0; i < count; ++i) {
		const char *actual = found(dialect, cases[i].text);

		if (strcmp(actual, cases[i].umasks) != 0)
			fail_msg("%s\ngave \"%s\", not \"%s\"", cases[i].text, actual, cases[i].umasks);
	}
}

#define COMPARE(dialect, cases) compare(dialect, cases, sizeof(cases) / sizeof *(cases))

static void test_commands(void **state) {
	static const struct example cases[] = {
		{ "umask 027", "1:027" },
		{ "umask 027\r\n", "1:027" },
		{ "\n\n  umask\t0022 # why\n", "3:0022" },
		{ "umask u=rwx,g=rx,o=", "1:u=rwx,g=rx,o=" },
		{ "umask \"022\"; umask '002'; umask 0\\22", "1:022 1:002 1:022" },
		{ "umask \\\n022\n", "1:022" },
		{ "uma\\\nsk 022\n", "1:022" },
		{ "umask -- 022", "1:022" },
		{ "umask -S u=rwx,go=rx", "1:u=rwx,go=rx" },
		{ "X=1 Y= umask 022", "1:022" },
		{ "command umask 022; builtin umask 002", "1:022 1:002" },
		{ "umask 022 >/dev/null 2>&1; umask 002 2>/dev/null", "1:022 1:002" },
		{ ">/dev/null umask 022", "1:022" },
		{ "true && umask 022 || umask 002 & umask 007 | cat", "1:022 1:002 1:007" },
		{ "if a; then umask 1; elif umask 2; then :; else umask 3; fi; umask 4", "1:1 1:2 1:3 1:4" },
		{ "while umask 1; do umask 2; done; for i in umask 9; do umask 3; done", "1:1 1:2 1:3" },
		{ "{ umask 1; }; ! umask 2; time umask 3", "1:1 1:2 1:3" },
		{ "f() { umask 1; }\nfunction g { umask 2; }\nfunction h () {\numask 3\n}\nk ()\n{ umask 4; }",
		  "1:1 2:2 4:3 7:4" },
		{ "case $x in a|umask) umask 1;; (b) umask 2;;\n*) umask 3\nesac; umask 4", "1:1 1:2 2:3 3:4" },
		{ "case x in\n a ) case y in b) umask 1;; esac; umask 2;;\nesac\numask 3", "2:1 2:2 4:3" },
		{ "(umask 1; (umask 2)); umask 3", "1:1 1:2 1:3" },
		{ "x=$(umask 1; echo \"$(umask 2)\"); y=`umask 3; a`; z=\"`umask 4`\"", "1:1 1:2 1:3 1:4" },
		{ "x=$(case a in a) umask 1;; esac); umask 2", "1:1 1:2" },
		{ "diff <(umask 1; ls) >(umask 2)", "1:1 1:2" },
	};

	(void)state;
	COMPARE(SHELL_POSIX, cases);
}

static void test_no_commands(void **state) {
	static const struct example cases[] = {
		{ "", "" },
		{ "# umask 022", "" },
		{ "echo # umask 022\n", "" },
		{ "umask", "" },
		{ "umask -S; umask -p; x=$(umask); y=`umask -S`", "" },
		{ "echo umask 022; echo \"umask 022\"; echo 'umask 022'", "" },
		{ "echo \"a\numask 022\nb\"; echo 'c\numask 022\n'", "" },
		{ "umask=022; UMASK=022; export umask=022", "" },
		{ "pumask 022; umasks 022; /bin/umask 022", "" },
		{ "cat <<EOF\numask 022\nEOF\n", "" },
		{ "cat <<-'E F' <<B\n\tumask 022\n\tE F\numask 002\nB\n", "" },
		{ "cat <<\\EOF; cat <<\"X\"\n$(umask 1)\nEOF\numask 2\nX\n", "" },
		{ "x=$(cat <<EOF\numask 022 )\nEOF\n)\n", "" },
		{ "a=( umask 022 ); b+=(umask 022)", "" },
		{ "echo a#b umask 022; echo ${x:-umask 022} ${x#'umask 1'}", "" },
		{ "echo $'it\\'s umask 022\\n'; echo $\"umask 022\"", "" },
		{ "echo $(( umask + 022 ))", "" },
		{ "[[ $a =~ ^(umask 022|b)$ ]]", "" },
		{ "grep umask 022 | sed s/umask/022/", "" },
		{ "umask 2>/dev/null", "" },
	};

	(void)state;
	COMPARE(SHELL_POSIX, cases);
}

/* What comes after a construct is seen again: none of them swallows the rest. */
static void test_after(void **state) {
	static const char *const before[] = {
		"cat <<EOF\nit's \"\nEOF\n",
		"cat <<-EOF\n\t`\n\tEOF\n",
		"cat <<<word\n",
		"echo it\\'s \\\" \\`\n",
		"# it's $( \" `\n",
		"echo \"${x:-\"y\"}\" ${#x} ${x#\\}} ${x%'}'} \"${x:-it's}\"\n",
		"echo $((1 << 2)) $(( (3) ))\n",
		"(( x << 2 ))\n",
		"for ((i = 0; i < 3; ++i)); do :; done\n",
		"x='\\'\n",
		"echo $# $$ $! \"$@\" $*\n",
		"a=(1 2 # it's\n3)\n",
		"echo @(a|b) *(N)\n",
		"case x in x) ;; esac\n",
		"f() { echo '}'; }\n",
		"echo $'\\'' \"$'\"\n",
		"[ \"$(id -u)\" = 0 ] && :\n",
		"echo \"`echo \\\"a\\\"`\"\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof before / sizeof *before; ++i) {
		const char *actual = found(SHELL_POSIX, arena_text(&arena, "%sumask 027\n", before[i]));
		const char *colon = strchr(actual, ':');

		if (!colon || strcmp(colon, ":027") != 0)
			fail_msg("after\n%s\"umask 027\" gave \"%s\"", before[i], actual);
	}
}

static void test_unknown(void **state) {
	static const struct example cases[] = {
		{ "umask $OLD\numask \"$OLD\"", "1:?$OLD 2:?\"$OLD\"" },
		{ "umask `cat x`", "1:?`cat x`" },
		{ "umask $(cat x)", "1:?$(cat x)" },
		{ "umask ${X:-022}", "1:?${X:-022}" },
		{ "umask 0$X", "1:?0$X" },
		{ "umask foo; umask 9; umask g=u", "1:?foo 1:?9 1:?g=u" },
		{ "echo \"\numask 022\n", "1:?" },
		{ "echo 'it\numask 022\n", "1:?" },
		{ "cat <<EOF\numask 022\n", "1:?" },
		{ "umask 1\nx=${y\numask 022\n", "1:1 2:?" },
		{ "((umask 000); echo)\n", "1:?" },
		/* Nothing is missed here. */
		{ "umask 1\necho \"\n", "1:1" },
	};

	(void)state;
	COMPARE(SHELL_POSIX, cases);
}

static void test_csh(void **state) {
	static const struct example cases[] = {
		{ "umask 022 # x", "1:022" },
		{ "if ($?prompt) umask 002\n", "1:002" },
		{ "if ( $uid > 199 && \"`id -gn`\" == \"`id -un`\" ) then\n  umask 002\nelse\n  umask 022\nendif\n",
		  "2:002 4:022" },
		{ "if (a) then\nelse if ($x) umask 1\n", "2:1" },
		{ "foreach i ( umask 1 )\n umask 2\nend\n", "2:2" },
		{ "set x = ( umask 000 ); set y=(umask 000)\n", "" },
		{ "alias u 'umask 022'; echo \"umask 022\"; umask\n", "" },
		{ "echo don't\numask 026\n", "2:026" },
		{ "echo <<E\numask 022\nE\numask 2\n", "4:2" },
		{ "umask $x", "1:?$x" },
		{ "(umask 3; ls)", "1:3" },
	};

	(void)state;
	COMPARE(SHELL_CSH, cases);
}

static void test_fish(void **state) {
	static const struct example cases[] = {
		{ "umask 022 # x", "1:022" },
		{ "if status is-login; umask 1; end\nand umask 2; or umask 3; not umask 4", "1:1 2:2 2:3 2:4" },
		{ "begin; umask u=rwx,g=,o=; end", "1:u=rwx,g=,o=" },
		{ "set x (umask 1; echo) $(umask 2)", "1:1 1:2" },
		{ "echo 'umask 1\\' umask 2' \"umask 3\" `b; umask -S; umask --symbolic; umask", "" },
		{ "function f\n  umask 5\nend", "2:5" },
		{ "echo a << b\numask 6\n", "2:6" },
		{ "umask $x", "1:?$x" },
	};

	(void)state;
	COMPARE(SHELL_FISH, cases);
}

/** Nesting is followed for a while, and given up aloud. */
static void test_deep(void **state) {
	for (size_t depth = 1; depth < 400; depth += 7) {
		struct builder text = { .arena = &arena };

		for (size_t i = 0; i < depth; ++i)
			builder_text(&text, i % 2 ? "\"$(" : "( ");
		builder_text(&text, "umask 000");
		if (strcmp(found(SHELL_POSIX, builder_string(&text)), "") == 0)
			fail_msg("nothing at depth %zu", depth);
	}
	(void)state;
}

static void test_bounds(void **state) {
	struct builder text = { .arena = &arena };
	const struct shell_umask *umasks;

	(void)state;
	/* Long words, many words, and the end of the file at each place of a script. */
	for (size_t i = 0; i < 5000; ++i)
		builder_text(&text, "a");
	for (size_t i = 0; i < 40; ++i)
		builder_text(&text, " \"b\"");
	builder_text(&text, "\numask ");
	for (size_t i = 0; i < 5000; ++i)
		builder_text(&text, "0");
	assert_string_equal(found(SHELL_POSIX, builder_string(&text)),
	                    "2:?0000000000000000000000000000000000000000000000000000000000000000");
	static const char script[] =
	        "f() { umask 1 2>&1; }; x=\"$(case a in a) umask 2;; esac)\" <<E; ((1<<2)) `umask 3`\n"
	        "umask 4\nE\n${a:-'b'} $'c\\'' \\\n umask $(( 5 )) # x\n";
	for (size_t i = 0; i < sizeof script; ++i)
		for (int dialect = SHELL_POSIX; dialect <= SHELL_FISH; ++dialect)
			found((enum shell_dialect)dialect, arena_bytes(&arena, script, i));
	char *many = arena_alloc(&arena, 8 * (SHELL_UMASK_LIMIT + 1) + 1);
	for (size_t i = 0; i <= SHELL_UMASK_LIMIT; ++i)
		memcpy(many + 8 * i, "umask 1\n", 8);
	assert_int_equal(parse_shell_umasks(&(struct bytes) { many, strlen(many) }, SHELL_POSIX, &arena, &umasks),
	                 -E2BIG);
	assert_int_equal(umasks[SHELL_UMASK_LIMIT - 1].line, SHELL_UMASK_LIMIT);
}

static void test_interpreters(void **state) {
	static const struct {
		const char *text;
		bool shell;
	} cases[] = {
		{ "", true },
		{ "umask 022", true },
		{ "#!/bin/sh\n", true },
		{ "#! /usr/bin/env bash -e\n", true },
		{ "#!/lib/init/init-d-script\n", true },
		{ "#!/usr/bin/perl\n$sh\n", false },
		{ "#!/usr/bin/python3 /usr/share/x\n", false },
		{ "#!/bin/zsh", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		if (shell_reads(&(struct bytes) { cases[i].text, strlen(cases[i].text) }) != cases[i].shell)
			fail_msg("%s", cases[i].text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),     cmocka_unit_test(test_no_commands),
		cmocka_unit_test(test_after),        cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_csh),          cmocka_unit_test(test_fish),
		cmocka_unit_test(test_deep),         cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_interpreters),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
