#include "scripts.h"

#include "lex_perl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define expect(text, expected) assert_found(&language_perl, text, expected)

#define expect_tokens(text, expected) assert_tokens(lex_perl, text, expected)

static void test_tokens(void **state) {
	(void)state;
	expect_tokens("my $x = 1; # y\nf", "my $x = 1 ; f ;");
	expect_tokens("if ($a) { b } else { c }", "if ( $a ) < b > else < c > ;");
	expect_tokens("$h{a}{b} $r->{c} @{$x} ${y} $$", "$h { a } { b } $r -> { c } @ { $x } $y $$ ;");
	expect_tokens("'a\\'b' q(a(b)c) qq{d} \"e\"", "'a'b' 'a(b)c' 'd' 'e' ;");
	expect_tokens("\"a$b.c\"", "( 'a' ~ $b ~ '.c' ) ;");
	expect_tokens("\"/tmp/x$$\" \"a@b.c\" \"$h{a}b\"",
	              "( '/tmp/x' ~ $$ ~ '' ) ( 'a' ~ @b ~ '.c' ) ( '' ~ $h { a } ~ 'b' ) ;");
	expect_tokens("qw(a b)", "( 'a' , 'b' ) ;");
	expect_tokens("$x =~ m/a'b/ and s{'}{\"}g; $y / 2", "$x =~ '' and '' ; $y / 2 ;");
	expect_tokens("split /'/, $x; tr/a'/b'/", "split '' , $x ; '' ;");
	expect_tokens("f(<<A, <<'B');\n1\nA\n2\nB\ng", "f ( '1\n' , '2\n' ) ; g ;");
	expect_tokens("print <<\"E\";\n'\nE\ng", "print ''\n' ; g ;");
	expect_tokens("a;\n=pod\n\n' b\n\n=cut\nc", "a ; c ;");
	expect_tokens("a\n__END__\nb", "a ;");
	expect_tokens("{ q => 1, y => 2 }", "< q => 1 , y => 2 > ;");
	expect_tokens("sub f($$) { g }", "sub f < g > ;");
	expect_tokens("-d $x; $a-d", "-d $x ; $a - d ;");
	expect_tokens("`a b`", "qx 'a b' ;");
	expect_tokens("'unclosed", "'unclosed' ;");
}

/** Quotes with delimiters of all kinds, and where nothing is quoted. */
static void test_quotes(void **state) {
	(void)state;
	expect_tokens("s {a} {b}e; s{a}\n #x\n{b}; tr[a][b]; y/a/b/; f", "'' ; '' ; '' ; '' ; f ;");
	expect_tokens("s{a}#b#; s{a} #b", "'' ; '' ;");
	expect_tokens("m{a{1,2}b}; q<a<b>c>; qw[a b]; qr/x/i; q#a#", "'' ; 'a<b>c' ; ( 'a' , 'b' ) ; '' ; 'a' ;");
	expect_tokens("print $f <<E;\na\nE\n$b <<2", "print $f 'a\n' ; $b << 2 ;");
	expect_tokens("ok -s $f; g(s/a/b/)", "ok -s $f ; g ( '' ) ;");
	expect_tokens("$a = $b =~ s/x/y/gr; $a =~ s/r/y/;", "$a = $b ; $a =~ '' ; ;");
	expect_tokens("q #c\n(a)", "q ( a ) ;");
	expect_tokens("m'a'; q'a$b'; qq'a$b'; s'a'b'; -d -x $f; -f=>1; $x-d",
	              "'' ; 'a$b' ; 'a$b' ; '' ; -d -x $f ; - f => 1 ; $x - d ;");
	expect_tokens("x=1;$h{s};$h{y}{m};$o->q;sub tr{1}(s=>2, q , 1);print q",
	              "x = 1 ; $h { s } ; $h { y } { m } ; $o -> q ; sub tr < 1 > ( s => 2 , q , 1 ) ; print q ;");
	expect_tokens("f << 2; h <<1; <<\"a\nb", "f << 2 ; h << 1 ; << 'a\nb' ;");
	expect_tokens("print <<~E;\n\t a\n\t E\nf(<<\"X", "print 'a\n' ; f ( << 'X' ;");
	expect_tokens("f(<<~E, <<\"B C\", <<`K`);\n  1\n  E\n2\nB C\nls\nK\ng", "f ( '1\n' , '2\n' , 'ls\n' ) ; g ;");
	expect_tokens("a\n=cut\nb\n=begin\n'\n=cut", "a b ;");
	expect_tokens("=begin x", ";");
	expect_tokens("=head1 x\n\n'\n\n=cut\na;\n__DATA__\n'", "a ; ;");
}

/** Names with their signs, which are operators elsewhere. */
static void test_signs(void **state) {
	(void)state;
	expect_tokens(
	        "@_; @::x; @$x; @{$x}; @ ; %$x; %{$x}; 5 % 3; $x % 2; &$f; &{$f}; 5 & 3; f(&g); $x && $y; grep &f, @x",
	        "@_ ; @x ; @ $x ; @ { $x } ; @ ; % $x ; % { $x } ; 5 % 3 ; $x % 2 ; & $f ; & { $f } ; 5 & 3 ; f ( g "
	        ") ; "
	        "$x && $y ; grep f , @x ;");
	expect_tokens("$::x; $x::y; ${^X}; ${x}; ${ x }; $ x; $^; $;",
	              "$x ; $y ; $^X ; $x ; $ { x } ; $ x ; $^ ; $; ;");
	expect_tokens("$#{$x}; $#y; $#$r; $#", "$# { $x } ; $# y ; $# $r ; $# ;");
	expect_tokens("$^W = 1; @{$x}{a}; $$x; $$; $!; $0; %h = (); &f; $a & $b",
	              "$^W = 1 ; @ { $x } { a } ; $ $x ; $$ ; $! ; $0 ; %h = ( ) ; f ; $a & $b ;");
	expect_tokens("\"\\n\\t\\$x \\@y $x->{a} $x->[0] $x->m @{[ 1 ]} $1 $& $$x @ y\"",
	              "( '  $x @y ' ~ $x -> { a } ~ ' ' ~ $x -> [ 0 ] ~ ' ' ~ $x ~ '->m ' ~ @ { [ 1 ] } ~ ' ' ~ $1 ~ ' "
	              "' ~ $& ~ ' ' "
	              "~ $ $x ~ ' @ y' ) ;");
	expect_tokens("\"\\\\ \\q ${x} $x::y $x: $$ $ 5 $x-> $x [0] $x[0]{a} $h{a b} $\"",
	              "( '\\ q ' ~ $x ~ ' ' ~ $y ~ ' ' ~ $x ~ ': ' ~ $$ ~ ' $ 5 ' ~ $x ~ '-> ' ~ $x ~ ' [0] ' ~ $x "
	              "[ 0 ] { a } ~ ' ' "
	              "~ $h ~ '{a b} $' ) ;");
	expect_tokens("return /a/; grep { /x/ } @y; $x / 2; $a[0] / 2; $x // 3; if (/x/) {}",
	              "return '' ; grep < '' > @y ; $x / 2 ; $a [ 0 ] / 2 ; $x // 3 ; if ( '' ) < > ;");
	expect_tokens("v1.2.3; 1_000; 0x1f; 1e5; 1..2; 1.5; .5",
	              "v1 . 2.3 ; 1_000 ; 0x1f ; 1e5 ; 1 .. 2 ; 1.5 ; . 5 ;");
	expect_tokens("<STDIN>; <$fh>; $x < 3; $x << 2; a'b'", "< STDIN > ; < $fh > ; $x < 3 ; $x << 2 ; a 'b' ;");
	expect_tokens("sub f($x, $y) { } sub g(\\@$;%) { } -e $_ and -x",
	              "sub f ( $x , $y ) < > sub g < > -e $_ and -x ;");
}

static void test_names(void **state) {
	(void)state;
	expect("use POSIX;\nmy $n = tmpnam();\n", "2 name medium");
	expect("my $n = POSIX::tmpnam();\nopen(F, \">$n\");\n", "1 name high");
	expect("use File::Temp qw(:mktemp);\nmktemp('x');\n", "2 name medium");
	expect("use File::Temp;\nFile::Temp::mktemp('x');\n", "2 name medium");
	expect("use File::Temp qw/:POSIX/;\nuse Fcntl;\nmy $n = tmpnam();\nsysopen(F, $n, O_CREAT | O_EXCL);\n", "");
	expect("$session->mktemp; sub mktemp { } mktemp();\n", "");
	expect("use POSIX ();\nmktemp();\ntmpnam();\n", "");
	expect("my (undef, $n) = File::Temp::tempfile('x', OPEN => 0);\n", "1 name medium");
}

static void test_creating(void **state) {
	(void)state;
	expect("open(F, '>/tmp/x');\nopen F, \">>/tmp/y$$\" or die;\n",
	       "1 create high /tmp/x; 2 create high /tmp/y<pid>");
	expect("open(my $f, '>', \"/tmp/x.$$\") || die;\n", "1 create high /tmp/x.<pid>");
	expect("open(F, '/tmp/x'); open(F, '<', '/tmp/x'); open(F, '< /tmp/x'); open(F, '+<', '/tmp/x');\n", "");
	expect("my $t = '/tmp/x' . $$ . time;\nopen(F, \"> $t\");\n", "2 create high /tmp/x<pid><time>");
	expect("my $d = $ENV{TMPDIR} || '/tmp';\nopen(F, \">$d/x\");\n", "2 create high $TMPDIR/x");
	expect("use File::Spec;\nopen(F, '>', File::Spec->catfile(File::Spec->tmpdir, 'x'));\n",
	       "2 create high $TMPDIR/x");
	expect("my $t = sprintf('/tmp/x%d', $$);\nopen(F, '>', $t);\n", "2 create high /tmp/x<pid>");
	expect("use File::Temp qw(tempfile tempdir);\nmy ($f, $n) = tempfile();\nopen(F, \">$n\");\n", "");
	expect("my $d = File::Temp->newdir;\nopen(F, \">$d/x\");\n", "");
	expect("my $f = IO::File->new('/tmp/x', 'w');\nmy $g = new IO::File('>/tmp/y');\n",
	       "1 create high /tmp/x; 2 create high /tmp/y");
	expect("sysopen(F, '/tmp/x', O_WRONLY | O_CREAT);\nsysopen(F, '/tmp/x', O_RDONLY);\n", "1 create high /tmp/x");
	expect("print \"open(F, '>/tmp/x')\"; # open(F, '>/tmp/x')\n=pod\n\nopen(F, '>/tmp/x')\n\n=cut\n", "");
	expect("system(\"ls > /tmp/x.$$\");\n`ls 2>/tmp/y`;\nopen(P, \"| cat > /tmp/z\");\n",
	       "1 create high /tmp/x.<pid>; 2 create high /tmp/y; 3 create high /tmp/z");
	expect("use constant F => '/tmp/x';\nopen(O, '>', F);\n", "2 create high /tmp/x");
	expect("sub f { my ($p) = @_; open(F, \">$p\"); }\nsub g { my $p = '/tmp/x'; }\n", "");
	expect("open(F, '>/tmp/x'); ## tmpaudit: ignore\n", "1 suppressed");
}

static void test_directories(void **state) {
	(void)state;
	expect("mkdir('/tmp/x') or die;\nopen(F, '>/tmp/x/a');\n", "");
	expect("mkdir '/tmp/x', 0700;\n", "1 directory high /tmp/x");
	expect("mkdir '/tmp/x' or die unless -d '/tmp/x';\n", "1 directory high /tmp/x");
	expect("use File::Path;\nmkpath('/tmp/x');\n", "2 directory high /tmp/x");
	expect("do '/tmp/x.pl';\n", "1 source high /tmp/x.pl");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens), cmocka_unit_test(test_quotes),   cmocka_unit_test(test_signs),
		cmocka_unit_test(test_names),  cmocka_unit_test(test_creating), cmocka_unit_test(test_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
