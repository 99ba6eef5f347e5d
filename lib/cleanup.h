/**
 * What ends with its scope: descriptors, streams and memory are released where
 * the variable that holds them goes, so that no early return can leak one.
 */
#ifndef TMPAUDIT_CLEANUP_H
#define TMPAUDIT_CLEANUP_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_close(const int *fd) {
	if (*fd >= 0) {
		int saved = errno;

		close(*fd);
		errno = saved;
	}
}

static inline void cleanup_fclose(FILE *const *stream) {
	if (*stream)
		fclose(*stream);
}

static inline void cleanup_free(void *pointer) {
	free(*(void **)pointer);
}

/** A descriptor that is closed at the end of its scope; negative: none. */
#define autoclose __attribute__((cleanup(cleanup_close))) int
/** A stream that is closed at the end of its scope; NULL: none. */
#define autofclose __attribute__((cleanup(cleanup_fclose))) FILE
/** Put before the declaration of a pointer from malloc(3). */
#define autofree __attribute__((cleanup(cleanup_free)))

#endif
