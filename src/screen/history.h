/* SPDX-License-Identifier: GPL-2.0-only */
/* What happened in the last intervals, for graphs: a ring of differences between samples. */
#ifndef ZSWAPTOP_SCREEN_HISTORY_H
#define ZSWAPTOP_SCREEN_HISTORY_H

#include <stdint.h>
#include "sample.h"

/* As many as the widest terminal in use shows in braille. */
#define HISTORY_LEN 512

struct moment {
	uint64_t interval_ns;
	uint64_t v[NR_VALUES];	   /* counters: differences; gauges: values; ABSENT */
	uint64_t p50[ZT_NR_HISTS]; /* ABSENT: no observations */
	uint64_t p99[ZT_NR_HISTS];
};

struct history {
	struct moment *ring;
	unsigned int n, next;
};

/* 0 or -ENOMEM. */
int history_init(struct history *h);
void history_free(struct history *h);

/* Adds what happened between two samples; the oldest is forgotten. */
void history_push(struct history *h, const struct sample *before, const struct sample *now);
/* Forgets the newest, or all. */
void history_pop(struct history *h);
void history_clear(struct history *h);

/*
 * Fills the newest n: of counters the sum of the known ones of width values from first on, per
 * second; of gauges the value. The newest is last; NAN where nothing is known.
 */
void history_values(const struct history *h, unsigned int first, unsigned int width, double *out,
		    int n);

/* The same of a quantile: p99, or p50. */
void history_p99(const struct history *h, enum zt_histogram hist, double *out, int n);
void history_p50(const struct history *h, enum zt_histogram hist, double *out, int n);

#endif
