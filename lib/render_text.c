/**
 * The report for a reader in a hurry: the verdict, what failed with what to do, what could not be judged,
 * what is accepted.  Everything that the host can have made up is shown through text_shown().
 */
#include "render.h"

#include <string.h>

/** Where ids begin, and the details of a check below them; where details go on. */
enum { LABEL = 9, DETAIL = LABEL + 2, ID = 24 };

/** What a report is written with. */
struct page {
	struct builder *out;
	const struct report *report;
	const struct render_options *options;
	/** For texts on their way to out. */
	struct arena *arena;
};

static const char *const severity_colors[SEVERITIES] = { "", "36", "33", "31", "1;31" };
static const char *const status_colors[STATUSES] = { [STATUS_PASS] = "32",
	                                             [STATUS_FAIL] = "31",
	                                             [STATUS_ERROR] = "35",
	                                             [STATUS_NOT_APPLICABLE] = "",
	                                             [STATUS_WAIVED] = "36" };

/** Add a word of ours, stressed if the reader wants that. */
static void add_word(struct page *page, const char *word, const char *color) {
	if (page->options->color && *color)
		builder_format(page->out, "\033[%sm%s\033[0m", color, word);
	else
		builder_text(page->out, word);
}

/** Add a word in a column of a width, and a blank at least. */
static void add_column(struct page *page, const char *word, const char *color, size_t width) {
	size_t length = strlen(word);

	add_word(page, word, color);
	builder_format(page->out, "%*s", length < width ? (int)(width - length) : 1, "");
}

/** Add a line of details of a check: a mark, and safe text. */
static void add_detail(struct page *page, const char *mark, const char *text) {
	builder_format(page->out, "%*s%s", LABEL, "", mark);
	text_fold(page->out, text, LABEL + strlen(mark), DETAIL + (*mark ? strlen(mark) - 2 : 0),
	          page->options->columns);
}

static const char *shown(struct page *page, const char *text) {
	return text_shown(page->arena, text);
}

static struct builder text_of(struct page *page) {
	return (struct builder) { .arena = page->arena };
}

static void add_item(struct builder *line, const char *text) {
	if (!text)
		return;
	if (line->length)
		builder_text(line, "  ");
	text_terminal(line, text, strlen(text));
}

/** Who was audited, by what, when. */
static void add_header(struct page *page) {
	const struct report *report = page->report;
	struct builder line = text_of(page);
	char when[40];
	struct tm utc;

	builder_text(&line, "tmpaudit " VERSION);
	add_item(&line, report->host.hostname);
	if (!report->host.live)
		add_item(&line, arena_text(page->arena, "offline tree %s", report->host.root));
	add_item(&line, report->host.os);
	if (report->host.kernel)
		add_item(&line, arena_text(page->arena, "Linux %s", report->host.kernel));
	if (gmtime_r(&report->run.started.tv_sec, &utc) && strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &utc))
		add_item(&line, when);
	text_fold(page->out, builder_string(&line), 0, 2, page->options->columns);
}

/** Points as people write them: 69, 88.1. */
static const char *points(struct page *page, int tenths) {
	if (tenths < 0)
		return "-";
	return tenths % 10 ? arena_text(page->arena, "%d.%d", tenths / 10, tenths % 10)
	                   : arena_text(page->arena, "%d", tenths / 10);
}

static void add_failed_counts(struct builder *line, const struct score *score) {
	const char *separator = ": ";

	for (size_t i = SEVERITIES; i-- > 0;) {
		if (!score->failed_by_severity[i])
			continue;
		builder_format(line, "%s%u %s", separator, score->failed_by_severity[i], severity_names[i]);
		separator = ", ";
	}
}

/** The score, and what it rests on. */
static void add_verdict(struct page *page) {
	const struct report *report = page->report;
	const struct score *score = &report->score;
	const unsigned unknown = score->counts[STATUS_ERROR], failed = score->counts[STATUS_FAIL];
	struct builder line = text_of(page);
	size_t at = 0;

	if (score->value < 0) {
		add_word(page, "no score", status_colors[STATUS_ERROR]);
		at = strlen("no score");
		builder_text(&line, "   nothing could be evaluated: ");
		if (!report->nresults)
			builder_text(&line, "no check was selected");
		else
			builder_format(&line, "%u of %zu checks ended in error, %u do not apply here", unknown,
			               report->nresults, score->counts[STATUS_NOT_APPLICABLE]);
		text_fold(page->out, builder_string(&line), at, 2, page->options->columns);
		return;
	}
	const char *value = points(page, score->value);
	const char grade[] = { score->grade, '\0' };
	builder_format(page->out, "%s/100 (", value);
	add_word(page, grade, score->value >= 800 ? "32" : score->value >= 550 ? "33" : "31");
	builder_text(page->out, ")");
	at = strlen(value) + strlen("/100 (A)");
	if (score->counts[STATUS_WAIVED])
		builder_format(&line, ", %s without waivers", points(page, score->value_without_waivers));
	if (score->coverage >= 0)
		builder_format(&line, ", %d %% evaluated", score->coverage);
	builder_text(&line, "   ");
	if (failed) {
		builder_format(&line, "%u of %zu checks fail%s", failed, report->nresults, failed == 1 ? "s" : "");
		add_failed_counts(&line, score);
	} else {
		builder_format(&line, "no check of %zu fails", report->nresults);
	}
	if (unknown)
		builder_format(&line, "; %u could not be evaluated", unknown);
	if (score->counts[STATUS_WAIVED])
		builder_format(&line, "; %u waived", score->counts[STATUS_WAIVED]);
	text_fold(page->out, builder_string(&line), at, at + 3, page->options->columns);
}

/** Add " (where)" unless that tells a reader nothing new: what is live is read where everybody looks. */
static void add_source(struct builder *line, const struct finding *finding) {
	if (!finding->source || strcmp(finding->source, finding->subject) == 0 || finding->aspect == ASPECT_LIVE)
		return;
	builder_text(line, " (");
	text_terminal(line, finding->source, strlen(finding->source));
	builder_text(line, ")");
}

static const char *when_of(enum aspect aspect) {
	return aspect == ASPECT_LIVE ? " now" : aspect == ASPECT_BOOT ? " at boot" : "";
}

/** Add what is so of a subject, and return how many of the findings of that subject it took. */
static size_t add_finding(struct page *page, const struct finding *const *findings) {
	const struct finding *first = findings[0];
	struct builder line = text_of(page);
	size_t count = 1;

	text_terminal(&line, first->subject, strlen(first->subject));
	if (first->error || !first->actual) {
		builder_format(&line, ": %s", first->error ? "not judged, " : "");
		text_terminal(&line, first->message, strlen(first->message));
		builder_text(&line, when_of(first->error ? ASPECT_ANY : first->aspect));
		add_source(&line, first);
	} else {
		for (count = 0; findings[count]; ++count) {
			const struct finding *finding = findings[count];

			if (count && (finding->error || !finding->actual || finding->waiver || first->waiver ||
			              strcmp(finding->subject, first->subject) != 0 ||
			              !text_equal(finding->expected, first->expected)))
				break;
			builder_text(&line, count ? ", " : ": is ");
			text_terminal(&line, finding->actual, strlen(finding->actual));
			builder_text(&line, when_of(finding->aspect));
			add_source(&line, finding);
		}
		if (first->expected) {
			builder_text(&line, "; wants ");
			text_terminal(&line, first->expected, strlen(first->expected));
		}
	}
	if (first->waiver) {
		builder_text(&line, "; waived: ");
		text_terminal(&line, first->waiver, strlen(first->waiver));
	}
	add_detail(page, "", builder_string(&line));
	return count;
}

/** Add the findings of a check, the worst first. */
static void add_findings(struct page *page, const struct result *result) {
	const struct finding *const *sorted = result_sorted(page->arena, result);
	size_t listed = 0;

	while (listed < page->options->max_findings && sorted[listed])
		listed += add_finding(page, sorted + listed);
	if (result->nfindings > listed)
		add_detail(page, "",
		           arena_text(page->arena, "... and %zu more (--all lists them)", result->nfindings - listed));
}

/** Add a command: never folded, since it is to be copied; text_shell() has seen to it that no name in it can harm. */
static void add_command(struct page *page, const char *mark, const char *command) {
	builder_format(page->out, "%*s%s%s\n", LABEL, "", mark, command);
}

static void add_file(struct page *page, const char *mark, const struct fix_file *file) {
	const char *line = file->content;

	add_detail(page, mark, arena_text(page->arena, "file %s with", file->path));
	while (*line) {
		size_t length = strcspn(line, "\n");

		builder_format(page->out, "%*s%.*s\n", LABEL + 10, "", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

/** Add what to do about a check that fails. */
static void add_fix(struct page *page, const struct result *result) {
	const struct remediation *remediation = &result->check->remediation;
	const char *const *commands = result_commands(page->arena, result);
	const struct fix_file *files = result_files(page->arena, result);
	const char *mark = "Fix:  ";
	size_t listed = 0;

	if (!*commands && !files->path && remediation->summary)
		add_detail(page, mark, remediation->summary);
	for (; listed < page->options->max_findings && commands[listed]; ++listed) {
		add_command(page, mark, commands[listed]);
		mark = "      ";
	}
	if (commands[listed])
		add_detail(page, mark, "... and so on for the others (--all lists them)");
	for (; files->path; ++files) {
		add_file(page, mark, files);
		mark = "      ";
	}
	if (remediation->breaks)
		add_detail(page, "Mind: ", remediation->breaks);
}

static void add_failed(struct page *page, const struct result *result) {
	builder_text(page->out, "\n");
	add_column(page, severity_names[result->severity], severity_colors[result->severity], LABEL);
	builder_format(page->out, "%s\n", result->check->id);
	add_detail(page, "", arena_text(page->arena, "%s: not so here.", result->check->title));
	add_findings(page, result);
	if (result->check->why)
		add_detail(page, "Risk: ", result->check->why);
	add_fix(page, result);
}

/** Add a line of a check that does not fail: a label, its id, and safe text. */
static void add_line(struct page *page, enum status status, const char *label, const char *id, const char *text) {
	size_t at = LABEL + (strlen(id) < ID ? ID : strlen(id) + 1);

	add_column(page, label, status_colors[status], LABEL);
	builder_format(page->out, "%-*s", (int)(at - LABEL), id);
	text_fold(page->out, text, at, DETAIL, page->options->columns);
}

/** Add one line for each finding of a check that could not be judged or is waived. */
static void add_unfailed(struct page *page, const struct result *result) {
	const enum status status = result_status(result);
	const struct finding *const *sorted = result_sorted(page->arena, result);
	size_t listed = 0;

	if (!sorted[0])
		add_line(page, status, status_names[status], result->check->id, shown(page, result_reason(result)));
	for (; listed < page->options->max_findings && sorted[listed]; ++listed) {
		const struct finding *finding = sorted[listed];
		struct builder line = text_of(page);

		text_terminal(&line, finding->subject, strlen(finding->subject));
		builder_text(&line, ": ");
		text_terminal(&line, finding->message, strlen(finding->message));
		add_source(&line, finding);
		if (finding->waiver) {
			builder_text(&line, "; waived: ");
			text_terminal(&line, finding->waiver, strlen(finding->waiver));
		}
		add_line(page, status, listed ? "" : status_names[status], listed ? "" : result->check->id,
		         builder_string(&line));
	}
	if (sorted[listed])
		add_detail(page, "",
		           arena_text(page->arena, "... and %zu more (--all lists them)", result->nfindings - listed));
}

/** Add the checks of a status by what add does for one, behind an empty line. */
static void add_all(struct page *page, enum status status, const char *label) {
	bool first = true;

	for (size_t i = 0; i < page->report->nresults; ++i) {
		const struct result *result = &page->report->results[i];

		if (result_status(result) != status)
			continue;
		if (first)
			builder_text(page->out, "\n");
		first = false;
		if (status == STATUS_PASS)
			add_line(page, status, label, result->check->id, result->check->title);
		else if (status == STATUS_NOT_APPLICABLE)
			add_line(page, status, label, result->check->id, shown(page, result_reason(result)));
		else
			add_unfailed(page, result);
	}
}

static void add_notes(struct page *page) {
	bool first = true;

	for (size_t i = 0; i < page->report->nresults; ++i) {
		const struct result *result = &page->report->results[i];

		for (size_t k = 0; k < result->nnotes; ++k) {
			if (first)
				builder_text(page->out, "\n");
			first = false;
			add_line(page, STATUS_NOT_APPLICABLE, "note", result->check->id,
			         arena_text(page->arena, "%s: %s", shown(page, result->notes[k].subject),
			                    shown(page, result->notes[k].message)));
		}
	}
}

static void add_omissions(struct page *page) {
	for (size_t i = 0; i < page->report->nnot_examined; ++i) {
		const struct report_omission *omission = &page->report->not_examined[i];

		if (i == 0)
			builder_text(page->out, "\n");
		builder_text(page->out, "not examined: ");
		text_fold(page->out,
		          arena_text(page->arena, "%s (%s)", shown(page, omission->path), shown(page, omission->why)),
		          strlen("not examined: "), DETAIL, page->options->columns);
	}
}

static void add_practices(struct page *page) {
	struct builder line = text_of(page);

	for (size_t i = 0; i < PRACTICES; ++i)
		builder_format(&line, "%s%s\302\240%s", i ? "   " : "", practices[i].id,
		               points(page, page->report->score.practices[i].value));
	builder_text(page->out, "\n");
	text_fold(page->out, builder_string(&line), 0, 0, page->options->columns);
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

/** The worst check that fails, or NULL. */
static const struct check *worst(const struct report *report) {
	for (size_t severity = SEVERITIES; severity-- > 0;)
		for (size_t i = 0; i < report->nresults; ++i)
			if (report->results[i].severity == severity &&
			    result_status(&report->results[i]) == STATUS_FAIL)
				return report->results[i].check;
	return NULL;
}

static void add_next(struct page *page) {
	const struct check *check = worst(page->report);
	struct builder line = text_of(page);

	if (page->report->host.uid != 0 && lacks_privilege(page->report))
		builder_text(&line, "Next: run it as root, who can see the rest");
	if (check)
		builder_format(&line, "%stmpaudit explain %s", line.length ? "; " : "Next: ", check->id);
	if (line.length)
		text_fold(page->out, builder_string(&line), 0, 6, page->options->columns);
}

void render_text(struct builder *builder, const struct report *report, const struct render_options *options) {
	struct arena scratch = { 0 };
	struct page page = { .out = builder, .report = report, .options = options, .arena = &scratch };

	add_header(&page);
	add_verdict(&page);
	for (size_t severity = SEVERITIES; severity-- > 0;)
		for (size_t i = 0; i < report->nresults; ++i)
			if (report->results[i].severity == severity &&
			    result_status(&report->results[i]) == STATUS_FAIL)
				add_failed(&page, &report->results[i]);
	add_all(&page, STATUS_ERROR, "error");
	add_all(&page, STATUS_WAIVED, "waived");
	if (options->verbose) {
		add_all(&page, STATUS_PASS, "pass");
		add_all(&page, STATUS_NOT_APPLICABLE, "n/a");
		add_notes(&page);
	}
	add_omissions(&page);
	add_practices(&page);
	add_next(&page);
	arena_free(&scratch);
}
