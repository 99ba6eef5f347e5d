/**
 * What an audit makes of calls that fail: of each kind the n-th one fails, for each n that a whole audit makes.
 *
 * The calls are taken from libc by functions of the same names here; each trial is a process of its own.  A trial must
 * end by itself with 0, 1, 2 or 3, and never pass a check that fails when nothing is wrong.  What is tried is the audit
 * alone, which must leave no descriptor open; or with DIR the whole program with all its processes, none of which may
 * be left, and whose report in DIR is whole, or is not there, or is the one that was there before.
 *
 * usage: faults ROOT EVERY [DIR [KIND]...]    every EVERY-th n; "/" is audited as the running host
 */

#include "audit.h"
#include "checks.h"
#include "cleanup.h"
#include "host.h"
#include "policy.h"
#include "render.h"
#include "report_json.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/** What main() is called where it is not the whole program's. */
int tmpaudit_main(int argc, char **argv);

enum kind {
	ALLOCATE,
	OPEN,
	READ,
	STAT,
	LIST,
	LINK,
	XATTR,
	STATFS,
	THREAD,
	WRITE,
	SYNC,
	NAME,
	MODE,
	FORK,
	CHANNEL,
	WAIT,
	KINDS
};

static const char *const kind_names[KINDS] = { "allocate", "open",  "read", "stat", "list", "link", "xattr",   "statfs",
	                                       "thread",   "write", "sync", "name", "mode", "fork", "channel", "wait" };

/** What the n-th call of a kind fails with: one of these, by n, so that no reason is special. */
static const int reasons[KINDS][3] = {
	[ALLOCATE] = { ENOMEM, ENOMEM, ENOMEM }, [OPEN] = { EIO, EMFILE, EACCES },
	[READ] = { EIO, EINVAL, ENOMEM },        [STAT] = { EIO, EACCES, ENOMEM },
	[LIST] = { EIO, ENOMEM, EBADF },         [LINK] = { EIO, EACCES, ENOMEM },
	[XATTR] = { EIO, ENOMEM, E2BIG },        [STATFS] = { EIO, ENOSYS, EIO },
	[THREAD] = { EAGAIN, EAGAIN, EAGAIN },   [WRITE] = { ENOSPC, EIO, EDQUOT },
	[SYNC] = { EIO, ENOSPC, EDQUOT },        [NAME] = { ENOSPC, EIO, EDQUOT },
	[MODE] = { EPERM, EIO, EROFS },          [FORK] = { EAGAIN, ENOMEM, ENOSYS },
	[CHANNEL] = { EMFILE, ENFILE, ENOMEM },  [WAIT] = { ENOMEM, EINVAL, EFAULT },
};

/** What the processes of a trial have in common. */
struct trial {
	unsigned long calls[KINDS];
	size_t nresults;
	struct {
		char id[64];
		enum status status;
	} results[256];
	/** Descriptors before and after. */
	unsigned before, after;
	bool ended;
};

static struct trial *trial;
static enum kind broken = KINDS;
static unsigned long broken_at;
static bool armed;

/** Whether this call is to fail; errno is why. */
static bool fails(enum kind kind) {
	if (!__atomic_load_n(&armed, __ATOMIC_RELAXED))
		return false;
	unsigned long n = __atomic_add_fetch(&trial->calls[kind], 1, __ATOMIC_RELAXED);
	if (kind != broken || n != broken_at)
		return false;
	errno = reasons[kind][n % 3];
	return true;
}

#define real(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

long syscall(long number, ...) {
	long a[6];
	va_list list;

	va_start(list, number);
	for (size_t i = 0; i < 6; ++i)
		a[i] = va_arg(list, long);
	va_end(list);
	if ((number == SYS_openat2 || number == SYS_open_tree) && fails(OPEN))
		return -1;
	return real(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t read(int fd, void *buffer, size_t size) {
	return fails(READ) ? -1 : real(read)(fd, buffer, size);
}

/** What read(2) is where the compiler knows the buffer. */
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room) {
	return size > room || fails(READ) ? -1 : real(read)(fd, buffer, size);
}

int openat(int fd, const char *path, int flags, ...) {
	return fails(OPEN) ? -1 : real(openat)(fd, path, flags, 0);
}

int __openat_2(int fd, const char *path, int flags);
int __openat_2(int fd, const char *path, int flags) {
	return openat(fd, path, flags);
}

int open(const char *path, int flags, ...) {
	return openat(AT_FDCWD, path, flags);
}

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags) {
	return openat(AT_FDCWD, path, flags);
}

DIR *fdopendir(int fd) {
	return fails(LIST) ? NULL : real(fdopendir)(fd);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset) {
	return fails(READ) ? -1 : real(pread)(fd, buffer, size, offset);
}

int statx(int fd, const char *restrict path, int flags, unsigned mask, struct statx *restrict status) {
	return fails(STAT) ? -1 : real(statx)(fd, path, flags, mask, status);
}

ssize_t getdents64(int fd, void *buffer, size_t size) {
	return fails(LIST) ? -1 : real(getdents64)(fd, buffer, size);
}

struct dirent *readdir(DIR *directory) {
	return fails(LIST) ? NULL : real(readdir)(directory);
}

ssize_t readlinkat(int fd, const char *restrict path, char *restrict buffer, size_t size) {
	return fails(LINK) ? -1 : real(readlinkat)(fd, path, buffer, size);
}

ssize_t getxattr(const char *path, const char *name, void *value, size_t size) {
	return fails(XATTR) ? -1 : real(getxattr)(path, name, value, size);
}

int fstatfs(int fd, struct statfs *status) {
	return fails(STATFS) ? -1 : real(fstatfs)(fd, status);
}

int fstatvfs(int fd, struct statvfs *status) {
	return fails(STATFS) ? -1 : real(fstatvfs)(fd, status);
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*run)(void *),
                   void *restrict context) {
	return fails(THREAD) ? errno : real(pthread_create)(thread, attributes, run, context);
}

ssize_t write(int fd, const void *buffer, size_t size) {
	return fails(WRITE) ? -1 : real(write)(fd, buffer, size);
}

int fsync(int fd) {
	return fails(SYNC) ? -1 : real(fsync)(fd);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
	return fails(NAME) ? -1 : real(linkat)(from, old, to, new, flags);
}

int renameat(int from, const char *old, int to, const char *new) {
	return fails(NAME) ? -1 : real(renameat)(from, old, to, new);
}

int fchmod(int fd, mode_t mode) {
	return fails(MODE) ? -1 : real(fchmod)(fd, mode);
}

pid_t fork(void) {
	return fails(FORK) ? -1 : real(fork)();
}

int pipe2(int ends[2], int flags) {
	return fails(CHANNEL) ? -1 : real(pipe2)(ends, flags);
}

int socketpair(int domain, int type, int protocol, int ends[2]) {
	return fails(CHANNEL) ? -1 : real(socketpair)(domain, type, protocol, ends);
}

int signalfd(int fd, const sigset_t *set, int flags) {
	return fails(CHANNEL) ? -1 : real(signalfd)(fd, set, flags);
}

int poll(struct pollfd *waits, nfds_t count, int milliseconds) {
	return fails(WAIT) ? -1 : real(poll)(waits, count, milliseconds);
}

#ifndef __SANITIZE_ADDRESS__
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size) {
	return fails(ALLOCATE) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
	return fails(ALLOCATE) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
	return fails(ALLOCATE) ? NULL : __libc_realloc(memory, size);
}
#endif

static unsigned open_descriptors(void) {
	unsigned count = 0;

	for (int fd = 0; fd < 1024; ++fd)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void keep_results(const struct report *report) {
	for (size_t i = 0; i < report->nresults && i < sizeof trial->results / sizeof *trial->results; ++i) {
		snprintf(trial->results[i].id, sizeof trial->results[i].id, "%s", report->results[i].check->id);
		trial->results[i].status = result_status(&report->results[i]);
	}
	trial->nresults = report->nresults;
}

/** Audit, in the process of a trial; ends it. */
static _Noreturn void audit(const char *root) {
	// A running host is too large to be walked in each trial.
	const bool live = strcmp(root, "/") == 0;
	const struct selection selection = { .deep = !live };
	struct policy policy;
	struct host host;
	struct report report;

	trial->before = open_descriptors();
	if (!policy_open(&policy, "default"))
		abort();
	__atomic_store_n(&armed, true, __ATOMIC_RELAXED);
	if (host_open(&host, &policy, root, live) < 0)
		_exit(2);
	host.deep = !live;
	audit_run(&host, check_families, &selection, &report);
	struct builder json = { .arena = &report.arena };
	report_render(&json, &report, renderer_find("json"), (struct render_options) { 0 });
	__atomic_store_n(&armed, false, __ATOMIC_RELAXED);
	const int status = report_exit(&report);
	keep_results(&report);
	host_close(&host);
	policy_close(&policy);
	report_free(&report);
	trial->after = open_descriptors();
	trial->ended = true;
	_exit(status);
}

/* The whole program */

static const char old_report[] = "this was here before\n";

static int report_at(const char *where, char path[static PATH_MAX]) {
	return snprintf(path, PATH_MAX, "%s/report.json", where);
}

static _Noreturn void program(const char *root, const char *where) {
	char path[PATH_MAX];
	const char *words[] = { "tmpaudit", "-o", path, strcmp(root, "/") ? "--root" : NULL, root, NULL };
	char *argv[6];

	report_at(where, path);
	for (size_t i = 0; i < 6; ++i)
		argv[i] = (char *)(uintptr_t)words[i];
	__atomic_store_n(&armed, true, __ATOMIC_RELAXED);
	_exit(tmpaudit_main(argv[3] ? 5 : 3, argv));
}

/** Have a report there from before, or none. */
static void prepare(const char *where, bool before) {
	char path[PATH_MAX];

	report_at(where, path);
	unlink(path);
	if (!before)
		return;
	FILE *file = fopen(path, "w");
	if (!file || fputs(old_report, file) < 0 || fclose(file) != 0)
		abort();
}

/** What is wrong with the directory after a trial that ended so, or NULL; takes the report, if there is a new one. */
static const char *examine(const char *where, bool before, int status) {
	static char bytes[8 << 20];
	char path[PATH_MAX];
	struct report report;
	const char *wrong = NULL;
	DIR *directory = opendir(where);

	if (!directory)
		abort();
	for (const struct dirent *entry; (entry = readdir(directory));)
		if (entry->d_name[0] == '.' ? entry->d_name[1] != '\0' && strcmp(entry->d_name, "..") != 0
		                            : strcmp(entry->d_name, "report.json") != 0)
			wrong = "something else is left";
	closedir(directory);
	report_at(where, path);
	autoclose fd = open(path, O_RDONLY);
	const ssize_t size = fd < 0 ? -1 : read(fd, bytes, sizeof bytes - 1);
	if (wrong)
		return wrong;
	if (size < 0)
		return before ? "the old report is gone" : status != 2 ? "there is no report" : NULL;
	bytes[size] = '\0';
	if (before && strcmp(bytes, old_report) == 0)
		return status != 2 ? "the report is the old one" : NULL;
	if (report_read(&report, bytes, (size_t)size, check_families))
		wrong = "the report is not whole";
	else
		keep_results(&report);
	report_free(&report);
	return wrong;
}

/** Whether all processes of a trial end by themselves, in some seconds. */
static bool all_ended(void) {
	for (int i = 0; i < 500; ++i) {
		while (waitpid(-1, NULL, WNOHANG) > 0) {
		}
		if (errno == ECHILD)
			return true;
		nanosleep(&(const struct timespec) { .tv_nsec = 10000000 }, NULL);
	}
	return false;
}

/* Trials */

/** Returns the wait status. */
static int run(const char *root, const char *where) {
	int status;

	memset(trial, 0, sizeof *trial);
	pid_t pid = fork();
	if (pid == 0) {
		alarm(60);
		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		if (where)
			program(root, where);
		audit(root);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return status;
}

/** Try it.  Returns what is wrong with how it went, or NULL. */
static const char *try(const char *root, const char *where, bool before) {
	if (where)
		prepare(where, before);
	const int status = run(root, where);
	if (!WIFEXITED(status))
		return strsignal(WTERMSIG(status));
	if (WEXITSTATUS(status) > 3)
		return "another exit status than there are";
	if (where)
		return all_ended() ? examine(where, before, WEXITSTATUS(status)) : "a process is left";
	if (!trial->ended)
		return WEXITSTATUS(status) != 2 ? "it ended early" : NULL;
	return trial->before != trial->after ? "descriptors are left" : NULL;
}

/** A check that passes, though it fails where no call does, or NULL. */
static const char *better(const struct trial *whole) {
	for (size_t i = 0; i < trial->nresults; ++i)
		if (strcmp(trial->results[i].id, whole->results[i].id) != 0 ||
		    (whole->results[i].status == STATUS_FAIL && trial->results[i].status == STATUS_PASS))
			return trial->results[i].id;
	return NULL;
}

/** A line of TAP for each kind.  Returns whether all is well. */
static bool try_kind(const char *root, const char *where, enum kind kind, unsigned long every,
                     const struct trial *whole) {
	unsigned long trials = 0, wrong = 0;

	// With a report from before there are more calls; where there was none others take their place.
	const unsigned long cases = where ? 2 : 1;
	for (unsigned long i = 0; i < cases * whole->calls[kind]; i += every) {
		const bool before = i % cases;

		broken = kind;
		broken_at = i / cases + 1;
		const char *why = try(root, where, before);
		if (!why)
			why = better(whole);
		if (why)
			printf("# %s %lu%s: %s\n", kind_names[kind], broken_at, before ? ", a report from before" : "",
			       why);
		wrong += why != NULL;
		++trials;
	}
	printf("%s - %s: %lu calls, %lu trials, %lu went wrong\n", wrong ? "not ok" : "ok", kind_names[kind],
	       whole->calls[kind], trials, wrong);
	return wrong == 0;
}

static bool is_wanted(char **names, const char *name) {
	if (!*names)
		return true;
	for (; *names; ++names)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

int main(int argc, char **argv) {
	const char *where = argc > 3 ? argv[3] : NULL;
	const unsigned long every = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	bool well = true;

	trial = mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct trial *whole = calloc(1, sizeof *whole);
	if (trial == MAP_FAILED || !whole || every == 0)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	// What a trial leaves behind is ours to wait for.
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	const char *why = try(argv[1], where, where);
	if (why || trial->nresults == 0) {
		printf("not ok - where no call fails: %s\n", why ? why : "nothing was judged");
		return 1;
	}
	*whole = *trial;
	for (enum kind kind = 0; kind < KINDS; ++kind)
		if (whole->calls[kind] && is_wanted(argv + (argc > 4 ? 4 : argc), kind_names[kind]))
			well &= try_kind(argv[1], where, kind, every, whole);
	free(whole);
	return !well;
}
