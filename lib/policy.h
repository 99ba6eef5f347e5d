/**
 * What is expected of a host: parameters of rules, severities, and which checks are
 * selected.  A profile is a set of such values by name.
 */
#ifndef TMPAUDIT_POLICY_H
#define TMPAUDIT_POLICY_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What rules can be told.  The table in policy.c names each. */
enum parameter {
	/** umask.maximum: the bits that a umask must have, octal. */
	PARAMETER_UMASK,
	/** umask.services: the same for services, octal. */
	PARAMETER_UMASK_SERVICES,
	/** umask.usergroups: whether pam_umask's usergroups may give the group bits back. */
	PARAMETER_UMASK_USERGROUPS,
	/** sysctl.protected-regular, sysctl.protected-fifos: the least value. */
	PARAMETER_PROTECTED_REGULAR,
	PARAMETER_PROTECTED_FIFOS,
	/** sysctl.suid-dumpable-pipe: whether 2 is good with a pipe to a trusted program. */
	PARAMETER_SUID_DUMPABLE_PIPE,
	/** sysctl.core-relative: whether a relative core pattern is good. */
	PARAMETER_CORE_RELATIVE,
	/** cleanup.tmp-max-age: days after which what is not used has to be gone, from /tmp and others. */
	PARAMETER_TMP_AGE,
	/** cleanup.var-tmp-max-age: the same for /var/tmp. */
	PARAMETER_VAR_TMP_AGE,
	/** cleanup.volatile: whether a /tmp that a restart empties is good without an age. */
	PARAMETER_VOLATILE,
	/** isolation.all-services: whether every long-running service is asked for a /tmp of its own, used or not. */
	PARAMETER_ISOLATE_ALL,
	PARAMETERS
};

struct parameter_row {
	const char *name, *meaning;
	/** 8 for octal values, 10 for decimal ones. */
	unsigned base;
	uint64_t standard, maximum;
};

/** By enum parameter. */
extern const struct parameter_row parameter_rows[PARAMETERS];

struct policy {
	/** Of the profile. */
	const char *name;
	uint64_t parameters[PARAMETERS];
	/** tempdir.extra: absolute paths, ended by NULL; NULL: none. */
	const char *const *extra;
	/** Whether what is stated for the next boot is judged; see policy_judges_boot(). */
	bool boot;
	/** Whether deep checks run. */
	bool deep;
	/** From which severity on a failed check makes the run fall short; SEVERITIES: none does by itself. */
	enum severity fail_on;
	/** Below which score the run falls short, in tenths; 0: never. */
	unsigned fail_under;
	const struct profile *profile;
};

/** The profile's values.  Returns false if there is no profile of that name. */
bool policy_open(struct policy *policy, const char *profile);

/** The names of all profiles, default first, ended by NULL. */
extern const char *const policy_profiles[];

/** Whether the policy selects the check. */
bool policy_selects(const struct policy *policy, const struct check *check);

/** Whether what the check asks can be asked under the policy: else it is not applicable. */
bool policy_applies(const struct policy *policy, const struct check *check);

/** Whether the check judges what is stated for the next boot. */
bool policy_judges_boot(const struct policy *policy, const struct check *check);

/** The severity of the check under the policy. */
enum severity policy_severity(const struct policy *policy, const struct check *check);

#endif
