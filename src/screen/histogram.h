/* SPDX-License-Identifier: GPL-2.0-only */
/* Histograms of powers of two, side by side. */
#ifndef ZSWAPTOP_SCREEN_HISTOGRAM_H
#define ZSWAPTOP_SCREEN_HISTOGRAM_H

#include "format.h"
#include "metrics.h"
#include "screen/draw.h"

struct histogram_column {
	const char *title;
	bool present;	    /* false: n/a */
	unsigned int first; /* the first bucket reaches up to 2^first; the same for all */
	enum unit unit;
	uint64_t count[ZT_BUCKETS]; /* in the time that is shown */
	uint64_t p50, p90, p99;	    /* ABSENT: nothing was observed */
	uint64_t max;		    /* the largest ever seen; ABSENT: none yet */
	bool no_max;		    /* it is not kept: then nothing bounds the last bucket */
};

/*
 * Draws as many of the columns as there is room for, with one scale of values at the left; rows
 * that are empty in all of them at the ends are left out, and if there are still too many, the
 * ends are summed. counts: numbers, not shares. Returns how many columns were drawn.
 */
int histograms_draw(const struct area *a, const struct histogram_column *columns, int n,
		    bool counts);

/* A quantile of a column as text: buf, or what stands for it where there is none. */
const char *histogram_quantile(const struct histogram_column *c, uint64_t value,
			       char buf[FORMAT_LEN]);

/* How many columns fit. */
int histograms_fitting(int cols, int n);

#endif
