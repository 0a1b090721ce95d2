/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sample of this machine, from everything there is: the programs, the kernel's files, the
 * cgroups. Where programs cannot be had, the files alone still give an overview.
 */
#ifndef ZSWAPTOP_COLLECTOR_H
#define ZSWAPTOP_COLLECTOR_H

#include "live.h"
#include "options.h"
#include "source.h"

struct collector;

/* What is to be had from the programs. */
struct demand {
	const uint32_t *events; /* of every type the results, a bit each; NULL: none */
	bool by_cgroup;
	bool live_trace;    /* the source can trace; needs by_cgroup */
	bool only_events;   /* nobody looks at samples: what serves no event is not loaded */
	bool need_programs; /* the kernel's files alone are not enough */
};

/* Prints what is wrong to stderr, and returns NULL if there is nothing to collect. */
struct collector *collector_open(const struct options *o, const struct demand *demand);
void collector_close(struct collector *c);

/* The programs, or NULL where they could not be loaded. */
struct live *collector_live(const struct collector *c);

/* The same as what every reader of samples and events takes. */
struct source *collector_source(struct collector *c);

/* Says on stderr what went wrong, why, and what to do. */
void collector_say(const char *what, const struct trouble *t);

#endif
