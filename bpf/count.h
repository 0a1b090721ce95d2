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

/* How many bits a number has. */
#define TWICE(...) __VA_ARGS__, __VA_ARGS__
#define SIXTEEN(n) TWICE(TWICE(TWICE(TWICE(n))))
const __u8 bits_of[256] = {
	0,
	1,
	TWICE(2),
	TWICE(TWICE(3)),
	TWICE(TWICE(TWICE(4))),
	SIXTEEN(5),
	TWICE(SIXTEEN(6)),
	TWICE(TWICE(SIXTEEN(7))),
	TWICE(TWICE(TWICE(SIXTEEN(8)))),
};

/* The bucket whose upper bound, 2^(first + bucket), is the smallest not below the value. */
static __always_inline __u32 bucket_of(__u64 value, __u32 first)
{
	__u64 units = value ? (value - 1) >> first : 0;
	__u32 bucket;

	if (units < 1 << 8)
		bucket = bits_of[units];
	else if (units < 1 << 16)
		bucket = 8 + bits_of[units >> 8];
	else
		bucket = units < 1 << 18 ? 16 + bits_of[units >> 16] : ZT_BUCKETS - 1;
	/* the compiler knows the table, the verifier does not: it wants bounds checked */
	asm volatile("" : "+r"(bucket));
	return bucket < ZT_BUCKETS ? bucket : ZT_BUCKETS - 1;
}

/* Returns the bucket. */
static __always_inline __u32 observe(struct zt_hist *hist, __u64 value, __u32 first)
{
	__u32 bucket = bucket_of(value, first);

	hist->count[bucket]++;
	hist->sum += value;
	if (value > hist->max)
		hist->max = value;
	return bucket;
}

#define ZT_FIRST_OF(id, name, label, value, first, unit, help) ZT_FIRST_##id = first,
enum { ZT_BPF_HISTOGRAMS(ZT_FIRST_OF) };
#define OBSERVE(cpu, id, value) observe(&(cpu)->hist[ZT_H_##id], value, ZT_FIRST_##id)

#endif
