#include "host.h"
#include "parse_accounts.h"

#include <stdlib.h>
#include <string.h>

/** 0 of a parser, or a fault. */
static void note_limit(struct host *host, const char *path, int error) {
	if (error)
		host_fault(host, FACT_ACCOUNTS, ASPECT_FILE, path, "has more entries than are read of it");
}

void accounts_gather(struct host *host) {
	struct accounts *accounts = arena_alloc(&host->arena, sizeof *accounts);
	struct bytes bytes;
	bool compat = false, compat_group = false;

	accounts->uid_min = 1000;
	host->accounts = accounts;
	if (host_load(host, FACT_ACCOUNTS, ASPECT_FILE, "/etc/passwd", &bytes))
		note_limit(host, "/etc/passwd",
		           parse_passwd(&bytes, &host->arena, &accounts->accounts, &accounts->naccounts, &compat));
	if (host_load(host, FACT_ACCOUNTS, ASPECT_FILE, "/etc/group", &bytes))
		note_limit(host, "/etc/group",
		           parse_group(&bytes, &host->arena, &accounts->groups, &accounts->ngroups, &compat_group));
	if (host_load(host, FACT_ACCOUNTS, ASPECT_FILE, "/etc/login.defs", &bytes))
		accounts->uid_min = parse_uid_min(&bytes, accounts->uid_min);
	/* Without the file, or without a line for it, glibc asks the files only. */
	if (host_load(host, FACT_ACCOUNTS, ASPECT_FILE, "/etc/nsswitch.conf", &bytes))
		accounts->foreign = parse_nsswitch_foreign(&bytes);
	accounts->foreign = accounts->foreign || compat || compat_group;
}

const struct account *account_by_uid(const struct accounts *accounts, uid_t uid) {
	for (size_t i = 0; i < accounts->naccounts; ++i)
		if (accounts->accounts[i].uid == uid)
			return &accounts->accounts[i];
	return NULL;
}

const struct account *account_by_name(const struct accounts *accounts, const char *name) {
	for (size_t i = 0; i < accounts->naccounts; ++i)
		if (strcmp(accounts->accounts[i].name, name) == 0)
			return &accounts->accounts[i];
	return NULL;
}

const struct group *group_by_gid(const struct accounts *accounts, gid_t gid) {
	for (size_t i = 0; i < accounts->ngroups; ++i)
		if (accounts->groups[i].gid == gid)
			return &accounts->groups[i];
	return NULL;
}

/** A name, and whether it is one that does not count. */
struct candidate {
	const char *name;
	bool excluded;
};

/** By name; of equal ones those that do not count come first. */
static int compare_candidates(const void *a, const void *b) {
	const struct candidate *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (int)y->excluded - (int)x->excluded;
}

size_t group_others(const struct accounts *accounts, gid_t gid, uid_t uid) {
	struct arena scratch = { 0 };
	struct candidate *list = NULL;
	size_t count = 0, others = 0;

	/* A hostile group(5) may list a hundred thousand names: sorted, since one by one would take hours. */
	for (size_t i = 0; i < accounts->ngroups; ++i) {
		const struct group *group = &accounts->groups[i];

		for (const char *const *name = group->members; group->gid == gid && name && *name; ++name) {
			list = arena_grow(&scratch, list, count, sizeof *list);
			list[count++] = (struct candidate) { .name = *name };
		}
	}
	for (size_t i = 0; i < accounts->naccounts; ++i) {
		const struct account *account = &accounts->accounts[i];
		bool excluded = account->uid == uid || account->uid == 0;

		if (!excluded && account->gid != gid)
			continue;
		list = arena_grow(&scratch, list, count, sizeof *list);
		list[count++] = (struct candidate) { account->name, excluded };
	}
	if (count)
		qsort(list, count, sizeof *list, compare_candidates);
	for (size_t i = 0; i < count; ++i)
		if (i == 0 || strcmp(list[i].name, list[i - 1].name) != 0)
			others += !list[i].excluded;
	arena_free(&scratch);
	return others;
}

bool account_serves(const struct accounts *accounts, uid_t uid) {
	return accounts && uid && uid < accounts->uid_min && uid != 65534;
}

const char *account_shown(struct arena *arena, const struct accounts *accounts, uid_t uid) {
	const struct account *account = account_by_uid(accounts, uid);

	return account ? arena_text(arena, "%u (%s)", uid, account->name) : arena_text(arena, "%u", uid);
}

const char *group_shown(struct arena *arena, const struct accounts *accounts, gid_t gid) {
	const struct group *group = group_by_gid(accounts, gid);

	return group ? arena_text(arena, "%u (%s)", gid, group->name) : arena_text(arena, "%u", gid);
}
