#include "parse_envfile.h"

#include "parse_words.h"
#include "shell_value.h"
#include "text.h"

#include <errno.h>
#include <string.h>

static const char open_mark[] = { SHELL_OPEN, '\0' }, own_mark[] = { SHELL_OWN, '\0' };

struct collector {
	struct arena *arena;
	struct assignment *list;
	size_t count;
	bool full;
};

static void add(struct collector *collector, const char *name, const char *value, unsigned line) {
	if (collector->count == ENVFILE_LIMIT) {
		collector->full = true;
		return;
	}
	collector->list = arena_grow(collector->arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] = (struct assignment) { name, value, line };
}

static int finish(const struct collector *collector, const struct assignment **assignments) {
	static const struct assignment none[] = { { 0 } };

	*assignments = collector->count ? collector->list : none;
	return collector->full ? -E2BIG : 0;
}

static bool is_name(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *skip_blanks(const char *at) {
	return at + strspn(at, " \t\r\v\f");
}

/** A copy of the text without blanks behind it. */
static char *trimmed(struct arena *arena, const char *text, size_t length) {
	while (length && strchr(" \t\r\v\f", text[length - 1]))
		--length;
	return arena_bytes(arena, text, length);
}

/** Lines of a file, each a string of the arena; what stands behind a NUL is not of it. */
struct lines {
	const struct bytes *bytes;
	struct arena *arena;
	size_t at;
	unsigned line;
};

static char *next_line(struct lines *lines) {
	const size_t left = lines->bytes->size - lines->at;
	const char *start = lines->bytes->data + lines->at;

	if (!left)
		return NULL;
	const char *newline = memchr(start, '\n', left);
	const size_t length = newline ? (size_t)(newline - start) : left;
	lines->at += length + (newline != NULL);
	++lines->line;
	return trimmed(lines->arena, start, strnlen(start, length));
}

int parse_envfile(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments) {
	struct lines lines = { bytes, arena, 0, 0 };
	struct collector collector = { .arena = arena };
	char *text;

	while ((text = next_line(&lines))) {
		const unsigned first = lines.line;
		struct builder whole = { .arena = arena }, value = { .arena = arena };

		/* A comment does not go on. */
		while (text && !strchr(text, '#') && text_ends(text, "\\")) {
			builder_bytes(&whole, text, strlen(text) - 1);
			text = next_line(&lines);
		}
		builder_text(&whole, text ? text : "");
		text = arena_copy(arena, builder_string(&whole));
		text[strcspn(text, "#")] = '\0';
		const char *at = skip_blanks(text);
		/* With one blank behind it: pam_env takes what follows for the name. */
		if (text_starts(at, "export "))
			at += strlen("export ");
		size_t length = 0;
		while (is_name(at[length]))
			++length;
		if (!length || at[length] != '=')
			continue;
		const char *name = arena_bytes(arena, at, length);
		at += length + 1;
		/* What begins with a quote loses all of them, as pam_env does it. */
		const bool quoted = *at == '"' || *at == '\'';
		for (; *at; ++at)
			if (!quoted || (*at != '"' && *at != '\''))
				builder_bytes(&value, at, 1);
		const char *built = builder_string(&value);
		add(&collector, name, quoted ? built : trimmed(arena, built, strlen(built)), first);
	}
	return finish(&collector, assignments);
}

/** The value at which the reader of systemd's files is, up to the end of the line on which it ends. */
static const char *systemd_value(const struct bytes *bytes, size_t *position, unsigned *line, struct arena *arena) {
	struct builder value = { .arena = arena };
	size_t at = *position, kept = 0;
	char quote = '\0';
	/* A quote is one at the beginning, and behind another quoted part; elsewhere it is a character like others. */
	bool may_quote = true;

	while (at < bytes->size && (bytes->data[at] == ' ' || bytes->data[at] == '\t'))
		++at;
	for (; at < bytes->size; ++at) {
		const char c = bytes->data[at];
		const bool more = at + 1 < bytes->size;

		if (c == '\n' && !quote)
			break;
		*line += c == '\n';
		if (c == '\\' && quote != '\'' && more) {
			const char next = bytes->data[++at];

			*line += next == '\n';
			if (next == '\n')
				continue;
			if (quote && !strchr("\"\\`$", next))
				builder_bytes(&value, "\\", 1);
			builder_bytes(&value, &next, 1);
			kept = value.length;
			may_quote = false;
		} else if (quote ? c == quote : may_quote && (c == '"' || c == '\'')) {
			quote = quote ? '\0' : c;
			kept = value.length;
			may_quote = true;
		} else if (!quote && may_quote && strchr(" \t\r", c) && c) {
			continue;
		} else {
			may_quote = false;
			builder_bytes(&value, &c, 1);
			if (quote || (c != ' ' && c != '\t' && c != '\r'))
				kept = value.length;
		}
	}
	*position = at;
	return arena_bytes(arena, builder_string(&value), strnlen(builder_string(&value), kept));
}

int parse_envfile_systemd(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments) {
	struct collector collector = { .arena = arena };
	unsigned line = 1;

	for (size_t at = 0; at < bytes->size; ++at, ++line) {
		const unsigned first = line;

		while (at < bytes->size && strchr(" \t\r", bytes->data[at]) && bytes->data[at])
			++at;
		size_t start = at;
		while (at < bytes->size && is_name(bytes->data[at]))
			++at;
		size_t length = at - start;
		while (at < bytes->size && (bytes->data[at] == ' ' || bytes->data[at] == '\t'))
			++at;
		if (length && at < bytes->size && bytes->data[at] == '=') {
			const char *name = arena_bytes(arena, bytes->data + start, length);

			++at;
			add(&collector, name, systemd_value(bytes, &at, &line, arena), first);
			continue;
		}
		/* A comment, or a line that is passed over; a backslash at its end takes in the next one. */
		for (; at < bytes->size && bytes->data[at] != '\n'; ++at)
			if (bytes->data[at] == '\\' && at + 1 < bytes->size && bytes->data[at + 1] == '\n') {
				++at;
				++line;
			}
	}
	return finish(&collector, assignments);
}

/** A value of environment.d, in which "$" stands for variables whatever quotes there were. */
static const char *expanded(struct shell_scope *scope, const char *name, const char *value) {
	if (!strchr(value, '$'))
		return strpbrk(value, "\1\2") ? "\1" : value;
	/* These mean nothing here, but much to a shell. */
	if (strpbrk(value, "'\"`\\~("))
		return "\1";
	const struct shell_value choices = shell_expand(scope, value, strlen(value), name);
	return choices.count == 1 ? choices.choices[0] : "\1";
}

int parse_environment_d(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments) {
	struct shell_scope scope = { .arena = arena };
	struct collector collector = { .arena = arena };
	const struct assignment *plain;
	const int error = parse_envfile_systemd(bytes, arena, &plain);

	for (; plain->name; ++plain) {
		const struct shell_value value = { { expanded(&scope, plain->name, plain->value) }, 1 };

		shell_assign(&scope, plain->name, &value, true);
		add(&collector, plain->name, value.choices[0], plain->line);
	}
	return finish(&collector, assignments) < 0 ? -E2BIG : error;
}

/**
 * "${NAME}" or "@{NAME}" at at, for which what the file set before stands: of the items the home is the user's own, as
 * is the directory of the session.  Returns what is behind it.
 */
static const char *pam_reference(const char *at, const struct collector *collector, struct builder *value) {
	const size_t length = strcspn(at + 2, "}");
	const char *name = arena_bytes(collector->arena, at + 2, length);
	const char *known = NULL;
	const bool own = *at == '@' ? strcmp(name, "HOME") == 0 : strcmp(name, "XDG_RUNTIME_DIR") == 0;

	for (size_t i = 0; *at == '$' && i < collector->count; ++i)
		if (strcmp(collector->list[i].name, name) == 0)
			known = known ? open_mark : collector->list[i].value;
	builder_text(value, known ? known : own ? own_mark : open_mark);
	at += 2 + length;
	return at + (*at == '}');
}

/** A value of pam_env.conf, quoted or up to a blank. */
static const char *pam_value(const char **from, const struct collector *collector) {
	struct builder value = { .arena = collector->arena };
	const char *at = *from;
	const bool quoted = *at == '"';

	for (at += quoted; *at && (quoted ? *at != '"' : *at != ' ' && *at != '\t');) {
		if ((*at == '$' || *at == '@') && at[1] == '{') {
			at = pam_reference(at, collector, &value);
			continue;
		}
		if (*at == '\\' && at[1])
			++at;
		builder_bytes(&value, *at == SHELL_OWN ? open_mark : at, 1);
		++at;
	}
	*from = at + (quoted && *at == '"');
	return builder_string(&value);
}

/** Whether a value of pam_env.conf may be empty: nothing but what other variables hold. */
static bool may_be_empty(const char *value) {
	return value[strspn(value, (const char[]) { SHELL_OPEN, SHELL_OWN, '\0' })] == '\0';
}

int parse_pam_env(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments) {
	struct lines lines = { bytes, arena, 0, 0 };
	struct collector collector = { .arena = arena };
	char *text;

	while ((text = next_line(&lines))) {
		const unsigned first = lines.line;
		struct builder whole = { .arena = arena };

		/* A comment does not go on. */
		while (text && *skip_blanks(text) != '#' && text_ends(text, "\\")) {
			builder_bytes(&whole, text, strlen(text) - 1);
			text = next_line(&lines);
		}
		builder_text(&whole, text ? text : "");
		const char *at = skip_blanks(builder_string(&whole)), *const end = strchrnul(at, '#');
		at = trimmed(arena, at, (size_t)(end - at));
		const size_t length = strcspn(at, " \t"), named = strcspn(at, "=");
		if (!length)
			continue;
		/* pam_env takes it for a name without a value, and means to unset that. */
		if (!at[length] && named < length) {
			add(&collector, arena_bytes(arena, at, named), at + named + 1, first);
			continue;
		}
		const char *name = arena_bytes(arena, at, length), *by_default = "", *override = "";
		for (at = skip_blanks(at + length); *at; at = skip_blanks(at)) {
			const size_t key = text_starts(at, "DEFAULT=") ? 8 : text_starts(at, "OVERRIDE=") ? 9 : 0;

			if (!key)
				break;
			at += key;
			*(key == 8 ? &by_default : &override) = pam_value(&at, &collector);
		}
		/* It counts unless it is empty, which one of other variables alone may turn out to be. */
		if (*by_default && (!*override || may_be_empty(override)))
			add(&collector, name, by_default, first);
		if (*override)
			add(&collector, name, override, first);
	}
	return finish(&collector, assignments);
}

int parse_environment(const char *value, struct arena *arena, const struct assignment **assignments) {
	struct collector collector = { .arena = arena };
	const struct word *words;

	parse_words(value, arena, &words);
	for (; words->text; ++words) {
		const char *equals = strchr(words->text, '=');

		if (equals && equals != words->text)
			add(&collector, arena_bytes(arena, words->text, (size_t)(equals - words->text)), equals + 1, 0);
	}
	return finish(&collector, assignments);
}
