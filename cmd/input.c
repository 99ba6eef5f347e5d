#include "input.h"

#include "cleanup.h"
#include "say.h"
#include "text.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/** Whether the path is another name of a descriptor that we were handed: what a shell gives for <(COMMAND), too. */
static bool names_descriptor(const char *path) {
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0 || text_starts(path, "/dev/fd/") ||
	       text_starts(path, "/proc/self/fd/");
}

/** Read all there is.  Returns NULL, or why not. */
static const char *read_all(struct arena *arena, int fd, size_t most, struct input *input) {
	struct builder bytes = { .arena = arena };
	char buffer[65536];

	for (;;) {
		const ssize_t got = read(fd, buffer, sizeof buffer);

		if (got < 0 && errno != EINTR)
			return strerrordesc_np(errno);
		if (got == 0)
			break;
		if (got > 0)
			builder_bytes(&bytes, buffer, (size_t)got);
		if (bytes.length > most)
			return arena_text(arena, "it is larger than %zu MiB", most >> 20);
	}
	*input = (struct input) { builder_string(&bytes), bytes.length };
	return NULL;
}

bool input_read(struct arena *arena, const char *path, size_t most, struct input *input) {
	const bool is_stdin = strcmp(path, "-") == 0;
	autoclose opened = -1;
	struct stat status;
	const char *why = NULL;

	/* Without O_NONBLOCK a FIFO would make us wait for its writer before we see what it is. */
	if (!is_stdin)
		opened = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | (names_descriptor(path) ? 0 : O_NONBLOCK));
	if ((!is_stdin && opened < 0) || fstat(is_stdin ? STDIN_FILENO : opened, &status) < 0)
		why = strerrordesc_np(errno);
	else if (S_ISDIR(status.st_mode))
		why = "it is a directory";
	else if (!S_ISREG(status.st_mode) && !names_descriptor(path))
		why = "it is no regular file";
	else
		why = read_all(arena, is_stdin ? STDIN_FILENO : opened, most, input);
	if (why)
		say(is_stdin ? "standard input" : path, "cannot be read: %s", why);
	return !why;
}
