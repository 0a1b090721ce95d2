// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "corebtf.h"
#include "live.h"
#include "metrics.h"
#include "zswaptop.skel.h"

#define PROGRAMS_PER_PROBE 2
#define NR_SECTIONS	   3  /* of programs that are attached */
#define PAGE_SHIFT_OF_TREE 14 /* a tree holds 2^14 pages: 64 MiB */

struct live {
	struct live_options options;
	struct facts facts;
	struct plan plan;
	struct zswaptop_bpf *skel;
	struct bpf_program *program[NR_PROBES][PROGRAMS_PER_PROBE];
	struct bpf_link *link[NR_PROBES][PROGRAMS_PER_PROBE];
	struct ring_buffer *ring;
	live_event_fn *event_fn;
	void *event_arg;
	int nr_cpus;
	const struct zt_cpu *cpus;   /* mapped */
	const struct zt_cell *cells; /* mapped */
	struct zt_cgroup *cgroups;   /* mapped; only .traced is written */
	int handler[NR_SECTIONS];    /* with libbpf */
	int stats_fd;		     /* keeps the kernel's run-time statistics on; -1: off */
	char log[4096];		     /* the last that libbpf had to say */
};

/* libbpf's callback has no argument of its own, and only one live kernel is ever open. */
static struct live *logging;

static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	size_t used;

	if (getenv("ZSWAPTOP_DEBUG"))
		return vfprintf(stderr, format, args);
	if (!logging || level != LIBBPF_WARN)
		return 0;
	used = strlen(logging->log);
	if (used > sizeof(logging->log) / 2)
		return 0;
	return vsnprintf(logging->log + used, sizeof(logging->log) - used, format, args);
}

__attribute__((format(printf, 3, 4))) static void tell(struct trouble *t, const char *remedy,
						       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
	snprintf(t->remedy, sizeof(t->remedy), "%s", remedy);
}

static void tell_refused(const struct live *live, int err, struct trouble *t)
{
	if (!strcmp(live->facts.lockdown, "confidentiality"))
		tell(t, "boot without lockdown=confidentiality to observe zswap",
		     "kernel lockdown is in confidentiality mode, which forbids reading kernel "
		     "memory");
	else if (err == EPERM && geteuid())
		tell(t,
		     "run as root, or with CAP_BPF, CAP_PERFMON, CAP_SYSLOG and "
		     "CAP_DAC_READ_SEARCH",
		     "loading BPF programs is not permitted to this user");
	else if (err == EPERM)
		tell(t,
		     "run on the host, outside of a container or sandbox that refuses bpf() or "
		     "memfd_create()",
		     "the kernel refuses tracing programs although this is root (%s)",
		     strerror(err));
	else
		tell(t, "please report this with the output of zswaptop probe",
		     "the programs could not be loaded: %s\n%s", strerror(err), live->log);
}

/* BPF programs of a probe, as far as this run needs them. */
static void programs_of(const struct live *live, enum probe_id id, const char *names[2])
{
	const struct candidate *c = live->plan.probe[id].candidate;

	names[0] = c->entry;
	names[1] = c->exit;
	if (id == PROBE_INVALIDATE && live->plan.config.follow) {
		names[0] = "follow_enter";
		names[1] = "follow_exit";
	}
}

/* BPF_LOG_STATS of the kernel's bpf_verifier.h: what the verifier went through, in its log. */
#define VERIFIER_STATS 4

static void prepare_programs(struct live *live)
{
	struct bpf_program *prog;
	const char *names[2];

	bpf_object__for_each_program(prog, live->skel->obj) bpf_program__set_autoload(prog, false);
	bpf_program__set_autoload(live->skel->progs.walk_trees, true);
	bpf_program__set_autoload(live->skel->progs.look, true);
	for (int id = 0; id < NR_PROBES; id++) {
		if (!plan_has(&live->plan, id) || !live->plan.probe[id].candidate)
			continue;
		programs_of(live, id, names);
		for (int i = 0; i < PROGRAMS_PER_PROBE; i++) {
			if (!names[i])
				continue;
			prog = bpf_object__find_program_by_name(live->skel->obj, names[i]);
			bpf_program__set_autoload(prog, true);
			if (getenv("ZSWAPTOP_DEBUG"))
				bpf_program__set_log_level(prog, VERIFIER_STATS);
			live->program[id][i] = prog;
		}
	}
}

/* What a program is attached to: its tracepoint names itself, a function is its probe's. */
static uint32_t target_of(const struct live *live, const struct bpf_program *prog)
{
	const char *slash = strchr(bpf_program__section_name(prog), '/');

	if (slash)
		return facts_tracepoint_id(&live->facts, slash + 1);
	for (int id = 0; id < NR_PROBES; id++)
		if (prog == live->program[id][0] || prog == live->program[id][1])
			return facts_function_id(&live->facts,
						 live->plan.probe[id].candidate->symbol);
	return 0;
}

static int set_target(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long live)
{
	opts->attach_btf_id = target_of((const struct live *)live, prog);
	return opts->attach_btf_id ? 0 : -ESRCH;
}

static const struct {
	const char *section;
	enum bpf_attach_type type;
} sections[NR_SECTIONS] = {
	{"fentry", BPF_TRACE_FENTRY},
	{"fexit", BPF_TRACE_FEXIT},
	{"tp_btf+", BPF_TRACE_RAW_TP},
};

/* Left to itself, libbpf goes through the kernel's whole BTF for each program. */
static int register_sections(struct live *live)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)live,
		    .prog_prepare_load_fn = set_target);

	for (int i = 0; i < NR_SECTIONS; i++) {
		live->handler[i] = libbpf_register_prog_handler(
			sections[i].section, BPF_PROG_TYPE_TRACING, sections[i].type, &opts);
		if (live->handler[i] < 0)
			return live->handler[i];
	}
	return 0;
}

static void unregister_sections(const struct live *live)
{
	for (int i = 0; i < NR_SECTIONS; i++)
		if (live->handler[i] > 0)
			libbpf_unregister_prog_handler(live->handler[i]);
}

static void configure(struct live *live)
{
	struct zt_config *config = &live->plan.config;
	const struct live_options *o = &live->options;

	config->by_cgroup = o->by_cgroup;
	config->live_trace = o->live_trace;
	config->cgroup_id = o->cgroup_id;
	config->cgroup_level = o->cgroup_level;
	config->min_latency_ns = o->min_latency_ns;
	config->wakeup_bytes = o->ring_bytes / 4;
	memcpy(config->events, o->events, sizeof(config->events));
	memcpy((void *)&live->skel->rodata->configuration, config, sizeof(*config));
}

static bool any_events(const struct live_options *options)
{
	for (int i = 0; i < ZT_NR_EVENTS; i++)
		if (options->events[i])
			return true;
	return false;
}

/* Are places for cgroups needed: to count by, or for the names in events? */
static bool owners_wanted(const struct live *live)
{
	return live->options.by_cgroup || any_events(&live->options);
}

static int size_maps(struct live *live)
{
	int err = bpf_map__set_max_entries(live->skel->maps.cpus, live->nr_cpus);

	if (!err)
		err = bpf_map__set_max_entries(live->skel->maps.events, live->options.ring_bytes);
	if (!err && !owners_wanted(live))
		err = bpf_map__set_max_entries(live->skel->maps.cgroups, 1);
	return err;
}

/* Writes what the programs are to be relocated against. */
static int write_core_btf(const struct live *live, int fd)
{
	struct btf *btf = corebtf_make(live->facts.btf, bpf_object__btf(live->skel->obj));
	const void *data;
	__u32 size;
	int err = 0;

	if (!btf)
		return -errno;
	data = btf__raw_data(btf, &size);
	if (!data)
		err = -ENOMEM;
	else if (write(fd, data, size) != (ssize_t)size)
		err = -EIO;
	btf__free(btf);
	return err;
}

static int load_with(struct live *live, int core_btf)
{
	char path[32];
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = path);
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", core_btf);
	live->skel = zswaptop_bpf__open_opts(&opts);
	if (!live->skel)
		return -errno;
	err = write_core_btf(live, core_btf);
	configure(live);
	prepare_programs(live);
	if (!err)
		err = size_maps(live);
	return err ? err : zswaptop_bpf__load(live->skel);
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8
#endif

/* An empty file in memory. Some systems want to hear that it holds no program, 6.1 cannot. */
static int memory_file(void)
{
	int fd = memfd_create("btf", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? memfd_create("btf", MFD_CLOEXEC) : fd;
}

static int load(struct live *live)
{
	int core_btf = memory_file(), err;

	if (core_btf < 0)
		return -errno;
	err = register_sections(live);
	if (!err)
		err = load_with(live, core_btf);
	close(core_btf);
	return err;
}

static void detach(struct live *live, enum probe_id id)
{
	for (int i = 0; i < PROGRAMS_PER_PROBE; i++) {
		bpf_link__destroy(live->link[id][i]);
		live->link[id][i] = NULL;
	}
}

static void attach(struct live *live, enum probe_id id)
{
	struct planned_probe *p = &live->plan.probe[id];

	for (int i = 0; i < PROGRAMS_PER_PROBE; i++) {
		if (!live->program[id][i])
			continue;
		live->link[id][i] = bpf_program__attach_trace(live->program[id][i]);
		if (live->link[id][i])
			continue;
		snprintf(p->reason, sizeof(p->reason), "%s cannot be attached to: %s",
			 p->candidate->symbol, strerror(errno));
		p->state = PROBE_ABSENT;
		detach(live, id);
		return;
	}
}

static void *map_values(const struct bpf_map *map, size_t bytes, int prot)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *p =
		mmap(NULL, (bytes + page - 1) & ~(page - 1), prot, MAP_SHARED, bpf_map__fd(map), 0);

	return p == MAP_FAILED ? NULL : p;
}

static int map_counters(struct live *live)
{
	const struct bpf_map *cgroups = live->skel->maps.cgroups;

	live->cpus =
		map_values(live->skel->maps.cpus, live->nr_cpus * sizeof(struct zt_cpu), PROT_READ);
	live->cells = map_values(live->skel->maps.cells, ZT_WALK_TREES * sizeof(struct zt_cell),
				 PROT_READ);
	live->cgroups =
		map_values(cgroups, bpf_map__max_entries(cgroups) * sizeof(struct zt_cgroup),
			   PROT_READ | (live->options.live_trace ? PROT_WRITE : 0));
	return live->cpus && live->cells && live->cgroups ? 0 : -errno;
}

static int on_event(void *arg, void *data, size_t size)
{
	struct live *live = arg;

	if (size >= sizeof(struct zt_event) && live->event_fn)
		live->event_fn(data, live->event_arg);
	return 0;
}

/* Runs the program that reads what nobody counts. */
static int look(const struct live *live)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);

	return bpf_prog_test_run_opts(bpf_program__fd(live->skel->progs.look), &run);
}

/* Counting nothing would look like no contention. */
static void deny_lock_waits(struct live *live)
{
	struct planned_probe *p = &live->plan.probe[PROBE_TREE_LOCK];

	if (!plan_has(&live->plan, PROBE_TREE_LOCK) || !live->skel->bss->state.spins_untraced)
		return;
	p->state = PROBE_ABSENT;
	snprintf(p->reason, sizeof(p->reason), "%s",
		 "this guest spins for locks without telling: its hypervisor has no paravirtual "
		 "spinlocks");
}

static int start(struct live *live)
{
	int err = map_counters(live);

	if (!err)
		err = look(live);
	if (err)
		return err;
	deny_lock_waits(live);
	if (any_events(&live->options)) {
		live->ring = ring_buffer__new(bpf_map__fd(live->skel->maps.events), on_event, live,
					      NULL);
		if (!live->ring)
			return -errno;
	}
	if (live->options.self_cost)
		live->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	for (int id = 0; id < NR_PROBES; id++)
		if (plan_has(&live->plan, id))
			attach(live, id);
	return 0;
}

static bool anything_attached(const struct live *live)
{
	for (int id = 0; id < NR_PROBES; id++)
		if (id != PROBE_TREES && plan_has(&live->plan, id))
			return true;
	return false;
}

static bool possible_at_all(const struct live *live, struct trouble *t)
{
	if (!live->facts.btf) {
		tell(t, "use a kernel built with CONFIG_DEBUG_INFO_BTF=y",
		     "this kernel has no BTF (/sys/kernel/btf/vmlinux: %s)",
		     strerror(live->facts.btf_error));
		return false;
	}
	if (access("/sys/module/zswap", F_OK)) {
		tell(t, "use a kernel built with CONFIG_ZSWAP=y (Debian's -cloud kernels are not)",
		     "this kernel has no zswap (/sys/module/zswap is missing)");
		return false;
	}
	if (!anything_attached(live)) {
		tell(t, "see zswaptop probe", "this kernel has none of the functions to attach to");
		return false;
	}
	return true;
}

struct live *live_open(const struct live_options *options, struct trouble *trouble)
{
	struct live *live = calloc(1, sizeof(*live));
	int err;

	if (!live) {
		tell(trouble, "free some memory", "out of memory");
		return NULL;
	}
	live->options = *options;
	live->stats_fd = -1;
	live->nr_cpus = libbpf_num_possible_cpus();
	logging = live;
	libbpf_set_print(keep_log);
	facts_gather(&live->facts, NULL);
	*live->log = '\0'; /* what the kernel did not tell was asked for in another way */
	plan_make(&live->plan, &live->facts, &options->wishes);
	if (!possible_at_all(live, trouble))
		goto fail;
	err = load(live);
	facts_free(&live->facts); /* all was asked, and the BTF is large */
	if (!err)
		err = start(live);
	if (err) {
		tell_refused(live, -err, trouble);
		goto fail;
	}
	if (anything_attached(live))
		return live;
	tell(trouble, "see zswaptop probe", "no program could be attached");
fail:
	live_close(live);
	return NULL;
}

void live_close(struct live *live)
{
	if (!live)
		return;
	for (int id = 0; id < NR_PROBES; id++)
		detach(live, id);
	ring_buffer__free(live->ring);
	if (live->stats_fd >= 0)
		close(live->stats_fd);
	zswaptop_bpf__destroy(live->skel);
	unregister_sections(live);
	facts_free(&live->facts);
	logging = NULL;
	free(live);
}

const struct plan *live_plan(const struct live *live)
{
	return &live->plan;
}

const struct facts *live_facts(const struct live *live)
{
	return &live->facts;
}

static void sum_cpus(const struct live *live, struct sample *s)
{
	for (unsigned int i = 0; i < ZT_NR_COUNTERS; i++)
		s->v[i] = 0;
	memset(s->hist, 0, sizeof(s->hist));
	for (int cpu = 0; cpu < live->nr_cpus; cpu++) {
		const volatile struct zt_cpu *c = &live->cpus[cpu];

		for (int i = 0; i < ZT_NR_COUNTERS; i++)
			s->v[i] += c->n[i];
		for (int h = 0; h < ZT_NR_HISTS; h++) {
			for (int b = 0; b < ZT_BUCKETS; b++)
				s->hist[h].count[b] += c->hist[h].count[b];
			s->hist[h].sum += c->hist[h].sum;
			if (c->hist[h].max > s->hist[h].max)
				s->hist[h].max = c->hist[h].max;
		}
	}
	s->v[V_INV_CALLS] = s->v[V_INV_TREE_EMPTY] + s->v[V_INV_ABSENT] + s->v[V_INV_ERASED] +
			    s->v[V_INV_UNCLASSIFIED];
}

static const char *state_symbol(const struct planned_probe *p, enum probe_id id)
{
	if (id == PROBE_TREES)
		return "zswap_trees";
	return p->candidate ? p->candidate->symbol : "";
}

static void read_runs(const struct live *live, enum probe_id id, struct probe_sample *out)
{
	out->missed = 0;
	for (int i = 0; i < PROGRAMS_PER_PROBE; i++) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (!live->link[id][i])
			continue;
		if (bpf_obj_get_info_by_fd(bpf_program__fd(live->program[id][i]), &info, &size)) {
			out->missed = ABSENT;
			return;
		}
		out->missed += info.recursion_misses;
		if (live->stats_fd < 0)
			continue;
		out->runs = known_sum(out->runs, info.run_cnt);
		out->run_ns = known_sum(out->run_ns, info.run_time_ns);
	}
}

uint64_t live_verified_instructions(const struct live *live, enum probe_id id)
{
	uint64_t sum = ABSENT;

	for (int i = 0; i < PROGRAMS_PER_PROBE; i++) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (!live->link[id][i] ||
		    bpf_obj_get_info_by_fd(bpf_program__fd(live->program[id][i]), &info, &size))
			continue;
		sum = known_sum(sum, info.verified_insns);
	}
	return sum;
}

static int sample_probes(const struct live *live, struct sample *s)
{
	s->probes = calloc(NR_PROBES, sizeof(*s->probes));
	if (!s->probes)
		return -ENOMEM;
	for (int id = 0; id < NR_PROBES; id++) {
		const struct planned_probe *p = &live->plan.probe[id];
		struct probe_sample *out = &s->probes[s->nr_probes];

		if (p->state == PROBE_NOT_NEEDED)
			continue;
		s->nr_probes++;
		out->name = probes[id].name;
		out->attached = p->state == PROBE_PLANNED;
		out->missed = out->runs = out->run_ns = ABSENT;
		snprintf(out->symbol, sizeof(out->symbol), "%s",
			 out->attached ? state_symbol(p, id) : "");
		snprintf(out->reason, sizeof(out->reason), "%s", p->reason);
		if (out->attached)
			read_runs(live, id, out);
	}
	return 0;
}

static void fill_cgroup(struct cgroup_sample *out, const struct zt_cgroup *in)
{
	memset(out, 0, sizeof(*out));
	out->id = in->id;
	memcpy(out->n, in->n, sizeof(out->n));
	memcpy(out->store_ns, in->store_ns, sizeof(out->store_ns));
	memcpy(out->load_ns, in->load_ns, sizeof(out->load_ns));
	out->parent_id = in->parent_id;
	memcpy(out->name, in->name, sizeof(out->name));
	out->name[sizeof(out->name) - 1] = '\0';
	out->pool_bytes = out->stored_bytes = out->limit_bytes = out->writeback = ABSENT;
}

static __u32 used_slots(const struct live *live)
{
	__u32 used = *(const volatile __u32 *)&live->skel->data->slots_used;

	return used > ZT_SLOTS ? ZT_SLOTS : used;
}

static bool slot_in_use(const struct live *live, __u32 slot)
{
	return slot == ZT_SLOT_OTHER || ((const volatile struct zt_cgroup *)live->cgroups)[slot].id;
}

/* Cgroups without zswap activity have no place in the table: nothing is paid for them. */
static int sample_cgroups(const struct live *live, struct sample *s)
{
	__u32 used = used_slots(live);

	if (!live->options.by_cgroup)
		return 0;
	s->cgroups_present = true;
	s->cgroups = calloc(used, sizeof(*s->cgroups));
	if (!s->cgroups)
		return -ENOMEM;
	for (__u32 i = 0; i < used; i++)
		if (slot_in_use(live, i))
			fill_cgroup(&s->cgroups[s->nr_cgroups++], &live->cgroups[i]);
	return 0;
}

/* The newest are asked for first: what is older has a path already. */
bool live_cgroup(const struct live *live, uint64_t id, struct cgroup_sample *out)
{
	for (__u32 i = owners_wanted(live) ? used_slots(live) : 0; i > 0; i--) {
		if (((const volatile struct zt_cgroup *)live->cgroups)[i - 1].id != id)
			continue;
		fill_cgroup(out, &live->cgroups[i - 1]);
		return true;
	}
	return false;
}

static void sample_trees(struct live *live, struct swap_area *area)
{
	const struct zt_cell *cells;
	uint64_t pages = area->bytes / sysconf(_SC_PAGESIZE);
	/* slot 0 holds the header, which the size does not count */
	uint64_t trees = (pages >> PAGE_SHIFT_OF_TREE) + 1, empty = 0;

	for (uint64_t first = 0; first < trees; first += ZT_WALK_TREES) {
		unsigned int n = trees - first < ZT_WALK_TREES ? trees - first : ZT_WALK_TREES;

		if (live_trees(live, area->type, first, n, false, &cells))
			return;
		for (unsigned int i = 0; i < n; i++)
			empty += !((const volatile struct zt_cell *)cells)[i].in_use;
	}
	area->trees = trees;
	area->trees_empty = empty;
}

/*
 * /proc/swaps goes by type, but does not tell it, and has no line for a type that is off. One
 * that is on has trees.
 */
static void settle_types(struct live *live, struct sample *s)
{
	const struct zt_cell *cells;
	uint32_t type = 0;

	for (size_t i = 0; i < s->nr_areas; i++, type++) {
		while (type < live->plan.config.swap_types &&
		       live_trees(live, type, 0, 1, false, &cells))
			type++;
		if (type == live->plan.config.swap_types)
			return;
		s->areas[i].type = type;
	}
}

/*
 * The kernel's flag says that the pool was full; only the next store clears it, once the pool is
 * below the accept threshold. That store is taken.
 */
static bool pool_refuses(const struct live *live, const struct sample *s)
{
	uint64_t bytes = s->v[V_POOL_BYTES], accept = s->v[V_POOL_ACCEPT];

	return live->skel->bss->state.pool_full &&
	       (bytes == ABSENT || accept == ABSENT || bytes > accept);
}

static void sample_state(struct live *live, struct sample *s)
{
	if (live->plan.config.pool_reached_full && !look(live))
		s->v[V_POOL_FULL] = pool_refuses(live, s);
}

static void sample_kernel(const struct live *live, struct sample *s)
{
	struct kernel_info *k = &s->kernel;
	const struct facts *f = &live->facts;

	if (f->rb_tree_size)
		snprintf(k->tree, sizeof(k->tree), "rbtree");
	else if (f->zswap_trees)
		snprintf(k->tree, sizeof(k->tree), "xarray");
	/* the early return of zswap_invalidate() came with the large folios of zswap_store() */
	snprintf(k->fast_path, sizeof(k->fast_path), "%s", f->large_folios ? "yes" : "no");
}

int live_sample(struct live *live, struct sample *s, bool walk)
{
	int err;

	sum_cpus(live, s);
	sample_state(live, s);
	sample_kernel(live, s);
	plan_mask(&live->plan, &live->options.wishes, s);
	err = sample_probes(live, s);
	if (!err)
		err = sample_cgroups(live, s);
	if (!err)
		plan_mask_cgroups(s);
	if (!plan_has(&live->plan, PROBE_TREES))
		return err;
	settle_types(live, s);
	for (size_t i = 0; walk && i < s->nr_areas; i++)
		sample_trees(live, &s->areas[i]);
	return err;
}

int live_events(struct live *live, live_event_fn *fn, void *arg)
{
	live->event_fn = fn;
	live->event_arg = arg;
	return live->ring ? ring_buffer__consume(live->ring) : 0;
}

/* Programs are running meanwhile: an event more or less at either end is nobody's loss. */
void live_trace(struct live *live, live_traced_fn *traced, void *arg)
{
	volatile struct zt_cgroup *cgroups = live->cgroups;
	volatile __u32 *tracing = &live->skel->bss->tracing;
	__u32 used = used_slots(live);

	if (!live->options.live_trace)
		return;
	for (__u32 i = 0; i < used; i++)
		if (slot_in_use(live, i))
			cgroups[i].traced = traced && traced(cgroups[i].id, arg);
	*tracing = traced != NULL;
}

int live_events_fd(const struct live *live)
{
	return ring_buffer__epoll_fd(live->ring);
}

uint64_t live_events_lost(const struct live *live)
{
	uint64_t lost = 0;

	for (int cpu = 0; cpu < live->nr_cpus; cpu++)
		lost += ((const volatile struct zt_cpu *)live->cpus)[cpu].n[ZT_EVENTS_LOST];
	return lost;
}

int live_trees(struct live *live, unsigned int type, uint64_t first, unsigned int n,
	       bool count_entries, const struct zt_cell **cells)
{
	__u64 args[] = {type, first, n, count_entries};
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = args, .ctx_size_in = sizeof(args));
	int err;

	if (n > ZT_WALK_TREES)
		return -EINVAL;
	err = bpf_prog_test_run_opts(bpf_program__fd(live->skel->progs.walk_trees), &run);
	if (err)
		return err;
	if (run.retval)
		return (int)run.retval;
	*cells = live->cells;
	return 0;
}
