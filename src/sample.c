// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "metrics.h"
#include "sample.h"

void sample_init(struct sample *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < NR_VALUES; i++)
		s->v[i] = ABSENT;
}

void sample_free(struct sample *s)
{
	for (size_t i = 0; i < s->nr_cgroups; i++)
		free(s->cgroups[i].path);
	free(s->cgroups);
	free(s->areas);
	free(s->probes);
	sample_init(s);
}

/* Cgroups are in order of their paths, and all others begin with a slash or another bracket. */
bool sample_has_other(const struct sample *s)
{
	return s->nr_cgroups && !strcmp(s->cgroups[0].path, CGROUP_OTHER_PATH);
}

/* A copy of n elements; of none, something that can be freed. NULL without memory. */
static void *copy_list(const void *list, size_t n, size_t size)
{
	void *copy = malloc(n ? n * size : 1);

	if (copy && n)
		memcpy(copy, list, n * size);
	return copy;
}

static int copy_cgroups(struct sample *to, const struct sample *from)
{
	to->cgroups = copy_list(from->cgroups, from->nr_cgroups, sizeof(*to->cgroups));
	if (!to->cgroups)
		return -ENOMEM;
	for (size_t i = 0; i < from->nr_cgroups; i++) {
		const char *path = from->cgroups[i].path;

		to->cgroups[i].path = path ? strdup(path) : NULL;
		to->nr_cgroups++;
		if (path && !to->cgroups[i].path)
			return -ENOMEM;
	}
	return 0;
}

int sample_copy(struct sample *to, const struct sample *from)
{
	*to = *from;
	to->cgroups = NULL;
	to->nr_cgroups = 0;
	to->areas = copy_list(from->areas, from->nr_areas, sizeof(*to->areas));
	to->probes = copy_list(from->probes, from->nr_probes, sizeof(*to->probes));
	if (to->areas && to->probes && !copy_cgroups(to, from))
		return 0;
	sample_free(to);
	return -ENOMEM;
}

uint64_t sample_diff(const struct sample *before, const struct sample *after, unsigned int value)
{
	if (before->v[value] == ABSENT)
		return ABSENT;
	return known_growth(before->v[value], after->v[value]);
}

uint64_t sample_diff_total(const struct sample *before, const struct sample *after,
			   unsigned int first, unsigned int n)
{
	uint64_t total = ABSENT;

	for (unsigned int i = 0; i < n; i++)
		total = known_sum(total, sample_diff(before, after, first + i));
	return total;
}

uint64_t sample_quantile(const struct sample *before, const struct sample *after,
			 enum zt_histogram hist, double share)
{
	uint64_t count[ZT_BUCKETS], total = 0, seen = 0, max = after->hist[hist].max;

	for (int i = 0; i < ZT_BUCKETS; i++) {
		uint64_t old = before ? before->hist[hist].count[i] : 0;

		count[i] = known_growth(old, after->hist[hist].count[i]);
		total += count[i];
	}
	if (!total)
		return ABSENT;
	for (int i = 0; i < ZT_BUCKETS - 1; i++) {
		seen += count[i];
		/* of share 0, the first bucket that has something */
		if (seen && (double)seen >= share * (double)total) {
			uint64_t bound = 1ULL << (histogram_families[hist].first + i);

			return bound < max ? bound : max;
		}
	}
	return max;
}
