/** Names of temporary files that stand in scripts and settings as they are, with nothing random in them. */
#ifndef TMPAUDIT_PARSE_LITERALS_H
#define TMPAUDIT_PARSE_LITERALS_H

#include <stddef.h>

/**
 * Find the paths of entries of /tmp, /var/tmp and /dev/shm in the text of a script or a setting, a line at a
 * time; comments are not looked at, nor names in which a shell or systemd would put something, or mktemp(1) letters.
 * found is told of each, as often as it stands there: its path, not ended by NUL, and its line from 1 on.
 */
void literals_find(const char *text, size_t size,
                   void (*found)(void *context, const char *path, size_t length, size_t line), void *context);

#endif
