// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <string.h>
#include "event.h"
#include "json.h"
#include "metrics.h"
#include "output.h"
#include "utf8.h"

/* Digits of the largest 64-bit number. */
#define NUMBER_LEN 20

void json_start(struct json *j, FILE *out)
{
	/* Not the buffer: an event would pay for clearing it. */
	j->out = out;
	j->err = 0;
	j->comma = false;
	j->len = 0;
}

static void flush(struct json *j)
{
	errno = 0;
	if (!j->err && fwrite_unlocked(j->buf, 1, j->len, j->out) < j->len)
		j->err = errno ? -errno : -EIO;
	j->len = 0;
}

/* Room for len bytes, which are fewer than the buffer's. */
static char *reserve(struct json *j, size_t len)
{
	if (len > sizeof(j->buf) - j->len)
		flush(j);
	return j->buf + j->len;
}

static void put_long(struct json *j, const char *bytes, size_t len)
{
	while (len) {
		size_t part = len < sizeof(j->buf) ? len : sizeof(j->buf);

		memcpy(reserve(j, part), bytes, part);
		j->len += part;
		bytes += part;
		len -= part;
	}
}

static inline void put_bytes(struct json *j, const char *bytes, size_t len)
{
	if (len > sizeof(j->buf) - j->len) {
		put_long(j, bytes, len);
		return;
	}
	memcpy(j->buf + j->len, bytes, len);
	j->len += len;
}

static inline void put_char(struct json *j, char c)
{
	*reserve(j, 1) = c;
	j->len++;
}

static void put_text(struct json *j, const char *text)
{
	put_bytes(j, text, strlen(text));
}

/* "00" to "99": half as many divisions. */
static const char two_digits[] = "0001020304050607080910111213141516171819"
				 "2021222324252627282930313233343536373839"
				 "4041424344454647484950515253545556575859"
				 "6061626364656667686970717273747576777879"
				 "8081828384858687888990919293949596979899";

static void put_uint(struct json *j, uint64_t value)
{
	char digits[NUMBER_LEN], *p = digits + NUMBER_LEN;

	while (value >= 100) {
		p -= 2;
		memcpy(p, &two_digits[value % 100 * 2], 2);
		value /= 100;
	}
	if (value >= 10) {
		p -= 2;
		memcpy(p, &two_digits[value * 2], 2);
	} else {
		*--p = '0' + value;
	}
	put_bytes(j, p, digits + NUMBER_LEN - p);
}

int json_finish(struct json *j)
{
	put_char(j, '\n');
	flush(j);
	return j->err;
}

/* What goes before every value. */
static void put_name(struct json *j, const char *name)
{
	if (j->comma)
		put_char(j, ',');
	j->comma = true;
	if (!name)
		return;
	put_char(j, '"');
	put_text(j, name);
	put_bytes(j, "\":", 2);
}

static void begin(struct json *j, const char *name, char c)
{
	put_name(j, name);
	put_char(j, c);
	j->comma = false;
}

static void end(struct json *j, char c)
{
	put_char(j, c);
	j->comma = true;
}

void json_begin_object(struct json *j, const char *name)
{
	begin(j, name, '{');
}

void json_end_object(struct json *j)
{
	end(j, '}');
}

void json_begin_array(struct json *j, const char *name)
{
	begin(j, name, '[');
}

void json_end_array(struct json *j)
{
	end(j, ']');
}

void json_put_null(struct json *j, const char *name)
{
	put_name(j, name);
	put_text(j, "null");
}

void json_put_bool(struct json *j, const char *name, bool value)
{
	put_name(j, name);
	put_text(j, value ? "true" : "false");
}

void json_put_uint(struct json *j, const char *name, uint64_t value)
{
	put_name(j, name);
	put_uint(j, value);
}

void json_put_value(struct json *j, const char *name, uint64_t value)
{
	if (value == ABSENT)
		json_put_null(j, name);
	else
		json_put_uint(j, name, value);
}

void json_put_seconds(struct json *j, const char *name, uint64_t ns)
{
	char buf[OUTPUT_SECONDS_LEN];

	put_name(j, name);
	put_text(j, output_seconds(ns, buf));
}

/* A locale may have any decimal point, of several bytes too. */
static void put_without_locale(struct json *j, const char *number)
{
	static const char plain[] = "0123456789eE+-";

	while (*number) {
		size_t len = strspn(number, plain);

		put_bytes(j, number, len);
		number += len;
		len = strcspn(number, plain);
		if (len)
			put_char(j, '.');
		number += len;
	}
}

void json_put_real(struct json *j, const char *name, double value)
{
	char buf[64];

	if (!isfinite(value)) {
		json_put_null(j, name);
		return;
	}
	put_name(j, name);
	snprintf(buf, sizeof(buf), "%.15g", value);
	put_without_locale(j, buf);
}

/* Bytes that mean themselves, in ASCII. */
static const bool plain[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

/* One character that is not plain, n bytes long. */
static void put_special(struct json *j, const char *s, size_t n, uint32_t cp)
{
	static const char hex[] = "0123456789abcdef";
	char escape[] = "\\u00XX";

	if (cp == '"' || cp == '\\') {
		put_char(j, '\\');
		put_char(j, (char)cp);
	} else if (cp < 0xA0) {
		escape[4] = hex[cp >> 4];
		escape[5] = hex[cp & 15];
		put_bytes(j, escape, 6);
	} else if (n == 1) {
		put_text(j, UTF8_BAD_BYTES);
	} else {
		put_bytes(j, s, n);
	}
}

void json_put_bytes(struct json *j, const char *name, const char *value, size_t len)
{
	uint32_t cp;
	size_t n;

	put_name(j, name);
	put_char(j, '"');
	while (len) {
		for (n = 0; n < len && plain[(unsigned char)value[n]]; n++)
			;
		put_bytes(j, value, n);
		value += n;
		len -= n;
		n = utf8_decode(value, len, &cp);
		if (n)
			put_special(j, value, n, cp);
		value += n;
		len -= n;
	}
	put_char(j, '"');
}

void json_put_string(struct json *j, const char *name, const char *value)
{
	if (value)
		json_put_bytes(j, name, value, strlen(value));
	else
		json_put_null(j, name);
}

/* An empty text of a sample means "not known". */
static void known_string(struct json *j, const char *name, const char *value)
{
	json_put_string(j, name, *value ? value : NULL);
}

/* A family whose values are at v: N, or {LABEL_VALUE: N}. */
static void write_family(struct json *j, const char *name, const struct label *label,
			 const uint64_t *v)
{
	if (!label->name) {
		json_put_value(j, name, *v);
		return;
	}
	json_begin_object(j, name);
	for (unsigned int i = 0; i < label->n; i++)
		json_put_value(j, label->values[i], v[i]);
	json_end_object(j);
}

static bool family_same(const struct family *f, const struct sample *a, const struct sample *b)
{
	return !memcmp(&a->v[f->first], &b->v[f->first], f->label.n * sizeof(*a->v));
}

/* before: what is as it was there is left out; NULL: everything is written. So below. */
static void write_families(struct json *j, const struct sample *before, const struct sample *s)
{
	char buf[128];

	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];

		if (before && family_same(f, before, s))
			continue;
		write_family(j, metric_json_name(f->name, f->unit, buf, sizeof(buf)), &f->label,
			     &s->v[f->first]);
	}
}

static void write_histogram(struct json *j, const char *name, const struct sample *s,
			    unsigned int hist)
{
	const struct zt_hist *h = &s->hist[hist];

	if (!s->hist_present[hist]) {
		json_put_null(j, name);
		return;
	}
	json_begin_object(j, name);
	json_begin_array(j, "buckets");
	for (int i = 0; i < ZT_BUCKETS; i++)
		json_put_uint(j, NULL, h->count[i]);
	json_end_array(j);
	json_put_uint(j, "first_bound", 1ULL << histogram_families[hist].first);
	json_put_uint(j, "sum", h->sum);
	json_put_uint(j, "max", h->max);
	json_end_object(j);
}

/* Histograms of one name follow each other in the table. */
static bool same_name(unsigned int a, unsigned int b)
{
	return b < ZT_NR_HISTS && !strcmp(histogram_families[a].name, histogram_families[b].name);
}

static bool histograms_same(unsigned int first, unsigned int n, const struct sample *a,
			    const struct sample *b)
{
	return !memcmp(&a->hist[first], &b->hist[first], n * sizeof(*a->hist)) &&
	       !memcmp(&a->hist_present[first], &b->hist_present[first],
		       n * sizeof(*a->hist_present));
}

/* Those of one name, the first of which is at i. */
static void write_histogram_family(struct json *j, const struct sample *s, unsigned int i,
				   unsigned int n)
{
	const struct histogram_family *f = &histogram_families[i];
	char buf[128];
	const char *name = metric_json_name(f->name, f->unit, buf, sizeof(buf));

	if (!f->label) {
		write_histogram(j, name, s, i);
		return;
	}
	json_begin_object(j, name);
	for (unsigned int k = i; k < i + n; k++)
		write_histogram(j, histogram_families[k].label_value, s, k);
	json_end_object(j);
}

static void write_histograms(struct json *j, const struct sample *before, const struct sample *s)
{
	unsigned int n;

	for (unsigned int i = 0; i < ZT_NR_HISTS; i += n) {
		for (n = 1; same_name(i, i + n); n++)
			;
		if (!before || !histograms_same(i, n, before, s))
			write_histogram_family(j, s, i, n);
	}
}

static void write_kernel(struct json *j, const struct kernel_info *k)
{
	json_begin_object(j, "kernel");
	known_string(j, "release", k->release);
	known_string(j, "tree", k->tree);
	known_string(j, "invalidate_fast_path", k->fast_path);
	known_string(j, "compressor", k->compressor);
	known_string(j, "shrinker", k->shrinker);
	json_end_object(j);
}

static void write_swaps(struct json *j, const struct sample *s)
{
	json_begin_array(j, "swaps");
	for (size_t i = 0; i < s->nr_areas; i++) {
		const struct swap_area *a = &s->areas[i];

		json_begin_object(j, NULL);
		json_put_uint(j, "type", a->type);
		known_string(j, "device", a->device);
		json_put_value(j, "bytes", a->bytes);
		json_put_value(j, "used_bytes", a->used_bytes);
		json_put_value(j, "trees", a->trees);
		json_put_value(j, "trees_empty", a->trees_empty);
		json_end_object(j);
	}
	json_end_array(j);
}

/* A cgroup's histogram has neither sum nor max. */
static void write_buckets(struct json *j, const char *name, const uint32_t *count,
			  enum zt_histogram like)
{
	json_begin_object(j, name);
	json_begin_array(j, "buckets");
	for (int i = 0; i < ZT_BUCKETS; i++)
		json_put_uint(j, NULL, count[i]);
	json_end_array(j);
	json_put_uint(j, "first_bound", 1ULL << histogram_families[like].first);
	json_end_object(j);
}

static void write_cgroup(struct json *j, const struct cgroup_sample *c)
{
	json_begin_object(j, NULL);
	json_put_string(j, "cgroup", c->path);
	json_put_uint(j, "id", c->id);
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		const struct family *f = &cgroup_families[i];

		write_family(j, f->name + strlen("cgroup_"), &f->label, &c->n[f->first]);
	}
	json_put_value(j, "pool_bytes", c->pool_bytes);
	json_put_value(j, "stored_bytes", c->stored_bytes);
	if (c->limit_bytes == UNLIMITED)
		json_put_string(j, "limit_bytes", "max");
	else
		json_put_value(j, "limit_bytes", c->limit_bytes);
	json_put_value(j, "writeback", c->writeback);
	write_buckets(j, "store_ns", c->store_ns, ZT_H_STORE_NS);
	write_buckets(j, "load_ns", c->load_ns, ZT_H_LOAD_NS);
	json_put_bool(j, "gone", c->gone);
	json_end_object(j);
}

static void write_cgroups(struct json *j, const struct sample *s)
{
	if (!s->cgroups_present) {
		json_put_null(j, "cgroups");
		return;
	}
	json_begin_array(j, "cgroups");
	for (size_t i = 0; i < s->nr_cgroups; i++)
		write_cgroup(j, &s->cgroups[i]);
	json_end_array(j);
}

static void write_probes(struct json *j, const struct sample *s)
{
	json_begin_array(j, "probes");
	for (size_t i = 0; i < s->nr_probes; i++) {
		const struct probe_sample *p = &s->probes[i];

		json_begin_object(j, NULL);
		json_put_string(j, "probe", p->name);
		known_string(j, "symbol", p->symbol);
		json_put_bool(j, "attached", p->attached);
		known_string(j, "reason", p->reason);
		json_put_value(j, "missed_runs", p->missed);
		json_put_value(j, "runs", p->runs);
		json_put_value(j, "run_ns", p->run_ns);
		json_end_object(j);
	}
	json_end_array(j);
}

static void write_times(struct json *j, const struct sample *s)
{
	char time[OUTPUT_TIME_LEN];

	json_put_string(j, "time", output_time(&s->wall, time));
	json_put_uint(j, "monotonic_ns", s->mono_ns);
	if (s->interval_ns)
		json_put_seconds(j, "interval_s", s->interval_ns);
	else
		json_put_null(j, "interval_s");
}

static void write_metrics(struct json *j, const struct sample *before, const struct sample *s)
{
	json_begin_object(j, "metrics");
	write_families(j, before, s);
	write_histograms(j, before, s);
	json_end_object(j);
}

int json_write_sample(FILE *out, const struct sample *s)
{
	struct json j;

	json_start(&j, out);
	json_begin_object(&j, NULL);
	json_put_uint(&j, "schema", JSON_SCHEMA);
	write_times(&j, s);
	write_kernel(&j, &s->kernel);
	write_metrics(&j, NULL, s);
	write_swaps(&j, s);
	write_cgroups(&j, s);
	write_probes(&j, s);
	json_end_object(&j);
	return json_finish(&j);
}

static bool areas_same(const struct sample *a, const struct sample *b)
{
	if (a->nr_areas != b->nr_areas)
		return false;
	for (size_t i = 0; i < a->nr_areas; i++) {
		const struct swap_area *x = &a->areas[i], *y = &b->areas[i];

		if (x->type != y->type || strcmp(x->device, y->device) || x->bytes != y->bytes ||
		    x->used_bytes != y->used_bytes || x->trees != y->trees ||
		    x->trees_empty != y->trees_empty)
			return false;
	}
	return true;
}

static bool probes_same(const struct sample *a, const struct sample *b)
{
	if (a->nr_probes != b->nr_probes)
		return false;
	for (size_t i = 0; i < a->nr_probes; i++) {
		const struct probe_sample *x = &a->probes[i], *y = &b->probes[i];

		if (strcmp(x->name, y->name) || strcmp(x->symbol, y->symbol) ||
		    strcmp(x->reason, y->reason) || x->attached != y->attached ||
		    x->missed != y->missed || x->runs != y->runs || x->run_ns != y->run_ns)
			return false;
	}
	return true;
}

int json_write_recorded(FILE *out, const struct sample *before, const struct sample *s,
			json_cgroups_fn *cgroups, void *arg)
{
	struct json j;

	json_start(&j, out);
	json_begin_object(&j, NULL);
	if (!before) {
		json_put_uint(&j, "schema", JSON_SCHEMA);
		json_put_bool(&j, "full", true);
	}
	write_times(&j, s);
	if (!before || memcmp(&before->kernel, &s->kernel, sizeof(s->kernel)))
		write_kernel(&j, &s->kernel);
	write_metrics(&j, before, s);
	if (!before || !areas_same(before, s))
		write_swaps(&j, s);
	cgroups(&j, arg);
	if (!before || !probes_same(before, s))
		write_probes(&j, s);
	json_end_object(&j);
	return json_finish(&j);
}

static const char *name_of(const char *const *names, unsigned int n, unsigned int i)
{
	return i < n ? names[i] : "?";
}

static void write_detail(struct json *j, const struct zt_event *e)
{
	if (e->type == ZT_EV_WRITEBACK) {
		json_put_string(j, "trigger", name_of(trigger_names, ZT_NR_TRIGGERS, e->detail));
	} else if (e->type == ZT_EV_TREE) {
		json_put_string(j, "cause", name_of(cause_names, ZT_NR_CAUSES, e->detail));
		json_put_uint(j, "height_before", e->height_before);
		json_put_uint(j, "height_after", e->height_after);
	}
}

/* The name of a member that is not the first, of a length known here: events are many. */
#define PUT_NAME(j, name) put_bytes(j, ",\"" name "\":", sizeof(",\"" name "\":") - 1)

static void put_value(struct json *j, uint64_t value)
{
	if (value == ABSENT)
		put_bytes(j, "null", 4);
	else
		put_uint(j, value);
}

static void write_page(struct json *j, const struct zt_event *e)
{
	PUT_NAME(j, "swap");
	put_uint(j, e->swap);
	PUT_NAME(j, "offset");
	put_uint(j, e->offset);
	PUT_NAME(j, "pages");
	put_uint(j, e->pages);
	PUT_NAME(j, "bytes");
	put_value(j, e->bytes == ZT_NO_U32 ? ABSENT : e->bytes);
	PUT_NAME(j, "latency_ns");
	put_value(j, e->latency_ns);
}

int json_write_event(FILE *out, const struct zt_event *e, const char *cgroup_path)
{
	struct json j;

	_Static_assert(ZT_NO_U64 == ABSENT, "put_value() writes null for both");
	json_start(&j, out);
	json_begin_object(&j, NULL);
	json_put_uint(&j, "time_ns", e->time_ns);
	json_put_string(&j, "event", event_type_name(e->type));
	json_put_string(&j, "result", event_result_name(e->type, e->result));
	write_page(&j, e);
	json_put_string(&j, "cgroup", cgroup_path);
	PUT_NAME(&j, "cgroup_id");
	put_value(&j, e->cgroup_id);
	PUT_NAME(&j, "pid");
	put_uint(&j, e->pid);
	json_put_bytes(&j, "comm", e->comm, strnlen(e->comm, sizeof(e->comm)));
	PUT_NAME(&j, "cpu");
	put_uint(&j, e->cpu);
	write_detail(&j, e);
	json_end_object(&j);
	return json_finish(&j);
}
