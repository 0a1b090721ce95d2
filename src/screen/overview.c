// SPDX-License-Identifier: GPL-2.0-only
/* Everything at one glance. */
#include <stdio.h>
#include "metrics.h"
#include "screen/cgroups.h"
#include "screen/graph.h"
#include "screen/meter.h"

/* From here on there is room for graphs beside the meters. */
#define WIDE	     150
#define METERS_WIDE  96
#define GRAPH_ROWS   5
#define GRAPH_COLS   40
#define GRAPHS_LEAST 36 /* rows of the body from which on graphs are below the meters */

/* The likely ones first: the last ones have no place on narrow terminals. */
static const unsigned char reject_order[] = {
	ZT_REJECT_POOL_FULL,	 ZT_REJECT_CGROUP_LIMIT, ZT_REJECT_COMPRESS_POOR,
	ZT_REJECT_COMPRESS_FAIL, ZT_REJECT_ALLOC_FAIL,	 ZT_REJECT_DISABLED,
	ZT_REJECT_NO_POOL,	 ZT_REJECT_OTHER,
};

static void bytes_field(struct line *l, const char *name, uint64_t n)
{
	char buf[FORMAT_LEN];

	meter_text(l, name, 6, n, format_bytes(n, buf));
}

/* A value, a bar, and what the whole of it is. mark: a value to be marked in the bar, or ABSENT. */
static void gauge_bar(struct line *l, uint64_t n, const double *parts, unsigned int nr_parts,
		      uint64_t whole, uint64_t mark)
{
	char buf[FORMAT_LEN], share[FORMAT_LEN], tail[64];
	int width;

	draw_right(&l->a, l->row, l->col, 6, view_style(n), format_bytes(n, buf));
	l->col += 7;
	snprintf(tail, sizeof(tail), " of %6s %6s", format_bytes(whole, buf),
		 format_percent(n, whole, share));
	width = line_left(l) - (int)sizeof(" of 123.4K 100.0%") + 1;
	draw_bar(&l->a, l->row, l->col, width, parts, nr_parts, whole == ABSENT ? 0 : whole);
	if (mark != ABSENT && whole != ABSENT)
		draw_bar_mark(&l->a, l->row, l->col, width, mark, whole);
	l->col += width > 0 ? width : 0;
	line_text(l, STYLE_BOLD, tail);
}

static double part(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

static void draw_pool(struct view *v, struct flow *f)
{
	uint64_t pool = view_gauge(v, V_POOL_BYTES), stored = view_gauge(v, V_STORED_BYTES);
	uint64_t accept = view_gauge(v, V_POOL_ACCEPT);
	struct line l = meter_line(f, "Pool");
	double parts[] = {part(pool)};
	char buf[FORMAT_LEN];

	gauge_bar(&l, pool, parts, 1, view_gauge(v, V_POOL_LIMIT), accept);
	l = meter_line(f, "");
	bytes_field(&l, "stored", stored);
	meter_text(&l, "ratio", 5, stored, format_ratio(stored, pool, buf));
	bytes_field(&l, "saved",
		    stored == ABSENT || pool == ABSENT ? ABSENT
		    : stored > pool		       ? stored - pool
						       : 0);
	bytes_field(&l, "accept below", accept);
	meter_part(v, &l, "incompressible", view_gauge(v, V_STORED_RAW), stored);
}

/* A slot's page is in zswap, on disk, filled with zeros, or only in the swap cache. */
static void draw_swap(struct view *v, struct flow *f)
{
	uint64_t used = view_gauge(v, V_SWAP_USED), stored = view_gauge(v, V_STORED_BYTES);
	uint64_t rest = ABSENT;
	struct line l = meter_line(f, "Swap");
	double parts[2];

	if (used != ABSENT && stored != ABSENT)
		rest = used > stored ? used - stored : 0;
	parts[0] = part(stored);
	parts[1] = part(rest);
	gauge_bar(&l, used, parts, 2, view_gauge(v, V_SWAP_TOTAL), ABSENT);
	l = meter_line(f, "");
	draw_char(&l.a, l.row, l.col, STYLE_PART, draw_part_char(0));
	l.col += 2;
	bytes_field(&l, "zswap", stored);
	draw_char(&l.a, l.row, l.col, STYLE_PART + 1, draw_part_char(1));
	l.col += 2;
	bytes_field(&l, "disk, zero or cache only", rest);
	bytes_field(&l, "cached", view_gauge(v, V_SWAP_CACHED));
	bytes_field(&l, "on zram", view_gauge(v, V_SWAP_ZRAM));
}

static void draw_swapins(struct view *v, struct flow *f)
{
	uint64_t all = view_sum(v, V_SWAPIN_PAGES, ZT_NR_SOURCES);
	struct line l = meter_line(f, "Swap-in");

	meter_amount(v, &l, all, AMOUNT_PAGES);
	meter_spark(v, &l, V_SWAPIN_PAGES, ZT_NR_SOURCES, STYLE_PART);
	for (int i = 0; i < ZT_NR_SOURCES; i++)
		meter_share(v, &l, V_SWAPIN_PAGES + i, source_names[i], all);
}

/* Bytes that a stored page takes: of the pages stored. */
static void draw_size(struct view *v, struct line *l, uint64_t offered, uint64_t refused)
{
	uint64_t bytes = view_diff(v, V_STORE_BYTES), size = ABSENT;
	char buf[FORMAT_LEN];

	if (bytes != ABSENT && offered != ABSENT && refused != ABSENT && offered > refused)
		size = bytes / (offered - refused);
	meter_text(l, "bytes/page", 5, size, size == ABSENT ? "-" : format_bytes(size, buf));
}

static void draw_stores(struct view *v, struct flow *f)
{
	uint64_t offered = view_diff(v, V_STORE_PAGES);
	uint64_t refused = view_sum(v, V_STORE_REJECTED, ZT_NR_REJECTS);
	struct line l = meter_line(f, "Store");
	uint64_t stored = ABSENT;

	if (offered != ABSENT && refused != ABSENT)
		stored = offered > refused ? offered - refused : 0;
	meter_amount(v, &l, offered, AMOUNT_PAGES);
	meter_spark(v, &l, V_STORE_PAGES, 1, STYLE_PART);
	meter_part(v, &l, "stored", stored, offered);
	meter_part(v, &l, "refused", refused, offered);
	draw_size(v, &l, offered, refused);
	l = meter_line(f, "  refused");
	meter_amount(v, &l, refused, AMOUNT_PAGES);
	meter_spark(v, &l, V_STORE_REJECTED, ZT_NR_REJECTS, STYLE_PART + 4);
	meter_family(v, &l, V_STORE_REJECTED, reject_names, reject_order, ZT_NR_REJECTS,
		     AMOUNT_PAGES);
}

static void draw_loads(struct view *v, struct flow *f)
{
	uint64_t lookups = view_diff(v, V_LOAD_LOOKUPS), errors = view_diff(v, V_LOAD_ERRORS);
	struct line l = meter_line(f, "Load");
	char buf[FORMAT_LEN];

	/* what was looked up and not found is nothing that has bytes */
	meter_amount(v, &l, lookups, AMOUNT_CALLS);
	meter_spark(v, &l, V_LOAD_LOOKUPS, 1, STYLE_PART + 2);
	meter_share(v, &l, V_LOAD_HITS, "hits", lookups);
	line_field(&l, "errors", 6, errors && errors != ABSENT ? STYLE_BAD : view_style(errors),
		   view_amount(v, errors, AMOUNT_CALLS, buf));
}

static void draw_writeback(struct view *v, struct flow *f)
{
	static const unsigned char triggers[] = {ZT_TRIGGER_SHRINKER, ZT_TRIGGER_POOL_LIMIT,
						 ZT_TRIGGER_CGROUP_LIMIT, ZT_TRIGGER_OTHER};
	struct line l = meter_line(f, "Writeback");

	meter_amount(v, &l, view_sum(v, V_WB_PAGES, ZT_NR_TRIGGERS), AMOUNT_PAGES);
	meter_spark(v, &l, V_WB_PAGES, ZT_NR_TRIGGERS, STYLE_PART + 1);
	meter_family(v, &l, V_WB_PAGES, trigger_names, triggers, ZT_NR_TRIGGERS, AMOUNT_PAGES);
	l = meter_line(f, "  skipped");
	meter_amount(v, &l, view_sum(v, V_WB_SKIPPED, ZT_NR_SKIPS), AMOUNT_PAGES);
	meter_spark(v, &l, V_WB_SKIPPED, ZT_NR_SKIPS, STYLE_PART + 4);
	meter_family(v, &l, V_WB_SKIPPED, skip_names, NULL, ZT_NR_SKIPS, AMOUNT_PAGES);
}

static void draw_invalidations(struct view *v, struct flow *f)
{
	static const unsigned int outcomes[] = {V_INV_TREE_EMPTY, V_INV_ABSENT, V_INV_ERASED};
	static const char *const names[] = {"tree_empty", "absent", "erased"};
	uint64_t calls = view_diff(v, V_INV_CALLS);
	struct line l = meter_line(f, "Invalidate");
	double parts[3];

	meter_amount(v, &l, calls, AMOUNT_CALLS);
	meter_spark(v, &l, V_INV_CALLS, 1, STYLE_PART + 3);
	for (int i = 0; i < 3; i++) {
		parts[i] = part(view_diff(v, outcomes[i]));
		meter_share(v, &l, outcomes[i], names[i], calls);
	}
	l = meter_line(f, "");
	/* the legend is at the end of the bar, so that the line above has room for numbers */
	draw_bar(&l.a, l.row, l.col, line_left(&l) - 29, parts, 3, part(calls));
	l.col = l.a.cols > 29 ? l.a.cols - 28 : l.a.cols;
	for (int i = 0; i < 3; i++) {
		draw_char(&l.a, l.row, l.col, STYLE_PART + i, draw_part_char(i));
		l.col += 1;
		line_text(&l, STYLE_PLAIN, names[i]);
		l.col += 1;
	}
}

static void draw_trees(struct view *v, struct flow *f)
{
	uint64_t collapses = view_sum(v, V_TREE_COLLAPSES, ZT_NR_CAUSES);
	struct line l = meter_line(f, v->totals ? "Trees" : "Trees/s");
	char buf[FORMAT_LEN];
	uint64_t n;

	n = view_sum(v, V_TREE_EMPTIED, ZT_NR_CAUSES);
	meter_text(&l, "emptied", 6, n, view_amount(v, n, AMOUNT_CALLS, buf));
	n = view_sum(v, V_TREE_SHRINKS, ZT_NR_CAUSES);
	meter_text(&l, "shrinks", 6, n, view_amount(v, n, AMOUNT_CALLS, buf));
	line_field(&l, "head_collapses", 6,
		   collapses && collapses != ABSENT ? STYLE_WARN : view_style(collapses),
		   view_amount(v, collapses, AMOUNT_CALLS, buf));
	meter_count(v, &l, V_LOCK_CONTENTIONS, "lock waits", AMOUNT_CALLS);
	meter_count(v, &l, V_TREE_GROWS, "grows", AMOUNT_CALLS);
}

static void draw_quantiles(struct view *v, struct line *l, const char *name, enum zt_histogram hist)
{
	const struct sample *now = view_sample(v), *from = view_from(v);
	char x[2][FORMAT_LEN], text[2 * FORMAT_LEN + 2];
	uint64_t p99 = ABSENT;

	if (!now->hist_present[hist]) {
		reasons_histogram(&v->absent, hist);
		meter_text(l, name, 13, ABSENT, "n/a");
		return;
	}
	if (from)
		p99 = sample_quantile(from, now, hist, 0.99);
	if (p99 == ABSENT)
		snprintf(text, sizeof(text), "-");
	else
		snprintf(text, sizeof(text), "%s/%6s",
			 format_ns(sample_quantile(from, now, hist, 0.5), x[0]),
			 format_ns(p99, x[1]));
	meter_text(l, name, 13, p99, text);
}

static void draw_latency(struct view *v, struct flow *f)
{
	struct line l = meter_line(f, "p50/p99");

	draw_quantiles(v, &l, "store", ZT_H_STORE_NS);
	draw_quantiles(v, &l, "load", ZT_H_LOAD_NS);
	draw_quantiles(v, &l, "disk", ZT_H_SWAPIN_DISK_NS);
	draw_quantiles(v, &l, "writeback", ZT_H_WB_NS);
}

static void draw_self(struct view *v, struct flow *f)
{
	const struct sample *s = view_sample(v);
	struct line l = meter_line(f, "Self");
	char buf[FORMAT_LEN], probes[32];
	uint64_t missed = 0, run_ns = 0;
	unsigned int attached = 0;

	for (size_t i = 0; i < s->nr_probes; i++) {
		attached += s->probes[i].attached;
		if (s->probes[i].missed != ABSENT)
			missed += s->probes[i].missed;
		if (s->probes[i].run_ns != ABSENT)
			run_ns += s->probes[i].run_ns;
	}
	snprintf(probes, sizeof(probes), "%u/%zu", attached, s->nr_probes);
	meter_text(&l, "probes", 5, 0, probes);
	meter_text(&l, "missed runs", 6, 0, format_count(missed, buf));
	meter_text(&l, "events lost", 6, s->v[V_EVENTS_LOST],
		   format_count(s->v[V_EVENTS_LOST], buf));
	if (!view_is_replay(v))
		meter_text(&l, "own CPU", 6, v->own_cpu_ns,
			   v->own_cpu_ns == ABSENT
				   ? "-"
				   : format_percent(v->own_cpu_ns, s->interval_ns, buf));
	if (run_ns)
		meter_text(&l, "in programs", 6, 0, format_ns(run_ns, buf));
}

static int draw_meters(struct view *v, const struct area *a)
{
	struct list *scroll = &v->lists[SCREEN_OVERVIEW];
	struct flow f = {*a, scroll->top, 0};

	draw_pool(v, &f);
	draw_swap(v, &f);
	draw_swapins(v, &f);
	draw_stores(v, &f);
	draw_loads(v, &f);
	draw_writeback(v, &f);
	draw_invalidations(v, &f);
	draw_trees(v, &f);
	draw_latency(v, &f);
	draw_self(v, &f);
	return f.rows;
}

/* --- graphs ---------------------------------------------------------------- */

static const struct {
	const char *title;
	unsigned int first, n;
	unsigned int part;
} graphs[] = {
	{"swap-ins/s", V_SWAPIN_PAGES, ZT_NR_SOURCES, 0},
	{"from disk/s", V_SWAPIN_PAGES + ZT_SOURCE_DISK, 1, 1},
	{"invalidations/s", V_INV_CALLS, 1, 3},
	{"stores/s", V_STORE_PAGES, 1, 0},
	{"refused/s", V_STORE_REJECTED, ZT_NR_REJECTS, 4},
	{"written back/s", V_WB_PAGES, ZT_NR_TRIGGERS, 1},
	{"pool bytes", V_POOL_BYTES, 1, 2},
	{"lock waits/s", V_LOCK_CONTENTIONS, 1, 3},
};

#define NR_GRAPHS ((int)(sizeof(graphs) / sizeof(graphs[0])))

static void draw_one_graph(struct view *v, int i, const struct area *a)
{
	struct area plot = area_part(a, 1, 0, a->rows - 1, a->cols);
	bool bytes = graphs[i].first == V_POOL_BYTES;
	double values[HISTORY_LEN], max;
	int n = graph_capacity(&plot);
	char buf[FORMAT_LEN], text[FORMAT_LEN + 8];

	if (n > HISTORY_LEN)
		n = HISTORY_LEN;
	history_values(&v->history, graphs[i].first, graphs[i].n, values, n);
	max = graph_max(values, n);
	snprintf(text, sizeof(text), "max %s",
		 bytes ? format_bytes(max, buf) : format_count(max, buf));
	draw_text(a, 0, 0, a->cols, STYLE_LABEL, graphs[i].title);
	draw_right(a, 0, 0, a->cols, STYLE_DIM, text);
	draw_graph(&plot, STYLE_PART + graphs[i].part, values, n, max);
}

/* As many as there is room for, in rows and columns. */
static void draw_graphs(struct view *v, const struct area *a, int across)
{
	int cols = (a->cols - 2 * (across - 1)) / across;

	for (int i = 0; i < NR_GRAPHS; i++) {
		struct area one = area_part(a, i / across * GRAPH_ROWS, i % across * (cols + 2),
					    GRAPH_ROWS, cols);

		if (one.rows == GRAPH_ROWS)
			draw_one_graph(v, i, &one);
	}
}

static void draw_overview(struct view *v, const struct area *a)
{
	struct area left = *a, right, below;
	int rows;

	if (a->cols >= WIDE) {
		left.cols = METERS_WIDE;
		right = area_part(a, 0, METERS_WIDE + 2, 3 * GRAPH_ROWS, a->cols);
		draw_graphs(v, &right, right.cols >= 2 * GRAPH_COLS ? 2 : 1);
	}
	rows = draw_meters(v, &left);
	list_settle(&v->lists[SCREEN_OVERVIEW], rows, a->rows);
	rows -= v->lists[SCREEN_OVERVIEW].top;
	if (a->cols < WIDE && a->rows >= GRAPHS_LEAST) {
		below = area_part(a, rows + 1, 0, GRAPH_ROWS, a->cols);
		draw_graphs(v, &below, a->cols / GRAPH_COLS);
		rows += GRAPH_ROWS + 1;
	}
	below = area_part(a, rows, 0, a->rows, a->cols);
	if (below.rows >= 2)
		cgroups_draw_busiest(v, &below);
}

static struct list *overview_list(struct view *v)
{
	return &v->lists[SCREEN_OVERVIEW];
}

static bool overview_key(struct view *v, int key)
{
	if (key != K_ESCAPE || !*v->cgroups.filter)
		return false;
	*v->cgroups.filter = '\0';
	cgroups_filtered(v);
	return true;
}

const struct screen_ops screen_overview = {
	.name = "Overview",
	.brief = "Over",
	.draw = draw_overview,
	.key = overview_key,
	.list = overview_list,
	.filter = cgroups_filter,
	.filtered = cgroups_filtered,
};
