/** The tree: what lies in it cannot lead out, hang or be opened unless it is a regular file.  Needs root. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
	/** Holds outside, a file, and tree. */
	char top[64];
	struct tree tree;
	struct arena arena;
};

static const char *at(const struct fixture *fixture, const char *path) {
	static char name[512];

	snprintf(name, sizeof name, "%s/tree%s", fixture->top, path);
	return name;
}

static void write_file(const char *name, const char *content, size_t size) {
	FILE *stream = fopen(name, "w");

	assert_non_null(stream);
	assert_int_equal(fwrite(content, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
}

static int set_up(void **state) {
	struct fixture *fixture = calloc(1, sizeof *fixture);
	char name[128];

	strcpy(fixture->top, "/tmp/tmpaudit-tree-XXXXXX");
	if (geteuid() != 0 || !mkdtemp(fixture->top))
		return -1;
	snprintf(name, sizeof name, "%s/outside", fixture->top);
	write_file(name, "secret", 6);
	mkdir(at(fixture, ""), 0755);
	mkdir(at(fixture, "/etc"), 0755);
	write_file(at(fixture, "/etc/file"), "a\0b\n", 4);
	*state = fixture;
	return tree_open(&fixture->tree, at(fixture, ""), false);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw) {
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state) {
	struct fixture *fixture = *state;

	tree_close(&fixture->tree);
	arena_free(&fixture->arena);
	nftw(fixture->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return 0;
}

static int load(struct fixture *fixture, const char *path) {
	struct bytes bytes = { "unset", 5 };
	int error = tree_load(&fixture->tree, path, &fixture->arena, &bytes);

	if (error)
		assert_string_equal(bytes.data, "unset");
	return error;
}

static void test_load(void **state) {
	struct fixture *fixture = *state;
	struct bytes bytes;

	assert_int_equal(tree_load(&fixture->tree, "/etc/file", &fixture->arena, &bytes), 0);
	assert_int_equal(bytes.size, 4);
	assert_memory_equal(bytes.data, "a\0b\n\0", 5);
	write_file(at(fixture, "/etc/empty"), "", 0);
	assert_int_equal(tree_load(&fixture->tree, "etc/../etc//empty", &fixture->arena, &bytes), 0);
	assert_int_equal(bytes.size, 0);
	assert_string_equal(bytes.data, "");
	assert_int_equal(load(fixture, "/etc/none"), -ENOENT);
	assert_int_equal(load(fixture, "/none/none"), -ENOENT);
	assert_int_equal(load(fixture, "/etc/file/none"), -ENOTDIR);
	assert_int_equal(load(fixture, "/etc"), -EISDIR);
	assert_true(tree_absent(-ENOENT) && tree_absent(-ENOTDIR));
	assert_false(tree_absent(-EACCES) || tree_absent(-ELOOP) || tree_absent(0));
}

static void test_links_stay_inside(void **state) {
	struct fixture *fixture = *state;
	static const char *const targets[] = { "/outside", "../outside", "../../outside", "/../outside",
		                               "../../../../../../../../../../etc/passwd" };
	struct bytes bytes;

	for (size_t i = 0; i < sizeof targets / sizeof *targets; ++i) {
		unlink(at(fixture, "/etc/link"));
		assert_return_code(symlink(targets[i], at(fixture, "/etc/link")), errno);
		assert_int_equal(load(fixture, "/etc/link"), -ENOENT);
	}
	assert_int_equal(load(fixture, "/../outside"), -ENOENT);
	assert_return_code(symlink("/etc/file", at(fixture, "/absolute")), errno);
	assert_int_equal(tree_load(&fixture->tree, "/absolute", &fixture->arena, &bytes), 0);
	assert_int_equal(bytes.size, 4);
	assert_return_code(symlink("loop", at(fixture, "/loop")), errno);
	assert_int_equal(load(fixture, "/loop"), -ELOOP);
}

static void test_magic_links(void **state) {
	struct tree host;
	struct arena arena = { 0 };
	struct bytes bytes;

	(void)state;
	/* What /proc shows as links are doors: /proc/self/root leads to another root, and fd/N to whatever is open. */
	assert_int_equal(tree_open(&host, "/", true), 0);
	assert_int_equal(tree_load(&host, "/proc/self/root/etc/passwd", &arena, &bytes), -ELOOP);
	assert_int_equal(tree_load(&host, "/proc/self/exe", &arena, &bytes), -ELOOP);
	assert_int_equal(tree_load(&host, "/proc/self/uid_map", &arena, &bytes), 0);
	assert_true(bytes.size > 0);
	assert_true(host.genuine);
	tree_close(&host);
	arena_free(&arena);
}

static void test_fifo(void **state) {
	struct fixture *fixture = *state;

	assert_return_code(mkfifo(at(fixture, "/etc/fifo"), 0666), errno);
	/* A reader that opens it would let this through: no writer may see one. */
	pid_t child = fork();
	if (child == 0) {
		int fd = open(at(fixture, "/etc/fifo"), O_WRONLY);

		_exit(fd >= 0);
	}
	for (int i = 0; i < 200; ++i)
		assert_int_equal(load(fixture, "/etc/fifo"), -EINVAL);
	int status;
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void test_special(void **state) {
	struct fixture *fixture = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	/* /dev/zero would never end, and the memory of a device is none of ours. */
	assert_return_code(mknod(at(fixture, "/etc/zero"), S_IFCHR | 0666, makedev(1, 5)), errno);
	assert_int_equal(load(fixture, "/etc/zero"), -EINVAL);
	assert_return_code(mknod(at(fixture, "/etc/block"), S_IFBLK | 0666, makedev(7, 0)), errno);
	assert_int_equal(load(fixture, "/etc/block"), -EINVAL);
	const char *name = at(fixture, "/etc/socket");
	memcpy(address.sun_path, name, strlen(name) + 1);
	assert_return_code(bind(fd, (const struct sockaddr *)&address, sizeof address), errno);
	close(fd);
	assert_int_equal(load(fixture, "/etc/socket"), -EINVAL);
}

static void test_size_limit(void **state) {
	struct fixture *fixture = *state;
	struct bytes bytes;
	char *data = malloc(TREE_FILE_LIMIT + 1);

	memset(data, 'x', TREE_FILE_LIMIT + 1);
	write_file(at(fixture, "/etc/limit"), data, TREE_FILE_LIMIT);
	assert_int_equal(tree_load(&fixture->tree, "/etc/limit", &fixture->arena, &bytes), 0);
	assert_int_equal(bytes.size, TREE_FILE_LIMIT);
	write_file(at(fixture, "/etc/more"), data, TREE_FILE_LIMIT + 1);
	assert_int_equal(load(fixture, "/etc/more"), -EFBIG);
	/* Sparse: as large as it says, whatever it takes on the disk. */
	write_file(at(fixture, "/etc/sparse"), "", 0);
	assert_return_code(truncate(at(fixture, "/etc/sparse"), (off_t)1 << 40), errno);
	assert_int_equal(load(fixture, "/etc/sparse"), -EFBIG);
	free(data);
}

/** Files of /proc say that they are empty, and are read for what they hold. */
static void test_without_size(void **state) {
	struct fixture *fixture = *state;
	struct tree host;
	struct bytes bytes;

	assert_int_equal(tree_open(&host, "/", true), 0);
	assert_int_equal(tree_load(&host, "/proc/self/status", &fixture->arena, &bytes), 0);
	assert_true(bytes.size > 100);
	tree_close(&host);
}

static void test_list(void **state) {
	struct fixture *fixture = *state;
	char **names;

	write_file(at(fixture, "/etc/b"), "", 0);
	write_file(at(fixture, "/etc/B"), "", 0);
	write_file(at(fixture, "/etc/.hidden"), "", 0);
	write_file(at(fixture, "/etc/\xff\n"), "", 0);
	assert_int_equal(tree_list(&fixture->tree, "/etc", &fixture->arena, &names), 5);
	assert_string_equal(names[0], ".hidden");
	assert_string_equal(names[1], "B");
	assert_string_equal(names[2], "b");
	assert_string_equal(names[3], "file");
	assert_string_equal(names[4], "\xff\n");
	assert_null(names[5]);
	mkdir(at(fixture, "/none"), 0755);
	assert_int_equal(tree_list(&fixture->tree, "/none", &fixture->arena, &names), 0);
	assert_null(names[0]);
	assert_int_equal(tree_list(&fixture->tree, "/absent", &fixture->arena, &names), -ENOENT);
	assert_null(names);
	assert_int_equal(tree_list(&fixture->tree, "/etc/file", &fixture->arena, &names), -ENOTDIR);
}

/** Looking must not make anything young again. */
static void test_access_time(void **state) {
	struct fixture *fixture = *state;
	const struct timespec old[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 2000000000 } };
	struct bytes bytes;
	struct stat status;
	char **names;

	assert_return_code(utimensat(AT_FDCWD, at(fixture, "/etc/file"), old, 0), errno);
	assert_return_code(utimensat(AT_FDCWD, at(fixture, "/etc"), old, 0), errno);
	assert_int_equal(tree_load(&fixture->tree, "/etc/file", &fixture->arena, &bytes), 0);
	assert_true(tree_list(&fixture->tree, "/etc", &fixture->arena, &names) > 0);
	assert_return_code(stat(at(fixture, "/etc/file"), &status), errno);
	assert_int_equal(status.st_atim.tv_sec, 1000000000);
	assert_return_code(stat(at(fixture, "/etc"), &status), errno);
	assert_int_equal(status.st_atim.tv_sec, 1000000000);
}

static void test_targets(void **state) {
	struct fixture *fixture = *state;
	char target[PATH_MAX], small[5];
	char name[32];
	struct statx status;

	assert_return_code(symlink("/dev/null", at(fixture, "/etc/mask")), errno);
	assert_int_equal(tree_link(&fixture->tree, "/etc/mask", target, sizeof target), 0);
	assert_string_equal(target, "/dev/null");
	assert_int_equal(tree_link(&fixture->tree, "/etc/mask", small, sizeof small), -ENAMETOOLONG);
	assert_int_equal(tree_link(&fixture->tree, "/etc/file", target, sizeof target), -EINVAL);
	assert_int_equal(tree_link(&fixture->tree, "/etc/none", target, sizeof target), -ENOENT);
	int fd = tree_pin_link(&fixture->tree, "/etc/mask");
	assert_return_code(fd, -fd);
	assert_int_equal(tree_stat(fd, &status), 0);
	assert_true(S_ISLNK(status.stx_mode));
	snprintf(small, sizeof small, "%d", fd);
	assert_string_equal(tree_name(fd, name) + strlen("/proc/self/fd/"), small);
	close(fd);
	fd = tree_pin(&fixture->tree, "/etc");
	int below = tree_pin_at(fd, "mask");
	assert_int_equal(tree_stat(below, &status), 0);
	assert_true(S_ISLNK(status.stx_mode));
	assert_true(status.stx_mnt_id > 0);
	close(below);
	assert_int_equal(tree_pin_at(fd, "none"), -ENOENT);
	close(fd);
}

static void test_open(void **state) {
	struct fixture *fixture = *state;
	struct tree other;

	assert_int_equal(tree_open(&other, at(fixture, "/none"), false), -ENOENT);
	assert_int_equal(tree_open(&other, at(fixture, "/etc/file"), false), -ENOTDIR);
	assert_true(other.fd < 0);
	tree_close(&other);
	assert_int_equal(tree_open(&other, at(fixture, ""), true), 0);
	assert_true(other.live);
	/* A tree of a test may say what it likes in its /proc. */
	assert_false(other.genuine);
	mkdir(at(fixture, "/proc"), 0755);
	write_file(at(fixture, "/proc/x"), "1\n", 2);
	struct bytes bytes;
	assert_int_equal(tree_load(&other, "/proc/x", &fixture->arena, &bytes), 0);
	/* A host may not. */
	other.genuine = true;
	assert_int_equal(tree_load(&other, "/proc/x", &fixture->arena, &bytes), -ENOTSUP);
	tree_close(&other);
}

static void test_denied(void **state) {
	struct fixture *fixture = *state;
	int status;

	chmod(at(fixture, "/etc/file"), 0600);
	chmod(fixture->top, 0755);
	pid_t child = fork();
	if (child == 0) {
		struct bytes bytes;

		_exit(setresuid(1234, 1234, 1234) != 0 ||
		      tree_load(&fixture->tree, "/etc/file", &fixture->arena, &bytes) != -EACCES);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_load),        TEST(test_links_stay_inside), TEST(test_magic_links),  TEST(test_fifo),
		TEST(test_special),     TEST(test_size_limit),        TEST(test_without_size), TEST(test_list),
		TEST(test_access_time), TEST(test_targets),           TEST(test_open),         TEST(test_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
