#include "parse_commands.h"

#include "parse_shell.h"
#include "text.h"

#include <string.h>

/** The words of a command that are looked at. */
enum { WORDS = 64 };

struct argument {
	const char *text;
	/** Whether text is all that the word stands for. */
	bool literal;
};

struct reader {
	struct command_list *list;
	unsigned line;
	/** Whether the words come from a string that a shell is given: one in there is not followed. */
	bool nested;
	/** Where the last "cd" on this line went; NULL: not known. */
	const char *directory;
	unsigned directory_line;
};

static void add(struct reader *reader, const struct argument *word, enum command_use use) {
	struct command_list *list = reader->list;
	const char *path = word->text;

	if (!word->literal || !strchr(path, '/') || strchr(path, SHELL_OPEN))
		return;
	if (*path != '/') {
		if (*path == '~' || !reader->directory || reader->directory_line != reader->line)
			return;
		path = arena_text(list->arena, "%s/%s", reader->directory, path);
	}
	if (list->count == COMMANDS_LIMIT) {
		list->full = true;
		return;
	}
	list->files = arena_grow(list->arena, list->files, list->count, sizeof *list->files);
	list->files[list->count++] = (struct command_file) { arena_copy(list->arena, path), use, reader->line };
}

static const char *base_name(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/** Programs that run the command that follows: which short options take a word, and how many words stand before it. */
static const struct wrapper {
	const char *name, *options;
	unsigned operands;
} wrappers[] = {
	{ "env", "uC", 0 },     { "nice", "n", 0 },          { "ionice", "cnpPu", 0 },  { "nohup", "", 0 },
	{ "timeout", "sk", 1 }, { "setsid", "", 0 },         { "exec", "a", 0 },        { "command", "", 0 },
	{ "builtin", "", 0 },   { "sudo", "ugpCDRTUhr", 0 }, { "runuser", "ugGsc", 0 }, { "flock", "wE", 1 },
	{ "stdbuf", "ioe", 0 }, { "chrt", "TPD", 1 },        { "taskset", "", 1 },      { "time", "fo", 0 },
	{ "chronic", "", 0 },   { "eatmydata", "", 0 },      { "setarch", "", 0 },      { "xargs", "adEILnPs", 0 },
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
	struct reader inner = { .list = reader->list, .line = reader->line, .nested = true };
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
		add(reader, &words[i], COMMAND_RUNS);
}

static void take_interpreter(struct reader *reader, const struct interpreter *interpreter, const struct argument *words,
                             size_t count) {
	for (size_t i = 0; i < count; ++i) {
		const char *text = words[i].text;

		if (*text != '-') {
			add(reader, &words[i], COMMAND_RUNS);
			return;
		}
		if (text[1] && text[1] != '-' && strpbrk(text + 1, interpreter->inlined))
			return;
		i += takes_word(text, interpreter->options);
	}
}

/** Skip a wrapper's own words.  Returns how many there are. */
static size_t skip_wrapper(const struct wrapper *wrapper, const struct argument *words, size_t count) {
	unsigned operands = wrapper->operands;
	size_t i = 0;

	for (; i < count; ++i) {
		const char *text = words[i].text;

		if (strcmp(text, "--") == 0)
			continue;
		if (*text == '-')
			i += takes_word(text, wrapper->options);
		else if (strcmp(wrapper->name, "env") == 0 && strchr(text, '='))
			continue;
		else if (operands)
			--operands;
		else
			break;
	}
	return i < count ? i : count;
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
			const size_t skipped = skip_wrapper(wrapper, words, count);

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
		} else if (strcmp(name, "cd") == 0) {
			reader->directory = count && words->literal && *words->text == '/'
			                            ? arena_copy(reader->list->arena, words->text)
			                            : NULL;
			reader->directory_line = reader->line;
		} else {
			take_options(reader, words, count);
		}
		return;
	}
}

static bool is_assignment(const char *text) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	const size_t length = strspn(text, letters);

	return length && (text[length] == '=' || (text[length] == '+' && text[length + 1] == '='));
}

static void visit(const struct shell_command *command, void *context) {
	struct reader *reader = context;
	struct argument words[SHELL_WORDS];
	size_t first = 0, count = 0;

	if (command->definition)
		return;
	if (!reader->nested)
		reader->line = command->line;
	while (first < command->nwords && is_assignment(command->words[first].text))
		++first;
	for (; first < command->nwords; ++first)
		words[count++] = (struct argument) { command->words[first].text, command->words[first].literal };
	take_command(reader, words, count);
}

static void take_script(const struct bytes *bytes, struct reader *reader) {
	const struct shell_place lost = parse_shell(bytes, SHELL_POSIX, visit, reader);

	if (lost.line && !reader->nested && !reader->list->lost) {
		reader->list->lost = lost.line;
		reader->list->lost_at = lost.offset;
	}
}

void parse_commands(const struct bytes *bytes, struct command_list *list) {
	struct reader reader = { .list = list };

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
	struct reader reader = { .list = list };
	struct argument arguments[WORDS];
	size_t count = 0;

	for (; words->text && count < WORDS; ++words, ++count)
		arguments[count].text = plain_word(words->text, list->arena, &arguments[count].literal);
	take_command(&reader, arguments, count);
}
