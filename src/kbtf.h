/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types of a kernel's BTF by their names. libbpf goes through all of them, more than 100,000, for
 * each name that it is asked for.
 */
#ifndef ZSWAPTOP_NAMES_H
#define ZSWAPTOP_NAMES_H

#include <stdint.h>

struct btf;
struct names;

/* Of the functions, structs, enums and typedefs. NULL: no memory. The BTF is to stay meanwhile. */
struct names *names_index(const struct btf *btf);
void names_free(struct names *names);

/* The first type of this name and kind (BTF_KIND_...), or 0. */
uint32_t names_find(const struct names *names, const char *name, unsigned int kind);

#endif
