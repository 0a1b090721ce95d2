// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "symbols.h"
#include "symbols.skel.h"

struct symbols *symbols_open(void)
{
	return (struct symbols *)symbols_bpf__open_and_load();
}

void symbols_close(struct symbols *symbols)
{
	symbols_bpf__destroy((struct symbols_bpf *)symbols);
}

int symbols_find(struct symbols *symbols, const char *name, struct symbol *found)
{
	struct symbols_bpf *skel = (struct symbols_bpf *)symbols;
	LIBBPF_OPTS(bpf_test_run_opts, run);
	const char *size;
	int err;

	memset(skel->bss->name, 0, sizeof(skel->bss->name));
	if (strlen(name) >= sizeof(skel->bss->name))
		return -ENAMETOOLONG;
	strcpy(skel->bss->name, name);
	err = bpf_prog_test_run_opts(bpf_program__fd(skel->progs.find_symbol), &run);
	if (!err)
		err = (int)run.retval;
	if (err)
		return err;
	size = strrchr(skel->bss->place, '/');
	found->address = skel->bss->address;
	found->size = size ? strtoull(size + 1, NULL, 0) : 0;
	return 0;
}
