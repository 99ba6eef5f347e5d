#include "parse_words.h"

#include "text.h"

#include <stdint.h>
#include <string.h>

/** The byte that the escape at which at is stands for; NULL bytes are left out. */
static void put_escape(struct builder *word, const char **at) {
	static const char from[] = "abfnrtvs\\\"'", to[] = "\a\b\f\n\r\t\v \\\"'";
	const char c = **at;
	const char *known = strchr(from, c);
	uint64_t number;

	if (c == 'x' && text_number((char[]) { (*at)[1], (*at)[1] ? (*at)[2] : '\0', '\0' }, 16, 255, &number) &&
	    number) {
		builder_bytes(word, &(char) { (char)number }, 1);
		*at += 2;
	} else if (known) {
		builder_bytes(word, &to[known - from], 1);
	} else {
		/* Not an escape of systemd's, which keeps the backslash where it does not refuse the line. */
		builder_bytes(word, "\\", 1);
		builder_bytes(word, *at, 1);
	}
}

static const char *take_word(const char *at, struct arena *arena, struct word *word) {
	struct builder text = { .arena = arena };
	char quote = '\0';

	word->bare = true;
	for (; *at; ++at) {
		if (!quote && strchr(" \t\n\r", *at))
			break;
		if (*at == '\\' && at[1]) {
			++at;
			word->bare = false;
			put_escape(&text, &at);
			if (!*at)
				break;
		} else if (quote ? *at == quote : *at == '"' || *at == '\'') {
			quote = quote ? '\0' : *at;
			word->bare = false;
		} else {
			builder_bytes(&text, at, 1);
		}
	}
	word->text = builder_string(&text);
	return at;
}

static struct word *take_words(const char *value, struct arena *arena, size_t *count) {
	struct word *list = NULL;

	*count = 0;
	for (const char *at = value + strspn(value, " \t\n\r"); *at && *count < WORDS_LIMIT;
	     at += strspn(at, " \t\n\r")) {
		struct word word;

		at = take_word(at, arena, &word);
		list = arena_grow(arena, list, *count, sizeof *list);
		list[(*count)++] = word;
	}
	return list ? list : arena_array(arena, 1, sizeof *list);
}

void parse_words(const char *value, struct arena *arena, const struct word **words) {
	size_t count;

	*words = take_words(value, arena, &count);
}

static bool is_separator(const struct word *word) {
	return word->bare && word->text && strcmp(word->text, ";") == 0;
}

void parse_exec(const char *value, struct arena *arena, const struct exec_line **lines) {
	size_t count, nlines = 0;
	struct word *words = take_words(value, arena, &count);
	struct exec_line *list = NULL;

	for (size_t i = 0; i < count; ++i) {
		struct exec_line line = { .words = &words[i] };
		const char *first = words[i].text;

		for (; i < count && !is_separator(&words[i]); ++i)
			continue;
		if (i < count)
			words[i] = (struct word) { 0 };
		if (!line.words->text)
			continue;
		bool own_name = false;
		while (*first && strchr("@-:+!|", *first)) {
			line.privileged |= *first == '+';
			own_name |= *first++ == '@';
		}
		/* After "@" the second word is only what the program is called. */
		struct word *head = (struct word *)(uintptr_t)line.words;
		if (own_name && head[1].text) {
			head[1].text = first;
			line.words = head + 1;
		} else {
			head->text = first;
		}
		list = arena_grow(arena, list, nlines, sizeof *list);
		list[nlines++] = line;
	}
	*lines = list ? list : arena_array(arena, 1, sizeof *list);
}
