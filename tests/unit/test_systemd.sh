#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The unit of systemd, as far as it can be judged where no systemd runs: systemd's own check, its
# score of how far the service could reach, and that every line is explained. tests/vm has it run.

cd "$(dirname "$0")/../.." || exit
unit=packaging/systemd/zswaptop.service
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failures=0

# check NAME WHAT IS WRONG
check() {
	if [ -z "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1: $2"
		failures=$((failures + 1))
	fi
}

check "every line is explained by a comment before it" "$(awk '
	/^#/ { explained = 1; next }
	/=/ && !explained && !/^Description=/ && !(/^StartLimit/ && before ~ /^StartLimit/)
	{ explained = 0; before = $0 }' $unit)"
check "options are those of zswaptop" "$(
	# shellcheck disable=SC2046 # the command line as it stands
	set -- $(sed -n 's|^ExecStart=/usr/bin/zswaptop ||p' $unit)
	./zswaptop "$@" --help 2>&1 | grep -v -e '^Usage: zswaptop export' -e '^  ' -e '^$')"
command -v systemd-analyze >/dev/null || {
	echo "skip: systemd-analyze is not installed"
	exit $((failures > 0))
}
# the program is not installed here
sed "s|^ExecStart=/usr/bin/zswaptop|ExecStart=$(realpath zswaptop)|" $unit >"$tmp/zswaptop.service"
check "systemd-analyze verify" "$(systemd-analyze verify "$tmp/zswaptop.service" 2>&1)"
systemd-analyze security --offline=true --threshold=18 --no-pager "$tmp/zswaptop.service" \
	>"$tmp/score" 2>&1
status=$?
check "systemd-analyze security: exposure at most 1.8 of 10" \
	"$([ $status = 0 ] || tail -n 1 "$tmp/score")"
exit $((failures > 0))
