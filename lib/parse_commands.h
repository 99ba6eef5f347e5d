/** Which files a command line or a script runs, sources or reads as configuration: pure functions of bytes. */
#ifndef TMPAUDIT_PARSE_COMMANDS_H
#define TMPAUDIT_PARSE_COMMANDS_H

#include "arena.h"
#include "parse_words.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

/** The most files that are taken from a script. */
#define COMMANDS_LIMIT ((size_t)4096)

enum command_use { COMMAND_RUNS, COMMAND_SOURCES, COMMAND_READS };

/** As words: "runs". */
extern const char *const command_use_names[];

struct command_file {
	/** NULL ends the list.  Absolute; its name is known from the text alone. */
	const char *path;
	enum command_use use;
	/** Of a script; 0 for a command line. */
	unsigned line;
};

/** A variable that a command is given, or a script gives to all that it runs. */
struct command_variable {
	const char *name;
	/** SHELL_OPEN and SHELL_OWN in it are what they are in parse_shell.h. */
	const char *value;
	/** Of a script; 0 for a command line. */
	unsigned line;
};

/** Lists that grow. */
struct command_list {
	struct arena *arena;
	/** Ended by a zero entry; NULL: empty. */
	struct command_file *files;
	size_t count;
	struct command_variable *variables;
	size_t nvariables;
	/** Whether there were more than COMMANDS_LIMIT. */
	bool full;
	/** The line of a script from which on it could not be followed; 0: none.  What is there is in left. */
	unsigned lost;
	size_t lost_at;
};

/**
 * Add the files of a script: what its first line has it run by; and if that is a shell, the programs that it runs by a
 * path, those that other programs are told to run, and what it sources.  Variables stand for what the script set them
 * to.  Names that nothing but a run can tell are passed over, and so is where output goes.  And the variables that it
 * exports, or sets for a command.
 */
void parse_commands(const struct bytes *bytes, struct command_list *list);

/** Add files and variables of a command line of systemd: words with "%" or "$" are not known. */
void parse_command_words(const struct word *words, struct command_list *list);

#endif
