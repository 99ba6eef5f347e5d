/**
 * For those who work out what repairs a host: the steps of one check so far, how to add more, and what they are told
 * by the files of the host.  A kind of step that becomes others has its fix_resolve_*() by the subject.
 */
#ifndef TMPAUDIT_FIX_WORK_H
#define TMPAUDIT_FIX_WORK_H

#include "fix.h"

struct mount;
struct tempdir;

/** Files of ours have this word in their names; it stands behind whatever a distribution ships. */
#define OURS "zz-tmpaudit.conf"

#define DAEMON_RELOAD "[ ! -d /run/systemd/system ] || systemctl daemon-reload"

/** What is being resolved. */
struct fix_work {
	struct host *host;
	struct result *result;
	struct arena *arena;
	/** NULL: steps are of all findings together. */
	const struct finding *finding;
};

/* Words; all strings come from the arena. */

/** A regular expression that matches just the text. */
const char *fix_pattern(struct arena *arena, const char *text);

/** The text as that of an edit, in which a backslash begins the number of a group. */
const char *fix_replacement(struct arena *arena, const char *text);

/** The text as one word of sh(1); NULL: no command may hold it. */
const char *fix_word(struct arena *arena, const char *text);

/** What stands behind the last slash of a path. */
const char *fix_last_name(const char *path);

/** What stands for a mark of a row, length bytes without its braces; NULL: it is none, or has no value here. */
const char *fix_mark(struct arena *arena, const struct policy *policy, const char *subject, const char *mark,
                     size_t length);

/* Steps */

bool fix_same_step(const struct fix *a, const struct fix *b);

/** Add a step, unless a check that has few has it already: what follows a change follows all of them. */
void fix_add(struct fix_work *work, const struct fix *step);

/** Add a step for somebody to see to; a command, unless another one succeeds; one that follows changes. */
void fix_add_hand(struct fix_work *work, const char *text);
void fix_add_run(struct fix_work *work, const char *unless, const char *command);
void fix_add_after(struct fix_work *work, const char *command);

/** Add what the finding says, for somebody who has to see to it. */
void fix_add_by_hand(struct fix_work *work);

/** Let a target want a unit, as systemctl(1) add-wants does, which needs a manager that answers; lift a mask in /etc.
 */
void fix_pull_in(struct fix_work *work, const char *target, const char *unit, const char *path);
void fix_unmask(struct fix_work *work, const char *unit);

/** In the directory of a file of ours, put out of force what files behind it say of a key, by a pattern of it. */
void fix_silence_later(struct fix_work *work, const char *ours, const char *key, const char *pattern);

/* Files of the host */

bool fix_exists(const struct fix_work *work, const char *path);

/** Split "file:line".  Returns 0 if source is no such thing. */
unsigned fix_source(struct arena *arena, const char *source, const char **path);

/** The file of a source, with or without a line; NULL: it is none. */
const char *fix_source_path(struct arena *arena, const char *source);

/** The text of a line of a file, without its end; NULL if it cannot be had. */
const char *fix_line(struct fix_work *work, const char *path, unsigned number);

/** Whether the line of the file goes on behind its end; whether the file has the words anywhere. */
bool fix_goes_on(struct fix_work *work, const char *path, unsigned number);
bool fix_mentions(struct fix_work *work, const char *path, const char *words);

/** Whether a step may hold the text: what a shell can be told, tabs included. */
bool fix_is_tellable(struct arena *arena, const char *text);

/** Whether the file is the administrator's: in /etc. */
bool fix_is_own(const char *path);

/** A file to edit in the place of one that a package owns: in /etc, where it hides the other.  NULL: there is none. */
const char *fix_own_copy(struct fix_work *work, const char *path);

/** The mount of a directory as it is now; NULL if that is not known. */
const struct mount *fix_live_mount(const struct host *host, const struct tempdir *dir);

/* What kinds of steps come to */

void fix_resolve_sysctl(struct fix_work *work, const struct fix *fix);
void fix_resolve_comment(struct fix_work *work, const struct fix *fix);
void fix_resolve_mount(struct fix_work *work, const struct fix *fix);
void fix_resolve_boot(struct fix_work *work);
void fix_resolve_alias(struct fix_work *work, const struct fix *fix);
void fix_resolve_limits(struct fix_work *work, const struct fix *fix);
void fix_resolve_stated(struct fix_work *work);
void fix_resolve_umask(struct fix_work *work, const struct fix *fix);
void fix_resolve_pam(struct fix_work *work);
void fix_resolve_unmask(struct fix_work *work, const struct fix *fix);
void fix_resolve_exemption(struct fix_work *work, const struct fix *fix);
void fix_resolve_process(struct fix_work *work);
void fix_resolve_command(struct fix_work *work);
void fix_resolve_sessions(struct fix_work *work);

#endif
