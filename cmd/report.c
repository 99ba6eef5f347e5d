/** A saved report again, in any format. */

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
	struct input input;
};

/** Have the exit status follow from what the options say of falling short, if they do. */
static void judge_again(struct report *report, const struct options *options) {
	struct report_statement *statement;

	if (!(options->given & (OPTION_FAIL_ON | OPTION_FAIL_UNDER)))
		return;
	statement = arena_alloc(&report->arena, sizeof *statement);
	*statement = *report->statement;
	statement->exit = -1;
	report->statement = statement;
	report->run.fail_on = options->given & OPTION_FAIL_ON ? options->fail_on : SEVERITIES;
	report->run.fail_under = options->given & OPTION_FAIL_UNDER ? options->fail_under : 0;
}

static int make(const struct publisher *publisher, const void *context) {
	const struct work *work = context;
	struct report report;
	const char *why = report_read(&report, work->input.bytes, work->input.size, check_families);
	int status = EXIT_MISUSE;

	if (why) {
		worker_say(publisher->channel, work->path, "%s", why);
	} else {
		judge_again(&report, publisher->options);
		status = publish_report(publisher, &report);
	}
	report_free(&report);
	return status;
}

int command_report(const struct options *options) {
	/* What reading the largest report needs, many times over. */
	enum { SILENCE_MS = 60000 };
	const char *path = options->operands[0];
	struct arena scratch = { 0 };
	struct work work = { .path = path };
	int status = EXIT_MISUSE;

	if (!path || options->operands[1])
		say("report", "takes one FILE: what tmpaudit -f json wrote, or - for standard input");
	else if (input_read(&scratch, path, JSON_MOST_BYTES, &work.input))
		status = publish_run(options, &(const struct publication) {
		                                      .make = make,
		                                      .context = &work,
		                                      .silence_ms = SILENCE_MS,
		                              });
	arena_free(&scratch);
	return status;
}
