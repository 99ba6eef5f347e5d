#include "parse_cleaner.h"

#include "parse_crontab.h"
#include "parse_shell.h"
#include "text.h"

#include <errno.h>
#include <string.h>

static const uint64_t minute = 60000000, hour = 60 * minute, day = 24 * hour;

struct list {
	struct arena *arena;
	struct cleaner_command *commands;
	size_t count;
	/** Added to the line of what is read. */
	unsigned line;
	bool full;
	/** A find that names files and removes none: what it is piped to may.  No tool: there is none. */
	struct cleaner_command named;
};

bool parse_cleaner_age(const char *text, uint64_t *microseconds) {
	const size_t length = strspn(text, "0123456789");
	uint64_t unit = hour;
	char number[20];

	if (!length || length >= sizeof number || strlen(text) > length + 1)
		return false;
	memcpy(number, text, length);
	number[length] = '\0';
	switch (text[length]) {
	case '\0':
	case 'h':
		break;
	case 'd':
		unit = day;
		break;
	case 'm':
		unit = minute;
		break;
	case 's':
		unit = 1000000;
		break;
	default:
		return false;
	}
	if (!text_number(number, 10, UINT64_MAX / day, microseconds))
		return false;
	*microseconds *= unit;
	return true;
}

static void add(struct list *list, const struct cleaner_command *command) {
	if (list->count == CLEANER_LIMIT) {
		list->full = true;
		return;
	}
	list->commands = arena_grow(list->arena, list->commands, list->count, sizeof *list->commands);
	list->commands[list->count++] = *command;
}

static void add_dir(struct list *list, const char ***dirs, size_t *count, const char *dir) {
	*dirs = arena_grow(list->arena, *count ? (void *)*dirs : NULL, *count, sizeof **dirs);
	(*dirs)[(*count)++] = arena_copy(list->arena, dir);
}

/** Whether the word is an option that takes the next word as its value; of tmpwatch and tmpreaper alike. */
static bool takes_value(const char *option) {
	static const char *const valued[] = { "-x",        "--exclude",      "-X",        "--exclude-pattern",
		                              "-U",        "--exclude-user", "--protect", "-T",
		                              "--runtime", "--delay",        NULL };

	for (const char *const *name = valued; *name; ++name)
		if (strcmp(option, *name) == 0)
			return true;
	return false;
}

/** The value of an option that spares what it names; NULL: it is none. */
static const char *spared(const struct shell_word *option, const struct shell_word *value) {
	static const char *const sparing[] = { "--exclude=", "--exclude-pattern=", "--protect=" };

	for (size_t i = 0; i < sizeof sparing / sizeof *sparing; ++i) {
		const size_t length = strlen(sparing[i]);

		if (text_starts(option->text, sparing[i]))
			return option->text + length;
		if (value && strncmp(option->text, sparing[i], length - 1) == 0 && !option->text[length - 1])
			return value->text;
	}
	return value && (text_equal(option->text, "-x") || text_equal(option->text, "-X")) ? value->text : NULL;
}

/** tmpwatch [OPTION]... AGE DIR...; tmpreaper the same. */
static void take_reaper(struct list *list, const char *tool, const struct shell_command *shell, size_t at) {
	struct cleaner_command command = { .tool = tool, .line = list->line + shell->line };
	const char **dirs = arena_array(list->arena, 1, sizeof *dirs);
	const char *whole = NULL;
	size_t ndirs = 0;

	for (; at < shell->nwords; ++at) {
		const struct shell_word *word = &shell->words[at];

		if (!word->literal) {
			/* Such as "$flags", which are there for options. */
			if (command.shown)
				command.idle = "cleans directories that are known only when it runs";
			continue;
		}
		if (word->text[0] == '-' && word->text[1]) {
			const bool valued = takes_value(word->text);
			const struct shell_word *value = valued && at + 1 < shell->nwords ? word + 1 : NULL;
			const char *spares = spared(word, value);

			if (text_equal(word->text, "--test") ||
			    (word->text[1] != '-' && !valued && strchr(word->text, 't')))
				command.idle = "only tests what it would remove";
			/* That is no name of one's own, but all there is in a directory, or the directory. */
			if (spares && (text_ends(spares, "/*") || text_ends(spares, "/tmp") || text_equal(spares, "*")))
				whole = spares;
			at += valued;
			continue;
		}
		if (!command.shown) {
			if (!parse_cleaner_age(word->text, &command.age))
				return;
			command.shown = arena_copy(list->arena, word->text);
			continue;
		}
		add_dir(list, &dirs, &ndirs, word->text);
	}
	if (!command.shown)
		return;
	if (shell->nwords == SHELL_WORDS)
		command.idle = "has more arguments than are read";
	if (whole && !command.idle)
		command.idle = arena_text(list->arena, "spares %s", whole);
	command.dirs = dirs;
	add(list, &command);
}

/** A test of find that asks for an age: +N of a unit.  Returns 0 if it is none. */
static uint64_t age_unit(const char *test) {
	static const char *const days[] = { "-mtime", "-atime", "-ctime" }, *const minutes[] = { "-mmin", "-amin",
		                                                                                 "-cmin" };

	for (size_t i = 0; i < 3; ++i) {
		if (text_equal(test, days[i]))
			return day;
		if (text_equal(test, minutes[i]))
			return minute;
	}
	return 0;
}

/** Words of find that narrow nothing, and how many follow that belong to them. */
static bool is_harmless(const char *word, size_t *more) {
	static const struct {
		const char *word;
		size_t more;
	} words[] = {
		{ "-xdev", 0 },  { "-mount", 0 },  { "-depth", 0 },  { "-d", 0 },        { "-mindepth", 1 },
		{ "-print", 0 }, { "-print0", 0 }, { "-noleaf", 0 }, { "-daystart", 0 }, { "-ignore_readdir_race", 0 },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
		if (text_equal(word, words[i].word)) {
			*more = words[i].more;
			return true;
		}
	return false;
}

static const char *base_name(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/** find DIR... TEST... -delete, or -exec rm. */
static void take_find(struct list *list, const struct shell_command *shell, size_t at) {
	struct cleaner_command command = { .tool = "find", .line = list->line + shell->line, .shown = "0" };
	const char **dirs = arena_array(list->arena, 1, sizeof *dirs);
	size_t ndirs = 0;
	bool removes = false;

	while (at < shell->nwords &&
	       (text_equal(shell->words[at].text, "-H") || text_equal(shell->words[at].text, "-L") ||
	        text_equal(shell->words[at].text, "-P")))
		++at;
	for (; at < shell->nwords && !strchr("-(!", shell->words[at].text[0]); ++at) {
		if (shell->words[at].literal)
			add_dir(list, &dirs, &ndirs, shell->words[at].text);
		else
			command.idle = "cleans directories that are known only when it runs";
	}
	for (; at < shell->nwords; ++at) {
		const char *word = shell->words[at].text;
		const struct shell_word *next = at + 1 < shell->nwords ? &shell->words[at + 1] : NULL;
		const uint64_t unit = age_unit(word);
		uint64_t number;
		size_t more;

		if (!shell->words[at].literal) {
			command.idle = "asks of files what is known only when it runs";
		} else if (unit && next) {
			++at;
			if (!next->literal || next->text[0] != '+' ||
			    !text_number(next->text + 1, 10, UINT64_MAX / day, &number))
				command.idle = "asks for an age that is none";
			else if (number * unit > command.age) {
				command.age = number * unit;
				command.shown = arena_text(list->arena, "%s %s", word, next->text);
			}
		} else if (text_equal(word, "-type") && next) {
			++at;
			if (!strchr(next->text, 'f'))
				command.idle = "removes no regular files";
		} else if (text_equal(word, "-delete")) {
			removes = true;
		} else if (text_starts(word, "-exec") && next) {
			removes =
			        text_equal(base_name(next->text), "rm") || text_equal(base_name(next->text), "unlink");
			break;
		} else if (is_harmless(word, &more)) {
			at += more;
		} else if (!command.idle) {
			command.idle = arena_text(list->arena, "removes only what passes %s", word);
		}
	}
	if (!ndirs)
		return;
	if (shell->nwords == SHELL_WORDS)
		command.idle = "has more arguments than are read";
	command.dirs = dirs;
	if (removes)
		add(list, &command);
	else
		list->named = command;
}

/** "find DIR... TEST... | xargs rm": the find before is one that removes. */
static void take_xargs(struct list *list, const struct shell_command *shell, size_t at) {
	for (; at < shell->nwords && list->named.tool; ++at) {
		const char *name = base_name(shell->words[at].text);

		if (!text_equal(name, "rm") && !text_equal(name, "unlink"))
			continue;
		add(list, &list->named);
		return;
	}
}

static void take_tmpfiles(struct list *list, const struct shell_command *shell, size_t at) {
	static const char *const none[] = { NULL };
	bool cleans = false, narrow = false;

	for (; at < shell->nwords; ++at) {
		const char *word = shell->words[at].text;

		cleans |= text_equal(word, "--clean");
		narrow |= text_starts(word, "--prefix") || text_starts(word, "--exclude-prefix") ||
		          text_equal(word, "-E") || text_equal(word, "--dry-run") || *word != '-';
	}
	if (cleans)
		add(list, &(struct cleaner_command) {
		                  .tool = "systemd-tmpfiles",
		                  .dirs = none,
		                  .shown = "tmpfiles.d",
		                  .idle = narrow ? "cleans only a part" : NULL,
		                  .line = list->line + shell->line,
		          });
}

/** Whether what follows is no command: "[ -x /usr/sbin/tmpreaper ]". */
static bool only_names(const struct shell_command *shell, size_t at) {
	static const char *const names[] = { "-x",     "-f",    "-e",   "-v",  "-V", "echo",
		                             "printf", "which", "type", "man", NULL };

	for (const char *const *name = names; at && *name; ++name)
		if (strcmp(shell->words[at - 1].text, *name) == 0)
			return true;
	return false;
}

static void take_command(const struct shell_command *shell, void *context) {
	struct list *list = context;

	if (shell->nwords && text_equal(base_name(shell->words[0].text), "xargs"))
		take_xargs(list, shell, 1);
	list->named.tool = NULL;
	for (size_t i = 0; i < shell->nwords; ++i) {
		const char *name = base_name(shell->words[i].text);

		if (!shell->words[i].literal || only_names(shell, i))
			continue;
		if (text_equal(name, "tmpwatch"))
			take_reaper(list, "tmpwatch", shell, i + 1);
		else if (text_equal(name, "tmpreaper"))
			take_reaper(list, "tmpreaper", shell, i + 1);
		else if (text_equal(name, "find"))
			take_find(list, shell, i + 1);
		else if (text_equal(name, "systemd-tmpfiles"))
			take_tmpfiles(list, shell, i + 1);
		else
			continue;
		return;
	}
}

int parse_cleaners(const struct bytes *bytes, enum cleaner_format format, struct arena *arena,
                   const struct cleaner_command **commands) {
	struct list list = { .arena = arena };

	if (format == CLEANER_SCRIPT) {
		parse_shell(bytes, SHELL_POSIX, take_command, &list);
	} else {
		const enum crontab_form form = format == CLEANER_CRONTAB ? CRONTAB_SYSTEM : CRONTAB_USER;
		const struct crontab_line *line;

		list.full = parse_crontab(bytes, form, arena, &line) < 0;
		for (; line->line; ++line) {
			/* What others run can remove their own files only. */
			if (!line->command || (line->user && !text_equal(line->user, "root")))
				continue;
			list.line = line->line - 1;
			parse_shell(&(struct bytes) { line->command, strlen(line->command) }, SHELL_POSIX, take_command,
			            &list);
		}
	}
	*commands = list.commands ? list.commands : arena_alloc(arena, sizeof *list.commands);
	return list.full ? -E2BIG : 0;
}

struct search {
	struct arena *arena;
	const char *name;
	struct cleaner_variable found;
};

static void take_assignment(const struct shell_command *shell, void *context) {
	struct search *search = context;
	const size_t length = strlen(search->name);

	for (size_t i = 0; i < shell->nwords; ++i) {
		const struct shell_word *word = &shell->words[i];

		if (strncmp(word->text, search->name, length) == 0 && word->text[length] == '=')
			search->found = (struct cleaner_variable) {
				.value = arena_copy(search->arena, word->text + length + 1),
				.literal = word->literal,
				.line = shell->line,
			};
		else if (!strchr(word->text, '=') && !text_equal(word->text, "export"))
			return;
	}
}

struct cleaner_variable parse_cleaner_variable(const struct bytes *bytes, const char *name, struct arena *arena) {
	struct search search = { .arena = arena, .name = name };

	parse_shell(bytes, SHELL_POSIX, take_assignment, &search);
	return search.found;
}
