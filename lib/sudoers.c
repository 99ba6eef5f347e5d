#include "sudoers.h"

#include "host.h"

#include <errno.h>
#include <string.h>

/** sudo goes 128 deep; nobody does. */
#define DEPTH 16
/** The most files that are read. */
#define FILES 1024

/** A file, or a list of files, that is being read. */
struct level {
	const char *path;
	const struct sudoers_entry *entries;
	/** Of an included directory: the names that are left. */
	char **names;
};

struct reader {
	struct host *host;
	struct arena *arena;
	struct sudoers *sudoers;
	struct sudoers_setting *settings, *commands;
	size_t nsettings, ncommands;
	const char **files;
	size_t nfiles;
	struct level levels[DEPTH];
	size_t depth;
};

static void fail(struct reader *reader, const char *file, const char *source, const char *why) {
	struct sudoers *sudoers = reader->sudoers;

	if (sudoers->unknown)
		return;
	sudoers->unknown_file = file;
	sudoers->unknown_source = source;
	sudoers->unknown = why;
}

/** Begin with a file, one of a directory if listed.  Returns whether there is one. */
static bool enter_file(struct reader *reader, const char *path, bool listed) {
	struct bytes bytes;
	const struct sudoers_entry *entries;
	int error = tree_load(&reader->host->tree, path, reader->arena, &bytes);

	/* Of a directory sudo reads the regular files only. */
	if (listed && (error == -EISDIR || error == -EINVAL))
		return false;
	if (error) {
		if (!tree_absent(error))
			fail(reader, path, path,
			     arena_text(reader->arena, "cannot be read: %s", host_error(reader->host, error)));
		return !tree_absent(error);
	}
	if (reader->nfiles == FILES || reader->depth == DEPTH) {
		fail(reader, path, path, "is included more deeply, or with more files, than is followed");
		return true;
	}
	if (parse_sudoers(&bytes, reader->arena, &entries) < 0)
		fail(reader, path, path, "has more settings than are read of it");
	reader->files = arena_grow(reader->arena, reader->files, reader->nfiles, sizeof *reader->files);
	reader->files[reader->nfiles++] = path;
	reader->levels[reader->depth++] = (struct level) { .path = path, .entries = entries };
	return true;
}

/** Begin with a directory: all names in order but those with a "." or a "~" at the end. */
static void enter_directory(struct reader *reader, const char *path) {
	char **names;
	int count = tree_list(&reader->host->tree, path, reader->arena, &names);

	if (count < 0) {
		if (!tree_absent(count))
			fail(reader, path, path,
			     arena_text(reader->arena, "cannot be listed: %s", host_error(reader->host, count)));
		return;
	}
	if (reader->depth == DEPTH)
		fail(reader, path, path, "is included more deeply than is followed");
	else
		reader->levels[reader->depth++] = (struct level) { .path = path, .names = names };
}

static void include(struct reader *reader, const char *from, const struct sudoers_entry *entry) {
	const char *source = arena_text(reader->arena, "%s:%u", from, entry->line);
	const char *path = entry->name;

	if (strchr(path, '%')) {
		fail(reader, from, source, "includes a file whose name is known only when sudo runs");
		return;
	}
	/* A relative path is taken from the directory of the file that names it. */
	if (*path != '/')
		path = arena_text(reader->arena, "%.*s/%s", (int)(strrchr(from, '/') - from), from, path);
	if (entry->kind == SUDOERS_INCLUDE_DIR)
		enter_directory(reader, path);
	else if (!enter_file(reader, path, false))
		fail(reader, from, source, arena_text(reader->arena, "includes %s, which does not exist", path));
}

static void add_setting(struct reader *reader, struct sudoers_setting **list, size_t *count, const char *file,
                        const struct sudoers_entry *entry) {
	const char *source = arena_text(reader->arena, "%s:%u", file, entry->line);

	*list = arena_grow(reader->arena, *list, *count, sizeof **list);
	(*list)[(*count)++] = (struct sudoers_setting) { *entry, file, source };
}

void sudoers_read(struct host *host, struct arena *arena, struct sudoers *sudoers) {
	static const struct sudoers_setting none[] = { { { 0 }, 0, 0 } };
	static const char *const no_files[] = { NULL };
	struct reader reader = { .host = host, .arena = arena, .sudoers = sudoers };

	*sudoers = (struct sudoers) { 0 };
	sudoers->present = enter_file(&reader, "/etc/sudoers", false);
	while (reader.depth) {
		struct level *level = &reader.levels[reader.depth - 1];

		if (level->names) {
			const char *name = *level->names++;

			if (!name)
				--reader.depth;
			else if (!strchr(name, '.') && name[strlen(name) - 1] != '~')
				enter_file(&reader, arena_text(arena, "%s/%s", level->path, name), true);
			continue;
		}
		const struct sudoers_entry *entry = level->entries ? level->entries++ : NULL;
		if (!entry || !entry->line) {
			--reader.depth;
		} else if (entry->kind == SUDOERS_DEFAULT) {
			add_setting(&reader, &reader.settings, &reader.nsettings, level->path, entry);
		} else if (entry->kind == SUDOERS_COMMAND) {
			add_setting(&reader, &reader.commands, &reader.ncommands, level->path, entry);
		} else {
			include(&reader, level->path, entry);
		}
	}
	sudoers->settings = reader.nsettings ? reader.settings : none;
	sudoers->commands = reader.ncommands ? reader.commands : none;
	sudoers->files = reader.nfiles ? reader.files : no_files;
}

bool sudoers_governs(const struct sudoers_setting *setting, const struct sudoers_setting *other) {
	const char *scope = setting->entry.scope, *theirs = other->entry.scope;

	return strcmp(scope, theirs) == 0 || (!*scope && (*theirs == ':' || *theirs == '@'));
}

bool sudoers_is_replaced(const struct sudoers_setting *setting) {
	for (const struct sudoers_setting *later = setting + 1; later->entry.name; ++later)
		if (strcmp(later->entry.name, setting->entry.name) == 0 && sudoers_governs(later, setting))
			return true;
	return false;
}
