// SPDX-License-Identifier: GPL-2.0-only
/* Prints the ids of all BPF programs, links and maps that the kernel has. */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void print_ids(const char *what, int command)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	while (!syscall(SYS_bpf, command, &attr, sizeof(attr))) {
		printf("%s%u ", what, attr.next_id);
		attr.start_id = attr.next_id;
	}
}

int main(void)
{
	print_ids("p", BPF_PROG_GET_NEXT_ID);
	print_ids("l", BPF_LINK_GET_NEXT_ID);
	print_ids("m", BPF_MAP_GET_NEXT_ID);
	putchar('\n');
	return 0;
}
