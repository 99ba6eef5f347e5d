#include "env_sources.h"
#include "parse_commands.h"
#include "parse_envfile.h"
#include "parse_shell.h"
#include "parse_words.h"
#include "text.h"

#include <string.h>

/** How many bytes of command lines that were read are kept. */
#define LINES_KEPT ((size_t)1 << 20)

/** A section of a unit, as it is read. */
struct section {
	struct env_reader *reader;
	const struct unit *unit;
	const char *name;
	/** User=, or root; and that as a word. */
	uid_t user;
	const char *user_shown;
	bool own_tmp, own_var_tmp;
	/** Whether its paths lie in a file system of its own. */
	bool own_root;
	struct specifiers specifiers;
};

/** Whether an empty assignment after this one resets the list that it is part of. */
static bool is_reset(const struct unit_setting *setting) {
	for (const struct unit_setting *later = setting + 1; later->section; ++later)
		if (!*later->value && strcmp(later->key, setting->key) == 0 &&
		    strcmp(later->section, setting->section) == 0)
			return true;
	return false;
}

/** Take the unit's own directories from a value of TemporaryFileSystem=. */
static void take_temporary(struct section *section, const char *value) {
	struct arena *arena = &section->reader->scratch;
	const struct word *words;

	for (parse_words(value, arena, &words); words->text; ++words) {
		const char *path = specifiers_expand(arena, &section->specifiers,
		                                     arena_bytes(arena, words->text, strcspn(words->text, ":")));

		section->own_tmp |= strcmp(path, "/") == 0 || text_path_within("/tmp", path);
		section->own_var_tmp |= strcmp(path, "/") == 0 || text_path_within("/var/tmp", path);
	}
}

/** Find out as whom, and in which view of files, the programs of a section run. */
static void find_context(struct section *section) {
	const struct unit_setting *setting = section->unit->settings;
	const struct unit_setting *user = unit_setting(section->unit, section->name, "User");

	for (; setting && setting->section; ++setting)
		if (strcmp(setting->key, "TemporaryFileSystem") == 0 && strcmp(setting->section, section->name) == 0 &&
		    !is_reset(setting))
			take_temporary(section, setting->value);
	if (unit_has_private_tmp(section->reader->list.host, section->unit, section->name))
		section->own_tmp = section->own_var_tmp = true;
	section->own_root = unit_setting(section->unit, section->name, "RootDirectory") ||
	                    unit_setting(section->unit, section->name, "RootImage");
	section->user_shown = "root";
	if (user) {
		section->user_shown = user->value;
		section->user = env_user(section->reader, user->value);
	} else if (unit_is_on(section->unit, section->name, "DynamicUser", NULL)) {
		section->user_shown = "a dynamic user";
		section->user = ENV_NOBODY;
	}
}

/** Add a file that systemd itself, or the unit's programs, take something from. */
static const struct setting *add_file(const struct section *section, const struct unit_setting *setting,
                                      const char *how, const char *path, bool by_unit, bool only_path) {
	const struct setting_origin origin = {
		.subject = section->unit->name,
		.source = setting->source,
		.user = section->user,
		.user_shown = by_unit ? section->user_shown : "root",
	};
	struct setting *added = env_add_command(section->reader, &origin, how, path);

	added->own_tmp = by_unit && section->own_tmp;
	added->own_var_tmp = by_unit && section->own_var_tmp;
	added->only_path = only_path;
	return added;
}

/** The words with the unit's specifiers replaced. */
static const struct word *known_words(const struct section *section, const struct word *words) {
	struct arena *arena = &section->reader->lines;
	size_t count = 0;

	while (words[count].text)
		++count;
	struct word *known = arena_array(arena, count + 1, sizeof *known);
	for (size_t i = 0; i < count; ++i)
		known[i].text = specifiers_replace(arena, &section->specifiers, words[i].text);
	return known;
}

static void take_exec(const struct section *section, const struct unit_setting *setting) {
	struct arena *scratch = &section->reader->lines;
	const struct exec_line *lines;

	for (parse_exec(setting->value, scratch, &lines); lines->words; ++lines) {
		struct command_list list = { .arena = scratch };
		/* "+" takes the unit's user and its view of files away. */
		struct section whole = *section;

		if (lines->privileged) {
			whole.user = 0;
			whole.user_shown = "root";
			whole.own_tmp = whole.own_var_tmp = false;
		} else if (section->own_root) {
			continue;
		}
		parse_command_words(known_words(section, lines->words), &list);
		for (size_t i = 0; i < list.count; ++i)
			add_file(&whole, setting, command_use_names[list.files[i].use], list.files[i].path, true,
			         false);
		for (size_t i = 0; i < list.nvariables; ++i)
			env_add_variable(section->reader,
			                 &(struct setting_origin) { .source = setting->source,
			                                            .user = whole.user,
			                                            .user_shown = whole.user_shown },
			                 &list.variables[i]);
	}
	/* An arena of its own for each line would cost more than most lines; what is large is not kept. */
	if (scratch->total > LINES_KEPT)
		arena_free(scratch);
}

static bool is_exec(const char *key) {
	static const char *const keys[] = { "ExecStart",     "ExecStartPre", "ExecStartPost",
		                            "ExecCondition", "ExecReload",   "ExecStop",
		                            "ExecStopPre",   "ExecStopPost", NULL };

	for (const char *const *known = keys; text_starts(key, "Exec") && *known; ++known)
		if (strcmp(key, *known) == 0)
			return true;
	return false;
}

/** A path with its specifiers replaced; NULL, and unless it is relative a setting that is unknown: it cannot be told.
 */
static const char *known_path(const struct section *section, const struct unit_setting *setting, const char *path) {
	path = specifiers_expand(&section->reader->scratch, &section->specifiers, path);
	if (*path == '/' && !strchr(path, SHELL_OPEN))
		return path;
	/* What a template leaves open, each of its instances says; by itself it starts nothing. */
	if (strchr(path, SHELL_OPEN) && !strstr(section->unit->name, "@."))
		setting_add_unknown(&section->reader->list, &(struct setting_origin) { .source = setting->source },
		                    SETTING_COMMAND, section->unit->name,
		                    arena_text(&section->reader->scratch,
		                               "names in %s= what is known only when it runs", setting->key));
	return NULL;
}

/** A file of variables, which systemd reads in its own view of files, whatever the unit's. */
static void take_environment_file(const struct section *section, const struct unit_setting *setting) {
	const char *path = known_path(section, setting, setting->value + (*setting->value == '-'));
	struct arena *arena = &section->reader->scratch;

	if (!path)
		return;
	if (!strpbrk(path, "*?[")) {
		const struct location *location =
		        add_file(section, setting, "reads", path, false, false)->paths->location;

		if (location && (location->exists || location->unknown))
			env_read_assignments(section->reader, path, parse_envfile_systemd, false, section->user,
			                     section->user_shown);
		return;
	}
	const char *base = strrchr(path, '/') + 1;
	const char *directory = base - path > 1 ? arena_bytes(arena, path, (size_t)(base - path - 1)) : "/";
	if (strpbrk(directory, "*?["))
		return;
	add_file(section, setting, "reads files of", directory, false, false);
	for (char **names = host_list(section->reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, directory); *names;
	     ++names)
		if (text_glob(base, *names) && (**names != '.' || *base == '.'))
			env_read_assignments(section->reader, arena_text(arena, "%s/%s", directory, *names),
			                     parse_envfile_systemd, false, section->user, section->user_shown);
}

/**
 * A file that says which process is the unit's.  systemd believes one that another than root could have written only if
 * it names a process of the unit, so that an account of a service may have it: its own user's, or the owner of the
 * directory, or of the file.  What it does not believe is no way in; what root owns and others can write to is.
 */
static void take_pid_file(const struct section *section, const struct unit_setting *setting, const char *path) {
	struct host *host = section->reader->list.host;
	const char *slash = strrchr(path, '/');
	const char *parent = slash == path ? "/" : arena_bytes(&section->reader->scratch, path, (size_t)(slash - path));
	const struct location *places[] = { location_examine(host, parent, 0), location_examine(host, path, 0) };
	struct section whose = *section;

	for (size_t i = 0; i < sizeof places / sizeof *places && !whose.user; ++i)
		if (places[i]->exists && !places[i]->unknown && account_serves(host->accounts, places[i]->object.uid))
			whose.user = places[i]->object.uid;
	add_file(&whose, setting, "takes the process from", path, false,
	         places[1]->exists && places[1]->object.uid && places[1]->object.uid == whose.user);
}

static void take_setting(const struct section *section, const struct unit_setting *setting) {
	const char *key = setting->key, *value = setting->value;
	struct arena *arena = &section->reader->scratch;

	if (is_exec(key)) {
		if (!is_reset(setting))
			take_exec(section, setting);
	} else if (strcmp(key, "EnvironmentFile") == 0) {
		if (!is_reset(setting))
			take_environment_file(section, setting);
	} else if (setting != unit_setting(section->unit, section->name, key)) {
		return;
	} else if (strcmp(key, "PIDFile") == 0) {
		const char *path =
		        known_path(section, setting, *value == '/' ? value : arena_text(arena, "/run/%s", value));
		if (path)
			take_pid_file(section, setting, path);
	} else if (strcmp(key, "RootDirectory") == 0) {
		const char *path = known_path(section, setting, value);
		if (path)
			add_file(section, setting, "has its root in", path, false, false);
	} else if (strcmp(key, "WorkingDirectory") == 0) {
		const char *path = section->own_root ? NULL : known_path(section, setting, value + (*value == '-'));
		if (path)
			add_file(section, setting, "works in", path, true, false);
	}
}

/** Whether the setting is one of those that are looked at. */
static bool is_wanted(const char *key) {
	return strchr("EPRW", *key) &&
	       (is_exec(key) || text_starts(key, "Environment") || strcmp(key, "PIDFile") == 0 ||
	        strcmp(key, "RootDirectory") == 0 || strcmp(key, "WorkingDirectory") == 0);
}

static void read_section(struct section *section) {
	struct env_stack stack = { .arena = &section->reader->scratch };
	const struct unit_setting *setting = section->unit->settings;
	bool found = false;

	for (; setting && setting->section; ++setting) {
		if (!is_wanted(setting->key) || strcmp(setting->section, section->name) != 0)
			continue;
		if (!found) {
			find_context(section);
			found = true;
		}
		if (strcmp(setting->key, "Environment") == 0)
			env_stack_take(&stack, &section->specifiers, setting->value, setting->source);
		else if (*setting->value)
			take_setting(section, setting);
	}
	env_stack_add(section->reader, &stack, section->user, section->user_shown);
}

void env_read_units(struct env_reader *reader) {
	/* The kinds of units that run something: systemd.exec(5). */
	static const char *const names[] = { "Service", "Socket", "Mount", "Swap" };
	static const char *const suffixes[] = { ".service", ".socket", ".mount", ".swap" };
	const struct units *units = reader->list.host->units;

	for (size_t i = 0; units && i < units->nunits; ++i)
		for (size_t k = 0; k < sizeof names / sizeof *names && unit_starts(&units->units[i]); ++k)
			if (text_ends(units->units[i].name, suffixes[k]))
				read_section(&(struct section) {
				        .reader = reader,
				        .unit = &units->units[i],
				        .name = names[k],
				        .specifiers = { .unit = units->units[i].name,
				                        .fragment = units->units[i].path },
				});
}
