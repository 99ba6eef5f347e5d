/** Cleaning up: nothing stays in a temporary directory for ever. */

#include "checks.h"

const struct check cleanup_checks[] = {
	{ 0 },
};
