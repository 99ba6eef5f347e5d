#include "lex_perl.h"

#include <string.h>

// Strings with expressions nest at most DEEPEST deep.
// NOLINTBEGIN(misc-no-recursion)

enum { MOST_HEREDOCS = 16, DEEPEST = 256, NESTED = 4 };

struct heredoc {
	const char *word;
	size_t length;
	bool indented, interpolated;
	/** The token that stands for it. */
	size_t token;
};

struct reader {
	struct lex *lex;
	const char *data;
	size_t at, end;
	unsigned line, nested;
	/** Of each brace that is open: whether it is a block. */
	bool blocks[DEEPEST];
	unsigned depth;
	struct heredoc heredocs[MOST_HEREDOCS];
	unsigned nheredocs;
};

static void lex_range(struct reader *reader);

static char peek(const struct reader *reader, size_t ahead) {
	return reader->at + ahead < reader->end ? reader->data[reader->at + ahead] : '\0';
}

static bool is_digit(char byte) {
	return byte >= '0' && byte <= '9';
}

static bool is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || is_digit(byte) || byte == '_' ||
	       (unsigned char)byte >= 0x80;
}

static bool is_blank(char byte) {
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

static const struct lex_token *last(const struct reader *reader) {
	return reader->lex->count ? &reader->lex->tokens[reader->lex->count - 1] : lex_at(reader->lex, SIZE_MAX);
}

static bool is_one_of(const struct lex_token *token, const char *const *words) {
	for (; *words; ++words)
		if (lex_is(token, *words))
			return true;
	return false;
}

/** Whether what comes next is a value, so that "/" begins a pattern and "{" a hash. */
static bool wants_value(const struct reader *reader) {
	static const char *const words[] = { "return", "and",   "or",    "not",  "if",      "unless", "while",
		                             "until",  "split", "grep",  "map",  "join",    "push",   "unshift",
		                             "x",      "lt",    "gt",    "le",   "ge",      "eq",     "ne",
		                             "cmp",    "when",  "print", "when", "foreach", NULL };
	const struct lex_token *token = last(reader);

	switch (token->kind) {
	case LEX_NAME:
		return is_one_of(token, words);
	case LEX_STRING:
	case LEX_NUMBER:
		return false;
	case LEX_OPERATOR:
		return !(lex_is(token, ")") || lex_is(token, "]") || lex_is(token, "}"));
	default:
		return true;
	}
}

/* Strings */

static char closing(char open) {
	return open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : open == '<' ? '>' : open;
}

/** The end of what begins behind the delimiter at open: the place of the one that closes, or the end. */
static size_t find_close(struct reader *reader, size_t open) {
	const char first = reader->data[open], close = closing(first);
	unsigned depth = 1;
	size_t at = open + 1;

	for (; at < reader->end; ++at) {
		const char byte = reader->data[at];

		if (byte == '\n')
			++reader->line;
		if (byte == '\\') {
			++at;
			reader->line += at < reader->end && reader->data[at] == '\n';
		} else if (byte == close && --depth == 0) {
			return at;
		} else if (byte == first && first != close) {
			++depth;
		}
	}
	if (!reader->lex->open) {
		reader->lex->open = "a string";
		reader->lex->open_line = reader->line;
	}
	return reader->end;
}

static void add_literal(struct reader *reader, size_t from, size_t to, bool interpolated, unsigned line) {
	struct lex *lex = reader->lex;

	if (to <= from || !memchr(reader->data + from, '\\', to - from)) {
		lex_add(lex, LEX_STRING, reader->data + from, to > from ? to - from : 0, from, line);
		return;
	}
	char *copy = arena_alloc(lex->arena, to - from + 1);
	size_t length = 0;
	for (size_t i = from; i < to; ++i) {
		char byte = reader->data[i];

		if (byte == '\\' && i + 1 < to) {
			byte = reader->data[++i];
			if (interpolated && (byte == 'n' || byte == 't' || byte == 'r' || byte == '0'))
				byte = ' ';
		}
		copy[length++] = byte;
	}
	lex_add(lex, LEX_STRING, copy, length, from, line);
}

/** How much of a string from at on is a variable with its subscripts; 0: none. */
static size_t variable_length(const struct reader *reader, size_t at, size_t to) {
	const char *data = reader->data;
	size_t end = at + 1;

	if (end >= to)
		return 0;
	if (data[at] == '@' && !(data[end] == '{' || is_name_byte(data[end])))
		return 0;
	if (data[end] == '{') {
		while (end < to && data[end] != '}')
			++end;
		++end;
	} else if (is_name_byte(data[end])) {
		while (end < to && (is_name_byte(data[end]) || (data[end] == ':' && end + 2 < to &&
		                                                data[end + 1] == ':' && is_name_byte(data[end + 2]))))
			end += data[end] == ':' ? 2 : 1;
	} else if (strchr("$0!<>&", data[end]) && data[end]) {
		++end;
		/* "$$name" is what $name refers to. */
		if (data[end - 1] == '$' && end < to && (is_name_byte(data[end]) || data[end] == '{'))
			return variable_length(reader, at + 1, to) + 1;
	} else {
		return 0;
	}
	for (;;) {
		size_t open = end;

		if (open + 2 < to && data[open] == '-' && data[open + 1] == '>' &&
		    (data[open + 2] == '{' || data[open + 2] == '['))
			open += 2;
		if (open >= to || (data[open] != '{' && data[open] != '['))
			break;
		const char *close = memchr(data + open, closing(data[open]), to - open);
		lex_search(reader->lex, to - open);
		/* "$x[" may be a class of a pattern, or text. */
		if (!close || memchr(data + open, ' ', (size_t)(close - data) - open))
			break;
		end = (size_t)(close - data) + 1;
	}
	return end > to ? to - at : end - at;
}

/** A string in which variables stand for their values. */
static void add_interpolated(struct reader *reader, size_t from, size_t to, unsigned line) {
	struct lex *lex = reader->lex;
	size_t start = from;

	if (to <= from || reader->nested >= NESTED ||
	    (!memchr(reader->data + from, '$', to - from) && !memchr(reader->data + from, '@', to - from))) {
		add_literal(reader, from, to, true, line);
		return;
	}
	lex_put(lex, LEX_OPERATOR, "(", from, line);
	for (size_t i = from; i < to;) {
		const char byte = reader->data[i];
		const size_t length = byte == '$' || byte == '@' ? variable_length(reader, i, to) : 0;

		if (byte == '\\') {
			i += 2;
			continue;
		}
		if (!length) {
			++i;
			continue;
		}
		add_literal(reader, start, i, true, line);
		lex_put(lex, LEX_JOIN, "", i, line);
		struct reader inner = { .lex = lex,
			                .data = reader->data,
			                .at = i,
			                .end = i + length,
			                .line = line,
			                .nested = reader->nested + 1 };
		lex_range(&inner);
		lex_put(lex, LEX_JOIN, "", i, line);
		i += length;
		start = i;
	}
	add_literal(reader, start < to ? start : to, to, true, line);
	lex_put(lex, LEX_OPERATOR, ")", to, line);
}

/** A string with its delimiter at the reader's place. */
static void lex_quoted(struct reader *reader, bool interpolated) {
	const unsigned line = reader->line;
	const size_t open = reader->at, close = find_close(reader, open);

	if (interpolated && reader->data[open] != '\'')
		add_interpolated(reader, open + 1, close, line);
	else
		add_literal(reader, open + 1, close, false, line);
	reader->at = close < reader->end ? close + 1 : close;
}

/** qw(a b): a list of strings. */
static void lex_words(struct reader *reader) {
	const unsigned line = reader->line;
	const size_t open = reader->at, close = find_close(reader, open);
	bool first = true;

	lex_put(reader->lex, LEX_OPERATOR, "(", open, line);
	for (size_t at = open + 1; at < close;) {
		size_t end = at;

		while (end < close && !is_blank(reader->data[end]))
			++end;
		if (end > at) {
			if (!first)
				lex_put(reader->lex, LEX_OPERATOR, ",", at, line);
			lex_add(reader->lex, LEX_STRING, reader->data + at, end - at, at, line);
			first = false;
		}
		at = end + 1;
	}
	lex_put(reader->lex, LEX_OPERATOR, ")", close, line);
	reader->at = close < reader->end ? close + 1 : close;
}

/** Go on behind blanks, and the comments among them: a "#" right behind the first part of s{}{} would be its quote. */
static void skip_blanks(struct reader *reader) {
	bool blank = false;

	while (reader->at < reader->end && (is_blank(peek(reader, 0)) || (blank && peek(reader, 0) == '#'))) {
		if (peek(reader, 0) == '#') {
			const char *end = memchr(reader->data + reader->at, '\n', reader->end - reader->at);

			reader->at = end ? (size_t)(end - reader->data) : reader->end;
		} else {
			reader->line += reader->data[reader->at++] == '\n';
			blank = true;
		}
	}
}

/** A pattern: what it matches is not known, and what it holds is no code.  two: s///, tr///. */
static void lex_pattern(struct reader *reader, bool two) {
	const unsigned line = reader->line;
	const size_t open = reader->at;
	size_t close = find_close(reader, open);

	lex_put(reader->lex, LEX_STRING, "", open, line);
	reader->at = close < reader->end ? close + 1 : close;
	if (two && reader->at < reader->end) {
		if (closing(reader->data[open]) != reader->data[open]) {
			skip_blanks(reader);
			if (reader->at < reader->end)
				close = find_close(reader, reader->at);
		} else {
			close = find_close(reader, reader->at - 1);
		}
		reader->at = close < reader->end ? close + 1 : close;
	}
	const size_t flags = reader->at;
	while (is_name_byte(peek(reader, 0)))
		++reader->at;
	/* $x =~ s/a/b/r is $x, but for what is replaced. */
	struct lex *lex = reader->lex;
	if (two && memchr(reader->data + flags, 'r', reader->at - flags) && lex->count > 1 &&
	    lex_is(&lex->tokens[lex->count - 2], "=~"))
		lex->count -= 2;
}

/* Here-documents */

/** "<<WORD", "<<~'WORD'".  Returns whether it is one. */
static bool lex_heredoc(struct reader *reader) {
	size_t at = reader->at + 2;
	struct heredoc heredoc = { .interpolated = true };

	if (peek(reader, 0) != '<' || peek(reader, 1) != '<' || reader->nheredocs == MOST_HEREDOCS)
		return false;
	if (at < reader->end && reader->data[at] == '~') {
		heredoc.indented = true;
		++at;
	}
	if (at < reader->end && (reader->data[at] == '"' || reader->data[at] == '\'' || reader->data[at] == '`')) {
		const char *close = memchr(reader->data + at + 1, reader->data[at], reader->end - at - 1);

		lex_search(reader->lex, reader->end - at);
		if (!close || memchr(reader->data + at, '\n', (size_t)(close - reader->data) - at))
			return false;
		heredoc.interpolated = reader->data[at] != '\'';
		heredoc.word = reader->data + at + 1;
		heredoc.length = (size_t)(close - heredoc.word);
		at = (size_t)(close - reader->data) + 1;
	} else {
		if (at >= reader->end || !is_name_byte(reader->data[at]) || is_digit(reader->data[at]))
			return false;
		heredoc.word = reader->data + at;
		while (at < reader->end && is_name_byte(reader->data[at]))
			++at;
		heredoc.length = (size_t)(reader->data + at - heredoc.word);
	}
	heredoc.token = reader->lex->count;
	lex_add(reader->lex, LEX_STRING, "", 0, reader->at, reader->line);
	reader->heredocs[reader->nheredocs++] = heredoc;
	reader->at = at;
	return true;
}

/** Whether the last token is what is printed to: print $fh <<WORD. */
static bool is_printed_to(const struct reader *reader) {
	static const char *const words[] = { "print", "printf", "say", NULL };
	const size_t count = reader->lex->count;

	return count > 1 && is_one_of(&reader->lex->tokens[count - 2], words);
}

/** Behind the end of a line: the bodies of its here-documents. */
static void skip_heredocs(struct reader *reader) {
	for (unsigned i = 0; i < reader->nheredocs; ++i) {
		const struct heredoc *heredoc = &reader->heredocs[i];
		const size_t from = reader->at;
		bool found = false;

		while (reader->at < reader->end && !found) {
			const char *text = reader->data + reader->at;
			const char *stop = memchr(text, '\n', reader->end - reader->at);
			size_t length = stop ? (size_t)(stop - text) : reader->end - reader->at;
			const size_t begin = reader->at;

			reader->at += length + (stop != NULL);
			++reader->line;
			while (heredoc->indented && length && (*text == ' ' || *text == '\t')) {
				++text;
				--length;
			}
			if (length && text[length - 1] == '\r')
				--length;
			found = length == heredoc->length && memcmp(text, heredoc->word, length) == 0;
			if (found && heredoc->token < reader->lex->count) {
				struct lex_token *token = &reader->lex->tokens[heredoc->token];
				size_t first = from;

				while (heredoc->indented && first < begin &&
				       (reader->data[first] == ' ' || reader->data[first] == '\t'))
					++first;
				token->text = reader->data + first;
				token->length = (uint32_t)(begin - first);
			}
		}
	}
	reader->nheredocs = 0;
}

/* Names and operators */

/** "$x", "@{", "%$x", "&f": its text as a name; false if a sigil is an operator here. */
static bool lex_sigil(struct reader *reader) {
	const char sigil = peek(reader, 0), next = peek(reader, 1);
	const size_t from = reader->at;
	size_t end = from + 1;

	static const char *const takers[] = { "my",     "our",    "local", "each", "keys",  "values", "delete",
		                              "exists", "scalar", "undef", "tie",  "untie", NULL };

	if (sigil == '%' && !wants_value(reader) &&
	    !(last(reader)->kind == LEX_NAME && is_one_of(last(reader), takers)))
		return false;
	if (sigil == '&' && (!wants_value(reader) || next == '&'))
		return false;
	if (sigil == '@' && !(is_name_byte(next) || next == '{' || next == '$' || next == ':'))
		return false;
	if (sigil == '$' && next == '#' &&
	    (peek(reader, 2) == '{' || peek(reader, 2) == '$' || is_name_byte(peek(reader, 2)))) {
		/* The last index of a list. */
		reader->at += 2;
		lex_add(reader->lex, LEX_NAME, "$#", 2, from, reader->line);
		return true;
	}
	if (next == '{') {
		size_t name = end + 1;

		while (name < reader->end && (is_name_byte(reader->data[name]) || reader->data[name] == '^'))
			++name;
		if (name < reader->end && reader->data[name] == '}' && name > end + 1) {
			/* "${name}" is "$name". */
			char *text = arena_alloc(reader->lex->arena, name - end + 1);

			text[0] = sigil;
			memcpy(text + 1, reader->data + end + 1, name - end - 1);
			lex_add(reader->lex, LEX_NAME, text, name - end, from, reader->line);
			reader->at = name + 1;
			return true;
		}
		/* "@{…}": something that is referred to. */
		lex_add(reader->lex, LEX_OPERATOR, reader->data + from, 1, from, reader->line);
		++reader->at;
		lex_put(reader->lex, LEX_OPERATOR, "{", reader->at, reader->line);
		if (reader->depth < DEEPEST)
			reader->blocks[reader->depth++] = false;
		++reader->at;
		return true;
	}
	if (is_name_byte(next) || (next == ':' && peek(reader, 2) == ':')) {
		while (end < reader->end && (is_name_byte(reader->data[end]) ||
		                             (reader->data[end] == ':' && end + 2 < reader->end &&
		                              reader->data[end + 1] == ':' && is_name_byte(reader->data[end + 2]))))
			end += reader->data[end] == ':' ? 2 : 1;
	} else if (next == '$' && sigil == '$' && !is_name_byte(peek(reader, 2)) && peek(reader, 2) != '{') {
		end = from + 2;
	} else if (next == '$') {
		/* "$$x", "@$x". */
		lex_add(reader->lex, LEX_OPERATOR, reader->data + from, 1, from, reader->line);
		++reader->at;
		return true;
	} else if (sigil == '$' && next == '^' && is_name_byte(peek(reader, 2))) {
		end = from + 3;
	} else if (sigil == '$' && next && !is_blank(next)) {
		end = from + 2;
	} else {
		return false;
	}
	/* "$PACKAGE::x" is "$x". */
	size_t last_part = end;
	while (last_part > from + 1 && reader->data[last_part - 1] != ':')
		--last_part;
	if (sigil != '&' && last_part > from + 1) {
		char *text = arena_alloc(reader->lex->arena, end - last_part + 1);

		text[0] = sigil;
		memcpy(text + 1, reader->data + last_part, end - last_part);
		lex_add(reader->lex, LEX_NAME, text, end - last_part + 1, from, reader->line);
		reader->at = end;
		return true;
	}
	/* "&f" is "f". */
	lex_add(reader->lex, LEX_NAME, reader->data + from + (sigil == '&'), end - from - (sigil == '&'), from,
	        reader->line);
	reader->at = end;
	return true;
}

/** Whether the brace here is a subscript or a hash, and no block. */
static bool is_subscript(const struct reader *reader) {
	const struct lex_token *token = last(reader);

	if (lex_is(token, "->"))
		return true;
	if (token->kind == LEX_NAME && (token->text[0] == '$' || token->text[0] == '@') && token->length > 1)
		return reader->at > 0 && !is_blank(reader->data[reader->at - 1]);
	if (lex_is(token, "}") || lex_is(token, "]"))
		return reader->at > 0 && (reader->data[reader->at - 1] == '}' || reader->data[reader->at - 1] == ']');
	if (token->kind == LEX_OPERATOR && !lex_is(token, ")"))
		return true;
	return token->kind == LEX_NAME && lex_is(token, "return");
}

static void lex_brace(struct reader *reader) {
	const char byte = peek(reader, 0);
	bool block = true;

	if (byte == '{') {
		block = !is_subscript(reader);
		if (reader->depth < DEEPEST)
			reader->blocks[reader->depth++] = block;
	} else if (reader->depth) {
		block = reader->blocks[--reader->depth];
	}
	if (block)
		lex_put(reader->lex, byte == '{' ? LEX_OPEN : LEX_CLOSE, "", reader->at, reader->line);
	else
		lex_put(reader->lex, LEX_OPERATOR, byte == '{' ? "{" : "}", reader->at, reader->line);
	++reader->at;
}

/** Whether "-d $x" begins here, which asks for a directory; "ok -s $x", but not "$y -s …". */
static bool asks_for_file(const struct reader *reader) {
	const char *text = reader->data + reader->at;
	size_t at = reader->at + 2;

	if (*text != '-' || !peek(reader, 1) || !strchr("rwxoRWXOezsfdlpSbctugkTBAMC", peek(reader, 1)) ||
	    is_name_byte(peek(reader, 2)) || peek(reader, 2) == '=')
		return false;
	if (wants_value(reader))
		return true;
	/* Behind the name of a function it is its argument, if a value follows. */
	while (at < reader->end && (reader->data[at] == ' ' || reader->data[at] == '\t'))
		++at;
	return last(reader)->kind == LEX_NAME && !strchr("$@%", last(reader)->text[0]) && reader->at &&
	       is_blank(text[-1]) && at < reader->end && reader->data[at] && strchr("$\"'_", reader->data[at]);
}

static void lex_operator(struct reader *reader) {
	static const char *const operators[] = { "<=>", "**=", "||=", "&&=", "//=", "...", "<<=", ">>=", "->", "=>",
		                                 "::",  "=~",  "!~",  "==",  "!=",  "<=",  ">=",  "&&",  "||", "//",
		                                 "..",  ".=",  "+=",  "-=",  "*=",  "/=",  "%=",  "x=",  "|=", "&=",
		                                 "^=",  "**",  "++",  "--",  "<<",  ">>",  NULL };
	const char *text = reader->data + reader->at;
	size_t length = 1;

	if (asks_for_file(reader))
		length = 2;
	for (const char *const *row = operators; *row && length == 1; ++row)
		if (strlen(*row) <= reader->end - reader->at && strncmp(text, *row, strlen(*row)) == 0)
			length = strlen(*row);
	lex_add(reader->lex, LEX_OPERATOR, text, length, reader->at, reader->line);
	reader->at += length;
}

/** Past "($$;@)" behind the name of a function. */
static void skip_prototype(struct reader *reader) {
	size_t at = reader->at;

	while (at < reader->end && is_blank(reader->data[at]))
		++at;
	if (at >= reader->end || reader->data[at] != '(')
		return;
	size_t end = at + 1;
	while (end < reader->end && reader->data[end] && strchr("$@%&*;\\_+ []", reader->data[end]))
		++end;
	if (end >= reader->end || reader->data[end] != ')')
		return;
	for (; reader->at <= end; ++reader->at)
		reader->line += reader->data[reader->at] == '\n';
}

/** Whether the word at hand is a hash's key: "q =>", "{q}". */
static bool is_key(const struct reader *reader, size_t end) {
	while (end < reader->end && (reader->data[end] == ' ' || reader->data[end] == '\t'))
		++end;
	if (end + 1 < reader->end && reader->data[end] == '=' && reader->data[end + 1] == '>')
		return true;
	return end < reader->end && reader->data[end] == '}' && lex_is(last(reader), "{");
}

/** A word; or one of the quotes that words begin.  Returns false at what ends the script. */
static bool lex_word(struct reader *reader) {
	static const struct {
		const char *word;
		/** 1: as it is; 2: interpolated; 3: words; 4: a pattern; 5: two of them. */
		int kind;
	} quotes[] = { { "q", 1 }, { "qq", 2 }, { "qw", 3 }, { "qx", 2 }, { "qr", 4 },
		       { "m", 4 }, { "s", 5 },  { "tr", 5 }, { "y", 5 } };
	const size_t from = reader->at;
	const unsigned line = reader->line;
	size_t end = from;

	while (end < reader->end && is_name_byte(reader->data[end]))
		++end;
	const size_t length = end - from;
	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; ++i) {
		size_t open = end;

		if (strlen(quotes[i].word) != length || memcmp(reader->data + from, quotes[i].word, length) != 0 ||
		    is_key(reader, end) || lex_is(last(reader), "->") || lex_is(last(reader), "sub"))
			continue;
		while (open < reader->end && is_blank(reader->data[open]))
			++open;
		if (open >= reader->end || is_name_byte(reader->data[open]) ||
		    (open > end && reader->data[open] == '#') || strchr(",;)=", reader->data[open]))
			continue;
		for (; reader->at < open; ++reader->at)
			reader->line += reader->data[reader->at] == '\n';
		if (length == 2 && reader->data[from + 1] == 'x')
			lex_add(reader->lex, LEX_NAME, "qx", 2, from, line);
		if (quotes[i].kind == 3)
			lex_words(reader);
		else if (quotes[i].kind >= 4)
			lex_pattern(reader, quotes[i].kind == 5);
		else
			lex_quoted(reader, quotes[i].kind == 2);
		return true;
	}
	if ((length == 7 && memcmp(reader->data + from, "__END__", 7) == 0) ||
	    (length == 8 && memcmp(reader->data + from, "__DATA__", 8) == 0))
		return false;
	reader->at = end;
	if (is_digit(reader->data[from])) {
		while (peek(reader, 0) == '.' && is_digit(peek(reader, 1)))
			for (++reader->at; is_name_byte(peek(reader, 0));)
				++reader->at;
		lex_add(reader->lex, LEX_NUMBER, reader->data + from, reader->at - from, from, reader->line);
		return true;
	}
	const bool function = lex_is(last(reader), "sub");
	lex_add(reader->lex, LEX_NAME, reader->data + from, length, from, reader->line);
	if (function || lex_is(last(reader), "sub"))
		skip_prototype(reader);
	return true;
}

/** Past documentation, which begins at a line's begin: "=head1", up to "=cut". */
static void skip_documentation(struct reader *reader) {
	while (reader->at < reader->end) {
		const char *text = reader->data + reader->at;
		const char *stop = memchr(text, '\n', reader->end - reader->at);
		const size_t length = stop ? (size_t)(stop - text) : reader->end - reader->at;
		const bool cut = length >= 4 && memcmp(text, "=cut", 4) == 0;

		reader->at += length;
		if (reader->at < reader->end) {
			++reader->at;
			++reader->line;
		}
		if (cut)
			return;
	}
}

static void lex_range(struct reader *reader) {
	while (reader->at < reader->end && !reader->lex->truncated) {
		const char byte = peek(reader, 0);

		if (byte == '\n') {
			++reader->at;
			++reader->line;
			skip_heredocs(reader);
			if (peek(reader, 0) == '=' && is_name_byte(peek(reader, 1)) && !is_digit(peek(reader, 1)))
				skip_documentation(reader);
		} else if (is_blank(byte) || byte == '\0') {
			++reader->at;
		} else if (byte == '#') {
			const char *stop = memchr(reader->data + reader->at, '\n', reader->end - reader->at);
			const size_t end = stop ? (size_t)(stop - reader->data) : reader->end;

			lex_comment(reader->lex, reader->data + reader->at, end - reader->at, reader->line);
			reader->at = end;
		} else if (byte == ';') {
			lex_put(reader->lex, LEX_NEWLINE, "", reader->at++, reader->line);
		} else if (byte == '\'' || byte == '"') {
			lex_quoted(reader, byte == '"');
		} else if (byte == '`') {
			lex_add(reader->lex, LEX_NAME, "qx", 2, reader->at, reader->line);
			lex_quoted(reader, true);
		} else if (byte == '{' || byte == '}') {
			lex_brace(reader);
		} else if (byte == '<' && wants_value(reader) && lex_heredoc(reader)) {
			continue;
		} else if (byte == '<' && last(reader)->kind == LEX_NAME &&
		           (last(reader)->text[0] != '$' || is_printed_to(reader)) && lex_heredoc(reader)) {
			continue;
		} else if (byte == '/' && wants_value(reader)) {
			lex_pattern(reader, false);
		} else if (byte && strchr("$@%&", byte) && lex_sigil(reader)) {
			continue;
		} else if (is_name_byte(byte)) {
			if (!lex_word(reader))
				return;
		} else {
			lex_operator(reader);
		}
	}
}

void lex_perl(struct lex *lex) {
	struct reader *reader = arena_alloc(lex->arena, sizeof *reader);

	*reader = (struct reader) { .lex = lex, .data = lex->data, .end = lex->size, .line = 1 };
	if (lex->size && lex->data[0] == '=' && lex->size > 1 && is_name_byte(lex->data[1]))
		skip_documentation(reader);
	lex_range(reader);
	lex_put(lex, LEX_NEWLINE, "", reader->at, reader->line);
}

// NOLINTEND(misc-no-recursion)
