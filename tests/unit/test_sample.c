// SPDX-License-Identifier: GPL-2.0-only
/* Samples, and the table of what is in them. */
#include "fixture.h"

static void test_init_is_absent(void **state)
{
	struct sample s;

	(void)state;
	memset(&s, 0x55, sizeof(s));
	sample_init(&s);
	for (int i = 0; i < NR_VALUES; i++)
		assert_true(s.v[i] == ABSENT);
	for (int i = 0; i < ZT_NR_HISTS; i++)
		assert_false(s.hist_present[i]);
	assert_null(s.cgroups);
	assert_null(s.areas);
	assert_null(s.probes);
	assert_false(s.cgroups_present);
}

static void test_free_leaves_an_empty_sample(void **state)
{
	struct sample s;

	(void)state;
	fixture_full(&s);
	sample_free(&s);
	assert_int_equal(s.nr_cgroups, 0);
	assert_null(s.cgroups);
	assert_true(s.v[0] == ABSENT);
	sample_free(&s);
}

/* The copy owns its lists and paths: it outlives the source, and is freed apart. */
static void test_copy(void **state)
{
	struct sample s, copy;

	(void)state;
	fixture_full(&s);
	assert_int_equal(sample_copy(&copy, &s), 0);
	assert_memory_equal(copy.v, s.v, sizeof(s.v));
	assert_memory_equal(copy.hist, s.hist, sizeof(s.hist));
	assert_int_equal(copy.nr_cgroups, 3);
	assert_ptr_not_equal(copy.cgroups[1].path, s.cgroups[1].path);
	sample_free(&s);
	assert_string_equal(copy.cgroups[1].path, "/system.slice/a\\x2db.service");
	assert_int_equal(copy.cgroups[1].pool_bytes, 4096);
	assert_string_equal(copy.areas[0].device, "/dev/vda2");
	assert_string_equal(copy.probes[1].reason, "no such symbol");
	sample_free(&copy);
	/* An empty one. */
	assert_int_equal(sample_copy(&copy, &s), 0);
	assert_int_equal(copy.nr_areas, 0);
	sample_free(&copy);
	/* A cgroup whose path is not known yet. */
	fixture_full(&s);
	free(s.cgroups[1].path);
	s.cgroups[1].path = NULL;
	assert_int_equal(sample_copy(&copy, &s), 0);
	assert_int_equal(copy.nr_cgroups, 3);
	assert_null(copy.cgroups[1].path);
	assert_ptr_not_equal(copy.cgroups[2].path, s.cgroups[2].path);
	sample_free(&copy);
	sample_free(&s);
}

static void test_diff(void **state)
{
	struct sample a, b;

	(void)state;
	sample_init(&a);
	sample_init(&b);
	assert_true(sample_diff(&a, &b, V_STORE_PAGES) == ABSENT);
	a.v[V_STORE_PAGES] = 5;
	assert_true(sample_diff(&a, &b, V_STORE_PAGES) == ABSENT);
	assert_true(sample_diff(&b, &a, V_STORE_PAGES) == ABSENT);
	b.v[V_STORE_PAGES] = 12;
	assert_int_equal(sample_diff(&a, &b, V_STORE_PAGES), 7);
	assert_int_equal(sample_diff(&b, &a, V_STORE_PAGES), 0);
	a.v[V_STORE_PAGES] = 1;
	b.v[V_STORE_PAGES] = 1ULL << 63;
	assert_true(sample_diff(&a, &b, V_STORE_PAGES) == (1ULL << 63) - 1);
}

static void test_of_what_is_known(void **state)
{
	const uint64_t n[] = {ABSENT, 3, 0, ABSENT, 4};
	struct sample a, b;

	(void)state;
	assert_true(known_sum(ABSENT, ABSENT) == ABSENT);
	assert_int_equal(known_sum(ABSENT, 3), 3);
	assert_int_equal(known_sum(3, ABSENT), 3);
	assert_int_equal(known_sum(3, 4), 7);
	assert_true(known_total(n, 0) == ABSENT);
	assert_true(known_total(n, 1) == ABSENT);
	assert_int_equal(known_total(n, 5), 7);
	assert_true(known_growth(1, ABSENT) == ABSENT);
	assert_int_equal(known_growth(ABSENT, 3), 3);
	assert_int_equal(known_growth(1, 3), 2);
	assert_int_equal(known_growth(3, 1), 0);
	sample_init(&a);
	sample_init(&b);
	assert_true(sample_diff_total(&a, &b, V_STORE_REJECTED, ZT_NR_REJECTS) == ABSENT);
	a.v[V_STORE_REJECTED] = 1;
	b.v[V_STORE_REJECTED] = 5;
	/* only now known: since when is not */
	b.v[V_STORE_REJECTED + 1] = 100;
	assert_int_equal(sample_diff_total(&a, &b, V_STORE_REJECTED, ZT_NR_REJECTS), 4);
}

static void test_quantile_of_nothing(void **state)
{
	struct sample a, b;

	(void)state;
	sample_init(&a);
	sample_init(&b);
	assert_true(sample_quantile(NULL, &b, ZT_H_LOAD_NS, 0.5) == ABSENT);
	b.hist[ZT_H_LOAD_NS].count[3] = 4;
	b.hist[ZT_H_LOAD_NS].max = 2000;
	a.hist[ZT_H_LOAD_NS] = b.hist[ZT_H_LOAD_NS];
	assert_true(sample_quantile(&a, &b, ZT_H_LOAD_NS, 0.5) == ABSENT);
	/* Counts that went backwards are no observations. */
	a.hist[ZT_H_LOAD_NS].count[3] = 5;
	assert_true(sample_quantile(&a, &b, ZT_H_LOAD_NS, 0.5) == ABSENT);
}

static void test_quantile(void **state)
{
	struct zt_hist *h;
	struct sample s;

	(void)state;
	sample_init(&s);
	h = &s.hist[ZT_H_LOAD_NS];
	h->count[0] = 50; /* ..256 */
	h->count[2] = 49; /* ..1024 */
	h->count[ZT_BUCKETS - 1] = 1;
	h->max = 1ULL << 40;
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0.5), 256);
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0), 256);
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0.51), 1024);
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0.99), 1024);
	/* The last bucket has no bound but the largest value. */
	assert_true(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 1) == 1ULL << 40);
	/* Never above what was seen. */
	h->count[ZT_BUCKETS - 1] = 0;
	h->max = 700;
	h->count[0] = 0;
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0), 700);
	h->count[0] = 50;
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0.99), 700);
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_LOAD_NS, 0.5), 256);
}

static void test_quantile_uses_its_first_bound(void **state)
{
	struct sample s, before;

	(void)state;
	sample_init(&s);
	sample_init(&before);
	s.hist[ZT_H_PAGE_BYTES].count[0] = 1; /* ..32 */
	s.hist[ZT_H_PAGE_BYTES].count[7] = 1; /* ..4096 */
	s.hist[ZT_H_PAGE_BYTES].max = 4096;
	assert_int_equal(sample_quantile(NULL, &s, ZT_H_PAGE_BYTES, 0.5), 32);
	before.hist[ZT_H_PAGE_BYTES].count[0] = 1;
	assert_int_equal(sample_quantile(&before, &s, ZT_H_PAGE_BYTES, 0.5), 4096);
}

/* Each value belongs to exactly one family, in order, with a name a label value. */
static void test_families_cover_every_value(void **state)
{
	unsigned int next = 0;

	(void)state;
	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];

		assert_int_equal(f->first, next);
		assert_true(f->label.n >= 1);
		assert_true(f->label.name || f->label.n == 1);
		for (unsigned int j = 0; f->label.name && j < f->label.n; j++)
			assert_non_null(f->label.values[j]);
		next += f->label.n;
	}
	assert_int_equal(next, NR_VALUES);
	next = 0;
	for (unsigned int i = 0; i < nr_cgroup_families; i++) {
		assert_int_equal(cgroup_families[i].first, next);
		assert_memory_equal(cgroup_families[i].name, "cgroup_", 7);
		next += cgroup_families[i].label.n;
	}
	assert_int_equal(next, ZT_NR_CG_COUNTERS);
}

static bool ends_in(const char *s, const char *end)
{
	return strlen(s) >= strlen(end) && !strcmp(s + strlen(s) - strlen(end), end);
}

/* The conventions of Prometheus, and what the writers rely on. */
static void check_names(const char *name, const char *help, bool counter)
{
	assert_int_equal(ends_in(name, "_total"), counter);
	assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
	assert_null(strpbrk(help, "\\\"\n"));
	assert_true(ends_in(help, ".") || ends_in(help, ")."));
}

static void test_names(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < nr_families; i++) {
		const struct family *f = &families[i];
		bool counter = f->kind == FAMILY_COUNTER;

		check_names(f->name, f->help, counter);
		if (f->unit == UNIT_NS)
			assert_true(ends_in(f->name, counter ? "_seconds_total" : "_seconds"));
		if (f->unit == UNIT_BYTES)
			assert_true(ends_in(f->name, counter ? "_bytes_total" : "_bytes"));
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(f->name, families[j].name);
	}
	for (unsigned int i = 0; i < nr_cgroup_families; i++)
		check_names(cgroup_families[i].name, cgroup_families[i].help, true);
}

/* Writers group histograms of one name only where they follow each other. */
static void test_histograms_of_a_name_are_neighbours(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ZT_NR_HISTS; i++) {
		check_names(histogram_families[i].name, histogram_families[i].help, false);
		for (unsigned int j = 0; j + 1 < i; j++)
			if (!strcmp(histogram_families[i].name, histogram_families[j].name))
				assert_string_equal(histogram_families[i].name,
						    histogram_families[i - 1].name);
	}
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(family_find("store_pages_total")->first, V_STORE_PAGES);
	assert_int_equal(family_find("zswaptop_pool_bytes")->first, V_POOL_BYTES);
	assert_null(family_find("zswaptop_"));
	assert_null(family_find("store_pages"));
	assert_null(family_find(""));
}

static void test_json_names(void **state)
{
	char buf[64];

	(void)state;
	assert_string_equal(metric_json_name("load_duration_seconds", UNIT_NS, buf, sizeof(buf)),
			    "load_duration_ns");
	assert_string_equal(
		metric_json_name("tree_lock_wait_seconds_total", UNIT_NS, buf, sizeof(buf)),
		"tree_lock_wait_ns_total");
	assert_string_equal(metric_json_name("pool_bytes", UNIT_BYTES, buf, sizeof(buf)),
			    "pool_bytes");
	assert_string_equal(metric_json_name("pool_full", UNIT_PLAIN, buf, sizeof(buf)),
			    "pool_full");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init_is_absent),
		cmocka_unit_test(test_free_leaves_an_empty_sample),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_of_what_is_known),
		cmocka_unit_test(test_quantile_of_nothing),
		cmocka_unit_test(test_quantile),
		cmocka_unit_test(test_quantile_uses_its_first_bound),
		cmocka_unit_test(test_families_cover_every_value),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_histograms_of_a_name_are_neighbours),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_json_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
