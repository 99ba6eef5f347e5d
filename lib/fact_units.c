#include "host.h"

void units_gather(struct host *host) {
	(void)host;
}
