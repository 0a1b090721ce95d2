// SPDX-License-Identifier: GPL-2.0-only
#include <bpf/libbpf.h>
#include "csv.h"
#include "json.h"
#include "openmetrics.h"
#include "prometheus.h"
#include "writer.h"

void writer_init(struct writer *w, const struct options *o)
{
	*w = (struct writer){
		.format = o->format,
		.options = {.by_cgroup = o->by_cgroup,
			    .match = o->has_match ? &o->match : NULL,
			    .depth = o->depth,
			    .libbpf_version = libbpf_version_string()},
	};
}

int writer_put(struct writer *w, FILE *out, const struct sample *s)
{
	int err;

	switch (w->format) {
	case FORMAT_OPENMETRICS:
		return openmetrics_write(out, s, &w->options);
	case FORMAT_JSON:
		return json_write_sample(out, s);
	case FORMAT_CSV:
		/* a file is whole each time, a stream goes on */
		err = w->stream && w->header_out ? 0 : csv_write_header(out);
		w->header_out = true;
		return err ? err : csv_write(out, s, &w->options);
	default:
		return prometheus_write(out, s, &w->options);
	}
}
