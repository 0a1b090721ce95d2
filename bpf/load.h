/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zswap_load. Since 6.16 the folio is unlocked, and may be somebody else's, when the function
 * returns: what is wanted of it is read at the entry.
 */
#include "fate.h"
#include "tree.h"

#define NOTE_LARGE	 0x01
#define NOTE_STAYS	 0x02 /* the entry stays in the tree */
#define NOTE_SWAPIN_LOAD 0x01 /* swap_read_folio: zswap was asked */
#define NOTE_SWAPIN_HIT	 0x02 /* ... and had it */

static __always_inline void look_before_load(struct frame *f)
{
	struct spot spot;

	if (!trees_known())
		return;
	find_spot(&spot, tree_of(f->swp), swp_offset(f->swp));
	if (spot.state != SPOT_ENTRY)
		return;
	f->entry = spot.entry;
	f->bytes = LOAD_U32(spot.entry, struct zswap_entry, length);
	predict_erase(&f->effect, &spot, f->swp);
}

SEC("fentry")
int load_enter(__u64 *ctx)
{
	__u64 folio = page_argument(ctx);
	struct frame *f = frame_push(ctx, FRAME_LOAD);
	struct owner owner;

	if (!f)
		return 0;
	f->swp = page_swp(ctx);
	f->bytes = ZT_NO_U32;
	if (folio_is_large(folio))
		f->notes |= NOTE_LARGE;
	/* swap-in that bypasses the swap cache keeps the entry (up to 6.19) */
	if (config.store_args == ZT_PAGE_FOLIO && !folio_in_swapcache(folio))
		f->notes |= NOTE_STAYS;
	look_before_load(f);
	if (owners_wanted(ZT_EV_LOAD)) {
		owner = f->entry ? owner_of_entry(f->entry) : owner_of_folio(folio);
		frame_keep_owner(f, owner);
	}
	if (config.latency)
		f->start_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline __u32 load_outcome(void *ctx, const struct frame *f)
{
	if (config.load_result == ZT_LOAD_BOOL) {
		if (!result_bool(ctx))
			return ZT_LOAD_MISS;
		/* up to 6.14 a large folio is refused by a warning and "true" */
		return f && f->notes & NOTE_LARGE ? ZT_LOAD_ERROR : ZT_LOAD_HIT;
	}
	if (!result_int(ctx))
		return ZT_LOAD_HIT;
	if (result_int(ctx) == (config.load_result == ZT_LOAD_FRONTSWAP ? -1 : -ENOENT))
		return ZT_LOAD_MISS;
	return ZT_LOAD_ERROR;
}

static __always_inline void tell_swapin(void *ctx, __u32 outcome)
{
	struct frame *f;

	if (!config.latency)
		return;
	f = frame_around(ctx, task_frames(0));
	if (!f || f->kind != FRAME_SWAPIN)
		return;
	f->notes |= NOTE_SWAPIN_LOAD;
	if (outcome == ZT_LOAD_HIT)
		f->notes |= NOTE_SWAPIN_HIT;
}

static __always_inline void load_hit(struct zt_cpu *cpu, struct frame *f, struct owner owner,
				     __u64 latency)
{
	struct zt_cgroup *cg;

	fate_end(f->swp, ZT_FATE_LOADED);
	if (!(f->notes & NOTE_STAYS))
		count_effect(cpu, &f->effect, ZT_CAUSE_LOAD, f->swp, owner);
	if (latency != ZT_NO_U64)
		OBSERVE(cpu, LOAD_NS, latency);
	if (!config.by_cgroup)
		return;
	cg = cgroup_counters(owner);
	if (!cg)
		return;
	count_cgroup(cg, ZT_CG_LOAD_HITS, 1);
	if (latency != ZT_NO_U64)
		observe_cgroup(cg->load_ns, latency);
}

SEC("fexit")
int load_exit(__u64 *ctx)
{
	struct frame *f = frame_pop(ctx, FRAME_LOAD);
	__u32 outcome = load_outcome(ctx, f);
	struct owner owner = owner_unknown();
	struct zt_cpu *cpu = this_cpu();
	__u64 latency = ZT_NO_U64;
	struct zt_event e;

	if (!cpu)
		return 0;
	count(cpu, ZT_LOAD_LOOKUPS, 1);
	if (outcome == ZT_LOAD_HIT)
		count(cpu, ZT_LOAD_HITS, 1);
	else if (outcome == ZT_LOAD_ERROR)
		count(cpu, ZT_LOAD_ERRORS, 1);
	if (!f)
		return 0;
	if (config.latency)
		latency = bpf_ktime_get_ns() - f->start_ns;
	if (owners_wanted(ZT_EV_LOAD))
		owner = frame_owner(f);
	if (outcome == ZT_LOAD_HIT)
		load_hit(cpu, f, owner, latency);
	if (event_wanted(ZT_EV_LOAD, outcome)) {
		e = event_new(ZT_EV_LOAD, outcome, f->swp, owner);
		e.latency_ns = latency;
		e.bytes = f->bytes;
		event_send(&e, owner);
	}
	tell_swapin(ctx, outcome);
	return 0;
}

/* swap_read_folio: zero-filled pages return before zswap is asked, and are not counted. */
SEC("fentry")
int swapin_enter(__u64 *ctx)
{
	struct frame *f = frame_push(ctx, FRAME_SWAPIN);

	if (f)
		f->start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("fexit")
int swapin_exit(__u64 *ctx)
{
	struct frame *f = frame_pop(ctx, FRAME_SWAPIN);
	struct zt_cpu *cpu = this_cpu();
	__u64 latency;

	if (!f || !cpu || !(f->notes & NOTE_SWAPIN_LOAD))
		return 0;
	latency = bpf_ktime_get_ns() - f->start_ns;
	if (f->notes & NOTE_SWAPIN_HIT)
		OBSERVE(cpu, SWAPIN_ZSWAP_NS, latency);
	else
		OBSERVE(cpu, SWAPIN_DISK_NS, latency);
	return 0;
}
