/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recordings: gzip'ed lines of JSON, read as a source of samples and events. The file may come
 * from anyone: nothing in it is believed before it was checked.
 *
 * The first line tells of the machine and the run (see recorder_start() in src/recorder.c). Then
 * follow, in the order in which they happened:
 *
 *   {"schema":1,"full":true,"time":...}  a sample as of "zswaptop top --json"; "cgroups" differs
 *   {"time":...}                         the same, without what did not change since the sample
 *                                        before; counters are cumulative as ever
 *   {"time_ns":...,"event":...}          an event as of "zswaptop trace --json"; it happened
 *                                        before the sample that follows
 *   {"end":...}                          why it ended; missing where the recorder was killed
 *
 * A full sample is the first of its gzip member, so that reading can begin there; every 300th
 * sample, and the first, are full.
 *
 * "cgroups" of a sample: each cgroup has an index from 0 on, given by "names" (index, cgroup, id,
 * gone). Everything else is columns: element i of an array belongs to the cgroup with index i, and
 * what an array lacks at its end has not changed. Counters are differences to the sample before,
 * in a full sample to 0; null: not known from now on. What grows a file most is not in every
 * sample; the last and the full ones have it, others at most every so many ms for each cgroup
 * known, and till then the old values stand: 50 ms   pool_bytes, stored_bytes, limit_bytes,
 * writeback: as they are; store_compressed_bytes_total: what was added since it was last written
 *   300 ms  store_ns, load_ns: the same, {BUCKET: column}
 */
#ifndef ZSWAPTOP_RECORDING_H
#define ZSWAPTOP_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include "source.h"

#define RECORDING_MAX_PARAMETERS 32

/* What the first line says. Texts are empty, numbers ABSENT, where it does not say. */
struct recording_header {
	char version[32]; /* of the zswaptop that recorded */
	uint64_t interval_ns;
	bool events;
	char cgroup[4096];
	char command[1024]; /* its words joined by blanks */
	uint64_t memory_bytes;
	uint64_t cpus;
	struct {
		char name[40];
		char value[64];
	} parameters[RECORDING_MAX_PARAMETERS]; /* of zswap */
	unsigned int nr_parameters;
};

/* What the last line says. */
struct recording_end {
	bool there;	 /* false: the recording breaks off, or its end was not read yet */
	char why[16];	 /* "stopped", "duration", "count", "command" */
	uint64_t status; /* of the command; ABSENT: there was none */
	uint64_t cpu_ns; /* that the recorder itself used; ABSENT: not said */
};

struct recording;

/*
 * Opens a recording and reads its first line. index: reads all of it once, so that its source can
 * seek and knows the number of samples; without, only to go through it once. NULL: why says the
 * reason.
 */
struct recording *recording_open(const char *path, bool index, char *why, size_t size);

/* The same for what is in memory; plain: not compressed. */
struct recording *recording_open_memory(const void *data, size_t len, bool plain, bool index,
					char *why, size_t size);
void recording_close(struct recording *r);

const struct recording_header *recording_header(const struct recording *r);
const struct recording_end *recording_end(const struct recording *r);

/*
 * Its samples and events. sample() and seek() return -EBADMSG where the file is wrong, which
 * recording_why() tells; what they handed out belongs to the caller, but the names of its probes
 * live as long as the recording.
 */
struct source *recording_source(struct recording *r);

/*
 * Goes to the next sample without copying it. It lasts until the next step, and its cgroups are in
 * no order. 0, 1 at the end, or -errno.
 */
int recording_step(struct recording *r, const struct sample **s);

/* A copy of the sample that the last step led to, its cgroups sorted by path. 0 or -ENOMEM. */
int recording_copy(const struct recording *r, struct sample *s);

/* What was wrong: "line 12: ..." */
const char *recording_why(const struct recording *r);

/* Events are dropped unless wanted; those between two samples are held in memory. */
void recording_want_events(struct recording *r, bool want);

/* Of an indexed recording: CLOCK_REALTIME of its first sample, in ns. */
uint64_t recording_start(const struct recording *r);

/*
 * Of an indexed recording: the first sample at or after a moment, or the number of samples if there
 * is none. CLOCK_REALTIME in ns, or, where offset, ns from the first sample on.
 */
size_t recording_find(const struct recording *r, uint64_t ns, bool offset);

#endif
