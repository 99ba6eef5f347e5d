#include "host.h"

void nested_gather(struct host *host) {
	(void)host;
}
