/**
 * Gauges in the text format of Prometheus, version 0.0.4, for the node exporter's textfile collector.  Every metric,
 * status and severity is always there, so that an alert can tell zero from nothing; what is not known is NaN, which
 * equals nothing.  No label holds a name of the host's making.
 */
#include "render.h"

#include <string.h>

static void head(struct builder *out, const char *name, const char *help) {
	builder_format(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/** Add a label's value, quoted. */
static void put_label(struct builder *out, const char *name, const char *value) {
	builder_format(out, "%s=\"", name);
	text_label(out, value, strlen(value));
	builder_text(out, "\"");
}

/** Add " N", of a number in units of 1/scale; NaN for a negative one. */
static void put_value(struct builder *out, int value, int scale) {
	if (value < 0)
		builder_text(out, " NaN\n");
	else
		builder_format(out, scale == 10 ? " %d.%d\n" : " %d.%02d\n", value / scale, value % scale);
}

static void put_checks(struct builder *out, const struct report *report) {
	const struct score *score = &report->score;

	head(out, "tmpaudit_checks", "Checks by status.");
	for (size_t i = 0; i < STATUSES; ++i)
		builder_format(out, "tmpaudit_checks{status=\"%s\"} %u\n", status_names[i], score->counts[i]);
	head(out, "tmpaudit_checks_failed", "Failed checks by severity.");
	for (size_t i = SEVERITIES; i-- > 0;)
		builder_format(out, "tmpaudit_checks_failed{severity=\"%s\"} %u\n", severity_names[i],
		               score->failed_by_severity[i]);
	head(out, "tmpaudit_check_failed", "Whether the check fails: 1 or 0; NaN if it could not be evaluated.");
	for (size_t i = 0; i < report->nresults; ++i) {
		const struct result *result = &report->results[i];
		const enum status status = result_status(result);

		builder_format(out, "tmpaudit_check_failed{check=\"%s\",severity=\"%s\"} %s\n", result->check->id,
		               severity_names[result->severity],
		               status == STATUS_ERROR  ? "NaN"
		               : status == STATUS_FAIL ? "1"
		                                       : "0");
	}
}

/** The first end of the waivers of each check. */
static void put_waivers(struct builder *out, const struct report *report) {
	head(out, "tmpaudit_waiver_expiry_timestamp_seconds", "When the first waiver of the check ends or has ended.");
	for (size_t i = 0; i < report->nwaivers; ++i) {
		const struct waiver *waiver = &report->waivers[i].waiver;
		bool is_first = true;

		for (size_t k = 0; k < report->nwaivers && is_first; ++k) {
			const struct waiver *other = &report->waivers[k].waiver;

			is_first = strcmp(other->check, waiver->check) != 0 || other->end > waiver->end ||
			           (other->end == waiver->end && k >= i);
		}
		if (!is_first)
			continue;
		builder_text(out, "tmpaudit_waiver_expiry_timestamp_seconds{");
		put_label(out, "check", waiver->check);
		builder_format(out, "} %lld\n", (long long)waiver->end);
	}
}

void render_prometheus(struct builder *builder, const struct report *report, const struct render_options *options) {
	const struct report_run *run = &report->run;

	(void)options;
	head(builder, "tmpaudit_info", "The tool, and the profile that was asked for.");
	builder_text(builder, "tmpaudit_info{");
	put_label(builder, "version", report_version(report));
	builder_text(builder, ",");
	put_label(builder, "profile", run->profile);
	builder_text(builder, "} 1\n");
	head(builder, "tmpaudit_score", "The score, 0 to 100; NaN if nothing was evaluated.");
	builder_text(builder, "tmpaudit_score");
	put_value(builder, report->score.value, 10);
	head(builder, "tmpaudit_coverage_ratio", "How much of what applies could be evaluated, by weight, 0 to 1.");
	builder_text(builder, "tmpaudit_coverage_ratio");
	put_value(builder, report->score.coverage, 100);
	put_checks(builder, report);
	put_waivers(builder, report);
	head(builder, "tmpaudit_last_run_timestamp_seconds", "When the audit started.");
	builder_format(builder, "tmpaudit_last_run_timestamp_seconds %lld\n", (long long)run->started.tv_sec);
	head(builder, "tmpaudit_last_run_duration_seconds", "How long it took.");
	builder_format(builder, "tmpaudit_last_run_duration_seconds %lld.%03lld\n",
	               (long long)(run->duration_ms / 1000), (long long)(run->duration_ms % 1000));
}
