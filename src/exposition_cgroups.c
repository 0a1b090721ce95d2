// SPDX-License-Identifier: GPL-2.0-only
#include "cgroup_series.h"
#include "exposition_put.h"

static void put_cgroup_counters(struct exposition *e, const struct cgroup_series *series, size_t n)
{
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		const struct family *f = &cgroup_families[i];

		exposition_begin(e, f->name, EXPOSITION_COUNTER, f->help);
		for (size_t j = 0; j < n; j++)
			exposition_put_family(e, f,
					      (struct exposition_label){"cgroup", series[j].path},
					      &series[j].n[f->first]);
	}
}

static void put_cgroup_gauges(struct exposition *e, const struct cgroup_series *series, size_t n)
{
	struct exposition_label label = {"cgroup", NULL};

	exposition_begin(e, "cgroup_pool_bytes", EXPOSITION_GAUGE,
			 "Memory held by the pool for a cgroup and what is below it "
			 "(memory.zswap.current).");
	for (size_t i = 0; i < n; i++) {
		label.value = series[i].path;
		exposition_put_value(e, label, exposition_no_label, series[i].pool.value,
				     UNIT_BYTES);
	}
	exposition_begin(e, "cgroup_stored_bytes", EXPOSITION_GAUGE,
			 "Uncompressed size of what is stored for a cgroup and what is below it "
			 "(zswapped of "
			 "memory.stat).");
	for (size_t i = 0; i < n; i++) {
		label.value = series[i].path;
		exposition_put_value(e, label, exposition_no_label, series[i].stored.value,
				     UNIT_BYTES);
	}
}

static void put_cgroup_limits(struct exposition *e, const struct cgroup_series *series, size_t n)
{
	exposition_begin(e, "cgroup_limit_bytes", EXPOSITION_GAUGE,
			 "Limit of a cgroup's pool memory (memory.zswap.max).");
	for (size_t i = 0; i < n; i++) {
		struct exposition_point p = {
			"",
			{{"cgroup", series[i].path}},
			1,
			"+Inf",
		};
		char buf[EXPOSITION_VALUE_LEN];

		if (series[i].limit != UNLIMITED)
			p.value = exposition_value(series[i].limit, UNIT_BYTES, buf);
		exposition_put(e, &p);
	}
}

int exposition_put_cgroups(struct exposition *e)
{
	size_t n, max = e->options->max_cgroups ? e->options->max_cgroups : EXPORT_MAX_CGROUPS;
	struct cgroup_series_list list;
	int err;

	if (!e->options->by_cgroup || !e->sample->cgroups_present)
		return 0;
	err = cgroup_series_build(&list, e->sample, e->options);
	if (err)
		return err;
	n = list.wanted < max ? list.wanted : max;
	put_cgroup_counters(e, list.series, n);
	put_cgroup_gauges(e, list.series, n);
	put_cgroup_limits(e, list.series, n);
	exposition_begin(e, "cgroups_omitted", EXPOSITION_GAUGE,
			 "Cgroups with zswap activity left out because of the limit on their "
			 "number.");
	exposition_put_value(e, exposition_no_label, exposition_no_label, list.wanted - n,
			     UNIT_PLAIN);
	cgroup_series_free(&list);
	return 0;
}
