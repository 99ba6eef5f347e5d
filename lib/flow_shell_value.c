/** Shells: what a word stands for: variables, expansions, and what commands in it write. */

#include "flow_shell.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

// What nests is counted, and not followed below SHELL_DEEPEST.
// NOLINTBEGIN(misc-no-recursion)

/** How many steps make a value dear. */
enum { DEAR = 200 };

static struct value evaluate(struct shell *shell, size_t at, size_t end, uint32_t step);
static struct value printed(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index);
static struct value substituted(struct shell *shell, uint32_t frame);

bool shell_step_taken(struct shell *shell) {
	lex_look(&shell->code.lex, LEX_STEP);
	if (shell->budget)
		--shell->budget;
	else
		shell->exhausted = true;
	return shell->budget > shell->floor;
}

bool shell_is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_';
}

bool shell_is_word(const struct shell *shell, struct shell_span word, const char *text) {
	lex_look(&shell->code.lex, 1);
	return word.end - word.at == strlen(text) && memcmp(shell->data + word.at, text, strlen(text)) == 0;
}

/** A word without its quotes, as far as it is plain; what is not becomes "?". */
const char *shell_plain(const struct shell *shell, struct shell_span word) {
	char *text = arena_alloc(shell->arena, word.end - word.at + 1);
	size_t length = 0;

	lex_look(&shell->code.lex, word.end - word.at);

	for (size_t at = word.at; at < word.end; ++at) {
		const char byte = shell->data[at];

		if (byte != '"' && byte != '\'' && byte != '\\')
			text[length++] = byte == '$' || byte == '`' || byte == '\0' ? '?' : byte;
	}
	return text;
}

bool shell_contains(const struct shell *shell, size_t at, size_t end, const char *word) {
	lex_search(&shell->code.lex, end > at ? end - at : 0);
	return end > at && memmem(shell->data + at, end - at, word, strlen(word));
}

bool shell_is_one_of(const char *name, const char *const *names) {
	for (; *names; ++names)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

const char *shell_base(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *shell_key(const struct shell *shell, size_t at, size_t end) {
	struct builder text = { .arena = shell->arena };

	lex_look(&shell->code.lex, end > at ? end - at : 0);
	for (; at < end; ++at)
		builder_bytes(&text, shell->data + at, shell->data[at] != '"' && shell->data[at] != '\'');
	return builder_string(&text);
}

/* Variables */

unsigned shell_bucket(const char *name, size_t length) {
	unsigned hash = 5381;

	for (size_t i = 0; i < length; ++i)
		hash = hash * 33 + (unsigned char)name[i];
	return hash % SHELL_BUCKETS;
}

unsigned shell_local_bucket(const char *name, size_t length, uint32_t function) {
	return (shell_bucket(name, length) + function * 31) % SHELL_BUCKETS;
}

static bool is_of(const struct shell_binding *binding, const char *name, size_t length) {
	return binding->length == length && memcmp(binding->name, name, length) == 0;
}

/** The last assignment of a variable or, with previous, the one before that: its index plus 1; 0: there is none. */
static uint32_t assigned(const struct shell *shell, const char *name, size_t length, uint32_t previous) {
	uint32_t at = previous ? shell->bindings[previous - 1].previous : shell->buckets[shell_bucket(name, length)];

	for (; at && !is_of(&shell->bindings[at - 1], name, length); at = shell->bindings[at - 1].previous)
		lex_look(&shell->code.lex, 1);
	return at;
}

uint32_t shell_local_assigned(const struct shell *shell, const char *name, size_t length, uint32_t function,
                              uint32_t previous) {
	uint32_t at = previous ? shell->bindings[previous - 1].previous_local
	                       : shell->local_buckets[shell_local_bucket(name, length, function)];

	for (; at && (shell->bindings[at - 1].function != function || !is_of(&shell->bindings[at - 1], name, length));
	     at = shell->bindings[at - 1].previous_local)
		lex_look(&shell->code.lex, 1);
	return at;
}

uint32_t shell_function_of(const struct shell *shell, uint32_t step) {
	return shell->code.frames[shell->code.steps[step].block].function;
}

/** Whether frame is around the step. */
bool shell_is_around(const struct shell *shell, uint32_t frame, uint32_t step) {
	for (uint32_t at = shell->code.steps[step].block;; at = shell->code.frames[at].parent) {
		lex_look(&shell->code.lex, 1);
		if (at == frame)
			return true;
		/* Groups and subshells are left without a choice. */
		if (at == 0)
			return false;
	}
}

uint32_t shell_function_named(const struct shell *shell, struct shell_span word) {
	uint32_t at = shell->named[shell_bucket(shell->data + word.at, word.end - word.at)];

	for (; at; at = shell->next_named[at]) {
		const struct shell_span name = shell->code.frames[at].name;

		lex_look(&shell->code.lex, 1);
		if (name.end - name.at == word.end - word.at &&
		    memcmp(shell->data + name.at, shell->data + word.at, name.end - name.at) == 0)
			return at;
	}
	return 0;
}

/** The frame that decides whether an assignment is made: groups are always entered. */
static uint32_t deciding(const struct shell *shell, uint32_t frame) {
	while (frame &&
	       (shell->code.frames[frame].kind == SHELL_GROUP || shell->code.frames[frame].kind == SHELL_SUBSHELL ||
	        shell->code.frames[frame].kind == SHELL_CONDITION ||
	        shell->code.frames[frame].kind == SHELL_CONTAINER) &&
	       shell->code.frames[frame].function != frame && shell->code.frames[frame].before != SHELL_OR &&
	       shell->code.frames[frame].before != SHELL_AND) {
		lex_look(&shell->code.lex, 1);
		frame = shell->code.frames[frame].parent;
	}
	return frame;
}

static struct value builtin_value(struct shell *shell, const char *name, size_t length) {
	const struct value unknown = value_unknown();

	for (const struct shell_source *row = shell_variables; row->name; ++row) {
		if (strlen(row->name) != length || memcmp(row->name, name, length) != 0)
			continue;
		const struct value value = value_hole(shell->arena, row->hole);

		return row->doubtful ? value_either(&value, &unknown) : value;
	}
	return unknown;
}

/** Whether the value of a variable is asked for in a part of the script. */
static bool is_read(const struct shell *shell, struct shell_span span, const struct shell_binding *binding) {
	for (size_t at = span.at; at + binding->length < span.end; ++at) {
		const size_t from = at + 1 + (shell->data[at + 1] == '{');

		if (shell->data[at] == '$' && from + binding->length <= span.end &&
		    memcmp(shell->data + from, binding->name, binding->length) == 0 &&
		    !shell_is_name_byte(shell->data[from + binding->length]))
			return true;
	}
	return false;
}

/** Whether it is only made if the variable is not set: [ -n "$X" ] || X=…, and in a branch. */
static bool is_asked(const struct shell *shell, const struct shell_binding *binding) {
	const struct shell_frame *frame = &shell->code.frames[shell->code.steps[binding->step].block];
	const uint32_t condition = binding->conditional          ? binding->step
	                           : frame->kind == SHELL_BRANCH ? frame->first
	                                                         : 0;

	return condition && is_read(shell, shell->code.steps[condition - 1].whole, binding);
}

/** Whether a function reads a variable before it sets it: others have set it, too. */
static bool is_given(const struct shell *shell, struct shell_binding *binding) {
	for (uint32_t i = shell->code.frames[binding->function].first;
	     i < binding->step && !binding->given && !binding->looked; ++i)
		binding->given = is_read(shell, shell->code.steps[i].whole, binding);
	binding->looked = true;
	return binding->given;
}

bool shell_is_certain(const struct shell *shell, const struct shell_binding *binding, uint32_t step) {
	return !binding->conditional && shell_is_around(shell, deciding(shell, binding->block), step);
}

static struct value variable(struct shell *shell, const char *name, size_t length, uint32_t step) {
	const uint32_t function = shell_function_of(shell, step);
	struct value value = { 0 };
	bool here = false, asked = false, given = false, whole = false;
	/* Many functions of long scripts have variables of that name. */
	enum { ELSEWHERE = 100 };
	unsigned elsewhere = 0;

	/* In the same function and before; a cycle through all of it if there is none. */
	for (uint32_t i = shell_local_assigned(shell, name, length, function, 0), next; i && shell_step_taken(shell);
	     i = next) {
		const struct shell_binding *binding = &shell->bindings[i - 1];

		next = shell_local_assigned(shell, name, length, function, i);
		if (binding->step > step || (binding->step == step && binding->busy))
			continue;
		const struct value one = shell_bound(shell, i - 1);
		value = here ? value_either(&value, &one) : one;
		here = true;
		asked |= is_asked(shell, binding);
		/* The elements of a list are bound in one step. */
		const bool more = next && shell->bindings[next - 1].step == binding->step;
		if (!more && shell_is_certain(shell, binding, step))
			return value;
	}
	if (here && asked) {
		const struct value unknown = builtin_value(shell, name, length);

		if (value_is_unknown(&unknown))
			value = value_either(&value, &unknown);
	}
	if (here && function == 0)
		return value;
	/* What one function is given is nothing to another. */
	if (length == 1 && *name >= '1' && *name <= '9')
		return here ? value : value_unknown();
	/* Else wherever it is assigned. */
	for (uint32_t i = assigned(shell, name, length, 0); i && shell_step_taken(shell);
	     i = assigned(shell, name, length, i)) {
		struct shell_binding *binding = &shell->bindings[i - 1];

		if (binding->busy || (here && binding->function == function))
			continue;
		if (++elsewhere > ELSEWHERE) {
			const struct value unknown = value_unknown();

			value = value.count ? value_either(&value, &unknown) : unknown;
			break;
		}
		const struct value one = shell_bound(shell, i - 1);
		value = value.count ? value_either(&value, &one) : one;
		whole |= !binding->function;
		given |= binding->function && is_given(shell, binding);
	}
	if (value.count && given && !whole) {
		const struct value unknown = value_unknown();

		value = value_either(&value, &unknown);
	}
	return value.count ? value : builtin_value(shell, name, length);
}

struct value shell_bound(struct shell *shell, uint32_t index) {
	struct shell_binding *binding = &shell->bindings[index];

	if (binding->known)
		return binding->result;
	if (binding->unknown || binding->busy || shell->depth >= SHELL_DEEPEST || !shell_step_taken(shell))
		return value_unknown();
	const size_t budget = shell->budget;
	binding->busy = true;
	++shell->depth;
	struct value value = binding->printed ? printed(shell, &shell->code.steps[binding->from], 3, binding->from)
	                                      : evaluate(shell, binding->value.at, binding->value.end, binding->from);
	for (unsigned i = 0; i < value.count && binding->call; ++i)
		value.choices[i].call = binding->call;
	if (binding->append) {
		const struct value before = variable(shell, binding->name, binding->length, binding->step);

		value = value_concatenate(shell->arena, &before, &value);
	}
	--shell->depth;
	binding->busy = false;
	/* What was cut short for its depth may be known from nearer by; but what is dear is not found out twice. */
	binding->known = shell->depth < SHELL_DEEPEST / 2 || budget - shell->budget > DEAR;
	binding->result = value;
	return value;
}

/* Commands in values */

/** The words of a step without what only runs the rest: sudo, env, nice. */
static uint32_t first_word(const struct shell *shell, const struct shell_step *step) {
	uint32_t at = 0;

	while (at < step->nwords) {
		const char *word = shell_base(shell_plain(shell, step->words[at]));

		if (!shell_is_one_of(word, shell_prefixes))
			break;
		const bool timed = strcmp(word, "timeout") == 0;
		++at;
		while (at + 1 < step->nwords &&
		       (shell->data[step->words[at].at] == '-' || strchr(shell_plain(shell, step->words[at]), '='))) {
			const char *option = shell_plain(shell, step->words[at++]);

			for (const char *const *row = shell_prefix_options; *row && at + 1 < step->nwords; ++row)
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
const char *shell_command_name(const struct shell *shell, const struct shell_step *step, uint32_t *first) {
	if (!step->nwords)
		return "";
	*first = first_word(shell, step);
	const char *word = shell_plain(shell, step->words[*first]);

	word = value_is_shared(word) ? word : shell_base(word);
	/* What is a function of the script's own is no command. */
	for (size_t i = 0; i < shell->nfunctions; ++i)
		if (shell_is_word(shell, shell->code.frames[shell->functions[i]].name, word))
			return "";
	return word;
}

bool shell_has_option(const struct shell *shell, const struct shell_step *step, uint32_t first, char letter,
                      const char *name) {
	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = shell_plain(shell, step->words[i]);

		if (strcmp(word, "--") == 0)
			break;
		if (word[0] != '-')
			continue;
		if (word[1] == '-' ? name && text_starts(word + 2, name) : letter && strchr(word + 1, letter) != NULL)
			return true;
	}
	return false;
}

struct value shell_word_value(struct shell *shell, struct shell_span word, uint32_t step) {
	return evaluate(shell, word.at, word.end, step);
}

/** A format with line feeds for "\n", but for those at its end, which a substitution takes away. */
static const char *lines_of(const struct shell *shell, const char *format) {
	struct builder text = { .arena = shell->arena };
	size_t length = strlen(format);

	while (length >= 2 && memcmp(format + length - 2, "\\n", 2) == 0)
		length -= 2;
	for (size_t at = 0; at < length; ++at) {
		const bool feed = format[at] == '\\' && format[at + 1] == 'n';

		builder_bytes(&text, feed ? "\n" : format + at, 1);
		at += feed;
	}
	return builder_string(&text);
}

/** What printf would write, whose format is the word first: the words behind that are for its conversions. */
static struct value printed(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index) {
	const struct value format =
	        first < step->nwords ? shell_word_value(shell, step->words[first], index) : value_unknown();
	const char *text = lines_of(shell, format.choices[0].text);
	struct value value = value_literal(shell->arena, "", 0);

	while (*text && shell_step_taken(shell)) {
		const size_t plain = strcspn(text, "%");
		const struct value before = { .choices = { { .text = arena_bytes(shell->arena, text, plain) } },
			                      .count = 1 };

		value = value_concatenate(shell->arena, &value, &before);
		text += plain;
		if (!*text)
			break;
		++text;
		text += strspn(text, "-+ #0123456789.");
		const struct value percent = value_literal(shell->arena, "%", 1), unknown = value_unknown();
		const struct value one = *text == '%'             ? percent
		                         : ++first < step->nwords ? shell_word_value(shell, step->words[first], index)
		                                                  : unknown;
		value = value_concatenate(shell->arena, &value, &one);
		text += *text != '\0';
	}
	return value;
}

/** What the words from first on would be as output: joined by blanks. */
static struct value echoed(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index) {
	struct value value = value_literal(shell->arena, "", 0);
	const struct value blank = value_literal(shell->arena, " ", 1);
	bool any = false;

	for (uint32_t i = first; i < step->nwords; ++i) {
		if (shell->data[step->words[i].at] == '-' && !any)
			continue;
		const struct value one = shell_word_value(shell, step->words[i], index);

		if (any)
			value = value_concatenate(shell->arena, &value, &blank);
		value = value_concatenate(shell->arena, &value, &one);
		any = true;
	}
	return value;
}

/** The directory that mktemp or tempfile makes something in; unknown: that of the script. */
static struct value made_within(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index) {
	static const char *const options[] = { "--tmpdir=", "--directory=", NULL };
	const bool tempfile = text_ends(shell_plain(shell, step->words[first]), "tempfile");
	const struct value temporary = value_hole(shell->arena, HOLE_TEMPDIR);
	const struct shell_span *template = NULL;
	bool below = tempfile;

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		struct shell_span word = step->words[i];
		const char *text = shell_plain(shell, word);

		for (const char *const *option = options; *option; ++option)
			if (text_starts(text, *option)) {
				word.at += (uint32_t)strlen(*option);
				return shell_word_value(shell, word, index);
			}
		if (text[0] == '-' && text[1] != '-' && text_ends(text, tempfile ? "d" : "p"))
			return i + 1 < step->nwords ? shell_word_value(shell, step->words[i + 1], index) : temporary;
		below |= strcmp(text, "--tmpdir") == 0 || (text[0] == '-' && text[1] != '-' && strchr(text, 't'));
		template = text[0] == '-' ? template : &step->words[i];
	}
	if (below || !template)
		return temporary;
	struct value value = shell_word_value(shell, *template, index);
	const char *slash = strrchr(value.choices[0].text, '/');
	if (value.count != 1 || !slash)
		return value_unknown();
	value.choices[0].text =
	        arena_bytes(shell->arena, value.choices[0].text, (size_t)(slash - value.choices[0].text));
	return value;
}

/** What mktemp or tempfile makes: below a directory that all share its neighbours are not its own. */
static struct value made(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index) {
	const struct value fresh = value_hole(shell->arena, HOLE_FRESH),
	                   directory = made_within(shell, step, first, index);

	return directory.count == 1 && value_is_directory(directory.choices[0].text)
	               ? value_join(shell->arena, &directory, &fresh)
	               : fresh;
}

/** The name of mktemp -u: in a directory that nobody else can write to it is as good as made. */
static struct value named_only(struct shell *shell, const struct shell_step *step, uint32_t first, uint32_t index) {
	const struct value directory = made_within(shell, step, first, index),
	                   name = value_name(shell->arena, index + 1), fresh = value_hole(shell->arena, HOLE_FRESH);
	bool own = true;

	for (unsigned i = 0; i < directory.count; ++i) {
		const char *text = directory.choices[i].text;

		own &= value_class(text) == VALUE_FRESH ||
		       (text[0] == '/' && !value_is_directory(text) && !value_is_shared(text));
	}
	return own ? value_join(shell->arena, &directory, &fresh) : name;
}

/** What a command writes, as far as it is known. */
struct value shell_output(struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];
	const uint32_t own = step->nwords ? shell_function_named(shell, step->words[0]) : 0;
	uint32_t first = 0;
	const char *name = shell_command_name(shell, step, &first);

	/* Not one that only passes on what it is given to the command of its name. */
	if (own && !shell_is_one_of(name, shell_hidden) && shell->depth < SHELL_DEEPEST)
		return substituted(shell, own);
	if (strcmp(name, "mktemp") == 0 || strcmp(name, "tempfile") == 0) {
		const bool only_name = name[0] == 'm' ? shell_has_option(shell, step, first, 'u', "dry-run")
		                                      : shell_has_option(shell, step, first, 'n', "name");

		return only_name ? named_only(shell, step, first, index) : made(shell, step, first, index);
	}
	for (const struct shell_source *row = shell_outputs; row->name; ++row)
		if (strcmp(name, row->name) == 0)
			return value_hole(shell->arena, row->hole);
	if (strcmp(name, "printf") == 0 && step->nwords > first + 1 &&
	    !shell_is_word(shell, step->words[first + 1], "-v"))
		return printed(shell, step, first + 1 + shell_is_word(shell, step->words[first + 1], "--"), index);
	if (strcmp(name, "echo") == 0 || strcmp(name, "print") == 0)
		return echoed(shell, step, first + 1, index);
	if (strcmp(name, "dirname") == 0 && step->nwords > first + 1) {
		struct value value = shell_word_value(shell, step->words[step->nwords - 1], index);

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
		return shell_word_value(shell, step->words[step->nwords - 1], index);
	return value_unknown();
}

/** What a substitution gives: of lists with "||" the one or the other. */
static struct value substituted(struct shell *shell, uint32_t frame) {
	const struct shell_frame *block = &shell->code.frames[frame];
	struct value value = { 0 };
	bool piped = false;

	for (const char *const *text = shell_strong; *text && block->kind == SHELL_SUBSTITUTION; ++text)
		if (shell_contains(shell, block->at, block->name.end, *text))
			return value_hole(shell->arena, HOLE_STRONG);
	if (shell->depth >= SHELL_DEEPEST)
		return value_unknown();
	++shell->depth;
	for (uint32_t i = block->first; i < block->end && i < shell->code.nsteps && shell_step_taken(shell); ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		/* Substitutions in its words are of another block. */
		if (step->block != frame && shell->code.frames[step->block].kind == SHELL_SUBSTITUTION)
			continue;
		if (!step->nwords)
			continue;
		if (!piped) {
			const struct value one = shell_output(shell, i);

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

/** "${name%…}", "${name/…}": only what is behind the last slash is no longer known. */
static struct value changed(struct shell *shell, struct value value, size_t at, size_t end) {
	/* "${dir%/}" takes away no more than the slash. */
	const bool slash = shell->data[at] == '%' && end == at + 2 && shell->data[at + 1] == '/';
	const bool cased = shell->data[at] == '^' || shell->data[at] == ',';

	for (unsigned i = 0; i < value.count && !cased; ++i) {
		const char *text = value.choices[i].text, *last = strrchr(text, '/');
		size_t length = strlen(text);

		if (value_class(text) == VALUE_FRESH)
			continue;
		if (slash) {
			while (length > 1 && text[length - 1] == '/')
				--length;
			value.choices[i].text = arena_bytes(shell->arena, text, length);
		} else {
			value.choices[i].text = last ? arena_text(shell->arena, "%.*s/\5", (int)(last - text), text)
			                             : value_unknown().choices[0].text;
		}
	}
	return value;
}

/** "${name…}" from at to before end, without its braces. */
static struct value braced(struct word_reader *reader, size_t at, size_t end) {
	struct shell *shell = reader->shell;
	size_t name = at, stop;

	if (at < end && shell->data[at] == '!' && at + 1 < end && shell_is_name_byte(shell->data[at + 1])) {
		/* The variable that this one names. */
		const struct value named = variable(shell, shell->data + at + 1, end - at - 1, reader->step);
		const char *text = named.choices[0].text;

		return *text > ' ' && shell_is_name_byte(*text) ? variable(shell, text, strlen(text), reader->step)
		                                                : value_unknown();
	}
	if (at < end && (shell->data[at] == '!' || shell->data[at] == '#'))
		return value_unknown();
	for (stop = at; stop < end && shell_is_name_byte(shell->data[stop]);)
		++stop;
	if (stop == at && at < end)
		++stop;
	struct value value = variable(shell, shell->data + name, stop - name, reader->step);
	/* An element of a list: that of the key, or any of them; more may follow. */
	if (stop < end && shell->data[stop] == '[') {
		const char *close = memchr(shell->data + stop, ']', end - stop);

		stop = close ? (size_t)(close - shell->data) + 1 : end;
		const char *key = shell_key(shell, name, stop);
		const struct value element = variable(shell, key, strlen(key), reader->step);
		value = value_is_unknown(&element) ? value : element;
	}
	size_t word = stop;
	if (word < end && shell->data[word] == ':')
		++word;
	if (stop == end)
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
	if (shell->data[stop] == '%' || shell->data[stop] == '/' || shell->data[stop] == '^' ||
	    shell->data[stop] == ',')
		return changed(shell, value, stop, end);
	return value.count && value_class(value.choices[0].text) == VALUE_FRESH ? value : value_unknown();
}

/** The text of $'…', from at to before end, with what its escapes stand for. */
static struct value escaped(struct shell *shell, size_t at, size_t end) {
	struct builder text = { .arena = shell->arena };

	for (; at < end; ++at) {
		char byte = shell->data[at];

		if (byte == '\\' && at + 1 < end) {
			byte = shell->data[++at];
			if (byte == 'x' && at + 2 < end) {
				const char digits[] = { shell->data[at + 1], shell->data[at + 2], '\0' };

				byte = (char)strtoul(digits, NULL, 16);
				at += 2;
			} else if (byte == 'n' || byte == 't' || byte == 'r') {
				byte = ' ';
			}
		}
		builder_bytes(&text, &byte, byte != '\0');
	}
	return value_literal(shell->arena, builder_string(&text), text.length);
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
	} else if (stop < end && data[stop] == '\'') {
		stop = shell_skip_quotes(data, stop, end);
		value = escaped(shell, at + 2, stop - 1);
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
	} else if (stop < end && shell_is_name_byte(data[stop])) {
		if (data[stop] >= '0' && data[stop] <= '9')
			++stop;
		else
			while (stop < end && shell_is_name_byte(data[stop]))
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

	if (shell->depth >= SHELL_DEEPEST || !shell_step_taken(shell))
		return value_unknown();
	while (at < end && shell_step_taken(shell)) {
		const char byte = shell->data[at];

		if (byte == '\'' && !quoted) {
			const size_t close = shell_skip_quotes(shell->data, at, end);

			if (close > at + 2)
				builder_bytes(&reader.text, shell->data + at + 1, close - at - 2);
			at = close;
		} else if (byte == '"') {
			quoted = !quoted;
			++at;
		} else if (byte == '\\' && at + 1 < end && quoted && !strchr("$`\"\\\n", shell->data[at + 1])) {
			/* Between quotes it stands for itself before most. */
			builder_bytes(&reader.text, shell->data + at, 2);
			at += 2;
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

// NOLINTEND(misc-no-recursion)
