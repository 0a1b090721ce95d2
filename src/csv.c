// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include "csv.h"
#include "metrics.h"
#include "output.h"
#include "utf8.h"

#define EOL "\r\n"

/* What is inside of quotes. */
static void put_inside(FILE *out, const char *s)
{
	size_t len = strlen(s), n;
	uint32_t cp;

	for (; (n = utf8_decode(s, len, &cp)); s += n, len -= n) {
		if (n == 1 && cp == UTF8_BAD) {
			fputs(UTF8_BAD_BYTES, out);
			continue;
		}
		if (cp == '"')
			fputc('"', out);
		fwrite(s, 1, n, out);
	}
}

/* Spreadsheets run what begins so; a name of a cgroup is anyone's text. */
static bool is_formula(const char *s)
{
	return *s && strchr("=+-@\t\r", *s);
}

static void put_field(FILE *out, const char *s)
{
	bool quote = is_formula(s) || strpbrk(s, ",\"\r\n");

	if (quote)
		fputc('"', out);
	if (is_formula(s))
		fputc('\'', out);
	put_inside(out, s);
	if (quote)
		fputc('"', out);
}

static bool is_cgroup(const struct exposition_label *l)
{
	return !strcmp(l->name, "cgroup");
}

static void put_cgroup(FILE *out, const struct exposition_point *p)
{
	for (unsigned int i = 0; i < p->nr_labels; i++)
		if (is_cgroup(&p->labels[i]))
			put_field(out, p->labels[i].value);
}

/* All labels but the cgroup, which has its own column; every name is a plain word. */
static void put_labels(FILE *out, const struct exposition_point *p)
{
	bool quote = false;
	const char *before = "";

	for (unsigned int i = 0; i < p->nr_labels; i++)
		if (p->labels[i].value && strpbrk(p->labels[i].value, ",\"\r\n"))
			quote |= !is_cgroup(&p->labels[i]);
	if (quote)
		fputc('"', out);
	for (unsigned int i = 0; i < p->nr_labels; i++) {
		const struct exposition_label *l = &p->labels[i];

		if (is_cgroup(l) || !l->value || !*l->value)
			continue;
		fprintf(out, "%s%s=", before, l->name);
		put_inside(out, l->value);
		before = ";";
	}
	if (quote)
		fputc('"', out);
}

static void put_row(const struct exposition *e, const struct exposition_point *p)
{
	fprintf(e->out, "%s,", (const char *)e->arg);
	put_cgroup(e->out, p);
	fprintf(e->out, "," METRIC_PREFIX "%s%s,", e->name, p->suffix);
	put_labels(e->out, p);
	fprintf(e->out, ",%s" EOL, p->value ? p->value : "");
}

static const struct exposition_format format = {
	.absent = true,
	.point = put_row,
};

int csv_write_header(FILE *out)
{
	errno = 0;
	fputs("time,cgroup,metric,label,value" EOL, out);
	return output_status(out);
}

int csv_write(FILE *out, const struct sample *s, const struct export_options *o)
{
	char time[OUTPUT_TIME_LEN];

	return exposition_write(out, s, o, &format, output_time(&s->wall, time));
}
