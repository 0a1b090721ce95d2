// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include "screen/table.h"
#include "screen/terminal.h"

static int between(int value, int least, int most)
{
	if (value > most)
		value = most;
	return value < least ? least : value;
}

void list_settle(struct list *l, int n, int height)
{
	l->n = n;
	l->height = height > 0 ? height : 1;
	l->at = between(l->at, 0, n - 1);
	if (!l->plain) {
		if (l->top > l->at)
			l->top = l->at;
		if (l->top < l->at - l->height + 1)
			l->top = l->at - l->height + 1;
	}
	l->top = between(l->top, 0, n - l->height);
}

static void move(struct list *l, int rows)
{
	if (l->plain)
		l->top = between(l->top + rows, 0, l->n - l->height);
	else
		l->at = between(l->at + rows, 0, l->n - 1);
}

void list_scroll(struct list *l, int rows)
{
	move(l, rows);
}

bool list_key(struct list *l, int key)
{
	int page = l->height > 1 ? l->height - 1 : 1;

	switch (key) {
	case K_UP:
	case 'k':
		move(l, -1);
		return true;
	case K_DOWN:
	case 'j':
		move(l, 1);
		return true;
	case K_PAGE_UP:
		move(l, -page);
		return true;
	case K_PAGE_DOWN:
		move(l, page);
		return true;
	case K_HOME:
		move(l, -l->n);
		return true;
	case K_END:
		move(l, l->n);
		return true;
	default:
		return false;
	}
}

/* The width of the columns down to a priority, with the blanks between them. */
static int width_down_to(const struct column *columns, int n, int priority)
{
	int width = 0;

	for (int i = 0; i < n; i++)
		if (columns[i].priority <= priority)
			width += columns[i].width + 1;
	return width;
}

/* The lowest priority that still fits as a whole. */
static int lowest_fitting(const struct column *columns, int n, int width)
{
	int lowest = 0;

	for (int priority = 1; priority <= n; priority++)
		if (width_down_to(columns, n, priority) <= width)
			lowest = priority;
	return lowest;
}

static int title_width(const struct column *column)
{
	int total = column->title_total ? strlen(column->title_total) : 0;
	int width = strlen(column->title);

	return total > width ? total : width;
}

void layout_columns(struct layout *l, const struct column *columns, int n, int width, int sorted)
{
	int lowest = lowest_fitting(columns, n, width), at = 0;

	l->n = 0;
	for (int i = 0; i < n && l->n < MOST_COLUMNS; i++) {
		if (columns[i].priority > lowest)
			continue;
		l->column[l->n] = i;
		l->start[l->n] = at + 1;
		l->width[l->n] = columns[i].width;
		if (i == sorted && title_width(&columns[i]) == columns[i].width)
			l->width[l->n]++;
		at += l->width[l->n] + 1;
		l->n++;
	}
	if (l->n)
		l->width[l->n - 1] = between(width - l->start[l->n - 1], 0, width);
}

bool layout_has(const struct layout *l, int column)
{
	for (int i = 0; i < l->n; i++)
		if (l->column[i] == column)
			return true;
	return false;
}

wchar_t layout_mark(bool inverted)
{
	return inverted ? draw_glyph(0x25B2, '^') : draw_glyph(0x25BC, 'v');
}

static void draw_title(const struct layout *l, const struct area *a, int row, int i,
		       const struct column *column, bool totals, int sorted, bool inverted)
{
	const char *title = totals && column->title_total ? column->title_total : column->title;
	bool by_this = l->column[i] == sorted;
	enum style style = by_this ? STYLE_HEADER_SORTED : STYLE_HEADER;
	int start = l->start[i], width = l->width[i], length = strlen(title);

	if (by_this)
		draw_blank(a, row, start - 1, width + 1, style);
	if (!column->left && length < width)
		start += width - length;
	else if (by_this)
		start++;
	draw_text(a, row, start, width, style, title);
	/* what is before it is blank, so that it is not the other one's */
	if (by_this)
		draw_char(a, row, start - 1, style, layout_mark(inverted));
}

void layout_draw_header(const struct layout *l, const struct area *a, int row,
			const struct column *columns, bool totals, int sorted, bool inverted)
{
	draw_blank(a, row, 0, a->cols, STYLE_HEADER);
	for (int i = 0; i < l->n; i++)
		draw_title(l, a, row, i, &columns[l->column[i]], totals, sorted, inverted);
}

int layout_find(const struct layout *l, int col)
{
	for (int i = l->n - 1; i >= 0; i--)
		if (col >= l->start[i] - 1)
			return l->column[i];
	return -1;
}
