/** Ruby: a pure function of bytes. */
#ifndef TMPAUDIT_LEX_RUBY_H
#define TMPAUDIT_LEX_RUBY_H

#include "lex.h"

/**
 * Cut a script into tokens.  Blocks are what stands between def, class, module, if, unless, case, while, until, for,
 * begin or do, and their end; those in braces are operators.  A string with "#{…}" is an expression; what follows
 * __END__, and between =begin and =end, is gone.
 */
void lex_ruby(struct lex *lex);

#endif
