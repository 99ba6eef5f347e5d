/** Operands that name files. */
#ifndef TMPAUDIT_OPERAND_H
#define TMPAUDIT_OPERAND_H

#include "arena.h"

/** An operand as a path from the top, without the dots and slashes that name nothing; of ".." what the kernel makes. */
const char *operand_path(struct arena *arena, const char *operand);

#endif
