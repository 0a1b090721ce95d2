// SPDX-License-Identifier: GPL-2.0-only
/* The cgroups: a table that is sorted, searched, filtered, folded; and details of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen/cgroups.h"
#include "screen/graph.h"
#include "screen/histogram.h"

static void fill(struct view *v)
{
	if (v->cgroups.changed)
		cgroup_table_fill(&v->cgroups, view_from(v), view_sample(v));
}

/* --- cells -------------------------------------------------------------------- */

/* The root, what is gone, sums, and the rest have no files to be read. */
static bool has_files(const struct cgroup_row *row)
{
	return row->cg && !row->cg->gone && row->length > 1 && *row->path == '/';
}

static const char *bytes_text(const struct cgroup_row *row, uint64_t bytes, char buf[FORMAT_LEN])
{
	return bytes == ABSENT && !has_files(row) ? "-" : format_bytes(bytes, buf);
}

/* Whose own limit does not refuse is refused by that of one above; what is below counts not. */
static bool refused_from_above(const struct cgroup_row *row)
{
	const unsigned int i = ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT;

	return row->cg->limit_bytes == UNLIMITED && row->n[i] && row->n[i] != ABSENT &&
	       row->cg->n[i] > (row->before ? row->before->n[i] : 0);
}

static const char *limit_text(const struct cgroup_row *row, char buf[FORMAT_LEN])
{
	if (!row->cg)
		return "-";
	if (refused_from_above(row))
		return "above";
	return bytes_text(row, row->cg->limit_bytes, buf);
}

static const char *ratio_text(const struct cgroup_row *row, char buf[FORMAT_LEN])
{
	if ((row->stored == ABSENT || row->pool == ABSENT) && !has_files(row))
		return "-";
	return format_ratio(row->stored, row->pool, buf);
}

static const char *quantile_text(struct view *v, const struct cgroup_row *row, bool loads,
				 char buf[FORMAT_LEN])
{
	enum zt_histogram hist = loads ? ZT_H_LOAD_NS : ZT_H_STORE_NS;
	struct histogram_column c = {.present = view_sample(v)->hist_present[hist],
				     .first = histogram_families[hist].first,
				     .unit = UNIT_NS,
				     .no_max = true};

	if (!c.present)
		reasons_histogram(&v->absent, hist);
	cgroup_buckets(row, loads, c.count);
	return histogram_quantile(&c, cgroup_quantile(c.count, 0.99), buf);
}

static const char *writeback_text(const struct cgroup_row *row)
{
	if (!row->cg || (row->cg->writeback == ABSENT && !has_files(row)))
		return "-";
	return row->cg->writeback == ABSENT ? "n/a" : row->cg->writeback ? "on" : "off";
}

const char *cgroup_cell(struct view *v, const struct cgroup_row *row, enum cgroup_column column,
			char buf[FORMAT_LEN])
{
	switch (column) {
	case CG_COL_POOL:
		return bytes_text(row, row->pool, buf);
	case CG_COL_LIMIT:
		return limit_text(row, buf);
	case CG_COL_STORED:
		return bytes_text(row, row->stored, buf);
	case CG_COL_RATIO:
		return ratio_text(row, buf);
	case CG_COL_STORE:
		return view_amount(v, row->n[ZT_CG_STORE_PAGES], AMOUNT_PAGES, buf);
	case CG_COL_REFUSED:
		return view_amount(v, cgroup_refused(row), AMOUNT_PAGES, buf);
	case CG_COL_REFUSED_SHARE:
		return format_percent(cgroup_refused(row), row->n[ZT_CG_STORE_PAGES], buf);
	case CG_COL_LOAD:
		return view_amount(v, row->n[ZT_CG_LOAD_HITS], AMOUNT_PAGES, buf);
	case CG_COL_WRITE:
		return view_amount(v, row->n[ZT_CG_WB_PAGES], AMOUNT_PAGES, buf);
	case CG_COL_SKIP:
		return view_amount(v, cgroup_skipped(row), AMOUNT_PAGES, buf);
	case CG_COL_ERASE:
		return view_amount(v, row->n[ZT_CG_INV_ERASED], AMOUNT_PAGES, buf);
	case CG_COL_STORE_P99:
		return quantile_text(v, row, false, buf);
	case CG_COL_LOAD_P99:
		return quantile_text(v, row, true, buf);
	case CG_COL_WRITEBACK:
		return writeback_text(row);
	default:
		return "";
	}
}

/* --- rows ------------------------------------------------------------------------ */

static bool is_root_or_other(const struct cgroup_row *row)
{
	return row->length == 1 || *row->path != '/';
}

/* Lines from what is above, as htop draws them: only of the levels that go on. */
static int draw_branches(const struct cgroup_table *t, const struct cgroup_row *row,
			 const struct area *a, int line, int col)
{
	const struct cgroup_row *up = row;

	for (int level = row->depth; level > 0; level--, up = &t->rows.row[up->parent]) {
		int at = col + (level - 1) * 3;
		bool own = level == row->depth;

		if (up->last && !own)
			continue;
		draw_char(a, line, at, STYLE_DIM,
			  own && up->last ? draw_glyph(0x2514, '`')
			  : own		  ? draw_glyph(0x251C, '|')
					  : draw_glyph(0x2502, '|'));
		if (own)
			draw_char(a, line, at + 1, STYLE_DIM, draw_glyph(0x2500, '-'));
	}
	return col + row->depth * 3;
}

static void draw_tree_name(const struct cgroup_table *t, const struct cgroup_row *row,
			   const struct area *a, int line, int col, int width, enum style style)
{
	const char *path = cgroup_row_path(row), *name = strrchr(path, '/');
	bool folded = paths_has(&t->folded, path);
	int end = col + width;

	col = draw_branches(t, row, a, line, col);
	if (row->below)
		draw_char(a, line, col, STYLE_BOLD, folded ? '+' : '-');
	col += 2;
	draw_name(a, line, col, end - col, style, !name || is_root_or_other(row) ? path : name + 1,
		  CUT_END);
}

static enum style row_style(const struct cgroup_table *t, const struct cgroup_row *row)
{
	if (t->tagged.n && paths_has(&t->tagged, cgroup_row_path(row)))
		return STYLE_TAGGED;
	return row->cg && row->cg->gone ? STYLE_DIM : STYLE_PLAIN;
}

/* What colours tell, once more. */
static wchar_t row_mark(enum style style, bool selected)
{
	if (style == STYLE_TAGGED)
		return L'*';
	return selected ? L'>' : style == STYLE_DIM ? L'x' : L' ';
}

void cgroup_note_absent(struct view *v, const struct cgroup_row *row)
{
	static const struct {
		unsigned int counter, value;
	} counted[] = {
		{ZT_CG_STORE_PAGES, V_STORE_PAGES}, {ZT_CG_LOAD_HITS, V_LOAD_HITS},
		{ZT_CG_INV_ERASED, V_INV_ERASED},   {ZT_CG_WB_PAGES, V_WB_PAGES},
		{ZT_CG_WB_SKIPPED, V_WB_SKIPPED},
	};

	if (has_files(row) && (row->pool == ABSENT || row->cg->limit_bytes == ABSENT))
		v->absent.cgroups = true;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		if (row->n[counted[i].counter] == ABSENT)
			reasons_value(&v->absent, counted[i].value);
}

static void draw_row(struct view *v, const struct cgroup_row *row, const struct area *a, int line,
		     bool selected)
{
	struct cgroup_table *t = &v->cgroups;
	enum style style = row_style(t, row);
	char buf[FORMAT_LEN];

	for (int i = 0; i < t->layout.n; i++) {
		int column = t->layout.column[i];
		int start = t->layout.start[i], width = t->layout.width[i];

		if (column != CG_COL_PATH)
			draw_right(a, line, start, width, style, cgroup_cell(v, row, column, buf));
		else if (t->tree)
			draw_tree_name(t, row, a, line, start, width, style);
		else
			draw_name(a, line, start, width, style, cgroup_row_path(row), CUT_START);
	}
	cgroup_note_absent(v, row);
	draw_char(a, line, 0, style, row_mark(style, selected));
	if (selected)
		draw_restyle(a, line, 0, a->cols, STYLE_SELECTED);
}

/* What decides which rows there are, and their order, and is not to be seen otherwise. */
static void draw_note(struct view *v, const struct area *a)
{
	const struct cgroup_table *t = &v->cgroups;
	const struct column *by = &cgroup_columns[t->sort];
	struct line l = {*a, 0, 0};

	if (!t->layout.n)
		return;
	l.col = t->layout.start[t->layout.n - 1] + 8;
	if (!layout_has(&t->layout, t->sort)) {
		line_text(&l, STYLE_HEADER, "by ");
		draw_char(&l.a, l.row, l.col++, STYLE_HEADER_SORTED, layout_mark(t->inverted));
		line_text(&l, STYLE_HEADER_SORTED,
			  v->totals && by->title_total ? by->title_total : by->title);
		l.col += 2;
	}
	if (!*t->filter)
		return;
	line_text(&l, STYLE_HEADER, "filter ");
	draw_name(&l.a, l.row, l.col, l.a.cols, STYLE_HEADER, t->filter, CUT_END);
}

static void draw_rows(struct view *v, const struct area *a, int top, bool cursor)
{
	struct cgroup_table *t = &v->cgroups;

	layout_columns(&t->layout, cgroup_columns, NR_CG_COLS, a->cols, t->sort);
	layout_draw_header(&t->layout, a, 0, cgroup_columns, v->totals, t->sort, t->inverted);
	draw_note(v, a);
	for (int i = 1; i < a->rows && top + i - 1 < t->list.n; i++)
		draw_row(v, cgroup_table_at(t, top + i - 1), a, i,
			 cursor && top + i - 1 == t->list.at);
}

static void draw_nothing(struct view *v, const struct area *a)
{
	const char *why = "no cgroup has used zswap since the probes were attached";

	if (*v->cgroups.filter)
		why = "no cgroup matches the filter (Esc clears it)";
	else if (v->cgroups.active_only)
		why = "no cgroup used zswap in this interval (o shows all)";
	else if (!view_sample(v)->cgroups_present)
		why = "cgroups were not collected: the programs are not loaded";
	draw_text(a, a->rows > 2 ? 2 : 0, 2, a->cols, STYLE_DIM, why);
}

void cgroups_draw_busiest(struct view *v, const struct area *a)
{
	fill(v);
	draw_rows(v, a, 0, false);
	if (!v->cgroups.list.n && *v->cgroups.filter)
		draw_nothing(v, a);
}

/* --- the screen -------------------------------------------------------------------- */

static void draw_menu(struct view *v, const struct area *a)
{
	struct list *list = &v->cgroups.menu_list;
	struct area menu = area_part(a, 0, 0, a->rows, 14);

	list_settle(list, NR_CG_COLS, menu.rows - 1);
	draw_blank(&menu, 0, 0, menu.cols, STYLE_HEADER);
	draw_text(&menu, 0, 1, menu.cols, STYLE_HEADER, "Sort by");
	for (int i = 0; i < menu.rows - 1 && list->top + i < list->n; i++) {
		const struct column *column = &cgroup_columns[list->top + i];
		bool at = list->top + i == list->at;

		draw_blank(&menu, i + 1, 0, menu.cols, STYLE_PLAIN);
		draw_text(&menu, i + 1, 1, menu.cols, STYLE_PLAIN, column->title);
		if (!at)
			continue;
		draw_char(&menu, i + 1, 0, STYLE_PLAIN, '>');
		draw_restyle(&menu, i + 1, 0, menu.cols, STYLE_SELECTED);
	}
}

static void draw_cgroups(struct view *v, const struct area *a)
{
	struct cgroup_table *t = &v->cgroups;
	struct area table = *a;

	fill(v);
	list_settle(&t->list, t->list.n, a->rows - 1);
	if (t->details && t->list.n) {
		cgroup_details_draw(v, a);
		return;
	}
	if (t->menu) {
		table = area_part(a, 0, 15, a->rows, a->cols);
		draw_menu(v, a);
	}
	draw_rows(v, &table, t->list.top, true);
	if (!t->list.n)
		draw_nothing(v, &table);
}

static void sort_by(struct cgroup_table *t, int column)
{
	t->sort = (column + NR_CG_COLS) % NR_CG_COLS;
	t->changed = true;
}

static const char *selected_path(struct view *v)
{
	struct cgroup_table *t = &v->cgroups;

	fill(v);
	return t->list.n ? cgroup_row_path(cgroup_table_at(t, t->list.at)) : NULL;
}

/* What is tagged is traced together; the same again ends it. */
static void trace_selected(struct view *v)
{
	const struct paths *tagged = &v->cgroups.tagged;
	const char *path = selected_path(v);
	struct paths one = {};

	if (!path)
		return;
	if (!tagged->n)
		paths_toggle(&one, path);
	view_trace(v, tagged->n ? tagged : &one);
	paths_clear(&one);
	view_show(v, SCREEN_EVENTS);
	if (!v->source->events)
		view_say(v, "There are no events here");
	else
		view_say(v, "%s events of %s and below; T ends it", v->tracing ? "All" : "Only",
			 tagged->n > 1 ? "the tagged cgroups" : "this cgroup");
}

static void tag_selected(struct view *v)
{
	const char *path = selected_path(v);

	if (!path)
		return;
	paths_toggle(&v->cgroups.tagged, path);
	list_scroll(&v->cgroups.list, 1);
	cgroup_table_moved(&v->cgroups);
}

static void fold_selected(struct view *v)
{
	const char *path = selected_path(v);

	if (!path || !v->cgroups.tree)
		return;
	paths_toggle(&v->cgroups.folded, path);
	v->cgroups.changed = true;
}

static void show_details(struct cgroup_table *t, bool shown)
{
	t->details = shown;
	t->details_list.top = 0;
}

static bool menu_key(struct cgroup_table *t, int key)
{
	if (key == K_ENTER)
		sort_by(t, t->menu_list.at);
	if (key != K_ENTER && key != K_ESCAPE && key != K_F1 + 5)
		return list_key(&t->menu_list, key);
	t->menu = false;
	return true;
}

static bool escape(struct cgroup_table *t)
{
	bool any = t->details || *t->filter || t->tagged.n;

	if (t->details) {
		t->details = false;
	} else if (*t->filter) {
		*t->filter = '\0';
		t->changed = true;
	} else {
		paths_clear(&t->tagged);
	}
	return any;
}

static bool table_key(struct view *v, int key)
{
	struct cgroup_table *t = &v->cgroups;

	switch (key) {
	case '<':
	case '>':
		sort_by(t, t->sort + (key == '<' ? -1 : 1));
		return true;
	case 'I':
		t->inverted = !t->inverted;
		break;
	case 't':
	case K_F1 + 4:
		t->tree = !t->tree;
		break;
	case 'o':
		t->active_only = !t->active_only;
		break;
	case '+':
	case '-':
		fold_selected(v);
		return true;
	case K_F1 + 5:
		t->menu = true;
		t->menu_list.at = t->sort;
		return true;
	default:
		return false;
	}
	t->changed = true;
	return true;
}

static bool cgroups_key(struct view *v, int key)
{
	struct cgroup_table *t = &v->cgroups;

	if (t->menu)
		return menu_key(t, key);
	switch (key) {
	case K_ENTER:
		show_details(t, !t->details && t->list.n);
		return true;
	case K_ESCAPE:
		return escape(t);
	case ' ':
		tag_selected(v);
		return true;
	case 'U':
		paths_clear(&t->tagged);
		return true;
	case 'T':
		trace_selected(v);
		return true;
	default:
		if (!table_key(v, key))
			return false;
		t->details = false;
		return true;
	}
}

static struct list *cgroups_list(struct view *v)
{
	fill(v);
	return v->cgroups.details ? &v->cgroups.details_list : &v->cgroups.list;
}

static void cgroups_moved(struct view *v)
{
	if (!v->cgroups.details)
		cgroup_table_moved(&v->cgroups);
}

static bool cgroups_match(struct view *v, int row, const char *text)
{
	/* the rows of the details are not those of the table */
	if (v->cgroups.details)
		return false;
	return strcasestr(cgroup_row_path(cgroup_table_at(&v->cgroups, row)), text);
}

static void click_header(struct cgroup_table *t, int col)
{
	int column = layout_find(&t->layout, col);

	if (column == (int)t->sort)
		t->inverted = !t->inverted;
	else if (column >= 0)
		t->sort = column;
	t->changed = true;
}

static void click_menu(struct cgroup_table *t, int row)
{
	t->menu_list.at = t->menu_list.top + row - 1;
	if (row > 0 && t->menu_list.at < NR_CG_COLS)
		sort_by(t, t->menu_list.at);
	t->menu = false;
}

static void click_row(struct view *v, int row, bool twice)
{
	struct cgroup_table *t = &v->cgroups;
	int at = t->list.top + row - 1;

	if (at >= t->list.n)
		return;
	t->list.at = at;
	cgroup_table_moved(t);
	show_details(t, twice);
}

static void cgroups_click(struct view *v, int row, int col, bool twice)
{
	struct cgroup_table *t = &v->cgroups;

	fill(v);
	if (t->details)
		t->details = false;
	else if (t->menu)
		click_menu(t, row);
	else if (!row)
		click_header(t, col);
	else
		click_row(v, row, twice);
}

char *cgroups_filter(struct view *v)
{
	return v->cgroups.filter;
}

void cgroups_filtered(struct view *v)
{
	v->cgroups.changed = true;
}

const struct screen_ops screen_cgroups = {
	.name = "Cgroups",
	.brief = "Cgrp",
	.draw = draw_cgroups,
	.key = cgroups_key,
	.list = cgroups_list,
	.moved = cgroups_moved,
	.matches = cgroups_match,
	.click = cgroups_click,
	.filter = cgroups_filter,
	.filtered = cgroups_filtered,
};
