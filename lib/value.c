#include "value.h"

#include "text.h"

#include <string.h>

/** The most of a name that is kept. */
enum { LONGEST = 512 };

struct value value_literal(struct arena *arena, const char *text, size_t length) {
	if (length > LONGEST)
		length = LONGEST;
	char *copy = arena_bytes(arena, text, length);

	for (size_t i = 0; i < length; ++i)
		if ((unsigned char)copy[i] < 0x20 && copy[i] != '\n')
			copy[i] = ' ';
	return (struct value) { .choices = { { .text = copy } }, .count = 1 };
}

static const char *hole_text(enum value_hole hole) {
	static const char texts[][2] = { "", "\1", "\2", "\3", "\4", "\5", "\6", "\7", "\x8", "\x9" };

	return texts[hole];
}

struct value value_hole(struct arena *arena, enum value_hole hole) {
	(void)arena;
	return (struct value) { .choices = { { .text = hole_text(hole) } }, .count = 1 };
}

struct value value_name(struct arena *arena, unsigned origin) {
	struct value value = value_hole(arena, HOLE_NAME);

	value.choices[0].origin = origin;
	return value;
}

struct value value_unknown(void) {
	return (struct value) { .choices = { { .text = hole_text(HOLE_UNKNOWN) } }, .count = 1 };
}

static struct value_choice paste(struct arena *arena, const struct value_choice *a, const char *between,
                                 const struct value_choice *b) {
	struct builder text = { .arena = arena };

	builder_text(&text, a->text);
	builder_text(&text, between);
	builder_text(&text, b->text);
	if (text.length > LONGEST)
		text.text[LONGEST] = '\0';
	return (struct value_choice) {
		.text = builder_string(&text),
		.origin = a->origin ? a->origin : b->origin,
		.call = a->call ? a->call : b->call,
	};
}

/** Whether one of them is there already. */
static bool has_choice(const struct value *value, const struct value_choice *choice) {
	for (unsigned i = 0; i < value->count; ++i)
		if (value->choices[i].origin == choice->origin && value->choices[i].call == choice->call &&
		    strcmp(value->choices[i].text, choice->text) == 0)
			return true;
	return false;
}

static bool may_matter(const struct value_choice *choice) {
	return choice->origin || choice->text[0] == HOLE_TEMPDIR || strchr(choice->text, HOLE_FRESH) ||
	       value_is_shared(choice->text);
}

/** Whether one of them begins in a shared directory, so that it matters that others did not. */
static bool has_shared(const struct value *value) {
	for (unsigned i = 0; i < value->count; ++i)
		if (may_matter(&value->choices[i]))
			return true;
	return false;
}

static void add_choice(struct value *value, const struct value_choice *choice) {
	if (has_choice(value, choice))
		return;
	if (value->count < VALUE_MOST) {
		value->choices[value->count++] = *choice;
		return;
	}
	value->more |= !may_matter(choice) && has_shared(value);
	for (unsigned i = 0; i < value->count && may_matter(choice); ++i)
		if (!may_matter(&value->choices[i])) {
			value->choices[i] = *choice;
			value->more = true;
			return;
		}
}

struct value value_concatenate(struct arena *arena, const struct value *a, const struct value *b) {
	struct value result = { .more = a->more || (b->more && has_shared(b)) };

	for (unsigned i = 0; i < a->count; ++i)
		for (unsigned j = 0; j < b->count; ++j) {
			const struct value_choice pasted = paste(arena, &a->choices[i], "", &b->choices[j]);

			add_choice(&result, &pasted);
		}
	return result.count ? result : value_unknown();
}

struct value value_join(struct arena *arena, const struct value *a, const struct value *b) {
	struct value result = { .more = a->more || (b->more && has_shared(b)) };

	for (unsigned i = 0; i < a->count; ++i) {
		for (unsigned j = 0; j < b->count; ++j) {
			struct value_choice left = a->choices[i], right = b->choices[j];
			const size_t length = strlen(left.text);

			/* An absolute part begins anew in some languages, and not in others: here it never matters. */
			while (*right.text == '/')
				++right.text;
			const struct value_choice pasted =
			        paste(arena, &left, length && left.text[length - 1] == '/' ? "" : "/", &right);

			add_choice(&result, &pasted);
		}
	}
	return result.count ? result : value_unknown();
}

struct value value_either(const struct value *a, const struct value *b) {
	struct value result = *a;

	for (unsigned i = 0; i < b->count; ++i)
		add_choice(&result, &b->choices[i]);
	result.more |= b->more;
	return result;
}

const struct value *value_kept(struct arena *arena, const struct value *value) {
	struct value *kept = arena_alloc(arena, sizeof *kept);

	*kept = *value;
	return kept;
}

bool value_is_unknown(const struct value *value) {
	for (unsigned i = 0; i < value->count; ++i)
		if (strspn(value->choices[i].text, "\5") != strlen(value->choices[i].text))
			return false;
	return true;
}

/** How much of text is a shared directory, with the slash behind it; 0: none. */
static size_t shared_length(const char *text) {
	static const char *const tops[] = {
		"/tmp", "/var/tmp", "/dev/shm", "/usr/tmp", "/private/tmp", "/run/shm", NULL
	};

	static const char *const schemes[] = { "file://", "compress.zlib://", "compress.bzip2://", NULL };
	size_t scheme = 0;

	/* A URL of a file. */
	for (const char *const *row = schemes; *row && !scheme; ++row)
		scheme = strncmp(text, *row, strlen(*row)) == 0 ? strlen(*row) : 0;
	text += scheme;
	size_t above = strspn(text, "/");

	above -= above > 0;
	text += above;
	/* "$TMPDIR" "x" is a neighbour of the directory. */
	if (*text == HOLE_TEMPDIR)
		return text[1] == '/' || text[1] == HOLE_UNKNOWN ? scheme + above + 1 + strspn(text + 1, "/") : 0;
	for (const char *const *top = tops; *top; ++top) {
		const size_t length = strlen(*top);

		if (strncmp(text, *top, length) == 0 && text[length] == '/')
			return scheme + above + length + strspn(text + length, "/");
	}
	return 0;
}

bool value_is_directory(const char *text) {
	static const char *const tops[] = { "/tmp", "/var/tmp", "/dev/shm", NULL };

	for (const char *const *top = tops; *top; ++top)
		if (strcmp(text, *top) == 0)
			return true;
	return text[0] == HOLE_TEMPDIR && !text[1];
}

bool value_is_shared(const char *text) {
	return (text[0] != HOLE_TEMPDIR && value_is_directory(text)) || shared_length(text) > 0;
}

/** Whether a name leads out of the directory that it is relative to: a/../../b. */
static bool is_above(const char *name) {
	unsigned depth = 0;

	while (*name) {
		const size_t length = strcspn(name, "/");

		if (length == 2 && strncmp(name, "..", 2) == 0) {
			if (depth-- == 0)
				return true;
		} else if (length && (length != 1 || *name != '.')) {
			++depth;
		}
		name += length + strspn(name + length, "/");
	}
	return depth == 0;
}

enum value_class value_class(const char *text) {
	const char *name = text + shared_length(text);

	const char *fresh = strchr(text, HOLE_FRESH);

	/* "$file.log" lies beside "$file", which all see once it is there. */
	if (fresh)
		return fresh == name && name > text && fresh[1] && fresh[1] != '/' ? VALUE_DOUBTFUL : VALUE_FRESH;
	if (strchr(text, HOLE_STRONG))
		return VALUE_SAFE;
	if (strchr(text, HOLE_NAME))
		return VALUE_UNHELD;
	if (name == text || !*name || is_above(name))
		return VALUE_SAFE;
	return strchr(name, HOLE_UNKNOWN) ? VALUE_DOUBTFUL : VALUE_GUESSABLE;
}

bool value_matters(const struct value *value) {
	for (unsigned i = 0; i < value->count; ++i)
		if (value->choices[i].origin || value_class(value->choices[i].text) != VALUE_SAFE)
			return true;
	return false;
}

bool value_has_fresh(const struct value *value, unsigned call) {
	for (unsigned i = 0; i < value->count; ++i) {
		const enum value_class class = value_class(value->choices[i].text);

		if ((class == VALUE_FRESH || class == VALUE_UNHELD) && value->choices[i].call == call)
			return true;
	}
	return false;
}

const char *value_undocumented(struct arena *arena, const char *text) {
	struct builder rest = { .arena = arena };

	for (const char *mark; (mark = strstr(text, "<<"));) {
		const char *word = mark + 2 + strspn(mark + 2, "- '\"\\"), *body = strchr(word, '\n');
		const size_t length = strcspn(word, " \n'\"<>;&|()");
		const char *end = mark[2] != '<' && length ? body : NULL;

		/* The line that ends it. */
		while (end) {
			const char *line = end + 1;

			if (strncmp(line, word, length) == 0 && (line[length] == '\n' || !line[length]))
				break;
			end = strchr(end + 1, '\n');
		}
		body = end ? body : mark + 2;
		builder_bytes(&rest, text, (size_t)(body - text));
		text = end ? end + 1 + strcspn(end + 1, "\n") : body;
	}
	builder_text(&rest, text);
	return builder_string(&rest);
}

bool value_redirected(struct arena *arena, const char **text, struct value *name) {
	const char *at = strchr(*text, '>');

	if (!at)
		return false;
	at += strspn(at, ">| ");
	/* What a shell would take for the end of the name ends it; a tab is HOLE_TEMPDIR. */
	const bool quoted = *at == '\'' || *at == '"';
	at += quoted;
	const size_t length = strcspn(at, quoted ? "'\"" : " \n;|&<>()'\"`");
	/* print > "/tmp/" $1. */
	const bool more = quoted && length && at[length - 1] == '/';
	*name = (struct value) { .choices = { { .text = more ? arena_text(arena, "%.*s\5", (int)length, at)
		                                             : arena_bytes(arena, at, length) } },
		                 .count = 1 };
	*text = at + length;
	return true;
}

const char *value_shown(struct arena *arena, const char *text) {
	static const char *const words[] = {
		"", "<pid>", "<time>", "<number>", "<user>", "<…>", "<random>", "<private>", "<mktemp>", "$TMPDIR",
	};
	struct builder shown = { .arena = arena };

	for (; *text; ++text) {
		if ((unsigned char)*text < sizeof words / sizeof *words)
			builder_text(&shown, words[(unsigned char)*text]);
		else
			builder_bytes(&shown, text, 1);
	}
	return builder_string(&shown);
}

bool value_is_below(const char *text, const char *dir) {
	const size_t length = strlen(dir);

	return length && strncmp(text, dir, length) == 0 && (text[length] == '/' || dir[length - 1] == '/');
}
