/* SPDX-License-Identifier: GPL-2.0-only */
/* Two sets of recordings, compared figure by figure. */
#ifndef ZSWAPTOP_COMPARE_H
#define ZSWAPTOP_COMPARE_H

#include <stdbool.h>
#include <stdio.h>
#include "summary.h"

enum figure_unit { FIGURE_COUNT, FIGURE_BYTES, FIGURE_NS, FIGURE_SECONDS, FIGURE_PERCENT };

/* What has to be said below a table with such a figure in it. */
enum figure_note {
	NOTE_BUCKETS = 1, /* the upper bound of a bucket */
	NOTE_SUBMIT = 2,  /* the time until a disk was asked */
};

/* A number that a recording comes to. */
struct figure {
	const char *name; /* for people */
	const char *id;	  /* in JSON */
	enum figure_unit unit;
	double (*value)(const struct summary *s, const struct figure *f); /* NAN: not known */
	unsigned int at, n; /* what value() wants to know */
	unsigned int notes; /* enum figure_note */
};

extern const struct figure figures[];
extern const unsigned int nr_figures;

/* Of a figure in a set of recordings. All NAN where any of the recordings does not have it. */
struct spread {
	unsigned int n;
	double mean, sd, min, max; /* sd: of the sample; NAN where n is 1 */
};

struct comparison {
	struct spread a, b;
	double percent; /* of b's mean against a's; NAN where that means nothing */
	/* The ranges do: the difference may be chance. Says nothing with one recording in a set. */
	bool overlap;
};

struct recording_set {
	struct summary *list;
	unsigned int n;
};

void compare_figure(const struct figure *f, const struct recording_set *a,
		    const struct recording_set *b, struct comparison *c);

/*
 * A table of at most 72 columns; figures that are 0 in all recordings, or known of none, are left
 * out. 0 or -errno of the stream.
 */
int compare_write_text(FILE *out, const struct recording_set *a, const struct recording_set *b);

/* One line. 0 or -errno of the stream. */
int compare_write_json(FILE *out, const struct recording_set *a, const struct recording_set *b);

#endif
