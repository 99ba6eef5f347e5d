#include "host.h"

void mounts_gather(struct host *host) {
	(void)host;
}
