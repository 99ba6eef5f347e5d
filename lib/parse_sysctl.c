#include "parse_sysctl.h"

#include "text.h"

#include <limits.h>
#include <string.h>

/** From which length on systemd gives a line up, and the file with it. */
#define SYSTEMD_LINE_LIMIT ((size_t)1 << 20)

/** The longest glob, and component of one, that is looked at. */
enum { LONGEST_GLOB = 1024, LONGEST_COMPONENT = 256 };

/** The most alternatives of braces that are tried. */
enum { MOST_ALTERNATIVES = 64 };

struct sysctl_reader sysctl_reader(enum sysctl_reader_kind kind, char *text, size_t size) {
	text[size] = '\0';
	return (struct sysctl_reader) { .kind = kind, .next = text, .end = text + size };
}

/** isspace(3) of the C locale, which procps and the kernel go by; systemd knows four of them. */
static bool is_blank(enum sysctl_reader_kind kind, char c) {
	return c == ' ' || (c >= '\t' && c <= '\r' && (kind == SYSCTL_BY_PROCPS || (c != '\v' && c != '\f')));
}

/** Take blanks off both ends, in place. */
static char *strip(enum sysctl_reader_kind kind, char *text) {
	while (is_blank(kind, *text))
		++text;
	size_t length = strlen(text);
	while (length && is_blank(kind, text[length - 1]))
		--length;
	text[length] = '\0';
	return text;
}

/** The end of line that c is for systemd, as a bit; 0 if it is none. */
static unsigned end_of_line(char c) {
	return c == '\n' ? 1 : c == '\r' ? 2 : c == '\0' ? 4 : 0;
}

/** One line, or NULL at the end.  For systemd any of \n, \r and NUL ends one, and each once behind another. */
static char *next_line(struct sysctl_reader *reader) {
	char *line = reader->next, *at = line;

	if (line >= reader->end)
		return NULL;
	++reader->line;
	if (reader->kind == SYSCTL_BY_PROCPS) {
		char *newline = memchr(line, '\n', (size_t)(reader->end - line));

		at = newline ? newline : reader->end;
		reader->next = at + 1;
		*at = '\0';
		/* What is shorter than two bytes with its newline is passed over. */
		if (at - line + (newline != NULL) < 2)
			*line = '\0';
		return line;
	}
	while (at < reader->end && !end_of_line(*at))
		++at;
	if ((size_t)(at - line) >= SYSTEMD_LINE_LIMIT) {
		reader->next = reader->end;
		return NULL;
	}
	char *rest = at;
	for (unsigned seen = 0; rest < reader->end && !(seen & 4) && end_of_line(*rest) && !(seen & end_of_line(*rest));
	     ++rest)
		seen |= end_of_line(*rest);
	*at = '\0';
	reader->next = rest;
	return line;
}

/**
 * Write a key as a path: if a dot is its first separator, dots and slashes change places; then
 * doubled slashes, "." and slashes at the ends go.  procps leaves the path to the kernel, which
 * also follows "..": systemd refuses it.  Sets odd if anything went.
 */
static char *normalize(enum sysctl_reader_kind kind, char *key, bool *odd) {
	const size_t whole = strlen(key);
	char *separator = strpbrk(key, "/.");

	if (separator && *separator == '.')
		for (; separator; separator = strpbrk(separator + 1, "/."))
			*separator = *separator == '.' ? '/' : '.';
	/* What ends in a slash would be a directory. */
	const bool directory = kind == SYSCTL_BY_PROCPS && whole > 1 && key[whole - 1] == '/';
	char *out = key;
	for (const char *in = key; *in;) {
		size_t length = strcspn(in, "/");

		if (length == 2 && in[0] == '.' && in[1] == '.' && kind == SYSCTL_BY_PROCPS) {
			while (out > key && *--out != '/')
				;
		} else if (length && !(length == 1 && *in == '.')) {
			if (out > key)
				*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
		in += *in == '/';
	}
	if (directory && out > key)
		*out++ = '/';
	*out = '\0';
	*odd = (size_t)(out - key) != whole;
	return key;
}

bool sysctl_read(struct sysctl_reader *reader, struct sysctl_line *line) {
	const enum sysctl_reader_kind kind = reader->kind;
	char *text;

	while ((text = next_line(reader))) {
		text = strip(kind, text);
		if (!*text || *text == '#' || *text == ';' || (kind == SYSCTL_BY_PROCPS && !text[1]))
			continue;
		char *value = strchr(text, '=');
		const bool exempt = !value && *text == '-';

		*line = (struct sysctl_line) { .line = reader->line, .ignored = !value && !exempt };
		if (value) {
			*value++ = '\0';
			line->value = strip(kind, value);
		} else if (!exempt) {
			text[strcspn(text, " \t:")] = '\0';
		}
		if (*text == '-' && !line->ignored)
			++text;
		/* procps takes a second dash off, and leaves a blank behind the first where it is. */
		if (kind == SYSCTL_BY_PROCPS && *text == '-')
			++text;
		if (kind == SYSCTL_BY_SYSTEMD || !is_blank(kind, *text))
			text = strip(kind, text);
		line->key = normalize(kind, text, &line->odd);
		return true;
	}
	return false;
}

bool sysctl_is_glob(const char *key) {
	return strpbrk(key, "*?[") != NULL;
}

/** Match a glob without braces, component by component. */
static bool match_components(const char *glob, const char *key) {
	for (;;) {
		char pattern[LONGEST_COMPONENT], name[LONGEST_COMPONENT];
		size_t glob_length = strcspn(glob, "/"), key_length = strcspn(key, "/");

		if (glob_length >= sizeof pattern || key_length >= sizeof name)
			return false;
		memcpy(pattern, glob, glob_length);
		pattern[glob_length] = '\0';
		memcpy(name, key, key_length);
		name[key_length] = '\0';
		if (!text_glob(pattern, name))
			return false;
		glob += glob_length;
		key += key_length;
		if (!*glob || !*key)
			return *glob == *key;
		++glob;
		++key;
	}
}

/** Find the first braces that hold something and are closed: offsets of both; false if there are none. */
static bool find_braces(const char *glob, size_t *open, size_t *close) {
	for (size_t i = 0; glob[i]; ++i) {
		size_t depth = 0;

		if (glob[i] == '\\' && glob[i + 1]) {
			++i;
			continue;
		}
		if (glob[i] != '{' || glob[i + 1] == '}')
			continue;
		for (size_t k = i; glob[k]; ++k) {
			if (glob[k] == '\\' && glob[k + 1])
				++k;
			else if (glob[k] == '{')
				++depth;
			else if (glob[k] == '}' && --depth == 0) {
				*open = i;
				*close = k;
				return true;
			}
		}
		return false;
	}
	return false;
}

/** The length of the alternative at text, which ends at a comma outside of inner braces, or at end. */
static size_t alternative(const char *text, const char *end) {
	size_t depth = 0, length = 0;

	for (; text + length < end; ++length) {
		if (text[length] == '\\' && text + length + 1 < end)
			++length;
		else if (text[length] == '{')
			++depth;
		else if (text[length] == '}' && depth)
			--depth;
		else if (text[length] == ',' && depth == 0)
			break;
	}
	return length;
}

bool sysctl_glob(enum sysctl_reader_kind kind, const char *glob, const char *key) {
	size_t open, close;

	if (kind == SYSCTL_BY_PROCPS || !find_braces(glob, &open, &close))
		return match_components(glob, key);

	/* Alternatives that are still to be opened, in a bounded stack: braces nest as deep as a file likes. */
	char stack[MOST_ALTERNATIVES / 4][LONGEST_GLOB];
	size_t depth = 1, tried = 0;

	if (strlen(glob) >= LONGEST_GLOB)
		return false;
	memcpy(stack[0], glob, strlen(glob) + 1);
	while (depth) {
		char now[LONGEST_GLOB];

		memcpy(now, stack[--depth], sizeof now);
		if (!find_braces(now, &open, &close)) {
			if (match_components(now, key))
				return true;
			continue;
		}
		const char *end = now + close;
		for (const char *at = now + open + 1;;) {
			size_t length = alternative(at, end), rest = strlen(end + 1);

			if (++tried > MOST_ALTERNATIVES || depth == sizeof stack / sizeof *stack)
				return false;
			char *next = stack[depth++];
			memcpy(next, now, open);
			memcpy(next + open, at, length);
			memcpy(next + open + length, end + 1, rest + 1);
			at += length;
			if (at >= end)
				break;
			++at;
		}
	}
	return false;
}

bool sysctl_number(const char *value, int64_t minimum, int64_t maximum, int64_t *number) {
	/* The kernel's buffer for one number, sign and prefix included. */
	enum { LONGEST_NUMBER = 20 };
	const char *at = value;
	uint64_t magnitude = 0;
	unsigned base = 10;

	while (is_blank(SYSCTL_BY_PROCPS, *at))
		++at;
	const char *start = at;
	const bool negative = *at == '-';
	at += negative;
	if (*at < '0' || *at > '9')
		return false;
	if (*at == '0' && (at[1] | 0x20) == 'x' && strspn(at + 2, "0123456789abcdefABCDEF")) {
		base = 16;
		at += 2;
	} else if (*at == '0') {
		base = 8;
	}
	char digits[LONGEST_NUMBER + 1];
	size_t length = strspn(at, base == 16 ? "0123456789abcdefABCDEF" : base == 8 ? "01234567" : "0123456789");
	if ((size_t)(at - start) + length > LONGEST_NUMBER || (at[length] && !strchr(" \t\n", at[length])))
		return false;
	memcpy(digits, at, length);
	digits[length] = '\0';
	if (!text_number(digits, base, INT64_MAX, &magnitude))
		return false;
	*number = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return *number >= minimum && *number <= maximum;
}
