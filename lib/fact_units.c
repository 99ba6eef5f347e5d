#include "host.h"

#include "cleanup.h"
#include "parse_unit.h"
#include "text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/** The most unit files, drop-ins and links that are looked at, and the most bytes of them. */
#define UNITS_FILES 20000
#define UNITS_BYTES ((size_t)32 << 20)

/** How many aliases of aliases are followed: so does systemd. */
#define UNITS_ALIASES 8

/** What has its part in the name of a unit, of directories of drop-ins and of links. */
static const char *const types[] = {
	".service", ".socket", ".device", ".mount", ".automount", ".swap",
	".target",  ".path",   ".timer",  ".slice", ".scope",     NULL,
};

/** ".upholds" are read since systemd 254: of what does not say its version the newest is taken. */
static const char *const link_suffixes[] = { ".wants", ".requires", ".upholds", NULL };

/** systemd.unit(5), "Unit File Load Path", without what only lives until the next boot but for /run/systemd/system. */
static const struct search_path {
	const char *path;
	/** Whether it is looked at on a running host only. */
	bool transient;
} search_paths[] = {
	{ "/etc/systemd/system.control", false },   { "/etc/systemd/system", false },
	{ "/etc/systemd/system.attached", false },  { "/run/systemd/system", true },
	{ "/usr/local/lib/systemd/system", false }, { "/usr/lib/systemd/system", false },
	{ "/lib/systemd/system", false },
};

#define SEARCH_PATHS (sizeof search_paths / sizeof *search_paths)

/** A name that stands in a directory of the search path. */
struct entry {
	const char *name;
	/** Index of its directory. */
	size_t at;
};

struct entries {
	struct entry *list;
	size_t count;
};

/** What the files of one unit name come to. */
struct fragment {
	const char *name;
	/** The file in force, by its name in the search path; NULL if there is none that could be read. */
	const char *path;
	const char *masked, *mask;
	/** The line behind which systemd reads no further, and for which it refuses the unit; NULL: there is none. */
	const char *broken;
	/** The name that it is another name of. */
	const char *alias_of;
	const struct unit_setting *settings;
	size_t nsettings;
	/** Its other names. */
	const char **aliases;
	size_t naliases;
};

/** A drop-in, read when the first unit asks for it. */
struct dropin {
	const char *path;
	enum { DROPIN_UNREAD, DROPIN_ABSENT, DROPIN_MASK, DROPIN_READ } state;
	const struct unit_setting *settings;
	size_t nsettings;
};

/** A directory of drop-ins. */
struct dropin_dir {
	/** Without .d */
	const char *name;
	size_t at;
	char **files;
	struct dropin *dropins;
	size_t ndropins;
};

/** Parent and name of a link in a directory of links. */
struct pull {
	const char *name, *path;
};

struct reader {
	struct host *host;
	struct arena *arena;
	int fds[SEARCH_PATHS];
	/** By name, then by directory. */
	struct entries units, dropin_dirs, link_dirs;
	/** By name. */
	struct fragment *fragments;
	size_t nfragments;
	struct dropin_dir *dirs;
	struct pull *pulls;
	size_t npulls;
	struct unit_defect *defects;
	size_t ndefects, files, bytes;
	bool exhausted;
	/** Whether systemd reads directories of links that end in .upholds. */
	bool upholds;
};

static const char *type_of(const char *name) {
	const char *dot = strrchr(name, '.');

	for (const char *const *type = types; dot && *type; ++type)
		if (strcmp(dot, *type) == 0)
			return dot;
	return NULL;
}

static bool is_unit_name(const char *name) {
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:-_.\\@";
	const char *type = type_of(name);
	size_t length = strlen(name);

	return type && type != name && length < 256 && name[0] != '@' && name[strspn(name, allowed)] == '\0';
}

/** Whether a directory's name stands for many units: a type, or what is left of a name that was cut after a dash. */
static bool is_shared_name(const char *name) {
	const char *type = type_of(name);

	return !type || type == name || type[-1] == '-';
}

/** getty@.service for getty@tty1.service; NULL for what is no instance. */
static const char *template_of(struct arena *arena, const char *name) {
	const char *at = strchr(name, '@'), *type = type_of(name);

	if (!at || !type || at > type || at + 1 == type)
		return NULL;
	return arena_text(arena, "%.*s%s", (int)(at + 1 - name), name, type);
}

/** Whether one unit name may be another name for the other: the same type, and both plain, templates, or one instance.
 */
static bool may_alias(const char *name, const char *target) {
	static const char *const permitted[] = { ".service", ".socket", ".target", ".device", ".timer", ".path", NULL };
	const char *type = type_of(name), *other = type_of(target);

	if (!type || !other || strcmp(type, other) != 0)
		return false;
	const char *at = strchr(name, '@'), *there = strchr(target, '@');
	if (!at != !there)
		return false;
	/* An instance may stand for the same instance of another template, or for that template. */
	if (at && strcmp(at, there) != 0 && there + 1 != other)
		return false;
	for (const char *const *allowed = permitted; *allowed; ++allowed)
		if (strcmp(type, *allowed) == 0)
			return true;
	return false;
}

static int compare_entries(const void *a, const void *b) {
	const struct entry *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : (left->at > right->at) - (left->at < right->at);
}

static void add_entry(struct reader *reader, struct entries *entries, const char *name, size_t at) {
	entries->list = arena_grow(reader->arena, entries->list, entries->count, sizeof *entries->list);
	entries->list[entries->count++] = (struct entry) { name, at };
}

static void sort_entries(struct entries *entries) {
	if (entries->count)
		qsort(entries->list, entries->count, sizeof *entries->list, compare_entries);
}

/** The first entry of that name, or the end. */
static size_t find_entry(const struct entries *entries, const char *name) {
	size_t low = 0, high = entries->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(entries->list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/** The facts that are incomplete without the file: what mounts at boot does not hang on services. */
static unsigned facts_of(const char *path) {
	bool mounts = strstr(path, "mount") || strstr(path, "/local-fs.target.");

	for (size_t i = 0; i < SEARCH_PATHS; ++i)
		mounts |= strcmp(path, search_paths[i].path) == 0;
	return mounts ? FACT_UNITS | FACT_MOUNTS : FACT_UNITS;
}

static void fault(struct reader *reader, const char *path, int error) {
	host_fault(reader->host, facts_of(path), ASPECT_BOOT, path, "cannot be read: %s",
	           host_error(reader->host, error));
}

/** Count a file that is about to be looked at.  Returns false once it is too much. */
static bool afford(struct reader *reader) {
	if (reader->files < UNITS_FILES && reader->bytes < UNITS_BYTES) {
		++reader->files;
		return true;
	}
	if (!reader->exhausted)
		host_fault(reader->host, FACT_UNITS | FACT_MOUNTS, ASPECT_BOOT, "/etc/systemd/system",
		           "and the other directories of units hold more than is read of them");
	reader->exhausted = true;
	return false;
}

static void add_defect(struct reader *reader, const char *source, const char *why) {
	reader->defects = arena_grow(reader->arena, reader->defects, reader->ndefects, sizeof *reader->defects);
	reader->defects[reader->ndefects++] = (struct unit_defect) { source, why };
}

/** path:line; by hand, since there are as many as lines in all units. */
static const char *line_source(struct arena *arena, const char *path, size_t length, unsigned line) {
	char digits[12];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + line % 10);
		line /= 10;
	} while (line);
	char *text = arena_alloc(arena, length + 1 + count + 1);
	memcpy(text, path, length);
	text[length] = ':';
	for (size_t i = 0; i < count; ++i)
		text[length + 1 + i] = digits[count - 1 - i];
	return text;
}

/** Take the assignments of a file; *broken is the line behind which nothing is read, if there is one. */
static size_t take_lines(struct reader *reader, const char *path, const struct bytes *bytes,
                         const struct unit_setting **settings, const char **broken) {
	const size_t length = strlen(path);
	struct unit_lines lines;

	reader->bytes += bytes->size;
	parse_unit(bytes->data, bytes->size, reader->arena, &lines);
	struct unit_setting *list = arena_array(reader->arena, lines.nlines + 1, sizeof *list);
	for (size_t i = 0; i < lines.nlines; ++i) {
		const struct unit_line *line = &lines.lines[i];

		list[i] = (struct unit_setting) { line->section, line->key, line->value,
			                          line_source(reader->arena, path, length, line->line) };
	}
	for (size_t i = 0; i < lines.nbad; ++i)
		add_defect(reader, line_source(reader->arena, path, length, lines.bad[i].line), lines.bad[i].why);
	*settings = list;
	if (lines.broken)
		*broken = lines.nbad ? line_source(reader->arena, path, length, lines.bad[lines.nbad - 1].line) : path;
	return lines.nlines;
}

/** The target of a link in a directory, absolute, with dots and double slashes taken out by name only. */
static const char *plain_target(struct arena *arena, const char *directory, const char *target) {
	struct builder path = { .arena = arena };
	char *joined = *target == '/' ? arena_copy(arena, target) : arena_text(arena, "%s/%s", directory, target);

	char *position = NULL;
	for (char *part = strtok_r(joined, "/", &position); part; part = strtok_r(NULL, "/", &position)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			while (path.length && path.text[path.length - 1] != '/')
				path.text[--path.length] = '\0';
			if (path.length)
				path.text[--path.length] = '\0';
			continue;
		}
		builder_text(&path, "/");
		builder_text(&path, part);
	}
	return builder_string(&path);
}

enum kind { KIND_UNREADABLE, KIND_ABSENT, KIND_FILE, KIND_EMPTY, KIND_NULL, KIND_LINK };

/** Look at a name in a directory: a file with its bytes, or a link with its target. */
static enum kind look(struct reader *reader, int directory, const char *parent, const char *name, struct bytes *bytes,
                      const char **target) {
	char text[4096];
	autoclose fd = tree_pin_at(directory, name);

	if (fd < 0) {
		if (tree_absent(fd))
			return KIND_ABSENT;
		fault(reader, arena_text(reader->arena, "%s/%s", parent, name), fd);
		return KIND_UNREADABLE;
	}
	int error = tree_load_pinned(fd, reader->arena, bytes);
	if (error == 0)
		return bytes->size ? KIND_FILE : KIND_EMPTY;
	if (error == -EISDIR)
		return KIND_ABSENT;
	if (error == -EINVAL) {
		error = tree_target(fd, text, sizeof text);
		if (error == 0) {
			*target = plain_target(reader->arena, parent, text);
			return strcmp(*target, "/dev/null") == 0 ? KIND_NULL : KIND_LINK;
		}
		/* A device or a FIFO: systemd takes /dev/null itself, in whatever place, for a mask; we cannot tell it.
		 */
	}
	fault(reader, arena_text(reader->arena, "%s/%s", parent, name), error);
	return KIND_UNREADABLE;
}

/** Follow a link to a file outside of the search path, to the file or to /dev/null. */
static enum kind follow(struct reader *reader, const char *path, const char *target, struct bytes *bytes) {
	char text[4096];
	int error = tree_load(&reader->host->tree, path, reader->arena, bytes);

	if (error == 0)
		return bytes->size ? KIND_FILE : KIND_EMPTY;
	for (int i = 0; i < UNITS_ALIASES; ++i) {
		if (strcmp(target, "/dev/null") == 0)
			return KIND_NULL;
		if (tree_link(&reader->host->tree, target, text, sizeof text) != 0)
			break;
		const char *slash = strrchr(target, '/');
		target = plain_target(reader->arena,
		                      arena_bytes(reader->arena, target, slash ? (size_t)(slash - target) : 0), text);
	}
	if (tree_absent(error))
		return KIND_ABSENT;
	fault(reader, path, error);
	return KIND_UNREADABLE;
}

/** The name of a unit in the search path that the link leads to, or NULL. */
static const char *search_path_name(const char *target) {
	const char *slash = strrchr(target, '/');

	for (size_t i = 0; slash && i < SEARCH_PATHS; ++i) {
		size_t length = strlen(search_paths[i].path);

		if ((size_t)(slash - target) == length && strncmp(target, search_paths[i].path, length) == 0)
			return slash + 1;
	}
	return NULL;
}

/** Find out what one file of a unit's name says.  Returns false if it says nothing, so that a later directory's may. */
static bool take_fragment(struct reader *reader, const struct entry *entry, struct fragment *fragment) {
	const char *directory = search_paths[entry->at].path;
	const char *path = arena_text(reader->arena, "%s/%s", directory, entry->name);
	const char *target = NULL;
	struct bytes bytes;

	if (!afford(reader))
		return true;
	enum kind kind = look(reader, reader->fds[entry->at], directory, entry->name, &bytes, &target);
	if (kind == KIND_ABSENT)
		return false;
	if (kind == KIND_LINK) {
		const char *name = search_path_name(target);

		if (name) {
			if (strcmp(name, entry->name) == 0 || !may_alias(entry->name, name))
				return false;
			fragment->alias_of = name;
			return true;
		}
		kind = follow(reader, path, target, &bytes);
		if (kind == KIND_ABSENT)
			add_defect(reader, path, "is a link to a file that is not there");
	}
	if (kind == KIND_NULL || kind == KIND_EMPTY) {
		fragment->masked = path;
		fragment->mask = kind == KIND_NULL ? "link to /dev/null" : "empty file";
	}
	if (kind == KIND_FILE) {
		fragment->path = path;
		fragment->nsettings = take_lines(reader, path, &bytes, &fragment->settings, &fragment->broken);
	}
	return true;
}

static void read_fragments(struct reader *reader) {
	const struct entries *units = &reader->units;

	reader->fragments = arena_array(reader->arena, units->count + 1, sizeof *reader->fragments);
	for (size_t i = 0; i < units->count;) {
		const char *name = units->list[i].name;
		struct fragment fragment = { .name = name };
		bool taken = false;

		for (; i < units->count && strcmp(units->list[i].name, name) == 0; ++i)
			if (!taken)
				taken = take_fragment(reader, &units->list[i], &fragment);
		if (taken)
			reader->fragments[reader->nfragments++] = fragment;
	}
}

static int compare_fragment(const void *name, const void *fragment) {
	return strcmp(name, ((const struct fragment *)fragment)->name);
}

static struct fragment *find_fragment(const struct reader *reader, const char *name) {
	return bsearch(name, reader->fragments, reader->nfragments, sizeof *reader->fragments, compare_fragment);
}

/** The unit that a name stands for: itself, or what it is another name of; the instance, of another name of its
 * template. */
static const char *real_name(const struct reader *reader, const char *name) {
	for (int i = 0; i < UNITS_ALIASES; ++i) {
		const struct fragment *fragment = find_fragment(reader, name);
		const char *template = template_of(reader->arena, name);

		if (!fragment && template)
			fragment = find_fragment(reader, template);
		if (!fragment || !fragment->alias_of)
			break;
		const char *target = fragment->alias_of, *sign = strchr(target, '@');
		if (template && sign && sign + 1 == type_of(target))
			target = arena_text(reader->arena, "%.*s%s", (int)(sign - target), target, strchr(name, '@'));
		/* A link from an instance to its own template. */
		if (strcmp(target, name) == 0)
			break;
		name = target;
	}
	return name;
}

static void tell_aliases(struct reader *reader) {
	for (size_t i = 0; i < reader->nfragments; ++i) {
		if (!reader->fragments[i].alias_of)
			continue;
		struct fragment *real = find_fragment(reader, real_name(reader, reader->fragments[i].name));
		if (!real || real->alias_of)
			continue;
		real->aliases = arena_grow(reader->arena, real->aliases, real->naliases, sizeof *real->aliases);
		real->aliases[real->naliases++] = reader->fragments[i].name;
	}
}

static void read_dropin_dirs(struct reader *reader) {
	const struct entries *entries = &reader->dropin_dirs;

	reader->dirs = arena_array(reader->arena, entries->count + 1, sizeof *reader->dirs);
	for (size_t i = 0; i < entries->count; ++i) {
		struct dropin_dir *dir = &reader->dirs[i];
		const char *path = arena_text(reader->arena, "%s/%s.d", search_paths[entries->list[i].at].path,
		                              entries->list[i].name);

		*dir = (struct dropin_dir) { .name = entries->list[i].name, .at = entries->list[i].at };
		dir->files = host_list(reader->host, facts_of(path), ASPECT_BOOT, path);
		while (dir->files[dir->ndropins])
			++dir->ndropins;
		dir->dropins = arena_array(reader->arena, dir->ndropins + 1, sizeof *dir->dropins);
		for (size_t k = 0; k < dir->ndropins; ++k)
			dir->dropins[k].path = arena_text(reader->arena, "%s/%s", path, dir->files[k]);
	}
}

/** Read a drop-in, once. */
static void read_dropin(struct reader *reader, struct dropin *dropin) {
	struct bytes bytes;
	char target[4096];

	if (dropin->state != DROPIN_UNREAD)
		return;
	dropin->state = DROPIN_ABSENT;
	if (!afford(reader))
		return;
	int error = tree_load(&reader->host->tree, dropin->path, reader->arena, &bytes);
	if (error == 0) {
		const char *broken;

		dropin->state = DROPIN_READ;
		/* Of a broken one what stands before the line holds, and the unit is started. */
		dropin->nsettings = take_lines(reader, dropin->path, &bytes, &dropin->settings, &broken);
		return;
	}
	if (tree_link(&reader->host->tree, dropin->path, target, sizeof target) == 0) {
		const char *slash = strrchr(dropin->path, '/');
		const char *directory = arena_bytes(reader->arena, dropin->path, (size_t)(slash - dropin->path));
		const char *plain = plain_target(reader->arena, directory, target);

		if (strcmp(plain, "/dev/null") == 0)
			dropin->state = DROPIN_MASK;
	}
	if (dropin->state == DROPIN_ABSENT && !tree_absent(error) && error != -EISDIR)
		fault(reader, dropin->path, error);
}

struct dropin_list {
	struct dropin **list;
	/** Their file names, by which they are ordered, and hide each other. */
	const char **names;
	size_t count;
};

/** Add the drop-ins of a directory, each in its place, but for those that an earlier one of the same name hides, be it
 * a mask, a directory or a link to nowhere. */
static void add_dropins(struct reader *reader, struct dropin_dir *dir, struct dropin_list *dropins) {
	for (size_t i = 0; i < dir->ndropins; ++i) {
		const char *name = dir->files[i];
		size_t place = 0;

		if (!text_ends(name, ".conf") || name[0] == '.')
			continue;
		while (place < dropins->count && strcmp(dropins->names[place], name) < 0)
			++place;
		if (place < dropins->count && strcmp(dropins->names[place], name) == 0)
			continue;
		read_dropin(reader, &dir->dropins[i]);
		dropins->list = arena_grow(reader->arena, dropins->list, dropins->count, sizeof *dropins->list);
		dropins->names = arena_grow(reader->arena, dropins->names, dropins->count, sizeof *dropins->names);
		memmove(dropins->list + place + 1, dropins->list + place,
		        (dropins->count - place) * sizeof *dropins->list);
		memmove(dropins->names + place + 1, dropins->names + place,
		        (dropins->count - place) * sizeof *dropins->names);
		dropins->list[place] = &dir->dropins[i];
		dropins->names[place] = name;
		++dropins->count;
	}
}

static void add_dropins_of(struct reader *reader, const char *name, size_t at, struct dropin_list *dropins) {
	for (size_t i = find_entry(&reader->dropin_dirs, name);
	     i < reader->dropin_dirs.count && strcmp(reader->dirs[i].name, name) == 0; ++i)
		if (reader->dirs[i].at == at)
			add_dropins(reader, &reader->dirs[i], dropins);
}

/** How much of a name is left when it is cut after the dash before its last part; 0: there is none but at its start. */
static size_t cut_length(const char *name, size_t length) {
	length -= length && name[length - 1] == '-';
	while (length && name[length - 1] != '-')
		--length;
	return length > 1 ? length : 0;
}

/** The drop-ins of a name that is no instance in one directory of the search path: its own, then those for each dash:
 * of a-b@.service as of a-.service. */
static void add_dropins_plain(struct reader *reader, const char *name, size_t at, struct dropin_list *dropins) {
	const char *type = type_of(name), *sign = strchr(name, '@');
	size_t length = (size_t)((sign && sign < type ? sign : type) - name);

	add_dropins_of(reader, name, at, dropins);
	while ((length = cut_length(name, length)))
		add_dropins_of(reader, arena_text(reader->arena, "%.*s%s", (int)length, name, type), at, dropins);
}

/** The same for any name: of an instance those of its template, too, and for each dash those of that instance and
 * template. */
static void add_dropins_down(struct reader *reader, const char *name, size_t at, struct dropin_list *dropins) {
	const char *sign = strchr(name, '@');
	size_t length = sign ? (size_t)(sign - name) : 0;

	if (!template_of(reader->arena, name)) {
		add_dropins_plain(reader, name, at, dropins);
		return;
	}
	do {
		const char *instance = arena_text(reader->arena, "%.*s%s", (int)length, name, sign);

		add_dropins_of(reader, instance, at, dropins);
		add_dropins_plain(reader, template_of(reader->arena, instance), at, dropins);
	} while ((length = cut_length(name, length)));
}

static void add_dropins_for(struct reader *reader, const char *name, struct dropin_list *dropins) {
	for (size_t at = 0; at < SEARCH_PATHS; ++at)
		add_dropins_down(reader, name, at, dropins);
}

/** All drop-ins of a unit by its names; last those of its whole type, as anything else may hide them. */
static struct dropin_list find_dropins(struct reader *reader, const char *name, const char *const *aliases) {
	struct dropin_list dropins = { 0 };

	if (!reader->dropin_dirs.count)
		return dropins;
	add_dropins_for(reader, name, &dropins);
	for (; *aliases; ++aliases)
		add_dropins_for(reader, *aliases, &dropins);
	for (size_t at = 0; at < SEARCH_PATHS; ++at)
		add_dropins_of(reader, type_of(name) + 1, at, &dropins);
	return dropins;
}

static int compare_pulls(const void *a, const void *b) {
	const struct pull *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : strcmp(left->path, right->path);
}

/** The links that pull units in.  Of the same parent and name the first directory's counts; one to /dev/null hides. */
static void read_links(struct reader *reader) {
	const struct entries *dirs = &reader->link_dirs;

	for (size_t i = 0; i < dirs->count;) {
		const char *parent = dirs->list[i].name;
		struct entries links = { 0 };

		for (; i < dirs->count && strcmp(dirs->list[i].name, parent) == 0; ++i) {
			const size_t at = dirs->list[i].at;
			const char *path = arena_text(reader->arena, "%s/%s", search_paths[at].path, parent);
			char **names = host_list(reader->host, facts_of(path), ASPECT_BOOT, path);

			for (; *names; ++names)
				if (is_unit_name(*names))
					add_entry(reader, &links, *names, at);
		}
		sort_entries(&links);
		for (size_t k = 0; k < links.count; ++k) {
			char target[4096];

			if (k && strcmp(links.list[k].name, links.list[k - 1].name) == 0)
				continue;
			if (!afford(reader))
				return;
			const char *directory =
			        arena_text(reader->arena, "%s/%s", search_paths[links.list[k].at].path, parent);
			const char *path = arena_text(reader->arena, "%s/%s", directory, links.list[k].name);
			int error = tree_link(&reader->host->tree, path, target, sizeof target);
			/* What is no link pulls nothing in. */
			if (error == -EINVAL || tree_absent(error))
				continue;
			if (error)
				fault(reader, path, error);
			else if (strcmp(plain_target(reader->arena, directory, target), "/dev/null") == 0)
				continue;
			reader->pulls = arena_grow(reader->arena, reader->pulls, reader->npulls, sizeof *reader->pulls);
			reader->pulls[reader->npulls++] = (struct pull) { real_name(reader, links.list[k].name), path };
		}
	}
	if (reader->npulls)
		qsort(reader->pulls, reader->npulls, sizeof *reader->pulls, compare_pulls);
}

static const char *const *paths_of_pulls(struct reader *reader, const char *name, size_t *next) {
	size_t first = *next, count = 0;

	while (first < reader->npulls && strcmp(reader->pulls[first].name, name) < 0)
		++first;
	while (first + count < reader->npulls && strcmp(reader->pulls[first + count].name, name) == 0)
		++count;
	*next = first + count;
	const char **paths = arena_array(reader->arena, count + 1, sizeof *paths);
	for (size_t i = 0; i < count; ++i)
		paths[i] = reader->pulls[first + i].path;
	return paths;
}

static const struct unit_setting *join_settings(struct reader *reader, const struct fragment *fragment,
                                                const struct dropin_list *dropins) {
	const struct unit_setting *own = fragment ? fragment->settings : NULL;
	size_t count = own ? fragment->nsettings : 0, filled = count;

	if (own && !dropins->count)
		return own;
	for (size_t i = 0; i < dropins->count; ++i)
		count += dropins->list[i]->nsettings;
	struct unit_setting *settings = arena_array(reader->arena, count + 1, sizeof *settings);
	if (own)
		memcpy(settings, own, filled * sizeof *settings);
	for (size_t i = 0; i < dropins->count; ++i) {
		const struct dropin *dropin = dropins->list[i];

		if (dropin->nsettings)
			memcpy(settings + filled, dropin->settings, dropin->nsettings * sizeof *settings);
		filled += dropin->nsettings;
	}
	return settings;
}

/** The other names of a unit; of an instance also those that its template's other names give it. */
static const char *const *aliases_of(struct reader *reader, const char *name, const struct fragment *fragment) {
	static const char *const none[] = { NULL };
	const char *sign = strchr(name, '@');
	const char **aliases = NULL;
	size_t count = 0;

	/* One with a file of its own does not go by its template's names. */
	if (!template_of(reader->arena, name) || (fragment && strcmp(fragment->name, name) == 0))
		return fragment && fragment->naliases ? (const char *const *)fragment->aliases : none;
	for (size_t i = 0; i < reader->nfragments; ++i) {
		const char *alias = reader->fragments[i].name, *at = strchr(alias, '@');

		if (!reader->fragments[i].alias_of || !at)
			continue;
		if (at + 1 == type_of(alias))
			alias = arena_text(reader->arena, "%.*s%s", (int)(at - alias), alias, sign);
		if (strcmp(real_name(reader, alias), name) != 0)
			continue;
		aliases = arena_grow(reader->arena, aliases, count, sizeof *aliases);
		aliases[count++] = alias;
	}
	return aliases ? (const char *const *)aliases : none;
}

static struct unit make_unit(struct reader *reader, const char *name, size_t *pull) {
	const struct fragment *fragment = find_fragment(reader, name);

	if (!fragment || fragment->alias_of) {
		const char *template = template_of(reader->arena, name);

		if (template)
			fragment = find_fragment(reader, real_name(reader, template));
	}
	const char *const *aliases = aliases_of(reader, name, fragment);
	struct dropin_list dropins = { 0 };

	if (!fragment || !fragment->broken)
		dropins = find_dropins(reader, name, aliases);
	const char **paths = arena_array(reader->arena, dropins.count + 1, sizeof *paths);
	size_t npaths = 0;
	for (size_t i = 0; i < dropins.count; ++i)
		if (dropins.list[i]->state == DROPIN_READ)
			paths[npaths++] = dropins.list[i]->path;
	return (struct unit) {
		.name = name,
		.path = fragment ? fragment->path : NULL,
		.masked = fragment ? fragment->masked : NULL,
		.mask = fragment ? fragment->mask : NULL,
		.broken = fragment ? fragment->broken : NULL,
		.dropins = paths,
		.settings = join_settings(reader, fragment, &dropins),
		.wanted_by = paths_of_pulls(reader, name, pull),
		.aliases = aliases,
	};
}

static int compare_names(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/** Find out whether systemd refuses a unit that it could read.  What mounts have to say is looked at with the mounts.
 */
static void verify(struct reader *reader, struct unit *unit, struct arena *scratch) {
	const char *source;
	const char *why = unit->masked || unit->broken ? NULL : unit_refusal(unit, scratch, &source, &unit->incomplete);

	if (!why)
		return;
	unit->refused = arena_copy(reader->arena, why);
	unit->refused_source = arena_copy(reader->arena, source);
	if (!unit->incomplete)
		add_defect(reader, unit->refused_source,
		           arena_text(reader->arena, "%s, so that systemd refuses %s", why, unit->name));
}

/** Put the units together: one for each name that a file, a directory of drop-ins or a link has. */
static void make_units(struct reader *reader, struct units *units) {
	const size_t most = reader->nfragments + reader->dropin_dirs.count + reader->npulls;
	const char **names = arena_array(reader->arena, most + 1, sizeof *names);
	struct arena scratch = { 0 };
	size_t count = 0, pull = 0;

	for (size_t i = 0; i < reader->nfragments; ++i)
		if (!reader->fragments[i].alias_of || template_of(reader->arena, reader->fragments[i].name))
			names[count++] = real_name(reader, reader->fragments[i].name);
	for (size_t i = 0; i < reader->dropin_dirs.count; ++i)
		if (is_unit_name(reader->dirs[i].name) && !is_shared_name(reader->dirs[i].name))
			names[count++] = real_name(reader, reader->dirs[i].name);
	for (size_t i = 0; i < reader->npulls; ++i)
		names[count++] = reader->pulls[i].name;
	if (count)
		qsort(names, count, sizeof *names, compare_names);

	struct unit *list = arena_array(reader->arena, count + 1, sizeof *list);
	for (size_t i = 0; i < count; ++i)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			list[units->nunits++] = make_unit(reader, names[i], &pull);
	for (size_t i = 0; i < units->nunits; ++i)
		verify(reader, &list[i], &scratch);
	arena_free(&scratch);
	units->units = list;
}

/** Sort the names of a directory of the search path into files, directories of drop-ins and of links. */
static void sort_names(struct reader *reader, size_t at, char **names) {
	for (; *names; ++names) {
		const char *name = *names;

		if (is_unit_name(name)) {
			add_entry(reader, &reader->units, name, at);
			continue;
		}
		if (text_ends(name, ".d")) {
			const char *bare = arena_bytes(reader->arena, name, strlen(name) - 2);
			const char *as_type = arena_text(reader->arena, ".%s", bare);

			if (type_of(bare) || type_of(as_type))
				add_entry(reader, &reader->dropin_dirs, bare, at);
		}
		for (const char *const *suffix = link_suffixes; *suffix; ++suffix)
			if (text_ends(name, *suffix) && (reader->upholds || strcmp(*suffix, ".upholds") != 0))
				add_entry(reader, &reader->link_dirs, name, at);
	}
}

static void list_search_paths(struct reader *reader) {
	struct host *host = reader->host;
	struct statx seen[SEARCH_PATHS];
	size_t nseen = 0;

	for (size_t i = 0; i < SEARCH_PATHS; ++i) {
		const char *path = search_paths[i].path;

		reader->fds[i] = -1;
		if (search_paths[i].transient && !host->tree.live)
			continue;
		autoclose fd = tree_pin(&host->tree, path);
		if (fd < 0) {
			if (!tree_absent(fd))
				fault(reader, path, fd);
			continue;
		}
		struct statx *status = &seen[nseen];
		bool known = false;
		int error = tree_stat(fd, status);
		for (size_t k = 0; !error && k < nseen; ++k)
			known |= seen[k].stx_ino == status->stx_ino && seen[k].stx_dev_major == status->stx_dev_major &&
			         seen[k].stx_dev_minor == status->stx_dev_minor;
		if (known)
			continue;
		++nseen;
		char **names = NULL;
		if (!error)
			error = tree_list_pinned(fd, reader->arena, &names);
		if (error < 0 || !names) {
			if (!tree_absent(error))
				fault(reader, path, error);
			continue;
		}
		sort_names(reader, i, names);
		reader->fds[i] = fd;
		fd = -1;
	}
	sort_entries(&reader->units);
	sort_entries(&reader->dropin_dirs);
	sort_entries(&reader->link_dirs);
}

/**
 * Whether systemd will be process 1: if /sbin/init is it; without any init, as in a tree that
 * is no whole system, if there is a systemd or units for it.
 */
static bool has_systemd(struct reader *reader) {
	static const char *const programs[] = { "/usr/lib/systemd/systemd", "/lib/systemd/systemd", NULL };
	char target[4096];
	const struct tree *tree = &reader->host->tree;
	int error = tree_link(tree, "/sbin/init", target, sizeof target);

	if (error == 0)
		return text_ends(target, "/systemd");
	if (!tree_absent(error))
		return false;
	for (const char *const *program = programs; *program; ++program) {
		autoclose fd = tree_pin(tree, *program);

		if (fd >= 0)
			return true;
	}
	return reader->units.count || reader->dropin_dirs.count || reader->link_dirs.count;
}

/** The version of systemd that a library in the directory is named after, or 0. */
static unsigned version_in(struct host *host, const char *directory, struct arena *scratch) {
	static const char library[] = "libsystemd-shared-";
	uint64_t version = 0;
	char **names;

	if (tree_list(&host->tree, directory, scratch, &names) < 0)
		return 0;
	for (; *names; ++names) {
		const char *digits = *names + sizeof library - 1;

		if (text_starts(*names, library) &&
		    text_number(arena_bytes(scratch, digits, strspn(digits, "0123456789")), 10, 100000, &version))
			break;
	}
	return (unsigned)version;
}

/** The version of the host's systemd, which the name of its library says; 0: it does not. */
static unsigned find_version(struct host *host, struct arena *scratch) {
	static const char *const directories[] = { "/usr/lib/systemd", "/usr/lib64/systemd", NULL };
	unsigned version = 0;
	char **names;

	for (const char *const *directory = directories; *directory && !version; ++directory)
		version = version_in(host, *directory, scratch);
	/* Debian's lies in the directory of the architecture. */
	if (version || tree_list(&host->tree, "/usr/lib", scratch, &names) < 0)
		return version;
	for (; *names && !version; ++names)
		if (strstr(*names, "-linux-"))
			version = version_in(host, arena_text(scratch, "/usr/lib/%s/systemd", *names), scratch);
	return version;
}

void units_gather(struct host *host) {
	struct units *units = arena_alloc(&host->arena, sizeof *units);
	struct reader reader = { .host = host, .arena = &host->arena };
	struct arena scratch = { 0 };

	units->version = find_version(host, &scratch);
	reader.upholds = !units->version || units->version >= 254;
	arena_free(&scratch);
	list_search_paths(&reader);
	read_fragments(&reader);
	tell_aliases(&reader);
	read_dropin_dirs(&reader);
	read_links(&reader);
	make_units(&reader, units);
	units->systemd = has_systemd(&reader);
	units->defects = reader.defects ? reader.defects : arena_array(&host->arena, 1, sizeof *reader.defects);
	for (size_t i = 0; i < SEARCH_PATHS; ++i)
		if (reader.fds[i] >= 0)
			close(reader.fds[i]);
	host->units = units;
}

const struct unit *unit_find(const struct units *units, const char *name) {
	for (size_t i = 0; units && i < units->nunits; ++i) {
		const struct unit *unit = &units->units[i];

		if (strcmp(unit->name, name) == 0)
			return unit;
		for (const char *const *alias = unit->aliases; alias && *alias; ++alias)
			if (strcmp(*alias, name) == 0)
				return unit;
	}
	return NULL;
}

const struct unit_setting *unit_setting(const struct unit *unit, const char *section, const char *key) {
	const struct unit_setting *found = NULL;

	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting)
		if (strcmp(setting->section, section) == 0 && strcmp(setting->key, key) == 0)
			found = *setting->value ? setting : NULL;
	return found;
}

const struct unit_setting *unit_last(const struct unit *unit, const char *section, const char *key) {
	const struct unit_setting *found = NULL;

	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting)
		if (*setting->value && strcmp(setting->section, section) == 0 && strcmp(setting->key, key) == 0)
			found = setting;
	return found;
}

int unit_boolean(const char *value) {
	static const char *const yes[] = { "1", "yes", "y", "true", "t", "on" };
	static const char *const no[] = { "0", "no", "n", "false", "f", "off" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; ++i) {
		if (strcasecmp(value, yes[i]) == 0)
			return 1;
		if (strcasecmp(value, no[i]) == 0)
			return 0;
	}
	return -1;
}

bool unit_is_on(const struct unit *unit, const char *section, const char *key, const char *const *words) {
	bool on = false;

	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting) {
		if (strcmp(setting->section, section) != 0 || strcmp(setting->key, key) != 0)
			continue;
		const int value = unit_boolean(setting->value);
		if (value >= 0)
			on = value;
		for (const char *const *word = words; value < 0 && word && *word; ++word)
			on = on || strcmp(setting->value, *word) == 0;
	}
	return on;
}

bool unit_has_private_tmp(const struct host *host, const struct unit *unit, const char *section) {
	static const char *const words[] = { "connected", "disconnected", NULL };
	const struct identity *identity = host->identity;
	const unsigned systemd = host->units ? host->units->version : 0;
	uint64_t version = 0;
	/* systemd has them since 257: Debian 12's passes over them. */
	const bool known = systemd ? systemd >= 257
	                           : !text_equal(identity->os_id, "debian") || !identity->os_version ||
	                                     !text_number(identity->os_version, 10, 1000, &version) || version >= 13;

	return unit_is_on(unit, section, "PrivateTmp", known ? words : NULL) ||
	       unit_is_on(unit, section, "DynamicUser", NULL);
}
