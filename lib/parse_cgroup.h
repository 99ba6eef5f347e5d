/** /proc/PID/cgroup, cgroups(7): which service a process belongs to.  Pure functions of bytes. */
#ifndef TMPAUDIT_PARSE_CGROUP_H
#define TMPAUDIT_PARSE_CGROUP_H

#include "arena.h"
#include "tree.h"

/**
 * The outermost systemd service of the process's cgroup, "foo.service"; NULL if it has none, as in a session.
 * What runs below another service, such as a user's manager, is that one's.
 */
const char *parse_cgroup_service(const struct bytes *bytes, struct arena *arena);

#endif
