// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "event.h"
#include "format.h"
#include "metrics.h"
#include "output.h"
#include "text.h"
#include "utf8.h"

/* What a block is made from. */
struct block {
	FILE *out;
	const struct sample *before, *now;
};

static uint64_t diff(const struct block *b, unsigned int value)
{
	return sample_diff(b->before, b->now, value);
}

/* With its unit, "n/a" without. */
static const char *per_second(const struct block *b, uint64_t n, char *buf)
{
	format_rate(n, b->now->interval_ns, buf);
	if (n != ABSENT)
		strcat(buf, "/s");
	return buf;
}

static const char *rate(const struct block *b, unsigned int value, char *buf)
{
	return per_second(b, diff(b, value), buf);
}

/* The sum of a family's known values in this interval; ABSENT if none is known. */
static uint64_t diff_sum(const struct block *b, unsigned int first, unsigned int n)
{
	return sample_diff_total(b->before, b->now, first, n);
}

/* "  name 12  other 3": the values of a family that are not 0. */
static void print_parts(const struct block *b, unsigned int first, const char *const *names,
			unsigned int n)
{
	char buf[FORMAT_LEN];

	for (unsigned int i = 0; i < n; i++) {
		uint64_t d = diff(b, first + i);

		if (d && d != ABSENT)
			fprintf(b->out, "  %s %s", names[i], format_count(d, buf));
	}
}

static const char *on_off(uint64_t value)
{
	return value == ABSENT ? "n/a" : value ? "on" : "off";
}

static const char *known(const char *text)
{
	return *text ? text : "n/a";
}

static void print_head(const struct block *b)
{
	const struct sample *s = b->now;
	char time[OUTPUT_TIME_LEN];

	fprintf(b->out, "%s  %s  zswap %s, %s, shrinker %s  (%.2f s)\n",
		output_time(&s->wall, time), known(s->kernel.release), on_off(s->v[V_ENABLED]),
		known(s->kernel.compressor), known(s->kernel.shrinker), s->interval_ns / 1e9);
}

static void print_pool(const struct block *b)
{
	const uint64_t *v = b->now->v;
	char x[5][FORMAT_LEN];

	fprintf(b->out, "pool        %s of %s (%s)  stored %s  ratio %s%s\n",
		format_bytes(v[V_POOL_BYTES], x[0]), format_bytes(v[V_POOL_LIMIT], x[1]),
		format_percent(v[V_POOL_BYTES], v[V_POOL_LIMIT], x[2]),
		format_bytes(v[V_STORED_BYTES], x[3]),
		format_ratio(v[V_STORED_BYTES], v[V_POOL_BYTES], x[4]),
		v[V_POOL_FULL] == 1 ? "  FULL: refusing until below the accept threshold" : "");
}

static void print_stores(const struct block *b)
{
	char x[3][FORMAT_LEN];
	uint64_t refused = diff_sum(b, V_STORE_REJECTED, ZT_NR_REJECTS);

	fprintf(b->out, "stores      %s  refused %s", rate(b, V_STORE_PAGES, x[0]),
		format_count(refused, x[1]));
	print_parts(b, V_STORE_REJECTED, reject_names, ZT_NR_REJECTS);
	fputc('\n', b->out);
	fprintf(b->out, "loads       %s  hits %s", rate(b, V_LOAD_LOOKUPS, x[0]),
		format_percent(diff(b, V_LOAD_HITS), diff(b, V_LOAD_LOOKUPS), x[1]));
	if (diff(b, V_LOAD_ERRORS) && diff(b, V_LOAD_ERRORS) != ABSENT)
		fprintf(b->out, "  ERRORS %s", format_count(diff(b, V_LOAD_ERRORS), x[2]));
	fputc('\n', b->out);
}

static void print_swapins(const struct block *b)
{
	uint64_t all = diff_sum(b, V_SWAPIN_PAGES, ZT_NR_SOURCES);
	char x[4][FORMAT_LEN];

	fprintf(b->out, "swap-ins    %s  zswap %s  disk %s  zero %s\n", per_second(b, all, x[0]),
		format_percent(diff(b, V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP), all, x[1]),
		format_percent(diff(b, V_SWAPIN_PAGES + ZT_SOURCE_DISK), all, x[2]),
		format_percent(diff(b, V_SWAPIN_PAGES + ZT_SOURCE_ZERO), all, x[3]));
}

static void print_writeback(const struct block *b)
{
	uint64_t skipped = diff_sum(b, V_WB_SKIPPED, ZT_NR_SKIPS), fates;
	char x[4][FORMAT_LEN];

	fprintf(b->out, "writeback   %s",
		per_second(b, diff_sum(b, V_WB_PAGES, ZT_NR_TRIGGERS), x[0]));
	print_parts(b, V_WB_PAGES, trigger_names, ZT_NR_TRIGGERS);
	fprintf(b->out, "  rotated %s  stopped %s\n", format_count(diff(b, V_WB_ROTATED), x[1]),
		format_count(diff(b, V_WB_STOPPED), x[2]));
	fprintf(b->out, "skipped     %s", format_count(skipped, x[3]));
	print_parts(b, V_WB_SKIPPED, skip_names, ZT_NR_SKIPS);
	fates = diff_sum(b, V_SKIP_FATE, ZT_NR_FATES);
	if (fates && fates != ABSENT) {
		fputs("  then", b->out);
		print_parts(b, V_SKIP_FATE, fate_names, ZT_NR_FATES);
	}
	fputc('\n', b->out);
}

static void print_invalidate(const struct block *b)
{
	uint64_t calls = diff(b, V_INV_CALLS);
	char x[6][FORMAT_LEN];

	fprintf(b->out, "invalidate  %s  tree_empty %s  absent %s  erased %s",
		rate(b, V_INV_CALLS, x[0]), format_percent(diff(b, V_INV_TREE_EMPTY), calls, x[1]),
		format_percent(diff(b, V_INV_ABSENT), calls, x[2]),
		format_percent(diff(b, V_INV_ERASED), calls, x[3]));
	if (diff(b, V_INV_UNCLASSIFIED) && diff(b, V_INV_UNCLASSIFIED) != ABSENT)
		fprintf(b->out, "  unclassified %s",
			format_percent(diff(b, V_INV_UNCLASSIFIED), calls, x[4]));
	if (b->now->v[V_INV_STALE] != ABSENT)
		fprintf(b->out, "  stale %s", format_count(diff(b, V_INV_STALE), x[5]));
	fprintf(b->out, "  (fast path: %s)\n", known(b->now->kernel.fast_path));
}

static void print_trees(const struct block *b)
{
	char x[7][FORMAT_LEN];

	fprintf(b->out,
		"trees       emptied %s  shrunk %s  grown %s  nodes freed %s  head "
		"collapses %s",
		format_count(diff_sum(b, V_TREE_EMPTIED, ZT_NR_CAUSES), x[0]),
		format_count(diff_sum(b, V_TREE_SHRINKS, ZT_NR_CAUSES), x[1]),
		format_count(diff(b, V_TREE_GROWS), x[2]),
		format_count(diff_sum(b, V_TREE_NODES_FREED, ZT_NR_CAUSES), x[3]),
		format_count(diff_sum(b, V_TREE_COLLAPSES, ZT_NR_CAUSES), x[4]));
	fprintf(b->out, "  lock waits %s (%s)\n", format_count(diff(b, V_LOCK_CONTENTIONS), x[5]),
		format_ns(diff(b, V_LOCK_WAIT), x[6]));
}

/* "-": it is measured, but nothing happened. */
static const char *quantile(const struct block *b, enum zt_histogram hist, double share, char *buf)
{
	uint64_t ns = sample_quantile(b->before, b->now, hist, share);

	if (ns == ABSENT && b->now->hist_present[hist])
		return "-";
	return format_ns(ns, buf);
}

static void print_latency(const struct block *b)
{
	static const struct {
		const char *name;
		enum zt_histogram hist;
	} shown[] = {{"store", ZT_H_STORE_NS},
		     {"load", ZT_H_LOAD_NS},
		     {"writeback", ZT_H_WB_NS},
		     {"disk swap-in", ZT_H_SWAPIN_DISK_NS}};
	char x[2][FORMAT_LEN];

	fputs("p50/p99   ", b->out);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		enum zt_histogram h = shown[i].hist;

		fprintf(b->out, "  %s %s/%s", shown[i].name, quantile(b, h, 0.5, x[0]),
			quantile(b, h, 0.99, x[1]));
	}
	fputc('\n', b->out);
}

/* Of all programs; ABSENT without --self-cost. */
static uint64_t run_time(const struct sample *s)
{
	uint64_t sum = ABSENT;

	for (size_t i = 0; i < s->nr_probes; i++)
		if (s->probes[i].run_ns != ABSENT)
			sum = (sum == ABSENT ? 0 : sum) + s->probes[i].run_ns;
	return sum;
}

static void print_run_time(const struct block *b)
{
	uint64_t before = run_time(b->before), now = run_time(b->now);
	char x[FORMAT_LEN];

	if (before != ABSENT && now != ABSENT && now >= before)
		fprintf(b->out, "  programs %s of a CPU",
			format_percent(now - before, b->now->interval_ns, x));
}

static void print_self(const struct block *b)
{
	unsigned int attached = 0;
	uint64_t missed = ABSENT;
	char x[3][FORMAT_LEN];

	for (size_t i = 0; i < b->now->nr_probes; i++) {
		attached += b->now->probes[i].attached;
		if (b->now->probes[i].missed != ABSENT)
			missed = (missed == ABSENT ? 0 : missed) + b->now->probes[i].missed;
	}
	fprintf(b->out, "self        %u of %zu probes  missed runs %s  events lost %s", attached,
		b->now->nr_probes, format_count(missed, x[0]),
		format_count(b->now->v[V_EVENTS_LOST], x[1]));
	if (b->now->v[V_CONTEXTS_LOST] && b->now->v[V_CONTEXTS_LOST] != ABSENT)
		fprintf(b->out, "  contexts lost %s",
			format_count(b->now->v[V_CONTEXTS_LOST], x[2]));
	print_run_time(b);
	fputc('\n', b->out);
	if (b->now->v[V_SWAP_ZRAM] && b->now->v[V_SWAP_ZRAM] != ABSENT)
		fputs("!           zram swap is active too: pages are compressed twice or land "
		      "in either at random\n",
		      b->out);
}

/* One character as it is, or as what is harmless. Returns how many bytes of the name it takes. */
static size_t clean_character(const char *name, size_t left, char *piece, size_t size)
{
	uint32_t cp;
	size_t n = utf8_decode(name, left, &cp);
	bool control = cp < 0x20 || (cp >= 0x7f && cp < 0xa0);

	if (control || (n == 1 && cp == UTF8_BAD)) {
		snprintf(piece, size, "\\x%02x", (unsigned char)*name);
		return 1;
	}
	if (utf8_deceives(cp))
		snprintf(piece, size, cp > 0xffff ? "\\U%08x" : "\\u%04x", cp);
	else
		snprintf(piece, size, "%.*s", (int)n, name);
	return n;
}

const char *text_clean(const char *name, char *buf, size_t size)
{
	size_t left = strlen(name), used = 0;
	char piece[16];

	while (left) {
		size_t n = clean_character(name, left, piece, sizeof(piece));

		if (used + strlen(piece) >= size)
			break;
		used += sprintf(buf + used, "%s", piece);
		name += n;
		left -= n;
	}
	buf[used] = '\0';
	return buf;
}

/* A cgroup with what it did in this interval. */
struct busy_cgroup {
	const struct cgroup_sample *cg;
	uint64_t n[ZT_NR_CG_COUNTERS];
	uint64_t activity;
};

static int busiest_first(const void *a, const void *b)
{
	const struct busy_cgroup *x = a, *y = b;

	if (x->activity != y->activity)
		return x->activity < y->activity ? 1 : -1;
	return strcmp(x->cg->path, y->cg->path);
}

static const struct cgroup_sample *same_path(const struct sample *s, const char *path)
{
	size_t low = 0, high = s->nr_cgroups;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(s->cgroups[middle].path, path);

		if (!order)
			return &s->cgroups[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void fill_busy(struct busy_cgroup *busy, const struct cgroup_sample *old,
		      const struct cgroup_sample *cg)
{
	static const unsigned int work[] = {ZT_CG_STORE_PAGES, ZT_CG_LOAD_HITS, ZT_CG_WB_PAGES,
					    ZT_CG_INV_ERASED};

	busy->cg = cg;
	busy->activity = 0;
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		busy->n[i] = known_growth(old ? old->n[i] : 0, cg->n[i]);
	for (size_t i = 0; i < sizeof(work) / sizeof(work[0]); i++)
		busy->activity = known_sum(busy->activity, busy->n[work[i]]);
}

static void print_cgroup(const struct block *b, const struct busy_cgroup *busy)
{
	uint64_t ns = b->now->interval_ns;
	char x[8][FORMAT_LEN], path[512];

	fprintf(b->out, "%7s %7s %7s %7s %7s %7s %7s %7s  %s\n",
		format_bytes(busy->cg->pool_bytes, x[0]),
		format_bytes(busy->cg->stored_bytes, x[1]),
		format_rate(busy->n[ZT_CG_STORE_PAGES], ns, x[2]),
		format_count(known_total(busy->n + ZT_CG_STORE_REJECTED, ZT_NR_REJECTS), x[3]),
		format_rate(busy->n[ZT_CG_LOAD_HITS], ns, x[4]),
		format_rate(busy->n[ZT_CG_WB_PAGES], ns, x[5]),
		format_count(known_total(busy->n + ZT_CG_WB_SKIPPED, ZT_NR_SKIPS), x[6]),
		format_rate(busy->n[ZT_CG_INV_ERASED], ns, x[7]),
		text_clean(busy->cg->path, path, sizeof(path)));
}

static int print_cgroups(const struct block *b, unsigned int most)
{
	struct busy_cgroup *busy;
	size_t n = b->now->nr_cgroups;

	if (!n || !most)
		return 0;
	busy = calloc(n, sizeof(*busy));
	if (!busy)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		fill_busy(&busy[i], same_path(b->before, b->now->cgroups[i].path),
			  &b->now->cgroups[i]);
	qsort(busy, n, sizeof(*busy), busiest_first);
	fprintf(b->out, "%7s %7s %7s %7s %7s %7s %7s %7s  CGROUP\n", "POOL", "STORED", "STORE/s",
		"REFUSED", "HIT/s", "WRITE/s", "SKIPPED", "ERASE/s");
	for (size_t i = 0; i < n && i < most; i++)
		print_cgroup(b, &busy[i]);
	if (n > most)
		fprintf(b->out, "(%zu more)\n", n - most);
	if (sample_has_other(b->now))
		fprintf(b->out, "!           cgroups beyond the first %d are counted as %s\n",
			ZT_MAX_CGROUPS, CGROUP_OTHER_PATH);
	free(busy);
	return 0;
}

int text_write_sample(FILE *out, const struct sample *before, const struct sample *now,
		      unsigned int cgroups)
{
	struct block b = {out, before, now};
	int err;

	errno = 0;
	print_head(&b);
	print_pool(&b);
	print_stores(&b);
	print_swapins(&b);
	print_writeback(&b);
	print_invalidate(&b);
	print_trees(&b);
	print_latency(&b);
	print_self(&b);
	err = print_cgroups(&b, cgroups);
	fputc('\n', out);
	return err ? err : output_status(out);
}

void text_write_event_header(FILE *out)
{
	fprintf(out, "%-16s %3s %7s %-15s %-10s %-13s %14s %5s %5s %8s  %s\n", "TIME(s)", "CPU",
		"PID", "COMM", "EVENT", "RESULT", "SWAP:OFFSET", "PAGES", "BYTES", "LATENCY",
		"CGROUP");
}

/* What an event has beyond the common columns. */
static void print_detail(FILE *out, const struct zt_event *e)
{
	if (e->type == ZT_EV_WRITEBACK && e->detail < ZT_NR_TRIGGERS)
		fprintf(out, "  trigger=%s", trigger_names[e->detail]);
	if (e->type == ZT_EV_TREE && e->detail < ZT_NR_CAUSES)
		fprintf(out, "  cause=%s height=%u->%u", cause_names[e->detail], e->height_before,
			e->height_after);
}

void text_write_event(FILE *out, const struct zt_event *e, const char *cgroup)
{
	char comm[ZT_COMM_LEN + 1], clean_comm[80], clean_path[512], at[40];
	char bytes[FORMAT_LEN], latency[FORMAT_LEN];

	memcpy(comm, e->comm, ZT_COMM_LEN);
	comm[ZT_COMM_LEN] = '\0';
	snprintf(at, sizeof(at), "%u:%llu", e->swap, (unsigned long long)e->offset);
	if (e->bytes == ZT_NO_U32)
		snprintf(bytes, sizeof(bytes), "-");
	else
		snprintf(bytes, sizeof(bytes), "%u", e->bytes);
	if (e->latency_ns == ZT_NO_U64)
		snprintf(latency, sizeof(latency), "-");
	else
		format_ns(e->latency_ns, latency);
	fprintf(out, "%-16.6f %3u %7u %-15s %-10s %-13s %14s %5u %5s %8s  %s", e->time_ns / 1e9,
		e->cpu, e->pid, text_clean(comm, clean_comm, sizeof(clean_comm)),
		event_type_name(e->type), event_result_name(e->type, e->result), at, e->pages,
		bytes, latency, cgroup ? text_clean(cgroup, clean_path, sizeof(clean_path)) : "-");
	print_detail(out, e);
	fputc('\n', out);
}
