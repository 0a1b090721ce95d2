/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trees of a swap area, looked at on demand: run by the reader, not by the kernel. One cell a
 * tree, in a map that the reader has mapped.
 */
#include "store.h"

#define LEAVES_PER_TREE (1 << (TREE_SHIFT - CHUNK_SHIFT))

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ZT_WALK_TREES);
	__type(key, __u32);
	__type(value, struct zt_cell);
} cells SEC(".maps");

struct walk {
	__u64 trees; /* address of the first tree of the area */
	__u64 first; /* tree of the first cell */
	__u64 tree;
	__u64 head;
	__u32 entries;
	__u32 count_entries;
};

static long walk_leaf(__u32 n, struct walk *walk)
{
	__u64 index = (walk->tree << TREE_SHIFT) + ((__u64)n << CHUNK_SHIFT);
	__u64 item = walk->head;
	int i;

	for (i = 0; i < MAX_LEVELS && is_node(item); i++) {
		__u8 shift = node_shift(to_node(item));

		if (!i && index >> shift > CHUNK_MASK)
			return 1;
		if (!shift) {
			walk->entries += node_count(to_node(item));
			return 0;
		}
		item = node_slot(to_node(item), index >> shift & CHUNK_MASK);
	}
	return 0;
}

static long walk_tree(__u32 n, struct walk *walk)
{
	struct zt_cell *cell = bpf_map_lookup_elem(&cells, &n);

	if (!cell)
		return 1;
	walk->tree = walk->first + n;
	walk->head = tree_head(walk->trees + bpf_core_type_size(struct xarray) * walk->tree);
	walk->entries = 0;
	if (walk->head && walk->count_entries)
		bpf_loop(LEAVES_PER_TREE, walk_leaf, walk, 0);
	cell->entries = walk->entries;
	cell->height = height_of(walk->head);
	cell->in_use = walk->head != 0;
	return 0;
}

struct zt_state state = {};

/* What the reader asks with every sample, and once before anything is attached. */
SEC("raw_tp")
int look(void *ctx __attribute__((unused)))
{
	state.pool_full = kernel_flag(config.pool_reached_full);
	state.spins_untraced = spins_untraced();
	if (!state.looks++)
		failures_seen = failures_now();
	return 0;
}

/* Arguments: swap type, first tree, number of trees, whether to count entries. */
SEC("raw_tp")
int walk_trees(__u64 *ctx)
{
	struct walk walk = {.first = ctx[1], .count_entries = ctx[3]};
	__u32 trees = ctx[2];

	if (!trees_known() || ctx[0] >= config.swap_types)
		return -EINVAL;
	walk.trees = load64(config.zswap_trees + 8 * ctx[0]);
	if (!walk.trees || trees > ZT_WALK_TREES)
		return -EINVAL;
	bpf_loop(trees, walk_tree, &walk, 0);
	return 0;
}
