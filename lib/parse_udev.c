#include "parse_udev.h"

#include "text.h"

#include <errno.h>
#include <string.h>

/** How many bytes of rules that were read are kept. */
#define SCRATCH_KEPT ((size_t)1 << 18)

struct collector {
	struct arena *arena;
	struct udev_program *list;
	size_t count;
	bool full;
};

static void add(struct collector *collector, unsigned line, const char *command) {
	if (collector->count == UDEV_LIMIT) {
		collector->full = true;
		return;
	}
	collector->list = arena_grow(collector->arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] = (struct udev_program) { line, command };
}

static bool is_program(const char *key, size_t length) {
	static const char *const keys[] = { "RUN", "RUN{program}", "PROGRAM", "IMPORT{program}", NULL };

	for (const char *const *known = keys; *known; ++known)
		if (strlen(*known) == length && memcmp(key, *known, length) == 0)
			return true;
	return false;
}

/** A value, at whose quote at is.  Returns what stands behind it, or NULL if it has no end. */
static const char *take_value(const char *at, bool escapes, struct arena *arena, const char **value) {
	struct builder text = { .arena = arena };

	for (++at; *at != '"'; ++at) {
		if (!*at)
			return NULL;
		/* Without the "e" before it only a quote can be escaped. */
		if (*at == '\\' && at[1] && (escapes || at[1] == '"'))
			++at;
		builder_bytes(&text, at, 1);
	}
	*value = builder_string(&text);
	return at + 1;
}

/** The keys of a logical line: KEY{attribute} operator "value", apart by commas. */
static void take_rule(struct collector *collector, const char *at, unsigned line) {
	static const char apart[] = " \t\r,";

	for (at += strspn(at, apart); *at; at += strspn(at, apart)) {
		const char *key = at, *value;
		size_t length = strcspn(at, "=+-:! \t\r\"");

		/* A name in braces may hold anything. */
		const char *brace = memchr(at, '{', length);
		if (brace) {
			const char *close = strchr(brace, '}');

			if (!close)
				return;
			length = (size_t)(close + 1 - key);
		}
		at += length;
		at += strspn(at, "=+-:! \t\r");
		const bool escapes = *at == 'e' && at[1] == '"';
		at += escapes;
		if (*at != '"' || !(at = take_value(at, escapes, collector->arena, &value)))
			return;
		if (is_program(key, length))
			add(collector, line, value);
	}
}

int parse_udev(const struct bytes *bytes, struct arena *arena, const struct udev_program **programs) {
	static const struct udev_program none[] = { { 0 } };
	struct collector collector = { .arena = arena };
	struct arena scratch = { 0 };
	unsigned line = 0;

	for (size_t at = 0; at < bytes->size;) {
		struct builder rule = { .arena = &scratch };
		const unsigned first = line + 1;
		bool more = true;

		while (more && at < bytes->size) {
			const char *start = bytes->data + at;
			const char *newline = memchr(start, '\n', bytes->size - at);
			const size_t whole = newline ? (size_t)(newline - start) : bytes->size - at;
			size_t length = strnlen(start, whole);

			at += whole + (newline != NULL);
			++line;
			while (length && start[length - 1] == '\r')
				--length;
			more = length && start[length - 1] == '\\';
			/* A comment in the middle of a rule is left out, and the rule goes on. */
			if (length && start[strspn(start, " \t")] == '#') {
				more = rule.length != 0;
				continue;
			}
			builder_bytes(&rule, start, length - more);
		}
		take_rule(&collector, builder_string(&rule), first);
		/* An arena of its own for each rule would cost more than most rules. */
		if (scratch.total > SCRATCH_KEPT)
			arena_free(&scratch);
	}
	arena_free(&scratch);
	*programs = collector.count ? collector.list : none;
	return collector.full ? -E2BIG : 0;
}
