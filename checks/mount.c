#include "checks.h"

const struct check mount_checks[] = { { 0 } };
