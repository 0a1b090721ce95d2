/* SPDX-License-Identifier: GPL-2.0-only */
/* What a recording comes to: its first and last sample, and what it had in between. */
#ifndef ZSWAPTOP_SUMMARY_H
#define ZSWAPTOP_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "recording.h"
#include "sample.h"

struct summary {
	const char *file;
	struct recording *recording; /* whose header and end it uses */
	struct sample first, last;
	size_t samples;
	uint64_t duration_ns; /* from the first sample to the last */
	/*
	 * When the pool was closest to its limit; ABSENT: never known, or empty in every sample
	 * although pages were stored.
	 */
	uint64_t pool_bytes, pool_limit;
	size_t full_samples; /* in so many the pool refused stores */
	size_t off_samples;  /* in so many zswap was off */
	uint64_t zram_bytes; /* the most swap on zram; ABSENT: never known */
};

/* What zswap_invalidate() did about the locks of trees. ABSENT: cannot be told. */
struct lock_account {
	uint64_t taken;	    /* calls that took the lock */
	uint64_t fast_path; /* calls that the fast path saved, or would have saved */
	uint64_t lockless;  /* of the calls taken, those a lockless lookup would save besides */
	bool has_fast_path; /* this kernel has it */
};

/*
 * Reads all of a recording. 0, or -1 with the reason in why; summary_close() is needed in any case.
 * The file's name must outlive the summary.
 */
int summary_read(struct summary *s, const char *file, char *why, size_t size);
void summary_close(struct summary *s);

/* The same for a recording that is open, which the summary takes over, also on failure. */
int summary_take(struct summary *s, const char *file, struct recording *recording, char *why,
		 size_t size);

/* The difference of a counter over the recording; ABSENT where it is not known. */
uint64_t summary_diff(const struct summary *s, unsigned int value);

/* The same for n values together; ABSENT if none is known. */
uint64_t summary_sum(const struct summary *s, unsigned int first, unsigned int n);

/* Observations of a histogram, their mean (NAN if there are none), and quantiles. */
uint64_t summary_observations(const struct summary *s, enum zt_histogram hist);
double summary_mean(const struct summary *s, enum zt_histogram hist);
uint64_t summary_quantile(const struct summary *s, enum zt_histogram hist, double share);

void summary_locks(const struct summary *s, struct lock_account *locks);

/* Runs of the probes' programs that the kernel skipped; ABSENT if not known of any. */
uint64_t summary_missed(const struct summary *s);

/* Time in, and runs of, the programs; ABSENT without --self-cost. */
uint64_t summary_run_ns(const struct summary *s);
uint64_t summary_runs(const struct summary *s);

/* A parameter of zswap as of the beginning, or NULL. */
const char *summary_parameter(const struct summary *s, const char *name);

/* What a cgroup did during the recording. */
struct cgroup_summary {
	const struct cgroup_sample *last;
	uint64_t n[ZT_NR_CG_COUNTERS];
	uint64_t refused, skipped; /* sums over the reasons */
	uint64_t activity;
};

/*
 * The cgroups that did something, the busiest first. Their number, or -1 without memory; list
 * belongs to the caller.
 */
long summary_cgroups(const struct summary *s, struct cgroup_summary **list);

#endif
