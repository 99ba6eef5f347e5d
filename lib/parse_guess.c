#include "parse_guess.h"

#include <string.h>

enum class { OTHER, LOWER, UPPER, DIGIT };

static enum class class_of(char byte) {
	return byte >= 'a' && byte <= 'z'   ? LOWER
	       : byte >= 'A' && byte <= 'Z' ? UPPER
	       : byte >= '0' && byte <= '9' ? DIGIT
	                                    : OTHER;
}

bool guess_is_random(const char *name) {
	enum { LEAST = 6, LEAST_CHANGES = 2 };
	size_t length = 0, changes = 0;

	for (const char *at = name;; ++at) {
		const enum class here = class_of(*at);

		if (here == OTHER) {
			if (length >= LEAST && changes >= LEAST_CHANGES)
				return true;
			length = changes = 0;
			if (!*at)
				return false;
			continue;
		}
		/* A word may begin with a capital. */
		const bool capital = length == 1 && here == LOWER && class_of(at[-1]) == UPPER;
		changes += length > 0 && here != class_of(at[-1]) && !capital;
		++length;
	}
}

static size_t digits_at(const char *at) {
	return strspn(at, "0123456789");
}

static unsigned number_of(const char *at, size_t length) {
	unsigned number = 0;

	for (size_t i = 0; i < length; ++i)
		number = number * 10 + (unsigned)(at[i] - '0');
	return number;
}

static bool is_date(unsigned year, unsigned month, unsigned day) {
	return year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** How much of at is a date, or a date and a time of day; 0: nothing. */
static size_t stamp_length(const char *at) {
	const size_t run = digits_at(at);
	size_t length = 0;

	/* Seconds, or milliseconds, since 1970: of this century. */
	if ((run == 10 || run == 13) && number_of(at, 10) >= 1000000000)
		return run;
	if ((run == 8 || run == 12 || run == 14) &&
	    is_date(number_of(at, 4), number_of(at + 4, 2), number_of(at + 6, 2)))
		length = run;
	else if (run == 4 && (at[4] == '-' || at[4] == '_') && digits_at(at + 5) == 2 && at[7] == at[4] &&
	         digits_at(at + 8) == 2 && is_date(number_of(at, 4), number_of(at + 5, 2), number_of(at + 8, 2)))
		length = 10;
	else
		return 0;
	/* The time of day, with or without marks between its parts. */
	if (length <= 10 && at[length] && strchr("-_T.", at[length])) {
		size_t more = 1;

		for (unsigned parts = 0; parts < 3; ++parts) {
			const size_t digits = digits_at(at + length + more);

			if (digits != 2 && digits != 4 && digits != 6)
				break;
			more += digits;
			if (!at[length + more] || !strchr(":-_", at[length + more]))
				break;
			++more;
		}
		if (more > 2) {
			length += more;
			length -= at[length - 1] == ':' || at[length - 1] == '-' || at[length - 1] == '_';
		}
	}
	return length + (at[length] == 'Z');
}

/** Whether at is nothing, or extensions as ".log" and ".tar.gz" are. */
static bool is_extension(const char *at) {
	while (*at == '.') {
		size_t length = 1;

		while (class_of(at[length]) == LOWER || (length > 1 && class_of(at[length]) == DIGIT))
			++length;
		if (length == 1 || length > 6)
			return false;
		at += length;
	}
	return !*at;
}

static bool has_letter(const char *name, size_t length) {
	for (size_t i = 0; i < length; ++i)
		if (class_of(name[i]) == LOWER || class_of(name[i]) == UPPER)
			return true;
	return false;
}

bool guess_parse(const char *name, struct guess *guess) {
	*guess = (struct guess) { 0 };
	for (const char *at = name; *at; ++at) {
		if (class_of(*at) != DIGIT || (at > name && class_of(at[-1]) == DIGIT))
			continue;
		const size_t start = (size_t)(at - name), stamp = stamp_length(at), digits = digits_at(at);

		if (!has_letter(name, start))
			continue;
		if (stamp && is_extension(at + stamp)) {
			*guess = (struct guess) { .stamp = true, .start = start, .length = stamp };
			return true;
		}
		/* 1.2 is a version; so is what has more than a number can have. */
		const bool version = start >= 2 && at[-1] == '.' && class_of(at[-2]) == DIGIT;
		if (version || digits > 10 || !is_extension(at + digits) || guess_is_random(name))
			continue;
		guess->start = start;
		guess->length = digits;
		for (size_t i = 0; i < digits; ++i)
			guess->number = guess->number * 10 + (unsigned)(at[i] - '0');
		return true;
	}
	return false;
}
