/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the writers share: samples, and streams into memory. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "metrics.h"
#include "sample.h"

struct capture {
	char *text;
	size_t len;
	FILE *out;
};

static inline FILE *capture_begin(struct capture *c)
{
	c->out = open_memstream(&c->text, &c->len);
	assert_non_null(c->out);
	return c->out;
}

/* Also checks that there is no NUL byte, which no format here may have. */
static inline const char *capture_end(struct capture *c)
{
	assert_int_equal(fclose(c->out), 0);
	assert_int_equal(strlen(c->text), c->len);
	return c->text;
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

/* A stream whose every write fails with ENOSPC at once. */
static inline FILE *open_full(void)
{
	FILE *out = fopen("/dev/full", "w");

	assert_non_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	return out;
}

/* Of a sample: everything absent but the time, 2026-11-21T20:05:00.123Z. */
static inline void fixture_init(struct sample *s)
{
	sample_init(s);
	s->wall = (struct timespec){1795291500, 123999999};
	s->mono_ns = 5000000000;
}

static inline struct cgroup_sample *fixture_cgroup(struct sample *s, const char *path)
{
	struct cgroup_sample *c;

	s->cgroups = realloc(s->cgroups, (s->nr_cgroups + 1) * sizeof(*c));
	assert_non_null(s->cgroups);
	c = &s->cgroups[s->nr_cgroups++];
	memset(c, 0, sizeof(*c));
	c->path = path ? strdup(path) : NULL;
	c->id = 100 + s->nr_cgroups;
	c->pool_bytes = c->stored_bytes = c->limit_bytes = c->writeback = ABSENT;
	s->cgroups_present = true;
	return c;
}

static inline struct swap_area *fixture_area(struct sample *s, uint32_t type, const char *device)
{
	struct swap_area *a;

	s->areas = realloc(s->areas, (s->nr_areas + 1) * sizeof(*a));
	assert_non_null(s->areas);
	a = &s->areas[s->nr_areas++];
	memset(a, 0, sizeof(*a));
	a->type = type;
	snprintf(a->device, sizeof(a->device), "%s", device);
	a->bytes = 1 << 30;
	a->used_bytes = 1 << 20;
	a->trees = 16;
	a->trees_empty = ABSENT;
	return a;
}

static inline struct probe_sample *fixture_probe(struct sample *s, const char *name)
{
	struct probe_sample *p;

	s->probes = realloc(s->probes, (s->nr_probes + 1) * sizeof(*p));
	assert_non_null(s->probes);
	p = &s->probes[s->nr_probes++];
	memset(p, 0, sizeof(*p));
	p->name = name;
	p->missed = p->runs = p->run_ns = ABSENT;
	return p;
}

/* Every value its own, every histogram present, areas, probes, and cgroups of hostile names. */
static inline void fixture_full(struct sample *s)
{
	struct cgroup_sample *c;
	struct probe_sample *p;

	fixture_init(s);
	s->interval_ns = 1000000256;
	for (unsigned int i = 0; i < NR_VALUES; i++)
		s->v[i] = 1000 + i;
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++) {
		s->hist_present[i] = true;
		for (unsigned int b = 0; b < ZT_BUCKETS; b++)
			s->hist[i].count[b] = i + b;
		s->hist[i].sum = 123456789 + i;
		s->hist[i].max = 70000000;
	}
	s->kernel = (struct kernel_info){"6.12.1", "xarray", "yes", "zstd", "on"};
	fixture_area(s, 0, "/dev/vda2")->trees_empty = 3;
	fixture_area(s, 1, "/swap \"file\"");
	p = fixture_probe(s, "store");
	strcpy(p->symbol, "zswap_store");
	p->attached = true;
	p->missed = 0;
	p->runs = 12;
	p->run_ns = 256;
	strcpy(fixture_probe(s, "writeback")->reason, "no such symbol");
	c = fixture_cgroup(s, "/");
	c->stored_bytes = 1 << 20;
	c = fixture_cgroup(s, "/system.slice/a\\x2db.service");
	c->n[ZT_CG_STORE_PAGES] = 7;
	c->n[ZT_CG_STORE_REJECTED + ZT_REJECT_POOL_FULL] = 3;
	c->pool_bytes = 4096;
	c->stored_bytes = 8192;
	c->limit_bytes = UNLIMITED;
	c->writeback = 1;
	c->store_ns[2] = 9;
	c = fixture_cgroup(s, "/x\"y\nz,\xff\xc3\xa9\x1b[1m");
	c->n[ZT_CG_LOAD_HITS] = 1;
	c->limit_bytes = 0;
	c->gone = true;
}

#endif
