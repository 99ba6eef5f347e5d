/**
 * The lines of sysctl.d(5) and sysctl.conf(5), as their two readers take them, and
 * the values that the kernel takes.
 *
 * The rules are those of systemd 252 to 257 (sysctl.c, sysctl-util.c, read_line()), procps 4.0
 * (sysctl.c) and the kernel (proc_get_long()), where they were read.
 */
#ifndef TMPAUDIT_PARSE_SYSCTL_H
#define TMPAUDIT_PARSE_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Who reads. */
enum sysctl_reader_kind {
	/** systemd-sysctl(8). */
	SYSCTL_BY_SYSTEMD,
	/** `sysctl --system`, sysctl(8). */
	SYSCTL_BY_PROCPS,
};

/** A place in a file. */
struct sysctl_reader {
	enum sysctl_reader_kind kind;
	/** What is left. */
	char *next, *end;
	/** The number of the line before. */
	unsigned line;
};

/** A line that says something. */
struct sysctl_line {
	unsigned line;
	/** fs/protected_regular, or a glob of such; of a line without "=", its first word. */
	const char *key;
	/** Without blanks around; NULL: the key is exempt from globs. */
	const char *value;
	/** Whether the line lacks its "=", and is ignored for that. */
	bool ignored;
	/** Whether the key was written with slashes or dots too many; procps knows it then by no other line. */
	bool odd;
};

/** Begin to read size bytes of text, which must have a byte behind them and will be changed. */
struct sysctl_reader sysctl_reader(enum sysctl_reader_kind kind, char *text, size_t size);

/** Read the next line that is not blank and no comment.  Returns false at the end; the line points into the text. */
bool sysctl_read(struct sysctl_reader *reader, struct sysctl_line *line);

/** Whether a key of sysctl_read() is a glob. */
bool sysctl_is_glob(const char *key);

/**
 * Whether a glob of sysctl_read() expands to key, fs/protected_regular.  `*` stays within one directory.
 * systemd expands braces too; at most 64 alternatives of them are tried.
 */
bool sysctl_glob(enum sysctl_reader_kind kind, const char *glob, const char *key);

/**
 * The number that the kernel takes from what is written into a key: base 8, 10 or 16 by prefix, with
 * whatever stands behind a blank ignored.  Returns false if it refuses the value.
 */
bool sysctl_number(const char *value, int64_t minimum, int64_t maximum, int64_t *number);

#endif
