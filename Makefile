# kpark - all worlds in one file: freestanding, host (musl), tests.
#
#   make          ./kpark, from what is installed
#   make demo     one reboot, and the table      (installs what is missing)
#   make test     all rings of tests             (ditto)
#   V=1           shows the commands

V ?= 0
ifneq ($(V),1)
.SILENT:
endif
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

BUILD   := build
KPARK   := kpark
EXTRA   :=
CPUS    ?= 4
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0)
WARN    := -Wall -Wextra -Werror -MMD -MP

all: $(KPARK)

# Code that loader, purgatory and kernel-stub have in common
DIGEST_SRCS := $(addprefix purgatory/,digest.c sha256.c sha256_ni.c xxh3.c \
	xxh3_sse2.c xxh3_avx2.c)

## Freestanding: park.bin and purgatory.bin, between two kernels ############

FREE_CC     := gcc
FREE_CFLAGS := -std=gnu11 -O2 -g $(WARN) -ffreestanding -fPIE \
	-fvisibility=hidden -mno-red-zone -mgeneral-regs-only \
	-fno-stack-protector -fcf-protection=none -fno-tree-loop-distribute-patterns \
	-fno-asynchronous-unwind-tables $(EXTRA) -Iinclude -Ipark -Ipurgatory
# -pie -z text: an absolute address in code that must run anywhere is an error
FREE_LD     := ld -nostdlib -pie --no-dynamic-linker -z text -z noexecstack

PARK_OBJS := $(addprefix $(BUILD)/free/park/,park.S.o park.c.o warden.c.o naps.c.o)
PURG_OBJS := $(patsubst %,$(BUILD)/free/%.o,$(wildcard purgatory/*.S \
	purgatory/*.c) park/string.c)

# These may use vector registers; purgatory switches them on for them.
SIMD_OBJS := $(addprefix $(BUILD)/free/purgatory/,xxh3_sse2.c.o \
	xxh3_avx2.c.o sha256_ni.c.o)
$(SIMD_OBJS): FREE_CFLAGS := $(filter-out -mgeneral-regs-only,$(FREE_CFLAGS))
# A third fewer instructions a byte: the accumulators stay in registers.
XXH3_OBJS := $(addprefix $(BUILD)/free/purgatory/,xxh3.c.o xxh3_sse2.c.o \
	xxh3_avx2.c.o)
$(XXH3_OBJS): FREE_CFLAGS += -funroll-loops

$(BUILD)/free/%.S.o: %.S
	@mkdir -p $(@D)
	$(FREE_CC) $(FREE_CFLAGS) -c $< -o $@
$(BUILD)/free/%.c.o: %.c
	@mkdir -p $(@D)
	$(FREE_CC) $(FREE_CFLAGS) -c $< -o $@
$(BUILD)/park.elf: park/park.lds $(PARK_OBJS)
	$(FREE_LD) -T $^ -o $@
$(BUILD)/purgatory.elf: purgatory/purgatory.lds $(PURG_OBJS)
	$(FREE_LD) -T $^ -o $@
$(BUILD)/%.bin: $(BUILD)/%.elf
	objcopy -O binary -j .$* $< $@

## kernel-stub: the reference next kernel, a bzImage ########################

STUB_OBJS := $(patsubst %,$(BUILD)/free/%.o,$(wildcard kernel-stub/*.S \
	kernel-stub/*.c) $(DIGEST_SRCS) park/region.c park/parkmap.c park/idmap.c park/string.c)

$(BUILD)/free/kernel-stub/blobs.S.o: FREE_CFLAGS += -Wa,-I$(BUILD)
$(BUILD)/free/kernel-stub/blobs.S.o: $(BUILD)/park.bin $(BUILD)/purgatory.bin
$(BUILD)/stub.elf: kernel-stub/stub.lds $(STUB_OBJS)
	$(FREE_LD) --no-warn-rwx-segments -T $^ -o $@
$(BUILD)/stub.bin: $(BUILD)/stub.elf
	objcopy -O binary -j .setup -j .kernel $< $@

## Host: the kpark command, static ##########################################

CC       := musl-gcc
CFLAGS   := -std=c11 -O2 -g $(WARN) $(EXTRA) -D_GNU_SOURCE -fno-strict-aliasing \
	-fPIE -fstack-protector-strong -fstack-clash-protection \
	-ftrivial-auto-var-init=zero -DKPARK_VERSION='"$(VERSION)"' -iquote include -iquote park \
	-iquote purgatory -iquote loader
# A static PIE, by hand: musl-gcc does not know -static-pie.
LDFLAGS  := -nostartfiles -static -Wl,-pie,--no-dynamic-linker,-z,text \
	-Wl,-z,noexecstack,-z,relro,-z,now
MUSL     := /usr/lib/x86_64-linux-musl
CRT_BEGIN = $(MUSL)/rcrt1.o $(MUSL)/crti.o $(shell gcc -print-file-name=crtbeginS.o)
CRT_END   = $(shell gcc -print-file-name=crtendS.o) $(MUSL)/crtn.o
# Headers of libraries built for glibc, and no other header of glibc's: all of
# /usr/include would win over musl's own.
LIB_HEADERS := libelf.h gelf.h zlib.h zconf.h zstd.h lz4.h lzma.h lzma \
	bzlib.h lzo xxhash.h jansson.h jansson_config.h \
	linux asm-generic x86_64-linux-gnu/asm
LIB_FILES = $(foreach l,elf zstd lz4 lzma bz2 lzo2 z jansson,$(shell gcc -print-file-name=lib$l.a))

KPARK_OBJS := $(patsubst %,$(BUILD)/host/%.o,$(wildcard loader/*.c) \
	$(DIGEST_SRCS) park/region.c park/parkmap.c park/idmap.c loader/blobs.S)

PAGE := $(wildcard loader/page/*)

$(BUILD)/musl-include: Makefile
	mkdir -p $@
	ln -sfn $(addprefix /usr/include/,$(LIB_HEADERS)) $@/
	touch $@
$(BUILD)/host/%.c.o: %.c | $(BUILD)/musl-include
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -isystem $(BUILD)/musl-include -c $< -o $@
$(BUILD)/host/loader/blobs.S.o: loader/blobs.S $(BUILD)/park.bin $(BUILD)/purgatory.bin $(PAGE)
	@mkdir -p $(@D)
	$(CC) -Wa,-I$(BUILD) -c $< -o $@
$(KPARK): $(KPARK_OBJS)
	$(CC) $(LDFLAGS) $(CRT_BEGIN) $^ $(LIB_FILES) $(CRT_END) -o $@

## Installation and package ###############################################

PREFIX   := /usr/local
DESTDIR  :=
SYSCONF  := /etc
# Where systemd looks, whatever the PREFIX is.
SYSTEMD  := /usr/lib/systemd
UNITS     = $(DESTDIR)$(SYSTEMD)/system
LIBEXEC   = $(DESTDIR)$(PREFIX)/lib/kpark
MAN_PAGES := $(patsubst docs/man/%.scd,$(BUILD)/man/%,$(wildcard docs/man/*.scd))

$(BUILD)/man/%: docs/man/%.scd
	@mkdir -p $(@D)
	scdoc <$< >$@
man: $(MAN_PAGES)

# Debian's packages with what is in the static binary, and their notices, which
# have to go with it.
STATIC_FROM := $(addsuffix -dev,musl libelf zlib1g liblzma libzstd liblz4 \
	libbz2 liblzo2 libxxhash libjansson)
$(BUILD)/third-party: Makefile
	@mkdir -p $(@D)
	for package in $(STATIC_FROM); do \
		dpkg-query -W -f '== $${source:Package} $${source:Version}\n\n' \
			$$package && \
		cat /usr/share/doc/$$package/copyright && echo || exit 1; \
	done >$@

# What is installed with the paths of this installation in it.
place = sed 's,@PREFIX@,$(PREFIX),g' $(2) | install -D -m $(1) /dev/stdin $(3)

install: $(KPARK) man $(BUILD)/third-party
	install -D -m 755 $(KPARK) $(DESTDIR)$(PREFIX)/sbin/kpark
	for page in $(MAN_PAGES); do \
		$(call place,644,$$page, \
			$(DESTDIR)$(PREFIX)/share/man/man8/$${page##*/}) || exit 1; \
	done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/kpark LICENSES/* \
		$(BUILD)/third-party
	install -D -m 644 tools/systemd/completion \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kpark
	for unit in load commit report; do \
		$(call place,644,tools/systemd/kpark-$$unit.service, \
			$(UNITS)/kpark-$$unit.service) || exit 1; \
	done
	for script in systemd/load-default systemd/bls-default \
		systemd/may-sleep systemd/report-boot fleet/kpark-reboot \
		fleet/kpark-reboot-needed; do \
		$(call place,755,tools/$$script,$(LIBEXEC)/$${script#*/}) || exit 1; \
	done
	$(call place,755,tools/systemd/shutdown-hook, \
		$(DESTDIR)$(SYSTEMD)/system-shutdown/kpark)
	for sleep in suspend hibernate hybrid-sleep suspend-then-hibernate; do \
		$(call place,644,tools/systemd/systemd-$$sleep.conf, \
			$(UNITS)/systemd-$$sleep.service.d/kpark.conf) || exit 1; \
	done
	install -D -m 644 tools/systemd/kpark.conf $(DESTDIR)$(SYSCONF)/kpark.conf
	for run in $(SYSCONF)/kernel/postinst.d/zz-kpark \
		$(SYSCONF)/kernel/postrm.d/zz-kpark \
		$(SYSCONF)/initramfs/post-update.d/zz-kpark \
		/usr/lib/kernel/install.d/99-kpark.install; do \
		install -D -m 755 tools/systemd/kernel-changed \
			$(DESTDIR)$$run || exit 1; \
	done

# A Debian package of what is committed, in build/deb/; deb-next makes one that is
# a version later, for the test of an upgrade.
deb-next: LATER := +next
deb deb-next:
	tools/deps deb
	rm -rf $(BUILD)/$@
	mkdir -p $(BUILD)/$@/kpark
	git archive HEAD | tar -x -C $(BUILD)/$@/kpark
	cp -r $(BUILD)/$@/kpark/tools/debian $(BUILD)/$@/kpark/debian
	sed -i '1s/)/$(LATER))/' $(BUILD)/$@/kpark/debian/changelog
	cd $(BUILD)/$@/kpark && dpkg-buildpackage -us -uc -b
	@# the project has no mail address of its own yet
	lintian --fail-on error,warning --suppress-tags \
		bogus-mail-host,bogus-mail-host-in-debian-changelog \
		$(BUILD)/$@/*.changes

## Tests, fastest first #####################################################

SAN         := -fsanitize=address,undefined -fno-sanitize-recover=undefined
UNIT_CFLAGS := -std=c11 -O1 -g $(WARN) -D_GNU_SOURCE $(SAN) -iquote include \
	-iquote park -iquote purgatory -iquote loader
UNIT_LIBS   := -lelf -lz -lzstd -llz4 -llzma -lbz2 -llzo2 -ljansson -lcmocka

UNIT_TESTS  := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
# All of the loader but main; test_payload has payload.c inside it.
UNIT_OBJS   := $(patsubst %.c,$(BUILD)/unit/%.o,park/region.c park/parkmap.c park/idmap.c \
	$(DIGEST_SRCS) \
	tests/images/cases.c tests/images/pack.c $(filter-out loader/main.c loader/libc_shim.c, \
	$(wildcard loader/*.c)))

$(BUILD)/unit/%.o: %.c
	@mkdir -p $(@D)
	gcc $(UNIT_CFLAGS) -c $< -o $@
$(BUILD)/unit/loader/blobs.o: loader/blobs.S $(BUILD)/park.bin $(BUILD)/purgatory.bin $(PAGE)
	@mkdir -p $(@D)
	gcc -Wa,-I$(BUILD) -c $< -o $@
$(BUILD)/unit/test_%: tests/unit/test_%.c $(UNIT_OBJS) $(BUILD)/unit/loader/blobs.o
	gcc $(UNIT_CFLAGS) $< $(filter-out $(if $(findstring payload,$@),%/payload.o) \
		$(if $(findstring refusals,$@),%/complaint.o),$(filter %.o,$^)) \
		$(UNIT_LIBS) -o $@

include tests/fuzz/fuzz.mk tests/lint/lint.mk

# A kpark whose park is of a later version, for the test of the upgrade.
next:
	$(MAKE) BUILD=$(BUILD)/next KPARK=$(BUILD)/next/kpark EXTRA=-DPARK_ABI_VERSION=5

# The first kpark of this PARK_ABI_VERSION, for `soak-one-version`; out of history.
FIRST = git log -1 --format=%H -G'^\#define PARK_ABI_VERSION' -- park/park_abi.h
first:
	[ "$$(git rev-parse --is-shallow-repository)" = false ] # else the wrong one
	rm -rf $(BUILD)/first && mkdir -p $(BUILD)/first
	git archive "$$($(FIRST))" | tar -x -C $(BUILD)/first
	$(MAKE) -C $(BUILD)/first BUILD=build KPARK=kpark kpark

# One kernel in many files, for the case `formats`, and for `soak-formats` and
# `soak-paging-depth-4level`.
IMAGES := $(addprefix $(BUILD)/images/,fixed lz4)
SOAK_IMAGES := $(IMAGES) $(addprefix $(BUILD)/images/,unknown gzip bzip2 lzma xz lzo zstd \
	4level elf bare)
$(SOAK_IMAGES): $(BUILD)/images/%: .cache/kernels/vmlinuz-6.12 tests/images/repack
	@mkdir -p $(@D)
	tests/images/repack $* $< $@

test-unit: deps
	$(MAKE) test-c
	$(MAKE) test-programs
test-c:
	$(MAKE) $(UNIT_TESTS) $(FUZZ_REPLAYS)
	tests/unit/run $(UNIT_TESTS) $(FUZZ_REPLAYS)
# The tools, the command as it is called, the modules.
test-programs:
	$(MAKE) kpark $(BUILD)/stub.bin
	tests/tools/run
	tests/command/run
	@# its modules want Ansible, and are skipped where there is none
	timeout 600 /usr/bin/python3 -B tests/fleet/unit.py -v 2>&1
model: deps
	tests/model/run
model-short: deps
	tests/model/run --short
test-stub: deps
	$(MAKE) $(BUILD)/stub.bin
	tests/stub/run
test-linux: deps
	$(MAKE) kpark next $(BUILD)/stub.bin $(IMAGES)
	tests/linux/run
# The same with the newest kernel that Debian has, in 6.12's place.
test-newest: deps
	tools/deps newest
	$(MAKE) kpark next $(BUILD)/stub.bin $(IMAGES)
	tests/linux/newest
# What keeps one core busy only goes together, and `test-programs` waits most of its
# time; unit tests want two cores that are theirs (test_warp).
test: deps
	tools/deps fuzz deb guest
	$(MAKE) -j2 kpark next $(BUILD)/stub.bin $(UNIT_TESTS) $(FUZZ_REPLAYS) $(IMAGES)
	$(MAKE) test-c
	$(MAKE) -j4 -Otarget lint test-package model-short test-programs
	$(MAKE) test-stub
	$(MAKE) test-linux
demo: deps
	$(MAKE) kpark
	tools/demo --cpus $(CPUS)

# The page of `kpark report --html` in headless Chromium, with made-up machines.
$(BUILD)/html-pages: tests/html/pages.c $(UNIT_OBJS) $(BUILD)/unit/loader/blobs.o
	gcc $(UNIT_CFLAGS) $< $(filter %.o,$^) $(UNIT_LIBS) -o $@
test-html: deps
	$(MAKE) $(BUILD)/html-pages
	tests/html/run

# The stub in Bochs, a stricter CPU with x2APIC; not part of `make test`.
bochs:
	tools/deps bochs
	$(MAKE) $(BUILD)/stub.bin
	tests/bochs/run

# Each step of the commands killed, all of the model; the stub matrix ten times, 10,000
# hops at random, QEMU's models of CPUs; then Linux: the newest kernel, every pairing,
# up to 64 CPUs, 100 hops in a row. Three to five hours; each part, `make soak-linux`
# for one, by itself.
# The logs of each round of the matrix stay in .cache/logs/round-N.
SOAK := programs model rounds stub models newest linux
soak:
	for part in $(SOAK); do $(MAKE) soak-$$part || exit 1; done
soak-ready: deps
	tools/deps soak
	$(MAKE) kpark next $(BUILD)/stub.bin $(SOAK_IMAGES)
	-$(MAKE) first # without history its case is skipped
soak-programs: soak-ready
	tests/command/run --every
soak-model: soak-ready
	tests/model/run
soak-rounds: soak-ready
	for round in 1 2 3 4 5 6 7 8 9 10; do \
		tests/stub/run --logs .cache/logs/round-$$round || exit 1; \
		tests/stub/run --logs .cache/logs/round-$$round \
			--cases tests/stub/crowd || exit 1; \
	done
soak-stub: soak-ready
	tests/stub/soak
soak-models: soak-ready
	tests/stub/run --cases tests/stub/models
soak-newest: test-newest
soak-linux: soak-ready
	tests/linux/run --cases tests/linux/soak.cfg
.PHONY: soak-ready $(SOAK:%=soak-%)

# The package in a real Debian with systemd: all of it, and what `test` takes of it.
test-guest: package deb-next
	tests/guest/run
package: deb
	tools/deps guest
	tools/guest-image
test-package: package
	tests/guest/run units
.PHONY: test-guest test-package package

# What `ansible-galaxy collection install` takes.
collection:
	command -v ansible-galaxy >/dev/null || tools/deps fleet
	@mkdir -p $(BUILD)
	ansible-galaxy collection build --force --output-path $(BUILD) \
		tools/fleet/ansible_collections/kpark/fleet
.PHONY: collection

# Rolls over three Debian guests with Ansible; less than 30 minutes on two cores.
fleet fleet-all: package
	tools/deps fleet
	tests/fleet/run $(if $(findstring all,$@),--all)
.PHONY: fleet fleet-all

# Side by side with kexec-tools, against the targets; on a quiet machine only. All
# parts run, even if one fails; what each found lies in build/bench, and the last
# lines are all targets. For a quick one: tools/bench --accel icount --cpus 4 --pairs 1
BENCH := $(BUILD)/bench
bench: deps
	tools/deps bench
	$(MAKE) kpark $(BUILD)/stub.bin $(BUILD)/bench-digest
	rm -rf $(BENCH) && mkdir -p $(BENCH)
	worst=0; part() { "$$@" || { code=$$?; \
		[ $$code -le $$worst ] || worst=$$code; }; }; \
	part tests/stub/run --cases tests/stub/figures --jobs 1 \
		--json $(BENCH)/stub.json; \
	part tools/bench-digest --json $(BENCH)/digest.json; \
	part tools/bench-load --json $(BENCH)/load.json; \
	part tools/bench --json $(BENCH)/bench.json --html $(BENCH)/bench.html; \
	part tools/bench --parked --pairs 2 --json $(BENCH)/parked.json; \
	part tools/bench --verdicts $(BENCH); \
	exit $$worst

# What checking costs, by the very objects that purgatory is made of.
DIGEST_OBJS := $(patsubst %,$(BUILD)/free/%.o,$(DIGEST_SRCS))
$(BUILD)/bench-digest: tools/bench-digest.c $(DIGEST_OBJS)
	gcc -std=gnu11 -O2 $(WARN) -pthread -iquote purgatory -iquote park \
		-iquote include $^ -o $@
bench-digest: deps
	$(MAKE) $(BUILD)/bench-digest
	tools/bench-digest

deps:
	tools/deps

clean:
	rm -rf $(BUILD) kpark

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
.PHONY: all test model model-short test-unit test-c test-programs test-stub test-linux test-newest \
	test-html demo soak bench bench-digest bochs deps next first clean \
	man install deb deb-next
.SECONDARY:
