#include "host.h"

void identity_gather(struct host *host) {
	host->identity = arena_alloc(&host->arena, sizeof *host->identity);
}
