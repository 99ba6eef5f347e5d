/** For tests in which calls fail: it comes behind enum call, with OPENAT2 in it, and fails(), which says whether one
 * does. */
#ifndef TMPAUDIT_TESTS_FAILING_H
#define TMPAUDIT_TESTS_FAILING_H

/** The C library's own function of that name. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

long syscall(long number, ...) {
	long words[6];
	va_list list;

	va_start(list, number);
	for (size_t i = 0; i < 6; ++i)
		words[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_openat2 && fails(OPENAT2))
		return -1;
	return REAL(syscall)(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

#endif
