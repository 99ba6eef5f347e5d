/**
 * The file system under audit: "/", or the DIR of --root.  Every file that is read
 * is opened here, so that nothing else need care that it may be hostile: links are
 * followed inside the tree only, no path leads through /proc's magic links, nothing
 * is mounted by looking, and only a regular file is ever opened for reading.
 */
#ifndef TMPAUDIT_TREE_H
#define TMPAUDIT_TREE_H

#include "arena.h"
#include "pulse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct scout;

/** The most that is read of one file, in bytes; a larger one is -EFBIG. */
#define TREE_FILE_LIMIT ((size_t)4 << 20)

/** The most names that tree_list returns; a larger directory is -E2BIG. */
#define TREE_LIST_LIMIT ((size_t)65536)

/** An open tree. */
struct tree {
	/** O_PATH descriptor of its top directory. */
	int fd;
	/** Whether its /proc and /sys tell of a running host. */
	bool live;
	/** Whether its /proc and /sys must be the kernel's own: so of "/"; not of a tree of a test. */
	bool genuine;
	/** Where it is noted that something happens; NULL: nowhere. */
	struct pulse *pulse;
	/** Whom to ask for what confinement refuses of other processes, in one thread; NULL: nobody. */
	struct scout *scout;
	/** Small files that were read, once tree_keep() was called; NULL: none are kept. */
	struct tree_cache *cache;
};

/** Contents of a file, with a NUL behind them that is not counted. */
struct bytes {
	const char *data;
	size_t size;
};

/** Open the tree at dir.  Returns 0, or a negative errno: -ENOSYS if the kernel lacks openat2(2) and live is false. */
int tree_open(struct tree *tree, const char *dir, bool live);

/** Open the tree below the descriptor, which then belongs to the tree. */
int tree_open_fd(struct tree *tree, int fd, bool live);

/**
 * Pin the file at path, which is taken from the top of the tree.
 *
 * Returns an O_PATH descriptor, which the caller closes, or a negative errno:
 * -ENOENT (or -ENOTDIR) says that the tree has no such file, anything else that we cannot tell.
 * An automount point is pinned as it is, unmounted.  See openat2(2), RESOLVE_IN_ROOT.
 */
int tree_pin(const struct tree *tree, const char *path);

/** The same, but a symbolic link at the end of path is pinned itself. */
int tree_pin_link(const struct tree *tree, const char *path);

/**
 * Pin name, one component, below the pinned directory, as it is: a link is not
 * followed and no mount is entered that is not mounted there already.
 */
int tree_pin_at(int directory, const char *name);

/**
 * Open the directory name, one component or ".", below a pinned or open one, for reading: as it
 * is, neither through a link nor into a mount, nor made young by being read.
 *
 * Returns a descriptor, which the caller closes, or a negative errno: -ENOENT if it has vanished,
 * -ENOTDIR or -ELOOP if it is something else by now, -EXDEV if something is mounted there.
 */
int tree_open_at(const struct tree *tree, int directory, const char *name);

/**
 * What name below a pinned or open directory is, as tree_stat() says it: of a link the link,
 * of a place where something is mounted the mount, which is neither asked nor made.
 */
int tree_stat_at(int directory, const char *name, struct statx *status);

/** Whether both are on one mount: the device tells where the kernel is too old to say. */
bool tree_same_mount(const struct statx *a, const struct statx *b);

/**
 * For the probe alone, which acts in a cage of its own: open or create the path below the directory and nowhere
 * else, whatever a racing attacker makes of its names.  See openat2(2), RESOLVE_BENEATH.
 * Returns a descriptor to close, or a negative errno: -EXDEV says that the path led out.
 */
int tree_act_beneath(int directory, const char *path, int flags, mode_t mode);

/**
 * What a pinned file is, without asking a file server: statx(2) with AT_EMPTY_PATH and
 * AT_STATX_DONT_SYNC.  Returns 0 or a negative errno.  On the root of a mount that
 * never answers the mode is invented: judge it by the mount's type first.
 */
int tree_stat(int pinned, struct statx *status);

/** Files that were met. */
struct tree_files {
	struct tree_file {
		uint64_t ino;
		uint32_t major, minor;
	} * list;
	size_t count;
};

/**
 * Whether the file at path, in the end, was met before, by any of its names; it is from now on.  What cannot be looked
 * at was not.  The list grows in the arena.
 */
bool tree_seen(const struct tree *tree, struct tree_files *files, struct arena *arena, const char *path);

/** The id of the mount that a pinned file lies on, of one that tree_stat() is denied, too; 0 if it cannot be told. */
uint64_t tree_mount_id(int pinned);

/** The target of the symbolic link name below a pinned directory, not followed: of many, as in /proc/PID/fd.  As
 * tree_target(). */
int tree_target_at(int directory, const char *name, char *target, size_t size);

/** The target of the pinned symbolic link, at most size - 1 bytes.  Returns 0 or a negative errno. */
int tree_target(int pinned, char *target, size_t size);

/**
 * The target of the symbolic link at path, not followed: a mask is a link to /dev/null,
 * also in a tree without /dev.  Returns 0; -EINVAL if it is no link; another negative errno.
 */
int tree_link(const struct tree *tree, const char *path, char *target, size_t size);

/**
 * Keep what tree_load() reads of small files but for those of /proc, /sys and /dev, so that all who ask for one see the
 * same and it is read once.  Not for a tree that several threads load from by path.
 */
void tree_keep(struct tree *tree);

/**
 * Read the regular file at path into the arena, or give what is kept of it, which lives as long as the tree.
 *
 * Returns 0 or a negative errno: -ENOENT if there is none, -EISDIR, -EINVAL for what else is no
 * regular file, -EFBIG if it is longer than TREE_FILE_LIMIT, -ENOTSUP if a file below /proc or /sys is
 * not the kernel's.
 */
int tree_load(const struct tree *tree, const char *path, struct arena *arena, struct bytes *bytes);

/** Open the regular file at path for reading.  Returns a descriptor to close, or a negative errno as tree_load() has
 * it. */
int tree_open_file(const struct tree *tree, const char *path);

/** Pin /proc for tree_load_proc(): a descriptor to close, or a negative errno as tree_load() has it. */
int tree_pin_proc(const struct tree *tree);

/**
 * Read a file of the kernel's below the pinned /proc, such as "1/status": the same as tree_load() in half the calls,
 * for those who read one of each process.
 */
int tree_load_proc(const struct tree *tree, int proc, const char *name, struct arena *arena, struct bytes *bytes);

/** The same for a file that is pinned already. */
int tree_load_pinned(int pinned, struct arena *arena, struct bytes *bytes);

/** The same for one that may be larger: up to limit. */
int tree_load_large(int pinned, size_t limit, struct arena *arena, struct bytes *bytes);

/**
 * Read the first bytes of the pinned regular file, at most size of them, without making it young.
 * Returns their number or a negative errno: -EINVAL if it is no regular file.
 */
ssize_t tree_head(int pinned, void *buffer, size_t size);

/** Open a pinned regular file for reading, without making it young.  A descriptor to close, or as tree_head(). */
int tree_open_pinned(int pinned);

/** Whether the pinned file has capabilities(7): 1 or 0; or a negative errno.  On a mount that is known to answer. */
int tree_has_capability(int pinned);

/** Whether the pinned file has an access list that says more than its mode, or a default one: 1 or 0; or a negative
 * errno, -ENOTSUP if the file system stores none. */
int tree_has_acl(int pinned, bool standard);

/**
 * The names in the directory at path, sorted by bytes, without "." and "..", ended by NULL.
 * Returns their number or a negative errno.
 */
int tree_list(const struct tree *tree, const char *path, struct arena *arena, char ***names);

/** The same for a directory that is pinned already. */
int tree_list_pinned(int pinned, struct arena *arena, char ***names);

/** The name of a pinned file, for libraries that take nothing but paths. */
const char *tree_name(int pinned, char buffer[static 32]);

/**
 * The targets of the symbolic links in the directory at path, as of /proc/PID/fd, in order of their names, ended by
 * NULL.  Returns their number or a negative errno.
 */
int tree_links(const struct tree *tree, const char *path, struct arena *arena, char ***targets);

/**
 * Open as a tree the mount that a pinned directory of the tree is the root of, alone, without what is mounted on it:
 * what mounts hide can be seen there.  Nobody else sees it, see open_tree(2).  Returns 0 or a negative errno: -EPERM
 * without CAP_SYS_ADMIN.
 */
int tree_open_bare(const struct tree *tree, int pinned, struct tree *bare);

/** Open what a process of the running host sees as its root: /proc/PID/root.  Returns 0 or a negative errno. */
int tree_open_process(const struct tree *tree, const char *pid, struct tree *other);

void tree_close(struct tree *tree);

/** Whether a negative errno of this header says that there is no such file, and not that we cannot tell. */
bool tree_absent(int error);

#endif
