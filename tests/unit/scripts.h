/** For tests of languages: a script, and what is found in it, as text. */
#ifndef TMPAUDIT_TEST_SCRIPTS_H
#define TMPAUDIT_TEST_SCRIPTS_H

#include "script.h"
#include "text.h"

#include <string.h>

/** What is found in the script, "LINE KIND CONFIDENCE NAME" each, with semicolons between; "" for nothing. */
static inline const char *found_in(const struct script_language *language, struct arena *arena, const char *text,
                                   size_t size) {
	struct script script = { 0 };
	struct builder found = { .arena = arena };

	script_analyse(language, text, size, arena, &script);
	for (size_t i = 0; i < script.nfindings; ++i)
		builder_format(&found, "%s%u %s %s%s%s", i ? "; " : "", script.findings[i].line,
		               script_kind_names[script.findings[i].kind],
		               script_confidence_names[script.findings[i].confidence],
		               script.findings[i].name ? " " : "",
		               script.findings[i].name ? script.findings[i].name : "");
	if (script.suppressed)
		builder_format(&found, "%s%zu suppressed", found.length ? "; " : "", script.suppressed);
	return builder_string(&found);
}

/** Fails the test if a script does not give what is expected. */
#define assert_found(language, text, expected)                                                                         \
	do {                                                                                                           \
		struct arena found_arena = { 0 };                                                                      \
                                                                                                                       \
		assert_string_equal(found_in(language, &found_arena, text, sizeof(text) - 1), expected);               \
		arena_free(&found_arena);                                                                              \
	} while (0)

#endif
