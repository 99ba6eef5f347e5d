#include "inforce.h"

#include "audit.h"
#include "checks.h"

#include <string.h>

/** Columns: where names begin, what belongs to a name, and where values begin. */
enum { NAME = 2, MORE = 6, VALUE = 31, SEVERITY = 9 };

struct page {
	struct builder *out;
	const struct policy *policy;
	const char *const *globs;
	size_t columns;
	struct arena *arena;
};

static bool is_wanted(const struct page *page, const struct check *check) {
	bool wanted = !*page->globs;

	for (const char *const *glob = page->globs; *glob && !wanted; ++glob)
		wanted = audit_matches(*glob, check);
	return wanted;
}

static const char *shown(struct page *page, const char *text) {
	return text_shown(page->arena, text ? text : "built in");
}

static void add_heading(struct page *page, const char *heading) {
	builder_format(page->out, "%s%s\n", page->out->length ? "\n" : "", heading);
}

/** Add a name, its value, and where that comes from. */
static void add_value(struct page *page, const char *name, const char *value, const struct origin *origin) {
	const size_t at = NAME + strlen(name) < VALUE ? VALUE : NAME + strlen(name) + 1;
	const char *line = arena_text(page->arena, "%s   (%s)", value, shown(page, origin->where));

	builder_format(page->out, "%*s%-*s", NAME, "", (int)(at - NAME), name);
	text_fold(page->out, line, at, VALUE, page->columns);
}

static void add_profile(struct page *page) {
	const struct policy *policy = page->policy;

	add_heading(page, "Profile");
	add_value(page, policy->name, policy->named_by.overrides ? "chosen" : "by default", &policy->named_by);
	add_heading(page, "Files");
	if (!policy->nfiles)
		builder_format(page->out, "%*snone\n", NAME, "");
	for (size_t i = 0; i < policy->nfiles; ++i) {
		const struct policy_file *file = &policy->files[i];

		builder_format(page->out, "%*s", NAME, "");
		text_fold(page->out,
		          file->name
		                  ? arena_text(page->arena, "%s: %s", shown(page, file->path), shown(page, file->name))
		                  : shown(page, file->path),
		          NAME, MORE, page->columns);
		builder_format(page->out, "%*ssha256 %s\n", MORE, "", file->sha256);
	}
}

static void add_limits(struct page *page) {
	const struct policy *policy = page->policy;

	add_heading(page, "Falls short");
	add_value(page, "fail.on", policy->fail_on < SEVERITIES ? severity_names[policy->fail_on] : "never",
	          &policy->fail_on_origin);
	if (policy->fail_under)
		add_value(page, "fail.under",
		          arena_text(page->arena, "%u.%u", policy->fail_under / 10, policy->fail_under % 10),
		          &policy->fail_under_origin);
	add_value(page, "deep", policy->deep ? "true" : "false", &policy->deep_origin);
}

/** Whether a parameter serves a check that is wanted. */
static bool is_needed(const struct page *page, enum parameter parameter) {
	for (const struct check *const *family = check_families; *family; ++family)
		for (const struct check *check = *family; check->id; ++check)
			if (parameter_serves(parameter, check) && is_wanted(page, check))
				return true;
	return false;
}

static void add_parameters(struct page *page) {
	bool first = true;

	for (enum parameter i = 0; i < PARAMETERS; ++i) {
		if (!is_needed(page, i))
			continue;
		if (first)
			add_heading(page, "Parameters");
		first = false;
		add_value(page, parameter_rows[i].name, shown(page, policy_shown(page->arena, page->policy, i)),
		          &page->policy->origins[i]);
	}
}

/** What becomes of a check in an audit. */
static const char *fate_of(const struct policy *policy, const struct check *check) {
	if (!policy_selects(policy, check))
		return "left out";
	if (check->when == WHEN_CODE)
		return "with tmpaudit code";
	if (check->when == WHEN_PROBE)
		return "with --probe";
	if (check->when == WHEN_DEEP && !policy->deep)
		return "with --deep";
	if (!policy_applies(policy, check))
		return "not applicable";
	return policy_judges_boot(policy, check) ? "runs" : "runs, without the next boot";
}

static void add_check(struct page *page, const struct check *check) {
	struct builder line = { .arena = page->arena };
	const char *separator = "   (";

	builder_format(&line, "%-*s%s", SEVERITY, severity_names[policy_severity(page->policy, check)],
	               fate_of(page->policy, check));
	for (enum rule_kind kind = 0; kind < RULES; ++kind) {
		const struct policy_rule *rule = policy_rule(page->policy, check, kind);

		if (!rule)
			continue;
		builder_format(&line, "%s%s", separator, rule_names[kind]);
		if (strcmp(rule->glob, check->id) != 0)
			builder_format(&line, " of %s", shown(page, rule->glob));
		builder_format(&line, ": %s", shown(page, rule->origin.where));
		separator = "; ";
	}
	if (*separator == ';')
		builder_text(&line, ")");
	builder_format(page->out, "%*s%-*s", NAME, "", VALUE - NAME, check->id);
	text_fold(page->out, builder_string(&line), VALUE, VALUE + SEVERITY, page->columns);
}

static void add_checks(struct page *page) {
	add_heading(page, "Checks");
	for (const struct check *const *family = check_families; *family; ++family)
		for (const struct check *check = *family; check->id; ++check)
			if (is_wanted(page, check))
				add_check(page, check);
}

static void add_waiver(struct page *page, const struct waiver *waiver, time_t now) {
	struct arena *arena = page->arena;
	const char *who = waiver_who(arena, waiver);

	builder_format(page->out, "%*s", NAME, "");
	text_fold(page->out, arena_text(arena, "%s %s", waiver->check, shown(page, waiver->subject)), NAME, MORE,
	          page->columns);
	builder_format(page->out, "%*s", MORE, "");
	text_fold(page->out,
	          arena_text(arena, "%s %s%s%s: %s   (%s)", now < waiver->end ? "until" : "ended on", waiver->expires,
	                     *who ? ", " : "", shown(page, who), shown(page, waiver->reason),
	                     shown(page, waiver->source)),
	          MORE, MORE, page->columns);
}

/** Whether a waiver is of a check that is wanted. */
static bool is_of_wanted(const struct page *page, const struct waiver *waiver) {
	for (const struct check *const *family = check_families; *family; ++family)
		for (const struct check *check = *family; check->id; ++check)
			if (strcmp(check->id, waiver->check) == 0)
				return is_wanted(page, check);
	return false;
}

static void add_waivers(struct page *page, time_t now) {
	bool first = true;

	for (size_t i = 0; i < page->policy->nwaivers; ++i) {
		if (!is_of_wanted(page, &page->policy->waivers[i]))
			continue;
		if (first)
			add_heading(page, "Waivers");
		first = false;
		add_waiver(page, &page->policy->waivers[i], now);
	}
}

void inforce_add(struct builder *builder, const struct policy *policy, const char *const *globs, size_t columns,
                 time_t now) {
	struct arena scratch = { 0 };
	struct page page = { .out = builder, .policy = policy, .globs = globs, .columns = columns, .arena = &scratch };

	add_profile(&page);
	add_limits(&page);
	add_parameters(&page);
	add_checks(&page);
	add_waivers(&page, now);
	arena_free(&scratch);
}
