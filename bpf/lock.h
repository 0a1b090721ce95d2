/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waits for a tree's lock. The tracepoints run only when a lock is contended, but for every lock
 * of the system; a tree's lock is recognised by its address, which lies within the array of trees
 * of a swap area. A spinning task stays on its CPU, so the context is the CPU's.
 *
 * A queued spinlock runs them only where a CPU queues: the first one behind the holder spins on the
 * pending bit instead, and is not seen. Paravirtual ones always queue.
 */
#include "tree.h"

#define MAX_SWAP_TYPES 32

struct wait {
	__u64 lock;
	__u64 start_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wait);
} waits SEC(".maps");

static __always_inline bool is_tree_lock(__u64 lock)
{
	__u64 trees, size;
	__u32 type;

	for (type = 0; type < MAX_SWAP_TYPES; type++) {
		if (type >= config.swap_types)
			break;
		trees = load64(config.zswap_trees + 8 * type);
		if (!trees || lock < trees)
			continue;
		size = bpf_core_type_size(struct xarray) * load32(config.nr_zswap_trees + 4 * type);
		if (lock - trees < size)
			return true;
	}
	return false;
}

SEC("tp_btf/contention_begin")
int lock_wait(__u64 *ctx)
{
	__u64 lock = ctx[0];
	struct wait *wait;
	__u32 key = 0;

	if (!is_tree_lock(lock))
		return 0;
	wait = bpf_map_lookup_elem(&waits, &key);
	if (!wait)
		return 0;
	wait->lock = lock;
	wait->start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/contention_end")
int lock_taken(__u64 *ctx)
{
	struct zt_cpu *cpu;
	struct wait *wait;
	__u32 key = 0;

	wait = bpf_map_lookup_elem(&waits, &key);
	if (!wait || !wait->lock || wait->lock != ctx[0])
		return 0;
	wait->lock = 0;
	cpu = this_cpu();
	if (!cpu)
		return 0;
	count(cpu, ZT_LOCK_CONTENTIONS, 1);
	count(cpu, ZT_LOCK_WAIT, bpf_ktime_get_ns() - wait->start_ns);
	return 0;
}
