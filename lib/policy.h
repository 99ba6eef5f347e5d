/**
 * What is expected of a host: parameters of rules, severities, which checks are selected, what is waived.
 *
 * A policy is made of layers, of which the later wins: the profile and those that it extends, which are built in; the
 * policy files, in order; the command line.  Each value knows where it comes from.
 */
#ifndef TMPAUDIT_POLICY_H
#define TMPAUDIT_POLICY_H

#include "arena.h"
#include "check.h"
#include "waiver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/** What rules can be told.  The table in policy.c names each. */
enum parameter {
	/** Absolute paths of directories to audit as temporary ones. */
	PARAMETER_TEMPDIR_EXTRA,
	/** The bits that the umask of a session must have. */
	PARAMETER_UMASK,
	/** The same for services; for processes of root; for those of others. */
	PARAMETER_UMASK_SERVICES,
	/** Whether pam_umask's usergroups may give the group bits back. */
	PARAMETER_UMASK_USERGROUPS,
	PARAMETER_UMASK_ROOT_PROCESSES,
	PARAMETER_UMASK_USER_PROCESSES,
	/** Globs of names of processes that may have any umask. */
	PARAMETER_UMASK_EXEMPT,
	/** The least fs.protected_regular and fs.protected_fifos. */
	PARAMETER_PROTECTED_REGULAR,
	PARAMETER_PROTECTED_FIFOS,
	/** Whether fs.suid_dumpable 2 is good with a pipe to a trusted program. */
	PARAMETER_SUID_DUMPABLE_PIPE,
	/** Whether a relative core pattern is good. */
	PARAMETER_CORE_RELATIVE,
	/** The largest size of a tmpfs, and the most of a file system that may be in use, both in percent. */
	PARAMETER_LIMITS_MEMORY,
	PARAMETER_LIMITS_USAGE,
	/** Seconds after which what is not used has to be gone, from /tmp and others; from /var/tmp. */
	PARAMETER_TMP_AGE,
	PARAMETER_VAR_TMP_AGE,
	/** Whether a /tmp that a restart empties is good without an age. */
	PARAMETER_VOLATILE,
	/** Whether every long-running service is asked for a /tmp of its own, used or not. */
	PARAMETER_ISOLATE_ALL,
	/** Globs of names in /dev/shm that everybody may write. */
	PARAMETER_SHARED_MEMORY,
	/** Who may keep the shared /tmp where pam_namespace gives others one of their own. */
	PARAMETER_EXEMPT_USERS,
	PARAMETERS
};

enum parameter_type {
	/** A string of octal digits: "027". */
	PARAMETER_OCTAL,
	/** A whole number. */
	PARAMETER_COUNT,
	/** true or false, kept as 1 or 0. */
	PARAMETER_FLAG,
	/** A string such as "10d" or "1d12h", kept in seconds. */
	PARAMETER_AGE,
	/** A list of absolute paths, or of other strings. */
	PARAMETER_PATHS,
	PARAMETER_NAMES,
};

struct parameter_row {
	const char *name;
	enum parameter_type type;
	/** Of what is kept as a number. */
	uint64_t least, most;
	/** The checks that it serves: ids, or globs of them, with blanks between. */
	const char *checks;
	/** What it is, for a reader. */
	const char *meaning;
};

/** By enum parameter; values stand in share/profiles. */
extern const struct parameter_row parameter_rows[PARAMETERS];

/** Whether the parameter serves the check. */
bool parameter_serves(enum parameter parameter, const struct check *check);

/** What is said of checks. */
enum rule_kind {
	/** Whether they are selected. */
	RULE_ENABLED,
	/** Whether what they ask can be asked: else they are not applicable. */
	RULE_APPLICABLE,
	/** Whether they judge what is stated for the next boot, or login. */
	RULE_BOOT,
	/** How severe they are. */
	RULE_SEVERITY,
	RULES
};

/** The keys of rules in a policy. */
extern const char *const rule_names[RULES];

/** Where a value comes from: "profile strict", "FILE:LINE", or an option. */
struct origin {
	const char *where;
	/** Whether it is not the profile's. */
	bool overrides;
};

/** What is said of the checks that match a glob; the last rule that matches counts. */
struct policy_rule {
	enum rule_kind kind;
	const char *glob;
	/** A bool or an enum severity. */
	int value;
	struct origin origin;
};

/** A file that was laid over the profile. */
struct policy_file {
	const char *path, *sha256;
	/** Its "name"; NULL: it has none. */
	const char *name;
};

struct policy {
	/** Of the profile, and why it is that one. */
	const char *name;
	struct origin named_by;
	uint64_t parameters[PARAMETERS];
	/** Of lists: ended by NULL, never NULL. */
	const char *const *lists[PARAMETERS];
	struct origin origins[PARAMETERS];
	struct policy_rule *rules;
	size_t nrules;
	/** Of which no two are of the same check and subject. */
	struct waiver *waivers;
	size_t nwaivers;
	/** Whether deep checks run. */
	bool deep;
	struct origin deep_origin;
	/** From which severity on a failed check makes the run fall short; SEVERITIES: none does by itself. */
	enum severity fail_on;
	struct origin fail_on_origin;
	/** Below which score the run falls short, in tenths; 0: never. */
	unsigned fail_under;
	struct origin fail_under_origin;
	struct policy_file *files;
	size_t nfiles;
	struct arena arena;
};

/** A policy as it is written. */
struct policy_text {
	/** What it is called in messages and origins: the path of a file. */
	const char *name;
	/** With a NUL behind them. */
	const char *bytes;
	size_t size;
	/** Whether it is a profile's. */
	bool is_profile;
};

/** What is wrong with a policy: WHERE and WHAT of a message. */
struct policy_fault {
	const char *where, *what;
};

/** The names of all profiles, default first, ended by NULL. */
extern const char *const policy_profiles[];

/** The text of a profile, which is part of the program.  Returns false if there is none of that name. */
bool policy_profile(const char *name, struct policy_text *text);

/** Start with the profile's values.  Returns false if there is no profile of that name; else to be closed. */
bool policy_open(struct policy *policy, const char *profile);

void policy_close(struct policy *policy);

/**
 * Lay a text over the policy.  Its checks must be of the families, which end with NULL; NULL: that is not looked at.
 * now is for the ends of waivers.  Returns false with what is wrong, which lives as long as the policy.
 */
bool policy_lay(struct policy *policy, const struct policy_text *text, const struct check *const *families, time_t now,
                struct policy_fault *fault);

/**
 * The profile that the text says it extends, or NULL; where: at which place it says so.  A text with a fault extends
 * nothing.  Both live in the arena.
 */
const char *policy_extends(struct arena *arena, const struct policy_text *text, const char **where);

/** From the command line: what makes the run fall short. */
void policy_fail_on(struct policy *policy, enum severity severity, const char *option);
void policy_fail_under(struct policy *policy, unsigned tenths, const char *option);

/** The rule of the kind that counts for the check, or NULL: nothing is said of it. */
const struct policy_rule *policy_rule(const struct policy *policy, const struct check *check, enum rule_kind kind);

/** Whether the policy selects the check. */
bool policy_selects(const struct policy *policy, const struct check *check);

/** Whether what the check asks can be asked under the policy: else it is not applicable. */
bool policy_applies(const struct policy *policy, const struct check *check);

/** Whether the check judges what is stated for the next boot. */
bool policy_judges_boot(const struct policy *policy, const struct check *check);

/** The severity of the check under the policy. */
enum severity policy_severity(const struct policy *policy, const struct check *check);

/** The value of a parameter as a policy has it, without quotes: 027, 10d, true, /a /b. */
const char *policy_shown(struct arena *arena, const struct policy *policy, enum parameter parameter);

/** Seconds as a policy writes them: "10d", "36h". */
const char *policy_age(struct arena *arena, uint64_t seconds);

#endif
