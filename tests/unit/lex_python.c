#include "scripts.h"

#include "lex_python.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define expect(text, expected) assert_found(&language_python, text, expected)

#define expect_tokens(text, expected) assert_tokens(lex_python, text, expected)

static void test_tokens(void **state) {
	(void)state;
	expect_tokens("a = 1 # b\n", "a = 1 ;");
	expect_tokens("if a:\n\tb\n\n# c\nd\n", "if a : < b ; > d ;");
	expect_tokens("if a:\n  if b:\n    c\nd", "if a : < if b : < c ; > > d ;");
	expect_tokens("f(\n  a,\n\n b)\nc", "f ( a , b ) ; c ;");
	expect_tokens("a \\\n b", "a b ;");
	expect_tokens("'it''s' r'\\n' b\"x\\x2fy\" u'\\'q'", "'it' 's' '\\n' 'x/y' ''q' ;");
	expect_tokens("'''a\nb''' c", "'a\nb' c ;");
	expect_tokens("'unclosed\nnext", "'unclosed' ; next ;");
	expect_tokens("f'a{b}c{{d}}'", "( 'a' ~ ( b ) ~ 'c{{d}}' ) ;");
	expect_tokens("f'{x!r:>{w}}'", "( '' ~ ( x ) ~ '' ) ;");
	expect_tokens("f'{f\"{a}\"}'", "( '' ~ ( ( '' ~ ( a ) ~ '' ) ) ~ '' ) ;");
	expect_tokens("getattr(m, 'f')(1)", "m . f ( 1 ) ;");
	expect_tokens("importlib.import_module('m').f()", "@m . f ( ) ;");
	expect_tokens("a; b", "a ; b ;");
	expect_tokens("", "");
	expect_tokens("a\r\nb\r\n", "a ; b ;");
	expect_tokens("a\0b", "a b ;");
}

static void test_names(void **state) {
	(void)state;
	expect("import tempfile\ntempfile.mktemp()\n", "2 name medium");
	expect("import tempfile as t\nn = t.mktemp('.x')\nopen(n, 'w')\n", "2 name high");
	expect("from tempfile import (mkstemp,\n  mktemp as m)\nopen(m(), 'w')\n", "3 name high");
	expect("from tempfile import *\nmktemp()\n", "2 name medium");
	expect("def f():\n  from tempfile import mktemp\n  return mktemp()\n", "3 name medium");
	expect("import tempfile\ngetattr(tempfile, 'mktemp')()\n", "2 name medium");
	expect("__import__('tempfile').mktemp()\n", "1 name medium");
	expect("import tempfile\nmk = tempfile.mktemp\nopen(mk(), 'wb')\n", "3 name high");
	expect("import os\nos.tempnam()\nos.tmpnam()\n", "2 name medium; 3 name medium");
	/* Objects, methods and functions of the script's own. */
	expect("tempfile = helper()\ntempfile.mktemp()\n", "");
	expect("self.mktemp()\nsession.mktemp('x')\n", "");
	expect("def mktemp():\n  pass\nmktemp()\n", "");
	expect("from .tempfile import mktemp\nmktemp()\n", "");
	/* Mentions. */
	expect("import tempfile\n'''tempfile.mktemp()'''\nx = 'tempfile.mktemp()' # tempfile.mktemp()\n", "");
	/* Names that only meet calls that fail on what exists. */
	expect("import tempfile, os\nn = tempfile.mktemp()\nos.mkfifo(n)\n", "");
	expect("import tempfile, os\nn = tempfile.mktemp()\nos.open(n, os.O_CREAT | os.O_EXCL)\n", "");
	expect("import tempfile, os\nn = tempfile.mktemp(dir=tempfile.mkdtemp())\nopen(n, 'w')\n", "");
	expect("import tempfile\ntempfile.mktemp(prefix=r'\\\\.\\pipe\\x')\n", "");
	expect("import tempfile\ntempfile.mktemp(dir=home)\n", "2 name low");
}

static void test_creating(void **state) {
	(void)state;
	expect("open('/tmp/x', 'w')\n", "1 create high /tmp/x");
	expect("open('/tmp/x')\nopen('/tmp/x', 'r')\nopen('/tmp/x', 'x')\n", "");
	expect("import os\nopen('/tmp/x.%d' % os.getpid(), mode='w')\n", "2 create high /tmp/x.<pid>");
	expect("import os\nopen('/tmp/%s-%s' % ('a', os.getpid()), 'a')\n", "2 create high /tmp/a-<pid>");
	expect("import os\nopen(f'/tmp/x.{os.getpid()}.log', 'w')\n", "2 create high /tmp/x.<pid>.log");
	expect("import os\nopen('/tmp/x.{}'.format(os.getpid()), 'w')\n", "2 create high /tmp/x.<pid>");
	expect("import os.path\nD = '/var/tmp'\nopen(os.path.join(D, 'a'), 'w')\n", "3 create high /var/tmp/a");
	expect("from pathlib import Path\nPath('/tmp/x').write_text('a')\n", "2 create high /tmp/x");
	expect("from pathlib import Path\n(Path('/tmp') / 'x').open('w')\n", "2 create high /tmp/x");
	expect("import tempfile\nopen(tempfile.gettempdir() + '/a', 'w')\n", "2 create high $TMPDIR/a");
	expect("import os\nd = os.environ.get('TMPDIR', '/tmp')\nopen(d + '/a', 'w')\n", "3 create high $TMPDIR/a");
	expect("import os\nos.open('/tmp/x', os.O_WRONLY | os.O_CREAT)\n", "2 create high /tmp/x");
	expect("import os\nos.open('/tmp/x', os.O_RDONLY)\nos.open('/tmp/x', os.O_CREAT | os.O_EXCL)\n", "");
	expect("def f(p):\n  open('/tmp/' + p, 'w')\n", "2 create medium /tmp/<\xe2\x80\xa6>");
	expect("import uuid\nopen('/tmp/' + uuid.uuid4().hex, 'w')\n", "");
	expect("import tempfile\nd = tempfile.mkdtemp(dir='/tmp')\nopen(d + '/a', 'w')\n", "");
	expect("import tempfile\nwith tempfile.TemporaryDirectory() as d:\n  open(d + '/a', 'w')\n", "");
	expect("p = '/tmp/x'\np = '/srv/x'\nopen(p, 'w')\n", "");
	expect("def f():\n  p = '/tmp/x'\ndef g(p):\n  open(p, 'w')\n", "");
	expect("open('/tmpl/x', 'w')\nopen('tmp/x', 'w')\n", "");
	expect("if os.fork:\n  p = '/tmp/x'\nelse:\n  p = '/srv/x'\nopen(p, 'w')\n", "5 create medium /tmp/x");
	expect("class A:\n  def a(self):\n    self.p = '/tmp/x'\n  def b(self):\n    open(self.p, 'w')\n",
	       "5 create high /tmp/x");
	expect("import shutil\nshutil.copy(a, '/tmp/x')\n", "2 create high /tmp/x");
	expect("open('/tmp/x', 'w') # nosec\nopen('/tmp/y', 'w') # noqa: S108\nopen('/tmp/z', 'w') # noqa: E501\n",
	       "3 create high /tmp/z; 2 suppressed");
}

static void test_directories(void **state) {
	(void)state;
	expect("import os\nos.makedirs('/tmp/x', exist_ok=True)\n", "2 directory high /tmp/x");
	expect("import os\nif not os.path.exists('/tmp/x'):\n  os.mkdir('/tmp/x')\n", "3 directory high /tmp/x");
	expect("import os\ntry:\n  os.mkdir('/tmp/x')\nexcept OSError:\n  pass\n", "3 directory high /tmp/x");
	/* It fails if it exists, and what is inside is then its own. */
	expect("import os\nos.mkdir('/tmp/x')\nopen('/tmp/x/a', 'w')\n", "");
	/* Where the safe way is missing, or it is looked whose it is. */
	expect("try:\n  import tempfile\nexcept ImportError:\n  open('/tmp/x', 'w')\n", "4 create low /tmp/x");
	expect("import os\ndef f():\n  try:\n    os.mkdir('/tmp/x')\n  except OSError:\n    pass\n"
	       "  if os.lstat('/tmp/x').st_uid != os.getuid():\n    raise\n",
	       "");
	expect("import os\nos.umask(0)\nos.umask(0o77)\n", "2 umask high");
	expect("import os\nold = os.umask(0)\nos.umask(old)\nos.umask(os.umask(0))\n", "");
	expect("import os\nold = os.umask(0)\n", "2 umask medium");
	expect("import os\nos.system('ls > /tmp/x.%d' % os.getpid())\n", "2 create high /tmp/x.<pid>");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_creating),
		cmocka_unit_test(test_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
