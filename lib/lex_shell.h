/**
 * Scripts of sh, bash, ksh, zsh as commands with their words, redirections and assignments, and the blocks that they
 * lie in: a pure function of bytes, for rules_shell.c.  Unlike parse_shell.h, which hands commands out one by one, it
 * keeps them all, and how each is joined to the next: what follows decides whether a failure is noticed.
 *
 * Comments, strings and here-documents hold no commands; substitutions do, and are blocks of their own, as are the
 * here-documents that a shell reads.
 */
#ifndef TMPAUDIT_LEX_SHELL_H
#define TMPAUDIT_LEX_SHELL_H

#include "lex.h"

#include <stdbool.h>
#include <stdint.h>

/** A word as the script has it. */
struct shell_span {
	uint32_t at, end, line;
};

enum shell_operator {
	SHELL_OUT,
	/** ">|": whatever noclobber says. */
	SHELL_CLOBBER,
	SHELL_APPEND,
	/** "<>": creates, and does not truncate. */
	SHELL_BOTH_WAYS,
	SHELL_IN,
};

struct shell_redirection {
	enum shell_operator operator;
	struct shell_span target;
};

struct shell_assignment {
	struct shell_span name, value;
	bool append;
};

/** What stands behind a command. */
enum shell_separator { SHELL_END, SHELL_PIPE, SHELL_AND, SHELL_OR, SHELL_BACKGROUND };

/** A command; what stands behind a compound one, its redirections, is one without words. */
struct shell_step {
	struct shell_span whole;
	const struct shell_span *words;
	const struct shell_redirection *redirections;
	const struct shell_assignment *assignments;
	uint32_t nwords, nredirections, nassignments;
	uint32_t block;
	enum shell_separator before, after;
	/** Of a command without words: the block that ends there, plus 1. */
	uint32_t closes;
};

enum shell_block_kind {
	SHELL_FILE,
	SHELL_GROUP,
	SHELL_SUBSHELL,
	SHELL_CONDITION,
	SHELL_BRANCH,
	SHELL_LOOP,
	SHELL_CASE,
	SHELL_ARM,
	SHELL_SUBSTITUTION,
	SHELL_CONTAINER
};

struct shell_frame {
	enum shell_block_kind kind;
	uint32_t parent;
	/** The innermost function that it is or lies in; 0: none.  Its name, if it is one. */
	uint32_t function;
	struct shell_span name;
	/** Its steps, from first to before end; of a substitution where it begins in the script. */
	uint32_t first, end, at;
	/** What stands before it and behind it. */
	enum shell_separator before, after;
};

struct shell_code {
	struct lex lex;
	struct shell_step *steps;
	size_t nsteps;
	struct shell_frame *frames;
	size_t nframes;
	/** Substitutions by where they begin: indexes of frames, in the order of the script. */
	uint32_t *substitutions;
	size_t nsubstitutions;
};

/** Cut a script into its commands; all of code is zero but for lex, with which lex_start() began. */
void lex_shell(struct shell_code *code);

/** Close what is still open where cutting ended, at the end or earlier. */
void shell_close(struct shell_code *code);

/** Behind the "}" of the "${" at at; behind the quote that begins at at; at most end. */
size_t shell_skip_braces(const char *data, size_t at, size_t end);
size_t shell_skip_quotes(const char *data, size_t at, size_t end);

/** The substitution that begins at at, as an index of a frame, or 0; where it ends. */
uint32_t shell_substitution(const struct shell_code *code, size_t at);

#endif
