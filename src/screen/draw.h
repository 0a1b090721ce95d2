/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drawing into the cells of the terminal: text, lines of fields, bars, sparklines, graphs. Only
 * this and terminal.c know ncurses. Nothing is drawn outside of the area given.
 */
#ifndef ZSWAPTOP_SCREEN_DRAW_H
#define ZSWAPTOP_SCREEN_DRAW_H

#include <stdbool.h>
#include <stdint.h>
#include "screen/fit.h"

/* The parts of a bar, and steps of fill: each has its own colour and its own character. */
#define NR_PARTS 5
#define NR_HEATS 9

/* What a text is for; which colours and attributes that means is decided by the terminal. */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_TITLE,
	STYLE_TAB,
	STYLE_TAB_SHOWN,
	STYLE_LABEL,
	STYLE_HEADER,
	STYLE_HEADER_SORTED,
	STYLE_SELECTED,
	STYLE_TAGGED,
	STYLE_KEY,
	STYLE_KEY_LABEL,
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_PART,
	STYLE_HEAT = STYLE_PART + NR_PARTS,
	NR_STYLES = STYLE_HEAT + NR_HEATS,
};

/* A part of the terminal, in cells. */
struct area {
	int row, col, rows, cols;
};

/* The part of an area from a place in it on, cut where the area ends. */
struct area area_part(const struct area *a, int row, int col, int rows, int cols);

enum colours { COLOURS_NONE, COLOURS_8, COLOURS_256 };

/*
 * Chooses colours and characters. graphics: characters beyond ASCII for bars and graphs; names may
 * have such characters wherever unicode is set.
 */
void draw_start(enum colours colours, bool unicode, bool graphics);

/* An empty screen to draw on; and out with what has changed since the last one was shown. */
void draw_begin(void);
void draw_show(void);

/* Text of our own. At most width columns; returns the columns used. */
int draw_text(const struct area *a, int row, int col, int width, enum style style,
	      const char *text);
/* A name from outside; see fit_name(). */
int draw_name(const struct area *a, int row, int col, int width, enum style style, const char *name,
	      enum cut cut);
/* Text of our own at the right end of width columns. */
void draw_right(const struct area *a, int row, int col, int width, enum style style,
		const char *text);
/* Makes columns of a row blank (in a style that has a background). */
void draw_blank(const struct area *a, int row, int col, int width, enum style style);
/* One character. */
void draw_char(const struct area *a, int row, int col, enum style style, wchar_t ch);
/* Gives cells that are drawn already another style. */
void draw_restyle(const struct area *a, int row, int col, int width, enum style style);

/* A row of an area that is filled from left to right. */
struct line {
	struct area a;
	int row;
	int col;
};

/* Text; cut at the end of the area. */
void line_text(struct line *l, enum style style, const char *text);
__attribute__((format(printf, 3, 4))) void line_printf(struct line *l, enum style style,
						       const char *format, ...);
/* Columns left of the row. */
int line_left(const struct line *l);
/* Goes on at this column. */
void line_to(struct line *l, int col);
/*
 * A name and its value, which is right-aligned to value_width columns, and two blanks. Nothing if
 * there is no room for all of it: a number that is cut would be another one.
 */
bool line_field(struct line *l, const char *name, int value_width, enum style style,
		const char *value);

/* The character of a part of a bar. */
wchar_t draw_part_char(unsigned int part);
/* The characters of steps of fill; step 0 is nothing. */
wchar_t draw_heat_char(unsigned int heat);
/* What separates, bullets, and the like: an ASCII character where graphics are not to be had. */
wchar_t draw_glyph(wchar_t graphic, char ascii);
bool draw_graphics(void);

#endif
