/** sshd_config(5), and the command lines of sftp-server(8) in it. */

#include "parse_sshd.h"

#include "text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int end(void **state) {
	(void)state;
	arena_free(&arena);
	return 0;
}

static const char *shown(const char *text) {
	const size_t size = strlen(text);
	char *data = malloc(size ? size : 1);
	const struct sshd_line *lines;
	struct builder list = { .arena = &arena };

	memcpy(data, text, size);
	assert_int_equal(parse_sshd(&(struct bytes) { data, size }, &arena, &lines), 0);
	free(data);
	for (; lines->line; ++lines) {
		builder_format(&list, "%s%u%s%s", list.length ? "; " : "", lines->line, lines->matched ? "*" : " ",
		               lines->keyword);
		for (const char *const *argument = lines->arguments; *argument; ++argument)
			builder_format(&list, "|%s", *argument);
	}
	return builder_string(&list);
}

static void test_lines(void **state) {
	static const struct {
		const char *text, *lines;
	} cases[] = {
		{ "", "" },
		{ "# Subsystem sftp x\n\n \t\n", "" },
		{ "Subsystem sftp /usr/lib/openssh/sftp-server -u 0002\r\n",
		  "1 Subsystem|sftp|/usr/lib/openssh/sftp-server|-u|0002" },
		{ "\nInclude = /etc/ssh/sshd_config.d/*.conf # all\n", "2 Include|/etc/ssh/sshd_config.d/*.conf" },
		{ "UsePAM=yes", "1 UsePAM|yes" },
		{ "ForceCommand \"internal-sftp -u 0\"", "1 ForceCommand|internal-sftp -u 0" },
		{ "a 'b c' d\\ e \"f\\\"g\" h#i", "1 a|b c|d e|f\"g|h#i" },
		{ "X y\nMatch User alice\n  ForceCommand internal-sftp\nmatch all\n",
		  "1 X|y; 2*Match|User|alice; 3*ForceCommand|internal-sftp; 4*match|all" },
		{ "x \"unended", "1 x|unended" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *actual = shown(cases[i].text);

		if (strcmp(actual, cases[i].lines) != 0)
			fail_msg("%s\ngave \"%s\", not \"%s\"", cases[i].text, actual, cases[i].lines);
	}
}

static void test_sftp(void **state) {
	static const struct {
		const char *command[6], *umask;
	} cases[] = {
		{ { "internal-sftp" }, NULL },
		{ { "internal-sftp", "-u", "0002" }, "0002" },
		{ { "internal-sftp", "-u0002" }, "0002" },
		{ {
		          "internal-sftp",
		          "-R",
		          "-f",
		          "AUTH",
		          "-u",
		  },
		  NULL },
		{ { "internal-sftp", "-l", "-u", "-eu", "007" }, "007" },
		{ { "/usr/lib/openssh/sftp-server", "-u", "0" }, "0" },
		{ { "internal-sftp -d /x -u 0002" }, "0002" },
		{ { "internal-sftp", "--", "-u", "0" }, NULL },
		{ { "internal-sftp", "x", "-u", "0" }, NULL },
		{ { "scp", "-u", "0" }, NULL },
		{ { NULL }, NULL },
		{ { "" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *umask = sshd_sftp_umask(cases[i].command, &arena);

		if (!text_equal(umask, cases[i].umask))
			fail_msg("case %zu gave %s", i, umask ? umask : "none");
	}
}

static void test_bounds(void **state) {
	static const char text[] = "a = \"b \\\" c\" 'd'#\nMatch x\\ y\n=\n\"\nForceCommand internal-sftp -u 0";
	const struct sshd_line *lines;

	(void)state;
	for (size_t i = 0; i < sizeof text; ++i)
		shown(arena_bytes(&arena, text, i));
	char *many = malloc(2 * (SSHD_LIMIT + 1));
	for (size_t i = 0; i <= SSHD_LIMIT; ++i)
		memcpy(many + 2 * i, "x\n", 2);
	assert_int_equal(parse_sshd(&(struct bytes) { many, 2 * (SSHD_LIMIT + 1) }, &arena, &lines), -E2BIG);
	assert_int_equal(lines[SSHD_LIMIT - 1].line, SSHD_LIMIT);
	free(many);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sftp),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
