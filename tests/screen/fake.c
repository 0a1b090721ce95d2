// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screens over a made-up machine: the same at every run, so that what they show can be compared
 * with what they are to show. Also measures what a refresh costs.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "loop.h"
#include "metrics.h"
#include "probes.h"
#include "screen/screen.h"

#define GIB	   (1ULL << 30)
#define START_WALL 1795291500ULL /* 2026-11-21T20:05:00Z */
#define START_MONO 5000000000000ULL
#define SECOND	   1000000000ULL
/* An operation that fails on purpose: see --crash. */
#define CRASH_AT   3

struct fake {
	struct source source; /* first: a fake is a source */
	size_t next;	      /* sample */
	size_t told;	      /* samples whose events were handed out */
	unsigned int nr_cgroups;
	const char *traced; /* cgroup; NULL: none */
	bool absent, zram, hostile, full, no_events, cost;
	int crash;
	uint64_t cpu_ns; /* spent in here */
	struct zt_cell cells[ZT_WALK_TREES];
};

static struct fake *fake_of(struct source *source)
{
	return (struct fake *)source;
}

static uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void *checked(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* A number from 0 to n - 1 that depends on two others in no way that shows. */
static uint64_t scatter(uint64_t a, uint64_t b, uint64_t n)
{
	uint64_t x = a * 0x9E3779B97F4A7C15ULL + b * 0xC2B2AE3D27D4EB4FULL + 1;

	x ^= x >> 31;
	x *= 0xBF58476D1CE4E5B9ULL;
	x ^= x >> 29;
	return x % n;
}

/* A wave around 1000 with a period of 40 samples, in thousandths. */
static uint64_t wave(size_t k, unsigned int shift)
{
	static const int quarter[] = {0, 156, 309, 454, 588, 707, 809, 891, 951, 988, 1000};
	unsigned int at = (k + shift) % 40, in = at % 20;
	int up = in <= 10 ? quarter[in] : quarter[20 - in];

	return at < 20 ? 1000 + up * 9 / 10 : 1000 - up * 9 / 10;
}

/* What a counter has counted up to sample k, when it counts rate a second on average. */
static uint64_t counted(size_t k, uint64_t rate, unsigned int shift)
{
	uint64_t sum = 0;

	for (size_t i = 1; i <= k; i++)
		sum += rate * wave(i, shift) / 1000 + (rate > 9 ? scatter(i, shift, rate / 9) : 0);
	return sum;
}

static const struct {
	unsigned int value, rate, shift;
} counters[] = {
	{V_STORE_PAGES, 10233, 0},
	{V_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT, 121, 5},
	{V_STORE_REJECTED + ZT_REJECT_COMPRESS_POOR, 62, 3},
	{V_STORE_REJECTED + ZT_REJECT_ALLOC_FAIL, 1, 0},
	{V_STORE_BYTES, 14800000, 0},
	{V_LOAD_LOOKUPS, 8412, 7},
	{V_LOAD_HITS, 7670, 7},
	{V_INV_TREE_EMPTY, 45260, 11},
	{V_INV_ABSENT, 1280, 2},
	{V_INV_ERASED, 4660, 9},
	{V_TREE_NODES_FREED + ZT_CAUSE_INVALIDATE, 70, 1},
	{V_TREE_NODES_FREED + ZT_CAUSE_LOAD, 31, 4},
	{V_TREE_NODES_FREED + ZT_CAUSE_WRITEBACK, 2, 0},
	{V_TREE_SHRINKS + ZT_CAUSE_INVALIDATE, 1, 0},
	{V_TREE_EMPTIED + ZT_CAUSE_INVALIDATE, 9, 0},
	{V_TREE_EMPTIED + ZT_CAUSE_LOAD, 3, 0},
	{V_TREE_GROWS, 12, 6},
	{V_LOCK_CONTENTIONS, 42, 8},
	{V_LOCK_WAIT, 54321, 8},
	{V_WB_PAGES + ZT_TRIGGER_SHRINKER, 80, 12},
	{V_WB_PAGES + ZT_TRIGGER_POOL_LIMIT, 42, 13},
	{V_WB_SKIPPED + ZT_SKIP_IN_SWAPCACHE, 12, 14},
	{V_WB_SKIPPED + ZT_SKIP_OWN_FAULT, 1, 0},
	{V_WB_SKIPPED + ZT_SKIP_ENTRY_GONE, 3, 0},
	{V_WB_ROTATED, 310, 15},
	{V_WB_STOPPED, 9, 0},
	{V_SKIP_FATE + ZT_FATE_LOADED, 9, 14},
	{V_SKIP_FATE + ZT_FATE_INVALIDATED, 3, 14},
	{V_SWAPIN_PAGES + ZT_SOURCE_ZSWAP, 7670, 7},
	{V_SWAPIN_PAGES + ZT_SOURCE_DISK, 512, 16},
	{V_SWAPIN_PAGES + ZT_SOURCE_ZERO, 228, 17},
	{V_K_ZSWPOUT, 10050, 0},
	{V_K_ZSWPIN, 7670, 7},
	{V_K_ZSWPWB, 122, 12},
	{V_K_PSWPIN, 512, 16},
	{V_K_PSWPOUT, 640, 16},
	{V_K_RECLAIM_FAIL, 16, 14},
	{V_K_LIMIT_HIT, 0, 0},
};

static void fill_gauges(const struct fake *f, struct sample *s, size_t k)
{
	uint64_t *v = s->v;

	v[V_ENABLED] = 1;
	v[V_POOL_FULL] = f->full;
	v[V_POOL_LIMIT] = 13 * GIB;
	v[V_POOL_ACCEPT] = 13 * GIB / 10 * 9;
	v[V_POOL_BYTES] = 3 * GIB + 12000000 * wave(k, 3) / 10;
	v[V_STORED_BYTES] = v[V_POOL_BYTES] * 147 / 100;
	v[V_STORED_RAW] = v[V_STORED_BYTES] / 91;
	v[V_SWAP_TOTAL] = 34 * GIB;
	v[V_SWAP_USED] = v[V_STORED_BYTES] + 2 * GIB;
	v[V_SWAP_CACHED] = GIB / 5;
	v[V_SWAP_ZRAM] = f->zram ? 2 * GIB : 0;
	v[V_START_TIME] = START_WALL * SECOND;
	v[V_LAST_COLLECTION] = (START_WALL + k) * SECOND;
}

static void fill_values(struct sample *s, size_t k)
{
	for (unsigned int i = 0; i < ZT_NR_COUNTERS; i++)
		s->v[i] = 0;
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		s->v[counters[i].value] = counted(k, counters[i].rate, counters[i].shift);
	s->v[V_INV_CALLS] = s->v[V_INV_TREE_EMPTY] + s->v[V_INV_ABSENT] + s->v[V_INV_ERASED];
	s->v[V_INV_STALE] = ABSENT;
}

/* The peak's bucket and how many observations a second. */
static void fill_histogram(struct sample *s, enum zt_histogram hist, size_t k, int peak,
			   uint64_t rate)
{
	static const unsigned int shape[] = {1, 9, 60, 250, 420, 180, 50, 20, 7, 2, 1};
	struct zt_hist *h = &s->hist[hist];

	for (int i = 0; i < (int)(sizeof(shape) / sizeof(shape[0])); i++) {
		int bucket = peak - 4 + i;

		if (bucket < 0 || bucket >= ZT_BUCKETS)
			continue;
		h->count[bucket] = counted(k, rate * shape[i] / 1000, i);
		if (h->count[bucket])
			h->max = (1ULL << (histogram_families[hist].first + bucket)) * 3 / 4;
	}
	s->hist_present[hist] = true;
}

static void fill_histograms(struct sample *s, size_t k)
{
	fill_histogram(s, ZT_H_STORE_NS, k, 6, 10233);
	fill_histogram(s, ZT_H_LOAD_NS, k, 4, 7670);
	fill_histogram(s, ZT_H_WB_NS, k, 9, 1220);
	fill_histogram(s, ZT_H_SWAPIN_ZSWAP_NS, k, 5, 7670);
	fill_histogram(s, ZT_H_SWAPIN_DISK_NS, k, 10, 5120);
	fill_histogram(s, ZT_H_FATE_NS, k, 7, 1200);
	fill_histogram(s, ZT_H_PAGE_BYTES, k, 5, 10233);
}

static void add_area(struct sample *s, uint32_t type, const char *device, uint64_t bytes)
{
	struct swap_area *a = &s->areas[s->nr_areas++];

	a->type = type;
	snprintf(a->device, sizeof(a->device), "%s", device);
	a->bytes = bytes;
	a->used_bytes = bytes / 5;
	a->trees = (bytes >> 26) + 1;
	a->trees_empty = a->trees * 3 / 4;
}

static void fill_areas(const struct fake *f, struct sample *s)
{
	s->areas = checked(calloc(3, sizeof(*s->areas)));
	add_area(s, 0, "/dev/nvme0n1p3", 32 * GIB);
	add_area(s, 1, f->hostile ? "/swap\033[31m\xffile" : "/swapfile", 2 * GIB);
	if (f->zram)
		add_area(s, 2, "/dev/zram0", 2 * GIB);
}

static const char *const plain_paths[] = {
	"/",
	"/system.slice/batch.service",
	"/system.slice/db.service",
	"/system.slice/web.service",
	"/system.slice/web.service/worker",
	"/user.slice/user-1000.slice/browser.scope",
	"/user.slice/user-1000.slice/session-2.scope",
	"/user.slice/user-1001.slice/session-3.scope",
};

static const char *const hostile_paths[] = {
	"/",
	"/a\033[31mred\033]0;title\007",
	"/bad\xff\xc3\x28utf8",
	"/comb\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85ining",
	"/line\nbreak\ttab\x7f",
	"/\xe2\x80\xaeright-to-left",
	"/\xe4\xb8\xad\xe6\x96\x87\xe5\xae\xbd\xe5\xad\x97/\xe6\xb5\x8b\xe8\xaf\x95.service",
};

static char *long_path(void)
{
	char *path = checked(malloc(3 * 256 + 8));
	int n = 0;

	for (int i = 0; i < 3; i++) {
		path[n++] = '/';
		memset(path + n, 'x' + i, 255);
		n += 255;
	}
	strcpy(path + n, "/end");
	return path;
}

static char *path_of_cgroup(const struct fake *f, unsigned int i)
{
	unsigned int named = f->hostile ? sizeof(hostile_paths) / sizeof(char *)
					: sizeof(plain_paths) / sizeof(char *);
	char path[96];

	if (i < named)
		return strdup(f->hostile ? hostile_paths[i] : plain_paths[i]);
	if (i == named && f->hostile)
		return long_path();
	snprintf(path, sizeof(path), "/kubepods.slice/pod%03u.slice/container-%04u.scope", i / 4,
		 i);
	return strdup(path);
}

static int by_path(const void *a, const void *b)
{
	const struct cgroup_sample *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void fill_cgroup(const struct fake *f, struct cgroup_sample *cg, unsigned int i, size_t k)
{
	uint64_t rate = 4000 / (i + 1) + scatter(i, 1, 50);

	cg->path = path_of_cgroup(f, i);
	cg->id = 100 + i;
	cg->n[ZT_CG_STORE_PAGES] = rate * k + scatter(i, k, rate);
	cg->n[ZT_CG_STORE_REJECTED + ZT_REJECT_CGROUP_LIMIT] = i % 3 ? 0 : rate / 9 * k;
	cg->n[ZT_CG_LOAD_HITS] = rate * 3 / 4 * k;
	cg->n[ZT_CG_WB_PAGES] = i % 4 == 2 ? rate / 20 * k : 0;
	cg->n[ZT_CG_WB_SKIPPED + ZT_SKIP_IN_SWAPCACHE] = i % 4 == 2 ? rate / 300 * k : 0;
	cg->n[ZT_CG_INV_ERASED] = rate / 3 * k;
	cg->pool_bytes = (rate << 18) + scatter(i, 2, 1 << 20);
	cg->stored_bytes = cg->pool_bytes * (110 + scatter(i, 3, 250)) / 100;
	if (!i)
		cg->pool_bytes = cg->stored_bytes = ABSENT; /* as the root's are */
	cg->limit_bytes = i ? (i % 2 ? UNLIMITED : rate << 19) : ABSENT;
	cg->writeback = i ? i % 5 != 4 : ABSENT;
	cg->gone = i % 7 == 6;
	for (int b = 3; b < 12; b++) {
		cg->store_ns[b] = counted(k, rate / (1 + (b > 6 ? b - 6 : 6 - b)), b);
		cg->load_ns[b - 2] = cg->store_ns[b] * 3 / 4;
	}
}

static void fill_cgroups(const struct fake *f, struct sample *s, size_t k)
{
	s->cgroups_present = true;
	s->cgroups = checked(calloc(f->nr_cgroups + 1, sizeof(*s->cgroups)));
	for (unsigned int i = 0; i < f->nr_cgroups; i++)
		fill_cgroup(f, &s->cgroups[s->nr_cgroups++], i, k);
	qsort(s->cgroups, s->nr_cgroups, sizeof(*s->cgroups), by_path);
}

static void fill_probes(struct sample *s)
{
	s->probes = checked(calloc(NR_PROBES, sizeof(*s->probes)));
	for (int id = 0; id < NR_PROBES; id++) {
		struct probe_sample *p = &s->probes[s->nr_probes];

		if (id == PROBE_ENTRY_FREE || id == PROBE_SWAP_CACHE_BUSY)
			continue;
		s->nr_probes++;
		p->name = probes[id].name;
		p->attached = true;
		p->missed = 0;
		p->runs = p->run_ns = ABSENT;
		snprintf(p->symbol, sizeof(p->symbol), "%s",
			 id == PROBE_TREES ? "zswap_trees" : probes[id].candidates[0].symbol);
	}
}

/* A kernel on which half of it cannot be seen. */
static void hide(struct sample *s)
{
	for (size_t i = 0; i < s->nr_probes; i++) {
		struct probe_sample *p = &s->probes[i];
		int id = probe_find(p->name);

		if (id != PROBE_TREES && id != PROBE_WRITEBACK && id != PROBE_LOAD)
			continue;
		p->attached = false;
		*p->symbol = '\0';
		snprintf(p->reason, sizeof(p->reason), "%s",
			 id == PROBE_TREES ? "kallsyms hides addresses: needs CAP_SYSLOG"
					   : "renamed or inlined in this kernel");
	}
	for (unsigned int i = 0; i < NR_VALUES; i++)
		if (probes_feeding(i) &
		    (1u << PROBE_TREES | 1u << PROBE_WRITEBACK | 1u << PROBE_LOAD))
			s->v[i] = ABSENT;
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		if (probes_feeding_histogram(i) & (1u << PROBE_WRITEBACK | 1u << PROBE_LOAD))
			s->hist_present[i] = false;
	s->v[V_STORED_RAW] = s->v[V_SWAPIN_PAGES + ZT_SOURCE_ZERO] = ABSENT;
	for (size_t i = 0; i < s->nr_areas; i++)
		s->areas[i].trees = s->areas[i].trees_empty = ABSENT;
	strcpy(s->kernel.fast_path, "no");
	s->probes[0].missed = 42;
	s->v[V_EVENTS_LOST] = 12345;
}

static int fake_sample(struct source *source, struct sample *s)
{
	struct fake *f = fake_of(source);
	uint64_t start = cpu_now();
	size_t k = f->next;

	sample_init(s);
	if (source->nr_samples && k >= source->nr_samples)
		return 1;
	if (f->crash && k == CRASH_AT)
		raise(f->crash);
	source->position = k;
	f->next++;
	s->wall = (struct timespec){START_WALL + k, 0};
	s->mono_ns = START_MONO + k * SECOND;
	s->interval_ns = k ? SECOND : 0;
	s->kernel = (struct kernel_info){"7.3.4-amd64", "xarray", "yes", "zstd", "on"};
	fill_values(s, k);
	fill_gauges(f, s, k);
	fill_histograms(s, k);
	fill_areas(f, s);
	fill_cgroups(f, s, k);
	fill_probes(s);
	if (f->absent) {
		hide(s);
		plan_mask_cgroups(s);
	}
	f->cpu_ns += cpu_now() - start;
	return 0;
}

static void make_event(struct zt_event *e, size_t k, unsigned int i)
{
	static const struct {
		uint8_t type, result, detail;
	} kinds[] = {
		{ZT_EV_STORE, ZT_REJECT_CGROUP_LIMIT, 0},
		{ZT_EV_WRITEBACK, ZT_SKIP_IN_SWAPCACHE, ZT_TRIGGER_SHRINKER},
		{ZT_EV_TREE, ZT_TREE_RES_EMPTIED, ZT_CAUSE_INVALIDATE},
		{ZT_EV_STORE, ZT_REJECT_COMPRESS_POOR, 0},
		{ZT_EV_WRITEBACK, ZT_SKIP_OWN_FAULT, ZT_TRIGGER_CGROUP_LIMIT},
		{ZT_EV_TREE, ZT_TREE_RES_SHRINK, ZT_CAUSE_LOAD},
		{ZT_EV_TREE, ZT_TREE_RES_HEAD_COLLAPSE, ZT_CAUSE_WRITEBACK},
	};
	unsigned int kind = scatter(k, i, sizeof(kinds) / sizeof(kinds[0]));

	memset(e, 0, sizeof(*e));
	e->time_ns = START_MONO + (k - 1) * SECOND + (i + 1) * 100000000ULL;
	e->type = kinds[kind].type;
	e->result = kinds[kind].result;
	e->detail = kinds[kind].detail;
	e->height_before = e->type == ZT_EV_TREE ? 2 : 0;
	e->height_after = e->type == ZT_EV_TREE ? kind % 2 : 0;
	e->latency_ns = e->type == ZT_EV_TREE ? ZT_NO_U64 : 900 + scatter(k, i, 90000);
	e->offset = scatter(k, i, 8 << 20);
	e->pages = 1;
	e->bytes = e->type == ZT_EV_STORE ? ZT_NO_U32 : 200 + scatter(i, k, 3800);
	e->pid = 300 + scatter(k, i + 7, 4000);
	e->cpu = scatter(i, k, 8);
	e->cgroup_id = 100 + scatter(k, i, 8);
}

/* Where a cgroup is traced there are others than the rare ones, too. */
static void make_traced(struct zt_event *e)
{
	e->type = ZT_EV_LOAD;
	e->result = ZT_LOAD_HIT;
	e->detail = e->height_before = e->height_after = 0;
	e->latency_ns = 4200;
}

static void fake_trace(struct source *source, source_traced_fn *traced, void *arg)
{
	struct fake *f = fake_of(source);

	f->traced = NULL;
	for (unsigned int i = 0; traced && i < f->nr_cgroups && i < 8 && !f->traced; i++)
		if (traced(plain_paths[i], arg))
			f->traced = plain_paths[i];
	/* something to see at once */
	if (f->traced && f->told)
		f->told--;
}

static int fake_events(struct source *source, source_event_fn *fn, void *arg)
{
	static const char *const comms[] = {"kswapd0", "postgres", "kworker/u16:3", "nginx",
					    "evil\033[7m\xff"};
	struct fake *f = fake_of(source);
	int n = 0;

	for (; !f->no_events && f->told + 1 < f->next; f->told++) {
		for (unsigned int i = 0; i < 5; i++, n++) {
			struct zt_event e;

			make_event(&e, f->told + 1, i);
			if (f->traced)
				make_traced(&e);
			snprintf(e.comm, sizeof(e.comm), "%s",
				 comms[scatter(i, f->told, f->hostile ? 5 : 4)]);
			fn(&e,
			   f->traced	? f->traced
			   : f->hostile ? hostile_paths[(e.cgroup_id - 100) % 7]
					: plain_paths[e.cgroup_id - 100],
			   arg);
		}
	}
	return n;
}

static int fake_trees(struct source *source, uint32_t swap, uint64_t first, unsigned int n,
		      const struct zt_cell **cells)
{
	struct fake *f = fake_of(source);

	if (f->absent)
		return -ENOTSUP;
	for (unsigned int i = 0; i < n; i++) {
		struct zt_cell *c = &f->cells[i];
		uint64_t tree = first + i;

		memset(c, 0, sizeof(*c));
		if (scatter(tree / 23, swap, 4) == 0)
			c->entries = scatter(tree, swap, 16384);
		c->in_use = c->entries > 0;
	}
	*cells = f->cells;
	return 0;
}

static int fake_seek(struct source *source, size_t index)
{
	struct fake *f = fake_of(source);

	if (index >= source->nr_samples)
		return -EINVAL;
	f->next = index;
	f->told = index ? index - 1 : 0;
	return 0;
}

static void usage(void)
{
	fputs("Usage: fake [OPTION]...\n\n"
	      "  --replay N     a recording of N samples\n"
	      "  --cgroups N    so many of them (8)\n"
	      "  --interval S   seconds (1)\n"
	      "  --count N      leave after N refreshes\n"
	      "  --absent       a kernel on which half of it cannot be seen\n"
	      "  --hostile      names that would do harm\n"
	      "  --zram, --full, --no-events\n"
	      "  --restricted   to one cgroup\n"
	      "  --crash N      raise signal N at the fourth sample\n"
	      "  --cost         say at the end what a refresh cost\n",
	      stderr);
	exit(2);
}

static void say_cost(const struct fake *f, uint64_t count)
{
	uint64_t ns = cpu_now() - f->cpu_ns;

	fprintf(stderr, "%.3f ms of CPU a refresh\n", ns / 1e6 / (count ? count : 1));
}

/* What a flag switches on; NULL for any other option. */
static bool *flag_of(struct fake *f, int option)
{
	switch (option) {
	case 'H':
		return &f->hostile;
	case 'z':
		return &f->zram;
	case 'f':
		return &f->full;
	case 'e':
		return &f->no_events;
	case 'C':
		return &f->cost;
	default:
		return NULL;
	}
}

static void take_option(struct fake *f, struct screen_setup *setup, int option)
{
	bool *flag = flag_of(f, option);

	if (flag) {
		*flag = true;
		return;
	}
	switch (option) {
	case 'r':
		f->source.nr_samples = strtoul(optarg, NULL, 10);
		f->source.seek = fake_seek;
		f->source.trace = NULL;
		setup->name = "fake.rec";
		break;
	case 'c':
		f->nr_cgroups = strtoul(optarg, NULL, 10);
		break;
	case 'i':
		setup->interval_ns = strtod(optarg, NULL) * 1e9;
		break;
	case 'n':
		setup->count = strtoul(optarg, NULL, 10);
		break;
	case 'x':
		f->crash = strtol(optarg, NULL, 10);
		break;
	case 'R':
		setup->restricted = true;
		break;
	case 'a':
		f->absent = true;
		f->source.trace = NULL;
		break;
	default:
		usage();
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"replay", 1, NULL, 'r'}, {"cgroups", 1, NULL, 'c'}, {"interval", 1, NULL, 'i'},
		{"count", 1, NULL, 'n'},  {"absent", 0, NULL, 'a'},  {"hostile", 0, NULL, 'H'},
		{"zram", 0, NULL, 'z'},	  {"full", 0, NULL, 'f'},    {"no-events", 0, NULL, 'e'},
		{"crash", 1, NULL, 'x'},  {"cost", 0, NULL, 'C'},    {"restricted", 0, NULL, 'R'},
		{NULL, 0, NULL, 0},
	};
	static struct fake f = {.source = {.sample = fake_sample,
					   .events = fake_events,
					   .trace = fake_trace,
					   .trees = fake_trees},
				.nr_cgroups = 8};
	struct screen_setup setup = {.source = &f.source, .interval_ns = SECOND, .name = "fake"};
	int option, err;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&f, &setup, option);
	if (!screen_usable()) {
		fputs("fake: no terminal\n", stderr);
		return 1;
	}
	err = loop_start();
	if (!err)
		err = screen_run(&setup);
	if (err)
		fprintf(stderr, "fake: %s\n", strerror(-err));
	if (f.cost)
		say_cost(&f, setup.count);
	return err ? 1 : 0;
}
