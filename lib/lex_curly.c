#include "lex_curly.h"

#include <string.h>

// Strings with expressions nest at most DEEPEST deep.
// NOLINTBEGIN(misc-no-recursion)

enum {
	/** How deep strings may hold expressions that hold strings. */
	DEEPEST = 6,
	/** Brackets whose kind is known; deeper ones are taken for parentheses. */
	BRACKETS = 256,
	/** How far from its begin the end of an element of JSX is looked for, and how often in vain. */
	ELEMENT = 65536,
	ELEMENTS_FAILED = 256,
};

/** How a language spells what they all have. */
struct dialect {
	/** The preprocessor; where a string of several lines begins and ends: """, or `. */
	bool directives, text_blocks, raw_quotes;
	/** `…${x}…`, and regular expressions between slashes. */
	bool templates;
	/** "#" comments, "$x" within quotes, here-documents, and text around all of it. */
	bool php;
	/** When the end of a line ends a statement: never, after a word that could end one, or unless it goes on. */
	enum { LINES_JOIN, LINES_END, LINES_MAY_END } lines;
	/** Whether what is between single quotes is a string, and not a character. */
	bool single_quotes;
	/** Letters of names beyond those of all languages. */
	const char *name_letters;
};

struct reader {
	struct lex *lex;
	const struct dialect *dialect;
	const char *data;
	/** Where we are, and where to stop. */
	size_t at, end;
	unsigned line;
	/** Which brackets are open, from outside. */
	char brackets[BRACKETS];
	unsigned nbrackets;
	/** How deep we are in strings that hold expressions. */
	unsigned nested;
	/** Within a directive that defines: its line ends with it. */
	bool defining;
	/** How often what looked like an element of JSX was none. */
	unsigned elements_failed;
};

static void lex_range(struct reader *reader);

static char peek(const struct reader *reader, size_t ahead) {
	return reader->at + ahead < reader->end ? reader->data[reader->at + ahead] : '\0';
}

static bool starts(const struct reader *reader, const char *text) {
	const size_t length = strlen(text);

	return length <= reader->end - reader->at && memcmp(reader->data + reader->at, text, length) == 0;
}

static bool is_digit(char byte) {
	return byte >= '0' && byte <= '9';
}

static bool is_name_byte(const struct reader *reader, char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || is_digit(byte) || byte == '_' ||
	       (unsigned char)byte >= 0x80 || (byte && strchr(reader->dialect->name_letters, byte));
}

static void count_lines(struct reader *reader, size_t from, size_t to) {
	for (size_t i = from; i < to; ++i)
		reader->line += reader->data[i] == '\n';
}

/** Say that something is not closed; the first one counts. */
static void left_open(struct reader *reader, const char *what, unsigned line) {
	if (!reader->lex->open) {
		reader->lex->open = what;
		reader->lex->open_line = line;
	}
}

/** The end of a line from at: the place of its '\n', or the end. */
static size_t line_end(const struct reader *reader, size_t at) {
	const char *stop = memchr(reader->data + at, '\n', reader->end - at);

	return stop ? (size_t)(stop - reader->data) : reader->end;
}

/** Whether a line ends at the reader's place, and how it is spelt: 0, 1 or 2 bytes. */
static size_t newline_length(const struct reader *reader, size_t ahead) {
	if (peek(reader, ahead) == '\n')
		return 1;
	return peek(reader, ahead) == '\r' && peek(reader, ahead + 1) == '\n' ? 2 : 0;
}

/* Strings */

/** What stands in a range as an expression in parentheses; beyond DEEPEST there is nothing in them. */
static void add_nested(struct reader *reader, size_t from, size_t to, unsigned line) {
	lex_put(reader->lex, LEX_OPERATOR, "(", from, line);
	if (reader->nested < DEEPEST) {
		struct reader inner = { .lex = reader->lex,
			                .dialect = reader->dialect,
			                .data = reader->data,
			                .at = from,
			                .end = to,
			                .line = line,
			                .nested = reader->nested + 1 };

		lex_range(&inner);
	}
	lex_put(reader->lex, LEX_OPERATOR, ")", to, line);
}

/** An expression within a string. */
static void add_expression(struct reader *reader, size_t from, size_t to, unsigned line) {
	lex_put(reader->lex, LEX_JOIN, "", from, line);
	add_nested(reader, from, to, line);
	lex_put(reader->lex, LEX_JOIN, "", to, line);
}

/** Where a variable ends that stands in a string of PHP at its "$": "$x", "$x[k]", "$x->y". */
static size_t variable_end(const struct reader *reader, size_t at, size_t end) {
	for (++at; at < end && is_name_byte(reader, reader->data[at]) && reader->data[at] != '$';)
		++at;
	if (at + 2 < end && reader->data[at] == '-' && reader->data[at + 1] == '>' &&
	    is_name_byte(reader, reader->data[at + 2])) {
		for (at += 2; at < end && is_name_byte(reader, reader->data[at]);)
			++at;
	} else if (at < end && reader->data[at] == '[') {
		const char *close = memchr(reader->data + at, ']', end - at);

		lex_search(reader->lex, end - at);
		if (close)
			at = (size_t)(close - reader->data) + 1;
	}
	return at;
}

/** A string that holds expressions, from its first byte to behind its last one. */
static void add_parts(struct reader *reader, size_t from, size_t to, unsigned line) {
	const bool php = reader->dialect->php;
	size_t start = from;

	lex_put(reader->lex, LEX_OPERATOR, "(", from, line);
	for (size_t i = from; i + 1 < to; ++i) {
		const char byte = reader->data[i], next = reader->data[i + 1];
		size_t inner = 0, stop = 0;

		if (byte == '\\') {
			++i;
		} else if ((byte == '$' && next == '{') || (php && byte == '{' && next == '$')) {
			inner = php && byte == '{' ? i + 1 : i + 2;
			stop = lex_brace_end(reader->data, i + 2, to);
		} else if (php && byte == '$' && is_name_byte(reader, next) && !is_digit(next) && next != '$') {
			inner = i;
			stop = variable_end(reader, i, to);
		}
		if (!stop)
			continue;
		lex_literal(reader->lex, start, i, false, line);
		add_expression(reader, inner, stop, line);
		start = stop + (reader->data[i] == '{' || next == '{');
		if (start > to)
			start = to;
		i = start - 1;
	}
	lex_literal(reader->lex, start, to, false, line);
	lex_put(reader->lex, LEX_OPERATOR, ")", to, line);
}

static bool holds(const struct reader *reader, size_t from, size_t to, char byte) {
	return to > from && memchr(reader->data + from, byte, to - from);
}

/** A string between quotes at the reader's place; of several lines if it may be. */
static void lex_string(struct reader *reader, bool several_lines) {
	const struct dialect *dialect = reader->dialect;
	const char quote = peek(reader, 0);
	const bool raw = quote == '`' && dialect->raw_quotes, is_template = quote == '`' && dialect->templates;
	const unsigned line = reader->line;
	const size_t from = reader->at + 1;
	size_t at = from;

	for (; at < reader->end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\\' && !raw && at + 1 < reader->end) {
			++at;
		} else if (is_template && byte == '$' && at + 1 < reader->end && reader->data[at + 1] == '{') {
			at = lex_brace_end(reader->data, at + 2, reader->end);
		} else if (byte == quote || (byte == '\n' && !several_lines)) {
			break;
		}
	}
	if (at > reader->end)
		at = reader->end;
	if (at == reader->end && several_lines)
		left_open(reader, "a string", line);
	const bool character = quote == '\'' && !dialect->single_quotes;
	if (is_template || (dialect->php && quote == '"' && holds(reader, from, at, '$')))
		add_parts(reader, from, at, line);
	else if (!character)
		lex_literal(reader->lex, from, at, raw || (dialect->php && quote == '\''), line);
	else
		lex_add(reader->lex, LEX_NUMBER, reader->data + from, at - from, from, line);
	count_lines(reader, from, at);
	reader->at = at < reader->end && reader->data[at] == quote ? at + 1 : at;
}

/** """ … """ of Java. */
static void lex_text_block(struct reader *reader) {
	const size_t from = reader->at + 3;
	const char *close = memmem(reader->data + from, reader->end - from, "\"\"\"", 3);
	const size_t to = close ? (size_t)(close - reader->data) : reader->end;
	size_t text = from;

	if (!close)
		left_open(reader, "a string", reader->line);
	/* It begins on the next line, behind what that is indented by. */
	while (text < to && strchr(" \t\r", reader->data[text]) && reader->data[text])
		++text;
	if (text < to && reader->data[text] == '\n')
		while (text < to && strchr(" \t\n", reader->data[text]) && reader->data[text])
			++text;
	else
		text = from;
	lex_literal(reader->lex, text, to, false, reader->line);
	count_lines(reader, from, to);
	reader->at = close ? to + 3 : to;
}

/** R"x( … )x" of C++, at its quote. */
static bool lex_raw_string(struct reader *reader) {
	const size_t from = reader->at + 1;
	char close[24] = ")";
	size_t length = 0;

	while (length < 16 && from + length < reader->end && !strchr("()\\ \n", reader->data[from + length]))
		++length;
	if (from + length >= reader->end || reader->data[from + length] != '(')
		return false;
	memcpy(close + 1, reader->data + from, length);
	close[length + 1] = '"';
	const size_t begin = from + length + 1;
	const char *found = memmem(reader->data + begin, reader->end - begin, close, length + 2);
	const size_t to = found ? (size_t)(found - reader->data) : reader->end;
	if (!found)
		left_open(reader, "a string", reader->line);
	lex_add(reader->lex, LEX_STRING, reader->data + begin, to - begin, begin, reader->line);
	count_lines(reader, from, to);
	reader->at = found ? to + length + 2 : to;
	return true;
}

/** <<<WORD, <<<"WORD", <<<'WORD' of PHP. */
static bool lex_heredoc(struct reader *reader) {
	size_t at = reader->at + 3, length = 0;

	while (at < reader->end && (reader->data[at] == ' ' || reader->data[at] == '\t'))
		++at;
	const char quote = at < reader->end && strchr("'\"", reader->data[at]) ? reader->data[at] : '\0';
	at += quote != '\0';
	while (at + length < reader->end && is_name_byte(reader, reader->data[at + length]))
		++length;
	if (!length)
		return false;
	const char *word = reader->data + at;
	const size_t from = line_end(reader, at);
	/* Up to a line that begins with the word, behind blanks. */
	for (size_t line = from; line < reader->end; line = line_end(reader, line + 1)) {
		size_t begin = line + 1;

		while (begin < reader->end && (reader->data[begin] == ' ' || reader->data[begin] == '\t'))
			++begin;
		if (reader->end - begin < length || memcmp(reader->data + begin, word, length) != 0 ||
		    (begin + length < reader->end && is_name_byte(reader, reader->data[begin + length])))
			continue;
		if (quote == '\'' || !holds(reader, from, line, '$'))
			lex_literal(reader->lex, from + (from < line), line, quote == '\'', reader->line);
		else
			add_parts(reader, from + 1, line, reader->line);
		count_lines(reader, reader->at, begin);
		reader->at = begin + length;
		return true;
	}
	left_open(reader, "a here-document", reader->line);
	count_lines(reader, reader->at, reader->end);
	reader->at = reader->end;
	return true;
}

/* Comments, directives, text around */

static void lex_line_comment(struct reader *reader) {
	size_t end = line_end(reader, reader->at);

	if (reader->dialect->php) {
		const char *close = memmem(reader->data + reader->at, end - reader->at, "?>", 2);

		if (close)
			end = (size_t)(close - reader->data);
	}
	/* A backslash at its end makes the next line a part of it. */
	while (reader->dialect->directives && end < reader->end && end > reader->at && reader->data[end - 1] == '\\') {
		end = line_end(reader, end + 1);
		++reader->line;
	}
	lex_comment(reader->lex, reader->data + reader->at, end - reader->at, reader->line);
	reader->at = end;
}

static void lex_block_comment(struct reader *reader) {
	const char *close = memmem(reader->data + reader->at + 2, reader->end - reader->at - 2, "*/", 2);
	const size_t end = close ? (size_t)(close - reader->data) : reader->end;
	const unsigned line = reader->line;

	if (!close)
		left_open(reader, "a comment", line);
	count_lines(reader, reader->at, end);
	lex_comment(reader->lex, reader->data + reader->at, end - reader->at, reader->line);
	reader->at = close ? end + 2 : end;
}

/** The word of a directive: "define" of "#  define X". */
static size_t directive_word(const struct reader *reader, size_t at, size_t *from) {
	size_t length = 0;

	for (++at; at < reader->end && (reader->data[at] == ' ' || reader->data[at] == '\t');)
		++at;
	*from = at;
	while (at + length < reader->end && reader->data[at + length] >= 'a' && reader->data[at + length] <= 'z')
		++length;
	return length;
}

static bool is_word(const struct reader *reader, size_t from, size_t length, const char *word) {
	return strlen(word) == length && memcmp(reader->data + from, word, length) == 0;
}

/** The end of a directive, with the lines that a backslash adds. */
static size_t directive_end(const struct reader *reader, size_t at) {
	size_t end = line_end(reader, at);

	while (end < reader->end && end > at &&
	       (reader->data[end - 1] == '\\' ||
	        (reader->data[end - 1] == '\r' && end - 1 > at && reader->data[end - 2] == '\\')))
		end = line_end(reader, end + 1);
	return end;
}

/** From "#if 0" to its "#else", "#elif" or "#endif". */
static void skip_dead(struct reader *reader) {
	unsigned depth = 1;

	while (reader->at < reader->end) {
		size_t at = reader->at, from;

		while (at < reader->end && (reader->data[at] == ' ' || reader->data[at] == '\t'))
			++at;
		if (at < reader->end && reader->data[at] == '#') {
			const size_t length = directive_word(reader, at, &from);

			if (is_word(reader, from, length, "if") || is_word(reader, from, length, "ifdef") ||
			    is_word(reader, from, length, "ifndef"))
				++depth;
			else if (is_word(reader, from, length, "endif"))
				--depth;
			if (!depth || (depth == 1 && (is_word(reader, from, length, "else") ||
			                              is_word(reader, from, length, "elif"))))
				return;
		}
		reader->at = line_end(reader, reader->at);
		if (reader->at < reader->end) {
			++reader->at;
			++reader->line;
		}
	}
}

/** Part of a definition, from from to before to. */
static void lex_defined(struct reader *reader, size_t from, size_t to) {
	struct reader inner = { .lex = reader->lex,
		                .dialect = reader->dialect,
		                .data = reader->data,
		                .at = from,
		                .end = to,
		                .line = reader->line,
		                .nested = reader->nested,
		                .defining = true };

	lex_range(&inner);
}

/** Whether a directive asks for another system than Linux: #ifdef _WIN32, #if defined(__APPLE__). */
static bool is_elsewhere(const struct reader *reader, size_t word, size_t length, size_t end) {
	static const char *const systems[] = { "_WIN32",      "WIN32",       "_WIN64",     "__WIN32__", "_MSC_VER",
		                               "__MINGW32__", "__CYGWIN__",  "__APPLE__",  "__MACH__",  "__sun",
		                               "__FreeBSD__", "__OpenBSD__", "__NetBSD__", "_AIX",      "__hpux",
		                               "__VMS",       "VMS",         "__OS2__",    "OS2",       "MSDOS",
		                               "__DJGPP__",   "__BEOS__",    "__HAIKU__",  NULL };
	size_t at = word + length, name;

	if (!is_word(reader, word, length, "ifdef") && !is_word(reader, word, length, "if"))
		return false;
	while (at < end && reader->data[at] && strchr(" \t(", reader->data[at]))
		++at;
	if (is_word(reader, word, length, "if")) {
		const size_t defined = strlen("defined");

		if (end - at < defined || memcmp(reader->data + at, "defined", defined) != 0)
			return false;
		at += defined;
		while (at < end && reader->data[at] && strchr(" \t(", reader->data[at]))
			++at;
	}
	for (name = at; at < end && is_name_byte(reader, reader->data[at]);)
		++at;
	for (const char *const *system = systems; *system; ++system)
		/* What stands behind may ask for more, but not for something else. */
		if (is_word(reader, name, at - name, *system))
			return !memmem(reader->data + at, end - at, "||", 2);
	return false;
}

/**
 * A directive at its "#", which is the first of its line: "#define X value" becomes "X = value", and
 * "#define X(a) value" becomes "X(a) { return value; }", its brace spelt LEX_MACRO.
 */
static void lex_directive(struct reader *reader) {
	size_t from;
	const size_t length = directive_word(reader, reader->at, &from), end = directive_end(reader, reader->at);
	size_t at = from + length, name;

	while (at < end && (reader->data[at] == ' ' || reader->data[at] == '\t'))
		++at;
	for (name = at; at < end && is_name_byte(reader, reader->data[at]);)
		++at;
	if (is_word(reader, from, length, "define") && at > name) {
		const char *close =
		        at < end && reader->data[at] == '(' ? memchr(reader->data + at, ')', end - at) : NULL;
		const size_t value = close ? (size_t)(close - reader->data) + 1 : at;

		lex_put(reader->lex, LEX_NEWLINE, "", reader->at, reader->line);
		lex_add(reader->lex, LEX_NAME, reader->data + name, at - name, name, reader->line);
		if (close) {
			lex_defined(reader, at, value);
			lex_put(reader->lex, LEX_OPEN, LEX_MACRO, value, reader->line);
			lex_add(reader->lex, LEX_NAME, "return", strlen("return"), value, reader->line);
		} else {
			lex_put(reader->lex, LEX_OPERATOR, "=", at, reader->line);
		}
		lex_defined(reader, value, end);
		if (close) {
			lex_put(reader->lex, LEX_NEWLINE, "", end, reader->line);
			lex_put(reader->lex, LEX_CLOSE, LEX_MACRO, end, reader->line);
		}
		lex_put(reader->lex, LEX_NEWLINE, "", end, reader->line);
	}
	const bool dead = (is_word(reader, from, length, "if") && at == name + 1 && reader->data[name] == '0') ||
	                  is_elsewhere(reader, from, length, end);
	count_lines(reader, reader->at, end);
	reader->at = end;
	if (dead && reader->at < reader->end) {
		++reader->at;
		++reader->line;
		skip_dead(reader);
	}
}

/** Text of a page, up to where PHP begins. */
static void skip_page(struct reader *reader) {
	const size_t from = reader->at;
	size_t at = from;

	for (; at + 1 < reader->end; ++at)
		if (reader->data[at] == '<' && reader->data[at + 1] == '?')
			break;
	lex_put(reader->lex, LEX_NEWLINE, "", from, reader->line);
	if (at + 1 >= reader->end) {
		count_lines(reader, from, reader->end);
		reader->at = reader->end;
		return;
	}
	count_lines(reader, from, at);
	reader->at = at + 2;
	if (starts(reader, "php"))
		reader->at += 3;
	else if (starts(reader, "="))
		++reader->at;
}

/* Tokens */

static const struct lex_token *last_token(const struct reader *reader) {
	return reader->lex->count ? &reader->lex->tokens[reader->lex->count - 1] : lex_at(reader->lex, SIZE_MAX);
}

/** Whether a slash here begins a regular expression: where a value is wanted. */
static bool begins_expression(const struct reader *reader) {
	static const char *const words[] = { "return", "typeof", "case", "in", "of",    "delete", "void",
		                             "throw",  "new",    "else", "do", "await", "yield" };
	const struct lex_token *last = last_token(reader);

	if (last->kind == LEX_NAME) {
		for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
			if (lex_is(last, words[i]))
				return true;
		return false;
	}
	return last->kind != LEX_STRING && last->kind != LEX_NUMBER && last->kind != LEX_CLOSE && !lex_is(last, ")") &&
	       !lex_is(last, "]");
}

static bool lex_regex(struct reader *reader) {
	bool set = false;

	/* It may be none, and what is behind the next slash one. */
	for (size_t at = reader->at + 1; at < reader->end && reader->data[at] != '\n'; ++at) {
		lex_look(reader->lex, 1);
		const char byte = reader->data[at];

		if (byte == '\\') {
			++at;
		} else if (byte == '[') {
			set = true;
		} else if (byte == ']') {
			set = false;
		} else if (byte == '/' && !set) {
			/* A value of which nothing matters. */
			lex_add(reader->lex, LEX_NUMBER, reader->data + reader->at, 1, reader->at, reader->line);
			for (++at; at < reader->end && is_name_byte(reader, reader->data[at]);)
				++at;
			reader->at = at;
			return true;
		}
	}
	return false;
}

/* Elements of JSX */

/** Where the brace closes that opens before at; an apostrophe in a text is no quote: what quotes ends in its line. */
static size_t element_brace_end(const struct reader *reader, size_t at) {
	unsigned depth = 1;

	for (; at < reader->end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\'' || byte == '"') {
			const size_t stop = line_end(reader, at);
			const char *close = memchr(reader->data + at + 1, byte, stop > at ? stop - at - 1 : 0);

			if (close)
				at = (size_t)(close - reader->data);
		} else if (byte == '{') {
			++depth;
		} else if (byte == '}' && --depth == 0) {
			return at;
		}
	}
	return reader->end;
}

/** What stands between braces of an element, from from: an argument of what the element is.  Returns behind it. */
static size_t element_expression(struct reader *reader, size_t from) {
	const size_t to = element_brace_end(reader, from);
	unsigned line = reader->line;

	lex_look(reader->lex, to - reader->at);
	for (size_t i = reader->at; i < from; ++i)
		line += reader->data[i] == '\n';
	add_nested(reader, from, to, line);
	lex_put(reader->lex, LEX_OPERATOR, ",", to, line);
	return to < reader->end ? to + 1 : to;
}

/** Behind a tag at its "<": *depth counts the elements that are open. */
static size_t element_tag(struct reader *reader, size_t at, unsigned *depth) {
	const bool closes = at + 1 < reader->end && reader->data[at + 1] == '/';

	for (++at; at < reader->end && reader->data[at] != '>';) {
		const char byte = reader->data[at];

		if (byte == '{' && !closes) {
			at = element_expression(reader, at + 1);
		} else if (byte == '"' || byte == '\'') {
			const char *close = memchr(reader->data + at + 1, byte, reader->end - at - 1);

			at = close ? (size_t)(close - reader->data) + 1 : reader->end;
		} else {
			++at;
		}
	}
	if (closes)
		*depth -= *depth > 0;
	else if (at < reader->end && reader->data[at - 1] != '/')
		++*depth;
	return at < reader->end ? at + 1 : at;
}

/** Whether what looks like a tag is one: it closes itself, or its end is found. */
static bool begins_element(const struct reader *reader) {
	char close[64] = "</";
	size_t at = reader->at + 1, length = 0;

	while (at + length < reader->end && length < sizeof close - 3 &&
	       (is_name_byte(reader, reader->data[at + length]) || strchr(".-:", reader->data[at + length])) &&
	       reader->data[at + length])
		++length;
	if (at + length >= reader->end || is_digit(reader->data[at]) || reader->data[at + length] == ',')
		return false;
	/* What begins a function with types is followed by its parameters. */
	if (reader->data[at + length] == '>' && at + length + 1 < reader->end && reader->data[at + length + 1] == '(')
		return false;
	memcpy(close + 2, reader->data + at, length);
	const size_t left = reader->end - at < ELEMENT ? reader->end - at : ELEMENT;
	const char *tag_end = memchr(reader->data + at, '>', left);
	return memmem(reader->data + at, left, close, length + 2) || (length && tag_end && tag_end[-1] == '/');
}

/** An element: a value that is made of what stands in its braces. */
static bool lex_element(struct reader *reader) {
	unsigned depth = 0;
	size_t at = reader->at;

	if (reader->elements_failed >= ELEMENTS_FAILED || !begins_element(reader)) {
		++reader->elements_failed;
		return false;
	}
	lex_put(reader->lex, LEX_OPERATOR, "(", at, reader->line);
	do {
		while (at < reader->end && reader->data[at] != '<' && reader->data[at] != '{')
			++at;
		if (at < reader->end)
			at = reader->data[at] == '<' ? element_tag(reader, at, &depth)
			                             : element_expression(reader, at + 1);
	} while (depth && at < reader->end && !reader->lex->truncated);
	count_lines(reader, reader->at, at);
	reader->at = at;
	lex_put(reader->lex, LEX_OPERATOR, ")", at, reader->line);
	return true;
}

/** A trigraph if it were written as a string. */
static const char nullish_assign[] = { '?', '?', '=', '\0' };

static void lex_operator(struct reader *reader) {
	static const char *const operators[] = { nullish_assign, "<<=", ">>=", "===", "!==", "...", "**=", "&&=",
		                                 "||=",          "?->", "&^=", "<=>", "->",  "::",  "?.",  "=>",
		                                 ":=",           "==",  "!=",  "<=",  ">=",  "+=",  "-=",  "*=",
		                                 "/=",           "%=",  "|=",  "&=",  "^=",  ".=",  "&&",  "||",
		                                 "??",           "++",  "--",  "<<",  ">>",  "**",  "<-",  NULL };
	const char *text = reader->data + reader->at;
	size_t length = 1;

	for (const char *const *row = operators; *row && length == 1; ++row)
		if (starts(reader, *row))
			length = strlen(*row);
	lex_add(reader->lex, LEX_OPERATOR, text, length, reader->at, reader->line);
	reader->at += length;
}

static void open_bracket(struct reader *reader, char bracket) {
	const struct lex_token *last = last_token(reader);
	/* Lines end statements in Go's const (…), too. */
	const bool declares = bracket == '(' && reader->dialect->lines == LINES_END &&
	                      (lex_is(last, "const") || lex_is(last, "var") || lex_is(last, "type"));

	if (reader->nbrackets < BRACKETS)
		reader->brackets[reader->nbrackets] = declares ? '{' : bracket;
	++reader->nbrackets;
	if (bracket == '{')
		lex_put(reader->lex, LEX_OPEN, "{", reader->at, reader->line);
	else
		lex_add(reader->lex, LEX_OPERATOR, reader->data + reader->at, 1, reader->at, reader->line);
	++reader->at;
}

static void close_bracket(struct reader *reader, char bracket) {
	if (reader->nbrackets)
		--reader->nbrackets;
	if (bracket == '}')
		lex_put(reader->lex, LEX_CLOSE, "}", reader->at, reader->line);
	else
		lex_add(reader->lex, LEX_OPERATOR, reader->data + reader->at, 1, reader->at, reader->line);
	++reader->at;
}

static bool in_braces(const struct reader *reader) {
	return !reader->nbrackets || reader->nbrackets > BRACKETS || reader->brackets[reader->nbrackets - 1] == '{';
}

/** Whether the next line goes on with what this one began. */
static bool goes_on(const struct reader *reader) {
	size_t at = reader->at;

	while (at < reader->end && strchr(" \t\r\n", reader->data[at]) && reader->data[at])
		++at;
	lex_look(reader->lex, at - reader->at);
	return at < reader->end && reader->data[at] && strchr(".+-*/%?:&|,=)]<>", reader->data[at]) &&
	       !(reader->data[at] == '/' && at + 1 < reader->end && strchr("/*", reader->data[at + 1]));
}

/** Behind the end of a line: whether that ends the statement. */
static void end_line(struct reader *reader) {
	const struct lex_token *last = last_token(reader);
	const bool value = last->kind == LEX_NAME || last->kind == LEX_STRING || last->kind == LEX_NUMBER ||
	                   lex_is(last, ")") || lex_is(last, "]") || lex_is(last, "++") || lex_is(last, "--") ||
	                   (last->kind == LEX_CLOSE && reader->dialect->lines == LINES_END);

	if (reader->dialect->lines == LINES_JOIN || !value || !in_braces(reader) ||
	    (reader->nested && !reader->nbrackets))
		return;
	if (reader->dialect->lines == LINES_MAY_END && goes_on(reader))
		return;
	lex_put(reader->lex, LEX_NEWLINE, "", reader->at, reader->line);
}

static void lex_word(struct reader *reader) {
	const size_t from = reader->at;
	const bool number = is_digit(peek(reader, 0));

	while (reader->at < reader->end && (is_name_byte(reader, peek(reader, 0)) ||
	                                    (number && (peek(reader, 0) == '.' || peek(reader, 0) == '\''))))
		++reader->at;
	const size_t length = reader->at - from;
	const char *text = reader->data + from;
	/* Prefixes of strings. */
	if (reader->dialect->directives && peek(reader, 0) == '"' && length <= 3 && strspn(text, "LuU8R") >= length) {
		if (text[length - 1] != 'R' || !lex_raw_string(reader))
			lex_string(reader, false);
		return;
	}
	lex_add(reader->lex, number ? LEX_NUMBER : LEX_NAME, text, length, from, reader->line);
}

/** Whether nothing but blanks stands before it in its line. */
static bool is_first(const struct reader *reader) {
	for (size_t at = reader->at; at > 0; --at) {
		const char byte = reader->data[at - 1];

		if (byte == '\n')
			return true;
		if (byte != ' ' && byte != '\t' && byte != '\r')
			return false;
	}
	return true;
}

/** What languages do not have in common.  Returns whether it was any of it. */
static bool lex_special(struct reader *reader) {
	const struct dialect *dialect = reader->dialect;
	const char byte = peek(reader, 0);

	if (byte == '#' && dialect->directives && !reader->defining && is_first(reader)) {
		lex_directive(reader);
	} else if (byte == '#' && dialect->php && peek(reader, 1) != '[') {
		lex_line_comment(reader);
	} else if (byte == '?' && dialect->php && peek(reader, 1) == '>') {
		reader->at += 2;
		skip_page(reader);
	} else if (byte == '<' && dialect->php && starts(reader, "<<<")) {
		return lex_heredoc(reader);
	} else if (byte == '"' && dialect->text_blocks && starts(reader, "\"\"\"")) {
		lex_text_block(reader);
	} else if (byte == '`' && dialect->php) {
		lex_add(reader->lex, LEX_NAME, "shell_exec", strlen("shell_exec"), reader->at, reader->line);
		lex_put(reader->lex, LEX_OPERATOR, "(", reader->at, reader->line);
		lex_string(reader, true);
		lex_put(reader->lex, LEX_OPERATOR, ")", reader->at - 1, reader->line);
	} else if (byte == '`' && (dialect->raw_quotes || dialect->templates)) {
		lex_string(reader, true);
	} else if (byte == '/' && dialect->templates && begins_expression(reader)) {
		return lex_regex(reader);
	} else if (byte == '<' && dialect->templates && begins_expression(reader) &&
	           (is_name_byte(reader, peek(reader, 1)) || peek(reader, 1) == '>')) {
		return lex_element(reader);
	} else {
		return false;
	}
	return true;
}

static void lex_one(struct reader *reader) {
	const char byte = peek(reader, 0);
	const size_t newline = byte == '\\' ? newline_length(reader, 1) : 0;

	if (newline) {
		reader->at += 1 + newline;
		++reader->line;
	} else if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v' || byte == '\0') {
		++reader->at;
	} else if (byte == '#' && reader->defining) {
		/* What makes texts of names, and one name of two. */
		++reader->at;
	} else if (byte == ';') {
		lex_put(reader->lex, LEX_NEWLINE, "", reader->at++, reader->line);
	} else if (byte == '"' || byte == '\'') {
		lex_string(reader, reader->dialect->php);
	} else if (byte == '(' || byte == '[' || byte == '{') {
		open_bracket(reader, byte);
	} else if (byte == ')' || byte == ']' || byte == '}') {
		close_bracket(reader, byte);
	} else if (is_name_byte(reader, byte)) {
		lex_word(reader);
	} else {
		lex_operator(reader);
	}
}

static void lex_range(struct reader *reader) {
	while (reader->at < reader->end && !reader->lex->truncated) {
		const char byte = peek(reader, 0);

		/* PHP ends there. */
		if (byte == '_' && reader->dialect->php && starts(reader, "__halt_compiler"))
			break;
		if (byte == '\n') {
			++reader->at;
			end_line(reader);
			++reader->line;
		} else if (byte == '/' && peek(reader, 1) == '/') {
			lex_line_comment(reader);
		} else if (byte == '/' && peek(reader, 1) == '*') {
			lex_block_comment(reader);
		} else if (!lex_special(reader)) {
			lex_one(reader);
		}
	}
}

static void lex_all(struct lex *lex, const struct dialect *dialect) {
	struct reader reader = { .lex = lex, .dialect = dialect, .data = lex->data, .end = lex->size, .line = 1 };

	if (dialect->php)
		skip_page(&reader);
	else if (starts(&reader, "#!"))
		reader.at = line_end(&reader, 0);
	lex_range(&reader);
	lex_put(lex, LEX_NEWLINE, "", lex->size, reader.line);
}

/* What is spelt in several ways */

/** Words of a name that say nothing, from i: how many tokens; each list is words with the operator between. */
static size_t prefix_length(const struct lex *lex, size_t i, const char *const *words) {
	size_t count = 0;

	for (; words[count]; ++count)
		if (!lex_is(lex_at(lex, i + count), words[count]))
			return 0;
	return count;
}

/** Take prefixes out of all names; lists of words, ended by an empty one. */
static void drop_prefixes(struct lex *lex, const char *const prefixes[][8]) {
	size_t to = 0;

	for (size_t i = 0; i < lex->count;) {
		size_t length = 0;

		for (size_t row = 0; prefixes[row][0] && !length; ++row)
			length = prefix_length(lex, i, prefixes[row]);
		if (length) {
			i += length;
			continue;
		}
		lex->tokens[to++] = lex->tokens[i++];
	}
	lex->count = to;
}

/** Drop what stands before a name that belongs to nothing else: "::open", "\\fopen". */
static void drop_leading(struct lex *lex, const char *operator) {
	size_t to = 0;

	for (size_t i = 0; i < lex->count; ++i)
		if (lex->tokens[i].kind != LEX_OPERATOR || !lex_is(&lex->tokens[i], operator) ||
		    (to && lex->tokens[to - 1].kind == LEX_NAME))
			lex->tokens[to++] = lex->tokens[i];
	lex->count = to;
}

static bool is_class(const struct lex_token *token) {
	static const char *const classes[] = { "ofstream",  "fstream", "wofstream", "ifstream",  "string",
		                               "path",      "QFile",   "QString",   "QDir",      "QTemporaryFile",
		                               "ogzstream", "wstring", "QFileInfo", "QSaveFile", "string_view" };

	for (size_t i = 0; i < sizeof classes / sizeof *classes; ++i)
		if (token->kind == LEX_NAME && lex_is(token, classes[i]))
			return true;
	return false;
}

/** Whether CLASS NAME ( begins a variable, and not a function: that would have types between its parentheses. */
static bool makes_variable(const struct lex *lex, size_t i) {
	const struct lex_token *next = lex_at(lex, i + 3);

	return lex_at(lex, i + 1)->kind == LEX_NAME && lex_is(lex_at(lex, i + 2), "(") && !lex_is(next, ")") &&
	       !(next->kind == LEX_NAME && (lex_at(lex, i + 4)->kind == LEX_NAME || lex_is(lex_at(lex, i + 4), "&") ||
	                                    lex_is(lex_at(lex, i + 4), "*")));
}

/** Whether it is a stream that is opened by its open() later. */
static bool is_stream(const struct lex_token *token) {
	return token->kind == LEX_NAME &&
	       (lex_is(token, "ofstream") || lex_is(token, "ifstream") || lex_is(token, "wofstream") ||
	        lex_is(token, "fstream") || lex_is(token, "stringstream") || lex_is(token, "ostringstream"));
}

/** The class of a member in the list of a constructor, ": NAME(…), NAME(…)", at token i; NULL: it is none. */
static const struct lex_token *member_class(const struct lex *lex, size_t i) {
	const struct lex_token *name = lex_at(lex, i);
	size_t budget = 1000;

	if (name->kind != LEX_NAME || !i || !lex_is(lex_at(lex, i + 1), "(") ||
	    !(lex_is(lex_at(lex, i - 1), ":") || lex_is(lex_at(lex, i - 1), ",")))
		return NULL;
	/* Members are declared near, before or behind it. */
	for (size_t at = i > budget / 2 ? i - budget / 2 : 0; budget && lex_at(lex, at)->kind != LEX_END;
	     ++at, --budget)
		for (size_t k = at + 1; is_class(lex_at(lex, at)) && lex_at(lex, k)->kind == LEX_NAME; k += 2) {
			const struct lex_token *behind = lex_at(lex, k + 1);

			if (behind->kind != LEX_NEWLINE && !lex_is(behind, ","))
				break;
			if (lex_at(lex, k)->length == name->length &&
			    memcmp(lex_at(lex, k)->text, name->text, name->length) == 0)
				return lex_at(lex, at);
			if (behind->kind == LEX_NEWLINE)
				break;
		}
	return NULL;
}

/** Where the braces end that open there, if what is between them is one expression; 0: it is not that. */
static size_t braces_end(const struct lex *lex, size_t open) {
	enum { LONGEST = 32 };

	if (lex_at(lex, open)->kind != LEX_OPEN)
		return 0;
	for (size_t end = open + 1; end < open + LONGEST; ++end) {
		const uint8_t kind = lex_at(lex, end)->kind;

		if (kind == LEX_CLOSE)
			return end > open + 1 ? end : 0;
		if (kind == LEX_OPEN || kind == LEX_NEWLINE || kind == LEX_END)
			return 0;
	}
	return 0;
}

/** namespace X = std::filesystem: X:: says nothing before a name. */
static void drop_namespaces(struct lex *lex) {
	for (size_t i = 0; i + 3 < lex->count; ++i) {
		if (!lex_is(lex_at(lex, i), "namespace") || !lex_is(lex_at(lex, i + 2), "=") ||
		    !lex_is(lex_at(lex, i + 3), "filesystem"))
			continue;
		const char *const name = arena_bytes(lex->arena, lex_at(lex, i + 1)->text, lex_at(lex, i + 1)->length);
		const char *const prefixes[][8] = { { name, "::" }, { NULL } };

		drop_prefixes(lex, prefixes);
	}
}

/** Whether a member of a constructor's list is at token i with its value in braces: : NAME{…}, NAME{…} {. */
static bool is_initialised(const struct lex *lex, size_t i) {
	const size_t close = braces_end(lex, i + 1);
	const struct lex_token *before = lex_at(lex, i ? i - 1 : SIZE_MAX), *behind = lex_at(lex, close + 1);

	return close && lex_at(lex, i)->kind == LEX_NAME && (lex_is(before, ":") || lex_is(before, ",")) &&
	       (behind->kind == LEX_OPEN ||
	        (lex_is(behind, ",") && lex_is(before, ":") && i > 1 && lex_is(lex_at(lex, i - 2), ")")) ||
	        (lex_is(behind, ",") && lex_is(before, ",")));
}

/** Whether a class, or what else is no variable, is declared in the statement that i is in. */
static bool declares_class(const struct lex *lex, size_t i) {
	static const char *const words[] = { "class", "struct", "union", "enum", "namespace", "template", "concept" };
	unsigned most = 64;

	for (; i && lex_at(lex, i - 1)->kind < LEX_NEWLINE && most; --i, --most)
		for (size_t k = 0; k < sizeof words / sizeof *words; ++k)
			if (lex_is(lex_at(lex, i - 1), words[k]))
				return true;
	return !most;
}

/** Where the braces end that hold what the variable NAME at i is made of: TYPE NAME{…}; 0: they are none of such. */
static size_t made_end(const struct lex *lex, size_t i) {
	enum { LONGEST = 1000 };
	static const char *const others[] = {
		"final", "override", "const", "noexcept", "try", "else", "do", "mutable"
	};
	const struct lex_token *type = lex_at(lex, i - 1);
	unsigned depth = 0;

	if (lex_at(lex, i)->kind != LEX_NAME || lex_at(lex, i + 1)->kind != LEX_OPEN ||
	    (type->kind != LEX_NAME && !lex_is(type, ">")))
		return 0;
	for (size_t k = 0; k < sizeof others / sizeof *others; ++k)
		if (lex_is(lex_at(lex, i), others[k]))
			return 0;
	for (size_t at = i + 1; at < i + LONGEST; ++at) {
		const uint8_t kind = lex_at(lex, at)->kind;

		depth += kind == LEX_OPEN;
		depth -= kind == LEX_CLOSE;
		if (!depth)
			return lex_at(lex, at + 1)->kind == LEX_NEWLINE && at > i + 2 && !declares_class(lex, i) ? at
			                                                                                         : 0;
		if (kind == LEX_NEWLINE || kind == LEX_END)
			return 0;
	}
	return 0;
}

/**
 * What a variable is made of in braces is assigned if its type has no name of its own, and what it is called with else:
 * auto NAME {…} is auto NAME = {…}, CLASS NAME {…} is CLASS NAME (…).
 */
static void rewrite_braces(struct lex *lex) {
	const struct lex old = lex_taken(lex);
	size_t close = 0;

	for (size_t i = 0; i < old.count; ++i) {
		const struct lex_token *token = &old.tokens[i];
		const size_t end = i ? made_end(&old, i) : 0;
		const bool assigned = end && (lex_is(&old.tokens[i - 1], ">") || lex_is(&old.tokens[i - 1], "auto"));

		if (close && i == close)
			lex_put(lex, LEX_OPERATOR, ")", token->at, token->line);
		else
			lex_add(lex, token->kind, token->text, token->length, token->at, token->line);
		if (assigned) {
			lex_put(lex, LEX_OPERATOR, "=", token->at, token->line);
		} else if (end) {
			close = end;
			lex_put(lex, LEX_OPERATOR, "(", old.tokens[++i].at, token->line);
		}
	}
}

/**
 * Variables that are made by their classes become assignments: CLASS NAME (…) is NAME = CLASS (…), as is
 * CLASS NAME {…}, and a member in the list of a constructor; a stream without a file is NAME = CLASS; and CLASS {…}
 * without a name, or make_unique<CLASS>(…), is CLASS (…).
 */
static void rewrite_variables(struct lex *lex) {
	const struct lex old = lex_taken(lex);
	bool members = false;

	for (size_t i = 0; i < old.count && !members; ++i)
		members = is_class(&old.tokens[i]) && lex_at(&old, i + 1)->kind == LEX_NAME &&
		          lex_at(&old, i + 2)->kind == LEX_NEWLINE;
	for (size_t i = 0; i < old.count; ++i) {
		const struct lex_token *token = &old.tokens[i], *name = lex_at(&old, i + 1);

		const bool named = name->kind == LEX_NAME;
		const struct lex_token *of = members ? member_class(&old, i) : NULL;

		if (of) {
			lex_add(lex, LEX_NAME, token->text, token->length, token->at, token->line);
			lex_put(lex, LEX_OPERATOR, "=", token->at, token->line);
			lex_add(lex, LEX_NAME, of->text, of->length, token->at, token->line);
			continue;
		}
		if (token->kind == LEX_NAME && (lex_is(token, "make_unique") || lex_is(token, "make_shared")) &&
		    lex_is(name, "<") && is_class(lex_at(&old, i + 2)) && lex_is(lex_at(&old, i + 3), ">")) {
			of = lex_at(&old, i + 2);
			lex_add(lex, LEX_NAME, of->text, of->length, token->at, token->line);
			i += 3;
			continue;
		}
		if (is_stream(token) && named && lex_at(&old, i + 2)->kind == LEX_NEWLINE) {
			lex_add(lex, LEX_NAME, name->text, name->length, name->at, name->line);
			lex_put(lex, LEX_OPERATOR, "=", name->at, name->line);
			/* What is in a text is put there. */
			if (token->length > 6 && memmem(token->text, token->length, "string", 6))
				lex_put(lex, LEX_STRING, "", token->at, token->line);
			else
				lex_add(lex, LEX_NAME, token->text, token->length, token->at, token->line);
			++i;
			continue;
		}
		const size_t braces = is_class(token)           ? braces_end(&old, i + 1 + named)
		                      : is_initialised(&old, i) ? braces_end(&old, i + 1)
		                                                : 0;

		if ((braces && named && is_class(token)) || (is_class(token) && makes_variable(&old, i))) {
			lex_add(lex, LEX_NAME, name->text, name->length, name->at, name->line);
			lex_put(lex, LEX_OPERATOR, "=", name->at, name->line);
			++i;
		}
		lex_add(lex, token->kind, token->text, token->length, token->at, token->line);
		if (!braces)
			continue;
		lex_put(lex, LEX_OPERATOR, "(", old.tokens[++i].at, token->line);
		while (++i < braces)
			lex_add(lex, old.tokens[i].kind, old.tokens[i].text, old.tokens[i].length, old.tokens[i].at,
			        old.tokens[i].line);
		lex_put(lex, LEX_OPERATOR, ")", old.tokens[braces].at, old.tokens[braces].line);
	}
}

/** PHP's include and its like become calls: include "x"; is include ("x"); */
static void add_parentheses(struct lex *lex) {
	static const char *const words[] = { "include", "include_once", "require", "require_once", NULL };
	const struct lex old = lex_taken(lex);
	bool opened = false;

	for (size_t i = 0; i < old.count; ++i) {
		const struct lex_token *token = &old.tokens[i];
		bool is = false;

		if (opened && (token->kind == LEX_NEWLINE || token->kind == LEX_CLOSE)) {
			lex_put(lex, LEX_OPERATOR, ")", token->at, token->line);
			opened = false;
		}
		lex_add(lex, token->kind, token->text, token->length, token->at, token->line);
		for (const char *const *word = words; token->kind == LEX_NAME && *word; ++word)
			is |= lex_is(token, *word);
		if (is && !opened && !lex_is(lex_at(&old, i + 1), "(") && lex_at(&old, i + 1)->kind != LEX_NEWLINE) {
			lex_put(lex, LEX_OPERATOR, "(", token->at, token->line);
			opened = true;
		}
	}
}

/** Whether a function's expression, begun outside of all brackets that opened since, ends before the token. */
static bool ends_body(const struct lex_token *token) {
	return token->kind == LEX_NEWLINE || token->kind == LEX_CLOSE || token->kind == LEX_END || lex_is(token, ",") ||
	       lex_is(token, ")") || lex_is(token, "]");
}

/** Functions that are one expression get a body: (a) => b becomes (a) => { return b }; a branch of a switch does not.
 */
static void give_bodies(struct lex *lex, const char *arrow) {
	/* How many brackets were open where the bodies began that have not ended. */
	unsigned begun[BRACKETS], depth = 0;
	size_t nbegun = 0, statement = 0;
	const struct lex old = lex_taken(lex);

	for (size_t i = 0; i < old.count; ++i) {
		const struct lex_token *token = &old.tokens[i];
		const bool opens = token->kind == LEX_OPEN || lex_is(token, "(") || lex_is(token, "[");
		const bool closes = token->kind == LEX_CLOSE || lex_is(token, ")") || lex_is(token, "]");

		for (; nbegun && begun[nbegun - 1] == depth && ends_body(token); --nbegun)
			lex_put(lex, LEX_CLOSE, "}", token->at, token->line);
		lex_add(lex, token->kind, token->text, token->length, token->at, token->line);
		depth += opens;
		depth -= closes && depth;
		while (nbegun && begun[nbegun - 1] > depth)
			--nbegun;
		if (token->kind >= LEX_NEWLINE)
			statement = i + 1;
		if (!lex_is(token, arrow) || lex_at(&old, i + 1)->kind >= LEX_NEWLINE || nbegun >= BRACKETS ||
		    lex_is(lex_at(&old, statement), "case") || lex_is(lex_at(&old, statement), "default"))
			continue;
		begun[nbegun++] = depth;
		lex_put(lex, LEX_OPEN, "{", token->at, token->line);
		lex_add(lex, LEX_NAME, "return", strlen("return"), token->at, token->line);
	}
}

/** How many tokens from i load a module: require("m"), (await import("m")); 0: they do not.  *module: its name. */
static size_t loads_module(const struct lex *lex, size_t i, const struct lex_token **module) {
	const bool awaits = lex_is(lex_at(lex, i), "(") && lex_is(lex_at(lex, i + 1), "await");
	const size_t at = i + (awaits ? 2 : 0), end = at + 4;

	*module = lex_at(lex, at + 2);
	if (!(lex_is(lex_at(lex, at), awaits ? "import" : "require")) || !lex_is(lex_at(lex, at + 1), "(") ||
	    (*module)->kind != LEX_STRING || !lex_is(lex_at(lex, at + 3), ")") ||
	    (awaits && !lex_is(lex_at(lex, end), ")")))
		return 0;
	return end + awaits - i;
}

/** The same of a call that is spelt promisify(m.f)(…), util.promisify(m.f)(…): how many tokens are before m. */
static size_t promisifies(const struct lex *lex, size_t i) {
	const size_t word = i + (lex_is(lex_at(lex, i), "util") && lex_is(lex_at(lex, i + 1), ".") ? 2 : 0);

	return lex_is(lex_at(lex, word), "promisify") && lex_is(lex_at(lex, word + 1), "(") &&
	                       lex_at(lex, word + 2)->kind == LEX_NAME && lex_is(lex_at(lex, word + 3), ".") &&
	                       lex_at(lex, word + 4)->kind == LEX_NAME && lex_is(lex_at(lex, word + 5), ")") &&
	                       lex_is(lex_at(lex, word + 6), "(")
	               ? word + 2 - i
	               : 0;
}

/** How many tokens wrap a name that is called where i is: "(m.f)(", "(0, m.f)("; 0: none does.  *length: of the name.
 */
static size_t wraps_name(const struct lex *lex, size_t i, size_t *length) {
	static const char *const words[] = { "yield", "await", "return", "void", "typeof", NULL };
	const struct lex_token *before = lex_at(lex, i ? i - 1 : SIZE_MAX);
	const bool zero = lex_at(lex, i + 1)->kind == LEX_NUMBER && lex_is(lex_at(lex, i + 2), ",");
	const size_t first = i + (zero ? 3 : 1);
	size_t end = first + 1;
	bool calls = before->kind == LEX_NAME || lex_is(before, ")") || lex_is(before, "]");

	for (const char *const *word = words; *word; ++word)
		calls &= !lex_is(before, *word);
	if (!lex_is(lex_at(lex, i), "(") || calls || lex_at(lex, first)->kind != LEX_NAME)
		return 0;
	while (lex_is(lex_at(lex, end), ".") && lex_at(lex, end + 1)->kind == LEX_NAME)
		end += 2;
	*length = end - first;
	return lex_is(lex_at(lex, end), ")") && lex_is(lex_at(lex, end + 1), "(") ? first - i : 0;
}

/** How many tokens compilers put before a module that is loaded: __importDefault(require("m")); 0: none. */
static size_t imports_module(const struct lex *lex, size_t i) {
	static const char *const words[] = { "__importDefault",
		                             "__importStar",
		                             "_interopRequireDefault",
		                             "_interopRequireWildcard",
		                             "__toESM",
		                             "_interopDefault",
		                             NULL };

	for (const char *const *word = words; *word; ++word)
		if (lex_is(lex_at(lex, i), *word) && lex_is(lex_at(lex, i + 1), "(") &&
		    lex_is(lex_at(lex, i + 2), "require") && lex_is(lex_at(lex, i + 3), "("))
			return 2;
	return 0;
}

/** Whether ".default" at i is of a module's name as compilers make them: fs_1.default.f, _fs.default.f. */
static bool is_default(const struct lex *lex, size_t i, const struct lex_token *before) {
	const struct lex_token *after = lex_at(lex, i + 2);

	return lex_is(lex_at(lex, i), ".") && lex_is(lex_at(lex, i + 1), "default") &&
	       (lex_is(after, ".") || lex_is(after, "(") || lex_is(after, ")")) && before->kind == LEX_NAME &&
	       before->length > 2 &&
	       (before->text[0] == '_' || memcmp(before->text + before->length - 2, "_1", 2) == 0);
}

/** Whether what is at i is a key that is put together: { ["a"]: … }. */
static bool is_computed(const struct lex *lex, size_t i) {
	const struct lex_token *before = lex_at(lex, i ? i - 1 : SIZE_MAX);

	return lex_is(lex_at(lex, i), "[") && lex_at(lex, i + 1)->kind == LEX_STRING &&
	       lex_is(lex_at(lex, i + 2), "]") && lex_is(lex_at(lex, i + 3), ":") &&
	       (before->kind >= LEX_NEWLINE || lex_is(before, ",") || lex_is(before, "{"));
}

/**
 * JavaScript's require("m").f(…) becomes node:m.f(…), where the module needs no name; promisify(m.f)(…), m.f.call(this,
 * …), m?.f?.(…), m.f!(…), (m.f)(…) and (0, m.f)(…) become m.f(…), { ["a"]: … } becomes { "a": … }.
 */
static void name_calls(struct lex *lex) {
	size_t to = 0, drop = SIZE_MAX, length = 0;

	for (size_t i = 0; i < lex->count; ++i) {
		struct lex_token token = lex->tokens[i];
		const struct lex_token *next = lex_at(lex, i + 1), *module,
		                       *before = lex_at(lex, to ? to - 1 : SIZE_MAX);
		const size_t loads = loads_module(lex, i, &module), promised = promisifies(lex, i);
		const bool value = before->kind == LEX_NAME || lex_is(before, ")") || lex_is(before, "]");
		const size_t wraps = drop == SIZE_MAX || drop < i ? wraps_name(lex, i, &length) : 0;

		if (imports_module(lex, i)) {
			/* The call's other parenthesis is behind the module's own. */
			drop = i + 6;
			++i;
			continue;
		}
		if (is_default(lex, i, before)) {
			++i;
			continue;
		}
		if (wraps) {
			drop = i + wraps + length;
			token = lex->tokens[i += wraps];
		} else if (is_computed(lex, i)) {
			token = lex->tokens[++i];
			drop = i + 1;
		} else if (loads && lex_is(lex_at(lex, i + loads), ".") &&
		           lex_at(lex, i + loads + 1)->kind == LEX_NAME &&
		           (lex_is(lex_at(lex, i + loads + 2), "(") || lex_is(lex_at(lex, i + loads + 2), ")"))) {
			char *name = arena_alloc(lex->arena, module->length + 6);
			const bool node = module->length > 5 && memcmp(module->text, "node:", 5) == 0;

			memcpy(name, "node:", 5);
			memcpy(name + (node ? 0 : 5), module->text, module->length);
			token.text = name;
			token.length = module->length + (node ? 0 : 5);
			token.kind = LEX_NAME;
			i += loads - 1;
		} else if (promised) {
			drop = i + promised + 3;
			token = lex->tokens[i += promised];
		} else if (i == drop || (lex_is(&token, "?.") && lex_is(next, "(")) ||
		           (lex_is(&token, "!") && value && token.kind == LEX_OPERATOR && next->kind != LEX_NAME &&
		            next->kind != LEX_STRING && !lex_is(next, "(") && !lex_is(next, "!"))) {
			continue;
		} else if (lex_is(&token, ".") && lex_is(next, "bind") && lex_is(lex_at(lex, i + 2), "(") &&
		           lex_is(lex_at(lex, i + 4), ")")) {
			i += 4;
			continue;
		} else if (lex_is(&token, ".") && lex_is(next, "call") && lex_is(lex_at(lex, i + 2), "(") &&
		           lex_at(lex, i + 3)->kind == LEX_NAME && lex_is(lex_at(lex, i + 4), ",")) {
			token = lex->tokens[i + 2];
			i += 4;
		}
		lex->tokens[to++] = token;
	}
	lex->count = to;
}

/** C++'s new CLASS(…) is CLASS(…). */
static void drop_new(struct lex *lex) {
	size_t to = 0;

	for (size_t i = 0; i < lex->count; ++i) {
		const struct lex_token *before = lex_at(lex, to ? to - 1 : SIZE_MAX);

		if (lex_is(&lex->tokens[i], "new") && lex->tokens[i].kind == LEX_NAME &&
		    lex_at(lex, i + 1)->kind == LEX_NAME &&
		    (lex_is(before, "=") || lex_is(before, "(") || lex_is(before, ",") || lex_is(before, "return")))
			continue;
		lex->tokens[to++] = lex->tokens[i];
	}
	lex->count = to;
}

void lex_c(struct lex *lex) {
	static const struct dialect dialect = { .directives = true, .name_letters = "$" };
	static const char *const prefixes[][8] = {
		{ "std", "::", "filesystem", "::" },
		{ "boost", "::", "filesystem", "::" },
		{ "std", "::" },
		{ "boost", "::" },
		{ NULL },
	};

	lex_all(lex, &dialect);
	drop_prefixes(lex, prefixes);
	drop_leading(lex, "::");
	drop_namespaces(lex);
	drop_new(lex);
	rewrite_braces(lex);
	rewrite_variables(lex);
}

void lex_java(struct lex *lex) {
	static const struct dialect dialect = { .text_blocks = true, .name_letters = "$" };
	static const char *const prefixes[][8] = { { "java", ".", "io", "." },
		                                   { "java", ".", "nio", ".", "file", "." },
		                                   { "java", ".", "util", ".", "logging", "." },
		                                   { "java", ".", "util", "." },
		                                   { "java", ".", "sql", "." },
		                                   { NULL } };

	lex_all(lex, &dialect);
	drop_prefixes(lex, prefixes);
	give_bodies(lex, "->");
}

void lex_go(struct lex *lex) {
	static const struct dialect dialect = { .raw_quotes = true, .lines = LINES_END, .name_letters = "" };

	lex_all(lex, &dialect);
}

void lex_php(struct lex *lex) {
	static const struct dialect dialect = { .php = true, .single_quotes = true, .name_letters = "$" };

	lex_all(lex, &dialect);
	drop_leading(lex, "\\");
	add_parentheses(lex);
}

void lex_javascript(struct lex *lex) {
	static const struct dialect dialect = {
		.templates = true, .single_quotes = true, .lines = LINES_MAY_END, .name_letters = "$#"
	};
	static const char *const prefixes[][8] = { { ".", "promises" }, { ".", "posix" }, { NULL } };

	lex_all(lex, &dialect);
	drop_prefixes(lex, prefixes);
	name_calls(lex);
	give_bodies(lex, "=>");
}

// NOLINTEND(misc-no-recursion)
