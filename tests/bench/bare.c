/**
 * The yardstick of the walker: the plainest correct program of the bare system calls that answers which directories
 * others can write and that are not sticky.  One thread, recursion, nothing that a hostile tree would need.
 *
 * usage: bare DIR [all] [openat2]    all: believe no link count, read every directory; openat2: open as the walker
 *                                    must, for what that costs more than openat(2)
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define BUFFER ((size_t)64 << 10)
#define DEPTH 256

static bool read_all, by_openat2;
static unsigned long found;
static unsigned device_major, device_minor;
static char *buffers[DEPTH];

static void judge(int fd, const char *name, const struct statx *status) {
	if (status->stx_mode & S_ISVTX)
		return;
	if (status->stx_mode & S_IWOTH) {
		++found;
	} else if (status->stx_mode & S_IWGRP) {
		char path[64];
		int pinned = openat(fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

		snprintf(path, sizeof path, "/proc/self/fd/%d", pinned);
		found += getxattr(path, "system.posix_acl_access", NULL, 0) > 0;
		close(pinned);
	}
}

static int open_below(int fd, const char *name) {
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC;
	const struct open_how how = { .flags = (unsigned)flags,
		                      .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };

	return by_openat2 ? (int)syscall(SYS_openat2, fd, name, &how, sizeof how) : openat(fd, name, flags);
}

static void walk(int fd, unsigned links, unsigned depth) {
	const bool counted = !read_all && links >= 2;
	char *buffer = buffers[depth] ? buffers[depth] : (buffers[depth] = malloc(BUFFER));
	unsigned left = links - 2;
	ssize_t got;

	while ((!counted || left) && (got = getdents64(fd, buffer, BUFFER)) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *entry = (const struct dirent64 *)(const void *)(buffer + at);
			struct statx status;

			at += entry->d_reclen;
			if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 ||
			    strcmp(entry->d_name, "..") == 0)
				continue;
			--left;
			if (statx(fd, entry->d_name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
			          STATX_MODE | STATX_TYPE | STATX_UID | STATX_NLINK, &status) < 0 ||
			    status.stx_dev_major != device_major || status.stx_dev_minor != device_minor)
				continue;
			judge(fd, entry->d_name, &status);
			if ((!read_all && status.stx_nlink == 2) || depth + 1 == DEPTH)
				continue;
			int below = open_below(fd, entry->d_name);
			if (below < 0)
				continue;
			walk(below, status.stx_nlink, depth + 1);
			close(below);
		}
	}
}

int main(int argc, char **argv) {
	struct statx status;
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) < 0)
		return 2;
	for (int i = 2; i < argc; ++i) {
		read_all |= strcmp(argv[i], "all") == 0;
		by_openat2 |= strcmp(argv[i], "openat2") == 0;
	}
	device_major = status.stx_dev_major;
	device_minor = status.stx_dev_minor;
	walk(fd, status.stx_nlink, 0);
	printf("%lu\n", found);
	return 0;
}
