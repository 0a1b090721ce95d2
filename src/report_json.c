// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "json.h"
#include "metrics.h"
#include "output.h"
#include "report.h"

static void write_run(struct json *j, const struct summary *s)
{
	const struct recording_header *h = recording_header(s->recording);
	const struct recording_end *end = recording_end(s->recording);
	char time[OUTPUT_TIME_LEN];

	json_put_string(j, "file", s->file);
	json_put_string(j, "zswaptop", h->version);
	json_put_string(j, "start", output_time(&s->first.wall, time));
	json_put_seconds(j, "duration_s", s->duration_ns);
	json_put_uint(j, "samples", s->samples);
	json_put_bool(j, "complete", end->there);
	json_put_string(j, "command", *h->command ? h->command : NULL);
	json_put_value(j, "status", end->there ? end->status : ABSENT);
	json_put_string(j, "cgroup", *h->cgroup ? h->cgroup : NULL);
}

static void known_string(struct json *j, const char *name, const char *value)
{
	json_put_string(j, name, *value ? value : NULL);
}

static void write_machine(struct json *j, const struct summary *s)
{
	const struct recording_header *h = recording_header(s->recording);
	const struct kernel_info *k = &s->last.kernel;

	known_string(j, "release", k->release);
	known_string(j, "tree", k->tree);
	known_string(j, "invalidate_fast_path", k->fast_path);
	known_string(j, "compressor", k->compressor);
	known_string(j, "shrinker", k->shrinker);
	json_put_value(j, "memory_bytes", h->memory_bytes);
	json_put_value(j, "cpus", h->cpus);
	json_begin_object(j, "zswap");
	for (unsigned int i = 0; i < h->nr_parameters; i++)
		json_put_string(j, h->parameters[i].name, h->parameters[i].value);
	json_end_object(j);
}

/* Counters: what they grew by. */
static void write_counters(struct json *j, const struct summary *s)
{
	char buf[128];

	json_begin_object(j, "counters");
	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];
		const char *name = metric_json_name(f->name, f->unit, buf, sizeof(buf));

		if (f->kind != FAMILY_COUNTER)
			continue;
		if (!f->label.name) {
			json_put_value(j, name, summary_diff(s, f->first));
			continue;
		}
		json_begin_object(j, name);
		for (unsigned int k = 0; k < f->label.n; k++)
			json_put_value(j, f->label.values[k], summary_diff(s, f->first + k));
		json_end_object(j);
	}
	json_end_object(j);
}

static void write_locks(struct json *j, const struct summary *s)
{
	bool known = *s->last.kernel.fast_path;
	struct lock_account locks;
	uint64_t saved, lost;

	summary_locks(s, &locks);
	saved = locks.has_fast_path ? locks.fast_path : 0;
	lost = locks.has_fast_path ? 0 : locks.fast_path;
	json_begin_object(j, "tree_lock");
	json_put_value(j, "acquisitions", locks.taken);
	json_put_value(j, "saved_by_fast_path", known ? saved : ABSENT);
	json_put_value(j, "fast_path_would_save", known ? lost : ABSENT);
	json_put_value(j, "lockless_lookup_would_save", locks.lockless);
	json_end_object(j);
}

static void write_latency(struct json *j, const struct summary *s, unsigned int hist)
{
	const struct histogram_family *f = &histogram_families[hist];
	char buf[128], name[160];
	const char *base = metric_json_name(f->name, f->unit, buf, sizeof(buf));

	snprintf(name, sizeof(name), "%s%s%s", base, f->label_value ? "_" : "",
		 f->label_value ? f->label_value : "");
	json_begin_object(j, name);
	json_put_value(j, "count", summary_observations(s, hist));
	json_put_real(j, "mean", summary_mean(s, hist));
	json_put_value(j, "p50", summary_quantile(s, hist, 0.5));
	json_put_value(j, "p90", summary_quantile(s, hist, 0.9));
	json_put_value(j, "p99", summary_quantile(s, hist, 0.99));
	json_put_value(j, "max",
		       summary_observations(s, hist) == ABSENT ? ABSENT : s->last.hist[hist].max);
	json_end_object(j);
}

static void write_distributions(struct json *j, const struct summary *s)
{
	json_begin_object(j, "distributions");
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		write_latency(j, s, i);
	json_end_object(j);
}

static void write_pool(struct json *j, const struct summary *s)
{
	json_begin_object(j, "pool");
	json_put_value(j, "fullest_bytes", s->pool_bytes);
	json_put_value(j, "fullest_limit_bytes", s->pool_limit);
	json_put_uint(j, "samples_full", s->full_samples);
	json_put_value(j, "last_bytes", s->last.v[V_POOL_BYTES]);
	json_put_value(j, "last_stored_bytes", s->last.v[V_STORED_BYTES]);
	json_end_object(j);
}

static void write_cgroup(struct json *j, const struct cgroup_summary *c)
{
	json_begin_object(j, NULL);
	json_put_string(j, "cgroup", c->last->path);
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		const struct family *f = &cgroup_families[i];
		const char *name = f->name + strlen("cgroup_");

		if (!f->label.name) {
			json_put_value(j, name, c->n[f->first]);
			continue;
		}
		json_begin_object(j, name);
		for (unsigned int k = 0; k < f->label.n; k++)
			json_put_value(j, f->label.values[k], c->n[f->first + k]);
		json_end_object(j);
	}
	json_put_value(j, "pool_bytes", c->last->pool_bytes);
	json_end_object(j);
}

static int write_cgroups(struct json *j, const struct summary *s)
{
	struct cgroup_summary *list;
	long n;

	if (!s->last.cgroups_present) {
		json_put_null(j, "cgroups");
		return 0;
	}
	n = summary_cgroups(s, &list);
	json_begin_array(j, "cgroups");
	for (long i = 0; i < n && i < REPORT_CGROUPS; i++)
		write_cgroup(j, &list[i]);
	json_end_array(j);
	free(list);
	return n < 0 ? -ENOMEM : 0;
}

static void write_self(struct json *j, const struct summary *s)
{
	json_begin_object(j, "self");
	json_put_value(j, "missed_runs", summary_missed(s));
	json_put_value(j, "program_runs", summary_runs(s));
	json_put_value(j, "program_ns", summary_run_ns(s));
	json_put_value(j, "recorder_cpu_ns", recording_end(s->recording)->cpu_ns);
	json_end_object(j);
}

static void write_finding(struct json *j, const struct finding *f)
{
	json_begin_object(j, NULL);
	json_put_string(j, "finding", f->name);
	json_put_string(j, "text", f->text);
	json_put_string(j, "try", f->remedy);
	json_begin_object(j, "figures");
	for (unsigned int i = 0; i < f->nr_figures; i++)
		json_put_value(j, f->figures[i].name, f->figures[i].value);
	json_end_object(j);
	json_end_object(j);
}

static void write_findings(struct json *j, const struct summary *s)
{
	static struct finding list[MAX_FINDINGS];
	unsigned int n = findings_make(s, list);

	json_begin_array(j, "findings");
	for (unsigned int i = 0; i < n; i++)
		write_finding(j, &list[i]);
	json_end_array(j);
}

int report_write_json(FILE *out, const struct summary *s)
{
	struct json j;
	int err;

	json_start(&j, out);
	json_begin_object(&j, NULL);
	json_put_uint(&j, "schema", JSON_SCHEMA);
	write_run(&j, s);
	write_machine(&j, s);
	write_counters(&j, s);
	write_locks(&j, s);
	write_distributions(&j, s);
	write_pool(&j, s);
	err = write_cgroups(&j, s);
	write_self(&j, s);
	write_findings(&j, s);
	json_end_object(&j);
	return err ? err : json_finish(&j);
}
