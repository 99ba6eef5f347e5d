#include "parse_namespace.h"

#include "text.h"

#include <errno.h>
#include <string.h>

static const char blanks[] = " \t\r\v\f";

/** Read what follows the method's name: flags, each behind a colon.  Returns why it is refused, or NULL. */
static const char *take_flags(char *text, struct namespace_line *line) {
	char *position = NULL;

	for (char *flag = strtok_r(text, ":", &position); flag; flag = strtok_r(NULL, ":", &position)) {
		if (text_starts(flag, "mntopts=")) {
			if (!text_equal(line->method, "tmpfs"))
				return "has mount options, which only the method tmpfs takes";
			line->options = flag + strlen("mntopts=");
		} else if (text_equal(flag, "shared")) {
			line->shared = true;
		} else if (!text_equal(flag, "noinit") && !text_equal(flag, "create") &&
		           !text_starts(flag, "create=") && !text_starts(flag, "iscript=") &&
		           !text_equal(flag, "rslave")) {
			return "has an unknown flag behind its method";
		}
	}
	return NULL;
}

static const char *take_method(char *text, struct namespace_line *line) {
	static const char *const methods[] = { "user", "level", "context", "tmpdir", "tmpfs" };
	char *colon = strchr(text, ':');

	if (colon)
		*colon++ = '\0';
	for (size_t i = 0; i < sizeof methods / sizeof *methods; ++i)
		if (text_equal(text, methods[i]))
			line->method = methods[i];
	if (!line->method)
		return "has an unknown method";
	return colon ? take_flags(colon, line) : NULL;
}

static void read_line(char *text, struct namespace_line *line) {
	char *position = NULL;

	line->dir = strtok_r(text, blanks, &position);
	line->prefix = strtok_r(NULL, blanks, &position);
	char *method = strtok_r(NULL, blanks, &position), *users = strtok_r(NULL, blanks, &position);
	line->options = line->exempt = "";
	if (!line->prefix || !method) {
		line->why = "lacks an instance prefix or a method";
		return;
	}
	line->why = take_method(method, line);
	if (!line->why && line->dir[0] != '/' && line->dir[0] != '$')
		line->why = "has a directory that is not absolute";
	if (users && *users == '~') {
		line->inverted = true;
		++users;
	}
	if (users)
		line->exempt = users;
}

int parse_namespace(const struct bytes *bytes, struct arena *arena, const struct namespace_line **lines) {
	const char *at = bytes->data, *const end = at + bytes->size;
	struct namespace_line *list = NULL;
	size_t count = 0;
	int error = 0;

	for (unsigned number = 1; at < end && !error; ++number) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		char *text = arena_bytes(arena, at, (size_t)((newline ? newline : end) - at));
		struct namespace_line line = { .line = number };

		at = newline ? newline + 1 : end;
		text[strcspn(text, "#")] = '\0';
		if (!text[strspn(text, blanks)])
			continue;
		read_line(text, &line);
		if (count == NAMESPACE_LIMIT) {
			error = -E2BIG;
			break;
		}
		list = arena_grow(arena, list, count, sizeof *list);
		list[count++] = line;
	}
	*lines = list ? list : arena_alloc(arena, sizeof *list);
	return error;
}
