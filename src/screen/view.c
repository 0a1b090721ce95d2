// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "screen/view.h"

int view_init(struct view *v, const struct screen_setup *setup)
{
	memset(v, 0, sizeof(*v));
	v->source = setup->source;
	v->interval_ns = view_is_replay(v) ? 0 : setup->interval_ns;
	v->name = setup->name;
	v->restricted = setup->restricted;
	v->own_cpu_ns = ABSENT;
	v->paused = view_is_replay(v) && !(setup->speed > 0);
	v->speed = setup->speed > 0 ? setup->speed : 1;
	v->following = true;
	for (int i = 0; i < NR_SCREENS; i++)
		v->lists[i].plain = i != SCREEN_EVENTS;
	cgroup_table_init(&v->cgroups);
	if (history_init(&v->history) || event_log_init(&v->log))
		return -ENOMEM;
	return 0;
}

static void drop(struct snapshot *snapshot)
{
	if (!snapshot || --snapshot->users)
		return;
	sample_free(&snapshot->s);
	free(snapshot);
}

static struct snapshot *hold(struct snapshot *snapshot)
{
	if (snapshot)
		snapshot->users++;
	return snapshot;
}

static void forget_samples(struct view *v)
{
	drop(v->now);
	drop(v->before);
	v->now = v->before = NULL;
}

void view_free(struct view *v)
{
	if (v->tracing)
		v->source->trace(v->source, NULL, NULL);
	forget_samples(v);
	drop(v->base);
	cgroup_table_free(&v->cgroups);
	history_free(&v->history);
	event_log_free(&v->log);
	tree_map_free(&v->map);
}

static void set_base(struct view *v, struct snapshot *snapshot)
{
	struct snapshot *old = v->base;

	v->base = hold(snapshot);
	drop(old);
}

void view_reset(struct view *v)
{
	set_base(v, v->now);
	v->cgroups.changed = true;
}

/* --- taking samples ------------------------------------------------------ */

static void on_event(const struct zt_event *e, const char *cgroup, void *arg)
{
	struct view *v = arg;

	/* what is looked at stays, so what comes meanwhile has no place */
	if (v->paused && !view_is_replay(v)) {
		v->log.passed++;
		return;
	}
	event_log_add(&v->log, e, cgroup, view_sample(v));
}

void view_events(struct view *v)
{
	if (v->source->events && v->now)
		v->source->events(v->source, on_event, v);
}

static bool is_traced(const char *cgroup, void *arg)
{
	const struct view *v = arg;

	return paths_cover(&v->log.cgroups, cgroup);
}

void view_trace(struct view *v, const struct paths *cgroups)
{
	struct event_log *log = &v->log;

	/* what waits was sent for those of before */
	view_events(v);
	paths_clear(&log->cgroups);
	if (cgroups)
		paths_copy(&log->cgroups, cgroups);
	log->changed = true;
	v->tracing = log->cgroups.n && v->source->trace;
	if (v->source->trace)
		v->source->trace(v->source, v->tracing ? is_traced : NULL, v);
}

static void measure_own_cpu(struct view *v)
{
	struct timespec ts;
	uint64_t cpu_ns;

	if (view_is_replay(v) || clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts))
		return;
	cpu_ns = ts.tv_sec * 1000000000ULL + ts.tv_nsec;
	v->own_cpu_ns = v->cpu_ns ? cpu_ns - v->cpu_ns : ABSENT;
	v->cpu_ns = cpu_ns;
}

static int take(struct view *v)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	int err;

	if (!snapshot)
		return -ENOMEM;
	snapshot->users = 1;
	sample_init(&snapshot->s);
	err = v->source->sample(v->source, &snapshot->s);
	if (err) {
		drop(snapshot);
		return err;
	}
	drop(v->before);
	v->before = v->now;
	v->now = snapshot;
	v->taken++;
	v->cgroups.changed = true;
	/* a recording may be gone back to before the baseline */
	if (!v->base || v->base->s.mono_ns > snapshot->s.mono_ns)
		set_base(v, snapshot);
	return 0;
}

int view_next(struct view *v)
{
	int err = take(v);

	if (err)
		return err;
	measure_own_cpu(v);
	if (v->before)
		history_push(&v->history, &v->before->s, &v->now->s);
	view_events(v);
	return 0;
}

/* --- going about in a recording ------------------------------------------- */

static int restart(struct view *v, size_t index)
{
	int err = v->source->seek ? v->source->seek(v->source, index) : -ENOTSUP;

	if (!err)
		forget_samples(v);
	return err;
}

static void ignore_event(const struct zt_event *e, const char *cgroup, void *arg)
{
	(void)e, (void)cgroup, (void)arg;
}

/* One step back: the graphs and events are as they were, without the newest. */
static int step_back(struct view *v, size_t index)
{
	int err = restart(v, index - 1);

	if (!err)
		err = take(v);
	if (!err)
		err = take(v);
	if (err)
		return err;
	history_pop(&v->history);
	event_log_rewind(&v->log, view_sample(v)->mono_ns);
	if (v->source->events)
		v->source->events(v->source, ignore_event, NULL);
	return 0;
}

/* Graphs and events of an interval come from going through the ones before. */
static int fill_up_to(struct view *v, size_t index)
{
	int err = restart(v, index > HISTORY_LEN ? index - HISTORY_LEN : 0);

	history_clear(&v->history);
	event_log_clear(&v->log);
	while (!err && (!v->now || v->source->position < index))
		err = view_next(v);
	return err < 0 ? err : 0;
}

int view_go(struct view *v, size_t index)
{
	size_t at = v->source->position;
	int err = 0;

	if (index >= v->source->nr_samples)
		index = v->source->nr_samples - 1;
	if (!v->now)
		return fill_up_to(v, index);
	if (index + 1 == at && index > 0 && v->history.n > HISTORY_LEN / 2 + 1)
		return step_back(v, index);
	if (index < at)
		return fill_up_to(v, index);
	while (!err && v->source->position < index)
		err = view_next(v);
	return err < 0 ? err : 0;
}

/* --- values ----------------------------------------------------------------- */

const struct sample *view_from(const struct view *v)
{
	const struct snapshot *from = v->totals ? v->base : v->before;

	return from ? &from->s : NULL;
}

uint64_t view_diff(struct view *v, unsigned int value)
{
	const struct sample *from = view_from(v);
	uint64_t d = from ? sample_diff(from, view_sample(v), value) : ABSENT;

	if (d == ABSENT && from)
		reasons_value(&v->absent, value);
	return d;
}

uint64_t view_sum(struct view *v, unsigned int first, unsigned int n)
{
	uint64_t sum = ABSENT;

	for (unsigned int i = first; i < first + n; i++)
		sum = known_sum(sum, view_diff(v, i));
	return sum;
}

uint64_t view_gauge(struct view *v, unsigned int value)
{
	uint64_t n = view_sample(v)->v[value];

	if (n == ABSENT)
		reasons_value(&v->absent, value);
	return n;
}

static uint64_t page_size(void)
{
	static uint64_t size;

	if (!size)
		size = sysconf(_SC_PAGESIZE);
	return size;
}

static uint64_t per_second(uint64_t n, uint64_t ns)
{
	return (double)n * 1e9 / ns;
}

const char *view_amount(const struct view *v, uint64_t n, enum amount kind, char buf[FORMAT_LEN])
{
	uint64_t interval = view_sample(v)->interval_ns;
	bool bytes = kind == AMOUNT_PAGES && v->bytes;

	if (n == ABSENT || (!v->totals && !interval)) {
		snprintf(buf, FORMAT_LEN, "%s", view_from(v) ? "n/a" : "-");
		return buf;
	}
	if (bytes)
		n *= page_size();
	if (kind == AMOUNT_NS)
		return format_ns(v->totals ? n : per_second(n, interval), buf);
	if (bytes)
		return format_bytes(v->totals ? n : per_second(n, interval), buf);
	return v->totals ? format_count(n, buf) : format_rate(n, interval, buf);
}

const char *view_per(const struct view *v)
{
	return v->totals ? "" : "/s";
}

enum style view_style(uint64_t value)
{
	return value == ABSENT ? STYLE_DIM : STYLE_BOLD;
}

void view_say(struct view *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(v->message, sizeof(v->message), format, args);
	va_end(args);
}

void view_show(struct view *v, enum screen_id screen)
{
	if (screen != v->screen)
		v->back = v->screen;
	v->screen = screen;
}
