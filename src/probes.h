/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of probes: what each is for, what it can be attached to on which kernels, and what is
 * lost without it. Which candidate is taken is decided by the facts, not by the version.
 */
#ifndef ZSWAPTOP_PROBES_H
#define ZSWAPTOP_PROBES_H

#include "facts.h"
#include "sample.h"

enum probe_id {
	PROBE_INVALIDATE,
	PROBE_ENTRY_FREE,
	PROBE_TREES,
	PROBE_STORE,
	PROBE_LOAD,
	PROBE_WRITEBACK,
	PROBE_SWAP_CACHE,
	PROBE_SWAP_CACHE_BUSY,
	PROBE_SHRINK_WORKER,
	PROBE_SHRINK_MEMCG,
	PROBE_COMPRESS,
	PROBE_POOL_MALLOC,
	PROBE_WRITEBACK_ENABLED,
	PROBE_SWAPIN,
	PROBE_TREE_LOCK,
	NR_PROBES,
};

#define MAX_CANDIDATES 4

struct candidate {
	const char *symbol; /* NULL: end of the list */
	int args;	    /* see facts_function() */
	char ret;
	const char *first;
	int variant;	     /* enum of include/zswaptop.h that the programs go by */
	const char *kernels; /* for people */
	const char *entry;   /* BPF programs; NULL: none */
	const char *exit;
};

struct probe {
	const char *name;
	const char *purpose;
	const char *lost; /* what cannot be told without it */
	struct candidate candidates[MAX_CANDIDATES];
};

extern const struct probe probes[NR_PROBES];

enum probe_state {
	PROBE_PLANNED,	  /* to be attached (or attached) */
	PROBE_ABSENT,	  /* this kernel has nothing to attach to, or attaching failed */
	PROBE_NOT_NEEDED, /* nothing is lost without it on this kernel, or in this run */
	PROBE_HIDDEN,	  /* --without-probe */
};

struct planned_probe {
	enum probe_state state;
	const struct candidate *candidate; /* PROBE_PLANNED; NULL for PROBE_TREES */
	char reason[160];
};

/* What a run wants to see, beyond the counters. */
struct wishes {
	bool verify; /* follow every invalidation and compare */
	bool latency;
	bool lock_waits;
	uint32_t only_events; /* no counters: a bit per enum zt_event_type that is wanted; or 0 */
	uint32_t without;     /* a bit a probe: hidden */
};

struct plan {
	struct planned_probe probe[NR_PROBES];
	struct zt_config config; /* the part that follows from the kernel */
};

/* Decides from the facts what is attached where. Pure: asks the kernel nothing. */
void plan_make(struct plan *plan, const struct facts *facts, const struct wishes *wishes);

/* The probe of this name, or -1. */
int probe_find(const char *name);

/* Planned (and, after attaching, attached)? */
bool plan_has(const struct plan *plan, enum probe_id id);

/* Sets to ABSENT every value and histogram of the sample that the plan's probes do not feed. */
void plan_mask(const struct plan *plan, const struct wishes *wishes, struct sample *s);

/* The same for its cgroups, from the values that plan_mask() left. */
void plan_mask_cgroups(struct sample *s);

/*
 * The probes that a value of struct sample, or a histogram, comes from: a bit each (enum probe_id);
 * 0: from none, but from the kernel's files.
 */
uint32_t probes_feeding(unsigned int value);
uint32_t probes_feeding_histogram(unsigned int hist);

/* Can the three things the project exists for be observed: invalidations, trees, skips? */
bool plan_core_complete(const struct plan *plan);

#endif
