/** The options of all commands: one table for getopt_long(3), for --help, and for messages. */
#ifndef TMPAUDIT_OPTIONS_H
#define TMPAUDIT_OPTIONS_H

#include "fix.h"
#include "render.h"
#include "start.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** Bits, so that a command can say which it takes. */
enum option_bit {
	OPTION_FORMAT = 1 << 0,
	OPTION_OUTPUT = 1 << 1,
	OPTION_ROOT = 1 << 2,
	OPTION_CHECK = 1 << 3,
	OPTION_SKIP = 1 << 4,
	OPTION_PROFILE = 1 << 5,
	OPTION_FAIL_ON = 1 << 6,
	OPTION_FAIL_UNDER = 1 << 7,
	OPTION_ALL = 1 << 8,
	OPTION_MAX_FINDINGS = 1 << 9,
	OPTION_QUIET = 1 << 10,
	OPTION_VERBOSE = 1 << 11,
	OPTION_COLOR = 1 << 12,
	OPTION_HELP = 1 << 13,
	OPTION_VERSION = 1 << 14,
	OPTION_DEEP = 1 << 15,
	OPTION_PROBE = 1 << 16,
	OPTION_ATTACKER = 1 << 17,
	OPTION_VICTIM = 1 << 18,
	OPTION_FS_TIMEOUT = 1 << 19,
	OPTION_PROGRESS = 1 << 20,
	OPTION_THREADS = 1 << 21,
	OPTION_POLICY = 1 << 22,
	OPTION_BASELINE = 1 << 24,
	OPTION_RISK = 1 << 25,
	/** The format and output of a fix: given as the others are. */
	OPTION_FIX_FORMAT = 1 << 26,
	OPTION_FIX_OUTPUT = 1 << 27,
};

/** A file that --output asks for. */
struct output_option {
	const char *path;
	/** NULL if the option names no format. */
	const struct renderer *renderer;
	/** The same of a fix. */
	const struct fix_format *fix_format;
};

struct options {
	/** OPTION_* bits of what was given. */
	unsigned given;
	/** NULL if it was not given. */
	const struct renderer *format;
	const struct fix_format *fix_format;
	/** The most that a fix may break. */
	enum risk risk;
	struct output_option *outputs;
	size_t noutputs;
	/** NULL: the running host. */
	const char *root;
	/** Globs, ended by NULL; NULL: none. */
	const char **checks, **skips;
	size_t nchecks, nskips;
	/** A profile there is; NULL: none was named. */
	const char *profile;
	/** NULL: --policy stands alone, or not at all. */
	const char *policy;
	enum severity fail_on;
	/** In tenths. */
	unsigned fail_under;
	/** An earlier report; NULL: none. */
	const char *baseline;
	/** Users of the probe. */
	uid_t attacker, victim;
	/** 0: as the format likes it. */
	size_t max_findings;
	enum choice { CHOICE_AUTO, CHOICE_ALWAYS, CHOICE_NEVER } color, progress;
	/** Seconds that a file system may leave a call unanswered. */
	unsigned fs_timeout;
	/** Threads that read file systems; 0: as many as pay. */
	unsigned threads;
	/** What stands behind the options, ended by NULL; main() takes the command off. */
	char **operands;
	struct terminal terminal;
	/** Of the lists above. */
	struct arena arena;
};

/**
 * Understand the arguments.  They may be put into another order.
 * Returns false after having said what is wrong.
 */
bool options_parse(struct options *options, int argc, char **argv);

/** Whether all that was given is among the bits; says so if not.  command is for the message. */
bool options_suit(const struct options *options, unsigned bits, const char *command);

/** An option, as it is declared. */
struct option_row {
	enum option_bit bit;
	/** NUL: there is none. */
	char letter;
	const char *name;
	/** NULL: it takes none. */
	const char *argument;
	const char *help;
	/** NULL: that it was given says all. */
	bool (*take)(struct options *options, const char *value);
};

/** The option of that number, from 0; NULL behind the last. */
const struct option_row *options_row(size_t number);

/** Add the help on the options of the bits. */
void options_help(struct builder *builder, unsigned bits, unsigned columns);

void options_free(struct options *options);

/**
 * Say that there is no such thing (an option, a check …) as word, which may itself be where that is;
 * and which name of the NULL-ended list is near to it, or if none is, the remedy.
 */
void say_unknown(const char *where, const char *what, const char *word, const char *const *names, const char *remedy);

/** The width of lines on standard output. */
unsigned options_columns(const struct options *options);

/** Whether progress is shown: only a reader at a terminal wants it. */
bool options_progress(const struct options *options);

/** How a report is to look: for a reader at standard output, or in a file. */
struct render_options options_rendering(const struct options *options, bool for_reader);

#endif
