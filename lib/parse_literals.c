#include "parse_literals.h"

#include <stdbool.h>
#include <string.h>

static const char *const tops[] = { "/tmp/", "/var/tmp/", "/dev/shm/" };

static bool is_name_byte(char byte) {
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       (byte != '\0' && strchr("._+@-", byte));
}

/** Whether a path can begin behind the byte: it is no part of a longer one. */
static bool may_precede(char byte) {
	return !is_name_byte(byte) && byte != '/' && byte != '}' && byte != '$';
}

/** How much of at is the path of an entry below top, or 0. */
static size_t path_length(const char *at, const char *end, const char *top) {
	const size_t above = strlen(top);
	size_t length = above;

	if ((size_t)(end - at) <= above || memcmp(at, top, above) != 0)
		return 0;
	while (at + length < end && is_name_byte(at[length]))
		++length;
	if (length == above || (length == above + 1 && at[above] == '.'))
		return 0;
	/* Something is to be put in there, or the name goes on with what it is quoted from. */
	if (at + length < end && strchr("$%*?[{`\\", at[length]) && at[length] != '\0')
		return 0;
	/* mktemp(1) wants three of them at least. */
	if (memmem(at + above, length - above, "XXX", 3))
		return 0;
	/* The full stop ends a sentence. */
	while (at[length - 1] == '.')
		--length;
	return length > above ? length : 0;
}

static void find_in_line(const char *line, const char *end, size_t number,
                         void (*found)(void *context, const char *path, size_t length, size_t line), void *context) {
	const char *first = line;

	while (first < end && (*first == ' ' || *first == '\t'))
		++first;
	if (first < end && (*first == '#' || *first == ';'))
		return;
	for (const char *at = first; at < end; ++at) {
		if (*at != '/' || (at > line && !may_precede(at[-1])))
			continue;
		for (size_t i = 0; i < sizeof tops / sizeof *tops; ++i) {
			const size_t length = path_length(at, end, tops[i]);

			if (length)
				found(context, at, length, number);
		}
	}
}

void literals_find(const char *text, size_t size,
                   void (*found)(void *context, const char *path, size_t length, size_t line), void *context) {
	const char *end = text + size;

	for (size_t number = 1; text < end; ++number) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		if (!stop)
			stop = end;
		find_in_line(text, stop, number, found, context);
		text = stop + (stop < end);
	}
}
