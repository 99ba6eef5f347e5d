#include "lex_python.h"

#include <string.h>

// Strings with expressions nest at most DEEPEST deep.
// NOLINTBEGIN(misc-no-recursion)

enum { INDENTS = 128, DEEPEST = 6 };

struct reader {
	struct lex *lex;
	const char *data;
	/** Where we are, and where to stop. */
	size_t at, end;
	unsigned line;
	/** How many brackets are open. */
	unsigned brackets;
	/** How deep we are in strings that hold expressions. */
	unsigned nested;
	unsigned indents[INDENTS];
	unsigned nindents;
	/** Whether the statement is one with a colon, whose block may follow on the line; blocks that are open there.
	 */
	bool compound;
	unsigned inlined;
};

static void lex_range(struct reader *reader);

static char peek(const struct reader *reader, size_t ahead) {
	return reader->at + ahead < reader->end ? reader->data[reader->at + ahead] : '\0';
}

static bool is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_' || (unsigned char)byte >= 0x80;
}

/** Where the expression ends that begins behind a brace of an f-string. */
static size_t expression_end(const struct reader *reader, size_t at, size_t end) {
	unsigned depth = 0;

	for (; at < end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\'' || byte == '"') {
			const char *close = memchr(reader->data + at + 1, byte, end - at - 1);

			if (!close)
				return end;
			at = (size_t)(close - reader->data);
		} else if (strchr("([{", byte) && byte) {
			++depth;
		} else if (depth && strchr(")]}", byte) && byte) {
			--depth;
		} else if (!depth && (byte == '}' || byte == ':' || (byte == '!' && reader->data[at + 1] != '='))) {
			return at;
		}
	}
	return end;
}

/** The parts of an f-string, joined. */
static void add_formatted(struct reader *reader, size_t from, size_t to, bool raw, unsigned line) {
	struct lex *lex = reader->lex;
	size_t start = from;

	lex_put(lex, LEX_OPERATOR, "(", from, line);
	for (size_t i = from; i < to; ++i) {
		const char byte = reader->data[i];

		if ((byte == '{' || byte == '}') && i + 1 < to && reader->data[i + 1] == byte) {
			++i;
			continue;
		}
		if (byte != '{')
			continue;
		const size_t end = expression_end(reader, i + 1, to);
		lex_literal(reader->lex, start, i, raw, line);
		lex_put(lex, LEX_JOIN, "", i, line);
		lex_put(lex, LEX_OPERATOR, "(", i, line);
		if (reader->nested < DEEPEST) {
			struct reader inner = { .lex = lex,
				                .data = reader->data,
				                .at = i + 1,
				                .end = end,
				                .line = line,
				                .nested = reader->nested + 1 };

			lex_range(&inner);
		}
		lex_put(lex, LEX_OPERATOR, ")", end, line);
		lex_put(lex, LEX_JOIN, "", end, line);
		/* A format behind it, which may hold braces of its own. */
		unsigned depth = 1;
		for (i = end; i < to && depth; ++i)
			depth += reader->data[i] == '{' ? 1u : reader->data[i] == '}' ? -1u : 0u;
		start = i;
		--i;
	}
	lex_literal(reader->lex, start < to ? start : to, to, raw, line);
	lex_put(lex, LEX_OPERATOR, ")", to, line);
}

/** A string with its quotes at the reader's place, behind a prefix. */
static void lex_string(struct reader *reader, bool raw, bool formatted) {
	const char quote = peek(reader, 0);
	const bool triple = peek(reader, 1) == quote && peek(reader, 2) == quote;
	const unsigned line = reader->line;
	size_t from = reader->at + (triple ? 3 : 1), at = from;
	unsigned lines = 0;

	for (; at < reader->end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\\' && at + 1 < reader->end) {
			++at;
			lines += reader->data[at] == '\n';
		} else if (byte == '\n') {
			/* A string of one line ends with it, closed or not. */
			if (!triple)
				break;
			++lines;
		} else if (byte == quote && (!triple || (at + 2 < reader->end && reader->data[at + 1] == quote &&
		                                         reader->data[at + 2] == quote))) {
			break;
		}
	}
	if (at >= reader->end && triple && !reader->lex->open) {
		reader->lex->open = "a string";
		reader->lex->open_line = line;
	}
	if (at > reader->end)
		at = reader->end;
	if (formatted)
		add_formatted(reader, from, at, raw, line);
	else
		lex_literal(reader->lex, from, at, raw, line);
	reader->line += lines;
	if (at < reader->end && reader->data[at] == quote)
		at += triple ? 3 : 1;
	reader->at = at;
}

/** Whether a string begins behind up to three letters; what they say. */
static bool is_string_prefix(const struct reader *reader, size_t *length, bool *raw, bool *formatted) {
	*length = 0;
	*raw = *formatted = false;
	while (*length < 3 && peek(reader, *length) && strchr("rRbBuUfFtT", peek(reader, *length))) {
		const char letter = peek(reader, *length);

		*raw |= letter == 'r' || letter == 'R';
		*formatted |= strchr("fFtT", letter) != NULL;
		++*length;
	}
	return peek(reader, *length) == '"' || peek(reader, *length) == '\'';
}

/** Whether the word that begins a statement is one of those that have a block. */
static bool has_block(const struct lex_token *word) {
	static const char *const words[] = { "def", "class", "if",    "elif",   "else",    "for", "while",
		                             "try", "with",  "async", "except", "finally", NULL };

	for (const char *const *row = words; *row; ++row)
		if (lex_is(word, *row))
			return true;
	return false;
}

/** A block that follows its colon on the same line: if a: b; its end is that of the line. */
static void open_inline(struct reader *reader) {
	size_t at = reader->at;

	while (at < reader->end && strchr(" \t\f\r", reader->data[at]) && reader->data[at])
		++at;
	reader->compound = false;
	if (at >= reader->end || strchr("#\n\\", reader->data[at]))
		return;
	++reader->inlined;
	lex_put(reader->lex, LEX_OPEN, "", reader->at, reader->line);
}

static void close_inline(struct reader *reader) {
	for (; reader->inlined; --reader->inlined) {
		lex_put(reader->lex, LEX_NEWLINE, "", reader->at, reader->line);
		lex_put(reader->lex, LEX_CLOSE, "", reader->at, reader->line);
	}
	reader->compound = false;
}

static void lex_operator(struct reader *reader) {
	static const char *const operators[] = { "**=", "//=", ">>=", "<<=", "...", ":=", "==", "!=", "<=",
		                                 ">=",  "->",  "+=",  "-=",  "*=",  "/=", "%=", "|=", "&=",
		                                 "^=",  "@=",  "**",  "//",  "<<",  ">>", "<>", NULL };
	const char *text = reader->data + reader->at;
	size_t length = 1;

	for (const char *const *row = operators; *row && length == 1; ++row)
		if (strlen(*row) <= reader->end - reader->at && strncmp(text, *row, strlen(*row)) == 0)
			length = strlen(*row);
	if (strchr("([{", *text))
		++reader->brackets;
	else if (strchr(")]}", *text) && reader->brackets)
		--reader->brackets;
	lex_add(reader->lex, LEX_OPERATOR, text, length, reader->at, reader->line);
	reader->at += length;
	if (reader->compound && !reader->brackets && !reader->nested && length == 1 && *text == ':')
		open_inline(reader);
}

/** Behind the end of a line that ends a statement: begin or end blocks by the next line that is not empty. */
static void end_line(struct reader *reader) {
	unsigned column = 0;
	size_t at = reader->at;

	for (; at < reader->end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\n' || byte == '#' || byte == '\r')
			break;
		if (byte == ' ')
			++column;
		else if (byte == '\t')
			column = column / 8 * 8 + 8;
		else if (byte != '\f' && byte != '\0')
			break;
	}
	/* Empty lines and comments mean nothing. */
	if (at < reader->end && (reader->data[at] == '\n' || reader->data[at] == '#' || reader->data[at] == '\r'))
		return;
	const size_t count = reader->lex->count;
	const uint8_t last = count ? reader->lex->tokens[count - 1].kind : LEX_NEWLINE;
	const bool begun = last != LEX_NEWLINE && last != LEX_CLOSE;
	const unsigned now = reader->nindents ? reader->indents[reader->nindents - 1] : 0;
	if (column > now && reader->nindents < INDENTS) {
		reader->indents[reader->nindents++] = column;
		lex_put(reader->lex, LEX_OPEN, "", reader->at, reader->line);
		return;
	}
	if (begun)
		lex_put(reader->lex, LEX_NEWLINE, "", reader->at, reader->line);
	while (reader->nindents && reader->indents[reader->nindents - 1] > column) {
		--reader->nindents;
		lex_put(reader->lex, LEX_CLOSE, "", reader->at, reader->line);
	}
}

static void lex_word(struct reader *reader) {
	const size_t count = reader->lex->count;
	const bool begins = !count || reader->lex->tokens[count - 1].kind >= LEX_NEWLINE;
	const char first = peek(reader, 0);
	const size_t from = reader->at;
	const bool number = first >= '0' && first <= '9';

	while (reader->at < reader->end && (is_name_byte(peek(reader, 0)) || (number && peek(reader, 0) == '.')))
		++reader->at;
	lex_add(reader->lex, number ? LEX_NUMBER : LEX_NAME, reader->data + from, reader->at - from, from,
	        reader->line);
	if (begins && reader->lex->count > count)
		reader->compound = has_block(&reader->lex->tokens[count]);
}

static void lex_range(struct reader *reader) {
	while (reader->at < reader->end && !reader->lex->truncated) {
		const char byte = peek(reader, 0);
		bool raw, formatted;
		size_t prefix;

		if (byte == '\n') {
			++reader->at;
			++reader->line;
			if (!reader->brackets && !reader->nested) {
				close_inline(reader);
				end_line(reader);
			}
		} else if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\0') {
			++reader->at;
		} else if (byte == '\\' &&
		           (peek(reader, 1) == '\n' || (peek(reader, 1) == '\r' && peek(reader, 2) == '\n'))) {
			reader->at += peek(reader, 1) == '\n' ? 2 : 3;
			++reader->line;
		} else if (byte == '#' && !reader->nested) {
			const char *stop = memchr(reader->data + reader->at, '\n', reader->end - reader->at);
			const size_t end = stop ? (size_t)(stop - reader->data) : reader->end;

			lex_comment(reader->lex, reader->data + reader->at, end - reader->at, reader->line);
			reader->at = end;
		} else if (byte == ';' && !reader->brackets) {
			lex_put(reader->lex, LEX_NEWLINE, "", reader->at++, reader->line);
		} else if (is_string_prefix(reader, &prefix, &raw, &formatted)) {
			reader->at += prefix;
			lex_string(reader, raw, formatted);
		} else if (is_name_byte(byte)) {
			lex_word(reader);
		} else {
			lex_operator(reader);
		}
	}
}

/** getattr(m, "f") and __import__("m"), also of importlib, at token i: how many tokens it takes; 0: it is none. */
static size_t rewrite(struct lex *lex, size_t i, size_t *to) {
	const struct lex_token *token = lex_at(lex, i);
	/* Where it begins for a reader. */
	const uint32_t begin = token->at;

	if (token->kind != LEX_NAME || !lex_is(lex_at(lex, i + 1), "("))
		return 0;
	if ((lex_is(token, "__import__") || lex_is(token, "import_module")) && lex_at(lex, i + 2)->kind == LEX_STRING &&
	    lex_is(lex_at(lex, i + 3), ")")) {
		struct lex_token name = *lex_at(lex, i + 2);
		char *text = arena_alloc(lex->arena, name.length + 2);

		text[0] = '@';
		memcpy(text + 1, name.text, name.length);
		name.kind = LEX_NAME;
		name.text = text;
		name.at = begin;
		++name.length;
		/* importlib.import_module: what it is of is gone with it. */
		if (*to >= 2 && lex_is(&lex->tokens[*to - 1], "."))
			*to -= 2;
		lex->tokens[(*to)++] = name;
		return 4;
	}
	if (!lex_is(token, "getattr"))
		return 0;
	size_t at = i + 2;
	/* getattr(__import__("m"), "f"). */
	if (lex_is(lex_at(lex, at), "__import__") && lex_at(lex, at)->kind == LEX_NAME &&
	    lex_is(lex_at(lex, at + 4), ",") && lex_at(lex, at + 5)->kind == LEX_STRING &&
	    lex_is(lex_at(lex, at + 6), ")")) {
		struct lex_token name = *lex_at(lex, at + 5), dot = *lex_at(lex, at + 4);

		if (!rewrite(lex, at, to))
			return 0;
		lex->tokens[*to - 1].at = begin;
		dot.text = ".";
		dot.length = 1;
		lex->tokens[(*to)++] = dot;
		name.kind = LEX_NAME;
		lex->tokens[(*to)++] = name;
		return 9;
	}
	while (lex_at(lex, at)->kind == LEX_NAME && lex_is(lex_at(lex, at + 1), "."))
		at += 2;
	if (lex_at(lex, at)->kind != LEX_NAME || !lex_is(lex_at(lex, at + 1), ",") ||
	    lex_at(lex, at + 2)->kind != LEX_STRING || !lex_is(lex_at(lex, at + 3), ")"))
		return 0;
	struct lex_token name = *lex_at(lex, at + 2), dot = *lex_at(lex, at + 1);
	for (size_t from = i + 2; from <= at; ++from)
		lex->tokens[(*to)++] = lex->tokens[from];
	dot.text = ".";
	dot.length = 1;
	lex->tokens[(*to)++] = dot;
	name.kind = LEX_NAME;
	lex->tokens[(*to)++] = name;
	return at + 4 - i;
}

static void rewrite_all(struct lex *lex) {
	size_t to = 0;

	for (size_t i = 0; i < lex->count;) {
		const size_t taken = rewrite(lex, i, &to);

		if (taken)
			i += taken;
		else
			lex->tokens[to++] = lex->tokens[i++];
	}
	lex->count = to;
}

void lex_python(struct lex *lex) {
	struct reader reader = { .lex = lex, .data = lex->data, .end = lex->size, .line = 1 };

	end_line(&reader);
	lex_range(&reader);
	close_inline(&reader);
	if (lex->count && lex->tokens[lex->count - 1].kind != LEX_NEWLINE)
		lex_put(lex, LEX_NEWLINE, "", lex->size, reader.line);
	rewrite_all(lex);
}

// NOLINTEND(misc-no-recursion)
