#include "parse_source.h"

#include "text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* What it is */

static size_t mark_length(const char *head, size_t size) {
	return size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/** A word of the first line: its last part if it is a path. */
struct word {
	const char *text;
	size_t length;
};

static bool next_word(const char **at, const char *end, struct word *word) {
	while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r' || **at == '\0'))
		++*at;
	word->text = *at;
	while (*at < end && **at != ' ' && **at != '\t' && **at != '\r' && **at != '\0')
		++*at;
	word->length = (size_t)(*at - word->text);
	return word->length;
}

static void keep_last_part(struct word *word) {
	for (size_t i = word->length; i > 0; --i) {
		if (word->text[i - 1] == '/') {
			word->text += i;
			word->length -= i;
			return;
		}
	}
}

/** Whether a comment of C and its like is a command of a shell as well: //usr/bin/env, ///usr/bin/env. */
static bool is_comment_line(const char *at, const char *end) {
	static const char env[] = "usr/bin/env ";
	const char *path = at;

	while (path < end && *path == '/')
		++path;
	return path - at >= 2 && (size_t)(end - path) >= strlen(env) && memcmp(path, env, strlen(env)) == 0;
}

/** The interpreter of "#! /usr/bin/env -S NAME=value python3.11 -u", or of what a shell is to run where "//" begins a
 * comment: "//usr/bin/env go run $0"; no text: there is none. */
static struct word interpreter(const char *head, size_t size) {
	const size_t mark = mark_length(head, size);
	const char *at = head + mark, *end = head + size, *line;
	struct word word = { 0 };

	if (size < mark + 2 || (memcmp(at, "#!", 2) != 0 && !is_comment_line(at, end)))
		return word;
	line = memchr(at, '\n', (size_t)(end - at));
	if (line)
		end = line;
	at += 2;
	if (!next_word(&at, end, &word))
		return (struct word) { 0 };
	keep_last_part(&word);
	/* env(1), and the wrappers that take a command likewise. */
	while ((word.length == 3 && memcmp(word.text, "env", 3) == 0) ||
	       (word.length == 7 && memcmp(word.text, "busybox", 7) == 0)) {
		do {
			if (!next_word(&at, end, &word))
				return (struct word) { 0 };
			if (word.length > 2 && memcmp(word.text, "-S", 2) == 0) {
				word.text += 2;
				word.length -= 2;
			}
		} while (word.text[0] == '-' || memchr(word.text, '=', word.length));
		keep_last_part(&word);
	}
	return word;
}

/** Whether the word is the name with a version behind it at most: python3.11, perl5.36-x86_64-linux-gnu. */
static bool is_version_of(const struct word *word, const char *name) {
	const size_t length = strlen(name);

	if (word->length < length || strncmp(word->text, name, length) != 0)
		return false;
	for (size_t i = length; i < word->length; ++i) {
		if (word->text[i] == '-' && i > length)
			return true;
		if (!strchr("0123456789.-dmu", word->text[i]))
			return false;
	}
	return true;
}

/**
 * What runs a script whose first line names a shell that does no more than to run another interpreter on it:
 * eval 'exec perl -x -wS $0 ${1+"$@"}'.  Else the word itself.
 */
static struct word executed(const char *head, size_t size, struct word word) {
	const char *line = memchr(head, '\n', size), *end = head + size;

	for (unsigned lines = 0; line && lines < 4; ++lines) {
		const char *at = line + 1, *stop = memchr(at, '\n', (size_t)(end - at));
		const size_t length = stop ? (size_t)(stop - at) : (size_t)(end - at);
		const char *exec = memmem(at, length, "exec ", 5);

		if (exec && memmem(exec, (size_t)(at + length - exec), "$0", 2)) {
			struct word program;

			at = exec + 5;
			if (next_word(&at, end, &program)) {
				keep_last_part(&program);
				return program;
			}
		}
		line = stop;
	}
	return word;
}

static const struct script_language *language_of(const struct word *word) {
	for (const struct script_language *const *language = script_languages; *language; ++language)
		for (const char *const *known = (*language)->interpreters; known && *known; ++known)
			if (is_version_of(word, *known))
				return *language;
	return NULL;
}

const struct script_language *source_language(const char *name, const char *head, size_t size) {
	const struct word word = interpreter(head, size);

	if (word.length) {
		const struct script_language *language = language_of(&word);
		const struct word other = executed(head, size, word);

		/* Of what the shell runs instead it is not known whether it is a language at all. */
		if (language && other.text != word.text && language_of(&other))
			language = language_of(&other);
		if (language || head[mark_length(head, size)] == '#')
			return language;
	}
	const size_t length = strlen(name), mark = mark_length(head, size);
	for (const struct script_language *const *language = script_languages; *language; ++language) {
		const char *begins = (*language)->begins;

		if (begins && size >= mark + strlen(begins) && memcmp(head + mark, begins, strlen(begins)) == 0)
			return *language;
	}
	for (const struct script_language *const *language = script_languages; *language; ++language)
		for (const char *const *suffix = (*language)->suffixes; suffix && *suffix; ++suffix)
			if (length >= strlen(*suffix) && strcasecmp(name + length - strlen(*suffix), *suffix) == 0)
				return *language;
	return NULL;
}

const char *source_other_shell(const char *name, const char *head, size_t size) {
	static const struct {
		const char *name, *suffix;
	} rows[] = { { "csh", ".csh" }, { "tcsh", ".tcsh" }, { "fish", ".fish" } };
	const struct word word = interpreter(head, size);
	const size_t length = strlen(name);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		const size_t suffix = strlen(rows[i].suffix);

		if (word.length ? is_version_of(&word, rows[i].name)
		                : length > suffix && strcmp(name + length - suffix, rows[i].suffix) == 0)
			return rows[i].name;
	}
	return NULL;
}

/* Whether it matters */

static char lower(char byte) {
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

static bool is_letter(char byte) {
	return lower(byte) >= 'a' && lower(byte) <= 'z';
}

/** Whether data from at on is word, whatever the case of its letters. */
static bool stands(const char *data, size_t size, size_t at, const char *word) {
	const size_t length = strlen(word);

	return at + length <= size && strncasecmp(data + at, word, length) == 0;
}

/** Behind "tmp" or "temp", at: what makes a name or a directory of it. */
static bool goes_on(const char *data, size_t size, size_t at) {
	static const char *const words[] = {
		"dir", "nam", "_nam", "_dir", "file", "_file", "fd", "path", "_path", NULL
	};

	for (const char *const *word = words; *word; ++word)
		if (stands(data, size, at, *word))
			return true;
	return false;
}

/** Whether the "mp" at at is part of a word that matters. */
static bool is_temporary(const char *data, size_t size, size_t at) {
	size_t start;

	if (at >= 1 && lower(data[at - 1]) == 't')
		start = at - 1;
	else if (at >= 2 && lower(data[at - 1]) == 'e' && lower(data[at - 2]) == 't')
		start = at - 2;
	else
		return false;
	/* Quotes end where a name need not: "/var/"tmp. */
	size_t open = start;
	while (open > 0 && (data[open - 1] == '"' || data[open - 1] == '\'' || data[open - 1] == '\\'))
		--open;
	const char before = start > 0 ? data[start - 1] : '\0';
	/* A part of a path that is joined. */
	if ((before == '"' || before == '\'') && at + 2 < size && data[at + 2] == before)
		return true;
	if ((open > 0 && data[open - 1] == '/') || before == '$' || before == '{' || goes_on(data, size, at + 2))
		return true;
	if (start >= 2 && stands(data, size, start - 2, "mk"))
		return true;
	if (start >= 2 && data[start - 1] == ':' && data[start - 2] == ':')
		return true;
	/* What paths.h of C calls them. */
	if ((start >= 6 && stands(data, size, start - 6, "_PATH_")) ||
	    (start >= 9 && stands(data, size, start - 9, "_PATH_VAR")))
		return true;
	/* A word in capitals, by itself: a variable of the environment, or of the script. */
	return data[at] == 'M' && data[start] == 'T' && !is_letter(before) && before != '_' && at + 2 < size &&
	       !is_letter(data[at + 2]) && data[at + 2] != '_';
}

bool source_matters(const char *data, size_t size) {
	for (size_t i = 0; i + 1 < size; ++i) {
		const char *found = memchr(data + i, 'm', size - 1 - i), *capital;
		const size_t bound = found ? (size_t)(found - data) : size - 1;

		/* Capitals are rare: they are looked for up to where the next small letter is. */
		capital = memchr(data + i, 'M', bound - i);
		i = capital ? (size_t)(capital - data) : bound;
		if (i + 1 >= size)
			return false;
		if (lower(data[i + 1]) == 'p' && is_temporary(data, size, i))
			return true;
		if (i >= 1 && lower(data[i + 1]) == 'a' && lower(data[i - 1]) == 'u' && stands(data, size, i, "mask"))
			return true;
		if (i >= 3 && stands(data, size, i - 3, "/shm"))
			return true;
	}
	return false;
}

/* Encodings */

static void put_character(char *to, size_t *length, uint32_t character) {
	if (character < 0x80) {
		to[(*length)++] = (char)character;
	} else if (character < 0x800) {
		to[(*length)++] = (char)(0xc0 | (character >> 6));
		to[(*length)++] = (char)(0x80 | (character & 0x3f));
	} else {
		to[(*length)++] = (char)(0xe0 | ((character >> 12) & 0xf));
		to[(*length)++] = (char)(0x80 | ((character >> 6) & 0x3f));
		to[(*length)++] = (char)(0x80 | (character & 0x3f));
	}
}

/** The units of so many bytes: of those beyond the first plane one character stands for all. */
static const char *transcode(const char *data, size_t *size, unsigned width, bool big, struct arena *arena) {
	char *copy = arena_alloc(arena, *size / width * 3 + 1);
	size_t length = 0;

	for (size_t i = 0; i + width <= *size; i += width) {
		uint32_t character = 0;

		for (unsigned k = 0; k < width; ++k)
			character |= (uint32_t)(unsigned char)data[i + k] << 8 * (big ? width - 1 - k : k);
		put_character(copy, &length, character > 0xffff ? 0xfffd : character);
	}
	*size = length;
	return copy;
}

/** Whether every other byte of the first is a NUL, and none between them: text in UTF-16 without a mark. */
static bool is_wide(const char *data, size_t size, bool big) {
	size_t i;

	if (size < 8)
		return false;
	for (i = 0; i + 1 < size && i < 64; i += 2)
		if ((data[i] == '\0') != big || (data[i + 1] == '\0') == big)
			return false;
	return true;
}

const char *source_text(const char *data, size_t *size, struct arena *arena) {
	const unsigned char *bytes = (const unsigned char *)data;
	const size_t mark = mark_length(data, *size);

	if (mark) {
		*size -= mark;
		return data + mark;
	}
	if (*size >= 4 && memcmp(bytes, "\xff\xfe\0\0", 4) == 0) {
		*size -= 4;
		return transcode(data + 4, size, 4, false, arena);
	}
	if (*size >= 4 && memcmp(bytes, "\0\0\xfe\xff", 4) == 0) {
		*size -= 4;
		return transcode(data + 4, size, 4, true, arena);
	}
	if (*size >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff))) {
		*size -= 2;
		return transcode(data + 2, size, 2, bytes[0] == 0xfe, arena);
	}
	if (is_wide(data, *size, false) || is_wide(data, *size, true))
		return transcode(data, size, 2, is_wide(data, *size, true), arena);
	return data;
}
