/* SPDX-License-Identifier: GPL-2.0-only */
/* What all screens share: the samples that are shown, how they are shown, and what of them. */
#ifndef ZSWAPTOP_SCREEN_VIEW_H
#define ZSWAPTOP_SCREEN_VIEW_H

#include "format.h"
#include "screen/cgroup_table.h"
#include "screen/draw.h"
#include "screen/event_log.h"
#include "screen/history.h"
#include "screen/reasons.h"
#include "screen/screen.h"
#include "screen/table.h"
#include "screen/terminal.h"
#include "screen/tree_map.h"

enum screen_id {
	SCREEN_OVERVIEW,
	SCREEN_CGROUPS,
	SCREEN_INVALIDATE,
	SCREEN_WRITEBACK,
	SCREEN_LATENCY,
	SCREEN_EVENTS,
	SCREEN_HELP,
	NR_SCREENS,
};

/* A sample with several users: what is now is before, later. */
struct snapshot {
	struct sample s;
	unsigned int users;
};

/* PROMPT_NOTHING: what was to be searched or filtered is not here, and what is typed is no command
 */
enum prompt_kind { PROMPT_NONE, PROMPT_SEARCH, PROMPT_FILTER, PROMPT_DELAY, PROMPT_NOTHING };

/* A line that is typed at the bottom. */
struct prompt {
	enum prompt_kind kind;
	char text[128]; /* UTF-8 */
};

/* What counts are counts of: decides what units are to be had. */
enum amount { AMOUNT_PAGES, AMOUNT_CALLS, AMOUNT_NS };

struct view {
	struct source *source;
	const char *name;
	struct snapshot *base; /* what totals count from */
	struct snapshot *before;
	struct snapshot *now; /* NULL: no sample yet; before and base then, too */
	struct history history;
	struct event_log log;
	struct reasons absent;
	struct tree_map map;
	struct cgroup_table cgroups;
	struct list lists[NR_SCREENS];
	struct prompt prompt;
	enum screen_id screen, back;
	uint64_t interval_ns; /* of a recording: 0 until it is set: as long as it was */
	double speed;	      /* of a recording */
	uint64_t taken;	      /* samples */
	uint64_t cpu_ns;      /* of this process, when the last sample was taken */
	uint64_t own_cpu_ns;  /* in the last interval; ABSENT */
	bool totals;	      /* since the baseline, not per second */
	bool bytes;	      /* pages as bytes */
	bool paused;	      /* of a recording: not playing */
	bool restricted;      /* cgroups and events are of one cgroup and those below */
	bool counts;	      /* latency: counts, not shares */
	bool tracing;	      /* events: every one of log.cgroups is sent */
	bool following;	      /* events: the newest is shown */
	char search[128];
	char message[160]; /* at the bottom, until the next key */
};

/* 0 or -errno. */
int view_init(struct view *v, const struct screen_setup *setup);
void view_free(struct view *v);

/* Takes the next sample and the events up to it. 0, -errno, or 1 at the end of a recording. */
int view_next(struct view *v);

/* Takes the events that are waiting. */
void view_events(struct view *v);

/*
 * Shows events of these cgroups and those below only; live, every one from now on. NULL: of all,
 * live the rare ones.
 */
void view_trace(struct view *v, const struct paths *cgroups);

/* Goes to an interval of a recording: it lies between the samples index - 1 and index. 0, -errno */
int view_go(struct view *v, size_t index);

/* Totals count from now on. */
void view_reset(struct view *v);

static inline bool view_is_replay(const struct view *v)
{
	return v->source->nr_samples > 0;
}

static inline const struct sample *view_sample(const struct view *v)
{
	return &v->now->s;
}

/* What differences are made from: the sample before, or the baseline. NULL: there is none yet. */
const struct sample *view_from(const struct view *v);

/*
 * What a counter counted in the interval, or since the baseline; and the sum of the known ones of
 * a run of them. ABSENT is noted in v->absent.
 */
uint64_t view_diff(struct view *v, unsigned int value);
uint64_t view_sum(struct view *v, unsigned int first, unsigned int n);

/* A value as it is; ABSENT is noted. */
uint64_t view_gauge(struct view *v, unsigned int value);

/*
 * A difference as it is to be shown: per second or as a total, as pages or as bytes. To be followed
 * by view_per(). Returns buf.
 */
const char *view_amount(const struct view *v, uint64_t n, enum amount kind, char buf[FORMAT_LEN]);
/* "/s", or "" for totals. */
const char *view_per(const struct view *v);

/* Shows a text at the bottom until the next key. */
__attribute__((format(printf, 2, 3))) void view_say(struct view *v, const char *format, ...);

/* The style for a value: absent ones are not as bright. */
enum style view_style(uint64_t value);

/* What a screen does. Those that are NULL do nothing. */
struct screen_ops {
	const char *name, *brief;
	void (*draw)(struct view *v, const struct area *a);
	/* False: not a key of this screen. */
	bool (*key)(struct view *v, int key);
	/* The list that arrows move in. */
	struct list *(*list)(struct view *v);
	/* Another row of the list was selected. */
	void (*moved)(struct view *v);
	/* Does the text occur in this row of the list? */
	bool (*matches)(struct view *v, int row, const char *text);
	/* A press on a row and column of what was drawn. */
	void (*click)(struct view *v, int row, int col, bool twice);
	/* The text that filters; NULL: there is nothing to filter. */
	char *(*filter)(struct view *v);
	/* The text has changed. */
	void (*filtered)(struct view *v);
};

extern const struct screen_ops *const screens[NR_SCREENS];
extern const struct screen_ops screen_overview, screen_cgroups, screen_invalidate, screen_writeback,
	screen_latency, screen_events_log, screen_help;

/* Shows another screen. */
void view_show(struct view *v, enum screen_id screen);

#endif
