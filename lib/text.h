/**
 * Text: the one string builder, the one escaping function of each output, and
 * small questions about strings.
 *
 * Strings in memory are raw: they hold whatever bytes the host has.  They are
 * escaped where they leave, by the function that belongs to the output.
 */
#ifndef TMPAUDIT_TEXT_H
#define TMPAUDIT_TEXT_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A string that grows.  Start with { .arena = … }; text is NULL until something was added. */
struct builder {
	struct arena *arena;
	char *text;
	size_t length, capacity;
	/** What takes away what was built so far, whenever that is BUILDER_PART bytes or more; NULL: all is kept. */
	void (*take)(void *taker, const char *bytes, size_t length);
	void *taker;
};

/** How much a builder gathers for who takes it away. */
enum { BUILDER_PART = 256 << 10 };

void builder_bytes(struct builder *builder, const void *bytes, size_t length);
void builder_text(struct builder *builder, const char *text);
void builder_format(struct builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** What was built so far; never NULL. */
const char *builder_string(const struct builder *builder);

/**
 * Add bytes as a terminal, a log or a text report may show them.
 *
 * C0, DEL, C1 and what is not UTF-8 become \xNN, byte by byte; bidirectional controls, line and
 * paragraph separators, zero-width and tag characters \u{NNNN}; a backslash is
 * doubled, so that the original can be told; of more than four combining marks
 * in a row the rest is escaped.
 */
void text_terminal(struct builder *builder, const char *bytes, size_t length);

/** As text_terminal(), of a whole string, as a string of the arena. */
const char *text_shown(struct arena *arena, const char *text);

/** How many columns of a terminal a character takes: 0, 1 or 2.  Of no use for unsafe ones. */
unsigned text_columns(uint32_t character);

/** How many columns text takes that is safe to show. */
size_t text_wide(const char *text);

/**
 * Add text that is safe to show, and a newline.  The line stands at column at; words that would go
 * past columns go on lines of their own, which begin with indent blanks.  A word that is longer
 * than such a line is broken, and each break marked by a backslash, which text_terminal() never
 * leaves single.
 */
void text_fold(struct builder *builder, const char *text, size_t at, size_t indent, size_t columns);

/**
 * Add bytes as the text or the quoted value of an attribute of an HTML page: & < > " ' as entities, and what
 * text_terminal() escapes as it does, but for backslashes, which stay.  A newline is escaped, too.
 */
void text_html(struct builder *builder, const char *bytes, size_t length);

/**
 * Add a word that a shell reads as exactly these bytes.  Returns false, with
 * nothing added, for a name that no command may hold: one that text_terminal()
 * would have to change for more than its backslashes.
 */
bool text_shell(struct builder *builder, const char *word);

/** Add the bytes of a path as that of a URI: all but RFC 3986's unreserved characters and "/" as %NN. */
void text_uri(struct builder *builder, const char *bytes, size_t length);

/**
 * Add bytes as the value of a label of Prometheus, between quotes that the caller writes: as text_terminal() shows
 * them, with a backslash before backslashes and quotes.
 */
void text_label(struct builder *builder, const char *bytes, size_t length);

/** Add bytes as UTF-8 with U+FFFD for what is not.  Returns whether they were UTF-8 all along. */
bool text_utf8(struct builder *builder, const char *bytes, size_t length);

/** Add bytes in base64 (RFC 4648, with padding). */
void text_base64(struct builder *builder, const void *bytes, size_t length);

/** Add the bytes that text is in base64.  Returns false, with part of them added, if it is not as text_base64() writes
 * it. */
bool text_unbase64(struct builder *builder, const char *text, size_t length);

/** Whether text_terminal() would leave text as it is, but for its backslashes; newlines and tabs are no such text. */
bool text_is_plain(const char *text);

/**
 * Decode one UTF-8 character at bytes.  Returns its length, or 0 if the bytes are
 * not well-formed UTF-8 (RFC 3629: shortest form, no surrogates, up to U+10FFFF).
 */
size_t text_character(const char *bytes, size_t length, uint32_t *character);

/** Whether a character can reorder, hide or break the text around it, or control a terminal. */
bool text_is_unsafe(uint32_t character);

/**
 * Whether name matches a glob of `*`, `?` and `[…]`, where `*` matches any characters,
 * `.` and `/` included.  Linear in practice: one point of return, no recursion.
 */
bool text_glob(const char *glob, const char *name);

/** The name in a NULL-ended list that word was most likely meant to be, or NULL if none is near. */
const char *text_nearest(const char *word, const char *const *names);

/** The same, but whoever shortens a name means that one, however long it is. */
const char *text_meant(const char *word, const char *const *names);

/** A whole number in base 8, 10 or 16, all of text, no sign, no blanks, at most maximum.  Returns false if it is none.
 */
bool text_number(const char *text, unsigned base, uint64_t maximum, uint64_t *number);

/** A number by which texts are put into buckets: FNV-1a. */
uint32_t text_hash(const char *text);

bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/** Whether path is directory or lies below it; both absolute, without trailing slash but for "/". */
bool text_path_within(const char *path, const char *directory);

/** What is left of a path that lies below directory: a part of it.  Else, and where directory is NULL, all of it. */
const char *text_relative(const char *path, const char *directory);

#endif
