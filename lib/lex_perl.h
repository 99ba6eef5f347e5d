/** Perl 5: a pure function of bytes. */
#ifndef TMPAUDIT_LEX_PERL_H
#define TMPAUDIT_LEX_PERL_H

#include "lex.h"

/**
 * Cut a script into tokens.  Quotes of all kinds, here-documents and patterns are strings, lists of words are lists;
 * documentation and what stands behind __END__ is gone.  A subscript has brackets that are operators, whatever else
 * has braces is a block.
 */
void lex_perl(struct lex *lex);

#endif
