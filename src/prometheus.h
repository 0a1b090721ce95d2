/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZSWAPTOP_PROMETHEUS_H
#define ZSWAPTOP_PROMETHEUS_H

#include "exposition.h"

/*
 * A sample in Prometheus' text format 0.0.4, fit for node_exporter's textfile collector: no time
 * stamps, counters named in full on TYPE lines, times in seconds. What is not known is left out.
 * 0, -ENOMEM, or -errno of the stream; it is not flushed.
 */
int prometheus_write(FILE *out, const struct sample *s, const struct export_options *o);

#endif
