/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZSWAPTOP_OPENMETRICS_H
#define ZSWAPTOP_OPENMETRICS_H

#include "exposition.h"

/*
 * A sample as OpenMetrics 1.0 text, which is no variant of Prometheus' format: node_exporter's
 * textfile collector does not take it. What is not known is left out; ends with "# EOF".
 * 0, -ENOMEM, or -errno of the stream; it is not flushed.
 */
int openmetrics_write(FILE *out, const struct sample *s, const struct export_options *o);

#endif
