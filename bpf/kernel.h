/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the kernel's memory, and every difference between kernels that the programs have to
 * know: nowhere else. What cannot be told by CO-RE here is found out by src/facts.c and arrives
 * in the configuration.
 */
#ifndef ZSWAPTOP_BPF_KERNEL_H
#define ZSWAPTOP_BPF_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <linux/errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "vmlinux.h"
#include "zswaptop.h"

const struct zt_config configuration = {};

/*
 * The verifier knows its values and removes what depends on others, but leaves the loads. Not
 * volatile, so that the compiler loads a value once, not once a mention; the barrier keeps it from
 * taking the zeroes above for the values.
 */
static __always_inline const struct zt_config *get_config(void)
{
	const struct zt_config *c = &configuration;

	asm("" : "+r"(c));
	return c;
}

#define config (*get_config())

/*
 * Ids of types in the kernel's BTF. The kernel has no such enum: src/corebtf.c makes it, with its
 * values, for libbpf, which is not given all of the kernel's BTF and so cannot tell ids.
 */
enum zt_type_id {
	zt_id_timespec64 = 1,
	zt_id_folio,
	zt_id_cgroup,
	zt_id_mem_cgroup,
	zt_id_obj_cgroup,
	zt_id_xa_node,
	zt_id_zswap_entry,
	zt_id_acomp_req,
};

#define ID_OF(name) bpf_core_enum_value(enum zt_type_id, zt_id_##name)
/* clang-format off */
#define TYPE_ID(type)                                     \
	_Generic((type *)0,                               \
		struct timespec64 *: ID_OF(timespec64),   \
		struct folio *: ID_OF(folio),             \
		struct folio___memdesc *: ID_OF(folio),   \
		struct folio___old *: ID_OF(folio),       \
		struct cgroup *: ID_OF(cgroup),           \
		struct mem_cgroup *: ID_OF(mem_cgroup),   \
		struct obj_cgroup *: ID_OF(obj_cgroup),   \
		struct xa_node *: ID_OF(xa_node),         \
		struct zswap_entry *: ID_OF(zswap_entry), \
		struct acomp_req *: ID_OF(acomp_req))
/* clang-format on */

/* 6.2+. Gives an untrusted pointer whose direct loads yield 0 where a probe read would fail. */
extern void *bpf_rdonly_cast(void *obj, __u64 btf_id) __ksym __weak;

/*
 * Kernel memory, read directly: 0 if the address is bad. A tenth of a probe read's cost. The
 * verifier gives the value the type that BTF gives the field, and refuses arithmetic on pointers,
 * so fields are numbers or only walked through. (Of a void pointer it makes a pointer since 6.17.)
 */
#define CAST(addr, type) ((type *)bpf_rdonly_cast((void *)(addr), TYPE_ID(type)))

/* The barrier: or the compiler makes one load of this and of another kind of pointer's. */
#define DIRECT(addr, type, field)                             \
	({                                                    \
		__u64 value = (__u64)CAST(addr, type)->field; \
                                                              \
		asm volatile("" : "+r"(value));               \
		value;                                        \
	})

/* One word, by way of a type that begins with a plain 64-bit number. */
static __always_inline __u64 direct64(__u64 addr)
{
	return DIRECT(addr, struct timespec64, tv_sec);
}

/* The same on every kernel. */
static __always_inline __u64 load64(__u64 addr)
{
	__u64 value;

	if (config.rdonly_cast)
		return direct64(addr);
	if (bpf_probe_read_kernel(&value, sizeof(value), (void *)addr))
		return 0;
	return value;
}

static __always_inline __u32 load32(__u64 addr)
{
	return (__u32)load64(addr);
}

#define OFFSET(type, field)	    bpf_core_field_offset(((type *)0)->field)
#define LOAD_PTR(addr, type, field) load64((addr) + OFFSET(type, field))
/* A field that is a number: the offset is in the load where that is direct. */
#define LOAD(addr, type, field) \
	(config.rdonly_cast ? DIRECT(addr, type, field) : load64((addr) + OFFSET(type, field)))
#define LOAD_U32(addr, type, field) ((__u32)LOAD(addr, type, field))
#define LOAD_U8(addr, type, field)  ((__u8)load64((addr) + OFFSET(type, field)))

/* The verifier lets nobody calculate with a pointer, but gives away its lower half. */
static __always_inline __u32 low_half(__u64 pointer)
{
	__u32 half;

	asm volatile("%0 = %1" : "=w"(half) : "w"((__u32)pointer));
	return half;
}

/*
 * An argument of the traced function, as the 64 bits of its register. The verifier refuses what
 * the function does not have, but only where the configuration lets the program get there.
 */
#define argument(ctx, n) (((__u64 *)(ctx))[n])

/*
 * Of a bool only the low byte is defined, of an int the low 32 bits: compilers leave rubbish
 * above them (seen: zswap_decompress of 7.3 returns 0xffffff00 for false).
 */
static __always_inline __u64 result(void *ctx)
{
	__u64 value = 0;

	bpf_get_func_ret(ctx, &value);
	return value;
}

static __always_inline bool result_bool(void *ctx)
{
	return (__u8)result(ctx) != 0;
}

static __always_inline __s32 result_int(void *ctx)
{
	return (__s32)result(ctx);
}

/* swp_entry_t of 64-bit kernels: 5 bits of type above 58 bits of offset. */
#define SWP_OFFSET_BITS 58

static __always_inline __u32 swp_type(__u64 swp)
{
	return swp >> SWP_OFFSET_BITS;
}

static __always_inline __u64 swp_offset(__u64 swp)
{
	return swp & ((1ULL << SWP_OFFSET_BITS) - 1);
}

static __always_inline __u64 make_swp(__u64 type, __u64 offset)
{
	return type << SWP_OFFSET_BITS | offset;
}

/* The first argument(s) of zswap_invalidate: swp_entry_t since 6.9, (type, offset) before. */
static __always_inline __u64 invalidate_swp(__u64 *ctx)
{
	if (config.invalidate_args == ZT_INV_TYPE_OFFSET)
		return make_swp((__u32)argument(ctx, 0), argument(ctx, 1));
	return argument(ctx, 0);
}

/* zswap_store and zswap_load: (folio) since 6.6, frontswap's (type, offset, page) before. */
static __always_inline __u64 page_argument(void *ctx)
{
	__u64 page = argument(ctx, 0);

	/* by the helper: the compiler would make one load, with an offset to choose, of two */
	if (config.store_args == ZT_PAGE_TYPE_OFFSET)
		bpf_get_func_arg(ctx, 2, &page);
	return page;
}

/* What zswap_store and zswap_load returned: behind their arguments. */
static __always_inline __u64 page_result(void *ctx)
{
	__u64 value;

	if (config.store_args == ZT_PAGE_TYPE_OFFSET)
		return result(ctx);
	value = argument(ctx, 1);
	asm volatile("" : "+r"(value));
	return value;
}

/* swap_read_folio: (folio, plug) up to 7.2, (plug, folio) in 7.3. */
static __always_inline __u64 swapin_folio(void *ctx)
{
	return config.swapin_folio_arg ? argument(ctx, 1) : argument(ctx, 0);
}

static __always_inline __u64 page_swp(void *ctx)
{
	if (config.store_args == ZT_PAGE_TYPE_OFFSET)
		return make_swp((__u32)argument(ctx, 0), argument(ctx, 1));
	/* folio->swap since 6.6, in the word that older kernels call private */
	return LOAD_PTR(argument(ctx, 0), struct folio, private);
}

/* A plain word up to 6.17, memdesc_flags_t since 6.18. */
static __always_inline bool page_flag(__u64 folio, __u64 bit)
{
	if (bpf_core_field_exists(((struct folio___memdesc *)0)->flags.f))
		return LOAD(folio, struct folio___memdesc, flags.f) >> bit & 1;
	return LOAD(folio, struct folio, flags) >> bit & 1;
}

static __always_inline bool folio_is_large(__u64 folio)
{
	return page_flag(folio, bpf_core_enum_value(enum pageflags, PG_head));
}

static __always_inline bool folio_in_swapcache(__u64 folio)
{
	return page_flag(folio, bpf_core_enum_value(enum pageflags, PG_swapcache));
}

static __always_inline __u32 folio_pages(__u64 folio)
{
	if (!folio_is_large(folio))
		return 1;
	/* renamed in 6.16 */
	if (bpf_core_field_exists(((struct folio *)0)->_nr_pages))
		return LOAD_U32(folio, struct folio, _nr_pages);
	return LOAD_U32(folio, struct folio___old, _folio_nr_pages);
}

/* ERR_PTR of 7.2+; NULL before. */
static __always_inline bool is_error(__u64 ptr)
{
	return ptr >= (__u64)-4095;
}

/* A bool or a pointer-sized word of the kernel's data; 0 where the symbol is not known. */
static __always_inline bool kernel_flag(__u64 addr)
{
	return addr && (__u8)load64(addr);
}

/*
 * A guest whose hypervisor has no paravirtual spinlocks tries a lock again and again, without a
 * queue and without the tracepoints: see virt_spin_lock(). Its static key alone does not tell, for
 * some hypervisors' own slow path leaves it on.
 */
static __always_inline bool spins_untraced(void)
{
	if (!config.virt_spin_lock_key || !load32(config.virt_spin_lock_key))
		return false;
	return !config.spin_slowpath || load64(config.spin_slowpath) == config.native_slowpath;
}

#endif
