#include "parse_tmpfiles.h"

#include "specifiers.h"
#include "text.h"

#include <limits.h>
#include <string.h>

/** A longer line is an error to systemd, which then leaves the rest of the file. */
#define LINE_LIMIT ((size_t)1 << 20)

static const char blanks[] = " \t\n\r";

/** Whether the field says nothing. */
static bool is_unset(const char *field) {
	return !field[0] || text_equal(field, "-");
}

/**
 * The next line without what ends it.  NUL, LF and CR end lines, and two of them that
 * differ are one end, unless the first is NUL: so does systemd's read_line().
 */
static bool next_line(struct tmpfiles_reader *reader, const char **line, size_t *length) {
	const char *data = reader->bytes.data;
	const size_t size = reader->bytes.size;
	size_t end = reader->offset;

	if (end >= size)
		return false;
	while (end < size && data[end] != '\n' && data[end] != '\r' && data[end] != '\0')
		++end;
	*line = data + reader->offset;
	*length = end - reader->offset;
	if (end + 1 < size && data[end] != '\0' && data[end + 1] != data[end] &&
	    (data[end + 1] == '\n' || data[end + 1] == '\r' || data[end + 1] == '\0')) {
		++end;
		if (data[end] != '\0' && end + 1 < size && data[end + 1] == '\0')
			++end;
	}
	reader->offset = end + 1;
	++reader->number;
	return true;
}

static int hex_digit(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/** The number of `count` digits in base 8 or 16; UINT32_MAX if they are none. */
static uint32_t digits(const char *text, unsigned count, unsigned base) {
	uint64_t number = 0;

	for (unsigned i = 0; i < count; ++i) {
		int digit = hex_digit(text[i]);

		if (digit < 0 || (unsigned)digit >= base)
			return UINT32_MAX;
		number = number * base + (unsigned)digit;
	}
	return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static size_t put_character(char *out, uint32_t c) {
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/**
 * Decode the C escape behind a backslash; no escape is longer decoded than written.
 * Returns how many bytes of text it takes, or 0 if it is none.
 */
static size_t unescape(const char *text, char *out, size_t *length) {
	static const char letters[] = "abfnrtv\\\"'s", values[] = "\a\b\f\n\r\t\v\\\"' ";
	const char *letter = *text ? strchr(letters, *text) : NULL;
	uint32_t c;

	if (letter) {
		out[(*length)++] = values[letter - letters];
		return 1;
	}
	switch (*text) {
	case 'x':
		c = digits(text + 1, 2, 16);
		if (c == UINT32_MAX || c == 0)
			return 0;
		out[(*length)++] = (char)c;
		return 3;
	case 'u':
	case 'U': {
		const unsigned count = *text == 'u' ? 4 : 8;

		c = digits(text + 1, count, 16);
		if (c == 0 || c > 0x10FFFF)
			return 0;
		*length += put_character(out + *length, c);
		return 1 + count;
	}
	default:
		c = digits(text, 3, 8);
		if (c == 0 || c > 255)
			return 0;
		out[(*length)++] = (char)c;
		return 3;
	}
}

enum word { WORD_NONE, WORD_READ, WORD_BROKEN };

/** Take the first word of *text, without its quotes and escapes, and the blanks behind it. */
static enum word take_word(const char **text, struct arena *arena, const char **word) {
	const char *p = *text + strspn(*text, blanks);
	char quote = '\0', *out;
	size_t length = 0;

	if (!*p) {
		*text = p;
		return WORD_NONE;
	}
	out = arena_alloc(arena, strlen(p) + 1);
	for (; *p && (quote || !strchr(blanks, *p)); ++p) {
		if (*p == '\\') {
			const size_t taken = unescape(p + 1, out, &length);

			if (!taken)
				return WORD_BROKEN;
			p += taken;
		} else if (*p == quote) {
			quote = '\0';
		} else if (!quote && (*p == '"' || *p == '\'')) {
			quote = *p;
		} else {
			out[length++] = *p;
		}
	}
	if (quote)
		return WORD_BROKEN;
	*text = p + strspn(p, blanks);
	*word = out;
	return WORD_READ;
}

/**
 * Replace the specifiers that say the same on every host; those that depend on it
 * (boot, machine, names, versions) stay as they are.  See tmpfiles.d(5), SPECIFIERS.
 * Returns NULL for an unknown one.
 */
static const char *replace_specifiers(struct arena *arena, const char *text) {
	static const char depending[] = "aAbBHlmMovwW";
	struct builder builder = { .arena = arena };

	if (!strchr(text, '%'))
		return text;
	while (*text) {
		const size_t plain = strcspn(text, "%");

		builder_bytes(&builder, text, plain);
		text += plain;
		if (!*text)
			break;
		const char letter = text[1];
		const char *value = specifier_fixed(letter);

		if (value)
			builder_text(&builder, value);
		else if (!letter || strchr(depending, letter))
			builder_bytes(&builder, text, letter ? 2 : 1);
		else
			return NULL;
		text += letter ? 2 : 1;
	}
	return builder_string(&builder);
}

/** The path without double slashes, components "." and slash at the end; below /run what is said to be below /var/run.
 */
static const char *simplify_path(struct arena *arena, const char *path) {
	static const char legacy[] = "/var/run/";
	char *out = arena_alloc(arena, strlen(path) + 2);
	size_t length = 0;

	while (*path) {
		path += strspn(path, "/");
		const size_t component = strcspn(path, "/");

		if (component && !(component == 1 && *path == '.')) {
			out[length++] = '/';
			memcpy(out + length, path, component);
			length += component;
		}
		path += component;
	}
	if (!length)
		out[0] = '/';
	return text_starts(out, legacy) ? out + strlen("/var") : out;
}

static bool parse_mode(const char *text, mode_t *mode) {
	uint64_t number;

	/* `~` and `:` only say when a mode is applied: for what does not exist yet they change nothing. */
	text += strspn(text, "~:");
	if (!text_number(text, 8, 07777, &number))
		return false;
	*mode = (mode_t)number;
	return true;
}

/** Length of the unit at text, and what it is in microseconds; 0: it is none.  See systemd.time(7). */
static size_t time_unit(const char *text, uint64_t *unit) {
	static const uint64_t second = 1000000;
	/* The first that fits counts: longer ones stand before their beginnings. */
	static const struct {
		const char *name;
		uint64_t microseconds;
	} units[] = {
		{ "seconds", 1000000 },
		{ "second", 1000000 },
		{ "sec", 1000000 },
		{ "s", 1000000 },
		{ "minutes", 60000000 },
		{ "minute", 60000000 },
		{ "min", 60000000 },
		{ "months", 2629800000000 },
		{ "month", 2629800000000 },
		{ "M", 2629800000000 },
		{ "msec", 1000 },
		{ "ms", 1000 },
		{ "m", 60000000 },
		{ "hours", 3600000000 },
		{ "hour", 3600000000 },
		{ "hr", 3600000000 },
		{ "h", 3600000000 },
		{ "days", 86400000000 },
		{ "day", 86400000000 },
		{ "d", 86400000000 },
		{ "weeks", 604800000000 },
		{ "week", 604800000000 },
		{ "w", 604800000000 },
		{ "years", 31557600000000 },
		{ "year", 31557600000000 },
		{ "y", 31557600000000 },
		{ "usec", 1 },
		{ "us", 1 },
		{ "\u03bcs", 1 },
		{ "\u00b5s", 1 },
	};

	*unit = second;
	for (size_t i = 0; i < sizeof units / sizeof *units; ++i)
		if (text_starts(text, units[i].name)) {
			*unit = units[i].microseconds;
			return strlen(units[i].name);
		}
	return 0;
}

/** Read one number with its unit and add it.  Returns what follows, or NULL if it is none. */
static const char *add_span(const char *p, uint64_t *sum) {
	const char *start, *fraction = NULL;
	uint64_t number = 0, unit, amount;

	p += *p == '+';
	for (start = p; *p >= '0' && *p <= '9'; ++p)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*p - '0'), &number))
			return NULL;
	const char *after = p;
	if (*p == '.') {
		fraction = p + 1;
		p = fraction + strspn(fraction, "0123456789");
		if (p == fraction)
			return NULL;
		after = p;
	} else if (p == start) {
		return NULL;
	}
	p += strspn(p, blanks);
	const size_t length = time_unit(p, &unit);
	/* "1.2.3" is no time, "1.2 .3" is. */
	if (!length && p == after && *p)
		return NULL;
	p += length;
	if (__builtin_mul_overflow(number, unit, &amount))
		return NULL;
	for (uint64_t tenth = unit / 10; fraction && *fraction >= '0' && *fraction <= '9'; ++fraction, tenth /= 10)
		if (__builtin_add_overflow(amount, (uint64_t)(*fraction - '0') * tenth, &amount))
			return NULL;
	return __builtin_add_overflow(*sum, amount, sum) || *sum == UINT64_MAX ? NULL : p;
}

static bool parse_span(const char *text, uint64_t *microseconds) {
	static const char infinity[] = "infinity";
	uint64_t sum = 0;

	text += strspn(text, blanks);
	if (!*text)
		return false;
	if (text_starts(text, infinity)) {
		text += sizeof infinity - 1;
		*microseconds = UINT64_MAX;
		return text[strspn(text, blanks)] == '\0';
	}
	while (*text) {
		text = add_span(text, &sum);
		if (!text)
			return false;
		text += strspn(text, blanks);
	}
	*microseconds = sum;
	return true;
}

bool parse_tmpfiles_age(const char *text, struct tmpfiles_age *age) {
	static const char letters[] = "abcmABCM";

	*age = (struct tmpfiles_age) { 0 };
	if (is_unset(text))
		return false;
	if (*text == '~') {
		age->spares_first_level = true;
		++text;
	}
	const char *colon = strchr(text, ':');
	if (colon) {
		if (colon == text || strspn(text, letters) != (size_t)(colon - text))
			return false;
		size_t count = 0;
		for (const char *letter = letters; *letter; ++letter)
			if (memchr(text, *letter, (size_t)(colon - text)))
				age->times[count++] = *letter;
		text = colon + 1;
	}
	return parse_span(text, &age->microseconds);
}

/** Why the modifiers are refused; NULL: they are not. */
static const char *modifiers_fault(const struct tmpfiles_line *line) {
	const char *p = line->modifiers;

	for (; *p; ++p) {
		if (!strchr("!+-=~^$?", *p))
			return "has an unknown modifier";
		if (strchr(p + 1, *p))
			return "has a modifier twice";
		if (*p == '?' && line->type != 'L')
			return "has the modifier ?, which only L takes";
		if (*p == '~' && strchr("LCcbtTaAhH", line->type))
			return "has the modifier ~, which its type does not take";
	}
	return NULL;
}

/** Whether text is MAJOR:MINOR. */
static bool is_device_number(const char *text) {
	const size_t major = strspn(text, "0123456789");

	return major && text[major] == ':' && text[major + 1] &&
	       strspn(text + major + 1, "0123456789") == strlen(text + major + 1);
}

static const char *argument_fault(const struct tmpfiles_line *line) {
	if (strchr("wcbtTaAhH", line->type) && !line->argument)
		return "lacks the argument that its type needs";
	if (strchr("cb", line->type) && !is_device_number(line->argument))
		return "has no device number";
	if (line->type == 'C' && line->argument && line->argument[0] != '/')
		return "copies from a path that is not absolute";
	return NULL;
}

/** Read fields of text.  Returns why the line is refused; NULL: it is not. */
static const char *read_fields(struct arena *arena, const char *text, struct tmpfiles_line *line) {
	const char *type = NULL;
	const char **const fields[] = { &type, &line->path, &line->mode, &line->user, &line->group, &line->age };
	size_t count = 0;
	enum word word = WORD_READ;
	struct tmpfiles_age age;

	while (count < sizeof fields / sizeof *fields) {
		word = take_word(&text, arena, fields[count]);
		if (word != WORD_READ)
			break;
		++count;
	}
	if (word == WORD_BROKEN)
		return "has an unknown escape or a quote without its end";
	if (count < 2)
		return "has no path";
	if (!is_unset(text))
		line->argument = arena_copy(arena, text);

	const char *path = replace_specifiers(arena, line->path);
	if (!path || strlen(path) >= PATH_MAX)
		return "has an unknown specifier in its path, or a longer one than there can be";
	if (path[0] != '/')
		return "has a path that is not absolute";
	line->path = simplify_path(arena, path);

	line->type = type[0];
	line->modifiers = line->type ? type + 1 : "";
	if (!line->type || !strchr("fFwdDevqQpLcbCxXrRzZtThHaAm", line->type))
		return "is of an unknown type";
	const char *why = modifiers_fault(line);
	if (!why)
		why = argument_fault(line);
	if (why)
		return why;
	line->states_mode = !is_unset(line->mode);
	if (line->states_mode && !parse_mode(line->mode, &line->bits))
		return "has a mode that is none";
	line->states_owner = !is_unset(line->user);
	line->states_group = !is_unset(line->group);
	if (!is_unset(line->age) && !parse_tmpfiles_age(line->age, &age))
		return "has an age that is none";
	return NULL;
}

bool parse_tmpfiles(struct tmpfiles_reader *reader, struct arena *arena, struct tmpfiles_entry *entry) {
	const char *line;
	size_t length;

	while (next_line(reader, &line, &length)) {
		while (length && strchr(blanks, *line)) {
			++line;
			--length;
		}
		while (length && strchr(blanks, line[length - 1]))
			--length;
		if (!length || *line == '#')
			continue;
		*entry = (struct tmpfiles_entry) {
			.line = { .modifiers = "", .mode = "-", .user = "-", .group = "-", .age = "-" },
			.number = reader->number,
		};
		if (length > LINE_LIMIT) {
			reader->offset = reader->bytes.size;
			entry->why = "is longer than 1 MiB, and all behind it is ignored";
		} else {
			entry->why = read_fields(arena, arena_bytes(arena, line, length), &entry->line);
		}
		return true;
	}
	return false;
}
