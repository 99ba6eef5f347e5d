/**
 * The report as one page: no script, no request, no style but the sheet of share/html/report.css, which stands in it
 * and is the only one that its Content-Security-Policy admits.
 *
 * Names of the host are shown as text reports show them, through text_shown(), and whatever is not a literal of this
 * file is written by text_html().
 */
#include "digest.h"
#include "render.h"

#include <string.h>

/* The style sheet, as it stands in share/html. */
extern const char html_stylesheet[];
extern const char html_stylesheet_end[];
__asm__(".section .rodata\n"
        ".global html_stylesheet, html_stylesheet_end\n"
        "html_stylesheet: .incbin \"" STYLESHEET "\"\n"
        "html_stylesheet_end: .byte 0\n"
        ".previous\n");

/** Findings and commands of a check that are seen at once; the others are folded. */
enum { SEEN = 20 };

/** What a page is written with. */
struct page {
	struct builder *out;
	const struct report *report;
	const struct render_options *options;
	/** For texts on their way to out. */
	struct arena *arena;
};

/** What a status is called at the head of its section, and how it is told of. */
static const struct status_words {
	const char *class, *name;
} status_words[STATUSES] = {
	[STATUS_PASS] = { "pass", "pass" },
	[STATUS_FAIL] = { "fail", "fail" },
	[STATUS_ERROR] = { "error", "not evaluated" },
	[STATUS_NOT_APPLICABLE] = { "na", "not applicable" },
	[STATUS_WAIVED] = { "waived", "waived" },
};

/** The statuses as they concern a reader. */
static const enum status status_order[] = { STATUS_FAIL, STATUS_ERROR, STATUS_WAIVED, STATUS_PASS,
	                                    STATUS_NOT_APPLICABLE };

static void put(struct page *page, const char *markup) {
	builder_text(page->out, markup);
}

/** Put words of ours or of a check's row, or what can be copied: backslashes stay as they are. */
static void put_exact(struct page *page, const char *text) {
	text_html(page->out, text, strlen(text));
}

/** Put what may hold names of the host, as every reader is shown them; NULL is nothing. */
static void put_shown(struct page *page, const char *text) {
	if (text)
		put_exact(page, text_shown(page->arena, text));
}

/** A number and its noun, which takes an s for all but 1. */
static const char *counted(struct page *page, size_t count, const char *noun) {
	return arena_text(page->arena, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

/** Points as people write them: 69, 88.1. */
static const char *points(struct page *page, int tenths) {
	if (tenths < 0)
		return "–";
	return tenths % 10 ? arena_text(page->arena, "%d.%d", tenths / 10, tenths % 10)
	                   : arena_text(page->arena, "%d", tenths / 10);
}

static const char *level(int tenths) {
	return tenths < 0 ? "none" : tenths >= 800 ? "good" : tenths >= 550 ? "fair" : "poor";
}

static void put_time(struct page *page) {
	char stamp[40] = "", when[40] = "";
	struct tm utc;

	if (!gmtime_r(&page->report->run.started.tv_sec, &utc) ||
	    !strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc) ||
	    !strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &utc))
		return;
	builder_format(page->out, "<time datetime=\"%s\">%s</time>", stamp, when);
}

/** A bar of a length in thousandths, for the eye only: its number stands next to it. */
static void put_bar(struct page *page, const char *class, int length) {
	builder_format(page->out,
	               "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
	               "<rect class=\"track\" width=\"1000\" height=\"10\"/>"
	               "<rect class=\"%s\" width=\"%d\" height=\"10\"/></svg>",
	               class, length < 0 ? 0 : length);
}

/* The head and the verdict. */

/** What stands for the name of the host: an image may have none. */
static const char *host_name(const struct page *page) {
	const struct report_host *host = &page->report->host;

	return host->hostname ? host->hostname : host->live ? "this host" : host->root;
}

static void put_policy(struct page *page) {
	uint8_t digest[DIGEST_SIZE];

	digest_bytes(html_stylesheet, (size_t)(html_stylesheet_end - html_stylesheet), digest);
	put(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
	text_base64(page->out, digest, sizeof digest);
	put(page, "'\">\n");
}

static void put_head(struct page *page) {
	const struct score *score = &page->report->score;

	put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	put_policy(page);
	put(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	          "<meta name=\"color-scheme\" content=\"light dark\">\n"
	          "<meta name=\"generator\" content=\"tmpaudit ");
	put_shown(page, report_version(page->report));
	put(page, "\">\n<title>");
	if (score->value >= 0)
		builder_format(page->out, "%s/100 (%c) ", points(page, score->value), score->grade);
	put_shown(page, host_name(page));
	put(page, ": temporary files</title>\n<style>");
	builder_bytes(page->out, html_stylesheet, (size_t)(html_stylesheet_end - html_stylesheet));
	put(page, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#failed\">Skip to what fails</a>\n");
}

static void put_fact(struct page *page, const char *label, const char *fact) {
	if (!fact)
		return;
	put(page, "<li>");
	put(page, label);
	put_shown(page, fact);
	put(page, "</li>\n");
}

static void put_banner(struct page *page) {
	const struct report_host *host = &page->report->host;

	put(page,
	    "<header>\n<p class=\"brand\">tmpaudit <span>Temporary files, and who could misuse them</span></p>\n<h1>");
	put_shown(page, host_name(page));
	put(page, "</h1>\n<ul class=\"facts\">\n");
	if (!host->live)
		put_fact(page, "Offline tree ", host->root);
	put_fact(page, "", host->os);
	put_fact(page, "Linux ", host->kernel);
	put_fact(page, "", host->arch);
	put_fact(page, "Container: ", host->container);
	put(page, "<li>");
	put_time(page);
	put(page, "</li>\n</ul>\n</header>\n");
}

/** A ring that is full at 1000; the score stands in it as text. */
static void put_gauge(struct page *page) {
	enum { AROUND = 327 };
	const struct score *score = &page->report->score;

	builder_format(page->out,
	               "<div class=\"gauge %s\"><svg viewBox=\"0 0 120 120\" aria-hidden=\"true\">"
	               "<circle class=\"track\" cx=\"60\" cy=\"60\" r=\"52\"/>",
	               level(score->value));
	if (score->value > 0)
		builder_format(page->out,
		               "<circle class=\"arc\" cx=\"60\" cy=\"60\" r=\"52\" transform=\"rotate(-90 60 60)\" "
		               "stroke-dasharray=\"%d %d\"/>",
		               score->value * AROUND / 1000, AROUND);
	put(page, "</svg>\n<p><strong>");
	if (score->value < 0)
		put(page, "–</strong> <span>no score</span></p></div>\n");
	else
		builder_format(page->out, "%s</strong> <span>of 100</span> <b>Grade %c</b></p></div>\n",
		               points(page, score->value), score->grade);
}

/** The worst check that fails, or NULL. */
static const struct result *worst(const struct report *report) {
	for (size_t severity = SEVERITIES; severity-- > 0;)
		for (size_t i = 0; i < report->nresults; ++i)
			if (report->results[i].severity == severity &&
			    result_status(&report->results[i]) == STATUS_FAIL)
				return &report->results[i];
	return NULL;
}

/** Whether a check could not be judged for want of privilege: those reasons begin so. */
static bool lacks_privilege(const struct report *report) {
	for (size_t i = 0; i < report->nresults; ++i)
		for (size_t k = 0; k < report->results[i].nfindings; ++k)
			if (report->results[i].findings[k].error &&
			    strstr(report->results[i].findings[k].message, "privilege"))
				return true;
	return false;
}

static void put_failed_counts(struct page *page) {
	const struct score *score = &page->report->score;
	const char *separator = ": ";

	for (size_t i = SEVERITIES; i-- > 0;) {
		if (!score->failed_by_severity[i])
			continue;
		builder_format(page->out, "%s%u %s", separator, score->failed_by_severity[i], severity_names[i]);
		separator = ", ";
	}
}

/** What the verdict rests on, in a sentence or two. */
static void put_grounds(struct page *page) {
	const struct report *report = page->report;
	const struct score *score = &report->score;
	const unsigned failed = score->counts[STATUS_FAIL], unknown = score->counts[STATUS_ERROR];
	const unsigned waived = score->counts[STATUS_WAIVED], absent = score->counts[STATUS_NOT_APPLICABLE];

	put(page, "<p>");
	if (!report->nresults) {
		put(page, "No check was selected.");
	} else if (unknown + absent == report->nresults) {
		builder_format(page->out,
		               "None of %zu checks could be evaluated: %u ended in error, %u do not apply here.",
		               report->nresults, unknown, absent);
	} else if (failed) {
		builder_format(page->out, "<b>%u of %zu checks fail%s</b>", failed, report->nresults,
		               failed == 1 ? "s" : "");
		put_failed_counts(page);
		put(page, ".");
	} else {
		builder_format(page->out, "<b>No check fails</b>, %u pass%s.", score->counts[STATUS_PASS],
		               score->counts[STATUS_PASS] == 1 ? "es" : "");
	}
	if (unknown && unknown + absent < report->nresults)
		builder_format(page->out, " <a href=\"#errors\">%u could not be evaluated</a>.", unknown);
	if (waived)
		builder_format(page->out, " <a href=\"#waived\">%u %s waived</a>.", waived, waived == 1 ? "is" : "are");
	if (waived && score->value_without_waivers >= 0 && score->value_without_waivers != score->value)
		builder_format(page->out, " Without waivers the score is %s.",
		               points(page, score->value_without_waivers));
	if (score->coverage >= 0)
		builder_format(page->out, " Coverage is %d %%%s.", score->coverage,
		               score->coverage < 100 ? ": the rest could not be seen, and counts as failed" : "");
	put(page, "</p>\n");
}

static void put_link(struct page *page, const struct result *result) {
	put(page, "<a href=\"#");
	put_shown(page, result->check->id);
	put(page, "\">");
	put_shown(page, result->check->title);
	put(page, "</a>");
}

static void put_next(struct page *page) {
	const struct report *report = page->report;
	const struct result *first = worst(report);

	if (first) {
		put(page, "<p>Begin with the worst: ");
		put_link(page, first);
		put(page, ".</p>\n");
	}
	if (first && !report->host.live) {
		put(page, "<p>The fixes are for the tree: run them inside it (<code>chroot ");
		put_shown(page, report->host.root);
		put(page, "</code>).</p>\n");
	}
	if (report->host.uid != 0 && lacks_privilege(report))
		put(page, "<p>It was not run by root, who can see the rest.</p>\n");
}

static void put_verdict(struct page *page) {
	const struct report *report = page->report;
	const struct result *first = worst(report);
	const int status = report_exit(report);

	builder_format(page->out, "<section class=\"verdict %s\" aria-labelledby=\"verdict\">\n",
	               status == 0                                 ? "good"
	               : status == 3                               ? "unsure"
	               : first && first->severity >= SEVERITY_HIGH ? "poor"
	                                                           : "fair");
	put_gauge(page);
	builder_format(page->out, "<div>\n<h2 id=\"verdict\">%s</h2>\n",
	               status == 0   ? "Meets the policy"
	               : status == 3 ? "No verdict: too little could be evaluated"
	                             : "Falls short of the policy");
	put_grounds(page);
	put_next(page);
	put(page, "</div>\n</section>\n");
}

/* The charts. */

static void put_practice(struct page *page, size_t i) {
	const struct practice_score *score = &page->report->score.practices[i];
	const char *separator = "";

	builder_format(page->out, "<tr><th scope=\"row\">%s</th><td class=\"chart\">", practices[i].title);
	put_bar(page, level(score->value), score->value);
	builder_format(page->out, "</td><td class=\"value\">%s</td><td class=\"counts\">", points(page, score->value));
	for (size_t k = 0; k < STATUSES; ++k) {
		const enum status status = status_order[k];

		if (!score->counts[status])
			continue;
		builder_format(page->out, "%s%u %s", separator, score->counts[status], status_words[status].name);
		separator = ", ";
	}
	put(page, *separator ? "</td></tr>\n" : "no check</td></tr>\n");
}

static void put_practices(struct page *page) {
	put(page,
	    "<section aria-labelledby=\"practices\">\n<h2 id=\"practices\">Practices</h2>\n<table class=\"bars\">\n"
	    "<caption class=\"hidden\">Score of each practice, from 0 to 100</caption>\n"
	    "<thead><tr><th scope=\"col\">Practice</th><td></td><th scope=\"col\">Score</th>"
	    "<th scope=\"col\">Checks</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < PRACTICES; ++i)
		put_practice(page, i);
	put(page, "</tbody>\n</table>\n</section>\n");
}

static void put_count(struct page *page, const char *name, const char *class, unsigned count, int length) {
	builder_format(page->out, "<tr><th scope=\"row\">%s</th><td class=\"chart\">", name);
	put_bar(page, class, length);
	builder_format(page->out, "</td><td class=\"value\">%u</td></tr>\n", count);
}

/** Put one bar of all statuses, and what its parts are. */
static void put_statuses(struct page *page) {
	const size_t all = page->report->nresults;
	size_t before = 0;

	put(page,
	    "<h2>All checks, by status</h2>\n<svg class=\"bar\" viewBox=\"0 0 1000 10\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"track\" width=\"1000\" height=\"10\"/>");
	for (size_t k = 0; k < STATUSES && all; ++k) {
		const size_t count = page->report->score.counts[status_order[k]];

		builder_format(page->out, "<rect class=\"fill-%s\" x=\"%zu\" width=\"%zu\" height=\"10\"/>",
		               status_words[status_order[k]].class, before * 1000 / all,
		               count * 1000 / all + (count > 0));
		before += count;
	}
	put(page, "</svg>\n<ul class=\"legend\">\n");
	for (size_t k = 0; k < STATUSES; ++k)
		builder_format(page->out, "<li class=\"fill-%s\"><b>%u</b> %s</li>\n",
		               status_words[status_order[k]].class, page->report->score.counts[status_order[k]],
		               status_words[status_order[k]].name);
	put(page, "</ul>\n");
}

static void put_counts(struct page *page) {
	const struct score *score = &page->report->score;
	const unsigned failed = score->counts[STATUS_FAIL];

	put(page, "<section aria-labelledby=\"severities\">\n<h2 id=\"severities\">Failed, by severity</h2>\n"
	          "<table class=\"bars\">\n<caption class=\"hidden\">Failed checks by severity</caption>\n"
	          "<thead class=\"hidden\"><tr><th scope=\"col\">Severity</th><td></td><th scope=\"col\">Checks</th>"
	          "</tr></thead>\n<tbody>\n");
	for (size_t i = SEVERITIES; i-- > 0;)
		put_count(page, severity_names[i], arena_text(page->arena, "fill-%s", severity_names[i]),
		          score->failed_by_severity[i],
		          failed ? (int)(score->failed_by_severity[i] * 1000 / failed) : 0);
	put(page, "</tbody>\n</table>\n");
	put_statuses(page);
	put(page, "</section>\n");
}

/* The filter, and the list of what fails. */

/** What the filter and the colours of the style sheet go by, of a check that fails. */
static const char *classes_of(struct page *page, const struct result *result) {
	return arena_text(page->arena, "one is-%s of-%s", severity_names[result->severity],
	                  practices[result->check->practice].id);
}

static void put_severity_choices(struct page *page) {
	put(page, "<fieldset>\n<legend>Severity</legend>\n");
	for (size_t i = SEVERITIES; i-- > 0;)
		builder_format(page->out,
		               "<label class=\"is-%s\"><input type=\"checkbox\" id=\"show-%s\" autocomplete=\"off\" "
		               "checked> %s <span class=\"number\">%u</span></label>\n",
		               severity_names[i], severity_names[i], severity_names[i],
		               page->report->score.failed_by_severity[i]);
	put(page, "</fieldset>\n");
}

static void put_practice_choices(struct page *page) {
	const struct score *score = &page->report->score;

	builder_format(
	        page->out,
	        "<fieldset>\n<legend>Practice</legend>\n"
	        "<label><input type=\"radio\" name=\"practice\" id=\"only-all\" autocomplete=\"off\" checked> all "
	        "<span class=\"number\">%u</span></label>\n",
	        score->counts[STATUS_FAIL]);
	for (size_t i = 0; i < PRACTICES; ++i)
		builder_format(page->out,
		               "<label><input type=\"radio\" name=\"practice\" id=\"only-%s\" autocomplete=\"off\"> %s "
		               "<span class=\"number\">%u</span></label>\n",
		               practices[i].id, practices[i].id, score->practices[i].counts[STATUS_FAIL]);
	put(page, "</fieldset>\n");
}

/** Call with each check that fails, the worst first. */
static void each_failed(struct page *page, void (*call)(struct page *page, const struct result *result)) {
	const struct report *report = page->report;

	for (size_t severity = SEVERITIES; severity-- > 0;)
		for (size_t i = 0; i < report->nresults; ++i)
			if (report->results[i].severity == severity &&
			    result_status(&report->results[i]) == STATUS_FAIL)
				call(page, &report->results[i]);
}

static void put_entry(struct page *page, const struct result *result) {
	builder_format(page->out, "<li class=\"%s\">", classes_of(page, result));
	put_link(page, result);
	builder_format(page->out, "<span class=\"hidden\"> (%s)</span></li>\n", severity_names[result->severity]);
}

static void put_aside(struct page *page) {
	if (!page->report->score.counts[STATUS_FAIL])
		return;
	put(page, "<aside aria-label=\"What fails: filter and list\">\n<h2>Show</h2>\n<div class=\"choices\">\n");
	put_severity_choices(page);
	put_practice_choices(page);
	put(page, "</div>\n<nav aria-label=\"Failed checks\">\n<ul>\n");
	each_failed(page, put_entry);
	put(page, "</ul>\n</nav>\n</aside>\n");
}

/* Checks. */

/** Which columns a table of findings needs, and whether each row has a message of its own. */
struct columns {
	bool actual, expected, source, message;
};

static const char *source_of(const struct finding *finding) {
	return text_equal(finding->source, finding->subject) ? NULL : finding->source;
}

static struct columns columns_of(const struct finding *const *findings, size_t count) {
	struct columns columns = { .message = count == 1 };

	for (size_t i = 0; i < count; ++i) {
		columns.message = columns.message || findings[i]->error || findings[i]->waiver ||
		                  strcmp(findings[i]->message, findings[0]->message) != 0;
		columns.actual = columns.actual || findings[i]->actual;
		columns.expected = columns.expected || findings[i]->expected;
		columns.source = columns.source || source_of(findings[i]);
	}
	return columns;
}

static void put_cell(struct page *page, const char *class, const char *text) {
	builder_format(page->out, "<td class=\"%s\">", class);
	put_shown(page, text);
	put(page, "</td>");
}

static const char *when_of(enum aspect aspect) {
	return aspect == ASPECT_LIVE        ? "now"
	       : aspect == ASPECT_BOOT      ? "at boot"
	       : aspect == ASPECT_BEHAVIOUR ? "tried"
	                                    : "";
}

static void put_finding(struct page *page, const struct finding *finding, struct columns columns) {
	const char *when = when_of(finding->aspect);
	/* A row of one cell has nothing that it could be the head of. */
	const bool heads = columns.actual || columns.expected || columns.source;

	put(page, heads ? "<tr><th scope=\"row\">" : "<tr><td class=\"only\">");
	put_shown(page, finding->subject);
	if (*when)
		builder_format(page->out, " <i>%s</i>", when);
	if (columns.message) {
		put(page, finding->error ? "<p><i class=\"error\">not judged</i> " : "<p>");
		put_shown(page, finding->message);
		put(page, "</p>");
	}
	if (finding->confidence || finding->context) {
		put(page, "<p>");
		put_shown(page,
		          finding->confidence ? arena_text(page->arena, "confidence: %s", finding->confidence) : NULL);
		put(page, finding->confidence && finding->context ? "; " : "");
		put_shown(page, finding->context);
		put(page, "</p>");
	}
	if (finding->waiver) {
		put(page, "<p><i class=\"waived\">waived</i> ");
		put_shown(page, finding->waiver);
		put(page, "</p>");
	}
	put(page, heads ? "</th>" : "</td>");
	if (columns.actual)
		put_cell(page, "a", finding->actual);
	if (columns.expected)
		put_cell(page, "x", finding->expected);
	if (columns.source)
		put_cell(page, "s", source_of(finding));
	put(page, "</tr>\n");
}

static void put_table(struct page *page, const struct result *result, const struct finding *const *findings,
                      size_t count, struct columns columns, const char *what) {
	builder_format(page->out, "<table class=\"findings\">\n<caption class=\"hidden\">%s of ", what);
	put_shown(page, result->check->id);
	put(page, "</caption>\n<thead><tr><th scope=\"col\">What</th>");
	put(page, columns.actual ? "<th scope=\"col\">Found</th>" : "");
	put(page, columns.expected ? "<th scope=\"col\">Wanted</th>" : "");
	put(page, columns.source ? "<th scope=\"col\">Stated in</th>" : "");
	put(page, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < count; ++i)
		put_finding(page, findings[i], columns);
	put(page, "</tbody>\n</table>\n");
}

static void put_findings(struct page *page, const struct result *result) {
	const struct finding *const *sorted = result_sorted(page->arena, result);
	const size_t total = result_total(result);
	size_t listed = 0, seen;

	while (listed < page->options->max_findings && sorted[listed])
		++listed;
	/* Nobody wants to unfold one or two. */
	seen = listed > SEEN + SEEN / 4 ? SEEN : listed;
	const struct columns columns = columns_of(sorted, listed);
	if (listed && !columns.message) {
		put(page, "<p>Each ");
		put_shown(page, sorted[0]->message);
		put(page, ".</p>\n");
	}
	if (seen)
		put_table(page, result, sorted, seen, columns, "Findings");
	if (listed > seen) {
		builder_format(page->out, "<details><summary>%zu more</summary>\n", listed - seen);
		put_table(page, result, sorted + seen, listed - seen, columns, "More findings");
		put(page, "</details>\n");
	}
	if (total > listed)
		builder_format(page->out, "<p class=\"rest\">… and %zu more, which <code>--all</code> lists.</p>\n",
		               total - listed);
}

static void put_notes(struct page *page, const struct result *result) {
	const size_t max = page->options->max_findings;

	if (!result->nnotes)
		return;
	put(page, "<ul class=\"notes\">\n");
	for (size_t i = 0; i < result->nnotes && i < max; ++i) {
		put(page, "<li>Note: <code>");
		put_shown(page, result->notes[i].subject);
		put(page, "</code> ");
		put_shown(page, result->notes[i].message);
		put(page, "</li>\n");
	}
	if (result->nnotes > max)
		builder_format(page->out, "<li>… and %zu more.</li>\n", result->nnotes - max);
	put(page, "</ul>\n");
}

/** Put lines to copy; each stays one however it is shown. */
static void put_commands(struct page *page, const char *const *commands, size_t count) {
	put(page, "<pre class=\"copy\">");
	for (size_t i = 0; i < count; ++i) {
		put(page, i ? "\n<code>" : "<code>");
		put_exact(page, commands[i]);
		put(page, "</code>");
	}
	put(page, "</pre>\n");
}

static void put_file(struct page *page, const struct fix_file *file) {
	const char *line = file->content;
	bool first = true;

	put(page, "<p>In the file <code>");
	put_shown(page, file->path);
	put(page, "</code>:</p>\n<pre class=\"copy\">");
	for (; *line; first = false) {
		size_t length = strcspn(line, "\n");

		put(page, first ? "<code>" : "\n<code>");
		text_html(page->out, line, length);
		put(page, "</code>");
		line += length + (line[length] == '\n');
	}
	put(page, "</pre>\n");
}

static void put_fix(struct page *page, const struct result *result) {
	const struct remediation *remediation = &result->check->remediation;
	const char *const *commands = result_commands(page->arena, result);
	const struct fix_file *files = result_files(page->arena, result);
	const char *risk = result_risk(result);
	size_t count = 0, seen;

	while (count < page->options->max_findings && commands[count])
		++count;
	seen = count > SEEN + SEEN / 4 ? SEEN : count;
	put(page, "<div class=\"fix\">\n<h4>Fix</h4>\n<p>");
	put_shown(page, remediation->summary ? remediation->summary : "See what is said above");
	builder_format(page->out, ".</p>\n<p class=\"mind risk-%s\"><b>Risk of this fix: %s.</b> ", risk, risk);
	if (remediation->breaks) {
		put(page, "It may break: ");
		put_shown(page, remediation->breaks);
		put(page, ".");
	}
	put(page, "</p>\n");
	if (seen)
		put_commands(page, commands, seen);
	if (count > seen) {
		builder_format(page->out, "<details><summary>%s</summary>\n",
		               counted(page, count - seen, "more command"));
		put_commands(page, commands + seen, count - seen);
		put(page, "</details>\n");
	}
	if (commands[count])
		put(page, "<p class=\"rest\">… and so on for the others, which <code>--all</code> lists.</p>\n");
	for (; files->path; ++files)
		put_file(page, files);
	put(page, "</div>\n");
}

/** The kinds of references, in the order of the report, and what stands before those whose names do not say it. */
static const struct authority {
	const char *kind, *prefix;
} authorities[] = { { "cwe", "" },       { "cis", "CIS " },           { "nist", "NIST " },
	            { "stig", "STIG " }, { "attack", "ATT&amp;CK " }, { "anssi", "ANSSI " },
	            { "docs", "" } };

static void put_references(struct page *page, const struct check *check) {
	for (size_t i = 0; i < sizeof authorities / sizeof *authorities; ++i) {
		const struct reference *reference = check->references;

		for (; reference && reference->kind; ++reference) {
			if (strcmp(reference->kind, authorities[i].kind) != 0)
				continue;
			builder_format(page->out, "<li>%s", authorities[i].prefix);
			put_shown(page, reference->name);
			put(page, "</li>");
		}
	}
}

static void put_background(struct page *page, const struct check *check) {
	put(page, "<details class=\"background\"><summary>How it decides, and who asks for it</summary>\n");
	if (check->rule) {
		put(page, "<p>");
		put_shown(page, check->rule);
		put(page, "</p>\n");
	}
	builder_format(page->out, "<ul class=\"references\"><li>Practice: %s</li>", practices[check->practice].title);
	put_references(page, check);
	put(page, "</ul>\n</details>\n");
}

/** Begin the article of a check: its classes, a label, its id, its title, and what is added to that. */
static void put_title(struct page *page, const struct result *result, const char *class, const char *label,
                      const char *more) {
	builder_format(page->out, "<article class=\"%s\" id=\"", class);
	put_shown(page, result->check->id);
	builder_format(page->out, "\">\n<p class=\"label\">%s <code>", label);
	put_shown(page, result->check->id);
	put(page, "</code></p>\n<h3>");
	put_shown(page, result->check->title);
	put(page, more);
	put(page, "</h3>\n");
}

static void put_failed(struct page *page, const struct result *result) {
	put_title(page, result, classes_of(page, result),
	          arena_text(page->arena, "<b>%s</b>", severity_names[result->severity]),
	          "<span class=\"not\">: not so here</span>");
	put_findings(page, result);
	put_notes(page, result);
	if (result->check->why) {
		put(page, "<div class=\"risk\">\n<h4>Risk</h4>\n<p>");
		put_shown(page, result->check->why);
		put(page, "</p>\n</div>\n");
	}
	put_fix(page, result);
	put_background(page, result->check);
	put(page, "</article>\n");
}

static void put_all_failed(struct page *page) {
	const unsigned failed = page->report->score.counts[STATUS_FAIL];

	put(page, "<section aria-labelledby=\"failed\">\n<h2 id=\"failed\" tabindex=\"-1\">What fails <span "
	          "class=\"number\">");
	builder_format(page->out, "%u</span></h2>\n", failed);
	if (!failed) {
		put(page, "<p class=\"nothing\">Nothing fails.</p>\n</section>\n");
		return;
	}
	each_failed(page, put_failed);
	builder_format(page->out,
	               "<p class=\"shown\"> of %u failed checks shown, as chosen under Show.</p>\n</section>\n",
	               failed);
}

static void put_all_unknown(struct page *page) {
	const struct report *report = page->report;

	if (!report->score.counts[STATUS_ERROR])
		return;
	builder_format(page->out,
	               "<section aria-labelledby=\"errors\">\n<h2 id=\"errors\">Could not be evaluated "
	               "<span class=\"number\">%u</span></h2>\n"
	               "<p>What could not be seen is never taken for good: it costs points as a failure does.</p>\n",
	               report->score.counts[STATUS_ERROR]);
	for (size_t i = 0; i < report->nresults; ++i) {
		const struct result *result = &report->results[i];

		if (result_status(result) != STATUS_ERROR)
			continue;
		put_title(page, result, "unknown",
		          arena_text(page->arena, "<b>error</b> %s", severity_names[result->severity]), "");
		if (!result->nfindings) {
			put(page, "<p>");
			put_shown(page, result_reason(result));
			put(page, "</p>\n");
		}
		put_findings(page, result);
		put_notes(page, result);
		put_background(page, result->check);
		put(page, "</article>\n");
	}
	put(page, "</section>\n");
}

static void put_all_waived(struct page *page) {
	const struct report *report = page->report;

	if (!report->score.counts[STATUS_WAIVED])
		return;
	builder_format(page->out,
	               "<section aria-labelledby=\"waived\">\n<h2 id=\"waived\">Waived <span class=\"number\">%u</span>"
	               "</h2>\n<p>These fail, too, and somebody has accepted that until a day.</p>\n",
	               report->score.counts[STATUS_WAIVED]);
	for (size_t i = 0; i < report->nresults; ++i) {
		const struct result *result = &report->results[i];

		if (result_status(result) != STATUS_WAIVED)
			continue;
		put_title(page, result, "accepted",
		          arena_text(page->arena, "<b>waived</b> %s", severity_names[result->severity]), "");
		put_findings(page, result);
		put_notes(page, result);
		put(page, "</article>\n");
	}
	put(page, "</section>\n");
}

/** What has become of a waiver, if somebody has to see to it; else how much it covers. */
static const char *state_of(struct page *page, const struct waiver_use *use) {
	if (use->unused)
		return use->expired ? "ended, and matches nothing: remove it" : "matches nothing: remove it";
	if (use->expired)
		return use->findings ? "ended: what it covered fails again" : "ended";
	return arena_text(page->arena, "%scovers %s", use->ends_soon ? "ends soon; " : "",
	                  counted(page, use->findings, "finding"));
}

static void put_waiver(struct page *page, const struct waiver_use *use) {
	const struct waiver *waiver = &use->waiver;
	const bool wanting = use->unused || use->expired || use->ends_soon;
	const char *who = waiver_who(page->arena, waiver);

	put(page, "<tr><th scope=\"row\"><code>");
	put_shown(page, waiver->check);
	put(page, "</code><br><code>");
	put_shown(page, waiver->subject);
	put(page, "</code></th><td>until ");
	put_shown(page, waiver->expires);
	put(page, wanting ? "<br><b class=\"wanting\">" : "<br><span>");
	put(page, state_of(page, use));
	put(page, wanting ? "</b></td><td>" : "</span></td><td>");
	put_shown(page, waiver->reason);
	put(page, "<br>");
	put_shown(page, who);
	put(page, *who ? "<br><code>" : "<code>");
	put_shown(page, waiver->source);
	put(page, "</code></td></tr>\n");
}

/** Every waiver of the policy, also those that waive nothing. */
static void put_waivers(struct page *page) {
	const struct report *report = page->report;

	if (!report->nwaivers)
		return;
	builder_format(page->out,
	               "<section aria-labelledby=\"waivers\">\n<h2 id=\"waivers\">Waivers of the policy <span "
	               "class=\"number\">%zu</span></h2>\n<table class=\"checks\">\n<caption class=\"hidden\">"
	               "Waivers of the policy</caption>\n<thead><tr><th scope=\"col\">Check and subject</th>"
	               "<th scope=\"col\">End</th><th scope=\"col\">Reason and owner</th></tr></thead>\n<tbody>\n",
	               report->nwaivers);
	for (size_t i = 0; i < report->nwaivers; ++i)
		put_waiver(page, &report->waivers[i]);
	put(page, "</tbody>\n</table>\n</section>\n");
}

/** Put a folded table of the checks of a status, with what is to be said of each. */
static void put_folded(struct page *page, enum status status, const char *id, const char *heading, const char *column) {
	const struct report *report = page->report;

	if (!report->score.counts[status])
		return;
	builder_format(page->out,
	               "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s <span class=\"number\">%u</span></h2>\n"
	               "<details><summary>Show them</summary>\n<table class=\"checks\">\n"
	               "<caption class=\"hidden\">%s</caption>\n"
	               "<thead><tr><th scope=\"col\">Check</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
	               id, id, heading, report->score.counts[status], heading, column);
	for (size_t i = 0; i < report->nresults; ++i) {
		const struct result *result = &report->results[i];

		if (result_status(result) != status)
			continue;
		put(page, "<tr id=\"");
		put_shown(page, result->check->id);
		put(page, "\"><th scope=\"row\"><code>");
		put_shown(page, result->check->id);
		put(page, "</code></th><td>");
		put_shown(page, status == STATUS_PASS ? result->check->title : result_reason(result));
		put_notes(page, result);
		put(page, "</td></tr>\n");
	}
	put(page, "</tbody>\n</table>\n</details>\n</section>\n");
}

static void put_omissions(struct page *page) {
	const struct report *report = page->report;

	if (!report->nnot_examined)
		return;
	builder_format(page->out,
	               "<section aria-labelledby=\"omissions\">\n<h2 id=\"omissions\">Not examined <span "
	               "class=\"number\">%zu</span></h2>\n<table class=\"checks\">\n"
	               "<caption class=\"hidden\">What was not examined</caption>\n<thead><tr>"
	               "<th scope=\"col\">Path</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n",
	               report->nnot_examined);
	for (size_t i = 0; i < report->nnot_examined; ++i) {
		put(page, "<tr><th scope=\"row\"><code>");
		put_shown(page, report->not_examined[i].path);
		put(page, "</code></th><td>");
		put_shown(page, report->not_examined[i].why);
		put(page, "</td></tr>\n");
	}
	put(page, "</tbody>\n</table>\n</section>\n");
}

/* Host and run. */

static void put_term(struct page *page, const char *term, const char *text) {
	if (!text)
		return;
	builder_format(page->out, "<dt>%s</dt><dd>", term);
	put_shown(page, text);
	put(page, "</dd>\n");
}

static void put_host(struct page *page) {
	const struct report_host *host = &page->report->host;

	put(page, "<section aria-labelledby=\"host\">\n<h2 id=\"host\">Host</h2>\n<dl>\n");
	put_term(page, "Name", host->hostname);
	put_term(page, "Machine ID", host->machine_id);
	put_term(page, "System", host->os);
	put_term(page, "Kernel", host->kernel);
	put_term(page, "Architecture", host->arch);
	put_term(page, "Container", host->container);
	put_term(page, "Audited", host->live ? "running host" : "offline tree: what is stated for the next start");
	put_term(page, "Top directory", host->root);
	put_term(page, "Mount namespace", page->report->run.mount_namespace);
	put_term(page, "Audited by", host->uid ? arena_text(page->arena, "uid %u", host->uid) : "root");
	put(page, "</dl>\n</section>\n");
}

static const char *capabilities_of(struct page *page, const char *const *names) {
	struct builder list = { .arena = page->arena };

	if (!names)
		return "kept all it had";
	for (; *names; ++names)
		builder_format(&list, "%s%s", list.length ? ", " : "", *names);
	return list.length ? builder_string(&list) : "none";
}

static void put_confinement(struct page *page) {
	const struct confinement *confinement = &page->report->run.confinement;

	put(page, "<section aria-labelledby=\"confinement\">\n<h2 id=\"confinement\">How the audit confined "
	          "itself</h2>\n<dl>\n");
	put_term(page, "Capabilities", capabilities_of(page, confinement->capabilities));
	put_term(page, "No new privileges", confinement->no_new_privs ? "yes" : "no");
	put_term(page, "Landlock",
	         confinement->landlock ? arena_text(page->arena, "version %u", confinement->landlock) : "no");
	put_term(page, "seccomp", confinement->seccomp ? "yes" : "no");
	put(page, "</dl>\n</section>\n");
}

static void put_run(struct page *page) {
	const struct report *report = page->report;
	const struct report_run *run = &report->run;

	put(page, "<section aria-labelledby=\"policy\">\n<h2 id=\"policy\">Policy and run</h2>\n<dl>\n");
	put_term(page, "Profile", run->profile);
	for (size_t i = 0; i < run->npolicies; ++i)
		put_term(page, "Policy file",
		         arena_text(page->arena, "%s (SHA-256 %s)", run->policies[i].path, run->policies[i].sha256));
	if (!run->npolicies)
		put_term(page, "Policy files", "none");
	put_term(page, "Falls short",
	         run->fail_on < SEVERITIES ? arena_text(page->arena, "if a check fails of severity %s or worse",
	                                                severity_names[run->fail_on])
	                                   : NULL);
	if (run->fail_under)
		put_term(page, "Falls short",
		         arena_text(page->arena, "with a score below %s", points(page, (int)run->fail_under)));
	put_term(page, "Deep", run->deep ? "yes: also what walks every local file system" : "no");
	put_term(page, "Complete", report_complete(report) ? "yes" : "no");
	put(page, "<dt>Started</dt><dd>");
	put_time(page);
	put(page, "</dd>\n");
	put_term(page, "Took", arena_text(page->arena, "%lld ms", (long long)run->duration_ms));
	put_term(page, "Exit status", arena_text(page->arena, "%d", report_exit(report)));
	put(page, "</dl>\n</section>\n");
}

void render_html(struct builder *builder, const struct report *report, const struct render_options *options) {
	struct arena scratch = { 0 };
	struct page page = { .out = builder, .report = report, .options = options, .arena = &scratch };

	put_head(&page);
	put_banner(&page);
	put(&page, "<main>\n");
	put_verdict(&page);
	put(&page, "<div class=\"charts\">\n");
	put_practices(&page);
	put_counts(&page);
	put(&page, "</div>\n<div class=\"body\">\n");
	put_aside(&page);
	put(&page, "<div class=\"list\">\n");
	put_all_failed(&page);
	put_all_unknown(&page);
	put_all_waived(&page);
	put_waivers(&page);
	put_folded(&page, STATUS_NOT_APPLICABLE, "absent", "Not applicable", "Why");
	put_folded(&page, STATUS_PASS, "passed", "Passed", "What is good");
	put_omissions(&page);
	put(&page, "<div class=\"about\">\n");
	put_host(&page);
	put_run(&page);
	put_confinement(&page);
	put(&page, "</div>\n</div>\n</div>\n</main>\n<footer>\n<p>Made by tmpaudit ");
	put_shown(&page, report_version(report));
	put(&page, ". More on a check: <code>tmpaudit explain ID</code>. All fixes as one script: "
	           "<code>tmpaudit fix</code>.</p>\n</footer>\n</body>\n</html>\n");
	arena_free(&scratch);
}
