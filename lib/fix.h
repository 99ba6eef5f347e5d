/**
 * What repairs a host: the steps of the rows, made into what is to be done on this host, and written
 * as a report, a script or a playbook has them.
 *
 * Each step stands for itself: it can be left out, and done again, in any order with those of other checks.
 */
#ifndef TMPAUDIT_FIX_H
#define TMPAUDIT_FIX_H

#include "check.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

struct host;
struct policy;
struct tree;

/** How much a fix may break. */
enum risk { RISK_NONE, RISK_LOW, RISK_HIGH, RISKS };

extern const char *const risk_names[RISKS];

/** For the audit: work out the steps that repair what failed; they belong to the report. */
void fix_resolve(struct host *host, struct result *result);

/** What the fix of a result may break, and in words; NULL: nothing. */
enum risk fix_risk(const struct result *result);
const char *fix_breaks(const struct result *result);

/**
 * A step as a command of the shell in one line, which can be copied; of a step of a row, with marks in it, what
 * it comes to.  NULL for one that is a file, see fix_file_of(), and of those that are not resolved for some.
 */
const char *fix_command(struct arena *arena, const struct fix *fix);

/** The file that a step lays down, if it is one of ours; else its path is NULL. */
struct fix_file fix_file_of(struct arena *arena, const struct fix *fix);

/** What a file of ours that has content holds when the step is done, too. */
const char *fix_append(struct arena *arena, const char *content, const struct fix *fix);

/** A step of a row with the values of the policy, and with marks of findings in it, for those who explain it. */
struct fix fix_example(struct arena *arena, const struct policy *policy, const struct fix *fix);

/** Add text as a regular expression that matches just it. */
void fix_quote_pattern(struct builder *builder, const char *text);

/** One part of what is to be done: of a check. */
struct fix_part {
	const struct result *result;
	enum risk risk;
	/** Why it is only shown, and not done; NULL: it is done. */
	const char *withheld;
	const struct fix *steps;
	size_t nsteps;
	/** Whether all of it is done by parts before it. */
	bool elsewhere;
};

/** What is to be done on a host. */
struct fix_plan {
	const struct report *report;
	enum risk most;
	struct fix_part *parts;
	size_t nparts;
};

/** Plan what to do about all that failed; what may break more than most is only shown. */
struct fix_plan fix_plan(struct arena *arena, const struct report *report, enum risk most);

/** For writers: add the functions of the shell that steps call; one step as lines, each behind prefix; words for a
 * reader as comments; which check a part is of, about what, and what it may break. */
void fix_functions(struct builder *builder, const struct fix *steps, size_t nsteps);
void fix_sh_step(struct builder *builder, const struct fix *fix, const char *prefix);
void fix_comment(struct builder *builder, const char *indent, const char *label, const char *text);
void fix_heading(struct builder *builder, const struct fix_part *part, const char *indent);

/** Add a script of sh(1). */
void fix_sh(struct builder *builder, const struct fix_plan *plan);

/** Add a playbook of Ansible. */
void fix_ansible(struct builder *builder, const struct fix_plan *plan);

/** A form in which a plan is written. */
struct fix_format {
	/** NULL ends the list. */
	const char *name;
	/** The end of the names of files that are of this format if nothing else is said. */
	const char *suffix;
	/** NULL: it is a directory, see fix_files(). */
	void (*write)(struct builder *builder, const struct fix_plan *plan);
};

/** The default first. */
extern const struct fix_format fix_formats[];

/** The format of that name, or NULL. */
const struct fix_format *fix_format_find(const char *name);

/** A file of what is laid down in a directory. */
struct fix_output {
	/** NULL ends the list. */
	const char *path;
	const char *content;
	size_t size;
};

/** Files for a directory: new ones, patches of those that are there, a script of what is no file, and a guide. */
const struct fix_output *fix_files(struct arena *arena, const struct tree *tree, const struct fix_plan *plan);

#endif
