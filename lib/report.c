#include "report.h"

#include "digest.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

bool report_falls_short(const struct report *report, const struct result *result) {
	return result_status(result) == STATUS_FAIL && result->severity > SEVERITY_INFO &&
	       result->severity >= report->run.fail_on &&
	       (result->standing == STANDING_ALONE || result->standing == STANDING_FRESH);
}

/** Whether a failure of the severity could make the run fall short. */
static bool counts(const struct report *report, enum severity severity) {
	/* A failure lowers the score, too, but for one of info. */
	return severity > SEVERITY_INFO && (severity >= report->run.fail_on || report->run.fail_under);
}

/** Whether the score is too low, and lower than it is known to be. */
static bool scores_short(const struct report *report) {
	const struct report_baseline *baseline = report->run.baseline;
	const int value = report->score.value;

	return value >= 0 && (unsigned)value < report->run.fail_under &&
	       !(baseline && baseline->score >= 0 && value >= baseline->score);
}

/** Whether there may be a failure that nobody knows of. */
static bool is_unsure(const struct result *result) {
	switch (result_status(result)) {
	case STATUS_FAIL:
		return result->standing == STANDING_DOUBTFUL;
	case STATUS_ERROR:
		return result->standing != STANDING_KNOWN;
	default:
		return false;
	}
}

int report_exit(const struct report *report) {
	bool falls_short = scores_short(report);
	bool evaluated = false, unsure = false;

	if (report->statement && report->statement->exit >= 0)
		return report->statement->exit;
	for (size_t i = 0; i < report->nresults; ++i) {
		const struct result *result = &report->results[i];

		const enum status status = result_status(result);

		falls_short = falls_short || report_falls_short(report, result);
		unsure = unsure || (is_unsure(result) && counts(report, result->severity));
		evaluated = evaluated || (status != STATUS_ERROR && status != STATUS_NOT_APPLICABLE);
	}
	return falls_short ? 1 : unsure || !evaluated ? 3 : 0;
}

bool report_complete(const struct report *report) {
	return report->statement ? report->statement->complete : report->score.counts[STATUS_ERROR] == 0;
}

const char *check_family(struct arena *arena, const struct check *check) {
	return arena_bytes(arena, check->id, strcspn(check->id, "."));
}

static int compare_findings(const void *a, const void *b) {
	const struct finding *const *left = a, *const *right = b;
	int order = strcmp((*left)->subject, (*right)->subject);

	return order ? order : (int)(*left)->aspect - (int)(*right)->aspect;
}

const char *result_fingerprint(struct arena *arena, const struct result *result) {
	struct arena scratch = { 0 };
	struct builder parts = { .arena = &scratch };

	if (result->statement)
		return result->statement->fingerprint;
	const struct finding **sorted = arena_array(&scratch, result->nfindings + 1, sizeof *sorted);

	for (size_t i = 0; i < result->nfindings; ++i)
		sorted[i] = &result->findings[i];
	if (result->nfindings)
		qsort(sorted, result->nfindings, sizeof *sorted, compare_findings);
	/* The NUL that ends each part keeps two different lists of parts from being the same bytes. */
	builder_bytes(&parts, result->check->id, strlen(result->check->id) + 1);
	for (size_t i = 0; i < result->nfindings; ++i) {
		const char *aspect = aspect_names[sorted[i]->aspect];

		builder_bytes(&parts, sorted[i]->subject, strlen(sorted[i]->subject) + 1);
		builder_bytes(&parts, aspect, strlen(aspect) + 1);
	}
	const char *text = digest_text(arena, builder_string(&parts), parts.length);
	arena_free(&scratch);
	return text;
}

static bool repairs(enum aspect fix, const struct finding *finding) {
	return !finding->error && !finding->waiver && (fix == ASPECT_ANY || fix == finding->aspect);
}

static const char subject_mark[] = "{subject}";

/** Add a command with the subject put in: as a word of the shell, or escaped for a reader.  Returns false if it is no
 * word. */
static bool add_command(struct builder *builder, const char *template, const char *subject, bool escaped) {
	for (;;) {
		const char *at = strstr(template, subject_mark);

		if (!at)
			break;
		builder_bytes(builder, template, (size_t)(at - template));
		if (escaped)
			text_terminal(builder, subject, strlen(subject));
		else if (!text_shell(builder, subject))
			return false;
		template = at + sizeof subject_mark - 1;
	}
	builder_text(builder, template);
	return true;
}

/** The command for one subject, or a comment if no command may hold its name. */
static const char *command_for(struct arena *arena, const char *template, const char *subject) {
	struct builder command = { .arena = arena }, comment = { .arena = arena };

	if (add_command(&command, template, subject, false))
		return builder_string(&command);
	builder_text(&comment, "# by hand, for no command may hold this name: ");
	add_command(&comment, template, subject, true);
	return builder_string(&comment);
}

/** The row for a subject that the commands are not for, or NULL. */
static const struct fix_exception *find_exception(const struct check *check, const char *subject) {
	for (const struct fix_exception *row = check->remediation.exceptions; row && row->subject; ++row)
		if (text_glob(row->subject, subject))
			return row;
	return NULL;
}

const char *const *result_commands(struct arena *arena, const struct result *result) {
	if (result->statement)
		return result->statement->commands;
	const struct finding *const *sorted = result_sorted(arena, result);
	const char **commands = NULL;
	const char *last = NULL;
	size_t count = 0;

	for (size_t i = 0; sorted[i]; ++i) {
		const struct fix_exception *exception = find_exception(result->check, sorted[i]->subject);

		if (!exception || !repairs(ASPECT_ANY, sorted[i]) || (last && strcmp(last, sorted[i]->subject) == 0))
			continue;
		last = sorted[i]->subject;
		commands = arena_grow(arena, commands, count, sizeof *commands);
		commands[count++] = command_for(arena, exception->command, last);
	}
	for (const struct fix_command *fix = result->check->remediation.commands; fix && fix->command; ++fix) {
		const bool names_subject = strstr(fix->command, subject_mark);

		last = NULL;
		for (size_t i = 0; sorted[i]; ++i) {
			/* One command repairs all aspects of a subject, which stand together; or all subjects. */
			if (!repairs(fix->aspect, sorted[i]) || find_exception(result->check, sorted[i]->subject) ||
			    (last && (!names_subject || strcmp(last, sorted[i]->subject) == 0)))
				continue;
			last = sorted[i]->subject;
			commands = arena_grow(arena, commands, count, sizeof *commands);
			commands[count++] = command_for(arena, fix->command, last);
		}
	}
	return commands ? commands : arena_array(arena, 1, sizeof *commands);
}

const struct fix_file *result_files(struct arena *arena, const struct result *result) {
	struct fix_file *files = NULL;
	size_t count = 0;

	if (result->statement)
		return result->statement->files;
	for (const struct fix_file *fix = result->check->remediation.files; fix && fix->path; ++fix) {
		for (size_t i = 0; i < result->nfindings; ++i) {
			if (!repairs(fix->aspect, &result->findings[i]))
				continue;
			files = arena_grow(arena, files, count, sizeof *files);
			files[count++] = *fix;
			break;
		}
	}
	return files ? files : arena_array(arena, 1, sizeof *files);
}

const char *check_risk(const struct check *check) {
	return check->remediation.risky ? "high" : check->remediation.breaks ? "low" : "none";
}

const char *result_risk(const struct result *result) {
	return result->statement ? result->statement->risk : check_risk(result->check);
}

const char *report_version(const struct report *report) {
	return report->version ? report->version : VERSION;
}

void report_free(struct report *report) {
	arena_free(&report->arena);
}
