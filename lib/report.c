#include "report.h"

#include "digest.h"
#include "fix.h"
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
	if (report->statement)
		return report->statement->complete;
	/* A check that fails may have errors, too. */
	for (size_t i = 0; i < report->nresults; ++i)
		for (size_t k = 0; k < report->results[i].nfindings; ++k)
			if (report->results[i].findings[k].error)
				return false;
	return report->score.counts[STATUS_ERROR] == 0;
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

const char *const *result_commands(struct arena *arena, const struct result *result) {
	size_t count = 0;

	if (result->statement)
		return result->statement->commands;
	const char **commands = arena_array(arena, result->nsteps + 1, sizeof *commands);

	for (size_t i = 0; i < result->nsteps; ++i) {
		const char *command = fix_command(arena, &result->steps[i]);

		if (command)
			commands[count++] = command;
	}
	return commands;
}

const struct fix_file *result_files(struct arena *arena, const struct result *result) {
	struct fix_file *files = NULL;
	size_t count = 0, i;

	if (result->statement)
		return result->statement->files;
	for (size_t step = 0; step < result->nsteps; ++step) {
		const struct fix_file file = fix_file_of(arena, &result->steps[step]);

		if (!file.path)
			continue;
		for (i = 0; i < count && strcmp(files[i].path, file.path) != 0; ++i)
			continue;
		if (i < count) {
			files[i].content = fix_append(arena, files[i].content, &result->steps[step]);
			continue;
		}
		files = arena_grow(arena, files, count, sizeof *files);
		files[count++] = file;
	}
	return files ? files : arena_array(arena, 1, sizeof *files);
}

const char *result_risk(const struct result *result) {
	return result->statement ? result->statement->risk : risk_names[fix_risk(result)];
}

const char *report_version(const struct report *report) {
	return report->version ? report->version : VERSION;
}

void report_free(struct report *report) {
	arena_free(&report->arena);
}
