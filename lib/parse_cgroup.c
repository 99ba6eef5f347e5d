#include "parse_cgroup.h"

#include "text.h"

#include <string.h>

/** The path of the hierarchy by which systemd keeps its units; NULL if the line is of another one. */
static const char *managed_path(const char *line) {
	const char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!path)
		return NULL;
	/* "0::" of version 2, "name=systemd" of version 1. */
	if ((line[0] == '0' && controllers == line + 1 && path == controllers + 1) ||
	    text_starts(controllers, ":name=systemd:"))
		return path + 1;
	return NULL;
}

static const char *outermost_service(char *path) {
	char *position = NULL;

	for (char *part = strtok_r(path, "/", &position); part; part = strtok_r(NULL, "/", &position))
		if (text_ends(part, ".service") && strlen(part) > strlen(".service"))
			return part;
	return NULL;
}

const char *parse_cgroup_service(const struct bytes *bytes, struct arena *arena) {
	char *at = arena_bytes(arena, bytes->data, bytes->size), *const end = at + bytes->size;
	const char *service = NULL;

	while (at < end && !service) {
		char *newline = memchr(at, '\n', (size_t)(end - at));

		if (newline)
			*newline = '\0';
		const char *path = managed_path(at);
		if (path)
			service = outermost_service(arena_copy(arena, path));
		at = newline ? newline + 1 : end;
	}
	return service;
}
