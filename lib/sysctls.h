/** Kernel settings: what they are now, and what sysctl.d(5) makes of them at the next boot. */
#ifndef TMPAUDIT_SYSCTLS_H
#define TMPAUDIT_SYSCTLS_H

#include "check.h"
#include "parse_core.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>

struct host;

/** One key in one view. */
struct sysctl {
	/** fs.protected_regular; NULL ends a list. */
	const char *key;
	/**
	 * As the kernel has it, or would take it: a number in decimal, without what stands behind it.
	 * NULL if the kernel lacks it, or if nothing states it and the kernel computes it.
	 */
	const char *value;
	/** Live: the name in /proc; boot: file:line, or "default". */
	const char *source;
	/** Why it could not be read; NULL if it was. */
	const char *unknown;
	/** Live: whether the kernel lacks the key. */
	bool absent;
};

/** Something that makes the boot configuration of a key ambiguous: one entry a key. */
struct sysctl_defect {
	const char *key, *message, *expected, *actual, *source;
};

struct sysctl_view {
	/** ASPECT_LIVE or ASPECT_BOOT; ASPECT_ANY ends the list. */
	enum aspect aspect;
	/** Every key that is looked at, ended by a zero entry. */
	const struct sysctl *sysctls;
	/** What core_pattern of this view does; nothing is said of it if its value is unknown. */
	enum core_kind core_kind;
	/**
	 * Where core_pattern leads: TRUST_NOT_ASKED unless it names an absolute path.  A program
	 * or socket that others own or can write is TRUST_BAD too.
	 */
	struct trust core;
	/** The audited directory in which the dumps land, or NULL. */
	const char *core_inside;
	/**
	 * The line of limits.conf(5) that denies core dumps to all sessions, file:line; NULL: none.  It is looked
	 * for only if the pattern is relative and the policy does not take that.
	 */
	const char *core_denied;
	/** Why that could not be told; NULL if it could. */
	const char *core_denied_unknown;
	/** Boot only; in the order of the keys, ended by a zero entry. */
	const struct sysctl_defect *defects;
};

/** Gather FACT_SYSCTLS; needs FACT_IDENTITY, FACT_UNITS, FACT_TEMPDIRS, FACT_ACCOUNTS. */
void sysctls_gather(struct host *host);

/** The key in that view, or NULL. */
const struct sysctl *sysctl_find(const struct sysctl_view *view, const char *key);

/** Whether the running kernel is known to lack the key: there is then nothing to set. */
bool sysctl_lacking(const struct sysctl_view *views, const char *key);

/** The value as a number; false if there is none. */
bool sysctl_value(const struct sysctl *sysctl, long *value);

#endif
