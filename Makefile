# spoor: streaming detection of account attacks. Everything is built below build/.
#
#   make run              install what is missing, build, run the demo (ARGS='run -c FILE' for more)
#   make test             install what is missing, run every test: unit, model, stress, scenario,
#                         fuzz corpora, replay, and delivery on two real Apache Kafka versions
#   make                  build/spoor           make lint fmt      check, or mend, the house rules
#   make unit             the tests in C only   make kafka         the tests on a real Kafka only
#   make rooms            which folder includes which, and on what floor it stands
#   make conformance      samples of third parties, where they stand beside the repository; a small population
#   make score            what is found in generated populations, into tests/population/README.md (ARGS='--json')
#   make model            all interleavings     make tsan          stress tests under ThreadSanitizer
#   make asan             full tables and refused rows under AddressSanitizer
#   make SAN=thread unit  address | undefined | thread, joined by commas
#   make fuzz T=60        T seconds per input   make bench         cost per stage and structure
#   make geoip            fetch free GeoIP databases into geoip/data/
#   make install uninstall PREFIX=/usr/local    make clean help    V=1 shows commands
NAME    := spoor
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
ROOMS   := $(shell sed 's/\#.*//' tests/lint/rooms)  # in an order that is the law
DEPS    := librdkafka-dev libyajl-dev libmaxminddb-dev libyaml-dev libck-dev zlib1g-dev pkg-config
PCS     := rdkafka yajl libmaxminddb yaml-0.1 ck zlib
TDEPS   := libcmocka-dev clang clang-format libclang-rt-14-dev locales python3-venv maven openjdk-17-jre-headless
PREFIX  ?= /usr/local
ARGS    ?= demo
T       ?= 10
OPT     ?= -O2 -g
Q       := $(if $(V),,@)
# Python leaves nothing beside the sources, pytest nothing outside build/.
export PYTHONDONTWRITEBYTECODE := 1
export PYTEST_DEBUG_TEMPROOT := build

comma   := ,
VARIANT := $(strip $(filter-out cc gcc,$(notdir $(CC))) $(subst $(comma), ,$(SAN)) $(FUZZ:1=fuzz) $(MODEL:1=model))
B       := build$(if $(VARIANT),/$(subst $() $(),-,$(VARIANT)))
.DEFAULT_GOAL := all
GOALS   := $(filter-out clean fmt rooms help uninstall,$(or $(MAKECMDGOALS),all))

# Packages: make builds these two files before anything else and starts again with them read.
ifneq ($(GOALS),)
include build/packages.mk
endif
build/packages.mk: Makefile tests/setup/packages.sh
	@mkdir -p build
	@sh tests/setup/packages.sh $(DEPS)
	@{ echo "DEP_CFLAGS := $$(pkg-config --cflags $(PCS))"; echo "DEP_LIBS := $$(pkg-config --libs $(PCS))"; } >$@
build/test-packages: Makefile tests/setup/packages.sh
	@mkdir -p build
	@sh tests/setup/packages.sh $(TDEPS) && touch $@

# No -march=native, no -ffast-math, no contraction: every instance must compute the same finding.
BASE := -std=c17 $(OPT) -ffp-contract=off -pthread -fPIE -fno-omit-frame-pointer -fstack-protector-strong
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith \
        -Wcast-qual -Wformat=2 -Wundef -Werror $(if $(findstring clang,$(CC)),,-Wno-format-truncation)
override CPPFLAGS += -I. -D_GNU_SOURCE $(if $(MODEL),-DMODEL) $(if $(VARIANT),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) $(DEP_CFLAGS)
override CFLAGS   += $(BASE) $(WARN) $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all) $(if $(FUZZ),-fsanitize=fuzzer-no-link)
override LDFLAGS  += -pthread -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN))
LDLIBS = $(DEP_LIBS) -lm

# A file whose text changes only when the value does; what depends on it is then rebuilt.
stamp = $(shell mkdir -p $(B); [ "$$(cat $(B)/$(1) 2>/dev/null)" = '$(2)' ] || echo '$(2)' >$(B)/$(1))
$(if $(GOALS),$(call stamp,.flags,$(CC) $(CPPFLAGS) $(CFLAGS))$(call stamp,.version,$(VERSION)))

SRC   := $(foreach d,$(ROOMS),$(wildcard $(d)/*.c))
HDR   := $(foreach d,$(ROOMS),$(wildcard $(d)/*.h))
progs  = $(foreach k,$(1),$(patsubst tests/%.c,$(B)/%,$(filter-out tests/fuzz/main.c,$(wildcard tests/$(k)/*.c))))
TESTS := $(call progs,unit stress scenario fuzz)
PROGS := $(TESTS) $(call progs,model bench)
LIB   := $(B)/lib$(NAME).a
say    = @printf '  %-4s %s\n' $(1) $@
RUNNER := $(if $(findstring thread,$(SAN)),setarch -R)  # ThreadSanitizer wants its addresses in place

.PHONY: all run test goals conformance score unit tsan tsan-run asan asan-run model model-run fuzz fuzz-run kafka bench geoip lint rooms fmt install uninstall clean help
all: $(B)/$(NAME)

$(B)/$(NAME): $(B)/obj/plugin/cli/main.o $(LIB)
$(PROGS): $(B)/%: $(B)/obj/tests/%.o $(LIB)
$(PROGS): LDLIBS += -lcmocka
$(call progs,fuzz): $(if $(FUZZ),,$(B)/obj/tests/fuzz/main.o)
$(call progs,fuzz): override LDFLAGS += $(if $(FUZZ),-fsanitize=fuzzer)
$(B)/scenario/refused: override LDFLAGS += -Wl,--wrap=table_row,--wrap=table_find,--wrap=table_find_part,--wrap=table_key
$(B)/$(NAME) $(PROGS):
	$(call say,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

$(LIB): $(patsubst %.c,$(B)/obj/%.o,$(filter-out plugin/cli/main.c,$(SRC)))
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/obj/%.o: %.c Makefile $(B)/.flags
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
# By name: a pattern rule without a recipe would add no prerequisite. tests/setup/check_goals.sh
$(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/*/*.c)): | build/test-packages
$(B)/obj/geoip/embed.o: $(wildcard geoip/data/*.tsv)
$(B)/obj/detectors/mail/mail_words.o: detectors/mail/data/mail-words.tsv
$(B)/obj/plugin/records/datafile.o: $(wildcard plugin/records/data/*)
$(B)/obj/plugin/base/version.o: override CPPFLAGS += -DVERSION='"$(VERSION)"'
$(B)/obj/plugin/base/version.o: $(B)/.version
$(B)/.flags $(B)/.version: ;
.SECONDARY:

run: all
	$(Q)$(B)/$(NAME) $(ARGS)
test: goals unit model tsan asan conformance kafka
goals:
	$(Q)sh tests/setup/check_goals.sh
unit: all $(TESTS)
	$(Q)RUNNER='$(RUNNER)' SPOOR=$(B)/$(NAME) sh tests/run.sh $(TESTS)
tsan: build/test-packages
	$(Q)$(MAKE) --no-print-directory SAN=thread tsan-run
tsan-run: all $(call progs,stress)
	$(Q)RUNNER='$(RUNNER)' SPOOR=$(B)/$(NAME) sh tests/run.sh $(call progs,stress)
asan: build/test-packages
	$(Q)$(MAKE) --no-print-directory SAN=address,undefined asan-run
asan-run: $(B)/scenario/refused $(B)/scenario/flood
	$(Q)sh tests/run.sh $^
model: build/test-packages  # the checker moves stacks, which sanitizers dislike: always plain
	$(Q)$(MAKE) --no-print-directory MODEL=1 SAN= model-run
model-run: $(call progs,model)
	$(Q)sh tests/run.sh $^
fuzz: build/test-packages
	$(Q)$(MAKE) --no-print-directory CC=clang FUZZ=1 SAN=address,undefined fuzz-run
fuzz-run: $(call progs,fuzz)
	$(Q)for f in $(filter $(B)/fuzz/$(or $(ONLY),%),$^); do n=$${f##*/}; mkdir -p $(B)/new/$$n; \
	    $$f -max_total_time=$(T) -artifact_prefix=$(B)/ $(B)/new/$$n tests/fuzz/corpus/$$n || exit 1; done
kafka: all $(B)/scenario/scenario build/venv/done
	$(Q)SPOOR=$(B)/$(NAME) build/venv/bin/python -m pytest -q tests/cli tests/kafka
conformance: all build/venv/done
	$(Q)SPOOR=$(B)/$(NAME) build/venv/bin/python -m pytest -q -p no:cacheprovider tests/conformance tests/population
score: all build/venv/done
	$(Q)SPOOR=$(B)/$(NAME) build/venv/bin/python tests/population/score.py $(filter-out demo,$(ARGS))
build/venv/done: tests/setup/requirements.txt build/test-packages
	@echo "installing into build/venv: $$(grep -v '^#' $< | tr '\n' ' ')"
	$(Q)python3 -m venv build/venv && build/venv/bin/pip install -q --no-cache-dir -r $< && touch $@
bench: all $(call progs,bench)
	$(Q)for b in $(call progs,bench); do $$b || exit 1; done
geoip:
	$(Q)sh geoip/fetch.sh

lint: build/test-packages
	$(Q)sh tests/lint/layers.sh tests/lint/rooms
	$(Q)sh tests/lint/words.sh
	$(Q)sh tests/lint/headers.sh '$(CC) $(CPPFLAGS) -std=c17' $(HDR)
	$(Q)clang-format --dry-run -Werror $(SRC) $(HDR) $(wildcard tests/*/*.[ch])
	$(Q)$(MAKE) --no-print-directory CC=clang all
rooms:
	$(Q)sh tests/lint/rooms.sh tests/lint/rooms
fmt: build/test-packages
	$(Q)clang-format -i $(SRC) $(HDR) $(wildcard tests/*/*.[ch])
# What `install` writes; `uninstall` takes away no more and no less.
INSTALLED := bin/$(NAME) $(patsubst %,share/$(NAME)/%,$(NAME).yaml $(patsubst config/%,%,$(wildcard config/feeds/*.txt)))
install: all
	install -D $(B)/$(NAME) $(DESTDIR)$(PREFIX)/bin/$(NAME)
	install -d $(DESTDIR)$(PREFIX)/share/$(NAME)
	sed 's|config/feeds|$(PREFIX)/share/$(NAME)/feeds|' config/spoor.yaml >$(DESTDIR)$(PREFIX)/share/$(NAME)/spoor.yaml
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/$(NAME)/feeds config/feeds/*.txt
uninstall:
	rm -f $(patsubst %,$(DESTDIR)$(PREFIX)/%,$(INSTALLED))
	for d in feeds ''; do [ ! -d $(DESTDIR)$(PREFIX)/share/$(NAME)/$$d ] || rmdir --ignore-fail-on-non-empty $(DESTDIR)$(PREFIX)/share/$(NAME)/$$d; done
clean:
	rm -rf build
help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
