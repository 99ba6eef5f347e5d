#include "render.h"

#include "report_json.h"

#include <string.h>

const struct renderer renderers[] = {
	{ .name = "text",
	  .suffix = ".txt",
	  .max_findings = 50,
	  .mode = 0640,
	  .render = render_text,
	  .render_changes = render_changes_text },
	{ .name = "json",
	  .suffix = ".json",
	  .max_findings = 1000,
	  .mode = 0640,
	  .render = report_json,
	  .render_changes = render_changes_json },
	{ .name = "html", .suffix = ".html", .max_findings = 1000, .mode = 0640, .render = render_html },
	{ .name = "sarif", .suffix = ".sarif", .max_findings = 1000, .mode = 0640, .render = render_sarif },
	{ .name = "junit", .suffix = ".xml", .max_findings = 100, .mode = 0640, .render = render_junit },
	{ .name = "prometheus", .suffix = ".prom", .max_findings = 1, .mode = 0644, .render = render_prometheus },
	{ .name = "nagios", .max_findings = 1, .mode = 0640, .render = render_nagios, .exit = nagios_exit },
	{ .name = "facts", .suffix = ".fact", .max_findings = 1, .mode = 0644, .render = render_facts },
	{ 0 },
};

const struct renderer *renderer_find(const char *name) {
	for (const struct renderer *renderer = renderers; renderer->name; ++renderer)
		if (strcmp(renderer->name, name) == 0)
			return renderer;
	return NULL;
}

void report_render(struct builder *builder, const struct report *report, const struct renderer *renderer,
                   struct render_options options) {
	/* A report that is read and written again stays as it is: it was cut when it was made. */
	if (!options.max_findings)
		options.max_findings =
		        report->statement && renderer->render == report_json ? SIZE_MAX : renderer->max_findings;
	renderer->render(builder, report, &options);
}

void changes_render(struct builder *builder, const struct comparison *comparison, const struct renderer *renderer,
                    struct render_options options) {
	if (!options.max_findings)
		options.max_findings = renderer->max_findings;
	renderer->render_changes(builder, comparison, &options);
}
