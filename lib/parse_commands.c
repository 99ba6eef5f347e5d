#include "parse_commands.h"

#include "parse_shell.h"
#include "shell_value.h"
#include "text.h"

#include <string.h>

const char *const command_use_names[] = {
	[COMMAND_RUNS] = "runs",
	[COMMAND_SOURCES] = "sources",
	[COMMAND_READS] = "reads",
};

/** The words of a command that are looked at. */
enum { WORDS = 64 };

struct argument {
	const char *text;
	/** Whether text is all that the word stands for. */
	bool literal;
};

struct reader {
	struct command_list *list;
	/** What the script set its variables to. */
	struct shell_scope scope;
	unsigned line;
	/** Whether the words come from a string that a shell is given: one in there is not followed. */
	bool nested;
	/** Where the last "cd" on this line went; NULL: not known. */
	const char *directory;
	unsigned directory_line;
};

/** Whether the line has the file already: by another branch, or another value of a variable. */
static bool is_known(const struct command_list *list, const char *path, enum command_use use, unsigned line) {
	for (size_t i = list->count; i > 0 && list->files[i - 1].line == line && list->count - i < WORDS; --i)
		if (list->files[i - 1].use == use && strcmp(list->files[i - 1].path, path) == 0)
			return true;
	return false;
}

/** Add a file by its path; by a mere name, too, if it is one that is opened from where the script is. */
static void add_file(struct reader *reader, const struct argument *word, enum command_use use, bool named) {
	struct command_list *list = reader->list;
	const char *path = word->text;

	if (!word->literal || !*path || (!named && !strchr(path, '/')) || strchr(path, SHELL_OPEN) ||
	    strchr(path, SHELL_OWN))
		return;
	if (*path != '/') {
		if (*path == '~' || !reader->directory || reader->directory_line != reader->line)
			return;
		path += text_starts(path, "./") ? strlen("./") : 0;
		path = arena_text(list->arena, "%s/%s", reader->directory, path);
	}
	if (is_known(list, path, use, reader->line))
		return;
	if (list->count == COMMANDS_LIMIT) {
		list->full = true;
		return;
	}
	list->files = arena_grow(list->arena, list->files, list->count, sizeof *list->files);
	list->files[list->count++] = (struct command_file) { arena_copy(list->arena, path), use, reader->line };
}

/** Add a variable, whose value lives as long as the list; what it is already it is not once more. */
static void add_variable(struct reader *reader, const char *name, const char *value) {
	struct command_list *list = reader->list;

	for (size_t i = 0; i < list->nvariables; ++i)
		if (list->variables[i].value == value && strcmp(list->variables[i].name, name) == 0)
			return;
	if (list->nvariables == COMMANDS_LIMIT) {
		list->full = true;
		return;
	}
	list->variables = arena_grow(list->arena, list->variables, list->nvariables, sizeof *list->variables);
	list->variables[list->nvariables++] = (struct command_variable) { name, value, reader->line };
}

static void add(struct reader *reader, const struct argument *word, enum command_use use) {
	add_file(reader, word, use, false);
}

static const char *base_name(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/** Programs that run the command that follows: which options take a word, and how many words stand before it. */
static const struct wrapper {
	const char *name, *options;
	unsigned operands;
	/** Long options that take the next word; NULL ends the list. */
	const char *words[8];
} wrappers[] = {
	{ "env", "uC", 0, { "--unset", "--chdir" } },
	{ "nice", "n", 0, { "--adjustment" } },
	{ "ionice", "cnpPu", 0, { "--class", "--classdata" } },
	{ "nohup", "", 0, { NULL } },
	{ "timeout", "sk", 1, { "--signal", "--kill-after" } },
	{ "setsid", "", 0, { NULL } },
	{ "exec", "a", 0, { NULL } },
	{ "command", "", 0, { NULL } },
	{ "builtin", "", 0, { NULL } },
	{ "sudo", "ugpCDRTUhr", 0, { "--user", "--group", "--prompt", "--chdir", "--host", "--other-user" } },
	{ "doas", "uC", 0, { NULL } },
	{ "runuser", "ugGsc", 0, { "--user", "--group", "--supp-group", "--shell" } },
	{ "flock", "wE", 1, { "--timeout", "--wait", "--conflict-exit-code" } },
	{ "stdbuf", "ioe", 0, { "--input", "--output", "--error" } },
	{ "chrt", "TPD", 1, { NULL } },
	{ "taskset", "", 1, { NULL } },
	{ "time", "fo", 0, { "--format", "--output" } },
	{ "chronic", "", 0, { NULL } },
	{ "eatmydata", "", 0, { NULL } },
	{ "setarch", "", 0, { NULL } },
	{ "xargs", "adEILnPs", 0, { "--arg-file", "--delimiter", "--max-args", "--max-procs", "--max-chars" } },
	{ "setpriv", "", 0, { "--reuid", "--regid", "--ruid", "--euid", "--groups", "--inh-caps", "--bounding-set" } },
	{ "prlimit", "p", 0, { NULL } },
	{ "unshare", "SG", 0, { "--setuid", "--setgid", "--map-user", "--map-group", "--propagation" } },
	{ "nsenter", "tSG", 0, { "--target", "--setuid", "--setgid" } },
	{ "systemd-run",
	  "uMHpE",
	  0,
	  { "--unit", "--property", "--setenv", "--uid", "--gid", "--slice", "--on-calendar" } },
	{ "systemd-cat", "tp", 0, { "--identifier", "--priority" } },
	{ "systemd-inhibit", "", 0, { NULL } },
	{ "numactl", "CmNip", 0, { NULL } },
	{ "watch", "n", 0, { "--interval" } },
	{ "busybox", "", 0, { NULL } },
};

/** What takes a program of its own kind from a file, by this option. */
static const struct program_file {
	const char *name;
	char option;
	const char *word;
} program_files[] = {
	{ "awk", 'f', "--file" },  { "gawk", 'f', "--file" },  { "mawk", 'f', "--file" }, { "sed", 'f', "--file" },
	{ "make", 'f', "--file" }, { "gmake", 'f', "--file" }, { "at", 'f', "" },         { "batch", 'f', "" },
};

/** What takes a script as its first operand, and the options after which it has none. */
static const struct interpreter {
	const char *name;
	/** Whether name is the beginning of the program's: python3.11. */
	bool versions;
	/** The short options that hold the program itself, and those that take a word. */
	const char *inlined, *options;
} interpreters[] = {
	{ "python", true, "cm", "WX" }, { "perl", true, "eE", "" },  { "ruby", true, "e", "" },
	{ "php", true, "rBR", "dc" },   { "node", true, "ep", "r" }, { "lua", true, "e", "l" },
	{ "tclsh", true, "", "" },      { "expect", true, "c", "" },
};

static bool is_shell(const char *name) {
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", NULL };

	for (const char *const *shell = shells; *shell; ++shell)
		if (strcmp(name, *shell) == 0)
			return true;
	return false;
}

static bool is_version(const char *text) {
	return text[strspn(text, "0123456789.-")] == '\0';
}

static const struct interpreter *find_interpreter(const char *name) {
	for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; ++i)
		if (text_starts(name, interpreters[i].name) && is_version(name + strlen(interpreters[i].name)))
			return &interpreters[i];
	return NULL;
}

static const struct wrapper *find_wrapper(const char *name) {
	for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; ++i)
		if (strcmp(name, wrappers[i].name) == 0)
			return &wrappers[i];
	return NULL;
}

/** Whether the word is an option whose value is the next word. */
static bool takes_word(const char *option, const char *options) {
	const size_t length = strlen(option);

	return length >= 2 && option[1] != '-' && strchr(options, option[length - 1]);
}

/** Options after which a file is read as configuration, or run. */
static const struct file_option {
	const char *name;
	enum command_use use;
} file_options[] = {
	{ "--config", COMMAND_READS },
	{ "--conf", COMMAND_READS },
	{ "--config-file", COMMAND_READS },
	{ "--configfile", COMMAND_READS },
	{ "--configuration", COMMAND_READS },
	{ "--defaults-file", COMMAND_READS },
	{ "--env-file", COMMAND_READS },
	{ "--defaults-extra-file", COMMAND_READS },
	{ "--init-file", COMMAND_READS },
	{ "--rcfile", COMMAND_READS },
	{ "--exec", COMMAND_RUNS },
	{ "--startas", COMMAND_RUNS },
	{ "-jar", COMMAND_RUNS },
};

static bool looks_like_configuration(const char *path) {
	static const char *const ends[] = { ".conf", ".cfg", ".cnf", ".ini", ".yml", ".yaml", ".json", ".toml", NULL };

	for (const char *const *end = ends; *end; ++end)
		if (text_ends(path, *end))
			return true;
	return false;
}

/** The files that options name. */
static void take_options(struct reader *reader, const struct argument *words, size_t count) {
	for (size_t i = 0; i < count; ++i) {
		const struct argument *word = &words[i];

		if (*word->text != '-')
			continue;
		if (i + 1 < count && strcmp(word->text, "-c") == 0 && looks_like_configuration(words[i + 1].text))
			add(reader, &words[i + 1], COMMAND_READS);
		for (size_t k = 0; k < sizeof file_options / sizeof *file_options; ++k) {
			const size_t length = strlen(file_options[k].name);

			if (!text_starts(word->text, file_options[k].name))
				continue;
			if (word->text[length] == '=')
				add(reader, &(struct argument) { word->text + length + 1, word->literal },
				    file_options[k].use);
			else if (!word->text[length] && i + 1 < count)
				add(reader, &words[i + 1], file_options[k].use);
		}
	}
}

static void take_script(const struct bytes *bytes, struct reader *reader);

static void take_string(struct reader *reader, const struct argument *word) {
	if (reader->nested)
		return;
	struct reader inner = {
		.list = reader->list, .scope = { .arena = reader->list->arena }, .line = reader->line, .nested = true
	};
	take_script(&(struct bytes) { word->text, strlen(word->text) }, &inner);
}

/** A shell's own words: a string after -c, or a script. */
static void take_shell(struct reader *reader, const struct argument *words, size_t count) {
	bool string = false;
	size_t i = 0;

	for (; i < count && (*words[i].text == '-' || *words[i].text == '+'); ++i) {
		string |= *words[i].text == '-' && words[i].text[1] != '-' && strchr(words[i].text, 'c');
		i += takes_word(words[i].text, "oO");
	}
	if (i >= count)
		return;
	if (string)
		take_string(reader, &words[i]);
	else
		add_file(reader, &words[i], COMMAND_RUNS, true);
}

static void take_interpreter(struct reader *reader, const struct interpreter *interpreter, const struct argument *words,
                             size_t count) {
	for (size_t i = 0; i < count; ++i) {
		const char *text = words[i].text;

		if (*text != '-') {
			add_file(reader, &words[i], COMMAND_RUNS, true);
			return;
		}
		if (text[1] && text[1] != '-' && strpbrk(text + 1, interpreter->inlined))
			return;
		i += takes_word(text, interpreter->options);
	}
}

static bool is_one_of(const char *text, const char *const *list) {
	for (; *list; ++list)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

static const char of_names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

/** How long the name is that a word assigns to; 0: it is no assignment. */
static size_t assigned_length(const char *text) {
	const size_t length = strspn(text, of_names);

	return text[length] == '=' || (text[length] == '+' && text[length + 1] == '=') ? length : 0;
}

/** Take NAME=VALUE, in which systemd may have left variables of its own. */
static void take_variable(struct reader *reader, const struct argument *word) {
	struct arena *arena = reader->list->arena;
	const size_t length = assigned_length(word->text);
	struct builder value = { .arena = arena };

	if (!length || word->text[length] != '=')
		return;
	for (const char *at = word->text + length + 1; *at; ++at) {
		if (*at != '$' || word->literal) {
			builder_bytes(&value, at, 1);
			continue;
		}
		builder_bytes(&value, &(char) { SHELL_OPEN }, 1);
		at += at[1] == '{' ? strcspn(at, "}") : strspn(at + 1, of_names);
		at -= *at == '\0';
	}
	add_variable(reader, arena_bytes(arena, word->text, length), builder_string(&value));
}

/** Skip a wrapper's own words, and take the variables that it sets.  Returns how many there are. */
static size_t skip_wrapper(struct reader *reader, const struct wrapper *wrapper, const struct argument *words,
                           size_t count) {
	static const char *const setting[] = { "env", "sudo", NULL };
	unsigned operands = wrapper->operands;
	size_t i = 0;

	for (; i < count; ++i) {
		const char *text = words[i].text;

		if (strcmp(text, "--") == 0)
			continue;
		if (*text == '-')
			i += takes_word(text, wrapper->options) || is_one_of(text, wrapper->words);
		else if (strchr(text, '=') && is_one_of(wrapper->name, setting))
			take_variable(reader, &words[i]);
		else if (operands)
			--operands;
		else
			break;
	}
	return i < count ? i : count;
}

/** The programs of awk, sed and make that are told by -f. */
static void take_program_files(struct reader *reader, const char *name, const struct argument *words, size_t count) {
	for (size_t k = 0; k < sizeof program_files / sizeof *program_files; ++k) {
		const struct program_file *file = &program_files[k];

		if (strcmp(name, file->name) != 0)
			continue;
		for (size_t i = 0; i < count; ++i) {
			const char *text = words[i].text;
			const size_t length = strlen(file->word);

			if (text[0] == '-' && text[1] == file->option && text[2])
				add_file(reader, &(struct argument) { text + 2, words[i].literal }, COMMAND_RUNS, true);
			else if (length && text_starts(text, file->word) && text[length] == '=')
				add_file(reader, &(struct argument) { text + length + 1, words[i].literal },
				         COMMAND_RUNS, true);
			else if (i + 1 < count && ((text[0] == '-' && text[1] == file->option) ||
			                           (length && strcmp(text, file->word) == 0)))
				add_file(reader, &words[++i], COMMAND_RUNS, true);
		}
	}
}

/** The words of eval are one string. */
static void take_words(struct reader *reader, const struct argument *words, size_t count) {
	struct builder string = { .arena = reader->list->arena };

	for (size_t i = 0; i < count; ++i)
		builder_format(&string, "%s ", words[i].text);
	take_string(reader, &(struct argument) { builder_string(&string), true });
}

/** What a command runs, sources or reads. */
static void take_command(struct reader *reader, const struct argument *words, size_t count) {
	for (unsigned depth = 0; count && depth < 8; ++depth) {
		const char *name = base_name(words->text);
		const struct wrapper *wrapper = find_wrapper(name);
		const struct interpreter *interpreter = find_interpreter(name);

		add(reader, words, COMMAND_RUNS);
		if (!words->literal)
			return;
		++words;
		--count;
		if (wrapper) {
			const size_t skipped = skip_wrapper(reader, wrapper, words, count);

			/* "flock FILE -c STRING" and the like. */
			for (size_t i = 0; i + 1 < count && i < skipped; ++i)
				if (strcmp(words[i].text, "-c") == 0 && strcmp(name, "ionice") != 0) {
					take_string(reader, &words[i + 1]);
					return;
				}
			words += skipped;
			count -= skipped;
			continue;
		}
		if (strcmp(name, ".") == 0 || strcmp(name, "source") == 0) {
			if (count)
				add(reader, words, COMMAND_SOURCES);
		} else if (is_shell(name)) {
			take_shell(reader, words, count);
		} else if (interpreter) {
			take_interpreter(reader, interpreter, words, count);
		} else if (strcmp(name, "su") == 0) {
			for (size_t i = 0; i + 1 < count; ++i)
				if (strcmp(words[i].text, "-c") == 0)
					take_string(reader, &words[i + 1]);
		} else if (strcmp(name, "run-parts") == 0) {
			for (size_t i = 0; i < count; ++i)
				if (*words[i].text != '-')
					add(reader, &words[i], COMMAND_RUNS);
		} else if (strcmp(name, "find") == 0) {
			/* What it runs take_all() looks for. */
			return;
		} else if (strcmp(name, "eval") == 0) {
			take_words(reader, words, count);
		} else if (strcmp(name, "trap") == 0) {
			if (count > 1)
				take_string(reader, words);
		} else if (strcmp(name, "cd") == 0) {
			reader->directory = count && words->literal && *words->text == '/'
			                            ? arena_copy(reader->list->arena, words->text)
			                            : NULL;
			reader->directory_line = reader->line;
		} else {
			take_options(reader, words, count);
			take_program_files(reader, name, words, count);
		}
		return;
	}
}

/** What a command runs, and what it has find run. */
static void take_all(struct reader *reader, const struct argument *words, size_t count) {
	static const char *const actions[] = { "-exec", "-execdir", "-ok", "-okdir", NULL };
	bool finds = false;

	take_command(reader, words, count);
	for (size_t i = 0; i < count; ++i) {
		size_t length = 0;

		finds |= strcmp(base_name(words[i].text), "find") == 0;
		if (!finds || !is_one_of(words[i].text, actions))
			continue;
		while (i + 1 + length < count && strcmp(words[i + 1 + length].text, ";") != 0 &&
		       strcmp(words[i + 1 + length].text, "+") != 0)
			++length;
		take_command(reader, words + i + 1, length);
	}
}

/** What an assignment sets its variable to. */
static struct shell_value assigned(struct reader *reader, const struct shell_word *word, const char *name) {
	struct shell_value value = { .count = 0 };

	if (word->text[strlen(name)] != '=')
		return shell_unknown();
	const struct shell_value whole = shell_expand(&reader->scope, word->source, word->length, name);
	for (size_t i = 0; i < whole.count; ++i) {
		const char *equals = strchr(whole.choices[i], '=');
		const struct shell_value one = { { equals ? equals + 1 : (const char[]) { SHELL_OPEN, '\0' } }, 1 };

		shell_either(&value, &one);
	}
	return value;
}

/** Let those that are run have a variable. */
static void give(struct reader *reader, const char *name, const struct shell_value *value) {
	for (size_t i = 0; value && i < value->count; ++i)
		add_variable(reader, name, value->choices[i]);
}

/** Take a word of a declaration, or an assignment that stands alone: it is for others, too, if it is exported. */
static void take_assignment(struct reader *reader, const struct shell_command *command, const struct shell_word *word,
                            bool exported) {
	struct arena *arena = reader->scope.arena;
	const size_t length = assigned_length(word->text);
	const char *name = length ? arena_bytes(arena, word->text, length) : word->text;

	if (length) {
		const struct shell_value value = assigned(reader, word, name);

		shell_assign(&reader->scope, name, &value, command->certain && !reader->nested);
	}
	/* One that every program has from the start need not be exported. */
	if (exported || (length && strcmp(name, "PATH") == 0))
		give(reader, arena_copy(arena, name), shell_variable(&reader->scope, name));
}

/** "read NAME...": what they hold is not known any more. */
static void forget(struct reader *reader, const struct shell_command *command, size_t first) {
	const struct shell_value unknown = shell_unknown();

	for (; first < command->nwords; ++first)
		if (*command->words[first].text != '-')
			shell_assign(&reader->scope, arena_copy(reader->scope.arena, command->words[first].text),
			             &unknown, command->certain);
}

/** What a word stands for. */
static struct shell_value value_of(struct reader *reader, const struct shell_word *word) {
	if (word->literal)
		return (struct shell_value) { { word->text }, 1 };

	struct shell_value value = shell_expand(&reader->scope, word->source, word->length, NULL);
	/* Without quotes it is several words: the first is the one that matters. */
	if (!memchr(word->source, '"', word->length) && !memchr(word->source, '\'', word->length))
		for (size_t i = 0; i < value.count; ++i)
			value.choices[i] =
			        arena_bytes(reader->scope.arena, value.choices[i], strcspn(value.choices[i], " \t\n"));
	return value;
}

static void visit(const struct shell_command *command, void *context) {
	static const char *const declarations[] = { "export", "readonly", "local", "declare", "typeset", NULL };
	/* In what is no literal: what only a run can tell, or the files that are there. */
	static const char unknown[] = { SHELL_OPEN, SHELL_OWN, '*', '?', '[', '\0' };
	struct reader *reader = context;
	struct shell_value values[SHELL_WORDS];
	struct argument words[SHELL_WORDS];
	size_t first = 0, rounds = 1;

	if (command->definition)
		return;
	if (!reader->nested)
		reader->line = command->line;
	while (first < command->nwords && assigned_length(command->words[first].text))
		++first;
	const bool declares = first < command->nwords && is_one_of(command->words[first].text, declarations);
	if (declares || first == command->nwords) {
		const bool exported = declares && strcmp(command->words[first].text, "export") == 0;

		for (size_t i = declares ? first + 1 : 0; i < command->nwords; ++i)
			take_assignment(reader, command, &command->words[i], exported);
		return;
	}
	for (size_t i = 0; i < first; ++i) {
		const char *text = command->words[i].text;
		const char *name = arena_bytes(reader->scope.arena, text, assigned_length(text));
		const struct shell_value value = assigned(reader, &command->words[i], name);

		give(reader, name, &value);
	}
	if (strcmp(command->words[first].text, "read") == 0)
		forget(reader, command, first + 1);
	for (size_t i = first; i < command->nwords; ++i) {
		values[i] = value_of(reader, &command->words[i]);
		if (values[i].count > rounds)
			rounds = values[i].count;
	}
	for (size_t round = 0; round < rounds; ++round) {
		size_t count = 0;

		for (size_t i = first; i < command->nwords; ++i) {
			const char *text = values[i].choices[round < values[i].count ? round : 0];
			const bool known = command->words[i].literal || !strpbrk(text, unknown);

			words[count++] = (struct argument) { text, known };
		}
		take_all(reader, words, count);
	}
}

static void take_script(const struct bytes *bytes, struct reader *reader) {
	const struct shell_place lost = parse_shell(bytes, SHELL_POSIX, visit, reader);

	if (lost.line && !reader->nested && !reader->list->lost) {
		reader->list->lost = lost.line;
		reader->list->lost_at = lost.offset;
	}
}

/** What a script itself is run by. */
static void take_interpreter_line(const struct bytes *bytes, struct reader *reader) {
	const char *end = memchr(bytes->data, '\n', bytes->size);
	const size_t size = end ? (size_t)(end - bytes->data) : bytes->size;
	const char *line = arena_bytes(reader->list->arena, bytes->data, strnlen(bytes->data, size));

	if (!text_starts(line, "#!"))
		return;
	line += strlen("#!");
	line += strspn(line, " \t");
	add(reader, &(struct argument) { arena_bytes(reader->list->arena, line, strcspn(line, " \t\r")), true },
	    COMMAND_RUNS);
}

void parse_commands(const struct bytes *bytes, struct command_list *list) {
	struct reader reader = { .list = list, .scope = { .arena = list->arena } };

	if (bytes->size) {
		reader.line = 1;
		take_interpreter_line(bytes, &reader);
	}
	if (shell_reads(bytes))
		take_script(bytes, &reader);
}

/** A word as systemd takes it: "%%" and "$$" are one each, and what stands for something else makes it not literal. */
static const char *plain_word(const char *text, struct arena *arena, bool *literal) {
	struct builder plain = { .arena = arena };

	*literal = true;
	for (; *text; ++text) {
		const bool twice = text[1] == *text;
		const bool stands = (*text == '%' || *text == '$') && !twice;
		char c = *text;

		/* A dollar sign is left for the shell that may get the word as its program. */
		if (stands && c == '%')
			c = SHELL_OPEN;
		builder_bytes(&plain, &c, 1);
		*literal &= !stands;
		text += twice && (*text == '%' || *text == '$');
	}
	return builder_string(&plain);
}

void parse_command_words(const struct word *words, struct command_list *list) {
	struct reader reader = { .list = list, .scope = { .arena = list->arena } };
	struct argument arguments[WORDS];
	size_t count = 0;

	for (; words->text && count < WORDS; ++words, ++count)
		arguments[count].text = plain_word(words->text, list->arena, &arguments[count].literal);
	take_all(&reader, arguments, count);
}
