// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include "event.h"
#include "loop.h"
#include "screen/frame.h"
#include "screen/input.h"
#include "screen/screen.h"
#include "screen/terminal.h"
#include "screen/view.h"

/* Rates need two samples: nobody likes to wait for the second one. */
#define FIRST_NS 250000000ULL
/* The ring buffer of a live kernel is looked at so often. */
#define DRAIN_NS 250000000ULL
/* Gaps in a recording are not waited for longer than this, nor are intervals shorter. */
#define GAP_NS	 5000000000ULL
#define LEAST_NS 10000000ULL

struct run {
	struct view view;
	uint64_t next_ns;     /* when the next sample is due */
	uint64_t interval_ns; /* by which next_ns was reckoned */
	uint64_t count;
};

bool screen_usable(void)
{
	return terminal_usable();
}

/* A bit for every result of a type but these. */
static uint32_t all_but(unsigned int type, uint32_t without)
{
	return ((1u << event_nr_results(type)) - 1) & ~without;
}

void screen_events(uint32_t events[ZT_NR_EVENTS])
{
	memset(events, 0, ZT_NR_EVENTS * sizeof(*events));
	events[ZT_EV_STORE] = all_but(ZT_EV_STORE, 1u << ZT_STORE_STORED);
	events[ZT_EV_LOAD] = 1u << ZT_LOAD_ERROR;
	events[ZT_EV_INVALIDATE] = 1u << ZT_INV_RES_STALE;
	events[ZT_EV_WRITEBACK] =
		all_but(ZT_EV_WRITEBACK, 1u << ZT_WB_RES_WRITTEN | 1u << ZT_WB_RES_ROTATED);
	events[ZT_EV_TREE] = all_but(ZT_EV_TREE, 0);
}

/* How long what is shown is shown. */
static uint64_t interval(const struct view *v)
{
	double ns;

	if (v->interval_ns)
		return v->interval_ns;
	ns = view_sample(v)->interval_ns / v->speed;
	return ns > GAP_NS ? GAP_NS : ns < LEAST_NS ? LEAST_NS : ns;
}

/* Of a recording an interval; live the first sample, soon followed by another. */
static int take_first(struct run *run, size_t start)
{
	struct view *v = &run->view;
	int err;

	if (view_is_replay(v))
		err = view_go(v, start > 0 || v->source->nr_samples == 1 ? start : 1);
	else
		err = view_next(v);
	if (err)
		return err > 0 ? -ENODATA : err;
	run->interval_ns = interval(v);
	run->next_ns = loop_now() + run->interval_ns;
	if (!view_is_replay(v) && run->interval_ns > FIRST_NS)
		run->next_ns = loop_now() + FIRST_NS;
	return 0;
}

static void show(struct view *v)
{
	frame_draw(v);
	draw_show();
}

/* A sample that was late is not followed by others in quick succession. */
static void plan_next(struct run *run)
{
	uint64_t now = loop_now();

	run->interval_ns = interval(&run->view);
	run->next_ns += run->interval_ns;
	if (run->next_ns <= now)
		run->next_ns = now + run->interval_ns;
}

/* 0, -errno, or 1: it is time to leave. */
static int take_next(struct run *run)
{
	struct view *v = &run->view;
	int err = view_next(v);

	plan_next(run);
	if (err > 0) {
		v->paused = true;
		return 0;
	}
	if (err)
		return err;
	if (view_is_replay(v) && v->source->position + 1 >= v->source->nr_samples)
		v->paused = true;
	show(v);
	return run->count && v->taken > run->count;
}

static int tick(struct run *run)
{
	struct view *v = &run->view;
	uint64_t seen = v->log.seen + v->log.passed;

	if (!v->paused && loop_now() >= run->next_ns)
		return take_next(run);
	if (view_is_replay(v))
		return 0;
	view_events(v);
	if (v->screen == SCREEN_EVENTS && v->log.seen + v->log.passed != seen)
		show(v);
	return 0;
}

/*
 * All keys that are waiting, then one output. Every key meets what the one before it led to: it may
 * be about a list that was not there yet. 1: it is time to leave.
 */
static int take_keys(struct run *run)
{
	struct view *v = &run->view;
	bool was_paused = v->paused;
	struct mouse mouse;
	int key;

	while ((key = terminal_key(&mouse)) != K_NONE) {
		if (input_key(v, key, &mouse) == INPUT_QUIT)
			return 1;
		frame_draw(v);
	}
	if (interval(v) != run->interval_ns || (was_paused && !v->paused)) {
		run->interval_ns = interval(v);
		run->next_ns = loop_now() + run->interval_ns;
	}
	draw_show();
	return 0;
}

static uint64_t deadline(const struct run *run)
{
	const struct view *v = &run->view;
	uint64_t drain =
		view_is_replay(v) || !v->source->events ? UINT64_MAX / 2 : loop_now() + DRAIN_NS;

	if (v->paused)
		return drain;
	return run->next_ns < drain ? run->next_ns : drain;
}

static int loop(struct run *run)
{
	int status = 0;

	show(&run->view);
	while (!status) {
		switch (loop_wait(deadline(run), terminal_fd())) {
		case WAKE_FD:
			status = take_keys(run);
			break;
		case WAKE_TIME:
			status = tick(run);
			break;
		default:
			return 0;
		}
	}
	return status < 0 ? status : 0;
}

int screen_run(const struct screen_setup *setup)
{
	struct run run = {.count = setup->count};
	int err = view_init(&run.view, setup);

	if (!err)
		err = take_first(&run, setup->start);
	if (!err)
		err = terminal_open();
	if (!err) {
		err = loop(&run);
		terminal_close();
	}
	view_free(&run.view);
	return err;
}
