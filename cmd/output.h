/** The one writer of files, and of standard output: whole, or not at all. */
#ifndef TMPAUDIT_OUTPUT_H
#define TMPAUDIT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/** A file to be written.  Until it is committed nothing of it can be seen. */
struct output {
	/** As it was named, for messages. */
	const char *path;
	/** Its directory, and its name there. */
	int directory;
	const char *name;
	/** Whether a file of ours is to be replaced; or an empty directory of ours to be filled. */
	bool replaces;
	bool is_standard_output;
};

/**
 * Find the place of the file at path, and make sure that nobody can turn it into another one.
 *
 * Each directory on the way, and each symbolic link, must belong to root or to us; nobody else may write
 * in such a directory unless it is sticky.  A file that is there already must be a regular file of
 * ours with one name.  "/dev/stdout" and "-" are standard output.
 * Returns NULL, or why not; the caller closes the output then, too.
 */
const char *output_open(struct output *output, const char *path);

/** The same for a directory: it is not there yet, or empty, and nobody else's.  The path has no slash at its end. */
const char *output_open_directory(struct output *output, const char *path);

/** Whether both are one place, whatever they were named. */
bool output_same(const struct output *a, const struct output *b);

/** Find the place of the file at path in the same way, whatever is there.  Returns NULL, or why not; close it. */
const char *output_place(struct output *output, const char *path);

/** Why somebody besides root and us may have written the open file, or NULL. */
const char *output_distrust(int fd);

/**
 * Write the file with the mode, flush it to the disk, and give it its name.
 * Returns NULL, or why it could not be done: nothing is left of it then.
 */
const char *output_commit(struct output *output, unsigned mode, const void *bytes, size_t size);

/**
 * Make the directory, with mode 0700, unless there is an empty one; from then on the output is that directory.
 * Returns NULL, or why it could not be done: something is there meanwhile, for one.
 */
const char *output_make_directory(struct output *output);

/** Write a file into the directory, with mode 0640.  Returns NULL, or why it could not be done. */
const char *output_add(const struct output *output, const char *name, const void *bytes, size_t size);

/** Write all to standard output.  Returns NULL, or why it could not be done. */
const char *output_print(const void *bytes, size_t size);

void output_close(struct output *output);

#endif
