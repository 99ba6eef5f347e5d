/** What comes from earlier runs or from those who administer the host: JSON in all its forms. */

#include "fuzz.h"

const struct target report_targets[] = {
	{ 0 },
};
