#include "checks.h"

const struct check tempdir_checks[] = { { 0 } };
