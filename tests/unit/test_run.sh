#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# make run: here where anything can be observed, else in a virtual machine. The program and
# the machine are stand-ins.
set -u

cd "$(dirname "$0")/../.." || exit
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/tools"
cp tools/run "$tmp/tools"
printf 'demo:\n\t@echo machine\n' >"$tmp/Makefile"
status=0

# runs NAME PROBES REASON EXPECTED: probe prints PROBES, complains of REASON, and fails
runs() {
	cat >"$tmp/zswaptop" <<-STUB
		#!/bin/sh
		if [ "\${1-}" = probe ]; then
			echo '$2'
			echo 'zswaptop: $3' >&2
			exit 1
		fi
		echo "here: \$*"
	STUB
	chmod +x "$tmp/zswaptop"
	got=$(env -u MAKEFLAGS -u MAKELEVEL "$tmp/tools/run" -n 1)
	if [ "$got" = "$4" ]; then
		echo "ok: $1"
	else
		echo "not ok: $1: $got"
		status=1
	fi
}

runs "some of it can be observed" \
	'{"probes":[{"probe":"store","state":"attached"},{"probe":"load","state":"absent"}]}' \
	"no tree" "here: -n 1"
runs "nothing can be attached" '{"probes":[{"probe":"store","state":"absent"}]}' "refused" \
	"not on this kernel: refused; starting a virtual machine
machine"
runs "there is nothing to say" "" "no zswap" \
	"not on this kernel: no zswap; starting a virtual machine
machine"
exit $status
