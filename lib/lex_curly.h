/** Tokens of languages whose blocks are in curly braces: C and C++, Java, Go, PHP, JavaScript and TypeScript. */
#ifndef TMPAUDIT_LEX_CURLY_H
#define TMPAUDIT_LEX_CURLY_H

#include "lex.h"

/** What the preprocessor leaves out is gone; #define is an assignment; "std::" and a leading "::" are gone, and a
 * variable that is made by its class, `ofstream out("x")`, is an assignment: `out = ofstream("x")`. */
void lex_c(struct lex *lex);

/** The packages java.io, java.nio.file and java.util are gone from names. */
void lex_java(struct lex *lex);

/** A line ends a statement where the language says so. */
void lex_go(struct lex *lex);

/** What is not between "<?php" and "?>" is gone; variables have their "$". */
void lex_php(struct lex *lex);

/** A line ends a statement where nothing goes on; ".promises" is gone from names. */
void lex_javascript(struct lex *lex);

#endif
