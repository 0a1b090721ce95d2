# SPDX-License-Identifier: GPL-2.0-only
#
#   make lint       gcc -fanalyzer, cppcheck, clang-tidy, shellcheck, the manual pages: no complaint
#   make sanitize   unit tests, the program and the screens with -fsanitize=address,undefined

.PHONY: lint sanitize

lint:
	$(Q)tools/deps build test lint
	$(Q)$(MAKE) --no-print-directory all man .build/bench.skel.h
	$(Q)tools/lint

SANITIZE := -O1 -g -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all

sanitize:
	$(Q)tools/deps build test
	$(Q)$(MAKE) --no-print-directory BUILD=.build/sanitize HARDEN= CFLAGS="$(SANITIZE)" \
		all unit screens
	$(Q)tools/sanitize .build/sanitize
