/* SPDX-License-Identifier: GPL-2.0-only */
/* What the lines of a recording say: checked, and put together to samples and events. */
#ifndef ZSWAPTOP_STATE_H
#define ZSWAPTOP_STATE_H

#include <stdbool.h>
#include "jsonread.h"
#include "recording.h"
#include "sample.h"

/* More is not believed. */
#define STATE_MAX_CGROUPS 65536
#define STATE_MAX_AREAS	  64
#define STATE_MAX_PROBES  64
#define STATE_MAX_NAMES	  256

/* The sample as of the line applied last. */
struct state {
	struct sample s; /* the cgroups are in the order of their indexes, not of their paths */
	bool any;	 /* a full sample was applied */
	bool full;	 /* the last one was */
	char *names[STATE_MAX_NAMES]; /* of probes that this program does not know */
	unsigned int nr_names;
	struct jsonread in; /* in.why: what was wrong with a line */
};

void state_init(struct state *st);
void state_free(struct state *st);

/* Forgets the sample: a full one is to follow. */
void state_reset(struct state *st);

/*
 * Applies the line of a sample. 0, -ENOMEM, or -EBADMSG with st->in.why; then only state_free() may
 * follow.
 */
int state_apply(struct state *st, json_t *line);

/* Its part with the cgroups, which may be NULL. The same results. */
int state_cgroups(struct state *st, json_t *cgroups);

/* Whether the line is of a schema known here. The same results. */
int state_schema(struct state *st, json_t *line);

/* A sample of its own, its cgroups sorted by path. 0 or -ENOMEM. */
int state_sample(const struct state *st, struct sample *s);

/*
 * What the line of an event says. cgroup: NULL where it does not say; belongs to the line. 0, or
 * -EBADMSG with st->in.why.
 */
int state_event(struct state *st, json_t *line, struct zt_event *e, const char **cgroup);

/* What the first and the last line say. 0, or -EBADMSG with st->in.why. */
int state_header(struct state *st, json_t *line, struct recording_header *h);
int state_end(struct state *st, json_t *line, struct recording_end *end);

#endif
