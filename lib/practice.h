/** The seven practices that a host is scored against. */
#ifndef TMPAUDIT_PRACTICE_H
#define TMPAUDIT_PRACTICE_H

enum practice {
	PRACTICE_CREATION,
	PRACTICE_RACE,
	PRACTICE_PERMISSIONS,
	PRACTICE_DIRECTORY,
	PRACTICE_PATHS,
	PRACTICE_CLEANUP,
	PRACTICE_EXPOSURE,
	PRACTICES
};

struct practice_row {
	const char *id, *title;
	/** Its share of the score; all of them are 100. */
	unsigned weight;
};

/** By enum practice. */
extern const struct practice_row practices[PRACTICES];

#endif
