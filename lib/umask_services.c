#include "parse_sshd.h"
#include "parse_umask.h"
#include "text.h"
#include "umask_list.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/** The kinds of units that run something: systemd.exec(5). */
static const char *const sections[] = { "Service", "Socket", "Mount", "Swap" };

/**
 * Whether a unit is an instance that says of its umask what its template says: both are one, which counts once.  A
 * template's own drop-ins are its instances' too.
 */
static bool is_instance(const struct units *units, const struct unit *unit, struct arena *arena) {
	const char *at = strchr(unit->name, '@'), *dot = strrchr(unit->name, '.');

	if (!at || !dot || dot < at || at + 1 == dot)
		return false;
	const struct unit *template =
	        unit_find(units, arena_text(arena, "%.*s%s", (int)(at + 1 - unit->name), unit->name, dot));
	if (!template || !unit_starts(template))
		return false;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; ++i) {
		const struct unit_setting *own = unit_setting(unit, sections[i], "UMask");
		const struct unit_setting *shared = unit_setting(template, sections[i], "UMask");

		if (!text_equal(own ? own->source : NULL, shared ? shared->source : NULL))
			return false;
	}
	return true;
}

/** Lines that systemd does not take: what they were meant to say it does not do.  Those of mounts are told with these.
 */
static void add_defects(struct umask_list *list, struct arena *arena) {
	const struct units *units = list->host->units;

	for (const struct unit_defect *defect = units ? units->defects : NULL; defect && defect->source; ++defect) {
		const char *colon = strrchr(defect->source, ':');
		const char *path =
		        colon ? arena_bytes(arena, defect->source, (size_t)(colon - defect->source)) : defect->source;

		if (!strstr(path, ".mount"))
			umask_add_unknown(list, path, defect->source, 0777, defect->why);
	}
}

const struct umask_fact *umask_units(struct host *host) {
	const struct units *units = host->units;
	struct umask_list list = { .host = host };
	struct arena scratch = { 0 };

	for (size_t i = 0; units && i < units->nunits; ++i) {
		const struct unit *unit = &units->units[i];
		bool set = false;

		if (!unit_starts(unit) || is_instance(units, unit, &scratch))
			continue;
		for (size_t k = 0; k < sizeof sections / sizeof *sections; ++k) {
			const struct unit_setting *setting = unit_last(unit, sections[k], "UMask");
			struct umask_fact fact = { .subject = unit->name };

			if (!setting)
				continue;
			set = true;
			fact.unknown = !umask_octal(setting->value, &fact.value);
			fact.ungrouped = fact.value;
			fact.shown = setting->value;
			fact.source = setting->source;
			if (fact.unknown) {
				fact.value = fact.ungrouped = 0777;
				fact.message = arena_text(&host->arena,
				                          "sets UMask=%s, which is not octal: systemd passes over it",
				                          setting->value);
			}
			umask_add(&list, &fact);
		}
		if (!set && text_ends(unit->name, ".service"))
			umask_add_unset(&list, unit->name);
	}
	add_defects(&list, &scratch);
	arena_free(&scratch);
	return umask_listed(&list);
}

static bool overrides(const struct sudoers *sudoers) {
	for (const struct sudoers_setting *setting = sudoers->settings; setting->entry.name; ++setting)
		if (strcmp(setting->entry.name, "umask_override") == 0 && !setting->entry.negated &&
		    !sudoers_is_replaced(setting))
			return true;
	return false;
}

static void add_sudoers(struct umask_list *list, struct arena *arena, const struct sudoers *sudoers) {
	const bool override = overrides(sudoers);
	bool set = false;

	if (sudoers->unknown)
		umask_add_unknown(list, sudoers->unknown_file, sudoers->unknown_source, 0777, sudoers->unknown);
	for (const struct sudoers_setting *setting = sudoers->settings; setting->entry.name; ++setting) {
		const struct sudoers_entry *entry = &setting->entry;
		struct umask_fact fact = { .subject = setting->file, .source = setting->source };

		if (strcmp(entry->name, "umask") != 0 || sudoers_is_replaced(setting))
			continue;
		set = true;
		fact.unknown = !entry->negated && !umask_octal(entry->value, &fact.value);
		fact.shown = entry->negated ? "!umask" : arena_text(arena, "umask=%s", entry->value);
		if (fact.unknown) {
			fact.value = 0777;
			fact.message = arena_text(arena, "sets umask=%s, which is not octal", entry->value);
		} else if (entry->negated || fact.value == 0777) {
			fact.defect = true;
			fact.message = "sudo leaves the caller's umask as it is";
		} else if (override) {
			fact.message = "with umask_override, even below the caller's";
		}
		fact.ungrouped = fact.value;
		umask_add(list, &fact);
	}
	if (sudoers->present && !set && !sudoers->unknown)
		umask_add_unset(list, *sudoers->files);
}

/** The most files that a configuration of sshd may include. */
#define SSHD_FILES 256

struct sshd_reader {
	struct umask_list *list;
	struct arena *arena;
	/** The files to read, in the order in which they are named, each once. */
	const char *files[SSHD_FILES];
	size_t count;
};

static void include_file(struct sshd_reader *reader, const char *source, const char *path) {
	for (size_t i = 0; i < reader->count; ++i)
		if (strcmp(reader->files[i], path) == 0)
			return;
	if (reader->count < SSHD_FILES)
		reader->files[reader->count++] = path;
	else
		umask_add_unknown(reader->list, path, source, 0777, "is one file more than is read of sshd's");
}

/** What an Include names: its last component may be a glob. */
static void include_files(struct sshd_reader *reader, const char *source, const char *glob) {
	const char *path = *glob == '/' ? glob : arena_text(reader->arena, "/etc/ssh/%s", glob);
	const char *base = strrchr(path, '/') + 1;
	const char *directory = arena_bytes(reader->arena, path, (size_t)(base - path));
	char **names;

	if (!strpbrk(path, "*?[")) {
		include_file(reader, source, path);
		return;
	}
	if (strpbrk(directory, "*?[")) {
		umask_add_unknown(reader->list, path, source, 0777,
		                  "is included: directories by a glob, which is not followed");
		return;
	}
	int count = tree_list(&reader->list->host->tree, directory, reader->arena, &names);
	if (count < 0 && !tree_absent(count))
		umask_add_unknown(
		        reader->list, directory, directory, 0777,
		        arena_text(reader->arena, "cannot be listed: %s", host_error(reader->list->host, count)));
	for (; names && *names; ++names)
		if (text_glob(base, *names) && (**names != '.' || *base == '.'))
			include_file(reader, source, arena_text(reader->arena, "%s%s", directory, *names));
}

/** The command line in an argument list of sshd: of "Subsystem sftp …", "ForceCommand …". */
static const char *const *sftp_command(const struct sshd_line *line) {
	if (strcasecmp(line->keyword, "Subsystem") == 0 && line->arguments[0] &&
	    strcmp(line->arguments[0], "sftp") == 0)
		return line->arguments + 1;
	return strcasecmp(line->keyword, "ForceCommand") == 0 ? line->arguments : NULL;
}

static void add_sshd_line(struct sshd_reader *reader, const char *path, const struct sshd_line *line) {
	const char *source = arena_text(reader->arena, "%s:%u", path, line->line);
	const char *const *command = sftp_command(line);
	const char *umask = command ? sshd_sftp_umask(command, reader->arena) : NULL;
	struct umask_fact fact = { .subject = path, .source = source };

	if (strcasecmp(line->keyword, "Include") == 0)
		for (const char *const *glob = line->arguments; glob && *glob; ++glob)
			include_files(reader, source, *glob);
	if (!umask)
		return;
	fact.shown = arena_text(reader->arena, "-u %s", umask);
	fact.unknown = !umask_octal(umask, &fact.value);
	if (fact.unknown) {
		fact.value = 0777;
		fact.message = arena_text(reader->arena, "gives sftp \"-u %s\", which is not octal", umask);
	}
	fact.ungrouped = fact.value;
	umask_add(reader->list, &fact);
}

static void add_sshd(struct umask_list *list, struct arena *arena) {
	static const char path[] = "/etc/ssh/sshd_config";
	struct sshd_reader reader = { .list = list, .arena = arena, .files = { path }, .count = 1 };
	const size_t before = list->count;
	bool present = false;

	for (size_t i = 0; i < reader.count; ++i) {
		const char *file = reader.files[i];
		const struct sshd_line *lines;
		struct bytes bytes;

		if (!umask_load(list, file, file, arena, &bytes))
			continue;
		present = true;
		if (parse_sshd(&bytes, arena, &lines) < 0)
			umask_add_unknown(list, file, file, 0777, "has more lines than are read of it");
		for (; lines->line; ++lines)
			add_sshd_line(&reader, file, lines);
	}
	if (present && list->count == before)
		umask_add_unset(list, path);
}

/** Scripts: those of shells, that set a umask, are subjects. */
static void add_scripts(struct umask_list *list, const char *directory, const char *only) {
	struct arena scratch = { 0 };
	char **names;
	int count = tree_list(&list->host->tree, directory, &scratch, &names);

	if (count < 0 && !tree_absent(count))
		umask_add_unknown(list, directory, directory, 0777,
		                  arena_text(&scratch, "cannot be listed: %s", host_error(list->host, count)));
	for (; names && *names; ++names) {
		const char *path = arena_text(&scratch, "%s/%s", directory, *names);
		struct arena file = { 0 };
		struct bytes bytes;

		if (only && strcmp(*names, only) != 0)
			continue;
		int error = tree_load(&list->host->tree, path, &file, &bytes);
		if (!error && shell_reads(&bytes))
			umask_add_script(list, path, path, &bytes, SHELL_POSIX);
		else if (error && !tree_absent(error) && error != -EISDIR)
			umask_add_unknown(list, path, path, 0777,
			                  arena_text(&file, "cannot be read: %s", host_error(list->host, error)));
		arena_free(&file);
	}
	arena_free(&scratch);
}

const struct umask_fact *umask_services(struct host *host, struct arena *scratch, const struct sudoers *sudoers) {
	struct umask_list list = { .host = host };

	add_sudoers(&list, scratch, sudoers);
	add_sshd(&list, scratch);
	add_scripts(&list, "/etc/default", NULL);
	add_scripts(&list, "/etc/init.d", NULL);
	return umask_listed(&list);
}
