/** The commands: what each is, and the function that does it. */
#ifndef TMPAUDIT_COMMANDS_H
#define TMPAUDIT_COMMANDS_H

#include "options.h"

enum {
	/** The host meets the policy; it falls short; misuse, or an output that could not be written; no verdict. */
	EXIT_MEETS = 0,
	EXIT_SHORT = 1,
	EXIT_MISUSE = 2,
	EXIT_UNSURE = 3,
	/** Before the exit status of a format that has its own, until main() takes it off. */
	EXIT_OF_FORMAT = 4,
};

struct policy;

struct command {
	const char *name;
	/** What follows the name on the command line. */
	const char *synopsis;
	/** What it does, in a line. */
	const char *summary;
	/** OPTION_* bits that it takes. */
	unsigned options;
	/** Returns the exit status. */
	int (*run)(const struct options *options);
};

/** The default command first; ended by a zero entry.  In main.c. */
extern const struct command commands[];

int command_audit(const struct options *options);
int command_probe(const struct options *options);
int command_code(const struct options *options);
int command_fix(const struct options *options);
int command_list(const struct options *options);
int command_explain(const struct options *options);
int command_diff(const struct options *options);
int command_report(const struct options *options);
int command_help(const struct options *options);

struct channel;
struct delivery;
struct host;
struct output;
struct report;

/** For the audit of a fix, in the worker: plan, and deliver what was asked for. */
void fix_deliver(const struct channel *channel, const struct host *host, const struct report *report,
                 const struct options *options);

/** Whether an output of a fix is a directory. */
bool fix_is_directory(const struct options *options, size_t output);

/** Write what was delivered.  Returns the exit status. */
int fix_write(struct output *outputs, const struct options *options, const struct delivery *delivery);

/** Audit, and have what repairs the host in the place of the report.  Returns the exit status. */
int audit_for_fix(const struct options *options);

/** Print the help of a command, or for NULL of all.  Returns the exit status. */
int help_print(const struct command *command, const struct options *options);

/** The command of that name, or NULL. */
const struct command *command_find(const char *name);

/** Say that there is no such command, and which one is near. */
void say_unknown_command(const char *name);

/** Whether each glob matches a check of the families; says which does not, and where it stood, if not. */
bool globs_match(const struct check *const *families, const char *const *globs, const char *where);

/**
 * Make the policy in force: profile, files (or this file instead, if it is not NULL), options.  Returns true with a
 * policy to close; false after having said what is wrong.
 */
bool open_policy(struct policy *policy, const char *file, const struct options *options);

/** Print what was built.  Returns status, or after having said why it could not be printed EXIT_MISUSE. */
int print(const struct builder *builder, int status);

#endif
