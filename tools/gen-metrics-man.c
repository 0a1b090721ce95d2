// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the list of metrics for zswaptop-metrics(7), in mdoc: a walk over a made-up sample that
 * has everything, as the exporters walk theirs. So the page has what is exported, and no more.
 */
#include <stdlib.h>
#include <string.h>
#include "exposition.h"
#include "metrics.h"
#include "probes.h"

#define MAX_VALUES 16

/* A label of the present family, with the values that were seen. */
struct seen {
	char name[32];
	char value[MAX_VALUES][64];
	unsigned int n;
};

static struct seen seen[EXPOSITION_MAX_LABELS];
static unsigned int nr_seen;
static struct exposition family; /* whose points are coming in */

static const char *const type_names[] = {"counter", "gauge", "histogram", "gauge, always 1"};

/* What differs from machine to machine is not listed. */
static bool is_listed(const char *label)
{
	return family.type != EXPOSITION_INFO && strcmp(label, "swap") && strcmp(label, "probe") &&
	       strcmp(label, "cgroup");
}

static void see(const struct exposition_label *label)
{
	struct seen *s = seen;

	while (s < seen + nr_seen && strcmp(s->name, label->name))
		s++;
	if (s == seen + nr_seen) {
		s->n = 0;
		snprintf(s->name, sizeof(s->name), "%s", label->name);
		nr_seen++;
	}
	for (unsigned int i = 0; i < s->n; i++)
		if (!strcmp(s->value[i], label->value))
			return;
	if (s->n == MAX_VALUES)
		abort();
	snprintf(s->value[s->n++], sizeof(s->value[0]), "%s", label->value);
}

static uint32_t feeding(void)
{
	uint32_t bits = 0;

	for (unsigned int i = 0; i < nr_families; i++)
		for (unsigned int n = 0; n < families[i].label.n; n++)
			if (!strcmp(families[i].name, family.name))
				bits |= probes_feeding(families[i].first + n);
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		if (!strcmp(histogram_families[i].name, family.name))
			bits |= probes_feeding_histogram(i);
	return bits;
}

static void print_probes(void)
{
	uint32_t bits = feeding();
	const char *before = "\nProbes:\n";

	for (int id = 0; id < NR_PROBES; id++) {
		if (!(bits >> id & 1))
			continue;
		printf("%s.Cm %s", before, probes[id].name);
		before = " ,\n";
	}
	puts(bits ? " ." : "");
}

static void print_labels(void)
{
	for (unsigned int i = 0; i < nr_seen; i++) {
		printf(".br\n.Cm %s", seen[i].name);
		for (unsigned int n = 0; is_listed(seen[i].name) && n < seen[i].n; n++)
			printf("%s\n.Ql %s", n ? " ," : " :", seen[i].value[n]);
		putchar('\n');
	}
}

static void print_json_name(void)
{
	enum unit unit = strstr(family.name, "_seconds") ? UNIT_NS : UNIT_PLAIN;
	const struct family *f = family_find(family.name);
	char name[128];

	if ((f && f->unit == UNIT_NS) || family.type == EXPOSITION_HISTOGRAM)
		if (unit == UNIT_NS)
			printf("In JSON\n.Cm %s .\n",
			       metric_json_name(family.name, unit, name, sizeof(name)));
}

static void finish_family(const struct exposition *e)
{
	(void)e;
	if (!family.name)
		return;
	printf(".It Ic zswaptop_%s\n.Pq %s\n%s", family.name, type_names[family.type], family.help);
	print_probes();
	print_json_name();
	print_labels();
}

static void begin_family(const struct exposition *e)
{
	finish_family(e);
	family = *e;
	nr_seen = 0;
}

static void take_point(const struct exposition *e, const struct exposition_point *p)
{
	(void)e;
	for (unsigned int i = 0; i < p->nr_labels; i++)
		if (p->labels[i].value && strcmp(p->labels[i].name, "le"))
			see(&p->labels[i]);
}

int main(void)
{
	static const struct exposition_format format = {
		.absent = true, .family = begin_family, .point = take_point, .end = finish_family};
	struct kernel_info kernel = {"release", "xarray", "yes", "lzo", "on"};
	struct probe_sample probe = {.name = "store"};
	struct swap_area area = {0};
	struct cgroup_sample cgroup = {.path = "/"};
	struct export_options options = {.by_cgroup = true, .libbpf_version = "1"};
	struct sample s;

	/* one without any activity would be left out */
	for (int i = 0; i < ZT_NR_CG_COUNTERS; i++)
		cgroup.n[i] = 1;
	sample_init(&s);
	s.kernel = kernel;
	s.areas = &area;
	s.probes = &probe;
	s.cgroups = &cgroup;
	s.nr_areas = s.nr_probes = s.nr_cgroups = 1;
	s.cgroups_present = true;
	return exposition_write(stdout, &s, &options, &format, NULL) ? 1 : 0;
}
