/** The policy in force, for a reader: each value, and where it comes from. */
#ifndef TMPAUDIT_INFORCE_H
#define TMPAUDIT_INFORCE_H

#include "policy.h"
#include "text.h"

/**
 * Add the policy in lines of so many columns.  globs, ended by NULL, choose checks, with what serves them and is
 * waived of them; none: all.  now is for what has ended.
 */
void inforce_add(struct builder *builder, const struct policy *policy, const char *const *globs, size_t columns,
                 time_t now);

#endif
