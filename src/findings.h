/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands out in a recording, in plain words, with the figures it rests on. */
#ifndef ZSWAPTOP_FINDINGS_H
#define ZSWAPTOP_FINDINGS_H

#include "summary.h"

#define FINDING_MAX_FIGURES 6
#define MAX_FINDINGS	    16

struct finding {
	const char *name; /* for programs */
	char text[512];	  /* what is the case; has every figure */
	char remedy[512]; /* what to try */
	struct {
		const char *name;
		uint64_t value;
	} figures[FINDING_MAX_FIGURES];
	unsigned int nr_figures;
};

/* Fills the list; how many there are. Nothing is concluded from what is not known. */
unsigned int findings_make(const struct summary *s, struct finding list[MAX_FINDINGS]);

#endif
