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
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
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
	/* One that has no end, or none near: with all symbols of a kernel it is longer than what is read. */
	const int error = tree_load(&host, "/proc/kallsyms", &fixture->arena, &bytes);
	assert_true(error == -EFBIG || tree_absent(error) || (error == 0 && bytes.size <= TREE_FILE_LIMIT));
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

/** Run in a process of its own, which may give things up for good: whether all it looked at was so. */
static void in_child(const struct fixture *fixture, bool (*is_so)(const struct fixture *fixture)) {
	int status;
	pid_t child = fork();

	if (child == 0)
		exit(!is_so(fixture));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_open_at(void **state) {
	struct fixture *fixture = *state;
	struct statx status;
	struct tree host;

	assert_return_code(symlink("/etc", at(fixture, "/link")), errno);
	int top = tree_pin(&fixture->tree, "/");
	int etc = tree_open_at(&fixture->tree, top, "etc");
	assert_return_code(etc, -etc);
	assert_int_equal(tree_stat_at(etc, "file", &status), 0);
	assert_true(S_ISREG(status.stx_mode));
	assert_int_equal(tree_stat_at(etc, "none", &status), -ENOENT);
	assert_int_equal(tree_open_at(&fixture->tree, etc, "file"), -ENOTDIR);
	assert_int_equal(tree_open_at(&fixture->tree, etc, "none"), -ENOENT);
	int error = tree_open_at(&fixture->tree, top, "link");
	assert_true(error == -ELOOP || error == -ENOTDIR);
	assert_int_equal(tree_stat_at(top, "link", &status), 0);
	assert_true(S_ISLNK(status.stx_mode));
	close(etc);
	close(top);
	assert_int_equal(tree_open(&host, "/", true), 0);
	assert_int_equal(tree_open_at(&host, host.fd, "proc"), -EXDEV);
	tree_close(&host);
}

static void test_same_mount(void **state) {
	struct fixture *fixture = *state;
	struct statx a, b, other;
	struct tree host;

	assert_int_equal(tree_open(&host, "/", true), 0);
	int etc = tree_pin(&fixture->tree, "/etc"), file = tree_pin(&fixture->tree, "/etc/file");
	int proc = tree_pin(&host, "/proc");
	assert_int_equal(tree_stat(etc, &a), 0);
	assert_int_equal(tree_stat(file, &b), 0);
	assert_int_equal(tree_stat(proc, &other), 0);
	assert_true(tree_same_mount(&a, &b));
	assert_false(tree_same_mount(&a, &other));
	assert_int_equal(tree_mount_id(etc), a.stx_mnt_id);
	assert_int_equal(tree_mount_id(proc), other.stx_mnt_id);
	assert_int_equal(tree_mount_id(-1), 0);
	a.stx_mask &= ~STATX_MNT_ID;
	assert_true(tree_same_mount(&a, &b));
	assert_false(tree_same_mount(&a, &other));
	close(etc);
	close(file);
	close(proc);
	tree_close(&host);
}

static void test_act_beneath(void **state) {
	struct fixture *fixture = *state;
	int top = tree_pin(&fixture->tree, "/");

	int fd = tree_act_beneath(top, "etc/new", O_CREAT | O_EXCL | O_WRONLY, 0600);
	assert_return_code(fd, -fd);
	close(fd);
	assert_int_equal(tree_act_beneath(top, "etc/new", O_CREAT | O_EXCL | O_WRONLY, 0600), -EEXIST);
	fd = tree_act_beneath(top, "etc", O_PATH, 0);
	assert_return_code(fd, -fd);
	close(fd);
	assert_int_equal(tree_act_beneath(top, "../outside", O_RDONLY, 0), -EXDEV);
	assert_int_equal(tree_act_beneath(top, "/etc/file", O_RDONLY, 0), -EXDEV);
	assert_return_code(symlink("/etc/passwd", at(fixture, "/out")), errno);
	assert_int_equal(tree_act_beneath(top, "out", O_RDONLY, 0), -EXDEV);
	close(top);
}

static void test_head(void **state) {
	struct fixture *fixture = *state;
	char head[8] = "";
	int file = tree_pin(&fixture->tree, "/etc/file"), etc = tree_pin(&fixture->tree, "/etc");

	assert_int_equal(tree_head(file, head, 2), 2);
	assert_memory_equal(head, "a\0", 2);
	assert_int_equal(tree_head(file, head, sizeof head), 4);
	assert_int_equal(tree_head(etc, head, sizeof head), -EINVAL);
	assert_int_equal(tree_head(-1, head, sizeof head), -EBADF);
	close(etc);
	close(file);
}

static void test_capability(void **state) {
	struct fixture *fixture = *state;
	/* vfs_cap_data, revision 2: CAP_NET_RAW, effective. */
	static const unsigned char raw[20] = { 1, 0, 0, 2, 0, 0x20 };
	int file = tree_pin(&fixture->tree, "/etc/file");

	assert_int_equal(tree_has_capability(file), 0);
	assert_return_code(setxattr(at(fixture, "/etc/file"), "security.capability", raw, sizeof raw, 0), errno);
	assert_int_equal(tree_has_capability(file), 1);
	close(file);
	assert_int_equal(tree_has_capability(-1), -ENOTSUP);
}

static void test_proc(void **state) {
	struct fixture *fixture = *state;
	struct tree host;
	struct bytes bytes;

	assert_int_equal(tree_open(&host, "/", true), 0);
	int proc = tree_pin_proc(&host);
	assert_return_code(proc, -proc);
	assert_int_equal(tree_load_proc(&host, proc, "self/root/etc/passwd", &fixture->arena, &bytes), -ELOOP);
	assert_int_equal(tree_load_proc(&host, proc, "1/status", &fixture->arena, &bytes), 0);
	assert_int_equal(tree_load_proc(&host, proc, "0/status", &fixture->arena, &bytes), -ENOENT);
	close(proc);
	tree_close(&host);
	assert_int_equal(tree_pin_proc(&fixture->tree), -ENOENT);
	mkdir(at(fixture, "/proc"), 0755);
	mkdir(at(fixture, "/proc/1"), 0755);
	write_file(at(fixture, "/proc/1/status"), "Umask:\t0022\n", 12);
	proc = tree_pin_proc(&fixture->tree);
	assert_return_code(proc, -proc);
	assert_int_equal(tree_load_proc(&fixture->tree, proc, "1/status", &fixture->arena, &bytes), 0);
	assert_int_equal(bytes.size, 12);
	close(proc);
	/* What lies where the kernel's should. */
	struct tree copy = fixture->tree;
	copy.genuine = true;
	assert_int_equal(tree_pin_proc(&copy), -ENOTSUP);
	char **names;
	assert_int_equal(tree_list(&copy, "/proc", &fixture->arena, &names), -ENOTSUP);
	mkdir(at(fixture, "/sys"), 0755);
	write_file(at(fixture, "/sys/x"), "1", 1);
	assert_int_equal(tree_load(&copy, "/sys/x", &fixture->arena, &bytes), -ENOTSUP);
}

static void test_too_many_names(void **state) {
	struct fixture *fixture = *state;
	char **names;

	mkdir(at(fixture, "/many"), 0755);
	int many = open(at(fixture, "/many"), O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i <= TREE_LIST_LIMIT; ++i) {
		char name[16];

		snprintf(name, sizeof name, "%zu", i);
		assert_return_code(mknodat(many, name, S_IFREG | 0600, 0), errno);
	}
	assert_int_equal(tree_list(&fixture->tree, "/many", &fixture->arena, &names), -E2BIG);
	assert_null(names);
	assert_return_code(unlinkat(many, "0", 0), errno);
	assert_int_equal(tree_list(&fixture->tree, "/many", &fixture->arena, &names), TREE_LIST_LIMIT);
	close(many);
}

static void test_bare(void **state) {
	struct fixture *fixture = *state;
	struct tree host, bare;
	char **names;

	assert_int_equal(tree_open(&host, "/", true), 0);
	int top = tree_pin(&host, "/");
	int error = tree_open_bare(&host, top, &bare);
	if (error == -EPERM)
		skip();
	assert_int_equal(error, 0);
	/* What is mounted on /proc is not there. */
	assert_int_equal(tree_list(&bare, "/proc", &fixture->arena, &names), 0);
	tree_close(&bare);
	int etc = tree_pin(&host, "/etc");
	assert_int_equal(tree_open_bare(&host, etc, &bare), 0);
	tree_close(&bare);
	close(etc);
	close(top);
	tree_close(&host);
	assert_int_equal(tree_open_bare(&host, -1, &bare), -EBADF);
}

static bool opens_without_privilege(const struct fixture *fixture) {
	struct tree bare;
	int top = tree_pin(&fixture->tree, "/");

	if (setresuid(1234, 1234, 1234) != 0)
		return false;
	/* O_NOATIME is refused there. */
	struct arena arena = { 0 };
	struct bytes bytes;
	const bool loads = tree_load(&fixture->tree, "/etc/file", &arena, &bytes) == 0 && bytes.size == 4;
	arena_free(&arena);
	if (!loads)
		return false;
	int etc = tree_open_at(&fixture->tree, top, "etc");
	return etc >= 0 && tree_open_bare(&fixture->tree, top, &bare) == -EPERM;
}

static void test_without_privilege(void **state) {
	struct fixture *fixture = *state;

	chmod(fixture->top, 0755);
	in_child(fixture, opens_without_privilege);
}

__attribute__((unused)) static bool fails_without_proc(const struct fixture *fixture) {
	struct arena arena = { 0 };
	struct bytes bytes;
	char **names;
	char head[4];

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    umount2("/proc", MNT_DETACH) < 0)
		return false;
	int file = tree_pin(&fixture->tree, "/etc/file");
	bool so = tree_load(&fixture->tree, "/etc/file", &arena, &bytes) == -ENOTSUP &&
	          tree_list(&fixture->tree, "/etc", &arena, &names) == -ENOTSUP &&
	          tree_list(&fixture->tree, "/etc/file", &arena, &names) == -ENOTDIR &&
	          tree_head(file, head, sizeof head) == -ENOTSUP && tree_has_capability(file) == -ENOTSUP &&
	          tree_mount_id(file) == 0;
	arena_free(&arena);
	return so;
}

/** Without /proc nothing can be read: that is no absent file. */
static void test_without_proc(void **state) {
#ifdef __SANITIZE_ADDRESS__
	/* It looks for leaks by /proc. */
	(void)state;
	skip();
#else
	if (unshare(CLONE_FS) < 0)
		skip();
	in_child(*state, fails_without_proc);
#endif
}

/** Make openat2(2) fail so from now on. */
static bool refuse_openat2(int error) {
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static bool works_without_openat2(const struct fixture *fixture, int error) {
	struct arena arena = { 0 };
	struct tree live, offline;
	struct bytes bytes;
	char target[PATH_MAX];

	if (!refuse_openat2(error))
		return false;
	/* A foreign tree's links could lead out of it. */
	if (tree_open(&offline, at(fixture, ""), false) != -ENOSYS || offline.fd >= 0)
		return false;
	if (tree_open(&live, at(fixture, ""), true) != 0)
		return false;
	int top = tree_pin(&live, "/"), etc = tree_open_at(&live, top, "etc");
	bool so = etc >= 0 && tree_load(&live, "/etc/file", &arena, &bytes) == 0 && bytes.size == 4 &&
	          tree_load(&live, "/etc/none", &arena, &bytes) == -ENOENT &&
	          tree_open_at(&live, top, "none") == -ENOENT &&
	          tree_link(&live, "/etc/file", target, sizeof target) == -EINVAL;
	arena_free(&arena);
	return so;
}

static bool works_on_old_kernels(const struct fixture *fixture) {
	return works_without_openat2(fixture, ENOSYS);
}

static bool works_in_sandboxes(const struct fixture *fixture) {
	return works_without_openat2(fixture, EPERM);
}

static bool gives_up(const struct fixture *fixture) {
	return refuse_openat2(EAGAIN) && tree_pin(&fixture->tree, "/etc") == -EAGAIN;
}

static void test_without_openat2(void **state) {
	in_child(*state, works_on_old_kernels);
	in_child(*state, works_in_sandboxes);
	in_child(*state, gives_up);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_load),
		TEST(test_links_stay_inside),
		TEST(test_magic_links),
		TEST(test_fifo),
		TEST(test_special),
		TEST(test_size_limit),
		TEST(test_without_size),
		TEST(test_list),
		TEST(test_access_time),
		TEST(test_targets),
		TEST(test_open),
		TEST(test_denied),
		TEST(test_open_at),
		TEST(test_same_mount),
		TEST(test_act_beneath),
		TEST(test_head),
		TEST(test_capability),
		TEST(test_proc),
		TEST(test_too_many_names),
		TEST(test_bare),
		TEST(test_without_privilege),
		TEST(test_without_proc),
		TEST(test_without_openat2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
