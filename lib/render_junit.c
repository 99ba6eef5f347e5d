/**
 * JUnit's XML, as CI servers read it: a suite a family, a case a check.  What is waived or does not apply was skipped;
 * what could not be judged is an error.  There is no standard; this keeps to what all readers take.
 */
#include "render.h"

#include <string.h>

/** What a report is written with. */
struct page {
	struct builder *out;
	const struct report *report;
	const struct render_options *options;
	/** For texts on their way to out. */
	struct arena *arena;
};

static void put_shown(const struct page *page, const char *text) {
	const char *shown = text_shown(page->arena, text);

	text_html(page->out, shown, strlen(shown));
}

/** Put text that is shown already. */
static void put_text(const struct page *page, const char *shown) {
	text_html(page->out, shown, strlen(shown));
}

static void put_message(const struct page *page, const char *element, const char *message) {
	builder_format(page->out, "      <%s message=\"", element);
	put_shown(page, message);
	builder_text(page->out, "\"");
}

/** What a person reads of a check that failed or could not be judged. */
static void put_details(const struct page *page, const struct result *result) {
	const struct finding *const *sorted = result_sorted(page->arena, result);
	const struct check *check = result->check;
	size_t listed = 0;

	for (; listed < page->options->max_findings && sorted[listed]; ++listed) {
		put_text(page, finding_text(page->arena, sorted[listed]));
		builder_text(page->out, "\n");
	}
	if (result_total(result) > listed)
		builder_format(page->out, "... and %zu more\n", result_total(result) - listed);
	if (result_status(result) != STATUS_FAIL)
		return;
	if (check->why) {
		builder_text(page->out, "Risk: ");
		put_shown(page, check->why);
		builder_text(page->out, "\n");
	}
	builder_text(page->out, "Fix: ");
	put_shown(page, check->remediation.summary ? check->remediation.summary : "");
	builder_text(page->out, "\n");
}

static void put_outcome(const struct page *page, const struct result *result) {
	const char *reason = result_reason(result), *waiver = result_waiver(result);

	switch (result_status(result)) {
	case STATUS_FAIL:
		put_message(page, "failure", arena_text(page->arena, "%s: not so here", result->check->title));
		builder_format(page->out, " type=\"%s\">", severity_names[result->severity]);
		put_details(page, result);
		builder_text(page->out, "</failure>\n");
		break;
	case STATUS_ERROR:
		put_message(page, "error", reason ? reason : "no reason is given");
		builder_text(page->out, " type=\"error\">");
		put_details(page, result);
		builder_text(page->out, "</error>\n");
		break;
	case STATUS_WAIVED:
		put_message(page, "skipped", arena_text(page->arena, "waived: %s", waiver ? waiver : ""));
		builder_text(page->out, "/>\n");
		break;
	case STATUS_NOT_APPLICABLE:
		put_message(page, "skipped", reason ? reason : "no reason is given");
		builder_text(page->out, "/>\n");
		break;
	default:;
	}
}

static void put_case(const struct page *page, const char *family, const struct result *result) {
	builder_format(page->out, "    <testcase classname=\"tmpaudit.%s\" name=\"%s\" time=\"0\"", family,
	               result->check->id);
	if (result_status(result) == STATUS_PASS) {
		builder_text(page->out, "/>\n");
		return;
	}
	builder_text(page->out, ">\n");
	put_outcome(page, result);
	builder_text(page->out, "    </testcase>\n");
}

static void put_counts(const struct page *page, const unsigned counts[STATUSES]) {
	unsigned all = 0;

	for (size_t status = 0; status < STATUSES; ++status)
		all += counts[status];
	builder_format(page->out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"", all,
	               counts[STATUS_FAIL], counts[STATUS_ERROR],
	               counts[STATUS_WAIVED] + counts[STATUS_NOT_APPLICABLE]);
}

/** Put the suite of the family of the first result, unless an earlier result was of it. */
static void put_suite(const struct page *page, size_t first) {
	const struct report *report = page->report;
	const char *family = check_family(page->arena, report->results[first].check);
	unsigned counts[STATUSES] = { 0 };
	char when[40];
	struct tm utc;

	for (size_t i = 0; i < report->nresults; ++i) {
		if (strcmp(check_family(page->arena, report->results[i].check), family) != 0)
			continue;
		if (i < first)
			return;
		++counts[result_status(&report->results[i])];
	}
	builder_format(page->out, "  <testsuite name=\"%s\"", family);
	put_counts(page, counts);
	builder_text(page->out, " time=\"0\"");
	/* Readers want no zone, and take UTC. */
	if (gmtime_r(&report->run.started.tv_sec, &utc) && strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &utc))
		builder_format(page->out, " timestamp=\"%s\"", when);
	builder_text(page->out, " hostname=\"");
	put_shown(page, report->host.hostname ? report->host.hostname : "unknown");
	builder_text(page->out, "\">\n");
	for (size_t i = first; i < report->nresults; ++i)
		if (strcmp(check_family(page->arena, report->results[i].check), family) == 0)
			put_case(page, family, &report->results[i]);
	builder_text(page->out, "  </testsuite>\n");
}

void render_junit(struct builder *builder, const struct report *report, const struct render_options *options) {
	struct arena scratch = { 0 };
	const struct page page = { builder, report, options, &scratch };
	const int64_t ms = report->run.duration_ms;

	builder_text(builder, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tmpaudit\"");
	put_counts(&page, report->score.counts);
	builder_format(builder, " time=\"%lld.%03lld\">\n", (long long)(ms / 1000), (long long)(ms % 1000));
	for (size_t i = 0; i < report->nresults; ++i)
		put_suite(&page, i);
	builder_text(builder, "</testsuites>\n");
	arena_free(&scratch);
}
