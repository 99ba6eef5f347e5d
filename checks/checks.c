#include "checks.h"

#include <stddef.h>

const struct check *const check_families[] = {
	tempdir_checks, sticky_checks,    mount_checks,    umask_checks, sysctl_checks, environment_checks,
	cleanup_checks, isolation_checks, contents_checks, code_checks,  attack_checks, NULL,
};
