/** A check, explained from its row. */

#include "audit.h"
#include "checks.h"
#include "commands.h"
#include "fix.h"
#include "policy.h"
#include "say.h"

#include <string.h>

enum { INDENT = 4 };

/** What is being written, and for whom. */
struct page {
	struct builder *out;
	unsigned columns;
};

static void add_heading(struct page *page, const char *heading) {
	builder_format(page->out, "\n%s\n", heading);
}

static void add_paragraph(struct page *page, const char *text) {
	builder_format(page->out, "%*s", INDENT, "");
	text_fold(page->out, text, INDENT, INDENT, page->columns);
}

static void add_item(struct page *page, const char *mark, const char *text) {
	builder_format(page->out, "%*s%-10s", INDENT, "", mark);
	text_fold(page->out, text, INDENT + 10, INDENT + 10, page->columns);
}

/** How a failing check still earns points. */
static const char *credit_of(const struct check *check) {
	/* Critical and high checks are always binary: one open door is enough. */
	if (check->severity >= SEVERITY_HIGH || check->credit == CREDIT_BINARY)
		return "a failure earns nothing";
	return check->credit == CREDIT_SHARE ? "a failure earns half the share of what is good"
	                                     : "a failure earns half, divided by the number of findings";
}

/** Add what the check can be told: the value of each parameter, and those of profiles that have another. */
static void add_parameters(struct page *page, const struct check *check) {
	struct arena scratch = { 0 };
	struct policy policy;
	bool first = true;

	for (enum parameter i = 0; i < PARAMETERS; ++i) {
		struct builder line = { .arena = &scratch };
		const char *standard = NULL, *separator = " (";

		if (!parameter_serves(i, check))
			continue;
		for (const char *const *name = policy_profiles; *name; ++name) {
			policy_open(&policy, *name);
			const char *value = policy_shown(&scratch, &policy, i);
			if (!standard) {
				builder_format(&line, "%s: %s", parameter_rows[i].name, standard = value);
			} else if (strcmp(value, standard) != 0) {
				builder_format(&line, "%s%s %s", separator, *name, value);
				separator = ", ";
			}
			policy_close(&policy);
		}
		builder_format(&line, "%s; %s", *separator == ',' ? ")" : "", parameter_rows[i].meaning);
		add_item(page, first ? "Told by" : "", builder_string(&line));
		first = false;
	}
	arena_free(&scratch);
}

static void add_facts(struct page *page, const struct check *check) {
	struct arena scratch = { 0 };
	struct builder profiles = { .arena = &scratch };
	struct policy policy;

	add_item(page, "Severity", severity_names[check->severity]);
	add_item(page, "Practice",
	         arena_text(&scratch, "%s: %s", practices[check->practice].id, practices[check->practice].title));
	add_item(page, "Score", credit_of(check));
	for (const char *const *name = policy_profiles; *name; ++name) {
		policy_open(&policy, *name);
		if (policy_selects(&policy, check)) {
			builder_format(&profiles, "%s%s", profiles.length ? ", " : "", *name);
			if (!policy_applies(&policy, check))
				builder_text(&profiles, " (not applicable)");
			else if (policy_severity(&policy, check) != check->severity)
				builder_format(&profiles, " (%s)", severity_names[policy_severity(&policy, check)]);
		}
		policy_close(&policy);
	}
	add_item(page, "Profiles", profiles.length ? builder_string(&profiles) : "none; name it with --check");
	add_parameters(page, check);
	if (check->when == WHEN_CODE)
		add_item(page, "When", "only in tmpaudit code PATH...");
	else if (check->when == WHEN_DEEP || check->live_only)
		add_item(page, "When", check->live_only ? "only on a running host" : "only when it is named");
	arena_free(&scratch);
}

/** Say of what a fix is: nothing if it is for all. */
static const char *aspect_words(enum aspect aspect) {
	static const char *const words[ASPECTS] = {
		[ASPECT_ANY] = "",      [ASPECT_LIVE] = "now",        [ASPECT_BOOT] = "at boot",
		[ASPECT_FILE] = "file", [ASPECT_PROCESS] = "process", [ASPECT_BEHAVIOUR] = "behaviour"
	};

	return words[aspect];
}

static void add_fix(struct page *page, const struct check *check) {
	const struct remediation *fix = &check->remediation;
	struct arena scratch = { 0 };
	struct policy policy;

	add_heading(page, "How to fix");
	if (fix->summary)
		add_paragraph(page, fix->summary);
	policy_open(&policy, policy_profiles[0]);
	/* Commands are to be copied: they are never folded. */
	for (const struct fix *row = fix->steps; row && row->kind; ++row) {
		const struct fix step = fix_example(&scratch, &policy, row);
		const struct fix_file file = fix_file_of(&scratch, &step);
		const char *command = fix_command(&scratch, &step), *line = file.content;

		if (command)
			builder_format(page->out, "%*s%-10s%s", INDENT, "", aspect_words(step.aspect), command);
		else
			builder_format(page->out, "%*s%-10sfile %s with", INDENT, "", aspect_words(step.aspect),
			               file.path);
		builder_format(page->out, step.only ? "   (for %s)\n" : "\n", step.only);
		while (!command && *line) {
			size_t length = strcspn(line, "\n");

			builder_format(page->out, "%*s%.*s\n", INDENT + 14, "", (int)length, line);
			line += length + (line[length] == '\n');
		}
	}
	policy_close(&policy);
	arena_free(&scratch);
	if (fix->breaks)
		add_item(page, fix->risky ? "Risky:" : "Mind:", fix->breaks);
}

static void add_references(struct page *page, const struct check *check) {
	static const char *const kinds[][2] = {
		{ "cwe", "CWE" },       { "cis", "CIS" },     { "nist", "NIST" },     { "stig", "STIG" },
		{ "attack", "ATT&CK" }, { "anssi", "ANSSI" }, { "docs", "See also" },
	};

	add_heading(page, "References");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
		struct arena scratch = { 0 };
		struct builder names = { .arena = &scratch };

		for (const struct reference *reference = check->references; reference && reference->kind; ++reference)
			if (strcmp(reference->kind, kinds[i][0]) == 0)
				builder_format(&names, "%s%s", names.length ? ", " : "", reference->name);
		if (names.length)
			add_item(page, kinds[i][1], builder_string(&names));
		arena_free(&scratch);
	}
}

static void explain(struct page *page, const struct check *check) {
	builder_format(page->out, "%s: ", check->id);
	text_fold(page->out, check->title, strlen(check->id) + 2, INDENT, page->columns);
	builder_text(page->out, "\n");
	add_facts(page, check);
	add_heading(page, "Why");
	add_paragraph(page, check->why ? check->why : "");
	add_heading(page, "How it decides");
	add_paragraph(page, check->rule ? check->rule : "");
	add_fix(page, check);
	add_references(page, check);
}

int command_explain(const struct options *options) {
	const char *const *globs = (const char *const *)options->operands;
	struct arena scratch = { 0 };
	struct builder text = { .arena = &scratch };
	struct page page = { .out = &text, .columns = options_columns(options) };

	if (!*globs) {
		say("explain", "needs the id of a check; tmpaudit list shows them");
		return EXIT_MISUSE;
	}
	if (!globs_match(check_families, globs, "explain"))
		return EXIT_MISUSE;
	for (; *globs; ++globs) {
		for (const struct check *const *family = check_families; *family; ++family) {
			for (const struct check *check = *family; check->id; ++check) {
				if (!audit_matches(*globs, check))
					continue;
				if (text.length)
					builder_text(&text, "\n\n");
				explain(&page, check);
			}
		}
	}
	int status = print(&text, EXIT_MEETS);
	arena_free(&scratch);
	return status;
}
