// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "format.h"
#include "metrics.h"
#include "output.h"
#include "report.h"
#include "text.h"
#include "wrap.h"

const struct report_latency report_latencies[] = {
	{"zswap_store, a call", ZT_H_STORE_NS},	      {"zswap_load, a hit", ZT_H_LOAD_NS},
	{"swap-in from zswap", ZT_H_SWAPIN_ZSWAP_NS}, {"swap-in from disk", ZT_H_SWAPIN_DISK_NS},
	{"a writeback attempt", ZT_H_WB_NS},	      {"skip to its outcome", ZT_H_FATE_NS},
};
const unsigned int nr_report_latencies = sizeof(report_latencies) / sizeof(report_latencies[0]);

/* --- what was recorded ---------------------------------------------------------------------- */

static const char *known(const char *text)
{
	return *text ? text : "n/a";
}

static void print_machine(FILE *out, const struct summary *s)
{
	const struct recording_header *h = recording_header(s->recording);
	char x[2][FORMAT_LEN], device[120];

	fprintf(out, "kernel      %s, %s CPU%s, %s of memory\n", known(s->last.kernel.release),
		format_count(h->cpus, x[0]), h->cpus == 1 ? "" : "s",
		format_bytes(h->memory_bytes, x[1]));
	fprintf(out, "zswap       %s, shrinker %s", known(s->last.kernel.compressor),
		known(s->last.kernel.shrinker));
	if (summary_parameter(s, "max_pool_percent"))
		fprintf(out, ", max_pool_percent %s", summary_parameter(s, "max_pool_percent"));
	fprintf(out, "\nswap       ");
	for (size_t i = 0; i < s->last.nr_areas; i++)
		fprintf(out, "%s %s %s", i ? "," : "",
			text_clean(s->last.areas[i].device, device, sizeof(device)),
			format_bytes(s->last.areas[i].bytes, x[0]));
	fprintf(out, "%s\n", s->last.nr_areas ? "" : " none");
}

static void print_recording(FILE *out, const struct summary *s)
{
	const struct recording_header *h = recording_header(s->recording);
	const struct recording_end *end = recording_end(s->recording);
	char time[OUTPUT_TIME_LEN], command[1100];

	fprintf(out, "recorded    %s, %.1f s, %zu samples\n", output_time(&s->first.wall, time),
		s->duration_ns / 1e9, s->samples);
	if (*h->command)
		wrap_text(out, "command     ", text_clean(h->command, command, sizeof(command)));
	if (*h->command && end->there && end->status != ABSENT)
		fprintf(out, "            exit status %" PRIu64 "\n", end->status);
	if (!end->there)
		wrap_text(out, "            ",
			  "The recording breaks off: its recorder still runs or was killed, or the "
			  "file was cut. "
			  "This is what it has up to its last whole sample.");
}

/* --- tables --------------------------------------------------------------------------------- */

static void print_title(FILE *out, const char *title, const char *share)
{
	fprintf(out, "\n%-40s %12s %8s", title, "count", "per s");
	if (share)
		fprintf(out, " %8s", share);
	fputc('\n', out);
}

/* whole: ABSENT where a share says nothing. */
static void print_row(FILE *out, const struct summary *s, const char *name, uint64_t n,
		      uint64_t whole)
{
	char count[FORMAT_LEN], rate[FORMAT_LEN], share[FORMAT_LEN];

	snprintf(count, sizeof(count), "n/a");
	if (n != ABSENT)
		snprintf(count, sizeof(count), "%" PRIu64, n);
	fprintf(out, "  %-38s %12s %8s", name, count, format_rate(n, s->duration_ns, rate));
	if (whole == ABSENT)
		fputc('\n', out);
	else
		fprintf(out, " %8s\n", format_percent(n, whole, share));
}

/* The values of a family that are not 0. */
static void print_parts(FILE *out, const struct summary *s, unsigned int first,
			const char *const *names, unsigned int n, uint64_t whole)
{
	char name[64];

	for (unsigned int i = 0; i < n; i++) {
		uint64_t d = summary_diff(s, first + i);

		snprintf(name, sizeof(name), "  %s", names[i]);
		if (d && d != ABSENT)
			print_row(out, s, name, d, whole);
	}
}

static void print_locks(FILE *out, const struct summary *s, uint64_t calls)
{
	struct lock_account locks;
	char wait[FORMAT_LEN];

	summary_locks(s, &locks);
	print_row(out, s, "lock acquisitions", locks.taken, calls);
	if (!*s->last.kernel.fast_path)
		return;
	print_row(out, s,
		  locks.has_fast_path ? "saved by the fast path" : "a fast path would have saved",
		  locks.fast_path, calls);
	print_row(out, s, "a lockless lookup would save besides", locks.lockless, calls);
	print_row(out, s, "waits for a tree's lock, any caller",
		  summary_diff(s, V_LOCK_CONTENTIONS), ABSENT);
	fprintf(out, "    %-36s %12s\n", "time waited",
		format_ns(summary_diff(s, V_LOCK_WAIT), wait));
}

static void print_invalidate(FILE *out, const struct summary *s)
{
	uint64_t calls = summary_diff(s, V_INV_CALLS), odd = summary_diff(s, V_INV_UNCLASSIFIED);
	const char *fast = s->last.kernel.fast_path;
	char title[64];

	snprintf(title, sizeof(title), "zswap_invalidate (fast path: %s)", known(fast));
	print_title(out, title, "share");
	print_row(out, s, "calls", calls, calls);
	print_row(out, s, "  tree_empty", summary_diff(s, V_INV_TREE_EMPTY), calls);
	print_row(out, s, "  absent", summary_diff(s, V_INV_ABSENT), calls);
	print_row(out, s, "  erased", summary_diff(s, V_INV_ERASED), calls);
	if (odd)
		print_row(out, s, "  unclassified", odd, calls);
	if (summary_diff(s, V_INV_STALE) != ABSENT)
		print_row(out, s, "stale lookups", summary_diff(s, V_INV_STALE), calls);
	print_locks(out, s, calls);
}

static void print_causes(FILE *out, const struct summary *s, const char *name, unsigned int first)
{
	print_row(out, s, name, summary_sum(s, first, ZT_NR_CAUSES), ABSENT);
	print_parts(out, s, first, cause_names, ZT_NR_CAUSES, ABSENT);
}

static void print_trees(FILE *out, const struct summary *s)
{
	print_title(out, "Trees", NULL);
	print_causes(out, s, "emptied", V_TREE_EMPTIED);
	print_causes(out, s, "shrunk", V_TREE_SHRINKS);
	print_causes(out, s, "head collapses", V_TREE_COLLAPSES);
	print_causes(out, s, "nodes freed", V_TREE_NODES_FREED);
	print_row(out, s, "grown", summary_diff(s, V_TREE_GROWS), ABSENT);
}

static void print_stores(FILE *out, const struct summary *s)
{
	uint64_t offered = summary_diff(s, V_STORE_PAGES),
		 refused = summary_sum(s, V_STORE_REJECTED, ZT_NR_REJECTS),
		 bytes = summary_diff(s, V_STORE_BYTES), stored = ABSENT;
	char x[2][FORMAT_LEN];

	if (offered != ABSENT && refused != ABSENT)
		stored = offered > refused ? offered - refused : 0;
	print_title(out, "Stores, pages", "share");
	print_row(out, s, "offered", offered, offered);
	print_row(out, s, "stored", stored, offered);
	print_row(out, s, "refused", refused, offered);
	print_parts(out, s, V_STORE_REJECTED, reject_names, ZT_NR_REJECTS, offered);
	if (bytes != ABSENT && stored != ABSENT && stored)
		fprintf(out, "  %-38s %12s\n", "compressed size of a page, mean, bytes",
			format_bytes(bytes / stored, x[0]));
	fprintf(out, "  %-38s %12s %8s %8s\n", "pool at its fullest, bytes, of limit",
		format_bytes(s->pool_bytes, x[0]), "",
		format_percent(s->pool_bytes, s->pool_limit, x[1]));
}

static void print_loads(FILE *out, const struct summary *s)
{
	uint64_t all = summary_sum(s, V_SWAPIN_PAGES, ZT_NR_SOURCES),
		 lookups = summary_diff(s, V_LOAD_LOOKUPS);
	char name[64];

	print_title(out, "Loads and swap-ins, pages", "share");
	print_row(out, s, "zswap_load calls", lookups, lookups);
	print_row(out, s, "  hits", summary_diff(s, V_LOAD_HITS), lookups);
	print_row(out, s, "  errors", summary_diff(s, V_LOAD_ERRORS), lookups);
	print_row(out, s, "swap-ins", all, all);
	for (int i = 0; i < ZT_NR_SOURCES; i++) {
		snprintf(name, sizeof(name), "  from %s", source_names[i]);
		print_row(out, s, name, summary_diff(s, V_SWAPIN_PAGES + i), all);
	}
}

static void print_writeback(FILE *out, const struct summary *s)
{
	uint64_t pages = summary_sum(s, V_WB_PAGES, ZT_NR_TRIGGERS),
		 skipped = summary_sum(s, V_WB_SKIPPED, ZT_NR_SKIPS),
		 fates = summary_sum(s, V_SKIP_FATE, ZT_NR_FATES);

	print_title(out, "Writeback, pages", "share");
	print_row(out, s, "written", pages, pages);
	print_parts(out, s, V_WB_PAGES, trigger_names, ZT_NR_TRIGGERS, pages);
	print_row(out, s, "second chances", summary_diff(s, V_WB_ROTATED), ABSENT);
	print_row(out, s, "shrinker runs ended by a busy entry", summary_diff(s, V_WB_STOPPED),
		  ABSENT);
	print_row(out, s, "skipped", skipped, skipped);
	print_parts(out, s, V_WB_SKIPPED, skip_names, ZT_NR_SKIPS, skipped);
	print_row(out, s, "what became of the busy ones", fates, fates);
	print_parts(out, s, V_SKIP_FATE, fate_names, ZT_NR_FATES, fates);
}

static bool has(const struct summary *s, enum zt_histogram hist)
{
	uint64_t n = summary_observations(s, hist);

	return n && n != ABSENT;
}

static void print_latency_notes(FILE *out, const struct summary *s)
{
	bool any = false;

	for (unsigned int i = 0; i < nr_report_latencies; i++)
		any |= has(s, report_latencies[i].hist);
	if (any)
		fputs("  p50 to p99: upper bounds of buckets that double (16.4us: above 8.2us)\n",
		      out);
	if (has(s, ZT_H_SWAPIN_DISK_NS) || has(s, ZT_H_WB_NS))
		wrap_text(out, "  ", REPORT_NOTE_SUBMIT);
}

static void print_latency(FILE *out, const struct summary *s)
{
	static const double shares[] = {0.5, 0.9, 0.99};
	char x[FORMAT_LEN];

	fprintf(out, "\n%-22s %9s %7s %7s %7s %7s %7s\n", "Latency", "count", "mean", "p50", "p90",
		"p99", "max");
	for (unsigned int i = 0; i < nr_report_latencies; i++) {
		enum zt_histogram h = report_latencies[i].hist;
		uint64_t n = summary_observations(s, h);
		double mean = summary_mean(s, h);

		if (!n)
			continue;
		fprintf(out, "  %-20s %9s", report_latencies[i].name, format_count(n, x));
		fprintf(out, " %7s", format_ns(isnan(mean) ? ABSENT : (uint64_t)mean, x));
		for (int k = 0; k < 3; k++)
			fprintf(out, " %7s", format_ns(summary_quantile(s, h, shares[k]), x));
		fprintf(out, " %7s\n", format_ns(n == ABSENT ? n : s->last.hist[h].max, x));
	}
	print_latency_notes(out, s);
}

static void print_cgroup(FILE *out, const struct cgroup_summary *c)
{
	char x[7][FORMAT_LEN], path[512];

	fprintf(out, "  %7s %7s %7s %7s %7s %7s %7s  %s\n", format_bytes(c->last->pool_bytes, x[0]),
		format_count(c->n[ZT_CG_STORE_PAGES], x[1]), format_count(c->refused, x[2]),
		format_count(c->n[ZT_CG_LOAD_HITS], x[3]), format_count(c->n[ZT_CG_WB_PAGES], x[4]),
		format_count(c->skipped, x[5]), format_count(c->n[ZT_CG_INV_ERASED], x[6]),
		text_clean(c->last->path, path, sizeof(path)));
}

static int print_cgroups(FILE *out, const struct summary *s)
{
	struct cgroup_summary *list;
	long n = summary_cgroups(s, &list);

	if (n < 0)
		return -ENOMEM;
	if (n) {
		fprintf(out, "\nCgroups, pages\n  %7s %7s %7s %7s %7s %7s %7s\n", "pool", "offered",
			"refused", "loaded", "written", "skipped", "erased");
		for (long i = 0; i < n && i < REPORT_CGROUPS; i++)
			print_cgroup(out, &list[i]);
		if (n > REPORT_CGROUPS)
			fprintf(out, "  (%ld more)\n", n - REPORT_CGROUPS);
	}
	free(list);
	return 0;
}

/* --- the tool itself, and what stands out --------------------------------------------------- */

static void print_self(FILE *out, const struct summary *s)
{
	const struct recording_end *end = recording_end(s->recording);
	uint64_t ns = summary_run_ns(s), runs = summary_runs(s);
	unsigned int attached = 0;
	char x[3][FORMAT_LEN];

	for (size_t i = 0; i < s->last.nr_probes; i++)
		attached += s->last.probes[i].attached;
	fprintf(out, "\nThis tool\n  %u of %zu probes attached, missed runs %s, events lost %s\n",
		attached, s->last.nr_probes, format_count(summary_missed(s), x[0]),
		format_count(summary_diff(s, V_EVENTS_LOST), x[1]));
	if (ns == ABSENT)
		fputs("  its programs: n/a (record with --self-cost)\n", out);
	else
		fprintf(out, "  its programs: %s runs, %s each, %s of one CPU\n",
			format_count(runs, x[0]),
			format_ns(runs && runs != ABSENT ? ns / runs : 0, x[1]),
			format_percent(ns, s->duration_ns, x[2]));
	fprintf(out, "  the recorder: %s of CPU time, %s of one CPU\n",
		format_ns(end->cpu_ns, x[0]), format_percent(end->cpu_ns, s->duration_ns, x[1]));
}

static void print_findings(FILE *out, const struct summary *s)
{
	static struct finding list[MAX_FINDINGS];
	unsigned int n = findings_make(s, list);

	fprintf(out, "\nFindings%s\n", n ? "" : ": nothing stands out");
	for (unsigned int i = 0; i < n; i++) {
		wrap_text(out, "* ", list[i].text);
		wrap_text(out, "  Try: ", list[i].remedy);
	}
}

int report_write_text(FILE *out, const struct summary *s)
{
	char file[512];
	int err;

	errno = 0;
	fprintf(out, "%s\n", text_clean(s->file, file, sizeof(file)));
	print_machine(out, s);
	print_recording(out, s);
	print_invalidate(out, s);
	print_trees(out, s);
	print_stores(out, s);
	print_loads(out, s);
	print_writeback(out, s);
	print_latency(out, s);
	err = print_cgroups(out, s);
	print_self(out, s);
	print_findings(out, s);
	return err ? err : output_status(out);
}
