/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zswap_invalidate: the hottest function of all, one call for every swap slot freed. A single
 * program at its entry looks the entry up as the proposed lockless lookup would (seed 000) and so
 * knows the outcome: no exit program, no context, no time stamp.
 *
 * Where the trees cannot be read (hidden kallsyms, red-black trees), or where lookup and outcome
 * are to be compared (--verify), the call is followed to its end instead: an entry was erased if
 * zswap_entry_free() ran inside.
 */
#include "fate.h"
#include "tree.h"

#define NOTE_ERASED	0x100 /* above the predicted outcome */
#define NOTE_PREDICTION 0xff

static __always_inline void invalidate_event(__u32 outcome, __u64 swp, __u64 entry,
					     struct owner owner)
{
	struct zt_event e;

	if (!event_wanted(ZT_EV_INVALIDATE, outcome, owner))
		return;
	e = event_new(ZT_EV_INVALIDATE, outcome, swp, owner);
	if (entry)
		e.bytes = LOAD_U32(entry, struct zswap_entry, length);
	event_send(&e);
}

static __always_inline struct owner erased_owner(__u64 entry)
{
	if (!entry || !owners_wanted(ZT_EV_INVALIDATE))
		return owner_unknown();
	return owner_of_entry(entry);
}

static __always_inline __u32 outcome_of(const struct spot *spot)
{
	if (spot->state == SPOT_ENTRY)
		return ZT_INV_RES_ERASED;
	return spot->state == SPOT_ABSENT ? ZT_INV_RES_ABSENT : ZT_INV_RES_TREE_EMPTY;
}

static __always_inline void invalidated(__u64 swp, struct owner owner)
{
	fate_end(swp, ZT_FATE_INVALIDATED);
	count_cgroup(cgroup_counters(owner), ZT_CG_INV_ERASED, 1);
}

/* One erase in thirty or so changes the tree: out of the way of the others. */
static __noinline int invalidate_tree(__u64 swp, __u64 head, __u64 leaf, __u64 entry)
{
	struct zt_cpu *cpu = this_cpu();
	struct effect effect = {};

	if (!cpu)
		return 0;
	erase_effect(&effect, head, leaf, swp_offset(swp));
	count_effect(cpu, &effect, ZT_CAUSE_INVALIDATE, swp, erased_owner(entry));
	return 0;
}

static __always_inline void nothing_invalidated(struct zt_cpu *cpu, __u64 swp, __u32 counter,
						__u32 outcome)
{
	count(cpu, counter, 1);
	fate_end(swp, ZT_FATE_UNKNOWN);
	invalidate_event(outcome, swp, 0, owner_unknown());
}

SEC("fentry")
int invalidate(__u64 *ctx)
{
	__u64 swp = invalidate_swp(ctx);
	struct zt_cpu *cpu = this_cpu();
	struct owner owner;
	struct spot spot;

	if (!cpu)
		return 0;
	find_spot(&spot, tree_of(swp), swp);
	if (spot.state == SPOT_TREE_EMPTY) {
		nothing_invalidated(cpu, swp, ZT_INV_TREE_EMPTY, ZT_INV_RES_TREE_EMPTY);
		return 0;
	}
	if (spot.state == SPOT_ABSENT) {
		nothing_invalidated(cpu, swp, ZT_INV_ABSENT, ZT_INV_RES_ABSENT);
		return 0;
	}
	count(cpu, ZT_INV_ERASED, 1);
	if (erase_matters(&spot))
		invalidate_tree(swp, spot.head, spot.leaf, spot.entry);
	owner = erased_owner(spot.entry);
	invalidate_event(ZT_INV_RES_ERASED, swp, spot.entry, owner);
	invalidated(swp, owner);
	return 0;
}

/* Has the red-black tree of this slot a root? */
static __always_inline bool rb_tree_in_use(__u64 swp)
{
	__u64 tree = load64(config.zswap_trees + 8 * swp_type(swp));

	if (config.tree_kind == ZT_TREES_RB_SPLIT)
		tree += config.rb_tree_size * (swp_offset(swp) >> TREE_SHIFT);
	return tree && load64(tree + config.rb_root_offset) != 0;
}

/* What the lookup at the entry says; for red-black trees only whether the tree was empty. */
static __always_inline void follow_lookup(struct frame *f)
{
	struct spot spot;

	f->notes = ZT_INV_RES_UNCLASSIFIED;
	if (trees_known()) {
		find_spot(&spot, tree_of(f->swp), f->swp);
		predict_erase(&f->effect, &spot, f->swp);
		f->notes = outcome_of(&spot);
		f->entry = spot.entry;
	} else if (config.zswap_trees && config.tree_kind != ZT_TREES_UNKNOWN) {
		f->notes = rb_tree_in_use(f->swp) ? ZT_INV_RES_ABSENT : ZT_INV_RES_TREE_EMPTY;
	}
}

SEC("fentry")
int follow_enter(__u64 *ctx)
{
	struct frame *f = frame_push(ctx, FRAME_INVALIDATE);

	if (!f)
		return 0;
	f->swp = invalidate_swp(ctx);
	follow_lookup(f);
	return 0;
}

/* zswap_entry_free (zswap_free_entry up to 6.8): was it called by zswap_invalidate? */
SEC("fentry")
int follow_free(__u64 *ctx)
{
	struct frame *f = frame_around(ctx, task_frames(0));

	if (!f || f->kind != FRAME_INVALIDATE)
		return 0;
	f->notes |= NOTE_ERASED;
	f->owner = erased_owner(argument(ctx, 0));
	f->bytes = LOAD_U32(argument(ctx, 0), struct zswap_entry, length);
	return 0;
}

/* What really happened. An empty tree cannot be told from an absent entry without the lookup. */
static __always_inline __u32 followed_outcome(const struct frame *f)
{
	if (f->notes & NOTE_ERASED)
		return ZT_INV_RES_ERASED;
	if ((f->notes & NOTE_PREDICTION) == ZT_INV_RES_ERASED)
		return ZT_INV_RES_ABSENT;
	return f->notes & NOTE_PREDICTION;
}

static __always_inline void check_lookup(struct zt_cpu *cpu, const struct frame *f, __u32 outcome)
{
	__u32 predicted = f->notes & NOTE_PREDICTION;

	if (!config.verify || !trees_known())
		return;
	if ((predicted == ZT_INV_RES_ERASED) == (outcome == ZT_INV_RES_ERASED))
		return;
	count(cpu, ZT_INV_STALE, 1);
	invalidate_event(ZT_INV_RES_STALE, f->swp, 0, owner_unknown());
}

SEC("fexit")
int follow_exit(__u64 *ctx)
{
	struct frame *f = frame_pop(ctx, FRAME_INVALIDATE);
	struct zt_cpu *cpu = this_cpu();
	struct owner owner;
	__u32 outcome;

	if (!cpu)
		return 0;
	if (!f) {
		count(cpu, ZT_INV_UNCLASSIFIED, 1);
		return 0;
	}
	outcome = followed_outcome(f);
	check_lookup(cpu, f, outcome);
	owner = owner_unknown();
	switch (outcome) {
	case ZT_INV_RES_ERASED:
		count(cpu, ZT_INV_ERASED, 1);
		owner = f->owner;
		count_effect(cpu, &f->effect, ZT_CAUSE_INVALIDATE, f->swp, owner);
		invalidated(f->swp, owner);
		break;
	case ZT_INV_RES_ABSENT:
		count(cpu, ZT_INV_ABSENT, 1);
		break;
	case ZT_INV_RES_TREE_EMPTY:
		count(cpu, ZT_INV_TREE_EMPTY, 1);
		break;
	default:
		count(cpu, ZT_INV_UNCLASSIFIED, 1);
	}
	invalidate_event(outcome, f->swp, 0, owner);
	return 0;
}
