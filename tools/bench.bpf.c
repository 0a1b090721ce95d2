// SPDX-License-Identifier: GPL-2.0-only
/* What attaching anything costs: programs that do nothing, or nothing but take the time. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define EMPTY(name, type, function)      \
	SEC(#type "/" #function)         \
	int name##_##function(void *ctx) \
	{                                \
		(void)ctx;               \
		return 0;                \
	}

#define TIMED(name, type, function)      \
	SEC(#type "/" #function)         \
	int name##_##function(void *ctx) \
	{                                \
		(void)ctx;               \
		bpf_ktime_get_ns();      \
		return 0;                \
	}

#define ALL(function)                     \
	EMPTY(entry, fentry, function)    \
	EMPTY(pair_in, fentry, function)  \
	EMPTY(pair_out, fexit, function)  \
	TIMED(timed_in, fentry, function) \
	TIMED(timed_out, fexit, function)

ALL(zswap_store)
ALL(zswap_load)
ALL(zswap_invalidate)

char LICENSE[] SEC("license") = "GPL";
