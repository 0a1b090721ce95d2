// SPDX-License-Identifier: GPL-2.0-only
/* A point as a line of Prometheus' and OpenMetrics' text. */
#include <string.h>
#include "exposition.h"
#include "metrics.h"
#include "utf8.h"

static void put_label_value(FILE *out, const char *s)
{
	size_t len = strlen(s), n;
	uint32_t cp;

	for (; (n = utf8_decode(s, len, &cp)); s += n, len -= n) {
		if (n == 1 && cp == UTF8_BAD)
			fputs(UTF8_BAD_BYTES, out);
		else if (cp == '\n')
			fputs("\\n", out);
		else {
			if (cp == '"' || cp == '\\')
				fputc('\\', out);
			fwrite(s, 1, n, out);
		}
	}
}

void exposition_put_point(const struct exposition *e, const struct exposition_point *p)
{
	char before = '{';

	fprintf(e->out, METRIC_PREFIX "%s%s", e->name, p->suffix);
	for (unsigned int i = 0; i < p->nr_labels; i++) {
		const struct exposition_label *l = &p->labels[i];

		/* To Prometheus an empty label and none are the same. */
		if (!l->value || !*l->value)
			continue;
		fprintf(e->out, "%c%s=\"", before, l->name);
		put_label_value(e->out, l->value);
		fputc('"', e->out);
		before = ',';
	}
	fprintf(e->out, "%s %s\n", before == ',' ? "}" : "", p->value);
}
