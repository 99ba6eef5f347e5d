#include "cleanup.h"
#include "env_sources.h"
#include "parse_commands.h"
#include "parse_crontab.h"
#include "parse_shell.h"
#include "parse_udev.h"
#include "parse_words.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

static void too_long(struct env_reader *reader, const char *path) {
	host_fault(reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, path, "has more lines than are read of it");
}

/** Add all that is in the list; line is where it stands, or 0 if each says so itself. */
static void add_commands(struct env_reader *reader, const char *path, unsigned line, uid_t user, const char *user_shown,
                         const struct command_list *list) {
	if (list->full)
		too_long(reader, path);
	for (size_t i = 0; i < list->count; ++i) {
		const struct command_file *file = &list->files[i];
		const struct setting_origin origin = {
			.subject = path,
			.source = arena_text(list->arena, "%s:%u", path, line ? line : file->line),
			.user = user,
			.user_shown = user_shown,
		};

		env_add_command(reader, &origin, command_use_names[file->use], file->path);
	}
	for (size_t i = 0; i < list->nvariables; ++i) {
		const struct command_variable *variable = &list->variables[i];

		env_add_variable(reader,
		                 &(struct setting_origin) {
		                         .source = arena_text(list->arena, "%s:%u", path, line ? line : variable->line),
		                         .user = user,
		                         .user_shown = user_shown,
		                 },
		                 variable);
	}
}

/** Whom the jobs behind a line run as, if all of them run as one; else root. */
static const char *user_behind(const struct crontab_line *line) {
	const char *user = NULL;

	for (; line->line; ++line) {
		if (!line->command || !line->user)
			continue;
		if (user && strcmp(user, line->user) != 0)
			return "root";
		user = line->user;
	}
	return user ? user : "root";
}

/** Read a crontab.  owner is whose jobs they are, or NULL if each line says so. */
static void read_crontab(struct env_reader *reader, const char *path, enum crontab_form form, const char *owner) {
	struct arena scratch = { 0 };
	const struct crontab_line *lines;
	struct bytes bytes;

	if (env_load(reader, path, &scratch, &bytes)) {
		if (parse_crontab(&bytes, form, &scratch, &lines) < 0)
			too_long(reader, path);
		for (; lines->line; ++lines) {
			const char *user = owner ? owner : lines->user ? lines->user : user_behind(lines);
			const uid_t uid = env_user(reader, user);

			if (lines->name) {
				const struct setting_origin origin = {
					.source = arena_text(&scratch, "%s:%u", path, lines->line),
					.user = uid,
					.user_shown = user,
				};
				setting_add_variable(&reader->list, &origin, lines->name, lines->value);
				continue;
			}
			struct command_list list = { .arena = &scratch };
			parse_commands(&(struct bytes) { lines->command, strlen(lines->command) }, &list);
			add_commands(reader, path, lines->line, uid, user, &list);
		}
	}
	arena_free(&scratch);
}

/** The names that cron and run-parts(8) take. */
static bool is_plain_name(const char *name) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	return name[strspn(name, letters)] == '\0';
}

void env_read_crontabs(struct env_reader *reader) {
	static const char *const spools[] = { "/var/spool/cron/crontabs", "/var/spool/cron", NULL };

	read_crontab(reader, "/etc/crontab", CRONTAB_SYSTEM, NULL);
	for (char **names = host_list(reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, "/etc/cron.d"); *names; ++names)
		if (is_plain_name(*names))
			read_crontab(reader, arena_text(&reader->scratch, "/etc/cron.d/%s", *names), CRONTAB_SYSTEM,
			             NULL);
	read_crontab(reader, "/etc/anacrontab", CRONTAB_ANACRON, "root");
	/* Others' crontabs are read as they are for cron: by names of accounts. */
	for (const char *const *spool = spools; *spool; ++spool)
		for (char **names = host_list(reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, *spool); *names;
		     ++names)
			if (reader->list.host->accounts && account_by_name(reader->list.host->accounts, *names))
				read_crontab(reader, arena_text(&reader->scratch, "%s/%s", *spool, *names),
				             CRONTAB_USER, *names);
}

/** Whether what could not be followed of a script may run something from a temporary directory. */
static bool may_matter(const char *data, size_t size) {
	static const char *const directories[] = { "/tmp/", "/dev/shm/", "/run/lock/", NULL };

	for (const char *const *directory = directories; *directory; ++directory)
		if (memmem(data, size, *directory, strlen(*directory)))
			return true;
	return false;
}

/** A script that root runs: the file itself, and what it runs. */
static void read_script(struct env_reader *reader, const char *path) {
	struct arena scratch = { 0 };
	struct command_list list = { .arena = &scratch };
	const struct location *place = location_examine(reader->list.host, path, 0);
	const struct setting_origin origin = { .subject = path, .source = path };
	struct bytes bytes;

	if (place->exists && !place->unknown && !(S_ISREG(place->object.mode) && place->object.mode & 0111))
		return;
	if (place->exists || place->unknown)
		env_add_command(reader, &origin, "runs", path);
	if (env_load(reader, path, &scratch, &bytes)) {
		parse_commands(&bytes, &list);
		add_commands(reader, path, 0, 0, "root", &list);
		if (list.lost && may_matter(bytes.data + list.lost_at, bytes.size - list.lost_at))
			setting_add_unknown(
			        &reader->list,
			        &(struct setting_origin) {
			                .source = arena_text(&scratch, "%s:%u", path, list.lost),
			        },
			        SETTING_COMMAND, path,
			        "cannot be followed: what is opened here has no end, or is nested too deeply");
	}
	arena_free(&scratch);
}

void env_read_scripts(struct env_reader *reader) {
	static const char *const directories[] = { "/etc/init.d",
		                                   "/etc/cron.hourly",
		                                   "/etc/cron.daily",
		                                   "/etc/cron.weekly",
		                                   "/etc/cron.monthly",
		                                   "/etc/cron.yearly",
		                                   NULL };

	read_script(reader, "/etc/rc.local");
	read_script(reader, "/etc/rc.d/rc.local");
	for (const char *const *directory = directories; *directory; ++directory)
		for (char **names = host_list(reader->list.host, FACT_ENVIRONMENT, ASPECT_BOOT, *directory); *names;
		     ++names)
			if (is_plain_name(*names) || strcmp(*directory, "/etc/init.d") == 0)
				read_script(reader, arena_text(&reader->scratch, "%s/%s", *directory, *names));
}

static void read_rules(struct env_reader *reader, const char *path) {
	struct arena scratch = { 0 };
	const struct udev_program *programs;
	struct bytes bytes;

	if (env_load(reader, path, &scratch, &bytes)) {
		if (parse_udev(&bytes, &scratch, &programs) < 0)
			too_long(reader, path);
		for (; programs->line; ++programs) {
			struct command_list list = { .arena = &scratch };
			const struct word *words;

			parse_words(programs->command, &scratch, &words);
			if (!words->text)
				continue;
			parse_command_words(words, &list);
			add_commands(reader, path, programs->line, 0, "root", &list);
		}
	}
	arena_free(&scratch);
}

void env_read_udev(struct env_reader *reader) {
	/* /lib is /usr/lib where there is only one of them: its names are hidden then. */
	static const char *const directories[] = { "/etc/udev/rules.d",           "/run/udev/rules.d",
		                                   "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
		                                   "/lib/udev/rules.d",           NULL };

	for (char **path = host_overrides(reader->list.host, FACT_ENVIRONMENT, directories, ".rules"); *path; ++path)
		read_rules(reader, *path);
}
