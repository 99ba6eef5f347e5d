#include "render.h"

#include "report_json.h"

#include <string.h>

const struct renderer renderers[] = {
	{ "text", ".txt", 50, render_text },
	{ "json", ".json", 1000, report_json },
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
	if (!options.max_findings)
		options.max_findings = renderer->max_findings;
	renderer->render(builder, report, &options);
}
