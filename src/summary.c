// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "summary.h"

/* Is the pool of this sample closer to its limit than any before? */
static bool fuller(const struct summary *s, const struct sample *now)
{
	double share, before;

	if (now->v[V_POOL_BYTES] == ABSENT)
		return false;
	if (s->pool_bytes == ABSENT)
		return true;
	if (now->v[V_POOL_LIMIT] == ABSENT || !now->v[V_POOL_LIMIT] || s->pool_limit == ABSENT)
		return now->v[V_POOL_BYTES] > s->pool_bytes;
	share = (double)now->v[V_POOL_BYTES] / now->v[V_POOL_LIMIT];
	before = s->pool_limit ? (double)s->pool_bytes / s->pool_limit : 0;
	return share > before;
}

static void look_at(struct summary *s, const struct sample *now)
{
	uint64_t zram = now->v[V_SWAP_ZRAM];

	if (fuller(s, now)) {
		s->pool_bytes = now->v[V_POOL_BYTES];
		s->pool_limit = now->v[V_POOL_LIMIT];
	}
	s->full_samples += now->v[V_POOL_FULL] == 1;
	s->off_samples += now->v[V_ENABLED] == 0;
	if (zram != ABSENT && (s->zram_bytes == ABSENT || zram > s->zram_bytes))
		s->zram_bytes = zram;
	s->samples++;
}

static int read_samples(struct summary *s)
{
	const struct sample *now;
	int err;

	while (!(err = recording_step(s->recording, &now))) {
		look_at(s, now);
		if (s->samples == 1)
			err = recording_copy(s->recording, &s->first);
		if (err)
			return err;
	}
	if (err < 0)
		return err;
	return s->samples ? recording_copy(s->recording, &s->last) : 0;
}

static void init(struct summary *s, const char *file)
{
	memset(s, 0, sizeof(*s));
	sample_init(&s->first);
	sample_init(&s->last);
	s->file = file;
	s->pool_bytes = s->pool_limit = s->zram_bytes = ABSENT;
}

/* Pages were stored, all of them between two samples: how full the pool was is not known. */
static void forget_unseen_pool(struct summary *s)
{
	uint64_t offered = summary_diff(s, V_STORE_PAGES),
		 refused = summary_sum(s, V_STORE_REJECTED, ZT_NR_REJECTS);

	if (s->pool_bytes || offered == ABSENT || !offered)
		return;
	if (refused == ABSENT || offered > refused)
		s->pool_bytes = s->pool_limit = ABSENT;
}

int summary_take(struct summary *s, const char *file, struct recording *recording, char *why,
		 size_t size)
{
	init(s, file);
	s->recording = recording;
	if (read_samples(s)) {
		snprintf(why, size, "%s",
			 *recording_why(s->recording) ? recording_why(s->recording)
						      : "out of memory");
		return -1;
	}
	if (s->samples < 2) {
		snprintf(why, size, "it has %s, and two are needed for a difference",
			 s->samples ? "a single whole sample" : "no whole sample");
		return -1;
	}
	s->duration_ns = s->last.mono_ns - s->first.mono_ns;
	forget_unseen_pool(s);
	return 0;
}

int summary_read(struct summary *s, const char *file, char *why, size_t size)
{
	struct recording *recording = recording_open(file, false, why, size);

	if (recording)
		return summary_take(s, file, recording, why, size);
	init(s, file);
	return -1;
}

void summary_close(struct summary *s)
{
	sample_free(&s->first);
	sample_free(&s->last);
	recording_close(s->recording);
	s->recording = NULL;
}

uint64_t summary_diff(const struct summary *s, unsigned int value)
{
	return sample_diff(&s->first, &s->last, value);
}

uint64_t summary_sum(const struct summary *s, unsigned int first, unsigned int n)
{
	return sample_diff_total(&s->first, &s->last, first, n);
}

uint64_t summary_observations(const struct summary *s, enum zt_histogram hist)
{
	uint64_t n = 0;

	if (!s->first.hist_present[hist] || !s->last.hist_present[hist])
		return ABSENT;
	for (int i = 0; i < ZT_BUCKETS; i++)
		n += s->last.hist[hist].count[i] - s->first.hist[hist].count[i];
	return n;
}

double summary_mean(const struct summary *s, enum zt_histogram hist)
{
	uint64_t n = summary_observations(s, hist);

	if (n == ABSENT || !n)
		return NAN;
	return (double)(s->last.hist[hist].sum - s->first.hist[hist].sum) / n;
}

uint64_t summary_quantile(const struct summary *s, enum zt_histogram hist, double share)
{
	if (summary_observations(s, hist) == ABSENT)
		return ABSENT;
	return sample_quantile(&s->first, &s->last, hist, share);
}

void summary_locks(const struct summary *s, struct lock_account *locks)
{
	uint64_t empty = summary_diff(s, V_INV_TREE_EMPTY), absent = summary_diff(s, V_INV_ABSENT),
		 erased = summary_diff(s, V_INV_ERASED);

	locks->has_fast_path = !strcmp(s->last.kernel.fast_path, "yes");
	locks->fast_path = empty;
	locks->lockless = absent;
	locks->taken = ABSENT;
	if (!*s->last.kernel.fast_path || empty == ABSENT || absent == ABSENT || erased == ABSENT)
		return;
	locks->taken = absent + erased + (locks->has_fast_path ? 0 : empty);
}

/* What the probe with this name had run in the first sample. */
static const struct probe_sample *first_probe(const struct summary *s, const char *name)
{
	for (size_t i = 0; i < s->first.nr_probes; i++)
		if (!strcmp(s->first.probes[i].name, name))
			return &s->first.probes[i];
	return NULL;
}

static uint64_t value_at(const struct probe_sample *p, size_t offset)
{
	return *(const uint64_t *)((const char *)p + offset);
}

/* What a number of the probes, at an offset of them, grew by together. */
static uint64_t probes_grew(const struct summary *s, size_t offset)
{
	uint64_t sum = ABSENT;

	for (size_t i = 0; i < s->last.nr_probes; i++) {
		const struct probe_sample *now = &s->last.probes[i];
		const struct probe_sample *before = first_probe(s, now->name);

		sum = known_sum(sum, known_growth(before ? value_at(before, offset) : ABSENT,
						  value_at(now, offset)));
	}
	return sum;
}

uint64_t summary_missed(const struct summary *s)
{
	return probes_grew(s, offsetof(struct probe_sample, missed));
}

uint64_t summary_run_ns(const struct summary *s)
{
	return probes_grew(s, offsetof(struct probe_sample, run_ns));
}

uint64_t summary_runs(const struct summary *s)
{
	return probes_grew(s, offsetof(struct probe_sample, runs));
}

const char *summary_parameter(const struct summary *s, const char *name)
{
	const struct recording_header *h = recording_header(s->recording);

	for (unsigned int i = 0; i < h->nr_parameters; i++)
		if (!strcmp(h->parameters[i].name, name))
			return h->parameters[i].value;
	return NULL;
}

static const struct cgroup_sample *first_cgroup(const struct summary *s, const char *path)
{
	size_t low = 0, high = s->first.nr_cgroups;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(s->first.cgroups[middle].path, path);

		if (!order)
			return &s->first.cgroups[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void sum_cgroup(const struct summary *s, const struct cgroup_sample *last,
		       struct cgroup_summary *c)
{
	const struct cgroup_sample *first = first_cgroup(s, last->path);

	c->last = last;
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		c->n[i] = known_growth(first ? first->n[i] : 0, last->n[i]);
	c->refused = known_total(c->n + ZT_CG_STORE_REJECTED, ZT_NR_REJECTS);
	c->skipped = known_total(c->n + ZT_CG_WB_SKIPPED, ZT_NR_SKIPS);
	c->activity = known_sum(known_sum(0, c->n[ZT_CG_STORE_PAGES]), c->n[ZT_CG_LOAD_HITS]);
	c->activity =
		known_sum(known_sum(c->activity, c->n[ZT_CG_WB_PAGES]), c->n[ZT_CG_INV_ERASED]);
}

static int busiest_first(const void *a, const void *b)
{
	const struct cgroup_summary *x = a, *y = b;

	if (x->activity != y->activity)
		return x->activity < y->activity ? 1 : -1;
	return strcmp(x->last->path, y->last->path);
}

long summary_cgroups(const struct summary *s, struct cgroup_summary **list)
{
	struct cgroup_summary *all = calloc(s->last.nr_cgroups + 1, sizeof(*all));
	long n = 0;

	*list = all;
	if (!all)
		return -1;
	for (size_t i = 0; i < s->last.nr_cgroups; i++) {
		sum_cgroup(s, &s->last.cgroups[i], &all[n]);
		n += all[n].activity > 0;
	}
	qsort(all, n, sizeof(*all), busiest_first);
	return n;
}
