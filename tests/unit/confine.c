/** What a confined process cannot do any more, and what it still can.  Each is tried in a process of its own. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "confine.h"

#include "cleanup.h"
#include "scout.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

/** A directory that may be read, with a file; a file outside of it; the pipe of the worker. */
struct place {
	char inside[64], file[96], outside[64];
	int directory;
};

static int set_up(void **state) {
	static struct place place;

	strcpy(place.inside, "/var/tmp/tmpaudit-confine-XXXXXX");
	strcpy(place.outside, "/var/tmp/tmpaudit-outside-XXXXXX");
	if (!mkdtemp(place.inside))
		return -1;
	snprintf(place.file, sizeof place.file, "%s/file", place.inside);
	int fd = open(place.file, O_WRONLY | O_CREAT | O_EXCL, 0644), other = mkstemp(place.outside);
	if (fd < 0 || other < 0 || write(fd, "good", 4) != 4)
		return -1;
	close(fd);
	close(other);
	/* Away from the numbers that confinement knows. */
	place.directory = fcntl(open(place.inside, O_PATH | O_DIRECTORY), F_DUPFD_CLOEXEC, 20);
	*state = &place;
	return 0;
}

static int tear_down(void **state) {
	const struct place *place = *state;

	unlink(place->file);
	rmdir(place->inside);
	unlink(place->outside);
	return 0;
}

typedef long (*deed_function)(const struct place *place);

/** How a process is confined. */
enum manner {
	WITH_LANDLOCK,
	WITHOUT_LANDLOCK,
	AS_WALKER,
	AS_SCOUT,
};

/** What a deed says in a confined process: 0, or the errno; 255 if the process did not live. */
static int confined(const struct place *place, deed_function deed, enum manner manner) {
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct confinement achieved;

		signal(SIGSYS, SIG_DFL);
		if (dup2(open("/dev/null", O_WRONLY), CONFINE_PIPE) < 0 || dup2(CONFINE_PIPE, CONFINE_SCOUT) < 0)
			_exit(254);
		int directory = open(place->inside, O_PATH | O_DIRECTORY);
		if (manner == AS_SCOUT)
			confine_scout();
		else
			confine(
			        &(const struct confine_request) {
			                .readable = &directory,
			                .nreadable = 1,
			                .without_landlock = manner == WITHOUT_LANDLOCK,
			                .walks = manner == AS_WALKER,
			        },
			        &achieved);
		errno = 0;
		long result = deed(place);
		_exit(result < 0 ? errno : 0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static struct confinement achievable(const struct place *place) {
	struct confinement *shared =
	        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct confinement achieved;

	assert_ptr_not_equal(shared, MAP_FAILED);
	pid_t pid = fork();
	if (pid == 0) {
		confine(&(const struct confine_request) { .readable = &place->directory, .nreadable = 1 }, shared);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	achieved = *shared;
	munmap(shared, sizeof *shared);
	return achieved;
}

static long by_openat2(const char *path, uint64_t flags) {
	const struct open_how how = { .flags = flags, .mode = flags & O_CREAT ? 0600 : 0 };

	return syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

/* What writes, runs, talks or gains: each must be refused by the list of calls. */

static long do_write_open(const struct place *place) {
	return open(place->file, O_WRONLY);
}

static long do_read_write_open(const struct place *place) {
	return open(place->file, O_RDWR);
}

static long do_create(const struct place *place) {
	return openat(place->directory, "new", O_RDONLY | O_CREAT, 0600);
}

static long do_truncate_open(const struct place *place) {
	return open(place->file, O_RDONLY | O_TRUNC);
}

static long do_nameless(const struct place *place) {
	return open(place->inside, O_TMPFILE | O_RDWR, 0600);
}

static long do_unlink(const struct place *place) {
	return unlink(place->file);
}

static long do_mkdir(const struct place *place) {
	return mkdirat(place->directory, "new", 0700);
}

static long do_rename(const struct place *place) {
	return renameat(place->directory, "file", place->directory, "other");
}

static long do_link(const struct place *place) {
	return linkat(place->directory, "file", place->directory, "other", 0);
}

static long do_symlink(const struct place *place) {
	return symlinkat("/", place->directory, "link");
}

static long do_mknod(const struct place *place) {
	return mknodat(place->directory, "fifo", S_IFIFO | 0600, 0);
}

static long do_chmod(const struct place *place) {
	return chmod(place->file, 0777);
}

static long do_chown(const struct place *place) {
	return chown(place->file, 1, 1);
}

static long do_utimes(const struct place *place) {
	return utimes(place->file, NULL);
}

static long do_truncate(const struct place *place) {
	return truncate(place->file, 0);
}

static long do_setxattr(const struct place *place) {
	return setxattr(place->file, "user.a", "b", 1, 0);
}

static long do_execute(const struct place *place) {
	char *const none[] = { NULL };

	(void)place;
	return execve("/bin/true", none, none);
}

static long do_fork(const struct place *place) {
	(void)place;
	return fork();
}

static long do_namespace(const struct place *place) {
	(void)place;
	return unshare(CLONE_NEWUSER);
}

static long do_socket(const struct place *place) {
	(void)place;
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long do_ptrace(const struct place *place) {
	(void)place;
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static long do_read_process(const struct place *place) {
	char byte;
	const struct iovec local = { &byte, 1 }, remote = { (void *)(uintptr_t)place, 1 };

	return process_vm_readv(getppid(), &local, 1, &remote, 1, 0);
}

static long do_kill(const struct place *place) {
	(void)place;
	return kill(getppid(), 0);
}

static long do_mount(const struct place *place) {
	return mount("none", place->inside, "tmpfs", 0, NULL);
}

static long do_setuid(const struct place *place) {
	(void)place;
	return setuid(0);
}

static long do_bpf(const struct place *place) {
	(void)place;
	return syscall(SYS_bpf, 0, NULL, 0);
}

static long do_uring(const struct place *place) {
	(void)place;
	return syscall(SYS_io_uring_setup, 1, NULL);
}

static long do_handle(const struct place *place) {
	(void)place;
	return syscall(SYS_open_by_handle_at, -1, NULL, 0);
}

static long do_chroot(const struct place *place) {
	return chroot(place->inside);
}

static long do_limit(const struct place *place) {
	(void)place;
	return setrlimit(RLIMIT_CORE, &(const struct rlimit) { 0, 0 });
}

static long do_prctl(const struct place *place) {
	(void)place;
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long do_executable_memory(const struct place *place) {
	(void)place;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static long do_protect(const struct place *place) {
	(void)place;
	return syscall(SYS_mprotect, 0, 4096, PROT_EXEC);
}

static long do_share(const struct place *place) {
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, place->directory, 0) == MAP_FAILED ? -1 : 0;
}

static long do_write_elsewhere(const struct place *place) {
	return write(place->directory, "x", 1);
}

static long do_type(const struct place *place) {
	char byte = 'x';

	(void)place;
	return ioctl(STDERR_FILENO, TIOCSTI, &byte);
}

static long do_close_pipe(const struct place *place) {
	(void)place;
	return close(CONFINE_PIPE);
}

static long do_duplicate(const struct place *place) {
	return dup2(place->directory, CONFINE_PIPE);
}

static void calls_are_refused(void **state) {
	static const struct {
		const char *name;
		deed_function deed;
	} rows[] = {
		{ "open for writing", do_write_open },
		{ "open for both", do_read_write_open },
		{ "create", do_create },
		{ "truncate while opening", do_truncate_open },
		{ "make a file without name", do_nameless },
		{ "unlink", do_unlink },
		{ "mkdir", do_mkdir },
		{ "rename", do_rename },
		{ "link", do_link },
		{ "symlink", do_symlink },
		{ "mknod", do_mknod },
		{ "chmod", do_chmod },
		{ "chown", do_chown },
		{ "utimes", do_utimes },
		{ "truncate", do_truncate },
		{ "setxattr", do_setxattr },
		{ "execve", do_execute },
		{ "fork", do_fork },
		{ "unshare", do_namespace },
		{ "socket", do_socket },
		{ "ptrace", do_ptrace },
		{ "process_vm_readv", do_read_process },
		{ "kill", do_kill },
		{ "mount", do_mount },
		{ "setuid", do_setuid },
		{ "bpf", do_bpf },
		{ "io_uring_setup", do_uring },
		{ "open_by_handle_at", do_handle },
		{ "chroot", do_chroot },
		{ "setrlimit", do_limit },
		{ "prctl", do_prctl },
		{ "map executable memory", do_executable_memory },
		{ "make memory executable", do_protect },
		{ "map a file shared", do_share },
		{ "write to what is not the pipe", do_write_elsewhere },
		{ "type at the terminal", do_type },
		{ "close the pipe", do_close_pipe },
		{ "put another file in its place", do_duplicate },
	};
	const struct place *place = *state;
	struct stat status;

	if (!achievable(place).seccomp)
		skip();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		int error = confined(place, rows[i].deed, WITHOUT_LANDLOCK);

		if (error != EPERM)
			fail_msg("%s: %s", rows[i].name, error ? strerror(error) : "done");
	}
#ifdef __SANITIZE_ADDRESS__
	/* The sanitizer asks the kernel for more than a scout may. */
	return;
#endif
	/* The scout, too, but that it may talk and close. */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		int error = rows[i].deed == do_close_pipe ? EPERM : confined(place, rows[i].deed, AS_SCOUT);

		if (error != EPERM)
			fail_msg("the scout: %s: %s", rows[i].name, error ? strerror(error) : "done");
	}
	assert_int_equal(stat(place->file, &status), 0);
	assert_int_equal(status.st_size, 4);
	assert_int_equal(status.st_mode & 07777, 0644);
}

static long do_openat2_write(const struct place *place) {
	return by_openat2(place->file, O_WRONLY);
}

static long do_openat2_create(const struct place *place) {
	char path[128];

	snprintf(path, sizeof path, "%s/new", place->inside);
	return by_openat2(path, O_WRONLY | O_CREAT);
}

static long do_openat2_truncate(const struct place *place) {
	return by_openat2(place->file, O_RDONLY | O_TRUNC);
}

static long do_openat2_outside(const struct place *place) {
	return by_openat2(place->outside, O_RDONLY);
}

static long do_read_outside(const struct place *place) {
	return open(place->outside, O_RDONLY);
}

static long do_list_outside(const struct place *place) {
	(void)place;
	return open("/etc", O_RDONLY | O_DIRECTORY);
}

static void landlock_stands_for_openat2(void **state) {
	static const deed_function deeds[] = { do_openat2_write,   do_openat2_create, do_openat2_truncate,
		                               do_openat2_outside, do_read_outside,   do_list_outside };
	const struct place *place = *state;

	if (!achievable(place).landlock)
		skip();
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; ++i)
		assert_int_equal(confined(place, deeds[i], WITH_LANDLOCK), EACCES);
	assert_int_equal(access(place->file, F_OK), 0);
}

static long do_take_back(const struct place *place) {
	(void)place;
	/* The number of the call: what it does not know of errors the library's function does not say. */
	return syscall(SYS_setfsuid, geteuid());
}

/** Who walks may list what he likes, and do no more than others. */
static void a_walker_may_list(void **state) {
	static const deed_function deeds[] = { do_openat2_write, do_openat2_create, do_openat2_truncate,
		                               do_openat2_outside, do_read_outside };
	const struct place *place = *state;

	if (!achievable(place).landlock)
		skip();
	assert_int_equal(confined(place, do_list_outside, AS_WALKER), 0);
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; ++i)
		assert_int_equal(confined(place, deeds[i], AS_WALKER), EACCES);
	assert_int_equal(access(place->file, F_OK), 0);
}

/** Also without privilege, or where it cannot be given up, no file is cut. */
static void nobody_truncates(void **state) {
	const struct place *place = *state;
	struct stat status;

	if (!achievable(place).landlock || geteuid() != 0)
		skip();
	assert_int_equal(confined(place, do_take_back, AS_WALKER), EPERM);
	pid_t pid = fork();
	if (pid == 0) {
		/* The file's own user. */
		if (chown(place->inside, 1234, 1234) < 0 || chown(place->file, 1234, 1234) < 0 ||
		    setresuid(1234, 1234, 1234) < 0)
			_exit(1);
		_exit(confined(place, do_openat2_truncate, AS_WALKER) == EACCES &&
		                      confined(place, do_list_outside, AS_WALKER) == 0
		              ? 0
		              : 2);
	}
	int ended;
	assert_int_equal(waitpid(pid, &ended, 0), pid);
	assert_int_equal(chown(place->inside, 0, 0) + chown(place->file, 0, 0), 0);
	assert_int_equal(WEXITSTATUS(ended), 0);
	assert_int_equal(stat(place->file, &status), 0);
	assert_int_equal(status.st_size, 4);
}

/** Without Landlock a file can be opened for writing by openat2(2), but nothing can be written to it. */
static long do_write_to_opened(const struct place *place) {
	long fd = by_openat2(place->file, O_WRONLY);
	struct iovec part = { (void *)(uintptr_t) "evil", 4 };

	if (fd < 0)
		return 0;
	if (write((int)fd, "evil", 4) >= 0 || pwrite((int)fd, "evil", 4, 0) >= 0 || writev((int)fd, &part, 1) >= 0 ||
	    ftruncate((int)fd, 0) >= 0 || fchmod((int)fd, 0777) >= 0 || syscall(SYS_fallocate, fd, 0, 0, 100) >= 0)
		return 0;
	return -1;
}

static void nothing_is_written_without_landlock(void **state) {
	const struct place *place = *state;
	struct stat status;

	if (!achievable(place).seccomp)
		skip();
	assert_int_equal(confined(place, do_write_to_opened, WITHOUT_LANDLOCK), EPERM);
	assert_int_equal(stat(place->file, &status), 0);
	assert_int_equal(status.st_size, 4);
}

/* What an audit lives on */

static void *run_thread(void *done) {
	*(bool *)done = true;
	return NULL;
}

static long do_live(const struct place *place) {
	char text[8] = "", name[32];
	pthread_t thread;
	bool done = false;
	struct statx status;
	autofree char *much = malloc((size_t)8 << 20);
	autoclose pinned = (int)by_openat2(place->file, O_PATH);
	autoclose fd = open(tree_name(pinned, name), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (!much || read(fd, text, sizeof text) != 4 || strcmp(text, "good") != 0)
		return -1;
	memset(much, 1, (size_t)8 << 20);
	if (statx(pinned, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) < 0 || status.stx_size != 4)
		return -1;
	if (pthread_create(&thread, NULL, run_thread, &done) != 0 || pthread_join(thread, NULL) != 0 || !done)
		return -1;
	return write(CONFINE_PIPE, "x", 1) == 1 ? 0 : -1;
}

static void an_audit_can_go_on(void **state) {
	assert_int_equal(confined(*state, do_live, WITH_LANDLOCK), 0);
	assert_int_equal(confined(*state, do_live, WITHOUT_LANDLOCK), 0);
	assert_int_equal(confined(*state, do_live, AS_WALKER), 0);
}

/* What is said of it */

static void what_is_said_is_so(void **state) {
	const struct place *place = *state;
	int directory = place->directory, status;
	pid_t pid = fork();

	if (pid == 0) {
		struct confinement achieved;
		char text[4096], *line;
		unsigned long long effective = 0, bounding = 0, expected = 0;

		confine(&(const struct confine_request) { .readable = &directory,
		                                          .nreadable = 1,
		                                          .without_landlock = true },
		        &achieved);
		int fd = open("/proc/self/status", O_RDONLY);
		ssize_t length = read(fd, text, sizeof text - 1);
		if (length <= 0)
			_exit(1);
		text[length] = '\0';
		if (!(line = strstr(text, "CapEff:\t")))
			_exit(2);
		effective = strtoull(line + 8, NULL, 16);
		if (!(line = strstr(text, "CapBnd:\t")))
			_exit(3);
		bounding = strtoull(line + 8, NULL, 16);
		for (const char *const *name = achieved.capabilities; name && *name; ++name)
			expected |= strcmp(*name, "dac_read_search") == 0 ? 1ULL << 2
			            : strcmp(*name, "sys_ptrace") == 0    ? 1ULL << 19
			                                                  : 1ULL << 63;
		if (achieved.capabilities && effective != expected)
			_exit(4);
		if (geteuid() == 0 && bounding != 0)
			_exit(5);
		if (achieved.no_new_privs != !!strstr(text, "NoNewPrivs:\t1"))
			_exit(6);
		if (achieved.seccomp != !!strstr(text, "Seccomp:\t2"))
			_exit(7);
		_exit(achieved.landlock ? 8 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/** CAP_FOWNER permits chmod(2): it is kept only where Landlock and seccomp both hold. */
static void fowner_is_kept_only_behind_both(void **state) {
	struct confinement achieved = achievable(*state);
	bool fowner = false;

	if (geteuid() != 0 || !achieved.capabilities)
		skip();
	for (const char *const *name = achieved.capabilities; *name; ++name)
		fowner |= strcmp(*name, "fowner") == 0;
	assert_int_equal(fowner, achieved.landlock && achieved.seccomp);
}

/* The scout */

/** Ask the scout in a process of our own: it takes a number that cmocka may use. */
static int with_scout(int (*question)(struct scout *scout)) {
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct scout scout;

		if (scout_start(&scout, 10000) != 0)
			_exit(100);
		status = question(&scout);
		scout_end(&scout);
		/* None is left. */
		_exit(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? status : 101);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int ask_what_it_answers(struct scout *scout) {
	char own[4096], told[4096], path[64];
	struct arena arena = { 0 };
	char **targets;

	snprintf(path, sizeof path, "/proc/%d/exe", getpid());
	ssize_t length = readlink(path, own, sizeof own - 1);
	if (length < 0 || scout_link(scout, path, told, sizeof told) != 0)
		return 1;
	own[length] = '\0';
	if (strcmp(own, told) != 0)
		return 2;
	snprintf(path, sizeof path, "/proc/%d/environ", getpid());
	autoclose fd = scout_open(scout, path);
	if (fd < 0 || read(fd, told, sizeof told) <= 0)
		return 3;
	snprintf(path, sizeof path, "/proc/%d/root", getpid());
	autoclose root = scout_root(scout, path);
	if (root < 0 || faccessat(root, "proc/self", F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return 4;
	/* More than one packet of them. */
	for (int i = 0; i < 500; ++i)
		if (open("/proc/self/status", O_RDONLY) < 0)
			return 5;
	snprintf(path, sizeof path, "/proc/%d/fd", getpid());
	int count = scout_links(scout, path, &arena, &targets);
	int counted = 0;
	for (; count > 0 && *targets; ++targets)
		counted += strstr(*targets, "/status") != NULL;
	arena_free(&arena);
	return count < 500 || counted < 500 ? 6 : 0;
}

static int ask_what_it_refuses(struct scout *scout) {
	static const char *const paths[] = {
		"/etc/shadow",
		"/proc/1/mem",
		"/proc/1/root/etc/shadow",
		"/proc/1/../../etc/shadow",
		"/proc/environ",
		"/proc/1/environ/..",
		"/proc/1//environ",
		"proc/1/environ",
		"/proc/1x/environ",
		"",
	};
	char target[64];

	for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i)
		if (scout_open(scout, paths[i]) != -EPERM || scout_root(scout, paths[i]) != -EPERM ||
		    scout_link(scout, paths[i], target, sizeof target) != -EPERM)
			return (int)i + 1;
	return scout_link(scout, "/proc/self/exe", target, 4) == -ENAMETOOLONG ? 0 : 99;
}

static int ask_the_dead(struct scout *scout) {
	kill(scout->pid, SIGKILL);
	waitpid(scout->pid, NULL, 0);
	int first = scout_open(scout, "/proc/self/environ"), again = scout_open(scout, "/proc/self/environ");

	scout->given_up = true;
	return first < 0 && again < 0 ? 0 : 1;
}

static int ask_the_stopped(struct scout *scout) {
	scout->patience = 50;
	kill(scout->pid, SIGSTOP);
	int first = scout_open(scout, "/proc/self/environ");
	kill(scout->pid, SIGCONT);
	int again = scout_open(scout, "/proc/self/environ");

	kill(scout->pid, SIGKILL);
	waitpid(scout->pid, NULL, 0);
	return first == -ETIMEDOUT && again == -ETIMEDOUT ? 0 : 1;
}

/** End, confined, before a scout that will never answer. */
static int leave_the_stopped(struct scout *scout) {
	struct confinement achieved;
	autoclose root = open("/", O_PATH | O_CLOEXEC);

	if (scout_open(scout, "/proc/self/environ") < 0)
		return 1;
	kill(scout->pid, SIGSTOP);
	confine(&(const struct confine_request) { .readable = &root, .nreadable = 1 }, &achieved);
	_exit(0);
}

static void a_scout_that_hangs_does_not_outlive_the_confined(void **state) {
	int status = 0;
	pid_t left = 0;

	(void)state;
	/* Whoever is left becomes our child. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(with_scout(leave_the_stopped), 0);
	for (int tries = 0; tries < 1000 && left == 0; ++tries) {
		left = waitpid(-1, &status, WNOHANG);
		usleep(10000);
	}
	assert_true(left > 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void the_scout_answers(void **state) {
	(void)state;
	assert_int_equal(with_scout(ask_what_it_answers), 0);
}

static void the_scout_refuses_other_paths(void **state) {
	(void)state;
	assert_int_equal(with_scout(ask_what_it_refuses), 0);
}

static void a_scout_that_is_gone_or_hangs_is_given_up(void **state) {
	(void)state;
	assert_int_equal(with_scout(ask_the_dead), 0);
	assert_int_equal(with_scout(ask_the_stopped), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_refused),
		cmocka_unit_test(landlock_stands_for_openat2),
		cmocka_unit_test(a_walker_may_list),
		cmocka_unit_test(nobody_truncates),
		cmocka_unit_test(nothing_is_written_without_landlock),
		cmocka_unit_test(an_audit_can_go_on),
		cmocka_unit_test(what_is_said_is_so),
		cmocka_unit_test(fowner_is_kept_only_behind_both),
		cmocka_unit_test(the_scout_answers),
		cmocka_unit_test(the_scout_refuses_other_paths),
		cmocka_unit_test(a_scout_that_is_gone_or_hangs_is_given_up),
		cmocka_unit_test(a_scout_that_hangs_does_not_outlive_the_confined),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
