/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is exported by cgroup: a series a path, after invalid bytes were replaced and what is deeper
 * than the options' depth was folded into its ancestor there.
 */
#ifndef ZSWAPTOP_CGROUP_SERIES_H
#define ZSWAPTOP_CGROUP_SERIES_H

#include "exposition.h"

/* A gauge that the kernel counts with its descendants. */
struct subtree_gauge {
	uint64_t value;
	const char *top; /* while building: the path last counted, what is below is in it */
};

struct cgroup_series {
	char *path;
	uint64_t n[ZT_NR_CG_COUNTERS];
	struct subtree_gauge pool, stored;
	uint64_t limit; /* may be UNLIMITED */
};

struct cgroup_series_list {
	struct cgroup_series *series; /* in the order of the tree */
	size_t wanted;		      /* the first so many: with activity, and matched */
	size_t allocated;
};

/* 0 or -ENOMEM; then the list is empty. */
int cgroup_series_build(struct cgroup_series_list *list, const struct sample *s,
			const struct export_options *o);

void cgroup_series_free(struct cgroup_series_list *list);

#endif
