// SPDX-License-Identifier: GPL-2.0-only
/* Events as they happen: of a live kernel the rare ones, of a recording all it has. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "event.h"
#include "metrics.h"
#include "screen/view.h"

enum event_column {
	EV_TIME,
	EV_CPU,
	EV_PID,
	EV_COMM,
	EV_EVENT,
	EV_RESULT,
	EV_DETAIL,
	EV_PLACE,
	EV_PAGES,
	EV_BYTES,
	EV_LATENCY,
	EV_CGROUP,
	NR_EV_COLS,
};

static const struct column columns[NR_EV_COLS] = {
	[EV_TIME] = {"TIME", NULL, 12, 1, true},
	[EV_CPU] = {"CPU", NULL, 3, 7, false},
	[EV_PID] = {"PID", NULL, 7, 5, false},
	[EV_COMM] = {"COMM", NULL, 15, 2, true},
	[EV_EVENT] = {"EVENT", NULL, 10, 1, true},
	[EV_RESULT] = {"RESULT", NULL, 13, 1, true},
	[EV_DETAIL] = {"BY", NULL, 16, 4, true},
	[EV_PLACE] = {"SWAP:OFFSET", NULL, 14, 5, false},
	[EV_PAGES] = {"PAGES", NULL, 5, 7, false},
	[EV_BYTES] = {"BYTES", NULL, 5, 6, false},
	[EV_LATENCY] = {"LATENCY", NULL, 7, 3, false},
	[EV_CGROUP] = {"CGROUP", NULL, 16, 1, true},
};

static struct layout layout;

static const char *time_text(const struct logged_event *entry, char *buf, size_t size)
{
	time_t seconds = entry->wall_ns / 1000000000;
	struct tm tm;
	char hms[16];

	localtime_r(&seconds, &tm);
	strftime(hms, sizeof(hms), "%H:%M:%S", &tm);
	snprintf(buf, size, "%s.%03u", hms, (unsigned int)(entry->wall_ns / 1000000 % 1000));
	return buf;
}

/* Writeback: who asked; trees: who erased, and how the height changed. */
static const char *detail_text(const struct zt_event *e, char *buf, size_t size)
{
	if (e->type == ZT_EV_WRITEBACK && e->detail < ZT_NR_TRIGGERS)
		return trigger_names[e->detail];
	if (e->type != ZT_EV_TREE || e->detail >= ZT_NR_CAUSES)
		return "";
	snprintf(buf, size, "%s %u>%u", cause_names[e->detail], e->height_before, e->height_after);
	return buf;
}

static const char *cell_text(const struct logged_event *entry, int column, char *buf, size_t size)
{
	const struct zt_event *e = &entry->e;

	switch (column) {
	case EV_TIME:
		return time_text(entry, buf, size);
	case EV_CPU:
		snprintf(buf, size, "%u", e->cpu);
		return buf;
	case EV_PID:
		snprintf(buf, size, "%u", e->pid);
		return buf;
	case EV_EVENT:
		return event_type_name(e->type);
	case EV_RESULT:
		return event_result_name(e->type, e->result);
	case EV_DETAIL:
		return detail_text(e, buf, size);
	case EV_PLACE:
		snprintf(buf, size, "%u:%llu", e->swap, (unsigned long long)e->offset);
		return buf;
	case EV_PAGES:
		snprintf(buf, size, "%u", e->pages);
		return buf;
	case EV_BYTES:
		return e->bytes == ZT_NO_U32 ? "-" : format_count(e->bytes, buf);
	case EV_LATENCY:
		return e->latency_ns == ZT_NO_U64 ? "-" : format_ns(e->latency_ns, buf);
	default:
		return "";
	}
}

/* Those that the seed discussions asked about stand out. */
static enum style event_style(const struct zt_event *e)
{
	if (e->type == ZT_EV_TREE && e->result == ZT_TREE_RES_HEAD_COLLAPSE)
		return STYLE_WARN;
	if (e->type == ZT_EV_WRITEBACK && e->result == ZT_SKIP_OWN_FAULT)
		return STYLE_WARN;
	if ((e->type == ZT_EV_LOAD && e->result == ZT_LOAD_ERROR) ||
	    (e->type == ZT_EV_INVALIDATE && e->result == ZT_INV_RES_STALE))
		return STYLE_BAD;
	return STYLE_PLAIN;
}

static void draw_cell(const struct logged_event *entry, const struct area *a, int row, int i)
{
	int column = layout.column[i], start = layout.start[i], width = layout.width[i];
	enum style style = event_style(&entry->e);
	char buf[64], comm[ZT_COMM_LEN + 1] = "";
	const char *text;

	if (column == EV_CGROUP) {
		draw_name(a, row, start, width, style, entry->cgroup ? entry->cgroup : "-",
			  CUT_START);
		return;
	}
	if (column == EV_COMM) {
		memcpy(comm, entry->e.comm, ZT_COMM_LEN);
		draw_name(a, row, start, width, style, comm, CUT_END);
		return;
	}
	text = cell_text(entry, column, buf, sizeof(buf));
	if (columns[column].left)
		draw_text(a, row, start, width, style, text);
	else
		draw_right(a, row, start, width, style, text);
}

static void draw_status(struct view *v, const struct area *a)
{
	const struct event_log *log = &v->log;
	struct line l = {*a, 0, 0};

	line_printf(&l, STYLE_BOLD, "%u", log->nr_shown);
	line_printf(&l, STYLE_DIM, " of the last %u, %llu in all", log->n,
		    (unsigned long long)log->seen);
	if (v->paused && !view_is_replay(v))
		line_printf(&l, STYLE_WARN, "  paused, %llu passed",
			    (unsigned long long)log->passed);
	else if (!v->following)
		line_text(&l, STYLE_WARN, "  not following (End follows)");
	if (*log->filter)
		line_printf(&l, STYLE_LABEL, "  filter \"%s\"", log->filter);
	if (!log->cgroups.n)
		return;
	line_text(&l, STYLE_LABEL, v->tracing ? "  all of " : "  only of ");
	if (log->cgroups.n > 1)
		line_printf(&l, STYLE_PLAIN, "%zu cgroups", log->cgroups.n);
	else
		draw_name(&l.a, l.row, l.col, l.a.cols, STYLE_PLAIN, log->cgroups.path[0],
			  CUT_START);
}

static void draw_nothing(struct view *v, const struct area *a)
{
	const char *why = "no rare event yet: refused stores, skipped writebacks, tree changes";

	if (!v->source->events)
		why = view_is_replay(v) ? "this recording has no events: record with --events"
					: "no events: the programs are not loaded";
	else if (v->tracing && !*v->log.filter)
		why = "no event yet of what is traced";
	else if (v->log.n)
		why = "no event that the filters let through (Esc clears them)";
	else if (view_is_replay(v))
		why = "no event up to here in this recording";
	draw_text(a, a->rows > 3 ? 3 : 0, 2, a->cols, STYLE_DIM, why);
}

static void draw_events(struct view *v, const struct area *a)
{
	struct list *list = &v->lists[SCREEN_EVENTS];
	struct area table = area_part(a, 1, 0, a->rows - 1, a->cols);

	event_log_settle(&v->log);
	if (v->following)
		list->at = (int)v->log.nr_shown - 1;
	list_settle(list, v->log.nr_shown, table.rows - 1);
	layout_columns(&layout, columns, NR_EV_COLS, table.cols, -1);
	draw_status(v, a);
	layout_draw_header(&layout, &table, 0, columns, false, -1, false);
	for (int row = 1; row < table.rows && list->top + row - 1 < list->n; row++) {
		int at = list->top + row - 1;

		for (int i = 0; i < layout.n; i++)
			draw_cell(event_log_at(&v->log, at), &table, row, i);
		if (at != list->at)
			continue;
		draw_char(&table, row, 0, STYLE_PLAIN, '>');
		draw_restyle(&table, row, 0, table.cols, STYLE_SELECTED);
	}
	if (!list->n)
		draw_nothing(v, a);
}

static bool escape(struct view *v)
{
	struct event_log *log = &v->log;

	if (!*log->filter && !log->cgroups.n)
		return false;
	*log->filter = '\0';
	view_trace(v, NULL);
	return true;
}

static bool events_key(struct view *v, int key)
{
	if (key == K_ESCAPE)
		return escape(v);
	if (key != 'T')
		return false;
	view_trace(v, NULL);
	return true;
}

/* Whoever goes to the end wants to see what comes. */
static void events_moved(struct view *v)
{
	const struct list *list = &v->lists[SCREEN_EVENTS];

	v->following = list->at >= list->n - 1;
}

static struct list *events_list(struct view *v)
{
	event_log_settle(&v->log);
	list_settle(&v->lists[SCREEN_EVENTS], v->log.nr_shown, v->lists[SCREEN_EVENTS].height);
	return &v->lists[SCREEN_EVENTS];
}

static bool events_match(struct view *v, int row, const char *text)
{
	return event_log_matches(event_log_at(&v->log, row), text);
}

static void events_click(struct view *v, int row, int col, bool twice)
{
	struct list *list = &v->lists[SCREEN_EVENTS];
	int at = list->top + row - 2;

	(void)col, (void)twice;
	if (row < 2 || at >= list->n)
		return;
	list->at = at;
	events_moved(v);
}

static char *events_filter(struct view *v)
{
	return v->log.filter;
}

static void events_filtered(struct view *v)
{
	v->log.changed = true;
}

const struct screen_ops screen_events_log = {
	.name = "Events",
	.brief = "Evt",
	.draw = draw_events,
	.key = events_key,
	.list = events_list,
	.moved = events_moved,
	.matches = events_match,
	.click = events_click,
	.filter = events_filter,
	.filtered = events_filtered,
};
