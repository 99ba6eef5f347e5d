#include "result.h"

#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const severity_names[SEVERITIES] = { "info", "low", "medium", "high", "critical" };
const char *const aspect_names[ASPECTS] = { "any", "live", "boot", "file", "process", "behaviour" };
const char *const status_names[STATUSES] = { "pass", "fail", "error", "not-applicable", "waived" };

static void add(struct result *result, const struct finding *finding, bool error) {
	struct arena *arena = result->arena;

	result->findings = arena_grow(arena, result->findings, result->nfindings, sizeof *result->findings);
	result->findings[result->nfindings++] = (struct finding) {
		.subject = arena_copy(arena, finding->subject ? finding->subject : ""),
		.message = arena_copy(arena, finding->message ? finding->message : ""),
		.expected = arena_copy(arena, finding->expected),
		.actual = arena_copy(arena, finding->actual),
		.source = arena_copy(arena, finding->source),
		.confidence = arena_copy(arena, finding->confidence),
		.context = arena_copy(arena, finding->context),
		.aspect = finding->aspect,
		.error = error,
	};
}

/** Whether the policy leaves the aspect out: the question then does not arise for it. */
static bool left_out(struct result *result, enum aspect aspect) {
	if (aspect != ASPECT_BOOT || !result->without_boot)
		return false;
	result_skip(result, "the profile leaves out what the next boot would do");
	return true;
}

void result_judge(struct result *result, bool good, const struct finding *otherwise) {
	if (left_out(result, otherwise->aspect))
		return;
	if (good)
		++result->passes;
	else
		add(result, otherwise, false);
}

void result_more(struct result *result, size_t count) {
	result->more += count;
}

void result_raise(struct result *result, enum severity severity) {
	if (severity > result->severity)
		result->severity = severity;
}

void result_unknown(struct result *result, const struct finding *finding) {
	if (!left_out(result, finding->aspect))
		add(result, finding, true);
}

void result_skip(struct result *result, const char *format, ...) {
	va_list list;

	if (result->reason)
		return;
	va_start(list, format);
	result->reason = arena_vtext(result->arena, format, list);
	va_end(list);
}

void result_breaks(struct result *result, bool risky, const char *breaks) {
	result->fix_breaks = breaks;
	result->fix_risky = result->fix_risky || risky;
}

void result_note(struct result *result, const char *subject, const char *format, ...) {
	struct arena *arena = result->arena;
	va_list list;

	result->notes = arena_grow(arena, result->notes, result->nnotes, sizeof *result->notes);
	va_start(list, format);
	result->notes[result->nnotes++] =
	        (struct note) { arena_copy(arena, subject), arena_vtext(arena, format, list) };
	va_end(list);
}

const char *result_text(struct result *result, const char *format, ...) {
	va_list list;

	va_start(list, format);
	const char *text = arena_vtext(result->arena, format, list);
	va_end(list);
	return text;
}

enum status finding_status(const struct finding *finding) {
	return finding->error ? STATUS_ERROR : finding->waiver ? STATUS_WAIVED : STATUS_FAIL;
}

const char *finding_verb(const char *actual) {
	static const char *const clauses[] = { "element ", "runs ", "reads ", "sources ", "lets ",   "takes ",
		                               "works ",   "has ",  "holds ", "shares ",  "current " };

	for (size_t i = 0; i < sizeof clauses / sizeof *clauses; ++i)
		if (text_starts(actual, clauses[i]))
			return "";
	return strcmp(actual, "none") == 0 ? "has " : "is ";
}

static int compare_findings(const void *a, const void *b) {
	/* By enum status; a pass is no finding. */
	static const int rank[STATUSES] = { [STATUS_FAIL] = 0, [STATUS_ERROR] = 1, [STATUS_WAIVED] = 2 };
	const struct finding *left = *(const struct finding *const *)a, *right = *(const struct finding *const *)b;
	int order = rank[finding_status(left)] - rank[finding_status(right)];

	/* Of what is found in programs the worst is judged first. */
	if (!order && left->confidence && right->confidence)
		return (left > right) - (left < right);
	if (!order)
		order = strcmp(left->subject, right->subject);
	if (!order)
		order = (int)left->aspect - (int)right->aspect;
	/* Both are of one array: what is equal keeps the order in which it was judged. */
	return order ? order : (left > right) - (left < right);
}

const struct finding *const *result_sorted(struct arena *arena, const struct result *result) {
	const struct finding **sorted = arena_array(arena, result->nfindings + 1, sizeof *sorted);

	for (size_t i = 0; i < result->nfindings; ++i)
		sorted[i] = &result->findings[i];
	qsort(sorted, result->nfindings, sizeof *sorted, compare_findings);
	return sorted;
}

size_t result_total(const struct result *result) {
	return result->nfindings + result->more;
}

size_t result_unreadable(const struct result *result) {
	size_t count = 0;

	for (size_t i = 0; i < result->nfindings; ++i)
		count += finding_status(&result->findings[i]) == STATUS_ERROR;
	return count;
}

size_t result_waived(const struct result *result) {
	size_t count = result->more_waived;

	for (size_t i = 0; i < result->nfindings; ++i)
		count += finding_status(&result->findings[i]) == STATUS_WAIVED;
	return count;
}

size_t result_failing(const struct result *result) {
	return result_total(result) - result_unreadable(result) - result_waived(result);
}

enum status result_status(const struct result *result) {
	if (result->statement)
		return result->statement->status;
	if (result_failing(result))
		return STATUS_FAIL;
	if (result_unreadable(result))
		return STATUS_ERROR;
	if (result_waived(result))
		return STATUS_WAIVED;
	if (result->passes)
		return STATUS_PASS;
	return result->reason ? STATUS_NOT_APPLICABLE : STATUS_ERROR;
}

const char *result_reason(const struct result *result) {
	if (result->statement)
		return result->statement->reason;
	switch (result_status(result)) {
	case STATUS_ERROR:
		for (size_t i = 0; i < result->nfindings; ++i)
			if (result->findings[i].error)
				return result->findings[i].message;
		return "nothing was judged";
	case STATUS_NOT_APPLICABLE:
		return result->reason;
	default:
		return NULL;
	}
}

const char *result_waiver(const struct result *result) {
	if (result->statement)
		return result->statement->waiver;
	if (result_status(result) == STATUS_WAIVED)
		for (size_t i = 0; i < result->nfindings; ++i)
			if (result->findings[i].waiver)
				return result->findings[i].waiver;
	return NULL;
}
