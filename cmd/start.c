#include "start.h"

#include "text.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/** A variable that is set and not empty, or NULL; a privileged program never trusts one. */
static const char *variable(const char *name) {
	const char *value = secure_getenv(name);

	return value && *value ? value : NULL;
}

static void read_environment(struct terminal *terminal) {
	const char *term = variable("TERM"), *force = variable("CLICOLOR_FORCE"), *columns = variable("COLUMNS");
	uint64_t number;

	*terminal = (struct terminal) {
		.no_color = variable("NO_COLOR"),
		.force_color = force && strcmp(force, "0") != 0,
		.knows_color = term && strcmp(term, "dumb") != 0,
	};
	if (columns && text_number(columns, 10, 10000, &number))
		terminal->columns = (unsigned)number;
	clearenv();
	/* No name of a file: else libc reads the host's time zone, and we tell the time in UTC only.  See tzset(3). */
	setenv("TZ", ":", 1);
}

/** No file that is opened later may become standard output: what is closed is opened so that its use fails. */
static void open_standard_descriptors(void) {
	int fd;

	do {
		fd = open("/", O_PATH | O_DIRECTORY);
		if (fd < 0)
			_exit(2);
	} while (fd <= STDERR_FILENO);
	close(fd);
}

static void reset_signals(void) {
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);
	/* A closed pipe and a full quota are then errors of the write, and are said. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/**
 * Have large blocks come from the system and go back to it.  By default a large block that is freed makes the C library
 * take all blocks up to its size from its heaps, one a thread, where the small ones between them keep them: then a scan
 * would hold for long what its largest files need for a moment.
 */
static void return_memory(void) {
	enum { LARGE = 128 << 10 };

	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, LARGE);
}

void start(struct terminal *terminal) {
	open_standard_descriptors();
	reset_signals();
	return_memory();
	read_environment(terminal);
	umask(077);
	/* A core would hold what root has read.  The sanitizer looks for leaks by ptrace, which this forbids. */
	if (!SANITIZED)
		prctl(PR_SET_DUMPABLE, 0);
}
