/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's BTF, read where it is, once, and its types by their names. libbpf copies it, and
 * goes through all of its types, more than 100,000, for each name that it is asked for.
 */
#ifndef ZSWAPTOP_KBTF_H
#define ZSWAPTOP_KBTF_H

#include <stdint.h>

struct btf_type;
struct kbtf;

/* A file of raw BTF that is complete in itself. NULL: errno says why. */
struct kbtf *kbtf_open(const char *path);
void kbtf_close(struct kbtf *btf);

/* The first type of this name and kind (BTF_KIND_FUNC, STRUCT, ENUM or TYPEDEF); 0: none. */
uint32_t kbtf_find(const struct kbtf *btf, const char *name, unsigned int kind);

/* How many types there are, void included: one more than the last id. */
uint32_t kbtf_count(const struct kbtf *btf);

/* NULL: void, or there is no such type. */
const struct btf_type *kbtf_type(const struct kbtf *btf, uint32_t id);

/* The name of a type, a member, a value. */
const char *kbtf_name(const struct kbtf *btf, uint32_t name_off);

#endif
