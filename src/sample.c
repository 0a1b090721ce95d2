// SPDX-License-Identifier: GPL-2.0-only
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

static uint64_t difference(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

uint64_t sample_diff(const struct sample *before, const struct sample *after, unsigned int value)
{
	if (before->v[value] == ABSENT || after->v[value] == ABSENT)
		return ABSENT;
	return difference(before->v[value], after->v[value]);
}

uint64_t sample_quantile(const struct sample *before, const struct sample *after,
			 enum zt_histogram hist, double share)
{
	uint64_t count[ZT_BUCKETS], total = 0, seen = 0, max = after->hist[hist].max;

	for (int i = 0; i < ZT_BUCKETS; i++) {
		uint64_t old = before ? before->hist[hist].count[i] : 0;

		count[i] = difference(old, after->hist[hist].count[i]);
		total += count[i];
	}
	if (!total)
		return ABSENT;
	for (int i = 0; i < ZT_BUCKETS - 1; i++) {
		seen += count[i];
		if ((double)seen >= share * (double)total) {
			uint64_t bound = 1ULL << (histogram_families[hist].first + i);

			return bound < max ? bound : max;
		}
	}
	return max;
}
