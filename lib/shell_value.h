/**
 * What a word of a shell's start-up script stands for, as far as the script itself says so: quotes, backslashes,
 * "$'…'", variables that the script set before, and their defaults.  A pure function of bytes.
 *
 * A word may stand for one of several things, since branches are not evaluated.  SHELL_OPEN in it is what nobody can
 * tell from here, SHELL_OWN a directory of the user's own.
 */
#ifndef TMPAUDIT_SHELL_VALUE_H
#define TMPAUDIT_SHELL_VALUE_H

#include "arena.h"
#include "parse_shell.h"

#include <stddef.h>

/** How many things a word may stand for before it counts as unknown. */
#define SHELL_CHOICES 8

struct shell_value {
	const char *choices[SHELL_CHOICES];
	size_t count;
};

/** A variable of the script, or a parameter of its functions. */
struct shell_variable {
	const char *name;
	struct shell_value value;
};

/** What is known where a word stands. */
struct shell_scope {
	struct arena *arena;
	enum shell_dialect dialect;
	struct shell_variable *variables;
	size_t count;
	/** How many bytes were made of variables: past SHELL_GROWTH nothing more is expanded. */
	size_t spent;
};

/** A script can double a value with each line: this ends it. */
#define SHELL_GROWTH ((size_t)4 << 20)

/** The most variables that are remembered; of others nothing is known. */
#define SHELL_VARIABLES ((size_t)512)

/**
 * What the words of the script at source stand for.  self is the variable that is set to it, or NULL: what PATH was
 * before is no concern of this script.  There is at least one choice.
 */
struct shell_value shell_expand(struct shell_scope *scope, const char *source, size_t length, const char *self);

/** Let a variable stand for value; unless it is certain that it does, also for what it stood for before. */
void shell_assign(struct shell_scope *scope, const char *name, const struct shell_value *value, bool certain);

/** What the variable was set to, or NULL. */
const struct shell_value *shell_variable(const struct shell_scope *scope, const char *name);

/** Nothing but SHELL_OPEN. */
struct shell_value shell_unknown(void);

/** Add to a value all choices of another. */
void shell_either(struct shell_value *value, const struct shell_value *other);

#endif
