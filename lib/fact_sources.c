#include "cleanup.h"
#include "elf.h"
#include "host.h"
#include "parse_source.h"
#include "sources.h"
#include "text.h"
#include "walk.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** What is kept: files with findings, files that were not examined, findings in all. */
enum { MOST_SOURCES = 5000, MOST_TROUBLES = 1000, MOST_PLACES = 256 };

/**
 * Scripts above that size, in bytes, are read one after another when the walk is done, and no buffer above it is kept:
 * to follow one takes several times its size, and threads that did so side by side would take as many times that.
 * At most MOST_LARGE wait.
 */
enum { LARGE = 1 << 20, MOST_LARGE = 4096 };

/** A file with findings, until it is known whether there are others like it. */
struct kept {
	struct source_file source;
	uint64_t size, digest;
	bool executable;
};

/** What a thread, and in the end all of them, found. */
struct harvest {
	struct arena arena;
	struct kept *kept;
	size_t nkept;
	struct source_trouble *troubles;
	size_t ntroubles;
	size_t more[SCRIPT_CHECKS], more_troubles[SCRIPT_CHECKS];
	uint64_t examined[SCRIPT_CHECKS], suppressed[SCRIPT_CHECKS], files;
	/** Paths of scripts that wait. */
	const char **large;
	size_t nlarge;
};

struct local {
	struct harvest harvest;
	/** Memory that is used for one file after another. */
	char *buffer;
	size_t capacity;
};

struct gathering {
	struct host *host;
	struct harvest all;
	/** Only ELF files; only those of them that are set-id or have capabilities. */
	bool only_elf, only_privileged;
	/** How long the path is that was asked for: what lies above it says nothing of a file. */
	size_t above;
};

/* One file */

/** A file that is read: no lock is held and nothing of the thread's state touched while the file system is asked. */
struct reading {
	char *buffer;
	size_t capacity, size;
	int pinned, fd;
	int error;
	bool is_elf, capability, too_large;
	/** Whether it was named by itself: it is missed whatever its name and mode say. */
	bool named;
	/** Whether a large script may be left for later, and is. */
	bool may_wait, waits;
	struct statx status;
	const struct script_language *language;
	/** The name of a shell whose grammar is not known. */
	const char *other_shell;
	struct elf_facts elf;
};

static void add_trouble(struct harvest *harvest, const char *path, enum script_check check, bool note,
                        const char *message) {
	if (harvest->ntroubles == MOST_TROUBLES) {
		++harvest->more_troubles[check];
		return;
	}
	harvest->troubles =
	        arena_grow(&harvest->arena, harvest->troubles, harvest->ntroubles, sizeof *harvest->troubles);
	harvest->troubles[harvest->ntroubles++] = (struct source_trouble) {
		.path = arena_copy(&harvest->arena, path),
		.message = arena_copy(&harvest->arena, message),
		.check = check,
		.note = note,
	};
}

static bool make_room(struct reading *reading, size_t size) {
	if (size <= reading->capacity)
		return true;
	char *larger = realloc(reading->buffer, size);

	if (!larger)
		return false;
	reading->buffer = larger;
	reading->capacity = size;
	return true;
}

/** Read on until size bytes are there, or the file ends. */
static void read_up_to(struct reading *reading, size_t size) {
	if (!make_room(reading, size + 1)) {
		reading->error = -ENOMEM;
		return;
	}
	while (reading->size < size) {
		const ssize_t got =
		        pread(reading->fd, reading->buffer + reading->size, size - reading->size, (off_t)reading->size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			reading->error = -errno;
		if (got <= 0)
			return;
		reading->size += (size_t)got;
	}
}

/** Read as much of a pinned file as its kind asks for. */
static void read_file(struct reading *reading, const char *name, bool only_elf) {
	autoclose fd = tree_open_pinned(reading->pinned);
	struct arena scratch = { 0 };

	if (fd < 0) {
		reading->error = fd;
		return;
	}
	reading->fd = fd;
	read_up_to(reading, SOURCE_HEAD);
	if (reading->error)
		return;
	reading->is_elf = elf_is(reading->buffer, reading->size);
	if (reading->is_elf) {
		elf_examine(fd, &reading->elf);
	} else if (!only_elf) {
		size_t size = reading->size;
		const char *head = source_text(reading->buffer, &size, &scratch);

		reading->language = source_language(name, head, size);
		if (!reading->language)
			reading->other_shell = source_other_shell(name, head, size);
		arena_free(&scratch);
		if (reading->other_shell && reading->status.stx_size <= LARGE)
			read_up_to(reading, (size_t)reading->status.stx_size);
		if (reading->language && reading->status.stx_size > SOURCES_FILE_LIMIT)
			reading->too_large = true;
		else if (reading->language && reading->may_wait && reading->status.stx_size > LARGE)
			reading->waits = true;
		else if (reading->language)
			/* It may have grown since then: that is another file. */
			read_up_to(reading, (size_t)reading->status.stx_size);
	}
	if (reading->is_elf && reading->elf.imports)
		reading->capability = tree_has_capability(reading->pinned) > 0;
}

static uint64_t digest(const char *data, size_t size) {
	uint64_t hash = 14695981039346656037U;

	for (size_t i = 0; i < size; ++i)
		hash = (hash ^ (unsigned char)data[i]) * 1099511628211U;
	return hash;
}

static void keep(const struct gathering *gathering, struct harvest *harvest, const char *path,
                 const struct reading *reading, enum script_check check, const struct script *script) {
	struct arena *arena = &harvest->arena;
	struct script_finding *findings;
	const mode_t mode = reading->status.stx_mode;

	if (harvest->nkept == MOST_SOURCES) {
		harvest->more[check] += script->nfindings;
		return;
	}
	findings = arena_array(arena, script->nfindings + 1, sizeof *findings);
	for (size_t i = 0; i < script->nfindings; ++i) {
		findings[i] = script->findings[i];
		findings[i].text = arena_copy(arena, findings[i].text);
		findings[i].name = arena_copy(arena, findings[i].name);
		findings[i].detail = arena_copy(arena, findings[i].detail);
		findings[i].instead = arena_copy(arena, findings[i].instead);
	}
	harvest->kept = arena_grow(arena, harvest->kept, harvest->nkept, sizeof *harvest->kept);
	harvest->kept[harvest->nkept++] = (struct kept) {
		.source = {
			.path = arena_copy(arena, path),
			.check = check,
			.findings = findings,
			.nfindings = script->nfindings,
			.exposure = exposure_by_path(path + gathering->above) |
			            (mode & S_ISUID || (mode & S_ISGID && mode & S_IXGRP) ? EXPOSURE_SETID : 0) |
			            (reading->capability ? EXPOSURE_CAPABILITY : 0),
		},
		.size = reading->status.stx_size,
		.digest = reading->is_elf ? 0 : digest(reading->buffer, reading->size),
		.executable = mode & S_IXOTH,
	};
}

/** What is known of a program that imports a function, but never creates a file by its name. */
static const char *known_safe(const char *path) {
	static const struct {
		const char *name, *why;
	} rows[] = {
		{ "bash", "only names a FIFO with it, which is never made where there is /dev/fd" },
		{ "rbash", "only names a FIFO with it, which is never made where there is /dev/fd" },
		{ "zsh", "only names FIFOs and files with it that it creates exclusively" },
		{ "zsh-static", "only names FIFOs and files with it that it creates exclusively" },
		{ "busybox", "is mktemp(1) itself, among others" },
	};
	const char *name = strrchr(path, '/');

	for (size_t i = 0; name && i < sizeof rows / sizeof *rows; ++i)
		if (strcmp(name + 1, rows[i].name) == 0)
			return rows[i].why;
	/* Debian's zsh has a version: zsh5. */
	return name && text_glob("zsh[0-9]*", name + 1) ? rows[2].why : NULL;
}

static void judge_elf(const struct gathering *gathering, struct harvest *harvest, const char *path,
                      const struct reading *reading) {
	const struct elf_facts *elf = &reading->elf;
	struct arena scratch = { 0 };
	struct builder names = { .arena = &scratch };
	const char *safe = elf->imports ? known_safe(path) : NULL;

	/* Firmware and the like is not run here. */
	if (elf->why && (!elf->is_static || (reading->status.stx_mode & 0111)))
		add_trouble(harvest, path, SCRIPT_ELF, true, arena_text(&scratch, "was not examined: it %s", elf->why));
	harvest->examined[SCRIPT_ELF] += elf->code;
	for (unsigned i = 0; i < ELF_NAMES; ++i)
		if (elf->imports & 1U << i)
			builder_format(&names, "%s%s", names.length ? ", " : "", elf_names[i]);
	if (safe) {
		add_trouble(harvest, path, SCRIPT_ELF, true,
		            arena_text(&scratch, "imports %s, but %s", builder_string(&names), safe));
	} else if (elf->imports) {
		struct script_finding finding = {
			.kind = SCRIPT_IMPORT,
			.confidence = SCRIPT_MEDIUM,
			.text = builder_string(&names),
			.instead = "mkstemp(3), mkdtemp(3) or tmpfile(3)",
			.detail = elf->is_static ? "linked in statically" : NULL,
		};

		keep(gathering, harvest, path, reading, SCRIPT_ELF,
		     &(struct script) { .findings = &finding, .nfindings = 1 });
	}
	arena_free(&scratch);
}

static void judge_script(const struct gathering *gathering, struct harvest *harvest, const char *path,
                         const struct reading *reading) {
	const struct script_language *language = reading->language;
	struct arena scratch = { 0 };
	struct script script = { .pulse = gathering->host->tree.pulse };
	size_t size = reading->size;
	const char *text = source_text(reading->buffer, &size, &scratch);

	++harvest->examined[language->check];
	if (source_matters(text, size)) {
		script_analyse(language, text, size, &scratch, &script);
		harvest->suppressed[language->check] += script.suppressed;
		if (script.nfindings)
			keep(gathering, harvest, path, reading, language->check, &script);
		if (script.defect)
			add_trouble(harvest, path, language->check, false,
			            arena_text(&scratch, "was not examined to its end: it %s", script.defect));
	}
	arena_free(&scratch);
}

/** The check that an unreadable file would be for, by its name and mode; false: it would be no program. */
static bool would_be(const char *name, mode_t mode, enum script_check *check) {
	const struct script_language *language = source_language(name, "", 0);

	*check = language ? language->check : SCRIPT_ELF;
	return language || (mode & 0111) || text_ends(name, ".so");
}

static void judge(const struct gathering *gathering, struct harvest *harvest, const char *path, const char *name,
                  const struct reading *reading) {
	struct arena scratch = { 0 };
	enum script_check check;

	if (reading->waits) {
		harvest->large = arena_grow(&harvest->arena, harvest->large, harvest->nlarge, sizeof *harvest->large);
		harvest->large[harvest->nlarge++] = arena_copy(&harvest->arena, path);
		return;
	}
	++harvest->files;
	if (reading->error == -ENOENT || reading->error == -ESTALE || reading->error == -EXDEV)
		return;
	if (reading->error) {
		if (would_be(name, reading->status.stx_mode, &check) || reading->named)
			add_trouble(harvest, path, check, false,
			            arena_text(&scratch, "cannot be read: %s",
			                       host_error(gathering->host, reading->error)));
	} else if (reading->too_large) {
		add_trouble(
		        harvest, path, reading->language->check, false,
		        arena_text(&scratch, "was not examined: it is larger than %zu MiB", SOURCES_FILE_LIMIT >> 20));
	} else if (reading->is_elf) {
		judge_elf(gathering, harvest, path, reading);
	} else if (reading->language) {
		judge_script(gathering, harvest, path, reading);
	} else if (reading->other_shell && source_matters(reading->buffer, reading->size)) {
		add_trouble(
		        harvest, path, SCRIPT_SHELL, true,
		        arena_text(&scratch,
		                   "was not examined: it has a word that temporary files have, but is written for %s, "
		                   "whose grammar is not that of sh",
		                   reading->other_shell));
	}
	arena_free(&scratch);
}

/* A tree of files */

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	const struct gathering *gathering = owner;
	struct local *local = state;
	struct reading reading = { .status = *entry->status, .fd = -1 };

	if (!S_ISREG(entry->status->stx_mode) || entry->status->stx_size == 0)
		return;
	const bool set_id = (entry->status->stx_mode & S_ISUID) ||
	                    ((entry->status->stx_mode & S_ISGID) && (entry->status->stx_mode & S_IXGRP));
	if (gathering->only_privileged && !set_id && !(entry->status->stx_mode & 0111))
		return;
	const char *path = walk_path(entry);
	if (!path)
		return;
	reading.may_wait = local->harvest.nlarge < MOST_LARGE;
	/* The thread may be set aside while it asks: then nobody misses its buffer. */
	reading.buffer = local->buffer;
	reading.capacity = local->capacity;
	local->buffer = NULL;
	local->capacity = 0;
	reading.pinned = walk_pin(entry, &reading.status);
	walk_ask(entry);
	if (reading.pinned < 0)
		reading.error = reading.pinned;
	else if (!gathering->only_privileged || set_id || tree_has_capability(reading.pinned) > 0)
		read_file(&reading, entry->name, gathering->only_elf);
	if (reading.pinned >= 0)
		close(reading.pinned);
	walk_answered(entry);
	local->buffer = reading.buffer;
	local->capacity = reading.capacity;
	judge(gathering, &local->harvest, path, entry->name, &reading);
	/* One large file must not cost its memory for all that follow. */
	if (local->capacity > LARGE + 1) {
		free(local->buffer);
		local->buffer = NULL;
		local->capacity = 0;
	}
}

/** Add what one thread found to what all found. */
static void merge(struct harvest *all, const struct harvest *one) {
	struct arena *arena = &all->arena;

	for (size_t i = 0; i < one->nkept; ++i) {
		struct kept kept = one->kept[i];
		struct script_finding *findings = arena_array(arena, kept.source.nfindings + 1, sizeof *findings);

		if (all->nkept == MOST_SOURCES) {
			all->more[kept.source.check] += kept.source.nfindings;
			continue;
		}
		for (size_t k = 0; k < kept.source.nfindings; ++k) {
			findings[k] = kept.source.findings[k];
			findings[k].text = arena_copy(arena, findings[k].text);
			findings[k].name = arena_copy(arena, findings[k].name);
			findings[k].detail = arena_copy(arena, findings[k].detail);
			findings[k].instead = arena_copy(arena, findings[k].instead);
		}
		kept.source.path = arena_copy(arena, kept.source.path);
		kept.source.findings = findings;
		all->kept = arena_grow(arena, all->kept, all->nkept, sizeof *all->kept);
		all->kept[all->nkept++] = kept;
	}
	for (size_t i = 0; i < one->ntroubles; ++i)
		add_trouble(all, one->troubles[i].path, one->troubles[i].check, one->troubles[i].note,
		            one->troubles[i].message);
	for (size_t i = 0; i < one->nlarge; ++i) {
		all->large = arena_grow(arena, all->large, all->nlarge, sizeof *all->large);
		all->large[all->nlarge++] = arena_copy(arena, one->large[i]);
	}
	all->files += one->files;
	for (size_t i = 0; i < SCRIPT_CHECKS; ++i) {
		all->more[i] += one->more[i];
		all->more_troubles[i] += one->more_troubles[i];
		all->examined[i] += one->examined[i];
		all->suppressed[i] += one->suppressed[i];
	}
}

static void finish(void *owner, void *state, bool discard) {
	struct gathering *gathering = owner;
	struct local *local = state;

	if (!discard)
		merge(&gathering->all, &local->harvest);
	arena_free(&local->harvest.arena);
	free(local->buffer);
	local->buffer = NULL;
}

/** Directories that are to be walked, by path: one, and what is mounted below it. */
struct places {
	const char *paths[MOST_PLACES];
	uint64_t inodes[MOST_PLACES];
	dev_t devices[MOST_PLACES];
	size_t count;
};

/** Why a mount below what was asked for is not entered, or NULL. */
static const char *refusal(const struct host *host, uint64_t id) {
	const struct mount *mount = host->mount_views ? mount_by_id(host->mount_views, id) : NULL;

	if (!mount)
		return "mounted there from elsewhere";
	if (mount_type_local(mount->type))
		return text_equal(mount->type, "devtmpfs") ? "holds devices" : NULL;
	return mount_type_network(mount->type) ? "network file system" : "not known to be a local file system";
}

static void add_crossings(struct gathering *gathering, const struct tree *tree, struct places *places,
                          const struct shortlist *crossings) {
	struct host *host = gathering->host;

	for (size_t i = 0; i < crossings->count; ++i) {
		const char *path = crossings->items[i]->path;
		autoclose pinned = tree_pin(tree, path);
		struct statx status;
		bool seen = false;

		if (pinned < 0)
			continue;
		const char *why = refusal(host, tree_mount_id(pinned));
		if (why) {
			host_omit(host, path, why);
			continue;
		}
		if (tree_stat(pinned, &status) < 0 || !S_ISDIR(status.stx_mode))
			continue;
		const dev_t device = (dev_t)status.stx_dev_major << 32 | status.stx_dev_minor;
		for (size_t k = 0; k < places->count && !seen; ++k)
			seen = places->inodes[k] == status.stx_ino && places->devices[k] == device;
		if (seen)
			continue;
		if (places->count == MOST_PLACES) {
			host_fault(host, FACT_SOURCES, ASPECT_FILE, path, "was not examined: too much is mounted");
			continue;
		}
		places->paths[places->count] = arena_copy(&host->arena, path);
		places->inodes[places->count] = status.stx_ino;
		places->devices[places->count++] = device;
	}
}

static void tell_troubles(struct gathering *gathering, const struct walk_summary *summary) {
	struct host *host = gathering->host;

	for (size_t i = 0; i < summary->troubles.count; ++i) {
		const struct shortlist_item *item = summary->troubles.items[i];
		const char *words = walk_reason_text((enum walk_reason)item->value[0]);

		if (walk_reason_is_budget((enum walk_reason)item->value[0]))
			host_omit(host, item->path, words);
		host_fault(host, FACT_SOURCES, ASPECT_FILE, item->path, "%s%s",
		           words ? "" : "cannot be read: ", words ? words : host_error(host, (int)item->value[1]));
	}
	if (summary->troubles.total > summary->troubles.count)
		host_fault(host, FACT_SOURCES, ASPECT_FILE, "directories", "%zu more cannot be read",
		           summary->troubles.total - summary->troubles.count);
}

static int by_name(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void examine_one(struct gathering *gathering, const struct tree *tree, const char *path, bool named) {
	struct reading reading = { .fd = -1, .named = named };
	const char *name = strrchr(path, '/');
	autoclose pinned = tree_pin(tree, path);

	reading.pinned = pinned;
	if (pinned < 0 || tree_stat(pinned, &reading.status) < 0)
		reading.error = pinned < 0 ? pinned : -EIO;
	else
		read_file(&reading, name ? name + 1 : path, gathering->only_elf);
	judge(gathering, &gathering->all, path, name ? name + 1 : path, &reading);
	free(reading.buffer);
}

/** One file that is named. */
static void examine_file(struct gathering *gathering, const struct tree *tree, const char *path) {
	gathering->above = strlen(path);
	examine_one(gathering, tree, path, true);
}

/** Large scripts that were left for later, in order of their names. */
static void examine_large(struct gathering *gathering, const struct tree *tree) {
	struct harvest *all = &gathering->all;
	const char **paths = all->large;
	const size_t count = all->nlarge;

	all->large = NULL;
	all->nlarge = 0;
	if (count)
		qsort(paths, count, sizeof *paths, by_name);
	for (size_t i = 0; i < count; ++i) {
		pulse_say(gathering->host->tree.pulse, paths[i]);
		examine_one(gathering, tree, paths[i], false);
	}
}

static void walk_place(struct gathering *gathering, const struct tree *tree, const char *path, uint8_t levels,
                       struct places *places) {
	struct host *host = gathering->host;
	struct walk_summary summary = { .troubles = { .most = MOST_TROUBLES, .most_bytes = 1 << 20 },
		                        .crossings = { .most = MOST_PLACES, .most_bytes = 1 << 20 } };
	autoclose pinned = tree_pin(tree, path);

	if (pinned < 0) {
		if (!tree_absent(pinned))
			host_fault(host, FACT_SOURCES, ASPECT_FILE, path, "cannot be entered: %s",
			           host_error(host, pinned));
		return;
	}
	const struct walk_top top = { .tree = tree, .fd = pinned, .path = path, .consumers = 1 };
	const struct walk_consumer consumer = { .needs = WALK_ENTRIES,
		                                .levels = levels,
		                                .local_size = sizeof(struct local),
		                                .visit = visit,
		                                .finish = finish,
		                                .owner = gathering };
	pulse_say(host->tree.pulse, path);
	const int error = walk_run(&top, &consumer, 1,
	                           &(struct walk_limits) { .patience = host_patience(host),
	                                                   .threads = host->threads,
	                                                   .eager = levels == WALK_ALL },
	                           &summary);
	if (error == -ETIMEDOUT)
		host_fault(host, FACT_SOURCES, ASPECT_FILE, path,
		           "stopped answering while it was being read, and was not examined to its end");
	else if (error)
		host_fault(host, FACT_SOURCES, ASPECT_FILE, path, "cannot be walked: %s", host_error(host, error));
	examine_large(gathering, tree);
	tell_troubles(gathering, &summary);
	if (places)
		add_crossings(gathering, tree, places, &summary.crossings);
	shortlist_free(&summary.troubles);
	shortlist_free(&summary.crossings);
}

static void examine_path(struct gathering *gathering, const struct tree *tree, const char *path) {
	struct host *host = gathering->host;
	struct statx status;
	struct places places = { .paths = { path }, .count = 1 };
	autoclose pinned = tree_pin(tree, path);

	if (pinned < 0 || tree_stat(pinned, &status) < 0) {
		host_fault(host, FACT_SOURCES, ASPECT_FILE, path, "cannot be read: %s",
		           host_error(host, pinned < 0 ? pinned : -EIO));
		return;
	}
	if (!S_ISDIR(status.stx_mode)) {
		if (S_ISREG(status.stx_mode))
			examine_file(gathering, tree, path);
		else
			host_fault(host, FACT_SOURCES, ASPECT_FILE, path, "is no regular file and no directory");
		return;
	}
	places.inodes[0] = status.stx_ino;
	places.devices[0] = (dev_t)status.stx_dev_major << 32 | status.stx_dev_minor;
	gathering->above = text_equal(path, "/") ? 0 : strlen(path);
	for (size_t i = 0; i < places.count; ++i)
		walk_place(gathering, tree, places.paths[i], WALK_ALL, &places);
}

/* What an audit looks at by itself */

static const char *const program_directories[] = {
	"/usr/bin",   "/usr/sbin",        "/bin", "/sbin", "/usr/local/bin", "/usr/local/sbin",
	"/usr/games", "/usr/local/games", NULL,
};
static const char *const library_directories[] = {
	"/usr/lib",     "/lib",           "/usr/lib64",         "/lib64", "/usr/lib32", "/lib32",
	"/usr/libexec", "/usr/local/lib", "/usr/local/libexec", "/opt",   NULL,
};

/** Whether the directory is another name of one that stands before it. */
static bool is_alias(const struct tree *tree, const char *path) {
	char target[PATH_MAX];

	return tree_link(tree, path, target, sizeof target) == 0;
}

static void walk_directories(struct gathering *gathering, const char *const *directories, uint8_t levels) {
	const struct tree *tree = &gathering->host->tree;

	for (; *directories; ++directories) {
		gathering->above = strlen(*directories);
		if (!is_alias(tree, *directories))
			walk_place(gathering, tree, *directories, levels, NULL);
	}
}

/** The programs of services that are started at boot. */
static void examine_services(struct gathering *gathering) {
	struct host *host = gathering->host;
	const struct units *units = host->units;
	const char **done = NULL;
	size_t ndone = 0;

	for (size_t i = 0; units && i < units->nunits; ++i) {
		const struct unit *unit = &units->units[i];

		if (!unit_starts(unit) || !text_ends(unit->name, ".service") || !unit->wanted_by || !*unit->wanted_by)
			continue;
		for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting) {
			if (!text_equal(setting->section, "Service") || !text_starts(setting->key, "Exec"))
				continue;
			const char *path = setting->value + strspn(setting->value, "@-:+!|");
			struct statx status;
			bool known = *path != '/';

			path = arena_bytes(&host->arena, path, strcspn(path, " \t"));
			for (size_t k = 0; k < ndone && !known; ++k)
				known = text_equal(done[k], path);
			if (known)
				continue;
			done = arena_grow(&host->arena, done, ndone, sizeof *done);
			done[ndone++] = path;
			autoclose pinned = tree_pin(&host->tree, path);
			if (pinned >= 0 && tree_stat(pinned, &status) == 0 && S_ISREG(status.stx_mode))
				examine_file(gathering, &host->tree, path);
		}
	}
}

/* All files */

static int by_path(const void *a, const void *b) {
	return strcmp(((const struct kept *)a)->source.path, ((const struct kept *)b)->source.path);
}

static int by_content(const void *a, const void *b) {
	const struct kept *x = a, *y = b;

	if (x->digest != y->digest)
		return x->digest < y->digest ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->source.path, y->source.path);
}

static bool same_content(const struct kept *a, const struct kept *b) {
	return a->digest && a->digest == b->digest && a->size == b->size && a->source.check == b->source.check &&
	       a->source.nfindings == b->source.nfindings;
}

/** Let the first of identical files stand for them all, and what was named twice once. */
static void fold(struct harvest *all) {
	size_t count = 0;

	if (all->nkept)
		qsort(all->kept, all->nkept, sizeof *all->kept, by_content);
	for (size_t i = 0; i < all->nkept; ++i) {
		struct kept *first = count ? &all->kept[count - 1] : NULL, *kept = &all->kept[i];

		if (first && text_equal(first->source.path, kept->source.path))
			continue;
		if (!first || !same_content(first, kept)) {
			all->kept[count++] = *kept;
			continue;
		}
		/* One of them that matters is all of it. */
		first->source.exposure &= kept->source.exposure | EXPOSURE_SETID | EXPOSURE_CAPABILITY;
		first->source.exposure |= kept->source.exposure & (EXPOSURE_SETID | EXPOSURE_CAPABILITY);
		if (!first->source.copies++)
			first->source.copy = kept->source.path;
	}
	all->nkept = count;
	if (count)
		qsort(all->kept, count, sizeof *all->kept, by_path);
	/* Of ELF files there is no digest: the same path may stand there twice. */
	size_t once = 0;
	for (size_t i = 0; i < count; ++i)
		if (!once || !text_equal(all->kept[once - 1].source.path, all->kept[i].source.path))
			all->kept[once++] = all->kept[i];
	all->nkept = once;
}

static int by_trouble(const void *a, const void *b) {
	const struct source_trouble *x = a, *y = b;
	const int order = strcmp(x->path, y->path);

	return order ? order : strcmp(x->message, y->message);
}

void sources_gather(struct host *host) {
	struct sources *sources = arena_alloc(&host->arena, sizeof *sources);
	struct gathering gathering = { .host = host };
	const struct sources_request *request = host->sources_request;

	if (request) {
		for (const char *const *path = request->paths; *path; ++path)
			examine_path(&gathering, request->tree, *path);
	} else {
		gathering.only_elf = true;
		gathering.only_privileged = !host->deep;
		walk_directories(&gathering, program_directories, 1);
		gathering.only_privileged = false;
		examine_services(&gathering);
		if (host->deep)
			walk_directories(&gathering, library_directories, WALK_ALL);
	}
	struct harvest *all = &gathering.all;
	fold(all);
	/* What was found lives as long as the host. */
	struct source_file *list = arena_array(&host->arena, all->nkept + 1, sizeof *list);
	struct harvest kept = { .arena = host->arena };
	merge(&kept, all);
	for (size_t i = 0; i < kept.nkept; ++i)
		list[i] = kept.kept[i].source;
	for (size_t i = 0; i < kept.nkept; ++i) {
		// all has as many as kept, which are its copies.
		// NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
		list[i].copy = arena_copy(&kept.arena, all->kept[i].source.copy);
		if (kept.kept[i].executable)
			list[i].exposure |= exposure_in_path(list[i].path);
	}
	kept.troubles = arena_grow(&kept.arena, kept.troubles, kept.ntroubles, sizeof *kept.troubles);
	if (kept.ntroubles)
		qsort(kept.troubles, kept.ntroubles, sizeof *kept.troubles, by_trouble);
	host->arena = kept.arena;
	arena_free(&all->arena);
	*sources = (struct sources) {
		.sources = list, .troubles = kept.troubles, .files = kept.files, .requested = request
	};
	memcpy(sources->more, kept.more, sizeof kept.more);
	memcpy(sources->more_troubles, kept.more_troubles, sizeof kept.more_troubles);
	memcpy(sources->examined, kept.examined, sizeof kept.examined);
	memcpy(sources->suppressed, kept.suppressed, sizeof kept.suppressed);
	exposure_find(host, list, kept.nkept);
	host->sources = sources;
}
