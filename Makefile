# SPDX-License-Identifier: GPL-2.0-only
#
#   make          builds ./zswaptop
#   make run      installs what is missing, builds, runs: here, or in a virtual machine
#   make demo     the virtual machine directly
#   make check    all tests: unit, then on real kernels (KERNELS="6.12 7.3", or KERNELS=all)
#   make check-arm64   some of the tests on kernels of arm64, cross-compiled, emulated
#   make soak     the longest of them, for MINUTES=30: pressure, cgroups that come and go, trace, export
#   make bench    what observing costs, in instructions
#   make install  below prefix=/usr/local; DESTDIR; see packaging/install.mk, also for make deb
#   make lint     what compilers and checkers find; make sanitize: tests with sanitizers
#   make fuzz     feeds made-up recordings to their reader (FUZZ_SECONDS=60)
#   V=1 shows the commands

CC	?= cc
CLANG	?= clang
BPFTOOL	?= $(firstword $(wildcard /usr/sbin/bpftool /usr/local/sbin/bpftool) bpftool)
BUILD	:= .build
PROGRAM	:= $(if $(filter .build,$(BUILD)),zswaptop,$(BUILD)/zswaptop)
KERNELS	?= 6.12 7.3

CFLAGS	?= -O2 -g
HARDEN	:= -fPIE -fstack-protector-strong -fstack-clash-protection -Wformat -Wformat-security \
	   -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
override CFLAGS += -std=gnu11 -Wall -Wextra -D_GNU_SOURCE $(HARDEN) -Iinclude -Isrc -I$(BUILD)
LIBS	:= -lbpf -lelf -lz -ljansson -lncursesw -ltinfo -lcap-ng -lm
LDFLAGS	+= -pie -Wl,-z,relro,-z,now,-z,noexecstack

# for bpf, clang leaves out the headers of the machine's own architecture
BPF_ARCH_INCLUDE := $(shell LC_ALL=C $(CC) -v -E -x c - </dev/null 2>&1 | \
	sed -n '/search starts here/,/^End of search/s|^ \(/.*\)|-idirafter \1|p')
BPF_CFLAGS := -g -O2 -Wall -Wextra -Wno-unused-function -target bpf -mcpu=v3 \
	      -Iinclude -Ivmlinux $(BPF_ARCH_INCLUDE)

SOURCES	:= $(wildcard src/*.c src/screen/*.c)
OBJECTS	:= $(SOURCES:src/%.c=$(BUILD)/%.o)
TESTED	:= $(filter-out $(BUILD)/main.o,$(OBJECTS))
UNIT	:= $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))

ifeq ($(V),1)
Q :=
msg =
else
Q := @
msg = @printf '  %-8s %s\n' $(1) $(2)
endif

.PHONY: all run demo check check-arm64 soak unit bench fuzz screens workload clean format
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM)

$(PROGRAM): $(OBJECTS)
	$(call msg,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS) -o $@

$(BUILD)/%.o: src/%.c | $(BUILD) $(BUILD)/screen
	$(call msg,CC,$@)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/live.o: $(BUILD)/zswaptop.skel.h
$(BUILD)/symbols.o: $(BUILD)/symbols.skel.h

$(BUILD)/%.raw.o: bpf/%.bpf.c $(wildcard bpf/*.h include/*.h vmlinux/*.h) | $(BUILD)
	$(call msg,BPF,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# linking one object strips what only the debugger wants and settles its BTF
$(BUILD)/%.bpf.o: $(BUILD)/%.raw.o
	$(Q)$(BPFTOOL) gen object $@ $<

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(call msg,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

workload: $(BUILD)/workload

# static: it runs in machines that have no libraries
$(BUILD)/workload: tools/workload.c | $(BUILD)
	$(call msg,CC,$@)
	$(Q)$(CC) -O2 -Wall -Wextra -static -pthread $< -o $@

# what make bench has beside zswaptop in the guest
$(BUILD)/bench.raw.o: tools/bench.bpf.c | $(BUILD)
	$(call msg,BPF,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$(BUILD)/bench.bpf.o: $(BUILD)/bench.raw.o
	$(Q)$(BPFTOOL) gen object $@ $<

$(BUILD)/bench.skel.h: $(BUILD)/bench.bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name bench > $@

$(BUILD)/bench-guest: tools/bench-guest.c $(BUILD)/bench.skel.h
	$(call msg,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $< -lbpf -o $@

# of an archive, the linker takes only what a test needs
$(BUILD)/tested.a: $(TESTED)
	$(Q)rm -f $@
	$(Q)$(AR) qcs $@ $^

$(BUILD)/unit/%: tests/unit/%.c $(wildcard tests/unit/*.h) $(BUILD)/tested.a | $(BUILD)/unit
	$(call msg,TEST,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $< $(BUILD)/tested.a $(LIBS) -lcmocka -o $@

$(BUILD)/unit/test_calls: bpf/call.h

# the reader of recordings, for FUZZ_SECONDS; what it finds is left in $(BUILD)/fuzz
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS := -std=gnu11 -O1 -g -D_GNU_SOURCE -Iinclude -Isrc -I$(BUILD) \
	       -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
FUZZED	:= $(patsubst src/%.c,$(BUILD)/fuzz/%.o,$(filter-out src/main.c src/live.c,$(wildcard src/*.c)))

$(BUILD)/fuzz/%.o: src/%.c | $(BUILD)/fuzz
	$(call msg,FUZZ,$@)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(BUILD)/fuzz/symbols.o: $(BUILD)/symbols.skel.h

$(BUILD)/fuzz/recording: tests/fuzz/fuzz_recording.c $(FUZZED)
	$(call msg,FUZZ,$@)
	$(Q)rm -f $@.a
	$(Q)$(AR) qcs $@.a $(FUZZED)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer $< $@.a $(LIBS) -o $@

fuzz:
	$(Q)tools/deps build fuzz
	$(Q)$(MAKE) --no-print-directory $(BUILD)/fuzz/recording
	$(Q)mkdir -p $(BUILD)/fuzz/corpus
	$(Q)$(BUILD)/fuzz/recording -dict=tests/fuzz/recording.dict -max_len=32768 -timeout=20 \
		-max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/fuzz/ \
		-verbosity=0 -print_final_stats=1 $(BUILD)/fuzz/corpus tests/fuzz/corpus

# the screens over a made-up machine
screens: $(BUILD)/fake

$(BUILD)/fake: tests/screen/fake.c $(BUILD)/tested.a
	$(call msg,TEST,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $< $(BUILD)/tested.a $(LIBS) -o $@

$(BUILD) $(BUILD)/unit $(BUILD)/screen $(BUILD)/fuzz:
	$(Q)mkdir -p $@

run:
	$(Q)tools/deps build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tools/run

demo:
	$(Q)tools/deps build vm
	$(Q)$(MAKE) --no-print-directory all workload
	$(Q)tools/demo

unit: $(UNIT)

bench:
	$(Q)tools/deps build vm bench
	$(Q)$(MAKE) --no-print-directory all workload $(BUILD)/bench-guest
	$(Q)tools/bench $(KERNELS)

check:
	$(Q)tools/deps build vm test
	$(Q)$(MAKE) --no-print-directory all workload unit screens
	$(Q)tests/run $(KERNELS)

check-arm64:
	$(Q)tools/deps build vm arm64
	$(Q)tools/arm64
	$(Q)ARCH=arm64 TESTS="$(or $(TESTS),exact trees tiers record)" tests/run $(KERNELS)

soak:
	$(Q)tools/deps build vm test
	$(Q)$(MAKE) --no-print-directory all workload
	$(Q)TESTS=soak MINUTES=$(or $(MINUTES),30) tests/run $(KERNELS)

format:
	clang-format -i include/*.h bpf/*.[ch] src/*.[ch] src/screen/*.[ch] tests/unit/*.[ch] \
		tests/screen/*.c tests/fuzz/*.c tests/vm/*.[ch] tools/*.c

clean:
	rm -rf $(BUILD) zswaptop

include packaging/install.mk tools/lint.mk
-include $(wildcard $(BUILD)/*.d $(BUILD)/screen/*.d $(BUILD)/fuzz/*.d)
