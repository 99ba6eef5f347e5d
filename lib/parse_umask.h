/** How a umask is written: in octal, or as a shell's symbolic mode. */
#ifndef TMPAUDIT_PARSE_UMASK_H
#define TMPAUDIT_PARSE_UMASK_H

#include <stdbool.h>
#include <sys/types.h>

/** What a umask command does: the umask after it is (before & keep) | set. */
struct umask_change {
	mode_t keep, set;
};

/** A umask in octal digits, all of text: "22", "0027", up to 07777 as systemd takes it.  Returns false if it is none.
 */
bool umask_octal(const char *text, mode_t *value);

/**
 * What strtol(3) in base 8 makes of text, cut to 0777: pam_umask(8) takes "0x27" for 0 and "29" for 02.
 * Returns false if text begins with no octal digit.
 */
bool umask_leading(const char *text, mode_t *value);

/**
 * The operand of a shell's umask command, octal or symbolic: umask(1p), bash(1).  Returns false if it is
 * neither, or copies permissions ("g=u"), so that it is no change of this form.
 */
bool umask_operand(const char *text, struct umask_change *change);

#endif
