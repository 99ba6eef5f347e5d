#include "pulse.h"

#include <string.h>
#include <sys/mman.h>

struct pulse *pulse_open(void) {
	struct pulse *pulse = mmap(NULL, sizeof *pulse, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	// cppcheck-suppress memleak ; it lives as long as the process
	return pulse == MAP_FAILED ? NULL : pulse;
}

void pulse_beat(struct pulse *pulse) {
	if (pulse)
		atomic_fetch_add_explicit(&pulse->beats, 1, memory_order_relaxed);
}

void pulse_count(struct pulse *pulse, unsigned long entries) {
	if (pulse)
		atomic_fetch_add_explicit(&pulse->entries, entries, memory_order_relaxed);
	pulse_beat(pulse);
}

void pulse_say(struct pulse *pulse, const char *what) {
	/* A reader may see half of the old and half of the new: it is a line that is gone in a moment. */
	if (pulse) {
		size_t length = strnlen(what, sizeof pulse->what - 1);

		memcpy(pulse->what, what, length);
		pulse->what[length] = '\0';
	}
	pulse_beat(pulse);
}
