// SPDX-License-Identifier: GPL-2.0-only
/* What is planned on which kernel: made-up BTF, as the kernels from 6.1 on have it. */
#include <bpf/btf.h>
#include <unistd.h>
#include "facts.h"
#include "fixture.h"
#include "btffile.h"
#include "probes.h"

#define BIT(id) (1u << PROBE_##id)

/* The machine's BTF in the making: ids of the types that functions are made of. */
struct maker {
	struct btf *btf;
	int type[128]; /* by letter, see functions[] */
};

/*
 * The functions of the kernels from first to last (major * 100 + minor). ret as in
 * facts_function(), 'e': an enum. args: f folio, p page, u unsigned, i int, l unsigned long,
 * s swp_entry_t, E zswap_entry, t zswap_tree, z zpool, m mem_cgroup, a acomp_req, v void pointer.
 */
struct function {
	const char *name;
	int first, last;
	char ret;
	const char *args;
};

#define NEWEST 9999

static const struct function functions[] = {
	{"zswap_frontswap_store", 601, 605, 'i', "ulp"},
	{"zswap_frontswap_load", 601, 605, 'i', "ulp"},
	{"zswap_frontswap_invalidate_page", 601, 605, 'v', "ul"},
	{"zswap_store", 606, NEWEST, 'b', "f"},
	{"zswap_load", 606, 614, 'b', "f"},
	{"zswap_load", 615, NEWEST, 'i', "f"},
	{"zswap_invalidate", 606, 608, 'v', "il"},
	{"zswap_invalidate", 609, NEWEST, 'v', "s"},
	{"zswap_free_entry", 601, 608, 'v', "E"},
	{"zswap_entry_free", 609, NEWEST, 'v', "E"},
	{"zswap_writeback_entry", 601, 604, 'i', "zl"},
	{"zswap_writeback_entry", 605, 607, 'i', "Et"},
	{"zswap_writeback_entry", 608, 616, 'i', "Es"},
	{"shrink_memcg", 608, NEWEST, 'i', "m"},
	{"shrink_memcg_cb", 608, 612, 'e', "vvvv"},
	{"shrink_memcg_cb", 613, NEWEST, 'e', "vvv"},
	{"shrink_worker", 601, NEWEST, 'v', "v"},
	{"__read_swap_cache_async", 601, 607, 'p', "suvlv"},
	{"__read_swap_cache_async", 608, 619, 'p', "suvlvb"},
	{"swap_cache_alloc_folio", 700, 701, 'p', "suvlv"},
	{"swap_cache_alloc_folio", 702, NEWEST, 'p', "sulvvl"},
	{"swapcache_prepare", 601, 608, 'i', "s"},
	{"swapcache_prepare", 609, 619, 'i', "si"},
	{"scomp_acomp_compress", 601, NEWEST, 'i', "a"},
	{"crypto_acomp_compress", 616, NEWEST, 'i', "a"},
	{"zpool_malloc", 601, 615, 'i', "zlul"},
	{"zpool_malloc", 616, 617, 'i', "zluli"},
	{"mem_cgroup_zswap_writeback_enabled", 608, NEWEST, 'b', "m"},
	{"swap_readpage", 601, 605, 'i', "pbv"},
	{"swap_readpage", 606, 608, 'v', "pbv"},
	{"swap_read_folio", 609, 609, 'v', "fbv"},
	{"swap_read_folio", 610, 702, 'v', "fv"},
	{"swap_read_folio", 703, NEWEST, 'v', "vf"},
	{"bpf_rdonly_cast", 602, NEWEST, 'p', "vu"},
};

#define NR_FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

/* What a kernel to come may do to one function. */
struct change {
	const char *name;
	const char *new_name; /* NULL: it is gone, or keeps its name where ret says so */
	char ret;	      /* 0: as it was */
	const char *args;
};

static int add_pointer(struct btf *btf, const char *name, int kind)
{
	int id = kind == BTF_KIND_FWD ? btf__add_fwd(btf, name, BTF_FWD_STRUCT)
				      : btf__add_struct(btf, name, 64);

	return btf__add_ptr(btf, id);
}

static void add_types(struct maker *m)
{
	int bits = btf__add_int(m->btf, "long unsigned int", 8, 0), entry;

	m->type['l'] = bits;
	m->type['i'] = btf__add_int(m->btf, "int", 4, BTF_INT_SIGNED);
	m->type['u'] = btf__add_int(m->btf, "unsigned int", 4, 0);
	/* as in C: bool is a typedef of _Bool */
	m->type['b'] = btf__add_typedef(m->btf, "bool", btf__add_int(m->btf, "_Bool", 1, 4));
	m->type['f'] = add_pointer(m->btf, "folio", BTF_KIND_STRUCT);
	m->type['p'] = add_pointer(m->btf, "page", BTF_KIND_STRUCT);
	m->type['E'] = add_pointer(m->btf, "zswap_entry", BTF_KIND_STRUCT);
	m->type['z'] = add_pointer(m->btf, "zpool", BTF_KIND_FWD);
	m->type['m'] = add_pointer(m->btf, "mem_cgroup", BTF_KIND_STRUCT);
	m->type['a'] = add_pointer(m->btf, "acomp_req", BTF_KIND_STRUCT);
	m->type['v'] = btf__add_ptr(m->btf, 0);
	entry = btf__add_struct(m->btf, NULL, 8);
	assert_int_equal(btf__add_field(m->btf, "val", bits, 0, 0), 0);
	m->type['s'] = btf__add_typedef(m->btf, "swp_entry_t", entry);
	m->type['e'] = btf__add_enum(m->btf, "lru_status", 4);
	assert_int_equal(btf__add_enum_value(m->btf, "LRU_ROTATE", 2), 0);
	btf__add_typedef(m->btf, "btf_trace_contention_begin", m->type['v']);
}

static void add_tree(struct maker *m, unsigned int rb_offset)
{
	int id = btf__add_struct(m->btf, "zswap_tree", 16);

	assert_int_equal(btf__add_field(m->btf, "lock", m->type['i'], 64 - rb_offset * 8, 0), 0);
	assert_int_equal(btf__add_field(m->btf, "rbroot", m->type['l'], rb_offset * 8, 0), 0);
	m->type['t'] = btf__add_ptr(m->btf, id);
}

static void add_pv_ops(struct maker *m)
{
	btf__add_struct(m->btf, "paravirt_patch_template", 32);
	assert_int_equal(btf__add_field(m->btf, "cpu", m->type['l'], 0, 0), 0);
	assert_int_equal(btf__add_field(m->btf, "lock", m->type['l'], 24 * 8, 0), 0);
}

static void add_function(struct maker *m, const char *name, char ret, const char *args)
{
	int proto = btf__add_func_proto(
		m->btf, ret == 'v' ? 0 : m->type[ret == 'p' ? 'v' : (unsigned char)ret]);

	assert_true(proto > 0);
	for (; *args; args++) {
		assert_true(m->type[(unsigned char)*args]);
		assert_int_equal(btf__add_func_param(m->btf, "x", m->type[(unsigned char)*args]),
				 0);
	}
	assert_true(btf__add_func(m->btf, name, BTF_FUNC_STATIC, proto) > 0);
}

static void gather(struct facts *f, const struct btf *btf)
{
	char path[] = BTFFILE_TEMPLATE;

	btffile_make(path, btf);
	facts_gather(f, path);
	unlink(path);
	assert_non_null(f->btf);
	assert_int_equal(f->btf_error, 0);
}

/* Every symbol, but those that this version does not have yet. */
static void set_addresses(struct facts *f, int version)
{
	uint64_t next = 0xffffffff82000000;

#define SET_ADDRESS(name) f->name = next += 0x1000;
	FACT_SYMBOLS(SET_ADDRESS)
	f->swap_types = 24;
	if (version < 609)
		f->nr_zswap_trees = 0;
	if (version < 700)
		f->pv_ops_lock = 0;
	if (version < 703)
		f->__SCK__queued_spin_lock_slowpath = 0;
}

static void hide_addresses(struct facts *f)
{
#define HIDE_ADDRESS(name) f->name = 0;
	FACT_SYMBOLS(HIDE_ADDRESS)
	f->swap_types = 0;
	f->kallsyms_hidden = true;
}

/* A kernel of this version, with up to nr changes; its kallsyms can be read. */
static void kernel(struct facts *f, int version, const struct change *changes, size_t nr)
{
	struct maker m = {.btf = btf__new_empty()};

	assert_non_null(m.btf);
	add_types(&m);
	if (version < 610)
		add_tree(&m, 0);
	if (version < 700)
		add_pv_ops(&m);
	for (size_t i = 0; i < NR_FUNCTIONS; i++) {
		const struct function *fn = &functions[i];
		const struct change *c = NULL;

		if (version < fn->first || version > fn->last)
			continue;
		for (size_t j = 0; j < nr; j++)
			if (!strcmp(changes[j].name, fn->name))
				c = &changes[j];
		if (!c)
			add_function(&m, fn->name, fn->ret, fn->args);
		else if (c->new_name || c->ret)
			add_function(&m, c->new_name ? c->new_name : fn->name,
				     c->ret ? c->ret : fn->ret, c->args ? c->args : fn->args);
	}
	if (version >= 613) {
		btf__add_enum(m.btf, "mthp_stat_item", 4);
		assert_int_equal(btf__add_enum_value(m.btf, "MTHP_STAT_ZSWPOUT", 3), 0);
	}
	gather(f, m.btf);
	btf__free(m.btf);
	set_addresses(f, version);
}

static const struct wishes all_wishes = {.latency = true, .lock_waits = true};

/* Symbol planned for a probe; or one of these. */
#define NONE	 NULL /* nothing to attach to */
#define NEEDLESS "-"
#define TREES	 "+" /* not a function */

struct expectation {
	int version;
	int invalidate_args, store_args, load_result, writeback_kind, alloc_kind;
	enum zt_tree_kind tree_kind;
	bool rdonly_cast, large_folios;
	const char *symbol[NR_PROBES];
};

#define INVALIDATE(name, free) [PROBE_INVALIDATE] = name, [PROBE_ENTRY_FREE] = free
#define PAGES(store, load, writeback) \
	[PROBE_STORE] = store, [PROBE_LOAD] = load, [PROBE_WRITEBACK] = writeback
#define CACHE(alloc, busy) [PROBE_SWAP_CACHE] = alloc, [PROBE_SWAP_CACHE_BUSY] = busy
#define SHRINK(memcg)	   [PROBE_SHRINK_WORKER] = "shrink_worker", [PROBE_SHRINK_MEMCG] = memcg
#define REJECTS(compress, malloc, enabled)                         \
	[PROBE_COMPRESS] = compress, [PROBE_POOL_MALLOC] = malloc, \
	[PROBE_WRITEBACK_ENABLED] = enabled
#define TIMES(swapin, trees, lock) \
	[PROBE_SWAPIN] = swapin, [PROBE_TREES] = trees, [PROBE_TREE_LOCK] = lock
#define CONTENTION	"lock:contention_begin"

/* clang-format off */
#define NEW_CALLS INVALIDATE("zswap_invalidate", NEEDLESS), \
	PAGES("zswap_store", "zswap_load", "shrink_memcg_cb"), SHRINK("shrink_memcg"), \
	TIMES("swap_read_folio", TREES, CONTENTION)
#define ZPOOL(compress) REJECTS(compress, NEEDLESS, NEEDLESS)
#define NO_ZPOOL REJECTS(NEEDLESS, NEEDLESS, "mem_cgroup_zswap_writeback_enabled")
#define ASYNC CACHE("__read_swap_cache_async", "swapcache_prepare")
#define ALLOC CACHE("swap_cache_alloc_folio", NEEDLESS)

static const struct expectation expectations[] = {
{601, ZT_INV_TYPE_OFFSET, ZT_PAGE_TYPE_OFFSET, ZT_LOAD_FRONTSWAP, ZT_WB_ZPOOL,
 ZT_ALLOC_PAGE_FLAG, ZT_TREES_RB, false, false,
 {INVALIDATE("zswap_frontswap_invalidate_page", "zswap_free_entry"),
  PAGES("zswap_frontswap_store", "zswap_frontswap_load", "zswap_writeback_entry"), ASYNC,
  SHRINK(NONE), ZPOOL("scomp_acomp_compress"), TIMES("swap_readpage", NONE, NONE)}},
{605, ZT_INV_TYPE_OFFSET, ZT_PAGE_TYPE_OFFSET, ZT_LOAD_FRONTSWAP, ZT_WB_ENTRY,
 ZT_ALLOC_PAGE_FLAG, ZT_TREES_RB, true, false,
 {INVALIDATE("zswap_frontswap_invalidate_page", "zswap_free_entry"),
  PAGES("zswap_frontswap_store", "zswap_frontswap_load", "zswap_writeback_entry"), ASYNC,
  SHRINK(NONE), ZPOOL("scomp_acomp_compress"), TIMES("swap_readpage", NONE, NONE)}},
{606, ZT_INV_TYPE_OFFSET, ZT_PAGE_FOLIO, ZT_LOAD_BOOL, ZT_WB_ENTRY,
 ZT_ALLOC_PAGE_FLAG, ZT_TREES_RB, true, false,
 {INVALIDATE("zswap_invalidate", "zswap_free_entry"),
  PAGES("zswap_store", "zswap_load", "zswap_writeback_entry"), ASYNC,
  SHRINK(NONE), ZPOOL("scomp_acomp_compress"), TIMES("swap_readpage", NONE, NONE)}},
{608, ZT_INV_TYPE_OFFSET, ZT_PAGE_FOLIO, ZT_LOAD_BOOL, ZT_WB_LRU_LOCK_ARG,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_RB, true, false,
 {INVALIDATE("zswap_invalidate", "zswap_free_entry"),
  PAGES("zswap_store", "zswap_load", "shrink_memcg_cb"), ASYNC,
  SHRINK("shrink_memcg"), ZPOOL("scomp_acomp_compress"), TIMES("swap_readpage", NONE, NONE)}},
{609, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_BOOL, ZT_WB_LRU_LOCK_ARG,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_RB_SPLIT, true, false,
 {INVALIDATE("zswap_invalidate", "zswap_entry_free"),
  PAGES("zswap_store", "zswap_load", "shrink_memcg_cb"), ASYNC,
  SHRINK("shrink_memcg"), ZPOOL("scomp_acomp_compress"), TIMES("swap_read_folio", NONE, NONE)}},
{610, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_BOOL, ZT_WB_LRU_LOCK_ARG,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_XARRAY, true, false,
 {NEW_CALLS, ASYNC, ZPOOL("scomp_acomp_compress")}},
{612, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_BOOL, ZT_WB_LRU_LOCK_ARG,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_XARRAY, true, false,
 {NEW_CALLS, ASYNC, ZPOOL("scomp_acomp_compress")}},
{613, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_BOOL, ZT_WB_LRU,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_XARRAY, true, true,
 {NEW_CALLS, ASYNC, ZPOOL("scomp_acomp_compress")}},
{616, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_ERRNO, ZT_WB_LRU,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_XARRAY, true, true,
 {NEW_CALLS, ASYNC, ZPOOL("crypto_acomp_compress")}},
{617, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_ERRNO, ZT_WB_LRU,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_XARRAY, true, true,
 {NEW_CALLS, ASYNC, ZPOOL("crypto_acomp_compress")}},
{618, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_ERRNO, ZT_WB_LRU,
 ZT_ALLOC_SKIP_ARG, ZT_TREES_XARRAY, true, true, {NEW_CALLS, ASYNC, NO_ZPOOL}},
{700, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_ERRNO, ZT_WB_LRU,
 ZT_ALLOC_NEW_FLAG, ZT_TREES_XARRAY, true, true, {NEW_CALLS, ALLOC, NO_ZPOOL}},
{702, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_ERRNO, ZT_WB_LRU,
 ZT_ALLOC_ERR_PTR, ZT_TREES_XARRAY, true, true, {NEW_CALLS, ALLOC, NO_ZPOOL}},
{703, ZT_INV_ENTRY, ZT_PAGE_FOLIO, ZT_LOAD_ERRNO, ZT_WB_LRU,
 ZT_ALLOC_ERR_PTR, ZT_TREES_XARRAY, true, true, {NEW_CALLS, ALLOC, NO_ZPOOL}},
};
/* clang-format on */

#define NR_EXPECTATIONS (sizeof(expectations) / sizeof(expectations[0]))

static const char *planned(const struct plan *plan, enum probe_id id)
{
	const struct planned_probe *p = &plan->probe[id];

	if (p->state == PROBE_NOT_NEEDED)
		return NEEDLESS;
	if (p->state == PROBE_ABSENT)
		return "none";
	if (p->state == PROBE_HIDDEN)
		return "hidden";
	return p->candidate ? p->candidate->symbol : TREES;
}

static void check_config(const struct zt_config *c, const struct facts *f,
			 const struct expectation *e)
{
	assert_int_equal(c->invalidate_args, e->invalidate_args);
	assert_int_equal(c->store_args, e->store_args);
	assert_int_equal(c->load_result, e->load_result);
	assert_int_equal(c->writeback_kind, e->writeback_kind);
	assert_int_equal(c->alloc_kind, e->alloc_kind);
	assert_int_equal(c->tree_kind, e->tree_kind);
	assert_int_equal(c->rdonly_cast, e->rdonly_cast);
	assert_int_equal(c->large_folios, e->large_folios);
	assert_int_equal(c->rb_tree_size, e->version < 610 ? 16 : 0);
	assert_int_equal(c->rb_root_offset, 0);
	assert_int_equal(c->follow, e->version < 610);
	assert_int_equal(c->zswap_trees, f->zswap_trees);
	assert_int_equal(c->nr_zswap_trees, f->nr_zswap_trees);
	assert_int_equal(c->zswap_enabled, f->zswap_enabled);
	assert_int_equal(c->zswap_pools, f->zswap_pools);
	assert_int_equal(c->pool_reached_full, f->zswap_pool_reached_full);
	assert_int_equal(c->reject_alloc_fail, f->zswap_reject_alloc_fail);
	assert_int_equal(c->reject_kmemcache_fail, f->zswap_reject_kmemcache_fail);
	assert_int_equal(c->reject_compress_poor,
			 e->version < 618 ? f->zswap_reject_compress_poor : 0);
	assert_int_equal(c->swap_types, 24);
	assert_int_equal(c->virt_spin_lock_key, f->virt_spin_lock_key);
	assert_int_equal(c->native_slowpath, f->native_queued_spin_lock_slowpath);
	assert_int_equal(c->spin_slowpath, e->version >= 703   ? f->__SCK__queued_spin_lock_slowpath
					   : e->version >= 700 ? f->pv_ops_lock
							       : f->pv_ops + 24);
	assert_true(c->fates);
	assert_true(c->latency);
	assert_false(c->verify);
}

static void test_kernels(void **state)
{
	struct facts f;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < NR_EXPECTATIONS; i++) {
		const struct expectation *e = &expectations[i];

		kernel(&f, e->version, NULL, 0);
		plan_make(&plan, &f, &all_wishes);
		for (int id = 0; id < NR_PROBES; id++) {
			const char *want = e->symbol[id] ? e->symbol[id] : "none";

			if (strcmp(planned(&plan, id), want))
				fail_msg("%d, %s: %s, not %s (%s)", e->version, probes[id].name,
					 planned(&plan, id), want, plan.probe[id].reason);
			/* what is not attached says why */
			assert_int_equal(plan_has(&plan, id),
					 !plan.probe[id].reason[0] ||
						 (id == PROBE_INVALIDATE && plan.config.follow));
			if (plan_has(&plan, id) && id != PROBE_TREES)
				assert_non_null(plan.probe[id].candidate);
			else
				assert_null(plan.probe[id].candidate);
		}
		check_config(&plan.config, &f, e);
		assert_int_equal(plan_core_complete(&plan), e->version >= 610);
		facts_free(&f);
	}
}

static void take(bool taken[NR_PROBES][MAX_CANDIDATES], const struct facts *f)
{
	struct plan plan;

	plan_make(&plan, f, &all_wishes);
	for (int id = 0; id < NR_PROBES; id++)
		if (plan.probe[id].candidate)
			taken[id][plan.probe[id].candidate - probes[id].candidates] = true;
}

/* Every candidate of the table is the choice on one of the kernels above, or where addresses are
 * hidden there. */
static void test_every_candidate_is_taken(void **state)
{
	bool taken[NR_PROBES][MAX_CANDIDATES] = {0};
	struct facts f;

	(void)state;
	for (size_t i = 0; i < NR_EXPECTATIONS; i++) {
		kernel(&f, expectations[i].version, NULL, 0);
		take(taken, &f);
		hide_addresses(&f);
		take(taken, &f);
		facts_free(&f);
	}
	for (int id = 0; id < NR_PROBES; id++)
		for (int i = 0; i < MAX_CANDIDATES && probes[id].candidates[i].symbol; i++)
			if (!taken[id][i])
				fail_msg("%s: %s of %s is never taken", probes[id].name,
					 probes[id].candidates[i].symbol,
					 probes[id].candidates[i].kernels);
}

static void test_rb_root_elsewhere(void **state)
{
	struct maker m = {.btf = btf__new_empty()};
	struct facts f;

	(void)state;
	add_types(&m);
	add_tree(&m, 8);
	gather(&f, m.btf);
	btf__free(m.btf);
	assert_int_equal(f.rb_tree_size, 16);
	assert_int_equal(f.rb_root_offset, 8);
	assert_true(facts_tracepoint_id(&f, "contention_begin"));
	assert_false(facts_tracepoint_id(&f, "contention"));
	facts_free(&f);
	assert_null(f.btf);
}

static void test_function_prototypes(void **state)
{
	struct facts f;

	(void)state;
	kernel(&f, 703, NULL, 0);
	assert_true(facts_function(&f, "zswap_load", -1, 0, NULL));
	assert_true(facts_function(&f, "zswap_load", 1, 'i', "folio"));
	assert_false(facts_function(&f, "zswap_load", 0, 'i', "folio"));
	assert_false(facts_function(&f, "zswap_load", 2, 'i', "folio"));
	assert_false(facts_function(&f, "zswap_load", 1, 'b', "folio"));
	assert_false(facts_function(&f, "zswap_load", 1, 'v', "folio"));
	assert_false(facts_function(&f, "zswap_load", 1, 'i', "page"));
	assert_true(facts_function(&f, "zswap_store", 1, 'b', "folio"));
	assert_false(facts_function(&f, "zswap_store", 1, 'i', "folio"));
	assert_true(facts_function(&f, "shrink_memcg_cb", 3, 'i', NULL));
	assert_true(facts_function(&f, "swap_cache_alloc_folio", 6, 'p', NULL));
	assert_false(facts_function(&f, "swap_cache_alloc_folio", 6, 'i', NULL));
	/* not a pointer, a pointer to nothing, and no such function */
	assert_false(facts_function(&f, "zswap_invalidate", 1, 'v', "swp_entry_t"));
	assert_false(facts_function(&f, "shrink_worker", 1, 'v', "work_struct"));
	assert_false(facts_function(&f, "zswap_lod", -1, 0, NULL));
	/* a type of this name is no function */
	assert_false(facts_function(&f, "folio", -1, 0, NULL));
	facts_free(&f);
}

static void test_no_btf(void **state)
{
	char path[] = "/tmp/zswaptop-btf-XXXXXX";
	int fd = mkstemp(path);
	struct facts f;
	struct plan plan;

	(void)state;
	assert_true(fd >= 0);
	facts_gather(&f, "/nonexistent/btf");
	assert_null(f.btf);
	assert_int_equal(f.btf_error, 2);
	assert_false(facts_function(&f, "zswap_load", -1, 0, NULL));
	assert_false(facts_tracepoint_id(&f, "folio"));
	plan_make(&plan, &f, &all_wishes);
	for (int id = 0; id < NR_PROBES; id++)
		assert_false(plan_has(&plan, id));
	assert_string_equal(plan.probe[PROBE_STORE].reason, "this kernel has no BTF");
	assert_false(plan_core_complete(&plan));
	facts_free(&f);
	/* no BTF, and cut short */
	assert_int_equal(write(fd, "\x9f\xeb\x01\x00\x18\x00\x00", 7), 7);
	facts_gather(&f, path);
	assert_null(f.btf);
	assert_true(f.btf_error > 0);
	facts_free(&f);
	close(fd);
	unlink(path);
}

/* What no compiler makes is no prototype. */
static void test_damaged_btf(void **state)
{
	struct btf *btf = btf__new_empty();
	char path[] = BTFFILE_TEMPLATE;
	struct facts f;

	(void)state;
	btf__add_typedef(btf, "circle", 1);
	btf__add_func(btf, "of_circle", BTF_FUNC_STATIC, 3);
	btf__add_func_proto(btf, 1);
	btf__add_func_param(btf, "a", 1);
	btf__add_func(btf, "of_number", BTF_FUNC_STATIC, 5);
	btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	btffile_make(path, btf);
	facts_gather(&f, path);
	assert_true(facts_function(&f, "of_circle", 1, 0, NULL));
	assert_false(facts_function(&f, "of_circle", 1, 'i', NULL));
	assert_false(facts_function(&f, "of_circle", 1, 0, "circle"));
	assert_true(facts_function_id(&f, "of_number"));
	assert_false(facts_function(&f, "of_number", 0, 0, NULL));
	facts_free(&f);
	unlink(path);
	btf__free(btf);
}

/* A change of the kernel, and what comes of it. */
struct future {
	int version;
	struct change change;
	enum probe_id probe;
	const char *symbol; /* what is planned now; NULL: nothing */
	const char *reason; /* part of it */
	uint32_t also;	    /* other probes that may change */
};

#define GONE(name)                  \
	{                           \
		name, NULL, 0, NULL \
	}
#define RENAMED(name)                      \
	{                                  \
		name, name "_new", 0, NULL \
	}
#define RENAMED_TEXT "(renamed or inlined)"
#define ARGS_TEXT    "has another prototype than on any known kernel"

/* clang-format off */
static const struct future futures[] = {
{703, RENAMED("zswap_invalidate"), PROBE_INVALIDATE, NULL, "no zswap_invalidate in this kernel "
 RENAMED_TEXT, 0},
{703, GONE("zswap_invalidate"), PROBE_INVALIDATE, NULL, RENAMED_TEXT, 0},
{703, RENAMED("zswap_store"), PROBE_STORE, NULL, "no zswap_store", 0},
{703, RENAMED("zswap_load"), PROBE_LOAD, NULL, "no zswap_load", 0},
{703, RENAMED("shrink_memcg_cb"), PROBE_WRITEBACK, NULL, "no shrink_memcg_cb", 0},
{703, RENAMED("swap_cache_alloc_folio"), PROBE_SWAP_CACHE, NULL, "no swap_cache_alloc_folio",
 BIT(SWAP_CACHE_BUSY)},
{703, RENAMED("shrink_worker"), PROBE_SHRINK_WORKER, NULL, "no shrink_worker", 0},
{703, RENAMED("shrink_memcg"), PROBE_SHRINK_MEMCG, NULL, "no shrink_memcg", 0},
{703, RENAMED("mem_cgroup_zswap_writeback_enabled"), PROBE_WRITEBACK_ENABLED, NULL,
 "no mem_cgroup_zswap_writeback_enabled", BIT(COMPRESS) | BIT(POOL_MALLOC)},
{703, RENAMED("swap_read_folio"), PROBE_SWAPIN, NULL, "no swap_read_folio", 0},
/* what is not needed is not missed */
{703, RENAMED("crypto_acomp_compress"), PROBE_COMPRESS, NEEDLESS, "writeback_enabled tells it", 0},
{703, RENAMED("zswap_entry_free"), PROBE_ENTRY_FREE, NEEDLESS, "the lookup in the tree", 0},
{616, RENAMED("crypto_acomp_compress"), PROBE_COMPRESS, "scomp_acomp_compress", "", 0},
{612, RENAMED("scomp_acomp_compress"), PROBE_COMPRESS, NULL, RENAMED_TEXT, BIT(POOL_MALLOC)},
{612, RENAMED("__read_swap_cache_async"), PROBE_SWAP_CACHE, NULL, RENAMED_TEXT, 0},
{612, RENAMED("swapcache_prepare"), PROBE_SWAP_CACHE_BUSY, NULL, "no swapcache_prepare", 0},
{609, RENAMED("zswap_entry_free"), PROBE_ENTRY_FREE, NULL, "no zswap_entry_free", 0},
/* other prototypes */
{703, {"zswap_load", NULL, 'v', NULL}, PROBE_LOAD, NULL, "zswap_load " ARGS_TEXT, 0},
{703, {"zswap_load", NULL, 'i', "p"}, PROBE_LOAD, NULL, ARGS_TEXT, 0},
{703, {"zswap_load", NULL, 'i', "fi"}, PROBE_LOAD, NULL, ARGS_TEXT, 0},
{703, {"zswap_load", NULL, 'b', NULL}, PROBE_LOAD, "zswap_load", "", 0},
{703, {"zswap_invalidate", NULL, 'v', "ill"}, PROBE_INVALIDATE, NULL,
 "zswap_invalidate " ARGS_TEXT, 0},
{703, {"zswap_invalidate", NULL, 'i', NULL}, PROBE_INVALIDATE, NULL, ARGS_TEXT, 0},
{703, {"zswap_invalidate", NULL, 'v', ""}, PROBE_INVALIDATE, NULL, ARGS_TEXT, 0},
{703, {"zswap_store", NULL, 'i', NULL}, PROBE_STORE, NULL, "zswap_store " ARGS_TEXT, 0},
{703, {"zswap_store", NULL, 'b', "fu"}, PROBE_STORE, NULL, ARGS_TEXT, 0},
{703, {"shrink_memcg_cb", NULL, 'e', "vv"}, PROBE_WRITEBACK, NULL, ARGS_TEXT, 0},
{703, {"shrink_memcg_cb", NULL, 'v', NULL}, PROBE_WRITEBACK, NULL, ARGS_TEXT, 0},
{703, {"shrink_memcg", NULL, 'i', "v"}, PROBE_SHRINK_MEMCG, NULL, ARGS_TEXT, 0},
{703, {"swap_cache_alloc_folio", NULL, 'p', "sulvvlv"}, PROBE_SWAP_CACHE, NULL, ARGS_TEXT,
 BIT(SWAP_CACHE_BUSY)},
{703, {"swap_cache_alloc_folio", NULL, 'i', "sulvvl"}, PROBE_SWAP_CACHE, NULL, ARGS_TEXT,
 BIT(SWAP_CACHE_BUSY)},
{609, {"zswap_entry_free", NULL, 'v', "v"}, PROBE_ENTRY_FREE, NULL, ARGS_TEXT, 0},
};
/* clang-format on */

/* Fails if another probe than those of the mask differs between the plans. */
static void same_but(const struct plan *a, const struct plan *b, uint32_t mask, const char *what)
{
	for (int id = 0; id < NR_PROBES; id++)
		if (!(mask >> id & 1) && strcmp(planned(a, id), planned(b, id)))
			fail_msg("%s: %s is %s, was %s", what, probes[id].name, planned(b, id),
				 planned(a, id));
}

static void test_kernels_to_come(void **state)
{
	struct facts before, after;
	struct plan was, is;

	(void)state;
	for (size_t i = 0; i < sizeof(futures) / sizeof(futures[0]); i++) {
		const struct future *u = &futures[i];
		uint32_t core = BIT(INVALIDATE) | BIT(TREES) | BIT(WRITEBACK) | BIT(SWAP_CACHE);
		bool lost = !u->symbol && (core >> u->probe & 1);

		kernel(&before, u->version, NULL, 0);
		kernel(&after, u->version, &u->change, 1);
		plan_make(&was, &before, &all_wishes);
		plan_make(&is, &after, &all_wishes);
		if (strcmp(planned(&is, u->probe), u->symbol ? u->symbol : "none"))
			fail_msg("case %zu: %s is %s", i, probes[u->probe].name,
				 planned(&is, u->probe));
		assert_contains(is.probe[u->probe].reason, u->reason);
		same_but(&was, &is, u->also | 1u << u->probe, u->change.name);
		assert_int_equal(plan_core_complete(&is), u->version >= 610 && !lost);
		assert_int_equal(is.config.fates,
				 plan_has(&is, PROBE_WRITEBACK) && plan_has(&is, PROBE_SWAP_CACHE));
		facts_free(&before);
		facts_free(&after);
	}
}

/* zswap_load: what it returns is decided by its type, whatever the version. */
static void test_load_variant_by_type(void **state)
{
	const struct change to_bool = {"zswap_load", NULL, 'b', NULL};
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, &to_bool, 1);
	plan_make(&plan, &f, &all_wishes);
	assert_int_equal(plan.config.load_result, ZT_LOAD_BOOL);
	facts_free(&f);
}

static void test_trees_gone(void **state)
{
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	f.zswap_trees = f.nr_zswap_trees = 0;
	f.swap_types = 0;
	plan_make(&plan, &f, &all_wishes);
	assert_int_equal(plan.probe[PROBE_TREES].state, PROBE_ABSENT);
	assert_contains(plan.probe[PROBE_TREES].reason, "no zswap_trees in kallsyms");
	assert_contains(plan.probe[PROBE_TREES].reason, "CONFIG_KALLSYMS_ALL");
	assert_int_equal(plan.config.tree_kind, ZT_TREES_UNKNOWN);
	assert_true(plan.config.follow);
	assert_true(plan_has(&plan, PROBE_INVALIDATE));
	assert_contains(plan.probe[PROBE_INVALIDATE].reason, "fell back to following each call");
	assert_string_equal(planned(&plan, PROBE_ENTRY_FREE), "zswap_entry_free");
	assert_int_equal(plan.probe[PROBE_TREE_LOCK].state, PROBE_ABSENT);
	assert_contains(plan.probe[PROBE_TREE_LOCK].reason, "addresses are not known");
	assert_false(plan_core_complete(&plan));
	facts_free(&f);
}

/* The same, where kallsyms only hides them: it says what to do. */
static void test_trees_hidden(void **state)
{
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	hide_addresses(&f);
	plan_make(&plan, &f, &all_wishes);
	assert_contains(plan.probe[PROBE_TREES].reason, "kptr_restrict");
	assert_contains(plan.probe[PROBE_TREES].reason, "CAP_SYSLOG");
	assert_true(plan.config.follow);
	assert_true(plan_has(&plan, PROBE_ENTRY_FREE));
	assert_int_equal(plan.config.zswap_trees, 0);
	facts_free(&f);
}

static void test_verify(void **state)
{
	struct wishes wishes = {.verify = true};
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	plan_make(&plan, &f, &wishes);
	assert_true(plan.config.verify);
	assert_true(plan.config.follow);
	assert_int_equal(plan.config.tree_kind, ZT_TREES_XARRAY);
	assert_string_equal(planned(&plan, PROBE_ENTRY_FREE), "zswap_entry_free");
	/* this is as wanted, no second choice */
	assert_string_equal(plan.probe[PROBE_INVALIDATE].reason, "");
	wishes.without = BIT(INVALIDATE);
	plan_make(&plan, &f, &wishes);
	assert_string_equal(planned(&plan, PROBE_ENTRY_FREE), NEEDLESS);
	facts_free(&f);
}

static void test_nothing_wished(void **state)
{
	struct wishes wishes = {0};
	struct facts f;
	struct plan plan, all;

	(void)state;
	kernel(&f, 703, NULL, 0);
	plan_make(&all, &f, &all_wishes);
	plan_make(&plan, &f, &wishes);
	assert_string_equal(planned(&plan, PROBE_SWAPIN), NEEDLESS);
	assert_string_equal(planned(&plan, PROBE_TREE_LOCK), NEEDLESS);
	same_but(&all, &plan, BIT(SWAPIN) | BIT(TREE_LOCK), "no wishes");
	assert_false(plan.config.latency);
	facts_free(&f);
}

/* What a trace loads: by event, the probes planned on 7.3. */
static void test_only_events(void **state)
{
	static const uint32_t planned_for[ZT_NR_EVENTS] = {
		[ZT_EV_STORE] =
			BIT(STORE) | BIT(TREES) | BIT(SHRINK_MEMCG) | BIT(WRITEBACK_ENABLED),
		[ZT_EV_LOAD] = BIT(LOAD) | BIT(TREES),
		[ZT_EV_INVALIDATE] = BIT(INVALIDATE) | BIT(TREES),
		[ZT_EV_WRITEBACK] = BIT(WRITEBACK) | BIT(SWAP_CACHE) | BIT(SHRINK_WORKER) |
				    BIT(SHRINK_MEMCG) | BIT(STORE) | BIT(TREES),
		[ZT_EV_TREE] = BIT(TREES) | BIT(INVALIDATE) | BIT(LOAD) | BIT(STORE) |
			       BIT(SHRINK_MEMCG) | BIT(WRITEBACK_ENABLED) | BIT(WRITEBACK) |
			       BIT(SWAP_CACHE),
	};
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	for (int type = 0; type < ZT_NR_EVENTS; type++) {
		struct wishes wishes = all_wishes;

		wishes.only_events = 1u << type;
		plan_make(&plan, &f, &wishes);
		for (int id = 0; id < NR_PROBES; id++)
			if (plan_has(&plan, id) != (planned_for[type] >> id & 1))
				fail_msg("event %d: %s is %s", type, probes[id].name,
					 planned(&plan, id));
		assert_true(plan.config.only_events);
		assert_false(plan.config.swapin);
		assert_false(plan.config.fates);
	}
	facts_free(&f);
}

/* Values of a sample that a plan leaves out: first to last; first == last: one. */
struct range {
	unsigned int first, last;
};

#define ONE(id)                \
	{                      \
		V_##id, V_##id \
	}
#define ALL(id)                       \
	{                             \
		V_##id, V_##id##_LAST \
	}
#define OF(id, value)                                    \
	{                                                \
		V_##id + ZT_##value, V_##id + ZT_##value \
	}
#define TREE_CAUSE(cause)                                                     \
	OF(TREE_NODES_FREED, CAUSE_##cause), OF(TREE_SHRINKS, CAUSE_##cause), \
		OF(TREE_COLLAPSES, CAUSE_##cause), OF(TREE_EMPTIED, CAUSE_##cause)
#define TREE_ALL                                                                          \
	ALL(TREE_NODES_FREED), ALL(TREE_SHRINKS), ALL(TREE_COLLAPSES), ALL(TREE_EMPTIED), \
		ONE(TREE_GROWS), ONE(STORE_BYTES), ONE(LOCK_CONTENTIONS), ONE(LOCK_WAIT)
#define END          \
	{            \
		1, 0 \
	}

#define MOST_RANGES 24

static const char *value_name(unsigned int value)
{
	for (unsigned int i = 0; i < nr_families; i++)
		if (value - families[i].first < families[i].label.n)
			return families[i].name;
	return "?";
}

static void add_ranges(bool absent[NR_VALUES], const struct range *ranges)
{
	for (; ranges->first <= ranges->last; ranges++)
		for (unsigned int v = ranges->first; v <= ranges->last; v++)
			absent[v] = true;
}

static void check_mask(const struct plan *plan, const struct wishes *wishes,
		       const struct range *ranges, const struct range *more, uint32_t hists,
		       const char *what)
{
	bool absent[NR_VALUES] = {0};
	struct sample s;

	sample_init(&s);
	for (unsigned int i = 0; i < NR_VALUES; i++)
		s.v[i] = 7 + i;
	add_ranges(absent, ranges);
	add_ranges(absent, more);
	plan_mask(plan, wishes, &s);
	for (unsigned int i = 0; i < NR_VALUES; i++) {
		if ((s.v[i] == ABSENT) != absent[i])
			fail_msg("%s: %s (%u) is %s", what, value_name(i), i,
				 absent[i] ? "there" : "left out");
		if (!absent[i])
			assert_int_equal(s.v[i], 7 + i);
	}
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		if (s.hist_present[i] != (hists >> i & 1))
			fail_msg("%s: %s is %s", what, histogram_families[i].name,
				 s.hist_present[i] ? "there" : "left out");
	sample_free(&s);
}

#define H(id)	  (1u << ZT_H_##id)
#define ALL_HISTS ((1u << ZT_NR_HISTS) - 1)

static const struct range nothing[] = {END};

struct masked {
	enum probe_id hidden;
	uint32_t hists_lost;
	uint32_t also; /* probes that change with it */
	struct range ranges[MOST_RANGES];
};

/* clang-format off */
#define LOST_SKIPS {V_WB_SKIPPED, V_WB_SKIPPED + ZT_NR_SKIPS - 2}, ALL(SKIP_FATE), \
	TREE_CAUSE(WRITEBACK)

/* On 7.3, beyond what is left out with all its probes. */
static const struct masked masks[] = {
{PROBE_INVALIDATE, 0, 0, {ONE(INV_CALLS), ONE(INV_TREE_EMPTY), ONE(INV_ABSENT), ONE(INV_ERASED),
 ONE(INV_UNCLASSIFIED), OF(SKIP_FATE, FATE_INVALIDATED), TREE_CAUSE(INVALIDATE), END}},
{PROBE_ENTRY_FREE, 0, 0, {END}},
{PROBE_TREES, H(PAGE_BYTES), BIT(ENTRY_FREE) | BIT(TREE_LOCK),
 {ONE(INV_TREE_EMPTY), ONE(INV_ABSENT), TREE_ALL, END}},
{PROBE_STORE, H(STORE_NS) | H(PAGE_BYTES), 0, {ONE(STORE_PAGES), ALL(STORE_REJECTED),
 ONE(STORE_BYTES), ONE(TREE_GROWS), TREE_CAUSE(STORE), OF(WB_PAGES, TRIGGER_CGROUP_LIMIT), END}},
{PROBE_LOAD, H(LOAD_NS) | H(SWAPIN_ZSWAP_NS) | H(SWAPIN_DISK_NS), 0, {ONE(LOAD_LOOKUPS),
 ONE(LOAD_HITS), ONE(LOAD_ERRORS), TREE_CAUSE(LOAD), OF(SKIP_FATE, FATE_LOADED), END}},
{PROBE_WRITEBACK, H(WB_NS) | H(FATE_NS), 0, {ALL(WB_PAGES), ALL(WB_SKIPPED), ONE(WB_ROTATED),
 ONE(WB_STOPPED), ALL(SKIP_FATE), TREE_CAUSE(WRITEBACK), END}},
{PROBE_SWAP_CACHE, H(FATE_NS), BIT(SWAP_CACHE_BUSY), {LOST_SKIPS, END}},
{PROBE_SWAP_CACHE_BUSY, 0, 0, {END}},
{PROBE_SHRINK_WORKER, 0, 0, {OF(WB_PAGES, TRIGGER_POOL_LIMIT), END}},
{PROBE_SHRINK_MEMCG, 0, 0, {OF(STORE_REJECTED, REJECT_CGROUP_LIMIT), END}},
{PROBE_COMPRESS, 0, BIT(POOL_MALLOC), {END}},
{PROBE_POOL_MALLOC, 0, 0, {END}},
{PROBE_WRITEBACK_ENABLED, 0, BIT(COMPRESS) | BIT(POOL_MALLOC),
 {OF(STORE_REJECTED, REJECT_COMPRESS_POOR), END}},
{PROBE_SWAPIN, H(SWAPIN_ZSWAP_NS) | H(SWAPIN_DISK_NS), 0, {END}},
{PROBE_TREE_LOCK, 0, 0, {ONE(LOCK_CONTENTIONS), ONE(LOCK_WAIT), END}},
};
/* clang-format on */

_Static_assert(sizeof(masks) / sizeof(masks[0]) == NR_PROBES, "a row for every probe");

/* No call is followed: nothing is stale. The compressor is not watched (6.18+). */
static const struct range masked_73[] = {ONE(INV_STALE), OF(STORE_REJECTED, REJECT_COMPRESS_FAIL),
					 END};

static void test_without_each(void **state)
{
	static const struct range stale[] = {ONE(INV_STALE), END};
	struct facts f;
	struct plan all, plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	plan_make(&all, &f, &all_wishes);
	check_mask(&all, &all_wishes, masked_73, nothing, ALL_HISTS, "all");
	for (int i = 0; i < NR_PROBES; i++) {
		const struct masked *m = &masks[i];
		struct wishes wishes = all_wishes;
		uint32_t changed = m->also | 1u << m->hidden;
		const struct range *base = masked_73;
		const char *name = probes[m->hidden].name;

		wishes.without = 1u << m->hidden;
		plan_make(&plan, &f, &wishes);
		assert_false(plan_has(&plan, m->hidden));
		if (strcmp(planned(&all, m->hidden), NEEDLESS)) {
			assert_int_equal(plan.probe[m->hidden].state, PROBE_HIDDEN);
			assert_string_equal(plan.probe[m->hidden].reason,
					    "hidden by --without-probe");
		}
		same_but(&all, &plan, changed, name);
		/* without the question about writeback, the compressor is watched again */
		if (m->hidden == PROBE_WRITEBACK_ENABLED)
			base = stale;
		check_mask(&plan, &wishes, base, m->ranges, ALL_HISTS & ~m->hists_lost, name);
	}
	facts_free(&f);
}

/* The other kernels, all their probes attached. */
static void test_mask_of_kernels(void **state)
{
	static const struct range up_to_67[] = {
		ONE(INV_STALE),	 TREE_ALL,	  OF(STORE_REJECTED, REJECT_CGROUP_LIMIT),
		ONE(WB_ROTATED), ONE(WB_STOPPED), END};
	static const struct range from_68[] = {ONE(INV_STALE), TREE_ALL, END};
	static const struct range from_610[] = {ONE(INV_STALE), END};

	(void)state;
	for (size_t i = 0; i < NR_EXPECTATIONS; i++) {
		int version = expectations[i].version;
		const struct range *base = version < 608   ? up_to_67
					   : version < 610 ? from_68
					   : version < 618 ? from_610
							   : masked_73;
		uint32_t hists = version < 610 ? ALL_HISTS & ~H(PAGE_BYTES) : ALL_HISTS;
		char name[16];
		struct facts f;
		struct plan plan;

		kernel(&f, version, NULL, 0);
		plan_make(&plan, &f, &all_wishes);
		snprintf(name, sizeof(name), "%d", version);
		check_mask(&plan, &all_wishes, base, nothing, hists, name);
		facts_free(&f);
	}
}

static void test_mask_of_wishes(void **state)
{
	static const struct range verified[] = {OF(STORE_REJECTED, REJECT_COMPRESS_FAIL), END};
	static const struct range no_lock[] = {ONE(LOCK_CONTENTIONS), ONE(LOCK_WAIT), END};
	static const struct range hidden[] = {ONE(INV_TREE_EMPTY),
					      ONE(INV_ABSENT),
					      TREE_ALL,
					      OF(STORE_REJECTED, REJECT_DISABLED),
					      OF(STORE_REJECTED, REJECT_POOL_FULL),
					      OF(STORE_REJECTED, REJECT_NO_POOL),
					      OF(STORE_REJECTED, REJECT_ALLOC_FAIL),
					      END};
	struct wishes wishes = {.verify = true, .latency = true};
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	plan_make(&plan, &f, &wishes);
	check_mask(&plan, &wishes, verified, no_lock, ALL_HISTS, "verify");
	wishes = (struct wishes){0};
	plan_make(&plan, &f, &wishes);
	check_mask(&plan, &wishes, masked_73, no_lock, H(FATE_NS) | H(PAGE_BYTES), "no latency");
	hide_addresses(&f);
	plan_make(&plan, &f, &all_wishes);
	check_mask(&plan, &all_wishes, masked_73, hidden, ALL_HISTS & ~H(PAGE_BYTES),
		   "hidden kallsyms");
	facts_free(&f);
}

/* Refusals of the allocator: told by the kernel's own count, or by watching zpool_malloc. */
static void test_mask_of_alloc_fail(void **state)
{
	static const struct range stale[] = {ONE(INV_STALE), END};
	static const struct range poor[] = {OF(STORE_REJECTED, REJECT_COMPRESS_POOR), END};
	static const struct range alloc_fail[] = {OF(STORE_REJECTED, REJECT_ALLOC_FAIL), END};
	struct wishes wishes = all_wishes;
	struct facts f;
	struct plan plan;

	(void)state;
	kernel(&f, 703, NULL, 0);
	f.zswap_reject_alloc_fail = 0;
	plan_make(&plan, &f, &wishes);
	check_mask(&plan, &wishes, masked_73, alloc_fail, ALL_HISTS, "7.3, no count");
	facts_free(&f);
	kernel(&f, 612, NULL, 0);
	f.zswap_reject_alloc_fail = 0;
	plan_make(&plan, &f, &wishes);
	check_mask(&plan, &wishes, stale, nothing, ALL_HISTS, "6.12, no count");
	f.zswap_reject_alloc_fail = 0xffffffff82000000;
	wishes.without = BIT(POOL_MALLOC);
	plan_make(&plan, &f, &wishes);
	check_mask(&plan, &wishes, stale, poor, ALL_HISTS, "6.12, the count alone");
	wishes.without = 0;
	plan_make(&plan, &f, &wishes);
	assert_false(plan_has(&plan, PROBE_POOL_MALLOC));
	check_mask(&plan, &wishes, stale, nothing, ALL_HISTS, "6.12, the counts");
	wishes.without = BIT(COMPRESS);
	plan_make(&plan, &f, &wishes);
	assert_true(plan_has(&plan, PROBE_POOL_MALLOC));
	assert_int_equal(plan.config.reject_compress_poor, 0);
	facts_free(&f);
}

/* What a value is said to come from is what it goes away with. */
/* What no probe tells of all is not 0 of a cgroup. */
static void test_mask_of_cgroups(void **state)
{
	struct facts f;
	struct plan plan;
	struct sample s;
	struct cgroup_sample *cg;

	(void)state;
	kernel(&f, 703, NULL, 0);
	plan_make(&plan, &f, &all_wishes);
	sample_init(&s);
	memset(s.v, 0, sizeof(s.v));
	cg = fixture_cgroup(&s, "/a");
	plan_mask(&plan, &all_wishes, &s);
	plan_mask_cgroups(&s);
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++) {
		bool unknown = i == ZT_CG_STORE_REJECTED + ZT_REJECT_COMPRESS_FAIL;

		assert_true(cg->n[i] == (unknown ? ABSENT : 0));
	}
	s.v[V_STORE_BYTES] = s.v[V_WB_SKIPPED + ZT_SKIP_OTHER] = ABSENT;
	plan_mask_cgroups(&s);
	assert_true(cg->n[ZT_CG_STORE_BYTES] == ABSENT);
	assert_true(cg->n[ZT_CG_WB_SKIPPED + ZT_SKIP_OTHER] == ABSENT);
	assert_int_equal(cg->n[ZT_CG_WB_SKIPPED], 0);
	sample_free(&s);
	facts_free(&f);
}

static void test_feeding(void **state)
{
	(void)state;
	for (int i = 0; i < NR_PROBES; i++) {
		const struct masked *m = &masks[i];

		for (const struct range *r = m->ranges; r->first <= r->last; r++)
			for (unsigned int v = r->first; v <= r->last; v++)
				/* computed from many probes, and decided by the configuration */
				if (v != V_STORE_REJECTED + ZT_REJECT_COMPRESS_POOR &&
				    v != V_LOCK_CONTENTIONS && v != V_LOCK_WAIT &&
				    !(probes_feeding(v) >> m->hidden & 1))
					fail_msg("%s (%u) is not fed by %s", value_name(v), v,
						 probes[m->hidden].name);
		for (unsigned int h = 0; h < ZT_NR_HISTS; h++)
			assert_int_equal(probes_feeding_histogram(h) >> m->hidden & 1,
					 m->hists_lost >> h & 1);
	}
	assert_int_equal(probes_feeding(V_LOCK_WAIT), BIT(TREE_LOCK));
	assert_int_equal(probes_feeding(V_POOL_BYTES), 0);
	assert_int_equal(probes_feeding(V_SWAPIN_PAGES), 0);
	assert_int_equal(probes_feeding(NR_VALUES), 0);
	assert_int_equal(probes_feeding_histogram(ZT_NR_HISTS), 0);
}

static void test_table(void **state)
{
	(void)state;
	for (int id = 0; id < NR_PROBES; id++) {
		const struct probe *p = &probes[id];

		assert_int_equal(probe_find(p->name), id);
		assert_true(*p->purpose && *p->lost);
		if (id == PROBE_TREES)
			continue;
		assert_non_null(p->candidates[0].symbol);
		for (int i = 0; i < MAX_CANDIDATES && p->candidates[i].symbol; i++) {
			assert_true(p->candidates[i].entry || p->candidates[i].exit);
			assert_true(*p->candidates[i].kernels);
		}
	}
	assert_int_equal(probe_find(""), -1);
	assert_int_equal(probe_find("stores"), -1);
	assert_int_equal(probe_find("zswap_store"), -1);
}

/*
 * The made-up kernels are as the real ones: files btf-6.1, ... of the directory that
 * ZSWAPTOP_BTF_DIR names, as many as there are.
 */
static void test_real_kernels(void **state)
{
	static const int versions[] = {601, 612, 616, 617, 618, 619, 700, 701, 702, 703};
	const char *dir = getenv("ZSWAPTOP_BTF_DIR");
	unsigned int seen = 0;

	(void)state;
	if (!dir)
		skip();
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct facts real, made;
		struct plan on_real, on_made;
		char path[4096];

		snprintf(path, sizeof(path), "%s/btf-%d.%d", dir, versions[i] / 100,
			 versions[i] % 100);
		if (access(path, R_OK))
			continue;
		seen++;
		facts_gather(&real, path);
		assert_non_null(real.btf);
		set_addresses(&real, versions[i]);
		kernel(&made, versions[i], NULL, 0);
		made.pv_lock_offset = real.pv_lock_offset; /* as much as is before it */
		plan_make(&on_real, &real, &all_wishes);
		plan_make(&on_made, &made, &all_wishes);
		same_but(&on_made, &on_real, 0, path);
		assert_memory_equal(&on_made.config, &on_real.config, sizeof(on_real.config));
		for (int id = 0; id < NR_PROBES; id++)
			if (on_made.probe[id].candidate != on_real.probe[id].candidate)
				fail_msg("%s: another candidate for %s", path, probes[id].name);
		for (size_t j = 0; j < NR_FUNCTIONS; j++) {
			const struct function *fn = &functions[j];
			bool has = versions[i] >= fn->first && versions[i] <= fn->last;

			if (has && !facts_function(&real, fn->name, strlen(fn->args),
						   fn->ret == 'e' ? 'i' : fn->ret, NULL))
				fail_msg("%s: no such %s", path, fn->name);
		}
		facts_free(&real);
		facts_free(&made);
	}
	assert_true(seen > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernels),
		cmocka_unit_test(test_every_candidate_is_taken),
		cmocka_unit_test(test_rb_root_elsewhere),
		cmocka_unit_test(test_function_prototypes),
		cmocka_unit_test(test_no_btf),
		cmocka_unit_test(test_damaged_btf),
		cmocka_unit_test(test_kernels_to_come),
		cmocka_unit_test(test_load_variant_by_type),
		cmocka_unit_test(test_trees_gone),
		cmocka_unit_test(test_trees_hidden),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_nothing_wished),
		cmocka_unit_test(test_only_events),
		cmocka_unit_test(test_without_each),
		cmocka_unit_test(test_mask_of_kernels),
		cmocka_unit_test(test_mask_of_wishes),
		cmocka_unit_test(test_mask_of_alloc_fail),
		cmocka_unit_test(test_mask_of_cgroups),
		cmocka_unit_test(test_feeding),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_real_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
