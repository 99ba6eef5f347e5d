# All output goes to $(BUILD).  make, make check, make lint, make install;
# make check BUILD=build/asan SAN=address,undefined for a sanitizer build.

VERSION = 1.0.0
BUILD = build
CC = gcc
PREFIX = /usr/local
PACKAGES = libacl mount json-c libmd
PKG_CONFIG = pkg-config

WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wwrite-strings -Wvla -Wstrict-prototypes -Wmissing-prototypes -Werror
# Each hardening flag where the compiler takes it.
takes = $(shell $(CC) -Werror $(1) -x c -c -o /dev/null - </dev/null 2>/dev/null && echo $(1))
HARDENING := $(call takes,-fstack-protector-strong) $(call takes,-fstack-clash-protection) \
	$(call takes,-fcf-protection) $(call takes,-ftrivial-auto-var-init=zero)
LINK_HARDENING = -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifdef SAN
SANITIZE = -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
OPTIMIZE = -O1 -g
else
OPTIMIZE = -O2 -g -D_FORTIFY_SOURCE=3
endif
CFLAGS = $(OPTIMIZE)
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib -Ichecks -Icmd -fPIE $(WARNINGS) $(HARDENING) \
	$(SANITIZE) $(shell $(PKG_CONFIG) --cflags $(PACKAGES)) $(CFLAGS)
ALL_LDFLAGS = $(LINK_HARDENING) $(SANITIZE) $(LDFLAGS)
LIBS = $(shell $(PKG_CONFIG) --libs $(PACKAGES))

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)/*.c))
LIB = $(call objects,lib) $(call objects,checks)
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))

# make V=1 shows the commands.
Q = $(if $(V),,@)

all: $(BUILD)/tmpaudit

$(BUILD)/tmpaudit: $(call objects,cmd) $(LIB)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(shell $(PKG_CONFIG) --libs cmocka)

unit: $(UNIT)

check: all unit
	tests/run $(BUILD)

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all unit check clean
.SECONDARY:
