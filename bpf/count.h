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

/* The position of the highest bit set, 0 for 0 and 1. */
static __always_inline __u32 log2_floor(__u64 v)
{
	__u32 r = 0;

	if (v >> 32) {
		v >>= 32;
		r += 32;
	}
	if (v >> 16) {
		v >>= 16;
		r += 16;
	}
	if (v >> 8) {
		v >>= 8;
		r += 8;
	}
	if (v >> 4) {
		v >>= 4;
		r += 4;
	}
	if (v >> 2) {
		v >>= 2;
		r += 2;
	}
	return r + (v >> 1);
}

/* The bucket whose upper bound, 2^(first + bucket), is the smallest not below the value. */
static __always_inline __u32 bucket_of(__u64 value, __u32 first)
{
	__u32 log = value > 1 ? log2_floor(value - 1) + 1 : 0;
	__u32 bucket = log > first ? log - first : 0;

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
