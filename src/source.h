/* SPDX-License-Identifier: GPL-2.0-only */
/* Where samples and events come from: a live kernel (src/collector.c) or a recording. */
#ifndef ZSWAPTOP_SOURCE_H
#define ZSWAPTOP_SOURCE_H

#include <stdbool.h>
#include "sample.h"

typedef void source_event_fn(const struct zt_event *event, const char *cgroup, void *arg);
typedef bool source_traced_fn(const char *cgroup, void *arg);

struct source {
	/*
	 * The next sample, which the caller frees with sample_free(): of a live kernel the
	 * present, of a recording the following one. 0, -errno, or 1 at the end of a recording.
	 */
	int (*sample)(struct source *source, struct sample *s);
	/*
	 * Hands out the events since the last call (of a recording: up to the last sample handed
	 * out). Their number, or -errno. NULL: there are none.
	 */
	int (*events)(struct source *source, source_event_fn *fn, void *arg);
	/*
	 * From now on events() also hands out every event of the cgroups that the function says
	 * yes to, which is asked again at every sample; NULL: no longer. NULL: cannot be had.
	 */
	void (*trace)(struct source *source, source_traced_fn *traced, void *arg);
	/* The path of a cgroup, or NULL. Valid until the next call. */
	const char *(*cgroup_path)(struct source *source, uint64_t id);
	/*
	 * Looks at n trees (ZT_WALK_TREES at most) of a swap area, from the first on, and counts
	 * their entries. 0 or -errno. NULL: cannot be had.
	 */
	int (*trees)(struct source *source, uint32_t swap, uint64_t first, unsigned int n,
		     const struct zt_cell **cells);
	/* Goes to a sample of a recording, which sample() then hands out. NULL: live. */
	int (*seek)(struct source *source, size_t index);
	size_t nr_samples; /* of a recording; 0: live */
	size_t position;   /* index of the last sample handed out */
};

#endif
