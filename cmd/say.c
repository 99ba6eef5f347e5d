#include "say.h"

#include "text.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void say(const char *where, const char *format, ...) {
	struct arena scratch = { 0 };
	struct builder line = { .arena = &scratch };
	va_list list;

	va_start(list, format);
	const char *what = arena_vtext(&scratch, format, list);
	va_end(list);
	builder_text(&line, "tmpaudit: ");
	text_terminal(&line, where, strlen(where));
	builder_text(&line, ": ");
	text_terminal(&line, what, strlen(what));
	builder_text(&line, "\n");
	/* In one piece, so that lines of two programs do not mix. */
	if (write(STDERR_FILENO, builder_string(&line), line.length) < 0) {
		/* There is nobody left to tell. */
	}
	arena_free(&scratch);
}
