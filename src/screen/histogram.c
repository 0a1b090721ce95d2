// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include "format.h"
#include "sample.h"
#include "screen/graph.h"
#include "screen/histogram.h"

#define SCALE_WIDTH  8
#define COLUMN_LEAST 16
#define COLUMN_MOST  40
#define NUMBER_WIDTH 7
#define NR_QUANTILES 4

/* The buckets that are shown: the first and the last one with what lies beyond them. */
struct range {
	int low, high;
};

struct drawing {
	const struct area *a;
	const struct histogram_column *columns;
	int n, width; /* columns, and how wide each is */
	struct range range;
	bool counts;
};

static bool any_at(const struct histogram_column *columns, int n, int bucket)
{
	for (int i = 0; i < n; i++)
		if (columns[i].present && columns[i].count[bucket])
			return true;
	return false;
}

static uint64_t total(const struct histogram_column *column)
{
	uint64_t sum = 0;

	for (int i = 0; i < ZT_BUCKETS; i++)
		sum += column->count[i];
	return sum;
}

static uint64_t sum_at(const struct histogram_column *columns, int n, int bucket)
{
	uint64_t sum = 0;

	for (int i = 0; i < n; i++)
		sum += columns[i].present ? columns[i].count[bucket] : 0;
	return sum;
}

static struct range find_range(const struct histogram_column *columns, int n, int rows)
{
	struct range r = {0, ZT_BUCKETS - 1};

	while (r.low <= r.high && !any_at(columns, n, r.low))
		r.low++;
	while (r.high > r.low && !any_at(columns, n, r.high))
		r.high--;
	/* what is least is given up first */
	while (r.high - r.low + 1 > rows && r.high > r.low) {
		if (sum_at(columns, n, r.low) < sum_at(columns, n, r.high))
			r.low++;
		else
			r.high--;
	}
	return r;
}

static uint64_t shown_count(const struct drawing *d, const struct histogram_column *column,
			    int bucket)
{
	uint64_t sum = column->count[bucket];

	for (int i = 0; bucket == d->range.low && i < bucket; i++)
		sum += column->count[i];
	for (int i = ZT_BUCKETS - 1; bucket == d->range.high && i > bucket; i--)
		sum += column->count[i];
	return sum;
}

static const char *bound(unsigned int power, enum unit unit, char buf[FORMAT_LEN])
{
	return unit == UNIT_BYTES ? format_bytes(1ULL << power, buf)
				  : format_ns(1ULL << power, buf);
}

static bool any_between(const struct drawing *d, int from, int to)
{
	for (int i = from; i < to; i++)
		if (any_at(d->columns, d->n, i))
			return true;
	return false;
}

/* The rows at the ends take in what lies beyond them; the last bucket has no end anyway. */
static void draw_scale(const struct drawing *d, int row, int bucket)
{
	const struct histogram_column *c = &d->columns[0];
	bool open = bucket == d->range.high &&
		    (bucket == ZT_BUCKETS - 1 || any_between(d, bucket + 1, ZT_BUCKETS));
	const char *sign = open ? ">" : draw_graphics() ? "≤" : "<";
	char buf[FORMAT_LEN], text[FORMAT_LEN + 4];

	if (open && bucket == d->range.low && any_between(d, 0, bucket))
		snprintf(text, sizeof(text), "    all");
	else
		snprintf(text, sizeof(text), "%s%6s", sign,
			 bound(c->first + bucket - open, c->unit, buf));
	draw_text(d->a, row, 0, SCALE_WIDTH, STYLE_LABEL, text);
}

static int column_at(const struct drawing *d, int i)
{
	return SCALE_WIDTH + i * d->width;
}

static void draw_cell(const struct drawing *d, int i, int row, int bucket)
{
	const struct histogram_column *c = &d->columns[i];
	uint64_t n = shown_count(d, c, bucket), all = total(c), most = 0;
	int col = column_at(d, i);
	char buf[FORMAT_LEN];

	draw_char(d->a, row, col, STYLE_DIM, draw_glyph(0x2502, '|'));
	if (!c->present || !all)
		return;
	for (int b = d->range.low; b <= d->range.high; b++)
		if (shown_count(d, c, b) > most)
			most = shown_count(d, c, b);
	draw_hbar(d->a, row, col + 1, d->width - NUMBER_WIDTH - 2, STYLE_PART + i % NR_PARTS, n,
		  most);
	if (n)
		draw_right(d->a, row, col + d->width - NUMBER_WIDTH - 1, NUMBER_WIDTH, STYLE_PLAIN,
			   d->counts ? format_count(n, buf) : format_percent(n, all, buf));
}

const char *histogram_quantile(const struct histogram_column *c, uint64_t value,
			       char buf[FORMAT_LEN])
{
	unsigned int last = c->first + ZT_BUCKETS - 1;
	char least[FORMAT_LEN - 1];

	if (!c->present)
		return "n/a";
	if (value == ABSENT)
		return "-";
	if (!c->no_max || value < 1ULL << last)
		return c->unit == UNIT_BYTES ? format_bytes(value, buf) : format_ns(value, buf);
	snprintf(least, sizeof(least), "%s", bound(last - 1, c->unit, buf));
	snprintf(buf, FORMAT_LEN, ">%s", least);
	return buf;
}

/* The rows of quantiles: the largest is the last of them. */
static int nr_quantiles(const struct histogram_column *columns, int n)
{
	for (int i = 0; i < n; i++)
		if (!columns[i].no_max)
			return NR_QUANTILES;
	return NR_QUANTILES - 1;
}

static void draw_quantiles(const struct drawing *d, int row)
{
	static const char *const names[NR_QUANTILES] = {"p50", "p90", "p99", "max"};
	char buf[FORMAT_LEN];

	for (int q = 0; q < nr_quantiles(d->columns, d->n); q++) {
		draw_right(d->a, row + q, 0, SCALE_WIDTH - 1, STYLE_LABEL, names[q]);
		for (int i = 0; i < d->n; i++) {
			const struct histogram_column *c = &d->columns[i];
			const uint64_t values[NR_QUANTILES] = {c->p50, c->p90, c->p99, c->max};

			draw_char(d->a, row + q, column_at(d, i), STYLE_DIM,
				  draw_glyph(0x2502, '|'));
			draw_right(d->a, row + q, column_at(d, i) + d->width - NUMBER_WIDTH - 1,
				   NUMBER_WIDTH, STYLE_BOLD, histogram_quantile(c, values[q], buf));
		}
	}
}

int histograms_fitting(int cols, int n)
{
	int fit = (cols - SCALE_WIDTH) / COLUMN_LEAST;

	return fit < n ? fit : n;
}

int histograms_draw(const struct area *a, const struct histogram_column *columns, int n,
		    bool counts)
{
	int fit = histograms_fitting(a->cols, n), row = 1;
	int rows = a->rows - 1 - nr_quantiles(columns, n);
	struct drawing d = {a, columns, fit, 0, {0, 0}, counts};

	if (fit < 1 || rows < 1)
		return 0;
	d.width = (a->cols - SCALE_WIDTH) / fit;
	if (d.width > COLUMN_MOST)
		d.width = COLUMN_MOST;
	d.range = find_range(columns, fit, rows);
	for (int i = 0; i < fit; i++)
		draw_text(a, 0, column_at(&d, i) + 1, d.width - 2, STYLE_BOLD, columns[i].title);
	for (int bucket = d.range.low; bucket <= d.range.high; bucket++, row++) {
		draw_scale(&d, row, bucket);
		for (int i = 0; i < fit; i++)
			draw_cell(&d, i, row, bucket);
	}
	draw_quantiles(&d, row);
	return fit;
}
