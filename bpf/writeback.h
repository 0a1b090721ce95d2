/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writeback of entries from the pool to swap, and why one is given up (seed 004).
 *
 * The window is shrink_memcg_cb() (6.8+) or zswap_writeback_entry() (..6.4). Inside it the kernel
 * asks its swap cache for a new folio: __read_swap_cache_async() up to 6.19,
 * swap_cache_alloc_folio() since 7.0. Ordinary swap-ins call the same function; they are told
 * apart by not being inside a window. A window nested in a swap-in of the very same entry is the
 * recursion that looped forever before 6.8.
 */
#include "fate.h"
#include "tree.h"

/* What became of the request for a folio. */
#define NOTE_ALLOC_NEW	  0x01
#define NOTE_ALLOC_EXISTS 0x02 /* in the swap cache, or on its way into it */
#define NOTE_ALLOC_GONE	  0x04 /* the slot was freed */
#define NOTE_ALLOC_NOMEM  0x08
#define NOTE_ALLOC_FAILED 0x10 /* NULL, for a reason the function does not give */
#define NOTE_PREPARE_BUSY 0x20 /* swapcache_prepare(): -EEXIST */
#define NOTE_PREPARE_GONE 0x40 /* ... another error */
#define NOTE_PREPARED	  0x80 /* ... success */
#define NOTE_OWN_FAULT	  0x100

/* Windows open in this moment: swap-ins elsewhere need not look for one while it is 0. */
static __s64 writebacks_open;

SEC("fentry")
int worker_enter(__u64 *ctx)
{
	frame_push(ctx, FRAME_WORKER);
	return 0;
}

SEC("fexit")
int worker_exit(__u64 *ctx)
{
	frame_pop(ctx, FRAME_WORKER);
	return 0;
}

/* zswap_writeback_entry() returns 0 or an error, shrink_memcg_cb() an enum lru_status. */
static __always_inline bool by_entry(void)
{
	return config.writeback_kind == ZT_WB_ZPOOL || config.writeback_kind == ZT_WB_ENTRY;
}

/* The last argument, by which the dynamic shrinker learns that a busy entry ended its run. */
static __always_inline bool called_by_shrinker(void *ctx)
{
	__u64 arg = 0;

	if (by_entry())
		return false;
	bpf_get_func_arg(ctx, config.writeback_kind == ZT_WB_LRU_LOCK_ARG ? 3 : 2, &arg);
	return arg != 0;
}

/* The dynamic shrinker, or one of those that call shrink_memcg(). */
static __always_inline __u8 find_trigger(void *ctx)
{
	struct frame *around;

	if (called_by_shrinker(ctx))
		return ZT_TRIGGER_SHRINKER;
	/* up to 6.7 there is no other caller than the pool's shrink_work */
	if (by_entry())
		return ZT_TRIGGER_POOL_LIMIT;
	around = frame_around(ctx, task_frames(0));
	if (around && around->kind == FRAME_SHRINK)
		return around->trigger;
	if (around && around->kind == FRAME_WORKER)
		return ZT_TRIGGER_POOL_LIMIT;
	/* where shrink_memcg() is not watched */
	return call_around(ctx, CALL_STORE) ? ZT_TRIGGER_CGROUP_LIMIT : ZT_TRIGGER_OTHER;
}

SEC("fentry")
int writeback_enter(__u64 *ctx)
{
	__u8 trigger = find_trigger(ctx);
	struct frame *f = frame_push(ctx, FRAME_WRITEBACK);

	if (!f)
		return 0;
	__sync_fetch_and_add(&writebacks_open, 1);
	f->trigger = trigger;
	f->bytes = ZT_NO_U32;
	f->owner = owner_unknown();
	if (config.writeback_kind != ZT_WB_ZPOOL) {
		f->entry = argument(ctx, 0);
		if (config.writeback_kind != ZT_WB_ENTRY)
			f->entry -= OFFSET(struct zswap_entry, lru);
		f->swp = LOAD_PTR(f->entry, struct zswap_entry, swpentry);
		f->bytes = LOAD_U32(f->entry, struct zswap_entry, length);
		if (owners_wanted(ZT_EV_WRITEBACK))
			f->owner = owner_of_entry(f->entry);
	}
	if (config.latency)
		f->start_ns = bpf_ktime_get_ns();
	return 0;
}

/* The swap entry asked for, whatever the kernel's other arguments. */
static __always_inline __u64 alloc_swp(void *ctx)
{
	return argument(ctx, 0);
}

static __always_inline bool folio_is_new(void *ctx, __u32 flag_argument)
{
	__u8 is_new = 0;

	bpf_probe_read_kernel(&is_new, sizeof(is_new), (void *)argument(ctx, flag_argument));
	return is_new;
}

static __always_inline __u32 alloc_note(void *ctx)
{
	__u64 folio = result(ctx);

	if (config.alloc_kind == ZT_ALLOC_ERR_PTR) {
		if (!is_error(folio))
			return NOTE_ALLOC_NEW;
		switch ((__s32)folio) {
		case -EEXIST:
			return NOTE_ALLOC_EXISTS;
		case -ENOENT:
			return NOTE_ALLOC_GONE;
		case -ENOMEM:
			return NOTE_ALLOC_NOMEM;
		default:
			return NOTE_ALLOC_FAILED;
		}
	}
	if (!folio)
		return NOTE_ALLOC_FAILED;
	return folio_is_new(ctx, 4) ? NOTE_ALLOC_NEW : NOTE_ALLOC_EXISTS;
}

#define STACK_WORDS 16 /* looked at in one go */

struct stack_search {
	__u64 at, end;
	__u64 ip, swp;
	bool found;
};

static long search_stack(__u32 n __attribute__((unused)), struct stack_search *search)
{
	__u64 words[STACK_WORDS + 2];
	int i;

	if (search->at + sizeof(words) > search->end)
		return 1;
	if (bpf_probe_read_kernel(words, sizeof(words), (void *)search->at))
		return 1;
	for (i = 0; i < STACK_WORDS; i++) {
		if (words[i] == search->ip && words[i + 2] == search->swp) {
			search->found = true;
			return 1;
		}
	}
	search->at += STACK_WORDS * sizeof(__u64);
	return 0;
}

/*
 * Is this task, further up its stack, bringing in the entry that it is told to write back? Then
 * the stack holds the frame of an outer call of this same function: the trampoline keeps the
 * function's address two words below its first argument. Looked for when a writeback is skipped,
 * which is rare; remembering every swap-in beforehand would cost each of them.
 */
static __always_inline bool own_fault(void *ctx, const struct frame *f)
{
	struct stack_search search = {
		.at = f->sp,
		.end = (f->sp | (STACK_SIZE - 1)) + 1,
		.ip = bpf_get_func_ip(ctx),
		.swp = f->swp,
	};

	bpf_loop(STACK_SIZE / (STACK_WORDS * sizeof(__u64)), search_stack, &search, 0);
	return search.found;
}

/* Ordinary swap-ins come here, too. */
SEC("fexit")
int alloc_exit(__u64 *ctx)
{
	struct frame *f;
	struct spot spot;

	if (writebacks_open <= 0)
		return 0;
	f = frame_around(ctx, task_frames(0));
	if (!f || f->kind != FRAME_WRITEBACK)
		return 0;
	if (config.writeback_kind == ZT_WB_ZPOOL)
		f->swp = alloc_swp(ctx);
	/* a swap-in by the reclaim that this writeback's own allocation began is not its own */
	if (alloc_swp(ctx) != f->swp)
		return 0;
	f->notes |= alloc_note(ctx);
	if (f->notes & (NOTE_ALLOC_EXISTS | NOTE_PREPARE_BUSY) && own_fault(ctx, f))
		f->notes |= NOTE_OWN_FAULT;
	/* the erase comes next, unless the entry is gone */
	if (f->notes & NOTE_ALLOC_NEW && trees_known()) {
		find_spot(&spot, tree_of(f->swp), f->swp);
		predict_erase(&f->effect, &spot, f->swp);
	}
	return 0;
}

/*
 * swapcache_prepare() (..6.19) says that somebody is bringing the page in at this moment. Told
 * to skip it, __read_swap_cache_async() returns NULL, and zswap takes that for -ENOMEM.
 */
SEC("fexit")
int prepare_exit(__u64 *ctx)
{
	__s32 err = result_int(ctx);
	struct frame *f;

	if (writebacks_open <= 0)
		return 0;
	f = frame_around(ctx, task_frames(0));
	if (!f || f->kind != FRAME_WRITEBACK)
		return 0;
	f->notes &= ~(NOTE_PREPARE_BUSY | NOTE_PREPARE_GONE | NOTE_PREPARED);
	if (!err)
		f->notes |= NOTE_PREPARED;
	else
		f->notes |= err == -EEXIST ? NOTE_PREPARE_BUSY : NOTE_PREPARE_GONE;
	return 0;
}

static __always_inline bool entry_still_there(const struct frame *f)
{
	struct spot spot;

	if (!trees_known())
		return false;
	find_spot(&spot, tree_of(f->swp), f->swp);
	return spot.state == SPOT_ENTRY && spot.entry == f->entry;
}

/* As REJECTS_MASK. */
#define SKIPS_MASK 7
_Static_assert(ZT_NR_SKIPS <= SKIPS_MASK, "a mask for causes of skips");

__noinline __u32 why_skipped(const struct frame *f)
{
	__u32 notes;

	if (!f)
		return ZT_SKIP_OTHER;
	notes = f->notes;
	if (notes & NOTE_OWN_FAULT)
		return ZT_SKIP_OWN_FAULT;
	if (notes & (NOTE_ALLOC_EXISTS | NOTE_PREPARE_BUSY))
		return ZT_SKIP_IN_SWAPCACHE;
	if (notes & (NOTE_ALLOC_GONE | NOTE_PREPARE_GONE))
		return ZT_SKIP_ENTRY_GONE;
	if (notes & NOTE_ALLOC_NOMEM)
		return ZT_SKIP_NO_MEMORY;
	/* the folio was there: the entry was gone, or could not be decompressed */
	if (notes & NOTE_ALLOC_NEW)
		return entry_still_there(f) ? ZT_SKIP_IO_ERROR : ZT_SKIP_ENTRY_GONE;
	/* NULL: no memory, unless the slot was freed, which takes the entry away */
	if (notes & NOTE_ALLOC_FAILED)
		return notes & NOTE_PREPARED || entry_still_there(f) ? ZT_SKIP_NO_MEMORY
								     : ZT_SKIP_ENTRY_GONE;
	/* the swap cache was not even asked: swapoff under way */
	return ZT_SKIP_OTHER;
}

#define LRU_STATUS(name) ((__s32)bpf_core_enum_value(enum lru_status, name))

static __always_inline __u32 writeback_outcome(void *ctx, const struct frame *f)
{
	__s32 ret = result_int(ctx);

	if (by_entry()) {
		if (!ret && f->notes & NOTE_ALLOC_NEW)
			return ZT_WB_RES_WRITTEN;
		return ret ? why_skipped(f) & SKIPS_MASK : ZT_SKIP_ENTRY_GONE;
	}
	if (ret == LRU_STATUS(LRU_REMOVED_RETRY))
		return ZT_WB_RES_WRITTEN;
	if (ret == LRU_STATUS(LRU_ROTATE))
		return ZT_WB_RES_ROTATED;
	return why_skipped(f) & SKIPS_MASK;
}

static __always_inline bool run_ended(void *ctx)
{
	if (by_entry())
		return false;
	return result_int(ctx) == LRU_STATUS(LRU_STOP);
}

static __always_inline void writeback_counts(struct zt_cpu *cpu, const struct frame *f,
					     __u32 outcome, struct owner owner)
{
	struct zt_cgroup *cg = cgroup_counters(owner);

	if (outcome == ZT_WB_RES_WRITTEN) {
		count(cpu, ZT_WB_PAGES + (f->trigger & 3), 1);
		count_cgroup(cg, ZT_CG_WB_PAGES, 1);
		count_effect(cpu, &f->effect, ZT_CAUSE_WRITEBACK, f->swp, owner);
		fate_end(f->swp, ZT_FATE_WRITTEN);
	} else if (outcome == ZT_WB_RES_ROTATED) {
		count(cpu, ZT_WB_ROTATED, 1);
	} else if (outcome < ZT_NR_SKIPS) {
		count(cpu, ZT_WB_SKIPPED + outcome, 1);
		count_cgroup(cg, ZT_CG_WB_SKIPPED + outcome, 1);
		if (outcome == ZT_SKIP_IN_SWAPCACHE || outcome == ZT_SKIP_OWN_FAULT)
			fate_begin(f->swp);
	}
}

SEC("fexit")
int writeback_exit(__u64 *ctx)
{
	struct frame *f = frame_pop(ctx, FRAME_WRITEBACK);
	struct zt_cpu *cpu = this_cpu();
	__u64 latency = ZT_NO_U64;
	struct owner owner;
	struct zt_event e;
	__u32 outcome;

	if (!cpu)
		return 0;
	if (!f) {
		count_shared(ZT_CONTEXTS_LOST);
		return 0;
	}
	__sync_fetch_and_add(&writebacks_open, -1);
	outcome = writeback_outcome(ctx, f);
	owner = f->owner;
	if (run_ended(ctx))
		count(cpu, ZT_WB_STOPPED, 1);
	if (config.latency && outcome != ZT_WB_RES_ROTATED) {
		latency = bpf_ktime_get_ns() - f->start_ns;
		OBSERVE(cpu, WB_NS, latency);
	}
	writeback_counts(cpu, f, outcome, owner);
	if (!event_wanted(ZT_EV_WRITEBACK, outcome, owner))
		return 0;
	e = event_new(ZT_EV_WRITEBACK, outcome, f->swp, owner);
	e.detail = f->trigger;
	e.latency_ns = latency;
	e.bytes = f->bytes;
	event_send(&e);
	return 0;
}
