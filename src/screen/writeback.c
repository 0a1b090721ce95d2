// SPDX-License-Identifier: GPL-2.0-only
/* Who asks for writeback, what is skipped and why, and what becomes of it. */
#include "metrics.h"
#include "screen/graph.h"
#include "screen/meter.h"

#define NAME_WIDTH 14
/* From here on there is room for two halves beside each other. */
#define WIDE	   160

/* Name, amount, share of the whole, and how it went. */
static void draw_item(struct view *v, struct flow *f, const char *name, unsigned int value,
		      uint64_t whole, enum style style)
{
	uint64_t n = view_diff(v, value);
	struct line l = flow_line(f);
	double values[HISTORY_LEN];
	char buf[FORMAT_LEN];
	int cols;

	draw_text(&l.a, l.row, 2, NAME_WIDTH, STYLE_PLAIN, name);
	line_to(&l, NAME_WIDTH + 2);
	meter_amount(v, &l, n, AMOUNT_PAGES);
	draw_right(&l.a, l.row, l.col, 7, view_style(n), format_percent(n, whole, buf));
	l.col += 9;
	cols = line_left(&l) < HISTORY_LEN ? line_left(&l) : HISTORY_LEN;
	history_values(&v->history, value, 1, values, cols);
	draw_spark(&l.a, l.row, l.col, cols, style, values, cols, graph_max(values, cols));
}

/* Returns the line of the sum, on which there is room for more. */
static struct line draw_group(struct view *v, struct flow *f, const char *title, unsigned int first,
			      const char *const *names, unsigned int n, enum style style)
{
	uint64_t whole = view_sum(v, first, n);
	struct line l = flow_line(f);

	line_text(&l, STYLE_LABEL, title);
	line_to(&l, NAME_WIDTH + 2);
	meter_amount(v, &l, whole, AMOUNT_PAGES);
	for (unsigned int i = 0; i < n; i++)
		draw_item(v, f, names[i], first + i, whole, style);
	return l;
}

static void quantile_field(struct view *v, struct line *l, const char *name, enum zt_histogram hist,
			   double share)
{
	const struct sample *now = view_sample(v), *from = view_from(v);
	uint64_t n = ABSENT;
	char buf[FORMAT_LEN];

	if (!now->hist_present[hist])
		reasons_histogram(&v->absent, hist);
	else if (from)
		n = sample_quantile(from, now, hist, share);
	meter_text(l, name, 6, n,
		   !now->hist_present[hist] ? "n/a"
		   : n == ABSENT	    ? "-"
					    : format_ns(n, buf));
}

static void draw_times(struct view *v, struct flow *f)
{
	struct line l = flow_line(f);

	line_text(&l, STYLE_LABEL, "Times");
	line_to(&l, NAME_WIDTH + 2);
	quantile_field(v, &l, "attempt p50", ZT_H_WB_NS, 0.5);
	quantile_field(v, &l, "p99", ZT_H_WB_NS, 0.99);
	quantile_field(v, &l, "to fate p50", ZT_H_FATE_NS, 0.5);
	quantile_field(v, &l, "p99", ZT_H_FATE_NS, 0.99);
}

/* What the kernel counts itself, unlocked and without reasons. */
static void draw_kernel(struct view *v, struct flow *f)
{
	struct line l = flow_line(f);

	line_text(&l, STYLE_LABEL, v->totals ? "Kernel says" : "Kernel, per s");
	line_to(&l, NAME_WIDTH + 2);
	meter_count(v, &l, V_K_ZSWPWB, "zswpwb", AMOUNT_PAGES);
	meter_count(v, &l, V_K_RECLAIM_FAIL, "reclaim_fail", AMOUNT_CALLS);
	meter_count(v, &l, V_K_LIMIT_HIT, "limit_hit", AMOUNT_CALLS);
}

static void draw_written(struct view *v, struct flow *f)
{
	struct line l = draw_group(v, f, "Written", V_WB_PAGES, trigger_names, ZT_NR_TRIGGERS,
				   STYLE_PART + 1);

	l.col += 9;
	meter_count(v, &l, V_WB_ROTATED, v->totals ? "rotated" : "rotated/s", AMOUNT_PAGES);
	meter_count(v, &l, V_WB_STOPPED, v->totals ? "stopped" : "stopped/s", AMOUNT_CALLS);
}

static void draw_skipped(struct view *v, struct flow *f)
{
	draw_group(v, f, "Skipped", V_WB_SKIPPED, skip_names, ZT_NR_SKIPS, STYLE_PART + 4);
}

static void draw_fates(struct view *v, struct flow *f)
{
	draw_group(v, f, "Fate of skips", V_SKIP_FATE, fate_names, ZT_NR_FATES, STYLE_PART + 2);
}

static void draw_writeback(struct view *v, const struct area *a)
{
	struct list *scroll = &v->lists[SCREEN_WRITEBACK];
	struct flow f = {*a, scroll->top, 0}, g;
	int half = a->cols / 2;

	if (a->cols >= WIDE) {
		f.a = area_part(a, 0, 0, a->rows, half - 1);
		g = (struct flow){area_part(a, 0, half + 1, a->rows, half), scroll->top, 0};
		draw_written(v, &f);
		flow_line(&f);
		draw_fates(v, &f);
		draw_skipped(v, &g);
		flow_line(&g);
		draw_times(v, &g);
		draw_kernel(v, &g);
		list_settle(scroll, f.rows > g.rows ? f.rows : g.rows, a->rows);
		return;
	}
	draw_written(v, &f);
	draw_skipped(v, &f);
	draw_fates(v, &f);
	draw_times(v, &f);
	draw_kernel(v, &f);
	list_settle(scroll, f.rows, a->rows);
}

static struct list *writeback_list(struct view *v)
{
	return &v->lists[SCREEN_WRITEBACK];
}

const struct screen_ops screen_writeback = {
	.name = "Writeback",
	.brief = "Wb",
	.draw = draw_writeback,
	.list = writeback_list,
};
