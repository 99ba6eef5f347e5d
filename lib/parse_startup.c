#include "parse_startup.h"

#include "shell_value.h"
#include "text.h"

#include <errno.h>
#include <string.h>

static const char open_mark[] = { SHELL_OPEN, '\0' };

/** How many functions, and calls of one by another, are remembered. */
#define FUNCTIONS ((size_t)256)

struct function {
	const char *name;
	/** Whether the script calls it as it is read, itself or by way of other functions. */
	bool called;
};

struct call {
	const struct function *caller;
	struct function *callee;
};

struct collector {
	struct shell_scope scope;
	struct startup_assignment *list;
	struct startup_source *sources;
	struct startup_riddle *riddles;
	size_t count, nsources, nriddles;
	bool full;
	/** Names that are exported without a value. */
	const char **exported;
	size_t nexported;
	/** The script's functions, and which of them call which. */
	struct function *functions;
	size_t nfunctions;
	struct call *calls;
	size_t ncalls;
	/** Whether the command is one of a function that the script does not call: what is unknown of it is no matter.
	 */
	bool idle;
	/** Whether these are commands of a string that a command is given, and on which line. */
	unsigned evaluated;
};

static unsigned line_of(const struct collector *collector, const struct shell_command *command) {
	return collector->evaluated ? collector->evaluated : command->line;
}

static void add(struct collector *collector, unsigned line, const char *name, const char *value, bool exported) {
	struct arena *arena = collector->scope.arena;

	if (collector->count == STARTUP_LIMIT) {
		collector->full = true;
		return;
	}
	collector->list = arena_grow(arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] =
	        (struct startup_assignment) { line, arena_copy(arena, name), arena_copy(arena, value), exported };
}

static void add_source(struct collector *collector, unsigned line, const char *path) {
	if (collector->nsources == STARTUP_LIMIT) {
		collector->full = true;
		return;
	}
	collector->sources =
	        arena_grow(collector->scope.arena, collector->sources, collector->nsources, sizeof *collector->sources);
	collector->sources[collector->nsources++] =
	        (struct startup_source) { line, arena_copy(collector->scope.arena, path) };
}

static void add_riddle(struct collector *collector, unsigned line, bool commands, const char *why) {
	if (collector->idle)
		return;
	if (collector->nriddles == STARTUP_LIMIT) {
		collector->full = true;
		return;
	}
	collector->riddles =
	        arena_grow(collector->scope.arena, collector->riddles, collector->nriddles, sizeof *collector->riddles);
	collector->riddles[collector->nriddles++] = (struct startup_riddle) { line, why, commands };
}

static size_t name_length(const char *text) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return *text >= '0' && *text <= '9' ? 0 : strspn(text, letters);
}

/** The length of the name in NAME=VALUE, NAME+=VALUE and NAME[INDEX]=VALUE; 0: it is none of them. */
static size_t assigned_length(const char *text) {
	const size_t length = name_length(text);
	const char *after = text + length;

	if (*after == '[')
		after = strchr(after, ']') ? strchr(after, ']') + 1 : after;
	return length && (*after == '=' || (*after == '+' && after[1] == '=')) ? length : 0;
}

static struct shell_value expand(struct collector *collector, const struct shell_word *word, const char *self) {
	return shell_expand(&collector->scope, word->source, word->length, self);
}

static struct function *find_function(const struct collector *collector, const char *name) {
	for (size_t i = 0; name && i < collector->nfunctions; ++i)
		if (strcmp(collector->functions[i].name, name) == 0)
			return &collector->functions[i];
	return NULL;
}

/** Whether the command is one that is not run while the script is read: of a function that it does not call. */
static bool is_idle(const struct collector *collector, const struct shell_command *command) {
	const struct function *function = find_function(collector, command->function);

	return function && !function->called;
}

/** Add what a variable is set to, and remember it.  A glob stands for what it would have to be matched with. */
static void assign(struct collector *collector, const struct shell_command *command, const char *name,
                   const struct shell_value *value, bool exported) {
	for (size_t i = 0; i < value->count; ++i) {
		const char *choice = strpbrk(value->choices[i], "*?[") ? open_mark : value->choices[i];

		if (!collector->idle || !strchr(choice, SHELL_OPEN))
			add(collector, line_of(collector, command), name, choice, exported);
	}
	shell_assign(&collector->scope, name, value, command->certain && !collector->evaluated);
}

static void assign_unknown(struct collector *collector, const struct shell_command *command, const char *name,
                           bool exported) {
	const struct shell_value unknown = shell_unknown();

	assign(collector, command, name, &unknown, exported);
}

/** The elements of "NAME=( … )" or csh's list, from its parenthesis on, with ":" between them. */
static struct shell_value expand_list(struct collector *collector, const char *source, size_t length,
                                      const char *self) {
	struct arena *arena = collector->scope.arena;
	struct builder value = { .arena = arena };
	const char *from = memchr(source, '(', length), *end = source + length;

	for (from = from ? from + 1 : end; from < end;) {
		const char *start = from;
		char quote = '\0';

		for (; from < end && (quote || !strchr(" \t\r\n)", *from)); ++from)
			quote = quote == *from                                              ? '\0'
			        : !quote && (*from == '"' || *from == '\'' || *from == '`') ? *from
			                                                                    : quote;
		if (from > start) {
			const struct shell_value element =
			        shell_expand(&collector->scope, start, (size_t)(from - start), self);

			builder_text(&value, value.length ? ":" : "");
			builder_text(&value, element.count == 1 ? element.choices[0] : open_mark);
		}
		from += from < end;
	}
	return (struct shell_value) { { builder_string(&value) }, 1 };
}

/** Put what the variable held before in front of a value that is added to it. */
static struct shell_value added(struct collector *collector, const char *name, const struct shell_value *value,
                                const char *apart) {
	struct arena *arena = collector->scope.arena;
	const char *reference = arena_text(arena, "$%s", name);
	const struct shell_value before = shell_expand(&collector->scope, reference, strlen(reference), name);
	struct shell_value both = { .count = 0 };

	for (size_t i = 0; i < value->count; ++i) {
		const struct shell_value one = { { arena_text(arena, "%s%s%s",
			                                      before.count == 1 ? before.choices[0] : open_mark, apart,
			                                      value->choices[i]) },
			                         1 };
		shell_either(&both, &one);
	}
	return both;
}

/** Take a word NAME=VALUE.  Returns whether it is one. */
static bool take_word(struct collector *collector, const struct shell_command *command, const struct shell_word *word,
                      bool exported) {
	const size_t length = assigned_length(word->text);
	struct arena *arena = collector->scope.arena;

	if (!length)
		return false;
	const char *name = arena_bytes(arena, word->text, length);
	const char *after = word->text + length;
	const bool more = *after == '+', indexed = *after == '[';
	const char *source = memchr(word->source, '=', word->length);
	const size_t left = source ? word->length - (size_t)(source + 1 - word->source) : 0;

	if (indexed || !source) {
		assign_unknown(collector, command, name, exported);
		return true;
	}
	const bool list = left && source[1] == '(' && collector->scope.dialect == SHELL_POSIX;
	/* zsh ties its array "path" to PATH; of other arrays programs see nothing, or who knows what. */
	if (list && strcmp(name, "path") != 0) {
		assign_unknown(collector, command, name, exported);
		return true;
	}
	struct shell_value value;
	if (list) {
		value = expand_list(collector, source, left + 1, name);
	} else {
		/* The whole word, since a quote may stand before the name. */
		const struct shell_value whole = expand(collector, word, name);

		value.count = 0;
		for (size_t i = 0; i < whole.count; ++i) {
			const char *equals = strchr(whole.choices[i], '=');
			const struct shell_value one = { { equals ? equals + 1 : open_mark }, 1 };

			shell_either(&value, &one);
		}
	}
	if (more)
		value = added(collector, name, &value, list ? ":" : "");
	assign(collector, command, name, &value, exported);
	return true;
}

static bool is_one_of(const char *word, const char *const *list) {
	for (; *list; ++list)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/** Whether commands in the text may set a variable, or read others that do. */
static bool may_assign(const char *text) {
	static const char *const builtins[] = { "export", "declare", "typeset", "setenv", "source", NULL };

	for (const char *const *name = builtins; *name; ++name)
		if (strstr(text, *name))
			return true;
	for (; *text; ++text)
		if (*text == '=' || text_starts(text, ". "))
			return true;
	return false;
}

static shell_visitor visit;

/** A string of commands, which one command runs.  One within another is not looked into. */
static void take_string(struct collector *collector, const struct shell_command *command, const char *text) {
	if (collector->evaluated) {
		if (may_assign(text))
			add_riddle(collector, collector->evaluated, true, "runs commands of a string within a string");
		return;
	}
	collector->evaluated = command->line;
	const struct shell_place lost =
	        parse_shell(&(struct bytes) { text, strlen(text) }, collector->scope.dialect, visit, collector);
	collector->evaluated = 0;
	if (lost.line && may_assign(text))
		add_riddle(collector, command->line, true, "runs a string of commands that cannot be followed");
}

/** What is known to print settings of its own only: colours, a filter, an agent, completions. */
static bool is_harmless(const char *source, size_t length) {
	static const char *const programs[] = {
		"dircolors", "lesspipe", "lessfile", "ssh-agent", "resize", "tset", NULL
	};

	for (const char *const *program = programs; *program; ++program)
		if (memmem(source, length, *program, strlen(*program)))
			return true;
	return false;
}

/** The words of "eval", from word on: commands, as far as they are known. */
static void visit_eval(const struct shell_command *command, const struct shell_word *word,
                       struct collector *collector) {
	const struct shell_word *const end = command->words + command->nwords;
	struct builder script = { .arena = collector->scope.arena };
	bool known = command->nwords < SHELL_WORDS, harmless = false;

	for (; word < end; ++word) {
		const struct shell_value value = expand(collector, word, NULL);

		known &= value.count == 1 && !strchr(value.choices[0], SHELL_OPEN) &&
		         !strchr(value.choices[0], SHELL_OWN);
		harmless |= is_harmless(word->source, word->length);
		builder_text(&script, value.choices[0]);
		builder_text(&script, " ");
	}
	if (known)
		take_string(collector, command, builder_string(&script));
	else if (!harmless)
		add_riddle(collector, line_of(collector, command), true,
		           "runs commands that are known only when it runs");
}

/** "." and "source": the file in its first operand. */
static void visit_source(const struct shell_command *command, const struct shell_word *word,
                         struct collector *collector) {
	const struct shell_word *const end = command->words + command->nwords;

	while (word < end && (strcmp(word->text, "--") == 0 || (*word->text == '-' && word->text[1])))
		++word;
	if (word == end) {
		/* What is left of "source <(…)". */
		add_riddle(collector, line_of(collector, command), true,
		           "reads commands that are known only when it runs");
		return;
	}
	const struct shell_value value = expand(collector, word, NULL);
	for (size_t i = 0; i < value.count; ++i) {
		const char *path = value.choices[i];
		const bool own = *path == SHELL_OWN && (!path[1] || path[1] == '/') && !strchr(path + 1, SHELL_OPEN);

		if (own || (*path == '/' && !strchr(path, SHELL_OPEN) && !strchr(path, SHELL_OWN) &&
		            !text_starts(path, "/dev/") && !text_starts(path, "/proc/")))
			add_source(collector, line_of(collector, command), path);
		else
			add_riddle(collector, line_of(collector, command), true,
			           "reads a file whose name is known only when it runs");
	}
}

/** "for NAME in WORD…": NAME is each of them. */
static void visit_for(const struct shell_command *command, struct collector *collector) {
	const struct shell_word *words = command->words;
	struct shell_value value = { .count = 0 };
	const bool csh = collector->scope.dialect == SHELL_CSH;

	if (command->nwords < 2)
		return;
	for (size_t i = 2; i < command->nwords; ++i) {
		const struct shell_value word = csh ? expand_list(collector, words[i].source, words[i].length, NULL)
		                                    : expand(collector, &words[i], NULL);

		if (i == 2 && strcmp(words[i].text, "in") == 0)
			continue;
		shell_either(&value, &word);
	}
	if (command->nwords == SHELL_WORDS || !value.count)
		value = shell_unknown();
	/* csh's list has its elements apart by ":". */
	for (size_t i = 0; csh && i < value.count; ++i)
		if (strchr(value.choices[i], ':'))
			value = shell_unknown();
	struct shell_command once = *command;
	once.certain = false;
	assign(collector, &once, words[1].text, &value, false);
}

/** "export", "declare" and their like, from the word behind them on. */
static void visit_declaration(const struct shell_command *command, const struct shell_word *word, bool exported,
                              struct collector *collector) {
	const struct shell_word *const end = command->words + command->nwords;
	bool reference = false, undo = false;

	for (; word < end; ++word) {
		if (*word->text == '-' || *word->text == '+') {
			exported = exported || (*word->text == '-' && strchr(word->text, 'x'));
			reference = reference || strchr(word->text, 'n');
			undo = undo || strchr(word->text, 'f') || strchr(word->text, 'p');
			continue;
		}
		if (undo)
			return;
		const size_t length = assigned_length(word->text);
		/* Whatever is set by that name later on is set by this one. */
		if (reference && !exported && length) {
			const char *equals = strchr(word->text, '=');

			assign_unknown(collector, command, equals + 1, true);
			continue;
		}
		if (take_word(collector, command, word, exported))
			continue;
		if (name_length(word->text) != strlen(word->text) || !*word->text) {
			add_riddle(collector, line_of(collector, command), false,
			           "sets a variable whose name is known only when it runs");
			continue;
		}
		if (!exported)
			continue;
		collector->exported = arena_grow(collector->scope.arena, collector->exported, collector->nexported,
		                                 sizeof *collector->exported);
		collector->exported[collector->nexported++] = arena_copy(collector->scope.arena, word->text);
	}
}

/** Commands that store what they read in the variables that they name: from which operand on, and after which options a
 * word follows. */
static const struct taker {
	const char *name, *options;
	unsigned first;
} takers[] = {
	{ "read", "adinNptu", 0 },
	{ "mapfile", "dnOsuCc", 0 },
	{ "readarray", "dnOsuCc", 0 },
	{ "getopts", "", 1 },
};

static void visit_taker(const struct shell_command *command, const struct shell_word *word, const struct taker *taker,
                        struct collector *collector) {
	const struct shell_word *const end = command->words + command->nwords;
	unsigned operands = 0;

	for (; word < end; ++word) {
		const size_t length = strlen(word->text);

		if (*word->text == '-' && length > 1) {
			/* "read -a NAME": what follows is a name, too. */
			if (strchr(taker->options, word->text[length - 1]) && word + 1 < end &&
			    word->text[length - 1] != 'a')
				++word;
			continue;
		}
		if (operands++ < taker->first)
			continue;
		if (name_length(word->text) == length && length)
			assign_unknown(collector, command, word->text, false);
		else if (!strchr(word->text, '?'))
			add_riddle(collector, line_of(collector, command), false,
			           "reads a variable whose name is known only when it runs");
	}
}

/** "printf -v NAME FORMAT WORD…" */
static void visit_printf(const struct shell_command *command, const struct shell_word *word,
                         struct collector *collector) {
	const struct shell_word *const end = command->words + command->nwords;

	if (word == end || !text_starts(word->text, "-v"))
		return;
	const char *name = word->text[2] ? word->text + 2 : word + 1 < end ? (++word)->text : "";
	if (name_length(name) != strlen(name) || !*name) {
		add_riddle(collector, line_of(collector, command), false,
		           "sets a variable whose name is known only when it runs");
		return;
	}
	++word;
	const struct shell_value format = word < end ? expand(collector, word, NULL) : shell_unknown();
	const char *text = format.choices[0];
	if (format.count != 1 || strchr(text, '\\')) {
		assign_unknown(collector, command, name, false);
	} else if (!strchr(text, '%')) {
		assign(collector, command, name, &format, false);
	} else if (strcmp(text, "%s") == 0 && word + 2 == end) {
		const struct shell_value value = expand(collector, word + 1, name);

		assign(collector, command, name, &value, false);
	} else {
		assign_unknown(collector, command, name, false);
	}
}

/** Words that do not change what a command means, or only run it in another way.  Returns the first behind them. */
static const struct shell_word *skip_wrappers(const struct shell_command *command, const struct shell_word *word,
                                              struct collector *collector) {
	static const char *const plain[] = { "command", "builtin", "exec", "noglob", "nocorrect",
		                             "-",       "nohup",   "time", NULL };
	static const char *const taking[] = { "env", "sudo", NULL };
	const struct shell_word *const end = command->words + command->nwords;

	for (;;) {
		if (word < end && word->literal && is_one_of(word->text, plain)) {
			for (++word; word < end && *word->text == '-' && word->text[1]; ++word)
				continue;
		} else if (word < end && word->literal && is_one_of(word->text, taking)) {
			for (++word; word < end; ++word) {
				if (*word->text == '-' && strchr(word->text, 'S'))
					add_riddle(collector, line_of(collector, command), false,
					           "runs a string that env takes apart");
				if (*word->text == '-')
					word += word + 1 < end && strchr("uCgU", word->text[strlen(word->text) - 1]) &&
					        word->text[1] != '-';
				else if (!take_word(collector, command, word, true))
					break;
			}
		} else {
			return word;
		}
	}
}

/** What is given to a function of the script: the parameters that functions use are any of that. */
static void remember_call(struct collector *collector, const struct shell_command *command) {
	const struct shell_word *word = command->words, *const end = word + command->nwords;

	while (word < end && (assigned_length(word->text) || strcmp(word->text, "command") == 0))
		++word;
	struct function *callee = word < end ? find_function(collector, word->text) : NULL;
	if (!callee)
		return;
	struct function *caller = find_function(collector, command->function);
	if (!caller) {
		callee->called = true;
	} else if (collector->ncalls < STARTUP_LIMIT) {
		collector->calls = arena_grow(collector->scope.arena, collector->calls, collector->ncalls,
		                              sizeof *collector->calls);
		collector->calls[collector->ncalls++] = (struct call) { caller, callee };
	}
	for (unsigned k = 1; k <= 9 && word + k < end; ++k) {
		const struct shell_value value = expand(collector, word + k, NULL);

		shell_assign(&collector->scope, arena_text(collector->scope.arena, "%u", k), &value, false);
	}
}

/** "${NAME:=VALUE}" in whatever word sets NAME. */
static void take_defaults(struct collector *collector, const struct shell_command *command,
                          const struct shell_word *word) {
	const char *at = word->source, *const end = at + word->length;

	while (at < end && (at = memmem(at, (size_t)(end - at), "${", 2))) {
		const char *name = at += 2;

		while (at < end && (*at == '_' || (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
		                    (*at >= 'a' && *at <= 'z')))
			++at;
		const size_t length = (size_t)(at - name);
		at += at < end && *at == ':';
		if (!length || at == end || *at != '=')
			continue;
		const char *close = memchr(at, '}', (size_t)(end - at));
		const char *variable = arena_bytes(collector->scope.arena, name, length);
		const struct shell_value value =
		        close ? shell_expand(&collector->scope, at + 1, (size_t)(close - at - 1), variable)
		              : shell_unknown();
		struct shell_command once = *command;
		once.certain = false;
		assign(collector, &once, variable, &value, false);
	}
}

/** What runs a string of commands: eval is not among them, as it joins its words. */
static void visit_strings(const struct shell_command *command, const struct shell_word *word,
                          struct collector *collector) {
	static const char *const shells[] = { "sh", "bash", "dash", "zsh", "ksh", NULL };
	const struct shell_word *const end = command->words + command->nwords;
	const bool alias = strcmp(word->text, "alias") == 0, trap = strcmp(word->text, "trap") == 0;
	const char *slash = strrchr(word->text, '/');
	const bool shell = is_one_of(slash ? slash + 1 : word->text, shells);

	if (!alias && !trap && !shell)
		return;
	for (++word; word < end; ++word) {
		const struct shell_value value = expand(collector, word, NULL);
		const char *text = value.choices[0];
		const bool flag = *text == '-' && strchr(text, 'c');

		if (shell && !flag)
			continue;
		if (shell) {
			if (++word == end)
				return;
			const struct shell_value string = expand(collector, word, NULL);
			take_string(collector, command, string.choices[0]);
			return;
		}
		if (alias && assigned_length(word->text))
			text = strchr(text, '=') ? strchr(text, '=') + 1 : text;
		take_string(collector, command, text);
		if (trap)
			return;
	}
}

static void visit_posix(const struct shell_command *command, struct collector *collector) {
	static const char *const exporting[] = { "export", NULL };
	static const char *const declaring[] = { "declare", "typeset", "readonly", "local", "integer", "float", NULL };
	static const char *const sourcing[] = { ".", "source", NULL };
	static const char *const loops[] = { "for", "select", "foreach", NULL };
	const struct shell_word *word = command->words, *const end = word + command->nwords, *first = word;

	while (first < end && assigned_length(first->text))
		++first;
	for (; word < first; ++word)
		take_word(collector, command, word, first < end);
	for (const struct shell_word *any = command->words; any < end; ++any)
		take_defaults(collector, command, any);
	word = skip_wrappers(command, word, collector);
	if (word == end)
		return;
	if (!word->literal) {
		/* What it is may be "export". */
		for (++word; word < end; ++word)
			take_word(collector, command, word, true);
		return;
	}
	for (size_t i = 0; i < sizeof takers / sizeof *takers; ++i)
		if (strcmp(word->text, takers[i].name) == 0)
			visit_taker(command, word + 1, &takers[i], collector);
	if (strcmp(word->text, "eval") == 0)
		visit_eval(command, word + 1, collector);
	else if (is_one_of(word->text, sourcing))
		visit_source(command, word + 1, collector);
	else if (is_one_of(word->text, loops))
		visit_for(command, collector);
	else if (strcmp(word->text, "printf") == 0)
		visit_printf(command, word + 1, collector);
	else if (is_one_of(word->text, exporting) || is_one_of(word->text, declaring))
		visit_declaration(command, word + 1, is_one_of(word->text, exporting), collector);
	else
		visit_strings(command, word, collector);
}

/** csh's "set NAME=VALUE", "set NAME = VALUE", "set NAME = ( … )": one a word behind another. */
static void visit_csh_set(const struct shell_command *command, struct collector *collector) {
	const struct shell_word *word = command->words + 1, *const end = command->words + command->nwords;

	while (word < end) {
		const size_t length = name_length(word->text);
		const char *name = arena_bytes(collector->scope.arena, word->text, length);
		const char *after = word->text + length;
		const struct shell_word *next = word + 1;
		const char *source = word->source + length, *stop = word->source + word->length;

		if (!*after && next < end && *next->text == '=') {
			word = next++;
			after = word->text;
			source = word->source;
			stop = source + word->length;
		}
		if (*after == '=' && !after[1] && next < end) {
			word = next;
			source = word->source;
			stop = source + word->length;
		} else if (*after == '=') {
			source = memchr(source, '=', (size_t)(stop - source));
			source = source ? source + 1 : stop;
		} else {
			source = stop;
		}
		++word;
		if (!length)
			continue;
		const bool list = source < stop && *source == '(';
		const struct shell_value value =
		        list ? expand_list(collector, source, (size_t)(stop - source), name)
		             : shell_expand(&collector->scope, source, (size_t)(stop - source), name);
		if (strcmp(name, "path") == 0)
			assign(collector, command, "PATH", &value, true);
		else
			shell_assign(&collector->scope, name, &value, false);
	}
}

static void visit_csh(const struct shell_command *command, struct collector *collector) {
	const struct shell_word *words = command->words, *const end = words + command->nwords;
	const char *name = words->text;

	if (strcmp(name, "setenv") == 0 && command->nwords > 1) {
		const struct shell_value empty = { { "" }, 1 };
		const struct shell_value value = words + 2 < end ? expand(collector, &words[2], words[1].text) : empty;

		if (words[1].literal)
			assign(collector, command, words[1].text, &value, true);
		else
			add_riddle(collector, line_of(collector, command), false,
			           "sets a variable whose name is known only when it runs");
	} else if (strcmp(name, "source") == 0) {
		visit_source(command, words + 1, collector);
	} else if (strcmp(name, "eval") == 0) {
		visit_eval(command, words + 1, collector);
	} else if (strcmp(name, "foreach") == 0) {
		visit_for(command, collector);
	} else if (strcmp(name, "alias") == 0) {
		for (const struct shell_word *word = words + 2; word < end; ++word)
			take_string(collector, command, word->text);
	} else if (strcmp(name, "set") == 0) {
		visit_csh_set(command, collector);
	} else {
		const struct shell_word *behind = skip_wrappers(command, words, collector);

		if (behind < end && behind > words)
			visit_strings(command, behind, collector);
	}
}

static void visit_fish(const struct shell_command *command, struct collector *collector) {
	struct builder value = { .arena = collector->scope.arena };
	const struct shell_word *word = command->words, *const end = word + command->nwords;
	const bool adds = word < end && strcmp(word->text, "fish_add_path") == 0;
	bool exported = adds, partial = adds || command->nwords == SHELL_WORDS;
	const char *name = adds ? "PATH" : NULL;

	if (word == end || (!adds && strcmp(word->text, "set") != 0)) {
		visit_posix(command, collector);
		return;
	}
	for (++word; word < end; ++word) {
		if (*word->text == '-' && (!name || adds)) {
			const bool is_long = word->text[1] == '-';

			if (is_long ? strcmp(word->text, "--erase") == 0 : strpbrk(word->text, "enqS") != NULL)
				return;
			exported |= is_long ? strcmp(word->text, "--export") == 0 : strchr(word->text, 'x') != NULL;
			partial |= is_long ? strcmp(word->text, "--append") == 0 || strcmp(word->text, "--prepend") == 0
			                   : strpbrk(word->text, "ap") != NULL;
		} else if (!name) {
			if (!word->literal)
				add_riddle(collector, line_of(collector, command), false,
				           "sets a variable whose name is known only when it runs");
			name = arena_copy(collector->scope.arena, word->text);
		} else {
			const struct shell_value element = expand(collector, word, name);

			builder_text(&value, value.length ? ":" : "");
			builder_text(&value, element.count == 1 ? element.choices[0] : open_mark);
		}
	}
	if (!name || !value.length)
		return;
	if (partial)
		builder_format(&value, ":%c", SHELL_OWN);
	const struct shell_value one = { { builder_string(&value) }, 1 };
	assign(collector, command, name, &one, exported);
}

static void visit(const struct shell_command *command, void *context) {
	struct collector *collector = context;

	if (command->definition)
		return;
	if (!collector->evaluated)
		collector->idle = is_idle(collector, command);
	switch (collector->scope.dialect) {
	case SHELL_POSIX:
		visit_posix(command, collector);
		break;
	case SHELL_CSH:
		visit_csh(command, collector);
		break;
	case SHELL_FISH:
		visit_fish(command, collector);
		break;
	}
}

/** A first look at the script: which functions it has. */
static void add_function(const struct shell_command *command, void *context) {
	struct collector *collector = context;
	const char *name = command->words[0].text;

	if (!command->definition || collector->nfunctions == FUNCTIONS || find_function(collector, name))
		return;
	collector->functions = arena_grow(collector->scope.arena, collector->functions, collector->nfunctions,
	                                  sizeof *collector->functions);
	collector->functions[collector->nfunctions++] =
	        (struct function) { .name = arena_copy(collector->scope.arena, name) };
}

/** A second one: which are called, and what they are given. */
static void add_call(const struct shell_command *command, void *context) {
	if (!command->definition)
		remember_call(context, command);
}

static void find_functions(struct collector *collector, const struct bytes *bytes) {
	bool more = true;

	parse_shell(bytes, collector->scope.dialect, add_function, collector);
	if (!collector->nfunctions)
		return;
	parse_shell(bytes, collector->scope.dialect, add_call, collector);
	while (more) {
		more = false;
		for (size_t i = 0; i < collector->ncalls; ++i) {
			const struct call *call = &collector->calls[i];

			if (!call->caller->called || call->callee->called)
				continue;
			call->callee->called = true;
			more = true;
		}
	}
}

int parse_startup(const struct bytes *bytes, enum shell_dialect dialect, struct arena *arena, struct startup *startup) {
	static const struct startup_assignment no_assignments[] = { { 0 } };
	static const struct startup_source no_sources[] = { { 0 } };
	static const struct startup_riddle no_riddles[] = { { 0 } };
	struct collector collector = { .scope = { .arena = arena, .dialect = dialect } };

	if (dialect == SHELL_POSIX)
		find_functions(&collector, bytes);
	startup->lost = parse_shell(bytes, dialect, visit, &collector);
	for (size_t i = 0; i < collector.count; ++i)
		for (size_t k = 0; k < collector.nexported && !collector.list[i].exported; ++k)
			collector.list[i].exported = strcmp(collector.exported[k], collector.list[i].name) == 0;
	startup->assignments = collector.count ? collector.list : no_assignments;
	startup->sources = collector.nsources ? collector.sources : no_sources;
	startup->riddles = collector.nriddles ? collector.riddles : no_riddles;
	return collector.full ? -E2BIG : 0;
}
