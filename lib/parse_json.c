#include "parse_json.h"

#include "text.h"

#include <string.h>

/** A list or map that has not ended, and the number of its span. */
struct open {
	bool map;
	uint32_t span;
};

/** A text on its way, and what is open at this point of it. */
struct scanner {
	/** NULL: spans are not kept. */
	struct arena *arena;
	const char *bytes;
	size_t size, at, most;
	struct json_scan scan;
	struct open open[JSON_MOST_DEPTH];
	size_t depth;
};

static bool wrong(struct scanner *scanner, size_t at, const char *what) {
	if (!scanner->scan.fault) {
		scanner->scan.fault = what;
		scanner->scan.fault_at = at;
	}
	return false;
}

/** The byte at this point; NUL behind the end, which stands for itself nowhere in JSON. */
static char look(const struct scanner *scanner) {
	return scanner->at < scanner->size ? scanner->bytes[scanner->at] : '\0';
}

static bool take(struct scanner *scanner, char c) {
	if (look(scanner) != c || scanner->at >= scanner->size)
		return false;
	++scanner->at;
	return true;
}

static void skip_blanks(struct scanner *scanner) {
	while (scanner->at < scanner->size && strchr(" \t\r\n", scanner->bytes[scanner->at]) &&
	       scanner->bytes[scanner->at])
		++scanner->at;
}

/** Something stands here that does not belong: say what is missing, or why it cannot be. */
static bool unexpected(struct scanner *scanner, const char *missing) {
	uint32_t c;

	if (scanner->at >= scanner->size)
		return wrong(scanner, scanner->at, "it ends too early: it was cut off");
	if (!text_character(scanner->bytes + scanner->at, scanner->size - scanner->at, &c))
		return wrong(scanner, scanner->at, "this is not UTF-8");
	if (c == 0xfeff && scanner->at == 0)
		return wrong(scanner, 0, "it begins with a byte order mark; JSON has none");
	if (c == 0)
		return wrong(scanner, scanner->at, "a NUL byte stands here");
	if (c == '/' || c == '#')
		return wrong(scanner, scanner->at, "JSON has no comments; any object may have a key \"comment\"");
	if (c == '\'')
		return wrong(scanner, scanner->at, "quotes are double ones");
	return wrong(scanner, scanner->at, missing);
}

/** The number that four hexadecimal digits make; negative if they are none. */
static int take_hex(struct scanner *scanner) {
	int value = 0;

	for (size_t i = 0; i < 4; ++i) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char c = look(scanner);
		const char *digit = c ? strchr(digits, c) : NULL;

		if (!digit)
			return -1;
		const int place = (int)(digit - digits);
		value = value << 4 | (place < 16 ? place : place - 6);
		++scanner->at;
	}
	return value;
}

/** What stands behind a backslash. */
static bool take_escape(struct scanner *scanner) {
	const size_t start = scanner->at - 1;
	const char c = look(scanner);

	if (!c || !strchr("\"\\/bfnrtu", c))
		return wrong(scanner, start, "there is no such escape; a backslash itself is written \\\\");
	++scanner->at;
	if (c != 'u')
		return true;
	const int value = take_hex(scanner);
	if (value < 0)
		return wrong(scanner, start, "\\u wants four hexadecimal digits");
	if (value == 0)
		return wrong(scanner, start, "a NUL stands in a string");
	if (value >= 0xd800 && value < 0xdc00) {
		if (!take(scanner, '\\') || !take(scanner, 'u'))
			return wrong(scanner, start, "half a surrogate pair is no character");
		const int low = take_hex(scanner);
		return (low >= 0xdc00 && low < 0xe000) ||
		       wrong(scanner, start, "half a surrogate pair is no character");
	}
	return (value < 0xdc00 || value >= 0xe000) || wrong(scanner, start, "half a surrogate pair is no character");
}

/** A string, of which the first quote is here. */
static bool take_string(struct scanner *scanner) {
	const size_t start = scanner->at++;

	while (scanner->at < scanner->size) {
		const size_t at = scanner->at;
		uint32_t c;
		const size_t size = text_character(scanner->bytes + at, scanner->size - at, &c);

		if (!size)
			return wrong(scanner, at, "this is not UTF-8");
		if (c < 0x20)
			return wrong(scanner, at,
			             c == 0      ? "a NUL byte stands in a string"
			             : c == '\n' ? "a string ends on its line; a newline in it is written \\n"
			                         : "a control character stands in a string; it is written \\u00NN");
		scanner->at += size;
		if (c == '"')
			return true;
		if (c == '\\' && !take_escape(scanner))
			return false;
	}
	return wrong(scanner, start, "this string never ends");
}

static size_t take_digits(struct scanner *scanner) {
	const size_t start = scanner->at;

	while (look(scanner) >= '0' && look(scanner) <= '9')
		++scanner->at;
	return scanner->at - start;
}

static bool take_number(struct scanner *scanner) {
	/* More digits than any number needs would make its reader slow. */
	enum { LONGEST = 64 };
	const size_t start = scanner->at;

	take(scanner, '-');
	if (look(scanner) == '0')
		++scanner->at;
	else if (!take_digits(scanner))
		return wrong(scanner, start, "this is no number");
	if (look(scanner) >= '0' && look(scanner) <= '9')
		return wrong(scanner, start, "no number begins with 0; octal values are strings, as in \"027\"");
	if (take(scanner, '.') && !take_digits(scanner))
		return wrong(scanner, start, "a digit is missing behind the point");
	if (take(scanner, 'e') || take(scanner, 'E')) {
		if (!take(scanner, '+'))
			take(scanner, '-');
		if (!take_digits(scanner))
			return wrong(scanner, start, "this is no number");
	}
	return scanner->at - start <= LONGEST || wrong(scanner, start, "this number is too long");
}

static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take_word(struct scanner *scanner) {
	static const char *const words[] = { "true", "false", "null" };
	const size_t start = scanner->at;

	while (is_letter(look(scanner)))
		++scanner->at;
	for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
		if (scanner->at - start == strlen(words[i]) &&
		    memcmp(scanner->bytes + start, words[i], strlen(words[i])) == 0)
			return true;
	return wrong(scanner, start, "this is no value; strings stand in double quotes");
}

/** A value that holds no others. */
static bool take_scalar(struct scanner *scanner) {
	const char c = look(scanner);

	if (c == '"')
		return take_string(scanner);
	if (c == '-' || (c >= '0' && c <= '9'))
		return take_number(scanner);
	return is_letter(c) ? take_word(scanner) : unexpected(scanner, "a value is missing");
}

/** The innermost list or map that has not ended; NULL: there is none. */
static const struct open *top_of(const struct scanner *scanner) {
	return scanner->depth ? &scanner->open[scanner->depth - 1] : NULL;
}

/** The key of a member, and its colon. */
static bool take_key(struct scanner *scanner, struct json_span *span) {
	if (look(scanner) != '"')
		return unexpected(scanner, "a key is missing: it stands in double quotes");
	span->key_at = (uint32_t)scanner->at;
	if (!take_string(scanner))
		return false;
	span->key_end = (uint32_t)scanner->at;
	skip_blanks(scanner);
	if (!take(scanner, ':'))
		return unexpected(scanner, "a colon is missing behind the key");
	skip_blanks(scanner);
	return true;
}

/** A value with its key; sets whether it is a list or map that is open now. */
static bool take_value(struct scanner *scanner, bool *opened) {
	struct json_scan *scan = &scanner->scan;
	const struct open *parent = top_of(scanner);
	struct json_span span = { 0 };

	if (scan->nspans == scanner->most)
		return wrong(scanner, scanner->at, "it holds too many values");
	if (parent && parent->map && !take_key(scanner, &span))
		return false;
	scan->nkeys += parent && parent->map;
	if (parent && scanner->arena)
		++scan->spans[parent->span].count;
	span.at = (uint32_t)scanner->at;
	const char c = look(scanner);
	*opened = c == '{' || c == '[';
	if (*opened && scanner->depth == JSON_MOST_DEPTH)
		return wrong(scanner, scanner->at, "values lie in values, deeper than 32");
	if (*opened)
		++scanner->at;
	else if (!take_scalar(scanner))
		return false;
	span.end = (uint32_t)scanner->at;
	span.after = (uint32_t)scan->nspans + 1;
	if (scanner->arena) {
		scan->spans = arena_grow(scanner->arena, scan->spans, scan->nspans, sizeof *scan->spans);
		scan->spans[scan->nspans] = span;
	}
	if (*opened)
		scanner->open[scanner->depth++] = (struct open) { c == '{', (uint32_t)scan->nspans };
	++scan->nspans;
	return true;
}

/** If the innermost list or map ends here, close it. */
static bool take_end(struct scanner *scanner) {
	const struct open *top = top_of(scanner);

	if (!take(scanner, top->map ? '}' : ']'))
		return false;
	if (scanner->arena) {
		scanner->scan.spans[top->span].after = (uint32_t)scanner->scan.nspans;
		scanner->scan.spans[top->span].end = (uint32_t)scanner->at;
	}
	--scanner->depth;
	return true;
}

static bool scan_all(struct scanner *scanner) {
	bool opened;

	for (;;) {
		skip_blanks(scanner);
		if (!take_value(scanner, &opened))
			return false;
		skip_blanks(scanner);
		if (opened && !take_end(scanner))
			continue;
		for (;;) {
			skip_blanks(scanner);
			if (!scanner->depth)
				return scanner->at == scanner->size ||
				       unexpected(scanner, "more stands here, behind the end of the value");
			if (take(scanner, ','))
				break;
			if (!take_end(scanner))
				return unexpected(scanner, top_of(scanner)->map ? "a comma or } is missing"
				                                                : "a comma or ] is missing");
		}
	}
}

struct json_scan parse_json(struct arena *arena, const char *bytes, size_t size, size_t most) {
	struct scanner scanner = { .arena = arena, .bytes = bytes, .size = size, .most = most };

	if (size > JSON_MOST_BYTES) {
		wrong(&scanner, 0, "it is larger than 64 MiB");
	} else {
		skip_blanks(&scanner);
		if (scanner.at == size)
			wrong(&scanner, scanner.at, "it is empty");
		else
			scan_all(&scanner);
	}
	return scanner.scan;
}

void parse_json_place(const char *bytes, size_t size, size_t at, size_t *line, size_t *column) {
	*line = *column = 1;
	for (size_t i = 0; i < at && i < size; ++i) {
		if (bytes[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)bytes[i] & 0xc0) != 0x80) {
			/* A character is counted by its first byte. */
			++*column;
		}
	}
}
