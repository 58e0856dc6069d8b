# fuzz.mk - the fuzz targets, twice: with libFuzzer for `make fuzz`, and over
# their known inputs among the unit tests.
#
#   make fuzz          FUZZ_SECONDS=60 each; FUZZ="elf relocs" for some of them
#   make fuzz-smoke    a second or less each, as `make lint` does
#   make fuzz-seeds    writes tests/fuzz/corpus/ anew, after a format changed

FUZZ_TARGETS := $(patsubst tests/fuzz/targets/%.c,%,$(wildcard tests/fuzz/targets/*.c))
FUZZ_SHARED  := $(addprefix tests/fuzz/,quiet.c files.c arena.c)

# replay.c knows its target by its own name.
FUZZ_REPLAYS := $(addprefix $(BUILD)/unit/fuzz_,$(FUZZ_TARGETS))

$(BUILD)/unit/loader.a: $(UNIT_OBJS)
	rm -f $@
	ar rcs $@ $^
$(BUILD)/unit/fuzz_%: $(BUILD)/unit/tests/fuzz/targets/%.o $(BUILD)/unit/tests/fuzz/replay.o \
		$(patsubst %.c,$(BUILD)/unit/%.o,$(FUZZ_SHARED)) $(BUILD)/unit/loader.a
	gcc $(UNIT_CFLAGS) $^ $(UNIT_LIBS) -o $@

FUZZ         ?= $(FUZZ_TARGETS)
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS  := -std=c11 -O2 -g $(WARN) -D_GNU_SOURCE -fno-sanitize-recover=all \
	-fsanitize=fuzzer-no-link,address,undefined -iquote include -iquote park \
	-iquote purgatory -iquote loader -include tests/fuzz/small.h
FUZZ_OBJS    := $(addprefix $(BUILD)/fuzz/tests/fuzz/mutators/,fields.o lists.o) \
	$(patsubst $(BUILD)/unit/%,$(BUILD)/fuzz/%,$(filter-out \
	%/loader/file.o $(BUILD)/unit/tests/% $(BUILD)/unit/purgatory/%,$(UNIT_OBJS)))

# What only prepares inputs is neither guided by nor watched.
FUZZ_PLAIN   := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(FUZZ_SHARED) \
	$(wildcard tests/fuzz/mutators/*.c))
$(FUZZ_PLAIN): FUZZ_CFLAGS := $(filter-out -fsanitize=%,$(FUZZ_CFLAGS))

$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -c $< -o $@
$(BUILD)/fuzz/loader.a: $(FUZZ_OBJS)
	rm -f $@
	ar rcs $@ $^
$(BUILD)/fuzz/fuzz_%: $(BUILD)/fuzz/tests/fuzz/targets/%.o \
		$(patsubst %.c,$(BUILD)/fuzz/%.o,$(FUZZ_SHARED)) $(BUILD)/fuzz/loader.a
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer $(filter-out %.a,$^) $(filter %.a,$^) \
		$(filter-out -lcmocka,$(UNIT_LIBS)) -o $@
# The park itself, to be put into a region.
$(BUILD)/fuzz/fuzz_parking $(BUILD)/unit/fuzz_parking: $(BUILD)/unit/loader/blobs.o
# Those with a mutator of their own.
$(foreach m,bzimage elf relocs image,$(eval $(BUILD)/fuzz/fuzz_$m: \
	$(BUILD)/fuzz/tests/fuzz/mutators/$m.o))

fuzz:
	tools/deps fuzz
	$(MAKE) $(addprefix $(BUILD)/fuzz/fuzz_,$(FUZZ))
	FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(FUZZ)
fuzz-smoke:
	$(MAKE) $(addprefix $(BUILD)/fuzz/fuzz_,$(FUZZ_TARGETS))
	FUZZ_SMOKE=1 tests/fuzz/run $(FUZZ_TARGETS)
fuzz-seeds:
	gcc $(filter-out -MMD -MP,$(UNIT_CFLAGS)) tests/fuzz/seeds.c tests/images/cases.c \
		tests/images/pack.c $(UNIT_LIBS) -o $(BUILD)/fuzz-seeds
	$(BUILD)/fuzz-seeds

.PHONY: fuzz fuzz-smoke fuzz-seeds
