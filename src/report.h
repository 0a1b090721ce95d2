/* SPDX-License-Identifier: GPL-2.0-only */
/* What "zswaptop report" writes. */
#ifndef ZSWAPTOP_REPORT_H
#define ZSWAPTOP_REPORT_H

#include <stdio.h>
#include "findings.h"
#include "summary.h"

#define REPORT_CGROUPS 10

/* zswap hands the request over; only few devices, such as zram and pmem, are done by then. */
#define REPORT_NOTE_SUBMIT                                                                        \
	"Swap-ins from disk and writebacks: the time until the disk was asked, not until it was " \
	"done (except zram, pmem)."

/* Histograms that a report shows, in this order. */
struct report_latency {
	const char *name;
	enum zt_histogram hist;
};
extern const struct report_latency report_latencies[];
extern const unsigned int nr_report_latencies;

/* Each 0, or -errno of the stream, or -ENOMEM; nothing is flushed. */

/* Lines of at most 72 columns, names from outside excepted. */
int report_write_text(FILE *out, const struct summary *s);

/* One line. */
int report_write_json(FILE *out, const struct summary *s);

#endif
