// SPDX-License-Identifier: GPL-2.0-only
/* Every name that the documentation promises, and nothing twice. */
#include "fixture.h"
#include "prometheus.h"

/* The values of a label are written out: what is promised, not what the tables say. */
#define REASON_STORE \
	"disabled,cgroup_limit,pool_full,no_pool,compress_fail,compress_poor,alloc_fail,other"
#define REASON_SKIP "in_swapcache,own_fault,entry_gone,no_memory,io_error,other"
#define CAUSE	    "invalidate,load,writeback,store"
#define TRIGGER	    "shrinker,pool_limit,cgroup_limit,other"
#define FATE	    "loaded,invalidated,written,unknown"
#define SOURCE	    "zswap,disk,zero"

struct promise {
	const char *name;
	enum family_kind kind;
	enum unit unit;
	const char *label, *values;
	const char *json; /* NULL: the same */
};

#define COUNTER(name)                                              \
	{                                                          \
		name, FAMILY_COUNTER, UNIT_PLAIN, NULL, NULL, NULL \
	}
#define COUNTERS(name, label, values)                                 \
	{                                                             \
		name, FAMILY_COUNTER, UNIT_PLAIN, label, values, NULL \
	}
#define GAUGE(name, unit)                                         \
	{                                                         \
		name, FAMILY_GAUGE, UNIT_##unit, NULL, NULL, NULL \
	}

static const struct promise promises[] = {
	GAUGE("enabled", PLAIN),
	GAUGE("pool_full", PLAIN),
	GAUGE("pool_bytes", BYTES),
	GAUGE("pool_limit_bytes", BYTES),
	GAUGE("pool_accept_bytes", BYTES),
	GAUGE("stored_bytes", BYTES),
	GAUGE("stored_incompressible_bytes", BYTES),
	COUNTER("store_pages_total"),
	COUNTERS("store_rejected_pages_total", "reason", REASON_STORE),
	{"store_compressed_bytes_total", FAMILY_COUNTER, UNIT_BYTES, NULL, NULL, NULL},
	COUNTER("load_lookups_total"),
	COUNTER("load_hits_total"),
	COUNTER("load_errors_total"),
	COUNTERS("swapin_pages_total", "source", SOURCE),
	COUNTER("invalidate_calls_total"),
	COUNTER("invalidate_tree_empty_total"),
	COUNTER("invalidate_absent_total"),
	COUNTER("invalidate_erased_total"),
	COUNTER("invalidate_unclassified_total"),
	COUNTER("invalidate_stale_lookups_total"),
	COUNTERS("tree_nodes_freed_total", "cause", CAUSE),
	COUNTERS("tree_shrinks_total", "cause", CAUSE),
	COUNTERS("tree_head_collapses_total", "cause", CAUSE),
	COUNTERS("tree_emptied_total", "cause", CAUSE),
	COUNTER("tree_grows_total"),
	COUNTER("tree_lock_contentions_total"),
	{"tree_lock_wait_seconds_total", FAMILY_COUNTER, UNIT_NS, NULL, NULL,
	 "tree_lock_wait_ns_total"},
	COUNTERS("writeback_pages_total", "trigger", TRIGGER),
	COUNTERS("writeback_skipped_total", "reason", REASON_SKIP),
	COUNTER("writeback_rotated_total"),
	COUNTER("writeback_stopped_total"),
	COUNTERS("writeback_skip_fate_total", "fate", FATE),
	COUNTER("events_lost_total"),
	{"start_time_seconds", FAMILY_GAUGE, UNIT_NS, NULL, NULL, "start_time_ns"},
	{"last_collection_timestamp_seconds", FAMILY_GAUGE, UNIT_NS, NULL, NULL,
	 "last_collection_timestamp_ns"},
};

static const struct promise cgroup_promises[] = {
	COUNTER("cgroup_store_pages_total"),
	COUNTER("cgroup_load_hits_total"),
	COUNTER("cgroup_writeback_pages_total"),
	COUNTER("cgroup_invalidate_erased_total"),
	COUNTERS("cgroup_store_rejected_pages_total", "reason", REASON_STORE),
	COUNTERS("cgroup_writeback_skipped_total", "reason", REASON_SKIP),
};

/* first: the upper bound of the first bucket is 2^first. */
static const struct {
	const char *name;
	const char *source; /* value of the label source */
	enum unit unit;
	unsigned int first;
	const char *json;
} histogram_promises[] = {
	{"store_duration_seconds", NULL, UNIT_NS, 8, "store_duration_ns"},
	{"load_duration_seconds", NULL, UNIT_NS, 8, "load_duration_ns"},
	{"writeback_duration_seconds", NULL, UNIT_NS, 8, "writeback_duration_ns"},
	{"swapin_duration_seconds", "zswap", UNIT_NS, 8, "swapin_duration_ns"},
	{"swapin_duration_seconds", "disk", UNIT_NS, 8, "swapin_duration_ns"},
	{"compressed_page_bytes", NULL, UNIT_BYTES, 5, "compressed_page_bytes"},
};

/* What comes of other things than values: only a writer knows these. */
static const char *const written[] = {
	"build_info{version=",
	"kernel_info{release=\"6.12.1\",tree=\"xarray\",invalidate_fast_path=\"yes\"} 1",
	"config_info{compressor=\"zstd\",shrinker=\"on\"} 1",
	"trees{swap=",
	"trees_empty{swap=",
	"cgroup_pool_bytes{cgroup=",
	"cgroup_stored_bytes{cgroup=",
	"cgroup_limit_bytes{cgroup=",
	"cgroups_omitted ",
	"probe_attached{probe=\"store\"} 1",
	"probe_missed_runs_total{probe=\"store\"} 0",
	"bpf_run_seconds_total{probe=\"store\"} 0.000000256",
	"bpf_runs_total{probe=\"store\"} 12",
};

#define NR(list) (sizeof(list) / sizeof(list[0]))

static const struct family *find_cgroup_family(const char *name)
{
	for (unsigned int i = 0; i < nr_cgroup_families; i++)
		if (!strcmp(cgroup_families[i].name, name))
			return &cgroup_families[i];
	return NULL;
}

static void check_values(const struct label *label, const char *values)
{
	char joined[512] = "";

	for (unsigned int i = 0; i < label->n; i++) {
		strcat(joined, i ? "," : "");
		strcat(joined, label->values[i]);
	}
	assert_string_equal(joined, values);
}

static void check(const struct family *f, const struct promise *p)
{
	char buf[128];

	if (!f)
		fail_msg("there is no %s", p->name);
	assert_string_equal(f->name, p->name);
	if (f->kind != p->kind || f->unit != p->unit)
		fail_msg("%s: kind %d, unit %d", p->name, f->kind, f->unit);
	assert_string_equal(metric_json_name(f->name, f->unit, buf, sizeof(buf)),
			    p->json ? p->json : p->name);
	if (!p->label) {
		assert_null(f->label.name);
		assert_int_equal(f->label.n, 1);
		return;
	}
	assert_non_null(f->label.name);
	assert_string_equal(f->label.name, p->label);
	check_values(&f->label, p->values);
}

static void test_promised(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(promises); i++)
		check(family_find(promises[i].name), &promises[i]);
	for (size_t i = 0; i < NR(cgroup_promises); i++)
		check(find_cgroup_family(cgroup_promises[i].name), &cgroup_promises[i]);
}

static void test_histograms(void **state)
{
	char buf[128];

	(void)state;
	for (size_t i = 0; i < NR(histogram_promises); i++) {
		const struct histogram_family *h = histogram_families;
		const char *source = histogram_promises[i].source;

		while (h < histogram_families + ZT_NR_HISTS &&
		       (strcmp(h->name, histogram_promises[i].name) ||
			(source && strcmp(h->label_value, source))))
			h++;
		if (h == histogram_families + ZT_NR_HISTS)
			fail_msg("there is no %s", histogram_promises[i].name);
		assert_int_equal(h->unit, histogram_promises[i].unit);
		assert_int_equal(h->first, histogram_promises[i].first);
		assert_string_equal(metric_json_name(h->name, h->unit, buf, sizeof(buf)),
				    histogram_promises[i].json);
		if (source)
			assert_string_equal(h->label, "source");
		else
			assert_null(h->label);
	}
	/* 256 ns to 67 ms */
	assert_int_equal(1ULL << (8 + ZT_BUCKETS - 2), 67108864);
}

static void check_name(const char *name, enum family_kind kind)
{
	size_t len = strlen(name);
	bool total = len > 6 && !strcmp(name + len - 6, "_total");

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len)
		fail_msg("%s has other characters", name);
	if (total != (kind == FAMILY_COUNTER))
		fail_msg("%s: counters, and they alone, end in _total", name);
}

/* A unit is in the name, before _total. */
static void check_unit(const char *name, enum unit unit)
{
	bool seconds = strstr(name, "_seconds"), bytes = strstr(name, "_bytes");

	if (seconds != (unit == UNIT_NS) || (unit == UNIT_BYTES && !bytes))
		fail_msg("%s: not the unit %d", name, unit);
}

static void test_names(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < nr_families; i++) {
		check_name(families[i].name, families[i].kind);
		check_unit(families[i].name, families[i].unit);
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(families[i].name, families[j].name);
		for (unsigned int j = 0; j < ZT_NR_HISTS; j++)
			assert_string_not_equal(families[i].name, histogram_families[j].name);
		for (unsigned int j = 0; j < nr_cgroup_families; j++)
			assert_string_not_equal(families[i].name, cgroup_families[j].name);
	}
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		check_name(cgroup_families[i].name, cgroup_families[i].kind);
		assert_int_equal(strncmp(cgroup_families[i].name, "cgroup_", 7), 0);
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(cgroup_families[i].name, cgroup_families[j].name);
	}
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++) {
		check_name(histogram_families[i].name, FAMILY_GAUGE);
		check_unit(histogram_families[i].name, histogram_families[i].unit);
		for (unsigned int j = 0; j < i; j++)
			if (!strcmp(histogram_families[i].name, histogram_families[j].name))
				assert_string_not_equal(histogram_families[i].label_value,
							histogram_families[j].label_value);
	}
}

/* One sentence each, the same for what is one family, and safe in every format. */
static void check_help(const char *name, const char *help)
{
	size_t len = strlen(help);

	if (len < 10 || help[len - 1] == '\n' || strpbrk(help, "\n\\\""))
		fail_msg("%s: \"%s\"", name, help);
}

static void test_helps(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < nr_families; i++)
		check_help(families[i].name, families[i].help);
	for (unsigned int i = 0; i < nr_cgroup_families; i++)
		check_help(cgroup_families[i].name, cgroup_families[i].help);
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++)
		check_help(histogram_families[i].name, histogram_families[i].help);
	assert_string_equal(histogram_families[ZT_H_SWAPIN_ZSWAP_NS].help,
			    histogram_families[ZT_H_SWAPIN_DISK_NS].help);
}

/* The values lie side by side: none is shared, none is left over. */
static void test_layout(void **state)
{
	unsigned int next = 0;

	(void)state;
	for (unsigned int i = 0; i < nr_families; i++) {
		assert_int_equal(families[i].first, next);
		next += families[i].label.n;
	}
	assert_int_equal(next, NR_VALUES);
	next = 0;
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		assert_int_equal(cgroup_families[i].first, next);
		next += cgroup_families[i].label.n;
	}
	assert_int_equal(next, ZT_NR_CG_COUNTERS);
	/* what the programs count comes first, in their order */
	assert_int_equal(V_STORE_PAGES, ZT_STORE_PAGES);
	assert_int_equal(V_CONTEXTS_LOST, ZT_NR_COUNTERS - 1);
	assert_int_equal(V_INV_CALLS, ZT_NR_COUNTERS);
}

static void check_label_values(const char *const *values, unsigned int n, const char *list)
{
	const struct label label = {"x", values, n};

	check_values(&label, list);
	for (unsigned int i = 0; i < n; i++)
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(values[i], values[j]);
}

static void test_label_values(void **state)
{
	(void)state;
	check_label_values(reject_names, ZT_NR_REJECTS, REASON_STORE);
	check_label_values(skip_names, ZT_NR_SKIPS, REASON_SKIP);
	check_label_values(cause_names, ZT_NR_CAUSES, CAUSE);
	check_label_values(trigger_names, ZT_NR_TRIGGERS, TRIGGER);
	check_label_values(fate_names, ZT_NR_FATES, FATE);
	check_label_values(source_names, ZT_NR_SOURCES, SOURCE);
}

static void test_find(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < nr_families; i++) {
		char name[128];

		assert_ptr_equal(family_find(families[i].name), &families[i]);
		snprintf(name, sizeof(name), METRIC_PREFIX "%s", families[i].name);
		assert_ptr_equal(family_find(name), &families[i]);
	}
	assert_null(family_find(""));
	assert_null(family_find(METRIC_PREFIX));
	assert_null(family_find("store_pages"));
	assert_null(family_find("store_pages_totals"));
	assert_null(family_find(METRIC_PREFIX METRIC_PREFIX "store_pages_total"));
	assert_null(family_find("store_duration_seconds"));
}

static void test_json_names(void **state)
{
	char buf[16];

	(void)state;
	assert_string_equal(metric_json_name("a_seconds", UNIT_NS, buf, sizeof(buf)), "a_ns");
	assert_string_equal(metric_json_name("a_seconds_total", UNIT_NS, buf, sizeof(buf)),
			    "a_ns_total");
	assert_string_equal(metric_json_name("a_seconds", UNIT_PLAIN, buf, sizeof(buf)),
			    "a_seconds");
	assert_string_equal(metric_json_name("a_bytes", UNIT_BYTES, buf, sizeof(buf)), "a_bytes");
	assert_string_equal(metric_json_name("a_total", UNIT_NS, buf, sizeof(buf)), "a_total");
	/* cut, not written beyond */
	assert_int_equal(
		strlen(metric_json_name("a_name_that_is_long_seconds", UNIT_NS, buf, sizeof(buf))),
		sizeof(buf) - 1);
}

static void assert_has_line(const char *text, const char *name, const char *rest)
{
	char line[256];

	snprintf(line, sizeof(line), "\n" METRIC_PREFIX "%s%s", name, rest);
	assert_contains(text, line);
}

/* From a sample in which everything is known, nothing is left out. */
static void test_written(void **state)
{
	const struct export_options options = {.by_cgroup = true, .libbpf_version = "1.1"};
	struct sample s;
	struct capture c;

	(void)state;
	fixture_full(&s);
	assert_int_equal(prometheus_write(capture_begin(&c), &s, &options), 0);
	capture_end(&c);
	for (size_t i = 0; i < NR(promises); i++)
		assert_has_line(c.text, promises[i].name, promises[i].label ? "{" : " ");
	for (size_t i = 0; i < NR(cgroup_promises); i++)
		assert_has_line(c.text, cgroup_promises[i].name, "{cgroup=");
	for (size_t i = 0; i < NR(histogram_promises); i++)
		assert_has_line(c.text, histogram_promises[i].name, "_bucket{");
	for (size_t i = 0; i < NR(written); i++)
		assert_has_line(c.text, written[i], "");
	free(c.text);
	sample_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_promised), cmocka_unit_test(test_histograms),
		cmocka_unit_test(test_names),	 cmocka_unit_test(test_helps),
		cmocka_unit_test(test_layout),	 cmocka_unit_test(test_label_values),
		cmocka_unit_test(test_find),	 cmocka_unit_test(test_json_names),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
