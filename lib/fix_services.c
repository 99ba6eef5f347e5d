/** Repairs of services, their processes and their clean-up, and of sessions. */

#include "fix_work.h"

#include "host.h"

#include <string.h>

/* Units */

void fix_unmask(struct fix_work *work, const char *unit) {
	fix_add_run(work,
	            arena_text(work->arena,
	                       "! { [ -L /etc/systemd/system/%s ] || [ -f /etc/systemd/system/%s ]; } || [ -s "
	                       "/etc/systemd/system/%s ]",
	                       unit, unit, unit),
	            arena_text(work->arena, "rm /etc/systemd/system/%s", unit));
}

void fix_pull_in(struct fix_work *work, const char *target, const char *unit, const char *path) {
	struct arena *arena = work->arena;

	fix_add_run(work,
	            arena_text(arena,
	                       "[ -L /etc/systemd/system/%s.wants/%s ] || [ -L /usr/lib/systemd/system/%s.wants/%s ]",
	                       target, unit, target, unit),
	            arena_text(arena, "mkdir -p /etc/systemd/system/%s.wants && ln -s %s /etc/systemd/system/%s.wants/",
	                       target, path, target));
}

/** Set aside what the administrator has put in the place of a unit, or laid over it, as systemctl(1) revert removes it.
 */
static void set_aside_own(struct fix_work *work, const char *name) {
	const struct unit *unit = unit_find(work->host->units, name);
	bool dropins = false;

	for (const char *const *dropin = unit ? unit->dropins : NULL; dropin && *dropin; ++dropin)
		dropins = dropins || fix_is_own(*dropin);
	if (dropins)
		fix_add(work, &(struct fix) { .kind = FIX_ASIDE,
		                              .path = arena_text(work->arena, "/etc/systemd/system/%s.d", name) });
	if (unit && !unit->masked && fix_is_own(unit->path))
		fix_add(work, &(struct fix) { .kind = FIX_ASIDE, .path = arena_copy(work->arena, unit->path) });
	if (dropins || (unit && fix_is_own(unit->path)))
		fix_add_after(work, DAEMON_RELOAD);
}

void fix_resolve_unmask(struct fix_work *work, const struct fix *fix) {
	const struct unit *unit = unit_find(work->host->units, fix->path);
	struct arena *arena = work->arena;

	if (unit && unit->masked)
		fix_unmask(work, fix->path);
	if (!text_ends(fix->path, ".timer"))
		return;
	const char *service = arena_text(arena, "%.*s.service", (int)(strlen(fix->path) - strlen(".timer")), fix->path);
	unit = unit_find(work->host->units, service);
	if (unit && unit->masked)
		fix_unmask(work, service);
	set_aside_own(work, fix->path);
	set_aside_own(work, service);
	fix_pull_in(work, "timers.target", fix->path, arena_text(arena, "/usr/lib/systemd/system/%s", fix->path));
}

void fix_resolve_exemption(struct fix_work *work, const struct fix *fix) {
	const struct tmpfiles *tmpfiles = work->host->tmpfiles;
	const struct tempdir *dir = host_tempdir(work->host, fix->path);
	const char *real = dir && dir->real ? dir->real : fix->path;
	struct arena *arena = work->arena;

	for (size_t i = 0; tmpfiles && i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];
		const char *path = NULL;

		if (!cleaning_exempts(arena, line, real))
			continue;
		const unsigned number = fix_source(arena, line->source, &path);
		const char *text = number ? fix_line(work, path, number) : NULL;
		const char *copy = strchr("xX", line->type) && text && fix_is_tellable(arena, text)
		                           ? fix_own_copy(work, path)
		                           : NULL;
		if (copy)
			fix_add(work, &(struct fix) { .kind = FIX_EDIT,
			                              .path = copy,
			                              .match = arena_text(arena, "^(%s)$", fix_pattern(arena, text)),
			                              .text = "# tmpaudit took out: \\1" });
		else
			fix_add_hand(work,
			             arena_text(arena, "%s: %s exempts what lies there", fix->path, line->source));
	}
}

/* Processes */

/** The service of a process, by its control group; NULL: it is of none that can be started again without more ado. */
static const char *process_unit(struct fix_work *work, const char *pid) {
	static const char *const kept[] = { "dbus", "systemd-", "user@", "init.scope", NULL };
	struct arena *arena = work->arena;
	struct bytes group;

	if (tree_load(&work->host->tree, arena_text(arena, "/proc/%s/cgroup", pid), arena, &group) < 0)
		return NULL;
	host_gather(work->host, FACT_UNITS);
	const char *path = strstr(group.data, "/system.slice/");
	if (!path)
		return NULL;
	path = arena_bytes(arena, path, strcspn(path, "\n"));
	const char *name = fix_last_name(path);
	for (const char *const *word = kept; *word; ++word)
		if (text_starts(name, *word))
			return NULL;
	return text_ends(name, ".service") && fix_is_tellable(arena, name) && unit_find(work->host->units, name) ? name
	                                                                                                         : NULL;
}

/** The number of the process that is the subject of the finding; NULL: it is none. */
static const char *process_of(struct fix_work *work) {
	const char *number = work->finding->subject;

	if (!text_starts(number, "pid "))
		return NULL;
	number += strlen("pid ");
	number = arena_bytes(work->arena, number, strspn(number, "0123456789"));
	return *number ? number : NULL;
}

void fix_resolve_process(struct fix_work *work) {
	struct arena *arena = work->arena;
	const char *pid = process_of(work);
	const char *name = pid ? process_unit(work, pid) : NULL;
	const struct unit *unit = name ? unit_find(work->host->units, name) : NULL;
	const bool umask = strcmp(work->result->check->id, "umask.processes") == 0;
	const struct unit_setting *setting = unit && umask ? unit_setting(unit, "Service", "UMask") : NULL;
	uint64_t stated = 022;

	if (setting && !text_number(setting->value, 8, 0777, &stated))
		stated = 022;
	/* By a good UMask= it is the program itself that sets another. */
	if (!unit || (umask && (stated & 022) == 022)) {
		fix_add_by_hand(work);
		return;
	}
	if (umask)
		fix_add(work,
		        &(struct fix) { .kind = FIX_LINE,
		                        .path = arena_text(arena, "/etc/systemd/system/%s.d/" OURS, name),
		                        .head = "[Service]",
		                        .match = "^UMask=.*$",
		                        .text = arena_text(arena, "UMask=%s",
		                                           fix_mark(arena, work->host->policy, NULL, "umask.services",
		                                                    strlen("umask.services"))) });
	/* The number is another one's by then, or nobody's: it has to be that service's still. */
	fix_add_run(work, arena_text(arena, "! grep -q /%s /proc/%s/cgroup 2>/dev/null", fix_pattern(arena, name), pid),
	            arena_text(arena, "systemctl daemon-reload && systemctl try-restart -- %s", fix_word(arena, name)));
}

void fix_resolve_command(struct fix_work *work) {
	static const char *const spared[] = { "EnvironmentFile=*", "PIDFile=*", "WorkingDirectory=*", NULL };
	const char *path = fix_source_path(work->arena, work->finding->source);

	if (path && (strcmp(path, "/etc/crontab") == 0 || text_path_within(path, "/etc/cron.d"))) {
		fix_resolve_comment(work, &(struct fix) { .kind = FIX_COMMENT });
		result_breaks(work->result, true,
		              "the job is not run any more, until its file has moved and its line is written again");
	} else if (path && text_path_within(path, "/etc/systemd/system")) {
		const size_t before = work->result->nsteps;

		for (const char *const *key = spared; *key; ++key)
			fix_resolve_comment(work, &(struct fix) { .kind = FIX_COMMENT, .match = *key });
		if (work->result->nsteps == before) {
			fix_add_by_hand(work);
			return;
		}
		result_breaks(work->result, true, "the service goes without the file that the line names");
		fix_add_after(work, DAEMON_RELOAD);
	} else {
		fix_add_by_hand(work);
	}
}

/* Sessions */

/** Let a line of namespace.conf give instances in memory, with what protects the directory, to all but root. */
static void edit_instances(struct fix_work *work, const char *path, unsigned number) {
	struct arena *arena = work->arena;
	const char *dir = work->finding->subject;
	const char *text = fix_line(work, path, number);

	if (!text || !fix_is_tellable(arena, text) || !fix_is_tellable(arena, dir) || strpbrk(dir, " \t\\")) {
		fix_add_by_hand(work);
		return;
	}
	fix_add(work,
	        &(struct fix) {
	                .kind = FIX_EDIT,
	                .path = path,
	                .match = arena_text(arena, "^%s$", fix_pattern(arena, text)),
	                .text = fix_replacement(
	                        arena, arena_text(arena, "%s tmpfs tmpfs:mntopts=nosuid,nodev,noexec root", dir)) });
}

void fix_resolve_sessions(struct fix_work *work) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const char *path = NULL;
	const unsigned number = fix_source(arena, finding->source, &path);

	if (number && text_path_within(path, "/etc/pam.d") &&
	    text_equal(finding->actual, "ignore_instance_parent_mode"))
		fix_add(work, &(struct fix) { .kind = FIX_EDIT,
		                              .path = path,
		                              .match = "^([^#]*pam_namespace\\.so.*)[[:blank:]]+ignore_instance_parent_"
		                                       "mode([[:blank:]].*)?$",
		                              .text = "\\1\\2" });
	else if (number && text_equal(path, "/etc/security/tmpdir.conf"))
		fix_add(work,
		        &(struct fix) {
		                .kind = FIX_EDIT, .path = path, .match = "^tmpdir=.*$", .text = "tmpdir=/tmp/user" });
	else if (number && text_path_within(path, "/etc/security") && *finding->subject == '/')
		edit_instances(work, path, number);
	else if (text_starts(finding->expected ? finding->expected : "", "private ") &&
	         fix_exists(work, "/usr/bin/apt-get"))
		fix_add_run(work, "dpkg-query -W libpam-tmpdir >/dev/null 2>&1",
		            "DEBIAN_FRONTEND=noninteractive apt-get -y install libpam-tmpdir");
	else
		fix_add_by_hand(work);
}
