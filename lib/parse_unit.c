#include "parse_unit.h"

#include "text.h"

#include <stdint.h>
#include <string.h>

static const char blanks[] = " \t\n\r";

struct reader {
	struct arena *arena;
	struct unit_lines *out;
	const char *section;
};

static void complain(struct reader *reader, unsigned line, const char *why) {
	struct unit_lines *out = reader->out;

	if (out->nbad == UNIT_BAD_LINES)
		return;
	out->bad = arena_grow(reader->arena, out->bad, out->nbad, sizeof *out->bad);
	out->bad[out->nbad++] = (struct unit_bad_line) { line, why };
}

/** Blanks at both ends away, in place. */
static char *strip(char *text) {
	text += strspn(text, blanks);
	size_t length = strlen(text);

	while (length && strchr(blanks, text[length - 1]))
		--length;
	text[length] = '\0';
	return text;
}

static bool is_utf8(const char *text) {
	size_t length = strlen(text);
	uint32_t character;

	for (size_t i = 0; i < length;) {
		size_t size = text_character(text + i, length - i, &character);

		if (!size)
			return false;
		i += size;
	}
	return true;
}

static bool has_controls(const char *text) {
	for (; *text; ++text)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

/** Take a whole statement.  Returns false if nothing behind it is read. */
static bool take(struct reader *reader, char *text, unsigned line) {
	struct unit_lines *out = reader->out;

	text = strip(text);
	if (!*text)
		return true;
	if (!is_utf8(text)) {
		complain(reader, line, "is not UTF-8, so that systemd reads no further");
		return false;
	}
	if (*text == '[') {
		size_t length = strlen(text);

		if (text[length - 1] != ']') {
			complain(reader, line, "is no section header, so that systemd reads no further");
			return false;
		}
		text[length - 1] = '\0';
		if (has_controls(text + 1)) {
			complain(reader, line, "has control characters in a section's name");
			return false;
		}
		reader->section = text + 1;
		return true;
	}
	char *equals = strchr(text, '=');
	if (!equals) {
		complain(reader, line, "is no assignment: it has no '='");
		return true;
	}
	if (!reader->section) {
		complain(reader, line, "stands outside of any section");
		return true;
	}
	*equals = '\0';
	const char *key = strip(text);
	if (!*key) {
		complain(reader, line, "has no key before '='");
		return true;
	}
	out->lines = arena_grow(reader->arena, out->lines, out->nlines, sizeof *out->lines);
	out->lines[out->nlines++] = (struct unit_line) { reader->section, key, strip(equals + 1), line };
	return true;
}

static bool ends_line(char byte) {
	return byte == '\n' || byte == '\r' || byte == '\0';
}

/** What is behind the end of a line: of a run of LF, CR and NUL each counts once, and NUL ends it. */
static char *next_line(char *at, const char *end) {
	bool feed = false, back = false;

	for (; at < end && ends_line(*at); ++at) {
		if (*at == '\0')
			return at + 1;
		bool *seen = *at == '\n' ? &feed : &back;
		if (*seen)
			break;
		*seen = true;
	}
	return at;
}

static bool continues(const char *text, size_t length) {
	size_t backslashes = 0;

	while (backslashes < length && text[length - 1 - backslashes] == '\\')
		++backslashes;
	return backslashes % 2 == 1;
}

void parse_unit(const char *data, size_t size, struct arena *arena, struct unit_lines *lines) {
	struct reader reader = { .arena = arena, .out = lines };
	char *at = arena_bytes(arena, data, size);
	const char *end = at + size;
	/* A statement of several lines is put together in place, over the bytes that it came from. */
	char *statement = NULL, *to = NULL;
	unsigned begun = 0;
	bool first = true;

	*lines = (struct unit_lines) { 0 };
	for (unsigned line = 1; at < end; ++line) {
		char *text = at;

		while (at < end && !ends_line(*at))
			++at;
		size_t length = (size_t)(at - text);
		at = next_line(at, end);

		if (first && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
			text += 3;
			length -= 3;
		}
		first = false;
		if (length > UNIT_LINE_LIMIT || (statement && (size_t)(to - statement) + length > UNIT_LINE_LIMIT)) {
			complain(&reader, line, "is longer than the 1 MiB that systemd reads");
			lines->broken = true;
			return;
		}
		size_t indent = 0;
		while (indent < length && (text[indent] == ' ' || text[indent] == '\t'))
			++indent;
		if (indent < length && (text[indent] == '#' || text[indent] == ';'))
			continue;

		if (!statement) {
			statement = to = text;
			begun = line;
		}
		const bool more = continues(text, length);
		memmove(to, text, length);
		to += length;
		if (more) {
			to[-1] = ' ';
			continue;
		}
		*to = '\0';
		if (!take(&reader, statement, begun)) {
			lines->broken = true;
			return;
		}
		statement = NULL;
	}
	if (statement) {
		*to = '\0';
		lines->broken = !take(&reader, statement, begun);
	}
}
