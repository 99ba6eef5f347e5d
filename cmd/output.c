#include "output.h"

#include "cleanup.h"
#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>

enum {
	/** As many links as the kernel follows; see path_resolution(7). */
	LINKS = 40,
};

static const char *reason(int error) {
	const char *words = strerrordesc_np(error);

	return words ? words : "unknown error";
}

static bool is_trusted_owner(uid_t uid) {
	return uid == 0 || uid == geteuid();
}

/** Whether somebody besides root and us may write to what is open. */
static bool others_write(int fd, const struct stat *status) {
	char name[32];

	if (status->st_mode & S_IWOTH)
		return true;
	if (!(status->st_mode & S_IWGRP))
		return false;
	/* With an ACL the group bits are its mask: somebody named in it may write. */
	if (getxattr(tree_name(fd, name), "system.posix_acl_access", NULL, 0) >= 0 ||
	    (errno != ENODATA && errno != EOPNOTSUPP))
		return true;
	/* A user's private group has his number; see useradd(8), USERGROUPS_ENAB. */
	return status->st_gid != 0 && !(status->st_gid == getegid() && status->st_gid == geteuid());
}

/** Why the pinned directory must not lead to a file of ours, or NULL. */
static const char *distrust(int directory) {
	struct stat status;

	if (fstat(directory, &status) < 0)
		return reason(errno);
	if (!S_ISDIR(status.st_mode))
		return "a part of its path is no directory";
	if (!is_trusted_owner(status.st_uid))
		return "a directory of its path belongs to another user, who could put anything there";
	if (others_write(directory, &status) && !(status.st_mode & S_ISVTX))
		return "others can write to a directory of its path, which is not sticky";
	return NULL;
}

/** A path on its way to be resolved: what is left of it. */
struct walk {
	int directory;
	unsigned links;
	char rest[PATH_MAX];
};

static const char *walk_start(struct walk *walk, const char *path) {
	int fd;

	if (strlen(path) >= sizeof walk->rest)
		return reason(ENAMETOOLONG);
	memmove(walk->rest, path, strlen(path) + 1);
	if (walk->directory >= 0 && path[0] != '/')
		return NULL;
	fd = open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return reason(errno);
	if (walk->directory >= 0)
		close(walk->directory);
	walk->directory = fd;
	return distrust(fd);
}

/** Put the target of a pinned link before the rest of the path. */
static const char *walk_follow(struct walk *walk, int link, const char *rest) {
	char path[PATH_MAX];
	struct stat status;

	if (fstat(link, &status) < 0)
		return reason(errno);
	if (!is_trusted_owner(status.st_uid))
		return "a symbolic link of its path belongs to another user";
	if (++walk->links > LINKS)
		return reason(ELOOP);
	ssize_t length = readlinkat(link, "", path, sizeof path);
	if (length < 0)
		return reason(errno);
	if ((size_t)length + 1 + strlen(rest) >= sizeof path)
		return reason(ENAMETOOLONG);
	path[length] = '/';
	memmove(path + length + 1, rest, strlen(rest) + 1);
	return walk_start(walk, path);
}

/** Enter the first component of what is left of the path. */
static const char *walk_step(struct walk *walk) {
	char *name = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(name, "/");
	const char *rest = name + length + strspn(name + length, "/");
	struct stat status;
	const char *why = NULL;

	name[length] = '\0';
	int fd = openat(walk->directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return reason(errno);
	if (fstat(fd, &status) < 0) {
		why = reason(errno);
	} else if (S_ISLNK(status.st_mode)) {
		why = walk_follow(walk, fd, rest);
	} else {
		why = distrust(fd);
		if (!why) {
			close(walk->directory);
			walk->directory = fd;
			memmove(walk->rest, rest, strlen(rest) + 1);
			return NULL;
		}
	}
	close(fd);
	return why;
}

/** Pin the directory at path, which is "" for the working directory. */
static const char *pin_directory(const char *path, int *directory) {
	struct walk walk = { .directory = -1 };
	const char *why = walk_start(&walk, path);

	while (!why && walk.rest[strspn(walk.rest, "/")])
		why = walk_step(&walk);
	if (why && walk.directory >= 0)
		close(walk.directory);
	*directory = why ? -1 : walk.directory;
	return why;
}

/** Look whether there is a file that we may replace. */
static const char *examine_target(struct output *output) {
	struct stat status;

	output->replaces = false;
	if (fstatat(output->directory, output->name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NULL : reason(errno);
	if (S_ISLNK(status.st_mode))
		return "it is a symbolic link: name the file it leads to";
	if (!S_ISREG(status.st_mode))
		return "it is there, and no regular file";
	if (status.st_uid != geteuid())
		return "it is there, and belongs to another user";
	if (status.st_nlink != 1)
		return "it is there, and has other names (hard links)";
	output->replaces = true;
	return NULL;
}

const char *output_distrust(int fd) {
	struct stat status;

	if (fstat(fd, &status) < 0)
		return reason(errno);
	if (!is_trusted_owner(status.st_uid))
		return "it belongs to another user, who could have written anything there";
	return others_write(fd, &status) ? "others can write to it" : NULL;
}

const char *output_place(struct output *output, const char *path) {
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];
	size_t length = slash ? (size_t)(slash - path) + 1 : 0;

	*output = (struct output) { .path = path, .directory = -1, .name = slash ? slash + 1 : path };
	if (!*output->name || strcmp(output->name, ".") == 0 || strcmp(output->name, "..") == 0)
		return "it names a directory";
	if (length >= sizeof parent)
		return reason(ENAMETOOLONG);
	memcpy(parent, path, length);
	parent[length] = '\0';
	return pin_directory(parent, &output->directory);
}

const char *output_open(struct output *output, const char *path) {
	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0) {
		*output = (struct output) { .path = path, .directory = -1, .is_standard_output = true };
		return NULL;
	}
	const char *why = output_place(output, path);
	return why ? why : examine_target(output);
}

/** Why files of ours cannot be put into a directory that is there, or NULL.  It is left open as the descriptor. */
static const char *enter_empty(const struct output *output, int *entered) {
	const struct dirent *entry;
	autoclose fd = openat(output->directory, output->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	*entered = -1;
	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? "it is there, and no directory" : reason(errno);
	const char *why = output_distrust(fd);
	if (why)
		return why;
	DIR *entries = fdopendir(fcntl(fd, F_DUPFD_CLOEXEC, 0));
	if (!entries)
		return reason(errno);
	while (!why && (entry = readdir(entries)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			why = "it is there, and not empty";
	closedir(entries);
	if (why)
		return why;
	*entered = fd;
	fd = -1;
	return NULL;
}

const char *output_open_directory(struct output *output, const char *path) {
	const char *why;
	struct stat status;
	int entered;

	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		return output_open(output, path);
	why = output_place(output, path);
	if (why)
		return why;
	if (fstatat(output->directory, output->name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NULL : reason(errno);
	why = enter_empty(output, &entered);
	if (entered >= 0)
		close(entered);
	output->replaces = !why;
	return why;
}

bool output_same(const struct output *a, const struct output *b) {
	struct stat left, right;

	if (a->is_standard_output || b->is_standard_output)
		return a->is_standard_output && b->is_standard_output;
	return fstat(a->directory, &left) == 0 && fstat(b->directory, &right) == 0 && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino && strcmp(a->name, b->name) == 0;
}

/** Write all, also where the descriptor does not wait.  Returns 0 or a negative errno. */
static int write_all(int fd, const void *bytes, size_t size) {
	const char *from = bytes;

	while (size) {
		ssize_t written = write(fd, from, size);

		if (written < 0 && errno == EAGAIN) {
			poll(&(struct pollfd) { .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (written < 0 && errno != EINTR) {
			return -errno;
		} else if (written == 0) {
			return -EIO;
		} else if (written > 0) {
			from += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

/** A name that nobody can guess. */
static int sibling_name(char name[static 48]) {
	uint64_t random[2];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return -EIO;
	snprintf(name, 48, ".tmpaudit-%016llx%016llx", (unsigned long long)random[0], (unsigned long long)random[1]);
	return 0;
}

/** Give a file that has none a name in the directory, unless there is one already.  Returns 0 or a negative errno. */
static int link_file(int fd, int directory, const char *name) {
	char path[32];

	/* Without privilege this needs Linux 6.10; the other way needs /proc.  See linkat(2). */
	if (linkat(fd, "", directory, name, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno == ENOENT && linkat(AT_FDCWD, tree_name(fd, path), directory, name, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	return -errno;
}

/** Give the file its name.  sibling, "" for a file without name, is the one it has, and "" when that is gone. */
static int publish(const struct output *output, int fd, char sibling[static 48]) {
	const int directory = output->directory;
	int error = 0;

	/* A new name is never laid over what somebody else put there meanwhile: a link cannot do that. */
	if (!output->replaces)
		return *sibling ? linkat(directory, sibling, directory, output->name, 0) < 0 ? -errno : 0
		                : link_file(fd, directory, output->name);
	if (!*sibling) {
		char fresh[48];

		error = sibling_name(fresh);
		if (!error)
			error = link_file(fd, directory, fresh);
		if (error)
			return error;
		memcpy(sibling, fresh, sizeof fresh);
	}
	if (renameat(directory, sibling, directory, output->name) < 0)
		return -errno;
	*sibling = '\0';
	return 0;
}

/**
 * Make a new file in the directory: without a name, or where the file system cannot do that, by the name sibling.
 * Returns 0 or a negative errno.
 */
static int create(const struct output *output, char sibling[static 48], int *fd) {
	*sibling = '\0';
	*fd = openat(output->directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return -errno;
	int error = sibling_name(sibling);
	if (!error)
		*fd = openat(output->directory, sibling, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return 0;
	*sibling = '\0';
	return error ? error : -errno;
}

/** Make the name last as long as the file.  Returns 0 or a negative errno. */
static int flush_directory(int directory) {
	autoclose fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* A file system that cannot do this says EINVAL; a directory that we may not read is none of our making. */
	if (fd < 0)
		return errno == EACCES ? 0 : -errno;
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

static int commit(const struct output *output, unsigned mode, const void *bytes, size_t size) {
	char sibling[48];
	int fd, error = create(output, sibling, &fd);

	if (error)
		return error;
	error = write_all(fd, bytes, size);
	if (!error && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
		error = -errno;
	if (!error)
		error = publish(output, fd, sibling);
	if (*sibling)
		unlinkat(output->directory, sibling, 0);
	if (close(fd) < 0 && !error)
		error = -errno;
	return error ? error : flush_directory(output->directory);
}

const char *output_commit(struct output *output, unsigned mode, const void *bytes, size_t size) {
	sigset_t all, before;

	if (output->is_standard_output)
		return output_print(bytes, size);
	/* A signal may end us before or behind this, not while a file has a name that is not its own. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	int error = commit(output, mode, bytes, size);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return error == -EEXIST ? "somebody else made it meanwhile" : error ? reason(-error) : NULL;
}

const char *output_make_directory(struct output *output) {
	if (output->is_standard_output)
		return "it is standard output, and no directory";
	if (!output->replaces && mkdirat(output->directory, output->name, 0700) < 0)
		return reason(errno);
	int made;
	const char *why = enter_empty(output, &made);
	if (why)
		return why;
	close(output->directory);
	output->directory = made;
	return NULL;
}

const char *output_add(const struct output *output, const char *name, const void *bytes, size_t size) {
	struct output file = { .path = output->path, .directory = output->directory, .name = name };

	return strchr(name, '/') ? "a file of it would lie elsewhere" : output_commit(&file, 0640, bytes, size);
}

const char *output_print(const void *bytes, size_t size) {
	int error = write_all(STDOUT_FILENO, bytes, size);

	return error ? reason(-error) : NULL;
}

void output_close(struct output *output) {
	if (output->directory >= 0)
		close(output->directory);
	output->directory = -1;
}
