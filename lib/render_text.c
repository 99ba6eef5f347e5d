/**
 * The report for a reader in a hurry: the verdict, what failed with what to do, what could not be judged,
 * what is accepted.  Everything that the host can have made up is shown through text_shown().
 */
#include "render.h"

#include "fix.h"

#include <string.h>

/**
 * Columns: where ids begin, and the details of a check below them; where those go on; where what is to be copied
 * begins; how wide ids are.
 */
enum { LABEL = 9, DETAIL = LABEL + 2, COPIED = LABEL + 10, ID = 27 };

/** What a report is written with. */
struct page {
	struct builder *out;
	const struct report *report;
	const struct render_options *options;
	/** For texts on their way to out. */
	struct arena *arena;
	/** What was told to do already, so that it is told once. */
	struct told {
		const char *text, *id;
	} * told;
	size_t ntold;
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

/** A line of items, which is broken between them only. */
struct items {
	struct page *page;
	size_t at;
	const char *gap;
};

static void add_item(struct items *items, const char *text) {
	const struct page *page = items->page;
	/* text_fold() ends the line that it measures. */
	struct builder folded = { .arena = page->arena };
	const size_t gap = items->at ? strlen(items->gap) : 0, wide = text_wide(text);

	if (items->at && items->at + gap + wide > page->options->columns) {
		builder_text(page->out, "\n");
		items->at = 0;
	} else if (items->at) {
		builder_text(page->out, items->gap);
		items->at += gap;
	}
	text_fold(&folded, text, items->at, 0, page->options->columns);
	builder_bytes(page->out, builder_string(&folded), folded.length - 1);
	items->at += wide;
}

/** Who was audited, by what, when. */
static void add_header(struct page *page) {
	const struct report *report = page->report;
	const struct report_host *host = &report->host;
	struct items items = { .page = page, .gap = "  " };
	char when[40];
	struct tm utc;

	add_item(&items, arena_text(page->arena, "tmpaudit %s", shown(page, report_version(report))));
	if (host->hostname)
		add_item(&items, shown(page, host->hostname));
	if (!host->live)
		add_item(&items, arena_text(page->arena, "offline tree %s", shown(page, host->root)));
	if (host->os)
		add_item(&items, shown(page, host->os));
	if (host->kernel)
		add_item(&items, arena_text(page->arena, "Linux %s", shown(page, host->kernel)));
	if (gmtime_r(&report->run.started.tv_sec, &utc) && strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &utc))
		add_item(&items, when);
	builder_text(page->out, "\n");
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
	const unsigned absent = score->counts[STATUS_NOT_APPLICABLE], waived = score->counts[STATUS_WAIVED];
	const char *value =
	        score->value < 0 ? "no score" : arena_text(page->arena, "%s/100", points(page, score->value));
	const char grade[] = { score->grade, '\0' };
	struct builder line = text_of(page);
	size_t at = strlen(value) + 3;

	add_word(page, value, score->value < 0 ? status_colors[STATUS_ERROR] : "1");
	if (score->grade) {
		builder_text(page->out, " (");
		add_word(page, grade, score->value >= 800 ? "32" : score->value >= 550 ? "33" : "31");
		builder_text(page->out, ")");
		at += strlen(" (A)");
	}
	builder_text(page->out, "   ");
	if (!report->nresults)
		builder_text(&line, "no check was selected");
	else if (failed)
		builder_format(&line, "%u of %zu checks fail%s", failed, report->nresults, failed == 1 ? "s" : "");
	else if (unknown + absent == report->nresults)
		builder_format(&line, "none of %zu checks could be evaluated: %u ended in error, %u do not apply here",
		               report->nresults, unknown, absent);
	else
		builder_format(&line, "no check fails, %u pass%s", score->counts[STATUS_PASS],
		               score->counts[STATUS_PASS] == 1 ? "es" : "");
	add_failed_counts(&line, score);
	if (unknown && unknown + absent < report->nresults)
		builder_format(&line, "; %u could not be evaluated", unknown);
	if (waived) {
		builder_format(&line, "; %u waived", waived);
		if (score->value_without_waivers >= 0)
			builder_format(&line, " (without waivers %s)", points(page, score->value_without_waivers));
	}
	if (score->coverage >= 0)
		builder_format(&line, "; coverage %d%%", score->coverage);
	text_fold(page->out, builder_string(&line), at, at, page->options->columns);
}

/** Say what the report is held against, and what else than the host differs from that. */
static void add_baseline(struct page *page) {
	const struct report_baseline *baseline = page->report->run.baseline;
	struct builder line = text_of(page);
	unsigned fresh = 0, known = 0;
	char when[40];
	struct tm utc;

	if (!baseline)
		return;
	for (size_t i = 0; i < page->report->nresults; ++i) {
		const struct result *result = &page->report->results[i];
		const bool is_fresh = text_equal(result->change, change_names[CHANGE_NEW]) ||
		                      text_equal(result->change, change_names[CHANGE_WORSE]);

		fresh += result_status(result) == STATUS_FAIL && is_fresh;
		known += result_status(result) == STATUS_FAIL && !is_fresh;
	}
	if (!gmtime_r(&baseline->started.tv_sec, &utc) || !strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &utc))
		return;
	builder_format(&line, "Against the baseline of %s: %u new or worse; %u known, which do not count", when, fresh,
	               known);
	text_fold(page->out, builder_string(&line), 0, DETAIL, page->options->columns);
	for (size_t i = 0; i < baseline->ndifferences; ++i) {
		const struct difference *difference = &baseline->differences[i];

		line.length = 0;
		builder_format(&line, "mind: %s %s -> %s", shown(page, difference->key),
		               difference->before ? shown(page, difference->before) : "none",
		               difference->after ? shown(page, difference->after) : "none");
		if (difference->meaning)
			builder_format(&line, "; %s", shown(page, difference->meaning));
		builder_format(page->out, "%*s", LABEL, "");
		text_fold(page->out, builder_string(&line), LABEL, DETAIL, page->options->columns);
	}
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

/** Add what was found and what is wanted, of the findings of one subject.  Returns how many they are. */
static size_t add_state(struct builder *line, const struct finding *const *findings) {
	const struct finding *first = findings[0];
	/* What a probe saw is told, and no state. */
	const bool told = first->aspect == ASPECT_BEHAVIOUR;
	size_t count;

	for (count = 0; findings[count]; ++count) {
		const struct finding *finding = findings[count];

		if (count &&
		    (finding->error || !finding->actual || finding->waiver || first->waiver ||
		     !text_equal(finding->lapsed, first->lapsed) || strcmp(finding->subject, first->subject) != 0 ||
		     !text_equal(finding->expected, first->expected)))
			break;
		if (count)
			builder_text(line, ", ");
		else if (!told)
			builder_text(line, finding_verb(finding->actual));
		text_terminal(line, finding->actual, strlen(finding->actual));
		builder_text(line, when_of(finding->aspect));
		add_source(line, finding);
	}
	if (first->expected && !told) {
		const char *expected = first->expected;
		const bool meets = text_starts(expected, "meets ");

		builder_text(line, meets ? "; must meet " : "; wants ");
		expected += meets ? strlen("meets ") : 0;
		text_terminal(line, expected, strlen(expected));
	}
	return count;
}

/** Add what a program does, how it spells that, and what it should do instead. */
static void add_code(struct builder *line, const struct finding *finding) {
	text_terminal(line, finding->message, strlen(finding->message));
	if (finding->actual) {
		builder_text(line, ": ");
		text_terminal(line, finding->actual, strlen(finding->actual));
	}
	builder_format(line, " [confidence %s", finding->confidence);
	if (finding->context) {
		builder_text(line, "; ");
		text_terminal(line, finding->context, strlen(finding->context));
	}
	builder_text(line, "]");
	if (finding->expected) {
		builder_text(line, "; wants ");
		text_terminal(line, finding->expected, strlen(finding->expected));
	}
}

/** What is so of a subject, without its name.  Sets how many of the findings are of that subject. */
static const char *statement(struct page *page, const struct finding *const *findings, size_t *count) {
	const struct finding *first = findings[0];
	struct builder line = text_of(page);

	*count = 1;
	if (first->confidence) {
		add_code(&line, first);
	} else if (first->error || !first->actual) {
		builder_text(&line, first->error ? "not judged, " : "");
		text_terminal(&line, first->message, strlen(first->message));
		builder_text(&line, when_of(first->error ? ASPECT_ANY : first->aspect));
		add_source(&line, first);
	} else {
		*count = add_state(&line, findings);
	}
	/* A message says so itself. */
	if (first->lapsed && !first->error && first->actual) {
		builder_text(&line, "; ");
		text_terminal(&line, first->lapsed, strlen(first->lapsed));
	}
	if (first->waiver) {
		builder_text(&line, "; waived ");
		text_terminal(&line, first->waiver, strlen(first->waiver));
	}
	return builder_string(&line);
}

const char *finding_text(struct arena *arena, const struct finding *finding) {
	const struct finding *const findings[] = { finding, NULL };
	struct page page = { .arena = arena };
	struct builder text = { .arena = arena };
	size_t count;

	text_terminal(&text, finding->subject, strlen(finding->subject));
	builder_format(&text, ": %s", statement(&page, findings, &count));
	return builder_string(&text);
}

/** Whether a finding can share its line: what a probe saw is long, and mostly the same everywhere. */
static bool is_listable(const struct finding *finding) {
	return finding && finding->aspect == ASPECT_BEHAVIOUR && !strpbrk(finding->subject, " ,");
}

/**
 * Add what is so of a subject, and what a probe saw of others next to it.  Returns how many of the findings it took,
 * most at most.
 */
static size_t add_finding(struct page *page, const struct finding *const *findings, size_t most) {
	struct builder line = text_of(page);
	size_t taken, count;
	const char *said = statement(page, findings, &taken);

	/* Of code it is the line that one goes to. */
	const char *subject =
	        findings[0]->confidence && findings[0]->source ? findings[0]->source : findings[0]->subject;
	if (findings[0]->confidence)
		subject = text_relative(subject, page->report->run.directory);
	text_terminal(&line, subject, strlen(subject));
	while (is_listable(findings[0]) && taken < most && is_listable(findings[taken]) &&
	       strcmp(statement(page, findings + taken, &count), said) == 0) {
		builder_text(&line, ", ");
		text_terminal(&line, findings[taken]->subject, strlen(findings[taken]->subject));
		taken += count;
	}
	builder_format(&line, ": %s", said);
	add_detail(page, "", builder_string(&line));
	return taken;
}

/** Add the findings of a check, the worst first. */
static void add_findings(struct page *page, const struct result *result) {
	const struct finding *const *sorted = result_sorted(page->arena, result);
	size_t listed = 0;

	while (listed < page->options->max_findings && sorted[listed])
		listed += add_finding(page, sorted + listed, page->options->max_findings - listed);
	if (result_total(result) > listed)
		add_detail(
		        page, "",
		        arena_text(page->arena, "... and %zu more (--all lists them)", result_total(result) - listed));
}

/**
 * Add a line that is to be copied, and is not folded therefore.  Ours hold nothing that could harm: text_shell() has
 * seen to that.  Another, which a report that was read may hold, is shown to a person.
 */
static void add_copied(struct page *page, const char *text, size_t length) {
	const char *line = arena_bytes(page->arena, text, length);

	builder_format(page->out, "%*s", COPIED, "");
	if (text_is_plain(line))
		builder_text(page->out, line);
	else
		builder_format(page->out, "# not to be copied: %s", shown(page, line));
	builder_text(page->out, "\n");
}

static void add_file(struct page *page, const struct fix_file *file) {
	const char *line = file->content;

	add_detail(page, "      ", arena_text(page->arena, "file %s with", shown(page, file->path)));
	while (*line) {
		size_t length = strcspn(line, "\n");

		add_copied(page, line, length);
		line += length + (line[length] == '\n');
	}
}

/** The check with which text was told before, or NULL; it is now told with the check id. */
static const char *told_with(struct page *page, const char *text, const char *id) {
	/* Names of files are the host's to make up, so many are not looked through. */
	enum { MOST = 500 };

	for (size_t i = 0; i < page->ntold; ++i)
		if (strcmp(page->told[i].text, text) == 0)
			return page->told[i].id;
	if (page->ntold < MOST) {
		page->told = arena_grow(page->arena, page->told, page->ntold, sizeof *page->told);
		page->told[page->ntold++] = (struct told) { text, id };
	}
	return NULL;
}

/** The most bytes of a command that a reader is shown; the others are in the script of `tmpaudit fix`. */
enum { LONGEST_COMMAND = 160 };

/** Add what to do about a check that fails; what was told with another check is not told again. */
static void add_fix(struct page *page, const struct result *result) {
	const char *id = result->check->id, *other = NULL, *before;
	const struct remediation *remediation = &result->check->remediation;
	const char *const *commands = result_commands(page->arena, result);
	const size_t max = page->options->max_findings;
	size_t listed = 0, edits = 0;

	if (remediation->summary)
		add_detail(page, "Fix:  ", shown(page, remediation->summary));
	for (; listed < max && commands[listed]; ++listed) {
		before = told_with(page, commands[listed], id);
		/* What edits a line of a file in one command is nothing to be read. */
		const bool is_edit = strlen(commands[listed]) > LONGEST_COMMAND;
		if (before)
			other = before;
		else if (is_edit)
			++edits;
		else
			add_copied(page, commands[listed], strlen(commands[listed]));
	}
	if (commands[listed])
		add_detail(page, "      ", "... and so on for the others (--all lists them)");
	for (const struct fix_file *file = result_files(page->arena, result); file->path; ++file) {
		before = told_with(page, arena_text(page->arena, "%s\n%s", file->path, file->content), id);
		if (before)
			other = before;
		else
			add_file(page, file);
	}
	if (edits)
		add_detail(page, "      ",
		           arena_text(page->arena, "%zu %s of configuration files: tmpaudit fix -c %s", edits,
		                      edits == 1 ? "edit" : "edits", id));
	if (other)
		add_detail(page, "      ", arena_text(page->arena, "and what stands with %s", other));
	const char *breaks = fix_breaks(result);
	if (!breaks)
		return;
	before = told_with(page, breaks, id);
	add_detail(page,
	           "Mind: ", before ? arena_text(page->arena, "what stands with %s", before) : shown(page, breaks));
}

static void add_failed(struct page *page, const struct result *result) {
	builder_text(page->out, "\n");
	add_column(page, severity_names[result->severity], severity_colors[result->severity], LABEL);
	if (result->change)
		builder_format(page->out, "%-*s %s\n", ID - 1, result->check->id,
		               strcmp(result->change, "same") == 0 ? "known" : result->change);
	else
		builder_format(page->out, "%s\n", result->check->id);
	add_detail(page, "", arena_text(page->arena, "%s: not so here.", shown(page, result->check->title)));
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
	text_fold(page->out, text, at, at <= page->options->columns / 2 ? at : DETAIL, page->options->columns);
}

/** Why there is no verdict; a report that was read may keep that from us. */
static const char *reason_of(const struct result *result) {
	const char *reason = result_reason(result);

	return reason ? reason : "no reason is given";
}

/** Add one line for each finding of a check that could not be judged or is waived. */
static void add_unfailed(struct page *page, const struct result *result) {
	const enum status status = result_status(result);
	const struct finding *const *sorted = result_sorted(page->arena, result);
	size_t listed = 0;

	if (!sorted[0])
		add_line(page, status, status_names[status], result->check->id, shown(page, reason_of(result)));
	for (; listed < page->options->max_findings && sorted[listed]; ++listed) {
		const struct finding *finding = sorted[listed];
		struct builder line = text_of(page);

		text_terminal(&line, finding->subject, strlen(finding->subject));
		builder_text(&line, ": ");
		text_terminal(&line, finding->message, strlen(finding->message));
		add_source(&line, finding);
		if (finding->waiver) {
			builder_text(&line, status == STATUS_WAIVED ? "; " : "; waived ");
			text_terminal(&line, finding->waiver, strlen(finding->waiver));
		}
		add_line(page, status, listed ? "" : status_names[status], listed ? "" : result->check->id,
		         builder_string(&line));
	}
	if (result_total(result) > listed)
		add_detail(
		        page, "",
		        arena_text(page->arena, "... and %zu more (--all lists them)", result_total(result) - listed));
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
			add_line(page, status, label, result->check->id, shown(page, result->check->title));
		else if (status == STATUS_NOT_APPLICABLE)
			add_line(page, status, label, result->check->id, shown(page, reason_of(result)));
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

/** What is to be known of a waiver, or NULL. */
static const char *waiver_news(struct page *page, const struct waiver_use *use) {
	const struct waiver *waiver = &use->waiver;

	if (use->unused)
		return use->expired
		               ? arena_text(page->arena, "ended on %s, and matches nothing: remove it", waiver->expires)
		               : "matches nothing: remove it";
	if (use->expired)
		return use->findings
		               ? arena_text(page->arena, "ended on %s: what it covered fails again", waiver->expires)
		               : arena_text(page->arena, "ended on %s", waiver->expires);
	return use->ends_soon ? arena_text(page->arena, "ends after %s", waiver->expires) : NULL;
}

/** Waivers that somebody has to see to. */
static void add_waivers(struct page *page) {
	bool first = true;

	for (size_t i = 0; i < page->report->nwaivers; ++i) {
		const struct waiver_use *use = &page->report->waivers[i];
		const char *news = waiver_news(page, use);
		const char *who = waiver_who(page->arena, &use->waiver);

		if (!news)
			continue;
		if (first)
			builder_text(page->out, "\n");
		first = false;
		add_line(page, STATUS_WAIVED, "waiver", shown(page, use->waiver.check),
		         arena_text(page->arena, "%s: %s (%s%s%s)", shown(page, use->waiver.subject), news,
		                    shown(page, use->waiver.source), *who ? ", " : "", shown(page, who)));
	}
}

/** Which profile was judged by, if that is not plain. */
static void add_policy(struct page *page) {
	const struct report_run *run = &page->report->run;
	struct builder line = text_of(page);

	if (run->npolicies || strcmp(run->profile, "default") != 0)
		builder_format(&line, "profile %s", shown(page, run->profile));
	for (size_t i = 0; i < run->npolicies; ++i)
		builder_format(&line, ", %s", shown(page, run->policies[i].path));
	if (run->npolicies)
		builder_format(&line, " (%zu value%s set; tmpaudit list --policy)", run->noverrides,
		               run->noverrides == 1 ? "" : "s");
	if (line.length)
		text_fold(page->out, builder_string(&line), 0, 2, page->options->columns);
	if (run->suggestion && page->report->host.container)
		text_fold(page->out,
		          arena_text(page->arena, "This is a container (%s): -p %s judges it as one.",
		                     shown(page, page->report->host.container), shown(page, run->suggestion)),
		          0, 2, page->options->columns);
}

/** A line for each reason, in the order in which they come first: what is left out on every host is no news. */
static void add_omissions(struct page *page) {
	enum { NAMED = 4 };
	const struct report_omission *list = page->report->not_examined;
	const size_t count = page->report->nnot_examined;
	bool *told = arena_alloc(page->arena, count + 1);

	for (size_t i = 0; i < count; ++i) {
		struct builder names = { .arena = page->arena };
		size_t alike = 0;

		if (i == 0)
			builder_text(page->out, "\n");
		for (size_t k = i; k < count && !told[i]; ++k) {
			if (strcmp(list[k].why, list[i].why) != 0)
				continue;
			told[k] = k != i;
			if (alike < NAMED || page->options->verbose)
				builder_format(&names, "%s%s", alike ? ", " : "", shown(page, list[k].path));
			++alike;
		}
		if (!alike)
			continue;
		if (alike > NAMED && !page->options->verbose)
			builder_format(&names, " and %zu more", alike - NAMED);
		builder_text(page->out, "not examined: ");
		text_fold(page->out,
		          arena_text(page->arena, "%s (%s)", builder_string(&names), shown(page, list[i].why)),
		          strlen("not examined: "), DETAIL, page->options->columns);
	}
}

/** What confined the audit: of interest if something is missing. */
static void add_confinement(struct page *page) {
	const struct confinement *confinement = &page->report->run.confinement;
	const char *const *capability = confinement->capabilities;
	struct builder line = text_of(page);

	if (!confinement->no_new_privs)
		builder_text(&line, ", no_new_privs");
	if (!capability)
		builder_text(&line, ", fewer capabilities");
	if (!confinement->landlock)
		builder_text(&line, ", Landlock");
	if (!confinement->seccomp)
		builder_text(&line, ", seccomp");
	if (!line.length && !page->options->verbose)
		return;
	if (line.length) {
		builder_text(page->out, "\nThe audit ran without ");
	} else {
		builder_format(&line, ", no_new_privs, Landlock %u, seccomp, ", confinement->landlock);
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference) confined with seccomp, capabilities are known
		for (builder_text(&line, *capability ? "capabilities" : "no capabilities"); *capability; ++capability)
			builder_format(&line, " %s", shown(page, *capability));
		builder_text(page->out, "\nThe audit was confined by ");
	}
	text_fold(page->out, builder_string(&line) + 2, strlen("The audit was confined by "), 6,
	          page->options->columns);
}

static void add_practices(struct page *page) {
	struct items items = { .page = page, .gap = "   " };

	builder_text(page->out, "\n");
	for (size_t i = 0; i < PRACTICES; ++i)
		add_item(&items, arena_text(page->arena, "%s %s", practices[i].id,
		                            points(page, page->report->score.practices[i].value)));
	builder_text(page->out, "\n");
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

	if (check && !page->report->host.live)
		text_fold(page->out,
		          arena_text(page->arena, "The fixes are for the tree: run them inside it (chroot %s).",
		                     shown(page, page->report->host.root)),
		          0, 6, page->options->columns);
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
	add_policy(&page);
	add_verdict(&page);
	add_baseline(&page);
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
	add_waivers(&page);
	add_omissions(&page);
	add_confinement(&page);
	add_practices(&page);
	add_next(&page);
	arena_free(&scratch);
}
