#include "parse_accounts.h"

#include "text.h"

#include <errno.h>
#include <string.h>

/** What is left of the bytes, line by line. */
struct lines {
	const char *at, *end;
	/** The number of the line that was taken last. */
	unsigned number;
};

/** A piece of a line. */
struct span {
	const char *at;
	size_t length;
};

static bool is_blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool next_line(struct lines *lines, struct span *line) {
	if (lines->at == lines->end)
		return false;
	size_t left = (size_t)(lines->end - lines->at);
	const char *newline = memchr(lines->at, '\n', left);
	size_t length = newline ? (size_t)(newline - lines->at) : left;

	*line = (struct span) { lines->at, strnlen(lines->at, length) };
	++lines->number;
	lines->at += length + (newline != NULL);
	while (line->length && is_blank(*line->at)) {
		++line->at;
		--line->length;
	}
	return true;
}

/** Take what stands before the next separator, which goes too. */
static struct span take_field(struct span *line, char separator) {
	const char *found = line->length ? memchr(line->at, separator, line->length) : NULL;
	struct span field = { line->at, found ? (size_t)(found - line->at) : line->length };
	size_t gone = field.length + (found != NULL);

	line->at += gone;
	line->length -= gone;
	return field;
}

/** An id as glibc takes it: by strtoul(3), and refused if that is past 32 bits, as any negative one is. */
static bool take_id(struct span *line, unsigned *id) {
	struct span field = take_field(line, ':');
	uint64_t value = 0;
	size_t i = 0;

	while (i < field.length && is_blank(field.at[i]))
		++i;
	bool negative = i < field.length && field.at[i] == '-';
	if (i < field.length && (field.at[i] == '-' || field.at[i] == '+'))
		++i;
	if (i == field.length)
		return false;
	for (; i < field.length; ++i) {
		if (field.at[i] < '0' || field.at[i] > '9')
			return false;
		value = 10 * value + (uint64_t)(field.at[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*id = (unsigned)value;
	return !negative || value == 0;
}

static const char *keep(struct arena *arena, struct span span) {
	return span.length ? arena_bytes(arena, span.at, span.length) : "";
}

/** Take the name of the next entry.  Returns false for a line that is none. */
static bool take_name(struct span *line, struct span *name, bool *compat) {
	if (line->length == 0 || *line->at == '#')
		return false;
	*name = take_field(line, ':');
	if (name->length && *name->at == '+')
		*compat = true;
	return !(name->length && (*name->at == '+' || *name->at == '-'));
}

int parse_passwd(const struct bytes *bytes, struct arena *arena, const struct account **accounts, size_t *count,
                 bool *compat) {
	struct lines lines = { .at = bytes->data, .end = bytes->data + bytes->size };
	struct account *list = NULL;
	struct span line, name;

	*accounts = NULL;
	*count = 0;
	*compat = false;
	while (next_line(&lines, &line)) {
		unsigned uid, gid;

		if (!take_name(&line, &name, compat))
			continue;
		take_field(&line, ':');
		if (!take_id(&line, &uid) || !take_id(&line, &gid))
			continue;
		if (*count == ACCOUNTS_LIMIT)
			return -E2BIG;
		struct span gecos = take_field(&line, ':'), home = take_field(&line, ':');
		*accounts = list = arena_grow(arena, list, *count, sizeof *list);
		list[(*count)++] = (struct account) {
			.name = keep(arena, name),
			.gecos = keep(arena, gecos),
			.home = keep(arena, home),
			.shell = keep(arena, line),
			.uid = uid,
			.gid = gid,
			.line = lines.number,
		};
	}
	return 0;
}

/** The members in a list with commas.  *total counts those of all groups. */
static const char *const *keep_members(struct arena *arena, struct span list, size_t *total) {
	const char **members = NULL;
	size_t count = 0;

	while (list.length && *total < ACCOUNTS_LIMIT) {
		struct span name = take_field(&list, ',');

		while (name.length && is_blank(*name.at)) {
			++name.at;
			--name.length;
		}
		if (name.length == 0)
			continue;
		members = arena_grow(arena, members, count, sizeof *members);
		members[count++] = keep(arena, name);
		++*total;
	}
	return members ? members : arena_array(arena, 1, sizeof *members);
}

int parse_group(const struct bytes *bytes, struct arena *arena, const struct group **groups, size_t *count,
                bool *compat) {
	struct lines lines = { .at = bytes->data, .end = bytes->data + bytes->size };
	struct group *list = NULL;
	struct span line, name;
	size_t members = 0;

	*groups = NULL;
	*count = 0;
	*compat = false;
	while (next_line(&lines, &line)) {
		unsigned gid;

		if (!take_name(&line, &name, compat))
			continue;
		take_field(&line, ':');
		if (!take_id(&line, &gid))
			continue;
		if (*count == ACCOUNTS_LIMIT)
			return -E2BIG;
		*groups = list = arena_grow(arena, list, *count, sizeof *list);
		list[(*count)++] = (struct group) {
			.name = keep(arena, name),
			.gid = gid,
			.members = keep_members(arena, line, &members),
		};
	}
	return members == ACCOUNTS_LIMIT ? -E2BIG : 0;
}

/** Take the next word of a line; empty at its end or at a comment. */
static struct span take_word(struct span *line) {
	while (line->length && is_blank(*line->at)) {
		++line->at;
		--line->length;
	}
	struct span word = { line->at, 0 };
	if (line->length && *line->at == '#')
		line->length = 0;
	while (line->length && !is_blank(*line->at)) {
		++word.length;
		++line->at;
		--line->length;
	}
	return word;
}

static bool is_word(struct span span, const char *word) {
	return span.length == strlen(word) && memcmp(span.at, word, span.length) == 0;
}

uid_t parse_uid_min(const struct bytes *bytes, uid_t fallback) {
	struct lines lines = { .at = bytes->data, .end = bytes->data + bytes->size };
	struct span line;

	while (next_line(&lines, &line)) {
		char digits[16];
		uint64_t number;

		if (!is_word(take_word(&line), "UID_MIN"))
			continue;
		struct span value = take_word(&line);
		if (value.length && value.length < sizeof digits) {
			memcpy(digits, value.at, value.length);
			digits[value.length] = '\0';
			/* By strtoul(3) with base 0. */
			bool hex = text_starts(digits, "0x") || text_starts(digits, "0X");
			unsigned base = hex ? 16 : digits[0] == '0' ? 8 : 10;
			if (text_number(digits + (hex ? 2 : 0), base, UINT32_MAX, &number))
				fallback = (uid_t)number;
		}
	}
	return fallback;
}

/** Take the next source of an nsswitch.conf(5) line, without the actions in brackets around it. */
static struct span take_source(struct span *line) {
	for (;;) {
		while (line->length && is_blank(*line->at)) {
			++line->at;
			--line->length;
		}
		if (line->length == 0 || *line->at == '#')
			return (struct span) { line->at, 0 };
		if (*line->at != '[')
			break;
		take_field(line, ']');
	}
	struct span source = { line->at, 0 };
	while (line->length && !is_blank(*line->at) && *line->at != '[' && *line->at != '#') {
		++source.length;
		++line->at;
		--line->length;
	}
	return source;
}

bool parse_nsswitch_foreign(const struct bytes *bytes) {
	static const char *const local[] = { "files", "compat", "systemd", NULL };
	struct lines lines = { .at = bytes->data, .end = bytes->data + bytes->size };
	struct span line;

	while (next_line(&lines, &line)) {
		struct span comment = take_field(&line, '#'), database = take_field(&comment, ':');

		while (database.length && is_blank(database.at[database.length - 1]))
			--database.length;
		if (!is_word(database, "passwd") && !is_word(database, "group") && !is_word(database, "initgroups"))
			continue;
		for (;;) {
			struct span source = take_source(&comment);
			bool known = false;

			if (source.length == 0)
				break;
			for (const char *const *name = local; *name; ++name)
				known = known || is_word(source, *name);
			if (!known)
				return true;
		}
	}
	return false;
}
