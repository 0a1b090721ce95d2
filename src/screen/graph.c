// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <string.h>
#include "screen/graph.h"

/* Braille dots of a cell: two columns, each filled from below. */
#define DOT_ROWS 4

void bar_cells(const double *parts, unsigned int n, double whole, int width, int *cells)
{
	double sum = 0;
	int used = 0;

	for (unsigned int i = 0; i < n; i++) {
		int until;

		cells[i] = 0;
		if (!(parts[i] > 0) || !(whole > 0))
			continue;
		sum += parts[i];
		until = lround(fmin(sum / whole, 1) * width);
		cells[i] = until - used;
		if (cells[i] < 1)
			cells[i] = used < width;
		used += cells[i];
	}
	/* the smallest ones may have pushed the others on */
	while (used > lround(fmin(sum / whole, 1) * width) && used > 0) {
		unsigned int longest = 0;

		for (unsigned int i = 1; i < n; i++)
			if (cells[i] > cells[longest])
				longest = i;
		if (cells[longest] < 2)
			break;
		cells[longest]--;
		used--;
	}
}

void draw_bar(const struct area *a, int row, int col, int width, const double *parts,
	      unsigned int n, double whole)
{
	int cells[NR_PARTS], at = col + 1;

	if (width < 3)
		return;
	bar_cells(parts, n, whole, width - 2, cells);
	draw_char(a, row, col, STYLE_BOLD, L'[');
	for (unsigned int i = 0; i < n; i++)
		for (int c = 0; c < cells[i]; c++)
			draw_char(a, row, at++, STYLE_PART + i, draw_part_char(i));
	draw_char(a, row, col + width - 1, STYLE_BOLD, L']');
}

void draw_bar_mark(const struct area *a, int row, int col, int width, double value, double whole)
{
	int at = whole > 0 ? lround(value / whole * (width - 2)) : 0;

	if (at > 0 && at < width - 2)
		draw_char(a, row, col + 1 + at, STYLE_WARN, draw_glyph(0x2506, '!'));
}

void draw_hbar(const struct area *a, int row, int col, int width, enum style style, double value,
	       double max)
{
	int fine = draw_graphics() ? 8 : 1, steps = graph_step(value, max, width * fine);

	for (int x = 0; x < width && steps > 0; x++, steps -= fine)
		draw_char(a, row, col + x, style,
			  steps >= fine ? draw_part_char(0) : (wchar_t)(0x2590 - steps));
}

double graph_max(const double *values, int n)
{
	double max = 0;

	for (int i = 0; i < n; i++)
		if (values[i] > max) /* false for NAN */
			max = values[i];
	return max;
}

int graph_step(double value, double max, int steps)
{
	int step;

	if (isnan(value))
		return -1;
	if (!(value > 0) || !(max > 0))
		return 0;
	step = ceil(value / max * steps);
	return step > steps ? steps : step;
}

static wchar_t spark_char(int step)
{
	if (step < 0)
		return L' ';
	if (!step)
		return L'_';
	return draw_glyph(0x2580 + step, " .:-=+*#@"[step]);
}

void draw_spark(const struct area *a, int row, int col, int width, enum style style,
		const double *values, int n, double max)
{
	for (int i = 0; i < width; i++) {
		int from = n - width + i;
		int step = from < 0 ? -1 : graph_step(values[from], max, 8);

		draw_char(a, row, col + i, step > 0 ? style : STYLE_DIM, spark_char(step));
	}
}

int graph_capacity(const struct area *a)
{
	return draw_graphics() ? a->cols * 2 : a->cols;
}

/* Steps of a column that fall into a row of the graph; row 0 is the lowest. */
static int steps_in(int step, int row, int per_row)
{
	int in = step - row * per_row;

	return in < 0 ? 0 : in > per_row ? per_row : in;
}

static int step_at(const double *values, int n, int index, double max, int steps)
{
	return index < 0 || index >= n ? -1 : graph_step(values[index], max, steps);
}

static wchar_t dots(int left, int right)
{
	static const unsigned char column[2][DOT_ROWS + 1] = {{0, 0x40, 0x44, 0x46, 0x47},
							      {0, 0x80, 0xA0, 0xB0, 0xB8}};

	return 0x2800 + (column[0][left] | column[1][right]);
}

static void draw_dots(const struct area *a, enum style style, const double *values, int n,
		      double max, int col)
{
	int steps = a->rows * DOT_ROWS, first = n - 2 * a->cols + 2 * col;
	int left = step_at(values, n, first, max, steps);
	int right = step_at(values, n, first + 1, max, steps);

	for (int row = 0; row < a->rows; row++) {
		int l = steps_in(left, row, DOT_ROWS), r = steps_in(right, row, DOT_ROWS);

		if (l || r)
			draw_char(a, a->rows - 1 - row, col, style, dots(l, r));
	}
}

static void draw_column(const struct area *a, enum style style, const double *values, int n,
			double max, int col)
{
	int step = step_at(values, n, n - a->cols + col, max, a->rows * 3);

	for (int row = 0; row < a->rows; row++) {
		int in = steps_in(step, row, 3);

		if (in)
			draw_char(a, a->rows - 1 - row, col, style, " .:#"[in]);
	}
}

/* Where nothing happened there is a line, so that it is told from where nothing is known. */
static void draw_floor(const struct area *a, const double *values, int n)
{
	int shown = graph_capacity(a) / a->cols;

	for (int col = 0; col < a->cols; col++) {
		int index = n - (a->cols - col) * shown;

		if (step_at(values, n, index, 1, 1) == 0)
			draw_char(a, a->rows - 1, col, STYLE_DIM, L'_');
	}
}

void draw_graph(const struct area *a, enum style style, const double *values, int n, double max)
{
	if (a->rows < 1 || a->cols < 1)
		return;
	draw_floor(a, values, n);
	for (int col = 0; col < a->cols; col++) {
		if (draw_graphics())
			draw_dots(a, style, values, n, max, col);
		else
			draw_column(a, style, values, n, max, col);
	}
}
