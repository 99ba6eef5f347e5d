/** Files of lines NAME=VALUE: pure functions of bytes. */
#ifndef TMPAUDIT_PARSE_ENVFILE_H
#define TMPAUDIT_PARSE_ENVFILE_H

#include "arena.h"
#include "tree.h"

#include <stddef.h>

/** The most assignments that are taken from a file or a value. */
#define ENVFILE_LIMIT ((size_t)4096)

struct assignment {
	/** NULL ends a list. */
	const char *name;
	/** Without quotes; nothing is expanded. */
	const char *value;
	unsigned line;
};

/**
 * /etc/environment and other files of pam_env's envfile=, as its _parse_env_file() reads them: an optional
 * "export", quotes are dropped, "#" begins a comment.  sudo's env_file has the same form: sudoers(5).
 * Returns 0, or -E2BIG if there are more than ENVFILE_LIMIT; the first ones are kept.  Strings live in the arena.
 */
int parse_envfile(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments);

/** An EnvironmentFile= of systemd.exec(5): quotes, and lines that go on. */
int parse_envfile_systemd(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments);

/**
 * A file of environment.d(5): the same, but variables that the file set before are expanded; SHELL_OPEN stands for
 * others, SHELL_OWN for a place of the user's own.
 */
int parse_environment_d(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments);

/** pam_env.conf(5): NAME DEFAULT=… OVERRIDE=…; each of both is an assignment, marked in the same way.  Empty values are
 * none. */
int parse_pam_env(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments);

/** The assignments in a value of Environment=, systemd.exec(5); all have line 0. */
int parse_environment(const char *value, struct arena *arena, const struct assignment **assignments);

#endif
