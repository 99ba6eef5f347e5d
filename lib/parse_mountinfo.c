#include "parse_mountinfo.h"

#include "text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/** Take the word off the line, and decode its \NNN in place. */
static char *take_word(char **at) {
	char *word = *at, *to = word, *from = word;

	while (*from && *from != ' ') {
		const bool escape = from[0] == '\\' && strspn(from + 1, "01234567") >= 3;

		if (!escape) {
			*to++ = *from++;
			continue;
		}
		*to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
		from += 4;
	}
	*at = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

static bool parse_line(char *line, struct mountinfo_entry *entry) {
	uint64_t id, parent;

	if (!text_number(take_word(&line), 10, INT_MAX, &id) || !text_number(take_word(&line), 10, INT_MAX, &parent))
		return false;
	*entry = (struct mountinfo_entry) { .id = (int)id, .parent = (int)parent };
	entry->dev = take_word(&line);
	entry->root = take_word(&line);
	entry->target = take_word(&line);
	/* Options and tags, ended by a dash. */
	while (*line && strcmp(take_word(&line), "-") != 0) {
	}
	entry->type = take_word(&line);
	return entry->root[0] == '/' && entry->target[0] == '/';
}

int parse_mountinfo(const struct bytes *bytes, struct arena *arena, struct mountinfo *mountinfo) {
	char *at = arena_bytes(arena, bytes->data, bytes->size), *const end = at + bytes->size;

	*mountinfo = (struct mountinfo) { 0 };
	while (at < end) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		struct mountinfo_entry entry;

		if (newline)
			*newline = '\0';
		if (parse_line(at, &entry)) {
			if (mountinfo->count == MOUNTINFO_LIMIT)
				return -E2BIG;
			mountinfo->entries = arena_grow(arena, mountinfo->entries, mountinfo->count, sizeof entry);
			mountinfo->entries[mountinfo->count++] = entry;
		}
		at = newline ? newline + 1 : end;
	}
	return 0;
}

const struct mountinfo_entry *mountinfo_by_id(const struct mountinfo *mountinfo, int id) {
	for (size_t i = 0; i < mountinfo->count; ++i)
		if (mountinfo->entries[i].id == id)
			return &mountinfo->entries[i];
	return NULL;
}

/** The mount that the others hang below: the one whose parent is not there, or is itself. */
static const struct mountinfo_entry *find_root(const struct mountinfo *mountinfo) {
	for (size_t i = 0; i < mountinfo->count; ++i) {
		const struct mountinfo_entry *entry = &mountinfo->entries[i];
		bool hangs = false;

		if (strcmp(entry->target, "/") != 0)
			continue;
		for (size_t k = 0; k < mountinfo->count && !hangs; ++k)
			hangs = k != i && mountinfo->entries[k].id == entry->parent;
		if (!hangs)
			return entry;
	}
	return NULL;
}

/** The mount that one comes to next on the way to path from current: on top of it, or the nearest below. */
static const struct mountinfo_entry *find_next(const struct mountinfo *mountinfo, const struct mountinfo_entry *current,
                                               const char *path) {
	const struct mountinfo_entry *next = NULL;

	for (size_t i = 0; i < mountinfo->count; ++i) {
		const struct mountinfo_entry *entry = &mountinfo->entries[i];

		if (entry->parent != current->id || entry == current || !text_path_within(path, entry->target) ||
		    strlen(entry->target) < strlen(current->target))
			continue;
		if (!next || strlen(entry->target) < strlen(next->target))
			next = entry;
	}
	return next;
}

const char *mountinfo_place(const struct mountinfo *mountinfo, const char *path, struct arena *arena) {
	const struct mountinfo_entry *mount = find_root(mountinfo), *next = mount;

	/* No way is longer than there are mounts, unless the list is none of the kernel's. */
	for (size_t steps = 0; next && steps < mountinfo->count; ++steps) {
		mount = next;
		next = find_next(mountinfo, mount, path);
	}
	if (!mount)
		return NULL;
	const char *rest = path + (strcmp(mount->target, "/") == 0 ? 0 : strlen(mount->target));
	return arena_text(arena, "%s %s%s", mount->dev, strcmp(mount->root, "/") == 0 ? "" : mount->root, rest);
}
