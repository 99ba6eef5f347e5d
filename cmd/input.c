#include "input.h"

#include "cleanup.h"
#include "output.h"
#include "say.h"
#include "text.h"
#include "tree.h"

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

static bool said(const char *path, const char *why) {
	if (why)
		say(strcmp(path, "-") == 0 ? "standard input" : *path ? path : "\"\"", "cannot be read: %s", why);
	return !why;
}

/** Read the file that is pinned.  To open what is none would wind a tape, and wake who waits at the other end of a
 * FIFO. */
static const char *read_pinned(struct arena *arena, int pinned, size_t most, struct input *input) {
	struct stat status;
	char name[32];

	if (fstat(pinned, &status) < 0)
		return strerrordesc_np(errno);
	if (S_ISDIR(status.st_mode))
		return "it is a directory";
	if (!S_ISREG(status.st_mode))
		return "it is no regular file";
	autoclose opened = open(tree_name(pinned, name), O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (opened < 0)
		return errno == ENOENT ? "/proc is not mounted" : strerrordesc_np(errno);
	return read_all(arena, opened, most, input);
}

/** Read a descriptor that we were handed, or another name of it.  Whoever hands it to us vouches for it. */
static const char *read_descriptor(struct arena *arena, const char *path, size_t most, struct input *input) {
	autoclose opened = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	struct stat status;

	if (opened < 0 || fstat(opened, &status) < 0)
		return strerrordesc_np(errno);
	return S_ISDIR(status.st_mode) ? "it is a directory" : read_all(arena, opened, most, input);
}

bool input_read(struct arena *arena, const char *path, size_t most, struct input *input) {
	if (names_descriptor(path))
		return said(path, read_descriptor(arena, path, most, input));
	autoclose pinned = open(path, O_PATH | O_CLOEXEC);
	return said(path, pinned < 0 ? strerrordesc_np(errno) : read_pinned(arena, pinned, most, input));
}

static bool is_link(int pinned) {
	struct stat status;

	return fstat(pinned, &status) == 0 && S_ISLNK(status.st_mode);
}

bool input_read_trusted(struct arena *arena, const char *path, size_t most, struct input *input) {
	struct output place;
	const char *why;

	if (names_descriptor(path))
		return input_read(arena, path, most, input);
	why = output_place(&place, path);
	autoclose pinned = why ? -1 : openat(place.directory, place.name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	if (!why && pinned < 0)
		why = strerrordesc_np(errno);
	if (!why && is_link(pinned))
		why = "it is a symbolic link: name the file it leads to";
	if (!why)
		why = output_distrust(pinned);
	if (!why)
		why = read_pinned(arena, pinned, most, input);
	output_close(&place);
	return said(path, why);
}
