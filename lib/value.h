/**
 * What a value of a script may be: the name of a file, as far as it can be told without running it.
 *
 * A value has one or more alternatives, each a template: text in which a byte below 0x20 stands for something that is
 * not known before it runs.  Alternatives beyond VALUE_MOST are dropped: the first are kept, and before them those that
 * are in a shared directory.
 */
#ifndef TMPAUDIT_VALUE_H
#define TMPAUDIT_VALUE_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

enum value_hole {
	/** The process id, the time, a counter or weak random number, the user: anybody can guess them. */
	HOLE_PID = 1,
	HOLE_TIME,
	HOLE_RANDOM,
	HOLE_USER,
	/** Whatever else: an argument, a result. */
	HOLE_UNKNOWN,
	/** What nobody can guess. */
	HOLE_STRONG,
	/** The name of a file or directory that was just created, exclusively. */
	HOLE_FRESH,
	/** A name as mktemp(3) makes them: not guessed, but not held either. */
	HOLE_NAME,
	/** The directory for temporary files: $TMPDIR, or /tmp. */
	HOLE_TEMPDIR,
};

#define VALUE_MOST 6

struct value_choice {
	const char *text;
	/** Which call made the name, for HOLE_NAME, or what was given up: its number from 1; 0: none. */
	unsigned origin;
	/** Which call of a function of the script's own gives it as an argument, from 1; 0: none, or any. */
	unsigned call;
};

struct value {
	struct value_choice choices[VALUE_MOST];
	unsigned count;
	/** Whether there were others that no shared directory is in. */
	bool more;
};

/** Text of a literal, bytes that are none of text replaced. */
struct value value_literal(struct arena *arena, const char *text, size_t length);

/** One hole. */
struct value value_hole(struct arena *arena, enum value_hole hole);

/** HOLE_NAME, made by the call of that number. */
struct value value_name(struct arena *arena, unsigned origin);

/** Something of which nothing is known. */
struct value value_unknown(void);

/** One after the other; joined as a path, with one slash between them. */
struct value value_concatenate(struct arena *arena, const struct value *a, const struct value *b);
struct value value_join(struct arena *arena, const struct value *a, const struct value *b);

/** Either of both. */
struct value value_either(const struct value *a, const struct value *b);

/** A copy that lives as long as the arena. */
const struct value *value_kept(struct arena *arena, const struct value *value);

/** Whether nothing at all is known. */
bool value_is_unknown(const struct value *value);

enum value_class {
	/** Not below a shared temporary directory, or private, or not to be guessed. */
	VALUE_SAFE,
	/** Just created by a safe call, or below such. */
	VALUE_FRESH,
	/** Below a shared temporary directory, but some of it is not known. */
	VALUE_DOUBTFUL,
	/** A name that can be guessed, below a shared temporary directory. */
	VALUE_GUESSABLE,
	/** A name of mktemp(3). */
	VALUE_UNHELD,
};

/** What a template is, as the name of a file. */
enum value_class value_class(const char *text);

/** Whether one of the alternatives is not safe, or a name that a call made. */
bool value_matters(const struct value *value);

/** Whether the same call gives what is fresh, too: of a fallback it is not known when it is used. */
bool value_has_fresh(const struct value *value, unsigned call);

/** Whether it is a shared temporary directory itself, spelt without a slash behind it. */
bool value_is_directory(const char *text);

/** Whether it is a shared temporary directory, or lies below one. */
bool value_is_shared(const char *text);

/** A command without the bodies of its here-documents, which redirect nothing; one that has no end stays. */
const char *value_undocumented(struct arena *arena, const char *text);

/**
 * The name behind the next ">" of a command that a shell runs: true and *name, and *text behind it; false if there is
 * none.
 */
bool value_redirected(struct arena *arena, const char **text, struct value *name);

/** A template for readers: "/tmp/report.<pid>". */
const char *value_shown(struct arena *arena, const char *text);

/** Whether a template begins with the directory dir. */
bool value_is_below(const char *text, const char *dir);

#endif
