/** An audit: select checks, gather what they need, judge.  The only caller of check->run. */
#ifndef TMPAUDIT_AUDIT_H
#define TMPAUDIT_AUDIT_H

#include "check.h"
#include "report.h"

#include <stdbool.h>

struct host;
struct policy;

/** Which checks are wanted, beyond what the policy selects. */
struct selection {
	/** Globs of ids, or "practice:NAME"; ended by NULL.  NULL: all. */
	const char *const *checks;
	const char *const *skips;
	/** Whether deep checks are wanted, whether attacks were attempted, and whether PATHs are read as programs. */
	bool deep, probe, code;
};

/**
 * Whether glob names the check: by id, by family ("mount", "mount.*") or by practice
 * ("practice:race").
 */
bool audit_matches(const char *glob, const struct check *check);

/**
 * Whether the check is to run.  A check that --check names by its whole id runs even if the
 * policy leaves it out; else policy, globs and deep decide.
 */
bool audit_selects(const struct selection *selection, const struct policy *policy, const struct check *check);

/** The first glob of a NULL-ended list that matches no check of the families, or NULL. */
const char *audit_unmatched(const struct check *const *families, const char *const *globs);

/**
 * Judge the host by the checks of the families that are selected, and make the report:
 * results, score, host.  families ends with NULL.  Nothing in the report points into the host.
 */
void audit_run(struct host *host, const struct check *const *families, const struct selection *selection,
               struct report *report);

#endif
