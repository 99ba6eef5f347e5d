/** The text report: as the design shows it, and whatever names stand in it. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"

static const struct render_options plain = { .columns = 80 };

static void test_whole_report(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	assert_string_equal(sample_rendered(&report, "text", plain),
	                    "tmpaudit " VERSION "  web01  Debian GNU/Linux 13 (trixie)  Linux 6.12.0\n"
	                    "2026-11-23 15:00 UTC\n"
	                    "36.1/100 (F)   2 of 6 checks fail: 1 high, 1 medium; 1 could not be evaluated; 1\n"
	                    "               waived (without waivers 28.2); coverage 88%\n"
	                    "\n"
	                    "high     sysctl.protected-regular\n"
	                    "         O_CREAT does not open others' files: not so here.\n"
	                    "         fs.protected_regular: is 0 now, 0 at boot\n"
	                    "           (/etc/sysctl.d/60-local.conf:3); wants 1 or 2\n"
	                    "         Risk: A root job that opens /tmp/report without O_EXCL writes into an\n"
	                    "               attacker's file.\n"
	                    "         Fix:  Set fs.protected_regular to 2\n"
	                    "                   sysctl -w fs.protected_regular=2\n"
	                    "               file /etc/sysctl.d/99-zz-tmpaudit.conf with\n"
	                    "                   fs.protected_regular = 2\n"
	                    "         Mind: scripts in which root writes to another user's file\n"
	                    "\n"
	                    "medium   tempdir.mode\n"
	                    "         Permission bits are no wider than the class allows: not so here.\n"
	                    "         /var/lib/php/sessions: is 1777; wants at most 1733\n"
	                    "         Risk: Others can do there what they should not.\n"
	                    "         Fix:  Narrow the mode\n"
	                    "                   chmod 1733 /var/lib/php/sessions\n"
	                    "\n"
	                    "error    tempdir.acl                /var/tmp: not examined, FUSE\n"
	                    "\n"
	                    "waived   mount.tmp-noexec           /tmp: is not as it should be; until\n"
	                    "                                    2027-01-31, ops@example.org, OPS-812\n"
	                    "\n"
	                    "not examined: /mnt/nfs (network file system)\n"
	                    "\n"
	                    "creation -   race 0   permissions -   directory 72.4   paths -   cleanup -\n"
	                    "exposure -\n"
	                    "Next: tmpaudit explain sysctl.protected-regular\n");
	report_free(&report);
}

/** What is left out for one reason is one line; all of it stands there with -v. */
static void test_omissions(void **state) {
	static const struct {
		const char *path, *why;
	} omissions[] = {
		{ "/proc", "pseudo file system" },    { "/mnt/a", "network file system" },
		{ "/sys", "pseudo file system" },     { "/dev/pts", "pseudo file system" },
		{ "/run/bpf", "pseudo file system" }, { "/mnt/b\n", "network file system" },
		{ "/sys/a", "pseudo file system" },   { "/sys/b", "pseudo file system" },
	};
	struct report report;

	(void)state;
	sample_open(&report);
	for (size_t i = 0; i < sizeof omissions / sizeof *omissions; ++i) {
		report.not_examined = arena_grow(&report.arena, report.not_examined, i, sizeof *report.not_examined);
		report.not_examined[report.nnot_examined++] =
		        (struct report_omission) { omissions[i].path, omissions[i].why };
	}
	const char *text = sample_rendered(&report, "text", (struct render_options) { .columns = 80 });
	assert_non_null(strstr(text, "\n\nnot examined: /proc, /sys, /dev/pts, /run/bpf and 2 more (pseudo file "
	                             "system)\n"
	                             "not examined: /mnt/a, /mnt/b\\x0a (network file system)\n\n"));
	text = sample_rendered(&report, "text", (struct render_options) { .columns = 80, .verbose = true });
	assert_non_null(strstr(text, "not examined: /proc, /sys, /dev/pts, /run/bpf, /sys/a, /sys/b (pseudo file\n"
	                             "           system)\n"));
	report_free(&report);
}

static void test_verbose(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *text = sample_rendered(&report, "text", (struct render_options) { .columns = 80, .verbose = true });
	assert_non_null(strstr(text, "\npass     tempdir.owner              Temporary directories belong to root\n"));
	assert_non_null(strstr(text, "\nn/a      umask.processes            an offline tree does not run\n"));
	assert_non_null(strstr(text, "\nnote     tempdir.owner              /tmp/x\\x1b: is a note\n"));
	report_free(&report);
}

/** Without evidence there is no score, and that is the first thing said. */
static void test_nothing_evaluated(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	report.score = score_compute(report.results, 0);
	assert_non_null(strstr(sample_rendered(&report, "text", plain), "\nno score   no check was selected\n"));
	report_free(&report);
	sample_open(&report);
	result_unknown(sample_add(&report, "tempdir.acl"),
	               &(struct finding) { .subject = "/tmp", .message = "privilege: only root may look" });
	result_skip(sample_add(&report, "umask.processes"), "there is none");
	report.score = score_compute(report.results, 2);
	report.host.uid = 1000;
	const char *text = sample_rendered(&report, "text", plain);
	assert_non_null(
	        strstr(text, "\nno score   none of 2 checks could be evaluated: 1 ended in error, 1 do not apply\n"));
	assert_non_null(strstr(text, "\nNext: run it as root, who can see the rest\n"));
	report_free(&report);
}

static void test_all_good(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_add(&report, "tempdir.owner")->passes = 1;
	report.score = score_compute(report.results, 1);
	assert_string_equal(sample_rendered(&report, "text", plain),
	                    "tmpaudit " VERSION "  web01  Debian GNU/Linux 13 (trixie)  Linux 6.12.0\n"
	                    "2026-11-23 15:00 UTC\n"
	                    "100/100 (A)   no check fails, 1 passes; coverage 100%\n"
	                    "\n"
	                    "creation -   race -   permissions -   directory 100   paths -   cleanup -\n"
	                    "exposure -\n");
	report_free(&report);
}

static void test_limit(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	struct result *result = sample_add(&report, "tempdir.mode");
	for (int i = 0; i < 60; ++i)
		sample_judge(result, arena_text(&report.arena, "/tmp/%02d", i), ASPECT_FILE, "0777", "1777", NULL);
	report.score = score_compute(report.results, 1);
	sample_repair(&report);
	const char *text = sample_rendered(&report, "text", plain);
	assert_non_null(strstr(text, "/tmp/49: is 0777"));
	assert_null(strstr(text, "/tmp/50"));
	assert_non_null(strstr(text, "... and 10 more (--all lists them)"));
	text = sample_rendered(&report, "text", (struct render_options) { .columns = 80, .max_findings = SIZE_MAX });
	assert_non_null(strstr(text, "/tmp/59: is 0777"));
	assert_non_null(strstr(text, "chmod 1733 /tmp/59"));
	assert_null(strstr(text, "--all"));
	report_free(&report);
}

/** What a probe saw is told as it is, once for all directories; a state is one that a subject is in. */
static void test_words(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	struct result *result = sample_add(&report, "tempdir.mode");
	sample_judge(result, "/dev/shm", ASPECT_BEHAVIOUR, "succeeded: he did it", "blocked", NULL);
	sample_judge(result, "/tmp", ASPECT_BEHAVIOUR, "succeeded: he did it", "blocked", NULL);
	sample_judge(result, "/tmp, /x", ASPECT_BEHAVIOUR, "succeeded: he did it", "blocked", NULL);
	sample_judge(result, "/var/tmp", ASPECT_BEHAVIOUR, "succeeded: otherwise", "blocked", NULL);
	sample_judge(result, "pid 1 a", ASPECT_PROCESS, "0000", "meets 022", NULL);
	sample_judge(result, "pid 2 b", ASPECT_PROCESS, "0000", "meets 022", NULL);
	sample_judge(result, "x", ASPECT_BOOT, "none", "an age", "default");
	report.score = score_compute(report.results, 1);
	const char *text = sample_rendered(&report, "text", plain);
	assert_non_null(strstr(text, "         /dev/shm, /tmp: succeeded: he did it\n"
	                             "         /tmp, /x: succeeded: he did it\n"
	                             "         /var/tmp: succeeded: otherwise\n"
	                             "         pid 1 a: is 0000; must meet 022\n"
	                             "         pid 2 b: is 0000; must meet 022\n"
	                             "         x: has none at boot (default); wants an age\n"));
	text = sample_rendered(&report, "text", (struct render_options) { .columns = 80, .max_findings = 1 });
	assert_non_null(strstr(text, "         /dev/shm: succeeded: he did it\n         ... and 6 more"));
	report_free(&report);
}

/** What repairs several checks is told once. */
static void test_told_once(void **state) {
	struct check twin = sample_checks[0];
	struct report report;

	(void)state;
	twin.id = "sysctl.twin";
	sample_open(&report);
	sample_judge(sample_add(&report, "sysctl.protected-regular"), "fs.x", ASPECT_LIVE, "0", "1", NULL);
	struct result *result = sample_add(&report, "sysctl.protected-regular");
	result->check = &twin;
	sample_judge(result, "fs.x", ASPECT_LIVE, "0", "1", NULL);
	sample_judge(result, "fs.y", ASPECT_LIVE, "0", "1", NULL);
	report.score = score_compute(report.results, 2);
	sample_repair(&report);
	const char *text = sample_rendered(&report, "text", plain), *second = strstr(text, "sysctl.twin");
	const char *first = strstr(text, "sysctl -w fs.x=2");
	assert_true(first && second && first < second);
	assert_null(strstr(second, "sysctl -w fs.x=2"));
	assert_non_null(strstr(second, "\n                   sysctl -w fs.y=2\n"
	                               "               and what stands with sysctl.protected-regular\n"
	                               "         Mind: what stands with sysctl.protected-regular\n"));
	report_free(&report);
}

/** Colours stress words, and without them the text is the same. */
static void test_color(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *bare = sample_rendered(&report, "text", plain);
	const char *colored =
	        sample_rendered(&report, "text", (struct render_options) { .columns = 80, .color = true });
	assert_null(strchr(bare, '\033'));
	assert_non_null(strstr(colored, "\033[31mhigh\033[0m     sysctl.protected-regular"));
	char *stripped = arena_alloc(&report.arena, strlen(colored) + 1), *end = stripped;
	for (const char *at = colored; *at; ++at) {
		if (*at == '\033')
			at = strchr(at, 'm');
		else
			*end++ = *at;
	}
	assert_string_equal(stripped, bare);
	report_free(&report);
}

/** Whether a line holds what is to be copied, and is not folded. */
static bool is_copied(const char *line) {
	return strncmp(line, "                   ", 19) == 0;
}

static void check_lines(const char *text, size_t columns) {
	uint32_t c;

	while (*text) {
		size_t length = strcspn(text, "\n"), wide = 0;

		for (size_t i = 0, size; i < length; i += size) {
			size = text_character(text + i, length - i, &c);
			assert_true(size > 0);
			assert_false(text_is_unsafe(c));
			wide += text_columns(c);
		}
		if (wide > columns && !is_copied(text))
			fail_msg("%zu columns: %.*s", wide, (int)length, text);
		text += length + 1;
	}
}

/** No name writes on the terminal, forges a line, or makes one that is too long. */
static void test_hostile_names(void **state) {
	struct report report;

	(void)state;
	for (unsigned columns = 40; columns <= 132; ++columns) {
		sample_open(&report);
		sample_hostile(&report);
		const char *text = sample_rendered(&report, "text",
		                                   (struct render_options) { .columns = columns, .verbose = true });
		check_lines(text, columns);
		assert_null(strstr(text, "\nhigh "));
		assert_non_null(strstr(text, "'/tmp/'\\''; reboot; '\\'''"));
		report_free(&report);
	}
}

/** Whoever reads of a tree must not repair the host that he sits at. */
static void test_offline(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	report.host.live = false;
	report.host.root = "/srv/image\033";
	const char *text = sample_rendered(&report, "text", plain);
	assert_non_null(strstr(text, "  offline tree /srv/image\\x1b"));
	assert_non_null(strstr(text, "\nThe fixes are for the tree: run them inside it (chroot /srv/image\\x1b).\n"));
	report_free(&report);
}

/** A long name is folded, and each fold is marked. */
static void test_long_names(void **state) {
	struct report report;
	char name[4096];

	(void)state;
	memset(name, 'x', sizeof name - 1);
	memcpy(name, "/tmp/", 5);
	name[sizeof name - 1] = '\0';
	sample_open(&report);
	sample_judge(sample_add(&report, "tempdir.acl"), name, ASPECT_FILE, "0777", "1777", NULL);
	report.score = score_compute(report.results, 1);
	const char *text = sample_rendered(&report, "text", plain);
	check_lines(text, 80);
	size_t count = 0;
	for (const char *at = strstr(text, "/tmp/"); *at && *at != ':'; ++at) {
		count += *at == 'x';
		if (*at == '\n')
			assert_int_equal(at[-1], '\\');
	}
	assert_int_equal(count, sizeof name - 6);
	report_free(&report);
}

static const char *folded(struct arena *arena, const char *text, size_t at, size_t indent, size_t columns) {
	struct builder builder = { .arena = arena };

	text_fold(&builder, text, at, indent, columns);
	return builder_string(&builder);
}

static void test_fold(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(folded(&arena, "", 0, 2, 20), "\n");
	assert_string_equal(folded(&arena, "one two three", 0, 2, 20), "one two three\n");
	assert_string_equal(folded(&arena, "one two three", 0, 2, 13), "one two three\n");
	assert_string_equal(folded(&arena, "one two three", 0, 2, 12), "one two\n  three\n");
	assert_string_equal(folded(&arena, "one two three", 8, 2, 12), "one\n  two three\n");
	assert_string_equal(folded(&arena, "abcdefghijkl", 0, 2, 8), "abcdefg\\\n  hijkl\n");
	assert_string_equal(folded(&arena, "abcdefghijkl", 0, 2, 12), "abcdefghijkl\n");
	/* An escape stays whole, and a wide character counts as two. */
	assert_string_equal(folded(&arena, "abcde\\x1bf", 0, 0, 8), "abcde\\\n\\x1bf\n");
	assert_string_equal(folded(&arena, "ab\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 0, 0, 6),
	                    "ab\xe6\x97\xa5\\\n\xe6\x9c\xac\xe8\xaa\x9e\n");
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_report), cmocka_unit_test(test_omissions),
		cmocka_unit_test(test_verbose),      cmocka_unit_test(test_nothing_evaluated),
		cmocka_unit_test(test_all_good),     cmocka_unit_test(test_limit),
		cmocka_unit_test(test_color),        cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_long_names),   cmocka_unit_test(test_fold),
		cmocka_unit_test(test_words),        cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_offline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
