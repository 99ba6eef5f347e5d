#include "lex_shell.h"

#include <string.h>

// What nests is counted, and not followed below DEEPEST.
// NOLINTBEGIN(misc-no-recursion)

/** How deep substitutions and blocks may lie in each other; the most commands of a file. */
enum { DEEPEST = 24, MOST_BLOCKS = 256, MOST_HEREDOCS = 16, MOST_STEPS = 300000, MOST_FRAMES = 300000 };

struct heredoc {
	size_t at, end;
	bool strip;
};

/** The command that is being read. */
struct pending {
	struct shell_span *words;
	struct shell_redirection *redirections;
	struct shell_assignment *assignments;
	size_t nwords, nredirections, nassignments;
	size_t at, end;
	unsigned line;
	uint32_t closes;
};

struct reader {
	struct shell_code *code;
	struct arena *arena;
	const char *data;
	size_t at, end;
	unsigned line, depth;
	struct heredoc heredocs[MOST_HEREDOCS];
	unsigned nheredocs;
};

/** A list of commands: a file, or what a substitution holds. */
struct list {
	uint32_t stack[MOST_BLOCKS];
	unsigned height;
	struct pending pending;
	enum shell_separator before;
	/** The name of the function whose body comes next. */
	struct shell_span function;
	/** Reading the pattern of a case. */
	bool pattern;
};

static void read_list(struct reader *reader, uint32_t frame, char stop);

static char peek(const struct reader *reader, size_t ahead) {
	return reader->at + ahead < reader->end ? reader->data[reader->at + ahead] : '\0';
}

static bool is_one_of(char byte, const char *set) {
	return byte && strchr(set, byte);
}

static bool is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_';
}

/* Frames */

static uint32_t add_frame(struct reader *reader, enum shell_block_kind kind, uint32_t parent) {
	struct shell_code *code = reader->code;

	lex_look(&code->lex, 1);
	code->lex.truncated |= code->nframes == MOST_FRAMES;
	if (code->lex.truncated)
		return parent;
	code->frames = arena_grow(reader->arena, code->frames, code->nframes, sizeof *code->frames);
	code->frames[code->nframes] = (struct shell_frame) {
		.kind = kind,
		.parent = parent,
		.function = code->nframes ? code->frames[parent].function : 0,
		.first = (uint32_t)code->nsteps,
		.end = UINT32_MAX,
		.at = (uint32_t)reader->at,
	};
	return (uint32_t)code->nframes++;
}

static uint32_t top(const struct list *list) {
	return list->stack[list->height - 1];
}

static void push(struct reader *reader, struct list *list, enum shell_block_kind kind) {
	const uint32_t frame = add_frame(reader, kind, top(list));

	reader->code->frames[frame].before = list->before;
	if (list->function.end && (kind == SHELL_GROUP || kind == SHELL_SUBSHELL)) {
		reader->code->frames[frame].function = frame;
		reader->code->frames[frame].name = list->function;
		list->function = (struct shell_span) { 0 };
	}
	if (list->height < MOST_BLOCKS)
		list->stack[list->height++] = frame;
	list->before = SHELL_END;
}

/** Leave the innermost frame of one of two kinds, and all in it; false if there is none. */
static bool pop(struct reader *reader, struct list *list, enum shell_block_kind kind, enum shell_block_kind other) {
	unsigned height = list->height;

	while (height > 1 && reader->code->frames[list->stack[height - 1]].kind != kind &&
	       reader->code->frames[list->stack[height - 1]].kind != other)
		--height;
	if (height <= 1)
		return false;
	while (list->height >= height)
		reader->code->frames[list->stack[--list->height]].end = (uint32_t)reader->code->nsteps;
	return true;
}

static bool is_in(const struct reader *reader, const struct list *list, enum shell_block_kind kind) {
	return reader->code->frames[top(list)].kind == kind;
}

/* Commands */

static void finish(struct reader *reader, struct list *list, enum shell_separator after) {
	struct shell_code *code = reader->code;
	struct pending *pending = &list->pending;

	if (pending->closes)
		code->frames[pending->closes - 1].after = after;
	if ((pending->nwords || pending->nredirections || pending->nassignments || pending->closes) &&
	    code->nsteps < MOST_STEPS && !code->lex.truncated) {
		code->steps = arena_grow(reader->arena, code->steps, code->nsteps, sizeof *code->steps);
		code->steps[code->nsteps++] = (struct shell_step) {
			.whole = { (uint32_t)pending->at, (uint32_t)pending->end, pending->line },
			.words = pending->words,
			.redirections = pending->redirections,
			.assignments = pending->assignments,
			.nwords = (uint32_t)pending->nwords,
			.nredirections = (uint32_t)pending->nredirections,
			.nassignments = (uint32_t)pending->nassignments,
			.block = top(list),
			.before = list->before,
			.after = after,
			.closes = pending->closes,
		};
	}
	code->lex.truncated |= code->nsteps == MOST_STEPS || lex_is_full(&code->lex);
	*pending = (struct pending) { 0 };
	list->before = after;
}

static void touch(struct reader *reader, struct pending *pending, size_t at, unsigned line) {
	if (!pending->line) {
		pending->at = at;
		pending->line = line;
	}
	pending->end = reader->at;
}

/* Words */

size_t shell_skip_quotes(const char *data, size_t at, size_t end) {
	const char quote = data[at++];

	while (at < end && data[at] != quote)
		at += data[at] == '\\' && quote != '\'' ? 2 : 1;
	return at < end ? at + 1 : end;
}

size_t shell_skip_braces(const char *data, size_t at, size_t end) {
	unsigned depth = 0;

	while (at < end) {
		const char byte = data[at];

		if (byte == '\\') {
			at += 2;
		} else if (byte == '"' || (byte == '\'' && depth > 0)) {
			/* A lone quote inside braces is often text: it must close before the line does. */
			const size_t close = shell_skip_quotes(data, at, end);

			at = memchr(data + at, '\n', close - at) ? at + 1 : close;
		} else {
			depth += byte == '{';
			++at;
			if (byte == '}' && --depth == 0)
				return at;
		}
	}
	return end;
}

static void count_lines(struct reader *reader, size_t from) {
	for (const char *at = reader->data + from, *end = reader->data + reader->at;
	     at < end && (at = memchr(at, '\n', (size_t)(end - at))); ++at)
		++reader->line;
}

/** A substitution at the reader's place: "$(", "<(" or "`". */
static void read_substitution(struct reader *reader, uint32_t parent, size_t skip) {
	struct shell_code *code = reader->code;
	const bool ticks = peek(reader, 0) == '`';
	size_t limit = reader->end;

	code->lex.truncated |= reader->depth >= DEEPEST || code->nframes == MOST_FRAMES;
	if (code->lex.truncated) {
		reader->at += skip;
		return;
	}
	const uint32_t frame = add_frame(reader, SHELL_SUBSTITUTION, parent);
	code->substitutions =
	        arena_grow(reader->arena, code->substitutions, code->nsubstitutions, sizeof *code->substitutions);
	code->substitutions[code->nsubstitutions++] = frame;
	if (ticks) {
		for (limit = reader->at + 1; limit < reader->end && reader->data[limit] != '`'; ++limit)
			limit += reader->data[limit] == '\\';
		if (limit > reader->end)
			limit = reader->end;
	}
	const size_t end = reader->end;
	struct heredoc heredocs[MOST_HEREDOCS];
	const unsigned nheredocs = reader->nheredocs;
	memcpy(heredocs, reader->heredocs, sizeof heredocs);
	reader->nheredocs = 0;
	reader->end = limit;
	reader->at += skip;
	++reader->depth;
	read_list(reader, frame, ticks ? '\0' : ')');
	--reader->depth;
	reader->end = end;
	reader->nheredocs = nheredocs;
	memcpy(reader->heredocs, heredocs, sizeof heredocs);
	if (ticks)
		reader->at = limit;
	if (reader->at < end)
		++reader->at;
	code->frames[frame].end = (uint32_t)code->nsteps;
	/* Where it ends: the words that hold it know. */
	code->frames[frame].name.end = (uint32_t)reader->at;
}

/** "$((": to behind its end. */
static void skip_arithmetic(struct reader *reader) {
	const size_t from = reader->at;
	unsigned depth = 0;

	for (; reader->at < reader->end; ++reader->at) {
		depth += peek(reader, 0) == '(';
		if (peek(reader, 0) == ')' && --depth == 0) {
			++reader->at;
			break;
		}
	}
	count_lines(reader, from);
}

static void read_dollar(struct reader *reader, uint32_t parent) {
	const size_t from = reader->at;

	if (peek(reader, 1) == '(' && peek(reader, 2) == '(') {
		++reader->at;
		skip_arithmetic(reader);
	} else if (peek(reader, 1) == '(') {
		read_substitution(reader, parent, 2);
	} else if (peek(reader, 1) == '{') {
		/* Substitutions in it, too. */
		const size_t close = shell_skip_braces(reader->data, from, reader->end);

		reader->at += 2;
		while (reader->at < close) {
			if (peek(reader, 0) == '`' ||
			    (peek(reader, 0) == '$' && peek(reader, 1) == '(' && peek(reader, 2) != '('))
				read_substitution(reader, parent, peek(reader, 0) == '`' ? 1 : 2);
			else if (reader->data[reader->at++] == '\n')
				++reader->line;
		}
		if (reader->at < close)
			reader->at = close;
	} else {
		reader->at += reader->at + 1 < reader->end ? 2 : 1;
		/* "$'": what stands in it has escapes. */
		if (reader->data[reader->at - 1] == '\'' && reader->at - from == 2) {
			for (; reader->at < reader->end && peek(reader, 0) != '\''; ++reader->at)
				reader->at += peek(reader, 0) == '\\';
			reader->at += reader->at < reader->end;
			count_lines(reader, from);
		} else if (reader->data[reader->at - 1] == '"' || reader->data[reader->at - 1] == ' ' ||
		           reader->data[reader->at - 1] == '\n') {
			--reader->at;
		}
	}
}

static void read_double_quotes(struct reader *reader, uint32_t parent) {
	const unsigned line = reader->line;

	++reader->at;
	while (reader->at < reader->end && peek(reader, 0) != '"') {
		const char byte = peek(reader, 0);

		if (byte == '\\') {
			reader->line += peek(reader, 1) == '\n';
			reader->at += 2;
		} else if (byte == '`') {
			read_substitution(reader, parent, 1);
		} else if (byte == '$') {
			read_dollar(reader, parent);
		} else {
			reader->line += byte == '\n';
			++reader->at;
		}
	}
	if (reader->at >= reader->end) {
		reader->at = reader->end;
		if (!reader->code->lex.open) {
			reader->code->lex.open = "a string";
			reader->code->lex.open_line = line;
		}
	} else {
		++reader->at;
	}
}

/** Behind the parenthesis that closes the one here: of a pattern, or a list of words. */
static void skip_parentheses(struct reader *reader) {
	const size_t from = reader->at;
	unsigned depth = 0;

	while (reader->at < reader->end) {
		const char byte = peek(reader, 0);

		if (byte == '\'' || byte == '"') {
			reader->at = shell_skip_quotes(reader->data, reader->at, reader->end);
			continue;
		}
		++reader->at;
		depth += byte == '(';
		if (byte == '\\')
			++reader->at;
		else if (byte == ')' && --depth == 0)
			break;
	}
	if (reader->at > reader->end)
		reader->at = reader->end;
	count_lines(reader, from);
}

static struct shell_span read_word(struct reader *reader, uint32_t parent) {
	struct shell_span word = { (uint32_t)reader->at, 0, reader->line };

	while (reader->at < reader->end) {
		const char byte = peek(reader, 0), before = reader->at > word.at ? reader->data[reader->at - 1] : '\0';

		if (is_one_of(byte, " \t\n;&|<>)\r")) {
			if (byte == '\r' && peek(reader, 1) != '\n') {
				++reader->at;
				continue;
			}
			break;
		}
		if (byte == '(') {
			if (!is_one_of(before, "?*+@!=") || reader->at == word.at)
				break;
			skip_parentheses(reader);
		} else if (byte == '\\') {
			reader->line += peek(reader, 1) == '\n';
			reader->at += 2;
		} else if (byte == '\'') {
			const size_t from = reader->at;

			reader->at = shell_skip_quotes(reader->data, from, reader->end);
			count_lines(reader, from);
		} else if (byte == '"') {
			read_double_quotes(reader, parent);
		} else if (byte == '`') {
			read_substitution(reader, parent, 1);
		} else if (byte == '$') {
			read_dollar(reader, parent);
		} else {
			++reader->at;
		}
	}
	if (reader->at > reader->end)
		reader->at = reader->end;
	word.end = (uint32_t)reader->at;
	return word;
}

/* Here-documents */

static void begin_heredoc(struct reader *reader, bool strip) {
	while (peek(reader, 0) == ' ' || peek(reader, 0) == '\t')
		++reader->at;
	const size_t from = reader->at;
	while (reader->at < reader->end && !is_one_of(peek(reader, 0), " \t\n;&|<>()")) {
		if (peek(reader, 0) == '\'' || peek(reader, 0) == '"')
			reader->at = shell_skip_quotes(reader->data, reader->at, reader->end);
		else
			++reader->at;
	}
	if (reader->nheredocs < MOST_HEREDOCS)
		reader->heredocs[reader->nheredocs++] = (struct heredoc) { from, reader->at, strip };
}

/** Whether a line is the word that ends a here-document, which may be quoted. */
static bool is_delimiter(const struct reader *reader, const struct heredoc *heredoc, const char *line, size_t length) {
	size_t at = 0;

	while (heredoc->strip && at < length && line[at] == '\t')
		++at;
	if (length > at && line[length - 1] == '\r')
		--length;
	for (size_t i = heredoc->at; i < heredoc->end; ++i) {
		if (is_one_of(reader->data[i], "'\"\\\r"))
			continue;
		if (at >= length || line[at++] != reader->data[i])
			return false;
	}
	return at == length;
}

/** Whether it is one of the names, whatever its directory. */
static bool is_named(const struct reader *reader, struct shell_span word, const char *const *names) {
	const char *slash = memrchr(reader->data + word.at, '/', word.end - word.at);
	const size_t at = slash ? (size_t)(slash + 1 - reader->data) : word.at;

	lex_look(&reader->code->lex, word.end - word.at + 1);
	for (; *names; ++names)
		if (word.end - at == strlen(*names) && memcmp(reader->data + at, *names, word.end - at) == 0)
			return true;
	return false;
}

static bool is_option(const struct reader *reader, struct shell_span word) {
	return word.end > word.at && reader->data[word.at] == '-';
}

/** The word of a command behind those that only run the rest: sudo -u USER, env NAME=VALUE. */
static uint32_t command_word(const struct reader *reader, const struct shell_step *step) {
	static const char *const prefixes[] = { "sudo", "env",  "nice",   "nohup",  "command", "exec",
		                                "doas", "time", "ionice", "setsid", NULL };
	uint32_t at = 0;

	while (at < step->nwords && is_named(reader, step->words[at], prefixes))
		for (++at; at < step->nwords; ++at) {
			const struct shell_span word = step->words[at];

			if (is_option(reader, word))
				at += word.end == word.at + 2 && strchr("ugnckpCU", reader->data[word.at + 1]);
			else if (!memchr(reader->data + word.at, '=', word.end - word.at))
				break;
		}
	return at;
}

/** Whether a command is a shell whose commands come from its input: bash, sudo sh -s WORD, su - USER. */
static bool reads_commands(const struct reader *reader, const struct shell_step *step) {
	static const char *const shells[] = { "sh", "bash", "dash", "ksh", "zsh", "ash", NULL };
	static const char *const logins[] = { "su", "runuser", "at", "batch", NULL };
	const uint32_t first = command_word(reader, step);
	const bool shell = first < step->nwords && is_named(reader, step->words[first], shells);

	if (!shell && (first >= step->nwords || !is_named(reader, step->words[first], logins)))
		return false;
	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const struct shell_span word = step->words[i];
		const bool option = is_option(reader, word), letters = option && reader->data[word.at + 1] != '-';

		lex_look(&reader->code->lex, 1);
		/* A command, or a script, of its own. */
		if ((letters && memchr(reader->data + word.at, 'c', word.end - word.at)) || (shell && !option))
			return false;
		/* Behind that are only arguments. */
		if (shell && letters && memchr(reader->data + word.at, 's', word.end - word.at))
			break;
	}
	return true;
}

/** Whether what a here-document holds is run: a shell's own, or that of a cat whose output a shell reads. */
static bool is_run(const struct reader *reader, const struct heredoc *heredoc) {
	static const char *const printing[] = { "cat", NULL };
	const struct shell_code *code = reader->code;
	size_t i = code->nsteps;

	while (i > 0 && code->steps[i - 1].whole.at > heredoc->at) {
		lex_look(&code->lex, 1);
		--i;
	}
	if (!i || code->steps[i - 1].whole.end < heredoc->at)
		return false;
	const struct shell_step *step = &code->steps[i - 1];
	if (reads_commands(reader, step))
		return true;
	return step->nwords == 1 && is_named(reader, step->words[0], printing) && !step->nredirections &&
	       step->after == SHELL_PIPE && i < code->nsteps && reads_commands(reader, &code->steps[i]);
}

/** What a here-document holds up to end, as commands: a shell of its own. */
static void read_heredoc(struct reader *reader, struct list *list, size_t end) {
	struct shell_code *code = reader->code;
	const size_t after = reader->end;
	struct heredoc heredocs[MOST_HEREDOCS];
	const unsigned nheredocs = reader->nheredocs;

	code->lex.truncated |= reader->depth >= DEEPEST || code->nframes == MOST_FRAMES;
	if (code->lex.truncated)
		return;
	const uint32_t frame = add_frame(reader, SHELL_SUBSHELL, top(list));
	memcpy(heredocs, reader->heredocs, sizeof heredocs);
	reader->nheredocs = 0;
	reader->end = end;
	++reader->depth;
	read_list(reader, frame, '\0');
	--reader->depth;
	reader->end = after;
	reader->nheredocs = nheredocs;
	memcpy(reader->heredocs, heredocs, sizeof heredocs);
	code->frames[frame].end = (uint32_t)code->nsteps;
}

/** Behind the here-documents that begin here; the commands in those that a shell reads. */
static void read_heredocs(struct reader *reader, struct list *list) {
	for (unsigned i = 0; i < reader->nheredocs; ++i) {
		const unsigned line = reader->line;
		const size_t from = reader->at;
		size_t stops = from;
		bool found = false;

		while (reader->at < reader->end && !found) {
			const char *text = reader->data + reader->at;
			const char *stop = memchr(text, '\n', reader->end - reader->at);
			const size_t length = stop ? (size_t)(stop - text) : reader->end - reader->at;

			stops = reader->at;
			found = is_delimiter(reader, &reader->heredocs[i], text, length);
			reader->at += length + (stop != NULL);
			reader->line += stop != NULL;
		}
		if (!found && !reader->code->lex.open) {
			reader->code->lex.open = "a here-document";
			reader->code->lex.open_line = line;
		}
		if (!found || !is_run(reader, &reader->heredocs[i]))
			continue;
		const size_t behind = reader->at;
		const unsigned next = reader->line;

		reader->at = from;
		reader->line = line;
		read_heredoc(reader, list, stops);
		reader->at = behind;
		reader->line = next;
	}
	reader->nheredocs = 0;
}

/* Redirections */

/** At "<" or ">", or "&>": read all of it. */
static void read_redirection(struct reader *reader, struct list *list) {
	struct pending *pending = &list->pending;
	const size_t from = reader->at;
	const unsigned line = reader->line;
	const bool both = peek(reader, 0) == '&';
	enum shell_operator operator= SHELL_OUT;
	bool duplicates = false;

	reader->at += both;
	if (peek(reader, 0) == '<') {
		operator= SHELL_IN;
		++reader->at;
		if (peek(reader, 0) == '<' && peek(reader, 1) != '<') {
			const bool strip = peek(reader, 1) == '-';

			reader->at += strip ? 2 : 1;
			begin_heredoc(reader, strip);
			touch(reader, pending, from, line);
			return;
		}
		if (peek(reader, 0) == '<')
			reader->at += 2;
		else if (peek(reader, 0) == '>') {
			operator= SHELL_BOTH_WAYS;
			++reader->at;
		} else if (peek(reader, 0) == '&') {
			duplicates = true;
			++reader->at;
		}
	} else {
		++reader->at;
		if (peek(reader, 0) == '>') {
			operator= SHELL_APPEND;
			++reader->at;
		}
		/* zsh: ">!" is ">|". */
		if (peek(reader, 0) == '|' || (peek(reader, 0) == '!' && peek(reader, 1) == ' ')) {
			operator= operator== SHELL_OUT ? SHELL_CLOBBER : operator;
			++reader->at;
		} else if (peek(reader, 0) == '&') {
			duplicates = true;
			++reader->at;
		}
	}
	while (peek(reader, 0) == ' ' || peek(reader, 0) == '\t' ||
	       (peek(reader, 0) == '\\' && peek(reader, 1) == '\n')) {
		reader->line += peek(reader, 0) == '\\';
		reader->at += peek(reader, 0) == '\\' ? 2 : 1;
	}
	if (is_one_of(peek(reader, 0), "<>") && peek(reader, 1) == '(') {
		read_substitution(reader, top(list), 2);
		touch(reader, pending, from, line);
		return;
	}
	const struct shell_span target = read_word(reader, top(list));
	touch(reader, pending, from, line);
	if (reader->code->lex.truncated || target.end == target.at ||
	    (duplicates && is_one_of(reader->data[target.at], "0123456789-$")))
		return;
	pending->redirections =
	        arena_grow(reader->arena, pending->redirections, pending->nredirections, sizeof *pending->redirections);
	pending->redirections[pending->nredirections++] = (struct shell_redirection) { operator, target };
}

/* Lists */

static bool is_word(const struct reader *reader, struct shell_span word, const char *text) {
	return word.end - word.at == strlen(text) && memcmp(reader->data + word.at, text, strlen(text)) == 0;
}

/** The length of "name=" or "name+=" or "name[…]=" at the begin of a word, or 0. */
static size_t assignment_length(const struct reader *reader, struct shell_span word, bool *append, size_t *name) {
	size_t at = word.at;

	if (at >= word.end || (reader->data[at] >= '0' && reader->data[at] <= '9'))
		return 0;
	while (at < word.end && is_name_byte(reader->data[at]))
		++at;
	*name = at;
	if (at == word.at)
		return 0;
	if (at < word.end && reader->data[at] == '[') {
		const char *close = memchr(reader->data + at, ']', word.end - at);

		at = close ? (size_t)(close - reader->data) + 1 : word.end;
	}
	*append = at < word.end && reader->data[at] == '+';
	at += *append;
	return at < word.end && reader->data[at] == '=' ? at + 1 - word.at : 0;
}

static void add_word(struct reader *reader, struct list *list, struct shell_span word) {
	static const char *const declaring[] = { "export", "readonly", "local", "declare", "typeset", "integer", NULL };
	struct pending *pending = &list->pending;
	bool append = false, declares = false;
	size_t name = 0;
	const size_t length = assignment_length(reader, word, &append, &name);

	for (const char *const *row = declaring; *row && pending->nwords; ++row)
		declares |= is_word(reader, pending->words[0], *row);
	touch(reader, pending, word.at, word.line);
	lex_look(&reader->code->lex, 1);
	if (reader->code->lex.truncated)
		return;
	if (length && (!pending->nwords || declares)) {
		pending->assignments = arena_grow(reader->arena, pending->assignments, pending->nassignments,
		                                  sizeof *pending->assignments);
		pending->assignments[pending->nassignments++] = (struct shell_assignment) {
			.name = { word.at, (uint32_t)name, word.line },
			.value = { word.at + (uint32_t)length, word.end, word.line },
			.append = append,
		};
		return;
	}
	pending->words = arena_grow(reader->arena, pending->words, pending->nwords, sizeof *pending->words);
	pending->words[pending->nwords++] = word;
}

/** A compound command is over: what follows is its redirections and how it is joined. */
static void close_compound(struct reader *reader, struct list *list, uint32_t frame, unsigned line) {
	list->pending.closes = frame + 1;
	touch(reader, &list->pending, reader->at, line);
}

/** What a reserved word does at the begin of a command.  Returns whether it is one. */
static bool take_reserved(struct reader *reader, struct list *list, struct shell_span word) {
	const unsigned line = word.line;
	uint32_t frame;

	if (is_word(reader, word, "if")) {
		push(reader, list, SHELL_CONTAINER);
		push(reader, list, SHELL_CONDITION);
	} else if (is_word(reader, word, "while") || is_word(reader, word, "until")) {
		push(reader, list, SHELL_LOOP);
		push(reader, list, SHELL_CONDITION);
	} else if (is_word(reader, word, "for") || is_word(reader, word, "select")) {
		push(reader, list, SHELL_LOOP);
		/* Its words are no command: "for x in a b". */
		add_word(reader, list, word);
	} else if (is_word(reader, word, "then")) {
		if (pop(reader, list, SHELL_CONDITION, SHELL_CONDITION))
			push(reader, list, SHELL_BRANCH);
	} else if (is_word(reader, word, "elif")) {
		if (pop(reader, list, SHELL_BRANCH, SHELL_BRANCH))
			push(reader, list, SHELL_CONDITION);
	} else if (is_word(reader, word, "else")) {
		if (pop(reader, list, SHELL_BRANCH, SHELL_BRANCH))
			push(reader, list, SHELL_BRANCH);
	} else if (is_word(reader, word, "do")) {
		if (is_in(reader, list, SHELL_CONDITION))
			pop(reader, list, SHELL_CONDITION, SHELL_CONDITION);
		push(reader, list, SHELL_BRANCH);
	} else if (is_word(reader, word, "fi") || is_word(reader, word, "done")) {
		const enum shell_block_kind kind = is_word(reader, word, "fi") ? SHELL_CONTAINER : SHELL_LOOP;

		if (!pop(reader, list, kind, kind))
			return true;
		frame = list->stack[list->height];
		close_compound(reader, list, frame, line);
	} else if (is_word(reader, word, "{")) {
		push(reader, list, SHELL_GROUP);
	} else if (is_word(reader, word, "}")) {
		if (pop(reader, list, SHELL_GROUP, SHELL_GROUP))
			close_compound(reader, list, list->stack[list->height], line);
	} else if (is_word(reader, word, "case")) {
		push(reader, list, SHELL_CASE);
		add_word(reader, list, word);
	} else if (is_word(reader, word, "esac")) {
		if (pop(reader, list, SHELL_CASE, SHELL_CASE))
			close_compound(reader, list, list->stack[list->height], line);
		list->pattern = false;
	} else if (!is_word(reader, word, "!") && !is_word(reader, word, "time") && !is_word(reader, word, "coproc")) {
		return false;
	}
	return true;
}

static bool is_start(const struct pending *pending) {
	return !pending->nwords && !pending->nredirections && !pending->nassignments && !pending->closes;
}

/** Whether nothing but blanks follows on the line. */
static bool ends_line(const struct reader *reader) {
	size_t at = reader->at;

	while (at < reader->end && is_one_of(reader->data[at], " \t\r"))
		++at;
	return at >= reader->end || reader->data[at] == '\n' || reader->data[at] == '#';
}

/** A word at the reader's place, and what it means there. */
static void take_word(struct reader *reader, struct list *list) {
	struct pending *pending = &list->pending;
	const bool start = is_start(pending);
	const struct shell_span word = read_word(reader, top(list));

	if (word.end == word.at) {
		++reader->at;
		return;
	}
	if (start && take_reserved(reader, list, word))
		return;
	if (start && is_word(reader, word, "function")) {
		while (peek(reader, 0) == ' ' || peek(reader, 0) == '\t')
			++reader->at;
		list->function = read_word(reader, top(list));
		while (is_one_of(peek(reader, 0), " \t()"))
			++reader->at;
		return;
	}
	if (start && is_word(reader, word, "[[")) {
		const char *close = memmem(reader->data + reader->at, reader->end - reader->at, " ]]", 3);
		const size_t from = reader->at;

		add_word(reader, list, word);
		reader->at = close ? (size_t)(close - reader->data) + 3 : reader->end;
		count_lines(reader, from);
		return;
	}
	/* "name ()" begins a function. */
	if (start) {
		size_t at = reader->at;

		while (at < reader->end && is_one_of(reader->data[at], " \t"))
			++at;
		if (at + 1 < reader->end && reader->data[at] == '(') {
			for (++at; at < reader->end && is_one_of(reader->data[at], " \t");)
				++at;
			if (at < reader->end && reader->data[at] == ')') {
				list->function = word;
				reader->at = at + 1;
				return;
			}
		}
	}
	/* zsh needs no semicolon before it: { cp a b }. */
	if (!start && is_word(reader, word, "}") && is_in(reader, list, SHELL_GROUP) && ends_line(reader) &&
	    !memchr(reader->data + reader->code->frames[top(list)].at, '\n',
	            word.at - reader->code->frames[top(list)].at)) {
		finish(reader, list, SHELL_END);
		take_reserved(reader, list, word);
		return;
	}
	add_word(reader, list, word);
	/* "case WORD in": patterns come next. */
	if (pending->nwords == 3 && is_word(reader, pending->words[0], "case") && is_word(reader, word, "in")) {
		*pending = (struct pending) { 0 };
		list->pattern = true;
	}
}

/** The pattern of a case, up to its parenthesis. */
static void take_pattern(struct reader *reader, struct list *list) {
	if (is_one_of(peek(reader, 0), "(|")) {
		++reader->at;
		return;
	}
	if (peek(reader, 0) == ')') {
		++reader->at;
		list->pattern = false;
		push(reader, list, SHELL_ARM);
		return;
	}
	const struct shell_span word = read_word(reader, top(list));
	if (word.end == word.at)
		++reader->at;
	else if (is_word(reader, word, "esac"))
		take_reserved(reader, list, word);
}

/** One of ";", "&", "|" and what they make.  Returns false if it is none. */
static bool take_separator(struct reader *reader, struct list *list) {
	const char byte = peek(reader, 0), next = peek(reader, 1);

	if (byte == ';') {
		finish(reader, list, SHELL_END);
		reader->at += next == ';' || next == '&' ? 2 : 1;
		if ((next == ';' || next == '&') && pop(reader, list, SHELL_ARM, SHELL_ARM)) {
			reader->at += peek(reader, 0) == '&';
			list->pattern = true;
		}
	} else if (byte == '&' && next == '&') {
		finish(reader, list, SHELL_AND);
		reader->at += 2;
	} else if (byte == '&') {
		finish(reader, list, SHELL_BACKGROUND);
		++reader->at;
	} else if (byte == '|') {
		finish(reader, list, next == '|' ? SHELL_OR : SHELL_PIPE);
		reader->at += next == '|' || next == '&' ? 2 : 1;
	} else {
		return false;
	}
	return true;
}

static bool is_io_number(const struct reader *reader) {
	size_t at = reader->at;

	while (at < reader->end && reader->data[at] >= '0' && reader->data[at] <= '9')
		++at;
	return at > reader->at && at < reader->end && is_one_of(reader->data[at], "<>");
}

static void take_parenthesis(struct reader *reader, struct list *list) {
	const unsigned line = reader->line;

	if (peek(reader, 0) == '(' && peek(reader, 1) == '(' && is_start(&list->pending)) {
		skip_arithmetic(reader);
		close_compound(reader, list, top(list), line);
		list->pending.closes = 0;
	} else if (peek(reader, 0) == '(') {
		++reader->at;
		finish(reader, list, SHELL_END);
		push(reader, list, SHELL_SUBSHELL);
	} else {
		finish(reader, list, SHELL_END);
		++reader->at;
		if (pop(reader, list, SHELL_SUBSHELL, SHELL_SUBSHELL))
			close_compound(reader, list, list->stack[list->height], line);
	}
}

static void take_newline(struct reader *reader, struct list *list) {
	const enum shell_separator before = list->before;
	const bool joined = is_start(&list->pending) && before != SHELL_END;

	++reader->at;
	++reader->line;
	if (!joined)
		finish(reader, list, SHELL_END);
	read_heredocs(reader, list);
}

static void read_list(struct reader *reader, uint32_t frame, char stop) {
	struct list whole = { 0 }, *list = &whole;

	list->stack[list->height++] = frame;
	while (reader->at < reader->end) {
		const char byte = peek(reader, 0);

		if (byte == stop && list->height == 1 && !list->pattern)
			break;
		if (byte == stop && !is_in(reader, list, SHELL_SUBSHELL) && !list->pattern && stop) {
			/* A keyword is missing, or was none: the substitution ends all the same. */
			break;
		}
		if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v' || byte == '\0') {
			++reader->at;
		} else if (byte == '\\' &&
		           (peek(reader, 1) == '\n' || (peek(reader, 1) == '\r' && peek(reader, 2) == '\n'))) {
			reader->at += peek(reader, 1) == '\n' ? 2 : 3;
			++reader->line;
		} else if (byte == '\n') {
			take_newline(reader, list);
		} else if (byte == '#') {
			const char *end = memchr(reader->data + reader->at, '\n', reader->end - reader->at);
			const size_t to = end ? (size_t)(end - reader->data) : reader->end;

			lex_comment(&reader->code->lex, reader->data + reader->at, to - reader->at, reader->line);
			reader->at = to;
		} else if (list->pattern) {
			take_pattern(reader, list);
		} else if (byte == '&' && peek(reader, 1) == '>') {
			read_redirection(reader, list);
		} else if (take_separator(reader, list)) {
			continue;
		} else if (byte == '<' || byte == '>') {
			if (peek(reader, 1) == '(')
				read_substitution(reader, top(list), 2);
			else
				read_redirection(reader, list);
		} else if (byte == '(' || byte == ')') {
			take_parenthesis(reader, list);
		} else if (is_io_number(reader)) {
			while (!is_one_of(peek(reader, 0), "<>"))
				++reader->at;
		} else {
			take_word(reader, list);
		}
	}
	finish(reader, list, SHELL_END);
	while (list->height > 1)
		reader->code->frames[list->stack[--list->height]].end = (uint32_t)reader->code->nsteps;
}

void lex_shell(struct shell_code *code) {
	struct lex *lex = &code->lex;
	struct reader *reader = arena_alloc(lex->arena, sizeof *reader);

	*reader = (struct reader) { .code = code, .arena = lex->arena, .data = lex->data, .end = lex->size, .line = 1 };
	const uint32_t file = add_frame(reader, SHELL_FILE, 0);
	/* A parenthesis too many ends nothing. */
	read_list(reader, file, '\0');
	shell_close(code);
}

void shell_close(struct shell_code *code) {
	/* Of blocks within too many others nobody has seen the end, either. */
	for (size_t i = 0; i < code->nframes; ++i)
		if (code->frames[i].end > code->nsteps)
			code->frames[i].end = (uint32_t)code->nsteps;
}

uint32_t shell_substitution(const struct shell_code *code, size_t at) {
	size_t low = 0, high = code->nsubstitutions;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (code->frames[code->substitutions[middle]].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < code->nsubstitutions && code->frames[code->substitutions[low]].at == at ? code->substitutions[low]
	                                                                                     : 0;
}

// NOLINTEND(misc-no-recursion)
