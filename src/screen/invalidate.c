// SPDX-License-Identifier: GPL-2.0-only
/*
 * The questions that the project began with: what invalidations find, what a lockless lookup would
 * save, what happens to the trees.
 */
#include <string.h>
#include "metrics.h"
#include "screen/graph.h"
#include "screen/meter.h"

#define WIDE	    150
#define LEFT_COLS   76
#define GRAPH_ROWS  4
#define NAME_WIDTH  15
#define CAUSE_WIDTH 11

static const struct {
	const char *name;
	unsigned int value;
} outcomes[] = {
	{"tree_empty", V_INV_TREE_EMPTY},
	{"absent", V_INV_ABSENT},
	{"erased", V_INV_ERASED},
	{"unclassified", V_INV_UNCLASSIFIED},
};

#define NR_OUTCOMES ((int)(sizeof(outcomes) / sizeof(outcomes[0])))

static double part(uint64_t n)
{
	return n == ABSENT ? 0 : n;
}

static void draw_head(struct view *v, struct flow *f, uint64_t calls)
{
	const char *fast = view_sample(v)->kernel.fast_path;
	struct line l = meter_line(f, "calls");

	meter_amount(v, &l, calls, AMOUNT_CALLS);
	l.col += 1;
	if (!strcmp(fast, "yes"))
		line_text(&l, STYLE_DIM, "this kernel returns early where the tree is empty");
	else if (!strcmp(fast, "no"))
		line_text(&l, STYLE_DIM, "this kernel takes the lock even where the tree is empty");
	else
		line_text(&l, STYLE_DIM, "whether this kernel has the fast path is not known");
}

/* What takes a place of its own below each other: name, rate, share, how it went. */
static void draw_outcome(struct view *v, struct flow *f, int i, uint64_t calls)
{
	uint64_t n = view_diff(v, outcomes[i].value);
	struct line l = flow_line(f);
	double values[HISTORY_LEN];
	char buf[FORMAT_LEN];
	int cols;

	draw_char(&l.a, l.row, 0, STYLE_PART + i, draw_part_char(i));
	draw_text(&l.a, l.row, 2, NAME_WIDTH, STYLE_PLAIN, outcomes[i].name);
	line_to(&l, NAME_WIDTH);
	meter_amount(v, &l, n, AMOUNT_CALLS);
	draw_right(&l.a, l.row, l.col, 7, view_style(n), format_percent(n, calls, buf));
	l.col += 9;
	cols = line_left(&l) < HISTORY_LEN ? line_left(&l) : HISTORY_LEN;
	history_values(&v->history, outcomes[i].value, 1, values, cols);
	draw_spark(&l.a, l.row, l.col, cols, STYLE_PART + i, values, cols, graph_max(values, cols));
}

static void draw_split(struct view *v, struct flow *f, uint64_t calls)
{
	double parts[NR_OUTCOMES];
	struct line l;

	for (int i = 0; i < NR_OUTCOMES; i++) {
		parts[i] = part(view_diff(v, outcomes[i].value));
		draw_outcome(v, f, i, calls);
	}
	l = flow_line(f);
	draw_bar(&l.a, l.row, 0, l.a.cols, parts, NR_OUTCOMES, part(calls));
}

/* Where the kernel has no fast path, an empty tree costs a lock, too. */
static void draw_saving(struct view *v, struct flow *f, uint64_t calls)
{
	uint64_t absent = view_diff(v, V_INV_ABSENT), empty = view_diff(v, V_INV_TREE_EMPTY);
	bool fast = strcmp(view_sample(v)->kernel.fast_path, "no") != 0;
	struct line l = flow_line(f);
	char x[3][FORMAT_LEN];
	uint64_t locked;

	line_text(&l, STYLE_LABEL, "A lockless lookup would save ");
	if (absent == ABSENT || empty == ABSENT || calls == ABSENT) {
		line_text(&l, STYLE_DIM, view_from(v) ? "n/a" : "-");
		return;
	}
	locked = fast ? calls - (empty < calls ? empty : calls) : calls;
	if (!fast)
		absent += empty;
	line_printf(&l, STYLE_BOLD, "%6s%s", view_amount(v, absent, AMOUNT_CALLS, x[0]),
		    view_per(v));
	line_printf(&l, STYLE_PLAIN, " of %s%s locks: ", view_amount(v, locked, AMOUNT_CALLS, x[1]),
		    view_per(v));
	line_text(&l, STYLE_BOLD, format_percent(absent, locked, x[2]));
}

static void draw_locks(struct view *v, struct flow *f)
{
	uint64_t waits = view_diff(v, V_LOCK_CONTENTIONS), ns = view_diff(v, V_LOCK_WAIT);
	uint64_t stale = view_sample(v)->v[V_INV_STALE]; /* only with --verify */
	struct line l = flow_line(f);
	char buf[FORMAT_LEN];

	line_text(&l, STYLE_LABEL, "Lock waits");
	line_to(&l, NAME_WIDTH);
	meter_amount(v, &l, waits, AMOUNT_CALLS);
	meter_text(&l, v->totals ? "waited" : "waited/s", 7, ns,
		   view_amount(v, ns, AMOUNT_NS, buf));
	if (waits && waits != ABSENT && ns != ABSENT)
		meter_text(&l, "each", 7, ns, format_ns(ns / waits, buf));
	if (stale != ABSENT)
		line_field(&l, "stale lookups", 6, stale ? STYLE_BAD : STYLE_BOLD,
			   format_count(stale, buf));
}

static void draw_invalidations(struct view *v, struct flow *f)
{
	uint64_t calls = view_diff(v, V_INV_CALLS);

	draw_head(v, f, calls);
	draw_split(v, f, calls);
	draw_saving(v, f, calls);
	draw_locks(v, f);
}

/* --- tree events ------------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned int value;
	bool hazard;
} tree_events[] = {
	{"emptied", V_TREE_EMPTIED, false},
	{"nodes_freed", V_TREE_NODES_FREED, false},
	{"shrinks", V_TREE_SHRINKS, false},
	{"head_collapses", V_TREE_COLLAPSES, true},
};

static void draw_tree_event(struct view *v, struct flow *f, int i)
{
	struct line l = flow_line(f);
	char buf[FORMAT_LEN];

	line_text(&l, STYLE_PLAIN, tree_events[i].name);
	for (int cause = 0; cause < ZT_NR_CAUSES; cause++) {
		uint64_t n = view_diff(v, tree_events[i].value + cause);
		bool bad = tree_events[i].hazard && n && n != ABSENT;

		draw_right(&l.a, l.row, NAME_WIDTH + cause * CAUSE_WIDTH, CAUSE_WIDTH,
			   bad ? STYLE_WARN : view_style(n), view_amount(v, n, AMOUNT_CALLS, buf));
	}
}

static void draw_trees(struct view *v, struct flow *f)
{
	struct line l = flow_line(f);
	uint64_t grows = view_diff(v, V_TREE_GROWS);
	char buf[FORMAT_LEN];

	line_text(&l, STYLE_LABEL, v->totals ? "Trees" : "Trees, per s");
	for (int cause = 0; cause < ZT_NR_CAUSES; cause++)
		draw_right(&l.a, l.row, NAME_WIDTH + cause * CAUSE_WIDTH, CAUSE_WIDTH, STYLE_LABEL,
			   cause_names[cause]);
	for (size_t i = 0; i < sizeof(tree_events) / sizeof(tree_events[0]); i++)
		draw_tree_event(v, f, i);
	l = flow_line(f);
	line_text(&l, STYLE_PLAIN, "grows");
	draw_right(&l.a, l.row, NAME_WIDTH + ZT_CAUSE_STORE * CAUSE_WIDTH, CAUSE_WIDTH,
		   view_style(grows), view_amount(v, grows, AMOUNT_CALLS, buf));
}

/* --- the map -------------------------------------------------------------------- */

static void draw_area_head(const struct view *v, struct flow *f, const struct swap_area *area,
			   const struct mapped_area *mapped, const struct area *cells)
{
	struct line l = flow_line(f);
	char buf[FORMAT_LEN];

	line_printf(&l, STYLE_LABEL, "Swap %u ", area->type);
	l.col += draw_name(&l.a, l.row, l.col, 30, STYLE_PLAIN, area->device, CUT_START);
	l.col += 2;
	meter_text(&l, "size", 6, area->bytes, format_bytes(area->bytes, buf));
	meter_text(&l, "trees", 6, area->trees, format_count(area->trees, buf));
	meter_text(&l, "empty", 6, area->trees_empty, format_count(area->trees_empty, buf));
	if (mapped && line_left(&l) >= 24)
		line_printf(&l, STYLE_DIM, "a cell: %s of 64M",
			    format_count(tree_map_per_cell(mapped, cells), buf));
	(void)v;
}

static void draw_legend(struct flow *f)
{
	struct line l = flow_line(f);

	line_text(&l, STYLE_DIM, "entries per tree: ");
	draw_char(&l.a, l.row, l.col, STYLE_HEAT, draw_heat_char(0));
	l.col += 1;
	line_text(&l, STYLE_DIM, " none  ");
	for (int step = 1; step < NR_HEATS; step++)
		draw_char(&l.a, l.row, l.col++, STYLE_HEAT + step, draw_heat_char(step));
	line_text(&l, STYLE_DIM, " up to 16.4k");
}

static void draw_map(struct view *v, struct flow *f)
{
	const struct sample *s = view_sample(v);
	int err = tree_map_update(&v->map, v->source, s, s->mono_ns);
	int left = f->a.rows - (f->rows - f->skip) - 1;
	int each = s->nr_areas ? left / (int)s->nr_areas - 1 : 0;

	for (size_t i = 0; i < s->nr_areas; i++) {
		const struct mapped_area *mapped =
			err ? NULL : tree_map_area(&v->map, s->areas[i].type);
		int rows = mapped ? tree_map_rows(mapped, each > 1 ? each : 1, f->a.cols) : 0;
		struct area cells = {0, 0, rows, f->a.cols};

		v->absent.map |= !mapped;
		draw_area_head(v, f, &s->areas[i], mapped, &cells);
		if (!mapped)
			continue;
		cells = flow_area(f, rows);
		if (cells.rows == rows)
			tree_map_draw(mapped, &cells);
	}
	if (s->nr_areas && !err)
		draw_legend(f);
}

/* --- the screen ------------------------------------------------------------------ */

static void draw_graphs(struct view *v, const struct area *a)
{
	for (int i = 0; i < 3; i++) {
		struct area one = area_part(a, i * (GRAPH_ROWS + 1), 0, GRAPH_ROWS + 1, a->cols);
		struct area plot = area_part(&one, 1, 0, GRAPH_ROWS, a->cols);
		double values[HISTORY_LEN], max;
		char buf[FORMAT_LEN];
		int n = graph_capacity(&plot);

		if (one.rows < GRAPH_ROWS + 1)
			return;
		n = n < HISTORY_LEN ? n : HISTORY_LEN;
		history_values(&v->history, outcomes[i].value, 1, values, n);
		max = graph_max(values, n);
		draw_text(&one, 0, 0, one.cols, STYLE_LABEL, outcomes[i].name);
		draw_text(&one, 0, 12, one.cols, STYLE_DIM, "/s, max");
		draw_text(&one, 0, 20, one.cols, STYLE_DIM, format_count(max, buf));
		draw_graph(&plot, STYLE_PART + i, values, n, max);
	}
}

static void draw_invalidate(struct view *v, const struct area *a)
{
	struct list *scroll = &v->lists[SCREEN_INVALIDATE];
	struct flow f = {*a, scroll->top, 0};
	struct area right;

	if (a->cols >= WIDE) {
		right = area_part(a, 0, LEFT_COLS + 2, 15, a->cols);
		draw_graphs(v, &right);
		f.a.cols = LEFT_COLS;
	}
	draw_invalidations(v, &f);
	flow_line(&f);
	draw_trees(v, &f);
	flow_line(&f);
	/* the map is as wide as there is room */
	f.a.cols = a->cols;
	draw_map(v, &f);
	list_settle(scroll, f.rows, a->rows);
}

static struct list *invalidate_list(struct view *v)
{
	return &v->lists[SCREEN_INVALIDATE];
}

const struct screen_ops screen_invalidate = {
	.name = "Invalidate",
	.brief = "Inv",
	.draw = draw_invalidate,
	.list = invalidate_list,
};
