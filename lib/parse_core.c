#include "parse_core.h"

#include "text.h"

#include <string.h>

/** Copy a path up to what only the crash decides.  Returns whether something of it was left out. */
static bool copy_path(char *path, const char *from, size_t length) {
	size_t size = 0;

	for (size_t i = 0; i < length; ++i) {
		if (from[i] != '%') {
			path[size++] = from[i];
		} else if (i + 1 < length && from[i + 1] == '%') {
			path[size++] = from[++i];
		} else {
			/* The component stays, so that it can be asked who may create it. */
			path[size++] = '%';
			path[size] = '\0';
			return true;
		}
	}
	path[size] = '\0';
	return false;
}

enum core_kind core_read(const char *pattern, char path[static CORE_PATTERN_SIZE]) {
	size_t length = strnlen(pattern, CORE_PATTERN_SIZE - 1);
	const char *end = pattern + length;

	path[0] = '\0';
	if (length == 0)
		return CORE_NONE;
	if (*pattern == '|') {
		const char *program = pattern + 1 + strspn(pattern + 1, " \t\n\v\f\r");

		if (program > end)
			program = end;
		size_t size = strcspn(program, " \t\n\v\f\r");
		if (size > (size_t)(end - program))
			size = (size_t)(end - program);
		if (*program != '/' || copy_path(path, program, size)) {
			path[0] = '\0';
			return CORE_PROGRAM_UNCERTAIN;
		}
		return text_equal(path, "/bin/false") || text_equal(path, "/usr/bin/false") ? CORE_NONE : CORE_PROGRAM;
	}
	/* "@@" asks the server first. */
	size_t at = strspn(pattern, "@");
	if ((at == 1 || at == 2) && at < length && pattern[at] == '/') {
		copy_path(path, pattern + at, length - at);
		return CORE_SOCKET;
	}
	if (*pattern != '/')
		return CORE_RELATIVE;
	copy_path(path, pattern, length);
	return CORE_FILE;
}
