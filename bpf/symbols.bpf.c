// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the kernel for the address of one of its symbols: a search by halves since 6.2, while
 * /proc/kallsyms has to be written and read as a whole. An object of its own, loaded and run before
 * the others, which have the addresses as constants.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char name[64] = {};
__u64 address = 0;
char place[128] = {}; /* "zswap_trees+0x0/0x100": of so many bytes */

SEC("syscall")
int find_symbol(void *ctx)
{
	long err;

	(void)ctx;
	err = bpf_kallsyms_lookup_name(name, sizeof(name), 0, &address);
	if (err)
		return err;
	err = bpf_snprintf(place, sizeof(place), "%pS", &address, sizeof(address));
	return err < 0 ? err : 0;
}

char LICENSE[] SEC("license") = "GPL";
