#include "parse_shell.h"

#include "text.h"

#include <errno.h>
#include <string.h>

/** What surrounds a place in a script. */
enum frame_kind {
	/** Commands: the script, a subshell, a substitution. */
	COMMANDS,
	/** Words that are no commands: an array, a pattern, an expression of csh. */
	WORDS,
	/** Between double quotes. */
	QUOTE,
	/** ${…} */
	PARAMETER,
	/** $((…)), ((…)) */
	ARITHMETIC,
};

/** What the next word is, if it is none of a command. */
enum target { NO_TARGET, REDIRECTION, HERE_DOCUMENT, HERE_DOCUMENT_TABS, FUNCTION_NAME, CASE_WORD, CASE_IN };

struct frame {
	enum frame_kind kind;
	/** What ends it. */
	char end;
	/** Whether a command was here before it, of which it is a word. */
	bool within_word;
	/** ARITHMETIC: how many parentheses are open, and whether it stands where a command could. */
	unsigned parentheses;
	bool command_form;
	struct shell_place opened;
	/** Whether the next word may be a command or a reserved word. */
	bool leading;
	/** csh: whether an expression follows. */
	bool expression;
	enum target target;
	/** How many "case" are open, and whether their next pattern comes. */
	unsigned cases;
	bool pattern;
	/** How many compound commands are open; whether what comes next hangs on how the command before it ended. */
	unsigned compounds;
	bool joined;
	/** The word that is being built. */
	bool word, quoted, literal;
	size_t word_start, word_source;
	unsigned word_line;
	struct shell_command command;
	char text[1024];
	size_t used;
};

#define DEPTH 48
#define HERE_DOCUMENTS 8

struct here_document {
	char delimiter[128];
	bool tabs;
	struct shell_place opened;
};

struct lexer {
	const char *data;
	size_t at, size;
	unsigned line;
	enum shell_dialect dialect;
	shell_visitor *visit;
	void *context;
	size_t depth;
	/** Set where the script cannot be followed: nothing behind it is read. */
	struct shell_place lost;
	struct here_document here[HERE_DOCUMENTS];
	size_t nhere;
	/** The function that is being read, if its name is not empty, and where its head stood. */
	char function[128];
	size_t function_depth;
	unsigned function_compounds;
	struct frame frames[DEPTH];
};

/** The byte that is offset bytes on; 0 behind the end, and for a NUL, which no shell takes for anything. */
static char peek(const struct lexer *lexer, size_t offset) {
	return offset < lexer->size - lexer->at ? lexer->data[lexer->at + offset] : '\0';
}

static bool is_name(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct frame *top(struct lexer *lexer) {
	return &lexer->frames[lexer->depth - 1];
}

/** The frame whose words are being built. */
static struct frame *writer(struct lexer *lexer) {
	size_t i = lexer->depth - 1;

	while (lexer->frames[i].kind != COMMANDS && lexer->frames[i].kind != WORDS)
		--i;
	return &lexer->frames[i];
}

static void lose(struct lexer *lexer, struct shell_place place) {
	if (!lexer->lost.line)
		lexer->lost = place;
}

static bool has_umask(const struct lexer *lexer, size_t from, size_t to) {
	static const char name[] = "umask";

	return memmem(lexer->data + from, to - from, name, sizeof name - 1) != NULL;
}

static struct frame *push(struct lexer *lexer, enum frame_kind kind, char end) {
	const struct shell_place here = { lexer->line, lexer->at };

	if (lexer->depth == DEPTH) {
		lose(lexer, here);
		return NULL;
	}
	struct frame *frame = &lexer->frames[lexer->depth++];
	*frame = (struct frame) { .kind = kind, .end = end, .opened = here, .leading = kind == COMMANDS };
	return frame;
}

/** Begin a word, if none has begun. */
static struct frame *begin_word(struct lexer *lexer) {
	struct frame *frame = writer(lexer);

	if (!frame->word) {
		frame->word = frame->literal = true;
		frame->quoted = false;
		frame->word_start = frame->used;
		frame->word_source = lexer->at;
		frame->word_line = lexer->line;
	}
	return frame;
}

static void put(struct lexer *lexer, char c) {
	struct frame *frame = begin_word(lexer);

	/* A NUL for each word that is kept, and for one that is not, stays in reserve. */
	if (frame->used < sizeof frame->text - SHELL_WORDS - 1)
		frame->text[frame->used++] = c;
	else
		frame->literal = false;
}

/** The word stands for something that is not known. */
static void expand(struct lexer *lexer) {
	put(lexer, SHELL_OPEN);
	begin_word(lexer)->literal = false;
}

static bool is_one_of(const char *word, const char *const *list) {
	for (; *list; ++list)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/** What reserved words leave the next word in the place of a command. */
static bool is_reserved(const struct lexer *lexer, const char *word) {
	static const char *const posix[] = { "if",   "then", "elif", "else", "fi",   "while", "until",  "do",
		                             "done", "{",    "}",    "!",    "time", "esac",  "coproc", NULL };
	static const char *const csh[] = { "else", "then", NULL };
	static const char *const fish[] = {
		"if", "else", "while", "begin", "and", "or", "not", "!", "time", "end", NULL
	};
	return is_one_of(word, lexer->dialect == SHELL_POSIX ? posix : lexer->dialect == SHELL_CSH ? csh : fish);
}

/** Note where a function's body ends: where as much is open as was at its head. */
static void end_function(struct lexer *lexer) {
	if (lexer->depth == lexer->function_depth && top(lexer)->compounds == lexer->function_compounds)
		lexer->function[0] = '\0';
}

/** Count the compound commands that a word in the place of a command opens or closes. */
static void count_compounds(struct lexer *lexer, struct frame *frame, const char *word) {
	static const char *const openers[] = { "if", "while", "until", "for", "select", "case", "{", NULL };
	static const char *const closers[] = { "fi", "done", "esac", "}", NULL };

	if (is_one_of(word, openers))
		++frame->compounds;
	else if (frame->compounds && is_one_of(word, closers))
		--frame->compounds;
	else
		return;
	end_function(lexer);
}

/** A word in the place of a command.  Returns whether the grammar takes it. */
static bool take_reserved(struct lexer *lexer, struct frame *frame, const char *word) {
	if (lexer->dialect == SHELL_POSIX)
		count_compounds(lexer, frame, word);
	if (lexer->dialect == SHELL_POSIX && strcmp(word, "case") == 0) {
		frame->target = CASE_WORD;
		return true;
	}
	if (lexer->dialect == SHELL_POSIX && strcmp(word, "function") == 0) {
		frame->target = FUNCTION_NAME;
		return true;
	}
	if (lexer->dialect == SHELL_CSH && (strcmp(word, "if") == 0 || strcmp(word, "while") == 0)) {
		frame->expression = true;
		return true;
	}
	if (!is_reserved(lexer, word))
		return false;
	if (strcmp(word, "esac") == 0 && frame->cases)
		--frame->cases;
	return true;
}

static void keep_word(struct lexer *lexer, struct frame *frame) {
	struct shell_command *command = &frame->command;

	if (!command->nwords)
		command->line = frame->word_line;
	if (command->nwords < SHELL_WORDS) {
		frame->text[frame->used++] = '\0';
		command->words[command->nwords++] = (struct shell_word) {
			.text = frame->text + frame->word_start,
			.literal = frame->literal,
			.source = lexer->data + frame->word_source,
			.length = lexer->at - frame->word_source,
		};
	} else {
		frame->used = frame->word_start;
	}
	frame->leading = false;
}

/** Tell of the head of a function. */
static void tell_function(struct lexer *lexer, const char *name) {
	const struct shell_command command = {
		.line = lexer->line,
		.definition = true,
		.function = lexer->function[0] ? lexer->function : NULL,
		.nwords = 1,
		.words = { { .text = name, .literal = true, .source = lexer->data, .length = 0 } },
	};

	lexer->visit(&command, lexer->context);
	if (lexer->function[0] || strlen(name) >= sizeof lexer->function)
		return;
	memcpy(lexer->function, name, strlen(name) + 1);
	lexer->function_depth = lexer->depth;
	lexer->function_compounds = top(lexer)->compounds;
}

static void end_word(struct lexer *lexer) {
	struct frame *frame = top(lexer);

	if (!frame->word)
		return;
	frame->word = false;
	if (frame->kind == WORDS) {
		frame->used = 0;
		return;
	}
	char *word = frame->text + frame->word_start;
	frame->text[frame->used] = '\0';
	const enum target target = frame->target;
	frame->target = NO_TARGET;
	switch (target) {
	case HERE_DOCUMENT:
	case HERE_DOCUMENT_TABS:
		if (lexer->nhere == HERE_DOCUMENTS || strlen(word) >= sizeof lexer->here->delimiter) {
			lose(lexer, (struct shell_place) { lexer->line, lexer->at });
		} else {
			struct here_document *here = &lexer->here[lexer->nhere++];

			memcpy(here->delimiter, word, strlen(word) + 1);
			here->tabs = target == HERE_DOCUMENT_TABS;
			here->opened = (struct shell_place) { lexer->line, lexer->at };
		}
		break;
	case CASE_WORD:
		frame->target = CASE_IN;
		break;
	case CASE_IN:
		++frame->cases;
		frame->pattern = true;
		break;
	case REDIRECTION:
		break;
	case FUNCTION_NAME:
		tell_function(lexer, word);
		break;
	case NO_TARGET:
		if (frame->pattern) {
			if (!frame->quoted && strcmp(word, "esac") == 0) {
				--frame->cases;
				frame->pattern = false;
			}
			break;
		}
		if (frame->leading && !frame->quoted && take_reserved(lexer, frame, word))
			break;
		keep_word(lexer, frame);
		return;
	}
	frame->used = frame->word_start;
}

static void end_command(struct lexer *lexer) {
	struct frame *frame = top(lexer);

	end_word(lexer);
	frame->command.certain =
	        lexer->dialect == SHELL_POSIX && lexer->depth == 1 && !frame->compounds && !frame->joined;
	frame->command.function = lexer->function[0] ? lexer->function : NULL;
	if (frame->command.nwords) {
		lexer->visit(&frame->command, lexer->context);
		frame->joined = false;
	}
	frame->command.nwords = 0;
	frame->used = 0;
	frame->leading = true;
	frame->expression = false;
	/* "case x" and "in" may stand on lines of their own. */
	if (frame->target != CASE_IN)
		frame->target = NO_TARGET;
}

/** Skip the line at which the lexer is, its newline included.  Returns its length. */
static size_t skip_line(struct lexer *lexer) {
	const char *start = lexer->data + lexer->at;
	const size_t left = lexer->size - lexer->at;
	const char *newline = left ? memchr(start, '\n', left) : NULL;
	const size_t length = newline ? (size_t)(newline - start) : left;

	lexer->at += length + (newline != NULL);
	lexer->line += newline != NULL;
	return length;
}

/** Skip the here-documents that begin on the line at which the lexer is. */
static void skip_here_documents(struct lexer *lexer) {
	for (size_t i = 0; i < lexer->nhere; ++i) {
		const struct here_document *here = &lexer->here[i];
		const size_t size = strlen(here->delimiter);
		bool found = false;

		while (!found && lexer->at < lexer->size) {
			const char *line = lexer->data + lexer->at;
			size_t length = skip_line(lexer);

			for (; here->tabs && length && *line == '\t'; --length)
				++line;
			if (length == size + 1 && line[size] == '\r')
				--length;
			found = length == size && memcmp(line, here->delimiter, size) == 0;
		}
		/* Shells take the rest of the file for the document; whoever wrote it did not. */
		if (!found)
			lose(lexer, here->opened);
	}
	lexer->nhere = 0;
}

static void newline(struct lexer *lexer) {
	++lexer->at;
	++lexer->line;
	skip_here_documents(lexer);
}

/** What stands between single quotes, at the first of which the lexer is. */
static void single_quotes(struct lexer *lexer, bool escapes) {
	const struct shell_place opened = { lexer->line, lexer->at };
	struct frame *frame = begin_word(lexer);

	frame->quoted = true;
	if (escapes && lexer->dialect == SHELL_POSIX)
		frame->literal = false;
	for (++lexer->at; lexer->at < lexer->size; ++lexer->at) {
		const char c = peek(lexer, 0);

		if (c == '\'') {
			++lexer->at;
			return;
		}
		if (c == '\n') {
			/* csh has no strings of two lines: the quote is none. */
			if (lexer->dialect == SHELL_CSH)
				return;
			++lexer->line;
		}
		if (c == '\\' && escapes && lexer->at + 1 < lexer->size) {
			++lexer->at;
			lexer->line += peek(lexer, 0) == '\n';
		}
		put(lexer, peek(lexer, 0));
	}
	lose(lexer, opened);
}

/** What a dollar sign, at which the lexer is, begins. */
static void dollar(struct lexer *lexer) {
	const bool posix = lexer->dialect == SHELL_POSIX;
	const char next = peek(lexer, 1);

	if (posix && next == '\'' && top(lexer)->kind != QUOTE) {
		++lexer->at;
		single_quotes(lexer, true);
		return;
	}
	if (posix && next == '"' && top(lexer)->kind != QUOTE) {
		++lexer->at;
		return;
	}
	if (next == '(' && lexer->dialect != SHELL_CSH) {
		expand(lexer);
		if (posix && peek(lexer, 2) == '(') {
			lexer->at += 3;
			struct frame *frame = push(lexer, ARITHMETIC, ')');
			if (frame)
				frame->parentheses = 2;
			return;
		}
		lexer->at += 2;
		push(lexer, COMMANDS, ')');
		return;
	}
	if (next == '{' && lexer->dialect != SHELL_FISH) {
		expand(lexer);
		lexer->at += 2;
		push(lexer, PARAMETER, '}');
		return;
	}
	if (is_name(next) || (next && strchr("?#%$!*@-<", next))) {
		expand(lexer);
		lexer->at += 2;
		while (is_name(peek(lexer, 0)))
			++lexer->at;
		return;
	}
	put(lexer, '$');
	++lexer->at;
}

/** A backslash outside of quotes. */
static void escape(struct lexer *lexer) {
	const char next = peek(lexer, 1);

	if (next == '\n') {
		lexer->at += 2;
		++lexer->line;
		return;
	}
	/* A file of DOS: the carriage return is not what is escaped. */
	struct frame *frame = begin_word(lexer);
	frame->quoted = true;
	if (lexer->at + 1 < lexer->size)
		put(lexer, next);
	lexer->at += lexer->at + 1 < lexer->size ? 2 : 1;
}

/** Leave a frame that is part of a word, or a subshell. */
static void pop(struct lexer *lexer) {
	const bool within_word = top(lexer)->within_word;

	--lexer->depth;
	if (within_word)
		expand(lexer);
}

/** Enter a substitution or an array that is part of a word. */
static void enter(struct lexer *lexer, enum frame_kind kind, char end, size_t length) {
	expand(lexer);
	lexer->at += length;
	struct frame *frame = push(lexer, kind, end);
	if (frame)
		frame->within_word = true;
}

static void in_quote(struct lexer *lexer) {
	const char c = peek(lexer, 0), next = peek(lexer, 1);

	if (c == '"') {
		++lexer->at;
		--lexer->depth;
	} else if (c == '\\' && lexer->dialect != SHELL_CSH && lexer->at + 1 < lexer->size) {
		lexer->at += 2;
		if (next == '\n') {
			++lexer->line;
			return;
		}
		if (!strchr("$`\"\\", next))
			put(lexer, '\\');
		put(lexer, next);
	} else if (c == '`' && lexer->dialect != SHELL_FISH) {
		enter(lexer, COMMANDS, '`', 1);
	} else if (c == '$') {
		dollar(lexer);
	} else if (c == '\n' && lexer->dialect == SHELL_CSH && lexer->data[lexer->at - 1] != '\\') {
		--lexer->depth;
	} else {
		lexer->line += c == '\n';
		put(lexer, c);
		++lexer->at;
	}
}

/** In ${…}, $((…)). */
static void in_expression(struct lexer *lexer) {
	struct frame *frame = top(lexer);
	const char c = peek(lexer, 0);
	const bool quoted = lexer->frames[lexer->depth - 2].kind == QUOTE;

	if (frame->kind == PARAMETER && c == '}') {
		++lexer->at;
		--lexer->depth;
	} else if (frame->kind == ARITHMETIC && c == ')') {
		++lexer->at;
		if (--frame->parentheses)
			return;
		/* "((" may have been two subshells after all. */
		if (frame->command_form && has_umask(lexer, frame->opened.offset, lexer->at))
			lose(lexer, frame->opened);
		--lexer->depth;
	} else if (frame->kind == ARITHMETIC && c == '(') {
		++frame->parentheses;
		++lexer->at;
	} else if (c == '\\') {
		lexer->line += peek(lexer, 1) == '\n';
		lexer->at += lexer->at + 1 < lexer->size ? 2 : 1;
	} else if (c == '\'' && !quoted) {
		single_quotes(lexer, false);
	} else if (c == '"') {
		++lexer->at;
		push(lexer, QUOTE, '"');
	} else if (c == '`') {
		enter(lexer, COMMANDS, '`', 1);
	} else if (c == '$') {
		dollar(lexer);
	} else {
		lexer->line += c == '\n';
		++lexer->at;
	}
}

/** A redirection, at whose "<" or ">" the lexer is. */
static void redirection(struct lexer *lexer) {
	struct frame *frame = top(lexer);
	const bool here = lexer->dialect != SHELL_FISH && peek(lexer, 0) == '<' && peek(lexer, 1) == '<';
	bool digits = frame->word && !frame->quoted && frame->literal;

	for (size_t i = frame->word_start; digits && i < frame->used; ++i)
		digits = frame->text[i] >= '0' && frame->text[i] <= '9';
	if (digits) {
		/* The number of a descriptor. */
		frame->word = false;
		frame->used = frame->word_start;
	}
	end_word(lexer);
	if (peek(lexer, 1) == '(' && lexer->dialect == SHELL_POSIX) {
		enter(lexer, COMMANDS, ')', 2);
		return;
	}
	if (here && peek(lexer, 2) != '<') {
		const bool tabs = lexer->dialect == SHELL_POSIX && peek(lexer, 2) == '-';

		frame->target = tabs ? HERE_DOCUMENT_TABS : HERE_DOCUMENT;
		lexer->at += tabs ? 3 : 2;
		return;
	}
	frame->target = REDIRECTION;
	do
		++lexer->at;
	while (peek(lexer, 0) && strchr("<>&|!", peek(lexer, 0)));
}

static void open_parenthesis(struct lexer *lexer) {
	struct frame *frame = top(lexer);
	const bool posix = lexer->dialect == SHELL_POSIX;

	if (lexer->dialect == SHELL_FISH) {
		enter(lexer, COMMANDS, ')', 1);
		return;
	}
	if (frame->pattern && !frame->word) {
		++lexer->at;
		return;
	}
	const bool glued = frame->word;
	if (!glued && frame->leading && !frame->expression && !frame->pattern) {
		if (posix && peek(lexer, 1) == '(') {
			lexer->at += 2;
			struct frame *inner = push(lexer, ARITHMETIC, ')');
			if (inner) {
				inner->parentheses = 2;
				inner->command_form = true;
			}
			return;
		}
		++lexer->at;
		push(lexer, COMMANDS, ')');
		return;
	}
	size_t offset = 1;
	while (peek(lexer, offset) == ' ' || peek(lexer, offset) == '\t')
		++offset;
	if (posix && peek(lexer, offset) == ')' && (glued ? !frame->command.nwords : frame->command.nwords == 1)) {
		/* name(): the function's body follows. */
		if (glued)
			frame->text[frame->used] = '\0';
		tell_function(lexer, glued ? frame->text + frame->word_start : frame->command.words[0].text);
		frame->word = false;
		frame->command.nwords = 0;
		frame->used = 0;
		frame->leading = true;
		frame->target = NO_TARGET;
		lexer->at += offset + 1;
		return;
	}
	if (frame->expression) {
		++lexer->at;
		push(lexer, WORDS, ')');
		return;
	}
	enter(lexer, WORDS, ')', 1);
}

static void close_parenthesis(struct lexer *lexer) {
	struct frame *frame = top(lexer);

	if (frame->kind == COMMANDS && frame->pattern) {
		end_word(lexer);
		/* Unless that word was "esac", this is the pattern's own. */
		if (frame->pattern) {
			++lexer->at;
			frame->pattern = false;
			frame->leading = true;
			return;
		}
	}
	if (frame->kind == COMMANDS)
		end_command(lexer);
	else
		end_word(lexer);
	++lexer->at;
	if (frame->end != ')')
		return;
	pop(lexer);
	end_function(lexer);
	/* csh: after "if (…)" there is a command, or "then". */
	frame = top(lexer);
	if (frame->kind == COMMANDS && frame->expression) {
		frame->expression = false;
		frame->leading = true;
	}
}

/** ";", "&", "|" */
static void separator(struct lexer *lexer) {
	struct frame *frame = top(lexer);
	const char c = peek(lexer, 0), next = peek(lexer, 1);

	if (frame->pattern && c == '|') {
		end_word(lexer);
		++lexer->at;
		return;
	}
	if (c == '&' && next == '>' && lexer->dialect != SHELL_CSH) {
		end_word(lexer);
		++lexer->at;
		redirection(lexer);
		return;
	}
	const bool empty = !frame->word && !frame->command.nwords;
	end_command(lexer);
	/* The second of two comes by itself. */
	if (!empty)
		frame->joined = c == '|' || (c == '&' && next == '&');
	++lexer->at;
	if (frame->cases && c == ';' && (next == ';' || next == '&' || next == '|')) {
		frame->pattern = true;
		for (++lexer->at; peek(lexer, 0) == '&'; ++lexer->at)
			continue;
	}
}

/** In COMMANDS and WORDS. */
static void in_words(struct lexer *lexer) {
	struct frame *frame = top(lexer);
	const bool commands = frame->kind == COMMANDS;
	const char c = peek(lexer, 0);

	switch (c) {
	case ' ':
	case '\t':
	case '\r':
		end_word(lexer);
		++lexer->at;
		break;
	case '\n':
		if (commands && !frame->pattern)
			end_command(lexer);
		else
			end_word(lexer);
		newline(lexer);
		break;
	case '#':
		if (frame->word) {
			put(lexer, c);
			++lexer->at;
		} else {
			const char *end = memchr(lexer->data + lexer->at, '\n', lexer->size - lexer->at);

			lexer->at = end ? (size_t)(end - lexer->data) : lexer->size;
		}
		break;
	case '\\':
		escape(lexer);
		break;
	case '\'':
		single_quotes(lexer, lexer->dialect == SHELL_FISH);
		break;
	case '"':
		begin_word(lexer)->quoted = true;
		++lexer->at;
		push(lexer, QUOTE, '"');
		break;
	case '`':
		if (lexer->dialect == SHELL_FISH) {
			put(lexer, c);
			++lexer->at;
		} else if (frame->end == '`') {
			end_command(lexer);
			++lexer->at;
			pop(lexer);
		} else {
			enter(lexer, COMMANDS, '`', 1);
		}
		break;
	case '$':
		dollar(lexer);
		break;
	case '(':
		open_parenthesis(lexer);
		break;
	case ')':
		close_parenthesis(lexer);
		break;
	case ';':
	case '&':
	case '|':
		if (commands) {
			separator(lexer);
		} else {
			end_word(lexer);
			++lexer->at;
		}
		break;
	case '<':
	case '>':
		if (commands && !frame->pattern) {
			redirection(lexer);
		} else {
			end_word(lexer);
			++lexer->at;
		}
		break;
	case '*':
	case '?':
	case '[':
		put(lexer, c);
		/* "[" is a command, and a glob only within a longer word; no difference for what is literal here. */
		frame->literal = frame->literal && c == '[';
		++lexer->at;
		break;
	default:
		put(lexer, c);
		++lexer->at;
	}
}

struct shell_place parse_shell(const struct bytes *bytes, enum shell_dialect dialect, shell_visitor *visit,
                               void *context) {
	struct lexer lexer;

	/* The frames are set when they are entered: clearing all of them would cost more than most scripts. */
	lexer.data = bytes->data;
	lexer.size = bytes->size;
	lexer.at = 0;
	lexer.line = 1;
	lexer.dialect = dialect;
	lexer.visit = visit;
	lexer.context = context;
	lexer.depth = 0;
	lexer.lost = (struct shell_place) { 0 };
	lexer.nhere = 0;
	lexer.function[0] = '\0';
	push(&lexer, COMMANDS, '\0');
	while (lexer.at < lexer.size && !lexer.lost.line) {
		switch (top(&lexer)->kind) {
		case COMMANDS:
		case WORDS:
			in_words(&lexer);
			break;
		case QUOTE:
			in_quote(&lexer);
			break;
		case PARAMETER:
		case ARITHMETIC:
			in_expression(&lexer);
			break;
		}
	}
	if (lexer.depth > 1)
		lose(&lexer, lexer.frames[1].opened);
	for (; lexer.depth; --lexer.depth)
		if (top(&lexer)->kind == COMMANDS)
			end_command(&lexer);
	return lexer.lost;
}

bool shell_reads(const struct bytes *bytes) {
	const char *at = bytes->data;
	size_t left = bytes->size;

	if (left < 2 || at[0] != '#' || at[1] != '!')
		return true;
	const char *newline = memchr(at, '\n', left);
	const size_t length = newline ? (size_t)(newline - at) : left;
	for (size_t i = 2; i + 1 < length; ++i)
		if (at[i] == 's' && at[i + 1] == 'h' && (i + 2 == length || !is_name(at[i + 2])))
			return true;
	/* init-d-script(5) is a script for sh. */
	static const char library[] = "init-d-script";
	return memmem(at, length, library, sizeof library - 1) != NULL;
}

struct collector {
	struct arena *arena;
	enum shell_dialect dialect;
	/** Whether these are commands of an "eval". */
	bool evaluated;
	struct shell_umask *list;
	size_t count;
	bool full;
};

static void add(struct collector *collector, struct shell_umask umask) {
	if (collector->count == SHELL_UMASK_LIMIT) {
		collector->full = true;
		return;
	}
	collector->list = arena_grow(collector->arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] = umask;
}

static bool is_assignment(const char *text) {
	const char *at = text;

	while (is_name(*at))
		++at;
	return at > text && *at == '=';
}

/** Whether an option of umask says only how to print it. */
static bool is_print_option(const char *text) {
	if (text_starts(text, "--"))
		return true;
	return *text == '-' && text[1] && text[1 + strspn(text + 1, "Sp")] == '\0';
}

static shell_visitor visit_umask;

/** The words of "eval", from word on: commands if they are known, and not to be told if they are not. */
static void visit_eval(const struct shell_command *command, const struct shell_word *word,
                       struct collector *collector) {
	static const char name[] = "umask";
	const struct shell_word *const end = command->words + command->nwords;
	struct builder script = { .arena = collector->arena };
	bool literal = command->nwords < SHELL_WORDS, named = false;

	for (; word < end; ++word) {
		literal = literal && word->literal;
		named = named || memmem(word->source, word->length, name, sizeof name - 1);
		builder_text(&script, word->text);
		builder_text(&script, " ");
	}
	if (!named)
		return;
	const char *text = builder_string(&script);
	const struct bytes bytes = { .data = text, .size = strlen(text) };
	/* One within another is not looked into. */
	struct collector inner = { .arena = collector->arena, .dialect = collector->dialect, .evaluated = true };
	struct shell_place lost = { 0 };
	if (literal && !collector->evaluated)
		lost = parse_shell(&bytes, collector->dialect, visit_umask, &inner);
	if (!literal || collector->evaluated || lost.line)
		add(collector, (struct shell_umask) {
		                       .line = command->line,
		                       .operand = "",
		                       .unknown = "what eval runs is known only when it runs: umask may be in it",
		               });
	for (size_t i = 0; i < inner.count; ++i) {
		inner.list[i].line = command->line;
		add(collector, inner.list[i]);
	}
}

static void visit_umask(const struct shell_command *command, void *context) {
	const struct shell_word *word = command->words, *const end = word + command->nwords;
	struct collector *collector = context;

	if (command->definition)
		return;
	while (word < end && is_assignment(word->text))
		++word;
	while (word < end && word->literal &&
	       (strcmp(word->text, "command") == 0 || strcmp(word->text, "builtin") == 0))
		++word;
	if (word < end && word->literal && strcmp(word->text, "eval") == 0)
		visit_eval(command, word + 1, collector);
	if (word == end || !word->literal || strcmp(word->text, "umask") != 0)
		return;
	++word;
	while (word < end && word->literal && is_print_option(word->text))
		++word;
	if (word == end)
		return;
	struct shell_umask umask = {
		.line = command->line,
		.operand = arena_bytes(collector->arena, word->source, word->length < 64 ? word->length : 64),
	};
	if (!word->literal)
		umask.unknown = "its operand is known only when it runs";
	else if (!umask_operand(word->text, &umask.change))
		umask.unknown = "its operand is no umask that could be told from here";
	else
		umask.operand = arena_copy(collector->arena, word->text);
	add(collector, umask);
}

int parse_shell_umasks(const struct bytes *bytes, enum shell_dialect dialect, struct arena *arena,
                       const struct shell_umask **umasks) {
	static const struct shell_umask none[] = { { 0 } };
	static const char name[] = "umask";
	struct collector collector = { .arena = arena, .dialect = dialect };

	*umasks = none;
	const struct shell_place lost = parse_shell(bytes, dialect, visit_umask, &collector);
	if (lost.line && memmem(bytes->data + lost.offset, bytes->size - lost.offset, name, sizeof name - 1))
		add(&collector, (struct shell_umask) {
		                        .line = lost.line,
		                        .operand = "",
		                        .unknown = "what is opened here has no end, or is nested too deeply: umask may "
		                                   "stand behind it",
		                });
	if (collector.count)
		*umasks = collector.list;
	return collector.full ? -E2BIG : 0;
}
