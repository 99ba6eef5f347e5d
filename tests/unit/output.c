/** The writer of files where what it asks of the kernel fails: a file is whole, or as it was, and why is said. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "output.h"

#include "cleanup.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* Calls that fail */

enum call {
	OPEN,
	OPENAT,
	FSTAT,
	FSTATAT,
	READLINKAT,
	GETRANDOM,
	LINKAT,
	RENAMEAT,
	WRITE,
	FCHMOD,
	FSYNC,
	CLOSE,
	MKDIRAT,
	CALLS
};

static enum call broken = CALLS;
/** The calls of this kind until the one that fails; 0: none does, or it has. */
static unsigned until;
static int reason;
/** What every O_TMPFILE fails with, or 0. */
static int nameless;

static bool fails(enum call call) {
	if (call != broken || until == 0 || --until > 0)
		return false;
	errno = reason;
	return true;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char *path, int flags, ...) {
	va_list list;

	va_start(list, flags);
	const mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	return fails(OPEN) ? -1 : REAL(open)(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
	va_list list;

	va_start(list, flags);
	const bool makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
	const mode_t mode = makes ? va_arg(list, mode_t) : 0;
	va_end(list);
	if (nameless && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = nameless;
		return -1;
	}
	return fails(OPENAT) ? -1 : REAL(openat)(directory, path, flags, mode);
}

int fstat(int fd, struct stat *status) {
	return fails(FSTAT) ? -1 : REAL(fstat)(fd, status);
}

int fstatat(int directory, const char *restrict path, struct stat *restrict status, int flags) {
	return fails(FSTATAT) ? -1 : REAL(fstatat)(directory, path, status, flags);
}

ssize_t readlinkat(int directory, const char *restrict path, char *restrict target, size_t size) {
	return fails(READLINKAT) ? -1 : REAL(readlinkat)(directory, path, target, size);
}

ssize_t getrandom(void *bytes, size_t size, unsigned flags) {
	return fails(GETRANDOM) ? -1 : REAL(getrandom)(bytes, size, flags);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
	return fails(LINKAT) ? -1 : REAL(linkat)(from, old, to, new, flags);
}

int renameat(int from, const char *old, int to, const char *new) {
	return fails(RENAMEAT) ? -1 : REAL(renameat)(from, old, to, new);
}

ssize_t write(int fd, const void *bytes, size_t size) {
	return fails(WRITE) ? reason ? -1 : 0 : REAL(write)(fd, bytes, size);
}

int fchmod(int fd, mode_t mode) {
	return fails(FCHMOD) ? -1 : REAL(fchmod)(fd, mode);
}

int fsync(int fd) {
	return fails(FSYNC) ? -1 : REAL(fsync)(fd);
}

int close(int fd) {
	const int done = REAL(close)(fd);

	return fails(CLOSE) ? -1 : done;
}

int mkdirat(int directory, const char *path, mode_t mode) {
	return fails(MKDIRAT) ? -1 : REAL(mkdirat)(directory, path, mode);
}

/* A place to write to: a directory, a link to it, a file that may be there */

struct place {
	char top[64];
	char path[128];
};

static int make_place(void **state) {
	struct place *place = calloc(1, sizeof *place);

	snprintf(place->top, sizeof place->top, "/tmp/tmpaudit-output.XXXXXX");
	if (!mkdtemp(place->top))
		return -1;
	snprintf(place->path, sizeof place->path, "%s/link", place->top);
	if (symlink("dir", place->path) < 0)
		return -1;
	snprintf(place->path, sizeof place->path, "%s/dir", place->top);
	if (mkdir(place->path, 0755) < 0)
		return -1;
	snprintf(place->path, sizeof place->path, "%s/link/../dir/report", place->top);
	*state = place;
	return 0;
}

static int remove_place(void **state) {
	struct place *place = *state;
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", place->top);
	const int status = system(command);
	free(place);
	return status;
}

static void put(const char *path, const char *text) {
	FILE *stream = fopen(path, "we");

	assert_non_null(stream);
	fputs(text, stream);
	fclose(stream);
}

static void assert_holds(const char *path, const char *one, const char *other) {
	char text[64] = "";
	FILE *stream = fopen(path, "re");

	if (!stream) {
		assert_true(!one || !other);
		return;
	}
	text[fread(text, 1, sizeof text - 1, stream)] = '\0';
	fclose(stream);
	if (!(one && strcmp(text, one) == 0) && !(other && strcmp(text, other) == 0))
		fail_msg("holds \"%s\"", text);
}

static unsigned entries(const char *path) {
	DIR *directory = opendir(path);
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		++count;
	closedir(directory);
	return count - 2;
}

static unsigned descriptors(void) {
	return entries("/proc/self/fd");
}

static const char *write_out(const char *path, const char *text) {
	struct output output;
	const char *why = output_open(&output, path);

	if (!why)
		why = output_commit(&output, 0640, text, strlen(text));
	output_close(&output);
	return why;
}

/**
 * Let each call of each kind fail in turn.  old: what is there before, or NULL.  Returns how many were tried: each was
 * told, or got over by another way, and what is there then is the old or the new, and nothing else.
 */
static unsigned fail_each(const struct place *place, const char *old) {
	const int error = EIO;
	unsigned tried = 0, told = 0;
	char directory[128];

	snprintf(directory, sizeof directory, "%s/dir", place->top);
	for (enum call call = 0; call < CALLS; ++call) {
		for (unsigned n = 1;; ++n) {
			unlink(place->path);
			if (old)
				put(place->path, old);
			const unsigned before = descriptors();
			broken = call;
			until = n;
			reason = error;
			const char *why = write_out(place->path, "new");
			const bool fired = until == 0;
			broken = CALLS;
			until = 0;
			assert_int_equal(descriptors(), before);
			if (!fired) {
				assert_null(why);
				assert_holds(place->path, "new", NULL);
				break;
			}
			if (why)
				assert_string_equal(why, strerrordesc_np(error));
			else
				assert_holds(place->path, "new", NULL);
			assert_holds(place->path, old, "new");
			assert_true(entries(directory) <= 1);
			assert_true(!old || entries(directory) == 1);
			++tried;
			told += why != NULL;
		}
	}
	/* Our own way back, by another name or none, is what is left. */
	assert_true(told > tried / 2);
	return tried;
}

static void test_new(void **state) {
	assert_true(fail_each(*state, NULL) > 15);
}

static void test_replaced(void **state) {
	assert_true(fail_each(*state, "old") > 15);
}

static void test_with_name(void **state) {
	static const int none[] = { EOPNOTSUPP, EISDIR, EINVAL };

	for (size_t i = 0; i < sizeof none / sizeof *none; ++i) {
		nameless = none[i];
		assert_true(fail_each(*state, NULL) > 15);
		assert_true(fail_each(*state, "old") > 15);
	}
	nameless = EIO;
	assert_string_equal(write_out(((struct place *)*state)->path, "new"), strerrordesc_np(EIO));
	nameless = 0;
}

/** A file system that cannot flush a directory has nothing to flush; one that gives no room says so. */
static void test_flush(void **state) {
	const struct place *place = *state;

	broken = FSYNC;
	until = 2;
	reason = EINVAL;
	assert_null(write_out(place->path, "new"));
	broken = CALLS;
	assert_holds(place->path, "new", NULL);
	/* One that writes nothing and gives no reason would keep us for ever. */
	broken = WRITE;
	until = 1;
	reason = 0;
	assert_string_equal(write_out(place->path, "newer"), strerrordesc_np(EIO));
	broken = CALLS;
	assert_holds(place->path, "new", NULL);
	/* What was interrupted is tried again. */
	broken = WRITE;
	until = 1;
	reason = EINTR;
	assert_null(write_out(place->path, "newest"));
	broken = CALLS;
	assert_holds(place->path, "newest", NULL);
}

/** The directory that is made for several files: whole steps of it fail. */
static void test_directory(void **state) {
	const struct place *place = *state;
	static const enum call calls[] = { MKDIRAT, OPENAT, FSTAT };

	for (size_t i = 0; i < sizeof calls / sizeof *calls; ++i) {
		struct output output;

		assert_null(output_open(&output, place->path));
		broken = calls[i];
		until = 1;
		reason = EIO;
		assert_string_equal(output_make_directory(&output), strerrordesc_np(EIO));
		broken = CALLS;
		output_close(&output);
		rmdir(place->path);
	}
	struct output output;
	assert_null(output_open(&output, "-"));
	assert_non_null(output_make_directory(&output));
	assert_null(output_open(&output, place->path));
	assert_null(output_make_directory(&output));
	assert_null(output_add(&output, "file", "text", 4));
	assert_non_null(output_add(&output, "../file", "text", 4));
	assert_non_null(output_add(&output, "", "text", 4));
	output_close(&output);
	/* It is there now. */
	assert_non_null(output_open(&output, place->path));
	output_close(&output);
}

static void test_same(void **state) {
	const struct place *place = *state;
	struct output a, b, standard;
	char other[160];

	snprintf(other, sizeof other, "%s/dir/report", place->top);
	assert_null(output_open(&a, place->path));
	assert_null(output_open(&b, other));
	assert_null(output_open(&standard, "/dev/stdout"));
	assert_true(output_same(&a, &b));
	assert_true(output_same(&standard, &standard));
	assert_false(output_same(&a, &standard));
	assert_false(output_same(&standard, &b));
	broken = FSTAT;
	for (unsigned n = 1; n <= 2; ++n) {
		until = n;
		assert_false(output_same(&a, &b));
	}
	broken = CALLS;
	output_close(&b);
	snprintf(other, sizeof other, "%s/dir/other", place->top);
	assert_null(output_open(&b, other));
	assert_false(output_same(&a, &b));
	output_close(&b);
	snprintf(other, sizeof other, "%s/report", place->top);
	assert_null(output_open(&b, other));
	assert_false(output_same(&a, &b));
	output_close(&b);
	output_close(&a);
}

/** Paths that name no place for a file, and one that is too long or leads round in a circle. */
static void test_paths(void **state) {
	const struct place *place = *state;
	struct output output;
	char path[9000], target[4096];

	for (const char *const *bad = (const char *const[]) { "", ".", "..", "/", "/tmp/", "/tmp/.", "/tmp/..", NULL };
	     *bad; ++bad) {
		assert_non_null(output_open(&output, *bad));
		output_close(&output);
	}
	memset(path, 'a', sizeof path);
	memcpy(path, "/tmp/", 5);
	path[5000] = '/';
	path[sizeof path - 1] = '\0';
	assert_string_equal(output_open(&output, path), strerrordesc_np(ENAMETOOLONG));
	output_close(&output);
	/* A link that makes the rest of the path too long. */
	memset(target, '/', sizeof target - 1);
	target[sizeof target - 1] = '\0';
	snprintf(path, sizeof path, "%s/long", place->top);
	assert_return_code(symlink(target, path), errno);
	snprintf(path, sizeof path, "%s/long/report", place->top);
	assert_string_equal(output_open(&output, path), strerrordesc_np(ENAMETOOLONG));
	output_close(&output);
	snprintf(path, sizeof path, "%s/loop", place->top);
	assert_return_code(symlink("loop", path), errno);
	snprintf(path, sizeof path, "%s/loop/report", place->top);
	assert_string_equal(output_open(&output, path), strerrordesc_np(ELOOP));
	output_close(&output);
}

/** Whose it is, and who else may write to it, where it cannot be told. */
static void test_distrust(void **state) {
	const struct place *place = *state;

	put(place->path, "x");
	autoclose fd = open(place->path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_null(output_distrust(fd));
	broken = FSTAT;
	until = 1;
	reason = EIO;
	assert_string_equal(output_distrust(fd), strerrordesc_np(EIO));
	broken = CALLS;
	assert_return_code(fchmod(fd, 0664), errno);
	assert_return_code(fchown(fd, (uid_t)-1, 12345), errno);
	assert_non_null(output_distrust(fd));
	assert_return_code(fchown(fd, (uid_t)-1, 0), errno);
	assert_null(output_distrust(fd));
	assert_return_code(fchmod(fd, 0666), errno);
	assert_non_null(output_distrust(fd));
	assert_return_code(fchmod(fd, 0644), errno);
	assert_return_code(fchown(fd, 12345, (gid_t)-1), errno);
	assert_non_null(output_distrust(fd));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(test_new),       TEST(test_replaced), TEST(test_with_name), TEST(test_flush),
		TEST(test_directory), TEST(test_same),     TEST(test_paths),     TEST(test_distrust),
	};

	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
