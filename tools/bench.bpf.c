// SPDX-License-Identifier: GPL-2.0-only
/* What attaching anything costs: programs that do nothing. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define EMPTY(function)          \
	SEC("fentry/" #function) \
	int function(void *ctx)  \
	{                        \
		(void)ctx;       \
		return 0;        \
	}

EMPTY(zswap_store)
EMPTY(zswap_load)
EMPTY(zswap_invalidate)

char LICENSE[] SEC("license") = "GPL";
