/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists that are scrolled and sorted, and the columns of tables. */
#ifndef ZSWAPTOP_SCREEN_TABLE_H
#define ZSWAPTOP_SCREEN_TABLE_H

#include <stdbool.h>
#include "screen/draw.h"

/* Rows, of which some are shown and one may be selected. */
struct list {
	int n;	    /* rows there are */
	int height; /* rows that fit */
	int top;    /* the first one shown */
	int at;	    /* the selected one */
	bool plain; /* no row is selected: text to be scrolled */
};

/* To be called before the list is drawn: keeps the selected row, or else the text, in view. */
void list_settle(struct list *l, int n, int height);

/* Arrows, j and k, pages, ends. False: not a key of a list. */
bool list_key(struct list *l, int key);

/* By so many rows: the wheel of the mouse. */
void list_scroll(struct list *l, int rows);

struct column {
	const char *title;
	const char *title_total; /* where totals are shown; NULL: the same */
	int width;		 /* without the blank before it; of the last column: at least */
	int priority;		 /* columns with the lowest numbers are shown first */
	bool left;		 /* aligned to the left */
};

#define MOST_COLUMNS 24

/* Which columns are shown and where. The last one takes what is left. */
struct layout {
	int n;
	int column[MOST_COLUMNS];
	int start[MOST_COLUMNS];
	int width[MOST_COLUMNS];
};

/*
 * Chooses the columns that fit into a width, by priority; they keep their order. sorted: the one
 * that is sorted by has room for its mark, at the cost of the last one; -1: none.
 */
void layout_columns(struct layout *l, const struct column *columns, int n, int width, int sorted);

/* Is the column shown? */
bool layout_has(const struct layout *l, int column);

/* What marks the column that is sorted by, without colours, too. */
wchar_t layout_mark(bool inverted);

/* The header: the column that is sorted by is marked; inverted: from the smallest on. */
void layout_draw_header(const struct layout *l, const struct area *a, int row,
			const struct column *columns, bool totals, int sorted, bool inverted);

/* The column at this place of the header, or -1. */
int layout_find(const struct layout *l, int col);

#endif
