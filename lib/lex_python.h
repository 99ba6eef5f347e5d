/** Python, versions 2 and 3: a pure function of bytes. */
#ifndef TMPAUDIT_LEX_PYTHON_H
#define TMPAUDIT_LEX_PYTHON_H

#include "lex.h"

/**
 * Cut a script into tokens.  Blocks are what is indented; an f-string is an expression; getattr() with a literal and
 * __import__() are what they stand for: getattr(m, "f") is m.f, and __import__("m") is the name "@m".
 */
void lex_python(struct lex *lex);

#endif
