// SPDX-License-Identifier: GPL-2.0-only
#include "metrics.h"
#include "prometheus.h"

static const char *const type_names[] = {
	[EXPOSITION_COUNTER] = "counter",
	[EXPOSITION_GAUGE] = "gauge",
	[EXPOSITION_HISTOGRAM] = "histogram",
	/* This format has no type for it. */
	[EXPOSITION_INFO] = "gauge",
};

static void put_head(const struct exposition *e)
{
	fprintf(e->out, "# HELP " METRIC_PREFIX "%s %s\n", e->name, e->help);
	fprintf(e->out, "# TYPE " METRIC_PREFIX "%s %s\n", e->name, type_names[e->type]);
}

static const struct exposition_format format = {
	.family = put_head,
	.point = exposition_put_point,
};

int prometheus_write(FILE *out, const struct sample *s, const struct export_options *o)
{
	return exposition_write(out, s, o, &format, NULL);
}
