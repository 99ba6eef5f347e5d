#include "host.h"

#include "mount_options.h"
#include "mount_table.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

/** The directories whose mounts must make sense. */
static const char *const temporary[] = { "/tmp", "/var/tmp", "/dev/shm", "/run/lock" };

#define TEMPORARY (sizeof temporary / sizeof *temporary)

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

static void add_defect(struct boot *boot, const char *target, const char *message, const char *expected,
                       const char *actual, const char *source) {
	boot->defects = arena_grow(boot->arena, boot->defects, boot->ndefects, sizeof *boot->defects);
	boot->defects[boot->ndefects++] = (struct mount_defect) { target, message, expected, actual, source };
}

static void add_mount(struct boot *boot, const struct mount *mount) {
	boot->mounts = arena_grow(boot->arena, boot->mounts, boot->count, sizeof *boot->mounts);
	boot->mounts[boot->count] = *mount;
	boot->mounts[boot->count].flags = mount_protections(mount->options);
	boot->mounts[boot->count].super_options = mount->options;
	boot->mounts[boot->count].shown = mount_options_shown(boot->arena, mount->options);
	++boot->count;
}

static const char fstab[] = "/etc/fstab";

/** Returns false, with a fault, if there is one that could not be read. */
static bool read_fstab(struct boot *boot) {
	struct host *host = boot->host;
	struct mount_table table;
	struct bytes bytes;

	const size_t faults = host->nfaults;
	if (!host_load(host, FACT_MOUNTS, ASPECT_BOOT, fstab, &bytes))
		return host->nfaults == faults;
	const char *why = mount_table_open(&table, MOUNT_FSTAB, &bytes, boot->arena);
	if (why)
		host_fault(host, FACT_MOUNTS, ASPECT_BOOT, fstab, "%s", why);
	for (size_t i = 0; !why && i < table.nbad; ++i)
		add_defect(boot, NULL, "has a line that is dropped without a word, since it is no entry of fstab(5)",
		           "device, mount point, type, options", "a line that cannot be parsed",
		           arena_text(boot->arena, "%s:%u", fstab, table.bad[i]));
	while (!why && mount_table_next(&table)) {
		struct plan line = { .mount = mount_table_entry(&table), .line = table.line };
		struct mount *mount = &line.mount;

		if (mount->target[0] != '/' || strcmp(mount->type, "swap") == 0 || strcmp(mount->type, "ignore") == 0)
			continue;
		mount->target = resolve(boot, mount->target);
		mount->source = arena_text(boot->arena, "%s:%u", fstab, table.line);
		boot->lines = arena_grow(boot->arena, boot->lines, boot->nlines, sizeof *boot->lines);
		boot->lines[boot->nlines++] = line;
	}
	mount_table_close(&table);
	return !why;
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
			const char *lost = mount_options_lost(boot->arena, mount->options, value);

			if (*lost)
				add_defect(boot, subject,
				           arena_text(boot->arena,
				                      "loses %s: the drop-in's Options= replaces the whole list", lost),
				           mount_options_shown(boot->arena, mount->options),
				           *value ? mount_options_shown(boot->arena, value) : "no options",
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
	return !named && !mount_options_have(options, "noauto");
}

/** A line of fstab, as systemd takes it: the first of its target. */
static void plan_line(struct boot *boot, struct plan *line) {
	struct mount *mount = &line->mount;
	/* Of others nothing is asked but what a bind mount may show, and there may be very many. */
	if (!is_above_temporary(boot, mount->target)) {
		if (!mount_options_have(mount->options, "noauto"))
			add_mount(boot, mount);
		return;
	}
	const char *subject = temporary_at(boot, mount->target);
	const char *name = unit_of_mount(boot->arena, mount->target);
	const struct unit *unit = unit_find(boot->host->units, name);
	const char *options = mount->options;

	finish_lines(boot, line);
	const bool automatic = mount_options_have(options, "x-systemd.automount");
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
		const char *name = unit_of_mount(boot->arena, mount.target);
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
		const char *target = unit_mount_point(boot->arena, unit->name);

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
		if (!mount_options_have(line->mount.options, "noauto"))
			add_mount(boot, &line->mount);
		else if (subject)
			add_defect(boot, subject, "has a line in fstab that is not mounted at boot: noauto",
			           "mounted at boot", line->mount.options, line->mount.source);
	}
}

/** Say which options of a temporary mount are none. */
static void tell_unknown(struct boot *boot, const struct mount *mount, const char *subject) {
	char *rest = arena_copy(boot->arena, mount->options);
	struct mount_option option;

	while (mount_option_next(&rest, &option)) {
		const char *expected;
		const char *message = mount_option_defect(boot->arena, mount->type, &option, &expected);
		const char *name = arena_bytes(boot->arena, option.name, option.length);

		if (message)
			add_defect(boot, subject, message, expected,
			           option.value ? arena_text(boot->arena, "%s=%.*s", name, (int)option.value_length,
			                                     option.value)
			                        : name,
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
		const char *name = arena_text(boot->arena, "/%s", unit_of_mount(boot->arena, boot->temporary[i]));
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

	*flags = mount_flags(mount->options);
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
	int order = strcmp(left->target ? left->target : "", right->target ? right->target : "");

	if (!order)
		order = strcmp(left->source, right->source);
	return order ? order : strcmp(left->message, right->message);
}

void mounts_gather_boot(struct host *host, struct mount_view *view) {
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
		.source = fstab,
		.mounts = boot.mounts,
		.nmounts = boot.count,
		.defects = boot.defects ? boot.defects : arena_array(boot.arena, 1, sizeof *boot.defects),
	};
}
