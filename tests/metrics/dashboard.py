#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Whether the dashboard is what Grafana takes, as far as can be told without Grafana.

Usage: dashboard.py DASHBOARD METRICS; METRICS: text of the Prometheus format with all families.
Prints "ok NAME" and "not ok NAME: WHY".
"""

import json
import re
import sys

ROWS = ["Overview", "Cgroups", "Invalidations and trees", "Writeback", "Latency",
        "Events, and zswaptop itself"]  # one for each of zswaptop's screens
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
UNASKED = {
    "zswaptop_start_time_seconds",  # an annotation
    "zswaptop_store_compressed_bytes_total",  # compressed_page_bytes_sum
    "zswaptop_kernel_zswpout_pages_total",  # stores that were not refused
    "zswaptop_kernel_zswpin_pages_total",  # swapin_pages_total{source="zswap"}
    "zswaptop_swap_zram_bytes", "zswaptop_bpf_runs_total"}
failures = 0


def check(name, wrong):
    global failures
    failures += bool(wrong)
    print(f"not ok {name}: {wrong[:5]}" if wrong else f"ok {name}")


def cells(panel):
    g = panel["gridPos"]
    return {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}


def overlaps(panels):
    taken, wrong = set(), []
    for p in panels:
        g = p["gridPos"]
        if taken & cells(p) or g["x"] < 0 or g["x"] + g["w"] > 24 or not cells(p):
            wrong.append(p["title"])
        taken |= cells(p)
    return wrong


def order(panels):
    """Grafana gives a row the panels behind it, whatever their place."""
    last, wrong = -1, []
    for p in panels:
        if p["gridPos"]["y"] < last:
            wrong.append(p["title"])
        last = p["gridPos"]["y"]
    return wrong


def variables(model):
    names = {v["name"]: v for v in model["templating"]["list"]}
    wrong = [f"no {n}" for n in ("datasource", "instance", "cgroup") if n not in names]
    if not wrong:
        if names["datasource"]["type"] != "datasource" or names["datasource"]["query"] != "prometheus":
            wrong.append("datasource: not one")
        wrong += [n for n in ("instance", "cgroup") if names[n]["datasource"] != DATASOURCE]
    return wrong


def names_used(expr):
    return {re.sub("_(bucket|sum|count)$", "", n) for n in re.findall(r"\bzswaptop_\w+", expr)}


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        model = json.load(f)
    with open(sys.argv[2], encoding="utf-8") as f:
        families = set(re.findall(r"^# TYPE (\S+) ", f.read(), re.M))
    panels = model["panels"]
    shown = [p for p in panels if p["type"] != "row"]
    targets = [t for p in shown for t in p["targets"]]
    exprs = [t["expr"] for t in targets]
    used = set().union(*map(names_used, exprs))

    check("a row for every screen",
          [] if [p["title"] for p in panels if p["type"] == "row"] == ROWS else ["rows differ"])
    ids = [p["id"] for p in panels]
    check("ids are unique", [i for i in ids if ids.count(i) > 1])
    check("nothing overlaps, or leaves the grid", overlaps(panels))
    check("the order is that of the places", order(panels))
    check("variables", variables(model))
    check("every panel asks the datasource chosen",
          [x.get("title") or x["expr"] for x in shown + targets + model["annotations"]["list"]
           if x["datasource"] != DATASOURCE])
    check("every panel has a unit, or is a heatmap, and says what it shows",
          [p["title"] for p in shown if not p["description"] or
           p["type"] != "heatmap" and not p["fieldConfig"]["defaults"]["unit"]])
    check("letters of a panel's queries differ",
          [p["title"] for p in shown
           if len({t["refId"] for t in p["targets"]}) < len(p["targets"])])
    check("every series asked for is one of the hosts chosen",
          [e for e in exprs if len(re.findall(r'instance=~"\$instance"', e))
           < len(re.findall(r"\bzswaptop_\w+|__name__", e))])
    check("changes are over $__rate_interval",
          [e for e in exprs if re.findall(r"\[(?!\$__rate_interval\])", e)])
    check("counters are shown as changes",
          [e for e in exprs if re.search(r"(?<!rate\()(?<!increase\()zswaptop_\w+_total", e)])
    check("every metric asked for is there", sorted(used - families))
    check("every metric that is there is asked for", sorted(families - used - UNASKED))
    sys.exit(failures != 0)


main()
