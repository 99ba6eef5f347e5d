/** sshd_config(5): keywords and their arguments, a pure function of bytes. */
#ifndef TMPAUDIT_PARSE_SSHD_H
#define TMPAUDIT_PARSE_SSHD_H

#include "arena.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** The most lines that are taken from a file. */
#define SSHD_LIMIT ((size_t)4096)

struct sshd_line {
	/** 0 ends the list. */
	unsigned line;
	/** As written; compared without case. */
	const char *keyword;
	/** Without quotes; ended by NULL. */
	const char *const *arguments;
	/** Whether it stands below a Match line. */
	bool matched;
};

/**
 * The lines of a file, ended by a zero entry; strings live in the arena.
 * Returns 0, or -E2BIG if there are more than SSHD_LIMIT; the first ones are kept.
 */
int parse_sshd(const struct bytes *bytes, struct arena *arena, const struct sshd_line **lines);

/**
 * The argument of option -u of internal-sftp or sftp-server, sftp-server(8), if arguments are its command line;
 * else NULL.  A single argument may hold the whole line, as ForceCommand's does.
 */
const char *sshd_sftp_umask(const char *const *arguments, struct arena *arena);

#endif
