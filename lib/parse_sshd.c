#include "parse_sshd.h"

#include "text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

/** The next argument of a line, which ends at a comment; NULL if there is none. */
static const char *take_argument(const char **at, const char *end, struct arena *arena) {
	struct builder word = { .arena = arena };
	const char *from = *at;
	char quote = '\0';

	while (from < end && is_blank(*from))
		++from;
	if (from == end || *from == '#') {
		*at = end;
		return NULL;
	}
	for (; from < end && (quote || !is_blank(*from)); ++from) {
		if (quote ? *from == quote : *from == '"' || *from == '\'') {
			quote = quote ? '\0' : *from;
			continue;
		}
		if (*from == '\\' && from + 1 < end && strchr("\"'\\ ", from[1]))
			++from;
		builder_bytes(&word, from, 1);
	}
	*at = from;
	return builder_string(&word);
}

static const char *const *take_arguments(const char *at, const char *end, struct arena *arena) {
	const char **list = arena_array(arena, 1, sizeof *list);
	size_t count = 0;

	for (const char *word; (word = take_argument(&at, end, arena));) {
		list = arena_grow(arena, count ? (void *)list : NULL, count, sizeof *list);
		list[count++] = word;
	}
	return list;
}

int parse_sshd(const struct bytes *bytes, struct arena *arena, const struct sshd_line **lines) {
	const char *at = bytes->data, *const end = at + bytes->size;
	struct sshd_line *list = arena_array(arena, 1, sizeof *list);
	size_t count = 0;
	bool matched = false;

	*lines = list;
	for (unsigned line = 1; at < end; ++line) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline ? newline + 1 : end;
		const char *stop = at + strnlen(at, (size_t)((newline ? newline : end) - at));

		while (at < stop && is_blank(*at))
			++at;
		const char *keyword = at;
		while (at < stop && !is_blank(*at) && *at != '=')
			++at;
		const size_t length = (size_t)(at - keyword);
		/* One "=" may stand between keyword and arguments. */
		while (at < stop && is_blank(*at))
			++at;
		at += at < stop && *at == '=';
		if (length && *keyword != '#') {
			struct sshd_line entry = { .line = line, .keyword = arena_bytes(arena, keyword, length) };

			if (count == SSHD_LIMIT)
				return -E2BIG;
			entry.arguments = take_arguments(at, stop, arena);
			matched = matched || strcasecmp(entry.keyword, "Match") == 0;
			entry.matched = matched;
			list = arena_grow(arena, count ? list : NULL, count, sizeof *list);
			list[count++] = entry;
			*lines = list;
		}
		at = next;
	}
	return 0;
}

const char *sshd_sftp_umask(const char *const *arguments, struct arena *arena) {
	static const char with_argument[] = "dflPpQ";
	const char *umask = NULL;

	if (!arguments[0])
		return NULL;
	if (!arguments[1])
		arguments = take_arguments(arguments[0], arguments[0] + strlen(arguments[0]), arena);
	if (!arguments[0] || (strcmp(arguments[0], "internal-sftp") != 0 && !text_ends(arguments[0], "/sftp-server")))
		return NULL;
	/* As getopt(3) reads them. */
	for (++arguments; *arguments && **arguments == '-' && strcmp(*arguments, "--") != 0; ++arguments) {
		for (const char *option = *arguments + 1; *option; ++option) {
			if (*option != 'u' && !strchr(with_argument, *option))
				continue;
			const char *value = option[1] ? option + 1 : arguments[1];
			if (*option == 'u')
				umask = value;
			if (!option[1] && arguments[1])
				++arguments;
			break;
		}
	}
	return umask;
}
