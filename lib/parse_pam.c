#include "parse_pam.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/** What is left of a file, and of a logical line of it, whose comments are gone. */
struct reader {
	const char *at, *end;
	unsigned line;
};

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/**
 * Take a logical line into text, which has room for all that is left and a NUL.
 * Returns the number of its first line, or 0 at the end of the file.
 */
static unsigned take_line(struct reader *reader, char *text) {
	unsigned first = 0;
	size_t used = 0;

	while (reader->at < reader->end) {
		const size_t left = (size_t)(reader->end - reader->at);
		const char *newline = memchr(reader->at, '\n', left);
		const size_t whole = newline ? (size_t)(newline - reader->at) : left;
		size_t length = strnlen(reader->at, whole);
		const char *comment = length ? memchr(reader->at, '#', length) : NULL;

		++reader->line;
		if (comment)
			length = (size_t)(comment - reader->at);
		memcpy(text + used, reader->at, length);
		reader->at += whole + (newline != NULL);
		size_t stop = used + length;
		while (stop > used && is_blank(text[stop - 1]))
			--stop;
		if (stop == used && !first)
			continue;
		if (!first)
			first = reader->line;
		/* What follows a comment is no continuation. */
		if (comment || stop == used || text[stop - 1] != '\\') {
			text[stop] = '\0';
			return first;
		}
		text[stop - 1] = ' ';
		used = stop;
	}
	text[used] = '\0';
	return first;
}

/** The next word, which is cut off at its end; NULL if there is none. */
static char *take_word(char **at) {
	char *word = *at, *to;

	while (is_blank(*word))
		++word;
	if (!*word)
		return NULL;
	if (*word != '[') {
		to = word;
		while (*to && !is_blank(*to))
			++to;
		*at = *to ? to + 1 : to;
		*to = '\0';
		return word;
	}
	char *from = to = ++word;
	for (; *from && *from != ']'; ++from) {
		if (from[0] == '\\' && from[1] == ']')
			++from;
		*to++ = *from;
	}
	*at = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

static const struct {
	const char *name;
	enum pam_step step;
} steps[] = {
	{ "ignore", PAM_CONTINUE }, { "ok", PAM_CONTINUE }, { "done", PAM_DONE },
	{ "bad", PAM_FAIL },        { "die", PAM_DIE },     { "reset", PAM_CONTINUE },
};

/** Take "result=action" off text.  Returns false if there is none. */
static bool take_action(const char **at, struct arena *arena, struct pam_action *action) {
	const char *text = *at;

	while (is_blank(*text))
		++text;
	const size_t length = strcspn(text, " \t\n\r=");
	*action = (struct pam_action) { .result = arena_bytes(arena, text, length) };
	text += length;
	while (is_blank(*text))
		++text;
	if (!length || *text++ != '=')
		return false;
	while (is_blank(*text))
		++text;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; ++i) {
		const size_t size = strlen(steps[i].name);

		if (strncmp(text, steps[i].name, size) == 0) {
			action->step = steps[i].step;
			*at = text + size;
			return true;
		}
	}
	action->step = PAM_JUMP;
	/* No stack is longer than a million modules; libpam allows no jump by 0. */
	for (; *text >= '0' && *text <= '9'; ++text)
		if (action->skip < 1000000)
			action->skip = 10 * action->skip + (unsigned)(*text - '0');
	*at = text;
	return action->skip > 0;
}

static bool has_result(const struct pam_action *actions, size_t count, const char *result) {
	for (size_t i = 0; i < count; ++i)
		if (strcmp(actions[i].result, result) == 0)
			return true;
	return false;
}

/** The actions of "[…]"; NULL if libpam would not understand it. */
static const struct pam_action *parse_control(const char *text, struct arena *arena) {
	struct pam_action *actions = NULL, fallback = { .result = "default", .step = PAM_FAIL };
	size_t count = 0;
	bool closed = false;

	for (;;) {
		struct pam_action action;

		while (is_blank(*text))
			++text;
		if (!*text)
			break;
		if (!take_action(&text, arena, &action))
			return NULL;
		/* The default fills what no word before it named, so that words behind it still count. */
		if (strcmp(action.result, "default") == 0) {
			if (!closed)
				fallback = action;
			closed = true;
			continue;
		}
		for (size_t i = 0; i < count; ++i)
			if (strcmp(actions[i].result, action.result) == 0)
				actions[i] = action;
		if (has_result(actions, count, action.result))
			continue;
		actions = arena_grow(arena, actions, count, sizeof *actions);
		actions[count++] = action;
	}
	actions = arena_grow(arena, actions, count, sizeof *actions);
	actions[count] = fallback;
	return actions;
}

static const struct pam_action required[] = {
	{ "success", PAM_CONTINUE, 0 }, { "ignore", PAM_CONTINUE, 0 }, { "default", PAM_FAIL, 0 }, { 0 }
};
static const struct pam_action requisite[] = {
	{ "success", PAM_CONTINUE, 0 }, { "ignore", PAM_CONTINUE, 0 }, { "default", PAM_DIE, 0 }, { 0 }
};
static const struct pam_action sufficient[] = { { "success", PAM_DONE, 0 }, { "default", PAM_CONTINUE, 0 }, { 0 } };
static const struct pam_action optional[] = { { "default", PAM_CONTINUE, 0 }, { 0 } };

static const struct {
	const char *name;
	const struct pam_action *actions;
} controls[] = {
	{ "required", required }, { "requisite", requisite }, { "sufficient", sufficient }, { "optional", optional }
};

static bool parse_type(const char *word, enum pam_type *type) {
	static const char *const names[] = { "auth", "account", "password", "session" };

	for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
		if (strcasecmp(word, names[i]) == 0) {
			*type = (enum pam_type)(PAM_AUTH + i);
			return true;
		}
	}
	return false;
}

/** What stands after the type, or after "@include".  Returns false if the line is broken. */
static bool parse_rest(char *at, const char *control, struct arena *arena, struct pam_line *line) {
	if (!control)
		return false;
	if (strcasecmp(control, "include") == 0 || strcmp(control, "@include") == 0) {
		line->kind = PAM_INCLUDE;
	} else if (strcasecmp(control, "substack") == 0) {
		line->kind = PAM_SUBSTACK;
	} else {
		for (size_t i = 0; i < sizeof controls / sizeof *controls && !line->actions; ++i)
			if (strcasecmp(control, controls[i].name) == 0)
				line->actions = controls[i].actions;
		if (!line->actions)
			line->actions = parse_control(control, arena);
		if (!line->actions)
			return false;
	}
	const char *name = take_word(&at);
	if (!name)
		return false;
	line->name = arena_copy(arena, name);
	const char **arguments = arena_array(arena, 1, sizeof *arguments);
	size_t count = 0;
	for (const char *word; (word = take_word(&at));) {
		arguments = arena_grow(arena, count ? (void *)arguments : NULL, count, sizeof *arguments);
		arguments[count++] = arena_copy(arena, word);
	}
	line->arguments = arguments;
	return true;
}

int parse_pam(const struct bytes *bytes, struct arena *arena, const struct pam_line **lines, size_t *count) {
	static const char *const none[] = { NULL };
	struct reader reader = { .at = bytes->data, .end = bytes->data + bytes->size };
	struct pam_line *list = NULL;
	char *text = arena_alloc(arena, bytes->size + 1);
	unsigned number;

	*lines = NULL;
	*count = 0;
	while ((number = take_line(&reader, text))) {
		struct pam_line line = { .line = number, .arguments = none, .name = "" };
		char *at = text;
		char *word = take_word(&at);

		/* A backslash alone makes a line of blanks. */
		if (!word)
			continue;
		if (*count == PAM_LIMIT)
			return -E2BIG;
		bool good;
		if (strcmp(word, "@include") == 0) {
			good = parse_rest(at, word, arena, &line);
		} else {
			line.optional = *word == '-';
			good = parse_type(word + line.optional, &line.type) &&
			       parse_rest(at, take_word(&at), arena, &line);
		}
		if (!good)
			line = (struct pam_line) {
				.line = number, .kind = PAM_BROKEN, .type = line.type, .arguments = none, .name = ""
			};
		list = arena_grow(arena, list, *count, sizeof *list);
		list[(*count)++] = line;
		*lines = list;
	}
	return 0;
}

const struct pam_action *pam_action(const struct pam_line *line, const char *result) {
	const struct pam_action *action = line->actions;

	while (strcmp(action->result, "default") != 0 && strcmp(action->result, result) != 0)
		++action;
	return action;
}

bool pam_runs(const struct pam_line *line, const char *module) {
	const char *slash = strrchr(line->name, '/');

	return line->kind == PAM_MODULE && strcmp(slash ? slash + 1 : line->name, module) == 0;
}
