/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cgroups of two samples as rows: what each did between them, filtered, sorted, as a list or as
 * a tree with sums.
 */
#ifndef ZSWAPTOP_SCREEN_CGROUP_TABLE_H
#define ZSWAPTOP_SCREEN_CGROUP_TABLE_H

#include "sample.h"
#include "screen/paths.h"
#include "screen/table.h"

enum cgroup_column {
	CG_COL_POOL,
	CG_COL_LIMIT,
	CG_COL_STORED,
	CG_COL_RATIO,
	CG_COL_STORE,
	CG_COL_REFUSED,
	CG_COL_REFUSED_SHARE,
	CG_COL_LOAD,
	CG_COL_WRITE,
	CG_COL_SKIP,
	CG_COL_ERASE,
	CG_COL_STORE_P99,
	CG_COL_LOAD_P99,
	CG_COL_WRITEBACK,
	CG_COL_PATH,
	NR_CG_COLS,
};

extern const struct column cgroup_columns[NR_CG_COLS];

struct cgroup_row {
	const struct cgroup_sample *cg;	    /* NULL: an ancestor that is not in the sample */
	const struct cgroup_sample *before; /* NULL: was not there */
	const char *path;		    /* as in the sample */
	size_t length;		       /* of the path; of an ancestor only so much is its own */
	uint64_t n[ZT_NR_CG_COUNTERS]; /* differences; in a tree, of all below, too */
	uint64_t pool, stored;
	double key; /* what is sorted by */
	int parent, depth;
	bool last;   /* of its siblings */
	bool below;  /* there is something below */
	bool wanted; /* by the filters, itself or something below */
};

struct cgroup_rows {
	struct cgroup_row *row;
	int n, size;
};

struct cgroup_table {
	struct cgroup_rows rows, spare;
	int *order; /* indexes of the rows that are shown */
	int order_size;
	struct list list; /* of what is shown */
	enum cgroup_column sort;
	bool inverted, tree, active_only;
	bool details; /* of the selected one are shown */
	struct list details_list;
	bool menu; /* of columns to sort by is shown */
	struct list menu_list;
	char filter[128];
	char *selected; /* path; NULL: the first row, whichever that is */
	struct paths tagged, folded;
	struct layout layout; /* as last drawn */
	bool changed;	      /* the rows are to be made anew */
};

void cgroup_table_init(struct cgroup_table *t);
void cgroup_table_free(struct cgroup_table *t);

/*
 * Makes the rows from the cgroups of now and what they were in before (NULL: not known, then
 * nothing happened). Both must stay until the next call. Without memory the table is empty.
 */
void cgroup_table_fill(struct cgroup_table *t, const struct sample *before,
		       const struct sample *now);

/* A row that is shown. */
const struct cgroup_row *cgroup_table_at(const struct cgroup_table *t, int shown);

/* The path of a row, NUL-terminated; valid until the next call. */
const char *cgroup_row_path(const struct cgroup_row *row);

/* The list has moved: remembers which cgroup is selected. */
void cgroup_table_moved(struct cgroup_table *t);

/* Sums. */
uint64_t cgroup_refused(const struct cgroup_row *row);
uint64_t cgroup_skipped(const struct cgroup_row *row);

/*
 * Quantile of a row's own stores or loads (its counts of store_ns or load_ns) in between; ABSENT
 * if there were none. counts: the differences, ZT_BUCKETS of them.
 */
void cgroup_buckets(const struct cgroup_row *row, bool loads, uint64_t counts[ZT_BUCKETS]);
uint64_t cgroup_quantile(const uint64_t counts[ZT_BUCKETS], double share);

#endif
