#include "lex_ruby.h"

#include <string.h>

// Strings with expressions nest at most DEEPEST deep.
// NOLINTBEGIN(misc-no-recursion)

enum { DEEPEST = 6, DOCUMENTS = 8 };

/** A here-document that is announced and begins with the next line. */
struct document {
	const char *word;
	size_t length;
	bool indented, raw;
	/** The token that stands for it. */
	size_t token;
};

struct reader {
	struct lex *lex;
	const char *data;
	size_t at, end;
	unsigned line;
	/** How many round and square brackets are open; how deep we are in strings that hold expressions. */
	unsigned brackets, nested;
	/** Whether a statement that opens a block has begun, and its line has not ended. */
	bool opens;
	/** Whether it is a def, and whether we are in the body of one that ends with its line. */
	bool defines, endless;
	struct document documents[DOCUMENTS];
	unsigned ndocuments;
};

static void lex_range(struct reader *reader);

static char peek(const struct reader *reader, size_t ahead) {
	return reader->at + ahead < reader->end ? reader->data[reader->at + ahead] : '\0';
}

static bool is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_' || (unsigned char)byte >= 0x80;
}

static size_t line_end(const struct reader *reader, size_t at) {
	const char *stop = at < reader->end ? memchr(reader->data + at, '\n', reader->end - at) : NULL;

	return stop ? (size_t)(stop - reader->data) : reader->end;
}

static bool starts_at(const struct reader *reader, size_t at, const char *text) {
	const size_t length = strlen(text);

	return at <= reader->end && length <= reader->end - at && memcmp(reader->data + at, text, length) == 0;
}

static void count_lines(struct reader *reader, size_t from, size_t to) {
	for (size_t i = from; i < to; ++i)
		reader->line += reader->data[i] == '\n';
}

static const struct lex_token *last_token(const struct reader *reader) {
	return reader->lex->count ? &reader->lex->tokens[reader->lex->count - 1] : lex_at(reader->lex, SIZE_MAX);
}

/** Whether a new statement begins here. */
static bool is_start(const struct reader *reader) {
	const struct lex_token *last = last_token(reader);

	return last->kind == LEX_END || last->kind == LEX_NEWLINE || last->kind == LEX_OPEN ||
	       last->kind == LEX_CLOSE || lex_is(last, "=") || lex_is(last, "||=") || lex_is(last, "+=") ||
	       lex_is(last, "&&=") || lex_is(last, "then") || lex_is(last, "else");
}

/** Whether a value is wanted here, so that "/" begins a pattern, "%" and "<<" a string. */
static bool wants_value(const struct reader *reader) {
	const struct lex_token *last = last_token(reader);
	const char before = reader->at ? reader->data[reader->at - 1] : ' ';

	if (last->kind == LEX_NUMBER || last->kind == LEX_STRING || lex_is(last, ")") || lex_is(last, "]") ||
	    lex_is(last, "}"))
		return false;
	/* Behind a name it is an argument if it stands apart on the left, and not on the right. */
	if (last->kind == LEX_NAME)
		return (before == ' ' || before == '\t') && peek(reader, 1) != ' ' && peek(reader, 1) != '=';
	return true;
}

/* Strings */

static void add_text(struct reader *reader, size_t from, size_t to, bool raw, unsigned line) {
	struct lex *lex = reader->lex;

	if (!raw) {
		lex_literal(lex, from, to, false, line);
		return;
	}
	char *copy = arena_alloc(lex->arena, to - from + 1);
	size_t length = 0;
	for (size_t i = from; i < to; ++i) {
		i += reader->data[i] == '\\' && i + 1 < to &&
		     (reader->data[i + 1] == '\'' || reader->data[i + 1] == '\\');
		copy[length++] = reader->data[i];
	}
	lex_add(lex, LEX_STRING, copy, length, from, line);
}

/** A string with what stands in "#{…}". */
static void add_parts(struct reader *reader, size_t from, size_t to, unsigned line) {
	struct lex *lex = reader->lex;
	size_t start = from;
	bool joined = false;

	for (size_t i = from; i + 1 < to; ++i)
		joined |= reader->data[i] == '#' && reader->data[i + 1] == '{';
	if (!joined) {
		add_text(reader, from, to, false, line);
		return;
	}
	/* It begins with the quote: what stands before that tells whether it is an argument. */
	lex_put(lex, LEX_OPERATOR, "(", reader->at, line);
	for (size_t i = from; i + 1 < to; ++i) {
		if (reader->data[i] == '\\') {
			++i;
			continue;
		}
		if (reader->data[i] != '#' || reader->data[i + 1] != '{')
			continue;
		const size_t stop = lex_brace_end(reader->data, i + 2, to);
		add_text(reader, start, i, false, line);
		lex_put(lex, LEX_JOIN, "", i, line);
		lex_put(lex, LEX_OPERATOR, "(", i, line);
		if (reader->nested < DEEPEST) {
			struct reader inner = { .lex = lex,
				                .data = reader->data,
				                .at = i + 2,
				                .end = stop,
				                .line = line,
				                .nested = reader->nested + 1 };

			lex_range(&inner);
		}
		lex_put(lex, LEX_OPERATOR, ")", stop, line);
		lex_put(lex, LEX_JOIN, "", stop, line);
		start = stop < to ? stop + 1 : to;
		i = start - 1;
	}
	add_text(reader, start, to, false, line);
	lex_put(lex, LEX_OPERATOR, ")", to, line);
}

/** Where a string ends whose opening mark was open, if there is one that nests, else '\0'. */
static size_t string_end(struct reader *reader, size_t from, char open, char close, bool raw) {
	unsigned depth = 1;
	size_t at = from;

	for (; at < reader->end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\\')
			++at;
		else if (!raw && byte == '#' && at + 1 < reader->end && reader->data[at + 1] == '{')
			at = lex_brace_end(reader->data, at + 2, reader->end);
		else if (byte == close && --depth == 0)
			return at;
		else if (open && byte == open)
			++depth;
	}
	if (!reader->lex->open) {
		reader->lex->open = "a string";
		reader->lex->open_line = reader->line;
	}
	return reader->end;
}

static void lex_string(struct reader *reader, size_t skip, char open, char close, bool raw) {
	const unsigned line = reader->line;
	const size_t from = reader->at + skip, to = string_end(reader, from, open, close, raw);

	if (raw)
		add_text(reader, from, to, true, line);
	else
		add_parts(reader, from, to, line);
	count_lines(reader, reader->at, to);
	reader->at = to < reader->end ? to + 1 : to;
}

static char closing(char open) {
	return open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : open == '<' ? '>' : open;
}

/** %w[a b]: a list of strings, from from to before to. */
static void add_words(struct reader *reader, size_t from, size_t to, bool raw) {
	const unsigned line = reader->line;
	bool first = true;

	lex_put(reader->lex, LEX_OPERATOR, "[", reader->at, line);
	for (size_t at = from; at < to;) {
		size_t end = at;

		while (end < to && !strchr(" \t\r\n", reader->data[end]))
			++end;
		if (end > at) {
			if (!first)
				lex_put(reader->lex, LEX_OPERATOR, ",", at, line);
			if (raw)
				add_text(reader, at, end, true, line);
			else
				add_parts(reader, at, end, line);
			first = false;
		}
		at = end > at ? end : at + 1;
	}
	lex_put(reader->lex, LEX_OPERATOR, "]", to, line);
}

/** %q(…), %w[…], %(…), and patterns. */
static bool lex_percent(struct reader *reader) {
	const char letter = peek(reader, 1);
	const bool has_letter = letter && strchr("qQwWiIxrs", letter);
	const char open = peek(reader, 1 + has_letter);

	if (!open || is_name_byte(open) || open == ' ' || open == '\n' || open == '=')
		return false;
	const char close = closing(open);
	const bool raw = has_letter && strchr("qwis", letter);
	const bool is_list = has_letter && strchr("wWiI", letter);
	if (is_list) {
		const size_t from = reader->at + 3;
		const size_t to = string_end(reader, from, open == close ? '\0' : open, close, true);

		add_words(reader, from, to, raw || letter == 'i');
		count_lines(reader, reader->at, to);
		reader->at = to < reader->end ? to + 1 : to;
		return true;
	}
	if (letter == 'x')
		lex_add(reader->lex, LEX_NAME, "qx", 2, reader->at, reader->line);
	lex_string(reader, 2 + has_letter, open == close ? '\0' : open, close, raw);
	/* A pattern is no name of a file. */
	if (letter == 'r' && reader->lex->count)
		reader->lex->tokens[reader->lex->count - 1].kind = LEX_NUMBER;
	return true;
}

static bool lex_pattern(struct reader *reader) {
	for (size_t at = reader->at + 1; at < reader->end && reader->data[at] != '\n'; ++at) {
		if (reader->data[at] == '\\') {
			++at;
		} else if (reader->data[at] == '/') {
			lex_add(reader->lex, LEX_NUMBER, "/", 1, reader->at, reader->line);
			for (++at; at < reader->end && is_name_byte(reader->data[at]);)
				++at;
			reader->at = at;
			return true;
		}
	}
	return false;
}

/** <<WORD, <<-WORD, <<~WORD, with or without quotes: its text follows the line. */
static bool announce_document(struct reader *reader) {
	size_t at = reader->at + 2, length = 0;
	const bool indented = at < reader->end && (reader->data[at] == '-' || reader->data[at] == '~');

	at += indented;
	const char quote =
	        at < reader->end && reader->data[at] && strchr("'\"`", reader->data[at]) ? reader->data[at] : '\0';
	at += quote != '\0';
	while (at + length < reader->end && is_name_byte(reader->data[at + length]))
		++length;
	if (!length || reader->ndocuments == DOCUMENTS ||
	    (!quote && !indented && !(reader->data[at] >= 'A' && reader->data[at] <= 'Z')))
		return false;
	lex_add(reader->lex, LEX_STRING, "", 0, reader->at, reader->line);
	reader->documents[reader->ndocuments++] =
	        (struct document) { reader->data + at, length, indented, quote == '\'', reader->lex->count - 1 };
	reader->at = at + length + (quote != '\0');
	return true;
}

/** Behind the end of a line: what its here-documents hold. */
static void take_documents(struct reader *reader) {
	for (unsigned i = 0; i < reader->ndocuments; ++i) {
		const struct document *document = &reader->documents[i];
		const size_t from = reader->at;

		while (reader->at < reader->end) {
			const size_t line = reader->at, stop = line_end(reader, line);
			size_t begin = line;

			while (document->indented && begin < stop &&
			       (reader->data[begin] == ' ' || reader->data[begin] == '\t'))
				++begin;
			const bool carriage = stop > begin && reader->data[stop - 1] == '\r';
			reader->at = stop < reader->end ? stop + 1 : stop;
			++reader->line;
			if (stop - begin - carriage == document->length &&
			    memcmp(reader->data + begin, document->word, document->length) == 0) {
				size_t text = from;

				while (document->indented && text < line &&
				       (reader->data[text] == ' ' || reader->data[text] == '\t'))
					++text;
				if (document->token < reader->lex->count && line > text) {
					reader->lex->tokens[document->token].text = reader->data + text;
					reader->lex->tokens[document->token].length = (uint32_t)(line - text);
				}
				break;
			}
		}
	}
	reader->ndocuments = 0;
}

/* Lines and words */

static bool goes_on(const struct reader *reader) {
	size_t at = reader->at;

	while (at < reader->end && reader->data[at] && strchr(" \t\r\n", reader->data[at]))
		++at;
	lex_look(reader->lex, at - reader->at);
	return at + 1 < reader->end &&
	       ((reader->data[at] == '.' && reader->data[at + 1] != '.') || starts_at(reader, at, "&."));
}

static void end_statement(struct reader *reader) {
	if (reader->endless) {
		lex_put(reader->lex, LEX_NEWLINE, "", reader->at, reader->line);
		lex_put(reader->lex, LEX_CLOSE, "", reader->at, reader->line);
		reader->endless = false;
		reader->defines = false;
		return;
	}
	reader->defines = false;
	if (reader->opens)
		lex_put(reader->lex, LEX_OPEN, "", reader->at, reader->line);
	else
		lex_put(reader->lex, LEX_NEWLINE, "", reader->at, reader->line);
	reader->opens = false;
}

static void end_line(struct reader *reader) {
	const struct lex_token *last = last_token(reader);
	const bool unfinished =
	        last->kind == LEX_OPERATOR && last->length && !strchr(")]}|?!", last->text[last->length - 1]);

	if (reader->ndocuments)
		take_documents(reader);
	/* Nothing is said by empty lines. */
	if (last->kind == LEX_NEWLINE && !reader->opens && !reader->endless)
		return;
	if (reader->nested || reader->brackets || (unfinished && !reader->opens) || goes_on(reader))
		return;
	end_statement(reader);
}

static bool is_word(const struct reader *reader, size_t from, size_t length, const char *const *words) {
	for (; *words; ++words)
		if (strlen(*words) == length && memcmp(reader->data + from, *words, length) == 0)
			return true;
	return false;
}

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void lex_word(struct reader *reader) {
	const size_t from = reader->at;
	const bool number = peek(reader, 0) >= '0' && peek(reader, 0) <= '9', start = is_start(reader);
	const bool member = reader->lex->count && (lex_is(last_token(reader), ".") || lex_is(last_token(reader), "&."));

	while (reader->at < reader->end && is_name_byte(peek(reader, 0)))
		++reader->at;
	if (!number && (peek(reader, 0) == '?' || peek(reader, 0) == '!') && peek(reader, 1) != '=')
		++reader->at;
	const size_t length = reader->at - from;
	const bool symbol = peek(reader, 0) == ':' && peek(reader, 1) != ':';

	if (!number && !member && !symbol) {
		if (is_word(reader, from, length, WORDS("end"))) {
			/* "while x do" and the like end their line by it. */
			if (reader->opens)
				end_statement(reader);
			lex_put(reader->lex, LEX_CLOSE, "", from, reader->line);
			return;
		}
		if (is_word(reader, from, length, WORDS("do")) && !reader->nested) {
			reader->opens = true;
			end_statement(reader);
			return;
		}
		if (!reader->nested && (is_word(reader, from, length, WORDS("else", "elsif", "ensure")) ||
		                        (start && is_word(reader, from, length, WORDS("when", "rescue"))))) {
			/* A branch: the block ends, and another begins. */
			lex_put(reader->lex, LEX_CLOSE, "", from, reader->line);
			lex_add(reader->lex, LEX_NAME, reader->data + from, length, from, reader->line);
			reader->opens = true;
			/* What it branches on may follow; else there is nothing to end the line. */
			if (is_word(reader, from, length, WORDS("else", "ensure")))
				end_statement(reader);
			return;
		}
		if (start && !reader->nested &&
		    is_word(reader, from, length,
		            WORDS("def", "class", "module", "if", "unless", "case", "while", "until", "for",
		                  "begin"))) {
			reader->opens = true;
			reader->defines = is_word(reader, from, length, WORDS("def"));
		}
		if (is_word(reader, from, length, WORDS("then")) && reader->opens) {
			end_statement(reader);
			return;
		}
	}
	lex_add(reader->lex, number ? LEX_NUMBER : LEX_NAME, reader->data + from, length, from, reader->line);
}

static void lex_operator(struct reader *reader) {
	static const char *const operators[] = { "<=>", "===", "**=", "||=", "&&=", "<<=", ">>=", "...", "::",
		                                 "&.",  "=>",  "->",  "==",  "!=",  ">=",  "<=",  "+=",  "-=",
		                                 "*=",  "/=",  "%=",  "|=",  "&=",  "^=",  "&&",  "||",  "<<",
		                                 ">>",  "=~",  "!~",  "..",  "**",  NULL };
	size_t length = 1;

	for (const char *const *row = operators; *row && length == 1; ++row)
		if (starts_at(reader, reader->at, *row))
			length = strlen(*row);
	const char byte = peek(reader, 0);
	/* def NAME(…) = VALUE: a body without an end. */
	if (byte == '=' && length == 1 && reader->defines && reader->opens && !reader->brackets && reader->at &&
	    reader->data[reader->at - 1] == ' ') {
		end_statement(reader);
		reader->endless = true;
		++reader->at;
		return;
	}
	reader->brackets += byte == '(' || byte == '[';
	reader->brackets -= reader->brackets && (byte == ')' || byte == ']');
	lex_add(reader->lex, LEX_OPERATOR, reader->data + reader->at, length, reader->at, reader->line);
	reader->at += length;
	/* x.(…) is short for x.call(…). */
	if ((byte == '.' || (byte == '&' && length == 2 && reader->data[reader->at - 1] == '.')) && length < 3 &&
	    peek(reader, 0) == '(' && (byte == '&' || length == 1))
		lex_put(reader->lex, LEX_NAME, "call", reader->at, reader->line);
}

/** What begins a line only: =begin … =end, __END__. */
static bool lex_line_start(struct reader *reader) {
	if (reader->nested || (reader->at && reader->data[reader->at - 1] != '\n'))
		return false;
	if (starts_at(reader, reader->at, "__END__") && (line_end(reader, reader->at) - reader->at <= 8)) {
		reader->at = reader->end;
		return true;
	}
	if (!starts_at(reader, reader->at, "=begin"))
		return false;
	while (reader->at < reader->end && !starts_at(reader, reader->at, "=end")) {
		reader->at = line_end(reader, reader->at);
		if (reader->at < reader->end) {
			++reader->at;
			++reader->line;
		}
	}
	reader->at = line_end(reader, reader->at);
	return true;
}

/** Variables with a sigil: $x, $$, @x, @@x; and symbols, :x and :"x". */
static bool lex_sigil(struct reader *reader) {
	const char byte = peek(reader, 0), next = peek(reader, 1);
	size_t length = 1;

	if (byte == ':' && (next == '"' || next == '\'') && !lex_is(last_token(reader), "?")) {
		lex_string(reader, 2, '\0', next, next == '\'');
		return true;
	}
	if (byte == ':' && is_name_byte(next) && (reader->at == 0 || reader->data[reader->at - 1] != ':')) {
		while (is_name_byte(peek(reader, length)))
			++length;
		lex_add(reader->lex, LEX_NUMBER, reader->data + reader->at + 1, length - 1, reader->at + 1,
		        reader->line);
	} else if (byte == '$' && (is_name_byte(next) || (next && strchr("$!@&~?:;,./\\<>_0*\"'", next)))) {
		length = 2;
		while (is_name_byte(next) && is_name_byte(peek(reader, length)))
			++length;
		lex_add(reader->lex, LEX_NAME, reader->data + reader->at, length, reader->at, reader->line);
	} else if (byte == '@' && (is_name_byte(next) || next == '@')) {
		length = next == '@' ? 2 : 1;
		while (is_name_byte(peek(reader, length)))
			++length;
		lex_add(reader->lex, LEX_NAME, reader->data + reader->at, length, reader->at, reader->line);
	} else {
		return false;
	}
	reader->at += length;
	return true;
}

static bool lex_value(struct reader *reader) {
	const char byte = peek(reader, 0);

	if (byte == '"' || byte == '`') {
		if (byte == '`')
			lex_add(reader->lex, LEX_NAME, "qx", 2, reader->at, reader->line);
		lex_string(reader, 1, '\0', byte, false);
		return true;
	}
	if (byte == '\'') {
		lex_string(reader, 1, '\0', byte, true);
		return true;
	}
	if (byte == '<' && peek(reader, 1) == '<' &&
	    (wants_value(reader) || (peek(reader, 2) && strchr("-~\"'", peek(reader, 2)))))
		return announce_document(reader);
	if (byte == '%' && wants_value(reader))
		return lex_percent(reader);
	if (byte == '/' && wants_value(reader))
		return lex_pattern(reader);
	if (byte == ':' || byte == '$' || byte == '@')
		return lex_sigil(reader);
	/* ?a is "a", and ?/ is "/". */
	if (byte == '?' && peek(reader, 1) > ' ' && peek(reader, 1) != '\\' && !is_name_byte(peek(reader, 2)) &&
	    wants_value(reader)) {
		lex_add(reader->lex, LEX_STRING, reader->data + reader->at + 1, 1, reader->at, reader->line);
		reader->at += 2;
		return true;
	}
	return false;
}

static void lex_range(struct reader *reader) {
	while (reader->at < reader->end && !reader->lex->truncated) {
		const char byte = peek(reader, 0);

		if (lex_line_start(reader))
			continue;
		if (byte == '\n') {
			++reader->at;
			end_line(reader);
			++reader->line;
		} else if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\0') {
			++reader->at;
		} else if (byte == '\\' &&
		           (peek(reader, 1) == '\n' || (peek(reader, 1) == '\r' && peek(reader, 2) == '\n'))) {
			reader->at += peek(reader, 1) == '\n' ? 2 : 3;
			++reader->line;
		} else if (byte == '#') {
			const size_t end = line_end(reader, reader->at);

			lex_comment(reader->lex, reader->data + reader->at, end - reader->at, reader->line);
			reader->at = end;
		} else if (byte == ';' && !reader->brackets) {
			++reader->at;
			end_statement(reader);
		} else if (!lex_value(reader)) {
			if (is_name_byte(byte))
				lex_word(reader);
			else
				lex_operator(reader);
		}
	}
}

void lex_ruby(struct lex *lex) {
	struct reader reader = { .lex = lex, .data = lex->data, .end = lex->size, .line = 1 };

	lex_range(&reader);
	lex_put(lex, LEX_NEWLINE, "", lex->size, reader.line);
}

// NOLINTEND(misc-no-recursion)
