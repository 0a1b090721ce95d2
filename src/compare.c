// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <string.h>
#include "compare.h"
#include "format.h"
#include "json.h"
#include "output.h"
#include "report.h"
#include "text.h"
#include "wrap.h"

#define OVERLAP "~"

static void measure(const struct figure *f, const struct recording_set *set, struct spread *s)
{
	double sum = 0, squares = 0;

	s->n = set->n;
	s->min = s->max = f->value(&set->list[0], f);
	for (unsigned int i = 0; i < set->n; i++) {
		double value = f->value(&set->list[i], f);

		sum += value;
		s->min = value < s->min ? value : s->min;
		s->max = value > s->max ? value : s->max;
	}
	s->mean = sum / set->n;
	for (unsigned int i = 0; i < set->n; i++) {
		double d = f->value(&set->list[i], f) - s->mean;

		squares += d * d;
	}
	s->sd = set->n > 1 ? sqrt(squares / (set->n - 1)) : NAN;
	if (isnan(s->mean))
		s->min = s->max = s->sd = NAN;
}

void compare_figure(const struct figure *f, const struct recording_set *a,
		    const struct recording_set *b, struct comparison *c)
{
	measure(f, a, &c->a);
	measure(f, b, &c->b);
	c->percent = c->a.mean > 0 ? 100 * (c->b.mean - c->a.mean) / c->a.mean : NAN;
	/* false where either is not known */
	c->overlap = c->a.min <= c->b.max && c->b.min <= c->a.max;
}

static const char *format_plain(double value, char *buf)
{
	if (value >= 1e6)
		return format_count(value < 1e18 ? (uint64_t)(value + 0.5) : (uint64_t)1e18, buf);
	snprintf(buf, FORMAT_LEN, "%.*f", value == floor(value) || value >= 1e4 ? 0 : 1, value);
	return buf;
}

static const char *format_value(double value, enum figure_unit unit, char *buf)
{
	uint64_t whole = value >= 0 && value < 1e18 ? (uint64_t)(value + 0.5) : ABSENT;

	if (isnan(value))
		whole = ABSENT;
	switch (unit) {
	case FIGURE_BYTES:
		return format_bytes(whole, buf);
	case FIGURE_NS:
		return format_ns(whole, buf);
	case FIGURE_SECONDS:
		snprintf(buf, FORMAT_LEN, "%.*fs", value < 10 ? 3 : 2, value);
		break;
	case FIGURE_PERCENT:
		snprintf(buf, FORMAT_LEN, "%.1f%%", value);
		break;
	default:
		format_plain(value, buf);
	}
	if (isnan(value))
		snprintf(buf, FORMAT_LEN, "n/a");
	return buf;
}

/* The distance of a set's recordings from each other; "-" of one recording. */
static const char *format_sd(const struct spread *s, enum figure_unit unit, char *buf)
{
	if (!isnan(s->sd))
		return format_value(s->sd, unit, buf);
	snprintf(buf, FORMAT_LEN, isnan(s->mean) ? "n/a" : "-");
	return buf;
}

static const char *format_difference(double percent, char *buf)
{
	if (isnan(percent))
		snprintf(buf, FORMAT_LEN, "-");
	else if (fabs(percent) < 9999.95)
		/* no "-0.0%" */
		snprintf(buf, FORMAT_LEN, "%+.1f%%", fabs(percent) < 0.05 ? 0 : percent);
	else
		snprintf(buf, FORMAT_LEN, "%s", percent > 0 ? ">+9999%" : "<-9999%");
	return buf;
}

static bool worth_a_row(const struct comparison *c)
{
	bool a = !isnan(c->a.mean), b = !isnan(c->b.mean);

	return (a && c->a.max > 0) || (b && c->b.max > 0) || (a != b);
}

/* Of single recordings nobody knows how far others would be from them. */
static bool tells_chance(const struct comparison *c)
{
	return c->a.n > 1 && c->b.n > 1 && !isnan(c->a.mean) && !isnan(c->b.mean);
}

static bool marked(const struct comparison *c)
{
	return c->overlap && tells_chance(c) && !isnan(c->percent);
}

static void print_row(FILE *out, const struct figure *f, const struct comparison *c)
{
	char x[5][FORMAT_LEN];

	fprintf(out, "%-20s %10s %9s %10s %9s %8s%s\n", f->name,
		format_value(c->a.mean, f->unit, x[0]), format_sd(&c->a, f->unit, x[1]),
		format_value(c->b.mean, f->unit, x[2]), format_sd(&c->b, f->unit, x[3]),
		format_difference(c->percent, x[4]), marked(c) ? OVERLAP : "");
}

static bool same_kernel(const struct recording_set *set)
{
	for (unsigned int i = 1; i < set->n; i++)
		if (strcmp(set->list[i].last.kernel.release, set->list[0].last.kernel.release))
			return false;
	return true;
}

static bool same_command(const struct recording_set *set)
{
	const char *first = recording_header(set->list[0].recording)->command;

	for (unsigned int i = 1; i < set->n; i++)
		if (strcmp(recording_header(set->list[i].recording)->command, first))
			return false;
	return true;
}

static const char *known(const char *text)
{
	return *text ? text : "n/a";
}

static void print_command(FILE *out, const struct recording_set *set)
{
	const char *first = recording_header(set->list[0].recording)->command;
	bool same = same_command(set);
	char clean[1100], line[1200];

	if (same && !*first)
		return;
	snprintf(line, sizeof(line), "%s%s", same ? "" : "several commands, the first: ",
		 known(text_clean(first, clean, sizeof(clean))));
	wrap_text(out, "   ", line);
}

static void print_set(FILE *out, char name, const struct recording_set *set)
{
	const struct summary *s = &set->list[0];
	char prefix[] = {name, ' ', ' ', 0}, line[200];

	if (!same_kernel(set))
		snprintf(line, sizeof(line), "%u recordings, of several kernels", set->n);
	else
		snprintf(line, sizeof(line), "%u recording%s, %s, %s, fast path %s", set->n,
			 set->n == 1 ? "" : "s", known(s->last.kernel.release),
			 known(s->last.kernel.compressor), known(s->last.kernel.fast_path));
	wrap_text(out, prefix, line);
	print_command(out, set);
}

static void print_notes(FILE *out, unsigned int notes, bool overlap, const struct recording_set *a,
			const struct recording_set *b)
{
	if (overlap)
		fprintf(out, "%s  the ranges of A and B overlap: the difference may be chance\n",
			OVERLAP);
	if (a->n == 1 || b->n == 1)
		fprintf(out, "%s: no difference can be told from chance\n",
			a->n > 1   ? "B is a single recording"
			: b->n > 1 ? "A is a single recording"
				   : "A and B are one recording each");
	if (notes & NOTE_BUCKETS)
		fputs("p99: upper bound of a bucket; buckets double, so sd 0ns says little\n", out);
	if (notes & NOTE_SUBMIT)
		wrap_text(out, "", REPORT_NOTE_SUBMIT);
}

int compare_write_text(FILE *out, const struct recording_set *a, const struct recording_set *b)
{
	unsigned int notes = 0;
	struct comparison c;
	bool overlap = false;

	errno = 0;
	print_set(out, 'A', a);
	print_set(out, 'B', b);
	fprintf(out, "\n%-20s %10s %9s %10s %9s %8s\n", "", "A, mean", "sd", "B, mean", "sd",
		"B to A");
	for (unsigned int i = 0; i < nr_figures; i++) {
		compare_figure(&figures[i], a, b, &c);
		if (!worth_a_row(&c))
			continue;
		print_row(out, &figures[i], &c);
		notes |= figures[i].notes;
		overlap |= marked(&c);
	}
	print_notes(out, notes, overlap, a, b);
	return output_status(out);
}

static void write_files(struct json *j, const char *name, const struct recording_set *set)
{
	json_begin_array(j, name);
	for (unsigned int i = 0; i < set->n; i++) {
		const struct summary *s = &set->list[i];

		json_begin_object(j, NULL);
		json_put_string(j, "file", s->file);
		json_put_string(j, "release",
				*s->last.kernel.release ? s->last.kernel.release : NULL);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_spread(struct json *j, const char *name, const struct spread *s)
{
	json_begin_object(j, name);
	json_put_real(j, "mean", s->mean);
	json_put_real(j, "sd", s->sd);
	json_put_real(j, "min", s->min);
	json_put_real(j, "max", s->max);
	json_end_object(j);
}

int compare_write_json(FILE *out, const struct recording_set *a, const struct recording_set *b)
{
	struct comparison c;
	struct json j;

	json_start(&j, out);
	json_begin_object(&j, NULL);
	json_put_uint(&j, "schema", JSON_SCHEMA);
	write_files(&j, "a", a);
	write_files(&j, "b", b);
	json_begin_object(&j, "figures");
	for (unsigned int i = 0; i < nr_figures; i++) {
		compare_figure(&figures[i], a, b, &c);
		json_begin_object(&j, figures[i].id);
		write_spread(&j, "a", &c.a);
		write_spread(&j, "b", &c.b);
		json_put_real(&j, "difference_percent", c.percent);
		if (tells_chance(&c))
			json_put_bool(&j, "overlap", c.overlap);
		else
			json_put_null(&j, "overlap");
		json_end_object(&j);
	}
	json_end_object(&j);
	json_end_object(&j);
	return json_finish(&j);
}
