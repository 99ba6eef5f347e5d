#include "script.h"

#include <stdlib.h>
#include <string.h>

const char *const script_kind_names[SCRIPT_KINDS] = {
	[SCRIPT_NAME] = "name",   [SCRIPT_CREATE] = "create", [SCRIPT_DIRECTORY] = "directory",
	[SCRIPT_RACE] = "race",   [SCRIPT_SOURCE] = "source", [SCRIPT_IMPORT] = "import",
	[SCRIPT_UMASK] = "umask", [SCRIPT_NOTE] = "note",
};

const char *const script_confidence_names[SCRIPT_HIGH + 1] = { "low", "medium", "high" };

void script_add(struct script *script, struct arena *arena, const struct script_finding *finding) {
	if (script->nfindings == SCRIPT_LIMIT) {
		script->defect = "has more findings than are kept";
		return;
	}
	script->findings = arena_grow(arena, script->findings, script->nfindings, sizeof *script->findings);
	script->findings[script->nfindings++] = *finding;
}

/** By line; the surest first. */
static int compare(const void *a, const void *b) {
	const struct script_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (int)y->confidence - (int)x->confidence;
}

void script_sort(struct script *script) {
	size_t kept = 0;

	if (script->nfindings)
		qsort(script->findings, script->nfindings, sizeof *script->findings, compare);
	/* A line tells once. */
	for (size_t i = 0; i < script->nfindings; ++i)
		if (!kept || script->findings[i].line != script->findings[kept - 1].line ||
		    script->findings[i].line == 0)
			script->findings[kept++] = script->findings[i];
	script->nfindings = kept;
}
