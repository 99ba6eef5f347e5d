/** The tree where the kernel is old, a sandbox refuses, or a call fails: what it falls back to, and what it says. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "tree.h"

#include "cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum call { OPENAT2, OPEN, FSTAT, FSTATFS, READ, PREAD, GETXATTR, STATX_OLD, CALLS };

static enum call broken = CALLS;
static int reason;
/** How many calls fail from now on; and how many of that kind were made. */
static unsigned failing, made;

static void let_fail(enum call call, int error, unsigned count) {
	broken = call;
	reason = error;
	failing = count;
	made = 0;
}

static bool fails(enum call call) {
	if (call != broken)
		return false;
	++made;
	if (failing == 0)
		return false;
	--failing;
	errno = reason;
	return true;
}

#include "failing.h"

int open(const char *path, int flags, ...) {
	return fails(OPEN) ? -1 : REAL(open)(path, flags);
}

/* What these become where the C library looks after their arguments. */
int __open_2(const char *path, int flags);
ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room);
ssize_t __pread_chk(int fd, void *bytes, size_t size, off_t at, size_t room);

int __open_2(const char *path, int flags) {
	return open(path, flags);
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room) {
	assert_true(size <= room);
	return fails(READ) ? -1 : REAL(read)(fd, bytes, size);
}

ssize_t __pread_chk(int fd, void *bytes, size_t size, off_t at, size_t room) {
	assert_true(size <= room);
	return fails(PREAD) ? -1 : REAL(pread)(fd, bytes, size, at);
}

int fstat(int fd, struct stat *status) {
	return fails(FSTAT) ? -1 : REAL(fstat)(fd, status);
}

int fstatfs(int fd, struct statfs *status) {
	return fails(FSTATFS) ? -1 : REAL(fstatfs)(fd, status);
}

ssize_t read(int fd, void *bytes, size_t size) {
	return fails(READ) ? -1 : REAL(read)(fd, bytes, size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at) {
	return fails(PREAD) ? -1 : REAL(pread)(fd, bytes, size, at);
}

ssize_t getxattr(const char *path, const char *name, void *value, size_t size) {
	return fails(GETXATTR) ? reason ? -1 : 1 : REAL(getxattr)(path, name, value, size);
}

int statx(int directory, const char *restrict path, int flags, unsigned mask, struct statx *restrict status) {
	const int done = REAL(statx)(directory, path, flags, mask, status);

	if (fails(STATX_OLD)) {
		status->stx_mask &= ~(unsigned)STATX_MNT_ID;
		status->stx_mnt_id = 0;
	}
	return done;
}

struct fixture {
	char top[64];
	struct tree tree;
	struct arena arena;
};

static int make(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);
	char path[80];

	snprintf(fixture->top, sizeof fixture->top, "/tmp/tmpaudit-tree.XXXXXX");
	if (!mkdtemp(fixture->top))
		return -1;
	snprintf(path, sizeof path, "%s/file", fixture->top);
	FILE *stream = fopen(path, "we");
	if (!stream)
		return -1;
	fputs("content", stream);
	fclose(stream);
	snprintf(path, sizeof path, "%s/dir", fixture->top);
	if (mkdir(path, 0755) < 0)
		return -1;
	*state = fixture;
	return tree_open(&fixture->tree, fixture->top, false);
}

static int unmake(void **state) {
	struct fixture *fixture = *state;
	char command[96];

	broken = CALLS;
	tree_close(&fixture->tree);
	arena_free(&fixture->arena);
	snprintf(command, sizeof command, "rm -rf '%s'", fixture->top);
	const int status = system(command);
	free(fixture);
	return status;
}

/** It is asked again while others rename, and not for ever. */
static void test_again(void **state) {
	struct fixture *fixture = *state;
	static const int errors[] = { EAGAIN, EINTR };

	for (size_t i = 0; i < 2; ++i) {
		let_fail(OPENAT2, errors[i], 31);
		const int fd = tree_pin(&fixture->tree, "file");
		assert_true(fd >= 0);
		assert_int_equal(made, 32);
		close(fd);
		let_fail(OPENAT2, errors[i], 1000);
		assert_int_equal(tree_pin(&fixture->tree, "file"), -EAGAIN);
		assert_int_equal(made, 32);
	}
	let_fail(OPENAT2, EIO, 1);
	assert_int_equal(tree_pin(&fixture->tree, "file"), -EIO);
	assert_int_equal(made, 1);
}

/** Without openat2(2), or where it is denied, a running host is read by open(2), and a foreign tree not at all. */
static void test_old_kernel(void **state) {
	struct fixture *fixture = *state;
	static const int errors[] = { ENOSYS, EPERM };

	for (size_t i = 0; i < 2; ++i) {
		struct tree tree;
		struct bytes bytes;

		let_fail(OPENAT2, errors[i], 1000);
		assert_int_equal(tree_open(&tree, fixture->top, false), -ENOSYS);
		assert_int_equal(tree.fd, -1);
		assert_int_equal(tree_pin(&fixture->tree, "/file"), -errors[i]);
		assert_int_equal(tree_open_at(&fixture->tree, fixture->tree.fd, "dir"), -errors[i]);
		assert_int_equal(tree_open(&tree, fixture->top, true), 0);
		assert_int_equal(tree_load(&tree, "//file", &fixture->arena, &bytes), 0);
		assert_string_equal(bytes.data, "content");
		assert_int_equal(tree_load(&tree, "none", &fixture->arena, &bytes), -ENOENT);
		int fd = tree_pin(&tree, "/");
		assert_true(fd >= 0);
		close(fd);
		fd = tree_open_at(&tree, tree.fd, "dir");
		assert_true(fd >= 0);
		close(fd);
		assert_int_equal(tree_open_at(&tree, tree.fd, "none"), -ENOENT);
		assert_int_equal(tree_open_at(&tree, tree.fd, "file"), -ENOTDIR);
		tree_close(&tree);
	}
	struct tree tree;
	/* Another error is one, live or not. */
	let_fail(OPENAT2, EIO, 1000);
	assert_int_equal(tree_open(&tree, fixture->top, true), -EIO);
	assert_int_equal(tree_open(&tree, fixture->top, false), -EIO);
}

/** What does not let us leave its time of access alone is read all the same. */
static void test_noatime(void **state) {
	struct fixture *fixture = *state;
	struct bytes bytes;
	autoclose pinned = tree_pin(&fixture->tree, "file");

	let_fail(OPEN, EPERM, 1);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), 0);
	assert_int_equal(made, 2);
	let_fail(OPEN, EACCES, 1);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), -EACCES);
	assert_int_equal(made, 1);
	/* It is there: what is not is /proc. */
	let_fail(OPEN, ENOENT, 1);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), -ENOTSUP);
	let_fail(OPEN, ENOTDIR, 1);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), -ENOTSUP);
	let_fail(OPENAT2, EPERM, 1);
	const int fd = tree_open_at(&fixture->tree, fixture->tree.fd, "dir");
	assert_true(fd >= 0);
	assert_int_equal(made, 2);
	close(fd);
}

static void test_reading(void **state) {
	struct fixture *fixture = *state;
	char head[16];
	struct bytes bytes;
	autoclose pinned = tree_pin(&fixture->tree, "file");
	autoclose directory = tree_pin(&fixture->tree, "dir");

	let_fail(READ, EINTR, 3);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), 0);
	assert_string_equal(bytes.data, "content");
	let_fail(READ, EIO, 1);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), -EIO);
	/* -EINVAL would say that it is no regular file. */
	let_fail(READ, EINVAL, 1);
	assert_int_equal(tree_load_pinned(pinned, &fixture->arena, &bytes), -EIO);
	let_fail(PREAD, EIO, 1);
	assert_int_equal(tree_head(pinned, head, sizeof head), -EIO);
	assert_int_equal(tree_head(pinned, head, sizeof head), 7);
	assert_int_equal(tree_head(directory, head, sizeof head), -EINVAL);
	assert_int_equal(tree_open_pinned(directory), -EINVAL);
	assert_int_equal(tree_load_pinned(directory, &fixture->arena, &bytes), -EISDIR);
	for (unsigned i = 0; i < 4; ++i) {
		struct tree other;

		let_fail(FSTAT, EIO, 1);
		assert_int_equal(i == 0   ? tree_load_pinned(pinned, &fixture->arena, &bytes)
		                 : i == 1 ? tree_open_pinned(pinned)
		                 : i == 2 ? (int)tree_head(pinned, head, sizeof head)
		                          : tree_open(&other, fixture->top, false),
		                 i == 3 ? -ENOTDIR : -EIO);
	}
	let_fail(OPEN, EIO, 1);
	assert_int_equal(tree_head(pinned, head, sizeof head), -EIO);
}

static void test_capability(void **state) {
	struct fixture *fixture = *state;
	autoclose pinned = tree_pin(&fixture->tree, "file");
	static const struct {
		int error, result;
	} cases[] = { { 0, 1 },     { ENODATA, 0 }, { ENOTSUP, 0 }, { ENOENT, -ENOTSUP }, { ENOTDIR, -ENOTSUP },
		      { EIO, -EIO } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		let_fail(GETXATTR, cases[i].error, 1);
		assert_int_equal(tree_has_capability(pinned), cases[i].result);
	}
	assert_int_equal(tree_has_capability(pinned), 0);
}

/** Linux before 5.8 does not tell mounts apart: /proc does; and of two that it was not asked of the device. */
static void test_mount_id(void **state) {
	struct fixture *fixture = *state;
	autoclose pinned = tree_pin(&fixture->tree, "file");
	autoclose kernel = open("/proc/self/status", O_PATH | O_CLOEXEC);
	struct statx new, old, other;

	assert_int_equal(tree_stat(pinned, &new), 0);
	let_fail(STATX_OLD, 0, 1);
	assert_int_equal(tree_stat(pinned, &old), 0);
	assert_int_equal(new.stx_mnt_id, old.stx_mnt_id);
	assert_true(tree_same_mount(&new, &old));
	let_fail(STATX_OLD, 0, 1);
	assert_int_equal(tree_stat(kernel, &other), 0);
	assert_false(tree_same_mount(&new, &other));
	other.stx_dev_major = new.stx_dev_major;
	other.stx_dev_minor = new.stx_dev_minor + 1;
	assert_false(tree_same_mount(&new, &other));
	/* The mount of what is no descriptor, and where /proc cannot be read. */
	assert_int_equal(tree_mount_id(-1), 0);
	let_fail(READ, EIO, 1);
	assert_int_equal(tree_mount_id(pinned), 0);
	let_fail(OPEN, EIO, 1);
	assert_int_equal(tree_mount_id(pinned), 0);
	assert_int_equal(tree_mount_id(pinned), new.stx_mnt_id);
}

/** A file of the running host's /proc that cannot be told from one that was mounted over it. */
static void test_genuine(void **state) {
	struct fixture *fixture = *state;
	struct tree tree;
	struct bytes bytes;

	assert_int_equal(tree_open(&tree, "/", true), 0);
	assert_int_equal(tree_load(&tree, "/proc/self/status", &fixture->arena, &bytes), 0);
	let_fail(FSTATFS, EIO, 1);
	assert_int_equal(tree_load(&tree, "/proc/self/status", &fixture->arena, &bytes), -EIO);
	broken = CALLS;
	/* Of one process of a tree that is no host's a file by its path. */
	autoclose proc = tree_pin_proc(&tree);
	assert_true(proc >= 0);
	assert_int_equal(tree_load_proc(&tree, proc, "self/status", &fixture->arena, &bytes), -ELOOP);
	assert_int_equal(tree_load_proc(&tree, proc, "1/status", &fixture->arena, &bytes), 0);
	assert_int_equal(tree_load_proc(&tree, proc, "1/none", &fixture->arena, &bytes), -ENOENT);
	let_fail(OPENAT2, ENOSYS, 1);
	assert_int_equal(tree_load_proc(&tree, proc, "1/status", &fixture->arena, &bytes), 0);
	let_fail(OPENAT2, EPERM, 1);
	assert_int_equal(tree_load_proc(&tree, proc, "1/status", &fixture->arena, &bytes), 0);
	/* There is nobody to ask for what is denied. */
	let_fail(OPENAT2, EACCES, 1);
	assert_int_equal(tree_load_proc(&tree, proc, "1/status", &fixture->arena, &bytes), -EACCES);
	tree_close(&tree);
}

/** A file is known by its inode on its device, and what cannot be looked at is not known. */
static void test_seen(void **state) {
	struct fixture *fixture = *state;
	struct tree_files files = { 0 };

	assert_false(tree_seen(&fixture->tree, &files, &fixture->arena, "none"));
	assert_false(tree_seen(&fixture->tree, &files, &fixture->arena, "none"));
	assert_false(tree_seen(&fixture->tree, &files, &fixture->arena, "file"));
	assert_true(tree_seen(&fixture->tree, &files, &fixture->arena, "dir/../file"));
	/* The same number elsewhere is another file. */
	++files.list[0].minor;
	assert_false(tree_seen(&fixture->tree, &files, &fixture->arena, "file"));
	++files.list[1].major;
	assert_false(tree_seen(&fixture->tree, &files, &fixture->arena, "file"));
	assert_true(tree_seen(&fixture->tree, &files, &fixture->arena, "file"));
	assert_int_equal(files.count, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_again),      TEST(test_old_kernel), TEST(test_noatime), TEST(test_reading),
		TEST(test_capability), TEST(test_mount_id),   TEST(test_genuine), TEST(test_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
