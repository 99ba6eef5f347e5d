/** PAM stacks: the lines of a service with all that it includes, in the order in which libpam runs them. */
#ifndef TMPAUDIT_PAM_H
#define TMPAUDIT_PAM_H

#include "arena.h"
#include "parse_pam.h"

#include <stdbool.h>
#include <stddef.h>

struct host;

/** The most lines of a stack; libpam itself ends includes at a depth of 16. */
#define PAM_STACK_LIMIT ((size_t)4096)

/** A line of a stack: a module, or the mark of a substack, whose lines follow one level deeper. */
struct pam_entry {
	struct pam_line line;
	/** file:line */
	const char *source;
	unsigned level;
};

struct pam_stack {
	/** The service's file. */
	const char *path;
	const struct pam_entry *entries;
	size_t count;
	/** Why it is not all there, or NULL, and where that is. */
	const char *unknown, *unknown_source;
};

/** Files that were read, so that each is read once; start with { .arena = … }. */
struct pam_files {
	struct arena *arena;
	struct pam_file *files;
	size_t count;
};

/**
 * For gatherers: the stack of a service, from /etc/pam.d or else /usr/lib/pam.d; without lines of the type it is
 * that of "other".  Returns false if the service has no file.  All lives in the arena of files.
 */
bool pam_stack(struct host *host, struct pam_files *files, const char *service, enum pam_type type,
               struct pam_stack *stack);

/** What a module can say: the modules that always say the same are known, and no others. */
bool pam_may_say(const struct pam_line *line, const char *result);

/** The entry that follows when entry i leaves out skip modules: at most count. */
size_t pam_jump(const struct pam_stack *stack, size_t i, unsigned skip);

/** The entry that follows when entry i ends its stack, or the substack that it is in: at most count. */
size_t pam_leave(const struct pam_stack *stack, size_t i);

#endif
