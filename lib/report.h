/**
 * A report: all results of an audit, their score, the host and the run.  It owns its
 * memory, and nothing in it points into the host.
 */
#ifndef TMPAUDIT_REPORT_H
#define TMPAUDIT_REPORT_H

#include "arena.h"
#include "confine.h"
#include "result.h"
#include "score.h"
#include "waiver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct policy;

struct report_host {
	/** NULL where nothing says it. */
	const char *hostname, *machine_id, *os, *kernel, *arch, *container;
	const char *root;
	bool live;
	unsigned uid;
};

/** A file that changed the profile. */
struct report_policy {
	const char *path;
	/** In lower-case hexadecimal. */
	const char *sha256;
};

/** Something besides the host that differs between two reports, and so may be what made the change. */
struct difference {
	/** The key of the report: "run.profile". */
	const char *key;
	/** Raw; NULL: not known. */
	const char *before, *after;
	/** What it means for a reader, or NULL. */
	const char *meaning;
};

/** The earlier report that this one is held against: only what is new or worse falls short. */
struct report_baseline {
	struct timespec started;
	const char *hostname;
	/** In tenths; -1: it has none. */
	int score;
	const struct difference *differences;
	size_t ndifferences;
};

/** A value that is not the profile's. */
struct report_override {
	/** What it is of: "parameters.umask.maximum", "checks.mount.*.severity", "fail.on". */
	const char *key;
	const char *value;
	/** FILE:LINE, or an option. */
	const char *source;
};

struct report_run {
	struct timespec started;
	int64_t duration_ms;
	/** Name of the profile. */
	const char *profile;
	/** A profile that suits this host better, if nobody chose one; NULL: none does. */
	const char *suggestion;
	/** In the order in which they were applied. */
	const struct report_policy *policies;
	size_t npolicies;
	struct report_override *overrides;
	size_t noverrides;
	bool deep;
	/** host, via-pid1 or unknown; NULL offline. */
	const char *mount_namespace;
	/** The directory that what was to be examined was named relative to; NULL: by no relative name. */
	const char *directory;
	/** What the worker had given up. */
	struct confinement confinement;
	/**
	 * From which severity on a failure falls short (SEVERITIES: no failure does by itself); below which score, in
	 * tenths (0: never).
	 */
	enum severity fail_on;
	unsigned fail_under;
	/** NULL: there is none. */
	const struct report_baseline *baseline;
};

struct report_omission {
	const char *path, *why;
};

/** What a report that was read says of its run, and cannot be told again from what it lists. */
struct report_statement {
	/** -1: what fail_on and fail_under make of the results. */
	int exit;
	bool complete;
};

struct report {
	struct arena arena;
	/** Of the tool that made it; NULL: this one. */
	const char *version;
	/** NULL: it was made here. */
	const struct report_statement *statement;
	struct report_host host;
	struct report_run run;
	struct result *results;
	size_t nresults;
	/** All waivers of the policy, in its order. */
	struct waiver_use *waivers;
	size_t nwaivers;
	struct report_omission *not_examined;
	size_t nnot_examined;
	struct score score;
};

/**
 * The exit status that the report gives: 1 if it falls short of what run asks for; else 3 if a check that
 * could have made it so ended in error, or nothing was evaluated; else 0.
 */
int report_exit(const struct report *report);

/** Whether the result makes the run fall short: it fails, and its severity counts. */
bool report_falls_short(const struct report *report, const struct result *result);

/** Whether the audit saw all that it was to see: no required thing was left out. */
bool report_complete(const struct report *report);

/** The family of a check: its id up to the dot, as text of the arena. */
const char *check_family(struct arena *arena, const struct check *check);

/**
 * What identifies a set of findings over hosts and runs: SHA-256 of the id and the sorted
 * (subject, aspect) pairs, in lower-case hexadecimal.
 */
const char *result_fingerprint(struct arena *arena, const struct result *result);

/** The commands that repair what failed, ended by NULL.  For a subject that no command may name there is a comment. */
const char *const *result_commands(struct arena *arena, const struct result *result);

/** The files that repair what failed, ended by a zero entry. */
const struct fix_file *result_files(struct arena *arena, const struct result *result);

/** none, low or high: what the fix may break. */
const char *result_risk(const struct result *result);

/** The version of the tool that made the report. */
const char *report_version(const struct report *report);

void report_free(struct report *report);

#endif
