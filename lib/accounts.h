/** Accounts and groups, from the passwd(5), group(5) and shells of the host itself, never from a name service. */
#ifndef TMPAUDIT_ACCOUNTS_H
#define TMPAUDIT_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct host;

struct account {
	const char *name, *gecos, *home, *shell;
	uid_t uid;
	gid_t gid;
	/** Its line in /etc/passwd. */
	unsigned line;
};

struct group {
	const char *name;
	gid_t gid;
	/** Listed members, ended by NULL. */
	const char *const *members;
};

struct accounts {
	/** In the order of the files. */
	const struct account *accounts;
	size_t naccounts;
	const struct group *groups;
	size_t ngroups;
	/** UID_MIN of login.defs(5), or 1000. */
	uid_t uid_min;
	/** Whether nsswitch.conf(5) names other sources, so that an id found in no file may still have an owner. */
	bool foreign;
};

/** Gather FACT_ACCOUNTS. */
void accounts_gather(struct host *host);

/** The first account, or group, of that id or name; NULL if there is none. */
const struct account *account_by_uid(const struct accounts *accounts, uid_t uid);
const struct account *account_by_name(const struct accounts *accounts, const char *name);
const struct group *group_by_gid(const struct accounts *accounts, gid_t gid);

/**
 * How many besides root and uid are in the group: names listed in it, whether or not they have an account,
 * and accounts with it as their primary group.
 */
size_t group_others(const struct accounts *accounts, gid_t gid, uid_t uid);

/** Whether the uid is one that the host gives to services, neither root's nor that of a person or of nobody. */
bool account_serves(const struct accounts *accounts, uid_t uid);

/** "1000 (alice)", or "1000" without account. */
const char *account_shown(struct arena *arena, const struct accounts *accounts, uid_t uid);
const char *group_shown(struct arena *arena, const struct accounts *accounts, gid_t gid);

#endif
