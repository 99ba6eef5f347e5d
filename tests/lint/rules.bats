# What the rules of the house let through and what they stop, on small houses.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	house=$WORK/house
	mkdir -p "$house"/{cmd,lib,checks,tests,share,man} "$WORK/build"/{cmd,lib,checks}
	export BUILD=$WORK/build
	cd "$house" || return
}

# Of what the calls below are.
headers=$(printf '#include <%s>\\n' dirent.h fcntl.h grp.h locale.h pwd.h stdio.h stdlib.h string.h sys/stat.h time.h unistd.h)

rule() {
	# shellcheck disable=SC2154 # the helper assigns it
	"$tests/lint/$1"
}

# A file with this content; C is also compiled, as the program would be.
with() {
	printf '%b\n' "$2" >"$1"
	case $1 in lib/up.c | checks/up.c) ;; *.c) gcc -D_GNU_SOURCE -fPIE -O1 -w -I. -Ilib -Ichecks -c -o "$BUILD/${1%.c}.o" "$1" ;; esac
}

good_house() {
	with lib/text.h 'int text_equal(const char *, const char *);'
	with lib/tree.c '#include <fcntl.h>\nint tree_open(const char *p) { return open(p, O_PATH); }'
	with lib/text.c '#include "text.h"\n#include <string.h>\nint text_equal(const char *a, const char *b) { return !strcmp(a, b); }'
	with checks/checks.h 'extern const char *const check_families[];'
	with checks/checks.c '#include "checks.h"\nconst char *const check_families[] = { "one" };'
	with checks/one.c '#include "text.h"\nint one(const char *a) { static const char *const names[] = { "a", "b" }; return text_equal(a, names[*a & 1]); }'
	with cmd/main.c '/** cmd/main.c, lib/*.c, lib/{tree,text}.c, checks/checks.{c,h} */\nint main(void) { return 0; }'
}

@test "rules: a good house keeps them" {
	good_house
	for name in includes symbols globals overview; do
		rule "$name"
	done
}

@test "rules: includes: no way up, and one user of a library" {
	good_house
	with lib/up.c '#include "checks.h"'
	run -1 rule includes
	rm lib/up.c
	with cmd/say.h ''
	with checks/up.c '#include "../cmd/say.h"'
	run -1 rule includes
	rm checks/up.c
	with lib/second.h '#include <sys/acl.h>'
	run -1 rule includes
	rm lib/second.h
	with lib/second.h '#  include <json-c/json.h>'
	run -1 rule includes
}

@test "rules: symbols: a check neither prints, opens, allocates nor asks" {
	good_house
	for call in 'puts("x")' 'malloc(3)' 'open("/", 0)' 'getpid()' 'strdup("x")' 'host_gather(0, 0)' 'tree_open("/")' 'time(0)'; do
		with checks/bad.c "${headers}long host_gather(int, int); int tree_open(const char *);\nlong bad(void) { return (long)$call; }"
		run -1 rule symbols
	done
}

@test "rules: symbols: only the tree opens, and nothing asks NSS, the environment or a shell" {
	good_house
	for call in 'open("/", 0)' 'fopen("/", "r")' 'opendir("/")' 'getenv("PATH")' 'getpwnam("root")' 'system("true")' 'fork()' \
		'strcpy(b, b + 1)' 'printf("x")' 'exit(1)' 'setlocale(0, "")' 'realpath("/", b)' 'stat("/", (void *)b)'; do
		with lib/bad.c "${headers}extern char b[];\nvoid bad(void) { $call; }"
		run -1 rule symbols
		rm lib/bad.c "$BUILD/lib/bad.o"
		rule symbols
	done
}

@test "rules: globals: nothing that changes, also no static in a function" {
	good_house
	for code in 'int counter;' 'static int counter = 3; int f(void) { return ++counter; }' \
		'int f(void) { static int n; return ++n; }' '_Thread_local int t;' 'const char *mutable_pointer = "x";'; do
		with lib/bad.c "$code"
		run -1 rule globals
	done
	with lib/bad.c 'static const char *const names[] = { "a" }; const char *f(int i) { return names[i]; }'
	rule globals
}

@test "rules: binary: hardened, and without what is forbidden" {
	printf '#include <stdio.h>\nint main(int n, char **v) { char b[64]; snprintf(b, 64, v[0]); return b[n]; }\n' >"$WORK/good.c"
	hard='-fPIE -pie -O1 -fstack-protector-all -Wl,-z,relro,-z,now,-z,noexecstack'
	built() {
		# shellcheck disable=SC2086 # flags are words
		gcc -w $1 -o "$BUILD/tmpaudit" "${2:-$WORK/good.c}"
	}
	built "$hard"
	rule binary
	for flags in "$hard -no-pie" "$hard -Wl,-z,lazy" "$hard -Wl,-z,norelro" "$hard -Wl,-z,execstack" "$hard -Wl,-rpath,/tmp" \
		"$hard -fno-stack-protector"; do
		built "$flags"
		run -1 rule binary
	done
	for call in 'system("x")' 'popen("x", "r")' 'execl("/x", "x", 0)' 'tmpnam(0)' 'mktemp(b)' 'getpwuid(0)' 'setlocale(0, "")'; do
		printf "$headers"'int main(int n, char **v) { char b[64]; %s; return b[n]; }\n' "$call" >"$WORK/bad.c"
		built "$hard" "$WORK/bad.c"
		run -1 rule binary
	done
}

@test "rules: overview: names what is there, and all of it" {
	good_house
	with cmd/other.c ''
	run -1 rule overview
	rm cmd/other.c
	with cmd/main.c '/** cmd/main.c, lib/*.c, lib/gone.c, checks/checks.{c,h} */'
	run -1 rule overview
	with cmd/main.c '/** nothing */'
	run -1 rule overview
}
