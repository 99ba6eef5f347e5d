/** What a check declares: one row of its family's table. */
#ifndef TMPAUDIT_CHECK_H
#define TMPAUDIT_CHECK_H

#include "practice.h"

#include <stdbool.h>

struct host;
struct result;

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITIES };

/** How much a failing check still earns: nothing; half the share of good subjects; a half over the number of findings.
 */
enum credit { CREDIT_BINARY, CREDIT_SHARE, CREDIT_COUNT };

/** What a finding is about. */
enum aspect {
	/** In remediation: whatever the aspect of the finding. */
	ASPECT_ANY,
	/** In force now. */
	ASPECT_LIVE,
	/** Stated in configuration: in force after a restart or the next login. */
	ASPECT_BOOT,
	/** An object in the file system. */
	ASPECT_FILE,
	ASPECT_PROCESS,
	/** What an attempt showed. */
	ASPECT_BEHAVIOUR,
	ASPECTS
};

extern const char *const severity_names[SEVERITIES];
extern const char *const aspect_names[ASPECTS];

/** When a check runs: always, with --deep, where the attacks are attempted, or where PATHs are named to be read. */
enum when { WHEN_DEFAULT, WHEN_DEEP, WHEN_PROBE, WHEN_CODE };

/** A rule or text that asks for the same.  Kinds: cwe, cis, nist, stig, attack, anssi, docs. */
struct reference {
	const char *kind, *name;
};

/** How a step repairs.  In the fields of a step stand marks: see struct fix. */
enum fix_kind {
	FIX_END,
	/** Run text, a command of the shell in one line, unless the command match succeeds (NULL: always). */
	FIX_RUN,
	/** Run text if one of the steps before it changed a file. */
	FIX_AFTER,
	/** Lines of the file path that match become text; if there is none it is added, below the line head. */
	FIX_LINE,
	/** Add the line text to the file path, below the line head, unless a line matches. */
	FIX_ADD,
	/** In the file path replace what matches by text, with \1 to \9, in lines that do not match unless. */
	FIX_EDIT,
	/** Make the file text a copy of path, unless it is there. */
	FIX_COPY,
	/** Run text, a command without its last operand, on the audited directory path itself. */
	FIX_DIRECTORY,
	/** The same on what path is, where others may put something else meanwhile; not if "UID:MODE" of it is unless,
	   nor if it is another's than the uid match; NULL: anybody's. */
	FIX_OBJECT,
	/** Move path where only root gets, next to where it lies; if text, "UID:MODE" in hexadecimal, is what it is
	   still. */
	FIX_ASIDE,
	/** Give what is mounted on path the option text now; mount it on itself if nothing is. */
	FIX_REMOUNT,
	/** Set aside what lies beneath the mount on path, or in path itself if text is "here". */
	FIX_UNCOVER,
	/** What no command can do: words for a reader. */
	FIX_HAND,

	/* Those from here on become some of the above by what the host is like: lib/fix_work.h. */

	/** The sysctl path is text: now and at boot. */
	FIX_SYSCTL,
	/** The directory path is a mount of its own, with the option text unless that is NULL: now and at boot. */
	FIX_MOUNT,
	/** What is mounted on path has nosuid, nodev and noexec: now, and at boot if fstab mounts it. */
	FIX_ALIAS,
	/** The memory file system on path is bounded: now and at boot. */
	FIX_LIMITS,
	/** The directory or link path above a temporary directory is root's alone. */
	FIX_ANCESTOR,
	/** No line of tmpfiles.d exempts what lies in the directory path from being cleaned. */
	FIX_EXEMPTION,
	/** The unit path is not masked, and a timer is pulled in. */
	FIX_UNMASK,
	/** What the source of the finding states of mode and owner of a directory is what it expects. */
	FIX_STATED,
	/** The source of the finding is a line to be taken out, if it matches (NULL: whatever it is). */
	FIX_COMMENT,
	/** The weak umask commands of the subject are to say text. */
	FIX_UMASK,
	/** Sessions of the service that is the subject read the umask of login.defs. */
	FIX_PAM,
	/** The boot configuration of the subject's mount is coherent. */
	FIX_BOOT,
	/** The service of the process that is the subject is started again by what is better. */
	FIX_PROCESS,
	/** The job or unit that the finding names takes nothing from where others write. */
	FIX_COMMAND,
	/** Sessions have directories of their own that are sound. */
	FIX_SESSIONS,
	FIX_KINDS
};

/**
 * One step of a repair.  In a row path, match, text and unless may hold {subject}, the subject of a failing finding,
 * as a word of the shell where they are commands; {name}, the end of it; and values of the policy: {umask},
 * {umask.services}, {tmp-age}, {var-tmp-age}.  Matches are extended regular expressions of one line.
 */
struct fix {
	/** Which findings it repairs. */
	enum aspect aspect;
	enum fix_kind kind;
	const char *path, *match, *text, *unless, *head;
	/** The same in fewer words for a script: a call of one of its functions; NULL: there is none. */
	const char *brief;
	/** A glob of the subjects that it is for, in the place of all steps without one; the first that matches counts.
	 */
	const char *only;
};

/** The steps of a row. */
/* clang-format off */
#define STEPS(...) (const struct fix[]) { __VA_ARGS__, { 0 } }
/* clang-format on */

/** A file with what it holds. */
struct fix_file {
	const char *path, *content;
};

struct remediation {
	/** One line in the imperative: the one thing to do. */
	const char *summary;
	/** What the fix may break: NULL is nothing. */
	const char *breaks;
	/** Whether the fix can break a working host; low if only breaks is said. */
	bool risky;
	/** In their order, ended by a zero entry; NULL: none. */
	const struct fix *steps;
};

/** A check.  All of it is constant. */
struct check {
	/** family.name */
	const char *id;
	/** The good state, as a sentence without a full stop. */
	const char *title;
	enum practice practice;
	enum severity severity;
	enum credit credit;
	enum when when;
	/** FACT_* bits that are gathered before run. */
	unsigned facts;
	/** Whether the question arises only on a running host: not-applicable offline. */
	bool live_only;
	/** Judges the host's facts; calls result_*() and nothing that asks the system. */
	void (*run)(const struct check *check, const struct host *host, struct result *result);
	/** For run: what this row asks for. */
	const void *param;
	/** How it decides, exactly. */
	const char *rule;
	/** The attack that a failure permits. */
	const char *why;
	/** Ended by a zero entry. */
	const struct reference *references;
	struct remediation remediation;
};

#endif
