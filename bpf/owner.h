/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose page it is: the cgroup charged for it, never that of the task at work. */
#ifndef ZSWAPTOP_BPF_OWNER_H
#define ZSWAPTOP_BPF_OWNER_H

#include "count.h"

#define ROOT_CGROUP_ID 1

/* A cgroup's place in the table of counters. */
struct owner {
	__u32 slot;
};

static __always_inline struct owner owner_unknown(void)
{
	return (struct owner){.slot = config.cgroup_id ? ZT_SLOT_OUTSIDE : ZT_SLOT_UNKNOWN};
}

static __always_inline bool owner_in_filter(struct owner owner)
{
	return owner.slot != ZT_SLOT_OUTSIDE;
}

static __always_inline __u64 cgroup_id(__u64 cgroup)
{
	__u64 kn = LOAD_PTR(cgroup, struct cgroup, kn);

	return LOAD_PTR(kn, struct kernfs_node, id);
}

static __always_inline bool in_filter(__u64 cgroup, __u64 id)
{
	__u64 ancestor;

	if (!config.cgroup_id || config.cgroup_id == id)
		return true;
	if ((__s32)LOAD_U32(cgroup, struct cgroup, level) <= (__s32)config.cgroup_level)
		return false;
	ancestor = load64(cgroup + OFFSET(struct cgroup, ancestors) + 8 * config.cgroup_level);
	return cgroup_id(ancestor) == config.cgroup_id;
}

/*
 * Counters by cgroup, mapped by the reader: a sample costs no system call. Places are given in
 * order of first use and never taken back.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ZT_SLOTS);
	__type(key, __u32);
	__type(value, struct zt_cgroup);
} cgroups SEC(".maps");

/* Which place, by cgroup id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, ZT_MAX_CGROUPS);
	__type(key, __u64);
	__type(value, __u32);
} slots SEC(".maps");

__u32 slots_used = ZT_SLOT_FIRST;

/*
 * The same, by the serial number of the memory controller's state, which is one load away and is
 * never used twice: serial number above 16 bits of place.
 */
#define OWNERS	     16384
#define SLOT_BITS    16
#define NO_MEMCG_KEY 1

static __u64 owners[OWNERS];

_Static_assert(ZT_SLOTS <= 1 << SLOT_BITS, "a place fits beside the serial number");

/* renamed in 6.15 or 6.16, where it became RCU's */
static __always_inline __u64 kernfs_parent(__u64 kn)
{
	if (bpf_core_field_exists(((struct kernfs_node *)0)->__parent))
		return LOAD_PTR(kn, struct kernfs_node, __parent);
	return LOAD_PTR(kn, struct kernfs_node___old, parent);
}

/* Also keeps what a cgroup's path can be told by once it is removed. */
static __always_inline __u32 add_slot(__u64 id, __u64 kn)
{
	struct zt_cgroup *cg;
	__u32 slot;

	if (slots_used >= ZT_SLOTS)
		return ZT_SLOT_OTHER;
	slot = __sync_fetch_and_add(&slots_used, 1);
	cg = bpf_map_lookup_elem(&cgroups, &slot);
	if (!cg)
		return ZT_SLOT_OTHER;
	if (bpf_map_update_elem(&slots, &id, &slot, BPF_NOEXIST)) {
		/* another CPU was faster, and this place stays empty; or there is no memory */
		__u32 *other = bpf_map_lookup_elem(&slots, &id);

		return other ? *other : ZT_SLOT_OTHER;
	}
	if (kn) {
		cg->parent_id = LOAD_PTR(kernfs_parent(kn), struct kernfs_node, id);
		bpf_probe_read_kernel_str(cg->name, sizeof(cg->name),
					  (void *)LOAD_PTR(kn, struct kernfs_node, name));
	}
	cg->id = id;
	return slot;
}

__noinline __u32 find_slot(__u64 memcg, __u64 key)
{
	__u64 id = ROOT_CGROUP_ID, kn = 0, cgroup;
	__u32 slot = ZT_SLOT_OUTSIDE, *known;
	bool inside = !config.cgroup_id || config.cgroup_id == ROOT_CGROUP_ID;

	if (memcg) {
		cgroup = LOAD_PTR(memcg + OFFSET(struct mem_cgroup, css),
				  struct cgroup_subsys_state, cgroup);
		kn = LOAD_PTR(cgroup, struct cgroup, kn);
		id = LOAD_PTR(kn, struct kernfs_node, id);
		inside = in_filter(cgroup, id);
	}
	if (inside) {
		known = bpf_map_lookup_elem(&slots, &id);
		slot = known ? *known : add_slot(id, kn);
	}
	owners[key & (OWNERS - 1)] = key << SLOT_BITS | slot;
	return slot;
}

static __always_inline __u32 cached_slot(__u64 key)
{
	__u64 word = owners[key & (OWNERS - 1)];

	return word >> SLOT_BITS == key ? word & ((1 << SLOT_BITS) - 1) : ZT_SLOT_UNKNOWN;
}

/*
 * Not charged to any cgroup is charged to the root: what is read through NULL is 0, and serial
 * numbers begin at 1.
 */
static __always_inline struct owner owner_of_memcg(__u64 memcg)
{
	__u64 key = NO_MEMCG_KEY + LOAD(memcg, struct mem_cgroup, css.serial_nr);
	__u32 slot = cached_slot(key);

	return (struct owner){.slot = slot == ZT_SLOT_UNKNOWN ? find_slot(memcg, key) : slot};
}

static __always_inline struct owner owner_of_objcg(__u64 objcg)
{
	__u64 key;
	__u32 slot;

	if (!config.rdonly_cast)
		return owner_of_memcg(LOAD_PTR(objcg, struct obj_cgroup, memcg));
	key = NO_MEMCG_KEY + DIRECT(objcg, struct obj_cgroup, memcg->css.serial_nr);
	slot = cached_slot(key);
	if (slot == ZT_SLOT_UNKNOWN)
		slot = find_slot(LOAD_PTR(objcg, struct obj_cgroup, memcg), key);
	return (struct owner){.slot = slot};
}

static __always_inline struct owner owner_of_entry(__u64 entry)
{
	return owner_of_objcg(LOAD_PTR(entry, struct zswap_entry, objcg));
}

/*
 * folio->memcg_data has flags in its low bits. Above them it is the mem_cgroup up to 7.0 and an
 * obj_cgroup since 7.1, which is also when obj_cgroup got is_root.
 */
static __always_inline struct owner owner_of_folio(__u64 folio)
{
	__u64 data = LOAD_PTR(folio, struct folio, memcg_data) & ~7ULL;

	if (bpf_core_field_exists(((struct obj_cgroup *)0)->is_root))
		return owner_of_objcg(data);
	return owner_of_memcg(data);
}

/* Is anybody going to look at the owners of events of this type? */
static __always_inline bool owners_wanted(enum zt_event_type type)
{
	return config.by_cgroup || config.events[type] || config.events[ZT_EV_TREE];
}

static __always_inline struct zt_cgroup *owner_slot(struct owner owner)
{
	return bpf_map_lookup_elem(&cgroups, &owner.slot);
}

__u32 tracing = 0; /* written by the user side: is any cgroup traced? */

static __always_inline bool any_owner_traced(void)
{
	return config.live_trace && tracing;
}

static __always_inline bool owner_traced(struct owner owner)
{
	struct zt_cgroup *cg = any_owner_traced() ? owner_slot(owner) : NULL;

	return cg && cg->traced;
}

/* Its id; ZT_NO_U64: not looked up. */
static __always_inline __u64 owner_id(struct owner owner)
{
	struct zt_cgroup *cg = owner_slot(owner);

	return cg ? cg->id : ZT_NO_U64;
}

/* NULL where nobody asks for this cgroup's counts. */
static __always_inline struct zt_cgroup *cgroup_counters(struct owner owner)
{
	if (!config.by_cgroup || !owner_in_filter(owner))
		return NULL;
	return owner_slot(owner);
}

/* Cgroups are shared by all CPUs: always atomic. */
static __always_inline void count_cgroup(struct zt_cgroup *cg, __u32 slot, __u64 by)
{
	if (cg)
		__sync_fetch_and_add(&cg->n[slot], by);
}

/* Times: these histograms and the CPUs' have the same buckets. */
static __always_inline void observe_cgroup(__u32 *buckets, __u32 bucket)
{
	__sync_fetch_and_add(&buckets[bucket], 1);
}

#endif
