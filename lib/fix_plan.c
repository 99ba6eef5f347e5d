#include "fix_work.h"

#include <string.h>

const char *const risk_names[RISKS] = { "none", "low", "high" };

const struct fix_format fix_formats[] = {
	{ "sh", ".sh", fix_sh },
	{ "ansible", ".yml", fix_ansible },
	{ "files", NULL, NULL },
	{ 0 },
};

const struct fix_format *fix_format_find(const char *name) {
	for (const struct fix_format *format = fix_formats; format->name; ++format)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}

enum risk fix_risk(const struct result *result) {
	const struct remediation *remediation = &result->check->remediation;

	if (remediation->risky || result->fix_risky)
		return RISK_HIGH;
	return remediation->breaks || result->fix_breaks ? RISK_LOW : RISK_NONE;
}

const char *fix_breaks(const struct result *result) {
	const char *row = result->check->remediation.breaks, *own = result->fix_breaks;

	return row && own ? arena_text(result->arena, "%s; %s", row, own) : row ? row : own;
}

/** Checks whose repair others build on come first, what only shows the repair of others last. */
static int rank(const struct check *check) {
	/* What is loaded into each program that we run. */
	if (strcmp(check->id, "environment.loader") == 0)
		return 0;
	if (strcmp(check->id, "tempdir.ancestors") == 0)
		return 1;
	/* What is set aside is known by its mode, which others would change. */
	if (strcmp(check->id, "mount.boot") == 0 || strcmp(check->id, "contents.squat") == 0 ||
	    strcmp(check->id, "contents.links") == 0 || strcmp(check->id, "contents.privileged") == 0)
		return 2;
	return check->when == WHEN_PROBE ? 4 : 3;
}

static bool is_planned(const struct fix_plan *plan, const struct fix *step) {
	for (size_t i = 0; i < plan->nparts; ++i)
		for (size_t k = 0; k < plan->parts[i].nsteps && !plan->parts[i].withheld; ++k)
			if (fix_same_step(&plan->parts[i].steps[k], step))
				return true;
	return false;
}

static const char *withhold(const struct result *result, enum risk risk, enum risk most, struct arena *arena) {
	if (risk > most)
		return arena_text(arena, "its risk is %s; say --risk %s to have it", risk_names[risk],
		                  risk_names[risk]);
	return result->severity == SEVERITY_INFO && !result->named
	               ? "it is of severity info and costs nothing; name the check by --check to have it"
	               : NULL;
}

static void plan_result(struct arena *arena, struct fix_plan *plan, const struct result *result) {
	enum { FEW = 500 };
	const enum risk risk = fix_risk(result);
	struct fix_part part = { .result = result,
		                 .risk = risk,
		                 .withheld = withhold(result, risk, plan->most, arena) };
	struct fix *steps = arena_array(arena, result->nsteps + 1, sizeof *steps);

	/* Each part stands for itself, unless all of it stands with others. */
	part.elsewhere = result->nsteps && result->nsteps < FEW;
	for (size_t i = 0; i < result->nsteps; ++i)
		part.elsewhere =
		        part.elsewhere && (result->steps[i].kind == FIX_AFTER || is_planned(plan, &result->steps[i]));
	for (size_t i = 0; i < result->nsteps && !part.elsewhere; ++i)
		steps[part.nsteps++] = result->steps[i];
	if (!result->nsteps) {
		steps[0] =
		        (struct fix) { .kind = FIX_HAND,
			               .text = result->check->remediation.summary ? result->check->remediation.summary
			                                                          : "see what the finding says" };
		part.nsteps = 1;
	}
	part.steps = steps;
	plan->parts = arena_grow(arena, plan->parts, plan->nparts, sizeof *plan->parts);
	plan->parts[plan->nparts++] = part;
}

struct fix_plan fix_plan(struct arena *arena, const struct report *report, enum risk most) {
	struct fix_plan plan = { .report = report, .most = most };

	for (int turn = 0; turn < 5; ++turn)
		for (size_t i = 0; i < report->nresults; ++i)
			if (rank(report->results[i].check) == turn && result_status(&report->results[i]) == STATUS_FAIL)
				plan_result(arena, &plan, &report->results[i]);
	return plan;
}
