#include "checks.h"

const struct check sysctl_checks[] = { { 0 } };
