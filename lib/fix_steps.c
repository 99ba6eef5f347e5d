#include "fix_work.h"

#include "host.h"

#include <string.h>
#include <unistd.h>

void fix_quote_pattern(struct builder *builder, const char *text) {
	for (; *text; ++text) {
		if (strchr(".[]{}()*+?^$|\\", *text))
			builder_text(builder, "\\");
		builder_bytes(builder, text, 1);
	}
}

const char *fix_pattern(struct arena *arena, const char *text) {
	struct builder pattern = { .arena = arena };

	fix_quote_pattern(&pattern, text);
	return builder_string(&pattern);
}

const char *fix_replacement(struct arena *arena, const char *text) {
	struct builder quoted = { .arena = arena };

	for (; *text; ++text) {
		if (*text == '\\')
			builder_text(&quoted, "\\");
		builder_bytes(&quoted, text, 1);
	}
	return builder_string(&quoted);
}

const char *fix_word(struct arena *arena, const char *text) {
	struct builder word = { .arena = arena };

	return text_shell(&word, text) ? builder_string(&word) : NULL;
}

const char *fix_last_name(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

bool fix_same_step(const struct fix *a, const struct fix *b) {
	return a->kind == b->kind && text_equal(a->path, b->path) && text_equal(a->match, b->match) &&
	       text_equal(a->text, b->text) && text_equal(a->unless, b->unless) && text_equal(a->head, b->head);
}

void fix_add(struct fix_work *work, const struct fix *step) {
	enum { FEW = 200 };
	struct result *result = work->result;

	if (result->nsteps < FEW || step->kind == FIX_AFTER) {
		const size_t from = result->nsteps > FEW ? result->nsteps - FEW : 0;

		for (size_t i = from; i < result->nsteps; ++i) {
			if (!fix_same_step(&result->steps[i], step))
				continue;
			if (step->kind != FIX_AFTER)
				return;
			/* It is to come behind all that it follows. */
			memmove(&result->steps[i], &result->steps[i + 1],
			        (result->nsteps - i - 1) * sizeof *result->steps);
			--result->nsteps;
			break;
		}
	}
	result->steps = arena_grow(work->arena, result->steps, result->nsteps, sizeof *result->steps);
	result->steps[result->nsteps] = *step;
	if (work->finding)
		result->steps[result->nsteps].aspect = work->finding->aspect;
	++result->nsteps;
}

void fix_add_hand(struct fix_work *work, const char *text) {
	fix_add(work, &(struct fix) { .kind = FIX_HAND, .text = text });
}

void fix_add_run(struct fix_work *work, const char *unless, const char *command) {
	fix_add(work, &(struct fix) { .kind = FIX_RUN, .match = unless, .text = command });
}

void fix_add_after(struct fix_work *work, const char *command) {
	/* In a tree nothing runs that would have to follow. */
	if (!work->host->tree.live)
		return;
	fix_add(work, &(struct fix) { .kind = FIX_AFTER, .text = command });
}

void fix_add_by_hand(struct fix_work *work) {
	const struct finding *finding = work->finding;
	const char *actual = finding->actual ? finding->actual : "not as it should be";

	fix_add_hand(work, arena_text(work->arena, "%s: %s%s%s%s%s%s", finding->subject, finding_verb(actual), actual,
	                              finding->expected ? "; wants " : "", finding->expected ? finding->expected : "",
	                              finding->source ? "; see " : "", finding->source ? finding->source : ""));
}

bool fix_exists(const struct fix_work *work, const char *path) {
	const int pinned = tree_pin(&work->host->tree, path);

	if (pinned >= 0)
		close(pinned);
	return pinned >= 0;
}

unsigned fix_source(struct arena *arena, const char *source, const char **path) {
	const char *colon = source ? strrchr(source, ':') : NULL;
	uint64_t line;

	if (!colon || *source != '/' || !text_number(colon + 1, 10, UINT32_MAX, &line))
		return 0;
	*path = arena_bytes(arena, source, (size_t)(colon - source));
	return (unsigned)line;
}

const char *fix_source_path(struct arena *arena, const char *source) {
	const char *path;

	if (fix_source(arena, source, &path))
		return path;
	return source && *source == '/' ? source : NULL;
}

const char *fix_line(struct fix_work *work, const char *path, unsigned number) {
	struct bytes bytes;

	if (tree_load(&work->host->tree, path, work->arena, &bytes) < 0)
		return NULL;
	const char *at = bytes.data, *end = bytes.data + bytes.size;
	while (--number && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline ? newline + 1 : end;
	}
	if (at >= end)
		return NULL;
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	return arena_bytes(work->arena, at, (size_t)((newline ? newline : end) - at));
}

bool fix_is_tellable(struct arena *arena, const char *text) {
	char *plain = arena_copy(arena, text);

	for (char *at = plain; *at; ++at)
		if (*at == '\t')
			*at = ' ';
	return fix_word(arena, plain);
}

bool fix_goes_on(struct fix_work *work, const char *path, unsigned number) {
	const char *line = number ? fix_line(work, path, number) : NULL;

	return line && text_ends(line, "\\");
}

bool fix_mentions(struct fix_work *work, const char *path, const char *words) {
	struct bytes bytes;

	return tree_load(&work->host->tree, path, work->arena, &bytes) == 0 &&
	       memmem(bytes.data, bytes.size, words, strlen(words));
}

bool fix_is_own(const char *path) {
	return path && text_path_within(path, "/etc");
}

const char *fix_own_copy(struct fix_work *work, const char *path) {
	static const char *const places[] = { "/usr/lib/", "/usr/local/lib/", "/lib/", NULL };

	if (!path || fix_is_own(path))
		return path;
	for (const char *const *place = places; *place; ++place) {
		if (!text_starts(path, *place))
			continue;
		const char *copy = arena_text(work->arena, "/etc/%s", path + strlen(*place));

		if (!fix_word(work->arena, path))
			return NULL;
		fix_add(work, &(struct fix) { .kind = FIX_COPY, .path = path, .text = copy });
		return copy;
	}
	return path;
}
