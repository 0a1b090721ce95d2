/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses of the kernel's symbols, asked of the kernel by a program that runs once for each. */
#ifndef ZSWAPTOP_SYMBOLS_H
#define ZSWAPTOP_SYMBOLS_H

#include <stdint.h>

struct symbols;

struct symbol {
	uint64_t address;
	uint64_t size; /* up to the next symbol; 0: not known */
};

/* NULL where no such program can be loaded. */
struct symbols *symbols_open(void);
void symbols_close(struct symbols *symbols);

/*
 * 0; -ENOENT: there is none of that name; -EPERM: the kernel hides addresses, as it does in
 * /proc/kallsyms; another error: it does not say.
 */
int symbols_find(struct symbols *symbols, const char *name, struct symbol *found);

#endif
