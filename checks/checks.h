/** The families of checks. */
#ifndef TMPAUDIT_CHECKS_H
#define TMPAUDIT_CHECKS_H

#include "check.h"

/** One table a family, each ended by a row without id; the list ends with NULL.  In the order of the report. */
extern const struct check *const check_families[];

extern const struct check tempdir_checks[];
extern const struct check sticky_checks[];
extern const struct check mount_checks[];
extern const struct check umask_checks[];
extern const struct check sysctl_checks[];
extern const struct check environment_checks[];
extern const struct check cleanup_checks[];
extern const struct check isolation_checks[];
extern const struct check contents_checks[];
extern const struct check code_checks[];
extern const struct check attack_checks[];

#endif
