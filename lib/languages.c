#include "script.h"

#include <stddef.h>

const struct script_language *const script_languages[] = {
	&language_shell,
	&language_python,
	NULL,
};
