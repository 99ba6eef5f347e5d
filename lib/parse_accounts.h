/**
 * passwd(5), group(5), and what login.defs(5) and nsswitch.conf(5) say of accounts: pure functions of bytes.
 *
 * Lines are read as glibc's fgetpwent(3) and fgetgrent(3) read them, so that an account is one for us
 * exactly if it is one for the host: what is no entry is skipped, and a NUL ends its line.
 */
#ifndef TMPAUDIT_PARSE_ACCOUNTS_H
#define TMPAUDIT_PARSE_ACCOUNTS_H

#include "accounts.h"
#include "arena.h"
#include "tree.h"

/** The most accounts, groups, and members of all groups, that are taken from a file. */
#define ACCOUNTS_LIMIT ((size_t)1 << 18)

/**
 * The accounts of a passwd(5), in its order.  Lines of nss_compat, which begin with "+" or "-", are no
 * accounts; *compat is set if one of them takes in accounts from elsewhere.
 * Returns 0, or -E2BIG if there are more than ACCOUNTS_LIMIT; the first ones are kept.
 */
int parse_passwd(const struct bytes *bytes, struct arena *arena, const struct account **accounts, size_t *count,
                 bool *compat);

/** The groups of a group(5): the same. */
int parse_group(const struct bytes *bytes, struct arena *arena, const struct group **groups, size_t *count,
                bool *compat);

/** UID_MIN of a login.defs(5): the last line that gives a number, as shadow's getdef.c takes it; else fallback. */
uid_t parse_uid_min(const struct bytes *bytes, uid_t fallback);

/**
 * Whether an nsswitch.conf(5) takes accounts or groups from a source whose entries stand in no file
 * that is read here: anything but files, systemd, and compat, of which parse_passwd() tells.
 */
bool parse_nsswitch_foreign(const struct bytes *bytes);

#endif
