// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "json.h"
#include "metrics.h"
#include "probes.h"
#include "state.h"

void state_init(struct state *st)
{
	memset(st, 0, sizeof(*st));
	sample_init(&st->s);
}

void state_reset(struct state *st)
{
	sample_free(&st->s);
	st->any = false;
}

void state_free(struct state *st)
{
	sample_free(&st->s);
	for (unsigned int i = 0; i < st->nr_names; i++)
		free(st->names[i]);
	st->nr_names = 0;
}

/* --- metrics -------------------------------------------------------------------------------- */

static int take_family(struct state *st, const struct family *f, json_t *value, const char *name)
{
	char full[160];
	int err = 0;

	if (!f->label.name)
		return jsonread_value(&st->in, value, name, &st->s.v[f->first]);
	if (jsonread_object(&st->in, value, name))
		return -EBADMSG;
	for (unsigned int i = 0; i < f->label.n && !err; i++) {
		snprintf(full, sizeof(full), "%s.%s", name, f->label.values[i]);
		err = jsonread_value(&st->in, json_object_get(value, f->label.values[i]), full,
				     &st->s.v[f->first + i]);
	}
	return err;
}

static int take_buckets(struct state *st, json_t *buckets, const char *name, struct zt_hist *h)
{
	uint64_t n;
	int err = jsonread_array(&st->in, buckets, name, ZT_BUCKETS);

	if (!err && json_array_size(buckets) != ZT_BUCKETS)
		err = jsonread_wrong(&st->in, "%s has fewer than %d buckets", name, ZT_BUCKETS);
	for (size_t i = 0; i < ZT_BUCKETS && !err; i++) {
		err = jsonread_value(&st->in, json_array_get(buckets, i), name, &n);
		if (!err && n == ABSENT)
			err = jsonread_wrong(&st->in, "a bucket of %s is null", name);
		h->count[i] = n;
	}
	return err;
}

static int take_histogram(struct state *st, unsigned int id, json_t *value, const char *name)
{
	struct zt_hist *h = &st->s.hist[id];
	uint64_t bound, sum, max;
	int err;

	memset(h, 0, sizeof(*h));
	st->s.hist_present[id] = value && !json_is_null(value);
	if (!st->s.hist_present[id])
		return 0;
	err = jsonread_object(&st->in, value, name);
	if (!err)
		err = take_buckets(st, json_object_get(value, "buckets"), name, h);
	if (!err)
		err = jsonread_number(&st->in, value, "first_bound", INT64_MAX, &bound);
	if (!err && bound != 1ULL << histogram_families[id].first)
		err = jsonread_wrong(&st->in, "the buckets of %s have other bounds", name);
	if (!err)
		err = jsonread_number(&st->in, value, "sum", INT64_MAX, &sum);
	if (!err)
		err = jsonread_number(&st->in, value, "max", INT64_MAX, &max);
	if (err)
		return err;
	h->sum = sum;
	h->max = max;
	return 0;
}

static int take_histograms(struct state *st, json_t *metrics)
{
	char buf[128];
	int err = 0;

	for (unsigned int i = 0; i < ZT_NR_HISTS && !err; i++) {
		const struct histogram_family *f = &histogram_families[i];
		const char *name = metric_json_name(f->name, f->unit, buf, sizeof(buf));
		json_t *value = json_object_get(metrics, name);

		if (value && f->label) {
			err = jsonread_object(&st->in, value, name);
			value = json_object_get(value, f->label_value);
		} else if (!value) {
			continue;
		}
		if (!err)
			err = take_histogram(st, i, value, name);
	}
	return err;
}

static int take_metrics(struct state *st, json_t *metrics)
{
	char buf[128];
	int err = jsonread_object(&st->in, metrics, "metrics");

	for (unsigned int i = 0; i < nr_families && !err; i++) {
		const struct family *f = &families[i];
		const char *name = metric_json_name(f->name, f->unit, buf, sizeof(buf));
		json_t *value = json_object_get(metrics, name);

		if (value)
			err = take_family(st, f, value, name);
	}
	return err ? err : take_histograms(st, metrics);
}

/* --- the rest of the machine ---------------------------------------------------------------- */

static int take_kernel(struct state *st, json_t *kernel)
{
	struct kernel_info *k = &st->s.kernel;
	int err;

	if (!kernel)
		return 0;
	memset(k, 0, sizeof(*k));
	err = jsonread_object(&st->in, kernel, "kernel");
	if (!err)
		err = jsonread_word(&st->in, kernel, "release", k->release, sizeof(k->release));
	if (!err)
		err = jsonread_word(&st->in, kernel, "tree", k->tree, sizeof(k->tree));
	if (!err)
		err = jsonread_word(&st->in, kernel, "invalidate_fast_path", k->fast_path,
				    sizeof(k->fast_path));
	if (!err)
		err = jsonread_word(&st->in, kernel, "compressor", k->compressor,
				    sizeof(k->compressor));
	return err ? err
		   : jsonread_word(&st->in, kernel, "shrinker", k->shrinker, sizeof(k->shrinker));
}

static int take_area(struct state *st, json_t *value, struct swap_area *a)
{
	uint64_t type;
	int err = jsonread_number(&st->in, value, "type", UINT32_MAX, &type);

	a->type = type;
	if (!err)
		err = jsonread_text(&st->in, value, "device", a->device, sizeof(a->device));
	if (!err)
		err = jsonread_number(&st->in, value, "bytes", INT64_MAX, &a->bytes);
	if (!err)
		err = jsonread_number(&st->in, value, "used_bytes", INT64_MAX, &a->used_bytes);
	if (!err)
		err = jsonread_value(&st->in, json_object_get(value, "trees"), "trees", &a->trees);
	return err ? err
		   : jsonread_value(&st->in, json_object_get(value, "trees_empty"), "trees_empty",
				    &a->trees_empty);
}

static int take_areas(struct state *st, json_t *list)
{
	size_t n = json_array_size(list);
	int err = 0;

	if (!list)
		return 0;
	if (jsonread_array(&st->in, list, "swaps", STATE_MAX_AREAS))
		return -EBADMSG;
	free(st->s.areas);
	st->s.nr_areas = 0;
	st->s.areas = calloc(n + 1, sizeof(*st->s.areas));
	if (!st->s.areas)
		return -ENOMEM;
	for (; st->s.nr_areas < n && !err; st->s.nr_areas++)
		err = take_area(st, json_array_get(list, st->s.nr_areas),
				&st->s.areas[st->s.nr_areas]);
	return err;
}

/* A text that lives as long as the state: probes are known by constants of src/probes.c. */
static const char *keep_name(struct state *st, const char *name)
{
	int known = probe_find(name);

	if (known >= 0)
		return probes[known].name;
	for (unsigned int i = 0; i < st->nr_names; i++)
		if (!strcmp(st->names[i], name))
			return st->names[i];
	if (st->nr_names == STATE_MAX_NAMES)
		return NULL;
	st->names[st->nr_names] = strdup(name);
	return st->names[st->nr_names] ? st->names[st->nr_names++] : NULL;
}

static int take_probe(struct state *st, json_t *value, struct probe_sample *p)
{
	char name[64];
	int err = jsonread_word(&st->in, value, "probe", name, sizeof(name));

	if (err)
		return err;
	p->name = *name ? keep_name(st, name) : NULL;
	if (!p->name)
		return jsonread_wrong(&st->in, "a probe has no name, or there are too many names");
	err = jsonread_word(&st->in, value, "symbol", p->symbol, sizeof(p->symbol));
	if (!err)
		err = jsonread_word(&st->in, value, "reason", p->reason, sizeof(p->reason));
	if (!err)
		err = jsonread_bool(&st->in, value, "attached", &p->attached);
	if (!err)
		err = jsonread_value(&st->in, json_object_get(value, "missed_runs"), "missed_runs",
				     &p->missed);
	if (!err)
		err = jsonread_value(&st->in, json_object_get(value, "runs"), "runs", &p->runs);
	return err ? err
		   : jsonread_value(&st->in, json_object_get(value, "run_ns"), "run_ns",
				    &p->run_ns);
}

static int take_probes(struct state *st, json_t *list)
{
	size_t n = json_array_size(list);
	int err = 0;

	if (!list)
		return 0;
	if (jsonread_array(&st->in, list, "probes", STATE_MAX_PROBES))
		return -EBADMSG;
	free(st->s.probes);
	st->s.nr_probes = 0;
	st->s.probes = calloc(n + 1, sizeof(*st->s.probes));
	if (!st->s.probes)
		return -ENOMEM;
	for (; st->s.nr_probes < n && !err; st->s.nr_probes++)
		err = take_probe(st, json_array_get(list, st->s.nr_probes),
				 &st->s.probes[st->s.nr_probes]);
	return err;
}

/* --- samples -------------------------------------------------------------------------------- */

/* What the sample before had counted. */
struct counted {
	bool any;
	uint64_t mono_ns;
	uint64_t v[NR_VALUES];
	struct zt_hist hist[ZT_NR_HISTS];
	bool hist_present[ZT_NR_HISTS];
};

static void remember(const struct state *st, struct counted *before)
{
	before->any = st->any;
	before->mono_ns = st->s.mono_ns;
	memcpy(before->v, st->s.v, sizeof(before->v));
	memcpy(before->hist, st->s.hist, sizeof(before->hist));
	memcpy(before->hist_present, st->s.hist_present, sizeof(before->hist_present));
}

static bool family_grew(const struct state *st, const struct counted *before,
			const struct family *f)
{
	for (unsigned int i = f->first; i < f->first + f->label.n; i++)
		if (before->v[i] != ABSENT && st->s.v[i] < before->v[i])
			return false;
	return true;
}

static bool histogram_grew(const struct state *st, const struct counted *before, unsigned int id)
{
	if (!before->hist_present[id] || !st->s.hist_present[id])
		return true;
	for (int i = 0; i < ZT_BUCKETS; i++)
		if (st->s.hist[id].count[i] < before->hist[id].count[i])
			return false;
	return st->s.hist[id].sum >= before->hist[id].sum;
}

/*
 * What the programs count only grows. The kernel's own counters are another matter: some are
 * incremented without a lock.
 */
static int check_growth(struct state *st, const struct counted *before)
{
	if (!before->any)
		return 0;
	if (st->s.mono_ns <= before->mono_ns)
		return jsonread_wrong(&st->in, "monotonic_ns does not go forward");
	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];

		if (f->first < ZT_NR_COUNTERS && !family_grew(st, before, f))
			return jsonread_wrong(&st->in, "%s goes backwards", f->name);
	}
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		if (!histogram_grew(st, before, i))
			return jsonread_wrong(&st->in, "%s goes backwards",
					      histogram_families[i].name);
	return 0;
}

static int take_times_of(struct state *st, json_t *line)
{
	int err = jsonread_time(&st->in, line, "time", &st->s.wall);

	if (!err)
		err = jsonread_number(&st->in, line, "monotonic_ns", INT64_MAX, &st->s.mono_ns);
	return err ? err : jsonread_seconds(&st->in, line, "interval_s", &st->s.interval_ns);
}

static int take_parts(struct state *st, json_t *line)
{
	int err = take_times_of(st, line);

	if (!err)
		err = take_kernel(st, json_object_get(line, "kernel"));
	if (!err)
		err = take_metrics(st, json_object_get(line, "metrics"));
	if (!err)
		err = take_areas(st, json_object_get(line, "swaps"));
	if (!err)
		err = state_cgroups(st, json_object_get(line, "cgroups"));
	return err ? err : take_probes(st, json_object_get(line, "probes"));
}

int state_apply(struct state *st, json_t *line)
{
	struct counted before;
	bool full;
	int err = jsonread_bool(&st->in, line, "full", &full);

	remember(st, &before);
	if (!err && full)
		err = state_schema(st, line);
	else if (!err && !st->any)
		err = jsonread_wrong(&st->in, "a sample without a full one before it");
	if (!err && full)
		sample_free(&st->s);
	if (!err)
		err = take_parts(st, line);
	if (!err)
		err = check_growth(st, &before);
	st->any = !err;
	st->full = full;
	return err;
}

static int by_path(const void *a, const void *b)
{
	const struct cgroup_sample *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	/* two paths that are no UTF-8 may look the same */
	return order ? order : (x->id > y->id) - (x->id < y->id);
}

int state_sample(const struct state *st, struct sample *s)
{
	int err = sample_copy(s, &st->s);

	if (!err)
		qsort(s->cgroups, s->nr_cgroups, sizeof(*s->cgroups), by_path);
	return err;
}
