#include "progress.h"

#include "text.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { FIRST_MS = 1000, STEP_MS = 100 };

/** Erase the line that the cursor is in, and go to its beginning. */
static const char erase[] = "\r\033[K";

void progress_start(struct progress *progress, int64_t now_ms) {
	*progress = (struct progress) { .began_ms = now_ms };
}

/** The columns of the terminal, of which the last stays free, so that no line wraps. */
static size_t width(void) {
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : 79;
}

/** How many bytes of shown text fit into so many columns: each character of it takes one, or two if it is wide. */
static size_t fitting(const char *text, size_t length, size_t columns) {
	size_t at = 0;

	for (size_t used = 0; at < length;) {
		uint32_t character;
		size_t size = text_character(text + at, length - at, &character);
		size_t needs = character >= 0x1100 ? 2 : 1;

		if (used + needs > columns)
			break;
		used += needs;
		at += size ? size : 1;
	}
	return at;
}

void progress_show(struct progress *progress, const struct pulse *pulse, int64_t now_ms) {
	struct arena scratch = { 0 };
	struct builder line = { .arena = &scratch };
	char what[PULSE_WHAT];

	if (now_ms - progress->began_ms < FIRST_MS || now_ms - progress->shown_ms < STEP_MS)
		return;
	memcpy(what, pulse->what, sizeof what);
	builder_format(&line, "%llu entries  ",
	               (unsigned long long)atomic_load_explicit(&pulse->entries, memory_order_relaxed));
	text_terminal(&line, what, strnlen(what, sizeof what));
	size_t length = fitting(line.text, line.length, width());
	struct builder out = { .arena = &scratch };
	builder_text(&out, erase);
	builder_bytes(&out, line.text, length);
	/* A terminal that is gone shows nothing, and that is all. */
	if (write(STDERR_FILENO, out.text, out.length) < 0)
		progress->stands = false;
	else
		progress->stands = true;
	progress->shown_ms = now_ms;
	arena_free(&scratch);
}

void progress_clear(struct progress *progress) {
	if (progress->stands && write(STDERR_FILENO, erase, sizeof erase - 1) > 0)
		progress->stands = false;
}
