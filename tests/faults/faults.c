/**
 * What an audit makes of calls that fail: of each kind the n-th one fails, for each n that a whole audit makes.
 *
 * The calls are taken from libc by functions of the same names here; each trial is a process of its own.  A trial must
 * end by itself with 0, 1, 2 or 3, leave no descriptor open, and never pass a check that fails when nothing is wrong.
 *
 * usage: faults ROOT [EVERY [KIND]...]    every EVERY-th n (1); "/" is audited as the running host
 */

#include "audit.h"
#include "checks.h"
#include "host.h"
#include "policy.h"
#include "render.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

enum kind { ALLOCATE, OPEN, READ, STAT, LIST, LINK, XATTR, STATFS, THREAD, KINDS };

static const char *const kind_names[KINDS] = { "allocate", "open",  "read",   "stat",  "list",
	                                       "link",     "xattr", "statfs", "thread" };

/** What the n-th call of a kind fails with: one of these, by n, so that no reason is special. */
static const int reasons[KINDS][3] = {
	[ALLOCATE] = { ENOMEM, ENOMEM, ENOMEM }, [OPEN] = { EIO, EMFILE, EACCES },
	[READ] = { EIO, EINVAL, ENOMEM },        [STAT] = { EIO, EACCES, ENOMEM },
	[LIST] = { EIO, ENOMEM, EBADF },         [LINK] = { EIO, EACCES, ENOMEM },
	[XATTR] = { EIO, ENOMEM, E2BIG },        [STATFS] = { EIO, ENOSYS, EIO },
	[THREAD] = { EAGAIN, EAGAIN, EAGAIN },
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

/** Audit, in the process of a trial; ends it. */
static _Noreturn void audit(const char *root) {
	const bool live = strcmp(root, "/") == 0;
	// A running host is too large to be walked in each trial.
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
	for (size_t i = 0; i < report.nresults; ++i) {
		snprintf(trial->results[i].id, sizeof trial->results[i].id, "%s", report.results[i].check->id);
		trial->results[i].status = result_status(&report.results[i]);
	}
	trial->nresults = report.nresults;
	host_close(&host);
	policy_close(&policy);
	report_free(&report);
	trial->after = open_descriptors();
	trial->ended = true;
	_exit(status);
}

/** Returns the wait status. */
static int run(const char *root) {
	int status;

	memset(trial, 0, sizeof *trial);
	pid_t pid = fork();
	if (pid == 0) {
		alarm(60);
		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		audit(root);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return status;
}

/** What a trial did wrong; false: nothing. */
static bool is_wrong(const struct trial *whole, int status) {
	const char *where = kind_names[broken];

	if (!WIFEXITED(status) || WEXITSTATUS(status) > 3) {
		printf("# %s %lu: status %#x\n", where, broken_at, (unsigned)status);
		return true;
	}
	if (!trial->ended)
		return WEXITSTATUS(status) != 2;
	if (trial->before != trial->after) {
		printf("# %s %lu: %u descriptors before, %u after\n", where, broken_at, trial->before, trial->after);
		return true;
	}
	for (size_t i = 0; i < trial->nresults; ++i) {
		if (strcmp(trial->results[i].id, whole->results[i].id) != 0 ||
		    (whole->results[i].status == STATUS_FAIL && trial->results[i].status == STATUS_PASS)) {
			printf("# %s %lu: %s passes\n", where, broken_at, trial->results[i].id);
			return true;
		}
	}
	return false;
}

/** A line of TAP for each kind.  Returns whether all is well. */
static bool try_kind(const char *root, enum kind kind, unsigned long every, const struct trial *whole) {
	unsigned long trials = 0, wrong = 0;

	for (unsigned long n = 1; n <= whole->calls[kind]; n += every) {
		broken = kind;
		broken_at = n;
		wrong += is_wrong(whole, run(root));
		++trials;
	}
	printf("%s - %s: %lu of %lu calls failed in turn, %lu wrongly\n", wrong ? "not ok" : "ok", kind_names[kind],
	       trials, whole->calls[kind], wrong);
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
	const char *root = argc > 1 ? argv[1] : "/";
	const unsigned long every = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	bool well = true;

	trial = mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct trial *whole = calloc(1, sizeof *whole);
	if (trial == MAP_FAILED || !whole || every == 0)
		return 2;
	if (!WIFEXITED(run(root)) || !trial->ended) {
		puts("not ok - the audit does not even end when no call fails");
		return 1;
	}
	*whole = *trial;
	for (enum kind kind = 0; kind < KINDS; ++kind)
		if (whole->calls[kind] && is_wanted(argv + (argc > 3 ? 3 : argc), kind_names[kind]))
			well &= try_kind(root, kind, every, whole);
	free(whole);
	return !well;
}
