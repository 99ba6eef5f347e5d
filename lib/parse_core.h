/** kernel.core_pattern: core(5), and format_corename() of the kernel. */
#ifndef TMPAUDIT_PARSE_CORE_H
#define TMPAUDIT_PARSE_CORE_H

#include <stddef.h>

/** What becomes of a core dump. */
enum core_kind {
	/** It is thrown away: an empty pattern, or a pipe to false(1). */
	CORE_NONE,
	/** A name without a leading slash: a file in the working directory of what crashed. */
	CORE_RELATIVE,
	/** A file of that path. */
	CORE_FILE,
	/** A program of that path, run as root. */
	CORE_PROGRAM,
	/** A pipe to a program whose path is not absolute, or is made up from the crash. */
	CORE_PROGRAM_UNCERTAIN,
	/** A socket of that path: since Linux 6.16. */
	CORE_SOCKET,
};

/** The most that the kernel keeps of the pattern, in bytes, with the NUL behind it. */
#define CORE_PATTERN_SIZE 128

/**
 * What the pattern does; path gets the absolute path it names, up to the first component that depends on the
 * crash, or "".
 */
enum core_kind core_read(const char *pattern, char path[static CORE_PATTERN_SIZE]);

#endif
