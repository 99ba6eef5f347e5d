/**
 * Programs, libraries and scripts that create temporary files insecurely: found by reading them, never by running.
 *
 * Of a verb that names PATHs all files below them; of an audit the ELF files that matter most, with host->deep all
 * programs and libraries.
 */
#ifndef TMPAUDIT_SOURCES_H
#define TMPAUDIT_SOURCES_H

#include "script.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct host;

/** The most of a file that is read, in bytes: a larger one is named. */
#define SOURCES_FILE_LIMIT ((size_t)64 << 20)

/** What a verb asks for: set before facts are gathered. */
struct sources_request {
	/** PATHs, absolute, ended by NULL; in a tree of their own, which is the caller's mounts and not process 1's. */
	const char *const *paths;
	const struct tree *tree;
	/** The working directory, if a PATH was named relative to it; or NULL. */
	const char *directory;
};

/** What makes a finding worse, or less of one. */
enum exposure {
	EXPOSURE_SETID = 1 << 0,
	EXPOSURE_CAPABILITY = 1 << 1,
	/** Root runs it: by a unit, a cron job, a hook, a script of a package. */
	EXPOSURE_ROOT = 1 << 2,
	/** Anybody's shell finds it. */
	EXPOSURE_PATH = 1 << 3,
	/** It is a test, an example or documentation; it runs before there are users; its unit has a /tmp of its own.
	 */
	EXPOSURE_EXAMPLE = 1 << 4,
	EXPOSURE_EARLY = 1 << 5,
	EXPOSURE_PRIVATE = 1 << 6,
};

/** A file with findings. */
struct source_file {
	/** NULL ends a list. */
	const char *path;
	enum script_check check;
	const struct script_finding *findings;
	size_t nfindings;
	/** Other files with the same content: how many, and the first. */
	size_t copies;
	const char *copy;
	/** EXPOSURE_* bits; and in words, with what runs it; NULL: there is none. */
	unsigned exposure;
	const char *context;
	/** The package that it belongs to, or NULL. */
	const char *package;
};

/** A file that was not, or not wholly, examined. */
struct source_trouble {
	/** NULL ends a list. */
	const char *path, *message;
	enum script_check check;
	/** Whether it is told only: what is malformed cannot be run either. */
	bool note;
};

struct sources {
	/** In order of path; of identical files the first. */
	const struct source_file *sources;
	const struct source_trouble *troubles;
	/** How many more were not kept of each check. */
	size_t more[SCRIPT_CHECKS], more_troubles[SCRIPT_CHECKS];
	/** How many files were examined, and how many findings comments on their lines set aside. */
	uint64_t examined[SCRIPT_CHECKS], suppressed[SCRIPT_CHECKS];
	/** Regular files of whatever kind that were looked at. */
	uint64_t files;
	/** Whether a verb named what to look at. */
	bool requested;
};

/** Gather FACT_SOURCES. */
void sources_gather(struct host *host);

/** Find out who runs the files, and what package they are of: for fact_sources.c. */
void exposure_find(struct host *host, struct source_file *sources, size_t count);

/** EXPOSURE_EXAMPLE and EXPOSURE_EARLY by the components of a path below what was asked for. */
unsigned exposure_by_path(const char *path);

/** EXPOSURE_PATH if the program lies where a shell looks for programs. */
unsigned exposure_in_path(const char *path);

#endif
