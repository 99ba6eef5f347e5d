/** Text: escaping that can be undone and hides nothing, words that sh reads back, globs, numbers, near names. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/** Random bytes that are the same in each run, with what is special more often than chance would have it. */
static size_t random_bytes(unsigned *seed, char *bytes, size_t size) {
	static const char *const special[] = { "'",        "\\",   "\n",     "$(",         "`",
		                               "\"",       " ",    "*",      "\x1b",       "\xff",
		                               "-",        "ä",    "\u202e", "\u0301",     "\xed\xa0\x80",
		                               "\xc0\x80", "\x7f", "€",      "\U000e0041", "😀" };
	size_t length = 0;

	while (length + 8 < size) {
		unsigned choice;

		*seed = *seed * 1103515245u + 12345u;
		choice = *seed >> 16;
		if (choice % 16 == 0)
			break;
		if (choice % 3 == 0) {
			const char *piece = special[choice / 48 % (sizeof special / sizeof *special)];

			memcpy(bytes + length, piece, strlen(piece));
			length += strlen(piece);
		} else {
			bytes[length++] = (char)(choice % 255 + 1);
		}
	}
	bytes[length] = '\0';
	return length;
}

/** Undo text_terminal(). */
static size_t undo(const char *text, char *bytes) {
	size_t length = 0;

	while (*text) {
		unsigned value;
		int used = 0;

		if (text[0] == '\\' && text[1] == '\\') {
			bytes[length++] = '\\';
			text += 2;
		} else if (sscanf(text, "\\x%2x%n", &value, &used) == 1 && used == 4) {
			text += used;
			bytes[length++] = (char)value;
		} else if (sscanf(text, "\\u{%x}%n", &value, &used) == 1 && used > 0) {
			text += used;
			if (value < 0x800) {
				bytes[length++] = (char)(0xc0 | value >> 6);
			} else if (value < 0x10000) {
				bytes[length++] = (char)(0xe0 | value >> 12);
				bytes[length++] = (char)(0x80 | (value >> 6 & 0x3f));
			} else {
				bytes[length++] = (char)(0xf0 | value >> 18);
				bytes[length++] = (char)(0x80 | (value >> 12 & 0x3f));
				bytes[length++] = (char)(0x80 | (value >> 6 & 0x3f));
			}
			bytes[length++] = (char)(0x80 | (value & 0x3f));
		} else {
			bytes[length++] = *text++;
		}
	}
	return length;
}

static void test_terminal(void **state) {
	static const struct {
		const char *raw, *shown;
	} cases[] = {
		{ "", "" },
		{ "/tmp/plain name", "/tmp/plain name" },
		{ "a\x1b[31mb", "a\\x1b[31mb" },
		{ "a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f" },
		{ "\\x1b", "\\\\x1b" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xc3", "\\xc3" },
		{ "\xc0\xaf", "\\xc0\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "ä€😀", "ä€😀" },
		{ "a\u202eb", "a\\u{202e}b" },
		{ "\u061c\u200e\u200f\u2066\u2069", "\\u{061c}\\u{200e}\\u{200f}\\u{2066}\\u{2069}" },
		{ "\u2028\u2029", "\\u{2028}\\u{2029}" },
		{ "a\u200bb\u200d\ufeff", "a\\u{200b}b\\u{200d}\\u{feff}" },
		{ "\U000e0041", "\\u{e0041}" },
		{ "e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301" },
		{ "e\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301\\u{0301}" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		assert_string_equal(text_shown(&arena, cases[i].raw), cases[i].shown);
	/* C1, as UTF-8 and as a byte. */
	assert_string_equal(text_shown(&arena, "\xc2\x9b"
	                                       "1m"),
	                    "\\xc2\\x9b1m");
	assert_string_equal(text_shown(&arena, "\x9b"
	                                       "1m"),
	                    "\\x9b1m");
	/* A length is believed, not the NUL. */
	struct builder builder = { .arena = &arena };
	text_terminal(&builder, "a\0b", 3);
	assert_string_equal(builder_string(&builder), "a\\x00b");
	arena_free(&arena);
}

static void test_terminal_undone(void **state) {
	unsigned seed = 1;
	char raw[256], again[256 * 4];

	(void)state;
	for (int i = 0; i < 20000; ++i) {
		struct arena arena = { 0 };
		size_t length = random_bytes(&seed, raw, sizeof raw);
		const char *shown = text_shown(&arena, raw);

		for (const char *at = shown; *at;) {
			uint32_t c;
			size_t size = text_character(at, strlen(at), &c);

			assert_true(size > 0 && !text_is_unsafe(c));
			at += size;
		}
		assert_int_equal(undo(shown, again), length);
		assert_memory_equal(again, raw, length);
		arena_free(&arena);
	}
}

static void test_html(void **state) {
	static const struct {
		const char *raw, *written;
	} cases[] = {
		{ "", "" },
		{ "/tmp/plain name", "/tmp/plain name" },
		{ "<a href=\"x\">&amp;'", "&lt;a href=&quot;x&quot;&gt;&amp;amp;&#39;" },
		{ "back\\slash", "back\\slash" },
		{ "a\x1b\n\t\x7f", "a\\x1b\\x0a\\x09\\x7f" },
		{ "\xff<", "\\xff&lt;" },
		{ "a\u202eb\u200b", "a\\u{202e}b\\u{200b}" },
		{ "ä€😀", "ä€😀" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct builder builder = { .arena = &arena };

		text_html(&builder, cases[i].raw, strlen(cases[i].raw));
		assert_string_equal(builder_string(&builder), cases[i].written);
	}
	struct builder builder = { .arena = &arena };
	text_html(&builder, "a\0<", 3);
	assert_string_equal(builder_string(&builder), "a\\x00&lt;");
	arena_free(&arena);
}

/** The one entity of a text as a page's reader sees it, and what is not one. */
static size_t entity_at(const char *text, char *out) {
	static const struct {
		const char *written;
		char meant;
	} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' } };

	for (size_t i = 0; i < sizeof entities / sizeof *entities; ++i) {
		if (text_starts(text, entities[i].written)) {
			*out = entities[i].meant;
			return strlen(entities[i].written);
		}
	}
	*out = *text;
	return 1;
}

/** Whatever is shown first and then written into a page is read there as it was shown, and is nothing but text. */
static void test_html_undone(void **state) {
	unsigned seed = 3;
	char raw[256], read[256 * 12];

	(void)state;
	for (int i = 0; i < 20000; ++i) {
		struct arena arena = { 0 };
		struct builder builder = { .arena = &arena };

		random_bytes(&seed, raw, sizeof raw);
		const char *shown = text_shown(&arena, raw);
		text_html(&builder, shown, strlen(shown));
		assert_null(strpbrk(builder_string(&builder), "<>\"'"));
		size_t length = 0;
		for (const char *at = builder_string(&builder); *at; ++length)
			at += entity_at(at, &read[length]);
		read[length] = '\0';
		assert_string_equal(read, shown);
		arena_free(&arena);
	}
}

/** What a real shell makes of a script: the bytes it prints. */
static size_t by_shell(const char *script, char *out, size_t size) {
	int ends[2], status;
	size_t length = 0;

	assert_return_code(pipe(ends), errno);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	for (ssize_t got; (got = read(ends[0], out + length, size - length)) > 0;)
		length += (size_t)got;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return length;
}

static void test_shell(void **state) {
	struct arena arena = { 0 };
	/* One shell for all of them: each word is printed with a NUL behind it. */
	struct builder script = { .arena = &arena }, expected = { .arena = &arena };
	static char out[1 << 20];
	unsigned seed = 7;
	size_t refused = 0;
	char raw[64];

	(void)state;
	builder_text(&script, "printf '%s\\0'");
	for (int i = 0; i < 2000; ++i) {
		struct builder word = { .arena = &arena };
		bool clean = true;
		size_t length = random_bytes(&seed, raw, sizeof raw);

		for (size_t at = 0; at < length;) {
			uint32_t c;
			size_t size = text_character(raw + at, length - at, &c);

			clean = clean && size && !text_is_unsafe(c);
			at += size ? size : 1;
		}
		if (i % 2)
			raw[strspn(raw, "azAZ09 '\\$(`\"*-~#;&|<>!?[]{}")] = '\0';
		if (i % 2)
			clean = true;
		assert_int_equal(text_shell(&word, raw), clean);
		if (!clean) {
			assert_null(word.text);
			++refused;
			continue;
		}
		builder_format(&script, " %s", builder_string(&word));
		builder_bytes(&expected, raw, strlen(raw) + 1);
	}
	assert_true(refused > 100);
	assert_true(expected.length > 1000);
	assert_int_equal(by_shell(builder_string(&script), out, sizeof out), expected.length);
	assert_memory_equal(out, expected.text, expected.length);
	arena_free(&arena);
}

static const char *shell_word(struct arena *arena, const char *raw) {
	struct builder builder = { .arena = arena };

	return text_shell(&builder, raw) ? builder_string(&builder) : NULL;
}

static void test_shell_form(void **state) {
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(shell_word(&arena, "/var/tmp"), "/var/tmp");
	assert_string_equal(shell_word(&arena, "a_b.c:d=e@f%g+h-i"), "a_b.c:d=e@f%g+h-i");
	assert_string_equal(shell_word(&arena, ""), "''");
	assert_string_equal(shell_word(&arena, "a b"), "'a b'");
	assert_string_equal(shell_word(&arena, "a'b"), "'a'\\''b'");
	assert_string_equal(shell_word(&arena, "'"), "''\\'''");
	assert_string_equal(shell_word(&arena, "~root"), "'~root'");
	assert_string_equal(shell_word(&arena, "ä"), "'ä'");
	assert_null(shell_word(&arena, "a\nb"));
	assert_null(shell_word(&arena, "a\x1b"));
	assert_null(shell_word(&arena, "\xff"));
	assert_null(shell_word(&arena, "a\u202e"));
	arena_free(&arena);
}

static void test_utf8(void **state) {
	struct arena arena = { 0 };
	struct builder good = { .arena = &arena }, bad = { .arena = &arena }, empty = { .arena = &arena };

	(void)state;
	assert_true(text_utf8(&good, "aä\n", 4));
	assert_string_equal(builder_string(&good), "aä\n");
	assert_false(text_utf8(&bad, "a\xff\xc3z", 4));
	assert_string_equal(builder_string(&bad), "a\ufffd\ufffdz");
	assert_true(text_utf8(&empty, "", 0));
	assert_string_equal(builder_string(&empty), "");
	arena_free(&arena);
}

static void test_base64(void **state) {
	static const char *const cases[][2] = { { "", "" },
		                                { "f", "Zg==" },
		                                { "fo", "Zm8=" },
		                                { "foo", "Zm9v" },
		                                { "foob", "Zm9vYg==" },
		                                { "fooba", "Zm9vYmE=" },
		                                { "foobar", "Zm9vYmFy" },
		                                { "\xff\xfe\xfd", "//79" } };
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct builder builder = { .arena = &arena };

		text_base64(&builder, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(builder_string(&builder), cases[i][1]);
	}
	arena_free(&arena);
}

static void test_builder(void **state) {
	struct arena arena = { 0 };
	struct builder builder = { .arena = &arena };
	char expected[2001] = "";

	(void)state;
	assert_string_equal(builder_string(&builder), "");
	for (unsigned i = 0; i < 500; ++i) {
		builder_format(&builder, "%03u", i);
		builder_text(&builder, "x");
		snprintf(expected + 4 * i, sizeof expected - 4 * i, "%03ux", i);
	}
	assert_string_equal(builder_string(&builder), expected);
	assert_int_equal(builder.length, 2000);
	builder_format(&builder, "%s", "");
	assert_int_equal(builder.length, 2000);
	arena_free(&arena);
}

static void test_glob(void **state) {
	static const struct {
		const char *glob, *name;
		bool matches;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "a/b.c", true },
		{ "mount.*", "mount.tmp-nosuid", true },
		{ "mount.*", "mount", false },
		{ "*.tmp", "a.tmp.tmp", true },
		{ "a*b*c", "a-b-b-c", true },
		{ "a*b*c", "a-b-b-d", false },
		{ "?", "a", true },
		{ "?", "", false },
		{ "a?c", "abc", true },
		{ "[abc]x", "bx", true },
		{ "[!abc]x", "bx", false },
		{ "[^abc]x", "dx", true },
		{ "[a-f]", "e", true },
		{ "[a-f]", "g", false },
		{ "[]]", "]", true },
		{ "[!]]", "]", false },
		{ "[a-]", "-", true },
		{ "[", "[", true },
		{ "[abc", "[abc", true },
		{ "[abc", "a", false },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "a\\", "a\\", true },
		{ "*a", "aaab", false },
		{ "[\xe4-\xff]", "\xf0", true },
		{ "[[:digit:]]", "7", true },
		{ "[[:digit:]]", "d", false },
		{ "[![:space:]x]", "y", true },
		{ "[_[:upper:]-]", "-", true },
		{ "[[:none:]]", "n]", true },
		{ "[\\]]", "]", true },
		{ "[\\--\\]]", "[", true },
	};
	char name[4096], glob[256];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		if (text_glob(cases[i].glob, cases[i].name) != cases[i].matches)
			fail_msg("%s on %s", cases[i].glob, cases[i].name);
	/* What takes for ever where each star is tried with each of the others. */
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	for (size_t i = 0; i + 2 < sizeof glob; i += 2)
		memcpy(glob + i, "*a", 2);
	strcpy(glob + sizeof glob - 2, "b");
	assert_false(text_glob(glob, name));
}

static void test_nearest(void **state) {
	static const char *const names[] = { "default", "strict", "cis-l1", "cis-l2", "container", "desktop", NULL };
	char word[200];

	(void)state;
	assert_string_equal(text_nearest("defualt", names), "default");
	assert_string_equal(text_nearest("strikt", names), "strict");
	assert_string_equal(text_nearest("cis-l3", names), "cis-l1");
	assert_string_equal(text_nearest("contaner", names), "container");
	assert_string_equal(text_nearest("desktop", names), "desktop");
	assert_null(text_nearest("xyz", names));
	memset(word, 'x', sizeof word);
	word[sizeof word - 1] = '\0';
	assert_null(text_nearest(word, names));
	assert_null(text_nearest("a", (const char *const[]) { NULL }));
}

static void test_number(void **state) {
	static const struct {
		const char *text;
		unsigned base;
		uint64_t maximum;
		bool good;
		uint64_t number;
	} cases[] = {
		{ "0", 10, 10, true, 0 },
		{ "10", 10, 10, true, 10 },
		{ "11", 10, 10, false, 0 },
		{ "0027", 8, 0777, true, 027 },
		{ "8", 8, 0777, false, 0 },
		{ "fF", 16, 255, true, 255 },
		{ "g", 16, 255, false, 0 },
		{ "18446744073709551615", 10, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", 10, UINT64_MAX, false, 0 },
		{ "99999999999999999999999", 10, UINT64_MAX, false, 0 },
		{ "", 10, 10, false, 0 },
		{ " 1", 10, 10, false, 0 },
		{ "1 ", 10, 10, false, 0 },
		{ "-1", 10, 10, false, 0 },
		{ "+1", 10, 10, false, 0 },
		{ "0x1", 16, 10, false, 0 },
		{ "1e1", 10, 100, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		uint64_t number = 0;

		if (text_number(cases[i].text, cases[i].base, cases[i].maximum, &number) != cases[i].good ||
		    number != cases[i].number)
			fail_msg("%s", cases[i].text);
	}
}

static void test_small(void **state) {
	(void)state;
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal("", NULL));
	assert_false(text_equal(NULL, ""));
	assert_true(text_equal("a", "a"));
	assert_true(text_starts("abc", "ab"));
	assert_true(text_starts("abc", ""));
	assert_false(text_starts("a", "ab"));
	assert_true(text_ends("a.conf", ".conf"));
	assert_false(text_ends("conf", ".conf"));
	assert_true(text_path_within("/tmp", "/tmp"));
	assert_true(text_path_within("/tmp/a", "/tmp"));
	assert_false(text_path_within("/tmpx", "/tmp"));
	assert_false(text_path_within("/", "/tmp"));
	assert_string_equal(text_relative("/tmp/a/b", "/tmp"), "a/b");
	assert_string_equal(text_relative("/tmp", "/tmp"), "/tmp");
	assert_string_equal(text_relative("/tmpx/a", "/tmp"), "/tmpx/a");
	assert_string_equal(text_relative("/tmp/../x", "/tmp"), "/tmp/../x");
	assert_string_equal(text_relative("/tmp/..x", "/tmp"), "..x");
	assert_string_equal(text_relative("/tmp/a", "/"), "tmp/a");
	assert_string_equal(text_relative("/tmp/a", NULL), "/tmp/a");
	assert_true(text_path_within("/tmp", "/"));
	assert_true(text_path_within("/", "/"));
}

/** What text_base64() never writes is no base64, and what it writes comes back. */
static void test_unbase64(void **state) {
	static const char *const wrong[] = { "Z",    "Zg",   "Zg=",  "Zg===",  "====",   "=Zg=",
		                             "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Z\xff==" };
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
		struct builder bytes = { .arena = &arena };

		if (text_unbase64(&bytes, wrong[i], strlen(wrong[i])))
			fail_msg("\"%s\" was taken", wrong[i]);
	}
	for (size_t length = 0; length < 40; ++length) {
		struct builder base64 = { .arena = &arena }, back = { .arena = &arena };
		char bytes[40];

		for (size_t i = 0; i < length; ++i)
			bytes[i] = (char)(i * 37 + length);
		text_base64(&base64, bytes, length);
		assert_true(text_unbase64(&back, builder_string(&base64), base64.length));
		assert_int_equal(back.length, length);
		assert_memory_equal(builder_string(&back), bytes, length);
	}
	arena_free(&arena);
}

static void test_uri(void **state) {
	static const char *const cases[][2] = { { "/etc/fstab", "/etc/fstab" },
		                                { "/tmp/a b%25#?:@&=+$,;",
		                                  "/tmp/a%20b%2525%23%3F%3A%40%26%3D%2B%24%2C%3B" },
		                                { "/-._~", "/-._~" },
		                                { "/\xff\n\xc3\xa9\\", "/%FF%0A%C3%A9%5C" } };
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct builder uri = { .arena = &arena };

		text_uri(&uri, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(builder_string(&uri), cases[i][1]);
	}
	arena_free(&arena);
}

static void test_label(void **state) {
	struct arena arena = { 0 };
	struct builder label = { .arena = &arena };
	static const char name[] = "a\"} 1\n\\\x1b\xff";

	(void)state;
	text_label(&label, name, strlen(name));
	assert_string_equal(builder_string(&label), "a\\\"} 1\\\\x0a\\\\\\\\\\\\x1b\\\\xff");
	arena_free(&arena);
}

static void test_plain(void **state) {
	(void)state;
	assert_true(text_is_plain(""));
	assert_true(text_is_plain("chmod '\\' /tmp/\xe6\x97\xa5"));
	assert_false(text_is_plain("a\nb"));
	assert_false(text_is_plain("a\tb"));
	assert_false(text_is_plain("\xff"));
	assert_false(text_is_plain("\xe2\x80\xae"));
	assert_false(text_is_plain("\xef\xbf\xbf"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal), cmocka_unit_test(test_terminal_undone),
		cmocka_unit_test(test_html),     cmocka_unit_test(test_html_undone),
		cmocka_unit_test(test_shell),    cmocka_unit_test(test_shell_form),
		cmocka_unit_test(test_utf8),     cmocka_unit_test(test_base64),
		cmocka_unit_test(test_builder),  cmocka_unit_test(test_glob),
		cmocka_unit_test(test_nearest),  cmocka_unit_test(test_number),
		cmocka_unit_test(test_small),    cmocka_unit_test(test_unbase64),
		cmocka_unit_test(test_uri),      cmocka_unit_test(test_label),
		cmocka_unit_test(test_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
