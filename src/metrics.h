/* SPDX-License-Identifier: GPL-2.0-only */
/* The families of include/metric_list.h and src/sample.h as a table, for every writer. */
#ifndef ZSWAPTOP_METRICS_H
#define ZSWAPTOP_METRICS_H

#include "sample.h"

#define METRIC_PREFIX "zswaptop_"

enum family_kind { FAMILY_COUNTER, FAMILY_GAUGE };
enum unit { UNIT_PLAIN, UNIT_BYTES, UNIT_NS };

struct label {
	const char *name;	   /* "reason"; NULL: the family has no label */
	const char *const *values; /* n names */
	unsigned int n;
};

struct family {
	const char *name; /* without the prefix */
	const char *help;
	enum family_kind kind;
	enum unit unit;
	struct label label;
	unsigned int first; /* index of the first value; those of the labels follow */
};

struct histogram_family {
	const char *name;
	const char *help;
	enum unit unit;
	const char *label;	 /* NULL: none */
	const char *label_value; /* e.g. "zswap" */
	unsigned int first;	 /* the first bucket reaches up to 2^first */
};

/* One entry a family: values of struct sample.v. */
extern const struct family families[];
extern const unsigned int nr_families;

/* One entry a histogram, in the order of enum zt_histogram; same names are one family. */
extern const struct histogram_family histogram_families[ZT_NR_HISTS];

/* Counters of struct cgroup_sample.n; first is an index of that array. */
extern const struct family cgroup_families[];
extern const unsigned int nr_cgroup_families;

/* The names of label values. */
extern const char *const reject_names[ZT_NR_REJECTS];
extern const char *const cause_names[ZT_NR_CAUSES];
extern const char *const trigger_names[ZT_NR_TRIGGERS];
extern const char *const skip_names[ZT_NR_SKIPS];
extern const char *const fate_names[ZT_NR_FATES];
extern const char *const source_names[ZT_NR_SOURCES];

/* The family of this name (with or without prefix), or NULL. */
const struct family *family_find(const char *name);

/*
 * The name of a family or histogram in JSON: times are in nanoseconds there, so that
 * load_duration_seconds is load_duration_ns and tree_lock_wait_seconds_total is
 * tree_lock_wait_ns_total. Points to buf, or to name where nothing changes.
 */
const char *metric_json_name(const char *name, enum unit unit, char *buf, size_t size);

#endif
