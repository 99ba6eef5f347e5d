#include "lex.h"

#include "text.h"

#include <string.h>
#include <strings.h>

void lex_start(struct lex *lex, struct arena *arena, const char *data, size_t size) {
	*lex = (struct lex) { .arena = arena, .data = data, .size = size };
}

bool lex_within(struct lex_limit *limit, void (*work)(void *context), void *context) {
	if (setjmp(limit->out))
		return false;
	work(context);
	return true;
}

/** How many looks lie between signs of life: a few milliseconds. */
enum { BETWEEN_BEATS = 1 << 20 };

void lex_look(const struct lex *lex, size_t count) {
	struct lex_limit *limit = lex->limit;

	if (!limit)
		return;
	if (limit->left < count || lex->arena->total > limit->memory)
		longjmp(limit->out, 1);
	/* A sign costs what many looks cost. */
	if (limit->left / BETWEEN_BEATS != (limit->left - count) / BETWEEN_BEATS)
		pulse_beat(limit->pulse);
	limit->left -= count;
}

void lex_add(struct lex *lex, enum lex_kind kind, const char *text, size_t length, size_t at, unsigned line) {
	lex_look(lex, 1);
	lex->truncated |= lex->count == LEX_LIMIT;
	if (lex->count == LEX_LIMIT)
		return;
	if (lex->count == lex->capacity) {
		struct lex_token *grown;

		/* Nearly always enough: what is not used of it costs no memory, but what is copied does. */
		lex->capacity = lex->capacity ? lex->capacity / 2 * 3 : lex->size / 5 * 2 + 64;
		if (lex->capacity > LEX_LIMIT)
			lex->capacity = LEX_LIMIT;
		grown = arena_array(lex->arena, lex->capacity, sizeof *grown);
		if (lex->count)
			memcpy(grown, lex->tokens, lex->count * sizeof *grown);
		lex->tokens = grown;
	}
	lex->tokens[lex->count++] = (struct lex_token) {
		.text = text,
		.length = (uint32_t)length,
		.line = line,
		.at = (uint32_t)at,
		.kind = (uint8_t)kind,
		.spaced = at == 0 || at > lex->size || strchr(" \t\r\n\f\v", lex->data[at - 1]),
	};
}

struct lex lex_taken(struct lex *lex) {
	const struct lex taken = *lex;

	lex->count = 0;
	lex->tokens = taken.idle;
	lex->capacity = taken.idle_capacity;
	if (lex->capacity < taken.count) {
		lex->capacity = taken.count + taken.count / 16 + 64;
		lex->tokens = arena_array(lex->arena, lex->capacity, sizeof *lex->tokens);
	}
	lex->idle = taken.tokens;
	lex->idle_capacity = taken.capacity;
	return taken;
}

void lex_put(struct lex *lex, enum lex_kind kind, const char *text, size_t at, unsigned line) {
	lex_add(lex, kind, text, strlen(text), at, line);
}

/* Literals */

static int hex_digit(char byte) {
	return byte >= '0' && byte <= '9'   ? byte - '0'
	       : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
	       : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
	                                    : -1;
}

static bool is_octal(char byte) {
	return byte >= '0' && byte <= '7';
}

void lex_literal(struct lex *lex, size_t from, size_t to, bool raw, unsigned line) {
	const char *text = lex->data + from;

	if (raw || from == to || !memchr(text, '\\', to - from)) {
		lex_add(lex, LEX_STRING, text, to - from, from, line);
		return;
	}
	char *copy = arena_alloc(lex->arena, to - from + 1);
	size_t length = 0;
	for (size_t i = from; i < to; ++i) {
		char byte = lex->data[i];

		if (byte == '\\' && i + 1 < to) {
			byte = lex->data[++i];
			if (byte == '\n')
				continue;
			if (byte == 'x' && i + 2 < to && hex_digit(lex->data[i + 1]) >= 0 &&
			    hex_digit(lex->data[i + 2]) >= 0) {
				byte = (char)(hex_digit(lex->data[i + 1]) * 16 + hex_digit(lex->data[i + 2]));
				i += 2;
			} else if (byte == 'u' && i + 4 < to && memcmp(lex->data + i + 1, "00", 2) == 0 &&
			           hex_digit(lex->data[i + 3]) >= 0 && hex_digit(lex->data[i + 4]) >= 0) {
				byte = (char)(hex_digit(lex->data[i + 3]) * 16 + hex_digit(lex->data[i + 4]));
				i += 4;
			} else if (is_octal(byte) && i + 1 < to && is_octal(lex->data[i + 1])) {
				unsigned value = 0;

				for (size_t most = i + 3; i < to && i < most && is_octal(lex->data[i]); ++i)
					value = value * 8 + (unsigned)(lex->data[i] - '0');
				byte = (char)value;
				--i;
			} else if (byte == 'n') {
				/* A shell's command ends there. */
				byte = '\n';
			} else if (byte == 't' || byte == 'r' || byte == '0') {
				byte = ' ';
			}
		}
		copy[length++] = byte;
	}
	lex_add(lex, LEX_STRING, copy, length, from, line);
}

size_t lex_brace_end(const char *data, size_t at, size_t end) {
	unsigned depth = 1;

	for (; at < end; ++at) {
		const char byte = data[at];

		if (byte == '\'' || byte == '"') {
			const char *close = memchr(data + at + 1, byte, end - at - 1);

			if (!close)
				return end;
			at = (size_t)(close - data);
		} else if (byte == '{') {
			++depth;
		} else if (byte == '}' && --depth == 0) {
			return at;
		}
	}
	return end;
}

/** What stands behind a marker that is meant for some rules only; NULL: it is meant for all. */
struct marker_row {
	const char *word;
	/** Of a marker that may name rules: one of these must be among them, or none be named; blank-separated. */
	const char *rules;
	bool next;
};

static const struct marker_row marker_rows[] = {
	{ "tmpaudit: ignore", NULL, false },
	{ "tmpaudit:ignore", NULL, false },
	{ "nosec", "B306 B108 B325 B103 G303 G304 G302 G306", false },
	{ "noqa", "S306 S108 S103", false },
	{ "NOLINTNEXTLINE", "tmp temp cert security insecure", true },
	{ "NOLINT", "tmp temp cert security insecure", false },
	{ "nolint", "gosec", false },
	{ "nosemgrep", NULL, false },
	{ "NOSONAR", NULL, false },
	{ "Flawfinder: ignore", NULL, false },
	{ "RATS: ignore", NULL, false },
	{ "eslint-disable-next-line", "tmp temp security sonarjs", true },
	{ "eslint-disable-line", "tmp temp security sonarjs", false },
	{ "lgtm", "temp tmp", false },
	{ "phpcs:ignore", "tmp temp security", false },
	{ "rubocop:disable", "tmp temp security", false },
	{ "NOPMD", NULL, false },
};

static const char *find_word(const char *text, size_t length, const char *word) {
	const size_t size = strlen(word);

	for (size_t i = 0; i + size <= length; ++i)
		if (strncasecmp(text + i, word, size) == 0)
			return text + i;
	return NULL;
}

/** Whether what stands behind a marker names none of its rules, but others: "noqa: E501". */
static bool is_for_others(const char *rest, size_t length, const char *rules) {
	size_t at = 0;

	if (!rules)
		return false;
	while (at < length && strchr(" :([", rest[at]))
		++at;
	/* A bare marker, or one with a reason, is meant for all; one that names rules does so at once. */
	const bool listed = memchr(rest, ':', at) || memchr(rest, '(', at) || memchr(rest, '[', at);
	const size_t word = at;
	bool digit = false;
	while (at < length && !strchr(" ,)]", rest[at]))
		digit |= rest[at] >= '0' && rest[at] <= '9', ++at;
	if (at == word || (!listed && !digit))
		return false;
	for (const char *rule = rules; *rule;) {
		char name[16] = "";
		const size_t size = strcspn(rule, " ");

		memcpy(name, rule, size < sizeof name ? size : sizeof name - 1);
		if (find_word(rest, length, name))
			return false;
		rule += size + (rule[size] == ' ');
	}
	return true;
}

void lex_comment(struct lex *lex, const char *text, size_t length, unsigned line) {
	for (size_t i = 0; i < sizeof marker_rows / sizeof *marker_rows; ++i) {
		const struct marker_row *row = &marker_rows[i];
		const char *found = find_word(text, length, row->word);

		if (!found)
			continue;
		const char *rest = found + strlen(row->word);
		if (rest < text + length && ((*rest >= 'a' && *rest <= 'z') || *rest == '_'))
			continue;
		if (is_for_others(rest, (size_t)(text + length - rest), row->rules))
			continue;
		lex->markers = arena_grow(lex->arena, lex->markers, lex->nmarkers, sizeof *lex->markers);
		lex->markers[lex->nmarkers++] = (struct lex_marker) { line, row->next };
		return;
	}
}

bool lex_is_full(const struct lex *lex) {
	return lex->limit && lex->arena->total > lex->limit->memory / 4 * 3;
}

void lex_search(const struct lex *lex, size_t bytes) {
	enum { EACH = 16 };

	lex_look(lex, 1 + bytes / EACH);
}

bool lex_is_marked(const struct lex *lex, unsigned first, unsigned last) {
	lex_look(lex, lex->nmarkers);
	for (size_t i = 0; i < lex->nmarkers; ++i) {
		const unsigned line = lex->markers[i].line + lex->markers[i].next;

		if (line >= first && line <= last)
			return true;
	}
	return false;
}

const struct lex_token *lex_at(const struct lex *lex, size_t index) {
	static const struct lex_token end = { .text = "", .kind = LEX_END };

	lex_look(lex, 1);
	return index < lex->count ? &lex->tokens[index] : &end;
}

const char *lex_spelt(const struct lex *lex, size_t from, size_t to) {
	enum { LONGEST = 160 };
	struct builder text = { .arena = lex->arena };
	bool blank = false;

	if (to < from || to > lex->size)
		to = lex->size;
	for (size_t i = from; i < to && text.length < LONGEST; ++i) {
		const char byte = lex->data[i];

		lex_look(lex, 1);
		if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\0') {
			blank = text.length;
			continue;
		}
		if (blank)
			builder_text(&text, " ");
		blank = false;
		builder_bytes(&text, &byte, 1);
	}
	if (text.length >= LONGEST)
		builder_text(&text, "...");
	return builder_string(&text);
}
