/** Shells: a script from its commands to what is found in it. */

#include "flow_shell.h"

#include "text.h"

#include <string.h>

// What nests is counted, and not followed below SHELL_DEEPEST.
// NOLINTBEGIN(misc-no-recursion)

#define SAFE_FILE "f=$(mktemp)"
#define SAFE_DIRECTORY "d=$(mktemp -d)"

/** How many steps a file may take, and one of its commands, and how many commands may lie within each other. */
enum { STEPS_EACH = 60, STEPS_LEAST = 200000, STEPS_COMMAND = 4000, MOST_NESTED = 3 };

/* Settings and functions */

/** Whether a function calls the command that it has the name of: command mktemp "$@". */
static bool is_wrapper(const struct shell *shell, const struct shell_frame *frame) {
	for (uint32_t i = frame->first; i < frame->end && i < frame->first + SHELL_CALLS; ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		if (step->nwords > 1 && shell_is_word(shell, step->words[0], "command") &&
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
		    shell_is_one_of(shell_plain(shell, frame->name), shell_hidden))
			shell->functions[shell->nfunctions++] = i;
	}
	/* Where the root file system is mounted, as only an initramfs has it. */
	shell->early = shell_contains(shell, 0, shell->code.lex.size, "${rootmnt}/");
	for (size_t i = 0; i < shell->code.nsteps; ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		if (!step->nwords)
			continue;
		if (shell_noclobber(shell, step) >= 0) {
			shell->clobbers =
			        arena_grow(shell->arena, shell->clobbers, shell->nclobbers, sizeof *shell->clobbers);
			shell->clobbers[shell->nclobbers++] = (uint32_t)i;
		}
		if (shell_is_word(shell, step->words[0], ".") || shell_is_word(shell, step->words[0], "source"))
			shell->sources = shell->sources ? shell->sources : (uint32_t)i + 1;
		if (!shell_is_word(shell, step->words[0], "set"))
			continue;
		for (uint32_t k = 1; k < step->nwords; ++k) {
			const char *word = shell_plain(shell, step->words[k]);

			if ((word[0] == '-' && word[1] != '-' && strchr(word, 'e')) || strcmp(word, "errexit") == 0)
				shell->exits = true;
		}
	}
}

static void name_functions(struct shell *shell) {
	shell->calls = arena_array(shell->arena, shell->code.nframes + 1, sizeof *shell->calls);
	shell->next_named = arena_array(shell->arena, shell->code.nframes + 1, sizeof *shell->next_named);
	for (uint32_t i = 1; i < shell->code.nframes; ++i) {
		const struct shell_span name = shell->code.frames[i].name;

		if (shell->code.frames[i].function != i || name.end <= name.at)
			continue;
		uint32_t *bucket = &shell->named[shell_bucket(shell->data + name.at, name.end - name.at)];
		shell->next_named[i] = *bucket;
		*bucket = i;
	}
}

/* Assignments */

/** Note that a variable is set by a step in the function; to what, and where it stands, the caller says. */
static struct shell_binding *add_binding(struct shell *shell, const char *name, size_t length, uint32_t step,
                                         uint32_t function) {
	uint32_t *bucket = &shell->buckets[shell_bucket(name, length)],
	         *local = &shell->local_buckets[shell_local_bucket(name, length, function)];

	shell->bindings = arena_grow(shell->arena, shell->bindings, shell->nbindings, sizeof *shell->bindings);
	struct shell_binding *binding = &shell->bindings[shell->nbindings++];
	*binding = (struct shell_binding) {
		.name = name,
		.length = length,
		.step = step,
		.from = step,
		.block = shell->code.steps[step].block,
		.function = function,
		.previous = *bucket,
		.previous_local = *local,
	};
	*bucket = *local = (uint32_t)shell->nbindings;
	return binding;
}

/** The same, of what is set where the step stands. */
static struct shell_binding *bind_here(struct shell *shell, const char *name, size_t length, struct shell_span value,
                                       uint32_t step) {
	const struct shell_step *at = &shell->code.steps[step];
	struct shell_binding *binding = add_binding(shell, name, length, step, shell_function_of(shell, step));

	binding->value = value;
	binding->conditional = at->before == SHELL_OR || at->before == SHELL_AND;
	return binding;
}

/** A name that the script does not spell as one: an element, "$1". */
static void bind_named(struct shell *shell, const char *name, struct shell_span value, uint32_t step) {
	bind_here(shell, name, strlen(name), value, step);
}

static struct shell_binding *bind_word(struct shell *shell, struct shell_span name, struct shell_span value,
                                       uint32_t step, bool append, bool unknown) {
	struct shell_binding *binding = bind_here(shell, shell->data + name.at, name.end - name.at, value, step);

	binding->append = append;
	binding->unknown = unknown;
	return binding;
}

/** NAME=(WORD…), NAME=([KEY]=WORD …): the variable is any of them, and each by its key.  False: it is no list. */
static void bind_element(struct shell *shell, struct shell_span list, struct shell_span element, unsigned index,
                         uint32_t step) {
	const char *data = shell->data + element.at;
	const char *close = data[0] == '[' ? memchr(data, ']', element.end - element.at) : NULL;
	const int length = (int)(list.end - list.at);
	const char *name = shell->data + list.at;

	if (close && close[1] == '=') {
		name = arena_text(shell->arena, "%.*s%s", length, name,
		                  shell_key(shell, element.at, element.at + (uint32_t)(close - data) + 1));
		element.at += (uint32_t)(close - data) + 2;
	} else {
		name = arena_text(shell->arena, "%.*s[%u]", length, name, index);
	}
	bind_named(shell, name, element, step);
	bind_word(shell, list, element, step, false, false);
}

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
		bind_element(shell, assignment->name, (struct shell_span) { at, end, value.line }, count, step);
		++count;
		at = end;
	}
	return count;
}

/** NAME=VALUE; NAME[KEY]=VALUE: that element, and one of those that the variable may be. */
static void bind_assignment(struct shell *shell, const struct shell_assignment *assignment, uint32_t step) {
	const struct shell_span name = assignment->name;
	const bool element = shell->data[name.end] == '[';
	/* The value stands behind "=", and more may be added to what is there: "+=". */
	const uint32_t end = assignment->value.at - 1 - assignment->append;

	if (element && !assignment->append)
		bind_named(shell, shell_key(shell, name.at, end), assignment->value, step);
	bind_word(shell, name, assignment->value, step, assignment->append, false)->conditional |= element;
}

/** "${NAME:=WORD}" in a word sets the variable where it is empty. */
static void bind_defaults(struct shell *shell, struct shell_span word, uint32_t step) {
	for (uint32_t at = word.at; at + 3 < word.end; ++at) {
		uint32_t name = at + 2, end = name;

		if (shell->data[at] != '$' || shell->data[at + 1] != '{')
			continue;
		while (end < word.end && shell_is_name_byte(shell->data[end]))
			++end;
		lex_look(&shell->code.lex, word.end - at);
		const uint32_t sign = end + (end < word.end && shell->data[end] == ':');
		const size_t stop = shell_skip_braces(shell->data, at, word.end);
		if (end == name || sign >= word.end || shell->data[sign] != '=' || stop <= sign + 1)
			continue;
		bind_word(shell, (struct shell_span) { name, end, word.line },
		          (struct shell_span) { sign + 1, (uint32_t)stop - 1, word.line }, step, false, false)
		        ->conditional = true;
	}
}

static const char *const digits[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };

/** A function of the script's own is called: its "$1" is what stands there. */
static void bind_arguments(struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];
	const uint32_t frame = shell_function_named(shell, step->words[0]);

	if (!frame || shell->code.frames[frame].first >= shell->code.nsteps || shell->calls[frame] >= SHELL_CALLS)
		return;
	++shell->calls[frame];
	for (uint32_t i = 1; i < step->nwords && i <= sizeof digits / sizeof *digits; ++i) {
		struct shell_binding *binding = add_binding(shell, digits[i - 1], strlen(digits[i - 1]),
		                                            shell->code.frames[frame].first, frame);

		binding->value = step->words[i];
		binding->from = index;
		binding->block = frame;
		binding->call = index + 1;
		/* Another call may give another. */
		binding->conditional = true;
	}
}

static void bind_all(struct shell *shell) {
	for (uint32_t i = 0; i < shell->code.nsteps; ++i) {
		const struct shell_step *step = &shell->code.steps[i];

		for (uint32_t k = 0; k < step->nassignments; ++k) {
			/* Before a command it is the command's own, but for TMPDIR nobody cares. */
			const struct shell_assignment *assignment = &step->assignments[k];

			if (!bind_elements(shell, assignment, i))
				bind_assignment(shell, assignment, i);
		}
		for (uint32_t k = 0; k < step->nwords; ++k)
			bind_defaults(shell, step->words[k], i);
		if (!step->nwords)
			continue;
		bind_arguments(shell, i);
		if ((shell_is_word(shell, step->words[0], "cd") || shell_is_word(shell, step->words[0], "pushd")) &&
		    shell->nmoves < sizeof shell->moves / sizeof *shell->moves)
			shell->moves[shell->nmoves++] = i;
		if ((shell_is_word(shell, step->words[0], "for") || shell_is_word(shell, step->words[0], "select")) &&
		    step->nwords > 1) {
			for (uint32_t k = 3; k < step->nwords && k < 3 + VALUE_MOST; ++k)
				bind_word(shell, step->words[1], step->words[k], i, false, false);
			if (step->nwords <= 3)
				bind_word(shell, step->words[1], step->words[1], i, false, true);
		}
		/* printf -v NAME FORMAT … */
		if (shell_is_word(shell, step->words[0], "printf") && step->nwords > 3 &&
		    shell_is_word(shell, step->words[1], "-v")) {
			bind_word(shell, step->words[2], step->words[3], i, false, false)->printed = true;
		}
		/* set -- WORD … */
		for (uint32_t k = 2;
		     k < step->nwords && k - 2 < sizeof digits / sizeof *digits &&
		     shell_is_word(shell, step->words[0], "set") && shell_is_word(shell, step->words[1], "--");
		     ++k)
			bind_named(shell, digits[k - 2], step->words[k], i);
		if (shell_is_word(shell, step->words[0], "read"))
			for (uint32_t k = 1; k < step->nwords; ++k)
				bind_word(shell, step->words[k], step->words[k], i, false, true);
	}
}

/* What is found */

/** Whether the script has made the name itself, and nobody else can have. */
static bool is_own(const struct shell *shell, const char *text) {
	for (size_t i = 0; i < shell->nsinks; ++i) {
		const struct shell_sink *sink = &shell->sinks[i];

		lex_look(&shell->code.lex, 1);
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

static bool weigh(const struct shell *shell, const struct shell_sink *sink, enum script_confidence *confidence,
                  const char **text) {
	const struct value *value = &sink->value;
	/* What was read before, or before the function was called, may have set something else. */
	const bool sourced = shell->sources && (shell->sources <= sink->step || shell_function_of(shell, sink->step));
	unsigned guessable = 0, doubtful = 0, good = 0, fallbacks = 0, other = 0;

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
		if (class == VALUE_GUESSABLE || class == VALUE_DOUBTFUL)
			fallbacks += value_has_fresh(value, value->choices[i].call);
		/* What is empty was only there to be set later. */
		other += class == VALUE_SAFE && *choice;
	}
	*confidence = good || fallbacks >= guessable + doubtful || (other && sourced) ? SCRIPT_LOW
	              : guessable && !other && !value->more                           ? SCRIPT_HIGH
	                                                                              : SCRIPT_MEDIUM;
	return guessable + doubtful;
}

static struct shell_sink *sink_of(struct shell *shell, unsigned origin) {
	for (size_t i = 0; origin && i < shell->nsinks; ++i) {
		lex_look(&shell->code.lex, 1);
		if (shell->sinks[i].kind == SINK_NAME && shell->sinks[i].step + 1 == origin)
			return &shell->sinks[i];
	}
	return NULL;
}

static void count_uses(struct shell *shell) {
	for (size_t i = 0; i < shell->nsinks; ++i) {
		const struct shell_sink *sink = &shell->sinks[i];

		if (sink->kind != SINK_CREATE && sink->kind != SINK_DIRECTORY)
			continue;
		for (unsigned k = 0; k < sink->value.count; ++k) {
			struct shell_sink *name = sink_of(shell, sink->value.choices[k].origin);

			if (name && sink->exclusive)
				++name->exclusives;
			else if (name)
				++name->uses;
		}
	}
}

static void tell(const struct shell *shell, struct script *script, const struct shell_sink *sink, enum script_kind kind,
                 enum script_confidence confidence, const char *name) {
	unsigned last = sink->span.line;

	lex_look(&shell->code.lex, sink->span.end - sink->span.at);

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

/** Whether the script looks whose a directory is, not far behind where it takes what is there. */
static bool is_verified(const struct shell *shell, const struct shell_sink *sink) {
	enum { BEHIND = 8 };

	for (uint32_t i = sink->step + 1; i < shell->code.nsteps && i <= sink->step + BEHIND; ++i) {
		const struct shell_span span = shell->code.steps[i].whole;

		if (shell_function_of(shell, i) != shell_function_of(shell, sink->step))
			break;
		if (shell_contains(shell, span.at, span.end, "[ -O ") ||
		    shell_contains(shell, span.at, span.end, "[ ! -O ") ||
		    (shell_contains(shell, span.at, span.end, "stat ") &&
		     (shell_contains(shell, span.at, span.end, "%u") ||
		      shell_contains(shell, span.at, span.end, "%U"))))
			return true;
	}
	return false;
}

/** Whether it is done in the script's own mktemp, for where there is none. */
static bool is_substitute(const struct shell *shell, const struct shell_sink *sink) {
	const struct shell_frame *frame = &shell->code.frames[shell_function_of(shell, sink->step)];

	return shell_is_word(shell, frame->name, "mktemp") || shell_is_word(shell, frame->name, "tempfile");
}

static void judge_sink(const struct shell *shell, struct script *script, const struct shell_sink *sink) {
	static const enum script_kind kinds[] = {
		[SINK_CREATE] = SCRIPT_CREATE, [SINK_DIRECTORY] = SCRIPT_DIRECTORY, [SINK_SOURCE] = SCRIPT_SOURCE
	};
	enum script_confidence confidence;
	const char *text;

	if (sink->kind == SINK_NAME) {
		if (!sink->exclusives)
			tell(shell, script, sink, SCRIPT_NAME, sink->uses ? SCRIPT_HIGH : SCRIPT_MEDIUM, NULL);
	} else if (!sink->exclusive && weigh(shell, sink, &confidence, &text)) {
		if (sink->fallback || shell->early || is_substitute(shell, sink) ||
		    (sink->kind == SINK_DIRECTORY && is_verified(shell, sink)))
			confidence = SCRIPT_LOW;
		tell(shell, script, sink, kinds[sink->kind], confidence, text);
	}
}

/* All of it */

static void read_script(void *context) {
	struct script_task *task = context;
	struct shell *shell = arena_alloc(task->arena, sizeof *shell);

	shell->arena = task->arena;
	shell->data = task->data;
	lex_start(&shell->code.lex, task->arena, task->data, task->size);
	shell->code.lex.limit = task->limit;
	task->made = shell;
	lex_shell(&shell->code);
}

static void bind_names(void *context) {
	struct shell *shell = ((struct script_task *)context)->made;

	/* It may have been left anywhere. */
	shell_close(&shell->code);
	shell->budget = (shell->nested ? 0 : STEPS_LEAST) + STEPS_EACH * shell->code.nsteps;
	name_functions(shell);
	find_settings(shell);
	bind_all(shell);
}

static void find(void *context) {
	struct shell *shell = ((struct script_task *)context)->made;

	for (uint32_t i = 0; i < shell->code.nsteps; ++i) {
		shell->floor = shell->budget > STEPS_COMMAND ? shell->budget - STEPS_COMMAND : 0;
		shell_find_redirections(shell, i);
		if (shell->code.steps[i].nwords)
			shell_find_command(shell, i);
	}
}

static void judge(void *context) {
	struct script_task *task = context;
	struct shell *shell = task->made;

	/* It may have been left anywhere. */
	shell->depth = 0;
	shell->floor = 0;
	count_uses(shell);
	for (size_t i = 0; i < shell->nsinks; ++i)
		judge_sink(shell, task->script, &shell->sinks[i]);
	if (shell->code.lex.truncated)
		task->script->defect = "has more commands than are looked at";
	else if (shell->exhausted)
		task->script->defect = "takes more steps to follow than are taken";
}

const struct script_stages shell_stages = { read_script, bind_names, find, judge };

/* Commands in strings */

enum value_hole shell_printed(const char *command) {
	for (const char *const *text = shell_strong; *text; ++text)
		if (strstr(command, *text))
			return HOLE_STRONG;
	if (text_starts(command, "uuidgen"))
		return HOLE_STRONG;
	return text_starts(command, "mktemp") && !strstr(command, " -u") && !strstr(command, "-du") &&
	                       !strstr(command, "--dry-run")
	               ? HOLE_FRESH
	               : HOLE_UNKNOWN;
}

bool shell_may_matter(const char *command) {
	return strstr(command, "/tmp") || strstr(command, "/dev/shm") || strchr(command, HOLE_TEMPDIR) ||
	       strstr(command, "mktemp") || strstr(command, "tempfile");
}

/** A command that lies in another script. */
struct inner {
	const char *command;
	unsigned nested;
	struct script_task task;
};

static void follow_inner(void *context) {
	struct inner *inner = context;
	struct builder text = { .arena = inner->task.arena };

	/* The one hole that a shell takes for a blank. */
	for (const char *command = inner->command; *command; ++command)
		if (*command == HOLE_TEMPDIR)
			builder_text(&text, "/tmp");
		else
			builder_bytes(&text, command, 1);
	inner->task.data = builder_string(&text);
	inner->task.size = text.length;
	read_script(&inner->task);
	((struct shell *)inner->task.made)->nested = inner->nested;
	bind_names(&inner->task);
	find(&inner->task);
}

/** Whether the string of awk's at quote is what a shell runs: | "…", system("…"). */
static bool is_command(const char *program, const char *quote) {
	static const char system[] = "system(";

	while (quote > program && quote[-1] == ' ')
		--quote;
	return quote > program && (quote[-1] == '|' || ((size_t)(quote - program) >= sizeof system - 1 &&
	                                                text_starts(quote - (sizeof system - 1), system)));
}

/** Whether the ">" at mark of a program for awk is behind "print", or in what a shell runs: else it compares. */
static bool is_printed(const char *program, const char *mark) {
	const char *statement = mark, *quote = NULL;

	while (statement > program && !strchr(";{}\n", statement[-1]))
		--statement;
	for (const char *at = statement; at < mark; ++at)
		if (*at == '"' && (at == program || at[-1] != '\\'))
			quote = quote ? NULL : at;
	if (quote)
		return is_command(program, quote);
	return memmem(statement, (size_t)(mark - statement), "print", strlen("print"));
}

void shell_visit_printed(const struct lex *outer, const char *program, shell_deed_visitor *visit, void *context) {
	struct value name;

	for (const char *mark = strchr(program, '>'); mark; mark = strchr(mark + 1, '>')) {
		const char *at = mark;

		lex_look(outer, (size_t)(mark - program));
		if (is_printed(program, mark) && value_redirected(outer->arena, &at, &name))
			visit(context, SHELL_CREATES, &name, false);
	}
}

void shell_visit_redirected(const struct lex *outer, const char *text, shell_deed_visitor *visit, void *context) {
	struct value name;

	while (value_redirected(outer->arena, &text, &name))
		visit(context, SHELL_CREATES, &name, false);
}

void shell_visit(const struct lex *outer, const char *command, unsigned nested, shell_deed_visitor *visit,
                 void *context) {
	static const enum shell_deed deeds[] = {
		[SINK_CREATE] = SHELL_CREATES, [SINK_DIRECTORY] = SHELL_MAKES_DIRECTORY, [SINK_NAME] = SHELL_MAKES_NAME
	};
	struct arena own = { 0 };

	if (nested > MOST_NESTED || !shell_may_matter(command))
		return;
	/* Not less than nothing. */
	lex_look(outer, 1);
	/* What is left of the outer one's; but here the arena must be freed when it is used up. */
	struct lex_limit limit = { .pulse = outer->limit->pulse,
		                   .left = outer->limit->left,
		                   .memory = outer->limit->memory - outer->arena->total };
	struct inner inner = { command, nested, { .arena = &own, .limit = &limit } };

	if (!lex_within(&limit, follow_inner, &inner))
		limit.left = 0;
	const struct shell *shell = inner.task.made;
	const size_t count = shell ? shell->nsinks : 0;
	struct shell_sink *sinks = arena_array(outer->arena, count, sizeof *sinks);
	for (size_t i = 0; i < count; ++i) {
		sinks[i] = shell->sinks[i];
		for (unsigned k = 0; k < sinks[i].value.count; ++k)
			sinks[i].value.choices[k] = (struct value_choice) {
				.text = arena_copy(outer->arena, sinks[i].value.choices[k].text),
			};
	}
	const bool open = shell && shell->code.lex.open;
	arena_free(&own);
	lex_look(outer, outer->limit->left - limit.left);
	for (size_t i = 0; i < count; ++i)
		if (sinks[i].kind != SINK_SOURCE)
			visit(context, deeds[sinks[i].kind], &sinks[i].value, sinks[i].exclusive);
	/* Of a quote that does not end, since not all of the text is known, what is in it is not known either. */
	if (open)
		shell_visit_redirected(outer, value_undocumented(outer->arena, command), visit, context);
}

void shell_deeds(const struct lex *outer, const char *command, shell_deed_visitor *visit, void *context) {
	shell_visit(outer, command, 1, visit, context);
}

// NOLINTEND(misc-no-recursion)
