#include "input.h"

#include "cleanup.h"
#include "output.h"
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

/** Read what is open.  Returns NULL, or why not. */
static const char *read_file(struct arena *arena, int fd, bool may_be_pipe, size_t most, struct input *input) {
	struct stat status;

	if (fstat(fd, &status) < 0)
		return strerrordesc_np(errno);
	if (S_ISDIR(status.st_mode))
		return "it is a directory";
	if (!S_ISREG(status.st_mode) && !may_be_pipe)
		return "it is no regular file";
	return read_all(arena, fd, most, input);
}

static bool said(const char *path, const char *why) {
	if (why)
		say(strcmp(path, "-") == 0 ? "standard input" : path, "cannot be read: %s", why);
	return !why;
}

bool input_read(struct arena *arena, const char *path, size_t most, struct input *input) {
	const bool is_descriptor = names_descriptor(path);
	autoclose opened = -1;

	if (strcmp(path, "-") == 0)
		return said(path, read_file(arena, STDIN_FILENO, true, most, input));
	/* Without O_NONBLOCK a FIFO would make us wait for its writer before we see what it is. */
	opened = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | (is_descriptor ? 0 : O_NONBLOCK));
	return said(path, opened < 0 ? strerrordesc_np(errno) : read_file(arena, opened, is_descriptor, most, input));
}

bool input_read_trusted(struct arena *arena, const char *path, size_t most, struct input *input) {
	struct output place;
	const char *why;

	/* Whoever hands us a descriptor vouches for it. */
	if (names_descriptor(path))
		return input_read(arena, path, most, input);
	why = output_place(&place, path);
	autoclose opened =
	        why ? -1
	            : openat(place.directory, place.name, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (!why && opened < 0)
		why = errno == ELOOP ? "it is a symbolic link: name the file it leads to" : strerrordesc_np(errno);
	if (!why)
		why = output_distrust(opened);
	if (!why)
		why = read_file(arena, opened, false, most, input);
	output_close(&place);
	return said(path, why);
}
