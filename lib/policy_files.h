/**
 * The policy files of this machine: found, held to be nobody's but root's or the user's, and read.
 *
 * A policy decides what an audit passes, so it is refused, before it is read, if anybody else could have written it:
 * the file, each directory above it and each link on the way belong to root or the user, and only they can write there.
 * A sticky directory like /tmp may lie on the way if it is root's or the user's, but not hold the file itself.
 * Nothing is taken from the working directory or from an audited tree.
 */
#ifndef TMPAUDIT_POLICY_FILES_H
#define TMPAUDIT_POLICY_FILES_H

#include "policy.h"

#include <stdbool.h>
#include <time.h>

/** The largest policy. */
#define POLICY_FILE_LIMIT ((size_t)64 << 20)

/** What the command line says of the policy. */
struct policy_request {
	/** NULL: none was named. */
	const char *profile, *file;
	const struct check *const *families;
	time_t now;
};

/**
 * Make the policy in force: the profile, then the files that are installed or the one that is named.  The profile is
 * the one that the command line names, else the one that the last file extends which extends any, else default.
 * Returns false with what is wrong.  The policy is to be closed either way.
 */
bool policy_load(struct policy *policy, const struct policy_request *request, struct policy_fault *fault);

#endif
