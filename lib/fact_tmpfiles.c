#include "host.h"

void tmpfiles_gather(struct host *host) {
	(void)host;
}
