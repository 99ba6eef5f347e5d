/** The temporary directories themselves: that they are there, whose they are, and who can change that. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

/** The directory behind a path of the list, or NULL. */
static const struct tempdir *same_required(const struct host *host, const struct tempdir *dir) {
	const struct tempdir *same = dir->same_as ? host_tempdir(host, dir->same_as) : NULL;

	return same && same->required ? same : NULL;
}

/** The first link that is not root's on the way to the directory, or NULL. */
static const struct trust_fault *foreign_link(const struct tempdir *dir) {
	for (const struct trust_fault *fault = dir->trust.faults; fault && fault->component; ++fault)
		if (fault->link)
			return fault;
	return NULL;
}

/** What is there, if it is no directory of its own; NULL if it is one. */
static const char *not_present(const struct host *host, const struct tempdir *dir, struct result *result) {
	const struct trust_fault *link = foreign_link(dir);
	const struct tempdir *same = same_required(host, dir);

	if (!dir->exists)
		return "missing";
	if (link && !text_equal(link->component, dir->path))
		return result_text(result, "reached through %s, a %s", link->component, link->why);
	if (link)
		return link->why;
	if (same && dir->link)
		return result_text(result, "symbolic link to %s%s%s%s", dir->link, dir->type ? " (" : "",
		                   dir->type ? dir->type : "", dir->type ? ")" : "");
	if (same)
		return result_text(result, "the same directory as %s", same->path);
	if (!dir->directory && dir->link)
		return result_text(result, "symbolic link to %s, which is no directory", dir->link);
	return dir->directory ? NULL : "no directory";
}

static void say_unknown(struct result *result, const char *subject, const char *why) {
	result_unknown(result, &(struct finding) { .subject = subject, .aspect = ASPECT_FILE, .message = why });
}

static void run_present(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (!dir->required)
			continue;
		if (dir->unknown && !dir->directory) {
			say_unknown(result, dir->path, dir->unknown);
			continue;
		}
		const char *actual = not_present(host, dir, result);
		result_judge(result, !actual,
		             &(struct finding) {
		                     .subject = dir->path,
		                     .aspect = ASPECT_FILE,
		                     .message = "is no directory of its own, safely reached",
		                     .expected = "directory of its own",
		                     .actual = actual,
		             });
	}
}

/** Whether there is a directory to judge under this name; what could not be examined is said to be unknown. */
static bool is_judged(const struct tempdir *dir, struct result *result) {
	if (dir->same_as || !dir->exists)
		return false;
	if (dir->unknown) {
		say_unknown(result, dir->path, dir->unknown);
		return false;
	}
	return dir->directory;
}

static const char *shown_uid(const struct host *host, struct result *result, uid_t uid) {
	const struct account *account = host->accounts ? account_by_uid(host->accounts, uid) : NULL;

	return account ? result_text(result, "uid %u (%s)", uid, account->name) : result_text(result, "uid %u", uid);
}

static void run_owner(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	result_skip(result, "there is no temporary directory");
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (!is_judged(dir, result))
			continue;
		result_judge(result, dir->object.uid == dir->owner,
		             &(struct finding) {
		                     .subject = dir->path,
		                     .aspect = ASPECT_FILE,
		                     .message = "belongs to somebody who can then replace every file in it",
		                     .expected = result_text(result, "uid %u", dir->owner),
		                     .actual = shown_uid(host, result, dir->object.uid),
		             });
	}
}

static void run_mode(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	result_skip(result, "there is no temporary directory");
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (!is_judged(dir, result))
			continue;
		const mode_t mode = dir->object.mode & 07777;
		const bool wider = mode & ~dir->widest & ~(mode_t)S_ISVTX;
		const bool closed = dir->class == TEMPDIR_SHARED && (mode & 03) != 03;

		result_judge(result, !wider && !closed,
		             &(struct finding) {
		                     .subject = dir->path,
		                     .aspect = ASPECT_FILE,
		                     .message = wider ? "has permission bits that its class does not have"
		                                      : "is closed to others, whose programs then fall back elsewhere",
		                     .expected = result_text(result, wider ? "at most %04o" : "%04o", dir->widest),
		                     .actual = result_text(result, "%04o", mode),
		             });
	}
}

/** Whether the component was found bad above another directory. */
static bool is_said(const struct result *result, const char *component) {
	for (size_t i = 0; i < result->nfindings; ++i)
		if (strcmp(result->findings[i].subject, component) == 0)
			return true;
	return false;
}

static void judge_component(struct result *result, const struct tempdir *dir, const char *component, bool link,
                            const char *why) {
	if (is_said(result, component))
		return;
	result_judge(result, false,
	             &(struct finding) {
	                     .subject = component,
	                     .aspect = ASPECT_FILE,
	                     .message = result_text(result, "lets others lead %s elsewhere", dir->path),
	                     .expected = link ? "symbolic link of root" : "writable by root only",
	                     .actual = why,
	             });
}

static void run_ancestors(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	result_skip(result, "there is no temporary directory");
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		const struct trust *trust = &dir->trust;

		switch (trust->verdict) {
		case TRUST_GOOD:
			result_judge(result, true, &(struct finding) { .subject = dir->path, .aspect = ASPECT_FILE });
			break;
		case TRUST_BAD:
			for (const struct trust_fault *fault = trust->faults; fault && fault->component; ++fault)
				judge_component(result, dir, fault->component, fault->link, fault->why);
			if (!trust->faults)
				judge_component(result, dir, trust->component, false, trust->why);
			break;
		case TRUST_SQUATTABLE:
			judge_component(result, dir, trust->component, false, trust->why);
			break;
		case TRUST_UNKNOWN:
			if (!is_said(result, trust->component))
				say_unknown(result, trust->component, trust->why);
			break;
		case TRUST_ABSENT:
		case TRUST_NOT_ASKED:
			break;
		}
	}
}

/** What an entry of a list may do to a directory that its mode does not show. */
struct entry_fault {
	const char *message, *expected;
};

static const struct entry_fault fault_writer = { "lets somebody write whom its mode does not show",
	                                         "no named writers" },
                                fault_denial = { "takes from some what everybody has", "no named denials" },
                                fault_mask = { "takes from its group, by its mask, what the group's entry gives",
	                                       "mask that leaves the group its rights" };

/** What the entry does; NULL: nothing. */
static const struct entry_fault *find_fault(const struct tempdir *dir, const struct acl_entry_fact *entry) {
	const struct object *object = &dir->object;
	const bool user = entry->tag == ACL_ENTRY_USER, group = entry->tag == ACL_ENTRY_GROUP;
	/* What everybody may do, as far as the class means it. */
	const unsigned everybody = object->mode & dir->widest & 7;

	if (entry->tag == ACL_ENTRY_GROUP_OWNER && (dir->widest & 022) == 020 && entry->bits & ~entry->effective)
		return &fault_mask;
	/* Root may do everything, and the owner is asked for the owner's entry only: acl(5). */
	if ((!user && !group) || entry->id == 0 || (user && entry->id == object->uid))
		return NULL;
	if (entry->effective & 2 && !object_everybody_writes(object) &&
	    !(group && entry->id == object->gid && object_group_bits(object) & 2))
		return &fault_writer;
	return everybody & ~entry->effective ? &fault_denial : NULL;
}

/** The entry, and the mode that hides it. */
static const char *shown_entry(const struct host *host, struct result *result, const struct object *object,
                               const struct acl_entry_fact *entry) {
	if (entry->tag == ACL_ENTRY_GROUP_OWNER)
		return result_text(result, "%s, only %s after the mask", acl_entry_shown(result->arena, entry),
		                   object_entry_shown(result->arena, host->accounts, entry));
	return result_text(result, "%s (mode shows %04o)", object_entry_shown(result->arena, host->accounts, entry),
	                   object->mode & 07777);
}

static void run_acl(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	result_skip(result, "no file system of a temporary directory stores ACLs");
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		const struct acl_list *list = &dir->object.acl.access;
		bool good = true;

		if (!is_judged(dir, result) || !dir->object.acl.supported)
			continue;
		for (size_t i = 0; i < list->nentries; ++i) {
			const struct acl_entry_fact *entry = &list->entries[i];
			const struct entry_fault *fault = find_fault(dir, entry);

			if (!fault)
				continue;
			good = false;
			result_judge(
			        result, false,
			        &(struct finding) {
			                .subject = dir->path,
			                .aspect = ASPECT_FILE,
			                .message = result_text(result, "has an access list that %s", fault->message),
			                .expected = fault->expected,
			                .actual = shown_entry(host, result, &dir->object, entry),
			        });
		}
		if (good)
			result_judge(result, true, &(struct finding) { .subject = dir->path, .aspect = ASPECT_FILE });
	}
}

/** The entries of a default list that grant more than the umask leaves, in words; NULL if none does. */
static const char *wider_entries(const struct host *host, struct result *result, const struct object *object,
                                 unsigned umask) {
	const struct acl_list *list = &object->acl.standard;
	const char *text = NULL;

	for (size_t i = 0; i < list->nentries; ++i) {
		const struct acl_entry_fact *entry = &list->entries[i];
		unsigned left = 7;

		switch (entry->tag) {
		case ACL_ENTRY_USER:
		case ACL_ENTRY_GROUP:
		case ACL_ENTRY_GROUP_OWNER:
			left = ~(umask >> 3) & 7;
			break;
		case ACL_ENTRY_OTHER:
			left = ~umask & 7;
			break;
		case ACL_ENTRY_OWNER:
		case ACL_ENTRY_MASK:
			break;
		}
		if (entry->effective & ~left)
			text = result_text(result, "%s%sdefault:%s", text ? text : "", text ? "," : "",
			                   object_entry_shown(result->arena, host->accounts, entry));
	}
	return text;
}

static void judge_default(const struct host *host, struct result *result, const char *path,
                          const struct object *object) {
	const unsigned umask = (unsigned)host->policy->parameters[PARAMETER_UMASK];
	const char *wider = wider_entries(host, result, object, umask);

	if (!wider && object->acl.standard.nentries)
		result_note(result, path, "has a default ACL, which is no wider than umask %03o", umask);
	result_judge(result, !wider,
	             &(struct finding) {
	                     .subject = path,
	                     .aspect = ASPECT_FILE,
	                     .message = "gives new files a default ACL, whatever the umask",
	                     .expected = result_text(result, "no default ACL wider than umask %03o", umask),
	                     .actual = wider,
	             });
}

/** Whether the directory lies directly in the shared one. */
static bool is_just_below(const struct host *host, const struct nested_dir *dir) {
	const struct tempdir *top = host_tempdir(host, dir->top);
	/* The paths of what lies below have no links in them. */
	const char *real = top && top->real ? top->real : dir->top;
	const size_t length = text_equal(real, "/") ? 0 : strlen(real);

	return strncmp(dir->path, real, length) == 0 && dir->path[length] == '/' &&
	       !strchr(dir->path + length + 1, '/');
}

static void run_default_acl(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	result_skip(result, "no file system of a temporary directory stores ACLs");
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (is_judged(dir, result) && dir->object.acl.supported)
			judge_default(host, result, dir->path, &dir->object);
	for (const struct nested_dir *dir = host->nested ? host->nested->dirs : NULL; dir && dir->path; ++dir) {
		if (!is_just_below(host, dir))
			continue;
		if (dir->unknown)
			say_unknown(result, dir->path, dir->unknown);
		else if (object_everybody_writes(&dir->object) && dir->object.acl.supported)
			judge_default(host, result, dir->path, &dir->object);
	}
}

static const char *shown_object(const struct host *host, struct result *result, const struct object *object) {
	return result_text(result, "%04o owned by %s", object->mode & 07777, shown_uid(host, result, object->uid));
}

/** Judge what holds the directories of users. */
static void judge_parent(const struct host *host, struct result *result, const struct tempdir *parent) {
	if (parent->unlisted)
		say_unknown(result, parent->path, parent->unlisted);
	if (parent->unknown) {
		say_unknown(result, parent->path, parent->unknown);
		return;
	}
	result_judge(result,
	             parent->directory && parent->object.uid == 0 && !object_others_write(&parent->object) &&
	                     !foreign_link(parent),
	             &(struct finding) {
	                     .subject = parent->path,
	                     .aspect = ASPECT_FILE,
	                     .message = "is not root's alone, and so nor are the directories of users in it",
	                     .expected = result_text(result, "%04o owned by uid 0", parent->widest),
	                     .actual = shown_object(host, result, &parent->object),
	             });
}

/** The option that the mount of a runtime directory lacks, or NULL. */
static const char *lacking_option(const struct mount *mount) {
	static const char *const options[] = { "nosuid", "nodev", NULL };

	for (const char *const *option = options; *option; ++option)
		if (!mount_has_option(mount, *option))
			return *option;
	return NULL;
}

static void judge_runtime(const struct host *host, struct result *result, const struct tempdir *dir) {
	const struct object *object = &dir->object;
	const bool mounted = text_starts(dir->path, "/run/user/");
	const struct mount *mount = mounted ? mount_by_id(host->mount_views, object->mount_id) : NULL;
	const bool private = object->uid == dir->user && !(object->mode & 077) && !object_others_write(object);
	const char *lacking = mount ? lacking_option(mount) : NULL;

	if (private && mounted && !mount) {
		say_unknown(result, dir->path, "lies on a mount that is not listed");
		return;
	}
	result_judge(result, private && !lacking,
	             &(struct finding) {
	                     .subject = dir->path,
	                     .aspect = ASPECT_FILE,
	                     .message = private ? result_text(result, "is mounted without %s",
	                                                      lacking ? lacking : "what it needs")
	                                        : "is not its user's alone",
	                     .expected = result_text(result, "0700 owned by %u%s", dir->user,
	                                             mounted ? ", nosuid,nodev" : ""),
	                     .actual = private ? result_text(result, "without %s", lacking ? lacking : "what it needs")
	                                       : shown_object(host, result, object),
	             });
}

static void run_runtime(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	result_skip(result, "there is neither /run/user nor /tmp/user");
	for (const struct tempdir *parent = host->user_parents; parent && parent->path; ++parent)
		judge_parent(host, result, parent);
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (dir->class == TEMPDIR_USER && is_judged(dir, result))
			judge_runtime(host, result, dir);
}

const struct check tempdir_checks[] = {
	{
		.id = "tempdir.present",
		.title = "Required temporary directories exist and are distinct",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_SHARE,
		.facts = FACT_TEMPDIRS,
		.run = run_present,
		.rule = "/tmp, /var/tmp and, on a running host, /dev/shm are directories, reached through no symbolic link "
			"that is not root's, and no two of them are the same directory by a link or a bind mount.",
		.why = "Programs that find no usable directory fall back to the current one, which may be anybody's. Two "
		       "that are one cannot differ in mount options and age, and lose at boot what was to survive it.",
		.references = (const struct reference[]) { { "cwe", "CWE-379" }, { "nist", "CM-6" }, { 0 } },
		.remediation = {
			.summary = "Make it a directory of its own; drop the link, or the bind mount from /etc/fstab",
			.breaks = "programs that share files through both names",
			.steps = STEPS({ ASPECT_FILE, FIX_RUN, .match = "! [ -L {subject} ]", .text = "rm {subject}" }, { ASPECT_FILE, FIX_RUN, .match = "[ -d {subject} ]", .text = "install -d -m 1777 -o root -g root {subject}" }, { ASPECT_FILE, FIX_RUN, .match = "! [ -L {subject} ]", .text = "rm {subject}", .only = "/var/tmp" },
 { ASPECT_FILE, FIX_RUN, .match = "! findmnt -n -M /var/tmp >/dev/null || [ \"$(stat -c %d:%i /tmp)\" != \"$(stat -c %d:%i /var/tmp)\" ]", .text = "umount /var/tmp", .only = "/var/tmp" },
 { ASPECT_FILE, FIX_EDIT, .path = "/etc/fstab", .match = "^([[:blank:]]*/(tmp|dev/shm)/?[[:blank:]]+/var/tmp/?[[:blank:]]+none[[:blank:]].*)$", .text = "# tmpaudit took out: \\1", .only = "/var/tmp" },
 { ASPECT_FILE, FIX_RUN, .match = "[ -d {subject} ]", .text = "install -d -m 1777 -o root -g root {subject}", .only = "/var/tmp" }),
		},
	},
	{
		.id = "tempdir.owner",
		.title = "Temporary directories belong to root",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_CRITICAL,
		.credit = CREDIT_BINARY,
		.facts = FACT_TEMPDIRS,
		.run = run_owner,
		.rule = "Each audited directory belongs to uid 0, a user's own one to that user, /var/spool/at to root or "
			"daemon.",
		.why = "The sticky bit does not bind a directory's owner, who can rename and unlink everybody's files, and "
		       "the kernel's protections of links, files and FIFOs make an exception for what the owner has put there.",
		.references = (const struct reference[]) {
			{ "cwe", "CWE-282" },
			{ "cwe", "CWE-708" },
			{ "nist", "AC-6(1)" },
			{ "nist", "CM-6(a)" },
			{ "stig", "RHEL-09-232240" },
			{ "stig", "RHEL-10-400140" },
			{ "attack", "T1222.002" },
			{ "anssi", "R54" },
			{ 0 },
		},
		.remediation = {
			.summary = "Give the directory to root; of a tmpfs remove uid= in /etc/fstab",
			.steps = STEPS({ ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h root:root" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h {name}", .only = "/run/user/*" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h {name}", .only = "/tmp/user/*" }),
		},
	},
	{
		.id = "tempdir.mode",
		.title = "Permission bits are no wider than the class allows",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_SHARE,
		.facts = FACT_TEMPDIRS,
		.run = run_mode,
		.rule = "Apart from the sticky bit, no bit is set that the class of the directory does not have: 1777 for shared "
			"ones and locks, 0700 for users' own, what the service needs for spools. Shared ones let others write "
			"and search.",
		.why = "Where names should not be listed they can be guessed no longer but read, set-id bits hand group or owner "
		       "on to what others create, and a closed shared directory drives programs to worse places.",
		.references = (const struct reference[]) {
			{ "cwe", "CWE-732" },
			{ "cwe", "CWE-276" },
			{ "cis", "7.1.11" },
			{ "nist", "AC-3" },
			{ 0 },
		},
		.remediation = {
			.summary = "Set the mode that is expected, and in the tmpfiles.d line that recreates the directory, too",
			.breaks = "programs that rely on the wider mode",
			.steps = STEPS({ ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod ug-s" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 03777", .only = "/var/crash" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01733", .only = "/var/lib/php/sessions" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01730", .only = "/var/spool/cron/crontabs" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01770", .only = "/var/spool/cups/tmp" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01770", .only = "/var/spool/at" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 00700", .only = "/run/user/*" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 00700", .only = "/tmp/user/*" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01777", .only = "/tmp" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01777", .only = "/var/tmp" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 01777", .only = "/dev/shm" }),
		},
	},
	{
		.id = "tempdir.ancestors",
		.title = "No parent directory can be swapped by another user",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_CRITICAL,
		.credit = CREDIT_BINARY,
		.facts = FACT_TEMPDIRS,
		.run = run_ancestors,
		.rule = "Every component above an audited directory belongs to root and is writable by root only, by mode and "
			"by ACL, or is sticky while the next component is root's or that user's; every symbolic link on the way is root's.",
		.why = "Who can write to a parent renames the whole temporary directory away and puts his own in its place, "
		       "whatever its own mode is.",
		.references = (const struct reference[]) {
			{ "cwe", "CWE-379" },
			{ "cwe", "CWE-732" },
			{ "cwe", "CWE-363" },
			{ "cis", "5.4.2.5" },
			{ "nist", "AC-6" },
			{ "attack", "T1222.002" },
			{ 0 },
		},
		.remediation = {
			.summary = "Leave the parent directory to root alone",
			.breaks = "programs and users that create files in it by its group",
			.steps = STEPS({ ASPECT_FILE, FIX_ANCESTOR, .path = "{subject}" }),
		},
	},
	{
		.id = "tempdir.acl",
		.title = "No ACL entry changes who may write",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_COUNT,
		.facts = FACT_TEMPDIRS,
		.run = run_acl,
		.rule = "The access ACL of an audited directory has no named entry that may write, after the mask, where the mode "
			"alone would not let it, none that lacks what everybody has, and in one shared by a group no mask "
			"that takes away what the group's entry gives.",
		.why = "A directory that others write by ACL shows as 1770. The kernel protects symbolic links only where everybody "
		       "may write, and files and FIFOs there only at level 2.",
		.references = (const struct reference[]) {
			{ "cwe", "CWE-732" },
			{ "nist", "AC-3" },
			{ "nist", "AC-6" },
			{ "docs", "acl(5)" },
			{ 0 },
		},
		.remediation = {
			.summary = "Remove the access list, and a or A lines of tmpfiles.d that set it",
			.breaks = "programs of the users and groups that it names",
			.steps = STEPS({ ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "setfacl -b" }),
		},
	},
	{
		.id = "tempdir.default-acl",
		.title = "No default ACL overrides the umask",
		.practice = PRACTICE_PERMISSIONS,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_TEMPDIRS | FACT_NESTED,
		.run = run_default_acl,
		.rule = "No default ACL, of an audited directory or of one that everybody can write directly in a shared one, grants "
			"others, the owning group or a named entry more than the policy's umask leaves.",
		.why = "Where a default ACL stands the kernel does not ask the umask: files of careful programs are born with what "
		       "the list grants, and those of mkstemp get it back at the next chmod.",
		.references = (const struct reference[]) {
			{ "cwe", "CWE-276" },
			{ "cwe", "CWE-378" },
			{ "nist", "AC-3" },
			{ "nist", "CM-6(a)" },
			{ "docs", "acl(5)" },
			{ 0 },
		},
		.remediation = {
			.summary = "Remove the default list",
			.steps = STEPS({ ASPECT_FILE, FIX_OBJECT, .path = "{subject}", .text = "setfacl -k" }),
		},
	},
	{
		.id = "tempdir.runtime",
		.title = "Per-user runtime directories are private",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_TEMPDIRS,
		.live_only = true,
		.run = run_runtime,
		.rule = "/run/user and /tmp/user belong to root, who alone writes there; each directory in them that has a uid for "
			"its name belongs to that uid and grants nobody else anything; /run/user/UID is mounted nosuid and nodev.",
		.why = "Sockets and keys of a session lie there, and programs trust the directory without a look because only its "
		       "user should have access.",
		.references = (const struct reference[]) {
			{ "cwe", "CWE-732" },
			{ "cwe", "CWE-379" },
			{ "nist", "AC-3" },
			{ "docs", "pam_systemd(8)" },
			{ 0 },
		},
		.remediation = {
			.summary = "Make it private again, and find what changed it: logind creates it 0700",
			.steps = STEPS({ ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h {name}" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 00700" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h {name}", .only = "/run/user/*" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 00700", .only = "/run/user/*" }, { ASPECT_FILE, FIX_REMOUNT, .path = "{subject}", .text = "nosuid", .only = "/run/user/*" }, { ASPECT_FILE, FIX_REMOUNT, .path = "{subject}", .text = "nodev", .only = "/run/user/*" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h root:root", .only = "/run/user" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 755", .only = "/run/user" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h root:root", .only = "/tmp/user" }, { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 711", .only = "/tmp/user" }),
		},
	},
	{ 0 },
};
