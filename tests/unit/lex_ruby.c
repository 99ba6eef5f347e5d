#include "scripts.h"

#include "lex_ruby.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define expect_tokens(text, expected) assert_tokens(lex_ruby, text, expected)

static void test_tokens(void **state) {
	(void)state;
	expect_tokens("a = 1 # b\nc", "a = 1 ; c ;");
	expect_tokens("def f(a)\n  b\nend\nc", "def f ( a ) < b ; > ; c ;");
	expect_tokens("if a then b else c end", "if a < b > else < c > ;");
	expect_tokens("while a do b end", "while a < b > ;");
	expect_tokens("a.each do |b|\nc\nend", "a . each < | b | ; c ; > ;");
	expect_tokens("f(1,\n2)\n  .g\nh", "f ( 1 , 2 ) . g ; h ;");
	expect_tokens("x if y", "x if y ;");
	expect_tokens("'a\\'b\\n' \"c#{d}e\\\"\"", "'a'b\\n' ( 'c' ~ ( d ) ~ 'e\"' ) ;");
	expect_tokens("%q(a(b)c); %w[d e]; %(f); a % b", "'a(b)c' ; [ 'd' , 'e' ] ; 'f' ; a % b ;");
	expect_tokens("x = /a'b/ ; y / z", "x = / ; y / z ;");
	expect_tokens("f ?/ + 'a', :'b c'; d ? /e/ : g", "f '/' + 'a' , 'b c' ; d ? / : g ;");
	expect_tokens("x ||= begin\na\nend\nb", "x ||= begin < a ; > ; b ;");
	expect_tokens(":a :\"b\" A::B {c: 1} $$ $x @y @@z", "a 'b' A :: B { c : 1 } $$ $x @y @@z ;");
	expect_tokens("a <<~X, <<'Y'\n  b\n  X\nc\nY\nd", "a 'b\n' , 'c\n' ; d ;");
	expect_tokens("a << b", "a << b ;");
	expect_tokens("=begin\nx\n=end\na\n__END__\nb", "; a ; ;");
	expect_tokens("begin\na\nrescue\nb\nend", "begin < a ; > rescue < b ; > ;");
	expect_tokens("a\r\nb\\\nc\0d", "a ; b c d ;");
	expect_tokens("\"open", "'open' ;");
	expect_tokens("", ";");
}

static void test_found(void **state) {
	(void)state;
	assert_found(&language_ruby, "File.write('/tmp/a', 1)\n", "1 create high /tmp/a");
	assert_found(&language_ruby, "File.open \"/tmp/a#{$$}\", 'w'\n", "1 create high /tmp/a<pid>");
	assert_found(&language_ruby, "require 'tmpdir'\nDir.mktmpdir { |d| File.write(File.join(d, 'a'), 1) }\n", "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
