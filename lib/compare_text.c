/** What changed between two reports, for a reader in a hurry: what got worse first. */
#include "render.h"

#include <string.h>

/** Columns: where ids begin, and the details of a check below them; how wide ids and keys are. */
enum { LABEL = 9, DETAIL = LABEL + 2, ID = 27, KEY = 17 };

struct page {
	struct builder *out;
	const struct comparison *comparison;
	const struct render_options *options;
	struct arena *arena;
};

static const char *const colors[CHANGES] = {
	[CHANGE_NEW] = "31",    [CHANGE_WORSE] = "31",   [CHANGE_UNKNOWN] = "35",
	[CHANGE_WAIVED] = "36", [CHANGE_BETTER] = "32",  [CHANGE_FIXED] = "32",
	[CHANGE_ADDED] = "",    [CHANGE_REMOVED] = "33", [CHANGE_SAME] = "",
};

static const char *shown(const struct page *page, const char *text) {
	return text_shown(page->arena, text);
}

/** Add safe text, which goes on in the column indent. */
static void fold(const struct page *page, const char *text, size_t at, size_t indent) {
	text_fold(page->out, text, at, indent, page->options->columns);
}

static void add_label(const struct page *page, const char *label, const char *color) {
	if (page->options->color && *color && *label)
		builder_format(page->out, "\033[%sm%s\033[0m%*s", color, label, (int)(LABEL - strlen(label)), "");
	else
		builder_format(page->out, "%-*s", LABEL, label);
}

/** Points as people write them: 69, 88.1. */
static const char *points(const struct page *page, int tenths) {
	if (tenths < 0)
		return "-";
	return tenths % 10 ? arena_text(page->arena, "%d.%d", tenths / 10, tenths % 10)
	                   : arena_text(page->arena, "%d", tenths / 10);
}

static const char *score_of(const struct page *page, const struct score *score) {
	return score->value < 0 ? "no score"
	                        : arena_text(page->arena, "%s/100 (%c)", points(page, score->value), score->grade);
}

static const char *time_of(const struct page *page, const struct report *report) {
	char text[40];
	struct tm utc;

	if (!gmtime_r(&report->run.started.tv_sec, &utc) || !strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &utc))
		return "at an unknown time";
	return arena_copy(page->arena, text);
}

static const char *host_of(const struct page *page, const struct report *report) {
	const char *name = report->host.hostname ? shown(page, report->host.hostname) : "a host without a name";

	return report->host.live ? name
	                         : arena_text(page->arena, "%s, offline tree %s", name, shown(page, report->host.root));
}

static void add_header(const struct page *page) {
	const struct report *before = page->comparison->before, *after = page->comparison->after;
	const char *old_host = host_of(page, before), *new_host = host_of(page, after);

	builder_text(page->out, "old: ");
	fold(page,
	     arena_text(page->arena, "%s  %s  %s", time_of(page, before), old_host, score_of(page, &before->score)), 5,
	     5);
	builder_text(page->out, "new: ");
	fold(page, arena_text(page->arena, "%s  %s  %s", time_of(page, after), new_host, score_of(page, &after->score)),
	     5, 5);
}

static void add_counts(const struct page *page) {
	static const char *const words[CHANGES] = {
		[CHANGE_NEW] = "new",
		[CHANGE_WORSE] = "worse",
		[CHANGE_UNKNOWN] = "cannot be told",
		[CHANGE_WAIVED] = "newly waived",
		[CHANGE_BETTER] = "better",
		[CHANGE_FIXED] = "fixed",
		[CHANGE_ADDED] = "not asked before",
		[CHANGE_REMOVED] = "not asked any more",
		[CHANGE_SAME] = "the same",
	};
	const struct comparison *comparison = page->comparison;
	struct builder line = { .arena = page->arena };

	if (compare_equal(comparison))
		builder_format(&line, "No difference: %zu check%s, with the same verdicts and findings.",
		               comparison->nchanges, comparison->nchanges == 1 ? "" : "s");
	for (size_t i = 0; i < CHANGES && !compare_equal(comparison); ++i)
		if (comparison->counts[i] || i == CHANGE_NEW || i == CHANGE_WORSE)
			builder_format(&line, "%s%u %s", line.length ? ", " : "", comparison->counts[i], words[i]);
	fold(page, builder_string(&line), 0, 0);
}

static const char *value_of(const struct page *page, const char *value) {
	return value ? shown(page, value) : "none";
}

/** Say what else differs than the host: it may be why the verdicts do. */
static void add_differences(const struct page *page) {
	const struct comparison *comparison = page->comparison;

	for (size_t i = 0; i < comparison->ndifferences; ++i) {
		const struct difference *difference = &comparison->differences[i];
		struct builder line = { .arena = page->arena };

		if (i == 0)
			builder_text(page->out, "\n");
		add_label(page, i == 0 ? "mind" : "", "33");
		const char *key = shown(page, difference->key);
		const size_t wide = text_wide(key);

		builder_format(page->out, "%s%*s", key, wide < KEY ? (int)(KEY - wide) : 0, "");
		builder_format(&line, " %s -> %s", value_of(page, difference->before),
		               value_of(page, difference->after));
		if (difference->meaning)
			builder_format(&line, "; %s", shown(page, difference->meaning));
		fold(page, builder_string(&line), LABEL + (wide < KEY ? KEY : wide), DETAIL);
	}
}

/** What was there and what is, in words. */
static const char *transition(const struct page *page, const struct check_change *change) {
	const struct result *before = change->before, *after = change->after;
	struct builder text = { .arena = page->arena };

	builder_text(&text, severity_names[(after ? after : before)->severity]);
	if (before && after && before->severity != after->severity)
		builder_format(&text, " (was %s)", severity_names[before->severity]);
	builder_format(&text, ", %s -> %s", before ? status_names[result_status(before)] : "not asked",
	               after ? status_names[result_status(after)] : "not asked");
	return builder_string(&text);
}

/** What is so of a finding, or was. */
static const char *told(const struct page *page, const struct finding *finding, bool was) {
	struct builder text = { .arena = page->arena };

	if (!was || !finding->actual || finding->error)
		return finding_text(page->arena, finding);
	builder_format(&text, "%s: was %s", shown(page, finding->subject), shown(page, finding->actual));
	if (finding->aspect == ASPECT_BOOT && finding->source)
		builder_format(&text, " (%s)", shown(page, finding->source));
	return builder_string(&text);
}

static void add_findings(const struct page *page, const struct changed_finding *findings, size_t count, char mark) {
	const size_t most = page->options->max_findings;

	for (size_t i = 0; i < count && i < most; ++i) {
		const struct changed_finding *each = &findings[i];
		struct builder line = { .arena = page->arena };

		/* What only changed its status is told once, as it is now. */
		if (mark == '-' && each->other != STATUSES)
			continue;
		builder_text(&line, told(page, each->finding, mark == '-'));
		if (each->other == STATUS_WAIVED)
			builder_text(&line, "; was waived");
		else if (each->other == STATUS_ERROR)
			builder_text(&line, "; could not be judged before");
		else if (each->other == STATUS_FAIL)
			builder_text(&line, "; failed before");
		builder_format(page->out, "%*s%c ", LABEL, "", mark);
		fold(page, builder_string(&line), DETAIL, DETAIL + 2);
	}
	if (count > most)
		builder_format(page->out, "%*s%c ... and %zu more (--all lists them)\n", LABEL, "", mark, count - most);
}

static void add_detail(const struct page *page, const char *text) {
	builder_format(page->out, "%*s", DETAIL, "");
	fold(page, text, DETAIL, DETAIL);
}

static void add_check(const struct page *page, const struct check_change *change) {
	const struct result *told = change->after ? change->after : change->before;

	add_label(page, change_names[change->change], colors[change->change]);
	builder_format(page->out, "%-*s", ID, told->check->id);
	fold(page, arena_text(page->arena, " %s", transition(page, change)), LABEL + ID, DETAIL);
	if (change->change == CHANGE_SAME)
		return;
	if (change->after && result_reason(change->after))
		add_detail(page, shown(page, result_reason(change->after)));
	if (!change->exact && change->before && change->after)
		add_detail(
		        page,
		        arena_text(page->arena,
		                   "Not all findings are listed (old: %zu of %zu, new: %zu of %zu); reports that are "
		                   "made with --all can be compared exactly.",
		                   change->before->nfindings, result_total(change->before), change->after->nfindings,
		                   result_total(change->after)));
	add_findings(page, change->appeared, change->nappeared, '+');
	if (change->after)
		add_findings(page, change->gone, change->ngone, '-');
}

static void add_changes(const struct page *page, enum change kind) {
	const struct comparison *comparison = page->comparison;
	bool first = true;

	for (size_t severity = SEVERITIES; severity-- > 0;) {
		for (size_t i = 0; i < comparison->nchanges; ++i) {
			const struct check_change *change = &comparison->changes[i];
			const struct result *told = change->after ? change->after : change->before;

			if (change->change != kind || told->severity != severity)
				continue;
			if (first)
				builder_text(page->out, "\n");
			first = false;
			add_check(page, change);
		}
	}
}

/** The worst check that is new or worse, or NULL. */
static const struct check *worst(const struct comparison *comparison) {
	for (size_t severity = SEVERITIES; severity-- > 0;)
		for (size_t i = 0; i < comparison->nchanges; ++i)
			if ((comparison->changes[i].change == CHANGE_NEW ||
			     comparison->changes[i].change == CHANGE_WORSE) &&
			    comparison->changes[i].after->severity == severity)
				return comparison->changes[i].after->check;
	return NULL;
}

void render_changes_text(struct builder *builder, const struct comparison *comparison,
                         const struct render_options *options) {
	struct arena scratch = { 0 };
	const struct page page = { builder, comparison, options, &scratch };

	add_header(&page);
	add_counts(&page);
	add_differences(&page);
	for (size_t kind = 0; kind < CHANGES; ++kind)
		if (kind != CHANGE_SAME || options->verbose)
			add_changes(&page, (enum change)kind);
	if (worst(comparison))
		builder_format(builder, "\nNext: tmpaudit explain %s\n", worst(comparison)->id);
	arena_free(&scratch);
}
