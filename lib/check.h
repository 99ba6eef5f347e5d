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

/** A command that repairs findings of the aspect. */
struct fix_command {
	enum aspect aspect;
	/** With {subject} for the subject of each failing finding, quoted for the shell. */
	const char *command;
};

/** A file that repairs findings of the aspect when it is laid down. */
struct fix_file {
	enum aspect aspect;
	const char *path, *content;
};

/** A command for subjects that the commands for all others would not repair. */
struct fix_exception {
	/** A glob. */
	const char *subject;
	/** As in a command; the first row that matches repairs the subject. */
	const char *command;
};

struct remediation {
	/** One line in the imperative: the one thing to do. */
	const char *summary;
	/** What the fix may break: NULL is nothing. */
	const char *breaks;
	/** Whether the fix can break a working host; low if only breaks is said. */
	bool risky;
	/** Ended by a zero entry; NULL: none. */
	const struct fix_command *commands;
	/** What stands in the place of the commands for some subjects, whatever the aspect. */
	const struct fix_exception *exceptions;
	const struct fix_file *files;
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
