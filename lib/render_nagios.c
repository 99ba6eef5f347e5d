/**
 * The output of a plugin, as Nagios, Icinga and their kin read it: a status line with performance data, then a line for
 * each check that fails or could not be judged; and exit statuses of their kind.
 */
#include "render.h"

#include <string.h>

enum { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

/** How many columns of a line are used at most: some cut long output. */
static const size_t most_columns = 240;

/** Whether the failure does not count for it is known from a baseline. */
static bool is_known(const struct result *result) {
	return result->standing == STANDING_KNOWN;
}

int nagios_exit(const struct report *report) {
	int status = NAGIOS_WARNING;

	switch (report_exit(report)) {
	case 0:
		return NAGIOS_OK;
	case 1:
		for (size_t i = 0; i < report->nresults; ++i)
			if (result_status(&report->results[i]) == STATUS_FAIL &&
			    report->results[i].severity >= SEVERITY_HIGH && !is_known(&report->results[i]))
				status = NAGIOS_CRITICAL;
		return status;
	default:
		return NAGIOS_UNKNOWN;
	}
}

/** Add a line of text as it is shown, without what would begin performance data, and not longer than is read. */
static void put_line(struct builder *out, const char *shown) {
	for (size_t columns = 0; *shown && columns < most_columns; ++shown) {
		const char *written = *shown == '|' ? "\\x7c" : (const char[]) { *shown, '\0' };

		builder_text(out, written);
		columns += strlen(written);
	}
	if (!*shown)
		return;
	/* Not within a character. */
	for (; ((unsigned char)*shown & 0xc0) == 0x80; ++shown)
		builder_bytes(out, shown, 1);
	builder_text(out, "...");
}

static const char *points(struct arena *arena, int tenths) {
	return tenths % 10 ? arena_text(arena, "%d.%d", tenths / 10, tenths % 10)
	                   : arena_text(arena, "%d", tenths / 10);
}

static void put_verdict(struct builder *out, struct arena *arena, const struct report *report) {
	const struct score *score = &report->score;
	const char *separator = ": ";
	struct builder line = { .arena = arena };

	if (score->value < 0)
		builder_text(&line, "no score");
	else
		builder_format(&line, "score %s/100 (%c)", points(arena, score->value), score->grade);
	if (score->counts[STATUS_FAIL])
		builder_format(&line, ", %u of %zu checks fail%s", score->counts[STATUS_FAIL], report->nresults,
		               score->counts[STATUS_FAIL] == 1 ? "s" : "");
	else
		builder_text(&line, ", no check fails");
	for (size_t i = SEVERITIES; i-- > 0;) {
		if (!score->failed_by_severity[i])
			continue;
		builder_format(&line, "%s%u %s", separator, score->failed_by_severity[i], severity_names[i]);
		separator = ", ";
	}
	if (score->counts[STATUS_ERROR])
		builder_format(&line, "; %u could not be evaluated", score->counts[STATUS_ERROR]);
	if (score->counts[STATUS_WAIVED])
		builder_format(&line, "; %u waived", score->counts[STATUS_WAIVED]);
	if (score->coverage >= 0)
		builder_format(&line, "; coverage %d%%", score->coverage);
	put_line(out, builder_string(&line));
}

/** 'label'=value;warn;crit;min;max: U where it is not known. */
static void put_perfdata(struct builder *out, const struct report *report) {
	const struct score *score = &report->score;

	if (score->value < 0)
		builder_text(out, " | score=U;;;0;100");
	else
		builder_format(out, " | score=%d.%d;;;0;100", score->value / 10, score->value % 10);
	if (score->coverage < 0)
		builder_text(out, " coverage=U;;;0;100");
	else
		builder_format(out, " coverage=%d%%;;;0;100", score->coverage);
	for (size_t i = 0; i < STATUSES; ++i)
		builder_format(out, " %s=%u;;;0;%zu", status_names[i], score->counts[i], report->nresults);
	for (size_t i = SEVERITIES; i-- > 0;)
		builder_format(out, " fail_%s=%u;;;0;%zu", severity_names[i], score->failed_by_severity[i],
		               report->nresults);
	builder_format(out, " time=%lld.%03llds;;;0\n", (long long)(report->run.duration_ms / 1000),
	               (long long)(report->run.duration_ms % 1000));
}

static void put_check(struct builder *out, struct arena *arena, const struct result *result) {
	const bool fails = result_status(result) == STATUS_FAIL;
	const struct finding *const *sorted = result_sorted(arena, result);
	const char *reason = result_reason(result);
	struct builder line = { .arena = arena };

	builder_format(&line, "%s %s: ", fails ? severity_names[result->severity] : "error", result->check->id);
	if (is_known(result))
		builder_text(&line, "known, ");
	if (sorted[0])
		builder_text(&line, finding_text(arena, sorted[0]));
	else
		builder_text(&line, text_shown(arena, reason ? reason : result->check->title));
	put_line(out, builder_string(&line));
	if (result_total(result) > 1)
		builder_format(out, " (and %zu more)", result_total(result) - 1);
	builder_text(out, "\n");
}

void render_nagios(struct builder *builder, const struct report *report, const struct render_options *options) {
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	struct arena scratch = { 0 };

	(void)options;
	builder_format(builder, "TMPAUDIT %s - ", words[nagios_exit(report)]);
	put_verdict(builder, &scratch, report);
	put_perfdata(builder, report);
	for (size_t severity = SEVERITIES; severity-- > 0;)
		for (size_t i = 0; i < report->nresults; ++i)
			if (report->results[i].severity == severity &&
			    result_status(&report->results[i]) == STATUS_FAIL)
				put_check(builder, &scratch, &report->results[i]);
	for (size_t i = 0; i < report->nresults; ++i)
		if (result_status(&report->results[i]) == STATUS_ERROR)
			put_check(builder, &scratch, &report->results[i]);
	arena_free(&scratch);
}
