/* SPDX-License-Identifier: GPL-2.0-only */
/* Bars of parts, sparklines, and graphs over time. NAN: not known. */
#ifndef ZSWAPTOP_SCREEN_GRAPH_H
#define ZSWAPTOP_SCREEN_GRAPH_H

#include "screen/draw.h"

/*
 * How many of width cells each of n parts of a whole gets: their sum is the cells of the parts'
 * sum, rounded; every part that is not 0 gets at least one, as long as there are enough.
 */
void bar_cells(const double *parts, unsigned int n, double whole, int width, int *cells);

/* [####++::    ]: parts in the styles and characters STYLE_PART and following. */
void draw_bar(const struct area *a, int row, int col, int width, const double *parts,
	      unsigned int n, double whole);
/* Marks a value in a bar that was drawn. */
void draw_bar_mark(const struct area *a, int row, int col, int width, double value, double whole);

/* A bar of one value, without brackets, as fine as the characters allow. */
void draw_hbar(const struct area *a, int row, int col, int width, enum style style, double value,
	       double max);

/* The greatest of the values that are known; 0 if none is. */
double graph_max(const double *values, int n);

/* The step of 8 for a value; 0 only for 0, -1 where it is not known. */
int graph_step(double value, double max, int steps);

/* The last width values, the newest at the right end, in one row. */
void draw_spark(const struct area *a, int row, int col, int width, enum style style,
		const double *values, int n, double max);

/* How many values an area shows. */
int graph_capacity(const struct area *a);

/* The last values as filled columns, the newest at the right end. */
void draw_graph(const struct area *a, enum style style, const double *values, int n, double max);

#endif
