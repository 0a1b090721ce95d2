#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Shows what the writers write to Prometheus' own tool and to the parsers of its Python client, of a
# made-up sample that holds everything and of real kernels'; and compares docs/metrics.md with it.
# Usage: test_promtool.sh [PROGRAM]; default: test_exposition, as make builds it.
# Skips what is not installed (tools/deps test).
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$PATH:${ZSWAPTOP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/zswaptop}/daemons/usr/bin
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

program=${1:-$root/.build/unit/test_exposition}
"$program" prometheus >"$tmp/made-up.prom"
"$program" openmetrics >"$tmp/made-up.om"
for recording in metrics-7.3 exact-6.12.1; do
	for format in prometheus.prom openmetrics.om; do
		"$root/zswaptop" replay --by-cgroup --format "${format%.*}" \
			"$root/tests/data/$recording.gz" >"$tmp/$recording.${format#*.}"
	done
done

if command -v promtool >/dev/null; then
	for text in "$tmp"/*.prom; do
		# Complaints are on stderr or stdout, by version; either is one too many.
		promtool check metrics <"$text" >"$tmp/complaints" 2>&1 || echo "status $?" >>"$tmp/complaints"
		if [ -s "$tmp/complaints" ]; then
			cat "$tmp/complaints"
			exit 1
		fi
		echo "ok: promtool has no complaint of $(basename "$text" .prom)"
	done
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
"$python" - "$tmp"/made-up "$tmp"/*-[67]* <<'PYTHON'
import os
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


def paths(path):
    return {dict(labels).get("cgroup") for _, labels in samples(openmetrics, path + ".om")}


# The formats differ; the numbers and their labels must not.
for path in sorted({os.path.splitext(p)[0] if p.endswith((".om", ".prom")) else p
                    for p in sys.argv[1:]}):
    old, new = samples(prometheus, path + ".prom"), samples(openmetrics, path + ".om")
    assert old == new, set(old.items()) ^ set(new.items())
    print(f"ok: both parsers read the same {len(new)} samples of {os.path.basename(path)}")
made_up = paths(sys.argv[1])
assert "/system.slice/a\\x2db.service" in made_up, made_up
assert '/x"y\nz,\ufffd\u00e9\x1b[1m' in made_up, made_up
PYTHON
"$python" "$root/tests/metrics/document.py" <"$tmp/made-up.prom" >"$tmp/metrics.md"
if diff -u "$root/docs/metrics.md" "$tmp/metrics.md"; then
	echo "ok: docs/metrics.md is that of the code"
else
	echo "not ok: docs/metrics.md is not that of the code; tests/metrics/document.py makes it"
	exit 1
fi
