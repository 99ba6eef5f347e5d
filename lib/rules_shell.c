/** Shells: what their commands do with the names that they are given. */

#include "rules_shell.h"

#include "lex_shell.h"
#include "script.h"
#include "text.h"
#include "value.h"

#include <string.h>

// What nests is counted, and not followed below DEEPEST.
// NOLINTBEGIN(misc-no-recursion)

#define SAFE_FILE "f=$(mktemp)"
#define SAFE_DIRECTORY "d=$(mktemp -d)"

/** How deep values may lie within each other, and how many steps a file may take. */
enum {
	DEEPEST = 16,
	STEPS_EACH = 60,
	STEPS_LEAST = 200000,
	BUCKETS = 256,
	MOST_SINKS = 4000,
	MOST_CALLS = 8,
	MOST_NESTED = 3
};

struct binding {
	/** Not ended by a NUL. */
	const char *name;
	size_t length;
	struct shell_span value;
	/** Where it takes effect, and where its value stands: for "$1" that is where the function is called. */
	uint32_t step, from, block, function;
	bool append, conditional, unknown;
	bool known, busy;
	struct value result;
	uint32_t previous;
};

enum sink_kind { SINK_CREATE, SINK_DIRECTORY, SINK_SOURCE, SINK_NAME };

struct sink {
	enum sink_kind kind;
	struct value value;
	struct shell_span span;
	/** Of the word that names it. */
	unsigned line;
	uint32_t step;
	bool exclusive;
	/** Whether the variable holds what mktemp made elsewhere: this is for where there is none. */
	bool fallback;
	unsigned uses, exclusives;
};

struct shell {
	struct shell_code code;
	struct arena *arena;
	const char *data;
	struct binding *bindings;
	size_t nbindings;
	uint32_t buckets[BUCKETS];
	struct sink *sinks;
	size_t nsinks;
	/** Frames of the script's own functions whose names are those of commands that matter. */
	uint32_t functions[8];
	size_t nfunctions;
	unsigned depth;
	size_t budget;
	bool exhausted;
	/** Steps that change the directory: for what is named relative to it. */
	uint32_t moves[64];
	size_t nmoves;
	/** Functions of the script's own by their names: of each bucket the last frame, and of each frame the next. */
	uint32_t named[BUCKETS], *next_named;
	/** How often each of them was called so far. */
	unsigned char *calls;
	/** Whether failures end the script from the start; whether it reads other scripts. */
	bool exits, sources;
	/** How many commands it lies in: sh -c "…"; its text is that of a value then, with holes. */
	unsigned nested;
};

static struct value evaluate(struct shell *shell, size_t at, size_t end, uint32_t step);

static bool step_taken(struct shell *shell) {
	if (!lex_has_room(&shell->code.lex))
		return false;
	if (shell->budget)
		--shell->budget;
	else
		shell->exhausted = true;
	return shell->budget;
}

static bool is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_';
}

static bool is_word(const struct shell *shell, struct shell_span word, const char *text) {
	return word.end - word.at == strlen(text) && memcmp(shell->data + word.at, text, strlen(text)) == 0;
}

/** A word without its quotes, as far as it is plain; what is not becomes "?". */
static const char *plain(const struct shell *shell, struct shell_span word) {
	char *text = arena_alloc(shell->arena, word.end - word.at + 1);
	size_t length = 0;

	for (size_t at = word.at; at < word.end; ++at) {
		const char byte = shell->data[at];

		if (byte != '"' && byte != '\'' && byte != '\\')
			text[length++] = byte == '$' || byte == '`' || byte == '\0' ? '?' : byte;
	}
	return text;
}

/* Variables */

static unsigned bucket_of(const char *name, size_t length) {
	unsigned hash = 5381;

	for (size_t i = 0; i < length; ++i)
		hash = hash * 33 + (unsigned char)name[i];
	return hash % BUCKETS;
}

static uint32_t function_of(const struct shell *shell, uint32_t step) {
	return shell->code.frames[shell->code.steps[step].block].function;
}

static void bind(struct shell *shell, struct shell_span name, struct shell_span value, uint32_t step, bool append,
                 bool unknown) {
	uint32_t *bucket = &shell->buckets[bucket_of(shell->data + name.at, name.end - name.at)];
	const struct shell_step *at = &shell->code.steps[step];

	shell->bindings = arena_grow(shell->arena, shell->bindings, shell->nbindings, sizeof *shell->bindings);
	shell->bindings[shell->nbindings] = (struct binding) {
		.name = shell->data + name.at,
		.length = name.end - name.at,
		.value = value,
		.step = step,
		.from = step,
		.block = at->block,
		.function = function_of(shell, step),
		.append = append,
		.conditional = at->before == SHELL_OR || at->before == SHELL_AND,
		.unknown = unknown,
		.previous = *bucket,
	};
	*bucket = (uint32_t)++shell->nbindings;
}

/** Whether frame is around the step. */
static bool is_around(const struct shell *shell, uint32_t frame, uint32_t step) {
	for (uint32_t at = shell->code.steps[step].block;; at = shell->code.frames[at].parent) {
		if (at == frame)
			return true;
		/* Groups and subshells are left without a choice. */
		if (at == 0)
			return false;
	}
}

/** The frame that decides whether an assignment is made: groups are always entered. */
static uint32_t deciding(const struct shell *shell, uint32_t frame) {
	while (frame &&
	       (shell->code.frames[frame].kind == SHELL_GROUP || shell->code.frames[frame].kind == SHELL_SUBSHELL ||
	        shell->code.frames[frame].kind == SHELL_CONDITION ||
	        shell->code.frames[frame].kind == SHELL_CONTAINER) &&
	       shell->code.frames[frame].function != frame && shell->code.frames[frame].before != SHELL_OR &&
	       shell->code.frames[frame].before != SHELL_AND)
		frame = shell->code.frames[frame].parent;
	return frame;
}

static struct value builtin_value(struct shell *shell, const char *name, size_t length) {
	static const struct {
		const char *name;
		enum value_hole hole;
		bool doubtful;
	} rows[] = {
		{ "$", HOLE_PID, false },
		{ "!", HOLE_PID, false },
		{ "PPID", HOLE_PID, false },
		{ "BASHPID", HOLE_PID, false },
		{ "RANDOM", HOLE_RANDOM, false },
		{ "SRANDOM", HOLE_STRONG, false },
		{ "SECONDS", HOLE_TIME, false },
		{ "EPOCHSECONDS", HOLE_TIME, false },
		{ "EPOCHREALTIME", HOLE_TIME, false },
		{ "USER", HOLE_USER, false },
		{ "LOGNAME", HOLE_USER, false },
		{ "UID", HOLE_USER, false },
		{ "EUID", HOLE_USER, false },
		{ "HOSTNAME", HOLE_USER, false },
		{ "0", HOLE_USER, false },
		{ "PROGNAME", HOLE_USER, false },
		{ "DISPLAY", HOLE_USER, false },
		{ "TMPDIR", HOLE_TEMPDIR, true },
		{ "TMP", HOLE_TEMPDIR, true },
		{ "TEMP", HOLE_TEMPDIR, true },
		{ "TEMPDIR", HOLE_TEMPDIR, true },
	};
	const struct value unknown = value_unknown();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		if (strlen(rows[i].name) != length || memcmp(rows[i].name, name, length) != 0)
			continue;
		const struct value value = value_hole(shell->arena, rows[i].hole);

		/* Who started the script may have made one of its own. */
		return rows[i].doubtful ? value_either(&value, &unknown) : value;
	}
	return unknown;
}

static struct value binding_value(struct shell *shell, uint32_t index);

/** Whether it is only made if the variable is not set: [ -n "$X" ] || X=…, and in a branch. */
static bool is_asked(const struct shell *shell, const struct binding *binding) {
	const struct shell_frame *frame = &shell->code.frames[shell->code.steps[binding->step].block];
	const uint32_t condition = binding->conditional          ? binding->step
	                           : frame->kind == SHELL_BRANCH ? frame->first
	                                                         : 0;

	if (!condition)
		return false;
	const struct shell_span span = shell->code.steps[condition - 1].whole;
	for (size_t at = span.at; at + binding->length < span.end; ++at) {
		const size_t from = at + 1 + (shell->data[at + 1] == '{');

		if (shell->data[at] == '$' && from + binding->length <= span.end &&
		    memcmp(shell->data + from, binding->name, binding->length) == 0 &&
		    !is_name_byte(shell->data[from + binding->length]))
			return true;
	}
	return false;
}

static struct value variable(struct shell *shell, const char *name, size_t length, uint32_t step) {
	const uint32_t function = function_of(shell, step);
	struct value value = { 0 };
	bool here = false, asked = false;

	/* In the same function and before; a cycle through all of it if there is none. */
	for (uint32_t i = shell->buckets[bucket_of(name, length)]; i && step_taken(shell);
	     i = shell->bindings[i - 1].previous) {
		const struct binding *binding = &shell->bindings[i - 1];

		if (binding->length != length || memcmp(binding->name, name, length) != 0 ||
		    binding->function != function || binding->step > step || (binding->step == step && binding->busy))
			continue;
		const struct value one = binding_value(shell, i - 1);
		value = here ? value_either(&value, &one) : one;
		here = true;
		asked |= is_asked(shell, binding);
		/* The elements of a list are bound in one step. */
		const bool more = binding->previous && shell->bindings[binding->previous - 1].step == binding->step &&
		                  shell->bindings[binding->previous - 1].length == length &&
		                  memcmp(shell->bindings[binding->previous - 1].name, name, length) == 0;
		if (!binding->conditional && !more && is_around(shell, deciding(shell, binding->block), step))
			return value;
	}
	if (here && asked) {
		const struct value unknown = builtin_value(shell, name, length);

		if (value_is_unknown(&unknown))
			value = value_either(&value, &unknown);
	}
	if (here && function == 0)
		return value;
	/* Else wherever it is assigned. */
	for (uint32_t i = shell->buckets[bucket_of(name, length)]; i && step_taken(shell);
	     i = shell->bindings[i - 1].previous) {
		const struct binding *binding = &shell->bindings[i - 1];

		if (binding->length != length || memcmp(binding->name, name, length) != 0 || binding->busy ||
		    (here && binding->function == function))
			continue;
		const struct value one = binding_value(shell, i - 1);
		value = value.count ? value_either(&value, &one) : one;
	}
	return value.count ? value : builtin_value(shell, name, length);
}

static struct value binding_value(struct shell *shell, uint32_t index) {
	struct binding *binding = &shell->bindings[index];

	if (binding->known)
		return binding->result;
	if (binding->unknown || binding->busy || shell->depth >= DEEPEST || !step_taken(shell))
		return value_unknown();
	binding->busy = true;
	++shell->depth;
	struct value value = evaluate(shell, binding->value.at, binding->value.end, binding->from);
	if (binding->append) {
		const struct value before = variable(shell, binding->name, binding->length, binding->step);

		value = value_concatenate(shell->arena, &before, &value);
	}
	--shell->depth;
	binding->busy = false;
	binding->known = shell->depth < DEEPEST / 2;
	binding->result = value;
	return value;
}

/* Commands in values */

/** The words of a step without what only runs the rest: sudo, env, nice. */
static uint32_t first_word(const struct shell *shell, const struct shell_step *step) {
	static const char *const prefixes[] = { "sudo",    "env",     "nice",      "nohup", "command", "exec",
		                                "builtin", "ionice",  "eatmydata", "doas",  "setsid",  "stdbuf",
		                                "timeout", "busybox", "unbuffer",  NULL };
	uint32_t at = 0;

	while (at < step->nwords) {
		const char *word = plain(shell, step->words[at]), *slash = strrchr(word, '/');
		bool prefix = false;

		word = slash ? slash + 1 : word;
		for (const char *const *row = prefixes; *row; ++row)
			prefix |= strcmp(word, *row) == 0;
		if (!prefix)
			break;
		static const char *const valued[] = {
			"-u", "-g", "-n", "-c", "-s", "-k", "-p", "-C", "-U", "-h", NULL
		};
		const bool timed = strcmp(word, "timeout") == 0;
		++at;
		while (at + 1 < step->nwords &&
		       (shell->data[step->words[at].at] == '-' || strchr(plain(shell, step->words[at]), '='))) {
			const char *option = plain(shell, step->words[at++]);

			for (const char *const *row = valued; *row && at + 1 < step->nwords; ++row)
				if (strcmp(option, *row) == 0) {
					++at;
					break;
				}
		}
		at += timed && at + 1 < step->nwords;
	}
	return at < step->nwords ? at : 0;
}

/** The name of the command, without its directory. */
static const char *command_name(const struct shell *shell, const struct shell_step *step, uint32_t *first) {
	if (!step->nwords)
		return "";
	*first = first_word(shell, step);
	const char *word = plain(shell, step->words[*first]), *slash = strrchr(word, '/');

	word = slash && !value_is_shared(word) ? slash + 1 : word;
	/* What is a function of the script's own is no command. */
	for (size_t i = 0; i < shell->nfunctions; ++i)
		if (is_word(shell, shell->code.frames[shell->functions[i]].name, word))
			return "";
	return word;
}

static bool has_option(const struct shell *shell, const struct shell_step *step, uint32_t first, char letter,
                       const char *name) {
	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = plain(shell, step->words[i]);

		if (strcmp(word, "--") == 0)
			break;
		if (word[0] != '-')
			continue;
		if (word[1] == '-' ? name && text_starts(word + 2, name) : letter && strchr(word + 1, letter) != NULL)
			return true;
	}
	return false;
}

static struct value word_value(struct shell *shell, struct shell_span word, uint32_t step) {
	return evaluate(shell, word.at, word.end, step);
}

/** What the words from first on would be as output: joined by blanks. */
static struct value echoed(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index) {
	struct value value = value_literal(shell->arena, "", 0);
	const struct value blank = value_literal(shell->arena, " ", 1);
	bool any = false;

	for (uint32_t i = first; i < step->nwords; ++i) {
		if (shell->data[step->words[i].at] == '-' && !any)
			continue;
		const struct value one = word_value(shell, step->words[i], index);

		if (any)
			value = value_concatenate(shell->arena, &value, &blank);
		value = value_concatenate(shell->arena, &value, &one);
		any = true;
	}
	return value;
}

/** What a command writes, as far as it is known. */
static struct value output_value(struct shell *shell, uint32_t index) {
	static const struct {
		const char *name;
		enum value_hole hole;
	} rows[] = {
		{ "date", HOLE_TIME },     { "hostname", HOLE_USER },  { "whoami", HOLE_USER },
		{ "id", HOLE_USER },       { "logname", HOLE_USER },   { "uname", HOLE_USER },
		{ "basename", HOLE_USER }, { "tempfile", HOLE_FRESH }, { "uuidgen", HOLE_STRONG },
	};
	const struct shell_step *step = &shell->code.steps[index];
	uint32_t first = 0;
	const char *name = command_name(shell, step, &first);

	if (strcmp(name, "mktemp") == 0 || strcmp(name, "tempfile") == 0) {
		const bool only_name = name[0] == 'm' ? has_option(shell, step, first, 'u', "dry-run")
		                                      : has_option(shell, step, first, 'n', "name");

		return only_name ? value_name(shell->arena, index + 1) : value_hole(shell->arena, HOLE_FRESH);
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
		if (strcmp(name, rows[i].name) == 0)
			return value_hole(shell->arena, rows[i].hole);
	if (strcmp(name, "echo") == 0 || strcmp(name, "printf") == 0 || strcmp(name, "print") == 0)
		return echoed(shell, step, first + 1, index);
	if (strcmp(name, "dirname") == 0 && step->nwords > first + 1) {
		struct value value = word_value(shell, step->words[step->nwords - 1], index);

		for (unsigned i = 0; i < value.count; ++i) {
			const char *text = value.choices[i].text, *slash = strrchr(text, '/');

			value.choices[i] = (struct value_choice) {
				.text = slash ? arena_bytes(shell->arena, text, (size_t)(slash - text))
				              : value_unknown().choices[0].text,
			};
		}
		return value;
	}
	if ((strcmp(name, "readlink") == 0 || strcmp(name, "realpath") == 0 || strcmp(name, "cygpath") == 0) &&
	    step->nwords > first + 1)
		return word_value(shell, step->words[step->nwords - 1], index);
	return value_unknown();
}

static bool contains(const struct shell *shell, size_t at, size_t end, const char *word) {
	return end > at && memmem(shell->data + at, end - at, word, strlen(word));
}

/** What a substitution gives: of lists with "||" the one or the other. */
static struct value substituted(struct shell *shell, uint32_t frame) {
	const struct shell_frame *block = &shell->code.frames[frame];
	struct value value = { 0 };
	bool piped = false;

	if (contains(shell, block->at, block->name.end, "/dev/urandom") ||
	    contains(shell, block->at, block->name.end, "/dev/random") ||
	    contains(shell, block->at, block->name.end, "random/uuid") ||
	    contains(shell, block->at, block->name.end, "openssl rand"))
		return value_hole(shell->arena, HOLE_STRONG);
	if (shell->depth >= DEEPEST)
		return value_unknown();
	++shell->depth;
	for (uint32_t i = block->first; i < block->end && i < shell->code.nsteps && step_taken(shell); ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		/* Substitutions in its words are of another block. */
		if (step->block != frame && shell->code.frames[step->block].kind == SHELL_SUBSTITUTION)
			continue;
		if (!step->nwords)
			continue;
		if (!piped) {
			const struct value one = output_value(shell, i);

			if (!value_is_unknown(&one) || !value.count || step->before == SHELL_OR)
				value = value.count && !value_is_unknown(&value) ? value_either(&value, &one) : one;
		} else if (value.count == 1 && (value.choices[0].text[0] == '/' || value.choices[0].text[1])) {
			/* Something is made of it. */
			value = value_class(value.choices[0].text) == VALUE_FRESH ? value : value_unknown();
		}
		piped = step->after == SHELL_PIPE;
	}
	--shell->depth;
	return value.count ? value : value_unknown();
}

/* Words */

struct word_reader {
	struct shell *shell;
	uint32_t step;
	struct value value;
	struct builder text;
};

static void flush(struct word_reader *reader) {
	struct value literal;

	if (!reader->text.length)
		return;
	literal = value_literal(reader->shell->arena, reader->text.text, reader->text.length);
	if (reader->shell->nested && literal.choices[0].text)
		literal.choices[0].text =
		        arena_bytes(reader->shell->arena, reader->text.text, strlen(literal.choices[0].text));
	reader->value = value_concatenate(reader->shell->arena, &reader->value, &literal);
	reader->text = (struct builder) { .arena = reader->shell->arena };
}

static void add(struct word_reader *reader, const struct value *value) {
	flush(reader);
	reader->value = value_concatenate(reader->shell->arena, &reader->value, value);
}

/** "${name…}" from at to before end, without its braces. */
static struct value braced(struct word_reader *reader, size_t at, size_t end) {
	struct shell *shell = reader->shell;
	size_t name = at, stop;

	if (at < end && (shell->data[at] == '!' || shell->data[at] == '#'))
		return value_unknown();
	for (stop = at; stop < end && is_name_byte(shell->data[stop]);)
		++stop;
	if (stop == at && at < end)
		++stop;
	const struct value value = variable(shell, shell->data + name, stop - name, reader->step);
	size_t word = stop;
	if (word < end && shell->data[word] == ':')
		++word;
	/* An element of a list: any of them. */
	if (stop == end || shell->data[stop] == '[')
		return value;
	if (word < end && (shell->data[word] == '-' || shell->data[word] == '=')) {
		const struct value otherwise = evaluate(shell, word + 1, end, reader->step);
		const struct value temporary = value_hole(shell->arena, HOLE_TEMPDIR);

		if (value_is_unknown(&value))
			return value_either(&otherwise, &value);
		/* "${TMPDIR:-/tmp}" is the one directory for all, by any name. */
		if (value.choices[0].text[0] == HOLE_TEMPDIR && !value.choices[0].text[1] &&
		    value_is_shared(otherwise.choices[0].text))
			return temporary;
		return value_either(&value, &otherwise);
	}
	/* What is cut off or replaced: good stays good, and what can be guessed can be guessed. */
	if (value.count == 1 && value.choices[0].text[0] && !value.choices[0].text[1])
		return value;
	return value.count && value_class(value.choices[0].text) == VALUE_FRESH ? value : value_unknown();
}

/** A "$" or "`" at at: adds its value.  Returns where it ends. */
static size_t expand(struct word_reader *reader, size_t at, size_t end) {
	struct shell *shell = reader->shell;
	const char *data = shell->data;
	const uint32_t frame = shell_substitution(&shell->code, at);
	struct value value = value_unknown();
	size_t stop = at + 1;

	if (frame) {
		value = substituted(shell, frame);
		stop = shell->code.frames[frame].name.end;
	} else if (data[at] == '`') {
		stop = shell_skip_quotes(data, at, end);
	} else if (stop < end && data[stop] == '{') {
		stop = shell_skip_braces(data, at, end);
		value = braced(reader, at + 2, stop > at + 2 ? stop - 1 : at + 2);
	} else if (stop < end && data[stop] == '(') {
		unsigned depth = 0;

		for (; stop < end; ++stop) {
			depth += data[stop] == '(';
			if (data[stop] == ')' && --depth == 0)
				break;
		}
		stop += stop < end;
		value = value_hole(shell->arena, HOLE_RANDOM);
	} else if (stop < end && is_name_byte(data[stop])) {
		if (data[stop] >= '0' && data[stop] <= '9')
			++stop;
		else
			while (stop < end && is_name_byte(data[stop]))
				++stop;
		value = variable(shell, data + at + 1, stop - at - 1, reader->step);
	} else if (stop < end && strchr("$!?#@*-", data[stop]) && data[stop]) {
		++stop;
		value = variable(shell, data + at + 1, 1, reader->step);
	} else {
		builder_bytes(&reader->text, "$", 1);
		return stop;
	}
	add(reader, &value);
	return stop;
}

static struct value evaluate(struct shell *shell, size_t at, size_t end, uint32_t step) {
	struct word_reader reader = { .shell = shell,
		                      .step = step,
		                      .value = value_literal(shell->arena, "", 0),
		                      .text = { .arena = shell->arena } };
	bool quoted = false;

	if (shell->depth >= DEEPEST || !step_taken(shell))
		return value_unknown();
	while (at < end && step_taken(shell)) {
		const char byte = shell->data[at];

		if (byte == '\'' && !quoted) {
			const size_t close = shell_skip_quotes(shell->data, at, end);

			if (close > at + 2)
				builder_bytes(&reader.text, shell->data + at + 1, close - at - 2);
			at = close;
		} else if (byte == '"') {
			quoted = !quoted;
			++at;
		} else if (byte == '\\' && at + 1 < end) {
			if (shell->data[at + 1] != '\n')
				builder_bytes(&reader.text, shell->data + at + 1, 1);
			at += 2;
		} else if (byte == '$' || byte == '`') {
			at = expand(&reader, at, end);
		} else {
			/* A tilde, a pattern: something of which no more is known. */
			builder_bytes(&reader.text, &byte, 1);
			++at;
		}
	}
	flush(&reader);
	return reader.value;
}

/* What commands do */

/** Whether a variable in the word holds what mktemp made, somewhere in the same function. */
static bool is_fallback(struct shell *shell, struct shell_span word, uint32_t step) {
	for (size_t at = word.at; at + 1 < word.end; ++at) {
		size_t name = at + 1, end;

		if (shell->data[at] != '$')
			continue;
		name += shell->data[name] == '{';
		for (end = name; end < word.end && is_name_byte(shell->data[end]);)
			++end;
		for (uint32_t i = shell->buckets[bucket_of(shell->data + name, end - name)]; i && step_taken(shell);
		     i = shell->bindings[i - 1].previous) {
			const struct binding *binding = &shell->bindings[i - 1];

			if (binding->length != end - name ||
			    memcmp(binding->name, shell->data + name, end - name) != 0 ||
			    binding->function != function_of(shell, step))
				continue;
			const struct value value = binding_value(shell, i - 1);
			for (unsigned k = 0; k < value.count; ++k)
				if (value_class(value.choices[k].text) == VALUE_FRESH)
					return true;
		}
	}
	return false;
}

/** The directory that relative names at a step are below, if the script has changed to a shared one; else unknown. */
static struct value directory_at(struct shell *shell, uint32_t step) {
	for (size_t i = shell->nmoves; i-- > 0;) {
		const struct shell_step *move = &shell->code.steps[shell->moves[i]];

		if (shell->moves[i] >= step || !is_around(shell, move->block, step))
			continue;
		return move->nwords > 1 ? word_value(shell, move->words[move->nwords - 1], shell->moves[i])
		                        : value_unknown();
	}
	return value_unknown();
}

/** A name as it is from the top: below the directory that the script has changed to. */
static struct value absolute(struct shell *shell, const struct value *value, uint32_t step) {
	const char first = value->choices[0].text[0];
	struct value directory;

	if (!shell->nmoves || first == '/' || first == '&' || first == '-' || (unsigned char)first <= ' ')
		return *value;
	directory = directory_at(shell, step);
	return value_is_shared(directory.choices[0].text) || value_is_directory(directory.choices[0].text)
	               ? value_join(shell->arena, &directory, value)
	               : *value;
}

static void add_sink(struct shell *shell, enum sink_kind kind, const struct value *named, struct shell_span word,
                     uint32_t step, bool exclusive) {
	if (shell->nsinks == MOST_SINKS)
		return;
	const struct value whole = absolute(shell, named, step), *value = kind == SINK_SOURCE ? named : &whole;
	shell->sinks = arena_grow(shell->arena, shell->sinks, shell->nsinks, sizeof *shell->sinks);
	shell->sinks[shell->nsinks++] = (struct sink) { .kind = kind,
		                                        .value = *value,
		                                        .span = shell->code.steps[step].whole,
		                                        .line = word.line,
		                                        .step = step,
		                                        .exclusive = exclusive,
		                                        .fallback = is_fallback(shell, word, step) };
}

/** Whether noclobber is in force at a step: the last of "set -C" and "set +C" before it, in a block around it. */
static bool is_noclobber(const struct shell *shell, uint32_t step) {
	for (uint32_t i = step; i-- > 0;) {
		const struct shell_step *other = &shell->code.steps[i];

		if (!other->nwords || !is_word(shell, other->words[0], "set") || !is_around(shell, other->block, step))
			continue;
		for (uint32_t k = 1; k < other->nwords; ++k) {
			const char *word = plain(shell, other->words[k]);

			if (strcmp(word, "noclobber") == 0 || ((word[0] == '-' || word[0] == '+') && strchr(word, 'C')))
				return word[0] != '+' && !(strcmp(word, "noclobber") == 0 && k > 0 &&
				                           shell->data[other->words[k - 1].at] == '+');
		}
	}
	return false;
}

static void note_redirections(struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = 0; i < step->nredirections; ++i) {
		const struct shell_redirection *redirection = &step->redirections[i];

		if (redirection->operator== SHELL_IN)
			continue;
		const struct value value = word_value(shell, redirection->target, index);

		add_sink(shell, SINK_CREATE, &value, redirection->target, index,
		         redirection->operator== SHELL_OUT && is_noclobber(shell, index));
	}
}

/** Whether a function calls the command that it has the name of: command mktemp "$@". */
static bool is_wrapper(const struct shell *shell, const struct shell_frame *frame) {
	for (uint32_t i = frame->first; i < frame->end && i < frame->first + MOST_CALLS; ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		if (step->nwords > 1 && is_word(shell, step->words[0], "command") &&
		    step->words[1].end - step->words[1].at == frame->name.end - frame->name.at &&
		    memcmp(shell->data + step->words[1].at, shell->data + frame->name.at,
		           frame->name.end - frame->name.at) == 0)
			return true;
	}
	return false;
}

/** Whether "set -e" is in force for the whole script. */
static void find_settings(struct shell *shell) {
	const char *data = shell->data, *line = memchr(data, '\n', shell->code.lex.size);
	const size_t length = line ? (size_t)(line - data) : shell->code.lex.size;

	if (length > 2 && data[0] == '#' && data[1] == '!' && memmem(data, length, " -e", 3))
		shell->exits = true;
	for (uint32_t i = 1; i < shell->code.nframes; ++i) {
		const struct shell_frame *frame = &shell->code.frames[i];

		if (frame->function == i && !is_wrapper(shell, frame) &&
		    shell->nfunctions < sizeof shell->functions / sizeof *shell->functions &&
		    (is_word(shell, frame->name, "mktemp") || is_word(shell, frame->name, "tempfile") ||
		     is_word(shell, frame->name, "mkdir") || is_word(shell, frame->name, "touch") ||
		     is_word(shell, frame->name, "tee") || is_word(shell, frame->name, "cp") ||
		     is_word(shell, frame->name, "install")))
			shell->functions[shell->nfunctions++] = i;
	}
	for (size_t i = 0; i < shell->code.nsteps; ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		if (!step->nwords)
			continue;
		if (is_word(shell, step->words[0], ".") || is_word(shell, step->words[0], "source"))
			shell->sources = true;
		if (!is_word(shell, step->words[0], "set"))
			continue;
		for (uint32_t k = 1; k < step->nwords; ++k) {
			const char *word = plain(shell, step->words[k]);

			if ((word[0] == '-' && word[1] != '-' && strchr(word, 'e')) || strcmp(word, "errexit") == 0)
				shell->exits = true;
		}
	}
}

/** Whether the step asks whether something exists: [ -d X ], test -e X. */
static bool is_test(const struct shell *shell, const struct shell_step *step) {
	if (!step->nwords || !(is_word(shell, step->words[0], "[") || is_word(shell, step->words[0], "test") ||
	                       is_word(shell, step->words[0], "[[")))
		return false;
	return contains(shell, step->whole.at, step->whole.end, "-d ") ||
	       contains(shell, step->whole.at, step->whole.end, "-e ");
}

/** Whether mkdir is only reached where the directory is not there yet, so that one that is there is used. */
static bool is_reuse(const struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];

	/* [ -d X ] || mkdir X; [ ! -d X ] && mkdir X. */
	if (index > 0 && (step->before == SHELL_OR || step->before == SHELL_AND) &&
	    is_test(shell, &shell->code.steps[index - 1]))
		return true;
	/* if [ ! -d X ]; then … mkdir X. */
	const struct shell_frame *frame = &shell->code.frames[step->block];
	if (frame->kind == SHELL_BRANCH && frame->first > 0) {
		const struct shell_step *condition = &shell->code.steps[frame->first - 1];

		return shell->code.frames[condition->block].kind == SHELL_CONDITION && is_test(shell, condition) &&
		       !contains(shell, condition->whole.at, condition->whole.end, "rm ");
	}
	return false;
}

/** Whether a failure of the step is noticed: by "||", "&&", a condition, set -e, or "$?" in the next one. */
static bool is_checked(const struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];
	uint32_t block = step->block;
	enum shell_separator after = step->after;

	for (unsigned i = 0; i < 8; ++i) {
		const struct shell_frame *frame = &shell->code.frames[block];

		if (after == SHELL_AND)
			return true;
		if (after == SHELL_OR) {
			/* "|| true" notices nothing. */
			const struct shell_step *next =
			        &shell->code.steps[index + 1 < shell->code.nsteps ? index + 1 : index];

			return !(next->nwords &&
			         (is_word(shell, next->words[0], "true") || is_word(shell, next->words[0], ":")));
		}
		if (frame->kind == SHELL_CONDITION)
			return true;
		/* The last one of a group is what the group says. */
		if (index + 1 < frame->end ||
		    !(frame->kind == SHELL_GROUP || frame->kind == SHELL_SUBSHELL ||
		      frame->kind == SHELL_SUBSTITUTION) ||
		    frame->function == block)
			break;
		after = frame->after;
		block = frame->parent;
		/* The step that stands for the group as a whole. */
		index = frame->end;
		if (index >= shell->code.nsteps)
			break;
	}
	if (shell->exits && after != SHELL_PIPE && after != SHELL_BACKGROUND)
		return true;
	const size_t next = index + 1;
	return next < shell->code.nsteps &&
	       contains(shell, shell->code.steps[next].whole.at, shell->code.steps[next].whole.end, "$?");
}

static void do_mkdir(struct shell *shell, uint32_t index, uint32_t first, bool parents) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool exclusive = !parents && !is_reuse(shell, index) && is_checked(shell, index);
	bool mode = false;

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = plain(shell, step->words[i]);

		if (mode || word[0] == '-') {
			mode = !mode && word[0] == '-' && word[1] != '-' && text_ends(word, "m");
			continue;
		}
		const struct value value = word_value(shell, step->words[i], index);
		add_sink(shell, SINK_DIRECTORY, &value, step->words[i], index, exclusive);
	}
}

/** Options of a command that take a value of their own: the value is no operand. */
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) in the order in which a row is read
struct writer_row {
	const char *name;
	/** Which operands are written: all, the last of several, or none but options. */
	enum { WRITES_ALL, WRITES_LAST, WRITES_NONE, WRITES_FIRST } operands;
	/** Letters of options with a value; of those, the ones that are written; a long option that is written. */
	const char *valued, *written, *long_name;
};

static const struct writer_row writers[] = {
	{ "tee", WRITES_ALL, "", "", NULL },
	{ "touch", WRITES_ALL, "drt", "", NULL },
	{ "truncate", WRITES_ALL, "sr", "", NULL },
	{ "cp", WRITES_LAST, "St", "t", "target-directory" },
	{ "mv", WRITES_LAST, "St", "t", "target-directory" },
	{ "install", WRITES_LAST, "Stmgo", "t", "target-directory" },
	{ "rsync", WRITES_LAST, "e", "", NULL },
	{ "split", WRITES_LAST, "abClnt", "", NULL },
	{ "csplit", WRITES_NONE, "bfn", "f", "prefix" },
	{ "convert", WRITES_LAST, "", "", NULL },
	{ "sqlite3", WRITES_FIRST, "", "", NULL },
	{ "mysqldump", WRITES_NONE, "hpuPr", "r", "result-file" },
	{ "pg_dump", WRITES_NONE, "hpUf", "f", "file" },
	{ "pg_dumpall", WRITES_NONE, "hpUf", "f", "file" },
	{ "scp", WRITES_LAST, "FiloPS", "", NULL },
	{ "wget", WRITES_NONE, "OoaPtTUeDRA", "Ooa", "output-" },
	{ "curl", WRITES_NONE, "oDcbHdAuXxeFmTKEw", "oDc", "output" },
	{ "sort", WRITES_NONE, "oktT", "o", "output" },
	{ "iptables-save", WRITES_NONE, "ftM", "f", "file" },
	{ "tcpdump", WRITES_NONE, "wicr", "w", NULL },
	{ "zip", WRITES_FIRST, "", "", NULL },
	{ "script", WRITES_ALL, "cotE", "", NULL },
	{ "mkfs.ext4", WRITES_NONE, "", "", NULL },
	{ "cpio", WRITES_NONE, "OFEHCIDMR", "O", NULL },
	{ "dumpcap", WRITES_NONE, "wicfabBsy", "w", NULL },
	{ "ffmpeg", WRITES_LAST, "", "", NULL },
	{ "fallocate", WRITES_ALL, "lo", "", NULL },
	{ "gm", WRITES_LAST, "", "", NULL },
	{ "lame", WRITES_LAST, "", "", NULL },
	{ "magick", WRITES_LAST, "", "", NULL },
	{ "montage", WRITES_LAST, "", "", NULL },
	{ "mongodump", WRITES_NONE, "odchu", "o", "out" },
	{ "objcopy", WRITES_LAST, "IOBFjR", "", NULL },
	{ "pdf2ps", WRITES_LAST, "", "", NULL },
	{ "pdftoppm", WRITES_LAST, "flrxyWH", "", NULL },
	{ "pdftotext", WRITES_LAST, "flrxyWH", "", NULL },
	{ "pdfunite", WRITES_LAST, "", "", NULL },
	{ "pg_basebackup", WRITES_NONE, "DFhpU", "D", "pgdata" },
	{ "ps2pdf", WRITES_LAST, "", "", NULL },
	{ "qpdf", WRITES_LAST, "", "", NULL },
	{ "sox", WRITES_LAST, "trbc", "", NULL },
	{ "sponge", WRITES_ALL, "", "", NULL },
	{ "tshark", WRITES_NONE, "wicrfYTab", "w", NULL },
	{ "uniq", WRITES_LAST, "fsw", "", NULL },
	{ "wkhtmltopdf", WRITES_LAST, "", "", NULL },
	{ 0 },
};

/** Commands whose "-o" is no file that they write. */
static bool means_other(const char *name) {
	static const char *const names[] = { "[",        "[[",    "test",   "set",   "mount",   "umount",  "ssh",
		                             "ps",       "grep",  "egrep",  "find",  "chmod",   "ls",      "getopt",
		                             "tar",      "shopt", "read",   "chown", "install", "useradd", "usermod",
		                             "groupadd", "sed",   "awk",    "mysql", "df",      "lsof",    "netstat",
		                             "sh",       "bash",  "fsck",   "zfs",   "zpool",   "pgrep",   "pkill",
		                             "xargs",    "echo",  "printf", "lsblk", "findmnt", "losetup", "complete",
		                             "compgen",  "bind",  "unzip",  "sftp",  "mke2fs",  "case",    "for",
		                             NULL };

	for (const char *const *row = names; *row; ++row)
		if (strcmp(name, *row) == 0)
			return true;
	return false;
}

static void create_word(struct shell *shell, struct shell_span word, uint32_t index) {
	const struct value value = word_value(shell, word, index);

	add_sink(shell, SINK_CREATE, &value, word, index, false);
}

/** A file is put into a directory that is shared by itself, under the name that it has: cp a/b /tmp. */
static void create_within(struct shell *shell, const struct value *directory, struct shell_span from,
                          struct shell_span word, uint32_t index) {
	struct value name = word_value(shell, from, index);

	for (unsigned i = 0; i < name.count; ++i) {
		const char *slash = strrchr(name.choices[i].text, '/');

		if (slash && slash[1])
			name.choices[i].text = slash + 1;
	}
	const struct value value = value_join(shell->arena, directory, &name);
	add_sink(shell, SINK_CREATE, &value, word, index, false);
}

static bool is_directory(const struct value *value) {
	const char *text = value->choices[0].text;
	size_t length = strlen(text);

	while (length > 1 && text[length - 1] == '/')
		--length;
	char own[16] = "";
	if (value->count != 1 || length >= sizeof own)
		return false;
	memcpy(own, text, length);
	return value_is_directory(own);
}

static void do_writer(struct shell *shell, uint32_t index, uint32_t first, const struct writer_row *row) {
	const struct shell_step *step = &shell->code.steps[index];
	uint32_t operands = 0, last = 0, source = 0;
	bool options = true, into = false;

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = plain(shell, step->words[i]);
		const size_t length = strlen(word);

		/* What find(1) runs ends there. */
		if (strcmp(word, ";") == 0)
			break;
		if (options && strcmp(word, "--") == 0) {
			options = false;
			continue;
		}
		if (options && word[0] == '-' && word[1] == '-' && row->long_name &&
		    text_starts(word + 2, row->long_name)) {
			const char *equals = strchr(word, '=');

			into = true;
			if (equals)
				create_word(shell,
				            (struct shell_span) { step->words[i].at + (uint32_t)(equals - word) + 1,
				                                  step->words[i].end, step->words[i].line },
				            index);
			else if (i + 1 < step->nwords)
				create_word(shell, step->words[++i], index);
			continue;
		}
		if (options && word[0] == '-' && word[1] == '-')
			continue;
		if (options && word[0] == '-' && length > 1) {
			/* Its value stands behind the letter, or is the next word: -qO/tmp/x, -qO /tmp/x. */
			const size_t letter = strcspn(word + 1, row->valued) + 1;
			const bool written = word[letter] && strchr(row->written, word[letter]);

			if (!word[letter])
				continue;
			into |= written;
			if (word[letter + 1] && written)
				create_word(shell,
				            (struct shell_span) { step->words[i].at + (uint32_t)letter + 1,
				                                  step->words[i].end, step->words[i].line },
				            index);
			else if (!word[letter + 1] && ++i < step->nwords && written)
				create_word(shell, step->words[i], index);
			continue;
		}
		++operands;
		source = last;
		last = i;
		if (row->operands == WRITES_ALL || (row->operands == WRITES_FIRST && operands == 1))
			create_word(shell, step->words[i], index);
	}
	if (row->operands == WRITES_LAST && operands >= 2 && !into) {
		const struct value value = word_value(shell, step->words[last], index);

		if (is_directory(&value))
			create_within(shell, &value, step->words[source], step->words[last], index);
		else
			add_sink(shell, SINK_CREATE, &value, step->words[last], index, false);
	}
}

/** How long an option is that names a file to be written; 0: it is none. */
static size_t written_option(const char *word) {
	static const char *const options[] = { "--output=",   "--output-file=", "--outfile=",   "--out=",
		                               "--log-file=", "--logfile=",     "--dump-file=", NULL };

	for (const char *const *row = options; *row; ++row)
		if (text_starts(word, *row))
			return strlen(*row);
	return 0;
}

/** "of=", "-o FILE", "--output=FILE". */
static void do_options(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool dd = strcmp(name, "dd") == 0, openssl = strcmp(name, "openssl") == 0;
	const bool keygen = strcmp(name, "ssh-keygen") == 0 && has_option(shell, step, first, 't', NULL);
	const bool other = means_other(name);

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const struct shell_span span = step->words[i];
		const char *word = plain(shell, span), *next = i + 1 < step->nwords ? word : NULL;
		size_t skip = 0;

		if (dd && text_starts(word, "of="))
			skip = 3;
		else if (!other)
			skip = written_option(word);
		if (skip)
			;
		else if (!other && text_starts(word, "-o") && word[2] == '/')
			skip = 2;
		if (skip) {
			create_word(shell, (struct shell_span) { span.at + (uint32_t)skip, span.end, span.line },
			            index);
			continue;
		}
		if (!next)
			continue;
		const bool keyed = (openssl && (strcmp(word, "-out") == 0 || strcmp(word, "-keyout") == 0)) ||
		                   (keygen && strcmp(word, "-f") == 0);
		const bool scan = strcmp(name, "nmap") == 0 && text_starts(word, "-o") && word[2] && !word[3];
		if (keyed || scan || (!other && (strcmp(word, "-o") == 0 || strcmp(word, "--output") == 0)))
			create_word(shell, step->words[++i], index);
	}
}

/** Which of the letters in a word of tar's is "f", and how many with a value of their own stand before it. */
static bool names_archive(const char *letters, bool jar, uint32_t *before) {
	*before = 0;
	for (; *letters && !strchr("-=/.", *letters); ++letters) {
		if (*letters == 'f')
			return true;
		*before += strchr(jar ? "em" : "bCgHIKLNTVX", *letters) != NULL;
	}
	return false;
}

/** The archive that tar or jar writes: cf FILE, -c -z -f FILE, -cfFILE, --create --file=FILE. */
static void do_archive(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	static const char *const long_names[] = { "create", "append", "update", NULL };
	static const char file[] = "--file";
	const struct shell_step *step = &shell->code.steps[index];
	const bool jar = strcmp(name, "jar") == 0;
	uint32_t before;
	bool writes = false;

	if ((!jar && strcmp(name, "tar") != 0 && strcmp(name, "bsdtar") != 0) || first + 1 >= step->nwords)
		return;
	const bool bundled = plain(shell, step->words[first + 1])[0] != '-';
	for (const char *letter = "cru"; *letter; ++letter)
		writes |= has_option(shell, step, first, *letter, NULL) ||
		          (bundled && strchr(plain(shell, step->words[first + 1]), *letter));
	for (const char *const *row = long_names; *row; ++row)
		writes |= has_option(shell, step, first, '\0', *row);
	for (uint32_t i = first + 1; i < step->nwords && writes; ++i) {
		const struct shell_span span = step->words[i];
		const char *word = plain(shell, span), *letter = strchr(word, 'f');

		if (text_starts(word, "--file=")) {
			create_word(shell, (struct shell_span) { span.at + (uint32_t)sizeof file, span.end, span.line },
			            index);
		} else if (strcmp(word, file) == 0) {
			if (i + 1 < step->nwords)
				create_word(shell, step->words[i + 1], index);
		} else if (bundled ? i == first + 1 && names_archive(word, jar, &before)
		                   : word[0] == '-' && names_archive(word + 1, jar, &before) && (jar || !before)) {
			if (letter[1] && !bundled && !jar)
				create_word(shell,
				            (struct shell_span) { span.at + (uint32_t)(letter + 1 - word), span.end,
				                                  span.line },
				            index);
			else if (i + 1 + before < step->nwords)
				create_word(shell, step->words[i + 1 + before], index);
		}
	}
}

/** Archives are unpacked into a directory: tar x… -C DIR, unzip -d DIR; git clone makes it. */
static void do_unpack(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool tar = strcmp(name, "tar") == 0 || strcmp(name, "bsdtar") == 0, zip = strcmp(name, "unzip") == 0;
	const bool git = strcmp(name, "git") == 0, find = strcmp(name, "find") == 0;

	if (!tar && !zip && !git && !find)
		return;
	if (tar && (first + 1 >= step->nwords || (!has_option(shell, step, first, 'x', "extract") &&
	                                          !strchr(plain(shell, step->words[first + 1]), 'x'))))
		return;
	if (git && (step->nwords < first + 4 || !is_word(shell, step->words[first + 1], "clone")))
		return;
	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = plain(shell, step->words[i]);
		const bool last = i + 1 == step->nwords;

		if (find) {
			if (text_starts(word, "-fprint") || strcmp(word, "-fls") == 0)
				create_word(shell, step->words[last ? i : i + 1], index);
		} else if (tar && text_starts(word, "--directory=")) {
			const struct shell_span span = { step->words[i].at + (uint32_t)strlen("--directory="),
				                         step->words[i].end, step->words[i].line };
			const struct value value = word_value(shell, span, index);

			add_sink(shell, SINK_DIRECTORY, &value, span, index, false);
		} else if (git ? last && word[0] != '-' : !last && strcmp(word, tar ? "-C" : "-d") == 0) {
			const struct shell_span span = step->words[git ? i : i + 1];
			const struct value value = word_value(shell, span, index);

			add_sink(shell, SINK_DIRECTORY, &value, span, index, false);
		}
	}
}

/** What is fetched without a name for it lands in the directory that the script has changed to. */
static void do_fetch(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool wget = strcmp(name, "wget") == 0;
	const struct value unknown = value_unknown();
	struct value directory;

	if (!wget && strcmp(name, "curl") != 0)
		return;
	for (uint32_t i = first + 1; i + 1 < step->nwords && wget; ++i)
		if (strcmp(plain(shell, step->words[i]), "-P") == 0) {
			directory = word_value(shell, step->words[i + 1], index);
			directory = value_join(shell->arena, &directory, &unknown);
			add_sink(shell, SINK_CREATE, &directory, step->words[i + 1], index, false);
			return;
		}
	if (!shell->nmoves || (wget ? has_option(shell, step, first, 'O', "output-document")
	                            : !has_option(shell, step, first, 'O', "remote-name")))
		return;
	directory = directory_at(shell, index);
	if (!value_is_shared(directory.choices[0].text) && !value_is_directory(directory.choices[0].text))
		return;
	directory = value_join(shell->arena, &directory, &unknown);
	add_sink(shell, SINK_CREATE, &directory, step->words[first], index, false);
}

/** Where what a command in a word does is put down. */
struct within {
	struct shell *shell;
	struct shell_span word;
	uint32_t index;
};

static void take_deed(void *context, enum shell_deed deed, const struct value *name, bool exclusive) {
	static const enum sink_kind kinds[] = {
		[SHELL_CREATES] = SINK_CREATE, [SHELL_MAKES_DIRECTORY] = SINK_DIRECTORY, [SHELL_MAKES_NAME] = SINK_NAME
	};
	const struct within *within = context;

	add_sink(within->shell, kinds[deed], name, within->word, within->index, exclusive);
}

typedef void visit_deed(void *context, enum shell_deed deed, const struct value *name, bool exclusive);

static void visit_deeds(struct arena *arena, const char *command, unsigned nested, visit_deed *visit, void *context);

/** What a word is as a command of its own: what is redirected there, and what its commands write. */
static void do_words(struct shell *shell, uint32_t index, struct shell_span word, bool commands) {
	const struct value command = word_value(shell, word, index);
	struct within within = { shell, word, index };

	for (unsigned i = 0; i < command.count; ++i) {
		const char *text = command.choices[i].text;
		struct value name;

		if (commands)
			visit_deeds(shell->arena, text, shell->nested + 1, take_deed, &within);
		while (value_redirected(shell->arena, &text, &name))
			add_sink(shell, SINK_CREATE, &name, word, index, false);
	}
}

/** sh -c '…', eval '…', su -c '…': what stands in the word is a script of its own; sh FILE runs the file. */
static void do_interpreter(struct shell *shell, uint32_t index, uint32_t first, bool is_shell) {
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = plain(shell, step->words[i]);

		if (word[0] == '-' && word[1] != '-' && strchr(word, 'c')) {
			if (is_shell && i + 1 < step->nwords)
				do_words(shell, index, step->words[i + 1], true);
			return;
		}
		if (word[0] == '-')
			continue;
		const struct value value = word_value(shell, step->words[i], index);
		add_sink(shell, SINK_SOURCE, &value, step->words[i], index, false);
		return;
	}
}

static bool is_one_of(const char *name, const char *const *names) {
	for (; *names; ++names)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/** Programs in words: xargs sh -c '…', find -exec sh -c '…', awk '… > "/tmp/x"', trap '…' EXIT. */
static void do_programs(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	static const char *const awks[] = { "awk", "gawk", "mawk", "nawk", "perl", "trap", NULL };
	static const char *const runners[] = { "xargs", "find", "parallel", "flock", "watch", NULL };
	static const char *const shells[] = { "sh", "bash", "dash", "ksh", "/bin/sh", "/bin/bash", NULL };
	const struct shell_step *step = &shell->code.steps[index];
	unsigned ran = 0;

	if (is_one_of(name, awks))
		for (uint32_t i = first + 1; i < step->nwords; ++i)
			do_words(shell, index, step->words[i], strcmp(name, "trap") == 0 && i == first + 1);
	for (uint32_t i = first + 1; i + 2 < step->nwords && is_one_of(name, runners); ++i) {
		const char *run = plain(shell, step->words[strcmp(name, "find") == 0 ? i + 1 : i]);
		const bool begins = strcmp(name, "find") == 0 ? text_starts(plain(shell, step->words[i]), "-exec")
		                                              : !ran && run[0] != '-';

		for (const struct writer_row *row = writers; row->name && begins && ran < MOST_CALLS; ++row)
			if (strcmp(run, row->name) == 0) {
				do_writer(shell, index, strcmp(name, "find") == 0 ? i + 1 : i, row);
				++ran;
			}
	}
	for (uint32_t i = first + 1; i + 2 < step->nwords && is_one_of(name, runners); ++i)
		if (is_one_of(plain(shell, step->words[i]), shells) &&
		    strcmp(plain(shell, step->words[i + 1]), "-c") == 0)
			do_words(shell, index, step->words[i + 2], true);
}

static void do_command(struct shell *shell, uint32_t index) {
	static const char *const interpreters[] = { "sh",      "bash", "dash", "ksh",    "zsh", "python",
		                                    "python3", "perl", ".",    "source", NULL };
	static const char *const shells[] = { "sh", "bash", "dash", "ksh", "zsh", "ash", NULL };
	const struct shell_step *step = &shell->code.steps[index];
	uint32_t first = 0;
	const char *name = command_name(shell, step, &first);
	struct value value;

	/* Its files are others: those below the new root. */
	if (strcmp(name, "chroot") == 0)
		return;
	if (strcmp(name, "mkdir") == 0) {
		do_mkdir(shell, index, first, has_option(shell, step, first, 'p', "parents"));
	} else if (strcmp(name, "install") == 0 && has_option(shell, step, first, 'd', "directory")) {
		do_mkdir(shell, index, first, true);
		return;
	} else if (strcmp(name, "mktemp") == 0 || strcmp(name, "tempfile") == 0) {
		value = output_value(shell, index);
		if (value.choices[0].origin)
			add_sink(shell, SINK_NAME, &value, step->words[0], index, false);
	} else if (strcmp(name, "mkfifo") == 0 || strcmp(name, "mknod") == 0) {
		for (uint32_t i = first + 1; i < step->nwords; ++i) {
			value = word_value(shell, step->words[i], index);
			add_sink(shell, SINK_CREATE, &value, step->words[i], index, true);
		}
	} else if (strcmp(name, "ln") == 0 && step->nwords > first + 1) {
		value = word_value(shell, step->words[step->nwords - 1], index);
		add_sink(shell, SINK_CREATE, &value, step->words[step->nwords - 1], index, true);
	} else if (strcmp(name, "eval") == 0) {
		for (uint32_t i = first + 1; i < step->nwords; ++i)
			do_words(shell, index, step->words[i], true);
	} else if (strcmp(name, "su") == 0 || strcmp(name, "runuser") == 0) {
		for (uint32_t i = first + 1; i + 1 < step->nwords; ++i)
			if (strcmp(plain(shell, step->words[i]), "-c") == 0)
				do_words(shell, index, step->words[i + 1], true);
	} else if (is_one_of(name, interpreters)) {
		do_interpreter(shell, index, first, is_one_of(name, shells));
	} else if (text_starts(name, "/") || shell->data[step->words[first].at] == '$' ||
	           shell->data[step->words[first].at] == '"') {
		value = word_value(shell, step->words[first], index);
		add_sink(shell, SINK_SOURCE, &value, step->words[first], index, false);
	}
	for (const struct writer_row *row = writers; row->name; ++row) {
		if (strcmp(name, row->name) == 0) {
			do_writer(shell, index, first, row);
			do_fetch(shell, index, first, name);
			return;
		}
	}
	do_unpack(shell, index, first, name);
	do_archive(shell, index, first, name);
	do_fetch(shell, index, first, name);
	do_programs(shell, index, first, name);
	do_options(shell, index, first, name);
}

/* All of it */

/** NAME=(WORD…): the variable is any of them.  False: it is no list. */
static bool bind_elements(struct shell *shell, const struct shell_assignment *assignment, uint32_t step) {
	struct shell_span value = assignment->value;
	unsigned count = 0;

	if (value.at >= value.end || shell->data[value.at] != '(')
		return false;
	value.end -= shell->data[value.end - 1] == ')';
	for (uint32_t at = value.at + 1; at < value.end && count < VALUE_MOST;) {
		uint32_t end = at;

		if (strchr(" \t\n", shell->data[at])) {
			++at;
			continue;
		}
		while (end < value.end && !strchr(" \t\n", shell->data[end]))
			end = shell->data[end] == '"' || shell->data[end] == '\''
			              ? (uint32_t)shell_skip_quotes(shell->data, end, value.end)
			              : end + 1;
		bind(shell, assignment->name, (struct shell_span) { at, end, value.line }, step, false, false);
		++count;
		at = end;
	}
	return count;
}

/** "${NAME:=WORD}" in a word sets the variable where it is empty. */
static void bind_defaults(struct shell *shell, struct shell_span word, uint32_t step) {
	for (uint32_t at = word.at; at + 3 < word.end; ++at) {
		uint32_t name = at + 2, end = name;

		if (shell->data[at] != '$' || shell->data[at + 1] != '{')
			continue;
		while (end < word.end && is_name_byte(shell->data[end]))
			++end;
		const uint32_t sign = end + (end < word.end && shell->data[end] == ':');
		const size_t stop = shell_skip_braces(shell->data, at, word.end);
		if (end == name || sign >= word.end || shell->data[sign] != '=' || stop <= sign + 1)
			continue;
		bind(shell, (struct shell_span) { name, end, word.line },
		     (struct shell_span) { sign + 1, (uint32_t)stop - 1, word.line }, step, false, false);
		shell->bindings[shell->nbindings - 1].conditional = true;
	}
}

/** The frame of the script's own function of that name; 0: there is none. */
static uint32_t function_named(const struct shell *shell, struct shell_span word) {
	uint32_t at = shell->named[bucket_of(shell->data + word.at, word.end - word.at)];

	for (; at; at = shell->next_named[at]) {
		const struct shell_span name = shell->code.frames[at].name;

		if (name.end - name.at == word.end - word.at &&
		    memcmp(shell->data + name.at, shell->data + word.at, name.end - name.at) == 0)
			return at;
	}
	return 0;
}

static void name_functions(struct shell *shell) {
	shell->calls = arena_array(shell->arena, shell->code.nframes + 1, sizeof *shell->calls);
	shell->next_named = arena_array(shell->arena, shell->code.nframes + 1, sizeof *shell->next_named);
	for (uint32_t i = 1; i < shell->code.nframes; ++i) {
		const struct shell_span name = shell->code.frames[i].name;

		if (shell->code.frames[i].function != i || name.end <= name.at)
			continue;
		uint32_t *bucket = &shell->named[bucket_of(shell->data + name.at, name.end - name.at)];
		shell->next_named[i] = *bucket;
		*bucket = i;
	}
}

/** A function of the script's own is called: its "$1" is what stands there. */
static void bind_arguments(struct shell *shell, uint32_t index) {
	static const char digits[] = "123456789";
	const struct shell_step *step = &shell->code.steps[index];
	const uint32_t frame = function_named(shell, step->words[0]);

	if (!frame || shell->code.frames[frame].first >= shell->code.nsteps || shell->calls[frame] >= MOST_CALLS)
		return;
	++shell->calls[frame];
	for (uint32_t i = 1; i < step->nwords && i < sizeof digits; ++i) {
		bind(shell, step->words[i], step->words[i], index, false, false);
		struct binding *binding = &shell->bindings[shell->nbindings - 1];

		/* Out of the bucket of the word, and into that of the number. */
		shell->buckets[bucket_of(binding->name, binding->length)] = binding->previous;
		binding->name = &digits[i - 1];
		binding->length = 1;
		uint32_t *bucket = &shell->buckets[bucket_of(binding->name, 1)];
		binding->previous = *bucket;
		*bucket = (uint32_t)shell->nbindings;
		binding->step = shell->code.frames[frame].first;
		binding->block = binding->function = frame;
		/* Another call may give another. */
		binding->conditional = true;
	}
}

static void bind_all(struct shell *shell) {
	name_functions(shell);
	for (uint32_t i = 0; i < shell->code.nsteps && lex_has_room(&shell->code.lex); ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		for (uint32_t k = 0; k < step->nassignments; ++k) {
			/* Before a command it is the command's own, but for TMPDIR nobody cares. */
			const struct shell_assignment *assignment = &step->assignments[k];

			if (!bind_elements(shell, assignment, i))
				bind(shell, assignment->name, assignment->value, i, assignment->append, false);
		}
		for (uint32_t k = 0; k < step->nwords; ++k)
			bind_defaults(shell, step->words[k], i);
		if (!step->nwords)
			continue;
		bind_arguments(shell, i);
		if ((is_word(shell, step->words[0], "cd") || is_word(shell, step->words[0], "pushd")) &&
		    shell->nmoves < sizeof shell->moves / sizeof *shell->moves)
			shell->moves[shell->nmoves++] = i;
		if ((is_word(shell, step->words[0], "for") || is_word(shell, step->words[0], "select")) &&
		    step->nwords > 1) {
			for (uint32_t k = 3; k < step->nwords && k < 3 + VALUE_MOST; ++k)
				bind(shell, step->words[1], step->words[k], i, false, false);
			if (step->nwords <= 3)
				bind(shell, step->words[1], step->words[1], i, false, true);
		}
		/* printf -v NAME FORMAT …: as far as the format tells. */
		if (is_word(shell, step->words[0], "printf") && step->nwords > 3 &&
		    is_word(shell, step->words[1], "-v"))
			bind(shell, step->words[2], step->words[3], i, false, false);
		if (is_word(shell, step->words[0], "read"))
			for (uint32_t k = 1; k < step->nwords; ++k)
				bind(shell, step->words[k], step->words[k], i, false, true);
	}
}

/** Whether the script has made the name itself, and nobody else can have. */
static bool is_own(const struct shell *shell, const char *text) {
	for (size_t i = 0; i < shell->nsinks; ++i) {
		const struct sink *sink = &shell->sinks[i];

		if (!sink->exclusive)
			continue;
		for (unsigned k = 0; k < sink->value.count; ++k) {
			const char *own = sink->value.choices[k].text;

			/* What is unpacked into a directory of its own names just that. */
			if (strcmp(own, text) == 0 || (sink->kind == SINK_DIRECTORY && value_is_below(text, own)))
				return true;
		}
	}
	return false;
}

static bool weigh(const struct shell *shell, const struct value *value, enum script_confidence *confidence,
                  const char **text) {
	unsigned guessable = 0, doubtful = 0, good = 0, other = 0;

	*text = NULL;
	for (unsigned i = 0; i < value->count; ++i) {
		const char *choice = value->choices[i].text;
		const enum value_class class = value_class(choice);

		if ((class == VALUE_GUESSABLE || class == VALUE_DOUBTFUL) && is_own(shell, choice)) {
			++good;
			continue;
		}
		if ((class == VALUE_GUESSABLE && !guessable) || (class == VALUE_DOUBTFUL && !guessable && !doubtful))
			*text = choice;
		guessable += class == VALUE_GUESSABLE;
		doubtful += class == VALUE_DOUBTFUL;
		good += class == VALUE_FRESH || class == VALUE_UNHELD;
		/* What is empty was only there to be set later. */
		other += class == VALUE_SAFE && *choice;
	}
	*confidence = good || (other && shell->sources) ? SCRIPT_LOW
	              : guessable && !other             ? SCRIPT_HIGH
	                                                : SCRIPT_MEDIUM;
	return guessable + doubtful;
}

static struct sink *sink_of(struct shell *shell, unsigned origin) {
	for (size_t i = 0; origin && i < shell->nsinks; ++i)
		if (shell->sinks[i].kind == SINK_NAME && shell->sinks[i].step + 1 == origin)
			return &shell->sinks[i];
	return NULL;
}

static void count_uses(struct shell *shell) {
	for (size_t i = 0; i < shell->nsinks; ++i) {
		const struct sink *sink = &shell->sinks[i];

		if (sink->kind != SINK_CREATE && sink->kind != SINK_DIRECTORY)
			continue;
		for (unsigned k = 0; k < sink->value.count; ++k) {
			struct sink *name = sink_of(shell, sink->value.choices[k].origin);

			if (name && sink->exclusive)
				++name->exclusives;
			else if (name)
				++name->uses;
		}
	}
}

static void tell(const struct shell *shell, struct script *script, const struct sink *sink, enum script_kind kind,
                 enum script_confidence confidence, const char *name) {
	unsigned last = sink->span.line;

	for (size_t at = sink->span.at; at < sink->span.end; ++at)
		last += shell->data[at] == '\n';
	if (lex_is_marked(&shell->code.lex, sink->span.line, last)) {
		++script->suppressed;
		return;
	}
	script_add(script, shell->arena,
	           &(struct script_finding) {
	                   .line = sink->line,
	                   .kind = kind,
	                   .confidence = confidence,
	                   .text = lex_spelt(&shell->code.lex, sink->span.at, sink->span.end),
	                   .name = name ? value_shown(shell->arena, name) : NULL,
	                   .instead = kind == SCRIPT_DIRECTORY ? SAFE_DIRECTORY
	                              : kind == SCRIPT_SOURCE  ? "a file that only its owner can write"
	                              : kind == SCRIPT_NAME    ? "d=$(mktemp -d), and a name inside it"
	                                                       : SAFE_FILE,
	           });
}

static void judge(const struct shell *shell, struct script *script, const struct sink *sink) {
	static const enum script_kind kinds[] = {
		[SINK_CREATE] = SCRIPT_CREATE, [SINK_DIRECTORY] = SCRIPT_DIRECTORY, [SINK_SOURCE] = SCRIPT_SOURCE
	};
	enum script_confidence confidence;
	const char *text;

	if (sink->kind == SINK_NAME) {
		if (!sink->exclusives)
			tell(shell, script, sink, SCRIPT_NAME, sink->uses ? SCRIPT_HIGH : SCRIPT_MEDIUM, NULL);
	} else if (!sink->exclusive && weigh(shell, &sink->value, &confidence, &text)) {
		tell(shell, script, sink, kinds[sink->kind], sink->fallback ? SCRIPT_LOW : confidence, text);
	}
}

/** Read a script and follow its commands; the budget is for each of them and at the least. */
static struct shell *follow(const char *data, size_t size, struct arena *arena, struct pulse *pulse, unsigned nested) {
	struct shell *shell = arena_alloc(arena, sizeof *shell);

	shell->arena = arena;
	shell->data = data;
	shell->nested = nested;
	lex_start(&shell->code.lex, arena, data, size);
	shell->code.lex.pulse = pulse;
	lex_shell(&shell->code);
	shell->budget = (nested ? 0 : STEPS_LEAST) + STEPS_EACH * shell->code.nsteps;
	find_settings(shell);
	bind_all(shell);
	for (uint32_t i = 0; i < shell->code.nsteps && lex_has_room(&shell->code.lex); ++i) {
		if (!nested)
			note_redirections(shell, i);
		if (shell->code.steps[i].nwords)
			do_command(shell, i);
	}
	return shell;
}

/** Whether a command may matter: it names what lies in a temporary directory, or makes names. */
static bool may_matter(const char *command) {
	return strstr(command, "/tmp") || strstr(command, "/dev/shm") || strchr(command, HOLE_TEMPDIR) ||
	       strstr(command, "mktemp") || strstr(command, "tempfile");
}

static void visit_deeds(struct arena *arena, const char *command, unsigned nested, visit_deed *visit, void *context) {
	static const enum shell_deed deeds[] = {
		[SINK_CREATE] = SHELL_CREATES, [SINK_DIRECTORY] = SHELL_MAKES_DIRECTORY, [SINK_NAME] = SHELL_MAKES_NAME
	};
	struct builder text = { .arena = arena };
	struct arena own = { 0 };

	if (nested > MOST_NESTED || !may_matter(command))
		return;
	/* The one hole that a shell takes for a blank. */
	for (; *command; ++command)
		if (*command == HOLE_TEMPDIR)
			builder_text(&text, "/tmp");
		else
			builder_bytes(&text, command, 1);
	const char *data = builder_string(&text);
	const struct shell *shell = follow(data, strlen(data), &own, NULL, nested);
	for (size_t i = 0; i < shell->nsinks; ++i) {
		const struct sink *sink = &shell->sinks[i];
		struct value name = sink->value;

		if (sink->kind == SINK_SOURCE)
			continue;
		for (unsigned k = 0; k < name.count; ++k)
			name.choices[k] = (struct value_choice) { .text = arena_copy(arena, name.choices[k].text) };
		visit(context, deeds[sink->kind], &name, sink->exclusive);
	}
	arena_free(&own);
}

void shell_deeds(struct arena *arena, const char *command, visit_deed *visit, void *context) {
	visit_deeds(arena, command, 1, visit, context);
}

static void analyse(const char *data, size_t size, struct arena *arena, struct script *script) {
	struct shell *shell = follow(data, size, arena, script->pulse, 0);

	count_uses(shell);
	for (size_t i = 0; i < shell->nsinks; ++i)
		judge(shell, script, &shell->sinks[i]);
	script_sort(script);
	if (shell->code.lex.truncated)
		script->defect = "has more commands than are looked at";
	else if (shell->exhausted)
		script->defect = "takes more steps to follow than are taken";
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_shell = {
	.name = "shell",
	.title = "Shell",
	.check = SCRIPT_SHELL,
	.suffixes = LIST(".sh", ".bash", ".ksh", ".zsh", ".bats", ".ebuild", ".eclass", ".profile", ".bashrc",
	                 ".bash_profile", ".bash_login", ".bash_logout", ".zshrc", ".zprofile", ".kshrc", ".xinitrc",
	                 ".xsession", ".envrc", "PKGBUILD", "APKBUILD"),
	.interpreters = LIST("sh", "bash", "dash", "ksh", "ksh93", "zsh", "ash", "mksh", "yash", "posh", "rbash",
	                     "pdksh", "bats"),
	.analyse = analyse,
};

// NOLINTEND(misc-no-recursion)
