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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most tokens that are taken of a file, and the most memory, in bytes, to find and follow them. */
#define LEX_LIMIT 1000000
#define LEX_MEMORY ((size_t)80 << 20)

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

struct lex {
	struct arena *arena;
	const char *data;
	size_t size;
	struct lex_token *tokens;
	size_t count, capacity;
	struct lex_marker *markers;
	size_t nmarkers;
	/** Where to note that the work goes on, or NULL. */
	struct pulse *pulse;
	/** Whether there was more than LEX_LIMIT or LEX_MEMORY allow. */
	bool truncated;
	/** What is opened and not closed before the end, and its line; NULL: nothing. */
	const char *open;
	uint32_t open_line;
};

/** Begin with the script: at most UINT32_MAX bytes. */
void lex_start(struct lex *lex, struct arena *arena, const char *data, size_t size);

/** Whether there is memory for more; where there is not the script counts as truncated.  A sign of life. */
bool lex_has_room(struct lex *lex);

/** Add a token.  text may be anywhere that lives as long as the arena. */
void lex_add(struct lex *lex, enum lex_kind kind, const char *text, size_t length, size_t at, unsigned line);

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

/** The token of that number; LEX_END for any beyond. */
const struct lex_token *lex_at(const struct lex *lex, size_t index);

/** The script from from to before to as a finding shows it: on one line, blanks as one, shortened. */
const char *lex_spelt(const struct lex *lex, size_t from, size_t to);

/** Whether a token is spelt so, and no string, number or character: '(' opens nothing. */
bool lex_is(const struct lex_token *token, const char *text);

#endif
