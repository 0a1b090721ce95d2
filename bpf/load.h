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

/* Whose page: its entry's, if that can be found. */
static __always_inline struct owner load_owner(void *ctx, const struct spot *spot)
{
	if (!owners_wanted(ZT_EV_LOAD))
		return owner_unknown();
	if (trees_known() && spot->state == SPOT_ENTRY)
		return owner_of_entry(spot->entry);
	return owner_of_folio(page_argument(ctx));
}

static __always_inline void expect_erase(struct call *c, const struct spot *spot)
{
	if (!trees_known() || spot->state != SPOT_ENTRY)
		return;
	if (config.events[ZT_EV_LOAD] || any_owner_traced())
		c->bytes = LOAD_U32(spot->entry, struct zswap_entry, length);
	predict_erase(&c->effect, spot, c->swp);
}

SEC("fentry")
int load_enter(__u64 *ctx)
{
	__u64 folio = page_argument(ctx), swp = page_swp(ctx);
	struct owner owner;
	struct spot spot;
	struct call *c;

	if (trees_known())
		find_spot(&spot, tree_of(swp), swp);
	owner = load_owner(ctx, &spot);
	if (only_some_owners() && !owner_in_filter(owner))
		return 0;
	c = call_begin(ctx, (__u64)ctx, CALL_LOAD);
	if (!c)
		return 0;
	call_matters();
	c->swp = swp;
	c->owner = owner;
	c->bytes = ZT_NO_U32;
	if (config.load_result == ZT_LOAD_BOOL && folio_is_large(folio))
		c->notes |= NOTE_LARGE;
	if (config.bypass && !folio_in_swapcache(folio))
		c->notes |= NOTE_STAYS;
	expect_erase(c, &spot);
	if (config.latency)
		c->start_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline __u32 load_outcome(void *ctx, const struct call *c)
{
	__s32 ret = page_result(ctx);

	if (config.load_result == ZT_LOAD_BOOL) {
		if (!(__u8)ret)
			return ZT_LOAD_MISS;
		/* up to 6.14 a large folio is refused by a warning and "true" */
		return c && c->notes & NOTE_LARGE ? ZT_LOAD_ERROR : ZT_LOAD_HIT;
	}
	if (!ret)
		return ZT_LOAD_HIT;
	if (ret == (config.load_result == ZT_LOAD_FRONTSWAP ? -1 : -ENOENT))
		return ZT_LOAD_MISS;
	return ZT_LOAD_ERROR;
}

/* A swap-in is found by its folio, which is locked until the page is read. */
static __always_inline void tell_swapin(void *ctx, __u32 outcome)
{
	struct call *c;

	if (!config.swapin)
		return;
	c = call_find(page_argument(ctx), CALL_SWAPIN);
	if (c)
		c->notes |= NOTE_SWAPIN_LOAD | (outcome == ZT_LOAD_HIT ? NOTE_SWAPIN_HIT : 0);
}

static __always_inline void load_hit(struct zt_cpu *cpu, struct call *c, struct owner owner,
				     __u64 latency)
{
	__u32 bucket = ZT_BUCKETS;
	struct zt_cgroup *cg;

	fate_end(c->swp, ZT_FATE_LOADED);
	if (!(c->notes & NOTE_STAYS))
		count_effect(cpu, &c->effect, ZT_CAUSE_LOAD, c->swp, owner);
	if (latency != ZT_NO_U64)
		bucket = OBSERVE(cpu, LOAD_NS, latency);
	cg = cgroup_counters(owner);
	if (!cg)
		return;
	count_cgroup(cg, ZT_CG_LOAD_HITS, 1);
	if (bucket < ZT_BUCKETS)
		observe_cgroup(cg->load_ns, bucket);
}

static __always_inline void count_load(struct zt_cpu *cpu, __u32 outcome)
{
	count(cpu, ZT_LOAD_LOOKUPS, 1);
	if (outcome == ZT_LOAD_HIT)
		count(cpu, ZT_LOAD_HITS, 1);
	else if (outcome == ZT_LOAD_ERROR)
		count(cpu, ZT_LOAD_ERRORS, 1);
}

static __always_inline void load_event(__u32 outcome, const struct call *c, struct owner owner,
				       __u64 latency)
{
	struct zt_event e;

	if (!event_wanted(ZT_EV_LOAD, outcome, owner))
		return;
	e = event_new(ZT_EV_LOAD, outcome, c->swp, owner);
	e.latency_ns = latency;
	e.bytes = c->bytes;
	event_send(&e);
}

SEC("fexit")
int load_exit(__u64 *ctx)
{
	struct owner owner = owner_unknown();
	__u64 latency = ZT_NO_U64;
	struct zt_cpu *cpu;
	struct call *c;
	__u32 outcome;

	if (no_call_matters())
		return 0;
	cpu = this_cpu();
	c = call_of(ctx, (__u64)ctx, CALL_LOAD);
	if (!cpu || (!c && only_some_owners()))
		return 0;
	outcome = load_outcome(ctx, c);
	count_load(cpu, outcome);
	tell_swapin(ctx, outcome);
	if (!c)
		return 0;
	if (config.latency)
		latency = bpf_ktime_get_ns() - c->start_ns;
	owner = c->owner;
	if (outcome == ZT_LOAD_HIT)
		load_hit(cpu, c, owner, latency);
	load_event(outcome, c, owner, latency);
	call_end(c);
	call_mattered();
	return 0;
}

/* swap_read_folio: zero-filled pages return before zswap is asked, and are not counted. */
SEC("fentry")
int swapin_enter(__u64 *ctx)
{
	struct call *c = call_begin(ctx, swapin_folio(ctx), CALL_SWAPIN);

	if (c)
		c->start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("fexit")
int swapin_exit(__u64 *ctx)
{
	struct call *c = call_of(ctx, swapin_folio(ctx), CALL_SWAPIN);
	struct zt_cpu *cpu = this_cpu();
	__u64 latency;

	if (c && cpu && c->notes & NOTE_SWAPIN_LOAD) {
		latency = bpf_ktime_get_ns() - c->start_ns;
		if (c->notes & NOTE_SWAPIN_HIT)
			OBSERVE(cpu, SWAPIN_ZSWAP_NS, latency);
		else
			OBSERVE(cpu, SWAPIN_DISK_NS, latency);
	}
	call_end(c);
	return 0;
}
