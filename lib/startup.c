#include "startup.h"

#include "host.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum shell_dialect startup_dialect(const char *path) {
	static const char *const csh[] = { "/csh.cshrc", "/csh.login", "/csh.logout", "/.cshrc", "/.tcshrc",
		                           "/.login",    "/.logout",   ".csh",        NULL };

	for (const char *const *end = csh; *end; ++end)
		if (text_ends(path, *end))
			return SHELL_CSH;
	return text_ends(path, ".fish") ? SHELL_FISH : SHELL_POSIX;
}

static bool is_zsh(const char *path) {
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return text_starts(path, "/etc/zsh/") || text_starts(name + (*name == '.'), "z") || text_ends(path, ".zsh");
}

static void add(struct startup_list *list, const struct startup_entry *entry) {
	if (list->count == STARTUP_FILES) {
		list->full = true;
		return;
	}
	list->entries = arena_grow(list->arena, list->entries, list->count, sizeof *list->entries);
	list->entries[list->count] = *entry;
	list->entries[list->count].path = arena_copy(list->arena, entry->path);
	++list->count;
}

void startup_add(struct startup_list *list, const char *path) {
	add(list, &(struct startup_entry) { .path = path, .dialect = startup_dialect(path), .zsh = is_zsh(path) });
}

static int add_matches(struct startup_list *list, const char *directory, const char *glob,
                       const struct startup_entry *like) {
	char **names;
	const int count = tree_list(&list->host->tree, directory, list->arena, &names);

	for (int i = 0; i < count; ++i) {
		struct startup_entry entry = *like;

		if (!text_glob(glob, names[i]) || (names[i][0] == '.' && *glob != '.'))
			continue;
		entry.path = arena_text(list->arena, "%s/%s", directory, names[i]);
		entry.found = true;
		if (!entry.reader) {
			entry.dialect = startup_dialect(entry.path);
			entry.zsh = is_zsh(entry.path);
		}
		add(list, &entry);
	}
	return count < 0 ? count : 0;
}

int startup_add_matches(struct startup_list *list, const char *directory, const char *glob) {
	return add_matches(list, directory, glob, &(struct startup_entry) { 0 });
}

/** Add what a script sources.  Returns why it cannot be told; NULL: it can. */
static const char *add_source(struct startup_list *list, const struct startup_file *file,
                              const struct startup_source *source) {
	struct startup_entry entry = {
		.path = source->path,
		.reader = arena_text(list->arena, "%s:%u", file->path, source->line),
		.dialect = file->dialect,
		.zsh = file->zsh,
	};
	const char *base = strrchr(source->path, '/') + 1;
	const size_t length = (size_t)(base - source->path);

	if (*source->path == SHELL_OWN)
		return NULL;
	if (!strpbrk(source->path, "*?[")) {
		add(list, &entry);
		return NULL;
	}
	const char *directory = length > 1 ? arena_bytes(list->arena, source->path, length - 1) : "/";
	if (strpbrk(directory, "*?["))
		return "reads files of directories that a glob names";
	const struct location *place = location_examine(list->host, directory, 0);
	if (place->unknown)
		return arena_text(list->arena, "reads files of %s, which %s", directory, place->unknown);
	const int error = place->exists ? add_matches(list, directory, base, &entry) : 0;
	return error && !tree_absent(error) ? arena_text(list->arena, "reads files of %s, which cannot be listed: %s",
	                                                 directory, host_error(list->host, error))
	                                    : NULL;
}

static void add_riddle(struct startup_file *file, struct arena *arena, unsigned line, const char *why) {
	struct startup_riddle *riddles;
	size_t count = 0;

	while (file->startup.riddles[count].line)
		++count;
	riddles = arena_array(arena, count + 2, sizeof *riddles);
	memcpy(riddles, file->startup.riddles, count * sizeof *riddles);
	riddles[count] = (struct startup_riddle) { line, why, true };
	file->startup.riddles = riddles;
}

/** Read a file.  Returns whether there is one. */
static bool load(struct startup_list *list, const struct startup_entry *entry, struct startup_file *file) {
	struct host *host = list->host;
	char target[16];

	*file = (struct startup_file) {
		.path = entry->path, .dialect = entry->dialect, .zsh = entry->zsh, .reader = entry->reader
	};
	/* What is sourced may lie anywhere: what is mounted on the way is not asked before it is known to answer. */
	if (entry->reader) {
		const struct location *place = location_examine(host, entry->path, 0);

		file->unknown = place->unknown;
		if (!place->exists || place->unknown)
			return place->unknown || place->squattable;
	}
	const int error = tree_load(&host->tree, entry->path, list->arena, &file->bytes);
	/* A link to /dev/null stands for no file, and a directory of such a name is none. */
	if (error == -EINVAL && tree_link(&host->tree, entry->path, target, sizeof target) == 0 &&
	    strcmp(target, "/dev/null") == 0)
		return false;
	if (error)
		file->unknown = arena_text(list->arena, "cannot be read: %s", host_error(host, error));
	return !error || (!tree_absent(error) && !(error == -EISDIR && entry->found));
}

void startup_read(struct startup_list *list, startup_visitor *visit, void *context) {
	for (size_t i = 0; i < list->count; ++i) {
		struct startup_file file;

		if (tree_seen(&list->host->tree, &list->read, list->arena, list->entries[i].path) ||
		    !load(list, &list->entries[i], &file))
			continue;
		if (!file.unknown && file.bytes.data &&
		    parse_startup(&file.bytes, file.dialect, list->arena, &file.startup) < 0)
			file.unknown = "has more of one kind than is read of it";
		for (const struct startup_source *source = file.startup.sources; source && source->line; ++source) {
			const char *why = add_source(list, &file, source);

			if (why)
				add_riddle(&file, list->arena, source->line, why);
		}
		visit(&file, context);
	}
	if (list->full)
		visit(&(struct startup_file) { .path = list->entries[0].path,
		                               .unknown = "sources more files than are read" },
		      context);
}
