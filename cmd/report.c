/** A saved report again, in any format. */

#include "baseline.h"
#include "checks.h"
#include "commands.h"
#include "input.h"
#include "json.h"
#include "publish.h"
#include "report_json.h"
#include "say.h"

/** What the worker needs to know. */
struct work {
	const char *path;
	struct input input, baseline;
};

/** Have the exit status follow from what the options say of falling short, if they do. */
static void judge_again(struct report *report, const struct options *options) {
	struct report_statement *statement;

	if (!(options->given & (OPTION_FAIL_ON | OPTION_FAIL_UNDER | OPTION_BASELINE)))
		return;
	statement = arena_alloc(&report->arena, sizeof *statement);
	*statement = *report->statement;
	statement->exit = -1;
	report->statement = statement;
	if (options->given & OPTION_FAIL_ON)
		report->run.fail_on = options->fail_on;
	else if (options->given & OPTION_FAIL_UNDER)
		report->run.fail_on = SEVERITIES;
	if (options->given & OPTION_FAIL_UNDER)
		report->run.fail_under = options->fail_under;
}

static int make(const struct publisher *publisher, const void *context) {
	const struct work *work = context;
	const struct options *options = publisher->options;
	struct report report, baseline;
	const char *why = report_read(&report, work->input.bytes, work->input.size, check_families);
	int status = EXIT_MISUSE;

	if (why)
		worker_say(publisher->channel, work->path, "%s", why);
	if (baseline_open(publisher->channel, options, &work->baseline, &baseline) && !why) {
		baseline_apply(options, &baseline, &report);
		judge_again(&report, options);
		status = publish_report(publisher, &report);
	}
	report_free(&baseline);
	report_free(&report);
	return status;
}

int command_report(const struct options *options) {
	/* What reading the largest report needs, many times over. */
	enum { SILENCE_MS = 60000 };
	const char *path = options->operands[0];
	struct arena scratch = { 0 }, more = { 0 };
	struct work work = { .path = path };
	int status = EXIT_MISUSE;

	if (!path || options->operands[1])
		say("report", "takes one FILE: what tmpaudit -f json wrote, or - for standard input");
	else if (input_read(&scratch, path, JSON_MOST_BYTES, &work.input) &&
	         baseline_read(&more, options, &work.baseline))
		status = publish_run(options, &(const struct publication) {
		                                      .make = make,
		                                      .context = &work,
		                                      .silence_ms = SILENCE_MS,
		                              });
	arena_free(&scratch);
	arena_free(&more);
	return status;
}
