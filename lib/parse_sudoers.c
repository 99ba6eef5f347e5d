#include "parse_sudoers.h"

#include "text.h"

#include <errno.h>
#include <string.h>

struct reader {
	const char *at, *end;
	unsigned line;
};

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\r';
}

/**
 * Take a logical line into text, with blanks where lines were joined; comments stay in it.
 * Returns the number of its first line, or 0 at the end of the file.
 */
static unsigned take_line(struct reader *reader, char *text) {
	const unsigned first = reader->line + 1;
	size_t used = 0;

	if (reader->at == reader->end)
		return 0;
	while (reader->at < reader->end) {
		const size_t left = (size_t)(reader->end - reader->at);
		const char *newline = memchr(reader->at, '\n', left);
		const size_t whole = newline ? (size_t)(newline - reader->at) : left;
		size_t length = strnlen(reader->at, whole);

		memcpy(text + used, reader->at, length);
		reader->at += whole + (newline != NULL);
		++reader->line;
		while (length && text[used + length - 1] == '\r')
			--length;
		used += length;
		if (!length || text[used - 1] != '\\')
			break;
		text[used - 1] = ' ';
	}
	text[used] = '\0';
	return first;
}

static const char *skip_blanks(const char *at) {
	while (is_blank(*at))
		++at;
	return at;
}

/** A word as sudo's lexer takes it, quoted or with backslashes, up to a blank or one of ends.  A quote that is not
 * closed moves *at to NULL: sudo passes over the line. */
static const char *take_word(const char **at, const char *ends, struct arena *arena) {
	struct builder word = { .arena = arena };
	const char *from = *at;
	const bool quoted = *from == '"';

	for (from += quoted; *from; ++from) {
		if (quoted ? *from == '"' : is_blank(*from) || strchr(ends, *from))
			break;
		/* In quotes a backslash is itself, unless a quote follows. */
		if (*from == '\\' && from[1] && (!quoted || from[1] == '"'))
			++from;
		builder_bytes(&word, from, 1);
	}
	*at = quoted && !*from ? NULL : from + quoted;
	return builder_string(&word);
}

/** The list after "Defaults:" and the like, as written but for the blanks. */
static const char *take_scope(const char **at, struct arena *arena) {
	struct builder scope = { .arena = arena };
	const char *from = *at;

	if (!*from || !strchr(":@>!", *from))
		return "";
	builder_bytes(&scope, from++, 1);
	for (;;) {
		from = skip_blanks(from);
		while (*from == '!' || is_blank(*from)) {
			if (*from == '!')
				builder_bytes(&scope, from, 1);
			++from;
		}
		builder_text(&scope, take_word(&from, ",", arena));
		if (!from)
			break;
		from = skip_blanks(from);
		if (*from != ',')
			break;
		builder_bytes(&scope, from++, 1);
	}
	*at = from;
	return builder_string(&scope);
}

struct collector {
	struct arena *arena;
	struct sudoers_entry *list;
	size_t count;
};

static bool add(struct collector *collector, struct sudoers_entry entry) {
	if (collector->count == SUDOERS_LIMIT)
		return false;
	collector->list = arena_grow(collector->arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] = entry;
	return true;
}

/** Names of defaults have small letters only. */
static bool is_default_name(const char *name) {
	return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

/**
 * What stands after the word Defaults.  Returns false if there are too many.  sudo passes over all of a line in which
 * it finds an error, and so is done here.
 */
static bool parse_defaults(const char *at, unsigned line, struct collector *collector) {
	struct arena *arena = collector->arena;
	const size_t before = collector->count;
	const char *scope = take_scope(&at, arena);

	if (!at)
		return true;
	for (;;) {
		struct sudoers_entry entry = { .line = line, .scope = scope, .op = "", .value = "" };

		at = skip_blanks(at);
		while (*at == '!' || is_blank(*at)) {
			entry.negated ^= *at == '!';
			++at;
		}
		entry.name = take_word(&at, "=,+-#", arena);
		if (!at || !is_default_name(entry.name))
			break;
		at = skip_blanks(at);
		if (*at == '=' || ((*at == '+' || *at == '-') && at[1] == '=')) {
			entry.op = *at == '=' ? "=" : *at == '+' ? "+=" : "-=";
			at = skip_blanks(at + strlen(entry.op));
			entry.value = take_word(&at, ",#", arena);
			if (!at)
				break;
			at = skip_blanks(at);
		}
		if (!add(collector, entry))
			return false;
		if (!*at || *at == '#')
			return true;
		if (*at++ != ',')
			break;
	}
	if (collector->count > before)
		memset(collector->list + before, 0, (collector->count - before) * sizeof *collector->list);
	collector->count = before;
	return true;
}

static bool parse_include(const char *at, enum sudoers_kind kind, unsigned line, struct collector *collector) {
	struct sudoers_entry entry = { .line = line, .kind = kind, .scope = "", .op = "", .value = "" };

	if (!is_blank(*at))
		return true;
	at = skip_blanks(at);
	entry.name = take_word(&at, "", collector->arena);
	return !at || !*entry.name || add(collector, entry);
}

/** Skip to the first of the ends that no backslash precedes. */
static const char *skip_to(const char *at, const char *ends) {
	for (; *at && !strchr(ends, *at); ++at)
		if (*at == '\\' && at[1])
			++at;
	return at;
}

/** Skip what may stand before a command: "(runas)", "TAG:", "OPTION=value", digests. */
static const char *skip_command_options(const char *at, struct arena *arena, const char **scope) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

	for (;;) {
		at = skip_blanks(at);
		if (*at == '(') {
			const char *close = skip_to(at, ")");

			*scope = arena_bytes(arena, at + 1, (size_t)(close - at - 1));
			at = close + (*close != '\0');
			continue;
		}
		const size_t length = strspn(at, letters);
		const char *after = skip_blanks(at + length);
		if (length && *after == ':' && text_starts(at, "sha"))
			at = skip_to(after, " \t");
		else if (length && *after == ':')
			at = after + 1;
		else if (length && *after == '=')
			at = skip_to(after, " \t,");
		else
			return at;
	}
}

/** The commands behind the "=" of a user's line or of a Cmnd_Alias.  Returns false if there are too many. */
static bool parse_command_list(const char *at, unsigned line, struct collector *collector) {
	const char *scope = "";

	while (*at) {
		struct sudoers_entry entry = { .line = line, .kind = SUDOERS_COMMAND, .op = "", .value = "" };

		at = skip_command_options(at, collector->arena, &scope);
		while (*at == '!' || is_blank(*at)) {
			entry.negated ^= *at == '!';
			++at;
		}
		if (*at == '#')
			return true;
		if (*at == '/') {
			entry.name = take_word(&at, ",:=", collector->arena);
			entry.scope = scope;
			if (!at || !add(collector, entry))
				return false;
		}
		at = skip_to(at, ",:#");
		if (*at == '#')
			return true;
		/* After ":" another list of hosts comes, or another alias. */
		if (*at == ':') {
			at = skip_to(at, "=");
			scope = "";
		}
		at += *at != '\0';
	}
	return true;
}

/** Whether what stands here is the word, and a blank. */
static bool is_word(const char *at, const char *word) {
	return text_starts(at, word) && is_blank(at[strlen(word)]);
}

static bool parse_specification(const char *at, unsigned line, struct collector *collector) {
	if (is_word(at, "User_Alias") || is_word(at, "Runas_Alias") || is_word(at, "Host_Alias"))
		return true;
	at = skip_to(at, "=");
	return !*at || parse_command_list(at + 1, line, collector);
}

int parse_sudoers(const struct bytes *bytes, struct arena *arena, const struct sudoers_entry **entries) {
	static const struct sudoers_entry none[] = { { 0 } };
	struct reader reader = { .at = bytes->data, .end = bytes->data + bytes->size };
	struct collector collector = { .arena = arena };
	char *text = arena_alloc(arena, bytes->size + 1);
	bool room = true;
	unsigned line;

	while (room && (line = take_line(&reader, text))) {
		const char *at = skip_blanks(text);

		if (*at == '@' || *at == '#') {
			if (text_starts(at + 1, "includedir"))
				room = parse_include(at + 11, SUDOERS_INCLUDE_DIR, line, &collector);
			else if (text_starts(at + 1, "include"))
				room = parse_include(at + 8, SUDOERS_INCLUDE, line, &collector);
		} else if (text_starts(at, "Defaults") && (is_blank(at[8]) || (at[8] && strchr(":@>!", at[8])))) {
			room = parse_defaults(at + 8, line, &collector);
		} else {
			room = parse_specification(at, line, &collector);
		}
	}
	*entries = collector.count ? collector.list : none;
	return room ? 0 : -E2BIG;
}
