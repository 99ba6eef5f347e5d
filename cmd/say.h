/** The one writer to standard error. */
#ifndef TMPAUDIT_SAY_H
#define TMPAUDIT_SAY_H

/**
 * Say one line: "tmpaudit: WHERE: WHAT".  Both may hold names of strangers: they are escaped as for a terminal.
 * Where nobody reads it nothing can be done about that.
 */
void say(const char *where, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
