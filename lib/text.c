#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void builder_reserve(struct builder *builder, size_t more) {
	size_t needed;

	if (builder->take && builder->length >= BUILDER_PART) {
		builder->take(builder->taker, builder->text, builder->length);
		builder->length = 0;
	}
	if (__builtin_add_overflow(builder->length, more + 1, &needed))
		needed = SIZE_MAX; /* more than any arena gives: it ends the program */
	if (needed <= builder->capacity)
		return;
	size_t capacity = builder->capacity ? builder->capacity : 64;
	while (capacity < needed && capacity <= SIZE_MAX / 2)
		capacity *= 2;
	char *text = arena_alloc(builder->arena, capacity < needed ? needed : capacity);
	if (builder->length)
		memcpy(text, builder->text, builder->length);
	builder->text = text;
	builder->capacity = capacity;
}

void builder_bytes(struct builder *builder, const void *bytes, size_t length) {
	builder_reserve(builder, length);
	if (length)
		memcpy(builder->text + builder->length, bytes, length);
	builder->length += length;
	builder->text[builder->length] = '\0';
}

void builder_text(struct builder *builder, const char *text) {
	builder_bytes(builder, text, strlen(text));
}

void builder_format(struct builder *builder, const char *format, ...) {
	va_list list, again;

	va_start(list, format);
	va_copy(again, list);
	int length = vsnprintf(NULL, 0, format, list);
	if (length > 0) {
		builder_reserve(builder, (size_t)length);
		vsnprintf(builder->text + builder->length, (size_t)length + 1, format, again);
		builder->length += (size_t)length;
	}
	va_end(again);
	va_end(list);
}

const char *builder_string(const struct builder *builder) {
	return builder->text ? builder->text : "";
}

size_t text_character(const char *bytes, size_t length, uint32_t *character) {
	const unsigned char *in = (const unsigned char *)bytes;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size;
	uint32_t value;

	if (length == 0)
		return 0;
	if (in[0] < 0x80) {
		*character = in[0];
		return 1;
	}
	if (in[0] >= 0xc2 && in[0] <= 0xdf) {
		size = 2;
		value = in[0] & 0x1fu;
	} else if ((in[0] & 0xf0) == 0xe0) {
		size = 3;
		value = in[0] & 0x0fu;
	} else if (in[0] >= 0xf0 && in[0] <= 0xf4) {
		size = 4;
		value = in[0] & 0x07u;
	} else {
		return 0;
	}
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; ++i) {
		if ((in[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (in[i] & 0x3fu);
	}
	if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*character = value;
	return size;
}

bool text_is_unsafe(uint32_t c) {
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || c == 0xfffe || c == 0xffff || (c >= 0xe0000 && c <= 0xe007f);
}

/** Whether a character is drawn over the one before it. */
static bool is_combining(uint32_t c) {
	return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0483 && c <= 0x0489) || (c >= 0x0591 && c <= 0x05bd) ||
	       (c >= 0x0610 && c <= 0x061a) || (c >= 0x064b && c <= 0x065f) || (c >= 0x0e31 && c <= 0x0e4e) ||
	       (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f);
}

/** Whether a character may be shown as it is, after as many combining marks as *marks says, which is kept up. */
static bool is_showable(uint32_t c, unsigned *marks) {
	*marks = is_combining(c) ? *marks + 1 : 0;
	return !text_is_unsafe(c) && *marks <= 4;
}

/** Add bytes with an escape for each that no output may show; add_plain adds the characters that one may. */
static void add_showable(struct builder *builder, const char *bytes, size_t length,
                         void (*add_plain)(struct builder *builder, const char *bytes, size_t length)) {
	unsigned marks = 0;

	for (size_t i = 0; i < length;) {
		uint32_t c;
		size_t size = text_character(bytes + i, length - i, &c);

		if (size == 0) {
			builder_format(builder, "\\x%02x", (unsigned char)bytes[i]);
			++i;
			continue;
		}
		const bool showable = is_showable(c, &marks);
		/* C1 by its bytes: its number would be that of a byte that is no UTF-8. */
		if (!showable && c < 0xa0)
			for (size_t k = 0; k < size; ++k)
				builder_format(builder, "\\x%02x", (unsigned char)bytes[i + k]);
		else if (!showable)
			builder_format(builder, "\\u{%04x}", c);
		else
			add_plain(builder, bytes + i, size);
		i += size;
	}
}

/** Add a character of a terminal, where a backslash begins an escape. */
static void add_for_terminal(struct builder *builder, const char *bytes, size_t length) {
	if (*bytes == '\\')
		builder_text(builder, "\\\\");
	else
		builder_bytes(builder, bytes, length);
}

void text_terminal(struct builder *builder, const char *bytes, size_t length) {
	add_showable(builder, bytes, length, add_for_terminal);
}

/** Add a character of a page. */
static void add_for_html(struct builder *builder, const char *bytes, size_t length) {
	switch (*bytes) {
	case '&':
		builder_text(builder, "&amp;");
		break;
	case '<':
		builder_text(builder, "&lt;");
		break;
	case '>':
		builder_text(builder, "&gt;");
		break;
	case '"':
		builder_text(builder, "&quot;");
		break;
	case '\'':
		builder_text(builder, "&#39;");
		break;
	default:
		builder_bytes(builder, bytes, length);
	}
}

void text_html(struct builder *builder, const char *bytes, size_t length) {
	add_showable(builder, bytes, length, add_for_html);
}

const char *text_shown(struct arena *arena, const char *text) {
	struct builder builder = { .arena = arena };

	text_terminal(&builder, text, strlen(text));
	return builder_string(&builder);
}

unsigned text_columns(uint32_t c) {
	/* The ranges that East Asian Width gives as wide, neighbours joined. */
	static const uint32_t wide[][2] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0x4dbf },   { 0x4e00, 0xa4cf },
		{ 0xa960, 0xa97c },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
		{ 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};

	if (is_combining(c))
		return 0;
	for (size_t i = 0; i < sizeof wide / sizeof *wide; ++i)
		if (c >= wide[i][0] && c <= wide[i][1])
			return 2;
	return 1;
}

/** The length of what must not be torn apart: a character, or an escape of text_terminal(). */
static size_t unit_at(const char *text, size_t length, size_t *columns) {
	uint32_t c;
	size_t size = text_character(text, length, &c);

	*columns = size ? text_columns(c) : 1;
	if (*text != '\\' || length < 2)
		return size ? size : 1;
	if (text[1] == 'x')
		size = 4;
	else if (text[1] == 'u')
		size = strcspn(text, "}") + 1;
	else
		size = 2;
	if (size > length)
		size = length;
	*columns = size;
	return size;
}

static size_t columns_of(const char *text, size_t length) {
	size_t sum = 0, columns;

	for (size_t i = 0; i < length; sum += columns)
		i += unit_at(text + i, length - i, &columns);
	return sum;
}

size_t text_wide(const char *text) {
	return columns_of(text, strlen(text));
}

static void new_line(struct builder *builder, size_t indent) {
	builder_format(builder, "\n%*s", (int)indent, "");
}

/** Add a word that is longer than a line, in parts. */
static size_t fold_word(struct builder *builder, const char *word, size_t length, size_t at, size_t indent,
                        size_t columns) {
	for (size_t i = 0; i < length;) {
		size_t wide, size = unit_at(word + i, length - i, &wide);

		/* The last column is for the mark; a line holds one unit at least. */
		if (at > indent && at + wide > columns - (i + size < length)) {
			builder_text(builder, "\\");
			new_line(builder, indent);
			at = indent;
		}
		builder_bytes(builder, word + i, size);
		at += wide;
		i += size;
	}
	return at;
}

void text_fold(struct builder *builder, const char *text, size_t at, size_t indent, size_t columns) {
	bool first = true;

	while (*text) {
		size_t blanks = strspn(text, " "), length = strcspn(text + blanks, " ");
		size_t wide = columns_of(text + blanks, length);

		if (!length)
			break;
		if (at + blanks + wide > columns && !first) {
			new_line(builder, indent);
			at = indent;
			blanks = 0;
			text += strspn(text, " ");
		}
		length += blanks;
		wide += blanks;
		if (at + wide > columns) {
			at = fold_word(builder, text, length, at, indent, columns);
		} else {
			builder_bytes(builder, text, length);
			at += wide;
		}
		text += length;
		first = false;
	}
	builder_text(builder, "\n");
}

bool text_is_plain(const char *text) {
	const size_t length = strlen(text);
	unsigned marks = 0;

	for (size_t i = 0; i < length;) {
		uint32_t c;
		size_t size = text_character(text + i, length - i, &c);

		if (size == 0 || !is_showable(c, &marks))
			return false;
		i += size;
	}
	return true;
}

bool text_shell(struct builder *builder, const char *word) {
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._:=@%+-";
	size_t length = strlen(word);

	if (!text_is_plain(word))
		return false;
	if (length && strspn(word, plain) == length) {
		builder_text(builder, word);
		return true;
	}
	builder_text(builder, "'");
	for (const char *rest = word;; ++rest) {
		size_t run = strcspn(rest, "'");

		builder_bytes(builder, rest, run);
		rest += run;
		if (!*rest)
			break;
		builder_text(builder, "'\\''");
	}
	builder_text(builder, "'");
	return true;
}

void text_uri(struct builder *builder, const char *bytes, size_t length) {
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

	for (size_t i = 0; i < length; ++i) {
		if (bytes[i] && strchr(unreserved, bytes[i]))
			builder_bytes(builder, bytes + i, 1);
		else
			builder_format(builder, "%%%02X", (unsigned char)bytes[i]);
	}
}

void text_label(struct builder *builder, const char *bytes, size_t length) {
	struct arena scratch = { 0 };
	struct builder shown = { .arena = &scratch };

	text_terminal(&shown, bytes, length);
	for (const char *c = builder_string(&shown); *c; ++c) {
		if (*c == '\\' || *c == '"')
			builder_text(builder, "\\");
		builder_bytes(builder, c, 1);
	}
	arena_free(&scratch);
}

bool text_utf8(struct builder *builder, const char *bytes, size_t length) {
	bool good = true;

	builder_reserve(builder, length);
	for (size_t i = 0; i < length;) {
		uint32_t c;
		size_t size = text_character(bytes + i, length - i, &c);

		if (size == 0) {
			builder_text(builder, "\xef\xbf\xbd");
			good = false;
			size = 1;
		} else {
			builder_bytes(builder, bytes + i, size);
		}
		i += size;
	}
	return good;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_base64(struct builder *builder, const void *bytes, size_t length) {
	static const char *const digits = base64_digits;
	const unsigned char *in = bytes;

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		uint32_t group =
		        (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
		char out[4] = { digits[group >> 18 & 63], digits[group >> 12 & 63],
			        left > 1 ? digits[group >> 6 & 63] : '=', left > 2 ? digits[group & 63] : '=' };

		builder_bytes(builder, out, sizeof out);
	}
}

bool text_unbase64(struct builder *builder, const char *text, size_t length) {
	size_t padding = 0;

	while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
		++padding;
	if (length % 4)
		return false;
	for (size_t i = 0; i < length; i += 4) {
		const size_t digits = i + 4 < length ? 4 : 4 - padding;
		uint32_t group = 0;
		char out[3];

		for (size_t k = 0; k < 4; ++k) {
			const char *digit = k < digits ? memchr(base64_digits, text[i + k], 64) : base64_digits;

			if (!digit)
				return false;
			group = group << 6 | (uint32_t)(digit - base64_digits);
		}
		for (size_t k = 0; k < 3; ++k)
			out[k] = (char)(group >> (16 - 8 * k) & 0xff);
		/* Bits that no byte is made of are zero. */
		if (digits < 4 && group & (digits == 3 ? 0xffU : 0xffffU))
			return false;
		builder_bytes(builder, out, digits - 1);
	}
	return true;
}

/** If a named class stands at glob, as in [[:digit:]], whether c is of it; and what follows it. */
static bool match_named_class(const char **glob, char c, bool *matches) {
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {
		{ "[:alnum:]", isalnum }, { "[:alpha:]", isalpha }, { "[:blank:]", isblank },
		{ "[:cntrl:]", iscntrl }, { "[:digit:]", isdigit }, { "[:graph:]", isgraph },
		{ "[:lower:]", islower }, { "[:print:]", isprint }, { "[:punct:]", ispunct },
		{ "[:space:]", isspace }, { "[:upper:]", isupper }, { "[:xdigit:]", isxdigit },
	};

	for (size_t i = 0; i < sizeof classes / sizeof *classes; ++i) {
		if (!text_starts(*glob, classes[i].name))
			continue;
		*matches = *matches || classes[i].is((unsigned char)c);
		*glob += strlen(classes[i].name);
		return true;
	}
	return false;
}

/**
 * Match c against the class at glob, which starts behind "[".  Returns what follows
 * the class, or NULL if it never ends: the bracket is then a character like others.
 */
static const char *match_class(const char *glob, char c, bool *matches) {
	bool negated = *glob == '!' || *glob == '^', found = false;
	const char *at = negated ? glob + 1 : glob;

	for (const char *first = at; *at && (*at != ']' || at == first);) {
		if (match_named_class(&at, c, &found))
			continue;
		at += *at == '\\' && at[1];
		unsigned char low = (unsigned char)*at++, high = low;

		if (at[0] == '-' && at[1] && at[1] != ']') {
			at += at[1] == '\\' && at[2] ? 2 : 1;
			high = (unsigned char)*at++;
		}
		found = found || ((unsigned char)c >= low && (unsigned char)c <= high);
	}
	*matches = found != negated;
	return *at ? at + 1 : NULL;
}

bool text_glob(const char *glob, const char *name) {
	const char *star = NULL, *retry = NULL;

	while (*name) {
		const char *next = glob + 1;
		bool matches = false;

		if (*glob == '*') {
			star = ++glob;
			retry = name;
			continue;
		}
		if (*glob == '[') {
			const char *after = match_class(glob + 1, *name, &matches);

			if (after)
				next = after;
			else
				matches = *name == '[';
		} else if (*glob == '\\' && glob[1]) {
			matches = glob[1] == *name;
			next = glob + 2;
		} else {
			matches = *glob && (*glob == '?' || *glob == *name);
		}
		if (matches) {
			glob = next;
			++name;
		} else if (star) {
			glob = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		++glob;
	return !*glob;
}

/** Changes of one character, a swap of two neighbours among them, that lead from a to b. */
static size_t edit_distance(const char *a, const char *b) {
	enum { LONGEST = 48 };
	size_t rows[3][LONGEST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > LONGEST || lb > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; ++j)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; ++i) {
		size_t *now = rows[i % 3];
		const size_t *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; ++j) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[la % 3][lb];
}

const char *text_nearest(const char *word, const char *const *names) {
	const char *nearest = NULL;
	size_t least = strlen(word) / 3 + 2;

	for (; *names; ++names) {
		size_t distance = edit_distance(word, *names);

		if (distance < least) {
			least = distance;
			nearest = *names;
		}
	}
	return nearest;
}

const char *text_meant(const char *word, const char *const *names) {
	for (const char *const *name = names; *word && *name; ++name)
		if (text_starts(*name, word))
			return *name;
	return text_nearest(word, names);
}

bool text_number(const char *text, unsigned base, uint64_t maximum, uint64_t *number) {
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; ++text) {
		unsigned digit;

		if (*text >= '0' && *text <= '9')
			digit = (unsigned)(*text - '0');
		else if (*text >= 'a' && *text <= 'f')
			digit = (unsigned)(*text - 'a') + 10;
		else if (*text >= 'A' && *text <= 'F')
			digit = (unsigned)(*text - 'A') + 10;
		else
			return false;
		if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value) || value > maximum)
			return false;
	}
	*number = value;
	return true;
}

uint32_t text_hash(const char *text) {
	uint32_t hash = 2166136261U;

	for (; *text; ++text)
		hash = (hash ^ (unsigned char)*text) * 16777619U;
	return hash;
}

bool text_equal(const char *a, const char *b) {
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool text_starts(const char *text, const char *prefix) {
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix) {
	size_t length = strlen(text), end = strlen(suffix);

	return length >= end && strcmp(text + length - end, suffix) == 0;
}

const char *text_relative(const char *path, const char *directory) {
	if (!directory || strcmp(path, directory) == 0 || !text_path_within(path, directory))
		return path;
	const char *rest = path + strlen(directory) + (directory[1] != 0);

	/* As it was named: DIRECTORY/../x is not below it. */
	return strncmp(rest, "..", 2) == 0 && (rest[2] == '/' || !rest[2]) ? path : rest;
}

bool text_path_within(const char *path, const char *directory) {
	size_t length = strlen(directory);

	if (length == 1)
		return path[0] == '/';
	return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}
