/* SPDX-License-Identifier: GPL-2.0-only */
/* The screens: over a live kernel, or over a recording. */
#ifndef ZSWAPTOP_SCREEN_SCREEN_H
#define ZSWAPTOP_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include "source.h"

struct screen_setup {
	struct source *source;
	uint64_t interval_ns; /* live */
	uint64_t count;	      /* leave after so many refreshes; 0: no end */
	bool restricted;      /* cgroups and events are of one cgroup and those below */
	const char *name; /* shown in the title: of the host, or of the recording; may be NULL */
	size_t start;	  /* of a recording: the sample to begin with */
	double speed;	  /* of a recording: play it, so many times as fast; 0: stand still */
};

/* Can screens be shown on standard input and output? */
bool screen_usable(void);

/*
 * The results of events that screens want to have from a live kernel: the rare ones, a bit each
 * (see struct zt_config).
 */
void screen_events(uint32_t events[ZT_NR_EVENTS]);

/*
 * Shows the screens until told to leave: by a key, by a signal, at the end of count. loop_start()
 * was called before. 0; or -errno, when a sample could not be taken or the terminal not be taken
 * over: it is given back then, and nothing was printed.
 */
int screen_run(const struct screen_setup *setup);

#endif
