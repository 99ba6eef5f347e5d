/**
 * Scripts of sh, bash, ksh, zsh, of csh, and of fish, cut into simple commands: a pure function of bytes.
 *
 * Comments, strings and here-documents hold no commands; subshells, and the substitutions "$(…)" and "`…`", do.
 * Nothing is evaluated: which branch is taken, and what a variable holds, is not known here.
 */
#ifndef TMPAUDIT_PARSE_SHELL_H
#define TMPAUDIT_PARSE_SHELL_H

#include "arena.h"
#include "parse_umask.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

enum shell_dialect { SHELL_POSIX, SHELL_CSH, SHELL_FISH };

/** The words of a command that are kept. */
#define SHELL_WORDS 48

/** What stands in the text of a word for something that is known only when it runs. */
#define SHELL_OPEN '\1'

/** What stands there for a directory of the user's own: the home, what mktemp made, or, of PATH, what it was before. */
#define SHELL_OWN '\2'

struct shell_word {
	/** Without quotes, as far as there was room; expansions are SHELL_OPEN; ended by a NUL. */
	const char *text;
	/** Whether text is all that the word stands for: no expansion, and not cut. */
	bool literal;
	/** As the script has it. */
	const char *source;
	size_t length;
};

/** A simple command: no reserved words, no redirections; assignments before the command are words of it. */
struct shell_command {
	unsigned line;
	/** Whether it is run whenever the script is: it stands in no branch, loop, function or subshell. */
	bool certain;
	/** Whether it is none, but the head of a function; its one word is the function's name. */
	bool definition;
	/** The function of sh in whose body it stands, the outermost one; NULL: in none. */
	const char *function;
	size_t nwords;
	struct shell_word words[SHELL_WORDS];
};

/** Called for each command in the order in which they end; the command lasts as long as the call. */
typedef void shell_visitor(const struct shell_command *command, void *context);

/** A place in a script. */
struct shell_place {
	/** 0: none. */
	unsigned line;
	size_t offset;
};

/**
 * Visit the commands of a script.  Returns where something is opened that nothing closes, or that is nested too
 * deeply to follow: from there on commands may have been missed.
 */
struct shell_place parse_shell(const struct bytes *bytes, enum shell_dialect dialect, shell_visitor *visit,
                               void *context);

/** Whether a script's first line leaves it to a shell; true if it has none of "#!", as files that are sourced. */
bool shell_reads(const struct bytes *bytes);

/** A umask command. */
struct shell_umask {
	/** 0 ends the list. */
	unsigned line;
	/** Its operand as written, shortened; "" if it is not known. */
	const char *operand;
	/** Why its operand cannot be told; NULL if it can. */
	const char *unknown;
	struct umask_change change;
};

/** The most umask commands that are taken from a file. */
#define SHELL_UMASK_LIMIT ((size_t)1024)

/**
 * The umask commands of a script that set one, in its order, ended by a zero entry; strings live in the arena.
 * What cannot be told is an entry of its own.  Returns 0, or -E2BIG if there are more than SHELL_UMASK_LIMIT.
 */
int parse_shell_umasks(const struct bytes *bytes, enum shell_dialect dialect, struct arena *arena,
                       const struct shell_umask **umasks);

#endif
