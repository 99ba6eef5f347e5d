/** Shells: which files a command creates, by its redirections, operands and options. */

#include "flow_shell.h"

#include "text.h"

#include <string.h>
#include <strings.h>

// What nests is counted, and not followed below SHELL_DEEPEST.
// NOLINTBEGIN(misc-no-recursion)

/* What is created */

/** Whether an assignment is tried by an "if" or a loop, which tell whether its command failed. */
static bool is_tried(const struct shell *shell, const struct shell_binding *binding) {
	return shell->code.frames[shell->code.steps[binding->step].block].kind == SHELL_CONDITION;
}

/** Whether a variable in the word holds what mktemp made, somewhere in the same function. */
static bool is_fallback(struct shell *shell, struct shell_span word, uint32_t step) {
	for (size_t at = word.at; at + 1 < word.end; ++at) {
		size_t name = at + 1, end;

		if (shell->data[at] != '$')
			continue;
		name += shell->data[name] == '{';
		for (end = name; end < word.end && shell_is_name_byte(shell->data[end]);)
			++end;
		const uint32_t function = shell_function_of(shell, step);
		for (uint32_t i = shell_local_assigned(shell, shell->data + name, end - name, function, 0);
		     i && shell_step_taken(shell);
		     i = shell_local_assigned(shell, shell->data + name, end - name, function, i)) {
			const struct shell_binding *binding = &shell->bindings[i - 1];

			if (binding->call || (shell_is_certain(shell, binding, step) && !is_tried(shell, binding)))
				continue;
			const struct value value = shell_bound(shell, i - 1);
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

		if (shell->moves[i] >= step || !shell_is_around(shell, move->block, step))
			continue;
		return move->nwords > 1 ? shell_word_value(shell, move->words[move->nwords - 1], shell->moves[i])
		                        : value_unknown();
	}
	return value_unknown();
}

/** A name as it is from the top: below the directory that the script has changed to. */
static struct value absolute(struct shell *shell, const struct value *value, uint32_t step) {
	const char first = value->choices[0].text[0];
	struct value directory;

	if (!shell->nmoves || first == '/' || first == '~' || first == '&' || first == '-' ||
	    (unsigned char)first <= ' ')
		return *value;
	directory = directory_at(shell, step);
	return value_is_shared(directory.choices[0].text) || value_is_directory(directory.choices[0].text)
	               ? value_join(shell->arena, &directory, value)
	               : *value;
}

/** Where a command begins; what it is redirected to stands for itself. */
static unsigned line_of(const struct shell *shell, struct shell_span word, uint32_t step) {
	const struct shell_step *at = &shell->code.steps[step];

	for (uint32_t i = 0; i < at->nredirections; ++i)
		if (at->redirections[i].target.at == word.at)
			return word.line;
	return at->nwords ? at->words[0].line : word.line;
}

static void add_sink(struct shell *shell, enum shell_sink_kind kind, const struct value *named, struct shell_span word,
                     uint32_t step, bool exclusive) {
	const struct value whole = absolute(shell, named, step), *value = kind == SINK_SOURCE ? named : &whole;

	/* Of most names nothing is known, and nothing comes. */
	if (kind != SINK_NAME && !value_matters(value))
		return;
	shell->sinks = arena_grow(shell->arena, shell->sinks, shell->nsinks, sizeof *shell->sinks);
	shell->sinks[shell->nsinks++] = (struct shell_sink) { .kind = kind,
		                                              .value = *value,
		                                              .span = shell->code.steps[step].whole,
		                                              .line = line_of(shell, word, step),
		                                              .step = step,
		                                              .exclusive = exclusive,
		                                              .fallback = is_fallback(shell, word, step) };
}

/** What zsh's setopt and unsetopt say of noclobber, whose names have any case and underscores: 1 or 0; -1: nothing. */
static int zsh_noclobber(const struct shell *shell, const struct shell_step *step) {
	const bool unset = shell_is_word(shell, step->words[0], "unsetopt");

	if (!unset && !shell_is_word(shell, step->words[0], "setopt"))
		return -1;
	for (uint32_t k = 1; k < step->nwords; ++k) {
		const char *word = shell_plain(shell, step->words[k]);
		const bool negated = strncasecmp(word, "no", 2) == 0;

		word += negated ? 2 : 0;
		word += *word == '_';
		if (strcasecmp(word, "clobber") == 0)
			return negated != unset;
	}
	return -1;
}

int shell_noclobber(const struct shell *shell, const struct shell_step *step) {
	const int zsh = step->nwords ? zsh_noclobber(shell, step) : -1;

	if (zsh >= 0 || !step->nwords || !shell_is_word(shell, step->words[0], "set"))
		return zsh;
	for (uint32_t k = 1; k < step->nwords; ++k) {
		const char *word = shell_plain(shell, step->words[k]);

		if (strcmp(word, "noclobber") == 0 || ((word[0] == '-' || word[0] == '+') && strchr(word, 'C')))
			return word[0] != '+' &&
			       !(strcmp(word, "noclobber") == 0 && k > 0 && shell->data[step->words[k - 1].at] == '+');
	}
	return -1;
}

/** Whether noclobber is in force at a step: as the last that sets it before, in a block around it, has it. */
static bool is_noclobber(const struct shell *shell, uint32_t step) {
	for (size_t i = shell->nclobbers; i-- > 0;) {
		const uint32_t other = shell->clobbers[i];

		lex_look(&shell->code.lex, 1);
		if (other < step && shell_is_around(shell, shell->code.steps[other].block, step))
			return shell_noclobber(shell, &shell->code.steps[other]);
	}
	return false;
}

void shell_find_redirections(struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = 0; i < step->nredirections; ++i) {
		const struct shell_redirection *redirection = &step->redirections[i];

		if (redirection->operator== SHELL_IN)
			continue;
		const struct value value = shell_word_value(shell, redirection->target, index);

		add_sink(shell, SINK_CREATE, &value, redirection->target, index,
		         redirection->operator== SHELL_OUT && is_noclobber(shell, index));
	}
}

/* Directories */

/** Whether the step asks whether something exists: [ -d X ], test -e X. */
static bool is_test(const struct shell *shell, const struct shell_step *step) {
	if (!step->nwords ||
	    !(shell_is_word(shell, step->words[0], "[") || shell_is_word(shell, step->words[0], "test") ||
	      shell_is_word(shell, step->words[0], "[[")))
		return false;
	return shell_contains(shell, step->whole.at, step->whole.end, "-d ") ||
	       shell_contains(shell, step->whole.at, step->whole.end, "-e ");
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
		       !shell_contains(shell, condition->whole.at, condition->whole.end, "rm ");
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

			return !(next->nwords && (shell_is_word(shell, next->words[0], "true") ||
			                          shell_is_word(shell, next->words[0], ":")));
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
	       shell_contains(shell, shell->code.steps[next].whole.at, shell->code.steps[next].whole.end, "$?");
}

static void do_mkdir(struct shell *shell, uint32_t index, uint32_t first, bool parents) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool exclusive = !parents && !is_reuse(shell, index) && is_checked(shell, index);
	bool mode = false;

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = shell_plain(shell, step->words[i]);

		if (mode || word[0] == '-') {
			mode = !mode && word[0] == '-' && word[1] != '-' && text_ends(word, "m");
			continue;
		}
		const struct value value = shell_word_value(shell, step->words[i], index);
		add_sink(shell, SINK_DIRECTORY, &value, step->words[i], index, exclusive);
	}
}

/* Files that operands and options name */

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

static void create_word(struct shell *shell, struct shell_span word, uint32_t index) {
	const struct value unknown = value_unknown();
	struct value value = shell_word_value(shell, word, index);

	/* Into the directory, under a name that it has elsewhere. */
	if (is_directory(&value))
		value = value_join(shell->arena, &value, &unknown);

	add_sink(shell, SINK_CREATE, &value, word, index, false);
}

/** A file is put into a directory that is shared by itself, under the name that it has: cp a/b /tmp. */
static void create_within(struct shell *shell, const struct value *directory, struct shell_span from,
                          struct shell_span word, uint32_t index) {
	struct value name = shell_word_value(shell, from, index);

	for (unsigned i = 0; i < name.count; ++i) {
		const char *slash = strrchr(name.choices[i].text, '/');

		if (slash && slash[1])
			name.choices[i].text = slash + 1;
	}
	const struct value value = value_join(shell->arena, directory, &name);
	add_sink(shell, SINK_CREATE, &value, word, index, false);
}

static void do_writer(struct shell *shell, uint32_t index, uint32_t first, const struct shell_writer *row) {
	const struct shell_step *step = &shell->code.steps[index];
	uint32_t operands = 0, last = 0, source = 0;
	bool options = true, into = false;

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = shell_plain(shell, step->words[i]);
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
		const struct value value = shell_word_value(shell, step->words[last], index);

		if (is_directory(&value))
			create_within(shell, &value, step->words[source], step->words[last], index);
		else
			add_sink(shell, SINK_CREATE, &value, step->words[last], index, false);
	}
}

/** How long an option is that names a file to be written; 0: it is none. */
static size_t written_option(const char *word) {
	for (const char *const *row = shell_written_options; *row; ++row)
		if (text_starts(word, *row))
			return strlen(*row);
	return 0;
}

/** "of=", "-o FILE", "--output=FILE". */
static void do_options(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool dd = strcmp(name, "dd") == 0, openssl = strcmp(name, "openssl") == 0;
	const bool keygen = strcmp(name, "ssh-keygen") == 0 && shell_has_option(shell, step, first, 't', NULL);
	const bool other = shell_is_one_of(name, shell_other_output);

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const struct shell_span span = step->words[i];
		const char *word = shell_plain(shell, span), *next = i + 1 < step->nwords ? word : NULL;
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
		const bool named = shell_is_one_of(word, shell_named_files) ||
		                   (strcmp(name, "pdftk") == 0 && strcmp(word, "output") == 0);
		const bool keyed = named || (openssl && (strcmp(word, "-out") == 0 || strcmp(word, "-keyout") == 0)) ||
		                   (keygen && strcmp(word, "-f") == 0);
		const bool scan = strcmp(name, "nmap") == 0 && text_starts(word, "-o") && word[2] && !word[3];
		if (keyed || scan || (!other && (strcmp(word, "-o") == 0 || strcmp(word, "--output") == 0)))
			create_word(shell, step->words[++i], index);
	}
}

/* Archives, and what is fetched */

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
	const bool bundled = shell_plain(shell, step->words[first + 1])[0] != '-';
	for (const char *letter = "cru"; *letter; ++letter)
		writes |= shell_has_option(shell, step, first, *letter, NULL) ||
		          (bundled && strchr(shell_plain(shell, step->words[first + 1]), *letter));
	for (const char *const *row = long_names; *row; ++row)
		writes |= shell_has_option(shell, step, first, '\0', *row);
	for (uint32_t i = first + 1; i < step->nwords && writes; ++i) {
		const struct shell_span span = step->words[i];
		const char *word = shell_plain(shell, span), *letter = strchr(word, 'f');

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

/** What an archive holds has names that are known. */
static void unpack_into(struct shell *shell, struct shell_span word, uint32_t index) {
	const struct value unknown = value_unknown();
	struct value value = shell_word_value(shell, word, index);

	if (is_directory(&value))
		value = value_join(shell->arena, &value, &unknown);
	add_sink(shell, SINK_DIRECTORY, &value, word, index, false);
}

/** Archives are unpacked into a directory: tar x… -C DIR, unzip -d DIR; git clone makes it. */
static void do_unpack(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];
	const bool tar = strcmp(name, "tar") == 0 || strcmp(name, "bsdtar") == 0, zip = strcmp(name, "unzip") == 0;
	static const char *const clones[] = { "clone", "export", "checkout", "co", NULL };
	const bool git = strcmp(name, "git") == 0 || strcmp(name, "svn") == 0 || strcmp(name, "hg") == 0,
	           find = strcmp(name, "find") == 0;

	if (!tar && !zip && !git && !find)
		return;
	if (tar && (first + 1 >= step->nwords || (!shell_has_option(shell, step, first, 'x', "extract") &&
	                                          !shell_has_option(shell, step, first, '\0', "get") &&
	                                          !strchr(shell_plain(shell, step->words[first + 1]), 'x'))))
		return;
	if (git && (step->nwords < first + 4 || !shell_is_one_of(shell_plain(shell, step->words[first + 1]), clones)))
		return;
	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = shell_plain(shell, step->words[i]);
		const bool last = i + 1 == step->nwords;
		const bool directory = tar && strcmp(word, "--directory") == 0;

		if (find) {
			if (text_starts(word, "-fprint") || strcmp(word, "-fls") == 0)
				create_word(shell, step->words[last ? i : i + 1], index);
		} else if (tar && text_starts(word, "--directory=")) {
			const struct shell_span span = { step->words[i].at + (uint32_t)strlen("--directory="),
				                         step->words[i].end, step->words[i].line };
			unpack_into(shell, span, index);
		} else if (git ? last && word[0] != '-'
		               : !last && (directory || strcmp(word, tar ? "-C" : "-d") == 0)) {
			unpack_into(shell, step->words[git ? i : i + 1], index);
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
		if (strcmp(shell_plain(shell, step->words[i]), "-P") == 0) {
			directory = shell_word_value(shell, step->words[i + 1], index);
			directory = value_join(shell->arena, &directory, &unknown);
			add_sink(shell, SINK_CREATE, &directory, step->words[i + 1], index, false);
			return;
		}
	if (!shell->nmoves || (wget ? shell_has_option(shell, step, first, 'O', "output-document")
	                            : !shell_has_option(shell, step, first, 'O', "remote-name")))
		return;
	directory = directory_at(shell, index);
	if (!value_is_shared(directory.choices[0].text) && !value_is_directory(directory.choices[0].text))
		return;
	directory = value_join(shell->arena, &directory, &unknown);
	add_sink(shell, SINK_CREATE, &directory, step->words[first], index, false);
}

/* Commands in words */

/** Where what a command in a word does is put down. */
struct within {
	struct shell *shell;
	struct shell_span word;
	uint32_t index;
	/** Whether the command may be another one, which does nothing of that. */
	bool other;
};

static void take_deed(void *context, enum shell_deed deed, const struct value *name, bool exclusive) {
	static const enum shell_sink_kind kinds[] = {
		[SHELL_CREATES] = SINK_CREATE, [SHELL_MAKES_DIRECTORY] = SINK_DIRECTORY, [SHELL_MAKES_NAME] = SINK_NAME
	};
	const struct within *within = context;
	struct value whole = *name;

	whole.more |= within->other;
	add_sink(within->shell, kinds[deed], &whole, within->word, within->index, exclusive);
}

/** What the program in a word is for. */
enum program { PROGRAM_SHELL, PROGRAM_AWK, PROGRAM_OTHER };

const char *shell_with_arguments(struct arena *arena, const char *command, const char *const *arguments, size_t count) {
	struct builder set = { .arena = arena };

	for (size_t i = 0; i < count; ++i) {
		builder_text(&set, i ? " '" : "set -- '");
		builder_text(&set, strchr(arguments[i], '\'') ? value_unknown().choices[0].text : arguments[i]);
		builder_text(&set, "'");
	}
	builder_text(&set, count ? "\n" : "");
	builder_text(&set, command);
	return builder_string(&set);
}

/** The commands of a word, with what stands from the word first on as their "$1", "$2" …. */
static struct value with_arguments(struct shell *shell, uint32_t index, struct value command, uint32_t first) {
	const struct shell_step *step = &shell->code.steps[index];
	const char *arguments[SHELL_ARGUMENTS];
	size_t count = 0;

	for (uint32_t i = first; i < step->nwords && count < SHELL_ARGUMENTS; ++i)
		arguments[count++] = shell_word_value(shell, step->words[i], index).choices[0].text;
	for (unsigned i = 0; i < command.count; ++i)
		command.choices[i].text = shell_with_arguments(shell->arena, command.choices[i].text, arguments, count);
	return command;
}

/** What the programs do that a value may be, for which the word stands. */
static void do_programs_of(struct shell *shell, uint32_t index, struct shell_span word, enum program program,
                           const struct value *command) {
	struct within within = { shell, word, index, command->more };

	for (unsigned i = 0; i < command->count; ++i)
		within.other |= *command->choices[i].text && !shell_may_matter(command->choices[i].text);
	for (unsigned i = 0; i < command->count; ++i) {
		const char *text = command->choices[i].text;

		if (program == PROGRAM_SHELL)
			shell_visit(&shell->code.lex, text, shell->nested + 1, take_deed, &within);
		else if (program == PROGRAM_AWK)
			shell_visit_printed(&shell->code.lex, text, take_deed, &within);
		else
			shell_visit_redirected(&shell->code.lex, text, take_deed, &within);
	}
}

/**
 * What a word is as a command of its own: what is redirected there, and what its commands write.  arguments: where the
 * words begin that are given to it; UINT32_MAX: there are none.
 */
static void do_words(struct shell *shell, uint32_t index, struct shell_span word, enum program program,
                     uint32_t arguments) {
	const struct value alone = shell_word_value(shell, word, index),
	                   command = with_arguments(shell, index, alone, arguments);

	do_programs_of(shell, index, word, program, &command);
}

/** What a shell without a script of its own reads: sh <<< '…', echo '…' | sh. */
static void do_input(struct shell *shell, uint32_t index) {
	static const char here[] = "<<<";
	static const char *const printing[] = { "echo", "printf", "print", NULL };
	const struct shell_step *step = &shell->code.steps[index], *before = index ? step - 1 : step;
	uint32_t first = 0;

	for (uint32_t i = 0; i < step->nredirections; ++i) {
		const struct shell_span target = step->redirections[i].target;
		uint32_t at = target.at;

		while (at > 0 && shell->data[at - 1] == ' ')
			--at;
		if (at >= sizeof here - 1 && memcmp(shell->data + at - (sizeof here - 1), here, sizeof here - 1) == 0)
			do_words(shell, index, target, PROGRAM_SHELL, UINT32_MAX);
	}
	if (step->before == SHELL_PIPE && index && before->after == SHELL_PIPE && before->nwords &&
	    before->block == step->block && shell_is_one_of(shell_command_name(shell, before, &first), printing)) {
		const struct value printed = shell_output(shell, index - 1);

		do_programs_of(shell, index - 1, before->words[0], PROGRAM_SHELL, &printed);
	}
}

/** sh -c '…', eval '…', su -c '…': what stands in the word is a script of its own; sh FILE runs the file. */
static void do_interpreter(struct shell *shell, uint32_t index, uint32_t first, bool is_shell) {
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = shell_plain(shell, step->words[i]);

		if (word[0] == '-' && word[1] != '-' && strchr(word, 'c')) {
			if (is_shell && i + 1 < step->nwords)
				do_words(shell, index, step->words[i + 1], PROGRAM_SHELL, i + 3);
			return;
		}
		if (word[0] == '-')
			continue;
		const struct value value = shell_word_value(shell, step->words[i], index);
		add_sink(shell, SINK_SOURCE, &value, step->words[i], index, false);
		return;
	}
	if (is_shell)
		do_input(shell, index);
}

/** Whether the command writes at all, by its options. */
static bool writes(const struct shell *shell, const struct shell_step *step, uint32_t first,
                   const struct shell_writer *row) {
	if (row->needs && !shell_has_option(shell, step, first, row->needs[0], row->needs))
		return false;
	for (uint32_t i = first + 1; i < step->nwords && row->reads; ++i)
		if (shell_is_word(shell, step->words[i], row->reads))
			return false;
	return true;
}

/** What sed writes by itself: w FILE, s/a/b/w FILE. */
static void do_sed(struct shell *shell, uint32_t index, uint32_t first) {
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const struct value script = shell_word_value(shell, step->words[i], index);
		const char *text = script.choices[0].text;

		for (const char *at = text; (at = strstr(at, "w /")); at += 2) {
			if (at > text && !strchr("/|;{} \n0123456789$gpIi", at[-1]))
				continue;
			const struct value name = value_literal(shell->arena, at + 2, strcspn(at + 2, "\n;}"));

			add_sink(shell, SINK_CREATE, &name, step->words[i], index, false);
		}
	}
}

/** awk -v NAME=FILE '… > NAME'. */
static void do_assigned(struct shell *shell, uint32_t index, uint32_t first) {
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = first + 1; i + 1 < step->nwords; ++i) {
		struct shell_span word = step->words[i + 1];
		const char *text = shell_plain(shell, word), *equals = strchr(text, '=');

		if (!shell_is_word(shell, step->words[i], "-v") || !equals)
			continue;
		const char *name = arena_bytes(shell->arena, text, (size_t)(equals - text));
		word.at += (uint32_t)(equals - text) + 1;
		for (uint32_t k = first + 1; k < step->nwords; ++k) {
			const char *program = shell_plain(shell, step->words[k]);

			if (strstr(program, arena_text(shell->arena, "> %s", name)) ||
			    strstr(program, arena_text(shell->arena, ">%s", name))) {
				create_word(shell, word, index);
				break;
			}
		}
	}
}

/** What sqlite3 writes besides its database: .backup FILE, .output FILE, VACUUM INTO 'FILE'. */
static void do_sqlite(struct shell *shell, uint32_t index, uint32_t first) {
	static const char *const commands[] = { ".backup ", ".clone ", ".log ",        ".once ",       ".output ",
		                                ".save ",   ".trace ", "VACUUM INTO ", "vacuum into ", NULL };
	const struct shell_step *step = &shell->code.steps[index];

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const struct value script = shell_word_value(shell, step->words[i], index);

		for (const char *const *row = commands; *row; ++row) {
			const char *at = strstr(script.choices[0].text, *row);

			if (!at)
				continue;
			at += strlen(*row);
			at += strspn(at, " '\"");
			/* .backup DATABASE FILE. */
			if (text_starts(at, "main "))
				at += strspn(at + strlen("main"), " '\"") + strlen("main");
			const struct value name = value_literal(shell->arena, at, strcspn(at, "'\"\n; "));
			add_sink(shell, SINK_CREATE, &name, step->words[i], index, false);
		}
	}
}

/** What a command writes whose first operands say what it does: qemu-img create FILE, aws s3 cp FILE FILE. */
static void do_subcommand(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];

	for (const struct shell_writer *row = shell_subcommands; row->name; ++row) {
		const size_t length = strcspn(row->name, " ");
		const char *word = row->name + length;
		uint32_t at = first;

		if (strlen(name) != length || memcmp(name, row->name, length) != 0)
			continue;
		while (*word == ' ' && at + 1 < step->nwords) {
			const size_t next = strcspn(++word, " ");

			if (!shell_is_word(shell, step->words[++at], arena_bytes(shell->arena, word, next)))
				break;
			word += next;
		}
		if (!*word)
			do_writer(shell, index, at, row);
	}
}

/** Programs in words: xargs sh -c '…', find -exec sh -c '…', awk '… > "/tmp/x"', trap '…' EXIT. */
static void do_programs(struct shell *shell, uint32_t index, uint32_t first, const char *name) {
	const struct shell_step *step = &shell->code.steps[index];
	unsigned ran = 0;

	if (strcmp(name, "sed") == 0)
		do_sed(shell, index, first);
	if (text_ends(name, "awk"))
		do_assigned(shell, index, first);
	if (shell_is_one_of(name, shell_programs))
		for (uint32_t i = first + 1; i < step->nwords; ++i)
			do_words(shell, index, step->words[i],
			         text_ends(name, "awk")                        ? PROGRAM_AWK
			         : strcmp(name, "trap") == 0 && i == first + 1 ? PROGRAM_SHELL
			                                                       : PROGRAM_OTHER,
			         UINT32_MAX);
	for (uint32_t i = first + 1; i + 1 < step->nwords && shell_is_one_of(name, shell_runners); ++i) {
		const char *run = shell_plain(shell, step->words[strcmp(name, "find") == 0 ? i + 1 : i]);
		const bool begins = strcmp(name, "find") == 0 ? text_starts(shell_plain(shell, step->words[i]), "-exec")
		                                              : !ran && run[0] != '-';

		for (const struct shell_writer *row = shell_writers; row->name && begins && ran < SHELL_CALLS; ++row)
			if (strcmp(run, row->name) == 0) {
				do_writer(shell, index, strcmp(name, "find") == 0 ? i + 1 : i, row);
				++ran;
			}
	}
	for (uint32_t i = first + 1; i + 2 < step->nwords && shell_is_one_of(name, shell_runners); ++i)
		if (shell_is_one_of(shell_base(shell_plain(shell, step->words[i])), shell_shells) &&
		    strcmp(shell_plain(shell, step->words[i + 1]), "-c") == 0)
			do_words(shell, index, step->words[i + 2], PROGRAM_SHELL, i + 4);
}

/** su -c '…', flock FILE -c '…'; watch '…' and its like take it as their first operand. */
static void do_commander(struct shell *shell, uint32_t index, uint32_t first) {
	static const char *const bare[] = { "watch", "parallel", NULL };
	const struct shell_step *step = &shell->code.steps[index];
	const bool operand = shell_is_one_of(shell_base(shell_plain(shell, step->words[first])), bare);

	for (uint32_t i = first + 1; i < step->nwords; ++i) {
		const char *word = shell_plain(shell, step->words[i]);

		if (i + 1 < step->nwords && (strcmp(word, "-c") == 0 || strcmp(word, "--command") == 0) && !operand)
			do_words(shell, index, step->words[++i], PROGRAM_SHELL, UINT32_MAX);
		if (operand && word[0] != '-' && strchr(word, ' ')) {
			do_words(shell, index, step->words[i], PROGRAM_SHELL, UINT32_MAX);
			break;
		}
	}
}

/* All commands */

void shell_find_command(struct shell *shell, uint32_t index) {
	const struct shell_step *step = &shell->code.steps[index];
	uint32_t first = 0;
	const char *name = shell_command_name(shell, step, &first);
	struct value value;

	/* Its files are others: those below the new root, or another host's. */
	if (strcmp(name, "chroot") == 0)
		return;
	if (strcmp(name, "mkdir") == 0) {
		do_mkdir(shell, index, first, shell_has_option(shell, step, first, 'p', "parents"));
	} else if (strcmp(name, "install") == 0 && shell_has_option(shell, step, first, 'd', "directory")) {
		do_mkdir(shell, index, first, true);
		return;
	} else if (strcmp(name, "mktemp") == 0 || strcmp(name, "tempfile") == 0) {
		value = shell_output(shell, index);
		if (value.choices[0].origin)
			add_sink(shell, SINK_NAME, &value, step->words[0], index, false);
	} else if (strcmp(name, "mkfifo") == 0 || strcmp(name, "mknod") == 0) {
		for (uint32_t i = first + 1; i < step->nwords; ++i) {
			value = shell_word_value(shell, step->words[i], index);
			add_sink(shell, SINK_CREATE, &value, step->words[i], index, true);
		}
	} else if (strcmp(name, "ln") == 0 && step->nwords > first + 1) {
		value = shell_word_value(shell, step->words[step->nwords - 1], index);
		add_sink(shell, SINK_CREATE, &value, step->words[step->nwords - 1], index, true);
	} else if (strcmp(name, "eval") == 0) {
		for (uint32_t i = first + 1; i < step->nwords; ++i)
			do_words(shell, index, step->words[i], PROGRAM_SHELL, UINT32_MAX);
	} else if (shell_is_one_of(name, shell_commanders)) {
		do_commander(shell, index, first);
	} else if (shell_is_one_of(name, shell_interpreters)) {
		do_interpreter(shell, index, first, shell_is_one_of(name, shell_shells));
	} else if (text_starts(name, "/") || shell->data[step->words[first].at] == '$' ||
	           shell->data[step->words[first].at] == '"') {
		value = shell_word_value(shell, step->words[first], index);
		add_sink(shell, SINK_SOURCE, &value, step->words[first], index, false);
	}
	/* It has a row for each long option. */
	bool known = false;
	for (const struct shell_writer *row = shell_writers; row->name; ++row)
		if (strcmp(name, row->name) == 0) {
			known = true;
			if (writes(shell, step, first, row))
				do_writer(shell, index, first, row);
		}
	do_subcommand(shell, index, first, name);
	if (strcmp(name, "sqlite3") == 0)
		do_sqlite(shell, index, first);
	if (known) {
		do_fetch(shell, index, first, name);
		if (shell_is_one_of(name, shell_runners))
			do_programs(shell, index, first, name);
		return;
	}
	do_unpack(shell, index, first, name);
	do_archive(shell, index, first, name);
	do_fetch(shell, index, first, name);
	do_programs(shell, index, first, name);
	do_options(shell, index, first, name);
}

// NOLINTEND(misc-no-recursion)
