/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the formats of "zswaptop export" have in common, other than JSON: one walk over a sample
 * that calls the few functions of a format, and the export's options.
 */
#ifndef ZSWAPTOP_EXPOSITION_H
#define ZSWAPTOP_EXPOSITION_H

#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include "sample.h"

#define EXPORT_MAX_CGROUPS 200

/*
 * Which cgroups are exported. A series is a path, after invalid bytes were replaced and what is
 * deeper than depth was folded into its ancestor there; match is asked about that path, so that a
 * series is never a part of what its label says. Counters of one series are summed. So are pool
 * and stored bytes, except those that an ancestor in the same series already includes (the kernel
 * counts them with their descendants); a limit is only that of the path itself.
 */
struct export_options {
	bool by_cgroup;
	const regex_t *match;	    /* POSIX extended; NULL: all */
	unsigned int depth;	    /* components of the path; 0: no limit */
	unsigned int max_cgroups;   /* the first in the order of the tree; 0: EXPORT_MAX_CGROUPS */
	const char *libbpf_version; /* for build_info; NULL: not said */
};

enum exposition_type {
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_HISTOGRAM,
	EXPOSITION_INFO, /* always 1, its labels tell; the name ends in _info */
};

struct exposition_label {
	const char *name;
	const char *value; /* any bytes; NULL or "": the label is left out */
};

#define EXPOSITION_MAX_LABELS 4

/* One line of a family. */
struct exposition_point {
	const char *suffix; /* "", "_bucket", "_sum" or "_count" */
	struct exposition_label labels[EXPOSITION_MAX_LABELS];
	unsigned int nr_labels;
	const char *value; /* a decimal number or +Inf, never rounded; NULL: absent */
};

struct exposition;

struct exposition_format {
	/* Absent values are wanted too. Otherwise a family without any value is left out. */
	bool absent;
	/* Before the first point of a family; may be NULL. */
	void (*family)(const struct exposition *e);
	void (*point)(const struct exposition *e, const struct exposition_point *p);
	/* Once, at the end; may be NULL. */
	void (*end)(const struct exposition *e);
};

/* Where the walk is. */
struct exposition {
	FILE *out;
	const struct exposition_format *format;
	const void *arg; /* the format's own */
	const struct sample *sample;
	const struct export_options *options;
	/* The family. name: without the prefix, with _total or _info where it has that. */
	const char *name;
	const char *help;
	enum exposition_type type;
	bool begun;
};

/* 0, -ENOMEM, or -errno of the stream; it is not flushed. */
int exposition_write(FILE *out, const struct sample *s, const struct export_options *o,
		     const struct exposition_format *format, const void *arg);

/* A point as Prometheus and OpenMetrics both have it. */
void exposition_put_point(const struct exposition *e, const struct exposition_point *p);

#endif
