#include "parse_umask.h"

#include "text.h"

#include <string.h>

bool umask_octal(const char *text, mode_t *value) {
	uint64_t number;

	if (!text_number(text, 8, 07777, &number))
		return false;
	*value = (mode_t)(number & 0777);
	return true;
}

bool umask_leading(const char *text, mode_t *value) {
	mode_t number = 0;
	bool negative;

	while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		++text;
	negative = *text == '-';
	if (*text == '-' || *text == '+')
		++text;
	if (*text < '0' || *text > '7')
		return false;
	/* Only the low bits count, so that the number may wrap around. */
	for (; *text >= '0' && *text <= '7'; ++text)
		number = (number << 3 | (mode_t)(*text - '0')) & 0777;
	*value = negative ? -number & 0777 : number;
	return true;
}

/** The bits of user, group and others that a letter stands for, or 0. */
static mode_t who_bits(char letter) {
	switch (letter) {
	case 'u':
		return 0700;
	case 'g':
		return 0070;
	case 'o':
		return 0007;
	case 'a':
		return 0777;
	default:
		return 0;
	}
}

/** Add the permission that a letter stands for, for all.  Returns false if it stands for none. */
static bool permission_bits(char letter, mode_t *bits) {
	switch (letter) {
	case 'r':
		*bits |= 0444;
		return true;
	case 'w':
		*bits |= 0222;
		return true;
	case 'x':
		*bits |= 0111;
		return true;
	default:
		return false;
	}
}

bool umask_operand(const char *text, struct umask_change *change) {
	mode_t value;

	if (umask_octal(text, &value)) {
		*change = (struct umask_change) { .set = value };
		return true;
	}
	*change = (struct umask_change) { .keep = 0777 };
	if (!*text)
		return false;
	for (;;) {
		mode_t who = 0;

		while (who_bits(*text))
			who |= who_bits(*text++);
		if (!who)
			who = 0777;
		if (!*text || !strchr("+-=", *text))
			return false;
		while (*text && strchr("+-=", *text)) {
			const char action = *text++;
			mode_t bits = 0;

			while (permission_bits(*text, &bits))
				++text;
			/* The symbols say what is permitted, the umask what is not. */
			if (action == '-') {
				change->set |= who & bits;
			} else {
				const mode_t cleared = action == '+' ? who & bits : who;

				change->keep &= ~cleared;
				change->set &= ~cleared;
				if (action == '=')
					change->set |= who & ~bits;
			}
		}
		if (!*text)
			break;
		if (*text++ != ',')
			return false;
	}
	change->keep &= ~change->set;
	return true;
}
