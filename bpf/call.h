/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a hot call (store, load, swap-in) has to remember until it returns: a place in a table
 * that all CPUs share, as these functions sleep and migrate. What tells one call from every other
 * under way is the stack address at which the trampoline keeps its arguments, or the folio, which
 * is locked. Places are found by hashing the folio, or the stack: calls of one task are
 * neighbours, so that one inside another finds it. That is some ten instructions where task
 * storage takes 70 (7.3) to 150 (6.12), twice a call.
 *
 * A call whose exit was skipped (the kernel skips a program that would run inside itself on one
 * CPU) leaves its place behind. Whoever needs it recognises that the stack no longer holds the
 * call's first argument; and of two calls with one id only the later can be under way.
 */
#ifndef ZSWAPTOP_BPF_CALL_H
#define ZSWAPTOP_BPF_CALL_H

#include "owner.h"

enum call_kind { CALL_STORE, CALL_LOAD, CALL_SWAPIN };

/* What an erase does to its tree; see tree.h. */
struct effect {
	__u8 nodes_freed;
	__u8 height_before;
	__u8 height_after;
	__u8 what; /* a bit per enum zt_tree_result */
};

struct call {
	__u64 key; /* the lowest bit changes each time a place that was left behind is retaken */
	__u64 id;  /* the stack address or the folio */
	__u64 sp;
	__u64 first_arg;
	__u64 start_ns;
	__u64 swp;
	union {
		__u64 tree; /* a store's */
		struct {    /* a load's */
			struct owner owner;
			__u32 bytes;
		};
	};
	struct effect effect;
	__u16 notes; /* bits of the kind's own */
	__u8 pad[2]; /* a cache line each */
};

_Static_assert(sizeof(struct call) == 64, "a call fills a cache line");

#define CALL_SHIFT  12
#define CALLS	    (1 << CALL_SHIFT)
#define CALL_WAYS   4 /* places that a call may take */

#define STACK_SHIFT 14 /* THREAD_SIZE of 64-bit kernels, and its alignment */
#define STACK_SIZE  (1 << STACK_SHIFT)

#define KEY_FREE    0
#define KEY_TAKING  1 /* being filled */

static struct call calls[CALLS];

/* The lower half nearly always tells calls apart; where it does not, id does. */
static __always_inline __u64 call_key(__u64 id, enum call_kind kind)
{
	return low_half(id) | (__u64)(kind + 1) << 32;
}

/* Where its places begin. */
static __always_inline __u32 call_set(__u64 key)
{
	bool by_stack = key >> 32 != CALL_SWAPIN + 1;
	__u64 hashed = by_stack ? (__u32)key >> STACK_SHIFT : key;

	return hashed * 0x9e3779b97f4a7c15ULL >> (64 - CALL_SHIFT);
}

static __always_inline struct call *call_place(__u32 set, __u32 way)
{
	return &calls[(set + way) & (CALLS - 1)];
}

static __always_inline bool call_has_key(const struct call *c, __u64 key)
{
	return (c->key ^ key) <= 1;
}

/* Is the call still under way, or was its place left behind? */
static __always_inline bool call_alive(const struct call *c)
{
	return load64(c->sp) == c->first_arg;
}

static __always_inline bool call_take(struct call *c, __u64 old)
{
	return __sync_val_compare_and_swap(&c->key, old, KEY_TAKING) == old;
}

/* Fills a place that was taken. The key comes last: from then on others look at the rest. */
static __always_inline struct call *call_fill(struct call *c, void *ctx, __u64 id, __u64 key)
{
	c->id = id;
	c->sp = (__u64)ctx;
	c->first_arg = *(__u64 *)ctx;
	c->effect = (struct effect){};
	c->notes = 0;
	__sync_lock_test_and_set(&c->key, key);
	return c;
}

/*
 * Takes one of the places for this id, also one that was left behind, and first of all by a call of
 * the same id, for its exit would be taken for ours. That one's key must not come back, or another
 * CPU that found it left behind could still take it. Returns the way, CALL_WAYS if
 * none is to be had, and above it the lowest bit of the new key.
 */
static __noinline __u32 call_take_any(__u64 key, __u64 id)
{
	__u32 set = call_set(key), way, bit = 0;

	for (way = 0; way < CALL_WAYS; way++) {
		struct call *c = call_place(set, way);
		__u64 old = c->key;

		if (old == KEY_TAKING || (old && c->id != id && call_alive(c)))
			continue;
		bit = call_has_key(c, key) && !(old & 1);
		if (call_take(c, old))
			break;
	}
	return way | bit << 8;
}

/*
 * At entry: a place for this call, or NULL if there is none (counted). Id: a pointer that no other
 * call of this kind under way has.
 */
static __always_inline struct call *call_begin(void *ctx, __u64 id, enum call_kind kind)
{
	__u64 key = call_key(id, kind);
	__u32 set = call_set(key), taken;
	struct call *c = call_place(set, 0);

	if (call_take(c, KEY_FREE))
		return call_fill(c, ctx, id, key);
	taken = call_take_any(key, id);
	if ((taken & 0xff) >= CALL_WAYS) {
		count_shared(ZT_CONTEXTS_LOST);
		return NULL;
	}
	return call_fill(call_place(set, taken & 0xff), ctx, id, key | taken >> 8);
}

__noinline __u32 call_find_any(__u64 key)
{
	__u32 set = call_set(key), way;

	for (way = 0; way < CALL_WAYS; way++)
		if (call_has_key(call_place(set, way), key))
			break;
	return way;
}

/* The call of this kind begun with this id, or NULL if its entry was skipped. */
static __always_inline struct call *call_find(__u64 id, enum call_kind kind)
{
	__u64 key = call_key(id, kind);
	__u32 set = call_set(key);
	struct call *c = call_place(set, 0);

	if (!call_has_key(c, key)) {
		__u32 way = call_find_any(key);

		if (way >= CALL_WAYS)
			return NULL;
		c = call_place(set, way);
	}
	return c->id == id ? c : NULL;
}

/* At exit: the call with this frame and first argument. */
static __always_inline struct call *call_of(void *ctx, __u64 id, enum call_kind kind)
{
	struct call *c = call_find(id, kind);

	return c && c->sp == (__u64)ctx && c->first_arg == *(__u64 *)ctx ? c : NULL;
}

/* The place is free for others from here on. */
static __always_inline void call_end(struct call *c)
{
	if (c)
		__sync_lock_test_and_set(&c->key, KEY_FREE);
}

/* Is this call on the same stack, further up than this key's address? */
static __always_inline bool call_encloses(const struct call *c, __u64 key)
{
	__u64 its = c->key;

	return its >> 32 == key >> 32 && its > key + 1 &&
	       (__u32)its >> STACK_SHIFT == (__u32)key >> STACK_SHIFT;
}

/* Returns the way, or CALL_WAYS. */
__noinline __u32 call_find_around(__u64 key)
{
	__u32 set = call_set(key), way, closest = CALL_WAYS;
	__u64 least = (__u64)-1;

	for (way = 0; way < CALL_WAYS; way++) {
		struct call *c = call_place(set, way);

		if (!call_encloses(c, key) || c->key >= least || !call_alive(c))
			continue;
		least = c->key;
		closest = way;
	}
	return closest;
}

/*
 * The closest call of this kind, whose id is its stack address, on the stack around this one; NULL
 * if there is none.
 */
static __always_inline struct call *call_around(void *ctx, enum call_kind kind)
{
	__u64 key = call_key((__u64)ctx, kind);
	__u32 way = call_find_around(key);

	return way < CALL_WAYS ? call_place(call_set(key), way) : NULL;
}

#endif
