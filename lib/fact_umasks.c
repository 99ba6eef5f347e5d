#include "host.h"

void umasks_gather(struct host *host) {
	(void)host;
}
