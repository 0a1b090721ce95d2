/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What became of the entries that writeback skipped as busy. A table of fixed size, one place per
 * hash: an entry that finds its place taken displaces the other, which is then `unknown`.
 */
#ifndef ZSWAPTOP_BPF_FATE_H
#define ZSWAPTOP_BPF_FATE_H

#include "count.h"

#define FATE_SLOTS 4096

struct fate {
	__u64 key; /* swp_entry_t + 1; 0: free */
	__u64 since_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FATE_SLOTS);
	__type(key, __u32);
	__type(value, struct fate);
} fates SEC(".maps");

/* So that nobody looks up what cannot be there. */
static __s64 fates_pending;

static __always_inline struct fate *fate_slot(__u64 swp)
{
	__u32 hash = swp * 0x9e3779b97f4a7c15ULL >> 52;

	return bpf_map_lookup_elem(&fates, &hash);
}

static __always_inline void fate_begin(__u64 swp)
{
	struct fate *f = fate_slot(swp);
	__u64 old;

	if (!config.fates || !f || f->key == swp + 1)
		return; /* skipped again: the first skip's time stands */
	/* before the key, by which others find it */
	f->since_ns = bpf_ktime_get_ns();
	old = __sync_lock_test_and_set(&f->key, swp + 1);
	if (old)
		count_shared(ZT_SKIP_FATE + ZT_FATE_UNKNOWN);
	else
		__sync_fetch_and_add(&fates_pending, 1);
}

__noinline int fate_found(__u64 swp, __u32 what)
{
	struct fate *f = fate_slot(swp);
	struct zt_cpu *cpu = this_cpu();
	struct zt_hist *hist;
	__u64 since, now;

	if (!f || !cpu || what >= ZT_NR_FATES || f->key != swp + 1)
		return 0;
	since = f->since_ns;
	if (!__sync_bool_compare_and_swap(&f->key, swp + 1, 0))
		return 0;
	__sync_fetch_and_add(&fates_pending, -1);
	count_shared(ZT_SKIP_FATE + what);
	if (what == ZT_FATE_UNKNOWN)
		return 0;
	now = bpf_ktime_get_ns();
	now = now > since ? now - since : 0;
	hist = &cpu->hist[ZT_H_FATE_NS];
	__sync_fetch_and_add(&hist->count[bucket_of(now, ZT_FIRST_FATE_NS)], 1);
	__sync_fetch_and_add(&hist->sum, now);
	if (now > hist->max)
		hist->max = now;
	return 0;
}

/* ZT_FATE_UNKNOWN: the slot was found free or is used anew, and how it came to that was missed. */
static __always_inline void fate_end(__u64 swp, enum zt_fate what)
{
	if (fates_pending > 0)
		fate_found(swp, what);
}

#endif
