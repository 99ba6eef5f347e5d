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

/** The tokens of a script, with a blank between them: strings in quotes, what has no spelling by its sign. */
static inline const char *tokens_of(void (*cut)(struct lex *lex), struct arena *arena, const char *text, size_t size) {
	struct builder spelt = { .arena = arena };
	struct lex lex;

	lex_start(&lex, arena, text, size);
	cut(&lex);
	for (size_t i = 0; i < lex.count; ++i) {
		const struct lex_token *token = lex_at(&lex, i);
		const char *const quote = token->kind == LEX_STRING ? "'" : "";

		builder_text(&spelt, i ? " " : "");
		builder_text(&spelt, token->kind == LEX_NEWLINE ? ";"
		                     : token->kind == LEX_OPEN  ? "<"
		                     : token->kind == LEX_CLOSE ? ">"
		                     : token->kind == LEX_JOIN  ? "~"
		                                                : quote);
		if (token->kind != LEX_OPEN && token->kind != LEX_CLOSE)
			builder_bytes(&spelt, token->text, token->length);
		builder_text(&spelt, quote);
	}
	return builder_string(&spelt);
}

/** Fails the test if a script is not cut as is expected. */
#define assert_tokens(cut, text, expected)                                                                             \
	do {                                                                                                           \
		struct arena token_arena = { 0 };                                                                      \
                                                                                                                       \
		assert_string_equal(tokens_of(cut, &token_arena, text, sizeof(text) - 1), expected);                   \
		arena_free(&token_arena);                                                                              \
	} while (0)

/** Fails the test if a script does not give what is expected. */
#define assert_found(language, text, expected)                                                                         \
	do {                                                                                                           \
		struct arena found_arena = { 0 };                                                                      \
                                                                                                                       \
		assert_string_equal(found_in(language, &found_arena, text, sizeof(text) - 1), expected);               \
		arena_free(&found_arena);                                                                              \
	} while (0)

#endif
