/** What lies in temporary directories: preparations of attacks, secrets, and what belongs to nobody. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

/**
 * Judge the directories themselves: those that could not be examined are unknown, and nothing is wrong with
 * the others by being there.  Returns whether there is anything to be judged in them.
 */
static bool begin(struct result *result, const struct host *host) {
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (dir->same_as || !dir->exists || dir->class == TEMPDIR_USER)
			continue;
		if (dir->unknown)
			result_unknown(result, &(struct finding) {
			                               .subject = dir->path,
			                               .message = dir->unknown,
			                               .aspect = ASPECT_FILE,
			                       });
		else if (dir->directory)
			result_judge(result, true, &(struct finding) { .subject = dir->path, .aspect = ASPECT_FILE });
	}
	result_skip(result, "there is no temporary directory");
	return host->contents && host->accounts;
}

/** "0666 uid 33 (www-data)" */
static const char *show(struct result *result, const struct host *host, const struct contents_entry *entry) {
	return result_text(result, "%04o uid %s", (unsigned)(entry->mode & 07777),
	                   account_shown(result->arena, host->accounts, entry->uid));
}

/** Judge an entry that would not stand in the fact if it were good. */
static void judge(struct result *result, const struct contents_entry *entry, const struct finding *finding) {
	struct finding whole = *finding;

	whole.subject = entry->path;
	whole.aspect = ASPECT_FILE;
	if (entry->unknown) {
		whole.message = entry->unknown;
		result_unknown(result, &whole);
		return;
	}
	result_judge(result, false, &whole);
}

/** Count those that are not kept. */
static void end(struct result *result, const struct contents_list *list) {
	result_more(result, list->total - list->nentries);
}

/* Names that are known */

/** Whether tmpfiles.d makes the directory at boot. */
static bool is_made_at_boot(const struct host *host, const char *path) {
	const struct tmpfiles_line *line = host->tmpfiles ? tmpfiles_creating(host->tmpfiles, path) : NULL;

	return line && strchr("dDvqQ", line->type);
}

static void judge_absent(struct result *result, const struct host *host) {
	const struct contents *contents = host->contents;

	for (const struct squat_row *const *row = contents->absent; contents->systemd && *row; ++row) {
		const char *path = result_text(result, "%s/%s", (*row)->directory, (*row)->prefix);

		if ((*row)->type == S_IFDIR && is_made_at_boot(host, path))
			result_judge(result, false,
			             &(struct finding) {
			                     .subject = path,
			                     .message = "was made at boot and is gone: anybody may now make his own",
			                     .expected = squat_expected(result->arena, host->accounts, *row, 0),
			                     .actual = "absent",
			                     .aspect = ASPECT_FILE,
			             });
	}
}

static void run_squat(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents_list *squats = &host->contents->lists[CONTENTS_SQUAT];
	const struct contents_list *sockets = &host->contents->lists[CONTENTS_SOCKET];

	for (const struct contents_entry *entry = squats->entries; entry && entry->path; ++entry)
		judge(result, entry,
		      &(struct finding) {
		              .message = "has a name that programs trust, and is not what they expect there",
		              .expected = squat_expected(result->arena, host->accounts, entry->row, entry->owner),
		              .actual = squat_shown(result->arena, host->accounts, entry->mode, entry->uid),
		      });
	judge_absent(result, host);
	for (const struct contents_entry *entry = sockets->entries; entry && entry->path; ++entry)
		result_note(result, entry->path, "belongs in /run, where nobody else can make it first");
	end(result, squats);
}

/* Links */

/** Whether the path lies in the home of a user who is not the owner of the link. */
static bool is_anothers_home(const struct host *host, const char *path, uid_t uid) {
	const struct accounts *accounts = host->accounts;

	for (size_t i = 0; i < accounts->naccounts; ++i) {
		const struct account *account = &accounts->accounts[i];

		if (account->uid != uid && account->uid >= accounts->uid_min && account->home &&
		    account->home[0] == '/' && !text_equal(account->home, "/") && text_path_within(path, account->home))
			return true;
	}
	return false;
}

static bool is_sensitive(const struct host *host, const char *path, uid_t uid) {
	static const char *const places[] = { "/etc", "/root", "/boot", "/dev", "/var/spool/cron", "/var/log", NULL };
	static const char *const harmless[] = { "/dev/null", "/dev/zero", "/dev/tty", NULL };

	for (const char *const *name = harmless; *name; ++name)
		if (text_equal(path, *name))
			return false;
	for (const char *const *place = places; *place; ++place)
		if (text_path_within(path, *place))
			return true;
	return is_anothers_home(host, path, uid);
}

static bool is_set_id(mode_t mode) {
	return S_ISREG(mode) && ((mode & S_ISUID) || ((mode & S_ISGID) && (mode & S_IXGRP)));
}

static bool is_attack(const struct host *host, const struct contents_link *link) {
	const bool sensitive = is_sensitive(host, link->where, link->uid);

	if (contents_within(host, link->where))
		return false;
	if (link->exists)
		return link->target_uid != link->uid && (sensitive || is_set_id(link->mode));
	if (text_path_within(link->where, "/usr") || text_path_within(link->where, "/proc"))
		return false;
	/* Where there is no directory nothing can be made, today; what is to come there is not for users. */
	return link->beyond || (!link->placed && sensitive);
}

static void judge_link(struct result *result, const struct host *host, const struct contents_link *link) {
	const struct finding finding = {
		.subject = link->path,
		.message = "leads privileged programs that open it to a file that its owner may not touch",
		.expected = "no link to protected files",
		.actual = result_text(result, "link of uid %s to %s%s",
		                      account_shown(result->arena, host->accounts, link->uid), link->target,
		                      link->exists ? "" : " (dangling)"),
		.aspect = ASPECT_FILE,
	};

	if (link->unknown && is_sensitive(host, link->where, link->uid))
		result_unknown(result,
		               &(struct finding) {
		                       .subject = link->path,
		                       .message = result_text(result, "leads to %s, of which it cannot be told: %s",
		                                              link->target, link->unknown),
		                       .aspect = ASPECT_FILE,
		               });
	else if (!link->unknown)
		result_judge(result, !is_attack(host, link), &finding);
}

static void run_links(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents *contents = host->contents;
	const struct contents_list *hard = &contents->lists[CONTENTS_HARD_LINK];

	for (const struct contents_link *link = contents->links; link && link->path; ++link)
		judge_link(result, host, link);
	for (const struct contents_entry *entry = hard->entries; entry && entry->path; ++entry)
		judge(result, entry,
		      &(struct finding) {
		              .message = "has further names elsewhere, and may have been linked here by somebody else",
		              .expected = "no link to protected files",
		              .actual = result_text(result, "%s, %llu names", show(result, host, entry),
		                                    (unsigned long long)entry->nlink),
		      });
	if (contents->links_more)
		result_unknown(result,
		               &(struct finding) {
		                       .subject = "/tmp",
		                       .message = result_text(result,
		                                              "and others hold %zu more symbolic links of users than "
		                                              "are followed",
		                                              contents->links_more),
		                       .aspect = ASPECT_FILE,
		               });
	end(result, hard);
}

/* Files by their modes, names and owners */

static void run_privileged(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents_list *list = &host->contents->lists[CONTENTS_PRIVILEGED];

	for (const struct contents_entry *entry = list->entries; entry && entry->path; ++entry) {
		const bool device = S_ISBLK(entry->mode) || S_ISCHR(entry->mode);
		const char *shown = show(result, host, entry);

		judge(result, entry,
		      &(struct finding) {
		              .message = device ? "is a device: who may open it reaches the hardware behind it"
		                                : "runs with privileges that its caller does not have",
		              .expected = "none",
		              .actual = device           ? result_text(result, "%s %s", entry->detail, shown)
		                        : *entry->detail ? result_text(result, "%s, %s", shown, entry->detail)
		                                         : shown,
		      });
	}
	end(result, list);
}

static void run_writable(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents_list *list = &host->contents->lists[CONTENTS_WRITABLE];

	for (const struct contents_entry *entry = list->entries; entry && entry->path; ++entry)
		judge(result, entry,
		      &(struct finding) {
		              .message = "can be changed by everybody while programs use it",
		              .expected = "not writable by others",
		              .actual = show(result, host, entry),
		      });
	end(result, list);
}

static void run_sensitive(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents_list *list = &host->contents->lists[CONTENTS_SENSITIVE];

	for (const struct contents_entry *entry = list->entries; entry && entry->path; ++entry)
		judge(result, entry,
		      &(struct finding) {
		              .message = result_text(result, "can be read by others, and by its %s is a secret",
		                                     text_equal(entry->detail, "name of a secret")
		                                             ? "name"
		                                             : result_text(result, "beginning (%s)", entry->detail)),
		              .expected = "0600",
		              .actual = show(result, host, entry),
		      });
	end(result, list);
}

static void run_predictable(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents_list *list = &host->contents->lists[CONTENTS_PREDICTABLE];

	for (const struct contents_entry *entry = list->entries; entry && entry->path; ++entry) {
		const size_t words = strcspn(entry->detail, "\n");
		const char *source = entry->detail[words] ? entry->detail + words + 1 : NULL;

		judge(result, entry,
		      &(struct finding) {
		              .message = "has a name that others can guess, and create before it is created",
		              .expected = "random name",
		              .actual = source ? result_text(result, "name stated in %s", source) : entry->detail,
		              .source = source,
		      });
	}
	if (host->contents->numbered_more)
		result_unknown(result, &(struct finding) {
		                               .subject = "/tmp",
		                               .message = "and others hold more names with numbers than are compared",
		                               .aspect = ASPECT_FILE,
		                       });
	end(result, list);
}

static void run_unowned(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	if (!begin(result, host))
		return;
	const struct contents_list *list = &host->contents->lists[CONTENTS_UNOWNED];

	for (const struct contents_entry *entry = list->entries; entry && entry->path; ++entry) {
		const char *user = entry->no_user ? result_text(result, "uid %u", entry->uid) : "";
		const char *group = entry->no_group ? result_text(result, "gid %u", entry->gid) : "";

		judge(result, entry,
		      &(struct finding) {
		              .message = "belongs to nobody, until the next account gets that number",
		              .expected = "known owner",
		              .actual = result_text(result, "%s%s%s", user, *user && *group ? ", " : "", group),
		      });
	}
	if (!host->accounts->foreign)
		end(result, list);
}

const struct check contents_checks[] = {
	{
	        .id = "contents.squat",
	        .title = "Well-known names belong to whom they should",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_TMPFILES | FACT_ACCOUNTS,
	        .run = run_squat,
	        .rule = "What has one of the names that X11, tmux, screen, ssh, GnuPG, Kerberos, Java, systemd, snap, pam_tmpdir, "
	                "pam_namespace, .NET, databases and others use in temporary directories has the type, the owner and the "
	                "mode that they give it; users and processes in a name are those of the host.  On a host that systemd "
	                "runs no such directory of root's is gone that a line of tmpfiles.d made at boot.",
	        .why = "Where a socket or directory of another user waits under a known name, its rightful owner cannot "
	               "replace it, and programs connect to it all the same: nothing in the kernel refuses that.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-377" },
	                        { "cwe", "CWE-283" },
	                        { "cwe", "CWE-379" },
	                        { "attack", "T1036" },
	                        { "attack", "T1557" },
	                        { "docs", "tmpfiles.d(5)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "End the processes of its owner, remove it, and run systemd-tmpfiles --create",
			.breaks = "whatever of that user works with it",
			.steps = STEPS({ ASPECT_FILE, FIX_ASIDE, .path = "{subject}" }, { ASPECT_FILE, FIX_RUN, .match = "! command -v systemd-tmpfiles >/dev/null || [ -e {subject} ]", .text = "systemd-tmpfiles --create --boot --prefix={subject} 2>/dev/null || [ $? = 73 ]" }),
		},
	},
	{
	        .id = "contents.links",
	        .title = "No symbolic or hard link looks like an attack",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_ACCOUNTS,
	        .run = run_links,
	        .rule = "In directories that are sticky and that everybody can write, no user's symbolic link leads to what "
	                "belongs to somebody else and is set-id, or lies below /etc, /root, /boot, /dev, /var/spool/cron, /var/log "
	                "or another user's home; nor to what does not exist, in a directory that the user cannot write.  Links "
	                "to what lies in temporary directories, to /dev/null, zero and tty, and dangling ones to /usr and /proc "
	                "are no fault.  No regular file there that is set-id, or root's or a system account's, has another name.",
	        .why = "A privileged program that opens the link to write creates or overwrites the file at its other end; one "
	               "that follows a hard link changes owner or mode of a file that it never meant.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-59" },
	                        { "cwe", "CWE-61" },
	                        { "cwe", "CWE-62" },
	                        { "attack", "T1574" },
	                        { "nist", "SI-4" },
	                        { "docs", "proc_sys_fs(5)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Ask its owner what it is for, remove it, and set fs.protected_symlinks and "
	                           "fs.protected_hardlinks to 1",
			.steps = STEPS({ ASPECT_FILE, FIX_ASIDE, .path = "{subject}" }),
		},
	},
	{
	        .id = "contents.privileged",
	        .title = "No set-id, capability or device file",
	        .practice = PRACTICE_EXPOSURE,
	        .severity = SEVERITY_CRITICAL,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_ACCOUNTS,
	        .run = run_privileged,
	        .rule = "Where others can reach it, no regular file is set-user-id, is set-group-id and executable by its group, "
	                "or has the attribute security.capability; and nothing is a block or character device.",
	        .why = "Who once was root leaves such a file to become root again: it lies where nobody looks for programs, and "
	               "anybody can run or open it.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-250" },
	                        { "cwe", "CWE-732" },
	                        { "attack", "T1548.001" },
	                        { "nist", "AC-6" },
	                        { "nist", "CM-7" },
	                        { "docs", "capabilities(7)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Take the host off the network, find out who made it, and mount the directory nosuid,nodev",
			.steps = STEPS({ ASPECT_FILE, FIX_ASIDE, .path = "{subject}" }),
		},
	},
	{
	        .id = "contents.writable",
	        .title = "No world-writable files",
	        .practice = PRACTICE_PERMISSIONS,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_ACCOUNTS,
	        .run = run_writable,
	        .rule = "Where others can reach it, no regular file or FIFO can be written by everybody, but for root's empty lock "
	                "files (*.lock, LCK..*) and what contents.shared-memory names in /dev/shm.",
	        .why = "Anybody changes what a program reads back from its own file: data, and often what it does.",
	        .references =
	                (const struct reference[]) {
	                        { "cis", "7.1.11" },
	                        { "cwe", "CWE-732" },
	                        { "cwe", "CWE-276" },
	                        { "attack", "T1565.001" },
	                        { "docs", "umask(2)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Take the right to write from others, and give its program a stricter umask",
			.breaks = "programs of other users that write to the file",
			.steps = STEPS({ ASPECT_FILE, FIX_OBJECT, .path = "{subject}", .text = "chmod o-w" }),
		},
	},
	{
	        .id = "contents.sensitive",
	        .title = "No secrets readable by others",
	        .practice = PRACTICE_PERMISSIONS,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_ACCOUNTS,
	        .run = run_sensitive,
	        .rule = "Where others can reach it, no regular file that is not empty and that its group or others can read has "
	                "the name of a secret: id_rsa*, *.pem, *.key, *.p12, *.kdbx, krb5cc*, .env, *.sql, *.dump, core*, shadow*, "
	                "*.pgpass, *credential*; but for *.pub.  With --deep also none whose first 64 bytes are those of a private "
	                "key, a core dump, a Kerberos cache or a database, and a *.pem that holds certificates only is none.",
	        .why = "Whoever has an account on the host, or gets one for a moment, copies the key or the data.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-378" },
	                        { "cwe", "CWE-538" },
	                        { "cwe", "CWE-552" },
	                        { "attack", "T1552.001" },
	                        { "attack", "T1005" },
	                        { "nist", "AC-3" },
	                        { "nist", "SC-4" },
	                        { "docs", "mkstemp(3)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Take it from group and others, or move it where it belongs; let its program use mkstemp(3)",
			.steps = STEPS({ ASPECT_FILE, FIX_OBJECT, .path = "{subject}", .text = "chmod go=" }),
		},
	},
	{
	        .id = "contents.predictable",
	        .title = "Privileged programs do not use guessable names",
	        .practice = PRACTICE_CREATION,
	        .severity = SEVERITY_LOW,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_LITERALS | FACT_ACCOUNTS,
	        .run = run_predictable,
	        .rule = "In directories that are sticky and that everybody can write, nothing of root or a system account has a "
	                "name that a unit, a cron job or an init script states in full; or that is a word and the number of a "
	                "running process of the same user; or a word and a time; or a word and a number that a process can have, "
	                "with another such name beside it.  Names with six random letters and digits pass, and so do those "
	                "that contents.squat knows.",
	        .why = "Who knows the name beforehand creates it beforehand: as a file that he can read, or as a link to one that "
	               "he may not write.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-377" },
	                        { "cwe", "CWE-340" },
	                        { "cwe", "CWE-341" },
	                        { "docs", "mktemp(1)" },
	                        { 0 },
	                },
	        .remediation = {
	                .summary = "Let the program use mkstemp(3) or mktemp(1), or RuntimeDirectory= of its unit",
	        },
	},
	{
	        .id = "contents.unowned",
	        .title = "Every file has a living owner",
	        .practice = PRACTICE_CLEANUP,
	        .severity = SEVERITY_LOW,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_TEMPDIRS | FACT_CONTENTS | FACT_ACCOUNTS,
	        .run = run_unowned,
	        .rule = "Where others can reach it, nothing belongs to a uid or gid that has no account in the host's own passwd "
	                "and group files, is in no range of subuid and subgid, and is not that of a running service with "
	                "DynamicUser=.  If nsswitch.conf names other sources it cannot be told.",
	        .why = "The next account that gets the number owns the file, with all that is in it.",
	        .references =
	                (const struct reference[]) {
	                        { "cis", "7.1.12" },
	                        { "stig", "RHEL-09-232250" },
	                        { "stig", "RHEL-09-232255" },
	                        { "stig", "RHEL-10-400285" },
	                        { "stig", "RHEL-10-400290" },
	                        { "anssi", "R53" },
	                        { "cwe", "CWE-283" },
	                        { "docs", "deluser(8)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Remove it, or give it to root until it is known whose it is",
			.steps = STEPS({ ASPECT_FILE, FIX_OBJECT, .path = "{subject}", .text = "chown -h root:root" }),
		},
	},
	{ 0 },
};
