// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "metrics.h"
#include "probes.h"

/* clang-format off */
const struct probe probes[NR_PROBES] = {
[PROBE_INVALIDATE] = {
	"invalidate", "outcome of every invalidation",
	"everything about invalidations", {
	{"zswap_invalidate", 1, 'v', NULL, ZT_INV_ENTRY, "6.9+", "invalidate", NULL},
	{"zswap_invalidate", 2, 'v', NULL, ZT_INV_TYPE_OFFSET, "6.6 to 6.8", "invalidate", NULL},
	{"zswap_frontswap_invalidate_page", 2, 'v', NULL, ZT_INV_TYPE_OFFSET, "..6.5",
	 "invalidate", NULL},
}},
[PROBE_ENTRY_FREE] = {
	"entry_free", "whether an invalidation erased, where the trees cannot be looked up",
	"outcome of invalidations", {
	{"zswap_entry_free", 1, 'v', "zswap_entry", 0, "6.9+", "follow_free", NULL},
	{"zswap_free_entry", 1, 'v', "zswap_entry", 0, "..6.8", "follow_free", NULL},
}},
/* not a function: the address of zswap_trees in kallsyms, and xarrays there */
[PROBE_TREES] = {
	"trees", "reading the trees that hold the entries",
	"tree events, empty trees, compressed sizes", {{0}}},
[PROBE_STORE] = {
	"store", "pages offered, refused, their size, time",
	"everything about stores, the cgroup limit as a trigger of writeback", {
	{"zswap_store", 1, 'b', "folio", ZT_PAGE_FOLIO, "6.6+", "store_enter", "store_exit"},
	{"zswap_frontswap_store", 3, 'i', NULL, ZT_PAGE_TYPE_OFFSET, "..6.5",
	 "store_enter", "store_exit"},
}},
[PROBE_LOAD] = {
	"load", "lookups, hits, errors, time",
	"everything about loads", {
	{"zswap_load", 1, 'i', "folio", ZT_LOAD_ERRNO, "6.15+", "load_enter", "load_exit"},
	{"zswap_load", 1, 'b', "folio", ZT_LOAD_BOOL, "6.6 to 6.14", "load_enter", "load_exit"},
	{"zswap_frontswap_load", 3, 'i', NULL, ZT_LOAD_FRONTSWAP, "..6.5",
	 "load_enter", "load_exit"},
}},
[PROBE_WRITEBACK] = {
	"writeback", "entries written back, rotated, skipped",
	"everything about writeback", {
	{"shrink_memcg_cb", 3, 'i', NULL, ZT_WB_LRU, "6.13+", "writeback_enter", "writeback_exit"},
	{"shrink_memcg_cb", 4, 'i', NULL, ZT_WB_LRU_LOCK_ARG, "6.8 to 6.12",
	 "writeback_enter", "writeback_exit"},
	{"zswap_writeback_entry", 2, 'i', "zswap_entry", ZT_WB_ENTRY, "6.5 to 6.7",
	 "writeback_enter", "writeback_exit"},
	{"zswap_writeback_entry", 2, 'i', "zpool", ZT_WB_ZPOOL, "..6.4",
	 "writeback_enter", "writeback_exit"},
}},
[PROBE_SWAP_CACHE] = {
	"swap_cache", "why a writeback is given up",
	"reasons of skipped writebacks", {
	{"swap_cache_alloc_folio", 6, 'p', NULL, ZT_ALLOC_ERR_PTR, "7.2+",
	 NULL, "alloc_exit"},
	{"swap_cache_alloc_folio", 5, 'p', NULL, ZT_ALLOC_NEW_FLAG, "7.0, 7.1",
	 NULL, "alloc_exit"},
	{"__read_swap_cache_async", 6, 'p', NULL, ZT_ALLOC_SKIP_ARG, "6.8 to 6.19",
	 NULL, "alloc_exit"},
	{"__read_swap_cache_async", 5, 'p', NULL, ZT_ALLOC_PAGE_FLAG, "..6.7",
	 NULL, "alloc_exit"},
}},
[PROBE_SWAP_CACHE_BUSY] = {
	"swap_cache_busy", "skips of pages on their way into the swap cache",
	"in_swapcache is told as no_memory where a page was on its way in", {
	{"swapcache_prepare", -1, 'i', NULL, 0, "..6.19", NULL, "prepare_exit"},
}},
[PROBE_SHRINK_WORKER] = {
	"shrink_worker", "the pool limit as a trigger of writeback",
	"pool_limit is told as other", {
	{"shrink_worker", 1, 'v', NULL, 0, "all", "worker_enter", "worker_exit"},
}},
[PROBE_SHRINK_MEMCG] = {
	"shrink_memcg", "stores refused by memory.zswap.max",
	"cgroup_limit is told as other", {
	{"shrink_memcg", 1, 'i', "mem_cgroup", 0, "6.8+", "shrink_memcg_enter",
	 "shrink_memcg_exit"},
}},
[PROBE_COMPRESS] = {
	"compress", "stores refused by the compressor",
	"compress_fail is told as other", {
	{"crypto_acomp_compress", 1, 'i', "acomp_req", 0, "6.16+", NULL, "compress_exit"},
	/* inline before; the synchronous compressors, which all of Debian's are, go through here */
	{"scomp_acomp_compress", 1, 'i', "acomp_req", 0, "..6.15", NULL, "compress_exit"},
}},
[PROBE_POOL_MALLOC] = {
	"pool_malloc", "stores refused by the pool's allocator",
	"compress_poor is told as other", {
	{"zpool_malloc", -1, 'i', NULL, 0, "..6.17", NULL, "pool_malloc_exit"},
}},
[PROBE_WRITEBACK_ENABLED] = {
	"writeback_enabled", "incompressible pages refused as writeback is off",
	"compress_poor is told as other", {
	{"mem_cgroup_zswap_writeback_enabled", 1, 'b', NULL, 0, "6.8+", NULL,
	 "writeback_enabled_exit"},
}},
[PROBE_SWAPIN] = {
	"swapin", "time to read a page in, from zswap and from disk",
	"swapin_duration_seconds", {
	{"swap_read_folio", -1, 0, "folio", 0, "6.9 to 7.2", "swapin_enter", "swapin_exit"},
	{"swap_read_folio", 2, 0, NULL, 1, "7.3+", "swapin_enter", "swapin_exit"},
	{"swap_readpage", -1, 0, NULL, 0, "..6.8", "swapin_enter", "swapin_exit"},
}},
[PROBE_TREE_LOCK] = {
	"tree_lock", "waits for the trees' locks",
	"tree_lock_contentions_total, tree_lock_wait_seconds_total", {
	{"lock:contention_begin", 0, 0, NULL, 0, "5.19+", "lock_wait", "lock_taken"},
}},
};
/* clang-format on */

int probe_find(const char *name)
{
	for (int i = 0; i < NR_PROBES; i++)
		if (!strcmp(probes[i].name, name))
			return i;
	return -1;
}

bool plan_has(const struct plan *plan, enum probe_id id)
{
	return plan->probe[id].state == PROBE_PLANNED;
}

__attribute__((format(printf, 4, 5))) static void
set_state(struct plan *plan, enum probe_id id, enum probe_state state, const char *format, ...)
{
	struct planned_probe *p = &plan->probe[id];
	va_list args;

	p->state = state;
	p->candidate = state == PROBE_PLANNED ? p->candidate : NULL;
	va_start(args, format);
	vsnprintf(p->reason, sizeof(p->reason), format, args);
	va_end(args);
}

static bool candidate_fits(const struct facts *facts, const struct candidate *c)
{
	const char *colon = strchr(c->symbol, ':');

	if (colon)
		return facts_tracepoint_id(facts, colon + 1);
	/* 6.8 to 6.16 have the same function under others, with (entry, swp_entry_t) */
	if (c->variant == ZT_WB_ENTRY && !strcmp(c->symbol, "zswap_writeback_entry") &&
	    !facts->rb_tree_size)
		return false;
	return facts_function(facts, c->symbol, c->args, c->ret, c->first);
}

/* The function that the kernel has, but not as this tool knows it; NULL if it has none. */
static const char *other_prototype(const struct facts *facts, const struct probe *p)
{
	for (int i = 0; i < MAX_CANDIDATES && p->candidates[i].symbol; i++)
		if (facts_function(facts, p->candidates[i].symbol, -1, 0, NULL))
			return p->candidates[i].symbol;
	return NULL;
}

static void choose(struct plan *plan, enum probe_id id, const struct facts *facts)
{
	const struct probe *p = &probes[id];
	const char *other;

	for (int i = 0; i < MAX_CANDIDATES && p->candidates[i].symbol; i++) {
		if (!candidate_fits(facts, &p->candidates[i]))
			continue;
		plan->probe[id].candidate = &p->candidates[i];
		set_state(plan, id, PROBE_PLANNED, "%s", "");
		return;
	}
	other = facts->btf ? other_prototype(facts, p) : NULL;
	if (!facts->btf)
		set_state(plan, id, PROBE_ABSENT, "this kernel has no BTF");
	else if (other)
		set_state(plan, id, PROBE_ABSENT,
			  "%s has another prototype than on any known kernel", other);
	else
		set_state(plan, id, PROBE_ABSENT, "no %s in this kernel (renamed or inlined)",
			  p->candidates[0].symbol);
}

static void choose_trees(struct plan *plan, const struct facts *facts)
{
	if (facts->zswap_trees && !facts->rb_tree_size)
		set_state(plan, PROBE_TREES, PROBE_PLANNED, "%s", "");
	else if (facts->rb_tree_size)
		set_state(plan, PROBE_TREES, PROBE_ABSENT,
			  "this kernel keeps entries in red-black trees, not xarrays (6.10+)");
	else if (facts->kallsyms_hidden)
		set_state(plan, PROBE_TREES, PROBE_ABSENT,
			  "kallsyms hides addresses: needs CAP_SYSLOG and kernel.kptr_restrict "
			  "below 2");
	else
		set_state(plan, PROBE_TREES, PROBE_ABSENT,
			  "no zswap_trees in kallsyms (it lists no data unless the kernel is "
			  "built with CONFIG_KALLSYMS_ALL)");
}

static enum zt_tree_kind tree_kind(const struct plan *plan, const struct facts *facts)
{
	if (plan_has(plan, PROBE_TREES))
		return ZT_TREES_XARRAY;
	if (plan->probe[PROBE_TREES].state == PROBE_HIDDEN || !facts->rb_tree_size)
		return ZT_TREES_UNKNOWN;
	/* the root alone does not tell an absent entry from an erased one */
	if (!plan_has(plan, PROBE_ENTRY_FREE))
		return ZT_TREES_UNKNOWN;
	return facts->nr_zswap_trees ? ZT_TREES_RB_SPLIT : ZT_TREES_RB;
}

/* Where the lookup at the entry is not to be had, or is to be checked, calls are followed. */
static void plan_invalidate(struct plan *plan, const struct wishes *wishes)
{
	/* comparing needs both: the lookup, and what really happened */
	plan->config.verify =
		wishes->verify && plan_has(plan, PROBE_TREES) && plan_has(plan, PROBE_ENTRY_FREE);
	plan->config.follow = plan->config.verify || !plan_has(plan, PROBE_TREES);
	if (!plan_has(plan, PROBE_INVALIDATE)) {
		set_state(plan, PROBE_ENTRY_FREE, PROBE_NOT_NEEDED, "serves invalidate only");
		return;
	}
	if (!plan->config.follow) {
		set_state(plan, PROBE_ENTRY_FREE, PROBE_NOT_NEEDED,
			  "the lookup in the tree tells the outcome");
		return;
	}
	if (!plan_has(plan, PROBE_TREES))
		snprintf(plan->probe[PROBE_INVALIDATE].reason,
			 sizeof(plan->probe[PROBE_INVALIDATE].reason),
			 "fell back to following each call: trees cannot be looked up");
}

/*
 * Up to 6.17 the allocator runs in every store, and refuses hardly ever what the compressor did
 * not: then the kernel's own counters say so.
 */
static void plan_zpool(struct plan *plan, const struct facts *facts)
{
	set_state(plan, PROBE_WRITEBACK_ENABLED, PROBE_NOT_NEEDED,
		  "this kernel refuses incompressible pages without asking");
	if (!plan_has(plan, PROBE_COMPRESS) || !facts->zswap_reject_compress_poor ||
	    !facts->zswap_reject_alloc_fail || plan->probe[PROBE_POOL_MALLOC].state == PROBE_HIDDEN)
		return;
	plan->config.reject_compress_poor = facts->zswap_reject_compress_poor;
	set_state(plan, PROBE_POOL_MALLOC, PROBE_NOT_NEEDED, "the kernel's counters tell it");
}

/*
 * Since 6.18, which has no zpool any more, a store asks whether writeback is enabled exactly where
 * the compressor refused; nobody has to watch the compressor.
 */
static void plan_rejects(struct plan *plan, const struct facts *facts)
{
	if (facts_function(facts, "zpool_malloc", -1, 0, NULL)) {
		plan_zpool(plan, facts);
		return;
	}
	if (!plan_has(plan, PROBE_WRITEBACK_ENABLED))
		return;
	if (plan->probe[PROBE_COMPRESS].state != PROBE_HIDDEN)
		set_state(plan, PROBE_COMPRESS, PROBE_NOT_NEEDED,
			  "writeback_enabled tells it, but not fail from poor (6.18+)");
	set_state(plan, PROBE_POOL_MALLOC, PROBE_NOT_NEEDED, "writeback_enabled tells it (6.18+)");
}

static void plan_not_needed(struct plan *plan, const struct wishes *wishes)
{
	const struct candidate *alloc = plan->probe[PROBE_SWAP_CACHE].candidate;

	if (alloc && (alloc->variant == ZT_ALLOC_NEW_FLAG || alloc->variant == ZT_ALLOC_ERR_PTR) &&
	    !plan_has(plan, PROBE_SWAP_CACHE_BUSY))
		set_state(plan, PROBE_SWAP_CACHE_BUSY, PROBE_NOT_NEEDED, "%s says it itself (7.0+)",
			  alloc->symbol);
	if (!wishes->latency)
		set_state(plan, PROBE_SWAPIN, PROBE_NOT_NEEDED, "no latency is asked for");
	if (!wishes->lock_waits)
		set_state(plan, PROBE_TREE_LOCK, PROBE_NOT_NEEDED, "no lock waits are asked for");
	else if (!plan_has(plan, PROBE_TREES) && plan_has(plan, PROBE_TREE_LOCK))
		set_state(plan, PROBE_TREE_LOCK, PROBE_ABSENT,
			  "the trees' addresses are not known");
}

/* Who watches so that an event of a type can be told in full. */
#define ON(id) (1u << PROBE_##id)
static const uint32_t event_needs[ZT_NR_EVENTS] = {
	[ZT_EV_STORE] = ON(STORE) | ON(TREES) | ON(SHRINK_MEMCG) | ON(COMPRESS) | ON(POOL_MALLOC) |
			ON(WRITEBACK_ENABLED),
	[ZT_EV_LOAD] = ON(LOAD) | ON(TREES),
	[ZT_EV_INVALIDATE] = ON(INVALIDATE) | ON(ENTRY_FREE) | ON(TREES),
	[ZT_EV_WRITEBACK] = ON(WRITEBACK) | ON(SWAP_CACHE) | ON(SWAP_CACHE_BUSY) |
			    ON(SHRINK_WORKER) | ON(SHRINK_MEMCG) | ON(STORE) | ON(TREES),
	[ZT_EV_TREE] = ON(TREES) | ON(INVALIDATE) | ON(ENTRY_FREE) | ON(LOAD) | ON(STORE) |
		       ON(SHRINK_MEMCG) | ON(COMPRESS) | ON(POOL_MALLOC) | ON(WRITEBACK_ENABLED) |
		       ON(WRITEBACK) | ON(SWAP_CACHE) | ON(SWAP_CACHE_BUSY),
};

static void plan_events(struct plan *plan, const struct wishes *wishes)
{
	uint32_t needed = 0;

	if (!wishes->only_events)
		return;
	for (int i = 0; i < ZT_NR_EVENTS; i++)
		if (wishes->only_events >> i & 1)
			needed |= event_needs[i];
	for (int id = 0; id < NR_PROBES; id++)
		if (plan_has(plan, id) && !(needed >> id & 1))
			set_state(plan, id, PROBE_NOT_NEEDED, "serves no event that is asked for");
}

static int variant(const struct plan *plan, enum probe_id id)
{
	const struct candidate *c = plan->probe[id].candidate;

	return c ? c->variant : 0;
}

/*
 * Where the kernel keeps what a contended spinlock calls: a static call in 7.3, a structure of its
 * own from 7.0 on, a part of pv_ops before.
 */
static uint64_t spin_slowpath(const struct facts *facts)
{
	if (facts->__SCK__queued_spin_lock_slowpath)
		return facts->__SCK__queued_spin_lock_slowpath;
	if (facts->pv_ops_lock)
		return facts->pv_ops_lock;
	return facts->pv_ops && facts->pv_lock_offset ? facts->pv_ops + facts->pv_lock_offset : 0;
}

static void configure(struct plan *plan, const struct facts *facts, const struct wishes *wishes)
{
	struct zt_config *config = &plan->config;

	config->zswap_trees = facts->zswap_trees;
	config->nr_zswap_trees = facts->nr_zswap_trees;
	config->zswap_enabled = facts->zswap_enabled;
	config->zswap_pools = facts->zswap_pools;
	config->pool_reached_full = facts->zswap_pool_reached_full;
	config->reject_alloc_fail = facts->zswap_reject_alloc_fail;
	config->reject_kmemcache_fail = facts->zswap_reject_kmemcache_fail;
	config->virt_spin_lock_key = facts->virt_spin_lock_key;
	config->native_slowpath = facts->native_queued_spin_lock_slowpath;
	config->spin_slowpath = spin_slowpath(facts);
	config->swap_types = facts->swap_types;
	config->rb_tree_size = facts->rb_tree_size;
	config->rb_root_offset = facts->rb_root_offset;
	config->rdonly_cast = facts->rdonly_cast;
	config->large_folios = facts->large_folios;
	config->tree_kind = tree_kind(plan, facts);
	config->latency = wishes->latency;
	config->swapin = plan_has(plan, PROBE_SWAPIN);
	config->only_events = wishes->only_events != 0;
	config->fates = !wishes->only_events && plan_has(plan, PROBE_WRITEBACK) &&
			plan_has(plan, PROBE_SWAP_CACHE);
	config->invalidate_args = variant(plan, PROBE_INVALIDATE);
	config->store_args = variant(plan, PROBE_STORE);
	config->load_result = variant(plan, PROBE_LOAD);
	if (config->load_result == ZT_LOAD_FRONTSWAP)
		config->store_args = ZT_PAGE_TYPE_OFFSET;
	config->writeback_kind = variant(plan, PROBE_WRITEBACK);
	config->alloc_kind = variant(plan, PROBE_SWAP_CACHE);
	config->swapin_folio_arg = variant(plan, PROBE_SWAPIN);
	/* the last way around the swap cache went with 7.0 */
	config->bypass = config->store_args == ZT_PAGE_FOLIO &&
			 config->alloc_kind != ZT_ALLOC_NEW_FLAG &&
			 config->alloc_kind != ZT_ALLOC_ERR_PTR;
}

void plan_make(struct plan *plan, const struct facts *facts, const struct wishes *wishes)
{
	memset(plan, 0, sizeof(*plan));
	for (int id = 0; id < NR_PROBES; id++) {
		if (id == PROBE_TREES)
			choose_trees(plan, facts);
		else
			choose(plan, id, facts);
		if (wishes->without >> id & 1)
			set_state(plan, id, PROBE_HIDDEN, "hidden by --without-probe");
	}
	plan_invalidate(plan, wishes);
	plan_rejects(plan, facts);
	plan_not_needed(plan, wishes);
	plan_events(plan, wishes);
	configure(plan, facts, wishes);
}

/* Which probes a run of values needs: all of them. */
#define CAUSED(value)                                                                            \
	{V_##value + ZT_CAUSE_INVALIDATE, 1, ON(TREES) | ON(INVALIDATE)},                        \
		{V_##value + ZT_CAUSE_LOAD, 1, ON(TREES) | ON(LOAD)},                            \
		{V_##value + ZT_CAUSE_WRITEBACK, 1, ON(TREES) | ON(WRITEBACK) | ON(SWAP_CACHE)}, \
	{                                                                                        \
		V_##value + ZT_CAUSE_STORE, 1, ON(TREES) | ON(STORE)                             \
	}

static const struct {
	unsigned int first, n;
	uint32_t probes;
} needs[] = {
	{V_STORE_PAGES, 1, ON(STORE)},
	{V_STORE_REJECTED, ZT_NR_REJECTS, ON(STORE)},
	{V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT, 1, ON(SHRINK_MEMCG)},
	{V_STORE_BYTES, 1, ON(STORE) | ON(TREES)},
	{V_LOAD_LOOKUPS, 1, ON(LOAD)},
	{V_LOAD_HITS, 1, ON(LOAD)},
	{V_LOAD_ERRORS, 1, ON(LOAD)},
	{V_INV_ERASED, 1, ON(INVALIDATE)},
	{V_INV_UNCLASSIFIED, 1, ON(INVALIDATE)},
	{V_INV_STALE, 1, ON(INVALIDATE) | ON(TREES) | ON(ENTRY_FREE)},
	CAUSED(TREE_NODES_FREED),
	CAUSED(TREE_SHRINKS),
	CAUSED(TREE_COLLAPSES),
	CAUSED(TREE_EMPTIED),
	{V_TREE_GROWS, 1, ON(TREES) | ON(STORE)},
	{V_LOCK_CONTENTIONS, 1, ON(TREE_LOCK)},
	{V_LOCK_WAIT, 1, ON(TREE_LOCK)},
	{V_WB_PAGES, ZT_NR_TRIGGERS, ON(WRITEBACK)},
	{V_WB_PAGES + ZT_TRIGGER_POOL_LIMIT, 1, ON(SHRINK_WORKER)},
	{V_WB_PAGES + ZT_TRIGGER_CGROUP_LIMIT, 1, ON(STORE)},
	{V_WB_SKIPPED, ZT_NR_SKIPS, ON(WRITEBACK)},
	{V_WB_SKIPPED, ZT_NR_SKIPS - 1, ON(SWAP_CACHE)},
	{V_WB_ROTATED, 1, ON(WRITEBACK)},
	{V_WB_STOPPED, 1, ON(WRITEBACK)},
	{V_SKIP_FATE, ZT_NR_FATES, ON(WRITEBACK) | ON(SWAP_CACHE)},
	{V_SKIP_FATE + ZT_FATE_LOADED, 1, ON(LOAD)},
	{V_SKIP_FATE + ZT_FATE_INVALIDATED, 1, ON(INVALIDATE)},
};

static const uint32_t histogram_needs[ZT_NR_HISTS] = {
	[ZT_H_STORE_NS] = ON(STORE),
	[ZT_H_LOAD_NS] = ON(LOAD),
	[ZT_H_WB_NS] = ON(WRITEBACK),
	[ZT_H_SWAPIN_ZSWAP_NS] = ON(SWAPIN) | ON(LOAD),
	[ZT_H_SWAPIN_DISK_NS] = ON(SWAPIN) | ON(LOAD),
	[ZT_H_FATE_NS] = ON(WRITEBACK) | ON(SWAP_CACHE),
	[ZT_H_PAGE_BYTES] = ON(STORE) | ON(TREES),
};

static uint32_t probes_present(const struct plan *plan)
{
	uint32_t present = 0;

	for (int id = 0; id < NR_PROBES; id++)
		if (plan_has(plan, id))
			present |= 1u << id;
	return present;
}

static void hide(struct sample *s, unsigned int first, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		s->v[first + i] = ABSENT;
}

/* An empty tree is told from an absent entry by a lookup; a red-black tree's root is enough. */
static void mask_invalidate(const struct plan *plan, const struct wishes *wishes, struct sample *s)
{
	bool lookup = plan->config.tree_kind != ZT_TREES_UNKNOWN && plan->config.zswap_trees;

	if (!plan_has(plan, PROBE_INVALIDATE) || !lookup) {
		hide(s, V_INV_TREE_EMPTY, 1);
		hide(s, V_INV_ABSENT, 1);
	}
	if (!plan_has(plan, PROBE_INVALIDATE))
		hide(s, V_INV_CALLS, 1);
	if (!wishes->verify || !plan->config.verify)
		hide(s, V_INV_STALE, 1);
	if (plan->config.follow && !plan_has(plan, PROBE_ENTRY_FREE)) {
		hide(s, V_INV_ERASED, 1);
		hide(s, V_INV_ABSENT, 1);
		hide(s, V_SKIP_FATE + ZT_FATE_INVALIDATED, 1);
	}
}

static void mask_writeback(const struct plan *plan, struct sample *s)
{
	/* what zswap_writeback_entry() returns knows neither (..6.7) */
	if (plan->config.writeback_kind == ZT_WB_ENTRY ||
	    plan->config.writeback_kind == ZT_WB_ZPOOL) {
		hide(s, V_WB_ROTATED, 1);
		hide(s, V_WB_STOPPED, 1);
	}
}

/* A cause that cannot be told is counted under another: see why_refused() in bpf/store.h. */
static void mask_rejects(const struct plan *plan, struct sample *s)
{
	const struct zt_config *config = &plan->config;

	if (!config->zswap_enabled)
		hide(s, V_STORE_REJECTED + ZT_REJECT_DISABLED, 1);
	if (!config->pool_reached_full)
		hide(s, V_STORE_REJECTED + ZT_REJECT_POOL_FULL, 1);
	if (!config->zswap_pools)
		hide(s, V_STORE_REJECTED + ZT_REJECT_NO_POOL, 1);
	if (!plan_has(plan, PROBE_COMPRESS))
		hide(s, V_STORE_REJECTED + ZT_REJECT_COMPRESS_FAIL, 1);
	if (!plan_has(plan, PROBE_POOL_MALLOC) && !config->reject_compress_poor &&
	    !plan_has(plan, PROBE_WRITEBACK_ENABLED))
		hide(s, V_STORE_REJECTED + ZT_REJECT_COMPRESS_POOR, 1);
	if (!plan_has(plan, PROBE_POOL_MALLOC) && !config->reject_alloc_fail)
		hide(s, V_STORE_REJECTED + ZT_REJECT_ALLOC_FAIL, 1);
}

void plan_mask(const struct plan *plan, const struct wishes *wishes, struct sample *s)
{
	uint32_t present = probes_present(plan);

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (needs[i].probes & ~present)
			hide(s, needs[i].first, needs[i].n);
	for (int i = 0; i < ZT_NR_HISTS; i++) {
		bool timed = histogram_families[i].unit == UNIT_NS && i != ZT_H_FATE_NS;

		s->hist_present[i] =
			!(histogram_needs[i] & ~present) && (wishes->latency || !timed);
	}
	mask_invalidate(plan, wishes, s);
	mask_rejects(plan, s);
	mask_writeback(plan, s);
}

/* What is not known of all is not known of any. */
static void mask_cgroup(const struct sample *s, struct cgroup_sample *cg)
{
	static const struct {
		unsigned int value, counter, n;
	} same[] = {
		{V_STORE_PAGES, ZT_CG_STORE_PAGES, 1},
		{V_STORE_REJECTED, ZT_CG_STORE_REJECTED, ZT_NR_REJECTS},
		{V_STORE_BYTES, ZT_CG_STORE_BYTES, 1},
		{V_LOAD_HITS, ZT_CG_LOAD_HITS, 1},
		{V_WB_PAGES, ZT_CG_WB_PAGES, 1},
		{V_WB_SKIPPED, ZT_CG_WB_SKIPPED, ZT_NR_SKIPS},
		{V_INV_ERASED, ZT_CG_INV_ERASED, 1},
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		for (unsigned int k = 0; k < same[i].n; k++)
			if (s->v[same[i].value + k] == ABSENT)
				cg->n[same[i].counter + k] = ABSENT;
}

void plan_mask_cgroups(struct sample *s)
{
	for (size_t i = 0; i < s->nr_cgroups; i++)
		mask_cgroup(s, &s->cgroups[i]);
}

uint32_t probes_feeding(unsigned int value)
{
	uint32_t feeding = 0;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (value - needs[i].first < needs[i].n)
			feeding |= needs[i].probes;
	if (value == V_INV_TREE_EMPTY || value == V_INV_ABSENT)
		feeding |= ON(INVALIDATE) | ON(TREES);
	if (value == V_INV_CALLS)
		feeding |= ON(INVALIDATE);
	return feeding;
}

uint32_t probes_feeding_histogram(unsigned int hist)
{
	return hist < ZT_NR_HISTS ? histogram_needs[hist] : 0;
}

bool plan_core_complete(const struct plan *plan)
{
	return plan_has(plan, PROBE_INVALIDATE) && plan_has(plan, PROBE_TREES) &&
	       plan_has(plan, PROBE_WRITEBACK) && plan_has(plan, PROBE_SWAP_CACHE);
}
