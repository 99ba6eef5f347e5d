/** Repairs of mounts: in fstab(5), in units, and of those that there are. */

#include "fix_work.h"

#include "host.h"

#include <string.h>

/** How a directory becomes a mount, in fstab. */
static const struct mount_line {
	const char *dir, *line;
} mount_lines[] = {
	{ "/tmp", "tmpfs /tmp tmpfs mode=1777,nosuid,nodev,size=50%,nr_inodes=1m 0 0" },
	{ "/var/tmp", "/var/tmp /var/tmp none bind 0 0" },
	{ "/dev/shm", "tmpfs /dev/shm tmpfs nosuid,nodev 0 0" },
	{ "/run/lock", "tmpfs /run/lock tmpfs mode=1777,nosuid,nodev,noexec,size=5M 0 0" },
};

/** Beginning of a line of fstab for dir, up to its options. */
static const char *fstab_pattern(struct arena *arena, const char *dir) {
	return arena_text(
	        arena, "^([[:blank:]]*[^#[:blank:]][^[:blank:]]*[[:blank:]]+%s/*[[:blank:]]+[^[:blank:]]+[[:blank:]]+)",
	        fix_pattern(arena, dir));
}

/** Options that can stand behind a protective one and leave it in force. */
static const char harmless[] = "(,(no[a-z]+|mode=[0-7]+|[a-z_]+=[0-9]+[kmgtKMGT%]*))*";

/** The line of fstab for the directory; NULL: it has none. */
static const char *fstab_line(struct fix_work *work, const char *dir) {
	struct bytes bytes;

	if (tree_load(&work->host->tree, "/etc/fstab", work->arena, &bytes) < 0)
		return NULL;
	for (const char *line = bytes.data, *end = bytes.data + bytes.size; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *text = arena_bytes(work->arena, line, (size_t)((newline ? newline : end) - line));
		const size_t blank = strspn(text, " \t"), device = strcspn(text + blank, " \t");
		const char *target = text + blank + device + strspn(text + blank + device, " \t");
		size_t length = strcspn(target, " \t");

		while (length > 1 && target[length - 1] == '/')
			--length;
		if (text[blank] != '#' && length == strlen(dir) && memcmp(target, dir, length) == 0)
			return text;
		line = newline ? newline + 1 : end;
	}
	return NULL;
}

static bool fstab_has(struct fix_work *work, const char *dir) {
	return fstab_line(work, dir);
}

/** Whether a line of fstab ends with the type: the options may be left out. */
static bool lacks_options(const char *line) {
	unsigned fields = 0;

	for (line += strspn(line, " \t"); *line; line += strspn(line, " \t")) {
		line += strcspn(line, " \t");
		++fields;
	}
	return fields == 3;
}

/** Let the line of fstab for dir have the option, as the last that says anything of it. */
static void edit_fstab(struct fix_work *work, const char *dir, const char *option) {
	struct arena *arena = work->arena;
	const char *start = fstab_pattern(arena, dir);
	const char *line = fstab_line(work, dir);

	if (line && lacks_options(line))
		fix_add(work,
		        &(struct fix) { .kind = FIX_EDIT,
		                        .path = "/etc/fstab",
		                        .match = arena_text(arena, "^(%s)[[:blank:]]*$", fix_pattern(arena, line)),
		                        .text = "\\1 defaults" });
	fix_add(work, &(struct fix) { .kind = FIX_EDIT,
	                              .path = "/etc/fstab",
	                              .match = arena_text(arena, "%s([^[:blank:]]+)", start),
	                              .text = arena_text(arena, "\\1\\2,%s", option),
	                              .unless = arena_text(arena, "%s([^[:blank:]]*,)?%s%s([[:blank:]]|$)", start,
	                                                   fix_pattern(arena, option), harmless),
	                              .brief = arena_text(arena, "fstab_option %s %s",
	                                                  fix_word(arena, fix_pattern(arena, dir)), option) });
	fix_add_after(work, DAEMON_RELOAD);
}

/** The same for Options= of a unit or drop-in. */
static void edit_options(struct fix_work *work, const char *path, const char *option) {
	const char *quoted = fix_pattern(work->arena, option);

	fix_add(work, &(struct fix) {
	                      .kind = FIX_EDIT,
	                      .path = path,
	                      .match = "^(Options=.*[^[:blank:]])[[:blank:]]*$",
	                      .text = arena_text(work->arena, "\\1,%s", option),
	                      .unless = arena_text(work->arena, "[=,]%s%s[[:blank:]]*$", quoted, harmless),
	              });
	fix_add_after(work, DAEMON_RELOAD);
}

/** What a unit's Options= must say for these to be what it hands to mount(8). */
static const char *unit_options(struct arena *arena, const char *options) {
	struct builder text = { .arena = arena };

	for (; *options; ++options) {
		builder_bytes(&text, options, 1);
		if (*options == '%')
			builder_text(&text, "%");
	}
	return builder_string(&text);
}

/** Let a drop-in of ours, which takes over the options that there are, have the option. */
static void edit_dropin(struct fix_work *work, const char *unit, const char *options, const char *option) {
	struct arena *arena = work->arena;
	const char *path = arena_text(arena, "/etc/systemd/system/%s.d/" OURS, unit);

	fix_add(work, &(struct fix) { .kind = FIX_ADD,
	                              .path = path,
	                              .head = "[Mount]",
	                              .match = "^Options=",
	                              .text = arena_text(arena, "Options=%s", unit_options(arena, options)) });
	edit_options(work, path, option);
}

#define TMP_OPTIONS "mode=1777,strictatime,nosuid,nodev,size=50%,nr_inodes=1m"
static const char tmp_example[] = "/usr/share/systemd/tmp.mount";

/** Whether what the next boot mounts there is by the unit tmp.mount, or is to be. */
static void enable_tmp(struct fix_work *work, const char *option) {
	static const char tmp_unit[] = "/usr/lib/systemd/system/tmp.mount";
	const struct unit *unit = unit_find(work->host->units, "tmp.mount");
	const char *options = TMP_OPTIONS;
	const bool own = fix_exists(work, tmp_unit);

	if (unit && unit->masked)
		fix_unmask(work, "tmp.mount");
	if (unit && unit->path && !unit->masked) {
		const struct unit_setting *setting = unit_setting(unit, "Mount", "Options");

		options = setting ? setting->value : "defaults";
	}
	if (!own)
		fix_add(work, &(struct fix) {
		                      .kind = FIX_COPY, .path = tmp_example, .text = "/etc/systemd/system/tmp.mount" });
	fix_pull_in(work, "local-fs.target", "tmp.mount", own ? tmp_unit : "/etc/systemd/system/tmp.mount");
	if (option) {
		struct builder plain = { .arena = work->arena };

		for (const char *at = options; *at; ++at)
			if (!(at[0] == '%' && at[1] == '%'))
				builder_bytes(&plain, at, 1);
		edit_dropin(work, "tmp.mount", builder_string(&plain), option);
	}
	result_breaks(work->result, true,
	              "what lies in /tmp is set aside in /var/lib/tmpaudit; /tmp is then in memory, and empty after a "
	              "restart: programs that have files or sockets there are to be started again");
}

static const struct mount *boot_mount(const struct host *host, const char *dir) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_BOOT)
			return mount_covering(view, dir, 0);
	return NULL;
}

const struct mount *fix_live_mount(const struct host *host, const struct tempdir *dir) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE && dir && dir->object.mount_id)
			return mount_covering(view, dir->real ? dir->real : dir->path, dir->object.mount_id);
	return NULL;
}

/** Whether a boot without more ado can have /tmp by systemd's own unit. */
static bool has_tmp_unit(struct fix_work *work) {
	const struct unit *unit = unit_find(work->host->units, "tmp.mount");

	if (!work->host->units->systemd)
		return false;
	return fix_exists(work, tmp_example) || (unit && (unit->path || unit->masked) &&
	                                         (fix_exists(work, "/usr/lib/systemd/system/tmp.mount") ||
	                                          fix_exists(work, "/etc/systemd/system/tmp.mount") ||
	                                          fix_exists(work, "/lib/systemd/system/tmp.mount")));
}

static void mount_at_boot(struct fix_work *work, const char *dir, const char *option) {
	struct arena *arena = work->arena;
	const struct host *host = work->host;
	const struct tempdir *temporary = host_tempdir(host, dir);
	const char *real = temporary && temporary->real ? temporary->real : dir;
	const struct mount *mount = boot_mount(host, real);
	const bool own = mount && !mount->unknown && mount_is_own(mount, real);
	const char *name = unit_of_mount(arena, real);
	const char *path = own ? fix_source_path(arena, mount->source) : NULL;
	const struct unit *unit = unit_find(host->units, name);

	if (!fix_is_tellable(arena, real) || strpbrk(real, " \t\\")) {
		fix_add_by_hand(work);
		return;
	}
	if (path && strcmp(path, "/etc/fstab") == 0) {
		if (option)
			edit_fstab(work, real, option);
		return;
	}
	if (path && text_starts(path, "/etc/systemd/system/") && text_ends(path, ".conf") &&
	    strcmp(fix_last_name(path), OURS) > 0) {
		if (option)
			edit_options(work, path, option);
		return;
	}
	if (path && unit && unit->path) {
		if (option)
			edit_dropin(work, name, mount->options, option);
		return;
	}
	if (!own && unit && unit->masked)
		fix_unmask(work, name);
	if (!own && !fstab_has(work, real) && strcmp(real, "/tmp") == 0 && has_tmp_unit(work)) {
		enable_tmp(work, option);
		return;
	}
	for (size_t i = 0; i < sizeof mount_lines / sizeof *mount_lines; ++i) {
		if (strcmp(mount_lines[i].dir, real) != 0)
			continue;
		fix_add(work, &(struct fix) { .kind = FIX_ADD,
		                              .path = "/etc/fstab",
		                              .match = fstab_pattern(arena, real),
		                              .text = mount_lines[i].line,
		                              .brief = arena_text(arena, "fstab_line %s '%s'",
		                                                  fix_word(arena, fix_pattern(arena, real)),
		                                                  mount_lines[i].line) });
		edit_fstab(work, real, option ? option : "nosuid");
		return;
	}
	if (fstab_has(work, real) && option)
		edit_fstab(work, real, option);
	else
		fix_add_by_hand(work);
}

static void mount_now(struct fix_work *work, const char *dir, const char *option) {
	struct arena *arena = work->arena;
	const struct host *host = work->host;
	const struct tempdir *temporary = host_tempdir(host, dir);
	const char *real = temporary && temporary->real ? temporary->real : dir;
	const struct mount *mount = temporary ? fix_live_mount(host, temporary) : NULL;
	const bool own = mount && mount_is_own(mount, real);
	const char *word = fix_word(arena, real);

	if (!word) {
		fix_add_by_hand(work);
		return;
	}
	if (!own && temporary && strcmp(real, "/tmp") == 0 && has_tmp_unit(work) && !fstab_has(work, real)) {
		const struct mount *boot = boot_mount(host, real);

		if (!boot || !mount_is_own(boot, real))
			enable_tmp(work, NULL);
		fix_add_run(work, "findmnt -n -M /tmp >/dev/null",
		            "systemctl daemon-reload && systemctl start tmp.mount");
		fix_add(work, &(struct fix) { .kind = FIX_UNCOVER, .path = real });
	} else if (!own && !option && strcmp(real, "/dev/shm") == 0) {
		fix_add_run(work, "findmnt -n -M /dev/shm >/dev/null",
		            "mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm");
	} else if (!option) {
		/* Where it is of a wrong type, the next boot has to mend it. */
		fix_add_run(work, arena_text(arena, "findmnt -n -M %s >/dev/null", word),
		            arena_text(arena, "mount --bind %s %s", word, word));
	}
	if (option)
		fix_add(work, &(struct fix) { .kind = FIX_REMOUNT, .path = real, .text = option });
}

/** Whether it is one of the directories that are to be mounts. */
static bool is_mountable(const char *dir) {
	for (size_t i = 0; i < sizeof mount_lines / sizeof *mount_lines; ++i)
		if (strcmp(mount_lines[i].dir, dir) == 0)
			return true;
	return false;
}

void fix_resolve_mount(struct fix_work *work, const struct fix *fix) {
	const char *separate = strcmp(fix->text ? fix->text : "", "") == 0 ? NULL : fix->text;

	if (work->finding->aspect == ASPECT_BOOT ||
	    (work->finding->aspect == ASPECT_BEHAVIOUR && is_mountable(fix->path)))
		mount_at_boot(work, fix->path, separate);
	if (work->finding->aspect != ASPECT_BOOT)
		mount_now(work, fix->path, separate);
}

void fix_resolve_boot(struct fix_work *work) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const char *path = NULL, *name = unit_of_mount(arena, finding->subject);
	const unsigned number = fix_source(arena, finding->source, &path);
	const bool fstab = path && strcmp(path, "/etc/fstab") == 0;

	if (*finding->subject != '/' || !fix_is_tellable(arena, finding->subject) ||
	    strpbrk(finding->subject, " \t\\")) {
		fix_add_by_hand(work);
	} else if (strstr(finding->message, "a mask in /etc disables")) {
		fix_unmask(work, name);
	} else if (strstr(finding->message, "a unit in /etc takes the place of") ||
	           strstr(finding->message, "two lines in fstab") || strstr(finding->message, "cannot be parsed") ||
	           strstr(finding->message, "dropped without a word")) {
		const struct fix comment = { .kind = FIX_COMMENT };

		if (fstab && number)
			fix_resolve_comment(work, &comment);
		else
			fix_add(work, &(struct fix) { .kind = FIX_EDIT,
			                              .path = "/etc/fstab",
			                              .match = arena_text(arena, "%s(.*)$",
			                                                  fstab_pattern(arena, finding->subject)),
			                              .text = "# tmpaudit took out: \\1\\2" });
	} else if (strstr(finding->message, "not mounted at boot")) {
		fix_add(work, &(struct fix) { .kind = FIX_EDIT,
		                              .path = "/etc/fstab",
		                              .match = arena_text(arena, "%s(([^[:blank:]]*,)?)noauto([,[:blank:]]|$)",
		                                                  fstab_pattern(arena, finding->subject)),
		                              .text = "\\1\\2auto\\4" });
	} else if (strstr(finding->message, "that nothing pulls in")) {
		fix_pull_in(work, "local-fs.target", name, arena_text(arena, "/etc/systemd/system/%s", name));
	} else if (text_starts(finding->message, "loses ") && path && fix_is_own(path)) {
		char *lost = arena_copy(arena, finding->message + strlen("loses "));

		lost[strcspn(lost, ":")] = '\0';
		for (char *at = lost; *at;) {
			const size_t length = strcspn(at, ", ");

			if (length)
				edit_options(work, path, unit_options(arena, arena_bytes(arena, at, length)));
			at += length + strspn(at + length, ", ");
		}
	} else if (strstr(finding->message, "option") && path && fix_is_own(path) && finding->actual &&
	           finding->expected && fix_is_tellable(arena, finding->actual)) {
		/* A misspelt one, or one with a value that it does not take. */
		const bool known = !strchr(finding->expected, ' ');
		const char *wrong = fix_pattern(arena, finding->actual);

		fix_add(work,
		        &(struct fix) {
		                .kind = FIX_EDIT,
		                .path = path,
		                .match = fstab ? arena_text(arena, "%s(([^[:blank:]]*,)?)%s([,[:blank:]]|$)",
		                                            fstab_pattern(arena, finding->subject), wrong)
		                               : arena_text(arena, "^(Options=)((.*,)?)%s([,[:blank:]]|$)", wrong),
		                .text = known ? arena_text(arena, "\\1\\2%s\\4", finding->expected)
		                              : "\\1\\2defaults\\4" });
		fix_add_after(work, DAEMON_RELOAD);
	} else {
		fix_add_by_hand(work);
	}
}

void fix_resolve_alias(struct fix_work *work, const struct fix *fix) {
	static const char *const options[] = { "nosuid", "nodev", "noexec", NULL };
	struct arena *arena = work->arena;
	const struct host *host = work->host;
	const struct mount *mount = NULL;
	const struct alias *foreign = NULL;

	/* The path may lie anywhere in what the mount shows. */
	for (const struct alias *alias = host->aliases; alias && alias->dir; ++alias) {
		if (strcmp(alias->path, work->finding->subject) != 0)
			continue;
		if (alias->process)
			foreign = alias;
		else
			mount = alias->mount;
	}
	if (!mount && foreign) {
		fix_add_by_hand(work);
		fix_add_hand(work,
		             "mounts that others had before are theirs until they start again: restart what runs in "
		             "them, or the host");
		return;
	}
	if (!mount || strcmp(mount->target, "/") == 0 || !fix_is_tellable(arena, mount->target)) {
		fix_add_by_hand(work);
		return;
	}
	(void)fix;
	for (const char *const *option = options; *option; ++option) {
		fix_add(work, &(struct fix) { .kind = FIX_REMOUNT, .path = mount->target, .text = *option });
		if (!strpbrk(mount->target, " \t\\") && fstab_has(work, mount->target))
			edit_fstab(work, mount->target, *option);
	}
}

void fix_resolve_limits(struct fix_work *work, const struct fix *fix) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const uint64_t most = work->host->policy->parameters[PARAMETER_LIMITS_MEMORY];
	const char *size = arena_text(arena, "size=%llu%%", (unsigned long long)(most < 50 ? most : 50));
	const char *actual = finding->actual ? finding->actual : "";
	const char *word = fix_word(arena, fix->path);

	/* It is full: what to remove nobody can say for others.  Another type is another mount. */
	if (strstr(finding->message, "full") || strstr(actual, "ramfs") || !word) {
		fix_add_by_hand(work);
	} else if (finding->aspect == ASPECT_BOOT) {
		mount_at_boot(work, fix->path, size);
		mount_at_boot(work, fix->path, "nr_inodes=1m");
	} else if (strstr(actual, "=0")) {
		fix_add_hand(
		        work,
		        arena_text(
		                arena,
		                "%s: is mounted with %s, and the kernel limits nothing afterwards: restart the host, "
		                "once the configuration of its boot states a limit",
		                fix->path, actual));
	} else {
		fix_add_run(work,
		            arena_text(arena,
		                       "[ \"$(df --output=size -k %s | tail -n 1)\" -le \"$(($(sed -n 's/^MemTotal: "
		                       "*\\([0-9]*\\).*/\\1/p' /proc/meminfo) * %llu / 100))\" ]",
		                       word, (unsigned long long)most),
		            arena_text(arena, "mount -o remount,%s %s", size, word));
	}
}

/** Let a field of the lines of tmpfiles.d for these names, behind those that before matches, be text; unless it is "-".
 */
static void edit_field(struct fix_work *work, const char *path, const char *names, const char *before,
                       const char *text) {
	fix_add(work, &(struct fix) {
	                      .kind = FIX_EDIT,
	                      .path = path,
	                      .match = arena_text(work->arena,
	                                          "^([[:blank:]]*[dDvqQCemzZ][^[:blank:]]*[[:blank:]]+\"?%s\"?[[:"
	                                          "blank:]]+%s)([^-[:blank:]][^[:blank:]]*)",
	                                          names, before),
	                      .text = text,
	              });
}

void fix_resolve_stated(struct fix_work *work) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const struct tempdir *dir = host_tempdir(work->host, finding->subject);
	const char *path = fix_source_path(arena, finding->source);
	const char *real = dir && dir->real ? dir->real : finding->subject;
	const unsigned widest = dir ? dir->widest : 01777;
	const unsigned owner = dir ? dir->owner : 0;

	if (!path || !fix_is_tellable(arena, real) || strpbrk(real, " \t")) {
		fix_add_by_hand(work);
		return;
	}
	if (strstr(path, "tmpfiles.d/")) {
		path = fix_own_copy(work, path);
		if (!path) {
			fix_add_by_hand(work);
			return;
		}
		/* By whichever of its names the line calls it. */
		const char *names =
		        arena_text(arena, "(%s|%s)/*", fix_pattern(arena, finding->subject), fix_pattern(arena, real));
		edit_field(work, path, names, "", arena_text(arena, "\\1%04o", widest));
		edit_field(work, path, names, "[^[:blank:]]+[[:blank:]]+",
		           owner ? arena_text(arena, "\\1%u", owner) : "\\1root");
		return;
	}
	const bool fstab = strcmp(path, "/etc/fstab") == 0;
	const char *start = fstab ? fstab_pattern(arena, real) : "^(Options=)";
	if (!fstab && !fix_is_own(path)) {
		fix_add_by_hand(work);
		return;
	}
	fix_add(work, &(struct fix) { .kind = FIX_EDIT,
	                              .path = path,
	                              .match = arena_text(arena, "%s(([^[:blank:]]*,)?)mode=[^,[:blank:]]*", start),
	                              .text = arena_text(arena, "\\1\\2mode=%o", widest) });
	fix_add(work, &(struct fix) { .kind = FIX_EDIT,
	                              .path = path,
	                              .match = arena_text(arena, "%s(([^[:blank:]]*,)?)uid=[^,[:blank:]]*", start),
	                              .text = arena_text(arena, "\\1\\2uid=%u", owner) });
	fix_add_after(work, DAEMON_RELOAD);
}
