#include "scripts.h"

#include "lex_shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define expect(text, expected) assert_found(&language_shell, text, expected)

/** The commands: words with blanks between them, redirections by ">", assignments by "=", how each is joined. */
static const char *commands_of(struct arena *arena, const char *text, size_t size) {
	static const char *const joints[] = {
		[SHELL_END] = ";", [SHELL_PIPE] = "|", [SHELL_AND] = "&&", [SHELL_OR] = "||", [SHELL_BACKGROUND] = "&"
	};
	struct builder told = { .arena = arena };
	struct shell_code code = { 0 };

	lex_start(&code.lex, arena, text, size);
	lex_shell(&code);
	for (size_t i = 0; i < code.nsteps; ++i) {
		const struct shell_step *step = &code.steps[i];

		builder_format(&told, "%s%u:", i ? " " : "", step->whole.line);
		for (size_t k = 0; k < step->nassignments; ++k) {
			builder_bytes(&told, text + step->assignments[k].name.at,
			              step->assignments[k].name.end - step->assignments[k].name.at);
			builder_text(&told, step->assignments[k].append ? "+=" : "=");
			builder_bytes(&told, text + step->assignments[k].value.at,
			              step->assignments[k].value.end - step->assignments[k].value.at);
			builder_text(&told, ",");
		}
		for (size_t k = 0; k < step->nwords; ++k) {
			builder_bytes(&told, text + step->words[k].at, step->words[k].end - step->words[k].at);
			builder_text(&told, ",");
		}
		for (size_t k = 0; k < step->nredirections; ++k) {
			builder_text(&told, ">");
			builder_bytes(&told, text + step->redirections[k].target.at,
			              step->redirections[k].target.end - step->redirections[k].target.at);
		}
		builder_text(&told, joints[step->after]);
	}
	return builder_string(&told);
}

#define expect_commands(text, expected)                                                                                \
	do {                                                                                                           \
		struct arena command_arena = { 0 };                                                                    \
                                                                                                                       \
		assert_string_equal(commands_of(&command_arena, text, sizeof(text) - 1), expected);                    \
		arena_free(&command_arena);                                                                            \
	} while (0)

static void test_commands(void **state) {
	(void)state;
	expect_commands("a b # c\nd", "1:a,b,; 2:d,;");
	expect_commands("a=1 b+=2 c d=3", "1:a=1,b+=2,c,d=3,;");
	expect_commands("export A=b", "1:A=b,export,;");
	expect_commands("a >b 2>>c </d 2>&1 &>e", "1:a,>b>c>/d>e;");
	expect_commands("a | b && c || d & e", "1:a,| 1:b,&& 1:c,|| 1:d,& 1:e,;");
	expect_commands("a &&\n\n b", "1:a,&& 3:b,;");
	expect_commands("if (( a )) { b }\nc }", "1:b,; 1:; 2:c,},;");
	expect_commands("if a; then b; else c; fi >d", "1:a,; 1:b,; 1:c,; 1:>d;");
	expect_commands("for i in 1 2; do a; done", "1:for,i,in,1,2,; 1:a,; 1:;");
	expect_commands("case $a in (b|c) d ;; *) e;; esac; f", "1:d,; 1:e,; 1:; 1:f,;");
	expect_commands("f() { a; }; function g { b; }", "1:a,; 1:; 1:b,; 1:;");
	expect_commands("a \"$(b >c)\" `d`", "1:b,>c; 1:d,; 1:a,\"$(b >c)\",`d`,;");
	expect_commands("cat <<E >f\n$(a) > b\nE\ng", "1:cat,>f; 4:g,;");
	expect_commands("cat <<-'E O'\n\ta > b\n\tE O\ng", "1:cat,; 4:g,;");
	expect_commands("cat <<A <<B\n1\nA\n2\nB\ng", "1:cat,; 6:g,;");
	/* What a shell reads are commands. */
	expect_commands("bash <<E >f\na > b\nE\ng", "1:bash,>f; 2:a,>b; 4:g,;");
	expect_commands("sudo -u x /bin/sh -s -- y <<'E'\na\nE\n", "1:sudo,-u,x,/bin/sh,-s,--,y,; 2:a,;");
	expect_commands("su - x <<E\na <<I\nb\nI\nE\n", "1:su,-,x,; 2:a,;");
	expect_commands("cat <<E | sh\na\nE\n", "1:cat,| 1:sh,; 2:a,;");
	expect_commands("sh x <<E\na\nE\n", "1:sh,x,;");
	expect_commands("sh -c x <<E\na\nE\n", "1:sh,-c,x,;");
	expect_commands("ssh h sh <<E\na\nE\n", "1:ssh,h,sh,;");
	expect_commands("sh <<E\na", "1:sh,;");
	expect_commands("[[ a > b ]] && c", "1:[[,&& 1:c,;");
	expect_commands("(( a > b )); c=$(( 1 > 2 ))", "1:c=$(( 1 > 2 )),;");
	expect_commands("a='b > c' d\\\ne", "1:a='b > c',d\\\ne,;");
	expect_commands("a > \\\n b", "1:a,>b;");
	expect_commands("${a:-'}'} b", "1:${a:-'}'},b,;");
	expect_commands("x=(a 'b)' c) d", "1:x=(a 'b)' c),d,;");
	expect_commands("a\r\nb >c\r\n", "1:a,; 2:b,>c;");
	expect_commands("diff <(a) >(b)", "1:a,; 1:b,; 1:diff,;");
	expect_commands("'unclosed", "1:'unclosed,;");
	expect_commands("a ) b", "1:a,; 1:b,;");
}

static void test_creating(void **state) {
	(void)state;
	expect("echo a > /tmp/x.$$\n", "1 create high /tmp/x.<pid>");
	expect("echo a >> \"/tmp/x\"\ncat /tmp/x < /tmp/x\n", "1 create high /tmp/x");
	expect("T=/tmp/x.$$\nf() {\n echo > $T\n}\n", "3 create high /tmp/x.<pid>");
	expect("f() {\n echo > $T/a\n}\nT=/var/tmp\n", "2 create high /var/tmp/a");
	expect("echo > ${TMPDIR:-/tmp}/x$$\n", "1 create high $TMPDIR/x<pid>");
	expect("echo > $TMPDIR/x$$\n", "1 create medium $TMPDIR/x<pid>");
	expect("TMPDIR=$(mktemp -d)\necho > $TMPDIR/x$$\n", "");
	expect("t=`mktemp`\necho > $t\n", "");
	expect("d=$(mktemp -d) || exit\necho > $d/x\n", "");
	expect("t=$(mktemp || echo /tmp/x.$$)\necho > $t\n", "2 create low /tmp/x.<pid>");
	expect("if t=$(mktemp); then :; else t=/tmp/x.$$; fi\necho > $t\n", "2 create low /tmp/x.<pid>");
	expect("echo 2> /dev/null > /dev/tty; echo > /tmpl/x\n", "");
	expect("echo > /tmp/$(date +%s)\necho > /tmp/x.`id -u`\n",
	       "1 create high /tmp/<time>; 2 create high /tmp/x.<user>");
	expect("echo > /tmp/$(head -c8 /dev/urandom | od -x)\n", "");
	expect("echo '> /tmp/x' \"> /tmp/x\" # > /tmp/x\ncat <<E\n> /tmp/x\nE\n", "");
	expect("a | tee -a /tmp/x | b\n", "1 create high /tmp/x");
	expect("cp a b /tmp/x\nmv /tmp/x a\ncp -t /tmp/y a\n", "1 create high /tmp/x; 3 create high /tmp/y");
	expect("sudo touch /tmp/x\n", "1 create high /tmp/x");
	expect("dd if=/tmp/a of=/tmp/x\n", "1 create high /tmp/x");
	expect("gcc -o /tmp/x a.c\n[ a -o /tmp/x ]\nsort -o/tmp/y z\n", "1 create high /tmp/x; 3 create high /tmp/y");
	expect("chroot /mnt touch /tmp/x\n", "");
	expect("while a; do b; done > /tmp/x\n", "1 create high /tmp/x");
	expect("exec 3>/tmp/x\n", "1 create high /tmp/x");
	expect("for f in /tmp/a /tmp/b; do echo > $f; done\n", "1 create high /tmp/b");
	expect("echo > /tmp/x # tmpaudit: ignore\n", "1 suppressed");
}

static void test_noclobber(void **state) {
	(void)state;
	expect("set -C\necho > /tmp/x\necho >> /tmp/y\necho >| /tmp/z\n", "3 create high /tmp/y; 4 create high /tmp/z");
	expect("set -o noclobber\necho > /tmp/x\nset +C\necho > /tmp/y\n", "4 create high /tmp/y");
	expect("(set -C; echo > /tmp/x)\necho > /tmp/y\n", "2 create high /tmp/y");
}

static void test_directories(void **state) {
	(void)state;
	expect("mkdir -p /tmp/x\n", "1 directory high /tmp/x");
	expect("mkdir /tmp/x || exit 1\necho > /tmp/x/a\n", "");
	expect("mkdir /tmp/x\necho > /tmp/x/a\n", "1 directory high /tmp/x; 2 create high /tmp/x/a");
	expect("set -e\nmkdir /tmp/x\necho > /tmp/x/a\n", "");
	expect("#!/bin/sh -e\nmkdir -m 700 /tmp/x\n", "");
	expect("if mkdir /tmp/x; then echo > /tmp/x/a; fi\n", "");
	expect("mkdir /tmp/x\nif [ $? != 0 ]; then exit; fi\n", "");
	expect("(umask 077 && mkdir /tmp/x) || { exit 1; }\n", "");
	expect("{\n d=`mktemp -d` && test -d $d\n} || {\n d=/tmp/x$$\n (umask 077 && mkdir $d)\n} || exit\n", "");
	expect("if ! d=$(mktemp -d); then\n d=/tmp/x$$\n mkdir $d\nfi\n", "3 directory low /tmp/x<pid>");
	expect("mkdir /tmp/x || true\n", "1 directory high /tmp/x");
	expect("[ -d /tmp/x ] || mkdir /tmp/x\n", "1 directory high /tmp/x");
	expect("set -e\nif [ ! -d /tmp/x ]; then\n mkdir /tmp/x\nfi\n", "3 directory high /tmp/x");
	expect("mkfifo /tmp/x.$$\necho > /tmp/x.$$\n", "");
}

static void test_names(void **state) {
	(void)state;
	expect("t=$(mktemp -u)\necho > $t\n", "1 name high");
	expect("t=`mktemp -t --dry-run x.XXXXXX`\n", "1 name medium");
	expect("t=$(mktemp -u)\nmkfifo $t\n", "");
	expect("t=$(mktemp -u)\nmkdir $t || exit\necho > $t/a\n", "");
	expect("t=$(tempfile -n x)\n", "1 name medium");
}

static void test_running(void **state) {
	(void)state;
	expect(". /tmp/x\nsource /tmp/y.$$\nsh /tmp/z\n",
	       "1 source high /tmp/x; 2 source high /tmp/y.<pid>; 3 source high /tmp/z");
	expect("f=$(mktemp)\n. $f\n. ./a\n", "");
	expect("/tmp/x.sh a\n", "1 source high /tmp/x.sh");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),    cmocka_unit_test(test_creating), cmocka_unit_test(test_noclobber),
		cmocka_unit_test(test_directories), cmocka_unit_test(test_names),    cmocka_unit_test(test_running),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
