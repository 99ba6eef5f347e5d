/**
 * The attacks on temporary files, attempted: what a local user would do in a directory, done in a
 * cage of our own between two users without accounts.
 *
 * For each directory a cage is made, 0700 and root's, and in it an arena with the owner, mode and
 * ACLs of the directory, on the same mount: the kernel sees the same kind of parent.  Attacker and
 * victim act through an inherited descriptor of the arena, and nobody else can enter.  Nothing
 * outside the cage is touched, no setting is changed, nothing is mounted, nothing is left.
 */
#ifndef TMPAUDIT_ATTACK_H
#define TMPAUDIT_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** What is attempted.  One check each. */
enum attack_kind {
	ATTACK_PRECREATE,
	ATTACK_SYMLINK,
	ATTACK_PARENT,
	ATTACK_REPLACE,
	ATTACK_HARDLINK,
	ATTACK_DIRECTORY,
	ATTACK_MOUNT,
	ATTACKS
};

/** By enum attack_kind: precreate, symlink, … */
extern const char *const attack_names[ATTACKS];

enum attack_outcome {
	/** The host refused it; the error says how. */
	ATTACK_BLOCKED,
	/** It worked. */
	ATTACK_SUCCEEDED,
	/** Nobody but root and the owner may create there, or nobody at all: there is nothing to attack. */
	ATTACK_CLOSED,
	/** It could not be tried, and so says nothing; the error says why. */
	ATTACK_UNKNOWN,
	/** O_CREAT|O_EXCL did not see the name that was there: the attempt itself is broken. */
	ATTACK_BROKEN,
	/** Not tried, since this process lacks the right: other parts of the attack still count. */
	ATTACK_UNTRIED,
	ATTACK_OUTCOMES
};

/** One attempt. */
struct attack_record {
	/** Which of the directories asked for. */
	unsigned dir;
	enum attack_kind kind;
	/** One of the attack's ways, by its place in attack_ways[kind]. */
	unsigned way;
	enum attack_outcome outcome;
	/** errno of what refused it, or 0. */
	int error;
	/** Whose creation was attacked, and by whom. */
	uid_t victim, attacker;
};

/** The ways of an attack, ended by NULL: "file", "fifo". */
extern const char *const *const attack_ways[ATTACKS];

struct attack_request {
	/** O_PATH descriptors of the directories, which stay the caller's; negative: left out. */
	const int *dirs;
	size_t ndirs;
	/** Users without account or process; another attacker is taken where only that one may create. */
	uid_t attacker, victim;
	/** For each directory, whether nobody is in its group besides root and the owner; NULL: that is not known. */
	const bool *deserted;
	/** Whether the caller named the attacker: no directory then chooses another. */
	bool attacker_named;
	/** Whether the directories lie in another mount namespace, where the kernel ignores set-id bits anyway. */
	bool foreign_mounts;
};

/**
 * Attempt all attacks in all directories, and write a line for each attempt to out: see parse_attacks.h.
 *
 * To be called in a process of its own, which it leaves with signals blocked: SIGINT, SIGTERM and SIGHUP end it after
 * cleaning up.  Returns 0, the number of the signal that ended it, or a negative errno if nothing could be written.
 */
int attack_run(const struct attack_request *request, int out);

#endif
