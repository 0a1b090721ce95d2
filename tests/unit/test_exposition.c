// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prometheus' and OpenMetrics' text. "test_exposition prometheus" and "test_exposition openmetrics"
 * print the sample that holds everything, for the tools of tests/unit/test_promtool.sh.
 */
#include <errno.h>
#include "fixture.h"
#include "openmetrics.h"
#include "prometheus.h"
#include "utf8.h"
#include "version.h"

static const struct export_options plain = {.libbpf_version = "1.1"};
static const struct export_options by_cgroup = {.by_cgroup = true};

#define BUILD                                                                  \
	"# HELP zswaptop_build_info Versions of zswaptop and of its libbpf.\n" \
	"# TYPE zswaptop_build_info gauge\n"                                   \
	"zswaptop_build_info{version=\"" ZSWAPTOP_VERSION "\",libbpf=\"1.1\"} 1\n"

typedef int writer(FILE *out, const struct sample *s, const struct export_options *o);

static char *text_of(writer *write, const struct sample *s, const struct export_options *o)
{
	struct capture c;

	assert_int_equal(write(capture_begin(&c), s, o), 0);
	capture_end(&c);
	assert_int_equal(c.text[c.len - 1], '\n');
	return c.text;
}

static void check(writer *write, const struct sample *s, const struct export_options *o,
		  const char *want)
{
	char *text = text_of(write, s, o);

	assert_string_equal(text, want);
	free(text);
}

static void check_contains(writer *write, const struct sample *s, const struct export_options *o,
			   const char *want)
{
	char *text = text_of(write, s, o);

	assert_contains(text, want);
	free(text);
}

/* How often a text occurs. */
static unsigned int count_of(const char *text, const char *part)
{
	unsigned int n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

static void test_absent_is_left_out(void **state)
{
	struct sample s;

	(void)state;
	fixture_init(&s);
	check(prometheus_write, &s, &plain, BUILD);
	check(openmetrics_write, &s, &plain,
	      "# TYPE zswaptop_build info\n"
	      "# HELP zswaptop_build Versions of zswaptop and of its libbpf.\n"
	      "zswaptop_build_info{version=\"" ZSWAPTOP_VERSION "\",libbpf=\"1.1\"} 1\n"
	      "# EOF\n");
}

static void fill_some(struct sample *s)
{
	fixture_init(s);
	strcpy(s->kernel.release, "6.12");
	strcpy(s->kernel.fast_path, "no");
	strcpy(s->kernel.shrinker, "off");
	s->v[V_STORE_PAGES] = 0;
	s->v[V_SKIP_FATE + ZT_FATE_LOADED] = 2;
	s->v[V_SKIP_FATE + ZT_FATE_UNKNOWN] = 1;
	s->v[V_LOCK_WAIT] = 256;
	s->v[V_POOL_BYTES] = 4096;
	fixture_area(s, 0, "/dev/vda2");
	strcpy(fixture_probe(s, "load")->symbol, "zswap_load");
	s->probes[0].attached = true;
	s->probes[0].runs = 3;
	s->probes[0].run_ns = 1500000000;
	fixture_probe(s, "store")->missed = 4;
}

static void test_prometheus_exactly(void **state)
{
	struct sample s;

	(void)state;
	fill_some(&s);
	check(prometheus_write, &s, &plain,
	      BUILD
	      "# HELP zswaptop_kernel_info The kernel, how its zswap finds entries, and whether "
	      "zswap_invalidate returns early on an empty tree.\n"
	      "# TYPE zswaptop_kernel_info gauge\n"
	      "zswaptop_kernel_info{release=\"6.12\",invalidate_fast_path=\"no\"} 1\n"
	      "# HELP zswaptop_config_info Module parameters of zswap.\n"
	      "# TYPE zswaptop_config_info gauge\n"
	      "zswaptop_config_info{shrinker=\"off\"} 1\n"
	      "# HELP zswaptop_store_pages_total Pages offered to zswap_store.\n"
	      "# TYPE zswaptop_store_pages_total counter\n"
	      "zswaptop_store_pages_total 0\n"
	      "# HELP zswaptop_tree_lock_wait_seconds_total Time waited in the queue for trees' "
	      "locks.\n"
	      "# TYPE zswaptop_tree_lock_wait_seconds_total counter\n"
	      "zswaptop_tree_lock_wait_seconds_total 0.000000256\n"
	      "# HELP zswaptop_writeback_skip_fate_total What happened next to an entry skipped as "
	      "in_swapcache or own_fault.\n"
	      "# TYPE zswaptop_writeback_skip_fate_total counter\n"
	      "zswaptop_writeback_skip_fate_total{fate=\"loaded\"} 2\n"
	      "zswaptop_writeback_skip_fate_total{fate=\"unknown\"} 1\n"
	      "# HELP zswaptop_pool_bytes Memory held by the pool.\n"
	      "# TYPE zswaptop_pool_bytes gauge\n"
	      "zswaptop_pool_bytes 4096\n"
	      "# HELP zswaptop_trees Trees of a swap area, one per 64 MiB.\n"
	      "# TYPE zswaptop_trees gauge\n"
	      "zswaptop_trees{swap=\"0\"} 16\n"
	      "# HELP zswaptop_probe_attached Whether a probe is attached (0 or 1).\n"
	      "# TYPE zswaptop_probe_attached gauge\n"
	      "zswaptop_probe_attached{probe=\"load\"} 1\n"
	      "zswaptop_probe_attached{probe=\"store\"} 0\n"
	      "# HELP zswaptop_probe_missed_runs_total Runs of a probe that the kernel skipped: "
	      "what the counts may lack.\n"
	      "# TYPE zswaptop_probe_missed_runs_total counter\n"
	      "zswaptop_probe_missed_runs_total{probe=\"store\"} 4\n"
	      "# HELP zswaptop_bpf_run_seconds_total Time spent in a probe's programs.\n"
	      "# TYPE zswaptop_bpf_run_seconds_total counter\n"
	      "zswaptop_bpf_run_seconds_total{probe=\"load\"} 1.5\n"
	      "# HELP zswaptop_bpf_runs_total Runs of a probe's programs.\n"
	      "# TYPE zswaptop_bpf_runs_total counter\n"
	      "zswaptop_bpf_runs_total{probe=\"load\"} 3\n");
	sample_free(&s);
}

static void test_openmetrics_heads(void **state)
{
	struct sample s;

	(void)state;
	fill_some(&s);
	check_contains(openmetrics_write, &s, &plain,
		       "# TYPE zswaptop_config info\n"
		       "# HELP zswaptop_config Module parameters of zswap.\n"
		       "zswaptop_config_info{shrinker=\"off\"} 1\n"
		       "# TYPE zswaptop_store_pages counter\n"
		       "# HELP zswaptop_store_pages Pages offered to zswap_store.\n"
		       "zswaptop_store_pages_total 0\n"
		       "# TYPE zswaptop_tree_lock_wait_seconds counter\n"
		       "# UNIT zswaptop_tree_lock_wait_seconds seconds\n"
		       "# HELP zswaptop_tree_lock_wait_seconds Time waited in the queue for trees' "
		       "locks.\n"
		       "zswaptop_tree_lock_wait_seconds_total 0.000000256\n");
	check_contains(openmetrics_write, &s, &plain,
		       "# TYPE zswaptop_pool_bytes gauge\n"
		       "# UNIT zswaptop_pool_bytes bytes\n"
		       "# HELP zswaptop_pool_bytes Memory held by the pool.\n"
		       "zswaptop_pool_bytes 4096\n");
	check_contains(openmetrics_write, &s, &plain,
		       "zswaptop_bpf_runs_total{probe=\"load\"} 3\n# EOF\n");
	sample_free(&s);
}

/* Whatever a double could not hold. */
static void test_precision(void **state)
{
	struct sample s;
	char *text;

	(void)state;
	fixture_init(&s);
	s.v[V_STORE_PAGES] = 1ULL << 63;
	s.v[V_LOAD_HITS] = (1ULL << 53) + 1;
	s.v[V_LOCK_WAIT] = (1ULL << 63) + 1;
	s.v[V_START_TIME] = 1795291500123456789;
	s.v[V_LAST_COLLECTION] = 1795291500000000000;
	text = text_of(prometheus_write, &s, &plain);
	assert_contains(text, "\nzswaptop_store_pages_total 9223372036854775808\n");
	assert_contains(text, "\nzswaptop_load_hits_total 9007199254740993\n");
	assert_contains(text, "\nzswaptop_tree_lock_wait_seconds_total 9223372036.854775809\n");
	assert_contains(text, "\nzswaptop_start_time_seconds 1795291500.123456789\n");
	assert_contains(text, "\nzswaptop_last_collection_timestamp_seconds 1795291500\n");
	free(text);
}

/* Of buckets that begin at 2^8 ns. */
static const char *const ns_bounds[ZT_BUCKETS] = {
	"2.56e-07",    "5.12e-07",    "1.024e-06",   "2.048e-06",   "4.096e-06",
	"8.192e-06",   "1.6384e-05",  "3.2768e-05",  "6.5536e-05",  "0.000131072",
	"0.000262144", "0.000524288", "0.001048576", "0.002097152", "0.004194304",
	"0.008388608", "0.016777216", "0.033554432", "0.067108864", "+Inf",
};

/* The points of one source as they are to be written. */
static const char *swapin_text(const char *source, const unsigned int counts[ZT_BUCKETS],
			       const char *sum)
{
	static char buf[4096];
	const char *name = "zswaptop_swapin_duration_seconds";
	int n = 0;

	for (int i = 0; i < ZT_BUCKETS; i++)
		n += snprintf(buf + n, sizeof(buf) - n, "%s_bucket{source=\"%s\",le=\"%s\"} %u\n",
			      name, source, ns_bounds[i], counts[i]);
	n += snprintf(buf + n, sizeof(buf) - n, "%s_sum{source=\"%s\"} %s\n", name, source, sum);
	snprintf(buf + n, sizeof(buf) - n, "%s_count{source=\"%s\"} %u\n", name, source,
		 counts[ZT_BUCKETS - 1]);
	return buf;
}

static const unsigned int cumulative[] = {1, 3, 3, 3, 3, 3, 3, 3, 3, 3,
					  3, 3, 3, 3, 3, 3, 3, 3, 7, 15};
static const unsigned int zeros[ZT_BUCKETS];

static void fill_swapin(struct sample *s)
{
	struct zt_hist *h = &s->hist[ZT_H_SWAPIN_ZSWAP_NS];

	fixture_init(s);
	s->hist_present[ZT_H_SWAPIN_ZSWAP_NS] = s->hist_present[ZT_H_SWAPIN_DISK_NS] = true;
	h->count[0] = 1;
	h->count[1] = 2;
	h->count[18] = 4;
	h->count[19] = 8;
	h->sum = 3000000001;
}

/* Both sources in one family, buckets cumulative, bounds exact. */
static void test_histograms(void **state)
{
	struct sample s;
	char *text;

	(void)state;
	fill_swapin(&s);
	text = text_of(prometheus_write, &s, &plain);
	assert_contains(text, swapin_text("zswap", cumulative, "3.000000001"));
	assert_contains(text, swapin_text("disk", zeros, "0"));
	assert_contains(text, "# TYPE zswaptop_swapin_duration_seconds histogram\n"
			      "zswaptop_swapin_duration_seconds_bucket{source=\"zswap\",");
	/* One head for both. */
	assert_int_equal(count_of(text, "# TYPE zswaptop_swapin_duration_seconds "), 1);
	assert_lacks(text, "store_duration");
	free(text);
	s.hist_present[ZT_H_SWAPIN_ZSWAP_NS] = false;
	text = text_of(openmetrics_write, &s, &plain);
	assert_contains(text, "# TYPE zswaptop_swapin_duration_seconds histogram\n"
			      "# UNIT zswaptop_swapin_duration_seconds seconds\n"
			      "# HELP zswaptop_swapin_duration_seconds Time to read a page in, in "
			      "swap_read_folio.\n"
			      "zswaptop_swapin_duration_seconds_bucket{source=\"disk\",");
	assert_lacks(text, "source=\"zswap\"");
	free(text);
}

static void test_byte_histogram(void **state)
{
	static const char *const bounds[] = {
		"32.0",		"64.0",		"128.0",	"256.0",	"512.0",
		"1024.0",	"2048.0",	"4096.0",	"8192.0",	"16384.0",
		"32768.0",	"65536.0",	"131072.0",	"262144.0",	"524288.0",
		"1.048576e+06", "2.097152e+06", "4.194304e+06", "8.388608e+06", "+Inf",
	};
	char want[4096];
	struct sample s;
	int n = 0;

	(void)state;
	fixture_init(&s);
	s.hist_present[ZT_H_PAGE_BYTES] = true;
	s.hist[ZT_H_PAGE_BYTES].count[0] = 1;
	s.hist[ZT_H_PAGE_BYTES].sum = 1ULL << 63;
	for (int i = 0; i < ZT_BUCKETS; i++)
		n += snprintf(want + n, sizeof(want) - n,
			      "zswaptop_compressed_page_bytes_bucket{le=\"%s\"} 1\n", bounds[i]);
	snprintf(want + n, sizeof(want) - n,
		 "zswaptop_compressed_page_bytes_sum 9223372036854775808\n"
		 "zswaptop_compressed_page_bytes_count 1\n");
	check_contains(prometheus_write, &s, &plain, want);
}

static void test_label_values(void **state)
{
	struct sample s;

	(void)state;
	fixture_full(&s);
	check_contains(prometheus_write, &s, &by_cgroup,
		       "\nzswaptop_cgroup_store_pages_total{cgroup=\"/system.slice/"
		       "a\\\\x2db.service\"} 7\n"
		       "zswaptop_cgroup_store_pages_total{cgroup=\"/x\\\"y\\nz," UTF8_BAD_BYTES
		       "\xC3\xA9\x1b[1m\"} 0\n");
	check_contains(openmetrics_write, &s, &by_cgroup,
		       "zswaptop_cgroup_store_rejected_pages_total{cgroup=\"/system.slice/"
		       "a\\\\x2db.service\",reason=\"pool_full\"} 3\n");
	sample_free(&s);
	fixture_init(&s);
	strcpy(s.kernel.release, "a\\\"\n\xff");
	check_contains(prometheus_write, &s, &plain,
		       "zswaptop_kernel_info{release=\"a\\\\\\\"\\n" UTF8_BAD_BYTES "\"} 1\n");
}

static void test_cgroups_only_when_asked(void **state)
{
	struct sample s;
	char *text;

	(void)state;
	fixture_full(&s);
	text = text_of(prometheus_write, &s, &plain);
	assert_lacks(text, "cgroup=");
	assert_lacks(text, "cgroups_omitted");
	free(text);
	s.cgroups_present = false;
	text = text_of(prometheus_write, &s, &by_cgroup);
	assert_lacks(text, "cgroup=");
	assert_lacks(text, "cgroups_omitted");
	free(text);
	s.cgroups_present = true;
	sample_free(&s);
	/* None is known, too. */
	fixture_init(&s);
	s.cgroups_present = true;
	text = text_of(prometheus_write, &s, &by_cgroup);
	assert_contains(text, "zswaptop_cgroups_omitted 0\n");
	free(text);
}

static void test_cgroup_gauges(void **state)
{
	struct sample s;
	char *text;

	(void)state;
	fixture_full(&s);
	text = text_of(prometheus_write, &s, &by_cgroup);
	assert_contains(text, "# TYPE zswaptop_cgroup_pool_bytes gauge\n"
			      "zswaptop_cgroup_pool_bytes{cgroup=\"/system.slice/"
			      "a\\\\x2db.service\"} 4096\n#");
	assert_contains(text, "\nzswaptop_cgroup_stored_bytes{cgroup=\"/\"} 1048576\n"
			      "zswaptop_cgroup_stored_bytes{cgroup=\"/system.slice/"
			      "a\\\\x2db.service\"} 8192\n#");
	/* The other one with a limit is gone. */
	assert_contains(text, "\nzswaptop_cgroup_limit_bytes{cgroup=\"/system.slice/"
			      "a\\\\x2db.service\"} +Inf\n#");
	free(text);
	sample_free(&s);
}

/* A cgroup removed and made again is one series; idle ones are none. */
static void test_same_path_is_one_series(void **state)
{
	struct cgroup_sample *c;
	struct sample s;
	char *text;

	(void)state;
	fixture_init(&s);
	c = fixture_cgroup(&s, "/a");
	c->n[ZT_CG_LOAD_HITS] = 5;
	c->n[ZT_CG_WB_PAGES] = ABSENT;
	c->n[ZT_CG_STORE_BYTES] = ABSENT;
	c->pool_bytes = 111;
	c->limit_bytes = 1;
	c->gone = true;
	c = fixture_cgroup(&s, "/a");
	c->n[ZT_CG_LOAD_HITS] = 7;
	c->n[ZT_CG_WB_PAGES] = 2;
	c->n[ZT_CG_STORE_BYTES] = ABSENT;
	c->pool_bytes = 4096;
	c->limit_bytes = 8192;
	memset(fixture_cgroup(&s, "/a")->n, 0xFF, sizeof(c->n)); /* ABSENT */
	/* Not the same bytes, but the same label. */
	fixture_cgroup(&s, "/b\xff")->n[ZT_CG_LOAD_HITS] = 1;
	fixture_cgroup(&s, "/b\xfe")->n[ZT_CG_LOAD_HITS] = 2;
	c = fixture_cgroup(&s, "/idle");
	c->limit_bytes = 4096;
	c->pool_bytes = 0;
	text = text_of(prometheus_write, &s, &by_cgroup);
	assert_contains(text,
			"\nzswaptop_cgroup_load_hits_total{cgroup=\"/a\"} 12\n"
			"zswaptop_cgroup_load_hits_total{cgroup=\"/b" UTF8_BAD_BYTES "\"} 3\n#");
	assert_contains(text, "\nzswaptop_cgroup_writeback_pages_total{cgroup=\"/a\"} 2\n");
	assert_lacks(text, "cgroup_store_compressed_bytes_total{cgroup=\"/a\"");
	assert_contains(text, "\nzswaptop_cgroup_pool_bytes{cgroup=\"/a\"} 4096\n#");
	assert_contains(text, "\nzswaptop_cgroup_limit_bytes{cgroup=\"/a\"} 8192\n#");
	assert_lacks(text, "/idle");
	assert_contains(text, "\nzswaptop_cgroups_omitted 0\n");
	free(text);
	sample_free(&s);
}

/* One thing that is not zero is enough; a limit is none. */
static void test_activity(void **state)
{
	struct cgroup_sample *c;
	struct sample s;
	char *text;

	(void)state;
	fixture_init(&s);
	c = fixture_cgroup(&s, "/absent");
	memset(c->n, 0xFF, sizeof(c->n)); /* ABSENT */
	c->stored_bytes = 0;
	c->limit_bytes = UNLIMITED;
	fixture_cgroup(&s, "/count")->n[0] = 1;
	fixture_cgroup(&s, "/last")->n[ZT_NR_CG_COUNTERS - 1] = 1;
	fixture_cgroup(&s, "/pool")->pool_bytes = 1;
	fixture_cgroup(&s, "/stored")->stored_bytes = 1;
	fixture_cgroup(&s, NULL)->n[0] = 1;
	text = text_of(prometheus_write, &s, &by_cgroup);
	assert_contains(text, "\nzswaptop_cgroup_store_pages_total{cgroup=\"/count\"} 1\n"
			      "zswaptop_cgroup_store_pages_total{cgroup=\"/last\"} 0\n"
			      "zswaptop_cgroup_store_pages_total{cgroup=\"/pool\"} 0\n"
			      "zswaptop_cgroup_store_pages_total{cgroup=\"/stored\"} 0\n"
			      "zswaptop_cgroup_store_pages_total{cgroup=\"?\"} 1\n#");
	assert_lacks(text, "/absent");
	free(text);
	sample_free(&s);
}

/* Two live cgroups of one label, as can only be where their names are not UTF-8. */
static void check_limits(uint64_t a, uint64_t b, const char *want)
{
	struct sample s;

	fixture_init(&s);
	fixture_cgroup(&s, "/\xff")->limit_bytes = a;
	s.cgroups[0].n[0] = 1;
	fixture_cgroup(&s, "/\xfe")->limit_bytes = b;
	check_contains(prometheus_write, &s, &by_cgroup, want);
	sample_free(&s);
}

static void test_limits(void **state)
{
	(void)state;
	check_limits(5, 6, "\nzswaptop_cgroup_limit_bytes{cgroup=\"/" UTF8_BAD_BYTES "\"} 11\n#");
	check_limits(UNLIMITED, 6, UTF8_BAD_BYTES "\"} +Inf\n#");
	check_limits(5, UNLIMITED, UTF8_BAD_BYTES "\"} +Inf\n#");
	check_limits(ABSENT, 0, "_limit_bytes{cgroup=\"/" UTF8_BAD_BYTES "\"} 0\n#");
}

static struct cgroup_sample *add_cgroup(struct sample *s, const char *path, uint64_t hits,
					uint64_t pool)
{
	struct cgroup_sample *c = fixture_cgroup(s, path);

	c->n[ZT_CG_LOAD_HITS] = hits;
	c->pool_bytes = c->stored_bytes = pool;
	c->limit_bytes = 4096;
	return c;
}

/* Counters are by owner and add up; the kernel's gauges already include what is below. */
static void test_depth(void **state)
{
	struct export_options o = {.by_cgroup = true, .depth = 2};
	struct sample s;
	char *text;

	(void)state;
	fixture_init(&s);
	add_cgroup(&s, "/", 1, ABSENT);
	add_cgroup(&s, "/a/b", 2, 100);
	add_cgroup(&s, "/a/b-c", 4, 7);
	add_cgroup(&s, "/a/b/c", 8, 60);
	add_cgroup(&s, "/a/b/c/d", 16, 50);
	add_cgroup(&s, "/d/e/f", 32, 20);
	add_cgroup(&s, "/d/e/f/g", 64, 15);
	add_cgroup(&s, "/d/e/h", 128, 3);
	/* Not known above, but below. */
	add_cgroup(&s, "/d/e/i", 0, ABSENT);
	add_cgroup(&s, "/d/e/i/j", 0, 500);
	text = text_of(prometheus_write, &s, &o);
	assert_contains(text, "\nzswaptop_cgroup_load_hits_total{cgroup=\"/\"} 1\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/a/b\"} 26\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/a/b-c\"} 4\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/d/e\"} 224\n#");
	assert_contains(text, "\nzswaptop_cgroup_pool_bytes{cgroup=\"/a/b\"} 100\n"
			      "zswaptop_cgroup_pool_bytes{cgroup=\"/a/b-c\"} 7\n"
			      "zswaptop_cgroup_pool_bytes{cgroup=\"/d/e\"} 523\n#");
	assert_contains(text, "\nzswaptop_cgroup_stored_bytes{cgroup=\"/d/e\"} 523\n#");
	/* Nobody asked what the limit of /d/e is. */
	assert_contains(text, "\nzswaptop_cgroup_limit_bytes{cgroup=\"/a/b-c\"} 4096\n#");
	free(text);
	o.depth = 1;
	text = text_of(prometheus_write, &s, &o);
	assert_contains(text, "\nzswaptop_cgroup_load_hits_total{cgroup=\"/\"} 1\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/a\"} 30\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/d\"} 224\n#");
	assert_contains(text, "\nzswaptop_cgroup_pool_bytes{cgroup=\"/a\"} 107\n");
	free(text);
	o.depth = 0;
	text = text_of(prometheus_write, &s, &o);
	assert_int_equal(count_of(text, "zswaptop_cgroup_load_hits_total{"), 9);
	/* What is below a cgroup follows it. */
	assert_contains(text, "{cgroup=\"/a/b/c/d\"} 16\nzswaptop_cgroup_load_hits_total{cgroup=\""
			      "/a/b-c\"} 4\n");
	free(text);
	sample_free(&s);
}

/* The expression is asked about the label, so that no series is a part of what it says. */
static void test_match(void **state)
{
	struct export_options o = {.by_cgroup = true, .depth = 1};
	struct sample s;
	regex_t regex;
	char *text;

	(void)state;
	assert_int_equal(regcomp(&regex, "^/(a|d)$", REG_EXTENDED | REG_NOSUB), 0);
	o.match = &regex;
	fixture_init(&s);
	add_cgroup(&s, "/a/b", 2, 100);
	add_cgroup(&s, "/b/a", 4, 100);
	add_cgroup(&s, "/d", 8, 100);
	text = text_of(prometheus_write, &s, &o);
	assert_contains(text, "\nzswaptop_cgroup_load_hits_total{cgroup=\"/a\"} 2\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/d\"} 8\n#");
	assert_lacks(text, "\"/b\"");
	assert_contains(text, "\nzswaptop_cgroups_omitted 0\n");
	free(text);
	regfree(&regex);
	sample_free(&s);
}

/* By path, whatever the order in the sample and however busy they are. */
static void test_bounded(void **state)
{
	struct export_options o = {.by_cgroup = true};
	struct sample s;
	char *text;

	(void)state;
	fixture_init(&s);
	for (int i = 299; i >= 0; i--) {
		char path[32];

		snprintf(path, sizeof(path), "/c%03d", i);
		add_cgroup(&s, path, i % 3 ? 1 + i : 0, 0);
	}
	/* 200 of the 300 are active. */
	text = text_of(prometheus_write, &s, &o);
	assert_int_equal(count_of(text, "zswaptop_cgroup_load_hits_total{"), 200);
	assert_contains(text, "\nzswaptop_cgroups_omitted 0\n");
	free(text);
	add_cgroup(&s, "/b", 1, 0);
	text = text_of(prometheus_write, &s, &o);
	assert_int_equal(count_of(text, "zswaptop_cgroup_load_hits_total{"), 200);
	assert_contains(text, "zswaptop_cgroup_load_hits_total{cgroup=\"/b\"} 1\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/c001\"} 2\n");
	assert_lacks(text, "/c299");
	assert_contains(text, "\nzswaptop_cgroups_omitted 1\n");
	free(text);
	o.max_cgroups = 3;
	text = text_of(prometheus_write, &s, &o);
	assert_contains(text, "\nzswaptop_cgroup_load_hits_total{cgroup=\"/b\"} 1\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/c001\"} 2\n"
			      "zswaptop_cgroup_load_hits_total{cgroup=\"/c002\"} 3\n#");
	assert_contains(text, "\nzswaptop_cgroups_omitted 198\n");
	free(text);
	sample_free(&s);
}

static void test_long_component(void **state)
{
	char path[257] = "/", want[1024];
	struct sample s;
	int n;

	(void)state;
	memset(path + 1, 'x', 255);
	fixture_init(&s);
	add_cgroup(&s, path, 1, 0);
	snprintf(want, sizeof(want), "hits_total{cgroup=\"%s\"} 1\n", path);
	check_contains(prometheus_write, &s, &by_cgroup, want);
	memset(s.cgroups[0].path + 1, '\\', 255);
	n = snprintf(want, sizeof(want), "hits_total{cgroup=\"/");
	memset(want + n, '\\', 510);
	strcpy(want + n + 510, "\"} 1\n");
	check_contains(prometheus_write, &s, &by_cgroup, want);
	sample_free(&s);
}

/* Every line is a comment or a sample; every family is contiguous and has one head. */
static void test_shape(void **state)
{
	char *text, *save, *line, family[128] = "";
	struct sample s;

	(void)state;
	fixture_full(&s);
	text = text_of(prometheus_write, &s, &by_cgroup);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char name[128];

		if (sscanf(line, "# TYPE %127s", name) == 1) {
			assert_string_equal(name, family);
		} else if (sscanf(line, "# HELP %127s", name) == 1) {
			strcpy(family, name);
		} else {
			assert_memory_equal(line, family, strlen(family));
			assert_non_null(strrchr(line, ' '));
			assert_int_equal(strspn(strrchr(line, ' ') + 1, "0123456789.+Inf"),
					 strlen(strrchr(line, ' ') + 1));
		}
	}
	free(text);
	sample_free(&s);
}

static void test_stream_errors(void **state)
{
	FILE *out = open_full();
	struct sample s;

	(void)state;
	fixture_full(&s);
	assert_int_equal(prometheus_write(out, &s, &by_cgroup), -ENOSPC);
	clearerr(out);
	assert_int_equal(openmetrics_write(out, &s, &by_cgroup), -ENOSPC);
	fclose(out);
	sample_free(&s);
}

static int print(writer *write)
{
	struct export_options o = {.by_cgroup = true, .libbpf_version = "1.1"};
	struct sample s;
	int err;

	fixture_full(&s);
	err = write(stdout, &s, &o);
	sample_free(&s);
	return err || fflush(stdout);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent_is_left_out),
		cmocka_unit_test(test_prometheus_exactly),
		cmocka_unit_test(test_openmetrics_heads),
		cmocka_unit_test(test_precision),
		cmocka_unit_test(test_histograms),
		cmocka_unit_test(test_byte_histogram),
		cmocka_unit_test(test_label_values),
		cmocka_unit_test(test_cgroups_only_when_asked),
		cmocka_unit_test(test_cgroup_gauges),
		cmocka_unit_test(test_same_path_is_one_series),
		cmocka_unit_test(test_activity),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_long_component),
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_stream_errors),
	};

	if (argc > 1 && !strcmp(argv[1], "prometheus"))
		return print(prometheus_write);
	if (argc > 1 && !strcmp(argv[1], "openmetrics"))
		return print(openmetrics_write);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
