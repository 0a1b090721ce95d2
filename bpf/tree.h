/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trees in which zswap finds its entries: since 6.10 an xarray for every 64 MiB of swap.
 *
 * No function of lib/xarray.c can be traced (lib/ is built without the tracer's entry code), so
 * what an erase will do is worked out from the tree just before it. The entry itself cannot go
 * away in between: whoever frees, loads or writes back a slot owns it. Its neighbours can, so with
 * several tasks in one tree the effects, not the outcome, are a very good guess.
 *
 * Everything here is read directly: a kernel with these xarrays has bpf_rdonly_cast().
 */
#ifndef ZSWAPTOP_BPF_TREE_H
#define ZSWAPTOP_BPF_TREE_H

#include "event.h"
#include "frame.h"

#define TREE_SHIFT  14 /* ZSWAP_ADDRESS_SPACE_SHIFT (SWAP_ADDRESS_SPACE_SHIFT before 6.18) */
#define CHUNK_SHIFT 6  /* XA_CHUNK_SHIFT */
#define CHUNK_MASK  63
#define MAX_LEVELS  6 /* 36 bits of offset: 256 TiB of swap */

enum spot_state { SPOT_TREE_EMPTY, SPOT_ABSENT, SPOT_ENTRY };

struct spot {
	__u64 head;
	__u64 entry;
	__u64 leaf;
	enum spot_state state;
};

static __always_inline bool trees_known(void)
{
	return config.zswap_trees && config.tree_kind == ZT_TREES_XARRAY;
}

static __always_inline __u64 tree_of(__u64 swp)
{
	__u64 trees = direct64(config.zswap_trees + 8 * swp_type(swp));

	return trees + bpf_core_type_size(struct xarray) * (swp_offset(swp) >> TREE_SHIFT);
}

static __always_inline __u64 tree_head(__u64 tree)
{
	return direct64(tree + OFFSET(struct xarray, xa_head));
}

/*
 * xa_is_node() and xa_to_node() of include/linux/xarray.h. Internal entries that are no nodes are
 * small numbers: what is read through them is 0, as through any address that is not the kernel's.
 */
static __always_inline bool is_node(__u64 item)
{
	return (item & 3) == 2;
}

static __always_inline __u64 to_node(__u64 item)
{
	return item - 2;
}

static __always_inline __u64 node_slot(__u64 node, __u32 n)
{
	return direct64(node + OFFSET(struct xa_node, slots) + 8 * n);
}

/* In 0 to 63: the mask is for the verifier. */
static __always_inline __u8 node_shift(__u64 node)
{
	return DIRECT(node, struct xa_node, shift) & 63;
}

static __always_inline __u8 node_count(__u64 node)
{
	return DIRECT(node, struct xa_node, count);
}

static __always_inline __u64 node_parent(__u64 node)
{
	return direct64(node + OFFSET(struct xa_node, parent));
}

/* Levels of nodes below this item; 0 for an entry and for nothing. */
static __always_inline __u8 height_of(__u64 item)
{
	return is_node(item) ? node_shift(to_node(item)) / CHUNK_SHIFT + 1 : 0;
}

/* One level down. */
static __always_inline __u64 child(__u64 item, __u64 index, __u32 shift)
{
	return node_slot(to_node(item), index >> shift & CHUNK_MASK);
}

/* The levels above the four of 64 GiB, which few swap areas need. */
static __noinline __u64 descend(__u64 item, __u64 index)
{
	__s32 shift = node_shift(to_node(item));
	int i;

	for (i = 0; i < MAX_LEVELS - 4 && shift > 3 * CHUNK_SHIFT; i++) {
		item = child(item, index, shift & 63);
		shift -= CHUNK_SHIFT;
	}
	return item;
}

/*
 * What xa_load() would find, without the lock. The levels of a tree without multi-index entries
 * are CHUNK_SHIFT apart, so only the root is asked for its shift. What is missing on the way reads
 * as nothing down to the end, see is_node().
 */
static __always_inline void find_spot(struct spot *spot, __u64 tree, __u64 swp)
{
	__u64 item = tree_head(tree), index;
	__u32 shift;

	spot->head = item;
	spot->entry = 0;
	spot->leaf = 0;
	spot->state = SPOT_TREE_EMPTY;
	if (!item)
		return;
	/* or the compiler works it out before, for nothing where the tree is empty */
	asm volatile("" : "+r"(swp));
	index = swp_offset(swp);
	spot->state = SPOT_ABSENT;
	if (is_node(item)) {
		shift = node_shift(to_node(item));
		if (index >> shift > CHUNK_MASK)
			return;
		if (shift > 3 * CHUNK_SHIFT)
			item = descend(item, index);
		if (shift >= 3 * CHUNK_SHIFT)
			item = child(item, index, 3 * CHUNK_SHIFT);
		if (shift >= 2 * CHUNK_SHIFT)
			item = child(item, index, 2 * CHUNK_SHIFT);
		if (shift >= CHUNK_SHIFT)
			item = child(item, index, CHUNK_SHIFT);
		spot->leaf = to_node(item);
		item = child(item, index, 0);
	} else if (index) {
		return;
	}
	if (!item || item & 3)
		return;
	spot->entry = item;
	spot->state = SPOT_ENTRY;
}

/*
 * xas_shrink(): while the root has one item left and that is at index 0, the item takes the
 * root's place; an entry only from the lowest level.
 */
static __always_inline void collapse_root(struct effect *effect, __u64 root, __u32 left,
					  __u32 erased_slot)
{
	__u64 item;
	int i;

	for (i = 0; i < MAX_LEVELS && left == 1; i++) {
		item = erased_slot ? node_slot(root, 0) : 0;
		if (!item || (!is_node(item) && node_shift(root)))
			return;
		effect->nodes_freed++;
		effect->height_after = height_of(item);
		if (!is_node(item)) {
			effect->what |= 1 << ZT_TREE_RES_HEAD_COLLAPSE;
			return;
		}
		effect->what |= 1 << ZT_TREE_RES_SHRINK;
		root = to_node(item);
		left = node_count(root);
		erased_slot = 1; /* nothing was erased below the old root */
	}
}

/*
 * Works out what erasing the entry at this spot does: xas_delete_node() frees every node that
 * runs empty, and if the last one standing is the root, xas_shrink() follows.
 */
__noinline int erase_effect(struct effect *effect, __u64 head, __u64 leaf, __u64 index)
{
	__u64 node = leaf, parent;
	__u32 count, slot;
	int i;

	/* before 6.8 the verifier goes through it even where nobody calls it */
	if (!effect || !trees_known())
		return 0;
	if (!leaf) { /* the only entry, in the head itself */
		effect->what = 1 << ZT_TREE_RES_EMPTIED;
		return 0;
	}
	effect->height_before = effect->height_after = height_of(head);
	for (i = 0; i < MAX_LEVELS; i++) {
		count = node_count(node);
		parent = node_parent(node);
		if (count > 1) {
			slot = index >> node_shift(node) & CHUNK_MASK;
			if (!parent)
				collapse_root(effect, node, count - 1, slot);
			return 0;
		}
		effect->nodes_freed++;
		if (!parent)
			break;
		node = parent;
	}
	effect->height_after = 0;
	effect->what |= 1 << ZT_TREE_RES_EMPTIED;
	return 0;
}

/* Most erases do nothing to the tree: a leaf with two or more neighbours left stays. */
static __always_inline bool erase_matters(const struct spot *spot)
{
	return spot->state == SPOT_ENTRY && (!spot->leaf || node_count(spot->leaf) <= 2);
}

static __always_inline void predict_erase(struct effect *effect, const struct spot *spot, __u64 swp)
{
	if (erase_matters(spot))
		erase_effect(effect, spot->head, spot->leaf, swp_offset(swp));
}

/* Not inline, as are its callers: it is rare, and the verifier goes through every copy. */
static __noinline int tree_event_send(enum zt_tree_result what, const struct effect *effect,
				      enum zt_cause cause, __u64 swp, __u32 slot)
{
	struct owner owner = {.slot = slot};
	struct zt_event e = event_new(ZT_EV_TREE, what, swp, owner);

	e.detail = cause;
	e.height_before = effect->height_before;
	e.height_after = effect->height_after;
	event_send(&e);
	return 0;
}

static __always_inline void tree_event(enum zt_tree_result what, const struct effect *effect,
				       enum zt_cause cause, __u64 swp, struct owner owner)
{
	if (event_wanted(ZT_EV_TREE, what, owner))
		tree_event_send(what, effect, cause, swp, owner.slot);
}

/* Counts what an erase did, for its cause. */
static __always_inline void count_effect(struct zt_cpu *cpu, const struct effect *effect,
					 enum zt_cause cause, __u64 swp, struct owner owner)
{
	if (!(effect->nodes_freed | effect->what))
		return;
	count(cpu, ZT_TREE_NODES_FREED + cause, effect->nodes_freed);
	if (effect->what & 1 << ZT_TREE_RES_SHRINK) {
		count(cpu, ZT_TREE_SHRINKS + cause, 1);
		tree_event(ZT_TREE_RES_SHRINK, effect, cause, swp, owner);
	}
	if (effect->what & 1 << ZT_TREE_RES_HEAD_COLLAPSE) {
		count(cpu, ZT_TREE_COLLAPSES + cause, 1);
		tree_event(ZT_TREE_RES_HEAD_COLLAPSE, effect, cause, swp, owner);
	}
	if (effect->what & 1 << ZT_TREE_RES_EMPTIED) {
		count(cpu, ZT_TREE_EMPTIED + cause, 1);
		tree_event(ZT_TREE_RES_EMPTIED, effect, cause, swp, owner);
	}
}

#endif
