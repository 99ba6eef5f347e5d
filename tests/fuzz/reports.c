/** What comes from earlier runs or from those who administer the host: JSON in all its forms. */

#include "checks.h"
#include "fuzz.h"
#include "render.h"
#include "report_json.h"

#include <string.h>

static const char *written(struct arena *arena, const struct report *report, const struct renderer *renderer) {
	struct builder builder = { .arena = arena };

	report_render(&builder, report, renderer, (struct render_options) { .columns = 80, .max_findings = 100 });
	must(strlen(builder_string(&builder)) == builder.length);
	return builder_string(&builder);
}

/** A report does not differ from itself, and every format that can tell what changed tells that. */
static void must_be_equal(struct arena *arena, const struct report *report, const struct report *again) {
	struct comparison comparison;

	compare_reports(&comparison, report, again);
	must(compare_equal(&comparison) && compare_exit(&comparison) == 0);
	for (const struct renderer *renderer = renderers; renderer->name; ++renderer) {
		struct builder builder = { .arena = arena };

		if (renderer->render_changes)
			changes_render(&builder, &comparison, renderer,
			               (struct render_options) { .columns = 80, .verbose = true });
	}
	compare_free(&comparison);
}

/** What is taken is written so that it is taken again, and is the same then; and every format can show it. */
static void fuzz_report(const struct bytes *bytes, struct arena *arena) {
	struct report report, again;
	const char *why = report_read(&report, bytes->data, bytes->size, check_families);

	touch(why);
	if (!why) {
		for (const struct renderer *renderer = renderers; renderer->name; ++renderer)
			written(arena, &report, renderer);
		const char *text = written(arena, &report, renderer_find("json"));
		must(!report_read(&again, text, strlen(text), check_families));
		must(text_equal(written(arena, &again, renderer_find("json")), text));
		must(report_exit(&again) == report_exit(&report));
		must_be_equal(arena, &report, &again);
		report_free(&again);
	}
	report_free(&report);
}

const struct target report_targets[] = {
	{ "report", fuzz_report },
	{ 0 },
};
