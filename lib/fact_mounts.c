#include "host.h"

#include "cleanup.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <libmount.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

/** The longest line of a table that is handed to libmount. */
#define LINE_LIMIT ((size_t)64 << 10)

/** The directories whose mounts must make sense. */
static const char *const temporary[] = { "/tmp", "/var/tmp", "/dev/shm", "/run/lock" };

#define TEMPORARY (sizeof temporary / sizeof *temporary)

static const struct option_flag {
	const char *name;
	unsigned long flag;
} option_flags[] = {
	{ "nosuid", MS_NOSUID },           { "nodev", MS_NODEV }, { "noexec", MS_NOEXEC },
	{ "nosymfollow", MS_NOSYMFOLLOW }, { "ro", MS_RDONLY },
};

#define OPTION_FLAGS (sizeof option_flags / sizeof *option_flags)

/** Before the type of what an overlay lies over. */
static const char overlay_over[] = "overlay over ";

/** What options come to, left to right: mount(8), "user" and the like included. */
static unsigned long flags_of(const char *options) {
	unsigned long flags = 0;

	/* It fails on quotes that do not match, after what stands before them. */
	mnt_optstr_get_flags(options, &flags, mnt_get_builtin_optmap(MNT_LINUX_MAP));
	return flags & (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | MS_RDONLY);
}

/* Tables: lines to libmount, and what it makes of them with the lines they stand on. */

/** A table that libmount has parsed. */
struct table {
	struct arena *arena;
	struct libmnt_table *mounts;
	/** The lines that it could not take, and all that hold something, from 1 and in order. */
	unsigned *bad, *all;
	size_t nbad, nall;
};

static int take_bad_line(struct libmnt_table *mounts, const char *name, int line) {
	struct table *table = mnt_table_get_userdata(mounts);

	(void)name;
	table->bad = arena_grow(table->arena, table->bad, table->nbad, sizeof *table->bad);
	/* The first line is ours. */
	table->bad[table->nbad++] = (unsigned)line - 1;
	/* Go on with the next one. */
	return 1;
}

/** Number the lines that hold an entry.  Returns that of the first one that is too long, or 0. */
static unsigned number_lines(struct table *table, const struct bytes *bytes) {
	const char *at = bytes->data, *end = bytes->data + bytes->size;

	for (unsigned line = 1; at < end; ++line) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *stop = feed ? feed : end;

		if ((size_t)(stop - at) > LINE_LIMIT)
			return line;
		const char *text = at;
		at = feed ? feed + 1 : end;
		if (stop > text && feed && stop[-1] == '\r')
			--stop;
		while (text < stop && (*text == ' ' || *text == '\t'))
			++text;
		if (text == stop || *text == '#')
			continue;
		table->all = arena_grow(table->arena, table->all, table->nall, sizeof *table->all);
		table->all[table->nall++] = line;
	}
	return 0;
}

/**
 * Parse a table.  first is a good line of its format, from which libmount tells the format: a line of the
 * host's must not be taken for another one.  Returns NULL, or why it could not be parsed.
 */
static const char *parse_table(struct table *table, const struct bytes *bytes, const char *first) {
	struct arena scratch = { 0 };
	unsigned line = number_lines(table, bytes);
	const size_t length = strlen(first);

	if (line)
		return arena_text(table->arena, "has a line of more than 64 KiB, line %u", line);
	char *data = arena_alloc(&scratch, length + bytes->size + 1);
	memcpy(data, first, length);
	memcpy(data + length, bytes->data, bytes->size);
	FILE *stream = fmemopen(data, length + bytes->size, "r");
	table->mounts = mnt_new_table();
	const char *why = NULL;
	if (!stream || !table->mounts) {
		why = "cannot be parsed: out of memory";
	} else {
		mnt_table_set_userdata(table->mounts, table);
		mnt_table_set_parser_errcb(table->mounts, take_bad_line);
		if (mnt_table_parse_stream(table->mounts, stream, "table") < 0 ||
		    (size_t)mnt_table_get_nents(table->mounts) + table->nbad != table->nall + 1)
			why = "cannot be parsed";
	}
	if (stream)
		fclose(stream);
	arena_free(&scratch);
	return why;
}

static void close_table(struct table *table) {
	mnt_unref_table(table->mounts);
}

/** Walks the entries of a table behind our own first one, with their lines. */
struct walk {
	const struct table *table;
	struct libmnt_iter *iter;
	size_t next, next_bad;
	unsigned line;
};

static struct libmnt_fs *next_entry(struct walk *walk) {
	struct libmnt_fs *fs;
	const struct table *table = walk->table;

	if (!walk->iter) {
		walk->iter = mnt_new_iter(MNT_ITER_FORWARD);
		if (!walk->iter || mnt_table_next_fs(table->mounts, walk->iter, &fs) != 0)
			return NULL;
	}
	if (mnt_table_next_fs(table->mounts, walk->iter, &fs) != 0)
		return NULL;
	while (walk->next < table->nall && walk->next_bad < table->nbad &&
	       table->all[walk->next] == table->bad[walk->next_bad]) {
		++walk->next;
		++walk->next_bad;
	}
	walk->line = walk->next < table->nall ? table->all[walk->next] : 0;
	++walk->next;
	return fs;
}

/* The live view. */

static const char *or_empty(const char *text) {
	return text ? text : "";
}

static int compare_ids(const void *a, const void *b) {
	const struct mount *const *left = a, *const *right = b;

	return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

static const struct mount *find_id(const struct mount *const *by_id, size_t count, int id) {
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_id[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && by_id[low]->id == id ? by_id[low] : NULL;
}

struct live {
	struct host *host;
	struct arena *arena;
	/** The facts that are incomplete without it. */
	unsigned facts;
	struct mount *mounts;
	size_t count;
	const struct mount **by_id;
};

/** Add what a mountinfo lists, or of process 1's what ours does not.  Returns whether it could be read. */
static bool add_mountinfo(struct live *live, const struct bytes *bytes, const char *source, bool outside) {
	struct host *host = live->host;
	struct arena *arena = live->arena;
	struct table table = { .arena = arena };
	const size_t own = live->count;
	const char *why = parse_table(&table, bytes, "0 0 0:0 / / rw - none none rw\n");

	if (why)
		host_fault(host, live->facts, ASPECT_LIVE, source, "%s", why);
	for (size_t i = 0; !why && i < table.nbad; ++i)
		host_fault(host, live->facts, ASPECT_LIVE, source, "cannot be understood in line %u", table.bad[i]);
	struct walk walk = { .table = &table };
	for (struct libmnt_fs *fs; !why && (fs = next_entry(&walk));) {
		int id = mnt_fs_get_id(fs);

		if (outside && find_id(live->by_id, own, id))
			continue;
		live->mounts = arena_grow(arena, live->mounts, live->count, sizeof *live->mounts);
		live->mounts[live->count++] = (struct mount) {
			.id = id,
			.parent = mnt_fs_get_parent_id(fs),
			.dev = mnt_fs_get_devno(fs),
			.root = arena_copy(arena, or_empty(mnt_fs_get_root(fs))),
			.target = arena_copy(arena, or_empty(mnt_fs_get_target(fs))),
			.type = arena_copy(arena, or_empty(mnt_fs_get_fstype(fs))),
			.device = arena_copy(arena, or_empty(mnt_fs_get_source(fs))),
			.options = arena_copy(arena, or_empty(mnt_fs_get_vfs_options(fs))),
			.super_options = arena_copy(arena, or_empty(mnt_fs_get_fs_options(fs))),
			.flags = flags_of(or_empty(mnt_fs_get_vfs_options(fs))),
			.source = source,
			.outside = outside,
		};
	}
	mnt_free_iter(walk.iter);
	close_table(&table);
	return !why;
}

static void sort_ids(struct live *live) {
	live->by_id = arena_array(live->arena, live->count + 1, sizeof *live->by_id);
	for (size_t i = 0; i < live->count; ++i)
		live->by_id[i] = &live->mounts[i];
	if (live->count)
		qsort(live->by_id, live->count, sizeof *live->by_id, compare_ids);
}

/** Tell which mounts lie under another one that has the same target: its child, in the kernel's order. */
static void tell_covered(struct live *live) {
	for (size_t i = 0; i < live->count; ++i) {
		const struct mount *mount = &live->mounts[i];
		const struct mount *below = find_id(live->by_id, live->count, mount->parent);

		if (below && below != mount && strcmp(below->target, mount->target) == 0)
			live->mounts[below - live->mounts].covered = true;
	}
}

/** For a layer: where it lies, and the mount that it is asked for. */
struct search {
	const struct live *live;
	const struct mount **foreign;
	size_t nforeign;
	/** The mount that it lies on, which is not local. */
	const struct mount **found;
};

static bool layer_within(const char *layer, size_t length, const char *target) {
	const size_t own = strcmp(target, "/") == 0 ? 0 : strlen(target);

	return length >= own && strncmp(layer, target, own) == 0 && (length == own || layer[own] == '/');
}

/** Whether a layer lies on a mount that is not local. */
static bool is_layer_foreign(const void *context, const char *layer, size_t length) {
	const struct search *search = context;
	const struct mount *nearest = NULL;

	for (size_t i = 0; i < search->nforeign; ++i)
		if (layer_within(layer, length, search->foreign[i]->target))
			nearest = search->foreign[i];
	for (size_t i = 0; nearest && i < search->live->count; ++i) {
		const struct mount *mount = &search->live->mounts[i];

		if (!mount->outside && !mount->covered && layer_within(layer, length, mount->target) &&
		    strlen(mount->target) >= strlen(nearest->target))
			nearest = mount;
	}
	if (!nearest || mount_type_local(nearest->type))
		return false;
	*search->found = nearest;
	return true;
}

/** An overlay over what may not answer may not answer.  The kernel lays overlays over overlays once. */
static void tell_overlays(struct live *live) {
	struct arena scratch = { 0 };

	for (int pass = 0; pass < 2; ++pass) {
		struct search search = { .live = live };
		const struct mount *found;

		for (size_t i = 0; i < live->count; ++i) {
			if (mount_type_local(live->mounts[i].type) || live->mounts[i].outside)
				continue;
			search.foreign = arena_grow(&scratch, search.foreign, search.nforeign, sizeof(*search.foreign));
			search.foreign[search.nforeign++] = &live->mounts[i];
		}
		search.found = &found;
		for (size_t i = 0; search.nforeign && i < live->count; ++i) {
			struct mount *mount = &live->mounts[i];

			if (mount_type_local(mount->type) && mount_any_layer(mount, is_layer_foreign, &search))
				mount->type = text_starts(found->type, overlay_over)
				                      ? found->type
				                      : arena_text(live->arena, "%s%s", overlay_over, found->type);
		}
	}
	arena_free(&scratch);
}

/** Below a chroot(2) our own list lacks what our root lies on: process 1's has it. */
static void add_root(struct live *live) {
	struct host *host = live->host;
	struct statx status;

	if (!host->tree.genuine || host->mount_namespace != MOUNTS_OF_HOST || !host->first_mountinfo.data)
		return;
	autoclose fd = tree_pin(&host->tree, "/");
	if (fd < 0 || tree_stat(fd, &status) != 0 || find_id(live->by_id, live->count, (int)status.stx_mnt_id))
		return;
	add_mountinfo(live, &host->first_mountinfo, "/proc/1/mountinfo", true);
	sort_ids(live);
}

/** MemTotal of meminfo in bytes, or 0: proc_meminfo(5). */
static uint64_t find_memory(struct host *host) {
	static const char key[] = "MemTotal:";
	struct bytes bytes;

	if (!host_load(host, FACT_MOUNTS, ASPECT_LIVE, "/proc/meminfo", &bytes))
		return 0;
	for (const char *line = bytes.data; *line; line += *line == '\n') {
		if (text_starts(line, key))
			return strtoull(line + strlen(key), NULL, 10) * 1024;
		line += strcspn(line, "\n");
	}
	return 0;
}

/** Gather the live view.  Returns whether there is one. */
static bool gather_live(struct host *host, struct mount_view *view) {
	struct live live = { .host = host, .arena = &host->arena, .facts = FACT_MOUNTS };
	const char *path = host->mount_namespace == MOUNTS_VIA_PID1 ? "/proc/1/mountinfo" : "/proc/self/mountinfo";
	struct bytes bytes = host->mountinfo;

	if (!bytes.data) {
		int error = tree_load(&host->tree, path, &host->arena, &bytes);

		if (error) {
			host_fault(host, FACT_MOUNTS, ASPECT_LIVE, path, "cannot be read: %s", host_error(host, error));
			return false;
		}
	}
	if (!add_mountinfo(&live, &bytes, path, false))
		return false;
	sort_ids(&live);
	add_root(&live);
	tell_covered(&live);
	tell_overlays(&live);
	*view = (struct mount_view) {
		.aspect = ASPECT_LIVE,
		.source = path,
		.mounts = live.mounts,
		.nmounts = live.count,
		.by_id = live.by_id,
		.defects = arena_array(&host->arena, 1, sizeof *view->defects),
	};
	return true;
}

bool mounts_read(struct host *host, unsigned facts, const struct bytes *bytes, const char *source, struct arena *arena,
                 struct mount_view *view) {
	struct live live = { .host = host, .arena = arena, .facts = facts };

	if (!add_mountinfo(&live, bytes, source, false))
		return false;
	sort_ids(&live);
	tell_covered(&live);
	tell_overlays(&live);
	*view = (struct mount_view) {
		.aspect = ASPECT_LIVE,
		.source = source,
		.mounts = live.mounts,
		.nmounts = live.count,
		.by_id = live.by_id,
	};
	return true;
}

/* The boot view. */

/** What is known of a path. */
struct known_path {
	const char *path;
	/** What it is a link to; NULL: it is none. */
	const char *target;
	bool absent;
	/** The next one whose hash is the same. */
	struct known_path *next;
};

/** Of paths that were asked for: how many are remembered, and heads of the lists of them. */
enum { PATHS_MAX = 8192, PATH_HASHES = 4096 };

/** A mount that the configuration asks for. */
struct plan {
	struct mount mount;
	/** Lines of fstab: its number; from 1. */
	unsigned line;
	/** Whether a line was dealt with. */
	bool done;
};

struct boot {
	struct host *host;
	struct arena *arena;
	/** Lines of fstab, in their order. */
	struct plan *lines;
	size_t nlines;
	/** What is mounted, in the order in which it is. */
	struct mount *mounts;
	size_t count;
	struct mount_defect *defects;
	size_t ndefects;
	/** What the temporary directories are without links. */
	const char *temporary[TEMPORARY];
	/** Paths that were asked for, by their hash. */
	struct known_path **paths;
	size_t npaths;
};

static size_t hash_path(const char *path) {
	size_t hash = 5381;

	for (; *path; ++path)
		hash = hash * 33 + (unsigned char)*path;
	return hash % PATH_HASHES;
}

/** What is at a path whose components above the last are no links.  Asked once, for as many as are remembered. */
static struct known_path look_at(struct boot *boot, const char *path) {
	struct known_path **head = &boot->paths[hash_path(path)];
	char target[PATH_MAX];

	for (const struct known_path *known = *head; known; known = known->next)
		if (strcmp(known->path, path) == 0)
			return *known;
	int error = tree_link(&boot->host->tree, path, target, sizeof target);
	struct known_path found = {
		.target = error == 0 ? arena_copy(boot->arena, target) : NULL,
		.absent = tree_absent(error),
		.next = *head,
	};
	if (boot->npaths < PATHS_MAX) {
		++boot->npaths;
		found.path = arena_copy(boot->arena, path);
		*head = arena_alloc(boot->arena, sizeof **head);
		**head = found;
	}
	return found;
}

/**
 * An absolute path without links, dots and double slashes, as far as it exists: so does systemd-fstab-generator(8).
 * One that is longer than the kernel takes stays as it is.
 */
static const char *resolve(struct boot *boot, const char *path) {
	char reached[PATH_MAX];
	size_t size = 0;
	const char *rest = path;
	bool exists = true;

	for (unsigned links = 0;;) {
		rest += strspn(rest, "/");
		size_t length = strcspn(rest, "/");

		if (length == 0)
			return size ? arena_bytes(boot->arena, reached, size) : "/";
		const char *name = rest;
		rest += length;
		if (length == 1 && name[0] == '.')
			continue;
		if (length == 2 && name[0] == '.' && name[1] == '.') {
			while (size && reached[--size] != '/')
				continue;
			exists = true;
			continue;
		}
		const size_t above = size;
		if (size + 1 + length >= sizeof reached)
			return arena_copy(boot->arena, path);
		reached[size++] = '/';
		memcpy(reached + size, name, length);
		size += length;
		reached[size] = '\0';
		/* Below what is not there nothing is a link. */
		if (!exists)
			continue;
		const struct known_path known = look_at(boot, reached);
		exists = !known.absent;
		if (!known.target)
			continue;
		if (++links > 40)
			return arena_copy(boot->arena, path);
		rest = arena_text(boot->arena, "%s%s", known.target, rest);
		size = known.target[0] == '/' ? 0 : above;
	}
}

/** The temporary directory that is at target, by the name that it is audited under; NULL if none is. */
static const char *temporary_at(const struct boot *boot, const char *target) {
	for (size_t i = 0; i < TEMPORARY; ++i)
		if (strcmp(boot->temporary[i], target) == 0)
			return temporary[i];
	return NULL;
}

/** Whether what is mounted at target may govern a temporary directory. */
static bool is_above_temporary(const struct boot *boot, const char *target) {
	for (size_t i = 0; i < TEMPORARY; ++i)
		if (text_path_within(boot->temporary[i], target))
			return true;
	return false;
}

/** Whether the option of a mount is a password or key itself; one with a path names where it is. */
static bool is_secret(const char *option, size_t length) {
	const char *value = memchr(option, '=', length);
	const size_t name = value ? (size_t)(value - option) : 0;

	return value && value[1] != '/' &&
	       (memmem(option, name, "pass", 4) || memmem(option, name, "secret", 6) ||
	        (name == 3 && memcmp(option, "key", name) == 0));
}

/** Options as they may be told: a report is read by more people than /etc/fstab need be. */
static const char *without_secrets(struct arena *arena, const char *options) {
	struct builder shown = { .arena = arena };
	bool any = false;

	for (const char *at = options; *at;) {
		const size_t length = strcspn(at, ",");

		if (is_secret(at, length)) {
			builder_bytes(&shown, at, strcspn(at, "=") + 1);
			builder_text(&shown, "...");
			any = true;
		} else {
			builder_bytes(&shown, at, length);
		}
		at += length;
		if (*at)
			builder_bytes(&shown, at++, 1);
	}
	return any ? builder_string(&shown) : options;
}

static void add_defect(struct boot *boot, const char *target, const char *message, const char *expected,
                       const char *actual, const char *source) {
	boot->defects = arena_grow(boot->arena, boot->defects, boot->ndefects, sizeof *boot->defects);
	boot->defects[boot->ndefects++] = (struct mount_defect) { target, message, expected, actual, source };
}

static void add_mount(struct boot *boot, const struct mount *mount) {
	boot->mounts = arena_grow(boot->arena, boot->mounts, boot->count, sizeof *boot->mounts);
	boot->mounts[boot->count] = *mount;
	boot->mounts[boot->count].flags = flags_of(mount->options);
	boot->mounts[boot->count].super_options = mount->options;
	boot->mounts[boot->count].shown = without_secrets(boot->arena, mount->options);
	++boot->count;
}

/** Whether a list of options has one of that name, with or without a value. */
static bool has_option(const char *options, const char *name) {
	const size_t length = strlen(name);

	while (*options) {
		size_t word = strcspn(options, ",");

		if (word >= length && strncmp(options, name, length) == 0 && (word == length || options[length] == '='))
			return true;
		options += word;
		options += *options == ',';
	}
	return false;
}

static const char fstab[] = "/etc/fstab";

/** Returns false, with a fault, if there is one that could not be read. */
static bool read_fstab(struct boot *boot) {
	const char *path = fstab;
	struct host *host = boot->host;
	struct arena *arena = boot->arena;
	struct table table = { .arena = arena };
	struct bytes bytes;

	const size_t faults = host->nfaults;
	if (!host_load(host, FACT_MOUNTS, ASPECT_BOOT, path, &bytes))
		return host->nfaults == faults;
	const char *why = parse_table(&table, &bytes, "none /none none none 0 0\n");
	if (why) {
		host_fault(host, FACT_MOUNTS, ASPECT_BOOT, path, "%s", why);
		close_table(&table);
		return false;
	}
	for (size_t i = 0; i < table.nbad; ++i)
		add_defect(boot, NULL, "has a line that is dropped without a word, since it is no entry of fstab(5)",
		           "device, mount point, type, options", "a line that cannot be parsed",
		           arena_text(arena, "%s:%u", path, table.bad[i]));
	struct walk walk = { .table = &table };
	for (struct libmnt_fs *fs; (fs = next_entry(&walk));) {
		const char *target = or_empty(mnt_fs_get_target(fs)), *type = or_empty(mnt_fs_get_fstype(fs));
		const char *options = mnt_fs_get_options(fs);

		if (*target != '/' || strcmp(type, "swap") == 0 || strcmp(type, "ignore") == 0)
			continue;
		boot->lines = arena_grow(arena, boot->lines, boot->nlines, sizeof *boot->lines);
		boot->lines[boot->nlines++] = (struct plan) {
			.mount = {
				.root = "/",
				.target = resolve(boot, target),
				.type = arena_copy(arena, type),
				.device = arena_copy(arena, or_empty(mnt_fs_get_source(fs))),
				.options = options && *options ? arena_copy(arena, options) : "defaults",
				.source = arena_text(arena, "%s:%u", path, walk.line),
			},
			.line = walk.line,
		};
	}
	mnt_free_iter(walk.iter);
	close_table(&table);
	return true;
}

static struct plan *find_line(struct boot *boot, const char *target) {
	for (size_t i = 0; i < boot->nlines; ++i)
		if (strcmp(boot->lines[i].mount.target, target) == 0)
			return &boot->lines[i];
	return NULL;
}

/** Deal with the lines of that target behind the first: say of each that it is one too many. */
static void finish_lines(struct boot *boot, struct plan *first) {
	const char *subject = temporary_at(boot, first->mount.target);

	first->done = true;
	for (struct plan *line = first + 1; line < boot->lines + boot->nlines; ++line) {
		if (strcmp(line->mount.target, first->mount.target) != 0)
			continue;
		line->done = true;
		if (subject)
			add_defect(boot, subject,
			           boot->host->units->systemd
			                   ? "has two lines in fstab, of which systemd takes only the first"
			                   : "has two lines in fstab, which are both mounted: the last one shows",
			           "one definition", arena_text(boot->arena, "also %s", first->mount.source),
			           line->mount.source);
	}
}

static void add_root_mount(struct boot *boot) {
	struct plan *line = find_line(boot, "/");

	add_mount(boot, line ? &line->mount
	                     : &(const struct mount) {
	                               .root = "/",
	                               .target = "/",
	                               .type = "auto",
	                               .device = "",
	                               .options = "defaults",
	                               .source = "default",
	                       });
	if (line)
		finish_lines(boot, line);
}

/** Names of mount units: systemd.unit(5), "String Escaping For Inclusion In Unit Names". */
static const char *unit_name(struct arena *arena, const char *target) {
	struct builder name = { .arena = arena };

	if (strcmp(target, "/") == 0)
		return "-.mount";
	for (const char *at = target + 1; *at; ++at) {
		const unsigned char byte = (unsigned char)*at;

		if (byte == '/')
			builder_text(&name, "-");
		else if ((byte < 0x80 && isalnum(byte)) || byte == ':' || byte == '_' ||
		         (byte == '.' && at > target + 1))
			builder_bytes(&name, at, 1);
		else
			builder_format(&name, "\\x%02x", byte);
	}
	builder_text(&name, ".mount");
	return builder_string(&name);
}

/** The path that a mount unit's name stands for; NULL if the unit is no mount, or its name no path. */
static const char *unit_target(struct arena *arena, const char *name) {
	struct builder path = { .arena = arena };
	const size_t length = strlen(name);

	if (!text_ends(name, ".mount") || memchr(name, '@', length))
		return NULL;
	if (strcmp(name, "-.mount") == 0)
		return "/";
	builder_text(&path, "/");
	for (const char *at = name; at < name + length - strlen(".mount"); ++at) {
		uint64_t byte;

		if (*at == '-') {
			builder_text(&path, "/");
		} else if (*at == '\\') {
			if (at[1] != 'x' || !text_number(arena_bytes(arena, at + 2, 2), 16, 0xff, &byte) || byte == 0)
				return NULL;
			builder_bytes(&path, &(char) { (char)byte }, 1);
			at += 3;
		} else {
			builder_bytes(&path, at, 1);
		}
	}
	return builder_string(&path);
}

/** A setting's value with %% made one percent sign.  Other specifiers stay: they depend on the running host. */
static const char *unit_value(struct arena *arena, const char *value) {
	char *text = arena_copy(arena, value), *to = text;

	for (const char *at = text; *at; ++at) {
		*to++ = *at;
		if (at[0] == '%' && at[1] == '%')
			++at;
	}
	*to = '\0';
	return text;
}

/** Targets that every boot reaches, or may reach: systemd.special(7). */
static const char *const boot_targets[] = {
	"default.target",
	"local-fs.target",
	"local-fs-pre.target",
	"sysinit.target",
	"basic.target",
	"graphical.target",
	"multi-user.target",
	"remote-fs.target",
	"swap.target",
	"sockets.target",
	"timers.target",
	"paths.target",
	"slices.target",
	"getty.target",
	"network-online.target",
	"network.target",
	"remote-fs-pre.target",
	"umount.target",
	NULL,
};

static bool is_listed(const char *const *names, size_t count, const char *name) {
	for (size_t i = 0; i < count; ++i)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/** Whether a list of words has the word. */
static bool has_word(const char *words, const char *word) {
	static const char blanks[] = " \t";
	const size_t length = strlen(word);

	for (words += strspn(words, blanks); *words; words += strspn(words, blanks)) {
		size_t here = strcspn(words, blanks);

		if (here == length && strncmp(words, word, length) == 0)
			return true;
		words += here;
	}
	return false;
}

static bool is_boot_target(const char *name) {
	return is_listed(boot_targets, sizeof boot_targets / sizeof *boot_targets - 1, name);
}

static bool pulls(const struct unit *unit, const char *name) {
	static const char *const keys[] = { "Wants", "Requires", "BindsTo", "Upholds" };

	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting)
		if (strcmp(setting->section, "Unit") == 0 &&
		    is_listed(keys, sizeof keys / sizeof *keys, setting->key) && has_word(setting->value, name))
			return true;
	return false;
}

/** Whether a boot starts the unit: a link or another unit's setting pulls it in, and so on up to a target of the boot.
 */
static bool is_pulled_in(struct boot *boot, const char *name) {
	enum { MOST = 64 };
	const struct units *units = boot->host->units;
	const char *names[MOST] = { name };
	size_t count = 1;

	for (size_t i = 0; i < count; ++i) {
		const struct unit *unit = unit_find(units, names[i]);

		if (is_boot_target(names[i]))
			return true;
		for (const char *const *link = unit ? unit->wanted_by : NULL; link && *link; ++link) {
			const char *end = strrchr(*link, '/');
			const char *parent = end;

			while (parent > *link && parent[-1] != '/')
				--parent;
			const char *dot = end;
			while (dot > parent && *dot != '.')
				--dot;
			parent = arena_bytes(boot->arena, parent, (size_t)(dot - parent));
			/* Most are found here, before the settings of all units are looked through. */
			if (is_boot_target(parent))
				return true;
			if (count < MOST && !is_listed(names, count, parent))
				names[count++] = parent;
		}
		for (size_t k = 0; k < units->nunits; ++k)
			if (count < MOST && !units->units[k].masked && pulls(&units->units[k], names[i]) &&
			    !is_listed(names, count, units->units[k].name))
				names[count++] = units->units[k].name;
	}
	return false;
}

/** Whether the unit's conditions hold, as far as the files of the tree decide them. */
static bool conditions_hold(struct boot *boot, const struct unit *unit) {
	bool hold = true;

	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting) {
		if (strcmp(setting->section, "Unit") != 0 || strcmp(setting->key, "ConditionPathIsSymbolicLink") != 0)
			continue;
		const char *path = setting->value;
		if (!*path) {
			hold = true;
			continue;
		}
		const bool negated = *path == '!';
		path += negated;
		if (*path == '/' && strlen(path) < PATH_MAX && (look_at(boot, path).target != NULL) == negated)
			hold = false;
	}
	return hold;
}

static bool is_from(const struct unit_setting *setting, const char *path) {
	const size_t length = strlen(path);

	return strncmp(setting->source, path, length) == 0 && setting->source[length] == ':';
}

static bool is_options(const struct unit_setting *setting) {
	return strcmp(setting->section, "Mount") == 0 && strcmp(setting->key, "Options") == 0;
}

/** Whether what replaces a list of options still has the one that begins at option. */
static bool is_kept(const char *option, size_t length, const char *replacement) {
	static const char *const without_loss[] = {
		"defaults",   "rw",    "async",   "auto",        "suid",          "dev",      "exec",       "relatime",
		"norelatime", "atime", "noatime", "strictatime", "nostrictatime", "diratime", "nodiratime",
	};
	char name[32];
	size_t end = 0;

	while (end < length && option[end] != '=')
		++end;
	if (end == 0 || end >= sizeof name || ((option[0] == 'x' || option[0] == 'X') && option[1] == '-'))
		return true;
	memcpy(name, option, end);
	name[end] = '\0';
	if (is_listed(without_loss, sizeof without_loss / sizeof *without_loss, name))
		return true;
	for (size_t i = 0; i < OPTION_FLAGS; ++i)
		if (strcmp(option_flags[i].name, name) == 0)
			return flags_of(replacement) & option_flags[i].flag;
	return has_option(replacement, name);
}

/** The options that are lost where one Options= replaces another; empty: none. */
static const char *find_lost(struct arena *arena, const char *options, const char *replacement) {
	struct builder lost = { .arena = arena };

	while (*options) {
		size_t length = strcspn(options, ",");

		if (!is_kept(options, length, replacement)) {
			builder_text(&lost, lost.length ? "," : "");
			builder_bytes(&lost, options, length);
		}
		options += length;
		options += *options == ',';
	}
	return builder_string(&lost);
}

/** Lay the drop-ins' settings over what the unit or the line of fstab says; each Options= replaces the one before it.
 */
static void apply_settings(struct boot *boot, const struct unit *unit, bool fragment, const char *subject,
                           struct mount *mount) {
	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting) {
		const bool of_fragment = unit->path && is_from(setting, unit->path);

		if ((of_fragment && !fragment) || strcmp(setting->section, "Mount") != 0)
			continue;
		const char *value = unit_value(boot->arena, setting->value);
		if (strcmp(setting->key, "What") == 0)
			mount->device = value;
		if (strcmp(setting->key, "Type") == 0)
			mount->type = *value ? value : "auto";
		if (!is_options(setting))
			continue;
		if (subject && !of_fragment) {
			const char *lost = find_lost(boot->arena, mount->options, value);

			if (*lost)
				add_defect(boot, subject,
				           arena_text(boot->arena,
				                      "loses %s: the drop-in's Options= replaces the whole list", lost),
				           without_secrets(boot->arena, mount->options),
				           *value ? without_secrets(boot->arena, value) : "no options",
				           setting->source);
		}
		mount->options = *value ? value : "defaults";
		mount->source = setting->source;
	}
}

/** Say what is wrong with lines of the unit and its drop-ins. */
static void tell_bad_lines(struct boot *boot, const struct unit *unit, const char *subject) {
	for (const struct unit_defect *defect = boot->host->units->defects; defect->source; ++defect) {
		const struct unit_setting line = { .source = defect->source };
		bool own = unit->path && is_from(&line, unit->path);

		for (const char *const *dropin = unit->dropins; dropin && *dropin; ++dropin)
			own |= is_from(&line, *dropin);
		if (own)
			add_defect(boot, subject,
			           arena_text(boot->arena, "has a line in its unit that %s", defect->why),
			           "a setting of systemd.mount(5)", "a line that systemd ignores", defect->source);
	}
}

static bool is_in_etc(const char *path) {
	return path && text_path_within(path, "/etc");
}

/** Add the mount that a unit file and its drop-ins describe, if it is one. */
static void add_unit_mount(struct boot *boot, const struct unit *unit, const char *target, const char *subject) {
	const struct unit_setting *what = unit_setting(unit, "Mount", "What");
	const struct unit_setting *where = unit_setting(unit, "Mount", "Where");
	struct mount mount = {
		.root = "/",
		.target = target,
		.type = "auto",
		.device = "",
		.options = "defaults",
		.source = what ? what->source : unit->path,
	};

	/* Such a unit is never started; its line is told of with the others that are bad. */
	if (unit->broken)
		return;
	if (!what || (where && strcmp(unit_value(boot->arena, where->value), target) != 0)) {
		if (subject)
			add_defect(boot, subject,
			           what ? "is not what Where= of its unit says, so that systemd refuses the unit"
			                : "has a unit without What=, which systemd refuses",
			           what ? arena_text(boot->arena, "Where=%s", target) : "What=",
			           what ? arena_text(boot->arena, "Where=%s", where->value) : "nothing",
			           what ? where->source : unit->path);
		return;
	}
	apply_settings(boot, unit, true, subject, &mount);
	if (conditions_hold(boot, unit))
		add_mount(boot, &mount);
}

/** Whether the automount unit of that mount is in force. */
static bool has_automount(struct boot *boot, const char *name) {
	const char *automount = arena_text(boot->arena, "%.*sautomount", (int)(strlen(name) - strlen("mount")), name);
	const struct unit *unit = unit_find(boot->host->units, automount);

	return unit && unit->path && !unit->masked && is_pulled_in(boot, automount);
}

/** Whether a boot starts what a line of fstab describes: local-fs.target wants it, or what it names in its place. */
static bool is_wanted(struct boot *boot, const char *options) {
	static const char *const keys[] = { "x-systemd.wanted-by=", "x-systemd.required-by=" };
	bool named = false;

	for (const char *option = options; *option; option += *option == ',') {
		const size_t length = strcspn(option, ",");

		for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i) {
			if (!text_starts(option, keys[i]))
				continue;
			named = true;
			if (is_pulled_in(boot,
			                 arena_bytes(boot->arena, option + strlen(keys[i]), length - strlen(keys[i]))))
				return true;
		}
		option += length;
	}
	return !named && !has_option(options, "noauto");
}

/** A line of fstab, as systemd takes it: the first of its target. */
static void plan_line(struct boot *boot, struct plan *line) {
	struct mount *mount = &line->mount;
	/* Of others nothing is asked but what a bind mount may show, and there may be very many. */
	if (!is_above_temporary(boot, mount->target)) {
		if (!has_option(mount->options, "noauto"))
			add_mount(boot, mount);
		return;
	}
	const char *subject = temporary_at(boot, mount->target);
	const char *name = unit_name(boot->arena, mount->target);
	const struct unit *unit = unit_find(boot->host->units, name);
	const char *options = mount->options;

	finish_lines(boot, line);
	const bool automatic = has_option(options, "x-systemd.automount");
	const bool wanted = is_wanted(boot, options);
	if (unit && subject)
		tell_bad_lines(boot, unit, subject);
	if (unit && (is_in_etc(unit->masked) || is_in_etc(unit->path))) {
		if (subject)
			add_defect(boot, subject,
			           unit->masked ? "has a line in fstab that a mask in /etc disables"
			                        : "has a line in fstab that a unit in /etc takes the place of",
			           "fstab line in force",
			           unit->masked ? arena_text(boot->arena, "masked by %s (%s)", unit->masked, unit->mask)
			                        : arena_text(boot->arena, "replaced by %s", unit->path),
			           unit->masked ? unit->masked : unit->path);
		/* The generator's link to the name stands, whoever describes it. */
		if (!unit->masked && (wanted || automatic || is_pulled_in(boot, name)))
			add_unit_mount(boot, unit, mount->target, subject);
		return;
	}
	if (!automatic && !wanted && !is_pulled_in(boot, name) && !has_automount(boot, name)) {
		if (subject)
			add_defect(boot, subject, "has a line in fstab that is not mounted at boot", "mounted at boot",
			           options, mount->source);
		return;
	}
	if (unit)
		apply_settings(boot, unit, false, subject, mount);
	if (!unit || conditions_hold(boot, unit))
		add_mount(boot, mount);
}

/** A unit for which fstab has no line. */
static void plan_unit(struct boot *boot, const struct unit *unit, const char *target) {
	const char *subject = temporary_at(boot, target);

	if (subject)
		tell_bad_lines(boot, unit, subject);
	if (unit->masked)
		return;
	if (!unit->path) {
		if (subject && is_in_etc(unit->dropins[0]))
			add_defect(boot, subject, "has a drop-in for a mount unit that there is not", "a unit in force",
			           "a drop-in alone", unit->dropins[0]);
		return;
	}
	if (is_pulled_in(boot, unit->name) || has_automount(boot, unit->name)) {
		add_unit_mount(boot, unit, target, subject);
		return;
	}
	if (subject && is_in_etc(unit->path))
		add_defect(boot, subject, "has a unit in /etc that nothing pulls in", "enabled", "not enabled",
		           unit->path);
}

/** Where /run/lock stands among them. */
enum { LOCK = 3 };

/**
 * What process 1 mounts before it reads any configuration.  A line of fstab for one of them is a remount, which
 * takes the line's options and keeps none of these: systemd-remount-fs(8).  The initial RAM disk may have been first.
 */
static const struct mount early_mounts[] = {
	{ .root = "/", .target = "/dev", .type = "devtmpfs", .device = "devtmpfs", .options = "mode=0755,nosuid" },
	{ .root = "/", .target = "/dev/shm", .type = "tmpfs", .device = "tmpfs", .options = "mode=1777,nosuid,nodev" },
	{ .root = "/", .target = "/run", .type = "tmpfs", .device = "tmpfs", .options = "mode=0755,nosuid,nodev" },
	/* Debian up to 12; later ones have a unit for it. */
	[LOCK] = { .root = "/",
	           .target = "/run/lock",
	           .type = "tmpfs",
	           .device = "tmpfs",
	           .options = "mode=1777,nosuid,nodev,noexec,size=5M" },
};

static void plan_early(struct boot *boot) {
	const struct units *units = boot->host->units;

	for (size_t i = 0; i < sizeof early_mounts / sizeof *early_mounts; ++i) {
		struct mount mount = early_mounts[i];
		const char *name = unit_name(boot->arena, mount.target);
		const struct unit *unit = unit_find(units, name);
		struct plan *line = units->systemd ? find_line(boot, mount.target) : NULL;
		const char *subject = temporary_at(boot, mount.target);

		if (i == LOCK && units->systemd && unit && (unit->path || unit->masked))
			continue;
		mount.source = "default";
		if (line) {
			finish_lines(boot, line);
			mount.options = line->mount.options;
			mount.source = line->mount.source;
		}
		if (units->systemd && subject && unit && is_in_etc(unit->path))
			add_defect(boot, subject, "is mounted by process 1 before it reads the unit in /etc",
			           "a line in fstab", "a unit without effect", unit->path);
		add_mount(boot, &mount);
	}
}

static int compare_targets(const void *a, const void *b) {
	const struct mount *left = a, *right = b;

	return strcmp(left->target, right->target);
}

/** What systemd mounts: systemd.mount(5), systemd-fstab-generator(8). */
static void plan_systemd(struct boot *boot) {
	const struct units *units = boot->host->units;
	const size_t early = boot->count;

	for (size_t i = 0; i < boot->nlines; ++i)
		if (!boot->lines[i].done)
			plan_line(boot, &boot->lines[i]);
	for (const struct unit *unit = units->units; unit < units->units + units->nunits; ++unit) {
		const char *target = unit_target(boot->arena, unit->name);

		if (!target || !is_above_temporary(boot, target) || find_line(boot, target) || strcmp(target, "/") == 0)
			continue;
		bool known = false;
		for (size_t i = 0; i < early; ++i)
			known |= strcmp(boot->mounts[i].target, target) == 0;
		if (!known)
			plan_unit(boot, unit, target);
	}
	/* A mount waits for those that it lies below. */
	if (boot->count)
		qsort(boot->mounts, boot->count, sizeof *boot->mounts, compare_targets);
}

/** What `mount -a` mounts, one line after another. */
static void plan_lines(struct boot *boot) {
	for (size_t i = 0; i < boot->nlines; ++i) {
		struct plan *line = &boot->lines[i];
		const char *subject = temporary_at(boot, line->mount.target);

		if (strcmp(line->mount.target, "/") == 0)
			continue;
		if (!line->done && is_above_temporary(boot, line->mount.target))
			finish_lines(boot, line);
		if (!has_option(line->mount.options, "noauto"))
			add_mount(boot, &line->mount);
		else if (subject)
			add_defect(boot, subject, "has a line in fstab that is not mounted at boot: noauto",
			           "mounted at boot", line->mount.options, line->mount.source);
	}
}

/** Options that no map of libmount has: of file systems, of quotas, of systemd. */
static const char *const other_options[] = {
	"size",
	"nr_blocks",
	"nr_inodes",
	"mode",
	"uid",
	"gid",
	"huge",
	"mpol",
	"inode32",
	"inode64",
	"noswap",
	"casefold",
	"strict_encoding",
	"swap",
	"usrquota",
	"grpquota",
	"prjquota",
	"quota",
	"noquota",
	"usrjquota",
	"grpjquota",
	"jqfmt",
	"usrquota_block_hardlimit",
	"usrquota_inode_hardlimit",
	"grpquota_block_hardlimit",
	"grpquota_inode_hardlimit",
	"nofail",
	"fail",
	"nobarrier",
	"barrier",
	"discard",
	"nodiscard",
	"nodelalloc",
	"delalloc",
	"noload",
	"norecovery",
	"noacl",
	"acl",
	"nouser_xattr",
	"user_xattr",
	"nogrpid",
	"grpid",
	"nobh",
	"bh",
	"noinit_itable",
	"init_itable",
	"nodioread_lock",
	"nombcache",
	"noauto_da_alloc",
	"auto_da_alloc",
	"nodatacow",
	"nodatasum",
	"notreelog",
	"nospace_cache",
	"noinode_cache",
	"nouuid",
	"noalign",
	"noikeep",
	"nolargeio",
	"noattr2",
	"noac",
	"noacl",
	"nocto",
	"nolock",
	"noresvport",
	"nosharecache",
	"nordirplus",
	"noextend",
	"nodfs",
	"noperm",
	"noserverino",
	"noinline_data",
	"noinline_dentry",
	"noextent_cache",
	"noheap",
	"fscontext",
	"defcontext",
	"rootcontext",
	"context",
	"seclabel",
	"lowerdir",
	"upperdir",
	"workdir",
	"subvol",
	"subvolid",
	"compress",
	"ssd",
	"errors",
	"commit",
	"data",
	"stripe",
	NULL,
};

static const char *const protective[] = { "nosuid", "nodev", "noexec", "nosymfollow", NULL };

static bool is_in_map(int map, const char *name) {
	for (const struct libmnt_optmap *entry = mnt_get_builtin_optmap(map); entry && entry->name; ++entry) {
		size_t length = strcspn(entry->name, "=[");

		if (strncmp(entry->name, name, length) == 0 && name[length] == '\0')
			return true;
	}
	return false;
}

static bool is_in_list(const char *const *names, const char *name) {
	for (; *names; ++names)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/** The protective option that a name without meaning was most likely meant to be, or NULL. */
static const char *meant_option(const char *name) {
	char plain[16];
	size_t length = 0;

	for (const char *at = name; *at; ++at) {
		if (*at == '-' || *at == '_')
			continue;
		if (length == sizeof plain - 1)
			return NULL;
		plain[length++] = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	}
	plain[length] = '\0';
	if (is_in_list(protective, plain))
		return text_nearest(plain, protective);
	return length > 3 && plain[0] == 'n' ? text_nearest(plain, protective) : NULL;
}

/** Say which options of a temporary mount are none. */
static void tell_unknown(struct boot *boot, const struct mount *mount, const char *subject) {
	char *rest = arena_copy(boot->arena, mount->options);
	char *name, *value;
	size_t length, value_length;

	while (mnt_optstr_next_option(&rest, &name, &length, &value, &value_length) == 0) {
		const char *word = arena_bytes(boot->arena, name, length), *expected = NULL, *message = NULL;

		if (is_in_list(protective, word)) {
			if (value) {
				expected = word;
				message =
				        "has an option with a value that it does not take, which is ignored or refused";
			}
		} else if (!is_in_map(MNT_LINUX_MAP, word) && !is_in_map(MNT_USERSPACE_MAP, word) &&
		           !is_in_list(other_options, word) && !text_starts(word, "x-") && !text_starts(word, "X-")) {
			expected = meant_option(word);
			message = "has a misspelt option";
			if (!expected && strcmp(mount->type, "tmpfs") == 0) {
				expected = "options of tmpfs(5)";
				message = "has an option that tmpfs does not know, so that it is not mounted";
			}
		}
		if (expected)
			add_defect(boot, subject, message, expected,
			           value ? arena_text(boot->arena, "%s=%.*s", word, (int)value_length, value) : word,
			           mount->source);
	}
}

/** A mount of which nothing is known but that what would describe it could not be read. */
static void add_unknown_mount(struct boot *boot, const char *target) {
	add_mount(boot, &(const struct mount) {
	                        .root = "/",
	                        .target = target,
	                        .type = "auto",
	                        .device = "",
	                        .options = "defaults",
	                        .source = fstab,
	                        .unknown = true,
	                });
}

/** Put an unknown mount wherever a unit, or a directory of units, could not be read. */
static void add_unread_units(struct boot *boot) {
	const struct host *host = boot->host;

	for (size_t i = 0; i < TEMPORARY; ++i) {
		const char *name = arena_text(boot->arena, "/%s", unit_name(boot->arena, boot->temporary[i]));
		bool unread = false;

		for (size_t k = 0; k < host->nfaults; ++k) {
			const struct fault *fault = &host->faults[k];

			if (fault->facts & FACT_MOUNTS && fault->aspect == ASPECT_BOOT)
				unread |= strstr(fault->subject, name) || text_ends(fault->subject, "/system");
		}
		if (unread)
			add_unknown_mount(boot, boot->temporary[i]);
	}
}

/** What a bind mount shows: the mount that its device lies on; NULL: it is no bind mount, or that is not known. */
static struct mount *shown_by(struct boot *boot, const struct mount *mount, unsigned long *flags) {
	struct mount *shown = NULL;

	*flags = 0;
	mnt_optstr_get_flags(mount->options, flags, mnt_get_builtin_optmap(MNT_LINUX_MAP));
	if (!(*flags & MS_BIND) || mount->device[0] != '/')
		return NULL;
	const char *device = resolve(boot, mount->device);
	for (size_t i = 0; i < boot->count; ++i)
		if (text_path_within(device, boot->mounts[i].target) &&
		    strcmp(boot->mounts[i].target, mount->target) != 0)
			shown = &boot->mounts[i];
	return shown;
}

/** Give a bind mount what mount(8) gives it: flags of its own if its options have any, else those of what it shows. */
static void bind_mount(struct boot *boot, struct mount *mount) {
	enum { MOST = 8 };
	struct mount *chain[MOST], *last = mount;
	unsigned long flags[MOST];
	size_t count = 0;

	for (struct mount *shown; count < MOST - 1 && (shown = shown_by(boot, last, &flags[count])); last = shown)
		chain[count++] = last;
	for (; count-- > 0; last = chain[count]) {
		chain[count]->type = last->type;
		chain[count]->unknown |= last->unknown;
		if (!(flags[count] & ~(unsigned long)(MS_BIND | MS_REC)))
			chain[count]->flags = last->flags;
	}
}

static void bind_mounts(struct boot *boot) {
	for (size_t i = 0; i < TEMPORARY; ++i) {
		struct mount *mount = NULL;

		for (size_t k = 0; k < boot->count; ++k)
			if (text_path_within(boot->temporary[i], boot->mounts[k].target))
				mount = &boot->mounts[k];
		if (mount)
			bind_mount(boot, mount);
	}
}

static int compare_defects(const void *a, const void *b) {
	const struct mount_defect *left = a, *right = b;
	int order = strcmp(or_empty(left->target), or_empty(right->target));

	if (!order)
		order = strcmp(left->source, right->source);
	return order ? order : strcmp(left->message, right->message);
}

static void gather_boot(struct host *host, struct mount_view *view) {
	struct boot boot = { .host = host, .arena = &host->arena };

	boot.paths = arena_array(boot.arena, PATH_HASHES, sizeof(struct known_path *));

	for (size_t i = 0; i < TEMPORARY; ++i)
		boot.temporary[i] = resolve(&boot, temporary[i]);
	if (read_fstab(&boot)) {
		add_root_mount(&boot);
		plan_early(&boot);
		if (host->units->systemd)
			plan_systemd(&boot);
		else
			plan_lines(&boot);
		bind_mounts(&boot);
		add_unread_units(&boot);
	} else {
		add_unknown_mount(&boot, "/");
	}
	for (size_t i = 0; i < boot.count; ++i) {
		const char *subject = temporary_at(&boot, boot.mounts[i].target);

		if (subject)
			tell_unknown(&boot, &boot.mounts[i], subject);
	}
	if (boot.ndefects)
		qsort(boot.defects, boot.ndefects, sizeof *boot.defects, compare_defects);
	*view = (struct mount_view) {
		.aspect = ASPECT_BOOT,
		.source = "/etc/fstab",
		.mounts = boot.mounts,
		.nmounts = boot.count,
		.defects = boot.defects ? boot.defects : arena_array(boot.arena, 1, sizeof *boot.defects),
	};
}

void mounts_gather(struct host *host) {
	struct mount_view *views = arena_array(&host->arena, 3, sizeof *views);
	uint64_t memory = host->tree.live ? find_memory(host) : 0;
	size_t count = 0;

	if (host->tree.live && gather_live(host, &views[count]))
		views[count++].memory = memory;
	gather_boot(host, &views[count]);
	views[count].memory = memory;
	host->mount_views = views;
}

/* What checks and other facts ask. */

const struct mount *mount_covering(const struct mount_view *view, const char *path, uint64_t id) {
	const struct mount *found = NULL;

	if (view->aspect == ASPECT_LIVE && id) {
		if (view->by_id)
			return find_id(view->by_id, view->nmounts, (int)id);
		for (size_t i = 0; i < view->nmounts; ++i)
			if ((uint64_t)view->mounts[i].id == id)
				return &view->mounts[i];
		return NULL;
	}
	for (size_t i = 0; path && i < view->nmounts; ++i)
		if (!view->mounts[i].outside && text_path_within(path, view->mounts[i].target))
			found = &view->mounts[i];
	return found;
}

bool mount_is_own(const struct mount *mount, const char *path) {
	return !mount->outside && strcmp(mount->target, path) == 0;
}

bool mount_has_option(const struct mount *mount, const char *option) {
	for (size_t i = 0; i < OPTION_FLAGS; ++i)
		if (strcmp(option_flags[i].name, option) == 0)
			return mount->flags & option_flags[i].flag;
	return has_option(or_empty(mount->options), option) || has_option(or_empty(mount->super_options), option);
}

struct mount_limit mount_limit(const struct mount *mount, const char *option) {
	static const char units[] = "kmgtpe";
	const char *options = or_empty(mount->super_options);
	const size_t length = strlen(option);
	struct mount_limit limit = { 0 };

	while (*options) {
		size_t word = strcspn(options, ",");

		if (word > length + 1 && strncmp(options, option, length) == 0 && options[length] == '=') {
			char *end;
			uint64_t number = strtoull(options + length + 1, &end, 0);
			const char *unit = *end ? strchr(units, *end | 0x20) : NULL;

			limit = (struct mount_limit) { .stated = true };
			if (*end == '%')
				limit.percent = number;
			else if (__builtin_mul_overflow(number, UINT64_C(1) << (unit ? 10 * (unit - units + 1) : 0),
			                                &limit.value))
				limit.value = UINT64_MAX;
		}
		options += word;
		options += *options == ',';
	}
	return limit;
}

const struct mount *mount_by_id(const struct mount_view *views, uint64_t id) {
	for (const struct mount_view *view = views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE && id)
			return mount_covering(view, NULL, id);
	return NULL;
}

static bool is_type(const char *const *types, const char *type) {
	return is_in_list(types, text_starts(type, overlay_over) ? type + sizeof overlay_over - 1 : type);
}

bool mount_any_layer(const struct mount *mount, bool (*test)(const void *context, const char *layer, size_t length),
                     const void *context) {
	static const char *const keys[] = { "lowerdir=", "lowerdir+=", "datadir+=", "upperdir=" };

	if (!text_starts(mount->type, "overlay") || !mount->super_options)
		return false;
	for (const char *option = mount->super_options; *option;) {
		const char *end = option + strcspn(option, ",");

		for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i) {
			if (!text_starts(option, keys[i]))
				continue;
			for (const char *layer = option + strlen(keys[i]); layer < end;) {
				const size_t length = strcspn(layer, ":,");

				if (length && test(context, layer, length))
					return true;
				layer += length;
				layer += layer < end && *layer == ':';
			}
		}
		option = *end ? end + 1 : end;
	}
	return false;
}

bool mount_type_local(const char *type) {
	static const char *const types[] = {
		"ext2",     "ext3",     "ext4",   "xfs",       "btrfs",       "f2fs",    "jfs",      "reiserfs",
		"nilfs2",   "bcachefs", "zfs",    "tmpfs",     "ramfs",       "rootfs",  "devtmpfs", "overlay",
		"squashfs", "erofs",    "cramfs", "romfs",     "iso9660",     "udf",     "vfat",     "msdos",
		"exfat",    "ntfs3",    "hfs",    "hfsplus",   "ubifs",       "jffs2",   "proc",     "sysfs",
		"mqueue",   "devpts",   "cgroup", "cgroup2",   "securityfs",  "debugfs", "tracefs",  "configfs",
		"pstore",   "efivarfs", "bpf",    "hugetlbfs", "binfmt_misc", "fusectl", "minix",    NULL,
	};

	return is_type(types, type);
}

bool mount_type_network(const char *type) {
	static const char *const types[] = {
		"nfs",         "nfs4",      "cifs",  "smb3",        "smbfs",          "9p",
		"ceph",        "afs",       "ncpfs", "ncp",         "coda",           "lustre",
		"glusterfs",   "orangefs",  "pvfs2", "fuse.sshfs",  "fuse.glusterfs", "fuse.s3fs",
		"fuse.rclone", "fuse.ceph", "davfs", "fuse.davfs2", "fuse.curlftpfs", NULL,
	};

	return is_type(types, type);
}

bool mount_type_ownerless(const char *type) {
	static const char *const types[] = {
		"vfat",    "msdos",        "umsdos", "fat",  "exfat", "fuse.exfat", "ntfs", "ntfs3", "ntfs-3g",
		"fuseblk", "fuse.ntfs-3g", "hfs",    "cifs", "smb3",  "smbfs",      "9p",   NULL,
	};

	return is_type(types, type);
}

struct usage usage_read(int pinned) {
	struct statvfs status;

	if (fstatvfs(pinned, &status) < 0)
		return (struct usage) { 0 };
	return (struct usage) {
		.known = true,
		.bytes_total = (uint64_t)status.f_blocks * status.f_frsize,
		.bytes_free = (uint64_t)status.f_bavail * status.f_frsize,
		.inodes_total = status.f_files,
		.inodes_free = status.f_favail,
	};
}
