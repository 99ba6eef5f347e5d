/**
 * Tokens: what the lexers of all languages make of a script, for the one analysis in flow.c.
 *
 * A lexer is a pure function of bytes, linear and without recursion, that never fails: what is not closed ends with
 * the file.  Comments, documentation and what the compiler skips are gone; so are the spellings: whatever the language,
 * a string is its value, joins of lines are gone, and what is interpolated stands as an expression,
 *
 *     "a$x.b"   becomes   ( "a" JOIN $x JOIN ".b" )
 *
 * and a definition of the preprocessor is an assignment.
 */
#ifndef TMPAUDIT_LEX_H
#define TMPAUDIT_LEX_H

#include "arena.h"
#include "pulse.h"
#include "tree.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The most tokens that are taken of a file. */
#define LEX_LIMIT 800000

/** How the LEX_OPEN is spelt that begins what a macro with parameters stands for. */
#define LEX_MACRO "#"

enum lex_kind {
	/** Behind the last one; tokens beyond the end are this, too. */
	LEX_END,
	/** A name or keyword, with its sigil where the language has them: open, $x, @ARGV. */
	LEX_NAME,
	/** The value of a literal; of bytes that no string of ours can hold what is between them. */
	LEX_STRING,
	LEX_NUMBER,
	/** Whatever else: one operator or bracket. */
	LEX_OPERATOR,
	/** Where parts of a string meet: binds its neighbours into one value. */
	LEX_JOIN,
	/** The end of a statement: a line's, where that counts, or a semicolon. */
	LEX_NEWLINE,
	/** Begin and end of a block: indentation, braces, do and end. */
	LEX_OPEN,
	LEX_CLOSE,
};

struct lex_token {
	/** Not ended by a NUL; points into the script or the arena. */
	const char *text;
	uint32_t length;
	uint32_t line;
	/** Where it begins in the script. */
	uint32_t at;
	uint8_t kind;
	/** Whether a blank, or the line's begin, stands before it. */
	bool spaced;
};

/** Lines that a comment tells to leave alone. */
struct lex_marker {
	uint32_t line;
	/** Whether it is meant for the next line. */
	bool next;
};

/**
 * What may be looked at for the sake of one script, and of the commands that lie in it.  Scripts are not ours, and ways
 * to look at them many: that none of these takes a script's length squared is not left to each of them.
 */
struct lex_limit {
	/** Where to note that the work goes on, or NULL. */
	struct pulse *pulse;
	/** Looks that are left: at a token, or at what was made of one. */
	size_t left;
	/** The most memory that the arena may take, in bytes. */
	size_t memory;
	/** Where to go when one of them is used up.  Nothing has to be undone: all memory is that of arenas. */
	jmp_buf out;
};

/** What a step of whoever follows values costs, in looks. */
enum { LEX_STEP = 8 };

struct lex {
	struct arena *arena;
	const char *data;
	size_t size;
	struct lex_token *tokens;
	size_t count, capacity;
	/** Where tokens stood that were taken out: for those that are taken out next, to be put in. */
	struct lex_token *idle;
	size_t idle_capacity;
	struct lex_marker *markers;
	size_t nmarkers;
	/** What may be looked at, or NULL: as much as there is. */
	struct lex_limit *limit;
	/** Whether there was more than is taken: LEX_LIMIT, or what else a lexer counts. */
	bool truncated;
	/** What is opened and not closed before the end, and its line; NULL: nothing. */
	const char *open;
	uint32_t open_line;
};

/** Begin with the script: at most UINT32_MAX bytes. */
void lex_start(struct lex *lex, struct arena *arena, const char *data, size_t size);

/** Add a token.  text may be anywhere that lives as long as the arena. */
void lex_add(struct lex *lex, enum lex_kind kind, const char *text, size_t length, size_t at, unsigned line);

/** Take all tokens out, for others to be added by what they are. */
struct lex lex_taken(struct lex *lex);

/** Add an operator or the like that the script does not spell. */
void lex_put(struct lex *lex, enum lex_kind kind, const char *text, size_t at, unsigned line);

/**
 * Add a part of the script, from from to before to, as the string that it means: with the escapes that most languages
 * have, \n, \x2f and the like, unless it is raw.
 */
void lex_literal(struct lex *lex, size_t from, size_t to, bool raw, unsigned line);

/** Where the brace stands that closes the one before at, in an expression within a string; end if there is none. */
size_t lex_brace_end(const char *data, size_t at, size_t end);

/** Tell of a comment: it may say that its line is to be left alone. */
void lex_comment(struct lex *lex, const char *text, size_t length, unsigned line);

/** Whether a comment says that findings on one of the lines are to be left alone. */
bool lex_is_marked(const struct lex *lex, unsigned first, unsigned last);

/** Do the work as far as the limit goes; false if it ended there.  What the work has to give, context holds. */
bool lex_within(struct lex_limit *limit, void (*work)(void *context), void *context);

/**
 * Take so many looks, and give a sign of life now and then.  Where the looks, or the memory, are used up, this does not
 * return, but lex_within() does.
 */
void lex_look(const struct lex *lex, size_t count);

/** Whether what was made of the script so far takes so much memory that the rest is for following it. */
bool lex_is_full(const struct lex *lex);

/** Take the looks that it costs to search so many bytes for something by memchr() or memmem(). */
void lex_search(const struct lex *lex, size_t bytes);

/** The token of that number; LEX_END for any beyond.  Takes a look. */
const struct lex_token *lex_at(const struct lex *lex, size_t index);

/** The script from from to before to as a finding shows it: on one line, blanks as one, shortened. */
const char *lex_spelt(const struct lex *lex, size_t from, size_t to);

/** Whether a token is spelt so, and no string, number or character: '(' opens nothing. */
static inline bool lex_is(const struct lex_token *token, const char *text) {
	const size_t length = strlen(text);

	/* A token may hold a NUL. */
	return token->length == length && token->kind != LEX_STRING && token->kind != LEX_NUMBER &&
	       memcmp(token->text, text, length) == 0;
}

#endif
