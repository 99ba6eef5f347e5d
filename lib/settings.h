/** What the gatherers of environments share: lists that grow, and the variables that name paths. */
#ifndef TMPAUDIT_SETTINGS_H
#define TMPAUDIT_SETTINGS_H

#include "environment.h"
#include "host.h"

/** The PATH that was added last. */
struct setting_memo {
	const char *value;
	struct setting_path *paths;
	uid_t user;
	bool marked, final;
};

/** Lists in the host's arena. */
struct setting_list {
	struct host *host;
	struct setting *settings;
	size_t count;
	struct named_dir *named;
	size_t nnamed;
	struct setting_memo memo;
};

/** Whose setting it is and where it stands. */
struct setting_origin {
	/** Instead of the variable's name; NULL: that. */
	const char *subject;
	const char *source;
	uid_t user;
	/** As a word; NULL: by the host's accounts. */
	const char *user_shown;
	/** Whether SHELL_OPEN and SHELL_OWN in the value stand for what they are in parse_shell.h. */
	bool marked;
	/** Whether the value is what a program has, so that nobody expands it any more. */
	bool final;
};

/** Whether a variable of that name is one that is looked at. */
bool setting_is_variable(const char *name);

/** Whether a variable's name is used in scripts for much else, too. */
bool setting_is_common(const char *name);

/** Add what a variable is set to, unless it is none that is looked at. */
void setting_add_variable(struct setting_list *list, const struct setting_origin *origin, const char *name,
                          const char *value);

/** Add directories by the rules of PATH, or of the loader, under a name of their own. */
void setting_add_directories(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                             const char *name, const char *value);

/** Add a single file or directory by the rules of the kind; it is shown as path, which must be absolute for a command.
 */
struct setting *setting_add_file(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                                 const char *name, const char *path);

/** Add a variable that sudo takes from its caller. */
void setting_add_kept(struct setting_list *list, const char *source, const char *name, const char *how);

/** Each variable's name, in order; NULL behind the last one. */
const char *setting_variable(size_t index, enum setting_kind *kind);

/** Add something that cannot be told. */
void setting_add_unknown(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                         const char *subject, const char *why);

/** The list, which is never NULL. */
const struct setting *settings_listed(struct setting_list *list);

#endif
