/* SPDX-License-Identifier: GPL-2.0-only */
/* The live kernel as a source of samples and events: loads, attaches and reads the programs. */
#ifndef ZSWAPTOP_LIVE_H
#define ZSWAPTOP_LIVE_H

#include "probes.h"
#include "sample.h"

struct live;

struct live_options {
	struct wishes wishes;
	bool by_cgroup;
	bool self_cost;
	bool live_trace;    /* live_trace() is going to be called; needs by_cgroup */
	uint64_t cgroup_id; /* only events of this cgroup and below; 0: all */
	unsigned int cgroup_level;
	uint32_t events[ZT_NR_EVENTS]; /* results that are sent, a bit each */
	uint64_t min_latency_ns;
	size_t ring_bytes; /* a power of two */
};

/* What is wrong, in words for people: why something could not be done, and what to do. */
struct trouble {
	char why[256];
	char remedy[256];
};

/*
 * Attaches what this kernel has. NULL, with the trouble told, if nothing at all can be observed
 * by programs (privileges, lockdown, no BTF, no zswap, tracing refused). Nothing stays attached
 * after live_close(), nor after the process is gone.
 */
struct live *live_open(const struct live_options *options, struct trouble *trouble);
void live_close(struct live *live);

/* What was planned and what came of it. */
const struct plan *live_plan(const struct live *live);

/* What this kernel was found to have. */
const struct facts *live_facts(const struct live *live);

/*
 * Adds to the sample what the programs count. The caller owns the sample. 0 or -errno.
 * walk: look at the trees, too (costs a few instructions a tree).
 */
int live_sample(struct live *live, struct sample *s, bool walk);

/* The cgroup of this id, as it is counted now; the path is not filled. False: it has no place. */
bool live_cgroup(const struct live *live, uint64_t id, struct cgroup_sample *out);

typedef void live_event_fn(const struct zt_event *event, void *arg);

/* Hands out the events that are waiting. Their number, or -errno. */
int live_events(struct live *live, live_event_fn *fn, void *arg);

typedef bool live_traced_fn(uint64_t cgroup_id, void *arg);

/*
 * Of the cgroups that the function says yes to every event is sent, whatever options.events are;
 * NULL: of none. Asked are those that have counters; to be called again for others to follow.
 */
void live_trace(struct live *live, live_traced_fn *traced, void *arg);

/*
 * Instructions that the verifier went through for a probe's programs: what grows when they do.
 * ABSENT: not attached, or the kernel does not tell (before 5.16).
 */
uint64_t live_verified_instructions(const struct live *live, enum probe_id id);

/* Readable when a quarter of the ring buffer waits. */
int live_events_fd(const struct live *live);

/* Events that found no place in the ring buffer, since the programs were attached. */
uint64_t live_events_lost(const struct live *live);

/*
 * Looks at the trees of a swap area, from tree first on. At most ZT_WALK_TREES at a time. The cells
 * stay valid until the next call. 0 or -errno.
 */
int live_trees(struct live *live, unsigned int type, uint64_t first, unsigned int n,
	       bool count_entries, const struct zt_cell **cells);

#endif
