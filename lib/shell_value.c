#include "shell_value.h"

#include "lex_shell.h"
#include "text.h"

#include <string.h>

static const char open_mark[] = { SHELL_OPEN, '\0' }, own_mark[] = { SHELL_OWN, '\0' };

static bool is_name(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

struct shell_value shell_unknown(void) {
	return (struct shell_value) { { open_mark }, 1 };
}

static bool has_choice(const struct shell_value *value, const char *text) {
	for (size_t i = 0; i < value->count; ++i)
		if (strcmp(value->choices[i], text) == 0)
			return true;
	return false;
}

static void add_choice(struct shell_value *value, const char *text) {
	if (has_choice(value, text))
		return;
	if (value->count == SHELL_CHOICES)
		*value = shell_unknown();
	else
		value->choices[value->count++] = text;
}

void shell_either(struct shell_value *value, const struct shell_value *other) {
	for (size_t i = 0; i < other->count; ++i)
		add_choice(value, other->choices[i]);
}

static struct shell_variable *find(const struct shell_scope *scope, const char *name) {
	for (size_t i = 0; i < scope->count; ++i)
		if (strcmp(scope->variables[i].name, name) == 0)
			return &scope->variables[i];
	return NULL;
}

const struct shell_value *shell_variable(const struct shell_scope *scope, const char *name) {
	const struct shell_variable *variable = find(scope, name);

	return variable ? &variable->value : NULL;
}

void shell_assign(struct shell_scope *scope, const char *name, const struct shell_value *value, bool certain) {
	struct shell_variable *variable = find(scope, name);

	if (variable && certain) {
		variable->value = *value;
	} else if (variable) {
		shell_either(&variable->value, value);
	} else if (scope->count < SHELL_VARIABLES) {
		scope->variables = arena_grow(scope->arena, scope->variables, scope->count, sizeof *scope->variables);
		scope->variables[scope->count++] = (struct shell_variable) { arena_copy(scope->arena, name), *value };
	}
}

/** The longest value that is made of other ones. */
#define LENGTH ((size_t)1 << 16)

/** A value while it is put together: one builder for each choice. */
struct expansion {
	const struct shell_scope *scope;
	const char *self;
	struct builder choices[SHELL_CHOICES];
	size_t count;
	/** What is read. */
	const char *start, *at, *end;
	bool quoted;
	/** Whether this is what stands within "${…}": there no further one is looked into. */
	bool inner;
	/** "${NAME:-WORD}": the word, which is to be expanded next, and what is to be done with it. */
	struct {
		const char *word;
		size_t length;
		char operator;
		struct shell_value value;
	} pending;
};

static void put(struct expansion *expansion, const char *bytes, size_t length) {
	for (size_t i = 0; length && i < expansion->count; ++i)
		builder_bytes(&expansion->choices[i], bytes, length);
}

static void put_open(struct expansion *expansion) {
	put(expansion, open_mark, 1);
}

/** Go on with each choice of the value. */
static void put_value(struct expansion *expansion, const struct shell_value *value) {
	const size_t before = expansion->count;

	for (size_t i = 0; i < before; ++i)
		for (size_t k = 0; k < value->count; ++k)
			if (before * value->count > SHELL_CHOICES ||
			    expansion->choices[i].length + strlen(value->choices[k]) > LENGTH) {
				put_open(expansion);
				return;
			}
	for (size_t k = 1; k < value->count; ++k)
		for (size_t i = 0; i < before; ++i) {
			struct builder *copy = &expansion->choices[expansion->count++];

			*copy = (struct builder) { .arena = expansion->scope->arena };
			builder_text(copy, builder_string(&expansion->choices[i]));
			builder_text(copy, value->choices[k]);
		}
	for (size_t i = 0; value->count && i < before; ++i)
		builder_text(&expansion->choices[i], value->choices[0]);
}

static struct shell_value finish(const struct expansion *expansion) {
	struct shell_value value = { .count = 0 };

	for (size_t i = 0; i < expansion->count; ++i)
		add_choice(&value, builder_string(&expansion->choices[i]));
	return value;
}

static struct expansion begin(const struct shell_scope *scope, const char *source, size_t length, const char *self) {
	struct expansion expansion = {
		.scope = scope, .self = self, .count = 1, .start = source, .at = source, .end = source + length
	};

	expansion.choices[0].arena = scope->arena;
	return expansion;
}

/** Whether what a variable held before the script was run is judged where it was set, or is the user's. */
static bool is_own(const struct expansion *expansion, const char *name) {
	static const char *const known[] = { "HOME",
		                             "home",
		                             "XDG_RUNTIME_DIR",
		                             "XDG_CONFIG_HOME",
		                             "XDG_DATA_HOME",
		                             "XDG_STATE_HOME",
		                             "XDG_CACHE_HOME",
		                             "ZDOTDIR",
		                             "PATH",
		                             "path",
		                             NULL };
	const bool path = strcmp(name, "PATH") == 0 || strcmp(name, "path") == 0;

	if (expansion->self && strcmp(name, expansion->self) == 0)
		return path || shell_variable(expansion->scope, name);
	for (const char *const *own = known; *own; ++own)
		if (strcmp(name, *own) == 0)
			return path || !shell_variable(expansion->scope, name);
	return false;
}

/** What a variable stands for; *set is whether the script knows. */
static struct shell_value variable_value(const struct expansion *expansion, const char *name, bool *set) {
	const struct shell_value *value = shell_variable(expansion->scope, name);

	*set = true;
	if (is_own(expansion, name))
		return (struct shell_value) { { own_mark }, 1 };
	*set = value != NULL;
	return value ? *value : shell_unknown();
}

/** "${…}", whose inside is from at to end. */
static void parameter(struct expansion *expansion, const char *at, const char *end) {
	const char *from = at;
	bool set;

	while (at < end && is_name(*at))
		++at;
	const char *name = arena_bytes(expansion->scope->arena, from, (size_t)(at - from));
	const struct shell_value value = variable_value(expansion, name, &set);
	if (at == from) {
		put_open(expansion);
		return;
	}
	const bool whole = at == end;
	at += !whole && *at == ':';
	if (whole || (at < end && *at == '?')) {
		put_value(expansion, &value);
		return;
	}
	if (at == end || expansion->inner || !strchr("-=+", *at)) {
		put_open(expansion);
		return;
	}
	expansion->pending.word = at + 1;
	expansion->pending.length = (size_t)(end - at - 1);
	expansion->pending.operator= * at;
	/* What the variable that is set here may have held before was judged where it was set. */
	expansion->pending.value = (struct shell_value) { .count = 0 };
	if (*at == '+')
		expansion->pending.value = (struct shell_value) { { "" }, 1 };
	else if (set || !expansion->self || strcmp(name, expansion->self) != 0)
		expansion->pending.value = value;
}

/** The words of a command without its quotes, variables replaced; NULL if it is more than one, or not known. */
static char *plain_command(const struct expansion *expansion, const char *at, const char *end) {
	struct builder plain = { .arena = expansion->scope->arena };
	bool set;

	while (at < end) {
		const char *from = at;

		if (*at == '\'') {
			/* What stands between single quotes means nothing to the shell. */
			const char *close = memchr(at + 1, '\'', (size_t)(end - at - 1));

			at = close ? close + 1 : end;
			builder_bytes(&plain, from, (size_t)(at - from));
		} else if (*at == '$' && at + 1 < end && is_name(at[1])) {
			for (++at; at < end && is_name(*at); ++at)
				continue;
			const struct shell_value value = variable_value(
			        expansion, arena_bytes(plain.arena, from + 1, (size_t)(at - from - 1)), &set);
			if (value.count != 1 || strpbrk(value.choices[0], "\1\2 \t"))
				return NULL;
			builder_text(&plain, value.choices[0]);
		} else if (strchr(";|&<>\n`$\"\\", *at)) {
			return NULL;
		} else {
			builder_bytes(&plain, at++, 1);
		}
	}
	return arena_copy(plain.arena, builder_string(&plain));
}

/** What is known of the output of a command: of mktemp, and of what lists files, whose names are then a glob. */
static const char *output_of(const struct expansion *expansion, const char *at, const char *end) {
	struct arena *arena = expansion->scope->arena;
	char *words = plain_command(expansion, at, end), *position = NULL;
	const char *text = words ? arena_copy(arena, words) : "", *last = NULL;
	const char *program = words ? strtok_r(words, " \t", &position) : NULL;
	const char *slash = program ? strrchr(program, '/') : NULL;
	bool directory = false, dry = false, list = false;
	unsigned operands = 0;

	if (!program)
		return open_mark;
	program = slash ? slash + 1 : program;
	for (char *word; (word = strtok_r(NULL, " \t", &position));) {
		directory |= strcmp(word, "-d") == 0 || strcmp(word, "--directory") == 0;
		dry |= strcmp(word, "-u") == 0 || strcmp(word, "--dry-run") == 0;
		list |= strcmp(word, "--list") == 0;
		if (*word == '/') {
			++operands;
			last = word;
		}
	}
	if (strcmp(program, "mktemp") == 0 && directory && !dry)
		return own_mark;
	if (operands == 1 && strcmp(program, "run-parts") == 0 && list)
		return arena_text(arena, "%s/*%s", last, strstr(text, "\\.sh$") ? ".sh" : "");
	if (operands == 1 && strcmp(program, "ls") == 0 && strpbrk(last, "*?["))
		return last;
	return open_mark;
}

static void substitution(struct expansion *expansion, const char *at, const char *end) {
	const struct shell_value value = { { output_of(expansion, at, end) }, 1 };

	put_value(expansion, &value);
}

/** Behind the parenthesis that closes the one before at. */
static const char *skip_parentheses(const char *at, const char *end) {
	unsigned open = 1;

	while (at < end && open) {
		if (*at == '\\') {
			at += at + 1 < end;
		} else if (*at == '\'' || *at == '"') {
			at += shell_skip_quotes(at, 0, (size_t)(end - at)) - 1;
		} else {
			open += *at == '(';
			open -= *at == ')';
		}
		++at;
	}
	return at < end ? at : end;
}

static unsigned digit_value(char c) {
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

/** "$'…'", at whose first character behind the quote this is. */
static void ansi_quotes(struct expansion *expansion) {
	static const char letters[] = "abeEfnrtv\\'\"?", values[] = "\a\b\033\033\f\n\r\t\v\\'\"?";
	const char *at = expansion->at, *const end = expansion->end;

	for (; at < end && *at != '\''; ++at) {
		if (*at != '\\' || at + 1 == end) {
			put(expansion, at, 1);
			continue;
		}
		const char *letter = strchr(letters, *++at);
		const bool hex = *at == 'x';
		if (letter && *letter) {
			put(expansion, &values[letter - letters], 1);
		} else if (hex || digit_value(*at) < 8) {
			const unsigned base = hex ? 16 : 8, most = hex ? 2 : 3;
			unsigned number = 0, count = 0;

			for (at += hex; at < end && count < most && digit_value(*at) < base; ++at, ++count)
				number = number * base + digit_value(*at);
			--at;
			const char byte = (char)number;
			/* What is no text ends it here, or would be taken for one of our marks. */
			if (count && number > 2 && number < 256)
				put(expansion, &byte, 1);
			else
				put_open(expansion);
		} else {
			put_open(expansion);
		}
	}
	expansion->at = at + (at < end);
}

/** A dollar sign, at which this is. */
static void dollar(struct expansion *expansion) {
	const bool posix = expansion->scope->dialect == SHELL_POSIX, csh = expansion->scope->dialect == SHELL_CSH;
	const char *at = expansion->at + 1, *const end = expansion->end;
	const char next = at < end ? *at : '\0';
	bool set;

	if (posix && next == '\'' && !expansion->quoted) {
		expansion->at = at + 1;
		ansi_quotes(expansion);
	} else if (posix && next == '"' && !expansion->quoted) {
		expansion->at = at;
	} else if (next == '(' && !csh) {
		expansion->at = skip_parentheses(at + 1, end);
		if (at + 1 < end && at[1] == '(')
			put_open(expansion);
		else
			substitution(expansion, at + 1, expansion->at - (expansion->at[-1] == ')'));
	} else if (next == '{') {
		const size_t close = shell_skip_braces(expansion->at, 0, (size_t)(end - expansion->at));
		const char *stop = expansion->at + close;

		expansion->at = stop;
		parameter(expansion, at + 1, stop > at + 1 && stop[-1] == '}' ? stop - 1 : stop);
	} else if (is_name(next)) {
		const char *from = at;

		/* "$1" is one digit. */
		while (at < end && is_name(*at) && !(at > from && *from >= '0' && *from <= '9'))
			++at;
		const struct shell_value value = variable_value(
		        expansion, arena_bytes(expansion->scope->arena, from, (size_t)(at - from)), &set);
		const bool modified = csh && at + 1 < end && *at == ':' && strchr("htrequlagxs&", at[1]);
		if (modified)
			put_open(expansion);
		else
			put_value(expansion, &value);
		expansion->at = modified ? at + 2 : at;
	} else if (next && strchr("?#%$!*@-<", next)) {
		put_open(expansion);
		expansion->at = at + 1;
	} else {
		put(expansion, "$", 1);
		expansion->at = at;
	}
}

/** A tilde at the beginning of a word or of an element. */
static void tilde(struct expansion *expansion) {
	const char *at = expansion->at + 1;

	while (at < expansion->end && !strchr("/:", *at))
		++at;
	if (at == expansion->at + 1)
		put(expansion, own_mark, 1);
	else
		put_open(expansion);
	expansion->at = at;
}

/** A backslash. */
static void escape(struct expansion *expansion) {
	const char *at = expansion->at + 1, *const end = expansion->end;

	if (at < end && expansion->quoted && (expansion->scope->dialect == SHELL_CSH || !strchr("$`\"\\\n", *at)))
		put(expansion, at - 1, 2);
	else if (at < end && *at != '\n')
		put(expansion, at, 1);
	expansion->at = at + (at < end);
}

/** What stands between single quotes. */
static void single_quotes(struct expansion *expansion) {
	const char *at = expansion->at + 1, *const end = expansion->end;

	for (; at < end && *at != '\''; ++at) {
		if (*at == '\\' && expansion->scope->dialect == SHELL_FISH && at + 1 < end && strchr("\\'", at[1]))
			++at;
		if (*at == SHELL_OPEN || *at == SHELL_OWN)
			put_open(expansion);
		else
			put(expansion, at, 1);
	}
	expansion->at = at + (at < end);
}

static void step(struct expansion *expansion) {
	const enum shell_dialect dialect = expansion->scope->dialect;
	const char c = *expansion->at;
	const char before = expansion->at > expansion->start ? expansion->at[-1] : ':';

	if (c == '\'' && !expansion->quoted) {
		single_quotes(expansion);
	} else if (c == '"') {
		expansion->quoted = !expansion->quoted;
		++expansion->at;
	} else if (c == '\\') {
		escape(expansion);
	} else if (c == '$') {
		dollar(expansion);
	} else if (c == '`' && dialect != SHELL_FISH) {
		const char *close = memchr(expansion->at + 1, '`', (size_t)(expansion->end - expansion->at - 1));
		const char *stop = close ? close : expansion->end;

		substitution(expansion, expansion->at + 1, stop);
		expansion->at = stop + (close != NULL);
	} else if (c == '(' && !expansion->quoted) {
		put_open(expansion);
		expansion->at = skip_parentheses(expansion->at + 1, expansion->end);
	} else if (c == '~' && !expansion->quoted && (before == ':' || before == '=')) {
		tilde(expansion);
	} else if (c == SHELL_OPEN || c == SHELL_OWN || !c) {
		put_open(expansion);
		++expansion->at;
	} else {
		const char *from = expansion->at;

		do
			++expansion->at;
		while (expansion->at < expansion->end && *expansion->at && !strchr("'\"\\$`(~\1\2", *expansion->at));
		put(expansion, from, (size_t)(expansion->at - from));
	}
}

/** Go on to the end, or to a word that is to be expanded first. */
static void run(struct expansion *expansion) {
	while (expansion->at < expansion->end && !expansion->pending.word)
		step(expansion);
}

struct shell_value shell_expand(struct shell_scope *scope, const char *source, size_t length, const char *self) {
	struct expansion outer = begin(scope, source, length, self);

	if (scope->spent > SHELL_GROWTH)
		return shell_unknown();
	for (run(&outer); outer.pending.word; run(&outer)) {
		struct expansion inner = begin(scope, outer.pending.word, outer.pending.length, self);

		inner.inner = true;
		inner.quoted = outer.quoted;
		run(&inner);
		const struct shell_value word = finish(&inner);
		struct shell_value value = outer.pending.value;
		shell_either(&value, &word);
		outer.pending.word = NULL;
		put_value(&outer, &value);
	}
	for (size_t i = 0; i < outer.count; ++i)
		scope->spent += outer.choices[i].length;
	return finish(&outer);
}
