#include "baseline.h"

#include "checks.h"
#include "compare.h"
#include "json.h"
#include "report_json.h"

bool baseline_read(struct arena *arena, const struct options *options, struct input *input) {
	return !options->baseline || input_read_trusted(arena, options->baseline, JSON_MOST_BYTES, input);
}

bool baseline_open(const struct channel *channel, const struct options *options, const struct input *input,
                   struct report *baseline) {
	const char *why;

	*baseline = (struct report) { 0 };
	if (!options->baseline)
		return true;
	why = report_read(baseline, input->bytes, input->size, check_families);
	if (why)
		worker_say(channel, options->baseline, "%s", why);
	return !why;
}

void baseline_apply(const struct options *options, const struct report *baseline, struct report *report) {
	struct comparison comparison;

	if (!options->baseline)
		return;
	compare_reports(&comparison, baseline, report);
	compare_with_baseline(&comparison, report);
	compare_free(&comparison);
}
