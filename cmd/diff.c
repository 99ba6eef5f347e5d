/** Two saved reports: what changed. */

#include "checks.h"
#include "commands.h"
#include "compare.h"
#include "input.h"
#include "json.h"
#include "publish.h"
#include "report_json.h"
#include "say.h"

#include <string.h>

/** What the worker needs to know: OLD and NEW. */
struct work {
	const char *paths[2];
	struct input inputs[2];
};

static void render(struct builder *builder, const void *thing, const struct renderer *renderer,
                   struct render_options options) {
	changes_render(builder, thing, renderer, options);
}

static int compare(const struct publisher *publisher, const struct report reports[2]) {
	const struct options *options = publisher->options;
	struct comparison comparison;

	compare_reports(&comparison, &reports[0], &reports[1]);
	if (options->given & OPTION_FAIL_ON)
		comparison.fail_on = options->fail_on;
	else if (options->given & OPTION_FAIL_UNDER)
		comparison.fail_on = SEVERITIES;
	if (options->given & OPTION_FAIL_UNDER)
		comparison.fail_under = options->fail_under;
	const int status = compare_exit(&comparison);
	publish(publisher, render, &comparison, status == EXIT_MEETS);
	compare_free(&comparison);
	return status;
}

static int make(const struct publisher *publisher, const void *context) {
	const struct work *work = context;
	struct report reports[2] = { 0 };
	const char *why = NULL;

	for (size_t i = 0; i < 2 && !why; ++i) {
		why = report_read(&reports[i], work->inputs[i].bytes, work->inputs[i].size, check_families);
		if (why)
			worker_say(publisher->channel, work->paths[i], "%s", why);
	}
	const int status = why ? EXIT_MISUSE : compare(publisher, reports);
	for (size_t i = 0; i < 2; ++i)
		report_free(&reports[i]);
	return status;
}

/** Whether the format can tell what changed; says so if not. */
static bool can_tell(const char *where, const struct renderer *renderer) {
	if (!renderer || renderer->render_changes)
		return true;
	say(where, "%s cannot tell what changed; text and json can", renderer->name);
	return false;
}

static bool formats_suit(const struct options *options) {
	bool suit = can_tell("--format", options->format);

	for (size_t i = 0; i < options->noutputs && suit; ++i)
		suit = can_tell(options->outputs[i].path, options->outputs[i].renderer);
	return suit;
}

int command_diff(const struct options *options) {
	/* What reading the largest reports needs, many times over. */
	enum { SILENCE_MS = 60000 };
	char *const *paths = options->operands;
	struct arena scratch[2] = { 0 };
	struct work work = { 0 };
	int status = EXIT_MISUSE;

	if (!paths[0] || !paths[1] || paths[2]) {
		say("diff", "takes two FILEs that tmpaudit -f json wrote, OLD and NEW; - is standard input");
		return EXIT_MISUSE;
	}
	if (strcmp(paths[0], "-") == 0 && strcmp(paths[1], "-") == 0) {
		say("diff", "cannot read both reports from standard input");
		return EXIT_MISUSE;
	}
	if (!formats_suit(options))
		return EXIT_MISUSE;
	for (size_t i = 0; i < 2; ++i)
		work.paths[i] = paths[i];
	if (input_read(&scratch[0], paths[0], JSON_MOST_BYTES, &work.inputs[0]) &&
	    input_read(&scratch[1], paths[1], JSON_MOST_BYTES, &work.inputs[1]))
		status = publish_run(options, &(const struct publication) {
		                                      .make = make,
		                                      .context = &work,
		                                      .silence_ms = SILENCE_MS,
		                              });
	arena_free(&scratch[0]);
	arena_free(&scratch[1]);
	return status;
}
