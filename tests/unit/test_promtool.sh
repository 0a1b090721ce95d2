#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Shows what the writers write to Prometheus' own tool and to the parsers of its Python client.
# Usage: test_promtool.sh [PROGRAM]; default: test_exposition, as make builds it.
# Skips what is not installed (Debian: prometheus, python3-prometheus-client).
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

program=${1:-$root/.build/unit/test_exposition}
"$program" prometheus >"$tmp/sample.prom"
"$program" openmetrics >"$tmp/sample.om"

if command -v promtool >/dev/null; then
	# Complaints are on stderr or stdout, by version; either is one too many.
	promtool check metrics <"$tmp/sample.prom" >"$tmp/complaints" 2>&1 || {
		cat "$tmp/complaints"
		exit 1
	}
	if [ -s "$tmp/complaints" ]; then
		cat "$tmp/complaints"
		exit 1
	fi
	echo "ok: promtool has no complaint"
else
	echo "skip: promtool is not installed"
fi

python=
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'import prometheus_client' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [ -z "$python" ]; then
	echo "skip: python3-prometheus-client is not installed"
	exit 0
fi
"$python" - "$tmp/sample.prom" "$tmp/sample.om" <<'PYTHON'
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus


def samples(parse, path):
    with open(path, encoding="utf-8", newline="") as f:
        families = list(parse(f.read()))
    for family in families:
        assert family.samples, f"{family.name}: no samples"
        assert family.type != "unknown", f"{family.name}: no type"
    return {(s.name, tuple(sorted(s.labels.items()))): s.value
            for family in families for s in family.samples}


# The formats differ; the numbers and their labels must not.
old, new = samples(prometheus, sys.argv[1]), samples(openmetrics, sys.argv[2])
assert old == new, set(old.items()) ^ set(new.items())
paths = {dict(labels).get("cgroup") for _, labels in new}
assert "/system.slice/a\\x2db.service" in paths, paths
assert '/x"y\nz,\ufffd\u00e9\x1b[1m' in paths, paths
print(f"ok: both parsers read the same {len(new)} samples")
PYTHON
