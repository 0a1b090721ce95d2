# SPDX-License-Identifier: GPL-2.0-only
#
# Manual pages, completion, installation, packages.
#
#   make man                  the manual pages, into .build/man
#   make install              below prefix (/usr/local), DESTDIR before it; make uninstall
#   make deb                  a Debian package, into .build/deb; make check-deb: tried in a machine

prefix	?= /usr/local
bindir	?= $(prefix)/bin
mandir	?= $(prefix)/share/man
bashcompletiondir ?= $(prefix)/share/bash-completion/completions
zshcompletiondir  ?= $(prefix)/share/zsh/site-functions
unitdir	?= $(prefix)/lib/systemd/system
datadir	?= $(prefix)/share/zswaptop
docdir	?= $(prefix)/share/doc/zswaptop

# what runs while building is for this machine, whatever CC builds for
MAN	:= .build/man
PAGES	:= $(patsubst man/%.in,$(MAN)/%,$(wildcard man/*.in)) \
	   $(patsubst man/%,$(MAN)/%,$(wildcard man/*.[1-9]))

.PHONY: man install uninstall deb check-deb

man: $(PAGES)

$(MAN):
	$(Q)mkdir -p $@

$(MAN)/%: man/% | $(MAN)
	$(Q)cp $< $@

$(MAN)/zswaptop.8: man/zswaptop.8.in README.md tools/overhead-man | $(MAN)
	$(call msg,MAN,$@)
	$(Q)tools/overhead-man README.md >$(MAN)/overhead
	$(Q)sed -e '/^@OVERHEAD@$$/{r $(MAN)/overhead' -e 'd}' $< >$@

$(MAN)/zswaptop-metrics.7: man/zswaptop-metrics.7.in .build/gen-metrics-man | $(MAN)
	$(call msg,MAN,$@)
	$(Q).build/gen-metrics-man >$(MAN)/metrics
	$(Q)sed -e '/^@METRICS@$$/{r $(MAN)/metrics' -e 'd}' $< >$@

ifeq ($(BUILD),.build)
.build/gen-metrics-man: tools/gen-metrics-man.c .build/tested.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LIBS) -o $@
else
.build/gen-metrics-man: tools/gen-metrics-man.c
	$(Q)env -u CC -u BUILD -u MAKEFLAGS $(MAKE) --no-print-directory $@
endif

# tests look at the pages
ifeq ($(BUILD),.build)
unit: man
endif

install: all man
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(bindir)/zswaptop
	install -d $(DESTDIR)$(mandir)/man7 $(DESTDIR)$(mandir)/man8
	install -m 644 $(MAN)/*.7 $(DESTDIR)$(mandir)/man7
	install -m 644 $(MAN)/*.8 $(DESTDIR)$(mandir)/man8
	ln -sf zswaptop-report.8 $(DESTDIR)$(mandir)/man8/zswaptop-replay.8
	install -D -m 644 completions/zswaptop.bash $(DESTDIR)$(bashcompletiondir)/zswaptop
	install -D -m 644 completions/_zswaptop $(DESTDIR)$(zshcompletiondir)/_zswaptop
	install -D -m 644 packaging/systemd/zswaptop.service $(DESTDIR)$(unitdir)/zswaptop.service
	sed -i 's|/usr/bin/zswaptop|$(bindir)/zswaptop|' $(DESTDIR)$(unitdir)/zswaptop.service
	install -d $(DESTDIR)$(datadir)
	install -m 644 dashboards/* $(DESTDIR)$(datadir)
	install -D -m 644 README.md $(DESTDIR)$(docdir)/README.md

uninstall:
	rm -f $(DESTDIR)$(bindir)/zswaptop
	rm -f $(patsubst $(MAN)/%.7,$(DESTDIR)$(mandir)/man7/%.7,$(filter %.7,$(PAGES)))
	rm -f $(patsubst $(MAN)/%.8,$(DESTDIR)$(mandir)/man8/%.8,$(filter %.8,$(PAGES)))
	rm -f $(DESTDIR)$(mandir)/man8/zswaptop-replay.8
	rm -f $(DESTDIR)$(bashcompletiondir)/zswaptop $(DESTDIR)$(zshcompletiondir)/_zswaptop
	rm -f $(DESTDIR)$(unitdir)/zswaptop.service
	rm -f $(patsubst dashboards/%,$(DESTDIR)$(datadir)/%,$(wildcard dashboards/*))
	rm -f $(DESTDIR)$(docdir)/README.md
	-rmdir $(DESTDIR)$(datadir) $(DESTDIR)$(docdir)

# ... and installed in a test machine
check-deb:
	$(Q)tools/deps build vm deb
	$(Q)$(MAKE) --no-print-directory all workload
	$(Q)tests/deb

deb:
	$(Q)tools/deps build deb
	$(Q)tools/deb
