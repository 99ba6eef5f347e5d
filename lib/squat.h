/**
 * Names in temporary directories that programs trust because they know them: what has to lie
 * there, if anything does.  The table is data; each row names the package that shows it.
 */
#ifndef TMPAUDIT_SQUAT_H
#define TMPAUDIT_SQUAT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct accounts;

/** What stands in a name between its fixed parts. */
enum squat_token {
	SQUAT_NOTHING,
	/** Whatever there is, or nothing. */
	SQUAT_ANYTHING,
	SQUAT_NUMBER,
	SQUAT_UID,
	SQUAT_USER,
	SQUAT_PID,
};

/** Who has to own it. */
enum squat_owner {
	SQUAT_ROOT,
	/** Root, somebody who logs in, or an account of row->accounts. */
	SQUAT_LOGIN,
	/** Whoever the token says: the uid, the user, the owner of the process. */
	SQUAT_TOKEN,
	/** Anybody: nobody else gets in. */
	SQUAT_ANYBODY,
	/** An account of row->accounts. */
	SQUAT_ACCOUNT,
};

struct squat_row {
	/** The directory, absolute; NULL ends the table. */
	const char *directory;
	/** A name is prefix, what the token stands for, suffix; and anything behind that if open. */
	const char *prefix, *suffix;
	/** Names of accounts, separated by blanks. */
	const char *accounts;
	enum squat_token token;
	/** S_IFDIR, S_IFREG, S_IFSOCK, S_IFIFO. */
	mode_t type;
	enum squat_owner owner;
	/** These bits of the mode must be these. */
	mode_t mask, mode;
	bool open;
	/** It is good, but there is a better place for it. */
	bool better_in_run;
};

extern const struct squat_row squat_rows[];

/** A name that a row is about. */
struct squat_match {
	const struct squat_row *row;
	/** What the token stands for, within the name. */
	const char *token;
	size_t length;
};

/** The row that name in directory matches.  Returns false if there is none. */
bool squat_find(const char *directory, const char *name, struct squat_match *match);

/** Whether the row is of one name only. */
bool squat_is_literal(const struct squat_row *row);

/** What the row wants, in words: "directory 1777 uid 0"; owner is the uid that is wanted, negative: whoever the row
 * lets. */
const char *squat_expected(struct arena *arena, const struct accounts *accounts, const struct squat_row *row,
                           long owner);

/** Type, mode and owner of what is there: "directory 0777 uid 1001 (mallory)". */
const char *squat_shown(struct arena *arena, const struct accounts *accounts, mode_t mode, uid_t uid);

/** A type of file in a word. */
const char *squat_type(mode_t mode);

#endif
