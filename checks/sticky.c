#include "checks.h"

const struct check sticky_checks[] = { { 0 } };
