// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "exposition.h"
#include "metrics.h"
#include "output.h"
#include "utf8.h"
#include "version.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define VALUE_LEN  OUTPUT_SECONDS_LEN

/* Families and points */

/* Nothing is written yet: a family of which nothing is known is left out. */
static void begin(struct exposition *e, const char *name, enum exposition_type type,
		  const char *help)
{
	e->name = name;
	e->type = type;
	e->help = help;
	e->begun = false;
}

static void put_point(struct exposition *e, const struct exposition_point *p)
{
	if (!p->value && !e->format->absent)
		return;
	if (!e->begun && e->format->family)
		e->format->family(e);
	e->begun = true;
	e->format->point(e, p);
}

static const char *value_text(uint64_t v, enum unit unit, char buf[VALUE_LEN])
{
	if (v == ABSENT)
		return NULL;
	if (unit == UNIT_NS)
		return output_seconds(v, buf);
	snprintf(buf, VALUE_LEN, "%" PRIu64, v);
	return buf;
}

/* A point with at most two labels; names may be NULL. */
static void put_value(struct exposition *e, struct exposition_label a, struct exposition_label b,
		      uint64_t v, enum unit unit)
{
	char buf[VALUE_LEN];
	struct exposition_point p = {"", {a}, 0, value_text(v, unit, buf)};

	p.nr_labels = !!a.name;
	if (b.name)
		p.labels[p.nr_labels++] = b;
	put_point(e, &p);
}

static const struct exposition_label no_label;

/* The values of a family of the tables, one a label value. */
static void put_family(struct exposition *e, const struct family *f, struct exposition_label first,
		       const uint64_t *v)
{
	for (unsigned int i = 0; i < f->label.n; i++) {
		struct exposition_label label = no_label;

		if (f->label.name)
			label = (struct exposition_label){f->label.name, f->label.values[i]};
		put_value(e, first, label, v[i], f->unit);
	}
}

static void put_families(struct exposition *e)
{
	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];

		begin(e, f->name, f->kind == FAMILY_COUNTER ? EXPOSITION_COUNTER : EXPOSITION_GAUGE,
		      f->help);
		put_family(e, f, no_label, &e->sample->v[f->first]);
	}
}

static void put_info(struct exposition *e, const char *name, const char *help,
		     const struct exposition_label *labels, unsigned int n)
{
	struct exposition_point p = {.suffix = "", .value = "1"};
	bool known = false;

	for (unsigned int i = 0; i < n; i++) {
		p.labels[p.nr_labels++] = labels[i];
		known |= labels[i].value && *labels[i].value;
	}
	if (!known)
		p.value = NULL;
	begin(e, name, EXPOSITION_INFO, help);
	put_point(e, &p);
}

static void put_infos(struct exposition *e)
{
	const struct kernel_info *k = &e->sample->kernel;
	const struct exposition_label build[] = {{"version", ZSWAPTOP_VERSION},
						 {"libbpf", e->options->libbpf_version}};
	const struct exposition_label kernel[] = {
		{"release", k->release}, {"tree", k->tree}, {"invalidate_fast_path", k->fast_path}};
	const struct exposition_label config[] = {{"compressor", k->compressor},
						  {"shrinker", k->shrinker}};

	put_info(e, "build_info", "Versions of zswaptop and of its libbpf.", build, LEN(build));
	put_info(e, "kernel_info",
		 "The kernel, how its zswap finds entries, and whether zswap_invalidate returns "
		 "early on an empty tree.",
		 kernel, LEN(kernel));
	put_info(e, "config_info", "Module parameters of zswap.", config, LEN(config));
}

/* Histograms */

/*
 * The upper bound of a bucket, bound * 10^scale, the way Prometheus 3 and OpenMetrics write
 * floats, so that the label stays the same wherever it passes: with its exact digits, 5.12e-07,
 * 0.000131072, 32.0, 1.048576e+06. A power of two has no trailing zeros to drop.
 */
static void bound_text(uint64_t bound, int scale, char buf[VALUE_LEN])
{
	char d[24];
	int exponent = snprintf(d, sizeof(d), "%" PRIu64, bound) - 1 + scale;

	if (exponent < -4 || exponent > 5)
		snprintf(buf, VALUE_LEN, "%c%s%se%c%02d", d[0], d[1] ? "." : "", d + 1,
			 exponent < 0 ? '-' : '+', abs(exponent));
	else if (exponent < 0)
		snprintf(buf, VALUE_LEN, "0.%.*s%s", -exponent - 1, "000", d);
	else
		snprintf(buf, VALUE_LEN, "%.*s.%s", exponent + 1, d,
			 d[exponent + 1] ? d + exponent + 1 : "0");
}

static void put_buckets(struct exposition *e, const struct histogram_family *f,
			struct exposition_point *p, const struct zt_hist *h, bool present)
{
	char le[VALUE_LEN] = "+Inf", value[VALUE_LEN];
	uint64_t sum = 0;

	p->suffix = "_bucket";
	p->labels[p->nr_labels++] = (struct exposition_label){"le", le};
	for (int i = 0; i < ZT_BUCKETS; i++) {
		if (i < ZT_BUCKETS - 1)
			bound_text(1ULL << (f->first + i), f->unit == UNIT_NS ? -9 : 0, le);
		else
			strcpy(le, "+Inf");
		sum += h->count[i];
		p->value = value_text(present ? sum : ABSENT, UNIT_PLAIN, value);
		put_point(e, p);
	}
	p->nr_labels--;
}

static void put_histogram(struct exposition *e, unsigned int hist)
{
	const struct histogram_family *f = &histogram_families[hist];
	const struct zt_hist *h = &e->sample->hist[hist];
	bool present = e->sample->hist_present[hist];
	struct exposition_point p = {.nr_labels = 0};
	char value[VALUE_LEN];
	uint64_t count = 0;

	if (f->label)
		p.labels[p.nr_labels++] = (struct exposition_label){f->label, f->label_value};
	put_buckets(e, f, &p, h, present);
	p.suffix = "_sum";
	p.value = value_text(present ? h->sum : ABSENT, f->unit, value);
	put_point(e, &p);
	/* Of the buckets, not counted apart: so the two always agree. */
	for (int i = 0; i < ZT_BUCKETS; i++)
		count += h->count[i];
	p.suffix = "_count";
	p.value = value_text(present ? count : ABSENT, UNIT_PLAIN, value);
	put_point(e, &p);
}

static void put_histograms(struct exposition *e)
{
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++) {
		const struct histogram_family *f = &histogram_families[i];

		/* Those of one name are one family; they follow each other in the table. */
		if (!i || strcmp(f->name, histogram_families[i - 1].name))
			begin(e, f->name, EXPOSITION_HISTOGRAM, f->help);
		put_histogram(e, i);
	}
}

/* Swap areas and probes */

static void put_areas(struct exposition *e, const char *name, const char *help, size_t member)
{
	begin(e, name, EXPOSITION_GAUGE, help);
	for (size_t i = 0; i < e->sample->nr_areas; i++) {
		const struct swap_area *a = &e->sample->areas[i];
		char type[16];

		snprintf(type, sizeof(type), "%" PRIu32, a->type);
		put_value(e, (struct exposition_label){"swap", type}, no_label,
			  *(const uint64_t *)((const char *)a + member), UNIT_PLAIN);
	}
}

static struct exposition_label probe_label(const struct probe_sample *p)
{
	return (struct exposition_label){"probe", p->name};
}

static void put_probe_counter(struct exposition *e, const char *name, const char *help,
			      size_t member, enum unit unit)
{
	begin(e, name, EXPOSITION_COUNTER, help);
	for (size_t i = 0; i < e->sample->nr_probes; i++) {
		const struct probe_sample *p = &e->sample->probes[i];

		put_value(e, probe_label(p), no_label,
			  *(const uint64_t *)((const char *)p + member), unit);
	}
}

static void put_probes(struct exposition *e)
{
	begin(e, "probe_attached", EXPOSITION_GAUGE, "Whether a probe is attached (0 or 1).");
	for (size_t i = 0; i < e->sample->nr_probes; i++)
		put_value(e, probe_label(&e->sample->probes[i]), no_label,
			  e->sample->probes[i].attached, UNIT_PLAIN);
	put_probe_counter(e, "probe_missed_runs_total",
			  "Runs of a probe that the kernel skipped: what the counts may lack.",
			  offsetof(struct probe_sample, missed), UNIT_PLAIN);
	put_probe_counter(e, "bpf_run_seconds_total", "Time spent in a probe's programs.",
			  offsetof(struct probe_sample, run_ns), UNIT_NS);
	put_probe_counter(e, "bpf_runs_total", "Runs of a probe's programs.",
			  offsetof(struct probe_sample, runs), UNIT_PLAIN);
}

/* Cgroups */

/* A gauge that the kernel counts with its descendants. */
struct subtree_gauge {
	uint64_t value;
	const char *top; /* the path last counted: what is below is in it */
};

/* A cgroup of the sample, under the path of its series. */
struct member {
	const struct cgroup_sample *cgroup;
	char *path;
	size_t series_len; /* of path, the part that is the series' label */
};

struct series {
	char *path;
	uint64_t n[ZT_NR_CG_COUNTERS];
	struct subtree_gauge pool, stored;
	uint64_t limit;
};

/* The order of the tree: like strcmp(), but what is below a cgroup follows it at once. */
static int compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (!*a || !*b || (*a != '/' && *b != '/'))
		return (unsigned char)*a - (unsigned char)*b;
	return *a == '/' ? -1 : 1;
}

static int compare_members(const void *a, const void *b)
{
	return compare_paths(((const struct member *)a)->path, ((const struct member *)b)->path);
}

/* The length of the first components of a path; 0: all. */
static size_t cut_at(const char *path, unsigned int components)
{
	const char *end = path;

	if (!components)
		return strlen(path);
	for (unsigned int i = 0; i < components && *end; i++)
		end += 1 + strcspn(end + 1, "/");
	return end - path;
}

static bool is_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && path[len] == '/';
}

/* ABSENT counts as nothing, unless there is nothing else. */
static void add(uint64_t *sum, uint64_t v)
{
	if (v != ABSENT)
		*sum = *sum == ABSENT ? v : *sum + v;
}

static void add_gauge(struct subtree_gauge *g, const char *path, uint64_t v)
{
	if (v == ABSENT || (g->top && is_below(path, g->top)))
		return;
	add(&g->value, v);
	g->top = path;
}

static void add_limit(uint64_t *limit, uint64_t v)
{
	if (v == UNLIMITED || *limit == UNLIMITED)
		*limit = UNLIMITED;
	else
		add(limit, v);
}

static void add_member(struct series *s, const struct member *m)
{
	const struct cgroup_sample *c = m->cgroup;

	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		add(&s->n[i], c->n[i]);
	/* What was removed holds nothing any more, whatever was read last. */
	if (c->gone)
		return;
	add_gauge(&s->pool, m->path, c->pool_bytes);
	add_gauge(&s->stored, m->path, c->stored_bytes);
	if (!m->path[m->series_len])
		add_limit(&s->limit, c->limit_bytes);
}

static bool is_active(const struct series *s)
{
	uint64_t all = 0;

	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		all |= s->n[i] == ABSENT ? 0 : s->n[i];
	all |= s->pool.value == ABSENT ? 0 : s->pool.value;
	all |= s->stored.value == ABSENT ? 0 : s->stored.value;
	return all;
}

static int init_series(struct series *s, const struct member *m)
{
	s->path = strndup(m->path, m->series_len);
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		s->n[i] = ABSENT;
	s->pool = s->stored = (struct subtree_gauge){ABSENT, NULL};
	s->limit = ABSENT;
	return s->path ? 0 : -ENOMEM;
}

static bool same_series(const struct series *s, const struct member *m)
{
	return !strncmp(s->path, m->path, m->series_len) && !s->path[m->series_len];
}

/* Sorted members become series; returns how many, or -ENOMEM. */
static int build_series(const struct member *members, size_t n, struct series *series)
{
	int last = -1;

	for (size_t i = 0; i < n; i++) {
		if (last < 0 || !same_series(&series[last], &members[i])) {
			last++;
			if (init_series(&series[last], &members[i]))
				return -ENOMEM;
		}
		add_member(&series[last], &members[i]);
	}
	return last + 1;
}

static int build_members(const struct exposition *e, struct member *members)
{
	for (size_t i = 0; i < e->sample->nr_cgroups; i++) {
		const struct cgroup_sample *c = &e->sample->cgroups[i];

		members[i].cgroup = c;
		members[i].path = utf8_clean(c->path ? c->path : "?");
		if (!members[i].path)
			return -ENOMEM;
		members[i].series_len = cut_at(members[i].path, e->options->depth);
	}
	qsort(members, e->sample->nr_cgroups, sizeof(*members), compare_members);
	return 0;
}

static bool is_wanted(const struct export_options *o, const struct series *s)
{
	return is_active(s) && (!o->match || !regexec(o->match, s->path, 0, NULL, 0));
}

static void put_cgroup_counters(struct exposition *e, const struct series *series, size_t n)
{
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		const struct family *f = &cgroup_families[i];

		begin(e, f->name, EXPOSITION_COUNTER, f->help);
		for (size_t j = 0; j < n; j++)
			put_family(e, f, (struct exposition_label){"cgroup", series[j].path},
				   &series[j].n[f->first]);
	}
}

static void put_cgroup_gauges(struct exposition *e, const struct series *series, size_t n)
{
	struct exposition_label label = {"cgroup", NULL};

	begin(e, "cgroup_pool_bytes", EXPOSITION_GAUGE,
	      "Memory held by the pool for a cgroup and what is below it (memory.zswap.current).");
	for (size_t i = 0; i < n; i++) {
		label.value = series[i].path;
		put_value(e, label, no_label, series[i].pool.value, UNIT_BYTES);
	}
	begin(e, "cgroup_stored_bytes", EXPOSITION_GAUGE,
	      "Uncompressed size of what is stored for a cgroup and what is below it (zswapped of "
	      "memory.stat).");
	for (size_t i = 0; i < n; i++) {
		label.value = series[i].path;
		put_value(e, label, no_label, series[i].stored.value, UNIT_BYTES);
	}
}

static void put_cgroup_limits(struct exposition *e, const struct series *series, size_t n)
{
	begin(e, "cgroup_limit_bytes", EXPOSITION_GAUGE,
	      "Limit of a cgroup's pool memory (memory.zswap.max).");
	for (size_t i = 0; i < n; i++) {
		struct exposition_point p = {
			"",
			{{"cgroup", series[i].path}},
			1,
			"+Inf",
		};
		char buf[VALUE_LEN];

		if (series[i].limit != UNLIMITED)
			p.value = value_text(series[i].limit, UNIT_BYTES, buf);
		put_point(e, &p);
	}
}

/* Writes the first of the series that are wanted, and says how many more there are. */
static void put_series(struct exposition *e, struct series *series, size_t n)
{
	size_t wanted = 0, max = e->options->max_cgroups;

	if (!max)
		max = EXPORT_MAX_CGROUPS;
	for (size_t i = 0; i < n; i++) {
		struct series tmp = series[i];

		if (!is_wanted(e->options, &tmp))
			continue;
		/* Swapped, not copied: each path is freed once. */
		series[i] = series[wanted];
		series[wanted++] = tmp;
	}
	n = wanted < max ? wanted : max;
	put_cgroup_counters(e, series, n);
	put_cgroup_gauges(e, series, n);
	put_cgroup_limits(e, series, n);
	begin(e, "cgroups_omitted", EXPOSITION_GAUGE,
	      "Cgroups with zswap activity left out because of the limit on their number.");
	put_value(e, no_label, no_label, wanted - n, UNIT_PLAIN);
}

static int put_cgroups(struct exposition *e)
{
	size_t n = e->sample->nr_cgroups;
	struct member *members;
	struct series *series;
	int err = -ENOMEM;

	if (!e->options->by_cgroup || !e->sample->cgroups_present)
		return 0;
	/* One more: none at all is no reason for NULL. */
	members = calloc(n + 1, sizeof(*members));
	series = calloc(n + 1, sizeof(*series));
	if (members && series && !build_members(e, members))
		err = build_series(members, n, series);
	if (err >= 0) {
		put_series(e, series, err);
		err = 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (members)
			free(members[i].path);
		if (series)
			free(series[i].path);
	}
	free(members);
	free(series);
	return err;
}

int exposition_write(FILE *out, const struct sample *s, const struct export_options *o,
		     const struct exposition_format *format, const void *arg)
{
	struct exposition e = {.out = out, .format = format, .arg = arg, .sample = s, .options = o};
	int err;

	errno = 0;
	put_infos(&e);
	put_families(&e);
	put_histograms(&e);
	put_areas(&e, "trees", "Trees of a swap area, one per 64 MiB.",
		  offsetof(struct swap_area, trees));
	put_areas(&e, "trees_empty", "Trees of a swap area that are empty.",
		  offsetof(struct swap_area, trees_empty));
	put_probes(&e);
	err = put_cgroups(&e);
	if (err)
		return err;
	if (format->end)
		format->end(&e);
	return output_status(out);
}

/* Lines of Prometheus and OpenMetrics */

static void put_label_value(FILE *out, const char *s)
{
	size_t len = strlen(s), n;
	uint32_t cp;

	for (; (n = utf8_decode(s, len, &cp)); s += n, len -= n) {
		if (n == 1 && cp == UTF8_BAD)
			fputs(UTF8_BAD_BYTES, out);
		else if (cp == '\n')
			fputs("\\n", out);
		else {
			if (cp == '"' || cp == '\\')
				fputc('\\', out);
			fwrite(s, 1, n, out);
		}
	}
}

void exposition_put_point(const struct exposition *e, const struct exposition_point *p)
{
	char before = '{';

	fprintf(e->out, METRIC_PREFIX "%s%s", e->name, p->suffix);
	for (unsigned int i = 0; i < p->nr_labels; i++) {
		const struct exposition_label *l = &p->labels[i];

		/* To Prometheus an empty label and none are the same. */
		if (!l->value || !*l->value)
			continue;
		fprintf(e->out, "%c%s=\"", before, l->name);
		put_label_value(e->out, l->value);
		fputc('"', e->out);
		before = ',';
	}
	fprintf(e->out, "%s %s\n", before == ',' ? "}" : "", p->value);
}
