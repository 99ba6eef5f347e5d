/**
 * What one check found on one host.  A check judges subjects one after another;
 * the status follows from what it judged and is never set.
 */
#ifndef TMPAUDIT_RESULT_H
#define TMPAUDIT_RESULT_H

#include "arena.h"
#include "check.h"

#include <stdbool.h>
#include <stddef.h>

enum status { STATUS_PASS, STATUS_FAIL, STATUS_ERROR, STATUS_NOT_APPLICABLE, STATUS_WAIVED, STATUSES };

extern const char *const status_names[STATUSES];

/** A subject that is not good, or that could not be judged. */
struct finding {
	/** What was judged: a path, a key, a service.  Bytes as the host has them. */
	const char *subject;
	/** What is wrong, for a reader: continues the subject. */
	const char *message;
	const char *expected, *actual;
	/** Where it is stated: file:line, a name in /proc, or NULL. */
	const char *source;
	/** Why it is accepted, if the policy waives it; else NULL. */
	const char *waiver;
	/** That it was accepted until a day that is past, if it was; message says so too. */
	const char *lapsed;
	/** Of what was found by reading code: how sure it is, and what makes it worse, or less of a fault; or NULL. */
	const char *confidence, *context;
	enum aspect aspect;
	/** Set if it could not be judged; see result_unknown(). */
	bool error;
};

/** What is worth knowing and no fault. */
struct note {
	const char *subject, *message;
};

/** What a report that was read says of a check, and cannot be told again from the findings that it lists. */
struct result_statement {
	enum status status;
	const char *reason, *waiver, *fingerprint;
	/** none, low or high. */
	const char *risk;
	/** Ended by NULL, and by a zero entry. */
	const char *const *commands;
	const struct fix_file *files;
};

/** How a result stands against a baseline. */
enum standing {
	/** There is none. */
	STANDING_ALONE,
	/** It was so already, and no worse. */
	STANDING_KNOWN,
	STANDING_FRESH,
	/** Whether it is worse cannot be told. */
	STANDING_DOUBTFUL
};

struct result {
	const struct check *check;
	/** NULL: it was judged here. */
	const struct result_statement *statement;
	enum standing standing;
	/** What became of it since the baseline: a name of compare.h; NULL: there is none. */
	const char *change;
	/** By the policy in force: that of the row, unless a profile says otherwise. */
	enum severity severity;
	/** Whether the policy leaves out what is stated for the next boot. */
	bool without_boot;
	/** Whether somebody asked for this very check. */
	bool named;
	struct arena *arena;
	struct finding *findings;
	size_t nfindings;
	/** Subjects that failed, but are not among the findings: see result_more(). */
	size_t more;
	/** How many of those are waived. */
	size_t more_waived;
	/** Subjects judged good. */
	size_t passes;
	/** Why the question does not arise, or why nothing could be told; NULL: none. */
	const char *reason;
	struct note *notes;
	size_t nnotes;
	/** What repairs what failed, on this host: lib/fix.c. */
	struct fix *steps;
	size_t nsteps;
	/** What it may break besides what the row says, and whether that is much; NULL: nothing. */
	const char *fix_breaks;
	bool fix_risky;
};

/** Judge a subject: count it as good, or keep a copy of the finding. */
void result_judge(struct result *result, bool good, const struct finding *otherwise);

/** Count further subjects that fail, none of them kept: there are too many, and those that were judged are the worst.
 */
void result_more(struct result *result, size_t count);

/** Let the check weigh at least that much: what was found is worse than what it asks for. */
void result_raise(struct result *result, enum severity severity);

/** Say that a subject could not be judged, and in message why.  The check can then not pass. */
void result_unknown(struct result *result, const struct finding *finding);

/**
 * Say that the question does not arise here.  The first reason is kept, and it counts
 * only if nothing else was judged.
 */
void result_skip(struct result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Say what repairing it here may break, besides what the row says of it. */
void result_breaks(struct result *result, bool risky, const char *breaks);

/** Note something that is no fault. */
void result_note(struct result *result, const char *subject, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/** Text for a finding, which lives as long as the report. */
const char *result_text(struct result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The status that follows. */
enum status result_status(const struct result *result);

/** Why the status is error or not-applicable; NULL for the others. */
const char *result_reason(const struct result *result);

/** Why the failure is accepted if the status is waived; NULL for the others. */
const char *result_waiver(const struct result *result);

/** What a finding counts as: fail, error or waived. */
enum status finding_status(const struct finding *finding);

/** What a sentence puts before the actual of a finding: "is ", "has ", or nothing if that has a verb of its own. */
const char *finding_verb(const char *actual);

/**
 * The findings as every format lists them, ended by NULL: failed before unreadable before waived, so
 * that noise can push nothing out that is worse; then by subject and aspect.
 */
const struct finding *const *result_sorted(struct arena *arena, const struct result *result);

/** All findings, those that are not kept included. */
size_t result_total(const struct result *result);

/** How many findings count as failed, unreadable or waived; what is not kept has failed. */
size_t result_failing(const struct result *result);
size_t result_unreadable(const struct result *result);
size_t result_waived(const struct result *result);

#endif
