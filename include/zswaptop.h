/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the BPF programs and the program that reads them share. Fixed-width types only; every
 * byte of a record is set by the writer.
 */
#ifndef ZSWAPTOP_H
#define ZSWAPTOP_H

#include <linux/types.h>
#include "metric_list.h"

/*
 * Histogram bucket b holds values in (2^(first+b-1), 2^(first+b)]; the last one everything
 * above. With first = 8: 256 ns to 67 ms.
 */
#define ZT_BUCKETS 20

struct zt_hist {
	__u64 count[ZT_BUCKETS];
	__u64 sum;
	__u64 max;
};

/* One CPU's counters. Each slot is written by one program only (see bpf/count.h). */
struct zt_cpu {
	__u64 n[ZT_NR_COUNTERS];
	struct zt_hist hist[ZT_NR_HISTS];
} __attribute__((aligned(64)));

#define ZT_CGROUP_NAME_LEN 128

/* One cgroup's counters. */
struct zt_cgroup {
	__u64 id;     /* of the cgroup; 0: not in use */
	__u32 traced; /* written by the user side: see live_trace */
	__u32 pad;
	__u64 n[ZT_NR_CG_COUNTERS];
	__u32 store_ns[ZT_BUCKETS];
	__u32 load_ns[ZT_BUCKETS];
	/* as it was first counted: its path may never be asked for before it is removed */
	__u64 parent_id;
	char name[ZT_CGROUP_NAME_LEN]; /* cut where longer */
};

#define ZT_CGROUP_OTHER 0 /* the id of those that find no place of their own */
#define ZT_MAX_CGROUPS	10000

/* Places in the table of cgroups. */
enum {
	ZT_SLOT_OTHER,
	ZT_SLOT_OUTSIDE, /* of the filter */
	ZT_SLOT_FIRST,
	ZT_SLOTS = ZT_SLOT_FIRST + ZT_MAX_CGROUPS,
	ZT_SLOT_UNKNOWN = ZT_SLOTS, /* nobody asked */
};

/* What the programs say on demand; see bpf/walk.h. */
struct zt_state {
	__u64 pool_full;      /* zswap_pool_reached_full */
	__u64 looks;	      /* taken so far */
	__u64 spins_untraced; /* this kernel's spinlocks do not tell that they are contended */
};

/* A tree of a swap area, as walk_trees() found it. */
#define ZT_WALK_TREES 4096

struct zt_cell {
	__u32 entries; /* 0 where they were not to be counted */
	__u16 height;  /* levels of nodes */
	__u16 in_use;  /* 1: not empty */
};

enum zt_event_type {
	ZT_EV_STORE,
	ZT_EV_LOAD,
	ZT_EV_INVALIDATE,
	ZT_EV_WRITEBACK,
	ZT_EV_TREE,
	ZT_NR_EVENTS,
};

/* Results of an event beyond the label values of metric_list.h; which enum depends on the type. */
enum zt_store_result { ZT_STORE_STORED = ZT_NR_REJECTS, ZT_NR_STORE_RESULTS };
enum zt_load_result { ZT_LOAD_HIT, ZT_LOAD_MISS, ZT_LOAD_ERROR, ZT_NR_LOAD_RESULTS };
enum zt_inv_result {
	ZT_INV_RES_TREE_EMPTY,
	ZT_INV_RES_ABSENT,
	ZT_INV_RES_ERASED,
	ZT_INV_RES_UNCLASSIFIED,
	ZT_INV_RES_STALE,
	ZT_NR_INV_RESULTS,
};
enum zt_wb_result { ZT_WB_RES_WRITTEN = ZT_NR_SKIPS, ZT_WB_RES_ROTATED, ZT_NR_WB_RESULTS };
enum zt_tree_result {
	ZT_TREE_RES_SHRINK,
	ZT_TREE_RES_HEAD_COLLAPSE,
	ZT_TREE_RES_EMPTIED,
	ZT_TREE_RES_GROW,
	ZT_NR_TREE_RESULTS,
};

#define ZT_COMM_LEN 16
#define ZT_NO_U64   ((__u64)-1)
#define ZT_NO_U32   ((__u32)-1)

struct zt_event {
	__u64 time_ns;	  /* CLOCK_MONOTONIC */
	__u64 latency_ns; /* ZT_NO_U64: not measured */
	__u64 offset;	  /* in the swap area, in pages */
	__u64 cgroup_id;  /* the page's owner; ZT_NO_U64: not looked up */
	__u32 swap;	  /* type of the swap area */
	__u32 pages;
	__u32 bytes; /* compressed; ZT_NO_U32: not known */
	__u32 pid;   /* thread group of the current task: the actor, not the owner */
	__u32 cpu;
	__u8 type;	    /* enum zt_event_type */
	__u8 result;	    /* see above */
	__u8 detail;	    /* writeback: enum zt_trigger; tree: enum zt_cause */
	__u8 height_before; /* tree: levels of nodes; 0: empty or a lone entry */
	__u8 height_after;
	__u8 pad[7];
	char comm[ZT_COMM_LEN];
};

_Static_assert(sizeof(struct zt_event) == 80, "an event has no hidden padding");
_Static_assert(sizeof(struct zt_cpu) % 64 == 0, "CPUs do not share a cache line");

/*
 * Set by the user side before the programs are loaded, so that the verifier removes what is not
 * wanted: constants of this kernel, and what this run is to count and tell.
 */
struct zt_config {
	/* Kernel addresses from kallsyms; 0: hidden, or this kernel has no such symbol. */
	__u64 zswap_trees;
	__u64 nr_zswap_trees;
	__u64 zswap_enabled;
	__u64 zswap_pools;
	__u64 pool_reached_full;
	__u64 reject_alloc_fail;
	__u64 reject_kmemcache_fail;
	__u64 reject_compress_poor; /* where it moves only in stores that fail (..6.17) */
	__u64 virt_spin_lock_key;
	__u64 native_slowpath;
	__u64 spin_slowpath; /* the address of a pointer, see spins_untraced() */
	/* Filter: only events of this cgroup and those below it; 0: all. */
	__u64 cgroup_id;
	__u64 min_latency_ns;
	/* Which results of an event are sent, a bit each; 0: none of this type. */
	__u32 events[ZT_NR_EVENTS];
	__u32 cgroup_level;
	/* struct zswap_tree (..6.9): by CO-RE it would have to be looked for in every module */
	__u32 rb_tree_size;
	__u32 rb_root_offset;
	__u32 swap_types;      /* how many pointers zswap_trees[] has */
	__u32 wakeup_bytes;    /* wake the reader when so much waits in the ring buffer */
	__u8 tree_kind;	       /* enum zt_tree_kind */
	__u8 invalidate_args;  /* enum zt_invalidate_args */
	__u8 store_args;       /* enum zt_page_args */
	__u8 load_result;      /* enum zt_load_kind */
	__u8 writeback_kind;   /* enum zt_writeback_kind */
	__u8 alloc_kind;       /* enum zt_alloc_kind */
	__u8 swapin_folio_arg; /* which argument of swap_read_folio is the folio */
	__u8 bypass;	       /* some swap-ins leave the swap cache, and zswap's entry, alone */
	__u8 rdonly_cast;      /* bpf_rdonly_cast() may be used: direct loads, not probe reads */
	__u8 large_folios;     /* zswap_store takes large folios (6.13+) */
	__u8 follow;	       /* zswap_invalidate is classified by what follows, not by lookup */
	__u8 verify;	       /* compare lookup and outcome */
	__u8 by_cgroup;
	__u8 latency;
	__u8 fates;
	__u8 live_trace;  /* while tracing, every event of the cgroups marked as traced is sent */
	__u8 only_events; /* nobody reads the counters */
	__u8 swapin;	  /* swap_read_folio is watched, and told by zswap_load */
	__u8 pad[2];
};

/* How zswap finds an entry by its offset. */
enum zt_tree_kind {
	ZT_TREES_UNKNOWN,  /* address not known, or a design this tool does not know */
	ZT_TREES_XARRAY,   /* an xarray per 64 MiB (6.10+) */
	ZT_TREES_RB_SPLIT, /* a red-black tree per 64 MiB (6.9) */
	ZT_TREES_RB,	   /* a red-black tree per swap area (..6.8) */
};
enum zt_invalidate_args {
	ZT_INV_ENTRY,	    /* (swp_entry_t), 6.9+ */
	ZT_INV_TYPE_OFFSET, /* (int type, pgoff_t offset), ..6.8 */
};
enum zt_page_args {
	ZT_PAGE_FOLIO,	     /* (struct folio *), 6.6+ */
	ZT_PAGE_TYPE_OFFSET, /* (unsigned type, pgoff_t offset, struct page *), ..6.5 */
};
enum zt_load_kind {
	ZT_LOAD_BOOL,	   /* 1 loaded, 0 not here (6.6 to 6.14) */
	ZT_LOAD_ERRNO,	   /* 0 loaded, -ENOENT not here, else failed (6.15+) */
	ZT_LOAD_FRONTSWAP, /* 0 loaded, -1 not here, else failed (..6.5) */
};
enum zt_writeback_kind {
	ZT_WB_LRU_LOCK_ARG, /* shrink_memcg_cb(item, lru, lock, arg), 6.8 to 6.12 */
	ZT_WB_LRU,	    /* shrink_memcg_cb(item, lru, arg), 6.13+ */
	ZT_WB_ZPOOL,	    /* zswap_writeback_entry(pool, handle), ..6.4 */
	ZT_WB_ENTRY,	    /* zswap_writeback_entry(entry, tree), 6.5 to 6.7 */
};
enum zt_alloc_kind {
	ZT_ALLOC_PAGE_FLAG, /* __read_swap_cache_async, 5 arguments, ..6.7 */
	ZT_ALLOC_SKIP_ARG,  /* the same with skip_if_exists, 6.8 to 6.19 */
	ZT_ALLOC_NEW_FLAG,  /* swap_cache_alloc_folio with bool *new_page_allocated, 7.0, 7.1 */
	ZT_ALLOC_ERR_PTR,   /* swap_cache_alloc_folio returning ERR_PTR, 7.2+ */
};

#endif
