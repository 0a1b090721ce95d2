// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#include "metrics.h"
#include "openmetrics.h"

static const struct {
	const char *name;
	const char *suffix; /* of the points, not of the family */
} types[] = {
	[EXPOSITION_COUNTER] = {"counter", "_total"},
	[EXPOSITION_GAUGE] = {"gauge", ""},
	[EXPOSITION_HISTOGRAM] = {"histogram", ""},
	[EXPOSITION_INFO] = {"info", "_info"},
};

static bool has_suffix(const char *s, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && !strncmp(s + len - n, suffix, n);
}

static void put_head(const struct exposition *e)
{
	static const char *const units[] = {"seconds", "bytes"};
	const char *suffix = types[e->type].suffix;
	size_t len = strlen(e->name);

	if (has_suffix(e->name, len, suffix))
		len -= strlen(suffix);
	fprintf(e->out, "# TYPE " METRIC_PREFIX "%.*s %s\n", (int)len, e->name,
		types[e->type].name);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (has_suffix(e->name, len, units[i]))
			fprintf(e->out, "# UNIT " METRIC_PREFIX "%.*s %s\n", (int)len, e->name,
				units[i]);
	fprintf(e->out, "# HELP " METRIC_PREFIX "%.*s %s\n", (int)len, e->name, e->help);
}

static void put_eof(const struct exposition *e)
{
	fputs("# EOF\n", e->out);
}

static const struct exposition_format format = {
	.family = put_head,
	.point = exposition_put_point,
	.end = put_eof,
};

int openmetrics_write(FILE *out, const struct sample *s, const struct export_options *o)
{
	return exposition_write(out, s, o, &format, NULL);
}
