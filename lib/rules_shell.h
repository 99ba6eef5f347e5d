/** What the commands of a shell do with the names that they are given: for languages that have a shell run some. */
#ifndef TMPAUDIT_RULES_SHELL_H
#define TMPAUDIT_RULES_SHELL_H

#include "lex.h"
#include "value.h"

#include <stdbool.h>

enum shell_deed {
	/** A file is created or written: > FILE, cp A FILE, tee FILE, -o FILE. */
	SHELL_CREATES,
	SHELL_MAKES_DIRECTORY,
	/** A name is made for a file that does not exist: mktemp -u. */
	SHELL_MAKES_NAME,
};

/**
 * Visit what a command of a shell does, the text of a value: name lives as long as the arena of outer, the script that
 * it stands in; exclusive tells whether it fails on what exists.
 */
void shell_deeds(const struct lex *outer, const char *command,
                 void (*visit)(void *context, enum shell_deed deed, const struct value *name, bool exclusive),
                 void *context);

/** What a command prints, as far as its text tells: what nobody guesses, a file that it has just made. */
enum value_hole shell_printed(const char *command);

/** The most arguments of a command that are looked at. */
#define SHELL_ARGUMENTS 16

/** A command that begins with setting what it is given, of sh -c COMMAND NAME A B: "$1" is A, "$2" is B; in the arena.
 */
const char *shell_with_arguments(struct arena *arena, const char *command, const char *const *arguments, size_t count);

/** Whether a command may matter: it names what lies in a temporary directory, or makes names. */
bool shell_may_matter(const char *command);

#endif
