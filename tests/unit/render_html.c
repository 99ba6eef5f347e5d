/** The page: what stands in it, and that no name is anything but text there. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "digest.h"
#include "sample.h"

static void has(const char *page, const char *part) {
	if (!strstr(page, part))
		fail_msg("the page does not have: %s", part);
}

static void test_whole_report(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *page = sample_rendered(&report, "html", (struct render_options) { 0 });
	has(page, "<title>36.1/100 (F) web01: temporary files</title>");
	has(page, "<h1>web01</h1>");
	has(page, "<h2 id=\"verdict\">Falls short of the policy</h2>");
	has(page, "<b>2 of 6 checks fail</b>: 1 high, 1 medium.");
	has(page, "<a href=\"#errors\">1 could not be evaluated</a>");
	has(page, "<a href=\"#waived\">1 is waived</a>. Without waivers the score is 28.2. Coverage is 88 %:");
	has(page, "<th scope=\"row\">Directory security</th>");
	has(page, "<td class=\"value\">72.4</td><td class=\"counts\">1 fail, 1 not evaluated, 1 waived, 1 pass</td>");
	has(page, "<th scope=\"row\">fs.protected_regular <i>at boot</i>");
	has(page,
	    "<td class=\"a\">0</td><td class=\"x\">1 or 2</td><td class=\"s\">/etc/sysctl.d/60-local.conf:3</td>");
	has(page, "<pre class=\"copy\"><code>sysctl -w fs.protected_regular=2</code></pre>");
	has(page,
	    "<code>/etc/sysctl.d/99-zz-tmpaudit.conf</code>:</p>\n<pre class=\"copy\"><code>fs.protected_regular = "
	    "2</code></pre>");
	has(page,
	    "<b>Risk of this fix: low.</b> It may break: scripts in which root writes to another user&#39;s file.");
	has(page, "<i class=\"error\">not judged</i> not examined, FUSE");
	has(page, "<i class=\"waived\">waived</i> until 2027-01-31, ops@example.org, OPS-812");
	has(page, "<code>umask.processes</code></th><td>an offline tree does not run</td>");
	has(page, "<li>Note: <code>/tmp/x\\x1b</code> is a note</li>");
	has(page, "<code>/mnt/nfs</code></th><td>network file system</td>");
	/* The worst stands first. */
	assert_true(strstr(page, "<article class=\"one is-high of-race\" id=\"sysctl.protected-regular\">") <
	            strstr(page, "<article class=\"one is-medium of-directory\" id=\"tempdir.mode\">"));
	report_free(&report);
}

static void test_verdicts(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_add(&report, "tempdir.owner")->passes = 1;
	report.score = score_compute(report.results, 1);
	const char *page = sample_rendered(&report, "html", (struct render_options) { 0 });
	has(page, "<section class=\"verdict good\"");
	has(page, "Meets the policy");
	has(page, "<b>No check fails</b>, 1 passes. Coverage is 100 %.");
	has(page, "<p class=\"nothing\">Nothing fails.</p>");
	assert_null(strstr(page, "<aside"));
	report_free(&report);

	sample_open(&report);
	result_unknown(sample_add(&report, "tempdir.acl"),
	               &(struct finding) { .subject = "/tmp", .message = "privilege: only root may look" });
	report.score = score_compute(report.results, 1);
	report.host.uid = 1000;
	page = sample_rendered(&report, "html", (struct render_options) { 0 });
	has(page, "<section class=\"verdict unsure\"");
	has(page, "No verdict");
	has(page, "<strong>–</strong> <span>no score</span>");
	has(page, "None of 1 checks could be evaluated: 1 ended in error, 0 do not apply here.");
	has(page, "It was not run by root");
	report_free(&report);

	sample_open(&report);
	report.score = score_compute(report.results, 0);
	has(sample_rendered(&report, "html", (struct render_options) { 0 }), "No check was selected.");
	report_free(&report);
}

/** All waivers of the policy are told of, and what somebody has to see to. */
static void test_waivers(void **state) {
	struct waiver_use uses[] = {
		{ .waiver = { .check = "mount.*",
		              .subject = "/srv/<drop>",
		              .reason = "upload box",
		              .owner = "ops@example.org",
		              .ticket = "OPS-1",
		              .expires = "2027-01-31",
		              .source = "/etc/tmpaudit/policy.json:7" },
		  .findings = 2 },
		{ .waiver = { .check = "umask.login",
		              .subject = "*",
		              .reason = "r",
		              .owner = "o",
		              .expires = "2026-11-24",
		              .source = "s" },
		  .ends_soon = true,
		  .findings = 1 },
		{ .waiver = { .check = "umask.login",
		              .subject = "*",
		              .reason = "r",
		              .owner = "o",
		              .expires = "2026-01-01",
		              .source = "s" },
		  .expired = true,
		  .findings = 1 },
		{ .waiver = { .check = "umask.login",
		              .subject = "*",
		              .reason = "r",
		              .owner = "o",
		              .expires = "2027-01-01",
		              .source = "s" },
		  .unused = true },
	};
	struct report report;

	(void)state;
	sample_open(&report);
	report.waivers = uses;
	report.nwaivers = sizeof uses / sizeof *uses;
	report.score = score_compute(report.results, 0);
	const char *page = sample_rendered(&report, "html", (struct render_options) { 0 });
	has(page, "Waivers of the policy <span class=\"number\">4</span>");
	has(page,
	    "<code>mount.*</code><br><code>/srv/&lt;drop&gt;</code></th><td>until 2027-01-31<br><span>covers 2 findings"
	    "</span></td><td>upload box<br>ops@example.org, OPS-1<br><code>/etc/tmpaudit/policy.json:7</code>");
	has(page, "until 2026-11-24<br><b class=\"wanting\">ends soon; covers 1 finding</b>");
	has(page, "until 2026-01-01<br><b class=\"wanting\">ended: what it covered fails again</b>");
	has(page, "<b class=\"wanting\">matches nothing: remove it</b></td><td>r<br>o<br>");
	report_free(&report);
}

/** What is not seen at once is folded, what is not listed is counted. */
static void test_many(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	struct result *result = sample_add(&report, "tempdir.mode");
	for (int i = 0; i < 60; ++i)
		sample_judge(result, arena_text(&report.arena, "/tmp/%02d", i), ASPECT_FILE, "0777", "1777", NULL);
	report.score = score_compute(report.results, 1);
	sample_repair(&report);
	const char *page = sample_rendered(&report, "html", (struct render_options) { .max_findings = 50 });
	has(page, "<details><summary>30 more</summary>\n<table class=\"findings\">");
	has(page, "<details><summary>30 more commands</summary>\n<pre class=\"copy\"><code>chmod 1733 /tmp/20</code>");
	has(page, "… and 10 more, which <code>--all</code> lists.");
	has(page, "… and so on for the others");
	assert_null(strstr(page, "/tmp/50"));
	page = sample_rendered(&report, "html", (struct render_options) { .max_findings = SIZE_MAX });
	has(page, "chmod 1733 /tmp/59");
	assert_null(strstr(page, "--all"));
	report_free(&report);
}

/** The policy of the page admits exactly its style sheet. */
static void test_policy(void **state) {
	struct report report;
	uint8_t digest[DIGEST_SIZE];

	(void)state;
	sample_open(&report);
	struct builder policy = { .arena = &report.arena };

	report.score = score_compute(report.results, 0);
	const char *page = sample_rendered(&report, "html", (struct render_options) { 0 });
	const char *sheet = strstr(page, "<style>") + strlen("<style>"), *end = strstr(sheet, "</style>");
	digest_bytes(sheet, (size_t)(end - sheet), digest);
	builder_text(&policy,
	             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
	text_base64(&policy, digest, sizeof digest);
	builder_text(&policy, "'\">");
	has(page, builder_string(&policy));
	assert_null(strstr(end, "style=\""));
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "url("));
	assert_null(strstr(page, "@import"));
	assert_null(strstr(page, "src=\""));
	assert_null(strstr(page, "://"));
	report_free(&report);
}

/** The tags of a page one after another, without the values of attributes. */
static const char *skeleton(struct arena *arena, const char *page) {
	struct builder tags = { .arena = arena };

	while ((page = strchr(page, '<'))) {
		size_t length = strcspn(page, " >");

		builder_bytes(&tags, page, length);
		page += length;
	}
	return builder_string(&tags);
}

/** Names make no tags, end no attributes, and control nothing. */
static void test_hostile(void **state) {
	struct report hostile, harmless;

	(void)state;
	sample_open(&hostile);
	sample_hostile(&hostile);
	sample_open(&harmless);
	sample_hostile(&harmless);
	for (size_t i = 0; i < harmless.nresults; ++i) {
		struct result *result = &harmless.results[i];

		for (size_t k = 0; k < result->nfindings; ++k) {
			/* In the order of the hostile ones, of which each has at most one command. */
			struct finding *finding = &result->findings[k];

			if (finding->error)
				finding->message = "m";
			finding->subject = arena_text(&harmless.arena, "/tmp/%zu", k);
			finding->actual = finding->actual ? "a" : NULL;
			finding->source = finding->source ? finding->subject : NULL;
		}
	}
	const char *page = sample_rendered(&hostile, "html", (struct render_options) { 0 });
	const char *plain = sample_rendered(&harmless, "html", (struct render_options) { 0 });
	assert_string_equal(skeleton(&hostile.arena, page), skeleton(&harmless.arena, plain));
	for (const char *at = strstr(page, "<body>"); *at;) {
		uint32_t c;
		size_t size = text_character(at, strlen(at), &c);

		assert_true(size > 0 && (!text_is_unsafe(c) || c == '\n'));
		at += size;
	}
	has(page, "/tmp/&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
	has(page, "/tmp/\\u{202e}gpj.exe");
	has(page, "/tmp/a\\x0ahigh     tempdir.owner");
	report_free(&hostile);
	report_free(&harmless);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_report), cmocka_unit_test(test_verdicts), cmocka_unit_test(test_waivers),
		cmocka_unit_test(test_many),         cmocka_unit_test(test_policy),   cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
