// SPDX-License-Identifier: GPL-2.0-only
/* What recordings are compared by. */
#include <math.h>
#include "compare.h"

static double number(uint64_t n)
{
	return n == ABSENT ? NAN : (double)n;
}

static double duration(const struct summary *s, const struct figure *f)
{
	(void)f;
	return s->duration_ns / 1e9;
}

/* The growth of the n values from at on. */
static double growth(const struct summary *s, const struct figure *f)
{
	return number(summary_sum(s, f->at, f->n));
}

static double mean(const struct summary *s, const struct figure *f)
{
	return summary_mean(s, f->at);
}

static double p99(const struct summary *s, const struct figure *f)
{
	return number(summary_quantile(s, f->at, 0.99));
}

static double zswap_share(const struct summary *s, const struct figure *f)
{
	uint64_t all = summary_sum(s, V_SWAPIN_PAGES, ZT_NR_SOURCES);

	(void)f;
	if (!all || all == ABSENT)
		return NAN;
	return 100 * number(summary_diff(s, V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP)) / all;
}

static double page_bytes(const struct summary *s, const struct figure *f)
{
	double stored = number(summary_diff(s, V_STORE_PAGES)) -
			number(summary_sum(s, V_STORE_REJECTED, ZT_NR_REJECTS));

	(void)f;
	return stored > 0 ? number(summary_diff(s, V_STORE_BYTES)) / stored : NAN;
}

static double locks_taken(const struct summary *s, const struct figure *f)
{
	struct lock_account locks;

	(void)f;
	summary_locks(s, &locks);
	return number(locks.taken);
}

static double pool_bytes(const struct summary *s, const struct figure *f)
{
	(void)f;
	return number(s->pool_bytes);
}

static double missed(const struct summary *s, const struct figure *f)
{
	(void)f;
	return number(summary_missed(s));
}

/* clang-format off */
const struct figure figures[] = {
	{"duration", "duration_s", FIGURE_SECONDS, duration, 0, 0, 0},
	{"pages offered", "store_pages", FIGURE_COUNT, growth, V_STORE_PAGES, 1, 0},
	{"pages refused", "store_rejected_pages", FIGURE_COUNT, growth, V_STORE_REJECTED, ZT_NR_REJECTS, 0},
	{"compressed page, B", "compressed_page_bytes", FIGURE_COUNT, page_bytes, 0, 0, 0},
	{"pool, fullest", "pool_bytes", FIGURE_BYTES, pool_bytes, 0, 0, 0},
	{"load hits", "load_hits", FIGURE_COUNT, growth, V_LOAD_HITS, 1, 0},
	{"swap-ins from zswap", "swapin_zswap_percent", FIGURE_PERCENT, zswap_share, 0, 0, 0},
	{"swap-ins from disk", "swapin_disk_pages", FIGURE_COUNT, growth, V_SWAPIN_PAGES + ZT_SOURCE_DISK, 1, 0},
	{"pages written back", "writeback_pages", FIGURE_COUNT, growth, V_WB_PAGES, ZT_NR_TRIGGERS, 0},
	{"writeback skipped", "writeback_skipped", FIGURE_COUNT, growth, V_WB_SKIPPED, ZT_NR_SKIPS, 0},
	{"second chances", "writeback_rotated", FIGURE_COUNT, growth, V_WB_ROTATED, 1, 0},
	{"invalidate calls", "invalidate_calls", FIGURE_COUNT, growth, V_INV_CALLS, 1, 0},
	{"  tree_empty", "invalidate_tree_empty", FIGURE_COUNT, growth, V_INV_TREE_EMPTY, 1, 0},
	{"  absent", "invalidate_absent", FIGURE_COUNT, growth, V_INV_ABSENT, 1, 0},
	{"  erased", "invalidate_erased", FIGURE_COUNT, growth, V_INV_ERASED, 1, 0},
	{"  lock acquisitions", "invalidate_lock_acquisitions", FIGURE_COUNT, locks_taken, 0, 0, 0},
	{"tree lock waits", "tree_lock_contentions", FIGURE_COUNT, growth, V_LOCK_CONTENTIONS, 1, 0},
	{"tree lock wait time", "tree_lock_wait_ns", FIGURE_NS, growth, V_LOCK_WAIT, 1, 0},
	{"trees emptied", "tree_emptied", FIGURE_COUNT, growth, V_TREE_EMPTIED, ZT_NR_CAUSES, 0},
	{"tree nodes freed", "tree_nodes_freed", FIGURE_COUNT, growth, V_TREE_NODES_FREED, ZT_NR_CAUSES, 0},
	{"store, mean", "store_mean_ns", FIGURE_NS, mean, ZT_H_STORE_NS, 0, 0},
	{"store, p99", "store_p99_ns", FIGURE_NS, p99, ZT_H_STORE_NS, 0, NOTE_BUCKETS},
	{"load, mean", "load_mean_ns", FIGURE_NS, mean, ZT_H_LOAD_NS, 0, 0},
	{"load, p99", "load_p99_ns", FIGURE_NS, p99, ZT_H_LOAD_NS, 0, NOTE_BUCKETS},
	{"disk swap-in, mean", "swapin_disk_mean_ns", FIGURE_NS, mean, ZT_H_SWAPIN_DISK_NS, 0, NOTE_SUBMIT},
	{"disk swap-in, p99", "swapin_disk_p99_ns", FIGURE_NS, p99, ZT_H_SWAPIN_DISK_NS, 0, NOTE_BUCKETS | NOTE_SUBMIT},
	{"writeback, mean", "writeback_mean_ns", FIGURE_NS, mean, ZT_H_WB_NS, 0, NOTE_SUBMIT},
	{"missed runs", "missed_runs", FIGURE_COUNT, missed, 0, 0, 0},
};
/* clang-format on */
const unsigned int nr_figures = sizeof(figures) / sizeof(figures[0]);
