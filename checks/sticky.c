/** Restricted deletion: where several users share a directory, each removes only what is his own. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

/** Who can write to a directory besides its owner and root. */
struct writers {
	bool everybody;
	/** The first user or group that an access list names; NULL: none. */
	const struct acl_entry_fact *named;
	/** Whether the owning group may write, how many others are in it, and whether only a name service knows. */
	bool group;
	size_t members;
	bool group_unknown;
};

/** Of the group root nobody is a member who could not do it anyway. */
static struct writers find_writers(const struct host *host, const struct object *object) {
	struct writers writers = { .everybody = object_everybody_writes(object) };

	for (size_t i = 0; i < object->acl.access.nentries && !writers.named; ++i) {
		const struct acl_entry_fact *entry = &object->acl.access.entries[i];
		const bool other =
		        (entry->tag == ACL_ENTRY_USER && entry->id != object->uid) || entry->tag == ACL_ENTRY_GROUP;

		if (other && entry->id != 0 && (entry->effective & 2))
			writers.named = entry;
	}
	writers.group = object->gid != 0 && (object_group_bits(object) & 2);
	if (writers.group && host->accounts) {
		writers.members = group_others(host->accounts, object->gid, object->uid);
		writers.group_unknown =
		        !writers.members && host->accounts->foreign && !group_by_gid(host->accounts, object->gid);
	}
	return writers;
}

/** The object as a finding shows it: its mode and owners, and who writes in spite of them. */
static const char *show(struct result *result, const struct host *host, const struct object *object,
                        const struct writers *writers) {
	const char *shown = object_shown(result->arena, host->accounts, object);

	/* Whoever everybody is, the group among them changes nothing. */
	if (writers->everybody)
		return object->uid == 0 ? result_text(result, "%04o", (unsigned)object->mode & 07777)
		                        : result_text(result, "%04o uid %s", (unsigned)object->mode & 07777,
		                                      account_shown(result->arena, host->accounts, object->uid));
	if (writers->named)
		return result_text(result, "%s, %s", shown,
		                   object_entry_shown(result->arena, host->accounts, writers->named));
	return result_text(result, "%s, whose group has %zu more member%s", shown, writers->members,
	                   writers->members == 1 ? "" : "s");
}

/** Whether the directory is there to be judged, and by this name; says so if it could not be examined. */
static bool is_judged(struct result *result, const struct tempdir *dir) {
	if (dir->same_as)
		return false;
	if (dir->unknown) {
		result_unknown(result, &(struct finding) {
		                               .subject = dir->path,
		                               .message = dir->unknown,
		                               .aspect = ASPECT_FILE,
		                       });
		return false;
	}
	return dir->exists && dir->directory;
}

static void run_shared(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (!is_judged(result, dir))
			continue;
		const struct object *object = &dir->object;
		const struct writers writers = find_writers(host, object);
		const bool sticky = object->mode & S_ISVTX;
		const bool shared = writers.everybody || writers.named || writers.members;

		if (!sticky && !shared && writers.group_unknown) {
			result_unknown(
			        result,
			        &(struct finding) {
			                .subject = dir->path,
			                .message = "is writable by a group whose members only a name service knows",
			                .aspect = ASPECT_FILE,
			        });
			continue;
		}
		if (!sticky && !shared && writers.group)
			result_note(
			        result, dir->path,
			        "is writable by its group, which has no members: good for set-group-id programs only");
		result_judge(result, sticky || !shared,
		             &(struct finding) {
		                     .subject = dir->path,
		                     .message = "lacks the sticky bit: who may write there removes and renames the "
		                                "files of others",
		                     .expected = result_text(result, "%04o", dir->widest),
		                     .actual = show(result, host, object, &writers),
		                     .aspect = ASPECT_FILE,
		             });
	}
	result_skip(result, "there is no temporary directory");
}

static void judge_nested(struct result *result, const struct host *host, const struct nested_dir *dir) {
	const struct object *object = &dir->object;
	const struct writers writers = find_writers(host, object);
	const bool sticky = object->mode & S_ISVTX;

	if (dir->unknown) {
		result_unknown(result, &(struct finding) {
		                               .subject = dir->path,
		                               .message = dir->unknown,
		                               .aspect = ASPECT_FILE,
		                       });
		return;
	}
	if (!writers.everybody && !writers.named)
		return;
	result_judge(
	        result, sticky && object->uid == 0,
	        &(struct finding) {
	                .subject = dir->path,
	                .message = sticky ? "is shared, and its owner may remove and rename the files of all others"
	                                  : "is shared without the sticky bit: who may write there removes and renames "
	                                    "the files of others",
	                .expected = sticky ? "owned by root, or private" : "sticky or private",
	                .actual = show(result, host, object, &writers),
	                .aspect = ASPECT_FILE,
	        });
}

static void run_nested(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!host->nested)
		return;
	for (const struct tempdir *top = host->tempdirs; top && top->path; ++top)
		if (top->class == TEMPDIR_SHARED && is_judged(result, top))
			result_judge(result, true, &(struct finding) { .subject = top->path, .aspect = ASPECT_FILE });
	for (size_t i = 0; i < host->nested->ndirs; ++i)
		judge_nested(result, host, &host->nested->dirs[i]);
	result_skip(result, "there is no shared temporary directory");
}

/** Of a directory that lies anywhere: what is wrong with it, for it would not stand in the fact otherwise. */
static void judge_everywhere(struct result *result, const struct host *host, const struct everywhere_dir *dir) {
	const bool sticky = dir->mode & S_ISVTX, owned = dir->uid == 0 || dir->uid < host->accounts->uid_min;
	const struct finding finding = {
		.subject = dir->path,
		.message = sticky ? "is shared, and its owner, who is no system account, may remove and rename the "
		                    "files of all "
		                    "others"
		                  : "is shared without the sticky bit: who may write there removes and renames the "
		                    "files of others",
		.expected = "sticky, system owner",
		.actual = result_text(result, "%04o uid %s%s%s", (unsigned)dir->mode,
		                      account_shown(result->arena, host->accounts, dir->uid), dir->acl ? ", " : "",
		                      dir->acl ? dir->acl : ""),
		.aspect = ASPECT_FILE,
	};

	if (sticky && dir->unmapped) {
		result_unknown(result, &(struct finding) {
		                               .subject = dir->path,
		                               .message = "has an owner that this user namespace does not map",
		                               .aspect = ASPECT_FILE,
		                       });
		return;
	}
	result_judge(result, sticky && owned, &finding);
	if (!dir->reachable)
		result_note(result, dir->path, "is a lower risk: not everybody can enter the directories above it");
}

static void run_everywhere(const struct check *check, const struct host *host, struct result *result) {
	const struct everywhere *everywhere = host->everywhere;

	(void)check;
	if (!everywhere || !host->accounts)
		return;
	for (const struct everywhere_dir *dir = everywhere->dirs; dir && dir->path; ++dir)
		judge_everywhere(result, host, dir);
	if (everywhere->total > everywhere->ndirs && everywhere->ndirs == 0)
		result_unknown(result,
		               &(struct finding) {
		                       .subject = "/",
		                       .message = "has such directories, but there is no memory for their names",
		                       .aspect = ASPECT_FILE,
		               });
	else if (everywhere->total > everywhere->ndirs)
		result_more(result, everywhere->total - everywhere->ndirs);
	/* All the others that were looked at are good. */
	if (everywhere->examined > everywhere->total)
		result_judge(result, true, &(struct finding) { .subject = "/", .aspect = ASPECT_FILE });
}

/** Whether the group is the owner's own, with nobody else in it. */
static bool is_private_group(const struct host *host, const struct object *object, size_t members) {
	const struct account *owner = host->accounts ? account_by_uid(host->accounts, object->uid) : NULL;

	return owner && owner->gid == object->gid && !members;
}

/**
 * Whether the directory is shared by a group.  Told by its class and by who may write, sticky or not:
 * a bit set or taken away in repair of something else must not make it one.
 */
static bool is_group_shared(const struct host *host, const struct tempdir *dir) {
	const struct object *object = &dir->object;
	const struct writers writers = find_writers(host, object);
	const bool own = object->gid == 0 || is_private_group(host, object, writers.members);

	if (dir->class == TEMPDIR_SPOOL && (dir->widest & S_IWGRP) && !own)
		return true;
	return !writers.everybody && (writers.named || (writers.group && !own));
}

/** Whether the value is a number of at least 2. */
static bool is_full(const struct sysctl *sysctl) {
	uint64_t number;

	return sysctl->value && text_number(sysctl->value, 10, UINT32_MAX, &number) && number >= 2;
}

static void judge_protection(struct result *result, const struct sysctl_view *view, const struct tempdir *dir) {
	const struct sysctl *regular = sysctl_find(view, "fs.protected_regular");
	const struct sysctl *fifos = sysctl_find(view, "fs.protected_fifos");

	if (!regular || !fifos || regular->unknown || fifos->unknown) {
		const struct sysctl *unknown = regular && regular->unknown ? regular : fifos;

		result_unknown(result, &(struct finding) {
		                               .subject = dir->path,
		                               .message = unknown && unknown->unknown
		                                                  ? result_text(result, "cannot be judged: %s %s",
		                                                                unknown->key, unknown->unknown)
		                                                  : "cannot be judged: the settings are not known",
		                               .source = unknown ? unknown->source : NULL,
		                               .aspect = view->aspect,
		                       });
		return;
	}
	if (regular->absent || fifos->absent) {
		result_skip(result, "the kernel has no fs.protected_regular and fs.protected_fifos");
		return;
	}
	result_judge(
	        result, is_full(regular) && is_full(fifos),
	        &(struct finding) {
	                .subject = dir->path,
	                .message = "is shared by a group, which the kernel protects only where both settings are 2",
	                .expected = "protected_regular 2, protected_fifos 2",
	                .actual = result_text(result, "%s, %s", regular->value ? regular->value : "unset",
	                                      fifos->value ? fifos->value : "unset"),
	                .source = is_full(regular) ? fifos->source : regular->source,
	                .aspect = view->aspect,
	        });
}

static void run_group_writable(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (is_judged(result, dir) && is_group_shared(host, dir))
			for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view)
				judge_protection(result, view, dir);
	result_skip(result, "there is no temporary directory that a group shares");
}

/** What one statement makes of a directory at boot. */
struct statement {
	bool states_mode, states_owner;
	mode_t mode;
	uid_t uid;
	/** Of the group, if that may write: whether it has members. */
	bool group_has_members;
	/** Words for it, and where it is. */
	const char *shown, *source;
};

/** Whether a directory of that mode may do without the sticky bit, for want of sharers. */
static bool is_unshared(const struct tempdir *dir, const struct statement *statement) {
	if (dir->class == TEMPDIR_SHARED)
		return !(statement->mode & (S_IRWXG | S_IRWXO));
	return !(statement->mode & S_IWOTH) && !((statement->mode & S_IWGRP) && statement->group_has_members);
}

static void judge_statement(struct result *result, const struct tempdir *dir, const struct statement *statement) {
	const bool loses_sticky =
	        statement->states_mode && !(statement->mode & S_ISVTX) && !is_unshared(dir, statement);
	const bool is_wide = statement->states_mode && (statement->mode & ~(dir->widest | S_ISVTX));
	const bool is_foreign = statement->states_owner && statement->uid != dir->owner &&
	                        (statement->uid != 0 || dir->class == TEMPDIR_USER);
	const char *message = loses_sticky ? "loses its sticky bit at boot"
	                      : is_foreign ? "is given to another owner at boot"
	                                   : "becomes wider at boot than its kind allows";

	result_judge(result, !loses_sticky && !is_wide && !is_foreign,
	             &(struct finding) {
	                     .subject = dir->path,
	                     .message = message,
	                     .expected = is_foreign ? result_text(result, "%04o, uid %u", dir->widest, dir->owner)
	                                            : result_text(result, "%04o", dir->widest),
	                     .actual = statement->shown,
	                     .source = statement->source,
	                     .aspect = ASPECT_BOOT,
	             });
}

/** Judge what a line of tmpfiles.d makes of the directory.  Returns whether it says anything of mode or owner. */
static bool judge_line(struct result *result, const struct host *host, const struct tempdir *dir,
                       const struct tmpfiles_line *line) {
	/* What is no directory is for tempdir.present. */
	if (!strchr("dDvqQCemzZ", line->type) || !(line->states_mode || line->states_owner))
		return false;
	judge_statement(result, dir,
	                &(struct statement) {
	                        .states_mode = line->states_mode,
	                        .states_owner = line->states_owner,
	                        .mode = line->bits,
	                        .uid = line->uid,
	                        .group_has_members = line->states_group && line->gid != 0 &&
	                                             (!host->accounts || host->accounts->foreign ||
	                                              group_others(host->accounts, line->gid, dir->owner)),
	                        .shown = result_text(result, "%c %s %s %s %s", line->type, line->path, line->mode,
	                                             line->user, line->group),
	                        .source = line->source,
	                });
	return true;
}

static bool judge_tmpfiles(struct result *result, const struct host *host, const struct tempdir *dir,
                           const char *path) {
	const struct tmpfiles *tmpfiles = host->tmpfiles;
	const struct tmpfiles_line *line = tmpfiles_creating(tmpfiles, path);
	bool stated = line && judge_line(result, host, dir, line);

	line = NULL;
	while ((line = tmpfiles_adjusting(tmpfiles, path, line)))
		stated |= judge_line(result, host, dir, line);
	for (const struct tmpfiles_defect *defect = tmpfiles->defects; defect && defect->source; ++defect) {
		if (!defect->path || !text_equal(defect->path, path))
			continue;
		result_unknown(result,
		               &(struct finding) {
		                       .subject = dir->path,
		                       .message = result_text(result, "has a line that systemd-tmpfiles refuses: it %s",
		                                              defect->why),
		                       .source = defect->source,
		                       .aspect = ASPECT_BOOT,
		               });
		stated = true;
	}
	return stated;
}

/** The value of the last option of that name, up to the next comma; NULL if there is none. */
static const char *find_option(const char *options, const char *name) {
	const size_t length = strlen(name);
	const char *found = NULL;

	for (const char *p = options; p && *p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, name, length) == 0 && p[length] == '=')
			found = p + length + 1;
	return found;
}

/** The value as a string: it ends at a comma. */
static const char *option_value(struct result *result, const struct mount *mount, const char *name) {
	const char *value = find_option(mount->options, name);

	if (!value)
		value = find_option(mount->super_options, name);
	return value ? result_text(result, "%.*s", (int)strcspn(value, ","), value) : NULL;
}

/** Judge the options of a memory file system.  Returns whether they say anything of mode or owner. */
static bool judge_mount(struct result *result, const struct host *host, const struct tempdir *dir,
                        const struct mount *mount) {
	const char *mode = option_value(result, mount, "mode"), *uid = option_value(result, mount, "uid");
	const struct account *account = uid && host->accounts ? account_by_name(host->accounts, uid) : NULL;
	uint64_t bits = 0, number = (uid_t)-1;

	if (!mode && !uid)
		return false;
	/* A mode or owner that is none leaves them at what nobody knows: 0 for the one, nobody's for the other. */
	if (mode && !text_number(mode, 8, UINT32_MAX, &bits))
		bits = S_IRWXU | S_IRWXG | S_IRWXO;
	if (uid && !text_number(uid, 10, UINT32_MAX, &number))
		number = text_equal(uid, "root") ? 0 : account ? account->uid : (uid_t)-1;
	judge_statement(result, dir,
	                &(struct statement) {
	                        .states_mode = mode,
	                        .states_owner = uid,
	                        .mode = (mode_t)bits & 07777,
	                        .uid = (uid_t)number,
	                        .group_has_members = true,
	                        .shown = mode && uid ? result_text(result, "mode=%s,uid=%s", mode, uid)
	                                 : mode      ? result_text(result, "mode=%s", mode)
	                                             : result_text(result, "uid=%s", uid),
	                        .source = mount->source,
	                });
	return true;
}

static bool judge_mounts(struct result *result, const struct host *host, const struct tempdir *dir, const char *path) {
	bool stated = false;

	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		if (view->aspect != ASPECT_BOOT)
			continue;
		for (size_t i = 0; i < view->nmounts; ++i) {
			const struct mount *mount = &view->mounts[i];

			if (mount->target && text_equal(mount->target, path) && mount->type &&
			    (text_equal(mount->type, "tmpfs") || text_equal(mount->type, "ramfs")))
				stated |= judge_mount(result, host, dir, mount);
		}
	}
	return stated;
}

/** Judge all that is stated of the directory at path.  Returns whether anything is. */
static bool judge_path(struct result *result, const struct host *host, const struct tempdir *dir, const char *path) {
	const bool line = judge_tmpfiles(result, host, dir, path);

	return judge_mounts(result, host, dir, path) || line;
}

static void judge_boot(struct result *result, const struct host *host, const struct tempdir *dir) {
	bool stated = false;

	/* A line for a link makes nothing of what the link leads to; one for a name that leads through links does. */
	if (!dir->link)
		stated = judge_path(result, host, dir, dir->path);
	if (dir->real && !dir->same_as && (dir->link || !text_equal(dir->real, dir->path)))
		stated |= judge_path(result, host, dir, dir->real);
	if (!stated && !dir->same_as && (dir->exists || dir->required))
		result_judge(result, true, &(struct finding) { .subject = dir->path, .aspect = ASPECT_BOOT });
}

/** Whether the directory at path is in the list, under whatever name. */
static bool is_gathered(const struct host *host, const char *path) {
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (text_equal(dir->path, path) || text_equal(dir->real, path))
			return true;
	return false;
}

static void run_boot(const struct check *check, const struct host *host, struct result *result) {
	/* What lies below /run of an offline tree is there only after the boot that makes it. */
	static const struct tempdir made_at_boot[] = {
		{ .path = "/run/lock", .class = TEMPDIR_LOCK, .widest = 01777 },
		{ .path = "/run/screen", .class = TEMPDIR_SPOOL, .widest = 01777 },
		{ 0 },
	};

	(void)check;
	if (!host->tmpfiles)
		return;
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		judge_boot(result, host, dir);
	for (const struct tempdir *dir = made_at_boot; dir->path; ++dir)
		if (!is_gathered(host, dir->path))
			judge_boot(result, host, dir);
	for (const struct tmpfiles_defect *defect = host->tmpfiles->defects; defect && defect->source; ++defect)
		if (!defect->path)
			result_note(result, defect->source, "systemd-tmpfiles refuses the line: it %s", defect->why);
	result_skip(result, "there is no temporary directory");
}

const struct check sticky_checks[] = {
	{
	        .id = "sticky.shared",
	        .title = "Shared temporary directories have the sticky bit",
	        .practice = PRACTICE_DIRECTORY,
	        .severity = SEVERITY_CRITICAL,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_TEMPDIRS | FACT_ACCOUNTS,
	        .run = run_shared,
	        .rule = "Each audited directory has the sticky bit, unless nobody but its owner and root can write to it. "
	                "Others can write if its mode lets everybody, if an entry of its access list gives write permission "
	                "to a named user or group after the mask, or if its group may and has a member besides the owner, "
	                "listed or by primary group.  The group with gid 0 does not count; a group without members is noted.",
	        .why = "Without the sticky bit any user who may write to the directory removes or renames the files of all "
	               "others and puts his own in their place.  The kernel's protection of symbolic links, regular files and "
	               "FIFOs is off there too: it covers sticky directories only.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-379" },
	                        { "cwe", "CWE-732" },
	                        { "cis", "7.1.11" },
	                        { "nist", "SC-4" },
	                        { "nist", "AC-6(1)" },
	                        { "stig", "RHEL-09-232245" },
	                        { "stig", "RHEL-10-400280" },
	                        { "stig", "UBTU-24-600150" },
	                        { "anssi", "R54" },
	                        { "docs", "inode(7)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Set the sticky bit; see sticky.boot for what recreates the directory",
			.steps = STEPS({ ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod +t" }),
		},
	},
	{
	        .id = "sticky.nested",
	        .title = "Nothing inside a temporary directory is an unsafe playground",
	        .practice = PRACTICE_DIRECTORY,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_TEMPDIRS | FACT_NESTED | FACT_ACCOUNTS,
	        .run = run_nested,
	        .rule = "Up to three levels below the shared directories, on the same mount, each directory that others can "
	                "reach, because every directory above it lets them pass, and that everybody or a user or group named "
	                "by its access list can write, is sticky and owned by root.",
	        .why = "Who owns a directory, or may write to one without the sticky bit, controls all that lies in it: files "
	               "and directories of others can be removed, renamed and replaced.  No kernel setting helps there.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-379" },
	                        { "cis", "7.1.11" },
	                        { "attack", "T1222.002" },
	                        { "docs", "mkdtemp(3)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Make the directory private, or sticky and root's; let its program use mkdtemp(3)",
			.breaks = "programs of other users that work in the directory",
			.steps = STEPS({ ASPECT_FILE, FIX_OBJECT, .path = "{subject}", .text = "chmod go-w", .unless = "0:1777" }),
		},
	},
	{
	        .id = "sticky.everywhere",
	        .title = "World-writable directories anywhere are sticky and root-owned",
	        .practice = PRACTICE_DIRECTORY,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .when = WHEN_DEEP,
	        .facts = FACT_EVERYWHERE | FACT_ACCOUNTS,
	        .run = run_everywhere,
	        .rule = "On all local file systems, each of them read once, every directory that everybody, or a user or group "
	                "named by its access list, can write is sticky, and owned by root or by a system account: one whose "
	                "uid is below UID_MIN.  Offline, that holds of the file system of the tree's top.  Network and pseudo "
	                "file systems, FUSE and the layers of containers are not entered.",
	        .why = "Programs keep temporary files in more places than /tmp.  Where others can write, they remove, rename "
	               "and replace what a user left there, unless the sticky bit stops them; the owner of the directory can "
	               "in spite of it.",
	        .references =
	                (const struct reference[]) {
	                        { "cis", "7.1.11" },
	                        { "stig", "RHEL-09-232245" },
	                        { "stig", "RHEL-09-232240" },
	                        { "stig", "RHEL-10-400140" },
	                        { "stig", "RHEL-10-400280" },
	                        { "anssi", "R54" },
	                        { "cwe", "CWE-732" },
	                        { "nist", "CM-6(a)" },
	                        { "docs", "inode(7)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Take the right to write from others; or set the sticky bit, and give the directory to root",
			.breaks = "programs of other users that write in the directory",
			.steps = STEPS({ ASPECT_FILE, FIX_OBJECT, .path = "{subject}", .text = "chmod go-w", .unless = "0:1777" }),
		},
	},
	{
	        .id = "sticky.group-writable",
	        .title = "Group-shared temporary directories get the stronger kernel protection",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_LOW,
	        .credit = CREDIT_SHARE,
	        .facts = FACT_TEMPDIRS | FACT_SYSCTLS | FACT_ACCOUNTS,
	        .run = run_group_writable,
	        .rule = "Both fs.protected_regular and fs.protected_fifos are 2, now and after the next boot, for each spool "
	                "directory whose kind lets a group write, and for each other audited directory that its group or an "
	                "entry of its access list, but not everybody, can write.  The group with gid 0 and a group that the "
	                "owner has to himself do not count.",
	        .why = "At 1 the kernel refuses to open planted files and FIFOs only in sticky directories that everybody can "
	               "write.  In one that a group shares, a member can plant what another, or root, then opens and fills.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-379" },
	                        { "nist", "AC-6(1)" },
	                        { "anssi", "R14" },
	                        { "docs", "proc_sys_fs(5)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Set both values to 2; better still, give each user a directory of his own",
			.breaks = "programs that append to a file of another user in such a directory",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "fs.protected_regular", .text = "2" }, { ASPECT_ANY, FIX_SYSCTL, .path = "fs.protected_fifos", .text = "2" }),
		},
	},
	{
	        .id = "sticky.boot",
	        .title = "What recreates the directory at boot keeps owner and sticky bit",
	        .practice = PRACTICE_DIRECTORY,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_TEMPDIRS | FACT_TMPFILES | FACT_MOUNTS | FACT_ACCOUNTS,
	        .run = run_boot,
	        .rule = "For each audited directory the line of tmpfiles.d that wins, those that adjust it afterwards, and the "
	                "options mode= and uid= of a tmpfs that fstab or a unit mounts there, keep the sticky bit where the "
	                "directory is shared, give no more than its kind allows, and leave it to its owner.  What says "
	                "nothing of mode and owner passes.",
	        .why = "A line or option that leaves out the sticky bit takes it away at the next boot, though the directory "
	               "is right today: from then on users remove and replace each other's files.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-732" },
	                        { "nist", "CM-6(a)" },
	                        { "docs", "tmpfiles.d(5)" },
	                        { "docs", "tmpfs(5)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Write the expected mode and owner where the finding says they are stated",
			.steps = STEPS({ ASPECT_BOOT, FIX_STATED }),
		},
	},
	{ 0 },
};
