/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this kernel has: asked of its BTF and kallsyms, never concluded from a version number.
 * Gathers facts only; src/probes.c decides what to do with them.
 */
#ifndef ZSWAPTOP_FACTS_H
#define ZSWAPTOP_FACTS_H

#include <stdbool.h>
#include <stdint.h>

struct kbtf;

/* Kernel data that the programs read; the address is 0 where hidden or not there. */
#define FACT_SYMBOLS(X)                     \
	X(zswap_trees)                      \
	X(nr_zswap_trees)                   \
	X(zswap_enabled)                    \
	X(zswap_pools)                      \
	X(zswap_pool_reached_full)          \
	X(zswap_reject_alloc_fail)          \
	X(zswap_reject_kmemcache_fail)      \
	X(zswap_reject_compress_poor)       \
	X(virt_spin_lock_key)               \
	X(native_queued_spin_lock_slowpath) \
	X(__SCK__queued_spin_lock_slowpath) \
	X(pv_ops)                           \
	X(pv_ops_lock)

struct facts {
	struct kbtf *btf;     /* NULL: none, see btf_error */
	int btf_error;	      /* errno */
	bool kallsyms_hidden; /* addresses read as zero: kptr_restrict, or no CAP_SYSLOG */
#define FACT_SYMBOL_FIELD(name) uint64_t name;
	FACT_SYMBOLS(FACT_SYMBOL_FIELD)
	unsigned int swap_types;     /* pointers in zswap_trees[] */
	bool rdonly_cast;	     /* bpf_rdonly_cast() exists (6.2+) */
	unsigned int rb_tree_size;   /* of struct zswap_tree (..6.9); 0: there is none */
	unsigned int rb_root_offset; /* of its rbroot */
	unsigned int pv_lock_offset; /* of the spinlocks' calls within pv_ops */
	bool large_folios;	     /* zswap_store() takes large folios (6.13+) */
	char release[96];
	char lockdown[24]; /* "none", "integrity", "confidentiality", or empty: not known */
};

/*
 * Reads BTF and kallsyms of the running kernel. What cannot be had is left empty; never fails.
 * btf_path: NULL for the running kernel's, or a raw BTF file (for tests; kallsyms are then not
 * read).
 */
void facts_gather(struct facts *f, const char *btf_path);

/* Frees the BTF, which all below asks; what else is known stays so. */
void facts_free(struct facts *f);

/*
 * Does the kernel have a function of this name with this prototype in its BTF? args: number of
 * arguments, or -1 for any. ret: 'b' bool, 'i' any other integer, 'v' nothing, 'p' a pointer, or
 * 0 for any. first: name of the struct that the first argument points to, or NULL for any.
 */
bool facts_function(const struct facts *f, const char *name, int args, char ret, const char *first);

/* What a program has to name in order to be attached: ids of BTF types; 0: there is none. */
uint32_t facts_function_id(const struct facts *f, const char *name);
uint32_t facts_tracepoint_id(const struct facts *f, const char *name);

#endif
