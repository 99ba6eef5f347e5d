#include "report.h"

#include "text.h"

#include <sha256.h>
#include <stdlib.h>
#include <string.h>

bool report_falls_short(const struct report *report, const struct result *result) {
	return result_status(result) == STATUS_FAIL && result->severity > SEVERITY_INFO &&
	       result->severity >= report->run.fail_on;
}

int report_exit(const struct report *report) {
	bool short_of = report->run.fail_under && report->score.value >= 0 &&
	                (unsigned)report->score.value < report->run.fail_under;
	bool unsure = report->score.value < 0;

	for (size_t i = 0; i < report->nresults; ++i) {
		const struct result *result = &report->results[i];

		short_of = short_of || report_falls_short(report, result);
		unsure = unsure || (result_status(result) == STATUS_ERROR && result->severity > SEVERITY_INFO &&
		                    result->severity >= report->run.fail_on);
	}
	return short_of ? 1 : unsure ? 3 : 0;
}

bool report_complete(const struct report *report) {
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
	const struct finding **sorted = arena_array(&scratch, result->nfindings + 1, sizeof *sorted);
	SHA2_CTX context;
	char hex[SHA256_DIGEST_STRING_LENGTH];

	for (size_t i = 0; i < result->nfindings; ++i)
		sorted[i] = &result->findings[i];
	if (result->nfindings)
		qsort(sorted, result->nfindings, sizeof *sorted, compare_findings);
	SHA256Init(&context);
	/* The NUL that ends each part keeps two different lists of parts from being the same bytes. */
	SHA256Update(&context, (const uint8_t *)result->check->id, strlen(result->check->id) + 1);
	for (size_t i = 0; i < result->nfindings; ++i) {
		const char *aspect = aspect_names[sorted[i]->aspect];

		SHA256Update(&context, (const uint8_t *)sorted[i]->subject, strlen(sorted[i]->subject) + 1);
		SHA256Update(&context, (const uint8_t *)aspect, strlen(aspect) + 1);
	}
	SHA256End(&context, hex);
	arena_free(&scratch);
	return arena_copy(arena, hex);
}

static bool repairs(enum aspect fix, const struct finding *finding) {
	return !finding->error && !finding->waiver && (fix == ASPECT_ANY || fix == finding->aspect);
}

/** The command for one subject, or a comment if no command may hold its name. */
static const char *command_for(struct arena *arena, const char *template, const char *subject) {
	static const char mark[] = "{subject}";
	struct builder builder = { .arena = arena };

	for (;;) {
		const char *at = strstr(template, mark);

		if (!at)
			break;
		builder_bytes(&builder, template, (size_t)(at - template));
		if (!text_shell(&builder, subject))
			return arena_text(arena, "# by hand, since no command may hold this name: %s",
			                  text_shown(arena, subject));
		template = at + sizeof mark - 1;
	}
	builder_text(&builder, template);
	return builder_string(&builder);
}

const char *const *result_commands(struct arena *arena, const struct result *result) {
	const char **commands = arena_array(arena, 1, sizeof *commands);
	size_t count = 0;

	for (const struct fix_command *fix = result->check->remediation.commands; fix && fix->command; ++fix) {
		for (size_t i = 0; i < result->nfindings; ++i) {
			const char *command;
			bool known = false;

			if (!repairs(fix->aspect, &result->findings[i]))
				continue;
			command = command_for(arena, fix->command, result->findings[i].subject);
			for (size_t k = 0; k < count && !known; ++k)
				known = strcmp(commands[k], command) == 0;
			if (known)
				continue;
			commands = arena_grow(arena, count ? commands : NULL, count, sizeof *commands);
			commands[count++] = command;
		}
	}
	return commands;
}

const struct fix_file *result_files(struct arena *arena, const struct result *result) {
	struct fix_file *files = arena_array(arena, 1, sizeof *files);
	size_t count = 0;

	for (const struct fix_file *fix = result->check->remediation.files; fix && fix->path; ++fix) {
		for (size_t i = 0; i < result->nfindings; ++i) {
			if (!repairs(fix->aspect, &result->findings[i]))
				continue;
			files = arena_grow(arena, count ? files : NULL, count, sizeof *files);
			files[count++] = *fix;
			break;
		}
	}
	return files;
}

const char *check_risk(const struct check *check) {
	return check->remediation.risky ? "high" : check->remediation.breaks ? "low" : "none";
}

void report_free(struct report *report) {
	arena_free(&report->arena);
}
