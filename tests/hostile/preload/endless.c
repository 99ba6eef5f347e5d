/**
 * For LD_PRELOAD: a directory that has no end, or a clock that runs.  Neither can be had of a kernel in the time that a
 * test has.
 *
 * ENDLESS=INODE     every directory of that number has names without end
 * HURRY=SECONDS     each look at the clock by which walks are limited finds it so much later
 */
#include <dirent.h>
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static uint64_t endless, hurry;
static ssize_t (*next_getdents64)(int, void *, size_t);
static int (*next_clock_gettime)(clockid_t, struct timespec *);

/* The program forgets its environment, and gives up the calls that finding them takes. */
__attribute__((constructor)) static void learn(void) {
	const char *inode = getenv("ENDLESS"), *seconds = getenv("HURRY");

	next_getdents64 = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "getdents64");
	next_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	endless = inode ? strtoull(inode, NULL, 10) : 0;
	hurry = seconds ? strtoull(seconds, NULL, 10) : 0;
}

ssize_t getdents64(int fd, void *buffer, size_t size) {
	static __thread unsigned long number;
	struct stat status;
	size_t used = 0;

	if (!endless || fstat(fd, &status) < 0 || status.st_ino != endless)
		return next_getdents64(fd, buffer, size);
	for (; used + 32 <= size; used += 32) {
		struct dirent64 *entry = (struct dirent64 *)(void *)((char *)buffer + used);

		entry->d_ino = 1;
		entry->d_reclen = 32;
		entry->d_type = DT_REG;
		entry->d_off = (off_t)(++number & INT32_MAX);
		memcpy(entry->d_name, "n", 2);
	}
	return (ssize_t)used;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
	static uint64_t looks;
	int result = next_clock_gettime(clock, now);

	if (result == 0 && clock == CLOCK_MONOTONIC_COARSE)
		now->tv_sec += (time_t)(hurry * __atomic_fetch_add(&looks, 1, __ATOMIC_RELAXED));
	return result;
}
