// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "event.h"
#include "metrics.h"
#include "screen/event_log.h"

int event_log_init(struct event_log *log)
{
	memset(log, 0, sizeof(*log));
	log->ring = calloc(EVENT_LOG_LEN, sizeof(*log->ring));
	log->shown = calloc(EVENT_LOG_LEN, sizeof(*log->shown));
	return log->ring && log->shown ? 0 : -ENOMEM;
}

void event_log_free(struct event_log *log)
{
	for (unsigned int i = 0; log->ring && i < EVENT_LOG_LEN; i++)
		free(log->ring[i].cgroup);
	free(log->ring);
	free(log->shown);
	paths_clear(&log->cgroups);
	log->ring = NULL;
	log->shown = NULL;
}

static uint64_t wall_time(const struct zt_event *e, const struct sample *clock)
{
	uint64_t wall = clock->wall.tv_sec * 1000000000ULL + clock->wall.tv_nsec;

	return wall - clock->mono_ns + e->time_ns;
}

void event_log_add(struct event_log *log, const struct zt_event *e, const char *cgroup,
		   const struct sample *clock)
{
	struct logged_event *entry = &log->ring[log->next];

	free(entry->cgroup);
	entry->e = *e;
	entry->wall_ns = wall_time(e, clock);
	entry->cgroup = cgroup ? strdup(cgroup) : NULL;
	log->next = (log->next + 1) % EVENT_LOG_LEN;
	if (log->n < EVENT_LOG_LEN)
		log->n++;
	log->seen++;
	log->changed = true;
}

void event_log_clear(struct event_log *log)
{
	log->n = log->next = 0;
	log->seen = log->passed = 0;
	log->changed = true;
}

void event_log_rewind(struct event_log *log, uint64_t mono_ns)
{
	while (log->n) {
		unsigned int newest = (log->next + EVENT_LOG_LEN - 1) % EVENT_LOG_LEN;

		if (log->ring[newest].e.time_ns <= mono_ns)
			break;
		log->next = newest;
		log->n--;
		log->seen--;
	}
	log->changed = true;
}

static bool names_match(const struct zt_event *e, const char *text)
{
	const char *detail = "";

	if (e->type == ZT_EV_WRITEBACK && e->detail < ZT_NR_TRIGGERS)
		detail = trigger_names[e->detail];
	if (e->type == ZT_EV_TREE && e->detail < ZT_NR_CAUSES)
		detail = cause_names[e->detail];
	return strcasestr(event_type_name(e->type), text) ||
	       strcasestr(event_result_name(e->type, e->result), text) || strcasestr(detail, text);
}

bool event_log_matches(const struct logged_event *entry, const char *text)
{
	char numbers[64], comm[ZT_COMM_LEN + 1] = "";

	memcpy(comm, entry->e.comm, ZT_COMM_LEN);
	snprintf(numbers, sizeof(numbers), "%u %u:%llu", entry->e.pid, entry->e.swap,
		 (unsigned long long)entry->e.offset);
	return names_match(&entry->e, text) || strcasestr(comm, text) || strstr(numbers, text) ||
	       (entry->cgroup && strcasestr(entry->cgroup, text));
}

static bool wanted(const struct event_log *log, const struct logged_event *entry)
{
	if (log->cgroups.n && !(entry->cgroup && paths_cover(&log->cgroups, entry->cgroup)))
		return false;
	return !*log->filter || event_log_matches(entry, log->filter);
}

void event_log_settle(struct event_log *log)
{
	unsigned int first = (log->next + EVENT_LOG_LEN - log->n) % EVENT_LOG_LEN;

	if (!log->changed)
		return;
	log->nr_shown = 0;
	for (unsigned int i = 0; i < log->n; i++) {
		unsigned int at = (first + i) % EVENT_LOG_LEN;

		if (wanted(log, &log->ring[at]))
			log->shown[log->nr_shown++] = at;
	}
	log->changed = false;
}

const struct logged_event *event_log_at(const struct event_log *log, unsigned int row)
{
	return &log->ring[log->shown[row]];
}
