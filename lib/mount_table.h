/**
 * Tables of mounts, mountinfo and fstab(5), as libmount reads them, and what it knows of options.  The only user of
 * libmount is mount_table.c.
 */
#ifndef TMPAUDIT_MOUNT_TABLE_H
#define TMPAUDIT_MOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct bytes;
struct libmnt_fs;
struct libmnt_iter;
struct libmnt_table;
struct mount;

enum mount_format { MOUNT_MOUNTINFO, MOUNT_FSTAB };

/** A table, and the entry that was reached in it. */
struct mount_table {
	enum mount_format format;
	/** The lines that libmount could not take, and all that hold something, from 1 and in order. */
	unsigned *bad, *all;
	size_t nbad, nall;
	/** The line that the entry stands on; of mountinfo, its id. */
	unsigned line;
	int id;

	struct arena *arena;
	struct libmnt_table *mounts;
	struct libmnt_iter *iter;
	struct libmnt_fs *entry;
	size_t next, next_bad;
};

/** Parse a table; lists of lines come from the arena.  Returns NULL, or why it could not be parsed; close it anyway. */
const char *mount_table_open(struct mount_table *table, enum mount_format format, const struct bytes *bytes,
                             struct arena *arena);

/** Go on to the next entry, at first to the first one.  Returns false behind the last. */
bool mount_table_next(struct mount_table *table);

/**
 * The entry that was reached, with strings in the arena of the table, decoded: what a table of that format says.
 * Options are those of the mount; without any, "defaults" in fstab.
 */
struct mount mount_table_entry(const struct mount_table *table);

void mount_table_close(struct mount_table *table);

/** What options come to, left to right, as flags of mount(2): mount(8), "user" and the like included. */
unsigned long mount_flags(const char *options);

/** One of a list of options: parts of it.  value is NULL if it has none. */
struct mount_option {
	char *name, *value;
	size_t length, value_length;
};

/** Take the next option off a list, which stays as it is.  Returns false at its end. */
bool mount_option_next(char **list, struct mount_option *option);

/** Whether mount(8) knows the option for every type. */
bool mount_option_is_general(const char *name);

#endif
