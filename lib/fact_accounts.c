#include "host.h"

void accounts_gather(struct host *host) {
	(void)host;
}
