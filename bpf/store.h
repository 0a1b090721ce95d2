/* SPDX-License-Identifier: GPL-2.0-only */
/* zswap_store: how many pages were offered, how many refused and why, how small they got. */
#ifndef ZSWAPTOP_BPF_STORE_H
#define ZSWAPTOP_BPF_STORE_H

#include "fate.h"
#include "tree.h"

/* Notes of a store's frame, left by the calls inside it. */
#define NOTE_DISABLED	   0x01
#define NOTE_CGROUP_DENIED 0x02
#define NOTE_COMPRESS_FAIL 0x04
#define NOTE_COMPRESS_POOR 0x08
#define NOTE_ALLOC_FAIL	   0x10
#define NOTE_TREE_GROWS	   0x20
#define NOTE_STALE_ENTRY   0x40

/* Will storing at this index add levels to the tree? (xas_expand()) */
static __always_inline bool store_grows(__u64 head, __u64 index)
{
	if (!is_node(head))
		return true;
	return index >> node_shift(to_node(head)) > CHUNK_MASK;
}

/*
 * An entry of the slot's former contents is erased if the store fails. Looked for as soon as it
 * is known that it will.
 */
static __always_inline void look_for_stale(struct call *c)
{
	struct spot spot;

	if (!trees_known() || c->notes & NOTE_STALE_ENTRY)
		return;
	find_spot(&spot, c->tree, c->swp);
	if (spot.state != SPOT_ENTRY)
		return;
	c->notes |= NOTE_STALE_ENTRY;
	predict_erase(&c->effect, &spot, c->swp);
}

static __always_inline bool zswap_is_off(void)
{
	return config.zswap_enabled && !kernel_flag(config.zswap_enabled);
}

static __always_inline void look_before_store(struct call *c)
{
	__u64 head;

	if (zswap_is_off())
		c->notes |= NOTE_DISABLED;
	if (!trees_known())
		return;
	c->tree = tree_of(c->swp);
	if (c->notes & NOTE_DISABLED || kernel_flag(config.pool_reached_full)) {
		look_for_stale(c);
		return;
	}
	head = tree_head(c->tree);
	if (store_grows(head, swp_offset(c->swp))) {
		c->notes |= NOTE_TREE_GROWS;
		c->effect.height_before = height_of(head);
	}
}

/*
 * Of a failed allocation within zswap_store() nothing is to be seen but the kernel's own counters.
 * They move only within stores that fail, so only those look.
 */
struct failures {
	__u64 alloc;
	__u64 poor; /* refused by the compressor, or by an allocator of small objects only (zbud) */
};

/* Set by look() before anything is attached: failures until then are none of this run's. */
static struct failures failures_seen;

static __always_inline struct failures failures_now(void)
{
	struct failures now = {};

	if (config.reject_alloc_fail && config.reject_kmemcache_fail)
		now.alloc = load64(config.reject_alloc_fail) + load64(config.reject_kmemcache_fail);
	if (config.reject_compress_poor)
		now.poor = load64(config.reject_compress_poor);
	return now;
}

/* What moved since this was asked last; no more than 0 or not. */
static __always_inline struct failures new_failures(void)
{
	struct failures now = failures_now();

	now.alloc ^= __sync_lock_test_and_set(&failures_seen.alloc, now.alloc);
	now.poor ^= __sync_lock_test_and_set(&failures_seen.poor, now.poor);
	return now;
}

SEC("fentry")
int store_enter(__u64 *ctx)
{
	struct call *c;

	if (only_some_owners() && !owner_in_filter(owner_of_folio(page_argument(ctx))))
		return 0;
	c = call_begin(ctx, (__u64)ctx, CALL_STORE);
	if (!c)
		return 0;
	call_matters();
	c->swp = page_swp(ctx);
	look_before_store(c);
	if (config.latency)
		c->start_ns = bpf_ktime_get_ns();
	return 0;
}

/* A call inside a store says why it will fail. */
static __always_inline void note_failure(void *ctx, __u32 note)
{
	struct call *c = call_around(ctx, CALL_STORE);

	if (!c)
		return;
	c->notes |= note;
	look_for_stale(c);
}

/*
 * shrink_memcg() directly inside a store: memory.zswap.max was reached (obj_cgroup_may_zswap()
 * said no), and if not one page could be written back the store is refused. No kernel counter.
 * Otherwise it is shrink_worker() that calls it.
 */
static __always_inline __u8 shrink_trigger(void *ctx)
{
	struct frame *around = frame_around(ctx, task_frames(0));

	if (around && around->kind == FRAME_WORKER)
		return ZT_TRIGGER_POOL_LIMIT;
	return call_around(ctx, CALL_STORE) ? ZT_TRIGGER_CGROUP_LIMIT : ZT_TRIGGER_OTHER;
}

SEC("fentry")
int shrink_memcg_enter(__u64 *ctx)
{
	__u8 trigger = shrink_trigger(ctx);
	struct frame *f = frame_push(ctx, FRAME_SHRINK);

	if (f)
		f->trigger = trigger;
	return 0;
}

SEC("fexit")
int shrink_memcg_exit(__u64 *ctx)
{
	frame_pop(ctx, FRAME_SHRINK);
	if (result_int(ctx))
		note_failure(ctx, NOTE_CGROUP_DENIED);
	return 0;
}

/*
 * The compressor (..6.17, where its refusal is the store's): an error, or a page that did not get
 * smaller.
 */
SEC("fexit")
int compress_exit(__u64 *ctx)
{
	__u32 size = LOAD_U32(argument(ctx, 0), struct acomp_req, dlen);
	__s32 err = result_int(ctx);

	/* asynchronous backends answer later */
	if (err == -EINPROGRESS || err == -EBUSY || (!err && size && size < 4096))
		return 0;
	note_failure(ctx, err && err != -ENOSPC ? NOTE_COMPRESS_FAIL : NOTE_COMPRESS_POOR);
	return 0;
}

/* zpool_malloc (..6.17): -ENOSPC for what is larger than a page. */
SEC("fexit")
int pool_malloc_exit(__u64 *ctx)
{
	__s32 err = result_int(ctx);

	if (err)
		note_failure(ctx, err == -ENOSPC ? NOTE_COMPRESS_POOR : NOTE_ALLOC_FAIL);
	return 0;
}

/*
 * mem_cgroup_zswap_writeback_enabled, asked by a store (6.18+) only about a page that the
 * compressor refused or did not make smaller: kept as it is if the answer is yes, refused if it
 * is no. So nothing has to watch the compressor and the allocator, which run in every store: what
 * else fails that late is memory.
 */
SEC("fexit")
int writeback_enabled_exit(__u64 *ctx)
{
	if (!result_bool(ctx))
		note_failure(ctx, NOTE_COMPRESS_POOR);
	return 0;
}

static __always_inline bool pool_exists(void)
{
	/* an empty list_head points to itself */
	return !config.zswap_pools || load64(config.zswap_pools) != config.zswap_pools;
}

/* For the verifier, which forgets in one copy of a number what it saw of another. */
#define REJECTS_MASK 15
_Static_assert(ZT_NR_REJECTS <= REJECTS_MASK, "a mask for causes of refusals");

/* The first cause, from what was seen inside the call; the order is that of zswap_store(). */
__noinline __u32 why_refused(const struct call *c, bool large)
{
	struct failures failures = new_failures();
	__u32 notes = c ? c->notes : 0;

	if (large && !config.large_folios)
		return ZT_REJECT_OTHER;
	if (notes & NOTE_DISABLED || (!c && zswap_is_off()))
		return ZT_REJECT_DISABLED;
	if (notes & NOTE_CGROUP_DENIED)
		return ZT_REJECT_CGROUP_LIMIT;
	if (notes & NOTE_COMPRESS_FAIL)
		return ZT_REJECT_COMPRESS_FAIL;
	if (notes & NOTE_COMPRESS_POOR)
		return ZT_REJECT_COMPRESS_POOR;
	if (notes & NOTE_ALLOC_FAIL)
		return ZT_REJECT_ALLOC_FAIL;
	if (kernel_flag(config.pool_reached_full))
		return ZT_REJECT_POOL_FULL;
	if (!pool_exists())
		return ZT_REJECT_NO_POOL;
	if (failures.alloc)
		return ZT_REJECT_ALLOC_FAIL;
	return failures.poor ? ZT_REJECT_COMPRESS_POOR : ZT_REJECT_OTHER;
}

struct sizes {
	struct zt_cpu *cpu;
	__u64 tree; /* one for all: an aligned folio does not reach across */
	__u64 swp;
	__u64 bytes;
};

static __always_inline __u32 count_size(struct zt_cpu *cpu, __u64 tree, __u64 swp)
{
	struct spot spot;
	__u32 length;

	find_spot(&spot, tree, swp);
	if (spot.state != SPOT_ENTRY)
		return 0;
	length = DIRECT(spot.entry, struct zswap_entry, length);
	OBSERVE(cpu, PAGE_BYTES, length);
	return length;
}

static long one_size(__u32 n, struct sizes *sizes)
{
	sizes->bytes += count_size(sizes->cpu, sizes->tree, sizes->swp + n);
	return 0;
}

/*
 * The sizes are read from the entries: the folio is still locked and in the swap cache, so nobody
 * takes them out before this program is done. Cheaper than watching the allocator, which other
 * users (zram) keep busy too.
 */
static __always_inline __u64 stored_bytes(struct zt_cpu *cpu, const struct call *c, __u64 swp,
					  __u32 pages)
{
	struct sizes sizes = {.cpu = cpu, .tree = c ? c->tree : tree_of(swp), .swp = swp};

	if (pages == 1)
		return count_size(cpu, sizes.tree, swp);
	bpf_loop(pages, one_size, &sizes, 0);
	return sizes.bytes;
}

static __always_inline void store_event(__u32 result, __u64 swp, __u32 pages, __u64 bytes,
					__u64 latency, struct owner owner)
{
	struct zt_event e;

	if (!event_wanted(ZT_EV_STORE, result, owner))
		return;
	e = event_new(ZT_EV_STORE, result, swp, owner);
	e.pages = pages;
	e.latency_ns = latency;
	if (result == ZT_STORE_STORED && trees_known())
		e.bytes = bytes;
	event_send(&e);
}

static __always_inline void store_tree(struct zt_cpu *cpu, struct call *c, bool stored,
				       struct owner owner)
{
	if (!stored && c->notes & NOTE_STALE_ENTRY) {
		count_effect(cpu, &c->effect, ZT_CAUSE_STORE, c->swp, owner);
	} else if (stored && c->notes & NOTE_TREE_GROWS) {
		__u64 head = tree_head(c->tree);

		c->effect.height_after = height_of(head);
		count(cpu, ZT_TREE_GROWS, 1);
		tree_event(ZT_TREE_RES_GROW, &c->effect, ZT_CAUSE_STORE, c->swp, owner);
	}
}

static __always_inline void store_cgroup(struct owner owner, __u32 pages, __u32 result, __u64 bytes,
					 __u32 bucket)
{
	struct zt_cgroup *cg = cgroup_counters(owner);

	if (!cg)
		return;
	count_cgroup(cg, ZT_CG_STORE_PAGES, pages);
	if (result == ZT_STORE_STORED)
		count_cgroup(cg, ZT_CG_STORE_BYTES, bytes);
	else if (result < ZT_NR_REJECTS)
		count_cgroup(cg, ZT_CG_STORE_REJECTED + result, pages);
	if (bucket < ZT_BUCKETS)
		observe_cgroup(cg->store_ns, bucket);
}

static __always_inline bool store_succeeded(void *ctx)
{
	if (config.store_args == ZT_PAGE_TYPE_OFFSET)
		return (__s32)page_result(ctx) == 0;
	return (__u8)page_result(ctx);
}

/* Returns ZT_STORE_STORED and the compressed size, or the cause of the refusal. */
static __always_inline __u32 store_outcome(struct zt_cpu *cpu, void *ctx, struct call *c, __u64 swp,
					   __u32 pages, __u64 *bytes)
{
	__u32 why;

	count(cpu, ZT_STORE_PAGES, pages);
	if (store_succeeded(ctx)) {
		fate_end(swp, ZT_FATE_UNKNOWN);
		if (trees_known())
			*bytes = stored_bytes(cpu, c, swp, pages);
		count(cpu, ZT_STORE_BYTES, *bytes);
		return ZT_STORE_STORED;
	}
	why = why_refused(c, pages > 1) & REJECTS_MASK;
	if (why < ZT_NR_REJECTS)
		count(cpu, ZT_STORE_REJECTED + why, pages);
	return why;
}

SEC("fexit")
int store_exit(__u64 *ctx)
{
	__u64 folio = page_argument(ctx), bytes = 0, latency = ZT_NO_U64, swp;
	struct owner owner = owner_unknown();
	__u32 pages, outcome, bucket = ZT_BUCKETS;
	struct zt_cpu *cpu;
	struct call *c;

	if (no_call_matters())
		return 0;
	cpu = this_cpu();
	c = call_of(ctx, (__u64)ctx, CALL_STORE);
	if (!cpu || (!c && only_some_owners()))
		return 0;
	if (c && config.latency) {
		latency = bpf_ktime_get_ns() - c->start_ns;
		bucket = OBSERVE(cpu, STORE_NS, latency);
	}
	pages = folio_pages(folio);
	swp = c ? c->swp : page_swp(ctx);
	outcome = store_outcome(cpu, ctx, c, swp, pages, &bytes);
	if (owners_wanted(ZT_EV_STORE))
		owner = owner_of_folio(folio);
	if (c && trees_known())
		store_tree(cpu, c, outcome == ZT_STORE_STORED, owner);
	store_cgroup(owner, pages, outcome, bytes, bucket);
	store_event(outcome, swp, pages, bytes, latency, owner);
	if (c) {
		call_end(c);
		call_mattered();
	}
	return 0;
}

#endif
