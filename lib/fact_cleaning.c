#include "host.h"

#include "cleanup.h"
#include "parse_cleaner.h"
#include "parse_shell.h"
#include "parse_tmpfiles.h"
#include "parse_unit.h"
#include "text.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

struct gathering {
	struct host *host;
	/** For what is read only to be judged here. */
	struct arena scratch;
	struct cleaning *cleaning;
	struct cleaner *cleaners;
	size_t ncleaners;
	/** Whether there is an init, and whether a cron; whether the tree is that of a whole system. */
	bool init, cron;
	/** Whether cron runs systemd-tmpfiles --clean. */
	bool tmpfiles_by_cron;
	/** Why what cron has to run is not run, and where that is said; NULL: it is. */
	const char *cron_idle, *cron_source;
};

static bool exists(const struct host *host, const char *path) {
	autoclose fd = tree_pin_link(&host->tree, path);

	return fd >= 0;
}

static bool any_exists(const struct host *host, const char *const *paths) {
	for (; *paths; ++paths)
		if (exists(host, *paths))
			return true;
	return false;
}

static void add(struct gathering *gathering, const struct cleaner *cleaner) {
	struct arena *arena = &gathering->host->arena;

	gathering->cleaners = arena_grow(arena, gathering->cleaners, gathering->ncleaners, sizeof *gathering->cleaners);
	gathering->cleaners[gathering->ncleaners++] = (struct cleaner) {
		.dir = cleaner->dir,
		.name = cleaner->name,
		.age = cleaner->age,
		.shown = arena_copy(arena, cleaner->shown),
		.source = arena_copy(arena, cleaner->source),
		.idle = arena_copy(arena, cleaner->idle),
		.idle_source = arena_copy(arena, cleaner->idle_source),
	};
}

static bool is_boot_only(const struct tmpfiles_line *line) {
	return strchr(line->modifiers, '!') != NULL;
}

/** As systemd-tmpfiles matches; of braces, which it expands in the paths of lines, one group is. */
static bool matches(const char *glob, const char *path) {
	char one[4096];
	const char *open = strchr(glob, '{'), *close = open ? strchr(open, '}') : NULL;

	if (fnmatch(glob, path, FNM_PATHNAME | FNM_PERIOD) == 0)
		return true;
	for (const char *at = open; close && at < close;) {
		const char *word = at + 1;

		at = word + strcspn(word, ",}");
		if ((size_t)(open - glob) + (size_t)(at - word) + strlen(close + 1) >= sizeof one)
			return false;
		char *to = mempcpy(one, glob, (size_t)(open - glob));
		to = mempcpy(to, word, (size_t)(at - word));
		memcpy(to, close + 1, strlen(close + 1) + 1);
		if (fnmatch(one, path, FNM_PATHNAME | FNM_PERIOD) == 0)
			return true;
	}
	return false;
}

/** Whether the glob takes in whatever lies in the directory, told by names that have nothing in common. */
static bool takes_contents(struct arena *arena, const char *glob, const char *path) {
	static const char *const names[] = { "a", "Zq9-x_7.tmp", "0~b", "tmp.k3dQ" };

	for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
		if (fnmatch(glob, arena_text(arena, "%s/%s", path, names[i]), FNM_PATHNAME | FNM_PERIOD) != 0)
			return false;
	return true;
}

/** The line that makes what is at path; of a running host's clean-up, for which there are no lines with `!`, or of a
 * boot. */
static const struct tmpfiles_line *line_of(const struct tmpfiles *tmpfiles, const char *path, bool boot) {
	for (size_t i = 0; i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];

		if (strchr("dDvqQCfFLpcb", line->type) && (boot || !is_boot_only(line)) && text_equal(line->path, path))
			return line;
	}
	return NULL;
}

bool cleaning_exempts(struct arena *arena, const struct tmpfiles_line *line, const char *path) {
	if (!strchr("exXrRzZmtTaAhHw", line->type) || is_boot_only(line))
		return false;
	return takes_contents(arena, line->path, path) || (line->type == 'x' && matches(line->path, path));
}

static const struct tmpfiles_line *find_exemption(struct arena *arena, const struct tmpfiles *tmpfiles,
                                                  const char *path) {
	for (size_t i = 0; i < tmpfiles->nlines; ++i)
		if (cleaning_exempts(arena, &tmpfiles->lines[i], path))
			return &tmpfiles->lines[i];
	return NULL;
}

/** The age that tmpfiles.d gives to the directory at path.  Returns false if it gives none. */
static bool add_tmpfiles(struct gathering *gathering, const char *dir, const char *path) {
	struct host *host = gathering->host;
	const struct tmpfiles *tmpfiles = host->tmpfiles;
	const struct tmpfiles_line *best = NULL, *own = line_of(tmpfiles, path, false);
	struct tmpfiles_age age, least = { 0 };

	for (size_t i = 0; i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];
		const bool adds =
		        line->type == 'e' && !is_boot_only(line) && matches(line->path, path) && !line->ignored_later;

		if (!adds && !(line == own && strchr("dDvqQC", line->type)))
			continue;
		if (!parse_tmpfiles_age(line->age, &age))
			continue;
		/* Of several the one counts that leaves least. */
		if (best &&
		    (age.spares_first_level > least.spares_first_level ||
		     (age.spares_first_level == least.spares_first_level && age.microseconds >= least.microseconds)))
			continue;
		best = line;
		least = age;
	}
	if (!best)
		return false;
	const struct tmpfiles_line *exemption = find_exemption(&gathering->scratch, tmpfiles, path);
	struct cleaner cleaner = {
		.dir = dir,
		.name = "systemd-tmpfiles",
		.age = least.microseconds,
		.shown = best->age,
		.source = best->source,
	};
	if (exemption) {
		cleaner.idle = arena_text(&gathering->scratch, "%c %s exempts what lies there", exemption->type,
		                          exemption->path);
		cleaner.idle_source = exemption->source;
	} else if (least.spares_first_level) {
		cleaner.idle = "~ spares what lies directly there";
		cleaner.idle_source = best->source;
	} else if (!gathering->cleaning->timed && !gathering->tmpfiles_by_cron) {
		cleaner.idle = "nothing runs systemd-tmpfiles --clean";
		cleaner.idle_source = best->source;
	}
	add(gathering, &cleaner);
	return true;
}

/** Whether an entry would give the path an age, if its file were read. */
static bool gives_age(const struct tmpfiles_entry *entry, const char *path) {
	struct tmpfiles_age age;

	return !entry->why && strchr("dDvqQCe", entry->line.type) && !is_boot_only(&entry->line) &&
	       text_equal(entry->line.path, path) && parse_tmpfiles_age(entry->line.age, &age);
}

/** Where the first entry of a file stands; the file if it has none. */
static const char *first_entry(struct gathering *gathering, const char *path) {
	struct tmpfiles_reader reader = { 0 };
	struct tmpfiles_entry entry;

	if (tree_load(&gathering->host->tree, path, &gathering->scratch, &reader.bytes) != 0 ||
	    !parse_tmpfiles(&reader, &gathering->scratch, &entry))
		return path;
	return arena_text(&gathering->scratch, "%s:%u", path, entry.number);
}

/** Find a vendor's file that would give the path an age, and the file of the same name that hides it. */
static bool find_hidden(struct gathering *gathering, const char *path, const char **hider) {
	static const char *const directories[] = { "/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d",
		                                   "/usr/lib/tmpfiles.d" };
	struct host *host = gathering->host;

	for (size_t i = 1; i < sizeof directories / sizeof *directories; ++i) {
		char **names;

		if (tree_list(&host->tree, directories[i], &gathering->scratch, &names) < 0)
			continue;
		for (; *names; ++names) {
			struct tmpfiles_reader reader = { 0 };
			struct tmpfiles_entry entry;
			const char *hiding = NULL;

			if (!text_ends(*names, ".conf"))
				continue;
			for (size_t k = 0; k < i && !hiding; ++k) {
				const char *other = arena_text(&gathering->scratch, "%s/%s", directories[k], *names);

				if ((k != 1 || host->tree.live) && exists(host, other))
					hiding = other;
			}
			if (!hiding ||
			    tree_load(&host->tree, arena_text(&gathering->scratch, "%s/%s", directories[i], *names),
			              &gathering->scratch, &reader.bytes) != 0)
				continue;
			while (parse_tmpfiles(&reader, &gathering->scratch, &entry))
				if (gives_age(&entry, path)) {
					*hider = hiding;
					return true;
				}
		}
	}
	return false;
}

/** Say why there is no age. */
static void explain_none(struct gathering *gathering, const char *path, struct cleaned_dir *dir) {
	struct arena *arena = &gathering->host->arena;
	const struct tmpfiles *tmpfiles = gathering->host->tmpfiles;
	const struct tmpfiles_line *own = line_of(tmpfiles, path, false), *boot = line_of(tmpfiles, path, true);
	const char *hider;

	dir->none = "none";
	dir->none_source = "default";
	if (own) {
		dir->none_source = own->source;
	} else if (boot) {
		struct tmpfiles_age age;

		dir->none_source = boot->source;
		if (parse_tmpfiles_age(boot->age, &age))
			dir->none = arena_text(arena, "none: %c%s %s %s acts at boot only", boot->type, boot->modifiers,
			                       boot->path, boot->age);
	} else if (find_hidden(gathering, path, &hider)) {
		dir->none = arena_text(arena, "none: %s hides the vendor file of that name", hider);
		dir->none_source = arena_copy(arena, first_entry(gathering, hider));
	}
	for (const struct tmpfiles_defect *defect = tmpfiles->defects; !own && !boot && defect->source; ++defect)
		if (defect->path && text_equal(defect->path, path)) {
			dir->none = arena_text(arena, "none: the line %s", defect->why);
			dir->none_source = defect->source;
		}
}

static bool is_masked(const struct host *host, const char *name) {
	const struct unit *unit = unit_find(host->units, name);

	return unit && unit->masked;
}

/** Say why nothing in the directory outlives a restart, if so. */
static void find_emptied(struct gathering *gathering, const char *path, struct cleaned_dir *dir) {
	struct host *host = gathering->host;
	const struct tmpfiles *tmpfiles = host->tmpfiles;
	const struct tmpfiles_line *own = line_of(tmpfiles, path, true);

	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		const struct mount *mount = view->aspect == ASPECT_BOOT ? mount_covering(view, path, 0) : NULL;

		if (mount && (text_equal(mount->type, "tmpfs") || text_equal(mount->type, "ramfs"))) {
			dir->emptied = mount->type;
			dir->emptied_source = mount->source;
			return;
		}
	}
	if (!gathering->cleaning->timed || is_masked(host, "systemd-tmpfiles-setup.service"))
		return;
	for (size_t i = 0; i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];

		/* Newer releases keep what x exempts from D, too. */
		if (line->type == 'x' && takes_contents(&gathering->scratch, line->path, path))
			own = NULL;
	}
	for (size_t i = 0; i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];

		if ((line == own && line->type == 'D') ||
		    (line->type == 'R' &&
		     (matches(line->path, path) || takes_contents(&gathering->scratch, line->path, path)))) {
			dir->emptied = arena_text(&host->arena, "%c%s %s", line->type, line->modifiers, line->path);
			dir->emptied_source = line->source;
			return;
		}
	}
}

/** Which of the directories a cleaner's argument names: "/tmp/." is /tmp; NULL for others. */
static const char *known_dir(struct arena *arena, const char *argument) {
	static const char *const dirs[] = { "/tmp", "/var/tmp" };
	char *text = arena_copy(arena, argument);
	size_t length = strlen(text);

	for (;;) {
		if (length > 1 && text[length - 1] == '/')
			text[--length] = '\0';
		else if (length > 2 && text_ends(text, "/."))
			text[--length] = '\0';
		else
			break;
	}
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; ++i)
		if (text_equal(text, dirs[i]))
			return dirs[i];
	return NULL;
}

static void fault(struct gathering *gathering, const char *path, int error) {
	if (error < 0 && !tree_absent(error))
		host_fault(gathering->host, FACT_CLEANING, ASPECT_BOOT, path, "cannot be read: %s",
		           host_error(gathering->host, error));
}

static void take_commands(struct gathering *gathering, const char *path, const struct bytes *bytes,
                          enum cleaner_format format) {
	struct arena *scratch = &gathering->scratch;
	const struct cleaner_command *command;

	if (parse_cleaners(bytes, format, scratch, &command) < 0)
		host_fault(gathering->host, FACT_CLEANING, ASPECT_BOOT, path, "has more commands than are read of it");
	for (; command->tool; ++command) {
		const char *source = arena_text(scratch, "%s:%u", path, command->line);

		const char *idle = command->idle ? command->idle : gathering->cron_idle;

		if (text_equal(command->tool, "systemd-tmpfiles") && !idle)
			gathering->tmpfiles_by_cron = true;
		for (const char *const *argument = command->dirs; *argument; ++argument) {
			const char *dir = known_dir(scratch, *argument);

			if (dir)
				add(gathering, &(struct cleaner) {
				                       .dir = dir,
				                       .name = command->tool,
				                       .age = command->age,
				                       .shown = command->shown,
				                       .source = source,
				                       .idle = idle,
				                       .idle_source = command->idle ? source : gathering->cron_source,
				               });
		}
	}
}

static void read_crontab(struct gathering *gathering, const char *path, enum cleaner_format format) {
	struct bytes bytes;
	int error = tree_load(&gathering->host->tree, path, &gathering->scratch, &bytes);

	if (error == 0)
		take_commands(gathering, path, &bytes, format);
	fault(gathering, path, error);
}

/** run-parts(8) takes no other names. */
static bool is_job_name(const char *name) {
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

/** Nor what cannot be executed. */
static bool is_job(const struct statx *status) {
	return S_ISREG(status->stx_mode) && status->stx_mode & 0111;
}

static void read_job(struct gathering *gathering, const char *path) {
	struct host *host = gathering->host;
	autoclose pinned = tree_pin(&host->tree, path);
	struct statx status;
	struct bytes bytes;
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);

	if (!error && !is_job(&status))
		return;
	if (!error)
		error = tree_load_pinned(pinned, &gathering->scratch, &bytes);
	if (!error && shell_reads(&bytes))
		take_commands(gathering, path, &bytes, CLEANER_SCRIPT);
	fault(gathering, path, error);
}

static void read_cron(struct gathering *gathering) {
	static const char *const periods[] = { "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly",
		                               "/etc/cron.monthly" };
	static const char *const spools[] = { "/var/spool/cron/crontabs/root", "/var/spool/cron/root" };
	struct host *host = gathering->host;

	for (size_t i = 0; i < sizeof periods / sizeof *periods; ++i) {
		char **names = host_list(host, FACT_CLEANING, ASPECT_BOOT, periods[i]);

		for (; *names; ++names)
			/* Debian's own job of tmpreaper is told by its configuration. */
			if (is_job_name(*names) && !text_equal(*names, "tmpreaper"))
				read_job(gathering, arena_text(&gathering->scratch, "%s/%s", periods[i], *names));
	}
	read_crontab(gathering, "/etc/crontab", CLEANER_CRONTAB);
	for (char **name = host_list(host, FACT_CLEANING, ASPECT_BOOT, "/etc/cron.d"); *name; ++name)
		if (is_job_name(*name))
			read_crontab(gathering, arena_text(&gathering->scratch, "/etc/cron.d/%s", *name),
			             CLEANER_CRONTAB);
	for (size_t i = 0; i < sizeof spools / sizeof *spools; ++i)
		read_crontab(gathering, spools[i], CLEANER_USER_CRONTAB);
}

/** A variable of tmpreaper's files, of which the later one counts. */
static struct cleaner_variable reaper_variable(struct gathering *gathering, const struct bytes *files, size_t count,
                                               const char *name, size_t *file) {
	struct cleaner_variable found = { 0 };

	for (size_t i = 0; i < count; ++i) {
		struct cleaner_variable variable = { 0 };

		if (files[i].data)
			variable = parse_cleaner_variable(&files[i], name, &gathering->scratch);
		if (variable.value) {
			found = variable;
			*file = i;
		}
	}
	return found;
}

/** Debian's tmpreaper: a job of cron.daily that its configuration guides. */
static void read_tmpreaper(struct gathering *gathering) {
	static const char *const paths[] = { "/etc/default/tmpreaper", "/etc/tmpreaper.conf" };
	static const char job[] = "/etc/cron.daily/tmpreaper";
	struct host *host = gathering->host;
	struct arena *scratch = &gathering->scratch;
	struct bytes files[2] = { 0 };
	size_t file = 1;
	autoclose pinned = tree_pin(&host->tree, job);
	struct statx status = { 0 };
	bool present = pinned >= 0 && tree_stat(pinned, &status) == 0;
	const bool runs = !present || is_job(&status);

	/* Its files outlive it. */
	if (gathering->init && !exists(host, "/usr/sbin/tmpreaper"))
		return;
	for (size_t i = 0; i < 2; ++i) {
		int error = tree_load(&host->tree, paths[i], scratch, &files[i]);

		if (error)
			files[i] = (struct bytes) { 0 };
		present |= error == 0;
		fault(gathering, paths[i], error);
	}
	if (!present)
		return;
	const struct cleaner_variable warning = reaper_variable(gathering, files, 2, "SHOWWARNING", &file);
	struct cleaner cleaner = { .name = "tmpreaper", .shown = "7d" };
	size_t at = file;

	if (text_equal(warning.value, "true")) {
		cleaner.idle = "does nothing with SHOWWARNING=true";
		cleaner.idle_source = arena_text(scratch, "%s:%u", paths[at], warning.line);
	}
	const struct cleaner_variable run = reaper_variable(gathering, files, 2, "RUNFROMCRON", &at);
	if (!cleaner.idle && gathering->cron_idle) {
		cleaner.idle = gathering->cron_idle;
		cleaner.idle_source = gathering->cron_source;
	}
	if (!cleaner.idle && !runs) {
		cleaner.idle = "is a job that cannot be executed";
		cleaner.idle_source = job;
	}
	if (!cleaner.idle && !text_equal(run.value, "true")) {
		cleaner.idle = "does nothing without RUNFROMCRON=true";
		cleaner.idle_source = run.value ? arena_text(scratch, "%s:%u", paths[at], run.line) : paths[1];
	}
	const struct cleaner_variable spares = reaper_variable(gathering, files, 2, "TMPREAPER_PROTECT_EXTRA", &at);
	const struct cleaner_variable options =
	        reaper_variable(gathering, files, 2, "TMPREAPER_ADDITIONALOPTIONS", &at);
	const struct cleaner_variable time = reaper_variable(gathering, files, 2, "TMPREAPER_TIME", &at);
	const char *source = time.value ? arena_text(scratch, "%s:%u", paths[at], time.line) : paths[1];
	if (time.value && *time.value)
		cleaner.shown = time.value;
	if (!cleaner.idle && ((time.value && !time.literal) || !parse_cleaner_age(cleaner.shown, &cleaner.age)))
		cleaner.idle = "has a TMPREAPER_TIME that cannot be told";
	parse_cleaner_age(cleaner.shown, &cleaner.age);
	if (!cleaner.idle && options.value && (strstr(options.value, "--test") || !options.literal))
		cleaner.idle = "has TMPREAPER_ADDITIONALOPTIONS that keep it from removing";
	const struct cleaner_variable dirs = reaper_variable(gathering, files, 2, "TMPREAPER_DIRS", &at);
	char *words = arena_copy(scratch, dirs.value && *dirs.value ? dirs.value : "/tmp/."), *position = NULL;
	const char *const idle = cleaner.idle;
	cleaner.source = source;
	for (const char *word = strtok_r(words, " \t\n", &position); word; word = strtok_r(NULL, " \t\n", &position)) {
		cleaner.dir = known_dir(scratch, word);
		cleaner.idle = idle;
		if (!cleaner.dir)
			continue;
		char *globs = arena_copy(scratch, spares.value ? spares.value : ""), *place = NULL;
		for (const char *glob = strtok_r(globs, " \t\n", &place); glob && !cleaner.idle;
		     glob = strtok_r(NULL, " \t\n", &place))
			if (takes_contents(scratch, glob, cleaner.dir))
				cleaner.idle = arena_text(scratch, "protects %s", glob);
		if (cleaner.idle && !cleaner.idle_source)
			cleaner.idle_source = source;
		add(gathering, &cleaner);
	}
}

/** Units that every boot reaches. */
static const char *const reached[] = { "timers.target",    "basic.target",   "sysinit.target",  "multi-user.target",
	                               "graphical.target", "default.target", "local-fs.target", NULL };

/** Whether a boot starts the unit: a link in a directory of such a target, or a line of that target's own. */
static bool is_pulled_in(const struct host *host, const struct unit *wanted) {
	static const char *const keys[] = { "Wants", "Requires", "Upholds", "BindsTo" };

	for (const char *const *target = reached; *target; ++target) {
		const struct unit *unit = unit_find(host->units, *target);

		for (const char *const *link = wanted->wanted_by; link && *link; ++link) {
			const char *slash = strrchr(*link, '/');
			const char *parent = slash;
			const size_t length = strlen(*target);

			while (parent > *link && parent[-1] != '/')
				--parent;
			if (strncmp(parent, *target, length) == 0 && parent[length] == '.')
				return true;
		}
		for (const struct unit_setting *setting = unit ? unit->settings : NULL; setting && setting->key;
		     ++setting)
			for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i)
				if (text_equal(setting->section, "Unit") && text_equal(setting->key, keys[i]) &&
				    strstr(setting->value, wanted->name))
					return true;
	}
	return false;
}

/** Find out why nothing runs the jobs of cron: units would, and a boot starts none of them. */
static void find_cron(struct gathering *gathering) {
	static const char *const names[] = { "cron.service",  "crond.service", "cronie.service",  "fcron.service",
		                             "bcron.service", "anacron.timer", "anacron.service", "cron.target" };
	const struct units *units = gathering->host->units;
	const struct unit *idle = NULL;

	for (size_t i = 0; units->systemd && i < sizeof names / sizeof *names; ++i) {
		const struct unit *unit = unit_find(units, names[i]);

		if (!unit || !(unit->path || unit->masked))
			continue;
		if (unit_starts(unit) && is_pulled_in(gathering->host, unit))
			return;
		if (!idle)
			idle = unit;
	}
	if (!idle)
		return;
	gathering->cron_idle = arena_text(&gathering->scratch, "is run by cron, but %s is %s", idle->name,
	                                  idle->masked        ? "masked"
	                                  : unit_starts(idle) ? "not pulled in"
	                                                      : "refused by systemd");
	gathering->cron_source = idle->masked ? idle->masked : idle->path;
}

/** Whether drop-ins left the timer without a time. */
static const struct unit_setting *is_emptied(const struct unit *timer) {
	const struct unit_setting *reset = NULL;

	for (const struct unit_setting *setting = timer->settings; setting && setting->key; ++setting) {
		if (!text_equal(setting->section, "Timer") || !text_starts(setting->key, "On") ||
		    text_equal(setting->key, "OnClockChange") || text_equal(setting->key, "OnTimezoneChange"))
			continue;
		/* An empty one of any of them resets all. */
		reset = *setting->value ? NULL : setting;
	}
	return reset;
}

/** What the service runs, if that is not systemd-tmpfiles --clean. */
static const struct unit_setting *is_diverted(const struct unit *service) {
	const struct unit_setting *other = NULL;
	bool cleans = false;

	for (const struct unit_setting *setting = service ? service->settings : NULL; setting && setting->key;
	     ++setting) {
		if (!text_equal(setting->section, "Service") || !text_equal(setting->key, "ExecStart"))
			continue;
		/* An empty one takes back all before it. */
		cleans = *setting->value &&
		         (cleans || (strstr(setting->value, "systemd-tmpfiles") && strstr(setting->value, "--clean")));
		other = setting;
	}
	return cleans ? NULL : other;
}

static void read_timer(struct gathering *gathering) {
	struct host *host = gathering->host;
	struct arena *arena = &host->arena;
	struct cleaning *cleaning = gathering->cleaning;
	const struct unit *timer = unit_find(host->units, CLEANING_TIMER);
	const struct unit *service = unit_find(host->units, "systemd-tmpfiles-clean.service");
	const struct unit_setting *setting;

	if (!timer) {
		cleaning->timer_fault = "absent";
		cleaning->timer_source = "default";
	} else if (timer->masked) {
		cleaning->timer_fault = arena_text(arena, "masked: %s", timer->mask);
		cleaning->timer_source = timer->masked;
	} else if (!timer->path && gathering->init) {
		cleaning->timer_fault = "absent";
		cleaning->timer_source = "default";
	} else if (!is_pulled_in(host, timer)) {
		cleaning->timer_fault = "not pulled in";
		cleaning->timer_source = timer->path;
	} else if ((setting = is_emptied(timer))) {
		cleaning->timer_fault = arena_text(arena, "without a time: %s= is empty", setting->key);
		cleaning->timer_source = setting->source;
	} else if ((setting = unit_setting(timer, "Timer", "Unit")) &&
	           !text_equal(setting->value, "systemd-tmpfiles-clean.service")) {
		cleaning->timer_fault = arena_text(arena, "set to start %s", setting->value);
		cleaning->timer_source = setting->source;
	} else if (service && service->masked) {
		cleaning->timer_fault = arena_text(arena, "of no use: its service is masked: %s", service->mask);
		cleaning->timer_source = service->masked;
	} else if (service && !unit_starts(service)) {
		cleaning->timer_fault = "of no use: systemd refuses its service";
		cleaning->timer_source = service->refused ? service->refused_source : service->broken;
	} else if ((setting = is_diverted(service))) {
		cleaning->timer_fault = "of no use: its service runs something else";
		cleaning->timer_source = setting->source;
	}
	if (gathering->tmpfiles_by_cron)
		cleaning->timer_fault = NULL;
}

static void take_logind(struct gathering *gathering, const char *path) {
	struct cleaning *cleaning = gathering->cleaning;
	struct unit_lines lines;
	struct bytes bytes;
	int error = tree_load(&gathering->host->tree, path, &gathering->scratch, &bytes);

	cleaning->logind = true;
	fault(gathering, path, error);
	if (error)
		return;
	parse_unit(bytes.data, bytes.size, &gathering->scratch, &lines);
	for (size_t i = 0; i < lines.nlines; ++i) {
		const struct unit_line *line = &lines.lines[i];
		const int value = unit_boolean(line->value);

		if (!text_equal(line->section, "Login") || !text_equal(line->key, "RemoveIPC") || value < 0)
			continue;
		cleaning->keeps_ipc = !value;
		cleaning->ipc_source = arena_text(&gathering->host->arena, "%s:%u", path, line->line);
	}
}

/** logind.conf(5): the first of the files, then all drop-ins. */
static void read_logind(struct gathering *gathering) {
	static const char *const files[] = { "/etc/systemd/logind.conf", "/run/systemd/logind.conf",
		                             "/usr/local/lib/systemd/logind.conf", "/usr/lib/systemd/logind.conf",
		                             NULL };
	static const char *const directories[] = { "/etc/systemd/logind.conf.d", "/run/systemd/logind.conf.d",
		                                   "/usr/local/lib/systemd/logind.conf.d",
		                                   "/usr/lib/systemd/logind.conf.d", NULL };
	static const char *const marks[] = { "/usr/lib/systemd/systemd-logind", "/lib/systemd/systemd-logind", NULL };
	struct host *host = gathering->host;
	const struct unit *unit = unit_find(host->units, "systemd-logind.service");

	gathering->cleaning->logind = (unit && !unit->masked) || any_exists(host, marks);
	for (const char *const *file = files; *file; ++file) {
		if ((text_starts(*file, "/run/") && !host->tree.live) || !exists(host, *file))
			continue;
		take_logind(gathering, *file);
		break;
	}
	for (char **path = host_overrides(host, FACT_CLEANING, directories, ".conf"); *path; ++path)
		take_logind(gathering, *path);
}

/** The path by which systemd-tmpfiles would find the directory: it follows no link at the end. */
static const char *real_path(const struct host *host, const char *path) {
	const struct tempdir *dir = host_tempdir(host, path);

	return dir && dir->link && dir->real ? dir->real : path;
}

void cleaning_gather(struct host *host) {
	static const char *const paths[] = { "/tmp", "/var/tmp" };
	static const char *const inits[] = { "/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd", NULL };
	static const char *const crons[] = { "/usr/sbin/cron",
		                             "/usr/sbin/crond",
		                             "/usr/bin/crond",
		                             "/usr/sbin/fcron",
		                             "/usr/sbin/anacron",
		                             "/etc/crontab",
		                             "/usr/lib/systemd/system-generators/systemd-crontab-generator",
		                             NULL };
	struct cleaning *cleaning = arena_alloc(&host->arena, sizeof *cleaning);
	struct gathering gathering = { .host = host, .cleaning = cleaning };
	struct cleaned_dir *dirs = arena_array(&host->arena, 3, sizeof *dirs);
	const struct unit *timer = unit_find(host->units, CLEANING_TIMER);
	bool stated = timer != NULL;

	gathering.init = any_exists(host, inits);
	gathering.cron = any_exists(host, crons);
	/* A tree that is no whole system is taken for one of systemd's if it holds what only that reads. */
	for (size_t i = 0; i < host->tmpfiles->nlines; ++i)
		stated |= text_equal(host->tmpfiles->lines[i].path, "/tmp") ||
		          text_equal(host->tmpfiles->lines[i].path, "/var/tmp");
	cleaning->timed = gathering.init ? host->units->systemd : stated;
	if (gathering.cron || !gathering.init) {
		find_cron(&gathering);
		read_cron(&gathering);
		read_tmpreaper(&gathering);
	}
	cleaning->possible = gathering.init || gathering.cron || stated || gathering.ncleaners;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i) {
		const char *real = real_path(host, paths[i]);

		dirs[i].path = paths[i];
		if (!add_tmpfiles(&gathering, paths[i], real))
			explain_none(&gathering, real, &dirs[i]);
		find_emptied(&gathering, real, &dirs[i]);
	}
	read_timer(&gathering);
	read_logind(&gathering);
	cleaning->dirs = dirs;
	cleaning->cleaners =
	        gathering.cleaners ? gathering.cleaners : arena_alloc(&host->arena, sizeof *gathering.cleaners);
	arena_free(&gathering.scratch);
	host->cleaning = cleaning;
}
