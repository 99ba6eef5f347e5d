#include "parse_logindefs.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int parse_logindefs(const struct bytes *bytes, struct arena *arena, const struct logindefs_setting **settings) {
	const char *at = bytes->data, *const end = at + bytes->size;
	struct logindefs_setting *list = arena_array(arena, 1, sizeof *list);
	size_t count = 0;

	*settings = list;
	for (unsigned line = 1; at < end; ++line) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;
		size_t length = strnlen(at, (size_t)((newline ? newline : end) - at));
		const char *comment = length ? memchr(at, '#', length) : NULL;
		const char *stop = comment ? comment : at + length;

		while (at < stop && is_blank(*at))
			++at;
		while (stop > at && is_blank(stop[-1]))
			--stop;
		const char *name = at;
		while (at < stop && *at != ' ' && *at != '\t' && *at != '=')
			++at;
		const size_t name_length = (size_t)(at - name);
		while (at < stop && (is_blank(*at) || *at == '='))
			++at;
		if (name_length) {
			if (count == LOGINDEFS_LIMIT)
				return -E2BIG;
			list = arena_grow(arena, count ? list : NULL, count, sizeof *list);
			*settings = list;
			list[count++] = (struct logindefs_setting) {
				.name = arena_bytes(arena, name, name_length),
				.value = arena_bytes(arena, at, (size_t)(stop - at)),
				.line = line,
			};
		}
		at = next;
	}
	return 0;
}

const struct logindefs_setting *logindefs_find(const struct logindefs_setting *settings, const char *name) {
	for (; settings && settings->name; ++settings)
		if (strcasecmp(settings->name, name) == 0)
			return settings;
	return NULL;
}
