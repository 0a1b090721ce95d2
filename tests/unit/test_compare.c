// SPDX-License-Identifier: GPL-2.0-only
/* Two sets of recordings compared: the numbers, and the table of them. */
#include <jansson.h>
#include <math.h>
#include "compare.h"
#include "recorded.h"

#define MOST 4

static const char *const default_command[] = {"stress", "--vm", "1", NULL};
static const char *const *command = default_command;

struct set {
	struct recording_set set;
	struct summary list[MOST];
	char *paths[MOST];
};

/* Adds a recording of two samples: stores of so many pages in so many seconds. */
static void add(struct set *set, const char *release, uint64_t pages, uint64_t seconds, uint64_t ns,
		bool known)
{
	unsigned int n = set->set.n;
	struct recorder *r = NULL;
	char why[512];
	struct sample s;

	set->paths[n] = temporary_path();
	for (unsigned int i = 0; i < 2; i++) {
		fixture_init(&s);
		s.mono_ns += i * seconds * 1000000000;
		s.interval_ns = i * seconds * 1000000000;
		s.kernel = (struct kernel_info){"", "xarray", "yes", "zstd", "on"};
		snprintf(s.kernel.release, sizeof(s.kernel.release), "%s", release);
		s.v[V_STORE_PAGES] = i * pages;
		for (int k = 0; k < ZT_NR_REJECTS; k++)
			s.v[V_STORE_REJECTED + k] = 0;
		s.v[V_LOAD_HITS] = known ? i * 7 : ABSENT;
		s.hist_present[ZT_H_LOAD_NS] = true;
		if (i) {
			s.hist[ZT_H_LOAD_NS].count[3] = 10;
			s.hist[ZT_H_LOAD_NS].sum = 10 * ns;
			s.hist[ZT_H_LOAD_NS].max = 2 * ns;
		}
		if (!r)
			r = begin_recording_of(set->paths[n], &s, command);
		assert_int_equal(recorder_sample(r, &s, i), 0);
	}
	end_recording(r);
	if (summary_read(&set->list[n], set->paths[n], why, sizeof(why)))
		fail_msg("%s", why);
	set->list[n].file = "x.gz";
	set->set.list = set->list;
	set->set.n++;
}

static void free_set(struct set *set)
{
	for (unsigned int i = 0; i < set->set.n; i++) {
		summary_close(&set->list[i]);
		remove_path(set->paths[i]);
	}
	memset(set, 0, sizeof(*set));
}

static void check_text(struct set *a, struct set *b, const char *want)
{
	struct capture c;

	assert_int_equal(compare_write_text(capture_begin(&c), &a->set, &b->set), 0);
	assert_string_equal(capture_end(&c), want);
	for (char *line = strtok(c.text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 72);
	free(c.text);
	free_set(a);
	free_set(b);
}

static void test_table(void **state)
{
	struct set a = {}, b = {};

	(void)state;
	/* 100, 110, 120: mean 110, sd 10 */
	add(&a, "6.12.107", 100, 10, 1000, true);
	add(&a, "6.12.107", 110, 10, 1000, true);
	add(&a, "6.12.107", 120, 13, 1300, true);
	add(&b, "7.3.4", 2345678, 10, 700, true);
	add(&b, "7.3.4", 2345678, 11, 700, true);
	check_text(&a, &b,
		   "A  3 recordings, 6.12.107, zstd, fast path yes\n"
		   "   stress --vm 1\n"
		   "B  2 recordings, 7.3.4, zstd, fast path yes\n"
		   "   stress --vm 1\n"
		   "\n"
		   "                        A, mean        sd    B, mean        sd   B to A\n"
		   "duration                 11.00s    1.732s     10.50s    0.707s    -4.5%~\n"
		   "pages offered               110        10       2.3M         0  >+9999%\n"
		   "load hits                     7         0          7         0    +0.0%~\n"
		   "load, mean                1.1us     173ns      700ns       0ns   -36.4%\n"
		   "load, p99                 2.0us      28ns      1.4us       0ns   -30.6%\n"
		   "~  the ranges of A and B overlap: the difference may be chance\n"
		   "p99: upper bound of a bucket; buckets double, so sd 0ns says little\n");
}

/* One recording has no deviation; several kernels have no name; what some lack is n/a. */
static void test_gaps(void **state)
{
	struct set a = {}, b = {};

	(void)state;
	add(&a, "6.12.107", 0, 10, 1000, true);
	add(&b, "7.2.12", 5, 20, 1000, false);
	add(&b, "7.3.4", 6, 20, 1000, true);
	check_text(&a, &b,
		   "A  1 recording, 6.12.107, zstd, fast path yes\n"
		   "   stress --vm 1\n"
		   "B  2 recordings, of several kernels\n"
		   "   stress --vm 1\n"
		   "\n"
		   "                        A, mean        sd    B, mean        sd   B to A\n"
		   "duration                 10.00s         -     20.00s    0.000s  +100.0%\n"
		   "pages offered                 0         -        5.5       0.7        -\n"
		   "load hits                     7         -        n/a       n/a        -\n"
		   "load, mean                1.0us         -      1.0us       0ns    +0.0%\n"
		   "load, p99                 2.0us         -      2.0us       0ns    +0.0%\n"
		   "A is a single recording: no difference can be told from chance\n"
		   "p99: upper bound of a bucket; buckets double, so sd 0ns says little\n");
}

/* One recording has no scatter to compare a difference with. */
static void test_single(void **state)
{
	static const char *const says[] = {"A and B are one recording each: no diff",
					   "B is a single recording: no difference"};
	struct set a = {}, b = {};
	struct capture c;

	(void)state;
	add(&a, "a", 100, 10, 1000, true);
	add(&b, "b", 100, 10, 1000, true);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(compare_write_text(capture_begin(&c), &a.set, &b.set), 0);
		assert_contains(capture_end(&c), says[i]);
		assert_null(strchr(c.text, '~'));
		free(c.text);
		add(&a, "a", 100, 10, 1000, true);
	}
	free_set(&a);
	free_set(&b);
}

/* Of runs that differ in a name the command is worth more than nothing. */
static void test_commands(void **state)
{
	struct set a = {}, b = {};
	struct capture c;

	(void)state;
	add(&a, "a", 100, 10, 1000, true);
	command = (const char *const[]){"in-cgroup", "bench.2", NULL};
	add(&a, "a", 100, 10, 1000, true);
	add(&b, "b", 100, 10, 1000, true);
	command = default_command;
	assert_int_equal(compare_write_text(capture_begin(&c), &a.set, &b.set), 0);
	assert_contains(capture_end(&c), "\n   several commands, the first: stress --vm 1\nB ");
	assert_contains(c.text, "\n   in-cgroup bench.2\n\n");
	free(c.text);
	free_set(&a);
	free_set(&b);
}

/* What ends when a disk was asked is said to. */
static void test_submit_note(void **state)
{
	struct set a = {}, b = {};
	struct capture c;

	(void)state;
	add(&a, "a", 100, 10, 1000, true);
	add(&b, "b", 100, 10, 1000, true);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(compare_write_text(capture_begin(&c), &a.set, &b.set), 0);
		assert_int_equal(!!strstr(capture_end(&c), "\nSwap-ins from disk and wri"), i);
		free(c.text);
		b.list[0].last.hist_present[ZT_H_WB_NS] = true;
		b.list[0].first.hist_present[ZT_H_WB_NS] = true;
		b.list[0].last.hist[ZT_H_WB_NS].count[3] = 1;
		b.list[0].last.hist[ZT_H_WB_NS].sum = 999;
	}
	free_set(&a);
	free_set(&b);
}

static const struct figure *figure_of(const char *id)
{
	for (unsigned int i = 0; i < nr_figures; i++)
		if (!strcmp(figures[i].id, id))
			return &figures[i];
	fail_msg("no figure %s", id);
	return NULL;
}

static void test_numbers(void **state)
{
	const struct figure *f = figure_of("store_pages");
	struct set a = {}, b = {};
	struct comparison c;

	(void)state;
	add(&a, "a", 100, 10, 1000, true);
	add(&a, "a", 104, 10, 1000, false);
	add(&b, "b", 103, 10, 1000, true);
	add(&b, "b", 111, 10, 1000, true);
	compare_figure(f, &a.set, &b.set, &c);
	assert_true(c.a.mean == 102 && c.a.min == 100 && c.a.max == 104);
	assert_true(fabs(c.a.sd - sqrt(8)) < 1e-12);
	assert_true(fabs(c.b.sd - sqrt(32)) < 1e-12);
	assert_true(fabs(c.percent - 100.0 * 5 / 102) < 1e-12);
	assert_true(c.overlap);
	compare_figure(figure_of("load_hits"), &a.set, &b.set, &c);
	assert_true(isnan(c.a.mean) && isnan(c.a.sd) && isnan(c.a.min) && isnan(c.a.max));
	assert_true(isnan(c.percent));
	assert_false(c.overlap);
	compare_figure(figure_of("writeback_pages"), &a.set, &b.set, &c);
	assert_true(isnan(c.a.mean) && isnan(c.b.mean));
	free_set(&b);
	/* ranges that only touch do overlap */
	add(&b, "b", 104, 10, 1000, true);
	compare_figure(f, &a.set, &b.set, &c);
	assert_true(c.overlap);
	assert_true(isnan(c.b.sd));
	free_set(&b);
	add(&b, "b", 105, 10, 1000, true);
	compare_figure(f, &a.set, &b.set, &c);
	assert_false(c.overlap);
	free_set(&a);
	free_set(&b);
}

static void test_json(void **state)
{
	struct set a = {}, b = {};
	struct capture c;
	json_t *root, *f;

	(void)state;
	add(&a, "6.12", 100, 10, 1000, true);
	add(&b, "7.3", 150, 10, 1000, true);
	assert_int_equal(compare_write_json(capture_begin(&c), &a.set, &b.set), 0);
	root = json_loads(capture_end(&c), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_array_size(json_object_get(root, "a")), 1);
	f = json_object_get(json_object_get(root, "figures"), "store_pages");
	assert_true(json_number_value(json_object_get(f, "difference_percent")) == 50);
	assert_true(json_is_null(json_object_get(f, "overlap")));
	assert_true(json_is_null(json_object_get(json_object_get(f, "a"), "sd")));
	assert_true(json_number_value(json_object_get(json_object_get(f, "b"), "mean")) == 150);
	assert_int_equal(json_object_size(json_object_get(root, "figures")), nr_figures);
	json_decref(root);
	free(c.text);
	add(&a, "6.12", 101, 10, 1000, true);
	add(&b, "7.3", 151, 10, 1000, true);
	assert_int_equal(compare_write_json(capture_begin(&c), &a.set, &b.set), 0);
	root = json_loads(capture_end(&c), JSON_REJECT_DUPLICATES, NULL);
	f = json_object_get(json_object_get(root, "figures"), "store_pages");
	assert_true(json_is_false(json_object_get(f, "overlap")));
	f = json_object_get(json_object_get(root, "figures"), "load_hits");
	assert_true(json_is_true(json_object_get(f, "overlap")));
	f = json_object_get(json_object_get(root, "figures"), "writeback_pages");
	assert_true(json_is_null(json_object_get(f, "overlap")));
	json_decref(root);
	free(c.text);
	free_set(&a);
	free_set(&b);
}

/* Every figure, from numbers of which no two are alike. */
static const struct {
	const char *id;
	double want;
} all_figures[] = {
	{"duration_s", 2},
	{"store_pages", 20000},
	{"store_rejected_pages", 360}, /* 10 + 20 + ... + 80 */
	{"compressed_page_bytes", 5},
	{"pool_bytes", 777},
	{"load_hits", 104},
	{"swapin_zswap_percent", 12.5},
	{"swapin_disk_pages", 500},
	{"writeback_pages", 1111},
	{"writeback_skipped", 777777},
	{"writeback_rotated", 105},
	{"invalidate_calls", 106},
	{"invalidate_tree_empty", 107},
	{"invalidate_absent", 108},
	{"invalidate_erased", 109},
	{"invalidate_lock_acquisitions", 217},
	{"tree_lock_contentions", 110},
	{"tree_lock_wait_ns", 111},
	{"tree_emptied", 4444},
	{"tree_nodes_freed", 3333},
	{"store_mean_ns", 40},
	{"store_p99_ns", 41},
	{"load_mean_ns", 50},
	{"load_p99_ns", 51},
	{"swapin_disk_mean_ns", 60},
	{"swapin_disk_p99_ns", 61},
	{"writeback_mean_ns", 70},
	{"missed_runs", 9},
};

static void spread_over(struct sample *s, unsigned int first, unsigned int n, const uint64_t *v)
{
	for (unsigned int i = 0; i < n; i++)
		s->v[first + i] = v[i];
}

static void observe(struct sample *s, enum zt_histogram hist, uint64_t mean)
{
	s->hist_present[hist] = true;
	s->hist[hist].count[2] = 10;
	s->hist[hist].sum = 10 * mean;
	s->hist[hist].max = mean + 1;
}

static void fill(struct sample *s)
{
	static const struct {
		unsigned int value;
		uint64_t n;
	} single[] = {
		{V_STORE_PAGES, 20000}, {V_STORE_BYTES, 5 * 19640}, {V_LOAD_HITS, 104},
		{V_WB_ROTATED, 105},	{V_INV_CALLS, 106},	    {V_INV_TREE_EMPTY, 107},
		{V_INV_ABSENT, 108},	{V_INV_ERASED, 109},	    {V_LOCK_CONTENTIONS, 110},
		{V_LOCK_WAIT, 111},	{V_POOL_BYTES, 777},	    {V_POOL_LIMIT, 1000},
	};

	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		s->v[single[i].value] = single[i].n;
	spread_over(s, V_STORE_REJECTED, ZT_NR_REJECTS,
		    (uint64_t[]){10, 20, 30, 40, 50, 60, 70, 80});
	spread_over(s, V_SWAPIN_PAGES, ZT_NR_SOURCES, (uint64_t[]){100, 500, 200});
	spread_over(s, V_WB_PAGES, ZT_NR_TRIGGERS, (uint64_t[]){1, 10, 100, 1000});
	spread_over(s, V_WB_SKIPPED, ZT_NR_SKIPS, (uint64_t[]){7, 70, 700, 7000, 70000, 700000});
	spread_over(s, V_TREE_EMPTIED, ZT_NR_CAUSES, (uint64_t[]){4, 40, 400, 4000});
	spread_over(s, V_TREE_NODES_FREED, ZT_NR_CAUSES, (uint64_t[]){3, 30, 300, 3000});
	observe(s, ZT_H_STORE_NS, 40);
	observe(s, ZT_H_LOAD_NS, 50);
	observe(s, ZT_H_SWAPIN_DISK_NS, 60);
	observe(s, ZT_H_WB_NS, 70);
}

static void test_every_figure(void **state)
{
	struct set set = {};
	struct sample s;
	struct recorder *r = NULL;
	char why[512];

	(void)state;
	set.paths[0] = temporary_path();
	for (unsigned int i = 0; i < 2; i++) {
		fixture_init(&s);
		memset(s.v, 0, sizeof(s.v));
		s.mono_ns += i * 2000000000ULL;
		strcpy(s.kernel.fast_path, "yes");
		for (unsigned int h = 0; h < ZT_NR_HISTS; h++)
			s.hist_present[h] = true;
		if (i)
			fill(&s);
		fixture_probe(&s, "store")->missed = i ? 7 : 3;
		fixture_probe(&s, "load")->missed = 5 * i;
		if (!i)
			r = begin_recording(set.paths[0], &s);
		assert_int_equal(recorder_sample(r, &s, i), 0);
	}
	end_recording(r);
	assert_int_equal(summary_read(&set.list[0], set.paths[0], why, sizeof(why)), 0);
	set.set.n = 1;
	assert_int_equal(nr_figures, sizeof(all_figures) / sizeof(all_figures[0]));
	for (unsigned int i = 0; i < nr_figures; i++) {
		double got = figures[i].value(&set.list[0], &figures[i]);

		assert_string_equal(figures[i].id, all_figures[i].id);
		if (got != all_figures[i].want)
			fail_msg("%s is %g", figures[i].id, got);
	}
	free_set(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	     cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_numbers),	     cmocka_unit_test(test_json),
		cmocka_unit_test(test_every_figure), cmocka_unit_test(test_single),
		cmocka_unit_test(test_commands),     cmocka_unit_test(test_submit_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
