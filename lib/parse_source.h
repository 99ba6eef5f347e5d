/** What a file is by its name and first bytes, and whether it can hold what is looked for: pure functions of bytes. */
#ifndef TMPAUDIT_PARSE_SOURCE_H
#define TMPAUDIT_PARSE_SOURCE_H

#include "script.h"

#include <stdbool.h>
#include <stddef.h>

/** How much of a file is needed to tell what it is. */
#define SOURCE_HEAD 512

/**
 * The language of a script by the interpreter that its first line names, also by env(1) and behind a byte order
 * mark; else by the end of its name.  NULL: it is none, or of a language that is not known.
 */
const struct script_language *source_language(const char *name, const char *head, size_t size);

/**
 * Of a script whose language has commands and redirections as a shell has them, but none of its grammar, the name of
 * that language: "csh".  NULL: it is none such.
 */
const char *source_other_shell(const char *name, const char *head, size_t size);

/** Whether a script in any language can create a temporary file: it holds one of the words that all ways have. */
bool source_matters(const char *data, size_t size);

/**
 * The script in UTF-8, without byte order mark: data itself, or, if that is UTF-16 or UTF-32, a copy in the arena.
 * *size becomes its size.
 */
const char *source_text(const char *data, size_t *size, struct arena *arena);

#endif
