// SPDX-License-Identifier: GPL-2.0-only
#define NCURSES_NOMACROS
#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "screen/draw.h"
#include "utf8.h"

/* Wider terminals are drawn up to here. */
#define MOST_COLS 1024

/* -1: the terminal's own colour. */
struct look {
	short fg, bg;	  /* with 256 colours */
	short fg8, bg8;	  /* with 8 */
	attr_t attr;	  /* with colours */
	attr_t attr_mono; /* without */
};

static const struct look looks[NR_STYLES] = {
	[STYLE_PLAIN] = {-1, -1, -1, -1, 0, 0},
	[STYLE_DIM] = {245, -1, -1, -1, 0, 0},
	[STYLE_BOLD] = {-1, -1, -1, -1, A_BOLD, A_BOLD},
	[STYLE_TITLE] = {-1, -1, -1, -1, A_BOLD, A_BOLD},
	[STYLE_TAB] = {250, 237, 7, 4, 0, 0},
	[STYLE_TAB_SHOWN] = {16, 37, 0, 6, A_BOLD, A_REVERSE | A_BOLD},
	[STYLE_LABEL] = {37, -1, 6, -1, 0, 0},
	[STYLE_HEADER] = {16, 35, 0, 2, 0, A_REVERSE},
	[STYLE_HEADER_SORTED] = {16, 37, 0, 6, A_BOLD, A_REVERSE | A_BOLD | A_UNDERLINE},
	[STYLE_SELECTED] = {16, 37, 0, 6, 0, A_REVERSE},
	[STYLE_TAGGED] = {178, -1, 3, -1, A_BOLD, A_BOLD},
	[STYLE_KEY] = {-1, -1, -1, -1, A_BOLD, A_BOLD},
	[STYLE_KEY_LABEL] = {16, 37, 0, 6, 0, A_REVERSE},
	[STYLE_GOOD] = {71, -1, 2, -1, 0, 0},
	[STYLE_WARN] = {178, -1, 3, -1, A_BOLD, A_BOLD},
	[STYLE_BAD] = {203, -1, 1, -1, A_BOLD, A_BOLD},
	[STYLE_PART + 0] = {71, -1, 2, -1, 0, 0},
	[STYLE_PART + 1] = {178, -1, 3, -1, 0, 0},
	[STYLE_PART + 2] = {68, -1, 4, -1, 0, 0},
	[STYLE_PART + 3] = {133, -1, 5, -1, 0, 0},
	[STYLE_PART + 4] = {167, -1, 1, -1, 0, 0},
	[STYLE_HEAT + 0] = {240, -1, 4, -1, 0, 0},
	[STYLE_HEAT + 1] = {24, -1, 4, -1, 0, 0},
	[STYLE_HEAT + 2] = {31, -1, 6, -1, 0, 0},
	[STYLE_HEAT + 3] = {36, -1, 6, -1, 0, 0},
	[STYLE_HEAT + 4] = {71, -1, 2, -1, 0, 0},
	[STYLE_HEAT + 5] = {142, -1, 2, -1, 0, 0},
	[STYLE_HEAT + 6] = {178, -1, 3, -1, 0, 0},
	[STYLE_HEAT + 7] = {172, -1, 3, -1, 0, 0},
	[STYLE_HEAT + 8] = {167, -1, 1, -1, 0, 0},
};

static struct {
	bool coloured;
	bool unicode;
	bool graphics;
	attr_t attr[NR_STYLES];
} drawing;

struct area area_part(const struct area *a, int row, int col, int rows, int cols)
{
	struct area part = {a->row + row, a->col + col, rows, cols};

	if (part.rows > a->rows - row)
		part.rows = a->rows - row;
	if (part.cols > a->cols - col)
		part.cols = a->cols - col;
	if (part.rows < 0)
		part.rows = 0;
	if (part.cols < 0)
		part.cols = 0;
	return part;
}

static void start_style(enum style style, enum colours colours)
{
	const struct look *l = &looks[style];

	drawing.attr[style] = colours == COLOURS_NONE ? l->attr_mono : l->attr;
	if (colours == COLOURS_256)
		init_pair(style + 1, l->fg, l->bg);
	else if (colours == COLOURS_8)
		init_pair(style + 1, l->fg8, l->bg8);
}

void draw_start(enum colours colours, bool unicode, bool graphics)
{
	drawing.coloured = colours != COLOURS_NONE;
	drawing.unicode = unicode;
	drawing.graphics = unicode && graphics;
	for (int style = 0; style < NR_STYLES; style++)
		start_style(style, colours);
}

bool draw_graphics(void)
{
	return drawing.graphics;
}

void draw_begin(void)
{
	erase();
}

void draw_show(void)
{
	wnoutrefresh(stdscr);
	doupdate();
}

static void set_style(enum style style)
{
	attr_set(drawing.attr[style], drawing.coloured ? style + 1 : 0, NULL);
}

/* Columns from this place to the end of the area, at most width; 0 if the place is outside. */
static int room(const struct area *a, int row, int col, int width)
{
	if (row < 0 || row >= a->rows || col < 0 || col >= a->cols)
		return 0;
	if (width > a->cols - col)
		width = a->cols - col;
	return width < MOST_COLS ? width : MOST_COLS;
}

static void put(const struct area *a, int row, int col, enum style style, const wchar_t *text)
{
	set_style(style);
	mvaddwstr(a->row + row, a->col + col, text);
}

int draw_text(const struct area *a, int row, int col, int width, enum style style, const char *text)
{
	wchar_t wide[MOST_COLS + 1];
	size_t left = strlen(text), n;
	uint32_t cp;
	int used = 0;

	width = room(a, row, col, width);
	while (used < width && (n = utf8_decode(text, left, &cp))) {
		wide[used++] = cp;
		text += n;
		left -= n;
	}
	wide[used] = L'\0';
	if (used)
		put(a, row, col, style, wide);
	return used;
}

int draw_name(const struct area *a, int row, int col, int width, enum style style, const char *name,
	      enum cut cut)
{
	/* marks of no width come on top of the columns */
	static wchar_t wide[MOST_COLS * 4 + 1];
	int used;

	width = room(a, row, col, width);
	if (!width)
		return 0;
	used = fit_name(name, width, cut, drawing.unicode, wide, MOST_COLS * 4 + 1);
	put(a, row, col, style, wide);
	return used;
}

void draw_right(const struct area *a, int row, int col, int width, enum style style,
		const char *text)
{
	int length = strlen(text);

	draw_text(a, row, col + (length < width ? width - length : 0), width, style, text);
}

void draw_blank(const struct area *a, int row, int col, int width, enum style style)
{
	width = room(a, row, col, width);
	if (!width)
		return;
	set_style(style);
	mvhline(a->row + row, a->col + col, ' ', width);
}

void draw_char(const struct area *a, int row, int col, enum style style, wchar_t ch)
{
	wchar_t text[] = {ch, L'\0'};

	if (room(a, row, col, 1))
		put(a, row, col, style, text);
}

void draw_restyle(const struct area *a, int row, int col, int width, enum style style)
{
	width = room(a, row, col, width);
	if (width)
		mvchgat(a->row + row, a->col + col, width, drawing.attr[style],
			drawing.coloured ? style + 1 : 0, NULL);
}

void line_text(struct line *l, enum style style, const char *text)
{
	l->col += draw_text(&l->a, l->row, l->col, l->a.cols, style, text);
}

void line_printf(struct line *l, enum style style, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	line_text(l, style, text);
}

int line_left(const struct line *l)
{
	return l->a.cols > l->col ? l->a.cols - l->col : 0;
}

void line_to(struct line *l, int col)
{
	l->col = col;
}

bool line_field(struct line *l, const char *name, int value_width, enum style style,
		const char *value)
{
	int width = strlen(name) + 1 + value_width;

	if (line_left(l) < width) {
		l->col = l->a.cols;
		return false;
	}
	draw_text(&l->a, l->row, l->col, width, STYLE_PLAIN, name);
	draw_right(&l->a, l->row, l->col + width - value_width, value_width, style, value);
	l->col += width + 2;
	return true;
}

wchar_t draw_glyph(wchar_t graphic, char ascii)
{
	return drawing.graphics ? graphic : (unsigned char)ascii;
}

wchar_t draw_part_char(unsigned int part)
{
	/* full block, three shades, and a line: told apart without colours, too */
	static const wchar_t graphic[NR_PARTS] = {0x2588, 0x2592, 0x2591, 0x2593, 0x2550};

	return draw_glyph(graphic[part % NR_PARTS], "#+:%="[part % NR_PARTS]);
}

wchar_t draw_heat_char(unsigned int heat)
{
	if (!heat)
		return draw_glyph(0x00B7, '.');
	return draw_glyph(0x2580 + heat, ".:-=+*#%@"[heat]);
}
