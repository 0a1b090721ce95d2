/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sample: everything known of zswap at one moment. All that is shown, exported, recorded or
 * reported is made from samples, whether they come from a live kernel or from a recording.
 */
#ifndef ZSWAPTOP_SAMPLE_H
#define ZSWAPTOP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "zswaptop.h"

/* The value of what cannot be known on this kernel: written as n/a, null, or not at all. */
#define ABSENT	  UINT64_MAX
/* A limit that is not set ("max"). */
#define UNLIMITED (UINT64_MAX - 1)

/*
 * Values that do not come from the BPF programs' counters: from the kernel's files, or computed.
 * X(ID, name, kind, label, unit, help)
 */
#define FILE_METRICS(X)                                                                           \
	X(INV_CALLS, invalidate_calls_total, COUNTER, NONE, PLAIN, "Calls of zswap_invalidate.")  \
	X(ENABLED, enabled, GAUGE, NONE, PLAIN, "Whether zswap takes pages (0 or 1).")            \
	X(POOL_FULL, pool_full, GAUGE, NONE, PLAIN,                                               \
	  "Whether stores are refused until the pool is below the accept threshold (0 or 1).")    \
	X(POOL_BYTES, pool_bytes, GAUGE, NONE, BYTES, "Memory held by the pool.")                 \
	X(POOL_LIMIT, pool_limit_bytes, GAUGE, NONE, BYTES, "Limit from max_pool_percent.")       \
	X(POOL_ACCEPT, pool_accept_bytes, GAUGE, NONE, BYTES,                                     \
	  "Threshold from accept_threshold_percent below which a full pool takes pages again.")   \
	X(STORED_BYTES, stored_bytes, GAUGE, NONE, BYTES, "Uncompressed size of what is stored.") \
	X(STORED_RAW, stored_incompressible_bytes, GAUGE, NONE, BYTES,                            \
	  "The part of what is stored that is kept uncompressed.")                                \
	X(SWAPIN_PAGES, swapin_pages_total, COUNTER, SOURCE, PLAIN,                               \
	  "Pages swapped in, by source, from the kernel's own counters.")                         \
	X(K_ZSWPOUT, kernel_zswpout_pages_total, COUNTER, NONE, PLAIN,                            \
	  "Pages stored in zswap by the kernel's own count (vmstat zswpout).")                    \
	X(K_ZSWPIN, kernel_zswpin_pages_total, COUNTER, NONE, PLAIN,                              \
	  "Pages loaded from zswap by the kernel's own count (vmstat zswpin).")                   \
	X(K_ZSWPWB, kernel_zswpwb_pages_total, COUNTER, NONE, PLAIN,                              \
	  "Pages written back by the kernel's own count (vmstat zswpwb).")                        \
	X(K_PSWPIN, kernel_pswpin_pages_total, COUNTER, NONE, PLAIN,                              \
	  "Pages read from swap devices (vmstat pswpin).")                                        \
	X(K_PSWPOUT, kernel_pswpout_pages_total, COUNTER, NONE, PLAIN,                            \
	  "Pages written to swap devices (vmstat pswpout).")                                      \
	X(K_RECLAIM_FAIL, kernel_reject_reclaim_fail_total, COUNTER, NONE, PLAIN,                 \
	  "Failed writebacks by the kernel's own, unlocked count (debugfs reject_reclaim_fail).") \
	X(K_LIMIT_HIT, kernel_pool_limit_hit_total, COUNTER, NONE, PLAIN,                         \
	  "Times the pool's limit was met by the kernel's own, unlocked count (debugfs "          \
	  "pool_limit_hit).")                                                                     \
	X(SWAP_TOTAL, swap_bytes, GAUGE, NONE, BYTES, "Size of all swap areas.")                  \
	X(SWAP_USED, swap_used_bytes, GAUGE, NONE, BYTES, "Swap slots in use.")                   \
	X(SWAP_CACHED, swap_cached_bytes, GAUGE, NONE, BYTES,                                     \
	  "Swap slots in use whose page is also in memory.")                                      \
	X(SWAP_ZRAM, swap_zram_bytes, GAUGE, NONE, BYTES,                                         \
	  "The part of all swap areas that is on zram.")                                          \
	X(START_TIME, start_time_seconds, GAUGE, NONE, NS, "When the probes were attached.")      \
	X(LAST_COLLECTION, last_collection_timestamp_seconds, GAUGE, NONE, NS,                    \
	  "When this sample was taken.")

#define V_SLOT_BPF(id, name, label, unit, help) V_##id = ZT_##id, V_##id##_LAST = ZT_##id##_LAST,
#define V_SLOT_FILE(id, name, kind, label, unit, help) \
	V_##id, V_##id##_LAST = V_##id + ZT_WIDTH_##label - 1,

/* Indexes of sample.v: the BPF counters in their own order, then the rest. */
enum value {
	ZT_BPF_COUNTERS(V_SLOT_BPF) FILE_METRICS(V_SLOT_FILE) NR_VALUES,
};

/* A swap area and its trees. */
struct swap_area {
	uint32_t type;
	char device[64];
	uint64_t bytes;
	uint64_t used_bytes;
	uint64_t trees;	      /* ABSENT: cannot be read */
	uint64_t trees_empty; /* ABSENT: cannot be read, or not walked for this sample */
};

struct cgroup_sample {
	char *path; /* below the cgroup2 mount, "/" for the root; as the kernel has it, any bytes */
	uint64_t id;
	uint64_t n[ZT_NR_CG_COUNTERS];
	uint64_t pool_bytes;   /* memory.zswap.current */
	uint64_t stored_bytes; /* memory.stat zswapped */
	uint64_t limit_bytes;  /* memory.zswap.max; may be UNLIMITED */
	uint64_t writeback;    /* memory.zswap.writeback: 0, 1 or ABSENT */
	uint32_t store_ns[ZT_BUCKETS];
	uint32_t load_ns[ZT_BUCKETS];
	bool gone; /* removed while observed; its counts stay */
	/* when it was first counted; for a path that was never asked for in time */
	uint64_t parent_id;
	char name[ZT_CGROUP_NAME_LEN];
};

struct probe_sample {
	const char *name; /* purpose, as in src/probes.c */
	char symbol[64];  /* what it is attached to; empty: not attached */
	char reason[160]; /* why not, or why not the first choice; empty: nothing to say */
	bool attached;
	uint64_t missed; /* runs that the kernel skipped; ABSENT: cannot be read */
	uint64_t runs;	 /* with --self-cost; else ABSENT */
	uint64_t run_ns;
};

struct kernel_info {
	char release[96];
	char tree[16];	     /* "xarray", "rbtree", or empty: not known */
	char fast_path[8];   /* "yes", "no", or empty: not known */
	char compressor[32]; /* empty: not known */
	char shrinker[8];    /* "on", "off", or empty */
};

struct sample {
	struct timespec wall;
	uint64_t mono_ns;
	uint64_t interval_ns; /* since the sample before; 0 for the first */
	uint64_t v[NR_VALUES];
	struct zt_hist hist[ZT_NR_HISTS];
	bool hist_present[ZT_NR_HISTS];
	struct kernel_info kernel;
	struct swap_area *areas;
	size_t nr_areas;
	struct cgroup_sample *cgroups; /* sorted by path */
	size_t nr_cgroups;
	bool cgroups_present; /* false: not collected, which is not the same as none */
	struct probe_sample *probes;
	size_t nr_probes;
};

/* Sums are of what is known; ABSENT if nothing is. */
static inline uint64_t known_sum(uint64_t a, uint64_t b)
{
	if (a == ABSENT || b == ABSENT)
		return a == ABSENT ? b : a;
	return a + b;
}

static inline uint64_t known_total(const uint64_t *n, unsigned int count)
{
	uint64_t total = ABSENT;

	for (unsigned int i = 0; i < count; i++)
		total = known_sum(total, n[i]);
	return total;
}

/* What a counter grew by; all of it, where it was not known before; 0 if it went backwards. */
static inline uint64_t known_growth(uint64_t before, uint64_t now)
{
	if (now == ABSENT || before == ABSENT)
		return now;
	return now > before ? now - before : 0;
}

/* Sets every value to ABSENT and every list to empty. */
void sample_init(struct sample *s);

/* Frees what the sample owns; the sample may be initialised again. */
void sample_free(struct sample *s);

/* The path under which those cgroups are counted that found no place of their own. */
#define CGROUP_OTHER_PATH "(other)"

/* Were there more cgroups with zswap activity than are counted one by one (ZT_MAX_CGROUPS)? */
bool sample_has_other(const struct sample *s);

/*
 * A copy that owns all it has; of the source only the names of its probes must outlive it. 0 or
 * -ENOMEM, then to is initialised and empty.
 */
int sample_copy(struct sample *to, const struct sample *from);

/* after - before of a counter; ABSENT if either is, 0 if it went backwards. */
uint64_t sample_diff(const struct sample *before, const struct sample *after, unsigned int value);

/* Of n values that follow each other, together. */
uint64_t sample_diff_total(const struct sample *before, const struct sample *after,
			   unsigned int first, unsigned int n);

/*
 * The value below which the given share (0 to 1) of the observations of after - before lies: the
 * upper bound of its bucket, but not above the largest value seen. before may be NULL. ABSENT if
 * there are none. Unit: that of the histogram.
 */
uint64_t sample_quantile(const struct sample *before, const struct sample *after,
			 enum zt_histogram hist, double share);

#endif
