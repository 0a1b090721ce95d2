// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "gzout.h"
#include "json.h"
#include "metrics.h"
#include "output.h"
#include "probes.h"
#include "recorder.h"
#include "version.h"

/* So often everything is written, not only what changed. */
#define FULL_EVERY 300
/*
 * What grows a file most is written at most so often, per cgroup known: with 200 of them the
 * gauges every 10 s, the times every minute.
 */
#define GAUGES_NS  50000000ULL
#define TIMES_NS   300000000ULL

/* A cgroup as the file has it: what is not written in every sample. */
struct slow {
	uint64_t store_bytes;
	uint64_t pool_bytes, stored_bytes, limit_bytes, writeback;
	uint32_t store_ns[ZT_BUCKETS];
	uint32_t load_ns[ZT_BUCKETS];
};

/* A cgroup by its index in the file. */
struct member {
	const struct cgroup_sample *before; /* NULL: new in this sample */
	const struct cgroup_sample *now;    /* NULL: not in this sample */
	struct slow slow;
};

struct recorder {
	struct gzout *out;
	struct sample before; /* written last */
	int err;	      /* 0, or -errno of the first sample that could not be written */
	uint64_t samples, events;
	unsigned int since_full;
	bool full;		/* the sample being written is */
	struct member *members; /* by index */
	size_t nr_members;
	uint32_t *indexes;	      /* of the cgroups of the sample before */
	bool with_gauges, with_times; /* in the sample being written */
	uint64_t gauges_ns, times_ns; /* when they were written last */
};

struct recorder *recorder_open(const char *path, char *why, size_t size)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r) {
		snprintf(why, size, "out of memory");
		return NULL;
	}
	sample_init(&r->before);
	r->out = gzout_open(path, why, size);
	if (r->out)
		return r;
	free(r);
	return NULL;
}

int recorder_close(struct recorder *r)
{
	int err;

	if (!r)
		return 0;
	err = gzout_close(r->out);
	sample_free(&r->before);
	free(r->members);
	free(r->indexes);
	free(r);
	return err;
}

uint64_t recorder_samples(const struct recorder *r)
{
	return r->samples;
}

uint64_t recorder_events(const struct recorder *r)
{
	return r->events;
}

off_t recorder_bytes(const struct recorder *r)
{
	return gzout_size(r->out);
}

/* --- the first and the last line ------------------------------------------------------------ */

static void write_parameter(struct json *j, const char *dir, const char *name)
{
	char path[512], value[128] = "";
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "re");
	if (!in)
		return;
	if (fgets(value, sizeof(value), in)) {
		value[strcspn(value, "\n")] = '\0';
		json_put_string(j, name, value);
	}
	fclose(in);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void write_parameters(struct json *j, const char *dir)
{
	struct dirent **list;
	int n = dir ? scandir(dir, &list, visible, alphasort) : 0;

	json_begin_object(j, "zswap");
	for (int i = 0; i < n; i++) {
		write_parameter(j, dir, list[i]->d_name);
		free(list[i]);
	}
	if (n > 0)
		free(list);
	json_end_object(j);
}

static const char *state_name(enum probe_state state)
{
	static const char *const names[] = {"attached", "absent", "not needed", "hidden"};

	return names[state];
}

static void write_plan(struct json *j, const struct plan *plan)
{
	if (!plan) {
		json_put_null(j, "probes");
		return;
	}
	json_begin_array(j, "probes");
	for (int id = 0; id < NR_PROBES; id++) {
		const struct planned_probe *p = &plan->probe[id];
		const struct candidate *c = p->state == PROBE_PLANNED ? p->candidate : NULL;
		/* what is read, not attached to */
		const char *data = id == PROBE_TREES && plan_has(plan, id) ? "zswap_trees" : NULL;

		json_begin_object(j, NULL);
		json_put_string(j, "probe", probes[id].name);
		json_put_string(j, "state", state_name(p->state));
		json_put_string(j, "symbol", c ? c->symbol : data);
		json_put_string(j, "kernels", c ? c->kernels : NULL);
		json_put_string(j, "reason", *p->reason ? p->reason : NULL);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_command(struct json *j, const char *const *command)
{
	if (!command) {
		json_put_null(j, "command");
		return;
	}
	json_begin_array(j, "command");
	for (; *command; command++)
		json_put_string(j, NULL, *command);
	json_end_array(j);
}

static void write_swap_devices(struct json *j, const struct sample *s)
{
	json_begin_array(j, "swaps");
	for (size_t i = 0; i < s->nr_areas; i++) {
		json_begin_object(j, NULL);
		json_put_string(j, "device", s->areas[i].device);
		json_put_value(j, "bytes", s->areas[i].bytes);
		json_end_object(j);
	}
	json_end_array(j);
}

int recorder_start(struct recorder *r, const struct recorder_start *start,
		   const struct sample *first)
{
	int err = gzout_start(r->out);
	char time[OUTPUT_TIME_LEN];
	struct json j;

	if (err)
		return err;
	json_start(&j, gzout_stream(r->out));
	json_begin_object(&j, NULL);
	json_put_uint(&j, "schema", JSON_SCHEMA);
	json_put_string(&j, "zswaptop", ZSWAPTOP_VERSION);
	json_put_string(&j, "start", output_time(&first->wall, time));
	json_put_seconds(&j, "interval_s", start->interval_ns);
	json_put_bool(&j, "events", start->events);
	json_put_string(&j, "cgroup", start->cgroup);
	write_command(&j, start->command);
	json_put_string(&j, "release", *first->kernel.release ? first->kernel.release : NULL);
	write_parameters(&j, start->parameters);
	json_put_value(&j, "memory_bytes", start->memory_bytes);
	json_put_uint(&j, "cpus", start->cpus);
	write_swap_devices(&j, first);
	write_plan(&j, start->plan);
	json_end_object(&j);
	json_finish(&j);
	return gzout_sync(r->out);
}

int recorder_end(struct recorder *r, const struct recorder_end *end)
{
	struct json j;

	json_start(&j, gzout_stream(r->out));
	json_begin_object(&j, NULL);
	json_put_string(&j, "end", end->why);
	json_put_value(&j, "status", end->status < 0 ? ABSENT : (uint64_t)end->status);
	json_put_uint(&j, "samples", r->samples);
	json_put_uint(&j, "events", r->events);
	json_put_uint(&j, "cpu_ns", end->cpu_ns);
	json_end_object(&j);
	json_finish(&j);
	return gzout_sync(r->out);
}

int recorder_event(struct recorder *r, const struct zt_event *e, const char *cgroup)
{
	int err = json_write_event(gzout_stream(r->out), e, cgroup);

	r->events += !err;
	return err;
}

/* --- cgroups -------------------------------------------------------------------------------- */

static bool went_back(const struct cgroup_sample *before, const struct cgroup_sample *now)
{
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		if (now->n[i] < before->n[i])
			return true;
	return false;
}

static int add_member(struct recorder *r, const struct cgroup_sample *now, uint32_t *index)
{
	struct member *more = realloc(r->members, (r->nr_members + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	r->members = more;
	*index = r->nr_members++;
	/* not written yet: as if it were absent, and nothing counted */
	more[*index] =
		(struct member){.now = now, .slow = {0, ABSENT, ABSENT, ABSENT, ABSENT, {}, {}}};
	return 0;
}

/*
 * Finds the cgroups of the sample before in this one; both are sorted by path. 1 if that cannot be
 * written as a difference: one is missing, or counted less.
 */
static int match_members(struct recorder *r, const struct sample *s, uint32_t *indexes)
{
	const struct sample *before = &r->before;
	size_t old = 0;
	int err = 0;

	for (size_t i = 0; i < s->nr_cgroups && !err; i++) {
		const struct cgroup_sample *now = &s->cgroups[i];
		const struct cgroup_sample *was = &before->cgroups[old];
		int order = old < before->nr_cgroups ? strcmp(was->path, now->path) : 1;

		if (order < 0 || (!order && went_back(was, now)))
			return 1;
		if (order) {
			err = add_member(r, now, &indexes[i]);
			continue;
		}
		indexes[i] = r->indexes[old++];
		r->members[indexes[i]].before = was;
		r->members[indexes[i]].now = now;
	}
	return err ? err : old < before->nr_cgroups;
}

static int number_members(struct recorder *r, const struct sample *s, uint32_t *indexes)
{
	int err = 0;

	r->nr_members = 0;
	for (size_t i = 0; i < s->nr_cgroups && !err; i++)
		err = add_member(r, &s->cgroups[i], &indexes[i]);
	return err;
}

static bool renamed(const struct member *m)
{
	return !m->before || m->before->id != m->now->id || m->before->gone != m->now->gone;
}

static void write_names(struct json *j, const struct recorder *r)
{
	bool any = false;

	for (size_t i = 0; i < r->nr_members && !any; i++)
		any = renamed(&r->members[i]);
	if (!any)
		return;
	json_begin_array(j, "names");
	for (size_t i = 0; i < r->nr_members; i++) {
		const struct cgroup_sample *now = r->members[i].now;

		if (!renamed(&r->members[i]))
			continue;
		json_begin_object(j, NULL);
		json_put_uint(j, "index", i);
		json_put_string(j, "cgroup", now->path);
		json_put_uint(j, "id", now->id);
		if (now->gone)
			json_put_bool(j, "gone", true);
		json_end_object(j);
	}
	json_end_array(j);
}

/* What a column is made of, for the cgroup with an index; kind tells which of several. */
typedef uint64_t column_fn(const struct member *m, unsigned int kind);

/* Differences; nothing if all are 0. group: an object that the first column to come begins. */
static void write_column(struct json *j, const struct recorder *r, const char *name,
			 const char **group, column_fn *fn, unsigned int kind)
{
	size_t n = r->nr_members;

	while (n && !fn(&r->members[n - 1], kind))
		n--;
	if (!n)
		return;
	if (group && *group) {
		json_begin_object(j, *group);
		*group = NULL;
	}
	json_begin_array(j, name);
	for (size_t i = 0; i < n; i++)
		json_put_value(j, NULL, fn(&r->members[i], kind));
	json_end_array(j);
}

/* What was added to a counter; of one that is not known, ABSENT once, and then nothing. */
static uint64_t added(uint64_t before, uint64_t now)
{
	if (now == ABSENT)
		return before == ABSENT ? 0 : ABSENT;
	return before == ABSENT ? now : now - before;
}

static uint64_t counted(const struct member *m, unsigned int slot)
{
	return added(m->before ? m->before->n[slot] : 0, m->now->n[slot]);
}

static void write_counters(struct json *j, const struct recorder *r)
{
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		const struct family *f = &cgroup_families[i];
		const char *name = f->name + strlen("cgroup_"), *group = name;

		if (f->first == ZT_CG_STORE_BYTES)
			continue;
		if (!f->label.name) {
			write_column(j, r, name, NULL, counted, f->first);
			continue;
		}
		for (unsigned int k = 0; k < f->label.n; k++)
			write_column(j, r, f->label.values[k], &group, counted, f->first + k);
		if (!group)
			json_end_object(j);
	}
}

/* --- the columns that are not written in every sample --------------------------------------- */

static uint64_t stored_bytes(const struct member *m, unsigned int kind)
{
	(void)kind;
	return added(m->slow.store_bytes, m->now->n[ZT_CG_STORE_BYTES]);
}

static uint64_t store_times(const struct member *m, unsigned int bucket)
{
	return (uint32_t)(m->now->store_ns[bucket] - m->slow.store_ns[bucket]);
}

static uint64_t load_times(const struct member *m, unsigned int bucket)
{
	return (uint32_t)(m->now->load_ns[bucket] - m->slow.load_ns[bucket]);
}

static void write_times(struct json *j, const struct recorder *r, const char *name, column_fn *fn)
{
	const char *group = name;
	char bucket[12];

	for (unsigned int i = 0; i < ZT_BUCKETS; i++) {
		snprintf(bucket, sizeof(bucket), "%u", i);
		write_column(j, r, bucket, &group, fn, i);
	}
	if (!group)
		json_end_object(j);
}

static const struct {
	const char *name;
	size_t now, slow; /* where it is */
} gauges[] = {
#define GAUGE(name)                                                                      \
	{                                                                                \
#name, offsetof(struct cgroup_sample, name), offsetof(struct slow, name) \
	}
	GAUGE(pool_bytes),
	GAUGE(stored_bytes),
	GAUGE(limit_bytes),
	GAUGE(writeback),
};

static uint64_t value_at(const void *base, size_t offset)
{
	return *(const uint64_t *)((const char *)base + offset);
}

static void write_gauge(struct json *j, const struct recorder *r, unsigned int g)
{
	size_t n = r->nr_members;

	for (; n; n--) {
		const struct member *m = &r->members[n - 1];

		if (value_at(m->now, gauges[g].now) != value_at(&m->slow, gauges[g].slow))
			break;
	}
	if (!n)
		return;
	json_begin_array(j, gauges[g].name);
	for (size_t i = 0; i < n; i++) {
		uint64_t value = value_at(r->members[i].now, gauges[g].now);

		if (value == UNLIMITED)
			json_put_string(j, NULL, "max");
		else
			json_put_value(j, NULL, value);
	}
	json_end_array(j);
}

static void write_gauges(struct json *j, struct recorder *r)
{
	write_column(j, r, "store_compressed_bytes_total", NULL, stored_bytes, 0);
	for (unsigned int g = 0; g < sizeof(gauges) / sizeof(gauges[0]); g++)
		write_gauge(j, r, g);
	for (size_t i = 0; i < r->nr_members; i++) {
		const struct cgroup_sample *now = r->members[i].now;
		struct slow *slow = &r->members[i].slow;

		slow->store_bytes = now->n[ZT_CG_STORE_BYTES];
		slow->pool_bytes = now->pool_bytes;
		slow->stored_bytes = now->stored_bytes;
		slow->limit_bytes = now->limit_bytes;
		slow->writeback = now->writeback;
	}
}

static void write_all_times(struct json *j, struct recorder *r)
{
	write_times(j, r, "store_ns", store_times);
	write_times(j, r, "load_ns", load_times);
	for (size_t i = 0; i < r->nr_members; i++) {
		const struct cgroup_sample *now = r->members[i].now;
		struct slow *slow = &r->members[i].slow;

		memcpy(slow->store_ns, now->store_ns, sizeof(now->store_ns));
		memcpy(slow->load_ns, now->load_ns, sizeof(now->load_ns));
	}
}

/* --- samples -------------------------------------------------------------------------------- */

static void write_cgroups(struct json *j, void *arg)
{
	struct recorder *r = arg;

	json_begin_object(j, "cgroups");
	write_names(j, r);
	write_counters(j, r);
	if (r->with_gauges)
		write_gauges(j, r);
	if (r->with_times)
		write_all_times(j, r);
	json_end_object(j);
}

static void write_no_cgroups(struct json *j, void *arg)
{
	(void)arg;
	json_put_null(j, "cgroups");
}

static int number(struct recorder *r, const struct sample *s, uint32_t *indexes)
{
	int status = 1;

	for (size_t i = 0; i < r->nr_members; i++)
		r->members[i].before = r->members[i].now = NULL;
	if (!r->full)
		status = match_members(r, s, indexes);
	if (status > 0) {
		r->full = true;
		status = number_members(r, s, indexes);
	}
	return status;
}

/* Whether something is due that is written every now and then. */
static bool due(const struct recorder *r, uint64_t now, uint64_t per_cgroup, uint64_t *last)
{
	if (now - *last < r->nr_members * per_cgroup)
		return false;
	*last = now;
	return true;
}

static int write_sample(struct recorder *r, const struct sample *s, bool last)
{
	bool all = r->full || last;
	int err;

	r->with_gauges = due(r, s->mono_ns, all ? 0 : GAUGES_NS, &r->gauges_ns);
	r->with_times = due(r, s->mono_ns, all ? 0 : TIMES_NS, &r->times_ns);
	err = r->full ? gzout_end_member(r->out) : 0;
	if (!err)
		err = json_write_recorded(gzout_stream(r->out), r->full ? NULL : &r->before, s,
					  s->cgroups_present ? write_cgroups : write_no_cgroups, r);
	return err ? err : gzout_sync(r->out);
}

int recorder_sample(struct recorder *r, struct sample *s, bool last)
{
	uint32_t *indexes = calloc(s->nr_cgroups + 1, sizeof(*indexes));
	int err = indexes ? r->err : -ENOMEM;

	r->full = !r->samples || r->since_full + 1 >= FULL_EVERY ||
		  s->cgroups_present != r->before.cgroups_present;
	if (!err)
		err = number(r, s, indexes);
	if (!err)
		err = write_sample(r, s, last);
	if (!err) {
		r->samples++;
		r->since_full = r->full ? 0 : r->since_full + 1;
	}
	r->err = err;
	free(r->indexes);
	r->indexes = indexes;
	sample_free(&r->before);
	r->before = *s;
	sample_init(s);
	return err;
}
