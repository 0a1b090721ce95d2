// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include "screen/graph.h"
#include "screen/meter.h"

#define VALUE_WIDTH  6
#define MOST_MEMBERS 16 /* of a family */

struct line flow_line(struct flow *f)
{
	struct line l = {f->a, f->rows++ - f->skip, 0};

	return l;
}

struct area flow_area(struct flow *f, int rows)
{
	int row = f->rows - f->skip;

	f->rows += rows;
	if (row < 0)
		rows = 0;
	return area_part(&f->a, row < 0 ? 0 : row, 0, rows, f->a.cols);
}

struct line meter_line(struct flow *f, const char *label)
{
	struct line l = flow_line(f);

	line_text(&l, STYLE_LABEL, label);
	line_to(&l, LABEL_WIDTH);
	return l;
}

void meter_amount(const struct view *v, struct line *l, uint64_t n, enum amount kind)
{
	char buf[FORMAT_LEN], text[FORMAT_LEN + 4];

	snprintf(text, sizeof(text), "%s%s", view_amount(v, n, kind, buf),
		 n == ABSENT ? "" : view_per(v));
	draw_right(&l->a, l->row, l->col, AMOUNT_WIDTH, view_style(n), text);
	l->col += AMOUNT_WIDTH + 1;
}

/* Narrow terminals have none; wide ones as much as leaves room for the parts. */
int meter_spark_width(const struct line *l)
{
	if (l->a.cols < 76)
		return 0;
	return l->a.cols < 90 ? 8 : 8 + (l->a.cols - 90) / 4 * 2;
}

void meter_spark(const struct view *v, struct line *l, unsigned int first, unsigned int width,
		 enum style style)
{
	double values[HISTORY_LEN];
	int cols = meter_spark_width(l);

	if (!cols)
		return;
	if (cols > 40)
		cols = 40;
	history_values(&v->history, first, width, values, cols);
	draw_spark(&l->a, l->row, l->col, cols, style, values, cols, graph_max(values, cols));
	l->col += cols + 2;
}

bool meter_part(const struct view *v, struct line *l, const char *name, uint64_t part,
		uint64_t whole)
{
	bool early = part == ABSENT && !view_from(v);
	char buf[FORMAT_LEN];

	return line_field(l, name, VALUE_WIDTH, view_style(part),
			  early ? "-" : format_percent(part, whole, buf));
}

bool meter_share(struct view *v, struct line *l, unsigned int value, const char *name,
		 uint64_t whole)
{
	return meter_part(v, l, name, view_diff(v, value), whole);
}

bool meter_text(struct line *l, const char *name, int width, uint64_t value, const char *text)
{
	return line_field(l, name, width, view_style(value), text);
}

static bool show_count(struct view *v, struct line *l, uint64_t n, const char *name,
		       enum amount kind)
{
	char buf[FORMAT_LEN];

	return meter_text(l, name, VALUE_WIDTH, n, view_amount(v, n, kind, buf));
}

bool meter_count(struct view *v, struct line *l, unsigned int value, const char *name,
		 enum amount kind)
{
	return show_count(v, l, view_diff(v, value), name, kind);
}

static int field_width(const char *name)
{
	return strlen(name) + 1 + VALUE_WIDTH + 2;
}

/* How many of the family fit, if the rest is to be summed behind them. */
static unsigned int family_fitting(const struct line *l, const char *const *names,
				   const unsigned char *placed, unsigned int n)
{
	int left = line_left(l) + 2, others = field_width("rest");
	unsigned int fit = 0;
	int all = 0;

	for (unsigned int i = 0; i < n; i++)
		all += field_width(names[placed[i]]);
	if (all <= left)
		return n;
	while (fit < n) {
		int width = field_width(names[placed[fit]]);

		if (width + others > left)
			break;
		left -= width;
		fit++;
	}
	return fit;
}

/*
 * What has happened comes first, or a narrow terminal would hide it behind what never did. Since
 * the start, not in the interval: so that places change once at most.
 */
static void happened_first(const struct view *v, unsigned int first, const unsigned char *order,
			   unsigned int n, unsigned char *out)
{
	unsigned int filled = 0;

	for (int never = 0; never < 2; never++)
		for (unsigned int i = 0; i < n; i++) {
			unsigned int at = order ? order[i] : i;
			uint64_t ever = view_sample(v)->v[first + at];

			if ((!ever || ever == ABSENT) == never)
				out[filled++] = at;
		}
}

void meter_family(struct view *v, struct line *l, unsigned int first, const char *const *names,
		  const unsigned char *order, unsigned int n, enum amount kind)
{
	unsigned char placed[MOST_MEMBERS] = {};
	uint64_t rest = ABSENT;
	unsigned int fit;

	happened_first(v, first, order, n, placed);
	fit = family_fitting(l, names, placed, n);
	for (unsigned int i = 0; i < n; i++) {
		uint64_t d = view_diff(v, first + placed[i]);

		if (i < fit)
			show_count(v, l, d, names[placed[i]], kind);
		if (i < fit && d == ABSENT && view_from(v))
			reasons_member(&v->absent, first + placed[i]);
		if (i >= fit)
			rest = known_sum(rest, d);
	}
	if (fit < n)
		show_count(v, l, rest, "rest", kind);
}
