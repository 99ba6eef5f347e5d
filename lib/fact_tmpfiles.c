#include "host.h"

#include "cleanup.h"
#include "parse_tmpfiles.h"
#include "text.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/** The most that is read of all files together, in bytes, and the most lines. */
#define TOTAL_LIMIT ((size_t)16 << 20)
#define LINE_LIMIT ((size_t)100000)

/** A file that no other hides. */
struct source {
	const char *name, *path;
};

/** What is gathered so far. */
struct gathering {
	struct host *host;
	struct tmpfiles *tmpfiles;
	struct tmpfiles_line *lines;
	struct tmpfiles_defect *defects;
	size_t ndefects, total;
	bool spent;
};

static int compare_sources(const void *a, const void *b) {
	const struct source *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool is_same_file(const struct statx *a, const struct statx *b) {
	return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major && a->stx_dev_minor == b->stx_dev_minor;
}

/** The names in a directory, unless it is the one before; a fault if it cannot be listed.  Returns NULL for none. */
static char **list_directory(struct host *host, struct arena *scratch, const char *path, struct statx *before) {
	autoclose pinned = tree_pin(&host->tree, path);
	struct statx status;
	char **names = NULL;
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);

	if (!error && is_same_file(&status, before))
		return NULL;
	if (!error) {
		*before = status;
		error = tree_list_pinned(pinned, scratch, &names);
	}
	if (error < 0 && !tree_absent(error))
		host_fault(host, FACT_TMPFILES, ASPECT_BOOT, path, "cannot be listed: %s", host_error(host, error));
	return names;
}

/** All files that count, in the order in which they count: by name, whatever the directory. */
static struct source *list_sources(struct host *host, struct arena *scratch, size_t *count) {
	/* The last is the one before on most hosts: /lib is a link to /usr/lib. */
	static const char *const directories[] = {
		"/etc/tmpfiles.d",     "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d",
		"/usr/lib/tmpfiles.d", "/lib/tmpfiles.d",
	};
	struct source *sources = NULL;
	struct statx before = { 0 };

	*count = 0;
	for (size_t i = 0; i < sizeof directories / sizeof *directories; ++i) {
		const char *directory = directories[i];
		const size_t earlier = *count;

		/* What lies below /run of an offline tree is gone when it boots. */
		if (text_starts(directory, "/run/") && !host->tree.live)
			continue;
		for (char **name = list_directory(host, scratch, directory, &before); name && *name; ++name) {
			if (**name == '.' || !text_ends(*name, ".conf"))
				continue;
			/* A name in an earlier directory hides this one, whatever it is: also a dangling link does. */
			if (earlier && bsearch(&(struct source) { .name = *name }, sources, earlier, sizeof *sources,
			                       compare_sources))
				continue;
			sources = arena_grow(scratch, sources, *count, sizeof *sources);
			sources[(*count)++] = (struct source) {
				.name = *name,
				.path = arena_text(&host->arena, "%s/%s", directory, *name),
			};
		}
		if (sources)
			qsort(sources, *count, sizeof *sources, compare_sources);
	}
	return sources;
}

static void add_defect(struct gathering *gathering, const char *source, const char *path, const char *why) {
	struct arena *arena = &gathering->host->arena;

	gathering->defects = arena_grow(arena, gathering->defects, gathering->ndefects, sizeof *gathering->defects);
	gathering->defects[gathering->ndefects++] = (struct tmpfiles_defect) {
		.source = source,
		.why = arena_copy(arena, why),
		.path = path && *path == '/' ? arena_copy(arena, path) : NULL,
	};
}

/** Load what the pinned link at path leads to.  Returns 0, -ENOENT if it masks, or another negative errno. */
static int load_target(struct host *host, const char *path, int link, struct arena *arena, struct bytes *bytes) {
	char target[4096];
	const char *text = target;
	int error = tree_target(link, target, sizeof target);

	if (error)
		return error;
	/* A mask is told by its text: an offline tree may have anything at /dev/null, or nothing. */
	while (text_starts(text, "../"))
		text += strlen("../");
	if (text_equal(text, "/dev/null") || (text != target && text_equal(text, "dev/null")))
		return -ENOENT;
	autoclose pinned = tree_pin(&host->tree, path);
	if (pinned < 0)
		return pinned;
	error = tree_load_pinned(pinned, arena, bytes);
	struct statx status;
	/* Or by where it leads, however that is written. */
	if (error == -EINVAL && tree_stat(pinned, &status) == 0 && S_ISCHR(status.stx_mode))
		return -ENOENT;
	return error;
}

/** Read a file; false if it says nothing, with a fault or a defect if that is not what it is for. */
static bool load_source(struct gathering *gathering, const char *path, struct arena *arena, struct bytes *bytes) {
	struct host *host = gathering->host;
	autoclose pinned = tree_pin_link(&host->tree, path);
	int error = pinned < 0 ? pinned : tree_load_pinned(pinned, arena, bytes);

	if (error == -EINVAL)
		error = load_target(host, path, pinned, arena, bytes);
	if (error == -EISDIR || error == -EINVAL)
		add_defect(gathering, path, NULL, "is no regular file, and hides any of its name");
	else if (error && !tree_absent(error))
		host_fault(host, FACT_TMPFILES, ASPECT_BOOT, path, "cannot be read: %s", host_error(host, error));
	return !error;
}

/** An id as a number, without zeros before it; systemd refuses both that mean "none". */
static bool read_id(const char *name, unsigned *id) {
	uint64_t number;

	if ((name[0] == '0' && name[1]) || !text_number(name, 10, UINT32_MAX - 1, &number) || number == UINT16_MAX)
		return false;
	*id = (unsigned)number;
	return true;
}

/** The user of a name or number; false: the host has none.  What only another source may know is (uid_t)-1. */
static bool find_user(const struct accounts *accounts, const char *name, uid_t *uid) {
	const struct account *account = account_by_name(accounts, name);

	*uid = text_equal(name, "root") ? 0 : (uid_t)-1;
	if (*uid == 0 || read_id(name, uid))
		return true;
	if (account)
		*uid = account->uid;
	return account || accounts->foreign;
}

/** The same for a group. */
static bool find_group(const struct accounts *accounts, const char *name, gid_t *gid) {
	*gid = text_equal(name, "root") ? 0 : (gid_t)-1;
	if (*gid == 0 || read_id(name, gid))
		return true;
	for (size_t i = 0; i < accounts->ngroups; ++i)
		if (text_equal(accounts->groups[i].name, name)) {
			*gid = accounts->groups[i].gid;
			return true;
		}
	return accounts->foreign;
}

/** A leading colon asks for the owner only of what is created. */
static const char *skip_colon(const char *name) {
	return name + (*name == ':');
}

/** Whether a line that copies does nothing, for want of what it copies. */
static bool lacks_original(const struct host *host, const struct tmpfiles_line *line, struct arena *scratch) {
	if (line->type != 'C')
		return false;
	const char *original = line->argument;

	if (!original)
		original = arena_text(scratch, "/usr/share/factory%s", line->path);
	autoclose pinned = tree_pin_link(&host->tree, original);
	return pinned < 0 && tree_absent(pinned);
}

/** Keep a line; what the parser made of it lives only as long as its file. */
static void add_line(struct gathering *gathering, const struct tmpfiles_line *from, const char *source) {
	struct arena *arena = &gathering->host->arena;
	struct tmpfiles *tmpfiles = gathering->tmpfiles;
	struct tmpfiles_line line = *from;

	line.modifiers = arena_copy(arena, from->modifiers);
	line.path = arena_copy(arena, from->path);
	line.mode = arena_copy(arena, from->mode);
	line.user = arena_copy(arena, from->user);
	line.group = arena_copy(arena, from->group);
	line.age = arena_copy(arena, from->age);
	line.argument = arena_copy(arena, from->argument);
	line.source = source;
	gathering->lines = arena_grow(arena, gathering->lines, tmpfiles->nlines, sizeof *gathering->lines);
	gathering->lines[tmpfiles->nlines++] = line;
}

static void read_source(struct gathering *gathering, const char *path) {
	struct host *host = gathering->host;
	struct arena scratch = { 0 };
	struct tmpfiles_reader reader = { 0 };
	struct tmpfiles_entry entry;

	if (load_source(gathering, path, &scratch, &reader.bytes)) {
		gathering->total += reader.bytes.size;
		gathering->spent = gathering->total > TOTAL_LIMIT;
	}
	while (!gathering->spent && parse_tmpfiles(&reader, &scratch, &entry)) {
		struct tmpfiles_line *line = &entry.line;
		const char *source = arena_text(&host->arena, "%s:%u", path, entry.number);
		const char *user = skip_colon(line->user), *group = skip_colon(line->group);

		gathering->spent = gathering->tmpfiles->nlines + gathering->ndefects >= LINE_LIMIT;
		if (entry.why)
			add_defect(gathering, source, line->path, entry.why);
		else if (line->states_owner && !find_user(host->accounts, user, &line->uid))
			add_defect(gathering, source, line->path,
			           arena_text(&scratch, "names the user \"%s\", which there is not", user));
		else if (line->states_group && !find_group(host->accounts, group, &line->gid))
			add_defect(gathering, source, line->path,
			           arena_text(&scratch, "names the group \"%s\", which there is not", group));
		else if (!lacks_original(host, line, &scratch))
			add_line(gathering, line, source);
	}
	arena_free(&scratch);
	if (gathering->spent)
		host_fault(host, FACT_TMPFILES, ASPECT_BOOT, path,
		           "is not read to its end: tmpfiles.d has more lines than are read of it");
}

/** Whether two lines ask for the same, so that the second is no duplicate to be ignored. */
static bool agrees(const struct tmpfiles_line *a, const struct tmpfiles_line *b) {
	const bool same_argument =
	        a->argument && b->argument ? text_equal(a->argument, b->argument) : a->argument == b->argument;

	return same_argument && a->states_owner == b->states_owner && a->uid == b->uid &&
	       a->states_mode == b->states_mode && a->bits == b->bits && a->states_group == b->states_group &&
	       a->gid == b->gid && text_equal(a->age, b->age);
}

static int compare_paths(const void *a, const void *b) {
	const struct tmpfiles_line *const *left = a, *const *right = b;
	const int order = strcmp((*left)->path, (*right)->path);

	return order ? order : (*left > *right) - (*left < *right);
}

/** Tell which lines are ignored for another one's sake: by sorting them, since there may be very many. */
static void tell_ignored(struct tmpfiles_line *lines, size_t nlines) {
	struct arena scratch = { 0 };
	struct tmpfiles_line **sorted = arena_array(&scratch, nlines + 1, sizeof *sorted);
	const struct tmpfiles_line *at_boot = NULL, *later = NULL;
	size_t count = 0;

	for (size_t i = 0; lines && i < nlines; ++i)
		if (strchr("ewxXrR", lines[i].type))
			sorted[count++] = &lines[i];
	if (count)
		qsort(sorted, count, sizeof *sorted, compare_paths);
	for (size_t i = 0; i < count; ++i) {
		struct tmpfiles_line *line = sorted[i];
		const bool boot_only = strchr(line->modifiers, '!');

		if (!at_boot || !text_equal(at_boot->path, line->path)) {
			at_boot = line;
			later = NULL;
		}
		if (!later && !boot_only)
			later = line;
		line->ignored_at_boot = !agrees(at_boot, line);
		line->ignored_later = later && !agrees(later, line);
	}
	arena_free(&scratch);
}

void tmpfiles_gather(struct host *host) {
	struct arena scratch = { 0 };
	struct tmpfiles *tmpfiles = arena_alloc(&host->arena, sizeof *tmpfiles);
	struct gathering gathering = { .host = host, .tmpfiles = tmpfiles };
	size_t count;
	const struct source *sources = list_sources(host, &scratch, &count);

	for (size_t i = 0; i < count && !gathering.spent; ++i)
		read_source(&gathering, sources[i].path);
	arena_free(&scratch);
	tell_ignored(gathering.lines, tmpfiles->nlines);
	tmpfiles->lines = gathering.lines ? gathering.lines : arena_alloc(&host->arena, sizeof *tmpfiles->lines);
	tmpfiles->defects =
	        gathering.defects ? gathering.defects : arena_alloc(&host->arena, sizeof *tmpfiles->defects);
	host->tmpfiles = tmpfiles;
}

const struct tmpfiles_line *tmpfiles_creating(const struct tmpfiles *tmpfiles, const char *path) {
	for (size_t i = 0; i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];

		if (strchr("dDvqQCfFLpcb", line->type) && text_equal(line->path, path))
			return line;
	}
	return NULL;
}

/** Whether the glob of a Z line matches a directory that path lies in. */
static bool matches_above(const char *glob, const char *path) {
	char prefix[4096];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		const size_t length = (size_t)(slash - path);

		if (length >= sizeof prefix)
			return false;
		memcpy(prefix, path, length);
		prefix[length] = '\0';
		if (fnmatch(glob, prefix, FNM_PATHNAME | FNM_PERIOD) == 0)
			return true;
	}
	return text_equal(glob, "/");
}

const struct tmpfiles_line *tmpfiles_adjusting(const struct tmpfiles *tmpfiles, const char *path,
                                               const struct tmpfiles_line *previous) {
	const struct tmpfiles_line *end = tmpfiles->lines + tmpfiles->nlines;

	for (const struct tmpfiles_line *line = previous ? previous + 1 : tmpfiles->lines; line < end; ++line) {
		/* As glob(3) matches, but for braces, which are not expanded. */
		if (strchr("emzZ", line->type) && (line->states_mode || line->states_owner) &&
		    (fnmatch(line->path, path, FNM_PATHNAME | FNM_PERIOD) == 0 ||
		     (line->type == 'Z' && matches_above(line->path, path))) &&
		    !line->ignored_at_boot)
			return line;
	}
	return NULL;
}
