/** A policy of which a call fails: it is read, or refused with a reason, and never taken for one that is not there. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "checks.h"
#include "policy.h"
#include "policy_files.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum call { OPENAT2, OPENAT, STATX, FSTAT, READLINKAT, READ, GETXATTR, GETCWD, CALLS };

static enum call broken = CALLS;
static unsigned until;

static bool fails(enum call call) {
	if (call != broken || until == 0 || --until > 0)
		return false;
	errno = EIO;
	return true;
}

#include "failing.h"

int openat(int directory, const char *path, int flags, ...) {
	return fails(OPENAT) ? -1 : REAL(openat)(directory, path, flags);
}

int statx(int directory, const char *restrict path, int flags, unsigned mask, struct statx *restrict status) {
	return fails(STATX) ? -1 : REAL(statx)(directory, path, flags, mask, status);
}

int fstat(int fd, struct stat *status) {
	return fails(FSTAT) ? -1 : REAL(fstat)(fd, status);
}

ssize_t readlinkat(int directory, const char *restrict path, char *restrict target, size_t size) {
	return fails(READLINKAT) ? -1 : REAL(readlinkat)(directory, path, target, size);
}

ssize_t read(int fd, void *bytes, size_t size) {
	return fails(READ) ? -1 : REAL(read)(fd, bytes, size);
}

/* What it becomes where the C library looks after its arguments. */
ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room);

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room) {
	assert_true(size <= room);
	return read(fd, bytes, size);
}

ssize_t getxattr(const char *path, const char *name, void *value, size_t size) {
	return fails(GETXATTR) ? -1 : REAL(getxattr)(path, name, value, size);
}

char *getcwd(char *buffer, size_t size) {
	return fails(GETCWD) ? NULL : REAL(getcwd)(buffer, size);
}

static char top[] = "/tmp/tmpaudit-policy.XXXXXX";

static int make(void **state) {
	(void)state;
	if (!mkdtemp(top) || chdir(top) < 0 || mkdir("dir", 0755) < 0 || symlink("dir/policy.json", "link") < 0)
		return -1;
	FILE *stream = fopen("dir/policy.json", "we");
	if (!stream)
		return -1;
	fputs("{\"schema\": \"tmpaudit.policy/1\", \"extends\": \"strict\"}", stream);
	return fclose(stream);
}

static int unmake(void **state) {
	char command[64];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", top);
	return chdir("/") < 0 || system(command) != 0;
}

/** Returns how many failures were tried. */
static unsigned fail_each(const char *file) {
	const struct policy_request request = { .file = file, .families = check_families };
	unsigned tried = 0;

	for (enum call call = 0; call < CALLS; ++call) {
		for (unsigned n = 1;; ++n) {
			struct policy policy;
			struct policy_fault fault = { 0 };

			broken = call;
			until = n;
			const bool good = policy_load(&policy, &request, &fault);
			const bool fired = until == 0;
			broken = CALLS;
			until = 0;
			if (good)
				assert_int_equal(policy.nfiles, file != NULL);
			else
				assert_true(fault.where && *fault.where && fault.what && *fault.what);
			/* A file that is there is not passed over, whatever cannot be asked of it. */
			if (file && good)
				assert_string_equal(policy.name, "strict");
			policy_close(&policy);
			if (!fired) {
				assert_true(good);
				break;
			}
			++tried;
		}
	}
	return tried;
}

static void test_named(void **state) {
	char path[128];

	(void)state;
	assert_true(fail_each("link") > 10);
	snprintf(path, sizeof path, "%s/./link", top);
	assert_true(fail_each(path) > 10);
}

static void test_installed(void **state) {
	(void)state;
	if (access("/etc/tmpaudit", F_OK) == 0 || access("/usr/lib/tmpaudit", F_OK) == 0)
		skip();
	assert_true(fail_each(NULL) > 3);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_installed),
	};

	umask(022);
	return cmocka_run_group_tests(tests, make, unmake);
}
