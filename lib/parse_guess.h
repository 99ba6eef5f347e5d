/** What of a name anybody can guess: a word and a number, or a word and a time. */
#ifndef TMPAUDIT_PARSE_GUESS_H
#define TMPAUDIT_PARSE_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guess {
	/** Whether a time stands in it: a date, with or without the time of day, or seconds since 1970. */
	bool stamp;
	/** The number in it, and where it stands. */
	uint64_t number;
	size_t start, length;
};

/** Whether a name has a part that mkstemp(3) could have made: six letters and digits or more, mixed. */
bool guess_is_random(const char *name);

/**
 * Take a name apart that is a word, a number or time, and perhaps an extension.  Returns false if it is not made
 * so, has something random in it, or ends in a version.
 */
bool guess_parse(const char *name, struct guess *guess);

#endif
