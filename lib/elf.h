/**
 * Programs and libraries in ELF: which of the functions that make racy names they import.  The only user of libelf.
 *
 * Read as the loader does, by PT_DYNAMIC, so that a file without section headers tells as much; of both classes and
 * byte orders, for any machine.  Reads no more of the file than it needs.
 */
#ifndef TMPAUDIT_ELF_H
#define TMPAUDIT_ELF_H

#include <stdbool.h>
#include <stddef.h>

enum { ELF_MKTEMP = 1 << 0, ELF_TMPNAM = 1 << 1, ELF_TMPNAM_R = 1 << 2, ELF_TEMPNAM = 1 << 3, ELF_NAMES = 4 };

/** The functions, by their bits. */
extern const char *const elf_names[ELF_NAMES];

struct elf_facts {
	/** ELF_* bits of what it imports, or has linked in. */
	unsigned imports;
	/** Whether it is a program or library at all, and no object, core or separate file of debugging symbols. */
	bool code;
	/** Whether it has everything linked in. */
	bool is_static;
	/** Why it cannot be told; NULL: it can. */
	const char *why;
};

/** Whether bytes begin an ELF file. */
bool elf_is(const void *head, size_t size);

/** Look at an ELF file that is open for reading; never fails: what is malformed has a reason. */
void elf_examine(int fd, struct elf_facts *facts);

#endif
