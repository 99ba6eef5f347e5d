#include "cage.h"

#include "cleanup.h"
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = ".tmpaudit-";
/** A file in each cage: nobody else could have put it into a private directory of ours. */
static const char mark[] = "tmpaudit-cage";

/** Digits of the name, and the most names that are looked at or removed: somebody may add to them meanwhile. */
enum { DIGITS = 32, BUDGET = 100000 };

/**
 * What a cage is born with.  Where the sticky bit is missing, or belongs to the attacker, somebody may put another
 * directory in its place before it is opened, and what is in that one would be removed.  No other one of ours has
 * this mode, and nobody else can give it to one.
 */
enum { NEWBORN = S_ISVTX | S_IRUSR | S_IXUSR };

static const int as_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** A stream of the names in an open directory, or NULL. */
static DIR *list_names(int directory) {
	int copy = tree_act_beneath(directory, ".", as_directory, 0);
	DIR *list = copy < 0 ? NULL : fdopendir(copy);

	if (!list && copy >= 0)
		close(copy);
	return list;
}

/** The next name that is not a directory's own or its parent's, or NULL. */
static const struct dirent *next_name(DIR *list) {
	const struct dirent *entry;

	do
		entry = readdir(list);
	while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry;
}

static bool remove_name(int directory, const char *name) {
	return unlinkat(directory, name, 0) == 0 || unlinkat(directory, name, AT_REMOVEDIR) == 0;
}

/** Whether it is the directory that was just made: ours, with that mode, and nothing in it. */
static bool is_newborn(int cage) {
	struct stat status;

	if (fstat(cage, &status) < 0 || status.st_uid != geteuid() || (status.st_mode & 05777) != NEWBORN)
		return false;
	DIR *list = list_names(cage);
	const bool is_empty = list && !next_name(list);
	if (list)
		closedir(list);
	return is_empty;
}

/** Remove the directory that was just made, whatever it is called by now.  It holds nothing, and only what is empty
 * goes. */
static void remove_newborn(int directory, const char *name) {
	bool removed = unlinkat(directory, name, AT_REMOVEDIR) == 0;

	for (int tries = 0; tries < 100 && !removed; ++tries) {
		DIR *list = list_names(directory);

		if (!list)
			return;
		for (const struct dirent *entry; !removed && (entry = next_name(list));) {
			struct stat status;

			if ((entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) &&
			    fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
			    S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
			    (status.st_mode & 05777) == NEWBORN)
				removed = unlinkat(directory, entry->d_name, AT_REMOVEDIR) == 0;
		}
		closedir(list);
	}
}

int cage_make(struct cage *cage, int directory) {
	unsigned char random[DIGITS / 2];

	*cage = (struct cage) { .directory = directory, .fd = -1 };
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return EIO;
	int length = snprintf(cage->name, sizeof cage->name, "%s", prefix);
	for (size_t i = 0; i < sizeof random; ++i)
		length += snprintf(cage->name + length, sizeof cage->name - (size_t)length, "%02x", random[i]);
	if (mkdirat(directory, cage->name, NEWBORN) < 0)
		return errno;
	cage->fd = tree_act_beneath(directory, cage->name, as_directory, 0);
	if (cage->fd < 0 || !is_newborn(cage->fd)) {
		const int error = cage->fd < 0 ? -cage->fd : EPROTO;

		if (cage->fd >= 0)
			close(cage->fd);
		cage->fd = -1;
		remove_newborn(directory, cage->name);
		return error;
	}
	/* The lock tells another run, and systemd-tmpfiles, that it is in use. */
	if (flock(cage->fd, LOCK_EX | LOCK_NB) < 0 || fchmod(cage->fd, 0700) < 0 ||
	    mknodat(cage->fd, mark, S_IFREG | 0400, 0) < 0)
		return errno;
	return 0;
}

/** Remove what a directory in the cage holds; what is not empty itself is brought to the top of the cage. */
static void empty_inner(int cage, const char *name, unsigned *budget) {
	autoclose inner = tree_act_beneath(cage, name, as_directory, 0);
	DIR *list = inner < 0 ? NULL : list_names(inner);

	if (!list)
		return;
	for (const struct dirent *entry; *budget && (entry = next_name(list)); --*budget) {
		char moved[24];

		if (remove_name(inner, entry->d_name))
			continue;
		snprintf(moved, sizeof moved, "moved-%u", *budget);
		(void)renameat(inner, entry->d_name, cage, moved);
	}
	closedir(list);
}

/** Empty a cage but for its mark: in rounds, so that no depth matters.  Returns 0 or an errno. */
static int empty(int cage) {
	unsigned budget = BUDGET;

	for (bool again = true; again;) {
		DIR *list = list_names(cage);

		if (!list)
			return errno;
		again = false;
		for (const struct dirent *entry; budget && (entry = next_name(list)); --budget) {
			if (strcmp(entry->d_name, mark) == 0 || remove_name(cage, entry->d_name))
				continue;
			empty_inner(cage, entry->d_name, &budget);
			again = true;
			if (!budget)
				break;
		}
		closedir(list);
		if (!budget)
			return EBUSY;
	}
	return 0;
}

static bool is_same(int directory, const char *name, const struct stat *wanted) {
	struct stat status;

	return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_ino == wanted->st_ino &&
	       status.st_dev == wanted->st_dev;
}

/**
 * Remove an emptied cage, by the name that it has now: where the sticky bit is missing it may have been renamed.
 * The mark goes last, since it is what lets a later run finish this.  Returns 0 or an errno.
 */
static int remove_emptied(int directory, int cage, const char *name) {
	struct stat status;
	int error = ENOENT;

	if ((unlinkat(cage, mark, 0) < 0 && errno != ENOENT) || fstat(cage, &status) < 0)
		return errno;
	if (is_same(directory, name, &status) && unlinkat(directory, name, AT_REMOVEDIR) == 0)
		return 0;
	for (int tries = 0; tries < 100 && error; ++tries) {
		DIR *list = list_names(directory);

		if (!list)
			return errno;
		for (const struct dirent *entry; error && (entry = next_name(list));)
			if (entry->d_ino == status.st_ino && is_same(directory, entry->d_name, &status))
				error = unlinkat(directory, entry->d_name, AT_REMOVEDIR) < 0 ? errno : 0;
		closedir(list);
	}
	return error;
}

int cage_remove(struct cage *cage) {
	if (cage->fd < 0)
		return 0;
	int error = empty(cage->fd);
	if (!error)
		error = remove_emptied(cage->directory, cage->fd, cage->name);
	close(cage->fd);
	cage->fd = -1;
	return error;
}

static bool is_cage_name(const char *name) {
	return strncmp(name, prefix, sizeof prefix - 1) == 0 && strlen(name) == sizeof prefix - 1 + DIGITS;
}

/** Remove a cage that was left behind: ours, private, not in use, and marked; or empty. */
static void remove_leftover(int directory, const char *name) {
	struct stat status;
	autoclose cage = tree_act_beneath(directory, name, as_directory, 0);

	if (cage < 0 || fstat(cage, &status) < 0 || status.st_uid != geteuid() || (status.st_mode & 077) ||
	    flock(cage, LOCK_EX | LOCK_NB) < 0 || unlinkat(directory, name, AT_REMOVEDIR) == 0)
		return;
	if (fstatat(cage, mark, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) && empty(cage) == 0)
		(void)remove_emptied(directory, cage, name);
}

void cage_remove_leftovers(int directory) {
	DIR *list = list_names(directory);
	unsigned budget = BUDGET;

	if (!list)
		return;
	for (const struct dirent *entry; budget && (entry = next_name(list)); --budget)
		if (is_cage_name(entry->d_name))
			remove_leftover(directory, entry->d_name);
	closedir(list);
}
