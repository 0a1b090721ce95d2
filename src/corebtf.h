/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the kernel's BTF that the programs are relocated against (CO-RE). Given all of it,
 * libbpf goes through more than 100,000 types for each that the programs look into.
 */
#ifndef ZSWAPTOP_COREBTF_H
#define ZSWAPTOP_COREBTF_H

#include "kbtf.h"

struct btf;

/*
 * The kernel's structs and enums of the names that the programs' own BTF has; pointers lead
 * nowhere. In enum zt_type_id, see bpf/kernel.h, each value is the id that the struct of that name
 * has in the kernel's BTF. NULL: no memory, or errno says why.
 */
struct btf *corebtf_make(const struct kbtf *kernel, const struct btf *programs);

#endif
