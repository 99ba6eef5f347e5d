/** crontab(5) and anacrontab(5): a pure function of bytes. */
#ifndef TMPAUDIT_PARSE_CRONTAB_H
#define TMPAUDIT_PARSE_CRONTAB_H

#include "arena.h"
#include "tree.h"

#include <stddef.h>

/** The most lines that are taken from a file. */
#define CRONTAB_LIMIT ((size_t)8192)

enum crontab_form {
	/** A user's own: five fields, command. */
	CRONTAB_USER,
	/** /etc/crontab, /etc/cron.d: five fields, user, command. */
	CRONTAB_SYSTEM,
	/** /etc/anacrontab: period, delay, name, command. */
	CRONTAB_ANACRON,
};

struct crontab_line {
	/** 0 ends the list. */
	unsigned line;
	/** Of a job: as whom it runs, or NULL if the form does not say; and what, up to an unescaped "%". */
	const char *user, *command;
	/** Of an assignment: name and value, without quotes; cron expands nothing.  NULL for a job. */
	const char *name, *value;
};

/**
 * The assignments and jobs of a file in its order, ended by a zero entry; strings live in the arena.
 * Returns 0, or -E2BIG if there are more than CRONTAB_LIMIT; the first ones are kept.
 */
int parse_crontab(const struct bytes *bytes, enum crontab_form form, struct arena *arena,
                  const struct crontab_line **lines);

#endif
