#include "parse_crontab.h"

#include "text.h"

#include <errno.h>
#include <string.h>

static const char blanks[] = " \t\r";

static const char *skip_blanks(const char *at) {
	return at + strspn(at, blanks);
}

static size_t trimmed_length(const char *text, size_t length) {
	while (length && strchr(blanks, text[length - 1]))
		--length;
	return length;
}

/** A name or value, quoted or not, that ends at the byte; *at is left behind it.  NULL if a quote is not closed. */
static const char *take_part(const char **at, char end, struct arena *arena) {
	const char *from = *at;

	if (*from == '"' || *from == '\'') {
		const char *close = strchr(from + 1, *from);

		if (!close)
			return NULL;
		*at = skip_blanks(close + 1);
		return arena_bytes(arena, from + 1, (size_t)(close - from - 1));
	}
	/* A name ends at a blank, too; a value does not. */
	const size_t length = end ? strcspn(from, "= \t\r") : trimmed_length(from, strlen(from));
	*at = skip_blanks(from + length);
	return arena_bytes(arena, from, length);
}

/** Whether the line is NAME=VALUE as cron's load_env() takes it. */
static bool take_assignment(const char *at, struct arena *arena, struct crontab_line *line) {
	const char *name = take_part(&at, '=', arena);

	if (!name || !*name || *at != '=')
		return false;
	at = skip_blanks(at + 1);
	const char *value = take_part(&at, '\0', arena);
	if (!value || *at)
		return false;
	line->name = name;
	line->value = value;
	return true;
}

/** The command, of which an unescaped "%" ends the part that is run. */
static const char *take_command(const char *at, struct arena *arena) {
	struct builder command = { .arena = arena };

	for (; *at && *at != '%'; ++at) {
		if (*at == '\\' && at[1] == '%')
			++at;
		builder_bytes(&command, at, 1);
	}
	return builder_string(&command);
}

static const char *skip_fields(const char *at, unsigned count) {
	while (count--)
		at = skip_blanks(at + strcspn(at, blanks));
	return at;
}

/** Whether the line is a job. */
static bool take_job(const char *at, enum crontab_form form, struct arena *arena, struct crontab_line *line) {
	if (form == CRONTAB_ANACRON) {
		at = skip_fields(at, 3);
	} else {
		/* A leading "-" keeps some crons from logging. */
		at += *at == '-';
		at = skip_fields(at, *at == '@' ? 1 : 5);
	}
	if (form == CRONTAB_SYSTEM) {
		const size_t length = strcspn(at, blanks);

		line->user = arena_bytes(arena, at, length);
		at = skip_blanks(at + length);
	}
	if (!*at)
		return false;
	line->command = form == CRONTAB_ANACRON ? arena_copy(arena, at) : take_command(at, arena);
	return true;
}

int parse_crontab(const struct bytes *bytes, enum crontab_form form, struct arena *arena,
                  const struct crontab_line **lines) {
	static const struct crontab_line none[] = { { 0 } };
	struct crontab_line *list = NULL;
	size_t count = 0;
	unsigned number = 0;

	*lines = none;
	for (size_t at = 0; at < bytes->size;) {
		const char *start = bytes->data + at;
		const char *newline = memchr(start, '\n', bytes->size - at);
		const size_t length = newline ? (size_t)(newline - start) : bytes->size - at;
		struct crontab_line line = { .line = ++number };
		const char *text = arena_bytes(arena, start, trimmed_length(start, strnlen(start, length)));

		at += length + (newline != NULL);
		text = skip_blanks(text);
		if (!*text || *text == '#')
			continue;
		if (!take_assignment(text, arena, &line) && !take_job(text, form, arena, &line))
			continue;
		if (count == CRONTAB_LIMIT)
			return -E2BIG;
		list = arena_grow(arena, list, count, sizeof *list);
		list[count++] = line;
		*lines = list;
	}
	return 0;
}
