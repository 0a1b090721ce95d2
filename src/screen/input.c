// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "screen/frame.h"
#include "screen/input.h"

#define WHEEL_ROWS  3
/* What --interval allows, too. */
#define DELAY_LEAST 0.01
#define DELAY_MOST  86400

static struct list *list_of(struct view *v)
{
	const struct screen_ops *screen = screens[v->screen];

	return screen->list ? screen->list(v) : NULL;
}

static void moved(struct view *v)
{
	if (screens[v->screen]->moved)
		screens[v->screen]->moved(v);
}

/* --- search --------------------------------------------------------------------- */

/* From a row on, around the end. False: nowhere. */
static bool search_from(struct view *v, int from, int step)
{
	const struct screen_ops *screen = screens[v->screen];
	struct list *list = list_of(v);

	if (!list || !screen->matches || !*v->search)
		return false;
	for (int i = 0; i < list->n; i++) {
		int at = ((from + i * step) % list->n + list->n) % list->n;

		if (!screen->matches(v, at, v->search))
			continue;
		list->at = at;
		moved(v);
		return true;
	}
	return false;
}

static void search_next(struct view *v, int step)
{
	struct list *list = list_of(v);

	if (!*v->search)
		view_say(v, "Nothing to search for yet: F3 or / asks");
	else if (!list || !search_from(v, list->at + step, step))
		view_say(v, "Not found: %s", v->search);
}

/* --- the line that is typed -------------------------------------------------------- */

static void open_prompt(struct view *v, enum prompt_kind kind)
{
	const struct screen_ops *screen = screens[v->screen];

	if ((kind == PROMPT_SEARCH && !screen->matches) ||
	    (kind == PROMPT_FILTER && !screen->filter))
		kind = PROMPT_NOTHING;
	v->prompt.kind = kind;
	*v->prompt.text = '\0';
	if (kind == PROMPT_FILTER)
		snprintf(v->prompt.text, sizeof(v->prompt.text), "%s", screen->filter(v));
}

/* Filters and searches show at once what they would do. */
static void typed(struct view *v)
{
	const struct screen_ops *screen = screens[v->screen];
	struct list *list = list_of(v);

	if (v->prompt.kind == PROMPT_FILTER) {
		/* both have the same size */
		memcpy(screen->filter(v), v->prompt.text, sizeof(v->prompt.text));
		screen->filtered(v);
	} else if (v->prompt.kind == PROMPT_SEARCH) {
		memcpy(v->search, v->prompt.text, sizeof(v->search));
		if (list && *v->search)
			search_from(v, list->at, 1);
	}
}

static void take_delay(struct view *v)
{
	char *end;
	double seconds = strtod(v->prompt.text, &end);

	if (end == v->prompt.text || *end || !isfinite(seconds) || seconds < DELAY_LEAST ||
	    seconds > DELAY_MOST)
		view_say(v, "Not a number of seconds from %g to %d: %s", DELAY_LEAST, DELAY_MOST,
			 v->prompt.text);
	else
		v->interval_ns = seconds * 1e9;
}

static void close_prompt(struct view *v, bool taken)
{
	enum prompt_kind kind = v->prompt.kind;

	if (!taken && kind == PROMPT_FILTER) {
		*v->prompt.text = '\0';
		typed(v);
	}
	v->prompt.kind = PROMPT_NONE;
	if (taken && kind == PROMPT_DELAY)
		take_delay(v);
	if (taken && kind == PROMPT_SEARCH && *v->search && !search_from(v, list_of(v)->at, 1))
		view_say(v, "Not found: %s", v->search);
}

/* Removes the last character, which may be several bytes. */
static void erase_last(char *text)
{
	size_t n = strlen(text);

	while (n && (text[--n] & 0xC0) == 0x80)
		;
	text[n] = '\0';
}

static void append(char *text, size_t size, uint32_t cp)
{
	size_t n = strlen(text), length = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	if (n + length >= size)
		return;
	text[n + length] = '\0';
	for (size_t i = length; i-- > 1; cp >>= 6)
		text[n + i] = 0x80 | (cp & 0x3F);
	text[n] = lead[length > 1 ? length : 0] | cp;
}

static void prompt_key(struct view *v, int key)
{
	if (key == K_ENTER) {
		close_prompt(v, true);
	} else if (key == K_ESCAPE) {
		close_prompt(v, false);
	} else if (key == K_BACKSPACE) {
		erase_last(v->prompt.text);
		typed(v);
	} else if (key == K_CTRL('U')) {
		*v->prompt.text = '\0';
		typed(v);
	} else if (v->prompt.kind == PROMPT_SEARCH && key == K_F1 + 2) {
		search_next(v, 1);
	} else if (key >= ' ' && key < 0x110000) {
		append(v->prompt.text, sizeof(v->prompt.text), key);
		typed(v);
	}
}

/* --- a recording ---------------------------------------------------------------------- */

static void go(struct view *v, double index)
{
	double last = v->source->nr_samples - 1.0;
	int err;

	/* an interval lies between two samples */
	index = fmax(fmin(index, last), last >= 1 ? 1 : 0);
	err = view_go(v, index);
	if (err)
		view_say(v, "Cannot go there: %s", strerror(-err));
}

static bool replay_key(struct view *v, int key)
{
	double at = v->source->position, jump = ceil(v->source->nr_samples / 10.0);

	switch (key) {
	case K_LEFT:
		go(v, at - 1);
		break;
	case K_RIGHT:
		go(v, at + 1);
		break;
	case '[':
		go(v, at - jump);
		break;
	case ']':
		go(v, at + jump);
		break;
	case '{':
		go(v, 0);
		break;
	case '}':
		go(v, v->source->nr_samples);
		break;
	default:
		return false;
	}
	v->paused = true;
	return true;
}

/* --- keys of all screens ------------------------------------------------------------------ */

static void pause_or_go_on(struct view *v)
{
	v->paused = !v->paused;
	v->log.passed = 0;
	/* from the end it is played again */
	if (!v->paused && view_is_replay(v) && v->source->position + 1 >= v->source->nr_samples)
		go(v, 0);
}

static void show_help(struct view *v)
{
	view_show(v, v->screen == SCREEN_HELP ? v->back : SCREEN_HELP);
}

static bool screen_key(struct view *v, int key)
{
	if (key >= '1' && key < '1' + NR_SCREENS)
		view_show(v, key - '1');
	else if (key == K_TAB)
		view_show(v, (v->screen + 1) % NR_SCREENS);
	else if (key == K_BACKTAB)
		view_show(v, (v->screen + NR_SCREENS - 1) % NR_SCREENS);
	else if (key == K_F1 || key == 'h' || key == '?')
		show_help(v);
	else
		return false;
	return true;
}

static void reset_baseline(struct view *v)
{
	view_reset(v);
	v->totals = true;
	view_say(v, "Totals count from now on; r shows rates");
}

static void mode_key(struct view *v, int key)
{
	switch (key) {
	case 'r':
		v->totals = !v->totals;
		v->cgroups.changed = true;
		break;
	case 'R':
		reset_baseline(v);
		break;
	case 'u':
		v->bytes = !v->bytes;
		break;
	case 'Z':
		pause_or_go_on(v);
		break;
	case 'd':
		open_prompt(v, PROMPT_DELAY);
		break;
	case K_CTRL('L'):
		terminal_redraw();
		break;
	default:
		break;
	}
}

static void find_key(struct view *v, int key)
{
	if (key == '/' || key == K_F1 + 2)
		open_prompt(v, PROMPT_SEARCH);
	else if (key == '\\' || key == 'f' || key == K_F1 + 3)
		open_prompt(v, PROMPT_FILTER);
	else if (key == 'n' || key == 'N')
		search_next(v, key == 'n' ? 1 : -1);
	else
		mode_key(v, key);
}

static bool move_key(struct view *v, int key)
{
	struct list *list = list_of(v);

	if (!list || !list_key(list, key))
		return false;
	moved(v);
	return true;
}

static void mouse_key(struct view *v, const struct mouse *mouse, int *key)
{
	struct list *list = list_of(v);

	*key = K_NONE;
	if (mouse->press)
		*key = frame_click(v, mouse);
	if (mouse->wheel && list) {
		list_scroll(list, mouse->wheel * WHEEL_ROWS);
		moved(v);
	}
}

enum input input_key(struct view *v, int key, const struct mouse *mouse)
{
	const struct screen_ops *screen;

	if (key == K_CLOSED)
		return INPUT_QUIT;
	if (v->prompt.kind && key != K_RESIZED) {
		prompt_key(v, key);
		return INPUT_DONE;
	}
	*v->message = '\0';
	if (key == K_MOUSE)
		mouse_key(v, mouse, &key);
	if (key == K_F10)
		return INPUT_QUIT;
	screen = screens[v->screen];
	if (screen->key && screen->key(v, key))
		return INPUT_DONE;
	if (key == 'q')
		return INPUT_QUIT;
	if (move_key(v, key) || (view_is_replay(v) && replay_key(v, key)) || screen_key(v, key))
		return INPUT_DONE;
	find_key(v, key);
	return INPUT_DONE;
}
