/* SPDX-License-Identifier: GPL-2.0-only */
/* Why values are not to be had: gathered while a screen is drawn, told at its bottom. */
#ifndef ZSWAPTOP_SCREEN_REASONS_H
#define ZSWAPTOP_SCREEN_REASONS_H

#include <stdbool.h>
#include "sample.h"

struct reasons {
	uint32_t probes;  /* that feed what was absent, a bit each (enum probe_id) */
	uint32_t files;	  /* entries of the table of files in reasons.c */
	uint32_t rejects; /* causes of refusals, a bit each */
	bool verify;	  /* wanted --verify */
	bool cgroups;	  /* a value of a cgroup */
	bool map;	  /* the map of the swap space */
};

/* Notes that a value (of sample.v), or a histogram, was absent. */
void reasons_value(struct reasons *r, unsigned int value);
/* The same of one of a family: others of it may be known, and its sum. */
void reasons_member(struct reasons *r, unsigned int value);
void reasons_histogram(struct reasons *r, enum zt_histogram hist);

/*
 * All of them in a line of text: "trees: kallsyms hides addresses; vmstat: ...". False if there
 * are none.
 */
bool reasons_text(const struct reasons *r, const struct sample *s, char *buf, size_t size);

#endif
