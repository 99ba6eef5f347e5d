#include "parse_limits.h"

#include <string.h>

/** The longest word that matters; a longer one is none of those looked for. */
enum { LONGEST_WORD = 64, WORDS = 4 };

static bool is_blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

/** Split a line into its first words, shortened, before any comment.  Returns how many there are. */
static size_t split(const char *line, size_t length, char words[WORDS][LONGEST_WORD]) {
	const char *comment = memchr(line, '#', length);
	const char *end = comment ? comment : line + length;
	size_t count = 0;

	while (count < WORDS) {
		while (line < end && is_blank(*line))
			++line;
		if (line == end)
			break;
		const char *word = line;
		while (line < end && !is_blank(*line))
			++line;
		size_t size = (size_t)(line - word);
		if (size >= LONGEST_WORD)
			size = LONGEST_WORD - 1;
		memcpy(words[count], word, size);
		words[count++][size] = '\0';
	}
	return count;
}

void core_limits_read(struct core_limits *limits, const char *path, const char *data, size_t size) {
	const char *end = data + size;
	unsigned number = 0;

	while (data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data)), *stop = newline ? newline : end;
		char words[WORDS][LONGEST_WORD];
		size_t count = split(data, (size_t)(stop - data), words);

		++number;
		data = newline ? newline + 1 : end;
		/* "DOMAIN -" exempts the domain from all limits. */
		if (count == 2 && strcmp(words[1], "-") == 0) {
			limits->exceptions = true;
			continue;
		}
		if (count < WORDS || strcasecmp(words[2], "core") != 0 ||
		    (strcasecmp(words[1], "hard") != 0 && strcmp(words[1], "-") != 0))
			continue;
		const bool none = words[3][strspn(words[3], "0")] == '\0';
		if (strcmp(words[0], "*") != 0) {
			limits->exceptions = limits->exceptions || !none;
			continue;
		}
		limits->everybody = none;
		limits->path = path;
		limits->line = number;
	}
}
