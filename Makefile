# All output goes to $(BUILD).  make V=1 shows the commands.
#
#   make, make check, make lint, make bench, make bench-start, make bench-walk, make format, make clean
#   make deb                      a Debian package in build/deb
#   make install DESTDIR=... PREFIX=/usr/local, make uninstall
#   make check BUILD=build/asan SAN=address,undefined    a sanitizer build and its tests
#   make CC=clang BUILD=build/clang
#   make man/tmpaudit-checks.7    the manual page of the checks again, after a row has changed
#   make check-racer RUNS=1000, make check-trees TREES=300    the walk against a racer, and against find and getfacl
#   make man/tmpaudit-policy.5    the list of parameters in it again
#   make check-attacks            the attacks in a booted guest, and a thousand probes that are killed
#   make check-faults             each call of an audit fails in turn: make check tries some of them
#   make check-defences           each defence is taken away, and its test must fail
#   make check-valgrind           the unit tests and the seeds of the fuzzer under valgrind
#   make check-metamorphic SEEDS=300    audits of random trees that must agree
#   make fuzz FUZZ_SECONDS=60     each parser and escaping function with inputs of clang's libFuzzer
#   make bench-code               precision and recall on labelled code
#   make check-hosts              audits booted Debian hosts, repairs them and boots them again (tests/hosts/run and
#                                 tests/hosts/loop say what they need)

VERSION = 1.0.0
BUILD = build
CC = gcc
PREFIX = /usr/local
PACKAGES = libacl mount json-c libmd libelf libcap libseccomp
PKG_CONFIG = pkg-config

WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wwrite-strings -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wno-missing-field-initializers
# Set it to -Werror where warnings are errors: make lint and .ci/run do.
WERROR ?= -Werror
# Each hardening flag where the compiler takes it; most take all at once.
takes = $(shell $(CC) -Werror $(1) -x c -c -o /dev/null - </dev/null 2>/dev/null && echo '$(1)')
wished = -fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero
HARDENING := $(or $(call takes,$(wished)),$(foreach flag,$(wished),$(call takes,$(flag))))
fortify = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE
LINK_HARDENING = -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifdef SAN
SANITIZE = -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
CFLAGS = -O1 -g
else
CFLAGS := -O2 -g $(fortify)=$(if $(call takes,-O2 -include stdio.h $(fortify)=3),3,2)
endif
LIBRARY_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)
CMOCKA = $(shell $(PKG_CONFIG) --libs cmocka)
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DPAYLOAD='"$(BUILD)/payload"' -DSTYLESHEET='"share/html/report.css"' -iquote lib -iquote checks -iquote cmd -fPIE $(WARNINGS) $(WERROR) \
	$(HARDENING) $(SANITIZE) $(LIBRARY_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(LINK_HARDENING) $(SANITIZE) $(LDFLAGS)

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c))
LIB = $(call objects,lib) $(call objects,checks)
# The parts of cmd that stand without main().
PARTS = $(addprefix $(BUILD)/cmd/,options.o output.o say.o start.o)
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
MAN = $(wildcard man/*.[1-8])

Q = $(if $(V),,@)

all: $(BUILD)/tmpaudit completion

$(BUILD)/tmpaudit: $(call objects,cmd) $(LIB)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# What the tests run: a system call that confinement refuses ends it there, so that none is refused unseen.
$(BUILD)/check/tmpaudit: $(call objects,cmd) $(filter-out $(BUILD)/lib/confine.o,$(LIB)) $(BUILD)/check/confine.o
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/check/confine.o: lib/confine.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DCONFINE_KILL -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The program that the probe runs is part of ours; it must run where no library and no loader does.
$(BUILD)/payload: lib/payload/payload.c $(BUILD)/flags
	$(Q)$(CC) -std=gnu17 -Os -static -fno-pie -Wl,-no-pie -nostartfiles -fno-stack-protector -Wl,--build-id=none -s -o $@ $<

$(BUILD)/lib/attack.o: $(BUILD)/payload

# The style of pages is part of us, too.
$(BUILD)/lib/render_html.o: share/html/report.css

# The profiles are part of the program, as they are.
$(BUILD)/lib/profiles.o: $(wildcard share/profiles/*.json)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(PARTS) $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(CMOCKA)

# Everything is built again when the compiler, a flag or a library changes.
$(BUILD)/flags: FORCE
	@$(PKG_CONFIG) --exists $(PACKAGES) 2>/dev/null || \
		{ echo "$(PKG_CONFIG) does not find each of: $(PACKAGES)" >&2; share/bootstrap missing build; exit 1; }
	$(shell mkdir -p $(@D))$(file >$@.new,$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS))
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

unit: $(UNIT) $(BUILD)/check/tmpaudit

# What hostile tests put in the way: programs, and what stands between the audit and the C library.
$(BUILD)/hostile/preload/%.so: tests/hostile/preload/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE $(WARNINGS) $(WERROR) $(CPPFLAGS) -O2 -fPIC -shared -o $@ $<

$(BUILD)/hostile/%: $(BUILD)/tests/hostile/%.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

# The program without its main(), for what has one.
WITHOUT_MAIN = $(BUILD)/completion/main.o $(filter-out $(BUILD)/cmd/main.o,$(call objects,cmd)) $(LIB)

# An audit whose calls fail in turn, and the whole program's.
$(BUILD)/faults: $(BUILD)/tests/faults/faults.o $(WITHOUT_MAIN)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

HOSTILE = $(patsubst tests/hostile/%.c,$(BUILD)/hostile/%,$(wildcard tests/hostile/*.c)) \
	$(patsubst tests/hostile/%.c,$(BUILD)/hostile/%.so,$(wildcard tests/hostile/preload/*.c))

# What looks at pages with the system's Chromium.  Where it cannot be had the tests of pages fail and say so, not all.
BROWSE = $(BUILD)/html/node_modules/.package-lock.json
$(BROWSE): tests/html/package.json tests/html/package-lock.json
	@mkdir -p $(BUILD)/html && cp $^ $(BUILD)/html/
	-$(Q)cd $(BUILD)/html && npm ci --silent --no-audit --no-fund --fetch-retries=1 && touch node_modules/.package-lock.json

browse: $(BROWSE)

check: all unit $(HOSTILE) $(BUILD)/faults $(BUILD)/bench/plant $(BUILD)/replay browse
	$(Q)tests/run $(BUILD)

# The walk against a racer, and against find and getfacl, more often than in make check.
check-racer check-trees: all $(BUILD)/check/tmpaudit $(BUILD)/bench/plant
	$(Q)timeout 3600 env $(if $(filter check-racer,$@),RUNS=$(or $(RUNS),1000),TREES=$(or $(TREES),300)) \
		BUILD=$(abspath $(BUILD)) bats --tap --filter $(if $(filter check-racer,$@),swapped,'random trees') tests/hostile/walk.bats

.PHONY: check-racer check-trees

check-attacks: all
	$(Q)tests/hosts/attacks $(BUILD)

check-hosts: all $(BUILD)/hosts/units
	$(Q)tests/hosts/run $(BUILD)
	$(Q)tests/hosts/timer $(BUILD)
	$(Q)tests/hosts/loop $(BUILD)
	$(Q)tests/hosts/mend $(BUILD)
	$(Q)tests/hosts/role $(BUILD)
	$(Q)tests/hosts/package $(BUILD)

# What the reader of units makes of a host's, to be compared with systemd's own word.
$(BUILD)/hosts/units: $(BUILD)/tests/hosts/units.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

bench: bench-start bench-walk

# What an audit costs before it has read anything.
bench-start: all $(BUILD)/bench/start $(BUILD)/bench/versus
	$(Q)tests/bench/run $(BUILD)

# The walk of file systems against find, bfs and the bare system calls: make bench-walk SIZE=100000 is that of the
# design; tests/bench/walk says what else can be chosen.
export SIZE KINDS SHAPES RUNS COLD TREES REALTIME
bench-walk: all $(patsubst %,$(BUILD)/bench/%,plant bare walker)
	$(Q)tests/bench/walk $(BUILD)

$(BUILD)/bench/plant $(BUILD)/bench/bare: $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

$(BUILD)/bench/walker: $(BUILD)/tests/bench/walker.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# What the audit is measured against: the same libraries, loaded and not used.
$(BUILD)/bench/start: $(BUILD)/tests/bench/start.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -Wl,--no-as-needed -o $@ $^ $(LIBS)

$(BUILD)/bench/versus: $(BUILD)/tests/bench/versus.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

# Fuzzing: clang's libFuzzer with sanitizers, in a folder of its own.  Each target replays its seeds, and goes on from
# there for FUZZ_SECONDS.
FUZZ_SECONDS ?= 60
export FUZZ_JOBS
FUZZ_BUILD = $(BUILD)/fuzz

# Every call of an audit, and of what writes its report, fails in turn.
check-faults: all $(BUILD)/faults
	$(Q)EVERY=1 LIMIT=14400 tests/run $(BUILD) hostile/faults

# Each defence of the threat model is taken away, and its test must fail: tests/defences/table.
check-defences:
	$(Q)tests/defences/run

# Values that were never set, by valgrind: once a release.
check-valgrind: unit $(BUILD)/replay $(BUILD)/faults
	$(Q)tests/valgrind $(BUILD)

# Audits of random trees, more often than in make check.
check-metamorphic: all $(BUILD)/check/tmpaudit $(BUILD)/hostile/refuse
	$(Q)SEEDS=$(or $(SEEDS),300) LIMIT=14400 tests/run $(BUILD) hostile/metamorphic

# What the tests reach, or those that are named: make coverage TESTS='unit/ cli/'.  The worker is not confined then, and
# tells what it ran when it ends: tests of confinement fail.
COVERAGE = $(BUILD)/coverage
coverage:
	$(Q)rm -rf $(COVERAGE)
	$(Q)$(MAKE) -s BUILD=$(COVERAGE) CFLAGS='-O0 -g' $(COVERAGE)/tests/cover/seen.o
	$(Q)$(MAKE) -s BUILD=$(COVERAGE) WERROR= CFLAGS='-O0 -g --coverage -fprofile-update=atomic' \
		LDFLAGS='$(LDFLAGS) --coverage -Wl,--wrap=_exit,--wrap=confine,--wrap=confine_scout $(COVERAGE)/tests/cover/seen.o' \
		$(if $(TESTS),covered,check) || :
	$(Q)tests/coverage $(COVERAGE)

covered: all unit $(HOSTILE) $(BUILD)/faults $(BUILD)/bench/plant $(BUILD)/replay
	$(Q)tests/run $(BUILD) $(TESTS)

fuzz:
	$(Q)$(MAKE) -s CC=clang BUILD=$(FUZZ_BUILD) SAN=fuzzer-no-link,address,undefined FUZZ_FLAGS=-fsanitize=fuzzer $(FUZZ_BUILD)/fuzz
	$(Q)tests/fuzz/run $(FUZZ_BUILD) $(FUZZ_SECONDS) $(FUZZ_TARGETS)

$(BUILD)/fuzz: $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/*.c)) $(LIB)
	$(Q)$(CC) $(ALL_LDFLAGS) $(FUZZ_FLAGS) -o $@ $^ $(LIBS)

# The seeds of the fuzzer, for any compiler.
$(BUILD)/replay: $(BUILD)/tests/cover/replay.o $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/*.c)) $(LIB)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# How many labelled lines of code are found, beside what other tools find.
bench-code: all
	$(Q)tests/code/measure $(BUILD)/tmpaudit -v

lint: all generate
	$(Q)tests/lint/run $(BUILD)

format:
	$(Q)clang-format -i $(wildcard cmd/*.[ch] lib/*.[ch] checks/*.[ch] tests/*/*.c man/*.c share/*/*.c)

generate: $(BUILD)/man/generate

$(BUILD)/man/generate: $(BUILD)/man/generate.o $(LIB)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

man/tmpaudit-checks.7: $(BUILD)/man/generate
	$(Q)$< >$@.new && mv $@.new $@

# The list of parameters in it.
man/tmpaudit-policy.5: $(BUILD)/man/generate
	$(Q)$< --parameters >$(BUILD)/man/parameters
	$(Q)sed -i -e '/^.." PARAMETERS/,/^.." END/{//!d}' -e '/^.." PARAMETERS/r $(BUILD)/man/parameters' $@

# What shells complete: tables of ours between what is written in their languages.
COMPLETIONS = $(patsubst %,$(BUILD)/completion/tmpaudit.%,bash zsh fish)

completion: $(COMPLETIONS)

$(BUILD)/completion/tmpaudit.%: $(BUILD)/completion/generate share/completion/head.% share/completion/tail.%
	$(Q){ cat share/completion/head.$* && $< $* && cat share/completion/tail.$*; } >$@.new && mv $@.new $@

$(BUILD)/completion/generate: $(BUILD)/share/completion/generate.o $(WITHOUT_MAIN)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# The commands stand next to main(), which is not the generator's.
$(BUILD)/completion/main.o: cmd/main.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -Dmain=tmpaudit_main -MMD -MP -c -o $@ $<

ANSIBLE = $(wildcard share/ansible/*.yml share/ansible/roles/*/*.md share/ansible/roles/*/*/*)

# What is installed: the mode, the file, and where below PREFIX.
INSTALLED = 755:$(BUILD)/tmpaudit:bin/tmpaudit \
	$(foreach file,$(wildcard share/schema/*.json),644:$(file):share/tmpaudit/schema/$(notdir $(file))) \
	$(foreach file,$(wildcard share/profiles/*.json),644:$(file):share/tmpaudit/profiles/$(notdir $(file))) \
	$(foreach file,$(wildcard share/prometheus/*.yml),644:$(file):share/tmpaudit/prometheus/$(notdir $(file))) \
	$(foreach file,$(ANSIBLE),644:$(file):$(file:share/%=share/tmpaudit/%)) \
	$(foreach page,$(MAN),644:$(page):share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page))) \
	644:$(BUILD)/completion/tmpaudit.bash:share/bash-completion/completions/tmpaudit \
	644:$(BUILD)/completion/tmpaudit.zsh:share/zsh/site-functions/_tmpaudit \
	644:$(BUILD)/completion/tmpaudit.fish:share/fish/vendor_completions.d/tmpaudit.fish \
	644:$(BUILD)/systemd/tmpaudit.service:lib/systemd/system/tmpaudit.service \
	644:share/systemd/tmpaudit.timer:lib/systemd/system/tmpaudit.timer

# It names the program by where it is installed.
$(BUILD)/systemd/tmpaudit.service: share/systemd/tmpaudit.service FORCE
	@mkdir -p $(@D)
	$(Q)sed 's|@bindir@|$(PREFIX)/bin|' $< >$@

install: all $(BUILD)/systemd/tmpaudit.service
	$(Q)share/install install '$(DESTDIR)$(PREFIX)' $(INSTALLED)

uninstall:
	$(Q)share/install uninstall '$(DESTDIR)$(PREFIX)' $(INSTALLED)

# A binary package for the Debian it is built on, by debhelper.
DEB = $(BUILD)/deb/tmpaudit-$(VERSION)
deb:
	rm -rf $(BUILD)/deb
	mkdir -p $(DEB)
	cp -a Makefile README.md LICENSE cmd lib checks man share $(DEB)
	cp -a share/debian $(DEB)/debian
	cd $(DEB) && dpkg-buildpackage --build=binary --no-sign
	ls $(BUILD)/deb/*.deb

clean:
	rm -rf $(BUILD)

ifneq ($(MAKECMDGOALS),clean)
-include $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -type f -name '*.d' -print 2>/dev/null)
endif

.PHONY: all deb completion unit check browse check-faults check-defences check-metamorphic check-valgrind coverage covered fuzz check-attacks check-hosts generate bench bench-start bench-walk lint format install uninstall clean FORCE
.SECONDARY:
