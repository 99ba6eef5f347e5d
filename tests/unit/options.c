/** The options: how they are spelled, where they may stand, and what is refused. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "options.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/** What was said while the options were parsed. */
static char said[1024];

/** Parse words that are separated by blanks; "" is an empty one. */
static bool parse(struct options *options, const char *line) {
	static char buffer[1024];
	static char *words[64];
	int count = 0, pipes[2], saved = dup(STDERR_FILENO);

	snprintf(buffer, sizeof buffer, "tmpaudit %s", line);
	for (char *at = buffer, *word; (word = strsep(&at, " ")) && count < 63;)
		words[count++] = strcmp(word, "\"\"") == 0 ? word + 2 : word;
	words[count] = NULL;
	assert_int_equal(pipe2(pipes, O_NONBLOCK), 0);
	dup2(pipes[1], STDERR_FILENO);
	bool good = options_parse(options, count, words);
	dup2(saved, STDERR_FILENO);
	ssize_t length = read(pipes[0], said, sizeof said - 1);
	said[length > 0 ? length : 0] = '\0';
	close(saved);
	close(pipes[0]);
	close(pipes[1]);
	/* Whoever is refused is told so, in one line; nobody else is told anything. */
	assert_int_equal(good, length <= 0);
	if (!good)
		assert_ptr_equal(strchr(said, '\n'), said + length - 1);
	return good;
}

static void test_all_options(void **state) {
	struct options options;

	(void)state;
	assert_true(parse(&options,
	                  "-f json -o a.json -o text:b --root /mnt -c mount.* --check umask.* --skip x -p strict "
	                  "--fail-on high --fail-under 69.5 --max-findings 7 -q -v --color never"));
	assert_string_equal(options.format->name, "json");
	assert_int_equal(options.noutputs, 2);
	assert_string_equal(options.outputs[0].path, "a.json");
	assert_string_equal(options.outputs[0].renderer->name, "json");
	assert_string_equal(options.outputs[1].path, "b");
	assert_string_equal(options.outputs[1].renderer->name, "text");
	assert_string_equal(options.root, "/mnt");
	assert_string_equal(options.checks[0], "mount.*");
	assert_string_equal(options.checks[1], "umask.*");
	assert_null(options.checks[2]);
	assert_string_equal(options.skips[0], "x");
	assert_null(options.skips[1]);
	assert_string_equal(options.profile, "strict");
	assert_int_equal(options.fail_on, SEVERITY_HIGH);
	assert_int_equal(options.fail_under, 695);
	assert_int_equal(options.max_findings, 7);
	assert_int_equal(options.color, CHOICE_NEVER);
	assert_true(options.given & OPTION_QUIET && options.given & OPTION_VERBOSE);
	assert_false(options.given & (OPTION_ALL | OPTION_HELP | OPTION_VERSION));
	assert_null(options.operands[0]);
	options_free(&options);
}

static void test_none(void **state) {
	struct options options;

	(void)state;
	assert_true(options_parse(&options, 0, (char *[]) { NULL }));
	assert_int_equal(options.given, 0);
	assert_null(options.operands[0]);
	assert_true(options_parse(&options, 1, (char *[]) { (char[]) { "tmpaudit" }, NULL }));
	assert_null(options.profile);
	assert_null(options.operands[0]);
	options_free(&options);
}

/** Options stand before or after operands, and behind "--" there are none. */
static void test_places(void **state) {
	struct options options;

	(void)state;
	assert_true(parse(&options, "list -q mount.* --root=/mnt umask.*"));
	assert_string_equal(options.operands[0], "list");
	assert_string_equal(options.operands[1], "mount.*");
	assert_string_equal(options.operands[2], "umask.*");
	assert_null(options.operands[3]);
	assert_string_equal(options.root, "/mnt");
	options_free(&options);
	assert_true(parse(&options, "-q list -- -v --nonsense"));
	assert_string_equal(options.operands[1], "-v");
	assert_string_equal(options.operands[2], "--nonsense");
	assert_false(options.given & OPTION_VERBOSE);
	options_free(&options);
	/* An argument is an argument, whatever it looks like. */
	assert_true(parse(&options, "--root --al -qfjson -vo -q"));
	assert_string_equal(options.root, "--al");
	assert_string_equal(options.format->name, "json");
	assert_string_equal(options.outputs[0].path, "-q");
	options_free(&options);
	/* A single "-" is an operand. */
	assert_true(parse(&options, "-"));
	assert_string_equal(options.operands[0], "-");
	options_free(&options);
}

static void refuses(const char *line, const char *message) {
	struct options options;

	assert_false(parse(&options, line));
	assert_string_equal(said, message);
	options_free(&options);
}

/** The same for a message that ends in all formats. */
static void refuses_format(const char *line, const char *beginning) {
	struct arena arena = { 0 };
	struct builder message = { .arena = &arena };

	builder_text(&message, beginning);
	for (const struct renderer *renderer = renderers; renderer->name; ++renderer)
		builder_format(&message, "%s%s", renderer == renderers ? "" : ", ", renderer->name);
	builder_text(&message, "\n");
	refuses(line, builder_string(&message));
	arena_free(&arena);
}

static void test_refusals(void **state) {
	(void)state;
	refuses("--formt json", "tmpaudit: --formt: no such option; the nearest is --format\n");
	refuses("--nonsense", "tmpaudit: --nonsense: no such option; see tmpaudit --help\n");
	refuses("-x", "tmpaudit: -x: no such option; see tmpaudit --help\n");
	refuses("-qx", "tmpaudit: -x: no such option; see tmpaudit --help\n");
	refuses("-f", "tmpaudit: --format: needs an argument: FORMAT\n");
	refuses("--root", "tmpaudit: --root: needs an argument: DIR\n");
	refuses("--all=x", "tmpaudit: --all: takes no argument\n");
	refuses("-f jsn", "tmpaudit: --format: no format \"jsn\"; the nearest is json\n");
	refuses_format("-f zzzzzz", "tmpaudit: --format: no format \"zzzzzz\"; there are ");
	refuses_format("-o qqqqqqq:x", "tmpaudit: --output: no format \"qqqqqqq\"; there are ");
	refuses("-o json:", "tmpaudit: --output: names no file\n");
	refuses("-o \"\"", "tmpaudit: --output: names no file\n");
	refuses("-p strct", "tmpaudit: --profile: no profile \"strct\"; the nearest is strict\n");
	refuses("-p \"\"",
	        "tmpaudit: --profile: no profile \"\"; there are default, strict, cis-l1, cis-l2, container, "
	        "desktop\n");
	refuses("--fail-on hih", "tmpaudit: --fail-on: no severity \"hih\"; the nearest is high\n");
	refuses("--color red", "tmpaudit: --color: no choice \"red\"; there are auto, always, never\n");
}

/** An abbreviation would become another option, or none, when a longer name is added. */
static void test_abbreviations(void **state) {
	(void)state;
	refuses("--form json", "tmpaudit: --form: no such option; the nearest is --format\n");
	refuses("--form=json", "tmpaudit: --form: no such option; the nearest is --format\n");
	refuses("list --prof strict x", "tmpaudit: --prof: no such option; the nearest is --profile\n");
	refuses("--quie", "tmpaudit: --quie: no such option; the nearest is --quiet\n");
	refuses("--fail-u 3 --all", "tmpaudit: --fail-u: no such option; the nearest is --fail-under\n");
	refuses("--fail 3", "tmpaudit: --fail: no such option; the nearest is --fail-on\n");
}

static void test_numbers(void **state) {
	static const struct {
		const char *text;
		unsigned tenths;
	} good[] = { { "0", 0 }, { "69", 690 }, { "69.5", 695 }, { "100", 1000 }, { "100.0", 1000 }, { "007", 70 } };
	static const char *const bad[] = { "101", "100.1", "-1", "1.55", "1.",         ".5",
		                           "x",   "1e1",   "",   "1,5",  "99999999999" };
	char line[64];
	struct options options;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
		snprintf(line, sizeof line, "--fail-under=%s", good[i].text);
		assert_true(parse(&options, line));
		assert_int_equal(options.fail_under, good[i].tenths);
		options_free(&options);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
		snprintf(line, sizeof line, "--fail-under=%s", bad[i]);
		assert_false(parse(&options, line));
		options_free(&options);
	}
	static const char *const counts[] = { "0", "-1", "", "1.5", "x", "1000000001", "99999999999999999999" };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; ++i) {
		snprintf(line, sizeof line, "--max-findings=%s", counts[i]);
		assert_false(parse(&options, line));
		options_free(&options);
	}
	assert_true(parse(&options, "--max-findings 5 --all"));
	assert_true(options.max_findings == SIZE_MAX);
	options_free(&options);
}

/** In which format a file is written. */
static void test_output_formats(void **state) {
	static const struct {
		const char *option, *path, *format;
	} cases[] = {
		{ "report.json", "report.json", "json" },
		{ "text:report.json", "report.json", "text" },
		{ "json:/a:b", "/a:b", "json" },
		{ "./json:x", "./json:x", NULL },
		{ "/tmp/json:x.txt", "/tmp/json:x.txt", "text" },
		{ "A:x", "A:x", NULL },
		{ "report", "report", NULL },
		{ "-", "-", NULL },
	};
	char line[64];
	struct options options;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		snprintf(line, sizeof line, "-o %s", cases[i].option);
		assert_true(parse(&options, line));
		assert_string_equal(options.outputs[0].path, cases[i].path);
		if (cases[i].format)
			assert_string_equal(options.outputs[0].renderer->name, cases[i].format);
		else
			assert_null(options.outputs[0].renderer);
		options_free(&options);
	}
}

static void test_width(void **state) {
	static const unsigned widths[][2] = { { 1, 40 }, { 40, 40 }, { 100, 100 }, { 132, 132 }, { 9999, 132 } };

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof *widths; ++i)
		assert_int_equal(options_columns(&(struct options) { .terminal = { .columns = widths[i][0] } }),
		                 widths[i][1]);
}

/** --color before NO_COLOR before CLICOLOR_FORCE before what standard output is; a file has none. */
static void test_color(void **state) {
	struct options options = { .terminal = { .force_color = true } };

	(void)state;
	assert_true(options_rendering(&options, true).color);
	assert_false(options_rendering(&options, false).color);
	options.terminal.no_color = true;
	assert_false(options_rendering(&options, true).color);
	options.color = CHOICE_ALWAYS;
	assert_true(options_rendering(&options, true).color);
	assert_false(options_rendering(&options, false).color);
	options.terminal = (struct terminal) { .force_color = true };
	options.color = CHOICE_NEVER;
	assert_false(options_rendering(&options, true).color);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_options),    cmocka_unit_test(test_none),
		cmocka_unit_test(test_places),         cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_abbreviations),  cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_output_formats), cmocka_unit_test(test_width),
		cmocka_unit_test(test_color),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
