/** What lies in temporary directories: preparations of attacks, secrets, and what belongs to nobody. */

#include "checks.h"

const struct check contents_checks[] = {
	{ 0 },
};
