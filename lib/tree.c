#include "tree.h"

#include "cleanup.h"
#include "scout.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/** How long a file, and how much of all, is kept. */
#define KEPT_FILE ((size_t)64 << 10)
#define KEPT_TOTAL ((size_t)4 << 20)

enum { BUCKETS = 256 };

/** A file that was read, or could not be. */
struct kept {
	const char *path;
	struct bytes bytes;
	int error;
	/** The next one of the same bucket. */
	struct kept *next;
};

struct tree_cache {
	struct arena arena;
	size_t total;
	struct kept *buckets[BUCKETS];
};

static int open_by(int directory, const char *path, const struct open_how *how) {
	/* A rename elsewhere on the file system makes the kernel give up on "..": it says EAGAIN, for us to try again.
	 */
	for (int i = 0; i < 32; ++i) {
		long fd = syscall(SYS_openat2, directory, path, how, sizeof *how);

		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return -EAGAIN;
}

static int open_how(int directory, const char *path, uint64_t flags, uint64_t resolve) {
	return open_by(directory, path, &(struct open_how) { .flags = flags | O_CLOEXEC, .resolve = resolve });
}

int tree_open_fd(struct tree *tree, int fd, bool live) {
	*tree = (struct tree) { .fd = fd, .live = live };
	autoclose probe = open_how(fd, ".", O_PATH, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	/* Without openat2(2) the links of a foreign tree could lead out of it; those of a running host are its own. */
	if (probe < 0 && !(live && (probe == -ENOSYS || probe == -EPERM))) {
		close(fd);
		tree->fd = -1;
		return probe == -EPERM ? -ENOSYS : probe;
	}
	return 0;
}

int tree_open(struct tree *tree, const char *dir, bool live) {
	int fd = open(dir, O_PATH | O_CLOEXEC);
	struct stat status;

	*tree = (struct tree) { .fd = -1 };
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0 || !S_ISDIR(status.st_mode)) {
		close(fd);
		return -ENOTDIR;
	}
	int error = tree_open_fd(tree, fd, live);
	tree->genuine = live && strcmp(dir, "/") == 0;
	return error;
}

void tree_close(struct tree *tree) {
	if (tree->fd >= 0)
		close(tree->fd);
	tree->fd = -1;
	if (tree->cache) {
		/* It lies in its own arena. */
		struct arena arena = tree->cache->arena;

		arena_free(&arena);
		tree->cache = NULL;
	}
}

bool tree_absent(int error) {
	return error == -ENOENT || error == -ENOTDIR;
}

static int pin(const struct tree *tree, const char *path, int flags) {
	pulse_beat(tree->pulse);
	int fd = open_how(tree->fd, path, (uint64_t)(O_PATH | flags), RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	if ((fd == -ENOSYS || fd == -EPERM) && tree->live) {
		while (*path == '/')
			++path;
		fd = openat(tree->fd, *path ? path : ".", O_PATH | O_CLOEXEC | flags);
		return fd < 0 ? -errno : fd;
	}
	return fd;
}

int tree_pin(const struct tree *tree, const char *path) {
	return pin(tree, path, 0);
}

int tree_pin_link(const struct tree *tree, const char *path) {
	return pin(tree, path, O_NOFOLLOW);
}

int tree_pin_at(int directory, const char *name) {
	int fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/** Whether a path is one of those that /proc has of each process. */
static bool is_of_process(const char *path) {
	static const char proc[] = "/proc/";

	return text_starts(path, proc) && path[sizeof proc - 1] >= '1' && path[sizeof proc - 1] <= '9';
}

/** Whether an error can be Landlock's, or that of a capability that was given up: the scout is asked then. */
static bool is_refused(const struct tree *tree, int error) {
	return tree->scout && (error == -EACCES || error == -EPERM);
}

int tree_open_bare(const struct tree *tree, int pinned, struct tree *bare) {
	const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
	int fd = tree->scout ? scout_bare(tree->scout, pinned) : (int)syscall(SYS_open_tree, pinned, "", flags);

	*bare = (struct tree) { .fd = -1 };
	if (fd < 0)
		return tree->scout ? fd : -errno;
	return tree_open_fd(bare, fd, true);
}

int tree_open_process(const struct tree *tree, const char *pid, struct tree *other) {
	char path[64];

	snprintf(path, sizeof path, "/proc/%s/root", pid);
	int error = tree_open(other, path, true);
	if (is_refused(tree, error)) {
		int fd = scout_root(tree->scout, path);

		error = fd < 0 ? fd : tree_open_fd(other, fd, true);
	}
	other->genuine = tree->genuine;
	other->pulse = tree->pulse;
	return error;
}

uint64_t tree_mount_id(int pinned) {
	char name[48], text[512];

	snprintf(name, sizeof name, "/proc/self/fdinfo/%d", pinned);
	autoclose fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	const char *line = strstr(text, "mnt_id:");
	return line ? strtoull(line + strlen("mnt_id:"), NULL, 10) : 0;
}

int tree_open_at(const struct tree *tree, int directory, const char *name) {
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	/* Of one name it costs as much as openat(2), within what can be measured: one per cent of a walk. */
	const uint64_t resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
	int fd = open_how(directory, name, (uint64_t)(flags | O_NOATIME), resolve);

	/* Without privilege O_NOATIME is for one's own files only; a sandbox may refuse all of openat2(2) alike. */
	if (fd == -EPERM)
		fd = open_how(directory, name, (uint64_t)flags, resolve);
	if ((fd == -ENOSYS || fd == -EPERM) && tree->live) {
		fd = openat(directory, name, flags);
		return fd < 0 ? -errno : fd;
	}
	return fd;
}

static int stat_at(int directory, const char *name, int flags, struct statx *status) {
	const unsigned mask = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
	const int all = flags | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;

	return statx(directory, name, all, mask, status) < 0 ? -errno : 0;
}

int tree_act_beneath(int directory, const char *path, int flags, mode_t mode) {
	/* O_PATH takes no other flags. */
	const int more = flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

	return open_by(directory, path,
	               &(struct open_how) {
	                       .flags = (unsigned)(flags | more),
	                       .mode = flags & O_CREAT ? mode : 0,
	                       .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS,
	               });
}

int tree_stat(int pinned, struct statx *status) {
	int error = stat_at(pinned, "", AT_EMPTY_PATH, status);

	/* Linux before 5.8 does not tell it there. */
	if (!error && !(status->stx_mask & STATX_MNT_ID))
		status->stx_mnt_id = tree_mount_id(pinned);
	return error;
}

bool tree_seen(const struct tree *tree, struct tree_files *files, struct arena *arena, const char *path) {
	struct statx status;
	autoclose pinned = tree_pin(tree, path);

	if (pinned < 0 || tree_stat(pinned, &status) != 0)
		return false;
	for (size_t i = 0; i < files->count; ++i)
		if (files->list[i].ino == status.stx_ino && files->list[i].major == status.stx_dev_major &&
		    files->list[i].minor == status.stx_dev_minor)
			return true;
	files->list = arena_grow(arena, files->list, files->count, sizeof *files->list);
	files->list[files->count++] = (struct tree_file) { status.stx_ino, status.stx_dev_major, status.stx_dev_minor };
	return false;
}

int tree_stat_at(int directory, const char *name, struct statx *status) {
	return stat_at(directory, name, 0, status);
}

bool tree_same_mount(const struct statx *a, const struct statx *b) {
	if (a->stx_mask & b->stx_mask & STATX_MNT_ID)
		return a->stx_mnt_id == b->stx_mnt_id;
	return a->stx_dev_major == b->stx_dev_major && a->stx_dev_minor == b->stx_dev_minor;
}

int tree_target_at(int directory, const char *name, char *target, size_t size) {
	ssize_t length = readlinkat(directory, name, target, size);

	/* readlink(2) of a descriptor that is no link says ENOENT, which would read as "there is none". */
	if (length < 0)
		return errno == ENOENT ? -EINVAL : -errno;
	if ((size_t)length >= size)
		return -ENAMETOOLONG;
	target[length] = '\0';
	return 0;
}

int tree_target(int pinned, char *target, size_t size) {
	return tree_target_at(pinned, "", target, size);
}

int tree_link(const struct tree *tree, const char *path, char *target, size_t size) {
	autoclose fd = tree_pin_link(tree, path);
	int error = fd < 0 ? fd : tree_target(fd, target, size);

	return is_refused(tree, error) && is_of_process(path) ? scout_link(tree->scout, path, target, size) : error;
}

const char *tree_name(int pinned, char buffer[static 32]) {
	snprintf(buffer, 32, "/proc/self/fd/%d", pinned);
	return buffer;
}

/** Open what was pinned; O_NOATIME, since looking must not make a file young again for cleaners. */
static int reopen(int pinned, int flags) {
	char name[32];
	const int all = flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = open(tree_name(pinned, name), all | O_NOATIME);

	if (fd < 0 && errno == EPERM)
		fd = open(name, all);
	/* The file is pinned, so it is /proc that is missing: not to be taken for an absent file. */
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? -ENOTSUP : -errno;
	return fd;
}

/** 0, or -ENOTSUP for a file below /proc or /sys that something else was mounted over. */
static int verify_kernel(const struct tree *tree, const char *path, int pinned) {
	const bool proc = text_path_within(path, "/proc"), sys = text_path_within(path, "/sys");
	struct statfs status;

	if (!tree->genuine || !(proc || sys))
		return 0;
	if (fstatfs(pinned, &status) < 0)
		return -errno;
	if (proc)
		return status.f_type == PROC_SUPER_MAGIC ? 0 : -ENOTSUP;
	return status.f_type == SYSFS_MAGIC || status.f_type == TMPFS_MAGIC || status.f_type == CGROUP2_SUPER_MAGIC
	               ? 0
	               : -ENOTSUP;
}

static int read_all(int fd, size_t limit, struct arena *arena, struct bytes *bytes) {
	char *data = malloc(8192);
	size_t size = 0, capacity = 8192;
	int error = 0;

	if (!data)
		return -ENOMEM;
	for (;;) {
		if (size == capacity) {
			char *larger = capacity > limit ? NULL : realloc(data, 2 * capacity);

			if (!larger) {
				error = capacity > limit ? -EFBIG : -ENOMEM;
				break;
			}
			data = larger;
			capacity *= 2;
		}
		ssize_t got = read(fd, data + size, capacity - size);
		if (got < 0 && errno == EINTR)
			continue;
		/* Callers take -EINVAL for another kind of file; a file system may give it for any reason. */
		if (got < 0)
			error = errno == EINVAL ? -EIO : -errno;
		if (got <= 0)
			break;
		size += (size_t)got;
	}
	if (!error && size > limit)
		error = -EFBIG;
	if (!error)
		*bytes = (struct bytes) { arena_bytes(arena, data, size), size };
	free(data);
	return error;
}

/** Open a pinned regular file that is not too long.  Returns a descriptor, or a negative errno. */
static int open_regular(int pinned, size_t limit) {
	struct stat status;

	if (fstat(pinned, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	return status.st_size > (off_t)limit ? -EFBIG : reopen(pinned, O_RDONLY);
}

int tree_load_large(int pinned, size_t limit, struct arena *arena, struct bytes *bytes) {
	autoclose fd = open_regular(pinned, limit);

	return fd < 0 ? fd : read_all(fd, limit, arena, bytes);
}

int tree_load_pinned(int pinned, struct arena *arena, struct bytes *bytes) {
	return tree_load_large(pinned, TREE_FILE_LIMIT, arena, bytes);
}

int tree_open_file(const struct tree *tree, const char *path) {
	autoclose pinned = tree_pin(tree, path);

	if (pinned < 0)
		return pinned;
	int error = verify_kernel(tree, path, pinned);
	if (!error)
		error = open_regular(pinned, TREE_FILE_LIMIT);
	return is_refused(tree, error) && is_of_process(path) ? scout_open(tree->scout, path) : error;
}

static int load(const struct tree *tree, const char *path, struct arena *arena, struct bytes *bytes) {
	autoclose fd = tree_open_file(tree, path);

	return fd < 0 ? fd : read_all(fd, TREE_FILE_LIMIT, arena, bytes);
}

void tree_keep(struct tree *tree) {
	struct arena arena = { 0 };

	tree->cache = arena_alloc(&arena, sizeof *tree->cache);
	tree->cache->arena = arena;
}

/** Whether a file at the path may say something else a moment later. */
static bool is_live(const char *path) {
	return text_path_within(path, "/proc") || text_path_within(path, "/sys") || text_path_within(path, "/dev");
}

int tree_load(const struct tree *tree, const char *path, struct arena *arena, struct bytes *bytes) {
	struct tree_cache *cache = is_live(path) ? NULL : tree->cache;
	struct kept **bucket = cache ? &cache->buckets[text_hash(path) % BUCKETS] : NULL;

	for (const struct kept *kept = bucket ? *bucket : NULL; kept; kept = kept->next)
		if (strcmp(kept->path, path) == 0) {
			*bytes = kept->bytes;
			return kept->error;
		}
	if (!cache)
		return load(tree, path, arena, bytes);
	*bytes = (struct bytes) { 0 };
	int error = load(tree, path, arena, bytes);
	if (bytes->size > KEPT_FILE || cache->total + bytes->size > KEPT_TOTAL)
		return error;
	struct kept *kept = arena_alloc(&cache->arena, sizeof *kept);
	*kept = (struct kept) { .path = arena_copy(&cache->arena, path), .error = error, .next = *bucket };
	if (!error)
		kept->bytes = (struct bytes) { arena_bytes(&cache->arena, bytes->data, bytes->size), bytes->size };
	cache->total += bytes->size + sizeof *kept + strlen(path);
	*bucket = kept;
	return error;
}

int tree_pin_proc(const struct tree *tree) {
	int pinned = tree_pin(tree, "/proc");
	int error = pinned < 0 ? pinned : verify_kernel(tree, "/proc", pinned);

	if (error && pinned >= 0)
		close(pinned);
	return error ? error : pinned;
}

int tree_load_proc(const struct tree *tree, int proc, const char *name, struct arena *arena, struct bytes *bytes) {
	const uint64_t resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
	/* What is not the kernel's own is pinned before it is opened. */
	autoclose fd =
	        tree->genuine ? open_how(proc, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, resolve) : -ENOSYS;

	if (fd == -ENOSYS || fd == -EPERM || is_refused(tree, fd)) {
		struct builder path = { .arena = arena };

		builder_format(&path, "/proc/%s", name);
		if (fd != -EACCES)
			return tree_load(tree, builder_string(&path), arena, bytes);
		fd = scout_open(tree->scout, builder_string(&path));
	}
	pulse_beat(tree->pulse);
	return fd < 0 ? fd : read_all(fd, TREE_FILE_LIMIT, arena, bytes);
}

ssize_t tree_head(int pinned, void *buffer, size_t size) {
	struct stat status;

	if (fstat(pinned, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	autoclose fd = reopen(pinned, O_RDONLY);
	if (fd < 0)
		return fd;
	ssize_t got = pread(fd, buffer, size, 0);
	return got < 0 ? -errno : got;
}

int tree_open_pinned(int pinned) {
	struct stat status;

	if (fstat(pinned, &status) < 0)
		return -errno;
	return S_ISREG(status.st_mode) ? reopen(pinned, O_RDONLY) : -EINVAL;
}

int tree_has_capability(int pinned) {
	char name[32];

	if (getxattr(tree_name(pinned, name), "security.capability", NULL, 0) >= 0)
		return 1;
	if (errno == ENODATA || errno == ENOTSUP)
		return 0;
	return errno == ENOENT || errno == ENOTDIR ? -ENOTSUP : -errno;
}

int tree_has_acl(int pinned, bool standard) {
	char name[32];
	const char *attribute = standard ? "system.posix_acl_default" : "system.posix_acl_access";

	if (getxattr(tree_name(pinned, name), attribute, NULL, 0) >= 0)
		return 1;
	return errno == ENODATA ? 0 : -errno;
}

static int compare_names(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int tree_list_pinned(int pinned, struct arena *arena, char ***names) {
	int fd = reopen(pinned, O_RDONLY | O_DIRECTORY);
	size_t count = 0;
	char **list = NULL;

	*names = NULL;
	if (fd == -ENOTSUP) {
		struct stat status;

		if (fstat(pinned, &status) == 0 && !S_ISDIR(status.st_mode))
			return -ENOTDIR;
	}
	if (fd < 0)
		return fd;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	int error = 0;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);

		if (!entry) {
			error = -errno;
			break;
		}
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (count == TREE_LIST_LIMIT) {
			error = -E2BIG;
			break;
		}
		list = arena_grow(arena, list, count, sizeof *list);
		list[count++] = arena_copy(arena, entry->d_name);
	}
	closedir(dir);
	if (error)
		return error;
	if (!list)
		list = arena_array(arena, 1, sizeof *list);
	if (count)
		qsort(list, count, sizeof *list, compare_names);
	*names = list;
	return (int)count;
}

int tree_list(const struct tree *tree, const char *path, struct arena *arena, char ***names) {
	autoclose pinned = tree_pin(tree, path);

	*names = NULL;
	if (pinned < 0)
		return pinned;
	int error = verify_kernel(tree, path, pinned);
	return error ? error : tree_list_pinned(pinned, arena, names);
}

int tree_links(const struct tree *tree, const char *path, struct arena *arena, char ***targets) {
	autoclose pinned = tree_pin(tree, path);
	char **names = NULL, target[PATH_MAX];
	int count = 0, error = pinned < 0 ? pinned : verify_kernel(tree, path, pinned);
	const int listed = error ? error : tree_list_pinned(pinned, arena, &names);

	*targets = NULL;
	error = listed < 0 ? listed : 0;
	for (int i = 0; names && i < listed && !is_refused(tree, error); ++i) {
		error = tree_target_at(pinned, names[i], target, sizeof target);
		/* It may have been closed meanwhile. */
		if (!error)
			names[count++] = arena_copy(arena, target);
	}
	if (is_refused(tree, error) && is_of_process(path))
		return scout_links(tree->scout, path, arena, targets);
	if (!names)
		return listed;
	names[count] = NULL;
	*targets = names;
	return count;
}
