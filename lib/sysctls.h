/** Kernel settings: what they are now, and what sysctl.d(5) makes of them at the next boot. */
#ifndef TMPAUDIT_SYSCTLS_H
#define TMPAUDIT_SYSCTLS_H

#include "check.h"
#include "trust.h"

#include <stdbool.h>
#include <stddef.h>

struct host;

/** One key in one view. */
struct sysctl {
	/** fs.protected_regular; NULL ends a list. */
	const char *key;
	/** As it stands, without blanks around; NULL if nothing states it, or the kernel lacks it. */
	const char *value;
	/** Live: the name in /proc; boot: file:line, or "default". */
	const char *source;
	/** Why it could not be read; NULL if it was. */
	const char *unknown;
	/** Live: whether the kernel lacks the key. */
	bool absent;
};

/** Something that makes the boot configuration ambiguous. */
struct sysctl_defect {
	const char *key, *message, *expected, *actual, *source;
};

struct sysctl_view {
	/** ASPECT_LIVE or ASPECT_BOOT; ASPECT_ANY ends the list. */
	enum aspect aspect;
	const struct sysctl *sysctls;
	/** Where core_pattern of this view leads: TRUST_NOT_ASKED unless it names an absolute path. */
	struct trust core;
	/** Boot only; ended by a zero entry. */
	const struct sysctl_defect *defects;
};

/** Gather FACT_SYSCTLS; needs FACT_UNITS, FACT_TEMPDIRS. */
void sysctls_gather(struct host *host);

/** The key in that view, or NULL. */
const struct sysctl *sysctl_find(const struct sysctl_view *view, const char *key);

#endif
