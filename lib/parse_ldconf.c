#include "parse_ldconf.h"

#include "text.h"

#include <errno.h>
#include <string.h>

static const char blanks[] = " \t\r\f\v";

struct collector {
	struct arena *arena;
	struct ldconf_entry *list;
	size_t count;
	bool full;
};

static void add(struct collector *collector, struct ldconf_entry entry) {
	if (collector->count == LDCONF_LIMIT) {
		collector->full = true;
		return;
	}
	collector->list = arena_grow(collector->arena, collector->list, collector->count, sizeof *collector->list);
	collector->list[collector->count++] = entry;
}

/** Add the words of the text, which are apart by any of the bytes. */
static void add_words(struct collector *collector, const char *text, const char *apart, unsigned line, bool include) {
	for (text += strspn(text, apart); *text; text += strspn(text, apart)) {
		const size_t length = strcspn(text, apart);

		add(collector, (struct ldconf_entry) { line, include, arena_bytes(collector->arena, text, length) });
		text += length;
	}
}

typedef void take_line(struct collector *collector, char *text, unsigned line);

static void take_conf(struct collector *collector, char *text, unsigned line) {
	size_t length = strcspn(text, "#");

	while (length && strchr(blanks, text[length - 1]))
		--length;
	text[length] = '\0';
	text += strspn(text, blanks);
	if (text_starts(text, "include") && text[7] && strchr(blanks, text[7])) {
		add_words(collector, text + 7, blanks, line, true);
		return;
	}
	if (!*text || (text_starts(text, "hwcap") && text[5] && strchr(blanks, text[5])))
		return;
	/* "/usr/lib=libc6" names the libraries' type. */
	char *type = strrchr(text, '=');
	if (type)
		*type = '\0';
	length = strlen(text);
	while (length && strchr(blanks, text[length - 1]))
		text[--length] = '\0';
	add(collector, (struct ldconf_entry) { line, false, arena_copy(collector->arena, text) });
}

/**
 * Take away the comments that glibc takes away.  It looks for each from the start of the file, through as many bytes as
 * there are behind the one before: most files keep their second comment, and what it says is loaded (seen with 2.36 and
 * 2.41).
 */
static void drop_comments(char *data, size_t size) {
	size_t left = size;

	while (left) {
		char *at = memchr(data, '#', left);

		if (!at)
			return;
		const size_t behind = left - (size_t)(at - data);
		char *newline = memchr(at, '\n', behind);
		const size_t length = newline ? (size_t)(newline - at) : behind;

		memset(at, ' ', length);
		left = behind - length;
	}
}

static void take_preload(struct collector *collector, char *text, unsigned line) {
	add_words(collector, text, " \t\r:", line, false);
}

static int parse(const struct bytes *bytes, struct arena *arena, take_line *take, const struct ldconf_entry **entries) {
	static const struct ldconf_entry none[] = { { 0 } };
	struct collector collector = { .arena = arena };
	unsigned line = 0;

	for (size_t at = 0; at < bytes->size;) {
		const char *start = bytes->data + at;
		const char *newline = memchr(start, '\n', bytes->size - at);
		const size_t length = newline ? (size_t)(newline - start) : bytes->size - at;
		char *text = arena_bytes(arena, start, strnlen(start, length));

		at += length + (newline != NULL);
		take(&collector, text, ++line);
	}
	*entries = collector.count ? collector.list : none;
	return collector.full ? -E2BIG : 0;
}

int parse_ldconf(const struct bytes *bytes, struct arena *arena, const struct ldconf_entry **entries) {
	return parse(bytes, arena, take_conf, entries);
}

int parse_ldpreload(const struct bytes *bytes, struct arena *arena, const struct ldconf_entry **entries) {
	char *data = arena_array(arena, bytes->size + 1, 1);

	if (bytes->size)
		drop_comments(memcpy(data, bytes->data, bytes->size), bytes->size);
	return parse(&(struct bytes) { data, bytes->size }, arena, take_preload, entries);
}
