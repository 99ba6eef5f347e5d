#include "parse_os_release.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

/** Take quotes and backslashes off, as a shell does; what stands behind an unquoted blank is no part of the value. */
static const char *unquote(struct arena *arena, const char *text, size_t length) {
	char *value = arena_bytes(arena, text, length);
	char quote = '\0';
	size_t size = 0;

	for (size_t i = 0; i < length; ++i) {
		const char c = text[i], next = i + 1 < length ? text[i + 1] : '\0';

		if (!quote && is_blank(c))
			break;
		if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == '\\' && next && (!quote || (quote == '"' && strchr("\"$`\\", next)))) {
			value[size++] = next;
			++i;
		} else {
			value[size++] = c;
		}
	}
	value[size] = '\0';
	return *value ? value : NULL;
}

const char *os_release_value(struct arena *arena, const char *data, size_t size, const char *name) {
	const char *end = data + size, *value = NULL;
	size_t length = strlen(name), value_length = 0;

	for (const char *line = data, *next; line < end; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(end - line)), *stop = newline ? newline : end;

		next = newline ? newline + 1 : end;
		while (line < stop && is_blank(*line))
			++line;
		if ((size_t)(stop - line) <= length || memcmp(line, name, length) != 0 || line[length] != '=')
			continue;
		value = line + length + 1;
		value_length = (size_t)(stop - value);
	}
	return value ? unquote(arena, value, value_length) : NULL;
}
