/** What came of the attacks when they were attempted: the proof of what settings promise. */

#include "checks.h"
#include "host.h"
#include "result.h"

#include <string.h>
#include <sys/stat.h>

/** Ways of an attack, as bits. */
#define WAY(number) (1u << (number))

/** The setting that is to stop some ways of an attack. */
struct guard {
	unsigned ways;
	/** A key of sysctl(8), or an option of the mount; NULL: the sticky bit. */
	const char *key, *option;
};

/** What a row asks for. */
struct attempt_row {
	enum attack_kind kind;
	/** What the attacker made the victim do, by way: "made %s write into his file". */
	const char *const *deeds;
	/** Ended by one without ways. */
	const struct guard *guards;
};

/** Whether protected_symlinks, _regular and _fifos at this value apply in the directory: proc_sys_fs(5). */
static bool applies(const struct object *object, const char *value) {
	if (!(object->mode & S_ISVTX) || strcmp(value, "0") == 0)
		return false;
	return (object->mode & S_IWOTH) || (strcmp(value, "2") == 0 && (object->mode & S_IWGRP));
}

/** Whether the guard, as it stands, promises to stop the attack in the directory. */
static bool promises(const struct host *host, const struct attack_dir *dir, const struct guard *guard) {
	if (guard->option) {
		const struct mount *mount = mount_by_id(host->mount_views, dir->object.mount_id);

		return mount && mount_has_option(mount, guard->option);
	}
	/* The directory's owner may do all that the sticky bit and the settings refuse to others. */
	if (dir->object.uid != 0)
		return false;
	if (!guard->key)
		return dir->object.mode & S_ISVTX;
	for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view) {
		const struct sysctl *sysctl = view->aspect == ASPECT_LIVE ? sysctl_find(view, guard->key) : NULL;

		if (sysctl && sysctl->value)
			return strcmp(guard->key, "fs.protected_hardlinks") == 0 ? strcmp(sysctl->value, "0") != 0
			                                                         : applies(&dir->object, sysctl->value);
	}
	return false;
}

static const char *guard_text(struct result *result, const struct guard *guard) {
	return guard->key      ? guard->key
	       : guard->option ? result_text(result, "the mount option %s", guard->option)
	                       : "the sticky bit";
}

/** Say where what is set and what happened contradict each other, and which of them is believed. */
static void compare(struct result *result, const struct host *host, const struct attack_dir *dir,
                    const struct attempt_row *row, unsigned succeeded, unsigned blocked) {
	for (const struct guard *guard = row->guards; guard->ways; ++guard) {
		const bool promised = promises(host, dir, guard);

		if (promised && (succeeded & guard->ways))
			result_note(result, dir->path,
			            "%s promises to stop this, and yet it happened; the attempt is believed, since "
			            "it was seen: what the kernel does is what counts",
			            guard_text(result, guard));
		else if (!promised && (blocked & guard->ways) && !(succeeded & guard->ways))
			result_note(result, dir->path,
			            "%s does not stop this, and yet it was refused: something else does, such as a "
			            "security module; the attempt is believed, since it was seen",
			            guard_text(result, guard));
	}
}

static const char *add(struct result *result, const char *text, const char *between, const char *more) {
	return text ? result_text(result, "%s%s%s", text, between, more) : more;
}

/** "root", "uid 64001". */
static const char *user_text(struct result *result, uid_t uid) {
	return uid == 0 ? "root" : result_text(result, "uid %u", uid);
}

/** What came of the attempts of one attack in one directory. */
struct outcome {
	/** Ways, as bits. */
	unsigned succeeded, blocked, closed;
	/** What happened, what was refused and how, what could not be told; NULL: nothing. */
	const char *deeds, *refusals, *unknown;
};

/** Add one attempt; whom it succeeded against is put together by the caller. */
static void add_attempt(struct result *result, struct outcome *outcome, const struct attack_dir *dir,
                        const struct attack_attempt *attempt) {
	const struct attack_record *record = &attempt->record;
	const char *error = attempt->error ? attempt->error : "no error";
	const char *way = attack_ways[record->kind][record->way];

	switch (record->outcome) {
	case ATTACK_SUCCEEDED:
		outcome->succeeded |= WAY(record->way);
		break;
	case ATTACK_BLOCKED:
		if (!(outcome->blocked & WAY(record->way)))
			outcome->refusals =
			        add(result, outcome->refusals, ", ", result_text(result, "%s: %s", way, error));
		outcome->blocked |= WAY(record->way);
		break;
	case ATTACK_CLOSED:
		outcome->closed |= WAY(record->way);
		break;
	case ATTACK_UNTRIED:
		result_note(result, dir->path, "%s was not attempted: %s", way, error);
		break;
	case ATTACK_BROKEN:
		outcome->unknown = result_text(
		        result, "%s: the attempt itself does not work here (%s): it says nothing", way, error);
		break;
	default:
		outcome->unknown = result_text(result, "%s%s could not be attempted: %s",
		                               strcmp(error, "EPERM") == 0 ? "privilege: " : "", way, error);
		break;
	}
}

/** What the attacker did in one way, and to whom; NULL: nothing. */
static const char *deed(struct result *result, const struct attack_dir *dir, const struct attempt_row *row,
                        unsigned way) {
	const char *victims = NULL;
	uid_t attacker = 0;

	for (size_t i = 0; i < dir->nattempts; ++i) {
		const struct attack_record *record = &dir->attempts[i].record;

		if (record->kind != row->kind || record->way != way || record->outcome != ATTACK_SUCCEEDED)
			continue;
		victims = add(result, victims, " and ", user_text(result, record->victim));
		attacker = record->attacker;
	}
	return victims ? result_text(result, row->deeds[way], user_text(result, attacker), victims) : NULL;
}

static void judge_dir(struct result *result, const struct host *host, const struct attack_dir *dir,
                      const struct attempt_row *row) {
	struct outcome outcome = { 0 };

	for (size_t i = 0; i < dir->nattempts; ++i)
		if (dir->attempts[i].record.kind == row->kind)
			add_attempt(result, &outcome, dir, &dir->attempts[i]);
	for (unsigned way = 0; attack_ways[row->kind][way]; ++way) {
		const char *done = deed(result, dir, row, way);

		if (done)
			outcome.deeds = add(result, outcome.deeds, "; ", done);
	}
	if (outcome.succeeded || outcome.blocked || outcome.closed)
		result_judge(result, !outcome.succeeded,
		             &(struct finding) {
		                     .subject = dir->path,
		                     .aspect = ASPECT_BEHAVIOUR,
		                     .message = "lets the attack succeed",
		                     .expected = "blocked",
		                     .actual = result_text(result, "succeeded: %s", outcome.deeds ? outcome.deeds : ""),
		             });
	if (outcome.unknown)
		result_unknown(result, &(struct finding) {
		                               .subject = dir->path,
		                               .aspect = ASPECT_BEHAVIOUR,
		                               .message = outcome.unknown,
		                               .expected = "blocked",
		                       });
	if (outcome.refusals)
		result_note(result, dir->path, "blocked: %s", outcome.refusals);
	if (outcome.closed)
		result_note(result, dir->path, "is not writable by others: there is nothing to attack");
	compare(result, host, dir, row, outcome.succeeded, outcome.blocked);
}

static void run_attempt(const struct check *check, const struct host *host, struct result *result) {
	const struct attempt_row *row = check->param;

	if (!host->attack_dirs || !host->attack_dirs->path) {
		result_skip(result, "there is no directory to attack");
		return;
	}
	for (const struct attack_dir *dir = host->attack_dirs; dir->path; ++dir) {
		if (dir->unknown)
			result_unknown(result,
			               &(struct finding) {
			                       .subject = dir->path,
			                       .aspect = ASPECT_BEHAVIOUR,
			                       .message = result_text(result, "cannot be examined: %s", dir->unknown),
			               });
		else
			judge_dir(result, host, dir, row);
	}
}

/* What is set is compared with what happened, and is gathered with it; what of it is unknown spoils no attempt. */
#define FACTS FACT_ATTACKS

#define REFERENCES                                                                                                     \
	(const struct reference[]) {                                                                                   \
		{ "cwe", "CWE-367" }, { "cwe", "CWE-59" }, { "cwe", "CWE-62" }, { "cwe", "CWE-379" },                  \
		        { "cwe", "CWE-377" }, { "attack", "T1068" }, {                                                 \
			0                                                                                              \
		}                                                                                                      \
	}

const struct check attack_checks[] = {
	{
	        .id = "attack.precreate",
	        .title = "Files and FIFOs that another user created first are not opened for writing",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_PRECREATE,
	                        (const char *const[]) { "%s made %s write into his file",
	                                                "%s made %s write into his FIFO" },
	                        (const struct guard[]) { { WAY(0), "fs.protected_regular", NULL },
	                                                 { WAY(1), "fs.protected_fifos", NULL },
	                                                 { 0 } },
	                },
	        .rule = "An attacker creates a file, then a FIFO, with mode 0666; root and an ordinary user open the "
	                "name with O_WRONLY|O_CREAT|O_TRUNC. It fails if one of these opens succeeds.",
	        .why = "A program that guesses a name and opens it without O_EXCL hands what it writes to whoever was "
	               "there first.",
	        .references = REFERENCES,
	        .remediation = {
			.summary = "Set fs.protected_regular and fs.protected_fifos, and keep the directory "
	                                    "root's, sticky and mode 1777",
			.steps = STEPS({ ASPECT_BEHAVIOUR, FIX_SYSCTL, .path = "fs.protected_regular", .text = "2" }, { ASPECT_BEHAVIOUR, FIX_SYSCTL, .path = "fs.protected_fifos", .text = "2" }),
		},
	},
	{
	        .id = "attack.symlink",
	        .title = "Symbolic links that another user planted are not followed",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_SYMLINK,
	                        (const char *const[]) { "%s made %s truncate vault/t", "%s made %s create vault/new",
	                                                "%s made %s read vault/t" },
	                        (const struct guard[]) { { WAY(0) | WAY(1) | WAY(2), "fs.protected_symlinks", NULL },
	                                                 { 0 } },
	                },
	        .rule = "An attacker plants a link to a file of the victim, to one that does not exist, and one to "
	                "read; the victim opens the link's name. It fails if the target is changed, created or read.",
	        .why = "A root job that opens a planted link truncates, creates or discloses whatever the attacker "
	               "pointed it at.",
	        .references = REFERENCES,
	        .remediation = {
			.summary = "Set fs.protected_symlinks, and keep the directory root's, sticky and "
	                                    "mode 1777",
			.steps = STEPS({ ASPECT_BEHAVIOUR, FIX_SYSCTL, .path = "fs.protected_symlinks", .text = "1" }),
		},
	},
	{
	        .id = "attack.parent",
	        .title = "Symbolic links in the middle of a path are not followed",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_INFO,
	        .credit = CREDIT_SHARE,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_PARENT,
	                        (const char *const[]) { "%s made %s truncate vault/t through a directory link" },
	                        (const struct guard[]) { { WAY(0), NULL, "nosymfollow" }, { 0 } },
	                },
	        .rule = "An attacker plants a link to a directory; the victim opens a file below the link's name. It "
	                "fails if that file is changed.",
	        .why = "The kernel protects the last component of a path only: a planted directory still leads a "
	               "program elsewhere.",
	        .references = REFERENCES,
	        .remediation = {
			.summary = "Mount the directory with nosymfollow, or give services a private /tmp",
			.breaks = "software that keeps symbolic links in the directory",
			.risky = true,
			.steps = STEPS({ ASPECT_BEHAVIOUR, FIX_MOUNT, .path = "{subject}", .text = "nosymfollow" }),
		},
	},
	{
	        .id = "attack.replace",
	        .title = "Files of others cannot be removed, renamed or replaced",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_REPLACE,
	                        (const char *const[]) { "%s removed a file of %s", "%s renamed his file over one of %s",
	                                                "%s renamed a file of %s away",
	                                                "%s exchanged his file for one of %s" },
	                        (const struct guard[]) { { WAY(0) | WAY(1) | WAY(2) | WAY(3), NULL, NULL }, { 0 } },
	                },
	        .rule = "The victim creates a file and keeps it open; the attacker tries unlink, rename over it, "
	                "rename away and RENAME_EXCHANGE. It fails if one of them succeeds.",
	        .why = "What a program created safely is another file by the time that it, or its successor, opens it "
	               "by name.",
	        .references = REFERENCES,
	        .remediation = {
			.summary = "Give the directory to root and set the sticky bit",
			.steps = STEPS({ ASPECT_BEHAVIOUR, FIX_DIRECTORY, .path = "{subject}", .text = "chown -h root:root" }, { ASPECT_BEHAVIOUR, FIX_DIRECTORY, .path = "{subject}", .text = "chmod +t" }),
		},
	},
	{
	        .id = "attack.hardlink",
	        .title = "Files of others cannot be pinned by hard links",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_HARDLINK,
	                        (const char *const[]) { "%s linked to a 0600 file of %s" },
	                        (const struct guard[]) { { WAY(0), "fs.protected_hardlinks", NULL }, { 0 } },
	                },
	        .rule = "The attacker makes a hard link to a 0600 file of the victim. It fails if the link exists.",
	        .why = "A linked file outlives its removal, a set-id program its security update, and a later chown of "
	               "the name hits the target.",
	        .references = REFERENCES,
	        .remediation = {
			.summary = "Set fs.protected_hardlinks",
			.steps = STEPS({ ASPECT_BEHAVIOUR, FIX_SYSCTL, .path = "fs.protected_hardlinks", .text = "1" }),
		},
	},
	{
	        .id = "attack.directory",
	        .title = "A name cannot be taken by a directory",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_INFO,
	        .credit = CREDIT_SHARE,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_DIRECTORY,
	                        (const char *const[]) { "%s took the name with a directory, and the open of %s failed",
	                                                "%s replaced what %s made in his directory" },
	                        (const struct guard[]) { { 0 } },
	                },
	        .rule = "An attacker makes a directory of the name with mode 0777; the victim opens the name, then "
	                "makes "
	                "it with mkdir -p and creates a file in it. It fails if the open fails, or the attacker can "
	                "replace that file.",
	        .why = "A program that expects its name to be free stops working, or works inside a directory that the "
	               "attacker owns.",
	        .references = REFERENCES,
	        .remediation = { .summary = "Give services a private /tmp (PrivateTmp=yes) or a RuntimeDirectory=: no "
	                                    "setting of a shared directory stops this" },
	},
	{
	        .id = "attack.mount",
	        .title = "Nothing runs, gains identity or opens devices from the directory",
	        .practice = PRACTICE_DIRECTORY,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .when = WHEN_PROBE,
	        .facts = FACTS,
	        .live_only = true,
	        .run = run_attempt,
	        .param =
	                &(const struct attempt_row) {
	                        ATTACK_MOUNT,
	                        (const char *const[]) { "%s ran his program", "%s ran his script",
	                                                "a set-id program of %s gave its identity to %s",
	                                                "a device node was read, for %s, by %s" },
	                        (const struct guard[]) { { WAY(0) | WAY(1), NULL, "noexec" },
	                                                 { WAY(2), NULL, "nosuid" },
	                                                 { WAY(3), NULL, "nodev" },
	                                                 { 0 } },
	                },
	        .rule = "A small program and a script are run, a copy that is set-uid to the attacker is run by the "
	                "victim, and a device node that root made is read. It fails if one of them works.",
	        .why = "A directory that everybody writes is where payloads are dropped: execution, set-id bits and "
	               "devices turn a dropped file into power.",
	        .references = REFERENCES,
	        .remediation = {
			.summary = "Mount the directory with nosuid,nodev,noexec",
			.breaks = "installers and build tools that run programs from the directory (noexec)",
			.steps = STEPS({ ASPECT_BEHAVIOUR, FIX_MOUNT, .path = "{subject}", .text = "nosuid" }, { ASPECT_BEHAVIOUR, FIX_MOUNT, .path = "{subject}", .text = "nodev" }, { ASPECT_BEHAVIOUR, FIX_MOUNT, .path = "{subject}", .text = "noexec" }),
		},
	},
	{ 0 },
};
