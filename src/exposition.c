// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "exposition_put.h"
#include "version.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void put_families(struct exposition *e)
{
	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];

		exposition_begin(e, f->name,
				 f->kind == FAMILY_COUNTER ? EXPOSITION_COUNTER : EXPOSITION_GAUGE,
				 f->help);
		exposition_put_family(e, f, exposition_no_label, &e->sample->v[f->first]);
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
	exposition_begin(e, name, EXPOSITION_INFO, help);
	exposition_put(e, &p);
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
static void bound_text(uint64_t bound, int scale, char buf[EXPOSITION_VALUE_LEN])
{
	char d[24];
	int exponent = snprintf(d, sizeof(d), "%" PRIu64, bound) - 1 + scale;

	if (exponent < -4 || exponent > 5)
		snprintf(buf, EXPOSITION_VALUE_LEN, "%c%s%se%c%02d", d[0], d[1] ? "." : "", d + 1,
			 exponent < 0 ? '-' : '+', abs(exponent));
	else if (exponent < 0)
		snprintf(buf, EXPOSITION_VALUE_LEN, "0.%.*s%s", -exponent - 1, "000", d);
	else
		snprintf(buf, EXPOSITION_VALUE_LEN, "%.*s.%s", exponent + 1, d,
			 d[exponent + 1] ? d + exponent + 1 : "0");
}

static void put_buckets(struct exposition *e, const struct histogram_family *f,
			struct exposition_point *p, const struct zt_hist *h, bool present)
{
	char le[EXPOSITION_VALUE_LEN] = "+Inf", value[EXPOSITION_VALUE_LEN];
	uint64_t sum = 0;

	p->suffix = "_bucket";
	p->labels[p->nr_labels++] = (struct exposition_label){"le", le};
	for (int i = 0; i < ZT_BUCKETS; i++) {
		if (i < ZT_BUCKETS - 1)
			bound_text(1ULL << (f->first + i), f->unit == UNIT_NS ? -9 : 0, le);
		else
			strcpy(le, "+Inf");
		sum += h->count[i];
		p->value = exposition_value(present ? sum : ABSENT, UNIT_PLAIN, value);
		exposition_put(e, p);
	}
	p->nr_labels--;
}

static void put_histogram(struct exposition *e, unsigned int hist)
{
	const struct histogram_family *f = &histogram_families[hist];
	const struct zt_hist *h = &e->sample->hist[hist];
	bool present = e->sample->hist_present[hist];
	struct exposition_point p = {.nr_labels = 0};
	char value[EXPOSITION_VALUE_LEN];
	uint64_t count = 0;

	if (f->label)
		p.labels[p.nr_labels++] = (struct exposition_label){f->label, f->label_value};
	put_buckets(e, f, &p, h, present);
	p.suffix = "_sum";
	p.value = exposition_value(present ? h->sum : ABSENT, f->unit, value);
	exposition_put(e, &p);
	/* Of the buckets, not counted apart: so the two always agree. */
	for (int i = 0; i < ZT_BUCKETS; i++)
		count += h->count[i];
	p.suffix = "_count";
	p.value = exposition_value(present ? count : ABSENT, UNIT_PLAIN, value);
	exposition_put(e, &p);
}

static void put_histograms(struct exposition *e)
{
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++) {
		const struct histogram_family *f = &histogram_families[i];

		/* Those of one name are one family; they follow each other in the table. */
		if (!i || strcmp(f->name, histogram_families[i - 1].name))
			exposition_begin(e, f->name, EXPOSITION_HISTOGRAM, f->help);
		put_histogram(e, i);
	}
}

/* Swap areas and probes */

static void put_areas(struct exposition *e, const char *name, const char *help, size_t member)
{
	exposition_begin(e, name, EXPOSITION_GAUGE, help);
	for (size_t i = 0; i < e->sample->nr_areas; i++) {
		const struct swap_area *a = &e->sample->areas[i];
		char type[16];

		snprintf(type, sizeof(type), "%" PRIu32, a->type);
		exposition_put_value(e, (struct exposition_label){"swap", type},
				     exposition_no_label,
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
	exposition_begin(e, name, EXPOSITION_COUNTER, help);
	for (size_t i = 0; i < e->sample->nr_probes; i++) {
		const struct probe_sample *p = &e->sample->probes[i];

		exposition_put_value(e, probe_label(p), exposition_no_label,
				     *(const uint64_t *)((const char *)p + member), unit);
	}
}

static void put_probes(struct exposition *e)
{
	exposition_begin(e, "probe_attached", EXPOSITION_GAUGE,
			 "Whether a probe is attached (0 or 1).");
	for (size_t i = 0; i < e->sample->nr_probes; i++)
		exposition_put_value(e, probe_label(&e->sample->probes[i]), exposition_no_label,
				     e->sample->probes[i].attached, UNIT_PLAIN);
	put_probe_counter(e, "probe_missed_runs_total",
			  "Runs of a probe that the kernel skipped: what the counts may lack.",
			  offsetof(struct probe_sample, missed), UNIT_PLAIN);
	put_probe_counter(e, "bpf_run_seconds_total", "Time spent in a probe's programs.",
			  offsetof(struct probe_sample, run_ns), UNIT_NS);
	put_probe_counter(e, "bpf_runs_total", "Runs of a probe's programs.",
			  offsetof(struct probe_sample, runs), UNIT_PLAIN);
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
	err = exposition_put_cgroups(&e);
	if (err)
		return err;
	if (format->end)
		format->end(&e);
	return output_status(out);
}
