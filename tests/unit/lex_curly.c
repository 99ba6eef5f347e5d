#include "scripts.h"

#include "lex_curly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_c(void **state) {
	(void)state;
	assert_tokens(lex_c, "int a; /* b */ f(1); // c\ng", "int a ; f ( 1 ) ; g ;");
	assert_tokens(lex_c, "a\\\nb \"x\\x2fy\" 'c' L\"d\"", "a b 'x/y' c 'd' ;");
	assert_tokens(lex_c, "#define A \"x\" \\\n \"y\"\nA", "; A = 'x' 'y' ; A ;");
	assert_tokens(lex_c, "#define F(x) x\n#include <a>\n# if 0\nb\n#if 1\nc\n#endif\n#else\nd\n#endif\n",
	              "; F ( x ) < return x ; > ; d ;");
	assert_tokens(lex_c, "#if 1\na\n#endif", "a ;");
	assert_tokens(lex_c, "R\"x(a)\"b)x\" c R\"(d)\"", "'a)\"b' c 'd' ;");
	assert_tokens(lex_c, "std::string s; ::open(a)", "string s ; open ( a ) ;");
	assert_tokens(lex_c, "ofstream o(\"x\"); string f(int a); QFile q(p);",
	              "o = ofstream ( 'x' ) ; string f ( int a ) ; q = QFile ( p ) ; ;");
	/* Braces that hold what a variable is made of, and such that do not. */
	assert_tokens(lex_c, "auto a{1}; Fd b{\"x\", 2}; map<A, B> c{{1}}; return D{3};",
	              "auto a = < 1 > ; Fd b ( 'x' , 2 ) ; map < A , B > c = < < 1 > > ; return D ( 3 ) ; ;");
	assert_tokens(lex_c, "struct A final {int x}; enum E {P}; class F B {Q}; X y() const {z};",
	              "struct A final < int x > ; enum E < P > ; class F B < Q > ; X y ( ) const < z > ; ;");
	assert_tokens(lex_c, "if (a) { b->c(1'000); }", "if ( a ) < b -> c ( 1'000 ) ; > ;");
	assert_tokens(lex_c, "\"open\nx /* y", "'open' x ;");
	assert_tokens(lex_c, "a\0b\r\n", "a b ;");
	assert_tokens(lex_c, "", ";");
}

static void test_java(void **state) {
	(void)state;
	assert_tokens(lex_java, "new java.io.File(\"a\")", "new File ( 'a' ) ;");
	assert_tokens(lex_java, "s = \"\"\"\n a \"b\" \"\"\";c", "s = 'a \"b\" ' ; c ;");
	assert_tokens(lex_java, "\"\"\"a", "'a' ;");
	assert_tokens(lex_java, "'\\'' + \"\\\"\"", "\\' + '\"' ;");
}

static void test_go(void **state) {
	(void)state;
	assert_tokens(lex_go, "a := `b\\n\nc`\nf(\n1,\n2)\ng++\n}", "a := 'b\\n\nc' ; f ( 1 , 2 ) ; g ++ ; > ;");
	assert_tokens(lex_go, "x :=\n1", "x := 1 ;");
	assert_tokens(lex_go, "'a' // b\nc", "a ; c ;");
}

static void test_php(void **state) {
	(void)state;
	assert_tokens(lex_php, "a <b> <?php c; # d ?> e <?= f ?>", "; c ; ; f ; ;");
	assert_tokens(lex_php, "<?php \\f('a\\n') . \"b$x->y{$z}c${w}d\\$e\"",
	              "; f ( 'a\\n' ) . ( 'b' ~ ( $x -> y ) ~ '' ~ ( $z ) ~ 'c' ~ ( w ) ~ 'd$e' ) ;");
	assert_tokens(lex_php, "<?php <<<A\nb $c\n  A . <<<'D'\n$e\nD;", "; ( 'b ' ~ ( $c ) ~ '' ) . '$e' ; ;");
	assert_tokens(lex_php, "<?php <<<A\nb\nA;c", "; 'b' ; c ;");
	assert_tokens(lex_php, "<?php \"$a[0] $\" #[B]\n", "; ( '' ~ ( $a [ 0 ] ) ~ ' $' ) # [ B ] ;");
	assert_tokens(lex_php, "<?php <<<A\nopen", "; ;");
	assert_tokens(lex_php, "no code", "; ;");
}

static void test_javascript(void **state) {
	(void)state;
	assert_tokens(lex_javascript, "#!/usr/bin/node\na = `b${c}d` + 'e'", "a = ( 'b' ~ ( c ) ~ 'd' ) + 'e' ;");
	assert_tokens(lex_javascript, "a = /[/]b\\/'/g; c / d", "a = / ; c / d ;");
	assert_tokens(lex_javascript, "return /'/\n.test(x)", "return / . test ( x ) ;");
	assert_tokens(lex_javascript, "a\nb\n.c()\nd", "a ; b . c ( ) ; d ;");
	assert_tokens(lex_javascript, "f({a: 1\n, b: 2})", "f ( < a : 1 , b : 2 > ) ;");
	assert_tokens(lex_javascript, "fs.promises.writeFile(a || b)", "fs . writeFile ( a || b ) ;");
	assert_tokens(lex_javascript, "`${`${a}`}`", "( '' ~ ( ( '' ~ ( a ) ~ '' ) ) ~ '' ) ;");
	assert_tokens(lex_javascript, "`open ${a", "( 'open ' ~ ( a ) ~ '' ) ;");
}

/** What is not closed is told, with its line. */
static void test_open(void **state) {
	struct arena arena = { 0 };
	struct lex lex;

	(void)state;
	lex_start(&lex, &arena, "a\n/* b", 6);
	lex_c(&lex);
	assert_string_equal(lex.open, "a comment");
	assert_int_equal(lex.open_line, 2);
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_c),   cmocka_unit_test(test_java),       cmocka_unit_test(test_go),
		cmocka_unit_test(test_php), cmocka_unit_test(test_javascript), cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
