#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The whole way of a metric: zswaptop's file, node_exporter, Prometheus, the dashboard's queries.

Usage: chain.py ZSWAPTOP RULES DASHBOARD RECORDING...
Each recording is a host with a node_exporter of its own; one Prometheus scrapes them all. On
127.0.0.1 alone, all in a temporary directory. Prints "ok NAME" and "not ok NAME: WHY".
"""

import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

PATIENCE = 60  # seconds that anything is waited for, however busy the machine is
failures = 0


def report(name, why=None):
    global failures
    failures += why is not None
    print(f"ok {name}" if why is None else f"not ok {name}: {why}", flush=True)


def check(name, wrong):
    report(name, None if not wrong else "; ".join(map(str, list(wrong)[:5])))


def wait_for(what, condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            result = condition()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            result = None
        if result:
            return result
        time.sleep(0.05)
    raise SystemExit(f"not ok waited {PATIENCE} s in vain for {what}")


# whatever proxies the environment names: what is asked is on this machine
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url):
    with DIRECT.open(url, timeout=PATIENCE) as answer:
        return answer.read().decode()


class Server:
    """A program that listens on a free port; another port if somebody else was faster."""

    def __init__(self, directory, name, ready, command):
        for _ in range(5):
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                self.address = f"127.0.0.1:{s.getsockname()[1]}"
            self.url = f"http://{self.address}"
            self.log = os.path.join(directory, name + ".log")
            with open(self.log, "w", encoding="utf-8") as log:
                self.process = subprocess.Popen(
                    command(self.address), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            wait_for(name, lambda: self.process.poll() is not None or get(self.url + ready))
            if self.process.poll() is None:
                return
        with open(self.log, encoding="utf-8") as log:
            raise SystemExit(f"not ok {name} starts: {log.read()[-300:]}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def key(labels):
    """Labels as text; bounds of buckets as numbers, which everyone writes in his own way."""
    labels = {k: v for k, v in labels.items() if k not in ("instance", "job")}
    if "le" in labels:
        labels["le"] = repr(float(labels["le"]))
    return tuple(sorted(labels.items()))


class Text:
    """What zswaptop wrote: types of families, values of series."""

    def __init__(self, text):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        self.values = {
            (s.name, key(s.labels)): s.value
            for family in text_string_to_metric_families(text) for s in family.samples}

    def sum(self, name, **labels):
        return sum(v for (n, k), v in self.values.items()
                   if n == "zswaptop_" + name and set(labels.items()) <= set(k))


class Host:
    def __init__(self, directory, zswaptop, recording):
        self.name = os.path.basename(recording).removesuffix(".gz")
        self.dir = os.path.join(directory, self.name)
        self.file = os.path.join(self.dir, "zswaptop.prom")
        os.mkdir(self.dir)
        def replay(*options):
            return subprocess.run([zswaptop, "replay", *options, recording],
                                  check=True, capture_output=True, text=True).stdout
        samples = replay("--json").count("\n")
        # the workload is at it at half time, and not done yet before the last quarter
        self.texts = [Text(replay("--format", "prometheus", "--by-cgroup", "-n", str(n + 1)))
                      for n in (samples // 2, samples * 3 // 4)]
        self.exporter = Server(directory, self.name, "/metrics", lambda address: [
            "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
            "--collector.textfile.directory", self.dir, "--web.listen-address", address])

    def write(self, number):
        with open(self.file + ".new", "w", encoding="utf-8") as f:
            f.write(self.texts[number].text)
        os.rename(self.file + ".new", self.file)


class Prometheus(Server):
    def __init__(self, directory, rules, hosts):
        config = os.path.join(directory, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as f:
            json.dump({  # which is YAML, too
                "global": {"scrape_interval": "1s", "scrape_timeout": "1s",
                           "evaluation_interval": "1s"},
                "rule_files": [os.path.abspath(rules)],
                "scrape_configs": [{"job_name": "node", "static_configs": [
                    {"targets": [h.exporter.address], "labels": {"instance": h.name}}
                    for h in hosts]}]}, f)
        super().__init__(directory, "prometheus", "/-/ready", lambda address: [
            "prometheus", "--config.file", config, "--web.listen-address", address,
            "--storage.tsdb.path", os.path.join(directory, "data"), "--log.level", "warn"])

    def ask(self, path, **arguments):
        try:
            answer = get(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(arguments)}")
        except urllib.error.HTTPError as e:
            raise SystemExit(f"not ok Prometheus refuses {arguments}: {e.read().decode()}")
        return json.loads(answer)["data"]

    def query(self, expr, **arguments):
        return self.ask("query", query=expr, **arguments)["result"]

    def value(self, expr):
        result = self.query(expr)
        return float(result[0]["value"][1]) if len(result) == 1 else None


def exporter_takes_it(host):
    served = get(host.exporter.url + "/metrics")
    types = dict(re.findall(r"^# TYPE (zswaptop_\S+) (\S+)$", served, re.M))
    check(f"{host.name}: node_exporter has every family, of its type",
          set(host.texts[-1].types.items()) ^ set(types.items()))
    check(f"{host.name}: names in _total are counters there, and no others",
          [n for n, t in types.items() if (t == "counter") != n.endswith("_total")])
    errors = re.findall(r"^node_textfile_scrape_error (\S+)$", served, re.M)
    check(f"{host.name}: node_textfile_scrape_error is 0", errors if errors != ["0"] else [])


def prometheus_has_it(prometheus, host):
    got = {(r["metric"].pop("__name__"), key(r["metric"])): float(r["value"][1])
           for r in prometheus.query(f'{{__name__=~"zswaptop_.+", instance="{host.name}"}}')}
    want = host.texts[-1].values
    check(f"{host.name}: Prometheus has all {len(want)} series with the values written",
          [f"{k}: {got.get(k)}, written {want.get(k)}"
           for k in sorted(set(got) | set(want)) if got.get(k) != want.get(k)])


def queries(dashboard):
    with open(dashboard, encoding="utf-8") as f:
        model = json.load(f)
    for panel in model["panels"]:
        for target in panel.get("targets", []):
            yield f"{panel['title']}, {target['refId']}", target["expr"]
    for variable in model["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", re.fullmatch(
                r"label_values\((.*), \w+\)", variable["query"]["query"])[1]
    for annotation in model["annotations"]["list"]:
        yield f"annotation {annotation['name']}", re.sub(" > 0$", "", annotation["expr"])


def substitute(expr, instance=".*", cgroup=".*"):
    for variable, value in (("$__rate_interval", "5m"), ("$instance", instance),
                            ("$cgroup", cgroup)):
        expr = expr.replace(variable, value)
    return expr


def dashboard_has_data(prometheus, dashboard):
    silent = []
    number = 0
    for name, expr in queries(dashboard):
        number += 1
        now = time.time()
        ranges = prometheus.ask("query_range", query=substitute(expr), start=now - 10, end=now,
                                step=1)["result"]
        if not any(math.isfinite(float(v)) for r in ranges for _, v in r["values"]):
            silent.append(f"{name}: {expr}")
    check(f"dashboard: data for all {number} queries", silent)


def dashboard_is_right(prometheus, dashboard, host):
    """Shares of what happened between the two files.

    Prometheus extrapolates both sides of a share alike, unless a counter began so lately that it
    would have been negative: those of rare things. For them the share is only about right.
    """
    by_name = dict(queries(dashboard))

    def difference(name, **labels):
        return host.texts[1].sum(name, **labels) - host.texts[0].sum(name, **labels)

    skipped = difference("writeback_skipped_total")
    stored = host.texts[1].sum("stored_bytes")
    rare = {"Refused, share, A", "Given up, share, A"}
    for title, want in (
            ("Compression ratio, A", stored / host.texts[1].sum("pool_bytes")),
            ("Refused, share, A",
             difference("store_rejected_pages_total") / difference("store_pages_total")),
            ("Swap-ins from disk, share, A",
             difference("swapin_pages_total", source="disk")
             / (difference("swapin_pages_total") - difference("swapin_pages_total", source="zero"))),
            ("Loads that hit, share, A",
             difference("load_hits_total") / difference("load_lookups_total")),
            ("Locks taken for nothing, A",
             difference("invalidate_absent_total") / difference("invalidate_calls_total")),
            ("Given up, share, A", skipped / (skipped + difference("writeback_pages_total"))),
            ("Compressed size of a page, A",
             difference("compressed_page_bytes_sum") / difference("compressed_page_bytes_count"))):
        got = prometheus.value(substitute(by_name[title], instance=host.name))
        print(f"# {title}: {got}, of the files {want}")
        right = got is not None and math.isclose(
            got, want, rel_tol=0.25 if title in rare else 1e-9)
        check(f"dashboard: {title}: the share in the files", [] if right else [f"{got}, {want}"])


def rules_have_data(prometheus, hosts):
    rules = [r for g in prometheus.ask("rules")["groups"] for r in g["rules"]]
    check("rules: all are in good health",
          [f"{r['name']}: {r.get('lastError')}" for r in rules if r["health"] != "ok"])
    silent = [r["name"] for r in rules if r["type"] == "recording"
              and not prometheus.query(f"last_over_time({r['name']}[1m])")]
    check("rules: data for all that is recorded", silent)
    for host in hosts:
        want = (host.texts[-1].sum("pool_bytes") / host.texts[-1].sum("pool_limit_bytes"))
        name = f'instance:zswaptop_pool:ratio{{instance="{host.name}"}}'
        wait_for(name, lambda: prometheus.value(name) == want)
        report(f"rules: {name}: the ratio in the file")


def run(directory, zswaptop, rules, dashboard, recordings):
    servers = []
    try:
        hosts = []
        for recording in recordings:
            hosts.append(Host(directory, zswaptop, recording))
            servers.append(hosts[-1].exporter)
        for host in hosts:
            host.write(0)
        prometheus = Prometheus(directory, rules, hosts)
        servers.append(prometheus)
        for number in (0, 1):
            for host in hosts:
                host.write(number)
            for host in hosts:
                name = f'zswaptop_last_collection_timestamp_seconds{{instance="{host.name}"}}'
                want = host.texts[number].sum("last_collection_timestamp_seconds")
                # three scrapes, so that a rate has something to go by
                wait_for(f"{name} {want}", lambda: prometheus.value(name) == want and
                         prometheus.value(f"count_over_time({name}[1m])") >= 3 * (number + 1))
        for host in hosts:
            exporter_takes_it(host)
            prometheus_has_it(prometheus, host)
        dashboard_has_data(prometheus, dashboard)
        dashboard_is_right(prometheus, dashboard, hosts[0])
        rules_have_data(prometheus, hosts)
        os.remove(hosts[0].file)
        wait_for("series of a file removed to end", lambda: not prometheus.query(
            f'zswaptop_last_collection_timestamp_seconds{{instance="{hosts[0].name}"}}'))
        report("a file removed ends its series, not only their changes")
    finally:
        for server in servers:
            server.stop()


def main():
    with tempfile.TemporaryDirectory() as directory:
        run(directory, *sys.argv[1:4], sys.argv[4:])
    sys.exit(failures != 0)


main()
