/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose page it is: the cgroup charged for it, never that of the task at work. */
#ifndef ZSWAPTOP_BPF_OWNER_H
#define ZSWAPTOP_BPF_OWNER_H

#include "count.h"

#define ROOT_CGROUP_ID 1

struct owner {
	__u64 kn;	/* struct kernfs_node; 0: no cgroup */
	__u64 id;	/* ZT_NO_U64: not asked for */
	bool in_filter; /* within the cgroup that is traced */
};

static __always_inline struct owner owner_unknown(void)
{
	return (struct owner){.id = ZT_NO_U64, .in_filter = !config.cgroup_id};
}

/* Not charged to any cgroup, or charged to the root. */
static __always_inline struct owner owner_root(void)
{
	return (struct owner){.id = ROOT_CGROUP_ID,
			      .in_filter = !config.cgroup_id || config.cgroup_id == ROOT_CGROUP_ID};
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

static __always_inline struct owner owner_of_memcg(__u64 memcg)
{
	struct owner owner;
	__u64 cgroup;

	if (!memcg)
		return owner_root();
	cgroup = load64(memcg + OFFSET(struct mem_cgroup, css) +
			OFFSET(struct cgroup_subsys_state, cgroup));
	owner.kn = LOAD_PTR(cgroup, struct cgroup, kn);
	owner.id = LOAD_PTR(owner.kn, struct kernfs_node, id);
	owner.in_filter = in_filter(cgroup, owner.id);
	return owner;
}

static __always_inline struct owner owner_of_objcg(__u64 objcg)
{
	if (!objcg)
		return owner_root();
	return owner_of_memcg(LOAD_PTR(objcg, struct obj_cgroup, memcg));
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

/* A cgroup's counters. Memory is taken as cgroups appear; without any, "other" is charged. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, ZT_MAX_CGROUPS + 1);
	__type(key, __u64);
	__type(value, struct zt_cgroup);
} cgroups SEC(".maps");

static struct zt_cgroup no_counts;

/* renamed in 6.15 or 6.16, where it became RCU's */
static __always_inline __u64 kernfs_parent(__u64 kn)
{
	if (bpf_core_field_exists(((struct kernfs_node *)0)->__parent))
		return LOAD_PTR(kn, struct kernfs_node, __parent);
	return LOAD_PTR(kn, struct kernfs_node___old, parent);
}

/* The first count of a cgroup: also keeps what its path can be told by once it is removed. */
static __noinline struct zt_cgroup *add_cgroup(__u64 id, __u64 kn)
{
	struct zt_cgroup *cg;

	bpf_map_update_elem(&cgroups, &id, &no_counts, BPF_NOEXIST);
	cg = bpf_map_lookup_elem(&cgroups, &id);
	if (!cg || !kn)
		return cg;
	cg->parent_id = LOAD_PTR(kernfs_parent(kn), struct kernfs_node, id);
	bpf_probe_read_kernel_str(cg->name, sizeof(cg->name),
				  (void *)LOAD_PTR(kn, struct kernfs_node, name));
	return cg;
}

/* NULL where nobody asks for this cgroup's counts. */
static __always_inline struct zt_cgroup *cgroup_counters(struct owner owner)
{
	struct zt_cgroup *cg;
	__u64 id = owner.id;

	if (!config.by_cgroup || !owner.in_filter)
		return NULL;
	cg = bpf_map_lookup_elem(&cgroups, &id);
	if (!cg)
		cg = add_cgroup(id, owner.kn);
	if (cg)
		return cg;
	id = ZT_CGROUP_OTHER;
	return bpf_map_lookup_elem(&cgroups, &id);
}

/* Cgroups are shared by all CPUs: always atomic. */
static __always_inline void count_cgroup(struct zt_cgroup *cg, __u32 slot, __u64 by)
{
	if (cg)
		__sync_fetch_and_add(&cg->n[slot], by);
}

static __always_inline void observe_cgroup(__u32 *buckets, __u64 value)
{
	__sync_fetch_and_add(&buckets[bucket_of(value, 8)], 1);
}

#endif
