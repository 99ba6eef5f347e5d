/**
 * Start-up files of shells, each with what it reads in its own place: every file once, through the tree's resolver, and
 * no more of them than STARTUP_FILES.
 */
#ifndef TMPAUDIT_STARTUP_H
#define TMPAUDIT_STARTUP_H

#include "parse_startup.h"

#include <sys/types.h>

struct host;

/** The most files that are read for one list of them. */
#define STARTUP_FILES ((size_t)512)

/** A file, as it is found. */
struct startup_file {
	const char *path;
	/** By its name: csh and fish have languages of their own.  Whether it is zsh that reads it. */
	enum shell_dialect dialect;
	bool zsh;
	/** What it says, unless it is not to be had; then why not.  A sourced file that is not there, where others may
	 * create it, says nothing. */
	struct bytes bytes;
	struct startup startup;
	const char *unknown;
	/** The place that reads it, file:line, and that it is sourced; NULL: it is one of the list. */
	const char *reader;
};

/** Called for each file; it lasts as long as the call. */
typedef void startup_visitor(const struct startup_file *file, void *context);

/** A list of files that are to be read. */
struct startup_list {
	struct host *host;
	struct arena *arena;
	struct startup_entry {
		const char *path, *reader;
		enum shell_dialect dialect;
		/** Whether a directory of that name is none: it was found by a glob. */
		bool zsh, found;
	} * entries;
	size_t count;
	/** The files that were read. */
	struct tree_files read;
	bool full;
};

/** The shell that reads a start-up file of that name: csh and fish have languages of their own. */
enum shell_dialect startup_dialect(const char *path);

/** Add a file to the list by its path, which need not exist. */
void startup_add(struct startup_list *list, const char *path);

/** Add the files of a directory whose names match the glob; those that begin with a dot only if the glob does. */
int startup_add_matches(struct startup_list *list, const char *directory, const char *glob);

/**
 * Read all files of the list that exist, and what they source, in that order.  A file that cannot be read is told
 * with its reason; what a script does not name for certain is one of its riddles.  The user's own files are left out.
 */
void startup_read(struct startup_list *list, startup_visitor *visit, void *context);

#endif
