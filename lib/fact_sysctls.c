#include "host.h"

void sysctls_gather(struct host *host) {
	(void)host;
}
