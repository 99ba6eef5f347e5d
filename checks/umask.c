#include "checks.h"

const struct check umask_checks[] = { { 0 } };
