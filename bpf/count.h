/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters. Programs may be preempted by others on the same CPU, but the kernel never runs one
 * program inside itself on a CPU. So a slot that one program alone writes needs no atomic
 * operation: count(). A slot with several writers takes count_shared().
 */
#ifndef ZSWAPTOP_BPF_COUNT_H
#define ZSWAPTOP_BPF_COUNT_H

#include "kernel.h"

/* One block per possible CPU, mapped by the reader: a sample costs no system call. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set to the number of possible CPUs */
	__type(key, __u32);
	__type(value, struct zt_cpu);
} cpus SEC(".maps");

static __always_inline struct zt_cpu *this_cpu(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&cpus, &cpu);
}

static __always_inline void count(struct zt_cpu *cpu, __u32 slot, __u64 by)
{
	cpu->n[slot] += by;
}

static __always_inline void count_shared(__u32 slot)
{
	struct zt_cpu *cpu = this_cpu();

	if (cpu)
		__sync_fetch_and_add(&cpu->n[slot], 1);
}

/*
 * The position of the highest bit set, 0 for 0 and 1: all bits below it are set, too, and the
 * product with a de Bruijn sequence then has a number of its own in the top bits for each.
 */
const __u8 highest_bit[32] = {
	0, 9,  1,  10, 13, 21, 2,  29, 11, 14, 16, 18, 22, 25, 3, 30,
	8, 12, 20, 28, 15, 17, 24, 7,  19, 27, 23, 6,  26, 5,  4, 31,
};

static __always_inline __u32 log2_floor(__u32 v)
{
	__u32 bit;

	v |= v >> 1;
	v |= v >> 2;
	v |= v >> 4;
	v |= v >> 8;
	v |= v >> 16;
	bit = highest_bit[v * 0x07c4acddU >> 27];
	/* the compiler knows the table, the verifier does not: it wants bounds checked */
	asm volatile("" : "+r"(bit));
	return bit;
}

/* The bucket whose upper bound, 2^(first + bucket), is the smallest not below the value. */
static __always_inline __u32 bucket_of(__u64 value, __u32 first)
{
	__u64 units = value ? (value - 1) >> first : 0;
	__u32 bucket;

	if (units >= 1ULL << (ZT_BUCKETS - 1))
		return ZT_BUCKETS - 1;
	bucket = units ? log2_floor(units) + 1 : 0;
	return bucket < ZT_BUCKETS ? bucket : ZT_BUCKETS - 1;
}

static __always_inline void observe(struct zt_hist *hist, __u64 value, __u32 first)
{
	hist->count[bucket_of(value, first)]++;
	hist->sum += value;
	if (value > hist->max)
		hist->max = value;
}

#define ZT_FIRST_OF(id, name, label, value, first, unit, help) ZT_FIRST_##id = first,
enum { ZT_BPF_HISTOGRAMS(ZT_FIRST_OF) };
#define OBSERVE(cpu, id, value) observe(&(cpu)->hist[ZT_H_##id], value, ZT_FIRST_##id)

#endif
