/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a recording; src/recording.h has the format. */
#ifndef ZSWAPTOP_RECORDER_H
#define ZSWAPTOP_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "sample.h"

struct plan;
struct recorder;

/* What the first line tells of the run. */
struct recorder_start {
	uint64_t interval_ns;
	bool events;		    /* are recorded */
	const char *cgroup;	    /* of --cgroup; NULL: all */
	const char *const *command; /* ends with NULL; NULL: none */
	const struct plan *plan;    /* NULL: no programs */
	const char *parameters;	    /* the directory of zswap's parameters */
	uint64_t memory_bytes;
	unsigned int cpus;
};

/* Why it ended: "stopped", "duration", "count" or "command". */
struct recorder_end {
	const char *why;
	int status;	 /* of the command, as a shell has it; -1: there was none */
	uint64_t cpu_ns; /* that the recorder itself used */
};

/* Opens the file, which keeps its contents until recorder_start(). NULL: why says the reason. */
struct recorder *recorder_open(const char *path, char *why, size_t size);

/*
 * Empties the file and writes its first line. first: the first sample, which is not written yet.
 * 0 or -errno, as in all that follows; after an error the file ends with its last whole sample,
 * and every further call returns that error.
 */
int recorder_start(struct recorder *r, const struct recorder_start *start,
		   const struct sample *first);

/*
 * Writes a sample and hands it to the kernel; takes it over, also on failure. last: also what is
 * otherwise written now and then.
 */
int recorder_sample(struct recorder *r, struct sample *s, bool last);

/* Writes an event, which is handed over with the next sample. cgroup: its path, or NULL. */
int recorder_event(struct recorder *r, const struct zt_event *e, const char *cgroup);

/* Writes the last line. */
int recorder_end(struct recorder *r, const struct recorder_end *end);

/* What was written so far. */
uint64_t recorder_samples(const struct recorder *r);
uint64_t recorder_events(const struct recorder *r);
off_t recorder_bytes(const struct recorder *r);

/* Ends the file and frees. 0 or -errno. Does nothing with NULL. */
int recorder_close(struct recorder *r);

#endif
