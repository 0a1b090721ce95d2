/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every metric of zswaptop, listed once.
 *
 * The kernel side takes from here how many slots a CPU's block of counters has; the user side
 * takes names, labels and help texts. So struct, collector and writers cannot drift apart.
 */
#ifndef ZSWAPTOP_METRIC_LIST_H
#define ZSWAPTOP_METRIC_LIST_H

/* Label values: X(identifier, name). The names are part of the output contract. */

/* Why a store was refused: the first cause that zswap_store() met. */
#define ZT_REJECTS(X)                   \
	X(DISABLED, disabled)           \
	X(CGROUP_LIMIT, cgroup_limit)   \
	X(POOL_FULL, pool_full)         \
	X(NO_POOL, no_pool)             \
	X(COMPRESS_FAIL, compress_fail) \
	X(COMPRESS_POOR, compress_poor) \
	X(ALLOC_FAIL, alloc_fail)       \
	X(OTHER, other)

/* Which path took an entry out of (or put it into) a tree. */
#define ZT_CAUSES(X)              \
	X(INVALIDATE, invalidate) \
	X(LOAD, load)             \
	X(WRITEBACK, writeback)   \
	X(STORE, store)

/* Who asked for writeback. */
#define ZT_TRIGGERS(X)                \
	X(SHRINKER, shrinker)         \
	X(POOL_LIMIT, pool_limit)     \
	X(CGROUP_LIMIT, cgroup_limit) \
	X(OTHER, other)

/* Why a writeback was given up. */
#define ZT_SKIPS(X)                   \
	X(IN_SWAPCACHE, in_swapcache) \
	X(OWN_FAULT, own_fault)       \
	X(ENTRY_GONE, entry_gone)     \
	X(NO_MEMORY, no_memory)       \
	X(IO_ERROR, io_error)         \
	X(OTHER, other)

/* What became of an entry that writeback had skipped as busy. */
#define ZT_FATES(X)                 \
	X(LOADED, loaded)           \
	X(INVALIDATED, invalidated) \
	X(WRITTEN, written)         \
	X(UNKNOWN, unknown)

/* Where a swapped-in page came from. */
#define ZT_SOURCES(X)   \
	X(ZSWAP, zswap) \
	X(DISK, disk)   \
	X(ZERO, zero)

#define ZT_ENUM_REJECT(id, name)  ZT_REJECT_##id,
#define ZT_ENUM_CAUSE(id, name)	  ZT_CAUSE_##id,
#define ZT_ENUM_TRIGGER(id, name) ZT_TRIGGER_##id,
#define ZT_ENUM_SKIP(id, name)	  ZT_SKIP_##id,
#define ZT_ENUM_FATE(id, name)	  ZT_FATE_##id,
#define ZT_ENUM_SOURCE(id, name)  ZT_SOURCE_##id,

enum zt_reject { ZT_REJECTS(ZT_ENUM_REJECT) ZT_NR_REJECTS };
enum zt_cause { ZT_CAUSES(ZT_ENUM_CAUSE) ZT_NR_CAUSES };
enum zt_trigger { ZT_TRIGGERS(ZT_ENUM_TRIGGER) ZT_NR_TRIGGERS };
enum zt_skip { ZT_SKIPS(ZT_ENUM_SKIP) ZT_NR_SKIPS };
enum zt_fate { ZT_FATES(ZT_ENUM_FATE) ZT_NR_FATES };
enum zt_source { ZT_SOURCES(ZT_ENUM_SOURCE) ZT_NR_SOURCES };

/*
 * Families counted by the BPF programs, one slot a label value, per CPU, never cleared.
 * X(ID, name, label, values, unit, help)
 * label: NONE, or the label whose values are listed above; unit: PLAIN, BYTES, NS (nanoseconds
 * inside and in JSON, where the name ends in _ns; seconds in Prometheus).
 */
#define ZT_BPF_COUNTERS(X)                                                                         \
	X(STORE_PAGES, store_pages_total, NONE, PLAIN, "Pages offered to zswap_store.")            \
	X(STORE_REJECTED, store_rejected_pages_total, REJECT, PLAIN,                               \
	  "Pages that zswap_store refused, by first cause.")                                       \
	X(STORE_BYTES, store_compressed_bytes_total, NONE, BYTES,                                  \
	  "Compressed size of the pages stored.")                                                  \
	X(LOAD_LOOKUPS, load_lookups_total, NONE, PLAIN, "Calls of zswap_load.")                   \
	X(LOAD_HITS, load_hits_total, NONE, PLAIN, "Pages that zswap_load found and loaded.")      \
	X(LOAD_ERRORS, load_errors_total, NONE, PLAIN,                                             \
	  "Pages that zswap_load found but could not load.")                                       \
	X(INV_TREE_EMPTY, invalidate_tree_empty_total, NONE, PLAIN,                                \
	  "zswap_invalidate calls that met an empty tree: the fast path, where the kernel has "    \
	  "one.")                                                                                  \
	X(INV_ABSENT, invalidate_absent_total, NONE, PLAIN,                                        \
	  "zswap_invalidate calls with no entry at the offset of a tree that was not empty: the "  \
	  "lock was taken for nothing.")                                                           \
	X(INV_ERASED, invalidate_erased_total, NONE, PLAIN,                                        \
	  "zswap_invalidate calls that erased an entry.")                                          \
	X(INV_UNCLASSIFIED, invalidate_unclassified_total, NONE, PLAIN,                            \
	  "zswap_invalidate calls whose outcome could not be told.")                               \
	X(INV_STALE, invalidate_stale_lookups_total, NONE, PLAIN,                                  \
	  "zswap_invalidate calls in which the lockless lookup and the outcome disagreed.")        \
	X(TREE_NODES_FREED, tree_nodes_freed_total, CAUSE, PLAIN,                                  \
	  "xa_nodes that an erase freed (xas_delete_node and xas_shrink).")                        \
	X(TREE_SHRINKS, tree_shrinks_total, CAUSE, PLAIN,                                          \
	  "Erases that lowered a tree (xas_shrink).")                                              \
	X(TREE_COLLAPSES, tree_head_collapses_total, CAUSE, PLAIN,                                 \
	  "Erases that moved the last entry of a tree from a node into xa_head.")                  \
	X(TREE_EMPTIED, tree_emptied_total, CAUSE, PLAIN,                                          \
	  "Erases that removed the last entry of a tree.")                                         \
	X(TREE_GROWS, tree_grows_total, NONE, PLAIN, "Stores that made a tree taller.")            \
	X(LOCK_CONTENTIONS, tree_lock_contentions_total, NONE, PLAIN,                              \
	  "Waits in the queue for a tree's lock; not those of a CPU that is the only one to "      \
	  "wait.")                                                                                 \
	X(LOCK_WAIT, tree_lock_wait_seconds_total, NONE, NS,                                       \
	  "Time waited in the queue for trees' locks.")                                            \
	X(WB_PAGES, writeback_pages_total, TRIGGER, PLAIN, "Pages written from the pool to swap.") \
	X(WB_SKIPPED, writeback_skipped_total, SKIP, PLAIN, "Writeback attempts given up.")        \
	X(WB_ROTATED, writeback_rotated_total, NONE, PLAIN, "Entries given a second chance.")      \
	X(WB_STOPPED, writeback_stopped_total, NONE, PLAIN,                                        \
	  "Shrinker runs ended early by a busy entry.")                                            \
	X(SKIP_FATE, writeback_skip_fate_total, FATE, PLAIN,                                       \
	  "What happened next to an entry skipped as in_swapcache or own_fault.")                  \
	X(EVENTS_LOST, events_lost_total, NONE, PLAIN,                                             \
	  "Events that did not fit in the ring buffer.")                                           \
	X(CONTEXTS_LOST, contexts_lost_total, NONE, PLAIN,                                         \
	  "Calls whose context between entry and exit could not be kept.")

/*
 * Histograms counted by the BPF programs: X(ID, name, label, value, first, unit, help).
 * Power-of-two buckets, the first up to 2^first.
 */
#define ZT_BPF_HISTOGRAMS(X)                                                                   \
	X(STORE_NS, store_duration_seconds, NONE, 0, 8, NS, "Time in zswap_store, per call.")  \
	X(LOAD_NS, load_duration_seconds, NONE, 0, 8, NS, "Time in zswap_load, hits.")         \
	X(WB_NS, writeback_duration_seconds, NONE, 0, 8, NS, "Time of one writeback attempt.") \
	X(SWAPIN_ZSWAP_NS, swapin_duration_seconds, SOURCE, ZT_SOURCE_ZSWAP, 8, NS,            \
	  "Time to read a page in, in swap_read_folio.")                                       \
	X(SWAPIN_DISK_NS, swapin_duration_seconds, SOURCE, ZT_SOURCE_DISK, 8, NS,              \
	  "Time to read a page in, in swap_read_folio.")                                       \
	X(FATE_NS, writeback_skip_fate_duration_seconds, NONE, 0, 8, NS,                       \
	  "Time from a skip to what became of the entry.")                                     \
	X(PAGE_BYTES, compressed_page_bytes, NONE, 0, 5, BYTES, "Compressed size per stored page.")

/* Counters per cgroup, by the page's owner: X(ID, name, label, help). */
#define ZT_CGROUP_COUNTERS(X)                                                                     \
	X(STORE_PAGES, cgroup_store_pages_total, NONE, "Pages offered to zswap_store, by owner.") \
	X(STORE_REJECTED, cgroup_store_rejected_pages_total, REJECT,                              \
	  "Pages that zswap_store refused, by owner and first cause.")                            \
	X(STORE_BYTES, cgroup_store_compressed_bytes_total, NONE,                                 \
	  "Compressed size of the pages stored, by owner.")                                       \
	X(LOAD_HITS, cgroup_load_hits_total, NONE, "Pages loaded from zswap, by owner.")          \
	X(WB_PAGES, cgroup_writeback_pages_total, NONE, "Pages written back, by owner.")          \
	X(WB_SKIPPED, cgroup_writeback_skipped_total, SKIP,                                       \
	  "Writeback attempts given up, by owner.")                                               \
	X(INV_ERASED, cgroup_invalidate_erased_total, NONE,                                       \
	  "Entries erased by zswap_invalidate, by owner.")

/* Slots: a family's first slot is its ID, its label values follow. */
#define ZT_WIDTH_NONE	 1
#define ZT_WIDTH_REJECT	 ZT_NR_REJECTS
#define ZT_WIDTH_CAUSE	 ZT_NR_CAUSES
#define ZT_WIDTH_TRIGGER ZT_NR_TRIGGERS
#define ZT_WIDTH_SKIP	 ZT_NR_SKIPS
#define ZT_WIDTH_FATE	 ZT_NR_FATES
#define ZT_WIDTH_SOURCE	 ZT_NR_SOURCES

#define ZT_SLOT_BPF(id, name, label, unit, help) \
	ZT_##id, ZT_##id##_LAST = ZT_##id + ZT_WIDTH_##label - 1,
#define ZT_SLOT_HIST(id, name, label, value, first, unit, help) ZT_H_##id,
#define ZT_SLOT_CG(id, name, label, help) \
	ZT_CG_##id, ZT_CG_##id##_LAST = ZT_CG_##id + ZT_WIDTH_##label - 1,

enum zt_counter { ZT_BPF_COUNTERS(ZT_SLOT_BPF) ZT_NR_COUNTERS };
enum zt_histogram { ZT_BPF_HISTOGRAMS(ZT_SLOT_HIST) ZT_NR_HISTS };
enum zt_cgroup_counter { ZT_CGROUP_COUNTERS(ZT_SLOT_CG) ZT_NR_CG_COUNTERS };

#endif
