// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "screen/frame.h"
#include "screen/graph.h"
#include "screen/warnings.h"
#include "version.h"

/* Below this there is one line for warnings and reasons together. */
#define TALL	   24
#define MOST_HINTS 24

const struct screen_ops *const screens[NR_SCREENS] = {
	[SCREEN_OVERVIEW] = &screen_overview,
	[SCREEN_CGROUPS] = &screen_cgroups,
	[SCREEN_INVALIDATE] = &screen_invalidate,
	[SCREEN_WRITEBACK] = &screen_writeback,
	[SCREEN_LATENCY] = &screen_latency,
	[SCREEN_EVENTS] = &screen_events_log,
	[SCREEN_HELP] = &screen_help,
};

/* Where what was drawn can be pressed. */
struct spot {
	int row, col, width, key;
};

static struct spot spots[NR_SCREENS + MOST_HINTS];
static int nr_spots;
static struct area body;

static void add_spot(int row, int col, int width, int key)
{
	if (nr_spots < (int)(sizeof(spots) / sizeof(spots[0])))
		spots[nr_spots++] = (struct spot){row, col, width, key};
}

/* --- title and tabs ------------------------------------------------------ */

static void clock_text(const struct sample *s, char *buf, size_t size)
{
	time_t seconds = s->wall.tv_sec;
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(buf, size, "%H:%M:%S", &tm);
}

static void date_text(const struct sample *s, char *buf, size_t size)
{
	time_t seconds = s->wall.tv_sec;
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(buf, size, "%Y-%m-%d", &tm);
}

/* What decides how numbers are to be read, and the time. */
static void mode_text(const struct view *v, char *buf, size_t size)
{
	const struct sample *s = view_sample(v);
	char clock[16], every[32] = "";

	clock_text(s, clock, sizeof(clock));
	if (!view_is_replay(v))
		snprintf(every, sizeof(every), "every %gs  ", v->interval_ns / 1e9);
	snprintf(buf, size, "%s%s%s%s%s", v->paused && !view_is_replay(v) ? "PAUSED  " : "",
		 v->totals ? "totals  " : "", v->bytes ? "bytes  " : "", every, clock);
}

static void add_fact(struct line *l, int end, enum style style, const char *name, const char *text)
{
	int width = strlen(name) + strlen(text);

	if (!*text || l->col + width > end)
		return;
	line_text(l, STYLE_PLAIN, name);
	line_text(l, style, text);
	l->col += 2;
}

static void draw_title(const struct view *v, const struct area *a)
{
	const struct sample *s = view_sample(v);
	struct line l = {*a, 0, 0};
	char mode[96];
	int end;

	mode_text(v, mode, sizeof(mode));
	end = a->cols - (int)strlen(mode) - 1;
	line_text(&l, STYLE_TITLE, "zswaptop " ZSWAPTOP_VERSION);
	l.col += 2;
	if (s->v[V_ENABLED] == 0)
		add_fact(&l, end, STYLE_BAD, "", "zswap OFF");
	add_fact(&l, end, STYLE_BOLD, "", s->kernel.release);
	add_fact(&l, end, STYLE_BOLD, "", s->kernel.compressor);
	add_fact(&l, end, STYLE_BOLD, "shrinker ", s->kernel.shrinker);
	if (v->name && end - l.col >= 8)
		draw_name(a, 0, l.col, end - l.col, STYLE_PLAIN, v->name, CUT_START);
	draw_right(a, 0, a->cols - (int)strlen(mode), (int)strlen(mode), STYLE_BOLD, mode);
}

static void draw_tabs(const struct view *v, const struct area *a)
{
	/* the brackets mark the one that is shown without colours, too */
	bool brief = a->cols < 78;
	struct line l = {*a, 1, 0};
	char text[32];

	draw_blank(a, 1, 0, a->cols, STYLE_TAB);
	for (int i = 0; i < NR_SCREENS; i++) {
		bool shown = (int)v->screen == i;
		int from = l.col;

		snprintf(text, sizeof(text), "%c%d %s%c", shown ? '[' : ' ', i + 1,
			 brief ? screens[i]->brief : screens[i]->name, shown ? ']' : ' ');
		line_text(&l, shown ? STYLE_TAB_SHOWN : STYLE_TAB, text);
		add_spot(1, from, l.col - from, '1' + i);
	}
}

/* --- the bottom ------------------------------------------------------------- */

static void draw_warnings(const struct view *v, struct line *l)
{
	struct warnings w;

	if (*v->message) {
		line_text(l, STYLE_LABEL, v->message);
		l->col += 2;
		return;
	}
	warnings_gather(&w, v);
	for (unsigned int i = 0; i < w.n; i++) {
		int width = strlen(w.text[i]) + 2;

		/* half a warning is worse than to say that there are more */
		if (line_left(l) < width + (i + 1 < w.n ? 10 : 0)) {
			line_printf(l, STYLE_WARN, "! %u more", w.n - i);
			l->col += 2;
			return;
		}
		line_printf(l, STYLE_WARN, "! %s", w.text[i]);
		l->col += 2;
	}
}

static void draw_reasons(const struct view *v, struct line *l)
{
	char text[1024];

	if (!reasons_text(&v->absent, view_sample(v), text, sizeof(text)) || line_left(l) < 12)
		return;
	line_text(l, STYLE_DIM, "n/a: ");
	/* names of devices and kernels may be part of it */
	draw_name(&l->a, l->row, l->col, l->a.cols, STYLE_DIM, text, CUT_END);
}

static void draw_position(const struct view *v, const struct area *a, int row)
{
	size_t n = v->source->nr_samples, at = v->source->position;
	struct line l = {*a, row, 0};
	double parts[] = {at};
	char date[16];
	int width;

	date_text(view_sample(v), date, sizeof(date));
	line_printf(&l, STYLE_BOLD, "%s %5zu/%zu ", v->paused ? "at  " : "play", at, n - 1);
	width = a->cols - l.col - (int)sizeof("2026-11-21");
	draw_bar(a, row, l.col, width, parts, 1, n > 1 ? n - 1 : 1);
	draw_right(a, row, 0, a->cols, STYLE_BOLD, date);
}

struct hint {
	const char *key, *label;
	int code;
	bool wanted;
};

static void draw_hint(const struct area *a, int row, int *col, const struct hint *h)
{
	int from = *col;

	*col += draw_text(a, row, *col, a->cols, STYLE_KEY, h->key);
	*col += draw_text(a, row, *col, a->cols, STYLE_KEY_LABEL, h->label);
	add_spot(row, from, *col - from, h->code);
	*col += 1;
}

static int hint_width(const struct hint *h)
{
	return strlen(h->key) + strlen(h->label) + 1;
}

/* As many as fit, and the last one always. */
static void draw_hints(const struct area *a, int row, const struct hint *hints, size_t n)
{
	const struct hint quit = {"F10", "Quit", 'q', true};
	int col = 0;

	for (size_t i = 0; i < n; i++) {
		if (!hints[i].wanted)
			continue;
		if (col + hint_width(&hints[i]) + hint_width(&quit) > a->cols)
			break;
		draw_hint(a, row, &col, &hints[i]);
	}
	draw_hint(a, row, &col, &quit);
}

static void draw_keys(struct view *v, const struct area *a, int row)
{
	const struct screen_ops *screen = screens[v->screen];
	const struct list *text = screen->list ? screen->list(v) : NULL;
	bool below = text && text->plain && text->top + text->height < text->n;
	bool above = text && text->plain && text->top > 0;
	bool details = v->screen == SCREEN_CGROUPS && v->cgroups.details;
	bool replay = view_is_replay(v), table = v->screen == SCREEN_CGROUPS && !details;
	const struct hint hints[] = {
		{"F1", "Help", K_F1, true},
		{"Esc", "Back", K_ESCAPE, details},
		{"PgDn", "More", K_PAGE_DOWN, below},
		{"PgUp", "Above", K_PAGE_UP, above && !below},
		{"<-", "Back", K_LEFT, replay},
		{"->", "Forth", K_RIGHT, replay},
		{"F3", "Search", '/', screen->matches && !details},
		{"F4", "Filter", '\\', screen->filter && !details},
		{"F5", v->cgroups.tree ? "List" : "Tree", K_F1 + 4, table},
		{"F6", "Sort", K_F1 + 5, table},
		{"Enter", "Details", K_ENTER, table},
		{"T", "Trace", 'T', table || details},
		{"Space", "Tag", ' ', table},
		{"p", v->counts ? "Shares" : "Counts", 'p', v->screen == SCREEN_LATENCY},
		{"Z",
		 v->paused ? (replay ? "Play" : "Go on")
		 : replay  ? "Stop"
			   : "Pause",
		 'Z', true},
		{"r", v->totals ? "Rates" : "Totals", 'r', true},
		{"u", v->bytes ? "Pages" : "Bytes", 'u', true},
		{"R", "Reset", 'R', true},
		{"d", "Delay", 'd', true},
	};

	draw_hints(a, row, hints, sizeof(hints) / sizeof(hints[0]));
}

static void draw_prompt(const struct view *v, const struct area *a, int row)
{
	static const char *const names[] = {
		"", "Search: ", "Filter: ", "Seconds: ", "Nothing to search or filter here: "};
	struct line l = {*a, row, 0};
	int width;

	line_text(&l, STYLE_KEY, names[v->prompt.kind]);
	width = line_left(&l) - 1;
	l.col += draw_name(a, row, l.col, width, STYLE_PLAIN, v->prompt.text, CUT_START);
	draw_char(a, row, l.col, STYLE_KEY_LABEL, draw_glyph(0x2588, '_'));
	draw_right(a, row, 0, a->cols, STYLE_DIM,
		   v->prompt.kind == PROMPT_NOTHING ? "Esc" : "Enter takes it, Esc not");
}

/* From the bottom up; returns how many rows it took. */
static int draw_bottom(struct view *v, const struct area *a)
{
	int row = a->rows - 1;
	struct line l;

	if (v->prompt.kind)
		draw_prompt(v, a, row);
	else
		draw_keys(v, a, row);
	if (view_is_replay(v))
		draw_position(v, a, --row);
	l = (struct line){*a, row - 1, 0};
	if (a->rows >= TALL) {
		draw_reasons(v, &l);
		l = (struct line){*a, row - 2, 0};
		draw_warnings(v, &l);
	} else {
		draw_warnings(v, &l);
		draw_reasons(v, &l);
	}
	return a->rows - l.row;
}

static int bottom_rows(const struct view *v, int rows)
{
	return 2 + (rows >= TALL) + view_is_replay(v);
}

/* --- all ------------------------------------------------------------------------ */

static void draw_too_small(const struct area *a)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "zswaptop needs %dx%d, this is %dx%d", LEAST_COLS,
			 LEAST_ROWS, a->cols, a->rows);

	draw_text(a, a->rows / 2, n < a->cols ? (a->cols - n) / 2 : 0, a->cols, STYLE_BOLD, text);
}

void frame_draw(struct view *v)
{
	struct area a = {0, 0, terminal_rows(), terminal_cols()};

	draw_begin();
	nr_spots = 0;
	if (a.rows < LEAST_ROWS || a.cols < LEAST_COLS) {
		draw_too_small(&a);
		body = (struct area){};
	} else {
		memset(&v->absent, 0, sizeof(v->absent));
		draw_title(v, &a);
		draw_tabs(v, &a);
		body = area_part(&a, 2, 0, a.rows - 2 - bottom_rows(v, a.rows), a.cols);
		screens[v->screen]->draw(v, &body);
		/* after the screen: it is what finds values absent */
		draw_bottom(v, &a);
	}
}

int frame_click(struct view *v, const struct mouse *mouse)
{
	const struct screen_ops *screen = screens[v->screen];

	for (int i = 0; i < nr_spots; i++)
		if (mouse->row == spots[i].row && mouse->col >= spots[i].col &&
		    mouse->col < spots[i].col + spots[i].width)
			return spots[i].key;
	if (screen->click && mouse->row >= body.row && mouse->row < body.row + body.rows)
		screen->click(v, mouse->row - body.row, mouse->col - body.col, mouse->twice);
	return K_NONE;
}
