#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes docs/metrics.md of all families in the Prometheus format:

    .build/unit/test_exposition prometheus | tests/metrics/document.py >docs/metrics.md
"""

import re
import sys

from prometheus_client.parser import text_string_to_metric_families

HEAD = """# Metrics

What `zswaptop export` writes, in the order of the file; made by `tests/metrics/document.py` of what
the code has, and compared with it by the tests. JSON has the same names without `zswaptop_`; there
durations are in nanoseconds and names end in `_ns`.

A family that is not known on a kernel is left out, as is one whose probe is not attached; values of
labels that are known to zswaptop are there from the start, with 0. Counters count since the probes
were attached. Families by cgroup need `--by-cgroup`, `stale_lookups` `--verify`, `bpf_run` `--self-cost`.

| name | type | labels | meaning |
|---|---|---|---|"""

# what a sample has one value of, or anybody's
OPEN = {"version", "libbpf", "release", "compressor", "cgroup", "swap", "probe", "le"}
OTHER = {"tree": "xarray, rbtree", "invalidate_fast_path": "yes, no", "shrinker": "on, off"}


def main():
    text = sys.stdin.read()
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", text, re.M))
    labels = {name: {} for name in types}
    for family in text_string_to_metric_families(text):
        name = family.name if family.name in types else family.name + "_total"
        for sample in family.samples:
            for label, value in sample.labels.items():
                labels[name].setdefault(label, {})[value] = True
    print(HEAD)
    for name, kind in types.items():
        shown = [label if label in OPEN else f"{label}: {OTHER.get(label) or ', '.join(values)}"
                 for label, values in labels[name].items()]
        print(f"| {name} | {kind} | {'; '.join(shown)} | {helps[name]} |")


main()
