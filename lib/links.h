/** Symbolic links that users laid into shared directories: where they lead.  For fact_contents.c. */
#ifndef TMPAUDIT_LINKS_H
#define TMPAUDIT_LINKS_H

#include "contents.h"

struct arena;
struct host;

/** How soon a link is to be followed, by its text: 0 first; negative: it cannot matter. */
int link_rank(const char *path, const char *target, const char *top);

/** Follow a link one step, through the tree and not into what may not answer. */
struct contents_link link_follow(struct host *host, const char *path, uid_t uid, const char *target);

#endif
