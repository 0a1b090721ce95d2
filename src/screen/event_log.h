/* SPDX-License-Identifier: GPL-2.0-only */
/* The last events, as the events screen shows them. */
#ifndef ZSWAPTOP_SCREEN_EVENT_LOG_H
#define ZSWAPTOP_SCREEN_EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include "sample.h"
#include "screen/paths.h"

/* What is older is forgotten. */
#define EVENT_LOG_LEN 2048

struct logged_event {
	struct zt_event e;
	uint64_t wall_ns; /* CLOCK_REALTIME */
	char *cgroup;	  /* NULL: not known */
};

struct event_log {
	struct logged_event *ring;
	unsigned int n, next;
	uint64_t seen;	 /* events ever */
	uint64_t passed; /* while the log was paused: not in it */
	char filter[128];
	struct paths cgroups; /* only events of these and below; empty: all */
	unsigned int *shown;  /* the ones that the filters let through, oldest first */
	unsigned int nr_shown;
	bool changed; /* shown is to be made anew */
};

/* 0 or -ENOMEM. */
int event_log_init(struct event_log *log);
void event_log_free(struct event_log *log);

/* Adds an event. clock: a sample, which tells what the time was when. */
void event_log_add(struct event_log *log, const struct zt_event *e, const char *cgroup,
		   const struct sample *clock);
void event_log_clear(struct event_log *log);

/* Forgets what happened after a time (CLOCK_MONOTONIC). */
void event_log_rewind(struct event_log *log, uint64_t mono_ns);

/* Applies the filters to what was added or changed since. */
void event_log_settle(struct event_log *log);

/* One of the events shown, oldest first. */
const struct logged_event *event_log_at(const struct event_log *log, unsigned int row);

/* Does the text occur in what is shown of the event? */
bool event_log_matches(const struct logged_event *entry, const char *text);

#endif
