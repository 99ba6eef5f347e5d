/**
 * Two reports: what changed from the old one to the new one.
 *
 * Findings are compared as multisets of (check, subject, aspect), so that a subject that is told twice counts twice,
 * and words that changed do not make another finding.  Where a report lists fewer findings than there are, only what
 * follows from numbers and fingerprints is said.
 */
#ifndef TMPAUDIT_COMPARE_H
#define TMPAUDIT_COMPARE_H

#include "report.h"

#include <stdbool.h>
#include <stddef.h>

/** What became of a check. */
enum change {
	/** It fails, and was not known to fail. */
	CHANGE_NEW,
	/** It fails still, and more of it; or more severely; or what was waived is not any more. */
	CHANGE_WORSE,
	/** It cannot be told any more what was told; also: whether it became worse cannot be told. */
	CHANGE_UNKNOWN,
	/** It fails, or more of it does, and that is accepted now. */
	CHANGE_WAIVED,
	/** Less of it fails, or less severely; or it could not be told before. */
	CHANGE_BETTER,
	/** It failed, and does not any more. */
	CHANGE_FIXED,
	/** Only one of the reports speaks of it, and not of a failure: it was not asked before; it is not asked now. */
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_SAME,
	CHANGES
};

extern const char *const change_names[CHANGES];

/** A finding of one of both reports. */
struct changed_finding {
	const struct finding *finding;
	/** What the same subject had in the other report: STATUSES: nothing. */
	enum status other;
};

/** What became of one check. */
struct check_change {
	/** NULL: that report does not speak of it. */
	const struct result *before, *after;
	enum change change;
	/** Findings of after that before has not, or not with that status; and the other way round; by subject. */
	struct changed_finding *appeared, *gone;
	size_t nappeared, ngone;
	/** Listed findings that are in both. */
	size_t stayed;
	/** Whether all findings of both are listed, or it follows from their number and fingerprint that they are
	 * equal. */
	bool exact;
};

struct comparison {
	struct arena arena;
	const struct report *before, *after;
	/** From which severity on a failure counts, and below which score, in tenths: low and 0 to begin with. */
	enum severity fail_on;
	unsigned fail_under;
	/** In the order of the new report; behind them those that only the old one has. */
	struct check_change *changes;
	size_t nchanges;
	/** By enum change. */
	unsigned counts[CHANGES];
	struct difference *differences;
	size_t ndifferences;
};

/** Compare two reports, which must live as long as the comparison.  It is to be freed. */
void compare_reports(struct comparison *comparison, const struct report *before, const struct report *after);

/**
 * 1 if a failure that counts is new or worse, or the score fell below what is wanted; else 3 if a check that counts was
 * judged before and ended in error now, or cannot be compared; else 0.
 */
int compare_exit(const struct comparison *comparison);

/** Whether nothing at all changed: neither a check, nor a finding, nor what was asked. */
bool compare_equal(const struct comparison *comparison);

/**
 * Hold the report, which is the new one of the comparison, against the old one as its baseline: each result says what
 * became of it, and what was known no longer falls short.  All that the report keeps of it is copied.
 */
void compare_with_baseline(const struct comparison *comparison, struct report *report);

void compare_free(struct comparison *comparison);

#endif
