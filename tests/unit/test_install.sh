#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2317 # functions that check calls
# make install, and how the program was built.
set -u

cd "$(dirname "$0")/../.." || exit
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

# check NAME COMMAND...
check() {
	name=$1
	shift
	if "$@" >"$tmp/out" 2>&1; then
		echo "ok: $name"
	else
		echo "not ok: $name"
		cat "$tmp/out"
		status=1
	fi
}

install_into() {
	env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory install "$@"
}

uninstall_from() {
	env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory uninstall "$@"
}

# only what is not zswaptop's
left_alone() {
	[ "$(cd "$1" && find . ! -type d)" = ./bin/other ] && [ ! -e "$1/share/zswaptop" ]
}

# below PREFIX: all that is there, against what should be
below() {
	cat >"$tmp/expected" <<-FILES
		bin 755 ./bin/zswaptop
		doc 644 ./share/doc/zswaptop/README.md
		$(for page in zswaptop zswaptop-export zswaptop-record zswaptop-replay \
			zswaptop-report zswaptop-top zswaptop-trace; do
			echo "man 644 ./share/man/man8/$page.8"
		done)
		man 644 ./share/man/man7/zswaptop-metrics.7
		unit 644 ./lib/systemd/system/zswaptop.service
		$(for file in dashboards/*; do echo "data 644 ./share/zswaptop/${file##*/}"; done)
		bash 644 ./share/bash-completion/completions/zswaptop
		zsh 644 ./share/zsh/site-functions/_zswaptop
	FILES
	sed 's/^[a-z]* //' "$tmp/expected" | sort -k 2 >"$tmp/want"
	(cd "$1" && find . ! -type d -exec stat -L -c '%a %n' {} +) | sort -k 2 >"$tmp/got"
	diff -u "$tmp/want" "$tmp/got"
}

check "install with DESTDIR" install_into DESTDIR="$tmp/destdir"
check "files below /usr/local" below "$tmp/destdir/usr/local"
check "the program runs" "$tmp/destdir/usr/local/bin/zswaptop" --version
check "the unit starts it there" grep -q '^ExecStart=/usr/local/bin/zswaptop export ' \
	"$tmp/destdir/usr/local/lib/systemd/system/zswaptop.service"
check "install with a prefix" install_into prefix="$tmp/opt"
check "files below the prefix" below "$tmp/opt"
: >"$tmp/opt/bin/other"
check "uninstall" uninstall_from prefix="$tmp/opt"
check "nothing of it left" left_alone "$tmp/opt"
umask 077
check "install under a strict umask" install_into DESTDIR="$tmp/strict"
check "files under a strict umask" below "$tmp/strict/usr/local"

has() {
	readelf -W "$1" ./zswaptop | grep -qE "$2"
}
hasnt() {
	! has "$@"
}
check "position independent" has -h 'Type: +DYN'
check "relocations read-only" has -l GNU_RELRO
check "bound at once" has -d 'FLAGS.*NOW|BIND_NOW'
check "stack not executable" has -l 'GNU_STACK.* RW +0x'
check "stack protector" has -s __stack_chk_fail
check "checked functions of the C library" has -s '__[a-z]+_chk'
check "no run path" hasnt -d 'RPATH|RUNPATH'
check "nothing writable and executable" hasnt -l 'LOAD.* RWE '
exit $status
