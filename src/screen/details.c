// SPDX-License-Identifier: GPL-2.0-only
/* One cgroup: everything that is known of it. */
#include <stdio.h>
#include <string.h>
#include "metrics.h"
#include "screen/cgroups.h"
#include "screen/histogram.h"
#include "screen/meter.h"

#define COUNTS_WIDTH 33
#define NUMBER_WIDTH 7
#define NAME_WIDTH   17

static void draw_count(struct view *v, struct flow *f, const struct cgroup_row *row,
		       const char *name, unsigned int counter, enum amount kind)
{
	struct line l = flow_line(f);
	char buf[FORMAT_LEN];

	line_text(&l, STYLE_PLAIN, name);
	draw_right(&l.a, l.row, NAME_WIDTH, NUMBER_WIDTH, STYLE_BOLD,
		   view_amount(v, row->n[counter], kind, buf));
	draw_right(&l.a, l.row, NAME_WIDTH + NUMBER_WIDTH, NUMBER_WIDTH, STYLE_PLAIN,
		   row->cg ? format_count(row->cg->n[counter], buf) : "-");
}

/* value: what the sample has of all cgroups */
static void draw_named(struct view *v, struct flow *f, const struct cgroup_row *row,
		       unsigned int first, unsigned int value, const char *const *names,
		       unsigned int n)
{
	char name[32];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "  %s", names[i]);
		draw_count(v, f, row, name, first + i, AMOUNT_PAGES);
		if (row->n[first + i] == ABSENT)
			reasons_member(&v->absent, value + i);
	}
}

static void draw_counts(struct view *v, struct flow *f, const struct cgroup_row *row)
{
	struct line l = flow_line(f);

	line_text(&l, STYLE_LABEL, v->cgroups.tree && row->below ? "with all below" : "own pages");
	draw_right(&l.a, l.row, NAME_WIDTH, NUMBER_WIDTH, STYLE_LABEL, v->totals ? "total" : "/s");
	draw_right(&l.a, l.row, NAME_WIDTH + NUMBER_WIDTH, NUMBER_WIDTH, STYLE_LABEL, "in all");
	draw_count(v, f, row, "offered", ZT_CG_STORE_PAGES, AMOUNT_PAGES);
	draw_named(v, f, row, ZT_CG_STORE_REJECTED, V_STORE_REJECTED, reject_names, ZT_NR_REJECTS);
	draw_count(v, f, row, "loaded", ZT_CG_LOAD_HITS, AMOUNT_PAGES);
	draw_count(v, f, row, "erased", ZT_CG_INV_ERASED, AMOUNT_PAGES);
	draw_count(v, f, row, "written back", ZT_CG_WB_PAGES, AMOUNT_PAGES);
	draw_named(v, f, row, ZT_CG_WB_SKIPPED, V_WB_SKIPPED, skip_names, ZT_NR_SKIPS);
}

static void draw_head(struct view *v, struct flow *f, const struct cgroup_row *row)
{
	const struct cgroup_sample *cg = row->cg;
	struct line l = flow_line(f);
	char buf[FORMAT_LEN];

	draw_name(&l.a, l.row, 0, l.a.cols, STYLE_BOLD, cgroup_row_path(row), CUT_START);
	l = flow_line(f);
	meter_text(&l, "pool", 6, row->pool, cgroup_cell(v, row, CG_COL_POOL, buf));
	if (cg)
		meter_text(&l, "limit", 6, cg->limit_bytes, cgroup_cell(v, row, CG_COL_LIMIT, buf));
	meter_text(&l, "stored", 6, row->stored, cgroup_cell(v, row, CG_COL_STORED, buf));
	meter_text(&l, "ratio", 5, row->stored, cgroup_cell(v, row, CG_COL_RATIO, buf));
	if (cg && cg->writeback != ABSENT)
		meter_text(&l, "writeback", 3, 0, cg->writeback ? "on" : "off");
	if (cg && cg->gone)
		line_text(&l, STYLE_WARN, "removed");
	if (!cg)
		line_text(&l, STYLE_DIM, "no pages of its own");
}

static void draw_histograms(struct view *v, const struct cgroup_row *row, const struct area *a)
{
	struct histogram_column columns[2] = {{.title = "store"}, {.title = "load"}};

	for (int i = 0; i < 2; i++) {
		enum zt_histogram hist = i ? ZT_H_LOAD_NS : ZT_H_STORE_NS;

		columns[i].first = histogram_families[hist].first;
		columns[i].unit = UNIT_NS;
		columns[i].present = view_sample(v)->hist_present[hist];
		if (!columns[i].present)
			reasons_histogram(&v->absent, hist);
		cgroup_buckets(row, i, columns[i].count);
		columns[i].p50 = cgroup_quantile(columns[i].count, 0.5);
		columns[i].p90 = cgroup_quantile(columns[i].count, 0.9);
		columns[i].p99 = cgroup_quantile(columns[i].count, 0.99);
		columns[i].no_max = true;
	}
	histograms_draw(a, columns, 2, false);
}

void cgroup_details_draw(struct view *v, const struct area *a)
{
	struct cgroup_table *t = &v->cgroups;
	const struct cgroup_row *row = cgroup_table_at(t, t->list.at);
	struct flow f = {*a, 0, 0};
	struct area below, right;

	cgroup_note_absent(v, row);
	draw_head(v, &f, row);
	below = area_part(a, f.rows, 0, a->rows, a->cols);
	right = area_part(&below, 0, COUNTS_WIDTH, below.rows, below.cols);
	f = (struct flow){below, t->details_list.top, 0};
	draw_counts(v, &f, row);
	list_settle(&t->details_list, f.rows, below.rows);
	/* a sum has none of its own */
	if (right.cols >= 24 && row->cg)
		draw_histograms(v, row, &right);
}
