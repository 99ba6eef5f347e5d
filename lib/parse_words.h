/** Words of a value in a unit file: quotes and escapes as systemd.syntax(7) and systemd.service(5) have them. */
#ifndef TMPAUDIT_PARSE_WORDS_H
#define TMPAUDIT_PARSE_WORDS_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

/** The most words that are taken from a value. */
#define WORDS_LIMIT ((size_t)1024)

struct word {
	/** Without quotes; specifiers and variables are not expanded.  NULL ends a list. */
	const char *text;
	/** Whether it was written without quotes. */
	bool bare;
};

/** The words of the value.  Strings live in the arena.  Words behind WORDS_LIMIT are dropped. */
void parse_words(const char *value, struct arena *arena, const struct word **words);

/** A command line of Exec*=. */
struct exec_line {
	/** Its words, without the prefixes of the first one; ended by a zero entry. */
	const struct word *words;
	/** Whether a "+" gives it all privileges, and none of the unit's namespaces. */
	bool privileged;
};

/** The command lines of a value of Exec*=: several ones are apart by ";".  Ended by an entry without words. */
void parse_exec(const char *value, struct arena *arena, const struct exec_line **lines);

#endif
