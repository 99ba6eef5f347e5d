/** What may be looked at for the sake of one script, whatever it holds: scripts are not ours. */

#include "scripts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MIB ((size_t)1 << 20)

/** What a script may take in all: what it is allowed, and what that grows to when it is next copied. */
#define MEMORY_MOST (160 * MIB)

/* The limit itself */

struct work {
	struct lex lex;
	size_t done, most;
	/** What to allocate each time. */
	size_t bytes;
};

static void look(void *context) {
	struct work *work = context;

	for (; work->done < work->most; ++work->done) {
		lex_look(&work->lex, 1);
		arena_alloc(work->lex.arena, work->bytes);
	}
}

static void test_looks(void **state) {
	struct arena arena = { 0 };
	struct lex_limit limit = { .left = 100, .memory = MIB };
	struct work work = { .most = 100 };

	(void)state;
	lex_start(&work.lex, &arena, "", 0);
	work.lex.limit = &limit;
	assert_true(lex_within(&limit, look, &work));
	assert_int_equal(limit.left, 0);
	work.most = 200;
	assert_false(lex_within(&limit, look, &work));
	assert_int_equal(work.done, 100);
	/* It goes as far as it may, and not one further. */
	limit.left = 50;
	assert_false(lex_within(&limit, look, &work));
	assert_int_equal(work.done, 150);
	/* What is not limited. */
	work.lex.limit = NULL;
	look(&work);
	assert_int_equal(work.done, 200);
	arena_free(&arena);
}

static void test_memory(void **state) {
	struct arena arena = { 0 };
	struct lex_limit limit = { .left = SIZE_MAX, .memory = MIB };
	struct work work = { .most = SIZE_MAX, .bytes = 4096 };

	(void)state;
	lex_start(&work.lex, &arena, "", 0);
	work.lex.limit = &limit;
	assert_false(lex_within(&limit, look, &work));
	assert_in_range(work.done * work.bytes, MIB - MIB / 16, MIB + MIB / 16);
	arena_free(&arena);
}

static void test_life(void **state) {
	struct arena arena = { 0 };
	struct pulse pulse = { 0 };
	struct lex_limit limit = { .left = 20 * MIB, .memory = MIB, .pulse = &pulse };
	struct work work = { .most = 10 * MIB };

	(void)state;
	lex_start(&work.lex, &arena, "", 0);
	work.lex.limit = &limit;
	for (; work.done < work.most; ++work.done)
		lex_look(&work.lex, 1);
	assert_in_range(pulse.beats, 9, 11);
	arena_free(&arena);
}

/* Scripts */

/** The script repeats a piece up to that size, behind what makes it matter. */
static char *repeated(const struct script_language *language, const char *piece, size_t size, size_t *length) {
	const char *begin = language == &language_php ? "<?php $x = \"/tmp/a\";\n" : "x = \"/tmp/a\"\n";
	char *text = malloc(size + 1);

	assert_non_null(text);
	*length = strlen(begin);
	memcpy(text, begin, *length);
	while (*length + strlen(piece) <= size) {
		memcpy(text + *length, piece, strlen(piece));
		*length += strlen(piece);
	}
	text[*length] = '\0';
	return text;
}

/** Analyse it, and return what is said of it if it could not be followed to its end, or NULL. */
static const char *defect_of(const struct script_language *language, const char *piece, size_t size) {
	struct arena arena = { 0 };
	struct script script = { 0 };
	size_t length;
	char *text = repeated(language, piece, size, &length);

	script_analyse(language, text, length, &arena, &script);
	assert_in_range(arena.total, 1, MEMORY_MOST);
	free(text);
	arena_free(&arena);
	return script.defect;
}

/** What opens, names, binds, quotes and ends things in one language or other. */
static const char *const pieces[] = {
	"for ",
	"(",
	")",
	"[",
	"]",
	"{",
	"}",
	"a",
	"a,",
	"a.",
	"=",
	"a=",
	"x = ",
	"lambda a:",
	"\"",
	"'",
	"`",
	"\"a\"",
	"f\"{",
	"#",
	"\n",
	"\r\n",
	"\\",
	"/",
	"/*",
	"<<E\n",
	"<",
	"> /tmp/a ",
	"$",
	"$(",
	"${",
	"${a:=",
	"$a=",
	"@a",
	"%s",
	"if (",
	"elif ",
	"case a in\n",
	"while ",
	"in ",
	"import a,",
	"from a import *\n",
	"with a as b, ",
	"def f(a):\n",
	"class A {",
	"function f(a){",
	"=>",
	"->",
	"::",
	"? a :",
	";",
	",",
	"\"a\"+",
	"a+",
	"a&&",
	"not ",
	"return ",
	"new A(",
	"func f(a string) {",
	"const {a} = ",
	"{a:",
	"...a,",
	"x.update(",
	"open(\"/tmp/a\", \"w\");",
	"open(",
	"f(a);",
	"a['b']",
	"%w(",
	"q{",
	"=pod\n",
	"#{",
	"\"#{",
	"`${",
	"\"$(",
	"/[/",
	"[/",
	"s/a/b/;",
	"<A,",
	"(A)",
	"#define F(x) x\n",
	"#if 0\n",
	"mktemp ",
	"tempfile.mktemp()",
	"sprintf(a, \"%s\", a);",
	"strcat(a, \"/tmp\");",
	"eval ",
	"sh -c '",
	"echo a > $a\n",
	"a=$a$a\n",
	"f() {\n",
	"local a=",
	"set -- a\n",
	"os.system(\"cat > /tmp/a\");",
	"\xff",
};

static void test_pieces(void **state) {
	(void)state;
	for (const struct script_language *const *language = script_languages; *language; ++language)
		for (size_t i = 0; i < sizeof pieces / sizeof *pieces; ++i)
			defect_of(*language, pieces[i], 20000);
}

/** What took the square of its length once, or all memory, or more than its own. */
static void test_long_lines(void **state) {
	static const struct {
		const struct script_language *language;
		const char *piece;
		/** Whether it is more than is followed. */
		bool given_up;
	} rows[] = {
		{ &language_python, "for ", true },
		{ &language_python, "x = ", true },
		{ &language_ruby, "\n", false },
		{ &language_javascript, "[/", true },
		{ &language_javascript, "a = ", true },
		{ &language_perl, "$a = ", true },
		{ &language_perl, "$a = 1 and $b;\n", false },
		{ &language_shell, "f() {\n", false },
		{ &language_shell, "a=$a$a\n", true },
		{ &language_c, "f() {\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		const char *defect = defect_of(rows[i].language, rows[i].piece, MIB);

		if (rows[i].given_up)
			assert_string_equal(defect, "takes more steps to follow than are taken");
		else if (defect)
			fail_msg("%s: %s", rows[i].piece, defect);
	}
}

/** A function as each language has it, with "%u" for its number, and what creates a file behind them all. */
static const struct sample {
	const struct script_language *language;
	const char *begin, *function, *last;
} samples[] = {
	{ &language_python, "import os\n",
	  "def step_%u(name, mode=None):\n"
	  "    path = os.path.join(BASE, name, 'part')\n"
	  "    return open(path, mode) if mode else [entry for entry in os.listdir(path) if entry]\n",
	  "open('/tmp/last', 'w')\n" },
	{ &language_perl, "use strict;\n",
	  "sub step_%u {\n"
	  "  my ($name, $mode) = @_;\n"
	  "  my $path = \"$base/$name/part\";\n"
	  "  open(my $fh, '>', $path) or die if $mode;\n"
	  "}\n",
	  "open(F, '>/tmp/last');\n" },
	{ &language_shell, "#!/bin/sh\n",
	  "step_%u() {\n"
	  "  name=$1\n"
	  "  path=\"$BASE/$name/part\"\n"
	  "  if [ -n \"$2\" ]; then echo \"$name\" > \"$path\"; fi\n"
	  "}\n",
	  "echo x > /tmp/last\n" },
	{ &language_javascript, "const fs = require('fs');\n",
	  "function step_%u(name, mode) {\n"
	  "  const path = base + '/' + name + '/part';\n"
	  "  if (mode) { return fs.writeFileSync(path, name.split(',')); }\n"
	  "}\n",
	  "fs.writeFileSync('/tmp/last', 'x');\n" },
	{ &language_php, "<?php\n",
	  "function step_%u($name, $mode = null) {\n"
	  "  $path = $base . '/' . $name . '/part';\n"
	  "  if ($mode) { return fopen($path, $mode); }\n"
	  "}\n",
	  "fopen('/tmp/last', 'w');\n" },
	{ &language_ruby, "",
	  "def step_%u(name, mode = nil)\n"
	  "  path = File.join(BASE, name, 'part')\n"
	  "  return File.open(path, mode) if mode\n"
	  "end\n",
	  "File.open('/tmp/last', 'w')\n" },
	{ &language_c, "#include <stdio.h>\n",
	  "static FILE *step_%u(const char *name, int mode)\n{\n"
	  "\tchar path[256];\n"
	  "\tsnprintf(path, sizeof path, \"%s/%s/part\", base, name);\n"
	  "\treturn mode ? fopen(path, \"w\") : NULL;\n"
	  "}\n",
	  "int main(void) { return !fopen(\"/tmp/last\", \"w\"); }\n" },
	{ &language_go, "package main\nimport (\n\"os\"\n\"path/filepath\"\n)\n",
	  "func step%u(name string, mode int) (*os.File, error) {\n"
	  "\tpath := filepath.Join(base, name, \"part\")\n"
	  "\treturn os.Create(path)\n"
	  "}\n",
	  "func main() { os.Create(\"/tmp/last\") }\n" },
	{ &language_java, "import java.io.*;\nclass A {\n",
	  "static Writer step%u(String name, int mode) throws IOException {\n"
	  "  String path = base + \"/\" + name + \"/part\";\n"
	  "  return mode > 1 ? new FileWriter(path) : null;\n"
	  "}\n",
	  "static void last() throws IOException { new FileWriter(\"/tmp/last\"); }\n}\n" },
};

/** So many functions, with what creates a file behind them, or before them. */
static const char *script_of(const struct sample *sample, struct arena *arena, unsigned functions, bool first) {
	const char *number = strstr(sample->function, "%u");
	struct builder text = { .arena = arena };

	builder_text(&text, sample->begin);
	builder_text(&text, first ? sample->last : "");
	for (unsigned i = 0; i < functions; ++i) {
		builder_bytes(&text, sample->function, (size_t)(number - sample->function));
		builder_format(&text, "%u", i);
		builder_text(&text, number + 2);
	}
	builder_text(&text, first ? "" : sample->last);
	return builder_string(&text);
}

/** Fails the test if what creates a file is not found in it, and nothing else. */
static void find_one(const struct sample *sample, unsigned functions, bool first) {
	struct arena arena = { 0 }, own = { 0 };
	struct script script = { 0 };
	const char *text = script_of(sample, &own, functions, first);

	script_analyse(sample->language, text, strlen(text), &arena, &script);
	if (script.nfindings != 1 || !strstr(script.findings[0].text, "/tmp/last") || !script.defect == first)
		fail_msg("%s: %zu found, %s", sample->language->name, script.nfindings,
		         script.defect ? script.defect : "nothing said");
	assert_in_range(arena.total, 1, MEMORY_MOST);
	arena_free(&arena);
	arena_free(&own);
}

/** A long script is no hostile one: it is followed to its last line. */
static void test_long_scripts(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; ++i)
		find_one(&samples[i], 5000, false);
}

/** One that is longer is told to be, and what it begins with is found. */
static void test_longer_scripts(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; ++i)
		find_one(&samples[i], 60000, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),          cmocka_unit_test(test_memory),
		cmocka_unit_test(test_life),           cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_long_lines),     cmocka_unit_test(test_long_scripts),
		cmocka_unit_test(test_longer_scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
