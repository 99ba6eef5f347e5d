/**
 * The program that attack.mount lays down and runs: it says, by its status, that it ran, and
 * whether as somebody else.  It stands in no library and opens nothing, so that it runs wherever
 * the kernel lets it; see attack.c for the numbers.
 */

#include <unistd.h>

_Noreturn void _start(void);

_Noreturn void _start(void) {
	_exit(geteuid() == getuid() ? 200 : 201);
}
