#include "env_sources.h"
#include "parse_commands.h"
#include "parse_envfile.h"
#include "parse_ldconf.h"
#include "parse_logindefs.h"
#include "parse_unit.h"
#include "startup.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool env_load(struct env_reader *reader, const char *path, struct arena *arena, struct bytes *bytes) {
	struct host *host = reader->list.host;
	char target[16];
	int error = tree_load(&host->tree, path, arena, bytes);

	/* A link to /dev/null stands for no file, and a directory of such a name is none. */
	if (error == -EINVAL && tree_link(&host->tree, path, target, sizeof target) == 0 &&
	    strcmp(target, "/dev/null") == 0)
		return false;
	if (error && !tree_absent(error) && error != -EISDIR)
		host_fault(host, FACT_ENVIRONMENT, ASPECT_BOOT, path, "cannot be read: %s", host_error(host, error));
	return error == 0;
}

static void too_long(struct env_reader *reader, const char *path) {
	host_fault(reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, path, "has more lines than are read of it");
}

void env_read_assignments(struct env_reader *reader, const char *path, env_parser *parse, bool marked, uid_t user,
                          const char *user_shown) {
	struct arena scratch = { 0 };
	const struct assignment *assignments;
	struct bytes bytes;

	if (!tree_seen(&reader->list.host->tree, &reader->read, &reader->scratch, path) &&
	    env_load(reader, path, &scratch, &bytes)) {
		if (parse(&bytes, &scratch, &assignments) < 0)
			too_long(reader, path);
		for (; assignments->name; ++assignments) {
			if (!setting_is_variable(assignments->name))
				continue;
			const struct setting_origin origin = {
				.source = arena_text(&scratch, "%s:%u", path, assignments->line),
				.user = user,
				.user_shown = user_shown,
				.marked = marked,
			};
			setting_add_variable(&reader->list, &origin, assignments->name, assignments->value);
		}
	}
	arena_free(&scratch);
}

static void read_sessions(struct env_reader *reader) {
	static const char *const directories[] = { "/etc/environment.d", "/run/environment.d",
		                                   "/usr/local/lib/environment.d", "/usr/lib/environment.d", NULL };

	env_read_assignments(reader, "/etc/security/pam_env.conf", parse_pam_env, true, 0, NULL);
	env_read_assignments(reader, "/etc/environment", parse_envfile, false, 0, NULL);
	env_read_assignments(reader, "/etc/default/locale", parse_envfile, false, 0, NULL);
	for (char **path = host_overrides(reader->list.host, FACT_ENVIRONMENT, directories, ".conf"); *path; ++path)
		env_read_assignments(reader, *path, parse_environment_d, true, 0, NULL);
}

/** Whether the part of a script that could not be followed names a variable; tell each. */
static void add_lost(struct env_reader *reader, const struct startup_file *file) {
	const struct shell_place *lost = &file->startup.lost;
	struct setting_origin origin = { .source = arena_text(&reader->scratch, "%s:%u", file->path, lost->line) };
	enum setting_kind kind;
	const char *name;

	for (size_t i = 0; lost->line && (name = setting_variable(i, &kind)); ++i) {
		const char *at = file->bytes.data + lost->offset, *const end = file->bytes.data + file->bytes.size;

		if (memmem(at, (size_t)(end - at), name, strlen(name)))
			setting_add_unknown(
			        &reader->list, &origin, kind, name,
			        "may be set where the script cannot be followed: what is opened here has no "
			        "end, or is nested too deeply");
	}
}

/** What may set any variable is not known of each kind of them: the first place, and how many more there are. */
static void add_riddles(struct env_reader *reader, const struct startup_file *file) {
	static const enum setting_kind kinds[] = { SETTING_TMPDIR, SETTING_PATH, SETTING_LIBRARIES };
	const struct startup_riddle *first = file->startup.riddles, *last = first;
	struct arena *arena = &reader->scratch;

	if (!first->line)
		return;
	while (last[1].line)
		++last;
	const struct setting_origin origin = { .source = arena_text(arena, "%s:%u", file->path, first->line) };
	const char *why = last == first ? first->why
	                                : arena_text(arena, "%s; so it is in %zu more place%s of it", first->why,
	                                             (size_t)(last - first), last - first == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i)
		setting_add_unknown(&reader->list, &origin, kinds[i], file->path, why);
}

static void take_startup(const struct startup_file *file, void *context) {
	struct env_reader *reader = context;
	struct host *host = reader->list.host;

	if (file->unknown)
		host_fault(host, FACT_ENVIRONMENT, ASPECT_BOOT, file->path, "%s", file->unknown);
	if (file->reader)
		env_add_command(reader, &(struct setting_origin) { .subject = file->path, .source = file->reader },
		                "sources", file->path);
	if (!file->startup.assignments)
		return;
	for (const struct startup_assignment *set = file->startup.assignments; set->line; ++set) {
		const char *name = file->zsh && strcmp(set->name, "path") == 0 ? "PATH" : set->name;

		if (setting_is_variable(name) && (set->exported || !setting_is_common(name)))
			setting_add_variable(
			        &reader->list,
			        &(struct setting_origin) {
			                .source = arena_text(&reader->scratch, "%s:%u", file->path, set->line),
			                .marked = true,
			        },
			        name, set->value);
	}
	add_riddles(reader, file);
	add_lost(reader, file);
}

static void read_startups(struct env_reader *reader) {
	static const char *const files[] = {
		"/etc/profile",          "/etc/bash.bashrc",
		"/etc/bashrc",           "/etc/zsh/zshenv",
		"/etc/zsh/zprofile",     "/etc/zsh/zshrc",
		"/etc/zsh/zlogin",       "/etc/zshenv",
		"/etc/zprofile",         "/etc/zshrc",
		"/etc/csh.cshrc",        "/etc/csh.login",
		"/etc/fish/config.fish", NULL,
	};
	static const struct {
		const char *path, *glob;
	} directories[] = { { "/etc/profile.d", "*.sh" },
		            { "/etc/profile.d", "*.csh" },
		            { "/etc/fish/conf.d", "*.fish" } };
	struct arena scratch = { 0 };
	struct startup_list list = { .host = reader->list.host, .arena = &scratch };

	for (const char *const *file = files; *file; ++file)
		startup_add(&list, *file);
	for (size_t i = 0; i < sizeof directories / sizeof *directories; ++i) {
		const int error = startup_add_matches(&list, directories[i].path, directories[i].glob);

		if (error && !tree_absent(error))
			host_fault(list.host, FACT_ENVIRONMENT, ASPECT_BOOT, directories[i].path,
			           "cannot be listed: %s", host_error(list.host, error));
	}
	startup_read(&list, take_startup, reader);
	arena_free(&scratch);
}

void env_stack_take(struct env_stack *stack, const struct specifiers *specifiers, const char *value,
                    const char *source) {
	const struct assignment *assignments;

	if (!*value) {
		stack->count = 0;
		return;
	}
	parse_environment(value, stack->arena, &assignments);
	for (; assignments->name; ++assignments) {
		size_t i = 0;

		if (!setting_is_variable(assignments->name))
			continue;
		while (i < stack->count && strcmp(stack->list[i].name, assignments->name) != 0)
			++i;
		if (i == stack->count) {
			stack->list = arena_grow(stack->arena, stack->list, stack->count, sizeof *stack->list);
			++stack->count;
		}
		stack->list[i] =
		        (struct env_stated) { assignments->name,
			                      specifiers_expand(stack->arena, specifiers, assignments->value), source };
	}
}

void env_stack_add(struct env_reader *reader, const struct env_stack *stack, uid_t user, const char *user_shown) {
	for (size_t i = 0; i < stack->count; ++i)
		setting_add_variable(&reader->list,
		                     &(struct setting_origin) {
		                             .source = stack->list[i].source,
		                             .user = user,
		                             .user_shown = user_shown,
		                             .marked = true,
		                     },
		                     stack->list[i].name, stack->list[i].value);
}

/** What systemd is told of the environment of all that it starts: systemd-system.conf(5). */
struct manager {
	struct env_reader *reader;
	struct env_stack defaults, own;
	struct specifiers specifiers;
};

static bool read_manager_file(struct manager *manager, const char *path) {
	struct arena *arena = &manager->reader->scratch;
	struct unit_lines lines;
	struct bytes bytes;

	if (!env_load(manager->reader, path, arena, &bytes))
		return false;
	parse_unit(bytes.data, bytes.size, arena, &lines);
	for (size_t i = 0; i < lines.nlines; ++i) {
		const struct unit_line *line = &lines.lines[i];
		const char *source = arena_text(arena, "%s:%u", path, line->line);

		if (strcmp(line->section, "Manager") != 0)
			continue;
		if (strcmp(line->key, "DefaultEnvironment") == 0)
			env_stack_take(&manager->defaults, &manager->specifiers, line->value, source);
		else if (strcmp(line->key, "ManagerEnvironment") == 0)
			env_stack_take(&manager->own, &manager->specifiers, line->value, source);
	}
	return true;
}

static void read_managers(struct env_reader *reader) {
	static const char *const names[] = { "system.conf", "user.conf", NULL };
	static const char *const places[] = { "/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
		                              "/usr/lib/systemd", NULL };

	for (const char *const *name = names; *name; ++name) {
		struct manager manager = {
			.reader = reader,
			.defaults = { .arena = &reader->scratch },
			.own = { .arena = &reader->scratch },
			.specifiers = { .user = text_starts(*name, "user") },
		};
		bool found = false;

		for (const char *const *place = places; *place && !found; ++place)
			if (!text_starts(*place, "/run/") || reader->list.host->tree.live)
				found = read_manager_file(&manager,
				                          arena_text(&reader->scratch, "%s/%s", *place, *name));
		const char *directories[sizeof places / sizeof *places] = { NULL };
		for (size_t i = 0; places[i]; ++i)
			directories[i] = arena_text(&reader->scratch, "%s/%s.d", places[i], *name);
		for (char **path = host_overrides(reader->list.host, FACT_ENVIRONMENT, directories, ".conf"); *path;
		     ++path)
			read_manager_file(&manager, *path);
		env_stack_add(reader, &manager.defaults, 0, NULL);
		env_stack_add(reader, &manager.own, 0, NULL);
	}
}

static void read_login_defs(struct env_reader *reader) {
	static const char path[] = "/etc/login.defs";
	const struct logindefs_setting *settings;
	struct bytes bytes;

	if (!env_load(reader, path, &reader->scratch, &bytes))
		return;
	if (parse_logindefs(&bytes, &reader->scratch, &settings) < 0)
		too_long(reader, path);
	for (; settings->name; ++settings) {
		if (strcmp(settings->name, "ENV_PATH") != 0 && strcmp(settings->name, "ENV_SUPATH") != 0)
			continue;
		const char *value = settings->value;
		setting_add_directories(&reader->list,
		                        &(struct setting_origin) {
		                                .source = arena_text(&reader->scratch, "%s:%u", path, settings->line),
		                        },
		                        SETTING_PATH, settings->name, text_starts(value, "PATH=") ? value + 5 : value);
	}
}

/** A file of the loader: nobody else may write to it, or lead elsewhere who opens it. */
static void add_loader_file(struct env_reader *reader, const char *path) {
	const struct setting_origin origin = { .subject = path, .source = path };

	setting_add_file(&reader->list, &origin, SETTING_PRELOADS, "file", path);
}

static void read_preload(struct env_reader *reader) {
	static const char path[] = "/etc/ld.so.preload";
	const struct ldconf_entry *entries;
	struct bytes bytes;

	if (!env_load(reader, path, &reader->scratch, &bytes))
		return;
	add_loader_file(reader, path);
	if (parse_ldpreload(&bytes, &reader->scratch, &entries) < 0)
		too_long(reader, path);
	for (; entries->line; ++entries)
		setting_add_file(&reader->list,
		                 &(struct setting_origin) {
		                         .subject = path,
		                         .source = arena_text(&reader->scratch, "%s:%u", path, entries->line),
		                 },
		                 SETTING_PRELOADS, "preload", entries->path);
}

/** The most files that ld.so.conf may include. */
#define LOADER_FILES 512

struct loader {
	struct env_reader *reader;
	const char *files[LOADER_FILES];
	size_t count;
};

static void include_loader_file(struct loader *loader, const char *path) {
	for (size_t i = 0; i < loader->count; ++i)
		if (strcmp(loader->files[i], path) == 0)
			return;
	if (loader->count == LOADER_FILES)
		too_long(loader->reader, path);
	else
		loader->files[loader->count++] = path;
}

static void include_loader_files(struct loader *loader, const char *from, const char *glob) {
	struct arena *arena = &loader->reader->scratch;
	const char *path =
	        *glob == '/' ? glob : arena_text(arena, "%.*s/%s", (int)(strrchr(from, '/') - from), from, glob);
	const char *base = strrchr(path, '/') + 1;
	const char *directory = base - path > 1 ? arena_bytes(arena, path, (size_t)(base - path - 1)) : "/";

	if (!strpbrk(path, "*?[")) {
		include_loader_file(loader, path);
		return;
	}
	if (strpbrk(directory, "*?[")) {
		host_fault(loader->reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, from,
		           "includes directories by a glob, which is not followed");
		return;
	}
	for (char **names = host_list(loader->reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, directory); *names;
	     ++names)
		if (text_glob(base, *names) && (**names != '.' || *base == '.'))
			include_loader_file(loader, arena_text(arena, "%s/%s", directory, *names));
}

static void read_loader(struct env_reader *reader) {
	struct loader loader = { .reader = reader, .files = { "/etc/ld.so.conf" }, .count = 1 };

	for (size_t i = 0; i < loader.count; ++i) {
		const char *path = loader.files[i];
		const struct ldconf_entry *entries;
		struct bytes bytes;

		if (!env_load(reader, path, &reader->scratch, &bytes))
			continue;
		add_loader_file(reader, path);
		if (parse_ldconf(&bytes, &reader->scratch, &entries) < 0)
			too_long(reader, path);
		for (; entries->line; ++entries) {
			if (entries->include)
				include_loader_files(&loader, path, entries->path);
			else
				setting_add_file(
				        &reader->list,
				        &(struct setting_origin) {
				                .subject = path,
				                .source = arena_text(&reader->scratch, "%s:%u", path, entries->line),
				        },
				        SETTING_LIBRARIES, "directory", entries->path);
		}
	}
}

/** A name, or with "*" names, of a list of sudo's, and the setting that put it there. */
struct sudo_name {
	const char *name;
	const struct sudoers_setting *setting;
};

struct sudo_list {
	struct sudo_name *names;
	size_t count;
};

/** sudo knows no other wildcard than "*".  What may stand behind the name, "=VALUE", narrows it down. */
static bool sudo_matches(const char *pattern, const char *name) {
	const char *star = NULL, *again = NULL;
	const char *end = pattern + strcspn(pattern, "=");

	while (*name) {
		if (pattern < end && *pattern == '*') {
			star = ++pattern;
			again = name;
		} else if (pattern < end && *pattern == *name) {
			++pattern;
			++name;
		} else if (star) {
			pattern = star;
			name = ++again;
		} else {
			return false;
		}
	}
	while (pattern < end && *pattern == '*')
		++pattern;
	return pattern == end;
}

/** Apply a setting to the list that it adds to, takes from or replaces: entries as they are written, whatever they
 * match.
 */
static void apply_sudo_list(struct arena *arena, struct sudo_list *list, const struct sudoers_setting *setting) {
	const struct sudoers_entry *entry = &setting->entry;
	const bool adds = !entry->negated && strcmp(entry->op, "-=") != 0;
	char *words = arena_copy(arena, entry->negated ? "" : entry->value), *position = NULL;
	const bool whole = entry->negated || strcmp(entry->op, "=") == 0;
	size_t kept = 0;

	for (size_t i = 0; i < list->count && whole; ++i)
		if (!sudoers_governs(setting, list->names[i].setting))
			list->names[kept++] = list->names[i];
	if (whole)
		list->count = kept;
	for (char *word = strtok_r(words, " \t", &position); word; word = strtok_r(NULL, " \t", &position)) {
		if (adds) {
			list->names = arena_grow(arena, list->names, list->count, sizeof *list->names);
			list->names[list->count++] = (struct sudo_name) { word, setting };
			continue;
		}
		kept = 0;
		for (size_t i = 0; i < list->count; ++i)
			if (strcmp(list->names[i].name, word) != 0 || !sudoers_governs(setting, list->names[i].setting))
				list->names[kept++] = list->names[i];
		list->count = kept;
	}
}

static void add_sudo_list(struct env_reader *reader, const struct sudo_list *list) {
	enum setting_kind kind;
	const char *name;

	for (size_t k = 0; k < list->count; ++k)
		for (size_t i = 0; (name = setting_variable(i, &kind)); ++i)
			/* secure_path, which Debian sets, has the last word on PATH. */
			if (kind != SETTING_PATH && sudo_matches(list->names[k].name, name))
				setting_add_kept(&reader->list, list->names[k].setting->source, name,
				                 list->names[k].setting->entry.name);
}

/** Without env_reset all is kept that is not in env_delete; sudo's own entries of that are these, as far as they
 * matter. */
static void add_unreset(struct env_reader *reader, const struct sudoers *sudoers,
                        const struct sudoers_setting *unreset) {
	static const struct sudoers_setting own = {
		.entry = { .name = "env_delete",
		           .scope = "",
		           .op = "=",
		           .value = "LD_* TMPPREFIX JAVA_TOOL_OPTIONS PYTHONPATH PERL5LIB RUBYLIB ENV BASH_ENV" },
	};
	struct sudo_list deleted = { 0 };
	enum setting_kind kind;
	const char *name;

	apply_sudo_list(&reader->scratch, &deleted, &own);
	for (const struct sudoers_setting *setting = sudoers->settings; setting->entry.name; ++setting)
		if (strcmp(setting->entry.name, "env_delete") == 0 && sudoers_governs(setting, unreset))
			apply_sudo_list(&reader->scratch, &deleted, setting);
	for (size_t i = 0; (name = setting_variable(i, &kind)); ++i) {
		bool removed = kind == SETTING_PATH;

		for (size_t k = 0; k < deleted.count && !removed; ++k)
			removed = sudo_matches(deleted.names[k].name, name);
		if (!removed)
			setting_add_kept(&reader->list, unreset->source, name, "!env_reset");
	}
}

static void read_sudo(struct env_reader *reader, const struct sudoers *sudoers) {
	struct host *host = reader->list.host;
	struct sudo_list kept = { 0 }, checked = { 0 };

	if (sudoers->unknown)
		host_fault(host, FACT_ENVIRONMENT, ASPECT_BOOT, sudoers->unknown_file, "%s", sudoers->unknown);
	for (const struct sudoers_setting *setting = sudoers->settings; setting->entry.name; ++setting) {
		const struct sudoers_entry *entry = &setting->entry;
		const struct setting_origin origin = { .source = setting->source };

		if (strcmp(entry->name, "env_keep") == 0) {
			apply_sudo_list(&reader->scratch, &kept, setting);
		} else if (strcmp(entry->name, "env_check") == 0) {
			apply_sudo_list(&reader->scratch, &checked, setting);
		} else if (strcmp(entry->name, "env_reset") == 0 && entry->negated && !sudoers_is_replaced(setting)) {
			add_unreset(reader, sudoers, setting);
		} else if (strcmp(entry->name, "secure_path") == 0 && !entry->negated &&
		           !sudoers_is_replaced(setting)) {
			setting_add_directories(&reader->list, &origin, SETTING_PATH, "secure_path", entry->value);
		} else if ((strcmp(entry->name, "env_file") == 0 || strcmp(entry->name, "restricted_env_file") == 0) &&
		           *entry->value == '/' && !sudoers_is_replaced(setting)) {
			env_add_command(
			        reader,
			        &(struct setting_origin) { .subject = setting->file, .source = setting->source },
			        "reads", entry->value);
			env_read_assignments(reader, entry->value, parse_envfile, false, 0, NULL);
		}
	}
	add_sudo_list(reader, &kept);
	add_sudo_list(reader, &checked);
}

static void read_sudo_commands(struct env_reader *reader, const struct sudoers *sudoers) {
	for (const struct sudoers_setting *setting = sudoers->commands; setting->entry.name; ++setting) {
		const struct sudoers_entry *entry = &setting->entry;
		struct setting_origin origin = { .subject = setting->file, .source = setting->source };

		if (entry->negated)
			continue;
		/* Whoever may run it as several users may run it as root. */
		if (*entry->scope && strcmp(entry->scope, "ALL") != 0 && !strpbrk(entry->scope, ",:%#! \t"))
			origin.user = env_user(reader, entry->scope);
		/* Of a glob the directory is known. */
		const char *path = entry->name;
		const size_t length = strcspn(path, "*?[");
		if (path[length]) {
			char *known = arena_bytes(&reader->scratch, path, length);

			*strrchr(known, '/') = '\0';
			path = *known ? known : "/";
		}
		env_add_command(reader, &origin, "lets run", path);
	}
}

uid_t env_user(struct env_reader *reader, const char *name) {
	const struct accounts *accounts = reader->list.host->accounts;
	const struct account *account = accounts ? account_by_name(accounts, name) : NULL;
	uint64_t number;

	if (account)
		return account->uid;
	return text_number(name, 10, UINT32_MAX - 1, &number) ? (uid_t)number : ENV_NOBODY;
}

struct setting *env_add_command(struct env_reader *reader, const struct setting_origin *origin, const char *how,
                                const char *path) {
	return setting_add_file(&reader->list, origin, SETTING_COMMAND, how, path);
}

void env_add_variable(struct env_reader *reader, const struct setting_origin *origin,
                      const struct command_variable *variable) {
	static const char apart[] = ":; ";
	struct setting_origin marked = *origin;
	enum setting_kind kind;
	const char *name;

	for (size_t i = 0; (name = setting_variable(i, &kind)); ++i)
		if (strcmp(name, variable->name) == 0)
			break;
	/* Where a script has its temporary files is a question to its code. */
	if (!name || kind == SETTING_TMPDIR || setting_is_common(name))
		return;
	marked.marked = true;
	struct builder value = { .arena = &reader->scratch };
	for (const char *at = variable->value; *at;) {
		const size_t length = strcspn(at, apart);

		/* What only a run can tell is passed over, as it is of the names of files. */
		if (memchr(at, SHELL_OPEN, length))
			builder_bytes(&value, &(char) { SHELL_OWN }, 1);
		else
			builder_bytes(&value, at, length);
		at += length;
		if (*at)
			builder_bytes(&value, at++, 1);
	}
	setting_add_variable(&reader->list, &marked, name, builder_string(&value));
}

void environment_gather(struct host *host) {
	struct environment *environment = arena_alloc(&host->arena, sizeof *environment);
	struct env_reader reader = { .list = { .host = host } };
	struct sudoers sudoers;

	host->environment = environment;
	sudoers_read(host, &reader.scratch, &sudoers);
	read_sessions(&reader);
	read_managers(&reader);
	env_read_units(&reader);
	read_startups(&reader);
	env_read_crontabs(&reader);
	read_login_defs(&reader);
	read_sudo(&reader, &sudoers);
	read_sudo_commands(&reader, &sudoers);
	read_preload(&reader);
	read_loader(&reader);
	env_read_scripts(&reader);
	env_read_udev(&reader);
	environment->settings = settings_listed(&reader.list);
	environment->named =
	        reader.list.named ? reader.list.named : arena_array(&host->arena, 1, sizeof *reader.list.named);
	arena_free(&reader.scratch);
	arena_free(&reader.lines);
}
