/** What the gatherers of umasks share: a list that grows, and files that are read once. */
#ifndef TMPAUDIT_UMASK_LIST_H
#define TMPAUDIT_UMASK_LIST_H

#include "host.h"
#include "parse_shell.h"
#include "sudoers.h"

/** A list of umasks in the host's arena. */
struct umask_list {
	struct host *host;
	struct umask_fact *facts;
	size_t count;
};

/** Add a copy. */
void umask_add(struct umask_list *list, const struct umask_fact *fact);

/** Add a subject that could not be judged, whose umask has at most the bits of value. */
void umask_add_unknown(struct umask_list *list, const char *subject, const char *source, mode_t value, const char *why);

/** Add a subject that sets no umask. */
void umask_add_unset(struct umask_list *list, const char *subject);

/** Add what a umask command does; source is its file:line. */
void umask_add_command(struct umask_list *list, const char *subject, const char *source,
                       const struct shell_umask *command);

/** The list, which is never NULL. */
const struct umask_fact *umask_listed(struct umask_list *list);

/**
 * Read a file that a subject is judged by.  Returns true with its bytes in the arena; false if there is none,
 * and false with an unknown subject if it cannot be read.
 */
bool umask_load(struct umask_list *list, const char *subject, const char *path, struct arena *arena,
                struct bytes *bytes);

/** Add what the script of these bytes does: each umask command, or that the subject sets none. */
void umask_add_script(struct umask_list *list, const char *subject, const char *path, const struct bytes *bytes,
                      enum shell_dialect dialect);

/** The logins of struct umasks.  All that is read lives in the scratch arena. */
const struct umask_fact *umask_logins(struct host *host, struct arena *scratch, const struct sudoers *sudoers);

/** Its services. */
const struct umask_fact *umask_services(struct host *host, struct arena *scratch, const struct sudoers *sudoers);

/** Its units. */
const struct umask_fact *umask_units(struct host *host);

/** Its processes. */
const struct umask_fact *umask_processes(struct host *host);

#endif
