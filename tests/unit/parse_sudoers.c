/** Defaults and includes of sudoers(5). */

#include "parse_sudoers.h"

#include "text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int end(void **state) {
	(void)state;
	arena_free(&arena);
	return 0;
}

/** The entries as "line scope !name op value", one after another. */
static const char *shown(const char *text) {
	static const char *const kinds[] = { "", "include ", "includedir " };
	const size_t size = strlen(text);
	char *data = malloc(size ? size : 1);
	const struct sudoers_entry *entries;
	struct builder list = { .arena = &arena };

	memcpy(data, text, size);
	assert_int_equal(parse_sudoers(&(struct bytes) { data, size }, &arena, &entries), 0);
	free(data);
	for (; entries->line; ++entries)
		builder_format(&list, "%s%u%s %s%s%s%s%s", list.length ? "; " : "", entries->line, entries->scope,
		               kinds[entries->kind], entries->negated ? "!" : "", entries->name, entries->op,
		               entries->value);
	return builder_string(&list);
}

static void test_entries(void **state) {
	static const struct {
		const char *text, *entries;
	} cases[] = {
		{ "", "" },
		{ "# Defaults umask=0\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL) NOPASSWD: ALL\n", "" },
		{ "Defaults umask=0027", "1 umask=0027" },
		{ "Defaults\tumask = 0027 # why\r\n", "1 umask=0027" },
		{ "Defaults !umask", "1 !umask" },
		{ "Defaults !!umask, ! x", "1 umask; 1 !x" },
		{ "Defaults env_reset, umask=0002 , umask_override,!requiretty",
		  "1 env_reset; 1 umask=0002; 1 umask_override; 1 !requiretty" },
		{ "Defaults env_keep += \"A B\", env_keep-=C", "1 env_keep+=A B; 1 env_keep-=C" },
		{ "Defaults secure_path=\"/a:/b\"\n", "1 secure_path=/a:/b" },
		{ "Defaults x=\"a\\\"b\\c\", y=d\\,e", "1 x=a\"b\\c; 1 y=d,e" },
		{ "Defaults env_keep += \"A \\\n   B\", umask=\\\n077\nDefaults z\n",
		  "1 env_keep+=A     B; 1 umask=077; 4 z" },
		{ "Defaults:alice,bob umask=0002", "1:alice,bob umask=0002" },
		{ "Defaults:alice, bob umask=0002", "1:alice,bob umask=0002" },
		{ "Defaults:\"my user\" umask=0002", "1:my user umask=0002" },
		{ "Defaults@db1 umask=0002\nDefaults>root !umask\nDefaults!/bin/sh umask=0777",
		  "1@db1 umask=0002; 2>root !umask; 3!/bin/sh umask=0777" },
		{ "Defaults: !alice umask=0", "1:!alice umask=0" },
		{ "@include /etc/sudoers.local\n#include x\n@includedir /etc/sudoers.d\n#includedir \"/a b\"\n",
		  "1 include /etc/sudoers.local; 2 include x; 3 includedir /etc/sudoers.d; 4 includedir /a b" },
		{ "@include /a\\ b\n#included\n# include x\n@includes y\n", "1 include /a b" },
		{ "Defaultsx umask=1\nDefaults\n  Defaults umask=2\nDefaults umask\n", "3 umask=2; 4 umask" },
		/* sudo gives a line up in which there is an error, and reads on behind it. */
		{ "Defaults umask=1 umask=2, x\nDefaults y\n", "2 y" },
		{ "Defaults env_keep += \"A\" B\nDefaults env_keep += \"A\nDefaults y\n", "3 y" },
		{ "Defaults env_keep += A,B\nDefaults y,\nDefaults env_keep += 'A B'\nDefaults y\n", "4 y" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *actual = shown(cases[i].text);

		if (strcmp(actual, cases[i].entries) != 0)
			fail_msg("%s\ngave \"%s\", not \"%s\"", cases[i].text, actual, cases[i].entries);
	}
}

static void test_bounds(void **state) {
	static const char text[] = "Defaults:a,\"b c\" !x, y += \"z\\\n\\\"\", umask=0\\22\n@include \"a\\\nb\"\n";
	const struct sudoers_entry *entries;

	(void)state;
	for (size_t i = 0; i < sizeof text; ++i)
		shown(arena_bytes(&arena, text, i));
	static const char line[] = "Defaults a\n";
	const size_t size = (sizeof line - 1) * (SUDOERS_LIMIT + 1);
	char *many = malloc(size);
	for (size_t i = 0; i <= SUDOERS_LIMIT; ++i)
		memcpy(many + i * (sizeof line - 1), line, sizeof line - 1);
	assert_int_equal(parse_sudoers(&(struct bytes) { many, size }, &arena, &entries), -E2BIG);
	assert_int_equal(entries[SUDOERS_LIMIT - 1].line, SUDOERS_LIMIT);
	free(many);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
