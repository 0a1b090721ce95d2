// SPDX-License-Identifier: GPL-2.0-only
/* How long it takes, as histograms side by side. */
#include "screen/histogram.h"
#include "screen/meter.h"

/* The most wanted ones first: narrow terminals show these only. */
static const struct {
	const char *title;
	enum zt_histogram hist;
} shown[] = {
	{"store", ZT_H_STORE_NS},
	{"load (hit)", ZT_H_LOAD_NS},
	{"swap-in disk", ZT_H_SWAPIN_DISK_NS},
	{"writeback", ZT_H_WB_NS},
	{"swap-in zswap", ZT_H_SWAPIN_ZSWAP_NS},
	{"skip to fate", ZT_H_FATE_NS},
};

#define NR_SHOWN   ((int)(sizeof(shown) / sizeof(shown[0])))
/* Compressed sizes have another scale: they are drawn where there is room for both. */
#define SIZES_COLS 32
#define SIZES_FROM 140

static void fill_column(struct view *v, struct histogram_column *c, const char *title,
			enum zt_histogram hist)
{
	const struct sample *now = view_sample(v), *from = view_from(v);

	*c = (struct histogram_column){.title = title,
				       .present = now->hist_present[hist],
				       .first = histogram_families[hist].first,
				       .unit = histogram_families[hist].unit,
				       .p50 = ABSENT,
				       .p90 = ABSENT,
				       .p99 = ABSENT,
				       .max = ABSENT};
	if (!c->present)
		reasons_histogram(&v->absent, hist);
	if (!c->present || !from)
		return;
	for (int i = 0; i < ZT_BUCKETS; i++) {
		uint64_t after = now->hist[hist].count[i], before = from->hist[hist].count[i];

		c->count[i] = after > before ? after - before : 0;
	}
	c->p50 = sample_quantile(from, now, hist, 0.5);
	c->p90 = sample_quantile(from, now, hist, 0.9);
	c->p99 = sample_quantile(from, now, hist, 0.99);
	if (now->hist[hist].max)
		c->max = now->hist[hist].max;
}

static void draw_head(struct view *v, const struct area *a)
{
	struct line l = {*a, 0, 0};

	line_text(&l, STYLE_LABEL, v->totals ? "since the baseline" : "in the last interval");
	line_text(&l, STYLE_DIM, v->counts ? ", counts" : ", shares");
	line_text(&l, STYLE_DIM, "; max: since the start");
}

static void draw_latency(struct view *v, const struct area *a)
{
	struct histogram_column columns[NR_SHOWN];
	struct area times = area_part(a, 1, 0, a->rows, a->cols), sizes;
	int fit;

	if (a->cols >= SIZES_FROM)
		times.cols -= SIZES_COLS;
	fit = histograms_fitting(times.cols, NR_SHOWN);
	for (int i = 0; i < fit; i++)
		fill_column(v, &columns[i], shown[i].title, shown[i].hist);
	draw_head(v, a);
	histograms_draw(&times, columns, fit, v->counts);
	if (a->cols < SIZES_FROM)
		return;
	sizes = area_part(a, 1, times.cols, a->rows, SIZES_COLS);
	fill_column(v, &columns[0], "compressed page", ZT_H_PAGE_BYTES);
	histograms_draw(&sizes, columns, 1, v->counts);
}

static bool latency_key(struct view *v, int key)
{
	if (key != 'p')
		return false;
	v->counts = !v->counts;
	return true;
}

const struct screen_ops screen_latency = {
	.name = "Latency",
	.brief = "Lat",
	.draw = draw_latency,
	.key = latency_key,
};
