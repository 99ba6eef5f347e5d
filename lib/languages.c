#include "script.h"

#include <stddef.h>

const struct script_language *const script_languages[] = {
	&language_c,    &language_shell, &language_python, &language_perl,       &language_php,
	&language_ruby, &language_java,  &language_go,     &language_javascript, NULL,
};
