#include "parse_startup.h"

#include "text.h"

#include <errno.h>
#include <string.h>

static const char open_mark[] = { SHELL_OPEN, '\0' };

struct collector {
	struct arena *arena;
	enum shell_dialect dialect;
	struct startup_assignment *list;
	size_t count;
	bool full;
	/** Names that are exported without a value. */
	const char **exported;
	size_t nexported;
	/** Whether these are commands of an "eval", and on which line. */
	unsigned evaluated;
};

static void add(struct collector *collector, unsigned line, const char *name, const char *value, bool exported) {
	if (collector->count == STARTUP_LIMIT) {
		collector->full = true;
		return;
	}
	collector->list = arena_grow(collector->arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] =
	        (struct startup_assignment) { collector->evaluated ? collector->evaluated : line,
		                              arena_copy(collector->arena, name), arena_copy(collector->arena, value),
		                              exported };
}

static size_t name_length(const char *text) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return *text >= '0' && *text <= '9' ? 0 : strspn(text, letters);
}

/** The text of a word.  One that did not fit has no known end. */
static const char *word_text(const struct collector *collector, const struct shell_word *word) {
	if (word->literal || strchr(word->text, SHELL_OPEN) || strpbrk(word->text, "*?["))
		return word->text;
	return arena_text(collector->arena, "%s%s", word->text, open_mark);
}

/** Take a word NAME=VALUE or NAME+=VALUE.  Returns whether it is one. */
static bool take_word(struct collector *collector, unsigned line, const struct shell_word *word, bool exported) {
	const char *text = word_text(collector, word);
	const size_t length = name_length(text);
	const bool more = length && text[length] == '+' && text[length + 1] == '=';

	if (!length || (text[length] != '=' && !more))
		return false;
	const char *name = arena_bytes(collector->arena, text, length);
	const char *value = text + length + 1 + more;
	add(collector, line, name, more ? arena_text(collector->arena, "%s%s", open_mark, value) : value, exported);
	return true;
}

static bool is_one_of(const char *word, const char *const *list) {
	for (; *list; ++list)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

static shell_visitor visit;

/** The words of "eval", from word on: commands, as far as they are known.  One within another is not looked into. */
static void visit_eval(const struct shell_command *command, const struct shell_word *word,
                       struct collector *collector) {
	const struct shell_word *const end = command->words + command->nwords;
	struct builder script = { .arena = collector->arena };

	for (; word < end; ++word) {
		if (!word->literal || collector->evaluated)
			return;
		builder_text(&script, word->text);
		builder_text(&script, " ");
	}
	const char *text = builder_string(&script);
	collector->evaluated = command->line;
	parse_shell(&(struct bytes) { text, strlen(text) }, collector->dialect, visit, collector);
	collector->evaluated = 0;
}

static void visit_posix(const struct shell_command *command, struct collector *collector) {
	static const char *const exporting[] = { "export", NULL };
	static const char *const declaring[] = { "declare", "typeset", "readonly", "local", NULL };
	const struct shell_word *word = command->words, *const end = word + command->nwords;
	const struct shell_word *first = word;

	while (first < end && name_length(first->text) && strchr("=+", first->text[name_length(first->text)]) &&
	       first->text[name_length(first->text)])
		++first;
	for (; word < first; ++word)
		take_word(collector, command->line, word, first < end);
	/* A word that does not change what a command means. */
	while (word < end && word->literal &&
	       (strcmp(word->text, "command") == 0 || strcmp(word->text, "builtin") == 0))
		++word;
	if (word == end || !word->literal)
		return;
	if (strcmp(word->text, "eval") == 0) {
		visit_eval(command, word + 1, collector);
		return;
	}
	bool exported = is_one_of(word->text, exporting);
	if (!exported && !is_one_of(word->text, declaring))
		return;
	for (++word; word < end; ++word) {
		if (*word->text == '-') {
			exported = exported || strchr(word->text, 'x');
			continue;
		}
		if (take_word(collector, command->line, word, exported) || !exported)
			continue;
		collector->exported = arena_grow(collector->arena, collector->exported, collector->nexported,
		                                 sizeof *collector->exported);
		collector->exported[collector->nexported++] = arena_copy(collector->arena, word->text);
	}
}

/** The elements of csh's list, as the script has it from its parenthesis on. */
static const char *csh_list(const char *source, size_t length, struct arena *arena) {
	struct builder value = { .arena = arena };
	const char *from = memchr(source, '(', length), *end = source + length;

	for (from = from ? from + 1 : end; from < end;) {
		const char *start = from;

		while (from < end && !strchr(" \t\r\n)", *from))
			++from;
		if (from > start) {
			builder_text(&value, value.length ? ":" : "");
			for (; start < from; ++start)
				if (*start != '"' && *start != '\'')
					builder_bytes(&value, start, 1);
		}
		from += from < end;
	}
	return builder_string(&value);
}

static void visit_csh(const struct shell_command *command, struct collector *collector) {
	const struct shell_word *words = command->words;
	const size_t count = command->nwords;

	if (count >= 2 && strcmp(words[0].text, "setenv") == 0) {
		add(collector, command->line, words[1].text, count > 2 ? word_text(collector, &words[2]) : "", true);
		return;
	}
	if (count < 2 || strcmp(words[0].text, "set") != 0)
		return;
	for (size_t i = 1; i < count; ++i) {
		if (!text_starts(words[i].text, "path") || !strchr("=", words[i].text[4]))
			continue;
		for (; i < count; ++i) {
			const char *list = memchr(words[i].source, '(', words[i].length);

			if (list) {
				add(collector, command->line, "PATH",
				    csh_list(words[i].source, words[i].length, collector->arena), true);
				return;
			}
		}
	}
}

static void visit_fish(const struct shell_command *command, struct collector *collector) {
	struct builder value = { .arena = collector->arena };
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
			name = arena_copy(collector->arena, word->text);
		} else {
			builder_text(&value, value.length ? ":" : "");
			builder_text(&value, word_text(collector, word));
		}
	}
	if (!name || !value.length)
		return;
	if (partial)
		builder_format(&value, ":%s", open_mark);
	add(collector, command->line, name, builder_string(&value), exported);
}

static void visit(const struct shell_command *command, void *context) {
	struct collector *collector = context;

	switch (collector->dialect) {
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

int parse_startup(const struct bytes *bytes, enum shell_dialect dialect, struct arena *arena,
                  const struct startup_assignment **assignments, struct shell_place *lost) {
	static const struct startup_assignment none[] = { { 0 } };
	struct collector collector = { .arena = arena, .dialect = dialect };

	*lost = parse_shell(bytes, dialect, visit, &collector);
	for (size_t i = 0; i < collector.count; ++i)
		for (size_t k = 0; k < collector.nexported && !collector.list[i].exported; ++k)
			collector.list[i].exported = strcmp(collector.exported[k], collector.list[i].name) == 0;
	*assignments = collector.count ? collector.list : none;
	return collector.full ? -E2BIG : 0;
}
