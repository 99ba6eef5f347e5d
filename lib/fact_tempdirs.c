#include "host.h"

void tempdirs_gather(struct host *host) {
	(void)host;
}
