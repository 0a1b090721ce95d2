// SPDX-License-Identifier: GPL-2.0-only
/* The cgroups of a recording: names with an index, and columns (see src/recording.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "metrics.h"
#include "state.h"

static struct cgroup_sample *add_cgroup(struct state *st)
{
	struct cgroup_sample *more = st->s.cgroups, *c;
	size_t n = st->s.nr_cgroups;

	/* grows by doubling */
	if (!(n & (n - 1)))
		more = realloc(more, (n ? 2 * n : 1) * sizeof(*more));
	if (!more)
		return NULL;
	st->s.cgroups = more;
	c = &more[n];
	memset(c, 0, sizeof(*c));
	c->pool_bytes = c->stored_bytes = c->limit_bytes = c->writeback = ABSENT;
	return c;
}

static int take_name(struct state *st, json_t *value)
{
	const char *path = json_string_value(json_object_get(value, "cgroup"));
	struct cgroup_sample *c;
	uint64_t index;
	char *copy;
	int err = jsonread_number(&st->in, value, "index", STATE_MAX_CGROUPS - 1, &index);

	if (err)
		return err;
	if (!path || index > st->s.nr_cgroups)
		return jsonread_wrong(&st->in, "cgroup %llu has no name, or comes too early",
				      (unsigned long long)index);
	c = index < st->s.nr_cgroups ? &st->s.cgroups[index] : add_cgroup(st);
	copy = strdup(path);
	if (!c || !copy) {
		free(copy);
		return -ENOMEM;
	}
	free(c->path);
	c->path = copy;
	if (index == st->s.nr_cgroups)
		st->s.nr_cgroups++;
	err = jsonread_number(&st->in, value, "id", INT64_MAX, &c->id);
	return err ? err : jsonread_bool(&st->in, value, "gone", &c->gone);
}

static int take_names(struct state *st, json_t *names)
{
	json_t *value;
	size_t i;
	int err = 0;

	if (!names)
		return 0;
	if (jsonread_array(&st->in, names, "names", STATE_MAX_CGROUPS))
		return -EBADMSG;
	json_array_foreach(names, i, value)
	{
		err = take_name(st, value);
		if (err)
			break;
	}
	return err;
}

typedef int element_fn(struct state *st, struct cgroup_sample *c, unsigned int kind, json_t *value,
		       const char *name);

/* An element for each cgroup, as far as the array goes. */
static int take_column(struct state *st, json_t *column, const char *name, element_fn *fn,
		       unsigned int kind)
{
	json_t *value;
	size_t i;
	int err = 0;

	if (!column)
		return 0;
	if (jsonread_array(&st->in, column, name, st->s.nr_cgroups))
		return -EBADMSG;
	json_array_foreach(column, i, value)
	{
		err = fn(st, &st->s.cgroups[i], kind, value, name);
		if (err)
			break;
	}
	return err;
}

static int take_difference(struct state *st, json_t *value, const char *name, uint64_t *d)
{
	int err = jsonread_value(&st->in, value, name, d);

	return err || *d != ABSENT ? err : jsonread_wrong(&st->in, "%s has a gap", name);
}

/* null: not known from now on. */
static int count(struct state *st, struct cgroup_sample *c, unsigned int slot, json_t *value,
		 const char *name)
{
	uint64_t d, before = c->n[slot] == ABSENT ? 0 : c->n[slot];
	int err = jsonread_value(&st->in, value, name, &d);

	if (err)
		return err;
	if (d != ABSENT && before + d > INT64_MAX)
		return jsonread_wrong(&st->in, "%s grows too large", name);
	c->n[slot] = d == ABSENT ? ABSENT : before + d;
	return 0;
}

/* These counters are narrow, and go round. */
static int count_store_time(struct state *st, struct cgroup_sample *c, unsigned int bucket,
			    json_t *value, const char *name)
{
	uint64_t d;
	int err = take_difference(st, value, name, &d);

	c->store_ns[bucket] += d;
	return err;
}

static int count_load_time(struct state *st, struct cgroup_sample *c, unsigned int bucket,
			   json_t *value, const char *name)
{
	uint64_t d;
	int err = take_difference(st, value, name, &d);

	c->load_ns[bucket] += d;
	return err;
}

static const struct {
	const char *name;
	size_t offset;
} gauges[] = {
	{"pool_bytes", offsetof(struct cgroup_sample, pool_bytes)},
	{"stored_bytes", offsetof(struct cgroup_sample, stored_bytes)},
	{"limit_bytes", offsetof(struct cgroup_sample, limit_bytes)},
	{"writeback", offsetof(struct cgroup_sample, writeback)},
};

static int set_gauge(struct state *st, struct cgroup_sample *c, unsigned int gauge, json_t *value,
		     const char *name)
{
	uint64_t *to = (uint64_t *)((char *)c + gauges[gauge].offset);
	const char *text = json_string_value(value);

	if (!text)
		return jsonread_value(&st->in, value, name, to);
	if (strcmp(text, "max"))
		return jsonread_wrong(&st->in,
				      "%s is neither a number nor \""
				      "max\"",
				      name);
	*to = UNLIMITED;
	return 0;
}

static int take_counters(struct state *st, json_t *cgroups, const struct family *f)
{
	const char *name = f->name + strlen("cgroup_");
	json_t *value = json_object_get(cgroups, name);
	int err = 0;

	if (!value)
		return 0;
	if (!f->label.name)
		return take_column(st, value, name, count, f->first);
	if (jsonread_object(&st->in, value, name))
		return -EBADMSG;
	for (unsigned int i = 0; i < f->label.n && !err; i++)
		err = take_column(st, json_object_get(value, f->label.values[i]), name, count,
				  f->first + i);
	return err;
}

static int take_times(struct state *st, json_t *times, const char *name, element_fn *fn)
{
	char bucket[12];
	int err = 0;

	if (!times)
		return 0;
	if (jsonread_object(&st->in, times, name))
		return -EBADMSG;
	for (unsigned int i = 0; i < ZT_BUCKETS && !err; i++) {
		snprintf(bucket, sizeof(bucket), "%u", i);
		err = take_column(st, json_object_get(times, bucket), name, fn, i);
	}
	return err;
}

static void forget_cgroups(struct sample *s)
{
	for (size_t i = 0; i < s->nr_cgroups; i++)
		free(s->cgroups[i].path);
	free(s->cgroups);
	s->cgroups = NULL;
	s->nr_cgroups = 0;
}

int state_cgroups(struct state *st, json_t *cgroups)
{
	int err;

	if (!cgroups)
		return 0;
	st->s.cgroups_present = !json_is_null(cgroups);
	if (!st->s.cgroups_present) {
		forget_cgroups(&st->s);
		return 0;
	}
	err = jsonread_object(&st->in, cgroups, "cgroups");
	if (!err)
		err = take_names(st, json_object_get(cgroups, "names"));
	for (unsigned int i = 0; i < nr_cgroup_families && !err; i++)
		err = take_counters(st, cgroups, &cgroup_families[i]);
	for (unsigned int i = 0; i < sizeof(gauges) / sizeof(gauges[0]) && !err; i++)
		err = take_column(st, json_object_get(cgroups, gauges[i].name), gauges[i].name,
				  set_gauge, i);
	if (!err)
		err = take_times(st, json_object_get(cgroups, "store_ns"), "store_ns",
				 count_store_time);
	return err ? err
		   : take_times(st, json_object_get(cgroups, "load_ns"), "load_ns",
				count_load_time);
}
