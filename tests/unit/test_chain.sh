#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Recordings of real kernels through node_exporter and Prometheus to the dashboard's queries, and the
# rules by themselves. Needs what "tools/deps test" gets; skips what is not there.

cd "$(dirname "$0")/../.." || exit
PATH=$PATH:${ZSWAPTOP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/zswaptop}/daemons/usr/bin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

# there PROGRAM...
there() {
	for program; do
		command -v "$program" >/dev/null || {
			echo "skip: $program is not installed"
			return 1
		}
	done
}

# run NAME COMMAND...: what it prints matters only if it fails
run() {
	name=$1
	shift
	if "$@" >"$tmp/log" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name: $(tail -n 1 "$tmp/log")"
		cat "$tmp/log"
		status=1
	fi
}

.build/unit/test_exposition prometheus >"$tmp/metrics"
/usr/bin/python3 tests/metrics/dashboard.py dashboards/zswap.json "$tmp/metrics" || status=1
if there promtool; then
	run "rules: valid" promtool check rules dashboards/zswaptop.rules.yml
	run "rules: record and fire when they should" promtool test rules tests/metrics/rules_test.yml
fi
if ! /usr/bin/python3 -c 'import prometheus_client' 2>/dev/null; then
	echo "skip: python3-prometheus-client is not installed"
elif there prometheus prometheus-node-exporter; then
	/usr/bin/python3 tests/metrics/chain.py ./zswaptop dashboards/zswaptop.rules.yml \
		dashboards/zswap.json tests/data/metrics-7.3.gz tests/data/exact-6.12.1.gz || status=1
fi
exit $status
